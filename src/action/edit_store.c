/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contents of changed files, in memory that only root reads. */
#include "action/edit_store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/edit.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/root.h"
#include "plan/journal.h"

#define FOLDER JOURNAL_FOLDER "/edits"
#define LEFT_MARK "left"
#define AGE_MAX_SECONDS 3600
#define WIPE_BYTES 4096

static char *path_in(const char *entry, const char *name)
{
	return text_format("%s/%s", entry, name);
}

/* The bytes go before the name does: in memory they are overwritten where they are. */
static void overwrite(const char *path)
{
	static const char zeroes[WIPE_BYTES];
	_cleanup_close_ int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		return;
	for (off_t at = 0; at < status.st_size; at += WIPE_BYTES) {
		off_t left = status.st_size - at;
		size_t length = left < WIPE_BYTES ? (size_t)left : WIPE_BYTES;

		if (pwrite(fd, zeroes, length, at) < 0)
			return; /* it is removed all the same */
	}
	(void)fdatasync(fd); /* where it is no memory */
}

void edit_store_wipe(const char *entry, const char *name)
{
	_cleanup_free_ char *path = path_in(entry, name);

	overwrite(path);
	(void)unlink(path); /* not there is as good */
}

void edit_store_remove(const char *entry)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_text_list_ struct text_list names = {0};

	if (root_open(entry, &root, NULL) < 0 || root_list(root, "/", 0, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		edit_store_wipe(entry, names.items[i]);
	(void)rmdir(entry); /* empty; else somebody has put something there */
}

void edit_store_leave(const char *entry)
{
	edit_store_wipe(entry, EDIT_STORE_NEW);
	(void)edit_store_write(entry, LEFT_MARK, "", 0,
			       NULL); /* then it goes with the next sweep */
}

/* The entries that steps of the journal may still need. */
static int list_needed(struct text_list *entries)
{
	_cleanup_journal_ struct journal *journal = NULL;
	const struct operation *operations;
	size_t count;
	int r = journal_open_read_only(JOURNAL_FOLDER, &journal, NULL);

	if (r < 0)
		return r;
	operations = journal_operations(journal, &count);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < operations[i].count; j++) {
			const struct journal_step *step = &operations[i].steps[j];
			const char *entry = step_get(step->step, "store");

			if (entry && step->state != JOURNAL_STEP_UNDONE)
				text_list_add(entries, entry);
		}
	}
	return 0;
}

void edit_store_forget(const struct text_list *entries)
{
	_cleanup_text_list_ struct text_list needed = {0};

	if (list_needed(&needed) < 0)
		return; /* careful: the sweep looks again */
	for (size_t i = 0; i < entries->count; i++) {
		if (!text_list_contains(&needed, entries->items[i]))
			edit_store_remove(entries->items[i]);
	}
}

static bool is_old(const char *entry)
{
	_cleanup_free_ char *mark = path_in(entry, LEFT_MARK);
	struct stat status;

	return access(mark, F_OK) < 0 && stat(entry, &status) == 0 &&
	       clock_wall_seconds() - status.st_mtim.tv_sec > AGE_MAX_SECONDS;
}

static void sweep(void)
{
	_cleanup_text_list_ struct text_list needed = {0}, names = {0};
	_cleanup_root_ struct root *root = NULL;

	if (root_open(FOLDER, &root, NULL) < 0 || root_list(root, "/", 0, &names) < 0 ||
	    list_needed(&needed) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *entry = path_in(FOLDER, names.items[i]);

		if (is_old(entry) && !text_list_contains(&needed, entry))
			edit_store_remove(entry);
	}
}

int edit_store_make(char **ret_entry, struct problem *why)
{
	_cleanup_free_ char *entry = NULL;
	uint64_t random = 0;
	int r = file_make_folders(FOLDER, 0700, why);

	if (r < 0)
		return r;
	sweep();
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return problem_set_errno(why, -errno, FOLDER);
	entry = text_format("%s/%016llx", FOLDER, (unsigned long long)random);
	if (mkdir(entry, 0700) < 0)
		return problem_set_errno(why, -errno, entry);
	*ret_entry = TAKE_PTR(entry);
	return 0;
}

int edit_store_write(const char *entry, const char *name, const void *bytes, size_t length,
		     struct problem *why)
{
	_cleanup_free_ char *path = path_in(entry, name), *temporary = text_format("%s.part", path);
	_cleanup_close_ int fd = -1;
	int r;

	(void)unlink(temporary); /* of one that was killed */
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return problem_set_errno(why, -errno, temporary);
	r = file_write_all(fd, bytes, length);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	overwrite(temporary);
	(void)unlink(temporary); /* half of it is of no use */
	(void)problem_set_errno(why, r, path);
	if (r == -ENOSPC)
		problem_set_next(why,
				 _("The rescue system's memory is full: what is kept to undo a "
				   "change has no room under %s."),
				 JOURNAL_FOLDER);
	return r;
}

int edit_store_read(const char *entry, const char *name, char **ret_bytes, size_t *ret_length,
		    struct problem *why)
{
	_cleanup_edit_file_ struct edit_file file = {0};
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(entry, &root, why);

	if (r == 0)
		r = edit_look(root, name, &file, why);
	if (r == 0 && !file.exists)
		r = problem_set_errno(why, -ENOENT, entry);
	if (r < 0)
		return r;
	*ret_bytes = TAKE_PTR(file.bytes);
	*ret_length = file.length;
	return 0;
}
