/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the sshd of a target takes keys of a kind: what its program knows, what its settings
 * leave. */
#include <string.h>

#include "base/alloc.h"
#include "system/public_key.h"
#include "system/sshd_parts.h"

/* The names under which a kind may be allowed: RSA keys sign by several methods. */
static void list_names(const struct public_key *key, struct text_list *names)
{
	text_list_add(names, key->type);
	if (text_is_equal(key->type, "ssh-rsa")) {
		text_list_add(names, "rsa-sha2-256");
		text_list_add(names, "rsa-sha2-512");
	}
}

static bool matches_any(const struct text_list *names, const char *patterns)
{
	for (size_t i = 0; i < names->count; i++) {
		if (sshd_pattern_list_matches(names->items[i], patterns) > 0)
			return true;
	}
	return false;
}

static bool matches_all(const struct text_list *names, const char *patterns)
{
	for (size_t i = 0; i < names->count; i++) {
		if (sshd_pattern_list_matches(names->items[i], patterns) <= 0)
			return false;
	}
	return true;
}

static void set_verdict(struct public_key_verdict *verdict, enum public_key_answer answer,
			const char *keyword, const struct sshd_setting *setting)
{
	*verdict = (struct public_key_verdict){
		.answer = answer,
		.keyword = text_copy(keyword),
		.file = text_copy(setting ? setting->file : NULL),
		.line = setting ? setting->line : 0,
	};
}

/* A list that starts with "+" or "^" adds to the default, with "-" takes from it
 * (OpenSSH 7.0, 8.0). */
static bool is_accepted(const struct public_key *key, const char *patterns)
{
	_cleanup_text_list_ struct text_list names = {0};
	bool is_default = !text_is_equal(key->type, "ssh-dss");

	list_names(key, &names);
	switch (*patterns) {
	case '+':
	case '^':
		return is_default || matches_any(&names, patterns + 1);
	case '-':
		return is_default && !matches_all(&names, patterns + 1);
	default:
		return matches_any(&names, patterns);
	}
}

/* Since 7.0, which came with the word "prohibit-password", keys of DSA are off. */
static void ask_settings(const struct sshd_config *config, const struct public_key *key,
			 const struct sshd_login *login, bool is_new,
			 struct public_key_verdict *verdict)
{
	_cleanup_sshd_value_ struct sshd_value accepted = {0}, size = {0}, old_size = {0};
	const char *patterns;
	uint64_t bits = 0;

	sshd_config_get(config, "pubkeyacceptedalgorithms", login, &accepted);
	sshd_config_get(config, "requiredrsasize", login, &size);
	sshd_config_get(config, "rsaminsize", login, &old_size);
	patterns = sshd_value_text(&accepted);
	if (*patterns ? !is_accepted(key, patterns) : is_new && text_is_equal(key->type, "ssh-dss"))
		set_verdict(verdict, PUBLIC_KEY_FORBIDDEN, "pubkeyacceptedalgorithms",
			    accepted.setting);
	else if (text_is_equal(key->type, "ssh-rsa") && size.setting &&
		 text_parse_u64(sshd_value_text(&size), &bits) == 0 && key->bits < bits)
		set_verdict(verdict, PUBLIC_KEY_TOO_SHORT, "requiredrsasize", size.setting);
	else if (text_is_equal(key->type, "ssh-rsa") && old_size.setting &&
		 text_parse_u64(sshd_value_text(&old_size), &bits) == 0 && key->bits < bits)
		set_verdict(verdict, PUBLIC_KEY_TOO_SHORT, "rsaminsize", old_size.setting);
	else if (text_is_equal(key->type, "ssh-rsa") && is_new && key->bits < 1024)
		set_verdict(verdict, PUBLIC_KEY_TOO_SHORT, NULL, NULL);
}

void public_key_ask_settings(const struct sshd_config *config, const struct sshd_version *version,
			     const struct public_key *key, const struct sshd_login *login,
			     struct public_key_verdict *ret_verdict)
{
	struct public_key_verdict verdict = {.answer = PUBLIC_KEY_TAKEN};
	bool is_dss = text_is_equal(key->type, "ssh-dss");

	/* what stands in other programs than sshd since 9.8 is told by the version */
	if (is_dss && version->major >= 10)
		verdict.answer = PUBLIC_KEY_UNKNOWN;
	else
		ask_settings(config, key, login, version->major >= 7, &verdict);
	*ret_verdict = verdict;
}

void public_key_ask(const struct root *root, const struct public_key *key,
		    const struct sshd_login *login, struct public_key_verdict *ret_verdict)
{
	_cleanup_sshd_config_ struct sshd_config config = {0};
	struct public_key_verdict verdict = {.answer = PUBLIC_KEY_TAKEN};

	if (!sshd_program_has(root, key->type))
		verdict.answer = PUBLIC_KEY_UNKNOWN;
	else if (sshd_config_read(root, NULL, &config) == 0)
		ask_settings(&config, key, login, sshd_program_has(root, "prohibit-password"),
			     &verdict);
	*ret_verdict = verdict;
}

void public_key_verdict_done(struct public_key_verdict *verdict)
{
	free(verdict->keyword);
	free(verdict->file);
	*verdict = (struct public_key_verdict){0};
}
