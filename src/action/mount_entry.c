/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry of fstab in the plan that mounts a system: its steps. */
#include <string.h>

#include "action/mount_parts.h"
#include "action/place.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/filesystem.h"

void mount_add_folder(struct mount_planning *planning, const char *root, const char *path,
		      enum step_policy policy)
{
	_cleanup_free_ char *full = place_join(root, path);
	_cleanup_free_ char *shown = printable_text(full);
	struct step *step;

	step = step_new("make-folder", strcmp(root, "/") == 0 ? RISK_SYSTEM : RISK_WRITES, policy,
			_("Make the missing folder %s"), shown);
	step_set(step, "root", root);
	step_set(step, "path", path);
	plan_add(planning->plan, step);
}

static void set_number(struct step *step, const char *name, uint64_t value)
{
	_cleanup_free_ char *text = value ? text_format("%lu", (unsigned long)value) : NULL;

	step_set(step, name, text);
}

/* Puts LIST, but for what is empty, into TEXT, joined. */
static void join_into(char **text, const struct text_list *list)
{
	_cleanup_text_list_ struct text_list some = {0};
	_cleanup_free_ char *joined = NULL;

	for (size_t i = 0; i < list->count; i++) {
		if (*list->items[i])
			text_list_add(&some, list->items[i]);
	}
	joined = text_list_join(&some, ",");
	text_set(text, joined);
}

/* Options for the first try and for the second, where the kernel refuses the first. */
static void set_options(const struct mount_planning *planning, struct step *step,
			const struct resolved_entry *entry, const char *type)
{
	const struct filesystem *filesystem = filesystem_find(type);
	const char *look_options =
		entry->is_read_only && filesystem ? filesystem->look_options : NULL;
	_cleanup_free_ char *options =
		planning->is_salvage
			? filesystem_join_options(entry->needed_options, filesystem_salvage_options(type))
			: filesystem_join_options(entry->options, look_options);
	_cleanup_free_ char *needed = filesystem_join_options(entry->needed_options, look_options);

	step_set(step, "options", options);
	step_set(step, "needed", needed);
}

/* Source, place in it, and what makes a read-only mount truly so. */
static void set_device(struct mount_planning *planning, struct step *step,
		       const struct resolved_entry *entry, const struct device *device,
		       const struct bring_up_place *place)
{
	/* which programs this system has is nothing to a recorded machine */
	const char *type = planning->session->scan.sysroot
				   ? device->content.type
				   : filesystem_driver(device->content.type);

	step_set(step, "source", place->path);
	set_number(step, "offset", place->offset);
	set_number(step, "size", place->size);
	step_set(step, "type", type);
	/* a filesystem on several devices has its loop devices from the steps before */
	if (place->is_file || place->offset || place->size ||
	    (planning->is_read_only && !device->members))
		step_set(step, "loop", "yes");
	set_options(planning, step, entry, type);
}

/*
 * Brings up every device of a filesystem on several, and names those to the kernel that the mount
 * does not name anyway: nobody need have shown them to it before.
 */
static void bring_up_members(struct mount_planning *planning, struct resolved_entry *entry,
			     const struct device *device, enum step_policy policy,
			     struct bring_up_place *place)
{
	_cleanup_text_list_ struct text_list options = {0}, needed = {0};

	text_list_add(&options, entry->options);
	text_list_add(&needed, entry->needed_options);
	for (size_t i = 0; i < device->member_count; i++) {
		const struct device *member = device->members[i];
		const char *node = planning->is_read_only
					   ? bring_up_add_loop(planning->up, member, policy)
					   : bring_up_add_node(planning->up, member, policy);

		if (member == device) {
			*place = (struct bring_up_place){.path = node};
			continue;
		}
		text_list_format(&options, "device=%s", node);
		text_list_format(&needed, "device=%s", node);
	}
	join_into(&entry->options, &options);
	join_into(&entry->needed_options, &needed);
}

static const char *find_mountpoint(const struct device *device)
{
	for (size_t i = 0; i < device->mountpoints.count; i++) {
		if (*device->mountpoints.items[i] == '/')
			return device->mountpoints.items[i];
	}
	return NULL;
}

/*
 * Where the kernel or somebody else has mounted all of DEVICE already; NULL: nowhere; borrowed. Of
 * several devices the kernel names one, any of them.
 */
static const char *mounted_at(const struct device *device)
{
	const char *found = find_mountpoint(device);

	for (size_t i = 0; !found && i < device->member_count; i++)
		found = find_mountpoint(device->members[i]);
	return found;
}

static const struct place *place_of(const struct mount_planning *planning,
				    const struct resolved_entry *entry)
{
	return system_find_place(planning->system, entry->mountpoint);
}

/* The in-root path to mount at: what the look has seen, else what fstab says. */
static const char *path_of(const struct mount_planning *planning,
			   const struct resolved_entry *entry)
{
	const struct place *place = place_of(planning, entry);

	return place && place->resolved ? place->resolved : entry->mountpoint;
}

/* FROM is what the sentence says of where it comes from, printable. */
static struct step *new_mount_step(struct mount_planning *planning,
				   const struct resolved_entry *entry, const char *from)
{
	const char *root = planning->session->target;
	const char *path = path_of(planning, entry);
	_cleanup_free_ char *at = place_join(root, path);
	_cleanup_free_ char *shown_at = printable_text(at);
	struct step *step;

	step = step_new("mount", entry->is_read_only ? RISK_SYSTEM : RISK_WRITES,
			entry->is_required ? STEP_REQUIRED : STEP_OPTIONAL,
			entry->is_read_only ? _("Mount %s at %s read-only") : _("Mount %s at %s"),
			from, shown_at);
	step_set(step, "root", root);
	step_set(step, "place", path);
	step_set(step, "mountpoint", entry->mountpoint);
	step_set(step, "read-only", entry->is_read_only ? "yes" : NULL);
	return step;
}

/* "sda2 (ext4, web01-root)"; the caller frees. */
static char *device_title(const struct device *device, const struct resolved_entry *entry)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *label = printable_text(device->content.label);
	_cleanup_free_ char *subvolume = fstab_get_option(entry->needed_options, "subvol");
	_cleanup_free_ char *shown = printable_text(subvolume);

	return text_format("%s (%s%s%s%s%s)", name, device->content.type, *label ? ", " : "", label,
			   *shown ? ", " : "", shown);
}

static void add_device_step(struct mount_planning *planning, struct resolved_entry *entry)
{
	const struct device *device = machine_find(planning->machine, entry->device);
	_cleanup_free_ char *title = device_title(device, entry);
	const char *elsewhere = mounted_at(device);
	bool is_shown = elsewhere && !fstab_has_option(entry->needed_options, "subvol");
	enum step_policy policy = entry->is_required ? STEP_REQUIRED : STEP_OPTIONAL;
	struct bring_up_place where = {0};
	struct step *step;

	if (!is_shown && device->members)
		bring_up_members(planning, entry, device, policy, &where);
	else if (!is_shown)
		bring_up_add(planning->up, device, policy, &where);
	step = new_mount_step(planning, entry, title);
	if (is_shown) {
		step_set(step, "source", elsewhere);
		step_set(step, "bind", "outside");
		text_list_format(&planning->plan->notes,
				 _("%s is mounted at %s already, not by refloat: that mount is shown "
				   "in the tree."), device->name, elsewhere);
	} else {
		set_device(planning, step, entry, device, &where);
		mount_note_journal(planning, device);
		mount_note_damage(planning, device);
		mount_note_missing(planning, entry, device);
		mount_note_members(planning, device);
	}
	if (entry->is_required) {
		step_set(step, "system", planning->system->id);
		step_set(step, "system-name", planning->title);
		step_set(step, "architecture", planning->system->architecture);
		step_set(step, "hostname", planning->system->hostname);
	}
	plan_add(planning->plan, step);
}

static void add_swap_step(struct mount_planning *planning, const struct resolved_entry *entry)
{
	const struct device *device = machine_find(planning->machine, entry->device);
	struct bring_up_place where = {0};
	struct step *step;

	if (!device || device->is_virtual || device->kind == DEVICE_IMAGE || !device->path) {
		text_list_format(&planning->plan->notes,
				 _("The swap space on %s cannot be used: the kernel has no device "
				   "for it."), entry->device ? entry->device : entry->source);
		planning->plan->is_partial = true;
		return;
	}
	bring_up_add(planning->up, device, STEP_OPTIONAL, &where);
	step = step_new("swap-on", RISK_WRITES, STEP_OPTIONAL, _("Use the swap space on %s"),
			device->name);
	step_set(step, "device", where.path);
	plan_add(planning->plan, step);
}

/* The folders of an overlay lie in the tree: their names get the target before them. */
static char *prefix_folders(const char *root, const char *options)
{
	static const char *const names[] = {"lowerdir=", "upperdir=", "workdir="};
	_cleanup_text_list_ struct text_list list = {0}, changed = {0};

	text_list_split(&list, options, ",");
	for (size_t i = 0; i < list.count; i++) {
		const char *value = NULL;
		_cleanup_text_list_ struct text_list folders = {0}, moved = {0};
		_cleanup_free_ char *joined = NULL;

		for (size_t j = 0; j < ARRAY_SIZE(names) && !value; j++)
			value = text_after_prefix(list.items[i], names[j]);
		if (!value) {
			text_list_add(&changed, list.items[i]);
			continue;
		}
		text_list_split(&folders, value, ":");
		for (size_t j = 0; j < folders.count; j++)
			text_list_take(&moved, place_join(root, folders.items[j]));
		joined = text_list_join(&moved, ":");
		text_list_format(&changed, "%.*s%s", (int)(value - list.items[i]), list.items[i],
				 joined);
	}
	return text_list_join(&changed, ",");
}

static void add_other_step(struct mount_planning *planning, const struct resolved_entry *entry)
{
	_cleanup_free_ char *shown = printable_text(entry->source), *options = NULL;
	struct step *step = new_mount_step(planning, entry, shown);

	step_set(step, "source", entry->source);
	if (entry->kind == RESOLVED_BIND) {
		step_set(step, "bind", "inside");
	} else {
		step_set(step, "type", entry->type);
		options = entry->kind == RESOLVED_OVERLAY
				  ? prefix_folders(planning->session->target, entry->options)
				  : text_copy(entry->options);
		step_set(step, "options", options);
		step_set(step, "needed", options);
	}
	plan_add(planning->plan, step);
}

/* Whether its mount point will do; makes a missing one where that is allowed. */
static bool prepare_place(struct mount_planning *planning, const struct resolved_entry *entry)
{
	const struct place *place = place_of(planning, entry);

	if (!place || !place->resolved)
		return true; /* not seen beforehand: the step itself finds out */
	if (!place->exists && planning->is_read_only) {
		mount_leave_out(planning, entry,
				_("its folder is missing and cannot be made read-only"));
		return false;
	}
	if (place->exists && !place->is_folder && entry->kind != RESOLVED_BIND) {
		mount_leave_out(planning, entry, _("what is there is no folder"));
		return false;
	}
	if (!place->exists)
		mount_add_folder(planning, planning->session->target, place->resolved,
				 STEP_OPTIONAL);
	if (place->hides_files)
		text_list_format(&planning->plan->notes,
				 _("The folder %s below the mount is not empty: the mount hides what "
				   "is in it."), place->resolved);
	return true;
}

static bool has_driver(struct mount_planning *planning, const struct resolved_entry *entry)
{
	_cleanup_free_ char *reason = NULL, *type = NULL;

	if (entry->kind != RESOLVED_DEVICE || planning->machine->source == MACHINE_RECORDED ||
	    filesystem_is_supported(entry->type))
		return true;
	type = printable_text(entry->type);
	reason = text_format(_("this kernel has no driver for %s"), type);
	mount_leave_out(planning, entry, reason);
	return false;
}

/* Whether what ENTRY lies on can be brought up, if it is not; says why not, in WHY for the root. */
static int check_device(struct mount_planning *planning, const struct resolved_entry *entry,
			struct problem *why)
{
	const struct device *device =
		entry->device ? machine_find(planning->machine, entry->device) : NULL;
	_cleanup_problem_ struct problem own = {0};
	_cleanup_free_ char *reason = NULL;
	int r = device ? bring_up_check(planning->up, device, &own) : 0;

	for (size_t i = 1; r == 0 && device && i < device->member_count; i++)
		r = bring_up_check(planning->up, device->members[i], &own);
	if (r == 0)
		return 0;
	if (entry->is_required) {
		problem_move(why, &own);
		return r;
	}
	reason = problem_text(&own);
	mount_leave_out(planning, entry, reason);
	if (own.next)
		plan_add_option(planning->plan, own.next);
	return r;
}

/* Negative only where the plan makes no sense without it. */
int mount_add_entry(struct mount_planning *planning, struct resolved_entry *entry,
		    struct problem *why)
{
	int r;

	if (entry->action != RESOLVED_MOUNT) {
		mount_note_left_out(planning, entry);
		return 0;
	}
	r = check_device(planning, entry, why);
	if (r < 0)
		return entry->is_required ? r : 0;
	if (entry->is_guess)
		mount_note_guess(planning, entry);
	if (entry->kind == RESOLVED_SWAP)
		add_swap_step(planning, entry);
	else if (has_driver(planning, entry) && prepare_place(planning, entry)) {
		if (entry->kind == RESOLVED_DEVICE)
			add_device_step(planning, entry);
		else
			add_other_step(planning, entry);
	}
	return 0;
}
