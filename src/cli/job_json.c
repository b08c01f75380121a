/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs as programs read them. What is not known is null. */
#include "cli/job_json.h"

#include "action/describe_job.h"
#include "cli/outcome.h"

static void add_time(struct json_object *object, const char *name, int64_t seconds)
{
	if (seconds > 0)
		json_add_u64(object, name, (uint64_t)seconds);
	else
		json_add_text(object, name, NULL);
}

/* VALUE with one digit behind the point. */
static void add_tenths(struct json_object *object, const char *name, double value, bool is_known)
{
	_cleanup_free_ char *text = text_format("%.1f", value);

	(void)json_object_object_add(object, name,
				     is_known ? json_object_new_double_s(value, text) : NULL);
}

static struct json_object *step_json(const struct job *job)
{
	struct json_object *object;

	if (job->step == 0 || job->step > job->plan->count)
		return NULL;
	object = json_object_new_object();
	json_add_u64(object, "number", job->step);
	json_add_u64(object, "count", job->plan->count);
	json_add_text(object, "what", job->plan->steps[job->step - 1]->what);
	return object;
}

static struct json_object *progress_json(const struct job_progress *progress)
{
	struct json_object *object;
	double percent = 0;

	if (!progress->unit)
		return NULL;
	if (progress->total)
		percent = (double)progress->done / (double)progress->total * 100;
	object = json_object_new_object();
	json_add_u64(object, "done", progress->done);
	if (progress->total)
		json_add_u64(object, "total", progress->total);
	else
		json_add_text(object, "total", NULL);
	json_add_text(object, "unit", progress->unit);
	json_add_text(object, "text", progress->text);
	add_tenths(object, "rate", progress->per_second, progress->per_second > 0);
	if (progress->seconds_left >= 0)
		json_add_u64(object, "seconds_left", (uint64_t)progress->seconds_left);
	else
		json_add_text(object, "seconds_left", NULL);
	add_tenths(object, "percent", percent < 100 ? percent : 100, progress->total > 0);
	return object;
}

/* How it ended; all null while it runs. */
static void add_end(struct json_object *object, const struct job *job)
{
	bool is_over = !job_is_running(job) && job->state != JOB_CUT_OFF;
	_cleanup_free_ char *problem = job->why.error ? problem_text(&job->why) : NULL;
	int status = outcome_job_status(job);

	json_add_text(object, "result", is_over ? outcome_result_name(job->result) : NULL);
	if (status >= 0)
		json_add_u64(object, "exit_status", (uint64_t)status);
	else
		json_add_text(object, "exit_status", NULL);
	json_add_bool(object, "unfinished", job->report.is_unfinished);
	json_add_list(object, "notes", &job->report.notes);
	json_add_text(object, "problem", problem);
	json_add_text(object, "next", job->why.error ? job->why.next : NULL);
}

struct json_object *job_json_new(const struct job *job)
{
	struct json_object *object = json_object_new_object();
	_cleanup_free_ char *log = job_log_path(job), *stop = NULL;

	json_add_u64(object, "id", job->number);
	json_add_text(object, "state", job_state_name(job->state));
	json_add_text(object, "action", job->plan->action);
	json_add_text(object, "summary", job->plan->summary);
	json_add_text(object, "who", job->who);
	json_add_u64(object, "pid", (uint64_t)job->pid);
	add_time(object, "started", job->started);
	add_time(object, "ended", job->ended);
	add_time(object, "updated", job->updated);
	if (job->operation)
		json_add_u64(object, "operation", job->operation);
	else
		json_add_text(object, "operation", NULL);
	(void)json_object_object_add(object, "step", step_json(job));
	(void)json_object_object_add(object, "progress", progress_json(&job->progress));
	stop = job_is_running(job) ? describe_job_stop(job) : NULL;
	json_add_text(object, "stop_what", stop);
	add_end(object, job);
	json_add_text(object, "log", log);
	json_add_text(object, "folder", job->folder);
	return object;
}
