/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes from all kinds of terminals, whole, in pieces and broken, to keys. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tui/key_decoder.h"

/* All keys in the decoder by name, with a space between; a part that stays is "...". */
static char *decode_all(struct key_decoder *decoder, bool is_all)
{
	_cleanup_text_list_ struct text_list names = {0};
	enum key_decoded decoded;
	struct key key;

	while ((decoded = key_decoder_next(decoder, is_all, &key)) == KEY_DECODED_KEY) {
		text_list_take(&names, key_format(key.code));
		if (key.code >= KEY_CODE_CLICK && key.code <= KEY_CODE_WHEEL_DOWN)
			text_list_format(&names, "%d,%d", key.row, key.column);
	}
	if (decoded == KEY_DECODED_PART)
		text_list_add(&names, "...");
	return text_list_join(&names, " ");
}

static void check(const char *bytes, const char *wanted)
{
	_cleanup_key_decoder_ struct key_decoder decoder = {0};
	_cleanup_free_ char *names = NULL;

	key_decoder_feed(&decoder, bytes, strlen(bytes));
	names = decode_all(&decoder, true);
	assert_string_equal(names, wanted);
}

static void test_characters(void **state)
{
	(void)state;
	check("aB ~", "a B Space ~");
	check("\r\n\t", "Enter Enter Tab");
	check("\b\x7f", "Backspace Backspace");
	check("\x03\x0c\x1a", "Ctrl-C Ctrl-L Ctrl-Z");
	check("\xc3\xa4\xe4\xbd\x9c\xf0\x9f\x98\x80", "\xc3\xa4 \xe4\xbd\x9c \xf0\x9f\x98\x80");
	check("a\xff\xc0\xaf\xc3z", "a z"); /* what is not UTF-8 is no key */
}

static void test_nul(void **state)
{
	_cleanup_key_decoder_ struct key_decoder decoder = {0};
	_cleanup_free_ char *names = NULL;

	(void)state;
	key_decoder_feed(&decoder, "\0a", 2);
	names = decode_all(&decoder, false);
	assert_string_equal(names, "Ctrl-@ a");
}

static void test_families(void **state)
{
	(void)state;
	check("\033[A\033[B\033[C\033[D", "Up Down Right Left");    /* normal cursor keys */
	check("\033OA\033OB\033OC\033OD", "Up Down Right Left");    /* application mode */
	check("\033[H\033[F\033OH\033OF", "Home End Home End");	    /* xterm */
	check("\033[1~\033[4~\033[7~\033[8~", "Home End Home End"); /* PuTTY, linux; rxvt */
	check("\033[2~\033[3~\033[5~\033[6~", "Insert Delete PgUp PgDn");
	check("\033OP\033OQ\033OR\033OS", "F1 F2 F3 F4");	   /* VT100, xterm */
	check("\033[11~\033[15~\033[17~\033[24~", "F1 F5 F6 F12"); /* VT220 */
	check("\033[[A\033[[E", "F1 F5");			   /* Linux console */
	check("\033[Z", "Shift-Tab");
	check("\033Oq\033Oy\033Op\033OM\033On\033Om", "1 9 0 Enter . -"); /* VT100's keypad */
}

static void test_chords(void **state)
{
	(void)state;
	check("\033f\033b\033\x7f", "Alt-f Alt-b Alt-Backspace");
	check("\033[1;5C\033[1;5D\033[1;3C\033O5D", "Alt-f Alt-b Alt-f Alt-b");
	check("\033[1;2A\033[5;5~\033[1;2P\033[1;2R", "Up PgUp F1");
	check("\033\xc3\xa4", "Alt-\xc3\xa4");
}

static void test_escape(void **state)
{
	(void)state;
	check("\033", "Esc");
	check("\033\033", "Esc Esc");
	check("\033\033[A", "Esc Up");
	check("\033[", "Alt-[");
	check("\033O", "Alt-O");
}

/* Not one letter of what nobody knows may pass for a key. */
static void test_unknown(void **state)
{
	(void)state;
	check("a\033[200~b", "a b");
	check("a\033[99;5ub", "a b");
	check("a\033[?1;2cb", "a b");	/* an answer to a question that nobody asked */
	check("a\033[24;80Rb", "a b");	/* a position report that came too late */
	check("a\033[Ib\033[O", "a b"); /* focus */
	check("a\033[12;", "a");	/* broken off for good */
	check("\033[1\033[A", "Up");	/* broken off by another one */
	check("\033[1\rx", "Enter x");
	check("a\033Ozb", "a b");
}

static void test_endless(void **state)
{
	_cleanup_key_decoder_ struct key_decoder decoder = {0};
	_cleanup_free_ char *rest = NULL, *names = NULL;
	struct key key;

	(void)state;
	key_decoder_feed(&decoder, "\033[", 2);
	for (int i = 0; i < 10000; i++) {
		key_decoder_feed(&decoder, "1", 1);
		(void)key_decoder_next(&decoder, false, &key);
		assert_true(decoder.bytes.length < 200);
	}
	rest = decode_all(&decoder, true);
	key_decoder_feed(&decoder, "x", 1);
	names = decode_all(&decoder, false);
	assert_string_equal(names, "x");
}

static void test_mouse(void **state)
{
	(void)state;
	check("\033[<0;5;7M\033[<0;5;7m", "Click 6,4");
	check("\033[<64;1;1M\033[<65;300;200M", "Wheel-Up 0,0 Wheel-Down 199,299");
	check("\033[<2;5;7M\033[<35;5;7M", ""); /* another button, a movement */
	check("\033[<4;5;7M", "Click 6,4");	/* with Shift */
	check("\033[M !\"", "Click 1,0");
	check("\033[M#!\"\033[M`!\"", "Wheel-Up 1,0"); /* a release says only "some button" */
	check("\033[<0;99999999999;0M", "Click 0,999998");
}

/* However the line cuts it, it is the same key; and nothing is given out too early. */
static void test_paste(void **state)
{
	(void)state;
	check("a\033[200~b\rc\n\td\003\033[A\177e\033[201~\r", "a b c d e Enter");
	check("\033[200~q\r\033[201~q\r", "q q Enter");
	check("\033[201~\r", "Enter");	    /* an end without a start */
	check("\033[200~a\r\033", "a Esc"); /* its end got lost, and somebody presses Esc */
}

static void test_pieces(void **state)
{
	static const struct {
		const char *bytes, *name;
	} cases[] = {
		{"\033[A", "Up"},	    {"\033OA", "Up"},
		{"\033[1;5C", "Alt-f"},	    {"\033[15~", "F5"},
		{"\xc3\xa4", "\xc3\xa4"},   {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
		{"\033[[A", "F1"},	    {"\033[<0;1;1M", "Click 0,0"},
		{"\033[M !!", "Click 0,0"}, {"\033\xc3\xa4", "Alt-\xc3\xa4"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_key_decoder_ struct key_decoder decoder = {0};
		_cleanup_free_ char *names = NULL;
		size_t length = strlen(cases[i].bytes);

		for (size_t at = 0; at + 1 < length; at++) {
			_cleanup_free_ char *part = NULL;

			key_decoder_feed(&decoder, cases[i].bytes + at, 1);
			part = decode_all(&decoder, false);
			assert_string_equal(part, "...");
		}
		key_decoder_feed(&decoder, cases[i].bytes + length - 1, 1);
		names = decode_all(&decoder, false);
		assert_string_equal(names, cases[i].name);
	}
}

static void test_description(void **state)
{
	_cleanup_key_decoder_ struct key_decoder decoder = {0};
	_cleanup_free_ char *names = NULL, *part = NULL, *typed = NULL;

	(void)state;
	key_decoder_add(&decoder, "\033[214z", KEY_CODE_HOME); /* sun */
	key_decoder_add(&decoder, "\033[M", KEY_CODE_F1);      /* cons25 */
	key_decoder_add(&decoder, "\033A", KEY_CODE_UP);       /* VT52 */
	key_decoder_add(&decoder, "\033Oy", KEY_CODE_F12);     /* vt100 has F10 on its keypad's 9 */
	key_decoder_add(&decoder, "\x0b", KEY_CODE_UP);	       /* types elsewhere */
	key_decoder_feed(&decoder, "\033[214z\033[M\033A\033Oy\x0b", 15);
	names = decode_all(&decoder, false);
	assert_string_equal(names, "Home F1 Up 9 Ctrl-K");
	key_decoder_feed(&decoder, "\033[214", 5);
	part = decode_all(&decoder, false);
	assert_string_equal(part, "...");
	key_decoder_feed(&decoder, "z", 1);
	typed = decode_all(&decoder, false);
	assert_string_equal(typed, "Home");
}

/* Any bytes at all: it ends, and leaves nothing behind. */
static void test_random(void **state)
{
	static const char likely[] = "\033\033\033[[O;<?0159~MmAR\xc3\xa4\xf0z \r";
	unsigned seed = 12345;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		_cleanup_key_decoder_ struct key_decoder decoder = {0};
		_cleanup_free_ char *names = NULL;

		key_decoder_add(&decoder, "\033[1;9Z", KEY_CODE_F1);
		for (int i = 0; i < 40; i++) {
			_cleanup_free_ char *some = NULL;
			char byte;

			seed = seed * 1103515245u + 12345u;
			byte = seed >> 30 ? likely[(seed >> 16) % (sizeof(likely) - 1)]
					  : (char)(seed >> 16);
			key_decoder_feed(&decoder, &byte, 1);
			some = decode_all(&decoder, false);
		}
		names = decode_all(&decoder, true);
		assert_int_equal(decoder.bytes.length, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters),  cmocka_unit_test(test_nul),
		cmocka_unit_test(test_families),    cmocka_unit_test(test_chords),
		cmocka_unit_test(test_escape),	    cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_endless),	    cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_paste),	    cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_description), cmocka_unit_test(test_random),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
