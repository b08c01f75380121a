/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the programs of a job wrote, its end first, and as it comes. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/app.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

#define SHOWN_BYTES (512 * 1024) /* of its end; a program that repairs may write far more */
#define READ_MS 1000
#define PART_BYTES 16384

struct job_log {
	struct reading reading; /* first: it is what the keys go to */
	char *path;
	int fd;			 /* -1: it cannot be read */
	off_t at;		 /* read up to here */
	off_t shown;		 /* bytes since it was begun anew */
	struct text_buffer rest; /* a line that has not ended yet */
	int64_t next_ms;	 /* when to look for more */
};

/* --- reading */

static void add_line(struct job_log *log, const char *line, size_t length)
{
	_cleanup_free_ char *shown = printable_bytes(line, length);

	text_view_add_line(&log->reading.view, ROLE_NORMAL, shown);
}

/* Adds the whole lines of what was read. */
static void take_lines(struct job_log *log)
{
	const char *start = log->rest.data, *end;
	size_t length = log->rest.length, taken = 0;

	while (taken < length && (end = memchr(start + taken, '\n', length - taken))) {
		add_line(log, start + taken, (size_t)(end - start) - taken);
		taken = (size_t)(end - start) + 1;
	}
	if (taken) {
		struct text_buffer rest = {0};

		text_buffer_add(&rest, start + taken, length - taken);
		text_buffer_done(&log->rest);
		log->rest = rest;
	}
}

/* Begins anew at the last part of what there is. */
static void start_at(struct job_log *log, off_t size)
{
	text_view_clear(&log->reading.view);
	text_buffer_done(&log->rest);
	log->shown = 0;
	log->at = size > SHOWN_BYTES ? size - SHOWN_BYTES : 0;
	if (log->at) {
		_cleanup_free_ char *text =
			text_format(_("(all of it is in %s; its last part follows)"), log->path);

		text_view_add_paragraph(&log->reading.view, ROLE_DIM, 0, 0, text);
	}
}

/* True where there was something new. */
static bool read_more(struct job_log *log)
{
	char part[PART_BYTES];
	off_t size = lseek(log->fd, 0, SEEK_END), before = log->at;
	ssize_t length;

	if (size - log->at > SHOWN_BYTES || size < log->at || log->shown > 4 * SHOWN_BYTES)
		start_at(log, size);
	while ((length = pread(log->fd, part, sizeof(part), log->at)) > 0) {
		text_buffer_add(&log->rest, part, (size_t)length);
		log->at += length;
		log->shown += length;
	}
	take_lines(log);
	return log->at != before;
}

/* --- the screen */

static void say_nothing(struct job_log *log)
{
	text_view_add_paragraph(&log->reading.view, ROLE_DIM, 0, 0,
				_("Its programs have written nothing yet."));
}

static void open_log(struct app *app, void *state, const void *argument)
{
	struct job_log *log = state;

	(void)app;
	text_view_init(&log->reading.view, TEXT_VIEW_FOLLOWS);
	log->path = text_format("%s/log", (const char *)argument);
	log->next_ms = clock_monotonic_ms() + READ_MS;
	log->fd = open(log->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (log->fd < 0 || !read_more(log))
		say_nothing(log);
}

static int get_timeout_ms(const void *state)
{
	const struct job_log *log = state;

	return log->fd < 0 ? -1 : clock_left_ms(log->next_ms);
}

static enum reaction on_ready(struct app *app, void *state)
{
	struct job_log *log = state;

	(void)app;
	if (log->fd < 0 || clock_left_ms(log->next_ms) > 0)
		return REACTION_NOTHING;
	log->next_ms = clock_monotonic_ms() + READ_MS;
	if (!log->at)
		text_view_clear(&log->reading.view); /* what said that there is nothing */
	if (read_more(log))
		return REACTION_REDRAW;
	if (!log->at)
		say_nothing(log);
	return REACTION_NOTHING;
}

static void close_log(struct app *app, void *state)
{
	struct job_log *log = state;

	reading_close(app, state);
	if (log->fd >= 0)
		(void)close(log->fd); /* only read from */
	text_buffer_done(&log->rest);
	free(log->path);
}

static const struct binding bindings[] = {
	{0},
};

const struct screen_class screen_job_log = {
	.name = "job-log",
	.title = N_("What the programs wrote"),
	.help = N_("Everything that the programs of this job wrote, in their own words, with the "
		   "newest "
		   "at the end. While one is at the end, what comes is shown as it comes; Up stays "
		   "where one is, End follows again.\n"
		   "The same text is in the file \"log\" in the job's folder below "
		   "/run/refloat/jobs."),
	.bindings = bindings,
	.state_size = sizeof(struct job_log),
	.open = open_log,
	.draw = reading_draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_timeout_ms = get_timeout_ms,
	.on_ready = on_ready,
	.close = close_log,
};
