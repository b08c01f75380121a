/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows and BSD systems, recognised by name. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/inspect_parts.h"
#include "system/windows_files.h"

#define HIVE_MAX (64u * 1024 * 1024)

/* Whether the UTF-16 character at UNIT is printable ASCII. */
static bool is_plain(const char *unit)
{
	return !unit[1] && unit[0] >= ' ' && unit[0] <= '~';
}

/*
 * The text of the key value cell ("vk") whose name starts at FOUND: its length stands 18 bytes
 * before, that of the data 16 and its place 12 bytes before; the data is UTF-16 in a cell of its
 * own. Places count from the end of the hive's 4096-byte header, a cell has its size in front.
 * The caller frees; NULL: no such cell.
 */
static char *read_value(const char *hive, size_t length, const char *found, const char *name)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	uint16_t name_length;
	uint32_t size, offset;

	if (found - hive < 20 || memcmp(found - 20, "vk", 2) != 0)
		return NULL;
	memcpy(&name_length, found - 18, 2);
	memcpy(&size, found - 16, 4);
	memcpy(&offset, found - 12, 4);
	if (le16toh(name_length) != strlen(name))
		return NULL;
	size = le32toh(size);
	offset = le32toh(offset);
	if (size > 512 || size < 2 || offset > length - 4100 || length - 4100 - offset < size)
		return NULL;
	for (uint32_t i = 0; i + 1 < size; i += 2) {
		const char *unit = hive + 4100 + offset + i;

		if (!unit[0] && !unit[1])
			break;
		text_buffer_add(&text, is_plain(unit) ? unit : "?", 1);
	}
	return text_buffer_take(&text);
}

/* The names of Windows itself: what is installed on it has a ProductName in the same hive. */
static bool is_windows_name(const char *value)
{
	static const char *const starts[] = {
		"Windows 1",      "Windows 7",   "Windows 8",         "Windows Vista",
		"Windows Server", "Windows (R)", "Microsoft Windows", "Hyper-V Server",
		"Azure Stack",
	};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (text_has_prefix(value, starts[i]))
			return true;
	}
	return false;
}

static bool is_build(const char *value)
{
	return *value && strspn(value, "0123456789") == strlen(value);
}

/* The first value NAME of the hive that IS_RIGHT; the caller frees; NULL: none. */
static char *find_value(const char *hive, size_t length, const char *name,
			bool (*is_right)(const char *value))
{
	const char *found;

	for (const char *at = hive;
	     (found = memmem(at, length - (size_t)(at - hive), name, strlen(name))) != NULL;
	     at = found + 1) {
		_cleanup_free_ char *value = read_value(hive, length, found, name);

		if (value && is_right(value))
			return TAKE_PTR(value);
	}
	return NULL;
}

/* Name and build of Windows from the SOFTWARE hive; left alone where it does not tell. */
static void read_hive(const struct root *root, const char *path, struct system *system)
{
	static const char ten[] = "Windows 10";
	_cleanup_free_ char *hive = NULL, *name = NULL;
	size_t length = 0;

	if (root_read_file(root, path, HIVE_MAX, &hive, &length) < 0 || length < 8192 ||
	    memcmp(hive, "regf", 4) != 0)
		return;
	name = find_value(hive, length, "ProductName", is_windows_name);
	system->version = find_value(hive, length, "CurrentBuild", is_build);
	if (!name)
		return;
	free(system->name);
	/* Windows 11 went on calling itself 10 here; its builds start at 22000 */
	if (system->version && strtoul(system->version, NULL, 10) >= 22000 &&
	    text_has_prefix(name, ten))
		system->name = text_format("Windows 11%s", name + sizeof(ten) - 1);
	else
		system->name = TAKE_PTR(name);
}

/* Paths without which Windows is none, the registry first: either tells. */
static char *find_windows(const struct root *root, bool *ret_is_hive)
{
	char *path = windows_find_path(root, "Windows/System32/config/SOFTWARE");

	*ret_is_hive = path != NULL;
	return path ? path : windows_find_path(root, "Windows/System32/ntoskrnl.exe");
}

static struct system *inspect_windows(const struct root *root)
{
	bool is_hive;
	_cleanup_free_ char *path = find_windows(root, &is_hive);
	struct system *system;
	struct stat status;

	if (!path)
		return NULL;
	system = system_new();
	system->kind = SYSTEM_WINDOWS;
	system->os_id = text_copy("windows");
	system->name = text_copy("Windows");
	if (is_hive)
		read_hive(root, path, system);
	else
		text_list_add(&system->notes,
			      _("its registry is missing: this Windows cannot start"));
	system->is_hibernated = windows_is_hibernated(root);
	if (system->is_hibernated)
		text_list_add(&system->notes,
			      _("it is hibernated, as after a shutdown with fast start: nothing may "
				"be written to it"));
	if (is_hive && root_stat(root, path, true, &status) == 0)
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

/* The entry of the table that ROOT is; -1: none. */
static int find_bsd(const struct root *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(bsds); i++) {
		bool is_whole = true;

		for (size_t j = 0; j < ARRAY_SIZE(bsds[i].paths) && bsds[i].paths[j]; j++)
			is_whole &= root_has(root, bsds[i].paths[j]);
		if (is_whole)
			return (int)i;
	}
	return -1;
}

static struct system *inspect_bsd(const struct root *root)
{
	int i = find_bsd(root);
	struct system *system;

	if (i < 0)
		return NULL;
	system = system_new();
	system->kind = SYSTEM_BSD;
	system->os_id = text_copy(bsds[i].id);
	/* a script of FreeBSD's that prints its version */
	system->version = inspect_variable(root, "bin/freebsd-version", "USERLAND_VERSION");
	system->name = system->version ? text_format("%s %s", bsds[i].name, system->version)
				       : text_copy(bsds[i].name);
	inspect_hostname(root, system);
	system->last_used = inspect_last_used(root);
	return system;
}

bool inspect_is_foreign(const struct root *root)
{
	bool is_hive;
	_cleanup_free_ char *windows = find_windows(root, &is_hive);

	return windows || find_bsd(root) >= 0;
}

struct system *inspect_foreign(const struct root *root)
{
	struct system *system = inspect_windows(root);

	return system ? system : inspect_bsd(root);
}
