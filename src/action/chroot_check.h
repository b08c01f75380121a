/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a program of the target can run here, and which shell it has. */
#ifndef REFLOAT_ACTION_CHROOT_CHECK_H
#define REFLOAT_ACTION_CHROOT_CHECK_H

#include "base/problem.h"
#include "base/root.h"

#define CHROOT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* The path inside of the shell for root; -ENOENT with the reason where there is none. */
int chroot_find_shell(const struct root *root, char **ret_path, struct problem *why);

/* The path inside of PROGRAM, as CHROOT_PATH finds it. -ENOENT: there is none. */
int chroot_find_program(const struct root *root, const char *program, char **ret_path,
			struct problem *why);

/* Whether program PATH can run on this machine: its architecture, its loader. */
int chroot_check_program(const struct root *root, const char *path, struct problem *why);

#endif
