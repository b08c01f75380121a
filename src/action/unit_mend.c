/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps and words that mends of services and logins have in common. */
#include "action/mend_units.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "action/link.h"
#include "action/place.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

struct unit_mend unit_mend_of(struct mending *mending, const char *purpose)
{
	return (struct unit_mend){
		.plan = mending->plan,
		.root = mending->root,
		.folder = mending->target.root,
		.purpose = purpose,
	};
}

char *unit_mend_shown(const struct unit_mend *mend, const char *path)
{
	_cleanup_free_ char *full = place_join(mend->folder, path);

	return printable_text(full);
}

void unit_mend_note(const struct unit_mend *mend, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	text = text_format_args(format, args);
	va_end(args);
	if (!text_list_contains(&mend->plan->notes, text))
		text_list_add(&mend->plan->notes, text);
}

bool unit_mend_has(const struct unit_mend *mend, const char *asked)
{
	const char *name = strrchr(asked, '/');
	_cleanup_free_ char *folder = alloc_copy(asked, (size_t)(name - asked));
	_cleanup_free_ char *resolved = NULL, *path = NULL;

	/* as the steps have it: the folder without symlinks */
	if (root_resolve(mend->root, *folder ? folder : "/", true, &resolved, NULL) < 0)
		return false;
	path = text_format("%s%s", strcmp(resolved, "/") == 0 ? "" : resolved, name);
	for (size_t i = 0; i < mend->plan->count; i++) {
		const struct step *step = mend->plan->steps[i];

		if (text_is_equal(step_get(step, "path"), path) &&
		    (text_is_equal(step->class_name, "make-link") ||
		     text_is_equal(step->class_name, "edit-file")))
			return true;
	}
	return false;
}

/* "Make the symlink X, so that Y". */
static char *describe(const struct unit_mend *mend, const char *what)
{
	return mend->purpose ? text_format("%s, %s", what, mend->purpose) : text_copy(what);
}

int unit_mend_link(const struct unit_mend *mend, const char *path, const char *target,
		   const char *what, struct problem *why)
{
	_cleanup_free_ char *sentence = describe(mend, what);
	const struct link_wish wish = {
		.root = mend->folder, .path = path, .target = target, .what = sentence};

	return unit_mend_has(mend, path) ? 0 : link_plan_add(mend->plan, &wish, why);
}

int unit_mend_write(const struct unit_mend *mend, const struct edit_file *seen, const char *bytes,
		    size_t length, const char *what, struct problem *why)
{
	_cleanup_free_ char *sentence = describe(mend, what), *label = NULL;
	struct edit_wish wish = {
		.root = mend->folder,
		.seen = seen,
		.what = sentence,
		.bytes = bytes,
		.length = length,
		.mode = 0644,
		.links = EDIT_LINKS_BREAK,
		.lifts_flags = true,
	};
	int r = 0;

	if (bytes && !seen->exists)
		r = edit_plan_label(mend->plan, mend->folder, seen->path, &label, why);
	wish.label = label;
	return r < 0 ? r : edit_plan_add(mend->plan, &wish, why);
}

int unit_mend_remove(const struct unit_mend *mend, const char *path, const char *what,
		     struct problem *why)
{
	_cleanup_edit_file_ struct edit_file seen = {0};
	struct stat status;
	int r = root_stat(mend->root, path, false, &status);

	if (r == -ENOENT || unit_mend_has(mend, path))
		return 0;
	if (r == 0 && S_ISLNK(status.st_mode))
		return unit_mend_link(mend, path, NULL, what, why);
	r = edit_look(mend->root, path, &seen, why);
	return r < 0 ? r : unit_mend_write(mend, &seen, NULL, 0, what, why);
}

int unit_mend_let_execute(const struct unit_mend *mend, const char *path, struct problem *why)
{
	_cleanup_free_ char *resolved = NULL, *shown = unit_mend_shown(mend, path);
	_cleanup_free_ char *what = text_format(_("Let %s be executed"), shown);
	_cleanup_free_ char *sentence = describe(mend, what);
	struct edit_owner_wish wish = {
		.root = mend->folder, .what = sentence, .allows_links = true, .lifts_flags = true};
	struct stat status;
	int r = root_stat(mend->root, path, true, &status);

	if (r == 0 && (status.st_mode & 0111))
		return 0;
	if (r == 0)
		r = root_resolve(mend->root, path, false, &resolved, NULL);
	if (r < 0)
		return problem_set_errno(why, r, path);
	wish.path = resolved;
	wish.wanted.has_mode = true;
	wish.wanted.mode = (status.st_mode & 07777) | ((status.st_mode & 0444) >> 2);
	return edit_plan_add_owner(mend->plan, &wish, why);
}

char *unit_mend_comment_out(const char *text, const char *word)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	size_t length = strlen(word);
	bool goes_on = false;

	while (*text) {
		const char *start = text + strspn(text, " \t");
		const char *newline = strchr(text, '\n');
		size_t line = newline ? (size_t)(newline - text) + 1 : strlen(text);
		bool is_it = strncmp(start, word, length) == 0 &&
			     (!start[length] || strchr(" \t=\r\n", start[length]));

		if (is_it || goes_on)
			text_buffer_add(&buffer, "#", 1);
		goes_on = (is_it || goes_on) && line >= 2 && text[line - 1] == '\n' &&
			  text[line - 2] == '\\';
		text_buffer_add(&buffer, text, line);
		text += line;
	}
	return text_buffer_take(&buffer);
}
