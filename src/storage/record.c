/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording this machine: the folder, what is written to it, and its removal after a failure. */
#include "storage/record.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "storage/record_parts.h"

#define FILE_MAX (16u * 1024 * 1024)
#define OPEN_FOLDERS 16

/* Makes what is missing above PATH. */
static int make_folder_above(const struct recording *recording, const char *path)
{
	_cleanup_free_ char *folder = text_copy(path);
	char *slash = strrchr(folder, '/');

	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	return root_make_folders(recording->to, folder, NULL, recording->why);
}

int recording_write(const struct recording *recording, const char *path, const char *text)
{
	_cleanup_close_ int fd = -1;
	int r = make_folder_above(recording, path);

	if (r < 0)
		return r;
	fd = root_open_file(recording->to, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644);
	r = fd < 0 ? fd : file_write_all(fd, text, strlen(text));
	return r < 0 ? problem_set_errno(recording->why, r, path) : 0;
}

int recording_link(const struct recording *recording, const char *path, const char *target)
{
	_cleanup_free_ char *folder_path = text_copy(path);
	_cleanup_close_ int folder = -1;
	char *slash = strrchr(folder_path, '/');
	int r = make_folder_above(recording, path);

	if (r < 0)
		return r;
	*slash = '\0';
	folder = root_open_file(recording->to, folder_path, O_PATH | O_DIRECTORY, 0);
	if (folder < 0)
		return problem_set_errno(recording->why, folder, path);
	if (symlinkat(target, folder, slash + 1) < 0 && errno != EEXIST)
		return problem_set_errno(recording->why, -errno, path);
	return 0;
}

int recording_copy(const struct recording *recording, const char *path)
{
	_cleanup_free_ char *text = NULL;

	if (root_read_file(recording->from, path, FILE_MAX, &text, NULL) < 0)
		return 0;
	return recording_write(recording, path, text);
}

int recording_copy_link(const struct recording *recording, const char *path)
{
	_cleanup_free_ char *target = NULL;

	if (root_read_link(recording->from, path, &target) < 0)
		return 0;
	return recording_link(recording, path, target);
}

/* Everything in the folder but, at level 0, the folder itself. */
static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	if (place->level > 0)
		(void)remove(path); /* what cannot be removed is left; the first error is told */
	return 0;
}

static void remove_written(const char *folder, bool is_made)
{
	(void)nftw(folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (is_made)
		(void)rmdir(folder); /* as above */
}

/* Makes FOLDER, or takes an empty one. */
static int prepare(const char *folder, bool *ret_is_made, struct root **ret_root,
		   struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	int r;

	*ret_is_made = mkdir(folder, 0755) == 0;
	if (!*ret_is_made && errno != EEXIST)
		return problem_set_errno(why, -errno, folder);
	r = root_open(folder, &root, why);
	if (r < 0)
		return r;
	r = root_list(root, "/", 1, &names);
	if (r < 0)
		return problem_set_errno(why, r, folder);
	if (names.count) {
		r = problem_set(why, -ENOTEMPTY, folder, _("the folder is not empty"));
		problem_set_next(why, _("Name a folder that does not exist yet."));
		return r;
	}
	*ret_root = TAKE_PTR(root);
	return 0;
}

static int write_all(const struct recording *recording, const struct machine *machine)
{
	int r = record_sysfs(recording);

	if (r == 0)
		r = record_proc(recording);
	if (r == 0)
		r = record_probes(recording, machine);
	if (r == 0)
		r = record_stacks(recording, machine);
	if (r == 0)
		r = record_health(recording, machine);
	return r;
}

int record_machine(const struct machine *machine, const char *folder, struct problem *why)
{
	_cleanup_root_ struct root *from = NULL, *to = NULL;
	struct recording recording = {.why = why};
	bool is_made = false;
	int r;

	if (machine->source == MACHINE_IMAGES)
		return problem_set(why, -EINVAL, _("record"),
				   _("disk images are not recorded, only machines"));
	r = root_open(machine->sysroot ? machine->sysroot : "/", &from, why);
	if (r == 0)
		r = prepare(folder, &is_made, &to, why);
	if (r < 0)
		return r;
	recording.from = from;
	recording.to = to;
	r = write_all(&recording, machine);
	if (r < 0)
		remove_written(folder, is_made);
	return r;
}
