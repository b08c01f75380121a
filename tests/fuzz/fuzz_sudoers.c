/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a sudoers that may include itself, the same as doas.conf, and whom they trust. */
#include "fuzz_root.h"

#include "system/sudoers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"/etc/sudoers", "/etc/doas.conf",
					    "/etc/sudoers.d/local"};
	_cleanup_sudoers_ struct sudoers sudoers = {0};
	_cleanup_text_list_ struct text_list groups = {0};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		fuzz_root_write(paths[i], data, size < 8192 ? size : 8192);
	sudoers_read(fuzz_root(), &sudoers);
	text_list_add(&groups, "wheel");
	(void)sudoers_trusts(&sudoers, "anna", &groups); /* either will do */
	for (size_t i = 0; i < sudoers.count; i++) {
		if (!sudoers.rules[i].who.count)
			abort();
	}
	for (size_t i = 0; i < sudoers.users.count; i++) {
		if (!sudoers_trusts(&sudoers, sudoers.users.items[i], NULL))
			abort();
	}
	return 0;
}
