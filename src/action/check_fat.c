/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of FAT, as on EFI system partitions: fsck.fat, and what its words mean. */
#include <string.h>

#include "action/check.h"
#include "action/check_words.h"
#include "base/i18n.h"

#define EXIT_USAGE 2 /* fsck.fat(8) */

enum {
	NOTHING,
	BOOT,
	DIRTY,
	TABLES,
	TABLES_GONE,
	SHARED,
	SIZE,
	START,
	LOST,
	FREE,
	NAME,
	CHAIN,
	DIRECTORY,
	DOTS,
	LABEL,
};

static const struct check_group groups[] = {
	[BOOT] = {N_("the boot sector and its backup differ, or one is damaged"), NULL},
	[DIRTY] = {N_("it was not cleanly unmounted"), NULL},
	[TABLES] = {N_("the two tables of clusters (FATs) differ"), NULL},
	[TABLES_GONE] = {N_("the tables of clusters (FATs) are damaged, all copies of them"), NULL},
	[SHARED] = {NP_("pair of files that share clusters", "pairs of files that share clusters")},
	[SIZE] = {NP_("file whose size does not fit its chain of clusters",
		      "files whose sizes do not fit their chains of clusters")},
	[START] = {NP_("file whose first cluster makes no sense",
		       "files whose first clusters make no sense")},
	[LOST] = {N_("clusters that are marked as used and belong to no file"), NULL},
	[FREE] = {N_("the count of free clusters is wrong"), NULL},
	[NAME] = {NP_("damaged name of a file", "damaged names of files")},
	[CHAIN] = {NP_("chain of clusters that leads to nothing good",
		       "chains of clusters that lead to nothing good")},
	[DIRECTORY] = {NP_("damaged directory", "damaged directories")},
	[DOTS] = {NP_("directory whose links to itself or to the one above it are wrong",
		      "directories whose links to themselves or to the one above them are wrong")},
	[LABEL] = {N_("the label is damaged"), NULL},
};

static const struct check_pattern patterns[] = {
	{"root dir starts with a bad cluster", TABLES_GONE},
	{"Both FATs appear to be corrupt", TABLES_GONE},
	{"and both appear to be corrupt", TABLES_GONE},
	{"differences between boot sector and its backup", BOOT},
	{"backup boot sector", BOOT},
	{"backup root", BOOT},
	{"abel", LABEL},
	{"boot sector", BOOT},
	{"Dirty bit", DIRTY},
	{"dirty bit", DIRTY},
	{"FATs differ", TABLES},
	{"First FAT", TABLES},
	{"media byte", TABLES},
	{"share clusters", SHARED},
	{"File size is", SIZE},
	{"tart cluster beyond", START},
	{"ad start cluster", START},
	{"Start does point", START},
	{"tart cluster", START},
	{"unused cluster", LOST},
	{"Orphan", LOST},
	{"orphan", LOST},
	{"Reclaiming", LOST},
	{"Free cluster summary", FREE},
	{"Bad short file name", NAME},
	{"Bad file name", NAME},
	{"bad file name", NAME},
	{"ong file name", NAME},
	{"LFN", NAME},
	{"Duplicate directory entry", NAME},
	{"Duplicate file name", NAME},
	{"Contains a ", CHAIN}, /* "free cluster", "bad cluster" */
	{"luster chain", CHAIN},
	{"ad cluster", CHAIN},
	{"circular", CHAIN},
	{"Circular", CHAIN},
	{"cluster limit", CHAIN},
	{"Directory", DIRECTORY},
	{"directory", DIRECTORY},
	{"'..' entry", DOTS},
	{"'.' entry", DOTS},
};

static const struct check_words words = {
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.patterns = patterns,
	.pattern_count = ARRAY_SIZE(patterns),
};

static void list_command(const struct step *step, bool is_shown, struct text_list *list)
{
	(void)is_shown;
	text_list_add(list, "fsck.fat");
	text_list_add(list, check_strength_of(step) == CHECK_LOOK ? "-n" : "-a");
	text_list_add(list, step_get_text(step, "node"));
}

/*
 * It knows no difference: what cuts files off is for the last strength. Behind the end of a file
 * that is shorter than its chain there may be another's clusters, or the rest of its own.
 */
static bool is_safe(const struct check_outcome *look)
{
	static const unsigned costly[] = {SHARED, DIRECTORY, START, CHAIN, TABLES_GONE};
	struct check_counts counts;

	check_words_count(&words, look->output, &counts);
	for (size_t i = 0; i < ARRAY_SIZE(costly); i++) {
		if (counts.found[costly[i]])
			return false;
	}
	return !check_has_line(look->output, "chain length is >") &&
	       !(counts.found[SIZE] && counts.found[LOST]);
}

/* The last thing that it says, before or behind the line with its name and version. */
static char *find_reason(const char *output)
{
	const char *version = strstr(output, "fsck.fat ");
	_cleanup_free_ char *last = check_last_line(output), *before = NULL;

	if (!text_has_prefix(last, "fsck.fat ") || !version)
		return TAKE_PTR(last);
	before = text_format("%.*s", (int)(version - output), output);
	return check_last_line(before);
}

/* It comes to an end with two or three lines; one that could not has less. */
static bool has_failed(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_free_ char *last = NULL;
	struct check_counts counts;

	if (outcome->status == 0 || check_has_line(outcome->output, " clusters\n"))
		return false;
	last = find_reason(outcome->output);
	verdict->is_failed = true;
	check_words_count(&words, outcome->output, &counts);
	if (counts.found[TABLES_GONE]) {
		text_list_add(&verdict->left, _(groups[TABLES_GONE].one));
		text_list_add(
			&verdict->next,
			_("What lies in it can only be carved out, with photorec or the like."));
	} else if (check_has_line(outcome->output, "Failed to read") ||
		   check_has_line(outcome->output, "Read "))
		text_list_format(&verdict->left,
				 _("it ends before the boot sector says so, or cannot be read "
				   "there: %s"),
				 last);
	else
		text_list_format(&verdict->left, _("its boot sector makes no sense: %s"), last);
	text_list_add(
		&verdict->next,
		_("Where only boot files lie on it, making it anew and installing the boot loader "
		  "again is quicker than any repair."));
	return true;
}

static void judge(const struct check_outcome *outcome, struct verdict *verdict)
{
	if (has_failed(outcome, verdict))
		return;
	check_words_list(&words, outcome->output, &verdict->found);
	if (outcome->status && !verdict->found.count)
		text_list_add(&verdict->found, _("damage that fsck.fat does not name"));
	if (!outcome->is_look) {
		text_list_copy(&verdict->repaired, &verdict->found);
		if (check_has_line(outcome->output, "Reclaimed "))
			text_list_add(&verdict->remarks,
				      _("What belonged to no file is free space now."));
		if (check_has_line(outcome->output, "  Renamed to FSCK"))
			text_list_add(&verdict->remarks,
				      _("Files whose names made no sense are called FSCK0000.000 "
					"and so on now."));
		return;
	}
	if (!verdict->found.count)
		return;
	if (is_safe(outcome))
		text_list_add(&verdict->next, _("\"--repair\" puts it right."));
	else
		text_list_add(
			&verdict->next,
			_("\"--repair-all\" puts it right, and cuts off or empties files "
			  "whose clusters are in doubt, or drops them: copy out first what can "
			  "be read."));
}

static const char *const types[] = {"vfat", "msdos", "fat", NULL};

const struct checker checker_fat = {
	.types = types,
	.program = "fsck.fat",
	.efforts =
		{
			[CHECK_LOOK] = {N_("fsck.fat -n reads its tables and directories and "
					   "changes nothing"),
					N_("fsck.fat ends at once; nothing was changed."),
					RISK_READS, false},
			[CHECK_REPAIR] = {N_("fsck.fat looks first, and repairs where no file is "
					     "cut off by it"),
					  N_("fsck.fat writes at its end: what it found so far is "
					     "forgotten."),
					  RISK_WRITES, false},
			[CHECK_REPAIR_ALL] = {N_("fsck.fat repairs everything: files whose "
						 "clusters are in doubt are cut off "
						 "or dropped, and clusters of no "
						 "file become free space"),
					      N_("fsck.fat writes at its end: what it found so far "
						 "is forgotten."),
					      RISK_WRITES, false},
		},
	.is_shared = true,
	.counts_bytes = true,
	.needs_primary = true,
	.looks_first = true,
	.looks_again_from = CHECK_REPAIR,
	.command = list_command,
	.is_safe = is_safe,
	.judge = judge,
};
