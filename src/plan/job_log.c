/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job's log. */
#include "plan/job_log.h"

#include <fcntl.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"

#define TAIL_LINES 200
#define TAIL_LINE_BYTES 1024

static void put(const struct job_log *log, const char *text, size_t length)
{
	/* a log that cannot be written must not stop the work */
	if (log->fd >= 0)
		(void)file_write_all(log->fd, text, length);
}

void job_log_open(struct job_log *log, const char *path, uint64_t limit)
{
	log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	log->left = limit;
}

void job_log_say(struct job_log *log, const char *sentence)
{
	_cleanup_free_ char *shown = printable_text(sentence);
	_cleanup_free_ char *time = time_format(clock_wall_seconds());
	_cleanup_free_ char *line = text_format("%s  %s\n", time, shown);

	put(log, line, strlen(line));
}

static void drop_first(struct job_log *log)
{
	struct text_list *tail = &log->tail;

	free(tail->items[0]);
	memmove(tail->items, tail->items + 1,
		tail->count * sizeof(*tail->items)); /* and the NULL */
	tail->count--;
	log->dropped++;
}

void job_log_output(struct job_log *log, const char *line, size_t length)
{
	_cleanup_free_ char *text = NULL;

	if (log->left > length) {
		text = text_format("    %.*s\n", (int)length, line);
		put(log, text, strlen(text));
		log->left -= length + 1;
		return;
	}
	log->left = 0;
	if (log->tail.count == TAIL_LINES)
		drop_first(log);
	text_list_format(&log->tail, "    %.*s\n",
			 (int)(length < TAIL_LINE_BYTES ? length : TAIL_LINE_BYTES), line);
}

/* What had no room while a step ran. */
static void put_tail(struct job_log *log)
{
	if (log->dropped) {
		_cleanup_free_ char *text = text_format(P_("... %lu line is left out ...",
							   "... %lu lines are left out ...",
							   (unsigned long)log->dropped),
							(unsigned long)log->dropped);

		job_log_say(log, text);
	}
	for (size_t i = 0; i < log->tail.count; i++)
		put(log, log->tail.items[i], strlen(log->tail.items[i]));
	text_list_done(&log->tail);
	log->dropped = 0;
}

void job_log_problem(struct job_log *log, const struct problem *problem)
{
	_cleanup_free_ char *text = NULL, *line = NULL;

	if (!problem)
		return;
	text = problem_text(problem);
	line = text_format(_("failed: %s"), text);
	job_log_say(log, line);
	if (problem->next)
		job_log_say(log, problem->next);
}

void job_log_notice(struct job_log *log, const struct runner_notice *notice)
{
	static const char *const words[] = {
		[RUNNER_STEP_STARTED] = N_("step"),    [RUNNER_STEP_DONE] = N_("done"),
		[RUNNER_STEP_FAILED] = N_("FAILED"),   [RUNNER_UNDO_STARTED] = N_("take back"),
		[RUNNER_UNDO_DONE] = N_("taken back"), [RUNNER_UNDO_FAILED] = N_("NOT taken back"),
	};
	_cleanup_free_ char *line = text_format("%s %zu/%zu: %s", _(words[notice->event]),
						notice->number, notice->count, notice->what);

	put_tail(log);
	job_log_say(log, line);
	for (size_t i = 0; notice->report && i < notice->report->notes.count; i++)
		job_log_say(log, notice->report->notes.items[i]);
	job_log_problem(log, notice->problem);
}

void job_log_close(struct job_log *log)
{
	put_tail(log);
	if (log->fd >= 0)
		(void)close(TAKE_FD(log->fd)); /* only words for people */
}
