/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file is besides its bytes: reading, comparing, keeping, giving to another. */
#include <errno.h>
#include <limits.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/alloc.h"
#include "base/edit_parts.h"
#include "base/i18n.h"
#include "base/printable.h"

#define NAMES_MAX 65536
#define TOTAL_MAX ((size_t)4 << 20) /* of all values: a hostile file has as many as it likes */

/* Bound to this very file by the kernel: worth nothing on another. */
static const char *const bound_to_file[] = {"security.evm", "trusted.overlay."};
static const char *const bound_to_bytes = "security.ima";
/* What a file gets unasked from its folder or keeps from before, and may have taken away. */
static const char *const removable[] = {"system.posix_acl_access", "security.capability", "user.",
					"trusted."};

/* NTFS tells these to who asks for them, and lists them to nobody: who may do what with the file,
 * and whether it is hidden. A file without them is everybody's on Windows. */
static const char *const unlisted[] = {"system.ntfs_acl", "system.ntfs_security",
				       "system.ntfs_attrib"};

/* Hidden, archived, and how its bytes lie there (compressed, sparse), which some drivers change in
 * an empty file only: no reason to refuse a change. */
static const char *const spared = "system.ntfs_attrib";

static bool has_prefix(const char *name, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (text_has_prefix(name, prefixes[i]))
			return true;
	}
	return false;
}

static void free_extended(struct edit_attributes *attributes)
{
	for (size_t i = 0; i < attributes->count; i++) {
		free(attributes->extended[i].name);
		free(attributes->extended[i].value);
	}
	free(attributes->extended);
	attributes->extended = NULL;
	attributes->count = attributes->capacity = 0;
}

void edit_attributes_done(struct edit_attributes *attributes)
{
	free_extended(attributes);
	*attributes = (struct edit_attributes){0};
}

static struct edit_extended *find(const struct edit_attributes *attributes, const char *name)
{
	for (size_t i = 0; i < attributes->count; i++) {
		if (strcmp(attributes->extended[i].name, name) == 0)
			return &attributes->extended[i];
	}
	return NULL;
}

const struct edit_extended *edit_attributes_find(const struct edit_attributes *attributes,
						 const char *name)
{
	return find(attributes, name);
}

void edit_attributes_set(struct edit_attributes *attributes, const char *name, const void *value,
			 size_t length)
{
	struct edit_extended *extended = find(attributes, name);

	if (!extended) {
		attributes->extended = alloc_grow(attributes->extended, attributes->count,
						  &attributes->capacity, sizeof(*extended));
		extended = &attributes->extended[attributes->count++];
		*extended = (struct edit_extended){.name = text_copy(name)};
	}
	free(extended->value);
	extended->value = alloc_copy(value, length);
	extended->length = length;
}

/* The names of FD's extended attributes, each with its NUL; 0 where its filesystem has none. */
static ssize_t list_names(int fd, char **ret_names)
{
	_cleanup_free_ char *names = alloc_zero(NAMES_MAX + 1, 1);
	ssize_t length = flistxattr(fd, names, NAMES_MAX);

	if (length < 0 && errno != ENOTSUP)
		return -errno;
	length = length < 0 ? 0 : length;
	for (size_t i = 0; i < ARRAY_SIZE(unlisted); i++) {
		size_t size = strlen(unlisted[i]) + 1;

		if (fgetxattr(fd, unlisted[i], NULL, 0) <= 0 || length + (ssize_t)size > NAMES_MAX)
			continue;
		memcpy(names + length, unlisted[i], size);
		length += (ssize_t)size;
	}
	*ret_names = TAKE_PTR(names);
	return length;
}

void edit_attributes_set_label(struct edit_attributes *attributes, const char *label)
{
	edit_attributes_set(attributes, EDIT_LABEL, label, strlen(label) + 1);
}

void edit_attributes_copy(const struct edit_attributes *from, struct edit_attributes *ret)
{
	*ret = *from;
	ret->extended = NULL;
	ret->count = ret->capacity = 0;
	for (size_t i = 0; i < from->count; i++)
		edit_attributes_set(ret, from->extended[i].name, from->extended[i].value,
				    from->extended[i].length);
}

static int read_extended(int fd, struct edit_attributes *ret)
{
	_cleanup_free_ char *names = NULL, *value = alloc_zero(XATTR_SIZE_MAX, 1);
	ssize_t length = list_names(fd, &names);
	size_t total = 0;

	if (length < 0)
		return (int)length;
	for (const char *name = names; name < names + length; name += strlen(name) + 1) {
		ssize_t size = fgetxattr(fd, name, value, XATTR_SIZE_MAX);

		if (size < 0)
			return -errno;
		total += (size_t)size;
		if (total > TOTAL_MAX)
			return -E2BIG;
		edit_attributes_set(ret, name, value, (size_t)size);
	}
	return 0;
}

int edit_attributes_read(int fd, struct edit_attributes *ret)
{
	_cleanup_edit_attributes_ struct edit_attributes attributes = {0};
	struct stat status;
	int r;

	if (fstat(fd, &status) < 0)
		return -errno;
	r = read_extended(fd, &attributes);
	if (r < 0)
		return r;
	attributes.mode = status.st_mode & 07777;
	attributes.uid = status.st_uid;
	attributes.gid = status.st_gid;
	attributes.accessed = status.st_atim;
	attributes.modified = status.st_mtim;
	attributes.flags = edit_flags_read(fd);
	edit_attributes_done(ret);
	*ret = attributes;
	attributes = (struct edit_attributes){0};
	return 0;
}

static bool is_bound(const char *name)
{
	return has_prefix(name, bound_to_file, ARRAY_SIZE(bound_to_file)) ||
	       text_is_equal(name, bound_to_bytes);
}

/* Whether B has all extended attributes of A, but for those that never go to another file. */
static bool has_all(const struct edit_attributes *a, const struct edit_attributes *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct edit_extended *one = &a->extended[i], *other = find(b, one->name);

		if (is_bound(one->name))
			continue;
		if (!other || other->length != one->length ||
		    memcmp(one->value, other->value, one->length) != 0)
			return false;
	}
	return true;
}

bool edit_attributes_are_equal(const struct edit_attributes *a, const struct edit_attributes *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid && has_all(a, b) &&
	       has_all(b, a);
}

/* Takes away what FD has and ATTRIBUTES has not. */
static int remove_others(int fd, const struct edit_attributes *attributes)
{
	_cleanup_free_ char *names = NULL;
	ssize_t length = list_names(fd, &names);

	if (length < 0)
		return (int)length;
	for (const char *name = names; name < names + length; name += strlen(name) + 1) {
		if (!has_prefix(name, removable, ARRAY_SIZE(removable)) || find(attributes, name))
			continue;
		if (fremovexattr(fd, name) < 0 && errno != ENODATA)
			return -errno;
	}
	return 0;
}

static int refuse_extended(const char *what, const char *name, int error, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(name);

	(void)problem_set(why, error, what, _("its attribute %s cannot be kept: %s"), shown,
			  strerror(-error));
	if (text_is_equal(name, "security.selinux"))
		problem_set_next(why,
				 _("The rescue system's own SELinux forbids it: \"setenforce 0\" "
				   "there, or start it with selinux=0."));
	return error;
}

static int set_extended(int fd, const struct edit_attributes *attributes, bool is_same_bytes,
			const char *what, struct problem *why)
{
	for (size_t i = 0; i < attributes->count; i++) {
		const struct edit_extended *extended = &attributes->extended[i];

		if (has_prefix(extended->name, bound_to_file, ARRAY_SIZE(bound_to_file)) ||
		    (!is_same_bytes && text_is_equal(extended->name, bound_to_bytes)))
			continue;
		if (fsetxattr(fd, extended->name, extended->value, extended->length, 0) < 0 &&
		    !text_is_equal(extended->name, spared))
			return refuse_extended(what, extended->name, -errno, why);
	}
	return 0;
}

int edit_attributes_apply(int fd, const struct edit_attributes *attributes, bool is_same_bytes,
			  const char *what, struct problem *why)
{
	int r;

	if (fchown(fd, attributes->uid, attributes->gid) < 0)
		return problem_set_errno(why, -errno, what);
	r = remove_others(fd, attributes);
	if (r < 0)
		return problem_set_errno(why, r, what);
	/* after fchown, which clears the set-user-ID bits and the capabilities */
	if (fchmod(fd, attributes->mode & 07777) < 0)
		return problem_set_errno(why, -errno, what);
	return set_extended(fd, attributes, is_same_bytes, what, why);
}

/* As hexadecimal digits, since they are bytes of any kind; the caller frees. */
static char *to_hex(const char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char *text = alloc_zero(length + 1, 2);

	for (size_t i = 0; i < length; i++) {
		text[2 * i] = digits[(unsigned char)bytes[i] >> 4];
		text[2 * i + 1] = digits[(unsigned char)bytes[i] & 15];
	}
	return text;
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static int from_hex(const char *text, char **ret_bytes, size_t *ret_length)
{
	size_t length = text ? strlen(text) : 1;
	_cleanup_free_ char *bytes = NULL;

	if (length % 2 || length / 2 > XATTR_SIZE_MAX)
		return -EINVAL;
	bytes = alloc_zero(length / 2 + 1, 1);
	for (size_t i = 0; i < length / 2; i++) {
		int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		bytes[i] = (char)(high << 4 | low);
	}
	*ret_bytes = TAKE_PTR(bytes);
	*ret_length = length / 2;
	return 0;
}

static void add_time(struct json_object *object, const char *name, const struct timespec *time)
{
	struct json_object *parts = json_object_new_array();

	(void)json_object_array_add(parts, json_object_new_int64(time->tv_sec));
	(void)json_object_array_add(parts, json_object_new_int64(time->tv_nsec));
	json_object_object_add(object, name, parts);
}

static bool get_time(struct json_object *object, const char *name, struct timespec *ret)
{
	struct json_object *parts = json_get_array(object, name);

	if (!parts || json_object_array_length(parts) != 2)
		return false;
	ret->tv_sec = json_object_get_int64(json_object_array_get_idx(parts, 0));
	ret->tv_nsec = json_object_get_int64(json_object_array_get_idx(parts, 1));
	return ret->tv_nsec >= 0 && ret->tv_nsec < 1000000000;
}

struct json_object *edit_attributes_to_json(const struct edit_attributes *attributes)
{
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();

	json_add_u64(object, "mode", attributes->mode);
	json_add_u64(object, "uid", attributes->uid);
	json_add_u64(object, "gid", attributes->gid);
	json_add_u64(object, "flags", attributes->flags);
	add_time(object, "accessed", &attributes->accessed);
	add_time(object, "modified", &attributes->modified);
	for (size_t i = 0; i < attributes->count; i++) {
		const struct edit_extended *extended = &attributes->extended[i];
		_cleanup_free_ char *hex = to_hex(extended->value, extended->length);
		struct json_object *item = json_object_new_object();

		json_add_bytes(item, "name", extended->name);
		json_add_text(item, "value", hex);
		(void)json_object_array_add(list, item);
	}
	json_object_object_add(object, "extended", list);
	return object;
}

static int get_extended(struct json_object *object, struct edit_attributes *ret)
{
	struct json_object *list = json_get_array(object, "extended");
	size_t count = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		_cleanup_free_ char *name = json_get_bytes(item, "name"), *value = NULL;
		size_t length = 0;

		if (!name || from_hex(json_get_text(item, "value"), &value, &length) < 0)
			return -EINVAL;
		edit_attributes_set(ret, name, value, length);
	}
	return list ? 0 : -EINVAL;
}

int edit_attributes_from_json(struct json_object *object, struct edit_attributes *ret)
{
	_cleanup_edit_attributes_ struct edit_attributes attributes = {0};
	uint64_t mode = json_get_u64(object, "mode", UINT64_MAX);
	uint64_t uid = json_get_u64(object, "uid", UINT64_MAX);
	uint64_t gid = json_get_u64(object, "gid", UINT64_MAX);
	uint64_t flags = json_get_u64(object, "flags", UINT64_MAX);

	if (mode > 07777 || uid >= UINT32_MAX || gid >= UINT32_MAX || flags > UINT32_MAX ||
	    !get_time(object, "accessed", &attributes.accessed) ||
	    !get_time(object, "modified", &attributes.modified) ||
	    get_extended(object, &attributes) < 0)
		return -EINVAL;
	attributes.mode = (mode_t)mode;
	attributes.uid = (uid_t)uid;
	attributes.gid = (gid_t)gid;
	attributes.flags = (unsigned)flags;
	edit_attributes_done(ret);
	*ret = attributes;
	attributes = (struct edit_attributes){0};
	return 0;
}
