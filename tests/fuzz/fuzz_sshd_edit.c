/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzz target: changes of an sshd_config and of a file that it may include. Nothing is lost of what
 * was there, what comes out is read back, needs no further change, and lets in who was meant, or it
 * is said why not.
 */
#include "fuzz_root.h"

#include <string.h>

#include "base/alloc.h"
#include "system/sshd_edit.h"
#include "words.h"

#define MAIN "/etc/ssh/sshd_config"
#define OTHER "/etc/ssh/x"
#define BOTH_MAX 4096

/* The line at *AT, which moves behind it; NULL: no more. */
static const char *next_line(const char **at, const char *end, size_t *ret_length)
{
	const char *line = *at, *newline;

	if (line >= end)
		return NULL;
	newline = memchr(line, '\n', (size_t)(end - line));
	*ret_length = (size_t)((newline ? newline : end) - line);
	*at = newline ? newline + 1 : end;
	while (*ret_length && strchr(" \t", line[0])) {
		if (!line[0])
			break;
		line++;
		(*ret_length)--;
	}
	return line;
}

static bool ends_with(const char *line, size_t length, const char *end, size_t end_length)
{
	/* a line end of the file's kind may have been put behind the last one */
	while (end_length && end[end_length - 1] == '\r')
		end_length--;
	while (length && line[length - 1] == '\r')
		length--;
	return length >= end_length && memcmp(line + length - end_length, end, end_length) == 0;
}

/* Each old line is in the new file, whole or in a comment, in the old order. */
static void expect_kept(const char *old, size_t old_length, const char *new, size_t new_length)
{
	const char *old_at = old, *new_at = new, *line;
	size_t length;

	while ((line = next_line(&old_at, old + old_length, &length)) != NULL) {
		const char *other;
		size_t other_length;

		do {
			other = next_line(&new_at, new + new_length, &other_length);
			if (!other)
				abort();
		} while (!ends_with(other, other_length, line, length));
	}
}

static void check_file(const struct sshd_edit_file *file, const uint8_t *data, size_t length)
{
	if (!file->length || memmem(file->bytes, file->length, "# refloat: ", 11) == NULL)
		abort();
	expect_kept((const char *)data, length, file->bytes, file->length);
	fuzz_root_write(file->path, (const uint8_t *)file->bytes, file->length);
}

static void check_answers(const struct sshd_edit *edit, const struct sshd_wish *wish)
{
	if (wish->login && !edit->rest_count &&
	    ((wish->by_key && edit->by_key != SSHD_YES) ||
	     (wish->by_password && edit->by_password != SSHD_YES)))
		abort();
}

static void check_again(const struct sshd_wish *wish, const struct sshd_edit *first)
{
	_cleanup_sshd_edit_ struct sshd_edit edit = {0};

	if (sshd_edit_plan(fuzz_root(), wish, &edit) < 0)
		abort();
	if (edit.change_count || edit.by_key != first->by_key ||
	    edit.by_password != first->by_password)
		abort();
}

static void run(const struct sshd_wish *wish, const uint8_t *main, size_t main_length,
		const uint8_t *other, size_t other_length)
{
	_cleanup_sshd_edit_ struct sshd_edit edit = {0};

	fuzz_root_write(MAIN, main, main_length);
	fuzz_root_write(OTHER, other, other_length);
	if (sshd_edit_plan(fuzz_root(), wish, &edit) < 0)
		abort();
	for (size_t i = 0; i < edit.file_count; i++) {
		bool is_main = text_is_equal(edit.files[i].path, MAIN);

		check_file(&edit.files[i], is_main ? main : other,
			   is_main ? main_length : other_length);
	}
	check_answers(&edit, wish);
	if ((edit.change_count == 0) != (edit.file_count == 0))
		abort();
	check_again(wish, &edit);
}

/* The first byte says who and how; a byte 0xff parts the files. */
const char *const fuzz_words[] = {SSHD_WORDS, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_text_list_ struct text_list groups = {0};
	struct sshd_login login = {.user = "anna"};
	struct sshd_wish wish = {.login = &login};
	const uint8_t *other;
	uint8_t first;

	if (!size)
		return 0;
	first = *data++;
	size = size - 1 < BOTH_MAX ? size - 1 : BOTH_MAX;
	wish.by_key = first & 1;
	wish.by_password = first & 2;
	login.is_root = first & 4;
	login.user = first & 4 ? "root" : "anna";
	login.groups = first & 8 ? NULL : &groups;
	login.is_locked = first & 16;
	wish.login = first & 32 ? NULL : &login;
	text_list_add(&groups, login.user);
	text_list_add(&groups, "users");
	other = memchr(data, 0xff, size);
	if (other)
		run(&wish, data, (size_t)(other - data), other + 1,
		    size - (size_t)(other - data) - 1);
	else
		run(&wish, data, size, data, 0);
	return 0;
}
