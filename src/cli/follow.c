/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following a job until its end, or until the person leaves. */
#include "cli/follow.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "action/describe_job.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/signals.h"
#include "cli/outcome.h"
#include "cli/plan_text.h"

#define LOOK_MS 1000	     /* how far a step is, is shown at most so often; so is a signal seen */
#define STATUS_OF_SIGNAL 128 /* what a signal ends has this and its number as exit status */

void follow_prepare(const struct cli *cli, struct progress *progress)
{
	progress->stream = stdout;
	progress->is_live = isatty(STDOUT_FILENO);
	progress->is_verbose = cli_has(cli, COMMON_VERBOSE);
}

/* Sleeps until there is news, a signal came, or it is time to look. */
static void wait_for_news(const struct job_follow *follow, int64_t until_ms)
{
	struct pollfd news = {.fd = job_follow_fd(follow), .events = POLLIN};
	int timeout_ms = clock_sooner(job_follow_timeout_ms(follow), LOOK_MS);

	if (until_ms)
		timeout_ms = clock_sooner(timeout_ms, clock_left_ms(until_ms));
	(void)poll(&news, 1, timeout_ms); /* a signal ends it; the caller looks for one */
}

enum follow_end follow_watch(struct job_follow *follow, struct progress *progress, unsigned wait_ms)
{
	int64_t until_ms = wait_ms ? clock_monotonic_ms() + wait_ms : 0, show_ms = 0;

	signals_catch();
	while (job_follow_dispatch(follow, progress_on_notice, progress)) {
		if (*signals_caught() || (progress->stream && ferror(progress->stream)))
			return FOLLOW_LEFT;
		if (clock_left_ms(show_ms) == 0) {
			progress_show_job(progress, job_follow_job(follow));
			show_ms = clock_monotonic_ms() + LOOK_MS;
		}
		if (until_ms && clock_left_ms(until_ms) == 0)
			return FOLLOW_WAITED;
		wait_for_news(follow, until_ms);
	}
	return FOLLOW_ENDED;
}

static int tell_left(const struct job *job, enum follow_end end)
{
	_cleanup_free_ char *remark = text_format(
		_("the job goes on: \"refloat jobs %u\" follows it, \"refloat jobs %u --stop\" "
		  "stops it"),
		job->number, job->number);

	output_remark(remark); /* to where nobody reads any more it does no harm */
	if (end == FOLLOW_WAITED)
		return EXIT_PARTIAL;
	return *signals_caught() ? STATUS_OF_SIGNAL + *signals_caught() : EXIT_FAILED;
}

static void tell_cut_off(const struct job *job)
{
	_cleanup_free_ char *line = describe_job(job);

	output_remark(line);
	output_remark(_("\"refloat status\" shows what it has left, \"refloat undo\" takes that "
			"back"));
}

static void tell_ended(const struct cli *cli, const struct job *job,
		       const struct progress *progress)
{
	struct outcome outcome = outcome_of_job(job);
	_cleanup_journal_ struct journal *journal = NULL;

	outcome_tell(&outcome, progress);
	/* the journal that we may have open is older than the job */
	if (journal_open_read_only(cli->session.journal_folder, &journal, NULL) == 0)
		outcome_tell_undo(&outcome, journal);
}

int follow_tell_end(const struct cli *cli, const struct job *job, enum follow_end end,
		    struct progress *progress)
{
	if (progress->stream)
		progress_break_line(progress);
	if (end != FOLLOW_ENDED)
		return tell_left(job, end);
	job_mark_seen(job);
	if (job->state == JOB_CUT_OFF)
		tell_cut_off(job);
	else if (job->result < 0)
		output_problem(&job->why);
	else
		tell_ended(cli, job, progress);
	return outcome_job_status(job);
}

/* Which job this is, since when it runs and who has started it. */
static void print_heading(const struct job *job)
{
	_cleanup_free_ char *line = describe_job(job), *who = printable_text(job->who);
	_cleanup_free_ char *heading =
		*who ? text_format(_("Job %u of %s: %s"), job->number, who, line)
		     : text_format(_("Job %u: %s"), job->number, line);

	output_paragraph(stdout, heading, 0);
	if (job_is_running(job) && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO))
		printf("%s\n", _("Ctrl-C ends the watching, and not the job."));
	putchar('\n');
}

/* How it has come to its end; one that was cut off has not. */
static void print_end(const struct job *job)
{
	_cleanup_free_ char *line = describe_job(job);

	if (job->state == JOB_CUT_OFF)
		return;
	putchar('\n');
	output_paragraph(stdout, line, 0);
}

int follow_job(struct cli *cli, unsigned number)
{
	_cleanup_job_follow_ struct job_follow *follow = NULL;
	_cleanup_progress_ struct progress progress = {0};
	_cleanup_problem_ struct problem why = {0};
	enum follow_end end;
	bool was_running;

	if (job_follow_start(cli->session.journal_folder, number, &follow, &why) < 0)
		return command_fail(&why);
	print_heading(job_follow_job(follow));
	was_running = job_is_running(job_follow_job(follow));
	follow_prepare(cli, &progress);
	end = follow_watch(follow, &progress, cli->invocation->wait_ms);
	progress_break_line(&progress);
	if (was_running && end == FOLLOW_ENDED)
		print_end(job_follow_job(follow));
	return follow_tell_end(cli, job_follow_job(follow), end, &progress);
}

/* What an action that runs here prints, with the job's number. */
static int follow_as_json(const struct cli *cli, struct job_follow *follow)
{
	const struct job *job = job_follow_job(follow);
	_cleanup_json_ struct json_object *object = plan_text_to_json(job->plan);
	_cleanup_progress_ struct progress progress = {.steps = json_get_array(object, "steps")};
	enum follow_end end = follow_watch(follow, &progress, 0);
	struct outcome outcome;

	job = job_follow_job(follow);
	json_add_u64(object, "job", job->number);
	if (end != FOLLOW_ENDED || job->state == JOB_CUT_OFF || job->result < 0)
		return follow_tell_end(cli, job, end, &progress);
	outcome = outcome_of_job(job);
	outcome_add_json(&outcome, object);
	output_json(json_object_get(object));
	return outcome_job_status(job);
}

int follow_started_job(struct cli *cli, unsigned number)
{
	_cleanup_job_follow_ struct job_follow *follow = NULL;
	_cleanup_progress_ struct progress progress = {0};
	_cleanup_problem_ struct problem why = {0};
	enum follow_end end;

	if (job_follow_start(cli->session.journal_folder, number, &follow, &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON))
		return follow_as_json(cli, follow);
	follow_prepare(cli, &progress);
	end = follow_watch(follow, &progress, 0);
	return follow_tell_end(cli, job_follow_job(follow), end, &progress);
}
