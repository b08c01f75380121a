/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Linux root says of itself: name, host name, init, architecture, kernels, last use. */
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "system/elf.h"
#include "system/inspect_parts.h"
#include "system/os_release.h"

#define RELEASE_MAX 65536
#define KERNELS_MAX 200

/* Files of distributions from before os-release. FORMAT takes the first line. */
static const struct {
	const char *path;
	const char *id;
	const char *format;
} old_releases[] = {
	{"etc/redhat-release", "rhel", "%s"},
	{"etc/SuSE-release", "suse", "%s"},
	{"etc/slackware-version", "slackware", "%s"},
	{"etc/gentoo-release", "gentoo", "%s"},
	{"etc/alpine-release", "alpine", "Alpine Linux %s"},
	{"etc/arch-release", "arch", "Arch Linux%s"},
	{"etc/debian_version", "debian", "Debian %s"},
};

static void read_old_release(const struct root *root, struct system *system)
{
	for (size_t i = 0; i < ARRAY_SIZE(old_releases); i++) {
		_cleanup_free_ char *line = NULL;

		if (root_read_line(root, old_releases[i].path, &line) < 0)
			continue;
		system->os_id = text_copy(old_releases[i].id);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		system->name = text_format(old_releases[i].format, line);
#pragma GCC diagnostic pop
		return;
	}
}

void inspect_name(const struct root *root, struct system *system)
{
	static const char *const paths[] = {"etc/os-release", "usr/lib/os-release"};

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !system->name; i++) {
		_cleanup_free_ char *text = NULL;
		struct os_release release = {0};
		size_t length = 0;

		if (root_read_file(root, paths[i], RELEASE_MAX, &text, &length) < 0)
			continue;
		os_release_parse(text, length, &release);
		system->os_id = TAKE_PTR(release.id);
		system->version = TAKE_PTR(release.version_id);
		system->name = release.pretty_name ? TAKE_PTR(release.pretty_name)
						   : TAKE_PTR(release.name);
		os_release_done(&release);
	}
	if (!system->name)
		read_old_release(root, system);
	if (text_is_empty(system->name))
		text_set(&system->name, _("a Linux system without a name"));
}

/* NAME=VALUE in a shell-like file; the caller frees; NULL: none. */
static char *read_variable(const struct root *root, const char *path, const char *name)
{
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	if (root_read_file(root, path, RELEASE_MAX, &text, NULL) < 0)
		return NULL;
	text_list_split(&lines, text, "\r\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *value = text_after_prefix(text_trim(lines.items[i]), name);
		char *copy;

		if (!value || *value != '=')
			continue;
		copy = text_copy(value + 1 + strspn(value + 1, "\"'"));
		copy[strcspn(copy, "\"'")] = '\0';
		return copy;
	}
	return NULL;
}

void inspect_hostname(const struct root *root, struct system *system)
{
	static const char *const files[] = {"etc/hostname", "etc/HOSTNAME", "etc/nodename"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *line = NULL;

		if (root_read_line(root, files[i], &line) < 0 || !*line || *line == '#')
			continue;
		system->hostname = TAKE_PTR(line);
		return;
	}
	system->hostname = read_variable(root, "etc/sysconfig/network", "HOSTNAME");
	if (!system->hostname)
		system->hostname = read_variable(root, "etc/conf.d/hostname", "hostname");
}

/* Parts of the file that /sbin/init leads to, and the init it belongs to. */
static const struct {
	const char *part;
	const char *init;
} inits[] = {
	{"systemd", "systemd"}, {"busybox", "busybox"}, {"openrc", "openrc"},
	{"runit", "runit"},     {"s6", "s6"},           {"upstart", "upstart"},
	{"dinit", "dinit"},
};

static const struct {
	const char *path;
	const char *init;
} init_traces[] = {
	{"lib/systemd/systemd", "systemd"}, {"usr/lib/systemd/systemd", "systemd"},
	{"sbin/openrc-init", "openrc"},     {"sbin/openrc", "openrc"},
	{"etc/init/rc-sysinit.conf", "upstart"}, {"etc/runit", "runit"},
	{"etc/inittab", "sysvinit"},        {"etc/init.d", "sysvinit"},
};

static const char *init_of(const struct root *root)
{
	static const char *const links[] = {"sbin/init", "usr/sbin/init", "init"};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		_cleanup_free_ char *target = NULL;

		/* the link's own text, so that it tells also where /usr is another filesystem */
		if (root_read_link(root, links[i], &target) < 0)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(inits); j++) {
			if (strstr(target, inits[j].part))
				return inits[j].init;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(init_traces); i++) {
		if (root_has(root, init_traces[i].path))
			return init_traces[i].init;
	}
	return NULL;
}

void inspect_init(const struct root *root, struct system *system)
{
	static const char *const programs[] = {
		"sbin/init", "usr/lib/systemd/systemd", "lib/systemd/systemd", "bin/sh",
		"usr/bin/sh", "bin/bash", "bin/busybox", "usr/bin/env", "sbin/fsck", "bin/mount",
	};

	text_set(&system->init, init_of(root));
	for (size_t i = 0; i < ARRAY_SIZE(programs) && !system->architecture; i++)
		text_set(&system->architecture, elf_read_architecture(root, programs[i]));
}

static void add_kernel(struct text_list *kernels, const char *version)
{
	if (version && *version && !text_list_contains(kernels, version) &&
	    kernels->count < KERNELS_MAX)
		text_list_add(kernels, version);
}

/* A kernel's version has a digit first; "vmlinuz-old" and "vmlinuz.old" are other names of one. */
static const char *version_of(const char *file)
{
	static const char *const prefixes[] = {"vmlinuz-", "vmlinux-", "kernel-", "bzImage-",
					       "Image-", "kernel-genkernel-"};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *version = text_after_prefix(file, prefixes[i]);

		if (version && *version >= '0' && *version <= '9' &&
		    !text_has_suffix(version, ".hmac"))
			return version;
	}
	return NULL;
}

void inspect_kernels(const struct root *root, struct text_list *kernels)
{
	static const char *const module_folders[] = {"lib/modules", "usr/lib/modules"};
	_cleanup_text_list_ struct text_list files = {0}, found = {0};

	(void)root_list(root, "boot", 1000, &files); /* none: the modules tell */
	for (size_t i = 0; i < files.count; i++)
		add_kernel(&found, version_of(files.items[i]));
	for (size_t i = 0; i < ARRAY_SIZE(module_folders); i++) {
		_cleanup_text_list_ struct text_list names = {0};

		(void)root_list(root, module_folders[i], 1000, &names); /* none */
		for (size_t j = 0; j < names.count; j++) {
			if (*names.items[j] >= '0' && *names.items[j] <= '9')
				add_kernel(&found, names.items[j]);
		}
	}
	text_list_sort(&found);
	for (size_t i = found.count; i > 0; i--)
		text_list_add(kernels, found.items[i - 1]);
}

/* Written whenever a system runs. */
static const char *const traces[] = {
	"var/log/wtmp", "var/log/lastlog", "var/log/syslog", "var/log/messages", "var/log/kern.log",
	"var/log/auth.log", "var/log/secure", "var/log/journal", "var/log/dmesg", "var/log",
	"var/lib/systemd/random-seed", "var/lib/systemd/timers", "var/lib/urandom/random-seed",
	"var/lib/dhcp", "var/lib/logrotate/status", "var/spool/anacron", "etc/mtab", "etc/adjtime",
	"etc/resolv.conf", "etc/passwd", "etc/fstab", "etc", "root",
};

int64_t inspect_last_used(const struct root *root)
{
	int64_t newest = 0, now = clock_wall_seconds();

	for (size_t i = 0; i < ARRAY_SIZE(traces); i++) {
		struct stat status;

		/* a time to come says only that a clock was wrong */
		if (root_stat(root, traces[i], false, &status) == 0 &&
		    status.st_mtim.tv_sec > newest && status.st_mtim.tv_sec <= now)
			newest = status.st_mtim.tv_sec;
	}
	return newest;
}
