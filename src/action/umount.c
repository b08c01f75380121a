/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The actions that take down what was done: umount for all of it, undo for the last operations. */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/end_holders.h"
#include "action/undo_range.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/mount.h"

/* What the making of one plan needs. */
struct taking_down {
	struct plan *plan;
	const struct operation *const *list; /* newest first */
	size_t count;
	bool keeps_what_stays; /* what is on the disks to stay is not taken back */
	struct mount_table table;
	struct text_list planned; /* ids of mounts that the plan has a step for */
};

/* The newest mount at PATH that no step of the plan takes down yet, and notes that one does. */
static bool take_mount_at(struct taking_down *down, const char *path)
{
	for (size_t i = down->table.count; path && i > 0; i--) {
		const struct mount_entry *entry = &down->table.entries[i - 1];
		_cleanup_free_ char *id = text_format("%d", entry->id);

		if (!text_is_equal(entry->target, path) || text_list_contains(&down->planned, id))
			continue;
		text_list_add(&down->planned, id);
		return true;
	}
	return false;
}

/* How many mounts at PATH are ours and not undone. */
static size_t count_ours(const struct taking_down *down, const char *path)
{
	size_t found = 0;

	for (size_t i = 0; i < down->count; i++) {
		for (size_t j = 0; j < down->list[i]->count; j++) {
			const struct journal_step *step = &down->list[i]->steps[j];

			if (journal_step_is_undoable(step) &&
			    text_is_equal(step_get(step->step, "at"), path))
				found++;
		}
	}
	return found;
}

/* How many mounts at PATH stand and have no step yet. */
static size_t count_standing(const struct taking_down *down, const char *path)
{
	size_t found = 0;

	for (size_t i = 0; i < down->table.count; i++) {
		const struct mount_entry *entry = &down->table.entries[i];
		_cleanup_free_ char *id = text_format("%d", entry->id);

		if (text_is_equal(entry->target, path) && !text_list_contains(&down->planned, id))
			found++;
	}
	return found;
}

/*
 * Mounts that somebody else has made at or below PATH, where ours is: they would keep it busy. Of
 * several at one place the newest are theirs.
 */
static void add_foreign_mounts(struct taking_down *down, const char *path)
{
	_cleanup_free_ const struct mount_entry **below = NULL;
	size_t count = mount_table_list_below(&down->table, path, &below);

	for (size_t i = 0; i < count; i++) {
		const char *target = below[i]->target;
		_cleanup_free_ char *id = text_format("%d", below[i]->id);
		_cleanup_free_ char *shown = printable_text(target);
		struct step *step;

		if (text_list_contains(&down->planned, id) ||
		    count_standing(down, target) <= count_ours(down, target))
			continue;
		(void)take_mount_at(down, target); /* this one: it is the newest there */
		step = step_new("unmount", RISK_SYSTEM, STEP_REQUIRED,
				_("Unmount %s, which refloat did not mount"), shown);
		step_set(step, "target", target);
		plan_add(down->plan, step);
	}
}

/* Programs that use what the plan takes down. */
static void add_end_of_holders(struct taking_down *down)
{
	_cleanup_text_list_ struct text_list roots = {0};

	for (size_t i = 0; i < down->count; i++) {
		for (size_t j = 0; j < down->list[i]->count; j++) {
			const struct journal_step *step = &down->list[i]->steps[j];
			const char *root = step_get(step->step, "root");

			/* only where something is mounted: "/" is the rescue system itself */
			if (journal_step_is_undoable(step) && step_get(step->step, "at") &&
			    !text_list_contains(&roots, root))
				text_list_add(&roots, root);
		}
	}
	for (size_t i = 0; i < roots.count; i++)
		end_holders_add(down->plan, roots.items[i]);
}

/* The steps of OPERATION from the last back to FIRST that there is something to undo of. */
static void add_undo_steps(struct taking_down *down, const struct operation *operation,
			   unsigned first)
{
	for (size_t i = operation->count; i > 0; i--) {
		const struct journal_step *step = &operation->steps[i - 1];
		const char *at = step_get(step->step, "at");

		if (step->number < first || !journal_step_is_undoable(step) ||
		    (down->keeps_what_stays && undo_stays(step->step)))
			continue;
		if (at) {
			add_foreign_mounts(down, at);
			(void)take_mount_at(down, at); /* gone already: undo finds so */
		}
		plan_add(down->plan,
			 step_new_undo(step_classes, operation->number, step->number, step->step));
	}
}

static void taking_down_done(struct taking_down *down)
{
	mount_table_done(&down->table);
	text_list_done(&down->planned);
}

static int refuse_nothing(struct problem *why)
{
	(void)problem_set(why, -ENOENT, _("undo"), _("there is nothing to undo"));
	problem_set_next(why,
			 _("\"refloat status\" shows what was done since the last start of this "
			   "machine."));
	return -ENOENT;
}

static int list_operations(struct session *session, const struct operation ***ret_list,
			   size_t *ret_count, struct problem *why)
{
	const struct operation **list;
	struct journal *journal;
	int r = session_get_journal(session, &journal, why);

	if (r < 0)
		return r;
	if (journal_is_foreign(journal)) {
		(void)journal_refuse_foreign(journal, why);
		return -EXDEV;
	}
	*ret_count = journal_list_undoable(journal, &list);
	if (!*ret_count) {
		free(list);
		return refuse_nothing(why);
	}
	*ret_list = list;
	return 0;
}

/* Nothing of them may be a job's that still runs. */
static int check_operations(struct session *session, const struct operation *const *list,
			    size_t count, struct problem *why)
{
	struct journal *journal;
	int r = session_get_journal(session, &journal, why);

	for (size_t i = 0; r >= 0 && i < count; i++)
		r = journal_check_undo(journal, list[i]->number, why);
	return r;
}

static int plan_umount(struct session *session, const struct answers *answers,
		       struct plan **ret_plan, struct problem *why)
{
	_cleanup_plan_ struct plan *plan = plan_new("umount");
	_cleanup_free_ const struct operation **list = NULL;
	_cleanup_(taking_down_done) struct taking_down down = {.plan = plan,
							       .keeps_what_stays = true};
	int r = list_operations(session, &list, &down.count, why);

	if (r == 0)
		r = check_operations(session, list, down.count, why);
	if (r == 0)
		r = mount_table_read(NULL, &down.table, why);
	if (r < 0)
		return r;
	down.list = list;
	plan->is_undo = true;
	plan->summary = text_copy(_("Take down everything that refloat has mounted"));
	if (answers_has(answers, "kill"))
		add_end_of_holders(&down);
	for (size_t i = 0; i < down.count; i++)
		add_undo_steps(&down, list[i], 1);
	if (!plan->count)
		return refuse_nothing(why);
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

/* "3" or "3.2": back to that operation, or to that step of it. */
static int parse_step(const char *text, unsigned *ret_operation, unsigned *ret_step,
		      struct problem *why)
{
	_cleanup_free_ char *first = text_copy(text), *shown = printable_text(text);
	char *dot = strchr(first, '.');
	uint64_t operation = 0, step = 1;

	if (dot)
		*dot++ = '\0';
	if (text_parse_u64(first, &operation) == 0 && operation && operation <= UINT32_MAX &&
	    (!dot || text_parse_u64(dot, &step) == 0) && step && step <= UINT32_MAX) {
		*ret_operation = (unsigned)operation;
		*ret_step = (unsigned)step;
		return 0;
	}
	problem_set(why, -EINVAL, shown, _("no number of a step"));
	problem_set_next(why,
			 _("\"refloat status\" shows them: 3 is an operation, 3.2 a step of it."));
	return -EINVAL;
}

static bool has_left_from(const struct operation *operation, unsigned first)
{
	for (size_t i = 0; i < operation->count; i++) {
		if (operation->steps[i].number >= first &&
		    journal_step_is_undoable(&operation->steps[i]))
			return true;
	}
	return false;
}

/* How many operations, newest first, and back to which step of the last of them. */
static int choose_range(const struct operation *const *list, size_t count, const char *back_to,
			size_t *ret_count, unsigned *ret_step, struct problem *why)
{
	unsigned operation = 0, step = 1;
	int r = back_to ? parse_step(back_to, &operation, &step, why) : 0;

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		if (back_to && list[i]->number != operation)
			continue;
		if (!has_left_from(list[i], step))
			break;
		*ret_count = i + 1;
		*ret_step = step;
		return 0;
	}
	problem_set(why, -ENOENT, back_to, _("nothing of it is left to undo"));
	problem_set_next(why, _("\"refloat status\" shows what is."));
	return -ENOENT;
}

/* Operations that are not the one that is meant, and go with it. */
static void note_others(struct plan *plan, const struct operation *const *list, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++) {
		_cleanup_free_ char *shown = printable_text(list[i]->summary);

		text_list_format(&plan->notes, _("What was done after it goes first: %s (%u)."),
				 shown, list[i]->number);
	}
}

static int plan_undo(struct session *session, const struct answers *answers, struct plan **ret_plan,
		     struct problem *why)
{
	_cleanup_plan_ struct plan *plan = plan_new("undo");
	_cleanup_free_ const struct operation **list = NULL;
	_cleanup_(taking_down_done) struct taking_down down = {.plan = plan};
	unsigned step = 1;
	size_t count = 0;
	int r = list_operations(session, &list, &down.count, why);

	if (r == 0)
		r = choose_range(list, down.count, answers_get(answers, "step"), &count, &step,
				 why);
	if (r == 0)
		count = undo_range_narrow(list, count);
	if (r == 0)
		r = undo_range_check_mounted(list[count - 1], step, why);
	if (r == 0)
		r = check_operations(session, list, count, why);
	if (r == 0)
		r = mount_table_read(NULL, &down.table, why);
	if (r < 0)
		return r;
	down.list = list;
	plan->is_undo = true;
	plan->summary = text_format(_("Undo: %s"), list[count - 1]->summary);
	note_others(plan, list, count);
	for (size_t i = 0; i < count; i++)
		add_undo_steps(&down, list[i], i + 1 == count ? step : 1);
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field umount_fields[] = {
	{.name = "kill",
	 .kind = FIELD_FLAG,
	 .label = N_("End what keeps it busy"),
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
	.details = N_(
		"Undoes all that refloat has done on this machine and not undone yet, in reverse "
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
	{.name = "step",
	 .kind = FIELD_STEP,
	 .metavar = N_("STEP"),
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
	.details = N_(
		"Undoes the last operation that has something to undo, or everything back to the "
		"operation or step given, that one included. One that has only changed files on the "
		"server's disks, such as a password or a repair, is undone alone: what was mounted "
		"since stays mounted."),
	.examples = undo_examples,
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = undo_fields,
	.field_count = ARRAY_SIZE(undo_fields),
	.plan = plan_undo,
};
