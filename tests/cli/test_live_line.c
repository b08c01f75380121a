/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that is written anew in its place: what stands on the terminal, and what that costs. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/live_line.h"

#define COLUMNS 80
#define WIDTH 79

/* A terminal of one line that knows characters of one column and backspaces. */
struct screen {
	struct live_line line;
	char *bytes; /* what was sent, by open_memstream */
	size_t length;
	size_t read; /* of these, what is on the screen already */
	wchar_t cells[COLUMNS + 1];
	size_t column;
};

static void screen_open(struct screen *screen)
{
	*screen = (struct screen){0};
	screen->line.stream = open_memstream(&screen->bytes, &screen->length);
	assert_non_null(screen->line.stream);
	for (size_t i = 0; i < COLUMNS; i++)
		screen->cells[i] = L' ';
}

static void screen_close(struct screen *screen)
{
	live_line_done(&screen->line);
	assert_int_equal(fclose(screen->line.stream), 0);
	free(screen->bytes);
}

/* Takes in what was sent since the last call; returns how many bytes that were. */
static size_t screen_read(struct screen *screen)
{
	mbstate_t state = {0};
	size_t sent, taken;
	wchar_t character;

	assert_int_equal(fflush(screen->line.stream), 0);
	sent = screen->length - screen->read;
	for (; screen->read < screen->length; screen->read += taken) {
		taken = mbrtowc(&character, screen->bytes + screen->read,
				screen->length - screen->read, &state);
		assert_in_range(taken, 1, 4);
		if (character == L'\b') {
			assert_int_not_equal(screen->column, 0);
			screen->column--;
			continue;
		}
		assert_true(character >= L' '); /* nothing else that a terminal acts on */
		assert_in_range(screen->column, 0, COLUMNS - 2);
		screen->cells[screen->column++] = character;
	}
	return sent;
}

static void assert_shows(const struct screen *screen, const wchar_t *expected)
{
	size_t length = wcslen(expected);

	assert_memory_equal(screen->cells, expected, length * sizeof(*expected));
	for (size_t i = length; i < COLUMNS; i++)
		assert_int_equal(screen->cells[i], L' ');
	assert_int_equal(screen->column, length);
}

static void shows_what_was_set_last(void **state)
{
	struct screen screen;

	(void)state;
	screen_open(&screen);
	live_line_set(&screen.line, "43%, about 12 minutes left", WIDTH);
	(void)screen_read(&screen);
	assert_shows(&screen, L"43%, about 12 minutes left");
	live_line_set(&screen.line, "44%, about 9 minutes left", WIDTH);
	(void)screen_read(&screen);
	assert_shows(&screen, L"44%, about 9 minutes left");
	live_line_set(&screen.line, "100%", WIDTH);
	(void)screen_read(&screen);
	assert_shows(&screen, L"100%");
	live_line_set(&screen.line, "100%, counting the names of files", WIDTH);
	(void)screen_read(&screen);
	assert_shows(&screen, L"100%, counting the names of files");
	live_line_clear(&screen.line);
	(void)screen_read(&screen);
	assert_shows(&screen, L"");
	screen_close(&screen);
}

static void sends_only_what_differs(void **state)
{
	struct screen screen;

	(void)state;
	screen_open(&screen);
	live_line_set(&screen.line, "checked 1.1G", WIDTH);
	(void)screen_read(&screen);
	live_line_set(&screen.line, "checked 1.1G", WIDTH);
	assert_int_equal(screen_read(&screen), 0);
	live_line_set(&screen.line, "checked 1.2G", WIDTH);
	assert_int_equal(screen_read(&screen), strlen("\b\b2G"));
	live_line_set(&screen.line, "checked 1.2G, 3%", WIDTH);
	assert_int_equal(screen_read(&screen), strlen(", 3%"));
	assert_shows(&screen, L"checked 1.2G, 3%");
	live_line_clear(&screen.line);
	(void)screen_read(&screen);
	live_line_clear(&screen.line); /* once more costs nothing */
	assert_int_equal(screen_read(&screen), 0);
	screen_close(&screen);
}

static void stays_on_one_line(void **state)
{
	struct screen screen;
	char words[2 * COLUMNS + 1];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	screen_open(&screen);
	live_line_set(&screen.line, words, WIDTH);
	(void)screen_read(&screen); /* asserts that the last column stays free */
	assert_int_equal(screen.column, WIDTH);
	live_line_set(&screen.line, "short", WIDTH);
	(void)screen_read(&screen);
	assert_shows(&screen, L"short");
	screen_close(&screen);
}

/* Characters of several bytes are never cut, and count as what they take on the screen. */
static void counts_columns_and_not_bytes(void **state)
{
	struct screen screen;

	(void)state;
	if (!setlocale(LC_ALL, "C.UTF-8"))
		skip();
	screen_open(&screen);
	live_line_set(&screen.line, "gepr\u00fcft: 3\u2030 fertig", WIDTH);
	(void)screen_read(&screen);
	assert_shows(&screen, L"gepr\u00fcft: 3\u2030 fertig");
	live_line_set(&screen.line, "gepr\u00fcft: 3\u2031 fertig",
		      WIDTH); /* differs in a last byte */
	(void)screen_read(&screen);
	assert_shows(&screen, L"gepr\u00fcft: 3\u2031 fertig");
	live_line_set(&screen.line, "gepr\u00e4gt", WIDTH);
	(void)screen_read(&screen);
	assert_shows(&screen, L"gepr\u00e4gt");
	screen_close(&screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_was_set_last),
		cmocka_unit_test(sends_only_what_differs),
		cmocka_unit_test(stays_on_one_line),
		cmocka_unit_test(counts_columns_and_not_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
