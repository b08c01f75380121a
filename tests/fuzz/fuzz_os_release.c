/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: os-release. */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "system/os_release.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = alloc_copy(data, size);
	struct os_release release = {0};

	os_release_parse(text, size, &release);
	os_release_done(&release);
	return 0;
}
