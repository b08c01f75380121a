/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of a script: what comes from the program is taken in, and results are printed. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "play.h"
#include "play_keys.h"

#define DRAIN_MS 60	      /* for what the terminal still holds when the program has ended */
#define BUSY_MS 10000	      /* a program that has work for so long has no rest */
#define PATIENCE 5	      /* a machine with other work may be that much slower */
#define SAME_SCREEN_US 500000 /* output after a longer silence is not the answer to a key */

static double read_patience(void)
{
	const char *text = getenv("REFLOAT_PATIENCE");
	double value = text ? strtod(text, NULL) : 0;

	return value >= 1 && value <= 1000 ? value : PATIENCE;
}

void play_set_limit(struct play *play, double seconds)
{
	play->limit_us = program_clock_us() + (int64_t)(seconds * play->patience * 1e6);
}

void play_open(struct play *play, char **arguments)
{
	sigset_t signals;

	*play = (struct play){
		.program = {.master = -1, .keeper_socket = -1},
		.arguments = arguments,
		.type = text_copy("vt100"),
		.log = -1,
		.signals = -1,
		.patience = read_patience(),
	};
	play_set_limit(play, 60);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	play->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	screen_open(&play->screen, 24, 80);
}

void play_close(struct play *play)
{
	size_t i;

	program_close(&play->program);
	screen_close(&play->screen);
	byte_rules_done(&play->rules);
	keys_unload();
	for (i = 0; i < play->mask_count; i++) {
		regfree(&play->masks[i].pattern);
		free(play->masks[i].replacement);
	}
	free(play->masks);
	free(play->type);
	free(play->name);
	if (play->log >= 0)
		close(play->log);
	if (play->signals >= 0)
		close(play->signals);
}

static void measure(struct play *play, int64_t now)
{
	int64_t since = play->last_output_us > play->last_input_us ? play->last_output_us : 0;

	if (!play->first_output_us)
		play->first_output_us = now;
	/* the first output after a key is its answer, however late; the rest follows closely */
	if (play->last_input_us && (!since || now - since < SAME_SCREEN_US) &&
	    now - play->last_input_us > play->longest_delay_us)
		play->longest_delay_us = now - play->last_input_us;
	play->last_output_us = now;
}

/* How many bytes the line lets through now. */
static size_t bytes_allowed(struct play *play)
{
	int64_t now = program_clock_us();
	double most = play->bytes_a_second / 50.0 + 1;

	if (!play->bytes_a_second)
		return 65536;
	play->allowance += (double)(now - play->allowance_us) * play->bytes_a_second / 1e6;
	play->allowance_us = now;
	if (play->allowance > most)
		play->allowance = most;
	return (size_t)play->allowance;
}

static void read_output(struct play *play, size_t most)
{
	char bytes[65536];
	ssize_t n = read(play->program.master, bytes, most);

	if (n <= 0)
		return; /* EIO: nobody has the terminal open any more */
	play->allowance -= (double)n;
	measure(play, program_clock_us());
	screen_feed(&play->screen, bytes, (size_t)n);
	if (play->log >= 0)
		(void)file_write_all(play->log, bytes, (size_t)n); /* only to look at */
	if (play->screen.input.length)
		(void)play_send(play); /* replies; a program that is gone needs none */
}

static bool check_limit(struct play *play)
{
	if (program_clock_us() < play->limit_us || play->is_over)
		return !play->is_over;
	text_set(&play->name, "everything within the time limit");
	return play_check_or_end(play, false, "the time limit is over");
}

static void on_signal(struct play *play)
{
	struct signalfd_siginfo info;

	if (read(play->signals, &info, sizeof(info)) != sizeof(info))
		return;
	play_check_or_end(play, false, "ended by signal %s", strsignal((int)info.ssi_signo));
}

bool play_pump(struct play *play, int timeout_ms)
{
	size_t allowed = bytes_allowed(play);
	int64_t left = (play->limit_us - program_clock_us()) / 1000 + 1;
	struct pollfd fds[] = {
		{.fd = play->signals, .events = POLLIN},
		{.fd = play->program.keeper_socket, .events = POLLIN},
		{.fd = allowed ? play->program.master : -1, .events = POLLIN},
	};
	int n;

	if (!check_limit(play))
		return false;
	if (timeout_ms > left)
		timeout_ms = (int)left;
	if (!allowed && timeout_ms > 5)
		timeout_ms = 5;
	n = poll(fds, ARRAY_SIZE(fds), timeout_ms < 0 ? 0 : timeout_ms);
	if (n <= 0)
		return !allowed; /* the line is busy: that is something too */
	if (fds[0].revents)
		on_signal(play);
	if (fds[2].revents & POLLIN)
		read_output(play, allowed);
	else if (fds[2].revents)
		usleep(1000); /* hung up: poll says so at once, each time */
	if (fds[1].revents)
		(void)program_read_event(&play->program); /* its state says what came */
	return true;
}

enum play_wait play_wait(struct play *play, play_condition_fn is_met, const void *data,
			 int timeout_ms)
{
	int64_t end = program_clock_us() + timeout_ms * 1000LL;
	int64_t ended = 0;

	for (;;) {
		int64_t now = program_clock_us();

		if (is_met && is_met(play, data))
			return PLAY_MET;
		if (play->program.state == PROGRAM_ENDED && !ended)
			ended = now;
		/* what it wrote last may still be on its way */
		if (ended && now - ended > DRAIN_MS * 1000 &&
		    now - play->last_output_us > DRAIN_MS * 1000 &&
		    !program_has_output(&play->program))
			return is_met ? PLAY_ENDED : PLAY_MET;
		if (now >= end || play->is_over)
			return PLAY_LATE;
		(void)play_pump(play, ended ? 10 : (int)((end - now) / 1000 + 1));
	}
}

#define READ_LOOK_MS 5 /* how often it is seen whether all that was typed was read */

/* Whether the program could have more to do: silence counts from the time when it had all input. */
static bool has_to_read(const struct play *play, int64_t start, int busy_ms)
{
	return busy_ms && program_clock_us() - start < busy_ms * 1000LL &&
	       program_has_input(&play->program);
}

static bool settle(struct play *play, int quiet_ms, int timeout_ms, int busy_ms)
{
	int64_t start = program_clock_us(), quiet_since = start;
	bool is_read = false;

	for (;;) {
		int64_t now = program_clock_us();

		if (!is_read) {
			is_read = !has_to_read(play, start, busy_ms);
			quiet_since = now;
		}
		if (play->last_output_us > quiet_since)
			quiet_since = play->last_output_us;
		if (now - quiet_since >= quiet_ms * 1000LL) {
			if (now - start >= (quiet_ms + busy_ms) * 1000LL ||
			    program_is_at_rest(&play->program))
				return true;
			quiet_since = now;
		}
		if (now - start > timeout_ms * 1000LL || play->is_over)
			return !play->is_over && now - play->last_output_us >= quiet_ms * 1000LL;
		(void)play_pump(play,
				is_read ? (int)((quiet_since + quiet_ms * 1000LL - now) / 1000 + 1)
					: READ_LOOK_MS);
	}
}

bool play_settle(struct play *play, int quiet_ms, int timeout_ms)
{
	return settle(play, quiet_ms, timeout_ms, 0);
}

bool play_rest(struct play *play, int quiet_ms, int timeout_ms)
{
	return settle(play, quiet_ms, timeout_ms, BUSY_MS);
}

int play_send(struct play *play)
{
	_cleanup_text_buffer_ struct text_buffer input = play->screen.input;
	size_t sent = 0;

	play->screen.input = (struct text_buffer){0};
	play->last_input_us = program_clock_us();
	while (sent < input.length) {
		struct pollfd wait = {.fd = play->program.master, .events = POLLOUT};
		ssize_t n = write(play->program.master, input.data + sent, input.length - sent);

		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		else if (poll(&wait, 1, 1000) == 0)
			return -ETIMEDOUT; /* it does not read */
	}
	return 0;
}

char *play_state(const struct play *play)
{
	int status = play->program.wait_status;

	switch (play->program.state) {
	case PROGRAM_NOT_STARTED:
		return text_copy("not started");
	case PROGRAM_RUNNING:
		return text_copy("running");
	case PROGRAM_STOPPED:
		return text_format("stopped by signal %d (%s)", WSTOPSIG(status),
				   strsignal(WSTOPSIG(status)));
	case PROGRAM_ENDED:
		break;
	}
	if (WIFSIGNALED(status))
		return text_format("killed by signal %d (%s)", WTERMSIG(status),
				   strsignal(WTERMSIG(status)));
	return text_format("ended with status %d", WEXITSTATUS(status));
}

void play_note(const char *text)
{
	size_t length;

	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		printf("# %.*s\n", (int)length, text);
	}
}

void play_show_screen(const struct play *play)
{
	int rows, columns, row;
	VTermPos cursor;

	screen_get_size(&play->screen, &rows, &columns);
	vterm_state_get_cursorpos(vterm_obtain_state(play->screen.terminal), &cursor);
	printf("# the screen, %d rows of %d columns, cursor in row %d column %d:\n", rows, columns,
	       cursor.row + 1, cursor.col + 1);
	for (row = 0; row < rows; row++) {
		_cleanup_free_ char *line = screen_line(&play->screen, row);

		printf("# %3d |%s\n", row + 1, line);
	}
}

static bool print_check(struct play *play, bool is_ok, const char *why, va_list arguments)
{
	_cleanup_free_ char *reason = why ? text_format_args(why, arguments) : NULL;
	_cleanup_free_ char *state = play_state(play);
	const char *name = play->name ? play->name : play->line ? play->line->text : "the script";
	char *c;

	play->checks++;
	printf("%s %d - %s%s", is_ok ? "ok" : "not ok", play->checks,
	       play->title ? play->title : "", play->title ? ": " : "");
	for (c = (char *)name; *c; c++)
		putchar(*c == '#' ? '=' : *c); /* TAP would take it for a directive */
	putchar('\n');
	text_set(&play->name, NULL);
	if (is_ok)
		return true;
	play->failed++;
	if (reason)
		play_note(reason);
	printf("# line %d of the script: %s; the program is %s\n",
	       play->line ? play->line->number : 0, play->line ? play->line->text : "", state);
	return false;
}

bool play_check(struct play *play, bool is_ok, const char *why, ...)
{
	va_list arguments;

	va_start(arguments, why);
	(void)print_check(play, is_ok, why, arguments);
	va_end(arguments);
	return is_ok;
}

bool play_check_or_end(struct play *play, bool is_ok, const char *why, ...)
{
	va_list arguments;

	va_start(arguments, why);
	(void)print_check(play, is_ok, why, arguments);
	va_end(arguments);
	if (!is_ok && !play->is_over) {
		play_show_screen(play);
		play->is_over = true;
	}
	return is_ok;
}

/* LINE with every match of the masks replaced. */
static char *mask_line(const struct play *play, char *line)
{
	size_t i;

	for (i = 0; i < play->mask_count; i++) {
		_cleanup_text_buffer_ struct text_buffer masked = {0};
		const char *rest = line;
		regmatch_t match;
		int flags = 0;

		while (regexec(&play->masks[i].pattern, rest, 1, &match, flags) == 0 &&
		       match.rm_eo > match.rm_so) {
			text_buffer_add(&masked, rest, (size_t)match.rm_so);
			text_buffer_add_text(&masked, play->masks[i].replacement);
			rest += match.rm_eo;
			flags = REG_NOTBOL;
		}
		text_buffer_add_text(&masked, rest);
		free(line);
		line = text_buffer_take(&masked);
	}
	return line;
}

char *play_screen_text(const struct play *play)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	int rows, columns, row;

	screen_get_size(&play->screen, &rows, &columns);
	for (row = 0; row < rows; row++) {
		_cleanup_free_ char *line = mask_line(play, screen_line(&play->screen, row));

		text_buffer_format(&text, "%s\n", line);
	}
	return text_buffer_take(&text);
}
