/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a disk says of itself that it is failing: smartctl's JSON, read and judged.
 */
#ifndef REFLOAT_STORAGE_HEALTH_H
#define REFLOAT_STORAGE_HEALTH_H

#include "base/cleanup.h"
#include "base/text.h"
#include "storage/machine.h"

enum health_verdict {
	HEALTH_UNKNOWN, /* it has no SMART, or smartctl is not installed; reasons say which */
	HEALTH_GOOD,
	HEALTH_DOUBTFUL, /* sectors could not be read, or were replaced */
	HEALTH_FAILING,  /* it says so itself, or its figures do */
};

struct health {
	enum health_verdict verdict;
	struct text_list reasons; /* sentence parts: "12 sectors could not be read", printable */
};
void health_done(struct health *health);
#define _cleanup_health_ _cleanup_(health_done)

/* Judges what "smartctl --json -H -A -i" printed: LENGTH bytes that nobody can trust. */
void health_judge(const char *text, size_t length, struct health *health);

/*
 * Asks the disk under DEVICE, each of them where there are several, and keeps the worst, whose reasons
 * name the disk. Waits for DEADLINE_MS at most for each. A recorded machine has refloat/smart/NAME.json.
 */
void health_read(const struct machine *machine, const struct device *device, unsigned deadline_ms,
		 struct health *health);

const char *health_verdict_name(enum health_verdict verdict); /* "unknown", "good", ... */

#endif
