/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a script does to the program and its terminal. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "play.h"
#include "play_keys.h"

#define KEY_GAP_MS 20 /* of silence between two keys of one line */

static const struct {
	const char *name;
	int number;
} signal_names[] = {
	{"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT},   {"ILL", SIGILL},
	{"ABRT", SIGABRT}, {"FPE", SIGFPE},   {"KILL", SIGKILL},   {"SEGV", SIGSEGV},
	{"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},   {"USR1", SIGUSR1},
	{"USR2", SIGUSR2}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT},   {"STOP", SIGSTOP},
	{"TSTP", SIGTSTP}, {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},   {"BUS", SIGBUS},
	{"TRAP", SIGTRAP}, {"SYS", SIGSYS},   {"WINCH", SIGWINCH},
};

int play_signal_number(const char *name, int *ret_signal, char **ret_why)
{
	const char *bare = strncasecmp(name, "SIG", 3) == 0 ? name + 3 : name;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signal_names); i++) {
		if (strcasecmp(bare, signal_names[i].name) == 0) {
			*ret_signal = signal_names[i].number;
			return 0;
		}
	}
	*ret_why = text_format("no signal is called %s", name);
	return -EINVAL;
}

int play_number(const char *word, double least, double most, double *ret_value, char **ret_why)
{
	char *end;
	double value = strtod(word, &end);

	if (end == word || *end || !(value >= least && value <= most)) {
		*ret_why = text_format("%s is not a number from %g to %g", word, least, most);
		return -EINVAL;
	}
	*ret_value = value;
	return 0;
}

static int set_size(struct play *play, char **words, char **ret_why)
{
	double rows, columns;

	if (play_number(words[0], 1, 1000, &rows, ret_why) < 0 ||
	    play_number(words[1], 1, 1000, &columns, ret_why) < 0)
		return -EINVAL;
	screen_resize(&play->screen, (int)rows, (int)columns);
	return play->is_size_zero ? 0 : program_set_size(&play->program, (int)rows, (int)columns);
}

static int do_size(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	play->is_size_zero = false;
	return set_size(play, words, ret_why);
}

static int do_size_zero(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	(void)ret_why;
	play->is_size_zero = true;
	return program_set_size(&play->program, 0, 0);
}

static int do_term(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	if (play->program.state != PROGRAM_NOT_STARTED) {
		*ret_why = text_copy("only before start");
		return -EINVAL;
	}
	text_set(&play->type, strcmp(words[0], "none") == 0 ? NULL : words[0]);
	return 0;
}

static int do_env(struct play *play, char **words, int count, char **ret_why)
{
	char *equals;
	int i;

	(void)play;
	for (i = 0; i < count; i++) {
		equals = strchr(words[i], '=');
		if (!equals || equals == words[i]) {
			*ret_why = text_format("%s is not NAME=VALUE", words[i]);
			return -EINVAL;
		}
		*equals = '\0';
		setenv(words[i], equals + 1, 1);
		*equals = '=';
	}
	return 0;
}

static int do_unset(struct play *play, char **words, int count, char **ret_why)
{
	int i;

	(void)play;
	(void)ret_why;
	for (i = 0; i < count; i++)
		unsetenv(words[i]);
	return 0;
}

static int do_utf8(struct play *play, char **words, int count, char **ret_why)
{
	bool is_on = strcmp(words[0], "on") == 0;

	(void)count;
	if (!is_on && strcmp(words[0], "off") != 0) {
		*ret_why = text_copy("on or off");
		return -EINVAL;
	}
	vterm_set_utf8(play->screen.terminal, is_on);
	vterm_screen_reset(play->screen.cells, 1); /* chooses the character sets by it */
	return 0;
}

static int do_baud(struct play *play, char **words, int count, char **ret_why)
{
	double baud;

	(void)count;
	if (play_number(words[0], 0, 4e6, &baud, ret_why) < 0)
		return -EINVAL;
	play->bytes_a_second = (int)(baud / 10); /* start bit, eight of data, stop bit */
	play->allowance = 0;
	play->allowance_us = program_clock_us();
	return 0;
}

static int do_no_reports(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	(void)ret_why;
	play->screen.gives_reports = false;
	return 0;
}

static int do_limit(struct play *play, char **words, int count, char **ret_why)
{
	double seconds;

	(void)count;
	if (play_number(words[0], 1, 3600, &seconds, ret_why) < 0)
		return -EINVAL;
	play_set_limit(play, seconds);
	return 0;
}

static int do_start(struct play *play, char **words, int count, char **ret_why)
{
	_cleanup_text_list_ struct text_list capabilities = {0};
	int r;

	(void)words;
	(void)count;
	if (play->program.state != PROGRAM_NOT_STARTED) {
		*ret_why = text_copy("it was started before");
		return -EINVAL;
	}
	if (keys_load(play->type))
		keys_list_capabilities(&capabilities);
	byte_rules_done(&play->rules);
	byte_rules_make(&play->rules, &capabilities);
	play->rules.is_utf8 = vterm_get_utf8(play->screen.terminal);
	if (play->type)
		setenv("TERM", play->type, 1);
	else
		unsetenv("TERM");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	r = program_start(&play->program, play->arguments);
	play->last_input_us = play->program.started_us;
	if (r < 0)
		play_check_or_end(play, false, "%s: %s", play->arguments[0], strerror(-r));
	return 0;
}

static int do_name(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	(void)ret_why;
	text_set(&play->name, play->line->text + strcspn(play->line->text, " \t"));
	memmove(play->name, play->name + strspn(play->name, " \t"),
		strlen(play->name + strspn(play->name, " \t")) + 1);
	return 0;
}

static int press(struct play *play, const char *name, char **ret_why)
{
	int r = keys_press(&play->screen, name);

	if (r < 0) {
		*ret_why = text_format("no key is called %s", name);
		return r;
	}
	r = play_send(play);
	if (r < 0)
		play_check_or_end(play, false, "the key %s cannot be sent: %s", name, strerror(-r));
	return 0;
}

/* key NAME [COUNT]: at once, as somebody who holds it down */
static int do_key(struct play *play, char **words, int count, char **ret_why)
{
	double times = 1;

	if (count > 1 && play_number(words[1], 1, 10000, &times, ret_why) < 0)
		return -EINVAL;
	for (; times >= 1 && !play->is_over; times--)
		if (press(play, words[0], ret_why) < 0)
			return -EINVAL;
	return 0;
}

/* keys "NAME NAME ..." ...: each when the screen has come to rest after the one before */
static int do_keys(struct play *play, char **words, int count, char **ret_why)
{
	_cleanup_text_list_ struct text_list names = {0};
	size_t i;

	for (; count > 0; count--, words++)
		text_list_split(&names, words[0], " ");
	for (i = 0; i < names.count && !play->is_over; i++) {
		if (press(play, names.items[i], ret_why) < 0)
			return -EINVAL;
		(void)play_rest(
			play, KEY_GAP_MS,
			(int)(2000 * play->patience)); /* what never rests gets the next one */
	}
	return 0;
}

/* The next of a row of numbers that depends on its seed alone (Marsaglia's xorshift). */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* random-keys SEED COUNT NAME...: quickly, with a rest now and then */
static int do_random_keys(struct play *play, char **words, int count, char **ret_why)
{
	_cleanup_text_list_ struct text_list last = {0};
	_cleanup_free_ char *history = NULL;
	double seed, times;
	uint32_t state;

	if (play_number(words[0], 1, 4e9, &seed, ret_why) < 0 ||
	    play_number(words[1], 1, 1e6, &times, ret_why) < 0)
		return -EINVAL;
	state = (uint32_t)seed;
	for (; times >= 1 && !play->is_over && play->program.state == PROGRAM_RUNNING; times--) {
		const char *name = words[2 + next_random(&state) % (uint32_t)(count - 2)];

		text_list_add(&last, name);
		if (press(play, name, ret_why) < 0)
			return -EINVAL;
		(void)play_settle(play, next_random(&state) % 8 ? 1 : KEY_GAP_MS, 500);
	}
	if (play->program.state == PROGRAM_RUNNING || play->is_over)
		return 0;
	history = text_list_join(&last, " ");
	if (strlen(history) > 400)
		memmove(history, history + strlen(history) - 400, 401);
	play_check_or_end(play, false, "after %zu keys, the last of them: %s", last.count, history);
	return 0;
}

static int do_type(struct play *play, char **words, int count, char **ret_why)
{
	int i, r;

	(void)ret_why;
	for (i = 0; i < count; i++) {
		if (i)
			text_buffer_add_text(&play->screen.input, " ");
		text_buffer_add_text(&play->screen.input, words[i]);
	}
	r = play_send(play);
	if (r < 0)
		play_check_or_end(play, false, "it cannot be typed: %s", strerror(-r));
	return 0;
}

static int do_eof(struct play *play, char **words, int count, char **ret_why)
{
	struct termios settings;
	char byte = 4;

	(void)words;
	(void)count;
	if (program_get_settings(&play->program, &settings) == 0 && settings.c_cc[VEOF])
		byte = (char)settings.c_cc[VEOF];
	text_buffer_add(&play->screen.input, &byte, 1);
	return do_type(play, NULL, 0, ret_why);
}

static int do_click(struct play *play, char **words, int count, char **ret_why)
{
	double row, column;

	(void)count;
	if (play_number(words[0], 1, 1000, &row, ret_why) < 0 ||
	    play_number(words[1], 1, 1000, &column, ret_why) < 0)
		return -EINVAL;
	vterm_mouse_move(play->screen.terminal, (int)row - 1, (int)column - 1, VTERM_MOD_NONE);
	vterm_mouse_button(play->screen.terminal, 1, true, VTERM_MOD_NONE);
	vterm_mouse_button(play->screen.terminal, 1, false, VTERM_MOD_NONE);
	return do_type(play, NULL, 0,
		       ret_why); /* nothing, unless the program asked for the mouse */
}

static int do_wheel(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	if (strcmp(words[0], "up") != 0 && strcmp(words[0], "down") != 0) {
		*ret_why = text_copy("up or down");
		return -EINVAL;
	}
	vterm_mouse_button(play->screen.terminal, *words[0] == 'u' ? 4 : 5, true, VTERM_MOD_NONE);
	return do_type(play, NULL, 0, ret_why);
}

static int do_settle(struct play *play, char **words, int count, char **ret_why)
{
	double quiet = 100, seconds = PLAY_LONGEST_MS / 1000.0;

	if ((count && play_number(words[0], 1, 60000, &quiet, ret_why) < 0) ||
	    (count > 1 && play_number(words[1], 0, 3600, &seconds, ret_why) < 0))
		return -EINVAL;
	if (!play_rest(play, (int)quiet, (int)(quiet + seconds * play->patience * 1000)) &&
	    !play->is_over)
		play_check_or_end(play, false, "the output does not end");
	return 0;
}

static int do_sleep(struct play *play, char **words, int count, char **ret_why)
{
	double ms;
	int64_t end;

	(void)count;
	if (play_number(words[0], 0, 600000, &ms, ret_why) < 0)
		return -EINVAL;
	end = program_clock_us() + (int64_t)(ms * 1000);
	while (program_clock_us() < end && !play->is_over)
		(void)play_pump(play, (int)((end - program_clock_us()) / 1000 + 1));
	return 0;
}

static int do_signal(struct play *play, char **words, int count, char **ret_why)
{
	bool to_group = count > 1 && strcmp(words[1], "foreground") == 0;
	int number, r;

	if (play_signal_number(words[0], &number, ret_why) < 0)
		return -EINVAL;
	if (count > 1 && !to_group) {
		*ret_why = text_copy("to the program, or \"foreground\" to that process group");
		return -EINVAL;
	}
	play->last_input_us = program_clock_us();
	r = to_group ? program_signal_foreground(&play->program, number)
		     : program_signal(&play->program, number);
	if (r < 0)
		play_check_or_end(play, false, "it cannot be signalled: %s", strerror(-r));
	return 0;
}

static int do_hangup(struct play *play, char **words, int count, char **ret_why)
{
	if (count && strcmp(words[0], "silent") != 0) {
		*ret_why = text_copy("nothing, or \"silent\"");
		return -EINVAL;
	}
	(void)play_settle(play, KEY_GAP_MS, 1000);
	(void)program_hang_up(&play->program, count > 0); /* the program's end will tell */
	return 0;
}

static int do_keep_jobs(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	if (program_keep_jobs(&play->program) == 0)
		return 0;
	*ret_why = text_copy("nothing was started");
	return -EINVAL;
}

static int do_bytes_reset(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	(void)ret_why;
	play->bytes_mark = play->screen.raw.length;
	return 0;
}

static int do_delay_reset(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	(void)ret_why;
	play->longest_delay_us = 0;
	return 0;
}

static int do_settings_saved(struct play *play, char **words, int count, char **ret_why)
{
	int r = program_get_settings(&play->program, &play->settings);

	(void)words;
	(void)count;
	(void)ret_why;
	play->has_settings = r == 0;
	if (r < 0)
		play_check(play, false, "the settings cannot be read: %s", strerror(-r));
	return 0;
}

static int do_mask(struct play *play, char **words, int count, char **ret_why)
{
	struct play_mask *mask;

	(void)count;
	play->masks = alloc_grow(play->masks, play->mask_count, &play->mask_capacity,
				 sizeof(*play->masks));
	mask = &play->masks[play->mask_count];
	if (regcomp(&mask->pattern, words[0], REG_EXTENDED) != 0) {
		*ret_why = text_format("%s is not a regular expression", words[0]);
		return -EINVAL;
	}
	mask->replacement = text_copy(words[1]);
	play->mask_count++;
	return 0;
}

static int do_allow_sequence(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	(void)ret_why;
	byte_rules_allow(&play->rules, words[0]);
	return 0;
}

const struct play_command play_acts[] = {
	{"size", 2, 2, false, do_size},
	{"size-zero", 0, 0, false, do_size_zero},
	{"resize", 2, 2, true, do_size},
	{"term", 1, 1, false, do_term},
	{"env", 1, -1, false, do_env},
	{"unset", 1, -1, false, do_unset},
	{"utf8", 1, 1, false, do_utf8},
	{"baud", 1, 1, false, do_baud},
	{"no-reports", 0, 0, false, do_no_reports},
	{"limit", 1, 1, false, do_limit},
	{"start", 0, 0, false, do_start},
	{"name", 1, -1, false, do_name},
	{"key", 1, 2, true, do_key},
	{"keys", 1, -1, true, do_keys},
	{"random-keys", 3, -1, true, do_random_keys},
	{"type", 1, -1, true, do_type},
	{"eof", 0, 0, true, do_eof},
	{"click", 2, 2, true, do_click},
	{"wheel", 1, 1, true, do_wheel},
	{"settle", 0, 2, true, do_settle},
	{"sleep", 1, 1, false, do_sleep},
	{"signal", 1, 2, true, do_signal},
	{"hangup", 0, 1, true, do_hangup},
	{"keep-jobs", 0, 0, true, do_keep_jobs},
	{"bytes-reset", 0, 0, false, do_bytes_reset},
	{"delay-reset", 0, 0, false, do_delay_reset},
	{"settings-saved", 0, 0, false, do_settings_saved},
	{"mask", 2, 2, false, do_mask},
	{"allow-sequence", 1, 1, true, do_allow_sequence},
	{NULL, 0, 0, false, NULL},
};
