/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The edit line: readline's keys, wide characters, long texts, secrets. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tui/widgets/edit.h"
#include "widget_screens.h"

#define WIDE "\xe4\xbd\x9c" /* takes two columns */
#define ACCENT "\xcc\x81"   /* joins the character before */

static enum widget_answer on_key(void *widget, const struct key *key)
{
	return edit_key(widget, key);
}

/* The edit line in WIDTH columns as it looks, and where its cursor is. */
static void check_line(const struct edit *edit, int width, const char *wanted, int cursor)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(1, width + 2);
	_cleanup_free_ char *text = NULL;

	canvas_fill(canvas, canvas_area(canvas), ROLE_NORMAL);
	(void)canvas_text(canvas, 0, 0, 1, ROLE_NORMAL, "[");
	(void)canvas_text(canvas, 0, width + 1, 1, ROLE_NORMAL, "]");
	edit_draw(edit, canvas, (struct area){0, 1, 1, width}, ROLE_FIELD, true);
	text = canvas_format(canvas);
	assert_string_equal(text, wanted);
	assert_true(canvas->has_typing_cursor);
	assert_int_equal(canvas->cursor_column - 1, cursor);
}

static void test_keys(void **state)
{
	static const struct {
		const char *keys, *text;
		size_t cursor;
	} cases[] = {
		{"End", "one two  three", 14},
		{"Ctrl-A", "one two  three", 0},
		{"Ctrl-A Ctrl-F Ctrl-F Ctrl-B", "one two  three", 1},
		{"Home Delete Ctrl-D", "e two  three", 0},
		{"Backspace Ctrl-H", "one two  thr", 12},
		{"Ctrl-W", "one two  ", 9},
		{"Ctrl-W Ctrl-W", "one ", 4},
		{"Ctrl-W Ctrl-W Ctrl-Y Ctrl-Y", "one two  two  ", 14},
		{"Left Left Ctrl-K", "one two  thr", 12},
		{"Left Left Ctrl-U", "ee", 0},
		{"Ctrl-U Ctrl-Y", "one two  three", 14},
		{"Ctrl-U Ctrl-U Ctrl-K Ctrl-W Backspace Delete Left Right", "", 0},
		{"Home Left Left x", "xone two  three", 1},
		{"Alt-b Alt-B", "one two  three", 4},
		{"Home Alt-f Alt-f Alt-F Alt-f", "one two  three", 14},
		{"Home Alt-f Alt-d Ctrl-Y", "one two  three", 7},
		{"Home Alt-f Alt-d", "one  three", 3},
		{"Right Right y", "one two  threey", 15},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct edit edit;

		edit_init(&edit, false);
		edit_set(&edit, "one two  three");
		(void)screens_press(on_key, &edit, cases[i].keys);
		assert_string_equal(edit_text(&edit), cases[i].text);
		assert_int_equal(edit.cursor, cases[i].cursor);
		edit_done(&edit);
	}
}

static void test_answers(void **state)
{
	struct edit edit;

	(void)state;
	edit_init(&edit, false);
	assert_string_equal(edit_text(&edit), "");
	assert_int_equal(screens_press(on_key, &edit, "Enter"), WIDGET_CHOSEN);
	assert_int_equal(screens_press(on_key, &edit, "Esc"), WIDGET_CANCELLED);
	assert_int_equal(screens_press(on_key, &edit, "Up"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &edit, "Tab"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &edit, "Ctrl-L"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &edit, "Ctrl-Y"), WIDGET_HANDLED);
	assert_int_equal(screens_press(on_key, &edit, "Space q ?"), WIDGET_HANDLED);
	assert_string_equal(edit_text(&edit), " q?");
	edit_done(&edit);
}

/* Words are the parts of a path. */
static void test_words(void **state)
{
	struct edit edit;

	(void)state;
	edit_init(&edit, false);
	edit_set(&edit, "/mnt/b\xc3\xa4r/x");
	(void)screens_press(on_key, &edit, "Left Alt-Backspace");
	assert_string_equal(edit_text(&edit), "/mnt/x");
	(void)screens_press(on_key, &edit, "Alt-b Alt-d");
	assert_string_equal(edit_text(&edit), "//x");
	(void)screens_press(on_key, &edit, "Ctrl-Y");
	assert_string_equal(edit_text(&edit), "/mnt/x");
	edit_set(&edit, "a " ACCENT "b"); /* a space with an accent is one character */
	(void)screens_press(on_key, &edit, "Alt-b Alt-b");
	assert_int_equal(edit.cursor, 0);
	(void)screens_press(on_key, &edit, "End Ctrl-W");
	assert_string_equal(edit_text(&edit), "a " ACCENT);
	edit_done(&edit);
}

/* The cursor goes from one character to the next, whatever it is made of. */
static void test_characters(void **state)
{
	struct edit edit;

	(void)state;
	edit_init(&edit, false);
	(void)screens_type(on_key, &edit, "e" ACCENT WIDE "x");
	assert_int_equal(edit.cursor, 7);
	(void)screens_press(on_key, &edit, "Left Left");
	assert_int_equal(edit.cursor, 3);
	(void)screens_press(on_key, &edit, "Left");
	assert_int_equal(edit.cursor, 0);
	check_line(&edit, 8, "[e" ACCENT WIDE "x    ]\n", 0);
	(void)screens_press(on_key, &edit, "Right");
	check_line(&edit, 8, "[e" ACCENT WIDE "x    ]\n", 1);
	(void)screens_press(on_key, &edit, "Right");
	check_line(&edit, 8, "[e" ACCENT WIDE "x    ]\n", 3);
	(void)screens_press(on_key, &edit, "Backspace Backspace");
	assert_string_equal(edit_text(&edit), "x");
	edit_set(&edit, "a\xff\xc3z"); /* not UTF-8: a byte is a character */
	(void)screens_press(on_key, &edit, "Left Left Delete");
	assert_string_equal(edit_text(&edit), "a\xffz");
	edit_done(&edit);
}

/* What would change the look of the line cannot be typed. */
static void test_unprintable(void **state)
{
	static const int codes[] = {0x202e, 0x200b, 0x85, 0x7f, 0xd800, 0xfeff};
	struct edit edit;

	(void)state;
	edit_init(&edit, false);
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		struct key key = {.code = codes[i]};

		(void)edit_key(&edit, &key);
		assert_string_equal(edit_text(&edit), "");
	}
	edit_done(&edit);
}

static void test_long_text(void **state)
{
	struct edit edit;

	(void)state;
	edit_init(&edit, false);
	edit_set(&edit, "abcdefghijklmnopqrstuvwxyz");
	check_line(&edit, 11, "[<vwxyz     ]\n", 6);
	(void)screens_press(on_key, &edit, "Left Left");
	check_line(&edit, 11, "[<qrstuvwxy>]\n", 9);
	(void)screens_press(on_key, &edit, "Home");
	check_line(&edit, 11, "[abcdefghij>]\n", 0);
	for (int i = 0; i < 9; i++)
		(void)screens_press(on_key, &edit, "Right");
	check_line(&edit, 11, "[abcdefghij>]\n", 9);
	(void)screens_press(on_key, &edit, "Right");
	check_line(&edit, 11, "[<ghijklmno>]\n", 5);
	edit_set(&edit, WIDE WIDE WIDE WIDE WIDE WIDE WIDE);
	check_line(&edit, 11, "[<" WIDE WIDE WIDE WIDE "  ]\n", 9);
	edit_set(&edit, "ab");
	check_line(&edit, 2, "[  ]\n", 0);
	check_line(&edit, 1, "[ ]\n", 0);
	edit_done(&edit);
}

static void test_click(void **state)
{
	struct area area = {0, 5, 1, 20};
	struct edit edit;

	(void)state;
	edit_init(&edit, false);
	edit_set(&edit, "a" WIDE "bc");
	edit_click(&edit, area, 5);
	assert_int_equal(edit.cursor, 0);
	edit_click(&edit, area, 6);
	assert_int_equal(edit.cursor, 1);
	edit_click(&edit, area, 7); /* right half of the wide one */
	assert_int_equal(edit.cursor, 1);
	edit_click(&edit, area, 8);
	assert_int_equal(edit.cursor, 4);
	edit_click(&edit, area, 20);
	assert_int_equal(edit.cursor, 6);
	edit_click(&edit, area, 2);
	assert_int_equal(edit.cursor, 6);
	edit_done(&edit);
}

static void test_secret(void **state)
{
	struct edit edit;

	(void)state;
	edit_init(&edit, true);
	(void)screens_type(on_key, &edit, "p" WIDE "ss e" ACCENT);
	assert_string_equal(edit_text(&edit), "p" WIDE "ss e" ACCENT);
	check_line(&edit, 10, "[******    ]\n", 6);
	check_line(&edit, 5, "[<*   ]\n", 2);
	(void)screens_press(on_key, &edit, "Ctrl-W Ctrl-Y");
	assert_string_equal(edit_text(&edit), "p" WIDE "ss ");
	assert_null(edit.cut);
	(void)screens_press(on_key, &edit, "Ctrl-U");
	for (size_t i = 0; i <= SECRET_MAX_BYTES; i++) /* nothing stays behind what is left */
		assert_int_equal(edit.text[i], 0);
	(void)screens_type(on_key, &edit, "abc");
	edit_set(&edit, "");
	for (size_t i = 0; i <= SECRET_MAX_BYTES; i++)
		assert_int_equal(edit.text[i], 0);
	for (size_t i = 0; i < SECRET_MAX_BYTES + 10; i++)
		(void)screens_press(on_key, &edit, "x");
	assert_int_equal(strlen(edit_text(&edit)), SECRET_MAX_BYTES);
	edit_done(&edit);
}

/* 64 KiB are taken, more are not, and none of it is slow. */
static void test_limits(void **state)
{
	_cleanup_free_ char *huge = alloc_zero(200001, 1);
	struct edit edit;

	(void)state;
	for (size_t i = 0; i < 200000; i += 2)
		memcpy(huge + i, "\xc3\xa4", 2);
	edit_init(&edit, false);
	edit_set(&edit, huge);
	assert_int_equal(strlen(edit_text(&edit)), EDIT_MAX_BYTES - 1); /* no half character */
	for (int i = 0; i < 200; i++)
		(void)screens_press(on_key, &edit, "Left Home End");
	check_line(&edit, 10, "[<\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4   ]\n", 7);
	edit_insert(&edit, "abc");
	assert_int_equal(strlen(edit_text(&edit)), EDIT_MAX_BYTES - 1);
	edit_done(&edit);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),	    cmocka_unit_test(test_answers),
		cmocka_unit_test(test_words),	    cmocka_unit_test(test_characters),
		cmocka_unit_test(test_unprintable), cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_click),	    cmocka_unit_test(test_secret),
		cmocka_unit_test(test_limits),
	};

	screens_open("edit");
	return screens_close(cmocka_run_group_tests(tests, NULL, NULL));
}
