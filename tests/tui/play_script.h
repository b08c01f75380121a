/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line language of scripts: words, "quoted words" with escapes, 'plain ones', # comments.
 *
 * Escapes in double quotes: \n \r \t \b \e \\ \" and \xHH.
 */
#ifndef REFLOAT_TESTS_PLAY_SCRIPT_H
#define REFLOAT_TESTS_PLAY_SCRIPT_H

#include "base/text.h"

struct script_line {
	int number;		/* in the file, from 1 */
	char *text;		/* without blanks around it */
	struct text_list words; /* never empty */
};

struct script {
	struct script_line *lines;
	size_t count, capacity;
};

/* -EINVAL: a line that cannot be read; RET_LINE is its number, *RET_WHY a constant text. */
int script_parse(struct script *script, const char *text, int *ret_line, const char **ret_why);
void script_done(struct script *script);

#endif
