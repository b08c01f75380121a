/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a journal, whole or cut off anywhere. */
#include "fuzz.h"

#include "plan/journal_state.h"

static bool job_runs(const void *data, unsigned number, pid_t pid)
{
	(void)data;
	return (number + (unsigned)pid) % 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_content content = {0};

	journal_content_parse(&content, (const char *)data, size);
	journal_content_judge(&content, size % 2, job_runs, NULL);
	journal_content_done(&content);
	return 0;
}
