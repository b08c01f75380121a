/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions in a box: how they look at each size, and what counts as an answer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/widgets/dialog.h"
#include "widget_screens.h"

static enum widget_answer on_key(void *widget, const struct key *key)
{
	return dialog_key(widget, key);
}

/* Over a screen full of dots, so that it is seen what of it stays. */
static void on_draw(const void *widget, struct canvas *canvas, struct area area)
{
	for (int row = 0; row < area.rows; row++)
		canvas_glyph(canvas, row, 0, area.columns, ROLE_DIM, GLYPH_BAR_EMPTY);
	dialog_draw(widget, canvas, area);
}

static enum widget_answer press(struct dialog *dialog, const char *names)
{
	return screens_press(on_key, dialog, names);
}

static void test_question(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(14, 60);
	struct dialog dialog;

	(void)state;
	dialog_init(&dialog, "A guess", ROLE_WARNING);
	dialog_add_text(&dialog, "/home is on /dev/hda6 in fstab. That disk is now called sda.\n"
				 "Mount sda6 there?");
	dialog_add_button(&dialog, 'y', "Yes");
	dialog_add_button(&dialog, 'n', "No");
	screens_expect_all("question", on_draw, &dialog);
	dialog_draw(&dialog, canvas, canvas_area(canvas));
	screens_expect_roles("question, roles", canvas);
	assert_int_equal(press(&dialog, "x"), WIDGET_HANDLED);
	assert_int_equal(press(&dialog, "Enter"), WIDGET_HANDLED); /* which one? */
	assert_int_equal(press(&dialog, "Ctrl-L"), WIDGET_HANDLED);
	assert_int_equal(dialog.answer, 0);
	assert_int_equal(press(&dialog, "n"), WIDGET_CHOSEN);
	assert_int_equal(dialog.answer, 'n');
	assert_int_equal(press(&dialog, "Y"), WIDGET_CHOSEN);
	assert_int_equal(dialog.answer, 'y');
	assert_int_equal(press(&dialog, "Esc"), WIDGET_CANCELLED);
	assert_int_equal(press(&dialog, "q"), WIDGET_CANCELLED);
	dialog_done(&dialog);
}

static void test_message(void **state)
{
	struct dialog dialog;

	(void)state;
	dialog_init(&dialog, "Not done", ROLE_ERROR);
	dialog_add_text(&dialog, "busy");
	dialog_add_button(&dialog, 'c', "Continue");
	screens_expect_all("message", on_draw, &dialog);
	assert_int_equal(press(&dialog, "Enter"), WIDGET_CHOSEN);
	assert_int_equal(dialog.answer, 'c');
	dialog_done(&dialog);
}

static void test_typed(void **state)
{
	struct dialog dialog;

	(void)state;
	dialog_init(&dialog, "This destroys data", ROLE_ERROR);
	dialog_add_text(&dialog, "Everything on sdb (WDC WD40EFRX, 3.6T, serial WD-WCC4E1234567) "
				 "will be gone.");
	dialog_add_command(&dialog, "wipefs --all /dev/sdb");
	dialog_add_edit(&dialog, "Type sdb to go on:", "sdb", false);
	dialog_add_button(&dialog, KEY_CODE_ENTER, "Destroy it");
	dialog_add_button(&dialog, KEY_CODE_ESCAPE, "Leave it as it is");
	screens_expect_all("name to type", on_draw, &dialog);
	assert_int_equal(press(&dialog, "s d q"), WIDGET_HANDLED);
	assert_string_equal(dialog_text(&dialog), "sdq");
	assert_int_equal(press(&dialog, "Enter"), WIDGET_HANDLED);
	screens_expect_all("name mistyped", on_draw, &dialog);
	assert_int_equal(press(&dialog, "Backspace"), WIDGET_HANDLED);
	assert_false(dialog.has_mistyped);
	assert_int_equal(press(&dialog, "b Enter"), WIDGET_CHOSEN);
	assert_int_equal(dialog.answer, KEY_CODE_ENTER);
	assert_int_equal(press(&dialog, "Ctrl-U Enter"), WIDGET_CANCELLED);
	assert_int_equal(press(&dialog, "Esc"), WIDGET_CANCELLED);
	dialog_done(&dialog);
}

static void test_secret(void **state)
{
	struct dialog dialog;

	(void)state;
	dialog_init(&dialog, "sda3 is encrypted", ROLE_TITLE);
	dialog_add_text(&dialog, "It holds the root of web01.");
	dialog_add_edit(&dialog, "A prompt that is a good deal longer than most of them:", NULL,
			true);
	dialog_add_button(&dialog, KEY_CODE_ENTER, "Unlock");
	(void)screens_type(on_key, &dialog, "secret yes?");
	screens_expect_all("secret", on_draw, &dialog);
	assert_int_equal(press(&dialog, "Enter"), WIDGET_CHOSEN);
	assert_string_equal(dialog_text(&dialog), "secret yes?");
	dialog_done(&dialog);
}

/* A text that is too long scrolls, with and without a line to type in. */
static void test_long(void **state)
{
	struct dialog dialog;

	(void)state;
	dialog_init(&dialog, "A title that does not fit on a small screen at all", ROLE_TITLE);
	for (int i = 1; i <= 30; i++) {
		_cleanup_free_ char *text = text_format("%d: what was done, in a sentence", i);

		dialog_add_text(&dialog, text);
	}
	dialog_add_button(&dialog, 'u', "Undo it");
	dialog_add_button(&dialog, 'k', "Keep what was done");
	dialog_add_button(&dialog, 'l', "Show the log");
	dialog_add_button(&dialog, KEY_CODE_F1, "Help");
	assert_int_equal(press(&dialog, "PgDn"), WIDGET_HANDLED);
	screens_expect_all("long text", on_draw, &dialog);
	assert_int_equal(press(&dialog, "PgDn Down"), WIDGET_HANDLED);
	screens_expect_all("long text, further down", on_draw, &dialog);
	assert_int_equal(press(&dialog, "k"), WIDGET_CHOSEN); /* no letters for the text */
	assert_int_equal(dialog.answer, 'k');
	dialog_done(&dialog);
}

static void test_click(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(24, 80);
	struct key key = {.code = KEY_CODE_CLICK};
	struct dialog dialog;

	(void)state;
	dialog_init(&dialog, "Sure?", ROLE_TITLE);
	dialog_add_text(&dialog, "Sure?");
	dialog_add_button(&dialog, 'y', "Yes");
	dialog_add_button(&dialog, 'n', "No");
	dialog_draw(&dialog, canvas, canvas_area(canvas));
	key.row = dialog.shown->area.row;
	key.column = dialog.shown->area.column + 9;
	assert_int_equal(dialog_key(&dialog, &key), WIDGET_CHOSEN);
	assert_int_equal(dialog.answer, 'n');
	key.column -= 3; /* between the buttons */
	assert_int_equal(dialog_key(&dialog, &key), WIDGET_HANDLED);
	dialog_done(&dialog);
}

/* No size is too small to draw. */
static void test_sizes(void **state)
{
	struct dialog dialog;

	(void)state;
	dialog_init(&dialog, "Title", ROLE_TITLE);
	dialog_add_text(&dialog, "A text of some words, longer than one line of most sizes here.");
	dialog_add_edit(&dialog, "Name:", "sda", false);
	dialog_add_button(&dialog, KEY_CODE_ENTER, "Go on with it");
	dialog_add_button(&dialog, KEY_CODE_ESCAPE, "Leave it");
	for (int rows = 1; rows < 30; rows++) {
		for (int columns = 1; columns < 90; columns += 3)
			screens_draw(on_draw, &dialog, rows, columns);
	}
	assert_int_equal(press(&dialog, "s d a Enter"), WIDGET_CHOSEN);
	dialog_done(&dialog);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question), cmocka_unit_test(test_message),
		cmocka_unit_test(test_typed),	 cmocka_unit_test(test_secret),
		cmocka_unit_test(test_long),	 cmocka_unit_test(test_click),
		cmocka_unit_test(test_sizes),
	};

	screens_open("dialog");
	return screens_close(cmocka_run_group_tests(tests, NULL, NULL));
}
