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
	SHARED,
	SIZE,
	START,
	LOST,
	FREE,
	NAME,
	CHAIN,
	DIRECTORY,
	LABEL,
};

static const struct check_group groups[] = {
	[BOOT] = {N_("the boot sector and its backup differ, or one is damaged"), NULL},
	[DIRTY] = {N_("it was not cleanly unmounted"), NULL},
	[TABLES] = {N_("the two tables of clusters (FATs) differ"), NULL},
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
	[LABEL] = {N_("the label is damaged"), NULL},
};

static const struct check_pattern patterns[] = {
	{"differences between boot sector and its backup", BOOT},
	{"backup boot sector", BOOT},
	{"backup root", BOOT},
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
	{"ontains a free cluster", CHAIN},
	{"luster chain", CHAIN},
	{"ad cluster", CHAIN},
	{"circular", CHAIN},
	{"Circular", CHAIN},
	{"cluster limit", CHAIN},
	{"Directory", DIRECTORY},
	{"directory", DIRECTORY},
	{"\"..\"", DIRECTORY},
	{"\".\"", DIRECTORY},
	{"abel", LABEL},
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

/* It knows no difference: what cuts files off is for the last strength. */
static bool is_safe(const struct check_outcome *look)
{
	struct check_counts counts;

	check_words_count(&words, look->output, &counts);
	return !counts.found[SHARED] && !counts.found[DIRECTORY];
}

/* It comes to an end with two or three lines; one that could not has less. */
static bool has_failed(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_free_ char *last = NULL;

	if (outcome->status == 0 || check_has_line(outcome->output, " clusters\n"))
		return false;
	last = check_last_line(outcome->output);
	verdict->is_failed = true;
	if (check_has_line(outcome->output, "Failed to read") ||
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
		if (check_has_line(outcome->output, "FSCK0"))
			text_list_add(&verdict->remarks,
				      _("What belonged to no file is in files named "
					"FSCK0000.REC and so on now."));
		return;
	}
	if (!verdict->found.count)
		return;
	if (is_safe(outcome))
		text_list_add(&verdict->next, _("\"--repair\" puts it right."));
	else
		text_list_add(&verdict->next, _("\"--repair-all\" puts it right, and cuts off or "
						"empties files that share "
						"clusters: copy them out first."));
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
			[CHECK_REPAIR_ALL] = {N_("fsck.fat repairs everything; of two files that "
						 "share clusters, the second "
						 "is cut off"),
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
