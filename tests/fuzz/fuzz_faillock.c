/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a file of faillock, and records of tallylog and faillog. */
#include "fuzz.h"

#include <string.h>

#include "system/faillock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pam_lockout lockout = {
		.deny = 3, .fail_interval = 900, .unlock_time = 600, .even_deny_root = true};
	static const char *const architectures[] = {NULL, "i686", "s390x", "mips"};
	_cleanup_faillock_ struct faillock faillock = {0};
	struct lockout_state state;

	faillock_parse(data, size, &faillock);
	if (faillock.count * 64 + faillock.left_over != size)
		abort();
	faillock_judge(&faillock, &lockout, size & 1, 1700000000, &state);
	if (state.failures > faillock.count)
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(architectures); i++) {
		for (int kind = PAM_FAILLOCK; kind <= PAM_TALLY; kind++) {
			_cleanup_tally_ struct tally tally = {0};

			if (tally_parse((enum pam_lockout_kind)kind, data, size, 0,
					architectures[i], &tally) < 0)
				continue;
			tally_judge(&tally, &lockout, false, 1700000000, &state);
			if (tally.reset_offset + tally.reset_length > size)
				abort();
		}
	}
	return 0;
}
