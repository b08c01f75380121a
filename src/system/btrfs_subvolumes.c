/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subvolumes of a mounted btrfs filesystem, by searching its tree of roots. */
#include "system/btrfs_subvolumes.h"

#include <endian.h>
#include <errno.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/alloc.h"
#include "base/text.h"

#define SUBVOLUMES_MAX 4096
#define NAME_BYTES_MAX 255

/* What the tree says of one subvolume; its path is put together from these. */
struct link {
	uint64_t id;
	uint64_t parent;  /* subvolume it lies in */
	uint64_t folder;  /* inode in the parent */
	char *name;
};

/* What its own item says of it. */
struct root_item {
	uint64_t id;
	bool is_read_only;
	bool has_parent; /* it was made as a snapshot of another one */
};

/* Both lists are by id, as the tree is. */
struct links {
	struct link *items;
	size_t count;
	size_t capacity;
	struct root_item *roots;
	size_t root_count;
	size_t root_capacity;
	uint64_t default_id;
};

static void links_done(struct links *links)
{
	for (size_t i = 0; i < links->count; i++)
		free(links->items[i].name);
	free(links->items);
	free(links->roots);
}

/* ROOT_BACKREF: the key's object is the subvolume, its offset the parent. */
static void take_backref(struct links *links, const struct btrfs_ioctl_search_header *header,
			 const char *data)
{
	struct btrfs_root_ref ref;
	uint16_t length;

	if (header->len < sizeof(ref) || links->count >= SUBVOLUMES_MAX)
		return;
	memcpy(&ref, data, sizeof(ref));
	length = le16toh(ref.name_len);
	if (!length || length > NAME_BYTES_MAX || length > header->len - sizeof(ref))
		return;
	links->items = alloc_grow(links->items, links->count, &links->capacity,
				  sizeof(*links->items));
	links->items[links->count++] = (struct link){
		.id = header->objectid,
		.parent = header->offset,
		.folder = le64toh(ref.dirid),
		.name = alloc_copy(data + sizeof(ref), length),
	};
}

static void take_root(struct links *links, const struct btrfs_ioctl_search_header *header,
		      const char *data)
{
	static const unsigned char none[BTRFS_UUID_SIZE];
	struct btrfs_root_item item = {0};
	size_t length = header->len < sizeof(item) ? header->len : sizeof(item);

	if (length < offsetof(struct btrfs_root_item, flags) + sizeof(item.flags) ||
	    links->root_count >= SUBVOLUMES_MAX)
		return;
	memcpy(&item, data, length); /* an older kernel's is shorter, without what follows */
	links->roots = alloc_grow(links->roots, links->root_count, &links->root_capacity,
				  sizeof(*links->roots));
	links->roots[links->root_count++] = (struct root_item){
		.id = header->objectid,
		.is_read_only = le64toh(item.flags) & BTRFS_ROOT_SUBVOL_RDONLY,
		.has_parent = memcmp(item.parent_uuid, none, sizeof(none)) != 0,
	};
}

/* DIR_ITEM "default" of the tree of roots names the default subvolume. */
static void take_default(struct links *links, const struct btrfs_ioctl_search_header *header,
			 const char *data)
{
	struct btrfs_dir_item item;

	if (header->len < sizeof(item) + 7)
		return;
	memcpy(&item, data, sizeof(item));
	if (le16toh(item.name_len) == 7 && memcmp(data + sizeof(item), "default", 7) == 0)
		links->default_id = le64toh(item.location.objectid);
}

static void take_item(struct links *links, const struct btrfs_ioctl_search_header *header,
		      const char *data)
{
	bool is_subvolume = header->objectid >= BTRFS_FIRST_FREE_OBJECTID &&
			    header->objectid <= (uint64_t)BTRFS_LAST_FREE_OBJECTID;

	if (header->type == BTRFS_ROOT_BACKREF_KEY && is_subvolume)
		take_backref(links, header, data);
	else if (header->type == BTRFS_ROOT_ITEM_KEY && is_subvolume)
		take_root(links, header, data);
	else if (header->type == BTRFS_DIR_ITEM_KEY &&
		 header->objectid == BTRFS_ROOT_TREE_DIR_OBJECTID)
		take_default(links, header, data);
}

/* Hands one buffer of items over and moves the key behind the last one. */
static void take_items(struct links *links, struct btrfs_ioctl_search_args *args)
{
	size_t at = 0;

	for (unsigned i = 0; i < args->key.nr_items; i++) {
		struct btrfs_ioctl_search_header header;

		if (at + sizeof(header) > sizeof(args->buf))
			return;
		memcpy(&header, args->buf + at, sizeof(header));
		at += sizeof(header);
		if (header.len > sizeof(args->buf) - at)
			return;
		take_item(links, &header, args->buf + at);
		at += header.len;
		args->key.min_objectid = header.objectid;
		args->key.min_type = header.type;
		args->key.min_offset = header.offset;
	}
}

static int search(int fd, struct links *links)
{
	struct btrfs_ioctl_search_args args = {
		.key = {
			.tree_id = BTRFS_ROOT_TREE_OBJECTID,
			.max_objectid = UINT64_MAX,
			.max_type = UINT32_MAX,
			.max_offset = UINT64_MAX,
			.max_transid = UINT64_MAX,
		},
	};

	for (int rounds = 0; rounds < 10000; rounds++) {
		args.key.nr_items = 4096;
		if (ioctl(fd, BTRFS_IOC_TREE_SEARCH, &args) < 0)
			return -errno;
		if (!args.key.nr_items)
			return 0;
		take_items(links, &args);
		if (args.key.min_offset < UINT64_MAX) {
			args.key.min_offset++;
		} else if (args.key.min_type < UINT8_MAX) {
			args.key.min_type++;
			args.key.min_offset = 0;
		} else {
			args.key.min_objectid++;
			args.key.min_type = 0;
			args.key.min_offset = 0;
		}
	}
	return 0;
}

static int compare_links(const void *a, const void *b)
{
	uint64_t left = ((const struct link *)a)->id, right = ((const struct link *)b)->id;

	return left < right ? -1 : left > right;
}

static const struct link *find_link(const struct links *links, uint64_t id)
{
	const struct link key = {.id = id};

	return links->count ? bsearch(&key, links->items, links->count, sizeof(key), compare_links)
			    : NULL;
}

static int compare_roots(const void *a, const void *b)
{
	uint64_t left = ((const struct root_item *)a)->id;
	uint64_t right = ((const struct root_item *)b)->id;

	return left < right ? -1 : left > right;
}

static struct root_item find_root(const struct links *links, uint64_t id)
{
	const struct root_item key = {.id = id};
	const struct root_item *found =
		links->root_count ? bsearch(&key, links->roots, links->root_count, sizeof(key),
					    compare_roots)
				  : NULL;

	return found ? *found : key;
}

/* The folder that LINK stands in, within its parent subvolume: "" or "a/b/"; the caller frees. */
static char *folder_of(int fd, const struct link *link)
{
	struct btrfs_ioctl_ino_lookup_args args = {
		.treeid = link->parent,
		.objectid = link->folder,
	};

	if (link->folder == BTRFS_FIRST_FREE_OBJECTID)
		return text_copy("");
	if (ioctl(fd, BTRFS_IOC_INO_LOOKUP, &args) < 0)
		return NULL;
	return alloc_copy(args.name, strnlen(args.name, sizeof(args.name)));
}

/* The whole path of a subvolume; the caller frees; NULL where it does not hang together. */
static char *path_of(int fd, const struct links *links, const struct link *link)
{
	_cleanup_free_ char *path = text_copy("");

	for (int depth = 0; link && depth < 32; depth++) {
		_cleanup_free_ char *folder = folder_of(fd, link);
		char *longer;

		if (!folder)
			return NULL;
		longer = text_format("%s%s%s%s", folder, link->name, *path ? "/" : "", path);
		free(path);
		path = longer;
		if (link->parent == BTRFS_FS_TREE_OBJECTID)
			return TAKE_PTR(path);
		link = find_link(links, link->parent);
	}
	return NULL;
}

int subvolumes_read(int fd, struct subvolumes *subvolumes)
{
	_cleanup_(links_done) struct links links = {.default_id = BTRFS_FS_TREE_OBJECTID};
	int r = search(fd, &links);

	if (r < 0)
		return r;
	subvolumes->default_id = links.default_id;
	for (size_t i = 0; i < links.count; i++) {
		const struct link *link = &links.items[i];
		const struct root_item root = find_root(&links, link->id);
		char *path = path_of(fd, &links, link);

		if (!path)
			continue;
		subvolumes->items = alloc_grow(subvolumes->items, subvolumes->count,
					       &subvolumes->capacity, sizeof(*subvolumes->items));
		subvolumes->items[subvolumes->count++] = (struct subvolume){
			.id = link->id,
			.path = path,
			.is_default = link->id == links.default_id,
			.is_read_only = root.is_read_only,
			.has_parent = root.has_parent,
		};
	}
	return 0;
}

void subvolumes_done(struct subvolumes *subvolumes)
{
	for (size_t i = 0; i < subvolumes->count; i++)
		free(subvolumes->items[i].path);
	free(subvolumes->items);
	*subvolumes = (struct subvolumes){0};
}
