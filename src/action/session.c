/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a front end has open, found out when it is first asked for. */
#include "action/session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "action/unlock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/look_turn.h"
#include "storage/mount.h"
#include "system/looking.h"

void session_init(struct session *session)
{
	*session = (struct session){.journal_folder = JOURNAL_FOLDER};
	session->target = text_copy(SESSION_TARGET);
}

void session_forget(struct session *session)
{
	session->survey = survey_free(session->survey);
	session->machine = machine_free(session->machine);
	scan_detach(&session->attached);
}

void session_done(struct session *session)
{
	session_forget(session);
	(void)journal_free(session->journal);
	text_list_done(&session->scan.images);
	free(session->target);
	*session = (struct session){0};
}

int session_get_machine(struct session *session, const struct machine **ret, struct problem *why)
{
	if (!session->machine) {
		int r = scan_machine(&session->scan, session->on_progress, session->progress_data,
				     &session->attached, &session->machine, why);

		if (r < 0)
			return r;
	}
	*ret = session->machine;
	return 0;
}

int session_get_survey(struct session *session, const struct survey **ret, struct problem *why)
{
	/* what it finds was not changed between the two looks */
	_cleanup_close_ int turn = session->machine || session->scan.sysroot || geteuid() != 0
					   ? -1
					   : look_turn_for_look(NULL, 0);
	const struct machine *machine;
	int r = session_get_machine(session, &machine, why);

	if (r == 0 && !session->survey) {
		const struct looking_options options = {
			.has_turn = turn >= 0,
			.deadline_ms = session->scan.deadline_ms,
			.on_progress = session->on_progress,
			.data = session->progress_data,
		};

		r = looking_wait(session->machine, &options, &session->survey, why);
	}
	if (r < 0)
		return r;
	*ret = session->survey;
	return 0;
}

int session_get_journal(struct session *session, struct journal **ret, struct problem *why)
{
	if (!session->journal) {
		int r = journal_open_read_only(session->journal_folder, &session->journal, why);

		if (r < 0)
			return r;
	}
	*ret = session->journal;
	return 0;
}

static int refuse_without_system(const struct session *session, struct problem *why)
{
	_cleanup_text_list_ struct text_list doubts = {0}, locked = {0};
	_cleanup_free_ char *joined = NULL, *names = NULL;

	unlock_list_all(session->machine, &locked);
	for (size_t i = 0; i < session->machine->count; i++) {
		const struct device *device = session->machine->devices[i];

		if (text_list_contains(&locked, device->name))
			continue;
		if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
			text_list_format(&doubts, "%s %s", device->name, device->reason);
		else if (device->is_dormant && device->obstacle)
			text_list_format(&doubts, "%s (%s)", device->name, device->obstacle);
		else if (!device->is_rescue && !device->child_count && device_is_member(device))
			text_list_format(&doubts, "%s (%s)", device->name, device->content.type);
	}
	for (size_t i = 0; i < session->survey->volume_count; i++) {
		if (session->survey->volumes[i].problem)
			text_list_format(&doubts, "%s: %s", session->survey->volumes[i].device,
					 session->survey->volumes[i].problem);
	}
	problem_set(why, -ENOENT, _("systems"), _("no installed system was found"));
	joined = text_list_join(&doubts, "; ");
	names = text_list_join(&locked, ", ");
	if (locked.count)
		problem_set_next(why, _("It may be in what is locked: %s. \"--passphrase-file\" opens it; "
					"on a terminal the passphrase is asked for."), names);
	else if (doubts.count)
		problem_set_next(why, _("It may be on what could not be looked into: %s"), joined);
	else
		problem_set_next(why, _("\"refloat disks\" shows what is there."));
	return -ENOENT;
}

/* Asks to name one of several; names them. */
static int refuse_choice(const struct survey *survey, const char *text, struct problem *why)
{
	_cleanup_text_list_ struct text_list ids = {0};
	_cleanup_free_ char *joined = NULL, *shown = printable_text(text);
	bool is_unknown = text != NULL;

	for (size_t i = 0; i < survey->system_count; i++) {
		const struct system *system = survey->systems[i];
		_cleanup_free_ char *id = printable_text(system->id);
		_cleanup_free_ char *name = printable_text(system->name);
		_cleanup_free_ char *host = printable_text(system->hostname);

		is_unknown = is_unknown && !text_is_equal(system->hostname, text);
		text_list_format(&ids, "%s (%s%s%s)", id, name, *host ? ", " : "", host);
	}
	joined = text_list_join(&ids, ", ");
	if (is_unknown)
		problem_set(why, -ENOENT, shown, _("no such system"));
	else
		problem_set(why, -ENOTUNIQ, text ? shown : _("systems"),
			    _("there are several systems"));
	problem_set_next(why, _("Name one of: %s"), joined);
	return is_unknown ? -ENOENT : -ENOTUNIQ;
}

/* The only Linux system besides snapshots, or the only one at all. */
static const struct system *find_only(const struct survey *survey, const struct machine *machine)
{
	const struct system *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < survey->system_count; i++) {
		if (survey->systems[i]->kind == SYSTEM_LINUX &&
		    !system_is_snapshot(survey->systems[i], machine)) {
			found = survey->systems[i];
			count++;
		}
	}
	if (!count && survey->system_count == 1)
		return survey->systems[0];
	return count == 1 ? found : NULL;
}

int session_find_system(struct session *session, const char *text, const struct system **ret_system,
			struct problem *why)
{
	const struct survey *survey;
	const struct system *system;
	int r = session_get_survey(session, &survey, why);

	if (r < 0)
		return r;
	if (!survey->system_count)
		return refuse_without_system(session, why);
	system = text ? survey_find(survey, session->machine, text, NULL)
		      : find_only(survey, session->machine);
	if (!system)
		return refuse_choice(survey, text, why);
	*ret_system = system;
	return 0;
}

int session_choose_system(struct session *session, const char *text,
			  const struct system **ret_system, struct problem *why)
{
	const struct system *system;
	int r = session_find_system(session, text, &system, why);

	if (r < 0)
		return r;
	/* the survey is the session's own: its places are filled when they are first needed */
	r = survey_places(session->machine, session->survey, (struct system *)system,
			  session->scan.deadline_ms, why);
	if (r < 0)
		return r;
	*ret_system = system;
	return 0;
}

/* The step that has mounted a root and is not undone; also one that could not be. */
static const struct step *find_root_step(const struct operation *operation)
{
	for (size_t i = 0; i < operation->count; i++) {
		const struct journal_step *step = &operation->steps[i];

		if (journal_step_is_undoable(step) && step_get(step->step, "system"))
			return step->step;
	}
	return NULL;
}

/* Whether something is mounted at TARGET now, and so that nobody can write to it. */
static bool is_mounted_now(const char *target, bool *ret_is_read_only)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	const struct mount_entry *entry;

	if (mount_table_read(NULL, &table, NULL) < 0)
		return false;
	entry = mount_table_find(&table, target);
	if (!entry)
		return false;
	*ret_is_read_only = entry->is_read_only;
	return true;
}

int session_get_mounted(struct session *session, struct mounted_system *ret, struct problem *why)
{
	_cleanup_free_ const struct operation **list = NULL;
	struct journal *journal;
	size_t count;
	int r = session_get_journal(session, &journal, why);

	if (r < 0)
		return r;
	*ret = (struct mounted_system){0};
	count = journal_list_undoable(journal, &list);
	for (size_t i = 0; i < count; i++) {
		const struct step *step = find_root_step(list[i]);
		bool is_read_only = false;

		if (!step || !is_mounted_now(step_get(step, "root"), &is_read_only))
			continue;
		ret->id = text_copy(step_get(step, "system"));
		ret->summary = text_copy(step_get(step, "system-name"));
		ret->target = text_copy(step_get(step, "root"));
		/* the kernel may have made it so since */
		ret->is_read_only = is_read_only || step_get(step, "read-only");
		ret->operation = list[i]->number;
		return 0;
	}
	return 0;
}

void mounted_system_done(struct mounted_system *mounted)
{
	free(mounted->id);
	free(mounted->summary);
	free(mounted->target);
	*mounted = (struct mounted_system){0};
}
