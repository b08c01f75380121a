/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account and the folder of sshd's privilege separation, as distributions have them. */
#include "system/sshd_separation.h"

#include <string.h>
#include <sys/stat.h>

#include "system/config_lines.h"
#include "system/root_glob.h"
#include "system/sshd_parts.h"

#define PROGRAM_MAX_BYTES (16u << 20)
#define RED_HAT "Privilege-separated SSH"
#define NOLOGIN "/sbin/nologin"

/*
 * By the folder: of Debian (adduser --system in its postinst), Red Hat (its openssh.sysusers, and
 * useradd in %pre before), SUSE (useradd in %pre), Void, and what OpenSSH itself has, which Alpine
 * and Gentoo keep with a number of their own. What sysusers.d says is newer than this.
 */
static const struct sshd_separation known[] = {
	{"sshd", "/run/sshd", "/run/sshd", 0, "", "nogroup", "/usr/sbin/nologin", 0755},
	{"sshd", "/var/run/sshd", "/var/run/sshd", 0, "", "nogroup", "/usr/sbin/nologin", 0755},
	{"sshd", "/usr/share/empty.sshd", "/usr/share/empty.sshd", 74, RED_HAT, NULL, NOLOGIN,
	 0711},
	{"sshd", "/var/empty/sshd", "/var/empty/sshd", 74, RED_HAT, NULL, NOLOGIN, 0711},
	{"sshd", "/var/lib/empty", "/var/lib/sshd", 0, "SSH daemon", NULL, "/bin/false", 0555},
	{"sshd", "/var/chroot/ssh", "/var/chroot/ssh", 0, "", NULL, NOLOGIN, 0755},
	{"sshd", "/var/empty", "/var/empty", 22, "sshd", NULL, NOLOGIN, 0755},
};
static const struct sshd_separation unknown = {"sshd", NULL, "/", 0, "sshd", NULL, NOLOGIN, 0755};
/* Arch has it become the one that every system has. */
static const struct sshd_separation nobody = {
	"nobody", NULL, "/", 65534, "Kernel Overflow User", NULL, "/usr/bin/nologin", 0755};

/* WORD is a string of its own in BYTES. */
static bool has_string(const char *bytes, size_t length, const char *word)
{
	_cleanup_text_buffer_ struct text_buffer mark = {0};

	text_buffer_add(&mark, "", 1);
	text_buffer_add(&mark, word, strlen(word) + 1);
	return bytes && memmem(bytes, length, mark.data, mark.length) != NULL;
}

/* Fills in what BYTES tell that is not known yet. */
static void look(const char *bytes, size_t length, struct sshd_separation *separation)
{
	for (size_t i = 0; !separation->folder && i < ARRAY_SIZE(known); i++) {
		if (has_string(bytes, length, known[i].folder))
			*separation = known[i];
	}
	if (has_string(bytes, length, nobody.user)) {
		const struct sshd_separation found = *separation;

		*separation = nobody;
		separation->folder = found.folder;
		separation->mode = found.mode;
	}
}

void sshd_separation_read(const struct root *root, const struct sshd_version *program,
			  struct sshd_separation *ret_separation)
{
	struct sshd_separation separation = unknown;

	look(program->bytes, program->length, &separation);
	for (size_t i = 0; !separation.folder && i < SSHD_HELPERS; i++) {
		_cleanup_free_ char *bytes = NULL;
		size_t length = 0;

		if (root_read_file(root, sshd_helpers[i], PROGRAM_MAX_BYTES, &bytes, &length) >= 0)
			look(bytes, length, &separation);
	}
	*ret_separation = separation;
}

/* --- the folder */

static bool is_named_in(const struct root *root, const char *file, const char *word)
{
	_cleanup_free_ char *text = NULL;

	return root_read_file(root, file, CONFIG_MAX_BYTES, &text, NULL) >= 0 && strstr(text, word);
}

static bool is_in_memory(const char *folder)
{
	return text_has_prefix(folder, "/run/") || text_has_prefix(folder, "/var/run/");
}

/* Whether something makes it before sshd starts. */
static bool is_made(const struct root *root, const char *folder)
{
	static const char *const patterns[] = {
		"/etc/tmpfiles.d/*.conf", "/usr/lib/tmpfiles.d/*.conf", "/lib/tmpfiles.d/*.conf",
		"/etc/init.d/ssh*",	  "/etc/rc.d/init.d/sshd",	"/etc/sv/sshd/run",
	};
	_cleanup_text_list_ struct text_list files = {0};

	root_glob_all(root, patterns, ARRAY_SIZE(patterns), &files);
	for (size_t i = 0; i < files.count; i++) {
		if (is_named_in(root, files.items[i], folder))
			return true;
	}
	return false;
}

enum sshd_folder_fault sshd_separation_judge(const struct root *root,
					     const struct sshd_separation *separation)
{
	struct stat status;

	if (!separation->folder || is_in_memory(separation->folder))
		return SSHD_FOLDER_GOOD;
	if (root_stat(root, separation->folder, true, &status) < 0)
		return is_made(root, separation->folder) ? SSHD_FOLDER_GOOD : SSHD_FOLDER_MISSING;
	if (!S_ISDIR(status.st_mode))
		return SSHD_FOLDER_NONE;
	return status.st_uid != 0 || status.st_mode & (S_IWGRP | S_IWOTH) ? SSHD_FOLDER_OPEN
									  : SSHD_FOLDER_GOOD;
}
