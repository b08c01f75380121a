/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounting and unmounting, each in a worker, since a bad disk can hang either. */
#include "storage/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <string.h>
#include <sys/mount.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/worker.h"
#include "storage/btrfs_kernel.h"
#include "storage/filesystem.h"
#include "storage/look_lock.h"
#include "storage/loop.h"

#define KERNEL_RECORD_MAX 8192 /* the kernel's own limit for one record */
#define KERNEL_RECORDS_MAX 10000
#define KERNEL_MARK '!'
#define WORDS_MAX 512

static void context_free(struct libmnt_context **context)
{
	mnt_free_context(*context);
}

/* The -o text of REQUEST; "" for none; the caller frees. */
static char *all_options(const struct mount_request *request)
{
	_cleanup_text_list_ struct text_list options = {0};

	if (request->is_read_only)
		text_list_add(&options, "ro");
	if (request->needs_loop)
		text_list_add(&options, "loop");
	if (request->offset)
		text_list_format(&options, "offset=%lu", (unsigned long)request->offset);
	if (request->size)
		text_list_format(&options, "sizelimit=%lu", (unsigned long)request->size);
	if (!text_is_empty(request->options))
		text_list_add(&options, request->options);
	return text_list_join(&options, ",");
}

void mount_request_command(const struct mount_request *request, struct text_list *arguments)
{
	_cleanup_free_ char *options = all_options(request);

	text_list_add(arguments, "mount");
	if (request->is_bind)
		text_list_add(arguments, "--bind");
	if (request->type && !request->is_bind) {
		text_list_add(arguments, "-t");
		text_list_add(arguments, request->type);
	}
	if (*options) {
		text_list_add(arguments, "-o");
		text_list_add(arguments, options);
	}
	text_list_add(arguments, request->source);
	text_list_add(arguments, request->target);
}

/* The kernel's log from here on; -1 where it is not ours to read. */
static int open_kernel_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) < 0) {
		(void)close(fd); /* only read from */
		return -1;
	}
	return fd;
}

/* What the kernel has said of REQUEST's type or source since, last sentence; the caller frees. */
static char *read_kernel_log(int fd, const struct mount_request *request)
{
	const char *slash = strrchr(request->source, '/');
	const char *source = slash ? slash + 1 : request->source;
	char record[KERNEL_RECORD_MAX]; /* one read gives one whole record */
	char *found = NULL;

	for (int i = 0; fd >= 0 && i < KERNEL_RECORDS_MAX; i++) {
		ssize_t length = read(fd, record, sizeof(record) - 1);
		char *text;

		if (length <= 0)
			break;
		record[length] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		text++;
		text[strcspn(text, "\n")] = '\0';
		if ((request->type && strcasestr(text, request->type)) ||
		    (*source && strstr(text, source)))
			text_set(&found, text);
	}
	return found;
}

/* libmount's words where it or a helper program failed, not the kernel; the caller frees. */
static char *own_words(struct libmnt_context *context, int r)
{
	char words[WORDS_MAX] = "";

	if (mnt_context_helper_executed(context))
		return text_format(_("its helper program ended with status %d"),
				   mnt_context_get_helper_status(context));
	(void)mnt_context_get_excode(context, r, words, sizeof(words)); /* words may stay empty */
	return text_copy(words);
}

static int prepare_context(struct libmnt_context *context, const struct mount_request *request)
{
	_cleanup_free_ char *options = all_options(request);

	/* the target is resolved already, and must not be followed anywhere by name again */
	(void)mnt_context_disable_canonicalize(context, 1);
	(void)mnt_context_disable_mtab(context, 1);
	/* a device that cannot be written is an error: nobody must take it for a writable mount */
	(void)mnt_context_enable_rwonly_mount(context, !request->is_read_only);
	if (mnt_context_set_source(context, request->source) < 0 ||
	    mnt_context_set_target(context, request->target) < 0 ||
	    mnt_context_set_options(context, options) < 0)
		return -ENOMEM;
	if (request->is_bind)
		return mnt_context_set_mflags(context,
					      MS_BIND | (request->is_read_only ? MS_RDONLY : 0));
	return request->type ? mnt_context_set_fstype(context, request->type) : 0;
}

/* libmount calls it a success where a helper ran and failed, so the helper is asked. */
static bool has_mounted(struct libmnt_context *context, int r)
{
	if (mnt_context_helper_executed(context))
		return r == 0 && mnt_context_get_helper_status(context) == 0;
	return r == 0 && mnt_context_get_status(context) == 1;
}

/*
 * The worker's exit status is the errno. It answers with the kernel's words behind KERNEL_MARK,
 * or with libmount's, or with none.
 */
static int mount_in_child(void *data, int fd)
{
	const struct mount_request *request = data;
	_cleanup_(context_free) struct libmnt_context *context = mnt_new_context();
	_cleanup_free_ char *said = NULL, *answer = NULL;
	_cleanup_close_ int log = open_kernel_log();
	_cleanup_close_ int alone = request->is_bind ? -1 : look_lock_alone(request->source);
	int r;

	if (!context || prepare_context(context, request) < 0)
		return ENOMEM;
	r = mnt_context_mount(context);
	if (has_mounted(context, r))
		return 0;
	said = read_kernel_log(log, request);
	answer = said ? text_format("%c%s", KERNEL_MARK, said) : own_words(context, r);
	(void)worker_send(fd, answer, strlen(answer)); /* without words the errno still tells */
	if (mnt_context_syscall_called(context) && mnt_context_get_syscall_errno(context) > 0)
		return mnt_context_get_syscall_errno(context);
	return r < 0 && r > -255 ? -r : EIO;
}

/* Why mount failed with ERROR, for the person; the caller frees; NULL: nothing but the errno. */
static char *explain(const struct mount_request *request, int error)
{
	_cleanup_free_ char *type = printable_text(request->type);

	switch (error) {
	case -ENODEV:
		return text_format(_("this kernel has no driver for %s"), type);
	case -EINVAL:
		return text_copy(_("the kernel refused it: an option it does not know, or a "
				   "damaged filesystem"));
	case -EUCLEAN:
		return text_copy(_("the filesystem is damaged and needs a check first"));
	case -EROFS:
	case -EACCES:
		return text_copy(_("it cannot be written, only read"));
	case -EBUSY:
		return text_copy(_("the device or the folder is in use"));
	case -ENOENT:
		return text_copy(_("the device or the folder does not exist"));
	case -EPERM:
		return text_copy(_("not allowed: needs root"));
	default:
		return NULL;
	}
}

static char *join_reason(const struct mount_request *request, int error, const char *words)
{
	bool is_kernel = words && *words == KERNEL_MARK;
	_cleanup_free_ char *shown = printable_text(is_kernel ? words + 1 : words);
	_cleanup_free_ char *reason = explain(request, error);

	if (!reason && *shown && !is_kernel)
		return TAKE_PTR(shown);
	if (!reason)
		reason = text_copy(strerror(-error));
	if (is_kernel)
		return text_format(_("%s (the kernel says: %s)"), reason, shown);
	return TAKE_PTR(reason);
}

static void suggest_next(const struct mount_request *request, int error, struct problem *why)
{
	const struct filesystem *filesystem = filesystem_find(request->type);

	switch (error) {
	case -ENODEV:
		if (filesystem && filesystem->package)
			problem_set_next(why,
					 _("Use a rescue system whose kernel has it; its tools "
					   "are in the package %s."),
					 filesystem->package);
		else
			problem_set_next(why, _("Use a rescue system whose kernel has it."));
		break;
	case -EROFS:
	case -EACCES:
		problem_set_next(why, _("Mount it read-only."));
		break;
	case -EUCLEAN:
		problem_set_next(why, _("Check the filesystem, or mount it read-only."));
		break;
	default:
		break;
	}
}

int mount_filesystem(const struct mount_request *request, unsigned timeout_ms, struct problem *why)
{
	_cleanup_free_ char *words = NULL, *reason = NULL, *what = NULL, *source = NULL;
	_cleanup_free_ char *target = NULL;
	int status = 0;
	int r = worker_call(mount_in_child, (void *)request, timeout_ms, &words, NULL, &status,
			    NULL);

	if (r == 0)
		return 0;
	source = printable_text(request->source);
	target = printable_text(request->target);
	what = text_format(_("mount %s at %s"), source, target);
	if (r == -ETIMEDOUT)
		return problem_set(why, r, what, _("did not answer within %u s"),
				   timeout_ms / 1000);
	if (r != -ECANCELED)
		return problem_set(why, r, what, _("the mount crashed"));
	r = -status;
	reason = join_reason(request, r, words);
	(void)problem_set(why, r, what, "%s", reason);
	suggest_next(request, r, why);
	return r;
}

struct unmount_request {
	const char *target;
	bool is_lazy;
};

/* The loop devices under NODES, and the devices behind them; of a btrfs filesystem. */
static void list_loops(const struct text_list *nodes, struct text_list *loops,
		       struct text_list *behind)
{
	for (size_t i = 0; i < nodes->count; i++) {
		_cleanup_free_ char *mark = NULL;

		if (!text_has_prefix(nodes->items[i], "/dev/loop"))
			continue;
		text_list_add(loops, nodes->items[i]);
		mark = loop_read_mark(nodes->items[i]);
		if (text_has_prefix(mark, "/dev/"))
			text_list_add(behind, mark);
	}
}

/*
 * A btrfs filesystem that was read through loop devices: the kernel would look for it there again,
 * and not on the disks themselves.
 */
static int unmount_in_child(void *data, int fd)
{
	const struct unmount_request *request = data;
	_cleanup_text_list_ struct text_list nodes = {0}, loops = {0}, behind = {0};

	(void)fd;
	if (!request->is_lazy)
		btrfs_kernel_list(request->target, &nodes);
	list_loops(&nodes, &loops, &behind);
	if (umount2(request->target, UMOUNT_NOFOLLOW | (request->is_lazy ? MNT_DETACH : 0)) < 0)
		return errno;
	for (size_t i = 0; i < loops.count; i++)
		btrfs_kernel_forget(loops.items[i]);
	for (size_t i = 0; i < behind.count; i++)
		btrfs_kernel_scan(behind.items[i]);
	return 0;
}

int mount_unmount(const char *target, bool is_lazy, unsigned timeout_ms, struct problem *why)
{
	struct unmount_request request = {target, is_lazy};
	_cleanup_free_ char *shown = printable_text(target);
	_cleanup_free_ char *what = text_format(_("unmount %s"), shown);
	int status = 0;
	int r = worker_call(unmount_in_child, &request, timeout_ms, NULL, NULL, &status, NULL);

	if (r == 0)
		return 0;
	if (r == -ETIMEDOUT)
		return problem_set(why, r, what,
				   _("did not end within %u s: the disk may not "
				     "answer"),
				   timeout_ms / 1000);
	if (r != -ECANCELED)
		return problem_set_errno(why, r, what);
	if (status == EINVAL)
		return problem_set(why, -EINVAL, what, _("nothing is mounted there"));
	return problem_set_errno(why, -status, what);
}
