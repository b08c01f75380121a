/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: what a target's sshd says of its settings, and of what it refuses. */
#include "fuzz.h"

#include "action/sshd_ask.h"
#include "base/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = alloc_copy(data, size);
	_cleanup_sshd_config_ struct sshd_config said = {0};
	const struct sshd_login login = {.user = "root", .is_root = true};
	struct sshd_judgement judgement;
	struct sshd_fault fault;

	sshd_config_parse(text, size, &said);
	sshd_config_judge(&said, &login, &judgement);
	if (said.files.count)
		abort();
	if (!sshd_ask_parse_fault(text, &fault))
		return 0;
	if (!fault.line || !fault.file || *fault.file != '/' || !fault.subject || !*fault.subject)
		abort();
	free(fault.subject);
	free(fault.file);
	return 0;
}
