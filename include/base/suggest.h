/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mistyped word was probably meant to be. */
#ifndef REFLOAT_BASE_SUGGEST_H
#define REFLOAT_BASE_SUGGEST_H

#include "base/problem.h"
#include "base/text.h"

/* The one of WORDS that is nearest to GIVEN, where one is near; NULL otherwise. Borrowed. */
const char *suggest_word(const struct text_list *words, const char *given);

/* What to do next, for WHY: "Did you mean X?" of the nearest word, made printable, else OTHERWISE.
 */
void suggest_next(const struct text_list *words, const char *given, const char *otherwise,
		  struct problem *why);

#endif
