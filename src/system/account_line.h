/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of passwd, shadow, group or gshadow: what it is, and where its fields are. */
#ifndef REFLOAT_SYSTEM_ACCOUNT_LINE_H
#define REFLOAT_SYSTEM_ACCOUNT_LINE_H

#include "system/account_file.h"

/* How many fields a line of KIND is written with. */
unsigned account_line_fields(enum account_file_kind kind);

/* Field FIELD of KIND is a user or group number, which must be there. */
bool account_line_is_id(enum account_file_kind kind, unsigned field);

/*
 * The whole of VALUE as a number as glibc's nss_files takes it: blanks and a sign in front, 32
 * bits. 0; 1 for one that is negative, which wraps around, or too large, which is the largest:
 * newer ones refuse both; -EINVAL.
 */
int account_line_parse_id(const char *value, uint32_t *ret_id);

/* Sets the kind and the faults of LINE from its text. */
void account_line_classify(enum account_file_kind kind, struct account_line *line);

/* The name in front: what stands before the first colon, blanks before it skipped; borrowed. */
const char *account_line_name(const struct account_line *line, size_t *ret_length);

/* Where field FIELD stands; borrowed. NULL, and a length of 0, where the line is too short to have
 * it. */
const char *account_line_field(enum account_file_kind kind, const struct account_line *line,
			       unsigned field, size_t *ret_length);

/* The end of the last field: a carriage return at the end of the line is none of its own. */
const char *account_line_end(const struct account_line *line);

/* How many fields the line has, as its colons say. */
unsigned account_line_count(const struct account_line *line);

#endif
