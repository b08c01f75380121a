/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that holds a look's stacks up: layer upon layer, and down again in the end. */
#include "storage/stack_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysinfo.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/signals.h"
#include "base/worker.h"
#include "storage/device_record.h"
#include "storage/dm.h"
#include "storage/look_turn.h"
#include "storage/loop.h"
#include "storage/probe.h"
#include "storage/stack_parts.h"

#define DOWN_MS 20000
#define ROUNDS_MAX 16           /* layers upon each other; real ones have four */
#define MEMORY_SHARE 16         /* a layer of memory takes this part of it at most */
#define MEMORY_LEAST (16u << 20) /* bytes */
#define CHUNK_SECTORS 8

bool guard_is_stopped(void)
{
	return *signals_caught() != 0;
}

bool guard_try(struct guard *guard, const char *name)
{
	if (text_list_contains(&guard->tried, name))
		return false;
	text_list_add(&guard->tried, name);
	return true;
}

char *guard_new_name(struct guard *guard, const char *prefix)
{
	char separator = text_has_suffix(prefix, "_") ? '_' : '-';

	return text_format("%s%s%ld%c%u", prefix, separator == '_' ? "" : "-", (long)getpid(),
			   separator, guard->names++);
}

static const char *keep_layer(struct guard *guard, const char *device, char *node, int fd)
{
	guard->layers = alloc_grow(guard->layers, guard->count, &guard->capacity,
				   sizeof(*guard->layers));
	guard->layers[guard->count++] = (struct layer){
		.device = text_copy(device),
		.node = node,
		.fd = fd,
	};
	return node;
}

const char *guard_layer(struct guard *guard, const struct device *device, struct problem *why)
{
	const char *path = NULL;
	uint64_t offset = 0, size = 0;
	char *node = NULL;
	int fd = -1, r;

	for (size_t i = 0; i < guard->count; i++) {
		if (text_is_equal(guard->layers[i].device, device->name))
			return guard->layers[i].node;
	}
	r = device_get_look_extent(device, &path, &offset, &size);
	if (r < 0) {
		(void)problem_set_errno(why, r, device->name);
		return NULL;
	}
	/* what the guard has brought up is read-only, and known to stand on a layer */
	if (device->look_path && !size)
		return device->look_path;
	if (loop_attach_layer(path, offset, size, guard->mark, &fd, &node, why) < 0)
		return NULL;
	return keep_layer(guard, device->name, node, fd);
}

static uint64_t size_of(const char *node)
{
	_cleanup_close_ int fd = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t size = 0;

	return fd < 0 || ioctl(fd, BLKGETSIZE64, &size) < 0 ? 0 : size;
}

static uint64_t memory_for(uint64_t size)
{
	struct sysinfo info;
	uint64_t share = MEMORY_LEAST;

	if (sysinfo(&info) == 0)
		share = (uint64_t)info.freeram * info.mem_unit / MEMORY_SHARE;
	if (share < MEMORY_LEAST)
		share = MEMORY_LEAST;
	return size < share ? size + MEMORY_LEAST : share;
}

int guard_overlay(struct guard *guard, const struct device *device, char **ret_node,
		  struct problem *why)
{
	_cleanup_(dm_table_done) struct dm_table table = {0};
	_cleanup_free_ char *name = NULL;
	const char *layer = guard_layer(guard, device, why);
	uint64_t size = layer ? size_of(layer) : 0;
	char *memory = NULL;
	int fd = -1, r;

	if (!layer)
		return -ENODEV;
	r = loop_attach_memory(memory_for(size) & ~(uint64_t)0xfff, guard->mark, &fd, &memory,
			       why);
	if (r < 0)
		return r;
	(void)keep_layer(guard, NULL, memory, fd); /* kept for its end only */
	dm_table_add(&table, 0, size / DM_SECTOR, "snapshot",
		     text_format("%s %s N %d", layer, memory, CHUNK_SECTORS));
	name = guard_new_name(guard, STACK_PREFIX);
	return dm_create(name, &table, false, ret_node, why);
}

static void tell(struct guard *guard, const struct device *device)
{
	_cleanup_json_ struct json_object *object = device_to_json(device);
	_cleanup_free_ char *text = json_format_line(object);

	if (worker_send(guard->fd, text, strlen(text)) < 0)
		log_line("look: nobody hears of %s", device->name); /* the parent has ended */
}

static int probe_in_child(void *data, int fd)
{
	return probe_send(data, fd);
}

/* What DEVICE holds, seen at its look path by a child. */
static void probe(struct guard *guard, struct device *device)
{
	struct device *disk = device_new(device->kind, device->name);
	_cleanup_probe_record_ struct probe_record record = {0};
	_cleanup_free_ char *answer = NULL;
	_cleanup_problem_ struct problem why = {0};
	size_t length = 0;
	int r;

	disk->path = text_copy(device->look_path);
	disk->sector_size = device->sector_size;
	r = worker_call(probe_in_child, disk, guard->deadline_ms, &answer, &length, NULL, &why);
	(void)device_free(disk);
	if (r == 0 && answer)
		r = probe_record_parse(answer, length, &record, &why);
	if (r < 0 || !answer) {
		device->state = r == -ETIMEDOUT ? DEVICE_SILENT : DEVICE_ERROR;
		text_set(&device->reason, why.why ? why.why : _("its probe failed"));
		return;
	}
	device->size = record.size;
	probe_record_apply(&record, guard->machine, device);
}

/* The node that a partition of DEVICE will have: the kernel shows those of arrays by itself. */
static void make_partition_dormant(const struct device *device, struct device *partition)
{
	size_t length = strlen(device->path);
	bool ends_in_digit = device->path[length - 1] >= '0' && device->path[length - 1] <= '9';

	partition->is_dormant = true;
	partition->is_virtual = device->kind != DEVICE_MD;
	if (!partition->is_virtual && !partition->path)
		partition->path = text_format("%s%s%u", device->path, ends_in_digit ? "p" : "",
					      partition->entry.number);
}

void guard_found(struct guard *guard, struct device *device, const char *path)
{
	text_set(&device->look_path, path);
	probe(guard, device);
	tell(guard, device);
	for (size_t i = 0; i < device->child_count; i++) {
		struct device *child = device->children[i];

		if (child->kind != DEVICE_PARTITION)
			continue;
		make_partition_dormant(device, child);
		tell(guard, child);
	}
}

void guard_failed(struct guard *guard, struct device *device, const char *obstacle)
{
	text_set(&device->obstacle, obstacle);
	tell(guard, device);
}

static void bring_up_all(struct guard *guard)
{
	for (int i = 0; i < ROUNDS_MAX && !guard_is_stopped(); i++) {
		bool is_new = stack_bring_up_arrays(guard);

		is_new = stack_bring_up_containers(guard) || is_new;
		is_new = stack_bring_up_volumes(guard) || is_new;
		if (!is_new && guard->is_last)
			return;
		guard->is_last = !is_new;
	}
}

/* Until SIGTERM, which also comes when the parent dies. */
static void wait_for_end(void)
{
	sigset_t blocked, before;

	(void)sigfillset(&blocked); /* these cannot fail */
	(void)sigprocmask(SIG_SETMASK, &blocked, &before);
	while (!guard_is_stopped())
		(void)sigsuspend(&before);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

static void close_layers(struct guard *guard)
{
	for (size_t i = 0; i < guard->count; i++) {
		(void)close(guard->layers[i].fd); /* it was only held */
		free(guard->layers[i].device);
		free(guard->layers[i].node);
	}
	free(guard->layers);
}

int guard_run(struct machine *machine, const struct stack_options *options, int fd)
{
	_cleanup_free_ char *mark = stack_mark(getpid());
	_cleanup_close_ int turn = -1; /* held to the end */
	struct guard guard = {
		.machine = machine,
		.fd = fd,
		.deadline_ms = options->deadline_ms,
		.mark = mark,
	};
	bool is_down;

	signals_catch();
	worker_be_orderly();
	log_reopen();
	if (!options->has_turn)
		turn = look_turn_for_look(signals_caught(), 0);
	if (!options->is_empty)
		bring_up_all(&guard);
	if (worker_send(fd, GUARD_READY, strlen(GUARD_READY)) < 0)
		log_line("look: nobody waits for it"); /* SIGTERM is on its way */
	wait_for_end();
	is_down = guard.count == 0 || stack_take_down(mark, DOWN_MS);
	close_layers(&guard);
	text_list_done(&guard.tried);
	text_list_done(&guard.groups);
	return is_down ? 0 : 1;
}
