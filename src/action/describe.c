/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for devices, systems and fstab entries, as every front end says them. */
#include "action/describe.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"

static void add_foreign(struct text_list *details, const char *text)
{
	if (text)
		text_list_take(details, printable_text(text));
}

/* A device with several parents stands under the first; the others name it. */
static void add_members(const struct device *device, struct text_list *details)
{
	if (device->child_count == 0 && text_is_equal(device->content.usage, "raid"))
		text_list_add(details, device->content.raid && device->notes.count
					       ? _("left out of its array")
					       : _("not assembled"));
	if (device->child_count == 0 && text_is_equal(device->content.usage, "crypto"))
		text_list_add(details, _("locked"));
	for (size_t i = 0; i < device->child_count; i++) {
		_cleanup_free_ char *name = printable_text(device->children[i]->name);

		if (device->children[i]->parent_count > 1)
			text_list_format(details, _("part of %s"), name);
	}
}

/* "btrfs on 3 devices: sda2, sdb2, 1 MISSING" where it stands for others. */
static void add_filesystem_members(const struct device *device, struct text_list *details)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *joined = NULL;
	size_t missing = device_count_missing(device);
	_cleanup_free_ char *name =
		printable_text(device->member_of ? device->member_of->name : NULL);

	if (device->member_of) {
		text_list_format(details,
				 device_is_former_member(device) ? _("was part of %s")
								 : _("part of %s"), name);
		return;
	}
	if (!device->members && !missing)
		return;
	for (size_t i = 1; device->members && i < device->member_count; i++)
		text_list_take(&names, printable_text(device->members[i]->name));
	if (missing)
		text_list_format(&names, P_("%zu MISSING", "%zu MISSING", missing), missing);
	joined = text_list_join(&names, ", ");
	text_list_format(details, _("with %s"), joined);
}

/* How many of a dormant array's places have a member: "U" in "[U_]". */
static unsigned count_working(const char *array_state)
{
	unsigned count = 0;

	for (; array_state && *array_state; array_state++)
		count += *array_state == 'U';
	return count;
}

/* What is not up in the kernel says so, and how much of it is here. */
static void add_dormant(const struct device *device, struct text_list *details)
{
	static const struct {
		enum device_kind kind;
		const char *words;
	} kinds[] = {
		{DEVICE_MD, N_("not assembled")},
		{DEVICE_LVM, N_("not active")},
		{DEVICE_CRYPT, N_("not open")},
	};

	for (size_t i = 0; device->is_dormant && i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].kind == device->kind)
			text_list_add(details, _(kinds[i].words));
	}
	if (device->is_dormant && device->array_places > 0)
		text_list_format(details,
				 P_("%u of %u member", "%u of %u members", device->array_places),
				 count_working(device->array_state), device->array_places);
	else
		add_foreign(details, device->array_state);
	if (device->obstacle)
		text_list_add(details, _("CANNOT BE STARTED"));
}

static void add_state(const struct device *device, struct text_list *details)
{
	enum filesystem_condition condition =
		device->content.state ? device->content.state->condition : CONDITION_UNKNOWN;

	if (device->state == DEVICE_SILENT)
		text_list_add(details, _("DOES NOT ANSWER"));
	else if (device->state == DEVICE_ERROR)
		text_list_add(details, _("CANNOT BE READ"));
	else if (device->state == DEVICE_PROBING)
		text_list_add(details, _("no answer yet"));
	if (device->is_rescue)
		text_list_add(details, _("this rescue system"));
	add_dormant(device, details);
	if (device->content.is_ambiguous)
		text_list_add(details, _("contradicting signatures"));
	if (device->content.lost) {
		_cleanup_free_ char *type = printable_text(device->content.lost->type);

		text_list_format(details, _("DAMAGED %s"), type);
	}
	/* of one that is mounted only errors say anything */
	if (!device->mountpoints.count &&
	    (device->content.journal == JOURNAL_DIRTY || condition == CONDITION_NOT_CLEAN))
		text_list_add(details, _("not cleanly unmounted"));
	if (condition == CONDITION_ERRORS)
		text_list_add(details, _("errors noted"));
	if (device->is_read_only && device->kind != DEVICE_ROM)
		text_list_add(details, _("read-only"));
}

char *describe_device(const struct device *device)
{
	_cleanup_text_list_ struct text_list details = {0};

	for (size_t i = 0; i < device->mountpoints.count; i++)
		add_foreign(&details, device->mountpoints.items[i]);
	add_state(device, &details);
	add_members(device, &details);
	add_filesystem_members(device, &details);
	add_foreign(&details, device->model);
	add_foreign(&details, device->table.type);
	if (device->entry.is_extended)
		text_list_add(&details, _("extended partition"));
	else if (!device->content.type)
		add_foreign(&details, device->entry.type_name);
	if (device->kind == DEVICE_LOOP)
		add_foreign(&details, device->backing_file);
	return text_list_join(&details, ", ");
}

static void add_sentence(struct text_list *list, const char *text)
{
	if (text)
		text_list_take(list, printable_sentence(text));
}

static void add_filesystem_notes(const struct device *device, struct text_list *notes)
{
	size_t missing = device->member_of ? 0 : device_count_missing(device);
	uint64_t wanted = device->content.btrfs.device_count;

	if (missing)
		text_list_format(notes,
				 P_("%zu of the %lu devices of its filesystem is not here",
				    "%zu of the %lu devices of its filesystem are not here", missing),
				 missing, (unsigned long)wanted);
	if (device->copy_of) {
		_cleanup_free_ char *name = printable_text(device->copy_of->name);

		text_list_format(notes,
				 _("one of this and %s is a copy of the other: both are the same "
				   "part of one filesystem"), name);
	}
	if (device->member_of && device_is_stale_member(device)) {
		_cleanup_free_ char *name = printable_text(device->member_of->name);

		text_list_format(notes,
				 _("it was away while the filesystem was written to, and is older "
				   "than %s: check it with btrfs scrub once it is mounted"), name);
	}
	if (device->member_of && device_is_former_member(device)) {
		_cleanup_free_ char *name = printable_text(device->member_of->name);

		text_list_format(notes,
				 _("the filesystem on %s has been changed to do without it"), name);
	}
}

void describe_device_notes(const struct device *device, struct text_list *notes)
{
	add_filesystem_notes(device, notes);
	add_sentence(notes, device->reason);
	add_sentence(notes, device->table.note);
	add_sentence(notes, device->content.note);
	if (device->content.lost)
		text_list_take(notes, lost_filesystem_describe(device->content.lost));
	add_sentence(notes, device->obstacle);
	for (size_t i = 0; i < device->notes.count; i++)
		add_sentence(notes, device->notes.items[i]);
}

void describe_machine_notes(const struct machine *machine, struct text_list *notes)
{
	for (size_t i = 0; i < machine->count; i++) {
		_cleanup_text_list_ struct text_list own = {0};
		_cleanup_free_ char *name = printable_text(machine->devices[i]->name);

		describe_device_notes(machine->devices[i], &own);
		for (size_t j = 0; j < own.count; j++)
			text_list_format(notes, "%s: %s", name, own.items[j]);
	}
	for (size_t i = 0; i < machine->notes.count; i++)
		add_sentence(notes, machine->notes.items[i]);
	if (machine->source == MACHINE_LIVE && geteuid() != 0 && notes->count > 0)
		text_list_add(notes, _("as root, refloat sees what is on the disks"));
}

const char *describe_entry_action(enum resolved_action action)
{
	static const char *const words[] = {
		[RESOLVED_MOUNT] = N_("yes"),		[RESOLVED_SKIP] = N_("no"),
		[RESOLVED_MISSING] = N_("MISSING"),	[RESOLVED_AMBIGUOUS] = N_("AMBIGUOUS"),
		[RESOLVED_UNCONFIRMED] = N_("a guess"),
	};

	return _(words[action]);
}

char *describe_entry(const struct resolved_entry *entry)
{
	_cleanup_text_list_ struct text_list near = {0};
	_cleanup_free_ char *reason = printable_sentence(entry->reason), *joined = NULL;

	for (size_t i = 0; i < entry->candidates.count; i++)
		if (!text_is_equal(entry->candidates.items[i], entry->device))
			text_list_take(&near, printable_text(entry->candidates.items[i]));
	if (near.count == 0 || entry->action == RESOLVED_MOUNT || entry->action == RESOLVED_SKIP)
		return TAKE_PTR(reason);
	joined = text_list_join(&near, ", ");
	if (entry->action == RESOLVED_AMBIGUOUS)
		return text_format("%s: %s", reason, joined);
	return text_format(entry->action == RESOLVED_MISSING ? _("%s; maybe %s") : _("%s; or else %s"),
			   reason, joined);
}

static void add_fact(struct facts *facts, const char *label, const char *value)
{
	if (text_is_empty(value))
		return;
	facts->items =
		alloc_grow(facts->items, facts->count, &facts->capacity, sizeof(*facts->items));
	facts->items[facts->count++] = (struct fact){label, printable_text(value)};
}

static void add_root(struct facts *facts, const struct machine *machine,
		     const struct system *system)
{
	const struct device *device = machine_find(machine, system->device);
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *size = device ? size_format(device->size) : NULL, *line = NULL;

	text_list_add(&parts, system->device);
	if (system->subvolume)
		text_list_format(&parts, _("subvolume %s"), system->subvolume);
	if (device && device->content.type)
		text_list_add(&parts, device->content.type);
	if (size)
		text_list_add(&parts, size);
	if (device && device->content.uuid)
		text_list_format(&parts, "UUID %s", device->content.uuid);
	line = text_list_join(&parts, ", ");
	add_fact(facts, _("root"), line);
}

void describe_system(const struct machine *machine, const struct system *system,
		     struct facts *facts)
{
	_cleanup_free_ char *kernels = text_list_join(&system->kernels, ", ");
	_cleanup_free_ char *used = time_format(system->last_used);
	_cleanup_text_list_ struct text_list kind = {0};
	_cleanup_free_ char *runs = NULL;

	if (system->architecture)
		text_list_add(&kind, system->architecture);
	if (system->init)
		text_list_add(&kind, system->init);
	if (system->flavour)
		text_list_add(&kind, system->flavour);
	runs = text_list_join(&kind, ", ");
	add_fact(facts, _("id"), system->id);
	add_fact(facts, _("host name"), system->hostname);
	add_root(facts, machine, system);
	add_fact(facts, _("runs"), runs);
	add_fact(facts, _("kernels"), kernels);
	add_fact(facts, _("last used"), used);
}

void facts_done(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		free(facts->items[i].value);
	free(facts->items);
	*facts = (struct facts){0};
}

void describe_unseen(const struct survey *survey, struct text_list *unseen)
{
	for (size_t i = 0; i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];
		_cleanup_free_ char *name = printable_text(volume->device);
		_cleanup_free_ char *problem = printable_sentence(volume->problem);

		if (volume->problem)
			text_list_format(unseen, _("%s was not looked into: %s"), name, problem);
	}
}

/* The newest of the snapshots on DEVICE, from index FIRST on, and how many they are. */
static const struct volume *count_snapshots(const struct survey *survey, size_t first,
					    size_t *ret_count)
{
	const struct volume *newest = NULL;

	*ret_count = 0;
	for (size_t i = first; i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];

		if (!text_is_equal(volume->device, survey->volumes[first].device) ||
		    !volume->is_snapshot || !volume->subvolume)
			continue;
		++*ret_count;
		if (!newest || volume->subvolume_id > newest->subvolume_id)
			newest = volume;
	}
	return newest;
}

void describe_snapshots(const struct survey *survey, struct text_list *sentences)
{
	for (size_t i = 0; i < survey->volume_count; i++) {
		const struct volume *newest;
		_cleanup_free_ char *name = NULL, *path = NULL;
		size_t count;

		/* what is on one device stands together, the filesystem itself first */
		if (survey->volumes[i].subvolume)
			continue;
		newest = count_snapshots(survey, i, &count);
		if (!newest)
			continue;
		name = printable_text(newest->device);
		path = printable_text(newest->subvolume);
		text_list_format(sentences,
				 P_("%s holds %zu snapshot, %s, which is no system of its own",
				    "%s holds %zu snapshots, the newest of them %s; they are no systems "
				    "of their own", count), name, count, path);
	}
}
