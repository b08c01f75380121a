/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a filesystem is mounted, and the steps that unmount it for as long as a plan runs. */
#include "action/check_mounts.h"

#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/place.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"
#include "storage/running.h"

int check_mounts_read(struct session *session, struct check_mounts *mounts, struct problem *why)
{
	struct journal *journal;
	int r;

	if (session->scan.sysroot)
		return 0;
	r = session_get_journal(session, &journal, why);
	if (r < 0)
		return r;
	if (!journal_is_foreign(journal))
		mounts->operation_count = journal_list_undoable(journal, &mounts->operations);
	return mount_table_read(NULL, &mounts->table, why);
}

void check_mounts_done(struct check_mounts *mounts)
{
	mount_table_done(&mounts->table);
	free(mounts->operations);
	text_list_done(&mounts->planned);
	*mounts = (struct check_mounts){0};
}

/* Whether loop device NODE has DEVICE, or its place in a file, behind it. */
static bool is_loop_over(const char *node, const struct device *device)
{
	const char *path = NULL;
	uint64_t offset = 0, size = 0;

	return text_has_prefix(node, "/dev/loop") &&
	       device_get_extent(device, &path, &offset, &size) == 0 &&
	       running_loop_is_on(node, path, offset);
}

static bool is_of(const struct mount_entry *entry, const struct machine *machine,
		  const struct device *device)
{
	const struct device *found = NULL;

	if (device->number && entry->number == device->number)
		return true;
	if (!entry->source || *entry->source != '/')
		return false;
	found = machine_find(machine, entry->source);
	return found == device || is_loop_over(entry->source, device);
}

static bool is_of_any(const struct mount_entry *entry, const struct machine *machine,
		      const struct device *device)
{
	bool is_found = is_of(entry, machine, device);

	for (size_t i = 0; i < device->member_count && !is_found; i++)
		is_found = is_of(entry, machine, device->members[i]);
	return is_found;
}

static void add_place(struct text_list *places, const char *target)
{
	if (*target == '/' && !text_list_contains(places, target))
		text_list_add(places, target);
}

void check_mounts_list(const struct check_mounts *mounts, const struct machine *machine,
		       const struct device *device, struct text_list *places)
{
	for (size_t i = 0; i < device->mountpoints.count; i++)
		add_place(places, device->mountpoints.items[i]);
	for (size_t i = 0; i < mounts->table.count; i++) {
		const struct mount_entry *entry = &mounts->table.entries[i];

		if (entry->target && is_of_any(entry, machine, device))
			add_place(places, entry->target);
	}
}

bool check_mounts_are_planned(const struct check_mounts *mounts, const struct text_list *places)
{
	for (size_t i = 0; i < places->count; i++) {
		if (text_list_contains(&mounts->planned, places->items[i]))
			return true;
	}
	return false;
}

/* The step that has mounted at TARGET; NULL: it was not refloat. */
static const struct step *find_mount_step(const struct check_mounts *mounts, const char *target)
{
	for (size_t i = 0; i < mounts->operation_count; i++) {
		const struct operation *operation = mounts->operations[i];

		for (size_t j = operation->count; j > 0; j--) {
			const struct journal_step *step = &operation->steps[j - 1];

			if (journal_step_is_undoable(step) &&
			    text_is_equal(step->step->class_name, step_mount.name) &&
			    text_is_equal(step_get(step->step, "at"), target))
				return step->step;
		}
	}
	return NULL;
}

static int refuse_foreign(const char *name, const char *target, const char *place,
			  struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(target), *at = printable_text(place);

	if (text_is_equal(target, place))
		(void)problem_set(why, -EBUSY, name, _("it is mounted at %s, and not by refloat"),
				  shown);
	else
		(void)problem_set(
			why, -EBUSY, name,
			_("it is mounted at %s, and something is mounted at %s below that, "
			  "not by refloat"),
			at, shown);
	problem_set_next(why, _("Unmount it first: umount %s"), shown);
	return -EBUSY;
}

int check_mounts_may_unmount(const struct check_mounts *mounts, const char *place, const char *name,
			     struct problem *why)
{
	_cleanup_free_ const struct mount_entry **below = NULL;
	size_t count = mount_table_list_below(&mounts->table, place, &below);

	if (!count)
		return refuse_foreign(name, place, place, why);
	for (size_t i = 0; i < count; i++) {
		if (!find_mount_step(mounts, below[i]->target))
			return refuse_foreign(name, below[i]->target, place, why);
	}
	return 0;
}

/* The mount that TARGET lies in. */
static const char *find_outer(const struct mount_table *table, const char *target)
{
	const char *outer = "/";

	for (size_t i = 0; i < table->count; i++) {
		const char *other = table->entries[i].target;

		if (other && strlen(other) > strlen(outer) && !text_is_equal(other, target) &&
		    mount_path_is_below(target, other))
			outer = other;
	}
	return outer;
}

static void add_step(struct plan *plan, const struct step *mounted, const char *target,
		     const char *outer)
{
	_cleanup_free_ char *shown = printable_text(target);
	struct step *step = step_new("unmount-for-now", RISK_SYSTEM, STEP_REQUIRED,
				     _("Unmount %s for as long as this takes"), shown);

	for (size_t i = 0; i < mounted->argument_count; i++)
		step_set(step, mounted->arguments[i].name, mounted->arguments[i].value);
	step_set(step, "at", target);
	step_set(step, "in", outer);
	step->is_temporary = true;
	plan_add(plan, step);
}

int check_mounts_unmount(struct check_mounts *mounts, const struct text_list *places,
			 const char *name, struct plan *plan, struct problem *why)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < places->count; i++)
		r = check_mounts_may_unmount(mounts, places->items[i], name, why);
	for (size_t i = 0; r == 0 && i < places->count; i++) {
		_cleanup_free_ const struct mount_entry **below = NULL;
		size_t count = mount_table_list_below(&mounts->table, places->items[i], &below);

		for (size_t j = 0; j < count; j++) {
			const char *target = below[j]->target;

			if (text_list_contains(&mounts->planned, target))
				continue;
			text_list_add(&mounts->planned, target);
			add_step(plan, find_mount_step(mounts, target), target,
				 find_outer(&mounts->table, target));
		}
	}
	return r;
}

/* --- the step: its arguments are those of the step that mounts */

static const char *place_of(const struct step *step)
{
	return step_get_text(step, "at");
}

static void print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"umount", place_of(step), NULL};

	text_list_take(lines, shell_command_vector(words));
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	return place_unmount(place_of(step), why);
}

/* What it lay in must be there again: the folder of the rescue system that has its name is not it.
 */
static int check_outer(const struct step *step, struct problem *why)
{
	const char *outer = step_get_text(step, "in");
	_cleanup_free_ char *shown = printable_text(outer);

	if (text_is_equal(outer, "/") || place_is_mounted(outer))
		return 0;
	return problem_set(why, -ENOENT, place_of(step),
			   _("nothing is mounted at %s any more, in which it was"), shown);
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_json_ struct json_object *object = step_to_json(step);
	struct step *again;
	int r;

	if (place_is_mounted(place_of(step)))
		return 0; /* it was never unmounted */
	r = check_outer(step, why);
	if (r < 0)
		return r;
	again = step_from_json(object);
	r = step_mount.prepare(again, why);
	if (r == 0)
		r = step_mount.run(again, report, why);
	(void)step_free(again);
	return r;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *shown = printable_text(place_of(step));

	return text_format(_("Mount %s again"), shown);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	step_mount.command(step, lines);
}

const struct step_class step_unmount_for_now = {
	.name = "unmount-for-now",
	.needs_turn = true,
	.is_independent = true, /* what lies in it is not mounted without it: see check_outer */
	.command = print,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
};
