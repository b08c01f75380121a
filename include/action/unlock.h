/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which encrypted containers must be opened before there is a plan, and keys tried on them.
 *
 * A front end asks for all of them at the start; what opens is in the keyring then, the session
 * looks again, and the plan is made once.
 */
#ifndef REFLOAT_ACTION_UNLOCK_H
#define REFLOAT_ACTION_UNLOCK_H

#include "action/session.h"
#include "base/secret.h"
#include "system/resolve.h"

#define UNLOCK_TRY_MS 120000 /* a slow machine takes long for a key that was made on a fast one */

/* Whether DEVICE is a container that is locked and whose key is not known. */
bool unlock_is_locked(const struct device *device);

/* All of them on MACHINE, by name. */
void unlock_list_all(const struct machine *machine, struct text_list *names);

/*
 * Those that must be opened for what OPTIONS (NULL: the usual ones) take of the system called TEXT
 * (NULL: the only one); all where no such system is found. None where that cannot be said before
 * something else is: then the planner says what. Negative where nothing can be looked into.
 */
int unlock_list(struct session *session, const char *text, const struct resolve_options *options,
		struct text_list *names, struct problem *why);

/* "sda3, a LUKS2 container of 40G (label web01-crypt, UUID ...), for /home and /srv", for a question;
 * the caller frees. */
char *unlock_describe(struct session *session, const char *text,
		      const struct resolve_options *options, const char *name);

/* Tries a key on container NAME, as crypt_try_key (storage/crypt.h). Waits. */
int unlock_try(struct session *session, const char *name, const char *key, size_t length,
	       struct problem *why);

/* The same on each of NAMES; those that it opens are taken out. How many. */
size_t unlock_try_all(struct session *session, struct text_list *names, const char *key,
		      size_t length);

/* Reads a key from PATH ("-": standard input) as it is. -EFBIG: no key file is so long. */
int unlock_read_key(const char *path, struct secret *key, size_t *ret_length, struct problem *why);

#endif
