/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat systems: every installed system, on what it lies, and what its fstab comes to. */
#include <errno.h>
#include <stdio.h>

#include "action/describe.h"
#include "action/unlock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/system_json.h"
#include "cli/unlock.h"

static const struct grid_column columns[] = {
	{N_("MOUNT POINT"), GRID_TEXT}, {N_("FROM"), GRID_TEXT}, {N_("TYPE"), GRID_TEXT},
	{N_("MOUNT"), GRID_TEXT},	{N_("WHY"), GRID_WRAPS},
};

#define INDENT 2u

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
		_cleanup_free_ char *reason = describe_entry(entry), *origin = format_origin(entry);
		const char *cells[] = {entry->mountpoint, origin, entry->type,
				       describe_entry_action(entry->action), reason};

		(void)grid_add(grid, GRID_NO_PARENT, cells);
	}
	if (resolution->count > 0)
		putchar('\n');
	grid_print(grid, INDENT);
}

/* "  root        sda2" */
static void print_facts(const struct machine *machine, const struct system *system)
{
	_cleanup_facts_ struct facts facts = {0};

	describe_system(machine, system, &facts);
	for (size_t i = 0; i < facts.count; i++) {
		_cleanup_free_ char *label = printable_fit(facts.items[i].label, 12);

		printf("  %s%s\n", label, facts.items[i].value);
	}
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

static struct json_object *format_locked(const struct machine *machine)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];
		struct json_object *object;

		if (!unlock_is_locked(device))
			continue;
		object = json_object_new_object();
		json_add_text(object, "name", device->name);
		json_add_text(object, "type", device->content.type);
		json_add_text(object, "version", device->content.version);
		json_add_text(object, "label", device->content.label);
		json_add_text(object, "uuid", device->content.uuid);
		json_add_u64(object, "size", device->size);
		(void)json_object_array_add(list, object);
	}
	return list;
}

/* Containers that nobody has opened: what is in them is not shown above. */
static void print_locked(struct cli *cli, const struct machine *machine, bool is_first)
{
	_cleanup_text_list_ struct text_list names = {0};
	const struct resolve_options options = {0};

	unlock_list_all(machine, &names);
	if (names.count == 0)
		return;
	printf("%s%s\n", is_first ? "" : "\n", _("Locked:"));
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *text =
			unlock_describe(&cli->session, NULL, &options, names.items[i]);

		output_item(stdout, text, INDENT);
	}
	output_paragraph(stdout,
			 _("\"refloat systems --unlock\" asks for passphrases and shows what they "
			   "hold."),
			 INDENT);
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
	(void)json_object_object_add(object, "subvolumes", subvolumes_json_new(survey));
	(void)json_object_object_add(object, "locked", format_locked(machine));
	describe_unseen(survey, &unseen);
	json_add_list(object, "notes", &unseen);
	output_json(object);
}

static void print_text(struct cli *cli, const struct machine *machine, const struct survey *survey)
{
	_cleanup_text_list_ struct text_list unseen = {0};

	print_systems(machine, survey);
	describe_snapshots(survey, &unseen);
	print_locked(cli, machine, survey->system_count == 0);
	describe_unseen(survey, &unseen);
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

	if (unlock_for_listing(cli, answers, &why) < 0)
		return command_fail(&why);
	if (session_get_survey(&cli->session, &survey, &why) < 0 ||
	    session_get_machine(&cli->session, &machine, &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON))
		print_json(machine, survey);
	else
		print_text(cli, machine, survey);
	if (survey->system_count > 0)
		return EXIT_DONE;
	(void)problem_set(&why, -ENOENT, _("systems"), _("no installed system was found"));
	problem_set_next(&why, _("\"refloat disks\" shows what was looked at."));
	return command_fail(&why);
}

static const struct field fields[] = {
	FIELD_UNLOCK,
	FIELD_UNLOCK_FILE,
};

static const struct example examples[] = {
	{"systems", N_("what is installed on this machine's disks")},
	{"--image a.img --image b.img systems", N_("the same for two disk images of one server")},
	{"systems --unlock", N_("also what is in encrypted containers")},
	{"systems --json | jq -r '.systems[].id'", N_("the names that mount and chroot take")},
	{NULL, NULL},
};

const struct listing listing_systems = {
	.description =
		{
			.name = "systems",
			.help = N_("every installed system found, and on what"),
			.details =
				N_("Looks into every filesystem that could hold an installed "
				   "system, without "
				   "a byte being written, and shows for each system what it is, "
				   "where its "
				   "root is, and what \"refloat mount\" would do with each line "
				   "of its fstab "
				   "and why. Its id, host name, root device or root UUID name "
				   "it to the other "
				   "commands. Encrypted containers that are locked are listed; "
				   "--unlock asks for their passphrases. Needs root, except with "
				   "--sysroot."),
			.examples = examples,
			.fields = fields,
			.field_count = ARRAY_SIZE(fields),
		},
	.run = run_systems,
};
