/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys from standard input. */
#include "cli/key_input.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"

#define INPUT_MAX_BYTES (1u << 20)

static int refuse(const char *option, const char *reason, const char *next, struct problem *why)
{
	(void)problem_set(why, -EINVAL, option, "%s", reason);
	if (next)
		problem_set_next(why, "%s", next);
	return -EINVAL;
}

/* It is read for one thing only. */
static int check_input(const struct answers *answers, bool has_keys, struct problem *why)
{
	bool has_password =
		answers_has(answers, "password-stdin") || answers_has(answers, "hash-stdin");

	if (has_keys && has_password)
		return refuse("--key-file -", _("standard input is read for the password already"),
			      NULL, why);
	if (text_is_equal(answers_get(answers, "passphrase-file"), "-") &&
	    (has_keys || has_password))
		return refuse("--passphrase-file -",
			      has_keys ? _("standard input is read for the keys already")
				       : _("standard input is read for the password already"),
			      _("Name a file that has the passphrase."), why);
	return 0;
}

int key_input_read(struct answers *answers, struct problem *why)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	bool has_keys = text_list_contains(answers_list(answers, "key-file"), "-");
	int r = check_input(answers, has_keys, why);

	if (r < 0 || !has_keys)
		return r;
	r = file_read_fd(STDIN_FILENO, INPUT_MAX_BYTES, &text, &length);
	if (r < 0)
		return problem_set_errno(why, r, _("standard input"));
	return answers_add(answers, "key", text);
}
