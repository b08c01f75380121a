/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entries of a system's fstab as lines of the form of a mount. */
#include "tui/screens/form_entries.h"

#include "action/describe.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"

void form_entries_clear(struct form_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		free(entries->items[i].field);
		free(entries->items[i].name);
	}
	entries->count = 0;
	entries->unusable = 0;
}

void form_entries_done(struct form_entries *entries)
{
	form_entries_clear(entries);
	free(entries->items);
}

/* --- into the form */

/* "sda3 20G"; of a guess that it is one. */
static char *format_origin(const struct app *app, const struct resolved_entry *entry)
{
	const struct machine *machine = app_session(app)->machine;
	const struct device *device =
		machine && entry->device ? machine_find(machine, entry->device) : NULL;
	const char *origin = entry->device ? entry->device : entry->source;
	_cleanup_free_ char *from = printable_text(origin);
	_cleanup_free_ char *size = device ? size_format(device->size) : text_copy("");

	return text_format(entry->action == RESOLVED_UNCONFIRMED ? _("%s%s%s, a guess") : "%s%s%s",
			   from, *size ? " " : "", size);
}

static bool can_switch(const struct resolved_entry *entry)
{
	switch (entry->action) {
	case RESOLVED_MOUNT:
		return !entry->is_required;
	case RESOLVED_UNCONFIRMED:
		return true;
	case RESOLVED_SKIP:
		return entry->can_switch_on && entry->entry;
	case RESOLVED_MISSING:
	case RESOLVED_AMBIGUOUS:
		break;
	}
	return false;
}

static void add_entry(const struct app *app, struct form *form, struct form_entries *entries,
		      const struct resolved_entry *entry)
{
	bool is_swap = entry->kind == RESOLVED_SWAP;
	bool is_guess = entry->action == RESOLVED_UNCONFIRMED;
	_cleanup_free_ char *label = printable_text(is_swap ? _("swap") : entry->mountpoint);
	_cleanup_free_ char *origin = format_origin(app, entry), *help = describe_entry(entry);
	struct form_entry choice = {
		.field = text_format("entry-%zu", entries->count),
		.name = text_copy(is_swap && entry->entry ? entry->entry->source
							  : entry->mountpoint),
		.action = entry->action,
	};

	form_add_flag(form, choice.field, label, help, entry->action == RESOLVED_MOUNT);
	form_set_detail(form, choice.field, is_guess ? ROLE_WARNING : ROLE_NORMAL, origin);
	entries->items = alloc_grow(entries->items, entries->count, &entries->capacity,
				    sizeof(*entries->items));
	entries->items[entries->count++] = choice;
}

/* What cannot be mounted, with the reason, so that nobody wonders where it is. */
static void add_unusable(struct form *form, struct form_entries *entries,
			 const struct resolved_entry *entry)
{
	_cleanup_free_ char *place = printable_text(
		text_is_equal(entry->mountpoint, "none") ? entry->source : entry->mountpoint);
	_cleanup_free_ char *why = describe_entry(entry);
	_cleanup_free_ char *note =
		entry->action == RESOLVED_SKIP
			? text_format("%s: %s", place, why)
			: text_format("%s: %s: %s", place, describe_entry_action(entry->action),
				      why);

	if (!entries->unusable++)
		form_add_heading(form, _("Left out"));
	form_add_note(form, note);
}

void form_entries_add(const struct app *app, const struct resolution *resolution, struct form *form,
		      struct form_entries *entries)
{
	form_add_heading(form, _("What to mount"));
	for (size_t i = 0; i < resolution->count; i++) {
		if (can_switch(&resolution->entries[i]))
			add_entry(app, form, entries, &resolution->entries[i]);
	}
	if (!entries->count)
		form_add_note(form, _("Nothing but its root filesystem."));
	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];

		if (!can_switch(entry) && !entry->is_required)
			add_unusable(form, entries, entry);
	}
}

/* --- out of it */

void form_entries_select_guess(const struct form_entries *entries, struct form *form)
{
	for (size_t i = 0; i < entries->count; i++) {
		if (entries->items[i].action == RESOLVED_UNCONFIRMED) {
			form_select(form, entries->items[i].field);
			return;
		}
	}
}

static bool has_guess(const struct form_entries *entries, const struct form *form)
{
	for (size_t i = 0; i < entries->count; i++) {
		if (entries->items[i].action == RESOLVED_UNCONFIRMED &&
		    form_get_flag(form, entries->items[i].field))
			return true;
	}
	return false;
}

void form_entries_answer(const struct form_entries *entries, const struct form *form,
			 struct answers *answers)
{
	bool takes_guesses = has_guess(entries, form);

	for (size_t i = 0; i < entries->count; i++) {
		const struct form_entry *choice = &entries->items[i];
		bool is_on = form_get_flag(form, choice->field);
		/* without any guess they stay out by themselves, and the plan says what they are */
		bool is_in = choice->action == RESOLVED_MOUNT ||
			     (choice->action == RESOLVED_UNCONFIRMED && takes_guesses);

		if (!is_on && is_in)
			(void)answers_add(answers, FIELD_LEAVE, choice->name);
		if (is_on && choice->action == RESOLVED_SKIP)
			(void)answers_add(answers, FIELD_TAKE, choice->name);
	}
	if (takes_guesses)
		(void)answers_add(answers, FIELD_GUESSES, "yes");
}
