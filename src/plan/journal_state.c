/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the lines of a journal say together. */
#include "plan/journal_state.h"

#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"

#define OPERATIONS_MAX 100000
#define STEPS_MAX 100000

static const char *const step_states[] = {
	[JOURNAL_STEP_STARTED] = "started",
	[JOURNAL_STEP_DONE] = "done",
	[JOURNAL_STEP_FAILED] = "failed",
	[JOURNAL_STEP_UNDONE] = "undone",
};

static const char *const operation_states[] = {
	[OPERATION_RUNNING] = "running", [OPERATION_CUT_OFF] = "cut-off",
	[OPERATION_DONE] = "done",	 [OPERATION_PARTIAL] = "partial",
	[OPERATION_FAILED] = "failed",	 [OPERATION_UNDONE] = "undone",
};

const char *operation_state_name(enum operation_state state)
{
	return operation_states[state];
}

const char *journal_step_state_name(enum journal_step_state state)
{
	return step_states[state];
}

bool journal_step_is_undoable(const struct journal_step *step)
{
	return step->state != JOURNAL_STEP_UNDONE && !step->step->leaves_nothing;
}

bool journal_operation_has_undoable(const struct operation *operation)
{
	for (size_t i = 0; i < operation->count; i++) {
		if (journal_step_is_undoable(&operation->steps[i]))
			return true;
	}
	return false;
}

/* The index of NAME in NAMES, -1 where it is none of them. */
static int find_name(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

static struct operation *find_operation(struct journal_content *content, uint64_t number)
{
	for (size_t i = content->count; i > 0; i--) {
		if (content->operations[i - 1].number == number)
			return &content->operations[i - 1];
	}
	return NULL;
}

static void take_header(struct journal_content *content, struct json_object *object)
{
	if (content->boot)
		return;
	content->boot = text_copy(json_get_text(object, "boot"));
	content->name_space = text_copy(json_get_text(object, "namespace"));
	if (!content->boot)
		content->boot = text_copy("");
}

static void take_begin(struct journal_content *content, struct json_object *object, uint64_t number)
{
	uint64_t pid = json_get_u64(object, "pid", 0), job = json_get_u64(object, "job", 0);
	struct operation *operation;

	if (content->count >= OPERATIONS_MAX || find_operation(content, number))
		return;
	content->operations = alloc_grow(content->operations, content->count, &content->capacity,
					 sizeof(*content->operations));
	operation = &content->operations[content->count++];
	*operation = (struct operation){
		.number = (unsigned)number,
		.action = text_copy(json_get_text(object, "action")),
		.summary = json_get_bytes(object, "summary"),
		.started = (int64_t)json_get_u64(object, "started", 0),
		.pid = pid <= INT_MAX ? (pid_t)pid : 0,
		.who = json_get_bytes(object, "who"),
		.job = job <= UINT32_MAX ? (unsigned)job : 0,
		.state = OPERATION_RUNNING,
	};
	if (!operation->action)
		operation->action = text_copy("");
	if (!operation->summary)
		operation->summary = text_copy("");
}

/* FNV-1a, over one line more; never beyond what a signed number has room for. */
static uint64_t add_up(uint64_t sum, const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)line[i]) * 0x100000001b3;
	return sum & INT64_MAX;
}

/* Returns whether it is about a step that leaves something. */
static bool take_step(struct journal_content *content, struct json_object *object)
{
	struct operation *operation = find_operation(content, json_get_u64(object, "operation", 0));
	uint64_t number = json_get_u64(object, "number", 0);
	int state = find_name(step_states, ARRAY_SIZE(step_states), json_get_text(object, "state"));
	struct step *step = step_from_json(json_get_object(object, "step"));
	struct journal_step *entry = NULL;

	if (!operation || !number || number > STEPS_MAX || state < 0 || !step) {
		(void)step_free(step);
		return false;
	}
	for (size_t i = 0; i < operation->count; i++) {
		if (operation->steps[i].number == number)
			entry = &operation->steps[i];
	}
	if (!entry) {
		operation->steps = alloc_grow(operation->steps, operation->count,
					      &operation->capacity, sizeof(*operation->steps));
		entry = &operation->steps[operation->count++];
		*entry = (struct journal_step){.number = (unsigned)number};
	}
	(void)step_free(entry->step);
	entry->step = step;
	entry->state = (enum journal_step_state)state;
	free(entry->error);
	entry->error = json_get_bytes(object, "error");
	/* the last of what was left of it; one that is still at work has its own word to say */
	if (entry->state == JOURNAL_STEP_UNDONE && operation->state != OPERATION_RUNNING &&
	    !journal_operation_has_undoable(operation))
		operation->state = OPERATION_UNDONE;
	return !step->leaves_nothing;
}

static void take_end(struct journal_content *content, struct json_object *object, uint64_t number)
{
	struct operation *operation = find_operation(content, number);
	int state = find_name(operation_states, ARRAY_SIZE(operation_states),
			      json_get_text(object, "state"));

	if (operation && state >= 0)
		operation->state = (enum operation_state)state;
}

static void take_line(struct journal_content *content, const char *line, size_t length)
{
	_cleanup_json_ struct json_object *object = NULL;
	uint64_t begin, end;

	if (!length || json_parse(line, length, &object, NULL) < 0)
		return;
	begin = json_get_u64(object, "begin", 0);
	end = json_get_u64(object, "end", 0);
	if (json_get_u64(object, "journal", 0))
		take_header(content, object);
	else if (begin && begin <= UINT32_MAX)
		take_begin(content, object, begin);
	else if (end)
		take_end(content, object, end);
	else if (take_step(content, object))
		content->effects = add_up(content->effects, line, length);
}

void journal_content_parse(struct journal_content *content, const char *text, size_t length)
{
	const char *end = text + length;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline ? newline : end) - text);

		take_line(content, text, size);
		text += size + 1;
	}
}

/* Whether nothing of OPERATION is there: it was undone, or died before it did anything. */
static bool is_all_undone(const struct operation *operation)
{
	for (size_t i = 0; i < operation->count; i++) {
		if (operation->steps[i].state != JOURNAL_STEP_UNDONE)
			return false;
	}
	return true;
}

void journal_content_judge(struct journal_content *content, pid_t worker,
			   journal_job_runs_fn job_runs, const void *data)
{
	for (size_t i = 0; i < content->count; i++) {
		struct operation *operation = &content->operations[i];
		bool is_newest = i + 1 == content->count;

		if (operation->state != OPERATION_RUNNING ||
		    (is_newest && worker && operation->pid == worker) ||
		    (operation->job && job_runs(data, operation->job, operation->pid)))
			continue;
		operation->state = is_all_undone(operation) ? OPERATION_UNDONE : OPERATION_CUT_OFF;
	}
}

void journal_content_done(struct journal_content *content)
{
	for (size_t i = 0; i < content->count; i++) {
		struct operation *operation = &content->operations[i];

		for (size_t j = 0; j < operation->count; j++) {
			(void)step_free(operation->steps[j].step);
			free(operation->steps[j].error);
		}
		free(operation->steps);
		free(operation->action);
		free(operation->summary);
		free(operation->who);
	}
	free(content->operations);
	free(content->boot);
	free(content->name_space);
	*content = (struct journal_content){0};
}
