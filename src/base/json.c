/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON through json-c, with the few shapes we need. */
#include "base/json.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/i18n.h"

#define DEPTH_MAX 32
#define ERRNO_MAX 4095 /* as the kernel has it, include/linux/err.h */

/* Bytes of the strict UTF-8 sequence at BYTES, 0 where there is none. */
static size_t utf8_length(const unsigned char *bytes)
{
	size_t need = bytes[0] < 0x80 ? 1 : bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;

	if (bytes[0] >= 0x80 && (bytes[0] < 0xc2 || bytes[0] > 0xf4))
		return 0;
	for (size_t i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((bytes[0] == 0xe0 && bytes[1] < 0xa0) || (bytes[0] == 0xed && bytes[1] > 0x9f) ||
	    (bytes[0] == 0xf0 && bytes[1] < 0x90) || (bytes[0] == 0xf4 && bytes[1] > 0x8f))
		return 0;
	return need;
}

static bool is_utf8(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length;

	for (; *at; at += length) {
		length = utf8_length(at);
		if (!length)
			return false;
	}
	return true;
}

/* TEXT with U+FFFD in place of every byte that is no UTF-8; the caller frees. */
static char *to_utf8(const char *text)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	const unsigned char *at = (const unsigned char *)text;

	while (*at) {
		size_t length = utf8_length(at);

		if (length)
			text_buffer_add(&buffer, at, length);
		else
			text_buffer_add_text(&buffer, "\xef\xbf\xbd");
		at += length ? length : 1;
	}
	return text_buffer_take(&buffer);
}

static void add(struct json_object *object, const char *name, struct json_object *value)
{
	(void)json_object_object_add(object, name, value); /* fails only without memory */
}

void json_add_text(struct json_object *object, const char *name, const char *text)
{
	_cleanup_free_ char *clean = text ? to_utf8(text) : NULL;

	add(object, name, clean ? json_object_new_string(clean) : NULL);
}

void json_add_u64(struct json_object *object, const char *name, uint64_t value)
{
	add(object, name, json_object_new_uint64(value));
}

void json_add_bool(struct json_object *object, const char *name, bool value)
{
	add(object, name, json_object_new_boolean(value));
}

void json_add_list(struct json_object *object, const char *name, const struct text_list *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++) {
		_cleanup_free_ char *clean = to_utf8(list->items[i]);

		(void)json_object_array_add(array, json_object_new_string(clean)); /* memory */
	}
	add(object, name, array);
}

static struct json_object *bytes_new(const char *text)
{
	_cleanup_free_ char *encoded = NULL;
	struct json_object *wrapped;

	if (is_utf8(text))
		return json_object_new_string(text);
	encoded = base64_encode(text, strlen(text));
	wrapped = json_object_new_object();
	json_add_text(wrapped, "base64", encoded);
	return wrapped;
}

void json_add_bytes(struct json_object *object, const char *name, const char *text)
{
	add(object, name, text ? bytes_new(text) : NULL);
}

void json_add_bytes_list(struct json_object *object, const char *name, const struct text_list *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		(void)json_object_array_add(array, bytes_new(list->items[i])); /* memory */
	add(object, name, array);
}

void json_add_problem(struct json_object *object, const char *name, const struct problem *problem)
{
	struct json_object *value = NULL;

	if (problem->error < 0) {
		value = json_object_new_object();
		json_add_u64(value, "errno", (uint64_t)(-problem->error));
		json_add_bytes(value, "what", problem->what);
		json_add_bytes(value, "why", problem->why);
		json_add_bytes(value, "next", problem->next);
	}
	add(object, name, value);
}

static struct json_object *get(struct json_object *object, const char *name, enum json_type type)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

const char *json_get_text(struct json_object *object, const char *name)
{
	struct json_object *value = get(object, name, json_type_string);

	return value ? json_object_get_string(value) : NULL;
}

/* The bytes that VALUE holds in either form; NULL: none; the caller frees. */
static char *bytes_of(struct json_object *value)
{
	const char *encoded;
	char *bytes = NULL;
	size_t length;

	if (json_object_is_type(value, json_type_string))
		return text_copy(json_object_get_string(value));
	encoded = json_get_text(value, "base64");
	if (!encoded || base64_decode(encoded, &bytes, &length) < 0)
		return NULL;
	return bytes;
}

char *json_get_bytes(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value))
		return NULL;
	return bytes_of(value);
}

void json_get_bytes_list(struct json_object *object, const char *name, struct text_list *list)
{
	struct json_object *array = json_get_array(object, name);

	for (size_t i = 0; array && i < json_object_array_length(array); i++) {
		char *text = bytes_of(json_object_array_get_idx(array, i));

		if (text)
			text_list_take(list, text);
	}
}

bool json_get_problem(struct json_object *object, const char *name, struct problem *problem)
{
	struct json_object *value = json_get_object(object, name);
	uint64_t error = json_get_u64(value, "errno", 0);

	if (!error || error > ERRNO_MAX)
		return false;
	problem_done(problem);
	problem->error = -(int)error;
	problem->what = json_get_bytes(value, "what");
	problem->why = json_get_bytes(value, "why");
	problem->next = json_get_bytes(value, "next");
	return true;
}

uint64_t json_get_u64(struct json_object *object, const char *name, uint64_t fallback)
{
	struct json_object *value = get(object, name, json_type_int);

	if (!value || json_object_get_int64(value) < 0)
		return fallback;
	return json_object_get_uint64(value);
}

bool json_get_bool(struct json_object *object, const char *name, bool fallback)
{
	struct json_object *value = get(object, name, json_type_boolean);

	return value ? json_object_get_boolean(value) : fallback;
}

struct json_object *json_get_array(struct json_object *object, const char *name)
{
	return get(object, name, json_type_array);
}

struct json_object *json_get_object(struct json_object *object, const char *name)
{
	return get(object, name, json_type_object);
}

void json_get_list(struct json_object *object, const char *name, struct text_list *list)
{
	struct json_object *array = json_get_array(object, name), *item;

	for (size_t i = 0; array && i < json_object_array_length(array); i++) {
		item = json_object_array_get_idx(array, i);
		if (json_object_is_type(item, json_type_string))
			text_list_add(list, json_object_get_string(item));
	}
}

int json_parse(const char *text, size_t length, struct json_object **ret_object,
	       struct problem *why)
{
	struct json_tokener *tokener;
	struct json_object *object;
	enum json_tokener_error error;

	if (length > INT_MAX)
		return problem_set(why, -E2BIG, "JSON", _("too long"));
	tokener = json_tokener_new_ex(DEPTH_MAX);
	if (!tokener)
		return problem_set_errno(why, -ENOMEM, "JSON");
	object = json_tokener_parse_ex(tokener, text, (int)length);
	error = json_tokener_get_error(tokener);
	json_tokener_free(tokener);
	if (error == json_tokener_success) {
		*ret_object = object;
		return 0;
	}
	(void)json_object_put(object); /* whether anybody else held it does not matter */
	return problem_set(why, -EBADMSG, "JSON", "%s", json_tokener_error_desc(error));
}

char *json_format(struct json_object *object)
{
	return text_format("%s\n", json_object_to_json_string_ext(
					   object, JSON_C_TO_STRING_PRETTY |
							   JSON_C_TO_STRING_SPACED |
							   JSON_C_TO_STRING_NOSLASHESCAPE));
}

char *json_format_line(struct json_object *object)
{
	return text_copy(json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}
