/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys from standard input. */
#include "cli/key_input.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"

#define INPUT_MAX_BYTES (1u << 20)

int key_input_read(struct answers *answers, struct problem *why)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r;

	if (!text_list_contains(answers_list(answers, "key-file"), "-"))
		return 0;
	if (answers_has(answers, "password-stdin") || answers_has(answers, "hash-stdin"))
		return problem_set(why, -EINVAL, "--key-file -",
				   _("standard input is read for the password already"));
	r = file_read_fd(STDIN_FILENO, INPUT_MAX_BYTES, &text, &length);
	if (r < 0)
		return problem_set_errno(why, r, _("standard input"));
	return answers_add(answers, "key", text);
}
