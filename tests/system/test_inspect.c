/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Root filesystems of many systems, and partitions that are none: tests/system/roots/NAME.root
 * holds a tree (tree.h) and what is to be read from it, in sections "== tree" and "== expected".
 * One test a file; then the same must come through JSON unchanged. Given files as arguments it
 * prints what it reads in place of testing, to be read by a person before it becomes the expected.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"
#include "base/printable.h"
#include "system/elf.h"
#include "system/inspect.h"
#include "tree.h"

#define TREE_MARK "== tree\n"
#define EXPECTED_MARK "== expected\n"
#define SHOWN_MAX 240 /* characters of a value; a longer one shows its length */

static void say(struct text_buffer *out, const char *name, const char *value)
{
	_cleanup_free_ char *shown = value ? printable_text(value) : NULL;

	if (!shown)
		return;
	if (strlen(shown) > SHOWN_MAX)
		text_buffer_format(out, "%s: %zu characters\n", name, strlen(shown));
	else
		text_buffer_format(out, "%s: %s\n", name, shown);
}

static void say_roles(struct text_buffer *out, unsigned roles)
{
	static const char *const names[] = {"root", "usr", "var", "boot", "esp", "home"};

	text_buffer_add_text(out, "roles:");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (roles & 1u << i)
			text_buffer_format(out, " %s", names[i]);
	}
	text_buffer_add_text(out, "\n");
}

static void say_system(struct text_buffer *out, const struct system *system)
{
	_cleanup_free_ char *kernels = text_list_join(&system->kernels, " ");

	say(out, "kind", system_kind_name(system->kind));
	say(out, "name", system->name);
	say(out, "id", system->os_id);
	say(out, "version", system->version);
	say(out, "host", system->hostname);
	say(out, "arch", system->architecture);
	say(out, "init", system->init);
	say(out, "flavour", system->flavour);
	say(out, "kernels", *kernels ? kernels : NULL);
	if (system->last_used != TREE_TIME)
		text_buffer_format(out, "used: %lld\n", (long long)system->last_used);
	if (system->has_separate_usr)
		text_buffer_add_text(out, "usr is elsewhere\n");
	for (size_t i = 0; i < system->fstab.count; i++)
		say(out, "fstab", system->fstab.entries[i].mountpoint);
	for (size_t i = 0; i < system->notes.count; i++)
		say(out, "note", system->notes.items[i]);
}

/* What a system says of itself is the same when it has gone through JSON. */
static struct system *through_json(struct system *system)
{
	_cleanup_json_ struct json_object *object = inspect_system_to_json(system);
	_cleanup_json_ struct json_object *parsed = NULL, *again = NULL;
	_cleanup_free_ char *text = json_format_line(object), *second = NULL;
	struct system *copy;

	assert_int_equal(json_parse(text, strlen(text), &parsed, NULL), 0);
	copy = inspect_system_from_json(parsed);
	assert_non_null(copy);
	again = inspect_system_to_json(copy);
	second = json_format_line(again);
	assert_string_equal(second, text);
	(void)system_free(system);
	return copy;
}

/* What the tree of TEXT, a whole .root file, is read as; the caller frees. */
static char *inspect_text(const char *text)
{
	const char *tree = strstr(text, TREE_MARK), *end = strstr(text, EXPECTED_MARK);
	_cleanup_text_buffer_ struct text_buffer out = {0};
	struct system *system;
	struct tree scene;

	assert_true(tree && end && tree < end);
	tree += strlen(TREE_MARK);
	tree_enter(&scene, "");
	tree_make(scene.root, tree, (size_t)(end - tree));
	say_roles(&out, inspect_roles(scene.root));
	system = inspect_system(scene.root);
	if (system) {
		system = through_json(system);
		say_system(&out, system);
	}
	(void)system_free(system);
	tree_leave(&scene);
	return text_buffer_take(&out);
}

static char *read_text(const char *path)
{
	char *text = NULL;

	if (file_read(path, 1 << 20, &text, NULL, NULL) < 0)
		fail_msg("%s cannot be read", path);
	return text;
}

static void test_root(void **state)
{
	_cleanup_free_ char *text = read_text(*state), *got = inspect_text(text);
	const char *expected = strstr(text, EXPECTED_MARK);

	assert_string_equal(got, expected + strlen(EXPECTED_MARK));
}

/* Each kind of machine in both widths and both byte orders; "-" is one that nobody knows. */
static void test_architectures(void **state)
{
	static const struct {
		const char *header;
		const char *architecture;
	} cases[] = {
		{"62 64 le", "x86_64"},	  {"62 32 le", "x86_64"},	{"3 32 le", "i686"},
		{"183 64 le", "aarch64"}, {"183 64 be", "aarch64_be"},	{"40 32 le", "armv7l"},
		{"40 32 be", "armv7b"},	  {"21 64 le", "ppc64le"},	{"21 64 be", "ppc64"},
		{"20 32 be", "ppc"},	  {"20 32 le", "ppcle"},	{"22 64 be", "s390x"},
		{"22 32 be", "s390"},	  {"243 64 le", "riscv64"},	{"243 32 le", "riscv32"},
		{"8 32 be", "mips"},	  {"8 32 le", "mips"},		{"8 64 le", "mips64"},
		{"8 64 be", "mips64"},	  {"43 64 be", "sparc64"},	{"18 32 be", "sparc64"},
		{"2 32 be", "sparc"},	  {"50 64 le", "ia64"},		{"15 32 be", "parisc"},
		{"15 64 be", "parisc64"}, {"258 64 le", "loongarch64"}, {"36902 64 le", "alpha"},
		{"4 32 be", "m68k"},	  {"42 32 le", "sh4"},		{"65535 64 le", NULL},
		{"0 32 be", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *line = text_format("bin/init elf %s\n", cases[i].header);
		const char *got;
		struct tree scene;

		tree_enter(&scene, line);
		got = elf_read_architecture(scene.root, "bin/init");
		if (!text_is_equal(got, cases[i].architecture))
			fail_msg("ELF %s: %s", cases[i].header, got ? got : "-");
		tree_leave(&scene);
	}
}

/* Files that are no whole ELF header, and things that are no file. */
static void test_no_elf(void **state)
{
	static const char tree[] =
		"short = \\eELF\nscript = #!/bin/sh\\nexec /bin/busybox init\\n\n"
		"cut repeat 51 = \177ELF\nempty\nfolder/\nfifo fifo\n"
		"loop -> loop\nout -> ../../../../../../bin/true\n";
	static const char *const paths[] = {"short", "script", "cut", "empty", "folder",
					    "fifo",  "loop",   "out", "none"};
	struct tree scene;

	(void)state;
	tree_enter(&scene, tree);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_free_ char *interpreter = elf_read_interpreter(scene.root, paths[i]);

		assert_null(elf_read_architecture(scene.root, paths[i]));
		assert_null(interpreter);
	}
	tree_leave(&scene);
}

static int print_roots(int count, char **paths)
{
	for (int i = 0; i < count; i++) {
		_cleanup_free_ char *text = read_text(paths[i]), *got = inspect_text(text);

		printf("%s%s%s", count > 1 ? paths[i] : "", count > 1 ? "\n" : "", got);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_architectures),
		cmocka_unit_test(test_no_elf),
	};
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *folder = text_format("%s/tests/system/roots", source ? source : ".");
	_cleanup_text_list_ struct text_list names = {0}, paths = {0};
	_cleanup_free_ struct CMUnitTest *tests = NULL;
	_cleanup_root_ struct root *root = NULL;
	size_t count = ARRAY_SIZE(others);

	if (argc > 1)
		return print_roots(argc - 1, argv + 1);
	if (root_open(folder, &root, NULL) < 0 || root_list(root, "/", 0, &names) < 0)
		return 1;
	tests = alloc_zero(count + names.count, sizeof(*tests));
	memcpy(tests, others, sizeof(others));
	for (size_t i = 0; i < names.count; i++) {
		if (!text_has_suffix(names.items[i], ".root"))
			continue;
		text_list_format(&paths, "%s/%s", folder, names.items[i]);
		tests[count++] = (struct CMUnitTest){
			.name = names.items[i],
			.test_func = test_root,
		};
	}
	for (size_t i = 0; i < paths.count; i++)
		tests[ARRAY_SIZE(others) + i].initial_state = paths.items[i];
	return _cmocka_run_group_tests("roots", tests, count, NULL, NULL);
}
