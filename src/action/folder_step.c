/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that makes a missing folder. Arguments: root ("/" or the target folder), path (in-root);
 * made: the folders that were missing before, one a line, topmost first.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "action/actions.h"
#include "action/place.h"
#include "base/i18n.h"
#include "base/root.h"
#include "base/shell.h"

static char *full_path(const struct step *step)
{
	return place_join(step_get(step, "root"), step_get(step, "path"));
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
	_cleanup_text_list_ struct text_list missing = {0};
	_cleanup_free_ char *resolved = NULL, *joined = NULL;
	int r = root_open(step_get(step, "root"), &root, why);

	if (r < 0)
		return r;
	r = root_resolve(root, step_get(step, "path"), true, &resolved, NULL);
	if (r < 0)
		return problem_set_errno(why, r, step_get(step, "path"));
	for (char *end = resolved; *end;) {
		char saved;

		end = strchrnul(end + 1, '/');
		saved = *end;
		*end = '\0';
		if (!root_has(root, resolved))
			text_list_add(&missing, resolved);
		*end = saved;
	}
	joined = text_list_join(&missing, "\n");
	step_set(step, "made", joined);
	return 0;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(step_get(step, "root"), &root, why);

	(void)report;
	return r < 0 ? r : root_make_folders(root, step_get(step, "path"), NULL, why);
}

static bool is_done(const struct step *step)
{
	return !text_is_empty(step_get(step, "made")); /* undo looks again, and removes only those */
}

/* Removes what was made, deepest first, as long as it is empty. */
static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list made = {0};
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(step_get(step, "root"), &root, NULL);

	text_list_split(&made, step_get(step, "made"), "\n");
	for (size_t i = made.count; r == 0 && i > 0; i--) {
		_cleanup_free_ char *parent = text_copy(made.items[i - 1]);
		char *name = strrchr(parent, '/');
		_cleanup_close_ int folder = -1;

		if (!name)
			continue;
		*name++ = '\0';
		folder = root_open_file(root, *parent ? parent : "/", O_PATH | O_DIRECTORY, 0);
		if (folder < 0)
			continue;
		if (unlinkat(folder, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
			continue;
		if (errno != ENOTEMPTY && errno != EEXIST && errno != EBUSY)
			return problem_set_errno(why, -errno, made.items[i - 1]);
		if (report)
			text_list_format(&report->notes, _("%s is not empty any more and stays"),
					 made.items[i - 1]);
		return 0;
	}
	return 0;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *path = full_path(step);

	return text_format(_("Remove the folder %s made for it, if it is empty"), path);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list made = {0};

	text_list_split(&made, step_get(step, "made"), "\n");
	for (size_t i = made.count; i > 0; i--) {
		_cleanup_free_ char *path = place_join(step_get(step, "root"), made.items[i - 1]);
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
