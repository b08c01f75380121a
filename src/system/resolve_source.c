/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the source of an fstab line leads to: tags, /dev/disk links, mappings, arrays. */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/mapping.h"
#include "system/resolver.h"

#define MATCHES_MAX 16

void match_done(struct match *match)
{
	free(match->reason);
	text_list_done(&match->candidates);
	*match = (struct match){0};
}

void match_take_filesystem(struct match *match)
{
	_cleanup_free_ char *reason = NULL;

	if (!match->device || !match->device->member_of)
		return;
	match->device = match->device->member_of;
	reason = text_format(_("%s, one of the devices of the filesystem on %s"), match->reason,
			     match->device->name);
	text_set(&match->reason, reason);
}

bool resolver_is_claimed(const struct resolver *resolver, const struct device *device)
{
	for (size_t i = 0; i < resolver->claimed_count; i++) {
		if (resolver->claimed[i] == device)
			return true;
	}
	return false;
}

/* Types that are one driver's or one format's. */
static const struct {
	const char *type;
	const char *group;
} type_groups[] = {
	{"ext2", "ext"},  {"ext3", "ext"},   {"ext4", "ext"},    {"ext4dev", "ext"},
	{"vfat", "fat"},  {"msdos", "fat"},  {"fat", "fat"},     {"umsdos", "fat"},
	{"ntfs", "ntfs"}, {"ntfs3", "ntfs"}, {"ntfs-3g", "ntfs"}, {"fuseblk", "ntfs"},
};

static const char *group_of(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(type_groups); i++) {
		if (text_is_equal(type_groups[i].type, type))
			return type_groups[i].group;
	}
	return type;
}

bool type_agrees(const char *fstab_type, const struct device *device)
{
	_cleanup_text_list_ struct text_list types = {0};
	const struct lost_filesystem *lost = device->content.lost;
	const char *have = lost ? lost->type : device->content.type;

	if (!have)
		return false;
	text_list_split(&types, fstab_type, ",");
	for (size_t i = 0; i < types.count; i++) {
		if (text_is_equal(group_of(types.items[i]), group_of(have)))
			return true;
		if (text_is_equal(types.items[i], "auto") &&
		    (lost || text_is_equal(device->content.usage, "filesystem")))
			return true;
	}
	return false;
}

/* Two of MATCHES that are copies of each other, by name, for a person; NULL: none. */
static char *name_copies(const struct device **matches, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (matches[i]->copy_of)
			return text_format(_("%s and %s are copies of one btrfs filesystem"),
					   matches[i]->name, matches[i]->copy_of->name);
	}
	return NULL;
}

/* The search by tag leaves members out; where it finds nothing, one tells why. */
static const struct device *find_member(const struct machine *machine, const char *tag,
					const char *value)
{
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];
		const char *have = strcmp(tag, "UUID") == 0    ? device->content.uuid
				   : strcmp(tag, "LABEL") == 0 ? device->content.label
							       : NULL;

		if (device_is_member(device) && !device->is_rescue &&
		    text_is_equal_ignoring_case(have, value) && have)
			return device;
	}
	return NULL;
}

/* A filesystem whose first superblock is gone says in another one what it is; NULL: none, or several. */
static const struct device *find_damaged(const struct machine *machine, const char *tag,
					 const char *value)
{
	const struct device *found = NULL;

	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];
		const struct lost_filesystem *lost = device->content.lost;
		bool is_meant = lost && !device->is_rescue && !device_is_shadowed(device) &&
				((strcmp(tag, "UUID") == 0 && lost->uuid &&
				  text_is_equal_ignoring_case(lost->uuid, value)) ||
				 (strcmp(tag, "LABEL") == 0 && text_is_equal(lost->label, value)));

		if (is_meant && found)
			return NULL;
		if (is_meant)
			found = device;
	}
	return found;
}

/*
 * A system that is on one of two copies of a btrfs filesystem means, by the UUID that both have, the
 * one it is on: another subvolume of the same.
 */
static bool take_own_copy(const struct resolver *resolver, const char *tag,
			  const struct device **matches, size_t count, struct match *match)
{
	const struct device *root = resolver->root;

	for (size_t i = 0; i < count && strcmp(tag, "UUID") == 0; i++) {
		if (matches[i] != root || !root->copy_of)
			continue;
		match->device = root;
		match->reason = text_format(_("the filesystem that the root is on; %s is a copy of it"),
					    root->copy_of->name);
		return true;
	}
	return false;
}

static void find_tag(const struct resolver *resolver, const char *tag, const char *value,
		     struct match *match)
{
	const struct device *matches[MATCHES_MAX];
	_cleanup_free_ char *shown = printable_text(value);
	size_t found = machine_find_tag(resolver->machine, tag, value, matches, MATCHES_MAX);
	size_t count = found < MATCHES_MAX ? found : MATCHES_MAX;

	if (!count) {
		/* a member's own state is the better reason, which the caller gives */
		match->device = find_member(resolver->machine, tag, value);
		if (!match->device)
			match->device = find_damaged(resolver->machine, tag, value);
		match->reason = text_format(_("nothing on this machine has %s %s"), tag, shown);
		return;
	}
	if (count == 1) {
		match->device = matches[0];
		match->reason = matches[0]->members
					? text_format(_("%s found on %s, for all devices of it"), tag,
						      matches[0]->name)
					: text_format(_("%s found on %s"), tag, matches[0]->name);
		return;
	}
	if (take_own_copy(resolver, tag, matches, count, match))
		return;
	match->is_many = true;
	for (size_t i = 0; i < count; i++)
		text_list_add(&match->candidates, matches[i]->name);
	match->reason = name_copies(matches, count);
	if (!match->reason)
		match->reason = text_format(_("%zu devices have %s %s"), found, tag, shown);
}

static const struct {
	const char *folder;
	const char *tag;
} link_folders[] = {
	{"/dev/disk/by-uuid/", "UUID"},
	{"/dev/disk/by-label/", "LABEL"},
	{"/dev/disk/by-partuuid/", "PARTUUID"},
	{"/dev/disk/by-partlabel/", "PARTLABEL"},
};

/* Whether ID, the name of a by-id link without its -partN, is that of DISK: its serial number
 * stands at its end behind a separator, or its WWN is all of it. */
static bool id_fits(const char *id, const struct device *disk)
{
	const char *wwn = text_after_prefix(id, "wwn-");
	size_t length = disk->serial ? strlen(disk->serial) : 0, id_length = strlen(id);

	if (wwn && disk->wwn) {
		const char *have = text_after_prefix(disk->wwn, "naa.");

		return text_is_equal_ignoring_case(wwn, disk->wwn) ||
		       (have && text_has_prefix(wwn, "0x") &&
			text_is_equal_ignoring_case(wwn + 2, have));
	}
	if (text_has_prefix(id, "nvme-eui.") && disk->wwn)
		return text_is_equal_ignoring_case(id + strlen("nvme-"), disk->wwn);
	return length >= 4 && id_length > length &&
	       strcmp(id + id_length - length, disk->serial) == 0 &&
	       strchr("_-", id[id_length - length - 1]);
}

/* Cuts "-partN" off ID; returns N, 0 where there is none. */
static unsigned cut_part(char *id)
{
	char *part = strstr(id, "-part");
	uint64_t number = 0;

	while (part && strstr(part + 1, "-part"))
		part = strstr(part + 1, "-part");
	if (!part || text_parse_u64(part + 5, &number) < 0 || !number || number > 65536)
		return 0;
	*part = '\0';
	return (unsigned)number;
}

const struct device *partition_find(const struct device *disk, unsigned number)
{
	for (size_t i = 0; number && i < disk->child_count; i++) {
		if (disk->children[i]->kind == DEVICE_PARTITION &&
		    disk->children[i]->entry.number == number)
			return disk->children[i];
	}
	return number ? NULL : disk;
}

static void find_id(const struct resolver *resolver, const char *link, struct match *match)
{
	_cleanup_free_ char *id = text_decode_hex(link);
	unsigned number = cut_part(id);

	for (size_t i = 0; i < resolver->machine->count; i++) {
		const struct device *disk = resolver->machine->devices[i], *device;

		if (disk->kind == DEVICE_PARTITION || disk->is_rescue || !id_fits(id, disk))
			continue;
		device = partition_find(disk, number);
		if (!device || device == match->device)
			continue;
		if (match->device)
			match->is_many = true;
		match->device = device;
		text_list_add(&match->candidates, device->name);
	}
	if (match->is_many) {
		match->device = NULL;
		match->reason = text_format(_("several disks have the serial number in %s"), link);
	} else if (match->device) {
		match->reason = text_format(_("serial number or WWN found on %s"),
					    device_get_disk(match->device)->name);
		text_list_done(&match->candidates);
	} else {
		match->reason = text_copy(_("no disk on this machine has that serial number or WWN"));
	}
}

char *uuid_bare(const char *uuid)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (; uuid && *uuid; uuid++) {
		char byte = *uuid >= 'A' && *uuid <= 'F' ? (char)(*uuid - 'A' + 'a') : *uuid;

		if (byte != '-' && byte != ':')
			text_buffer_add(&buffer, &byte, 1);
	}
	return text_buffer_take(&buffer);
}

/* The opened container whose LUKS header has UUID. */
static const struct device *find_opened(const struct machine *machine, const char *uuid)
{
	_cleanup_free_ char *wanted = uuid_bare(uuid);

	for (size_t i = 0; *wanted && i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (device->kind == DEVICE_CRYPT && device->dm_uuid &&
		    strstr(device->dm_uuid, wanted))
			return device;
	}
	return NULL;
}

static void find_container(const struct resolver *resolver, const struct crypttab_entry *entry,
			   struct match *match)
{
	const struct device *container = crypttab_find_source(resolver->machine, entry);
	const char *uuid = text_after_prefix(entry->source, "UUID=");

	/* an opened one is known even where its header cannot be read any more */
	match->device = uuid ? find_opened(resolver->machine, uuid) : NULL;
	for (size_t i = 0; !match->device && container && i < container->child_count; i++) {
		if (container->children[i]->kind == DEVICE_CRYPT)
			match->device = container->children[i];
	}
	if (match->device) {
		match->reason = text_format(_("crypttab calls the container on %s so"),
					    match->device->parent_count
						    ? match->device->parents[0]->name
						    : match->device->name);
	} else if (container) {
		match->reason = text_format(_("the encrypted container on %s is not open"),
					    container->name);
		text_list_add(&match->candidates, container->name);
	} else {
		match->reason = text_format(_("nothing on this machine is the container that "
					      "crypttab means by %s"), entry->source);
	}
}

static void find_mapping(const struct resolver *resolver, const char *name, struct match *match)
{
	const struct crypttab *crypttab = &resolver->system->crypttab;

	for (size_t i = 0; i < crypttab->count; i++) {
		if (text_is_equal(crypttab->entries[i].name, name)) {
			find_container(resolver, &crypttab->entries[i], match);
			return;
		}
	}
	match->reason = text_format(_("no volume or mapping %s is active here"), name);
}

/* "vg-root" of /dev/mapper/vg-root and of /dev/vg/root, the caller's; NULL: neither. */
static char *mapping_of(const char *source)
{
	const char *mapping = text_after_prefix(source, "/dev/mapper/");
	const char *bare = text_after_prefix(source, "/dev/");
	const char *slash = bare ? strchr(bare, '/') : NULL;
	_cleanup_free_ char *group = NULL;

	if (mapping)
		return text_copy(mapping);
	if (!slash || strchr(slash + 1, '/'))
		return NULL;
	group = alloc_copy(bare, (size_t)(slash - bare));
	return lvm_mapping_name(group, slash + 1);
}

/* Whether A and B are volumes of one group, by the first half of their UUIDs. */
static bool are_of_one_group(const struct device *a, const struct device *b)
{
	const size_t length = strlen("LVM-") + 32;

	return a && text_has_prefix(a->dm_uuid, "LVM-") && text_has_prefix(b->dm_uuid, "LVM-") &&
	       strncmp(a->dm_uuid, b->dm_uuid, length) == 0;
}

/*
 * Two groups of one name, of two servers, have volumes of one name: the one that the root lies in is
 * meant, and where it lies in none nobody can tell.
 */
static bool find_mapped(const struct resolver *resolver, const char *source, struct match *match)
{
	_cleanup_free_ char *mapping = mapping_of(source);
	const struct device *own = NULL;

	for (size_t i = 0; mapping && i < resolver->machine->count; i++) {
		const struct device *device = resolver->machine->devices[i];

		if (!text_is_equal(device->dm_name, mapping) || device->is_rescue)
			continue;
		if (are_of_one_group(resolver->root, device))
			own = device;
		match->device = device;
		text_list_add(&match->candidates, device->name);
	}
	match->is_many = match->candidates.count > 1 && !own;
	if (match->is_many) {
		match->device = NULL;
		match->reason = text_format(_("several volume groups have a volume called %s"),
					    source);
		return true;
	}
	text_list_done(&match->candidates);
	if (own)
		match->device = own;
	if (match->device)
		match->reason = text_format(_("%s is here"), source);
	return match->device != NULL;
}

static void find_path(const struct resolver *resolver, const char *source, struct match *match)
{
	const struct device *device;
	const char *rest;

	for (size_t i = 0; i < ARRAY_SIZE(link_folders); i++) {
		rest = text_after_prefix(source, link_folders[i].folder);
		if (rest) {
			_cleanup_free_ char *value = text_decode_hex(rest);

			find_tag(resolver, link_folders[i].tag, value, match);
			return;
		}
	}
	if (source_find_array(resolver, source, match))
		return;
	if (find_mapped(resolver, source, match))
		return;
	device = machine_find(resolver->machine, source);
	if (device && !device->is_rescue) {
		match->device = device;
		match->reason = text_format(_("%s is here"), source);
		return;
	}
	rest = text_after_prefix(source, "/dev/disk/by-id/");
	if (rest) {
		find_id(resolver, rest, match);
		return;
	}
	rest = text_after_prefix(source, "/dev/mapper/");
	if (rest)
		find_mapping(resolver, rest, match);
	else if (text_has_prefix(source, "/dev/disk/by-path/"))
		match->reason = text_copy(_("no disk is attached at that place"));
	else
		match->reason = text_format(_("there is no %s on this machine"), source);
}

void source_find(const struct resolver *resolver, const struct fstab_entry *entry,
		 struct match *match)
{
	if (entry->tag) {
		find_tag(resolver, entry->tag, entry->tag_value, match);
	} else if (text_is_equal(entry->source, "/dev/root") ||
		   text_is_equal(entry->source, "rootfs")) {
		match->device = resolver->root;
		match->reason = text_copy(_("the root itself"));
	} else if (text_has_prefix(entry->source, "/dev/")) {
		find_path(resolver, entry->source, match);
	} else {
		match->reason = text_format(_("%s is no device"), entry->source);
	}
	match_take_filesystem(match);
	if (!match->device && !match->candidates.count)
		candidates_find(resolver, entry, &match->candidates);
}
