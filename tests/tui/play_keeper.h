/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process between the test and the program: see play_program.h. */
#ifndef REFLOAT_TESTS_PLAY_KEEPER_H
#define REFLOAT_TESTS_PLAY_KEEPER_H

#include <stdint.h>
#include <sys/types.h>

enum keeper_order {
	KEEPER_CONTINUE = 'c',
	KEEPER_KEEP_HANGUP = 'h', /* from now on SIGHUP is not passed on */
	KEEPER_KEEP_JOBS = 'j',	  /* at the end, what has a session of its own is left */
	KEEPER_FINISH = 'f',	  /* kill all and end */
};

struct keeper_report {
	char what; /* 's'tarted, 't' stopped, 'c'ontinued, 'e'nded, 'x' could not start, 'f'inished
		    */
	pid_t pid;
	int status;	    /* wait status; errno with 'x'; processes that were killed with 'f' */
	int64_t started_us; /* with 's' */
};

/* The keeper's whole life; returns its exit status. SOCKET is its end, TERMINAL the slave's name.
 */
int keeper_run(int socket, const char *terminal, char **arguments);

#endif
