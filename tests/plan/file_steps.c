/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step classes for tests, whose effect is a file. */
#include "file_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/shell.h"
#include "plan/journal.h"

static unsigned instants_left;

void file_steps_kill_at(unsigned number)
{
	instants_left = number;
}

static void pass_instant(void)
{
	if (instants_left && --instants_left == 0)
		(void)raise(SIGKILL);
}

static const char *path_of(const struct step *step)
{
	return step_get(step, "path");
}

static bool is_done(const struct step *step)
{
	return access(path_of(step), F_OK) == 0;
}

static void print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"touch", path_of(step), NULL};

	text_list_take(lines, shell_command_vector(words));
}

static int prepare(struct step *step, struct problem *why)
{
	pass_instant();
	if (is_done(step))
		return problem_set(why, -EEXIST, path_of(step), "is there already");
	step_set(step, "prepared", "yes");
	return 0;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_close_ int fd = -1;

	(void)report;
	pass_instant();
	fd = open(path_of(step), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return problem_set_errno(why, -errno, path_of(step));
	step_set(step, "made", "yes");
	pass_instant();
	return 0;
}

static int run_and_fail(struct step *step, struct step_report *report, struct problem *why)
{
	int r = run(step, report, why);

	return r < 0 ? r : problem_set(why, -EIO, path_of(step), "made, and failed then");
}

static int fail_at_once(struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	pass_instant();
	return problem_set(why, -EIO, path_of(step), "failed at once");
}

static int give_no_answer(struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	return problem_set(why, -ETIMEDOUT, path_of(step), "gave no answer");
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	pass_instant();
	if (unlink(path_of(step)) < 0 && errno != ENOENT)
		return problem_set_errno(why, -errno, path_of(step));
	pass_instant();
	return 0;
}

static int undo_unless_held(const struct step *step, struct step_report *report,
			    struct problem *why)
{
	_cleanup_free_ char *hold = text_format("%s.hold", path_of(step));

	if (access(hold, F_OK) == 0)
		return problem_set(why, -EBUSY, path_of(step), "is held");
	return undo(step, report, why);
}

static char *undo_what(const struct step *step)
{
	return text_format("Remove %s", path_of(step));
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"rm", path_of(step), NULL};

	text_list_take(lines, shell_command_vector(words));
}

static int look(struct step *step, struct step_report *report, struct problem *why)
{
	(void)step;
	(void)why;
	pass_instant();
	text_list_add(&report->notes, "looked");
	report->exit_status = 7;
	report->has_exit_status = true;
	return 0;
}

static int run_when_told(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_free_ char *go = text_format("%s.go", path_of(step));

	for (int turn = 0; access(go, F_OK) < 0; turn++) {
		if (turn == 1000)
			return problem_set(why, -ETIMEDOUT, path_of(step), "was never told to go");
		(void)poll(NULL, 0, 10);
	}
	return run(step, report, why);
}

static int run_and_crash(struct step *step, struct step_report *report, struct problem *why)
{
	int r = run(step, report, why);

	(void)raise(SIGSEGV);
	return r;
}

static int talk(struct step *step, struct step_report *report, struct problem *why)
{
	struct step_progress progress = {
		.done = 1, .total = 2, .unit = "files", .text = "writing"};
	int r;

	step_report_progress(report, &progress);
	step_report_output(report, true, "a line", strlen("a line"));
	if (step_report_stop_signal(report) && *step_report_stop_signal(report))
		return problem_set(why, -EINTR, path_of(step), "stopped in the middle");
	r = run(step, report, why);
	report->is_unfinished = true;
	return r;
}

static int undo_and_talk(const struct step *step, struct step_report *report, struct problem *why)
{
	step_report_output(report, false, "undoing", strlen("undoing"));
	if (step_report_stop_signal(report))
		return problem_set(why, -EINTR, path_of(step), "undoing can be stopped");
	return undo(step, report, why);
}

static int run_for_long(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_free_ char *go = text_format("%s.go", path_of(step));
	const volatile int *stop = step_report_stop_signal(report);

	for (unsigned turn = 0; access(go, F_OK) < 0; turn++) {
		const struct step_progress progress = {
			.done = turn, .total = 2000, .unit = "turns", .text = "turning"};

		if (turn == 2000)
			return problem_set(why, -ETIMEDOUT, path_of(step), "was never told to go");
		if (stop && *stop)
			return problem_set(why, -EINTR, path_of(step), "stopped in the middle");
		step_report_progress(report, &progress);
		step_report_output(report, false, "turn", strlen("turn"));
		(void)poll(NULL, 0, 10);
	}
	return run(step, report, why);
}

static char *say_stop(const struct step *step)
{
	return text_format("%s is not made.", path_of(step));
}

#define MAKES_A_FILE                                                                               \
	.command = print, .prepare = prepare, .undo_what = undo_what, .undo_command = undo_print,  \
	.is_done = is_done

static const struct step_class file = {.name = "file", .run = run, .undo = undo, MAKES_A_FILE};
static const struct step_class file_then_fail = {
	.name = "file-then-fail", .run = run_and_fail, .undo = undo, MAKES_A_FILE};
static const struct step_class failing = {.name = "fail", .run = fail_at_once, .undo = undo, MAKES_A_FILE};
static const struct step_class silent = {
	.name = "no-answer", .run = give_no_answer, .undo = undo, MAKES_A_FILE};
static const struct step_class staying = {
	.name = "file-that-stays", .run = run, .undo = undo_unless_held, MAKES_A_FILE};
static const struct step_class staying_failure = {.name = "file-that-stays-then-fail",
						  .run = run_and_fail,
						  .undo = undo_unless_held,
						  MAKES_A_FILE};
static const struct step_class waiting = {
	.name = "wait", .run = run_when_told, .undo = undo, MAKES_A_FILE};
static const struct step_class crashing = {
	.name = "crash", .run = run_and_crash, .undo = undo, MAKES_A_FILE};
static const struct step_class alone = {
	.name = "file-that-stays-alone", .is_independent = true, .run = run,
	.undo = undo_unless_held, MAKES_A_FILE};
static const struct step_class talking = {
	.name = "talk", .run = talk, .undo = undo_and_talk, MAKES_A_FILE};
static const struct step_class lasting = {
	.name = "long", .is_long = true, .stop_what = say_stop, .run = run_for_long, .undo = undo,
	MAKES_A_FILE};
static const struct step_class checking = {
	.name = "check", .is_long = true, .stop_what = say_stop, .command = print,
	.run = run_for_long};
static const struct step_class shell = {.name = "shell", .is_interactive = true, .run = look};
static const struct step_class looking = {.name = "look", .command = print, .run = look};

const struct step_class *const file_step_classes[] = {
	&file,	  &file_then_fail, &failing,  &silent, &staying, &staying_failure,
	&looking, &waiting,	   &crashing, &shell,  &alone, &talking, &lasting, &checking, NULL,
};

void file_steps_add(struct plan *plan, const char *class_name, enum step_policy policy,
		    const char *folder, const char *name)
{
	struct step *step = step_new(class_name, RISK_SYSTEM, policy, "Make %s", name);
	_cleanup_free_ char *path = text_format("%s/%s", folder, name);

	step_set(step, "path", path);
	plan_add(plan, step);
}

struct plan *file_steps_plan_undo(const char *folder)
{
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_free_ const struct operation **list = NULL;
	struct plan *plan = plan_new("undo");
	size_t count;

	assert_int_equal(journal_open(folder, &journal, NULL), 0);
	count = journal_list_undoable(journal, &list);
	plan->is_undo = true;
	plan->summary = text_copy("Undo all");
	for (size_t i = 0; i < count; i++) {
		for (size_t j = list[i]->count; j > 0; j--) {
			const struct journal_step *step = &list[i]->steps[j - 1];

			if (journal_step_is_undoable(step))
				plan_add(plan, step_new_undo(file_step_classes, list[i]->number,
							     step->number, step->step));
		}
	}
	return plan;
}
