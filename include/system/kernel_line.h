/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line with which the boot loader of a target starts its kernel: of the entry that it starts
 * by itself, as far as its files tell (GRUB, the boot loader specification's entries, GRUB legacy, SYSLINUX,
 * LILO), else what the target would write into them next (/etc/default/grub, /etc/kernel/cmdline).
 */
#ifndef REFLOAT_SYSTEM_KERNEL_LINE_H
#define REFLOAT_SYSTEM_KERNEL_LINE_H

#include "base/root.h"
#include "base/text.h"

struct kernel_line {
	char *file;    /* in-root: where it is; NULL: nowhere found */
	unsigned line; /* in it, from 1; 0 */
	struct text_list words;
};

void kernel_line_read(const struct root *root, struct kernel_line *ret_line);
void kernel_line_done(struct kernel_line *line);
#define _cleanup_kernel_line_ _cleanup_(kernel_line_done)

/* The value of the last word "NAME=VALUE"; NULL: none; borrowed. */
const char *kernel_line_get(const struct kernel_line *line, const char *name);

/* A console that it names: "ttyS0" and 115200 of "console=ttyS0,115200n8". */
struct kernel_console {
	char *name;
	unsigned speed; /* 0: not said */
};

/* The next console after *AT words (0 at first; moved on) that is one of a terminal; false: no more.
 * The name of *RET is the caller's to free. "tty0" is what is in front: it comes as such. */
bool kernel_line_next_console(const struct kernel_line *line, size_t *at,
			      struct kernel_console *ret);

/* A terminal's name as the kernel has them, without /dev: "tty1", "ttyS0", "hvc0". */
bool terminal_is_name(const char *name);
/* Anything but a virtual terminal ("tty1"). */
bool terminal_is_serial(const char *name);

#endif
