/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a child that runs a plan says, as JSON: its notices, and at the end its result.
 *
 * The child works on what came from a hostile disk, so nothing it says is trusted.
 */
#ifndef REFLOAT_PLAN_APART_MESSAGE_H
#define REFLOAT_PLAN_APART_MESSAGE_H

#include "plan/runner.h"

struct apart_message {
	bool is_end;
	struct runner_notice notice; /* not at the end; borrows from below and from the plan */
	int result;		     /* at the end: of runner_execute */
	char *what;
	bool has_report;
	struct step_report report;
	struct problem problem; /* error 0: none */
};

/* To be sent in one message; the caller puts. */
struct json_object *apart_message_notice(const struct runner_notice *notice);
struct json_object *apart_message_end(int result, const struct step_report *report,
				      const struct problem *why);

/* Reads what was said of running PLAN into MESSAGE, which is zeroed. 0, or -EBADMSG. */
int apart_message_parse(const char *bytes, size_t length, const struct plan *plan,
			struct apart_message *message);
void apart_message_done(struct apart_message *message);

#endif
