/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How things stand, beside each line of the first screen. */
#include "tui/screens/home_states.h"

#include <unistd.h>

#include "action/unlock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "system/resolve.h"
#include "tui/screens/filesystems.h"

/* Sets the state of line ID and, where the line cannot be used, why. */
typedef void (*describe_fn)(struct app *app, struct menu *menu, const char *id);

static void set_state(struct menu *menu, const char *id, enum role role, const char *text)
{
	menu_set_state(menu, id, role, text);
	menu_set_why_not(menu, id, NULL);
}

/* Whether the rescue system itself runs from DISK. */
static bool is_rescue(const struct device *disk)
{
	for (size_t i = 0; i < disk->child_count; i++) {
		if (disk->children[i]->is_rescue)
			return true;
	}
	return disk->is_rescue;
}

/* "sda 40G", "sdb 40G (not answering)": the words of one disk. */
static char *format_disk(const struct device *disk)
{
	_cleanup_free_ char *name = printable_text(disk->name);
	_cleanup_free_ char *size = disk->size ? size_format(disk->size) : text_copy("");
	const char *doubt = "";

	if (disk->state == DEVICE_SILENT)
		doubt = _(" (not answering)");
	else if (disk->state == DEVICE_ERROR)
		doubt = _(" (cannot be read)");
	if (is_rescue(disk))
		doubt = _(" (this rescue system)");
	return text_format("%s%s%s%s", name, *size ? " " : "", size, doubt);
}

static bool is_whole_disk(const struct device *device)
{
	return device->kind == DEVICE_DISK || device->kind == DEVICE_IMAGE ||
	       device->kind == DEVICE_MULTIPATH;
}

static bool is_doubtful(const struct device *disk)
{
	return (disk->state == DEVICE_SILENT || disk->state == DEVICE_ERROR) && !is_rescue(disk);
}

/* Adds the disks that are in doubt, or all others; returns how many. */
static size_t add_disks(const struct machine *machine, bool in_doubt, struct text_list *disks)
{
	size_t before = disks->count;

	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (is_whole_disk(device) && is_doubtful(device) == in_doubt)
			text_list_take(disks, format_disk(device));
	}
	return disks->count - before;
}

/* What there is that is no disk and lies on none. */
static size_t count_others(const struct machine *machine)
{
	size_t count = 0;

	for (size_t i = 0; i < machine->count; i++)
		count += !is_whole_disk(machine->devices[i]) && !machine->devices[i]->parent_count;
	return count;
}

static void describe_no_disk(struct menu *menu, const char *id, size_t others)
{
	_cleanup_free_ char *text = NULL;

	if (!others) {
		set_state(menu, id, ROLE_WARNING, _("none found"));
		return;
	}
	text = text_format(P_("no disk, %zu other device", "no disk, %zu other devices", others),
			   others);
	set_state(menu, id, ROLE_NORMAL, text);
}

static void describe_disks(struct app *app, struct menu *menu, const char *id)
{
	const struct machine *machine = app_session(app)->machine;
	_cleanup_text_list_ struct text_list disks = {0};
	_cleanup_free_ char *joined = NULL;
	bool is_doubt;

	if (!machine) {
		set_state(menu, id, ROLE_DIM, _("asking the disks..."));
		return;
	}
	is_doubt = add_disks(machine, true, &disks) > 0; /* first: there may be no room for all */
	(void)add_disks(machine, false, &disks);
	joined = text_list_join(&disks, "  ");
	if (disks.count)
		set_state(menu, id, is_doubt ? ROLE_WARNING : ROLE_NORMAL, joined);
	else
		describe_no_disk(menu, id, count_others(machine));
}

char *home_states_format_system(const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);
	_cleanup_free_ char *root = printable_text(system->id);

	return *host ? text_format(_("%s: %s on %s"), host, name, root)
		     : text_format(_("%s on %s"), name, root);
}

/* What is still waited for, as a state. */
static void describe_pending(struct app *app, struct menu *menu, const char *id)
{
	_cleanup_text_list_ struct text_list pending = {0};
	_cleanup_free_ char *joined = NULL, *shown = NULL, *text = NULL;

	knowledge_list_pending(app_get_knowledge(app), &pending);
	joined = text_list_join(&pending, " ");
	shown = printable_text(joined);
	text = text_format(pending.count ? _("waiting for %s") : _("looking..."), shown);
	set_state(menu, id, ROLE_DIM, text);
}

/* How many devices could hold a system that was not seen. */
static size_t count_unseen(const struct session *session)
{
	size_t count = 0;

	for (size_t i = 0; session->machine && i < session->machine->count; i++) {
		const struct device *device = session->machine->devices[i];

		count += !device->is_rescue &&
			 (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR ||
			  (!device->child_count && device_is_member(device)));
	}
	for (size_t i = 0; i < session->survey->volume_count; i++)
		count += session->survey->volumes[i].problem != NULL;
	return count;
}

#define NEEDS_ROOT_TEXT _("needs root: start refloat with sudo or su")

static bool must_be_root(const struct session *session)
{
	return geteuid() != 0 && !session->scan.sysroot;
}

/* Why there is no system, once it has been looked for. */
static char *why_none(const struct app *app)
{
	const struct session *session = app_session(app);
	size_t unseen = count_unseen(session);

	if (must_be_root(session))
		return text_copy(NEEDS_ROOT_TEXT);
	if (unseen)
		return text_format(P_("none found; %zu device was not looked into",
				      "none found; %zu devices were not looked into", unseen),
				   unseen);
	return text_copy(_("none found"));
}

/* Locked containers: "sda2 40G". */
static void list_locked(const struct machine *machine, struct text_list *locked)
{
	for (size_t i = 0; machine && i < machine->count; i++) {
		const struct device *device = machine->devices[i];
		_cleanup_free_ char *name = NULL, *size = NULL;

		if (!unlock_is_locked(device))
			continue;
		name = printable_text(device->name);
		size = size_format(device->size);
		text_list_format(locked, "%s %s", name, size);
	}
}

static bool has_container(const struct machine *machine)
{
	for (size_t i = 0; machine && i < machine->count; i++) {
		if (text_is_equal(machine->devices[i]->content.type, "crypto_LUKS") &&
		    !machine->devices[i]->is_rescue)
			return true;
	}
	return false;
}

static void describe_unlock(struct app *app, struct menu *menu, const char *id)
{
	const struct machine *machine = app_session(app)->machine;
	_cleanup_text_list_ struct text_list locked = {0};
	_cleanup_free_ char *joined = NULL, *text = NULL;

	list_locked(machine, &locked);
	if (!machine) {
		set_state(menu, id, ROLE_DIM, "");
	} else if (!locked.count) {
		set_state(menu, id, ROLE_NORMAL,
			  has_container(machine) ? _("none is locked") : _("there are none"));
	} else {
		joined = text_list_join(&locked, "  ");
		text = text_format(_("locked: %s"), joined);
		set_state(menu, id, ROLE_WARNING, text);
	}
}

static void refuse_without_system(struct app *app, struct menu *menu, const char *id)
{
	_cleanup_text_list_ struct text_list locked = {0};

	list_locked(app_session(app)->machine, &locked);
	if (locked.count && !must_be_root(app_session(app))) {
		set_state(menu, id, ROLE_WARNING, _("what is locked must be unlocked first"));
		menu_set_why_not(menu, id, _("what is locked must be unlocked first (o)"));
		return;
	}
	menu_set_why_not(menu, id,
			 must_be_root(app_session(app)) ? NEEDS_ROOT_TEXT
							: _("no installed system was found"));
}

static void describe_systems(struct app *app, struct menu *menu, const char *id)
{
	const struct survey *survey = app_session(app)->survey;
	_cleanup_text_list_ struct text_list systems = {0};
	_cleanup_free_ char *joined = NULL, *none = NULL;

	if (!survey) {
		describe_pending(app, menu, id);
		return;
	}
	for (size_t i = 0; i < survey->system_count; i++)
		text_list_take(&systems, home_states_format_system(survey->systems[i]));
	joined = text_list_join(&systems, "; ");
	none = systems.count ? NULL : why_none(app);
	set_state(menu, id, none ? ROLE_WARNING : ROLE_NORMAL, none ? none : joined);
}

static char *format_counts(const struct resolution *resolution)
{
	_cleanup_text_list_ struct text_list parts = {0};
	size_t counts[RESOLVED_UNCONFIRMED + 1] = {0};

	for (size_t i = 0; i < resolution->count; i++)
		counts[resolution->entries[i].action]++;
	text_list_format(&parts,
			 P_("not mounted; %zu filesystem", "not mounted; %zu filesystems",
			    counts[RESOLVED_MOUNT]),
			 counts[RESOLVED_MOUNT]);
	if (counts[RESOLVED_UNCONFIRMED])
		text_list_format(
			&parts,
			P_("%zu is a guess", "%zu are guesses", counts[RESOLVED_UNCONFIRMED]),
			counts[RESOLVED_UNCONFIRMED]);
	if (counts[RESOLVED_MISSING])
		text_list_format(&parts, P_("%zu missing", "%zu missing", counts[RESOLVED_MISSING]),
				 counts[RESOLVED_MISSING]);
	if (counts[RESOLVED_AMBIGUOUS])
		text_list_format(&parts, _("%zu ambiguous"), counts[RESOLVED_AMBIGUOUS]);
	return text_list_join(&parts, ", ");
}

/* What mounting the only system would come to. */
static void describe_one(struct app *app, struct menu *menu, const char *id,
			 const struct system *system)
{
	const struct session *session = app_session(app);
	const struct resolve_options options = {0};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;

	if (resolve_system(session->machine, session->survey, system, &options, &resolution, &why) <
	    0) {
		text = problem_text(&why);
		set_state(menu, id, ROLE_WARNING, text);
		return;
	}
	text = format_counts(resolution);
	set_state(menu, id, ROLE_NORMAL, text);
}

static char *format_mounted(const struct mounted_system *mounted)
{
	_cleanup_free_ char *target = printable_text(mounted->target);

	return text_format(mounted->is_read_only ? _("mounted under %s, read-only")
						 : _("mounted under %s"),
			   target);
}

static void describe_mount(struct app *app, struct menu *menu, const char *id)
{
	const struct mounted_system *mounted = &app_get_knowledge(app)->mounted;
	const struct survey *survey = app_session(app)->survey;

	if (mounted->id) {
		_cleanup_free_ char *text = format_mounted(mounted);

		set_state(menu, id, ROLE_OK, text);
	} else if (!survey) {
		set_state(menu, id, ROLE_DIM, _("not mounted"));
	} else if (!survey->system_count) {
		refuse_without_system(app, menu, id);
	} else if (survey->system_count == 1) {
		describe_one(app, menu, id, survey->systems[0]);
	} else {
		_cleanup_free_ char *text = text_format(
			_("not mounted; %zu systems to choose from"), survey->system_count);

		set_state(menu, id, ROLE_NORMAL, text);
	}
}

static void describe_chroot(struct app *app, struct menu *menu, const char *id)
{
	const struct survey *survey = app_session(app)->survey;

	if (survey && !survey->system_count && !app_get_knowledge(app)->mounted.id)
		refuse_without_system(app, menu, id);
	else if (app_session(app)->scan.sysroot)
		menu_set_why_not(menu, id, _("a recorded machine can only be looked at"));
	else
		set_state(menu, id, ROLE_NORMAL,
			  app_get_knowledge(app)->mounted.id ? "" : _("mounts it first"));
}

static void describe_accounts(struct app *app, struct menu *menu, const char *id)
{
	const struct survey *survey = app_session(app)->survey;

	if (survey && !survey->system_count && !app_get_knowledge(app)->mounted.id)
		refuse_without_system(app, menu, id);
	else
		set_state(menu, id, ROLE_NORMAL, _("who can log in and who cannot; passwords, keys"));
}

static bool is_odd(const struct operation *operation)
{
	return operation->state == OPERATION_CUT_OFF || operation->state == OPERATION_FAILED;
}

static void describe_undo_line(struct app *app, struct menu *menu, const char *id)
{
	struct journal *journal = knowledge_journal(app_knowledge(app));
	_cleanup_free_ const struct operation **list = NULL;
	size_t count = journal ? journal_list_undoable(journal, &list) : 0;
	_cleanup_free_ char *text = NULL;
	const char *last;

	if (!count) {
		set_state(menu, id, ROLE_NORMAL, _("nothing to undo"));
		return;
	}
	last = list[0]->summary ? list[0]->summary : list[0]->action;
	if (list[0]->state == OPERATION_CUT_OFF)
		text = text_format(_("CUT OFF: %s"), last);
	else if (list[0]->state == OPERATION_FAILED)
		text = text_format(_("FAILED: %s"), last);
	else
		text = text_format(
			P_("%zu operation, the last: %s", "%zu operations, the last: %s", count),
			count, last);
	set_state(menu, id, is_odd(list[0]) ? ROLE_WARNING : ROLE_NORMAL, text);
}

static void describe_log(struct app *app, struct menu *menu, const char *id)
{
	struct journal *journal = knowledge_journal(app_knowledge(app));
	_cleanup_free_ char *text = NULL;
	size_t count = 0;

	if (journal)
		(void)journal_operations(journal, &count); /* only how many */
	text = count ? text_format(
			       P_("%zu operation since boot", "%zu operations since boot", count),
			       count)
		     : text_copy(_("nothing was done yet"));
	set_state(menu, id, ROLE_NORMAL, text);
}

/* "/ errors noted (3), last checked 2026-03-02" */
static char *format_odd(const struct filesystem_row *row)
{
	_cleanup_free_ char *checked =
		row->state && row->state->checked > 0 && row->state->checked != row->state->made
			? time_format(row->state->checked)
			: NULL;
	const char *place = filesystems_place(row);

	return checked ? text_format(_("%s %s, last checked %.10s"), place, row->condition, checked)
		       : text_format("%s %s", place, row->condition);
}

/* Those that are not as they should be, the root first; "all clean". */
static void describe_rows(struct menu *menu, const char *id, const struct filesystem_list *rows)
{
	_cleanup_text_list_ struct text_list odd = {0};
	_cleanup_free_ char *joined = NULL;
	size_t clean = 0, in_use = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct filesystem_row *row = &rows->items[i];

		clean += row->state && row->state->condition == CONDITION_CLEAN;
		in_use += row->mounted_at != NULL;
		if (row->name &&
		    filesystems_is_odd(row)) /* what is missing stands beside the mount */
			text_list_take(&odd, format_odd(row));
	}
	joined = text_list_join(&odd, "; ");
	if (odd.count)
		set_state(menu, id, ROLE_WARNING, joined);
	else if (in_use)
		set_state(menu, id, ROLE_NORMAL, _("mounted; nothing is noted"));
	else
		set_state(menu, id, ROLE_NORMAL, clean ? _("all clean") : "");
}

static void describe_filesystems(struct app *app, struct menu *menu, const char *id)
{
	_cleanup_filesystem_list_ struct filesystem_list rows = {0};
	_cleanup_problem_ struct problem why = {0};
	const struct survey *survey = app_session(app)->survey;
	const char *system = app_get_knowledge(app)->mounted.id;

	if (!survey) {
		set_state(menu, id, ROLE_DIM, "");
		return;
	}
	if (!system && survey->system_count > 1)
		system = survey->systems[0]->id;
	if (filesystems_read(app, system, &rows, &why) < 0)
		set_state(menu, id, ROLE_DIM, why.why);
	else
		describe_rows(menu, id, &rows);
}

/* By the name of the line or of the action; the others have nothing to say. */
static const struct {
	const char *id;
	describe_fn describe;
} states[] = {
	{"disks", describe_disks},	    {"systems", describe_systems},
	{"unlock", describe_unlock},	    {"mount", describe_mount},
	{"check-fs", describe_filesystems}, {"chroot", describe_chroot},
	{"umount", describe_undo_line},	    {"log", describe_log},
	{"accounts", describe_accounts},
};

void home_states_set(struct app *app, struct menu *menu)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		states[i].describe(app, menu, states[i].id);
}
