/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a SAM hive of Windows, read and mended. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "../system/windows_tree.h"
#include "system/windows_accounts.h"
#include "system/windows_domain.h"

/* What is mended is a hive again, of which nothing is cut off. */
static void mend(const char *bytes, size_t size, uint32_t rid, unsigned mends)
{
	_cleanup_free_ char *mended = NULL;
	size_t length = 0;
	int r = windows_accounts_mend(bytes, size, rid, mends, &mended, &length, NULL);

	if (r >= 0 && (length < size || memcmp(mended, "regf", 4) != 0))
		abort();
	if (r == 1 && (length != size || memcmp(mended, bytes, size) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned all = WINDOWS_BLANK_PASSWORD | WINDOWS_UNLOCK | WINDOWS_ENABLE;
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0}, back = {0};
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_free_ char *bytes = alloc_copy(data, size);

	windows_tree_seal(bytes, size);
	accounts.sam_path = text_copy("/SAM");
	if (windows_accounts_read_hive(bytes, size, &accounts, NULL) == 0) {
		object = windows_accounts_to_json(&accounts);
		if (windows_accounts_from_json(object, &back) < 0 || back.count != accounts.count)
			abort();
	}
	mend(bytes, size, 500, all);
	mend(bytes, size, 1002, all | WINDOWS_ADMINISTRATOR);
	return 0;
}
