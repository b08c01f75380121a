/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action check-fs: filesystems are checked, and repaired where that is asked for. */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/check_parts.h"
#include "action/filesystems.h"
#include "action/mount_plan.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/resolve.h"

/* --- which one is meant */

static int refuse_unknown(const char *name, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(name);

	(void)problem_set(why, -ENOENT, shown,
			  _("no such device, and no mount point of the system"));
	problem_set_next(why, _("\"refloat disks\" shows what is there."));
	return -ENOENT;
}

/* The device that fstab of the system has at mount point NAME. */
static int find_by_mountpoint(struct checking *checking, const char *name,
			      const struct device **ret_device, struct problem *why)
{
	const struct resolve_options options = {.accept_guesses = true, .allow_degraded = true};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	const struct system *system;
	int r = session_choose_system(checking->session, answers_get(checking->answers, "system"),
				      &system, why);

	if (r == 0)
		r = resolve_system(checking->session->machine, checking->session->survey, system,
				   &options, &resolution, why);
	for (size_t i = 0; r == 0 && i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];

		if (!entry->device || !text_is_equal(entry->mountpoint, name))
			continue;
		*ret_device = machine_find(checking->session->machine, entry->device);
		return *ret_device ? 0 : refuse_unknown(name, why);
	}
	return r < 0 ? r : refuse_unknown(name, why);
}

/* What is up is found at once; arrays, volumes and containers that are not by looking. */
static int find_device(struct checking *checking, const char *name,
		       const struct device **ret_device, struct problem *why)
{
	const struct survey *survey;
	int r;

	*ret_device = machine_find(checking->session->machine, name);
	/* what is on a dormant one only a look tells */
	if (*ret_device && (!(*ret_device)->is_dormant || (*ret_device)->content.usage))
		return 0;
	r = session_get_survey(checking->session, &survey, why);
	if (r < 0)
		return r;
	*ret_device = machine_find(checking->session->machine, name);
	if (*ret_device)
		return 0;
	if (*name != '/' || text_has_prefix(name, "/dev/"))
		return refuse_unknown(name, why);
	return find_by_mountpoint(checking, name, ret_device, why);
}

/* --- all that are wanted */

static int add_device(struct checking *checking, const struct device *device,
		      const char *mountpoint, struct problem *why)
{
	_cleanup_check_subject_ struct check_subject subject = {
		.device = device_get_filesystem(device),
		.mountpoint = mountpoint,
	};
	int r;

	if (text_list_contains(&checking->taken, subject.device->name))
		return 0;
	r = check_subject_choose(checking, &subject, why);
	if (r == 0)
		r = check_health(checking, &subject, why);
	if (r == 0)
		r = check_subject_add(checking, &subject, why);
	if (r == 0)
		text_list_add(&checking->taken, subject.device->name);
	return r;
}

static int add_named(struct checking *checking, const struct text_list *names, struct problem *why)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < names->count; i++) {
		const char *name = names->items[i];
		const struct device *device = NULL;
		bool is_place = *name == '/' && !text_has_prefix(name, "/dev/");

		r = find_device(checking, name, &device, why);
		if (r == 0)
			r = add_device(checking, device, is_place ? name : NULL, why);
	}
	return r;
}

/* Of several, one that cannot be checked does not stop the others. */
static void leave_out(struct checking *checking, const struct filesystem_row *row,
		      const char *reason)
{
	text_list_format(&checking->plan->notes, _("%s is left out: %s."),
			 row->mountpoint && *row->mountpoint == '/' ? row->mountpoint
			 : row->name				    ? row->name
								    : _("A filesystem"),
			 reason);
	checking->plan->is_partial = true;
}

static void add_row(struct checking *checking, const struct filesystem_row *row)
{
	_cleanup_problem_ struct problem own = {0};
	const struct device *device = row->name ? machine_find(checking->machine, row->name) : NULL;

	if (!device || row->why_not) {
		leave_out(checking, row, row->why_not ? row->why_not : _("its device is not here"));
		return;
	}
	if (add_device(checking, device, row->mountpoint, &own) == 0)
		return;
	leave_out(checking, row, own.why);
	if (own.next)
		plan_add_option(checking->plan, own.next);
}

/* All that fstab names, in the order of a boot. */
static int add_system(struct checking *checking, struct problem *why)
{
	_cleanup_filesystem_list_ struct filesystem_list list = {0};
	_cleanup_text_list_ struct text_list others = {0};
	_cleanup_free_ char *names = NULL;
	int r = filesystem_list_read(checking->session, answers_get(checking->answers, "system"),
				     false, &list, why);

	if (r < 0)
		return r;
	checking->machine = checking->session->machine;
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].mountpoint)
			add_row(checking, &list.items[i]);
		else
			text_list_add(&others, list.items[i].name);
	}
	names = text_list_join(&others, ", ");
	if (others.count)
		text_list_format(&checking->plan->notes,
				 _("Not in its fstab, and checked only where named: %s."), names);
	if (checking->taken.count)
		return 0;
	(void)problem_set(why, -ENOENT, _("filesystems"), "%s",
			  checking->plan->notes.count ? checking->plan->notes.items[0]
						      : _("there is none that could be checked"));
	problem_set_next(why, _("\"refloat filesystems\" lists them."));
	return -ENOENT;
}

/* --- the action */

static enum check_strength strength_of(const struct answers *answers)
{
	if (answers_has(answers, "repair-all"))
		return CHECK_REPAIR_ALL;
	return answers_has(answers, "repair") ? CHECK_REPAIR : CHECK_LOOK;
}

static const char *const summaries[] = {
	[CHECK_LOOK] = N_("Check %s"),
	[CHECK_REPAIR] = N_("Repair what is safe on %s"),
	[CHECK_REPAIR_ALL] = N_("Repair everything on %s"),
};

/* What is checked, for the summary; the caller frees. */
static char *name_all(const struct checking *checking, bool is_system)
{
	_cleanup_free_ char *joined = text_list_join(&checking->taken, ", ");
	_cleanup_free_ char *title = NULL;
	const struct system *system = NULL;

	if (!is_system ||
	    session_choose_system(checking->session, answers_get(checking->answers, "system"),
				  &system, NULL) < 0)
		return printable_text(joined);
	title = mount_system_title(system);
	return text_format(_("all filesystems of %s"), title);
}

static void summarize(struct checking *checking, bool is_system)
{
	_cleanup_free_ char *names = name_all(checking, is_system);

	checking->plan->summary = check_put_in(_(summaries[checking->strength]), names);
	/* who asks for a look has asked for all that it does */
	checking->plan->needs_no_question = checking->strength == CHECK_LOOK &&
					    !checking->mounts.planned.count &&
					    !checking->writes_below;
	if (checking->strength == CHECK_LOOK)
		return;
	if (answers_has(checking->answers, "zero-log"))
		text_list_add(
			&checking->plan->notes,
			_("\"--zero-log\": what is in a log that cannot be replayed is lost: files "
			  "that "
			  "were being written may be damaged, and files that were being made or "
			  "deleted may be missing or back."));
}

static void checking_done(struct checking *checking)
{
	(void)bring_up_free(checking->up);
	check_mounts_done(&checking->mounts);
	text_list_done(&checking->explained);
	text_list_done(&checking->taken);
	text_list_done(&checking->asked);
}

static int plan_check(struct session *session, const struct answers *answers,
		      struct plan **ret_plan, struct problem *why)
{
	_cleanup_plan_ struct plan *plan = plan_new("check-fs");
	_cleanup_(checking_done) struct checking checking = {
		.session = session,
		.answers = answers,
		.plan = plan,
		.strength = strength_of(answers),
	};
	const struct text_list *names = answers_list(answers, "filesystem");
	int r = session_get_machine(session, &checking.machine, why);

	if (r == 0)
		r = check_mounts_read(session, &checking.mounts, why);
	if (r < 0)
		return r;
	checking.policy = names->count == 1 ? STEP_REQUIRED : STEP_OPTIONAL;
	checking.up = bring_up_new(
		&(struct bring_up_options){
			.machine = checking.machine,
			.is_read_only = checking.strength == CHECK_LOOK,
			.writes_where_needed = true,
			.allow_degraded = answers_has(answers, "degraded"),
		},
		plan);
	r = names->count ? add_named(&checking, names, why) : add_system(&checking, why);
	if (r < 0)
		return r;
	summarize(&checking, !names->count);
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "filesystem",
	 .kind = FIELD_FILESYSTEMS,
	 .metavar = N_("FILESYSTEM"),
	 .label = N_("Filesystems"),
	 .help = N_("which ones: devices, or mount points in the system's fstab; without any, all "
		    "of the system, root first")},
	{.name = "repair",
	 .kind = FIELD_FLAG,
	 .label = N_("Repair what is safe"),
	 .help = N_("repair what can be repaired without a loss")},
	{.name = "repair-all",
	 .kind = FIELD_FLAG,
	 .label = N_("Repair everything"),
	 .help = N_("repair everything, even where that costs files")},
	{.name = "undo-file",
	 .kind = FIELD_TEXT,
	 .metavar = N_("FOLDER"),
	 .label = N_("Undo file in"),
	 .help = N_("ext2 to ext4: keep what a repair overwrites in a file in this folder, on "
		    "another disk, so that \"refloat undo\" can take it back")},
	{.name = "save-metadata",
	 .kind = FIELD_TEXT,
	 .metavar = N_("FOLDER"),
	 .label = N_("Metadata copy in"),
	 .help = N_("ext2 to ext4, xfs, btrfs: keep a copy of the metadata in this folder, on "
		    "another disk, before a repair")},
	{.name = "zero-log",
	 .kind = FIELD_FLAG,
	 .label = N_("Drop a log (xfs)"),
	 .help = N_(
		 "xfs, with \"--repair-all\": throw away a log that cannot be replayed; what was "
		 "changed last is lost")},
	{.name = "check-data",
	 .kind = FIELD_FLAG,
	 .label = N_("All data (btrfs)"),
	 .help = N_("btrfs: also read all data and compare it with its checksums; takes long")},
	{.name = "on-failing-disk",
	 .kind = FIELD_FLAG,
	 .label = N_("On a failing disk"),
	 .help = N_("repair although a disk under it says that it is failing")},
	{.name = "system",
	 .kind = FIELD_TEXT,
	 .metavar = N_("SYSTEM"),
	 .label = N_("System"),
	 .help = N_("which system, where there are several: its id, host name or root device")},
	FIELD_DEGRADED,
	FIELD_PASSPHRASE_FILE,
};

static const struct example examples[] = {
	{"check-fs", N_("look at all filesystems of the system, change nothing")},
	{"check-fs sda2 --repair", N_("repair what is safe on one")},
	{NULL, NULL},
};

const struct action action_check_fs = {
	.name = "check-fs",
	.label = N_("Check filesystems"),
	.help = N_("check filesystems, and repair them where asked to"),
	.details = N_(
		"Checks filesystems with their own programs, one after the other, as a job that "
		"outlives the terminal. Without --repair or --repair-all nothing is changed. What "
		"was wrong, what was repaired, what is left and what to do next is said in words. "
		"What refloat has mounted is unmounted for the check and mounted again after it; "
		"what others have mounted is left alone."),
	.examples = examples,
	.key = 'f',
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.is_job = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_check,
};
