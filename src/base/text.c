/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings, lists of strings, and the buffer they are built in. */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

char *text_format_args(const char *format, va_list args)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	if (length < 0)
		length = 0; /* only a wide character that the locale lacks: the text stays empty */
	text = alloc_zero((size_t)length + 1, 1);
	if (length)
		(void)vsnprintf(text, (size_t)length + 1, format, again); /* measured above */
	va_end(again);
	return text;
}

char *text_format(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = text_format_args(format, args);
	va_end(args);
	return text;
}

char *text_copy(const char *text)
{
	return text ? alloc_copy(text, strlen(text)) : NULL;
}

void text_set(char **text, const char *value)
{
	char *copy = text_copy(value);

	free(*text);
	*text = copy;
}

bool text_is_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

static int lower(int byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
}

bool text_is_equal_ignoring_case(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	while (*a && lower((unsigned char)*a) == lower((unsigned char)*b)) {
		a++;
		b++;
	}
	return lower((unsigned char)*a) == lower((unsigned char)*b);
}

bool text_is_empty(const char *text)
{
	return !text || !*text;
}

bool text_has_prefix(const char *text, const char *prefix)
{
	return text_after_prefix(text, prefix) != NULL;
}

bool text_has_suffix(const char *text, const char *suffix)
{
	size_t length, suffix_length;

	if (!text || !suffix)
		return false;
	length = strlen(text);
	suffix_length = strlen(suffix);
	return length >= suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

const char *text_after_prefix(const char *text, const char *prefix)
{
	size_t length;

	if (!text || !prefix)
		return NULL;
	length = strlen(prefix);
	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

char *text_trim(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

int text_parse_u64(const char *text, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (text_is_empty(text))
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return -ERANGE;
	}
	*ret_value = value;
	return 0;
}

/* Compares two runs of digits as numbers of any length and moves both texts behind them. */
static int compare_digits(const char **a, const char **b)
{
	size_t length_a, length_b;
	int order;

	while (**a == '0')
		(*a)++;
	while (**b == '0')
		(*b)++;
	length_a = strspn(*a, "0123456789");
	length_b = strspn(*b, "0123456789");
	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	order = strncmp(*a, *b, length_a);
	*a += length_a;
	*b += length_b;
	return order;
}

int text_compare_natural(const char *a, const char *b)
{
	const char *start_a = a, *start_b = b;
	int order;

	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			order = compare_digits(&a, &b);
			if (order)
				return order;
			continue;
		}
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		a++;
		b++;
	}
	if (*a || *b)
		return *a ? 1 : -1;
	return strcmp(start_a, start_b); /* equal but for leading zeroes */
}

/* The value of a hexadecimal digit, -1 for anything else. */
static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = (char)lower((unsigned char)digit);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

char *text_decode_hex(const char *text)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	while (*text) {
		/* the second digit is looked at only behind a first: TEXT may end anywhere */
		int high = text[0] == '\\' && text[1] == 'x' ? digit_value(text[2]) : -1;
		int low = high >= 0 ? digit_value(text[3]) : -1;
		char byte = low >= 0 ? (char)(high << 4 | low) : '\0';

		text_buffer_add(&buffer, byte ? &byte : text, 1);
		text += byte ? 4 : 1;
	}
	return text_buffer_take(&buffer);
}

void text_list_take(struct text_list *list, char *text)
{
	/* one more than count, so that the NULL behind the last has its place */
	list->items = alloc_grow(list->items, list->count + 1, &list->capacity,
				 sizeof(*list->items));
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

void text_list_add(struct text_list *list, const char *text)
{
	text_list_take(list, text_copy(text));
}

void text_list_format(struct text_list *list, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_list_take(list, text_format_args(format, args));
	va_end(args);
}

void text_list_copy(struct text_list *to, const struct text_list *from)
{
	for (size_t i = 0; i < from->count; i++)
		text_list_add(to, from->items[i]);
}

bool text_list_contains(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (text_is_equal(list->items[i], text))
			return true;
	}
	return false;
}

char *text_list_join(const struct text_list *list, const char *separator)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < list->count; i++) {
		if (i)
			text_buffer_add_text(&buffer, separator);
		text_buffer_add_text(&buffer, list->items[i]);
	}
	return text_buffer_take(&buffer);
}

void text_list_split(struct text_list *list, const char *text, const char *separators)
{
	size_t length;

	if (!text)
		return;
	for (; *text; text += length) {
		text += strspn(text, separators);
		length = strcspn(text, separators);
		if (length)
			text_list_take(list, alloc_copy(text, length));
	}
}

static int compare_items(const void *a, const void *b)
{
	return text_compare_natural(*(char *const *)a, *(char *const *)b);
}

void text_list_sort(struct text_list *list)
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare_items);
}

void text_list_done(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){0};
}

void text_buffer_add(struct text_buffer *buffer, const void *bytes, size_t length)
{
	size_t wanted = buffer->length + length + 1;

	if (wanted > buffer->capacity) {
		if (wanted < buffer->capacity * 2)
			wanted = buffer->capacity * 2;
		buffer->data = alloc_resize(buffer->data, wanted, 1);
		buffer->capacity = wanted;
	}
	if (length)
		memcpy(buffer->data + buffer->length, bytes, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

void text_buffer_add_text(struct text_buffer *buffer, const char *text)
{
	if (text)
		text_buffer_add(buffer, text, strlen(text));
}

void text_buffer_format(struct text_buffer *buffer, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	text = text_format_args(format, args);
	va_end(args);
	text_buffer_add_text(buffer, text);
}

char *text_buffer_take(struct text_buffer *buffer)
{
	char *text = buffer->data ? buffer->data : alloc_copy("", 0);

	*buffer = (struct text_buffer){0};
	return text;
}

void text_buffer_done(struct text_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct text_buffer){0};
}
