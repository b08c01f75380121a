/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of jobs that need no process: rate, log, records, numbers. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "file_steps.h"
#include "folder.h"
#include "base/alloc.h"
#include "plan/job_folder.h"
#include "plan/job_log.h"
#include "plan/job_rate.h"
#include "plan/job_record.h"

static void rate_is_smoothed(void **state)
{
	struct job_rate rate = {0};
	int64_t now = 1000;
	uint64_t done = 0;

	(void)state;
	job_rate_add(&rate, 0, 1000, now);
	assert_int_equal(job_rate_seconds_left(&rate, 0), -1); /* nothing is known yet */
	for (int i = 0; i < 10; i++)
		job_rate_add(&rate, done += 10, 1000, now += 1000);
	assert_true(fabs(rate.per_second - 10) < 0.01);
	assert_int_equal(job_rate_seconds_left(&rate, done), 90);
	/* one second of silence matters little, a minute of it much */
	job_rate_add(&rate, done, 1000, now += 1000);
	assert_true(rate.per_second > 8 && rate.per_second < 10);
	job_rate_add(&rate, done, 1000, now += 60000);
	assert_true(rate.per_second < 5);
	/* in the long run the old rate is forgotten */
	for (int i = 0; i < 300; i++)
		job_rate_add(&rate, done += 2, 1000, now += 1000);
	assert_true(fabs(rate.per_second - 2) < 0.1);
}

static void rate_begins_anew(void **state)
{
	struct job_rate rate = {0};

	(void)state;
	job_rate_add(&rate, 0, 100, 1000);
	job_rate_add(&rate, 50, 100, 2000);
	assert_int_equal(job_rate_seconds_left(&rate, 50), 1);
	job_rate_add(&rate, 1, 100, 3000); /* back */
	assert_int_equal(job_rate_seconds_left(&rate, 1), -1);
	job_rate_add(&rate, 11, 100, 4000);
	assert_int_equal(job_rate_seconds_left(&rate, 11), 9);
	job_rate_add(&rate, 12, 200, 5000); /* of something else */
	assert_int_equal(job_rate_seconds_left(&rate, 12), -1);
	job_rate_add(&rate, 13, 0, 6000);
	job_rate_add(&rate, 23, 0, 7000); /* no total: a rate, and no end */
	assert_true(rate.per_second > 9);
	assert_int_equal(job_rate_seconds_left(&rate, 23), -1);
}

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		count++;
	}
	return count;
}

/* Much output loses its middle, never its headings nor its last lines. */
static void log_is_bounded(void **state)
{
	_cleanup_free_ char *path = folder_path(*state, "log"), *text = NULL;
	struct step *step = step_new("file", RISK_READS, STEP_REQUIRED, "Check \x1b[1m");
	struct runner_notice notice = {.event = RUNNER_STEP_STARTED,
				       .number = 1,
				       .count = 2,
				       .step = step,
				       .what = step->what};
	struct job_log log = {.fd = -1};
	size_t length;

	job_log_open(&log, path, 1000);
	job_log_notice(&log, &notice);
	for (int i = 0; i < 2000; i++) {
		_cleanup_free_ char *line = text_format("line %d.", i);

		job_log_output(&log, line, strlen(line));
	}
	notice.event = RUNNER_STEP_DONE;
	job_log_notice(&log, &notice);
	job_log_output(&log, "afterwards", strlen("afterwards"));
	job_log_close(&log);
	text = folder_read(*state, "log", &length);
	assert_true(length < 10000);
	assert_non_null(strstr(text, "1/2: Check \\x1B[1m"));
	assert_non_null(strstr(text, "line 0."));
	assert_null(strstr(text, "line 1000."));
	assert_non_null(strstr(text, "line 1999.\n"));
	assert_int_equal(count_of(text, "left out"), 1);
	assert_non_null(strstr(text, "afterwards\n"));
	(void)step_free(step);
}

static struct job *new_job(void)
{
	struct job *job = alloc_zero(1, sizeof(*job));

	job->number = 3;
	job->folder = text_copy("/nowhere");
	return job;
}

static struct job *copy_job(struct job *job, char **ret_boot)
{
	_cleanup_json_ struct json_object *plan = job_record_plan(job, "this boot");
	_cleanup_json_ struct json_object *state = job_record_state(job);
	_cleanup_free_ char *plan_text = json_format_line(plan);
	_cleanup_free_ char *state_text = json_format_line(state);
	struct job *copy = new_job();

	assert_int_equal(job_record_read_plan(plan_text, strlen(plan_text), copy, ret_boot), 0);
	assert_int_equal(job_record_read_state(state_text, strlen(state_text), copy), 0);
	return copy;
}

static void record_comes_back(void **state)
{
	_cleanup_job_ struct job *job = new_job(), *copy = NULL, *ended = NULL;
	_cleanup_free_ char *boot = NULL, *again = NULL;

	(void)state;
	job->plan = plan_new("check-fs");
	job->plan->summary = text_copy("Check caf\xe9");
	file_steps_add(job->plan, "file", STEP_OPTIONAL, "/tmp", "a");
	job->who = text_copy("root \xff");
	job->pid = 4711;
	job->started = 1000;
	job->updated = 1010;
	job->operation = 5;
	job->step = 1;
	job->stop_what = text_copy("It ends.");
	job->progress = (struct job_progress){.done = 3,
					      .total = UINT64_MAX / 2,
					      .unit = text_copy("bytes"),
					      .text = text_copy("reading \xff"),
					      .per_second = 2.5,
					      .seconds_left = 60};
	copy = copy_job(job, &boot);
	assert_string_equal(boot, "this boot");
	assert_int_equal(copy->state, JOB_RUNNING);
	assert_string_equal(copy->plan->summary, "Check caf\xe9");
	assert_string_equal(copy->who, "root \xff");
	assert_int_equal(copy->pid, 4711);
	assert_int_equal(copy->started, 1000);
	assert_int_equal(copy->updated, 1010);
	assert_int_equal(copy->ended, 0);
	assert_int_equal(copy->operation, 5);
	assert_int_equal(copy->step, 1);
	assert_string_equal(copy->stop_what, "It ends.");
	assert_int_equal(copy->progress.done, 3);
	assert_true(copy->progress.total == UINT64_MAX / 2);
	assert_string_equal(copy->progress.unit, "bytes");
	assert_string_equal(copy->progress.text, "reading \xff");
	assert_true(fabs(copy->progress.per_second - 2.5) < 0.001);
	assert_int_equal(copy->progress.seconds_left, 60);

	job->state = JOB_STOPPED;
	job->ended = 1020;
	job->result = RUNNER_UNDONE;
	text_list_add(&job->report.notes, "A note.");
	job->report.is_unfinished = true;
	(void)problem_set(&job->why, -EINTR, "Check", "stopped");
	ended = copy_job(job, &again);
	assert_int_equal(ended->state, JOB_STOPPED);
	assert_int_equal(ended->ended, 1020);
	assert_int_equal(ended->result, RUNNER_UNDONE);
	assert_string_equal(ended->report.notes.items[0], "A note.");
	assert_true(ended->report.is_unfinished);
	assert_int_equal(ended->why.error, -EINTR);
}

/* Whatever stands in the files, what is read is in its bounds. */
static void hostile_records_are_bounded(void **state)
{
	static const char *const states[] = {
		"", "{", "[]", "null", "{}", "{\"state\":7}", "{\"state\":\"paused\"}",
	};
	static const char plan[] =
		"{\"job\":1,\"pid\":99999999999,\"started\":18446744073709551615,"
		"\"plan\":{\"action\":\"x\",\"steps\":[]}}";
	static const char wild[] =
		"{\"state\":\"cut-off\",\"step\":7,\"operation\":99999999999,\"updated\":-5,"
		"\"stop-what\":[],\"progress\":{\"done\":-1,\"total\":1.5,\"unit\":"
		"\"a unit that is longer than any unit is, and longer\",\"per-second\":-1e300,"
		"\"seconds-left\":18446744073709551615}}";
	_cleanup_job_ struct job *job = new_job();
	_cleanup_free_ char *boot = NULL, *none = NULL;

	(void)state;
	assert_int_equal(job_record_read_plan("{\"job\":2,\"plan\":{}}", 19, job, &none), -EBADMSG);
	assert_int_equal(job_record_read_plan("{\"job\":1,\"plan\":{}}", 19, job, &none), -EBADMSG);
	assert_int_equal(job_record_read_plan(plan, strlen(plan), job, &boot), 0);
	assert_null(boot);
	assert_string_equal(job->plan->summary, "x");
	assert_string_equal(job->who, "");
	assert_int_equal(job->pid, 0);
	assert_int_equal(job->started, 0);
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		assert_int_equal(job_record_read_state(states[i], strlen(states[i]), job),
				 -EBADMSG);
	assert_int_equal(job_record_read_state(wild, strlen(wild), job), 0);
	assert_int_equal(job->state, JOB_RUNNING);
	assert_int_equal(job->step, 0);
	assert_int_equal(job->operation, 0);
	assert_null(job->stop_what);
	assert_int_equal(strlen(job->progress.unit), 32);
	assert_true(job->progress.per_second == 0);
	assert_int_equal(job->progress.seconds_left, -1);
}

static void numbers_are_never_used_again(void **state)
{
	_cleanup_free_ unsigned *numbers = NULL, *none = NULL;
	_cleanup_free_ char *stray = NULL;
	unsigned first = 0, second = 0, third = 0, fourth = 0;
	size_t count = 7;

	assert_int_equal(job_folder_list(*state, &none, &count, NULL), 0);
	assert_int_equal(count, 0);
	assert_int_equal(job_folder_make(*state, &first, NULL), 0);
	assert_int_equal(job_folder_make(*state, &second, NULL), 0);
	assert_int_equal(first, 1);
	assert_int_equal(second, 2);
	assert_int_equal(job_folder_remove(*state, 2, NULL), 0);
	assert_int_equal(job_folder_make(*state, &third, NULL), 0);
	assert_int_equal(third, 3);
	stray = folder_path(*state, "jobs/0012");
	assert_int_equal(mkdir(stray, 0700), 0);
	folder_write(*state, "jobs/3/log", "x", 1);
	folder_write(*state, "jobs/newest", "rubbish", 7);
	assert_int_equal(job_folder_list(*state, &numbers, &count, NULL), 0);
	assert_int_equal(count, 2);
	assert_int_equal(numbers[0], 1);
	assert_int_equal(numbers[1], 3);
	assert_int_equal(job_folder_make(*state, &fourth, NULL), 0);
	assert_int_equal(fourth, 4);
	assert_int_equal(job_folder_remove(*state, 3, NULL), 0);
	assert_int_equal(job_folder_remove(*state, 3, NULL), -ENOENT);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rate_is_smoothed),
		cmocka_unit_test(rate_begins_anew),
		IN_FOLDER(log_is_bounded),
		cmocka_unit_test(record_comes_back),
		cmocka_unit_test(hostile_records_are_bounded),
		IN_FOLDER(numbers_are_never_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
