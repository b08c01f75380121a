/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry hives through libhivex, which opens and writes paths only: it gets those of memory
 * files. */
#include "system/hive.h"

#include <errno.h>
#include <hivex.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/bytes.h"
#include "system/windows_accounts.h"

#define MEMORY_PATH "/proc/self/fd/%d"
#define CELL_HEADER 4u

struct hive {
	hive_h *handle;
	int fd; /* the copy that is mapped */
};

static int refuse(const char *what, struct problem *why)
{
	return problem_set(why, -EUCLEAN, what, _("is no registry hive that makes sense"));
}

static int copy_to_memory(const void *bytes, size_t length)
{
	_cleanup_close_ int fd = memfd_create("hive", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : file_write_all(fd, bytes, length);

	return r < 0 ? r : TAKE_FD(fd);
}

int hive_open(const void *bytes, size_t length, bool is_writable, const char *what,
	      struct hive **ret_hive, struct problem *why)
{
	_cleanup_hive_ struct hive *hive = alloc_zero(1, sizeof(*hive));
	_cleanup_free_ char *path = NULL;

	hive->fd = -1;
	if (length < 8192 || length > WINDOWS_HIVE_MAX_BYTES || memcmp(bytes, "regf", 4) != 0)
		return refuse(what, why);
	hive->fd = copy_to_memory(bytes, length);
	if (hive->fd < 0)
		return problem_set_errno(why, hive->fd, what);
	path = text_format(MEMORY_PATH, hive->fd);
	hive->handle = hivex_open(path, is_writable ? HIVEX_OPEN_WRITE : 0);
	if (!hive->handle)
		return errno == ENOMEM ? problem_set_errno(why, -ENOMEM, what) : refuse(what, why);
	*ret_hive = TAKE_PTR(hive);
	return 0;
}

struct hive *hive_free(struct hive *hive)
{
	if (!hive)
		return NULL;
	if (hive->handle)
		(void)hivex_close(hive->handle); /* what is to be kept was taken before */
	if (hive->fd >= 0)
		(void)close(hive->fd); /* a copy */
	free(hive);
	return NULL;
}

hive_key hive_find(struct hive *hive, hive_key key, const char *path)
{
	_cleanup_text_list_ struct text_list parts = {0};

	text_list_split(&parts, path, "/");
	key = key ? key : hivex_root(hive->handle);
	for (size_t i = 0; key && i < parts.count; i++)
		key = hivex_node_get_child(hive->handle, key, parts.items[i]);
	return key;
}

int hive_list(struct hive *hive, hive_key key, hive_key **ret_keys, size_t *ret_count)
{
	_cleanup_free_ hive_node_h *keys = hivex_node_children(hive->handle, key);
	size_t count = 0;

	if (!keys)
		return -EUCLEAN;
	while (keys[count])
		count++;
	if (count > HIVE_KEYS_MAX)
		return -EUCLEAN;
	*ret_keys = TAKE_PTR(keys);
	*ret_count = count;
	return 0;
}

char *hive_get_name(struct hive *hive, hive_key key)
{
	return hivex_node_name(hive->handle, key);
}

void hive_value_done(struct hive_value *value)
{
	free(value->bytes);
	*value = (struct hive_value){0};
}

int hive_read(struct hive *hive, hive_key key, const char *name, struct hive_value *ret_value)
{
	hive_value_h found = hivex_node_get_value(hive->handle, key, name);
	struct hive_value value = {0};
	_cleanup_free_ char *bytes = NULL;
	hive_type type = hive_t_REG_NONE;
	size_t cell, cell_length = 0;

	if (!found)
		return -ENOENT;
	if (hivex_value_type(hive->handle, found, &type, &value.length) < 0 ||
	    value.length > HIVE_VALUE_MAX)
		return -EUCLEAN;
	bytes = hivex_value_value(hive->handle, found, &type, &value.length);
	if (!bytes && value.length)
		return -EUCLEAN;
	errno = 0;
	cell = hivex_value_data_cell_offset(hive->handle, found, &cell_length);
	if (cell && !errno && cell_length == value.length + CELL_HEADER)
		value.offset = cell + CELL_HEADER;
	value.type = (uint32_t)type;
	value.bytes = alloc_zero(value.length + 2, 1);
	if (value.length)
		memcpy(value.bytes, bytes, value.length);
	*ret_value = value;
	return 0;
}

char *hive_read_text(struct hive *hive, hive_key key, const char *name)
{
	_cleanup_hive_value_ struct hive_value value = {0};

	if (!key || hive_read(hive, key, name, &value) < 0)
		return NULL;
	return utf16_to_text(value.bytes, value.length / 2);
}

int hive_add_key(struct hive *hive, hive_key parent, const char *name, hive_key *ret_key)
{
	hive_key key = hivex_node_add_child(hive->handle, parent, name);

	if (!key)
		return -EUCLEAN;
	*ret_key = key;
	return 0;
}

int hive_set(struct hive *hive, hive_key key, const char *name, uint32_t type, const void *bytes,
	     size_t length)
{
	const hive_set_value value = {
		.key = (char *)name,
		.t = (hive_type)type,
		.len = length,
		.value = (char *)bytes,
	};

	return hivex_node_set_value(hive->handle, key, &value, 0) < 0 ? -EUCLEAN : 0;
}

int hive_take(struct hive *hive, char **ret_bytes, size_t *ret_length)
{
	_cleanup_close_ int fd = memfd_create("hive", MFD_CLOEXEC);
	_cleanup_free_ char *path = NULL;

	if (fd < 0)
		return -errno;
	path = text_format(MEMORY_PATH, fd);
	if (hivex_commit(hive->handle, path, 0) < 0)
		return -EUCLEAN;
	return file_read_fd(fd, WINDOWS_HIVE_MAX_BYTES, ret_bytes, ret_length);
}
