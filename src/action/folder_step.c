/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that makes a missing folder. Arguments: root ("/" or the target folder), path (in-root);
 * folder: that path resolved; made: the topmost folder above it that was missing before, or itself.
 */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/place.h"
#include "base/alloc.h"
#include "base/edit.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/root.h"
#include "base/shell.h"

static char *full_path(const struct step *step)
{
	return place_join(step_get_text(step, "root"), step_get_text(step, "path"));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *path = full_path(step);
	const char *const words[] = {"mkdir", "-p", path, NULL};

	text_list_take(lines, shell_command_vector(words));
}

/* The folders that are missing now are those that undo may remove. */
static int prepare(struct step *step, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *resolved = NULL, *made = NULL;
	int r = root_open(step_get(step, "root"), &root, why);

	if (r < 0)
		return r;
	r = root_resolve(root, step_get(step, "path"), true, &resolved, NULL);
	if (r < 0)
		return problem_set_errno(why, r, step_get(step, "path"));
	for (const char *end = resolved; !made && *end;) {
		_cleanup_free_ char *part = NULL;

		end = strchrnul(end + 1, '/');
		part = alloc_copy(resolved, (size_t)(end - resolved));
		if (!root_has(root, part))
			made = TAKE_PTR(part);
	}
	step_set(step, "folder", resolved);
	step_set(step, "made", made);
	return 0;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(step_get(step, "root"), &root, why);

	(void)report;
	return r < 0 ? r : root_make_folders(root, step_get(step, "path"), NULL, why);
}

/* In-root paths of what was made, deepest first. */
static void list_made(const struct step *step, struct text_list *list)
{
	const char *made = step_get(step, "made");
	_cleanup_free_ char *path = text_copy(step_get(step, "folder"));
	char *slash = path;

	while (made && path && slash && strlen(path) >= strlen(made)) {
		text_list_add(list, path);
		slash = strrchr(path, '/');
		if (slash)
			*slash = '\0';
	}
}

static bool is_done(const struct step *step)
{
	return step_get(step, "made") != NULL; /* undo looks again, and removes only those */
}

/*
 * Removes what was made as long as it is empty. An empty folder that stays is no reason to leave
 * the tree mounted: it is told of, and that is all.
 */
static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list made = {0};
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(step_get_text(step, "root"), &root, NULL);

	(void)why;
	list_made(step, &made);
	for (size_t i = 0; r == 0 && i < made.count; i++) {
		_cleanup_free_ char *path = place_join(step_get_text(step, "root"), made.items[i]);
		_cleanup_free_ char *shown = printable_text(path);

		r = edit_folder_remove(root, made.items[i]);
		if (r == -ENOTEMPTY)
			text_list_format(&report->notes, _("%s is not empty any more and stays"),
					 shown);
		else if (r < 0)
			text_list_format(&report->notes, _("the folder %s stays: %s"), shown,
					 strerror(-r));
	}
	return 0;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *path = full_path(step);
	_cleanup_free_ char *shown = printable_text(path);

	return text_format(_("Remove the folder %s made for it, if it is empty"), shown);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list made = {0};

	list_made(step, &made);
	for (size_t i = 0; i < made.count; i++) {
		_cleanup_free_ char *path = place_join(step_get_text(step, "root"), made.items[i]);
		const char *const words[] = {"rmdir", path, NULL};

		text_list_take(lines, shell_command_vector(words));
	}
}

const struct step_class step_make_folder = {
	.name = "make-folder",
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
