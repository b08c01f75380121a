/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which start of the machine this is. */
#ifndef REFLOAT_PLAN_BOOT_H
#define REFLOAT_PLAN_BOOT_H

/* The kernel's identifier of this boot; "" where it cannot be known; the caller frees. */
char *boot_read_id(void);

#endif
