/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of jobs. */
#include "plan/job_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "plan/journal_lock.h"

#define FOLDER "jobs"
#define NEWEST "newest" /* the number that was given last: also that of a job that is forgotten */

char *job_folder_path(const char *journal_folder, unsigned number, const char *name)
{
	return text_format("%s/" FOLDER "/%u%s%s", journal_folder, number, name ? "/" : "",
			   name ? name : "");
}

static void close_folder(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder); /* only read from */
}

/* A number as it is written here, without zeroes ahead; 0: no job's. */
static unsigned parse_number(const char *name)
{
	uint64_t number;

	if (*name == '0' || text_parse_u64(name, &number) < 0 || number > JOB_NUMBER_MAX)
		return 0;
	return (unsigned)number;
}

static int compare(const void *a, const void *b)
{
	unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;

	return left < right ? -1 : left > right;
}

int job_folder_list(const char *journal_folder, unsigned **ret_numbers, size_t *ret_count,
		    struct problem *why)
{
	_cleanup_free_ char *path = text_format("%s/" FOLDER, journal_folder);
	_cleanup_(close_folder) DIR *folder = opendir(path);
	unsigned *numbers = NULL;
	size_t count = 0, capacity = 0;
	const struct dirent *entry;

	if (!folder && errno != ENOENT)
		return problem_set_errno(why, -errno, path);
	while (folder && (entry = readdir(folder)) != NULL) {
		unsigned number = parse_number(entry->d_name);

		if (!number)
			continue;
		numbers = alloc_grow(numbers, count, &capacity, sizeof(*numbers));
		numbers[count++] = number;
	}
	if (count)
		qsort(numbers, count, sizeof(*numbers), compare);
	*ret_numbers = numbers;
	*ret_count = count;
	return 0;
}

static unsigned read_newest(const char *path)
{
	_cleanup_free_ char *text = NULL;

	return file_read(path, 64, &text, NULL, NULL) < 0 ? 0 : parse_number(text_trim(text));
}

int job_folder_make(const char *journal_folder, unsigned *ret_number, struct problem *why)
{
	_cleanup_free_ char *folder = text_format("%s/" FOLDER, journal_folder);
	_cleanup_free_ char *newest = text_format("%s/" NEWEST, folder), *text = NULL;
	_cleanup_free_ unsigned *numbers = NULL;
	size_t count = 0;
	unsigned number;
	int r = file_make_folders(folder, 0700, why);

	if (r == 0)
		r = job_folder_list(journal_folder, &numbers, &count, why);
	if (r < 0)
		return r;
	number = read_newest(newest);
	if (count && numbers[count - 1] > number)
		number = numbers[count - 1];
	do {
		_cleanup_free_ char *path = job_folder_path(journal_folder, ++number, NULL);

		r = mkdir(path, 0700) < 0 ? -errno : 0;
	} while (r == -EEXIST && number < JOB_NUMBER_MAX);
	if (r < 0)
		return problem_set_errno(why, r, folder);
	text = text_format("%u\n", number);
	/* unwritten, the number is used again only once its folder is gone */
	(void)job_folder_replace(newest, text, strlen(text));
	*ret_number = number;
	return 0;
}

bool job_folder_is_held(const char *journal_folder, unsigned number, pid_t *ret_pid)
{
	_cleanup_free_ char *path = job_folder_path(journal_folder, number, "lock");

	return journal_lock_is_held(path, ret_pid);
}

int job_folder_replace(const char *path, const char *text, size_t length)
{
	_cleanup_free_ char *unfinished = text_format("%s.%d", path, getpid());
	_cleanup_close_ int fd =
		open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r = fd < 0 ? -errno : file_write_all(fd, text, length);

	if (r == 0 && rename(unfinished, path) < 0)
		r = -errno;
	if (r < 0 && fd >= 0)
		(void)unlink(unfinished); /* the next one would replace it, too */
	return r;
}

int job_folder_remove(const char *journal_folder, unsigned number, struct problem *why)
{
	_cleanup_free_ char *path = job_folder_path(journal_folder, number, NULL);
	_cleanup_(close_folder) DIR *folder = opendir(path);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)) != NULL) {
		if (!text_is_equal(entry->d_name, ".") && !text_is_equal(entry->d_name, ".."))
			(void)unlinkat(dirfd(folder), entry->d_name, 0); /* rmdir tells */
	}
	return rmdir(path) < 0 ? problem_set_errno(why, -errno, path) : 0;
}
