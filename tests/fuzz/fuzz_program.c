/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a program whose libraries, settings of ld.so and cache are the same bytes as itself.
 */
#include "fuzz_root.h"

#include <string.h>

#include "system/elf_dynamic.h"
#include "system/program_lack.h"

const char *const fuzz_words[] = {"\177ELF",
				  "#!/bin/sh\n",
				  "libc.so.6",
				  "GLIBC_2.38",
				  "$ORIGIN/lib",
				  "/lib64/ld-linux-x86-64.so.2",
				  "\ninclude /etc/ld.so.conf\n",
				  NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"/bin/sh", "/lib64/ld-linux-x86-64.so.2",
					    "/lib/libc.so.6", "/etc/ld.so.conf",
					    "/etc/ld.so.cache"};
	_cleanup_elf_dynamic_ struct elf_dynamic dynamic = {0};
	_cleanup_program_lack_ struct program_lack lack = {0};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		fuzz_root_write(paths[i], data, size < 8192 ? size : 8192);
	if (elf_dynamic_read(fuzz_root(), "/bin/sh", &dynamic) == 0) {
		if (size < 4 || memcmp(data, "\177ELF", 4) != 0)
			abort();
		for (size_t i = 0; i < dynamic.version_count; i++) {
			/* its own names are all there */
			if (!elf_dynamic_may_give(&dynamic, dynamic.versions[i].name))
				abort();
		}
	}
	program_lack_find(fuzz_root(), "/bin/sh", &lack);
	if (lack.name && (!*lack.name || !lack.places.count))
		abort();
	return 0;
}
