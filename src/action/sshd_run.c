/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running the target's sshd, which is not to be trusted, so that it can only tell. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "action/chroot_check.h"
#include "action/sshd_ask.h"
#include "base/i18n.h"

#define OUTPUT_MAX (256u << 10)
#define CPU_SECONDS 5
#define MEMORY_BYTES ((rlim_t)1 << 30)
#define CAPABILITY_MAX 63
#define HIDDEN (MS_NOSUID | MS_NOEXEC)

/* mount_setattr(2), which older kernels and headers have not. */
struct mount_attributes {
	uint64_t set;
	uint64_t clear;
	uint64_t propagation;
	uint64_t user_namespace;
};
#define ATTRIBUTE_READ_ONLY 0x1
#define ATTRIBUTE_NO_SUID 0x2
#define ATTRIBUTE_NO_DEVICES 0x4
#define WHOLE_TREE 0x8000 /* AT_RECURSIVE */
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/* --- in the child */

static int set_attributes(const char *path)
{
	struct mount_attributes attributes = {.set = ATTRIBUTE_READ_ONLY | ATTRIBUTE_NO_SUID |
						     ATTRIBUTE_NO_DEVICES};

	return syscall(SYS_mount_setattr, -1, path, WHOLE_TREE, &attributes, sizeof(attributes)) < 0
		       ? -errno
		       : 0;
}

/*
 * A copy of the target's mounts that nothing can write to. A kernel before 5.12 can do that only
 * mount by mount: then it is the root's alone, and a /usr of its own is not there.
 */
static int bind_read_only(const char *path)
{
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -errno;
	if (set_attributes(path) == 0)
		return 0;
	if (umount2(path, MNT_DETACH) < 0 || mount(path, path, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) <
		    0)
		return -errno;
	return 0;
}

/* Something empty over a folder of the target, where it has it. */
static int cover(const char *path, unsigned long flags)
{
	if (mount("tmpfs", path, "tmpfs", flags, "mode=755,size=1m") == 0 || errno == ENOENT ||
	    errno == ENOTDIR || errno == ELOOP)
		return 0;
	return -errno;
}

static int make_devices(void)
{
	static const struct {
		const char *path;
		unsigned minor;
	} devices[] = {{"/dev/null", 3}, {"/dev/zero", 5}, {"/dev/random", 8}, {"/dev/urandom", 9}};
	int r = cover("/dev", HIDDEN);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(devices); i++) {
		if (mknod(devices[i].path, S_IFCHR | 0666, makedev(1, devices[i].minor)) < 0)
			r = errno == ENOENT ? 0 : -errno; /* it has no /dev */
	}
	return r;
}

/* sshd wants its folder there, empty and root's. */
static int make_run(void)
{
	struct stat status;
	int r = cover("/run", HIDDEN | MS_NODEV);

	if (r == 0 && lstat("/var/run", &status) == 0 && S_ISDIR(status.st_mode))
		r = cover("/var/run", HIDDEN | MS_NODEV);
	(void)mkdir("/run/sshd", 0755); /* without them it says what it misses */
	(void)mkdir("/var/run/sshd", 0755);
	return r;
}

static int cover_others(void)
{
	static const char *const paths[] = {"/proc", "/sys", "/tmp"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(paths); i++)
		r = cover(paths[i], HIDDEN | MS_NODEV);
	return r;
}

static void set_limit(int what, rlim_t value)
{
	const struct rlimit limit = {value, value};

	(void)setrlimit(what, &limit); /* one that is lower already stays */
}

/* Its user number stays, so that it reads what is root's; what makes root more than its files goes.
 */
static int drop_rights(void)
{
	set_limit(RLIMIT_CPU, CPU_SECONDS);
	set_limit(RLIMIT_AS, MEMORY_BYTES);
	set_limit(RLIMIT_CORE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	for (int i = 0; i <= CAPABILITY_MAX; i++) {
		if (prctl(PR_CAPBSET_READ, i) > 0 && prctl(PR_CAPBSET_DROP, i) < 0)
			return -errno;
	}
	return 0;
}

static int enter(void *data)
{
	const char *path = data;
	int r = mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? -errno : 0;

	if (r == 0)
		r = bind_read_only(path);
	if (r == 0 && (chroot(path) < 0 || chdir("/") < 0))
		r = -errno;
	if (r == 0)
		r = make_devices();
	if (r == 0)
		r = make_run();
	if (r == 0)
		r = cover_others();
	return r == 0 ? drop_rights() : r;
}

/* --- outside of it */

static int find_program(const struct root *root, const char **ret_path, struct problem *why)
{
	static const char *const paths[] = {"/usr/sbin/sshd", "/usr/bin/sshd",
					    "/usr/local/sbin/sshd"};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (root_has_file(root, paths[i])) {
			*ret_path = paths[i];
			return chroot_check_program(root, paths[i], why);
		}
	}
	return problem_set(why, -ENOENT, "sshd", _("no such program in the system"));
}

int sshd_run(const struct root *root, const char *connection, unsigned timeout_ms,
	     struct process_result *result, struct problem *why)
{
	static const char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
						  NULL};
	const char *arguments[] = {NULL, "-T", NULL, NULL, NULL, NULL, NULL};
	struct process_options options = {
		.arguments = arguments,
		.kind = PROCESS_ENVIRONMENT_GIVEN,
		.environment = environment,
		.timeout_ms = timeout_ms,
		.capture_limit = OUTPUT_MAX,
		.enter = enter,
		.enter_data = (void *)root_name(root),
	};
	size_t count = 2;
	int r = find_program(root, &arguments[0], why);

	if (r < 0)
		return r;
	if (connection) {
		arguments[count++] = "-C";
		arguments[count++] = connection;
	}
	if (!root_has_file(root, "/etc/ssh/sshd_config") &&
	    root_has_file(root, "/usr/etc/ssh/sshd_config")) {
		arguments[count++] = "-f";
		arguments[count] = "/usr/etc/ssh/sshd_config";
	}
	return process_run(&options, result, why);
}
