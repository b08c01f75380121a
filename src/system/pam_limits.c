/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What limits.conf and its folder let an account have of logins: pam_limits refuses those whose
 * maxlogins or maxsyslogins is 0 (pam_limits.c, parse_config_file and process_limit).
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/pam_parts.h"
#include "system/root_glob.h"

#define MORE_FILES "/etc/security/limits.d/*.conf"

/* Whom a line is for, the strongest first. */
enum source { BY_USER, BY_GROUP, BY_ALL_OF_GROUP, BY_ALL, BY_DEFAULT, BY_NOBODY };

struct reading {
	const struct pam_person *person;
	enum source source;
	bool is_shut; /* 0 logins */
	bool is_open; /* a line that may be for it could say something else */
	bool is_free; /* a line says that nothing limits it */
	char *file;   /* what decided */
	unsigned line;
};

enum match { MATCH_NO, MATCH_YES, MATCH_UNKNOWN };

/* ID is in "5:10", "5:", ":5" of DOMAIN, of which the first of two that are there is a range. */
static enum match match_range(const char *domain, uint32_t id, bool *ret_is_single)
{
	const char *colon = strchr(domain, ':');
	_cleanup_free_ char *first = alloc_copy(domain, (size_t)(colon - domain));
	uint64_t low = 0, high = UINT32_MAX;

	*ret_is_single = !*first;
	if ((*first && text_parse_u64(first, &low) < 0) ||
	    (colon[1] && text_parse_u64(colon + 1, &high) < 0) || (!*first && !colon[1]))
		return MATCH_NO; /* a line that cannot be read is passed over */
	if (!*first)
		low = high;
	return id >= low && id <= high ? MATCH_YES : MATCH_NO;
}

static enum match match_group(const struct pam_person *person, const char *group)
{
	bool is_single;
	enum match match;

	if (!strchr(group, ':'))
		return text_list_contains(person->groups, group) ? MATCH_YES : MATCH_NO;
	match = match_range(group, person->gid, &is_single);
	/* ":5" is any group it is in, whose numbers are not known here; a range its own */
	return match == MATCH_NO && is_single ? MATCH_UNKNOWN : match;
}

static enum match match_domain(const struct pam_person *person, const char *domain,
			       enum source *ret_source)
{
	bool is_single;

	*ret_source = BY_USER;
	if (strcmp(domain, person->user) == 0)
		return MATCH_YES;
	if (strcmp(domain, "*") == 0 || strcmp(domain, "%") == 0) {
		*ret_source = *domain == '*' ? BY_DEFAULT : BY_ALL;
		return MATCH_YES;
	}
	if (*domain == '@' || *domain == '%') {
		*ret_source = *domain == '@' ? BY_GROUP : BY_ALL_OF_GROUP;
		return match_group(person, domain + 1);
	}
	return strchr(domain, ':') ? match_range(domain, person->uid, &is_single) : MATCH_NO;
}

/* What VALUE says: false where it is none. */
static bool parse_value(const char *value, bool *ret_is_shut)
{
	static const char *const unlimited[] = {"-", "-1", "unlimited", "infinity"};
	const char *digits = value + strspn(value, "+-");

	*ret_is_shut = false;
	for (size_t i = 0; i < ARRAY_SIZE(unlimited); i++) {
		if (text_is_equal_ignoring_case(value, unlimited[i]))
			return true;
	}
	*ret_is_shut = digits[strspn(digits, "0")] < '0' || digits[strspn(digits, "0")] > '9';
	return *digits >= '0' && *digits <= '9';
}

static void take_limit(struct reading *reading, const struct text_list *words, const char *file,
		       unsigned line)
{
	bool is_all = text_is_equal_ignoring_case(words->items[2], "maxlogins"), is_shut;
	enum source source;
	enum match match = match_domain(reading->person, words->items[0], &source);

	if ((!is_all && !text_is_equal_ignoring_case(words->items[2], "maxsyslogins")) ||
	    (!is_all && (source == BY_ALL || source == BY_ALL_OF_GROUP)) || match == MATCH_NO ||
	    source > reading->source || !parse_value(words->items[3], &is_shut))
		return;
	if (match == MATCH_UNKNOWN) {
		reading->is_open = true;
		return;
	}
	reading->source = source;
	reading->is_shut = is_shut;
	reading->line = line;
	free(reading->file);
	reading->file = text_copy(file);
}

/* "anna -": nothing at all limits it, and nothing more is read. */
static void take_freedom(struct reading *reading, const char *domain)
{
	enum source source;
	enum match match = match_domain(reading->person, domain, &source);

	if (source == BY_DEFAULT || source == BY_ALL || source == BY_ALL_OF_GROUP)
		return;
	reading->is_free |= match == MATCH_YES;
	reading->is_open |= match == MATCH_UNKNOWN;
}

static int read_file(const struct root *root, const char *path, struct reading *reading)
{
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;
	char *next;
	int r = root_read_file(root, path, CONFIG_MAX_BYTES, &text, &length);

	if (r < 0)
		return r;
	reading->is_open |= r > 0;
	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_text_list_ struct text_list words = {0};
		_cleanup_free_ char *line = next;

		line[strcspn(line, "#")] = '\0';
		text_list_split(&words, line, " \t\r\f\v");
		if (reading->is_free)
			continue;
		if (words.count >= 4)
			take_limit(reading, &words, path, lines.line);
		else if (words.count == 2 && *words.items[1] == '-')
			take_freedom(reading, words.items[0]);
	}
	return 0;
}

enum pam_answer pam_limits_judge(const struct root *root, const struct pam_gate *gate,
				 const struct pam_person *person, char **ret_file,
				 unsigned *ret_line)
{
	bool is_named = pam_rule_value(gate->rule, "conf") != NULL;
	struct reading reading = {.person = person, .source = BY_NOBODY};
	_cleanup_text_list_ struct text_list paths = {0};
	enum pam_answer answer = PAM_PASSES;
	int r;

	*ret_file = NULL;
	*ret_line = 0;
	if (person->is_root)
		return PAM_PASSES; /* logins of root are not counted */
	r = read_file(root, gate->path, &reading);
	if (is_named && r == -ENOENT) {
		*ret_file = text_copy(gate->path);
		return PAM_REFUSED;
	}
	if (!is_named)
		root_glob(root, MORE_FILES, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		r = read_file(root, paths.items[i], &reading);
		reading.is_open |= r < 0;
	}
	if (!reading.is_free && reading.is_shut)
		answer = reading.is_open ? PAM_DEPENDS : PAM_REFUSED;
	if (answer != PAM_PASSES) {
		*ret_file = TAKE_PTR(reading.file);
		*ret_line = reading.line;
	}
	free(reading.file);
	return answer;
}
