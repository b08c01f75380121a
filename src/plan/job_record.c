/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job writes of itself, as JSON. */
#include "plan/job_record.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#define UNIT_MAX_BYTES 32
#define TEXT_MAX_BYTES 4096
#define SECONDS_LEFT_MAX (10LL * 365 * 86400)
#define RATE_MAX 1e18

static const char *const state_names[] = {
	[JOB_RUNNING] = "running", [JOB_STOPPING] = "stopping", [JOB_DONE] = "done",
	[JOB_PARTIAL] = "partial", [JOB_UNDONE] = "undone",	[JOB_FAILED] = "failed",
	[JOB_STOPPED] = "stopped", [JOB_CUT_OFF] = "cut-off",
};

const char *job_state_name(enum job_state state)
{
	return state_names[state];
}

bool job_is_running(const struct job *job)
{
	return job->state == JOB_RUNNING || job->state == JOB_STOPPING;
}

struct json_object *job_record_plan(const struct job *job, const char *boot)
{
	struct json_object *object = json_object_new_object();

	json_add_u64(object, "job", 1);
	json_add_text(object, "boot", boot);
	json_add_u64(object, "pid", (uint64_t)job->pid);
	json_add_bytes(object, "who", job->who);
	json_add_u64(object, "started", (uint64_t)job->started);
	(void)json_object_object_add(object, "plan", plan_to_json(job->plan)); /* memory */
	return object;
}

static struct json_object *progress_to_json(const struct job_progress *progress)
{
	struct json_object *object = json_object_new_object();

	json_add_u64(object, "done", progress->done);
	json_add_u64(object, "total", progress->total);
	if (progress->unit)
		json_add_bytes(object, "unit", progress->unit);
	if (progress->text)
		json_add_bytes(object, "text", progress->text);
	if (progress->per_second > 0) /* memory */
		(void)json_object_object_add(object, "per-second",
					     json_object_new_double(progress->per_second));
	if (progress->seconds_left >= 0)
		json_add_u64(object, "seconds-left", (uint64_t)progress->seconds_left);
	return object;
}

struct json_object *job_record_state(const struct job *job)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "state", job_state_name(job->state));
	json_add_u64(object, "updated", (uint64_t)job->updated);
	if (job->ended)
		json_add_u64(object, "ended", (uint64_t)job->ended);
	json_add_u64(object, "operation", job->operation);
	json_add_u64(object, "step", job->step);
	(void)json_object_object_add(object, "progress", progress_to_json(&job->progress));
	if (job->stop_what)
		json_add_bytes(object, "stop-what", job->stop_what);
	if (job_is_running(job))
		return object;
	if (job->result >= 0) /* else the problem tells */
		json_add_u64(object, "result", (uint64_t)job->result);
	(void)json_object_object_add(object, "report", step_report_to_json(&job->report));
	json_add_problem(object, "problem", &job->why);
	return object;
}

static int64_t get_time(struct json_object *object, const char *name)
{
	uint64_t value = json_get_u64(object, name, 0);

	return value <= INT64_MAX / 2 ? (int64_t)value : 0;
}

int job_record_read_plan(const char *text, size_t length, struct job *job, char **ret_boot)
{
	_cleanup_json_ struct json_object *object = NULL;
	uint64_t pid;

	if (json_parse(text, length, &object, NULL) < 0 || json_get_u64(object, "job", 0) != 1)
		return -EBADMSG;
	job->plan = plan_from_json(json_get_object(object, "plan"));
	if (!job->plan)
		return -EBADMSG;
	if (!job->plan->summary)
		job->plan->summary = text_copy(job->plan->action);
	pid = json_get_u64(object, "pid", 0);
	job->pid = pid <= INT_MAX ? (pid_t)pid : 0;
	job->who = json_get_bytes(object, "who");
	if (!job->who)
		job->who = text_copy("");
	job->started = get_time(object, "started");
	*ret_boot = text_copy(json_get_text(object, "boot"));
	return 0;
}

/* A text of at most LIMIT bytes, cut where it is longer. */
static char *get_text(struct json_object *object, const char *name, size_t limit)
{
	char *text = json_get_bytes(object, name);

	if (text && strlen(text) > limit)
		text[limit] = '\0';
	return text;
}

static double get_rate(struct json_object *object)
{
	struct json_object *value = NULL;
	double rate = 0;

	if (object && json_object_object_get_ex(object, "per-second", &value) &&
	    (json_object_is_type(value, json_type_double) ||
	     json_object_is_type(value, json_type_int)))
		rate = json_object_get_double(value);
	return isfinite(rate) && rate > 0 && rate <= RATE_MAX ? rate : 0;
}

static void read_progress(struct json_object *object, struct job_progress *progress)
{
	uint64_t left = json_get_u64(object, "seconds-left", UINT64_MAX);

	progress->done = json_get_u64(object, "done", 0);
	progress->total = json_get_u64(object, "total", 0);
	progress->unit = get_text(object, "unit", UNIT_MAX_BYTES);
	progress->text = get_text(object, "text", TEXT_MAX_BYTES);
	progress->per_second = get_rate(object);
	progress->seconds_left = left <= SECONDS_LEFT_MAX ? (int64_t)left : -1;
}

static bool find_state(const char *name, enum job_state *ret_state)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(state_names); i++) {
		if (strcmp(state_names[i], name) == 0) {
			*ret_state = (enum job_state)i;
			return true;
		}
	}
	return false;
}

static void read_end(struct json_object *object, struct job *job)
{
	uint64_t result = json_get_u64(object, "result", UINT64_MAX);

	job->ended = get_time(object, "ended");
	step_report_from_json(json_get_object(object, "report"), &job->report);
	(void)json_get_problem(object, "problem", &job->why); /* mostly there is none */
	job->result = RUNNER_FAILED;
	if (result <= RUNNER_FAILED)
		job->result = (int)result;
	else if (job->why.error < 0)
		job->result = job->why.error; /* as runner_execute, which could not begin */
}

int job_record_read_state(const char *text, size_t length, struct job *job)
{
	_cleanup_json_ struct json_object *object = NULL;
	uint64_t operation, step;

	if (json_parse(text, length, &object, NULL) < 0 ||
	    !find_state(json_get_text(object, "state"), &job->state))
		return -EBADMSG;
	operation = json_get_u64(object, "operation", 0);
	step = json_get_u64(object, "step", 0);
	job->operation = operation <= UINT32_MAX ? (unsigned)operation : 0;
	job->step = step <= job->plan->count ? (size_t)step : 0;
	job->updated = get_time(object, "updated");
	job->stop_what = get_text(object, "stop-what", TEXT_MAX_BYTES);
	read_progress(json_get_object(object, "progress"), &job->progress);
	if (job->state == JOB_STOPPING || job->state == JOB_CUT_OFF)
		job->state = JOB_RUNNING; /* others find that out */
	if (job->state != JOB_RUNNING)
		read_end(object, job);
	return 0;
}
