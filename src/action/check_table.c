/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of checkers, and what all of their judges have in common. */
#include <signal.h>
#include <string.h>

#include "action/check.h"
#include "action/check_kernel.h"
#include "action/check_words.h"
#include "base/i18n.h"
#include "base/size.h"

static const struct checker *const checkers[] = {
	&checker_ext,  &checker_xfs,  &checker_btrfs, &checker_fat,  &checker_exfat,
	&checker_ntfs, &checker_f2fs, &checker_jfs,   &checker_swap, NULL,
};

static const struct checker *const mounted_checkers[] = {&checker_scrub, NULL};

static const struct checker *find(const struct checker *const *table, const char *type)
{
	for (size_t i = 0; table[i]; i++) {
		for (size_t j = 0; table[i]->types[j]; j++) {
			if (text_is_equal(table[i]->types[j], type))
				return table[i];
		}
	}
	return NULL;
}

const struct checker *checker_find(const char *type)
{
	return find(checkers, type);
}

const struct checker *checker_find_mounted(const char *type)
{
	return find(mounted_checkers, type);
}

const struct checker *checker_of(const struct step *step)
{
	const char *type = step_get(step, "type");

	return step_get(step, "scrub") ? checker_find_mounted(type) : checker_find(type);
}

static const char *const strength_names[] = {
	[CHECK_LOOK] = "look",
	[CHECK_REPAIR] = "repair",
	[CHECK_REPAIR_ALL] = "repair-all",
};

const char *check_strength_name(enum check_strength strength)
{
	return strength_names[strength];
}

enum check_strength check_strength_of(const struct step *step)
{
	for (size_t i = 0; i < ARRAY_SIZE(strength_names); i++) {
		if (text_is_equal(strength_names[i], step_get(step, "strength")))
			return (enum check_strength)i;
	}
	return CHECK_LOOK; /* what is not known changes nothing */
}

void verdict_done(struct verdict *verdict)
{
	text_list_done(&verdict->found);
	text_list_done(&verdict->repaired);
	text_list_done(&verdict->left);
	text_list_done(&verdict->next);
	text_list_done(&verdict->remarks);
	free(verdict->summary);
	*verdict = (struct verdict){0};
}

/* --- what is wrong with what it lies on */

/* A filesystem that ends behind its device: whatever else the program says follows from that. */
static bool judge_size(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_free_ char *wanted = NULL, *there = NULL;

	if (!outcome->device_size || outcome->filesystem_size <= outcome->device_size)
		return false;
	wanted = size_format(outcome->filesystem_size);
	there = size_format(outcome->device_size);
	verdict->is_cut = true;
	text_list_format(&verdict->found,
			 _("it is larger than what it lies on: its superblock says %lu bytes (%s), "
			   "the device "
			   "has %lu (%s); the partition is too small, or the image was cut off"),
			 (unsigned long)outcome->filesystem_size, wanted,
			 (unsigned long)outcome->device_size, there);
	if (outcome->strength != CHECK_LOOK)
		text_list_copy(&verdict->left, &verdict->found);
	text_list_add(
		&verdict->next,
		_("Give it its whole partition or image back before anything is repaired: a repair "
		  "would throw away what lies behind its end."));
	return true;
}

/* How programs say that the disk did not give what they asked for. */
static const char *const disk_words[] = {
	"Input/output error",
	"Error reading block",
	"error reading block",
	"Medium error",
	/* libext2fs, in place of the error that it got */
	"Can't read next inode",
	"Can't read an inode",
	"Can't read a block bitmap",
	NULL,
};

/* "ERROR: cannot scan /dev/loop68: ...": btrfs looks at all devices of the machine */
static const char other_device[] = "cannot scan";

bool check_says_disk(const char *line)
{
	if (strstr(line, other_device))
		return false;
	for (size_t i = 0; disk_words[i]; i++) {
		if (check_has_word(line, disk_words[i]))
			return true;
	}
	return false;
}

/* The first line that says so of this disk; NULL: none. The caller frees. */
static char *find_disk_line(const char *output)
{
	for (size_t i = 0; disk_words[i]; i++) {
		for (const char *at = strstr(output, disk_words[i]); at;
		     at = strstr(at + 1, disk_words[i])) {
			_cleanup_free_ char *line = check_line_at(output, at);

			if (check_says_disk(line))
				return TAKE_PTR(line);
		}
	}
	return NULL;
}

/* A disk that cannot be read, by the kernel's own word or the program's. */
static void judge_disk(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_text_list_ struct text_list said = {0};
	_cleanup_free_ char *line = NULL;

	check_kernel_say(outcome->kernel, &said);
	if (!said.count)
		line = find_disk_line(outcome->output);
	if (line)
		text_list_format(&said, _("the disk could not be read: %s"), line);
	if (!said.count)
		return;
	verdict->is_disk = true;
	text_list_copy(&verdict->left, &said);
	text_list_done(&verdict->next);
	text_list_add(
		&verdict->next,
		_("This is the disk, not the filesystem: copy it to a good disk with ddrescue "
		  "first, and check the copy. Each further try may make it worse; a repair would "
		  "throw away what cannot be read just now."));
}

/* --- a program that did not come to its end */

/* What it had said till then is no verdict. */
static bool judge_signal(const struct checker *checker, const struct check_outcome *outcome,
			 struct verdict *verdict)
{
	int number = outcome->status - 128;

	if (number <= 0 || number >= NSIG)
		return false;
	verdict->is_failed = true;
	text_list_format(&verdict->left, _("%s was ended by signal %d (%s) before its end"),
			 checker->program, number, strsignal(number));
	if (number == SIGKILL)
		text_list_add(&verdict->next,
			      _("The kernel does this where memory runs out: \"dmesg\" tells. Swap "
				"on another disk (\"swapon\") gives it more."));
	if (outcome->is_look)
		text_list_add(&verdict->next, _("Nothing was changed."));
	else if (outcome->has_undo_file)
		text_list_add(&verdict->next,
			      _("What it had repaired so far is taken back with the undo file."));
	else
		text_list_add(&verdict->next,
			      _("What it had repaired so far stays: do not mount it "
				"before a check has come to its end."));
	return true;
}

/* --- what the superblock had said before */

static bool is_repaired(const struct check_outcome *outcome, const struct verdict *verdict)
{
	return !outcome->is_look && !verdict->left.count && !verdict->is_failed;
}

static void judge_before(const struct check_outcome *outcome, struct verdict *verdict)
{
	const char *errors = _("the kernel has noted errors in it");
	bool has_log = text_is_equal(outcome->type, "xfs") || text_is_equal(outcome->type, "btrfs");
	const char *dirty =
		!outcome->is_dirty ? _("it was not cleanly unmounted")
		: has_log	   ? _("it was not cleanly unmounted: its log must be replayed")
			  : _("it was not cleanly unmounted: its journal must be replayed");
	bool is_dirty = outcome->is_dirty || outcome->is_not_clean;

	if (outcome->damage && outcome->is_mended)
		text_list_add(&verdict->repaired, outcome->damage);
	else if (outcome->damage && !verdict->is_failed) {
		text_list_add(&verdict->found, outcome->damage);
		if (is_repaired(outcome, verdict))
			text_list_add(&verdict->repaired, outcome->damage);
	}
	if (outcome->has_noted_errors && !verdict->is_failed) {
		text_list_add(&verdict->found, errors);
		if (is_repaired(outcome, verdict))
			text_list_add(&verdict->repaired, _("the note of errors was cleared"));
	}
	if (is_dirty && outcome->is_look && !verdict->is_failed &&
	    !text_list_contains(&verdict->found, dirty))
		text_list_add(&verdict->found, dirty);
	if (outcome->is_look && outcome->damage && outcome->mend && !outcome->is_mended &&
	    !verdict->is_failed)
		text_list_format(
			&verdict->next,
			_("\"%s\" puts the first superblock right from its copy, and repairs what "
			  "else is wrong."),
			outcome->mend);
	if (outcome->is_dirty && outcome->is_look && text_is_equal(outcome->type, "btrfs") &&
	    !verdict->is_failed)
		text_list_add(
			&verdict->next,
			_("A mount replays it, as at any boot; where that fails, \"btrfs rescue "
			  "zero-log\" throws away what was written in the last seconds."));
	if (outcome->is_look && verdict->found.count && !verdict->next.count)
		text_list_add(&verdict->next, outcome->strength == CHECK_LOOK
						      ? _("\"--repair\" mends what is safe.")
						      : _("\"--repair-all\" repairs everything."));
}

static const char *choose_summary(const struct check_outcome *outcome,
				  const struct verdict *verdict)
{
	if (verdict->is_disk)
		return _("its disk could not be read everywhere");
	if (verdict->is_cut)
		return _("it has been cut off, and nothing was changed");
	if (verdict->is_failed)
		return _("it could not be checked");
	if (verdict->left.count && verdict->repaired.count)
		return _("it was repaired in part");
	if (verdict->left.count && !outcome->is_look)
		return _("it is damaged, and was not repaired");
	if (outcome->is_look && (outcome->is_dirty || outcome->is_not_clean) &&
	    verdict->found.count == 1)
		return _("it was not cleanly unmounted, and nothing was changed");
	if (outcome->is_look && verdict->found.count)
		return _("it is damaged, and nothing was changed");
	if (verdict->repaired.count)
		return _("it was damaged, and everything was repaired");
	if (verdict->found.count)
		return _("it is damaged, and was not repaired");
	return _("nothing is wrong with it");
}

void check_summarize(const struct check_outcome *outcome, struct verdict *verdict)
{
	text_set(&verdict->summary, choose_summary(outcome, verdict));
}

void check_judge(const struct checker *checker, const struct check_outcome *outcome,
		 struct verdict *verdict)
{
	*verdict = (struct verdict){.is_look = outcome->is_look};
	if (!judge_size(outcome, verdict)) {
		if (checker && !judge_signal(checker, outcome, verdict))
			checker->judge(outcome, verdict);
		judge_before(outcome, verdict);
		judge_disk(outcome, verdict);
	}
	check_summarize(outcome, verdict);
}
