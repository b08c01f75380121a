/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line above the keys of every screen that says which jobs run, and which one has ended. */
#include "tui/job_line.h"

#include "action/action.h"
#include "action/describe_job.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/widgets/progress.h"

#define GAP 2
#define NAME_LEAST 12
#define PERCENT_COLUMNS 4 /* " 43%" */
#define BAR_COLUMNS 27	  /* with the percentage */
#define BAR_LEAST 17

/* What the line has beside the job's name; empty where nothing is known, or for want of room. */
struct parts {
	char *count; /* "1 job:" */
	char *name;
	char *step;  /* "2 of 4" */
	char *state; /* in place of a percentage: "phase 3 of 7", "stopping" */
	char *left;
	const char *hint;
	struct progress progress;
	int bar; /* columns, 0: only the percentage */
};

static void parts_done(struct parts *parts)
{
	free(parts->count);
	free(parts->name);
	free(parts->step);
	free(parts->state);
	free(parts->left);
}

bool job_line_is_needed(const struct jobs_watch *watch)
{
	return jobs_watch_count_running(watch) || jobs_watch_untold(watch);
}

/* In steps of five seconds, above two minutes of ten, above ten minutes of a minute. */
static int64_t round_time(int64_t seconds)
{
	int64_t step = seconds > 600 ? 60 : seconds > 120 ? 10 : 5;

	return (seconds + step - 1) / step * step;
}

char *job_line_time(int64_t seconds)
{
	unsigned long left = (unsigned long)round_time(seconds);

	if (left >= 3600)
		return text_format("%lu:%02lu:%02lu", left / 3600, left / 60 % 60, left % 60);
	return text_format("%lu:%02lu", left / 60, left % 60);
}

static bool has_percentage(const struct job *job)
{
	return job->progress.unit && job->progress.total &&
	       !text_is_equal(job->progress.unit, "phases");
}

static char *format_count(const struct jobs_watch *watch)
{
	size_t count = jobs_watch_count_running(watch);

	/* TRANSLATORS: behind it stands what is done: "1 job: Check md1" */
	return text_format(P_("%zu job:", "%zu jobs:", count), count);
}

static bool is_long(const struct step *step)
{
	const struct step_class *class = step_class_find(step_classes, step->class_name);

	return class && class->is_long;
}

/* Of several steps that take long, which one it is: "2 of 4"; "" otherwise. */
static char *format_place(const struct job *job)
{
	size_t count = 0, place = 0;

	for (size_t i = 0; i < job->plan->count; i++) {
		count += is_long(job->plan->steps[i]);
		place = i < job->step ? count : place;
	}
	return count > 1 ? text_format(_("%zu of %zu"), place, count) : text_copy("");
}

static char *format_state(const struct job *job)
{
	_cleanup_free_ char *progress = NULL;

	if (job->state == JOB_STOPPING)
		return text_copy(_("stopping"));
	if (has_percentage(job))
		return text_copy("");
	progress = describe_job_progress(job);
	return *progress ? TAKE_PTR(progress) : text_copy(describe_job_state(job));
}

static void fill_running(const struct jobs_watch *watch, const struct job *job, struct parts *parts)
{
	const char *what = job->plan->summary ? job->plan->summary : job->plan->action;
	bool is_measured = has_percentage(job) && job->state == JOB_RUNNING;

	parts->count = format_count(watch);
	parts->name = printable_sentence(what);
	parts->state = format_state(job);
	parts->step = is_measured ? format_place(job) : text_copy("");
	parts->left = text_copy("");
	parts->hint = jobs_watch_count_running(watch) > 1 ? _("(j shows them)") : _("(j shows it)");
	if (!is_measured)
		return;
	progress_init(&parts->progress, PROGRESS_PERCENT);
	parts->progress.done = job->progress.done;
	parts->progress.total = job->progress.total;
	parts->bar = BAR_COLUMNS;
	if (job->progress.seconds_left > 0) {
		_cleanup_free_ char *time = job_line_time(job->progress.seconds_left);

		free(parts->left);
		/* TRANSLATORS: a time: "12:40 left" */
		parts->left = text_format(_("%s left"), time);
	}
}

/* How it ended stays when the name is cut. */
static void fill_ended(const struct job *job, struct parts *parts)
{
	const char *what = job->plan->summary ? job->plan->summary : job->plan->action;
	_cleanup_free_ char *ended = describe_job_time(job->ended);

	parts->count = text_copy("");
	parts->name = printable_sentence(what);
	parts->state =
		*ended ? text_format(_("ended %s: %s"), ended, describe_job_state(job))
		       : text_copy(describe_job_state(job));
	parts->step = text_copy("");
	parts->left = text_copy("");
	parts->hint = _("(j shows it)");
}

static int width_of(const char *text)
{
	return *text ? (int)printable_width(text) + GAP : 0;
}

static int width_of_measure(const struct parts *parts)
{
	if (!parts->progress.total)
		return 0;
	return (parts->bar ? parts->bar : PERCENT_COLUMNS) + GAP;
}

/* What all takes but the name. */
static int width_of_rest(const struct parts *parts)
{
	return (*parts->count ? width_of(parts->count) - GAP + 1 : 0) + width_of(parts->step) +
	       width_of(parts->state) + width_of(parts->left) + width_of_measure(parts) +
	       width_of(parts->hint);
}

/* What gives way, in this order, until the name has room. */
static void make_room(struct parts *parts, int columns)
{
	int wanted = (int)printable_width(parts->name);

	if (parts->bar && width_of_rest(parts) + wanted > columns)
		parts->bar = BAR_LEAST;
	if (parts->bar && width_of_rest(parts) + wanted > columns)
		parts->bar = 0;
	if (wanted > NAME_LEAST)
		wanted = NAME_LEAST;
	if (width_of_rest(parts) + wanted > columns)
		*parts->step = '\0';
	if (width_of_rest(parts) + wanted > columns)
		parts->hint = "(j)";
	if (width_of_rest(parts) + wanted > columns)
		*parts->left = '\0';
}

/* TEXT at COLUMN; returns the column behind it and the gap. */
static int draw_text(struct canvas *canvas, struct area area, int column, enum role role,
		     const char *text)
{
	if (!*text)
		return column;
	return column +
	       canvas_text(canvas, area.row, column, area.column + area.columns - column, role,
			   text) +
	       GAP;
}

static void draw_parts(const struct parts *parts, struct canvas *canvas, struct area area)
{
	int column = draw_text(canvas, area, area.column, ROLE_HEADING, parts->count);
	int room = area.columns - width_of_rest(parts);

	if (column > area.column)
		column += 1 - GAP; /* the count goes with the name */
	if (room > 0)
		column +=
			canvas_text(canvas, area.row, column, room, ROLE_NORMAL, parts->name) + GAP;
	column = draw_text(canvas, area, column, ROLE_NORMAL, parts->step);
	column = draw_text(canvas, area, column, ROLE_NORMAL, parts->state);
	if (parts->progress.total) {
		int width = width_of_measure(parts) - GAP;

		progress_draw_bar(&parts->progress, canvas,
				  (struct area){area.row, column, 1, width});
		column += width + GAP;
	}
	(void)draw_text(canvas, area, column, ROLE_NORMAL, parts->left);
	canvas_text_right(canvas, area.row, area.column, area.columns, ROLE_DIM, parts->hint);
}

void job_line_draw(const struct jobs_watch *watch, struct canvas *canvas, struct area area)
{
	_cleanup_(parts_done) struct parts parts = {0};
	const struct job *job = jobs_watch_nearest(watch), *ended = jobs_watch_untold(watch);
	struct area inner = {area.row, area.column + 1, 1, area.columns - 2};

	if (!job && !ended)
		return;
	if (job)
		fill_running(watch, job, &parts);
	else
		fill_ended(ended, &parts);
	make_room(&parts, inner.columns);
	draw_parts(&parts, canvas, inner);
}
