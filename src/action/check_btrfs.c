/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of btrfs that is not mounted: btrfs check, and what its words mean. */
#include <stdio.h>
#include <string.h>

#include "action/check.h"
#include "action/check_words.h"
#include "base/i18n.h"

enum {
	NOTHING,
	SUPERBLOCK,
	BLOCK,
	CHUNKS,
	TREES,
	EXTENTS,
	FREE_SPACE,
	ROOTS,
	INODES,
	ENTRIES,
	CHECKSUMS,
	REFERENCES,
	QUOTA,
	SIZE,
	MISSING,
};

static const struct check_group groups[] = {
	[SUPERBLOCK] = {N_("no superblock that can be used"), NULL},
	[BLOCK] = {NP_("block of metadata that has no good copy",
		       "blocks of metadata that have no good copy")},
	[CHUNKS] = {N_("the tree that says where everything lies (chunk tree) cannot be read"),
		    NULL},
	[TREES] = {N_("a tree that everything else hangs from cannot be read"), NULL},
	[EXTENTS] = {N_("the record of used space (extent tree) is damaged"), NULL},
	[FREE_SPACE] = {N_("the record of free space is wrong"), NULL},
	[ROOTS] = {N_("the roots of trees are damaged"), NULL},
	[INODES] = {NP_("damaged inode", "damaged inodes")},
	[ENTRIES] = {NP_("directory entry that leads to nothing good",
			 "directory entries that lead to nothing good")},
	[CHECKSUMS] = {N_("checksums of data are missing or wrong"), NULL},
	[REFERENCES] = {N_("references between subvolumes are wrong"), NULL},
	[QUOTA] = {N_("the quota figures are wrong"), NULL},
	[MISSING] = {N_("a device of it is missing"), NULL},
	[SIZE] = {N_("the size of a device is wrong in it"), NULL},
};

static const struct check_pattern patterns[] = {
	{"No valid Btrfs found", SUPERBLOCK},
	{"superblock checksum", SUPERBLOCK},
	{"superblock magic", SUPERBLOCK},
	{"annot read chunk root", CHUNKS},
	{"annot read chunk", CHUNKS},
	{"ouldn't read chunk", CHUNKS},
	{"ouldn't map the block", CHUNKS},
	{"read tree root", TREES},
	{"setup extent tree", EXTENTS},
	{"read block groups", EXTENTS},
	{"warning, device ", MISSING},
	{"is missing or not writ", MISSING},
	{"setup device tree", TREES},
	{"ould not setup", TREES},
	{"ouldn't setup", TREES},
	{"bad tree block", BLOCK},
	{"Csum didn't match", BLOCK}, /* once, behind each of its copies */
	{"bad block ", BLOCK},
	{"root items", ROOTS},
	{"errors found in extent allocation", EXTENTS},
	{"ref mismatch on", EXTENTS},
	{"backpointer mismatch", EXTENTS},
	{"owner ref check failed", EXTENTS},
	{"errors found in free space", FREE_SPACE},
	{"amount of free space", FREE_SPACE},
	{"free space info", FREE_SPACE},
	{"unresolved ref dir", ENTRIES},
	{"errors found in csum", CHECKSUMS},
	{"csum exists for", CHECKSUMS},
	{"no extents for csum range", CHECKSUMS},
	{"mirror ", CHECKSUMS},
	{"errors found in root refs", REFERENCES},
	{"errors found in quota", QUOTA},
	{"No device size related", NOTHING},
	{"device size", SIZE},
	{"total_bytes", SIZE},
	{" errors ", INODES}, /* "root 5 inode 257 errors 200, dir isize wrong" */
};

static const struct check_words words = {
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.patterns = patterns,
	.pattern_count = ARRAY_SIZE(patterns),
	.is_by_inode = true,
};

static void list_command(const struct step *step, bool is_shown, struct text_list *list)
{
	bool is_repair = check_strength_of(step) == CHECK_REPAIR_ALL;

	text_list_add(list, "btrfs");
	text_list_add(list, "check");
	text_list_add(list, is_repair ? "--repair" : "--readonly");
	if (!is_shown)
		/* no ten seconds to think: that was in the plan; and with it btrfs neither wants
		 * the device alone nor minds that it is mounted: see is_shared */
		text_list_add(list, "--force");
	if (step_get(step, "check-data") && !is_repair)
		text_list_add(list, "--check-data-csum");
	if (step_get(step, "mirror")) {
		text_list_add(list, "--super");
		text_list_add(list, step_get(step, "mirror"));
	}
	text_list_add(list, "--progress");
	text_list_add(list, step_get_text(step, "node"));
}

/* "[2/7] checking extents   (0:00:01 elapsed, 72 items checked)": it does not say of how many. */
static bool read_progress(const struct step *step, const char *line, bool is_extra,
			  struct step_progress *progress)
{
	static const char *const texts[] = {
		N_("part 1 of 7: roots of trees"),
		N_("part 2 of 7: extents"),
		N_("part 3 of 7: free space"),
		N_("part 4 of 7: files and directories"),
		N_("part 5 of 7: checksums of data"),
		N_("part 6 of 7: references of subvolumes"),
		N_("part 7 of 7: quotas"),
	};
	unsigned long part, parts;
	const char *items;

	(void)step;
	(void)is_extra;
	if (sscanf(line, "[%lu/%lu] checking", &part, &parts) != 2 || !part ||
	    part > ARRAY_SIZE(texts))
		return false;
	items = strstr(line, "elapsed, ");
	*progress = (struct step_progress){.unit = "items", .text = _(texts[part - 1])};
	if (items && sscanf(items, "elapsed, %lu items", &part) == 1)
		progress->done = part;
	return true;
}

/* Blocks that one copy was bad of, and that were read from another all the same. */
static void judge_copies(const struct check_outcome *outcome, struct verdict *verdict)
{
	if (!check_has_line(outcome->output, "checksum verify failed") &&
	    !check_has_line(outcome->output, "parent transid verify failed"))
		return;
	text_list_add(&verdict->found,
		      _("copies of metadata with wrong checksums; another copy of each is good"));
	text_list_add(&verdict->next,
		      _("Mount it and let a scrub write the good copies over the bad ones: "
			"\"refloat mount\", then this check with \"--repair\"."));
}

/* The least dangerous first. */
static void say_next(const struct check_outcome *outcome, const struct check_counts *counts,
		     struct verdict *verdict)
{
	if (counts->found[MISSING])
		text_list_add(
			&verdict->next,
			_("Find the device that is missing before anything else: with it this "
			  "may be no damage at all."));
	text_list_add(
		&verdict->next,
		_("First get out what matters: \"refloat mount --salvage\" (mount -o "
		  "ro,rescue=all) "
		  "reads past most damage, \"btrfs restore\" past even more; neither writes."));
	if (outcome->strength != CHECK_REPAIR_ALL)
		text_list_add(
			&verdict->next,
			_("\"--repair-all\" (btrfs check --repair) comes last: it may make it "
			  "worse, "
			  "and cannot be taken back. \"--save-metadata FOLDER\" keeps a copy of "
			  "the "
			  "metadata."));
}

static void judge(const struct check_outcome *outcome, struct verdict *verdict)
{
	bool has_opened = !check_has_line(outcome->output, "cannot open file system");
	struct check_counts counts;

	if (outcome->status == 0 && outcome->is_look) {
		judge_copies(outcome, verdict);
		return;
	}
	check_words_count(&words, outcome->output, &counts);
	check_words_say(&words, counts.found, &verdict->found);
	if (outcome->status == 0) {
		text_list_copy(&verdict->repaired, &verdict->found);
		return;
	}
	if (check_has_word(outcome->output, "is currently mounted") ||
	    check_has_word(outcome->output, "the device is busy") ||
	    check_has_line(outcome->output, "Device or resource busy")) {
		verdict->is_failed = true;
		text_list_add(&verdict->left, _("it is in use"));
		return;
	}
	if (!verdict->found.count)
		text_list_add(&verdict->found, _("damage that btrfs check does not name"));
	if (!outcome->is_look)
		text_list_copy(&verdict->left, &verdict->found);
	if (!has_opened && !outcome->is_look)
		text_list_add(&verdict->remarks,
			      _("btrfs check could not even open it, and changed nothing."));
	say_next(outcome, &counts, verdict);
}

static const char *const types[] = {"btrfs", NULL};

const struct checker checker_btrfs = {
	.types = types,
	.program = "btrfs",
	.efforts =
		{
			[CHECK_LOOK] = {N_("btrfs check --readonly reads all of its metadata and "
					   "changes nothing"),
					N_("btrfs check ends at once; nothing was changed."),
					RISK_READS, false},
			[CHECK_REPAIR] = {N_("a superblock is put right from its copies; beyond "
					     "that nothing of btrfs can be "
					     "repaired safely but by a scrub, which needs it "
					     "mounted: this looks only"),
					  N_("btrfs check ends at once; nothing was changed."),
					  RISK_READS, false},
			[CHECK_REPAIR_ALL] =
				{N_("btrfs check --repair can make a damaged "
				    "filesystem worse, and is for when what "
				    "matters has been copied out of it: "
				    "\"refloat mount --salvage\" and \"btrfs restore\" come first"),
				 N_("It is better not to: a btrfs check --repair that "
				    "is ended while it writes "
				    "may leave the filesystem worse than it was."),
				 RISK_DESTROYS, false},
		},
	.is_shared = true,
	.has_returns = true,
	.command = list_command,
	.progress = read_progress,
	.judge = judge,
};
