/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal's settings as they were, put back on every way out, a crash included.
 *
 * A signal handler must not call curses: the bytes that give the terminal back are made beforehand.
 * Child processes that were forked inherit the handlers but are not the owner, and leave the
 * terminal alone.
 */
#include "tui/terminal_parts.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <termios.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

#include "base/i18n.h"
#include "base/text.h"
#include "tui/terminal.h"

#define NCURSES_NOMACROS
#include <curses.h>

#define SIGNAL_STACK_BYTES (64 * 1024) /* a sanitizer's handler needs more than MINSIGSTKSZ */

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

static struct {
	volatile sig_atomic_t is_armed;
	bool is_installed;
	pid_t owner;
	struct termios before;
	char *bytes; /* that give the terminal back */
	size_t length;
	struct sigaction previous[ARRAY_SIZE(fatal_signals)];
} rescue;

int terminal_rescue_save(struct problem *why)
{
	if (tcgetattr(STDIN_FILENO, &rescue.before) < 0)
		return problem_set_errno(why, -errno, _("reading the settings of the terminal"));
	rescue.owner = getpid();
	return 0;
}

bool terminal_is_foreground(void)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);

	return group < 0 || group == getpgrp();
}

/* In the background they belong to somebody else by now. */
void terminal_rescue_settings(void)
{
	if (terminal_is_foreground())
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN,
				&rescue.before); /* a lost terminal has none */
}

/* Everything here may be called from a signal handler. */
static void restore_now(void)
{
	if (!rescue.is_armed || getpid() != rescue.owner)
		return;
	rescue.is_armed = 0;
	if (terminal_is_foreground()) {
		/* at once: a line that is held up must not hold up the end */
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
		if (write(STDOUT_FILENO, rescue.bytes, rescue.length) < 0)
			return; /* the terminal is gone, and standard error with it */
	}
	terminal_errors_spill();
}

static void put_back_handlers(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		(void)sigaction(fatal_signals[i], &rescue.previous[i], NULL); /* they are valid */
	rescue.is_installed = false;
}

/*
 * Hands the signal on to whoever had it before: a fault happens again when this returns, what was
 * sent is sent again.
 */
static void on_fatal(int number, siginfo_t *info, void *context)
{
	(void)context;
	restore_now();
	put_back_handlers();
	if (info->si_code <= 0)
		(void)raise(number);
}

/* A stack that overflowed has no room for a handler. */
static void give_signal_stack(void)
{
	static char stack[SIGNAL_STACK_BYTES];
	stack_t mine = {.ss_sp = stack, .ss_size = sizeof(stack)}, current;

	if (sigaltstack(NULL, &current) == 0 && current.ss_flags & SS_DISABLE)
		(void)sigaltstack(&mine, NULL); /* without it only such crashes restore nothing */
}

static void install_handlers(void)
{
	struct sigaction action = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	if (rescue.is_installed)
		return;
	give_signal_stack();
	(void)sigemptyset(&action.sa_mask); /* cannot fail */
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		(void)sigaction(fatal_signals[i], &action, &rescue.previous[i]); /* valid signals */
	rescue.is_installed = true;
}

/* What curses has for a capability the terminal lacks. */
static bool is_missing(const char *capability)
{
	return !capability || capability == (const char *)-1;
}

/* A capability without its padding, which a crash cannot wait for. */
static void add_capability(struct text_buffer *buffer, const char *text)
{
	const char *end;

	if (is_missing(text))
		return;
	while (*text) {
		if (text[0] == '$' && text[1] == '<' && (end = strchr(text, '>')) != NULL)
			text = end + 1;
		else
			text_buffer_add(buffer, text++, 1);
	}
}

/* Where there is no other screen to go back to, what comes then goes below this one. */
static void add_leave_screen(struct text_buffer *buffer)
{
	const char *rmcup = tigetstr("rmcup"), *cup = tigetstr("cup");

	if (!is_missing(rmcup)) {
		add_capability(buffer, rmcup);
		return;
	}
	if (!is_missing(cup))
		add_capability(buffer, tparm(cup, LINES - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
	text_buffer_add_text(buffer, "\r\n");
}

void terminal_rescue_prepare(void)
{
	static const char *const names[] = {"op", "sgr0", "rmkx", "cnorm"};
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	sig_atomic_t was_armed = rescue.is_armed;

	if (has_mouse())
		text_buffer_add_text(&buffer, "\033[?1006l\033[?1000l");
	if (terminal_keys_have_paste())
		text_buffer_add_text(&buffer, "\033[?2004l");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		add_capability(&buffer, tigetstr(names[i]));
	add_leave_screen(&buffer);
	rescue.is_armed = 0;
	free(rescue.bytes);
	rescue.length = buffer.length;
	rescue.bytes = text_buffer_take(&buffer);
	rescue.is_armed = was_armed;
}

static void on_exit_restore(void)
{
	if (rescue.is_armed && getpid() == rescue.owner)
		terminal_stop();
}

void terminal_rescue_arm(void)
{
	static bool is_registered;

	terminal_rescue_prepare();
	install_handlers();
	if (!is_registered) {
		is_registered = atexit(on_exit_restore) == 0;
#ifdef __SANITIZE_ADDRESS__
		__sanitizer_set_death_callback(restore_now); /* it ends the program without exit */
#endif
	}
	rescue.is_armed = 1;
}

void terminal_rescue_disarm(void)
{
	rescue.is_armed = 0;
	if (rescue.is_installed)
		put_back_handlers();
	free(rescue.bytes);
	rescue.bytes = NULL;
	rescue.length = 0;
}
