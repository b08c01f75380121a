/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disks that are failing: an image comes before any repair. */
#include <errno.h>

#include "action/check_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/health.h"

#define DEADLINE_MS 10000u

static int refuse(const char *name, const char *reasons, struct problem *why)
{
	(void)problem_set(why, -EIO, name,
			  _("a disk under it is failing (%s), and a repair writes to it"), reasons);
	problem_set_next(why, _("Copy it to a good disk with ddrescue first, and repair the copy. "
				"--on-failing-disk repairs it all the same."));
	return -EIO;
}

static void note(struct checking *checking, const char *name, const struct health *health,
		 const char *reasons)
{
	if (text_list_contains(&checking->asked, reasons))
		return; /* another filesystem on the same disk */
	text_list_add(&checking->asked, reasons);
	if (health->verdict == HEALTH_FAILING)
		text_list_format(
			&checking->plan->notes,
			_("A disk under %s is failing (%s). Copy it to a good disk with ddrescue "
			  "before anything else: a check reads a lot, and may be what ends it."),
			name, reasons);
	else
		text_list_format(&checking->plan->notes,
				 _("A disk under %s has had trouble (%s): a copy of what matters "
				   "comes first."),
				 name, reasons);
}

int check_health(struct checking *checking, const struct check_subject *subject,
		 struct problem *why)
{
	_cleanup_(health_done) struct health health = {0};
	_cleanup_free_ char *name = printable_text(subject->device->name), *reasons = NULL;
	bool writes = subject->checker->efforts[subject->strength].risk > RISK_READS;

	health_read(checking->machine, subject->device, DEADLINE_MS, &health);
	if (health.verdict < HEALTH_DOUBTFUL)
		return 0;
	reasons = text_list_join(&health.reasons, "; ");
	if (health.verdict == HEALTH_FAILING && writes &&
	    !answers_has(checking->answers, "on-failing-disk"))
		return refuse(name, reasons, why);
	note(checking, name, &health, reasons);
	return 0;
}
