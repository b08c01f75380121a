/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs from start to end: followed, stopped, cut off, outliving whoever started them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "file_steps.h"
#include "folder.h"
#include "plan/job.h"

#define PATIENCE_TURNS 2000 /* of 10 ms */

static struct plan *new_plan(void)
{
	struct plan *plan = plan_new("test");

	plan->summary = text_copy("Make files");
	return plan;
}

static bool has_file(const char *folder, const char *name)
{
	_cleanup_free_ char *path = folder_path(folder, name);

	return access(path, F_OK) == 0;
}

static void go(const char *folder, const char *name)
{
	_cleanup_free_ char *file = text_format("%s.go", name);

	folder_write(folder, file, "", 0);
}

static unsigned start(const char *folder, const struct plan *plan)
{
	unsigned number = 0;

	assert_int_equal(job_start(file_step_classes, folder, plan, &number, NULL), 0);
	return number;
}

/* What is told, as words: "started 1", ...; with what notes and problems say. */
static void on_notice(void *data, const struct runner_notice *notice)
{
	static const char *const words[] = {
		[RUNNER_STEP_STARTED] = "started", [RUNNER_STEP_DONE] = "done",
		[RUNNER_STEP_FAILED] = "failed",   [RUNNER_UNDO_STARTED] = "undo",
		[RUNNER_UNDO_DONE] = "undone",	   [RUNNER_UNDO_FAILED] = "not-undone",
	};

	assert_non_null(notice->step);
	assert_non_null(notice->what);
	text_list_format(data, "%s-%zu/%zu", words[notice->event], notice->number, notice->count);
	for (size_t i = 0; notice->report && i < notice->report->notes.count; i++)
		text_list_add(data, notice->report->notes.items[i]);
}

/* Waits for news as a front end does; false once it is over. */
static bool follow_on(struct job_follow *follow, struct text_list *told)
{
	struct pollfd fd = {.fd = job_follow_fd(follow), .events = POLLIN};

	(void)poll(&fd, 1, job_follow_timeout_ms(follow));
	return job_follow_dispatch(follow, on_notice, told);
}

static struct job_follow *follow(const char *folder, unsigned number)
{
	struct job_follow *follow = NULL;

	assert_int_equal(job_follow_start(folder, number, &follow, NULL), 0);
	return follow;
}

/* From the beginning to the end: all that was told. */
static char *follow_to_end(const char *folder, unsigned number)
{
	_cleanup_job_follow_ struct job_follow *watching = follow(folder, number);
	_cleanup_text_list_ struct text_list told = {0};
	int turns = 0;

	while (follow_on(watching, &told))
		assert_true(turns++ < PATIENCE_TURNS);
	assert_int_equal(job_follow_timeout_ms(watching), -1);
	return text_list_join(&told, " ");
}

static struct job *read_job(const char *folder, unsigned number)
{
	struct job *job = NULL;

	assert_int_equal(job_read(folder, number, &job, NULL), 0);
	return job;
}

/* Waits until job NUMBER is in step STEP and has told how far it is. */
static void wait_for_progress(const char *folder, unsigned number, size_t step)
{
	for (int turn = 0; turn < PATIENCE_TURNS; turn++) {
		_cleanup_job_ struct job *job = read_job(folder, number);

		assert_true(job_is_running(job));
		if (job->step == step && job->progress.unit)
			return;
		(void)poll(NULL, 0, 10);
	}
	fail_msg("no progress of job %u", number);
}

static enum operation_state operation_state(const char *folder, unsigned number)
{
	_cleanup_journal_ struct journal *journal = NULL;
	const struct operation *operations;
	size_t count;

	assert_int_equal(journal_open(folder, &journal, NULL), 0);
	operations = journal_operations(journal, &count);
	assert_true(number && number <= count);
	return operations[number - 1].state;
}

static int execute(const char *folder, struct plan *plan, struct problem *why)
{
	_cleanup_journal_ struct journal *journal = NULL;
	struct runner runner = {.classes = file_step_classes};

	assert_int_equal(journal_open(folder, &journal, NULL), 0);
	runner.journal = journal;
	return runner_execute(&runner, plan, NULL, why);
}

static void all_is_told_and_kept(void **state)
{
	static const char wanted[] = "started-1/4 done-1/4 started-2/4 done-2/4 looked started-3/4 "
				     "done-3/4 started-4/4 failed-4/4 undo-3/4 undone-3/4";
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_free_ char *told = NULL, *again = NULL, *log = NULL, *log_path = NULL;
	_cleanup_free_ char *wanted_path = NULL;
	_cleanup_job_ struct job *job = NULL;
	unsigned number;

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "look", STEP_REQUIRED, *state, "-");
	file_steps_add(plan, "talk", STEP_REQUIRED, *state, "b");
	file_steps_add(plan, "fail", STEP_OPTIONAL, *state, "c");
	plan->steps[2]->is_temporary = true;
	number = start(*state, plan);
	assert_int_equal(number, 1);
	told = follow_to_end(*state, number);
	assert_string_equal(told, wanted);
	again = follow_to_end(*state, number); /* long after its end */
	assert_string_equal(again, wanted);
	assert_true(has_file(*state, "a"));
	assert_false(has_file(*state, "b"));

	job = read_job(*state, number);
	assert_int_equal(job->state, JOB_PARTIAL);
	assert_int_equal(job->result, RUNNER_PARTIAL);
	assert_int_equal(job->operation, 1);
	assert_int_equal(job->step, 4); /* and not the third, which was taken back last */
	assert_int_equal(job->report.exit_status, 7);
	assert_true(job->report.is_unfinished);
	assert_int_equal(job->why.error, -EIO);
	assert_true(job->pid > 1 && job->pid != getpid());
	assert_true(job->started > 0 && job->ended >= job->started);
	assert_string_equal(job->plan->summary, "Make files");
	assert_int_equal(job->plan->count, 4);
	assert_null(job->stop_what);
	assert_int_equal(operation_state(*state, 1), OPERATION_PARTIAL);

	wanted_path = folder_path(*state, "jobs/1/log");
	log_path = job_log_path(job);
	assert_string_equal(log_path, wanted_path);
	log = folder_read(*state, "jobs/1/log", NULL);
	assert_non_null(strstr(log, "1/4: Make a"));
	assert_non_null(strstr(log, "    a line\n"));
	assert_non_null(strstr(log, "    undoing\n"));
	assert_non_null(strstr(log, "failed at once"));
}

/* Both see it from the beginning, whenever they come, and neither takes anything from the other. */
static void two_follow_the_same(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_text_list_ struct text_list one_told = {0}, two_told = {0};
	_cleanup_free_ char *one_all = NULL, *two_all = NULL;
	_cleanup_job_follow_ struct job_follow *one = NULL, *two = NULL;
	bool one_runs = true, two_runs = true;
	unsigned number;

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "long", STEP_REQUIRED, *state, "b");
	number = start(*state, plan);
	one = follow(*state, number);
	wait_for_progress(*state, number, 2);
	assert_true(follow_on(one, &one_told));
	two = follow(*state, number);
	assert_true(follow_on(two, &two_told));
	one_all = text_list_join(&one_told, " ");
	two_all = text_list_join(&two_told, " ");
	assert_string_equal(one_all, "started-1/2 done-1/2 started-2/2");
	assert_string_equal(two_all, one_all);
	assert_int_equal(job_follow_job(two)->state, JOB_RUNNING);
	assert_int_equal(job_follow_job(two)->progress.total, 2000);
	assert_string_equal(job_follow_job(two)->progress.text, "turning");
	assert_non_null(strstr(job_follow_job(two)->stop_what, "is not made."));
	go(*state, "b");
	for (int turns = 0; one_runs || two_runs; turns++) {
		assert_true(turns < PATIENCE_TURNS);
		one_runs = one_runs && follow_on(one, &one_told);
		two_runs = two_runs && follow_on(two, &two_told);
	}
	free(one_all);
	free(two_all);
	one_all = text_list_join(&one_told, " ");
	two_all = text_list_join(&two_told, " ");
	assert_string_equal(one_all, "started-1/2 done-1/2 started-2/2 done-2/2");
	assert_string_equal(two_all, one_all);
	assert_int_equal(job_follow_job(one)->state, JOB_DONE);
	assert_int_equal(job_follow_job(two)->state, JOB_DONE);
}

/* Progress goes on being told while the step runs. */
static void progress_moves(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_job_ struct job *job = NULL;
	_cleanup_free_ char *told = NULL;
	uint64_t first;
	unsigned number;

	file_steps_add(plan, "long", STEP_REQUIRED, *state, "a");
	number = start(*state, plan);
	wait_for_progress(*state, number, 1);
	job = read_job(*state, number);
	first = job->progress.done;
	for (int turn = 0; job->progress.done <= first || job->progress.per_second <= 0; turn++) {
		assert_true(turn < PATIENCE_TURNS);
		(void)poll(NULL, 0, 10);
		(void)job_free(job);
		job = read_job(*state, number);
	}
	assert_true(job->progress.seconds_left >= 0);
	go(*state, "a");
	told = follow_to_end(*state, number);
}

/* A starter in a session of its own that gets signal NUMBER, with its group, in the middle or at
 * once. */
static void outlives(const char *folder, int number, bool is_at_once)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_free_ char *told = NULL;
	_cleanup_job_list_ struct job_list list = {0};
	_cleanup_job_ struct job *job = NULL;
	pid_t starter;
	int status;

	file_steps_add(plan, "file", STEP_REQUIRED, folder, "a");
	file_steps_add(plan, "long", STEP_REQUIRED, folder, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, folder, "c");
	starter = fork();
	assert_true(starter >= 0);
	if (starter == 0) {
		unsigned job_number = 0;

		(void)signal(number, SIG_DFL); /* the tests may run where it is ignored */
		if (setsid() != getpid() ||
		    job_start(file_step_classes, folder, plan, &job_number, NULL) < 0)
			_exit(1);
		if (!is_at_once)
			wait_for_progress(folder, job_number, 2);
		(void)kill(-getpid(), number);
		_exit(2);
	}
	assert_int_equal(waitpid(starter, &status, 0), starter);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == number);
	assert_int_equal(job_list_read(folder, &list, NULL), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0]->state, JOB_RUNNING);
	assert_int_equal(kill(list.items[0]->pid, SIGHUP), 0);
	go(folder, "b");
	told = follow_to_end(folder, list.items[0]->number);
	assert_string_equal(told, "started-1/3 done-1/3 started-2/3 done-2/3 started-3/3 done-3/3");
	job = read_job(folder, list.items[0]->number);
	assert_int_equal(job->state, JOB_DONE);
	assert_true(has_file(folder, "a") && has_file(folder, "b") && has_file(folder, "c"));
}

static void outlives_a_hang_up(void **state)
{
	outlives(*state, SIGHUP, true);
}

static void outlives_a_hang_up_in_the_middle(void **state)
{
	outlives(*state, SIGHUP, false);
}

static void outlives_a_kill(void **state)
{
	outlives(*state, SIGKILL, true);
}

static void outlives_a_kill_in_the_middle(void **state)
{
	outlives(*state, SIGKILL, false);
}

/* Starts a job that makes file NAME, and is killed DELAY_US after that. */
static void start_and_die(const char *folder, const char *name, unsigned delay_us)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	pid_t starter = fork();
	int status;

	text_set(&plan->summary, name);
	file_steps_add(plan, "file", STEP_REQUIRED, folder, name);
	assert_true(starter >= 0);
	if (starter == 0) {
		unsigned number = 0;

		(void)job_start(file_step_classes, folder, plan, &number, NULL);
		while (pause() < 0)
			continue;
		_exit(0);
	}
	(void)usleep(delay_us);
	assert_int_equal(kill(starter, SIGKILL), 0);
	assert_int_equal(waitpid(starter, &status, 0), starter);
}

/* Every job from number BORN on has come to its good end; returns how many there are then. */
static size_t check_born(const char *folder, size_t born)
{
	_cleanup_job_list_ struct job_list list = {0};

	assert_int_equal(job_list_read(folder, &list, NULL), 0);
	for (size_t i = born; i < list.count; i++) {
		_cleanup_free_ char *told = follow_to_end(folder, list.items[i]->number);

		assert_string_equal(told, "started-1/1 done-1/1");
		assert_true(has_file(folder, list.items[i]->plan->summary));
	}
	return list.count;
}

/* Killed while it starts the job: that is not there, or comes to its end like any other. */
static void starter_dies_at_any_time(void **state)
{
	size_t born = 0;

	for (unsigned delay_us = 0; delay_us < 12000; delay_us += 800) {
		_cleanup_free_ char *name = text_format("a%u", delay_us);
		size_t now = born;

		start_and_die(*state, name, delay_us);
		/* one that is just being born takes its time on a busy machine */
		for (int turn = 0; turn < 100 && now == born; turn++) {
			(void)poll(NULL, 0, 10);
			now = check_born(*state, born);
		}
		born = now;
	}
	start_and_die(*state, "last", 3000000);
	assert_true(check_born(*state, born) > born);
}

static void killed_job_is_cut_off_and_undone(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *undoing = NULL;
	_cleanup_job_ struct job *job = NULL, *after = NULL;
	_cleanup_free_ char *told = NULL;
	_cleanup_problem_ struct problem why = {0};
	unsigned number;

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "long", STEP_REQUIRED, *state, "b");
	number = start(*state, plan);
	wait_for_progress(*state, number, 2);
	job = read_job(*state, number);
	assert_int_equal(operation_state(*state, 1), OPERATION_RUNNING);
	assert_int_equal(kill(job->pid, SIGKILL), 0);
	told = follow_to_end(*state, number);
	assert_string_equal(told, "started-1/2 done-1/2 started-2/2");
	after = read_job(*state, number);
	assert_int_equal(after->state, JOB_CUT_OFF);
	assert_int_equal(after->ended, 0);
	assert_string_equal(after->progress.unit, "turns"); /* how far it was */
	assert_int_equal(job_stop(*state, number, &why), -ESRCH);
	assert_int_equal(operation_state(*state, 1), OPERATION_CUT_OFF);
	undoing = file_steps_plan_undo(*state);
	assert_int_equal(undoing->count, 2);
	assert_int_equal(execute(*state, undoing, NULL), RUNNER_DONE);
	assert_false(has_file(*state, "a"));
	assert_int_equal(operation_state(*state, 1), OPERATION_UNDONE);
}

/* Killed at any instant of its work it is cut off, and all that it has begun is undone. */
static void killed_anywhere_it_is_undone(void **state)
{
	unsigned instant = 0;
	bool is_cut_off = true;

	while (is_cut_off) {
		_cleanup_plan_ struct plan *plan = new_plan(), *undoing = NULL;
		_cleanup_job_ struct job *job = NULL;
		_cleanup_free_ char *told = NULL;
		unsigned number;

		file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
		file_steps_add(plan, "file-then-fail", STEP_OPTIONAL, *state, "b");
		file_steps_add(plan, "look", STEP_REQUIRED, *state, "-");
		file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
		plan->steps[3]->is_temporary = true;
		file_steps_kill_at(++instant);
		number = start(*state, plan);
		file_steps_kill_at(0);
		told = follow_to_end(*state, number);
		job = read_job(*state, number);
		is_cut_off = job->state == JOB_CUT_OFF;
		assert_true(is_cut_off || job->state == JOB_PARTIAL);
		assert_int_equal(operation_state(*state, number) == OPERATION_CUT_OFF ||
					 operation_state(*state, number) == OPERATION_UNDONE,
				 is_cut_off);
		undoing = file_steps_plan_undo(*state);
		if (undoing->count)
			assert_int_equal(execute(*state, undoing, NULL), RUNNER_DONE);
		assert_false(has_file(*state, "a") || has_file(*state, "b") ||
			     has_file(*state, "c"));
	}
	assert_true(instant > 10);
}

static void another_boot_cuts_off(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_job_ struct job *job = NULL;
	_cleanup_free_ char *text = NULL;
	char *boot;
	size_t length;
	unsigned number;

	file_steps_add(plan, "long", STEP_REQUIRED, *state, "a");
	number = start(*state, plan);
	wait_for_progress(*state, number, 1);
	text = folder_read(*state, "jobs/1/job.json", &length);
	boot = strstr(text, "\"boot\"");
	assert_non_null(boot);
	boot = strchr(boot + strlen("\"boot\""), '"') + 1;
	*boot = *boot == '0' ? '1' : '0';
	folder_write(*state, "jobs/1/job.json", text, length);
	job = read_job(*state, number);
	assert_int_equal(job->state, JOB_CUT_OFF);
	assert_int_equal(job_stop(*state, number, NULL), -ESRCH);
	/* how it ends is known all the same: it has written it */
	go(*state, "a");
	for (int turn = 0; job->state == JOB_CUT_OFF; turn++) {
		assert_true(turn < PATIENCE_TURNS);
		(void)poll(NULL, 0, 10);
		(void)job_free(job);
		job = read_job(*state, number);
	}
	assert_int_equal(job->state, JOB_DONE);
}

static void stop_is_known_as_one(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_job_ struct job *job = NULL;
	_cleanup_free_ char *told = NULL;
	_cleanup_problem_ struct problem why = {0};
	unsigned number;

	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "long", STEP_REQUIRED, *state, "b");
	number = start(*state, plan);
	wait_for_progress(*state, number, 2);
	assert_int_equal(job_stop(*state, number, NULL), 0);
	told = follow_to_end(*state, number);
	assert_string_equal(told,
			    "started-1/2 done-1/2 started-2/2 failed-2/2 undo-1/2 undone-1/2");
	job = read_job(*state, number);
	assert_int_equal(job->state, JOB_STOPPED);
	assert_int_equal(job->why.error, -EINTR);
	assert_false(has_file(*state, "a"));
	assert_int_equal(operation_state(*state, 1), OPERATION_UNDONE);
	assert_int_equal(job_stop(*state, number, &why), -ESRCH);
	assert_non_null(why.why);
	assert_int_equal(job_stop(*state, number + 1, NULL), -ENOENT);
}

/* A step that cannot be stopped comes to its end first, and that is seen meanwhile. */
static void stop_waits_for_the_step(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_job_ struct job *stopping = NULL, *job = NULL;
	_cleanup_free_ char *told = NULL;
	unsigned number;

	file_steps_add(plan, "wait", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "b");
	number = start(*state, plan);
	assert_int_equal(job_stop(*state, number, NULL), 0);
	assert_int_equal(job_stop(*state, number, NULL), 0); /* more than once is harmless */
	stopping = read_job(*state, number);
	assert_int_equal(stopping->state, JOB_STOPPING);
	assert_true(job_is_running(stopping));
	go(*state, "a");
	told = follow_to_end(*state, number);
	job = read_job(*state, number);
	assert_int_equal(job->state, JOB_STOPPED);
	assert_false(has_file(*state, "a") || has_file(*state, "b"));
}

/* A process that has the number of a job that is gone is not signalled. */
static void reused_number_is_not_signalled(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_job_ struct job *job = NULL;
	_cleanup_free_ char *told = NULL, *words = NULL;
	pid_t innocent = fork();
	unsigned number;
	int status;

	assert_true(innocent >= 0);
	if (innocent == 0) {
		while (pause() < 0)
			continue;
		_exit(0);
	}
	file_steps_add(plan, "long", STEP_REQUIRED, *state, "a");
	number = start(*state, plan);
	wait_for_progress(*state, number, 1);
	job = read_job(*state, number);
	assert_int_equal(kill(job->pid, SIGKILL), 0);
	told = follow_to_end(*state, number);
	words = text_format("{\"pid\":%d}", innocent);
	folder_write(*state, "jobs/1/lock", words, strlen(words));
	assert_int_equal(job_stop(*state, number, NULL), -ESRCH);
	assert_int_equal(waitpid(innocent, &status, WNOHANG), 0);
	assert_int_equal(kill(innocent, SIGKILL), 0);
	assert_int_equal(waitpid(innocent, &status, 0), innocent);
	assert_true(WTERMSIG(status) == SIGKILL);
}

/* Others work on while a long step runs; nobody undoes what it does; then it goes on. */
static void journal_is_free_meanwhile(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *older = new_plan(), *other = new_plan();
	_cleanup_plan_ struct plan *undoing = NULL, *later = NULL;
	_cleanup_job_ struct job *job = NULL;
	_cleanup_free_ char *told = NULL;
	_cleanup_problem_ struct problem why = {0};
	unsigned number;

	file_steps_add(older, "file", STEP_REQUIRED, *state, "o");
	assert_int_equal(execute(*state, older, NULL), RUNNER_DONE);
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	file_steps_add(plan, "long", STEP_REQUIRED, *state, "b");
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "c");
	number = start(*state, plan);
	wait_for_progress(*state, number, 2);
	file_steps_add(other, "file", STEP_REQUIRED, *state, "d");
	assert_int_equal(execute(*state, other, NULL), RUNNER_DONE);
	assert_int_equal(operation_state(*state, 2), OPERATION_RUNNING);
	assert_int_equal(operation_state(*state, 3), OPERATION_DONE);

	/* neither the job's own, nor what it stands on */
	undoing = file_steps_plan_undo(*state);
	assert_int_equal(undoing->count, 4);
	assert_int_equal(execute(*state, undoing, &why), -EBUSY);
	assert_non_null(strstr(why.why, "job 1"));
	assert_non_null(strstr(why.next, "refloat jobs 1 --stop"));
	assert_true(has_file(*state, "o") && has_file(*state, "a") && has_file(*state, "d"));
	(void)step_free(undoing->steps[3]);
	(void)step_free(undoing->steps[2]);
	(void)step_free(undoing->steps[1]);
	undoing->count = 1; /* of the newest: it is nobody's ground */
	assert_int_equal(execute(*state, undoing, NULL), RUNNER_DONE);
	assert_false(has_file(*state, "d"));

	go(*state, "b");
	told = follow_to_end(*state, number);
	assert_string_equal(told, "started-1/3 done-1/3 started-2/3 done-2/3 started-3/3 done-3/3");
	job = read_job(*state, number);
	assert_int_equal(job->state, JOB_DONE);
	assert_int_equal(job->operation, 2);
	assert_int_equal(operation_state(*state, 2), OPERATION_DONE);
	later = file_steps_plan_undo(*state);
	assert_int_equal(later->count, 4);
	assert_int_equal(execute(*state, later, NULL), RUNNER_DONE);
	assert_false(has_file(*state, "a") || has_file(*state, "c") || has_file(*state, "o"));
}

/* Where somebody else has the journal when the long step is over, the job waits, and says so. */
static void journal_is_waited_for(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_free_ char *told = NULL;
	_cleanup_job_ struct job *job = NULL;
	bool is_waiting = false;
	unsigned number;

	file_steps_add(plan, "long", STEP_REQUIRED, *state, "a");
	number = start(*state, plan);
	wait_for_progress(*state, number, 1);
	assert_int_equal(journal_open(*state, &journal, NULL), 0);
	assert_int_equal(journal_lock(journal, "sit on it", NULL), 0);
	go(*state, "a");
	for (int turn = 0; !is_waiting; turn++) {
		_cleanup_job_ struct job *waiting = read_job(*state, number);

		assert_true(turn < PATIENCE_TURNS);
		assert_int_equal(waiting->state, JOB_RUNNING);
		is_waiting = waiting->progress.text && strstr(waiting->progress.text, "sit on it");
		(void)poll(NULL, 0, 10);
	}
	assert_true(has_file(*state, "a"));
	journal_unlock(journal);
	told = follow_to_end(*state, number);
	assert_string_equal(told, "started-1/1 done-1/1");
	job = read_job(*state, number);
	assert_int_equal(job->state, JOB_DONE);
}

/* What keeps it from beginning is its result. */
static void job_that_cannot_begin_says_why(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *stale = new_plan();
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_job_ struct job *busy = NULL, *late = NULL;
	_cleanup_free_ char *none = NULL, *nothing = NULL;
	unsigned first, second;

	assert_int_equal(journal_open(*state, &journal, NULL), 0);
	assert_int_equal(journal_lock(journal, "sit on it", NULL), 0);
	file_steps_add(plan, "file", STEP_REQUIRED, *state, "a");
	first = start(*state, plan);
	none = follow_to_end(*state, first);
	assert_string_equal(none, "");
	busy = read_job(*state, first);
	assert_int_equal(busy->state, JOB_FAILED);
	assert_int_equal(busy->result, -EBUSY);
	assert_non_null(strstr(busy->why.why, "sit on it"));
	journal_unlock(journal);

	stale->has_journal_mark = true;
	stale->journal_mark = 7;
	file_steps_add(stale, "file", STEP_REQUIRED, *state, "a");
	second = start(*state, stale);
	nothing = follow_to_end(*state, second);
	late = read_job(*state, second);
	assert_int_equal(late->state, JOB_FAILED);
	assert_int_equal(late->result, -ESTALE);
	assert_false(has_file(*state, "a"));
}

/* Two that are started at once both come to their end, and neither is in the other's way. */
static void two_jobs_at_once(void **state)
{
	_cleanup_plan_ struct plan *one = new_plan(), *two = new_plan();
	_cleanup_job_ struct job *first = NULL, *second = NULL;
	_cleanup_free_ char *one_told = NULL, *two_told = NULL;

	file_steps_add(one, "look", STEP_REQUIRED, *state, "-");
	file_steps_add(one, "check", STEP_REQUIRED, *state, "a");
	file_steps_add(two, "check", STEP_REQUIRED, *state, "b");
	file_steps_add(two, "look", STEP_REQUIRED, *state, "-");
	assert_int_equal(start(*state, one), 1);
	assert_int_equal(start(*state, two), 2);
	go(*state, "a");
	go(*state, "b");
	one_told = follow_to_end(*state, 1);
	two_told = follow_to_end(*state, 2);
	first = read_job(*state, 1);
	second = read_job(*state, 2);
	assert_int_equal(first->state, JOB_DONE);
	assert_int_equal(second->state, JOB_DONE);
	assert_int_equal(operation_state(*state, 1), OPERATION_DONE);
	assert_int_equal(operation_state(*state, 2), OPERATION_DONE);
}

/* It says which job has the journal, and how to follow that. */
static void lock_names_the_job(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *other = new_plan();
	_cleanup_free_ char *told = NULL;
	_cleanup_problem_ struct problem why = {0};
	unsigned number;

	file_steps_add(plan, "wait", STEP_REQUIRED, *state, "a"); /* a short one keeps the lock */
	number = start(*state, plan);
	for (int turn = 0; turn < PATIENCE_TURNS; turn++) {
		_cleanup_job_ struct job *job = read_job(*state, number);

		if (job->step)
			break;
		(void)poll(NULL, 0, 10);
	}
	file_steps_add(other, "file", STEP_REQUIRED, *state, "b");
	assert_int_equal(execute(*state, other, &why), -EBUSY);
	assert_non_null(strstr(why.next, "refloat jobs 1"));
	go(*state, "a");
	told = follow_to_end(*state, number);
}

static void terminal_cannot_be_had(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_job_list_ struct job_list list = {0};
	unsigned number = 0;

	file_steps_add(plan, "shell", STEP_REQUIRED, *state, "-");
	assert_int_equal(job_start(file_step_classes, *state, plan, &number, NULL), -EINVAL);
	assert_int_equal(job_list_read(*state, &list, NULL), 0);
	assert_int_equal(list.count, 0);
}

static void folder_that_cannot_be_written_is_told(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_free_ char *file = folder_path(*state, "file/below");
	_cleanup_problem_ struct problem why = {0};
	unsigned number = 0;

	folder_write(*state, "file", "", 0);
	assert_int_equal(job_start(file_step_classes, file, plan, &number, &why), -ENOTDIR);
	assert_non_null(why.why);
}

static void oldest_ended_jobs_give_way(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *lasting = new_plan();
	_cleanup_free_ char *last = NULL;
	_cleanup_job_list_ struct job_list list = {0};

	plan_add(plan, step_new("look", RISK_READS, STEP_REQUIRED, "Look"));
	file_steps_add(lasting, "long", STEP_REQUIRED, *state, "a");
	assert_int_equal(start(*state, lasting), 1); /* runs through all of it */
	for (unsigned number = 2; number <= JOBS_KEPT + 3; number++) {
		_cleanup_free_ char *told = follow_to_end(*state, start(*state, plan));

		assert_non_null(told);
	}
	assert_int_equal(job_list_read(*state, &list, NULL), 0);
	assert_int_equal(list.items[0]->number, 1);
	assert_int_equal(list.items[1]->number, 3);
	assert_int_equal(list.items[list.count - 1]->number, JOBS_KEPT + 3);
	go(*state, "a");
	last = follow_to_end(*state, 1);
	assert_non_null(last);
}

static void ended_jobs_are_forgotten(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan(), *lasting = new_plan();
	_cleanup_free_ char *one = NULL, *two = NULL, *three = NULL;
	_cleanup_job_list_ struct job_list list = {0};
	_cleanup_problem_ struct problem why = {0};
	struct job *job = NULL;

	plan_add(plan, step_new("look", RISK_READS, STEP_REQUIRED, "Look"));
	file_steps_add(lasting, "long", STEP_REQUIRED, *state, "a");
	one = follow_to_end(*state, start(*state, plan));
	two = follow_to_end(*state, start(*state, plan));
	assert_int_equal(start(*state, lasting), 3);
	assert_int_equal(job_forget(*state, 2, NULL), 0);
	assert_int_equal(job_read(*state, 2, &job, &why), -ENOENT);
	assert_non_null(strstr(why.next, "1, 3"));
	assert_int_equal(job_forget(*state, 3, NULL), -EBUSY);
	assert_int_equal(job_forget(*state, 0, NULL), 0);
	assert_int_equal(job_list_read(*state, &list, NULL), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0]->number, 3);
	go(*state, "a");
	three = follow_to_end(*state, 3);
	assert_int_equal(job_forget(*state, 0, NULL), 0);
	assert_int_equal(start(*state, plan), 4);
	free(three);
	three = follow_to_end(*state, 4);
}

static void rubbish_is_left_out(void **state)
{
	_cleanup_plan_ struct plan *plan = new_plan();
	_cleanup_job_list_ struct job_list list = {0};
	_cleanup_free_ char *told = NULL, *again = NULL, *events = NULL, *longer = NULL;
	struct job *job = NULL;
	unsigned number;

	file_steps_add(plan, "look", STEP_REQUIRED, *state, "-");
	told = follow_to_end(*state, start(*state, plan));
	again = follow_to_end(*state, start(*state, plan));
	folder_write(*state, "jobs/1/job.json", "{\"job\":1}", 9);
	assert_int_equal(job_list_read(*state, &list, NULL), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(job_read(*state, 1, &job, NULL), -EBADMSG);
	assert_int_equal(job_forget(*state, 1, NULL), 0);

	number = list.items[0]->number;
	events = folder_read(*state, "jobs/2/events", NULL);
	longer = text_format("\n{\n[]\n{\"event\":\"done\",\"number\":9}\n\xff\xfe\n%s{\"event\":",
			     events);
	folder_write(*state, "jobs/2/events", longer, strlen(longer));
	folder_write(*state, "jobs/2/state.json", "[", 1);
	free(again);
	again = follow_to_end(*state, number);
	assert_string_equal(again, told);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(all_is_told_and_kept),
		IN_FOLDER(two_follow_the_same),
		IN_FOLDER(progress_moves),
		IN_FOLDER(outlives_a_hang_up),
		IN_FOLDER(outlives_a_hang_up_in_the_middle),
		IN_FOLDER(outlives_a_kill),
		IN_FOLDER(outlives_a_kill_in_the_middle),
		IN_FOLDER(starter_dies_at_any_time),
		IN_FOLDER(killed_job_is_cut_off_and_undone),
		IN_FOLDER(killed_anywhere_it_is_undone),
		IN_FOLDER(another_boot_cuts_off),
		IN_FOLDER(stop_is_known_as_one),
		IN_FOLDER(stop_waits_for_the_step),
		IN_FOLDER(reused_number_is_not_signalled),
		IN_FOLDER(journal_is_free_meanwhile),
		IN_FOLDER(journal_is_waited_for),
		IN_FOLDER(job_that_cannot_begin_says_why),
		IN_FOLDER(two_jobs_at_once),
		IN_FOLDER(lock_names_the_job),
		IN_FOLDER(terminal_cannot_be_had),
		IN_FOLDER(folder_that_cannot_be_written_is_told),
		IN_FOLDER(ended_jobs_are_forgotten),
		IN_FOLDER(oldest_ended_jobs_give_way),
		IN_FOLDER(rubbish_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
