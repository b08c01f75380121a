/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which theme a terminal gets, and that none of them loses meaning. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "tui/theme.h"

static void choose(const char *locale, const char *term, int colors, bool force_ascii)
{
	assert_non_null(setlocale(LC_ALL, locale));
	assert_int_equal(setenv("TERM", term, 1), 0);
	theme_choose(colors, force_ascii);
	(void)setlocale(LC_ALL, "C.UTF-8");
}

static void test_glyphs_by_terminal(void **state)
{
	static const struct {
		const char *locale, *term;
		bool force_ascii, is_ascii, has_few_glyphs;
	} cases[] = {
		{"C.UTF-8", "xterm-256color", false, false, false},
		{"C.UTF-8", "screen", false, false, false},
		{"C.UTF-8", "vte-256color", false, false, false},
		{"C.UTF-8", "linux", false, false, true},
		{"C.UTF-8", "linux-16color", false, false, true},
		{"C.UTF-8", "vt100", false, true, false},
		{"C.UTF-8", "vt102", false, true, false},
		{"C.UTF-8", "vt220", false, true, false},
		{"C.UTF-8", "ansi", false, true, false},
		{"C.UTF-8", "xterm-256color", true, true, false},
		{"C", "xterm-256color", false, true, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		choose(cases[i].locale, cases[i].term, 8, cases[i].force_ascii);
		assert_int_equal(theme_get()->is_ascii, cases[i].is_ascii);
		assert_int_equal(theme_get()->has_few_glyphs, cases[i].has_few_glyphs);
	}
	choose("C.UTF-8", "linux", 8, false);
	assert_string_equal(theme_glyph(GLYPH_HORIZONTAL), "─");
	assert_string_equal(theme_glyph(GLYPH_OPEN), "-"); /* the font has no small triangle */
	choose("C.UTF-8", "xterm", 8, false);
	assert_string_equal(theme_glyph(GLYPH_OPEN), "▾");
	choose("C.UTF-8", "vt100", 0, false);
	assert_string_equal(theme_glyph(GLYPH_HORIZONTAL), "-");
}

static void test_colors(void **state)
{
	static const int cases[][2] = {{-1, 0},	 {0, 0},   {2, 0},     {8, 8},
				       {16, 16}, {88, 16}, {256, 256}, {0x1000000, 256}};

	(void)state;
	(void)unsetenv("NO_COLOR");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		choose("C.UTF-8", "xterm", cases[i][0], false);
		assert_int_equal(theme_get()->colors, cases[i][1]);
	}
	assert_int_equal(setenv("NO_COLOR", "", 1), 0);
	choose("C.UTF-8", "xterm", 8, false);
	assert_int_equal(theme_get()->colors, 8); /* set but empty does not count */
	assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
	choose("C.UTF-8", "xterm", 256, false);
	assert_int_equal(theme_get()->colors, 0);
	(void)unsetenv("NO_COLOR");
}

static void test_looks(void **state)
{
	static const int colors[] = {0, 8, 16, 256};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(colors); i++) {
		theme_set((struct theme){.colors = colors[i]});
		for (int role = 0; role < ROLE_COUNT; role++) {
			struct look look = theme_look((enum role)role);
			int limit = colors[i] ? colors[i] : 0;

			assert_in_range(look.foreground + 1, 0, limit);
			assert_in_range(look.background + 1, 0, limit);
		}
		assert_true(theme_look(ROLE_SELECTED).attributes & LOOK_REVERSE);
		assert_int_equal(theme_look(ROLE_NORMAL).foreground, -1);
		assert_int_equal(theme_look(ROLE_NORMAL).attributes, 0);
	}
	theme_set((struct theme){.colors = 256});
	assert_int_equal(theme_look(ROLE_ERROR).foreground, 1);
}

/* A glyph that is missing, or of different widths in its sets' tables, would break layouts. */
static void test_every_glyph(void **state)
{
	static const struct theme themes[] = {{.is_ascii = true}, {.has_few_glyphs = true}, {0}};

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(themes); t++) {
		theme_set(themes[t]);
		for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
			const char *text = theme_glyph((enum glyph)glyph);

			assert_true(text && text[0]);
			assert_true(printable_is_clean(text));
			for (const char *c = text; themes[t].is_ascii && *c; c++)
				assert_in_range(*c, ' ', '~');
			if (glyph == GLYPH_ELLIPSIS)
				continue; /* its users measure it */
			theme_set(themes[0]);
			assert_int_equal(printable_width(theme_glyph((enum glyph)glyph)),
					 printable_width(text));
			theme_set(themes[t]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_glyphs_by_terminal),
		cmocka_unit_test(test_colors),
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_every_glyph),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
