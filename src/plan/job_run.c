/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a job, and what its process does. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/daemon.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/signals.h"
#include "plan/apart_message.h"
#include "plan/boot.h"
#include "plan/job_folder.h"
#include "plan/job_log.h"
#include "plan/job_rate.h"
#include "plan/job_record.h"
#include "plan/journal_lock.h"

#define LOG_OUTPUT_MAX (8ull * 1024 * 1024)
#define RESERVE "reserve"
#define RESERVE_BYTES (64 * 1024)
#define WRITE_MS 1000 /* between two states that only differ in their progress */

struct job_process {
	const struct step_class *const *classes;
	const char *journal_folder;
	struct job job; /* as it is written; its plan is borrowed */
	size_t begun;	/* the last step that was run; taking back is not running */
	int lock_fd;	/* held until the process is gone */
	int events_fd;
	struct job_log log;
	struct job_rate rate;
	int64_t written_ms;
};

static char *path_in(const struct job_process *process, const char *name)
{
	return job_folder_path(process->journal_folder, process->job.number, name);
}

static int write_object(const struct job_process *process, const char *name,
			struct json_object *object)
{
	_cleanup_json_ struct json_object *owned = object;
	_cleanup_free_ char *text = json_format_line(owned), *path = path_in(process, name);

	return job_folder_replace(path, text, strlen(text));
}

static void write_state(struct job_process *process)
{
	int r;

	process->job.updated = clock_wall_seconds();
	process->written_ms = clock_monotonic_ms();
	r = write_object(process, "state.json", job_record_state(&process->job));
	if (r < 0) /* the work goes on; whoever follows it sees less */
		log_line("the state of job %u could not be written: %s", process->job.number,
			 strerror(-r));
}

static void write_event(const struct job_process *process, struct json_object *object)
{
	_cleanup_json_ struct json_object *owned = object;
	_cleanup_free_ char *line = NULL, *text = NULL;

	json_add_u64(owned, "time", (uint64_t)clock_wall_seconds());
	line = json_format_line(owned);
	text = text_format("%s\n", line);
	if (process->events_fd >= 0) /* unwritten: as above */
		(void)file_write_all(process->events_fd, text, strlen(text));
}

/* --- what the runner and the steps tell */

static void clear_progress(struct job_process *process)
{
	struct job_progress *progress = &process->job.progress;

	free(progress->unit);
	free(progress->text);
	*progress = (struct job_progress){.seconds_left = -1};
	process->rate = (struct job_rate){0};
}

static void set_stop_what(struct job_process *process, const struct runner_notice *notice)
{
	const struct step_class *class =
		step_class_find(process->classes, notice->step->class_name);

	free(process->job.stop_what);
	process->job.stop_what = NULL;
	if (notice->event == RUNNER_STEP_STARTED && class && class->stop_what)
		process->job.stop_what = class->stop_what(notice->step);
}

static void on_notice(void *data, const struct runner_notice *notice)
{
	struct job_process *process = data;
	bool is_start =
		notice->event == RUNNER_STEP_STARTED || notice->event == RUNNER_UNDO_STARTED;

	process->job.step = notice->number;
	process->job.operation = notice->operation;
	if (notice->event == RUNNER_STEP_STARTED)
		process->begun = notice->number;
	if (is_start)
		clear_progress(process);
	if (notice->event == RUNNER_UNDO_STARTED)
		text_set(&process->job.progress.text, notice->what);
	set_stop_what(process, notice);
	job_log_notice(&process->log, notice);
	write_event(process, apart_message_notice(notice));
	write_state(process);
}

static void on_progress(void *data, const struct step_progress *progress)
{
	struct job_process *process = data;
	struct job_progress *known = &process->job.progress;
	int64_t now = clock_monotonic_ms();
	bool is_other = !text_is_equal(known->unit, progress->unit) ||
			!text_is_equal(known->text, progress->text);

	if (!text_is_equal(known->unit, progress->unit))
		process->rate = (struct job_rate){0};
	job_rate_add(&process->rate, progress->done, progress->total, now);
	known->done = progress->done;
	known->total = progress->total;
	text_set(&known->unit, progress->unit);
	text_set(&known->text, progress->text);
	known->per_second = process->rate.per_second;
	known->seconds_left = job_rate_seconds_left(&process->rate, progress->done);
	/* a phase that begins is told soon, but a step that has nothing but phases not too often */
	if (now - process->written_ms >= (is_other ? WRITE_MS / 4 : WRITE_MS))
		write_state(process);
}

static void on_output(void *data, bool is_error, const char *line, size_t length)
{
	struct job_process *process = data;

	(void)is_error; /* they stand in the order in which they came */
	job_log_output(&process->log, line, length);
}

/* --- its life */

static int open_folder(struct job_process *process, struct problem *why)
{
	const struct journal_lock_words words = {process->job.who, process->job.plan->summary,
						 process->job.number};
	_cleanup_free_ char *lock = path_in(process, "lock"), *events = path_in(process, "events");
	_cleanup_free_ char *log = path_in(process, "log"), *boot = boot_read_id();
	int r = journal_lock_take(lock, &words, why);

	if (r < 0)
		return r;
	process->lock_fd = r;
	process->events_fd =
		open(events, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (process->events_fd < 0)
		return problem_set_errno(why, -errno, events);
	job_log_open(&process->log, log, LOG_OUTPUT_MAX);
	process->job.updated = process->job.started;
	r = write_object(process, "state.json", job_record_state(&process->job));
	/* last: with this file it is a job, and has everything else */
	if (r == 0)
		r = write_object(process, "job.json", job_record_plan(&process->job, boot));
	return r < 0 ? problem_set_errno(why, r, _("start the job")) : 0;
}

/* Where /run becomes full meanwhile, how it ended can still be written. */
static void keep_room(const struct job_process *process)
{
	_cleanup_free_ char *path = path_in(process, RESERVE);
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r = fd < 0 ? errno : posix_fallocate(fd, 0, RESERVE_BYTES);

	if (r != 0)
		log_line("job %u has no room in reserve: %s", process->job.number, strerror(r));
}

static void use_room(const struct job_process *process)
{
	_cleanup_free_ char *path = path_in(process, RESERVE);

	(void)unlink(path); /* there may be none */
}

static int begin(struct job_process *process, struct problem *why)
{
	int r = job_folder_make(process->journal_folder, &process->job.number, why);

	if (r < 0)
		return r;
	r = open_folder(process, why);
	if (r < 0)
		(void)job_folder_remove(process->journal_folder, process->job.number, NULL);
	return r;
}

static int execute(struct job_process *process)
{
	const struct step_listener listener = {on_progress, on_output, process, NULL};
	struct job *job = &process->job;
	_cleanup_journal_ struct journal *journal = NULL;
	struct runner runner = {
		.classes = process->classes,
		.on_notice = on_notice,
		.data = process,
		.stop_signal = signals_caught(),
		.listener = &listener,
	};
	int r = journal_open(process->journal_folder, &journal, &job->why);

	if (r < 0)
		return r;
	journal_set_job(journal, job->number, job->who);
	runner.journal = journal;
	return runner_execute(&runner, job->plan, &job->report, &job->why);
}

static enum job_state state_of(const struct job *job)
{
	bool is_stopped = *signals_caught() != 0;

	switch (job->result) {
	case RUNNER_DONE:
		if (!job->report.is_unfinished)
			return JOB_DONE;
		return is_stopped ? JOB_STOPPED : JOB_PARTIAL;
	case RUNNER_PARTIAL:
		return is_stopped ? JOB_STOPPED : JOB_PARTIAL;
	case RUNNER_UNDONE:
		return is_stopped ? JOB_STOPPED : JOB_UNDONE;
	default:
		return JOB_FAILED;
	}
}

static void end(struct job_process *process, int result)
{
	struct job *job = &process->job;

	job->result = result;
	if (result < 0 && !job->why.error)
		(void)problem_set_errno(&job->why, result, job->plan->summary);
	use_room(process);
	clear_progress(process);
	free(job->stop_what);
	job->stop_what = NULL;
	job->ended = clock_wall_seconds();
	job->state = state_of(job);
	if (process->begun) /* taking down what was needed is not what it came to */
		job->step = process->begun;
	job_log_problem(&process->log, job->why.error ? &job->why : NULL);
	job_log_say(&process->log, job_state_name(job->state));
	job_log_close(&process->log);
	write_event(process, apart_message_end(result, &job->report, &job->why));
	write_state(process);
}

/* Tells whoever has started us which job we are, or why we are none. */
static void answer(int fd, unsigned number, const struct problem *why)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	_cleanup_free_ char *text = NULL;

	json_add_u64(object, "number", number);
	json_add_problem(object, "problem", why);
	text = json_format_line(object);
	daemon_say(fd, text, strlen(text));
}

static int be_job(void *data, int fd)
{
	struct job_process *process = data;
	_cleanup_problem_ struct problem why = {0};
	int r;

	signals_catch();
	log_reopen();
	process->job.pid = getpid();
	process->job.started = clock_wall_seconds();
	r = begin(process, &why);
	answer(fd, process->job.number, &why);
	if (r < 0)
		return 1;
	log_line("job %u: %s", process->job.number, process->job.plan->summary);
	keep_room(process);
	end(process, execute(process));
	return 0; /* and with the process goes its lock */
}

/* --- in the starter */

static int take_answer(const char *text, size_t length, unsigned *ret_number, struct problem *why)
{
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_problem_ struct problem told = {0};
	uint64_t number;

	if (json_parse(text, length, &object, NULL) < 0)
		return problem_set(why, -EBADMSG, _("start the job"),
				   _("the answer makes no sense"));
	if (json_get_problem(object, "problem", &told) && told.error < 0) {
		int error = told.error;

		problem_move(why, &told);
		return error;
	}
	number = json_get_u64(object, "number", 0);
	if (!number || number > JOB_NUMBER_MAX)
		return problem_set(why, -EBADMSG, _("start the job"),
				   _("the answer makes no sense"));
	*ret_number = (unsigned)number;
	return 0;
}

/* What lies under /run is memory: of jobs that have ended the newest are kept. */
static void forget_oldest(const char *journal_folder)
{
	_cleanup_job_list_ struct job_list list = {0};
	size_t ended = 0;

	if (job_list_read(journal_folder, &list, NULL) < 0)
		return; /* starting one says why */
	for (size_t i = 0; i < list.count; i++)
		ended += !job_is_running(list.items[i]);
	for (size_t i = 0; ended > JOBS_KEPT && i < list.count; i++) {
		if (job_is_running(list.items[i]))
			continue;
		/* one that somebody else removes meanwhile is gone as well */
		(void)job_forget(journal_folder, list.items[i]->number, NULL);
		ended--;
	}
}

int job_start(const struct step_class *const *classes, const char *journal_folder,
	      const struct plan *plan, unsigned *ret_number, struct problem *why)
{
	_cleanup_free_ char *who = journal_describe_user(), *word = NULL;
	struct job_process process = {
		.classes = classes,
		.journal_folder = journal_folder,
		/* the job works on its own copy: what its steps set is not seen here */
		.job = {.plan = (struct plan *)plan, .who = who, .progress = {.seconds_left = -1}},
		.lock_fd = -1,
		.events_fd = -1,
		.log = {.fd = -1},
	};
	size_t length = 0;
	int r = plan_check_unattended(classes, plan, why);

	forget_oldest(journal_folder);
	if (r == 0)
		r = daemon_start(be_job, &process, &word, &length, why);
	return r < 0 ? r : take_answer(word, length, ret_number, why);
}
