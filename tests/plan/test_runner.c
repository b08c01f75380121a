/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner: success, failure, undo, and death at every instant of both. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "file_steps.h"
#include "folder.h"
#include "plan/runner.h"

/* What the runner tells, as words: "started 1", "done 1", "undo 1", ... */
static void on_notice(void *data, const struct runner_notice *notice)
{
	static const char *const words[] = {
		[RUNNER_STEP_STARTED] = "started", [RUNNER_STEP_DONE] = "done",
		[RUNNER_STEP_FAILED] = "failed",   [RUNNER_UNDO_STARTED] = "undo",
		[RUNNER_UNDO_DONE] = "undone",	   [RUNNER_UNDO_FAILED] = "not-undone",
	};

	assert_non_null(notice->step);
	assert_non_null(notice->what);
	text_list_format(data, "%s-%zu", words[notice->event], notice->number);
}

struct run {
	struct text_list told;
	struct step_report report;
	struct problem why;
	volatile int stop;
	struct step_listener listener;
	int result;
};

static void run_done(struct run *run)
{
	text_list_done(&run->told);
	step_report_done(&run->report);
	problem_done(&run->why);
}

static void execute(struct run *run, const char *folder, struct plan *plan)
{
	_cleanup_journal_ struct journal *journal = NULL;
	struct runner runner = {.classes = file_step_classes,
				.on_notice = on_notice,
				.data = &run->told,
				.stop_signal = &run->stop,
				.listener = &run->listener};

	assert_int_equal(journal_open(folder, &journal, NULL), 0);
	runner.journal = journal;
	run->result = runner_execute(&runner, plan, &run->report, &run->why);
}

static bool has_file(const char *folder, const char *name)
{
	_cleanup_free_ char *path = folder_path(folder, name);

	return access(path, F_OK) == 0;
}

static bool has_any_file(const char *folder)
{
	return has_file(folder, "a") || has_file(folder, "b") || has_file(folder, "c") ||
	       has_file(folder, "d");
}

static struct plan *new_plan(void)
{
	struct plan *plan = plan_new("test");

	plan->summary = text_copy("Make files");
	return plan;
}

/* The state of the last operation, and that nothing (or something) is left to undo. */
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

static void told_is(const struct run *run, const char *wanted)
{
	_cleanup_free_ char *told = text_list_join(&run->told, " ");

	assert_string_equal(told, wanted);
}

static void all_is_done_and_undone(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *undoing = NULL;
	_cleanup_(run_done) struct run run = {0}, undo_run = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "look", STEP_REQUIRED, *state, "-");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_DONE);
	told_is(&run, "started-1 done-1 started-2 done-2 started-3 done-3");
	assert_true(run.report.has_exit_status);
	assert_int_equal(run.report.exit_status, 7);
	assert_string_equal(run.report.notes.items[0], "looked");
	assert_true(has_file(*state, "a") && has_file(*state, "b"));
	assert_int_equal(last_state(*state, true), OPERATION_DONE);

	undoing = file_steps_plan_undo(*state);
	assert_int_equal(undoing->count, 2); /* looking leaves nothing to undo */
	execute(&undo_run, *state, undoing);
	assert_int_equal(undo_run.result, RUNNER_DONE);
	assert_false(has_any_file(*state));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

/* A shell that was opened after the mount must not hide the mount from undo, nor count as undone.
 */
static void what_leaves_nothing_is_not_undone(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *shell = new_plan(), *undoing = NULL;
	_cleanup_(run_done) struct run run = {0}, shell_run = {0}, undo_run = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	execute(&run, *state, plan);
	file_steps_add(shell, "look", STEP_REQUIRED, *state, "-");
	execute(&shell_run, *state, shell);
	assert_int_equal(last_state(*state, true), OPERATION_DONE);
	undoing = file_steps_plan_undo(*state);
	assert_int_equal(undoing->count, 1);
	execute(&undo_run, *state, undoing);
	assert_false(has_any_file(*state));
	assert_int_equal(last_state(*state, false), OPERATION_DONE); /* of the shell */
}

static void required_failure_undoes_all(void **state)
{
	static const char *const classes[] = {"fail", "file-then-fail", "no-such-class"};

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		_cleanup_plan_ struct plan *plan = new_plan();
		_cleanup_(run_done) struct run run = {0};

		file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
		file_steps_add(plan, "file", STEP_OPTIONAL, *state, "b");
		file_steps_add(plan, classes[i], STEP_REQUIRED, *state, "c");
		file_steps_add(plan, "file", STEP_REQUIRED, *state, "d");
		execute(&run, *state, plan);
		assert_int_equal(run.result, RUNNER_UNDONE);
		told_is(&run, "started-1 done-1 started-2 done-2 started-3 failed-3 "
			      "undo-2 undone-2 undo-1 undone-1");
		assert_true(run.why.error < 0);
		assert_non_null(run.why.why);
		assert_false(has_any_file(*state));
		assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
	}
}

static void optional_failure_goes_on(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *undoing = NULL;
	_cleanup_(run_done) struct run run = {0}, undo_run = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file-then-fail", STEP_OPTIONAL, *state, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_PARTIAL);
	assert_int_equal(run.why.error, -EIO);
	assert_true(has_file(*state, "a") && has_file(*state, "c"));
	assert_false(has_file(*state, "b")); /* what it had left behind is cleared away */
	assert_int_equal(last_state(*state, true), OPERATION_PARTIAL);
	undoing = file_steps_plan_undo(*state);
	assert_int_equal(undoing->count, 2);
	execute(&undo_run, *state, undoing);
	assert_int_equal(undo_run.result, RUNNER_DONE);
	assert_false(has_any_file(*state));
}

/* What was there before a step is somebody else's, and stays. */
static void what_others_made_stays(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {0};

	folder_write(*state, "b", "theirs", 6);
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_UNDONE);
	assert_int_equal(run.why.error, -EEXIST);
	assert_false(has_file(*state, "a"));
	assert_true(has_file(*state, "b"));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

static void stop_signal_undoes_all(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {.stop = SIGTERM};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_UNDONE);
	assert_int_equal(run.why.error, -EINTR);
	told_is(&run, "");
	assert_false(has_any_file(*state));
}

static void what_cannot_be_undone_is_known(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *again = NULL, *undoing = NULL;
	_cleanup_(run_done) struct run run = {0}, again_run = {0}, undo_run = {0};
	_cleanup_free_ char *hold = folder_path(*state, "b.hold");

	folder_write(*state, "b.hold", "", 0);
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file-that-stays", STEP_REQUIRED, *state, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
	file_steps_add(plan, "fail", STEP_REQUIRED, *state, "d");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_FAILED);
	assert_int_equal(run.why.error, -EIO); /* the first failure, not that of undoing */
	told_is(&run, "started-1 done-1 started-2 done-2 started-3 done-3 started-4 failed-4 "
		      "undo-3 undone-3 undo-2 not-undone-2");
	assert_int_equal(last_state(*state, true), OPERATION_FAILED);

	again = file_steps_plan_undo(*state);
	assert_int_equal(again->count, 2);
	execute(&again_run, *state, again);
	assert_int_equal(again_run.result, RUNNER_FAILED);
	assert_int_equal(again_run.why.error, -EBUSY);
	assert_true(has_file(*state, "a") && has_file(*state, "b"));

	assert_int_equal(unlink(hold), 0);
	undoing = file_steps_plan_undo(*state);
	execute(&undo_run, *state, undoing);
	assert_int_equal(undo_run.result, RUNNER_DONE);
	assert_false(has_any_file(*state));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

/* What is undone half way is neither a failure that changed nothing nor a success. */
static void undoing_half_way_is_partial(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *undoing = NULL, *stopped = NULL;
	_cleanup_(run_done) struct run run = {0}, half = {0}, none = {.stop = SIGTERM};
	_cleanup_(run_done) struct run rest = {0};
	_cleanup_free_ char *hold = folder_path(*state, "a.hold");

	folder_write(*state, "a.hold", "", 0);
	file_steps_add(plan, "file-that-stays", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_DONE);
	undoing = file_steps_plan_undo(*state);
	execute(&half, *state, undoing);
	assert_int_equal(half.result, RUNNER_PARTIAL);
	told_is(&half, "started-1 done-1 started-2 failed-2");
	assert_true(has_file(*state, "a"));
	assert_false(has_file(*state, "b"));
	assert_int_equal(last_state(*state, true), OPERATION_DONE);

	stopped = file_steps_plan_undo(*state);
	assert_int_equal(stopped->count, 1);
	execute(&none, *state, stopped);
	assert_int_equal(none.result, RUNNER_FAILED);
	assert_int_equal(none.why.error, -EINTR);
	told_is(&none, "");

	assert_int_equal(unlink(hold), 0);
	execute(&rest, *state, stopped);
	assert_int_equal(rest.result, RUNNER_DONE);
	assert_false(has_any_file(*state));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

/* A failed step that cannot be cleared away is not "everything has been undone". */
static void failed_step_that_stays_is_known(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {0};

	folder_write(*state, "b.hold", "", 0);
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file-that-stays-then-fail", STEP_REQUIRED, *state, "b");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_FAILED);
	assert_true(has_file(*state, "b"));
	assert_false(has_file(*state, "a"));
	assert_int_equal(last_state(*state, true), OPERATION_FAILED);
}

/* A mount that did not answer may come to its end later: undo must look again. */
static void step_without_an_answer_stays_known(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *undoing = NULL;
	_cleanup_(run_done) struct run run = {0}, undo_run = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "no-answer", STEP_OPTIONAL, *state, "b");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_PARTIAL);
	folder_write(*state, "b", "at last", 7);
	undoing = file_steps_plan_undo(*state);
	assert_int_equal(undoing->count, 2);
	execute(&undo_run, *state, undoing);
	assert_false(has_any_file(*state));
}

static void taking_down_leaves_nothing(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "look", STEP_REQUIRED, *state, "-");
	plan->steps[0]->is_temporary = plan->steps[1]->is_temporary = true;
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_DONE);
	assert_int_equal(run.report.exit_status, 7);
	assert_false(has_any_file(*state));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

/* What the rest needed goes when that is done, newest first; the rest stays. */
static void temporary_steps_are_undone(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
	file_steps_add(plan, "fail", STEP_OPTIONAL, *state, "d");
	plan->steps[0]->is_temporary = plan->steps[2]->is_temporary = true;
	plan->steps[3]->is_temporary = true;
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_PARTIAL);
	told_is(&run, "started-1 done-1 started-2 done-2 started-3 done-3 started-4 failed-4 "
		      "undo-3 undone-3 undo-1 undone-1");
	assert_false(has_file(*state, "a") || has_file(*state, "c"));
	assert_true(has_file(*state, "b"));
	assert_int_equal(last_state(*state, true), OPERATION_PARTIAL);
}

/* After a failure temporary steps are like all others. */
static void temporary_steps_are_rolled_back(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {0};

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	file_steps_add(plan, "fail", STEP_REQUIRED, *state, "c");
	plan->steps[0]->is_temporary = true;
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_UNDONE);
	told_is(&run, "started-1 done-1 started-2 done-2 started-3 failed-3 "
		      "undo-2 undone-2 undo-1 undone-1");
	assert_false(has_any_file(*state));
	assert_int_equal(last_state(*state, false), OPERATION_UNDONE);
}

/* One that cannot be undone keeps those that it stands on, unless it stands on nothing. */
static void temporary_step_that_stays_is_known(void **state)
{
	static const struct {
		const char *class_name, *told;
		bool is_first_left;
	} cases[] = {
		{"file-that-stays", "undo-3 undone-3 undo-2 not-undone-2", true},
		{"file-that-stays-alone", "undo-3 undone-3 undo-2 not-undone-2 undo-1 undone-1",
		 false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_plan_ struct plan *plan = new_plan(), *undoing = NULL;
		_cleanup_(run_done) struct run run = {0}, undo_run = {0};
		_cleanup_free_ char *hold = folder_path(*state, "b.hold");
		_cleanup_free_ char *told = text_format(
			"started-1 done-1 started-2 done-2 started-3 done-3 started-4 done-4 %s",
			cases[i].told);

		folder_write(*state, "b.hold", "", 0);
		file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
		file_steps_add(plan, cases[i].class_name, STEP_REQUIRED, *state, "b");
		file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
		file_steps_add(plan, "look", STEP_REQUIRED, *state, "-");
		for (size_t j = 0; j < 3; j++)
			plan->steps[j]->is_temporary = true;
		execute(&run, *state, plan);
		assert_int_equal(run.result, RUNNER_FAILED);
		assert_int_equal(run.why.error, -EBUSY);
		told_is(&run, told);
		assert_true(has_file(*state, "b"));
		assert_int_equal(has_file(*state, "a"), cases[i].is_first_left);
		assert_int_equal(last_state(*state, true), OPERATION_FAILED);

		assert_int_equal(unlink(hold), 0);
		undoing = file_steps_plan_undo(*state);
		execute(&undo_run, *state, undoing);
		assert_int_equal(undo_run.result, RUNNER_DONE);
		assert_false(has_any_file(*state));
	}
}

static void hear_progress(void *data, const struct step_progress *progress)
{
	text_list_format(data, "%u/%u-%s-%s", (unsigned)progress->done, (unsigned)progress->total,
			 progress->unit, progress->text);
}

static void hear_output(void *data, bool is_error, const char *line, size_t length)
{
	assert_int_equal(strlen(line), length);
	text_list_format(data, "%s:%s", is_error ? "error" : "output", line);
}

static void listener_hears_steps(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {0};

	run.listener = (struct step_listener){hear_progress, hear_output, &run.told, NULL};
	file_steps_add(plan, "talk", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	plan->steps[0]->is_temporary = true;
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_DONE);
	assert_true(run.report.is_unfinished);
	told_is(&run, "started-1 1/2-files-writing error:a line done-1 started-2 done-2 "
		      "undo-1 output:undoing undone-1");
	assert_int_equal(last_state(*state, true), OPERATION_DONE);
}

static void stop_by_output(void *data, bool is_error, const char *line, size_t length)
{
	struct run *run = data;

	(void)is_error;
	(void)line;
	(void)length;
	run->stop = SIGTERM;
}

/* A step that can be stopped in the middle sees it; what is undone then cannot be. */
static void stop_reaches_a_step(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_(run_done) struct run run = {0};

	run.listener = (struct step_listener){.on_output = stop_by_output, .data = &run};
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "talk", STEP_OPTIONAL, *state, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
	execute(&run, *state, plan);
	assert_int_equal(run.result, RUNNER_UNDONE);
	told_is(&run, "started-1 done-1 started-2 failed-2 undo-1 undone-1");
	assert_int_equal(run.why.error, -EINTR);
	assert_false(has_any_file(*state));
}

static void plan_of_yesterday_is_refused(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *other = new_plan();
	_cleanup_(run_done) struct run run = {0}, other_run = {0};
	_cleanup_journal_ struct journal *journal = NULL;
	struct runner runner = {.classes = file_step_classes};

	assert_int_equal(journal_open(*state, &journal, NULL), 0);
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(other, "file", STEP_REQUIRED, *state, "b");
	execute(&other_run, *state, other);
	runner.journal = journal;
	assert_int_equal(runner_execute(&runner, plan, NULL, &run.why), -ESTALE);
	assert_non_null(run.why.next);
	assert_false(has_file(*state, "a"));
	assert_false(journal_is_locked(journal));
}

/* A plan with everything in it; runs in a child that dies at instant NUMBER (0: never). */
static int run_in_child(const char *folder, struct plan *plan, unsigned number)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct run run = {0};

		file_steps_kill_at(number);
		execute(&run, folder, plan);
		_exit(run.result);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static bool was_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static struct plan *full_plan(const char *folder, const char *last, bool has_temporary)
{
	struct plan *plan = new_plan();

	file_steps_add(plan, "file", STEP_REQUIRED, folder, "a");
	file_steps_add(plan, "look", STEP_REQUIRED, folder, "-");
	file_steps_add(plan, "file-then-fail", STEP_OPTIONAL, folder, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, folder, "c");
	file_steps_add(plan, last, STEP_REQUIRED, folder, "d");
	for (size_t i = 0; has_temporary && i < plan->count; i += 3)
		plan->steps[i]->is_temporary = true;
	return plan;
}

/* Undoes what is left, dying at each instant of that as well, until all is gone. */
static void undo_until_gone(const char *folder, unsigned first)
{
	unsigned instant = first;

	for (int tries = 0; tries < 50; tries++) {
		_cleanup_plan_ struct plan *plan = file_steps_plan_undo(folder);
		int status;

		if (!plan->count)
			break;
		status = run_in_child(folder, plan, instant);
		if (!was_killed(status))
			assert_int_equal(WEXITSTATUS(status), RUNNER_DONE);
		instant = instant > 1 ? instant - 1 : 0;
	}
	assert_false(has_any_file(folder));
	(void)last_state(folder, false);
}

/* Every instant of doing, with every first instant of undoing after it. */
static void die_everywhere(const char *last_class, bool has_temporary)
{
	unsigned number = 0;
	int status;

	do {
		number++;
		for (unsigned undo_number = 0; undo_number <= 8; undo_number++) {
			void *folder;

			assert_int_equal(folder_setup(&folder), 0);
			{
				_cleanup_plan_ struct plan *plan =
					full_plan(folder, last_class, has_temporary);

				status = run_in_child(folder, plan, number);
			}
			undo_until_gone(folder, undo_number);
			assert_int_equal(folder_teardown(&folder), 0);
		}
	} while (was_killed(status));
	assert_true(number > 10);
}

static void death_while_doing_is_undone(void **state)
{
	(void)state;
	die_everywhere("file", false);
}

static void death_while_rolling_back_is_undone(void **state)
{
	(void)state;
	die_everywhere("fail", false);
}

static void death_in_temporary_steps_is_undone(void **state)
{
	(void)state;
	die_everywhere("file", true);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(all_is_done_and_undone),
		IN_FOLDER(what_leaves_nothing_is_not_undone),
		IN_FOLDER(required_failure_undoes_all),
		IN_FOLDER(optional_failure_goes_on),
		IN_FOLDER(what_others_made_stays),
		IN_FOLDER(stop_signal_undoes_all),
		IN_FOLDER(what_cannot_be_undone_is_known),
		IN_FOLDER(undoing_half_way_is_partial),
		IN_FOLDER(failed_step_that_stays_is_known),
		IN_FOLDER(step_without_an_answer_stays_known),
		IN_FOLDER(taking_down_leaves_nothing),
		IN_FOLDER(temporary_steps_are_undone),
		IN_FOLDER(temporary_steps_are_rolled_back),
		IN_FOLDER(temporary_step_that_stays_is_known),
		IN_FOLDER(listener_hears_steps),
		IN_FOLDER(stop_reaches_a_step),
		IN_FOLDER(plan_of_yesterday_is_refused),
		cmocka_unit_test(death_while_doing_is_undone),
		cmocka_unit_test(death_while_rolling_back_is_undone),
		cmocka_unit_test(death_in_temporary_steps_is_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
