/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What steps tell while and after they run. */
#include "plan/plan.h"

#define EXIT_STATUS_MAX 255

void step_report_done(struct step_report *report)
{
	text_list_done(&report->notes);
	*report = (struct step_report){0};
}

void step_report_progress(const struct step_report *report, const struct step_progress *progress)
{
	const struct step_listener *listener = report->listener;

	if (listener && listener->on_progress)
		listener->on_progress(listener->data, progress);
}

void step_report_output(const struct step_report *report, bool is_error, const char *line,
			size_t length)
{
	const struct step_listener *listener = report->listener;

	if (listener && listener->on_output)
		listener->on_output(listener->data, is_error, line, length);
}

const volatile int *step_report_stop_signal(const struct step_report *report)
{
	return report->listener ? report->listener->stop_signal : NULL;
}

void step_report_merge(struct step_report *to, const struct step_report *from)
{
	text_list_copy(&to->notes, &from->notes);
	to->is_unfinished |= from->is_unfinished;
	if (from->has_exit_status) {
		to->exit_status = from->exit_status;
		to->has_exit_status = true;
	}
}

struct json_object *step_report_to_json(const struct step_report *report)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes_list(object, "notes", &report->notes);
	if (report->has_exit_status)
		json_add_u64(object, "exit-status", (uint64_t)report->exit_status);
	if (report->is_unfinished)
		json_add_bool(object, "unfinished", true);
	return object;
}

void step_report_from_json(struct json_object *object, struct step_report *report)
{
	uint64_t status = json_get_u64(object, "exit-status", UINT64_MAX);

	json_get_bytes_list(object, "notes", &report->notes);
	report->is_unfinished = json_get_bool(object, "unfinished", false);
	if (status > EXIT_STATUS_MAX)
		return;
	report->exit_status = (int)status;
	report->has_exit_status = true;
}
