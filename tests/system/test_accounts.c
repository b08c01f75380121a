/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands in the way of each account, one thing at a time: tests/system/accounts.cases has a
 * tree in which everybody gets in, and for each case what differs from it and what is then said.
 *
 *   == NAME           a case; the first one is the tree that the others change
 *   PATH ...          a line of tree.h, in place of those that the tree has for PATH
 *   PATH gone         the tree has none
 *   > TEXT            what is said where the tree itself says something else
 *
 * HASH stands for a hash of SHA-512. What is said goes through JSON and back first. With a name as
 * argument it prints what that case says, to be read by a person before it becomes the expected.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/worker.h"
#include "system/accounts.h"
#include "accounts_dump.h"
#include "tree.h"

#define HASH                                                                                       \
	"$6$refloat8$I0RmdUA2WxZZZULUJndkAopeTMEVaO2zjEuRjbyzf1Y9v6DXfiF47ggDnCcr1AmpM2hr8iggE"    \
	"cM8eYeZGVu8K1"

struct account_case {
	char *name;
	struct text_list tree;
	char *expected;
	const struct account_case *base;
	char *said; /* of the base alone, which all are compared with */
};

/* --- the trees */

/* TREE has a file in place of that of LINE; one with another mode or owner is the same file. */
static bool has_path(const struct text_list *tree, const char *line)
{
	size_t length = strcspn(line, " ");

	for (size_t i = 0; i < tree->count; i++) {
		const char *rest = tree->items[i] + strcspn(tree->items[i], " ");

		if (!text_has_prefix(rest, " mode ") && !text_has_prefix(rest, " owner ") &&
		    (size_t)(rest - tree->items[i]) == length &&
		    strncmp(tree->items[i], line, length) == 0)
			return true;
	}
	return false;
}

static void add_line(struct text_buffer *text, const char *line)
{
	_cleanup_free_ char *rest = text_copy(line);
	char *at = rest, *found;

	if (text_has_suffix(line, " gone"))
		return;
	while ((found = strstr(at, "HASH")) != NULL) {
		text_buffer_add(text, at, (size_t)(found - at));
		text_buffer_add_text(text, HASH);
		at = found + strlen("HASH");
	}
	text_buffer_format(text, "%s\n", at);
}

static char *say_case(const struct account_case *one)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	struct tree scene;
	char *said;

	for (size_t i = 0; one->base && i < one->base->tree.count; i++) {
		if (!has_path(&one->tree, one->base->tree.items[i]))
			add_line(&text, one->base->tree.items[i]);
	}
	for (size_t i = 0; i < one->tree.count; i++)
		add_line(&text, one->tree.items[i]);
	tree_enter(&scene, text.data);
	assert_int_equal(chmod(scene.path, 0755), 0);
	said = accounts_dump(scene.root);
	tree_leave(&scene);
	return said;
}

/* The lines of SAID up to the next one without a blank in front. */
static size_t measure_block(const char *said)
{
	size_t length = strcspn(said, "\n") + 1;

	while (said[length] == ' ')
		length += strcspn(said + length, "\n") + 1;
	return length;
}

/* The blocks of SAID that BASE does not have, and "no ..." for lines that only BASE has. */
static char *compare(const char *said, const char *base)
{
	struct text_buffer out = {0};

	for (const char *at = said; *at; at += measure_block(at)) {
		_cleanup_free_ char *block = alloc_copy(at, measure_block(at));

		if (!strstr(base, block))
			text_buffer_add_text(&out, block);
	}
	for (const char *at = base; *at; at += measure_block(at)) {
		_cleanup_free_ char *name = alloc_copy(at, strcspn(at, " \n"));
		_cleanup_free_ char *line = text_format("\n%s", name);

		if (!text_has_prefix(said, name) && !strstr(said, line))
			text_buffer_format(&out, "no %s\n", name);
	}
	return text_buffer_take(&out);
}

static void test_case(void **state)
{
	const struct account_case *one = *state;
	_cleanup_free_ char *said = NULL, *differs = NULL;

	if (geteuid() != 0)
		skip(); /* files of other owners cannot be made */
	said = say_case(one);
	differs = compare(said, one->base ? one->base->said : "");
	assert_string_equal(differs, one->expected);
}

#define MANY 60000

/* More accounts than a person reads, or a pipe takes: what is left out is counted. One that is asked for
 * never is. */
static void too_many_are_left_out(void **state)
{
	_cleanup_text_list_ struct text_list wanted = {0};
	const struct accounts_options options = {.wanted = &wanted};
	_cleanup_text_buffer_ struct text_buffer tree = {0};
	_cleanup_accounts_ struct accounts accounts = {0};
	_cleanup_json_ struct json_object *record = NULL;
	_cleanup_free_ char *text = NULL;
	struct tree scene;

	(void)state;
	text_buffer_add_text(&tree, "etc/passwd = root:x:0:0::/root:/bin/sh\\n");
	for (unsigned i = 0; i < MANY; i++)
		text_buffer_format(&tree, "user%u:x:%u:100::/home/user%u:/bin/sh\\n", i, 1000 + i,
				   i);
	text_buffer_add_text(&tree, "\netc/group = users:x:100:root\\n\n");
	tree_enter(&scene, tree.data);
	text_list_add(&wanted, "user59999");
	accounts_read(scene.root, &options, &accounts);
	assert_true(accounts.count > 20000 && accounts.count <= 25001);
	assert_non_null(accounts_find(&accounts, "user59999"));
	assert_null(accounts_find(&accounts, "user59998"));
	assert_int_equal(accounts.count + accounts.left_out, MANY + 1);
	assert_string_equal(accounts.items[0].name, "root");
	record = accounts_to_json(&accounts);
	text = json_format_line(record);
	assert_true(strlen(text) < WORKER_MESSAGE_MAX);
	tree_leave(&scene);
}

/* --- the file of cases */

struct cases {
	struct account_case *items;
	size_t count;
	size_t capacity;
};

static void parse(struct cases *cases, char *text)
{
	_cleanup_text_buffer_ struct text_buffer expected = {0};
	struct account_case *one = NULL;
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (*line == '#')
			continue;
		if (text_has_prefix(line, "== ")) {
			if (one)
				one->expected = text_buffer_take(&expected);
			cases->items = alloc_grow(cases->items, cases->count, &cases->capacity,
						  sizeof(*cases->items));
			one = &cases->items[cases->count++];
			one->name = text_copy(line + 3);
		} else if (text_has_prefix(line, "> ")) {
			text_buffer_format(&expected, "%s\n", line + 2);
		} else if (one) {
			text_list_add(&one->tree, line);
		}
	}
	if (one)
		one->expected = text_buffer_take(&expected);
	for (size_t i = 1; i < cases->count; i++)
		cases->items[i].base = &cases->items[0];
	if (cases->count && geteuid() == 0)
		cases->items[0].said = say_case(&cases->items[0]);
}

static void cases_done(struct cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		free(cases->items[i].name);
		free(cases->items[i].expected);
		free(cases->items[i].said);
		text_list_done(&cases->items[i].tree);
	}
	free(cases->items);
}

static void print_case(const struct account_case *one)
{
	_cleanup_free_ char *said = say_case(one);
	_cleanup_free_ char *differs = compare(said, one->base ? one->base->said : "");
	char *rest = NULL;

	printf("== %s\n", one->name);
	for (size_t i = 0; i < one->tree.count; i++)
		printf("%s\n", one->tree.items[i]);
	for (char *line = strtok_r(differs, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		printf("> %s\n", line);
	printf("\n");
}

int main(int argc, char **argv)
{
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *path =
		text_format("%s/tests/system/accounts.cases", source ? source : ".");
	_cleanup_(cases_done) struct cases cases = {0};
	_cleanup_free_ struct CMUnitTest *tests = NULL;
	_cleanup_free_ char *text = NULL;

	if (file_read(path, 1 << 20, &text, NULL, NULL) < 0)
		return 1;
	parse(&cases, text);
	tests = alloc_zero(cases.count + 1, sizeof(*tests));
	for (size_t i = 0; i < cases.count; i++) {
		if (argc > 1 &&
		    (strcmp(argv[1], "all") == 0 || strcmp(argv[1], cases.items[i].name) == 0))
			print_case(&cases.items[i]);
		tests[i].name = cases.items[i].name;
		tests[i].test_func = test_case;
		tests[i].initial_state = &cases.items[i];
	}
	tests[cases.count] = (struct CMUnitTest)cmocka_unit_test(too_many_are_left_out);
	if (argc > 1)
		return 0;
	return _cmocka_run_group_tests("accounts", tests, cases.count + 1, NULL, NULL);
}
