/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a filesystem's contents say of it: what it is for, and the system whose root it is. */
#include "system/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "system/inspect_parts.h"

#define CONFIG_MAX (1024u * 1024)
#define SYSTEM_NAME_MAX 255 /* bytes: more than any host name may have */

static bool has_any(const struct root *root, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (root_has(root, paths[i]))
			return true;
	}
	return false;
}

/* A name or symlink is there, wherever it leads: merged /usr may be another filesystem. */
static bool has_name(const struct root *root, const char *path)
{
	struct stat status;

	return root_stat(root, path, false, &status) == 0;
}

static bool is_linux_root(const struct root *root)
{
	static const char *const settings[] = {"etc/fstab", "etc/os-release", "etc/hosts",
					       "etc/passwd", "etc/debian_version",
					       "usr/lib/os-release"};

	return root_has_folder(root, "etc") && (has_name(root, "bin") || has_name(root, "usr")) &&
	       (has_any(root, settings, ARRAY_SIZE(settings)) || has_name(root, "etc/os-release"));
}

/* Kernels by their usual names. */
static bool has_kernel(const struct root *root, const char *folder)
{
	static const char *const prefixes[] = {"vmlinuz", "vmlinux", "bzImage", "kernel-", "Image",
					       "zImage", "initrd", "initramfs"};
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, folder, 1000, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(prefixes); j++) {
			if (text_has_prefix(names.items[i], prefixes[j]))
				return true;
		}
	}
	return false;
}

/*
 * A folder EFI, in any spelling, with a folder of some system in it. That of a /boot partition is
 * the empty folder where the ESP goes, or, on RHEL without UEFI, "efi" with another "EFI" in it.
 */
static bool looks_like_esp(const struct root *root)
{
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, "/", 10000, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_text_list_ struct text_list vendors = {0};

		if (strcasecmp(names.items[i], "EFI") != 0 ||
		    root_list(root, names.items[i], 100, &vendors) < 0)
			continue;
		for (size_t j = 0; j < vendors.count; j++) {
			if (strcasecmp(vendors.items[j], "EFI") != 0)
				return true;
		}
	}
	return false;
}

static bool looks_like_home(const struct root *root)
{
	static const char *const files[] = {".bashrc", ".profile", ".bash_history", ".ssh", ".zshrc"};
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, "/", 1000, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(files); j++) {
			_cleanup_free_ char *path = text_format("%s/%s", names.items[i], files[j]);

			if (root_has(root, path))
				return true;
		}
	}
	return false;
}

unsigned inspect_roles(const struct root *root)
{
	_cleanup_free_ char *deployment = inspect_find_deployment(root);
	unsigned roles = 0;

	if (inspect_is_foreign(root))
		return 0;
	if (is_linux_root(root) || deployment)
		return ROLE_ROOT;
	if (root_has_folder(root, "bin") && root_has_folder(root, "share") &&
	    root_has_folder(root, "lib"))
		roles |= ROLE_USR;
	if (root_has_folder(root, "log") &&
	    (root_has_folder(root, "spool") || root_has_folder(root, "lib")) &&
	    (has_name(root, "run") || root_has_folder(root, "cache")))
		roles |= ROLE_VAR;
	if (root_has_folder(root, "grub") || root_has_folder(root, "grub2") ||
	    root_has_folder(root, "loader") || has_kernel(root, "/"))
		roles |= ROLE_BOOT;
	if (looks_like_esp(root))
		roles |= ROLE_ESP;
	if (!roles && looks_like_home(root))
		roles |= ROLE_HOME;
	return roles;
}

static void read_settings(const struct root *root, struct system *system)
{
	static const char *const mdadm_files[] = {"etc/mdadm/mdadm.conf", "etc/mdadm.conf"};
	_cleanup_free_ char *crypttab = NULL;
	size_t length = 0;

	if (root_read_file(root, "etc/crypttab", CONFIG_MAX, &crypttab, &length) >= 0)
		crypttab_parse(crypttab, length, &system->crypttab);
	for (size_t i = 0; i < ARRAY_SIZE(mdadm_files); i++) {
		_cleanup_free_ char *text = NULL;

		if (root_read_file(root, mdadm_files[i], CONFIG_MAX, &text, &length) >= 0)
			mdadm_conf_parse(text, length, &system->mdadm_conf);
	}
}

static void read_fstab(const struct root *root, struct system *system)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r = root_read_file(root, "etc/fstab", FSTAB_SIZE_MAX, &text, &length);

	if (r < 0) {
		if (r != -ENOENT)
			text_list_format(&system->notes, _("/etc/fstab cannot be read: %s"),
					 r == -EINVAL ? _("it is no regular file") : strerror(-r));
		return;
	}
	fstab_parse(text, length, &system->fstab);
	if (r > 0)
		text_list_add(&system->fstab.notes,
			      _("fstab is longer than 4 MiB; the rest was not read"));
	system->has_fstab = true;
	text_list_copy(&system->notes, &system->fstab.notes);
	for (size_t i = 0; i < system->fstab.bad_count && i < 20; i++)
		text_list_format(&system->notes, _("fstab line %u cannot be understood: %s"),
				 system->fstab.bad_lines[i].line,
				 system->fstab.bad_lines[i].reason);
}

/* Layouts that a plain mount of the root does not show as the running system would. */
static const struct {
	const char *path;
	const char *flavour;
	const char *note;
} flavours[] = {
	{"ostree/repo", "ostree",
	 N_("this is an OSTree system: its files are below /ostree/deploy, and changes elsewhere are "
	    "lost at the next update")},
	{"etc/NIXOS", "nixos",
	 N_("this is NixOS: its settings are made from /etc/nixos, and files changed by hand are "
	    "overwritten")},
	{"etc/transactional-update.conf", "transactional",
	 N_("this system is updated through snapshots; its root may be a read-only snapshot")},
};

static void read_flavour(const struct root *root, struct system *system)
{
	for (size_t i = 0; i < ARRAY_SIZE(flavours); i++) {
		if (has_name(root, flavours[i].path)) {
			text_set(&system->flavour, flavours[i].flavour);
			text_list_add(&system->notes, _(flavours[i].note));
			return;
		}
	}
}

/* Names that a person reads have an end; those of a hostile root need not. */
static void cut_names(struct system *system)
{
	char *const names[] = {system->name, system->os_id, system->version, system->hostname,
			       system->machine_id};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i] && strlen(names[i]) > SYSTEM_NAME_MAX)
			names[i][SYSTEM_NAME_MAX] = '\0';
	}
}

static struct system *inspect_linux(const struct root *root)
{
	struct system *system = system_new();

	inspect_name(root, system);
	inspect_hostname(root, system);
	inspect_init(root, system);
	inspect_kernels(root, &system->kernels);
	system->last_used = inspect_last_used(root);
	(void)root_read_line(root, "etc/machine-id", &system->machine_id); /* older ones have none */
	system->has_separate_usr = has_name(root, "usr") && !root_has_folder(root, "usr/bin");
	read_settings(root, system);
	read_fstab(root, system);
	read_flavour(root, system);
	return system;
}

/* The system below an OSTree repository, whose own root has no etc; NULL: none. */
static struct system *inspect_deployment(const struct root *root)
{
	_cleanup_free_ char *path = inspect_find_deployment(root);
	_cleanup_root_ struct root *deployment = NULL;
	struct system *system;
	int fd;

	if (!path || (fd = root_open_file(root, path, O_PATH | O_DIRECTORY, 0)) < 0)
		return NULL;
	deployment = root_new_from_fd(fd, path);
	system = inspect_linux(deployment);
	text_set(&system->flavour, "ostree");
	text_list_format(&system->notes,
			 _("this is an OSTree system: what stands here is from its newest "
			   "deployment, /%s; changes outside of etc and var are lost at the next "
			   "update"), path);
	return system;
}

struct system *inspect_system(const struct root *root)
{
	struct system *system = inspect_foreign(root);

	if (!system)
		system = is_linux_root(root) ? inspect_linux(root) : inspect_deployment(root);
	if (system)
		cut_names(system);
	return system;
}
