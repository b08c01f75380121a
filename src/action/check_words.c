/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting the lines of a program into a few groups of damage, and counting them. */
#include "action/check_words.h"

#include <string.h>

#include "base/i18n.h"
#include "base/printable.h"

/* LENGTH bytes of a line: no terminator, and not copied for each of a million of them. */
static bool line_has(const char *line, size_t length, const char *part)
{
	return memmem(line, length, part, strlen(part)) != NULL;
}

static bool is_fixed(const struct check_words *words, const char *line, size_t length)
{
	for (size_t i = 0; words->fixed && words->fixed[i]; i++) {
		if (line_has(line, length, words->fixed[i]))
			return true;
	}
	return false;
}

static void count_line(const struct check_words *words, const char *line, size_t length,
		       struct check_counts *counts)
{
	for (size_t i = 0; i < words->pattern_count; i++) {
		unsigned group = words->patterns[i].group;

		if (!line_has(line, length, words->patterns[i].pattern))
			continue;
		counts->found[group]++;
		if (is_fixed(words, line, length))
			counts->fixed[group]++;
		return;
	}
}

void check_words_count(const struct check_words *words, const char *output,
		       struct check_counts *counts)
{
	const char *end;

	*counts = (struct check_counts){0};
	for (const char *line = output; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		count_line(words, line, (size_t)(end - line), counts);
	}
}

void check_words_say(const struct check_words *words, const size_t *counts, struct text_list *said)
{
	/* [0] is no damage */
	for (size_t i = 1; i < words->group_count; i++) {
		const struct check_group *group = &words->groups[i];

		if (!counts[i])
			continue;
		if (group->many)
			text_list_format(said, "%zu %s", counts[i],
					 P_(group->one, group->many, counts[i]));
		else
			text_list_add(said, _(group->one));
	}
}

bool check_has_line(const char *output, const char *part)
{
	return strstr(output, part) != NULL;
}

char *check_find_line(const char *output, const char *part)
{
	const char *found = strstr(output, part), *start = found;
	_cleanup_free_ char *line = NULL;

	if (!found)
		return NULL;
	while (start > output && start[-1] != '\n')
		start--;
	line = text_format("%.*s", (int)(strchrnul(found, '\n') - start), start);
	return printable_text(text_trim(line));
}
