/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading something of a target, stage by stage. */
#include "action/target_look.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "action/account_parts.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/worker.h"
#include "storage/stack.h"

enum stage {
	STAGE_UP,   /* it is our turn to look, and what the system lies on is being brought up */
	STAGE_TREE, /* its tree is being read */
	STAGE_ROOT, /* it is mounted, and read there */
	STAGE_DOWN, /* what was brought up is being taken down */
	STAGE_FINISHED,
};

struct target_look {
	enum stage stage;
	tree_look_fn function;
	void *data;
	char *title;
	unsigned deadline_ms;
	/* of a system that is not mounted: copies, since the session may look again meanwhile */
	struct machine *machine;
	struct resolution *resolution; /* its borrowed parts are not touched */
	char *device;
	char *subvolume;
	struct stack *stack;
	struct tree_look *tree;
	/* of one that is */
	char *root;
	struct worker *worker;
	struct json_object *record; /* what has come; NULL: nothing */
	struct problem problem;	    /* why nothing came */
};

/* --- where it is mounted */

static int read_root(void *data, int fd)
{
	const struct target_look *look = data;
	_cleanup_json_ struct json_object *record = json_object_new_object();
	_cleanup_root_ struct root *root = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;

	if (root_open(look->root, &root, &why) == 0) {
		const struct tree tree = {.root = root, .deadline_ms = look->deadline_ms};

		look->function(look->data, &tree, record);
	}
	json_add_problem(record, "problem", &why);
	text = json_format_line(record);
	return worker_send(fd, text, strlen(text)) < 0;
}

static void on_record(void *data, const char *bytes, size_t length)
{
	struct target_look *look = data;

	if (!look->record)
		(void)json_parse(bytes, length, &look->record, NULL); /* NULL: no answer */
}

static void dispatch_root(struct target_look *look)
{
	enum worker_state state = worker_dispatch(look->worker, on_record, look);

	if (state == WORKER_RUNNING)
		return;
	if (look->record)
		(void)json_get_problem(look->record, "problem",
				       &look->problem); /* or there is none */
	else if (state == WORKER_TIMED_OUT)
		(void)problem_set(&look->problem, -ETIMEDOUT, look->title,
				  _("its disk does not answer"));
	else
		(void)problem_set(&look->problem, -EIO, look->title,
				  _("looking into it did not end well"));
	look->worker = worker_free(look->worker);
	look->stage = STAGE_FINISHED;
}

/* --- where it is not */

static struct tree_look_request make_request(const struct target_look *look)
{
	return (struct tree_look_request){
		.machine = look->machine,
		.resolution = look->resolution,
		.device = look->device,
		.subvolume = look->subvolume,
		.deadline_ms = look->deadline_ms,
		.function = look->function,
		.data = look->data,
	};
}

/* All that was brought up goes; then it is finished. */
static void end_stack(struct target_look *look)
{
	if (look->stack)
		stack_end(look->stack);
	look->stage = look->stack ? STAGE_DOWN : STAGE_FINISHED;
}

static void start_tree(struct target_look *look)
{
	const struct tree_look_request request = make_request(look);

	look->stage = STAGE_TREE;
	if (tree_look_start(&request, &look->tree, &look->problem) < 0)
		end_stack(look);
}

static void dispatch_up(struct target_look *look)
{
	(void)stack_dispatch(look->stack); /* what is new is looked up by name */
	if (stack_is_ready(look->stack))
		start_tree(look);
}

static void dispatch_tree(struct target_look *look)
{
	struct json_object *record;

	if (tree_look_dispatch(look->tree))
		return;
	if (tree_look_take(look->tree, &record, &look->problem) == 0)
		look->record = json_object_get(record);
	look->tree = tree_look_free(look->tree);
	end_stack(look);
}

static void dispatch_down(struct target_look *look)
{
	(void)stack_dispatch(look->stack); /* nothing new comes any more */
	if (!stack_is_down(look->stack))
		return;
	look->stack = stack_free(look->stack);
	look->stage = STAGE_FINISHED;
}

static int start_unmounted(struct session *session, const struct account_target *target,
			   struct target_look *look, struct problem *why)
{
	const struct resolve_options options = {
		.is_read_only = true, .accept_guesses = true, .allow_degraded = true};
	struct stack_options stack_options = {.deadline_ms = look->deadline_ms};
	struct tree_look_request request;
	const struct system *system;
	int r = session_find_system(session, target->system, &system, why);

	if (r == 0)
		r = resolve_system(session->machine, session->survey, system, &options,
				   &look->resolution, why);
	if (r < 0)
		return r;
	look->machine = machine_copy(session->machine);
	look->device = text_copy(system->device);
	look->subvolume = text_copy(system->subvolume);
	request = make_request(look);
	if (look->machine->source == MACHINE_RECORDED || geteuid() != 0) {
		start_tree(look);
		return 0;
	}
	look->stage = STAGE_UP;
	stack_options.is_empty = !tree_look_needs_stack(&request);
	return stack_start(look->machine, &stack_options, &look->stack, why);
}

/* --- both */

int target_look_start(struct session *session, const struct account_target *target,
		      tree_look_fn function, void *data, struct target_look **ret_look,
		      struct problem *why)
{
	_cleanup_target_look_ struct target_look *look = alloc_zero(1, sizeof(*look));
	unsigned deadline_ms = session->scan.deadline_ms;
	int r;

	look->function = function;
	look->data = data;
	look->title = text_copy(target->title);
	look->deadline_ms = deadline_ms ? deadline_ms : SCAN_DEADLINE_MS;
	if (target->root) {
		look->stage = STAGE_ROOT;
		look->root = text_copy(target->root);
		r = worker_start(read_root, look, account_deadline_ms(session), &look->worker, why);
	} else {
		r = start_unmounted(session, target, look, why);
	}
	if (r < 0)
		return r;
	*ret_look = TAKE_PTR(look);
	return 0;
}

int target_look_fd(const struct target_look *look)
{
	switch (look->stage) {
	case STAGE_UP:
	case STAGE_DOWN:
		return stack_fd(look->stack);
	case STAGE_TREE:
		return tree_look_fd(look->tree);
	case STAGE_ROOT:
		return worker_fd(look->worker);
	default:
		return -1;
	}
}

int target_look_timeout_ms(const struct target_look *look)
{
	switch (look->stage) {
	case STAGE_UP:
	case STAGE_DOWN:
		return stack_timeout_ms(look->stack);
	case STAGE_TREE:
		return tree_look_timeout_ms(look->tree);
	case STAGE_ROOT:
		return clock_left_ms(worker_deadline_ms(look->worker));
	default:
		return 0;
	}
}

bool target_look_dispatch(struct target_look *look)
{
	switch (look->stage) {
	case STAGE_UP:
		dispatch_up(look);
		break;
	case STAGE_TREE:
		dispatch_tree(look);
		break;
	case STAGE_ROOT:
		dispatch_root(look);
		break;
	case STAGE_DOWN:
		dispatch_down(look);
		break;
	case STAGE_FINISHED:
		break;
	}
	return look->stage != STAGE_FINISHED;
}

int target_look_take(struct target_look *look, struct json_object **ret_record, struct problem *why)
{
	int error = look->problem.error;

	if (error < 0) {
		log_line("look: %s: %s", look->problem.what, look->problem.why);
		problem_move(why, &look->problem);
		return error;
	}
	*ret_record = look->record;
	return 0;
}

struct target_look *target_look_free(struct target_look *look)
{
	if (!look)
		return NULL;
	(void)worker_free(look->worker);
	(void)tree_look_free(look->tree);
	(void)stack_free(look->stack);
	(void)resolution_free(look->resolution);
	(void)machine_free(look->machine);
	(void)json_object_put(look->record); /* takes NULL */
	problem_done(&look->problem);
	free(look->title);
	free(look->device);
	free(look->subvolume);
	free(look->root);
	free(look);
	return NULL;
}

int target_look_wait(struct session *session, const struct account_target *target,
		     tree_look_fn function, void *data, struct json_object **ret_record,
		     struct problem *why)
{
	_cleanup_target_look_ struct target_look *look = NULL;
	struct json_object *record;
	int r = target_look_start(session, target, function, data, &look, why);

	if (r < 0)
		return r;
	while (target_look_dispatch(look)) {
		struct pollfd fd = {.fd = target_look_fd(look), .events = POLLIN};

		(void)poll(&fd, 1, target_look_timeout_ms(look)); /* dispatch finds out */
	}
	r = target_look_take(look, &record, why);
	if (r < 0)
		return r;
	*ret_record = json_object_get(record);
	return 0;
}
