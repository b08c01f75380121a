/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs as programs read them. */
#ifndef REFLOAT_CLI_JOB_JSON_H
#define REFLOAT_CLI_JOB_JSON_H

#include "base/json.h"
#include "plan/job.h"

/* One job, as refloat-json(5) says; the caller puts. */
struct json_object *job_json_new(const struct job *job);

#endif
