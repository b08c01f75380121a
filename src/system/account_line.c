/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a line of passwd, shadow, group or gshadow is to the C library.
 *
 * The rules are those of glibc's nss_files (files-parse.c, fgetspent_r.c), which are the laxest:
 * what it does not read nobody does.
 */
#include "system/account_line.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

#define BROKEN                                                                                     \
	(ACCOUNT_FAULT_NUL | ACCOUNT_FAULT_NAME | ACCOUNT_FAULT_FIELDS | ACCOUNT_FAULT_NUMBER)

static const struct {
	unsigned fields; /* as written */
	unsigned needed; /* for the C library to read it */
} shapes[ACCOUNT_FILE_KINDS] = {
	[ACCOUNT_FILE_PASSWD] = {PASSWD_FIELDS, PASSWD_GID + 1},
	[ACCOUNT_FILE_SHADOW] = {SHADOW_FIELDS, SHADOW_MAX + 1},
	[ACCOUNT_FILE_GROUP] = {GROUP_FIELDS, GROUP_GID + 1},
	[ACCOUNT_FILE_GSHADOW] = {GSHADOW_FIELDS, GSHADOW_PASSWORD + 1},
};

unsigned account_line_fields(enum account_file_kind kind)
{
	return shapes[kind].fields;
}

bool account_line_is_id(enum account_file_kind kind, unsigned field)
{
	return kind == ACCOUNT_FILE_PASSWD ? field == PASSWD_UID || field == PASSWD_GID
					   : kind == ACCOUNT_FILE_GROUP && field == GROUP_GID;
}

int account_line_parse_id(const char *value, uint32_t *ret_id)
{
	uint64_t number = UINT32_MAX;
	bool is_negative;
	int error;

	value += strspn(value, " \t\r\f\v");
	is_negative = *value == '-';
	error = text_parse_u64(value + (is_negative || *value == '+'), &number);
	if (error < 0 && error != -ERANGE)
		return -EINVAL;
	if (error == -ERANGE || number > UINT32_MAX) {
		*ret_id = UINT32_MAX;
		return 1;
	}
	*ret_id = is_negative ? (uint32_t)-number : (uint32_t)number;
	return is_negative;
}

const char *account_line_end(const struct account_line *line)
{
	return line->text + line->length - (line->length && line->text[line->length - 1] == '\r');
}

/* The start of the name. */
static const char *fields_start(const struct account_line *line)
{
	const char *at = line->text, *end = account_line_end(line);

	while (at < end && isspace((unsigned char)*at))
		at++;
	return at;
}

const char *account_line_name(const struct account_line *line, size_t *ret_length)
{
	const char *start = fields_start(line), *end = account_line_end(line);
	const char *colon = memchr(start, ':', (size_t)(end - start));

	*ret_length = (size_t)((colon ? colon : end) - start);
	return start;
}

const char *account_line_field(enum account_file_kind kind, const struct account_line *line,
			       unsigned field, size_t *ret_length)
{
	const char *start = fields_start(line), *end = account_line_end(line), *colon;

	*ret_length = 0;
	for (unsigned number = 0; number < field; number++) {
		colon = memchr(start, ':', (size_t)(end - start));
		if (!colon)
			return NULL;
		start = colon + 1;
	}
	colon = field + 1 < shapes[kind].fields ? memchr(start, ':', (size_t)(end - start)) : NULL;
	*ret_length = (size_t)((colon ? colon : end) - start);
	return start;
}

unsigned account_line_count(const struct account_line *line)
{
	const char *start = fields_start(line), *end = account_line_end(line);
	unsigned count = 1;

	for (; start < end; start++)
		count += *start == ':';
	return count;
}

/* What is wrong with the number in FIELD. An empty one is right in shadow only. */
static unsigned find_number_fault(enum account_file_kind kind, const struct account_line *line,
				  unsigned field, bool may_be_empty)
{
	_cleanup_free_ char *value = NULL;
	size_t length;
	const char *start = account_line_field(kind, line, field, &length);
	uint32_t id;
	int error;

	if (!start || (may_be_empty && !length))
		return 0;
	value = alloc_copy(start, length);
	error = account_line_parse_id(value, &id);
	return error < 0 ? ACCOUNT_FAULT_NUMBER : error > 0 ? ACCOUNT_FAULT_RANGE : 0;
}

/*
 * glibc reads the old form, which ends behind the maximum, and the new one, which has all fields
 * but the last; in between, and where the line ends before the maximum, it gives up.
 */
static bool is_shadow_cut(const struct account_line *line, unsigned count)
{
	size_t length;

	if (count > SHADOW_EXPIRE + 1)
		return false;
	(void)account_line_field(ACCOUNT_FILE_SHADOW, line, count - 1, &length); /* it is there */
	return length ? count != SHADOW_MAX + 1 && count != SHADOW_EXPIRE + 1
		      : count != SHADOW_WARN + 1;
}

static unsigned find_faults(enum account_file_kind kind, const struct account_line *line)
{
	unsigned faults = 0, count = account_line_count(line);
	size_t name_length;

	(void)account_line_name(line, &name_length); /* only whether there is one */
	if (!name_length)
		faults |= ACCOUNT_FAULT_NAME;
	if (count < shapes[kind].needed ||
	    (kind == ACCOUNT_FILE_SHADOW && is_shadow_cut(line, count)))
		faults |= ACCOUNT_FAULT_FIELDS;
	else if (count < shapes[kind].fields)
		faults |= ACCOUNT_FAULT_SHORT;
	if (count > shapes[kind].fields)
		faults |= ACCOUNT_FAULT_LONG;
	for (unsigned field = 1; field < shapes[kind].fields; field++) {
		bool is_day = kind == ACCOUNT_FILE_SHADOW && field >= SHADOW_LAST_CHANGE;

		if (is_day || account_line_is_id(kind, field))
			faults |= find_number_fault(kind, line, field, is_day);
	}
	return faults;
}

void account_line_classify(enum account_file_kind kind, struct account_line *line)
{
	const char *start = fields_start(line), *end = account_line_end(line);

	line->faults = 0;
	if (end < line->text + line->length)
		line->faults |= ACCOUNT_FAULT_CARRIAGE_RETURN;
	if (memchr(line->text, '\0', line->length)) {
		line->kind = ACCOUNT_LINE_BROKEN;
		line->faults |= ACCOUNT_FAULT_NUL;
	} else if (start == end) {
		line->kind = ACCOUNT_LINE_EMPTY;
	} else if (*start == '#') {
		line->kind = ACCOUNT_LINE_COMMENT;
	} else if (*start == '+' || *start == '-') {
		line->kind = ACCOUNT_LINE_NIS;
	} else {
		line->faults |= find_faults(kind, line);
		line->faults |= start > line->text ? ACCOUNT_FAULT_BLANK : 0;
		line->kind = line->faults & BROKEN ? ACCOUNT_LINE_BROKEN : ACCOUNT_LINE_ENTRY;
	}
}
