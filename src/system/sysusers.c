/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts as sysusers.d(5) of a target describes them. */
#include "system/sysusers.h"

#include <stdlib.h>
#include <string.h>

#include "system/config_lines.h"
#include "system/root_glob.h"

#define BLANKS " \t"

enum { TYPE, NAME, NUMBER, GECOS, HOME, SHELL, FIELDS };

/* The next field at *AT, its quotes taken off; the caller frees. NULL: no more. */
static char *next_field(const char **at)
{
	_cleanup_text_buffer_ struct text_buffer field = {0};
	const char *from = *at + strspn(*at, BLANKS);
	char quote = '\0';

	if (!*from)
		return NULL;
	for (; *from && (quote || !strchr(BLANKS, *from)); from++) {
		if (quote ? *from == quote : (*from == '"' || *from == '\'')) {
			quote = quote ? '\0' : *from;
			continue;
		}
		if (*from == '\\' && from[1])
			from++;
		text_buffer_add(&field, from, 1);
	}
	*at = from;
	return field.length ? text_buffer_take(&field) : text_copy("");
}

static void split(const char *line, struct text_list *fields)
{
	char *field;

	while (fields->count < FIELDS && (field = next_field(&line)) != NULL)
		text_list_take(fields, field);
}

/* NULL for "-", which leaves it to systemd. */
static char *take_field(const struct text_list *fields, unsigned field)
{
	const char *text = field < fields->count ? fields->items[field] : "-";

	return text_is_equal(text, "-") || !*text ? NULL : text_copy(text);
}

static bool parse_number(const char *text, uint32_t *ret_number)
{
	uint64_t number;

	if (text_parse_u64(text, &number) < 0 || number >= UINT32_MAX)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

/* "74", "74:80", "74:name", "-:name"; a path, whose owner it would be, is not followed. */
static void take_numbers(const struct text_list *fields, struct sysuser *user)
{
	_cleanup_free_ char *text = take_field(fields, NUMBER);
	char *colon = text ? strchr(text, ':') : NULL;

	if (colon) {
		*colon = '\0';
		if (colon[1] && !text_is_equal(colon + 1, "-"))
			user->group = text_copy(colon + 1);
	}
	user->has_number = text && parse_number(text, &user->number);
}

static bool is_meant(const struct text_list *fields, const char *name)
{
	if (fields->count <= NAME || !text_is_equal(fields->items[NAME], name) ||
	    (!text_is_equal(fields->items[TYPE], "u") && !text_is_equal(fields->items[TYPE], "u!")))
		return false;
	for (size_t i = NUMBER; i < fields->count; i++) {
		if (strchr(fields->items[i], '%'))
			return false;
	}
	return true;
}

bool sysusers_parse(const char *text, size_t length, const char *name, struct sysuser *ret_user)
{
	struct config_lines lines;

	config_lines_init(&lines, text, length, false);
	for (char *line; (line = config_lines_next(&lines)) != NULL; free(line)) {
		_cleanup_text_list_ struct text_list fields = {0};
		struct sysuser user = {0};

		split(line, &fields);
		if (!is_meant(&fields, name))
			continue;
		take_numbers(&fields, &user);
		user.gecos = take_field(&fields, GECOS);
		user.home = take_field(&fields, HOME);
		user.shell = take_field(&fields, SHELL);
		*ret_user = user;
		free(line);
		return true;
	}
	return false;
}

bool sysusers_find(const struct root *root, const char *name, struct sysuser *ret_user)
{
	static const char *const patterns[] = {
		"/etc/sysusers.d/*.conf",
		"/usr/local/lib/sysusers.d/*.conf",
		"/usr/lib/sysusers.d/*.conf",
		"/lib/sysusers.d/*.conf",
	};
	_cleanup_text_list_ struct text_list paths = {0};

	root_glob_all(root, patterns, ARRAY_SIZE(patterns), &paths);
	for (size_t i = 0; i < paths.count; i++) {
		_cleanup_free_ char *text = NULL;
		size_t length = 0;

		if (root_read_file(root, paths.items[i], CONFIG_MAX_BYTES, &text, &length) >= 0 &&
		    sysusers_parse(text, length, name, ret_user))
			return true;
	}
	return false;
}

void sysuser_done(struct sysuser *user)
{
	free(user->group);
	free(user->gecos);
	free(user->home);
	free(user->shell);
	*user = (struct sysuser){0};
}
