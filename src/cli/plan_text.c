/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as text and as JSON. */
#include "cli/plan_text.h"

#include <stdio.h>

#include "action/action.h"
#include "action/describe.h"
#include "base/i18n.h"
#include "cli/output.h"

void plan_text_print_command(FILE *stream, const struct step *step, size_t indent)
{
	_cleanup_text_list_ struct text_list lines = {0};

	step_command(step_classes, step, &lines);
	for (size_t i = 0; i < lines.count; i++) /* never wrapped: it is there to be pasted */
		fprintf(stream, "%*s%s\n", (int)indent, "", lines.items[i]);
}

static void print_step(FILE *stream, const struct step *step, size_t number, bool has_commands)
{
	_cleanup_free_ char *line = NULL;

	if (step->risk >= RISK_DESTROYS)
		line = text_format("%s (%s)", step->what, step_risk_label(step->risk));
	output_numbered(stream, line ? line : step->what, 1, number);
	if (has_commands)
		plan_text_print_command(stream, step, 5);
}

/* What temporary steps are undone by, in the order in which that happens. */
static void print_afterwards(FILE *stream, const struct plan *plan, bool has_commands)
{
	size_t number = 0;

	for (size_t i = plan->count; i-- > 0;) {
		_cleanup_text_list_ struct text_list lines = {0};
		_cleanup_free_ char *what = describe_afterwards(plan->steps[i], &lines);

		if (!what)
			continue;
		if (number++ == 0)
			fprintf(stream, "%s\n", _("Afterwards, whatever came of it:"));
		output_numbered(stream, what, 1, number);
		for (size_t j = 0; has_commands && j < lines.count; j++)
			fprintf(stream, "     %s\n", lines.items[j]);
	}
}

void plan_text_print(FILE *stream, const struct plan *plan, bool has_commands)
{
	if (plan->summary)
		output_paragraph(stream, plan->summary, 0);
	for (size_t i = 0; i < plan->count; i++)
		print_step(stream, plan->steps[i], i + 1, has_commands);
	print_afterwards(stream, plan, has_commands);
	if (plan->count > 0)
		fprintf(stream, _("Risk: %s\n"), step_risk_label(plan_risk(plan)));
	if (plan->guesses.count + plan->notes.count > 0)
		fprintf(stream, "%s\n", _("Notes:"));
	for (size_t i = 0; i < plan->guesses.count; i++)
		output_item(stream, plan->guesses.items[i], 1);
	for (size_t i = 0; i < plan->notes.count; i++)
		output_item(stream, plan->notes.items[i], 1);
	for (size_t i = 0; i < plan->options.count; i++)
		output_item(stream, plan->options.items[i], 1);
}

static struct json_object *format_step(const struct step *step)
{
	struct json_object *object = json_object_new_object();
	_cleanup_text_list_ struct text_list lines = {0}, undo_lines = {0};
	_cleanup_free_ char *command = NULL, *undo = NULL, *undo_command = NULL;

	step_command(step_classes, step, &lines);
	command = text_list_join(&lines, "\n");
	json_add_text(object, "what", step->what);
	json_add_text(object, "command", command);
	json_add_text(object, "risk", step_risk_name(step->risk));
	json_add_bool(object, "optional", step->policy == STEP_OPTIONAL);
	json_add_bool(object, "temporary", step->is_temporary);
	undo = describe_afterwards(step, &undo_lines);
	if (undo) {
		undo_command = text_list_join(&undo_lines, "\n");
		json_add_text(object, "afterwards", undo);
		json_add_text(object, "afterwards_command", undo_command);
	}
	return object;
}

struct json_object *plan_text_to_json(const struct plan *plan)
{
	struct json_object *object = json_object_new_object(), *steps = json_object_new_array();
	_cleanup_text_list_ struct text_list notes = {0};

	json_add_text(object, "action", plan->action);
	json_add_text(object, "summary", plan->summary);
	for (size_t i = 0; i < plan->count; i++)
		(void)json_object_array_add(steps, format_step(plan->steps[i]));
	(void)json_object_object_add(object, "steps", steps);
	text_list_copy(&notes, &plan->guesses);
	text_list_copy(&notes, &plan->notes);
	json_add_list(object, "notes", &notes);
	json_add_bool(object, "partial", plan->is_partial);
	return object;
}
