/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which processes keep a mount busy, found in /proc. */
#include "storage/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/root.h"
#include "storage/mount.h"

#define DESCRIBED_MAX 3
#define MAPS_MAX (4u * 1024 * 1024)

/* The mounts at and below the target. */
struct area {
	const char *target;
	char *namespace; /* our own mount namespace, as /proc names it */
	dev_t *numbers;	 /* of those filesystems that are mounted nowhere else in it */
	size_t count;
};

/* A process and whether its paths are ours. */
struct suspect {
	const struct area *area;
	const struct root *proc;
	const char *pid;
	bool is_ours; /* it lives in our mount namespace */
};

static void area_done(struct area *area)
{
	free(area->namespace);
	free(area->numbers);
}

/*
 * In our namespace the path tells: the rescue system's own /dev may be bound below the target, and
 * most processes have a file open in it. In another namespace paths mean something else, and the
 * filesystem tells.
 */
static bool is_in_area(const struct suspect *suspect, const char *link, char **ret_path)
{
	_cleanup_free_ char *path = NULL, *name = NULL;
	const struct area *area = suspect->area;
	struct statx status;
	bool is_known = false;

	if (root_read_link(suspect->proc, link, &path) < 0)
		return false;
	if (suspect->is_ours) {
		is_known = mount_path_is_below(path, area->target);
	} else if (area->count) {
		name = text_format("/proc/%s", link);
		/* what is cached will do: a dead file server must not hang us */
		if (statx(AT_FDCWD, name, AT_STATX_DONT_SYNC, 0, &status) < 0)
			return false;
		for (size_t i = 0; i < area->count; i++)
			is_known |= area->numbers[i] ==
				    makedev(status.stx_dev_major, status.stx_dev_minor);
	}
	if (is_known)
		*ret_path = TAKE_PTR(path);
	return is_known;
}

static struct holder *new_holder(struct holders *holders)
{
	holders->items = alloc_grow(holders->items, holders->count, &holders->capacity,
				    sizeof(*holders->items));
	return &holders->items[holders->count++];
}

static void add_holder(struct holders *holders, const struct suspect *suspect, const char *format,
		       const char *path)
{
	_cleanup_free_ char *file = text_format("%s/comm", suspect->pid);
	_cleanup_free_ char *name = NULL, *shown = printable_text(path);
	struct holder *holder = new_holder(holders);
	uint64_t number = 0;

	(void)text_parse_u64(suspect->pid, &number); /* the caller has seen that it is a number */
	if (root_read_line(suspect->proc, file, &name) < 0)
		name = text_copy("?");
	holder->pid = (pid_t)number;
	holder->name = printable_text(name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	holder->how = text_format(format, shown);
#pragma GCC diagnostic pop
}

static bool holds_by_file(const struct suspect *suspect, char **ret_path)
{
	_cleanup_free_ char *folder = text_format("%s/fd", suspect->pid);
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(suspect->proc, folder, 0, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *link = text_format("%s/%s", folder, names.items[i]);

		if (is_in_area(suspect, link, ret_path))
			return true;
	}
	return false;
}

/* A line of maps: addresses, rights, offset, device, inode, path. */
static bool is_map_in_area(const struct suspect *suspect, const char *line, char **ret_path)
{
	const struct area *area = suspect->area;
	const char *path = strchr(line, '/');
	unsigned major_number, minor_number;
	bool is_known = false;

	if (!path)
		return false;
	if (suspect->is_ours) {
		is_known = mount_path_is_below(path, area->target);
	} else if (sscanf(line, "%*s %*s %*s %x:%x", &major_number, &minor_number) == 2) {
		for (size_t i = 0; i < area->count; i++)
			is_known |= area->numbers[i] == makedev(major_number, minor_number);
	}
	if (is_known)
		*ret_path = text_copy(path);
	return is_known;
}

static bool holds_by_map(const struct suspect *suspect, char **ret_path)
{
	_cleanup_free_ char *file = text_format("%s/maps", suspect->pid), *maps = NULL;
	_cleanup_text_list_ struct text_list lines = {0};

	if (root_read_file(suspect->proc, file, MAPS_MAX, &maps, NULL) < 0)
		return false;
	text_list_split(&lines, maps, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		if (is_map_in_area(suspect, lines.items[i], ret_path))
			return true;
	}
	return false;
}

static void look_at_process(const struct area *area, const struct root *proc, const char *pid,
			    struct holders *holders)
{
	static const struct {
		const char *link;
		const char *how;
	} links[] = {
		{"cwd", N_("works in %s")},
		{"root", N_("has %s as its root")},
		{"exe", N_("runs %s")},
	};
	_cleanup_free_ char *path = NULL, *namespace = NULL;
	_cleanup_free_ char *namespace_link = text_format("%s/ns/mnt", pid);
	struct suspect suspect = {.area = area, .proc = proc, .pid = pid};

	if (root_read_link(proc, namespace_link, &namespace) < 0)
		return; /* gone, or a thread of the kernel */
	suspect.is_ours = text_is_equal(namespace, area->namespace);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		_cleanup_free_ char *link = text_format("%s/%s", pid, links[i].link);

		if (is_in_area(&suspect, link, &path)) {
			add_holder(holders, &suspect, _(links[i].how), path);
			return;
		}
	}
	if (holds_by_file(&suspect, &path))
		add_holder(holders, &suspect, _("has %s open"), path);
	else if (holds_by_map(&suspect, &path))
		add_holder(holders, &suspect, _("uses %s"), path);
}

static bool is_mounted_elsewhere(const struct mount_table *table, dev_t number, const char *target)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct mount_entry *entry = &table->entries[i];

		if (entry->number == number && entry->target &&
		    !mount_path_is_below(entry->target, target))
			return true;
	}
	return false;
}

static int find_area(const char *target, const struct root *proc, struct area *area,
		     struct mount_table *table)
{
	_cleanup_free_ const struct mount_entry **below = NULL;
	size_t count;
	int r = mount_table_read(NULL, table, NULL);

	if (r < 0)
		return r;
	area->target = target;
	count = mount_table_list_below(table, target, &below);
	area->numbers = alloc_zero(count, sizeof(*area->numbers));
	for (size_t i = 0; i < count; i++) {
		if (!is_mounted_elsewhere(table, below[i]->number, target))
			area->numbers[area->count++] = below[i]->number;
	}
	return root_read_link(proc, "self/ns/mnt", &area->namespace);
}

static void add_kernel_holder(struct holders *holders, const char *name, const char *format,
			      const char *path)
{
	_cleanup_free_ char *shown = printable_text(path);
	struct holder *holder = new_holder(holders);

	holder->name = printable_text(name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	holder->how = text_format(format, shown);
#pragma GCC diagnostic pop
}

static void find_swap(const struct area *area, const struct mount_table *table,
		      struct holders *holders)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct mount_entry *entry = &table->entries[i];

		if (text_is_equal(entry->type, "swap") && entry->source &&
		    mount_path_is_below(entry->source, area->target))
			add_kernel_holder(holders, _("the kernel"), _("swaps to %s"),
					  entry->source);
	}
}

static void find_loops(const struct area *area, struct holders *holders)
{
	_cleanup_root_ struct root *block = NULL;
	_cleanup_text_list_ struct text_list names = {0};

	if (root_open("/sys", &block, NULL) < 0 || root_list(block, "class/block", 0, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *path =
			text_format("class/block/%s/loop/backing_file", names.items[i]);
		_cleanup_free_ char *file = NULL;

		if (text_has_prefix(names.items[i], "loop") &&
		    root_read_line(block, path, &file) == 0 &&
		    mount_path_is_below(file, area->target))
			add_kernel_holder(holders, names.items[i], _("lies on %s"), file);
	}
}

int holders_find(const char *target, struct holders *holders)
{
	_cleanup_root_ struct root *proc = NULL;
	_cleanup_text_list_ struct text_list pids = {0};
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_(area_done) struct area area = {0};
	_cleanup_free_ char *own = text_format("%d", (int)getpid());
	int r = root_open("/proc", &proc, NULL);

	if (r == 0)
		r = find_area(target, proc, &area, &table);
	if (r == 0)
		r = root_list(proc, "/", 0, &pids);
	for (size_t i = 0; r == 0 && i < pids.count; i++) {
		uint64_t pid;

		if (text_parse_u64(pids.items[i], &pid) == 0 && !text_is_equal(pids.items[i], own))
			look_at_process(&area, proc, pids.items[i], holders);
	}
	if (r == 0) {
		find_swap(&area, &table, holders);
		find_loops(&area, holders);
	}
	return r;
}

void holders_done(struct holders *holders)
{
	for (size_t i = 0; i < holders->count; i++) {
		free(holders->items[i].name);
		free(holders->items[i].how);
	}
	free(holders->items);
	*holders = (struct holders){0};
}

char *holders_describe(const struct holders *holders)
{
	_cleanup_text_list_ struct text_list parts = {0};

	for (size_t i = 0; i < holders->count && i < DESCRIBED_MAX; i++) {
		const struct holder *holder = &holders->items[i];

		if (holder->pid)
			text_list_format(&parts, "%s (%d) %s", holder->name, (int)holder->pid,
					 holder->how);
		else
			text_list_format(&parts, "%s %s", holder->name, holder->how);
	}
	if (holders->count > DESCRIBED_MAX)
		text_list_format(&parts, _("and %zu more"), holders->count - DESCRIBED_MAX);
	return text_list_join(&parts, ", ");
}
