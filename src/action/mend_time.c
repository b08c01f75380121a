/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mends time.conf of pam_time: "services;terminals;users;times", each a list of names joined by &
 * and |, read from left to right, "!" in front of a name negating it (pam_time.c, logic_field).
 *
 * Every rule that is for an account must let it in. A rule is not for an account that its users are
 * joined with by "&!".
 */
#include <errno.h>
#include <string.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define FIELDS 4
enum { FIELD_SERVICES, FIELD_TERMINALS, FIELD_USERS, FIELD_TIMES };

/* Whether NAME, with one "*" at most, or a group or netgroup that is not looked into, may mean
 * WORD. */
static bool may_mean(const char *name, const char *word)
{
	const char *star = strchr(name, '*');

	if (*name == '@' || *name == '%')
		return true;
	if (!star)
		return strcmp(name, word) == 0;
	return strncmp(name, word, (size_t)(star - name)) == 0 &&
	       (!star[1] || text_has_suffix(word, star + 1));
}

/* Whether it can be told from NAME that it means WORD. */
static bool is_certain(const char *name)
{
	return *name != '@' && *name != '%';
}

/* Whether LIST may be true for WORD. */
static bool may_be_for(const char *list, const char *word)
{
	bool may = false, is_first = true;
	const char *at = list;
	char joint = '|';

	while (*at) {
		size_t length;
		_cleanup_free_ char *name = NULL;
		bool negated = false, one;

		at += strspn(at, " \t");
		for (; *at == '!'; at++)
			negated = !negated;
		length = strcspn(at, "&| \t");
		name = alloc_copy(at, length);
		one = negated ? !may_mean(name, word) || !is_certain(name) : may_mean(name, word);
		may = is_first ? one : joint == '&' ? may && one : may || one;
		is_first = false;
		at += length;
		at += strspn(at, " \t");
		joint = *at;
		at += *at != '\0';
	}
	return may;
}

/* The fields of LINE; false: it is no rule. */
static bool split_rule(const char *line, struct text_list *fields)
{
	const char *at = line + strspn(line, " \t");

	if (!*at || *at == '#')
		return false;
	for (;;) {
		size_t length = strcspn(at, ";#");
		_cleanup_free_ char *field = alloc_copy(at, length);

		text_list_add(fields, text_trim(field));
		if (at[length] != ';')
			break;
		at += length + 1;
	}
	return fields->count == FIELDS;
}

/* LINE as it is without the account; NULL: it is not for it, or nothing is to be done to it. */
static char *exempt(const char *line, const char *user)
{
	_cleanup_text_list_ struct text_list fields = {0};

	if (!split_rule(line, &fields) ||
	    !(may_be_for(fields.items[FIELD_SERVICES], "login") ||
	      may_be_for(fields.items[FIELD_SERVICES], "sshd")) ||
	    !may_be_for(fields.items[FIELD_USERS], user))
		return NULL;
	return text_format("%s;%s;%s&!%s;%s", fields.items[FIELD_SERVICES],
			   fields.items[FIELD_TERMINALS], fields.items[FIELD_USERS], user,
			   fields.items[FIELD_TIMES]);
}

int mending_open_time(struct mending *mending, const char *path, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mending->user), *reason = NULL;
	struct mending_text *text = NULL;
	int r = mending_get_text(mending, path, &text, why);

	if (r < 0)
		return r;
	reason = text_format(_("let %s in at any hour"), shown);
	for (unsigned number = 1;; number++) {
		_cleanup_free_ char *line = mending_get_line(text, number), *new = NULL;

		if (!line)
			return 0;
		new = text_has_suffix(line, "\\") ? NULL : exempt(line, mending->user);
		if (new &&mending_replace_line(text, number, new, reason) == 0)
			number++; /* the new one, below what it was */
	}
}
