/* SPDX-License-Identifier: GPL-3.0-or-later */
/* access.conf: "permission : users : origins", the first line that matches decides. */
#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/pam_gate.h"

enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

typedef enum match (*match_fn)(const char *item, const struct pam_person *person);

static bool is_in_group(const char *name, size_t length, const struct pam_person *person)
{
	_cleanup_free_ char *group = alloc_copy(name, length);

	return person->groups && text_list_contains(person->groups, group);
}

/* ALL, a name, (group), @netgroup, user@host; a plain name may be a group's as well. */
static enum match match_user(const char *item, const struct pam_person *person)
{
	const char *at = *item ? strchr(item + 1, '@') : NULL;
	size_t length = strlen(item);

	if (*item == '@')
		return MATCH_MAYBE;
	if (at) {
		_cleanup_free_ char *name = alloc_copy(item, (size_t)(at - item));

		return match_user(name, person) == MATCH_NO ? MATCH_NO : MATCH_MAYBE;
	}
	if (*item == '(' && length > 2 && item[length - 1] == ')')
		return is_in_group(item + 1, length - 2, person) ? MATCH_YES : MATCH_NO;
	if (text_is_equal_ignoring_case(item, "ALL") ||
	    text_is_equal_ignoring_case(item, person->user))
		return MATCH_YES;
	return is_in_group(item, length, person) ? MATCH_YES : MATCH_NO;
}

/* Terminals, hosts and networks are not known here. */
static enum match match_origin(const char *item, const struct pam_person *person)
{
	(void)person;
	return text_is_equal_ignoring_case(item, "ALL") ? MATCH_YES : MATCH_MAYBE;
}

/* What ITEMS match: those up to EXCEPT, without what those behind it match, and so on. */
static enum match match_list(const struct text_list *items, match_fn match_item,
			     const struct pam_person *person)
{
	enum match excepted = MATCH_NO, matched = MATCH_NO;

	for (size_t i = items->count; i > 0; i--) {
		enum match one = MATCH_NO;

		if (text_is_equal_ignoring_case(items->items[i - 1], "EXCEPT")) {
			excepted = matched < MATCH_YES - excepted ? matched : MATCH_YES - excepted;
			matched = MATCH_NO;
			continue;
		}
		one = match_item(items->items[i - 1], person);
		matched = one > matched ? one : matched;
	}
	return matched < MATCH_YES - excepted ? matched : MATCH_YES - excepted;
}

/* Cuts the next field off *TEXT; NULL: there is none. */
static char *cut_field(char **text, const char *separators)
{
	char *field = *text, *end;

	if (!field)
		return NULL;
	end = field + strcspn(field, separators);
	*text = *end ? end + 1 : NULL;
	*end = '\0';
	return field;
}

/* Whether LINE is for PERSON, and in *RET_ALLOWS what it then says. A line that is none is for
 * nobody. */
static enum match match_line(char *line, const char *field_separators, const char *list_separators,
			     const struct pam_person *person, bool *ret_allows)
{
	_cleanup_text_list_ struct text_list users = {0}, origins = {0};
	char *rest = line, *permission = cut_field(&rest, field_separators);
	char *names = cut_field(&rest, field_separators);
	enum match by_user, by_origin;

	if (!names || !rest || (*permission != '+' && *permission != '-'))
		return MATCH_NO;
	*ret_allows = *permission == '+';
	text_list_split(&users, names, list_separators);
	text_list_split(&origins, rest, list_separators);
	by_user = match_list(&users, match_user, person);
	by_origin = match_list(&origins, match_origin, person);
	return by_user < by_origin ? by_user : by_origin;
}

enum pam_answer pam_access_judge(const char *text, size_t length, const char *field_separators,
				 const char *list_separators, const struct pam_person *person,
				 unsigned *ret_line)
{
	bool may_pass = false, may_fail = false, is_decided = false, allows = false;
	unsigned decides = 0, first_maybe = 0;
	struct config_lines lines;
	char *next;

	while (length && text[length - 1] != '\n')
		length--; /* a line without an end is none */
	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		enum match matched;

		if (is_decided || !*line || *line == '#')
			continue;
		matched = match_line(line, field_separators, list_separators, person, &allows);
		if (matched == MATCH_NO)
			continue;
		may_pass |= allows;
		may_fail |= !allows;
		is_decided = matched == MATCH_YES;
		decides = lines.line;
		if (!is_decided && !first_maybe)
			first_maybe = lines.line;
	}
	may_pass |= !is_decided; /* who is not in the file passes */
	*ret_line = may_pass && may_fail ? first_maybe : is_decided ? decides : 0;
	return !may_fail ? PAM_PASSES : may_pass ? PAM_DEPENDS : PAM_REFUSED;
}
