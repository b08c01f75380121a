/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends the home of an account: made with what the target's skeleton has, or given its owner. */
#include <errno.h>
#include <string.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/login_defs.h"
#include "system/selinux.h"

#define SKELETON_FILES_MAX 200 /* a skeleton with more is copied so far, and it is said */
#define SKELETON_DEPTH_MAX 5
#define SKELETON_FILE_MAX (1u << 20)

struct making {
	struct mending *mending;
	const struct mending_home *home;
	char *path;	  /* of the home, resolved */
	char *file_label; /* for what is in it; NULL: none is known */
	size_t files;
	size_t left_out;
};

/* The label that another home beside PATH has. */
static char *read_sibling_label(const struct root *root, const char *parent)
{
	_cleanup_text_list_ struct text_list names = {0};
	char *label = NULL;

	if (root_list(root, *parent ? parent : "/", 100, &names) < 0)
		return NULL;
	for (size_t i = 0; !label && i < names.count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", parent, names.items[i]);
		struct stat status;

		if (root_stat(root, path, false, &status) == 0 && S_ISDIR(status.st_mode) &&
		    status.st_uid)
			(void)selinux_read_label(root, path, &label); /* none is fine */
	}
	return label;
}

/* The label of a home: not that of the folder that homes lie in. NULL: none is known. */
static char *find_label(const struct root *root, const struct mending_home *home, const char *path)
{
	_cleanup_free_ char *parent = alloc_copy(path, (size_t)(strrchr(path, '/') - path));
	_cleanup_free_ char *above = NULL;
	char *label = home->uid ? read_sibling_label(root, parent) : NULL;

	if (label || selinux_label_new(root, path, &above) < 0)
		return label;
	return selinux_change_type(above, home->uid ? "user_home_dir_t" : "admin_home_t");
}

static int copy_folder(struct making *making, const char *from, const char *below, unsigned depth,
		       struct problem *why);

static int copy_file(struct making *making, const char *from, const char *to, mode_t mode,
		     struct problem *why)
{
	struct mending *mending = making->mending;
	_cleanup_free_ char *bytes = NULL, *shown = mending_show_path(mending, to);
	_cleanup_free_ char *what = text_format(_("Make %s as new accounts have it"), shown);
	struct edit_file seen = {.path = (char *)to, .checksum = (char *)EDIT_MISSING};
	struct edit_wish wish = {
		.root = mending->target.root,
		.seen = &seen,
		.what = what,
		.mode = mode & 0755,
		.uid = making->home->uid,
		.gid = making->home->gid,
		.label = making->file_label,
		.policy = STEP_OPTIONAL,
	};

	if (root_read_file(mending->root, from, SKELETON_FILE_MAX, &bytes, &wish.length) != 0) {
		making->left_out++;
		return 0;
	}
	making->files++;
	wish.bytes = bytes;
	return edit_plan_add(mending->plan, &wish, why);
}

static int copy_below(struct making *making, const char *from, const char *to, unsigned depth,
		      struct problem *why)
{
	const struct edit_folder_wish wish = {
		.root = making->mending->target.root,
		.path = to,
		.mode = 0755,
		.uid = making->home->uid,
		.gid = making->home->gid,
		.label = making->file_label,
		.policy = STEP_OPTIONAL,
	};
	int r = edit_plan_add_folder(making->mending->plan, &wish, why);

	return r < 0 ? r : copy_folder(making, from, to, depth + 1, why);
}

/* Files and folders; what else a skeleton may have (symlinks) nobody needs to log in. */
static int copy_entry(struct making *making, const char *from, const char *to, unsigned depth,
		      struct problem *why)
{
	struct stat status;

	if (root_stat(making->mending->root, from, false, &status) < 0 ||
	    making->files >= SKELETON_FILES_MAX || depth >= SKELETON_DEPTH_MAX ||
	    !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
		making->left_out++;
		return 0;
	}
	return S_ISDIR(status.st_mode) ? copy_below(making, from, to, depth, why)
				       : copy_file(making, from, to, status.st_mode, why);
}

static int copy_folder(struct making *making, const char *from, const char *below, unsigned depth,
		       struct problem *why)
{
	_cleanup_text_list_ struct text_list names = {0};
	int r = 0;

	if (root_list(making->mending->root, from, SKELETON_FILES_MAX, &names) < 0)
		return 0; /* there is no skeleton */
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		_cleanup_free_ char *source = text_format("%s/%s", from, names.items[i]);
		_cleanup_free_ char *place = text_format("%s/%s", below, names.items[i]);

		r = copy_entry(making, source, place, depth, why);
	}
	return r;
}

/* Root's own has no skeleton: distributions fill it otherwise, and it is not needed to get in. */
static int copy_skeleton(struct making *making, struct problem *why)
{
	_cleanup_(login_defs_done) struct login_defs defaults = {0};
	const char *skeleton;
	int r;

	if (!making->home->uid)
		return 0;
	useradd_defaults_read(making->mending->root, &defaults);
	skeleton = login_defs_get(&defaults, "SKEL");
	r = copy_folder(making, skeleton && *skeleton == '/' ? skeleton : "/etc/skel", making->path,
			0, why);
	if (making->left_out)
		text_list_format(&making->mending->plan->notes,
				 P_("%zu file of the skeleton of new homes is left out: it is a "
				    "link, or too much.",
				    "%zu files of the skeleton of new homes are left out: they are "
				    "links, or too much.",
				    making->left_out),
				 making->left_out);
	return r;
}

int mending_make_home(struct mending *mending, const struct mending_home *home, struct problem *why)
{
	struct making making = {.mending = mending, .home = home};
	_cleanup_free_ char *path = NULL, *label = NULL, *file_label = NULL, *what = NULL;
	_cleanup_free_ char *shown = NULL;
	struct edit_folder_wish wish = {
		.root = mending->target.root, .mode = 0700, .uid = home->uid, .gid = home->gid};
	int r = root_resolve(mending->root, home->path, true, &path, NULL);

	if (r < 0)
		return problem_set_errno(why, r, home->path);
	shown = mending_show_path(mending, path);
	what = text_format(_("Make the home %s"), shown);
	label = find_label(mending->root, home, path);
	file_label = selinux_change_type(label, home->uid ? "user_home_t" : "admin_home_t");
	making.path = path;
	making.file_label = file_label;
	wish.path = path;
	wish.label = label;
	wish.what = what;
	r = edit_plan_add_folder(mending->plan, &wish, why);
	return r < 0 ? r : copy_skeleton(&making, why);
}

/* A place where an account of a service points to so that it has none. */
static bool can_be_home(const char *home)
{
	return *home == '/' && home[strspn(home, "/")] && strcmp(home, "/nonexistent") != 0 &&
	       strcmp(home, "/dev/null") != 0;
}

static int give_owner(struct mending *mending, const struct stat *status, struct problem *why)
{
	const struct account_state *account = mending->account;
	_cleanup_free_ char *path = NULL, *shown = NULL, *what = NULL;
	_cleanup_free_ char *user = printable_text(account->name);
	struct edit_owner_wish wish = {
		.root = mending->target.root,
		.wanted = {.has_uid = true,
			   .has_gid = true,
			   .uid = account->uid,
			   .gid = account->gid},
		.lifts_flags = true,
	};
	int r = root_resolve(mending->root, account->home, false, &path, NULL);

	if (r < 0)
		return problem_set_errno(why, r, account->home);
	if (status->st_uid == account->uid) {
		mending_note(mending, _("The home of %s is there, and is its own."), user);
		return 0;
	}
	shown = mending_show_path(mending, path);
	what = text_format(_("Give the home %s to %s"), shown, user);
	wish.path = path;
	wish.what = what;
	text_list_format(&mending->plan->notes,
			 _("Of %s only the folder itself changes its owner; what is in it keeps "
			   "its own."),
			 shown);
	return edit_plan_add_owner(mending->plan, &wish, why);
}

int mend_home(struct mending *mending, struct problem *why)
{
	const struct account_state *account = mending->account;
	_cleanup_free_ char *user = printable_text(account->name);
	const struct mending_home home = {
		.path = account->home, .uid = account->uid, .gid = account->gid};
	struct stat status;
	int r;

	if (!can_be_home(account->home)) {
		mending_note(mending, _("%s is not meant to have a home."), user);
		return 0;
	}
	r = root_stat(mending->root, account->home, true, &status);
	if (r == -ENOENT)
		return mending_make_home(mending, &home, why);
	if (r == 0 && S_ISDIR(status.st_mode))
		return give_owner(mending, &status, why);
	return problem_set(why, r < 0 ? r : -ENOTDIR, account->home,
			   _("what is in the place of the home of %s is no folder"), user);
}
