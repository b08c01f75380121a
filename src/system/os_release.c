/* SPDX-License-Identifier: GPL-3.0-or-later */
/* os-release(5): NAME=VALUE lines with the shell's quotes. */
#include "system/os_release.h"

#include <string.h>

#include "base/text.h"
#include "system/config_lines.h"

/* The value behind "=" with quotes and backslashes taken off, in place. */
static void unquote(char *value)
{
	char *to = value, quote = '\0';

	for (char *from = value; *from; from++) {
		if (*from == quote && quote) {
			quote = '\0';
		} else if (!quote && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else {
			if (*from == '\\' && quote != '\'' && from[1])
				from++;
			*to++ = *from;
		}
	}
	*to = '\0';
}

void os_release_parse(const char *text, size_t length, struct os_release *release)
{
	_cleanup_text_list_ struct text_list lines = {0};
	struct {
		const char *name;
		char **value;
	} fields[] = {
		{"ID", &release->id},
		{"ID_LIKE", &release->id_like},
		{"NAME", &release->name},
		{"PRETTY_NAME", &release->pretty_name},
		{"VERSION_ID", &release->version_id},
	};

	(void)length; /* what is behind a NUL is no os-release any more */
	text_list_split(&lines, text, "\r\n");
	for (size_t i = 0; i < lines.count; i++) {
		char *name = text_trim(lines.items[i]), *value = strchr(name, '=');

		if (!value || *name == '#')
			continue;
		*value++ = '\0';
		unquote(value);
		for (size_t field = 0; field < ARRAY_SIZE(fields); field++) {
			if (strcmp(fields[field].name, name) == 0)
				text_set(fields[field].value, value);
		}
	}
}

void os_release_read(const struct root *root, struct os_release *ret_release)
{
	static const char *const paths[] = {"/etc/os-release", "/usr/lib/os-release"};
	struct os_release release = {0};
	const char *path = NULL;
	size_t length = 0;
	_cleanup_free_ char *text =
		config_read_first(root, paths, ARRAY_SIZE(paths), &path, &length);

	if (text)
		os_release_parse(text, length, &release);
	*ret_release = release;
}

bool os_release_is_debian(const struct os_release *release)
{
	return text_is_equal(release->id, "debian") ||
	       (release->id_like && strstr(release->id_like, "debian"));
}

void os_release_done(struct os_release *release)
{
	free(release->id);
	free(release->id_like);
	free(release->name);
	free(release->pretty_name);
	free(release->version_id);
	*release = (struct os_release){0};
}
