/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which operations are undone with the one that is meant. */
#include "action/undo_range.h"

#include <errno.h>

#include "action/actions.h"
#include "action/edit.h"
#include "base/i18n.h"
#include "base/printable.h"

bool undo_stays(const struct step *step)
{
	const struct step_class *class = step_class_find(step_classes, step->class_name);

	return class && class->stays;
}

/* Everything of it that there is to undo stays. */
static bool is_of_disks_alone(const struct operation *operation)
{
	for (size_t i = 0; i < operation->count; i++) {
		if (journal_step_is_undoable(&operation->steps[i]) &&
		    !undo_stays(operation->steps[i].step))
			return false;
	}
	return true;
}

/* Both change a file at the same place, or one what the other made the place for. */
static bool share_place(const struct step *newer, const struct step *older)
{
	const char *path = step_get(newer, "path"), *other = step_get(older, "path");
	const char *below = path && other ? text_after_prefix(path, other) : NULL;

	return below && (*below == '\0' || *below == '/') && undo_stays(newer) &&
	       undo_stays(older) && text_is_equal(step_get(newer, "root"), step_get(older, "root"));
}

static bool depends(const struct operation *newer, const struct operation *older)
{
	for (size_t i = 0; i < newer->count; i++) {
		for (size_t j = 0; j < older->count; j++) {
			if (journal_step_is_undoable(&newer->steps[i]) &&
			    journal_step_is_undoable(&older->steps[j]) &&
			    share_place(newer->steps[i].step, older->steps[j].step))
				return true;
		}
	}
	return false;
}

static bool depends_on_any(const struct operation *newer, const struct operation *const *kept,
			   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (depends(newer, kept[i]))
			return true;
	}
	return false;
}

size_t undo_range_narrow(const struct operation **list, size_t count)
{
	size_t first = count - 1; /* of those that are kept, which stand at the end of LIST */

	if (!is_of_disks_alone(list[count - 1]))
		return count;
	for (size_t i = count - 1; i > 0; i--) {
		if (!depends_on_any(list[i - 1], list + first, count - first))
			continue;
		if (!is_of_disks_alone(list[i - 1]))
			return count; /* the mount of it goes, too: then all in between do */
		list[--first] = list[i - 1];
	}
	for (size_t i = 0; i < count - first; i++)
		list[i] = list[first + i];
	return count - first;
}

int undo_range_check_mounted(const struct operation *operation, unsigned first, struct problem *why)
{
	for (size_t i = 0; i < operation->count; i++) {
		const struct journal_step *step = &operation->steps[i];
		_cleanup_root_ struct root *root = NULL;
		int r = 0;

		if (step->number >= first && journal_step_is_undoable(step) &&
		    step_get(step->step, "filesystem") && step_get(step->step, "root"))
			r = edit_open_root(step->step, &root, why);
		if (r < 0)
			return r;
	}
	return 0;
}
