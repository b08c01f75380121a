/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made-up Windows systems for tests, and registry hives in general, by a writer of our own: a
 * second opinion on what libhivex reads and writes. A system is lines of text:
 *
 *   rule threshold=N | locktime=SECONDS | age=SECONDS      for all accounts
 *   account RID NAME [WORD...]                             "_" in NAME stands for a space
 *       full=NAME  disabled  locked  neverexpires  nopassword  failures=N
 *       hash=rc4|aes|nt4|none|aesnone|zero                 rc4 where it is not said; how "none" is
 * written differs, too set=SECONDS  login=SECONDS  failed=SECONDS  expires=SECONDS   since 1970; 0:
 * never administrator  ungrouped  online=NAME  trust  badv  badf domain NAME | workgroup NAME |
 * tenant NAME | controller hibernated WORD                                        what hiberfil.sys
 * starts with case UPPER|lower                                       how folders and files are
 * spelt state dirty | log | oldlog                             a SAM whose last change is half
 * written, or in its log
 *
 * Each account is in the group Users, unless it is ungrouped.
 */
#ifndef REFLOAT_TESTS_SYSTEM_WINDOWS_TREE_H
#define REFLOAT_TESTS_SYSTEM_WINDOWS_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct reg_value {
	char *name;
	uint32_t type;
	char *bytes;
	size_t length;
};

struct reg_key {
	char *name;
	struct reg_key **keys;
	size_t count, capacity;
	struct reg_value *values;
	size_t value_count, value_capacity;
};

struct reg_key *reg_key_new(const char *name);
void reg_key_free(struct reg_key *key);
/* The key at PATH ("A/B") below KEY, made where it is missing. */
struct reg_key *reg_key_at(struct reg_key *key, const char *path);
void reg_set(struct reg_key *key, const char *name, uint32_t type, const void *bytes,
	     size_t length);
void reg_set_text(struct reg_key *key, const char *name, const char *text);

/* The hive with ROOT; *RET_BYTES is the caller's. */
void reg_write(const struct reg_key *root, char **ret_bytes, size_t *ret_length);

/* The SAM hive of the system that TEXT describes. */
void windows_tree_sam(const char *text, char **ret_bytes, size_t *ret_length);
/* The whole system, as files below FOLDER, which exists. */
void windows_tree_make(const char *folder, const char *text);

/* What a log of the new format (with IS_OLD: of the old one) makes of WAS: the bytes that differ
 * from BECOMES; WAS gets the mark of an unfinished write. Both have LENGTH bytes. */
void windows_tree_log(char *was, const char *becomes, size_t length, bool is_old, char **ret_log,
		      size_t *ret_length);

/* Makes the checksums of a hive or a log right, for what was changed in it. */
void windows_tree_seal(char *bytes, size_t length);

#endif
