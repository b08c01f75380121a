/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device-mapper's mappings as the kernel has them at this moment, from sysfs. */
#include "storage/mapping.h"

#include <errno.h>
#include <string.h>

#include "base/root.h"
#include "base/text.h"

#define BLOCK "sys/block"

static bool is_named(const struct root *root, const char *node, const char *name)
{
	_cleanup_free_ char *path = text_format(BLOCK "/%s/dm/name", node), *found = NULL;

	return root_read_line(root, path, &found) == 0 && text_is_equal(found, name);
}

int mapping_get_uuid(const char *name, char **ret_uuid)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_text_list_ struct text_list nodes = {0};
	int r = root_open("/", &root, NULL);

	if (r < 0)
		return r;
	root_trust(root);
	r = root_list(root, BLOCK, 0, &nodes);
	for (size_t i = 0; r >= 0 && i < nodes.count; i++) {
		_cleanup_free_ char *path = text_format(BLOCK "/%s/dm/uuid", nodes.items[i]);
		char *uuid = NULL;

		if (!text_has_prefix(nodes.items[i], "dm-") ||
		    !is_named(root, nodes.items[i], name))
			continue;
		if (root_read_line(root, path, &uuid) < 0)
			uuid = text_copy("");
		*ret_uuid = uuid;
		return 0;
	}
	return r < 0 ? r : -ENOENT;
}

/* "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-name", as libcryptsetup makes it. */
bool mapping_is_container(const char *dm_uuid, const char *uuid)
{
	const char *at = text_after_prefix(dm_uuid, "CRYPT-LUKS");

	if (!at || text_is_empty(uuid) || (*at != '1' && *at != '2') || at[1] != '-')
		return false;
	at += 2;
	for (; *uuid; uuid++) {
		if (*uuid == '-')
			continue;
		if (*at != *uuid)
			return false;
		at++;
	}
	return *at == '-';
}

static void add_doubled(struct text_buffer *buffer, const char *name)
{
	for (; *name; name++)
		text_buffer_add(buffer, *name == '-' ? "--" : name, *name == '-' ? 2 : 1);
}

char *lvm_mapping_name(const char *group, const char *volume)
{
	_cleanup_(text_buffer_done) struct text_buffer name = {0};

	add_doubled(&name, group);
	text_buffer_add(&name, "-", 1);
	add_doubled(&name, volume);
	return text_buffer_take(&name);
}
