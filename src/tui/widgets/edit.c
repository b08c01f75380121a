/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of text under the user's fingers. */
#include "tui/widgets/edit.h"

#include <ctype.h>
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

static bool is_blank(char byte)
{
	return byte == ' ';
}

/* In a path the words are its parts. */
static bool is_between_words(char byte)
{
	return (unsigned char)byte < 0x80 && !isalnum((unsigned char)byte);
}

/* The start of the word that the cursor is in or behind; IS_GAP tells what is between words. */
static size_t word_start(const struct edit *edit, bool (*is_gap)(char byte))
{
	size_t at = edit->cursor;

	while (at > 0 && is_gap(edit->text[previous_of(edit, at)]))
		at = previous_of(edit, at);
	while (at > 0 && !is_gap(edit->text[previous_of(edit, at)]))
		at = previous_of(edit, at);
	return at;
}

/* The end of the word that the cursor is in or in front of. */
static size_t word_end(const struct edit *edit)
{
	size_t at = edit->cursor;

	while (at < edit->length && is_between_words(edit->text[at]))
		at = next_of(edit, at);
	while (at < edit->length && !is_between_words(edit->text[at]))
		at = next_of(edit, at);
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

static void go_to_start(struct edit *edit)
{
	edit->cursor = 0;
}

static void go_to_end(struct edit *edit)
{
	edit->cursor = edit->length;
}

static void go_left(struct edit *edit)
{
	edit->cursor = previous_of(edit, edit->cursor);
}

static void go_right(struct edit *edit)
{
	edit->cursor = next_of(edit, edit->cursor);
}

static void go_word_left(struct edit *edit)
{
	edit->cursor = word_start(edit, is_between_words);
}

static void go_word_right(struct edit *edit)
{
	edit->cursor = word_end(edit);
}

static void delete_left(struct edit *edit)
{
	remove_range(edit, previous_of(edit, edit->cursor), edit->cursor, false);
}

static void delete_right(struct edit *edit)
{
	remove_range(edit, edit->cursor, next_of(edit, edit->cursor), false);
}

static void cut_to_end(struct edit *edit)
{
	remove_range(edit, edit->cursor, edit->length, true);
}

static void cut_to_start(struct edit *edit)
{
	remove_range(edit, 0, edit->cursor, true);
}

static void cut_to_space(struct edit *edit)
{
	remove_range(edit, word_start(edit, is_blank), edit->cursor, true);
}

static void cut_word_left(struct edit *edit)
{
	remove_range(edit, word_start(edit, is_between_words), edit->cursor, true);
}

static void cut_word_right(struct edit *edit)
{
	remove_range(edit, edit->cursor, word_end(edit), true);
}

static void put_back(struct edit *edit)
{
	if (edit->cut)
		edit_insert(edit, edit->cut);
}

static const struct {
	int code, twin; /* of two keys that do the same; or the same twice */
	void (*act)(struct edit *edit);
} commands[] = {
	{KEY_CODE_HOME, KEY_CTRL('A'), go_to_start},
	{KEY_CODE_END, KEY_CTRL('E'), go_to_end},
	{KEY_CODE_LEFT, KEY_CTRL('B'), go_left},
	{KEY_CODE_RIGHT, KEY_CTRL('F'), go_right},
	{KEY_ALT('b'), KEY_ALT('B'), go_word_left},
	{KEY_ALT('f'), KEY_ALT('F'), go_word_right},
	{KEY_CODE_BACKSPACE, KEY_CTRL('H'), delete_left},
	{KEY_CODE_DELETE, KEY_CTRL('D'), delete_right},
	{KEY_CTRL('K'), KEY_CTRL('K'), cut_to_end},
	{KEY_CTRL('U'), KEY_CTRL('U'), cut_to_start},
	{KEY_CTRL('W'), KEY_CTRL('W'), cut_to_space},
	{KEY_ALT(KEY_CODE_BACKSPACE), KEY_ALT(KEY_CTRL('H')), cut_word_left},
	{KEY_ALT('d'), KEY_ALT('D'), cut_word_right},
	{KEY_CTRL('Y'), KEY_CTRL('Y'), put_back},
};

/* Moves, deletes or puts back; false where CODE is for none of it. */
static bool run_command(struct edit *edit, int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].code == code || commands[i].twin == code) {
			commands[i].act(edit);
			return true;
		}
	}
	return false;
}

enum widget_answer edit_key(struct edit *edit, const struct key *key)
{
	if (key->code == KEY_CODE_ENTER)
		return WIDGET_CHOSEN;
	if (key->code == KEY_CODE_ESCAPE)
		return WIDGET_CANCELLED;
	if (run_command(edit, key->code))
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
