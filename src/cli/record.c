/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat record: this machine as a folder, for somebody else to look at. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/record_roots.h"
#include "storage/record.h"

#define FIELD_DIR "dir"
#define FIELD_FSTAB "fstab"

/* Which disks the record says nothing of, and what could have been done about it. */
static void list_missing(const struct machine *machine, struct text_list *missing)
{
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];
		_cleanup_free_ char *name = printable_text(device->name);

		if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
			text_list_format(
				missing, _("%s is recorded without what is on it: %s"), name,
				device->reason ? device->reason : device_state_name(device->state));
	}
}

/* Fills the places of each system, so that its mount points are recorded too. */
static void look_at_places(struct session *session, const struct survey *survey)
{
	for (size_t i = 0; i < survey->system_count; i++) {
		const struct system *system;
		_cleanup_problem_ struct problem why = {0};

		/* what cannot be seen is left out: the record is none the worse */
		(void)session_choose_system(session, survey->systems[i]->id, &system, &why);
	}
}

static void print_result(const struct cli *cli, const char *folder, const struct text_list *missing)
{
	struct json_object *object;
	_cleanup_free_ char *shown = NULL;

	if (cli_has(cli, COMMON_JSON)) {
		object = json_object_new_object();
		json_add_text(object, "folder", folder);
		json_add_list(object, "missing", missing);
		output_json(object);
		return;
	}
	shown = printable_text(folder);
	printf(_("This machine is recorded in %s.\n"), shown);
	for (size_t i = 0; i < missing->count; i++)
		output_item(stdout, missing->items[i], 2);
	printf(_("Look at it with: refloat --sysroot %s disks\n"), shown);
}

static int run_record(struct cli *cli, const struct answers *answers)
{
	const char *folder = answers_get(answers, FIELD_DIR);
	_cleanup_text_list_ struct text_list missing = {0};
	_cleanup_problem_ struct problem why = {0};
	const struct machine *machine;
	const struct survey *survey;

	if (session_get_machine(&cli->session, &machine, &why) < 0 ||
	    record_machine(machine, folder, &why) < 0)
		return command_fail(&why);
	list_missing(machine, &missing);
	if (answers_has(answers, FIELD_FSTAB)) {
		if (session_get_survey(&cli->session, &survey, &why) < 0) {
			_cleanup_free_ char *text = problem_text(&why);

			text_list_format(&missing, _("no fstab is recorded: %s"), text);
		} else {
			look_at_places(&cli->session, survey);
			if (record_roots(survey, folder, &why) < 0)
				return command_fail(&why);
		}
	}
	print_result(cli, folder, &missing);
	return missing.count > 0 ? EXIT_PARTIAL : EXIT_DONE;
}

static const struct field fields[] = {
	{.name = FIELD_DIR,
	 .kind = FIELD_FOLDER,
	 .metavar = N_("DIR"),
	 .is_required = true,
	 .help = N_("the folder to make; it must not exist or be empty")},
	{.name = FIELD_FSTAB,
	 .kind = FIELD_FLAG,
	 .help = N_("also record the fstab, crypttab names, host name and kernel versions of each "
		    "installed system, without passwords")},
};

static const struct example examples[] = {
	{"record /tmp/web01 --fstab",
	 N_("record this machine and how its systems mount its disks")},
	{"--sysroot /tmp/web01 mount --plan", N_("elsewhere: see what would be done there")},
	{NULL, NULL},
};

const struct listing listing_record = {
	.description =
		{
			.name = "record",
			.help = N_("record this machine in a folder, to be looked at elsewhere"),
			.details = N_(
				"Writes what a scan reads of this machine (sysfs, device links, "
				"what the "
				"probes found) to a folder, without contents of files and without "
				"secrets. Anybody can look at it with --sysroot, without root, and "
				"plan "
				"with it. Serial numbers, labels and UUIDs are in it.\n"
				"Without root, what can be read is recorded, and what is missing "
				"is said."),
			.examples = examples,
			.fields = fields,
			.field_count = ARRAY_SIZE(fields),
		},
	.run = run_record,
};
