/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passwd, shadow, group and gshadow as lines: taken apart, found by name, edited, put together. */
#include "system/account_file.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "system/account_line.h"

static const char *const paths[ACCOUNT_FILE_KINDS] = {
	[ACCOUNT_FILE_PASSWD] = "/etc/passwd",
	[ACCOUNT_FILE_SHADOW] = "/etc/shadow",
	[ACCOUNT_FILE_GROUP] = "/etc/group",
	[ACCOUNT_FILE_GSHADOW] = "/etc/gshadow",
};

const char *account_file_path(enum account_file_kind kind)
{
	return paths[kind];
}

static void wipe_free(char *text, size_t length)
{
	if (text)
		explicit_bzero(text, length);
	free(text);
}

static int compare_names(const void *a, const void *b, void *data)
{
	const struct account_file *file = data;
	size_t first = *(const size_t *)a, second = *(const size_t *)b, length_first, length_second;
	const char *name_first = account_line_name(&file->lines[first], &length_first);
	const char *name_second = account_line_name(&file->lines[second], &length_second);
	size_t length = length_first < length_second ? length_first : length_second;
	int order = memcmp(name_first, name_second, length);

	if (order)
		return order;
	if (length_first != length_second)
		return length_first < length_second ? -1 : 1;
	return first < second ? -1 : first > second;
}

static void sort_names(struct account_file *file)
{
	free(file->by_name);
	file->by_name = alloc_zero(file->count + 1, sizeof(*file->by_name));
	file->named_count = 0;
	for (size_t i = 0; i < file->count; i++) {
		const struct account_line *line = &file->lines[i];
		size_t length;

		if (line->kind != ACCOUNT_LINE_ENTRY && line->kind != ACCOUNT_LINE_BROKEN)
			continue;
		(void)account_line_name(line, &length); /* only whether there is one */
		if (length)
			file->by_name[file->named_count++] = i;
	}
	qsort_r(file->by_name, file->named_count, sizeof(*file->by_name), compare_names, file);
}

void account_file_parse(enum account_file_kind kind, const void *bytes, size_t length,
			struct account_file *ret_file)
{
	struct account_file file = {.kind = kind};
	const char *text = bytes;

	while (length) {
		const char *newline = memchr(text, '\n', length);
		struct account_line *line;

		file.lines =
			alloc_grow(file.lines, file.count, &file.capacity, sizeof(*file.lines));
		line = &file.lines[file.count++];
		line->length = newline ? (size_t)(newline - text) : length;
		line->text = alloc_copy(text, line->length);
		line->has_newline = newline != NULL;
		account_line_classify(kind, line);
		text += line->length + line->has_newline;
		length -= line->length + line->has_newline;
	}
	sort_names(&file);
	*ret_file = file;
}

static bool has_too_many_lines(const char *bytes, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += bytes[i] == '\n';
	return count > ACCOUNT_FILE_MAX_LINES;
}

int account_file_read(const struct root *root, enum account_file_kind kind, const char *path,
		      struct account_file *ret_file, struct problem *why)
{
	char *bytes = NULL;
	size_t length = 0;
	int error;

	path = path ? path : paths[kind];
	error = root_read_file(root, path, ACCOUNT_FILE_MAX_BYTES, &bytes, &length);
	if (error < 0)
		return problem_set_errno(why, error, path);
	if (error == 0 && has_too_many_lines(bytes, length))
		error = 1; /* as one with too many bytes */
	if (error == 0)
		account_file_parse(kind, bytes, length, ret_file);
	wipe_free(bytes, length);
	if (error > 0)
		return problem_set(why, -EFBIG, path, _("the file is too long to be edited"));
	return 0;
}

char *account_file_write(const struct account_file *file, size_t *ret_length)
{
	size_t length = 0, at = 0;
	char *bytes;

	for (size_t i = 0; i < file->count; i++)
		length += file->lines[i].length + file->lines[i].has_newline;
	bytes = alloc_zero(length + 1, 1); /* at once: a buffer that grows leaves copies behind */
	for (size_t i = 0; i < file->count; i++) {
		memcpy(bytes + at, file->lines[i].text, file->lines[i].length);
		at += file->lines[i].length;
		if (file->lines[i].has_newline)
			bytes[at++] = '\n';
	}
	*ret_length = length;
	return bytes;
}

void account_file_done(struct account_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		wipe_free(file->lines[i].text, file->lines[i].length);
	free(file->lines);
	free(file->by_name);
	*file = (struct account_file){0};
}

static int compare_with_name(const struct account_file *file, size_t number, const char *name)
{
	size_t length;
	const char *own = account_line_name(&file->lines[number], &length);
	size_t other = strlen(name);
	int order = memcmp(own, name, length < other ? length : other);

	return order ? order : (length > other) - (length < other);
}

/* The place in by_name of the first line whose name is not below NAME. */
static size_t search_name(const struct account_file *file, const char *name)
{
	size_t low = 0, high = file->named_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_with_name(file, file->by_name[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void account_file_match(const struct account_file *file, const char *name,
			struct account_match *ret_match)
{
	struct account_match match = {0};

	for (size_t at = search_name(file, name);
	     at < file->named_count && compare_with_name(file, file->by_name[at], name) == 0;
	     at++) {
		size_t line = file->by_name[at];

		if (file->lines[line].kind == ACCOUNT_LINE_BROKEN) {
			match.broken = match.broken_count++ ? match.broken : line;
			continue;
		}
		if (match.entry_count == 0)
			match.entry = line;
		else if (match.entry_count == 1)
			match.duplicate = line;
		match.entry_count++;
	}
	*ret_match = match;
}

int account_file_find(const struct account_file *file, const char *name, size_t *ret_line)
{
	struct account_match match;

	account_file_match(file, name, &match);
	if (!match.entry_count)
		return -ENOENT;
	*ret_line = match.entry;
	return 0;
}

int account_file_find_id(const struct account_file *file, uint32_t id, size_t *ret_line)
{
	unsigned field = file->kind == ACCOUNT_FILE_PASSWD ? PASSWD_UID : GROUP_GID;

	if (file->kind != ACCOUNT_FILE_PASSWD && file->kind != ACCOUNT_FILE_GROUP)
		return -ENOENT;
	for (size_t i = 0; i < file->count; i++) {
		_cleanup_free_ char *value = account_file_get(file, i, field);
		uint32_t own;

		if (value && account_line_parse_id(value, &own) >= 0 && own == id) {
			*ret_line = i;
			return 0;
		}
	}
	return -ENOENT;
}

char *account_file_get(const struct account_file *file, size_t line, unsigned field)
{
	const char *start = NULL;
	size_t length = 0;

	if (line < file->count && file->lines[line].kind == ACCOUNT_LINE_ENTRY)
		start = account_line_field(file->kind, &file->lines[line], field, &length);
	return start ? alloc_copy(start, length) : NULL;
}

static bool is_number(const char *value)
{
	uint64_t number;

	return text_parse_u64(value, &number) == 0 && number <= UINT32_MAX;
}

/* VALUE can stand in field FIELD: it ends no field and no line. */
static bool is_storable(enum account_file_kind kind, unsigned field, const char *value)
{
	if (value[strcspn(value, ":\n\r")] != '\0')
		return false;
	if (field == 0)
		return *value && !strchr("+-#", *value) && !isspace((unsigned char)*value);
	if (account_line_is_id(kind, field))
		return is_number(value);
	if (kind == ACCOUNT_FILE_SHADOW && field >= SHADOW_LAST_CHANGE)
		return !*value || is_number(value);
	return true;
}

static int refuse_value(enum account_file_kind kind, struct problem *why)
{
	return problem_set(why, -EINVAL, paths[kind],
			   _("the value cannot stand in a field of this file"));
}

/* Puts TEXT, LENGTH bytes, in place of the line's text, which is wiped. */
static void replace_text(struct account_line *line, char *text, size_t length)
{
	wipe_free(line->text, line->length);
	line->text = text;
	line->length = length;
}

/* LINE with VALUE as its field FIELD, and the colons that it lacks; *RET_LENGTH bytes. */
static char *make_text(enum account_file_kind kind, const struct account_line *line, unsigned field,
		       const char *value, size_t *ret_length)
{
	unsigned count = account_line_count(line), full = account_line_fields(kind);
	size_t lacking = count < full ? full - count : 0,
	       between = field < count ? 0 : field - count + 1;
	size_t length, added = strlen(value);
	const char *start = account_line_field(kind, line, field, &length);
	const char *end = account_line_end(line);
	char *text = alloc_zero(line->length - length + added + lacking + 1, 1), *at = text;

	start = start ? start : end;
	at = mempcpy(at, line->text, (size_t)(start - line->text));
	memset(at, ':', between);
	at = mempcpy(at + between, value, added);
	at = mempcpy(at, start + length, (size_t)(end - start) - length);
	memset(at, ':', lacking - between);
	at = mempcpy(at + lacking - between, end, line->length - (size_t)(end - line->text));
	*ret_length = (size_t)(at - text);
	return text;
}

int account_file_set(struct account_file *file, size_t line, unsigned field, const char *value,
		     struct problem *why)
{
	struct account_line *old = line < file->count ? &file->lines[line] : NULL;
	char *text;
	size_t length;

	if (!old || old->kind != ACCOUNT_LINE_ENTRY)
		return problem_set(why, -EINVAL, paths[file->kind],
				   _("the line is no entry that could be edited"));
	if (field == 0 || field >= account_line_fields(file->kind) ||
	    !is_storable(file->kind, field, value))
		return refuse_value(file->kind, why);
	text = make_text(file->kind, old, field, value, &length);
	replace_text(old, text, length);
	account_line_classify(file->kind, old);
	return 0;
}

bool account_file_drop_carriage_return(struct account_file *file, size_t line)
{
	struct account_line *old = line < file->count ? &file->lines[line] : NULL;

	if (!old || !(old->faults & ACCOUNT_FAULT_CARRIAGE_RETURN))
		return false;
	old->text[--old->length] = '\0';
	account_line_classify(file->kind, old);
	return true;
}

/* Makes room for a line before the first NIS line, or at the end. */
static struct account_line *insert_line(struct account_file *file, size_t *ret_line)
{
	size_t at = 0;

	while (at < file->count && file->lines[at].kind != ACCOUNT_LINE_NIS)
		at++;
	file->lines = alloc_grow(file->lines, file->count, &file->capacity, sizeof(*file->lines));
	memmove(file->lines + at + 1, file->lines + at, (file->count - at) * sizeof(*file->lines));
	file->count++;
	file->lines[at] = (struct account_line){.has_newline = true};
	if (at)
		file->lines[at - 1].has_newline = true;
	*ret_line = at;
	return &file->lines[at];
}

int account_file_add(struct account_file *file, const char *const *values, size_t *ret_line,
		     struct problem *why)
{
	size_t length = 0, at;
	struct account_line *line;
	char *end;

	for (unsigned i = 0; i < account_line_fields(file->kind); i++) {
		if (!is_storable(file->kind, i, values[i]))
			return refuse_value(file->kind, why);
		length += strlen(values[i]) + 1;
	}
	if (account_file_find(file, values[0], &at) == 0)
		return problem_set(why, -EEXIST, paths[file->kind], _("%s is there already"),
				   values[0]);
	line = insert_line(file, &at);
	line->length = length - 1;
	line->text = end = alloc_zero(length + 1, 1);
	for (unsigned i = 0; i < account_line_fields(file->kind); i++) {
		end = stpcpy(end, values[i]);
		*end++ = ':';
	}
	line->text[line->length] = '\0'; /* the colon behind the last one */
	account_line_classify(file->kind, line);
	sort_names(file);
	if (ret_line)
		*ret_line = at;
	return 0;
}
