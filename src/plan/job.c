/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs as their folders show them: reading, stopping, forgetting. */
#include "plan/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/alloc.h"
#include "base/daemon.h"
#include "base/file.h"
#include "base/i18n.h"
#include "plan/boot.h"
#include "plan/job_folder.h"
#include "plan/job_record.h"
#include "plan/journal_lock.h"

#define PLAN_BYTES_MAX (16u * 1024 * 1024)
#define STATE_BYTES_MAX (4u * 1024 * 1024)
#define STOP_FILE "stop"

struct job *job_free(struct job *job)
{
	if (!job)
		return NULL;
	free(job->folder);
	free(job->who);
	(void)plan_free(job->plan);
	free(job->progress.unit);
	free(job->progress.text);
	free(job->stop_what);
	step_report_done(&job->report);
	problem_done(&job->why);
	free(job);
	return NULL;
}

void job_list_done(struct job_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		(void)job_free(list->items[i]);
	free(list->items);
	*list = (struct job_list){0};
}

char *job_log_path(const struct job *job)
{
	return text_format("%s/log", job->folder);
}

/* No such job: says which there are. */
static int refuse_number(const char *journal_folder, unsigned number, struct problem *why)
{
	_cleanup_free_ char *name = text_format(_("job %u"), number), *all = NULL;
	_cleanup_free_ unsigned *numbers = NULL;
	_cleanup_text_list_ struct text_list known = {0};
	size_t count = 0;

	(void)problem_set(why, -ENOENT, name, _("there is no such job"));
	(void)job_folder_list(journal_folder, &numbers, &count, NULL); /* then there are none */
	for (size_t i = 0; i < count; i++)
		text_list_format(&known, "%u", numbers[i]);
	all = text_list_join(&known, ", ");
	if (count)
		problem_set_next(why, _("There are these: %s. \"refloat jobs\" shows them."), all);
	else
		problem_set_next(why, _("There are none since the last start of this machine."));
	return -ENOENT;
}

static int read_file(const char *journal_folder, unsigned number, const char *name, size_t limit,
		     char **ret_text, size_t *ret_length, struct problem *why)
{
	_cleanup_free_ char *path = job_folder_path(journal_folder, number, name);

	return file_read(path, limit, ret_text, ret_length, why);
}

/* State and progress as last written; a job that has not got so far yet has just begun. */
static void read_state(const char *journal_folder, struct job *job)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;

	job->progress.seconds_left = -1;
	if (read_file(journal_folder, job->number, "state.json", STATE_BYTES_MAX, &text, &length,
		      NULL) == 0)
		(void)job_record_read_state(text, length, job);
}

static bool is_asked_to_stop(const char *journal_folder, unsigned number)
{
	_cleanup_free_ char *path = job_folder_path(journal_folder, number, STOP_FILE);

	return access(path, F_OK) == 0;
}

int job_read(const char *journal_folder, unsigned number, struct job **ret_job, struct problem *why)
{
	_cleanup_job_ struct job *job = alloc_zero(1, sizeof(*job));
	_cleanup_free_ char *text = NULL, *boot = NULL, *own_boot = boot_read_id();
	_cleanup_problem_ struct problem failure = {0};
	/* before anything is read: one that ends meanwhile has written its end by then */
	pid_t holder = 0;
	bool is_alive = job_folder_is_held(journal_folder, number, &holder);
	size_t length = 0;
	int r = read_file(journal_folder, number, "job.json", PLAN_BYTES_MAX, &text, &length,
			  &failure);

	if (r == -ENOENT)
		return refuse_number(journal_folder, number, why);
	if (r < 0) {
		problem_move(why, &failure);
		return r;
	}
	job->number = number;
	job->folder = job_folder_path(journal_folder, number, NULL);
	if (job_record_read_plan(text, length, job, &boot) < 0)
		return problem_set(why, -EBADMSG, job->folder, _("what it says makes no sense"));
	read_state(journal_folder, job);
	if (job->state == JOB_RUNNING && (!is_alive || !text_is_equal(boot, own_boot)))
		job->state = JOB_CUT_OFF;
	else if (job->state == JOB_RUNNING && is_asked_to_stop(journal_folder, number))
		job->state = JOB_STOPPING;
	*ret_job = TAKE_PTR(job);
	return 0;
}

int job_list_read(const char *journal_folder, struct job_list *ret_list, struct problem *why)
{
	_cleanup_job_list_ struct job_list list = {0};
	_cleanup_free_ unsigned *numbers = NULL;
	size_t count = 0;
	int r = job_folder_list(journal_folder, &numbers, &count, why);

	for (size_t i = 0; r == 0 && i < count; i++) {
		struct job *job = NULL;

		if (job_read(journal_folder, numbers[i], &job, NULL) < 0)
			continue; /* just being made or removed, or not ours to read */
		list.items =
			alloc_grow(list.items, list.count, &list.capacity, sizeof(*list.items));
		list.items[list.count++] = job;
	}
	if (r < 0)
		return r;
	*ret_list = list;
	list = (struct job_list){0};
	return 0;
}

static int refuse_ended(unsigned number, struct problem *why)
{
	_cleanup_free_ char *name = text_format(_("job %u"), number);

	return problem_set(why, -ESRCH, name, _("it does not run any more"));
}

/*
 * Sends SIGTERM to the process that holds the lock, and to no other that may get its number: the
 * lock is still held once the descriptor of the process is open, so that this is its holder.
 */
static int signal_holder(const char *journal_folder, unsigned number, struct problem *why)
{
	_cleanup_close_ int process = -1;
	pid_t pid = 0, again = 0;
	int r;

	if (!job_folder_is_held(journal_folder, number, &pid) || pid <= 0)
		return refuse_ended(number, why);
	process = daemon_open_process(pid);
	if (process < 0 && process != -ENOSYS)
		return process == -ESRCH ? refuse_ended(number, why)
					 : problem_set_errno(why, process, _("stop the job"));
	if (!job_folder_is_held(journal_folder, number, &again) || again != pid)
		return refuse_ended(number, why);
	r = process >= 0 ? daemon_signal(process, SIGTERM) : kill(pid, SIGTERM) < 0 ? -errno : 0;
	if (r == -ESRCH)
		return refuse_ended(number, why);
	return r < 0 ? problem_set_errno(why, r, _("stop the job")) : 0;
}

int job_stop(const char *journal_folder, unsigned number, struct problem *why)
{
	_cleanup_free_ char *path = job_folder_path(journal_folder, number, STOP_FILE);
	_cleanup_job_ struct job *job = NULL;
	_cleanup_close_ int fd = -1;
	int r = job_read(journal_folder, number, &job, why);

	if (r < 0)
		return r;
	if (!job_is_running(job))
		return refuse_ended(number, why);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return problem_set_errno(why, -errno, path);
	return signal_holder(journal_folder, number, why);
}

static int refuse_running(unsigned number, struct problem *why)
{
	_cleanup_free_ char *name = text_format(_("job %u"), number);

	(void)problem_set(why, -EBUSY, name, _("it still runs"));
	problem_set_next(why, _("\"refloat jobs %u --stop\" stops it."), number);
	return -EBUSY;
}

static int forget_one(const char *journal_folder, unsigned number, struct problem *why)
{
	_cleanup_job_ struct job *job = NULL;
	pid_t pid = 0;
	int r = job_read(journal_folder, number, &job, why);

	/* one that makes no sense can be forgotten, too; the process of one that has written its
	 * end may still be exiting */
	if (r < 0 && r != -EBADMSG)
		return r;
	if (job ? job_is_running(job) : job_folder_is_held(journal_folder, number, &pid))
		return refuse_running(number, why);
	return job_folder_remove(journal_folder, number, why);
}

int job_forget(const char *journal_folder, unsigned number, struct problem *why)
{
	_cleanup_job_list_ struct job_list list = {0};
	int r;

	if (number)
		return forget_one(journal_folder, number, why);
	r = job_list_read(journal_folder, &list, why);
	for (size_t i = 0; r == 0 && i < list.count; i++) {
		if (!job_is_running(list.items[i]))
			r = job_folder_remove(journal_folder, list.items[i]->number, why);
	}
	return r;
}
