/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How large the terminal is, also where the line does not know.
 *
 * A serial line says 0 rows and 0 columns. The terminal at its other end knows: sent to a place far
 * outside, its cursor stops in the last corner, and its cursor position report (ECMA-48, CPR: ESC [
 * ROW ; COLUMN R) says where that is. What was typed meanwhile is kept.
 */
#include "tui/terminal_parts.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define NCURSES_NOMACROS
#include <curses.h>

#define SIZE_MAX_CELLS 1000 /* in each direction; more is nonsense, and costs memory */
#define ANSWER_WAIT_MS 1000
#define TYPED_MAX_BYTES 256 /* more than that in a second was not typed */

static bool is_silent; /* was asked once and did not answer */

static int clamp(long cells)
{
	return (int)(cells < 1 ? 1 : cells > SIZE_MAX_CELLS ? SIZE_MAX_CELLS : cells);
}

/* A number of at most four digits at *AT, which moves behind it; -1 where there is none. */
static long parse_number(const char **at)
{
	long number = 0;
	int digits = 0;

	for (; **at >= '0' && **at <= '9' && digits < 5; (*at)++, digits++)
		number = number * 10 + (**at - '0');
	return digits >= 1 && digits <= 4 ? number : -1;
}

/* Finds a report in TEXT, cuts it out. */
static bool take_report(struct text_buffer *typed, int *ret_rows, int *ret_columns)
{
	const char *start = typed->data;

	while (start && (start = strstr(start, "\033["))) {
		const char *at = start + 2;
		long rows = parse_number(&at), columns;

		columns = rows > 0 && *at == ';' ? (at++, parse_number(&at)) : -1;
		if (columns > 0 && *at == 'R') {
			size_t offset = (size_t)(start - typed->data),
			       length = (size_t)(at + 1 - start);

			memmove(typed->data + offset, typed->data + offset + length,
				typed->length - offset - length + 1);
			typed->length -= length;
			*ret_rows = clamp(rows);
			*ret_columns = clamp(columns);
			return true;
		}
		start += 2;
	}
	return false;
}

/* Reads until the report has come or the time is up; false where it did not come. */
static bool wait_for_report(struct text_buffer *typed, int *ret_rows, int *ret_columns)
{
	int64_t deadline = clock_monotonic_ms() + ANSWER_WAIT_MS, left;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char bytes[64];
	ssize_t got;

	while (typed->length < TYPED_MAX_BYTES && (left = deadline - clock_monotonic_ms()) > 0) {
		int ready = poll(&input, 1, (int)left);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		got = read(STDIN_FILENO, bytes, sizeof(bytes));
		if (got <= 0)
			return false; /* lost: whoever reads keys will see it */
		text_buffer_add(typed, bytes, (size_t)got);
		if (take_report(typed, ret_rows, ret_columns))
			return true;
	}
	return false;
}

static bool ask_terminal(int *ret_rows, int *ret_columns)
{
	static const char question[] = "\033[999;999H\033[6n";
	_cleanup_text_buffer_ struct text_buffer typed = {0};
	const char *cup = tigetstr("cup");
	bool has_answered;

	/* a terminal of another family would print the question */
	if (is_silent || !cup || cup == (const char *)-1 || !text_has_prefix(cup, "\033["))
		return false;
	if (write(STDOUT_FILENO, question, sizeof(question) - 1) < 0)
		return false;
	has_answered = wait_for_report(&typed, ret_rows, ret_columns);
	if (typed.length)
		terminal_keys_unread(typed.data, typed.length);
	is_silent = !has_answered;
	return has_answered;
}

static bool size_from_environment(int *ret_rows, int *ret_columns)
{
	const char *lines = getenv("LINES"), *columns = getenv("COLUMNS");
	uint64_t row_count, column_count;

	if (!lines || !columns || text_parse_u64(lines, &row_count) < 0 ||
	    text_parse_u64(columns, &column_count) < 0 || !row_count || !column_count)
		return false;
	*ret_rows = clamp(row_count > SIZE_MAX_CELLS ? SIZE_MAX_CELLS : (long)row_count);
	*ret_columns = clamp(column_count > SIZE_MAX_CELLS ? SIZE_MAX_CELLS : (long)column_count);
	return true;
}

void terminal_size_find(int *ret_rows, int *ret_columns)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
		*ret_rows = clamp(size.ws_row);
		*ret_columns = clamp(size.ws_col);
	} else if (!ask_terminal(ret_rows, ret_columns) &&
		   !size_from_environment(ret_rows, ret_columns)) {
		*ret_rows = 24;
		*ret_columns = 80;
	}
}
