/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a program's raw bytes hold only printable characters and what its terminal understands.
 */
#include <string.h>

#include "play_bytes.h"

#define COMPLAINTS_MAX 10

/* What is not in every description, but asked or set by programs that know how to ask. */
static const char *const usual_sequences[] = {
	"\033[6n",						    /* where is the cursor */
	"\033[?1000h", "\033[?1000l", "\033[?1002h", "\033[?1002l", /* mouse */
	"\033[?1003h", "\033[?1003l", "\033[?1006h", "\033[?1006l",
	"\033[?2004h", "\033[?2004l", /* pastes are marked */
};

/* First and last characters that no one sees: Unicode's format, private and line separators. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x0000, 0x001f},   {0x007f, 0x009f},	   {0x00ad, 0x00ad},   {0x0600, 0x0605},
	{0x061c, 0x061c},   {0x06dd, 0x06dd},	   {0x070f, 0x070f},   {0x115f, 0x1160},
	{0x17b4, 0x17b5},   {0x180b, 0x180f},	   {0x200b, 0x200f},   {0x2028, 0x202e},
	{0x2060, 0x206f},   {0x3164, 0x3164},	   {0xd800, 0xf8ff},   {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},   {0xffa0, 0xffa0},	   {0xfff0, 0xfffb},   {0xfffe, 0xffff},
	{0x110bd, 0x110bd}, {0x13430, 0x1343f},	   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff}, {0xf0000, 0xffffffff},
};

bool bytes_is_printable(uint32_t character)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unseen); i++)
		if (character >= unseen[i].first && character <= unseen[i].last)
			return false;
	return true;
}

char *bytes_format(const char *bytes, size_t length)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	size_t i;

	for (i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte == 27)
			text_buffer_add_text(&text, "\\e");
		else if (byte < 32 || byte > 126)
			text_buffer_format(&text, "\\x%02x", byte);
		else
			text_buffer_add(&text, bytes + i, 1);
	}
	return text_buffer_take(&text);
}

static bool is_between(char byte, int first, int last)
{
	return (unsigned char)byte >= first && (unsigned char)byte <= last;
}

/* The end of a string sequence (OSC, DCS, ...): behind BEL or ESC \. */
static size_t string_length(const char *bytes, size_t length)
{
	size_t i;

	if (bytes[1] == ']' && length > 2 && strchr("PR", bytes[2]) && bytes[2]) {
		i = bytes[2] == 'P' ? 10 : 3; /* the Linux console's palette has no end mark */
		return i < length ? i : length;
	}
	for (i = 2; i < length; i++) {
		if (bytes[i] == '\a')
			return i + 1;
		if (bytes[i] == 27)
			return i + 1 < length && bytes[i + 1] == '\\' ? i + 2 : i;
	}
	return length;
}

/*
 * The length of the escape sequence that BYTES starts with; RET_SHAPE (may be NULL) gets what it
 * is without its figures: "[H" for ESC [ 5 ; 7 H, "(B", "]0" for an operating system command. The
 * figures of modes (h and l) stay, since each is a thing of its own.
 */
static size_t sequence_length(const char *bytes, size_t length, struct text_buffer *shape)
{
	size_t i = 1, end;

	if (length < 2)
		return length;
	if (strchr("]PX^_", bytes[1]) && bytes[1]) {
		text_buffer_add(shape, bytes + 1, length > 2 ? 2 : 1);
		for (i = 3; i < length && is_between(bytes[i], '0', '9'); i++)
			text_buffer_add(shape, bytes + i, 1);
		return string_length(bytes, length);
	}
	if (bytes[1] != '[') {
		while (i < length && is_between(bytes[i], 0x20, 0x2f))
			i++;
		end = i < length && is_between(bytes[i], 0x30, 0x7e) ? i + 1 : i;
		text_buffer_add(shape, bytes + 1, end - 1);
		return end;
	}
	for (end = 2; end < length && is_between(bytes[end], 0x20, 0x3f); end++)
		continue;
	if (end < length && is_between(bytes[end], 0x40, 0x7e))
		end++;
	for (i = 1; i < end; i++)
		if (!is_between(bytes[i], 0x30, 0x3b) || strchr("hl", bytes[end - 1]))
			text_buffer_add(shape, bytes + i, 1);
	if (end == 3 && bytes[2] == '[' && length > 3) { /* the Linux console: ESC [ [ A */
		text_buffer_add(shape, bytes + 3, 1);
		end++;
	}
	return end;
}

/* Adds the shapes in SEQUENCE to those that are allowed, one for each mode it sets. */
void byte_rules_allow(struct byte_rules *rules, const char *sequence)
{
	size_t length = strlen(sequence), i = 0;

	while (i < length) {
		_cleanup_text_buffer_ struct text_buffer shape = {0};

		if (sequence[i] != 27) {
			if (is_between(sequence[i], 1, 31))
				rules->controls[(unsigned char)sequence[i]] = true;
			i++;
			continue;
		}
		i += sequence_length(sequence + i, length - i, &shape);
		if (shape.length && !text_list_contains(&rules->sequences, shape.data))
			text_list_add(&rules->sequences, shape.data);
	}
}

/* Skips what follows a % in a capability: its length. */
static size_t parameter_length(const char *text)
{
	size_t i = 0;

	if (text[0] == '{')
		return strcspn(text, "}") + (strchr(text, '}') != NULL);
	if (text[0] == '\'')
		return strlen(text) < 3 ? strlen(text) : 3;
	if (strchr("pPg", text[0]) && text[0])
		return text[1] ? 2 : 1;
	while (text[i] && strchr(":-+# 0123456789.", text[i]) && !(i == 0 && strchr("-+", text[i])))
		i++;
	return i + (text[i] != '\0');
}

/* A capability without its parameters and delays. */
static char *strip_capability(const char *text)
{
	_cleanup_text_buffer_ struct text_buffer plain = {0};

	while (*text) {
		if (text[0] == '%' && text[1] != '%') {
			text += 1 + parameter_length(text + 1);
		} else if (text[0] == '$' && text[1] == '<' && strchr(text, '>')) {
			text = strchr(text, '>') + 1;
		} else {
			text_buffer_add(&plain, text, 1);
			text++;
		}
	}
	return text_buffer_take(&plain);
}

void byte_rules_make(struct byte_rules *rules, const struct text_list *capabilities)
{
	static const char always[] = "\a\b\t\n\r";
	size_t i;

	*rules = (struct byte_rules){.is_utf8 = true};
	byte_rules_allow(rules, always);
	for (i = 0; i < capabilities->count; i++) {
		_cleanup_free_ char *plain = strip_capability(capabilities->items[i]);

		byte_rules_allow(rules, plain);
	}
	for (i = 0; i < ARRAY_SIZE(usual_sequences); i++)
		byte_rules_allow(rules, usual_sequences[i]);
}

void byte_rules_done(struct byte_rules *rules)
{
	text_list_done(&rules->sequences);
}

/* The length of the UTF-8 character at BYTES, 0 where it is not valid. */
static size_t decode_character(const char *text, size_t length, uint32_t *ret_character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)text;
	size_t size = bytes[0] < 0x80	? 1
		      : bytes[0] < 0xc2 ? 0
		      : bytes[0] < 0xe0 ? 2
		      : bytes[0] < 0xf0 ? 3
		      : bytes[0] < 0xf5 ? 4
					: 0;
	uint32_t character;
	size_t i;

	if (!size || size > length)
		return 0;
	character = size == 1 ? bytes[0] : bytes[0] & (0xffU >> (size + 1));
	for (i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (bytes[i] & 0x3f);
	}
	if (character < least[size])
		return 0;
	*ret_character = character;
	return size;
}

static void complain(struct text_list *complaints, const char *what, const char *bytes,
		     size_t length, size_t at)
{
	_cleanup_free_ char *text = bytes_format(bytes, length < 40 ? length : 40);

	text_list_format(complaints, "byte %zu: %s: %s", at, what, text);
}

static bool is_allowed_sequence(const struct byte_rules *rules, const char *shape)
{
	if (!rules->allows_line_set && text_is_equal(shape, "(0"))
		return false; /* curses offers it as a second set (ESC ) 0) at start, and may */
	return text_list_contains(&rules->sequences, shape);
}

/* Looks at the sequence or character at BYTES; its length. */
static size_t check_one(const struct byte_rules *rules, const char *bytes, size_t length, size_t at,
			struct text_list *complaints)
{
	_cleanup_text_buffer_ struct text_buffer shape = {0};
	uint32_t character = 0;
	size_t size;

	if (bytes[0] == 27) {
		size = sequence_length(bytes, length, &shape);
		if (!is_allowed_sequence(rules, shape.data ? shape.data : ""))
			complain(complaints, "a sequence that this terminal has not", bytes, size,
				 at);
		return size;
	}
	if (is_between(bytes[0], 0, 31)) {
		bool is_line_set = bytes[0] == 14 && !rules->allows_line_set;

		if (!rules->controls[(unsigned char)bytes[0]] || is_line_set)
			complain(complaints, "a control character", bytes, 1, at);
		return 1;
	}
	if (!rules->is_utf8) {
		if (is_between(bytes[0], 0x7f, 0x9f))
			complain(complaints, "a control character", bytes, 1, at);
		return 1;
	}
	size = decode_character(bytes, length, &character);
	if (!size)
		complain(complaints, "not UTF-8", bytes, 1, at);
	else if (!bytes_is_printable(character))
		complain(complaints, "not printable", bytes, size, at);
	return size ? size : 1;
}

void bytes_check(const struct byte_rules *rules, const char *bytes, size_t length,
		 struct text_list *complaints)
{
	size_t at = 0;

	while (at < length && complaints->count < COMPLAINTS_MAX)
		at += check_one(rules, bytes + at, length - at, at, complaints);
}
