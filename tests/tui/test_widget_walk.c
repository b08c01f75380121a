/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random keys, random sizes, random and hostile contents, from fixed seeds: no widget may crash,
 * leak, lose its cursor, or draw a cell outside of its area.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/form.h"
#include "tui/widgets/frame.h"
#include "tui/widgets/list.h"
#include "tui/widgets/menu.h"
#include "tui/widgets/progress.h"
#include "tui/widgets/text_view.h"
#include "widget_screens.h"

#define STEPS 1000
#define MARGIN 4
#define MOST_ROWS 30
#define MOST_COLUMNS 100

/* A generator of our own: the same walk everywhere. */
static unsigned random_below(uint64_t *seed, unsigned limit)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(*seed >> 33) % limit;
}

static const char *random_text(uint64_t *seed)
{
	static const char *const texts[] = {
		"",
		"sda",
		"a few words of text",
		"\xe4\xbd\x9c\xe6\xa5\xad\xe4\xb8\xad wide",
		"e\xcc\x81\xcc\x81\xcc\x81 combining",
		"\xcc\x81",
		"a-word-that-is-much-longer-than-most-of-the-lines-that-it-will-have-to-be-in",
		"   spaces   at   all   ends   ",
		"not UTF-8 \xff\xfe\xc3",
		"\x1b[31mred\x1b[0m \x07",
		"\xe2\x80\xae"
		"edirrevo",
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80",
		"one\ntwo\n\nthree",
	};

	return texts[random_below(seed, ARRAY_SIZE(texts))];
}

static struct key random_key(uint64_t *seed)
{
	static const int codes[] = {
		KEY_CODE_UP,
		KEY_CODE_DOWN,
		KEY_CODE_LEFT,
		KEY_CODE_RIGHT,
		KEY_CODE_PAGE_UP,
		KEY_CODE_PAGE_DOWN,
		KEY_CODE_HOME,
		KEY_CODE_END,
		KEY_CODE_BACKSPACE,
		KEY_CODE_DELETE,
		KEY_CODE_INSERT,
		KEY_CODE_BACK_TAB,
		KEY_CODE_F1,
		KEY_CODE_CLICK,
		KEY_CODE_CLICK,
		KEY_CODE_WHEEL_UP,
		KEY_CODE_TAB,
		KEY_CODE_ENTER,
		KEY_CODE_ESCAPE,
		KEY_CODE_SPACE,
		KEY_CTRL('W'),
		KEY_CTRL('Y'),
		KEY_CTRL('U'),
		KEY_CTRL('K'),
		'/',
		'n',
		'N',
		'a',
		'd',
		's',
		'e',
		'+',
		'-',
		'q',
		0x4f5c,
		0x301,
		0x1f600,
		0x202e,
		KEY_CODE_WHEEL_DOWN,
		'y',
	};

	return (struct key){
		.code = codes[random_below(seed, ARRAY_SIZE(codes))],
		.row = (int)random_below(seed, MOST_ROWS + 2 * MARGIN),
		.column = (int)random_below(seed, MOST_COLUMNS + 2 * MARGIN),
	};
}

static void check_cell(const struct canvas *canvas, struct area area, int row, int column)
{
	const struct cell *cell = &canvas->cells[row * canvas->columns + column];

	if (!area_contains(area, row, column) && strcmp(cell->text, "~") != 0)
		fail_msg("a cell outside was drawn: %d,%d of %d,%d %dx%d is '%s'", row, column,
			 area.row, area.column, area.rows, area.columns, cell->text);
	for (const char *at = cell->text; *at; at++)
		assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
}

/* Draws in a random place and size; what is around it stays as it is. */
static void draw_somewhere(screens_draw_fn draw, const void *widget, uint64_t *seed)
{
	_cleanup_canvas_ struct canvas *canvas =
		canvas_new(MOST_ROWS + 2 * MARGIN, MOST_COLUMNS + 2 * MARGIN);
	struct area area = {(int)random_below(seed, MARGIN), (int)random_below(seed, MARGIN),
			    (int)random_below(seed, MOST_ROWS),
			    (int)random_below(seed, MOST_COLUMNS)};

	if (random_below(seed, 3) == 0) /* small ones are where it goes wrong */
		area.columns %= 12;
	if (random_below(seed, 3) == 0)
		area.rows %= 5;
	theme_set((struct theme){.is_ascii = random_below(seed, 2) == 0});
	for (int i = 0; i < canvas->rows * canvas->columns; i++)
		memcpy(canvas->cells[i].text, "~", 2);
	draw(widget, canvas, area);
	for (int row = 0; row < canvas->rows; row++) {
		for (int column = 0; column < canvas->columns; column++)
			check_cell(canvas, area, row, column);
	}
}

static void fill_list(struct list *list, uint64_t *seed)
{
	unsigned count = random_below(seed, 60);

	list_begin(list);
	for (unsigned i = 0; i < count; i++) {
		_cleanup_free_ char *id = text_format("%u", random_below(seed, 80));
		const char *texts[] = {random_text(seed), random_text(seed), random_text(seed)};
		struct list_row *row =
			list_add(list, id, random_below(seed, 2) ? 0 : random_below(seed, 6),
				 ROLE_NORMAL, texts);

		row->is_closed = random_below(seed, 4) == 0;
	}
	list_end(list);
}

static enum widget_answer on_list_key(void *widget, const struct key *key)
{
	return list_key(widget, key);
}

static void on_list_draw(const void *widget, struct canvas *canvas, struct area area)
{
	list_draw(widget, canvas, area);
}

static void test_list(void **state)
{
	static const struct list_column columns[] = {
		{.title = "First", .minimum = 4},
		{.title = "Second", .minimum = 3, .rank = 2, .is_right = true},
		{.minimum = 5, .preferred = 20, .rank = 1},
	};
	struct list list;

	(void)state;
	for (uint64_t seed = 1; seed < 4; seed++) {
		uint64_t walk = seed;

		list_init(&list, columns, ARRAY_SIZE(columns), 0);
		for (int i = 0; i < STEPS; i++) {
			struct key key = random_key(&walk);

			if (random_below(&walk, 50) == 0)
				fill_list(&list, &walk);
			(void)on_list_key(&list, &key);
			assert_true(list.cursor < list.visible_count || !list.visible_count);
			draw_somewhere(on_list_draw, &list, &walk);
		}
		list_done(&list);
	}
}

static void on_text_draw(const void *widget, struct canvas *canvas, struct area area)
{
	text_view_draw(widget, canvas, area);
}

static void test_text_view(void **state)
{
	struct text_view view;

	(void)state;
	for (uint64_t seed = 1; seed < 4; seed++) {
		uint64_t walk = seed;

		text_view_init(&view, seed % 2 ? TEXT_VIEW_FOLLOWS : 0);
		for (int i = 0; i < STEPS; i++) {
			struct key key = random_key(&walk);

			if (random_below(&walk, 500) == 0)
				text_view_clear(&view);
			if (random_below(&walk, 4) == 0)
				text_view_add_line(&view, ROLE_DIM, random_text(&walk));
			if (random_below(&walk, 4) == 0)
				text_view_add_paragraph(
					&view, ROLE_NORMAL, (int)random_below(&walk, 60) - 5,
					(int)random_below(&walk, 20), random_text(&walk));
			(void)text_view_key(&view, &key);
			draw_somewhere(on_text_draw, &view, &walk);
		}
		text_view_done(&view);
	}
}

static char *check_field(void *data, const struct form *form, const char *name)
{
	(void)form;
	(void)name;
	return random_below(data, 3) ? NULL : text_copy(random_text(data));
}

static void complete_path(void *data, const char *name, const char *typed,
			  struct text_list *candidates)
{
	(void)name;
	for (unsigned i = random_below(data, 4); i > 0; i--)
		text_list_format(candidates, "%s%s", typed, random_text(data));
}

static void fill_form(struct form *form, uint64_t *seed)
{
	static const struct list_column columns[] = {{.title = "Device"}, {.rank = 1}};

	form_init(form, random_text(seed));
	form_set_callbacks(form, check_field, complete_path, seed);
	for (unsigned i = random_below(seed, 12); i > 0; i--) {
		_cleanup_free_ char *name = text_format("%u", i);

		if (random_below(seed, 4) == 0)
			form_add_heading(form, random_text(seed));
		if (random_below(seed, 4) == 0)
			form_add_note(form, random_text(seed));
		form_add_text(form, name, random_text(seed), random_text(seed), random_text(seed));
		form_add_secret(form, "secret", random_text(seed), NULL);
		form_add_path(form, "path", random_text(seed), random_text(seed), NULL);
		form_add_flag(form, "flag", random_text(seed), random_text(seed), true);
		form_set_detail(form, "flag", ROLE_DIM, random_text(seed));
		form_add_choice(form, "choice", random_text(seed), random_text(seed));
		for (unsigned o = random_below(seed, 5); o > 0; o--)
			form_add_option(form, "v", (const char *const[]){random_text(seed)});
		form_add_device(form, "device", random_text(seed), random_text(seed), columns,
				ARRAY_SIZE(columns));
		for (unsigned o = random_below(seed, 5); o > 0; o--)
			form_add_option(
				form, "v",
				(const char *const[]){random_text(seed), random_text(seed)});
	}
}

static void on_form_draw(const void *widget, struct canvas *canvas, struct area area)
{
	form_draw(widget, canvas, area);
}

static void test_form(void **state)
{
	struct form form;

	(void)state;
	for (uint64_t seed = 1; seed < 12; seed++) {
		uint64_t walk = seed;

		fill_form(&form, &walk);
		for (int i = 0; i < STEPS / 4; i++) {
			struct key key = random_key(&walk);

			(void)form_key(&form, &key);
			assert_true(form.current <= form.count);
			draw_somewhere(on_form_draw, &form, &walk);
		}
		form_done(&form);
	}
}

static void on_dialog_draw(const void *widget, struct canvas *canvas, struct area area)
{
	dialog_draw(widget, canvas, area);
}

static void test_dialog(void **state)
{
	static const int buttons[] = {'y', 'n', KEY_CODE_ENTER, KEY_CODE_F1, KEY_CODE_ESCAPE};
	struct dialog dialog;

	(void)state;
	for (uint64_t seed = 1; seed < 40; seed++) {
		uint64_t walk = seed;

		dialog_init(&dialog, random_text(&walk), ROLE_WARNING);
		for (unsigned i = random_below(&walk, 30); i > 0; i--)
			dialog_add_text(&dialog, random_text(&walk));
		dialog_add_command(&dialog, random_text(&walk));
		for (unsigned i = random_below(&walk, ARRAY_SIZE(buttons) + 1); i > 0; i--)
			dialog_add_button(&dialog, buttons[i - 1], random_text(&walk));
		if (seed % 3)
			dialog_add_edit(&dialog, random_text(&walk), seed % 2 ? "sda" : NULL,
					seed % 5 == 0);
		for (int i = 0; i < STEPS / 20; i++) {
			struct key key = random_key(&walk);

			assert_true(dialog_key(&dialog, &key) != WIDGET_IGNORED);
			draw_somewhere(on_dialog_draw, &dialog, &walk);
		}
		dialog_done(&dialog);
	}
}

static void on_menu_draw(const void *widget, struct canvas *canvas, struct area area)
{
	menu_draw(widget, canvas, area);
}

static void test_menu(void **state)
{
	uint64_t walk = 1;
	struct menu menu;

	(void)state;
	menu_init(&menu);
	for (int i = 0; i < STEPS; i++) {
		struct key key = random_key(&walk);

		if (random_below(&walk, 100) == 0)
			menu_clear(&menu);
		if (random_below(&walk, 8) == 0 && menu.count < 40)
			menu_add(&menu, "id", (int)random_below(&walk, 26) + 'a',
				 random_text(&walk));
		menu_set_state(&menu, "id", ROLE_OK, random_text(&walk));
		menu_set_why_not(&menu, "id", random_below(&walk, 2) ? random_text(&walk) : NULL);
		(void)menu_key(&menu, &key);
		assert_true(menu.cursor < menu.count || !menu.count);
		draw_somewhere(on_menu_draw, &menu, &walk);
	}
	menu_done(&menu);
}

static void on_frame_draw(const void *widget, struct canvas *canvas, struct area area)
{
	uint64_t walk = *(const uint64_t *)widget;
	struct footer_key keys[4];
	struct progress progress;

	area.rows = area.rows > 1 ? 1 : area.rows;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		keys[i] = (struct footer_key){random_text(&walk), random_text(&walk)};
	title_draw(canvas, area, random_text(&walk), random_text(&walk), random_text(&walk));
	footer_draw(canvas, area, keys, ARRAY_SIZE(keys), false);
	rule_draw(canvas, area);
	progress_init(&progress, (enum progress_unit)random_below(&walk, PROGRESS_PERCENT + 1));
	progress_set(&progress, 0, 0, UINT64_MAX >> random_below(&walk, 63));
	progress_set(&progress, random_below(&walk, 100000), random_below(&walk, 1000000),
		     UINT64_MAX);
	progress_draw(&progress, canvas, area);
}

static void test_frame(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < STEPS; seed++) {
		uint64_t walk = seed;

		draw_somewhere(on_frame_draw, &seed, &walk);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list), cmocka_unit_test(test_text_view),
		cmocka_unit_test(test_form), cmocka_unit_test(test_dialog),
		cmocka_unit_test(test_menu), cmocka_unit_test(test_frame),
	};

	screens_open("walk");
	return screens_close(cmocka_run_group_tests(tests, NULL, NULL));
}
