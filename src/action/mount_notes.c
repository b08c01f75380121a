/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plan that mounts a system says of an entry of fstab beside its steps. */
#include "action/mount_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/filesystem_state.h"

void mount_note_journal(struct mount_planning *planning, const struct device *device)
{
	if (device->content.journal != JOURNAL_DIRTY)
		return;
	text_list_format(
		&planning->plan->notes,
		planning->is_read_only
			? _("The journal of %s is not replayed: files written last may be "
			    "missing or stale.")
			: _("The journal of %s will be replayed, as at any boot: this writes "
			    "to the disk."),
		device->name);
}

void mount_note_damage(struct mount_planning *planning, const struct device *device)
{
	const struct filesystem_state *state = device->content.state;
	_cleanup_free_ char *name = printable_text(device->name);

	if (!state ||
	    (state->condition != CONDITION_ERRORS && state->condition != CONDITION_NOT_CLEAN))
		return;
	/* it has a journal, and Windows a check of its own that nothing here replaces */
	if (state->condition == CONDITION_NOT_CLEAN && text_is_equal(device->content.type, "ntfs")) {
		text_list_format(&planning->plan->notes,
				 _("Windows did not unmount %s cleanly and checks it at its next start: "
				   "what it wrote last may be missing. Where it still starts, let it do "
				   "that before anything is written to it."),
				 name);
		return;
	}
	text_list_format(
		&planning->plan->notes,
		state->condition == CONDITION_ERRORS
			? _("The superblock of %s says that it is damaged: \"refloat check-fs %s\" "
			    "before anything is written to it.")
			: _("%s was not cleanly unmounted and has no journal: \"refloat check-fs "
			    "%s\" before anything is written to it."),
		name, name);
}

static const struct volume *find_volume(const struct mount_planning *planning,
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
void mount_note_missing(struct mount_planning *planning, const struct resolved_entry *entry,
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
			    missing),
			 missing, (unsigned long)wanted, name,
			 volume && volume->profile ? volume->profile
						   : _("how it spreads its data is not known"));
	if (volume && volume->profile && volume->spare_devices >= 0 &&
	    (size_t)volume->spare_devices < missing)
		text_list_format(&planning->plan->notes,
				 _("It cannot do without them: it is mounted read-only, and what "
				   "lies on the missing ones cannot be read."));
	else if (!entry->is_read_only)
		text_list_format(
			&planning->plan->notes,
			_("What is written to %s now is not on what is missing, so that the "
			  "halves of a mirror differ from then on: when it is back, run "
			  "\"btrfs scrub\" and \"btrfs balance\" before relying on it. "
			  "\"--read-only\" writes nothing."),
			name);
}

/* Devices of the filesystem that are here, but not as they should be. */
void mount_note_members(struct mount_planning *planning, const struct device *device)
{
	for (size_t i = 0; i < device->member_count; i++) {
		const struct device *member = device->members[i];
		_cleanup_free_ char *name = printable_text(member->name);
		_cleanup_free_ char *key = text_format("%s, old", member->name);

		if (!device_is_stale_member(member) || text_list_contains(&planning->noted, key))
			continue;
		text_list_add(&planning->noted, key);
		text_list_format(
			&planning->plan->notes,
			_("%s was away while the rest of its filesystem was written to: run "
			  "\"btrfs scrub\" on it once it is mounted."),
			name);
	}
}

void mount_leave_out(struct mount_planning *planning, const struct resolved_entry *entry,
		     const char *reason)
{
	_cleanup_free_ char *shown = printable_text(entry->mountpoint);

	text_list_format(&planning->plan->notes, _("%s is not mounted: %s."), shown, reason);
	planning->plan->is_partial = true;
}

/* What may be in a container that nobody has opened. */
static void note_locked(struct mount_planning *planning, const struct resolved_entry *entry,
			const char *shown, const char *reason)
{
	_cleanup_free_ char *joined = text_list_join(&entry->locked, _(" or "));
	_cleanup_free_ char *names = printable_text(joined);

	text_list_format(&planning->plan->notes,
			 _("%s is not mounted: %s. It may be in %s, which is locked."), shown,
			 reason, names);
	plan_add_option(planning->plan,
			_("--passphrase-file opens what is locked; on a terminal the "
			  "passphrase is asked for."));
}

/* What is not mounted, with the reason and the nearest candidates. */
void mount_note_left_out(struct mount_planning *planning, const struct resolved_entry *entry)
{
	bool is_welcome = entry->entry && fstab_has_option(entry->entry->options, "nofail");
	_cleanup_free_ char *joined = text_list_join(
		&entry->candidates, entry->action == RESOLVED_AMBIGUOUS ? ", " : _(" or "));
	_cleanup_free_ char *candidates = printable_text(joined);
	_cleanup_free_ char *reason = printable_sentence(entry->reason);
	_cleanup_free_ char *shown =
		printable_text(entry->kind == RESOLVED_SWAP ? entry->source : entry->mountpoint);

	if (entry->action == RESOLVED_SKIP) {
		text_list_format(&planning->plan->notes, _("%s is left out: %s."), shown, reason);
		if (entry->can_switch_on)
			plan_add_option(planning->plan,
					_("--with MOUNTPOINT takes in what is left out."));
		return;
	}
	if (entry->action == RESOLVED_UNCONFIRMED) {
		text_list_format(&planning->plan->notes, _("%s is a guess and not mounted: %s."),
				 shown, reason);
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
		text_list_format(&planning->plan->notes, _("%s is not mounted: %s."), shown,
				 reason);
	}
	if (entry->is_degraded)
		plan_add_option(planning->plan,
				_("--degraded mounts what lacks members, too; read-only is safest "
				  "first."));
	/* a line that the server itself boots without, and swap, leave nothing undone */
	if (!is_welcome && entry->kind != RESOLVED_SWAP)
		planning->plan->is_partial = true;
}

void mount_note_guess(struct mount_planning *planning, const struct resolved_entry *entry)
{
	_cleanup_free_ char *shown = printable_text(entry->mountpoint);
	_cleanup_free_ char *reason = printable_sentence(entry->reason);

	text_list_format(&planning->plan->guesses, _("%s is a guess: %s."), shown, reason);
}
