/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom patterns and Match blocks of sshd_config mean. */
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_parts.h"

#define PARENTS_MAX 32 /* blocks around blocks, which are as deep as files are */

/* NAME is matched by the LENGTH bytes at PATTERN. */
static bool matches(const char *name, const char *pattern, size_t length)
{
	const char *end = pattern + length, *star = NULL, *from = NULL;

	while (*name) {
		if (pattern < end && *pattern == '*') {
			star = pattern++;
			from = name;
		} else if (pattern < end && (*pattern == '?' || *pattern == *name)) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++from;
		} else {
			return false;
		}
	}
	while (pattern < end && *pattern == '*')
		pattern++;
	return pattern == end;
}

bool sshd_pattern_matches(const char *name, const char *pattern)
{
	return matches(name, pattern, strlen(pattern));
}

/* In place: it is asked of each account for each block. */
int sshd_pattern_list_matches(const char *name, const char *patterns)
{
	size_t length;
	int found = 0;

	for (; *patterns; patterns += length) {
		bool is_negated;

		patterns += strspn(patterns, ",");
		length = strcspn(patterns, ",");
		is_negated = *patterns == '!';
		if (!length || !matches(name, patterns + is_negated, length - is_negated))
			continue;
		if (is_negated)
			return -1;
		found = 1;
	}
	return found;
}

enum sshd_answer sshd_pattern_matches_user(const char *user, const char *pattern)
{
	const char *at = strrchr(pattern, '@');

	if (!matches(user, pattern, at ? (size_t)(at - pattern) : strlen(pattern)))
		return SSHD_NO;
	return at && strcmp(at, "@*") != 0 ? SSHD_DEPENDS : SSHD_YES;
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

	for (size_t i = 0; answer != SSHD_NO && i + 1 < match->criteria.count; i += 2) {
		enum sshd_answer one = match_criterion(match->criteria.items[i],
						       match->criteria.items[i + 1], login);

		answer = one < answer ? one : answer;
	}
	return answer;
}

/* The same of block NUMBER (from 1) and those it is included in. */
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

void sshd_login_remember(struct sshd_login *login, const struct sshd_config *config)
{
	login->blocks = config->match_count ? alloc_zero(config->match_count, 1) : NULL;
}

void sshd_login_done(struct sshd_login *login)
{
	free(login->blocks);
	login->blocks = NULL;
}

char *sshd_login_digest(const struct sshd_config *config, const struct sshd_login *login)
{
	_cleanup_text_buffer_ struct text_buffer digest = {0};

	for (size_t i = 0; i < config->match_count; i++) {
		const struct text_list *criteria = &config->matches[i].criteria;

		for (size_t j = 0; j + 1 < criteria->count; j += 2) {
			if (!text_is_equal_ignoring_case(criteria->items[j], "user") &&
			    !text_is_equal_ignoring_case(criteria->items[j], "group"))
				continue;
			text_buffer_add(&digest,
					&"ndy"[match_criterion(criteria->items[j],
							       criteria->items[j + 1], login)],
					1);
		}
	}
	return text_buffer_take(&digest);
}

enum sshd_answer sshd_setting_applies(const struct sshd_config *config,
				      const struct sshd_setting *setting,
				      const struct sshd_login *login)
{
	unsigned char *known;

	if (!setting->match)
		return SSHD_YES;
	if (!login->blocks)
		return match_blocks(config, setting->match, login);
	known = &login->blocks[setting->match - 1];
	if (!*known)
		*known = (unsigned char)(match_blocks(config, setting->match, login) + 1);
	return (enum sshd_answer)(*known - 1);
}
