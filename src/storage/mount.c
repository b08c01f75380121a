/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounting and unmounting, each in a worker, since a bad disk can hang either. */
#include "storage/mount.h"

#include <errno.h>
#include <libmount.h>
#include <string.h>
#include <sys/mount.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/worker.h"
#include "storage/filesystem.h"

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

/*
 * What the worker answers through its messages: nothing where all went well, else libmount's words.
 * Its exit status is the errno.
 */
static int mount_in_child(void *data, int fd)
{
	const struct mount_request *request = data;
	_cleanup_(context_free) struct libmnt_context *context = mnt_new_context();
	_cleanup_free_ char *options = all_options(request);
	char words[512] = "";
	int r;

	if (!context)
		return ENOMEM;
	/* the target is resolved already, and must not be followed anywhere by name again */
	(void)mnt_context_disable_canonicalize(context, 1);
	(void)mnt_context_disable_mtab(context, 1);
	if (mnt_context_set_source(context, request->source) < 0 ||
	    mnt_context_set_target(context, request->target) < 0 ||
	    mnt_context_set_options(context, options) < 0)
		return ENOMEM;
	if (request->type && !request->is_bind && mnt_context_set_fstype(context, request->type) < 0)
		return ENOMEM;
	if (request->is_bind)
		(void)mnt_context_set_mflags(context, MS_BIND | (request->is_read_only ? MS_RDONLY : 0));
	r = mnt_context_mount(context);
	if (r == 0 && mnt_context_get_status(context) == 1)
		return 0;
	(void)mnt_context_get_excode(context, r, words, sizeof(words)); /* words may stay empty */
	(void)worker_send(fd, words, strlen(words)); /* without words the errno still tells */
	if (mnt_context_syscall_called(context) && mnt_context_get_syscall_errno(context) > 0)
		return mnt_context_get_syscall_errno(context);
	return r < 0 && r > -255 ? -r : EIO;
}

/* Why mount failed with ERROR, for the person; the caller frees. */
static char *explain(const struct mount_request *request, int error, const char *words)
{
	_cleanup_free_ char *shown = printable_text(words);
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
		return text_copy(_("the device cannot be written"));
	case -EBUSY:
		return text_copy(_("the device or the folder is in use"));
	case -EPERM:
	case -EACCES:
		return text_copy(_("not allowed: needs root"));
	default:
		break;
	}
	return *shown ? TAKE_PTR(shown) : text_copy(strerror(-error));
}

static void suggest_next(const struct mount_request *request, int error, struct problem *why)
{
	const struct filesystem *filesystem = filesystem_find(request->type);

	if (error == -ENODEV)
		problem_set_next(why, _("Use a rescue system whose kernel has it%s%s."),
				       filesystem && filesystem->package
					       ? _("; its tools are in the package ")
					       : "",
				       filesystem && filesystem->package ? filesystem->package
									 : "");
	else if (error == -EINVAL || error == -EUCLEAN)
		problem_set_next(why, _("The end of dmesg names the reason."));
}

int mount_filesystem(const struct mount_request *request, unsigned timeout_ms,
		     struct problem *why)
{
	_cleanup_free_ char *words = NULL, *reason = NULL, *what = NULL;
	int status = 0;
	int r = worker_call(mount_in_child, (void *)request, timeout_ms, &words, NULL, &status,
			    why);

	if (r == 0)
		return 0;
	what = text_format(_("mount %s at %s"), request->source, request->target);
	if (r != -ECANCELED) {
		_cleanup_problem_ struct problem child = {0};

		if (r == -ETIMEDOUT)
			return problem_set(why, r, what, _("did not answer within %u s"),
					   timeout_ms / 1000);
		return problem_set(why, r, what, _("the mount crashed"));
	}
	r = -status;
	reason = explain(request, r, words ? words : "");
	(void)problem_set(why, r, what, "%s", reason);
	suggest_next(request, r, why);
	return r;
}

struct unmount_request {
	const char *target;
	bool is_lazy;
};

static int unmount_in_child(void *data, int fd)
{
	const struct unmount_request *request = data;

	(void)fd;
	if (umount2(request->target, UMOUNT_NOFOLLOW | (request->is_lazy ? MNT_DETACH : 0)) == 0)
		return 0;
	return errno;
}

int mount_unmount(const char *target, bool is_lazy, unsigned timeout_ms, struct problem *why)
{
	struct unmount_request request = {target, is_lazy};
	_cleanup_free_ char *what = text_format(_("unmount %s"), target);
	int status = 0;
	int r = worker_call(unmount_in_child, &request, timeout_ms, NULL, NULL, &status, NULL);

	if (r == 0)
		return 0;
	if (r == -ETIMEDOUT)
		return problem_set(why, r, what, _("did not end within %u s: the disk may not "
						   "answer"), timeout_ms / 1000);
	if (r != -ECANCELED)
		return problem_set_errno(why, r, what);
	return problem_set_errno(why, -status, what);
}
