/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job still works on is not taken down: the planners of umount and undo name the job. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../plan/file_steps.h"
#include "../plan/folder.h"
#include "action/action.h"
#include "plan/job.h"

#define PATIENCE_TURNS 2000 /* of 10 ms */

static int plan_action(const char *name, const char *folder, const char *step,
		       struct plan **ret_plan, struct problem *why)
{
	const struct action *action = action_find(name);
	_cleanup_session_ struct session session;
	_cleanup_answers_ struct answers answers = {0};

	session_init(&session);
	session.journal_folder = folder;
	answers_init(&answers, action);
	if (step)
		assert_int_equal(answers_add(&answers, "step", step), 0);
	return action->plan(&session, &answers, ret_plan, why);
}

static void refuses(const char *name, const char *folder, const char *step)
{
	_cleanup_problem_ struct problem why = {0};
	_cleanup_plan_ struct plan *plan = NULL;

	assert_int_equal(plan_action(name, folder, step, &plan, &why), -EBUSY);
	assert_string_equal(why.what, "Make files");
	assert_non_null(strstr(why.why, "job 1"));
	assert_non_null(strstr(why.next, "\"refloat jobs 1 --stop\""));
}

static size_t count_of_plan(const char *name, const char *folder, const char *step)
{
	_cleanup_plan_ struct plan *plan = NULL;

	assert_int_equal(plan_action(name, folder, step, &plan, NULL), 0);
	return plan->count;
}

static void note_of_chroot(const char *folder, const char *wanted)
{
	_cleanup_plan_ struct plan *plan = NULL;

	assert_int_equal(plan_action("chroot", folder, NULL, &plan, NULL), 0);
	assert_int_equal(plan->needs_no_question, wanted == NULL);
	assert_int_equal(plan->notes.count, wanted ? 1 : 0);
	if (wanted)
		assert_non_null(strstr(plan->notes.items[0], wanted));
}

/* An operation with a step for each name; of class "long" the last where IS_LONG. */
static struct plan *make_plan(const char *folder, const char *first, const char *last, bool is_long)
{
	struct plan *plan = plan_new("test");

	plan->summary = text_copy("Make files");
	file_steps_add(plan, "file", STEP_REQUIRED, folder, first);
	if (last)
		file_steps_add(plan, is_long ? "long" : "file", STEP_REQUIRED, folder, last);
	return plan;
}

static void execute(const char *folder, struct plan *plan)
{
	_cleanup_journal_ struct journal *journal = NULL;
	struct runner runner = {.classes = file_step_classes};

	assert_int_equal(journal_open(folder, &journal, NULL), 0);
	runner.journal = journal;
	assert_int_equal(runner_execute(&runner, plan, NULL, NULL), RUNNER_DONE);
}

/* Waits until job 1 is as IS_RUNNING says; if it runs, in its second step. */
static void wait_for(const char *folder, bool is_running)
{
	for (int turn = 0; turn < PATIENCE_TURNS; turn++) {
		_cleanup_job_ struct job *job = NULL;

		assert_int_equal(job_read(folder, 1, &job, NULL), 0);
		if (job_is_running(job) == is_running &&
		    (!is_running || (job->step == 2 && job->progress.unit)))
			return;
		(void)poll(NULL, 0, 10);
	}
	fail_msg("job 1 is not what it should be");
}

static void running_job_is_in_the_way(void **state)
{
	_cleanup_plan_ struct plan *older = make_plan(*state, "a", NULL, false);
	_cleanup_plan_ struct plan *running = make_plan(*state, "b", "c", true);
	_cleanup_plan_ struct plan *newer = make_plan(*state, "d", NULL, false);
	unsigned number = 0;

	/* as if that had mounted a system: the root is mounted, too */
	step_set(older->steps[0], "system", "web01");
	step_set(older->steps[0], "system-name", "Debian of web01");
	step_set(older->steps[0], "root", "/");
	running->steps[0]->is_temporary = true;
	execute(*state, older);
	note_of_chroot(*state, NULL);
	assert_int_equal(job_start(file_step_classes, *state, running, &number, NULL), 0);
	wait_for(*state, true);
	note_of_chroot(*state, "Job 1");
	refuses("umount", *state, NULL);
	refuses("undo", *state, NULL);
	execute(*state, newer);
	refuses("umount", *state, NULL);
	refuses("undo", *state, "2");
	refuses("undo", *state, "1"); /* the job's would have to go before it */
	assert_int_equal(count_of_plan("undo", *state, NULL), 1);

	folder_write(*state, "c.go", "", 0);
	wait_for(*state, false);
	note_of_chroot(*state, NULL);
	assert_int_equal(count_of_plan("undo", *state, "2"), 2); /* one was for the time only */
	assert_int_equal(count_of_plan("umount", *state, NULL), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(running_job_is_in_the_way, folder_setup,
						folder_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
