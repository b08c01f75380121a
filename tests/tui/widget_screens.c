/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Widgets drawn on canvases of all sizes and compared with what is expected. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "widget_screens.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "base/text.h"

#define MAX_PICTURES 200
#define RULE "========"

static struct picture {
	char *name, *text;
	bool is_drawn;
} pictures[MAX_PICTURES];
static size_t picture_count;
static char *path;
static bool is_update;

static struct picture *find_picture(const char *name)
{
	for (size_t i = 0; i < picture_count; i++) {
		if (strcmp(pictures[i].name, name) == 0)
			return &pictures[i];
	}
	return NULL;
}

static struct picture *add_picture(const char *name)
{
	assert_true(picture_count < MAX_PICTURES);
	pictures[picture_count].name = text_copy(name);
	pictures[picture_count].text = text_copy("");
	return &pictures[picture_count++];
}

static void add_line(struct picture *picture, const char *line)
{
	char *longer = text_format("%s%s", picture->text, line);

	free(picture->text);
	picture->text = longer;
}

void screens_open(const char *name)
{
	const char *top = getenv("top_srcdir");
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	struct picture *picture = NULL;
	size_t room = 0;

	(void)setlocale(LC_ALL, "C.UTF-8"); /* where there is none the pictures tell */
	path = text_format("%s/tests/tui/widgets/%s.txt", top ? top : ".", name);
	is_update = getenv("REFLOAT_UPDATE_EXPECTED") != NULL;
	file = is_update ? NULL : fopen(path, "re");
	while (file && getline(&line, &room, file) > 0) {
		if (text_has_prefix(line, RULE " ")) {
			line[strcspn(line, "\n")] = '\0';
			picture = add_picture(line + strlen(RULE) + 1);
		} else if (picture) {
			add_line(picture, line);
		}
	}
}

int screens_close(int failed)
{
	_cleanup_fclose_ FILE *file = is_update ? fopen(path, "we") : NULL;

	if (is_update && !file) {
		fprintf(stderr, "# %s cannot be written\n", path);
		failed = 1;
	}
	for (size_t i = 0; i < picture_count; i++) {
		if (file)
			fprintf(file, RULE " %s\n%s", pictures[i].name, pictures[i].text);
		if (!pictures[i].is_drawn) {
			fprintf(stderr, "# %s: no test draws %s\n", path, pictures[i].name);
			failed = failed ? failed : 1;
		}
		free(pictures[i].name);
		free(pictures[i].text);
	}
	free(path);
	return failed;
}

static void expect(const char *name, const char *text)
{
	struct picture *picture = find_picture(name);

	if (!picture && is_update) {
		picture = add_picture(name);
		text_set(&picture->text, text);
	}
	if (!picture) {
		fail_msg("%s has no %s:\n%s", path, name, text);
		return;
	}
	picture->is_drawn = true;
	if (strcmp(picture->text, text) != 0)
		fail_msg("%s: expected\n%s\ngot\n%s", name, picture->text, text);
}

void screens_expect(const char *name, const struct canvas *canvas)
{
	_cleanup_free_ char *lines = canvas_format(canvas);
	_cleanup_free_ char *text =
		text_format("%scursor %d,%d%s\n", lines, canvas->cursor_row, canvas->cursor_column,
			    canvas->has_typing_cursor ? " typing" : "");

	expect(name, text);
}

void screens_expect_roles(const char *name, const struct canvas *canvas)
{
	_cleanup_free_ char *text = canvas_format_roles(canvas);

	expect(name, text);
}

void screens_expect_all(const char *name, screens_draw_fn draw, const void *widget)
{
	static const struct {
		const char *name;
		int rows, columns;
		bool is_ascii;
	} kinds[] = {
		{"80x24 UTF-8", 24, 80, false},
		{"80x24 ASCII", 24, 80, true},
		{"40x10 UTF-8", 10, 40, false},
		{"40x10 ASCII", 10, 40, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_canvas_ struct canvas *canvas =
			canvas_new(kinds[i].rows, kinds[i].columns);
		_cleanup_free_ char *full = text_format("%s, %s", name, kinds[i].name);

		theme_set((struct theme){.is_ascii = kinds[i].is_ascii});
		draw(widget, canvas, canvas_area(canvas));
		screens_expect(full, canvas);
	}
}

void screens_draw(screens_draw_fn draw, const void *widget, int rows, int columns)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(rows, columns);

	draw(widget, canvas, canvas_area(canvas));
}

enum widget_answer screens_press(screens_key_fn on_key, void *widget, const char *names)
{
	_cleanup_text_list_ struct text_list list = {0};
	enum widget_answer answer = WIDGET_IGNORED;

	text_list_split(&list, names, " ");
	for (size_t i = 0; i < list.count; i++) {
		struct key key = {.code = key_parse(list.items[i])};

		if (key.code < 0)
			fail_msg("no key is called %s", list.items[i]);
		answer = on_key(widget, &key);
	}
	return answer;
}

enum widget_answer screens_type(screens_key_fn on_key, void *widget, const char *text)
{
	enum widget_answer answer = WIDGET_IGNORED;
	size_t length = strlen(text), taken;

	for (size_t at = 0; at < length; at += taken) {
		uint32_t code = 0;
		struct key key;

		taken = printable_decode(text + at, length - at, &code);
		assert_true(taken > 0);
		key = (struct key){.code = (int)code};
		answer = on_key(widget, &key);
	}
	return answer;
}
