/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows and BSD systems, recognised by name. */
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/inspect_parts.h"

#define HIVE_MAX (64u * 1024 * 1024)

/* PATH with each component spelt as the folder has it; the caller frees; NULL: not there. */
static char *find_ignoring_case(const struct root *root, const char *path)
{
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *found = text_copy("");

	text_list_split(&parts, path, "/");
	for (size_t i = 0; i < parts.count; i++) {
		_cleanup_text_list_ struct text_list names = {0};
		char *longer = NULL;

		if (root_list(root, *found ? found : "/", 20000, &names) < 0)
			return NULL;
		for (size_t j = 0; j < names.count && !longer; j++) {
			if (strcasecmp(names.items[j], parts.items[i]) == 0)
				longer = text_format("%s/%s", found, names.items[j]);
		}
		if (!longer)
			return NULL;
		free(found);
		found = longer;
	}
	return TAKE_PTR(found);
}

/*
 * The value "ProductName" of the SOFTWARE hive: a key value cell ("vk") with that name, whose data
 * is UTF-16 in a cell of its own. Offsets count from the end of the hive's 4096-byte header.
 */
static char *read_product_name(const struct root *root, const char *hive_path)
{
	static const char name[] = "ProductName";
	_cleanup_free_ char *hive = NULL;
	_cleanup_text_buffer_ struct text_buffer product = {0};
	size_t length = 0;
	const char *found, *at;

	if (root_read_file(root, hive_path, HIVE_MAX, &hive, &length) < 0 || length < 8192 ||
	    memcmp(hive, "regf", 4) != 0)
		return NULL;
	for (at = hive; (found = memmem(at, length - (size_t)(at - hive), name,
					sizeof(name) - 1)) != NULL; at = found + 1) {
		uint32_t size, offset;

		if (found - hive < 20 || memcmp(found - 20, "vk", 2) != 0)
			continue;
		memcpy(&size, found - 16, 4);
		memcpy(&offset, found - 12, 4);
		if (size > 512 || size < 2 || offset > length - 4100 ||
		    length - 4100 - offset < size)
			continue;
		for (uint32_t i = 0; i + 1 < size; i += 2) {
			const char *unit = hive + 4100 + offset + i;

			if (!unit[0] && !unit[1])
				break;
			text_buffer_add(&product, unit[1] || unit[0] < 0x20 ? "?" : unit, 1);
		}
		return text_buffer_take(&product);
	}
	return NULL;
}

static struct system *inspect_windows(const struct root *root)
{
	_cleanup_free_ char *hive = find_ignoring_case(root, "Windows/System32/config/SOFTWARE");
	_cleanup_free_ char *product = NULL;
	struct system *system;
	struct stat status;

	if (!hive)
		return NULL;
	product = read_product_name(root, hive);
	system = system_new();
	system->kind = SYSTEM_WINDOWS;
	system->os_id = text_copy("windows");
	system->name = product && *product ? TAKE_PTR(product) : text_copy("Windows");
	if (root_stat(root, hive, true, &status) == 0)
		system->last_used = status.st_mtim.tv_sec;
	return system;
}

static const struct {
	const char *paths[3]; /* all of them must be there */
	const char *id;
	const char *name;
} bsds[] = {
	{{"bin/freebsd-version", "etc/rc.d", NULL}, "freebsd", "FreeBSD"},
	{{"boot/kernel/kernel", "etc/rc.conf", NULL}, "freebsd", "FreeBSD"},
	{{"netbsd", "etc/rc.d", NULL}, "netbsd", "NetBSD"},
	{{"bsd", "etc/rc.conf", NULL}, "openbsd", "OpenBSD"},
	{{"bsd", "etc/rc", NULL}, "openbsd", "OpenBSD"},
};

static struct system *inspect_bsd(const struct root *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(bsds); i++) {
		bool is_whole = true;
		struct system *system;

		for (size_t j = 0; j < ARRAY_SIZE(bsds[i].paths) && bsds[i].paths[j]; j++)
			is_whole &= root_has(root, bsds[i].paths[j]);
		if (!is_whole)
			continue;
		system = system_new();
		system->kind = SYSTEM_BSD;
		system->os_id = text_copy(bsds[i].id);
		system->name = text_copy(bsds[i].name);
		inspect_hostname(root, system);
		system->last_used = inspect_last_used(root);
		return system;
	}
	return NULL;
}

struct system *inspect_foreign(const struct root *root)
{
	struct system *system = inspect_windows(root);

	return system ? system : inspect_bsd(root);
}
