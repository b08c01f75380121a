/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action check-fs: filesystems are checked, and repaired where that is asked for. */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/bring_up.h"
#include "action/check.h"
#include "action/check_mounts.h"
#include "action/mount_plan.h"
#include "action/node.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "system/resolve.h"

#define DEPTH_MAX 32 /* more than this is no honest graph */

/* What the making of one plan needs. */
struct checking {
	struct session *session;
	const struct answers *answers;
	const struct machine *machine;
	struct plan *plan;
	struct bring_up *up;
	struct check_mounts mounts;
	enum check_strength strength;
	enum step_policy policy; /* of several one that fails does not stop the others */
	struct text_list named;	 /* programs whose work has been explained */
	struct text_list taken;	 /* devices that have a step already */
};

/* A filesystem that is to be checked. */
struct subject {
	const struct device *device;
	const struct checker *checker;
	const char *type;
	const char *mountpoint; /* in the system; NULL unknown */
};

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
	if (*ret_device)
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

/* --- whether it can be checked */

static char *list_names(struct device *const *devices, size_t count)
{
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *name = printable_text(devices[i]->name);

		text_list_add(&names, name);
	}
	return text_list_join(&names, ", ");
}

static int refuse_member(const struct device *device, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *upper = list_names(device->children, device->child_count);

	if (device_is_locked(device)) {
		(void)problem_set(why, -ENOKEY, name, _("it is an encrypted container"));
		problem_set_next(why, _("What is in it can be checked once it is open: its "
					"passphrase is asked for on a terminal, or comes with "
					"--passphrase-file."));
		return -ENOKEY;
	}
	(void)problem_set(
		why, -EBUSY, name,
		_("it is part of something bigger (%s), and has no filesystem of its own"),
		device->content.type ? device->content.type : _("unknown"));
	if (*upper)
		problem_set_next(why, _("Check what lies on it: %s"), upper);
	return -EBUSY;
}

static int refuse_empty(const struct device *device, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *parts = list_names(device->children, device->child_count);

	(void)problem_set(why, -ENODATA, name, _("no filesystem was found on it"));
	if (device->content.is_ambiguous)
		problem_set_next(why, _("Signatures of several kinds contradict each other there: "
					"\"wipefs --no-act\" lists them."));
	else if (*parts)
		problem_set_next(why, _("Name what lies on it: %s"), parts);
	else
		problem_set_next(why,
				 _("Where one was, its beginning is overwritten, or the partition "
				   "table has changed."));
	return -ENODATA;
}

static int check_device(const struct device *device, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(device->name);

	if (device->is_rescue)
		return problem_set(why, -EBUSY, name, _("the rescue system itself runs from it"));
	if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
		return problem_set(why, -EIO, name, "%s",
				   device->reason ? device->reason : _("it cannot be read"));
	if (device_is_shadowed(device) || device_is_member(device) || device_is_locked(device))
		return refuse_member(device, why);
	return 0;
}

static int check_program(const struct checking *checking, const struct subject *subject,
			 struct problem *why)
{
	const char *program = subject->checker->program, *package = process_package_of(program);
	_cleanup_free_ char *found = NULL;

	if (checking->machine->source == MACHINE_RECORDED)
		return 0;
	found = process_find_program(program);
	if (found)
		return 0;
	(void)problem_set(why, -ENOENT, program,
			  _("this program is not installed here, and %s cannot be "
			    "checked without it"),
			  subject->type);
	if (package)
		problem_set_next(why, _("Install the package %s (its name on Debian)."), package);
	return -ENOENT;
}

static int choose_checker(const struct checking *checking, struct subject *subject,
			  struct problem *why)
{
	const struct content *content = &subject->device->content;
	_cleanup_free_ char *name = printable_text(subject->device->name), *type = NULL;

	subject->type = content->lost ? content->lost->type : content->type;
	if (!subject->type)
		return refuse_empty(subject->device, why);
	subject->checker = checker_find(subject->type);
	type = printable_text(subject->type);
	if (!subject->checker)
		return problem_set(why, -EOPNOTSUPP, name,
				   _("filesystems of type %s cannot be checked"), type);
	if (!subject->checker->efforts[checking->strength].what)
		return problem_set(why, -EOPNOTSUPP, name,
				   _("%s cannot do that to a filesystem of type %s"),
				   subject->checker->program, type);
	return check_program(checking, subject, why);
}

/* --- the plan */

/* The kernel's names of DEVICE and of all that it lies on, as its messages have them. */
static void list_disks(const struct device *device, unsigned depth, struct text_list *disks)
{
	if (device->kernel_name && !text_list_contains(disks, device->kernel_name))
		text_list_add(disks, device->kernel_name);
	for (size_t i = 0; depth < DEPTH_MAX && i < device->parent_count; i++)
		list_disks(device->parents[i], depth + 1, disks);
}

static void set_disks(struct step *step, const struct device *device, const char *node)
{
	_cleanup_text_list_ struct text_list disks = {0};
	const char *name = strrchr(node, '/');

	list_disks(device, 0, &disks);
	for (size_t i = 0; i < device->member_count; i++)
		list_disks(device->members[i], 0, &disks);
	if (name && !text_list_contains(&disks, name + 1))
		text_list_add(&disks, name + 1);
	node_set_list(step, "disks", &disks);
}

/* "sda2 (ext4, /var)"; the caller frees. */
static char *title_of(const struct subject *subject)
{
	_cleanup_free_ char *name = printable_text(subject->device->name);
	_cleanup_free_ char *type = printable_text(subject->type);
	_cleanup_free_ char *label = printable_text(subject->device->content.label);
	_cleanup_free_ char *place =
		printable_text(subject->mountpoint ? subject->mountpoint : label);

	return text_format("%s (%s%s%s)", name, type, *place ? ", " : "", place);
}

static const char *const sentences[] = {
	[CHECK_LOOK] = N_("Check %s without changing anything"),
	[CHECK_REPAIR] = N_("Check %s and repair what is safe"),
	[CHECK_REPAIR_ALL] = N_("Check %s and repair everything"),
};

/* TEXT with NAME in place of its %s; the caller frees. */
static char *put_in(const char *text, const char *name)
{
	const char *place = strstr(text, "%s");

	return place ? text_format("%.*s%s%s", (int)(place - text), text, name, place + 2)
		     : text_copy(text);
}

static void set_backup(struct step *step, const struct lost_filesystem *lost)
{
	_cleanup_free_ char *block = text_format("%lu", (unsigned long)lost->block);
	_cleanup_free_ char *size = text_format("%u", lost->block_size);

	if (!lost->block_size)
		return;
	step_set(step, "backup-block", block);
	step_set(step, "block-size", size);
}

static void add_check(struct checking *checking, const struct subject *subject, const char *node)
{
	const struct check_effort *effort = &subject->checker->efforts[checking->strength];
	_cleanup_free_ char *title = title_of(subject);
	_cleanup_free_ char *what = put_in(_(sentences[checking->strength]), title);
	struct step *step =
		step_new("check-filesystem", effort->risk, checking->policy, "%s", what);

	step_set(step, "node", node);
	step_set(step, "name", subject->device->name);
	step_set(step, "type", subject->type);
	step_set(step, "strength", check_strength_name(checking->strength));
	step_set(step, "mountpoint", subject->mountpoint);
	if (subject->device->content.lost)
		set_backup(step, subject->device->content.lost);
	set_disks(step, subject->device, node);
	plan_add(checking->plan, step);
}

/* What a program does is said once, however many filesystems it looks at. */
static void explain(struct checking *checking, const struct subject *subject)
{
	const struct check_effort *effort = &subject->checker->efforts[checking->strength];
	const struct lost_filesystem *lost = subject->device->content.lost;
	_cleanup_free_ char *name = printable_text(subject->device->name);

	if (!text_list_contains(&checking->named, subject->checker->program)) {
		text_list_add(&checking->named, subject->checker->program);
		text_list_format(&checking->plan->notes, "%s: %s.", subject->type, _(effort->what));
	}
	if (lost && lost->damage)
		text_list_format(&checking->plan->notes,
				 _("%s: %s; the copy of it at byte %lu is used."), name,
				 lost->damage, (unsigned long)lost->backup);
}

static int add_subject(struct checking *checking, const struct subject *subject,
		       struct problem *why)
{
	_cleanup_text_list_ struct text_list places = {0};
	_cleanup_free_ char *name = printable_text(subject->device->name);
	size_t first;
	int r;

	check_mounts_list(&checking->mounts, checking->machine, subject->device, &places);
	r = check_mounts_unmount(&checking->mounts, &places, name, checking->plan, why);
	if (r == 0)
		r = bring_up_check(checking->up, subject->device, why);
	if (r < 0)
		return r;
	first = checking->plan->count;
	explain(checking, subject);
	add_check(checking, subject,
		  bring_up_add_node(checking->up, subject->device, checking->policy));
	/* the check itself is the last one */
	for (size_t i = first; i + 1 < checking->plan->count; i++)
		checking->plan->steps[i]->is_temporary = true;
	text_list_add(&checking->taken, subject->device->name);
	return 0;
}

static int add_device(struct checking *checking, const struct device *device,
		      const char *mountpoint, struct problem *why)
{
	struct subject subject = {.device = device_get_filesystem(device),
				  .mountpoint = mountpoint};
	int r;

	if (text_list_contains(&checking->taken, subject.device->name))
		return 0;
	r = check_device(subject.device, why);
	if (r == 0)
		r = choose_checker(checking, &subject, why);
	return r < 0 ? r : add_subject(checking, &subject, why);
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

static void summarize(struct checking *checking)
{
	_cleanup_free_ char *joined = text_list_join(&checking->taken, ", ");
	_cleanup_free_ char *names = printable_text(joined);

	checking->plan->summary = put_in(_(summaries[checking->strength]), names);
}

static void checking_done(struct checking *checking)
{
	(void)bring_up_free(checking->up);
	check_mounts_done(&checking->mounts);
	text_list_done(&checking->named);
	text_list_done(&checking->taken);
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
			.allow_degraded = answers_has(answers, "degraded"),
		},
		plan);
	r = add_named(&checking, names, why);
	if (r < 0)
		return r;
	summarize(&checking);
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "filesystem",
	 .kind = FIELD_FILESYSTEMS,
	 .metavar = N_("FILESYSTEM"),
	 .label = N_("Filesystems"),
	 .help = N_("which ones: devices, or mount points in the system's fstab; without any, all "
		    "of the "
		    "system, root first")},
	{.name = "repair",
	 .kind = FIELD_FLAG,
	 .label = N_("Repair what is safe"),
	 .help = N_("repair what can be repaired without losing anything")},
	{.name = "repair-all",
	 .kind = FIELD_FLAG,
	 .label = N_("Repair everything"),
	 .help = N_("repair everything, also what costs files or parts of them")},
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
