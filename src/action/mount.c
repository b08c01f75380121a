/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action mount: the whole tree of a system below the target folder, as its fstab says. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "action/actions.h"
#include "action/bring_up.h"
#include "action/mount_plan.h"
#include "action/place.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/root.h"
#include "storage/filesystem.h"
#include "storage/mount.h"
#include "system/resolve.h"

/* What the making of one plan needs. */
struct planning {
	struct session *session;
	const struct machine *machine;
	const struct survey *survey;
	const struct system *system;
	struct plan *plan;
	bool is_read_only;
	struct bring_up *up; /* what must be brought up first */
	struct text_list noted; /* filesystems of which has been said what is missing */
};

static int refuse_target(const char *target, const char *reason, int error, struct problem *why)
{
	(void)problem_set(why, error, target, "%s", reason);
	problem_set_next(why, _("Name another folder with --target, or clear this one."));
	return error;
}

static int check_mounted(struct session *session, struct problem *why)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};
	_cleanup_free_ char *shown = NULL;
	int r = session_get_mounted(session, &mounted, why);

	if (r < 0 || !mounted.id || !text_is_equal(mounted.target, session->target))
		return r;
	shown = printable_text(mounted.summary);
	(void)problem_set(why, -EEXIST, session->target, _("%s is mounted there already"), shown);
	problem_set_next(why, _("Take it down with \"refloat umount\", or work in it with \"refloat "
				"chroot\"."));
	return -EEXIST;
}

/* The target must be a folder with nothing in it, or not there yet. */
static int check_target(struct session *session, bool *ret_is_missing, struct problem *why)
{
	const char *target = session->target;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	struct stat status;
	int r = check_mounted(session, why);

	*ret_is_missing = false;
	if (r < 0)
		return r;
	if (stat(target, &status) < 0) {
		if (errno != ENOENT)
			return problem_set_errno(why, -errno, target);
		*ret_is_missing = true;
		return 0;
	}
	if (!S_ISDIR(status.st_mode))
		return refuse_target(target, _("is not a folder"), -ENOTDIR, why);
	if (place_is_mounted(target))
		return refuse_target(target, _("something is mounted there already"), -EBUSY, why);
	if (root_open(target, &root, why) < 0 || root_list(root, "/", 2, &names) < 0)
		return refuse_target(target, _("cannot be read"), -EACCES, why);
	if (names.count)
		return refuse_target(target, _("the folder is not empty"), -ENOTEMPTY, why);
	return 0;
}

/* "Debian GNU/Linux 12 (bookworm) of web01"; the caller frees. */
static char *system_title(const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);

	return *host ? text_format(_("%s of %s"), name, host) : TAKE_PTR(name);
}

static void add_folder_step(struct planning *planning, const char *root, const char *path,
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

static char *join_options(const char *a, const char *b)
{
	if (text_is_empty(a) || text_is_empty(b))
		return text_copy(text_is_empty(a) ? (b ? b : "") : a);
	return text_format("%s,%s", a, b);
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

/* Options without those that the look options say as well, which a kernel may refuse twice. */
static void set_options(struct step *step, const struct resolved_entry *entry,
			const char *look_options)
{
	_cleanup_free_ char *options = join_options(entry->options, look_options);
	_cleanup_free_ char *needed = join_options(entry->needed_options, look_options);

	step_set(step, "options", options);
	step_set(step, "needed", needed);
}

/* Source, place in it, and what makes a read-only mount truly so. */
static void set_device(struct planning *planning, struct step *step,
		       const struct resolved_entry *entry, const struct device *device,
		       const struct bring_up_place *place)
{
	const struct filesystem *filesystem = filesystem_find(device->content.type);

	step_set(step, "source", place->path);
	set_number(step, "offset", place->offset);
	set_number(step, "size", place->size);
	step_set(step, "type", device->content.type);
	/* a filesystem on several devices has its loop devices from the steps before */
	if (place->is_file || place->offset || place->size ||
	    (planning->is_read_only && !device->members))
		step_set(step, "loop", "yes");
	set_options(step, entry, entry->is_read_only && filesystem ? filesystem->look_options : NULL);
}

/*
 * Brings up every device of a filesystem on several, and names those to the kernel that the mount
 * does not name anyway: nobody need have shown them to it before.
 */
static void bring_up_members(struct planning *planning, struct resolved_entry *entry,
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

static const struct place *place_of(const struct planning *planning,
				    const struct resolved_entry *entry)
{
	return system_find_place(planning->system, entry->mountpoint);
}

/* The in-root path to mount at: what the look has seen, else what fstab says. */
static const char *path_of(const struct planning *planning, const struct resolved_entry *entry)
{
	const struct place *place = place_of(planning, entry);

	return place && place->resolved ? place->resolved : entry->mountpoint;
}

/* FROM is what the sentence says of where it comes from, printable. */
static struct step *new_mount_step(struct planning *planning, const struct resolved_entry *entry,
				   const char *from)
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

static void note_journal(struct planning *planning, const struct device *device)
{
	if (device->content.journal != JOURNAL_DIRTY)
		return;
	text_list_format(&planning->plan->notes,
			 planning->is_read_only
				 ? _("The journal of %s is not replayed: files written last may be "
				     "missing or stale.")
				 : _("The journal of %s will be replayed, as at any boot: this writes "
				     "to the disk."),
			 device->name);
}

static const struct volume *find_volume(const struct planning *planning,
					const struct device *device)
{
	for (size_t i = 0; planning->survey && i < planning->survey->volume_count; i++) {
		const struct volume *volume = &planning->survey->volumes[i];

		if (text_is_equal(volume->device, device->name) && !volume->subvolume)
			return volume;
	}
	return NULL;
}

/* What it means that devices of the filesystem on DEVICE are missing, once for each filesystem. */
static void note_missing(struct planning *planning, const struct resolved_entry *entry,
			 const struct device *device)
{
	const struct volume *volume = find_volume(planning, device);
	size_t missing = device_count_missing(device);
	uint64_t wanted = device->content.btrfs.device_count;
	_cleanup_free_ char *name = printable_text(device->name);

	if (!missing || text_list_contains(&planning->noted, device->name))
		return;
	text_list_add(&planning->noted, device->name);
	text_list_format(&planning->plan->notes,
			 P_("%zu of the %lu devices of the filesystem on %s is missing (%s).",
			    "%zu of the %lu devices of the filesystem on %s are missing (%s).",
			    missing), missing, (unsigned long)wanted, name,
			 volume && volume->profile ? volume->profile
						   : _("how it spreads its data is not known"));
	if (volume && volume->profile && volume->spare_devices >= 0 &&
	    (size_t)volume->spare_devices < missing)
		text_list_format(&planning->plan->notes,
				 _("It cannot do without them: it is mounted read-only, and what "
				   "lies on the missing ones cannot be read."));
	else if (!entry->is_read_only)
		text_list_format(&planning->plan->notes,
				 _("What is written to %s now is not on what is missing, so that the "
				   "halves of a mirror differ from then on: when it is back, run "
				   "\"btrfs scrub\" and \"btrfs balance\" before relying on it. "
				   "--read-only writes nothing."), name);
}

/* Devices of the filesystem that are here, but not as they should be. */
static void note_members(struct planning *planning, const struct device *device)
{
	for (size_t i = 0; i < device->member_count; i++) {
		const struct device *member = device->members[i];
		_cleanup_free_ char *name = printable_text(member->name);
		_cleanup_free_ char *key = text_format("%s, old", member->name);

		if (!device_is_stale_member(member) || text_list_contains(&planning->noted, key))
			continue;
		text_list_add(&planning->noted, key);
		text_list_format(&planning->plan->notes,
				 _("%s was away while the rest of its filesystem was written to: run "
				   "\"btrfs scrub\" on it once it is mounted."), name);
	}
}

static void add_device_step(struct planning *planning, struct resolved_entry *entry)
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
		note_journal(planning, device);
		note_missing(planning, entry, device);
		note_members(planning, device);
	}
	if (entry->is_required) {
		_cleanup_free_ char *name = system_title(planning->system);

		step_set(step, "system", planning->system->id);
		step_set(step, "system-name", name);
		step_set(step, "architecture", planning->system->architecture);
		step_set(step, "hostname", planning->system->hostname);
	}
	plan_add(planning->plan, step);
}

static void add_swap_step(struct planning *planning, const struct resolved_entry *entry)
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

static void add_other_step(struct planning *planning, const struct resolved_entry *entry)
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

static void leave_out(struct planning *planning, const struct resolved_entry *entry,
		      const char *reason)
{
	_cleanup_free_ char *shown = printable_text(entry->mountpoint);

	text_list_format(&planning->plan->notes, _("%s is not mounted: %s."), shown, reason);
	planning->plan->is_partial = true;
}

/* Whether its mount point will do; makes a missing one where that is allowed. */
static bool prepare_place(struct planning *planning, const struct resolved_entry *entry)
{
	const struct place *place = place_of(planning, entry);

	if (!place || !place->resolved)
		return true; /* not seen beforehand: the step itself finds out */
	if (!place->exists && planning->is_read_only) {
		leave_out(planning, entry, _("its folder is missing and cannot be made read-only"));
		return false;
	}
	if (place->exists && !place->is_folder && entry->kind != RESOLVED_BIND) {
		leave_out(planning, entry, _("what is there is no folder"));
		return false;
	}
	if (!place->exists)
		add_folder_step(planning, planning->session->target, place->resolved,
				STEP_OPTIONAL);
	if (place->hides_files)
		text_list_format(&planning->plan->notes,
				 _("The folder %s below the mount is not empty: the mount hides what "
				   "is in it."), place->resolved);
	return true;
}

static bool has_driver(struct planning *planning, const struct resolved_entry *entry)
{
	_cleanup_free_ char *reason = NULL, *type = NULL;

	if (entry->kind != RESOLVED_DEVICE || planning->machine->source == MACHINE_RECORDED ||
	    filesystem_is_supported(entry->type))
		return true;
	type = printable_text(entry->type);
	reason = text_format(_("this kernel has no driver for %s"), type);
	leave_out(planning, entry, reason);
	return false;
}

/* What may be in a container that nobody has opened. */
static void note_locked(struct planning *planning, const struct resolved_entry *entry,
			const char *shown, const char *reason)
{
	_cleanup_free_ char *joined = text_list_join(&entry->locked, _(" or "));
	_cleanup_free_ char *names = printable_text(joined);

	text_list_format(&planning->plan->notes,
			 _("%s is not mounted: %s. It may be in %s, which is locked."), shown, reason,
			 names);
	plan_add_option(planning->plan, _("--passphrase-file opens what is locked; on a terminal the "
					  "passphrase is asked for."));
}

/* What is not mounted, with the reason and the nearest candidates. */
static void note_left_out(struct planning *planning, const struct resolved_entry *entry)
{
	bool is_welcome = entry->entry && fstab_has_option(entry->entry->options, "nofail");
	_cleanup_free_ char *joined = text_list_join(
		&entry->candidates, entry->action == RESOLVED_AMBIGUOUS ? ", " : _(" or "));
	_cleanup_free_ char *candidates = printable_text(joined);
	_cleanup_free_ char *reason = printable_sentence(entry->reason);
	_cleanup_free_ char *shown = printable_text(entry->kind == RESOLVED_SWAP
							    ? entry->source
							    : entry->mountpoint);

	if (entry->action == RESOLVED_SKIP) {
		text_list_format(&planning->plan->notes, _("%s is left out: %s."), shown,
				 reason);
		if (entry->can_switch_on)
			plan_add_option(planning->plan,
					_("--with MOUNTPOINT takes in what is left out."));
		return;
	}
	if (entry->action == RESOLVED_UNCONFIRMED) {
		text_list_format(&planning->plan->notes,
				 _("%s is a guess and not mounted: %s."), shown, reason);
		plan_add_option(planning->plan, _("--accept-guesses mounts guesses, too."));
	} else if (entry->locked.count) {
		note_locked(planning, entry, shown, reason);
	} else if (entry->candidates.count) {
		text_list_format(&planning->plan->notes,
				 entry->action == RESOLVED_AMBIGUOUS
					 ? _("%s is not mounted: %s: %s.")
					 : _("%s is not mounted: %s. Maybe it is %s."),
				 shown, reason, candidates);
	} else {
		text_list_format(&planning->plan->notes, _("%s is not mounted: %s."), shown, reason);
	}
	if (entry->is_degraded)
		plan_add_option(planning->plan,
				_("--degraded mounts what lacks members, too; read-only is safest "
				  "first."));
	/* a line that the server itself boots without, and swap, leave nothing undone */
	if (!is_welcome && entry->kind != RESOLVED_SWAP)
		planning->plan->is_partial = true;
}

static void note_guess(struct planning *planning, const struct resolved_entry *entry)
{
	_cleanup_free_ char *shown = printable_text(entry->mountpoint);
	_cleanup_free_ char *reason = printable_sentence(entry->reason);

	text_list_format(&planning->plan->guesses, _("%s is a guess: %s."), shown, reason);
}

/* Whether what ENTRY lies on can be brought up, if it is not; says why not, in WHY for the root. */
static int check_device(struct planning *planning, const struct resolved_entry *entry,
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
	leave_out(planning, entry, reason);
	if (own.next)
		plan_add_option(planning->plan, own.next);
	return r;
}

/* Negative only where the plan makes no sense without it. */
static int add_entry(struct planning *planning, struct resolved_entry *entry, struct problem *why)
{
	int r;

	if (entry->action != RESOLVED_MOUNT) {
		note_left_out(planning, entry);
		return 0;
	}
	r = check_device(planning, entry, why);
	if (r < 0)
		return entry->is_required ? r : 0;
	if (entry->is_guess)
		note_guess(planning, entry);
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

/* Without its root there is nothing to mount the rest in. */
static int check_root(const struct planning *planning, const struct resolution *resolution,
		      struct problem *why)
{
	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];

		if (!entry->is_required)
			continue;
		if (entry->action == RESOLVED_MOUNT)
			return 0;
		(void)problem_set(why, -ENOENT, planning->system->id, "%s", entry->reason);
		if (entry->is_degraded)
			problem_set_next(why, _("--degraded mounts it without; with --read-only as "
						"well, nothing is written to what is left."));
		return -ENOENT;
	}
	return problem_set(why, -ENOENT, planning->system->id,
			   _("its root filesystem is not here any more"));
}

static int add_entries(struct planning *planning, const struct answers *answers,
		       struct problem *why)
{
	_cleanup_resolution_ struct resolution *resolution = NULL;
	const struct resolve_options options = {
		.is_read_only = planning->is_read_only,
		.accept_guesses = answers_has(answers, "accept-guesses"),
		.allow_degraded = answers_has(answers, "degraded"),
		.with = answers_list(answers, "with"),
		.skip = answers_list(answers, "skip"),
	};
	int r = resolve_system(planning->machine, planning->survey, planning->system, &options,
			       &resolution, why);

	if (r < 0)
		return r;
	r = check_root(planning, resolution, why);
	for (size_t i = 0; r == 0 && i < resolution->count; i++)
		r = add_entry(planning, &resolution->entries[i], why);
	for (size_t i = 0; i < resolution->notes.count; i++) {
		_cleanup_free_ char *note = printable_sentence(resolution->notes.items[i]);

		text_list_format(&planning->plan->notes, "%s.", note);
	}
	return r;
}

int mount_plan_add(struct session *session, const struct answers *answers, struct plan *plan,
		   struct problem *why)
{
	struct planning planning = {
		.session = session,
		.plan = plan,
		.is_read_only = answers_has(answers, "read-only"),
	};
	_cleanup_free_ char *title = NULL;
	bool is_missing = false;
	int r = session_choose_system(session, answers_get(answers, "system"), &planning.system, why);

	if (r == 0 && !session->scan.sysroot)
		r = check_target(session, &is_missing, why);
	if (r < 0)
		return r;
	planning.machine = session->machine;
	planning.survey = session->survey;
	title = system_title(planning.system);
	free(plan->summary);
	plan->summary = text_format(planning.is_read_only ? _("Mount %s at %s read-only")
							  : _("Mount %s at %s"),
				    title, session->target);
	if (planning.system->kind != SYSTEM_LINUX)
		text_list_add(&plan->notes, _("This is no Linux system: only its root is mounted."));
	if (is_missing)
		add_folder_step(&planning, "/", session->target, STEP_REQUIRED);
	planning.up = bring_up_new(&(struct bring_up_options){
					   .machine = planning.machine,
					   .system = planning.system,
					   .is_read_only = planning.is_read_only,
					   .allow_degraded = answers_has(answers, "degraded"),
				   },
				   plan);
	r = add_entries(&planning, answers, why);
	(void)bring_up_free(planning.up);
	text_list_done(&planning.noted);
	return r;
}

static int plan_mount(struct session *session, const struct answers *answers,
		      struct plan **ret_plan, struct problem *why)
{
	_cleanup_plan_ struct plan *plan = plan_new("mount");
	int r = mount_plan_add(session, answers, plan, why);

	if (r < 0)
		return r;
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "system", .kind = FIELD_SYSTEM, .metavar = N_("SYSTEM"),
	 .help = N_("which system, where there are several: its id, host name or root device")},
	FIELD_READ_ONLY,
	FIELD_SKIP,
	FIELD_WITH,
	FIELD_ACCEPT_GUESSES,
	FIELD_DEGRADED,
	FIELD_PASSPHRASE_FILE,
};

static const struct example examples[] = {
	{"mount --plan", N_("only show what would be done")},
	{"mount --read-only", N_("look at everything, change nothing")},
	{"mount --skip /srv --yes", N_("all but /srv, without a question")},
	{NULL, NULL},
};

const struct action action_mount = {
	.name = "mount",
	.label = N_("Mount the system"),
	.help = N_("mount an installed system as its own fstab says"),
	.details = N_("Finds the installed system and mounts its whole tree below the target folder "
		      "(/mnt), in the right order, each entry of its fstab on the device that it "
		      "really means. What cannot be mounted does not stop the rest and is shown with "
		      "the reason. A device found by guessing is mounted only if you agree. "
		      "\"refloat umount\" takes everything down again."),
	.examples = examples,
	.key = 'm',
	.needs = NEEDS_ROOT | NEEDS_SYSTEM | NEEDS_CHANGES,
	.asks = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_mount,
};
