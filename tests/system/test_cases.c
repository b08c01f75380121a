/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fstab files of real shapes against made-up machines: tests/system/cases/NAME.case holds a machine
 * (scene.h), an fstab, options and the expected resolution, in sections "== NAME". One test a case.
 * "== fstab-cut" is an fstab without its last newline. Given files as arguments it prints their
 * resolutions in place of testing, to be read by a person before they become the expected ones.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "scene.h"

#define CASE_MAX (8u * 1024 * 1024)

struct section {
	const char *start;
	size_t length;
};

/* The section behind the line "== NAME"; length 0 where there is none. */
static struct section find_section(const char *text, size_t length, const char *name)
{
	_cleanup_free_ char *mark = text_format("== %s\n", name);
	struct section section = {0};
	const char *start = memmem(text, length, mark, strlen(mark)), *end;

	if (!start)
		return section;
	section.start = start + strlen(mark);
	end = memmem(section.start, length - (size_t)(section.start - text), "\n== ", 4);
	section.length = end ? (size_t)(end + 1 - section.start)
			     : length - (size_t)(section.start - text);
	return section;
}

static char *resolve_case(const char *text, size_t length)
{
	struct section machine = find_section(text, length, "machine");
	struct section fstab = find_section(text, length, "fstab");
	struct section cut = find_section(text, length, "fstab-cut");
	struct section words = find_section(text, length, "options");
	_cleanup_free_ char *machine_text = alloc_copy(machine.start, machine.length);
	_cleanup_free_ char *word_text = alloc_copy(words.start, words.length);
	_cleanup_text_list_ struct text_list list = {0}, with = {0}, skip = {0};
	struct resolve_options options = {.with = &with, .skip = &skip};
	struct scene scene = {0};
	char *result;

	if (cut.start) {
		fstab = cut;
		fstab.length--;
	}
	text_list_split(&list, word_text, " \n");
	for (size_t i = 0; i < list.count; i++) {
		const char *word = list.items[i];

		if (strcmp(word, "read-only") == 0)
			options.is_read_only = true;
		else if (strcmp(word, "accept-guesses") == 0)
			options.accept_guesses = true;
		else if (strcmp(word, "degraded") == 0)
			options.allow_degraded = true;
		else if (text_has_prefix(word, "with="))
			text_list_add(&with, word + 5);
		else if (text_has_prefix(word, "skip="))
			text_list_add(&skip, word + 5);
		else
			fail_msg("an option the cases do not know: %s", word);
	}
	scene_make(&scene, machine_text);
	result = scene_resolve(&scene, fstab.start ? fstab.start : "", fstab.length, &options);
	scene_done(&scene);
	return result;
}

static char *read_case(const char *path, size_t *ret_length)
{
	_cleanup_problem_ struct problem why = {0};
	char *text = NULL;

	if (file_read(path, CASE_MAX, &text, ret_length, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
	return text;
}

static void test_case(void **state)
{
	size_t length = 0;
	_cleanup_free_ char *text = read_case(*state, &length), *got = NULL, *wanted = NULL;
	struct section expected = find_section(text, length, "expected");

	assert_non_null(expected.start);
	wanted = alloc_copy(expected.start, expected.length);
	got = resolve_case(text, length);
	assert_string_equal(got, wanted);
}

static int print_cases(int count, char **paths)
{
	for (int i = 0; i < count; i++) {
		size_t length = 0;
		_cleanup_free_ char *text = read_case(paths[i], &length);
		_cleanup_free_ char *got = resolve_case(text, length);

		fputs(got, stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *folder = text_format("%s/tests/system/cases", source ? source : ".");
	_cleanup_text_list_ struct text_list names = {0}, paths = {0};
	_cleanup_free_ struct CMUnitTest *tests = NULL;
	_cleanup_root_ struct root *root = NULL;
	size_t count = 0;

	if (argc > 1)
		return print_cases(argc - 1, argv + 1);
	if (root_open(folder, &root, NULL) < 0 || root_list(root, "/", 0, &names) < 0)
		return 1;
	tests = alloc_zero(names.count, sizeof(*tests));
	for (size_t i = 0; i < names.count; i++) {
		if (!text_has_suffix(names.items[i], ".case"))
			continue;
		text_list_format(&paths, "%s/%s", folder, names.items[i]);
		tests[count++] = (struct CMUnitTest){
			.name = names.items[i],
			.test_func = test_case,
		};
	}
	for (size_t i = 0; i < count; i++)
		tests[i].initial_state = paths.items[i];
	return _cmocka_run_group_tests("fstab cases", tests, count, NULL, NULL);
}
