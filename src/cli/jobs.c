/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat jobs: lists jobs, follows one, stops it, shows what its programs wrote. */
#include <errno.h>
#include <stdio.h>

#include "action/describe_job.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/follow.h"
#include "cli/grid.h"
#include "cli/job_json.h"
#include "cli/job_notice.h"
#include "cli/outcome.h"

#define FIELD_ID "job"
#define FIELD_STOP "stop"
#define FIELD_OUTPUT "output"
#define FIELD_RUNNING "running"
#define FIELD_FORGET "forget"

/* What was asked for. */
struct request {
	struct cli *cli;
	const char *folder; /* the journal's */
	unsigned number;    /* 0: no job was named */
};

static const struct grid_column columns[] = {
	{N_("JOB"), GRID_NUMBER}, {N_("STATE"), GRID_TEXT}, {N_("STARTED"), GRID_TEXT},
	{N_("ENDED"), GRID_TEXT}, {N_("WHAT"), GRID_WRAPS},
};

/* What it does, how far that is, what went wrong, and who has started it. */
static char *describe_row(const struct job *job, bool is_verbose)
{
	const struct plan *plan = job->plan;
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *progress = describe_job_progress(job);
	_cleanup_free_ char *who = printable_text(job->who);
	bool is_asked = job->state == JOB_STOPPED && job->why.error == -EINTR; /* its state says so */
	_cleanup_free_ char *problem =
		job->why.error && !is_asked ? problem_text(&job->why) : NULL;

	text_list_add(&parts, plan->summary ? plan->summary : plan->action);
	if ((job_is_running(job) || job->state == JOB_CUT_OFF) && !text_is_empty(progress))
		text_list_add(&parts, progress);
	if (problem)
		text_list_add(&parts, problem);
	else if (job->report.is_unfinished && job->report.notes.count)
		text_list_add(&parts, job->report.notes.items[0]);
	if (is_verbose && !text_is_empty(who))
		text_list_format(&parts, _("started by %s"), who);
	return text_list_join(&parts, "; ");
}

static void add_row(struct grid *grid, const struct job *job, bool is_verbose)
{
	_cleanup_free_ char *number = text_format("%u", job->number);
	_cleanup_free_ char *started = describe_job_time(job->started);
	_cleanup_free_ char *ended = describe_job_time(job->ended);
	_cleanup_free_ char *what = describe_row(job, is_verbose);
	const char *const cells[] = {number, describe_job_state(job), started, ended, what};

	(void)grid_add(grid, GRID_NO_PARENT, cells); /* its number is of no use here */
}

static void print_list(const struct cli *cli, const struct job_list *list)
{
	struct grid_column titles[ARRAY_SIZE(columns)];
	_cleanup_grid_ struct grid *grid = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		titles[i] = columns[i];
		titles[i].title = _(columns[i].title);
	}
	grid = grid_new(titles, ARRAY_SIZE(columns), output_width());
	for (size_t i = 0; i < list->count; i++) {
		add_row(grid, list->items[i], cli_has(cli, COMMON_VERBOSE));
		if (!job_is_running(list->items[i]))
			job_mark_seen(list->items[i]);
	}
	grid_print(grid, 0);
}

static void print_list_json(const struct job_list *list)
{
	struct json_object *object = json_object_new_object(), *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		(void)json_object_array_add(array, job_json_new(list->items[i]));
	(void)json_object_object_add(object, "jobs", array);
	output_json(object);
}

/* Says WHY what is kept of jobs cannot be read. */
static int fail_reading(struct problem *why)
{
	if (why->error == -EACCES)
		problem_set_next(why, _("Only root can see what refloat does here."));
	return command_fail(why);
}

static int list_jobs(const struct request *request)
{
	_cleanup_job_list_ struct job_list list = {0};
	_cleanup_problem_ struct problem why = {0};

	if (job_list_read(request->folder, &list, &why) < 0)
		return fail_reading(&why);
	if (cli_has(request->cli, COMMON_JSON))
		print_list_json(&list);
	else if (list.count == 0)
		printf("%s\n", _("No job runs, and none has ended since this machine started."));
	else
		print_list(request->cli, &list);
	return EXIT_DONE;
}

/* The job's state as JSON, once; with --wait at its end. */
static int print_state(const struct request *request)
{
	unsigned wait_ms = request->cli->invocation->wait_ms;
	_cleanup_job_follow_ struct job_follow *follow = NULL;
	_cleanup_progress_ struct progress progress = {0};
	_cleanup_problem_ struct problem why = {0};
	enum follow_end end = FOLLOW_WAITED;

	if (job_follow_start(request->folder, request->number, &follow, &why) < 0)
		return fail_reading(&why);
	if (wait_ms)
		end = follow_watch(follow, &progress, wait_ms);
	output_json(job_json_new(job_follow_job(follow)));
	if (!wait_ms)
		return EXIT_DONE;
	return end == FOLLOW_ENDED ? outcome_job_status(job_follow_job(follow)) : EXIT_PARTIAL;
}

static int follow(const struct request *request)
{
	return cli_has(request->cli, COMMON_JSON) ? print_state(request)
						  : follow_job(request->cli, request->number);
}

/* Says what stopping means, and asks. */
static int agree_to_stop(const struct request *request, const struct job *job)
{
	const struct cli *cli = request->cli;
	_cleanup_free_ char *line = describe_job(job), *means = describe_job_stop(job);
	_cleanup_problem_ struct problem why = {0};

	if (!cli_has(cli, COMMON_JSON)) {
		output_paragraph(stdout, line, 0);
		output_paragraph(stdout, means, 0);
	}
	if (cli_has(cli, COMMON_YES))
		return EXIT_DONE;
	if (cli_has(cli, COMMON_JSON) || !output_can_ask()) {
		(void)problem_set(&why, -EINVAL, "--stop",
				  _("nobody can be asked whether to stop it"));
		problem_set_next(&why, _("Add --yes to stop it without a question."));
		return command_fail(&why);
	}
	if (output_ask(_("Stop it?")))
		return EXIT_DONE;
	output_remark(_("the job goes on"));
	return EXIT_FAILED;
}

/* How a job that was to be stopped has ended; that it has is what was asked for. */
static int tell_stopped(const struct cli *cli, const struct job *job)
{
	_cleanup_free_ char *line = describe_job(job);

	if (cli_has(cli, COMMON_JSON)) {
		output_json(job_json_new(job));
	} else {
		output_paragraph(stdout, line, 0);
		for (size_t i = 0; i < job->report.notes.count; i++)
			output_item(stdout, job->report.notes.items[i], 1);
	}
	return job->state == JOB_FAILED || job->state == JOB_CUT_OFF ? EXIT_FAILED : EXIT_DONE;
}

/* Shows what the job still does, from now on, until it has stopped. */
static int wait_for_stop(const struct request *request, struct job_follow *follow)
{
	const struct cli *cli = request->cli;
	_cleanup_progress_ struct progress progress = {0};
	enum follow_end end;

	if (!cli_has(cli, COMMON_JSON))
		follow_prepare(cli, &progress);
	end = follow_watch(follow, &progress, cli->invocation->wait_ms);
	if (end != FOLLOW_ENDED)
		return follow_tell_end(cli, job_follow_job(follow), end, &progress);
	if (progress.stream)
		progress_break_line(&progress);
	return tell_stopped(cli, job_follow_job(follow));
}

static int stop_job(const struct request *request)
{
	_cleanup_job_follow_ struct job_follow *follow = NULL;
	_cleanup_problem_ struct problem why = {0};
	int status, r;

	if (job_follow_start(request->folder, request->number, &follow, &why) < 0)
		return fail_reading(&why);
	if (job_follow_dispatch(follow, NULL, NULL)) { /* what was before the stop is not shown */
		status = agree_to_stop(request, job_follow_job(follow));
		if (status != EXIT_DONE)
			return status;
		r = job_stop(request->folder, request->number, &why);
		if (r < 0 && r != -ESRCH) /* it may have ended while the question stood there */
			return command_fail(&why);
	}
	return wait_for_stop(request, follow);
}

static void print_printable(FILE *file)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, file)) > 0) {
		_cleanup_free_ char *shown = NULL;

		if (line[length - 1] == '\n')
			length--;
		shown = printable_bytes(line, (size_t)length);
		puts(shown);
	}
}

static int print_output(const struct request *request)
{
	_cleanup_job_ struct job *job = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *path = NULL;
	_cleanup_fclose_ FILE *log = NULL;

	if (job_read(request->folder, request->number, &job, &why) < 0)
		return fail_reading(&why);
	path = job_log_path(job);
	log = fopen(path, "re");
	if (log) {
		print_printable(log);
	} else if (errno != ENOENT) { /* its programs may not have written anything yet */
		(void)problem_set_errno(&why, -errno, path);
		return command_fail(&why);
	}
	return EXIT_DONE;
}

/* What is kept of the job that was named, or of all that have ended. */
static int forget_jobs(const struct request *request)
{
	_cleanup_problem_ struct problem why = {0};

	return job_forget(request->folder, request->number, &why) < 0 ? command_fail(&why)
								      : EXIT_DONE;
}

static int print_running(const struct request *request)
{
	job_notice_print_all(request->folder);
	return EXIT_DONE;
}

/* What is done instead of listing or following. */
static const struct way {
	const char *field;
	bool needs_number; /* one job must be named */
	bool is_about_all; /* none can be */
	int (*run)(const struct request *request);
} ways[] = {
	{.field = FIELD_STOP, .needs_number = true, .run = stop_job},
	{.field = FIELD_OUTPUT, .needs_number = true, .run = print_output},
	{.field = FIELD_FORGET, .run = forget_jobs},
	{.field = FIELD_RUNNING, .is_about_all = true, .run = print_running},
};

static int refuse_words(const char *what, const char *reason, const char *next)
{
	_cleanup_problem_ struct problem why = {0};

	(void)problem_set(&why, -EINVAL, what, "%s", reason);
	problem_set_next(&why, "%s", next);
	return command_fail(&why);
}

/* The last way that ANSWERS ask for, NULL where there is none, and how many they ask for. */
static const struct way *choose_way(const struct answers *answers, size_t *ret_count)
{
	const struct way *way = NULL;

	*ret_count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!answers_has(answers, ways[i].field))
			continue;
		way = &ways[i];
		(*ret_count)++;
	}
	return way;
}

static int run_way(const struct request *request, const struct answers *answers)
{
	size_t count;
	const struct way *way = choose_way(answers, &count);
	_cleanup_free_ char *option = NULL;

	if (!way)
		return request->number ? follow(request) : list_jobs(request);
	option = text_format("--%s", way->field);
	if (count > 1)
		return refuse_words(option, _("it cannot be combined with the others"),
				    _("Give one of --stop, --output, --forget and --running."));
	if (way->needs_number && !request->number)
		return refuse_words(option, _("which job is meant is missing"),
				    _("\"refloat jobs\" lists them with their numbers."));
	if (way->is_about_all && request->number)
		return refuse_words(option, _("it is about all jobs"), _("Leave the number out."));
	return way->run(request);
}

static int run_jobs(struct cli *cli, const struct answers *answers)
{
	const char *id = answers_get(answers, FIELD_ID);
	struct request request = {.cli = cli, .folder = cli->session.journal_folder};
	_cleanup_free_ char *shown = NULL;
	uint64_t number = 0;

	if (id && (text_parse_u64(id, &number) < 0 || number == 0 || number > UINT32_MAX)) {
		shown = printable_text(id);
		return refuse_words(shown, _("that is no number of a job"),
				    _("\"refloat jobs\" lists them with their numbers."));
	}
	request.number = (unsigned)number;
	return run_way(&request, answers);
}

static const struct field fields[] = {
	{.name = FIELD_ID,
	 .kind = FIELD_JOB,
	 .metavar = N_("ID"),
	 .help = N_("the number of a job")},
	{.name = FIELD_STOP,
	 .kind = FIELD_FLAG,
	 .help = N_(
		 "say what stopping the job means, ask, stop it, and wait until it has stopped")},
	{.name = FIELD_OUTPUT, .kind = FIELD_FLAG, .help = N_("print what its programs wrote")},
	{.name = FIELD_FORGET,
	 .kind = FIELD_FLAG,
	 .help = N_("remove what is kept of jobs that have ended")},
	{.name = FIELD_RUNNING,
	 .kind = FIELD_FLAG,
	 .help = N_("print a line for each job that runs, and nothing where none does")},
};

static const struct example examples[] = {
	{"jobs", N_("what runs, how far it is, and what has ended")},
	{"jobs 3", N_("follow job 3 from its beginning; Ctrl-C ends the following only")},
	{"jobs 3 --stop", N_("stop it, once you know what that means")},
	{"jobs 3 --output | less", N_("what its programs wrote")},
	{"jobs 3 --json --wait 3600", N_("in a script: wait for its end, an hour at most")},
	{"jobs --json | jq '.jobs[] | select(.state == \"running\") | .progress.percent'",
	 N_("how far all are that run")},
	{NULL, NULL},
};

const struct listing listing_jobs = {
	.description =
		{
			.name = "jobs",
			.help = N_("work that goes on without this terminal"),
			.details = N_(
				"What takes long runs as a job: a process of its own that no "
				"closed "
				"terminal and no dropped connection reaches. Without a number this "
				"lists all jobs since this machine started. With a number it shows "
				"that job from its beginning and follows it to its end; any number "
				"of people can follow one job, and leaving does nothing to it. The "
				"exit status is then that of the action itself, or 3 where --wait "
				"was given and its time is over.\n"
				"A job whose process was killed is marked as cut off; what it did "
				"is in \"refloat status\". --job makes a job of any other action."),
			.examples = examples,
			.fields = fields,
			.field_count = ARRAY_SIZE(fields),
		},
	.run = run_jobs,
};
