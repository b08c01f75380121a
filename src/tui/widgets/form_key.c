/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keys do in a form. */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "tui/widgets/form_private.h"

static struct form_field *current_field(struct form *form)
{
	return form->current < form->count ? &form->fields[form->current] : NULL;
}

static void check_field(struct form *form, struct form_field *field)
{
	char *message;

	if (!form_field_has_value(field) || !form->check)
		return;
	message = form->check(form->data, form, field->name);
	free(field->message);
	field->message = message;
}

/* What was wrong may be right now. */
static enum widget_answer changed(struct form *form)
{
	struct form_field *field = current_field(form);

	if (field && field->message)
		check_field(form, field);
	return WIDGET_HANDLED;
}

/* The next or previous field that holds a value, or the button; FROM itself where there is none. */
static size_t step(const struct form *form, size_t from, bool is_forward)
{
	size_t at = from;

	while (is_forward ? at < form->count : at > 0) {
		at += is_forward ? 1 : SIZE_MAX; /* modulo: one back */
		if (at == form->count || form_field_has_value(&form->fields[at]))
			return at;
	}
	return from;
}

static enum widget_answer go_to(struct form *form, size_t index)
{
	struct form_field *field = current_field(form);

	if (index != form->current && field)
		check_field(form, field);
	form->current = index;
	return WIDGET_HANDLED;
}

static enum widget_answer move(struct form *form, long by)
{
	size_t at = form->current;

	for (; by > 0; by--)
		at = step(form, at, true);
	for (; by < 0; by++)
		at = step(form, at, false);
	return go_to(form, at);
}

/* Tab goes around: from the button to the first field. */
static enum widget_answer tab(struct form *form)
{
	size_t first =
		form->count && !form_field_has_value(&form->fields[0]) ? step(form, 0, true) : 0;

	return go_to(form, form->current >= form->count ? first : step(form, form->current, true));
}

static enum widget_answer submit(struct form *form)
{
	size_t wrong = SIZE_MAX;

	for (size_t i = 0; i < form->count; i++) {
		check_field(form, &form->fields[i]);
		if (form->check && form->fields[i].message && wrong == SIZE_MAX)
			wrong = i;
	}
	if (wrong == SIZE_MAX)
		return WIDGET_CHOSEN;
	form->current = wrong;
	return WIDGET_HANDLED;
}

static enum widget_answer press_enter(struct form *form)
{
	const struct form_field *field = current_field(form);

	if (!field)
		return submit(form);
	if (field->kind == FORM_DEVICE && field->option_count > 1) {
		form_open_picker(form);
		return WIDGET_HANDLED;
	}
	if (step(form, form->current, true) == form->count)
		return submit(form);
	return move(form, 1);
}

static enum widget_answer choose(struct form *form, struct form_field *field, bool is_forward)
{
	if (field->option_count)
		field->chosen = (field->chosen + (is_forward ? 1 : field->option_count - 1)) %
				field->option_count;
	return changed(form);
}

/* Bytes at the start that A and B share, whole characters. */
static size_t common_length(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	while (length > 0 && ((unsigned char)a[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* The last parts of the candidates in one line. */
static char *format_candidates(const struct text_list *candidates)
{
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < candidates->count; i++) {
		const char *name = candidates->items[i];

		for (const char *at = name; *at; at++) {
			if (*at == '/' && at[1])
				name = at + 1;
		}
		text_list_add(&names, name);
	}
	return text_list_join(&names, "  ");
}

/* Tab in a path: as much as is certain; then what it could be; on to the next field if nothing. */
static enum widget_answer complete(struct form *form, struct form_field *field)
{
	_cleanup_text_list_ struct text_list candidates = {0};
	_cleanup_free_ char *typed = alloc_copy(edit_text(&field->edit), field->edit.cursor);
	size_t length;

	if (form->complete)
		form->complete(form->data, field->name, typed, &candidates);
	if (!candidates.count)
		return tab(form);
	length = strlen(candidates.items[0]);
	for (size_t i = 1; i < candidates.count; i++) {
		size_t common = common_length(candidates.items[0], candidates.items[i]);

		length = common < length ? common : length;
	}
	if (length > strlen(typed) && text_has_prefix(candidates.items[0], typed)) {
		_cleanup_free_ char *more =
			alloc_copy(candidates.items[0] + strlen(typed), length - strlen(typed));

		edit_insert(&field->edit, more);
	} else if (candidates.count == 1) {
		return tab(form);
	}
	if (candidates.count > 1)
		form->candidates = format_candidates(&candidates);
	return changed(form);
}

static enum widget_answer key_in_picker(struct form *form, const struct key *key)
{
	enum widget_answer answer = list_key(&form->picker, key);
	const char *id = list_current_id(&form->picker);
	uint64_t chosen;

	if (answer == WIDGET_CHOSEN && id && text_parse_u64(id, &chosen) == 0) {
		form->fields[form->current].chosen = (size_t)chosen;
		form_close_picker(form);
		return changed(form);
	}
	if (answer == WIDGET_IGNORED && (key->code == KEY_CODE_ESCAPE || key->code == 'q'))
		form_close_picker(form);
	return WIDGET_HANDLED;
}

static enum widget_answer toggle(struct form *form, struct form_field *field)
{
	field->is_on = !field->is_on;
	return changed(form);
}

static enum widget_answer choose_radio(struct form *form, struct form_field *field)
{
	form_choose_radio(form, field);
	return changed(form);
}

static enum widget_answer click(struct form *form, const struct key *key)
{
	_cleanup_form_lines_ struct form_lines lines = {0};
	struct area area = form->shown->area;
	struct form_field *field;
	size_t place;

	if (!area_contains(area, key->row, key->column))
		return WIDGET_IGNORED;
	form_lay_out(form, area, &lines);
	place = form->shown->top + (size_t)(key->row - area.row);
	if (place >= lines.count || lines.items[place].is_blank)
		return WIDGET_HANDLED;
	place = lines.items[place].field;
	if (place < form->count && !form_field_has_value(&form->fields[place]))
		return WIDGET_HANDLED;
	(void)go_to(form, place); /* always handled */
	field = current_field(form);
	if (!field)
		return submit(form);
	area.columns -= 2;
	area = form_value_area(form, field, area);
	if (key->column < area.column)
		return WIDGET_HANDLED;
	if (form_field_is_typed(field))
		edit_click(&field->edit, area, key->column);
	else if (field->kind == FORM_FLAG)
		return toggle(form, field);
	else if (field->kind == FORM_RADIO)
		return choose_radio(form, field);
	else if (field->kind == FORM_CHOICE)
		return choose(form, field, true);
	else
		form_open_picker(form);
	return WIDGET_HANDLED;
}

/* The keys of a field where nothing is typed. */
static enum widget_answer key_in_choice(struct form *form, int code)
{
	struct form_field *field = current_field(form);
	bool has_options = field && (field->kind == FORM_CHOICE || field->kind == FORM_DEVICE);

	switch (code) {
	case KEY_CODE_HOME:
		return move(form, -(long)form->count);
	case KEY_CODE_END:
		return move(form, (long)form->count);
	case KEY_CODE_LEFT:
	case KEY_CODE_RIGHT:
		return has_options ? choose(form, field, code == KEY_CODE_RIGHT) : WIDGET_IGNORED;
	case KEY_CODE_SPACE:
		if (!field)
			return submit(form);
		if (field->kind == FORM_FLAG)
			return toggle(form, field);
		if (field->kind == FORM_RADIO)
			return choose_radio(form, field);
		if (field->kind == FORM_CHOICE)
			return choose(form, field, true);
		form_open_picker(form);
		return WIDGET_HANDLED;
	default:
		return WIDGET_IGNORED;
	}
}

static enum widget_answer key_in_field(struct form *form, const struct key *key)
{
	struct form_field *field = current_field(form);
	enum widget_answer answer;

	if (!field || !form_field_is_typed(field))
		return key_in_choice(form, key->code);
	answer = edit_key(&field->edit, key);
	return answer == WIDGET_HANDLED ? changed(form) : answer;
}

enum widget_answer form_key(struct form *form, const struct key *key)
{
	struct form_field *field = current_field(form);
	long page = form->shown->lines > 1 ? (long)form->shown->lines - 1 : 1;

	if (form->is_picking)
		return key_in_picker(form, key);
	free(form->candidates);
	form->candidates = NULL;
	switch (key->code) {
	case KEY_CODE_UP:
	case KEY_CODE_BACK_TAB:
	case KEY_CODE_WHEEL_UP:
		return move(form, -1);
	case KEY_CODE_DOWN:
	case KEY_CODE_WHEEL_DOWN:
		return move(form, 1);
	case KEY_CODE_PAGE_UP:
		return move(form, -page);
	case KEY_CODE_PAGE_DOWN:
		return move(form, page);
	case KEY_CODE_TAB:
		return field && field->kind == FORM_PATH ? complete(form, field) : tab(form);
	case KEY_CODE_ENTER:
		return press_enter(form);
	case KEY_CODE_ESCAPE:
		return WIDGET_CANCELLED;
	case KEY_CODE_CLICK:
		return click(form, key);
	default:
		return key_in_field(form, key);
	}
}
