/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that makes, replaces or removes one symlink of the target in one act.
 *
 * Arguments: root, path (in-root, its folder resolved), was and becomes (what the link leads to;
 * not set: there is none), label of a new one. Known once it begins: temporary (its name until it
 * is in its place), was-uid, was-gid, was-time and was-label, folder-flags (lifted and put back),
 * filesystem.
 */
#include "action/link.h"

#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/edit.h"
#include "action/node.h"
#include "action/place.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"

static char *full_path(const struct step *step)
{
	return place_join(step_get_text(step, "root"), step_get_text(step, "path"));
}

static unsigned folder_flags(const struct step *step)
{
	return (unsigned)node_get_number(step, "folder-flags") & EDIT_FLAGS_LIFTED;
}

/* --- planning */

static void set_number(struct step *step, const char *name, unsigned long long number)
{
	_cleanup_free_ char *text = text_format("%llu", number);

	step_set(step, name, text);
}

static struct step *new_step(const struct link_wish *wish, const struct edit_link *seen)
{
	_cleanup_free_ char *full = place_join(wish->root, seen->path);
	_cleanup_free_ char *shown = printable_text(full);
	_cleanup_free_ char *target = wish->target ? printable_text(wish->target) : NULL;

	if (wish->what)
		return step_new("make-link", RISK_WRITES, wish->policy, "%s", wish->what);
	if (!target)
		return step_new("make-link", RISK_WRITES, wish->policy, _("Remove the symlink %s"),
				shown);
	return step_new("make-link", RISK_WRITES, wish->policy,
			seen->exists ? _("Let the symlink %s lead to %s")
				     : _("Make the symlink %s to %s"),
			shown, target);
}

static int add_folder(struct plan *plan, const struct link_wish *wish, struct problem *why)
{
	size_t length = (size_t)(strrchr(wish->path, '/') - wish->path);
	_cleanup_free_ char *folder = alloc_copy(wish->path, length);
	const struct edit_folder_wish folder_wish = {
		.root = wish->root, .path = folder, .mode = 0755, .policy = wish->policy};

	return *folder ? edit_plan_add_folder(plan, &folder_wish, why) : 0;
}

static void note_flags(struct plan *plan, const struct link_wish *wish,
		       const struct edit_link *seen)
{
	unsigned flags = seen->folder_flags & EDIT_FLAGS_LIFTED;
	_cleanup_free_ char *full = place_join(wish->root, seen->path);
	_cleanup_free_ char *shown = printable_text(full);

	if (flags)
		text_list_format(&plan->notes,
				 _("The folder of %s is kept from being changed (\"%s\"): the flag "
				   "is taken off for the change and put back after it."),
				 shown, edit_flags_words(flags));
}

/* The label of a new one; one that is replaced has its own. */
static int find_label(struct plan *plan, const struct link_wish *wish, const struct edit_link *seen,
		      char **ret_label, struct problem *why)
{
	if (!wish->target || seen->label) {
		*ret_label = text_copy(seen->label);
		return 0;
	}
	return edit_plan_label(plan, wish->root, seen->path, ret_label, why);
}

int link_plan_add(struct plan *plan, const struct link_wish *wish, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_edit_link_ struct edit_link seen = {0};
	_cleanup_free_ char *label = NULL, *full = place_join(wish->root, wish->path);
	struct step *step;
	int r = root_open(wish->root, &root, why);

	if (r == 0)
		r = edit_link_look(root, wish->path, &seen, why);
	if (r < 0 || text_is_equal(seen.target, wish->target))
		return r;
	r = edit_link_check(&seen, true, full, why);
	if (r == 0 && !seen.has_folder)
		r = add_folder(plan, wish, why);
	if (r == 0)
		r = find_label(plan, wish, &seen, &label, why);
	if (r < 0)
		return r;
	note_flags(plan, wish, &seen);
	step = new_step(wish, &seen);
	step_set(step, "root", wish->root);
	step_set(step, "path", seen.path);
	step_set(step, "was", seen.target);
	step_set(step, "becomes", wish->target);
	step_set(step, "label", label);
	set_number(step, "folder-flags", seen.folder_flags & EDIT_FLAGS_LIFTED);
	plan_add(plan, step);
	return 0;
}

/* --- doing it */

/* The lines that let the link of STEP lead from FROM to TO; each NULL for none. */
static void print_change(const struct step *step, const char *from, const char *to,
			 struct text_list *lines)
{
	_cleanup_free_ char *path = full_path(step);
	_cleanup_free_ char *folder = alloc_copy(path, (size_t)(strrchr(path, '/') - path));
	const char *const make[] = {"ln", "-sn", to, path, NULL};
	const char *const replace[] = {"ln", "-sfn", to, path, NULL};
	const char *const remove[] = {"rm", path, NULL};

	edit_print_flags(lines, '-', folder_flags(step), *folder ? folder : "/");
	text_list_take(lines, shell_command_vector(!to ? remove : from ? replace : make));
	edit_print_flags(lines, '+', folder_flags(step), *folder ? folder : "/");
}

static void print(const struct step *step, struct text_list *lines)
{
	print_change(step, step_get(step, "was"), step_get(step, "becomes"), lines);
}

static void set_old(struct step *step, const struct edit_link *now)
{
	_cleanup_free_ char *time =
		text_format("%lld.%09ld", (long long)now->modified.tv_sec, now->modified.tv_nsec);

	set_number(step, "folder-flags", now->folder_flags & EDIT_FLAGS_LIFTED);
	if (!now->exists)
		return;
	set_number(step, "was-uid", now->uid);
	set_number(step, "was-gid", now->gid);
	step_set(step, "was-time", time);
	step_set(step, "was-label", now->label);
}

static int refuse_stale(const struct step *step, struct problem *why)
{
	_cleanup_free_ char *path = full_path(step), *shown = printable_text(path);

	(void)problem_set(why, -ESTALE, shown, _("somebody has changed it meanwhile"));
	problem_set_next(why, _("Look at it and start again."));
	return -ESTALE;
}

static int begin(struct step *step, const struct root *root, struct problem *why)
{
	_cleanup_edit_link_ struct edit_link now = {0};
	_cleanup_free_ char *temporary = NULL, *identity = NULL, *path = full_path(step);
	int r = edit_link_look(root, step_get_text(step, "path"), &now, why);

	if (r == 0)
		r = edit_link_check(&now, true, path, why);
	if (r < 0)
		return r;
	if (!text_is_equal(now.path, step_get(step, "path")) ||
	    !text_is_equal(now.target, step_get(step, "was")))
		return refuse_stale(step, why);
	temporary = edit_temporary_name(strrchr(now.path, '/') + 1);
	identity = edit_identify_root(root);
	step_set(step, "temporary", temporary);
	step_set(step, "filesystem", identity);
	set_old(step, &now);
	return 0;
}

static int prepare(struct step *step, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	int r = edit_open_root(step, &root, why);

	if (r == 0)
		r = begin(step, root, why);
	if (r < 0)
		edit_name_place(step, why);
	return r;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	const struct edit_link_change change = {
		.path = step_get_text(step, "path"),
		.was = step_get(step, "was"),
		.target = step_get(step, "becomes"),
		.uid = (uid_t)node_get_number(step, "was-uid"), /* root's where there was none */
		.gid = (gid_t)node_get_number(step, "was-gid"),
		.label = step_get(step, "label"),
		.lifts_flags = true,
		.temporary = step_get_text(step, "temporary"),
	};
	int r = edit_open_root(step, &root, why);

	(void)report;
	if (r == 0)
		r = edit_link_apply(root, &change, why);
	if (r < 0)
		edit_name_place(step, why);
	return r;
}

/* --- undoing it */

enum state {
	STATE_WAS,
	STATE_BECOMES,
	STATE_OTHER /* somebody was at it since */
};

static int look(const struct step *step, const struct root *root, enum state *ret_state,
		struct problem *why)
{
	_cleanup_edit_link_ struct edit_link now = {0};
	_cleanup_problem_ struct problem gone = {0};
	int r = edit_link_look(root, step_get_text(step, "path"), &now, &gone);

	if (r == -EEXIST || r == -ELOOP || r == -ENOTDIR) {
		*ret_state = STATE_OTHER;
		return 0;
	}
	if (r < 0) {
		problem_move(why, &gone);
		return r;
	}
	*ret_state = STATE_OTHER;
	if (text_is_equal(now.target, step_get(step, "was")))
		*ret_state = STATE_WAS;
	if (text_is_equal(now.target, step_get(step, "becomes")))
		*ret_state = STATE_BECOMES;
	if (!text_is_equal(now.path, step_get(step, "path")))
		*ret_state = STATE_OTHER;
	return 0;
}

static bool is_done(const struct step *step)
{
	_cleanup_root_ struct root *root = NULL;
	enum state state = STATE_OTHER;

	if (edit_open_root(step, &root, NULL) < 0 || look(step, root, &state, NULL) < 0)
		return true; /* not known: undo looks again */
	return state == STATE_BECOMES ||
	       edit_link_has_left(root, step_get_text(step, "path"),
				  step_get_text(step, "temporary"), folder_flags(step));
}

static struct timespec get_time(const struct step *step)
{
	struct timespec time = {0};
	const char *text = step_get_text(step, "was-time"), *dot = strchr(text, '.');

	time.tv_sec = (time_t)strtoll(text, NULL, 10);
	time.tv_nsec = dot ? strtol(dot + 1, NULL, 10) % 1000000000 : 0;
	return time;
}

static int put_back(const struct step *step, const struct root *root, struct problem *why)
{
	struct timespec modified = get_time(step);
	const struct edit_link_change change = {
		.path = step_get_text(step, "path"),
		.was = step_get(step, "becomes"),
		.target = step_get(step, "was"),
		.uid = (uid_t)node_get_number(step, "was-uid"),
		.gid = (gid_t)node_get_number(step, "was-gid"),
		.modified = &modified,
		.label = step_get(step, "was-label"),
		.lifts_flags = true,
		.temporary = step_get_text(step, "temporary"),
	};

	return edit_link_apply(root, &change, why);
}

static int take_back(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *path = full_path(step), *shown = printable_text(path);
	enum state state = STATE_OTHER;
	int r = edit_open_root(step, &root, why);

	if (r == 0)
		r = look(step, root, &state, why);
	if (r < 0)
		return r;
	r = edit_link_clear(root, step_get_text(step, "path"), step_get_text(step, "temporary"),
			    folder_flags(step));
	if (r < 0 && state != STATE_OTHER)
		return problem_set_errno(why, r, path);
	if (state == STATE_BECOMES)
		return put_back(step, root, why);
	if (state == STATE_OTHER) {
		report->is_unfinished = true;
		text_list_format(&report->notes, _("%s was changed by somebody since, and stays"),
				 shown);
	}
	return 0;
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	int r = take_back(step, report, why);

	if (r < 0)
		edit_name_place(step, why);
	return r;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *path = full_path(step), *shown = printable_text(path);
	_cleanup_free_ char *target = printable_text(step_get_text(step, "was"));

	if (!step_get(step, "was"))
		return text_format(_("Remove the symlink %s, which was made"), shown);
	return text_format(_("Let the symlink %s lead to %s again"), shown, target);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	print_change(step, step_get(step, "becomes"), step_get(step, "was"), lines);
}

const struct step_class step_make_link = {
	.name = "make-link",
	.stays = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
