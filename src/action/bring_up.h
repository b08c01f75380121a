/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a plan must bring up before a device can be used, whatever lies on what.
 *
 * From the device that is wanted the graph is walked down to what is up; each dormant device on the
 * way gets its step once, what it lies on before it. What nobody wants stays as it is.
 */
#ifndef REFLOAT_ACTION_BRING_UP_H
#define REFLOAT_ACTION_BRING_UP_H

#include "plan/plan.h"
#include "storage/machine.h"
#include "system/system.h"

/* Where the bytes of a device are once the steps before have been done; borrowed. */
struct bring_up_place {
	const char *path; /* node or file */
	uint64_t offset;  /* in it */
	uint64_t size;	  /* 0: all of it */
	bool is_file;	  /* no block device: a loop device must make it one */
};

struct bring_up_options {
	const struct machine *machine;
	const struct system *system; /* whose names containers get; may be NULL */
	bool is_read_only;
	bool writes_where_needed; /* read-only, but for what cannot be brought up so */
	bool allow_degraded;
};

struct bring_up;

/* Steps are added to PLAN, which is borrowed, as OPTIONS's contents are. */
struct bring_up *bring_up_new(const struct bring_up_options *options, struct plan *plan);
struct bring_up *bring_up_free(struct bring_up *up);
DEFINE_CLEANUP_POINTER(struct bring_up, bring_up_free);
#define _cleanup_bring_up_ _cleanup_(bring_up_free_cleanup)

/* Whether DEVICE is up or can be brought up. Where it cannot, WHY says what is in the way and, as
 * next, what of the command line changes that: -ENOKEY (locked), -ENODATA (members are missing and
 * nobody agreed to that), -EROFS (it cannot be done without writing), -ENODEV. */
int bring_up_check(const struct bring_up *up, const struct device *device, struct problem *why);

/* Adds the steps that DEVICE needs and that are not in the plan yet; their failure means POLICY.
 * bring_up_check has
 * passed it. */
void bring_up_add(struct bring_up *up, const struct device *device, enum step_policy policy,
		  struct bring_up_place *ret_place);

/* The same where a block device is needed and no file or part of one will do; its node, borrowed. */
const char *bring_up_add_node(struct bring_up *up, const struct device *device,
			      enum step_policy policy);

/*
 * The same, always as a loop device of its own: one that is read-only cannot be written, whoever has
 * it. Asked again, it is the same one.
 */
const char *bring_up_add_loop(struct bring_up *up, const struct device *device,
			      enum step_policy policy);

/* What CONTAINER is called once it is open: by the system's crypttab, else by its UUID. The caller
 * frees. */
char *bring_up_name_container(const struct machine *machine, const struct system *system,
			      const struct device *container);

#endif
