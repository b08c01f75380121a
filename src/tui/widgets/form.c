/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form: its fields and what they hold. */
#include "tui/widgets/form.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "tui/widgets/form_private.h"

void form_init(struct form *form, const char *button)
{
	*form = (struct form){
		.button = text_copy(button),
		.shown = alloc_zero(1, sizeof(*form->shown)),
	};
}

static void free_field(struct form_field *field)
{
	for (size_t i = 0; i < field->option_count; i++) {
		free(field->options[i].value);
		text_list_done(&field->options[i].texts);
	}
	if (form_field_is_typed(field))
		edit_done(&field->edit);
	free(field->options);
	free(field->name);
	free(field->group);
	free(field->label);
	free(field->help);
	free(field->detail);
	free(field->message);
}

void form_done(struct form *form)
{
	for (size_t i = 0; i < form->count; i++)
		free_field(&form->fields[i]);
	form_close_picker(form);
	free(form->fields);
	free(form->button);
	free(form->candidates);
	free(form->shown);
	*form = (struct form){0};
}

void form_set_callbacks(struct form *form, form_check_fn check, form_complete_fn complete,
			void *data)
{
	form->check = check;
	form->complete = complete;
	form->data = data;
}

bool form_field_is_typed(const struct form_field *field)
{
	return field->kind == FORM_TEXT || field->kind == FORM_SECRET || field->kind == FORM_PATH;
}

bool form_field_has_value(const struct form_field *field)
{
	return field->kind != FORM_HEADING && field->kind != FORM_NOTE;
}

static struct form_field *add_field(struct form *form, enum form_kind kind, const char *name,
				    const char *label, const char *help)
{
	struct form_field *field;
	bool is_first = true;

	for (size_t i = 0; i < form->count; i++)
		is_first = is_first && !form_field_has_value(&form->fields[i]);
	form->fields =
		alloc_grow(form->fields, form->count, &form->capacity, sizeof(*form->fields));
	field = &form->fields[form->count];
	*field = (struct form_field){
		.name = text_copy(name),
		.kind = kind,
		.label = text_copy(label),
		.help = text_copy(help),
	};
	if (form_field_is_typed(field))
		edit_init(&field->edit, kind == FORM_SECRET);
	if (form->current == form->count && !(is_first && form_field_has_value(field)))
		form->current++; /* it stays on the button */
	form->count++;
	return field;
}

void form_add_heading(struct form *form, const char *text)
{
	(void)add_field(form, FORM_HEADING, NULL, text, NULL); /* there is no more to it */
}

void form_add_note(struct form *form, const char *text)
{
	(void)add_field(form, FORM_NOTE, NULL, text, NULL); /* there is no more to it */
}

void form_add_text(struct form *form, const char *name, const char *label, const char *help,
		   const char *value)
{
	edit_set(&add_field(form, FORM_TEXT, name, label, help)->edit, value ? value : "");
}

void form_add_secret(struct form *form, const char *name, const char *label, const char *help)
{
	(void)add_field(form, FORM_SECRET, name, label, help); /* it starts empty */
}

void form_add_path(struct form *form, const char *name, const char *label, const char *help,
		   const char *value)
{
	edit_set(&add_field(form, FORM_PATH, name, label, help)->edit, value ? value : "");
}

void form_add_flag(struct form *form, const char *name, const char *label, const char *help,
		   bool is_on)
{
	add_field(form, FORM_FLAG, name, label, help)->is_on = is_on;
}

/* The radio field of GROUP that is on; NULL: none, or there is no such group. */
static struct form_field *find_chosen(const struct form *form, const char *group)
{
	for (size_t i = 0; i < form->count; i++) {
		if (form->fields[i].kind == FORM_RADIO && form->fields[i].is_on &&
		    text_is_equal(form->fields[i].group, group))
			return &form->fields[i];
	}
	return NULL;
}

void form_add_radio(struct form *form, const char *group, const char *value, const char *label,
		    const char *help)
{
	bool is_first = !find_chosen(form, group);
	struct form_field *field = add_field(form, FORM_RADIO, value, label, help);

	field->group = text_copy(group);
	field->is_on = is_first;
}

void form_choose_radio(struct form *form, struct form_field *field)
{
	struct form_field *before = find_chosen(form, field->group);

	if (before)
		before->is_on = false;
	field->is_on = true;
}

void form_add_choice(struct form *form, const char *name, const char *label, const char *help)
{
	add_field(form, FORM_CHOICE, name, label, help)->column_count = 1;
}

void form_add_device(struct form *form, const char *name, const char *label, const char *help,
		     const struct list_column *columns, size_t column_count)
{
	struct form_field *field = add_field(form, FORM_DEVICE, name, label, help);

	field->columns = columns;
	field->column_count = column_count;
}

void form_add_option(struct form *form, const char *value, const char *const *texts)
{
	struct form_field *field = &form->fields[form->count - 1];
	struct form_option *option;

	assert(form->count > 0 && field->column_count > 0);
	field->options = alloc_grow(field->options, field->option_count, &field->option_capacity,
				    sizeof(*field->options));
	option = &field->options[field->option_count++];
	*option = (struct form_option){.value = text_copy(value)};
	for (size_t i = 0; i < field->column_count; i++)
		text_list_add(&option->texts, texts[i] ? texts[i] : "");
}

static struct form_field *find_field(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++) {
		if (form->fields[i].name && strcmp(form->fields[i].name, name) == 0)
			return &form->fields[i];
	}
	return NULL;
}

const char *form_get(const struct form *form, const char *name)
{
	const struct form_field *field = find_field(form, name);

	if (!field) {
		field = find_chosen(form, name);
		return field ? field->name : NULL;
	}
	if (form_field_is_typed(field))
		return edit_text(&field->edit);
	if (field->kind == FORM_FLAG || field->kind == FORM_RADIO)
		return field->is_on ? "yes" : NULL;
	return field->chosen < field->option_count ? field->options[field->chosen].value : NULL;
}

bool form_get_flag(const struct form *form, const char *name)
{
	return form_get(form, name) != NULL;
}

void form_set(struct form *form, const char *name, const char *value)
{
	struct form_field *field = find_field(form, name);

	if (!field && find_chosen(form, name))
		field = find_field(form, value);
	if (!field)
		return;
	if (field->kind == FORM_RADIO)
		form_choose_radio(form, field);
	if (form_field_is_typed(field))
		edit_set(&field->edit, value ? value : "");
	if (field->kind == FORM_FLAG)
		field->is_on = value != NULL;
	for (size_t i = 0; i < field->option_count; i++) {
		if (text_is_equal(field->options[i].value, value))
			field->chosen = i;
	}
}

void form_set_detail(struct form *form, const char *name, enum role role, const char *detail)
{
	struct form_field *field = find_field(form, name);

	if (!field)
		return;
	text_set(&field->detail, detail);
	field->detail_role = role;
}

void form_set_message(struct form *form, const char *name, const char *message)
{
	struct form_field *field = find_field(form, name);

	if (field)
		text_set(&field->message, message);
}

const char *form_current(const struct form *form)
{
	return form->current < form->count ? form->fields[form->current].name : NULL;
}

void form_select(struct form *form, const char *name)
{
	const struct form_field *field = name ? find_field(form, name) : NULL;

	if (field)
		form->current = (size_t)(field - form->fields);
	else if (!name)
		form->current = form->count;
}

bool form_is_typing(const struct form *form)
{
	if (form->is_picking)
		return true;
	return form->current < form->count && form_field_is_typed(&form->fields[form->current]);
}

void form_open_picker(struct form *form)
{
	const struct form_field *field = &form->fields[form->current];
	_cleanup_free_ char *chosen = text_format("%zu", field->chosen);

	if (!field->option_count)
		return;
	list_init(&form->picker, field->columns, field->column_count, 0);
	list_begin(&form->picker);
	for (size_t i = 0; i < field->option_count; i++) {
		_cleanup_free_ char *id = text_format("%zu", i);

		(void)list_add(&form->picker, id, 0, ROLE_NORMAL,
			       (const char *const *)field->options[i].texts.items);
	}
	list_end(&form->picker);
	(void)list_select(&form->picker, chosen); /* it is one of them */
	form->is_picking = true;
}

void form_close_picker(struct form *form)
{
	if (form->is_picking)
		list_done(&form->picker);
	form->is_picking = false;
}
