/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans and steps: building, reading, printing. */
#include "plan/plan.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define ARGUMENTS_MAX 64
#define STEPS_MAX 100000

struct step *step_new(const char *class_name, enum step_risk risk, enum step_policy policy,
		      const char *what_format, ...)
{
	struct step *step = alloc_zero(1, sizeof(*step));
	va_list args;

	step->class_name = text_copy(class_name);
	step->risk = risk;
	step->policy = policy;
	va_start(args, what_format);
	step->what = text_format_args(what_format, args);
	va_end(args);
	return step;
}

struct step *step_free(struct step *step)
{
	if (!step)
		return NULL;
	free(step->class_name);
	free(step->what);
	for (size_t i = 0; i < step->argument_count; i++) {
		free(step->arguments[i].name);
		free(step->arguments[i].value);
	}
	free(step->arguments);
	free(step);
	return NULL;
}

static struct step_argument *find_argument(const struct step *step, const char *name)
{
	for (size_t i = 0; i < step->argument_count; i++) {
		if (strcmp(step->arguments[i].name, name) == 0)
			return &step->arguments[i];
	}
	return NULL;
}

void step_set(struct step *step, const char *name, const char *value)
{
	struct step_argument *argument = find_argument(step, name);

	if (!value && !argument)
		return;
	if (!value) {
		free(argument->name);
		free(argument->value);
		*argument = step->arguments[--step->argument_count];
		return;
	}
	if (!argument) {
		step->arguments = alloc_grow(step->arguments, step->argument_count,
					     &step->argument_capacity, sizeof(*step->arguments));
		argument = &step->arguments[step->argument_count++];
		*argument = (struct step_argument){.name = text_copy(name)};
	}
	text_set(&argument->value, value);
}

const char *step_get(const struct step *step, const char *name)
{
	const struct step_argument *argument = find_argument(step, name);

	return argument ? argument->value : NULL;
}

const char *step_get_text(const struct step *step, const char *name)
{
	const char *value = step_get(step, name);

	return value ? value : "";
}

struct json_object *step_to_json(const struct step *step)
{
	struct json_object *object = json_object_new_object();
	struct json_object *arguments = json_object_new_object();

	json_add_text(object, "class", step->class_name);
	json_add_bytes(object, "what", step->what);
	json_add_u64(object, "risk", step->risk);
	json_add_u64(object, "policy", step->policy);
	if (step->leaves_nothing)
		json_add_bool(object, "leaves-nothing", true);
	if (step->is_temporary)
		json_add_bool(object, "temporary", true);
	for (size_t i = 0; i < step->argument_count; i++)
		json_add_bytes(arguments, step->arguments[i].name, step->arguments[i].value);
	json_object_object_add(object, "arguments", arguments);
	return object;
}

struct step *step_from_json(struct json_object *object)
{
	const char *class_name = json_get_text(object, "class");
	struct json_object *arguments = json_get_object(object, "arguments");
	uint64_t risk = json_get_u64(object, "risk", RISK_DESTROYS);
	_cleanup_free_ char *what = json_get_bytes(object, "what");
	struct step *step;

	if (!class_name || !what || risk > RISK_DESTROYS)
		return NULL;
	step = step_new(class_name, (enum step_risk)risk,
			json_get_u64(object, "policy", 0) ? STEP_OPTIONAL : STEP_REQUIRED, "%s",
			what);
	step->leaves_nothing = json_get_bool(object, "leaves-nothing", false);
	step->is_temporary = json_get_bool(object, "temporary", false);
	if (arguments) {
		json_object_object_foreach(arguments, name, unused)
		{
			_cleanup_free_ char *value = json_get_bytes(arguments, name);

			(void)unused; /* read by name, in either of its forms */
			if (value && step->argument_count < ARGUMENTS_MAX)
				step_set(step, name, value);
		}
	}
	return step;
}

struct plan *plan_new(const char *action)
{
	struct plan *plan = alloc_zero(1, sizeof(*plan));

	plan->action = text_copy(action);
	return plan;
}

struct plan *plan_free(struct plan *plan)
{
	if (!plan)
		return NULL;
	free(plan->action);
	free(plan->summary);
	for (size_t i = 0; i < plan->count; i++)
		(void)step_free(plan->steps[i]);
	free(plan->steps);
	text_list_done(&plan->notes);
	text_list_done(&plan->guesses);
	text_list_done(&plan->options);
	free(plan);
	return NULL;
}

void plan_add(struct plan *plan, struct step *step)
{
	plan->steps = alloc_grow(plan->steps, plan->count, &plan->capacity, sizeof(*plan->steps));
	plan->steps[plan->count++] = step;
}

struct json_object *plan_to_json(const struct plan *plan)
{
	struct json_object *object = json_object_new_object(), *steps = json_object_new_array();

	json_add_text(object, "action", plan->action);
	json_add_bytes(object, "summary", plan->summary);
	for (size_t i = 0; i < plan->count; i++)
		(void)json_object_array_add(steps, step_to_json(plan->steps[i])); /* memory */
	(void)json_object_object_add(object, "steps", steps);
	json_add_bytes_list(object, "notes", &plan->notes);
	json_add_bytes_list(object, "guesses", &plan->guesses);
	json_add_bytes_list(object, "options", &plan->options);
	json_add_bool(object, "partial", plan->is_partial);
	json_add_bool(object, "needs-no-question", plan->needs_no_question);
	json_add_bool(object, "undo", plan->is_undo);
	if (plan->has_journal_mark)
		json_add_u64(object, "journal-mark", plan->journal_mark);
	return object;
}

/* False where one of them is none: half a plan is worse than none. */
static bool take_steps(struct plan *plan, struct json_object *steps)
{
	size_t count = steps ? json_object_array_length(steps) : 0;

	if (!steps || count > STEPS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct step *step = step_from_json(json_object_array_get_idx(steps, i));

		if (!step)
			return false;
		plan_add(plan, step);
	}
	return true;
}

struct plan *plan_from_json(struct json_object *object)
{
	const char *action = json_get_text(object, "action");
	_cleanup_plan_ struct plan *plan = action ? plan_new(action) : NULL;

	if (!plan || !take_steps(plan, json_get_array(object, "steps")))
		return NULL;
	plan->summary = json_get_bytes(object, "summary");
	json_get_bytes_list(object, "notes", &plan->notes);
	json_get_bytes_list(object, "guesses", &plan->guesses);
	json_get_bytes_list(object, "options", &plan->options);
	plan->is_partial = json_get_bool(object, "partial", false);
	plan->needs_no_question = json_get_bool(object, "needs-no-question", false);
	plan->is_undo = json_get_bool(object, "undo", false);
	plan->journal_mark = json_get_u64(object, "journal-mark", UINT64_MAX);
	plan->has_journal_mark = plan->journal_mark != UINT64_MAX;
	return TAKE_PTR(plan);
}

void plan_add_option(struct plan *plan, const char *sentence)
{
	if (!text_list_contains(&plan->options, sentence))
		text_list_add(&plan->options, sentence);
}

enum step_risk plan_risk(const struct plan *plan)
{
	enum step_risk risk = RISK_READS;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i]->risk > risk)
			risk = plan->steps[i]->risk;
	}
	return risk;
}

char *plan_list_destroyed(const struct plan *plan)
{
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < plan->count; i++) {
		const char *name = step_get(plan->steps[i], "name");
		_cleanup_free_ char *shown = printable_text(name ? name : plan->action);

		if (plan->steps[i]->risk >= RISK_DESTROYS && !text_list_contains(&names, shown))
			text_list_add(&names, shown);
	}
	return names.count ? text_list_join(&names, " ") : NULL;
}

const char *step_risk_name(enum step_risk risk)
{
	static const char *const names[] = {"reads", "system", "writes", "destroys"};

	return names[risk];
}

const char *step_risk_label(enum step_risk risk)
{
	static const char *const labels[] = {
		N_("only looks"),
		N_("changes the rescue system only"),
		N_("writes to the disks of the server"),
		N_("destroys data"),
	};

	return _(labels[risk]);
}

const struct step_class *step_class_find(const struct step_class *const *classes, const char *name)
{
	for (; *classes; classes++) {
		if (strcmp((*classes)->name, name) == 0)
			return *classes;
	}
	return NULL;
}

int plan_check_unattended(const struct step_class *const *classes, const struct plan *plan,
			  struct problem *why)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = plan->steps[i];
		const struct step_class *class = step_class_find(classes, step->class_name);

		if (class && class->is_interactive)
			return problem_set(why, -EINVAL, step->what,
					   _("it needs the terminal to itself"));
	}
	return 0;
}

void step_command(const struct step_class *const *classes, const struct step *step,
		  struct text_list *lines)
{
	const struct step_class *class;
	unsigned operation, number;
	struct step *undone = step_get_undone(step, &operation, &number);

	class = step_class_find(classes, undone ? undone->class_name : step->class_name);
	if (undone && class && class->undo_command)
		class->undo_command(undone, lines);
	else if (!undone && class && class->command)
		class->command(step, lines);
	(void)step_free(undone);
}
