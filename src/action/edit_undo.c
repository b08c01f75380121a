/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Undoing a change of a file: what it was comes back, exactly, unless somebody has changed it
 * since.
 */
#include <errno.h>
#include <string.h>

#include "action/edit_parts.h"
#include "action/edit_store.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"

/* What the file is, seen from the step. */
enum state {
	STATE_WAS,     /* what it was before */
	STATE_BECOMES, /* what it was to become */
	STATE_BETWEEN, /* writing in place was cut off: one in front, the other behind */
	STATE_OTHER,   /* somebody else's */
};

/* Whether NOW begins as NEW and goes on as OLD. */
static bool is_between(const struct step *step, const struct edit_file *now)
{
	_cleanup_edit_kept_ struct edit_kept new = {0}, old = {0};
	const char *store = step_get_text(step, "store");
	size_t same = 0;

	if (!step_get(step, "in-place") || !now->exists ||
	    edit_store_read(store, EDIT_STORE_NEW, &new.bytes, &new.length, NULL) < 0 ||
	    edit_store_read(store, EDIT_STORE_WAS, &old.bytes, &old.length, NULL) < 0)
		return false;
	while (same < now->length && same < new.length && now->bytes[same] == new.bytes[same])
		same++;
	if (now->length != (same > old.length ? same : old.length))
		return false;
	return now->length == same ||
	       memcmp(now->bytes + same, old.bytes + same, now->length - same) == 0;
}

static enum state judge(const struct step *step, const struct edit_file *now)
{
	if (!text_is_equal(now->path, step_get(step, "path")))
		return STATE_OTHER;
	if (text_is_equal(now->checksum, edit_step_checksum(step, "was")))
		return STATE_WAS;
	if (text_is_equal(now->checksum, edit_step_checksum(step, "becomes")))
		return STATE_BECOMES;
	return is_between(step, now) ? STATE_BETWEEN : STATE_OTHER;
}

/* What is at the place of STEP now; a folder that is gone has no file in it. */
static int look(const struct step *step, const struct root *root, struct edit_file *now,
		struct problem *why)
{
	int r = edit_look(root, step_get_text(step, "path"), now, why);

	if (r == -EINVAL || r == -EISDIR || r == -ENOENT || r == -ELOOP || r == -EFBIG) {
		/* what it is now was never ours */
		now->path = text_copy(step_get_text(step, "path"));
		now->checksum = text_copy(r == -ENOENT && edit_step_is_making(step) ? EDIT_MISSING
										    : "another");
		return 0;
	}
	return r;
}

bool edit_step_is_done(const struct step *step)
{
	_cleanup_edit_file_ struct edit_file now = {0};
	_cleanup_root_ struct root *root = NULL;
	enum state state;

	if (edit_open_root(step, &root, NULL) < 0 || look(step, root, &now, NULL) < 0)
		return true; /* not known: undo looks again */
	state = judge(step, &now);
	if (state == STATE_BECOMES || state == STATE_BETWEEN)
		return true;
	if (edit_has_left(root, now.path, step_get_text(step, "temporary")))
		return true;
	return step_get(step, "lifts-flags") &&
	       ((state == STATE_WAS && now.exists &&
		 (now.attributes.flags & EDIT_FLAGS_LIFTED) != edit_step_flags(step, "flags")) ||
		(now.folder_flags & EDIT_FLAGS_LIFTED) != edit_step_flags(step, "folder-flags"));
}

static int load_attributes(const struct step *step, struct edit_attributes *ret,
			   struct problem *why)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_json_ struct json_object *object = NULL;
	size_t length = 0;
	int r = edit_store_read(step_get_text(step, "store"), EDIT_STORE_ATTRIBUTES, &text, &length,
				why);

	if (r == 0)
		r = json_parse(text, length, &object, why);
	return r < 0 ? r : edit_attributes_from_json(object, ret);
}

/* Writing in place takes capabilities and set-ID bits away: it was killed before it gave them back.
 */
static bool has_lost_attributes(const struct step *step)
{
	_cleanup_edit_kept_ struct edit_kept new = {0};

	return step_get(step, "in-place") &&
	       edit_store_read(step_get_text(step, "store"), EDIT_STORE_NEW, &new.bytes,
			       &new.length, NULL) == 0;
}

/* Whether somebody has changed owner, mode or attributes since; a backup's are another file's. */
static bool has_other_attributes(const struct step *step, const struct edit_file *now,
				 const struct edit_attributes *was)
{
	_cleanup_edit_attributes_ struct edit_attributes given = {0};

	if (has_lost_attributes(step))
		return false;
	edit_attributes_copy(was, &given);
	if (step_get(step, "label"))
		edit_attributes_set_label(&given, step_get(step, "label"));
	return !step_get(step, "like") && now->exists &&
	       !edit_attributes_are_equal(&now->attributes, &given);
}

static int put_back(const struct step *step, const struct root *root, const struct edit_file *now,
		    struct step_report *report, struct problem *why)
{
	_cleanup_edit_attributes_ struct edit_attributes attributes = {0};
	_cleanup_edit_kept_ struct edit_kept old = {0};
	_cleanup_free_ char *path = edit_step_path(step), *shown = printable_text(path);
	struct edit edit = edit_step_to_edit(step, root);
	int r;

	edit.was = now->checksum;
	edit.links = step_get(step, "in-place") ? EDIT_LINKS_WRITE : EDIT_LINKS_BREAK;
	if (edit_step_is_making(step))
		return edit_apply(&edit, why);
	r = edit_store_read(step_get_text(step, "store"), EDIT_STORE_WAS, &old.bytes, &old.length,
			    why);
	if (r == 0)
		r = load_attributes(step, &attributes, why);
	if (r < 0)
		return r;
	edit.bytes = old.bytes;
	edit.length = old.length;
	edit.label = NULL;
	if (has_other_attributes(step, now, &attributes))
		text_list_format(&report->notes,
				 _("owner, mode or attributes of %s were changed since, and stay"),
				 shown);
	else
		edit.attributes = &attributes;
	return edit_apply(&edit, why);
}

/* It is somebody else's now: it stays, and what it was is there for whoever wants it. */
static void leave(const struct step *step, struct step_report *report)
{
	_cleanup_free_ char *path = edit_step_path(step), *shown = printable_text(path);
	_cleanup_free_ char *old = edit_step_stored(step, EDIT_STORE_WAS);

	report->is_unfinished = true;
	edit_store_leave(step_get_text(step, "store"));
	if (edit_step_is_making(step))
		text_list_format(&report->notes, _("%s was changed by somebody since, and stays"),
				 shown);
	else
		text_list_format(&report->notes,
				 _("%s was changed by somebody since, and stays; what it was is in "
				   "%s until this machine is started anew"),
				 shown, old);
}

/* Puts back flags that a killed edit has taken off; those of a file that is somebody else's stay.
 */
static int put_flags_back(const struct step *step, const struct root *root, enum state state,
			  const struct edit_file *now)
{
	unsigned flags =
		state == STATE_OTHER ? now->attributes.flags : edit_step_flags(step, "flags");
	int r;

	if (!step_get(step, "lifts-flags"))
		return 0;
	r = edit_restore_flags(root, step_get_text(step, "path"), flags,
			       edit_step_flags(step, "folder-flags"));
	return state == STATE_OTHER || r == -ENOENT ? 0 : r;
}

static int take_back(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_edit_file_ struct edit_file now = {0};
	_cleanup_root_ struct root *root = NULL;
	_cleanup_close_ int lock = -1;
	const char *path = step_get_text(step, "path");
	enum state state;
	int r = edit_open_root(step, &root, why);

	if (r == 0)
		r = edit_step_lock(step, root, &lock, why);
	if (r == 0)
		r = look(step, root, &now, why);
	if (r < 0)
		return r;
	state = judge(step, &now);
	r = edit_clear(root, path, step_get_text(step, "temporary"));
	if (r < 0 && r != -EINVAL) /* what has come in its place is not ours */
		return problem_set_errno(why, r, path);
	if (state == STATE_BECOMES || state == STATE_BETWEEN)
		r = put_back(step, root, &now, report, why);
	else
		r = 0;
	if (r < 0)
		return r;
	r = put_flags_back(step, root, state, &now);
	if (r < 0)
		return problem_set_errno(why, r, path);
	if (state == STATE_OTHER)
		leave(step, report);
	else
		edit_store_remove(step_get_text(step, "store"));
	return 0;
}

int edit_step_undo(const struct step *step, struct step_report *report, struct problem *why)
{
	int r = take_back(step, report, why);

	if (r < 0)
		edit_name_place(step, why);
	return r;
}

char *edit_step_undo_what(const struct step *step)
{
	_cleanup_free_ char *path = edit_step_path(step), *shown = printable_text(path);

	if (edit_step_is_making(step))
		return text_format(_("Remove %s, which was made"), shown);
	if (edit_step_is_removal(step))
		return text_format(_("Bring back %s as it was"), shown);
	return text_format(_("Put back what %s was"), shown);
}

void edit_step_undo_print(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *path = edit_step_path(step);
	_cleanup_free_ char *old = edit_step_stored(step, EDIT_STORE_WAS);
	const char *const remove[] = {"rm", path, NULL};
	const char *const bring_back[] = {"install",
					  "-m",
					  step_get_text(step, "was-mode"),
					  "-o",
					  step_get_text(step, "was-uid"),
					  "-g",
					  step_get_text(step, "was-gid"),
					  old,
					  path,
					  NULL};
	const char *const put_back[] = {"cp", old, path, NULL};

	edit_step_print_flags(step, lines, '-', !edit_step_is_removal(step));
	if (edit_step_is_making(step))
		text_list_take(lines, shell_command_vector(remove));
	else
		text_list_take(lines, shell_command_vector(edit_step_is_removal(step) ? bring_back
										      : put_back));
	edit_step_print_flags(step, lines, '+', !edit_step_is_making(step));
}
