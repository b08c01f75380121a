/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which start of the machine this is. */
#include "plan/boot.h"

#include "base/file.h"
#include "base/text.h"

#define ID_MAX 256

char *boot_read_id(void)
{
	_cleanup_free_ char *text = NULL;

	if (file_read("/proc/sys/kernel/random/boot_id", ID_MAX, &text, NULL, NULL) < 0)
		return text_copy("");
	return text_copy(text_trim(text));
}
