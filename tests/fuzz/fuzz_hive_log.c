/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a registry hive of 8192 bytes and what its log holds. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "../system/windows_tree.h"
#include "system/hive_log.h"

#define HIVE 8192u
#define LIMIT (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *hive = NULL, *log = NULL;
	enum hive_state state = HIVE_CLEAN;
	size_t length = HIVE;

	if (size < HIVE)
		return 0;
	hive = alloc_copy(data, HIVE);
	log = alloc_copy(data + HIVE, size - HIVE);
	/* else next to none would come through */
	windows_tree_seal(hive, HIVE);
	windows_tree_seal(log, size - HIVE);
	const struct hive_log logs[HIVE_LOGS] = {{log, size - HIVE}, {log, size - HIVE}};
	if (hive_recover(&hive, &length, logs, LIMIT, &state) < 0)
		return 0;
	if (length < HIVE || length > LIMIT)
		abort();
	if (state != HIVE_REPLAYED && length != HIVE)
		abort();
	/* it is clean now: there is nothing more to put in */
	if (state == HIVE_REPLAYED &&
	    (hive_recover(&hive, &length, logs, LIMIT, &state) < 0 || state != HIVE_CLEAN))
		abort();
	return 0;
}
