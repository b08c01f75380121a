/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a job writes of itself, as JSON: what it is (job.json) and how far it is (state.json).
 *
 * Whoever reads it may be another version of us, and the folder may have been written to by others:
 * nothing in it is trusted.
 */
#ifndef REFLOAT_PLAN_JOB_RECORD_H
#define REFLOAT_PLAN_JOB_RECORD_H

#include "plan/job.h"

struct json_object *job_record_plan(const struct job *job, const char *boot);
struct json_object *job_record_state(const struct job *job);

/* Into JOB, which is zeroed but for its number and folder. RET_BOOT: the caller frees. -EBADMSG. */
int job_record_read_plan(const char *text, size_t length, struct job *job, char **ret_boot);

/* Into JOB, whose plan has been read: state is RUNNING, or how it has ended. -EBADMSG. */
int job_record_read_state(const char *text, size_t length, struct job *job);

#endif
