/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The actions that take down what was done: umount for all of it, undo for the last operations. */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/holders.h"
#include "storage/mount.h"

/* Whether a step of ours has mounted TARGET. */
static bool is_ours(const struct operation *const *list, size_t count, const char *target)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < list[i]->count; j++) {
			const struct journal_step *step = &list[i]->steps[j];

			if (journal_step_is_undoable(step) &&
			    text_is_equal(step_get(step->step, "at"), target))
				return true;
		}
	}
	return false;
}

/* The target folders of the operations: nothing else is searched for foreign mounts. */
static void list_roots(const struct operation *const *list, size_t count, struct text_list *roots)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < list[i]->count; j++) {
			const struct journal_step *step = &list[i]->steps[j];
			const char *root = step_get(step->step, "root");

			if (journal_step_is_undoable(step) && root && strcmp(root, "/") != 0 &&
			    !text_list_contains(roots, root))
				text_list_add(roots, root);
		}
	}
}

/* Mounts that somebody else has made below the target would keep ours busy. */
static void add_foreign_mounts(struct plan *plan, const struct operation *const *list,
			       size_t count)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_text_list_ struct text_list roots = {0};

	if (mount_table_read(NULL, &table, NULL) < 0)
		return; /* then busy mounts are named when they are met */
	list_roots(list, count, &roots);
	for (size_t i = 0; i < roots.count; i++) {
		_cleanup_free_ const struct mount_entry **below = NULL;
		size_t below_count = mount_table_list_below(&table, roots.items[i], &below);

		for (size_t j = 0; j < below_count; j++) {
			_cleanup_free_ char *shown = printable_text(below[j]->target);
			struct step *step;

			if (is_ours(list, count, below[j]->target) ||
			    text_is_equal(below[j]->target, roots.items[i]))
				continue;
			step = step_new("unmount", RISK_SYSTEM, STEP_REQUIRED,
					_("Unmount %s, which refloat did not mount"), shown);
			step_set(step, "target", below[j]->target);
			plan_add(plan, step);
		}
	}
}

static void add_end_of_holders(struct plan *plan, const struct operation *const *list,
			       size_t count)
{
	_cleanup_text_list_ struct text_list roots = {0};

	list_roots(list, count, &roots);
	for (size_t i = 0; i < roots.count; i++) {
		_cleanup_(holders_done) struct holders holders = {0};
		_cleanup_free_ char *names = NULL;
		struct step *step;

		if (holders_find(roots.items[i], &holders) < 0 || !holders.count)
			continue;
		names = holders_describe(&holders);
		step = step_new("end-holders", RISK_SYSTEM, STEP_REQUIRED,
				_("End the programs that use %s: %s"), roots.items[i], names);
		step_set(step, "target", roots.items[i]);
		plan_add(plan, step);
	}
}

/* The steps of OPERATION from the last back to FIRST that there is something to undo of. */
static void add_undo_steps(struct plan *plan, const struct operation *operation, unsigned first)
{
	for (size_t i = operation->count; i > 0; i--) {
		const struct journal_step *step = &operation->steps[i - 1];
		const struct step_class *class =
			step_class_find(step_classes, step->step->class_name);

		if (step->number < first || !journal_step_is_undoable(step))
			continue;
		/* what leaves nothing behind needs no word either */
		if (class && !class->undo)
			continue;
		plan_add(plan, step_new_undo(step_classes, operation->number, step->number,
					     step->step));
	}
}

static int list_operations(struct session *session, const struct operation ***ret_list,
			   size_t *ret_count, struct problem *why)
{
	struct journal *journal;
	int r = session_get_journal(session, &journal, why);

	if (r < 0)
		return r;
	if (journal_is_foreign(journal)) {
		problem_set(why, -EXDEV, session->journal_folder,
			    _("what it speaks of was mounted in another mount namespace"));
		problem_set_next(why, _("Undo it where it was made, or end the processes there."));
		return -EXDEV;
	}
	*ret_count = journal_list_undoable(journal, ret_list);
	if (!*ret_count) {
		free(*ret_list);
		problem_set(why, -ENOENT, _("undo"), _("there is nothing to undo"));
		problem_set_next(why, _("refloat has mounted nothing here since the last start."));
		return -ENOENT;
	}
	return 0;
}

/* Operations that only looked leave undoable words but no steps. */
static int refuse_empty(struct problem *why)
{
	(void)problem_set(why, -ENOENT, _("undo"), _("there is nothing to undo"));
	return -ENOENT;
}

static int plan_umount(struct session *session, const struct answers *answers,
		       struct plan **ret_plan, struct problem *why)
{
	_cleanup_plan_ struct plan *plan = plan_new("umount");
	_cleanup_free_ const struct operation **list = NULL;
	size_t count = 0;
	int r = list_operations(session, &list, &count, why);

	if (r < 0) {
		list = NULL;
		return r;
	}
	plan->is_undo = true;
	plan->summary = text_copy(_("Take down everything that refloat has mounted"));
	if (answers_has(answers, "kill"))
		add_end_of_holders(plan, list, count);
	add_foreign_mounts(plan, list, count);
	for (size_t i = 0; i < count; i++)
		add_undo_steps(plan, list[i], 1);
	if (!plan->count)
		return refuse_empty(why);
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

/* "3" or "3.2": back to that operation, or to that step of it. */
static int parse_step(const char *text, unsigned *ret_operation, unsigned *ret_step,
		      struct problem *why)
{
	_cleanup_text_list_ struct text_list parts = {0};
	uint64_t operation = 0, step = 1;

	text_list_split(&parts, text, ".");
	if (!parts.count || parts.count > 2 ||
	    text_parse_u64(parts.items[0], &operation) < 0 || !operation ||
	    (parts.count == 2 && (text_parse_u64(parts.items[1], &step) < 0 || !step)) ||
	    operation > UINT32_MAX || step > UINT32_MAX) {
		_cleanup_free_ char *shown = printable_text(text);

		problem_set(why, -EINVAL, shown, _("no number of a step"));
		problem_set_next(why, _("\"refloat status\" shows them: 3 is an operation, 3.2 a "
					"step of it."));
		return -EINVAL;
	}
	*ret_operation = (unsigned)operation;
	*ret_step = (unsigned)step;
	return 0;
}

static int plan_undo(struct session *session, const struct answers *answers,
		     struct plan **ret_plan, struct problem *why)
{
	_cleanup_plan_ struct plan *plan = plan_new("undo");
	_cleanup_free_ const struct operation **list = NULL;
	const char *back_to = answers_get(answers, "step");
	unsigned operation = 0, step = 1;
	size_t count = 0, last = 0;
	int r = list_operations(session, &list, &count, why);

	if (r < 0) {
		list = NULL;
		return r;
	}
	if (back_to) {
		r = parse_step(back_to, &operation, &step, why);
		if (r < 0)
			return r;
		while (last < count && list[last]->number != operation)
			last++;
		if (last == count) {
			problem_set(why, -ENOENT, back_to, _("nothing of it is left to undo"));
			return -ENOENT;
		}
	}
	plan->is_undo = true;
	plan->summary = text_format(_("Undo: %s"), list[last]->summary);
	add_foreign_mounts(plan, list, last + 1);
	for (size_t i = 0; i <= last; i++)
		add_undo_steps(plan, list[i], i == last ? step : 1);
	if (!plan->count)
		return refuse_empty(why);
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field umount_fields[] = {
	{.name = "kill", .kind = FIELD_FLAG,
	 .help = N_("end the programs that keep the tree busy (the plan names them)")},
};

static const struct example umount_examples[] = {
	{"umount", N_("show what would be taken down, ask, do it")},
	{"umount --kill", N_("end the programs that are in the way, too")},
	{NULL, NULL},
};

const struct action action_umount = {
	.name = "umount",
	.label = N_("Unmount everything"),
	.help = N_("take down everything that refloat has mounted"),
	.details = N_("Undoes all that refloat has done on this machine and not undone yet, in reverse "
		      "order: mounts, attached images, folders made. Also after the program was "
		      "killed or the line dropped. What is busy is named with the processes that hold "
		      "it. There is no lazy unmount: the disk would go on being written where nobody "
		      "sees it."),
	.examples = umount_examples,
	.key = 'u',
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = umount_fields,
	.field_count = ARRAY_SIZE(umount_fields),
	.plan = plan_umount,
};

static const struct field undo_fields[] = {
	{.name = "step", .kind = FIELD_STEP, .metavar = N_("STEP"),
	 .help = N_("back to this operation (3) or step (3.2), as \"refloat status\" shows them")},
};

static const struct example undo_examples[] = {
	{"undo", N_("undo the last operation")},
	{"undo 2", N_("undo operation 2 and everything done after it")},
	{NULL, NULL},
};

const struct action action_undo = {
	.name = "undo",
	.label = N_("Undo"),
	.help = N_("undo the last operation, or back to a step"),
	.details = N_("Undoes the last operation that has something to undo, or everything back to the "
		      "operation or step given, that one included."),
	.examples = undo_examples,
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = undo_fields,
	.field_count = ARRAY_SIZE(undo_fields),
	.plan = plan_undo,
};
