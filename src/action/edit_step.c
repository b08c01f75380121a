/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that changes, makes or removes one file of the target in one act.
 *
 * Arguments: root, path (in-root, resolved), store (where its contents are kept:
 * action/edit_store.h), was and becomes (checksums, or "none"), links, lifts-flags, lock, like (a
 * file whose attributes it gets), mode, uid and gid of a new one; label, also of one that has none;
 * size and was-size for who reads the journal. Known once it begins: temporary (its name until it is whole), flags and
 * folder-flags (lifted and put back), in-place, filesystem.
 */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/edit_parts.h"
#include "action/edit_store.h"
#include "action/node.h"
#include "action/place.h"
#include "base/account_lock.h"
#include "base/alloc.h"
#include "base/digest.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"

void edit_kept_done(struct edit_kept *kept)
{
	if (kept->bytes)
		explicit_bzero(kept->bytes, kept->length);
	free(kept->bytes);
}

char *edit_step_path(const struct step *step)
{
	return place_join(step_get_text(step, "root"), step_get_text(step, "path"));
}

const char *edit_step_checksum(const struct step *step, const char *name)
{
	const char *value = step_get_text(step, name);

	return text_is_equal(value, "none") ? EDIT_MISSING : value;
}

bool edit_step_is_removal(const struct step *step)
{
	return text_is_equal(step_get(step, "becomes"), "none");
}

bool edit_step_is_making(const struct step *step)
{
	return text_is_equal(step_get(step, "was"), "none");
}

unsigned edit_step_flags(const struct step *step, const char *name)
{
	return (unsigned)node_get_number(step, name) & EDIT_FLAGS_LIFTED;
}

static enum edit_links get_links(const struct step *step)
{
	const char *links = step_get(step, "links");

	if (text_is_equal(links, "write"))
		return EDIT_LINKS_WRITE;
	return text_is_equal(links, "break") ? EDIT_LINKS_BREAK : EDIT_LINKS_REFUSE;
}

char *edit_step_stored(const struct step *step, const char *name)
{
	return text_format("%s/%s", step_get_text(step, "store"), name);
}

void edit_step_print_flags(const struct step *step, struct text_list *lines, char sign,
			   bool has_file)
{
	_cleanup_free_ char *path = edit_step_path(step);
	_cleanup_free_ char *folder = alloc_copy(path, (size_t)(strrchr(path, '/') - path));

	if (!step_get(step, "lifts-flags"))
		return;
	edit_print_flags(lines, sign, edit_step_flags(step, "folder-flags"),
			 *folder ? folder : "/");
	if (has_file)
		edit_print_flags(lines, sign, edit_step_flags(step, "flags"), path);
}

static void print_change(const struct step *step, struct text_list *lines, const char *path)
{
	_cleanup_free_ char *new = edit_step_stored(step, EDIT_STORE_NEW);
	const char *like = step_get(step, "like");
	_cleanup_free_ char *model = like ? place_join(step_get_text(step, "root"), like) : NULL;

	if (edit_step_is_removal(step))
		text_list_take(lines,
			       shell_command_vector((const char *const[]){"rm", path, NULL}));
	else if (model)
		text_list_take(lines, shell_command_vector((const char *const[]){
					      "cp", "--preserve=all", model, path, NULL}));
	else if (edit_step_is_making(step))
		text_list_take(lines, shell_command_vector((const char *const[]){
					      "install", "-m", step_get_text(step, "mode"), "-o",
					      step_get_text(step, "uid"), "-g",
					      step_get_text(step, "gid"), new, path, NULL}));
	else /* into the file that is there: it keeps its owner, mode and attributes */
		text_list_take(lines,
			       shell_command_vector((const char *const[]){"cp", new, path, NULL}));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *path = edit_step_path(step);

	edit_step_print_flags(step, lines, '-', !edit_step_is_making(step));
	print_change(step, lines, path);
	edit_step_print_flags(step, lines, '+',
			      !edit_step_is_making(step) && !edit_step_is_removal(step));
}

static int refuse_forgotten(const struct step *step, struct problem *why)
{
	_cleanup_free_ char *path = edit_step_path(step);

	(void)problem_set(why, -ENODATA, path, _("what it is to become is not kept any more"));
	problem_set_next(why, _("Start again: the plan was made too long ago, or not by root."));
	return -ENODATA;
}

/* What undoing needs: the old bytes, and all that the file is besides them. */
static int keep_old(const char *store, const struct edit_file *now, struct problem *why)
{
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_free_ char *text = NULL;
	int r;

	if (!now->exists)
		return 0;
	object = edit_attributes_to_json(&now->attributes);
	text = json_format(object);
	r = edit_store_write(store, EDIT_STORE_ATTRIBUTES, text, strlen(text), why);
	return r < 0 ? r : edit_store_write(store, EDIT_STORE_WAS, now->bytes, now->length, why);
}

static void set_flags(struct step *step, const char *name, unsigned flags)
{
	_cleanup_free_ char *text = text_format("%u", flags & EDIT_FLAGS_LIFTED);

	step_set(step, name, text);
}

/* For who reads the journal, and for the lines that undo a removal. */
static void set_owner(struct step *step, const struct edit_file *now)
{
	_cleanup_free_ char *mode = text_format("%04o", (unsigned)now->attributes.mode);
	_cleanup_free_ char *uid = text_format("%u", (unsigned)now->attributes.uid);
	_cleanup_free_ char *gid = text_format("%u", (unsigned)now->attributes.gid);

	if (!now->exists)
		return;
	step_set(step, "was-mode", mode);
	step_set(step, "was-uid", uid);
	step_set(step, "was-gid", gid);
}

static int begin(struct step *step, const struct root *root, struct problem *why)
{
	_cleanup_free_ char *path = edit_step_path(step), *temporary = NULL, *identity = NULL;
	_cleanup_edit_file_ struct edit_file now = {0};
	int r = edit_look(root, step_get_text(step, "path"), &now, why);

	if (r == 0)
		r = edit_check_unchanged(&now, edit_step_checksum(step, "was"), path, why);
	if (r < 0)
		return r;
	if (!text_is_equal(now.path, step_get(step, "path")))
		return problem_set(why, -ESTALE, path, _("a symlink leads elsewhere meanwhile"));
	r = edit_check(&now, get_links(step), step_get(step, "lifts-flags"), path, why);
	if (r == 0)
		r = keep_old(step_get(step, "store"), &now, why);
	if (r < 0)
		return r;
	temporary = edit_temporary_name(strrchr(now.path, '/') + 1);
	identity = edit_identify_root(root);
	step_set(step, "temporary", temporary);
	step_set(step, "filesystem", identity);
	step_set(step, "in-place",
		 now.links > 1 && get_links(step) == EDIT_LINKS_WRITE ? "yes" : NULL);
	set_owner(step, &now);
	set_flags(step, "flags", now.attributes.flags);
	set_flags(step, "folder-flags", now.folder_flags);
	return 0;
}

static int prepare(struct step *step, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	const char *store = step_get(step, "store");
	int r = edit_open_root(step, &root, why);

	if (r < 0)
		return r;
	if (!store)
		return refuse_forgotten(step, why);
	r = begin(step, root, why);
	if (r < 0) {
		edit_store_remove(store);
		edit_name_place(step, why);
	}
	return r;
}

int edit_step_lock(const struct step *step, const struct root *root, int *ret_fd,
		   struct problem *why)
{
	int fd = -1;

	if (step_get(step, "lock"))
		fd = account_lock_take(root, ACCOUNT_LOCK_TIMEOUT_MS, why);
	if (fd < 0 && fd != -1 && fd != -EPERM) /* a flag that keeps us out keeps everybody out */
		return fd;
	*ret_fd = fd < 0 ? -1 : fd;
	return 0;
}

/* The new bytes, which must be those that were agreed to. */
static int load_new(const struct step *step, struct edit_kept *new, struct problem *why)
{
	_cleanup_free_ char *checksum = NULL;
	int r = edit_store_read(step_get_text(step, "store"), EDIT_STORE_NEW, &new->bytes,
				&new->length, NULL);

	if (r < 0)
		return refuse_forgotten(step, why);
	checksum = digest_sha256(new->bytes, new->length);
	return text_is_equal(checksum, step_get(step, "becomes")) ? 0 : refuse_forgotten(step, why);
}

/* The attributes of the file that a backup is of, without the flags that protect it. */
static int load_like(const struct step *step, const struct root *root, struct edit_file *like,
		     struct problem *why)
{
	int r = edit_look(root, step_get(step, "like"), like, why);

	if (r == 0 && !like->exists)
		r = problem_set_errno(why, -ENOENT, step_get(step, "like"));
	like->attributes.flags &= ~EDIT_FLAGS_LIFTED;
	return r;
}

struct edit edit_step_to_edit(const struct step *step, const struct root *root)
{
	uint64_t mode = strtoul(step_get_text(step, "mode"), NULL, 8);

	return (struct edit){
		.root = root,
		.path = step_get(step, "path"),
		.was = edit_step_checksum(step, "was"),
		.mode = (mode_t)(mode & 07777),
		.uid = (uid_t)node_get_number(step, "uid"),
		.gid = (gid_t)node_get_number(step, "gid"),
		.label = step_get(step, "label"),
		.links = get_links(step),
		.lifts_flags = step_get(step, "lifts-flags") != NULL,
		.temporary = step_get(step, "temporary"),
	};
}

static int change(const struct step *step, const struct root *root, struct problem *why)
{
	_cleanup_edit_kept_ struct edit_kept new = {0};
	_cleanup_edit_file_ struct edit_file like = {0};
	_cleanup_close_ int lock = -1;
	struct edit edit = edit_step_to_edit(step, root);
	int r = edit_step_is_removal(step) ? 0 : load_new(step, &new, why);

	if (r == 0)
		r = edit_step_lock(step, root, &lock, why);
	if (r == 0 && step_get(step, "like")) {
		r = load_like(step, root, &like, why);
		if (edit.label)
			edit_attributes_set_label(&like.attributes, edit.label);
		edit.attributes = &like.attributes;
	}
	edit.bytes = new.bytes;
	edit.length = new.length;
	return r < 0 ? r : edit_apply(&edit, why);
}

/* What has failed without an effect is never undone: nothing of it needs to be kept. */
static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	int r = edit_open_root(step, &root, why);

	(void)report;
	if (r == 0)
		r = change(step, root, why);
	if (r == 0)
		edit_store_wipe(step_get(step, "store"), EDIT_STORE_NEW);
	else if (!edit_step_is_done(step))
		edit_store_remove(step_get(step, "store"));
	if (r < 0)
		edit_name_place(step, why);
	return r;
}

const struct step_class step_edit_file = {
	.name = "edit-file",
	.stays = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = edit_step_undo,
	.undo_what = edit_step_undo_what,
	.undo_command = edit_step_undo_print,
	.is_done = edit_step_is_done,
};
