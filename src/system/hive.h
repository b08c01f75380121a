/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A registry hive of Windows: keys found and listed, values read, changed and added. The one door
 * to libhivex.
 *
 * What libhivex gets is a copy of the bytes in memory of its own, never a file of the target. It
 * maps, checks and walks what is hostile, so all of this belongs into a worker.
 */
#ifndef REFLOAT_SYSTEM_HIVE_H
#define REFLOAT_SYSTEM_HIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/problem.h"

#define HIVE_KEYS_MAX 100000u	  /* of one key */
#define HIVE_VALUE_MAX (1u << 20) /* bytes */

struct hive;
typedef size_t hive_key; /* 0: none */

/*
 * Opens a copy of BYTES; WHAT names it in problems. -EUCLEAN: it is no hive, or one that makes no
 * sense; -ENOSYS: built without libhivex.
 */
int hive_open(const void *bytes, size_t length, bool is_writable, const char *what,
	      struct hive **ret_hive, struct problem *why);
struct hive *hive_free(struct hive *hive);
DEFINE_CLEANUP_POINTER(struct hive, hive_free);
#define _cleanup_hive_ _cleanup_(hive_free_cleanup)

/* The key at PATH below KEY (0: the root), its parts with "/" between them, in any case; 0 where it
 * is missing. */
hive_key hive_find(struct hive *hive, hive_key key, const char *path);

/* The keys below KEY; the caller frees *RET_KEYS. -EUCLEAN where they make no sense or are too
 * many. */
int hive_list(struct hive *hive, hive_key key, hive_key **ret_keys, size_t *ret_count);
char *hive_get_name(struct hive *hive,
		    hive_key key); /* the caller frees; NULL: it makes no sense */

struct hive_value {
	uint32_t type;
	unsigned char *bytes; /* length bytes and two NULs */
	size_t length;
	size_t offset; /* of its bytes in those of the hive; 0: none of their own */
};

/* Value NAME ("": the default one) of KEY. -ENOENT: there is none; -EUCLEAN: it makes no sense. */
int hive_read(struct hive *hive, hive_key key, const char *name, struct hive_value *ret_value);
void hive_value_done(struct hive_value *value);
#define _cleanup_hive_value_ _cleanup_(hive_value_done)

/* The same as text (REG_SZ and its like, or UTF-16 in bytes); the caller frees; NULL: none. */
char *hive_read_text(struct hive *hive, hive_key key, const char *name);

int hive_add_key(struct hive *hive, hive_key parent, const char *name, hive_key *ret_key);
int hive_set(struct hive *hive, hive_key key, const char *name, uint32_t type, const void *bytes,
	     size_t length);

/* The bytes of a writable hive as they are now; the caller frees. */
int hive_take(struct hive *hive, char **ret_bytes, size_t *ret_length);

#endif
