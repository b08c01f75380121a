/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as people read them, and as programs do. */
#ifndef REFLOAT_CLI_PLAN_TEXT_H
#define REFLOAT_CLI_PLAN_TEXT_H

#include <stdio.h>

#include "plan/plan.h"

/* The summary, each step as a sentence, with its shell lines where asked for, and the notes. */
void plan_text_print(FILE *stream, const struct plan *plan, bool has_commands);

/* The shell lines of STEP in front of which INDENT spaces stand. */
void plan_text_print_command(FILE *stream, const struct step *step, size_t indent);

/* {"steps":[{"what","command","risk"}],...} as refloat-json(5) says; the caller puts. */
struct json_object *plan_text_to_json(const struct plan *plan);

#endif
