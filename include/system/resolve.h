/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From fstab to what is to be mounted: a pure function.
 *
 * In go the devices that the probes saw, a system's fstab, crypttab and mdadm.conf, and what the
 * user chose; out comes every entry, in the order of mounting, with its device, its options and a
 * reason a person can follow. It opens nothing and needs no root. No device is ever picked
 * silently: two that fit make the entry ambiguous, a changed plain name makes it a guess.
 */
#ifndef REFLOAT_SYSTEM_RESOLVE_H
#define REFLOAT_SYSTEM_RESOLVE_H

#include "storage/machine.h"
#include "system/system.h"

enum resolved_action {
	RESOLVED_MOUNT,     /* will be mounted */
	RESOLVED_SKIP,      /* not mounted by default or by choice; reason says why */
	RESOLVED_MISSING,   /* its device is not here; candidates may be near */
	RESOLVED_AMBIGUOUS, /* several devices fit; candidates lists them */
	RESOLVED_UNCONFIRMED, /* a guess that the user has not accepted */
};

enum resolved_kind {
	RESOLVED_DEVICE,  /* a filesystem on a device */
	RESOLVED_BIND,    /* a folder of the target shown at another place */
	RESOLVED_OVERLAY, /* folders of the target over each other */
	RESOLVED_PSEUDO,  /* tmpfs, proc, ... */
	RESOLVED_NETWORK,
	RESOLVED_SWAP,
	RESOLVED_FOREIGN, /* zfs and others that mount cannot do */
};

struct resolved_entry {
	const struct fstab_entry *entry; /* borrowed from the system; NULL: root made up, no line */
	enum resolved_action action;
	enum resolved_kind kind;
	char *device;       /* name in the machine; NULL where none */
	char *source;       /* for kinds without a device: what stands in fstab, unescaped */
	char *mountpoint;   /* normalised: absolute, no "..", no double slash; "none" for swap */
	char *type;         /* what the probe saw, else fstab's word; NULL for bind */
	char *options;      /* for the first try, joined; "" for none */
	char *needed_options; /* for the retry when the kernel refuses; "" for none */
	struct text_list dropped; /* options of the fstab left out, as written */
	char *reason;       /* why this action and this device: one sentence part; never NULL */
	bool is_guess;      /* the device was inferred, not named */
	bool is_read_only;
	bool is_required;   /* the root: without it nothing else makes sense */
	bool can_switch_on; /* SKIP: --with may turn it on */
	bool is_degraded;   /* members of what it lies on are missing: mounted only if agreed to */
	struct text_list candidates; /* names of devices that are near, best first */
	char *damaged;      /* MISSING: name of the device that it is on, whose first superblock is gone;
	                       NULL otherwise */
	struct text_list locked; /* MISSING: containers that are locked and may hold it, names */
};

struct resolution {
	struct resolved_entry *entries; /* to mount first: depth of mount point; the rest behind */
	size_t count;
	size_t capacity;
	struct text_list notes; /* what the person should know: sentences */
};

struct resolve_options {
	bool is_read_only;
	bool accept_guesses;
	bool allow_degraded; /* what lies on an array or filesystem with members missing, too */
	const struct text_list *with; /* mount points or sources to switch on; may be NULL */
	const struct text_list *skip; /* mount points or sources to leave out; may be NULL */
};

/* Resolves SYSTEM's fstab. -EINVAL where with or skip name no entry (says which there are). */
int resolve_system(const struct machine *machine, const struct survey *survey,
		   const struct system *system, const struct resolve_options *options,
		   struct resolution **ret_resolution, struct problem *why);

struct resolution *resolution_free(struct resolution *resolution);
DEFINE_CLEANUP_POINTER(struct resolution, resolution_free);
#define _cleanup_resolution_ _cleanup_(resolution_free_cleanup)

const char *resolved_action_name(enum resolved_action action); /* "mount", "skip", ...: for JSON */

#endif
