/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watching a job through its folder. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "plan/apart_message.h"
#include "plan/job.h"
#include "plan/job_folder.h"

#define LOOK_MS 500 /* the end of a process is not told by its folder alone */
#define LOOK_ENDING_MS 10
#define LOOK_BLIND_MS 200 /* where the folder cannot be watched */
#define EVENT_BYTES_MAX (16u * 1024 * 1024)

struct job_follow {
	char *journal_folder;
	unsigned number;
	int inotify_fd; /* -1: by looking now and then */
	int events_fd;
	int lock_watch;
	bool is_ending;		    /* its lock is being closed, and is given up in an instant */
	bool is_over;		    /* its end has been handed over */
	struct text_buffer pending; /* of a line that is not whole yet */
	struct job *job;
};

/* Not the log: a program that writes much would keep everybody busy who watches. */
static void watch(struct job_follow *follow)
{
	static const struct {
		const char *name;
		uint32_t events;
	} watched[] = {
		{"", IN_MOVED_TO | IN_CREATE | IN_DELETE}, /* a new state, a stop */
		{"/events", IN_MODIFY},
		{"/lock", IN_CLOSE_WRITE}, /* the process ends */
	};

	follow->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	for (size_t i = 0; follow->inotify_fd >= 0 && i < ARRAY_SIZE(watched); i++) {
		_cleanup_free_ char *path =
			text_format("%s%s", follow->job->folder, watched[i].name);
		int id = inotify_add_watch(follow->inotify_fd, path, watched[i].events);

		if (id < 0)
			(void)close(TAKE_FD(follow->inotify_fd)); /* then by looking */
		follow->lock_watch = id;
	}
}

int job_follow_start(const char *journal_folder, unsigned number, struct job_follow **ret_follow,
		     struct problem *why)
{
	_cleanup_job_follow_ struct job_follow *follow = alloc_zero(1, sizeof(*follow));
	_cleanup_free_ char *events = job_folder_path(journal_folder, number, "events");
	int r;

	follow->inotify_fd = follow->events_fd = -1;
	r = job_read(journal_folder, number, &follow->job, why);
	if (r < 0)
		return r;
	follow->journal_folder = text_copy(journal_folder);
	follow->number = number;
	follow->events_fd = open(events, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (follow->events_fd < 0)
		return problem_set_errno(why, -errno, events);
	watch(follow);
	*ret_follow = TAKE_PTR(follow);
	return 0;
}

int job_follow_fd(const struct job_follow *follow)
{
	return follow->inotify_fd;
}

int job_follow_timeout_ms(const struct job_follow *follow)
{
	if (follow->is_over)
		return -1;
	if (!job_is_running(follow->job))
		return 0;
	if (follow->is_ending)
		return LOOK_ENDING_MS;
	return follow->inotify_fd < 0 ? LOOK_BLIND_MS : LOOK_MS;
}

const struct job *job_follow_job(const struct job_follow *follow)
{
	return follow->job;
}

/* That there is news is all that is wanted of it, and whether the process is just ending. */
static void drain(struct job_follow *follow)
{
	char bytes[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t got;

	while (follow->inotify_fd >= 0 &&
	       (got = read(follow->inotify_fd, bytes, sizeof(bytes))) > 0) {
		const struct inotify_event *event;

		for (char *at = bytes; at < bytes + got; at += sizeof(*event) + event->len) {
			event = (const struct inotify_event *)(const void *)at;
			follow->is_ending |= event->wd == follow->lock_watch;
		}
	}
}

static void take_line(const struct job_follow *follow, const char *line, size_t length,
		      runner_on_notice_fn on_notice, void *data)
{
	_cleanup_(apart_message_done) struct apart_message message = {0};

	if (apart_message_parse(line, length, follow->job->plan, &message) == 0 &&
	    !message.is_end && on_notice)
		on_notice(data, &message.notice);
}

static void take_lines(struct job_follow *follow, runner_on_notice_fn on_notice, void *data)
{
	struct text_buffer *pending = &follow->pending;
	char *start = pending->data, *newline;
	size_t left = pending->length;

	while (left && (newline = memchr(start, '\n', left)) != NULL) {
		take_line(follow, start, (size_t)(newline - start), on_notice, data);
		left -= (size_t)(newline - start) + 1;
		start = newline + 1;
	}
	if (left > EVENT_BYTES_MAX)
		left = 0; /* no job of ours writes such a line */
	if (pending->data)
		memmove(pending->data, start, left);
	pending->length = left;
}

static void read_events(struct job_follow *follow, runner_on_notice_fn on_notice, void *data)
{
	char bytes[65536];
	ssize_t got;

	do {
		got = read(follow->events_fd, bytes, sizeof(bytes));
		if (got > 0) {
			text_buffer_add(&follow->pending, bytes, (size_t)got);
			take_lines(follow, on_notice, data);
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
}

/* What the folder says now; as it was where that is gone or makes no sense any more. */
static struct job *read_job(const struct job_follow *follow)
{
	struct job *job = NULL;

	(void)job_read(follow->journal_folder, follow->number, &job, NULL);
	return job;
}

bool job_follow_dispatch(struct job_follow *follow, runner_on_notice_fn on_notice, void *data)
{
	_cleanup_job_ struct job *now = NULL;

	drain(follow);
	/* the job first: of one that has ended all notices are there then */
	now = read_job(follow);
	read_events(follow, on_notice, data);
	if (now) {
		(void)job_free(follow->job);
		follow->job = TAKE_PTR(now);
	} else if (job_is_running(follow->job)) {
		follow->job->state = JOB_CUT_OFF; /* somebody has removed its folder */
	}
	follow->is_over = !job_is_running(follow->job);
	return !follow->is_over;
}

struct job_follow *job_follow_free(struct job_follow *follow)
{
	if (!follow)
		return NULL;
	if (follow->inotify_fd >= 0)
		(void)close(follow->inotify_fd); /* only read from */
	if (follow->events_fd >= 0)
		(void)close(follow->events_fd);
	text_buffer_done(&follow->pending);
	free(follow->journal_folder);
	(void)job_free(follow->job);
	free(follow);
	return NULL;
}
