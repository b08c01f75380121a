/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock on the account files of a root. */
#include "base/account_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/edit.h"
#include "base/i18n.h"
#include "base/printable.h"

#define WAIT_MS 100
#define LOCK_NAME "/etc/.pwd.lock"
#define LABEL_MAX 4096

/* What shadow-utils makes beside each file that it changes: the number of its process. */
static const char *const lock_files[] = {"/etc/passwd.lock", "/etc/shadow.lock", "/etc/group.lock",
					 "/etc/gshadow.lock"};

static bool is_process_name(const char *name)
{
	return *name && strspn(name, "0123456789") == strlen(name);
}

/* The number that process NAME of PROC has in the innermost namespace that it is in; 0: not known.
 */
static uint64_t innermost_pid(const struct root *proc, const char *name)
{
	_cleanup_free_ char *path = text_format("/%s/status", name), *text = NULL;
	_cleanup_text_list_ struct text_list pids = {0};
	uint64_t pid = 0;
	char *line;

	if (root_read_file(proc, path, 16384, &text, NULL) < 0)
		return 0;
	line = strstr(text, "\nNSpid:");
	if (!line)
		return text_parse_u64(name, &pid) < 0 ? 0 : pid;
	line += strlen("\nNSpid:");
	line[strcspn(line, "\n")] = '\0';
	text_list_split(&pids, line, " \t");
	if (!pids.count || text_parse_u64(pids.items[pids.count - 1], &pid) < 0)
		return 0;
	return pid;
}

/*
 * The process that calls itself PID and whose root is ROOT: "passwd (process 4711)"; NULL: none is
 * there. Another program that has come to that number by chance has another root.
 */
static char *find_holder(const struct root *root, uint64_t pid)
{
	_cleanup_root_ struct root *proc = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	struct stat wanted, seen;

	if (fstat(root_fd(root), &wanted) < 0 || root_open("/proc", &proc, NULL) < 0 ||
	    root_list(proc, "/", 0, &names) < 0)
		return NULL;
	root_trust(proc);
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *link = text_format("/proc/%s/root", names.items[i]);
		_cleanup_free_ char *path = text_format("/%s/comm", names.items[i]);
		_cleanup_free_ char *name = NULL, *shown = NULL;

		if (!is_process_name(names.items[i]) || stat(link, &seen) < 0 ||
		    seen.st_dev != wanted.st_dev || seen.st_ino != wanted.st_ino ||
		    innermost_pid(proc, names.items[i]) != pid)
			continue;
		(void)root_read_line(proc, path, &name); /* a nameless one is one as well */
		shown = printable_text(name);
		return text_format(_("%s (process %s)"), shown, names.items[i]);
	}
	return NULL;
}

/* Who holds one of the lock files, and which; NULL: nobody. */
static char *find_old_holder(const struct root *root, const char **ret_file)
{
	for (size_t i = 0; i < ARRAY_SIZE(lock_files); i++) {
		_cleanup_free_ char *line = NULL;
		char *holder;
		uint64_t pid;

		if (root_read_line(root, lock_files[i], &line) < 0 ||
		    text_parse_u64(line, &pid) < 0 || !pid)
			continue;
		holder = find_holder(root, pid);
		*ret_file = lock_files[i];
		if (holder)
			return holder;
	}
	return NULL;
}

/* A lock file that SELinux knows nothing of would lock passwd(1) out of the mended system. */
static void give_label(const struct root *root, int fd)
{
	_cleanup_close_ int kin = root_open_file(root, "/etc/passwd", O_RDONLY | O_NONBLOCK, 0);
	_cleanup_free_ char *label = alloc_zero(LABEL_MAX, 1);
	ssize_t length = kin < 0 ? -1 : fgetxattr(kin, "security.selinux", label, LABEL_MAX);

	if (length > 0) /* where it is refused the file has the label that the kernel gives it */
		(void)fsetxattr(fd, "security.selinux", label, (size_t)length, 0);
}

static int open_lock_file(const struct root *root)
{
	_cleanup_close_ int folder = root_open_file(root, "/etc", O_PATH | O_DIRECTORY, 0);
	const char *name = strrchr(LOCK_NAME, '/') + 1;
	int flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat status;
	int fd;

	if (folder < 0)
		return folder;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		flags |= O_CREAT | O_EXCL;
	else if (!S_ISREG(status.st_mode))
		return -EINVAL;
	fd = openat(folder, name, flags, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		(void)close(fd); /* nothing was written */
		return -EINVAL;
	}
	if (!status.st_size && fgetxattr(fd, "security.selinux", NULL, 0) < 0)
		give_label(root, fd);
	return fd;
}

static int refuse_lock(int fd, struct problem *why)
{
	struct flock other = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	_cleanup_root_ struct root *proc = NULL;
	_cleanup_free_ char *path = NULL, *name = NULL, *shown = NULL;

	if (fcntl(fd, F_GETLK, &other) < 0 || other.l_type == F_UNLCK || other.l_pid <= 0)
		return problem_set(why, -EBUSY, LOCK_NAME,
				   _("another program is changing the accounts"));
	path = text_format("/%ld/comm", (long)other.l_pid);
	if (root_open("/proc", &proc, NULL) == 0)
		(void)root_read_line(proc, path, &name); /* without a name its number tells */
	shown = printable_text(name);
	(void)problem_set(why, -EBUSY, LOCK_NAME, _("%s (process %ld) is changing the accounts"),
			  shown, (long)other.l_pid);
	problem_set_next(why, _("Let it come to its end, or end it, and start again."));
	return -EBUSY;
}

/* 0 where nobody else is at work on the files. */
static int try_lock(const struct root *root, int fd, struct problem *why)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	_cleanup_free_ char *holder = NULL;
	const char *file = NULL;

	if (fcntl(fd, F_SETLK, &lock) < 0) {
		if (errno != EACCES && errno != EAGAIN)
			return problem_set_errno(why, -errno, LOCK_NAME);
		return refuse_lock(fd, why);
	}
	holder = find_old_holder(root, &file);
	if (!holder)
		return 0;
	(void)problem_set(why, -EBUSY, file, _("%s is changing the accounts"), holder);
	problem_set_next(why, _("Let it come to its end, or end it, and start again."));
	return -EBUSY;
}

int account_lock_take(const struct root *root, unsigned timeout_ms, struct problem *why)
{
	int64_t deadline = clock_monotonic_ms() + timeout_ms;
	_cleanup_close_ int fd = open_lock_file(root);

	if (fd == -EPERM || fd == -EACCES)
		return -EPERM;
	if (fd == -EROFS)
		return edit_refuse_read_only(LOCK_NAME, why);
	if (fd < 0)
		return problem_set_errno(why, fd, LOCK_NAME);
	for (;;) {
		_cleanup_problem_ struct problem busy = {0};
		int r = try_lock(root, fd, &busy);

		if (r == 0)
			return TAKE_FD(fd);
		if (r != -EBUSY || clock_monotonic_ms() >= deadline) {
			problem_move(why, &busy);
			return r;
		}
		(void)poll(NULL, 0, WAIT_MS);
	}
}
