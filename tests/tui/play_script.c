/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line language of scripts: words, "quoted words" with escapes, 'plain ones', # comments. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "play_script.h"

/* Adds the character that the escape at TEXT (behind its back slash) means; its length or 0. */
static size_t add_escape(struct text_buffer *word, const char *text)
{
	static const char letters[] = "nrtbae\\\"", meanings[] = "\n\r\t\b\a\033\\\"";
	const char *at = *text ? strchr(letters, *text) : NULL;
	unsigned int value;
	char byte;

	if (at) {
		text_buffer_add(word, meanings + (at - letters), 1);
		return 1;
	}
	if (*text != 'x' || !isxdigit((unsigned char)text[1]) ||
	    !isxdigit((unsigned char)text[2]) || sscanf(text + 1, "%2x", &value) != 1 || value == 0)
		return 0;
	byte = (char)value;
	text_buffer_add(word, &byte, 1);
	return 3;
}

/* Reads the word at *TEXT and moves behind it; a constant text says what is wrong. */
static const char *read_word(const char **text, struct text_buffer *word)
{
	char quote = **text == '"' || **text == '\'' ? *(*text)++ : '\0';
	size_t length;

	for (; **text && (quote ? **text != quote : !isspace((unsigned char)**text)); (*text)++) {
		if (quote != '"' || **text != '\\') {
			text_buffer_add(word, *text, 1);
			continue;
		}
		length = add_escape(word, *text + 1);
		if (!length)
			return "no such escape";
		*text += length;
	}
	if (!quote)
		return NULL;
	if (!**text)
		return "a quote that is not closed";
	(*text)++;
	return **text && !isspace((unsigned char)**text) ? "something right behind a quote" : NULL;
}

static const char *parse_line(struct script_line *line)
{
	const char *text = line->text, *why;

	for (;;) {
		_cleanup_text_buffer_ struct text_buffer word = {0};

		while (isspace((unsigned char)*text))
			text++;
		if (!*text || *text == '#')
			return NULL;
		why = read_word(&text, &word);
		if (why)
			return why;
		text_list_take(&line->words, text_buffer_take(&word));
	}
}

int script_parse(struct script *script, const char *text, int *ret_line, const char **ret_why)
{
	int number;

	for (number = 1; *text; number++) {
		size_t length = strcspn(text, "\n");
		_cleanup_free_ char *copy = alloc_copy(text, length);
		char *trimmed = text_trim(copy);
		struct script_line *line;

		text += length + (text[length] == '\n');
		if (!*trimmed || *trimmed == '#')
			continue;
		script->lines = alloc_grow(script->lines, script->count, &script->capacity,
					   sizeof(*script->lines));
		line = &script->lines[script->count++];
		line->number = number;
		line->text = text_copy(trimmed);
		*ret_why = parse_line(line);
		if (*ret_why) {
			*ret_line = number;
			return -EINVAL;
		}
	}
	return 0;
}

void script_done(struct script *script)
{
	size_t i;

	for (i = 0; i < script->count; i++) {
		free(script->lines[i].text);
		text_list_done(&script->lines[i].words);
	}
	free(script->lines);
	*script = (struct script){0};
}
