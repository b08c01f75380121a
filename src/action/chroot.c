/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action chroot: a shell or a command in the installed system, which is mounted first. */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/mount_plan.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"

/* What the mount steps of PLAN say of the system, for the shell that comes after them. */
static const char *find_root_argument(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (step_get(plan->steps[i], "system"))
			return step_get(plan->steps[i], name);
	}
	return NULL;
}

static void set_command(struct step *step, const struct text_list *command)
{
	_cleanup_json_ struct json_object *array = json_object_new_array();
	_cleanup_free_ char *text = NULL;

	if (!command->count)
		return;
	for (size_t i = 0; i < command->count; i++)
		json_object_array_add(array, json_object_new_string(command->items[i]));
	text = json_format_line(array);
	step_set(step, "command", text);
}

static void add_step(struct plan *plan, const struct answers *answers, const char *target,
		     const char *hostname)
{
	const struct text_list *command = answers_list(answers, "command");
	_cleanup_free_ char *words = shell_command(command);
	_cleanup_free_ char *shown = printable_text(words);
	struct step *step;

	step = command->count ? step_new("chroot", RISK_WRITES, STEP_REQUIRED,
					 _("Run in the system: %s"), shown)
			      : step_new("chroot", RISK_WRITES, STEP_REQUIRED,
					 _("Open a shell in the system"));
	step_set(step, "root", target);
	step_set(step, "hostname", hostname);
	step_set(step, "resolv", answers_has(answers, "keep-resolv-conf") ? "keep" : NULL);
	set_command(step, command);
	plan_add(plan, step);
}

/* Host name of the system mounted by OPERATION; borrowed from the journal. */
static const char *mounted_hostname(const struct journal *journal, unsigned operation)
{
	size_t count = 0;
	const struct operation *operations = journal_operations(journal, &count);

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; operations[i].number == operation && j < operations[i].count; j++) {
			const struct step *step = operations[i].steps[j].step;

			if (step_get(step, "system"))
				return step_get(step, "hostname");
		}
	}
	return NULL;
}

static int refuse_other_system(const struct mounted_system *mounted, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mounted->summary);

	problem_set(why, -EBUSY, mounted->target, _("another system is mounted there: %s"), shown);
	problem_set_next(why, _("Take it down with \"refloat umount\" first."));
	return -EBUSY;
}

/* Options of the mount that was made before cannot be changed any more. */
static void note_mount_options(struct plan *plan, const struct answers *answers)
{
	static const char *const names[] = {"read-only", "skip", "with", "accept-guesses",
					    "degraded"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (answers_has(answers, names[i]))
			text_list_format(&plan->notes,
					 _("--%s changes nothing: the system is mounted already."),
					 names[i]);
	}
}

/* Whether there is something that OPERATION puts back as it was when it ends. */
static bool has_temporary(const struct operation *operation)
{
	for (size_t i = 0; i < operation->count; i++) {
		if (operation->steps[i].step->is_temporary &&
		    journal_step_is_undoable(&operation->steps[i]))
			return true;
	}
	return false;
}

/* What a job has unmounted for its work is not there meanwhile: that is agreed to first. */
static void note_jobs(struct plan *plan, const struct journal *journal)
{
	size_t count = 0;
	const struct operation *operations = journal_operations(journal, &count);

	for (size_t i = 0; i < count; i++) {
		const struct operation *operation = &operations[i];
		_cleanup_free_ char *what = NULL;

		if (operation->state != OPERATION_RUNNING || !operation->job ||
		    !has_temporary(operation))
			continue;
		what = printable_text(operation->summary);
		text_list_format(&plan->notes,
				 _("Job %u still runs (%s): what it has unmounted for that is "
				   "missing in here until it ends."),
				 operation->job, what);
		plan->needs_no_question = false;
	}
}

static int plan_chroot(struct session *session, const struct answers *answers,
		       struct plan **ret_plan, struct problem *why)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};
	_cleanup_plan_ struct plan *plan = plan_new("chroot");
	const char *wanted = answers_get(answers, "system");
	int r = session->scan.sysroot ? 0 : session_get_mounted(session, &mounted, why);

	if (r < 0)
		return r;
	/* where nobody has named another folder, the system that is mounted is the one that is meant */
	if (mounted.id && (text_is_equal(mounted.target, session->target) ||
			   text_is_equal(session->target, SESSION_TARGET))) {
		if (wanted && !text_is_equal(wanted, mounted.id))
			return refuse_other_system(&mounted, why);
		plan->summary = text_format(_("Work in %s"), mounted.summary);
		plan->needs_no_question = true;
		note_mount_options(plan, answers);
		note_jobs(plan, session->journal);
		add_step(plan, answers, mounted.target,
			 mounted_hostname(session->journal, mounted.operation));
	} else {
		r = mount_plan_add(session, answers, plan, why);
		if (r < 0)
			return r;
		add_step(plan, answers, session->target, find_root_argument(plan, "hostname"));
		if (!answers_has(answers, "keep")) {
			for (size_t i = 0; i < plan->count; i++)
				plan->steps[i]->is_temporary = true;
			text_list_add(&plan->notes,
				      _("When it ends, everything is taken down again."));
			plan_add_option(plan, _("--keep leaves everything mounted afterwards."));
		}
	}
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "system", .kind = FIELD_SYSTEM, .metavar = N_("SYSTEM"),
	 .help = N_("which system, where there are several and none is mounted yet")},
	{.name = "keep", .kind = FIELD_FLAG, .label = N_("Leave it mounted afterwards"),
	 .help = N_("leave mounted afterwards what had to be mounted first")},
	{.name = "keep-resolv-conf", .kind = FIELD_FLAG, .label = N_("Keep its resolv.conf"),
	 .help = N_("leave the system its own resolv.conf, even if it does not work here")},
	FIELD_READ_ONLY,
	FIELD_SKIP,
	FIELD_WITH,
	FIELD_ACCEPT_GUESSES,
	FIELD_DEGRADED,
	FIELD_PASSPHRASE_FILE,
	{.name = "command", .kind = FIELD_COMMAND, .label = N_("Command in place of a shell"),
	 .metavar = N_("COMMAND"),
	 .help = N_("run this in place of a shell; its exit status is refloat's")},
};

static const struct example examples[] = {
	{"chroot", N_("a shell in the system")},
	{"chroot -- passwd", N_("one command")},
	{"chroot --yes -- update-grub", N_("the same without a question, for scripts")},
	{NULL, NULL},
};

const struct action action_chroot = {
	.name = "chroot",
	.label = N_("Shell in the system"),
	.help = N_("open a shell in the installed system, or run a command in it"),
	.details = N_("Runs the system's own shell, or the command behind --, as if the system were "
		      "running: with /dev, /proc, /sys and /run, and host names found through the "
		      "rescue system's resolv.conf. All this lives in namespaces of its own: when the "
		      "shell ends, is killed or the line drops, every mount and every process in it "
		      "goes, so that nothing is left busy. The system is mounted first where it is "
		      "not."),
	.examples = examples,
	.key = 'c',
	.needs = NEEDS_ROOT | NEEDS_SYSTEM | NEEDS_CHANGES,
	.asks = true,
	.is_direct = true,
	.owns_output = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_chroot,
};
