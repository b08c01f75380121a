/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the contents of changed files are kept: what they become, until that is done, and what they
 * were, until it is forgotten. Password hashes are among them, so they stand neither in the arguments of a step
 * nor in the journal, which have only the name of an entry here.
 *
 * An entry is a folder of its own under /run/refloat/edits, which is memory: only root reads it, what is
 * taken out of it is overwritten, and the next start of the machine has none of it.
 */
#ifndef REFLOAT_ACTION_EDIT_STORE_H
#define REFLOAT_ACTION_EDIT_STORE_H

#include <stddef.h>

#include "base/problem.h"
#include "base/text.h"

#define EDIT_STORE_NEW "new"		  /* what the file becomes */
#define EDIT_STORE_WAS "was"		  /* what it was */
#define EDIT_STORE_ATTRIBUTES "attributes" /* what it was besides its bytes, as JSON */

/*
 * Makes an entry; *RET_ENTRY is its path, the caller frees. Entries older than an hour that no step of the
 * journal may need are removed on the way: of plans that nobody wanted in the end.
 */
int edit_store_make(char **ret_entry, struct problem *why);

/* Writes what is called NAME in ENTRY, in one act. */
int edit_store_write(const char *entry, const char *name, const void *bytes, size_t length,
		     struct problem *why);

/* Reads it, NUL-terminated; the caller wipes and frees. -ENOENT: it is not kept (any more). */
int edit_store_read(const char *entry, const char *name, char **ret_bytes, size_t *ret_length,
		    struct problem *why);

/* Overwrites and removes what is called NAME; one that is not there is no failure. */
void edit_store_wipe(const char *entry, const char *name);

/* The same for all of ENTRY. */
void edit_store_remove(const char *entry);

/* The same for those of ENTRIES that no step of the journal may need. */
void edit_store_forget(const struct text_list *entries);

/* ENTRY is left to a person: nothing but the next start of the machine removes it. */
void edit_store_leave(const char *entry);

#endif
