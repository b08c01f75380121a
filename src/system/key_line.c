/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one line of a file of keys says of its key: whole or damaged, its options. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "system/authorized_keys.h"
#include "system/public_key.h"

/*
 * "YYYYMMDD[HHMM[SS]]", behind which a Z may stand: without one it is the target's own time, of
 * which UTC is near enough here. 0 where it is none, which sshd takes for a fault of the line.
 */
static int64_t parse_time(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	struct tm when = {0};

	if ((digits != 8 && digits != 12 && digits != 14) ||
	    sscanf(text, "%4d%2d%2d%2d%2d%2d", &when.tm_year, &when.tm_mon, &when.tm_mday,
		   &when.tm_hour, &when.tm_min, &when.tm_sec) < 3)
		return 0;
	when.tm_year -= 1900;
	when.tm_mon -= 1;
	return timegm(&when);
}

/* The end of the option at TEXT: a comma that stands in no quotes. */
static size_t measure_option(const char *text)
{
	bool is_quoted = false;
	size_t length = 0;

	for (; text[length] && (is_quoted || text[length] != ','); length++) {
		if (text[length] == '\\' && text[length + 1] == '"')
			length++;
		else if (text[length] == '"')
			is_quoted = !is_quoted;
	}
	return length;
}

static void take_fault(struct key_line *line, enum key_line_fault fault)
{
	line->fault = fault > line->fault ? fault : line->fault;
}

/* OPTION: "no-pty", "from=\"...\"". */
static void take_option(struct key_line *line, char *option)
{
	static const struct {
		const char *name;
		enum key_line_fault fault;
	} faults[] = {
		{"from", KEY_LINE_FROM},
		{"command", KEY_LINE_COMMAND},
		{"cert-authority", KEY_LINE_AUTHORITY},
	};
	char *equals = strchr(option, '=');

	if (equals)
		*equals = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (text_is_equal_ignoring_case(option, faults[i].name))
			take_fault(line, faults[i].fault);
	}
	if (!equals || !text_is_equal_ignoring_case(option, "expiry-time"))
		return;
	line->expires = parse_time(equals + 1 + (equals[1] == '"'));
	if (!line->expires)
		take_fault(line, KEY_LINE_DAMAGED);
}

void key_line_read(const char *text, struct key_line *ret_line)
{
	_cleanup_public_key_ struct public_key key = {0};
	struct key_line line = {0};

	if (public_key_parse(text, &key, NULL) < 0) {
		*ret_line = (struct key_line){.fault = KEY_LINE_DAMAGED};
		return;
	}
	for (const char *at = key.options; at && *at;) {
		size_t length = measure_option(at);
		_cleanup_free_ char *option = alloc_copy(at, length);

		take_option(&line, option);
		at += length + (at[length] == ',');
	}
	line.type = TAKE_PTR(key.type);
	line.bits = key.bits;
	*ret_line = line;
}

void key_line_done(struct key_line *line)
{
	free(line->type);
	*line = (struct key_line){0};
}
