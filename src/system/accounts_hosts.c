/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hosts.allow and hosts.deny, which an sshd that is built with libwrap asks before anything else.
 */
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/config_lines.h"
#include "system/sshd_parts.h"

#define ALLOW "/etc/hosts.allow"
#define DENY "/etc/hosts.deny"

/* What a file says of sshd's clients: the first line that is for all of them, one that is for
 * some of them. */
struct wrap_lines {
	unsigned all; /* 0: none */
	unsigned some;
};

/* LIST ("sshd, in.ftpd", "ALL EXCEPT sshd") has sshd among its programs. */
static bool has_sshd(const char *list)
{
	_cleanup_text_list_ struct text_list words = {0};
	bool has = false, is_except = false;

	text_list_split(&words, list, " \t,");
	for (size_t i = 0; i < words.count; i++) {
		bool is_it = text_is_equal_ignoring_case(words.items[i], "ALL") ||
			     text_is_equal_ignoring_case(words.items[i], "sshd");

		if (text_is_equal_ignoring_case(words.items[i], "EXCEPT"))
			is_except = true;
		else if (is_it)
			has = !is_except;
	}
	return has;
}

/* "ALL" and nothing behind it but options. */
static bool is_for_all(char *clients)
{
	clients[strcspn(clients, ":")] = '\0';
	return text_is_equal_ignoring_case(text_trim(clients), "ALL");
}

static void take_line(char *line, unsigned number, struct wrap_lines *lines)
{
	char *colon = strchr(line, ':');

	if (*line == '#' || !colon)
		return;
	*colon = '\0';
	if (!has_sshd(line))
		return;
	if (strstr(colon + 1, "deny") || strstr(colon + 1, "DENY"))
		return; /* an option turns the line round */
	if (!is_for_all(colon + 1))
		lines->some = lines->some ? lines->some : number;
	else if (!lines->all)
		lines->all = number;
}

static void read_file(const struct root *root, const char *path, struct wrap_lines *ret_lines)
{
	_cleanup_free_ char *text = NULL;
	struct wrap_lines found = {0};
	struct config_lines lines;
	size_t length = 0;
	char *next;

	*ret_lines = found;
	if (root_read_file(root, path, CONFIG_MAX_BYTES, &text, &length) < 0)
		return;
	config_lines_init(&lines, text, length, true);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		take_line(line, lines.line, &found);
	}
	*ret_lines = found;
}

/* Since 9.8 it is a program of its own that asks. */
static bool asks_them(const struct judge *judge)
{
	static const char library[] = "libwrap.so";
	const struct sshd_version *version = &judge->sshd_version;

	if (version->bytes && memmem(version->bytes, version->length, library, strlen(library)))
		return true;
	for (size_t i = 0; i < SSHD_HELPERS; i++) {
		_cleanup_free_ char *bytes = NULL;
		size_t length = 0;

		if (root_read_file(judge->root, sshd_helpers[i], 16u << 20, &bytes, &length) >= 0 &&
		    memmem(bytes, length, library, strlen(library)))
			return true;
	}
	return false;
}

/* Who denies single hosts means attackers: only a line for all is told. */
void judge_hosts(struct judge *judge)
{
	struct obstacle_found found = {
		.kind = OBSTACLE_HOSTS_DENY, .ways = LOGIN_BY_SSH, .file = DENY};
	struct wrap_lines allow, deny;

	read_file(judge->root, DENY, &deny);
	if (!deny.all || !asks_them(judge))
		return;
	read_file(judge->root, ALLOW, &allow);
	if (allow.all)
		return;
	found.line = deny.all;
	found.weight = allow.some ? OBSTACLE_MAY : OBSTACLE_BLOCKS;
	obstacle_add(&judge->accounts->system, &found);
}
