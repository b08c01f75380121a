/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a target takes its accounts from: nsswitch.conf.
 *
 * Accounts that come from elsewhere than its own files (SSSD, LDAP, NIS, winbind, systemd-homed)
 * are out of reach of a rescue; this tells that there may be some, and whose.
 */
#ifndef REFLOAT_SYSTEM_NAME_SERVICE_H
#define REFLOAT_SYSTEM_NAME_SERVICE_H

#include "base/root.h"

enum name_source_reach {
	NAME_SOURCE_FILES,   /* /etc/passwd and its like */
	NAME_SOURCE_LOCAL,   /* other files of the target, see path */
	NAME_SOURCE_DYNAMIC, /* made by the running system: nothing to mend */
	NAME_SOURCE_REMOTE   /* a service elsewhere: out of reach */
};

struct name_source {
	const char *name; /* as nsswitch.conf has it */
	enum name_source_reach reach;
	const char *label; /* N_(): what it is, such as "SSSD" */
	const char *path;  /* where it keeps its accounts or its settings in the target; NULL */
};

/* What NAME is; NULL for one that is not known here; borrowed. */
const struct name_source *name_source_find(const char *name);

struct name_service {
	struct text_list sources; /* in their order, without the [actions] */
	char *file; /* in-root path; NULL: not set, and the C library's default stands there */
	unsigned line;
};

/* The sources of DATABASE ("passwd", "shadow", "group", "passwd_compat"). */
void name_service_read(const struct root *root, const char *database,
		       struct name_service *ret_service);
void name_service_parse(const char *text, size_t length, const char *file, const char *database,
			struct name_service *ret_service);
void name_service_done(struct name_service *service);
#define _cleanup_name_service_ _cleanup_(name_service_done)

#endif
