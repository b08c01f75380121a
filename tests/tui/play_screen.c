/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person would see of the program under test, by libvterm. */
#include <string.h>

#include "base/alloc.h"
#include "play_screen.h"

static void add_character(struct text_buffer *text, uint32_t character)
{
	char bytes[4];
	size_t length;

	if (character < 0x80) {
		bytes[0] = (char)character;
		length = 1;
	} else if (character < 0x800) {
		bytes[0] = (char)(0xc0 | (character >> 6));
		bytes[1] = (char)(0x80 | (character & 0x3f));
		length = 2;
	} else if (character < 0x10000) {
		bytes[0] = (char)(0xe0 | (character >> 12));
		bytes[1] = (char)(0x80 | ((character >> 6) & 0x3f));
		bytes[2] = (char)(0x80 | (character & 0x3f));
		length = 3;
	} else {
		bytes[0] = (char)(0xf0 | (character >> 18));
		bytes[1] = (char)(0x80 | ((character >> 12) & 0x3f));
		bytes[2] = (char)(0x80 | ((character >> 6) & 0x3f));
		bytes[3] = (char)(0x80 | (character & 0x3f));
		length = 4;
	}
	text_buffer_add(text, bytes, length);
}

static void on_output(const char *bytes, size_t length, void *data)
{
	struct screen *screen = data;

	if (screen->is_reading)
		screen->reports++;
	if (!screen->is_reading || screen->gives_reports)
		text_buffer_add(&screen->input, bytes, length);
}

static int on_property(VTermProp property, VTermValue *value, void *data)
{
	struct screen *screen = data;

	if (property == VTERM_PROP_ALTSCREEN)
		screen->is_alternate = value->boolean;
	else if (property == VTERM_PROP_MOUSE)
		screen->mouse = value->number;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
	.settermprop = on_property,
};

void screen_open(struct screen *screen, int rows, int columns)
{
	*screen = (struct screen){.gives_reports = true};
	screen->terminal = vterm_new(rows, columns);
	screen->cells = vterm_obtain_screen(screen->terminal);
	vterm_set_utf8(screen->terminal, 1);
	vterm_output_set_callback(screen->terminal, on_output, screen);
	vterm_screen_set_callbacks(screen->cells, &callbacks, screen);
	vterm_screen_enable_altscreen(screen->cells, 1);
	vterm_screen_reset(screen->cells, 1);
}

void screen_close(struct screen *screen)
{
	if (screen->terminal)
		vterm_free(screen->terminal);
	screen->terminal = NULL;
	text_buffer_done(&screen->raw);
	text_buffer_done(&screen->input);
}

void screen_feed(struct screen *screen, const char *bytes, size_t length)
{
	text_buffer_add(&screen->raw, bytes, length);
	screen->is_reading = true;
	(void)vterm_input_write(screen->terminal, bytes, length); /* it takes all */
	screen->is_reading = false;
	vterm_screen_flush_damage(screen->cells);
}

void screen_resize(struct screen *screen, int rows, int columns)
{
	vterm_set_size(screen->terminal, rows, columns);
}

void screen_get_size(const struct screen *screen, int *ret_rows, int *ret_columns)
{
	vterm_get_size(screen->terminal, ret_rows, ret_columns);
}

bool screen_get_cell(const struct screen *screen, int row, int column, VTermScreenCell *ret_cell)
{
	VTermPos place = {.row = row, .col = column};

	return vterm_screen_get_cell(screen->cells, place, ret_cell);
}

/* Adds row ROW to TEXT; where PLACES is given, also for each byte the column of its cell. */
static void add_line(const struct screen *screen, int row, struct text_buffer *text,
		     struct text_buffer *places)
{
	int rows, columns, column;
	VTermScreenCell cell;
	size_t i, before;

	screen_get_size(screen, &rows, &columns);
	for (column = 0; column < columns; column++) {
		if (!screen_get_cell(screen, row, column, &cell))
			continue;
		if (cell.chars[0] == (uint32_t)-1)
			continue; /* the right half of a wide character */
		before = text->length;
		if (!cell.chars[0])
			text_buffer_add(text, " ", 1);
		for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			add_character(text, cell.chars[i]);
		for (; places && before < text->length; before++)
			text_buffer_add(places, &column, sizeof(column));
	}
}

static void cut_spaces(char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == ' ')
		text[--length] = '\0';
}

char *screen_line(const struct screen *screen, int row)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	char *line;

	add_line(screen, row, &text, NULL);
	line = text_buffer_take(&text);
	cut_spaces(line);
	return line;
}

char *screen_text(const struct screen *screen)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	int rows, columns, row;

	screen_get_size(screen, &rows, &columns);
	for (row = 0; row < rows; row++) {
		_cleanup_free_ char *line = screen_line(screen, row);

		text_buffer_add_text(&text, line);
		text_buffer_add(&text, "\n", 1);
	}
	return text_buffer_take(&text);
}

bool screen_find(const struct screen *screen, const char *text, int *ret_row, int *ret_column)
{
	int rows, columns, row;

	screen_get_size(screen, &rows, &columns);
	for (row = 0; row < rows; row++) {
		_cleanup_text_buffer_ struct text_buffer line = {0}, places = {0};
		const char *hit;

		add_line(screen, row, &line, &places);
		hit = line.data ? strstr(line.data, text) : NULL;
		if (!hit || !*text)
			continue;
		*ret_row = row;
		memcpy(ret_column, places.data + (size_t)(hit - line.data) * sizeof(int),
		       sizeof(int));
		return true;
	}
	return false;
}

bool screen_has_application_keys(struct screen *screen)
{
	size_t before = screen->input.length;
	bool has;

	vterm_keyboard_key(screen->terminal, VTERM_KEY_UP, VTERM_MOD_NONE);
	has = screen->input.length >= before + 2 && screen->input.data[before + 1] == 'O';
	screen->input.length = before; /* nobody pressed it */
	return has;
}

bool screen_has_pen(const struct screen *screen)
{
	static const VTermAttr attributes[] = {VTERM_ATTR_BOLD, VTERM_ATTR_UNDERLINE,
					       VTERM_ATTR_BLINK, VTERM_ATTR_REVERSE};
	VTermState *state = vterm_obtain_state(screen->terminal);
	VTermValue value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (vterm_state_get_penattr(state, attributes[i], &value) && value.number)
			return true;
	if (vterm_state_get_penattr(state, VTERM_ATTR_FOREGROUND, &value) &&
	    !VTERM_COLOR_IS_DEFAULT_FG(&value.color))
		return true;
	return vterm_state_get_penattr(state, VTERM_ATTR_BACKGROUND, &value) &&
	       !VTERM_COLOR_IS_DEFAULT_BG(&value.color);
}
