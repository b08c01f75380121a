/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program under test in a pseudo-terminal, with a job-controlling parent as a shell would be.
 *
 * The parent ("keeper") is a process of its own: leader of the terminal's session. It starts the
 * program in the foreground, is told when it stops or ends and takes the terminal back then, puts
 * it into the foreground again, and at the end kills every process that came from it, also those
 * that left the session. It does so too when the test itself dies.
 */
#ifndef REFLOAT_TESTS_PLAY_PROGRAM_H
#define REFLOAT_TESTS_PLAY_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

enum program_state {
	PROGRAM_NOT_STARTED,
	PROGRAM_RUNNING,
	PROGRAM_STOPPED, /* by a signal, as Ctrl-Z */
	PROGRAM_ENDED,
};

struct program {
	int master;	   /* our side of the terminal; -1 once it was hung up */
	int keeper_socket; /* -1 before start */
	pid_t keeper;
	pid_t pid; /* of the program, also its process group */
	enum program_state state;
	int wait_status;    /* as waitpid gives it, of the last stop or end */
	int64_t started_us; /* monotonic, just before it was made */
	int processes_left; /* after the end: how many processes it had left behind; -1 not known */
	bool keeps_jobs;    /* what has a session of its own is not counted among them */
};

/* Opens the terminal; the program comes later. */
int program_open(struct program *program, int rows, int columns);

/* Starts ARGUMENTS with the environment as it is. Names are looked up in PATH. */
int program_start(struct program *program, char **arguments);

/* Reads what the keeper says; called when keeper_socket has something. */
int program_read_event(struct program *program);

int program_set_size(const struct program *program, int rows, int columns);
int program_signal(const struct program *program, int signal);		  /* to it alone */
int program_signal_foreground(const struct program *program, int signal); /* to that group */
int program_continue(struct program *program); /* into the foreground, as fg does */

/*
 * Whether it has taken in what was typed, waits for something, and all that it wrote was read: nobody in its
 * session (its children, a shell, a program of the shell's) has work to do. So where nothing is running, too.
 */
bool program_is_at_rest(const struct program *program);

/* Whether something was typed that nobody has read. */
bool program_has_input(const struct program *program);

/* Whether something that it wrote has not been read: a slow line holds it back. */
bool program_has_output(const struct program *program);

/* How many processes that it started are there, once it has ended. */
int program_count_left(const struct program *program);

/* At the end, what has left the program's session is not killed. */
int program_keep_jobs(struct program *program);

/* Takes the line away. IS_SILENT: the keeper does not pass SIGHUP on, as some remote shells do
 * not: the program sees the end of its input and nothing else. */
int program_hang_up(struct program *program, bool is_silent);

int program_get_settings(const struct program *program, struct termios *ret_settings);

/* How often processes of the session other than the keeper were woken, and their processor time. */
struct program_load {
	long wakeups;	  /* of the program: voluntary context switches, all its threads */
	long all_wakeups; /* with all others that it started */
	long cpu_ticks;	  /* of all of them */
	int processes;
};
int program_get_load(const struct program *program, struct program_load *ret_load);

/* Kills whatever is left and closes the terminal. */
void program_close(struct program *program);

int64_t program_clock_us(void);

#endif
