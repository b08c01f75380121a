/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: subcommands, text for people, JSON for programs. */
#ifndef REFLOAT_CLI_CLI_H
#define REFLOAT_CLI_CLI_H

/* Runs what ARGV asks for; returns the exit status of the program. */
int cli_main(int argc, char **argv);

#endif
