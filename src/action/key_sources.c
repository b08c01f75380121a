/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where keys that are to be added come from. */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "action/add_key.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"

#define FILE_MAX_BYTES (1u << 20)

static void add_home(struct text_list *paths, const char *home)
{
	_cleanup_free_ char *path =
		home && *home == '/' ? text_format("%s/.ssh/authorized_keys", home) : NULL;

	if (path && access(path, R_OK) == 0 && !text_list_contains(paths, path))
		text_list_add(paths, path);
}

void rescue_keys_list_files(struct text_list *paths)
{
	const char *user = getenv("SUDO_USER");
	const struct passwd *entry = user ? getpwnam(user) : NULL;

	add_home(paths, "/root");
	if (entry)
		add_home(paths, entry->pw_dir);
	add_home(paths, getenv("HOME"));
}

/* The plain keys among the lines of TEXT, which is cut up. */
static void take_lines(struct public_keys *keys, char *text)
{
	for (char *at = text, *line; (line = strsep(&at, "\n")) != NULL;)
		/* certificates and what is newer than this program stay where they are */
		(void)public_keys_parse(keys, line, strlen(line), NULL, NULL);
}

int rescue_keys_read(struct public_keys *keys, struct problem *why)
{
	_cleanup_text_list_ struct text_list paths = {0};
	_cleanup_free_ char *shown = NULL;
	size_t before = keys->count;

	rescue_keys_list_files(&paths);
	for (size_t i = 0; i < paths.count; i++) {
		_cleanup_free_ char *text = NULL;
		size_t length;

		if (file_read(paths.items[i], FILE_MAX_BYTES, &text, &length, NULL) == 0)
			take_lines(keys, text);
	}
	if (keys->count > before)
		return 0;
	shown = paths.count ? printable_text(paths.items[0]) : NULL;
	return problem_set(why, -ENOENT, shown ? shown : "/root/.ssh/authorized_keys",
			   _("the rescue system has no keys of its own"));
}

int public_keys_read_file(struct public_keys *keys, const char *path, struct problem *why)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r = file_read(path, FILE_MAX_BYTES, &text, &length, why);

	return r < 0 ? r : public_keys_parse(keys, text, length, path, why);
}

int answers_read_keys(const struct answers *answers, struct public_keys *keys, struct problem *why)
{
	const struct text_list *lines = answers_list(answers, "key");
	const struct text_list *files = answers_list(answers, "key-file");
	int r = 0;

	for (size_t i = 0; r == 0 && i < lines->count; i++)
		r = public_keys_parse(keys, lines->items[i], strlen(lines->items[i]), NULL, why);
	for (size_t i = 0; r == 0 && i < files->count; i++) {
		if (!text_is_equal(files->items[i], "-"))
			r = public_keys_read_file(keys, files->items[i], why);
	}
	if (r == 0 && answers_has(answers, "rescue-keys"))
		r = rescue_keys_read(keys, why);
	return r;
}
