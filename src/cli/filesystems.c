/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat filesystems: how the filesystems of a system are, in the order of a check. */
#include <stdio.h>

#include "action/filesystems.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "cli/command.h"
#include "cli/device_json.h"
#include "cli/grid.h"
#include "cli/unlock.h"

static const struct grid_column columns[] = {
	{N_("NAME"), GRID_TEXT},   {N_("TYPE"), GRID_TEXT},   {N_("MOUNT POINT"), GRID_TEXT},
	{N_("SIZE"), GRID_NUMBER}, {N_("FREE"), GRID_NUMBER}, {N_("STATE"), GRID_WRAPS},
};

/* "errors noted (3); last checked 2026-03-02, 12 mounts since; mounted at /mnt". */
static char *format_state(const struct filesystem_row *row)
{
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *details = filesystem_row_details(row);
	bool has_errors = row->state && row->state->condition == CONDITION_ERRORS;

	/* that it is in use is said by where it is mounted */
	if (!row->mounted_at || has_errors)
		text_list_add(&parts, row->condition);
	if (row->mounted_at)
		text_list_format(&parts, _("mounted at %s"), row->mounted_at);
	if (*details)
		text_list_add(&parts, details);
	/* what is mounted by others has been said to be */
	if (row->why_not && !row->mounted_at)
		text_list_add(&parts, row->why_not);
	return text_list_join(&parts, "; ");
}

static void print_list(const struct filesystem_list *list)
{
	struct grid_column titles[ARRAY_SIZE(columns)];
	_cleanup_grid_ struct grid *grid = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		titles[i] = (struct grid_column){_(columns[i].title), columns[i].kind};
	grid = grid_new(titles, ARRAY_SIZE(titles), output_width());
	for (size_t i = 0; i < list->count; i++) {
		const struct filesystem_row *row = &list->items[i];
		bool has_space = row->state && row->state->has_space;
		_cleanup_free_ char *size = row->device_size ? size_format(row->device_size) : NULL;
		_cleanup_free_ char *space = has_space ? size_format(row->state->free) : NULL;
		_cleanup_free_ char *state = format_state(row);
		const char *cells[] = {row->name ? row->name : "-",
				       row->type,
				       row->mountpoint,
				       size,
				       space,
				       state};

		(void)grid_add(grid, GRID_NO_PARENT, cells);
	}
	grid_print(grid, 0);
}

static void add_time(struct json_object *object, const char *name, int64_t seconds)
{
	if (seconds > 0)
		json_add_u64(object, name, (uint64_t)seconds);
	else
		json_add_text(object, name, NULL);
}

static void add_count(struct json_object *object, const char *name, bool is_known, uint64_t count)
{
	if (is_known)
		json_add_u64(object, name, count);
	else
		json_add_text(object, name, NULL);
}

static struct json_object *format_superblock(const struct filesystem_state *state)
{
	struct json_object *object;

	if (!state)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "condition", filesystem_condition_name(state->condition));
	add_time(object, "made", state->made);
	add_time(object, "mounted", state->mounted);
	add_time(object, "written", state->written);
	add_time(object, "checked", state->checked);
	add_count(object, "mounts", state->has_mounts, state->mounts);
	add_count(object, "mounts_limit", state->mounts_limit > 0, state->mounts_limit);
	add_time(object, "check_interval", state->check_interval);
	add_count(object, "size", state->size > 0, state->size);
	add_count(object, "free", state->has_space, state->free);
	add_count(object, "inodes", state->has_inodes, state->inodes);
	add_count(object, "inodes_free", state->has_inodes, state->inodes_free);
	json_add_u64(object, "errors", state->errors);
	add_time(object, "first_error", state->first_error);
	add_time(object, "last_error", state->last_error);
	json_add_text(object, "last_mountpoint", state->last_mountpoint);
	json_add_text(object, "remark", state->remark);
	return object;
}

static struct json_object *format_row(const struct filesystem_row *row)
{
	struct json_object *object = json_object_new_object();
	_cleanup_free_ char *details = filesystem_row_details(row);

	json_add_text(object, "name", row->name);
	json_add_text(object, "fstype", row->type);
	json_add_text(object, "label", row->label);
	json_add_text(object, "uuid", row->uuid);
	json_add_u64(object, "size", row->device_size);
	json_add_text(object, "mountpoint", row->mountpoint);
	add_count(object, "pass", row->mountpoint != NULL, row->pass > 0 ? (uint64_t)row->pass : 0);
	json_add_text(object, "mounted_at", row->mounted_at);
	json_add_bool(object, "by_refloat", row->is_by_refloat);
	json_add_bool(object, "used", row->is_used);
	json_add_bool(object, "locked", row->is_locked);
	json_add_text(object, "condition", row->condition);
	json_add_text(object, "details", details);
	json_add_text(object, "why_not", row->why_not);
	(void)json_object_object_add(object, "superblock", format_superblock(row->state));
	(void)json_object_object_add(object, "lost", lost_json_new(row->lost));
	return object;
}

static void print_json(const struct filesystem_list *list)
{
	struct json_object *object = json_object_new_object(), *rows = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		(void)json_object_array_add(rows, format_row(&list->items[i]));
	(void)json_object_object_add(object, "filesystems", rows);
	output_json(object);
}

static int run_filesystems(struct cli *cli, const struct answers *answers)
{
	_cleanup_filesystem_list_ struct filesystem_list list = {0};
	_cleanup_problem_ struct problem why = {0};

	if (unlock_for_listing(cli, answers, &why) < 0)
		return command_fail(&why);
	if (filesystem_list_read(&cli->session, answers_get(answers, "system"),
				 answers_has(answers, "all") ? FILESYSTEM_LIST_ANY : 0, &list,
				 &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON))
		print_json(&list);
	else
		print_list(&list);
	if (list.count > 0)
		return EXIT_DONE;
	output_remark(_("no filesystem was found"));
	return EXIT_NOTHING;
}

static const struct field fields[] = {
	{.name = "system",
	 .kind = FIELD_SYSTEM,
	 .metavar = N_("SYSTEM"),
	 .help = N_("which system, where there are several: its id, host name or root device")},
	{.name = "all",
	 .kind = FIELD_FLAG,
	 .help = N_("every filesystem of the machine, also where no system is found")},
	FIELD_UNLOCK,
	FIELD_UNLOCK_FILE,
};

static const struct example examples[] = {
	{"filesystems", N_("how the filesystems of the system are")},
	{"filesystems --all", N_("every filesystem, whatever it belongs to")},
	{"filesystems --json | jq '.filesystems[] | select(.lost)'",
	 N_("those whose first superblock is gone")},
	{NULL, NULL},
};

const struct listing listing_filesystems = {
	.description =
		{
			.name = "filesystems",
			.help = N_("how the filesystems of a system are"),
			.details =
				N_("Shows every filesystem of a system with its state as its own "
				   "superblock "
				   "says it: clean or not, errors that were noted, when it was "
				   "last checked, "
				   "mounts since then, free space and inodes. They stand in the "
				   "order in "
				   "which check-fs checks them: the root, then by fstab's pass "
				   "numbers, and "
				   "last what fstab does not name. A filesystem whose first "
				   "superblock is "
				   "gone is shown as such, with the place of a good one. Nothing "
				   "is written. Needs root, except with --sysroot."),
			.examples = examples,
			.fields = fields,
			.field_count = ARRAY_SIZE(fields),
		},
	.run = run_filesystems,
};
