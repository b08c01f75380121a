/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether sshd lets a user in, by which way, and which setting says no. */
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_parts.h"

/* Lowers VERDICT to ANSWER where that is worse, for the reason of SETTING (NULL: the default). */
static void lower(struct sshd_verdict *verdict, enum sshd_answer answer, const char *keyword,
		  const struct sshd_setting *setting)
{
	if (answer >= verdict->answer)
		return;
	*verdict = (struct sshd_verdict){
		.answer = answer,
		.setting = setting,
		.keyword = sshd_keyword_find(keyword)->name,
	};
}

static enum sshd_answer match_group(const struct text_list *groups, const char *pattern)
{
	if (!groups)
		return SSHD_DEPENDS;
	for (size_t i = 0; i < groups->count; i++) {
		if (sshd_pattern_matches(groups->items[i], pattern))
			return SSHD_YES;
	}
	return SSHD_NO;
}

/* The best of what PATTERNS say of LOGIN. */
static enum sshd_answer match_list(const struct text_list *patterns, bool is_for_groups,
				   const struct sshd_login *login)
{
	enum sshd_answer answer = SSHD_NO;

	for (size_t i = 0; answer != SSHD_YES && i < patterns->count; i++) {
		enum sshd_answer one =
			is_for_groups ? match_group(login->groups, patterns->items[i])
				      : sshd_pattern_matches_user(login->user, patterns->items[i]);

		answer = one > answer ? one : answer;
	}
	return answer;
}

struct list {
	const char *keyword;
	bool denies;
	bool is_for_groups;
};

/* What LIST makes of a login that its patterns say ANSWER of: one that denies turns it around. */
static enum sshd_answer judge_answer(const struct list *list, enum sshd_answer answer)
{
	if (list->denies)
		return answer == SSHD_YES ? SSHD_NO : answer == SSHD_NO ? SSHD_YES : answer;
	return answer;
}

/* Its lines that are certain are one list; each that may be in force is one of its own. */
static void judge_list(const struct sshd_config *config, const struct list *list,
		       const struct sshd_login *login, struct sshd_verdict *verdict)
{
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};
	const struct sshd_setting *first = NULL, *open = NULL;
	enum sshd_answer answer = SSHD_NO;

	sshd_counting_find(config, sshd_keyword_find(list->keyword), login, &counting);
	for (size_t i = 0; i < counting.count; i++) {
		const struct sshd_counted *item = &counting.items[i];
		bool is_certain = item->answer == SSHD_YES;
		enum sshd_answer one;

		if (is_certain ? answer == SSHD_YES : open != NULL)
			continue;
		one = match_list(&item->setting->values, list->is_for_groups, login);
		if (is_certain) {
			first = first ? first : item->setting;
			answer = one > answer ? one : answer;
		} else if (judge_answer(list, one) != SSHD_YES) {
			open = item->setting;
		}
	}
	if (first)
		lower(verdict, judge_answer(list, answer), list->keyword, first);
	if (open)
		lower(verdict, SSHD_DEPENDS, list->keyword, open);
}

static void judge_lists(const struct sshd_config *config, const struct sshd_login *login,
			struct sshd_verdict *verdict)
{
	static const struct list lists[] = {
		{"denyusers", true, false},
		{"allowusers", false, false},
		{"denygroups", true, true},
		{"allowgroups", false, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		judge_list(config, &lists[i], login, verdict);
}

/* What "yes" or "no" of KEYWORD makes of a way in; a Match that may say otherwise makes it depend.
 */
static struct sshd_verdict judge_switch(const struct sshd_config *config, const char *keyword,
					const struct sshd_login *login)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};
	struct sshd_verdict verdict = {.answer = SSHD_YES};
	bool is_on;

	sshd_config_get(config, keyword, login, &value);
	is_on = strcmp(sshd_value_text(&value), "yes") == 0;
	if (!is_on)
		lower(&verdict, SSHD_NO, keyword, value.setting);
	for (size_t i = 0; i < value.alternative_count; i++) {
		const struct sshd_setting *other = value.alternatives[i].setting;

		if ((strcmp(other->values.items[0], "yes") == 0) == is_on)
			continue;
		verdict = (struct sshd_verdict){.answer = SSHD_YES};
		lower(&verdict, SSHD_DEPENDS, keyword, other);
	}
	return verdict;
}

/* WAY, methods with commas between, has METHOD ("keyboard-interactive" also with what it asks). */
static bool has_method(const struct text_list *way, const char *method)
{
	for (size_t i = 0; i < way->count; i++) {
		const char *rest = text_after_prefix(way->items[i], method);

		if (rest && (!*rest || *rest == ':'))
			return true;
	}
	return false;
}

enum sshd_answer sshd_ways_allow(const struct text_list *ways, const char *method)
{
	enum sshd_answer answer = SSHD_NO;

	for (size_t i = 0; i < ways->count && answer != SSHD_YES; i++) {
		_cleanup_text_list_ struct text_list way = {0};

		text_list_split(&way, ways->items[i], ",");
		if (text_is_equal(ways->items[i], "any"))
			answer = SSHD_YES;
		else if (has_method(&way, method))
			answer = way.count == 1 ? SSHD_YES : SSHD_DEPENDS;
	}
	return answer;
}

/* Whether AuthenticationMethods lets METHOD alone be enough. */
static void judge_method(const struct sshd_config *config, const struct sshd_login *login,
			 const char *method, struct sshd_verdict *verdict)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(config, "authenticationmethods", login, &value);
	lower(verdict, sshd_ways_allow(&value.values, method), "authenticationmethods",
	      value.setting);
	for (size_t i = 0; i < value.alternative_count; i++) {
		const struct sshd_setting *other = value.alternatives[i].setting;

		if (sshd_ways_allow(&other->values, method) != SSHD_YES)
			lower(verdict, SSHD_DEPENDS, "authenticationmethods", other);
	}
}

/* By password itself, or by asking for it through PAM. */
static struct sshd_verdict judge_password(const struct sshd_config *config,
					  const struct sshd_login *login)
{
	struct sshd_verdict password = judge_switch(config, "passwordauthentication", login);
	struct sshd_verdict asked = judge_switch(config, "kbdinteractiveauthentication", login);
	struct sshd_verdict pam = judge_switch(config, "usepam", login);

	asked = pam.answer < asked.answer ? pam : asked;
	judge_method(config, login, "password", &password);
	judge_method(config, login, "keyboard-interactive", &asked);
	if (asked.answer != password.answer)
		return asked.answer > password.answer ? asked : password;
	/* the one that is on is nearer than the one that is off */
	return text_is_equal(asked.keyword, "authenticationmethods") ? asked : password;
}

static void judge_root_word(struct sshd_judgement *judgement, const char *word,
			    const struct sshd_setting *setting, bool may_be)
{
	enum sshd_answer no = may_be ? SSHD_DEPENDS : SSHD_NO;

	if (strcmp(word, "no") == 0)
		lower(&judgement->user, no, "permitrootlogin", setting);
	else if (strcmp(word, "yes") != 0)
		lower(&judgement->password, no, "permitrootlogin", setting);
	if (strcmp(word, "forced-commands-only") == 0)
		lower(&judgement->key, SSHD_DEPENDS, "permitrootlogin", setting);
}

/* A default may be that of an old sshd, which let root in by password. */
static void judge_root(const struct sshd_config *config, const struct sshd_login *login,
		       struct sshd_judgement *judgement)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(config, "permitrootlogin", login, &value);
	judge_root_word(judgement,
			!value.setting && login->root_default ? login->root_default
							      : sshd_value_text(&value),
			value.setting,
			(!value.setting && !login->root_default) || value.alternative_count);
	for (size_t i = 0; i < value.alternative_count; i++)
		judge_root_word(judgement, value.alternatives[i].setting->values.items[0],
				value.alternatives[i].setting, true);
}

/* Without PAM sshd itself looks whether the password is locked (auth.c, allowed_user). */
static void judge_lock(const struct sshd_config *config, const struct sshd_login *login,
		       struct sshd_verdict *verdict)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(config, "usepam", login, &value);
	if (login->is_locked && strcmp(sshd_value_text(&value), "yes") != 0)
		lower(verdict, SSHD_NO, "usepam", value.setting);
}

void sshd_config_judge(const struct sshd_config *config, const struct sshd_login *login,
		       struct sshd_judgement *ret_judgement)
{
	struct sshd_judgement judgement = {
		.user = {.answer = SSHD_YES},
		.password = judge_password(config, login),
		.key = judge_switch(config, "pubkeyauthentication", login),
	};

	judge_lock(config, login, &judgement.user);
	judge_lists(config, login, &judgement.user);
	if (login->is_root)
		judge_root(config, login, &judgement);
	judge_method(config, login, "publickey", &judgement.key);
	*ret_judgement = judgement;
}
