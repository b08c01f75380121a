/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filesystems of a system with their states, in the order of a check. */
#include "action/filesystems.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "action/check.h"
#include "action/check_mounts.h"
#include "action/filesystem_words.h"
#include "action/unlock.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/worker.h"
#include "storage/filesystem.h"
#include "system/resolve.h"

#define SPACE_DEADLINE_MS 3000u
#define SWAP_PLACE "[SWAP]"

/* Where a row stands: the root, by pass, in fstab without one, not in fstab. */
enum rank {
	RANK_ROOT = 0,
	RANK_NO_PASS = INT_MAX - 1,
	RANK_UNNAMED = INT_MAX,
};

/* What the making of one list needs. */
struct listing {
	struct session *session;
	const struct machine *machine;
	struct check_mounts mounts;
	struct filesystem_list *list;
	unsigned options; /* enum filesystem_list_option bits */
};

static void row_done(struct filesystem_row *row)
{
	free(row->name);
	free(row->mountpoint);
	free(row->type);
	free(row->label);
	free(row->uuid);
	free(row->mounted_at);
	(void)filesystem_state_free(row->state);
	(void)lost_filesystem_free(row->lost);
	free(row->condition);
	free(row->why_not);
}

void filesystem_list_done(struct filesystem_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		row_done(&list->items[i]);
	free(list->items);
	*list = (struct filesystem_list){0};
}

static struct filesystem_row *add_row(struct filesystem_list *list)
{
	list->items = alloc_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	return &list->items[list->count++];
}

static char *copy_printable(const char *text)
{
	return text ? printable_text(text) : NULL;
}

static int rank_of(const struct filesystem_row *row)
{
	if (text_is_equal(row->mountpoint, "/"))
		return RANK_ROOT;
	if (!row->mountpoint)
		return RANK_UNNAMED;
	return row->pass > 0 && row->pass < RANK_NO_PASS ? row->pass : RANK_NO_PASS;
}

/* --- how one is used */

int filesystem_space_read(const char *place, struct filesystem_space *ret_space)
{
	struct statvfs status;

	if (statvfs(place, &status) < 0)
		return -errno;
	*ret_space = (struct filesystem_space){
		.size = (uint64_t)status.f_blocks * status.f_frsize,
		.free = (uint64_t)status.f_bfree * status.f_frsize,
		.inodes = status.f_files,
		.inodes_free = status.f_ffree,
	};
	return 0;
}

void filesystem_space_apply(const struct filesystem_space *space, struct filesystem_state *state)
{
	state->has_space = space->size > 0;
	state->size = space->size;
	state->free = space->free;
	/* btrfs and FAT have none to count */
	state->has_inodes = state->has_inodes && space->inodes > 0;
	state->inodes = space->inodes;
	state->inodes_free = space->inodes_free;
}

static int send_space(void *data, int fd)
{
	struct filesystem_space space;

	if (filesystem_space_read(data, &space) < 0)
		return 1;
	return worker_send(fd, &space, sizeof(space)) < 0;
}

/* Of a mounted filesystem the kernel knows best how full it is; asking can hang with its disk. */
static void ask_space(const char *place, struct filesystem_state *state)
{
	_cleanup_free_ char *path = text_copy(place), *message = NULL;
	struct filesystem_space space;
	size_t length = 0;

	if (worker_call(send_space, path, SPACE_DEADLINE_MS, &message, &length, NULL, NULL) < 0 ||
	    length != sizeof(space))
		return;
	memcpy(&space, message, sizeof(space));
	filesystem_space_apply(&space, state);
}

/* What stood in the superblock when it was mounted is not how it is. */
static void forget_space(struct filesystem_state *state)
{
	state->has_space = false;
	state->inodes = 0;
}

static bool is_swap_on(const struct device *device)
{
	return text_list_contains(&device->mountpoints, SWAP_PLACE);
}

/* Something that is up lies on it, which is no partition of it. */
static bool is_held(const struct device *device)
{
	for (size_t i = 0; i < device->child_count; i++) {
		if (!device->children[i]->is_dormant &&
		    device->children[i]->kind != DEVICE_PARTITION &&
		    device->children[i]->kind != DEVICE_LOOP)
			return true;
	}
	return is_swap_on(device);
}

static bool are_ours(const struct listing *listing, const struct text_list *places)
{
	for (size_t i = 0; i < places->count; i++) {
		if (check_mounts_may_unmount(&listing->mounts, places->items[i], "", NULL) < 0)
			return false;
	}
	return places->count > 0;
}

static void find_use(const struct listing *listing, const struct device *device,
		     struct filesystem_row *row)
{
	_cleanup_text_list_ struct text_list places = {0};

	check_mounts_list(&listing->mounts, listing->machine, device, &places);
	row->is_used = is_held(device);
	if (!places.count)
		return;
	row->mounted_at = printable_text(places.items[0]);
	row->is_by_refloat = are_ours(listing, &places);
	if (!row->state || listing->machine->source == MACHINE_RECORDED)
		return;
	if (listing->options & FILESYSTEM_LIST_AT_ONCE)
		forget_space(row->state);
	else
		ask_space(places.items[0], row->state);
}

/* --- why one cannot be checked */

static char *find_obstacle(const struct device *device, const struct filesystem_row *row)
{
	if (device->is_rescue)
		return text_copy(_("the rescue system itself runs from it"));
	if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
		return device->reason ? printable_sentence(device->reason)
				      : text_copy(_("it cannot be read"));
	if (device->obstacle)
		return printable_sentence(device->obstacle);
	if (row->is_used)
		return text_copy(is_swap_on(device) ? _("it is in use as swap space")
						    : _("something else uses it"));
	if (row->mounted_at && !row->is_by_refloat && !checker_find_mounted(row->type))
		return text_format(_("it is mounted at %s, and not by refloat"), row->mounted_at);
	if (!row->type || !checker_find(row->type))
		return text_copy(_("filesystems of this type cannot be checked"));
	return NULL;
}

const char *filesystem_row_effort(const struct filesystem_row *row, const char *strength)
{
	const struct checker *checker = NULL;

	if (row->type && row->mounted_at && strcmp(strength, check_strength_name(CHECK_REPAIR_ALL)) != 0)
		checker = checker_find_mounted(row->type);
	if (row->type && !checker)
		checker = checker_find(row->type);
	for (size_t i = 0; checker && i < CHECK_STRENGTH_COUNT; i++) {
		if (strcmp(check_strength_name((enum check_strength)i), strength) == 0)
			return checker->efforts[i].what ? _(checker->efforts[i].what) : NULL;
	}
	return NULL;
}

/* --- rows */

static struct filesystem_row *find_row(struct filesystem_list *list, const char *name)
{
	_cleanup_free_ char *shown = printable_text(name);

	for (size_t i = 0; i < list->count; i++) {
		if (text_is_equal(list->items[i].name, shown))
			return &list->items[i];
	}
	return NULL;
}

/* Adds DEVICE, which fstab may have at MOUNTPOINT; a second line for it (a subvolume) is the same
 * row. */
static void add_device(struct listing *listing, const struct device *device, const char *mountpoint,
		       int pass)
{
	const struct content *content = &device->content;
	struct filesystem_row *row = find_row(listing->list, device->name);
	struct filesystem_row asked = {.mountpoint = (char *)mountpoint, .pass = pass};

	if (row && rank_of(row) <= rank_of(&asked))
		return;
	if (row) {
		free(row->mountpoint);
		row->mountpoint = copy_printable(mountpoint);
		row->pass = pass;
		return;
	}
	row = add_row(listing->list);
	row->name = printable_text(device->name);
	row->mountpoint = copy_printable(mountpoint);
	row->pass = pass;
	row->lost = lost_filesystem_copy(content->lost);
	row->type = copy_printable(row->lost ? row->lost->type : content->type);
	row->label = copy_printable(row->lost ? row->lost->label : content->label);
	row->uuid = copy_printable(row->lost ? row->lost->uuid : content->uuid);
	row->device_size = device->size;
	row->state = row->lost ? NULL : filesystem_state_copy(content->state);
	find_use(listing, device, row);
	row->condition = filesystem_row_condition(row, device);
	row->why_not = find_obstacle(device, row);
}

/* A line of fstab that nothing here fits. */
static void add_missing(struct listing *listing, const struct resolved_entry *entry)
{
	struct filesystem_row *row = add_row(listing->list);
	const struct fstab_entry *line = entry->entry;

	row->mountpoint =
		printable_text(entry->kind == RESOLVED_SWAP ? SWAP_PLACE : entry->mountpoint);
	row->type = copy_printable(entry->type);
	row->pass = line ? line->pass : 1;
	row->is_locked = entry->locked.count > 0;
	row->condition = text_copy(row->is_locked ? _("locked") : _("not found"));
	row->why_not = printable_sentence(entry->reason);
	if (line && text_is_equal(line->tag, "UUID"))
		row->uuid = printable_text(line->tag_value);
	if (line && text_is_equal(line->tag, "LABEL"))
		row->label = printable_text(line->tag_value);
}

static void add_entry(struct listing *listing, const struct resolved_entry *entry)
{
	const char *name = entry->device ? entry->device : entry->damaged;
	const struct device *device = name ? machine_find(listing->machine, name) : NULL;
	bool is_missing = entry->action == RESOLVED_MISSING || entry->action == RESOLVED_AMBIGUOUS;

	if (entry->kind != RESOLVED_DEVICE && entry->kind != RESOLVED_SWAP)
		return;
	if (device)
		add_device(listing, device_get_filesystem(device),
			   entry->kind == RESOLVED_SWAP ? SWAP_PLACE : entry->mountpoint,
			   entry->entry ? entry->entry->pass : 1);
	else if (is_missing)
		add_missing(listing, entry);
}

static bool is_filesystem(const struct device *device)
{
	return device->content.lost || text_is_equal(device->content.usage, "filesystem") ||
	       text_is_equal(device->content.type, "swap") ||
	       text_is_equal(device->content.type, "swsuspend");
}

/* What no line of fstab names, and nothing bigger is made of. */
static bool is_loose(const struct device *device)
{
	return is_filesystem(device) && !device->is_rescue && !device_is_member(device) &&
	       !device_is_shadowed(device) && !device->member_of && !device->entry.is_extended &&
	       device->kind != DEVICE_ROM && device->kind != DEVICE_ZRAM &&
	       !(device->kind == DEVICE_LOOP && !device->backing_file);
}

/* Whether DEVICE shares a disk with a row of the system. */
static bool is_near(const struct listing *listing, const struct device *device, size_t count)
{
	const struct device *disk = device_get_disk(device);

	for (size_t i = 0; i < count; i++) {
		const char *name = listing->list->items[i].name;
		const struct device *other = name ? machine_find(listing->machine, name) : NULL;

		if (other && device_get_disk(other) == disk)
			return true;
	}
	return false;
}

/* Whether another system than SYSTEM is on DEVICE. */
static bool is_of_other(const struct survey *survey, const struct system *system,
			const struct device *device)
{
	for (size_t i = 0; survey && i < survey->system_count; i++) {
		if (survey->systems[i] != system &&
		    text_is_equal(survey->systems[i]->device, device->name))
			return true;
	}
	return false;
}

/* What is in one that nobody has opened is not known, and that is said. */
static void add_locked(struct listing *listing, const struct device *device)
{
	struct filesystem_row *row = add_row(listing->list);

	row->name = printable_text(device->name);
	row->type = copy_printable(device->content.type);
	row->label = copy_printable(device->content.label);
	row->uuid = copy_printable(device->content.uuid);
	row->device_size = device->size;
	row->is_locked = true;
	row->condition = text_copy(_("locked"));
	row->why_not = text_copy(_("it is an encrypted container, and not open"));
}

static void add_loose(struct listing *listing, const struct system *system, bool is_any)
{
	size_t count = listing->list->count;

	for (size_t i = 0; i < listing->machine->count; i++) {
		const struct device *device = listing->machine->devices[i];

		if (is_any && unlock_is_locked(device))
			add_locked(listing, device);
		if (!is_loose(device))
			continue;
		if (is_any || (is_near(listing, device, count) &&
			       !is_of_other(listing->session->survey, system, device)))
			add_device(listing, device, NULL, 0);
	}
}

static int add_system(struct listing *listing, const struct system *system, struct problem *why)
{
	const struct resolve_options options = {.accept_guesses = true, .allow_degraded = true};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	int r = resolve_system(listing->machine, listing->session->survey, system, &options,
			       &resolution, why);

	for (size_t i = 0; r == 0 && i < resolution->count; i++)
		add_entry(listing, &resolution->entries[i]);
	return r;
}

/* Stable: of one rank they stand as fstab is mounted, and then as devices do. */
static void sort_rows(struct filesystem_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		struct filesystem_row row = list->items[i];
		size_t place = i;

		for (; place > 0 && rank_of(&list->items[place - 1]) > rank_of(&row); place--)
			list->items[place] = list->items[place - 1];
		list->items[place] = row;
	}
}

static int fill(struct listing *listing, const char *text, struct problem *why)
{
	bool is_any = listing->options & FILESYSTEM_LIST_ANY;
	_cleanup_problem_ struct problem none = {0};
	const struct system *system = NULL;
	int r = session_choose_system(listing->session, text, &system, &none);

	/* without a system to be had everything is listed, where that was asked for */
	if (r < 0 && (text || !is_any)) {
		problem_move(why, &none);
		return r;
	}
	r = session_get_machine(listing->session, &listing->machine, why);
	if (r == 0)
		r = check_mounts_read(listing->session, &listing->mounts, why);
	if (r == 0 && system)
		r = add_system(listing, system, why);
	if (r < 0)
		return r;
	add_loose(listing, system, is_any);
	sort_rows(listing->list);
	return 0;
}

int filesystem_list_read(struct session *session, const char *text, unsigned options,
			 struct filesystem_list *ret_list, struct problem *why)
{
	_cleanup_filesystem_list_ struct filesystem_list list = {0};
	struct listing listing = {.session = session, .list = &list, .options = options};
	int r = fill(&listing, text, why);

	check_mounts_done(&listing.mounts);
	if (r < 0)
		return r;
	*ret_list = list;
	list = (struct filesystem_list){0};
	return 0;
}
