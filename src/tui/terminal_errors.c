/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Standard error while the screen is up: kept in memory, then logged and shown.
 *
 * A library's or a sanitizer's message would tear the screen. It goes into a file in memory whose
 * size is sealed: whoever writes to it can neither fill the machine nor be blocked. The terminal
 * gets it once it is a terminal again. Where standard error is no terminal it is left alone.
 */
#include "tui/terminal_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/printable.h"
#include "base/text.h"

#define KEPT_BYTES (256 * 1024)

static int kept_fd = -1; /* what was written */
static int real_fd = -1; /* standard error as it was */

/* Nothing to keep it in: then nothing is kept. */
static int open_kept(void)
{
	int fd = memfd_create("refloat-errors", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	if (ftruncate(fd, KEPT_BYTES) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) < 0)
		log_line("standard error: %s", strerror(errno)); /* then it may grow */
	return fd;
}

void terminal_errors_capture(void)
{
	if (kept_fd >= 0 || !isatty(STDERR_FILENO))
		return;
	(void)fflush(stderr); /* what is from before goes where it was meant to go */
	kept_fd = open_kept();
	real_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (kept_fd < 0 || real_fd < 0 || dup2(kept_fd, STDERR_FILENO) < 0)
		terminal_errors_release(); /* then it stays as it is */
}

static void show_line(const char *line, size_t length)
{
	_cleanup_free_ char *shown = printable_bytes(line, length);

	log_line("standard error: %.*s", (int)length, line); /* makes it printable itself */
	(void)dprintf(STDERR_FILENO, "%s\n", shown); /* nowhere else to say that it failed */
}

static void show_lines(const char *text, size_t length)
{
	const char *end = text + length;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		show_line(text, (size_t)(stop - text));
		text = stop + 1;
	}
}

/* What was written, which is up to where the offset that all writers share stands. */
static char *read_kept(size_t *ret_length)
{
	off_t end = lseek(kept_fd, 0, SEEK_CUR);
	size_t wanted = end > 0 ? (size_t)end : 0;
	char *text = alloc_zero(wanted + 1, 1);
	ssize_t got = pread(kept_fd, text, wanted, 0);

	*ret_length = got > 0 ? (size_t)got : 0;
	return text;
}

void terminal_errors_release(void)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;

	if (kept_fd >= 0 && real_fd >= 0) {
		(void)fflush(stderr); /* it is unbuffered as a rule */
		text = read_kept(&length);
		(void)dup2(real_fd, STDERR_FILENO); /* fails only for fds that are not open */
	}
	if (kept_fd >= 0)
		(void)close(kept_fd); /* memory only */
	if (real_fd >= 0)
		(void)close(real_fd); /* a second descriptor of what stays open */
	kept_fd = real_fd = -1;
	if (length)
		show_lines(text, length);
	if (length >= KEPT_BYTES)
		(void)dprintf(STDERR_FILENO, "%s\n", _("(more was written, which was not kept)"));
}

void terminal_errors_spill(void)
{
	char block[512];
	off_t at = 0, end;
	ssize_t got;

	if (kept_fd < 0 || real_fd < 0)
		return;
	end = lseek(kept_fd, 0, SEEK_CUR);
	(void)dup2(real_fd, STDERR_FILENO); /* fails only for fds that are not open */
	while (at < end) {
		size_t wanted =
			(size_t)(end - at) < sizeof(block) ? (size_t)(end - at) : sizeof(block);

		got = pread(kept_fd, block, wanted, at);
		if (got <= 0 || write(STDERR_FILENO, block, (size_t)got) < 0)
			return; /* a crash has no better way to say it */
		at += got;
	}
}
