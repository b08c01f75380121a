/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own, and the files in it. */
#include "folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

int folder_setup(void **state)
{
	char *name = text_copy("/tmp/refloat-test-XXXXXX");

	assert_non_null(mkdtemp(name));
	*state = name;
	return 0;
}

int folder_teardown(void **state)
{
	const char *const arguments[] = {"rm", "-rf", "--one-file-system", *state, NULL};

	assert_int_equal(process_run_checked(arguments, 60000, NULL, NULL), 0);
	free(*state);
	return 0;
}

char *folder_path(const char *folder, const char *name)
{
	return text_format("%s/%s", folder, name);
}

char *folder_read(const char *folder, const char *name, size_t *ret_length)
{
	_cleanup_free_ char *path = folder_path(folder, name);
	char *text = NULL;

	assert_int_equal(file_read(path, 1 << 20, &text, ret_length, NULL), 0);
	return text;
}

void folder_write(const char *folder, const char *name, const char *bytes, size_t length)
{
	_cleanup_free_ char *path = folder_path(folder, name);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, bytes, length), 0);
}
