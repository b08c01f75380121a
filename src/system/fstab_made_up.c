/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An fstab for a system that has none: from the types of GPT partitions (the Discoverable
 * Partitions Specification, as systemd-gpt-auto-generator reads them), else from what the
 * filesystems hold.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/look_into.h"

static const struct {
	const char *type; /* GPT type GUID */
	const char *mountpoint;
} types[] = {
	{"933ac7e1-2eb4-4f13-b844-0e14e2aef915", "/home"},
	{"3b8f8425-20e0-4f3b-907f-1a25a76f98e8", "/srv"},
	{"4d21b016-b534-45c2-a9fb-5c16e091fd2d", "/var"},
	{"7ec6f557-3bc5-4aca-b293-16ef5df639d1", "/var/tmp"},
	{"8484680c-9521-48c6-9c11-b0720656f69e", "/usr"}, /* x86-64 */
	{"b0e01050-ee5f-4390-949a-9101b17104e9", "/usr"}, /* AArch64 */
	{"bc13c2ff-59e6-4262-a352-b275fd6f7172", "/boot"},
	{"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "/boot/efi"},
	{"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "none"}, /* swap */
};

static const struct {
	unsigned role;
	const char *mountpoint;
} roles[] = {
	{ROLE_USR, "/usr"},
	{ROLE_VAR, "/var"},
	{ROLE_BOOT, "/boot"},
	{ROLE_ESP, "/boot/efi"},
	{ROLE_HOME, "/home"},
};

static bool has_mountpoint(const struct fstab *fstab, const char *mountpoint)
{
	for (size_t i = 0; i < fstab->count; i++) {
		if (text_is_equal(fstab->entries[i].mountpoint, mountpoint))
			return true;
	}
	return false;
}

static void add_entry(struct fstab *fstab, const struct device *device, const char *mountpoint)
{
	struct fstab_entry *entry;

	if (has_mountpoint(fstab, mountpoint) && strcmp(mountpoint, "none") != 0)
		return;
	if (!device->content.type)
		return;
	fstab->entries = alloc_grow(fstab->entries, fstab->count, &fstab->capacity,
				    sizeof(*fstab->entries));
	entry = &fstab->entries[fstab->count++];
	if (device->entry.uuid) {
		entry->source = text_format("PARTUUID=%s", device->entry.uuid);
		entry->tag = text_copy("PARTUUID");
		entry->tag_value = text_copy(device->entry.uuid);
	} else if (device->content.uuid) {
		entry->source = text_format("UUID=%s", device->content.uuid);
		entry->tag = text_copy("UUID");
		entry->tag_value = text_copy(device->content.uuid);
	} else {
		entry->source = text_format("/dev/%s", device->name);
	}
	entry->mountpoint = text_copy(mountpoint);
	entry->type = text_copy(device->content.type);
	entry->options = text_copy("defaults");
}

static const char *mountpoint_of_type(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (text_is_equal(types[i].type, type))
			return types[i].mountpoint;
	}
	return NULL;
}

/* Only the disk of the root counts: another one may be another system's. */
static void add_by_type(const struct device *disk, const struct device *root, struct fstab *fstab)
{
	for (size_t i = 0; i < disk->child_count; i++) {
		const struct device *device = disk->children[i];
		const char *mountpoint = mountpoint_of_type(device->entry.type);

		if (device != root && mountpoint)
			add_entry(fstab, device, mountpoint);
	}
}

static void add_by_role(const struct machine *machine, const struct survey *survey,
			const struct device *disk, const struct device *root, struct fstab *fstab)
{
	for (size_t i = 0; i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];
		const struct device *device = machine_find(machine, volume->device);

		if (!device || device == root || volume->subvolume ||
		    device_get_disk(device) != disk)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(roles); j++) {
			if (volume->roles & roles[j].role)
				add_entry(fstab, device, roles[j].mountpoint);
		}
	}
}

void fstab_make_up(const struct machine *machine, const struct survey *survey,
		   struct system *system)
{
	const struct device *root = machine_find(machine, system->device);
	const struct device *disk = root ? device_get_disk(root) : NULL;

	if (!disk || system->kind != SYSTEM_LINUX)
		return;
	add_by_type(disk, root, &system->fstab);
	add_by_role(machine, survey, disk, root, &system->fstab);
	text_list_add(&system->notes,
		      system->fstab.count
			      ? _("it has no fstab: what is mounted was found out from the types and "
				  "contents of the partitions on its disk")
			      : _("it has no fstab: only its root is mounted"));
}
