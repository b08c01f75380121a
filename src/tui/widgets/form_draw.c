/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a form looks. */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/widgets/characters.h"
#include "tui/widgets/form_private.h"

#define GUTTER 2
#define GAP 2
#define LEAST_COLUMNS 4 /* less has room for nothing but the cursor */
#define MESSAGE_LEAST 8 /* columns below which a message is only marked */
#define TALL_ROWS 12	/* from here on there are two lines of help */
#define TALLEST_ROWS 18 /* ... three */

/* "(*) read-only  ( ) read-write"; NULL where that is wider than WIDTH. */
static char *format_options(const struct form_field *field, int width)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < field->option_count; i++) {
		enum glyph glyph = i == field->chosen ? GLYPH_CHOSEN : GLYPH_NOT_CHOSEN;

		text_buffer_format(&buffer, "%s%s %s", i ? "  " : "", theme_glyph(glyph),
				   field->options[i].texts.items[0]);
		if (buffer.length > 4096) /* wider than any terminal */
			return NULL;
	}
	if (!buffer.length || printable_width(buffer.data) > (size_t)width)
		return NULL;
	return text_buffer_take(&buffer);
}

static char *format_choice(const struct form_field *field, int width)
{
	char *all;

	if (!field->option_count)
		return text_copy(_("nothing to choose from"));
	all = format_options(field, width);
	if (all)
		return all;
	/* TRANSLATORS: the option that is chosen, its number, and how many there are */
	return text_format(_("%s  (%zu of %zu)"), field->options[field->chosen].texts.items[0],
			   field->chosen + 1, field->option_count);
}

static char *format_device(const struct form_field *field)
{
	_cleanup_text_list_ struct text_list shown = {0};

	if (!field->option_count)
		return text_copy(_("nothing to choose from"));
	for (size_t i = 0; i < field->column_count; i++) {
		const char *text = field->options[field->chosen].texts.items[i];

		if (*text)
			text_list_add(&shown, text);
	}
	return text_list_join(&shown, "  ");
}

/* Both words take the same room, so that what stands behind them is in line. */
static char *format_flag(const struct form_field *field)
{
	size_t yes = printable_width(_("yes")), no = printable_width(_("no"));
	_cleanup_free_ char *word =
		printable_fit(field->is_on ? _("yes") : _("no"), yes > no ? yes : no);

	return text_format("%s %s", theme_glyph(field->is_on ? GLYPH_CHECKED : GLYPH_UNCHECKED),
			   word);
}

/* What the field holds; returns the columns it takes. */
static int draw_value(const struct form_field *field, struct canvas *canvas, struct area area,
		      bool is_current)
{
	_cleanup_free_ char *text = NULL;

	if (form_field_is_typed(field)) {
		edit_draw(&field->edit, canvas, area, ROLE_FIELD, is_current);
		return area.columns;
	}
	if (field->kind == FORM_FLAG)
		text = format_flag(field);
	else if (field->kind == FORM_RADIO)
		text = text_copy(theme_glyph(field->is_on ? GLYPH_CHOSEN : GLYPH_NOT_CHOSEN));
	else
		text = field->kind == FORM_CHOICE ? format_choice(field, area.columns)
						  : format_device(field);
	return canvas_text(canvas, area.row, area.column, area.columns,
			   field->kind == FORM_DEVICE ? ROLE_FIELD : ROLE_NORMAL, text);
}

static void draw_field(const struct form *form, struct canvas *canvas, struct area area,
		       size_t index)
{
	const struct form_field *field = &form->fields[index];
	struct area value = form_value_area(form, field, area);
	bool is_current = index == form->current;
	int end = area.column + area.columns, column;

	(void)canvas_text(
		canvas, area.row, area.column + GUTTER,
		area_room(area, area.column + GUTTER, value.column - area.column - GUTTER - GAP),
		is_current ? ROLE_SELECTED : ROLE_NORMAL,
		field->label); /* cut where it is too long */
	if (is_current)
		canvas_put_cursor(canvas, area.row, area.column, false);
	column = value.column + draw_value(field, canvas, value, is_current) + GAP;
	if (field->message && end - column < MESSAGE_LEAST)
		(void)canvas_text(canvas, area.row, column - 1, area_room(area, column - 1, 1),
				  ROLE_ERROR, "!"); /* a column */
	else if (field->message)
		(void)canvas_text(canvas, area.row, column, end - column, ROLE_ERROR,
				  field->message); /* in full below */
	else if (field->detail)
		(void)canvas_text(canvas, area.row, column, end - column, field->detail_role,
				  field->detail); /* cut where it is too long */
}

static void draw_button(const struct form *form, struct canvas *canvas, struct area area)
{
	_cleanup_free_ char *text = text_format("[ %s ]", form->button);
	bool is_current = form->current >= form->count;

	if (is_current)
		canvas_put_cursor(canvas, area.row, area.column, false);
	(void)canvas_text(canvas, area.row, area.column + GUTTER, area.columns - GUTTER,
			  is_current ? ROLE_SELECTED : ROLE_NORMAL,
			  text); /* cut where it is too long */
}

/* Draws the one line AREA. */
static void draw_line(const struct form *form, struct canvas *canvas, struct area area,
		      const struct form_line *line)
{
	_cleanup_free_ char *text = NULL;
	const struct form_field *field;

	if (line->is_blank)
		return;
	if (line->field == form->current)
		canvas_glyph(canvas, area.row, area.column, 1, ROLE_NORMAL, GLYPH_CURSOR);
	if (line->field >= form->count) {
		draw_button(form, canvas, area);
		return;
	}
	field = &form->fields[line->field];
	if (form_field_has_value(field)) {
		draw_field(form, canvas, area, line->field);
	} else if (field->kind == FORM_HEADING) {
		(void)canvas_text(canvas, area.row, area.column, area.columns, ROLE_HEADING,
				  field->label); /* cut where it is too long */
	} else {
		text = alloc_copy(field->label + line->start, line->end - line->start);
		(void)canvas_text(canvas, area.row, area.column + GUTTER, area.columns - GUTTER,
				  ROLE_DIM, text); /* it was cut to fit */
	}
}

/* What is said about the current field; NULL: nothing. */
static char *format_help(const struct form *form, enum role *ret_role)
{
	const struct form_field *field;

	*ret_role = ROLE_DIM;
	if (form->current >= form->count)
		return NULL;
	field = &form->fields[form->current];
	if (field->message) {
		*ret_role = ROLE_ERROR;
		return text_copy(field->message);
	}
	if (form->candidates) {
		*ret_role = ROLE_NORMAL;
		return text_copy(form->candidates);
	}
	if (field->kind == FORM_DEVICE && field->option_count > 1)
		return text_format("%s %s", field->help ? field->help : "",
				   _("Enter shows all there are."));
	return text_copy(field->help);
}

static void draw_help(const struct form *form, struct canvas *canvas, struct area area)
{
	enum role role;
	_cleanup_free_ char *text = format_help(form, &role);
	size_t length = text ? strlen(text) : 0, at = 0, end, next;

	for (int row = 0; row < area.rows && at < length; row++) {
		_cleanup_free_ char *part = NULL;

		end = character_break_line(text, length, at,
					   area.columns > 0 ? (size_t)area.columns : 1, &next);
		part = alloc_copy(text + at, row + 1 < area.rows ? end - at : length - at);
		(void)canvas_text(canvas, area.row + row, area.column, area.columns, role,
				  part); /* the last line is cut where there is more */
		at = next;
	}
}

static void draw_picker(const struct form *form, struct canvas *canvas, struct area area)
{
	canvas_fill(canvas, area, ROLE_NORMAL);
	(void)canvas_text(canvas, area.row, area.column, area.columns, ROLE_HEADING,
			  form->fields[form->current].label); /* cut where it is too long */
	area.row++;
	area.rows--;
	list_draw(&form->picker, canvas, area);
}

static int help_rows(struct area area)
{
	if (area.rows >= TALLEST_ROWS)
		return 3;
	if (area.rows >= TALL_ROWS)
		return 2;
	return area.rows >= 3 ? 1 : 0;
}

void form_draw(const struct form *form, struct canvas *canvas, struct area area)
{
	_cleanup_form_lines_ struct form_lines lines = {0};
	struct area inside = area, line = area;
	size_t height, top;

	if (area.rows < 1 || area.columns < LEAST_COLUMNS)
		return;
	if (form->is_picking && area.rows > 1) {
		draw_picker(form, canvas, area);
		return;
	}
	canvas_fill(canvas, area, ROLE_NORMAL);
	inside.rows -= help_rows(area);
	height = inside.rows > 0 ? (size_t)inside.rows : 0;
	form_lay_out(form, inside, &lines);
	top = widget_scroll(form->shown->top, lines.context, height, lines.count);
	top = widget_scroll(top, lines.current, height, lines.count);
	*form->shown = (struct widget_shown){inside, top, height};
	line.rows = 1;
	line.columns -= 2; /* the marks; always, so that nothing moves when it grows */
	for (size_t i = top; i < lines.count && i < top + height; i++) {
		line.row = inside.row + (int)(i - top);
		draw_line(form, canvas, line, &lines.items[i]);
	}
	widget_draw_more(canvas, inside, top > 0, top + height < lines.count);
	draw_help(form, canvas,
		  (struct area){inside.row + inside.rows, area.column, area.rows - inside.rows,
				area.columns});
}
