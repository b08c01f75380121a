/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action mount: the whole tree of a system below the target folder, as its fstab says. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "action/actions.h"
#include "action/mount_parts.h"
#include "action/mount_plan.h"
#include "action/place.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/root.h"

static int refuse_target(const char *target, const char *reason, int error, struct problem *why)
{
	(void)problem_set(why, error, target, "%s", reason);
	problem_set_next(why, _("Name another folder with --target, or clear this one."));
	return error;
}

static int check_mounted(struct session *session, struct problem *why)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};
	_cleanup_free_ char *shown = NULL;
	int r = session_get_mounted(session, &mounted, why);

	if (r < 0 || !mounted.id || !text_is_equal(mounted.target, session->target))
		return r;
	shown = printable_text(mounted.summary);
	(void)problem_set(why, -EEXIST, session->target, _("%s is mounted there already"), shown);
	problem_set_next(why, _("Take it down with \"refloat umount\", or work in it with \"refloat "
				"chroot\"."));
	return -EEXIST;
}

/* The target must be a folder with nothing in it, or not there yet. */
static int check_target(struct session *session, bool *ret_is_missing, struct problem *why)
{
	const char *target = session->target;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	struct stat status;
	int r = check_mounted(session, why);

	*ret_is_missing = false;
	if (r < 0)
		return r;
	if (stat(target, &status) < 0) {
		if (errno != ENOENT)
			return problem_set_errno(why, -errno, target);
		*ret_is_missing = true;
		return 0;
	}
	if (!S_ISDIR(status.st_mode))
		return refuse_target(target, _("is not a folder"), -ENOTDIR, why);
	if (place_is_mounted(target))
		return refuse_target(target, _("something is mounted there already"), -EBUSY, why);
	if (root_open(target, &root, why) < 0 || root_list(root, "/", 2, &names) < 0)
		return refuse_target(target, _("cannot be read"), -EACCES, why);
	if (names.count)
		return refuse_target(target, _("the folder is not empty"), -ENOTEMPTY, why);
	return 0;
}


char *mount_system_title(const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);

	return *host ? text_format(_("%s of %s"), name, host) : TAKE_PTR(name);
}

/* Without its root there is nothing to mount the rest in. */
static int check_root(const struct mount_planning *planning, const struct resolution *resolution,
		      struct problem *why)
{
	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];

		if (!entry->is_required)
			continue;
		if (entry->action == RESOLVED_MOUNT)
			return 0;
		(void)problem_set(why, -ENOENT, planning->system->id, "%s", entry->reason);
		if (entry->is_degraded)
			problem_set_next(why, _("\"--degraded\" mounts it without; with "
						"\"--read-only\" as well, nothing is written to what is left."));
		return -ENOENT;
	}
	return problem_set(why, -ENOENT, planning->system->id,
			   _("its root filesystem is not here any more"));
}

static int add_entries(struct mount_planning *planning, const struct answers *answers,
		       struct problem *why)
{
	_cleanup_resolution_ struct resolution *resolution = NULL;
	const struct resolve_options options = {
		.is_read_only = planning->is_read_only,
		.accept_guesses = answers_has(answers, "accept-guesses"),
		.allow_degraded = answers_has(answers, "degraded"),
		.with = answers_list(answers, "with"),
		.skip = answers_list(answers, "skip"),
	};
	int r = resolve_system(planning->machine, planning->survey, planning->system, &options,
			       &resolution, why);

	if (r < 0)
		return r;
	r = check_root(planning, resolution, why);
	for (size_t i = 0; r == 0 && i < resolution->count; i++)
		r = mount_add_entry(planning, &resolution->entries[i], why);
	for (size_t i = 0; i < resolution->notes.count; i++) {
		_cleanup_free_ char *note = printable_sentence(resolution->notes.items[i]);

		text_list_format(&planning->plan->notes, "%s.", note);
	}
	return r;
}

int mount_plan_add(struct session *session, const struct answers *answers, struct plan *plan,
		   struct problem *why)
{
	struct mount_planning planning = {
		.session = session,
		.plan = plan,
		.is_read_only = answers_only_read(answers),
		.is_salvage = answers_has(answers, "salvage"),
	};
	_cleanup_free_ char *title = NULL;
	bool is_missing = false;
	int r = session_choose_system(session, answers_get(answers, "system"), &planning.system, why);

	if (r == 0 && !session->scan.sysroot)
		r = check_target(session, &is_missing, why);
	if (r < 0)
		return r;
	planning.machine = session->machine;
	planning.survey = session->survey;
	planning.is_read_only = planning.is_read_only || planning.system->is_hibernated;
	title = mount_system_title(planning.system);
	planning.title = title;
	free(plan->summary);
	plan->summary = text_format(planning.is_read_only ? _("Mount %s at %s read-only")
							  : _("Mount %s at %s"),
				    title, session->target);
	if (planning.system->kind != SYSTEM_LINUX)
		text_list_add(&plan->notes, _("This is no Linux system: only its root is mounted."));
	if (planning.system->is_hibernated)
		text_list_add(&plan->notes,
			      _("Windows is hibernated and goes on with the files as it remembers "
				"them: it is mounted read-only. To write to it, start it and shut it "
				"down with \"shutdown /s /f /t 0\" first."));
	if (planning.is_salvage)
		text_list_add(&plan->notes,
			      _("Nothing is written, and checksums of files are not held against "
				"them: what is copied from there may be damaged, or older than it "
				"was."));
	if (is_missing)
		mount_add_folder(&planning, "/", session->target, STEP_REQUIRED);
	planning.up = bring_up_new(&(struct bring_up_options){
					   .machine = planning.machine,
					   .system = planning.system,
					   .is_read_only = planning.is_read_only,
					   .allow_degraded = answers_has(answers, "degraded"),
				   },
				   plan);
	r = add_entries(&planning, answers, why);
	(void)bring_up_free(planning.up);
	text_list_done(&planning.noted);
	return r;
}

static int plan_mount(struct session *session, const struct answers *answers,
		      struct plan **ret_plan, struct problem *why)
{
	_cleanup_plan_ struct plan *plan = plan_new("mount");
	int r = mount_plan_add(session, answers, plan, why);

	if (r < 0)
		return r;
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "system", .kind = FIELD_SYSTEM, .metavar = N_("SYSTEM"),
	 .help = N_("which system, where there are several: its id, host name or root device")},
	FIELD_READ_ONLY,
	{.name = "salvage", .kind = FIELD_FLAG, .label = N_("Salvage"),
	 .help = N_("read-only, and with the options that read the most from a damaged filesystem")},
	FIELD_SKIP,
	FIELD_WITH,
	FIELD_ACCEPT_GUESSES,
	FIELD_DEGRADED,
	FIELD_PASSPHRASE_FILE,
};

static const struct example examples[] = {
	{"mount --plan", N_("only show what would be done")},
	{"mount --read-only", N_("look at everything, change nothing")},
	{"mount --salvage", N_("get at the files of a damaged filesystem before it is repaired")},
	{"mount --skip /srv --yes", N_("all but /srv, without a question")},
	{NULL, NULL},
};

const struct action action_mount = {
	.name = "mount",
	.label = N_("Mount the system"),
	.help = N_("mount an installed system as its own fstab says"),
	.details = N_("Finds the installed system and mounts its whole tree below the target folder "
		      "(/mnt), in the right order, each entry of its fstab on the device that it "
		      "really means. What cannot be mounted does not stop the rest and is shown with "
		      "the reason. A device found by guessing is mounted only if you agree. "
		      "\"refloat umount\" takes everything down again."),
	.examples = examples,
	.key = 'm',
	.needs = NEEDS_ROOT | NEEDS_SYSTEM | NEEDS_CHANGES,
	.asks = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_mount,
};
