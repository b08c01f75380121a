/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a filesystem's contents say: a pure reading of one root folder.
 *
 * Works on any struct root, mounted or a plain folder, and trusts nothing in it.
 */
#ifndef REFLOAT_SYSTEM_INSPECT_H
#define REFLOAT_SYSTEM_INSPECT_H

#include "base/root.h"
#include "system/system.h"

/* The roles (enum volume_role bits) of what is at ROOT. */
unsigned inspect_roles(const struct root *root);

/* The system whose root folder ROOT is, with device and id not yet set; NULL where there is none. */
struct system *inspect_system(const struct root *root);

/* A survey's parts as JSON for the way from the worker to the parent, and back. */
struct json_object *inspect_system_to_json(const struct system *system);
struct system *inspect_system_from_json(struct json_object *object);

#endif
