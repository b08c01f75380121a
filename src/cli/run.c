/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every action: its plan is shown, the person is asked, it runs, and what came of it is said. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/signals.h"
#include "cli/agreement.h"
#include "cli/command.h"
#include "cli/follow.h"
#include "cli/guesses.h"
#include "cli/key_input.h"
#include "cli/mount_first.h"
#include "cli/outcome.h"
#include "cli/password.h"
#include "cli/plan_text.h"
#include "cli/progress.h"
#include "cli/unlock.h"
#include "plan/runner.h"

/* Whether the person is asked before PLAN (NULL: any plan) runs. */
static bool asks(const struct cli *cli, const struct action *action, const struct plan *plan)
{
	return action->asks && !cli_has(cli, COMMON_PLAN) && !cli_has(cli, COMMON_YES) &&
	       !(plan && (plan->needs_no_question || plan->count == 0));
}

/* Nobody can be asked: better an error at once than a plan that then does nothing. */
static int check_can_ask(const struct cli *cli, const struct action *action,
			 const struct plan *plan, struct problem *why)
{
	if (!asks(cli, action, plan))
		return 0;
	if (cli_has(cli, COMMON_JSON))
		(void)problem_set(why, -EINVAL, action->name, _("with --json nothing is asked"));
	else if (!output_can_ask())
		(void)problem_set(why, -EINVAL, action->name,
				  _("there is no terminal to ask on whether the plan is right"));
	else
		return 0;
	problem_set_next(why,
			 _("Add --yes to do it without a question, or --plan to see what would "
			   "be done."));
	return -EINVAL;
}

/* Whether what ACTION works in is mounted already, so that nothing need be opened for it. */
static bool is_mounted(struct cli *cli)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};

	return session_get_mounted(&cli->session, &mounted, NULL) == 0 && mounted.id &&
	       (text_is_equal(mounted.target, cli->session.target) ||
		text_is_equal(cli->session.target, SESSION_TARGET));
}

/* Whether ACTION works on a system, or on what may be in a container: by its names, where it is
 * given some, nobody is asked for the keys of others. */
static bool wants_keys(const struct action *action, const struct answers *answers, bool is_dry_run)
{
	if (answers_has(answers, "root")) /* that somebody has mounted already */
		return false;
	/* else by the plan that mounts it first, and the file may be standard input */
	if (mount_first_may_be_needed(answers))
		return is_dry_run && answers_has(answers, "passphrase-file");
	if (action->needs & NEEDS_SYSTEM || answers_has(answers, "passphrase-file"))
		return true;
	for (size_t i = 0; i < action->field_count; i++) {
		if (action->fields[i].kind == FIELD_FILESYSTEMS)
			return !answers_has(answers, action->fields[i].name);
	}
	return false;
}

/* Encrypted containers come first: what is in them is part of what is planned. */
static int unlock(struct cli *cli, const struct action *action, const struct answers *answers,
		  struct problem *why)
{
	const struct resolve_options options = {
		.is_read_only = answers_only_read(answers),
		.accept_guesses = true,
		.allow_degraded = true,
		.with = answers_list(answers, "with"),
		.skip = answers_list(answers, "skip"),
	};
	const struct unlock_request request = {
		.system = answers_get(answers, "system"),
		.options = &options,
		.passphrase_file = answers_get(answers, "passphrase-file"),
		.may_ask = output_can_ask() && !cli_has(cli, COMMON_JSON),
	};

	if (!wants_keys(action, answers, cli_has(cli, COMMON_PLAN)) || geteuid() != 0 ||
	    is_mounted(cli))
		return 0;
	return unlock_ask(cli, &request, why);
}

static int make_plan(struct cli *cli, const struct action *action, struct answers *answers,
		     struct plan **ret_plan, struct problem *why)
{
	_cleanup_plan_ struct plan *plan = NULL;
	bool can_ask;
	int r = unlock(cli, action, answers, why);

	if (r < 0)
		return r;
	r = action_plan(action, &cli->session, answers, cli_has(cli, COMMON_PLAN), &plan, why);
	can_ask = asks(cli, action, plan) && output_can_ask() && !cli_has(cli, COMMON_JSON);

	/* without its root, which may only lack members, a system makes no plan at all */
	if (can_ask && (r == 0 || r == -ENOENT) && !mount_first_may_be_needed(answers) &&
	    agreement_ask(cli, action, answers)) {
		plan = plan_free(plan);
		problem_done(why);
		r = action_plan(action, &cli->session, answers, false, &plan, why);
	}
	if (r < 0)
		return r;
	if (can_ask) {
		r = guesses_ask(cli, action, answers, why);
		if (r < 0)
			return r;
		if (r > 0) {
			plan = plan_free(plan);
			r = action_plan(action, &cli->session, answers, false, &plan, why);
			if (r < 0)
				return r;
		}
	}
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

/* Where lines for the person go: an action may own standard output. */
static FILE *choose_stream(const struct action *action)
{
	return action->owns_output ? stderr : stdout;
}

/* The plan; of one that nobody is asked about, in front of a program's own output, only what
 * must be known. */
static void show_plan(const struct cli *cli, const struct action *action, const struct plan *plan)
{
	bool is_plan = cli_has(cli, COMMON_PLAN), is_verbose = cli_has(cli, COMMON_VERBOSE);

	if (is_plan && cli_has(cli, COMMON_JSON))
		output_json(plan_text_to_json(plan));
	if (cli_has(cli, COMMON_JSON))
		return;
	if (is_plan) {
		plan_text_print(stdout, plan, true);
	} else if (!action->owns_output || asks(cli, action, plan) || is_verbose) {
		plan_text_print(choose_stream(action), plan, is_verbose);
		fputc('\n', choose_stream(action));
	} else if (plan->is_partial || output_can_ask()) {
		for (size_t i = 0; i < plan->guesses.count; i++)
			output_remark(plan->guesses.items[i]);
		for (size_t i = 0; i < plan->notes.count; i++)
			output_remark(plan->notes.items[i]);
	}
}

/* What destroys data wants the name of what it is done to. */
static bool ask_whether_right(const struct plan *plan)
{
	_cleanup_free_ char *names = plan_list_destroyed(plan), *text = NULL;

	if (!names)
		return output_ask(_("Do this?"));
	text = text_format(_("This can destroy data, and nothing brings that back. Type %s to do "
			     "it all the same."),
			   names);
	output_paragraph(stderr, text, 0);
	return output_ask_typed(_("Name:"), names);
}

static bool person_agrees(const struct cli *cli, const struct action *action,
			  const struct plan *plan)
{
	if (!asks(cli, action, plan))
		return true;
	if (ask_whether_right(plan))
		return true;
	output_remark(_("nothing was done"));
	return false;
}

/* One command, from its answers to its end. */
struct run {
	struct cli *cli;
	const struct action *action;
	struct answers *answers;
	struct plan *plan;
	struct password password;
	bool is_before;	  /* another one needs it, and comes then */
	bool has_mounted; /* the system that it works in, by another one before */
};

static void run_done(struct run *run)
{
	action_forget_plan(run->plan);
	run->plan = plan_free(run->plan);
	password_done(&run->password);
}

static void tell_end(struct run *run, const struct outcome *outcome,
		     const struct progress *progress, const struct journal *journal,
		     struct json_object *object)
{
	const struct action *action = run->action;
	int status = outcome_exit_status(outcome);
	bool is_set = status == EXIT_DONE || status == EXIT_PARTIAL;

	if (object && !action->owns_output) {
		if (is_set)
			password_show(&run->password, run->answers, object);
		outcome_add_json(outcome, object);
		if (run->has_mounted)
			mount_first_add_json(run->cli, object);
		output_json(json_object_get(object));
		return;
	}
	outcome_tell(outcome, progress);
	if (is_set && !object)
		password_show(&run->password, run->answers, NULL);
	if (!object && !action->owns_output && !run->is_before)
		outcome_tell_undo(outcome, journal);
}

static int execute(struct run *run)
{
	struct cli *cli = run->cli;
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_progress_ struct progress progress = {0};
	_cleanup_(step_report_done) struct step_report report = {0};
	_cleanup_problem_ struct problem why = {0};
	struct runner runner = {.classes = step_classes,
				.on_notice = progress_on_notice,
				.data = &progress,
				.stop_signal = signals_caught()};
	struct outcome outcome = {.plan = run->plan, .report = &report, .why = &why};
	int result;

	if (session_get_journal(&cli->session, &runner.journal, &why) < 0)
		return command_fail(&why);
	if (!cli_has(cli, COMMON_JSON)) {
		progress.stream = choose_stream(run->action);
		progress.is_verbose = cli_has(cli, COMMON_VERBOSE);
	} else if (!run->is_before) {
		object = plan_text_to_json(run->plan);
		progress.steps = json_get_array(object, "steps");
	}
	result = runner_execute(&runner, run->plan, &report, &why);
	if (result < 0)
		return command_fail(&why);
	outcome.result = result;
	tell_end(run, &outcome, &progress, runner.journal, object);
	return outcome_exit_status(&outcome);
}

/* Whether PLAN of ACTION runs as a job. One that has nothing to do is over before it could be one.
 */
static bool is_job(const struct run *run)
{
	return !run->is_before &&
	       (cli_has(run->cli, COMMON_JOB) || (run->action->is_job && run->plan->count > 0));
}

static int refuse_job(const struct action *action)
{
	_cleanup_problem_ struct problem why = {0};

	(void)problem_set(&why, -EINVAL, "--job",
			  _("refloat %s needs this terminal, and cannot outlive it as a job"),
			  action->name);
	problem_set_next(&why, _("Leave --job out."));
	return command_fail(&why);
}

static void tell_number(const struct cli *cli, const struct plan *plan, unsigned number)
{
	_cleanup_free_ char *line = NULL;
	struct json_object *object;

	if (cli_has(cli, COMMON_JSON)) {
		object = json_object_new_object();
		json_add_u64(object, "job", number);
		output_json(object);
		return;
	}
	line = text_format(
		_("Job %u has begun: %s. \"refloat jobs %u\" follows it, \"refloat jobs %u "
		  "--stop\" stops it."),
		number, plan->summary ? plan->summary : plan->action, number, number);
	output_paragraph(stdout, line, 0);
}

/* Starts PLAN as a job, and follows it where that was not asked for in so many words. */
static int run_as_job(struct cli *cli, const struct plan *plan)
{
	_cleanup_problem_ struct problem why = {0};
	unsigned number;

	if (job_start(step_classes, cli->session.journal_folder, plan, &number, &why) < 0)
		return command_fail(&why);
	if (!cli_has(cli, COMMON_JOB))
		return follow_started_job(cli, number);
	tell_number(cli, plan, number);
	return EXIT_DONE;
}

/* The password, where it wants one, and the plan. */
static int prepare(struct run *run, struct problem *why)
{
	int r = password_get(run->cli, run->action, run->answers, &run->password, why);

	if (r == 0)
		r = make_plan(run->cli, run->action, run->answers, &run->plan, why);
	if (r == 0)
		r = check_can_ask(run->cli, run->action, run->plan, why);
	if (r == 0 && run->password.hashed)
		text_list_add(&run->plan->notes, run->password.hashed);
	return r;
}

static int run_plan(struct run *run)
{
	struct cli *cli = run->cli;

	if (!run->is_before || !cli_has(cli, COMMON_JSON))
		show_plan(cli, run->action, run->plan);
	if (cli_has(cli, COMMON_PLAN))
		return EXIT_DONE;
	if (!person_agrees(cli, run->action, run->plan))
		return EXIT_FAILED;
	log_line("%s: %s", run->action->name, run->plan->summary ? run->plan->summary : "");
	if (is_job(run)) {
		/* what its steps need is the job's now */
		_cleanup_plan_ struct plan *plan = TAKE_PTR(run->plan);

		return run_as_job(cli, plan);
	}
	signals_catch();
	return execute(run);
}

/* What was mounted for it is said, whatever came of it; an object has said so itself. */
static void tell_mounted(struct run *run, int status)
{
	bool is_done = status == EXIT_DONE || status == EXIT_PARTIAL;

	if (!is_done || !cli_has(run->cli, COMMON_JSON))
		mount_first_tell(run->cli, is_done && run->plan && run->plan->count > 0);
}

static int run_whole(struct run *run)
{
	struct cli *cli = run->cli;
	const struct action *action = run->action;
	_cleanup_problem_ struct problem why = {0};
	int r, status;

	/* an action that asks only now and then is asked for its plan first */
	if (!action->owns_output && !action->is_job && check_can_ask(cli, action, NULL, &why) < 0)
		return command_fail(&why);
	r = prepare(run, &why);
	if (r < 0 && !run->is_before && mount_first_helps(cli, run->answers, &why)) {
		status = mount_first(cli, run->answers, &why);
		if (status != EXIT_DONE)
			return status;
		problem_done(&why);
		run->has_mounted = true;
		r = prepare(run, &why);
	}
	status = r < 0 ? command_fail(&why) : run_plan(run);
	if (run->has_mounted)
		tell_mounted(run, status);
	return status;
}

int command_run_before(struct cli *cli, const struct action *action, struct answers *answers)
{
	_cleanup_(run_done) struct run run = {
		.cli = cli, .action = action, .answers = answers, .is_before = true};

	return run_whole(&run);
}

int command_run_action(struct cli *cli, const struct action *action, struct answers *answers)
{
	_cleanup_(run_done) struct run run = {.cli = cli, .action = action, .answers = answers};

	_cleanup_problem_ struct problem why = {0};

	if (action->owns_output && cli_has(cli, COMMON_JOB) && !cli_has(cli, COMMON_PLAN))
		return refuse_job(action);
	if (key_input_read(answers, &why) < 0)
		return command_fail(&why);
	return run_whole(&run);
}
