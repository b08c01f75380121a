/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders, images and a mount namespace of a test's own. */
#include "scratch.h"

#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/process.h"
#include "base/text.h"
#include "storage/filesystem.h"

char *folder_make(void)
{
	char *name = text_copy("/tmp/refloat-test-XXXXXX");

	assert_non_null(mkdtemp(name));
	return name;
}

void folder_remove(const char *folder)
{
	const char *const arguments[] = {"rm", "-rf", "--one-file-system", folder, NULL};

	assert_int_equal(process_run_checked(arguments, 60000, NULL, NULL), 0);
}

static char *run(const char *line, struct problem *why)
{
	const char *const arguments[] = {"sh", "-c", line, NULL};
	char *output = NULL;
	size_t length;

	if (process_run_checked(arguments, 60000, &output, why) < 0)
		return NULL;
	length = strlen(output);
	if (length && output[length - 1] == '\n')
		output[length - 1] = '\0';
	return output;
}

char *scratch_shell(const char *format, ...)
{
	_cleanup_free_ char *line = NULL;
	va_list args;

	va_start(args, format);
	line = text_format_args(format, args);
	va_end(args);
	return run(line, NULL);
}

void scratch_do(const char *format, ...)
{
	_cleanup_free_ char *line = NULL, *output = NULL;
	_cleanup_problem_ struct problem why = {0};
	va_list args;

	va_start(args, format);
	line = text_format_args(format, args);
	va_end(args);
	output = run(line, &why);
	if (!output)
		fail_msg("%s: %s", line, why.why);
}

bool scratch_enter(void)
{
	return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", "/mnt", "tmpfs", 0, "mode=0755") == 0;
}

bool scratch_can_make(const char *type)
{
	_cleanup_free_ char *program = text_format("mkfs.%s", type);
	_cleanup_free_ char *found =
		process_find_program(strcmp(type, "squashfs") == 0 ? "mksquashfs" : program);

	return found && filesystem_is_supported(type);
}

char *scratch_checksum(const char *file)
{
	return scratch_shell("sha256sum <'%s'", file);
}

int scratch_count_loops(const char *file)
{
	int count = 0;

	for (int i = 0; i < 50; i++) {
		_cleanup_free_ char *text = scratch_shell("losetup -j '%s' | wc -l", file);

		count = text ? atoi(text) : -1;
		if (count == 0)
			break;
		(void)poll(NULL, 0, 100);
	}
	return count;
}
