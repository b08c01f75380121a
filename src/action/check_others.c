/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of exfat, ntfs, f2fs and jfs, whose tools say little; and of swap, which has a header
 * only. */
#include <string.h>

#include "action/check.h"
#include "action/check_words.h"
#include "base/i18n.h"

#define STOP_LOOK N_("It ends at once; nothing was changed.")
#define STOP_REPAIR N_("It ends at once; what it has repaired so far stays.")

/* The words of a program that has one option for each strength. */
static void list_simple(const struct step *step, const char *program, const char *const *options,
			struct text_list *list)
{
	const char *option = options[check_strength_of(step)];

	text_list_add(list, program);
	if (option)
		text_list_split(list, option, " ");
	text_list_add(list, step_get_text(step, "node"));
}

/* The program has not come to look at anything. */
static void fail(const struct check_outcome *outcome, const char *program, struct verdict *verdict)
{
	_cleanup_free_ char *line = check_last_line(outcome->output);

	verdict->is_failed = true;
	text_list_format(&verdict->left, _("%s could not check it: %s"), program,
			 *line ? line : _("it said nothing"));
}

static void add_unnamed(struct text_list *list, const char *program)
{
	if (!list->count)
		text_list_format(list, _("damage that %s does not name"), program);
}

/* --- exfat: fsck.exfat(8) has e2fsck's exit statuses */

enum {
	EXFAT_NOTHING,
	EXFAT_BOOT,
	EXFAT_FILE,
	EXFAT_CLUSTERS,
	EXFAT_BITMAP,
	EXFAT_ENTRY,
	EXFAT_DIRTY
};

static const struct check_group exfat_groups[] = {
	[EXFAT_BOOT] = {N_("the boot region is damaged"), NULL},
	[EXFAT_FILE] = {NP_("damaged file or directory", "damaged files or directories")},
	[EXFAT_CLUSTERS] = {NP_("file with clusters that make no sense",
				"files with clusters that make no sense")},
	[EXFAT_BITMAP] = {N_("the map of used clusters is wrong"), NULL},
	[EXFAT_ENTRY] = {NP_("damaged directory entry", "damaged directory entries")},
	[EXFAT_DIRTY] = {N_("it was not cleanly unmounted"), NULL},
};

static const struct check_pattern exfat_patterns[] = {
	{"files corrupted", EXFAT_NOTHING},
	{"oot region", EXFAT_BOOT},
	{"oot sector", EXFAT_BOOT},
	{"checksum of boot", EXFAT_BOOT},
	{"fs_name", EXFAT_BOOT},
	{"itmap", EXFAT_BITMAP},
	{"luster", EXFAT_CLUSTERS},
	{"entry", EXFAT_ENTRY},
	{"hecksum", EXFAT_FILE},
	{"ERROR:", EXFAT_FILE},
	{"dirty", EXFAT_DIRTY},
};

static const struct check_words exfat_words = {
	.groups = exfat_groups,
	.group_count = ARRAY_SIZE(exfat_groups),
	.patterns = exfat_patterns,
	.pattern_count = ARRAY_SIZE(exfat_patterns),
};

static void list_exfat(const struct step *step, bool is_shown, struct text_list *list)
{
	static const char *const options[] = {"-n", "-p", "-y"};

	(void)is_shown;
	list_simple(step, "fsck.exfat", options, list);
}

static void judge_exfat(const struct check_outcome *outcome, struct verdict *verdict)
{
	check_words_list(&exfat_words, outcome->output, &verdict->found);
	if (outcome->status >= 8) {
		fail(outcome, "fsck.exfat", verdict);
		return;
	}
	if (outcome->status)
		add_unnamed(&verdict->found, "fsck.exfat");
	if (outcome->status == 1)
		text_list_copy(&verdict->repaired, &verdict->found);
	if (!(outcome->status & 4))
		return;
	if (!outcome->is_look)
		text_list_copy(&verdict->left, &verdict->found);
	text_list_add(&verdict->next, outcome->strength == CHECK_REPAIR_ALL
					      ? _("Copy out what can be read, and make it anew.")
					      : _("\"--repair-all\" repairs everything."));
}

static const char *const exfat_types[] = {"exfat", NULL};

const struct checker checker_exfat = {
	.types = exfat_types,
	.program = "fsck.exfat",
	.efforts =
		{
			[CHECK_LOOK] = {N_("fsck.exfat -n reads its tables and directories and "
					   "changes nothing"),
					STOP_LOOK, RISK_READS, false},
			[CHECK_REPAIR] =
				{N_("fsck.exfat -p repairs what it can repair without asking"),
				 STOP_REPAIR, RISK_WRITES, false},
			[CHECK_REPAIR_ALL] = {N_("fsck.exfat -y repairs everything"), STOP_REPAIR,
					      RISK_WRITES, false},
		},
	.counts_bytes = true,
	.needs_primary = true,
	.command = list_exfat,
	.judge = judge_exfat,
};

/* --- ntfs: ntfsfix(8) mends a few things; the rest is Windows' own chkdsk's */

static void list_ntfs(const struct step *step, bool is_shown, struct text_list *list)
{
	static const char *const options[] = {"-n", NULL, "-d"};

	(void)is_shown;
	list_simple(step, "ntfsfix", options, list);
}

static void judge_ntfs(const struct check_outcome *outcome, struct verdict *verdict)
{
	bool is_good = check_has_line(outcome->output, "was processed successfully");

	if (check_has_line(outcome->output, "hibernat"))
		text_list_add(&verdict->found, _("Windows is asleep in it (hibernated, or fast "
						 "start): it must not be written"));
	if (check_has_line(outcome->output, "to $MFT... FAILED") ||
	    check_has_line(outcome->output, "does not match $MFT"))
		text_list_add(&verdict->found, _("the table of files (MFT) and its mirror differ"));
	if (check_has_line(outcome->output, "ootsector is usable") ||
	    check_has_line(outcome->output, "boot sector has been rewritten"))
		text_list_add(&verdict->found, _("the boot sector is damaged; its backup is good"));
	if (check_has_line(outcome->output, "unclean") ||
	    check_has_line(outcome->output, "is dirty") ||
	    check_has_line(outcome->output, "marked dirty"))
		text_list_add(&verdict->found, _("it was not cleanly unmounted"));
	if (outcome->status)
		add_unnamed(&verdict->found, "ntfsfix");
	if (outcome->status == 0 && !outcome->is_look && is_good)
		text_list_copy(&verdict->repaired, &verdict->found);
	else if (!outcome->is_look)
		text_list_copy(&verdict->left, &verdict->found);
	text_list_add(&verdict->remarks, _("ntfsfix looks at little and is no check: only "
					   "Windows' own chkdsk /f is."));
	/* once it has come to its end, it sets the mark even where nothing was wrong */
	if (outcome->status == 0 && is_good && outcome->strength == CHECK_REPAIR)
		text_list_add(&verdict->remarks, _("It is marked as not cleanly unmounted now, so "
						   "that Windows checks it when it starts next."));
	if (verdict->found.count && !verdict->repaired.count)
		text_list_add(&verdict->next, _("Let Windows check it: chkdsk /f."));
}

static const char *const ntfs_types[] = {"ntfs", "ntfs3", NULL};

const struct checker checker_ntfs = {
	.types = ntfs_types,
	.program = "ntfsfix",
	.efforts =
		{
			[CHECK_LOOK] = {N_("ntfsfix -n looks at boot sector and table of files and "
					   "changes nothing; it is no "
					   "full check"),
					STOP_LOOK, RISK_READS, false},
			[CHECK_REPAIR] = {N_("ntfsfix mends boot sector and mirror, empties the "
					     "journal and has Windows check "
					     "it at its next start"),
					  STOP_REPAIR, RISK_WRITES, false},
			[CHECK_REPAIR_ALL] = {N_("as \"--repair\", and the mark that it was not "
						 "unmounted cleanly is taken away"),
					      STOP_REPAIR, RISK_WRITES, false},
		},
	.is_shared = true,
	.counts_bytes = true,
	.command = list_ntfs,
	.judge = judge_ntfs,
};

/* --- f2fs */

enum {
	F2FS_NOTHING,
	F2FS_SUPERBLOCK,
	F2FS_CHECKPOINT,
	F2FS_COUNTS,
	F2FS_NODES,
	F2FS_LINKS,
	F2FS_OTHER
};

static const struct check_group f2fs_groups[] = {
	[F2FS_SUPERBLOCK] = {N_("one of the two superblocks is damaged"), NULL},
	[F2FS_CHECKPOINT] = {N_("a checkpoint is damaged"), NULL},
	[F2FS_COUNTS] = {N_("the counts of blocks, nodes or segments are wrong"), NULL},
	[F2FS_NODES] = {N_("nodes that cannot be reached, or are damaged"), NULL},
	[F2FS_LINKS] = {N_("numbers of names of files are wrong"), NULL},
	[F2FS_OTHER] = {NP_("other damage", "other damages")},
};

static const struct check_pattern f2fs_patterns[] = {
	{"[Ok..]", F2FS_NOTHING},
	{"find a valid F2FS superblock", F2FS_SUPERBLOCK},
	{"Invalid SB CRC", F2FS_NOTHING}, /* said once, above */
	{"nvalid CP", F2FS_CHECKPOINT},
	{"heckpoint is", F2FS_CHECKPOINT},
	{"Duplicate valid checkpoint", F2FS_NOTHING}, /* -f does so at the end, damaged or not */
	{"valid checkpoint", F2FS_CHECKPOINT},
	{"count matching", F2FS_COUNTS},
	{"count matched", F2FS_COUNTS},
	{"bitmap checking", F2FS_COUNTS},
	{"Unreachable nat", F2FS_NODES},
	{"Hard link", F2FS_LINKS},
	{"[Fail]", F2FS_OTHER},
	{"[ASSERT]", F2FS_OTHER},
	{"[FIX]", F2FS_OTHER},
};

static const struct check_words f2fs_words = {
	.groups = f2fs_groups,
	.group_count = ARRAY_SIZE(f2fs_groups),
	.patterns = f2fs_patterns,
	.pattern_count = ARRAY_SIZE(f2fs_patterns),
};

static void list_f2fs(const struct step *step, bool is_shown, struct text_list *list)
{
	static const char *const options[] = {"--dry-run", "-p 1", "-f -y"};

	(void)is_shown;
	list_simple(step, "fsck.f2fs", options, list);
}

static void judge_f2fs(const struct check_outcome *outcome, struct verdict *verdict)
{
	check_words_list(&f2fs_words, outcome->output, &verdict->found);
	if (outcome->status && !check_has_line(outcome->output, "[FSCK]")) {
		fail(outcome, "fsck.f2fs", verdict);
		return;
	}
	if (outcome->status)
		add_unnamed(&verdict->found, "fsck.f2fs");
	if (!verdict->found.count)
		return;
	if (!outcome->is_look && outcome->status < 4) {
		text_list_copy(&verdict->repaired, &verdict->found);
		return;
	}
	if (!outcome->is_look)
		text_list_copy(&verdict->left, &verdict->found);
	text_list_add(&verdict->next, _("\"--repair-all\" repairs everything that fsck.f2fs can."));
}

static const char *const f2fs_types[] = {"f2fs", NULL};

const struct checker checker_f2fs = {
	.types = f2fs_types,
	.program = "fsck.f2fs",
	.efforts =
		{
			[CHECK_LOOK] =
				{N_("fsck.f2fs --dry-run reads its metadata and changes nothing"),
				 STOP_LOOK, RISK_READS, false},
			[CHECK_REPAIR] = {N_("fsck.f2fs -p 1 looks at its metadata, and repairs it "
					     "where something is wrong"),
					  STOP_REPAIR, RISK_WRITES, false},
			[CHECK_REPAIR_ALL] =
				{N_("fsck.f2fs -f -y checks all of it and repairs everything"),
				 STOP_REPAIR, RISK_WRITES, false},
		},
	.counts_bytes = true,
	.command = list_f2fs,
	.judge = judge_f2fs,
};

/* --- jfs: jfs_fsck(8) has e2fsck's exit statuses */

static void list_jfs(const struct step *step, bool is_shown, struct text_list *list)
{
	static const char *const options[] = {"-n -f", "-a", "-f"};

	(void)is_shown;
	list_simple(step, "jfs_fsck", options, list);
}

static void judge_jfs(const struct check_outcome *outcome, struct verdict *verdict)
{
	bool is_clean = check_has_line(outcome->output, "Filesystem is clean.") ||
			check_has_line(outcome->output, "is clean");

	if (outcome->status >= 8) {
		fail(outcome, "jfs_fsck", verdict);
		return;
	}
	if (check_has_line(outcome->output, "marked dirty"))
		text_list_add(&verdict->found, _("it is marked as not clean"));
	if (check_has_line(outcome->output, "uperblock is corrupt"))
		text_list_add(&verdict->found, _("a superblock is damaged"));
	if ((outcome->status & 4 || (outcome->is_look && !is_clean)) && !verdict->found.count)
		add_unnamed(&verdict->found, "jfs_fsck");
	if (outcome->status & 1) {
		add_unnamed(&verdict->found, "jfs_fsck");
		text_list_copy(&verdict->repaired, &verdict->found);
	}
	if (outcome->status & 4 && !outcome->is_look)
		text_list_copy(&verdict->left, &verdict->found);
	if (verdict->found.count && !verdict->repaired.count)
		text_list_add(
			&verdict->next,
			outcome->strength == CHECK_REPAIR_ALL
				? _("Run it once more; then copy out what can be read.")
				: _("\"--repair-all\" repairs everything that jfs_fsck can."));
}

static const char *const jfs_types[] = {"jfs", NULL};

const struct checker checker_jfs = {
	.types = jfs_types,
	.program = "jfs_fsck",
	.efforts =
		{
			[CHECK_LOOK] = {N_("jfs_fsck -n reads its metadata and changes nothing; "
					   "the journal is not replayed"),
					STOP_LOOK, RISK_READS, false},
			[CHECK_REPAIR] = {N_("jfs_fsck -a replays the journal, and repairs where "
					     "that is not enough"),
					  STOP_REPAIR, RISK_WRITES, false},
			[CHECK_REPAIR_ALL] = {N_("jfs_fsck -f replays the journal, checks all of "
						 "it and repairs everything"),
					      STOP_REPAIR, RISK_WRITES, false},
		},
	.is_shared = true,
	.counts_bytes = true,
	.command = list_jfs,
	.judge = judge_jfs,
};

/* --- swap: a header, and nothing behind it that could be wrong */

static void list_swap(const struct step *step, bool is_shown, struct text_list *list)
{
	(void)is_shown;
	text_list_add(list, "swaplabel");
	text_list_add(list, step_get_text(step, "node"));
}

static void judge_swap(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_free_ char *line = check_last_line(outcome->output);

	text_list_add(&verdict->remarks,
		      _("Of swap space only the header can be looked at; what is in it is "
			"worthless after a restart."));
	if (outcome->status == 0)
		return;
	text_list_format(&verdict->found, _("its header is damaged: %s"), line);
	text_list_format(
		&verdict->next,
		_("\"mkswap /dev/%s\" makes it anew; --uuid keeps what the fstab calls it by."),
		outcome->name);
}

static const char *const swap_types[] = {"swap", NULL};

#define SWAP_EFFORT                                                                                \
	{                                                                                          \
		N_("swap space has a header only, which is looked at"), STOP_LOOK, RISK_READS,     \
			false                                                                      \
	}

const struct checker checker_swap = {
	.types = swap_types,
	.program = "swaplabel",
	.efforts = {[CHECK_LOOK] = SWAP_EFFORT,
		    [CHECK_REPAIR] = SWAP_EFFORT,
		    [CHECK_REPAIR_ALL] = SWAP_EFFORT},
	.command = list_swap,
	.judge = judge_swap,
};
