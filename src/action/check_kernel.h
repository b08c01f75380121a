/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel said of some disks while something ran: /dev/kmsg. */
#ifndef REFLOAT_ACTION_CHECK_KERNEL_H
#define REFLOAT_ACTION_CHECK_KERNEL_H

#include <stdbool.h>

#include "base/text.h"

/* A descriptor that remembers where the kernel's log ends now; -1 where it cannot be read. */
int check_kernel_open(void);

/* Adds what came since and names one of DISKS ("sda", "dm-3"); FD stays open. */
void check_kernel_read(int fd, const struct text_list *disks, struct text_list *messages);

/* The text in a record of /dev/kmsg, "6,339,5140900,-;text"; the caller frees. */
char *check_kernel_text(const char *record);

/* "sda could not read sector 12345 and 3 others", a sentence part for each disk of MESSAGES that
 * could not be read, or written. */
void check_kernel_say(const struct text_list *messages, struct text_list *said);

/* Whether one of MESSAGES says that a disk could not be read, or written. */
bool check_kernel_has_failure(const struct text_list *messages);

#endif
