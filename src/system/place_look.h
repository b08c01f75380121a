/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at the whole tree of a system, as its fstab would mount it: where its mount points lead,
 * and what the key files that its crypttab names open.
 */
#ifndef REFLOAT_SYSTEM_PLACE_LOOK_H
#define REFLOAT_SYSTEM_PLACE_LOOK_H

#include "base/root.h"
#include "system/system.h"

struct place_look;

/* Starts a worker for SYSTEM, whose places it fills; all is borrowed until place_look_free. */
int place_look_start(const struct machine *machine, const struct survey *survey,
		     struct system *system, unsigned deadline_ms, struct place_look **ret_look,
		     struct problem *why);
int place_look_fd(const struct place_look *look);
int place_look_timeout_ms(const struct place_look *look); /* until its deadline; -1: none */
bool place_look_dispatch(struct place_look *look);        /* true while it looks */
size_t place_look_count_opened(const struct place_look *look); /* containers, by key files */
struct place_look *place_look_free(struct place_look *look);
DEFINE_CLEANUP_POINTER(struct place_look, place_look_free);
#define _cleanup_place_look_ _cleanup_(place_look_free_cleanup)

/* Whether a key file of SYSTEM's crypttab may open a container that is locked. */
bool key_files_are_wanted(const struct machine *machine, const struct system *system);

/*
 * In the worker: tries the key files of SYSTEM's crypttab, found in its tree at ROOT or on other
 * devices (mounted to look at FOLDER, which is empty), on the containers that are locked. How many it
 * opened: their keys are in the keyring then.
 */
size_t key_files_try(const struct machine *machine, const struct system *system,
		     const struct root *root, const char *folder, unsigned deadline_ms);

#endif
