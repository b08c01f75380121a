/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mounts that a chroot needs, made in its own mount namespace.
 *
 * Every mount point is resolved inside the target. Nothing is written to the target: what needs a
 * file lies on a tmpfs at /run, and a resolv.conf is mounted over the target's or lies where its
 * symlink leads.
 */
#include "action/chroot_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "action/place.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/root.h"

#define RUN_FOLDER "/run/refloat"

/* Folders of the rescue system's /run that grub, lvm and others look into. */
static const char *const run_folders[] = {"udev", "lvm", "cryptsetup", "mdadm", "dbus"};

struct kernel_mount {
	const char *path;
	const char *type;
	unsigned long flags;
	const char *options;
};

static const struct kernel_mount kernel_mounts[] = {
	{"/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL},
	{"/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL},
	{"/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"},
};

static int mount_kernel(const char *root, const struct kernel_mount *wanted, struct problem *why)
{
	_cleanup_free_ char *at = NULL, *shown = place_join(root, wanted->path);
	int r = place_resolve(root, wanted->path, &at, why);

	if (r == -ENOENT) {
		problem_set(why, r, shown, _("this folder is missing in the system"));
		problem_set_next(why, _("Make it with mkdir %s; every system needs it."), shown);
	}
	if (r < 0)
		return r;
	if (mount(wanted->type, at, wanted->type, wanted->flags, wanted->options) < 0)
		return problem_set_errno(why, -errno, at);
	return 0;
}

/* The rescue system's devices, terminals included, so that the terminal keeps its name. */
static int mount_devices(const char *root, struct problem *why)
{
	_cleanup_free_ char *at = NULL, *shared = NULL;
	int r = place_resolve(root, "/dev", &at, why);

	if (r < 0)
		return r;
	if (mount("/dev", at, NULL, MS_BIND | MS_REC, NULL) < 0)
		return problem_set_errno(why, -errno, at);
	shared = text_format("%s/shm", at);
	/* its own, where there is a place for one: semaphores must not be the rescue system's */
	(void)mount("tmpfs", shared, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	return 0;
}

static void mount_efi_variables(const char *root)
{
	static const char path[] = "/sys/firmware/efi/efivars";
	_cleanup_free_ char *at = NULL;

	if (access(path, F_OK) == 0 && place_resolve(root, path, &at, NULL) == 0)
		/* without it efibootmgr says so itself */
		(void)mount("efivarfs", at, "efivarfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static void bind_run_folders(const struct root *root, const char *root_path)
{
	for (size_t i = 0; i < ARRAY_SIZE(run_folders); i++) {
		_cleanup_free_ char *path = text_format("/run/%s", run_folders[i]);
		_cleanup_free_ char *at = NULL;

		if (access(path, F_OK) != 0 ||
		    root_make_folders(root, path, NULL, NULL) < 0 ||
		    place_resolve(root_path, path, &at, NULL) < 0)
			continue;
		(void)mount(path, at, NULL, MS_BIND | MS_REC, NULL); /* a help, not a need */
	}
	(void)root_make_folders(root, "/run/lock", NULL, NULL); /* likewise */
}

static int write_file(const struct root *root, const char *path, const char *text,
		      struct problem *why)
{
	_cleanup_free_ char *folder = text_copy(path);
	_cleanup_close_ int fd = -1;
	char *slash = strrchr(folder, '/');
	int r;

	*slash = '\0';
	r = *folder ? root_make_folders(root, folder, NULL, why) : 0;
	if (r < 0)
		return r;
	fd = root_open_file(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	r = fd < 0 ? fd : file_write_all(fd, text, strlen(text));
	return r < 0 ? problem_set_errno(why, r, path) : 0;
}

enum resolv_form {
	RESOLV_FILE,    /* a file to mount over */
	RESOLV_IN_RUN,  /* leads to /run, which is ours here */
	RESOLV_MISSING, /* there is none, and making one would write to the target */
	RESOLV_STRANGE, /* no file at all */
};

static enum resolv_form find_resolv_conf(const struct root *root, char **ret_path)
{
	struct stat status;
	bool exists = false;

	if (root_resolve(root, "/etc/resolv.conf", true, ret_path, &exists) < 0)
		return RESOLV_STRANGE;
	if (text_has_prefix(*ret_path, "/run/"))
		return RESOLV_IN_RUN;
	if (!exists)
		return RESOLV_MISSING;
	if (root_stat(root, *ret_path, false, &status) < 0 || !S_ISREG(status.st_mode))
		return RESOLV_STRANGE;
	return RESOLV_FILE;
}

const char *chroot_resolv_conf_hindrance(const char *root_path)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *path = NULL;

	if (root_open(root_path, &root, NULL) < 0)
		return NULL;
	switch (find_resolv_conf(root, &path)) {
	case RESOLV_MISSING:
		return _("the system has no /etc/resolv.conf, and making one would change it: host "
			 "names will not be found");
	case RESOLV_STRANGE:
		return _("the system's /etc/resolv.conf is no file: host names will not be found");
	default:
		return NULL;
	}
}

static int give_resolv_conf(const struct root *root, const struct chroot_mounts *mounts,
			    struct problem *why)
{
	_cleanup_free_ char *path = NULL, *at = NULL, *source = NULL;
	enum resolv_form form = find_resolv_conf(root, &path);
	int r;

	if (form == RESOLV_IN_RUN)
		return write_file(root, path, mounts->resolv_conf, why);
	if (form != RESOLV_FILE)
		return 0;
	r = write_file(root, RUN_FOLDER "/resolv.conf", mounts->resolv_conf, why);
	if (r == 0)
		r = place_resolve(mounts->root, RUN_FOLDER "/resolv.conf", &source, why);
	if (r == 0)
		r = place_resolve(mounts->root, path, &at, why);
	if (r < 0)
		return r;
	if (mount(source, at, NULL, MS_BIND, NULL) < 0)
		return problem_set_errno(why, -errno, at);
	return 0;
}

static int enter(const struct root *root, struct problem *why)
{
	_cleanup_close_ int fd = root_open_file(root, "/", O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0)
		return problem_set_errno(why, fd, root_name(root));
	if (fchdir(fd) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return problem_set_errno(why, -errno, root_name(root));
	return 0;
}

int chroot_mounts_make(void *data, struct problem *why)
{
	const struct chroot_mounts *mounts = data;
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(mounts->root, &root, why);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(kernel_mounts); i++)
		r = mount_kernel(mounts->root, &kernel_mounts[i], why);
	if (r == 0)
		r = mount_devices(mounts->root, why);
	if (r < 0)
		return r;
	mount_efi_variables(mounts->root);
	bind_run_folders(root, mounts->root);
	if (mounts->resolv_conf)
		r = give_resolv_conf(root, mounts, why);
	if (r == 0 && mounts->rcfile)
		r = write_file(root, RUN_FOLDER "/bashrc", mounts->rcfile, why);
	return r < 0 ? r : enter(root, why);
}
