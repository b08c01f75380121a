/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans that run in a process of their own: what is heard of them, and what their death leaves. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/worker.h"
#include "file_steps.h"
#include "folder.h"
#include "plan/apart.h"
#include "plan/apart_message.h"

#define PATIENCE_MS 20000 /* a child that has said nothing for so long has failed */

struct hearing {
	const struct plan *plan;
	struct apart *apart;
	const char *stop_at; /* the notice upon which it is asked to stop; NULL: none */
	const char *folder;
	struct text_list told;
	struct step_report report;
	struct problem why;
	int result;
};

static void hearing_done(struct hearing *hearing)
{
	(void)apart_free(hearing->apart);
	text_list_done(&hearing->told);
	step_report_done(&hearing->report);
	problem_done(&hearing->why);
}

static bool has_file(const char *folder, const char *name)
{
	_cleanup_free_ char *path = folder_path(folder, name);

	return access(path, F_OK) == 0;
}

/* Asks for a stop, twice, and only then lets the waiting step go on. */
static void stop_in_the_middle(struct hearing *hearing)
{
	apart_stop(hearing->apart);
	apart_stop(hearing->apart);
	folder_write(hearing->folder, "b.go", "", 0);
}

static void on_notice(void *data, const struct runner_notice *notice)
{
	static const char *const words[] = {
		[RUNNER_STEP_STARTED] = "started", [RUNNER_STEP_DONE] = "done",
		[RUNNER_STEP_FAILED] = "failed",   [RUNNER_UNDO_STARTED] = "undo",
		[RUNNER_UNDO_DONE] = "undone",	   [RUNNER_UNDO_FAILED] = "not-undone",
	};
	struct hearing *hearing = data;
	_cleanup_free_ char *line = text_format("%s-%zu", words[notice->event], notice->number);

	assert_int_equal(notice->count, hearing->plan->count);
	assert_ptr_equal(notice->step, hearing->plan->steps[notice->number - 1]);
	if (notice->event < RUNNER_UNDO_STARTED)
		assert_string_equal(notice->what, notice->step->what);
	else
		assert_memory_equal(notice->what, "Remove ", 7);
	assert_int_equal(notice->problem != NULL, notice->event == RUNNER_STEP_FAILED ||
							  notice->event == RUNNER_UNDO_FAILED);
	text_list_add(&hearing->told, line);
	if (text_is_equal(hearing->stop_at, line))
		stop_in_the_middle(hearing);
}

static void hear(struct hearing *hearing)
{
	do {
		struct pollfd fd = {.fd = apart_fd(hearing->apart), .events = POLLIN};

		assert_int_equal(apart_timeout_ms(hearing->apart), -1);
		assert_int_equal(apart_get_result(hearing->apart, NULL, NULL), -EAGAIN);
		assert_int_not_equal(poll(&fd, 1, PATIENCE_MS), 0);
	} while (apart_dispatch(hearing->apart, on_notice, hearing));
	assert_false(apart_dispatch(hearing->apart, on_notice, hearing));
	hearing->result = apart_get_result(hearing->apart, &hearing->report, &hearing->why);
}

static void run(struct hearing *hearing, const char *folder, const struct plan *plan)
{
	hearing->plan = plan;
	hearing->folder = folder;
	assert_int_equal(apart_start(file_step_classes, folder, plan, &hearing->apart, NULL), 0);
	hear(hearing);
}

static void told_is(const struct hearing *hearing, const char *wanted)
{
	_cleanup_free_ char *told = text_list_join(&hearing->told, " ");

	assert_string_equal(told, wanted);
}

static struct plan *new_plan(void)
{
	struct plan *plan = plan_new("test");

	plan->summary = text_copy("Make files");
	return plan;
}

/* The state of the last operation, and whether something is left to undo. */
static enum operation_state last_state(const char *folder, bool has_left)
{
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_free_ const struct operation **list = NULL;
	const struct operation *operations;
	size_t count;

	assert_int_equal(journal_open(folder, &journal, NULL), 0);
	assert_int_equal(journal_list_undoable(journal, &list) > 0, has_left);
	operations = journal_operations(journal, &count);
	assert_true(count > 0);
	return operations[count - 1].state;
}

static void notices_come_in_order(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(hearing_done) struct hearing hearing = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "look", STEP_REQUIRED, *state, "-");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	run(&hearing, *state, plan);
	assert_int_equal(hearing.result, RUNNER_DONE);
	told_is(&hearing, "started-1 done-1 started-2 done-2 started-3 done-3");
	assert_true(hearing.report.has_exit_status);
	assert_int_equal(hearing.report.exit_status, 7);
	assert_int_equal(hearing.report.notes.count, 1);
	assert_string_equal(hearing.report.notes.items[0], "looked");
	assert_int_equal(hearing.why.error, 0);
	assert_true(has_file(*state, "a") && has_file(*state, "b"));
	assert_int_equal(last_state(*state, true), OPERATION_DONE);
	apart_stop(hearing.apart); /* too late, and harmless */
}

static void failure_undoes_all(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(hearing_done) struct hearing hearing = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a\xff");
	file_steps_add(plan, "fail", STEP_REQUIRED, *state, "b\xff");
	run(&hearing, *state, plan);
	assert_int_equal(hearing.result, RUNNER_UNDONE);
	told_is(&hearing, "started-1 done-1 started-2 failed-2 undo-1 undone-1");
	assert_int_equal(hearing.why.error, -EIO);
	assert_string_equal(hearing.why.why, "failed at once");
	assert_string_equal(hearing.why.what, step_get(plan->steps[1], "path"));
	assert_false(has_file(*state, "a\xff"));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

static void optional_failure_goes_on(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(hearing_done) struct hearing hearing = {0};

	file_steps_add(plan, "fail", STEP_OPTIONAL, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	run(&hearing, *state, plan);
	assert_int_equal(hearing.result, RUNNER_PARTIAL);
	told_is(&hearing, "started-1 failed-1 started-2 done-2");
	assert_int_equal(hearing.why.error, -EIO);
}

static void stop_in_the_middle_undoes(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(hearing_done) struct hearing hearing = {.stop_at = "started-2"};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "wait", STEP_REQUIRED, *state, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
	run(&hearing, *state, plan);
	assert_int_equal(hearing.result, RUNNER_UNDONE);
	told_is(&hearing, "started-1 done-1 started-2 done-2 undo-2 undone-2 undo-1 undone-1");
	assert_int_equal(hearing.why.error, -EINTR);
	assert_false(has_file(*state, "a") || has_file(*state, "b") || has_file(*state, "c"));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

/* Whether the signal comes before or after the child has its handler. */
static void stop_at_once_does_nothing(void **state)
{
	for (int i = 0; i < 20; i++) {
		_cleanup_plan_ struct plan *plan = new_plan();
		_cleanup_(hearing_done) struct hearing hearing = {.plan = plan, .folder = *state};

		file_steps_add(plan, "wait", STEP_REQUIRED, *state, "a");
		file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
		assert_int_equal(apart_start(file_step_classes, *state, plan, &hearing.apart, NULL),
				 0);
		apart_stop(hearing.apart);
		folder_write(*state, "a.go", "", 0);
		hear(&hearing);
		assert_true(hearing.result == RUNNER_UNDONE || hearing.result == -EINTR);
		assert_int_equal(hearing.why.error, -EINTR);
		assert_false(has_file(*state, "a") || has_file(*state, "b"));
	}
}

/* Undoes all that the journal has, apart as well. */
static void undo_all(const char *folder)
{
	_cleanup_plan_ struct plan *plan = file_steps_plan_undo(folder);
	_cleanup_(hearing_done) struct hearing hearing = {0};

	assert_true(plan->count > 0);
	run(&hearing, folder, plan);
	assert_int_equal(hearing.result, RUNNER_DONE);
	(void)last_state(folder, false);
}

/* kill -9 of the child at each instant of its work. */
static void death_is_told_and_undone(void **state)
{
	unsigned number = 0;
	bool is_killed;

	(void)state;
	do {
		_cleanup_plan_ struct plan *plan = new_plan();
		_cleanup_(hearing_done) struct hearing hearing = {0};
		void *folder;

		assert_int_equal(folder_setup(&folder), 0);
		file_steps_add(plan, "file", STEP_REQUIRED, folder, "a");
		file_steps_add(plan, "file", STEP_REQUIRED, folder, "b");
		file_steps_kill_at(++number);
		run(&hearing, folder, plan);
		file_steps_kill_at(0);
		is_killed = hearing.result != RUNNER_DONE;
		if (is_killed) {
			assert_int_equal(hearing.result, RUNNER_FAILED);
			assert_int_equal(hearing.why.error, -EIO);
			assert_non_null(strstr(hearing.why.why, "signal 9"));
			assert_non_null(strstr(hearing.why.next, "refloat undo"));
		}
		if (has_file(folder, "a"))
			undo_all(folder);
		assert_false(has_file(folder, "a") || has_file(folder, "b"));
		assert_int_equal(folder_teardown(&folder), 0);
	} while (is_killed);
	assert_int_equal(number, 7); /* three instants a step */
}

static void crash_is_told_and_undone(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(hearing_done) struct hearing hearing = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "crash", STEP_REQUIRED, *state, "b");
	run(&hearing, *state, plan);
	assert_int_equal(hearing.result, RUNNER_FAILED);
	told_is(&hearing, "started-1 done-1 started-2");
	assert_non_null(strstr(hearing.why.why, "signal 11"));
	assert_int_equal(last_state(*state, true), OPERATION_CUT_OFF);
	undo_all(*state);
	assert_false(has_file(*state, "a") || has_file(*state, "b"));
}

static void what_cannot_begin_says_why(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(hearing_done) struct hearing hearing = {0}, locked = {0};
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_free_ char *file = folder_path(*state, "file");

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	folder_write(*state, "file", "", 0);
	run(&hearing, file, plan); /* a file is no folder for a journal */
	assert_int_equal(hearing.result, -ENOTDIR);
	assert_int_equal(hearing.why.error, -ENOTDIR);
	told_is(&hearing, "");

	assert_int_equal(journal_open(*state, &journal, NULL), 0);
	assert_int_equal(journal_lock(journal, "sit on it", NULL), 0);
	run(&locked, *state, plan);
	assert_int_equal(locked.result, -EBUSY);
	assert_non_null(strstr(locked.why.why, "sit on it"));
	assert_false(has_file(*state, "a"));
}

/* The child reads the journal anew, and still sees that the plan was made before that. */
static void plan_of_yesterday_is_refused(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *other = new_plan();
	_cleanup_(hearing_done) struct hearing hearing = {0}, of_other = {0};
	_cleanup_journal_ struct journal *journal = NULL;

	assert_int_equal(journal_open(*state, &journal, NULL), 0);
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(other, "file", STEP_REQUIRED, *state, "b");
	plan->has_journal_mark = other->has_journal_mark = true;
	plan->journal_mark = other->journal_mark = journal_mark(journal);
	run(&of_other, *state, other);
	assert_int_equal(of_other.result, RUNNER_DONE);
	run(&hearing, *state, plan);
	assert_int_equal(hearing.result, -ESTALE);
	assert_non_null(hearing.why.next);
	assert_false(has_file(*state, "a"));
}

static void what_wants_the_terminal_is_refused(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_problem_ struct problem why = {0};
	struct apart *apart = NULL;

	file_steps_add(plan, "shell", STEP_REQUIRED, *state, "-");
	assert_int_equal(apart_start(file_step_classes, *state, plan, &apart, &why), -EINVAL);
	assert_null(apart);
	assert_int_equal(why.error, -EINVAL);
}

/* Until FILE is there (or not), for as long as can be waited. */
static bool comes_to_be(const char *folder, const char *name, bool is_there)
{
	for (int turn = 0; has_file(folder, name) != is_there; turn++) {
		if (turn == PATIENCE_MS / 10)
			return false;
		(void)poll(NULL, 0, 10);
	}
	return true;
}

static struct plan *waiting_plan(const char *folder)
{
	struct plan *plan = new_plan();

	file_steps_add(plan, "file", STEP_REQUIRED, folder, "a");
	file_steps_add(plan, "wait", STEP_REQUIRED, folder, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, folder, "c");
	return plan;
}

/* Waits until the plan's operation has come to its end. */
static void assert_is_undone(const char *folder)
{
	for (int turn = 0; last_state(folder, false) != OPERATION_UNDONE; turn++) {
		assert_true(turn < PATIENCE_MS / 10);
		(void)poll(NULL, 0, 10);
	}
}

static void freeing_lets_it_undo(void **state)
{
	_cleanup_plan_ struct plan *plan = waiting_plan(*state);
	struct apart *apart = NULL;

	assert_int_equal(apart_start(file_step_classes, *state, plan, &apart, NULL), 0);
	assert_true(comes_to_be(*state, "a", true));
	(void)apart_free(apart);
	folder_write(*state, "b.go", "", 0);
	assert_true(comes_to_be(*state, "a", false));
	assert_is_undone(*state);
	assert_false(has_file(*state, "c"));
	assert_true(waitpid(-1, NULL, 0) > 0); /* which nobody else waits for */
}

/* A menu that starts a plan and is killed when its first step is done. */
static pid_t start_menu(const char *folder, const struct plan *plan)
{
	struct apart *apart = NULL;
	pid_t pid = fork();

	if (pid == 0) {
		if (apart_start(file_step_classes, folder, plan, &apart, NULL) == 0 &&
		    comes_to_be(folder, "a", true))
			(void)raise(SIGKILL);
		_exit(1);
	}
	return pid;
}

static void death_of_the_menu_undoes(void **state)
{
	_cleanup_plan_ struct plan *plan = waiting_plan(*state);
	pid_t pid = start_menu(*state, plan);
	int status;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	folder_write(*state, "b.go", "", 0);
	assert_true(comes_to_be(*state, "a", false));
	assert_is_undone(*state);
	assert_false(has_file(*state, "b") || has_file(*state, "c"));
}

static void nonsense_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"null",
		"{\"event\":\"done\"}",
		"{\"event\":\"done\",\"number\":0}",
		"{\"event\":\"done\",\"number\":3}",
		"{\"event\":\"done\",\"number\":-1}",
		"{\"event\":\"done\",\"number\":18446744073709551615}",
		"{\"event\":\"dance\",\"number\":1}",
		"{\"event\":1,\"number\":1}",
		"{\"result\":4}",
		"{\"result\":-1}",
		"{\"result\":\"0\"}",
		"{\"problem\":{\"errno\":0}}",
		"{\"problem\":{\"errno\":5000}}",
	};
	_cleanup_plan_ struct plan *plan = new_plan();

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_(apart_message_done) struct apart_message message = {0};

		if (apart_message_parse(texts[i], strlen(texts[i]), plan, &message) == 0)
			fail_msg("taken for a message: %s", texts[i]);
	}
}

/* What may be missing or odd in a message that is one. */
static void odd_messages_are_bounded(void **state)
{
	static const char text[] =
		"{\"event\":\"done\",\"number\":1,\"report\":{\"exit-status\":256,\"unfinished\":true,"
		"\"notes\":[1,\"a\",{\"base64\":\"/w==\"},{}]},"
		"\"problem\":{\"errno\":5}}";
	_cleanup_(apart_message_done) struct apart_message message = {0};
	_cleanup_plan_ struct plan *plan = new_plan();

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	assert_int_equal(apart_message_parse(text, strlen(text), plan, &message), 0);
	assert_false(message.is_end);
	assert_string_equal(message.notice.what, "Make a");
	assert_false(message.report.has_exit_status);
	assert_true(message.report.is_unfinished);
	assert_int_equal(message.report.notes.count, 2);
	assert_string_equal(message.report.notes.items[1], "\xff");
	assert_int_equal(message.notice.problem->error, -EIO);
	assert_null(message.notice.problem->why);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(notices_come_in_order),
		IN_FOLDER(failure_undoes_all),
		IN_FOLDER(optional_failure_goes_on),
		IN_FOLDER(stop_in_the_middle_undoes),
		IN_FOLDER(stop_at_once_does_nothing),
		cmocka_unit_test(death_is_told_and_undone),
		IN_FOLDER(crash_is_told_and_undone),
		IN_FOLDER(what_cannot_begin_says_why),
		IN_FOLDER(plan_of_yesterday_is_refused),
		IN_FOLDER(what_wants_the_terminal_is_refused),
		IN_FOLDER(freeing_lets_it_undo),
		IN_FOLDER(death_of_the_menu_undoes),
		IN_FOLDER(nonsense_is_refused),
		IN_FOLDER(odd_messages_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
