/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernel modules that a rescue system has, but has not loaded. */
#ifndef REFLOAT_STORAGE_MODULE_H
#define REFLOAT_STORAGE_MODULE_H

/*
 * Loads the kernel module NAME with modprobe. A failure is not said: whoever needs the module finds
 * out that it is not there, and says what for.
 */
void module_load(const char *name);

#endif
