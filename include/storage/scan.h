/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding out what is plugged in.
 *
 * A scan reads sysfs at once (never a disk), then probes each disk in a child process of its own,
 * and delivers what each says as it comes. A front end that must not wait polls the scan's
 * descriptor and takes snapshots; one that may wait calls scan_machine.
 */
#ifndef REFLOAT_STORAGE_SCAN_H
#define REFLOAT_STORAGE_SCAN_H

#include <stdbool.h>

#include "base/problem.h"
#include "storage/machine.h"

#define SCAN_DEADLINE_MS 10000 /* a disk that has not answered by then is shown as silent */

struct scan_options {
	struct text_list images; /* --image: these files instead of this machine */
	const char *sysroot;     /* --sysroot: a recorded machine instead; borrowed */
	unsigned deadline_ms;    /* for each disk, from the start of its probe; 0: the default */
};

struct scan;

/*
 * Reads the graph and starts the probes. Problems: an image that cannot be opened, is no regular
 * file or is of an unknown kind (what, why and next are said); a sysroot without sys/.
 */
int scan_start(const struct scan_options *options, struct scan **ret_scan, struct problem *why);

int scan_fd(const struct scan *scan);        /* readable when scan_dispatch has work; borrowed */
int scan_timeout_ms(const struct scan *scan); /* until the next deadline; -1: none */

/* Handles what is there without blocking. Returns how many devices have new results. */
int scan_dispatch(struct scan *scan);
bool scan_is_finished(const struct scan *scan);

/* Names of disks whose probes have not answered yet. */
void scan_list_pending(const struct scan *scan, struct text_list *names);

/* Once finished: -EINVAL and why where an image turned out to be none. */
int scan_check(const struct scan *scan, struct problem *why);

/* The machine as known now; the caller frees. */
struct machine *scan_snapshot(const struct scan *scan);

/*
 * Hands what was attached for this scan's images (qemu-nbd) over to ATTACHED, for those who look into
 * them when the scan has gone; they call scan_detach in the end.
 */
void scan_keep_attached(struct scan *scan, struct text_list *attached);
void scan_detach(struct text_list *attached);

/* Ends probes that still run. Attachments that nobody has kept are taken away. */
struct scan *scan_free(struct scan *scan);
DEFINE_CLEANUP_POINTER(struct scan, scan_free);
#define _cleanup_scan_ _cleanup_(scan_free_cleanup)

/*
 * The fingerprint (storage/machine.h) that a machine scanned now would have: what sysfs shows of
 * this machine; no disk is asked. The caller frees.
 */
int scan_fingerprint(char **ret_fingerprint, struct problem *why);

/* Called while scan_machine waits, at each result and once a second; PENDING are the names. */
typedef void (*scan_on_progress_fn)(void *data, const struct text_list *pending);

/*
 * Start, wait until finished, snapshot. ON_PROGRESS may be NULL, and so may ATTACHED, which is as for
 * scan_keep_attached, where nobody looks into images afterwards.
 */
int scan_machine(const struct scan_options *options, scan_on_progress_fn on_progress, void *data,
		 struct text_list *attached, struct machine **ret_machine, struct problem *why);

#endif
