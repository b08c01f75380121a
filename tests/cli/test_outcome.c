/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exit status of what ran, here or as a job, and the same in JSON. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/job_json.h"
#include "cli/outcome.h"
#include "cli/output.h"

/* A job that has ended with RESULT and is in STATE. */
static struct job *job_make(enum job_state state, int result)
{
	struct job *job = calloc(1, sizeof(*job));

	assert_non_null(job);
	job->number = 7;
	job->state = state;
	job->folder = text_copy("/run/refloat/jobs/7");
	job->plan = plan_new("mount");
	job->result = result;
	job->progress.seconds_left = -1;
	return job;
}

static void status_tells_how_it_ended(void **state)
{
	static const struct {
		int result;
		bool is_partial, is_unfinished;
		int status;
	} cases[] = {
		{RUNNER_DONE, false, false, EXIT_DONE},
		{RUNNER_DONE, true, false, EXIT_PARTIAL},
		{RUNNER_DONE, false, true, EXIT_PARTIAL},
		{RUNNER_PARTIAL, false, false, EXIT_PARTIAL},
		{RUNNER_UNDONE, false, false, EXIT_FAILED},
		{RUNNER_UNDONE, true, true, EXIT_FAILED},
		{RUNNER_FAILED, false, true, EXIT_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_job_ struct job *job = job_make(JOB_DONE, cases[i].result);

		job->plan->is_partial = cases[i].is_partial;
		job->report.is_unfinished = cases[i].is_unfinished;
		assert_int_equal(outcome_job_status(job), cases[i].status);
	}
}

/* What a program returned that was run for the user is the exit status, unless refloat failed. */
static void program_has_the_last_word(void **state)
{
	_cleanup_job_ struct job *job = job_make(JOB_DONE, RUNNER_DONE);

	(void)state;
	job->report.has_exit_status = true;
	job->report.exit_status = 42;
	assert_int_equal(outcome_job_status(job), 42);
	job->result = RUNNER_FAILED;
	assert_int_equal(outcome_job_status(job), EXIT_FAILED);
}

static void only_what_has_ended_has_a_status(void **state)
{
	_cleanup_job_ struct job *job = job_make(JOB_RUNNING, 0);

	(void)state;
	assert_int_equal(outcome_job_status(job), -1);
	job->state = JOB_STOPPING;
	assert_int_equal(outcome_job_status(job), -1);
	job->state = JOB_CUT_OFF;
	assert_int_equal(outcome_job_status(job), EXIT_FAILED);
	job->state = JOB_FAILED; /* it could not begin */
	job->result = -ENOENT;
	assert_int_equal(outcome_job_status(job), EXIT_NOTHING);
	job->result = -EBUSY;
	assert_int_equal(outcome_job_status(job), EXIT_FAILED);
}

static void result_always_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(outcome_result_name(RUNNER_DONE), "done");
	assert_string_equal(outcome_result_name(RUNNER_PARTIAL), "partial");
	assert_string_equal(outcome_result_name(RUNNER_UNDONE), "undone");
	assert_string_equal(outcome_result_name(RUNNER_FAILED), "failed");
	assert_string_equal(outcome_result_name(-EBUSY), "failed");
	assert_string_equal(outcome_result_name(1000), "failed"); /* from a file */
}

/* A step's number comes from a file as well. */
static void json_reads_nothing_beyond_the_plan(void **state)
{
	_cleanup_job_ struct job *job = job_make(JOB_RUNNING, 0);
	_cleanup_json_ struct json_object *object = NULL;

	(void)state;
	job->step = 5;
	object = job_json_new(job);
	assert_int_equal(json_get_u64(object, "id", 0), 7);
	assert_null(json_get_object(object, "step"));
	assert_null(json_get_object(object, "progress"));
	assert_null(json_get_text(object, "result"));
	assert_non_null(json_get_text(object, "stop_what"));
	assert_string_equal(json_get_text(object, "log"), "/run/refloat/jobs/7/log");
}

static void json_says_how_far_it_is(void **state)
{
	_cleanup_job_ struct job *job = job_make(JOB_RUNNING, 0);
	_cleanup_json_ struct json_object *object = NULL;
	struct json_object *progress, *percent;

	(void)state;
	job->progress = (struct job_progress){.done = 3, .total = 8, .seconds_left = 12};
	text_set(&job->progress.unit, "inodes");
	object = job_json_new(job);
	progress = json_get_object(object, "progress");
	assert_non_null(progress);
	assert_int_equal(json_get_u64(progress, "total", 0), 8);
	assert_int_equal(json_get_u64(progress, "seconds_left", 0), 12);
	assert_true(json_object_object_get_ex(progress, "percent", &percent));
	assert_string_equal(json_object_to_json_string(percent), "37.5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_tells_how_it_ended),
		cmocka_unit_test(program_has_the_last_word),
		cmocka_unit_test(only_what_has_ended_has_a_status),
		cmocka_unit_test(result_always_has_a_name),
		cmocka_unit_test(json_reads_nothing_beyond_the_plan),
		cmocka_unit_test(json_says_how_far_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
