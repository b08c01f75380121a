/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for a passphrase. */
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"

#define SECRET_BYTES ((size_t)SECRET_MAX_BYTES + 1)

void secret_open(struct secret *secret)
{
	void *memory;

	if (secret->memory)
		return;
	/* a mapping of its own: what is locked and left out of dumps are whole pages */
	memory = mmap(NULL, SECRET_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		alloc_fail();
	(void)madvise(memory, SECRET_BYTES, MADV_DONTDUMP); /* an old kernel dumps it: no harm to us */
	secret->is_locked = mlock(memory, SECRET_BYTES) == 0;
	secret->memory = memory;
}

void secret_wipe(struct secret *secret)
{
	if (secret->memory)
		explicit_bzero(secret->memory, SECRET_BYTES);
}

void secret_done(struct secret *secret)
{
	secret_wipe(secret);
	if (secret->memory)
		(void)munmap(secret->memory, SECRET_BYTES); /* also unlocks; it is a whole mapping */
	*secret = (struct secret){0};
}
