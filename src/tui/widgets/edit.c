/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of text under the user's fingers. */
#include "tui/widgets/edit.h"

#include <limits.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "base/text.h"
#include "tui/widgets/characters.h"

void edit_init(struct edit *edit, bool is_secret)
{
	*edit = (struct edit){.is_secret = is_secret};
	if (is_secret) {
		secret_open(&edit->secret);
		edit->text = edit->secret.memory;
		edit->capacity = SECRET_MAX_BYTES;
	}
}

void edit_done(struct edit *edit)
{
	if (edit->is_secret)
		secret_done(&edit->secret);
	else
		free(edit->text);
	free(edit->cut);
	*edit = (struct edit){0};
}

const char *edit_text(const struct edit *edit)
{
	return edit->text ? edit->text : "";
}

/* Room for LENGTH bytes; false where that is more than it may hold. */
static bool make_room(struct edit *edit, size_t length)
{
	size_t wanted = edit->capacity ? edit->capacity : 64;

	if (length <= edit->capacity)
		return true;
	if (edit->is_secret || length > EDIT_MAX_BYTES)
		return false;
	while (wanted < length)
		wanted *= 2;
	edit->text = alloc_resize(edit->text, wanted + 1, 1);
	edit->capacity = wanted;
	return true;
}

static void insert_bytes(struct edit *edit, const char *bytes, size_t length)
{
	if (!length || !make_room(edit, edit->length + length))
		return;
	memmove(edit->text + edit->cursor + length, edit->text + edit->cursor,
		edit->length - edit->cursor);
	memcpy(edit->text + edit->cursor, bytes, length);
	edit->length += length;
	edit->cursor += length;
	edit->text[edit->length] = '\0';
}

void edit_insert(struct edit *edit, const char *text)
{
	insert_bytes(edit, text, strlen(text));
}

void edit_set(struct edit *edit, const char *text)
{
	size_t length = strlen(text), most = edit->is_secret ? SECRET_MAX_BYTES : EDIT_MAX_BYTES;

	if (length > most) {
		for (length = most; ((unsigned char)text[length] & 0xc0) == 0x80; length--)
			; /* not inside of a character */
	}
	if (edit->is_secret)
		secret_wipe(&edit->secret);
	edit->length = edit->cursor = 0;
	insert_bytes(edit, text, length);
	if (edit->text)
		edit->text[edit->length] = '\0';
}

/* Takes the bytes from FROM to TO out; the cursor is at FROM then. */
static void remove_range(struct edit *edit, size_t from, size_t to, bool is_cut)
{
	if (from >= to)
		return;
	if (is_cut && !edit->is_secret) {
		free(edit->cut);
		edit->cut = alloc_copy(edit->text + from, to - from);
	}
	memmove(edit->text + from, edit->text + to, edit->length - to);
	if (edit->is_secret)
		explicit_bzero(edit->text + edit->length - (to - from), to - from);
	edit->length -= to - from;
	edit->text[edit->length] = '\0';
	edit->cursor = from;
}

static size_t next_of(const struct edit *edit, size_t at)
{
	size_t columns;

	return at + character_next(edit_text(edit), edit->length, at, &columns);
}

static size_t previous_of(const struct edit *edit, size_t at)
{
	return character_previous(edit_text(edit), edit->length, at);
}

/* Where the word starts that the cursor is in or behind; words end at spaces. */
static size_t word_start(const struct edit *edit)
{
	size_t at = edit->cursor;

	while (at > 0 && edit->text[at - 1] == ' ')
		at--;
	while (at > 0 && edit->text[at - 1] != ' ')
		at--;
	return at;
}

/* A character that was typed, if it can be shown as it is. */
static void type_character(struct edit *edit, int code)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	size_t length = wcrtomb(bytes, (wchar_t)code, &state);

	if (length != (size_t)-1 && printable_code_width((uint32_t)code) >= 0)
		insert_bytes(edit, bytes, length);
	explicit_bzero(bytes, sizeof(bytes));
}

/* Moves and deletions; false where KEY is neither. */
static bool change(struct edit *edit, int code)
{
	switch (code) {
	case KEY_CODE_HOME:
	case KEY_CTRL('A'):
		edit->cursor = 0;
		return true;
	case KEY_CODE_END:
	case KEY_CTRL('E'):
		edit->cursor = edit->length;
		return true;
	case KEY_CODE_LEFT:
	case KEY_CTRL('B'):
		edit->cursor = previous_of(edit, edit->cursor);
		return true;
	case KEY_CODE_RIGHT:
	case KEY_CTRL('F'):
		edit->cursor = next_of(edit, edit->cursor);
		return true;
	case KEY_CODE_BACKSPACE:
	case KEY_CTRL('H'):
		remove_range(edit, previous_of(edit, edit->cursor), edit->cursor, false);
		return true;
	case KEY_CODE_DELETE:
	case KEY_CTRL('D'):
		remove_range(edit, edit->cursor, next_of(edit, edit->cursor), false);
		return true;
	case KEY_CTRL('K'):
		remove_range(edit, edit->cursor, edit->length, true);
		return true;
	case KEY_CTRL('U'):
		remove_range(edit, 0, edit->cursor, true);
		return true;
	case KEY_CTRL('W'):
		remove_range(edit, word_start(edit), edit->cursor, true);
		return true;
	case KEY_CTRL('Y'):
		if (edit->cut)
			edit_insert(edit, edit->cut);
		return true;
	default:
		return false;
	}
}

enum widget_answer edit_key(struct edit *edit, const struct key *key)
{
	if (key->code == KEY_CODE_ENTER)
		return WIDGET_CHOSEN;
	if (key->code == KEY_CODE_ESCAPE)
		return WIDGET_CANCELLED;
	if (change(edit, key->code))
		return WIDGET_HANDLED;
	if (!key_is_text(key->code))
		return WIDGET_IGNORED;
	type_character(edit, key->code);
	return WIDGET_HANDLED;
}

/* Columns of the bytes from FROM to TO as they are shown. */
static size_t shown_columns(const struct edit *edit, size_t from, size_t to)
{
	size_t count = 0;

	if (!edit->is_secret)
		return character_columns(edit_text(edit) + from, to - from);
	for (size_t at = from; at < to; at = next_of(edit, at))
		count++;
	return count;
}

/* Columns of a field that can show text: the last one is for the mark that there is more. */
static size_t room_of(struct area area)
{
	return area.columns > 1 ? (size_t)area.columns - 1 : 1;
}

/* The first column shown: by the cursor alone, half a field at a time. */
static size_t first_column(const struct edit *edit, struct area area)
{
	size_t cursor = shown_columns(edit, 0, edit->cursor), room = room_of(area);
	size_t half = room > 1 ? room / 2 : 1;

	return cursor < room ? 0 : ((cursor - room) / half + 1) * half;
}

/* The byte of the first character that starts at or behind COLUMN, and the column it starts at. */
static size_t byte_at_column(const struct edit *edit, size_t column, size_t *ret_column)
{
	size_t at = 0, seen = 0, width;

	while (at < edit->length && seen < column) {
		at += character_next(edit->text, edit->length, at, &width);
		seen += edit->is_secret ? 1 : width;
	}
	*ret_column = seen;
	return at;
}

void edit_draw(const struct edit *edit, struct canvas *canvas, struct area area, enum role role,
	       bool is_active)
{
	size_t first = first_column(edit, area), room = room_of(area), from, start, used, fits;
	_cleanup_free_ char *part = NULL;

	if (area.rows < 1 || area.columns < 1)
		return;
	from = byte_at_column(edit, first, &start);
	if (edit->is_secret) {
		used = shown_columns(edit, from, edit->length);
		fits = used > room ? 0 : edit->length - from; /* only whether all of it fits */
		used = used > room ? room : used;
		part = alloc_zero(used + 1, 1);
		memset(part, '*', used);
	} else {
		fits = character_fit(edit_text(edit) + from, edit->length - from,
				     room > start - first ? room - (start - first) : 0, &used);
		part = alloc_copy(edit_text(edit) + from, fits);
	}
	canvas_fill(canvas, (struct area){area.row, area.column, 1, area.columns}, role);
	(void)canvas_text(canvas, area.row, area.column + (int)(start - first), area.columns, role,
			  part); /* it was cut to fit */
	if (first > 0 && area.columns > 3)
		(void)canvas_text(canvas, area.row, area.column, 1, ROLE_DIM, "<");
	if (from + fits < edit->length && area.columns > 3)
		(void)canvas_text(canvas, area.row, area.column + (int)room, 1, ROLE_DIM, ">");
	if (is_active)
		canvas_put_cursor(canvas, area.row,
				  area.column + (int)(shown_columns(edit, 0, edit->cursor) - first),
				  true);
}

void edit_click(struct edit *edit, struct area area, int column)
{
	size_t first = first_column(edit, area), start;

	if (column < area.column)
		return;
	edit->cursor = byte_at_column(edit, first + (size_t)(column - area.column), &start);
	if (start > first + (size_t)(column - area.column)) /* the right half of a wide one */
		edit->cursor = previous_of(edit, edit->cursor);
}
