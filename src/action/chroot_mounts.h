/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mounts that a chroot needs, made in its own mount namespace. */
#ifndef REFLOAT_ACTION_CHROOT_MOUNTS_H
#define REFLOAT_ACTION_CHROOT_MOUNTS_H

#include <stdbool.h>

#include "base/problem.h"

struct chroot_mounts {
	const char *root;        /* the target folder */
	const char *resolv_conf; /* contents to give it; NULL: it keeps its own */
	const char *rcfile;      /* contents of /run/refloat/bashrc; NULL: none */
};

/* Mounts and enters the root: a namespace_setup_fn whose data is a struct chroot_mounts. */
int chroot_mounts_make(void *data, struct problem *why);

/* Whether a resolv.conf can be given to the system at ROOT; the reason where not, borrowed. */
const char *chroot_resolv_conf_hindrance(const char *root);

#endif
