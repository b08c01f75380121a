/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at the whole tree of a system that is not mounted, as its fstab would mount it.
 *
 * A worker mounts the tree read-only in a namespace of its own (storage/look.h), runs a function
 * over its root, and takes it down; not one byte of a disk changes. On a recorded machine the
 * function gets the folder that stands for the root. What lies dormant must be held up meanwhile
 * (storage/stack.h).
 */
#ifndef REFLOAT_SYSTEM_TREE_LOOK_H
#define REFLOAT_SYSTEM_TREE_LOOK_H

#include "base/json.h"
#include "base/root.h"
#include "system/resolve.h"

/* What the function gets, in the worker. */
struct tree {
	const struct machine *machine;
	const struct root *root;
	const char *beside; /* an empty folder, to look into other devices; NULL on a recorded
			       machine */
	unsigned deadline_ms;
};

/* Puts what it finds into RECORD, which the parent gets. Member "places" is taken. */
typedef void (*tree_look_fn)(void *data, const struct tree *tree, struct json_object *record);

struct tree_look_request {
	const struct machine *machine;
	const struct resolution *resolution; /* of the system's fstab */
	const char *device;		     /* name of the root's; machine_find */
	const char *subvolume;		     /* NULL: none */
	unsigned deadline_ms;		     /* for each filesystem; 0: the default */
	tree_look_fn function;		     /* may be NULL: the places alone */
	void *data;
};

struct tree_look;

/* Starts the worker. Everything in REQUEST is borrowed during the call only. */
int tree_look_start(const struct tree_look_request *request, struct tree_look **ret_look,
		    struct problem *why);
int tree_look_fd(const struct tree_look *look);
int tree_look_timeout_ms(const struct tree_look *look); /* until its deadline */
bool tree_look_dispatch(struct tree_look *look);	/* true while it looks */

/*
 * Once it has ended: *RET_RECORD, borrowed from LOOK, has what FUNCTION has added, and as "places"
 * of each entry of fstab its "mountpoint", where it has "resolved" to, and whether it "exists",
 * "is_folder" and "hides_files" (struct place). -ETIMEDOUT, -EIO or what else has kept it from
 * being seen, with WHY.
 */
int tree_look_take(struct tree_look *look, struct json_object **ret_record, struct problem *why);

struct tree_look *tree_look_free(struct tree_look *look);
DEFINE_CLEANUP_POINTER(struct tree_look, tree_look_free);
#define _cleanup_tree_look_ _cleanup_(tree_look_free_cleanup)

/* Whether a look at what REQUEST names needs its stack brought up before. */
bool tree_look_needs_stack(const struct tree_look_request *request);

#endif
