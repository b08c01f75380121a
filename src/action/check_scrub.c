/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of btrfs that is mounted: a scrub reads all of it and compares checksums. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "action/check.h"
#include "action/check_words.h"
#include "base/i18n.h"
#include "base/process.h"

#define STATUS_TIMEOUT_MS 5000
#define EXIT_UNCORRECTABLE 3 /* btrfs-scrub(8) */

static void list_command(const struct step *step, bool is_shown, struct text_list *list)
{
	(void)is_shown;
	text_list_add(list, "btrfs");
	text_list_add(list, "scrub");
	text_list_add(list, "start");
	text_list_add(list, "-B"); /* it stays until it is done */
	text_list_add(list, "-R"); /* all its counters */
	if (check_strength_of(step) == CHECK_LOOK)
		text_list_add(list, "-r");
	text_list_add(list, step_get_text(step, "scrub"));
}

/* What behind LABEL stands as a number in TEXT. */
static unsigned long long get_number(const char *text, const char *label)
{
	const char *found = strstr(text, label);
	unsigned long long value = 0;

	return found && sscanf(found + strlen(label), " %llu", &value) == 1 ? value : 0;
}

static bool ask(const struct step *step, struct step_progress *progress)
{
	const char *const words[] = {
		"btrfs", "scrub", "status", "--raw", step_get_text(step, "scrub"), NULL};
	_cleanup_free_ char *output = NULL;

	if (process_run_checked(words, STATUS_TIMEOUT_MS, &output, NULL) < 0)
		return false;
	*progress = (struct step_progress){
		.done = get_number(output, "Bytes scrubbed:"),
		.total = get_number(output, "Total to scrub:"),
		.unit = "bytes",
		.text = _("comparing all data with its checksums"),
	};
	return true;
}

/* A counter of scrub, "csum_errors: 3", and what it means. */
static const struct {
	const char *label;
	struct check_group group;
} counters[] = {
	{"read_errors:",
	 {NP_("place that its disk could not read", "places that their disk could not read")}},
	{"csum_errors:",
	 {NP_("block whose contents do not fit its checksum",
	      "blocks whose contents do not fit their checksums")}},
	{"verify_errors:",
	 {NP_("block of metadata that contradicts itself",
	      "blocks of metadata that contradict themselves")}},
	{"super_errors:", {NP_("damaged superblock", "damaged superblocks")}},
	{"malloc_errors:",
	 {NP_("place that was left out for want of memory",
	      "places that were left out for want of memory")}},
};

static void count(const struct check_outcome *outcome, struct text_list *found)
{
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		unsigned long long value = get_number(outcome->output, counters[i].label);

		if (value)
			text_list_format(found, "%llu %s", value,
					 P_(counters[i].group.one, counters[i].group.many, value));
	}
}

static void judge(const struct check_outcome *outcome, struct verdict *verdict)
{
	unsigned long long lost = get_number(outcome->output, "uncorrectable_errors:");
	unsigned long long mended = get_number(outcome->output, "corrected_errors:");

	count(outcome, &verdict->found);
	if (outcome->status && outcome->status != EXIT_UNCORRECTABLE) {
		_cleanup_free_ char *line = check_last_line(outcome->output);

		verdict->is_failed = true;
		text_list_format(
			&verdict->left,
			check_has_line(outcome->output, "Read-only file system")
				? _("it is mounted read-only: a scrub that repairs must write")
				: _("the scrub could not be done: %s"),
			line);
		return;
	}
	if (mended)
		text_list_format(&verdict->repaired,
				 P_("%llu block, from its good copy",
				    "%llu blocks, from their good copies", mended),
				 mended);
	if (!verdict->found.count)
		return;
	if (outcome->is_look) {
		text_list_add(&verdict->next, _("\"--repair\" writes good copies over the bad "
						"ones, where there are any."));
	} else if (lost) {
		text_list_format(&verdict->left,
				 P_("%llu block that has no good copy",
				    "%llu blocks that have no good copy", lost),
				 lost);
		text_list_add(&verdict->next, _("The kernel's messages name the files (dmesg): get "
						"these from a backup, and "
						"delete the damaged ones."));
	}
	if (get_number(outcome->output, "read_errors:"))
		text_list_add(&verdict->next,
			      _("A disk under it cannot be read everywhere: replace it."));
}

static const char *const types[] = {"btrfs", NULL};

#define STOP                                                                                       \
	N_("The scrub is cancelled; what it has repaired stays, and \"btrfs scrub resume\" would " \
	   "go on "                                                                                \
	   "from there.")

const struct checker checker_scrub = {
	.types = types,
	.program = "btrfs",
	.efforts =
		{
			[CHECK_LOOK] = {N_("a scrub reads all data and metadata of the mounted "
					   "filesystem and compares them "
					   "with their checksums; it changes nothing"),
					N_("The scrub is cancelled; nothing was changed."),
					RISK_READS, false},
			[CHECK_REPAIR] = {N_("a scrub reads all data and metadata of the mounted "
					     "filesystem, and writes good "
					     "copies over bad ones"),
					  STOP, RISK_WRITES, false},
		},
	.stop_with = SIGINT,
	.command = list_command,
	.poll = ask,
	.judge = judge,
};
