/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run as it goes. No control characters in a file: the lines read the same there. */
#include "cli/progress.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "action/action.h"
#include "action/describe_job.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "cli/output.h"

#define INDENT "      " /* of what stands below a step */

static bool is_interactive(const struct step *step)
{
	const struct step_class *class = step_class_find(step_classes, step->class_name);

	return class && class->is_interactive;
}

static int count_digits(size_t number)
{
	int digits = 1;

	while (number >= 10) {
		number /= 10;
		digits++;
	}
	return digits;
}

static void close_line(struct progress *progress, const char *word)
{
	live_line_clear(&progress->live);
	if (progress->is_line_open)
		fprintf(progress->stream, " %s\n", word);
	else
		fprintf(progress->stream, INDENT "%s\n", word);
	progress->is_line_open = false;
}

/* What stands in front of the step's number. */
static const char *choose_prefix(const struct runner_notice *notice)
{
	if (notice->event != RUNNER_UNDO_STARTED)
		return "";
	return notice->step->is_temporary ? _("afterwards ") : _("undo ");
}

static void open_line(struct progress *progress, const struct runner_notice *notice)
{
	if (notice->event == RUNNER_STEP_STARTED && is_interactive(notice->step))
		return; /* the program that it runs has the terminal now */
	fprintf(progress->stream, "%s[%*zu/%zu] %s ...", choose_prefix(notice),
		count_digits(notice->count), notice->number, notice->count, notice->what);
	if (progress->is_verbose)
		fputc('\n', progress->stream); /* lines of the log come in between */
	else
		progress->is_line_open = true;
}

/* The word at the end of a step's line. */
static const char *describe_end(const struct runner_notice *notice)
{
	if (notice->event == RUNNER_STEP_DONE || notice->event == RUNNER_UNDO_DONE)
		return _("ok");
	return notice->problem && notice->problem->error == -EINTR ? _("stopped") : _("failed");
}

/* What a step had to say: on a terminal broken at spaces, else each sentence on its line. */
static void print_notes(const struct progress *progress, const struct step_report *report)
{
	bool is_terminal = isatty(fileno(progress->stream));

	for (size_t i = 0; report && i < report->notes.count; i++) {
		if (is_terminal)
			output_paragraph(progress->stream, report->notes.items[i], strlen(INDENT));
		else
			fprintf(progress->stream, INDENT "%s\n", report->notes.items[i]);
	}
}

static void print_notice(struct progress *progress, const struct runner_notice *notice)
{
	switch (notice->event) {
	case RUNNER_STEP_STARTED:
	case RUNNER_UNDO_STARTED:
		open_line(progress, notice);
		break;
	case RUNNER_STEP_DONE:
	case RUNNER_STEP_FAILED:
		if (is_interactive(notice->step)) { /* its line was never begun */
			print_notes(progress, notice->report);
			break;
		}
		/* fall through */
	case RUNNER_UNDO_DONE:
	case RUNNER_UNDO_FAILED:
		close_line(progress, describe_end(notice));
		print_notes(progress, notice->report);
		break;
	}
	(void)fflush(progress->stream);
}

static void mark_step(const struct progress *progress, const struct runner_notice *notice,
		      const char *state, const char *error)
{
	struct json_object *step;

	if (!progress->steps || notice->number == 0 ||
	    notice->number > json_object_array_length(progress->steps))
		return;
	step = json_object_array_get_idx(progress->steps, notice->number - 1);
	json_add_text(step, "state", state);
	if (error)
		json_add_text(step, "error", error);
}

static void keep_failure(struct progress *progress, const struct runner_notice *notice)
{
	_cleanup_free_ char *error = notice->problem ? problem_text(notice->problem) : NULL;

	text_list_format(&progress->failures, "%s: %s", notice->what,
			 error ? error : _("for no reason that is known"));
	mark_step(progress, notice, notice->event == RUNNER_STEP_FAILED ? "failed" : "not-undone",
		  error);
}

static void keep_done(struct progress *progress, const struct runner_notice *notice)
{
	progress->done_count++;
	mark_step(progress, notice, "done", NULL);
}

static void keep_undone(struct progress *progress, const struct runner_notice *notice)
{
	progress->undone_count++;
	mark_step(progress, notice, "undone", NULL);
}

void progress_on_notice(void *data, const struct runner_notice *notice)
{
	struct progress *progress = data;

	if (progress->stream)
		print_notice(progress, notice);
	if (notice->event == RUNNER_STEP_STARTED || notice->event == RUNNER_STEP_DONE)
		progress->has_written |= action_step_writes_for_good(
			notice->step, notice->event == RUNNER_STEP_DONE);
	if (notice->event == RUNNER_STEP_DONE)
		keep_done(progress, notice);
	else if (notice->event == RUNNER_UNDO_DONE)
		keep_undone(progress, notice);
	else if (notice->event == RUNNER_STEP_FAILED || notice->event == RUNNER_UNDO_FAILED)
		keep_failure(progress, notice);
}

void progress_break_line(struct progress *progress)
{
	if (!progress->is_line_open && !progress->live.shown)
		return;
	(void)fputc('\n', progress->stream); /* whoever owns the stream looks for errors */
	(void)fflush(progress->stream);
	progress->is_line_open = false;
	live_line_done(&progress->live);
}

static void show_live(struct progress *progress, const char *words)
{
	_cleanup_free_ char *line = text_format(INDENT "%s", words);

	if (progress->is_line_open)
		progress_break_line(progress);
	progress->live.stream = progress->stream;
	live_line_set(&progress->live, line, output_width() - 1);
}

/* Whether the last line that was told is too old by now. */
static bool is_worth_a_line(const struct progress *progress, const struct job *job, unsigned tenth)
{
	return progress->told_step != job->step || progress->told_tenth != tenth ||
	       !text_is_equal(progress->told_text, job->progress.text);
}

static void show_plain(struct progress *progress, const struct job *job, const char *words)
{
	const struct job_progress *now = &job->progress;
	unsigned tenth = 0;

	if (now->total)
		tenth = (unsigned)((long double)now->done * 10 / (long double)now->total);
	if (!is_worth_a_line(progress, job, tenth))
		return;
	progress_break_line(progress);
	fprintf(progress->stream, INDENT "%s\n", words);
	(void)fflush(progress->stream);
	progress->told_step = job->step;
	progress->told_tenth = tenth;
	text_set(&progress->told_text, now->text);
}

void progress_show_job(struct progress *progress, const struct job *job)
{
	_cleanup_free_ char *words = describe_job_step(job);

	if (!progress->stream || text_is_empty(words))
		return;
	if (progress->is_live)
		show_live(progress, words);
	else
		show_plain(progress, job, words);
}

void progress_done(struct progress *progress)
{
	live_line_done(&progress->live);
	free(progress->told_text);
	text_list_done(&progress->failures);
}
