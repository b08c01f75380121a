/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps that change files of the target, as planners ask for them. */
#include "action/edit.h"

#include <errno.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "action/edit_store.h"
#include "action/place.h"
#include "base/alloc.h"
#include "base/digest.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"
#include "system/selinux.h"

/* Filesystems whose identifier in statfs is their own, and not their device's. */
static bool has_own_identifier(const struct statfs *filesystem)
{
	return filesystem->f_type == EXT4_SUPER_MAGIC || filesystem->f_type == BTRFS_SUPER_MAGIC;
}

char *edit_identify_root(const struct root *root)
{
	struct statfs filesystem;
	struct stat status;
	int identifier[2] = {0, 0};

	if (fstatfs(root_fd(root), &filesystem) < 0 || fstat(root_fd(root), &status) < 0)
		return text_copy("");
	if (has_own_identifier(&filesystem))
		memcpy(identifier, &filesystem.f_fsid, sizeof(identifier));
	return text_format("%lx:%x%08x:%llu", (unsigned long)filesystem.f_type,
			   (unsigned)identifier[0], (unsigned)identifier[1],
			   (unsigned long long)status.st_ino);
}

int edit_open_root(const struct step *step, struct root **ret_root, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *identity = NULL;
	const char *folder = step_get_text(step, "root"), *wanted = step_get(step, "filesystem");
	int r = root_open(folder, &root, why);

	if (r < 0)
		return r;
	identity = edit_identify_root(root);
	if (wanted && !text_is_equal(wanted, identity)) {
		(void)problem_set(why, -ENXIO, folder,
				  _("what was changed is not mounted there now"));
		problem_set_next(why, _("Mount it there (\"refloat mount\") and try again."));
		return -ENXIO;
	}
	*ret_root = TAKE_PTR(root);
	return 0;
}

void edit_name_place(const struct step *step, struct problem *why)
{
	_cleanup_free_ char *full =
		place_join(step_get_text(step, "root"), step_get_text(step, "path"));
	_cleanup_free_ char *shown = printable_text(full);

	if (why && text_is_equal(why->what, step_get(step, "path")))
		text_set(&why->what, shown);
}

void edit_print_flags(struct text_list *lines, char sign, unsigned flags, const char *path)
{
	_cleanup_free_ char *option = NULL;

	if (!(flags & EDIT_FLAGS_LIFTED))
		return;
	option = text_format("%c%s", sign, edit_flags_words(flags) + strlen("chattr +"));
	text_list_take(lines,
		       shell_command_vector((const char *const[]){"chattr", option, path, NULL}));
}

/* What would keep it from being done, and what is worth knowing. */
static int check_wish(struct plan *plan, const struct edit_wish *wish, struct problem *why)
{
	const struct edit_file *seen = wish->seen;
	unsigned flags = seen->exists ? seen->attributes.flags & EDIT_FLAGS_LIFTED : 0;
	unsigned folder_flags = seen->folder_flags & EDIT_FLAGS_LIFTED;
	_cleanup_free_ char *path = place_join(wish->root, seen->path);
	_cleanup_free_ char *shown = printable_text(path);
	int r = edit_check(seen, wish->links, wish->lifts_flags, path, why);

	if (r < 0)
		return r;
	if (flags || folder_flags)
		text_list_format(&plan->notes,
				 _("%s is kept from being changed (\"%s\"): the flag is taken off "
				   "for the change and put back after it."),
				 shown, edit_flags_words(flags ? flags : folder_flags));
	if (seen->links > 1)
		text_list_format(
			&plan->notes,
			wish->links == EDIT_LINKS_WRITE
				? _("%s has %llu names: it is written in place, for all of "
				    "them, which a loss of power may interrupt.")
				: _("%s has %llu names: only this one gets the new file."),
			shown, (unsigned long long)seen->links);
	return 0;
}

static struct step *new_step(const struct edit_wish *wish, const char *path)
{
	_cleanup_free_ char *full = place_join(wish->root, path), *shown = printable_text(full);
	struct step *step;

	if (wish->what)
		step = step_new("edit-file", RISK_WRITES, wish->policy, "%s", wish->what);
	else if (!wish->bytes)
		step = step_new("edit-file", RISK_WRITES, wish->policy, _("Remove %s"), shown);
	else if (wish->seen->exists)
		step = step_new("edit-file", RISK_WRITES, wish->policy, _("Change %s"), shown);
	else
		step = step_new("edit-file", RISK_WRITES, wish->policy, _("Make %s"), shown);
	step_set(step, "root", wish->root);
	step_set(step, "path", path);
	if (wish->lifts_flags)
		step_set(step, "lifts-flags", "yes");
	if (wish->locks_accounts)
		step_set(step, "lock", "accounts");
	return step;
}

static void set_number(struct step *step, const char *name, unsigned long long number)
{
	_cleanup_free_ char *text = text_format("%llu", number);

	step_set(step, name, text);
}

static void set_checksums(struct step *step, const struct edit_file *was, const void *bytes,
			  size_t length)
{
	_cleanup_free_ char *checksum = bytes ? digest_sha256(bytes, length) : NULL;

	step_set(step, "was", was->exists ? was->checksum : "none");
	step_set(step, "becomes", checksum ? checksum : "none");
	if (was->exists) {
		set_number(step, "was-size", was->length);
		set_number(step, "flags", was->attributes.flags & EDIT_FLAGS_LIFTED);
	}
	set_number(step, "folder-flags", was->folder_flags & EDIT_FLAGS_LIFTED);
	if (bytes)
		set_number(step, "size", length);
}

/*
 * Puts the new bytes where the step finds them. Who is not root can only see the plan: then there
 * is nothing kept, and running it says so.
 */
static int keep_bytes(struct step *step, const void *bytes, size_t length, struct problem *why)
{
	_cleanup_free_ char *entry = NULL;
	int r;

	if (geteuid() != 0)
		return 0;
	r = edit_store_make(&entry, why);
	if (r == 0 && bytes)
		r = edit_store_write(entry, EDIT_STORE_NEW, bytes, length, why);
	if (r == 0)
		step_set(step, "store", entry);
	else if (entry)
		edit_store_remove(entry);
	return r;
}

static int add_step(struct plan *plan, struct step *step, const struct edit_file *was,
		    const void *bytes, size_t length, struct problem *why)
{
	int r;

	set_checksums(step, was, bytes, length);
	r = keep_bytes(step, bytes, length, why);
	if (r < 0) {
		(void)step_free(step);
		return r;
	}
	plan_add(plan, step);
	return 0;
}

/* Whether PATH can be a backup: not there, or a regular file at this very place. */
static bool can_be_backup(const struct root *root, const char *path)
{
	struct stat status;
	int r = root_stat(root, path, false, &status);

	return r == -ENOENT || (r == 0 && S_ISREG(status.st_mode));
}

static int add_backup(struct plan *plan, const struct edit_wish *wish, const char *label,
		      struct problem *why)
{
	_cleanup_free_ char *path = text_format("%s%s", wish->seen->path, wish->backup);
	_cleanup_free_ char *full = place_join(wish->root, path), *shown = printable_text(full);
	_cleanup_free_ char *what = text_format(_("Keep what it was as %s"), shown);
	_cleanup_edit_file_ struct edit_file was = {0};
	_cleanup_root_ struct root *root = NULL;
	const struct edit_wish backup = {
		.root = wish->root,
		.what = what,
		.lifts_flags = wish->lifts_flags,
		.locks_accounts = wish->locks_accounts,
		.policy = wish->policy,
	};
	struct step *step;
	int r = root_open(wish->root, &root, why);

	if (r < 0)
		return r;
	if (!can_be_backup(root, path)) {
		text_list_format(&plan->notes,
				 _("%s is no regular file: what it was is not kept there."), shown);
		return 0;
	}
	r = edit_look(root, path, &was, why);
	if (r < 0 || text_is_equal(was.checksum, wish->seen->checksum))
		return r;
	if (!wish->lifts_flags && was.exists && (was.attributes.flags & EDIT_FLAGS_LIFTED)) {
		text_list_format(&plan->notes,
				 _("%s is kept from being changed (\"%s\") and stays."), shown,
				 edit_flags_words(was.attributes.flags));
		return 0;
	}
	step = new_step(&backup, path);
	step_set(step, "links", "break");
	step_set(step, "like", wish->seen->path);
	step_set(step, "label", label);
	return add_step(plan, step, &was, wish->seen->bytes, wish->seen->length, why);
}

static void set_made(struct step *step, const struct edit_wish *wish)
{
	_cleanup_free_ char *mode = text_format("%04o", (unsigned)(wish->mode & 07777));

	step_set(step, "mode", mode);
	set_number(step, "uid", wish->uid);
	set_number(step, "gid", wish->gid);
	step_set(step, "label", wish->label);
}

static bool is_there_already(const struct edit_wish *wish)
{
	const struct edit_file *seen = wish->seen;

	if (!wish->bytes || !seen->exists)
		return !wish->bytes && !seen->exists;
	return seen->length == wish->length && memcmp(seen->bytes, wish->bytes, wish->length) == 0;
}

/* A file without a label, or with one of elsewhere, stays out of the reach of the programs that it
 * is for: it gets the label of its kind, or the system labels itself. */
static int find_label(struct plan *plan, const struct edit_wish *wish, char **ret_label,
		      struct problem *why)
{
	const struct edit_file *seen = wish->seen;
	const struct edit_extended *own = edit_attributes_find(&seen->attributes, EDIT_LABEL);
	_cleanup_free_ char *is = own ? alloc_copy(own->value, own->length) : NULL;
	_cleanup_free_ char *full = place_join(wish->root, seen->path),
			    *shown = printable_text(full);
	_cleanup_selinux_ struct selinux selinux = {0};
	_cleanup_root_ struct root *root = NULL;
	int r;

	if (!seen->exists || !wish->bytes || (is && !selinux_is_stray(seen->path, is)))
		return 0;
	r = root_open(wish->root, &root, why);
	if (r < 0)
		return r;
	selinux_read(root, &selinux);
	if (!selinux_is_used(&selinux))
		return 0;
	r = edit_plan_label(plan, wish->root, seen->path, ret_label, why);
	if (*ret_label)
		text_list_format(
			&plan->notes,
			_("%s has no SELinux label of its kind, which keeps programs from it: it "
			  "gets %s."),
			shown, *ret_label);
	return r;
}

int edit_plan_add(struct plan *plan, const struct edit_wish *wish, struct problem *why)
{
	static const char *const links[] = {
		[EDIT_LINKS_REFUSE] = "refuse",
		[EDIT_LINKS_BREAK] = "break",
		[EDIT_LINKS_WRITE] = "write",
	};
	_cleanup_free_ char *label = NULL;
	struct step *step;
	int r;

	if (is_there_already(wish))
		return 0;
	if (wish->length > EDIT_BYTES_MAX)
		return problem_set_errno(why, -EFBIG, wish->seen->path);
	r = check_wish(plan, wish, why);
	if (r == 0)
		r = find_label(plan, wish, &label, why);
	if (r == 0 && wish->backup && wish->seen->exists)
		r = add_backup(plan, wish, label, why);
	if (r < 0)
		return r;
	step = new_step(wish, wish->seen->path);
	step_set(step, "links", links[wish->links]);
	if (!wish->seen->exists)
		set_made(step, wish);
	else
		step_set(step, "label", label);
	return add_step(plan, step, wish->seen, wish->bytes, wish->length, why);
}

static bool has_relabelling(const struct plan *plan, const char *root)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (text_is_equal(step_get(plan->steps[i], "path"), SELINUX_RELABEL_FILE) &&
		    text_is_equal(step_get(plan->steps[i], "root"), root))
			return true;
	}
	return false;
}

/* The file that has the system label itself; it needs no contents. */
static int add_relabelling(struct plan *plan, const struct root *root, const char *folder,
			   struct problem *why)
{
	_cleanup_edit_file_ struct edit_file seen = {0};
	const struct edit_wish wish = {
		.root = folder,
		.seen = &seen,
		.what = _("Have the system label all its files for SELinux at its next start"),
		.bytes = "",
		.mode = 0644,
	};
	int r = edit_look(root, SELINUX_RELABEL_FILE, &seen, why);

	return r < 0 ? r : edit_plan_add(plan, &wish, why);
}

int edit_plan_label(struct plan *plan, const char *root, const char *path, char **ret_label,
		    struct problem *why)
{
	_cleanup_root_ struct root *opened = NULL;
	_cleanup_selinux_ struct selinux selinux = {0};
	_cleanup_free_ char *full = place_join(root, path), *note = NULL;
	int r = root_open(root, &opened, why);

	*ret_label = NULL;
	if (r < 0 || selinux_label_new(opened, path, ret_label) == 0)
		return r;
	selinux_read(opened, &selinux);
	if (!selinux_is_used(&selinux) || has_relabelling(plan, root))
		return 0;
	note = selinux_relabel_note(&selinux, full);
	text_list_add(&plan->notes, note);
	return selinux.will_relabel ? 0 : add_relabelling(plan, opened, root, why);
}

void edit_plan_forget(const struct plan *plan)
{
	_cleanup_text_list_ struct text_list entries = {0};

	for (size_t i = 0; i < plan->count; i++) {
		const char *entry = step_get(plan->steps[i], "store");

		if (entry && text_is_equal(plan->steps[i]->class_name, "edit-file"))
			text_list_add(&entries, entry);
	}
	if (entries.count)
		edit_store_forget(&entries);
}

static void set_owner(struct step *step, const struct edit_owner *wanted)
{
	_cleanup_free_ char *mode = text_format("%04o", (unsigned)(wanted->mode & 07777));

	if (wanted->has_mode)
		step_set(step, "mode", mode);
	if (wanted->has_uid)
		set_number(step, "uid", wanted->uid);
	if (wanted->has_gid)
		set_number(step, "gid", wanted->gid);
}

static bool has_owner(const struct edit_owner *is, const struct edit_owner *wanted)
{
	return (!wanted->has_mode || is->mode == wanted->mode) &&
	       (!wanted->has_uid || is->uid == wanted->uid) &&
	       (!wanted->has_gid || is->gid == wanted->gid);
}

/* Fills RET_FLAGS; 1 where there is nothing to do. */
static int look_at_owner(const struct edit_owner_wish *wish, const char *full, unsigned *ret_flags,
			 struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	struct edit_owner is = {0};
	uint64_t links = 1;
	int r;

	if (wish->is_made_before)
		return 0;
	r = root_open(wish->root, &root, why);
	if (r == 0)
		r = edit_owner_look(root, wish->path, &is, ret_flags, &links, why);
	if (r < 0)
		return r;
	if (has_owner(&is, &wish->wanted))
		return 1;
	return edit_owner_check(full, links, *ret_flags, wish->allows_links, wish->lifts_flags,
				why);
}

int edit_plan_add_owner(struct plan *plan, const struct edit_owner_wish *wish, struct problem *why)
{
	_cleanup_free_ char *full = place_join(wish->root, wish->path);
	_cleanup_free_ char *shown = printable_text(full);
	unsigned flags = 0;
	struct step *step;
	int r = look_at_owner(wish, full, &flags, why);

	if (r != 0)
		return r < 0 ? r : 0;
	step = wish->what ? step_new("set-attributes", RISK_WRITES, wish->policy, "%s", wish->what)
			  : step_new("set-attributes", RISK_WRITES, wish->policy,
				     _("Set owner and mode of %s"), shown);
	step_set(step, "root", wish->root);
	step_set(step, "path", wish->path);
	set_owner(step, &wish->wanted);
	set_number(step, "flags", flags & EDIT_FLAGS_LIFTED);
	if (wish->allows_links)
		step_set(step, "links", "allow");
	if (wish->lifts_flags)
		step_set(step, "lifts-flags", "yes");
	plan_add(plan, step);
	return 0;
}
