/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting the lines of a program into a few groups of damage, and counting them. */
#include "action/check_words.h"

#include <string.h>

#include "base/alloc.h"
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

/* What has been counted: hashes, open addressing. A wrong count of one in 2^64 hurts nobody. */
struct seen {
	uint64_t *keys; /* 0: free */
	size_t count;
	size_t capacity; /* a power of two */
};

static uint64_t hash(uint64_t value, const char *bytes, size_t length)
{
	/* FNV-1a, <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv> */
	value ^= 0xcbf29ce484222325u;
	for (size_t i = 0; i < length; i++)
		value = (value ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	return value ? value : 1;
}

/* Whether KEY was not there; it is then. */
static bool insert(struct seen *seen, uint64_t key)
{
	size_t at = key & (seen->capacity - 1);

	while (seen->keys[at] && seen->keys[at] != key)
		at = (at + 1) & (seen->capacity - 1);
	if (seen->keys[at] == key)
		return false;
	seen->keys[at] = key;
	seen->count++;
	return true;
}

static bool see(struct seen *seen, uint64_t key)
{
	if (seen->count * 2 >= seen->capacity) {
		struct seen old = *seen;

		seen->capacity = old.capacity ? old.capacity * 2 : 1024;
		seen->keys = alloc_zero(seen->capacity, sizeof(*seen->keys));
		seen->count = 0;
		for (size_t i = 0; i < old.capacity; i++) {
			if (old.keys[i])
				(void)insert(seen, old.keys[i]); /* each was there once */
		}
		free(old.keys);
	}
	return insert(seen, key);
}

/* The number behind "inode " in a line, with that word; 0 bytes where there is none. */
static size_t find_inode(const char *line, size_t length, const char **ret_start)
{
	static const char word[] = "node ";
	const char *start = line, *end = line + length;

	while ((start = memmem(start, (size_t)(end - start), word, strlen(word))) != NULL) {
		size_t digits = 0;

		start += strlen(word);
		while (start + digits < end && start[digits] >= '0' && start[digits] <= '9')
			digits++;
		if (!digits)
			continue;
		*ret_start = start;
		return digits;
	}
	return 0;
}

/* Whether this line says something that no line of its group has said before. */
static bool is_new(const struct check_words *words, unsigned group, const char *line, size_t length,
		   struct seen *seen)
{
	const char *start = NULL;
	size_t digits = words->is_by_inode ? find_inode(line, length, &start) : 0;

	return !digits || see(seen, hash(group, start, digits));
}

static void count_line(const struct check_words *words, const char *line, size_t length,
		       struct seen *seen, struct check_counts *counts)
{
	for (size_t i = 0; i < words->pattern_count; i++) {
		unsigned group = words->patterns[i].group;

		if (!line_has(line, length, words->patterns[i].pattern))
			continue;
		if (!is_new(words, group, line, length, seen))
			return;
		counts->found[group]++;
		if (is_fixed(words, line, length))
			counts->fixed[group]++;
		return;
	}
}

void check_words_count(const struct check_words *words, const char *output,
		       struct check_counts *counts)
{
	struct seen seen = {0};
	const char *end;

	*counts = (struct check_counts){0};
	for (const char *line = output; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		count_line(words, line, (size_t)(end - line), &seen, counts);
	}
	free(seen.keys);
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

/*
 * Whether a quoted name or a path begins between LINE and AT: files may be called like anything
 * that a program says, "No space left on device" or worse. Its own words stand before them.
 */
static bool is_behind_name(const char *line, const char *at)
{
	for (const char *here = line; here < at; here++) {
		bool is_start = here == line || strchr(" (\"'", here[-1]);

		if (is_start && (*here == '\'' || *here == '"' ||
				 (*here == '/' && !text_has_prefix(here, "/dev/"))))
			return true;
	}
	return false;
}

bool check_has_word(const char *output, const char *part)
{
	for (const char *at = strstr(output, part); at; at = strstr(at + 1, part)) {
		const char *line = at;

		while (line > output && line[-1] != '\n')
			line--;
		if (!is_behind_name(line, at))
			return true;
	}
	return false;
}

char *check_line_at(const char *output, const char *at)
{
	const char *start = at;
	_cleanup_free_ char *line = NULL;

	while (start > output && start[-1] != '\n')
		start--;
	line = text_format("%.*s", (int)(strchrnul(at, '\n') - start), start);
	return printable_text(text_trim(line));
}

char *check_find_line(const char *output, const char *part)
{
	const char *found = strstr(output, part);

	return found ? check_line_at(output, found) : NULL;
}

char *check_last_line(const char *output)
{
	size_t length = strlen(output), start;
	_cleanup_free_ char *line = NULL;

	while (length && strchr(" \t\r\n", output[length - 1]))
		length--;
	for (start = length; start && output[start - 1] != '\n';)
		start--;
	line = text_format("%.*s", (int)(length - start), output + start);
	return printable_text(text_trim(line));
}

void check_words_list(const struct check_words *words, const char *output, struct text_list *said)
{
	struct check_counts counts;

	check_words_count(words, output, &counts);
	check_words_say(words, counts.found, said);
}
