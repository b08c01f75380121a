/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * md RAID from its members' superblocks: what arrays there are, whole, degraded, stale or split.
 *
 * Members are read in the probe (storage/probe.h), versions 0.90, 1.0, 1.1 and 1.2, containers of
 * foreign formats by name. Everything else here is pure: it works on a recorded machine as well.
 */
#ifndef REFLOAT_STORAGE_ARRAY_H
#define REFLOAT_STORAGE_ARRAY_H

#include "storage/machine.h"

/*
 * In the probe's child: the md superblock of the SIZE bytes at OFFSET of FD. 0 with *RET_RAID the
 * caller's; -ENOENT: none; -EIO and others: it cannot be read; -EBADMSG: there is one and its sum
 * is wrong.
 */
int raid_member_read(int fd, uint64_t offset, uint64_t size, struct raid_member **ret_raid);

/*
 * The same for a member of a firmware's container, which libblkid calls TYPE: -ENOENT for any other
 * type. Its array_uuid is one of our own, "imsm:89abcdef", its level "container"; places there are
 * none.
 */
int raid_container_read(int fd, uint64_t offset, uint64_t size, const char *type,
			struct raid_member **ret_raid);

/* How the members of one array fit together. */
struct array_view {
	const struct raid_member *best; /* the newest superblock; borrowed */
	const struct device **members;	/* that go into it: by their places, then its journal and
					   spares; owned array */
	size_t member_count;
	const struct device **stale; /* left out: behind, or written apart; owned array */
	size_t stale_count;
	unsigned working;	/* places with a member that is in sync */
	unsigned missing;	/* places without a member */
	unsigned lost;		/* of these, that had one when it was last written */
	unsigned rebuilding;	/* places whose member was being rebuilt */
	unsigned spares;
	bool is_clean;		/* nothing was being written */
	bool is_startable;	/* its level can do without those that are missing */
	bool is_split;		/* two groups of members each ran without the other */
	char *state;		/* "[U_]": U for each place with a member that is in sync */
	char *obstacle;		/* why it must not be started as it is; NULL: it can be */
	struct text_list notes; /* what is odd about it, sentence parts */
};

/* Sees how the members of array UUID on MACHINE fit together. -ENOENT: there are none. */
int array_view(const struct machine *machine, const char *array_uuid, struct array_view *view);
void array_view_done(struct array_view *view);
#define _cleanup_array_view_ _cleanup_(array_view_done)

/*
 * Adds a dormant device (kind MD, linked to its members) for each array that has members here and
 * is not running, makes one of an array that was begun and not started, and notes what is odd about
 * running ones (an array that runs without a member which is here). Its name is the node that it
 * will get: "md0" where its superblock's name is a number that is free, "md/root" for a named one,
 * whose path is /dev/md/root. Called once all disks have answered, and again where something dormant
 * has been found to have members on it; what is there already stays.
 */
void array_add_dormant(struct machine *machine);

#endif
