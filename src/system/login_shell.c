/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shells that turn away everybody who logs in. */
#include "system/login_shell.h"

#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"

#define SCRIPT_MAX_BYTES 4096

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static bool is_refusing(const char *path)
{
	static const char *const names[] = {
		"nologin",   "false", "true",	 "sync",     "shutdown",    "halt",
		"reboot",    "null",  "nobody",	 "noshell",  "poweroff",    "no-login",
		"git-shell", "rssh",  "scponly", "scponlyc", "sftp-server", "passwd",
	};

	return is_among(names, ARRAY_SIZE(names), base_name(path));
}

/* A command and its words: no second one, no program that could be anything. */
static bool only_says(char *line)
{
	static const char *const commands[] = {"echo",	 "printf", "cat",   "sleep", "exit",
					       "logger", "true",   "false", ":"};
	char *word = text_trim(line);

	if (!*word || *word == '#')
		return true;
	if (strpbrk(word, ";&|`()<>\\"))
		return false;
	word[strcspn(word, " \t")] = '\0';
	return is_among(commands, ARRAY_SIZE(commands), base_name(word));
}

/* "#!/sbin/nologin"; or a script of a shell of which no line does more than say something. */
static bool is_refusing_script(const struct root *root, const char *path)
{
	static const char *const shells[] = {"sh", "bash", "dash", "ash", "ksh", "zsh"};
	_cleanup_free_ char *text = NULL, *first = NULL;
	struct config_lines lines;
	bool refuses = true;
	size_t length = 0;
	char *next;

	if (root_read_file(root, path, SCRIPT_MAX_BYTES, &text, &length) != 0 || length < 2 ||
	    memcmp(text, "#!", 2) != 0 || strlen(text) != length)
		return false;
	config_lines_init(&lines, text, length, false);
	first = config_lines_next(&lines);
	next = text_trim(first + 2);
	if (is_refusing(next))
		return true;
	if (!is_among(shells, ARRAY_SIZE(shells), base_name(next)))
		return false;
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		refuses = refuses && only_says(line);
	}
	return refuses;
}

bool login_shell_refuses(const struct root *root, const char *shell)
{
	_cleanup_free_ char *resolved = NULL;
	bool exists = false;

	if (is_refusing(shell))
		return true;
	if (*shell != '/' || root_resolve(root, shell, false, &resolved, &exists) < 0 || !exists)
		return false;
	return is_refusing(resolved) || is_refusing_script(root, resolved);
}

bool login_shell_has_commands(const struct root *root, const char *shell, const char *home)
{
	_cleanup_free_ char *folder = text_format("%s/git-shell-commands", home);

	return strcmp(base_name(shell), "git-shell") == 0 && root_has_folder(root, folder);
}
