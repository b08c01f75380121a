/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that gives a file or folder of the target another owner or mode, never through a
 * symlink.
 *
 * Arguments: root, path (in-root), mode, uid, gid (what is wanted of them), links, lifts-flags.
 * Known once it begins: was-mode, was-uid, was-gid, flags, filesystem.
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

/* Three arguments as owner and mode: "mode", "uid" and "gid", or those that they were. */
static struct edit_owner get_owner(const struct step *step, const char *mode, const char *uid,
				   const char *gid)
{
	return (struct edit_owner){
		.has_mode = step_get(step, mode) != NULL,
		.has_uid = step_get(step, uid) != NULL,
		.has_gid = step_get(step, gid) != NULL,
		.mode = (mode_t)(strtoul(step_get_text(step, mode), NULL, 8) & 07777),
		.uid = (uid_t)node_get_number(step, uid),
		.gid = (gid_t)node_get_number(step, gid),
	};
}

static struct edit_owner wanted_of(const struct step *step)
{
	return get_owner(step, "mode", "uid", "gid");
}

static struct edit_owner was_of(const struct step *step)
{
	return get_owner(step, "was-mode", "was-uid", "was-gid");
}

static void print_owner(const struct step *step, const struct edit_owner *owner,
			struct text_list *lines)
{
	_cleanup_free_ char *path = full_path(step);
	_cleanup_free_ char *uid = text_format("%u", (unsigned)owner->uid);
	_cleanup_free_ char *gid = text_format(":%u", (unsigned)owner->gid);
	_cleanup_free_ char *mode = text_format("%04o", (unsigned)owner->mode);
	_cleanup_free_ char *names =
		text_format("%s%s", owner->has_uid ? uid : "", owner->has_gid ? gid : "");
	const char *const chown[] = {"chown", "-h", names, path, NULL};
	const char *const chmod[] = {"chmod", mode, path, NULL};
	unsigned flags =
		step_get(step, "lifts-flags") ? (unsigned)node_get_number(step, "flags") : 0;

	edit_print_flags(lines, '-', flags, path);
	if (*names)
		text_list_take(lines, shell_command_vector(chown));
	if (owner->has_mode)
		text_list_take(lines, shell_command_vector(chmod));
	edit_print_flags(lines, '+', flags, path);
}

static void print(const struct step *step, struct text_list *lines)
{
	struct edit_owner wanted = wanted_of(step);

	print_owner(step, &wanted, lines);
}

static void set_number(struct step *step, const char *name, const char *format, unsigned number)
{
	_cleanup_free_ char *text = strcmp(format, "octal") == 0 ? text_format("%04o", number)
								 : text_format("%u", number);

	step_set(step, name, text);
}

static int prepare(struct step *step, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *identity = NULL, *path = full_path(step);
	struct edit_owner is = {0};
	unsigned flags = 0;
	uint64_t links = 1;
	int r = edit_open_root(step, &root, why);

	if (r == 0)
		r = edit_owner_look(root, step_get_text(step, "path"), &is, &flags, &links, why);
	if (r == 0)
		r = edit_owner_check(path, links, flags, step_get(step, "links"),
				     step_get(step, "lifts-flags"), why);
	if (r < 0)
		return r;
	identity = edit_identify_root(root);
	step_set(step, "filesystem", identity);
	set_number(step, "was-mode", "octal", is.mode);
	set_number(step, "was-uid", "decimal", is.uid);
	set_number(step, "was-gid", "decimal", is.gid);
	set_number(step, "flags", "decimal", flags & EDIT_FLAGS_LIFTED);
	return 0;
}

static int set_owner(const struct step *step, const struct root *root,
		     const struct edit_owner *wanted, struct problem *why)
{
	int r = edit_owner_set(root, step_get_text(step, "path"), wanted, step_get(step, "links"),
			       step_get(step, "lifts-flags"), why);

	if (r < 0)
		edit_name_place(step, why);
	return r;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	struct edit_owner wanted = wanted_of(step);
	int r = edit_open_root(step, &root, why);

	(void)report;
	return r < 0 ? r : set_owner(step, root, &wanted, why);
}

/* Whether each of what IS is what was there before, or what was wanted: nobody else was at it. A
 * change of owner takes set-ID bits away, so that they may be missing. */
static bool is_ours(const struct step *step, const struct edit_owner *is)
{
	struct edit_owner was = was_of(step), wanted = wanted_of(step);

	return (is->uid == was.uid || (wanted.has_uid && is->uid == wanted.uid)) &&
	       (is->gid == was.gid || (wanted.has_gid && is->gid == wanted.gid)) &&
	       (is->mode == was.mode || is->mode == (was.mode & 01777) ||
		is->mode == (was.mode & 03777) || (wanted.has_mode && is->mode == wanted.mode));
}

static bool is_done(const struct step *step)
{
	_cleanup_root_ struct root *root = NULL;
	struct edit_owner is, was = was_of(step);
	unsigned flags = 0;
	uint64_t links = 1;

	if (edit_open_root(step, &root, NULL) < 0 ||
	    edit_owner_look(root, step_get_text(step, "path"), &is, &flags, &links, NULL) < 0)
		return true; /* not known: undo looks again */
	return is_ours(step, &is) &&
	       (is.mode != was.mode || is.uid != was.uid || is.gid != was.gid ||
		(flags & EDIT_FLAGS_LIFTED) != (unsigned)node_get_number(step, "flags"));
}

static int put_back(const struct step *step, const struct root *root, unsigned flags,
		    struct problem *why)
{
	struct edit_owner was = was_of(step);
	unsigned wanted = (unsigned)node_get_number(step, "flags");
	int r = set_owner(step, root, &was, why);

	if (r < 0 || !step_get(step, "lifts-flags") || (flags & EDIT_FLAGS_LIFTED) == wanted)
		return r;
	/* it was killed between taking the flags off and putting them back */
	return edit_owner_flags(root, step_get_text(step, "path"), wanted, why);
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_problem_ struct problem gone = {0};
	_cleanup_free_ char *path = full_path(step), *shown = printable_text(path);
	struct edit_owner is = {0};
	unsigned flags = 0;
	uint64_t links = 1;
	int r = edit_open_root(step, &root, why);

	if (r < 0)
		return r;
	r = edit_owner_look(root, step_get_text(step, "path"), &is, &flags, &links, &gone);
	if (r == 0 && is_ours(step, &is))
		return put_back(step, root, flags, why);
	if (r == 0 || r == -ENOENT || r == -ELOOP || r == -EINVAL || r == -ENOTDIR) {
		report->is_unfinished = true;
		text_list_format(&report->notes,
				 _("owner or mode of %s were changed by somebody since, and stay"),
				 shown);
		return 0;
	}
	problem_move(why, &gone);
	return r;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *path = full_path(step), *shown = printable_text(path);

	return text_format(_("Put back owner and mode of %s"), shown);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	struct edit_owner was = was_of(step);

	print_owner(step, &was, lines);
}

const struct step_class step_set_attributes = {
	.name = "set-attributes",
	.stays = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
