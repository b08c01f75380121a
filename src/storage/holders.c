/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which processes keep a mount busy, found in /proc. */
#include "storage/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
	dev_t *numbers; /* st_dev of each mount */
	size_t count;
};

static bool is_in_area(const struct area *area, const struct root *proc, const char *link,
		       char **ret_path)
{
	_cleanup_free_ char *path = NULL;
	struct statx status;
	char name[PATH_MAX];

	if (root_read_link(proc, link, &path) < 0)
		return false;
	/* by path where it is one of this namespace, by filesystem where it is another's */
	if (!mount_path_is_below(path, area->target)) {
		bool is_known = false;

		(void)snprintf(name, sizeof(name), "/proc/%s", link); /* short: PID and number */
		/* what is cached will do: a dead file server must not hang us */
		if (statx(AT_FDCWD, name, AT_STATX_DONT_SYNC, 0, &status) < 0)
			return false;
		for (size_t i = 0; i < area->count; i++)
			is_known |= area->numbers[i] ==
				    makedev(status.stx_dev_major, status.stx_dev_minor);
		if (!is_known)
			return false;
	}
	*ret_path = TAKE_PTR(path);
	return true;
}

static void add_holder(struct holders *holders, const struct root *proc, const char *pid,
		       const char *format, const char *path)
{
	_cleanup_free_ char *file = text_format("%s/comm", pid);
	_cleanup_free_ char *name = NULL, *shown = printable_text(path);
	struct holder *holder;
	uint64_t number = 0;

	(void)text_parse_u64(pid, &number); /* the caller has seen that it is a number */
	if (root_read_line(proc, file, &name) < 0)
		name = text_copy("?");
	holders->items = alloc_grow(holders->items, holders->count, &holders->capacity,
				    sizeof(*holders->items));
	holder = &holders->items[holders->count++];
	holder->pid = (pid_t)number;
	holder->name = printable_text(name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	holder->how = text_format(format, shown);
#pragma GCC diagnostic pop
}

static bool holds_by_file(const struct area *area, const struct root *proc, const char *pid,
			  char **ret_path)
{
	_cleanup_free_ char *folder = text_format("%s/fd", pid);
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(proc, folder, 0, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *link = text_format("%s/%s", folder, names.items[i]);

		if (is_in_area(area, proc, link, ret_path))
			return true;
	}
	return false;
}

static bool holds_by_map(const struct area *area, const struct root *proc, const char *pid,
			 char **ret_path)
{
	_cleanup_free_ char *file = text_format("%s/maps", pid), *maps = NULL;
	_cleanup_text_list_ struct text_list lines = {0};

	if (root_read_file(proc, file, MAPS_MAX, &maps, NULL) < 0)
		return false;
	text_list_split(&lines, maps, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *path = strchr(lines.items[i], '/');

		if (path && mount_path_is_below(path, area->target)) {
			*ret_path = text_copy(path);
			return true;
		}
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
	_cleanup_free_ char *path = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		_cleanup_free_ char *link = text_format("%s/%s", pid, links[i].link);

		if (is_in_area(area, proc, link, &path)) {
			add_holder(holders, proc, pid, _(links[i].how), path);
			return;
		}
	}
	if (holds_by_file(area, proc, pid, &path))
		add_holder(holders, proc, pid, _("has %s open"), path);
	else if (holds_by_map(area, proc, pid, &path))
		add_holder(holders, proc, pid, _("uses %s"), path);
}

static int find_area(const char *target, struct area *area)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_free_ const struct mount_entry **below = NULL;
	int r = mount_table_read(NULL, &table, NULL);

	if (r < 0)
		return r;
	area->target = target;
	area->count = mount_table_list_below(&table, target, &below);
	area->numbers = alloc_zero(area->count, sizeof(*area->numbers));
	for (size_t i = 0; i < area->count; i++)
		area->numbers[i] = below[i]->number;
	return 0;
}

int holders_find(const char *target, struct holders *holders)
{
	_cleanup_root_ struct root *proc = NULL;
	_cleanup_text_list_ struct text_list pids = {0};
	_cleanup_free_ char *own = text_format("%d", (int)getpid());
	struct area area = {0};
	int r = find_area(target, &area);

	if (r == 0)
		r = root_open("/proc", &proc, NULL);
	if (r == 0)
		r = root_list(proc, "/", 0, &pids);
	for (size_t i = 0; r == 0 && i < pids.count; i++) {
		uint64_t pid;

		if (text_parse_u64(pids.items[i], &pid) == 0 &&
		    !text_is_equal(pids.items[i], own))
			look_at_process(&area, proc, pids.items[i], holders);
	}
	free(area.numbers);
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

	for (size_t i = 0; i < holders->count && i < DESCRIBED_MAX; i++)
		text_list_format(&parts, "%s (%d) %s", holders->items[i].name,
				 (int)holders->items[i].pid, holders->items[i].how);
	if (holders->count > DESCRIBED_MAX)
		text_list_format(&parts, _("and %zu more"), holders->count - DESCRIBED_MAX);
	return text_list_join(&parts, ", ");
}
