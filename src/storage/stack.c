/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking through stacks, on the side of who looks: the guard, and what it says. */
#include "storage/stack.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/worker.h"
#include "storage/array.h"
#include "storage/crypt.h"
#include "storage/device_record.h"
#include "storage/scan.h"
#include "storage/stack_guard.h"

#define END_MS 25000 /* for the guard to take all down; it gives up before */

struct stack {
	struct machine *machine;
	struct worker *worker;
	struct stack_options options;
	int64_t end_ms;  /* when a guard that was asked to end is given up; 0: it was not */
	bool is_ready;
	bool is_down;
	int found;       /* devices since the last dispatch */
};

/* Whether nothing that lies on DEVICE is up in the kernel. */
static bool is_asleep(const struct device *device)
{
	for (size_t i = 0; i < device->child_count; i++) {
		if (!device->children[i]->is_dormant)
			return false;
	}
	return true;
}

/* Whether DEVICE can be brought up to be looked into, or something that lies on it may be. */
static bool is_sleeping(const struct device *device)
{
	if (device->is_rescue || device_is_shadowed(device))
		return false;
	/* of a group that the kernel has it need not have all volumes */
	if (text_is_equal(device->content.type, "LVM2_member"))
		return true;
	if (!is_asleep(device))
		return false;
	if (device->is_dormant && device->kind == DEVICE_MD)
		return !device->obstacle;
	return text_is_equal(device->content.type, "crypto_LUKS") && crypt_has_key(device);
}

bool stack_is_wanted(const struct machine *machine)
{
	for (size_t i = 0; i < machine->count; i++) {
		if (machine->source != MACHINE_RECORDED && is_sleeping(machine->devices[i]))
			return true;
	}
	return false;
}

static int run_guard(void *data, int fd)
{
	const struct stack *stack = data;

	return guard_run(stack->machine, &stack->options, fd);
}

int stack_start(struct machine *machine, const struct stack_options *options,
		struct stack **ret_stack, struct problem *why)
{
	_cleanup_stack_ struct stack *stack = alloc_zero(1, sizeof(*stack));
	int r;

	if (geteuid() != 0)
		return problem_set(why, -EPERM, _("look for systems"), _("needs root"));
	stack_clear();
	stack->machine = machine;
	stack->options = *options;
	if (!stack->options.deadline_ms)
		stack->options.deadline_ms = SCAN_DEADLINE_MS;
	r = worker_start(run_guard, stack, 0, &stack->worker, why);
	if (r < 0)
		return r;
	*ret_stack = TAKE_PTR(stack);
	return 0;
}

int stack_fd(const struct stack *stack)
{
	return worker_fd(stack->worker);
}

int stack_timeout_ms(const struct stack *stack)
{
	int64_t left = stack->end_ms - clock_monotonic_ms();

	if (!stack->end_ms || stack->is_down)
		return -1;
	return left > 0 ? (int)left : 0;
}

static void on_message(void *data, const char *bytes, size_t length)
{
	struct stack *stack = data;
	_cleanup_json_ struct json_object *object = NULL;

	if (length == strlen(GUARD_READY) && memcmp(bytes, GUARD_READY, length) == 0) {
		stack->is_ready = true;
		return;
	}
	if (json_parse(bytes, length, &object, NULL) == 0 &&
	    device_from_json(object, stack->machine))
		stack->found++;
}

/* What was held up is not there any more. */
static void forget_paths(struct stack *stack)
{
	for (size_t i = 0; i < stack->machine->count; i++)
		text_set(&stack->machine->devices[i]->look_path, NULL);
}

static void note_end(struct stack *stack)
{
	_cleanup_free_ char *how = worker_describe(stack->worker);

	stack->is_down = stack->is_ready = true;
	forget_paths(stack);
	if (worker_get_state(stack->worker) == WORKER_DONE)
		return;
	log_line("look: the guard ended: %s", how);
	if (worker_get_state(stack->worker) == WORKER_CRASHED)
		stack_clear();
	text_list_format(&stack->machine->notes,
			 _("looking through arrays, volumes and containers did not end well (%s)"),
			 how);
}

int stack_dispatch(struct stack *stack)
{
	if (stack->is_down)
		return 0;
	stack->found = 0;
	if (worker_dispatch(stack->worker, on_message, stack) != WORKER_RUNNING)
		note_end(stack);
	else if (stack->end_ms && clock_monotonic_ms() >= stack->end_ms) {
		log_line("look: the guard does not end");
		stack->is_down = true; /* it goes on trying without us */
		forget_paths(stack);
	}
	if (stack->found)
		machine_sort(stack->machine);
	return stack->found;
}

bool stack_is_ready(const struct stack *stack)
{
	return stack->is_ready;
}

void stack_end(struct stack *stack)
{
	if (stack->end_ms || stack->is_down)
		return;
	stack->end_ms = clock_monotonic_ms() + END_MS;
	worker_signal(stack->worker, SIGTERM);
}

bool stack_is_down(const struct stack *stack)
{
	return stack->is_down;
}

struct stack *stack_free(struct stack *stack)
{
	if (!stack)
		return NULL;
	if (stack->worker) {
		stack_end(stack);
		forget_paths(stack);
		(void)worker_leave(stack->worker);
	}
	free(stack);
	return NULL;
}

static void wait_and_dispatch(struct stack *stack)
{
	struct pollfd fd = {.fd = stack_fd(stack), .events = POLLIN};

	(void)poll(&fd, 1, stack_timeout_ms(stack)); /* dispatch finds out either way */
	(void)stack_dispatch(stack);
}

int stack_try_key(struct machine *machine, const struct device *device, const char *key,
		  size_t length, unsigned deadline_ms, struct problem *why)
{
	_cleanup_stack_ struct stack *stack = NULL;
	int r;

	if (!device->is_dormant || device->look_path)
		return crypt_try_key(device, key, length, deadline_ms, why);
	r = stack_start(machine, &(const struct stack_options){0}, &stack, why);
	if (r < 0 || !stack)
		return r;
	while (!stack_is_ready(stack))
		wait_and_dispatch(stack);
	r = crypt_try_key(device, key, length, deadline_ms, why);
	stack_end(stack);
	while (!stack_is_down(stack))
		wait_and_dispatch(stack);
	return r;
}
