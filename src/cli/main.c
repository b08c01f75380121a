/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the subcommand and runs it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/printable.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/job_notice.h"

#define WAITING_AFTER_MS 1000 /* a disk that answers within this is not worth a line */

/* A scan_on_progress_fn: says once for each disk that it is waited for, on a terminal. */
static void on_waiting(void *data, const struct text_list *pending)
{
	struct cli *cli = data;
	unsigned deadline_ms = cli->session.scan.deadline_ms;

	if (!isatty(STDERR_FILENO) || clock_monotonic_ms() - cli->started_ms < WAITING_AFTER_MS)
		return;
	for (size_t i = 0; i < pending->count; i++) {
		_cleanup_free_ char *name = NULL;

		if (text_list_contains(&cli->told_about, pending->items[i]))
			continue;
		text_list_add(&cli->told_about, pending->items[i]);
		name = printable_text(pending->items[i]);
		fprintf(stderr, _("waiting for %s (%u s at most)\n"), name,
			(deadline_ms ? deadline_ms : SCAN_DEADLINE_MS) / 1000);
	}
}

/* PATH made absolute, without slashes at its end; the caller frees. */
static char *make_absolute(const char *path)
{
	_cleanup_free_ char *folder = path[0] == '/' ? NULL : realpath(".", NULL);
	char *absolute = folder ? text_format("%s/%s", folder, path) : text_copy(path);
	size_t length = strlen(absolute);

	while (length > 1 && absolute[length - 1] == '/')
		absolute[--length] = '\0';
	return absolute;
}

static void fill_session(struct cli *cli, const struct invocation *invocation)
{
	struct session *session = &cli->session;

	text_list_copy(&session->scan.images, &invocation->images);
	session->scan.sysroot = invocation->sysroot;
	session->scan.deadline_ms = invocation->wait_ms;
	session->on_progress = on_waiting;
	session->progress_data = cli;
	if (invocation->target) {
		free(session->target);
		session->target = make_absolute(invocation->target);
	}
}

static int fail(const struct problem *why)
{
	output_problem(why);
	return EXIT_FAILED;
}

/* What only looks is done at once. */
static int refuse_job(const struct listing *listing)
{
	_cleanup_problem_ struct problem why = {0};

	(void)problem_set(&why, -EINVAL, "--job",
			  _("refloat %s only looks, and is no work for a job"),
			  listing->description.name);
	problem_set_next(&why, _("Leave --job out."));
	return command_fail(&why);
}

static int run_command(struct invocation *invocation)
{
	const struct listing *listing = command_get_listing(invocation->command);
	struct cli cli = {.invocation = invocation, .started_ms = clock_monotonic_ms()};
	_cleanup_problem_ struct problem why = {0};
	int status;

	if (listing && invocation->flags[COMMON_JOB])
		return refuse_job(listing);
	if (invocation->log && log_open(invocation->log, &why) < 0)
		return fail(&why);
	log_set_verbose(invocation->flags[COMMON_VERBOSE]);
	session_init(&cli.session);
	fill_session(&cli, invocation);
	if (listing != &listing_jobs)
		job_notice_remark(cli.session.journal_folder);
	status = listing ? listing->run(&cli, &invocation->answers)
			 : command_run_action(&cli, invocation->command, &invocation->answers);
	session_done(&cli.session);
	text_list_done(&cli.told_about);
	log_close();
	return status;
}

static int run_menu(const struct invocation *invocation, cli_menu_fn open_menu)
{
	const struct scan_options scan = {
		.images = invocation->images,
		.sysroot = invocation->sysroot,
		.deadline_ms = invocation->wait_ms,
	};
	_cleanup_free_ char *target = invocation->target ? make_absolute(invocation->target) : NULL;
	const struct menu_request request = {&scan, target, invocation->keys,
					     invocation->flags[COMMON_ASCII]};
	_cleanup_problem_ struct problem why = {0};
	int r;

	if (invocation->log && log_open(invocation->log, &why) < 0)
		return fail(&why);
	r = open_menu(&request, &why);
	log_close();
	return r < 0 ? command_fail(&why) : EXIT_DONE;
}

/* Nobody asked for anything that can be done here. */
static int refuse_menu(cli_menu_fn open_menu)
{
	help_print_overview(stderr);
	if (!open_menu)
		output_remark(_("this refloat was built without its menu"));
	else
		output_remark(_("the menu needs a terminal; give a command"));
	return EXIT_USAGE;
}

static int run(struct invocation *invocation, cli_menu_fn open_menu)
{
	if (invocation->flags[COMMON_VERSION]) {
		help_print_version();
	} else if (invocation->flags[COMMON_WORDS]) {
		help_print_words();
	} else if (invocation->flags[COMMON_HELP]) {
		if (invocation->command)
			help_print_command(invocation->command);
		else
			help_print_overview(stdout);
	} else if (invocation->command) {
		return run_command(invocation);
	} else if (open_menu && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		return run_menu(invocation, open_menu);
	} else {
		return refuse_menu(open_menu);
	}
	return EXIT_DONE;
}

int cli_main(int argc, char **argv, cli_menu_fn open_menu)
{
	_cleanup_free_ const struct action **commands = command_list();
	_cleanup_invocation_ struct invocation invocation = {0};
	_cleanup_problem_ struct problem why = {0};
	int status;

	if (invocation_parse(commands, (const char *const *)argv + (argc > 0), &invocation, &why) <
	    0)
		return command_fail(&why);
	status = run(&invocation, open_menu);
	if (!output_finish() && status == EXIT_DONE)
		status = EXIT_FAILED;
	return status;
}
