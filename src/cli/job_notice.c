/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line about each job that runs. */
#include "cli/job_notice.h"

#include <stdio.h>
#include <unistd.h>

#include "action/describe_job.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/output.h"

/* A job that was cut off is told of until somebody has looked at it. */
static bool is_news(const struct job *job)
{
	return job_is_running(job) || (job->state == JOB_CUT_OFF && !job_is_seen(job));
}

static char *format_line(const struct job *job)
{
	_cleanup_free_ char *line = describe_job(job);

	return text_format(_("refloat: job %u: %s (\"refloat jobs %u\" shows it)"), job->number,
			   line, job->number);
}

/* One line; on a terminal broken at spaces. */
static void print_line(FILE *stream, const char *line)
{
	if (isatty(fileno(stream)))
		output_paragraph(stream, line, 0);
	else
		fprintf(stream, "%s\n", line);
}

void job_notice_print_all(const char *folder)
{
	_cleanup_job_list_ struct job_list list = {0};

	if (job_list_read(folder, &list, NULL) < 0)
		return;
	for (size_t i = 0; i < list.count; i++) {
		_cleanup_free_ char *line = NULL;

		if (!is_news(list.items[i]))
			continue;
		line = format_line(list.items[i]);
		print_line(stdout, line);
	}
}

void job_notice_remark(const char *folder)
{
	_cleanup_job_list_ struct job_list list = {0};
	const struct job *running = NULL;
	_cleanup_free_ char *line = NULL;
	size_t count = 0;

	if (!isatty(STDERR_FILENO) || job_list_read(folder, &list, NULL) < 0)
		return;
	for (size_t i = 0; i < list.count; i++) {
		if (!job_is_running(list.items[i]))
			continue;
		running = list.items[i];
		count++;
	}
	if (count == 0)
		return;
	line = count == 1 ? format_line(running)
			  : text_format(P_("refloat: %zu job runs: \"refloat jobs\" shows it",
					   "refloat: %zu jobs run: \"refloat jobs\" shows them",
					   count),
					count);
	print_line(stderr, line);
}
