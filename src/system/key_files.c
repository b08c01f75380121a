/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key files that a crypttab names: found on the target or on another device, tried, never kept. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/secret.h"
#include "storage/crypt.h"
#include "storage/look.h"
#include "system/fstab.h"
#include "system/place_look.h"

/* What stands in place of a key file where there is none. */
static const char *const no_files[] = {"none", "-", "", "/dev/urandom", "/dev/random",
				       "/dev/hw_random"};

static bool has_key_file(const struct crypttab_entry *entry)
{
	for (size_t i = 0; i < ARRAY_SIZE(no_files); i++) {
		if (!entry->key || text_is_equal(entry->key, no_files[i]))
			return false;
	}
	return entry->key[0] == '/';
}

/* The device with TAG of any that is not another's copy; members are not left out. */
static const struct device *find_uuid(const struct machine *machine, const char *uuid)
{
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (!device->is_rescue && !device_is_shadowed(device) &&
		    text_is_equal_ignoring_case(device->content.uuid, uuid))
			return device;
	}
	return NULL;
}

/* What SOURCE ("UUID=...", "LABEL=...", "/dev/...") names; NULL: nothing that is here. */
static const struct device *find_source(const struct machine *machine, const char *source)
{
	static const struct {
		const char *prefix;
		const char *tag;
	} tags[] = {
		{"UUID=", "UUID"},
		{"/dev/disk/by-uuid/", "UUID"},
		{"LABEL=", "LABEL"},
		{"/dev/disk/by-label/", "LABEL"},
		{"PARTUUID=", "PARTUUID"},
		{"/dev/disk/by-partuuid/", "PARTUUID"},
		{"PARTLABEL=", "PARTLABEL"},
		{"/dev/disk/by-partlabel/", "PARTLABEL"},
	};
	const struct device *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		const char *value = text_after_prefix(source, tags[i].prefix);

		if (!value)
			continue;
		if (machine_find_tag(machine, tags[i].tag, value, &found, 1) == 1)
			return found;
		return text_is_equal(tags[i].tag, "UUID") ? find_uuid(machine, value) : NULL;
	}
	return machine_find(machine, source);
}

/* UUID="..." as UUID=...; the caller frees. */
static char *without_quotes(const char *source)
{
	_cleanup_text_list_ struct text_list parts = {0};

	text_list_split(&parts, source, "\"");
	return text_list_join(&parts, "");
}

const struct device *crypttab_find_source(const struct machine *machine,
					  const struct crypttab_entry *entry)
{
	_cleanup_free_ char *source = entry->source ? without_quotes(entry->source) : NULL;

	return source ? find_source(machine, source) : NULL;
}

const struct device *crypttab_find_container(const struct machine *machine,
					     const struct crypttab_entry *entry)
{
	const struct device *device = crypttab_find_source(machine, entry);

	return device && text_is_equal(device->content.type, "crypto_LUKS") ? device : NULL;
}

static const struct device *find_locked(const struct machine *machine,
					const struct crypttab_entry *entry)
{
	const struct device *device =
		has_key_file(entry) ? crypttab_find_container(machine, entry) : NULL;

	return device && device_is_locked(device) && !crypt_has_key(device) ? device : NULL;
}

bool key_files_are_wanted(const struct machine *machine, const struct system *system)
{
	for (size_t i = 0; i < system->crypttab.count; i++) {
		if (find_locked(machine, &system->crypttab.entries[i]))
			return true;
	}
	return false;
}

static uint64_t get_number(const struct crypttab_entry *entry, const char *name)
{
	_cleanup_free_ char *value = fstab_get_option(entry->options, name);
	uint64_t number = 0;

	return value && text_parse_u64(value, &number) == 0 ? number : 0;
}

/* Reads the key in PATH of ROOT, the part of it that the options say. Its length, or an error. */
static ssize_t read_key(const struct root *root, const char *path,
			const struct crypttab_entry *entry, struct secret *secret)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	uint64_t offset = get_number(entry, "keyfile-offset");
	uint64_t size = get_number(entry, "keyfile-size");
	struct stat status;
	ssize_t length;

	if (fd < 0)
		return fd;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || offset > INT64_MAX)
		return -EINVAL;
	if (!size || size > SECRET_MAX_BYTES)
		size = SECRET_MAX_BYTES;
	secret_open(secret);
	length = pread(fd, secret->memory, size, (off_t)offset);
	return length < 0 ? -errno : length;
}

/* "file:device" names a file on another device; *RET_SOURCE is borrowed. The caller frees. */
static char *split_key(const char *key, const char **ret_source)
{
	const char *colon = strchr(key, ':');

	*ret_source = colon ? colon + 1 : NULL;
	return colon ? alloc_copy(key, (size_t)(colon - key)) : text_copy(key);
}

static bool try_file(const struct device *container, const struct root *root, const char *path,
		     const struct crypttab_entry *entry, unsigned deadline_ms)
{
	_cleanup_(secret_done) struct secret secret = {0};
	_cleanup_problem_ struct problem why = {0};
	ssize_t length = read_key(root, path, entry, &secret);
	int r = length <= 0 ? -ENOENT
			    : crypt_try_key(container, secret.memory, (size_t)length, deadline_ms,
					    &why);

	if (r < 0)
		log_line("look: the key file of %s: %s", container->name,
			 why.why ? why.why : strerror(length < 0 ? (int)-length : ENOENT));
	return r == 0;
}

static bool try_file_elsewhere(const struct machine *machine, const struct device *container,
			       const char *source, const char *path, const char *folder,
			       const struct crypttab_entry *entry, unsigned deadline_ms)
{
	const struct device *device = find_source(machine, source);
	_cleanup_root_ struct root *root = NULL;
	bool is_opened;

	if (!device || look_mount(device, NULL, folder, NULL) < 0)
		return false;
	is_opened = root_open(folder, &root, NULL) == 0 &&
		    try_file(container, root, path, entry, deadline_ms);
	root = root_free(root);
	look_unmount(device, folder);
	return is_opened;
}

size_t key_files_try(const struct machine *machine, const struct system *system,
		     const struct root *root, const char *folder, unsigned deadline_ms)
{
	size_t opened = 0;

	for (size_t i = 0; i < system->crypttab.count; i++) {
		const struct crypttab_entry *entry = &system->crypttab.entries[i];
		const struct device *container = find_locked(machine, entry);
		const char *source = NULL;
		_cleanup_free_ char *path = NULL;

		if (!container)
			continue;
		path = split_key(entry->key, &source);
		if (source ? try_file_elsewhere(machine, container, source, path, folder, entry,
						deadline_ms)
			   : try_file(container, root, path, entry, deadline_ms))
			opened++;
	}
	return opened;
}
