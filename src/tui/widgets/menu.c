/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of the first screen. */
#include "tui/widgets/menu.h"

#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "base/text.h"
#include "tui/widgets/characters.h"

#define KEY_COLUMN 1
#define LABEL_COLUMN 4
#define LABEL_GAP 2
#define LEAST_LINES 4	  /* the line for long states takes no room from fewer */
#define NARROW_COLUMNS 60 /* below that, two lines for them */

void menu_init(struct menu *menu)
{
	*menu = (struct menu){.shown = alloc_zero(1, sizeof(*menu->shown))};
}

void menu_clear(struct menu *menu)
{
	for (size_t i = 0; i < menu->count; i++) {
		free(menu->lines[i].id);
		free(menu->lines[i].label);
		free(menu->lines[i].state);
		free(menu->lines[i].why_not);
	}
	menu->count = menu->cursor = 0;
}

void menu_done(struct menu *menu)
{
	menu_clear(menu);
	free(menu->lines);
	free(menu->shown);
	*menu = (struct menu){0};
}

void menu_add(struct menu *menu, const char *id, int key, const char *label)
{
	menu->lines = alloc_grow(menu->lines, menu->count, &menu->capacity, sizeof(*menu->lines));
	menu->lines[menu->count++] =
		(struct menu_line){.id = text_copy(id), .key = key, .label = text_copy(label)};
}

static struct menu_line *find_line(const struct menu *menu, const char *id)
{
	for (size_t i = 0; i < menu->count; i++) {
		if (strcmp(menu->lines[i].id, id) == 0)
			return &menu->lines[i];
	}
	return NULL;
}

void menu_set_state(struct menu *menu, const char *id, enum role role, const char *state)
{
	struct menu_line *line = find_line(menu, id);

	if (!line)
		return;
	text_set(&line->state, state);
	line->role = role;
}

void menu_set_why_not(struct menu *menu, const char *id, const char *why_not)
{
	struct menu_line *line = find_line(menu, id);

	if (line)
		text_set(&line->why_not, why_not);
}

const struct menu_line *menu_current(const struct menu *menu)
{
	return menu->cursor < menu->count ? &menu->lines[menu->cursor] : NULL;
}

bool menu_select(struct menu *menu, const char *id)
{
	const struct menu_line *line = find_line(menu, id);

	if (line)
		menu->cursor = (size_t)(line - menu->lines);
	return line != NULL;
}

/* Columns of the labels: as wide as the widest, but at least half is left for the states. */
static int label_width(const struct menu *menu, int columns)
{
	int widest = 0, most = (columns - LABEL_COLUMN - LABEL_GAP) * 3 / 5;

	if (most < 0)
		return 0;

	for (size_t i = 0; i < menu->count; i++) {
		size_t width = printable_width(menu->lines[i].label);

		if (width > (size_t)widest)
			widest = width < (size_t)most ? (int)width : most;
	}
	return widest;
}

static const char *state_of(const struct menu_line *line)
{
	return line->why_not ? line->why_not : line->state;
}

/* Whether the state of LINE is longer than the room beside labels WIDTH wide. */
static bool is_cut(const struct menu_line *line, int columns, int width)
{
	const char *state = state_of(line);
	int room = columns - LABEL_COLUMN - width - LABEL_GAP;

	return state && printable_width(state) > (size_t)(room > 0 ? room : 0);
}

/* Rows at the bottom that have the current line's state where it is cut beside it. */
static int long_rows(const struct menu *menu, struct area area)
{
	int width = label_width(menu, area.columns), wanted = 0;

	for (size_t i = 0; i < menu->count; i++) {
		if (is_cut(&menu->lines[i], area.columns, width))
			wanted = area.columns < NARROW_COLUMNS ? 2 : 1;
	}
	if (wanted > area.rows - LEAST_LINES)
		wanted = area.rows - LEAST_LINES;
	return wanted > 0 ? wanted : 0;
}

static void draw_long_state(const struct menu_line *line, struct canvas *canvas, struct area area)
{
	const char *state = state_of(line);
	size_t length = strlen(state), at = 0, end, next;
	int left = area.column + KEY_COLUMN, columns = area.columns - KEY_COLUMN;

	for (int row = 0; row < area.rows && at < length; row++) {
		_cleanup_free_ char *part = NULL;

		end = character_break_line(state, length, at, columns > 0 ? (size_t)columns : 1,
					   &next);
		part = alloc_copy(state + at, row + 1 < area.rows ? end - at : length - at);
		(void)canvas_text(canvas, area.row + row, left, columns,
				  line->why_not ? ROLE_DIM : line->role,
				  part); /* the last line is cut where there is more */
		at = next;
	}
}

static void draw_line(const struct menu *menu, struct canvas *canvas, struct area area, int row,
		      size_t index, int width)
{
	const struct menu_line *line = &menu->lines[index];
	const char *state = state_of(line);
	enum role dim = line->why_not ? ROLE_DIM : ROLE_NORMAL;
	_cleanup_free_ char *letter = key_format(line->key);
	int column = LABEL_COLUMN + width + LABEL_GAP;

	if (index == menu->cursor) {
		canvas_glyph(canvas, row, area.column, 1, ROLE_NORMAL, GLYPH_CURSOR);
		canvas_put_cursor(canvas, row, area.column, false);
	}
	(void)canvas_text(canvas, row, area.column + KEY_COLUMN,
			  area_room(area, area.column + KEY_COLUMN, LABEL_COLUMN - KEY_COLUMN - 1),
			  line->why_not ? ROLE_DIM : ROLE_KEY, letter); /* one column wide */
	(void)canvas_text(canvas, row, area.column + LABEL_COLUMN, width,
			  index == menu->cursor ? ROLE_SELECTED : dim,
			  line->label); /* cut where it is too long, and so is the state */
	if (state)
		(void)canvas_text(canvas, row, area.column + column, area.columns - column,
				  line->why_not ? ROLE_DIM : line->role, state);
}

void menu_draw(const struct menu *menu, struct canvas *canvas, struct area area)
{
	const struct menu_line *current = menu_current(menu);
	struct area inside = area, bottom = area;
	size_t height, top;
	int width;

	if (area.rows < 1 || area.columns < 1)
		return;
	canvas_fill(canvas, area, ROLE_NORMAL);
	bottom.rows = long_rows(menu, area);
	area.rows -= bottom.rows;
	bottom.row = area.row + area.rows;
	height = (size_t)area.rows;
	top = widget_scroll(menu->shown->top, menu->cursor, height, menu->count);
	*menu->shown = (struct widget_shown){area, top, height};
	if (menu->count > height)
		inside.columns -= 2; /* the marks */
	width = label_width(menu, inside.columns);
	for (size_t i = top; i < menu->count && i < top + height; i++)
		draw_line(menu, canvas, inside, area.row + (int)(i - top), i, width);
	if (current && is_cut(current, inside.columns, width))
		draw_long_state(current, canvas, bottom);
	widget_draw_more(canvas, area, top > 0, top + height < menu->count);
}

static enum widget_answer move(struct menu *menu, long by)
{
	long last = (long)menu->count - 1, place = (long)menu->cursor + by;

	if (place > last)
		place = last;
	menu->cursor = place > 0 ? (size_t)place : 0;
	return WIDGET_HANDLED;
}

static enum widget_answer choose(const struct menu *menu)
{
	const struct menu_line *line = menu_current(menu);

	if (!line)
		return WIDGET_IGNORED;
	return line->why_not ? WIDGET_HANDLED : WIDGET_CHOSEN;
}

static enum widget_answer click(struct menu *menu, const struct key *key)
{
	size_t place;

	if (!area_contains(menu->shown->area, key->row, key->column))
		return WIDGET_IGNORED;
	place = menu->shown->top + (size_t)(key->row - menu->shown->area.row);
	if (place >= menu->count)
		return WIDGET_HANDLED;
	if (place == menu->cursor)
		return choose(menu);
	menu->cursor = place;
	return WIDGET_HANDLED;
}

static enum widget_answer press_letter(struct menu *menu, int code)
{
	for (size_t i = 0; i < menu->count; i++) {
		if (menu->lines[i].key == code) {
			menu->cursor = i;
			return choose(menu);
		}
	}
	return WIDGET_IGNORED;
}

enum widget_answer menu_key(struct menu *menu, const struct key *key)
{
	long page = menu->shown->lines > 1 ? (long)menu->shown->lines - 1 : 1;

	switch (key->code) {
	case KEY_CODE_UP:
	case KEY_CODE_WHEEL_UP:
		return move(menu, -1);
	case KEY_CODE_DOWN:
	case KEY_CODE_WHEEL_DOWN:
		return move(menu, 1);
	case KEY_CODE_PAGE_UP:
		return move(menu, -page);
	case KEY_CODE_PAGE_DOWN:
		return move(menu, page);
	case KEY_CODE_HOME:
		return move(menu, -(long)menu->count);
	case KEY_CODE_END:
		return move(menu, (long)menu->count);
	case KEY_CODE_ENTER:
		return choose(menu);
	case KEY_CODE_CLICK:
		return click(menu, key);
	default:
		return press_letter(menu, key->code);
	}
}
