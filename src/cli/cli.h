/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: subcommands, text for people, JSON for programs. */
#ifndef REFLOAT_CLI_CLI_H
#define REFLOAT_CLI_CLI_H

#include <stdbool.h>

#include "base/problem.h"
#include "storage/scan.h"

/* What the command line says of the menu. */
struct menu_request {
	const struct scan_options *scan; /* borrowed */
	const char *target;              /* NULL: the default */
	const char *keys_path;           /* --keys; NULL: none */
	bool is_ascii;                   /* --ascii */
};

/* Opens the menu; 0 once the user has left it, or a negative errno with why. */
typedef int (*cli_menu_fn)(const struct menu_request *request, struct problem *why);

/*
 * Runs what ARGV asks for; returns the exit status of the program. Without a command that is
 * OPEN_MENU, which is NULL in a build that has none.
 */
int cli_main(int argc, char **argv, cli_menu_fn open_menu);

#endif
