/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What jobs there are on this machine, kept up to date without waiting. */
#include "tui/jobs_watch.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "action/action.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

#define READ_MS 1000   /* between two looks at those that run */
#define SETTLE_MS 1000 /* after word of a new one, whose files may not be whole yet */
#define EVENTS_BYTES 4096
#define JOBS_FOLDER "jobs"

#define WATCHED                                                                                    \
	(IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF)

/* --- word from the kernel */

static int add_watch(const struct jobs_watch *watch, const char *folder)
{
	return inotify_add_watch(watch->notify_fd, folder, WATCHED | IN_ONLYDIR);
}

/* Watches PATH, or the nearest folder above that is there; whether it is PATH itself. */
static bool watch_nearest(struct jobs_watch *watch, const char *path)
{
	_cleanup_free_ char *folder = text_copy(path);

	for (;;) {
		char *slash = strrchr(folder, '/');

		watch->notify_watch = add_watch(watch, *folder ? folder : "/");
		if (watch->notify_watch >= 0 || !slash)
			return text_is_equal(folder, path);
		*slash = '\0';
	}
}

/* What is watched may be a folder above that of the jobs, until that comes into being. */
static void arm(struct jobs_watch *watch)
{
	_cleanup_free_ char *path = text_format("%s/" JOBS_FOLDER, watch->journal_folder);
	int old = watch->notify_watch;

	if (watch->notify_fd < 0)
		return;
	if (!watch_nearest(watch, path) && access(path, F_OK) == 0)
		(void)watch_nearest(watch, path); /* it came in between */
	if (old >= 0 && old != watch->notify_watch)
		(void)inotify_rm_watch(watch->notify_fd, old); /* it may be gone with its folder */
}

/* Takes in what the kernel said; whether there was more than that an old watch is gone. */
static bool read_events(const struct jobs_watch *watch)
{
	char events[EVENTS_BYTES] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool has_any = false;
	ssize_t length;

	while (watch->notify_fd >= 0 &&
	       (length = read(watch->notify_fd, events, sizeof(events))) > 0) {
		for (ssize_t at = 0; at < length;) {
			const struct inotify_event *event = (const void *)(events + at);

			has_any = has_any || !(event->mask & IN_IGNORED);
			at += (ssize_t)(sizeof(*event) + event->len);
		}
	}
	return has_any;
}

/* --- reading them */

static void plan_next(struct jobs_watch *watch)
{
	watch->next_ms = jobs_watch_count_running(watch) ? clock_monotonic_ms() + READ_MS : 0;
}

static bool has_moved(const struct job *old, const struct job *new)
{
	return old->step != new->step || old->updated != new->updated ||
	       old->progress.done != new->progress.done ||
	       old->progress.total != new->progress.total;
}

/* Whether what it does to devices may have become other than it was. */
static bool has_changed(const struct job *old, const struct job *new)
{
	return old->state != new->state || old->step != new->step;
}

static bool is_same_list(const struct job_list *old, const struct job_list *new)
{
	if (old->count != new->count)
		return false;
	for (size_t i = 0; i < old->count; i++) {
		if (old->items[i]->number != new->items[i]->number ||
		    has_changed(old->items[i], new->items[i]))
			return false;
	}
	return true;
}

/* What was shown to somebody, here or elsewhere; numbers may come again for other jobs. */
static void take_seen(struct jobs_watch *watch)
{
	struct text_list told = {0};

	for (size_t i = 0; i < watch->list.count; i++) {
		const struct job *job = watch->list.items[i];

		if (!job_is_running(job) && (jobs_watch_is_told(watch, job) || job_is_seen(job)))
			text_list_format(&told, "%u", job->number);
	}
	text_list_done(&watch->told);
	watch->told = told;
}

static enum jobs_news read_all(struct jobs_watch *watch)
{
	_cleanup_job_list_ struct job_list list = {0};
	_cleanup_problem_ struct problem why = {0};
	struct job_list old = watch->list;
	bool is_same;

	if (job_list_read(watch->journal_folder, &list, &why) < 0) {
		log_line("menu: %s: %s", why.what, why.why);
		return JOBS_ARE_SAME;
	}
	is_same = is_same_list(&old, &list);
	watch->list = list;
	list = old;
	plan_next(watch);
	take_seen(watch);
	return is_same ? JOBS_ARE_SAME : JOBS_HAVE_CHANGED;
}

void jobs_watch_read(struct jobs_watch *watch)
{
	(void)read_all(watch); /* whoever asks draws it anyway */
	watch->generation++;
}

static enum jobs_news read_again(struct jobs_watch *watch, struct job **job)
{
	struct job *now = NULL;
	enum jobs_news news = JOBS_ARE_SAME;

	if (job_read(watch->journal_folder, (*job)->number, &now, NULL) < 0)
		return JOBS_ARE_SAME; /* it is being removed: the kernel says so as well */
	if (has_changed(*job, now))
		news = JOBS_HAVE_CHANGED;
	else if (has_moved(*job, now))
		news = JOBS_HAVE_MOVED;
	(void)job_free(*job);
	*job = now;
	return news;
}

static enum jobs_news read_running(struct jobs_watch *watch)
{
	enum jobs_news news = JOBS_ARE_SAME;

	for (size_t i = 0; i < watch->list.count; i++) {
		enum jobs_news own = job_is_running(watch->list.items[i])
					     ? read_again(watch, &watch->list.items[i])
					     : JOBS_ARE_SAME;

		news = own > news ? own : news;
	}
	plan_next(watch);
	return news;
}

/* --- for the menu */

void jobs_watch_init(struct jobs_watch *watch, const char *journal_folder)
{
	*watch = (struct jobs_watch){.journal_folder = text_copy(journal_folder),
				     .notify_watch = -1};
	watch->notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->notify_fd < 0)
		log_line("menu: inotify: %s", strerror(errno)); /* jobs of others are seen later */
	arm(watch);
	jobs_watch_read(watch);
}

void jobs_watch_done(struct jobs_watch *watch)
{
	if (watch->notify_fd >= 0)
		(void)close(watch->notify_fd); /* nothing to lose */
	job_list_done(&watch->list);
	text_list_done(&watch->told);
	free(watch->journal_folder);
}

int jobs_watch_fd(const struct jobs_watch *watch)
{
	return watch->notify_fd;
}

int jobs_watch_timeout_ms(const struct jobs_watch *watch)
{
	int timeout = watch->next_ms ? clock_left_ms(watch->next_ms) : -1;

	return watch->settle_ms ? clock_sooner(timeout, clock_left_ms(watch->settle_ms)) : timeout;
}

static enum jobs_news dispatch(struct jobs_watch *watch)
{
	int64_t now = clock_monotonic_ms();

	if (read_events(watch)) {
		arm(watch);
		watch->settle_ms = now + SETTLE_MS;
		return read_all(watch);
	}
	if (watch->settle_ms && now >= watch->settle_ms) {
		watch->settle_ms = 0;
		return read_all(watch);
	}
	return watch->next_ms && now >= watch->next_ms ? read_running(watch) : JOBS_ARE_SAME;
}

enum jobs_news jobs_watch_dispatch(struct jobs_watch *watch)
{
	enum jobs_news news = dispatch(watch);

	watch->generation += news != JOBS_ARE_SAME;
	return news;
}

const struct job *jobs_watch_find(const struct jobs_watch *watch, unsigned number)
{
	for (size_t i = 0; i < watch->list.count; i++) {
		if (watch->list.items[i]->number == number)
			return watch->list.items[i];
	}
	return NULL;
}

size_t jobs_watch_count_running(const struct jobs_watch *watch)
{
	size_t count = 0;

	for (size_t i = 0; i < watch->list.count; i++)
		count += job_is_running(watch->list.items[i]);
	return count;
}

const struct job *jobs_watch_nearest(const struct jobs_watch *watch)
{
	const struct job *found = NULL;

	for (size_t i = 0; i < watch->list.count; i++) {
		const struct job *job = watch->list.items[i];

		if (!job_is_running(job))
			continue;
		if (!found || found->progress.seconds_left < 0 ||
		    (job->progress.seconds_left >= 0 &&
		     job->progress.seconds_left < found->progress.seconds_left))
			found = job;
	}
	return found;
}

bool jobs_watch_is_changing(const struct jobs_watch *watch)
{
	for (size_t i = 0; i < watch->list.count; i++) {
		const struct job *job = watch->list.items[i];
		const struct step *step = job->step && job->step <= job->plan->count
						  ? job->plan->steps[job->step - 1]
						  : NULL;
		const struct step_class *class =
			step ? step_class_find(step_classes, step->class_name) : NULL;

		if (job_is_running(job) && !(class && class->is_long))
			return true;
	}
	return false;
}

bool jobs_watch_is_told(const struct jobs_watch *watch, const struct job *job)
{
	_cleanup_free_ char *number = text_format("%u", job->number);

	return text_list_contains(&watch->told, number);
}

const struct job *jobs_watch_untold(const struct jobs_watch *watch)
{
	for (size_t i = watch->list.count; i-- > 0;) {
		const struct job *job = watch->list.items[i];

		if (!job_is_running(job) && !jobs_watch_is_told(watch, job))
			return job;
	}
	return NULL;
}

void jobs_watch_tell(struct jobs_watch *watch, const struct job *job)
{
	if (job_is_running(job) || jobs_watch_is_told(watch, job))
		return;
	text_list_format(&watch->told, "%u", job->number); /* also where it cannot be written */
	watch->generation++;
	job_mark_seen(job);
}
