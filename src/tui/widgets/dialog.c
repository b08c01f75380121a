/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question in a box over the screen. */
#include "tui/widgets/dialog.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/text.h"

#define SMALL_COLUMNS 50 /* up to this much is taken whole, without a border */
#define SMALL_ROWS 13
#define MOST_COLUMNS 72 /* of a box: longer lines are hard to read */
#define LEAST_COLUMNS 40
#define BUTTON_GAP 3
#define LEAST_FIELD 16
#define TINY_COLUMNS 8 /* nothing can be asked in less */
#define TINY_ROWS 4

void dialog_init(struct dialog *dialog, const char *title, enum role role)
{
	*dialog = (struct dialog){
		.title = text_copy(title),
		.role = role,
		.shown = alloc_zero(1, sizeof(*dialog->shown)),
	};
	text_view_init(&dialog->text, TEXT_VIEW_NO_SEARCH | TEXT_VIEW_NO_LETTERS);
}

void dialog_done(struct dialog *dialog)
{
	text_view_done(&dialog->text);
	if (dialog->prompt)
		edit_done(&dialog->edit);
	for (size_t i = 0; i < dialog->button_count; i++)
		free(dialog->buttons[i].label);
	free(dialog->title);
	free(dialog->prompt);
	free(dialog->wanted);
	free(dialog->shown);
	*dialog = (struct dialog){0};
}

void dialog_add_text(struct dialog *dialog, const char *text)
{
	text_view_add_paragraph(&dialog->text, ROLE_NORMAL, 0, 0, text);
}

void dialog_add_command(struct dialog *dialog, const char *command)
{
	text_view_add_line(&dialog->text, ROLE_NORMAL, command);
}

void dialog_add_button(struct dialog *dialog, int key, const char *label)
{
	assert(dialog->button_count < DIALOG_MAX_BUTTONS);
	dialog->buttons[dialog->button_count++] = (struct dialog_button){key, text_copy(label)};
}

void dialog_add_edit(struct dialog *dialog, const char *prompt, const char *wanted, bool is_secret)
{
	assert(!dialog->prompt);
	dialog->prompt = text_copy(prompt);
	dialog->wanted = text_copy(wanted);
	edit_init(&dialog->edit, is_secret);
}

const char *dialog_text(const struct dialog *dialog)
{
	return dialog->prompt ? edit_text(&dialog->edit) : "";
}

/* Where everything is. */
struct layout {
	struct area box;
	struct area text;
	struct area edit; /* prompt and line to type in, and the row for what is wrong with it */
	struct area buttons;
	bool has_border;
	bool is_prompt_above; /* the prompt has a row of its own */
};

/* "y Yes" */
static int button_width(const struct dialog_button *button)
{
	_cleanup_free_ char *key = key_format(button->key);

	return (int)(printable_width(key) + 1 + printable_width(button->label));
}

/* Where button INDEX stands in AREA, row by row; returns the rows that all up to it take. */
static int place_button(const struct dialog *dialog, struct area area, size_t index,
			struct area *ret_place)
{
	int row = 0, column = 0, width = 0;

	for (size_t i = 0; i <= index; i++) {
		column += width ? width + BUTTON_GAP : 0;
		width = button_width(&dialog->buttons[i]);
		if (column > 0 && column + width > area.columns) {
			row++;
			column = 0;
		}
	}
	*ret_place = (struct area){area.row + row, area.column + column, 1, width};
	return row + 1;
}

static int button_rows(const struct dialog *dialog, int columns)
{
	struct area place;

	if (!dialog->button_count)
		return 0;
	return place_button(dialog, (struct area){0, 0, 1, columns}, dialog->button_count - 1,
			    &place);
}

/* Columns that would show all of it, within what a box may have. */
static int wanted_columns(const struct dialog *dialog)
{
	size_t widest = printable_width(dialog->title) + 2, width = 0;

	for (size_t i = 0; i < dialog->text.count; i++) {
		const struct text_view_part *part = &dialog->text.parts[i];

		width = printable_width(part->text) + part->indent;
		widest = width > widest ? width : widest;
	}
	width = 0;
	for (size_t i = 0; i < dialog->button_count; i++)
		width += (size_t)(button_width(&dialog->buttons[i]) + BUTTON_GAP);
	widest = width > widest ? width : widest;
	width = dialog->prompt ? printable_width(dialog->prompt) + LEAST_FIELD + 1 : 0;
	widest = width > widest ? width : widest;
	if (widest > MOST_COLUMNS)
		return MOST_COLUMNS;
	return widest < LEAST_COLUMNS ? LEAST_COLUMNS : (int)widest;
}

/* Shares INSIDE among text, edit line and buttons; returns the rows that show all of the text. */
static int share_rows(const struct dialog *dialog, struct area inside, struct layout *layout)
{
	int buttons = button_rows(dialog, inside.columns), edit = 0, gap = layout->has_border, rows;
	size_t lines = text_view_line_count(&dialog->text, inside.columns);

	layout->is_prompt_above = false;
	if (dialog->prompt) { /* with a row for what is wrong with it */
		layout->is_prompt_above =
			inside.rows > 4 &&
			(int)printable_width(dialog->prompt) + 1 + LEAST_FIELD > inside.columns;
		edit = 2 + layout->is_prompt_above;
	}
	edit = edit < inside.rows ? edit : inside.rows;
	buttons = buttons < inside.rows - edit ? buttons : inside.rows - edit;
	rows = inside.rows - buttons - edit - gap;
	rows = rows > 0 ? rows : 0;
	layout->text = (struct area){inside.row, inside.column, rows, inside.columns};
	layout->buttons = (struct area){inside.row + inside.rows - buttons, inside.column, buttons,
					inside.columns};
	layout->edit =
		(struct area){layout->buttons.row - edit, inside.column, edit, inside.columns};
	return (int)(lines < INT16_MAX ? lines : INT16_MAX) + inside.rows - rows;
}

static struct area inset(struct area box, bool has_border)
{
	if (has_border)
		return (struct area){box.row + 1, box.column + 2, box.rows - 2, box.columns - 4};
	return (struct area){box.row + 2, box.column, box.rows - 2, box.columns};
}

static struct layout lay_out(const struct dialog *dialog, struct area area)
{
	struct layout layout = {
		.has_border = area.columns > SMALL_COLUMNS && area.rows > SMALL_ROWS,
		.box = area,
	};
	int columns = wanted_columns(dialog) + 4, rows;

	if (layout.has_border) {
		if (columns < area.columns) {
			layout.box.column += (area.columns - columns) / 2;
			layout.box.columns = columns;
		}
		rows = share_rows(dialog, inset(layout.box, true), &layout) + 2;
		if (rows < area.rows - 2) { /* something of the screen is seen above and below */
			layout.box.row += (area.rows - rows) / 2;
			layout.box.rows = rows;
		}
	}
	(void)share_rows(dialog, inset(layout.box, layout.has_border), &layout); /* final now */
	return layout;
}

static void draw_frame(const struct dialog *dialog, struct canvas *canvas,
		       const struct layout *layout)
{
	struct area box = layout->box;

	canvas_fill(canvas, box, ROLE_NORMAL);
	if (layout->has_border) {
		_cleanup_free_ char *title = text_format(" %s ", dialog->title);

		canvas_box(canvas, box);
		(void)canvas_text(canvas, box.row, box.column + 2, box.columns - 4, dialog->role,
				  title); /* cut where it is too long */
	} else {
		(void)canvas_text(canvas, box.row, box.column, box.columns, dialog->role,
				  dialog->title); /* cut where it is too long */
		canvas_glyph(canvas, box.row + 1, box.column, box.columns, ROLE_BORDER,
			     GLYPH_HORIZONTAL);
	}
}

static void draw_edit(const struct dialog *dialog, struct canvas *canvas,
		      const struct layout *layout)
{
	struct area area = layout->edit;
	int taken = canvas_text(canvas, area.row, area.column, area.columns, ROLE_NORMAL,
				dialog->prompt) +
		    1;
	bool has_room = area.rows > 1 + layout->is_prompt_above;

	if (layout->is_prompt_above) {
		area.row++;
		taken = 0;
	}
	if (has_room && dialog->has_mistyped && dialog->wanted) {
		_cleanup_free_ char *wrong = text_format(_("that is not %s"), dialog->wanted);

		(void)canvas_text(canvas, area.row + 1, area.column, area.columns, ROLE_ERROR,
				  wrong); /* cut where it is too long */
	}
	edit_draw(&dialog->edit, canvas,
		  (struct area){area.row, area.column + taken, 1, area.columns - taken},
		  ROLE_FIELD_ACTIVE, true);
}

static void draw_button(const struct dialog *dialog, struct canvas *canvas, struct area area,
			size_t index)
{
	const struct dialog_button *button = &dialog->buttons[index];
	_cleanup_free_ char *key = key_format(button->key);
	struct area place;
	int taken;

	(void)place_button(dialog, area, index, &place); /* only the place counts */
	if (place.row >= area.row + area.rows)
		return;
	taken = canvas_text(canvas, place.row, place.column,
			    area_room(area, place.column, place.columns), ROLE_KEY, key) +
		1;
	(void)canvas_text(canvas, place.row, place.column + taken,
			  area_room(area, place.column + taken, place.columns), ROLE_NORMAL,
			  button->label); /* cut where it is too long */
}

void dialog_draw(const struct dialog *dialog, struct canvas *canvas, struct area area)
{
	struct layout layout;

	if (area.columns < TINY_COLUMNS || area.rows < TINY_ROWS)
		return;
	layout = lay_out(dialog, area);
	draw_frame(dialog, canvas, &layout);
	text_view_draw(&dialog->text, canvas, layout.text);
	for (size_t i = 0; i < dialog->button_count; i++)
		draw_button(dialog, canvas, layout.buttons, i);
	canvas_put_cursor(canvas, layout.buttons.row, layout.buttons.column, false);
	if (layout.edit.rows > 0)
		draw_edit(dialog, canvas, &layout);
	*dialog->shown = (struct widget_shown){layout.buttons, 0, (size_t)layout.buttons.rows};
}

static enum widget_answer choose(struct dialog *dialog, size_t index)
{
	int key = dialog->buttons[index].key;

	if (key == KEY_CODE_ESCAPE)
		return WIDGET_CANCELLED;
	if (dialog->wanted && !text_is_equal(dialog->wanted, edit_text(&dialog->edit))) {
		dialog->has_mistyped = true;
		return WIDGET_HANDLED;
	}
	dialog->answer = key;
	return WIDGET_CHOSEN;
}

static enum widget_answer press_button(struct dialog *dialog, int code)
{
	for (size_t i = 0; i < dialog->button_count; i++) {
		if (dialog->buttons[i].key == code)
			return choose(dialog, i);
	}
	return WIDGET_IGNORED;
}

static enum widget_answer press_enter(struct dialog *dialog)
{
	enum widget_answer answer;

	/* who types nothing wants nothing: Esc is not the only way out */
	if ((dialog->wanted || dialog->edit.is_secret) && !dialog->edit.length)
		return WIDGET_CANCELLED;
	answer = press_button(dialog, KEY_CODE_ENTER);
	if (answer == WIDGET_IGNORED && dialog->button_count == 1)
		answer = choose(dialog, 0);
	return answer;
}

static enum widget_answer click(struct dialog *dialog, const struct key *key)
{
	struct area place;

	for (size_t i = 0; i < dialog->button_count; i++) {
		(void)place_button(dialog, dialog->shown->area, i, &place); /* only the place */
		if (area_contains(place, key->row, key->column))
			return choose(dialog, i);
	}
	return WIDGET_HANDLED;
}

/* A button's letter counts in upper case, too; q means back as everywhere. */
static enum widget_answer press_letter(struct dialog *dialog, int code)
{
	enum widget_answer answer = press_button(dialog, code);

	if (answer == WIDGET_IGNORED && code >= 'A' && code <= 'Z')
		answer = press_button(dialog, code - 'A' + 'a');
	if (answer == WIDGET_IGNORED && code == 'q')
		answer = WIDGET_CANCELLED;
	return answer;
}

static bool is_scroll(int code)
{
	return code == KEY_CODE_UP || code == KEY_CODE_DOWN || code == KEY_CODE_PAGE_UP ||
	       code == KEY_CODE_PAGE_DOWN || code == KEY_CODE_WHEEL_UP ||
	       code == KEY_CODE_WHEEL_DOWN;
}

enum widget_answer dialog_key(struct dialog *dialog, const struct key *key)
{
	enum widget_answer answer = WIDGET_IGNORED;

	if (key->code == KEY_CODE_ESCAPE)
		return WIDGET_CANCELLED;
	if (key->code == KEY_CODE_CLICK)
		return click(dialog, key);
	if (key->code == KEY_CODE_ENTER) {
		answer = press_enter(dialog);
	} else if (dialog->prompt && !is_scroll(key->code)) {
		dialog->has_mistyped = false;
		answer = edit_key(&dialog->edit, key);
	} else if (!dialog->prompt) {
		answer = press_letter(dialog, key->code);
	}
	if (answer == WIDGET_IGNORED)
		(void)text_view_key(&dialog->text, key); /* nothing is behind a dialog */
	return answer == WIDGET_IGNORED ? WIDGET_HANDLED : answer;
}
