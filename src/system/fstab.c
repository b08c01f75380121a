/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A target's fstab, read line by line.
 *
 * The fields are split here and not by libmount: its parser drops a line that it does not
 * understand without saying why, and takes two fields for an error where the system itself boots.
 * Options are libmount's.
 */
#include "system/fstab.h"

#include <errno.h>
#include <libmount.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define LINE_MAX_BYTES 16384
#define SHOWN_MAX 200

static void add_bad_line(struct fstab *fstab, unsigned line, const char *text, size_t length,
			 const char *reason)
{
	struct fstab_bad_line *bad;

	fstab->bad_lines = alloc_grow(fstab->bad_lines, fstab->bad_count, &fstab->bad_capacity,
				      sizeof(*fstab->bad_lines));
	bad = &fstab->bad_lines[fstab->bad_count++];
	bad->line = line;
	bad->text = printable_bytes(text, length < SHOWN_MAX ? length : SHOWN_MAX);
	bad->reason = text_copy(reason);
}

static const char *const tags[] = {"UUID", "LABEL", "PARTUUID", "PARTLABEL"};

/* Splits "UUID=value" or "UUID="value"" into tag and value. */
static void split_tag(struct fstab_entry *entry)
{
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		const char *rest = text_after_prefix(entry->source, tags[i]);
		size_t length;

		if (!rest || *rest != '=')
			continue;
		rest++;
		length = strlen(rest);
		if (length >= 2 && (*rest == '"' || *rest == '\'') && rest[length - 1] == *rest) {
			rest++;
			length -= 2;
		}
		entry->tag = text_copy(tags[i]);
		entry->tag_value = alloc_copy(rest, length);
		return;
	}
}

/* Resolves \ooo in place, as getmntent(3) writes blanks, tabs, newlines and backslashes. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' &&
		    from[2] <= '7' && from[3] >= '0' && from[3] <= '7') {
			char byte = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 |
					   (from[3] - '0'));

			if (byte) {
				*to++ = byte;
				from += 4;
				continue;
			}
		}
		*to++ = *from++;
	}
	*to = '\0';
}

static void take_fields(struct fstab *fstab, unsigned line, struct text_list *fields)
{
	struct fstab_entry *entry;
	uint64_t number;

	fstab->entries = alloc_grow(fstab->entries, fstab->count, &fstab->capacity,
				    sizeof(*fstab->entries));
	entry = &fstab->entries[fstab->count++];
	entry->line = line;
	entry->source = text_copy(fields->items[0]);
	entry->mountpoint = text_copy(fields->items[1]);
	entry->type = text_copy(fields->count > 2 ? fields->items[2] : "auto");
	entry->options = text_copy(fields->count > 3 ? fields->items[3] : "defaults");
	if (fields->count > 4 && text_parse_u64(fields->items[4], &number) == 0 && number < 1000)
		entry->frequency = (int)number;
	if (fields->count > 5 && text_parse_u64(fields->items[5], &number) == 0 && number < 1000)
		entry->pass = (int)number;
	split_tag(entry);
}

/* Splits at blanks outside of double quotes (UUID="..." may hold some). */
static void split_fields(const char *text, struct text_list *fields)
{
	while (*text) {
		const char *start;
		bool is_quoted = false;

		text += strspn(text, " \t");
		start = text;
		for (; *text && (is_quoted || !strchr(" \t", *text)); text++) {
			if (*text == '"')
				is_quoted = !is_quoted;
		}
		if (is_quoted) { /* an opening quote without its end is an ordinary character */
			text = start + strcspn(start, " \t");
		}
		if (text > start)
			text_list_take(fields, alloc_copy(start, (size_t)(text - start)));
	}
}

/* TYPE="ext4" in place of ext4, as some guides have it; the caller frees. */
static char *plain_type(const char *type)
{
	const char *rest = text_after_prefix(type, "TYPE=");
	size_t length;

	if (!rest)
		return text_copy(type);
	length = strlen(rest);
	if (length >= 2 && *rest == '"' && rest[length - 1] == '"')
		return alloc_copy(rest + 1, length - 2);
	return text_copy(rest);
}

static void parse_line(struct fstab *fstab, unsigned line, const char *text, size_t length)
{
	_cleanup_text_list_ struct text_list fields = {0};
	_cleanup_free_ char *copy = alloc_copy(text, length);
	char *start = text_trim(copy);

	if (strlen(copy) < length && memchr(text, '\0', length)) {
		add_bad_line(fstab, line, text, length, _("it holds bytes that are no text"));
		return;
	}
	if (!*start || *start == '#')
		return;
	if (length > LINE_MAX_BYTES) {
		add_bad_line(fstab, line, text, length, _("it is too long to be meant"));
		return;
	}
	split_fields(start, &fields);
	/* a comment may follow the fields */
	for (size_t i = 2; i < fields.count; i++) {
		if (*fields.items[i] == '#') {
			while (fields.count > i) {
				free(fields.items[--fields.count]);
				fields.items[fields.count] = NULL;
			}
		}
	}
	if (fields.count < 2) {
		add_bad_line(fstab, line, text, length, _("it has no mount point"));
		return;
	}
	for (size_t i = 0; i < fields.count; i++)
		unescape(fields.items[i]);
	if (fields.count > 2) {
		char *type = plain_type(fields.items[2]);

		free(fields.items[2]);
		fields.items[2] = type;
	}
	take_fields(fstab, line, &fields);
}

/* Cuts what is before and after the lines; returns where they start. */
static const char *skip_mark(const char *text, size_t *length, struct fstab *fstab)
{
	if (*length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text_list_add(&fstab->notes, _("fstab starts with a byte order mark, which the "
					       "system itself takes for part of the first line"));
		*length -= 3;
		text += 3;
	}
	return text;
}

void fstab_parse(const char *text, size_t length, struct fstab *fstab)
{
	unsigned line = 0;
	bool has_returns = false;

	if (length > FSTAB_SIZE_MAX) {
		text_list_add(&fstab->notes, _("fstab is longer than 4 MiB; the rest was not read"));
		length = FSTAB_SIZE_MAX;
	}
	text = skip_mark(text, &length, fstab);
	for (const char *end = text + length; text < end;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline ? newline : end) - text);

		if (fstab->count >= FSTAB_ENTRY_MAX || fstab->bad_count >= FSTAB_ENTRY_MAX) {
			text_list_format(&fstab->notes, _("fstab has more than %u entries; the rest "
							  "was not read"), FSTAB_ENTRY_MAX);
			break;
		}
		has_returns |= size && text[size - 1] == '\r';
		parse_line(fstab, ++line, text, size);
		text += size + 1;
	}
	if (has_returns)
		text_list_add(&fstab->notes, _("fstab has Windows line ends, which the system itself "
					       "takes for part of the last field"));
}

void fstab_done(struct fstab *fstab)
{
	for (size_t i = 0; i < fstab->count; i++) {
		struct fstab_entry *entry = &fstab->entries[i];

		free(entry->source);
		free(entry->tag);
		free(entry->tag_value);
		free(entry->mountpoint);
		free(entry->type);
		free(entry->options);
	}
	free(fstab->entries);
	for (size_t i = 0; i < fstab->bad_count; i++) {
		free(fstab->bad_lines[i].text);
		free(fstab->bad_lines[i].reason);
	}
	free(fstab->bad_lines);
	text_list_done(&fstab->notes);
	*fstab = (struct fstab){0};
}

bool fstab_has_option(const char *options, const char *name)
{
	return mnt_optstr_get_option(options, name, NULL, NULL) == 0;
}

char *fstab_get_option(const char *options, const char *name)
{
	char *value = NULL, *found = NULL;
	size_t length = 0, found_length = 0;

	/* the last one wins, as in the kernel */
	while (options && mnt_optstr_get_option(options, name, &value, &length) == 0) {
		if (!value)
			break;
		found = value;
		found_length = length;
		options = value + length;
		options += *options == ',';
	}
	return found ? alloc_copy(found, found_length) : NULL;
}
