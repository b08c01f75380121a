/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole of looking into a machine, stage by stage. */
#include "system/looking.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "storage/stack.h"
#include "system/place_look.h"

#define ROUNDS_MAX 4 /* key files in containers that key files open; real systems have one */
#define PROGRESS_MS 1000

enum stage {
	STAGE_UP,      /* stacks are being brought up */
	STAGE_SURVEY,  /* filesystems are being looked into */
	STAGE_PLACES,  /* the tree of each system in turn, and its key files */
	STAGE_DOWN,    /* stacks are being taken down */
	STAGE_FINISHED,
};

struct looking {
	struct machine *machine;
	unsigned deadline_ms;
	bool has_turn;                 /* the caller has it for us */
	enum stage stage;
	struct stack *stack;           /* NULL: none is up */
	bool has_layers;               /* something is to be brought up in it */
	struct surveying *surveying;   /* SURVEY */
	struct survey *survey;         /* from PLACES on */
	struct place_look *place_look; /* PLACES */
	size_t system;                 /* the one that is looked at in PLACES */
	bool has_new_keys;
	int rounds;
	struct problem problem;        /* why a stage could not begin */
};

/* Everything at once from here on ends in FINISHED, with what was found until then. */
static void fail(struct looking *looking)
{
	log_line("look: %s: %s", looking->problem.what, looking->problem.why);
	if (looking->stack)
		stack_end(looking->stack);
	looking->stage = looking->stack ? STAGE_DOWN : STAGE_FINISHED;
}

static int start_survey(struct looking *looking)
{
	looking->survey = survey_free(looking->survey);
	looking->stage = STAGE_SURVEY;
	return surveying_start(looking->machine, looking->deadline_ms, &looking->surveying,
			       &looking->problem);
}

static int start_round(struct looking *looking)
{
	const struct stack_options options = {
		.deadline_ms = looking->deadline_ms,
		.has_turn = looking->has_turn,
	};
	int r;

	looking->has_new_keys = false;
	looking->rounds++;
	/* with nothing to bring up a stack still keeps what changes devices away */
	looking->has_layers = geteuid() == 0 && stack_is_wanted(looking->machine);
	if (geteuid() != 0 || looking->machine->source == MACHINE_RECORDED)
		return start_survey(looking);
	looking->stage = STAGE_UP;
	r = stack_start(looking->machine, &options, &looking->stack, &looking->problem);
	if (r == 0)
		return 0;
	/* what lies on no stack can be looked into all the same */
	looking->has_layers = false;
	text_list_format(&looking->machine->notes, "%s: %s", looking->problem.what,
			 looking->problem.why);
	problem_done(&looking->problem);
	return start_survey(looking);
}

static void rename_in_survey(struct survey *survey, const char *from, const char *to)
{
	for (size_t i = 0; i < survey->volume_count; i++) {
		if (text_is_equal(survey->volumes[i].device, from))
			text_set(&survey->volumes[i].device, to);
	}
	for (size_t i = 0; i < survey->system_count; i++) {
		struct system *system = survey->systems[i];

		if (!text_is_equal(system->device, from))
			continue;
		text_set(&system->device, to);
		free(system->id);
		system->id = system->subvolume ? text_format("%s:%s", to, system->subvolume)
					       : text_copy(to);
	}
}

/* The mapping on CONTAINER is called as the crypttab says, unless another one is called so. */
static void name_mapping(struct looking *looking, const struct device *container,
			 const char *name)
{
	for (size_t i = 0; i < container->child_count; i++) {
		struct device *device = container->children[i];
		_cleanup_free_ char *before = text_copy(device->name);

		if (!device->is_dormant || device->kind != DEVICE_CRYPT ||
		    !text_has_prefix(device->name, "luks-") ||
		    machine_find(looking->machine, name))
			continue;
		text_list_add(&device->aliases, device->path);
		free(device->path);
		device->path = text_format("/dev/mapper/%s", name);
		text_set(&device->name, name);
		text_set(&device->dm_name, name);
		rename_in_survey(looking->survey, before, name);
	}
}

static void name_mappings(struct looking *looking)
{
	for (size_t i = 0; i < looking->survey->system_count; i++) {
		const struct crypttab *crypttab = &looking->survey->systems[i]->crypttab;

		for (size_t j = 0; j < crypttab->count; j++) {
			const struct device *container = crypttab_find_container(
				looking->machine, &crypttab->entries[j]);

			if (container)
				name_mapping(looking, container, crypttab->entries[j].name);
		}
	}
}

/* Whether SYSTEM's tree is worth looking at now: while the stack is up, or for its key files. */
static bool wants_places(const struct looking *looking, const struct system *system)
{
	return system->kind == SYSTEM_LINUX &&
	       (looking->has_layers || key_files_are_wanted(looking->machine, system));
}

static void end_stack(struct looking *looking)
{
	if (!looking->stack && looking->has_new_keys && looking->rounds < ROUNDS_MAX) {
		if (start_round(looking) < 0)
			fail(looking);
		return;
	}
	if (!looking->stack) {
		looking->stage = STAGE_FINISHED;
		return;
	}
	stack_end(looking->stack);
	looking->stage = STAGE_DOWN;
}

static void start_next_places(struct looking *looking)
{
	for (; looking->system < looking->survey->system_count; looking->system++) {
		struct system *system = looking->survey->systems[looking->system];

		if (!wants_places(looking, system))
			continue;
		if (place_look_start(looking->machine, looking->survey, system,
				     looking->deadline_ms, &looking->place_look,
				     &looking->problem) == 0)
			return;
		problem_done(&looking->problem); /* a plan finds out and says so */
	}
	end_stack(looking);
}

static int dispatch_up(struct looking *looking)
{
	int found = stack_dispatch(looking->stack);

	if (stack_is_ready(looking->stack) && start_survey(looking) < 0)
		fail(looking);
	return found;
}

static int dispatch_survey(struct looking *looking)
{
	int ended = surveying_dispatch(looking->surveying);

	if (!surveying_is_finished(looking->surveying))
		return ended;
	looking->survey = surveying_take(looking->surveying);
	looking->surveying = surveying_free(looking->surveying);
	name_mappings(looking);
	looking->stage = STAGE_PLACES;
	looking->system = 0;
	start_next_places(looking);
	return ended + 1;
}

static int dispatch_places(struct looking *looking)
{
	if (place_look_dispatch(looking->place_look))
		return 0;
	looking->has_new_keys =
		looking->has_new_keys || place_look_count_opened(looking->place_look) > 0;
	looking->place_look = place_look_free(looking->place_look);
	looking->system++;
	start_next_places(looking);
	return 1;
}

static int dispatch_down(struct looking *looking)
{
	(void)stack_dispatch(looking->stack); /* nothing new comes any more */
	if (!stack_is_down(looking->stack))
		return 0;
	looking->stack = stack_free(looking->stack);
	end_stack(looking);
	return 1;
}

static int start(struct machine *machine, unsigned deadline_ms, bool has_turn,
		 struct looking **ret_looking, struct problem *why)
{
	_cleanup_looking_ struct looking *looking = alloc_zero(1, sizeof(*looking));
	int r;

	looking->machine = machine;
	looking->deadline_ms = deadline_ms;
	looking->has_turn = has_turn;
	r = start_round(looking);
	if (r < 0) {
		problem_move(why, &looking->problem);
		return r;
	}
	*ret_looking = TAKE_PTR(looking);
	return 0;
}

int looking_start(struct machine *machine, unsigned deadline_ms, struct looking **ret_looking,
		  struct problem *why)
{
	return start(machine, deadline_ms, false, ret_looking, why);
}

int looking_fd(const struct looking *looking)
{
	switch (looking->stage) {
	case STAGE_UP:
	case STAGE_DOWN:
		return stack_fd(looking->stack);
	case STAGE_SURVEY:
		return surveying_fd(looking->surveying);
	case STAGE_PLACES:
		return place_look_fd(looking->place_look);
	default:
		return -1;
	}
}

int looking_timeout_ms(const struct looking *looking)
{
	switch (looking->stage) {
	case STAGE_UP:
	case STAGE_DOWN:
		return stack_timeout_ms(looking->stack);
	case STAGE_SURVEY:
		return surveying_is_finished(looking->surveying)
			       ? 0
			       : surveying_timeout_ms(looking->surveying);
	case STAGE_PLACES:
		return place_look_timeout_ms(looking->place_look);
	default:
		return 0;
	}
}

int looking_dispatch(struct looking *looking)
{
	switch (looking->stage) {
	case STAGE_UP:
		return dispatch_up(looking);
	case STAGE_SURVEY:
		return dispatch_survey(looking);
	case STAGE_PLACES:
		return dispatch_places(looking);
	case STAGE_DOWN:
		return dispatch_down(looking);
	default:
		return 0;
	}
}

bool looking_is_finished(const struct looking *looking)
{
	return looking->stage == STAGE_FINISHED;
}

void looking_list_pending(const struct looking *looking, struct text_list *names)
{
	if (looking->stage == STAGE_SURVEY)
		surveying_list_pending(looking->surveying, names);
	else if (looking->stage == STAGE_UP)
		text_list_add(names, _("arrays, volumes and containers"));
	else if (looking->stage == STAGE_PLACES)
		text_list_add(names, looking->survey->systems[looking->system]->id);
}

struct survey *looking_take(struct looking *looking)
{
	if (!looking->survey) /* a stage failed before there was one */
		looking->survey = alloc_zero(1, sizeof(*looking->survey));
	return TAKE_PTR(looking->survey);
}

struct looking *looking_free(struct looking *looking)
{
	if (!looking)
		return NULL;
	(void)surveying_free(looking->surveying);
	(void)place_look_free(looking->place_look);
	(void)stack_free(looking->stack);
	(void)survey_free(looking->survey);
	problem_done(&looking->problem);
	free(looking);
	return NULL;
}

static void wait_and_dispatch(struct looking *looking, const struct looking_options *options)
{
	_cleanup_text_list_ struct text_list pending = {0};
	struct pollfd fd = {.fd = looking_fd(looking), .events = POLLIN};
	int timeout = looking_timeout_ms(looking);
	bool is_tick = timeout < 0 || timeout > PROGRESS_MS;

	if (poll(&fd, 1, is_tick ? PROGRESS_MS : timeout) == 0 && is_tick && options &&
	    options->on_progress) {
		looking_list_pending(looking, &pending);
		options->on_progress(options->data, &pending);
	}
	(void)looking_dispatch(looking); /* how much is new does not matter here */
}

int looking_wait(struct machine *machine, const struct looking_options *options,
		 struct survey **ret_survey, struct problem *why)
{
	_cleanup_looking_ struct looking *looking = NULL;
	int r = options ? start(machine, options->deadline_ms, options->has_turn, &looking, why)
			: looking_start(machine, 0, &looking, why);

	if (r < 0)
		return r;
	while (!looking_is_finished(looking))
		wait_and_dispatch(looking, options);
	*ret_survey = looking_take(looking);
	return 0;
}
