/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat systems: every installed system, on what it lies, and what its fstab comes to. */
#include <errno.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/system_json.h"

static const struct grid_column columns[] = {
	{N_("MOUNT POINT"), GRID_TEXT}, {N_("FROM"), GRID_TEXT}, {N_("TYPE"), GRID_TEXT},
	{N_("MOUNT"), GRID_TEXT},	{N_("WHY"), GRID_WRAPS},
};

#define INDENT 2u

static const char *const action_words[] = {
	[RESOLVED_MOUNT] = N_("yes"),		[RESOLVED_SKIP] = N_("no"),
	[RESOLVED_MISSING] = N_("MISSING"),	[RESOLVED_AMBIGUOUS] = N_("AMBIGUOUS"),
	[RESOLVED_UNCONFIRMED] = N_("a guess"),
};

/* The reason, with the devices that were near where none was taken. */
static char *format_reason(const struct resolved_entry *entry)
{
	_cleanup_text_list_ struct text_list near = {0};
	_cleanup_free_ char *joined = NULL;

	for (size_t i = 0; i < entry->candidates.count; i++)
		if (!text_is_equal(entry->candidates.items[i], entry->device))
			text_list_take(&near, printable_text(entry->candidates.items[i]));
	if (near.count == 0 || entry->action == RESOLVED_MOUNT || entry->action == RESOLVED_SKIP)
		return text_copy(entry->reason);
	joined = text_list_join(&near, ", ");
	return text_format(_("%s; near: %s"), entry->reason, joined);
}

/* Where it comes from; the reason repeats a long one whole. */
static char *format_origin(const struct resolved_entry *entry)
{
	const char *origin = entry->device ? entry->device : entry->source;
	_cleanup_free_ char *shown = printable_text(origin);
	size_t limit = output_width() / 3;

	return printable_width(shown) > limit ? printable_fit(shown, limit) : text_copy(origin);
}

static void print_fstab(const struct resolution *resolution)
{
	struct grid_column titles[ARRAY_SIZE(columns)];
	_cleanup_grid_ struct grid *grid = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		titles[i] = (struct grid_column){_(columns[i].title), columns[i].kind};
	grid = grid_new(titles, ARRAY_SIZE(titles), output_width() - INDENT);
	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];
		_cleanup_free_ char *reason = format_reason(entry), *origin = format_origin(entry);
		const char *cells[] = {entry->mountpoint, origin, entry->type,
				       _(action_words[entry->action]), reason};

		(void)grid_add(grid, GRID_NO_PARENT, cells);
	}
	if (resolution->count > 0)
		putchar('\n');
	grid_print(grid, INDENT);
}

/* "  root        sda2" */
static void print_fact(const char *name, const char *value)
{
	_cleanup_free_ char *shown = NULL, *label = NULL;

	if (text_is_empty(value))
		return;
	shown = printable_text(value);
	label = printable_fit(name, 12);
	printf("  %s%s\n", label, shown);
}

static void print_root(const struct machine *machine, const struct system *system)
{
	const struct device *device = machine_find(machine, system->device);
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *size = device ? size_format(device->size) : NULL, *line = NULL;

	text_list_add(&parts, system->device);
	if (system->subvolume)
		text_list_format(&parts, _("subvolume %s"), system->subvolume);
	if (device && device->content.type)
		text_list_add(&parts, device->content.type);
	if (size)
		text_list_add(&parts, size);
	if (device && device->content.uuid)
		text_list_format(&parts, "UUID %s", device->content.uuid);
	line = text_list_join(&parts, ", ");
	print_fact(_("root"), line);
}

static void print_facts(const struct machine *machine, const struct system *system)
{
	_cleanup_free_ char *kernels = text_list_join(&system->kernels, ", ");
	_cleanup_free_ char *used = time_format(system->last_used);
	_cleanup_text_list_ struct text_list kind = {0};
	_cleanup_free_ char *runs = NULL;

	if (system->architecture)
		text_list_add(&kind, system->architecture);
	if (system->init)
		text_list_add(&kind, system->init);
	if (system->flavour)
		text_list_add(&kind, system->flavour);
	runs = text_list_join(&kind, ", ");
	print_fact(_("id"), system->id);
	print_fact(_("host name"), system->hostname);
	print_root(machine, system);
	print_fact(_("runs"), runs);
	print_fact(_("kernels"), kernels);
	print_fact(_("last used"), used);
}

static void print_notes(const struct system *system, const struct resolution *resolution,
			const struct problem *why)
{
	_cleanup_text_list_ struct text_list notes = {0};

	text_list_copy(&notes, &system->notes);
	text_list_copy(&notes, &system->fstab.notes);
	if (resolution)
		text_list_copy(&notes, &resolution->notes);
	else
		text_list_take(&notes, problem_text(why));
	if (notes.count > 0)
		putchar('\n');
	for (size_t i = 0; i < notes.count; i++)
		output_item(stdout, notes.items[i], INDENT);
}

/* What SYSTEM's fstab comes to when nothing is asked for; NULL with why. */
static struct resolution *resolve(const struct machine *machine, const struct survey *survey,
				  const struct system *system, struct problem *why)
{
	const struct resolve_options options = {0};
	struct resolution *resolution = NULL;

	if (resolve_system(machine, survey, system, &options, &resolution, why) < 0)
		return NULL;
	return resolution;
}

static void print_systems(const struct machine *machine, const struct survey *survey)
{
	for (size_t i = 0; i < survey->system_count; i++) {
		const struct system *system = survey->systems[i];
		_cleanup_problem_ struct problem why = {0};
		_cleanup_resolution_ struct resolution *resolution =
			resolve(machine, survey, system, &why);
		_cleanup_free_ char *name = printable_text(system->name);

		printf("%s%s\n", i > 0 ? "\n" : "", name);
		print_facts(machine, system);
		if (resolution)
			print_fstab(resolution);
		print_notes(system, resolution, &why);
	}
}

/* Filesystems that could hold a system and could not be looked into, as sentences. */
static void list_unseen(const struct survey *survey, struct text_list *unseen)
{
	for (size_t i = 0; i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];
		_cleanup_free_ char *name = printable_text(volume->device);

		if (volume->problem)
			text_list_format(unseen, _("%s was not looked into: %s"), name,
					 volume->problem);
	}
}

static void print_json(const struct machine *machine, const struct survey *survey)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();
	_cleanup_text_list_ struct text_list unseen = {0};

	for (size_t i = 0; i < survey->system_count; i++) {
		_cleanup_problem_ struct problem why = {0};
		_cleanup_resolution_ struct resolution *resolution =
			resolve(machine, survey, survey->systems[i], &why);

		(void)json_object_array_add(list,
					    system_json_new(survey->systems[i], resolution, &why));
	}
	(void)json_object_object_add(object, "systems", list);
	list_unseen(survey, &unseen);
	json_add_list(object, "notes", &unseen);
	output_json(object);
}

static void print_text(const struct machine *machine, const struct survey *survey)
{
	_cleanup_text_list_ struct text_list unseen = {0};

	print_systems(machine, survey);
	list_unseen(survey, &unseen);
	if (unseen.count > 0)
		printf("%s%s\n", survey->system_count > 0 ? "\n" : "", _("Notes:"));
	for (size_t i = 0; i < unseen.count; i++)
		output_item(stdout, unseen.items[i], INDENT);
}

static int run_systems(struct cli *cli, const struct answers *answers)
{
	_cleanup_problem_ struct problem why = {0};
	const struct machine *machine;
	const struct survey *survey;

	(void)answers; /* it has no options of its own */
	if (session_get_machine(&cli->session, &machine, &why) < 0 ||
	    session_get_survey(&cli->session, &survey, &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON))
		print_json(machine, survey);
	else
		print_text(machine, survey);
	if (survey->system_count > 0)
		return EXIT_DONE;
	(void)problem_set(&why, -ENOENT, _("systems"), _("no installed system was found"));
	problem_set_next(&why, _("\"refloat disks\" shows what was looked at."));
	return command_fail(&why);
}

static const struct example examples[] = {
	{"systems", N_("what is installed on this machine's disks")},
	{"--image a.img --image b.img systems", N_("the same for two disk images of one server")},
	{"systems --json | jq -r '.systems[].id'", N_("the names that mount and chroot take")},
	{NULL, NULL},
};

const struct listing listing_systems = {
	.description =
		{
			.name = "systems",
			.help = N_("every installed system found, and on what"),
			.details = N_("Looks into every filesystem that could hold an installed "
				      "system, without "
				      "a byte being written, and shows for each system what it is, "
				      "where its "
				      "root is, and what \"refloat mount\" would do with each line "
				      "of its fstab "
				      "and why. Its id, host name, root device or root UUID name "
				      "it to the other "
				      "commands. Needs root, except with --sysroot."),
			.examples = examples,
		},
	.run = run_systems,
};
