/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat status: what refloat has done here, what is mounted, what undo would do. */
#include <stdio.h>

#include "action/describe.h"
#include "action/describe_job.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "cli/command.h"
#include "cli/system_json.h"
#include "plan/job.h"

static void print_step(const struct operation *operation, const struct journal_step *step)
{
	bool is_running =
		operation->state == OPERATION_RUNNING && step->state == JOURNAL_STEP_STARTED;
	_cleanup_free_ char *line = NULL;

	line = text_format("%s: %s%s%s", step->step->what,
			   is_running ? _("running now") : describe_step_state(step->state),
			   step->error ? ": " : "", step->error ? step->error : "");
	output_numbered(stdout, line, 1, step->number);
}

/* One that was done and then taken back only in part: its own last word is no longer true. */
static bool is_half_undone(const struct operation *operation)
{
	if (operation->state != OPERATION_DONE && operation->state != OPERATION_PARTIAL)
		return false;
	for (size_t i = 0; i < operation->count; i++) {
		const struct journal_step *step = &operation->steps[i];

		if (step->state == JOURNAL_STEP_UNDONE && !step->step->is_temporary)
			return true;
	}
	return false;
}

/* ", job 3, step 2 of 4: 43%" behind the state of OPERATION; "" where no job does or did it. */
static char *format_job(const struct job_list *jobs, const struct operation *operation)
{
	_cleanup_free_ char *progress = text_copy("");

	if (!operation->job)
		return text_copy("");
	for (size_t i = 0; i < jobs->count; i++) {
		if (jobs->items[i]->number != operation->job || !job_is_running(jobs->items[i]))
			continue;
		free(progress);
		progress = describe_job_progress(jobs->items[i]);
	}
	return text_format(_(", job %u%s%s"), operation->job, *progress ? ", " : "", progress);
}

static void print_operation(const struct operation *operation, const struct job_list *jobs,
			    bool has_steps)
{
	_cleanup_free_ char *started = time_format(operation->started);
	_cleanup_free_ char *who = printable_text(operation->who),
			    *by = format_job(jobs, operation);
	_cleanup_free_ char *line =
		text_format(_("Operation %u: %s (%s%s%s): %s%s"), operation->number,
			    operation->summary ? operation->summary : operation->action, started,
			    *who ? ", " : "", who,
			    is_half_undone(operation) ? _("undone in part")
						      : describe_operation_state(operation->state),
			    by);

	output_paragraph(stdout, line, 0);
	for (size_t i = 0; has_steps && i < operation->count; i++)
		print_step(operation, &operation->steps[i]);
	putchar('\n');
}

static void print_undo(const struct operation *operation, bool has_commands)
{
	size_t number = 0;

	printf(_("\"refloat undo\" would undo operation %u:\n"), operation->number);
	for (size_t i = operation->count; i-- > 0;) {
		_cleanup_text_list_ struct text_list lines = {0};
		_cleanup_free_ char *what = describe_undo(&operation->steps[i], &lines);

		if (!what)
			continue;
		output_numbered(stdout, what, 1, ++number);
		for (size_t j = 0; has_commands && j < lines.count; j++)
			printf("     %s\n", lines.items[j]);
	}
}

/* What is to be undone first is worked on just now. */
static void print_undo_later(const struct problem *why)
{
	_cleanup_free_ char *text = problem_text(why);
	_cleanup_free_ char *line = text_format(_("Nothing can be undone now: %s. %s"), text,
						why->next ? why->next : "");

	output_paragraph(stdout, line, 0);
}

static void print_mounted(const struct mounted_system *mounted)
{
	_cleanup_free_ char *line = NULL;

	if (!mounted->id) {
		printf("%s\n", _("No system is mounted by refloat."));
		return;
	}
	line = text_format(mounted->is_read_only ? _("%s is mounted under %s, read-only.")
						 : _("%s is mounted under %s."),
			   mounted->summary, mounted->target);
	output_paragraph(stdout, line, 0);
}

static void print_text(const struct cli *cli, const struct journal *journal,
		       const struct job_list *jobs, const struct mounted_system *mounted)
{
	bool is_verbose = cli_has(cli, COMMON_VERBOSE);
	const struct operation *undoable = describe_find_undoable(journal);
	_cleanup_problem_ struct problem why = {0};
	size_t count;
	const struct operation *operations = journal_operations(journal, &count);

	print_mounted(mounted);
	if (journal_is_foreign(journal))
		output_paragraph(
			stdout,
			_("What follows was done in another mount namespace than this one: it "
			  "can only be undone there."),
			0);
	if (count > 0)
		putchar('\n');
	for (size_t i = 0; i < count; i++)
		print_operation(&operations[i], jobs,
				is_verbose || operations[i].state != OPERATION_UNDONE);
	if (undoable && journal_check_undo(journal, undoable->number, &why) < 0)
		print_undo_later(&why);
	else if (undoable)
		print_undo(undoable, is_verbose);
	else
		printf("%s\n", _("There is nothing to undo."));
}

static struct json_object *step_json(const struct journal_step *step)
{
	struct json_object *object = json_object_new_object();
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *undo = describe_undo(step, &lines), *command = NULL;

	command = undo ? text_list_join(&lines, "\n") : NULL;
	json_add_u64(object, "number", step->number);
	json_add_text(object, "what", step->step->what);
	json_add_text(object, "risk", step_risk_name(step->step->risk));
	json_add_text(object, "state", journal_step_state_name(step->state));
	json_add_text(object, "error", step->error);
	json_add_text(object, "undo", undo);
	json_add_text(object, "undo_command", command);
	return object;
}

static struct json_object *operation_json(const struct operation *operation)
{
	struct json_object *object = json_object_new_object(), *steps = json_object_new_array();

	json_add_u64(object, "number", operation->number);
	json_add_text(object, "action", operation->action);
	json_add_text(object, "summary", operation->summary);
	json_add_u64(object, "started", operation->started > 0 ? (uint64_t)operation->started : 0);
	json_add_u64(object, "pid", (uint64_t)operation->pid);
	json_add_text(object, "who", operation->who);
	json_add_text(object, "state", operation_state_name(operation->state));
	if (operation->job)
		json_add_u64(object, "job", operation->job);
	else
		json_add_text(object, "job", NULL);
	for (size_t i = 0; i < operation->count; i++)
		(void)json_object_array_add(steps, step_json(&operation->steps[i]));
	(void)json_object_object_add(object, "steps", steps);
	return object;
}

static void print_json(const struct journal *journal, const struct mounted_system *mounted)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();
	const struct operation *undoable = describe_find_undoable(journal);
	size_t count;
	const struct operation *operations = journal_operations(journal, &count);

	(void)json_object_object_add(object, "mounted", mounted_system_to_json(mounted));
	for (size_t i = 0; i < count; i++)
		(void)json_object_array_add(list, operation_json(&operations[i]));
	(void)json_object_object_add(object, "operations", list);
	if (undoable)
		json_add_u64(object, "undo", undoable->number);
	else
		json_add_text(object, "undo", NULL);
	json_add_bool(object, "foreign", journal_is_foreign(journal));
	output_json(object);
}

static int run_status(struct cli *cli, const struct answers *answers)
{
	struct session *session = &cli->session;
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};
	_cleanup_job_list_ struct job_list jobs = {0};
	_cleanup_problem_ struct problem why = {0};

	(void)answers; /* it has no options of its own */
	/* in this way nothing is made or locked, and root is not needed */
	if (journal_open_read_only(session->journal_folder, &session->journal, &why) < 0 ||
	    session_get_mounted(session, &mounted, &why) < 0 ||
	    job_list_read(session->journal_folder, &jobs, &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON))
		print_json(session->journal, &mounted);
	else
		print_text(cli, session->journal, &jobs, &mounted);
	return EXIT_DONE;
}

static const struct example examples[] = {
	{"status", N_("what was done here since boot, and what undo would do")},
	{"status --verbose", N_("the same with the shell commands that would undo it")},
	{"status --json | jq .mounted", N_("what is mounted now, for a script")},
	{NULL, NULL},
};

const struct listing listing_status = {
	.description =
		{
			.name = "status",
			.help = N_(
				"what refloat has done here, what is mounted, what undo would do"),
			.details = N_("Shows every operation of refloat since this machine "
				      "started, with its "
				      "steps by number and how each ended, also of one that was "
				      "cut off by a "
				      "killed program; the system that is mounted now; and what "
				      "\"refloat undo\" "
				      "would do next. It only reads /run/refloat."),
			.examples = examples,
		},
	.run = run_status,
};
