/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a device is, what stands on it, and what it lies on, in words. */
#include "tui/screens/device_text.h"

#include <inttypes.h>

#include "action/describe.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"

#define SECTOR_USUAL 512u /* where a disk does not say */

static const char *const kind_words[DEVICE_KIND_COUNT] = {
	[DEVICE_DISK] = N_("whole disk"),
	[DEVICE_PARTITION] = N_("partition"),
	[DEVICE_MD] = N_("array (software RAID)"),
	[DEVICE_LVM] = N_("logical volume (LVM)"),
	[DEVICE_CRYPT] = N_("opened encrypted container"),
	[DEVICE_MULTIPATH] = N_("one disk seen over several paths (multipath)"),
	[DEVICE_DM] = N_("device made by the device mapper"),
	[DEVICE_LOOP] = N_("loop device: a file shown as a disk"),
	[DEVICE_ZRAM] = N_("compressed memory shown as a disk (zram)"),
	[DEVICE_ROM] = N_("CD or DVD drive"),
	[DEVICE_IMAGE] = N_("disk image: a file that refloat was given"),
};

static const struct {
	const char *name, *words;
} transports[] = {
	{"sata", "SATA"},	 {"ata", "ATA"},     {"sas", "SAS"},
	{"scsi", "SCSI"},	 {"nvme", "NVMe"},   {"usb", "USB"},
	{"fc", "Fibre Channel"}, {"iscsi", "iSCSI"}, {"mmc", "MMC"},
};

static char *format_size(uint64_t bytes)
{
	_cleanup_free_ char *size = size_format(bytes);

	return text_format(_("%s (%" PRIu64 " bytes)"), size, bytes);
}

static void add_state(struct pairs *pairs, const struct device *device)
{
	const char *reason = device->reason ? device->reason : _("no reason is known");

	switch (device->state) {
	case DEVICE_PROBING:
		pairs_add(pairs, ROLE_WARNING, _("State"), _("has not answered yet"));
		break;
	case DEVICE_OK:
		pairs_add(pairs, ROLE_NORMAL, _("State"), _("answers"));
		break;
	case DEVICE_SILENT:
		pairs_take(pairs, ROLE_ERROR, _("State"),
			   text_format(_("DOES NOT ANSWER: %s"), reason));
		break;
	case DEVICE_ERROR:
		pairs_take(pairs, ROLE_ERROR, _("State"),
			   text_format(_("CANNOT BE READ: %s"), reason));
		break;
	}
}

static void add_transport(struct pairs *pairs, const char *transport)
{
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		if (text_is_equal(transports[i].name, transport))
			transport = transports[i].words;
	}
	pairs_add_foreign(pairs, _("Connected by"), transport);
}

static void add_sectors(struct pairs *pairs, const struct device *device)
{
	char *text;

	if (!device->sector_size)
		return;
	if (device->physical_sector_size && device->physical_sector_size != device->sector_size)
		text = text_format(_("%u bytes, %u on the medium"), device->sector_size,
				   device->physical_sector_size);
	else
		text = text_format(_("%u bytes"), device->sector_size);
	pairs_take(pairs, ROLE_NORMAL, _("Sectors"), text);
}

static const char *yes_or_no(bool is)
{
	return is ? _("yes") : _("no");
}

/* "[U_]", as /proc/mdstat has it, or a word. */
static void add_members(struct pairs *pairs, const char *state)
{
	_cleanup_free_ char *shown = printable_text(state);

	if (*shown == '[')
		pairs_take(
			pairs, ROLE_NORMAL, _("Members"),
			text_format(_("%s (U is one that works, _ one that is missing)"), shown));
	else
		pairs_add(pairs, ROLE_NORMAL, _("Members"), shown);
}

static void add_hardware(struct pairs *pairs, const struct device *device)
{
	pairs_add_foreign(pairs, _("Model"), device->model);
	pairs_add_foreign(pairs, _("Vendor"), device->vendor);
	pairs_add_foreign(pairs, _("Serial"), device->serial);
	pairs_add_foreign(pairs, _("WWN"), device->wwn);
	add_transport(pairs, device->transport);
}

static void add_basics(struct pairs *pairs, const struct device *device)
{
	pairs_add_foreign(pairs, _("Name"), device->name);
	pairs_add(pairs, ROLE_NORMAL, _("Kind"), _(kind_words[device->kind]));
	add_state(pairs, device);
	if (device->is_rescue)
		pairs_add(pairs, ROLE_WARNING, _("In use"),
			  _("this rescue system runs from it; refloat leaves it alone"));
	if (device->size)
		pairs_take(pairs, ROLE_NORMAL, _("Size"), format_size(device->size));
	if (device->is_virtual)
		pairs_add(pairs, ROLE_NORMAL, _("Path"),
			  _("none: the kernel does not show it, refloat reads it in place"));
	pairs_add_foreign(pairs, _("Path"), device->path);
	pairs_add_foreign(pairs, _("File"), device->backing_file);
	pairs_add_foreign(pairs, _("RAID level"), device->array_level);
	add_members(pairs, device->array_state);
	add_hardware(pairs, device);
	pairs_add(pairs, ROLE_NORMAL, _("Read-only"),
		  device->is_read_only ? _("yes: the kernel lets nobody write to it") : _("no"));
}

/* What is known beside it and seldom needed. */
static void add_rest(struct pairs *pairs, const struct device *device)
{
	pairs_add_heading(pairs, _("More about it"));
	pairs_add_foreign(pairs, _("Array name"), device->array_name);
	pairs_add_foreign(pairs, _("Array UUID"), device->array_uuid);
	pairs_add_foreign(pairs, _("Mapper name"), device->dm_name);
	pairs_add_foreign(pairs, _("Mapper UUID"), device->dm_uuid);
	if (device->kind != DEVICE_PARTITION)
		add_sectors(pairs, device);
	if (device->parent_count > 0)
		return; /* the rest is for what it lies on to say */
	if (device->is_rotational >= 0)
		pairs_add(pairs, ROLE_NORMAL, _("Rotating"), yes_or_no(device->is_rotational));
	pairs_add(pairs, ROLE_NORMAL, _("Removable"), yes_or_no(device->is_removable));
}

static void add_table(struct pairs *pairs, const struct table *table)
{
	if (!table->type)
		return;
	pairs_add_heading(pairs, _("Its partition table"));
	if (text_is_equal(table->type, "dos"))
		pairs_add(pairs, ROLE_NORMAL, _("Type"), _("MBR (dos)"));
	else if (text_is_equal(table->type, "gpt"))
		pairs_add(pairs, ROLE_NORMAL, _("Type"), "GPT");
	else
		pairs_add_foreign(pairs, _("Type"), table->type);
	pairs_add_foreign(pairs, _("UUID"), table->uuid);
	pairs_add(pairs, ROLE_WARNING, _("Note"), table->note);
}

static char *format_flags(const struct table_entry *entry)
{
	_cleanup_text_list_ struct text_list flags = {0};

	if (entry->is_bootable)
		text_list_add(&flags, _("to boot from"));
	if (entry->is_extended)
		text_list_add(&flags, _("extended: only holds logical partitions"));
	if (entry->is_logical)
		text_list_add(&flags, _("logical: lies in the extended partition"));
	return text_list_join(&flags, ", ");
}

static void add_place(struct pairs *pairs, const char *name, uint64_t byte, unsigned sector_size)
{
	_cleanup_free_ char *size = size_format(byte);

	pairs_take(pairs, ROLE_NORMAL, name,
		   text_format(_("sector %" PRIu64 " (at %s)"), byte / sector_size, size));
}

static void add_entry(struct pairs *pairs, const struct device *device)
{
	const struct device *disk = device_get_parent_disk(device);
	const struct table_entry *entry = &device->entry;
	unsigned sector_size = disk && disk->sector_size ? disk->sector_size : SECTOR_USUAL;
	_cleanup_free_ char *type = printable_text(entry->type);
	_cleanup_free_ char *words = printable_text(entry->type_name);

	if (!entry->number)
		return;
	pairs_add_heading(pairs, _("Its place in the partition table"));
	pairs_take(pairs, ROLE_NORMAL, _("Number"), text_format("%u", entry->number));
	add_place(pairs, _("Start"), device->start, sector_size);
	if (device->size)
		add_place(pairs, _("End"), device->start + device->size - 1, sector_size);
	if (*words && *type)
		pairs_take(pairs, ROLE_NORMAL, _("Type"), text_format("%s (%s)", words, type));
	else
		pairs_add(pairs, ROLE_NORMAL, _("Type"), *words ? words : type);
	pairs_take(pairs, ROLE_NORMAL, _("Marked as"), format_flags(entry));
	pairs_add_foreign(pairs, _("Name there"), entry->label);
	pairs_add_foreign(pairs, "PARTUUID", entry->uuid);
}

/* Other devices by name, with the words of the listing. */
static void add_devices(struct pairs *pairs, const char *heading, struct device *const *devices,
			size_t count)
{
	if (count > 0)
		pairs_add_heading(pairs, heading);
	for (size_t i = 0; i < count; i++) {
		_cleanup_text_list_ struct text_list words = {0};
		_cleanup_free_ char *name = printable_text(devices[i]->name);
		_cleanup_free_ char *details = describe_device(devices[i]);

		text_list_take(&words, printable_text(device_type_name(devices[i])));
		if (devices[i]->size)
			text_list_take(&words, size_format(devices[i]->size));
		if (devices[i]->content.type)
			text_list_take(&words, printable_text(devices[i]->content.type));
		if (*details)
			text_list_add(&words, details);
		pairs_take(pairs, ROLE_NORMAL, name, text_list_join(&words, ", "));
	}
}

void device_text_add(struct pairs *pairs, const struct session *session,
		     const struct device *device)
{
	add_basics(pairs, device);
	device_content_add(pairs, device);
	device_use_add(pairs, session, device);
	add_entry(pairs, device);
	add_table(pairs, &device->table);
	add_devices(pairs, _("It lies on"), device->parents, device->parent_count);
	add_devices(pairs, _("On it lie"), device->children, device->child_count);
	add_rest(pairs, device);
	if (device->aliases.count > 0)
		pairs_add_heading(pairs, _("Its other names"));
	for (size_t i = 0; i < device->aliases.count; i++) {
		_cleanup_free_ char *alias = printable_text(device->aliases.items[i]);

		pairs_add_paragraph(pairs, ROLE_NORMAL, alias);
	}
}
