/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a service of PAM that may include itself, and the files that modules read. */
#include "fuzz_root.h"

#include <string.h>

#include "system/pam.h"
#include "words.h"

const char *const fuzz_words[] = {PAM_WORDS, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"/etc/pam.d/login", "/etc/security/faillock.conf",
					    "/etc/default/passwd"};
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	_cleanup_pam_gates_ struct pam_gates gates = {0};
	_cleanup_hash_wish_ struct hash_wish wish = {0};
	struct pam_lockout lockouts[PAM_LOCKOUTS_MAX];
	size_t count;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		fuzz_root_write(paths[i], data, size < 8192 ? size : 8192);
	pam_stack_read(fuzz_root(), "login", &stack);
	for (size_t i = 0; i < stack.count; i++) {
		(void)pam_rule_value(&stack.rules[i], "file"); /* any answer will do */
		if (!stack.rules[i].control || !stack.rules[i].module || !stack.rules[i].line)
			abort();
	}
	pam_gates_read(fuzz_root(), &stack, &gates);
	count = pam_lockouts_read(fuzz_root(), &stack, lockouts);
	for (size_t i = 0; i < count; i++) {
		if (!lockouts[i].path || lockouts[i].deny < 0 || lockouts[i].root_unlock_time < 0)
			abort();
	}
	pam_lockouts_done(lockouts, count);
	pam_hash_read(fuzz_root(), &stack, &wish);
	return 0;
}
