/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting the lines of a program into a few groups of damage, and counting them. */
#ifndef REFLOAT_ACTION_CHECK_WORDS_H
#define REFLOAT_ACTION_CHECK_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A kind of damage: NP_("inode that no directory names", "inodes that no directory names"). */
struct check_group {
	const char *one;
	const char *many; /* NULL: it is not counted, and one says all */
};

/* A line that has PATTERN in it is of GROUP; the first that fits counts. */
struct check_pattern {
	const char *pattern;
	unsigned group;
};

#define CHECK_GROUPS_MAX 40

/* clang-format off */
struct check_words {
	const struct check_group *groups;     /* [0] is for lines that mean no damage */
	size_t group_count;                   /* CHECK_GROUPS_MAX at most */
	const struct check_pattern *patterns;
	size_t pattern_count;
	const char *const *fixed;             /* a line with one of these in it was repaired; may be NULL */
	bool is_by_inode;                     /* of lines of a group that name one inode, one counts */
};
/* clang-format on */

struct check_counts {
	size_t found[CHECK_GROUPS_MAX];
	size_t fixed[CHECK_GROUPS_MAX]; /* of these */
};

/* Counts the lines of OUTPUT. */
void check_words_count(const struct check_words *words, const char *output,
		       struct check_counts *counts);

/* "3 inodes that no directory names", for each group that has any in COUNTS. */
void check_words_say(const struct check_words *words, const size_t *counts, struct text_list *said);

/* Both in one, for a program that repairs all that it finds: what OUTPUT says goes to SAID. */
void check_words_list(const struct check_words *words, const char *output, struct text_list *said);

bool check_has_line(const char *output, const char *part); /* whether OUTPUT has PART anywhere */
/* The same, but not where PART stands in or behind a name that a file of the filesystem has. */
bool check_has_word(const char *output, const char *part);

/* The first line of OUTPUT that has PART, printable, trimmed; NULL: none. The caller frees. */
char *check_find_line(const char *output, const char *part);

/* The line of OUTPUT that AT, which points into it, is in, likewise. */
char *check_line_at(const char *output, const char *at);

/* The last line of OUTPUT that has anything, likewise; "" for none. */
char *check_last_line(const char *output);

#endif
