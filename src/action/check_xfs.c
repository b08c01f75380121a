/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of xfs: xfs_repair, and what its words mean. */
#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "action/check.h"
#include "action/check_words.h"
#include "action/node.h"
#include "base/i18n.h"

/* xfs_repair(8); with -e also what it has repaired */
#define EXIT_DAMAGED 1 /* with -n; else it could not go on */
#define EXIT_LOG 2
#define EXIT_REPAIRED 4

#define AG_COUNT_OFFSET 88 /* struct xfs_dsb, sb_agcount, fs/xfs/libxfs/xfs_format.h */
#define AG_COUNT_MAX 1000000

enum {
	NOTHING,
	SUPERBLOCK,
	SECONDARY,
	FREE_SPACE,
	INODE_INDEX,
	COUNTS,
	ORPHAN,
	INODE_MAP,
	INODE,
	SHARED,
	ENTRY,
	DIRECTORY,
	UNATTACHED,
	LINKS,
	QUOTA,
	LOG,
	METADATA,
};

static const struct check_group groups[] = {
	[SUPERBLOCK] = {N_("the superblock is damaged"), NULL},
	[SECONDARY] = {N_("a backup of the superblock is damaged"), NULL},
	[FREE_SPACE] = {N_("the index of free space is damaged"), NULL},
	[INODE_INDEX] = {N_("the index of inodes is damaged"), NULL},
	[COUNTS] = {N_("the counts of free space and inodes are wrong"), NULL},
	[ORPHAN] = {N_("the list of deleted files that were open is damaged"), NULL},
	[INODE_MAP] = {NP_("inode that is wrong in the map of inodes",
			   "inodes that are wrong in the map of inodes")},
	[INODE] = {NP_("damaged inode", "damaged inodes")},
	[SHARED] = {NP_("file with blocks that something else has, too",
			"files with blocks that something else has, too")},
	[ENTRY] = {NP_("directory entry that leads to nothing good",
		       "directory entries that lead to nothing good")},
	[DIRECTORY] = {NP_("damaged directory", "damaged directories")},
	[UNATTACHED] = {NP_("inode that no directory names", "inodes that no directory names")},
	[LINKS] = {NP_("inode with a wrong number of names",
		       "inodes with a wrong number of names")},
	[QUOTA] = {N_("the quota figures are wrong"), NULL},
	[LOG] = {N_("the log is damaged"), NULL},
	[METADATA] = {N_("metadata with wrong checksums or contents"), NULL},
};

/* What is special before what is general. */
static const struct check_pattern patterns[] = {
	{"Phase ", NOTHING},
	{"moving disconnected inodes", NOTHING},
	{"clear agi unlinked lists", NOTHING},
	{"scan (but don't clear)", NOTHING},
	{"check for inodes claiming", NOTHING},
	{"duplicate extent list", NOTHING},
	{"process known inodes", NOTHING},
	{"newly discovered inodes", NOTHING},
	{"found root inode chunk", NOTHING},
	{"traversing filesystem", NOTHING},
	{"scan filesystem freespace", NOTHING},
	{"allocation groups done", NOTHING},
	{"inodes done", NOTHING},
	{"blocks done", NOTHING},
	{"No modify flag set", NOTHING},
	{"metadata changes in a log", NOTHING},
	{"secondary superblock...", NOTHING},
	{"Primary superblock", NOTHING},
	{"modified primary superblock", NOTHING},
	{"primary superblock", SUPERBLOCK},
	{"bad magic number for superblock", SECONDARY},
	{"secondary superblock", SECONDARY},
	{"resetting superblock", SUPERBLOCK},
	{"sb_", COUNTS},
	{"agf_freeblks", COUNTS},
	{"agf_longest", COUNTS},
	{"agf_btreeblks", COUNTS},
	{"agi_count", COUNTS},
	{"agi_freecount", COUNTS},
	{"agi unlinked", ORPHAN},
	{"unlinked list", ORPHAN},
	{"xfs_agfl", FREE_SPACE},
	{"agfl", FREE_SPACE},
	{"xfs_agf", FREE_SPACE},
	{"xfs_agi", INODE_INDEX},
	{"for agf", FREE_SPACE},
	{" agf ", FREE_SPACE},
	{"for agi", INODE_INDEX},
	{" agi ", INODE_INDEX},
	{"inobt", INODE_INDEX},
	{"inode btree", INODE_INDEX},
	{"bnobt", FREE_SPACE},
	{"cntbt", FREE_SPACE},
	{"btbno", FREE_SPACE},
	{"btcnt", FREE_SPACE},
	{"rmapbt", FREE_SPACE},
	{"refcountbt", FREE_SPACE},
	{"free space", FREE_SPACE},
	{"freespace", FREE_SPACE},
	{"imap claims", INODE_MAP},
	{"imap", INODE_MAP},
	{"nlinks from", LINKS},
	{"disconnected", UNATTACHED},
	{"references free inode", ENTRY},
	{"points to free inode", NOTHING}, /* the same entry once more */
	{"junk", ENTRY},
	{"entry \"", ENTRY},
	{"clearing inode number", NOTHING},
	{"clear inode number", NOTHING},
	{"rebuild directory inode", NOTHING}, /* because of the entry */
	{"rebuilding directory inode", NOTHING},
	{"multiply claimed", SHARED},
	{"claims used block", SHARED},
	{"claims free block", SHARED},
	{"claims metadata block", SHARED},
	{"claims in-use block", SHARED},
	{"uota", QUOTA},
	{"log inconsistent", LOG},
	{"log recovery", LOG},
	{"log record", LOG},
	{"no . entry", DIRECTORY},
	{"no .. entry", DIRECTORY},
	{"root inode", DIRECTORY},
	{"root directory", DIRECTORY},
	{"dir inode", DIRECTORY},
	{"directory", DIRECTORY},
	{"xfs_dir", METADATA},
	{"xfs_inode", METADATA},
	{"on inode", INODE},
	{"in inode", INODE},
	{"for inode", INODE},
	{"inode ", INODE},
	{"Metadata corruption detected", METADATA},
	{"Metadata CRC error detected", METADATA},
	{"bad magic", METADATA},
	{"bad CRC", METADATA},
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
	text_list_add(list, "xfs_repair");
	if (check_strength_of(step) == CHECK_LOOK)
		text_list_add(list, "-n");
	else if (step_get(step, "zero-log"))
		text_list_add(list, "-L");
	if (check_strength_of(step) != CHECK_LOOK && !is_shown)
		text_list_add(list,
			      "-e"); /* its exit status tells whether it has repaired something */
	if (!is_shown) {
		text_list_add(list, "-t");
		text_list_add(list, "1"); /* seconds between its reports, where it has any */
	}
	text_list_add(list, step_get_text(step, "node"));
}

/* How many allocation groups there are: it tells when it begins one. */
static void measure(int fd, struct step *step)
{
	_cleanup_free_ char *text = NULL;
	uint32_t count = 0;

	if (pread(fd, &count, sizeof(count), AG_COUNT_OFFSET) != (ssize_t)sizeof(count))
		return;
	count = be32toh(count);
	if (!count || count > AG_COUNT_MAX)
		return;
	text = text_format("%u", count);
	step_set(step, "groups", text);
}

/* Where each phase begins and ends, in percent, as it goes on ordinary servers. */
static const struct {
	unsigned from, to;
	const char *text;
} phases[] = {
	{0, 1, N_("phase 1 of 7: looking for the superblock")},
	{1, 8, N_("phase 2 of 7: log and free space")},
	{8, 55, N_("phase 3 of 7: inodes")},
	{55, 75, N_("phase 4 of 7: blocks that two files have")},
	{75, 78, N_("phase 5 of 7: building the indexes anew")},
	{78, 97, N_("phase 6 of 7: directories")},
	{97, 100, N_("phase 7 of 7: counting names")},
};

static void set_share(const struct step_progress *now, double share, struct step_progress *progress)
{
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		uint64_t at = phases[i].from + (uint64_t)(share * (phases[i].to - phases[i].from));

		if (now->text == _(phases[i].text) && at > progress->done)
			progress->done = at;
	}
}

static bool read_progress(const struct step *step, const char *line, bool is_extra,
			  struct step_progress *progress)
{
	const char *ago = strstr(line, "agno = ");
	unsigned long number, done, total;

	(void)is_extra;
	if (sscanf(line, "Phase %lu -", &number) == 1 && number && number <= ARRAY_SIZE(phases)) {
		*progress = (struct step_progress){
			.done = phases[number - 1].from,
			.total = 100,
			.unit = "percent",
			.text = _(phases[number - 1].text),
		};
		return true;
	}
	total = (unsigned long)node_get_number(step, "groups");
	if (ago && total && sscanf(ago, "agno = %lu", &number) == 1 && number < total) {
		set_share(progress, (double)number / (double)total, progress);
		return true;
	}
	/* "        - 14:28:23: process known inodes - 30 of 40 inodes done" */
	for (const char *at = strstr(line, " - "); at; at = strstr(at + 1, " - ")) {
		if (sscanf(at, " - %lu of %lu", &done, &total) != 2 || !total || done > total)
			continue;
		set_share(progress, (double)done / (double)total, progress);
		return true;
	}
	return false;
}

/* What is on a device of its own, which nothing in the filesystem names. */
static const struct {
	const char *words, *what, *next;
} apart[] = {
	{"This filesystem has an external log", N_("its log is on another device"),
	 N_("logdev= in the options of its line in fstab names that. Check it by hand: "
	    "\"xfs_repair -n -l LOGDEVICE DEVICE\", and without -n to repair it.")},
	{"filesystem has a realtime subvolume", N_("a part of it is on a realtime device"),
	 N_("rtdev= in the options of its line in fstab names that. Check it by hand: "
	    "\"xfs_repair -n -r RTDEVICE DEVICE\", and without -n to repair it.")},
};

/* It could not come to an end, and why. */
static bool has_failed(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_free_ char *line = NULL;
	static const char *const fatal[] = {
		"fatal error", "ouldn't initialize", "annot open",  "ouldn't open",
		"is mounted",  "contains a mounted", "not a valid", NULL};

	for (size_t i = 0; i < ARRAY_SIZE(apart); i++) {
		if (!check_has_line(outcome->output, apart[i].words))
			continue;
		verdict->is_failed = true;
		text_list_add(&verdict->left, _(apart[i].what));
		text_list_add(&verdict->next, _(apart[i].next));
		return true;
	}
	if (check_has_line(outcome->output, "could not find valid secondary superblock")) {
		verdict->is_failed = true;
		text_list_add(&verdict->left, _("no superblock that can be used was found on it"));
		text_list_add(&verdict->next,
			      _("Is this the right place? A partition table that was "
				"changed moves where filesystems begin."));
		return true;
	}
	for (size_t i = 0; fatal[i] && !line; i++) {
		if (check_has_word(outcome->output, fatal[i]))
			line = check_find_line(outcome->output, fatal[i]);
	}
	if (!line)
		return false;
	verdict->is_failed = true;
	text_list_format(&verdict->left, _("xfs_repair could not go on: %s"), line);
	return true;
}

static void judge_look(const struct check_outcome *outcome, struct verdict *verdict)
{
	struct check_counts counts;

	check_words_count(&words, outcome->output, &counts);
	if (outcome->damage)
		counts.found[SUPERBLOCK] = 0; /* how it is damaged is known better */
	check_words_say(&words, counts.found, &verdict->found);
	if (!verdict->found.count && !outcome->damage)
		text_list_add(&verdict->found, _("damage that xfs_repair does not name"));
	if (check_has_line(outcome->output, "log which is being"))
		text_list_add(
			&verdict->remarks,
			_("Its log has not been replayed, since nothing is written: some of what "
			  "was found may be only what the log puts right."));
	if (!outcome->damage)
		text_list_add(&verdict->next,
			      _("\"--repair\" replays the log, where there is something in it, and "
				"repairs it."));
}

static void judge(const struct check_outcome *outcome, struct verdict *verdict)
{
	if (outcome->status == EXIT_LOG) {
		text_list_add(outcome->is_look ? &verdict->found : &verdict->left,
			      _("its log has changes that were not replayed"));
		text_list_add(
			&verdict->next,
			_("A mount replays them. Where it cannot be mounted, \"--repair-all "
			  "--zero-log\" throws the log away: what was changed last is lost, and "
			  "files that were being written may be damaged."));
		return;
	}
	if (outcome->status && has_failed(outcome, verdict))
		return;
	if (outcome->is_look) {
		if (outcome->status == EXIT_DAMAGED)
			judge_look(outcome, verdict);
		return;
	}
	if (outcome->status == 0)
		return;
	check_words_list(&words, outcome->output, &verdict->found);
	if (outcome->status == EXIT_DAMAGED) {
		_cleanup_free_ char *line = check_last_line(outcome->output);

		text_list_format(&verdict->left, _("xfs_repair could not go on: %s"), line);
		return;
	}
	if (outcome->status == EXIT_REPAIRED && !verdict->found.count)
		text_list_add(&verdict->found, _("damage that xfs_repair does not name"));
	text_list_copy(&verdict->repaired, &verdict->found);
	if (check_has_line(outcome->output, ", moving to lost+found"))
		text_list_add(&verdict->next,
			      _("What no directory named is in its folder lost+found now."));
	if (check_has_line(outcome->output, "quota information was cleared"))
		text_list_add(&verdict->remarks,
			      _("The limits of its quotas are lost: they must be set again."));
	if (check_has_line(outcome->output, "stripe unit"))
		text_list_add(
			&verdict->remarks,
			_("The superblock was taken from a backup: a RAID's stripe sizes in it may "
			  "be wrong, which costs speed only."));
}

static const char *const types[] = {"xfs", NULL};

const struct checker checker_xfs = {
	.types = types,
	.program = "xfs_repair",
	.efforts =
		{
			[CHECK_LOOK] = {N_("xfs_repair -n reads all of its metadata and changes "
					   "nothing; the log is "
					   "not replayed"),
					N_("xfs_repair ends at once; nothing was changed."),
					RISK_READS, false},
			[CHECK_REPAIR] = {N_("a log with changes in it is replayed by a mount; "
					     "then xfs_repair looks first, and, where the disk "
					     "gives everything, mends the "
					     "metadata: what no directory names goes to "
					     "lost+found, inodes that make "
					     "no sense are cleared"),
					  N_("It is better not to: an xfs_repair that is ended "
					     "while it writes leaves the "
					     "filesystem worse than it was, and it cannot be "
					     "mounted until another "
					     "xfs_repair has come to its end."),
					  RISK_WRITES, false},
			[CHECK_REPAIR_ALL] = {N_("as \"--repair\": xfs_repair knows one strength; "
						 "with \"--zero-log\" a log that cannot be "
						 "replayed is thrown away"),
					      N_("It is better not to: an xfs_repair that is ended "
						 "while it writes leaves "
						 "the filesystem worse than it was, and it cannot "
						 "be mounted until "
						 "another xfs_repair has come to its end."),
					      RISK_WRITES, false},
		},
	.looks_again_from = CHECK_REPAIR,
	.command = list_command,
	.measure = measure,
	.progress = read_progress,
	.judge = judge,
};
