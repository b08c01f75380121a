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

/* Sentences come with foreign text made printable already; this is for what slipped through. */
static char *without_controls(const char *text)
{
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return printable_text(text);
	return text_copy(text);
}

void output_problem(const struct problem *problem)
{
	_cleanup_free_ char *text = problem_text(problem);
	_cleanup_free_ char *shown = without_controls(text);
	_cleanup_free_ char *next = problem->next ? without_controls(problem->next) : NULL;

	(void)fflush(stdout); /* so that both come in order where they go to one place */
	(void)fprintf(stderr, "refloat: %s\n", shown);
	if (next)
		(void)fprintf(stderr, "  %s\n", next);
}

void output_remark(const char *text)
{
	_cleanup_free_ char *shown = without_controls(text);

	(void)fflush(stdout);
	(void)fprintf(stderr, "refloat: %s\n", shown);
}

static void print_wrapped(const char *text, size_t indent, const char *bullet)
{
	_cleanup_free_ char *shown = without_controls(text), *wrapped = NULL;
	size_t hang = indent + strlen(bullet);

	wrapped = printable_wrap(shown, output_width() - hang, 0);
	printf("%*s%s", (int)indent, "", bullet);
	for (const char *c = wrapped; *c; c++) {
		(void)putchar(*c);
		if (*c == '\n')
			printf("%*s", (int)hang, "");
	}
	(void)putchar('\n');
}

void output_paragraph(const char *text, size_t indent)
{
	print_wrapped(text, indent, "");
}

void output_item(const char *text, size_t indent)
{
	print_wrapped(text, indent, "- ");
}

void output_json(struct json_object *object)
{
	_cleanup_json_ struct json_object *owned = object;
	_cleanup_free_ char *text = json_format(owned);

	(void)fputs(text, stdout); /* output_finish says when that failed */
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

bool output_finish(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (errno != EPIPE) /* whoever read our output had enough of it */
		(void)fprintf(stderr, "refloat: %s: %s\n", _("standard output"), strerror(errno));
	return false;
}
