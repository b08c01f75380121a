/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for jobs: states, times of today and of earlier days, how far, what stopping means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "action/describe_job.h"
#include "base/clock.h"
#include "base/size.h"

#define HOSTILE "\x1b[2J\xff"
#define SHOWN "\\x1B[2J\\xFF"
#define DAY_SECONDS (24 * 3600)

/* A job of COUNT steps; tests fill in the rest. */
static struct job *job_make(const char *summary, size_t count)
{
	struct job *job = calloc(1, sizeof(*job));

	assert_non_null(job);
	job->number = 3;
	job->plan = plan_new("check-fs");
	text_set(&job->plan->summary, summary);
	for (size_t i = 0; i < count; i++)
		plan_add(job->plan, step_new("check-filesystem", RISK_READS, STEP_REQUIRED,
					     "Check sda%zu", i + 1));
	job->progress.seconds_left = -1;
	return job;
}

static void job_unmake(struct job *job)
{
	(void)plan_free(job->plan);
	free(job->progress.unit);
	free(job->progress.text);
	free(job->stop_what);
	free(job);
}

static void set_progress(struct job *job, const char *unit, uint64_t done, uint64_t total,
			 int64_t seconds_left)
{
	text_set(&job->progress.unit, unit);
	job->progress.done = done;
	job->progress.total = total;
	job->progress.seconds_left = seconds_left;
}

/* Today at HOUR:MINUTE, local time. */
static int64_t today_at(int hour, int minute)
{
	time_t now = (time_t)clock_wall_seconds();
	struct tm parts;

	assert_non_null(localtime_r(&now, &parts));
	parts.tm_hour = hour;
	parts.tm_min = minute;
	parts.tm_sec = 0;
	return (int64_t)mktime(&parts);
}

static void assert_described(const struct job *job, const char *expected)
{
	_cleanup_free_ char *line = describe_job(job);

	assert_string_equal(line, expected);
}

static void running_job_says_how_far_it_is(void **state)
{
	struct job *job = job_make("Check md1", 1);

	(void)state;
	job->state = JOB_RUNNING;
	job->started = today_at(2, 14);
	assert_described(job, "Check md1 is running since 02:14");
	job->step = 1;
	set_progress(job, "percent", 43, 100, 12 * 60);
	assert_described(job, "Check md1 is running since 02:14, 43%, about 12 minutes left");
	job->state = JOB_STOPPING;
	assert_described(job, "Check md1 is being stopped, running since 02:14, 43%, about 12 "
			      "minutes left");
	job_unmake(job);
}

static void earlier_days_have_their_date(void **state)
{
	struct job *job = job_make("Check md1", 1);
	int64_t yesterday = today_at(12, 0) - DAY_SECONDS;
	_cleanup_free_ char *when = time_format(yesterday);
	_cleanup_free_ char *running = text_format("Check md1 is running since %s", when);
	_cleanup_free_ char *ended = text_format("Check md1 ended at %s: done", when);

	(void)state;
	job->state = JOB_RUNNING;
	job->started = yesterday;
	assert_described(job, running);
	job->state = JOB_DONE;
	job->ended = yesterday;
	assert_described(job, ended);
	job_unmake(job);
}

static void ended_job_says_how_it_ended(void **state)
{
	static const struct {
		enum job_state state;
		const char *word, *line;
	} cases[] = {
		{JOB_DONE, "done", "Check md1 ended at 02:40: done"},
		{JOB_PARTIAL, "done in part", "Check md1 ended at 02:40: done in part"},
		{JOB_UNDONE, "failed, undone",
		 "Check md1 ended at 02:40: failed, and all of it is undone"},
		{JOB_FAILED, "FAILED", "Check md1 ended at 02:40: FAILED"},
		{JOB_STOPPED, "stopped", "Check md1 ended at 02:40: stopped, as it was asked to"},
		{JOB_CUT_OFF, "CUT OFF", "Check md1, begun at 02:14, was CUT OFF after 02:31, 43%"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct job *job = job_make("Check md1", 1);

		job->state = cases[i].state;
		job->started = today_at(2, 14);
		job->updated = today_at(2, 31);
		job->ended = job->state == JOB_CUT_OFF ? 0 : today_at(2, 40);
		job->step = 1;
		set_progress(job, "percent", 43, 100, 300); /* no time is left to what is over */
		assert_described(job, cases[i].line);
		assert_string_equal(describe_job_state(job), cases[i].word);
		job_unmake(job);
	}
}

/* What was undone is what the repair needed: itself, it was not taken back. */
static void failed_repair_is_not_undone(void **state)
{
	struct job *job = job_make("Repair md1", 1);

	(void)state;
	job->state = JOB_UNDONE;
	job->ended = today_at(2, 40);
	job->plan->steps[0]->risk = RISK_WRITES;
	assert_described(job, "Repair md1 ended at 02:40: failed");
	assert_string_equal(describe_job_state(job), "failed");
	text_set(&job->plan->steps[0]->class_name, "check-filesystem-undoable");
	assert_string_equal(describe_job_state(job), "failed, undone");
	job_unmake(job);
}

static void progress_is_told_in_its_unit(void **state)
{
	static const struct {
		const char *unit;
		uint64_t done, total;
		int64_t seconds_left;
		const char *expected;
	} cases[] = {
		{NULL, 0, 0, -1, ""},
		{NULL, 5, 10, 60, ""},
		{"percent", 0, 100, -1, "0%"},
		{"percent", 99, 100, 0, "99%"},
		{"percent", 100, 100, 0, "100%"},
		{"percent", 130, 100, -1, "100%"},
		{"bytes", 1288490188, 0, -1, "1.2G read"},
		{"bytes", 0, 0, -1, ""},
		{"bytes", UINT64_MAX / 2 + 1, UINT64_MAX, 90, "50%, about 2 minutes left"},
		{"bytes", 1, UINT64_MAX, 3 * DAY_SECONDS, "0%, about 3 days left"},
		{"inodes", 120, 0, -1, "120 inodes"},
		{"inodes", 30, 120, 41, "25%, about 45 seconds left"},
		{"phases", 2, 7, -1, "phase 3 of 7"},
		{"phases", 7, 7, -1, "phase 7 of 7"},
		{"phases", 9, 7, -1, "phase 7 of 7"},
		{"phases", 2, 0, -1, "phase 3"},
		{"a " HOSTILE, 2, 0, -1, "2 a " SHOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct job *job = job_make("Check md1", 1);
		_cleanup_free_ char *line = NULL;

		job->step = 1;
		set_progress(job, cases[i].unit, cases[i].done, cases[i].total,
			     cases[i].seconds_left);
		line = describe_job_progress(job);
		assert_string_equal(line, cases[i].expected);
		job_unmake(job);
	}
}

/* The percentage of a step must not be taken for that of all of them. */
static void step_of_several_is_named(void **state)
{
	struct job *job = job_make("Check web01", 4);
	_cleanup_free_ char *before = NULL, *alone = NULL, *with = NULL;

	(void)state;
	before = describe_job_progress(job);
	assert_string_equal(before, "");
	job->step = 2;
	alone = describe_job_progress(job);
	assert_string_equal(alone, "step 2 of 4");
	set_progress(job, "percent", 43, 100, 20);
	with = describe_job_progress(job);
	assert_string_equal(with, "step 2 of 4: 43%, about 20 seconds left");
	job_unmake(job);
}

static void step_says_what_it_is_busy_with(void **state)
{
	struct job *job = job_make("Check web01", 4);
	_cleanup_free_ char *nothing = NULL, *alone = NULL, *with = NULL;

	(void)state;
	job->step = 2;
	nothing = describe_job_step(job);
	assert_string_equal(nothing, "");
	text_set(&job->progress.text, "checking " HOSTILE);
	alone = describe_job_step(job);
	assert_string_equal(alone, "checking " SHOWN);
	set_progress(job, "percent", 43, 100, 20);
	with = describe_job_step(job);
	assert_string_equal(with, "checking " SHOWN ": 43%, about 20 seconds left");
	job_unmake(job);
}

static void foreign_text_is_made_printable(void **state)
{
	struct job *job = job_make("Check " HOSTILE, 1);
	_cleanup_free_ char *stop = NULL;

	(void)state;
	job->state = JOB_RUNNING;
	job->started = today_at(2, 14);
	assert_described(job, "Check " SHOWN " is running since 02:14");
	text_set(&job->stop_what, "It ends " HOSTILE);
	stop = describe_job_stop(job);
	assert_string_equal(stop, "It ends " SHOWN);
	text_set(&job->plan->summary, NULL); /* then the action's name stands for it */
	assert_described(job, "check-fs is running since 02:14");
	job_unmake(job);
}

static void stopping_is_explained(void **state)
{
	struct job *job = job_make("Check md1", 1);
	_cleanup_free_ char *usual = NULL, *own = NULL, *undo = NULL, *late = NULL;

	(void)state;
	job->state = JOB_RUNNING;
	usual = describe_job_stop(job);
	assert_string_equal(usual,
			    "It ends after the step that runs now, and undoes what it has done.");
	job->plan->is_undo = true;
	undo = describe_job_stop(job);
	assert_string_equal(undo, "It ends after the step that runs now. What it has undone so far "
				  "stays undone.");
	text_set(&job->stop_what, "e2fsck ends at once.");
	own = describe_job_stop(job);
	assert_string_equal(own, "e2fsck ends at once.");
	job->state = JOB_DONE;
	late = describe_job_stop(job);
	assert_string_equal(late, "It has ended: there is nothing to stop.");
	job_unmake(job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(running_job_says_how_far_it_is),
		cmocka_unit_test(earlier_days_have_their_date),
		cmocka_unit_test(ended_job_says_how_it_ended),
		cmocka_unit_test(failed_repair_is_not_undone),
		cmocka_unit_test(progress_is_told_in_its_unit),
		cmocka_unit_test(step_of_several_is_named),
		cmocka_unit_test(step_says_what_it_is_busy_with),
		cmocka_unit_test(foreign_text_is_made_printable),
		cmocka_unit_test(stopping_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
