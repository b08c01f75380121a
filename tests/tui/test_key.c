/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of keys, there and back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <locale.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "tui/key.h"

static void test_names(void **state)
{
	static const struct {
		int code;
		const char *name;
	} cases[] = {
		{'a', "a"},
		{'F', "F"},
		{'-', "-"},
		{KEY_CODE_SPACE, "Space"},
		{KEY_CODE_TAB, "Tab"},
		{KEY_CODE_ENTER, "Enter"},
		{KEY_CODE_ESCAPE, "Esc"},
		{KEY_CTRL('L'), "Ctrl-L"},
		{0, "Ctrl-@"},
		{31, "Ctrl-_"},
		{0x7f, "Ctrl-?"},
		{KEY_ALT('f'), "Alt-f"},
		{KEY_ALT(KEY_CODE_BACKSPACE), "Alt-Backspace"},
		{KEY_CODE_UP, "Up"},
		{KEY_CODE_F1, "F1"},
		{KEY_CODE_F12, "F12"},
		{KEY_CODE_BACK_TAB, "Shift-Tab"},
		{KEY_CODE_WHEEL_DOWN, "Wheel-Down"},
		{0xe4, "\xc3\xa4"},
		{0x4f5c, "\xe4\xbd\x9c"},
		{0x1f600, "\xf0\x9f\x98\x80"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *name = key_format(cases[i].code);

		assert_string_equal(name, cases[i].name);
		assert_int_equal(key_parse(cases[i].name), cases[i].code);
	}
}

/* Every code that has a name of its own is found again by it. */
static void test_every_code(void **state)
{
	(void)state;
	for (int code = 0; code <= KEY_CODE_WHEEL_DOWN; code++) {
		_cleanup_free_ char *name = NULL;

		if (code >= 0xd800 && code <= 0xdfff)
			continue; /* no characters */
		name = key_format(code);
		assert_int_equal(key_parse(name), code);
		code += code > 0x1000 && code < 0x10f000 ? 0x101 : 0;
	}
}

static void test_case(void **state)
{
	(void)state;
	assert_int_equal(key_parse("pgdn"), KEY_CODE_PAGE_DOWN);
	assert_int_equal(key_parse("ENTER"), KEY_CODE_ENTER);
	assert_int_equal(key_parse("ctrl-l"), KEY_CTRL('L'));
	assert_int_equal(key_parse("f10"), KEY_CODE_F1 + 9);
	assert_int_equal(key_parse("A"), 'A'); /* letters are as they are */
}

static void test_refused(void **state)
{
	static const char *const names[] = {
		"",	 "Nope",     "F0",     "F13",  "F01",
		"Ctrl-", "Ctrl-LL",  "Ctrl-1", "Alt-", "Alt-Nope", "Alt-Alt-f", "\x01", "\x7f",
		" ",	 "\xc0\xaf", "\xff",   "ab",   "F99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(key_parse(names[i]), -EINVAL);
}

static void test_text(void **state)
{
	(void)state;
	assert_true(key_is_text('a'));
	assert_true(key_is_text(' '));
	assert_true(key_is_text(0xe4));
	assert_true(key_is_text(0x301));   /* a combining accent */
	assert_false(key_is_text(0x202e)); /* right-to-left override */
	assert_false(key_is_text(0x9b));   /* CSI */
	assert_false(key_is_text(KEY_CODE_ENTER));
	assert_false(key_is_text(KEY_CODE_TAB));
	assert_false(key_is_text(0x7f));
	assert_false(key_is_text(KEY_CODE_UP));
	assert_false(key_is_text(KEY_ALT('f')));
	assert_false(key_is_text(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_every_code),
		cmocka_unit_test(test_case),  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_text),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
