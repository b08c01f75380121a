/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the mount points of a system's fstab really lead, seen in a tree mounted only to look. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/look_turn.h"
#include "system/place_look.h"
#include "system/resolve.h"
#include "system/tree_look.h"

#define TURN_MS 1000 /* one is seen without it as well, most of the time */

struct place_look {
	struct system *system;
	bool is_recorded;
	struct tree_look *tree;
	size_t opened; /* containers, by key files */
};

static void apply(struct system *system, struct json_object *places)
{
	size_t count = places ? json_object_array_length(places) : 0;

	for (size_t i = 0; i < count && i < FSTAB_ENTRY_MAX; i++) {
		struct json_object *object = json_object_array_get_idx(places, i);
		char *mountpoint = json_get_bytes(object, "mountpoint");
		struct place *place;

		if (!mountpoint)
			continue;
		system->places = alloc_grow(system->places, system->place_count,
					    &system->place_capacity, sizeof(*system->places));
		place = &system->places[system->place_count++];
		place->mountpoint = mountpoint;
		place->resolved = json_get_bytes(object, "resolved");
		place->exists = json_get_bool(object, "exists", false);
		place->is_folder = json_get_bool(object, "is_folder", false);
		place->hides_files = json_get_bool(object, "hides_files", false);
	}
}

/* A recording keeps settings, not folders: what it does not have says nothing. */
static void believe_in_places(struct system *system)
{
	for (size_t i = 0; i < system->place_count; i++) {
		struct place *place = &system->places[i];

		place->exists = place->is_folder = true;
		place->hides_files = false;
	}
}

/* A tree_look_fn; DATA is the system. */
static void try_key_files(void *data, const struct tree *tree, struct json_object *record)
{
	if (tree->beside)
		json_add_u64(record, "opened",
			     key_files_try(tree->machine, data, tree->root, tree->beside,
					   tree->deadline_ms));
}

int place_look_start(const struct machine *machine, const struct survey *survey,
		     struct system *system, unsigned deadline_ms, struct place_look **ret_look,
		     struct problem *why)
{
	_cleanup_place_look_ struct place_look *look = alloc_zero(1, sizeof(*look));
	_cleanup_resolution_ struct resolution *resolution = NULL;
	const struct resolve_options options = {.is_read_only = true, .accept_guesses = true};
	struct tree_look_request request = {
		.machine = machine,
		.device = system->device,
		.subvolume = system->subvolume,
		.deadline_ms = deadline_ms,
		.function = try_key_files,
		.data = system,
	};
	int r;

	look->system = system;
	look->is_recorded = machine->source == MACHINE_RECORDED;
	r = resolve_system(machine, survey, system, &options, &resolution, why);
	if (r < 0)
		return r;
	request.resolution = resolution;
	if (tree_look_start(&request, &look->tree, why) < 0)
		return -EAGAIN;
	*ret_look = TAKE_PTR(look);
	return 0;
}

int place_look_fd(const struct place_look *look)
{
	return look->tree ? tree_look_fd(look->tree) : -1;
}

int place_look_timeout_ms(const struct place_look *look)
{
	return look->tree ? tree_look_timeout_ms(look->tree) : 0;
}

static void take(struct place_look *look)
{
	struct json_object *record;

	if (tree_look_take(look->tree, &record, NULL) == 0) {
		apply(look->system, json_get_array(record, "places"));
		look->opened = (size_t)json_get_u64(record, "opened", 0);
		if (look->is_recorded)
			believe_in_places(look->system);
	} else if (!look->is_recorded) {
		text_list_add(&look->system->notes,
			      _("where its mount points lead could not be seen beforehand"));
	}
	look->tree = tree_look_free(look->tree);
}

bool place_look_dispatch(struct place_look *look)
{
	if (!look->tree)
		return false;
	if (tree_look_dispatch(look->tree))
		return true;
	take(look);
	return false;
}

size_t place_look_count_opened(const struct place_look *look)
{
	return look->opened;
}

struct place_look *place_look_free(struct place_look *look)
{
	if (!look)
		return NULL;
	(void)tree_look_free(look->tree);
	free(look);
	return NULL;
}

int survey_places(const struct machine *machine, const struct survey *survey, struct system *system,
		  unsigned deadline_ms, struct problem *why)
{
	_cleanup_place_look_ struct place_look *look = NULL;
	_cleanup_close_ int turn = -1;
	int r;

	if (system->place_count)
		return 0;
	turn = machine->source == MACHINE_RECORDED ? -1 : look_turn_for_look(NULL, TURN_MS);
	r = place_look_start(machine, survey, system, deadline_ms, &look, why);
	if (r == -EAGAIN) { /* the plan can do without */
		problem_done(why);
		return 0;
	}
	if (r < 0)
		return r;
	while (place_look_dispatch(look)) {
		struct pollfd fd = {.fd = place_look_fd(look), .events = POLLIN};

		(void)poll(&fd, 1, place_look_timeout_ms(look)); /* dispatch finds out */
	}
	return 0;
}
