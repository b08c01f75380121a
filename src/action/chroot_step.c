/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that runs a shell or a command in the mounted system.
 *
 * Arguments: root, hostname, command (a JSON array; unset: a shell), resolv ("keep": its own
 * resolv.conf stays).
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "action/actions.h"
#include "action/chroot_check.h"
#include "action/chroot_mounts.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/namespace.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/shell.h"

#define RESOLV_MAX 65536
#define COMMAND_NOT_FOUND 127

/* What is done, as a script for people without refloat; $1 is the target, the rest the command. */
static const char script[] =
	"set -e; r=$1; shift; "
	"mount -t proc proc \"$r/proc\"; "
	"mount -t sysfs -o ro sysfs \"$r/sys\"; "
	"mount -t tmpfs -o mode=0755 tmpfs \"$r/run\"; "
	"mount --rbind /dev \"$r/dev\"; "
	"exec chroot \"$r\" \"$@\"";

static void list_command(const struct step *step, struct text_list *words)
{
	_cleanup_json_ struct json_object *object = NULL;
	const char *text = step_get(step, "command");

	if (!text || json_parse(text, strlen(text), &object, NULL) < 0)
		return;
	for (size_t i = 0; i < json_object_array_length(object); i++)
		text_list_add(words,
			      json_object_get_string(json_object_array_get_idx(object, i)));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};
	static const char *const start[] = {"unshare", "--mount", "--pid", "--fork", "--kill-child",
					    "--propagation", "private", "sh", "-c", script, "sh"};

	for (size_t i = 0; i < ARRAY_SIZE(start); i++)
		text_list_add(&words, start[i]);
	text_list_add(&words, step_get(step, "root"));
	if (step_get(step, "command"))
		list_command(step, &words);
	else
		text_list_add(&words, "/bin/sh");
	text_list_take(lines, shell_command(&words));
}

/* Terminals that the system may not know: the nearest that it does. */
static const char *pick_terminal(const struct root *root)
{
	const char *own = getenv("TERM");
	const char *const names[] = {own, "xterm", "linux", "vt220", "vt100"};
	static const char *const folders[] = {"usr/share/terminfo", "lib/terminfo",
					      "etc/terminfo", "usr/lib/terminfo"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		/* a name with a slash would be a path */
		if (text_is_empty(names[i]) || strchr(names[i], '/'))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(folders); j++) {
			_cleanup_free_ char *path = text_format("%s/%c/%s", folders[j], names[i][0],
								names[i]);

			if (root_has(root, path))
				return names[i];
		}
	}
	return text_is_empty(own) || strchr(own, '/') ? "vt100" : own;
}

static void list_environment(const struct root *root, const struct step *step, const char *shell,
			     struct text_list *environment)
{
	const char *host = step_get(step, "hostname");
	_cleanup_free_ char *name = printable_text(host ? host : _("rescue"));

	/* what a prompt would run is no part of a name */
	for (char *at = name; *at; at++) {
		if (strchr("$`\\\"'", *at))
			*at = '_';
	}
	text_list_format(environment, "TERM=%s", pick_terminal(root));
	text_list_add(environment, "PATH=" CHROOT_PATH);
	text_list_add(environment, "HOME=/root");
	text_list_add(environment, "USER=root");
	text_list_add(environment, "LOGNAME=root");
	text_list_add(environment, "LANG=C.UTF-8");
	text_list_format(environment, "SHELL=%s", shell);
	text_list_format(environment, "debian_chroot=%s", name);
	text_list_format(environment, "PS1=(%s) \\u:\\w\\$ ", name);
	/* packages must not start their services in here */
	text_list_add(environment, "SYSTEMD_OFFLINE=1");
	text_list_format(environment, "REFLOAT_CHROOT=%s", name);
}

/* The system's own settings first, then whose shell this is before its prompt. */
static const char rcfile[] =
	"for file in /etc/bash.bashrc /etc/bashrc \"$HOME/.bashrc\"; do\n"
	"	[ -r \"$file\" ] && . \"$file\"\n"
	"done\n"
	"unset file debian_chroot\n"
	"case $PS1 in\n"
	"*\"($REFLOAT_CHROOT)\"*) ;;\n"
	"*) PS1=\"($REFLOAT_CHROOT) $PS1\" ;;\n"
	"esac\n";

static void list_shell_words(const char *shell, struct text_list *words)
{
	text_list_add(words, shell);
	if (text_has_suffix(shell, "/bash")) {
		text_list_add(words, "--rcfile");
		text_list_add(words, "/run/refloat/bashrc");
	}
	if (text_has_suffix(shell, "/busybox"))
		text_list_add(words, "sh");
	else if (isatty(STDIN_FILENO))
		text_list_add(words, "-i");
}

/* Shell and words to run; the program's full path inside comes first. */
static int find_words(const struct root *root, const struct step *step, struct text_list *words,
		      char **ret_shell, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list command = {0};
	_cleanup_free_ char *program = NULL;
	int r;

	list_command(step, &command);
	if (!command.count) {
		r = chroot_find_shell(root, ret_shell, why);
		if (r < 0)
			return r;
		list_shell_words(*ret_shell, words);
		return chroot_check_program(root, *ret_shell, why);
	}
	*ret_shell = text_copy("/bin/sh");
	r = chroot_find_program(root, command.items[0], &program, why);
	if (r == -ENOENT) {
		report->exit_status = COMMAND_NOT_FOUND;
		report->has_exit_status = true;
	}
	if (r < 0)
		return r;
	text_list_add(words, program);
	for (size_t i = 1; i < command.count; i++)
		text_list_add(words, command.items[i]);
	return chroot_check_program(root, program, why);
}

/* The rescue system's resolv.conf, for the chroot; NULL: none, or the system keeps its own. */
static char *read_resolv_conf(const struct step *step, struct step_report *report)
{
	const char *root = step_get(step, "root"), *hindrance;
	char *text = NULL;

	if (text_is_equal(step_get(step, "resolv"), "keep") ||
	    file_read("/etc/resolv.conf", RESOLV_MAX, &text, NULL, NULL) < 0)
		return NULL;
	hindrance = chroot_resolv_conf_hindrance(root);
	if (hindrance)
		text_list_add(&report->notes, hindrance);
	return text;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	struct chroot_mounts mounts = {.root = step_get(step, "root"), .rcfile = rcfile};
	_cleanup_text_list_ struct text_list words = {0}, environment = {0};
	_cleanup_free_ char *shell = NULL, *resolv_conf = NULL;
	_cleanup_root_ struct root *root = NULL;
	struct namespace_options options = {
		.setup = chroot_mounts_make,
		.data = &mounts,
		.is_interactive = !step_get(step, "command"),
	};
	int status = 0;
	int r = root_open(mounts.root, &root, why);

	if (r == 0)
		r = find_words(root, step, &words, &shell, report, why);
	if (r < 0)
		return r;
	resolv_conf = read_resolv_conf(step, report);
	mounts.resolv_conf = resolv_conf;
	list_environment(root, step, shell, &environment);
	options.arguments = (const char *const *)words.items;
	options.environment = (const char *const *)environment.items;
	r = namespace_run(&options, &status, why);
	if (r < 0)
		return r;
	report->exit_status = process_exit_status(status);
	report->has_exit_status = true;
	return 0;
}

const struct step_class step_chroot = {
	.name = "chroot",
	.command = print,
	.run = run,
	.is_interactive = true,
};
