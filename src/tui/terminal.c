/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one terminal: taken, given back, lent and drawn on. */
#include "tui/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/i18n.h"
#include "tui/terminal_parts.h"

#define NCURSES_NOMACROS
#include <curses.h>

static struct {
	SCREEN *screen; /* NULL while the terminal is not ours */
	bool is_lent;	/* ... or lent to another program */
	bool is_lost;
	int cursor_shown; /* curses' number; -1 before it was set */
} terminal = {.cursor_shown = -1};

/*
 * The mode of a program that reads keys: no echo, no line editing, Ctrl-C, Ctrl-Z and Ctrl-\ come
 * as keys. Flow control stays as the line has it, since a serial terminal may need it; but any key
 * goes on after a Ctrl-S that was hit by accident.
 */
static void set_mode(void)
{
	struct termios mode;

	(void)cbreak(); /* of these, none fails on a terminal */
	(void)noecho();
	(void)nonl();
	if (tcgetattr(STDIN_FILENO, &mode) < 0)
		return; /* lost: reading keys will tell */
	mode.c_lflag &= ~(tcflag_t)(ISIG | IEXTEN);
	if (mode.c_iflag & IXON)
		mode.c_iflag |= IXANY;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
	(void)def_prog_mode(); /* curses comes back to this mode */
}

/* curses catches signals that are the event loop's. */
static SCREEN *make_screen(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	struct sigaction before[ARRAY_SIZE(numbers)];
	SCREEN *screen;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		(void)sigaction(numbers[i], NULL, &before[i]); /* fails only for bad numbers */
	screen = newterm(NULL, stdout, stdin);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		(void)sigaction(numbers[i], &before[i], NULL);
	return screen;
}

/* From curses' mode on, at start and after a loan. */
static void take(void)
{
	set_mode();
	terminal_keys_take();
	terminal_rescue_arm();
	terminal_errors_capture();
}

int terminal_start(const struct terminal_options *options, struct problem *why)
{
	int result = terminal_check(why);

	if (result == 0)
		result = terminal_rescue_save(why);
	if (result < 0)
		return result;
	terminal.screen = make_screen();
	if (!terminal.screen)
		return problem_set(why, -ENOTTY, _("the terminal"), _("curses cannot use it"));
	theme_choose(has_colors() ? tigetnum("colors") : 0, options->is_ascii);
	terminal_draw_start();
	(void)typeahead(-1);	      /* what is shown is whole; keys are read first anyway */
	(void)idlok(stdscr, TRUE);    /* a list that scrolls costs a line, not a screen */
	(void)leaveok(stdscr, FALSE); /* the cursor stands where the canvas says */
	result = terminal_keys_start(!options->no_mouse, why);
	take();
	if (result < 0)
		terminal_stop();
	return result;
}

/* Without a second screen to leave, what comes now goes below ours, not over it. */
static void leave_screen(void)
{
	const char *rmcup = tigetstr("rmcup");

	(void)endwin(); /* a lost terminal has nothing to put back */
	if (!rmcup || rmcup == (const char *)-1)
		(void)!write(STDOUT_FILENO, "\n", 1); /* as above */
}

/* What was there before comes back, as far as the terminal can do that. */
static void leave(void)
{
	if (terminal_is_foreground()) {
		terminal_keys_leave();
		leave_screen();
		terminal_rescue_settings();
	}
	terminal_rescue_disarm();
	terminal_errors_release();
	terminal.cursor_shown = -1;
}

void terminal_stop(void)
{
	if (!terminal.screen)
		return;
	if (!terminal.is_lent)
		leave();
	terminal_keys_stop();
	delscreen(terminal.screen);
	terminal.screen = NULL;
	terminal.is_lent = terminal.is_lost = false;
}

void terminal_suspend(void)
{
	if (!terminal.screen || terminal.is_lent)
		return;
	leave();
	terminal.is_lent = true;
}

int terminal_resume(struct problem *why)
{
	if (!terminal.screen || !terminal.is_lent)
		return 0;
	if (reset_prog_mode() == ERR)
		return problem_set(why, -EIO, _("the terminal"), _("it is gone"));
	terminal.is_lent = false;
	take();
	terminal_redraw();
	return 0;
}

int terminal_fd(void)
{
	return terminal_keys_fd();
}

void terminal_get_size(int *ret_rows, int *ret_columns)
{
	terminal_size_find(ret_rows, ret_columns);
	if (!is_term_resized(*ret_rows, *ret_columns))
		return;
	(void)resizeterm(*ret_rows, *ret_columns); /* out of memory: the old size serves */
	terminal_rescue_prepare();
	terminal_redraw(); /* terminals wrap anew what they show */
}

/* The cursor is hidden where nobody types, where the terminal can do that. */
static void show_cursor(bool is_typing)
{
	int wanted = is_typing ? 1 : 0;

	if (wanted == terminal.cursor_shown)
		return;
	(void)curs_set(wanted);
	terminal.cursor_shown = wanted;
}

static bool is_hung_up(void)
{
	struct pollfd state = {.fd = STDOUT_FILENO};

	return poll(&state, 1, 0) > 0 && state.revents & (POLLHUP | POLLERR | POLLNVAL);
}

int terminal_show(const struct canvas *canvas)
{
	if (!terminal.is_lost && is_hung_up())
		terminal.is_lost = true;
	if (terminal.is_lost)
		return -EIO;
	terminal_draw(canvas);
	(void)wnoutrefresh(stdscr);
	(void)doupdate(); /* a terminal that goes away now is seen next time */
	show_cursor(canvas->has_typing_cursor);
	return 0;
}

void terminal_redraw(void)
{
	(void)clearok(curscr, TRUE);
}

int terminal_read_key(struct key *ret_key)
{
	int result = terminal.is_lost ? -EIO : terminal_keys_read(ret_key);

	if (result < 0)
		terminal.is_lost = true;
	return result;
}
