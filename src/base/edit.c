/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacing, making, removing one file of a root in one act. */
#include "base/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "base/digest.h"
#include "base/edit_parts.h"
#include "base/file.h"
#include "base/i18n.h"

#define NAME_PART_MAX 200 /* of 255 that a name may have */

/* Flags that say how a file is kept, and can only be given to it while it is empty. */
#define FLAGS_COPIED                                                                               \
	(unsigned)(FS_SYNC_FL | FS_NODUMP_FL | FS_NOATIME_FL | FS_NOCOW_FL | FS_COMPR_FL |         \
		   FS_NOCOMP_FL)

/* An edit under way. */
struct act {
	const struct edit *edit;
	struct edit_place place;
	struct edit_file old;
	unsigned lifted;	/* flags taken off the file */
	unsigned folder_lifted; /* and off its folder */
};

static void act_done(struct act *act)
{
	edit_place_done(&act->place);
	edit_file_done(&act->old);
}

char *edit_temporary_name(const char *name)
{
	uint64_t random = 0;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = (uint64_t)getpid(); /* O_EXCL still holds; only the name is guessable */
	return text_format(".%.*s.refloat-%016llx", NAME_PART_MAX, name,
			   (unsigned long long)random);
}

int edit_refuse_read_only(const char *path, struct problem *why)
{
	(void)problem_set(why, -EROFS, path, _("its filesystem is mounted read-only"));
	problem_set_next(why,
			 _("Mount it read-write: \"refloat umount\", then \"refloat mount\". If "
			   "it was, the kernel has found errors in it: \"refloat check-fs\" mends "
			   "them first."));
	return -EROFS;
}

/* What to do next, for failures whose name is not all that there is to say. */
static int explain(const char *path, int error, struct problem *why)
{
	static const struct {
		int error;
		const char *words;
		const char *next;
	} known[] = {
		{-ENOSPC, N_("no space is left on its filesystem; nothing was changed"),
		 N_("Make room there: old logs, or packages in /var/cache.")},
		{-EDQUOT, N_("the quota of its owner is used up; nothing was changed"), NULL},
		{-EBUSY, N_("something is mounted on it"), N_("Unmount that first.")},
		{-ETXTBSY, N_("a program that runs is in it"), NULL},
	};

	if (error == -EROFS)
		return edit_refuse_read_only(path, why);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].error != error)
			continue;
		(void)problem_set(why, error, path, "%s", _(known[i].words));
		if (known[i].next)
			problem_set_next(why, "%s", _(known[i].next));
		return error;
	}
	return problem_set_errno(why, error, path);
}

static int refuse_stale(const char *path, bool exists, struct problem *why)
{
	(void)problem_set(why, -ESTALE, path,
			  exists ? _("somebody has changed it meanwhile")
				 : _("somebody has removed it meanwhile"));
	problem_set_next(why, _("Look at it and start again."));
	return -ESTALE;
}

int edit_check_unchanged(const struct edit_file *file, const char *was, const char *path,
			 struct problem *why)
{
	return strcmp(was, file->checksum) == 0 ? 0 : refuse_stale(path, file->exists, why);
}

int edit_refuse_flags(const char *path, unsigned flags, bool is_folder, struct problem *why)
{
	const char *words = edit_flags_words(flags);

	if (is_folder)
		(void)problem_set(why, -EPERM, path,
				  _("a flag of its folder keeps it from being changed (\"%s\")"),
				  words);
	else
		(void)problem_set(why, -EPERM, path,
				  _("a flag keeps it from being changed (\"%s\")"), words);
	problem_set_next(why, _("It can be taken off for the change and put back after it."));
	return -EPERM;
}

static unsigned file_flags(const struct edit_file *file)
{
	return file->exists ? file->attributes.flags & EDIT_FLAGS_LIFTED : 0;
}

static bool is_written_in_place(const struct edit_file *file, enum edit_links links)
{
	return file->links > 1 && links == EDIT_LINKS_WRITE;
}

/* What is written in place changes nothing in the folder. */
static unsigned folder_flags(const struct edit_file *file, enum edit_links links)
{
	return is_written_in_place(file, links) ? 0 : file->folder_flags & EDIT_FLAGS_LIFTED;
}

int edit_check(const struct edit_file *file, enum edit_links links, bool lifts_flags,
	       const char *path, struct problem *why)
{
	unsigned own = file_flags(file), folder = folder_flags(file, links);

	if (file->is_read_only)
		return edit_refuse_read_only(path, why);
	if (file->links > 1 && links == EDIT_LINKS_REFUSE) {
		(void)problem_set(
			why, -EMLINK, path,
			_("it has %llu names (hard links): the others would keep the old contents"),
			(unsigned long long)file->links);
		problem_set_next(why, _("Say whether they are to be changed as well."));
		return -EMLINK;
	}
	if ((own || folder) && !lifts_flags)
		return edit_refuse_flags(path, own ? own : folder, !own, why);
	return 0;
}

static int put_flags_back(struct act *act)
{
	int r = 0, folder_result = 0;

	if (act->lifted && act->place.fd >= 0)
		r = edit_flags_set(act->place.fd, act->lifted, act->lifted);
	if (act->folder_lifted)
		folder_result =
			edit_flags_set(act->place.folder, act->folder_lifted, act->folder_lifted);
	return r < 0 ? r : folder_result;
}

static int lift_flags(struct act *act, struct problem *why)
{
	unsigned own = file_flags(&act->old), folder = folder_flags(&act->old, act->edit->links);
	int r = 0;

	if (own) {
		r = edit_flags_set(act->place.fd, own, 0);
		act->lifted = r < 0 ? 0 : own;
	}
	if (r == 0 && folder) {
		r = edit_flags_set(act->place.folder, folder, 0);
		act->folder_lifted = r < 0 ? 0 : folder;
	}
	return r < 0 ? problem_set_errno(why, r, act->edit->path) : 0;
}

/* What the new file is to be besides its bytes; BUILT is used where nobody has it ready. */
static const struct edit_attributes *wanted_attributes(const struct act *act,
						       struct edit_attributes *built)
{
	const struct edit *edit = act->edit;

	if (edit->attributes)
		return edit->attributes;
	if (act->old.exists && !edit->label)
		return &act->old.attributes;
	if (act->old.exists) {
		edit_attributes_copy(&act->old.attributes, built);
	} else {
		built->mode = edit->mode;
		built->uid = edit->uid;
		built->gid = edit->gid;
	}
	if (edit->label)
		edit_attributes_set_label(built, edit->label);
	return built;
}

static int set_times(int fd, const struct edit *edit)
{
	struct timespec times[2];

	if (!edit->attributes)
		return 0;
	times[0] = edit->attributes->accessed;
	times[1] = edit->attributes->modified;
	return futimens(fd, times) < 0 ? -errno : 0;
}

/* Fills FD, which is to become the file, and has it on the disk. */
static int fill(const struct act *act, int fd, struct problem *why)
{
	_cleanup_edit_attributes_ struct edit_attributes built = {0};
	const struct edit_attributes *wanted = wanted_attributes(act, &built);
	int r;

	if (act->edit->attributes || act->old.exists) /* else as its folder has it */
		/* no filesystem refuses what it has given; another kind has nothing to give */
		(void)edit_flags_set(fd, FLAGS_COPIED, wanted->flags);
	r = file_write_all(fd, act->edit->bytes, act->edit->length);
	if (r < 0)
		return explain(act->edit->path, r, why);
	r = edit_attributes_apply(fd, wanted, act->edit->attributes != NULL, act->edit->path, why);
	if (r < 0)
		return r;
	r = set_times(fd, act->edit);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r < 0 ? explain(act->edit->path, r, why) : 0;
}

/* Whether the name still is what was looked at, a moment before it goes. */
static bool is_as_seen(const struct act *act)
{
	const struct stat *seen = &act->place.status;
	struct stat now;

	if (fstatat(act->place.folder, act->place.name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return now.st_ino == seen->st_ino && now.st_dev == seen->st_dev &&
	       now.st_size == seen->st_size && now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
}

/* Where there was no file, one that has come meanwhile is left alone. */
static int put_in_new_place(const struct act *act, const char *temporary)
{
	int folder = act->place.folder;
	const char *name = act->place.name;
	struct stat status;

	if (renameat2(folder, temporary, folder, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (linkat(folder, temporary, folder, name, 0) == 0)
		return unlinkat(folder, temporary, 0) < 0 ? -errno : 0;
	if (errno == EEXIST || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	/* a filesystem that knows neither, such as FAT */
	return renameat(folder, temporary, folder, name) < 0 ? -errno : 0;
}

/* Gives TEMPORARY the name. */
static int put_in_place(const struct act *act, const char *temporary, struct problem *why)
{
	int folder = act->place.folder, r;

	if (!act->old.exists)
		r = put_in_new_place(act, temporary);
	else if (!is_as_seen(act))
		r = -EEXIST;
	else
		r = renameat(folder, temporary, folder, act->place.name) < 0 ? -errno : 0;
	if (r == -EEXIST)
		return refuse_stale(act->edit->path, true, why);
	return r < 0 ? explain(act->edit->path, r, why) : 0;
}

static int sync_folder(const struct act *act)
{
	return fsync(act->place.folder) < 0 ? -errno : 0;
}

/* The flags that the file at the place is to have go onto FD, which has just become it. */
static int finish_replaced(struct act *act, int fd)
{
	unsigned flags = act->edit->attributes ? act->edit->attributes->flags & EDIT_FLAGS_LIFTED
					       : act->lifted;
	int r = flags ? edit_flags_set(fd, flags, flags) : 0, folder_result = 0;

	if (act->folder_lifted)
		folder_result =
			edit_flags_set(act->place.folder, act->folder_lifted, act->folder_lifted);
	act->lifted = act->folder_lifted = 0;
	if (r == 0)
		r = folder_result;
	return r < 0 ? r : sync_folder(act);
}

static int replace(struct act *act, struct problem *why)
{
	_cleanup_free_ char *temporary = act->edit->temporary
						 ? text_copy(act->edit->temporary)
						 : edit_temporary_name(act->place.name);
	_cleanup_close_ int fd = openat(act->place.folder, temporary,
					O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return explain(act->edit->path, -errno, why);
	r = fill(act, fd, why);
	if (r == 0)
		r = put_in_place(act, temporary, why);
	if (r < 0) {
		(void)unlinkat(act->place.folder, temporary,
			       0); /* the first error is the one that tells */
		return r;
	}
	r = finish_replaced(act, fd);
	return r < 0 ? problem_set_errno(why, r, act->edit->path) : 0;
}

static int removed(struct act *act, struct problem *why)
{
	int r = unlinkat(act->place.folder, act->place.name, 0) < 0 ? -errno : 0;

	if (r < 0)
		return explain(act->edit->path, r, why);
	act->lifted = 0; /* went with it */
	if (act->folder_lifted)
		r = edit_flags_set(act->place.folder, act->folder_lifted, act->folder_lifted);
	act->folder_lifted = 0;
	if (r == 0)
		r = sync_folder(act);
	return r < 0 ? problem_set_errno(why, r, act->edit->path) : 0;
}

static int write_at_start(int fd, const void *bytes, size_t length)
{
	int r = lseek(fd, 0, SEEK_SET) < 0 ? -errno : file_write_all(fd, bytes, length);

	if (r == 0 && ftruncate(fd, (off_t)length) < 0)
		r = -errno;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r;
}

/* What is to be longer than before has its room before the first byte is changed. */
static int reserve(const struct act *act, int fd)
{
	size_t length = act->edit->length, old = act->old.length;

	if (length <= old ||
	    fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)old, (off_t)(length - old)) == 0)
		return 0;
	return errno == EOPNOTSUPP || errno == ENOSYS ? 0 : -errno;
}

/* The same file keeps its place, for all its names. */
static int write_in_place(struct act *act, struct problem *why)
{
	_cleanup_free_ char *link = text_format("/proc/self/fd/%d", act->place.fd);
	_cleanup_close_ int fd = open(link, O_WRONLY | O_CLOEXEC);
	const struct edit_attributes *wanted =
		act->edit->attributes ? act->edit->attributes : &act->old.attributes;
	int r = fd < 0 ? -errno : reserve(act, fd);

	if (r < 0)
		return explain(act->edit->path, r, why);
	r = write_at_start(fd, act->edit->bytes, act->edit->length);
	if (r < 0 && write_at_start(fd, act->old.bytes, act->old.length) < 0)
		return problem_set(why, r, act->edit->path,
				   _("it could be written only in part, and what it was could not "
				     "be put back: %s"),
				   strerror(-r));
	if (r < 0)
		(void)explain(act->edit->path, r, why);
	else /* writing has taken its capabilities and its set-user-ID bit */
		r = edit_attributes_apply(fd, wanted, act->edit->attributes != NULL,
					  act->edit->path, why);
	if (r < 0)
		return r;
	r = set_times(fd, act->edit);
	return r < 0 ? problem_set_errno(why, r, act->edit->path) : 0;
}

static int change(struct act *act, struct problem *why)
{
	if (!act->edit->bytes)
		return act->old.exists ? removed(act, why) : 0;
	if (is_written_in_place(&act->old, act->edit->links))
		return write_in_place(act, why);
	return replace(act, why);
}

int edit_apply(const struct edit *edit, struct problem *why)
{
	_cleanup_(act_done) struct act act = {.edit = edit, .place = EDIT_PLACE_EMPTY};
	int r = edit_place_open(edit->root, edit->path, &act.place, why), flags_result;

	if (r == 0)
		r = edit_place_look(&act.place, &act.old, why);
	if (r == 0 && edit->was)
		r = edit_check_unchanged(&act.old, edit->was, edit->path, why);
	if (r == 0)
		r = edit_check(&act.old, edit->links, edit->lifts_flags, edit->path, why);
	if (r == 0)
		r = lift_flags(&act, why);
	if (r == 0)
		r = change(&act, why);
	flags_result = put_flags_back(&act);
	return r == 0 && flags_result < 0 ? problem_set_errno(why, flags_result, edit->path) : r;
}

/* The folder that resolved in-root PATH lies in. */
static int open_folder_of(const struct root *root, const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = slash ? alloc_copy(path, (size_t)(slash - path)) : NULL;

	if (!parent)
		return -EINVAL;
	return root_open_file(root, *parent ? parent : "/", O_RDONLY | O_DIRECTORY, 0);
}

/* 1 where regular file NAME, as an edit calls it until it is whole, is in FOLDER. */
static int has_temporary(int folder, const char *name)
{
	struct stat status;

	if (strchr(name, '/') || *name != '.')
		return -EINVAL;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(status.st_mode) ? 1 : -EINVAL; /* none of ours */
}

bool edit_has_left(const struct root *root, const char *path, const char *temporary)
{
	_cleanup_close_ int folder = open_folder_of(root, path);

	return folder >= 0 && has_temporary(folder, temporary) > 0;
}

int edit_clear(const struct root *root, const char *path, const char *temporary)
{
	_cleanup_close_ int folder = open_folder_of(root, path);
	int r;

	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	r = has_temporary(folder, temporary);
	if (r <= 0)
		return r;
	if (unlinkat(folder, temporary, 0) < 0)
		return -errno;
	return fsync(folder) < 0 ? -errno : 0;
}
