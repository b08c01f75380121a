/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to an action's fields, and what must hold before its planner is called. */
#include "action/action.h"

#include <errno.h>
#include <string.h>

#include "action/edit.h"
#include "base/alloc.h"
#include "base/i18n.h"

const struct action *action_find(const char *name)
{
	for (size_t i = 0; actions[i]; i++) {
		if (text_is_equal(actions[i]->name, name))
			return actions[i];
	}
	return NULL;
}

bool action_step_writes_for_good(const struct step *step, bool is_done)
{
	const struct step_class *class = step_class_find(step_classes, step->class_name);

	return class && !class->undo && (class->is_long || is_done) && !class->is_interactive &&
	       step->risk >= RISK_WRITES;
}

bool action_has_choices(const struct action *action)
{
	for (size_t i = 0; i < action->field_count; i++) {
		if (action->fields[i].kind == FIELD_FLAG)
			return true;
	}
	return false;
}

void answers_init(struct answers *answers, const struct action *action)
{
	answers->count = action->field_count;
	answers->items = alloc_zero(action->field_count, sizeof(*answers->items));
	for (size_t i = 0; i < action->field_count; i++)
		answers->items[i].field = &action->fields[i];
}

void answers_done(struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		struct text_list *values = &answers->items[i].values;

		for (size_t j = 0; answers->items[i].field->kind == FIELD_SECRET && j < values->count;
		     j++)
			explicit_bzero(values->items[j], strlen(values->items[j]));
		text_list_done(values);
	}
	free(answers->items);
	*answers = (struct answers){0};
}

const struct text_list *answers_list(const struct answers *answers, const char *name)
{
	static const struct text_list none = {0};

	for (size_t i = 0; i < answers->count; i++) {
		if (text_is_equal(answers->items[i].field->name, name))
			return &answers->items[i].values;
	}
	return &none;
}

int answers_add(struct answers *answers, const char *name, const char *value)
{
	for (size_t i = 0; i < answers->count; i++) {
		if (text_is_equal(answers->items[i].field->name, name)) {
			text_list_add(&answers->items[i].values, value);
			return 0;
		}
	}
	return -EINVAL;
}

void answers_copy(struct answers *to, const struct answers *from)
{
	for (size_t i = 0; i < from->count; i++)
		text_list_copy(&to->items[i].values, &from->items[i].values);
}

bool answers_has(const struct answers *answers, const char *name)
{
	return answers_list(answers, name)->count > 0;
}

const char *answers_get(const struct answers *answers, const char *name)
{
	const struct text_list *values = answers_list(answers, name);

	return values->count ? values->items[values->count - 1] : NULL;
}

bool answers_only_read(const struct answers *answers)
{
	return answers_has(answers, "read-only") || answers_has(answers, "salvage");
}

int action_check(const struct action *action, const struct session *session, bool is_dry_run,
		 struct problem *why)
{
	if (action->needs & NEEDS_CHANGES && session->scan.sysroot && !is_dry_run) {
		problem_set(why, -EROFS, action->name,
			    _("a recorded machine can only be looked at"));
		problem_set_next(why, _("Add --plan to see what would be done."));
		return -EROFS;
	}
	if (action->needs & NEEDS_ROOT && geteuid() != 0 && !session->scan.sysroot) {
		problem_set(why, -EPERM, action->name, _("needs root"));
		problem_set_next(why, _("Run it again as root, with sudo or su."));
		return -EPERM;
	}
	return 0;
}

int action_plan(const struct action *action, struct session *session,
		const struct answers *answers, bool is_dry_run, struct plan **ret_plan,
		struct problem *why)
{
	_cleanup_plan_ struct plan *plan = NULL;
	struct journal *journal = NULL;
	bool has_journal;
	uint64_t mark;
	int r = action_check(action, session, is_dry_run, why);

	if (r < 0)
		return r;
	/* what another refloat does from now on makes the plan worthless: the runner looks */
	session->journal = journal_free(session->journal);
	/* planners that need it say why not */
	has_journal = session_get_journal(session, &journal, NULL) == 0;
	mark = has_journal ? journal_mark(journal) : 0;
	r = action->plan(session, answers, &plan, why);
	if (r < 0)
		return r;
	plan->has_journal_mark = has_journal;
	plan->journal_mark = mark;
	*ret_plan = TAKE_PTR(plan);
	return r;
}

void action_forget_plan(const struct plan *plan)
{
	if (plan)
		edit_plan_forget(plan);
}
