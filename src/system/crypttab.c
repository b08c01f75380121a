/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target's crypttab and mdadm.conf. */
#include "system/crypttab.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"

#define ENTRIES_MAX 10000

/* The lines of TEXT, with empty ones so that numbers are right; NULs end the text. */
static void split_lines(const char *text, struct text_list *lines)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		text_list_take(lines, alloc_copy(text, length));
		text += length + (text[length] == '\n');
	}
}

void crypttab_parse(const char *text, size_t length, struct crypttab *crypttab)
{
	_cleanup_text_list_ struct text_list lines = {0};

	(void)length; /* what is behind a NUL is no text any more */
	split_lines(text, &lines);
	for (size_t i = 0; i < lines.count && crypttab->count < ENTRIES_MAX; i++) {
		_cleanup_text_list_ struct text_list fields = {0};
		struct crypttab_entry *entry;
		char *line = text_trim(lines.items[i]);

		if (*line == '#')
			continue;
		text_list_split(&fields, line, " \t\r");
		if (fields.count < 2)
			continue;
		crypttab->entries = alloc_grow(crypttab->entries, crypttab->count,
					       &crypttab->capacity, sizeof(*crypttab->entries));
		entry = &crypttab->entries[crypttab->count++];
		entry->line = (unsigned)i + 1;
		entry->name = text_copy(fields.items[0]);
		entry->source = text_copy(fields.items[1]);
		entry->key = text_copy(fields.count > 2 ? fields.items[2] : "none");
		entry->options = text_copy(fields.count > 3 ? fields.items[3] : "");
	}
}

void crypttab_done(struct crypttab *crypttab)
{
	for (size_t i = 0; i < crypttab->count; i++) {
		free(crypttab->entries[i].name);
		free(crypttab->entries[i].source);
		free(crypttab->entries[i].key);
		free(crypttab->entries[i].options);
	}
	free(crypttab->entries);
	*crypttab = (struct crypttab){0};
}

/* "UUID=..." in any case and any of mdadm's forms becomes lower-case hexadecimal with colons. */
static void take_word(struct mdadm_array *array, const char *word)
{
	const char *equals = strchr(word, '=');

	if (!equals) {
		if (!array->device && !text_is_equal(word, "<ignore>"))
			array->device = *word == '/' ? text_copy(word) : text_format("/dev/md/%s", word);
		return;
	}
	if (strncasecmp(word, "uuid=", 5) == 0) {
		text_set(&array->uuid, equals + 1);
		for (char *at = array->uuid; *at; at++) {
			if (*at >= 'A' && *at <= 'F')
				*at += 'a' - 'A';
		}
	} else if (strncasecmp(word, "name=", 5) == 0) {
		text_set(&array->name, equals + 1);
	}
}

static void take_array(struct mdadm_conf *conf, const struct text_list *words)
{
	struct mdadm_array *array;

	if (conf->count >= ENTRIES_MAX)
		return;
	conf->arrays = alloc_grow(conf->arrays, conf->count, &conf->capacity,
				  sizeof(*conf->arrays));
	array = &conf->arrays[conf->count++];
	for (size_t i = 1; i < words->count; i++)
		take_word(array, words->items[i]);
}

/* A line that starts with a blank goes on the one before it (mdadm.conf(5)). */
void mdadm_conf_parse(const char *text, size_t length, struct mdadm_conf *conf)
{
	_cleanup_text_list_ struct text_list lines = {0}, words = {0};

	(void)length; /* what is behind a NUL is no text any more */
	split_lines(text, &lines);
	for (size_t i = 0; i <= lines.count; i++) {
		char *line = i < lines.count ? lines.items[i] : NULL;

		if (line && (*line == ' ' || *line == '\t')) {
			text_list_split(&words, line, " \t\r");
			continue;
		}
		if (words.count && strncasecmp(words.items[0], "arr", 3) == 0)
			take_array(conf, &words);
		text_list_done(&words);
		if (line) {
			line[strcspn(line, "#")] = '\0';
			text_list_split(&words, line, " \t\r");
		}
	}
}

void mdadm_conf_done(struct mdadm_conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		free(conf->arrays[i].device);
		free(conf->arrays[i].uuid);
		free(conf->arrays[i].name);
	}
	free(conf->arrays);
	*conf = (struct mdadm_conf){0};
}
