/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON through json-c, with the few shapes we need.
 *
 * Values are json-c's own (struct json_object); objects own what is added to them. Text from
 * outside may be any bytes: json_add_text replaces what is not UTF-8, so that every program can
 * read our output; labels that we must get back exactly go through json_add_bytes (base64 where
 * needed, see there).
 */
#ifndef REFLOAT_BASE_JSON_H
#define REFLOAT_BASE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/text.h"

static inline void json_free_owned(struct json_object **object)
{
	(void)json_object_put(*object); /* takes NULL; tells whether it was the last owner */
}
#define _cleanup_json_ _cleanup_(json_free_owned)

/* Members; NULL text becomes null. */
void json_add_text(struct json_object *object, const char *name, const char *text);
void json_add_u64(struct json_object *object, const char *name, uint64_t value);
void json_add_bool(struct json_object *object, const char *name, bool value);
void json_add_list(struct json_object *object, const char *name, const struct text_list *list);

/*
 * Bytes that must survive: UTF-8 text without NUL goes in as a string, everything else as
 * {"base64": "..."}. json_get_bytes reads either.
 */
void json_add_bytes(struct json_object *object, const char *name, const char *text);

/* The same for each string of LIST. */
void json_add_bytes_list(struct json_object *object, const char *name, const struct text_list *list);
void json_get_bytes_list(struct json_object *object, const char *name, struct text_list *list);

/* A problem, for another process of ours; null for one that is not set. json_get_problem returns
 * false, with PROBLEM as it was, where there is none or it makes no sense. */
void json_add_problem(struct json_object *object, const char *name, const struct problem *problem);
bool json_get_problem(struct json_object *object, const char *name, struct problem *problem);

/* Members read; NULL, the fallback or an empty list where missing or of another type. */
const char *json_get_text(struct json_object *object, const char *name); /* borrowed */
char *json_get_bytes(struct json_object *object, const char *name);      /* caller frees */
uint64_t json_get_u64(struct json_object *object, const char *name, uint64_t fallback);
bool json_get_bool(struct json_object *object, const char *name, bool fallback);
struct json_object *json_get_array(struct json_object *object, const char *name); /* or NULL */
struct json_object *json_get_object(struct json_object *object, const char *name); /* or NULL */
void json_get_list(struct json_object *object, const char *name, struct text_list *list);

/* Parses LENGTH bytes; depth is limited to 32. The caller puts (json_object_put). */
int json_parse(const char *text, size_t length, struct json_object **ret_object,
	       struct problem *why);

/* As text for programs, one value indented by two spaces, newline at the end; caller frees. */
char *json_format(struct json_object *object);
/* On one line without newline; caller frees. */
char *json_format_line(struct json_object *object);

#endif
