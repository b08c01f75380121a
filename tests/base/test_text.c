/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings, sizes, shell words, JSON, and foreign bytes made printable. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/shell.h"
#include "base/size.h"

static void test_natural_order(void **state)
{
	static const char *const ordered[] = {
		"", "6.1.0-9-amd64", "6.1.0-10-amd64", "6.1.0-37-amd64", "sda", "sda1", "sda2", "sda10",
		"sdb", "x01", "x1", "x001y",
	};

	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_SIZE(ordered) - 3; i++)
		assert_true(text_compare_natural(ordered[i], ordered[i + 1]) < 0);
	assert_int_equal(text_compare_natural("a1", "a1"), 0);
	assert_true(text_compare_natural("x01", "x1") != 0);
	assert_true(text_compare_natural("x99999999999999999999998", "x99999999999999999999999") < 0);
}

static void test_numbers(void **state)
{
	uint64_t value = 7;

	(void)state;
	assert_int_equal(text_parse_u64("18446744073709551615", &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(text_parse_u64("18446744073709551616", &value), -ERANGE);
	assert_int_equal(text_parse_u64("", &value), -EINVAL);
	assert_int_equal(text_parse_u64("-1", &value), -EINVAL);
	assert_int_equal(text_parse_u64("1 ", &value), -EINVAL);
	assert_true(value == UINT64_MAX); /* written only on success */
}

static void test_decode_hex(void **state)
{
	static const char *const cases[][2] = {
		{"a\\x20b", "a b"}, {"\\x2f\\x5C", "/\\"}, {"\\xc3\\xA4", "\xc3\xa4"}, {"\\x00", "\\x00"},
		{"\\x5", "\\x5"}, {"\\x", "\\x"}, {"\\", "\\"}, {"\\x 5", "\\x 5"}, {"\\x-1", "\\x-1"},
		{"\\x0x1", "\\x0x1"}, {"\\x5g", "\\x5g"}, {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = text_decode_hex(cases[i][0]);

		assert_string_equal(text, cases[i][1]);
	}
}

static void test_lists(void **state)
{
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_free_ char *joined = NULL;

	(void)state;
	text_list_split(&list, ",a,,b10,b9,", ",");
	assert_int_equal(list.count, 3);
	assert_null(list.items[3]);
	text_list_sort(&list);
	joined = text_list_join(&list, "+");
	assert_string_equal(joined, "a+b9+b10");
	assert_true(text_list_contains(&list, "b9"));
	assert_false(text_list_contains(&list, "b"));
}

static void test_sizes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{0, "0B"}, {512, "512B"}, {1024, "1K"}, {1536, "1.5K"}, {1023 * 1024, "1023K"},
		{40ull << 30, "40G"},
		/* loop devices of these sizes, as lsblk of util-linux 2.38 shows them */
		{1127428096, "1G"}, {1128005632, "1.1G"}, {1073689088, "1023.9M"},
		{1099510579200, "1024G"}, {52224, "51K"}, {1990000000000ull, "1.8T"}, {UINT64_MAX, "16E"},
	};
	uint64_t bytes = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = size_format(cases[i].bytes);

		assert_string_equal(text, cases[i].text);
	}
	assert_int_equal(size_parse("1.5GiB", &bytes), 0);
	assert_true(bytes == 1610612736);
	assert_int_equal(size_parse("10MB", &bytes), 0);
	assert_true(bytes == 10000000);
	assert_int_equal(size_parse("99999999999T", &bytes), -ERANGE);
	assert_int_equal(size_parse("1X", &bytes), -EINVAL);
	assert_int_equal(size_parse("G", &bytes), -EINVAL);
}

/* What the words are to a real shell. */
static void test_shell_words(void **state)
{
	static const char *const words[] = {
		"", "plain", "two words", "it's", "$HOME", "`id`", "a\\b", "\"q\"", "*", "~", "#c", "-n",
		"tab\tnew\nline", "\xff\x1b[31m", "\xc3\xa4", ";rm", "a=b", "!x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		_cleanup_free_ char *quoted = shell_quote(words[i]);
		_cleanup_free_ char *script = text_format("printf %%s. %s", quoted);
		_cleanup_free_ char *wanted = text_format("%s.", words[i]);
		_cleanup_free_ char *output = NULL;
		const char *const command[] = {"bash", "-c", script, NULL};

		assert_int_equal(process_run_checked(command, 10000, &output, NULL), 0);
		assert_string_equal(output, wanted);
		for (const char *at = quoted; *at; at++)
			assert_true((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7f);
	}
}

static void test_json_bytes(void **state)
{
	static const char *const texts[] = {"plain", "", "\xc3\xa4", "\xff\xfe", "a\xc0\xaf", "\"\\\n\x01",
					    "\xed\xa0\x80"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_json_ struct json_object *object = json_object_new_object(), *read = NULL;
		_cleanup_free_ char *line = NULL, *back = NULL;

		json_add_bytes(object, "x", texts[i]);
		line = json_format_line(object);
		assert_int_equal(json_parse(line, strlen(line), &read, NULL), 0);
		back = json_get_bytes(read, "x");
		assert_string_equal(back, texts[i]);
	}
}

static void test_json_refuses(void **state)
{
	_cleanup_text_buffer_ struct text_buffer deep = {0};
	_cleanup_json_ struct json_object *object = NULL;

	(void)state;
	for (int i = 0; i < 100; i++)
		text_buffer_add_text(&deep, "[");
	assert_true(json_parse(deep.data, deep.length, &object, NULL) < 0);
	assert_true(json_parse("{\"a\":", 5, &object, NULL) < 0);
	assert_null(object);
}

static void check_printable(const char *bytes, const char *wanted)
{
	_cleanup_free_ char *shown = printable_text(bytes);

	assert_string_equal(shown, wanted);
}

static void check_sentence(const char *text, const char *wanted)
{
	_cleanup_free_ char *shown = printable_sentence(text);

	assert_string_equal(shown, wanted);
}

static void test_printable_utf8(void **state)
{
	(void)state;
	if (!setlocale(LC_ALL, "C.UTF-8")) {
		skip();
		return;
	}
	check_printable("plain", "plain");
	check_printable("\x1b[31m", "\\x1B[31m");
	check_printable("a\nb\tc\x7f", "a\\x0Ab\\x09c\\x7F");
	check_printable("Ger\xc3\xa4t", "Ger\xc3\xa4t");
	check_printable("\xff", "\\xFF");
	check_printable("\xc0\xaf", "\\xC0\\xAF");         /* overlong "/" */
	check_printable("\xed\xa0\x80", "\\xED\\xA0\\x80"); /* a surrogate */
	check_printable("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80");
	check_printable("\xc2\x9b", "\\u{9B}");        /* C1: CSI in one character */
	check_printable("\xe2\x80\xae", "\\u{202E}");  /* right-to-left override */
	check_printable("\xe2\x80\x8b", "\\u{200B}");  /* zero width space */
	check_printable("\\x41", "\\\\x41");           /* cannot pose as an escape */
	check_printable("C:\\dir", "C:\\dir");
	check_printable("\\\x1b", "\\\\\\x1B"); /* nor lend its back slash to one */
	check_printable("\\\xff", "\\\\\\xFF");
	check_printable("end\\", "end\\");
	check_sentence("found on \\xFF", "found on \\xFF"); /* printable already: not twice */
	check_sentence("Ger\xc3\xa4t", "Ger\xc3\xa4t");
	check_sentence("of \xe2\x80\xae", "of \\u{202E}"); /* what slipped through does not */
	check_sentence("of \xff", "of \\xFF");
	check_sentence(NULL, "");
	assert_true(printable_is_clean("sda1"));
	assert_false(printable_is_clean("\x07"));
	assert_int_equal(printable_width("\xe4\xbd\x9c"), 2);
	assert_int_equal(printable_width("e\xcc\x81"), 1);
}

static void test_printable_ascii(void **state)
{
	(void)state;
	(void)setlocale(LC_ALL, "C");
	check_printable("Ger\xc3\xa4t", "Ger\\u{E4}t");
	check_printable("\xe4", "\\xE4");
	check_printable("\\\xc3\xa4", "\\\\\\u{E4}");
	check_sentence("found on \\xFF", "found on \\xFF");
	check_sentence("Ger\xc3\xa4t", "Ger\\u{E4}t");
	check_sentence("\x1b[2J", "\\x1B[2J");
	(void)setlocale(LC_ALL, "C.UTF-8");
}

static void test_fit_and_wrap(void **state)
{
	_cleanup_free_ char *padded = printable_fit("abc", 5), *cut = printable_fit("abcdefgh", 6);
	_cleanup_free_ char *wide = printable_fit("\xe4\xbd\x9c\xe4\xbd\x9c", 3);
	_cleanup_free_ char *wrapped = printable_wrap("one two three", 8, 2);

	(void)state;
	assert_string_equal(padded, "abc  ");
	assert_string_equal(cut, "abc...");
	assert_int_equal(printable_width(wide), 3);
	assert_string_equal(wrapped, "one two\n  three");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_natural_order),   cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_decode_hex),
		cmocka_unit_test(test_lists),           cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_shell_words),     cmocka_unit_test(test_json_bytes),
		cmocka_unit_test(test_json_refuses),    cmocka_unit_test(test_printable_utf8),
		cmocka_unit_test(test_printable_ascii), cmocka_unit_test(test_fit_and_wrap),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
