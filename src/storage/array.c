/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the members of one array fit together.
 *
 * Judged as mdadm --assemble and the kernel judge without --force: the newest member in sync tells
 * what the array is. Another one goes in where its count of events is the same or one behind (the
 * members are written one after the other, and the power may go between two of them), and where
 * neither of the two counts the other as failed. Spares are written less often: any of them will
 * do.
 */
#include "storage/array.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/size.h"
#include "storage/array_level.h"

/* Whether a member goes in. */
enum fit {
	FIT_MEMBER,
	FIT_STALE,   /* it was away while the others were written */
	FIT_DROPPED, /* the others counted it as failed, and it did not notice */
	FIT_FAULTY,  /* it says so itself */
	FIT_APART,   /* it was written without the newest, and the newest without it */
};

/* The members of one array while they are sorted out. */
struct sorting {
	struct array_view *view;
	const struct device **all;
	size_t count;
	size_t capacity;
	const struct device **places; /* by place: who has it */
	const struct device **extras; /* what has no place of its own; as long as all */
	size_t extra_count;
	const struct device *first; /* two that claim one place */
	const struct device *second;
	const struct device *apart; /* one that was written without the newest */
	bool has_journal;
};

/* Whether the same member is seen once more above: a path of a multipath device, a mapping over it.
 */
static bool is_seen_above(const struct device *device)
{
	const struct raid_member *raid = device->content.raid;

	for (size_t i = 0; i < device->child_count; i++) {
		const struct raid_member *above = device->children[i]->content.raid;

		if (above && text_is_equal(above->array_uuid, raid->array_uuid) &&
		    text_is_equal(above->device_uuid, raid->device_uuid) &&
		    above->role == raid->role)
			return true;
	}
	/* a loop device over a device is how members are looked at */
	return device->kind == DEVICE_LOOP && text_has_prefix(device->backing_file, "/dev/");
}

static void collect(const struct machine *machine, const char *uuid, struct sorting *sorting)
{
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];
		const struct raid_member *raid = device->content.raid;

		if (!raid || !text_is_equal(raid->array_uuid, uuid) || is_seen_above(device))
			continue;
		sorting->all = alloc_grow(sorting->all, sorting->count, &sorting->capacity,
					  sizeof(*sorting->all));
		sorting->all[sorting->count++] = device;
	}
}

static bool is_in_sync(const struct raid_member *raid)
{
	return raid->role >= 0 && !raid->is_recovering;
}

/* Whether LEFT tells more of the array than RIGHT. */
static bool is_better(const struct raid_member *left, const struct raid_member *right)
{
	if (is_in_sync(left) != is_in_sync(right))
		return is_in_sync(left);
	if (left->events != right->events)
		return left->events > right->events;
	return left->updated > right->updated;
}

static const struct raid_member *find_best(const struct sorting *sorting)
{
	const struct raid_member *best = sorting->all[0]->content.raid;

	for (size_t i = 1; i < sorting->count; i++) {
		if (is_better(sorting->all[i]->content.raid, best))
			best = sorting->all[i]->content.raid;
	}
	return best;
}

/* Whether RAID counts the member in PLACE as failed or gone. */
static bool counts_as_lost(const struct raid_member *raid, int place)
{
	return place >= 0 && (size_t)place < strlen(raid->slots) && raid->slots[place] == '.';
}

static bool is_behind(const struct raid_member *raid, const struct raid_member *best)
{
	/* one that is ahead of the newest in sync is a stray */
	return raid->events > best->events || best->events - raid->events > 1;
}

static enum fit judge(const struct raid_member *raid, const struct raid_member *best)
{
	if (raid->role >= 0 && (unsigned)raid->role >= best->place_count)
		return FIT_DROPPED;
	if (raid == best || raid->role == RAID_ROLE_SPARE)
		return FIT_MEMBER;
	if (raid->role == RAID_ROLE_FAULTY)
		return FIT_FAULTY;
	if (raid->role == RAID_ROLE_JOURNAL)
		return is_behind(raid, best) ? FIT_STALE : FIT_MEMBER;
	if (counts_as_lost(raid, best->role))
		return counts_as_lost(best, raid->role) ? FIT_APART : FIT_STALE;
	if (is_behind(raid, best))
		return FIT_STALE;
	/* within one event mdadm would take it; kernels from 6.8 on refuse it */
	return counts_as_lost(best, raid->role) ? FIT_DROPPED : FIT_MEMBER;
}

static char *written_text(const struct raid_member *raid)
{
	return raid->updated > 0 ? time_format(raid->updated) : text_copy(_("at an unknown time"));
}

static void note_left_out(const struct sorting *sorting, const struct device *device, enum fit fit)
{
	const struct raid_member *raid = device->content.raid, *best = sorting->view->best;
	_cleanup_free_ char *when = written_text(raid);
	struct text_list *notes = &sorting->view->notes;
	uint64_t events = raid->events < best->events ? best->events - raid->events : 0;

	switch (fit) {
	case FIT_FAULTY:
		text_list_format(notes, _("%s is left out: it was marked as faulty"), device->name);
		break;
	case FIT_DROPPED:
		text_list_format(notes, _("%s is left out: the others counted it as failed"),
				 device->name);
		break;
	case FIT_APART:
		text_list_format(notes,
				 _("%s is left out: it was written without the others, last %s"),
				 device->name, when);
		break;
	default:
		text_list_format(notes,
				 P_("%s is left out: it was last written %s, %" PRIu64
				    " event before the others",
				    "%s is left out: it was last written %s, %" PRIu64
				    " events before the others",
				    events),
				 device->name, when, events);
	}
}

static void leave_out(struct sorting *sorting, const struct device *device, enum fit fit)
{
	sorting->view->stale[sorting->view->stale_count++] = device;
	if (fit == FIT_APART && !sorting->apart)
		sorting->apart = device; /* the obstacle names it */
	else
		note_left_out(sorting, device, fit);
}

/* Puts DEVICE in its place. One that replaces another, and is not done yet, comes second there. */
static void put_in_place(struct sorting *sorting, const struct device *device)
{
	const struct device **place = &sorting->places[device->content.raid->role];
	const struct device *other = *place;

	if (!other) {
		*place = device;
	} else if (device->content.raid->is_recovering) {
		sorting->extras[sorting->extra_count++] = device;
	} else if (other->content.raid->is_recovering) {
		*place = device;
		sorting->extras[sorting->extra_count++] = other;
	} else {
		if (!sorting->first) {
			sorting->first = other;
			sorting->second = device;
		}
		sorting->view->stale[sorting->view->stale_count++] = device;
	}
}

static void sort_out(struct sorting *sorting)
{
	for (size_t i = 0; i < sorting->count; i++) {
		const struct device *device = sorting->all[i];
		const struct raid_member *raid = device->content.raid;
		enum fit fit = judge(raid, sorting->view->best);

		if (fit != FIT_MEMBER) {
			leave_out(sorting, device, fit);
		} else if (raid->role >= 0) {
			put_in_place(sorting, device);
		} else {
			sorting->has_journal |= raid->role == RAID_ROLE_JOURNAL;
			sorting->view->spares += raid->role == RAID_ROLE_SPARE;
			sorting->extras[sorting->extra_count++] = device;
		}
	}
}

/* Counts the places and lists the members by them. */
static void count_places(struct sorting *sorting)
{
	struct array_view *view = sorting->view;
	const struct raid_member *best = view->best;
	_cleanup_free_ bool *is_there = alloc_zero(best->place_count + 1, sizeof(*is_there));
	_cleanup_free_ char *letters = alloc_zero(best->place_count + 1, 1);

	view->is_clean = true;
	for (unsigned i = 0; i < best->place_count; i++) {
		const struct device *device = sorting->places[i];

		letters[i] = '_';
		if (!device) {
			view->missing++;
			view->lost += !counts_as_lost(best, (int)i);
			continue;
		}
		view->members[view->member_count++] = device;
		view->is_clean &= device->content.raid->is_clean;
		is_there[i] = is_in_sync(device->content.raid);
		view->working += is_there[i];
		view->rebuilding += !is_there[i];
		letters[i] = is_there[i] ? 'U' : '_';
	}
	for (size_t i = 0; i < sorting->extra_count; i++)
		view->members[view->member_count++] = sorting->extras[i];
	view->is_startable = array_level_suffices(best, is_there);
	view->state = text_format("[%s]", letters);
}

static char *container_obstacle(const struct raid_member *best)
{
	return text_format(
		_("it is a container of the firmware's RAID (%s), which refloat does not "
		  "bring up: \"mdadm --assemble --scan\" does, and its volumes then "
		  "count as disks"),
		best->version);
}

static char *twins_obstacle(const struct sorting *sorting)
{
	const struct raid_member *first = sorting->first->content.raid;
	const struct raid_member *second = sorting->second->content.raid;

	if (text_is_equal(first->device_uuid, second->device_uuid))
		return text_format(_("%s and %s are the same member twice, as after copying a "
				     "disk: take one of them away"),
				   sorting->first->name, sorting->second->name);
	return text_format(_("%s and %s both claim place %d in it: take one of them away"),
			   sorting->first->name, sorting->second->name, first->role);
}

/* The member whose superblock RAID is: one of those that are sorted. */
static const struct device *find_device(const struct sorting *sorting,
					const struct raid_member *raid)
{
	size_t i = 0;

	while (i + 1 < sorting->count && sorting->all[i]->content.raid != raid)
		i++;
	return sorting->all[i];
}

static char *split_obstacle(const struct sorting *sorting)
{
	const struct device *newest = find_device(sorting, sorting->view->best);
	const struct device *other = sorting->apart ? sorting->apart : newest;
	_cleanup_free_ char *when = written_text(newest->content.raid);
	_cleanup_free_ char *other_when = written_text(other->content.raid);

	return text_format(_("its members were written apart from each other, %s last %s and %s "
			     "last %s, and each counts the other as lost: take the one away whose "
			     "contents are not wanted"),
			   newest->name, when, other->name, other_when);
}

static char *short_obstacle(const struct array_view *view)
{
	const struct raid_member *best = view->best;
	unsigned least = array_level_least(best);

	if (!best->place_count)
		return text_copy(_("its superblocks do not say how many members it has"));
	if (view->working >= least)
		return text_format(_("%u of its %u members are here, but both copies of some of "
				     "it are missing"),
				   view->working, best->place_count);
	return text_format(_("%u of its %u members can be used, and %s needs %u"), view->working,
			   best->place_count, best->level, least);
}

/*
 * An array with parity that was being written and lacks a member: what the missing one held follows
 * from the others only where data and parity fit together, which is not known of the last stripes
 * written. --force starts it all the same, and files may be changed without anybody noticing.
 */
static bool is_dirty_and_degraded(const struct sorting *sorting)
{
	const struct array_view *view = sorting->view;
	const struct raid_member *best = view->best;

	if (view->is_clean || view->working == best->place_count || best->has_parity_log ||
	    (best->wants_journal && sorting->has_journal) || !array_level_has_parity(best->level))
		return false;
	/* raid4 without the one that holds its parity: nothing has to follow from anything */
	return !text_is_equal(best->level, "raid4") || view->working + 1 < best->place_count ||
	       sorting->places[best->place_count - 1];
}

static char *find_obstacle(const struct sorting *sorting)
{
	const struct array_view *view = sorting->view;
	const struct raid_member *best = view->best;

	if (best->hindrance)
		return text_copy(best->hindrance);
	if (text_is_equal(best->level, "container"))
		return container_obstacle(best);
	if (sorting->first)
		return twins_obstacle(sorting);
	if (view->is_split)
		return split_obstacle(sorting);
	if (best->is_reshaping)
		return text_copy(
			_("its layout was being changed when it stopped, which starting it "
			  "would go on with: \"mdadm --assemble\" by hand, with "
			  "--backup-file where there is one"));
	if (!view->is_startable)
		return short_obstacle(view);
	if (is_dirty_and_degraded(sorting))
		return text_copy(
			_("it was being written when it stopped, and a member is missing: "
			  "what was written last may be wrong, and only \"mdadm --assemble "
			  "--force\" by hand starts it"));
	if (best->wants_journal && !sorting->has_journal)
		return text_copy(_("its journal device is missing, and with it what was written "
				   "last: only \"mdadm --assemble --force\" by hand starts it"));
	return NULL;
}

static void note_state(struct array_view *view)
{
	if (view->missing && view->lost)
		text_list_format(&view->notes,
				 P_("%u of its %u members is missing, and was there when it was "
				    "last written",
				    "%u of its %u members are missing, and were there when it was "
				    "last written",
				    view->lost),
				 view->lost, view->best->place_count);
	if (view->missing > view->lost)
		text_list_format(&view->notes,
				 P_("it ran without %u of its %u members when it was last written",
				    "it ran without %u of its %u members when it was last written",
				    view->missing - view->lost),
				 view->missing - view->lost, view->best->place_count);
	for (size_t i = 0; i < view->member_count; i++) {
		const struct device *device = view->members[i];

		if (device->content.raid->role >= 0 && device->content.raid->is_recovering)
			text_list_format(&view->notes, _("%s was being rebuilt"), device->name);
	}
}

int array_view(const struct machine *machine, const char *array_uuid, struct array_view *view)
{
	struct sorting sorting = {.view = view};

	*view = (struct array_view){0};
	if (text_is_empty(array_uuid))
		return -ENOENT;
	collect(machine, array_uuid, &sorting);
	if (!sorting.count)
		return -ENOENT;
	view->best = find_best(&sorting);
	view->members = alloc_zero(sorting.count, sizeof(const struct device *));
	view->stale = alloc_zero(sorting.count, sizeof(const struct device *));
	sorting.extras = alloc_zero(sorting.count, sizeof(const struct device *));
	sorting.places = alloc_zero(view->best->place_count, sizeof(const struct device *));
	sort_out(&sorting);
	count_places(&sorting);
	view->is_split = sorting.apart != NULL;
	view->obstacle = find_obstacle(&sorting);
	note_state(view);
	free(sorting.all);
	free(sorting.extras);
	free(sorting.places);
	return 0;
}

void array_view_done(struct array_view *view)
{
	free(view->members);
	free(view->stale);
	free(view->state);
	free(view->obstacle);
	text_list_done(&view->notes);
	*view = (struct array_view){0};
}
