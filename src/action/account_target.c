/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which system the actions on accounts work in, and whether its files can be changed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "action/account_parts.h"
#include "action/mount_plan.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/worker.h"
#include "storage/mount.h"
#include "system/inspect.h"

/* --- in a worker, since the disk may hang: what is in a folder */

struct examination {
	const char *root;
	bool is_read_only;
	struct system *system; /* NULL: nothing that is known */
};

static bool is_read_only_at(const struct root *root, const char *path)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0);
	struct statvfs filesystem;

	return fd >= 0 && fstatvfs(fd, &filesystem) == 0 && filesystem.f_flag & ST_RDONLY;
}

static int examine_in_child(void *data, int fd)
{
	const struct examination *examination = data;
	_cleanup_json_ struct json_object *record = json_object_new_object();
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *text = NULL;
	struct system *system;

	if (root_open(examination->root, &root, NULL) < 0)
		return 1;
	/* /etc may be a filesystem of its own */
	json_add_bool(record, "read_only",
		      is_read_only_at(root, "etc") || is_read_only_at(root, "/"));
	system = inspect_system(root);
	if (system)
		(void)json_object_object_add(record, "system", inspect_system_to_json(system));
	(void)system_free(system);
	text = json_format_line(record);
	return worker_send(fd, text, strlen(text)) < 0;
}

static int examine(const struct session *session, struct examination *examination,
		   struct problem *why)
{
	_cleanup_json_ struct json_object *record = NULL;
	_cleanup_free_ char *message = NULL;
	size_t length = 0;
	int r = worker_call(examine_in_child, examination, account_deadline_ms(session), &message,
			    &length, NULL, NULL);

	if (r < 0 || !message || json_parse(message, length, &record, NULL) < 0) {
		_cleanup_free_ char *shown = printable_text(examination->root);

		return problem_set(why, r == -ETIMEDOUT ? r : -EIO, shown,
				   r == -ETIMEDOUT ? _("its disk does not answer")
						   : _("it cannot be read"));
	}
	examination->is_read_only = json_get_bool(record, "read_only", false);
	if (json_get_object(record, "system"))
		examination->system = inspect_system_from_json(json_get_object(record, "system"));
	return 0;
}

/* --- finding it */

static void take_system(struct account_target *target, const struct system *system)
{
	target->architecture = text_copy(system->architecture);
	target->init = text_copy(system->init);
	target->is_windows = system->kind == SYSTEM_WINDOWS;
}

/* FOLDER as it really is; it must not be the rescue system itself. The caller frees. */
static int resolve_folder(const char *folder, char **ret_path, struct problem *why)
{
	_cleanup_free_ char *path = realpath(folder, NULL), *shown = printable_text(folder);
	struct stat status, own;

	if (!path || stat(path, &status) < 0)
		return problem_set_errno(why, -errno, shown);
	if (!S_ISDIR(status.st_mode))
		return problem_set(why, -ENOTDIR, shown, _("is not a folder"));
	if (stat("/", &own) == 0 && own.st_dev == status.st_dev && own.st_ino == status.st_ino) {
		(void)problem_set(why, -EINVAL, shown,
				  _("this is the running system itself, not one to be rescued"));
		problem_set_next(why, _("Name the folder that the system to be rescued is mounted "
					"in."));
		return -EINVAL;
	}
	*ret_path = TAKE_PTR(path);
	return 0;
}

static int find_folder(const struct session *session, const char *folder,
		       struct account_target *target, struct problem *why)
{
	struct examination examination = {0};
	int r = resolve_folder(folder, &target->root, why);

	if (r < 0)
		return r;
	examination.root = target->root;
	r = examine(session, &examination, why);
	if (r < 0)
		return r;
	target->title = printable_text(target->root);
	target->is_read_only = examination.is_read_only;
	if (examination.system)
		take_system(target, examination.system);
	(void)system_free(examination.system);
	return 0;
}

/* What has been found out of the system with ID already; NULL: nothing. */
static const struct system *find_surveyed(const struct session *session, const char *id)
{
	for (size_t i = 0; session->survey && i < session->survey->system_count; i++) {
		if (text_is_equal(session->survey->systems[i]->id, id))
			return session->survey->systems[i];
	}
	return NULL;
}

/* Whether ROOT or its /etc, which may be a filesystem of its own, is mounted read-only: as the
 * kernel's list has it, without asking a disk. */
static bool is_mounted_read_only(const char *root)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_free_ char *etc = text_format("%s/etc", root);
	const struct mount_entry *entry;

	if (mount_table_read(NULL, &table, NULL) < 0)
		return false;
	entry = mount_table_find(&table, etc);
	if (!entry)
		entry = mount_table_find(&table, root);
	return entry && entry->is_read_only;
}

static int find_mounted(const struct session *session, const struct mounted_system *mounted,
			struct account_target *target, struct problem *why)
{
	const struct system *known = find_surveyed(session, mounted->id);
	struct examination examination = {.root = mounted->target};
	/* a menu, which knows the systems, does not wait for their disks */
	int r = known ? 0 : examine(session, &examination, why);

	target->root = text_copy(mounted->target);
	target->title = printable_text(mounted->summary ? mounted->summary : mounted->id);
	target->system = text_copy(mounted->id);
	target->is_read_only = mounted->is_read_only || examination.is_read_only ||
			       is_mounted_read_only(mounted->target);
	if (r == 0 && (known || examination.system))
		take_system(target, known ? known : examination.system);
	(void)system_free(examination.system);
	return r;
}

/* Whether what is MOUNTED is what TEXT (NULL: anything) names. */
static bool is_meant(struct session *session, const struct mounted_system *mounted,
		     const char *text)
{
	const struct system *system;

	if (!mounted->id || (!text_is_equal(mounted->target, session->target) &&
			     !text_is_equal(session->target, SESSION_TARGET)))
		return false;
	if (!text || text_is_equal(text, mounted->id))
		return true;
	/* by its host name or another of its names */
	return session_find_system(session, text, &system, NULL) == 0 &&
	       text_is_equal(system->id, mounted->id);
}

static int find_unmounted(struct session *session, const char *text, struct account_target *target,
			  struct problem *why)
{
	const struct system *system;
	int r = session_find_system(session, text, &system, why);

	if (r < 0)
		return r;
	target->title = mount_system_title(system);
	target->system = text_copy(system->id);
	take_system(target, system);
	return 0;
}

int account_target_find(struct session *session, const struct answers *answers,
			struct account_target *ret_target, struct problem *why)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};
	_cleanup_account_target_ struct account_target target = {0};
	const char *folder = answers_get(answers, "root"), *text = answers_get(answers, "system");
	int r = 0;

	if (folder) {
		r = find_folder(session, folder, &target, why);
	} else {
		/* what is mounted here is none of a recorded machine's */
		if (!session->scan.sysroot)
			r = session_get_mounted(session, &mounted, why);
		if (r < 0)
			return r;
		r = is_meant(session, &mounted, text)
			    ? find_mounted(session, &mounted, &target, why)
			    : find_unmounted(session, text, &target, why);
	}
	if (r < 0)
		return r;
	*ret_target = target;
	target = (struct account_target){0};
	return 0;
}

int account_target_check_writable(const struct account_target *target, struct problem *why)
{
	if (!target->root) {
		(void)problem_set(why, -ENOTCONN, target->title, _("it is not mounted"));
		problem_set_next(why, _("\"refloat mount\" mounts it."));
		return -ENOTCONN;
	}
	if (!target->is_read_only)
		return 0;
	(void)problem_set(why, -EROFS, target->title,
			  _("it is mounted read-only at %s, so that nothing in it can be changed"),
			  target->root);
	if (target->system)
		problem_set_next(why,
				 _("Take it down with \"refloat umount\" and mount it again "
				   "without \"--read-only\". If it still is read-only then, its "
				   "filesystem has errors: \"refloat check-fs\" shows them."));
	else
		problem_set_next(why,
				 _("Mount it again so that it can be written: mount -o "
				   "remount,rw %s"),
				 target->root);
	return -EROFS;
}

void account_target_done(struct account_target *target)
{
	free(target->root);
	free(target->title);
	free(target->system);
	free(target->architecture);
	free(target->init);
	*target = (struct account_target){0};
}
