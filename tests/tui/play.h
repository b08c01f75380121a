/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run of a script: the program in its terminal, the screen, the clock, and the results.
 */
#ifndef REFLOAT_TESTS_PLAY_H
#define REFLOAT_TESTS_PLAY_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#include "play_bytes.h"
#include "play_program.h"
#include "play_screen.h"
#include "play_script.h"

struct play_mask {
	regex_t pattern;
	char *replacement;
};

struct play {
	struct program program;
	struct screen screen;
	struct byte_rules rules;
	char **arguments;     /* of the program */
	char *type;	      /* TERM; NULL: not set */
	const char *title;    /* in front of each check's name; may be NULL */
	const char *expected; /* folder of the files to compare with */
	bool accepts;	      /* writes these files instead */
	int log;	      /* file for the raw bytes, -1: none */
	int signals;	      /* signalfd: we are to end */
	int64_t limit_us;     /* monotonic, when everything must be over */
	double patience;      /* how many times longer than scripts say may be waited */
	bool is_over;	      /* stop here: too late, or a check that the rest depends on failed */
	bool is_size_zero;    /* the kernel says 0x0 */
	const struct script_line *line; /* now */
	char *name;			/* of the next check; NULL: the line itself */
	int checks, failed;
	struct play_mask *masks;
	size_t mask_count, mask_capacity;

	int bytes_a_second;					/* 0: as fast as it comes */
	double allowance;					/* bytes that may be read now */
	int64_t allowance_us;					/* when it was reckoned */
	int64_t first_output_us, last_output_us, last_input_us; /* monotonic; 0: none */
	int64_t longest_delay_us; /* from input to the end of what it brought onto the screen */
	size_t bytes_mark;	  /* of screen.raw, at bytes-reset */

	struct termios settings; /* at settings-saved */
	bool has_settings;
};

void play_open(struct play *play, char **arguments);
void play_close(struct play *play);

/* That a wait takes where the script does not say: a machine with other work is slow. */
#define PLAY_LONGEST_MS 30000

/* Waits at most TIMEOUT_MS for something and takes in what came; false when nothing did. */
bool play_pump(struct play *play, int timeout_ms);

typedef bool (*play_condition_fn)(struct play *play, const void *data);

enum play_wait {
	PLAY_MET,
	PLAY_LATE,  /* not within the time */
	PLAY_ENDED, /* the program ended first */
};

/* Takes in output until IS_MET says so. NULL as IS_MET: until the program has ended. */
enum play_wait play_wait(struct play *play, play_condition_fn is_met, const void *data,
			 int timeout_ms);

/* Until nothing has come for QUIET_MS from now on; false when that was not within TIMEOUT_MS. */
bool play_settle(struct play *play, int quiet_ms, int timeout_ms);

/* The same, and until the program has read what was typed and has nothing to do, too: on a busy machine
 * silence alone only says that it was not its turn. One that never rests is as a silent one in the end. */
bool play_rest(struct play *play, int quiet_ms, int timeout_ms);

/* Everything must be over so many seconds from now. */
void play_set_limit(struct play *play, double seconds);

/* Gives the program what is in screen.input. */
int play_send(struct play *play);

/* A line of TAP for the current line of the script. WHY is said where it failed; may be NULL. */
bool play_check(struct play *play, bool is_ok, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a check that what follows depends on: the screen is shown and the script ends. */
bool play_check_or_end(struct play *play, bool is_ok, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

void play_note(const char *text);		/* each line behind "# " */
void play_show_screen(const struct play *play); /* as notes */
char *play_state(const struct play *play); /* "running", "ended with status 3", ...; caller frees */

/* The screen as it is written and compared: with what varies replaced; the caller frees. */
char *play_screen_text(const struct play *play);

/* Runs one line; -EINVAL with a sentence in RET_WHY where it cannot be understood. */
int play_command(struct play *play, const struct script_line *line, char **ret_why);

/* The commands, a table each; the last has no name. */
struct play_command {
	const char *name;
	int least, most; /* words behind it; most -1: any number */
	bool needs_program;
	int (*run)(struct play *play, char **words, int count, char **ret_why);
};
extern const struct play_command play_acts[], play_checks[];

/* WORD as a number from LEAST to MOST; -EINVAL with a sentence. */
int play_number(const char *word, double least, double most, double *ret_value, char **ret_why);
int play_signal_number(const char *name, int *ret_signal, char **ret_why); /* "TERM", "SIGTERM" */

#endif
