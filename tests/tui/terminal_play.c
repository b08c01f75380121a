/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plays a script with a program in a pseudo-terminal, reads its screen and prints what it found.
 *
 *   terminal_play [--title TEXT] [--expected FOLDER] [--accept] [--log FILE] [--limit SECONDS]
 *                 SCRIPT -- PROGRAM [ARGUMENT...]
 *
 * SCRIPT "-" is standard input. tests/tui/README.md has the commands of scripts. Results are lines
 * of TAP; the exit status is 0 when all is well, 1 when a check failed, 2 for a script or an option
 * that cannot be understood. Nothing that the program started outlives this.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "play.h"

#define SCRIPT_MAX (1 << 20)

static int use(const char *what)
{
	fprintf(stderr,
		"terminal_play: %s\n"
		"terminal_play [--title TEXT] [--expected FOLDER] [--accept] [--log FILE]\n"
		"              [--limit SECONDS] SCRIPT -- PROGRAM [ARGUMENT...]\n",
		what);
	return 2;
}

static int read_options(struct play *play, int argc, char **argv)
{
	static const struct option options[] = {
		{"title", required_argument, NULL, 't'}, {"expected", required_argument, NULL, 'e'},
		{"accept", no_argument, NULL, 'a'},	 {"log", required_argument, NULL, 'l'},
		{"limit", required_argument, NULL, 'm'}, {NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option == 't') {
			play->title = optarg;
		} else if (option == 'e') {
			play->expected = optarg;
		} else if (option == 'a') {
			play->accepts = true;
		} else if (option == 'm') {
			play_set_limit(play, atof(optarg));
		} else if (option == 'l') {
			play->log = open(optarg, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
			if (play->log < 0)
				return -errno;
		} else {
			return -EINVAL;
		}
	}
	return 0;
}

static const struct play_command *find_command(const struct play_command *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

int play_command(struct play *play, const struct script_line *line, char **ret_why)
{
	const struct play_command *command = find_command(play_acts, line->words.items[0]);
	int count = (int)line->words.count - 1;

	if (!command)
		command = find_command(play_checks, line->words.items[0]);
	if (!command) {
		*ret_why = text_format("no command is called %s", line->words.items[0]);
		return -EINVAL;
	}
	if (count < command->least || (command->most >= 0 && count > command->most)) {
		*ret_why = text_format("%s does not take %d words", command->name, count);
		return -EINVAL;
	}
	if (command->needs_program && play->program.state == PROGRAM_NOT_STARTED) {
		*ret_why = text_format("%s comes after start", command->name);
		return -EINVAL;
	}
	play->line = line;
	return command->run(play, line->words.items + 1, count, ret_why);
}

/* 0, or 2 for a script that cannot be understood. */
static int run_script(struct play *play, const struct script *script, const char *name)
{
	size_t i;

	for (i = 0; i < script->count && !play->is_over; i++) {
		_cleanup_free_ char *why = NULL;

		if (play_command(play, &script->lines[i], &why) < 0 && why) {
			fprintf(stderr, "terminal_play: %s:%d: %s\n", name, script->lines[i].number,
				why);
			return 2;
		}
		fflush(stdout);
	}
	if (i < script->count)
		printf("# the script was left behind line %d; %zu further lines were not run\n",
		       script->lines[i - 1].number, script->count - i);
	return 0;
}

static int read_script(const char *name, struct script *script)
{
	_cleanup_free_ char *text = NULL;
	const char *why = NULL;
	int line = 0, r;

	r = strcmp(name, "-") == 0 ? file_read_fd(STDIN_FILENO, SCRIPT_MAX, &text, NULL)
				   : file_read(name, SCRIPT_MAX, &text, NULL, NULL);
	if (r < 0) {
		fprintf(stderr, "terminal_play: %s: %s\n", name, strerror(-r));
		return r;
	}
	r = script_parse(script, text, &line, &why);
	if (r < 0)
		fprintf(stderr, "terminal_play: %s:%d: %s\n", name, line, why);
	return r;
}

int main(int argc, char **argv)
{
	const char *accept = getenv("REFLOAT_ACCEPT");
	struct script script = {0};
	struct play play;
	int r, status = 2;

	play_open(&play, NULL);
	play.accepts = accept && strcmp(accept, "yes") == 0;
	r = read_options(&play, argc, argv);
	if (r == 0 && argc - optind >= 3 && strcmp(argv[optind + 1], "--") == 0) {
		play.arguments = argv + optind + 2;
		r = program_open(&play.program, 24, 80);
		if (r < 0)
			fprintf(stderr, "terminal_play: no pseudo-terminal: %s\n", strerror(-r));
		else if (read_script(argv[optind], &script) == 0)
			status = run_script(&play, &script, argv[optind]);
	} else {
		status = use(r < 0 && r != -EINVAL ? strerror(-r) : "SCRIPT -- PROGRAM is missing");
	}
	if (!status && play.failed)
		status = 1;
	if (play.checks)
		printf("1..%d\n", play.checks);
	fflush(stdout);
	script_done(&script);
	play_close(&play);
	return status;
}
