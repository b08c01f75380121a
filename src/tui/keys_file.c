/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys from a file, in place of fingers. */
#include "tui/keys_file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/text.h"
#include "tui/key.h"

#define FILE_MAX_BYTES (1024u * 1024)
#define BLANKS " \t\r\n"

/* Where the reading is. */
struct reader {
	const char *path;
	const char *at;
	unsigned line;  /* that AT is in */
	unsigned start; /* line of the word that is being dealt with */
	struct keys_file *keys;
};

static struct keys_item *add(struct reader *reader, enum keys_item_kind kind)
{
	struct keys_file *keys = reader->keys;

	keys->items = alloc_grow(keys->items, keys->count, &keys->capacity, sizeof(*keys->items));
	keys->items[keys->count] = (struct keys_item){.kind = kind, .line = reader->start};
	return &keys->items[keys->count++];
}

static int refuse(const struct reader *reader, const char *word, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(word);

	problem_set(why, -EINVAL, reader->path, _("line %u: \"%s\" is no key"), reader->start,
		    shown);
	problem_set_next(why, _("A line has keys such as m, Down or Ctrl-L, texts in double quotes, "
				"wait \"TEXT\" or sleep MILLISECONDS."));
	return -EINVAL;
}

static void skip_blanks(struct reader *reader)
{
	for (;; reader->at++) {
		if (*reader->at == '#')
			reader->at += strcspn(reader->at, "\n");
		if (*reader->at == '\n')
			reader->line++;
		if (!*reader->at || !strchr(BLANKS, *reader->at))
			return;
	}
}

/* The next word; a text in quotes comes without them. NULL at the end. The caller frees. */
static char *next_word(struct reader *reader, bool *ret_is_quoted)
{
	const char *start;
	size_t length;

	skip_blanks(reader);
	if (!*reader->at)
		return NULL;
	*ret_is_quoted = *reader->at == '"' && reader->at[1] && strchr(reader->at + 1, '"');
	start = reader->at + *ret_is_quoted;
	length = *ret_is_quoted ? strcspn(start, "\"") : strcspn(start, BLANKS);
	reader->at = start + length + *ret_is_quoted;
	return alloc_copy(start, length);
}

/* A key press for each character of TEXT. */
static int add_text(struct reader *reader, const char *text, struct problem *why)
{
	mbstate_t state = {0};
	size_t left = strlen(text);

	while (left) {
		wchar_t wide;
		size_t length = mbrtowc(&wide, text, left, &state);

		if (length == 0 || length > left || wide >= KEY_CODE_UP) /* no Unicode */
			return refuse(reader, text, why);
		add(reader, KEYS_PRESS)->code = (int)wide;
		text += length;
		left -= length;
	}
	return 0;
}

static int add_wait(struct reader *reader, struct problem *why)
{
	bool is_quoted = false;
	_cleanup_free_ char *text = next_word(reader, &is_quoted);

	if (!text || !*text)
		return refuse(reader, "wait", why);
	add(reader, KEYS_WAIT)->text = TAKE_PTR(text);
	return 0;
}

static int add_sleep(struct reader *reader, struct problem *why)
{
	bool is_quoted = false;
	_cleanup_free_ char *text = next_word(reader, &is_quoted);
	uint64_t value;

	if (!text || text_parse_u64(text, &value) < 0 || value > UINT_MAX)
		return refuse(reader, "sleep", why);
	add(reader, KEYS_SLEEP)->milliseconds = (unsigned)value;
	return 0;
}

static int add_word(struct reader *reader, const char *word, bool is_quoted, struct problem *why)
{
	int code;

	if (is_quoted)
		return add_text(reader, word, why);
	if (strcmp(word, "wait") == 0)
		return add_wait(reader, why);
	if (strcmp(word, "sleep") == 0)
		return add_sleep(reader, why);
	code = key_parse(word);
	if (code < 0)
		return refuse(reader, word, why);
	add(reader, KEYS_PRESS)->code = code;
	return 0;
}

int keys_file_read(const char *path, struct keys_file **ret_keys, struct problem *why)
{
	_cleanup_keys_file_ struct keys_file *keys = alloc_zero(1, sizeof(*keys));
	_cleanup_free_ char *text = NULL;
	struct reader reader = {.path = path, .line = 1, .keys = keys};
	int r = file_read(path, FILE_MAX_BYTES, &text, NULL, why);

	if (r < 0)
		return r;
	for (reader.at = text;;) {
		bool is_quoted = false;
		_cleanup_free_ char *word = next_word(&reader, &is_quoted);

		if (!word)
			break;
		reader.start = reader.line;
		r = add_word(&reader, word, is_quoted, why);
		if (r < 0)
			return r;
	}
	*ret_keys = TAKE_PTR(keys);
	return 0;
}

struct keys_file *keys_file_free(struct keys_file *keys)
{
	if (!keys)
		return NULL;
	for (size_t i = 0; i < keys->count; i++)
		free(keys->items[i].text);
	free(keys->items);
	free(keys);
	return NULL;
}
