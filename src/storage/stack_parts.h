/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The guard of a look through stacks, and what brings each kind of thing up in it.
 *
 * Everything that it makes stands on loop devices which carry its mark, so that all of it is found
 * from these through sysfs, by the guard itself and, should it be killed, by the next one.
 */
#ifndef REFLOAT_STORAGE_STACK_PARTS_H
#define REFLOAT_STORAGE_STACK_PARTS_H

#include "base/root.h"
#include "storage/machine.h"

#define STACK_PREFIX "refloat-look" /* of every device-mapper name of ours */
#define STACK_GROUP_PREFIX "refloat_look_" /* of volume groups, for which a dash is special */

/* A loop device that something stands on. */
struct layer {
	char *device; /* name in the machine; NULL: memory */
	char *node;
	int fd;       /* keeps it until something else does */
};

struct guard {
	struct machine *machine; /* the guard's own */
	int fd;                  /* takes messages to the parent */
	unsigned deadline_ms;
	char *mark;
	unsigned names;          /* given out so far */
	struct layer *layers;
	size_t count;
	size_t capacity;
	struct text_list tried;  /* names of what has been brought up, or could not be */
	struct text_list groups; /* UUIDs of volume groups likewise */
	size_t volumes_read;     /* physical volumes when they were last read */
	bool is_last;            /* nothing more will appear: what is missing is missing */
};

/* Where the bytes of DEVICE can be read and not be written, borrowed; NULL: nowhere (WHY). */
const char *guard_layer(struct guard *guard, const struct device *device, struct problem *why);

/*
 * The same, with a layer of memory that takes what is written; *RET_NODE is the caller's. It can
 * take a part only of what the device holds.
 */
int guard_overlay(struct guard *guard, const struct device *device, char **ret_node,
		  struct problem *why);

/* A name that nobody has, the caller's. */
char *guard_new_name(struct guard *guard, const char *prefix);

/* DEVICE is up at PATH: what is on it is probed, and it goes to the parent with its partitions. */
void guard_found(struct guard *guard, struct device *device, const char *path);

/* DEVICE cannot be brought up: why goes to the parent. */
void guard_failed(struct guard *guard, struct device *device, const char *obstacle);

/* Whether it is the first time that NAME is asked for. */
bool guard_try(struct guard *guard, const char *name);

/* Whether all is to end now. */
bool guard_is_stopped(void);

/* Bring up what is not yet; whether anything new is there. */
bool stack_bring_up_arrays(struct guard *guard);
bool stack_bring_up_containers(struct guard *guard);
bool stack_bring_up_volumes(struct guard *guard);

/* The mark of a guard that is process PID, the caller's. */
char *stack_mark(pid_t pid);

/* Whether the kernel's device NAME was made by a look, of this program or of another one: such
 * come and go, and are for nobody else. ROOT is the system's own. */
bool stack_is_part(const struct root *root, const char *name);

/* Takes down all that stands on loop devices whose mark is MARK (NULL: of any guard that is gone),
 * trying for TIMEOUT_MS while it is in use. Whether nothing is left. */
bool stack_take_down(const char *mark, unsigned timeout_ms);

#endif
