/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is mounted now: mountinfo and swaps, read through libmount. */
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/mount.h"

#define TABLE_SIZE_MAX (16u * 1024 * 1024)

static void table_unref(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void iterator_free(struct libmnt_iter **iterator)
{
	mnt_free_iter(*iterator);
}

static struct mount_entry *add_entry(struct mount_table *table)
{
	table->entries =
		alloc_grow(table->entries, table->count, &table->capacity, sizeof(*table->entries));
	return &table->entries[table->count++];
}

/* What is mounted so, or what the kernel lets nobody write to any more since it found errors: an
 * option of the filesystem then, "ro", or of late "emergency_ro". */
static bool is_read_only(const char *options)
{
	return mnt_optstr_get_option(options, "ro", NULL, NULL) == 0 ||
	       mnt_optstr_get_option(options, "emergency_ro", NULL, NULL) == 0;
}

static void take_mount(struct libmnt_fs *fs, struct mount_table *table)
{
	struct mount_entry *entry = add_entry(table);
	const char *options = mnt_fs_get_vfs_options(fs), *more = mnt_fs_get_fs_options(fs);

	entry->id = mnt_fs_get_id(fs);
	entry->parent_id = mnt_fs_get_parent_id(fs);
	entry->number = mnt_fs_get_devno(fs);
	entry->source = text_copy(mnt_fs_get_source(fs));
	entry->root = text_copy(mnt_fs_get_root(fs));
	entry->target = text_copy(mnt_fs_get_target(fs));
	entry->type = text_copy(mnt_fs_get_fstype(fs));
	entry->options = text_format("%s,%s", options ? options : "", more ? more : "");
	entry->is_read_only = is_read_only(entry->options);
}

static void take_swap(struct libmnt_fs *fs, struct mount_table *table)
{
	struct mount_entry *entry = add_entry(table);

	entry->source = text_copy(mnt_fs_get_source(fs));
	entry->target = text_copy("[SWAP]");
	entry->type = text_copy("swap");
	entry->options = text_copy("");
}

typedef void (*take_fn)(struct libmnt_fs *fs, struct mount_table *table);

/* Hands every line of a /proc file to TAKE. */
static int parse(const char *text, const char *name, take_fn take, struct mount_table *table)
{
	_cleanup_(table_unref) struct libmnt_table *parsed = mnt_new_table();
	_cleanup_(iterator_free) struct libmnt_iter *iterator = mnt_new_iter(MNT_ITER_FORWARD);
	_cleanup_fclose_ FILE *stream = NULL;
	struct libmnt_fs *fs;

	if (!parsed || !iterator)
		return -ENOMEM;
	if (!*text)
		return 0;
	stream = fmemopen((char *)text, strlen(text), "r");
	if (!stream)
		return -errno;
	if (mnt_table_parse_stream(parsed, stream, name) < 0)
		return -EBADMSG;
	while (mnt_table_next_fs(parsed, iterator, &fs) == 0)
		take(fs, table);
	return 0;
}

int mount_table_read(const struct root *root, struct mount_table *table, struct problem *why)
{
	_cleanup_root_ struct root *own = NULL;
	_cleanup_free_ char *mounts = NULL, *swaps = NULL;
	int r;

	if (!root) {
		r = root_open("/", &own, why);
		if (r < 0)
			return r;
		root = own;
	}
	r = root_read_file(root, "proc/self/mountinfo", TABLE_SIZE_MAX, &mounts, NULL);
	if (r >= 0)
		r = parse(mounts, "/proc/self/mountinfo", take_mount, table);
	if (r < 0)
		return problem_set_errno(why, r, "/proc/self/mountinfo");
	if (root_read_file(root, "proc/swaps", TABLE_SIZE_MAX, &swaps, NULL) < 0)
		return 0; /* a kernel without swap */
	r = parse(swaps, "/proc/swaps", take_swap, table);
	if (r < 0)
		return problem_set_errno(why, r, "/proc/swaps");
	return 0;
}

void mount_table_done(struct mount_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		struct mount_entry *entry = &table->entries[i];

		free(entry->source);
		free(entry->root);
		free(entry->target);
		free(entry->type);
		free(entry->options);
	}
	free(table->entries);
	*table = (struct mount_table){0};
}

const struct mount_entry *mount_table_find(const struct mount_table *table, const char *target)
{
	for (size_t i = table->count; i > 0; i--) {
		if (text_is_equal(table->entries[i - 1].target, target))
			return &table->entries[i - 1];
	}
	return NULL;
}

bool mount_path_is_below(const char *path, const char *target)
{
	size_t length = strlen(target);

	while (length && target[length - 1] == '/')
		length--;
	if (*path != '/' || strncmp(path, target, length) != 0)
		return false;
	return !path[length] || path[length] == '/';
}

static int compare_for_unmount(const void *a, const void *b)
{
	const struct mount_entry *left = *(const struct mount_entry *const *)a;
	const struct mount_entry *right = *(const struct mount_entry *const *)b;

	/* a later mount is never below an earlier one's parent: ids grow, the table's order tells
	 */
	return left < right ? 1 : left > right ? -1 : 0;
}

size_t mount_table_list_below(const struct mount_table *table, const char *target,
			      const struct mount_entry ***ret_entries)
{
	const struct mount_entry **list = alloc_zero(table->count, sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < table->count; i++) {
		const char *at = table->entries[i].target;

		if (at && mount_path_is_below(at, target))
			list[count++] = &table->entries[i];
	}
	qsort(list, count, sizeof(*list), compare_for_unmount);
	*ret_entries = list;
	return count;
}
