/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for jobs. */
#include "action/describe_job.h"

#include <inttypes.h>
#include <string.h>

#include "action/action.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"

#define STEADY_BELOW_SECONDS 90 /* up to here the time left is told in steps of five seconds */

/* Whether what it wrote stays, also where it has failed and all else is undone. */
static bool may_have_written(const struct job *job)
{
	for (size_t i = 0; i < job->plan->count; i++) {
		if (action_step_writes_for_good(job->plan->steps[i], false))
			return true;
	}
	return false;
}

const char *describe_job_state(const struct job *job)
{
	static const char *const words[] = {
		[JOB_RUNNING] = N_("running"),
		[JOB_STOPPING] = N_("stopping"),
		[JOB_DONE] = N_("done"),
		[JOB_PARTIAL] = N_("done in part"),
		[JOB_UNDONE] = N_("failed, undone"),
		[JOB_FAILED] = N_("FAILED"),
		[JOB_STOPPED] = N_("stopped"),
		[JOB_CUT_OFF] = N_("CUT OFF"),
	};

	if (job->state == JOB_UNDONE && may_have_written(job))
		return _("failed");
	return _(words[job->state]);
}

static bool is_running(const struct job *job)
{
	return job->state == JOB_RUNNING || job->state == JOB_STOPPING;
}

char *describe_job_time(int64_t seconds)
{
	_cleanup_free_ char *today = time_format(clock_wall_seconds());
	char *when = time_format(seconds);
	const size_t date_length = strlen("2026-11-20");

	if (strlen(when) > date_length && strncmp(when, today, date_length) == 0)
		memmove(when, when + date_length + 1, strlen(when + date_length + 1) + 1);
	return when;
}

static unsigned percent_of(const struct job_progress *progress)
{
	long double part = (long double)progress->done / (long double)progress->total;

	return part >= 1 ? 100 : (unsigned)(part * 100);
}

/* "phase 3 of 7": DONE of them are over. */
static char *format_phase(const struct job_progress *progress)
{
	uint64_t phase = progress->done < progress->total ? progress->done + 1 : progress->total;

	return text_format(_("phase %lu of %lu"), (unsigned long)phase,
			   (unsigned long)progress->total);
}

/* How much is done, where nobody knows of how much. */
static char *format_amount(const struct job_progress *progress)
{
	_cleanup_free_ char *size = NULL, *unit = NULL;

	if (!progress->done)
		return NULL;
	if (text_is_equal(progress->unit, "bytes")) {
		size = size_format(progress->done);
		return text_format(_("%s read"), size);
	}
	if (text_is_equal(progress->unit, "phases"))
		return text_format(_("phase %lu"), (unsigned long)progress->done + 1);
	unit = printable_text(progress->unit);
	return text_format("%" PRIu64 " %s", progress->done, unit);
}

/* How much of the step is done; NULL where nothing is known. */
static char *format_done(const struct job_progress *progress)
{
	if (!progress->unit)
		return NULL;
	if (!progress->total)
		return format_amount(progress);
	if (text_is_equal(progress->unit, "phases"))
		return format_phase(progress);
	return text_format("%u%%", percent_of(progress));
}

/* Nothing is left of what was cut off: nobody goes on with it. */
static char *format_left(const struct job *job)
{
	int64_t left = job->progress.seconds_left;
	_cleanup_free_ char *duration = NULL;

	if (!job->progress.unit || left <= 0 || !is_running(job))
		return NULL;
	if (left < STEADY_BELOW_SECONDS)
		left = (left + 4) / 5 * 5;
	duration = duration_format(left);
	return text_format(_("about %s left"), duration);
}

/* How far the step is; "" where nothing is known. */
static char *format_step(const struct job *job)
{
	_cleanup_text_list_ struct text_list parts = {0};
	char *done = format_done(&job->progress), *left = format_left(job);

	if (done)
		text_list_take(&parts, done);
	if (left)
		text_list_take(&parts, left);
	return text_list_join(&parts, ", ");
}

char *describe_job_step(const struct job *job)
{
	_cleanup_free_ char *text = printable_sentence(job->progress.text);
	_cleanup_free_ char *far = format_step(job);

	if (text_is_empty(text))
		return TAKE_PTR(far);
	if (text_is_empty(far))
		return TAKE_PTR(text);
	/* what changes stands last: a line that is written anew costs less so */
	return text_format("%s: %s", text, far);
}

char *describe_job_progress(const struct job *job)
{
	_cleanup_free_ char *line = NULL;

	if (job->plan->count < 2 || !job->step)
		return format_step(job);
	line = format_step(job);
	if (text_is_empty(line))
		return text_format(_("step %zu of %zu"), job->step, job->plan->count);
	/* TRANSLATORS: behind the colon stands how far that step is: "step 2 of 3: 43%" */
	return text_format(_("step %zu of %zu: %s"), job->step, job->plan->count, line);
}

static char *format_running(const struct job *job, const char *what)
{
	_cleanup_free_ char *since = describe_job_time(job->started);
	_cleanup_free_ char *progress = describe_job_progress(job);
	const char *comma = *progress ? ", " : "";

	return text_format(job->state == JOB_STOPPING
				   ? _("%s is being stopped, running since %s%s%s")
				   : _("%s is running since %s%s%s"),
			   what, since, comma, progress);
}

static char *format_cut_off(const struct job *job, const char *what)
{
	_cleanup_free_ char *begun = describe_job_time(job->started),
			    *last = describe_job_time(job->updated);
	_cleanup_free_ char *progress = describe_job_progress(job);

	return text_format(_("%s, begun at %s, was CUT OFF after %s%s%s"), what, begun,
			   *last ? last : begun, *progress ? ", " : "", progress);
}

/* How a job came to its end, in a line about it. */
static const char *describe_end(const struct job *job)
{
	static const char *const words[] = {
		[JOB_DONE] = N_("done"),
		[JOB_PARTIAL] = N_("done in part"),
		[JOB_UNDONE] = N_("failed, and all of it is undone"),
		[JOB_FAILED] = N_("FAILED"),
		[JOB_STOPPED] = N_("stopped, as it was asked to"),
	};

	if (job->state == JOB_UNDONE && may_have_written(job))
		return _("failed");
	return _(words[job->state]);
}

char *describe_job(const struct job *job)
{
	const struct plan *plan = job->plan;
	_cleanup_free_ char *what =
		printable_sentence(plan->summary ? plan->summary : plan->action);
	_cleanup_free_ char *ended = NULL;

	if (is_running(job))
		return format_running(job, what);
	if (job->state == JOB_CUT_OFF)
		return format_cut_off(job, what);
	ended = describe_job_time(job->ended ? job->ended : job->updated);
	return text_format(_("%s ended at %s: %s"), what, ended, describe_end(job));
}

char *describe_job_stop(const struct job *job)
{
	if (!is_running(job))
		return text_copy(_("It has ended: there is nothing to stop."));
	if (job->stop_what)
		return printable_sentence(job->stop_what);
	if (job->plan->is_undo)
		return text_copy(
			_("It ends after the step that runs now. What it has undone so far "
			  "stays undone."));
	return text_copy(_("It ends after the step that runs now, and undoes what it has done."));
}
