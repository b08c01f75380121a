/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as text and as JSON. */
#include "cli/plan_text.h"

#include <stdio.h>

#include "action/action.h"
#include "base/i18n.h"
#include "cli/output.h"

void plan_text_print_command(const struct step *step, size_t indent)
{
	_cleanup_text_list_ struct text_list lines = {0};

	step_command(step_classes, step, &lines);
	for (size_t i = 0; i < lines.count; i++) /* never wrapped: it is there to be pasted */
		printf("%*s%s\n", (int)indent, "", lines.items[i]);
}

static void print_step(const struct step *step, size_t number, bool has_commands)
{
	_cleanup_text_list_ struct text_list remarks = {0};
	_cleanup_free_ char *remark = NULL, *line = NULL;

	if (step->risk >= RISK_WRITES)
		text_list_add(&remarks, step_risk_label(step->risk));
	if (step->policy == STEP_OPTIONAL)
		text_list_add(&remarks, _("the rest goes on without it"));
	remark = text_list_join(&remarks, "; ");
	line = remarks.count > 0 ? text_format("%2zu. %s (%s)", number, step->what, remark)
				 : text_format("%2zu. %s", number, step->what);
	output_paragraph(line, 2);
	if (has_commands)
		plan_text_print_command(step, 6);
}

void plan_text_print(const struct plan *plan, bool has_commands)
{
	if (plan->summary)
		output_paragraph(plan->summary, 0);
	for (size_t i = 0; i < plan->count; i++)
		print_step(plan->steps[i], i + 1, has_commands);
	if (plan->notes.count > 0)
		printf("%s\n", _("Notes:"));
	for (size_t i = 0; i < plan->notes.count; i++)
		output_item(plan->notes.items[i], 2);
}

static struct json_object *format_step(const struct step *step)
{
	struct json_object *object = json_object_new_object();
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *command = NULL;

	step_command(step_classes, step, &lines);
	command = text_list_join(&lines, "\n");
	json_add_text(object, "what", step->what);
	json_add_text(object, "command", command);
	json_add_text(object, "risk", step_risk_name(step->risk));
	json_add_bool(object, "optional", step->policy == STEP_OPTIONAL);
	return object;
}

struct json_object *plan_text_to_json(const struct plan *plan)
{
	struct json_object *object = json_object_new_object(), *steps = json_object_new_array();

	json_add_text(object, "action", plan->action);
	json_add_text(object, "summary", plan->summary);
	for (size_t i = 0; i < plan->count; i++)
		(void)json_object_array_add(steps, format_step(plan->steps[i]));
	(void)json_object_object_add(object, "steps", steps);
	json_add_list(object, "notes", &plan->notes);
	json_add_bool(object, "partial", plan->is_partial);
	return object;
}
