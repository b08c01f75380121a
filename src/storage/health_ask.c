/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking disks for their health: which lie under a device, smartctl for each, what was recorded. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/root.h"
#include "base/worker.h"
#include "storage/health.h"
#include "storage/record_parts.h"

#define PROGRAM "smartctl"
#define OUTPUT_MAX (1u << 20) /* bytes; smartctl prints a few thousand */
#define RECORD_DEADLINE_MS 10000u
#define DISKS_MAX 4096u

/* Disks, each once. */
struct disks {
	const struct device **items;
	size_t count;
	size_t capacity;
};

static void add_disk(struct disks *disks, const struct device *disk)
{
	for (size_t i = 0; i < disks->count; i++) {
		if (disks->items[i] == disk)
			return;
	}
	if (disks->count >= DISKS_MAX)
		return;
	disks->items =
		alloc_grow(disks->items, disks->count, &disks->capacity, sizeof(*disks->items));
	disks->items[disks->count++] = disk;
}

/* All that DEVICE lies on, DEVICE first: a list that grows while it is gone through, so that a
 * graph that was made up, of whatever depth, does no harm. */
static void list_below(const struct device *device, struct disks *found)
{
	add_disk(found, device);
	for (size_t i = 0; i < device->member_count; i++)
		add_disk(found, device->members[i]);
	for (size_t i = 0; i < found->count; i++) {
		for (size_t j = 0; j < found->items[i]->parent_count; j++)
			add_disk(found, found->items[i]->parents[j]);
	}
}

/* Only what could answer is asked: virtio's disks are made of something that the guest cannot see.
 */
static bool can_answer(const struct device *device)
{
	return device->kind == DEVICE_DISK && device->path &&
	       !text_is_equal(device->transport, "virtio") &&
	       !text_has_prefix(device->name, "nbd") && !text_has_prefix(device->name, "ram");
}

static int send_answer(void *data, int fd)
{
	const struct device *disk = data;
	const char *const words[] = {PROGRAM, "--json=c", "-i",	      "-H", "-A",
				     "-n",    "standby",  disk->path, NULL};
	const struct process_options options = {.arguments = words, .capture_limit = OUTPUT_MAX};
	_cleanup_process_result_ struct process_result result = {0};

	if (process_run(&options, &result, NULL) < 0)
		return 1;
	return worker_send(fd, result.output, result.output_length) < 0;
}

/* What smartctl prints of DISK; NULL with why; the caller frees. */
static char *ask(const struct device *disk, unsigned deadline_ms, size_t *ret_length,
		 struct problem *why)
{
	char *answer = NULL;
	/* the worker only reads it */
	int r = worker_call(send_answer, (void *)disk, deadline_ms, &answer, ret_length, NULL, why);

	if (r < 0 || !answer) {
		free(answer);
		return NULL;
	}
	return answer;
}

static char *recorded_path(const struct device *disk)
{
	_cleanup_free_ char *name = text_copy(disk->name);

	for (char *at = name; *at; at++)
		*at = *at == '/' ? '!' : *at;
	return text_format("/refloat/smart/%s.json", name);
}

static char *read_recorded(const struct machine *machine, const struct device *disk,
			   size_t *ret_length)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *path = recorded_path(disk);
	char *text = NULL;

	if (root_open(machine->sysroot, &root, NULL) < 0 ||
	    root_read_file(root, path, OUTPUT_MAX, &text, ret_length) < 0)
		return NULL;
	return text;
}

static void say_missing(struct health *health)
{
	text_list_format(&health->reasons,
			 _("%s is not installed here (package %s), so that nobody has asked it"),
			 PROGRAM, process_package_of(PROGRAM));
}

static void ask_disk(const struct machine *machine, const struct device *disk, unsigned deadline_ms,
		     struct health *health)
{
	_cleanup_free_ char *program = NULL, *answer = NULL;
	_cleanup_problem_ struct problem why = {0};
	size_t length = 0;

	if (machine->source == MACHINE_RECORDED) {
		answer = read_recorded(machine, disk, &length);
		if (!answer)
			text_list_add(&health->reasons, _("its health was not recorded"));
	} else if (!can_answer(disk)) {
		text_list_add(&health->reasons, _("it is no disk that tells of its health"));
	} else {
		program = process_find_program(PROGRAM);
		if (program)
			answer = ask(disk, deadline_ms, &length, &why);
		else
			say_missing(health);
		if (program && !answer)
			text_list_add(&health->reasons, _("it gave no answer about its health"));
	}
	if (answer)
		health_judge(answer, length, health);
}

/* Keeps the worse of two; what is not known is no worse than what is known to be good. */
static void take_worse(struct health *health, struct health *other, const struct device *disk,
		       bool names_disk)
{
	_cleanup_free_ char *name = printable_text(disk->name);

	if (other->verdict < health->verdict)
		return;
	if (other->verdict > health->verdict)
		text_list_done(&health->reasons);
	health->verdict = other->verdict;
	for (size_t i = 0; i < other->reasons.count; i++) {
		if (names_disk)
			text_list_format(&health->reasons, "%s: %s", name, other->reasons.items[i]);
		else
			text_list_add(&health->reasons, other->reasons.items[i]);
	}
}

void health_read(const struct machine *machine, const struct device *device, unsigned deadline_ms,
		 struct health *health)
{
	struct disks below = {0};
	size_t count = 0;

	*health = (struct health){0};
	list_below(device, &below);
	/* only what lies on nothing can tell */
	for (size_t i = 0; i < below.count; i++) {
		if (!below.items[i]->parent_count)
			below.items[count++] = below.items[i];
	}
	for (size_t i = 0; i < count; i++) {
		_cleanup_health_ struct health own = {0};

		ask_disk(machine, below.items[i], deadline_ms, &own);
		take_worse(health, &own, below.items[i], count > 1);
	}
	free(below.items);
}

int record_health(const struct recording *recording, const struct machine *machine)
{
	_cleanup_free_ char *program = process_find_program(PROGRAM);
	int r = 0;

	for (size_t i = 0; r == 0 && i < machine->count; i++) {
		const struct device *disk = machine->devices[i];
		_cleanup_free_ char *path = recorded_path(disk), *answer = NULL;
		size_t length = 0;

		if (disk->parent_count || disk->state == DEVICE_SILENT)
			continue;
		if (machine->source == MACHINE_RECORDED)
			answer = read_recorded(machine, disk, &length);
		else if (program && can_answer(disk))
			answer = ask(disk, RECORD_DEADLINE_MS, &length, NULL);
		if (answer && length)
			r = recording_write(recording, path, answer);
	}
	return r;
}
