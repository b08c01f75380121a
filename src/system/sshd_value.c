/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a keyword of sshd_config is for one login: Match blocks weighed, the first value taken,
 * lists added up. */
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_parts.h"

#define PARENTS_MAX 32 /* blocks around blocks, which are as deep as files are */

bool sshd_pattern_matches(const char *name, const char *pattern)
{
	const char *star = NULL, *from = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			from = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++from;
		} else {
			return false;
		}
	}
	return !pattern[strspn(pattern, "*")];
}

int sshd_pattern_list_matches(const char *name, const char *patterns)
{
	_cleanup_text_list_ struct text_list list = {0};
	int found = 0;

	text_list_split(&list, patterns, ",");
	for (size_t i = 0; i < list.count; i++) {
		bool is_negated = list.items[i][0] == '!';

		if (!sshd_pattern_matches(name, list.items[i] + is_negated))
			continue;
		if (is_negated)
			return -1;
		found = 1;
	}
	return found;
}

static enum sshd_answer match_groups(const struct text_list *groups, const char *patterns)
{
	bool found = false;

	if (!groups)
		return SSHD_DEPENDS;
	for (size_t i = 0; i < groups->count; i++) {
		int answer = sshd_pattern_list_matches(groups->items[i], patterns);

		if (answer < 0)
			return SSHD_NO;
		found |= answer > 0;
	}
	return found ? SSHD_YES : SSHD_NO;
}

static enum sshd_answer match_port(unsigned port, const char *value)
{
	uint64_t number;

	if (!port)
		return SSHD_DEPENDS;
	return text_parse_u64(value, &number) == 0 && number == port ? SSHD_YES : SSHD_NO;
}

/* One criterion and its value against LOGIN. */
static enum sshd_answer match_criterion(const char *name, const char *value,
					const struct sshd_login *login)
{
	if (text_is_equal_ignoring_case(name, "all"))
		return SSHD_YES;
	if (text_is_equal_ignoring_case(name, "invalid-user"))
		return SSHD_NO;
	if (text_is_equal_ignoring_case(name, "user"))
		return sshd_pattern_list_matches(login->user, value) > 0 ? SSHD_YES : SSHD_NO;
	if (text_is_equal_ignoring_case(name, "group"))
		return match_groups(login->groups, value);
	if (text_is_equal_ignoring_case(name, "localport"))
		return match_port(login->local_port, value);
	return strcmp(value, "*") == 0 ? SSHD_YES : SSHD_DEPENDS;
}

static enum sshd_answer match_block(const struct sshd_match *match, const struct sshd_login *login)
{
	enum sshd_answer answer = match->criteria.count < 2 ? SSHD_NO : SSHD_YES;

	for (size_t i = 0; i + 1 < match->criteria.count; i += 2) {
		enum sshd_answer one = match_criterion(match->criteria.items[i],
						       match->criteria.items[i + 1], login);

		answer = one < answer ? one : answer;
	}
	return answer;
}

/* Whether block NUMBER (from 1) and those it is included in apply. */
static enum sshd_answer match_blocks(const struct sshd_config *config, size_t number,
				     const struct sshd_login *login)
{
	enum sshd_answer answer = SSHD_YES;

	for (unsigned i = 0; number && i < PARENTS_MAX && answer != SSHD_NO; i++) {
		const struct sshd_match *match = &config->matches[number - 1];
		enum sshd_answer one = match_block(match, login);

		answer = one < answer ? one : answer;
		number = match->parent;
	}
	return answer;
}

enum sshd_answer sshd_setting_applies(const struct sshd_config *config,
				      const struct sshd_setting *setting,
				      const struct sshd_login *login)
{
	return match_blocks(config, setting->match, login);
}

static void take_value(struct sshd_value *value, const struct sshd_setting *setting)
{
	value->setting = value->setting ? value->setting : setting;
	text_list_copy(&value->values, &setting->values);
}

static void add_alternative(const struct sshd_config *config, struct sshd_value *value,
			    const struct sshd_setting *setting)
{
	value->alternatives =
		alloc_grow(value->alternatives, value->alternative_count,
			   &value->alternative_capacity, sizeof(*value->alternatives));
	value->alternatives[value->alternative_count++] = (struct sshd_alternative){
		.setting = setting,
		.match = &config->matches[setting->match - 1],
	};
}

/* What Match blocks say: values of those that apply, alternatives of those that may. */
static void take_matched(const struct sshd_config *config, const struct sshd_keyword *keyword,
			 const struct sshd_login *login, struct sshd_value *value)
{
	size_t last_match = 0;
	enum sshd_answer answer = SSHD_NO;

	for (size_t i = 0; i < config->count; i++) {
		const struct sshd_setting *setting = &config->settings[i];

		if (!setting->match || strcmp(setting->keyword, keyword->name) != 0)
			continue;
		if (setting->match != last_match)
			answer = match_blocks(config, setting->match, login);
		last_match = setting->match;
		if (answer == SSHD_YES && (!value->setting || keyword->adds_up))
			take_value(value, setting);
		else if (answer == SSHD_DEPENDS && (!value->setting || keyword->adds_up))
			add_alternative(config, value, setting);
	}
}

void sshd_config_get(const struct sshd_config *config, const char *name,
		     const struct sshd_login *login, struct sshd_value *ret_value)
{
	const struct sshd_keyword *keyword = sshd_keyword_find(name);
	struct sshd_value value = {0};

	if (keyword && login)
		take_matched(config, keyword, login, &value);
	for (size_t i = 0; keyword && i < config->count; i++) {
		const struct sshd_setting *setting = &config->settings[i];

		if (setting->match || strcmp(setting->keyword, keyword->name) != 0 ||
		    (value.setting && (!keyword->adds_up || value.setting->match)))
			continue;
		take_value(&value, setting);
	}
	if (keyword && !value.setting && keyword->default_value)
		text_list_split(&value.values, keyword->default_value, " ");
	*ret_value = value;
}

void sshd_value_done(struct sshd_value *value)
{
	text_list_done(&value->values);
	free(value->alternatives);
	*value = (struct sshd_value){0};
}

const char *sshd_value_text(const struct sshd_value *value)
{
	return value->values.count ? value->values.items[0] : "";
}
