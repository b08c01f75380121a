/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists, tables and trees: how they look, where the cursor stays, what gives way. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tui/widgets/list.h"
#include "widget_screens.h"

static const struct list_column plain[] = {{.rank = 0}, {.rank = 1}};

static const struct list_column titled[] = {
	{.title = "Device", .minimum = 8},
	{.title = "Size", .minimum = 5, .rank = 1, .is_right = true},
	{.title = "Type", .minimum = 4, .rank = 3},
	{.title = "Label", .minimum = 6, .preferred = 14, .rank = 4},
	{.title = "State", .minimum = 10, .rank = 2},
};

static enum widget_answer on_key(void *widget, const struct key *key)
{
	return list_key(widget, key);
}

static void on_draw(const void *widget, struct canvas *canvas, struct area area)
{
	list_draw(widget, canvas, area);
}

static void press(struct list *list, const char *names)
{
	(void)screens_press(on_key, list, names);
}

/* Rows "id0" to the last, each with a text and a remark. */
static void fill(struct list *list, size_t count)
{
	list_begin(list);
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *id = text_format("id%zu", i);
		_cleanup_free_ char *text = text_format("row number %zu", i);
		const char *texts[] = {text, i % 3 ? "odd one" : NULL};

		(void)list_add(list, id, 0, ROLE_NORMAL, texts);
	}
	list_end(list);
}

static void fill_tree(struct list *list)
{
	static const struct {
		const char *id;
		unsigned depth;
		enum role role;
		const char *texts[5];
	} rows[] = {
		{"8:0", 0, ROLE_NORMAL, {"sda", "40G", "disk", NULL, "ok"}},
		{"8:1", 1, ROLE_NORMAL, {"sda1", "512M", "part", "EFI", "vfat, not mounted"}},
		{"8:2", 1, ROLE_NORMAL, {"sda2", "39.5G", "part", NULL, "member of md1"}},
		{"9:1", 2, ROLE_WARNING, {"md1", "39.5G", "raid1", "rescue:1", "degraded [U_]"}},
		{"253:0",
		 3,
		 ROLE_NORMAL,
		 {"vg0-root", "20G", "lvm", "root-\xe4\xbd\x9c\xe6\xa5\xad", "ext4"}},
		{"253:1", 3, ROLE_NORMAL, {"vg0-swap", "4G", "lvm", NULL, "swap"}},
		{"8:3", 1, ROLE_NORMAL, {"sda3", "1M", "part", NULL, "BIOS boot"}},
		{"8:16",
		 0,
		 ROLE_ERROR,
		 {"sdb", "40G", "disk", NULL, "not answering for 12 seconds"}},
		{"259:0", 0, ROLE_NORMAL, {"nvme0n1", "1.8T", "disk", NULL, "ok"}},
		{"259:1",
		 1,
		 ROLE_NORMAL,
		 {"nvme0n1p1", "1.8T", "part", "data", "xfs, on /mnt/srv"}},
	};

	list_begin(list);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		(void)list_add(list, rows[i].id, rows[i].depth, rows[i].role, rows[i].texts);
	list_end(list);
}

static void test_list(void **state)
{
	struct list list;

	(void)state;
	list_init(&list, plain, ARRAY_SIZE(plain), 0);
	screens_expect_all("no rows", on_draw, &list);
	list_set_empty(&list, "No system was found on the disks that answered; two still do not.");
	screens_expect_all("no rows, said why", on_draw, &list);
	assert_null(list_current_id(&list));
	assert_int_equal(screens_press(on_key, &list, "Down End PgUp Enter"), WIDGET_IGNORED);
	fill(&list, 8);
	screens_expect_all("all rows fit", on_draw, &list);
	fill(&list, 100);
	press(&list, "Down Down Down");
	screens_expect_all("more below", on_draw, &list);
	press(&list, "G");
	screens_expect_all("more above", on_draw, &list);
	press(&list, "PgUp PgUp PgUp Up");
	screens_expect_all("more on both sides", on_draw, &list);
	list_done(&list);
}

static void test_moves(void **state)
{
	static const struct {
		const char *keys, *id;
	} cases[] = {
		{"Up", "id0"},
		{"Down", "id1"},
		{"Down Down Up", "id1"},
		{"End", "id49"},
		{"G g", "id0"},
		{"End Home", "id0"},
		{"PgDn", "id9"},
		{"PgDn PgDn PgUp", "id9"},
		{"End Down", "id49"},
		{"Wheel-Down", "id3"},
		{"Wheel-Down Wheel-Up Wheel-Up", "id0"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct list list;

		list_init(&list, plain, ARRAY_SIZE(plain), 0);
		fill(&list, 50);
		screens_draw(on_draw, &list, 10, 40);
		assert_int_equal(screens_press(on_key, &list, cases[i].keys), WIDGET_HANDLED);
		assert_string_equal(list_current_id(&list), cases[i].id);
		list_done(&list);
	}
}

/* Letters that a screen wants are left to it. */
static void test_options(void **state)
{
	static const char *const letters[] = {"j", "k", "g", "G", "n", "N", "+", "-"};
	struct list list;

	(void)state;
	list_init(&list, plain, ARRAY_SIZE(plain), LIST_NO_LETTERS);
	fill_tree(&list);
	press(&list, "/ s d a Enter");
	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		assert_int_equal(screens_press(on_key, &list, letters[i]), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &list, "Down"), WIDGET_HANDLED);
	list_done(&list);
	list_init(&list, plain, ARRAY_SIZE(plain), LIST_NO_SEARCH);
	fill(&list, 3);
	assert_int_equal(screens_press(on_key, &list, "/"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &list, "q"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &list, "Esc"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &list, "Space"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &list, "Right"), WIDGET_IGNORED);
	assert_int_equal(screens_press(on_key, &list, "Enter"), WIDGET_CHOSEN);
	list_done(&list);
}

/* Rows come and go above and below; the cursor stays on its row, and that on its line. */
static void test_replace(void **state)
{
	static const char *const texts[] = {"new", NULL};
	_cleanup_canvas_ struct canvas *canvas = canvas_new(10, 40);
	struct list list;
	int line;

	(void)state;
	list_init(&list, plain, ARRAY_SIZE(plain), 0);
	fill(&list, 50);
	list_draw(&list, canvas, canvas_area(canvas));
	assert_true(list_select(&list, "id20"));
	list_draw(&list, canvas, canvas_area(canvas));
	press(&list, "Up Up Up");
	list_draw(&list, canvas, canvas_area(canvas));
	line = canvas->cursor_row;
	list_begin(&list);
	for (size_t i = 0; i < 50; i++) {
		_cleanup_free_ char *id = text_format("id%zu", i);
		_cleanup_free_ char *before = text_format("new%zu", i);

		if (i % 7 == 0)
			(void)list_add(&list, before, 0, ROLE_NORMAL, texts);
		(void)list_add(&list, id, 0, ROLE_NORMAL, texts);
	}
	list_end(&list);
	assert_string_equal(list_current_id(&list), "id17");
	list_draw(&list, canvas, canvas_area(canvas));
	assert_int_equal(canvas->cursor_row, line);
	fill(&list, 10); /* its row is gone: the last one there is */
	assert_string_equal(list_current_id(&list), "id9");
	fill(&list, 0);
	assert_null(list_current(&list));
	fill(&list, 5);
	assert_string_equal(list_current_id(&list), "id0");
	assert_false(list_select(&list, "id7"));
	list_done(&list);
}

static void test_table(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(12, 60);
	struct list list;

	(void)state;
	list_init(&list, titled, ARRAY_SIZE(titled), 0);
	screens_expect_all("table without rows", on_draw, &list);
	fill_tree(&list);
	screens_expect_all("tree with headings", on_draw, &list);
	press(&list, "Down Down Down");
	list_draw(&list, canvas, canvas_area(canvas));
	screens_expect_roles("tree, roles", canvas);
	list_done(&list);
}

/* Each width from far too narrow to wide: what gives way is seen one under the other. */
static void test_columns_give_way(void **state)
{
	static const int widths[] = {100, 72, 66, 60, 56, 50, 44, 40, 34, 28, 20, 10, 3, 1};
	_cleanup_canvas_ struct canvas *canvas = canvas_new(3 * (int)ARRAY_SIZE(widths), 100);
	struct list list;

	(void)state;
	theme_set((struct theme){.is_ascii = true});
	list_init(&list, titled, ARRAY_SIZE(titled), 0);
	fill_tree(&list);
	press(&list, "Down Down Down Down");
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		struct area area = {3 * (int)i, 0, 2, widths[i]};

		list_draw(&list, canvas, area);
		canvas_glyph(canvas, area.row + 2, 0, widths[i], ROLE_NORMAL, GLYPH_HORIZONTAL);
	}
	screens_expect("columns give way", canvas);
	list_done(&list);
}

/* A text longer than its column likes has the room that the last column does not need. */
static void test_room_left(void **state)
{
	static const char *const texts[] = {"sda1", "1G", "part", "a label of thirty characters..",
					    "in use"};
	_cleanup_canvas_ struct canvas *canvas = canvas_new(8, 100);
	static const int widths[] = {100, 64, 60, 50};
	struct list list;

	(void)state;
	theme_set((struct theme){.is_ascii = true});
	list_init(&list, titled, ARRAY_SIZE(titled), 0);
	list_begin(&list);
	(void)list_add(&list, "a", 0, ROLE_NORMAL, texts);
	list_end(&list);
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++)
		list_draw(&list, canvas, (struct area){2 * (int)i, 0, 2, widths[i]});
	screens_expect("room that is left", canvas);
	list_done(&list);
}

static void test_tree(void **state)
{
	struct list list;

	(void)state;
	list_init(&list, plain, ARRAY_SIZE(plain), 0);
	fill_tree(&list);
	screens_expect_all("tree", on_draw, &list);
	press(&list, "Down Down Left"); /* sda2 is closed */
	screens_expect_all("tree, a row closed", on_draw, &list);
	assert_string_equal(list_current_id(&list), "8:2");
	press(&list, "Left");
	assert_string_equal(list_current_id(&list), "8:0");
	press(&list, "-");
	screens_expect_all("tree, a disk closed", on_draw, &list);
	fill_tree(&list); /* a rescan changes nothing */
	screens_expect_all("tree, a disk closed", on_draw, &list);
	press(&list, "Right Right");
	assert_string_equal(list_current_id(&list), "8:1");
	press(&list, "Right"); /* nothing below it */
	assert_string_equal(list_current_id(&list), "8:1");
	press(&list, "Down");
	assert_true(list_current(&list)->is_closed);
	press(&list, "Space Right Right");
	assert_string_equal(list_current_id(&list), "253:0");
	assert_int_equal(screens_press(on_key, &list, "Space"), WIDGET_IGNORED);
	press(&list, "Home + - Down");
	assert_string_equal(list_current_id(&list), "8:16");
	assert_true(list_select(&list, "253:1")); /* opens what hides it */
	assert_string_equal(list_current_id(&list), "253:1");
	assert_int_equal(list.visible_count, 10);
	list_done(&list);
}

/* New rows are closed where the caller says so; hidden ones lose the cursor to their parent. */
static void test_tree_replace(void **state)
{
	static const char *const texts[] = {"x", NULL};
	struct list list;

	(void)state;
	list_init(&list, plain, ARRAY_SIZE(plain), 0);
	list_begin(&list);
	list_add(&list, "a", 0, ROLE_NORMAL, texts)->is_closed = true;
	(void)list_add(&list, "b", 1, ROLE_NORMAL, texts);
	list_end(&list);
	assert_int_equal(list.visible_count, 1);
	press(&list, "Right Right");
	assert_string_equal(list_current_id(&list), "b");
	list_begin(&list);
	list_add(&list, "a", 0, ROLE_NORMAL, texts)->is_closed = true; /* known: stays open */
	list_add(&list, "c", 0, ROLE_NORMAL, texts)->is_closed = true;
	(void)list_add(&list, "b", 9, ROLE_NORMAL, texts); /* now in c, as one below it */
	list_end(&list);
	assert_false(list.rows.items[0].is_closed);
	assert_int_equal(list.rows.items[2].depth, 1);
	assert_string_equal(list_current_id(&list), "c");
	list_done(&list);
}

static void test_deep_tree(void **state)
{
	static const char *const texts[] = {"deep", NULL};
	struct list list;

	(void)state;
	list_init(&list, plain, ARRAY_SIZE(plain), 0);
	list_begin(&list);
	for (unsigned i = 0; i < 60; i++) {
		_cleanup_free_ char *id = text_format("%u", i);

		(void)list_add(&list, id, i, ROLE_NORMAL, texts);
	}
	list_end(&list);
	assert_int_equal(list.deepest, LIST_MAX_DEPTH);
	press(&list, "PgDn PgDn");
	screens_expect_all("deep tree", on_draw, &list);
	list_done(&list);
}

static void test_search(void **state)
{
	struct list list;

	(void)state;
	list_init(&list, titled, ARRAY_SIZE(titled), 0);
	fill_tree(&list);
	press(&list, "/ D E G"); /* case does not count, every column does */
	assert_true(list_is_typing(&list));
	assert_string_equal(list_current_id(&list), "9:1");
	screens_expect_all("search", on_draw, &list);
	press(&list, "q");
	assert_string_equal(list_current_id(&list), "8:0"); /* back where it began */
	screens_expect_all("search, nothing found", on_draw, &list);
	press(&list, "Backspace Enter");
	assert_false(list_is_typing(&list));
	assert_string_equal(list_current_id(&list), "9:1");
	press(&list, "Home / l v m Enter n");
	assert_string_equal(list_current_id(&list), "253:1");
	press(&list, "n"); /* around the end */
	assert_string_equal(list_current_id(&list), "253:0");
	press(&list, "N N");
	assert_string_equal(list_current_id(&list), "253:0");
	press(&list, "Home / n v Down");
	assert_string_equal(list_current_id(&list), "259:1");
	press(&list, "Esc");
	assert_string_equal(list_current_id(&list), "8:0");
	assert_int_equal(screens_press(on_key, &list, "n"), WIDGET_IGNORED);
	press(&list, "Space / v g 0 Enter"); /* in what is closed, too */
	assert_string_equal(list_current_id(&list), "253:0");
	(void)screens_type(on_key, &list, "/\xe6\xa5\xad\n");
	assert_string_equal(list_current_id(&list), "253:0");
	list_done(&list);
}

static void test_mouse(void **state)
{
	struct list list;
	struct key key = {.code = KEY_CODE_CLICK, .row = 3, .column = 10};

	(void)state;
	list_init(&list, titled, ARRAY_SIZE(titled), 0);
	fill_tree(&list);
	screens_draw(on_draw, &list, 24, 80);
	assert_int_equal(list_key(&list, &key), WIDGET_HANDLED);
	assert_string_equal(list_current_id(&list), "8:2");
	assert_int_equal(list_key(&list, &key), WIDGET_CHOSEN);
	key.row = 0; /* the headings */
	assert_int_equal(list_key(&list, &key), WIDGET_IGNORED);
	key.row = 20; /* below the rows */
	assert_int_equal(list_key(&list, &key), WIDGET_HANDLED);
	assert_string_equal(list_current_id(&list), "8:2");
	list_done(&list);
}

/* A move changes two lines, and of these the glyph and the first column only. */
static void test_cheap_move(void **state)
{
	_cleanup_canvas_ struct canvas *before = canvas_new(24, 80), *after = canvas_new(24, 80);
	struct list list;
	size_t changed = 0;

	(void)state;
	list_init(&list, titled, ARRAY_SIZE(titled), 0);
	fill_tree(&list);
	list_draw(&list, before, canvas_area(before));
	press(&list, "Down");
	list_draw(&list, after, canvas_area(after));
	for (size_t i = 0; i < 24 * 80; i++)
		changed += memcmp(&before->cells[i], &after->cells[i], sizeof(struct cell)) != 0;
	assert_int_equal(changed, 2 + strlen("sda") + strlen("sda1"));
	list_done(&list);
}

static void test_many_rows(void **state)
{
	struct list list;

	(void)state;
	list_init(&list, plain, ARRAY_SIZE(plain), 0);
	fill(&list, 100000);
	press(&list, "End");
	fill(&list, 100000);
	assert_string_equal(list_current_id(&list), "id99999");
	press(&list, "Home / 9 9 9 9 8 x");
	assert_true(list.search.has_failed);
	screens_draw(on_draw, &list, 24, 80);
	for (int i = 0; i < 1000; i++)
		press(&list, "PgDn");
	screens_draw(on_draw, &list, 24, 80);
	list_done(&list);
}

/* A text of 64 KiB is cut like any other. */
static void test_huge_text(void **state)
{
	_cleanup_free_ char *huge = alloc_zero(65537, 1);
	const char *texts[] = {"sda", "8G", "disk", huge, "ok"};
	struct list list;

	(void)state;
	memset(huge, 'A', 65536);
	list_init(&list, titled, ARRAY_SIZE(titled), 0);
	list_begin(&list);
	(void)list_add(&list, "a", 0, ROLE_NORMAL, texts);
	texts[0] = huge;
	(void)list_add(&list, "b", 0, ROLE_NORMAL, texts);
	list_end(&list);
	screens_expect_all("huge texts", on_draw, &list);
	list_done(&list);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),	     cmocka_unit_test(test_moves),
		cmocka_unit_test(test_options),	     cmocka_unit_test(test_replace),
		cmocka_unit_test(test_table),	     cmocka_unit_test(test_columns_give_way),
		cmocka_unit_test(test_room_left),    cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tree_replace), cmocka_unit_test(test_deep_tree),
		cmocka_unit_test(test_search),	     cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_cheap_move),   cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_huge_text),
	};

	screens_open("list");
	return screens_close(cmocka_run_group_tests(tests, NULL, NULL));
}
