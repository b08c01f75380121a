/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom a target's sshd becomes before anybody is let in, and the empty folder that it goes into:
 * without them it does not start. Both are compiled into its program, and tell whose package it
 * is of.
 */
#ifndef REFLOAT_SYSTEM_SSHD_SEPARATION_H
#define REFLOAT_SYSTEM_SSHD_SEPARATION_H

#include <sys/types.h>

#include "system/sshd_version.h"

/* The account as the package makes it; all static. */
struct sshd_separation {
	const char *user;   /* "sshd"; "nobody" on Arch */
	const char *folder; /* NULL: not known */
	const char *home;
	unsigned number; /* that it always has; 0: any of a system account */
	const char *gecos;
	const char *group; /* that it shares; NULL: one of its own name */
	const char *shell;
	mode_t mode; /* of the folder */
};

/* Finds it by the bytes of PROGRAM and of those that it hands its work on to. */
void sshd_separation_read(const struct root *root, const struct sshd_version *program,
			  struct sshd_separation *ret_separation);

/* What keeps sshd from taking a folder for that. */
enum sshd_folder_fault {
	SSHD_FOLDER_GOOD,
	SSHD_FOLDER_MISSING,
	SSHD_FOLDER_OPEN, /* another's, or others may write it */
	SSHD_FOLDER_NONE  /* something else is there */
};

/* GOOD also where it is made in time: at each start, by tmpfiles.d(5) or the script of sshd. */
enum sshd_folder_fault sshd_separation_judge(const struct root *root,
					     const struct sshd_separation *separation);

#endif
