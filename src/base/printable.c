/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign bytes made safe for a terminal, and how wide they are there. */
#include "base/printable.h"

#include <langinfo.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "base/text.h"

static bool locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Bytes in the sequence that starts with LEAD and the smallest code point it may carry; 0: none. */
static size_t sequence_length(unsigned char lead, uint32_t *ret_smallest)
{
	static const struct {
		unsigned char mask, value;
		size_t length;
		uint32_t smallest;
	} kinds[] = {
		{0x80, 0x00, 1, 0x0},
		{0xe0, 0xc0, 2, 0x80},
		{0xf0, 0xe0, 3, 0x800},
		{0xf8, 0xf0, 4, 0x10000},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if ((lead & kinds[i].mask) == kinds[i].value) {
			*ret_smallest = kinds[i].smallest;
			return kinds[i].length;
		}
	}
	return 0;
}

size_t printable_decode(const char *bytes, size_t length, uint32_t *ret_code)
{
	static const unsigned char lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t smallest = 0, code;
	size_t need = length ? sequence_length((unsigned char)bytes[0], &smallest) : 0;

	if (!need || need > length)
		return 0;
	code = (unsigned char)bytes[0] & lead_mask[need];
	for (size_t i = 1; i < need; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if ((byte & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (byte & 0x3f);
	}
	if (code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return need;
}

/* Characters that change the look of others, or cannot be seen at all. */
static bool is_deceptive(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x00, 0x1f},       {0x7f, 0x9f},     {0xad, 0xad},       {0x34f, 0x34f},
		{0x61c, 0x61c},     {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},
		{0x200b, 0x200f},   {0x2028, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},
		{0xfe00, 0xfe0f},   {0xfeff, 0xfeff}, {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
		{0xe000, 0xf8ff},   {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
	};

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	}
	return false;
}

static bool is_shown(uint32_t code)
{
	if (is_deceptive(code))
		return false;
	if (code < 0x80)
		return true;
	return locale_is_utf8() && wcwidth((wchar_t)code) >= 0;
}

int printable_code_width(uint32_t code)
{
	if (!is_shown(code))
		return -1;
	return code < 0x80 ? 1 : wcwidth((wchar_t)code);
}

/* Whether the back slash at BYTES would read as one of our escapes, or as part of the next. */
static bool reads_as_escape(const char *bytes, size_t length)
{
	uint32_t code = 0;

	if (length < 2)
		return false;
	if (bytes[1] == 'x' || bytes[1] == 'u' || bytes[1] == '\\')
		return true;
	return !printable_decode(bytes + 1, length - 1, &code) || !is_shown(code);
}

char *printable_bytes(const char *bytes, size_t length)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	uint32_t code = 0;
	size_t taken;

	for (; length; bytes += taken, length -= taken) {
		taken = printable_decode(bytes, length, &code);
		if (!taken) {
			text_buffer_format(&buffer, "\\x%02X", (unsigned char)*bytes);
			taken = 1;
		} else if (code == '\\' && reads_as_escape(bytes, length)) {
			text_buffer_add_text(&buffer, "\\\\");
		} else if (is_shown(code)) {
			text_buffer_add(&buffer, bytes, taken);
		} else if (code < 0x80) {
			text_buffer_format(&buffer, "\\x%02X", code);
		} else {
			text_buffer_format(&buffer, "\\u{%X}", code);
		}
	}
	return text_buffer_take(&buffer);
}

char *printable_text(const char *text)
{
	return text ? printable_bytes(text, strlen(text)) : text_copy("");
}

/* Bytes of the locale's character at BYTES, 0 where there is none that may be shown. */
static size_t shown_length(const char *bytes, size_t length)
{
	mbstate_t state = {0};
	uint32_t code = 0;
	wchar_t wide = 0;
	size_t taken;

	if (locale_is_utf8()) {
		taken = printable_decode(bytes, length, &code);
		return taken && is_shown(code) ? taken : 0;
	}
	taken = mbrtowc(&wide, bytes, length, &state); /* translations are in its character set */
	if (!taken || taken > length || is_deceptive((uint32_t)wide) || wcwidth(wide) < 0)
		return 0;
	return taken;
}

char *printable_sentence(const char *text)
{
	size_t left = text ? strlen(text) : 0, taken;

	for (const char *at = text; left; at += taken, left -= taken) {
		taken = shown_length(at, left);
		if (!taken)
			return printable_text(text);
	}
	return text_copy(text ? text : "");
}

bool printable_is_clean(const char *text)
{
	_cleanup_free_ char *shown = printable_text(text);

	return text_is_equal(shown, text);
}

static size_t code_width(uint32_t code)
{
	int width;

	if (code < 0x80)
		return code >= 0x20 && code != 0x7f;
	width = locale_is_utf8() ? wcwidth((wchar_t)code) : 1;
	return width > 0 ? (size_t)width : 0;
}

/* Bytes of TEXT that fit into COLUMNS, and how many of these they take. */
static size_t bytes_that_fit(const char *text, size_t columns, size_t *ret_width)
{
	size_t length = strlen(text), at = 0, width = 0, taken;
	uint32_t code = 0;

	for (; at < length; at += taken) {
		taken = printable_decode(text + at, length - at, &code);
		if (!taken) {
			taken = 1;
			code = '?';
		}
		if (width + code_width(code) > columns)
			break;
		width += code_width(code);
	}
	*ret_width = width;
	return at;
}

size_t printable_width(const char *text)
{
	size_t width;

	(void)bytes_that_fit(text, SIZE_MAX / 2, &width); /* all of it fits; only the width counts */
	return width;
}

char *printable_fit(const char *text, size_t columns)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	size_t width, fits = bytes_that_fit(text, columns, &width);

	if (text[fits] && columns > 3) {
		fits = bytes_that_fit(text, columns - 3, &width);
		text_buffer_add(&buffer, text, fits);
		text_buffer_add_text(&buffer, "...");
		width += 3;
	} else {
		text_buffer_add(&buffer, text, fits);
	}
	for (; width < columns; width++)
		text_buffer_add_text(&buffer, " ");
	return text_buffer_take(&buffer);
}

/* Starts a new line of INDENT spaces. */
static void break_line(struct text_buffer *buffer, size_t indent, size_t *column)
{
	text_buffer_add_text(buffer, "\n");
	for (size_t i = 0; i < indent; i++)
		text_buffer_add_text(buffer, " ");
	*column = indent;
}

char *printable_wrap(const char *text, size_t columns, size_t indent)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	_cleanup_text_list_ struct text_list words = {0};
	size_t column = 0, start = 0, width;

	text_list_split(&words, text, " ");
	for (size_t i = 0; i < words.count; i++) {
		width = printable_width(words.items[i]);
		if (column > start && column + 1 + width > columns) {
			break_line(&buffer, indent, &column);
			start = indent;
		} else if (column > start) {
			text_buffer_add_text(&buffer, " ");
			column++;
		}
		text_buffer_add_text(&buffer, words.items[i]);
		column += width;
	}
	return text_buffer_take(&buffer);
}
