/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps that check one filesystem, with what goes before. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "action/check_folder.h"
#include "action/check_parts.h"
#include "action/node.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "storage/filesystem_state.h"

#define DEPTH_MAX 32		      /* more than this is no honest graph */
#define BTRFS_SECOND_COPY (64u << 20) /* bytes; btrfs(5), superblock copies */

char *check_put_in(const char *text, const char *name)
{
	const char *place = strstr(text, "%s");

	return place ? text_format("%.*s%s%s", (int)(place - text), text, name, place + 2)
		     : text_copy(text);
}

char *check_subject_title(const struct check_subject *subject)
{
	bool has_place = subject->mountpoint && *subject->mountpoint == '/';
	const char *named = has_place ? subject->mountpoint : subject->device->content.label;
	_cleanup_free_ char *name = printable_text(subject->device->name);
	_cleanup_free_ char *type = printable_text(subject->type);
	_cleanup_free_ char *place = printable_text(named);

	return text_format("%s (%s%s%s)", name, type, *place ? ", " : "", place);
}

static void set_number(struct step *step, const char *name, uint64_t value)
{
	_cleanup_free_ char *text = value ? text_format("%lu", (unsigned long)value) : NULL;

	step_set(step, name, text);
}

/* --- what every step of it says */

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
	const char *name = text_after_prefix(node, "/dev/");

	list_disks(device, 0, &disks);
	for (size_t i = 0; i < device->member_count; i++)
		list_disks(device->members[i], 0, &disks);
	if (name && !text_list_contains(&disks, name))
		text_list_add(&disks, name);
	node_set_list(step, "disks", &disks);
}

/* What it is, and, of an ext filesystem, where its good superblock is. */
static void set_subject(struct step *step, const struct check_subject *subject, const char *node)
{
	step_set(step, "node", node);
	step_set(step, "name", subject->device->name);
	step_set(step, "type", subject->type);
	if (!subject->lost || !subject->lost->block_size)
		return;
	set_number(step, "backup-block", subject->lost->block);
	set_number(step, "block-size", subject->lost->block_size);
}

/* What the superblock says, for the verdict. */
static void set_state(struct step *step, const struct check_subject *subject)
{
	const struct content *content = &subject->device->content;
	const struct filesystem_state *state = content->state;

	set_number(step, "size", subject->device->size);
	if (subject->is_cut)
		set_number(step, "filesystem-size", state->size);
	if (subject->lost) {
		step_set(step, "damage",
			 subject->lost->damage ? subject->lost->damage
					       : _("its first superblock is damaged"));
		step_set(step, "mend", subject->mend == CHECK_REPAIR ? "--repair" : "--repair-all");
		return;
	}
	if (subject->is_scrub)
		return; /* what is on disk of a mounted one says nothing */
	if (state && state->condition == CONDITION_ERRORS)
		step_set(step, "noted-errors", "yes");
	if (subject->places.count)
		return; /* it is unmounted first, which replays its journal */
	if (state && state->condition == CONDITION_NOT_CLEAN)
		step_set(step, "not-clean", "yes");
	if (content->journal == JOURNAL_DIRTY)
		step_set(step, "dirty", "yes");
}

/* --- before it */

static struct step *new_step(const struct checking *checking, const struct check_subject *subject,
			     const char *class, enum step_risk risk, const char *node,
			     const char *format)
{
	_cleanup_free_ char *title = check_subject_title(subject);
	_cleanup_free_ char *what = check_put_in(format, title);
	struct step *step = step_new(class, risk, checking->policy, "%s", what);

	set_subject(step, subject, node);
	return step;
}

/* FOLDER/NAME.SUFFIX, with a number where that is there already; the caller frees. */
static char *choose_file(const struct checking *checking, const char *folder, const char *name,
			 const char *suffix)
{
	_cleanup_free_ char *base = text_copy(name);
	char *file;

	for (char *at = base; *at; at++) {
		if (*at == '/')
			*at = '-';
	}
	file = text_format("%s/%s.%s", folder, base, suffix);
	for (unsigned number = 2; checking->machine->source != MACHINE_RECORDED &&
				  access(file, F_OK) == 0 && number < 10000;
	     number++) {
		free(file);
		file = text_format("%s/%s-%u.%s", folder, base, number, suffix);
	}
	return file;
}

/* Says how much may be written, and, where that may not be enough, what happens WITHOUT room. */
static void note_size(const struct checking *checking, const struct check_subject *subject,
		      const struct check_folder *folder, const char *file, const char *format,
		      const char *without)
{
	uint64_t bytes = check_folder_estimate(subject->device);
	_cleanup_free_ char *size = size_format(bytes), *there = size_format(folder->free);
	_cleanup_free_ char *shown = printable_text(file), *said = check_put_in(format, shown);

	text_list_format(&checking->plan->notes,
			 _("%s It takes about %s at most; %s are free there."), said, size, there);
	if (folder->free < bytes)
		text_list_add(&checking->plan->notes, without);
	if (folder->is_memory)
		text_list_format(&checking->plan->notes,
				 _("%s lies in memory: it is gone with the next start."), shown);
}

static int add_metadata(struct checking *checking, const struct check_subject *subject,
			const char *node, struct problem *why)
{
	_cleanup_check_folder_ struct check_folder folder = {0};
	_cleanup_free_ char *file = NULL;
	struct step *step;
	int r;

	r = check_folder_find(checking->machine, &checking->mounts.table,
			      answers_get(checking->answers, "save-metadata"), subject->device,
			      &folder, why);
	if (r < 0)
		return r;
	file = choose_file(checking, folder.path, subject->device->name, "metadata");
	note_size(checking, subject, &folder, file, _("A copy of the metadata is kept in %s."),
		  _("That may not be enough: without room the step fails, and nothing is "
		    "repaired."));
	step = new_step(checking, subject, "save-metadata", RISK_SYSTEM, node,
			_("Keep a copy of the metadata of %s"));
	step_set(step, "file", file);
	plan_add(checking->plan, step);
	return 0;
}

static bool can_save_metadata(const struct check_subject *subject)
{
	if (subject->is_scrub)
		return false; /* what is mounted changes while it is copied */
	return text_has_prefix(subject->type, "ext") || text_is_equal(subject->type, "xfs") ||
	       text_is_equal(subject->type, "btrfs");
}

static void add_replay(struct checking *checking, const struct check_subject *subject,
		       const char *node)
{
	struct step *step = new_step(checking, subject, "replay-journal", RISK_WRITES, node,
				     _("Replay the log of %s by a mount, and unmount it again"));

	if (subject->strength == CHECK_REPAIR_ALL && answers_has(checking->answers, "zero-log"))
		step_set(step, "zero-log", "yes");
	step_set(step, "folder", "/run/refloat/replay");
	plan_add(checking->plan, step);
}

/* Whether a step of its own puts the first superblock right: the program that checks does not. */
static bool mends_before(const struct check_subject *subject)
{
	static const char *const types[] = {"vfat", "exfat", "btrfs"};

	for (size_t i = 0;
	     subject->lost && subject->strength != CHECK_LOOK && i < ARRAY_SIZE(types); i++) {
		if (text_is_equal(subject->type, types[i]))
			return true;
	}
	return false;
}

/* That step. */
static void add_mending(struct checking *checking, const struct check_subject *subject,
			const char *node)
{
	bool is_fat = text_is_equal(subject->type, "vfat"),
	     is_exfat = text_is_equal(subject->type, "exfat");
	struct step *step;

	step = new_step(checking, subject,
			is_fat || is_exfat ? "restore-superblock" : "recover-superblock",
			RISK_WRITES, node, _("Put the first superblock of %s right from its copy"));
	set_number(step, "from", subject->lost->backup);
	if (is_fat)
		set_number(step, "length",
			   subject->device->sector_size ? subject->device->sector_size : 512);
	if (is_exfat) /* the region is as long as its copy is away from it */
		set_number(step, "length", subject->lost->backup);
	plan_add(checking->plan, step);
}

static int add_preparations(struct checking *checking, const struct check_subject *subject,
			    const char *node, struct problem *why)
{
	bool is_repair = subject->strength != CHECK_LOOK;
	int r = 0;

	if (is_repair && answers_has(checking->answers, "save-metadata") &&
	    can_save_metadata(subject))
		r = add_metadata(checking, subject, node, why);
	if (r < 0)
		return r;
	if (mends_before(subject))
		add_mending(checking, subject, node);
	if (is_repair && text_is_equal(subject->type, "xfs") && !subject->lost &&
	    subject->device->content.journal == JOURNAL_DIRTY)
		add_replay(checking, subject, node);
	return 0;
}

/* --- the check */

static const char *const sentences[] = {
	[CHECK_LOOK] = N_("Check %s without changing anything"),
	[CHECK_REPAIR] = N_("Check %s and repair what is safe"),
	[CHECK_REPAIR_ALL] = N_("Check %s and repair everything"),
};

/* Where it is in an image, which is attached for the check only. */
static void set_image(struct step *step, const struct device *device)
{
	const char *path = NULL;
	uint64_t offset = 0, size = 0;

	if (device_get_extent(device, &path, &offset, &size) < 0 || text_has_prefix(path, "/dev/"))
		return;
	step_set(step, "file", path);
	set_number(step, "offset", offset);
}

/* An undo file is about what it was made of, which a mount that may write changes. */
static void note_mounted_again(struct checking *checking, const struct check_subject *subject)
{
	_cleanup_free_ char *name = printable_text(subject->device->name);

	text_list_format(&checking->plan->notes,
			 _("%s is mounted again afterwards; once something is written to it, its "
			   "repair cannot be taken back any more. To keep that open, take the "
			   "system down first (\"refloat umount\")."),
			 name);
}

/* The undo file of an ext filesystem, where one is asked for; 0 where none is. */
static int set_undo_file(struct checking *checking, const struct check_subject *subject,
			 struct step *step, struct problem *why)
{
	const char *path = answers_get(checking->answers, "undo-file");
	_cleanup_check_folder_ struct check_folder folder = {0};
	_cleanup_free_ char *file = NULL;
	int r;

	if (!path || !subject->checker->efforts[subject->strength].has_undo)
		return 0;
	r = check_folder_find(checking->machine, &checking->mounts.table, path, subject->device,
			      &folder, why);
	if (r < 0)
		return r;
	file = choose_file(checking, folder.path, subject->device->name, "e2undo");
	note_size(
		checking, subject, &folder, file, _("What is overwritten is kept in %s."),
		_("That may not be enough: without room e2fsck stops in the middle, and \"refloat "
		  "undo\" takes back what it had done until then."));
	if (subject->places.count)
		note_mounted_again(checking, subject);
	step_set(step, "undo-file", file);
	set_image(step, subject->device);
	text_set(&step->class_name, "check-filesystem-undoable");
	return 0;
}

static void set_choices(const struct checking *checking, const struct check_subject *subject,
			struct step *step)
{
	bool is_xfs = text_is_equal(subject->type, "xfs");

	if (is_xfs && subject->strength == CHECK_REPAIR_ALL &&
	    answers_has(checking->answers, "zero-log")) {
		step_set(step, "zero-log", "yes");
		step->risk = RISK_DESTROYS;
	}
	if (answers_has(checking->answers, "check-data"))
		step_set(step, "check-data", "yes");
	if (subject->lost && text_is_equal(subject->type, "btrfs") &&
	    subject->strength == CHECK_LOOK)
		step_set(step, "mirror", subject->lost->backup <= BTRFS_SECOND_COPY ? "1" : "2");
	if (subject->is_scrub)
		step_set(step, "scrub", subject->places.items[0]);
}

static int add_check(struct checking *checking, const struct check_subject *subject,
		     const char *node, struct problem *why)
{
	const struct check_effort *effort = &subject->checker->efforts[subject->strength];
	struct step *step = new_step(checking, subject, "check-filesystem", effort->risk, node,
				     _(sentences[subject->strength]));
	int r;

	step_set(step, "strength", check_strength_name(subject->strength));
	step_set(step, "mountpoint", subject->mountpoint);
	set_state(step, subject);
	if (mends_before(subject))
		step_set(step, "mended", "yes");
	set_choices(checking, subject, step);
	set_disks(step, subject->device, node);
	r = set_undo_file(checking, subject, step, why);
	if (r < 0) {
		(void)step_free(step);
		return r;
	}
	plan_add(checking->plan, step);
	return 0;
}

/* --- what is said of it */

static void note_limits(const struct checking *checking, const struct check_subject *subject)
{
	struct text_list *notes = &checking->plan->notes;
	_cleanup_free_ char *name = printable_text(subject->device->name);

	if (subject->lost)
		text_list_format(notes,
				 subject->lost->backup ? _("%s: %s; there is a good copy.")
						       : "%s: %s.",
				 name,
				 subject->lost->damage ? subject->lost->damage
						       : _("its first superblock is damaged"));
	if (subject->is_cut)
		text_list_format(notes, _("%s is larger than what it lies on."), name);
	if (subject->strength == checking->strength)
		return;
	if (subject->is_cut)
		text_list_format(
			notes,
			_("Therefore %s is only looked at: a repair would throw away what lies "
			  "behind its end."),
			name);
	else
		text_list_format(
			notes,
			_("Therefore %s is only looked at: \"--repair-all\" repairs it from "
			  "that."),
			name);
}

static void note_undo(struct checking *checking, const struct check_subject *subject)
{
	const struct check_effort *effort = &subject->checker->efforts[subject->strength];
	_cleanup_free_ char *name = printable_text(subject->device->name);

	if (effort->risk <= RISK_READS ||
	    (effort->has_undo && answers_has(checking->answers, "undo-file")))
		return;
	text_list_format(&checking->plan->notes, _("What is repaired on %s cannot be taken back."),
			 name);
	if (effort->has_undo)
		plan_add_option(checking->plan, _("--undo-file FOLDER keeps what is overwritten, "
						  "so that it can be taken back."));
	if (can_save_metadata(subject) && !answers_has(checking->answers, "save-metadata"))
		plan_add_option(
			checking->plan,
			_("--save-metadata FOLDER keeps a copy of the metadata first, for somebody "
			  "who may have to put things together by hand."));
}

static bool needs_writing(const struct device *device, unsigned depth)
{
	bool is_needed = device->is_dormant && device->needs_writing;

	for (size_t i = 0; !is_needed && depth < DEPTH_MAX && i < device->parent_count; i++)
		is_needed = needs_writing(device->parents[i], depth + 1);
	return is_needed;
}

/* What a look writes all the same, below the filesystem. */
static void note_writing(struct checking *checking, const struct check_subject *subject)
{
	_cleanup_free_ char *name = printable_text(subject->device->name);

	if (checking->strength != CHECK_LOOK || !needs_writing(subject->device, 0))
		return;
	checking->writes_below = true;
	text_list_format(
		&checking->plan->notes,
		_("lvm cannot activate %s without writing to the volume group, as at any boot; the "
		  "filesystem in it is not changed."),
		name);
}

/* What a program does is said once, however many filesystems it looks at. */
static void explain(struct checking *checking, const struct check_subject *subject)
{
	const struct check_effort *effort = &subject->checker->efforts[subject->strength];

	if (!text_list_contains(&checking->explained, effort->what)) {
		text_list_add(&checking->explained, effort->what);
		text_list_format(&checking->plan->notes, "%s: %s.", subject->type, _(effort->what));
	}
	note_limits(checking, subject);
	note_writing(checking, subject);
	note_undo(checking, subject);
}

/* --- all of it */

/* The node of it, brought up with all that it lies on; steps for the time of the plan. */
static const char *bring_up(struct checking *checking, const struct check_subject *subject)
{
	size_t first = checking->plan->count;
	const char *node;

	for (size_t i = 0; i < subject->device->member_count; i++)
		(void)bring_up_add_node(checking->up, subject->device->members[i],
					checking->policy);
	node = bring_up_add_node(checking->up, subject->device, checking->policy);
	for (size_t i = first; i < checking->plan->count; i++)
		checking->plan->steps[i]->is_temporary = true;
	return node;
}

int check_subject_add(struct checking *checking, const struct check_subject *subject,
		      struct problem *why)
{
	_cleanup_free_ char *name = printable_text(subject->device->name);
	const char *node = subject->is_scrub ? subject->places.items[0] : NULL;
	int r = 0;

	if (!subject->is_scrub) {
		r = bring_up_check(checking->up, subject->device, why);
		for (size_t i = 0; r == 0 && i < subject->device->member_count; i++)
			r = bring_up_check(checking->up, subject->device->members[i], why);
		if (r == 0)
			r = check_mounts_unmount(&checking->mounts, &subject->places, name,
						 checking->plan, why);
		if (r < 0)
			return r;
		node = bring_up(checking, subject);
	}
	explain(checking, subject);
	r = add_preparations(checking, subject, node, why);
	return r < 0 ? r : add_check(checking, subject, node, why);
}
