/* SPDX-License-Identifier: GPL-3.0-or-later */
/* os-release(5) and what stood in its place before. */
#ifndef REFLOAT_SYSTEM_OS_RELEASE_H
#define REFLOAT_SYSTEM_OS_RELEASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/root.h"

struct os_release {
	char *id;          /* ID */
	char *id_like;     /* ID_LIKE */
	char *name;        /* NAME */
	char *pretty_name; /* PRETTY_NAME */
	char *version_id;  /* VERSION_ID */
};

/* Quotes and backslashes as the shell; unknown names and bad lines are passed over. */
void os_release_parse(const char *text, size_t length, struct os_release *release);

/* That of /etc, else that of /usr/lib; empty where neither can be read. */
void os_release_read(const struct root *root, struct os_release *ret_release);

/* Debian, or one of those that are made from it. */
bool os_release_is_debian(const struct os_release *release);

void os_release_done(struct os_release *release);

#endif
