/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What words of the command line are taken for. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/options.h"
#include "base/suggest.h"

#define WORDS_MAX 12

static const struct field tree_fields[] = {
	{.name = "system", .kind = FIELD_SYSTEM, .metavar = "SYSTEM", .help = "which"},
	{.name = "read-only", .kind = FIELD_FLAG, .help = "only look"},
	{.name = "skip", .kind = FIELD_LIST, .metavar = "PLACE", .help = "leave out"},
	{.name = "mode", .kind = FIELD_TEXT, .metavar = "MODE", .help = "how"},
};
static const struct field shell_fields[] = {
	{.name = "system", .kind = FIELD_SYSTEM, .metavar = "SYSTEM", .help = "which"},
	{.name = "command", .kind = FIELD_COMMAND, .metavar = "COMMAND", .help = "what to run"},
};
static const struct field keep_fields[] = {
	{.name = "dir",
	 .kind = FIELD_FOLDER,
	 .metavar = "DIR",
	 .help = "where",
	 .is_required = true},
};
static const struct action tree = {
	.name = "tree", .fields = tree_fields, .field_count = ARRAY_SIZE(tree_fields)};
static const struct action shell = {
	.name = "shell", .fields = shell_fields, .field_count = ARRAY_SIZE(shell_fields)};
static const struct action keep = {
	.name = "keep", .fields = keep_fields, .field_count = ARRAY_SIZE(keep_fields)};
static const struct action plain = {.name = "plain"};
static const struct action *const commands[] = {&tree, &shell, &keep, &plain, NULL};

struct good_line {
	const char *words[WORDS_MAX];
	const struct action *command;
	const char *field;  /* whose values are looked at; NULL: none */
	const char *values; /* joined by "|"; "" for none */
};

static void test_good_lines(void **state)
{
	static const struct good_line lines[] = {
		{{"tree"}, &tree, "skip", ""},
		{{NULL}, NULL, NULL, NULL},
		{{"tree", "web01"}, &tree, "system", "web01"},
		{{"--json", "tree"}, &tree, "read-only", ""},
		{{"tree", "--read-only"}, &tree, "read-only", "yes"},
		{{"tree", "--skip", "/a", "--skip=/b"}, &tree, "skip", "/a|/b"},
		{{"tree", "--skip", "/a", "web01"}, &tree, "system", "web01"},
		{{"tree", "--skip=--x"}, &tree, "skip", "--x"},
		{{"tree", "--skip", "-"}, &tree, "skip", "-"},
		{{"tree", "--mode", "a=b"}, &tree, "mode", "a=b"},
		{{"tree", "--mode=a=b"}, &tree, "mode", "a=b"},
		{{"tree", "--", "--read-only"}, &tree, "system", "--read-only"},
		{{"tree", "-"}, &tree, "system", "-"},
		{{"shell", "--", "ls", "-l", "--json"}, &shell, "command", "ls|-l|--json"},
		{{"shell", "web01", "--", "ls", "--"}, &shell, "command", "ls|--"},
		{{"shell", "--json", "web01", "--", "ls"}, &shell, "system", "web01"},
		{{"shell", "--"}, &shell, "command", ""},
		{{"keep", "/tmp/x"}, &keep, "dir", "/tmp/x"},
		{{"keep", "--help"}, &keep, "dir", ""},
		{{"plain", "--sysroot", "/m", "--image", "a", "--help"}, &plain, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_invocation_ struct invocation invocation;
		_cleanup_problem_ struct problem why = {0};
		_cleanup_free_ char *joined = NULL;

		assert_int_equal(invocation_parse(commands, lines[i].words, &invocation, &why), 0);
		assert_ptr_equal(invocation.command, lines[i].command);
		if (!lines[i].field)
			continue;
		joined = text_list_join(answers_list(&invocation.answers, lines[i].field), "|");
		assert_string_equal(joined, lines[i].values);
	}
}

struct bad_line {
	const char *words[WORDS_MAX];
	const char *what; /* the word that is blamed */
	const char *next; /* a part of what is said to do next; NULL: nothing is */
};

static void test_bad_lines(void **state)
{
	static const struct bad_line lines[] = {
		{{"tre"}, "tre", "\"refloat tree\""},
		{{"xyzzy"}, "xyzzy", "refloat --help"},
		{{""}, "", "refloat --help"},
		{{"\033[2Jtree"}, "\\x1B[2Jtree", "refloat --help"},
		{{"--read-only", "tree"}, "--read-only", "stand behind it"},
		{{"--jsn", "tree"}, "--jsn", "Did you mean --json?"},
		{{"tree", "--raed-only"}, "--raed-only", "Did you mean --read-only?"},
		{{"tree", "--read"}, "--read", "Did you mean --read-only?"},
		{{"tree", "--zzz=1"}, "--zzz", "refloat tree --help"},
		{{"tree", "-r"}, "-r", "refloat tree --help"},
		{{"-x"}, "-x", "--help"},
		{{"tree", "--skip"}, "--skip", "--skip PLACE"},
		{{"tree", "--skip", "--json"}, "--skip", "--skip PLACE"},
		{{"tree", "--skip="}, "--skip", NULL},
		{{"tree", "--read-only=no"}, "--read-only", NULL},
		{{"tree", "--json=no"}, "--json", NULL},
		{{"tree", "web01", "web02"}, "web02", "refloat tree --help"},
		{{"shell", "web01", "ls"}, "ls", "refloat shell -- COMMAND"},
		{{"shell", "--color"}, "--color", "refloat shell -- COMMAND"},
		{{"plain", "word"}, "word", "refloat plain --help"},
		{{"plain", "--wait", "0"}, "--wait", "1 to 86400"},
		{{"plain", "--wait", "86401"}, "--wait", "1 to 86400"},
		{{"plain", "--wait", "-3"}, "--wait", "1 to 86400"},
		{{"plain", "--wait", "99999999999999999999999"}, "--wait", "1 to 86400"},
		{{"plain", "--sysroot", "/m", "--image", "a"}, "--sysroot", "one of the two"},
		{{"keep"}, "DIR", "refloat keep --help"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_invocation_ struct invocation invocation;
		_cleanup_problem_ struct problem why = {0};

		assert_int_equal(invocation_parse(commands, lines[i].words, &invocation, &why),
				 -EINVAL);
		assert_int_equal(why.error, -EINVAL);
		assert_string_equal(why.what, lines[i].what);
		assert_non_null(why.why);
		if (lines[i].next)
			assert_non_null(strstr(why.next ? why.next : "", lines[i].next));
		else
			assert_null(why.next);
	}
}

static void test_common_options(void **state)
{
	static const char *const words[] = {"--image",	"a",  "plain", "--image=b",
					    "--wait",	"7",  "--log", "l",
					    "--target", "/t", "--yes", NULL};
	_cleanup_invocation_ struct invocation invocation;
	_cleanup_free_ char *images = NULL;

	(void)state;
	assert_int_equal(invocation_parse(commands, words, &invocation, NULL), 0);
	images = text_list_join(&invocation.images, "|");
	assert_string_equal(images, "a|b");
	assert_int_equal(invocation.wait_ms, 7000);
	assert_string_equal(invocation.log, "l");
	assert_string_equal(invocation.target, "/t");
	assert_true(invocation.flags[COMMON_YES]);
	assert_false(invocation.flags[COMMON_PLAN]);
	assert_null(invocation.sysroot);
}

/* No command may give a common option another meaning, or one name to two fields. */
static void test_tables_agree(void **state)
{
	(void)state;
	for (size_t i = 0; actions[i]; i++) {
		const struct action *action = actions[i];

		assert_non_null(action->help);
		assert_non_null(action->details);
		for (size_t j = 0; j < action->field_count; j++) {
			for (size_t k = 0; k < COMMON_COUNT; k++)
				assert_string_not_equal(action->fields[j].name,
							common_fields[k].name);
			for (size_t k = 0; k < j; k++)
				assert_string_not_equal(action->fields[j].name,
							action->fields[k].name);
			if (action->fields[j].kind == FIELD_SECRET) /* nobody is shown it */
				continue;
			assert_non_null(action->fields[j].help);
			assert_true((action->fields[j].kind == FIELD_FLAG) ==
				    (action->fields[j].metavar == NULL));
		}
	}
}

static void test_forms(void **state)
{
	_cleanup_free_ char *flag = field_format(&tree_fields[1]);
	_cleanup_free_ char *list = field_format(&tree_fields[2]);
	_cleanup_free_ char *word = field_format(&tree_fields[0]);
	_cleanup_free_ char *command = field_format(&shell_fields[1]);

	(void)state;
	assert_string_equal(flag, "--read-only");
	assert_string_equal(list, "--skip PLACE");
	assert_string_equal(word, "SYSTEM");
	assert_string_equal(command, "-- COMMAND...");
}

static void test_suggestions(void **state)
{
	static const struct {
		const char *given, *meant;
	} cases[] = {
		{"disks", "disks"}, {"dsiks", "disks"},	   {"disk", "disks"}, {"umuont", "umount"},
		{"mont", "mount"},  {"unmount", "umount"}, {"x", NULL},	      {"", NULL},
		{"chro", "chroot"}, {"s", NULL},	   {"sy", "systems"}, {"rm -rf /", NULL},
		{"STATUS", NULL},
	};
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *endless = NULL;

	(void)state;
	text_list_split(&words, "disks systems status mount umount undo chroot record", " ");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *meant = suggest_word(&words, cases[i].given);

		if (cases[i].meant)
			assert_string_equal(meant ? meant : "nothing", cases[i].meant);
		else
			assert_null(meant);
	}
	endless = text_format("%*s", 100000, "m");
	assert_null(suggest_word(&words, endless));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_lines),     cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_common_options), cmocka_unit_test(test_tables_agree),
		cmocka_unit_test(test_forms),	       cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
