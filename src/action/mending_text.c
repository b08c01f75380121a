/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of settings that several mends change: one step each, whatever many lines of it change. */
#include <errno.h>
#include <string.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"

static void text_free(struct mending_text *text)
{
	edit_file_done(&text->seen);
	text_list_done(&text->reasons);
	if (text->bytes)
		explicit_bzero(text->bytes, text->length);
	free(text->bytes);
	free(text);
}

void mending_texts_done(struct mending *mending)
{
	for (size_t i = 0; i < mending->text_count; i++)
		text_free(mending->texts[i]);
	free(mending->texts);
	mending->texts = NULL;
	mending->text_count = mending->text_capacity = 0;
}

static struct mending_text *find(const struct mending *mending, const char *path)
{
	for (size_t i = 0; i < mending->text_count; i++) {
		if (text_is_equal(mending->texts[i]->seen.path, path))
			return mending->texts[i];
	}
	return NULL;
}

int mending_get_text(struct mending *mending, const char *path, struct mending_text **ret_text,
		     struct problem *why)
{
	_cleanup_edit_file_ struct edit_file seen = {0};
	struct mending_text *text;
	int r = edit_look(mending->root, path, &seen, why);

	if (r < 0)
		return r;
	text = find(mending, seen.path); /* several names may lead to one file */
	if (!text) {
		text = alloc_zero(1, sizeof(*text));
		text->seen = seen;
		seen = (struct edit_file){0};
		if (text->seen.exists) {
			text->bytes = alloc_copy(text->seen.bytes, text->seen.length);
			text->length = text->seen.length;
		}
		mending->texts = alloc_grow(mending->texts, mending->text_count,
					    &mending->text_capacity, sizeof(struct mending_text *));
		mending->texts[mending->text_count++] = text;
	}
	*ret_text = text;
	return 0;
}

void mending_set_text(struct mending_text *text, char *bytes, size_t length, const char *reason)
{
	if (text->bytes)
		explicit_bzero(text->bytes, text->length);
	free(text->bytes);
	text->bytes = bytes;
	text->length = length;
	if (reason && !text_list_contains(&text->reasons, reason))
		text_list_add(&text->reasons, reason);
}

static void set_buffer(struct mending_text *text, struct text_buffer *buffer, const char *reason)
{
	size_t length = buffer->length;

	mending_set_text(text, text_buffer_take(buffer), length, reason);
}

void mending_append_line(struct mending_text *text, const char *line, const char *reason)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	text_buffer_add(&buffer, text->bytes ? text->bytes : "", text->length);
	if (text->bytes && text->length && text->bytes[text->length - 1] != '\n')
		text_buffer_add_text(&buffer, "\n");
	text_buffer_format(&buffer, "%s\n", line);
	set_buffer(text, &buffer, reason);
}

/* Where line NUMBER begins and ends, behind its newline. */
static int find_line(const struct mending_text *text, unsigned number, size_t *ret_start,
		     size_t *ret_end)
{
	size_t start = 0;

	for (unsigned line = 1; start < text->length; line++) {
		const char *newline = memchr(text->bytes + start, '\n', text->length - start);
		size_t end = newline ? (size_t)(newline - text->bytes) + 1 : text->length;

		if (line == number) {
			*ret_start = start;
			*ret_end = end;
			return 0;
		}
		start = end;
	}
	return -ERANGE;
}

char *mending_get_line(const struct mending_text *text, unsigned number)
{
	size_t start = 0, end = 0;
	char *line;

	if (find_line(text, number, &start, &end) < 0)
		return NULL;
	line = alloc_copy(text->bytes + start, end - start);
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

int mending_replace_line(struct mending_text *text, unsigned number, const char *new,
			 const char *reason)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	size_t start = 0, end = 0;
	bool has_newline;
	int r = find_line(text, number, &start, &end);

	if (r < 0)
		return r;
	has_newline = text->bytes[end - 1] == '\n';
	text_buffer_add(&buffer, text->bytes, start);
	text_buffer_add_text(&buffer, "#");
	text_buffer_add(&buffer, text->bytes + start, end - start);
	if (new)
		text_buffer_format(&buffer, "%s%s%s", has_newline ? "" : "\n", new,
				   has_newline ? "\n" : "");
	text_buffer_add(&buffer, text->bytes + end, text->length - end);
	set_buffer(text, &buffer, reason);
	return 0;
}

void mending_insert_line(struct mending_text *text, const char *line, const char *reason)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	text_buffer_format(&buffer, "%s\n", line);
	text_buffer_add(&buffer, text->bytes ? text->bytes : "", text->length);
	set_buffer(text, &buffer, reason);
}

static char *describe(const struct mending *mending, const struct mending_text *text)
{
	_cleanup_free_ char *reasons = text_list_join(&text->reasons, "; ");
	_cleanup_free_ char *shown = mending_show_path(mending, text->seen.path);

	if (!*reasons)
		return NULL;
	if (!text->bytes)
		return text_format(_("Put %s aside: %s"), shown, reasons);
	return text->seen.exists ? text_format(_("Change %s: %s"), shown, reasons)
				 : text_format(_("Make %s: %s"), shown, reasons);
}

static int finish(struct mending *mending, const struct mending_text *text, struct problem *why)
{
	_cleanup_free_ char *what = describe(mending, text), *label = NULL;
	struct edit_wish wish = {
		.root = mending->target.root,
		.seen = &text->seen,
		.what = what,
		.bytes = text->bytes,
		.length = text->length,
		.mode = text->mode ? text->mode : 0644,
		.links = EDIT_LINKS_BREAK,
		.lifts_flags = true,
	};
	int r = 0;

	if (text->bytes && !text->seen.exists)
		r = edit_plan_label(mending->plan, mending->target.root, text->seen.path, &label,
				    why);
	wish.label = label;
	return r < 0 ? r : edit_plan_add(mending->plan, &wish, why);
}

bool mending_has_changed_texts(const struct mending *mending)
{
	for (size_t i = 0; i < mending->text_count; i++) {
		if (mending->texts[i]->reasons.count)
			return true;
	}
	return false;
}

int mending_finish_texts(struct mending *mending, struct problem *why)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < mending->text_count; i++)
		r = finish(mending, mending->texts[i], why);
	return r;
}
