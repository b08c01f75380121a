/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edit_tool ROOT PATH NEW [WORD...]: changes one file inside ROOT, for the tests on real
 * filesystems.
 *
 * NEW is a file with the new bytes, or "-" to remove. Words: break, write (what becomes of hard
 * links), lift (flags), made (a new file is 0604 of user 12 and group 34), for-ever=OTHER (NEW and
 * OTHER in turn until killed).
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/edit.h"
#include "base/file.h"

#define TEMPORARY ".edited.refloat-tool"

static int fail(int error, const struct problem *why)
{
	_cleanup_free_ char *text = problem_text(why);

	printf("%s: %s\n", strerrorname_np(-error), text);
	return 1;
}

static void take_word(struct edit *edit, const char *word, const char **ret_other)
{
	const char *other = text_after_prefix(word, "for-ever=");

	if (strcmp(word, "break") == 0)
		edit->links = EDIT_LINKS_BREAK;
	else if (strcmp(word, "write") == 0)
		edit->links = EDIT_LINKS_WRITE;
	else if (strcmp(word, "lift") == 0)
		edit->lifts_flags = true;
	else if (strcmp(word, "made") == 0) {
		edit->mode = 0604;
		edit->uid = 12;
		edit->gid = 34;
	} else if (other) {
		*ret_other = other;
	}
}

int main(int count, char **words)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct edit edit = {.temporary = TEMPORARY};
	const char *other = NULL;
	size_t length[2] = {0, 0};
	int r;

	if (count < 4)
		return 2;
	for (int i = 4; i < count; i++)
		take_word(&edit, words[i], &other);
	r = root_open(words[1], &root, &why);
	if (r == 0 && strcmp(words[3], "-") != 0)
		r = file_read(words[3], EDIT_BYTES_MAX, &first, &length[0], &why);
	if (r == 0 && other)
		r = file_read(other, EDIT_BYTES_MAX, &second, &length[1], &why);
	edit.root = root;
	edit.path = words[2];
	for (unsigned turn = 0; r == 0; turn++) {
		unsigned which = other ? turn % 2 : 0;

		edit.bytes = which ? second : first;
		edit.length = length[which];
		r = edit_clear(root, edit.path, TEMPORARY);
		if (r == 0)
			r = edit_apply(&edit, &why);
		if (r == 0 && !other)
			break;
	}
	if (r < 0)
		return fail(r, &why);
	puts("done");
	return 0;
}
