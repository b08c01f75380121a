/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Linux root says of itself: name, host name, init, architecture, last use. */
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "system/elf.h"
#include "system/inspect_parts.h"
#include "system/os_release.h"

#define RELEASE_MAX 65536

/* Files of distributions from before os-release: their first line, where it starts with START. */
static const struct {
	const char *path;
	const char *start;
	const char *id;
	const char *before; /* stands before the line in the name */
} old_releases[] = {
	{"etc/oracle-release", "", "ol", ""},
	{"etc/redhat-release", "CentOS", "centos", ""},
	{"etc/redhat-release", "Fedora", "fedora", ""},
	{"etc/redhat-release", "Scientific", "scientific", ""},
	{"etc/redhat-release", "", "rhel", ""},
	{"etc/SuSE-release", "openSUSE", "opensuse", ""},
	{"etc/SuSE-release", "SUSE Linux Enterprise Server", "sles", ""},
	{"etc/SuSE-release", "", "suse", ""},
	{"etc/slackware-version", "", "slackware", ""},
	{"etc/gentoo-release", "", "gentoo", ""},
	{"etc/alpine-release", "", "alpine", "Alpine Linux "},
	{"etc/arch-release", "", "arch", "Arch Linux"},
	{"etc/debian_version", "", "debian", "Debian "},
};

/* The first word of NAME that starts with a digit; the caller frees; NULL: none. */
static char *find_version(const char *name)
{
	_cleanup_text_list_ struct text_list words = {0};

	text_list_split(&words, name, " ");
	for (size_t i = 0; i < words.count; i++) {
		if (*words.items[i] >= '0' && *words.items[i] <= '9')
			return text_copy(words.items[i]);
	}
	return NULL;
}

static void read_old_release(const struct root *root, struct system *system)
{
	for (size_t i = 0; i < ARRAY_SIZE(old_releases); i++) {
		_cleanup_free_ char *line = NULL;

		if (root_read_line(root, old_releases[i].path, &line) < 0 ||
		    !text_has_prefix(line, old_releases[i].start))
			continue;
		system->os_id = text_copy(old_releases[i].id);
		system->name = text_format("%s%s", old_releases[i].before, line);
		system->version = find_version(system->name);
		return;
	}
}

char *inspect_variable(const struct root *root, const char *path, const char *name)
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

/* The file of the Linux Standard Base: Ubuntu's only name before os-release, still a real file. */
static void read_lsb_release(const struct root *root, struct system *system)
{
	static const char path[] = "etc/lsb-release";

	system->name = inspect_variable(root, path, "DISTRIB_DESCRIPTION");
	if (!system->name)
		return;
	system->version = inspect_variable(root, path, "DISTRIB_RELEASE");
	system->os_id = inspect_variable(root, path, "DISTRIB_ID");
	for (char *at = system->os_id; at && *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
}

/* The first of both files that has a name; two are never mixed. */
static void read_os_release(const struct root *root, struct system *system)
{
	static const char *const paths[] = {"etc/os-release", "usr/lib/os-release"};

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !system->name; i++) {
		_cleanup_free_ char *text = NULL;
		struct os_release release = {0};
		size_t length = 0;
		int r = root_read_file(root, paths[i], RELEASE_MAX, &text, &length);

		if (r < 0)
			continue;
		while (r > 0 && length && text[length - 1] != '\n')
			text[--length] = '\0'; /* the line that was cut says something else */
		os_release_parse(text, length, &release);
		system->name = release.pretty_name ? TAKE_PTR(release.pretty_name)
						   : TAKE_PTR(release.name);
		if (system->name) {
			system->os_id = TAKE_PTR(release.id);
			system->version = TAKE_PTR(release.version_id);
		}
		os_release_done(&release);
	}
}

void inspect_name(const struct root *root, struct system *system)
{
	read_os_release(root, system);
	if (!system->name)
		read_lsb_release(root, system);
	if (!system->name)
		read_old_release(root, system);
	if (text_is_empty(system->name))
		text_set(&system->name, _("a Linux system without a name"));
}

void inspect_hostname(const struct root *root, struct system *system)
{
	static const char *const files[] = {"etc/hostname", "etc/HOSTNAME", "etc/nodename",
					    "etc/myname"};
	static const struct {
		const char *path;
		const char *name;
	} variables[] = {
		{"etc/sysconfig/network", "HOSTNAME"},
		{"etc/conf.d/hostname", "hostname"},
		{"etc/rc.conf", "hostname"},
		{"etc/rc.conf", "HOSTNAME"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *line = NULL;

		if (root_read_line(root, files[i], &line) < 0 || !*line || *line == '#')
			continue;
		system->hostname = TAKE_PTR(line);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(variables) && !system->hostname; i++)
		system->hostname = inspect_variable(root, variables[i].path, variables[i].name);
}

/* Parts of the file that /sbin/init leads to, and the init it belongs to. */
static const struct {
	const char *part;
	const char *init;
} inits[] = {
	{"systemd", "systemd"}, {"busybox", "busybox"}, {"openrc", "openrc"}, {"runit", "runit"},
	{"s6", "s6"},		{"upstart", "upstart"}, {"dinit", "dinit"},
};

/* In this order. Where init is a program and no link, systemd may lie beside it, unused. */
static const struct {
	const char *path;
	const char *init;
	bool needs_no_program;
} init_traces[] = {
	{"lib/systemd/systemd", "systemd", true},
	{"usr/lib/systemd/systemd", "systemd", true},
	{"sbin/openrc-init", "openrc", false},
	{"sbin/openrc", "openrc", false},
	{"etc/init/rc.conf", "upstart", false},
	{"etc/runit/2", "runit", true}, /* its folder is in Debian's openssh-server, too */
	/* where /usr is elsewhere the link cannot be read; an inittab may be left from long ago */
	{"etc/systemd/system", "systemd", true},
	{"etc/inittab", "sysvinit", false},
	{"etc/init.d", "sysvinit", false},
};

/* What the text of the link that init is tells, so that it tells also where /usr is elsewhere. */
static const char *init_of_link(const struct root *root)
{
	static const char *const links[] = {"sbin/init", "usr/sbin/init", "init"};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		_cleanup_free_ char *target = NULL;

		if (root_read_link(root, links[i], &target) < 0)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(inits); j++) {
			if (strstr(target, inits[j].part))
				return inits[j].init;
		}
	}
	return NULL;
}

static const char *init_of(const struct root *root)
{
	const char *init = init_of_link(root);
	bool is_program = root_has_file(root, "sbin/init");

	if (text_is_equal(init, "busybox") && root_has(root, "sbin/openrc"))
		return "openrc"; /* busybox only starts it */
	for (size_t i = 0; i < ARRAY_SIZE(init_traces) && !init; i++) {
		if (!(is_program && init_traces[i].needs_no_program) &&
		    root_has(root, init_traces[i].path))
			init = init_traces[i].init;
	}
	return init;
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
