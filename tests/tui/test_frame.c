/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Title, footer, the lines of the first screen, and progress. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/text.h"
#include "tui/widgets/frame.h"
#include "tui/widgets/menu.h"
#include "tui/widgets/progress.h"
#include "widget_screens.h"

static const int widths[] = {100, 80, 70, 60, 50, 40, 30, 20, 12, 5, 1};

static void test_title(void **state)
{
	static const struct {
		const char *left, *middle, *right;
	} cases[] = {
		{"refloat 0.1", "rescue of web01: Debian 12 on md1", "looking"},
		{"refloat 0.1", "rescue of web01: Debian 12 on md1", "mounted read-write"},
		{"refloat 0.1", NULL, "looking"},
		{NULL, "Disks", NULL},
		{"a name of a machine that is much longer than anybody would like", "Disks",
		 "assembled read-only"},
	};
	_cleanup_canvas_ struct canvas *canvas =
		canvas_new((int)(ARRAY_SIZE(widths) * ARRAY_SIZE(cases)), 101);

	(void)state;
	theme_set((struct theme){.is_ascii = true});
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t w = 0; w < ARRAY_SIZE(widths); w++) {
			struct area area = {(int)(i * ARRAY_SIZE(widths) + w), 0, 1, widths[w]};

			title_draw(canvas, area, cases[i].left, cases[i].middle, cases[i].right);
			(void)canvas_text(canvas, area.row, area.columns, 1, ROLE_NORMAL, "|");
		}
	}
	screens_expect("titles", canvas);
}

static void test_footer(void **state)
{
	static const struct footer_key keys[] = {
		{"Enter", "open"}, {"/", "find"}, {"v", "show the shell commands"},
		{"!", "log"},	   {"j", "jobs"}, {"Space", "on or off"},
	};
	static const struct footer_key own[] = {{"q", "quit"}, {"Enter", "open"}, {"?", "Hilfe"}};
	_cleanup_canvas_ struct canvas *canvas = canvas_new((int)(2 * ARRAY_SIZE(widths) + 1), 101);

	(void)state;
	theme_set((struct theme){.is_ascii = true});
	for (size_t w = 0; w < ARRAY_SIZE(widths); w++) {
		struct area area = {(int)w, 0, 1, widths[w]};

		footer_draw(canvas, area, keys, ARRAY_SIZE(keys), false);
		(void)canvas_text(canvas, area.row, area.columns, 1, ROLE_NORMAL, "|");
		area.row += (int)ARRAY_SIZE(widths);
		footer_draw(canvas, area, own, ARRAY_SIZE(own), false);
		(void)canvas_text(canvas, area.row, area.columns, 1, ROLE_NORMAL, "|");
	}
	rule_draw(canvas, (struct area){(int)(2 * ARRAY_SIZE(widths)), 3, 1, 20});
	screens_expect("footers", canvas);
	screens_expect_roles("footers, roles", canvas);
}

static enum widget_answer on_menu_key(void *widget, const struct key *key)
{
	return menu_key(widget, key);
}

static void on_menu_draw(const void *widget, struct canvas *canvas, struct area area)
{
	menu_draw(widget, canvas, area);
}

static void fill_menu(struct menu *menu)
{
	static const struct {
		int key;
		const char *label, *state;
		enum role role;
	} lines[] = {
		{'k', "Disks", "sda 40G  sdb 40G (not answering)  nvme0n1 1.8T  nvme1n1 1.8T",
		 ROLE_WARNING},
		{'y', "Systems", "Debian 12 on md1 (web01)", ROLE_NORMAL},
		{'m', "Mount the system", "not mounted; 4 filesystems in fstab, 1 missing",
		 ROLE_NORMAL},
		{'r', "RAID", "md0 ok, md1 degraded [U_]", ROLE_ERROR},
		{'n', "Network and firewall", NULL, ROLE_NORMAL},
		{'c', "Shell in the system", "mounts it first", ROLE_NORMAL},
		{'s', "Shell here", NULL, ROLE_NORMAL},
		{'u', "Undo and unmount", "nothing to undo", ROLE_NORMAL},
		{'!', "Log of everything done", "\xe4\xbd\x9c\xe6\xa5\xad 3", ROLE_NORMAL},
		{'h', "Help", NULL, ROLE_NORMAL},
		{'q', "Quit", NULL, ROLE_NORMAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		menu_add(menu, lines[i].label, lines[i].key, lines[i].label);
		if (lines[i].state)
			menu_set_state(menu, lines[i].label, lines[i].role, lines[i].state);
	}
	menu_set_why_not(menu, "Shell in the system", "needs root: start refloat with sudo");
}

static void test_menu(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(12, 60);
	struct key click = {.code = KEY_CODE_CLICK, .row = 2, .column = 5};
	struct menu menu;

	(void)state;
	menu_init(&menu);
	assert_null(menu_current(&menu));
	assert_int_equal(screens_press(on_menu_key, &menu, "Down Enter"), WIDGET_IGNORED);
	fill_menu(&menu);
	screens_expect_all("menu", on_menu_draw, &menu);
	assert_int_equal(screens_press(on_menu_key, &menu, "Down Down Enter"), WIDGET_CHOSEN);
	assert_string_equal(menu_current(&menu)->id, "Mount the system");
	assert_int_equal(screens_press(on_menu_key, &menu, "u"), WIDGET_CHOSEN);
	assert_string_equal(menu_current(&menu)->id, "Undo and unmount");
	assert_int_equal(screens_press(on_menu_key, &menu, "c"), WIDGET_HANDLED);
	assert_int_equal(screens_press(on_menu_key, &menu, "Enter"), WIDGET_HANDLED);
	menu_draw(&menu, canvas, canvas_area(canvas));
	screens_expect_roles("menu, roles", canvas);
	assert_int_equal(menu_key(&menu, &click), WIDGET_HANDLED);
	assert_int_equal(menu_key(&menu, &click), WIDGET_CHOSEN);
	assert_string_equal(menu_current(&menu)->id, "Mount the system");
	assert_int_equal(screens_press(on_menu_key, &menu, "x"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_menu_key, &menu, "End"), WIDGET_HANDLED);
	screens_expect_all("menu, at its end", on_menu_draw, &menu);
	(void)screens_press(on_menu_key, &menu, "PgUp PgUp");
	assert_string_equal(menu_current(&menu)->id, "Disks");
	assert_true(menu_select(&menu, "Help"));
	assert_false(menu_select(&menu, "Helb"));
	assert_string_equal(menu_current(&menu)->id, "Help");
	menu_set_why_not(&menu, "Shell in the system", NULL);
	assert_int_equal(screens_press(on_menu_key, &menu, "c"), WIDGET_CHOSEN);
	menu_done(&menu);
}

static void check_words(const struct progress *progress, const char *wanted)
{
	_cleanup_free_ char *words = progress_words(progress);

	assert_string_equal(words, wanted);
}

static void test_progress_words(void **state)
{
	struct progress progress;

	(void)state;
	progress_init(&progress, PROGRESS_BYTES);
	check_words(&progress, "0B done");
	progress_set(&progress, 1000, 0, 100 << 20);
	check_words(&progress, "0B of 100M");
	assert_int_equal(progress_seconds_left(&progress), -1);
	progress_set(&progress, 2000, 1 << 20, 100 << 20); /* too early to tell */
	assert_int_equal(progress_seconds_left(&progress), -1);
	progress_set(&progress, 11000, 10 << 20, 100 << 20);
	check_words(&progress, "10M of 100M, about 2 minutes left, 1M a second");
	progress_set(&progress, 21000, 80 << 20, 100 << 20); /* faster */
	check_words(&progress, "80M of 100M, about 5 seconds left, 4M a second");
	progress_set(&progress, 22000, 5 << 20, 100 << 20); /* another part of the work */
	check_words(&progress, "5M of 100M");
	progress_set(&progress, 22000, 100 << 20, 100 << 20);
	check_words(&progress, "100M of 100M");
	progress_set(&progress, 30000, 1 << 20, 0);
	progress_set(&progress, 40000, 21 << 20, 0);
	check_words(&progress, "21M done, 2M a second");
	progress_init(&progress, PROGRESS_STEPS);
	progress_set(&progress, 5, 3, 12);
	check_words(&progress, "3 of 12 steps");
	progress_init(&progress, PROGRESS_FILES);
	progress_set(&progress, 5, 1, 0);
	check_words(&progress, "1 file done");
	progress_init(&progress, PROGRESS_PERCENT);
	progress_set(&progress, 5, 1, 100);
	check_words(&progress, "");
}

static void test_durations(void **state)
{
	static const struct {
		int64_t seconds;
		const char *words;
	} cases[] = {
		{1, "1 second"},      {40, "40 seconds"},      {90, "2 minutes"},
		{179, "3 minutes"},   {7199, "2 hours"},       {7800, "2 hours 10 minutes"},
		{3660, "61 minutes"}, {47 * 3600, "47 hours"}, {200000, "2 days"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *words = duration_format(cases[i].seconds);

		assert_string_equal(words, cases[i].words);
	}
}

/* One row and two, of all widths; far along, done, more than done, total unknown. */
static void test_progress_bar(void **state)
{
	static const uint64_t done[] = {0, 43, 999, 1000, 2000};
	_cleanup_canvas_ struct canvas *canvas =
		canvas_new((int)(ARRAY_SIZE(widths) * 4 + ARRAY_SIZE(done)), 101);
	struct progress progress, unknown;

	(void)state;
	theme_set((struct theme){.is_ascii = true});
	progress_init(&progress, PROGRESS_BYTES);
	progress_set(&progress, 0, 0, 2800ull << 20);
	progress_set(&progress, 100000, 1200ull << 20, 2800ull << 20);
	progress_init(&unknown, PROGRESS_FILES);
	progress_set(&unknown, 0, 1234, 0);
	for (size_t w = 0; w < ARRAY_SIZE(widths); w++) {
		progress_draw(&progress, canvas, (struct area){(int)w * 4, 0, 1, widths[w]});
		progress_draw(&progress, canvas, (struct area){(int)w * 4 + 1, 0, 2, widths[w]});
		progress_draw(&unknown, canvas, (struct area){(int)w * 4 + 3, 0, 1, widths[w]});
	}
	for (size_t i = 0; i < ARRAY_SIZE(done); i++) {
		progress_init(&progress, PROGRESS_STEPS);
		progress_set(&progress, 0, done[i], 1000);
		progress_draw(&progress, canvas,
			      (struct area){(int)(ARRAY_SIZE(widths) * 4 + i), 0, 1, 60});
	}
	screens_expect("progress", canvas);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_title),	  cmocka_unit_test(test_footer),
		cmocka_unit_test(test_menu),	  cmocka_unit_test(test_progress_words),
		cmocka_unit_test(test_durations), cmocka_unit_test(test_progress_bar),
	};

	screens_open("frame");
	return screens_close(cmocka_run_group_tests(tests, NULL, NULL));
}
