/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running other programs, without a shell.
 *
 * The program is an argument vector; its environment is ours with LC_ALL=C and a safe PATH, or a
 * clean one, or one given; every file descriptor but 0, 1, 2 (and 3 where it is asked for) is closed
 * in it; signals are at their defaults; it dies with us where asked. A program that is missing is reported by name,
 * with the package that brings it where that is known.
 */
#ifndef REFLOAT_BASE_PROCESS_H
#define REFLOAT_BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/problem.h"
#include "base/text.h"

enum process_environment {
	PROCESS_ENVIRONMENT_TOOL,  /* ours, with LC_ALL=C and /usr/sbin:/usr/bin:/sbin:/bin ahead */
	PROCESS_ENVIRONMENT_GIVEN, /* exactly options.environment */
};

/* One line of output, without its newline, as the program writes it. */
typedef void (*process_on_line_fn)(void *data, bool is_error, const char *line, size_t length);

struct process_options {
	const char *const *arguments;  /* NULL-terminated; [0] is looked up in PATH */
	enum process_environment kind; /* where the environment comes from */
	const char *const *environment; /* "NAME=value", NULL-terminated; for GIVEN */
	const char *input;             /* written to its standard input; NULL: /dev/null */
	size_t input_length;           /* bytes of input */
	bool is_interactive;           /* it gets our own 0, 1, 2 and the terminal to itself; nothing is
	                                  captured, and timeout_ms has no say */
	unsigned timeout_ms;           /* 0: none; then SIGTERM, and SIGKILL a second later */
	size_t capture_limit;          /* bytes kept of each stream; 0 means 1 MiB; the rest is read
	                                  and dropped */
	process_on_line_fn on_line;    /* called for each line as it comes, may be NULL */
	void *on_line_data;            /* handed to on_line */
	bool ends_lines_at_returns;    /* a carriage return ends a line, too: progress is shown so;
	                                  together with a newline it is one end */
	process_on_line_fn on_extra_line; /* lines that it writes to its descriptor 3, which is only open
	                                  where this is set; is_error is false */
	/* It asks, and its 0 and 1 are a terminal that nobody sees: LINE is what stands on the last line
	   where it waits for a key; returns that key, or 0: it gets stop_with. on_line must be set;
	   data is on_line_data. May be NULL. */
	char (*on_question)(void *data, const char *line, size_t length);
	void (*on_second)(void *data, pid_t pid); /* called about once a second while it runs; may be
	                                  NULL; data is on_line_data, as for on_extra_line */
	const volatile int *stop_signal; /* not 0: it gets stop_with, once, and is waited for;
	                                  one that stands still (SIGSTOP) goes on for that */
	int stop_with;                 /* SIGTERM, SIGINT, ... */
	/* It is started apart: as the first process in mount, PID, network, IPC and host name
	   namespaces of its own, where this is called before it runs: makes mounts, enters a root.
	   A negative errno, that is what process_run returns then. [0] is its path inside. Its
	   processes end with it. May be NULL. */
	int (*enter)(void *data);
	void *enter_data;
};

struct process_result {
	int status;        /* raw wait status: use WIFEXITED and friends */
	bool is_timed_out; /* it was ended because its time was over */
	bool is_stopped;   /* it got stop_with, which it may have answered as it likes */
	char *output;      /* standard output, NUL-terminated; never NULL after a run */
	size_t output_length;
	char *error;       /* standard error, likewise */
	size_t error_length;
};

void process_result_done(struct process_result *result);
#define _cleanup_process_result_ _cleanup_(process_result_done)

/*
 * Runs a program to its end. 0 once it ran, whatever it returned (see result->status); -ENOENT
 * where it is not installed; another negative errno where it could not be started.
 */
int process_run(const struct process_options *options, struct process_result *result,
		struct problem *why);

/*
 * Runs ARGUMENTS with the tool environment and a time limit, and makes every end but exit status
 * 0 a problem that quotes the last line the program wrote to standard error. RET_OUTPUT (may be
 * NULL) gets its standard output; the caller frees.
 */
int process_run_checked(const char *const *arguments, unsigned timeout_ms, char **ret_output,
			struct problem *why);

/* The full path of PROGRAM as PATH finds it, or NULL; the caller frees. */
char *process_find_program(const char *program);

/* The package that brings PROGRAM on Debian and its kin, or NULL where we do not know. */
const char *process_package_of(const char *program);

/* "exit status 2", "killed by signal 9 (Killed)"; the caller frees. */
char *process_describe_status(int status);

/* The exit status a shell would give: the program's, or 128 plus the signal. */
int process_exit_status(int status);

#endif
