/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of settings line by line, hours of time.conf, and which operations are undone with another.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../plan/folder.h"
#include "action/mending_parts.h"
#include "action/undo_range.h"
#include "base/alloc.h"

/* A mending of the tree at FOLDER, without the accounts. */
static void open_mending(struct mending *mending, const char *folder)
{
	*mending = (struct mending){.plan = plan_new("test"), .user = "anna"};
	mending->target.root = text_copy(folder);
	assert_int_equal(root_open(folder, &mending->root, NULL), 0);
}

static void is_text(const struct mending_text *text, const char *wanted)
{
	assert_int_equal(text->length, strlen(wanted));
	assert_memory_equal(text->bytes, wanted, text->length);
}

static void lines_change_and_no_byte_more(void **state)
{
	_cleanup_mending_ struct mending mending = {0};
	struct mending_text *text = NULL, *again = NULL;

	folder_write(*state, "list", "one\r\n\ntwo", 9);
	open_mending(&mending, *state);
	assert_int_equal(mending_get_text(&mending, "/list", &text, NULL), 0);
	assert_int_equal(mending_get_text(&mending, "//list", &again, NULL), 0);
	assert_ptr_equal(text, again);
	assert_false(mending_has_changed_texts(&mending));
	assert_int_equal(mending_replace_line(text, 4, "x", "why"), -ERANGE);
	assert_int_equal(mending_replace_line(text, 0, "x", "why"), -ERANGE);
	assert_int_equal(mending_replace_line(text, 3, "three", "why"), 0);
	is_text(text, "one\r\n\n#two\nthree");
	assert_int_equal(mending_replace_line(text, 1, NULL, "why"), 0);
	is_text(text, "#one\r\n\n#two\nthree");
	mending_insert_line(text, "zero", "because");
	mending_append_line(text, "four", "because");
	is_text(text, "zero\n#one\r\n\n#two\nthree\nfour\n");
	assert_int_equal(text->reasons.count, 2); /* each once */
	assert_true(mending_has_changed_texts(&mending));
	for (unsigned number = 1; number <= 6; number++) {
		static const char *const lines[] = {"zero", "#one", "", "#two", "three", "four"};
		_cleanup_free_ char *line = mending_get_line(text, number);

		assert_string_equal(line, lines[number - 1]);
	}
	assert_null(mending_get_line(text, 7));
}

static void files_are_made_and_put_aside(void **state)
{
	_cleanup_mending_ struct mending mending = {0};
	struct mending_text *text = NULL;

	open_mending(&mending, *state);
	assert_int_equal(mending_get_text(&mending, "/none", &text, NULL), 0);
	assert_null(text->bytes);
	assert_null(mending_get_line(text, 1));
	mending_append_line(text, "one", "why");
	is_text(text, "one\n");
	mending_set_text(text, NULL, 0, "away");
	assert_null(text->bytes);
	assert_null(mending_get_line(text, 1));
	assert_int_equal(mending_get_text(&mending, "/no/folder", &text, NULL), -ENOENT);
}

/* What becomes of RULE of time.conf for "anna"; "": it stays. */
static void rule_becomes(void **state, const char *rule, const char *wanted)
{
	_cleanup_mending_ struct mending mending = {0};
	struct mending_text *text = NULL;
	_cleanup_free_ char *line = text_format("%s\n", rule), *all = NULL;

	folder_write(*state, "time.conf", line, strlen(line));
	open_mending(&mending, *state);
	assert_int_equal(mending_open_time(&mending, "/time.conf", NULL), 0);
	assert_int_equal(mending_get_text(&mending, "/time.conf", &text, NULL), 0);
	all = *wanted ? text_format("#%s\n%s\n", rule, wanted) : text_copy(line);
	is_text(text, all);
}

static void hours_are_for_others(void **state)
{
	rule_becomes(state, "login;*;*;Wk0900-1700", "login;*;*&!anna;Wk0900-1700");
	rule_becomes(state, "*;tty*;anna;!Al", "*;tty*;anna&!anna;!Al");
	rule_becomes(state, " sshd ; * ; bert | an* ; Al", "sshd;*;bert | an*&!anna;Al");
	rule_becomes(state, "*;*;!bert;Wd", "*;*;!bert&!anna;Wd");
	rule_becomes(state, "*;*;*a;Wd", "*;*;*a&!anna;Wd");
	rule_becomes(state, "*;*;@staff;Wd", "*;*;@staff&!anna;Wd"); /* not looked into */
	rule_becomes(state, "*;*;!@staff;Wd", "*;*;!@staff&!anna;Wd");
	rule_becomes(state, "*;*;bert;Wd", "");
	rule_becomes(state, "*;*;!anna;Wd", "");
	rule_becomes(state, "*;*;*&!anna;Wd", ""); /* mended already */
	rule_becomes(state, "ftp|games;*;*;Wd", "");
	rule_becomes(state, "!login&!sshd;*;*;Wd", "");
	rule_becomes(state, "# login;*;*;Wd", "");
	rule_becomes(state, "login;*;*", "");
	rule_becomes(state, "login;*;*;Wd;more", "");
	rule_becomes(state, "login;*;*;\\", "");
	rule_becomes(state, ";;;", "");
	rule_becomes(state, "", "");
}

/* --- which operations go with one that is undone */

struct play {
	struct journal_step steps[8];
	struct operation operations[4];
	const struct operation *list[4];
	size_t count;
	size_t step_count;
};

static void play_done(struct play *play)
{
	for (size_t i = 0; i < play->step_count; i++)
		(void)step_free(play->steps[i].step);
}

/* A newer operation of one step. */
static void add_operation(struct play *play, const char *class_name, const char *path)
{
	struct operation *operation = &play->operations[play->count];
	struct journal_step *step = &play->steps[play->step_count++];

	step->number = 1;
	step->state = JOURNAL_STEP_DONE;
	step->step = step_new(class_name, RISK_WRITES, STEP_REQUIRED, "step");
	step_set(step->step, "root", "/mnt");
	step_set(step->step, "path", path);
	*operation = (struct operation){.number = (unsigned)++play->count,
					.state = OPERATION_DONE,
					.steps = step,
					.count = 1};
	for (size_t i = 0; i < play->count; i++)
		play->list[i] = &play->operations[play->count - 1 - i];
}

/* The numbers of what is undone with the operation NUMBER, newest first. */
static void goes_with(struct play *play, unsigned number, const char *wanted)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	_cleanup_free_ char *got = NULL;
	const struct operation *list[4];
	size_t count = play->count - number + 1;

	memcpy(list, play->list, sizeof(list));
	count = undo_range_narrow(list, count);
	for (size_t i = 0; i < count; i++)
		text_buffer_format(&buffer, "%u", list[i]->number);
	got = text_buffer_take(&buffer);
	assert_string_equal(got, wanted);
}

static void what_stays_is_undone_alone(void **state)
{
	_cleanup_(play_done) struct play play = {0};

	(void)state;
	add_operation(&play, "edit-file", "/etc/shadow");
	goes_with(&play, 1, "1");
	add_operation(&play, "mount", "/");
	goes_with(&play, 1, "1");
	goes_with(&play, 2, "2");
	add_operation(&play, "edit-file", "/etc/passwd");
	goes_with(&play, 1, "1");
	goes_with(&play, 2, "32"); /* the tree is taken down: what was done in it goes before */
	add_operation(&play, "set-attributes", "/etc/shadow");
	goes_with(&play, 1, "41");
	goes_with(&play, 3, "3");
	goes_with(&play, 4, "4");
}

static void what_lies_in_a_folder_goes_before_it(void **state)
{
	_cleanup_(play_done) struct play play = {0};

	(void)state;
	add_operation(&play, "make-own-folder", "/home/anna");
	add_operation(&play, "edit-file", "/home/anna/.bashrc");
	add_operation(&play, "edit-file", "/home/annabel");
	goes_with(&play, 1, "21");
	goes_with(&play, 2, "2");
	play.steps[1].state = JOURNAL_STEP_UNDONE;
	goes_with(&play, 1, "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_change_and_no_byte_more, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(files_are_made_and_put_aside, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(hours_are_for_others, folder_setup,
						folder_teardown),
		cmocka_unit_test(what_stays_is_undone_alone),
		cmocka_unit_test(what_lies_in_a_folder_goes_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
