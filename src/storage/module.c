/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading kernel modules. */
#include "storage/module.h"

#include <stddef.h>

#include "base/process.h"

#define TIMEOUT_MS 10000

void module_load(const char *name)
{
	const char *const command[] = {"modprobe", "-q", name, NULL};

	(void)process_run_checked(command, TIMEOUT_MS, NULL, NULL); /* see the header */
}
