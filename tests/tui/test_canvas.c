/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing on a canvas: what fits, what is cut, wide and combining characters, what is foreign. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/canvas.h"

#define WIDE "\xe4\xbd\x9c" /* takes two columns */
#define ACCENT "\xcc\x81"   /* joins the character before */

static void check(const struct canvas *canvas, const char *wanted)
{
	_cleanup_free_ char *text = canvas_format(canvas);

	assert_string_equal(text, wanted);
}

static void test_text(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(3, 10);

	(void)state;
	check(canvas, "\n\n\n");
	assert_int_equal(canvas_text(canvas, 0, 1, 9, ROLE_NORMAL, "abc"), 3);
	assert_int_equal(canvas_text(canvas, 1, 0, 6, ROLE_NORMAL, "abcdefgh"), 6);
	assert_int_equal(canvas_text(canvas, 2, 4, 100, ROLE_NORMAL, "abcdefgh"), 6);
	check(canvas, " abc\nabc...\n    abc...\n");
	canvas_text_right(canvas, 0, 0, 10, ROLE_NORMAL, "xy");
	canvas_text_right(canvas, 1, 0, 10, ROLE_NORMAL, "0123456789ab");
	canvas_cell_text(canvas, 2, 0, 7, ROLE_NORMAL, "new");
	check(canvas, " abc    xy\n0123456...\nnew    ...\n");
	canvas_clear(canvas);
	check(canvas, "\n\n\n");
}

/* Where there is no room for an ellipsis as much as fits stands. */
static void test_narrow(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(1, 8);

	(void)state;
	assert_int_equal(canvas_text(canvas, 0, 0, 3, ROLE_NORMAL, "abcdef"), 3);
	check(canvas, "abc\n");
	assert_int_equal(canvas_text(canvas, 0, 0, 0, ROLE_NORMAL, "xyz"), 0);
	assert_int_equal(canvas_text(canvas, 0, 0, -5, ROLE_NORMAL, "xyz"), 0);
	canvas_cell_text(canvas, 0, 0, -5, ROLE_NORMAL, "xyz");
	canvas_text_right(canvas, 0, 0, -5, ROLE_NORMAL, "xyz");
	check(canvas, "abc\n");
	theme_set((struct theme){0});
	assert_int_equal(canvas_text(canvas, 0, 0, 3, ROLE_NORMAL, "abcdef"), 3);
	check(canvas, "ab…\n");
	theme_set((struct theme){.is_ascii = true});
}

static void test_outside(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(2, 5), *none = canvas_new(0, 0);

	(void)state;
	(void)canvas_text(canvas, -1, 0, 5, ROLE_NORMAL, "above");
	(void)canvas_text(canvas, 2, 0, 5, ROLE_NORMAL, "below");
	(void)canvas_text(canvas, 0, 5, 5, ROLE_NORMAL, "right");
	(void)canvas_text(canvas, INT_MAX, 0, INT_MAX, ROLE_NORMAL, "x");
	check(canvas, "\n\n");
	assert_int_equal(canvas_text(canvas, 0, -2, 5, ROLE_NORMAL, "abcde"), 5);
	canvas_fill(canvas, (struct area){1, -7, INT_MAX, INT_MAX}, ROLE_TITLE);
	canvas_fill(canvas, (struct area){-3, 0, 3, 5}, ROLE_ERROR);
	canvas_set_role(canvas, (struct area){0, 4, 1, 9}, ROLE_OK);
	canvas_box(canvas, (struct area){-1, -1, 4, 7});
	canvas_glyph(canvas, 0, 4, INT_MAX, ROLE_NORMAL, GLYPH_HORIZONTAL);
	check(canvas, "cde -\n\n");
	(void)canvas_text(none, 0, 0, 5, ROLE_NORMAL, "x");
	canvas_fill(none, (struct area){0, 0, 1, 1}, ROLE_TITLE);
	check(none, "");
}

static void test_wide(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(1, 8);

	(void)state;
	assert_int_equal(canvas_text(canvas, 0, 0, 8, ROLE_NORMAL, WIDE WIDE WIDE WIDE), 8);
	check(canvas, WIDE WIDE WIDE WIDE "\n");
	(void)canvas_text(canvas, 0, 1, 1, ROLE_NORMAL, "x"); /* on a right half */
	(void)canvas_text(canvas, 0, 4, 1, ROLE_NORMAL, "y"); /* on a left half */
	check(canvas, " x" WIDE "y " WIDE "\n");
	(void)canvas_text(canvas, 0, 1, 4, ROLE_NORMAL, WIDE WIDE); /* across both */
	check(canvas, " " WIDE WIDE " " WIDE "\n");
	canvas_clear(canvas);
	(void)canvas_text(canvas, 0, 0, 3, ROLE_NORMAL, WIDE WIDE); /* the second does not fit */
	check(canvas, WIDE "\n");
	(void)canvas_text(canvas, 0, -1, 6, ROLE_NORMAL, WIDE "ab"); /* the first is half outside */
	check(canvas, " ab\n");
	(void)canvas_text(canvas, 0, 4, 4, ROLE_NORMAL, WIDE WIDE WIDE);
	check(canvas, " ab ...\n"); /* no half of one in front of the ellipsis */
}

/* Fills and glyphs do not cut one either. */
static void test_wide_under_fill(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(1, 6);

	(void)state;
	(void)canvas_text(canvas, 0, 0, 6, ROLE_NORMAL, WIDE WIDE WIDE);
	canvas_fill(canvas, (struct area){0, 1, 1, 2}, ROLE_TITLE);
	canvas_glyph(canvas, 0, 5, 1, ROLE_NORMAL, GLYPH_VERTICAL);
	check(canvas, "     |\n");
}

static void test_combining(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(1, 8);
	_cleanup_text_buffer_ struct text_buffer many = {0};

	(void)state;
	assert_int_equal(canvas_text(canvas, 0, 0, 8, ROLE_NORMAL, "e" ACCENT "f"), 2);
	check(canvas, "e" ACCENT "f\n");
	assert_string_equal(canvas->cells[0].text, "e" ACCENT);
	assert_int_equal(canvas_text(canvas, 0, 4, 4, ROLE_NORMAL, WIDE ACCENT "x"), 3);
	assert_string_equal(canvas->cells[4].text, WIDE ACCENT);
	/* at the start of a text it does not change what somebody else drew */
	(void)canvas_text(canvas, 0, 1, 4, ROLE_NORMAL, ACCENT "z");
	assert_string_equal(canvas->cells[0].text, "e" ACCENT);
	assert_string_equal(canvas->cells[1].text, "z");
	text_buffer_add_text(&many, "a");
	for (int i = 0; i < 30000; i++)
		text_buffer_add_text(&many, ACCENT);
	text_buffer_add_text(&many, "b");
	assert_int_equal(canvas_text(canvas, 0, 0, 8, ROLE_NORMAL, many.data), 2);
	assert_true(strlen(canvas->cells[0].text) < CANVAS_CELL_BYTES);
	assert_string_equal(canvas->cells[1].text, "b");
}

static void test_foreign(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(1, 20);

	(void)state;
	(void)canvas_text(canvas, 0, 0, 20, ROLE_NORMAL, "a\x1b[2J\n\t\x7f\xff\xc0\xaf\xe4\xbd");
	check(canvas, "a?[2J????"
		      "????\n"); /* each bad byte is one */
	canvas_clear(canvas);
	(void)canvas_text(canvas, 0, 0, 20, ROLE_NORMAL,
			  "\xc2\x9b"
			  "x\xe2\x80\xae"
			  "y");
	check(canvas, "?x?y\n");
	canvas_clear(canvas);
	(void)setlocale(LC_ALL, "C");
	(void)canvas_text(canvas, 0, 0, 20, ROLE_NORMAL, "a\xc3\xa4z");
	check(canvas, "a?z\n");
	(void)setlocale(LC_ALL, "C.UTF-8");
}

static void test_box_and_roles(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(4, 6);
	_cleanup_free_ char *roles = NULL;

	(void)state;
	canvas_box(canvas, (struct area){0, 1, 3, 4});
	(void)canvas_text(canvas, 1, 2, 2, ROLE_ERROR, "no");
	canvas_set_role(canvas, (struct area){3, 0, 1, 2}, ROLE_SELECTED);
	check(canvas, " +--+\n |no|\n +--+\n\n");
	roles = canvas_format_roles(canvas);
	assert_string_equal(roles, ".bbbb.\n.beeb.\n.bbbb.\nss....\n");
	canvas_box(canvas, (struct area){0, 0, 1, 6}); /* no room for a box: nothing */
	check(canvas, " +--+\n |no|\n +--+\n\n");
}

static void test_cursor(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(4, 6);

	(void)state;
	assert_int_equal(canvas->cursor_row, 3);
	assert_int_equal(canvas->cursor_column, 0);
	canvas_put_cursor(canvas, 1, 99, true);
	assert_int_equal(canvas->cursor_row, 1);
	assert_int_equal(canvas->cursor_column, 5);
	assert_true(canvas->has_typing_cursor);
	canvas_put_cursor(canvas, -1, -1, false);
	assert_int_equal(canvas->cursor_row, 0);
	assert_int_equal(canvas->cursor_column, 0);
	canvas_clear(canvas);
	assert_false(canvas->has_typing_cursor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_wide_under_fill),
		cmocka_unit_test(test_combining),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_box_and_roles),
		cmocka_unit_test(test_cursor),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
