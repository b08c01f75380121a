/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sshd that is installed on a target, by its bytes: its version, and the keywords it knows.
 *
 * Nothing of it is run. A default that distributions have changed on their own is told as not
 * known.
 */
#ifndef REFLOAT_SYSTEM_SSHD_VERSION_H
#define REFLOAT_SYSTEM_SSHD_VERSION_H

#include "base/root.h"

struct sshd_version {
	char *path;	  /* in-root; NULL: none is there */
	bool is_dropbear; /* it has no settings of OpenSSH's */
	unsigned major;	  /* 9 of "OpenSSH_9.2p1"; 0: not told */
	unsigned minor;
	char *bytes; /* of the program; NULL where it could not be read */
	size_t length;
};

void sshd_version_read(const struct root *root, struct sshd_version *ret_program);
void sshd_version_done(struct sshd_version *program);
#define _cleanup_sshd_version_ _cleanup_(sshd_version_done)

/* Finds the version of OpenSSH in LENGTH BYTES. False where there is none. */
bool sshd_version_find(const void *bytes, size_t length, unsigned *ret_major, unsigned *ret_minor);

/* KEYWORD (any case) is in its table of keywords: a newer one than is known here. */
bool sshd_version_knows(const struct sshd_version *program, const char *keyword);

/*
 * What PermitRootLogin is where it is not set: "yes" before 7.0, "prohibit-password" since. NULL
 * where that is not known: no version, or one that Red Hat and SUSE have changed, as os-release's
 * OS_ID and OS_LIKE (NULL: unknown) tell. Static.
 */
const char *sshd_version_root_default(const struct sshd_version *program, const char *os_id,
				      const char *os_like);

#endif
