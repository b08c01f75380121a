/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where keys that are to be added come from: answers, files, the rescue system itself. */
#ifndef REFLOAT_ACTION_ADD_KEY_H
#define REFLOAT_ACTION_ADD_KEY_H

#include "action/action.h"
#include "system/public_key.h"

/* The files of those who may log in to this rescue system: root's, those of the user who became
 * root by sudo, and HOME's; only those that are there. */
void rescue_keys_list_files(struct text_list *paths);

/* Adds the keys in them. Lines that are no plain keys are passed over. -ENOENT and words where
 * there is none. */
int rescue_keys_read(struct public_keys *keys, struct problem *why);

/* Adds the keys of file PATH of the rescue system. */
int public_keys_read_file(struct public_keys *keys, const char *path, struct problem *why);

/* Adds what the fields "key" (lines), "key-file" and "rescue-keys" of ANSWERS, as far as there are
 * such, name. "-" as a file is what the front end has read already. */
int answers_read_keys(const struct answers *answers, struct public_keys *keys, struct problem *why);

#endif
