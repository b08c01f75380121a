/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the command line writes: to what width, in which characters, and problems. */
#ifndef REFLOAT_CLI_OUTPUT_H
#define REFLOAT_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/json.h"
#include "base/problem.h"
#include "base/text.h"

/* Exit statuses of the program. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* nothing changed, or all undone */
	EXIT_USAGE = 2,
	EXIT_PARTIAL = 3,
	EXIT_NOTHING = 4, /* nothing found to work on */
};

/* The exit status for a problem that kept a command from beginning. */
int exit_status_of(int error);

/* Columns that standard output has: the terminal's, else $COLUMNS, else 80. */
size_t output_width(void);
/* Whether the locale can show more than ASCII. */
bool output_is_utf8(void);
/* Whether a person can be asked: standard input is a terminal and so is standard error. */
bool output_can_ask(void);

/* "refloat: what: why" and, on a line of its own, what to do next; to standard error. */
void output_problem(const struct problem *problem);
/* A sentence about something that a person should know; to standard error. */
void output_remark(const char *text);

/* TEXT of our own making, wrapped, with INDENT spaces in front of every line, to standard output.
 */
void output_paragraph(FILE *stream, const char *text, size_t indent);
/* The same with "- " in front of it, or "NUMBER. "; further lines stand below the text. */
void output_item(FILE *stream, const char *text, size_t indent);
void output_numbered(FILE *stream, const char *text, size_t indent, size_t number);

/* Prints OBJECT to standard output and lets it go. */
void output_json(struct json_object *object);

/* One question with yes or no; anything but a clear yes is no. */
bool output_ask(const char *question);
/* The same where WANTED must be typed, letter by letter, to agree. */
bool output_ask_typed(const char *prompt, const char *wanted);

/* Standard output flushed: whether everything could be written, said where not. */
bool output_finish(void);

#endif
