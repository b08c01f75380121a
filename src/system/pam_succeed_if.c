/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pam_succeed_if, whose conditions stand in the rule itself, says to an account. */
#include <fnmatch.h>
#include <string.h>

#include "base/alloc.h"
#include "system/pam_parts.h"

/* What stands for FIELD of PERSON: *IS_NUMBER, or a text that the caller frees. NULL: not known. */
static char *get_field(const struct pam_person *person, const char *field)
{
	if (text_is_equal(field, "user"))
		return text_copy(person->user);
	if (text_is_equal(field, "uid"))
		return text_format("%u", person->uid);
	if (text_is_equal(field, "gid"))
		return text_format("%u", person->gid);
	if (text_is_equal(field, "shell"))
		return text_copy(person->shell);
	return NULL; /* the home, the terminal, the host, the service: not known here */
}

/* One of the words between colons of LIST is what WORD is. */
static bool is_in_list(const char *list, const char *word)
{
	_cleanup_text_list_ struct text_list words = {0};

	text_list_split(&words, list, ":");
	return text_list_contains(&words, word);
}

static bool is_in_groups(const struct pam_person *person, const char *list)
{
	for (size_t i = 0; person->groups && i < person->groups->count; i++) {
		if (is_in_list(list, person->groups->items[i]))
			return true;
	}
	return false;
}

static enum pam_answer answer(bool holds)
{
	return holds ? PAM_PASSES : PAM_REFUSED;
}

enum comparison { LESS = 1 << 0, EQUAL = 1 << 1, MORE = 1 << 2 };

/* NUMBER OPERATOR OTHER; depends where that is none of numbers. */
static enum pam_answer compare(const char *number, const char *operator, const char * other)
{
	static const struct {
		const char *words[2];
		unsigned holds;
	} operators[] = {
		{{"<", "lt"}, LESS},   {{"<=", "le"}, LESS | EQUAL},
		{{"eq", "eq"}, EQUAL}, {{">=", "ge"}, MORE | EQUAL},
		{{">", "gt"}, MORE},   {{"ne", "ne"}, LESS | MORE},
	};
	uint64_t first, second;

	if (text_parse_u64(number, &first) < 0 || text_parse_u64(other, &second) < 0)
		return PAM_DEPENDS;
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		unsigned is = first < second ? LESS : first > second ? MORE : EQUAL;

		if (text_is_equal(operators[i].words[0], operator) ||
		    text_is_equal(operators[i].words[1], operator))
			return answer(operators[i].holds & is);
	}
	return PAM_DEPENDS;
}

static enum pam_answer judge_condition(const struct pam_person *person, const char *field,
				       const char *operator, const char * value)
{
	_cleanup_free_ char *text = get_field(person, field);

	if (text_is_equal(field, "user") && text_is_equal(operator, "ingroup"))
		return answer(is_in_groups(person, value));
	if (text_is_equal(field, "user") && text_is_equal(operator, "notingroup"))
		return answer(!is_in_groups(person, value));
	if (!text)
		return PAM_DEPENDS;
	if (text_is_equal(operator, "=") || text_is_equal(operator, "!="))
		return answer((strcmp(text, value) == 0) == (*operator== '='));
	if (text_is_equal(operator, "=~") || text_is_equal(operator, "!~"))
		return answer((fnmatch(value, text, 0) == 0) == (*operator== '='));
	if (text_is_equal(operator, "in") || text_is_equal(operator, "notin"))
		return answer(is_in_list(value, text) == (operator[0] == 'i'));
	return compare(text, operator, value);
}

static bool is_flag(const char *word)
{
	static const char *const flags[] = {"debug",	     "quiet", "quiet_fail",
					    "quiet_success", "audit", "use_uid"};

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (strcmp(word, flags[i]) == 0)
			return true;
	}
	return false;
}

enum pam_answer pam_succeed_if_judge(const struct pam_rule *rule, const struct pam_person *person)
{
	enum pam_answer worst = PAM_PASSES;
	const char *words[3];
	size_t count = 0;

	if (pam_rule_has(rule, "use_uid"))
		return PAM_PASSES; /* whoever runs the program: root */
	for (size_t i = 0; i < rule->arguments.count; i++) {
		enum pam_answer one;

		if (count == 0 && is_flag(rule->arguments.items[i]))
			continue;
		words[count++] = rule->arguments.items[i];
		if (count < ARRAY_SIZE(words))
			continue;
		count = 0;
		one = judge_condition(person, words[0], words[1], words[2]);
		worst = one < worst ? one : worst;
	}
	return worst;
}
