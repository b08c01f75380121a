/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of an inspection, one a question; each reads inside ROOT only. */
#ifndef REFLOAT_SYSTEM_INSPECT_PARTS_H
#define REFLOAT_SYSTEM_INSPECT_PARTS_H

#include "base/root.h"
#include "system/system.h"

/* Name, version, os_id of a Linux system, from os-release or what stood in its place before. */
void inspect_name(const struct root *root, struct system *system);
/* NAME=VALUE in shell-like file PATH, quotes taken off; the caller frees; NULL: none. */
char *inspect_variable(const struct root *root, const char *path, const char *name);
void inspect_hostname(const struct root *root, struct system *system);
void inspect_init(const struct root *root, struct system *system); /* and architecture */
void inspect_kernels(const struct root *root, struct text_list *kernels);
int64_t inspect_last_used(const struct root *root);

/* A Windows or BSD system at ROOT; NULL where there is none. */
bool inspect_is_foreign(const struct root *root);
struct system *inspect_foreign(const struct root *root);

/* The newest deployment of an OSTree repository at ROOT, in-root; the caller frees; NULL: none. */
char *inspect_find_deployment(const struct root *root);

#endif
