/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the resolver: what one source of an fstab line leads to, its options, the order. */
#ifndef REFLOAT_SYSTEM_RESOLVER_H
#define REFLOAT_SYSTEM_RESOLVER_H

#include "system/resolve.h"

/* What is known while a system is resolved. */
struct resolver {
	const struct machine *machine;
	const struct survey *survey;
	const struct system *system;
	const struct resolve_options *options;
	const struct device *root;      /* where the system was found; NULL: not here any more */
	const struct device **claimed;  /* devices that a line names beyond doubt */
	size_t claimed_count;
	char *old_root_disk;            /* the disk of the root as a plain name in fstab: "hda" */
	struct text_list old_disks;     /* every disk that fstab has a plain name of, each once */
};

/* What a source leads to. Exactly one of device, many, or neither (missing). */
struct match {
	const struct device *device;
	bool is_guess;
	bool is_many;                /* several fit; candidates has them */
	char *reason;                /* a sentence part, always set */
	struct text_list candidates; /* names, best first */
};

void match_done(struct match *match);
#define _cleanup_match_ _cleanup_(match_done)

/* Where the device found is one of several of a btrfs filesystem, the one that stands for them. */
void match_take_filesystem(struct match *match);

/* Whether the source of ENTRY is a plain kernel name, which may mean another disk by now. */
bool source_is_plain(const struct fstab_entry *entry);

/* Follows everything but plain names: tags, /dev/disk links, mappings, arrays. */
void source_find(const struct resolver *resolver, const struct fstab_entry *entry,
		 struct match *match);

/* Follows a plain name; needs the claimed devices. */
void source_find_plain(const struct resolver *resolver, const struct fstab_entry *entry,
		       struct match *match);

/* Follows /dev/md..., in *MATCH; false: SOURCE is none. */
bool source_find_array(const struct resolver *resolver, const char *source, struct match *match);

/* Partition NUMBER of DISK, which is DISK itself for 0; NULL: there is none. */
const struct device *partition_find(const struct device *disk, unsigned number);

/* UUID (may be NULL) in lower case without what different programs put between its digits; the
 * caller frees. */
char *uuid_bare(const char *uuid);

/* The disk part of plain NAME ("hda" of "/dev/hda3", "nvme0n1" of "nvme0n1p2"), the caller's, its
 * place among its kind and the partition number (0: the whole disk). False: no such name. */
bool source_split_plain(const char *name, char **ret_disk, unsigned *ret_place,
			unsigned *ret_number);

/* The disk parts of all plain names in FSTAB, each once. */
void source_list_old_disks(const struct fstab *fstab, struct text_list *disks);

bool resolver_is_claimed(const struct resolver *resolver, const struct device *device);

/* Whether what is on DEVICE fits the type that an fstab line gives. */
bool type_agrees(const char *fstab_type, const struct device *device);

/* Devices near to what ENTRY wants, best first, added to CANDIDATES. */
void candidates_find(const struct resolver *resolver, const struct fstab_entry *entry,
		     struct text_list *candidates);

/* Sets options, needed_options and dropped of RESOLVED. */
void options_resolve(const struct resolver *resolver, const struct device *device,
		     struct resolved_entry *resolved, struct text_list *notes);

/*
 * Settles those of OPTIONS that say which subvolume of the btrfs filesystem on DEVICE, and which
 * devices, RESOLVED means; what is left out goes to its dropped options. A subvolume that is not
 * there makes the entry missing.
 */
void btrfs_options_settle(const struct resolver *resolver, const struct device *device,
			  struct resolved_entry *resolved, struct text_list *options,
			  struct text_list *notes);

/* Names in the missing entries of RESOLUTION the locked containers that may hold them. */
void locked_resolve(const struct resolver *resolver, struct resolution *resolution);

/* What keeps DEVICE's stack from being brought up: why, a sentence part; what of it lacks members, where
 * that must be agreed to. NULL: nothing; the caller frees. */
char *stack_find_hindrance(const struct device *device);
char *stack_find_incompleteness(const struct device *device);

/* Sets what happens to ENTRY, and why. */
void entry_decide(struct resolved_entry *entry, enum resolved_action action, bool can_switch_on,
		  const char *reason);

/* Of several lines for one mount point mount -a would stack the mounts, so that only the last one is
 * seen: the others are skipped. */
void duplicates_skip(struct resolution *resolution);

/* Guesses for one device that two lines mean by different names: none is to be trusted. */
void shared_guesses_doubt(struct resolution *resolution);

/* Puts entries into the order of mounting; what would go in a circle is skipped. */
void order_resolve(struct resolution *resolution);

/* Absolute PATH without "//", "." and "..", which stop at the root; the caller frees; NULL: not
 * absolute. */
char *mountpoint_normalise(const char *path);

#endif
