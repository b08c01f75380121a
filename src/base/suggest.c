/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nearest word, by the number of slips of the finger between two words. */
#include "base/suggest.h"

#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define WORD_MAX 64 /* longer words are no slip of one of ours */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Letters to add, drop, replace or swap with their neighbour to make B of A (optimal string
 * alignment). Three rows of the table are enough.
 */
static size_t count_slips(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b), width = b_length + 1;
	_cleanup_free_ size_t *rows = alloc_zero(3 * width, sizeof(*rows));
	size_t *before = rows, *last = rows + width, *now = rows + 2 * width, *spare;

	for (size_t j = 0; j <= b_length; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			now[j] = smaller(smaller(last[j], now[j - 1]) + 1,
					 last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = smaller(now[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b_length];
}

const char *suggest_word(const struct text_list *words, const char *given)
{
	size_t length = strlen(given), limit = length < 4 ? 1 : length < 8 ? 2 : 3;
	const char *best = NULL;
	size_t slips;

	if (length == 0 || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < words->count; i++) {
		slips = count_slips(given, words->items[i]);
		if (slips <= limit) {
			best = words->items[i];
			limit = slips - (slips > 0);
		}
	}
	/* nothing near: the start of a word, if only one starts so */
	for (size_t i = 0; !best && i < words->count; i++) {
		if (!text_has_prefix(words->items[i], given))
			continue;
		for (size_t j = i + 1; j < words->count; j++)
			if (text_has_prefix(words->items[j], given))
				return NULL;
		return words->items[i];
	}
	return best;
}

void suggest_next(const struct text_list *words, const char *given, const char *otherwise,
		  struct problem *why)
{
	const char *meant = suggest_word(words, given);
	_cleanup_free_ char *shown = meant ? printable_text(meant) : NULL;

	if (shown)
		problem_set_next(why, _("Did you mean %s?"), shown);
	else
		problem_set_next(why, "%s", otherwise);
}
