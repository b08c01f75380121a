/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From fstab to what is to be mounted: the decision for each entry. */
#include "system/resolve.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/filesystem.h"
#include "system/resolver.h"

const char *resolved_action_name(enum resolved_action action)
{
	static const char *const names[] = {
		[RESOLVED_MOUNT] = "mount",           [RESOLVED_SKIP] = "skip",
		[RESOLVED_MISSING] = "missing",       [RESOLVED_AMBIGUOUS] = "ambiguous",
		[RESOLVED_UNCONFIRMED] = "unconfirmed",
	};

	return names[action];
}

static void entry_done(struct resolved_entry *entry)
{
	free(entry->device);
	free(entry->source);
	free(entry->mountpoint);
	free(entry->type);
	free(entry->options);
	free(entry->needed_options);
	text_list_done(&entry->dropped);
	free(entry->reason);
	text_list_done(&entry->candidates);
	text_list_done(&entry->locked);
	free(entry->damaged);
}

struct resolution *resolution_free(struct resolution *resolution)
{
	if (!resolution)
		return NULL;
	for (size_t i = 0; i < resolution->count; i++)
		entry_done(&resolution->entries[i]);
	free(resolution->entries);
	text_list_done(&resolution->notes);
	free(resolution);
	return NULL;
}

char *mountpoint_normalise(const char *path)
{
	_cleanup_text_list_ struct text_list parts = {0}, kept = {0};
	_cleanup_free_ char *joined = NULL;

	if (*path != '/')
		return NULL;
	text_list_split(&parts, path, "/");
	for (size_t i = 0; i < parts.count; i++) {
		if (strcmp(parts.items[i], "..") == 0) {
			if (kept.count) {
				free(kept.items[--kept.count]);
				kept.items[kept.count] = NULL;
			}
		} else if (strcmp(parts.items[i], ".") != 0) {
			text_list_add(&kept, parts.items[i]);
		}
	}
	joined = text_list_join(&kept, "/");
	return text_format("/%s", joined);
}

static bool is_network_source(const char *source)
{
	const char *colon = strchr(source, ':');

	if (text_has_prefix(source, "//"))
		return true;
	return colon && colon > source && colon[1] == '/' && *source != '/';
}

static enum resolved_kind kind_of(const struct fstab_entry *entry)
{
	const struct filesystem *filesystem = filesystem_find(entry->type);

	if (text_is_equal(entry->type, "swap"))
		return RESOLVED_SWAP;
	if (fstab_has_option(entry->options, "bind") || fstab_has_option(entry->options, "rbind"))
		return RESOLVED_BIND;
	if (filesystem && filesystem->class == FILESYSTEM_NETWORK && !entry->tag &&
	    !text_has_prefix(entry->source, "/dev/"))
		return RESOLVED_NETWORK;
	if (filesystem && filesystem->class == FILESYSTEM_PSEUDO)
		return RESOLVED_PSEUDO;
	if (filesystem && filesystem->class == FILESYSTEM_OVERLAY)
		return RESOLVED_OVERLAY;
	if (filesystem && filesystem->class == FILESYSTEM_FOREIGN)
		return RESOLVED_FOREIGN;
	if (is_network_source(entry->source))
		return RESOLVED_NETWORK;
	if (!entry->tag && *entry->source != '/')
		return text_has_prefix(entry->type, "fuse") ? RESOLVED_NETWORK : RESOLVED_PSEUDO;
	return RESOLVED_DEVICE;
}

/* Folders that the chroot fills itself. */
static bool is_provided(const char *mountpoint)
{
	static const char *const places[] = {"/proc", "/sys", "/dev", "/run"};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *rest = text_after_prefix(mountpoint, places[i]);

		if (rest && (!*rest || *rest == '/'))
			return true;
	}
	return false;
}

/* Repairs need these mounted, whatever fstab says of booting. */
static bool is_boot_place(const char *mountpoint)
{
	return text_is_equal(mountpoint, "/boot") || text_is_equal(mountpoint, "/boot/efi") ||
	       text_is_equal(mountpoint, "/efi");
}

static bool list_names(const struct text_list *list, const struct resolved_entry *entry)
{
	for (size_t i = 0; list && i < list->count; i++) {
		_cleanup_free_ char *path = mountpoint_normalise(list->items[i]);

		if (text_is_equal(path, entry->mountpoint) ||
		    (entry->entry && text_is_equal(list->items[i], entry->entry->source)))
			return true;
	}
	return false;
}

void entry_decide(struct resolved_entry *entry, enum resolved_action action, bool can_switch_on,
		  const char *reason)
{
	entry->action = action;
	entry->can_switch_on = can_switch_on;
	text_set(&entry->reason, reason);
}

static struct resolved_entry *add_entry(struct resolution *resolution,
					const struct fstab_entry *from)
{
	struct resolved_entry *entry;

	resolution->entries = alloc_grow(resolution->entries, resolution->count,
					 &resolution->capacity, sizeof(*resolution->entries));
	entry = &resolution->entries[resolution->count++];
	*entry = (struct resolved_entry){.entry = from};
	return entry;
}

/* A copy of a whole filesystem can be mounted by itself; one of some of its devices cannot. */
static bool has_copied_members(const struct device *device)
{
	return device->copy_of && device->content.btrfs.device_count > 1;
}

/* What keeps a device that was found from being mounted; NULL: nothing; the caller frees. */
static char *find_hindrance(const struct device *device)
{
	_cleanup_free_ char *stack = stack_find_hindrance(device);

	if (device->is_rescue)
		return text_format(_("%s belongs to the running rescue system"), device->name);
	if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
		return text_format("%s: %s", device->name, device->reason);
	if (stack)
		return TAKE_PTR(stack);
	if (has_copied_members(device))
		return text_format(_("%s and %s are copies of one member of a btrfs filesystem, which "
				     "the kernel cannot tell apart"), device->name,
				   device->copy_of->name);
	if (device->content.lost)
		return text_format(_("%s holds a damaged %s filesystem (%s): check-fs may repair it"),
				   device->name, device->content.lost->type,
				   device->content.lost->damage);
	if (device->content.is_ambiguous)
		return text_format("%s: %s", device->name, device->content.note);
	if (text_is_equal(device->content.type, "crypto_LUKS") ||
	    text_is_equal(device->content.type, "BitLocker"))
		return text_format(_("%s is encrypted and not open"), device->name);
	if (text_is_equal(device->content.type, "LVM2_member"))
		return text_format(_("%s belongs to a volume group that is not active"),
				   device->name);
	if (device_is_member(device))
		return text_format(_("%s is a member of an array that is not running"),
				   device->name);
	if (!device->content.type && device->kind == DEVICE_ROM)
		return text_format(_("%s is a CD or DVD drive with no disc in it"), device->name);
	if (!device->content.type)
		return text_format(_("%s holds no filesystem that is known"), device->name);
	if (text_is_equal(device->content.type, "swap"))
		return text_format(_("%s is swap space"), device->name);
	return NULL;
}

/* What the person must agree to first, as a reason; NULL: nothing; the caller frees. */
static char *find_incompleteness(const struct device *device)
{
	size_t missing = device_count_missing(device);
	uint64_t wanted = device->content.btrfs.device_count;

	if (!missing)
		return stack_find_incompleteness(device);
	return text_format(P_("%zu of the %lu devices of the filesystem on %s is missing",
			      "%zu of the %lu devices of the filesystem on %s are missing", missing),
			   missing, (unsigned long)wanted, device->name);
}

/* Whether the filesystem on DEVICE can do without what is missing, as far as is known. */
static bool can_be_written(const struct survey *survey, const struct device *device)
{
	for (size_t i = 0; survey && i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];

		if (text_is_equal(volume->device, device->name) && volume->profile)
			return volume->spare_devices < 0 ||
			       (size_t)volume->spare_devices >= device_count_missing(device);
	}
	return true;
}

/* Whether ENTRY may be mounted from DEVICE as complete as that is; decides the entry where not. */
static bool take_degraded(const struct resolver *resolver, struct resolved_entry *entry,
			  const struct device *device)
{
	_cleanup_free_ char *reason = find_incompleteness(device);

	entry->is_degraded = reason != NULL;
	entry->is_read_only |= reason && !can_be_written(resolver->survey, device);
	if (!reason || resolver->options->allow_degraded)
		return true;
	entry_decide(entry, RESOLVED_MISSING, false, reason);
	return false;
}

/* Takes a match over into ENTRY: the device with its reason, or why there is none. */
static void apply_match(const struct resolver *resolver, struct resolved_entry *entry,
			struct match *match, struct text_list *notes)
{
	_cleanup_free_ char *hindrance = NULL;
	const struct device *device = match->device;

	text_list_copy(&entry->candidates, &match->candidates);
	if (match->is_many) {
		entry_decide(entry, RESOLVED_AMBIGUOUS, false, match->reason);
		return;
	}
	hindrance = device && entry->kind != RESOLVED_SWAP ? find_hindrance(device) : NULL;
	if (!device || hindrance) {
		entry_decide(entry, RESOLVED_MISSING, false, hindrance ? hindrance : match->reason);
		text_set(&entry->damaged, device && device->content.lost ? device->name : NULL);
		if (device && !entry->damaged && !entry->candidates.count)
			candidates_find(resolver, entry->entry, &entry->candidates);
		return;
	}
	if (!take_degraded(resolver, entry, device))
		return;
	text_set(&entry->device, device->name);
	entry->is_guess = match->is_guess;
	if (entry->kind == RESOLVED_DEVICE) {
		if (!type_agrees(entry->entry->type, device))
			text_list_format(notes, _("fstab line %u says %s, but %s is %s"),
					 entry->entry->line, entry->entry->type, device->name,
					 device->content.type);
		text_set(&entry->type, device->content.type);
	}
	entry_decide(entry,
		     match->is_guess && !resolver->options->accept_guesses ? RESOLVED_UNCONFIRMED
									   : RESOLVED_MOUNT,
		     false, match->reason);
}

static bool is_disc(const char *type)
{
	_cleanup_text_list_ struct text_list types = {0};

	text_list_split(&types, type, ",");
	for (size_t i = 0; i < types.count; i++) {
		if (!text_is_equal(types.items[i], "iso9660") && !text_is_equal(types.items[i], "udf"))
			return false;
	}
	return types.count > 0;
}

/* What the system itself boots without need not be here: a disc, a disk that is plugged in at times. */
static void excuse_missing(struct resolved_entry *entry)
{
	_cleanup_free_ char *reason = NULL;

	if ((entry->action != RESOLVED_MISSING && entry->action != RESOLVED_AMBIGUOUS) ||
	    !entry->entry || is_boot_place(entry->mountpoint) ||
	    text_is_equal(entry->mountpoint, "/usr"))
		return;
	if (fstab_has_option(entry->entry->options, "noauto"))
		reason = text_format(_("fstab says noauto, and %s"), entry->reason);
	else if (is_disc(entry->entry->type))
		reason = text_format(_("it is for a disc, and %s"), entry->reason);
	if (reason)
		entry_decide(entry, RESOLVED_SKIP, false, reason);
}

/* Skipped by default although the device is here: swap, noauto. */
static void apply_defaults(const struct resolver *resolver, struct resolved_entry *entry)
{
	bool is_on = list_names(resolver->options->with, entry);

	if (!is_on)
		excuse_missing(entry);
	if (entry->action != RESOLVED_MOUNT && entry->action != RESOLVED_UNCONFIRMED)
		return;
	if (entry->kind == RESOLVED_SWAP) {
		if (!is_on)
			entry_decide(entry, RESOLVED_SKIP, true,
				     _("swap is not needed for a rescue"));
		return;
	}
	if (entry->entry && fstab_has_option(entry->entry->options, "noauto") && !is_on &&
	    !text_is_equal(entry->mountpoint, "/usr")) {
		if (!is_boot_place(entry->mountpoint))
			entry_decide(entry, RESOLVED_SKIP, true, _("fstab says noauto"));
		else if (entry->action == RESOLVED_MOUNT) {
			_cleanup_free_ char *reason =
				text_format(_("%s; noauto, but a repair needs it"), entry->reason);

			text_set(&entry->reason, reason);
		}
	}
}

/* Everything that needs no device. */
static void resolve_other(const struct resolver *resolver, struct resolved_entry *entry)
{
	bool is_on = list_names(resolver->options->with, entry);

	switch (entry->kind) {
	case RESOLVED_NETWORK:
		entry_decide(entry, is_on ? RESOLVED_MOUNT : RESOLVED_SKIP, !is_on,
			     is_on ? _("switched on") : _("a network filesystem"));
		break;
	case RESOLVED_PSEUDO:
		entry_decide(entry, is_on ? RESOLVED_MOUNT : RESOLVED_SKIP, !is_on,
			     is_on ? _("switched on") : _("not on a disk"));
		break;
	case RESOLVED_OVERLAY:
		entry_decide(entry, is_on ? RESOLVED_MOUNT : RESOLVED_SKIP, !is_on,
			     is_on ? _("switched on") : _("an overlay of other folders"));
		break;
	case RESOLVED_FOREIGN:
		entry_decide(entry, RESOLVED_SKIP, false,
			     _("this filesystem is mounted by its own tools, such as zpool import -R"));
		break;
	default:
		break;
	}
}

static void resolve_bind(const struct resolver *resolver, struct resolved_entry *entry)
{
	_cleanup_free_ char *source = mountpoint_normalise(entry->entry->source);
	bool is_on = list_names(resolver->options->with, entry);

	if (!source) {
		entry_decide(entry, RESOLVED_SKIP, false, _("its source is no absolute path"));
		return;
	}
	text_set(&entry->source, source);
	text_set(&entry->type, NULL);
	if (is_provided(source)) {
		entry_decide(entry, RESOLVED_SKIP, false,
			     _("its source is filled only while the system runs"));
		return;
	}
	if (fstab_has_option(entry->entry->options, "noauto") && !is_on) {
		entry_decide(entry, RESOLVED_SKIP, true, _("fstab says noauto"));
		return;
	}
	entry_decide(entry, RESOLVED_MOUNT, false,
		     _("a folder of the system shown at another place"));
}

/* Whether the mount point is one; decides the entry where not. */
static bool take_mountpoint(struct resolved_entry *entry)
{
	const char *written = entry->entry->mountpoint;

	entry->mountpoint = mountpoint_normalise(written);
	if (entry->kind == RESOLVED_SWAP) {
		text_set(&entry->mountpoint, "none");
		return true;
	}
	if (!entry->mountpoint) {
		entry->mountpoint = printable_text(written);
		entry_decide(entry, RESOLVED_SKIP, false,
			     text_is_equal(written, "none")
				     ? _("it has no mount point")
				     : _("its mount point is no absolute path"));
		return false;
	}
	if (is_provided(entry->mountpoint)) {
		entry_decide(entry, RESOLVED_SKIP, false, _("the chroot brings its own"));
		return false;
	}
	return true;
}

static bool has_loop_file(const struct fstab_entry *entry)
{
	return !entry->tag && *entry->source == '/' && !text_has_prefix(entry->source, "/dev/");
}

static void add_fstab_entry(struct resolver *resolver, const struct fstab_entry *from,
			    struct resolution *resolution)
{
	struct resolved_entry *entry = add_entry(resolution, from);

	entry->kind = kind_of(from);
	entry->source = text_copy(from->source);
	entry->type = text_copy(from->type);
	entry->is_read_only = resolver->options->is_read_only;
	if (!take_mountpoint(entry))
		return;
	if (entry->kind == RESOLVED_BIND) {
		resolve_bind(resolver, entry);
	} else if (entry->kind == RESOLVED_SWAP && has_loop_file(from)) {
		entry_decide(entry, RESOLVED_SKIP, false,
			     _("a swap file is not needed for a rescue"));
	} else if (entry->kind == RESOLVED_DEVICE && has_loop_file(from)) {
		entry_decide(entry, RESOLVED_SKIP, false, _("an image file inside the system"));
	} else if (entry->kind == RESOLVED_DEVICE || entry->kind == RESOLVED_SWAP) {
		_cleanup_match_ struct match match = {0};

		entry->action = RESOLVED_UNCONFIRMED; /* until the second pass, for plain names */
		if (source_is_plain(from) || text_is_equal(entry->mountpoint, "/"))
			return;
		source_find(resolver, from, &match);
		apply_match(resolver, entry, &match, &resolution->notes);
		if (match.device && !match.is_guess && !match.is_many &&
		    match.device != resolver->root)
			resolver->claimed[resolver->claimed_count++] = match.device;
	} else {
		resolve_other(resolver, entry);
	}
}

/* The fstab line of the root: the one whose device the root is, else the last. */
static size_t find_root_entry(const struct resolver *resolver, const struct resolution *resolution)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];
		_cleanup_match_ struct match match = {0};

		if (!text_is_equal(entry->mountpoint, "/") || entry->kind != RESOLVED_DEVICE)
			continue;
		found = i;
		if (source_is_plain(entry->entry))
			continue;
		source_find(resolver, entry->entry, &match);
		if (match.device == resolver->root)
			return i;
	}
	return found;
}

/* Says what fstab has for the root where it is not what was found. */
static void note_root_line(const struct resolver *resolver, const struct fstab_entry *line,
			   struct text_list *notes)
{
	_cleanup_match_ struct match match = {0};

	if (source_is_plain(line)) {
		if (!text_is_equal(line->source + strlen("/dev/"), resolver->root->name))
			text_list_format(notes, _("fstab line %u has %s for /, which was found on %s"),
					 line->line, line->source, resolver->root->name);
		return;
	}
	source_find(resolver, line, &match);
	if (match.device == resolver->root ||
	    (match.is_many && text_list_contains(&match.candidates, resolver->root->name)))
		return;
	text_list_format(notes, _("fstab line %u has %s for /, but the system was found on %s (%s)"),
			 line->line, line->source, resolver->root->name, match.reason);
}

static void resolve_root(struct resolver *resolver, struct resolution *resolution)
{
	size_t index = find_root_entry(resolver, resolution);
	struct resolved_entry *entry;
	unsigned place, number;

	if (index == SIZE_MAX) {
		entry = add_entry(resolution, NULL);
		entry->mountpoint = text_copy("/");
		entry->is_read_only = resolver->options->is_read_only;
	} else {
		entry = &resolution->entries[index];
		if (resolver->root)
			note_root_line(resolver, entry->entry, &resolution->notes);
		if (!source_split_plain(entry->entry->source, &resolver->old_root_disk, &place,
					&number))
			resolver->old_root_disk = NULL;
	}
	entry->is_required = true;
	entry->kind = RESOLVED_DEVICE;
	if (!resolver->root) {
		entry_decide(entry, RESOLVED_MISSING, false, _("the device of the root is gone"));
		return;
	}
	text_set(&entry->device, resolver->root->name);
	text_set(&entry->type, resolver->root->content.type);
	if (has_copied_members(resolver->root)) {
		_cleanup_free_ char *reason = find_hindrance(resolver->root);

		entry_decide(entry, RESOLVED_MISSING, false, reason);
	} else if (take_degraded(resolver, entry, resolver->root))
		entry_decide(entry, RESOLVED_MOUNT, false, _("the system was found on it"));
	resolver->claimed[resolver->claimed_count++] = resolver->root;
}

/* The second pass: plain names, once it is known what the other lines claim. */
static void resolve_plain_names(struct resolver *resolver, struct resolution *resolution)
{
	for (size_t i = 0; i < resolution->count; i++) {
		struct resolved_entry *entry = &resolution->entries[i];
		_cleanup_match_ struct match match = {0};

		if (entry->is_required || entry->reason || !entry->entry)
			continue;
		if (text_is_equal(entry->mountpoint, "/")) {
			entry_decide(entry, RESOLVED_SKIP, false,
				     _("another line is for the root"));
			continue;
		}
		source_find_plain(resolver, entry->entry, &match);
		match_take_filesystem(&match);
		apply_match(resolver, entry, &match, &resolution->notes);
		if (match.device && !match.is_guess)
			resolver->claimed[resolver->claimed_count++] = match.device;
	}
}

static void apply_choices(const struct resolver *resolver, struct resolution *resolution)
{
	for (size_t i = 0; i < resolution->count; i++) {
		struct resolved_entry *entry = &resolution->entries[i];
		const struct device *device;

		apply_defaults(resolver, entry);
		if (list_names(resolver->options->skip, entry) && !entry->is_required &&
		    entry->action != RESOLVED_SKIP)
			entry_decide(entry, RESOLVED_SKIP, true, _("as you asked"));
		device = entry->device ? machine_find(resolver->machine, entry->device) : NULL;
		options_resolve(resolver, device, entry, &resolution->notes);
		if (entry->action == RESOLVED_MISSING && entry->entry &&
		    fstab_has_option(entry->entry->options, "nofail")) {
			_cleanup_free_ char *reason = text_format(
				_("%s (nofail: the system boots without it)"), entry->reason);

			text_set(&entry->reason, reason);
		}
	}
}

/* A choice that names no line is a mistake that must not pass unseen. */
static int check_choices(const struct resolution *resolution, const struct text_list *choices,
			 const char *option, struct problem *why)
{
	for (size_t i = 0; choices && i < choices->count; i++) {
		_cleanup_text_list_ struct text_list one = {0}, known = {0};
		_cleanup_free_ char *joined = NULL, *shown = printable_text(choices->items[i]);
		bool is_known = false;

		text_list_add(&one, choices->items[i]);
		for (size_t j = 0; j < resolution->count && !is_known; j++)
			is_known = list_names(&one, &resolution->entries[j]);
		if (is_known)
			continue;
		for (size_t j = 0; j < resolution->count && known.count < 20; j++)
			text_list_take(&known,
				       printable_text(text_is_equal(resolution->entries[j].mountpoint,
								    "none")
							      ? resolution->entries[j].source
							      : resolution->entries[j].mountpoint));
		joined = text_list_join(&known, ", ");
		problem_set(why, -EINVAL, option, _("fstab has no entry %s"), shown);
		problem_set_next(why, _("There are: %s"), joined);
		return -EINVAL;
	}
	return 0;
}

static void note_silent_disks(const struct machine *machine, struct resolution *resolution)
{
	bool is_missing = false;

	for (size_t i = 0; i < resolution->count; i++)
		is_missing |= resolution->entries[i].action == RESOLVED_MISSING;
	for (size_t i = 0; is_missing && i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (device->kind != DEVICE_PARTITION && !device->is_rescue &&
		    (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR))
			text_list_format(&resolution->notes,
					 _("%s could not be read (%s); what is missing may be on it"),
					 device->name, device->reason);
	}
}

int resolve_system(const struct machine *machine, const struct survey *survey,
		   const struct system *system, const struct resolve_options *options,
		   struct resolution **ret_resolution, struct problem *why)
{
	_cleanup_resolution_ struct resolution *resolution = alloc_zero(1, sizeof(*resolution));
	_cleanup_free_ const struct device **claimed =
		alloc_zero(system->fstab.count + 1, sizeof(*claimed));
	struct resolver resolver = {
		.machine = machine,
		.survey = survey,
		.system = system,
		.options = options,
		.root = machine_find(machine, system->device),
		.claimed = claimed,
	};
	int r;

	for (size_t i = 0; i < system->fstab.count; i++)
		add_fstab_entry(&resolver, &system->fstab.entries[i], resolution);
	source_list_old_disks(&system->fstab, &resolver.old_disks);
	resolve_root(&resolver, resolution);
	resolve_plain_names(&resolver, resolution);
	shared_guesses_doubt(resolution);
	apply_choices(&resolver, resolution);
	duplicates_skip(resolution);
	locked_resolve(&resolver, resolution);
	free(resolver.old_root_disk);
	text_list_done(&resolver.old_disks);
	r = check_choices(resolution, options->with, "--with", why);
	if (r == 0)
		r = check_choices(resolution, options->skip, "--skip", why);
	if (r < 0)
		return r;
	order_resolve(resolution);
	note_silent_disks(machine, resolution);
	*ret_resolution = TAKE_PTR(resolution);
	return 0;
}
