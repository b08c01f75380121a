/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: an sshd_config that may include itself, and what it says to two users. */
#include "fuzz_root.h"

#include <string.h>

#include "system/sshd_config.h"
#include "words.h"

static void judge(const struct sshd_config *config, const struct sshd_login *login)
{
	static const char *const keywords[] = {"PermitRootLogin", "AllowUsers", "Port",
					       "AuthorizedKeysFile", "Match"};
	struct sshd_judgement judgement;

	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		_cleanup_sshd_value_ struct sshd_value value = {0};

		sshd_config_get(config, keywords[i], login, &value);
		if (value.setting && !value.values.count)
			abort();
	}
	sshd_config_judge(config, login, &judgement);
	if ((judgement.key.answer == SSHD_YES) != (judgement.key.keyword == NULL))
		abort();
}

const char *const fuzz_words[] = {SSHD_WORDS, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_text_list_ struct text_list groups = {0};
	_cleanup_sshd_config_ struct sshd_config config = {0};
	struct sshd_login root = {.user = "root", .is_root = true, .groups = &groups};
	struct sshd_login other = {.user = "anna", .local_port = 22};

	fuzz_root_write("/etc/ssh/sshd_config", data, size < 4096 ? size : 4096);
	text_list_add(&groups, "root");
	if (sshd_config_read(fuzz_root(), NULL, &config) < 0)
		abort();
	for (size_t i = 0; i < config.count; i++) {
		if (config.settings[i].match > config.match_count ||
		    !config.settings[i].values.count)
			abort();
	}
	judge(&config, &root);
	judge(&config, &other);
	return 0;
}
