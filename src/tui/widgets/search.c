/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search of lists and texts. */
#include "tui/widgets/search.h"

#include <string.h>
#include <wctype.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define SEARCH_MAX_LENGTH 256 /* code points: what is compared at each place stays bounded */

void search_init(struct search *search)
{
	*search = (struct search){0};
	edit_init(&search->edit, false);
}

void search_done(struct search *search)
{
	edit_done(&search->edit);
	free(search->pattern);
	*search = (struct search){0};
}

bool search_is_on(const struct search *search)
{
	return search->pattern_length > 0;
}

/* The code point at TEXT without regard to case; returns its bytes. */
static size_t fold_next(const char *text, size_t length, uint32_t *ret_code)
{
	uint32_t code;
	size_t taken;

	if ((unsigned char)*text < 0x80) {
		*ret_code = (uint32_t)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
		return 1;
	}
	taken = printable_decode(text, length, &code);
	if (!taken) {
		*ret_code = (unsigned char)*text | 0x80000000u; /* equals no character */
		return 1;
	}
	*ret_code = (uint32_t)towlower((wint_t)code);
	return taken;
}

static void set_pattern(struct search *search)
{
	const char *text = edit_text(&search->edit);
	size_t length = strlen(text), count = 0;

	search->pattern = alloc_resize(search->pattern, SEARCH_MAX_LENGTH, sizeof(uint32_t));
	for (size_t at = 0; at < length && count < SEARCH_MAX_LENGTH; count++)
		at += fold_next(text + at, length - at, &search->pattern[count]);
	search->pattern_length = count;
	search->has_failed = false;
}

static enum search_event type(struct search *search, const struct key *key)
{
	switch (edit_key(&search->edit, key)) {
	case WIDGET_CHOSEN:
		search->is_typing = false;
		return SEARCH_KEEP;
	case WIDGET_CANCELLED:
		search->is_typing = false;
		edit_set(&search->edit, "");
		set_pattern(search);
		return SEARCH_BACK;
	case WIDGET_HANDLED:
		set_pattern(search);
		return SEARCH_TYPED;
	case WIDGET_IGNORED:
		break;
	}
	if (search_is_on(search) && key->code == KEY_CODE_DOWN)
		return SEARCH_NEXT;
	if (search_is_on(search) && key->code == KEY_CODE_UP)
		return SEARCH_PREVIOUS;
	return SEARCH_NO_CHANGE;
}

enum search_event search_key(struct search *search, const struct key *key)
{
	if (search->is_typing)
		return type(search, key);
	if (key->code == '/') {
		edit_set(&search->edit, "");
		set_pattern(search);
		search->is_typing = true;
		return SEARCH_BEGIN;
	}
	if (!search_is_on(search))
		return SEARCH_NOTHING;
	if (key->code == 'n')
		return SEARCH_NEXT;
	return key->code == 'N' ? SEARCH_PREVIOUS : SEARCH_NOTHING;
}

/* Bytes of the hit that starts at TEXT, 0 for none. */
static size_t match(const struct search *search, const char *text, size_t length)
{
	size_t at = 0;
	uint32_t code;

	for (size_t i = 0; i < search->pattern_length; i++) {
		if (at >= length)
			return 0;
		at += fold_next(text + at, length - at, &code);
		if (code != search->pattern[i])
			return 0;
	}
	return at;
}

bool search_find(const struct search *search, const char *text, size_t length, size_t start,
		 size_t *ret_at, size_t *ret_length)
{
	uint32_t code;
	size_t taken, found;

	if (!search->pattern_length)
		return false;
	for (size_t at = start; at < length; at += taken) {
		taken = fold_next(text + at, length - at, &code);
		if (code != search->pattern[0])
			continue;
		found = match(search, text + at, length - at);
		if (found) {
			*ret_at = at;
			*ret_length = found;
			return true;
		}
	}
	return false;
}

void search_draw(const struct search *search, struct canvas *canvas, struct area area)
{
	const char *failed = search->has_failed ? _("not found") : "";
	int failed_width = (int)printable_width(failed), taken;

	canvas_fill(canvas, (struct area){area.row, area.column, 1, area.columns}, ROLE_NORMAL);
	taken = canvas_text(canvas, area.row, area.column, area.columns, ROLE_KEY, "/");
	if (failed_width && failed_width + 10 < area.columns)
		canvas_text_right(canvas, area.row, area.column, area.columns, ROLE_WARNING,
				  failed);
	else
		failed_width = -1;
	edit_draw(&search->edit, canvas,
		  (struct area){area.row, area.column + taken, 1,
				area.columns - taken - failed_width - 1},
		  ROLE_NORMAL, true);
}
