/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking down what a look has built: from its marked loop devices upwards, as sysfs shows it. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/root.h"
#include "base/worker.h"
#include "storage/dm.h"
#include "storage/loop.h"
#include "storage/stack.h"
#include "storage/stack_parts.h"

#define MARK_PREFIX "refloat-look "
#define DEPTH_MAX 32
#define RETRY_US 50000
#define STAT_MAX 4096
#define CLEAR_MS 5000
#define RETRY_MS (RETRY_US / 1000)

/* When process PID was started, in the kernel's ticks; 0: there is none. */
static uint64_t started_at(pid_t pid)
{
	_cleanup_free_ char *path = text_format("/proc/%ld/stat", (long)pid);
	_cleanup_free_ char *stat = NULL;
	_cleanup_text_list_ struct text_list fields = {0};
	uint64_t ticks = 0;
	const char *at;

	if (file_read(path, STAT_MAX, &stat, NULL, NULL) < 0 || !(at = strrchr(stat, ')')))
		return 0;
	text_list_split(&fields, at + 1, " ");
	/* the 22nd field, and the third is the first behind the name */
	if (fields.count < 20 || text_parse_u64(fields.items[19], &ticks) < 0)
		return 0;
	return ticks;
}

char *stack_mark(pid_t pid)
{
	return text_format(MARK_PREFIX "%ld %" PRIu64, (long)pid, started_at(pid));
}

/* Whether MARK is that of a guard that is not there any more. */
static bool is_orphan(const char *mark)
{
	const char *rest = text_after_prefix(mark, MARK_PREFIX);
	_cleanup_free_ char *now = NULL;

	if (!rest)
		return false;
	now = stack_mark((pid_t)strtol(rest, NULL, 10));
	return !text_is_equal(now, mark);
}

static bool is_layer(const struct root *root, const char *name)
{
	_cleanup_free_ char *file = text_format("sys/class/block/%s/loop/backing_file", name);
	_cleanup_free_ char *backing = NULL, *mark = NULL, *node = text_format("/dev/%s", name);

	/* only what lies on a device can be one: files need no further question */
	if (!text_has_prefix(name, "loop") || root_read_line(root, file, &backing) < 0 ||
	    !text_has_prefix(backing, "/dev/"))
		return false;
	mark = loop_read_mark(node);
	return text_has_prefix(mark, MARK_PREFIX);
}

/* Whether the first device that NAME lies on is part of a look. */
static bool lies_on_layer(const struct root *root, const char *name)
{
	_cleanup_free_ char *folder = text_format("sys/class/block/%s/slaves", name);
	_cleanup_text_list_ struct text_list slaves = {0};

	return root_list(root, folder, 1, &slaves) >= 0 && slaves.count &&
	       (is_layer(root, slaves.items[0]) || stack_is_part(root, slaves.items[0]));
}

bool stack_is_part(const struct root *root, const char *name)
{
	_cleanup_free_ char *file = NULL, *mapping = NULL;

	if (text_has_prefix(name, "loop"))
		return is_layer(root, name);
	if (text_has_prefix(name, "md5")) { /* of the numbers that looks take, or a partition */
		_cleanup_free_ char *array = alloc_copy(name, strcspn(name, "p"));

		return lies_on_layer(root, array);
	}
	if (!text_has_prefix(name, "dm-"))
		return false;
	file = text_format("sys/class/block/%s/dm/name", name);
	return root_read_line(root, file, &mapping) == 0 &&
	       (text_has_prefix(mapping, STACK_PREFIX) ||
		text_has_prefix(mapping, STACK_GROUP_PREFIX));
}

static bool is_ours(const char *name, const char *mark)
{
	_cleanup_free_ char *node = text_format("/dev/%s", name);
	_cleanup_free_ char *have = loop_read_mark(node);

	return have && (mark ? text_is_equal(have, mark) : is_orphan(have));
}

static void remove_mapping(const struct root *sys, const char *name)
{
	_cleanup_free_ char *file = text_format("block/%s/dm/name", name);
	_cleanup_free_ char *mapping = NULL, *folder = NULL;
	int r = root_read_line(sys, file, &mapping);

	if (r == 0)
		r = dm_remove(mapping);
	if (r < 0)
		log_line("look: %s stays: %s", name, strerror(-r));
	/* lvm's links to the volumes of a group */
	if (r == 0 && text_has_prefix(mapping, STACK_GROUP_PREFIX)) {
		char *dash = strchr(mapping, '-');

		if (dash)
			*dash = '\0';
		folder = text_format("/dev/%s/%s", mapping, dash ? dash + 1 : "");
		(void)unlink(folder);
		text_set(&folder, NULL);
		folder = text_format("/dev/%s", mapping);
		(void)rmdir(folder); /* the last one empties it */
	}
}

/* As it was made: by the kernel's own means, so that it needs no program and leaves no entry of one. */
static void stop_array(const char *name)
{
	_cleanup_free_ char *path = text_format("/sys/block/%s/md/array_state", name);
	int r = file_write_attribute(path, "clear");

	if (r < 0)
		log_line("look: %s stays: %s", name, strerror(-r));
}

/* What stands on NAME goes first. */
static void take_down_holders(const struct root *sys, const char *name, int depth)
{
	_cleanup_free_ char *folder = text_format("block/%s/holders", name);
	_cleanup_text_list_ struct text_list holders = {0};

	if (depth > DEPTH_MAX || root_list(sys, folder, 0, &holders) < 0)
		return;
	for (size_t i = 0; i < holders.count; i++) {
		take_down_holders(sys, holders.items[i], depth + 1);
		if (text_has_prefix(holders.items[i], "dm-"))
			remove_mapping(sys, holders.items[i]);
		else if (text_has_prefix(holders.items[i], "md"))
			stop_array(holders.items[i]);
	}
}

static bool has_holders(const struct root *sys, const char *name)
{
	_cleanup_free_ char *folder = text_format("block/%s/holders", name);
	_cleanup_text_list_ struct text_list holders = {0};

	return root_list(sys, folder, 1, &holders) >= 0 && holders.count;
}

/*
 * Whether the loop device NAME can be a layer: those are read-only or memory. Only these are opened to
 * read their mark, since opening a device that never answers may never end.
 */
static bool may_be_layer(const struct root *sys, const char *name)
{
	_cleanup_free_ char *file = text_format("block/%s/loop/backing_file", name);
	_cleanup_free_ char *read_only = text_format("block/%s/ro", name);
	_cleanup_free_ char *backing = NULL;
	uint64_t is_read_only = 0;

	if (!text_has_prefix(name, "loop") || root_read_line(sys, file, &backing) < 0)
		return false;
	return text_has_prefix(backing, "/memfd:" MARK_PREFIX) ||
	       (root_read_u64(sys, read_only, &is_read_only) == 0 && is_read_only);
}

/* The names of all loop devices that may be layers; none where sysfs cannot be read. */
static void list_candidates(const struct root *sys, struct text_list *names)
{
	_cleanup_text_list_ struct text_list all = {0};

	(void)root_list(sys, "block", 0, &all);
	for (size_t i = 0; i < all.count; i++) {
		if (may_be_layer(sys, all.items[i]))
			text_list_add(names, all.items[i]);
	}
}

/* One pass over all loop devices. Whether nothing stands on ours any more: they go by themselves. */
static bool take_down_once(const struct root *sys, const char *mark)
{
	_cleanup_text_list_ struct text_list names = {0};
	bool is_done = true;

	list_candidates(sys, &names);
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		_cleanup_free_ char *node = text_format("/dev/%s", name);

		if (!is_ours(name, mark))
			continue;
		take_down_holders(sys, name, 0);
		is_done = is_done && !has_holders(sys, name);
		loop_detach(node);
	}
	return is_done;
}

bool stack_take_down(const char *mark, unsigned timeout_ms)
{
	_cleanup_root_ struct root *sys = NULL;
	int64_t end = clock_monotonic_ms() + (int64_t)timeout_ms;

	if (root_open("/sys", &sys, NULL) < 0)
		return true; /* without it nothing was built */
	root_trust(sys);
	while (!take_down_once(sys, mark)) {
		if (clock_monotonic_ms() >= end)
			return false;
		(void)usleep(RETRY_US); /* a look that is ending still reads */
	}
	return true;
}

/* Whether a loop device is there that could be one of a look. */
static bool is_any_possible(void)
{
	_cleanup_root_ struct root *sys = NULL;
	_cleanup_text_list_ struct text_list names = {0};

	if (root_open("/sys", &sys, NULL) < 0)
		return false;
	root_trust(sys);
	list_candidates(sys, &names);
	return names.count > 0;
}

static int clear_in_child(void *data, int fd)
{
	(void)data;
	(void)fd;
	return stack_take_down(NULL, CLEAR_MS) ? 0 : 1;
}

/* In a child: what is read only to see whose it is may never answer. */
void stack_clear(void)
{
	if (geteuid() == 0 && is_any_possible() &&
	    worker_call(clear_in_child, NULL, CLEAR_MS + RETRY_MS, NULL, NULL, NULL, NULL) < 0)
		log_line("look: something of an earlier look is in use and stays");
}

/* Whether a look, living or dead, has a loop device. */
static bool is_any_up(const struct root *sys)
{
	_cleanup_text_list_ struct text_list names = {0};

	list_candidates(sys, &names);
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *node = text_format("/dev/%s", names.items[i]);
		_cleanup_free_ char *mark = loop_read_mark(node);

		if (mark && text_has_prefix(mark, MARK_PREFIX))
			return true;
	}
	return false;
}

bool stack_wait_clear(unsigned timeout_ms)
{
	_cleanup_root_ struct root *sys = NULL;
	int64_t end = clock_monotonic_ms() + (int64_t)timeout_ms;

	if (root_open("/sys", &sys, NULL) < 0)
		return true; /* without it nothing was built */
	root_trust(sys);
	while (is_any_up(sys)) {
		(void)take_down_once(sys, NULL); /* what nobody ends any more */
		if (clock_monotonic_ms() >= end)
			return false;
		(void)usleep(RETRY_US);
	}
	return true;
}
