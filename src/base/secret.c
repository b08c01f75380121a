/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for a passphrase. */
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

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

void secret_forbid_dumps(struct secret_dumps *ret_before)
{
	struct rlimit none;

	ret_before->is_dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
	(void)getrlimit(RLIMIT_CORE, &ret_before->core); /* these fail for bad arguments only */
	none = (struct rlimit){.rlim_max = ret_before->core.rlim_max};
	(void)setrlimit(RLIMIT_CORE, &none);
	/* where a program takes cores (core_pattern with a pipe) the limit has no say */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void secret_allow_dumps(const struct secret_dumps *before)
{
	(void)setrlimit(RLIMIT_CORE, &before->core);
	if (before->is_dumpable == 1)
		(void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}
