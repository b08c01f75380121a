/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a target's sshd knows, from the bytes of its program. */
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_parts.h"

#define PROGRAM_MAX (8u << 20)

const char *const sshd_helpers[SSHD_HELPERS] = {
	"/usr/lib/openssh/sshd-session",     "/usr/lib/openssh/sshd-auth",
	"/usr/libexec/openssh/sshd-session", "/usr/libexec/openssh/sshd-auth",
	"/usr/lib/ssh/sshd-session",	     "/usr/lib/ssh/sshd-auth",
	"/usr/libexec/ssh/sshd-session",     "/usr/libexec/ssh/sshd-auth",
	"/usr/libexec/sshd-session",	     "/usr/libexec/sshd-auth",
};

bool sshd_program_has(const struct root *root, const char *word)
{
	static const char *const paths[] = {"/usr/sbin/sshd", "/usr/lib/openssh/sshd-session",
					    "/usr/libexec/openssh/sshd-session",
					    "/usr/lib/ssh/sshd-session", "/usr/bin/sshd"};
	bool is_there = false;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_free_ char *bytes = NULL;
		size_t length = 0;

		if (root_read_file(root, paths[i], PROGRAM_MAX, &bytes, &length) < 0)
			continue;
		/* each knows these keys; what does not is no sshd */
		if (!memmem(bytes, length, "ssh-rsa", strlen("ssh-rsa")))
			continue;
		is_there = true;
		if (memmem(bytes, length, word, strlen(word)))
			return true;
	}
	return !is_there;
}
