/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A canvas drawn on the screen of curses, which sends what differs. */
#include "tui/terminal_parts.h"

#include <string.h>
#include <wchar.h>

#include "base/alloc.h"

#define NCURSES_NOMACROS
#include <curses.h>

/* Attributes for every role, worked out once for the terminal in use. */
static attr_t role_attributes[ROLE_COUNT];

/* Where a terminal has no such attribute, another one that stands out. */
static attr_t attribute_or_other(attr_t wanted, attr_t other)
{
	attr_t known = termattrs();

	return known & wanted ? wanted : known & other;
}

static attr_t look_attributes(struct look look)
{
	attr_t attributes = A_NORMAL;

	if (look.attributes & LOOK_BOLD)
		attributes |= attribute_or_other(A_BOLD, A_NORMAL);
	if (look.attributes & LOOK_REVERSE)
		attributes |= attribute_or_other(A_REVERSE, A_STANDOUT);
	if (look.attributes & LOOK_UNDERLINE)
		attributes |= attribute_or_other(A_UNDERLINE, A_NORMAL);
	return attributes;
}

/* One pair a role, 1 on; 0 is the terminal's own. */
static void start_colors(void)
{
	bool has_own;

	if (theme_get()->colors == 0 || start_color() == ERR)
		return;
	has_own = use_default_colors() == OK;
	for (int role = 0; role < ROLE_COUNT; role++) {
		struct look look = theme_look((enum role)role);

		if (!has_own && look.foreground < 0)
			look.foreground = COLOR_WHITE;
		if (!has_own && look.background < 0)
			look.background = COLOR_BLACK;
		/* a pair that cannot be made shows as the terminal's own colours */
		(void)init_pair((short)(role + 1), look.foreground, look.background);
	}
}

static short role_pair(enum role role)
{
	struct look look = theme_look(role);
	bool is_plain = look.foreground < 0 && look.background < 0;

	return theme_get()->colors == 0 || is_plain || (int)role + 1 >= COLOR_PAIRS
		       ? 0
		       : (short)(role + 1);
}

void terminal_draw_start(void)
{
	start_colors();
	for (int role = 0; role < ROLE_COUNT; role++)
		role_attributes[role] = look_attributes(theme_look((enum role)role));
}

/* The characters of a cell, as many as curses takes in one; returns false where it takes none. */
static bool cell_characters(const struct cell *cell, wchar_t *ret_characters)
{
	const char *at = cell->text;
	mbstate_t state = {0};
	size_t count = 0;

	while (*at && count < CCHARW_MAX) {
		size_t taken = mbrtowc(&ret_characters[count], at, strlen(at), &state);

		if (taken == 0 || taken > strlen(at))
			return false;
		at += taken;
		count++;
	}
	ret_characters[count] = L'\0';
	return count > 0;
}

static void convert_cell(const struct cell *cell, cchar_t *ret_character)
{
	wchar_t characters[CCHARW_MAX + 1];
	attr_t attributes = role_attributes[cell->role];
	short pair = role_pair((enum role)cell->role);

	if (!cell_characters(cell, characters) ||
	    setcchar(ret_character, characters, attributes, pair, NULL) == ERR)
		(void)setcchar(ret_character, L"?", attributes, pair, NULL); /* is always right */
}

/* LINE has room for a row. The right halves of wide characters are none for curses. */
static void draw_row(const struct canvas *canvas, int row, cchar_t *line)
{
	const struct cell *cells = &canvas->cells[(size_t)row * (size_t)canvas->columns];
	int count = 0;

	for (int column = 0; column < canvas->columns; column++) {
		if (cells[column].text[0])
			convert_cell(&cells[column], &line[count++]);
	}
	/* what is outside, after a resize that is not drawn yet, is refused */
	(void)mvwadd_wchnstr(stdscr, row, 0, line, count);
}

void terminal_draw(const struct canvas *canvas)
{
	_cleanup_free_ cchar_t *line = alloc_zero((size_t)canvas->columns + 1, sizeof(*line));

	(void)werase(stdscr);
	for (int row = 0; row < canvas->rows; row++)
		draw_row(canvas, row, line);
	(void)wmove(stdscr, canvas->cursor_row, canvas->cursor_column); /* as above */
}
