/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a child that runs a plan says, as JSON. */
#include "plan/apart_message.h"

#include <errno.h>

static const char *const event_names[] = {
	[RUNNER_STEP_STARTED] = "started", [RUNNER_STEP_DONE] = "done",
	[RUNNER_STEP_FAILED] = "failed",   [RUNNER_UNDO_STARTED] = "undo-started",
	[RUNNER_UNDO_DONE] = "undo-done",  [RUNNER_UNDO_FAILED] = "undo-failed",
};

static void add_report(struct json_object *object, const struct step_report *report)
{
	if (report) /* adding fails only without memory */
		(void)json_object_object_add(object, "report", step_report_to_json(report));
}

struct json_object *apart_message_notice(const struct runner_notice *notice)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "event", event_names[notice->event]);
	json_add_u64(object, "number", notice->number);
	json_add_u64(object, "operation", notice->operation);
	json_add_bytes(object, "what", notice->what);
	add_report(object, notice->report);
	if (notice->problem)
		json_add_problem(object, "problem", notice->problem);
	return object;
}

struct json_object *apart_message_end(int result, const struct step_report *report,
				      const struct problem *why)
{
	struct json_object *object = json_object_new_object();

	if (result >= 0) /* else the problem tells */
		json_add_u64(object, "result", (uint64_t)result);
	add_report(object, report);
	json_add_problem(object, "problem", why);
	return object;
}

static void read_report(struct json_object *object, struct apart_message *message)
{
	struct json_object *value = json_get_object(object, "report");

	message->has_report = value != NULL;
	step_report_from_json(value, &message->report);
}

static bool find_event(const char *name, enum runner_event *ret_event)
{
	for (size_t i = 0; i < ARRAY_SIZE(event_names); i++) {
		if (text_is_equal(event_names[i], name)) {
			*ret_event = (enum runner_event)i;
			return true;
		}
	}
	return false;
}

static int read_notice(struct json_object *object, const struct plan *plan,
		       struct apart_message *message)
{
	struct runner_notice *notice = &message->notice;
	uint64_t number = json_get_u64(object, "number", 0);
	uint64_t operation = json_get_u64(object, "operation", 0);

	if (!find_event(json_get_text(object, "event"), &notice->event) || !number ||
	    number > plan->count)
		return -EBADMSG;
	notice->number = (size_t)number;
	notice->operation = operation <= UINT32_MAX ? (unsigned)operation : 0;
	notice->count = plan->count;
	notice->step = plan->steps[number - 1];
	notice->what = message->what ? message->what : notice->step->what;
	notice->report = message->has_report ? &message->report : NULL;
	notice->problem = message->problem.error ? &message->problem : NULL;
	return 0;
}

static int read_end(struct json_object *object, struct apart_message *message)
{
	uint64_t result = json_get_u64(object, "result", UINT64_MAX);

	message->is_end = true;
	message->result = message->problem.error; /* as runner_execute, which could not begin */
	if (result <= RUNNER_FAILED)
		message->result = (int)result;
	return result <= RUNNER_FAILED || message->result < 0 ? 0 : -EBADMSG;
}

int apart_message_parse(const char *bytes, size_t length, const struct plan *plan,
			struct apart_message *message)
{
	_cleanup_json_ struct json_object *object = NULL;

	if (json_parse(bytes, length, &object, NULL) < 0)
		return -EBADMSG;
	message->what = json_get_bytes(object, "what");
	read_report(object, message);
	(void)json_get_problem(object, "problem", &message->problem); /* mostly there is none */
	return json_get_text(object, "event") ? read_notice(object, plan, message)
					      : read_end(object, message);
}

void apart_message_done(struct apart_message *message)
{
	free(message->what);
	step_report_done(&message->report);
	problem_done(&message->problem);
	*message = (struct apart_message){0};
}
