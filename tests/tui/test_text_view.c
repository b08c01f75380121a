/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts to read: wrapping, scrolling both ways, search, texts that grow, large ones. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tui/widgets/text_view.h"
#include "widget_screens.h"

#define WIDE "\xe4\xbd\x9c" /* takes two columns */

static enum widget_answer on_key(void *widget, const struct key *key)
{
	return text_view_key(widget, key);
}

static void on_draw(const void *widget, struct canvas *canvas, struct area area)
{
	text_view_draw(widget, canvas, area);
}

static void press(struct text_view *view, const char *names)
{
	(void)screens_press(on_key, view, names);
}

static void check_drawn(const struct text_view *view, int rows, int columns, const char *wanted)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(rows, columns);
	_cleanup_free_ char *text = NULL;

	text_view_draw(view, canvas, canvas_area(canvas));
	text = canvas_format(canvas);
	assert_string_equal(text, wanted);
}

static void fill_help(struct text_view *view)
{
	text_view_add_heading(view, "Mounting a system");
	text_view_add_paragraph(view, ROLE_NORMAL, 2, 2,
				"refloat mounts the whole tree the way its own fstab says, under "
				"/mnt. What it cannot mount it names, with the reason.");
	text_view_add_heading(view, "Keys");
	text_view_add_paragraph(view, ROLE_NORMAL, 2, 10, "Enter   goes on to the plan");
	text_view_add_paragraph(view, ROLE_NORMAL, 2, 10,
				"Space   switches the entry of fstab on which the cursor stands on "
				"or off; what is below it in the tree goes with it");
	text_view_add_heading(view, "What runs");
	text_view_add_line(view, ROLE_DIM,
			   "mount --options ro,noload,subvol=@,compress=zstd:1 --source "
			   "UUID=6b6fb4a0-51b1-4d5c-a8d3-2f2d8c2f9a11 --target /mnt/srv/backup\n"
			   "mount --bind /dev /mnt/dev");
	for (int i = 1; i <= 24; i++) {
		_cleanup_free_ char *text = text_format("%d. a line of the journal", i);

		text_view_add_paragraph(view, ROLE_NORMAL, 0, 3, text);
	}
	text_view_add_line(view, ROLE_ERROR, WIDE WIDE WIDE " the last line of the text");
}

static void test_pictures(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(12, 50);
	struct text_view view;

	(void)state;
	text_view_init(&view, 0);
	screens_expect_all("empty", on_draw, &view);
	text_view_add_paragraph(&view, ROLE_NORMAL, 0, 0, "One line.");
	screens_expect_all("short", on_draw, &view);
	text_view_clear(&view);
	fill_help(&view);
	screens_expect_all("start", on_draw, &view);
	press(&view, "Down Down Down");
	screens_expect_all("three lines down", on_draw, &view);
	press(&view, "Right Right");
	screens_expect_all("shifted", on_draw, &view);
	press(&view, "Left Left Left End");
	screens_expect_all("end", on_draw, &view);
	press(&view, "Home / M O U N T");
	screens_expect_all("search", on_draw, &view);
	press(&view, "Enter n");
	screens_expect_all("next hit", on_draw, &view);
	text_view_draw(&view, canvas, canvas_area(canvas));
	screens_expect_roles("hits, roles", canvas);
	press(&view, "/ x y z Enter");
	screens_expect_all("nothing found", on_draw, &view);
	text_view_done(&view);
}

static void test_wrap(void **state)
{
	struct text_view view;

	(void)state;
	theme_set((struct theme){.is_ascii = true});
	text_view_init(&view, 0);
	text_view_add_paragraph(&view, ROLE_NORMAL, 0, 2, "one two three four");
	check_drawn(&view, 3, 18, "one two three four\n\n\n");
	check_drawn(&view, 3, 17, "one two three\n  four\n\n");
	check_drawn(&view, 4, 9, "one two\n  three\n  four\n\n");
	text_view_clear(&view);
	text_view_add_paragraph(&view, ROLE_NORMAL, 2, 4, "abcdefghijklmnopqrst uv");
	check_drawn(&view, 4, 10, "  abcdefgh\n    ijklmn\n    opqrst\n    uv\n");
	text_view_clear(&view);
	text_view_add_paragraph(&view, ROLE_NORMAL, 0, 0, WIDE WIDE WIDE " " WIDE);
	check_drawn(&view, 4, 5, WIDE WIDE "\n" WIDE " " WIDE "\n\n\n");
	check_drawn(&view, 4, 3, WIDE "\n" WIDE "\n" WIDE "\n" WIDE "\n");
	text_view_clear(&view);
	text_view_add_paragraph(&view, ROLE_NORMAL, 30, 30, "far out");
	check_drawn(&view, 2, 10, "far out\n\n"); /* an indent that leaves no room goes */
	text_view_clear(&view);
	text_view_add_paragraph(&view, ROLE_NORMAL, 0, 0, "a\n\nb\n");
	check_drawn(&view, 4, 10, "a\n\nb\n\n");
	text_view_clear(&view);
	text_view_add_paragraph(&view, ROLE_NORMAL, 0, 0, "a   b    c");
	check_drawn(&view, 3, 6, "a   b\nc\n\n");
	assert_int_equal(text_view_line_count(&view, 1), 3);
	assert_int_equal(text_view_line_count(&view, 0), 3);
	text_view_done(&view);
}

static void fill_numbers(struct text_view *view, int from, int to)
{
	for (int i = from; i <= to; i++) {
		_cleanup_free_ char *text = text_format("line %d", i);

		text_view_add_line(view, ROLE_NORMAL, text);
	}
}

static void test_scroll(void **state)
{
	static const struct {
		const char *keys;
		size_t top;
	} cases[] = {
		{"Up", 0},	  {"Down", 1},		 {"Down Down Up", 1},  {"PgDn", 8},
		{"Space", 8},	  {"PgDn PgDn PgUp", 8}, {"End", 91},	       {"G g", 0},
		{"End Down", 91}, {"Wheel-Down", 3},	 {"End Wheel-Up", 88},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct text_view view;

		text_view_init(&view, 0);
		fill_numbers(&view, 1, 100);
		screens_draw(on_draw, &view, 10, 40);
		press(&view, cases[i].keys);
		assert_int_equal(view.shown->top, cases[i].top);
		assert_int_equal(screens_press(on_key, &view, "Right"), WIDGET_IGNORED);
		assert_int_equal(screens_press(on_key, &view, "q"), WIDGET_IGNORED);
		assert_int_equal(screens_press(on_key, &view, "Esc"), WIDGET_IGNORED);
		text_view_done(&view);
	}
}

/* A log that grows: its end stays in view until one scrolls up, and again once one is back. */
static void test_follow(void **state)
{
	struct text_view view;

	(void)state;
	text_view_init(&view, TEXT_VIEW_FOLLOWS);
	fill_numbers(&view, 1, 2);
	check_drawn(&view, 4, 30, "line 1\nline 2\n\n\n");
	fill_numbers(&view, 3, 8);
	check_drawn(&view, 4, 30, "line 6\nline 7\nline 8\n          lines 6-8 of 8  100%\n");
	press(&view, "Up");
	fill_numbers(&view, 9, 9);
	check_drawn(&view, 4, 30, "line 5\nline 6\nline 7\n           lines 5-7 of 9  66%\n");
	press(&view, "Down Down Down");
	fill_numbers(&view, 10, 10);
	check_drawn(&view, 4, 30, "line 8\nline 9\nline 10\n        lines 8-10 of 10  100%\n");
	text_view_clear(&view);
	fill_numbers(&view, 1, 1);
	check_drawn(&view, 2, 30, "line 1\n\n");
	text_view_done(&view);
	text_view_init(&view, 0); /* not asked for: stays where it is */
	fill_numbers(&view, 1, 3);
	check_drawn(&view, 3, 30, "line 1\nline 2\nline 3\n");
	fill_numbers(&view, 4, 6);
	check_drawn(&view, 3, 30, "line 1\nline 2\n            lines 1-2 of 6  0%\n");
	text_view_go_to_end(&view);
	check_drawn(&view, 3, 30, "line 5\nline 6\n          lines 5-6 of 6  100%\n");
	text_view_go_to_start(&view);
	check_drawn(&view, 3, 8, "line 1\nline 2\n      0%\n");
	text_view_done(&view);
}

/* A text of which the end is still to come: the place that is followed stays in view. */
static void test_follow_a_place(void **state)
{
	struct text_view view;

	(void)state;
	text_view_init(&view, TEXT_VIEW_FOLLOWS);
	fill_numbers(&view, 1, 3);
	text_view_follow_here(&view);
	fill_numbers(&view, 4, 20);
	check_drawn(&view, 4, 30, "line 2\nline 3\nline 4\n           lines 2-4 of 20  5%\n");
	press(&view, "Down"); /* whoever looks elsewhere is left there */
	text_view_clear(&view);
	fill_numbers(&view, 1, 9);
	text_view_follow_here(&view);
	fill_numbers(&view, 10, 20);
	check_drawn(&view, 4, 30, "line 3\nline 4\nline 5\n          lines 3-5 of 20  11%\n");
	press(&view, "PgDn PgDn Down"); /* back at the place: it is followed again */
	text_view_clear(&view);
	fill_numbers(&view, 1, 12);
	text_view_follow_here(&view);
	fill_numbers(&view, 13, 20);
	check_drawn(&view, 4, 30, "line 11\nline 12\nline 13\n        lines 11-13 of 20  58%\n");
	text_view_follow_end(&view);
	check_drawn(&view, 4, 30, "line 18\nline 19\nline 20\n       lines 18-20 of 20  100%\n");
	press(&view, "End");
	text_view_clear(&view);
	fill_numbers(&view, 1, 3);
	text_view_follow_here(&view);
	fill_numbers(&view, 4, 20); /* who went to the end stays there */
	check_drawn(&view, 4, 30, "line 2\nline 3\nline 4\n           lines 2-4 of 20  5%\n");
	press(&view, "End");
	fill_numbers(&view, 21, 21);
	check_drawn(&view, 4, 30, "line 19\nline 20\nline 21\n       lines 19-21 of 21  100%\n");
	text_view_done(&view);
}

static void test_search(void **state)
{
	struct text_view view;

	(void)state;
	text_view_init(&view, 0);
	fill_numbers(&view, 1, 200);
	screens_draw(on_draw, &view, 10, 40);
	press(&view, "/ e Space 1 5");
	assert_true(text_view_is_typing(&view));
	assert_int_equal(view.hit_part, 14);
	press(&view, "Enter n");
	assert_int_equal(view.hit_part, 149); /* line 150 */
	press(&view, "n N N");
	assert_int_equal(view.hit_part, 14);
	press(&view, "N"); /* around the start */
	assert_int_equal(view.hit_part, 158);
	assert_true(view.shown->top <= 158 && view.shown->top + 9 > 158);
	press(&view, "/ 7 Esc"); /* back where one was */
	assert_int_equal(view.hit_length, 0);
	assert_int_equal(screens_press(on_key, &view, "n"), WIDGET_IGNORED);
	press(&view, "Home / x Enter");
	assert_true(view.search.has_failed);
	assert_int_equal(view.shown->top, 0);
	text_view_clear(&view);
	press(&view, "n / a Enter");
	assert_true(view.search.has_failed);
	text_view_done(&view);
}

/* Several hits in a line and in a wrapped paragraph, one broken over two lines. */
static void test_hits(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(6, 20);
	struct text_view view;

	(void)state;
	theme_set((struct theme){.is_ascii = true});
	text_view_init(&view, 0);
	text_view_add_line(&view, ROLE_NORMAL,
			   "aXXa " WIDE " aXX and much more than fits here: xx");
	text_view_add_paragraph(&view, ROLE_NORMAL, 1, 2,
				"one xx two xxthreexfourteenfifteenxxsix");
	text_view_add_paragraph(&view, ROLE_NORMAL, 0, 0, "to the end of it x x");
	screens_draw(on_draw, &view, 6, 20);
	(void)screens_type(on_key, &view, "/xx\n");
	text_view_draw(&view, canvas, canvas_area(canvas));
	screens_expect_roles("hits of xx", canvas);
	press(&view, "n n"); /* far to the right: shifted there */
	text_view_draw(&view, canvas, canvas_area(canvas));
	screens_expect("hit on the right", canvas);
	screens_expect_roles("hit on the right, roles", canvas);
	(void)screens_type(on_key, &view, "/x x\n");
	text_view_draw(&view, canvas, canvas_area(canvas));
	screens_expect_roles("hits of x x", canvas);
	text_view_done(&view);
}

static void test_large(void **state)
{
	struct text_view view;

	(void)state;
	text_view_init(&view, TEXT_VIEW_FOLLOWS);
	fill_numbers(&view, 1, 100000);
	for (int i = 0; i < 300; i++) { /* a log that comes in while it is read */
		fill_numbers(&view, i, i);
		screens_draw(on_draw, &view, 24, 80);
	}
	press(&view, "Home / 9 9 9 9 9 Enter n n x");
	assert_int_equal(view.hit_part, 99998);
	for (int width = 80; width > 70; width--)
		screens_draw(on_draw, &view, 24, width);
	text_view_done(&view);
}

/* A paragraph and a line of 64 KiB, walked from end to end. */
static void test_long_lines(void **state)
{
	_cleanup_free_ char *huge = alloc_zero(65537, 1);
	struct text_view view;

	(void)state;
	for (size_t i = 0; i < 65536; i++)
		huge[i] = i % 7 ? 'a' : ' ';
	text_view_init(&view, 0);
	text_view_add_paragraph(&view, ROLE_NORMAL, 0, 4, huge);
	text_view_add_line(&view, ROLE_NORMAL, huge);
	screens_draw(on_draw, &view, 10, 40);
	for (int i = 0; i < 400; i++) {
		press(&view, "PgDn Right");
		screens_draw(on_draw, &view, 10, 40);
	}
	press(&view, "/ a Space a Enter N N N N");
	screens_draw(on_draw, &view, 10, 40);
	press(&view, "End");
	for (int i = 0; i < 100; i++) {
		press(&view, "PgUp n");
		screens_draw(on_draw, &view, 10, 40);
	}
	text_view_done(&view);
}

static void test_options(void **state)
{
	struct text_view view;

	(void)state;
	text_view_init(&view, TEXT_VIEW_NO_LETTERS);
	fill_numbers(&view, 1, 100);
	screens_draw(on_draw, &view, 10, 40);
	press(&view, "/ 5 Enter");
	assert_int_equal(screens_press(on_key, &view, "n"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &view, "G"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &view, "G"), WIDGET_IGNORED);
	text_view_done(&view);
	text_view_init(&view, TEXT_VIEW_NO_SEARCH);
	assert_int_equal(screens_press(on_key, &view, "/"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &view, "G"), WIDGET_HANDLED);
	text_view_done(&view);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pictures), cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_scroll),	 cmocka_unit_test(test_follow),
		cmocka_unit_test(test_follow_a_place),
		cmocka_unit_test(test_search),	 cmocka_unit_test(test_hits),
		cmocka_unit_test(test_large),	 cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_options),
	};

	screens_open("text_view");
	return screens_close(cmocka_run_group_tests(tests, NULL, NULL));
}
