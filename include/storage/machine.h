/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The snapshot of all block devices, immutable once made and freed whole.
 *
 * Devices stand parents first, in natural order of their names, disk images as they were given.
 * Lookups borrow.
 */
#ifndef REFLOAT_STORAGE_MACHINE_H
#define REFLOAT_STORAGE_MACHINE_H

#include "base/cleanup.h"
#include "storage/device.h"

enum machine_source {
	MACHINE_LIVE,     /* this machine */
	MACHINE_IMAGES,   /* --image: only the given files */
	MACHINE_RECORDED, /* --sysroot: a folder; nothing can be opened or changed */
};

struct machine {
	enum machine_source source;
	char *sysroot;            /* RECORDED: the folder */
	struct device **devices;  /* owned */
	size_t count;
	size_t capacity;
	struct text_list notes;   /* what could not be found out, sentences */
};

struct machine *machine_new(enum machine_source source);
struct machine *machine_free(struct machine *machine);
DEFINE_CLEANUP_POINTER(struct machine, machine_free);
#define _cleanup_machine_ _cleanup_(machine_free_cleanup)

/* Takes DEVICE over. */
void machine_add(struct machine *machine, struct device *device);
/* Puts devices and children into their stated order; the last act of making a machine. */
void machine_sort(struct machine *machine);
/* A copy that shares nothing. */
struct machine *machine_copy(const struct machine *machine);
/* Adds copies of the dormant devices of FROM, whatever of what they lie on is there, to TO. */
void machine_take_dormant(struct machine *to, const struct machine *from);

/* By shown name, kernel name, path or alias, "/dev/" optional. NULL where there is none. */
const struct device *machine_find(const struct machine *machine, const char *name);
const struct device *machine_find_number(const struct machine *machine, dev_t number);

/*
 * What the kernel says is there, a line for each of its block devices: names, numbers, sizes. Two
 * of these differ where something came, went or changed its size. Loop devices over a device are left
 * out: we attach those ourselves for looking. The caller frees.
 */
char *machine_fingerprint(const struct machine *machine);

/*
 * Devices with that tag, among all devices that are not rescue's own. TAG is "UUID", "LABEL",
 * "PARTUUID" or "PARTLABEL"; UUIDs compare without case. Fills MATCHES (caller's array of MAX)
 * and returns how many there are, which may be more than MAX. Members whose array or volume
 * carries the same tag are left out.
 */
size_t machine_find_tag(const struct machine *machine, const char *tag, const char *value,
			const struct device **matches, size_t max);

#endif
