/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether there is a terminal here that can be drawn on, and what to do where there is none. */
#include "tui/terminal_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/text.h"

#include <curses.h>
#include <term.h> /* last: it makes macros of everyday words */

enum { FOUND = 1, NOT_FOUND = 0, NO_DATABASE = -1 }; /* what setupterm says */

static int check_is_terminal(int fd, const char *name, struct problem *why)
{
	if (isatty(fd))
		return 0;
	(void)problem_set(why, -ENOTTY, name, _("it is not a terminal, which the menu needs"));
	problem_set_next(why,
			 _("Run refloat in a terminal (over SSH: ssh -t), or use its commands: "
			   "refloat --help lists them."));
	return -ENOTTY;
}

/* Reads the description of TERM; it stays for the checks that follow, until forget_term. */
static int look_up_term(const char *term)
{
	int found = NO_DATABASE;

	(void)setupterm((char *)term, STDOUT_FILENO, &found); /* FOUND says it all */
	return found;
}

static void forget_term(void)
{
	if (cur_term)
		(void)del_curterm(cur_term);
}

static bool term_is_known(const char *term)
{
	bool is_known = look_up_term(term) == FOUND;

	forget_term();
	return is_known;
}

/* The name of a terminal that behaves like the unknown TERM, as far as its name tells. */
static const char *nearest_term(const char *term)
{
	static const struct {
		const char *prefix, *nearest;
	} kin[] = {
		{"xterm", "xterm-256color"},
		{"alacritty", "xterm-256color"},
		{"foot", "xterm-256color"},
		{"kitty", "xterm-256color"},
		{"wezterm", "xterm-256color"},
		{"rxvt", "xterm-256color"},
		{"vte", "xterm-256color"},
		{"gnome", "xterm-256color"},
		{"konsole", "xterm-256color"},
		{"st-", "xterm-256color"},
		{"ghostty", "xterm-256color"},
		{"tmux", "screen"},
		{"screen", "screen"},
		{"linux", "linux"},
		{"rxvt", "xterm"},
		{"xterm", "xterm"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kin); i++) {
		if (text_has_prefix(term, kin[i].prefix) && term_is_known(kin[i].nearest))
			return kin[i].nearest;
	}
	return "vt100";
}

static void say_other_term(const char *term, struct problem *why)
{
	problem_set_next(
		why,
		_("Nearly every terminal can do this: TERM=%s refloat. Or use the commands: "
		  "refloat --help lists them."),
		nearest_term(term));
}

static int check_term(struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(getenv("TERM")), *what = NULL;
	const char *cup;
	int found;

	if (!shown[0]) {
		(void)problem_set(why, -ENOTTY, "TERM",
				  _("it is not set: nothing says what terminal this is"));
		say_other_term("", why);
		return -ENOTTY;
	}
	what = text_format("TERM=%s", shown);
	found = look_up_term(getenv("TERM"));
	cup = found == FOUND ? tigetstr("cup") : NULL;
	forget_term();
	if (found == NO_DATABASE) {
		(void)problem_set(why, -ENOENT, what,
				  _("this system has no descriptions of terminals"));
		problem_set_next(
			why,
			_("Install them (Debian: ncurses-base; Fedora: ncurses-base), or use the "
			  "commands: refloat --help lists them."));
		return -ENOENT;
	}
	if (found != FOUND)
		(void)problem_set(why, -ENOTTY, what,
				  _("this system does not know such a terminal"));
	else if (!cup || cup == (char *)-1)
		(void)problem_set(
			why, -ENOTTY, what,
			_("such a terminal cannot place its cursor, which the menu needs"));
	else
		return 0;
	say_other_term(getenv("TERM"), why);
	return -ENOTTY;
}

int terminal_check(struct problem *why)
{
	int result = check_is_terminal(STDIN_FILENO, _("standard input"), why);

	if (result == 0)
		result = check_is_terminal(STDOUT_FILENO, _("standard output"), why);
	return result == 0 ? check_term(why) : result;
}
