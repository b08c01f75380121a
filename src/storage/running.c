/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays and loop devices as the kernel has them at this moment, from sysfs. */
#include "storage/running.h"

#include <errno.h>
#include <string.h>

#include "base/process.h"
#include "base/root.h"
#include "base/text.h"
#include "storage/raid_format.h"
#include "storage/stack_parts.h"

#define BLOCK "sys/class/block"
#define MDADM_TIMEOUT_MS 10000

bool running_uuid_is_equal(const char *a, const char *b)
{
	static const char between[] = "-:. ";

	if (text_is_empty(a) || text_is_empty(b))
		return false;
	for (;;) {
		char left[2] = {0}, right[2] = {0};

		a += strspn(a, between);
		b += strspn(b, between);
		if (!*a || !*b)
			return *a == *b;
		*left = *a++;
		*right = *b++;
		if (!text_is_equal_ignoring_case(left, right))
			return false;
	}
}

void running_array_done(struct running_array *array)
{
	free(array->node);
	*array = (struct running_array){0};
}

/* What mdadm says, where the kernel is too old to tell, or has not looked at the members yet. */
static char *ask_mdadm(const char *node)
{
	const char *const arguments[] = {"mdadm", "--detail", "--export", node, NULL};
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *output = NULL;

	if (process_run_checked(arguments, MDADM_TIMEOUT_MS, &output, NULL) < 0)
		return NULL;
	text_list_split(&lines, output, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *uuid = text_after_prefix(lines.items[i], "MD_UUID=");

		if (uuid)
			return text_copy(uuid);
	}
	return NULL;
}

static char *read_array_uuid(const struct root *root, const char *name)
{
	_cleanup_free_ char *path = text_format(BLOCK "/%s/md/uuid", name);
	_cleanup_free_ char *version_path = text_format(BLOCK "/%s/md/metadata_version", name);
	_cleanup_free_ char *node = text_format("/dev/%s", name);
	_cleanup_free_ char *uuid = NULL, *version = NULL;

	/* zeroes stand where an array was begun and is not started */
	if (root_read_line(root, path, &uuid) < 0 || strspn(uuid, "0-") == strlen(uuid))
		return ask_mdadm(node);
	(void)root_read_line(root, version_path, &version); /* 1.x where it is not told */
	return raid_uuid_from_kernel(uuid, version);
}

static bool array_is_active(const struct root *root, const char *name)
{
	_cleanup_free_ char *path = text_format(BLOCK "/%s/md/array_state", name), *state = NULL;

	return root_read_line(root, path, &state) == 0 && !text_is_equal(state, "inactive") &&
	       !text_is_equal(state, "clear");
}

static bool is_array(const struct root *root, const char *name)
{
	_cleanup_free_ char *path = text_format(BLOCK "/%s/md", name);

	return text_has_prefix(name, "md") && root_has_folder(root, path);
}

static int open_system(struct root **ret_root)
{
	int r = root_open("/", ret_root, NULL);

	if (r == 0)
		root_trust(*ret_root);
	return r;
}

int running_array_find(const char *uuid, struct running_array *ret_array)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	int r = open_system(&root);

	if (r == 0)
		r = root_list(root, BLOCK, 0, &names);
	for (size_t i = 0; r >= 0 && i < names.count; i++) {
		_cleanup_free_ char *have = NULL;

		if (!is_array(root, names.items[i]) || stack_is_part(root, names.items[i]))
			continue;
		have = read_array_uuid(root, names.items[i]);
		if (!running_uuid_is_equal(have, uuid))
			continue;
		ret_array->node = text_format("/dev/%s", names.items[i]);
		ret_array->is_active = array_is_active(root, names.items[i]);
		return 0;
	}
	return r < 0 ? r : -ENOENT;
}

bool running_is_in_use(const char *node)
{
	const char *name = text_after_prefix(node, "/dev/");
	_cleanup_free_ char *loop = text_format(BLOCK "/%s/loop", name ? name : "");
	_cleanup_free_ char *state = text_format(BLOCK "/%s/md/array_state", name ? name : "");
	_cleanup_free_ char *found = NULL;
	_cleanup_root_ struct root *root = NULL;

	if (!name || open_system(&root) < 0)
		return false;
	if (root_read_line(root, state, &found) == 0)
		return !text_is_equal(found, "clear"); /* a node that an array has left behind */
	return root_has_folder(root, loop);
}

bool running_loop_is_on(const char *node, const char *file, uint64_t offset)
{
	const char *name = text_after_prefix(node, "/dev/");
	_cleanup_free_ char *backing = text_format(BLOCK "/%s/loop/backing_file", name ? name : "");
	_cleanup_free_ char *place = text_format(BLOCK "/%s/loop/offset", name ? name : "");
	_cleanup_free_ char *found = NULL;
	_cleanup_root_ struct root *root = NULL;
	uint64_t at = 0;

	return name && open_system(&root) == 0 && root_read_line(root, backing, &found) == 0 &&
	       text_is_equal(found, file) && root_read_u64(root, place, &at) == 0 && at == offset;
}

/* A number that the kernel tells of loop device NAME; 0 where it does not. */
static uint64_t read_loop_number(const struct root *root, const char *name, const char *attribute)
{
	_cleanup_free_ char *path = text_format(BLOCK "/%s/%s", name, attribute);
	uint64_t value = 0;

	return root_read_u64(root, path, &value) == 0 ? value : 0;
}

static bool is_overlapping(uint64_t offset, uint64_t size, uint64_t other, uint64_t other_size)
{
	uint64_t end = size ? offset + size : UINT64_MAX;
	uint64_t other_end = other_size ? other + other_size : UINT64_MAX;

	return offset < other_end && other < end;
}

char *running_find_writer(const char *node, const char *file, uint64_t offset, uint64_t size)
{
	_cleanup_free_ char *real = realpath(file, NULL);
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_root_ struct root *root = NULL;

	if (!real || open_system(&root) < 0 || root_list(root, BLOCK, 0, &names) < 0)
		return NULL;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		_cleanup_free_ char *backing = text_format(BLOCK "/%s/loop/backing_file", name);
		_cleanup_free_ char *path = text_format("/dev/%s", name), *found = NULL;

		if (text_is_equal(path, node) || root_read_line(root, backing, &found) < 0 ||
		    !text_is_equal(found, real) || read_loop_number(root, name, "ro"))
			continue;
		if (is_overlapping(offset, size, read_loop_number(root, name, "loop/offset"),
				   read_loop_number(root, name, "loop/sizelimit")))
			return TAKE_PTR(path);
	}
	return NULL;
}
