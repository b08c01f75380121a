/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat disks: every block device, as a tree. */
#include <stdio.h>

#include "action/describe.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/size.h"
#include "cli/command.h"
#include "cli/device_json.h"
#include "cli/grid.h"

#define WIDTH_WITH_UUID 120u /* from so many columns on there is room for UUIDs */

static const struct grid_column columns[] = {
	{N_("NAME"), GRID_TREE},     {N_("SIZE"), GRID_NUMBER}, {N_("TYPE"), GRID_TEXT},
	{N_("FSTYPE"), GRID_TEXT},   {N_("LABEL"), GRID_TEXT},	{N_("UUID"), GRID_TEXT},
	{N_("DETAILS"), GRID_WRAPS},
};

#define COLUMN_UUID 5u

/* What the walk over the graph needs. */
struct tree {
	struct grid *grid;
	const struct machine *machine;
	bool *is_shown; /* by index in the machine */
	bool has_uuids;
};

static size_t index_of(const struct machine *machine, const struct device *device)
{
	size_t i = 0;

	while (i < machine->count && machine->devices[i] != device)
		i++;
	return i;
}

static size_t add_row(struct tree *tree, const struct device *device, size_t parent)
{
	_cleanup_free_ char *size = device->size ? size_format(device->size) : NULL;
	_cleanup_free_ char *details = describe_device(device);
	const char *cells[ARRAY_SIZE(columns)];
	size_t count = 0;

	cells[count++] = device->name;
	cells[count++] = size;
	cells[count++] = device_type_name(device);
	cells[count++] = device->content.type;
	cells[count++] = device->content.label;
	if (tree->has_uuids)
		cells[count++] = device->content.uuid;
	cells[count++] = details;
	return grid_add(tree->grid, parent, cells);
}

static void add_device(struct tree *tree, const struct device *device, size_t parent)
{
	size_t index = index_of(tree->machine, device), row;

	if (index == tree->machine->count || tree->is_shown[index])
		return; /* shown once, also where a crafted graph runs in a circle */
	tree->is_shown[index] = true;
	row = add_row(tree, device, parent);
	for (size_t i = 0; i < device->child_count; i++)
		add_device(tree, device->children[i], row);
}

static void print_tree(const struct machine *machine, bool is_verbose)
{
	_cleanup_free_ bool *is_shown = alloc_zero(machine->count + 1, sizeof(*is_shown));
	struct grid_column titles[ARRAY_SIZE(columns)];
	_cleanup_grid_ struct grid *grid = NULL;
	struct tree tree = {.machine = machine, .is_shown = is_shown};
	size_t count = 0, width = is_verbose ? 0 : output_width();

	tree.has_uuids = is_verbose || width >= WIDTH_WITH_UUID;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (i == COLUMN_UUID && !tree.has_uuids)
			continue;
		titles[count] = columns[i];
		titles[count++].title = _(columns[i].title);
	}
	grid = grid_new(titles, count, width);
	tree.grid = grid;
	for (size_t i = 0; i < machine->count; i++)
		if (machine->devices[i]->parent_count == 0)
			add_device(&tree, machine->devices[i], GRID_NO_PARENT);
	for (size_t i = 0; i < machine->count; i++) /* whatever hangs under nothing shown */
		add_device(&tree, machine->devices[i], GRID_NO_PARENT);
	grid_print(grid, 0);
}

static int run_disks(struct cli *cli, const struct answers *answers)
{
	_cleanup_text_list_ struct text_list remarks = {0};
	_cleanup_problem_ struct problem why = {0};
	const struct machine *machine;

	(void)answers; /* it has no options of its own */
	if (session_get_machine(&cli->session, &machine, &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON)) {
		output_json(device_json_new(machine));
	} else {
		print_tree(machine, cli_has(cli, COMMON_VERBOSE));
		describe_machine_notes(machine, &remarks);
		if (remarks.count > 0)
			printf("\n%s\n", _("Notes:"));
		for (size_t i = 0; i < remarks.count; i++)
			output_item(stdout, remarks.items[i], 2);
	}
	if (machine->count > 0)
		return EXIT_DONE;
	output_remark(_("no block device was found"));
	return EXIT_NOTHING;
}

static const struct example examples[] = {
	{"disks", N_("what is plugged in, and what is on it")},
	{"--image web01.img disks", N_("the same for a disk image; no real disk is touched")},
	{"--wait 60 disks", N_("give a slow disk a minute")},
	{"disks --json | jq '.devices[] | select(.state != \"ok\")'",
	 N_("the disks that do not answer or cannot be read")},
	{NULL, NULL},
};

const struct listing listing_disks = {
	.description =
		{
			.name = "disks",
			.help = N_("every block device, as a tree"),
			.details = N_("Shows every disk with its partitions, arrays, volumes and "
				      "containers, "
				      "the filesystem on each, and where it is mounted. Each disk "
				      "is asked by a "
				      "process of its own: one that does not answer is named as "
				      "such and keeps "
				      "nothing else waiting. Nothing is written.\n"
				      "A device that lies on several others stands under the first "
				      "of them. "
				      "UUIDs are shown from 120 columns on, or with --verbose."),
			.examples = examples,
		},
	.run = run_disks,
};
