/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of what was done. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/text.h"

static int log_fd = -1;
static char *log_path; /* absolute, for log_reopen */
static bool is_verbose_log;

static int open_for_appending(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
}

int log_open(const char *path, struct problem *why)
{
	int fd = open_for_appending(path);

	if (fd < 0) {
		int error = -errno;

		(void)problem_set_errno(why, error, path);
		problem_set_next(why, _("Name a file that can be written with --log."));
		return error;
	}
	log_close();
	log_fd = fd;
	log_path = realpath(path, NULL); /* NULL: a child cannot go on with it */
	return 0;
}

void log_set_verbose(bool is_verbose)
{
	is_verbose_log = is_verbose;
}

void log_line(const char *format, ...)
{
	_cleanup_free_ char *raw = NULL, *shown = NULL, *line = NULL;
	int saved = errno;
	struct tm parts = {0};
	time_t now = time(NULL);
	va_list args;

	if (log_fd < 0 && !is_verbose_log)
		return;
	va_start(args, format);
	raw = text_format_args(format, args);
	va_end(args);
	shown = printable_text(raw);
	(void)localtime_r(&now, &parts); /* zeroes are as good where it fails */
	line = text_format("%04d-%02d-%02d %02d:%02d:%02d %s\n", parts.tm_year + 1900,
			   parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
			   parts.tm_sec, shown);
	/* a log that cannot be written must not stop a rescue */
	if (log_fd >= 0)
		(void)file_write_all(log_fd, line, strlen(line));
	if (is_verbose_log)
		(void)fputs(line, stderr);
	errno = saved;
}

void log_close(void)
{
	if (log_fd >= 0)
		(void)close(log_fd); /* each line was written at once */
	log_fd = -1;
	free(log_path);
	log_path = NULL;
}

void log_forget(void)
{
	log_fd = -1;
}

void log_reopen(void)
{
	if (log_fd < 0 && log_path)
		log_fd = open_for_appending(log_path); /* without a log the work goes on */
}
