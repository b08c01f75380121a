/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text to read: its parts, and what the keys do. */
#include "tui/widgets/text_view.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "tui/widgets/characters.h"
#include "tui/widgets/text_view_private.h"

#define WHEEL_LINES 3
#define SIDE_STEP 8 /* columns that Left and Right shift */

void text_view_init(struct text_view *view, unsigned options)
{
	*view = (struct text_view){
		.options = options,
		.is_at_end = (options & TEXT_VIEW_FOLLOWS) != 0,
		.is_following = (options & TEXT_VIEW_FOLLOWS) != 0,
		.layout = alloc_zero(1, sizeof(*view->layout)),
		.shown = alloc_zero(1, sizeof(*view->shown)),
	};
	search_init(&view->search);
}

void text_view_clear(struct text_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		free(view->parts[i].text);
	view->count = view->hit_length = view->followed = 0;
	view->widest = view->left = 0;
	text_layout_forget(view->layout);
}

void text_view_done(struct text_view *view)
{
	text_view_clear(view);
	free(view->parts);
	if (view->layout)
		free(view->layout->first_lines);
	free(view->layout);
	free(view->shown);
	search_done(&view->search);
	*view = (struct text_view){0};
}

static void add_part(struct text_view *view, const char *text, size_t length,
		     const struct text_view_part *like)
{
	struct text_view_part *part;

	view->parts = alloc_grow(view->parts, view->count, &view->capacity, sizeof(*view->parts));
	part = &view->parts[view->count++];
	*part = *like;
	part->text = alloc_copy(text, length);
	if (!part->is_wrapped) {
		size_t width = printable_width(part->text);

		if (width > (size_t)view->widest)
			view->widest = width < INT32_MAX ? (int)width : INT32_MAX;
	}
}

/* Each line of TEXT becomes a part; a newline at its end makes no empty one. */
static void add_parts(struct text_view *view, const char *text, const struct text_view_part *like)
{
	const char *end;

	do {
		end = strchrnul(text, '\n');
		add_part(view, text, (size_t)(end - text), like);
		text = *end ? end + 1 : end;
	} while (*text);
}

static unsigned char bounded_indent(int indent)
{
	return (unsigned char)(indent < 0		  ? 0
			       : indent > TEXT_MAX_INDENT ? TEXT_MAX_INDENT
							  : indent);
}

void text_view_add_paragraph(struct text_view *view, enum role role, int indent, int hanging,
			     const char *text)
{
	add_parts(view, text,
		  &(struct text_view_part){.role = role,
					   .is_wrapped = true,
					   .indent = bounded_indent(indent),
					   .hanging = bounded_indent(hanging)});
}

void text_view_add_line(struct text_view *view, enum role role, const char *text)
{
	add_parts(view, text, &(struct text_view_part){.role = role});
}

void text_view_add_blank(struct text_view *view)
{
	text_view_add_line(view, ROLE_NORMAL, "");
}

void text_view_add_heading(struct text_view *view, const char *text)
{
	if (view->count > 0)
		text_view_add_blank(view);
	text_view_add_paragraph(view, ROLE_HEADING, 0, 0, text);
}

void text_view_follow_here(struct text_view *view)
{
	view->followed = view->count;
}

void text_view_follow_end(struct text_view *view)
{
	view->followed = 0;
}

bool text_view_is_typing(const struct text_view *view)
{
	return view->search.is_typing;
}

size_t text_view_line_count(const struct text_view *view, int columns)
{
	return text_layout_update(view->layout, view, columns);
}

/* Lines at the width drawn last. */
static size_t line_count(const struct text_view *view)
{
	return text_layout_update(view->layout, view, view->layout->columns);
}

/* The first line that can be shown at the top: the text ends at the bottom then. */
static size_t last_top(const struct text_view *view)
{
	size_t count = line_count(view), lines = view->shown->lines;

	return count > lines ? count - lines : 0;
}

size_t text_view_followed_top(const struct text_view *view, size_t lines)
{
	size_t count = text_layout_update(view->layout, view, view->layout->columns), end = count;

	if (view->followed && view->followed < view->count) {
		end = text_layout_line_of(view->layout, view, view->followed, 0) + lines / 3;
		end = end < count ? end : count;
	}
	return end > lines ? end - lines : 0;
}

/* The first line shown, after what was added since it was drawn. */
static size_t current_top(const struct text_view *view)
{
	if (view->is_following)
		return text_view_followed_top(view, view->shown->lines);
	return view->is_at_end ? last_top(view) : view->shown->top;
}

static enum widget_answer go_to(struct text_view *view, size_t top)
{
	size_t last = last_top(view);

	view->shown->top = top < last ? top : last;
	view->is_at_end = (view->options & TEXT_VIEW_FOLLOWS) && view->shown->top == last;
	view->is_following =
		(view->options & TEXT_VIEW_FOLLOWS) &&
		view->shown->top == text_view_followed_top(view, view->shown->lines);
	return WIDGET_HANDLED;
}

static enum widget_answer scroll(struct text_view *view, long by)
{
	long top = (long)current_top(view) + by;

	return go_to(view, top > 0 ? (size_t)top : 0);
}

void text_view_go_to_start(struct text_view *view)
{
	(void)go_to(view, 0); /* always handled */
}

void text_view_go_to_end(struct text_view *view)
{
	(void)go_to(view, SIZE_MAX); /* always handled */
	view->is_at_end = true;
}

/* Scrolls so that the hit is seen: its line in the middle where it was outside, and sideways. */
static void show_hit(struct text_view *view)
{
	const struct text_view_part *part = &view->parts[view->hit_part];
	size_t line = text_layout_line_of(view->layout, view, view->hit_part, view->hit_at);
	size_t lines = view->shown->lines, at;
	int column;

	if (line < view->shown->top || line >= view->shown->top + lines)
		(void)go_to(view, line > lines / 2 ? line - lines / 2 : 0); /* always handled */
	else
		view->is_at_end = view->is_following = false;
	if (part->is_wrapped)
		return;
	at = character_columns(part->text, view->hit_at);
	column = at < (size_t)view->widest ? (int)at : view->widest;
	if (column < view->left || column >= view->left + view->shown->area.columns - SIDE_STEP)
		view->left = column > SIDE_STEP ? column / SIDE_STEP * SIDE_STEP - SIDE_STEP : 0;
}

/* The first hit in part PART at or behind byte START. */
static bool find_in_part(struct text_view *view, size_t part, size_t start)
{
	const char *text = view->parts[part].text;
	size_t at, length;

	if (!search_find(&view->search, text, strlen(text), start, &at, &length))
		return false;
	view->hit_part = part;
	view->hit_at = at;
	view->hit_length = length;
	return true;
}

/* The last hit in part PART before byte END. */
static bool find_back_in_part(struct text_view *view, size_t part, size_t end)
{
	const char *text = view->parts[part].text;
	size_t length = strlen(text), from = 0, at, hit_length;
	bool has_found = false;

	while (search_find(&view->search, text, length, from, &at, &hit_length) && at < end) {
		view->hit_part = part;
		view->hit_at = at;
		view->hit_length = hit_length;
		has_found = true;
		from = at + hit_length;
	}
	return has_found;
}

/* Looks on from byte AT of PART, around the end if need be; the part it began in comes last again.
 */
static void find_from(struct text_view *view, size_t part, size_t at, bool is_forward)
{
	bool found = false;

	for (size_t i = 0; i <= view->count && !found && view->count; i++) {
		if (is_forward)
			found = find_in_part(view, part, i ? 0 : at);
		else
			found = find_back_in_part(view, part, i ? SIZE_MAX : at);
		part = is_forward ? (part + 1) % view->count
				  : (part + view->count - 1) % view->count;
	}
	view->search.has_failed = !found;
	if (found)
		show_hit(view);
	else
		view->hit_length = 0;
}

static void find_next(struct text_view *view, bool is_forward)
{
	size_t at = view->hit_at + (is_forward ? view->hit_length : 0), part = view->hit_part;

	if (!view->hit_length) { /* the text was replaced, or nothing found: from what is seen */
		part = text_layout_part_of(view->layout, view, view->shown->top);
		at = 0;
	}
	find_from(view, part, at, is_forward);
}

static enum widget_answer search_in(struct text_view *view, enum search_event event)
{
	switch (event) {
	case SEARCH_NOTHING:
		return WIDGET_IGNORED;
	case SEARCH_BEGIN:
		view->search_start = current_top(view);
		return WIDGET_HANDLED;
	case SEARCH_TYPED:
	case SEARCH_BACK:
		view->hit_length = 0;
		(void)go_to(view, view->search_start); /* always handled */
		if (search_is_on(&view->search))
			find_next(view, true);
		return WIDGET_HANDLED;
	case SEARCH_KEEP:
	case SEARCH_NO_CHANGE:
		return WIDGET_HANDLED;
	case SEARCH_NEXT:
	case SEARCH_PREVIOUS:
		find_next(view, event == SEARCH_NEXT);
		return WIDGET_HANDLED;
	}
	return WIDGET_IGNORED;
}

static enum widget_answer shift(struct text_view *view, int by)
{
	int most = view->widest - view->shown->area.columns + 1;

	if (most <= 0 && !view->left)
		return WIDGET_IGNORED; /* all of it is seen */
	view->left += by;
	if (view->left > most)
		view->left = most;
	if (view->left < 0)
		view->left = 0;
	return WIDGET_HANDLED;
}

static int key_meaning(const struct text_view *view, int code)
{
	if (code == KEY_CODE_SPACE)
		return KEY_CODE_PAGE_DOWN;
	if (view->options & TEXT_VIEW_NO_LETTERS)
		return code;
	switch (code) {
	case 'g':
		return KEY_CODE_HOME;
	case 'G':
		return KEY_CODE_END;
	default:
		return code;
	}
}

static bool is_for_search(const struct text_view *view, int code)
{
	if (code == KEY_CODE_CLICK || code == KEY_CODE_WHEEL_UP || code == KEY_CODE_WHEEL_DOWN)
		return false;
	if (view->search.is_typing)
		return true;
	if (view->options & TEXT_VIEW_NO_SEARCH)
		return false;
	return !(view->options & TEXT_VIEW_NO_LETTERS) || (code != 'n' && code != 'N');
}

enum widget_answer text_view_key(struct text_view *view, const struct key *key)
{
	long page = view->shown->lines > 1 ? (long)view->shown->lines - 1 : 1;
	enum widget_answer answer = WIDGET_IGNORED;

	if (is_for_search(view, key->code))
		answer = search_in(view, search_key(&view->search, key));
	if (answer != WIDGET_IGNORED)
		return answer;
	switch (key_meaning(view, key->code)) {
	case KEY_CODE_UP:
		return scroll(view, -1);
	case KEY_CODE_DOWN:
		return scroll(view, 1);
	case KEY_CODE_PAGE_UP:
		return scroll(view, -page);
	case KEY_CODE_PAGE_DOWN:
		return scroll(view, page);
	case KEY_CODE_HOME:
		return go_to(view, 0);
	case KEY_CODE_END:
		return go_to(view, SIZE_MAX);
	case KEY_CODE_WHEEL_UP:
		return scroll(view, -WHEEL_LINES);
	case KEY_CODE_WHEEL_DOWN:
		return scroll(view, WHEEL_LINES);
	case KEY_CODE_LEFT:
		return shift(view, -SIDE_STEP);
	case KEY_CODE_RIGHT:
		return shift(view, SIDE_STEP);
	default:
		return WIDGET_IGNORED;
	}
}
