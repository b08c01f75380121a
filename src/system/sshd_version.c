/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target's sshd, known by its bytes. */
#include "system/sshd_version.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"

#define PROGRAM_MAX_BYTES (16u << 20)
#define KEYWORD_MAX 100

static const char *const paths[] = {
	"/usr/sbin/sshd",	"/usr/bin/sshd",	  "/sbin/sshd",
	"/usr/local/sbin/sshd", "/opt/openssh/sbin/sshd",
};
static const char *const dropbear_paths[] = {
	"/usr/sbin/dropbear",
	"/usr/bin/dropbear",
	"/sbin/dropbear",
	"/usr/local/sbin/dropbear",
};

static const char *find_path(const struct root *root, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (root_has_file(root, names[i]))
			return names[i];
	}
	return NULL;
}

/* "9.2" at AT, before END, as a version's own string has it: the lists of old peers have patterns.
 */
static bool parse_version(const char *at, const char *end, unsigned *ret_major, unsigned *ret_minor)
{
	unsigned numbers[2] = {0};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const char *start = at;

		for (; at < end && isdigit((unsigned char)*at) && at - start < 3; at++)
			numbers[i] = numbers[i] * 10 + (unsigned)(*at - '0');
		if (at == start || at == end)
			return false;
		if (i == 0 && *at++ != '.')
			return false;
	}
	if (*at && *at != 'p')
		return false;
	*ret_major = numbers[0];
	*ret_minor = numbers[1];
	return true;
}

bool sshd_version_find(const void *bytes, size_t length, unsigned *ret_major, unsigned *ret_minor)
{
	static const char mark[] = "OpenSSH_";
	const char *at = bytes, *end = at + length;

	while ((at = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1)) != NULL) {
		at += sizeof(mark) - 1;
		if (parse_version(at, end, ret_major, ret_minor))
			return true;
	}
	return false;
}

void sshd_version_read(const struct root *root, struct sshd_version *ret_program)
{
	struct sshd_version program = {0};
	const char *path = find_path(root, paths, ARRAY_SIZE(paths));

	if (path &&
	    root_read_file(root, path, PROGRAM_MAX_BYTES, &program.bytes, &program.length) >= 0)
		(void)sshd_version_find(program.bytes, program.length, &program.major,
					&program.minor); /* else it is not told */
	if (!path) {
		path = find_path(root, dropbear_paths, ARRAY_SIZE(dropbear_paths));
		program.is_dropbear = path != NULL;
	}
	program.path = text_copy(path);
	*ret_program = program;
}

void sshd_version_done(struct sshd_version *program)
{
	free(program->path);
	free(program->bytes);
	*program = (struct sshd_version){0};
}

bool sshd_version_knows(const struct sshd_version *program, const char *keyword)
{
	size_t length = strlen(keyword);
	_cleanup_free_ char *mark = NULL;

	if (!program->bytes || !length || length > KEYWORD_MAX)
		return false;
	mark = alloc_zero(length + 2, 1);
	for (size_t i = 0; i < length; i++)
		mark[i + 1] = (char)tolower((unsigned char)keyword[i]);
	return memmem(program->bytes, program->length, mark, length + 2) != NULL;
}

static bool is_like(const char *os_id, const char *os_like, const char *const *names, size_t count)
{
	_cleanup_text_list_ struct text_list ids = {0};

	text_list_split(&ids, os_id ? os_id : "", " ");
	text_list_split(&ids, os_like ? os_like : "", " ");
	for (size_t i = 0; i < count; i++) {
		if (text_list_contains(&ids, names[i]))
			return true;
	}
	return false;
}

/* Red Hat's let root in until 8, SUSE's until 8.5 or so, each for some of its systems. */
const char *sshd_version_root_default(const struct sshd_version *program, const char *os_id,
				      const char *os_like)
{
	static const char *const red_hats[] = {"rhel", "fedora", "centos"};
	static const char *const suses[] = {"suse", "opensuse", "sles", "opensuse-leap"};

	if (!program->major)
		return NULL;
	if (program->major < 7)
		return "yes";
	if (program->major < 8 && is_like(os_id, os_like, red_hats, ARRAY_SIZE(red_hats)))
		return NULL;
	if (program->major < 9 && is_like(os_id, os_like, suses, ARRAY_SIZE(suses)))
		return NULL;
	return "prohibit-password";
}
