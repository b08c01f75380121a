/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: the files of a job, as lines: what it is, how far it is, what it told. */
#include "fuzz.h"

#include <string.h>

#include "base/alloc.h"
#include "plan/apart_message.h"
#include "plan/job_record.h"

struct input {
	const char *at;
	size_t left;
};

/* The next line; its length. */
static size_t take_line(struct input *input, const char **ret_line)
{
	const char *newline = memchr(input->at, '\n', input->left);
	size_t length = newline ? (size_t)(newline - input->at) : input->left;
	size_t taken = length + (newline ? 1 : 0);

	*ret_line = input->at;
	input->at += taken;
	input->left -= taken;
	return length;
}

static void read_events(struct input *input, const struct plan *plan)
{
	while (input->left) {
		_cleanup_(apart_message_done) struct apart_message message = {0};
		const char *line;
		size_t length = take_line(input, &line);

		(void)apart_message_parse(line, length, plan, &message); /* mostly none */
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_job_ struct job *job = alloc_zero(1, sizeof(*job));
	_cleanup_free_ char *boot = NULL, *bytes = alloc_copy(data, size);
	struct input input = {bytes, size};
	const char *line;
	size_t length = take_line(&input, &line);

	if (job_record_read_plan(line, length, job, &boot) < 0)
		return 0;
	length = take_line(&input, &line);
	if (job_record_read_state(line, length, job) == 0) {
		/* what was read can be written */
		_cleanup_json_ struct json_object *object = job_record_state(job);

		(void)job_state_name(job->state);
	}
	read_events(&input, job->plan);
	return 0;
}
