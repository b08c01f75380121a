/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The programs that a login starts, and what keeps them from starting: login, sshd, shells. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/config_lines.h"
#include "system/program_lack.h"
#include "system/root_glob.h"
#include "system/sshd_parts.h"

#define GETTY_MAX_BYTES (16u << 20)

struct known_program {
	char *path;
	struct program_lack lack;
};

struct known_programs {
	struct known_program *items;
	size_t count;
	size_t capacity;
};

void judge_read_programs(struct judge *judge)
{
	judge->programs = alloc_zero(1, sizeof(*judge->programs));
}

void judge_programs_done(struct judge *judge)
{
	for (size_t i = 0; i < judge->programs->count; i++) {
		free(judge->programs->items[i].path);
		program_lack_done(&judge->programs->items[i].lack);
	}
	free(judge->programs->items);
	free(judge->programs);
}

/* Each program is looked at once, however many accounts have it. */
static const struct program_lack *get_lack(const struct judge *judge, const char *path)
{
	struct known_programs *known = judge->programs;
	struct known_program *program;

	for (size_t i = 0; i < known->count; i++) {
		if (strcmp(known->items[i].path, path) == 0)
			return &known->items[i].lack;
	}
	known->items =
		alloc_grow(known->items, known->count, &known->capacity, sizeof(*known->items));
	program = &known->items[known->count++];
	program->path = text_copy(path);
	program_lack_find(judge->root, path, &program->lack);
	return &program->lack;
}

bool judge_lack(const struct judge *judge, const struct judged *judged, const char *path,
		unsigned ways)
{
	const struct program_lack *lack = get_lack(judge, path);
	const struct obstacle_found found = {
		.kind = OBSTACLE_LIBRARY, .ways = ways, .subject = lack->name, .file = path};

	if (!lack->name)
		return false;
	for (size_t i = 0; i < lack->places.count; i++) {
		if (judge_away(judge, judged, lack->places.items[i], ways))
			return true;
	}
	obstacle_add(&judged->state->obstacles, &found);
	return true;
}

/* What a program that everybody needs lacks, for WAYS. */
static void judge_program(struct judge *judge, const char *path, unsigned ways)
{
	const struct program_lack *lack = get_lack(judge, path);
	const struct obstacle_found found = {.kind = OBSTACLE_LIBRARY,
					     .ways = ways,
					     .subject = lack->name,
					     .file = path,
					     .is_beyond_mend = true};

	if (!lack->name)
		return;
	for (size_t i = 0; i < lack->places.count; i++) {
		if (judge_is_away(judge, lack->places.items[i]))
			return;
	}
	obstacle_add(&judge->accounts->system, &found);
}

void judge_sshd_programs(struct judge *judge)
{
	judge_program(judge, judge->sshd_version.path, LOGIN_BY_SSH);
	for (size_t i = 0; i < SSHD_HELPERS; i++) {
		if (root_has_file(judge->root, sshd_helpers[i]))
			judge_program(judge, sshd_helpers[i], LOGIN_BY_SSH);
	}
}

/* --- login(1) */

/* The file has " -l", "-n", ...: that getty starts something else, or nothing. */
static bool names_another(const struct root *root, const char *path)
{
	static const char *const options[] = {"--login-program", "--loginprog", "--skip-login"};
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *text = NULL;

	if (root_read_file(root, path, CONFIG_MAX_BYTES, &text, NULL) < 0)
		return false;
	text_list_split(&words, text, " \t\r\n\"'=,;");
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.items[i];

		for (size_t j = 0; j < ARRAY_SIZE(options); j++) {
			if (strcmp(word, options[j]) == 0)
				return true;
		}
		if (*word == '-' && word[1] != '-' && word[1] != '/' && strpbrk(word, "ln"))
			return true;
	}
	return false;
}

/* Files that may tell a getty what it starts in place of login. */
static bool may_start_another(const struct root *root)
{
	static const char *const patterns[] = {
		"/etc/inittab",
		"/etc/init/*tty*",
		"/etc/conf.d/*getty*",
		"/etc/init.d/*getty*",
		"/etc/sv/*getty*/*",
		"/etc/systemd/system/*getty*",
		"/etc/systemd/system/*getty*/*",
		"/lib/systemd/system/*getty*",
		"/lib/systemd/system/*getty*/*",
		"/usr/lib/systemd/system/*getty*",
		"/usr/lib/systemd/system/*getty*/*",
	};
	_cleanup_text_list_ struct text_list paths = {0};

	root_glob_all(root, patterns, ARRAY_SIZE(patterns), &paths);
	for (size_t i = 0; i < paths.count; i++) {
		if (names_another(root, paths.items[i]))
			return true;
	}
	return false;
}

/* Every getty that is here has login's path in its bytes; false where there is none. */
static bool gettys_start_login(const struct root *root)
{
	static const char *const names[] = {"agetty", "getty", "mingetty"};
	static const char *const folders[] = {"/sbin", "/usr/sbin", "/bin", "/usr/bin"};
	bool is_any = false;

	for (size_t i = 0; i < ARRAY_SIZE(names) * ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folders[i / ARRAY_SIZE(names)],
							names[i % ARRAY_SIZE(names)]);
		_cleanup_free_ char *bytes = NULL;
		size_t length = 0;

		if (!root_has(root, path))
			continue;
		if (root_read_file(root, path, GETTY_MAX_BYTES, &bytes, &length) < 0 ||
		    !memmem(bytes, length, "/bin/login", strlen("/bin/login")))
			return false;
		is_any = true;
	}
	return is_any;
}

void judge_login(struct judge *judge)
{
	static const char *const paths[] = {"/bin/login", "/usr/bin/login"};
	const struct obstacle_found found = {.kind = OBSTACLE_LOGIN_MISSING,
					     .ways = LOGIN_BIT(LOGIN_CONSOLE),
					     .subject = paths[0]};
	struct stat status;

	if (!judge->has_programs || !accounts_have_login(judge->accounts) ||
	    may_start_another(judge->root) || !gettys_start_login(judge->root))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		int r = root_stat(judge->root, paths[i], true, &status);

		if ((r < 0 && r != -ENOENT && r != -ELOOP && r != -ENOTDIR) ||
		    judge_is_away(judge, paths[i]))
			return;
		if (r < 0 || !S_ISREG(status.st_mode) || !(status.st_mode & 0111))
			continue;
		judge_program(judge, paths[i], LOGIN_BIT(LOGIN_CONSOLE));
		return;
	}
	obstacle_add(&judge->accounts->system, &found);
}
