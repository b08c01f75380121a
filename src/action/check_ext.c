/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of ext2, ext3 and ext4: e2fsck, and what its words mean. */
#include <stdio.h>
#include <string.h>

#include "action/check.h"
#include "action/check_kernel.h"
#include "action/check_words.h"
#include "base/i18n.h"

/* What e2fsck(8) says with its exit status; bits. */
#define EXIT_REPAIRED 1
#define EXIT_LEFT 4
#define EXIT_FAILED 8
#define EXIT_USAGE 16
#define EXIT_CANCELLED 32

enum {
	NOTHING,
	SUPERBLOCK,
	DESCRIPTORS,
	JOURNAL,
	STRAY_JOURNAL,
	INODE,
	EXTENTS,
	SHARED,
	ORPHAN,
	DIRECTORY,
	ENTRY,
	UNATTACHED,
	LOST_FOUND,
	ATTRIBUTES,
	LINKS,
	BLOCK_BITMAP,
	INODE_BITMAP,
	COUNTS,
	QUOTA,
	RESERVED,
	ROOT,
};

static const struct check_group groups[] = {
	[SUPERBLOCK] = {N_("the superblock is damaged"), NULL},
	[DESCRIPTORS] = {NP_("damaged group descriptor", "damaged group descriptors")},
	[JOURNAL] = {N_("the journal is damaged"), NULL},
	[STRAY_JOURNAL] = {N_("its journal has changes that its superblock does not know of"),
			   NULL},
	[INODE] = {NP_("damaged inode", "damaged inodes")},
	[EXTENTS] = {NP_("inode whose list of blocks is damaged",
			 "inodes whose lists of blocks are damaged")},
	[SHARED] = {NP_("file with blocks that another one has, too",
			"files with blocks that others have, too")},
	[ORPHAN] = {NP_("file that was deleted while it was open",
			"files that were deleted while they were open")},
	[DIRECTORY] = {NP_("damage in the structure of directories",
			   "damages in the structure of directories")},
	[ENTRY] = {NP_("directory entry that leads to nothing good",
		       "directory entries that lead to nothing good")},
	[UNATTACHED] = {NP_("inode that no directory names", "inodes that no directory names")},
	[LOST_FOUND] = {N_("there is no folder lost+found"), NULL},
	[ATTRIBUTES] = {NP_("damaged block of extended attributes",
			    "damaged blocks of extended attributes")},
	[LINKS] = {NP_("inode with a wrong number of names",
		       "inodes with a wrong number of names")},
	[BLOCK_BITMAP] = {N_("the map of used blocks is wrong"), NULL},
	[INODE_BITMAP] = {N_("the map of used inodes is wrong"), NULL},
	[COUNTS] = {N_("the counts of free blocks and inodes are wrong"), NULL},
	[QUOTA] = {N_("the quota figures are wrong"), NULL},
	[ROOT] = {N_("the root directory is damaged"), NULL},
	[RESERVED] = {NP_("damaged inode that the filesystem keeps for itself",
			  "damaged inodes that the filesystem keeps for itself")},
};

/* In the order in which they are looked for: what is special before what is general. */
static const struct check_pattern patterns[] = {
	{"***** FILE SYSTEM WAS MODIFIED", NOTHING},
	{"WARNING: Filesystem still has errors", NOTHING},
	{"% non-contiguous", NOTHING},
	{"Error reading ", NOTHING}, /* the disk's trouble, which is said apart */
	{"Error while reading", NOTHING},
	{"mod time", NOTHING},
	{"There are ", NOTHING},
	{"could be shorter", NOTHING}, /* what it would only optimize is no damage */
	{"could be narrower", NOTHING},
	{"could be more shallow", NOTHING},
	{"ptimizing", NOTHING},
	{"Backing up journal inode", NOTHING},
	{"Running additional passes", NOTHING},
	{"Bad magic number in super-block", SUPERBLOCK},
	{"Superblock invalid", NOTHING}, /* said once, above */
	{"but journal has data", STRAY_JOURNAL},
	{"ournal superblock", JOURNAL},
	{"superblock is corrupt", SUPERBLOCK},
	{"Superblock has an invalid journal", JOURNAL},
	{"uperblock checksum does not match", SUPERBLOCK},
	{"uperblock hint for", NOTHING},
	{"Superblock last", NOTHING}, /* times in the future */
	{"uperblock", SUPERBLOCK},
	{"roup descriptor", DESCRIPTORS},
	{"but group is marked", DESCRIPTORS},
	{"is not in group", DESCRIPTORS},
	{"conflicts with some other fs block", DESCRIPTORS},
	{"Journal inode", JOURNAL},
	{"journal inode", JOURNAL},
	{"Journal checksum", JOURNAL},
	{"journal is corrupt", JOURNAL},
	{"ournal transaction", JOURNAL},
	{"xternal journal", JOURNAL},
	{"Journal version", JOURNAL},
	{"Journal is not", JOURNAL},
	{"Resize inode", RESERVED},
	{"Reserved inode", RESERVED},
	{"The bad block inode", RESERVED},
	{"Bad block inode", RESERVED},
	{"root inode", ROOT},
	{"Root inode", ROOT},
	{"Clearing orphaned inode", ORPHAN},
	{"orphaned inode list", ORPHAN},
	{"orphan linked list", ORPHAN},
	{"rphan file", ORPHAN},
	{"Multiply-claimed block(s) in inode", SHARED},
	{"shared with", NOTHING},
	{"/lost+found not found", LOST_FOUND},
	{"/lost+found is not a directory", LOST_FOUND},
	{"Extended attribute block ", ATTRIBUTES},
	{"Unattached", UNATTACHED},
	{"Unconnected directory", UNATTACHED},
	{"ref count is", LINKS},
	{"lock bitmap", BLOCK_BITMAP},
	{"node bitmap", INODE_BITMAP},
	{"locks count wrong", COUNTS},
	{"nodes count wrong", COUNTS},
	{"irectories count wrong", COUNTS},
	{"count wrong", COUNTS},
	{"uota", QUOTA},
	{"Entry '", ENTRY},
	{"Missing '.'", DIRECTORY},
	{"directory corrupted", DIRECTORY},
	{"HTREE", DIRECTORY},
	{"Directory inode", DIRECTORY},
	{"irectory hash", DIRECTORY},
	{"directory block", DIRECTORY},
	{"in directory inode", DIRECTORY},
	{"directory to be too big", DIRECTORY},
	{"Directory entry for", DIRECTORY},
	{"'..' in", DIRECTORY},
	{"' in <", DIRECTORY},
	{"xtent", EXTENTS},
	{"i_blocks is", EXTENTS},
	{"i_size is", EXTENTS},
	{"illegal block", EXTENTS},
	{"Illegal block", EXTENTS},
	{"Illegal indirect", EXTENTS},
	{"Too many illegal", EXTENTS},
	{"seems to contain garbage", INODE},
	{"passes checks, but checksum", INODE},
	{"Deleted inode", INODE},
	{"Inode ", INODE},
	{"inode ", INODE},
};

static const char *const fixed[] = {"FIXED",   "CLEARED",   "RECONNECTED", "DELETED",	"SALVAGED",
				    "IGNORED", "yes",	    "Clearing",	   "RECREATED", "EXPANDED",
				    "CREATED", "RELOCATED", "TRUNCATED",   NULL};

static const struct check_words words = {
	groups, ARRAY_SIZE(groups), patterns, ARRAY_SIZE(patterns), fixed, true};

/* What answers its questions. */
static const char *const strength_options[] = {
	[CHECK_LOOK] = "-n",
	[CHECK_REPAIR] = "-p",
	[CHECK_REPAIR_ALL] = "-y",
};

/*
 * With -y it writes zeros over each block that it cannot read ("Force rewrite? yes"), and no
 * setting takes that question out. So it asks, and we say yes to everything else.
 */
static char answer(const char *line)
{
	static const char *const refused[] = {"Ignore error", "Force rewrite"};
	static const char longest[] = " ('a' enables 'yes' to all) <y>? ";

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		size_t end = strlen(refused[i]);
		const char *at = line;

		while ((at = strstr(at, refused[i])) != NULL) {
			at += end;
			if (strlen(at) <= strlen(longest))
				return 0;
		}
	}
	return 'y';
}

static void list_command(const struct step *step, bool is_shown, struct text_list *list)
{
	enum check_strength strength = check_strength_of(step);
	bool is_lost = step_get(step, "backup-block") != NULL;
	/* from a backup, -p stops at what follows from that; what else is damaged was looked for */
	if (is_lost && strength == CHECK_REPAIR)
		strength = CHECK_REPAIR_ALL;
	text_list_add(list, "e2fsck");
	text_list_add(list, "-f");
	if (is_shown || strength != CHECK_REPAIR_ALL)
		text_list_add(list, strength_options[strength]);
	if (!is_shown) {
		text_list_add(list, "-C");
		text_list_add(list, "3");
	}
	if (is_lost) {
		text_list_add(list, "-b");
		text_list_add(list, step_get(step, "backup-block"));
		text_list_add(list, "-B");
		text_list_add(list, step_get_text(step, "block-size"));
	}
	if (step_get(step, "undo-file")) {
		text_list_add(list, "-z");
		text_list_add(list, step_get(step, "undo-file"));
	}
	text_list_add(list, step_get_text(step, "node"));
}

/* How much of the whole each pass takes, as e2fsck's own bar has it, in percent. */
static const struct {
	unsigned from, to;
	const char *text;
} passes[] = {
	{0, 70, N_("looking at inodes, blocks and sizes")},
	{70, 90, N_("looking at the structure of directories")},
	{90, 92, N_("looking at how directories are connected")},
	{92, 95, N_("counting the names of files")},
	{95, 100, N_("looking at maps and counts")},
};

/* "PASS DONE OF DEVICE" */
static bool read_progress(const struct step *step, const char *line, bool is_extra,
			  struct step_progress *progress)
{
	unsigned long pass, done, total;

	(void)step;
	if (!is_extra || sscanf(line, "%lu %lu %lu", &pass, &done, &total) != 3 || !pass ||
	    pass > ARRAY_SIZE(passes) || !total)
		return false;
	if (done > total)
		done = total;
	*progress = (struct step_progress){
		.done = passes[pass - 1].from +
			(uint64_t)((double)done / (double)total *
				   (passes[pass - 1].to - passes[pass - 1].from)),
		.total = 100,
		.unit = "percent",
		.text = _(passes[pass - 1].text),
	};
	return true;
}

/* Its size beside its device's: e2fsck itself then leaves the rest alone. */
static bool is_cut(const struct check_outcome *outcome, struct verdict *verdict)
{
	const char *said =
		strstr(outcome->output, "The filesystem size (according to the superblock)");
	unsigned long wanted = 0, there = 0;

	if (!said || sscanf(said,
			    "The filesystem size (according to the superblock) is %lu blocks\n"
			    "The physical size of the device is %lu blocks",
			    &wanted, &there) != 2)
		return false;
	verdict->is_cut = true;
	text_list_format(&verdict->found,
			 _("it is larger than what it lies on: its superblock says %lu blocks, the "
			   "device has %lu; the partition is too small, or the image was cut off"),
			 wanted, there);
	if (!outcome->is_look)
		text_list_copy(&verdict->left, &verdict->found);
	text_list_add(&verdict->next,
		      _("Give it its whole partition or image back before anything is repaired: a "
			"repair would throw away what lies behind its end."));
	return true;
}

/* What is repaired and what is left where e2fsck says that both may be. */
static void split(const struct check_outcome *outcome, const struct check_counts *counts,
		  struct verdict *verdict)
{
	size_t left[CHECK_GROUPS_MAX] = {0};

	if (outcome->strength == CHECK_REPAIR_ALL) {
		/* it has answered yes to everything, and still is not content */
		check_words_say(&words, counts->found, &verdict->repaired);
		text_list_add(&verdict->left, _("damage that a first repair does not reach"));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		left[i] = counts->found[i] - counts->fixed[i];
	check_words_say(&words, counts->fixed, &verdict->repaired);
	check_words_say(&words, left, &verdict->left);
	if (!verdict->left.count)
		text_list_add(&verdict->left, _("damage that e2fsck does not name"));
	text_list_add(&verdict->remarks,
		      _("e2fsck stops at the first thing that it does not repair by "
			"itself: there may be more."));
}

static void judge_journal(const struct check_outcome *outcome, struct verdict *verdict)
{
	if (check_has_line(outcome->output, "skipping journal recovery"))
		text_list_add(&verdict->remarks,
			      _("Its journal has not been replayed, since nothing is written: some "
				"of what was found may be only what the journal puts right."));
	if (check_has_line(outcome->output, "recovering journal"))
		text_list_add(&verdict->repaired, _("the journal was replayed"));
}

/* We have ended it where it asked. */
static bool was_ended(const struct check_outcome *outcome)
{
	return outcome->status & EXIT_CANCELLED || check_has_line(outcome->output, "cancelled!\n");
}

/* Said of a block, or of the undo file, whose name stands before it then. */
static bool lacked_room(const struct check_outcome *outcome)
{
	return outcome->has_undo_file &&
	       (check_has_word(outcome->output, "No space left on device") ||
		check_has_line(outcome->output, ": No space left on device while "));
}

static bool has_disk_trouble(const struct check_outcome *outcome)
{
	return check_says_disk(outcome->output) || check_kernel_has_failure(outcome->kernel);
}

/* It did not come to look at anything. */
static bool has_failed(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_free_ char *line = NULL;

	/* one that has begun says what it found, however it ended; one that was ended has asked */
	if (outcome->status < EXIT_FAILED || was_ended(outcome) ||
	    check_has_line(outcome->output, "Pass 1: "))
		return false;
	line = check_find_line(outcome->output, "while checking journal for");
	if (line && check_has_line(outcome->output, "has an invalid journal (inode"))
		return false; /* it has it inside, and a repair makes that anew */
	verdict->is_failed = true;
	if (line) {
		text_list_format(&verdict->left, _("its journal could not be used: %s"), line);
		text_list_add(
			&verdict->next,
			_("Where the journal is on a device of its own, that must be there, "
			  "and not in use: \"dumpe2fs -h\" tells its UUID. Where it is lost, "
			  "\"tune2fs -f -O ^has_journal\" takes it out of the filesystem, and "
			  "what was in it is lost, too."));
	} else if (check_has_line(outcome->output, "is in use.") ||
		   check_has_line(outcome->output, "Device or resource busy")) {
		text_list_add(&verdict->left, _("it is in use"));
	} else if (check_has_line(outcome->output, "unsupported feature")) {
		text_list_add(&verdict->left, _("it has features that this e2fsck does not know"));
		text_list_add(&verdict->next, _("Use a rescue system with a newer e2fsprogs."));
	} else if (check_has_line(outcome->output, "super-block") ||
		   check_has_line(outcome->output, "superblock")) {
		text_list_add(&verdict->left, _("no superblock that can be used was found"));
		text_list_add(
			&verdict->next,
			outcome->strength == CHECK_REPAIR
				? _("\"--repair-all\" looks for a backup of it.")
				: _("Is this the right place? A partition table that was changed "
				    "moves where filesystems begin."));
	} else {
		line = check_find_line(outcome->output, outcome->name);
		text_list_format(&verdict->left, _("e2fsck could not check it%s%s"),
				 line ? ": " : "", line ? line : "");
	}
	return true;
}

static void judge(const struct check_outcome *outcome, struct verdict *verdict)
{
	struct check_counts counts;

	judge_journal(outcome, verdict);
	if (is_cut(outcome, verdict) || has_failed(outcome, verdict))
		return;
	if (was_ended(outcome) && !has_disk_trouble(outcome)) {
		verdict->is_failed = true;
		text_list_add(&verdict->left, _("e2fsck was ended by somebody else"));
		text_list_add(&verdict->next,
			      _("Check it once more: a check starts from the beginning."));
		return;
	}
	check_words_count(&words, outcome->output, &counts);
	check_words_say(&words, counts.found, &verdict->found);
	if (!outcome->is_look && lacked_room(outcome)) {
		text_list_add(
			&verdict->left,
			_("the undo file had no room left, and e2fsck stopped in the middle"));
		text_list_add(&verdict->next,
			      _("\"refloat undo\" takes back what it had done. Then repair it with "
				"more room for \"--undo-file FOLDER\", or without one."));
		return;
	}
	if (was_ended(outcome))
		check_words_say(&words, counts.fixed, &verdict->repaired);
	else if (outcome->status & EXIT_LEFT && !outcome->is_look)
		split(outcome, &counts, verdict);
	else if (!outcome->is_look && !(outcome->status & EXIT_FAILED))
		check_words_say(&words, counts.found,
				&verdict->repaired); /* orphans are not even counted */
	if (outcome->status & (EXIT_LEFT | EXIT_FAILED) && !verdict->found.count &&
	    !check_has_word(outcome->output, "Error reading block"))
		text_list_add(&verdict->found, _("damage that e2fsck does not name"));
	if (was_ended(outcome) && has_disk_trouble(outcome))
		text_list_add(&verdict->remarks,
			      _("e2fsck was ended where it could not read or write: it would have "
				"put zeros there. Nothing was written to that place, and what "
				"comes behind it was not looked at."));
	if (outcome->status & EXIT_FAILED && !was_ended(outcome)) {
		text_list_add(
			&verdict->remarks,
			outcome->is_look
				? _("e2fsck could not look any further without repairing what "
				    "it found: there may be more.")
				: _("e2fsck could not come to its end."));
		if (!outcome->is_look && !verdict->left.count)
			text_list_copy(&verdict->left, &verdict->found);
	}
	if (!(outcome->status & (EXIT_LEFT | EXIT_FAILED)) || outcome->damage)
		return;
	if (outcome->strength == CHECK_LOOK)
		text_list_add(
			&verdict->next,
			_("\"--repair\" mends what is safe; what that leaves, \"--repair-all\"."));
	else if (outcome->strength == CHECK_REPAIR)
		text_list_add(
			&verdict->next,
			_("\"--repair-all\" repairs the rest; with \"--undo-file FOLDER\" it can "
			  "be taken back."));
	else
		text_list_add(&verdict->next,
			      _("Run it once more: one repair can show the next damage."));
}

/* With a superblock from a backup, which is older: what follows from that is no loss. */
static bool is_safe(const struct check_outcome *look)
{
	static const unsigned harmless[] = {SUPERBLOCK,	  DESCRIPTORS,	 RESERVED,
					    BLOCK_BITMAP, INODE_BITMAP,	 COUNTS,
					    JOURNAL,	  STRAY_JOURNAL, QUOTA};
	struct check_counts counts;

	check_words_count(&words, look->output, &counts);
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		counts.found[harmless[i]] = 0;
	for (size_t i = 1; i < ARRAY_SIZE(groups); i++) {
		if (counts.found[i])
			return false;
	}
	return true;
}

static const char *const types[] = {"ext2", "ext3", "ext4", "ext4dev", NULL};

#define STOP_LOOK N_("e2fsck ends at once; nothing was changed.")
#define STOP_REPAIR                                                                                \
	N_("e2fsck ends at once; what it has repaired so far stays, and the next check starts "    \
	   "from "                                                                                 \
	   "the beginning.")

const struct checker checker_ext = {
	.types = types,
	.program = "e2fsck",
	.efforts =
		{
			[CHECK_LOOK] = {N_("e2fsck reads all of its metadata and changes nothing; "
					   "the journal "
					   "is not replayed"),
					STOP_LOOK, RISK_READS, false},
			[CHECK_REPAIR] = {N_("e2fsck replays the journal, mends what can be mended "
					     "without losing "
					     "anything, and stops at everything else"),
					  STOP_REPAIR, RISK_WRITES, true},
			[CHECK_REPAIR_ALL] =
				{N_("e2fsck repairs everything: what it cannot place goes to "
				    "lost+found, what makes no sense is cleared; it is ended at "
				    "the first block that the disk cannot read"),
				 STOP_REPAIR, RISK_WRITES, true},
		},
	.looks_again_from = CHECK_REPAIR_ALL, /* -p stops at whatever could uncover more */
	.command = list_command,
	.answer = answer,
	.progress = read_progress,
	.is_safe = is_safe,
	.judge = judge,
};
