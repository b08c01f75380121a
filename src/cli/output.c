/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the command line writes. */
#include "cli/output.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/printable.h"

#define WIDTH_DEFAULT 80u
#define WIDTH_MIN 40u /* a narrower terminal gets lines that it breaks itself */
#define WIDTH_MAX 1000u

int exit_status_of(int error)
{
	switch (error) {
	case -ENOENT:
	case -ENODEV:
		return EXIT_NOTHING;
	case -EINVAL:
	case -ENOTUNIQ:
		return EXIT_USAGE;
	default:
		return EXIT_FAILED;
	}
}

static size_t find_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t number;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns && text_parse_u64(columns, &number) == 0 && number > 0)
		return number > WIDTH_MAX ? WIDTH_MAX : (size_t)number;
	return WIDTH_DEFAULT;
}

size_t output_width(void)
{
	size_t width = find_width();

	return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

bool output_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool output_can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

void output_problem(const struct problem *problem)
{
	_cleanup_free_ char *text = problem_text(problem);
	_cleanup_free_ char *shown = printable_sentence(text);
	_cleanup_free_ char *next = problem->next ? printable_sentence(problem->next) : NULL;

	(void)fflush(stdout); /* so that both come in order where they go to one place */
	(void)fprintf(stderr, "refloat: %s\n", shown);
	if (next)
		(void)fprintf(stderr, "  %s\n", next);
}

void output_remark(const char *text)
{
	_cleanup_free_ char *shown = printable_sentence(text);

	(void)fflush(stdout);
	(void)fprintf(stderr, "refloat: %s\n", shown);
}

static void print_wrapped(FILE *stream, const char *text, size_t indent, const char *bullet)
{
	_cleanup_free_ char *shown = printable_sentence(text), *wrapped = NULL;
	size_t hang = indent + strlen(bullet);

	wrapped = printable_wrap(shown, output_width() - hang, 0);
	fprintf(stream, "%*s%s", (int)indent, "", bullet);
	for (const char *c = wrapped; *c; c++) {
		(void)fputc(*c, stream);
		if (*c == '\n')
			fprintf(stream, "%*s", (int)hang, "");
	}
	(void)fputc('\n', stream);
}

void output_paragraph(FILE *stream, const char *text, size_t indent)
{
	print_wrapped(stream, text, indent, "");
}

void output_item(FILE *stream, const char *text, size_t indent)
{
	print_wrapped(stream, text, indent, "- ");
}

void output_numbered(FILE *stream, const char *text, size_t indent, size_t number)
{
	_cleanup_free_ char *bullet = text_format("%2zu. ", number);

	print_wrapped(stream, text, indent, bullet);
}

/* The code point of the UTF-8 character at TEXT, which json-c has checked; its bytes in LENGTH. */
static unsigned decode(const char *text, size_t *length)
{
	unsigned char first = (unsigned char)*text;
	unsigned point = first < 0x80 ? first : first < 0xe0 ? first & 0x1f : first & 0x0f;

	*length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (*length == 4)
		return 0x10000; /* none of those is asked about */
	for (size_t i = 1; i < *length; i++)
		point = point << 6 | ((unsigned char)text[i] & 0x3f);
	return point;
}

/* json-c escapes what JSON must have escaped; a terminal also acts on some more. */
static bool acts_on_terminals(unsigned point)
{
	return (point >= 0x7f && point < 0xa0) || (point >= 0x200b && point < 0x2010) ||
	       (point >= 0x2028 && point < 0x202f) || (point >= 0x2060 && point < 0x2070) ||
	       point == 0xfeff;
}

void output_json(struct json_object *object)
{
	_cleanup_json_ struct json_object *owned = object;
	_cleanup_free_ char *text = json_format(owned);
	size_t length;

	/* output_finish says when writing failed */
	for (const char *c = text; *c; c += length) {
		unsigned point = decode(c, &length);

		if (acts_on_terminals(point))
			printf("\\u%04x", point);
		else
			(void)fwrite(c, 1, length, stdout);
	}
}

bool output_ask(const char *question)
{
	char answer[16];
	size_t length;

	(void)fflush(stdout);
	(void)fprintf(stderr, "%s [y/N] ", question);
	(void)fflush(stderr);
	if (!fgets(answer, sizeof(answer), stdin)) {
		(void)fputc('\n', stderr); /* the end of the input, or a signal, is a no */
		return false;
	}
	length = strlen(answer);
	if (length > 0 && answer[length - 1] != '\n')
		for (int c = getchar(); c != '\n' && c != EOF;)
			c = getchar(); /* the rest of a long line is no answer to what comes next */
	return text_is_equal_ignoring_case(answer, "y\n") ||
	       text_is_equal_ignoring_case(answer, "yes\n");
}

bool output_ask_typed(const char *prompt, const char *wanted)
{
	_cleanup_free_ char *line = NULL, *said = NULL;
	size_t capacity = 0;
	ssize_t length;

	(void)fflush(stdout);
	(void)fprintf(stderr, "%s ", prompt);
	(void)fflush(stderr);
	length = getline(&line, &capacity, stdin);
	if (length < 0) {
		(void)fputc('\n', stderr); /* the end of the input, or a signal, is a no */
		return false;
	}
	if (length > 0 && line[length - 1] == '\n')
		line[length - 1] = '\0';
	if (text_is_equal(line, wanted))
		return true;
	if (*line) {
		said = text_format(_("that is not %s"), wanted);
		output_remark(said);
	}
	return false;
}

bool output_finish(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (errno != EPIPE) /* whoever read our output had enough of it */
		(void)fprintf(stderr, "refloat: %s: %s\n", _("standard output"), strerror(errno));
	return false;
}
