/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that makes a folder of the target for good, with owner, mode and label, such as a home.
 *
 * Arguments: root, path (in-root, resolved), mode, uid, gid, label. Known once it begins:
 * filesystem.
 */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/edit.h"
#include "action/node.h"
#include "action/place.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"

static char *full_path(const struct step *step)
{
	return place_join(step_get_text(step, "root"), step_get_text(step, "path"));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *path = full_path(step);
	const char *const words[] = {"install", "-d",
				     "-m",	step_get_text(step, "mode"),
				     "-o",	step_get_text(step, "uid"),
				     "-g",	step_get_text(step, "gid"),
				     path,	NULL};

	text_list_take(lines, shell_command_vector(words));
}

static int prepare(struct step *step, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *identity = NULL, *path = full_path(step);
	struct stat status;
	int r = edit_open_root(step, &root, why);

	if (r < 0)
		return r;
	if (root_stat(root, step_get_text(step, "path"), false, &status) == 0)
		return problem_set(why, -EEXIST, path, _("something is there meanwhile"));
	identity = edit_identify_root(root);
	step_set(step, "filesystem", identity);
	return 0;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	const struct edit_folder folder = {
		.path = step_get_text(step, "path"),
		.mode = (mode_t)(strtoul(step_get_text(step, "mode"), NULL, 8) & 07777),
		.uid = (uid_t)node_get_number(step, "uid"),
		.gid = (gid_t)node_get_number(step, "gid"),
		.label = step_get(step, "label"),
	};
	int r = edit_open_root(step, &root, why);

	(void)report;
	if (r == 0)
		r = edit_folder_make(root, &folder, why);
	if (r < 0)
		edit_name_place(step, why);
	return r;
}

static bool is_done(const struct step *step)
{
	_cleanup_root_ struct root *root = NULL;

	return edit_open_root(step, &root, NULL) < 0 || /* not known: undo looks again */
	       root_has_folder(root, step_get_text(step, "path"));
}

/* What somebody has put into it meanwhile is not refloat's to remove. */
static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *path = full_path(step), *shown = printable_text(path);
	int r = edit_open_root(step, &root, why);

	if (r == 0)
		r = edit_folder_remove(root, step_get_text(step, "path"));
	else
		return r;
	if (r == -ENOTEMPTY)
		text_list_format(&report->notes, _("%s is not empty any more and stays"), shown);
	else if (r == -ENOTDIR || r == -ELOOP || r == -EBUSY)
		text_list_format(&report->notes, _("the folder %s stays: %s"), shown, strerror(-r));
	else
		return r < 0 ? problem_set_errno(why, r, path) : 0;
	report->is_unfinished = true;
	return 0;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *path = full_path(step), *shown = printable_text(path);

	return text_format(_("Remove the folder %s, which was made, if it is empty"), shown);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *path = full_path(step);
	const char *const words[] = {"rmdir", path, NULL};

	text_list_take(lines, shell_command_vector(words));
}

const struct step_class step_make_own_folder = {
	.name = "make-own-folder",
	.stays = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
