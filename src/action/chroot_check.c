/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a program of the target can run here, and which shell it has. */
#include "action/chroot_check.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/elf.h"
#include "system/program_lack.h"

#define PASSWD_MAX (1024u * 1024)

static bool is_program(const struct root *root, const char *path)
{
	struct stat status;

	return root_stat(root, path, true, &status) == 0 && S_ISREG(status.st_mode) &&
	       status.st_mode & 0111;
}

/* The last field of root's line in passwd; the caller frees; NULL: none. */
static char *read_root_shell(const struct root *root)
{
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	if (root_read_file(root, "etc/passwd", PASSWD_MAX, &text, NULL) < 0)
		return NULL;
	text_list_split(&lines, text, "\r\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *shell = strrchr(lines.items[i], ':');

		if (text_has_prefix(lines.items[i], "root:") && shell && shell[1] == '/')
			return text_copy(shell + 1);
	}
	return NULL;
}

static bool refuses_login(const char *shell)
{
	return text_has_suffix(shell, "/nologin") || text_has_suffix(shell, "/false") ||
	       text_has_suffix(shell, "/true") || text_has_suffix(shell, "/sync");
}

int chroot_find_shell(const struct root *root, char **ret_path, struct problem *why)
{
	static const char *const shells[] = {"/bin/bash", "/usr/bin/bash", "/bin/sh", "/usr/bin/sh",
					     "/bin/ash", "/bin/busybox",
					     "/run/current-system/sw/bin/bash"};
	_cleanup_free_ char *own = read_root_shell(root);

	if (own && !refuses_login(own) && is_program(root, own)) {
		*ret_path = TAKE_PTR(own);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		if (is_program(root, shells[i])) {
			*ret_path = text_copy(shells[i]);
			return 0;
		}
	}
	problem_set(why, -ENOENT, _("shell in the system"), _("it has none: no /bin/sh, no bash"));
	if (root_has_folder(root, "ostree/deploy"))
		problem_set_next(why, _("This is an OSTree system: its programs are in a folder below "
					"/ostree/deploy, which \"refloat systems\" names."));
	else
		problem_set_next(why, root_has_folder(root, "usr/bin")
					      ? _("Copy one in, such as busybox, or work from outside.")
					      : _("Its /usr is empty: mount that filesystem as well."));
	return -ENOENT;
}

int chroot_find_program(const struct root *root, const char *program, char **ret_path,
			struct problem *why)
{
	_cleanup_text_list_ struct text_list folders = {0};
	_cleanup_free_ char *shown = printable_text(program);

	if (strchr(program, '/')) {
		if (is_program(root, program)) {
			*ret_path = text_copy(program);
			return 0;
		}
		return problem_set(why, -ENOENT, shown, _("no such program in the system"));
	}
	text_list_split(&folders, CHROOT_PATH, ":");
	for (size_t i = 0; i < folders.count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folders.items[i], program);

		if (is_program(root, path)) {
			*ret_path = TAKE_PTR(path);
			return 0;
		}
	}
	problem_set(why, -ENOENT, shown, _("no such program in the system"));
	problem_set_next(why, _("It was searched in %s of the system."), CHROOT_PATH);
	return -ENOENT;
}

/* Machines that run programs of another one, too. */
static const struct {
	const char *machine;
	const char *runs;
} compatible[] = {
	{"x86_64", "i686"},    {"aarch64", "armv7l"}, {"ppc64", "ppc"},
	{"s390x", "s390"},     {"mips64", "mips"},    {"sparc64", "sparc"},
	{"ppc64le", "ppcle"},  {"parisc64", "parisc"}, {"aarch64_be", "armv7b"},
};

static bool runs_here(const char *architecture, const char *machine)
{
	bool is_arm = text_has_prefix(machine, "armv") && text_has_prefix(architecture, "armv") &&
		      text_has_suffix(machine, "b") == text_has_suffix(architecture, "b");
	bool is_intel = text_has_prefix(machine, "i") && text_has_suffix(machine, "86") &&
			text_is_equal(architecture, "i686");

	if (text_is_equal(architecture, machine) || is_arm || is_intel)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(compatible); i++) {
		if (text_is_equal(compatible[i].machine, machine) &&
		    text_is_equal(compatible[i].runs, architecture))
			return true;
	}
	return false;
}

/* An emulator registered with the flag F was opened in advance and works inside a chroot. */
static bool is_emulated(const char *architecture)
{
	static const struct {
		const char *architecture;
		const char *name;
	} names[] = {{"armv7l", "arm"}, {"i686", "i386"}};
	_cleanup_free_ char *path = NULL, *text = NULL;
	const char *name = architecture;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (text_is_equal(names[i].architecture, architecture))
			name = names[i].name;
	}
	path = text_format("/proc/sys/fs/binfmt_misc/qemu-%s", name);
	if (file_read(path, 4096, &text, NULL, NULL) < 0 || !text_has_prefix(text, "enabled"))
		return false;
	name = strstr(text, "flags:");
	return name && strchr(name, 'F') && strchr(name, 'F') < strchrnul(name, '\n');
}

int chroot_check_program(const struct root *root, const char *path, struct problem *why)
{
	const char *architecture = elf_read_architecture(root, path);
	_cleanup_program_lack_ struct program_lack lack = {0};
	_cleanup_free_ char *shown = NULL;
	struct utsname kernel;

	if (uname(&kernel) < 0)
		return problem_set_errno(why, -errno, path);
	if (architecture && !runs_here(architecture, kernel.machine) &&
	    !is_emulated(architecture)) {
		problem_set(why, -ENOEXEC, path,
			    _("the system is for %s, this rescue system for %s: its programs cannot "
			      "run here"), architecture, kernel.machine);
		problem_set_next(why, _("Use a rescue system for %s, or work on the files from "
					"outside."), architecture);
		return -ENOEXEC;
	}
	program_lack_find(root, path, &lack);
	if (lack.name) {
		shown = printable_text(lack.name);
		problem_set(why, -ENOENT, path,
			    _("it needs %s, which is missing in the system: the C library is broken "
			      "or /usr is not mounted"), shown);
		problem_set_next(why, _("Look whether /lib and /lib64 of the system still lead to "
					"/usr/lib, and reinstall its C library from outside."));
		return -ENOENT;
	}
	return 0;
}
