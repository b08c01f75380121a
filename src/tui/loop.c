/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one loop: the terminal, signals, probes and runs, and nothing that waits anywhere else. */
#include "tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "tui/terminal.h"

#define WAIT_LIMIT_MS 60000 /* a text that a key file waits for must come within this */
#define LAST_SIGNAL_MS 100  /* after the terminal has gone */
#define KEYS_AT_ONCE 64     /* pasted keys, before the screen is drawn in between */

struct loop {
	struct app *app;
	struct canvas *canvas;
	struct keys_file *keys;
	int64_t keys_since_ms; /* since when the key file's next item is waited for; 0: not yet */
	struct pollfd *fds;
	size_t count;
	size_t capacity;
	int signal_fd;
	sigset_t signals; /* those that come through signal_fd */
	int ended_by;
	int timeout;
};

static const int ending_signals[] = {SIGTERM, SIGHUP, SIGINT};

static int open_signals(struct loop *loop, struct problem *why)
{
	(void)sigemptyset(&loop->signals); /* these cannot fail with valid numbers */
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		(void)sigaddset(&loop->signals, ending_signals[i]);
	(void)sigaddset(&loop->signals, SIGWINCH);
	(void)sigaddset(&loop->signals, SIGTSTP);
	(void)sigaddset(&loop->signals, SIGCONT);
	if (sigprocmask(SIG_BLOCK, &loop->signals, NULL) < 0)
		return problem_set_errno(why, -errno, _("signals"));
	loop->signal_fd = signalfd(-1, &loop->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return loop->signal_fd < 0 ? problem_set_errno(why, -errno, _("signals")) : 0;
}

static void close_signals(struct loop *loop)
{
	if (loop->signal_fd >= 0)
		(void)close(loop->signal_fd); /* nothing to lose */
	(void)sigprocmask(SIG_UNBLOCK, &loop->signals, NULL);
}

static void fit_canvas(struct loop *loop)
{
	int rows, columns;

	terminal_get_size(&rows, &columns);
	if (loop->canvas && loop->canvas->rows == rows && loop->canvas->columns == columns)
		return;
	loop->canvas = canvas_free(loop->canvas);
	loop->canvas = canvas_new(rows, columns);
}

static int show(struct loop *loop)
{
	app_draw(loop->app, loop->canvas);
	return terminal_show(loop->canvas);
}

static int take_terminal(struct loop *loop, struct problem *why)
{
	int r = terminal_resume(why);

	if (r < 0)
		return r;
	fit_canvas(loop);
	return show(loop);
}

/* Ctrl-Z: the terminal goes back to the shell, and we stop as it expects of a job. */
static int stop_self(struct loop *loop, struct problem *why)
{
	sigset_t stop;

	(void)sigemptyset(&stop); /* none of these can fail */
	(void)sigaddset(&stop, SIGTSTP);
	terminal_suspend();
	(void)signal(SIGTSTP, SIG_DFL);
	/* the whole job, sudo with it; nothing stops where nobody could say "fg" (an orphaned group) */
	(void)kill(0, SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here it stops, and goes on at SIGCONT */
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	return take_terminal(loop, why);
}

static int on_signal(struct loop *loop, int number, struct problem *why)
{
	switch (number) {
	case SIGWINCH:
		fit_canvas(loop);
		return show(loop);
	case SIGTSTP:
		return stop_self(loop, why);
	case SIGCONT: /* somebody else had stopped us, and the terminal may have been used */
		terminal_redraw();
		return show(loop);
	default:
		loop->ended_by = number;
		app_set_done(loop->app);
		return 0;
	}
}

static int read_signals(struct loop *loop, struct problem *why)
{
	struct signalfd_siginfo info;
	int r = 0;

	while (r >= 0 && read(loop->signal_fd, &info, sizeof(info)) == sizeof(info))
		r = on_signal(loop, (int)info.ssi_signo, why);
	return r;
}

/* A program has the terminal and its signals until it ends. */
static int lend_terminal(struct loop *loop, struct problem *why)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;

	terminal_suspend();
	/* Ctrl-C is for the program; blocked it would end us afterwards */
	(void)sigaction(SIGINT, &ignore, &interrupt);
	(void)sigaction(SIGQUIT, &ignore, &quit);
	app_run_in_terminal(loop->app);
	(void)sigaction(SIGINT, &interrupt, NULL);
	(void)sigaction(SIGQUIT, &quit, NULL);
	return take_terminal(loop, why);
}

static int press(struct loop *loop, const struct key *key, struct problem *why)
{
	if (key->code == KEY_CTRL('l')) {
		terminal_redraw();
		return show(loop);
	}
	if (key->code == KEY_CTRL('z'))
		return stop_self(loop, why);
	if (key->code == KEY_CTRL('c')) {
		app_hint(loop->app, _("q goes back; on the first screen it leaves refloat."));
		return show(loop);
	}
	app_key(loop->app, key);
	return app_wants_terminal(loop->app) ? lend_terminal(loop, why) : 0;
}

static int read_keys(struct loop *loop, bool *ret_changed, struct problem *why)
{
	struct key key;
	int r = 1;

	for (int i = 0; i < KEYS_AT_ONCE && r > 0 && !app_is_done(loop->app); i++) {
		r = terminal_read_key(&key);
		if (r <= 0)
			return r;
		*ret_changed = true;
		r = press(loop, &key, why) < 0 ? -EIO : 1;
	}
	return r;
}

static bool is_on_screen(const struct loop *loop, const char *text)
{
	_cleanup_free_ char *screen = canvas_format(loop->canvas);

	return strstr(screen, text) != NULL;
}

static void next_item(struct loop *loop)
{
	loop->keys->next++;
	loop->keys_since_ms = 0;
}

static int check_wait(const struct loop *loop, const struct keys_item *item, struct problem *why)
{
	if (clock_monotonic_ms() - loop->keys_since_ms < WAIT_LIMIT_MS)
		return 0;
	return problem_set(why, -ETIMEDOUT, "--keys", _("line %u: \"%s\" did not come up"),
			   item->line, item->text);
}

/* Plays the next of the key file, if its time has come. 1: something was pressed. */
static int play(struct loop *loop, struct problem *why)
{
	const struct keys_item *item;
	struct key key = {0};
	int r;

	if (!loop->keys || loop->keys->next == loop->keys->count)
		return 0;
	item = &loop->keys->items[loop->keys->next];
	if (!loop->keys_since_ms)
		loop->keys_since_ms = clock_monotonic_ms();
	switch (item->kind) {
	case KEYS_WAIT:
		if (!is_on_screen(loop, item->text))
			return check_wait(loop, item, why);
		next_item(loop);
		return 1;
	case KEYS_SLEEP:
		if (clock_monotonic_ms() - loop->keys_since_ms < item->milliseconds)
			return 0;
		next_item(loop);
		return 1;
	case KEYS_PRESS:
		break;
	}
	if (!app_is_settled(loop->app))
		return 0;
	key.code = item->code;
	next_item(loop);
	r = press(loop, &key, why);
	return r < 0 ? r : 1;
}

/* When to look at the key file again; -1: it is over or waits for the app. */
static int keys_timeout(const struct loop *loop)
{
	const struct keys_item *item;

	if (!loop->keys || loop->keys->next == loop->keys->count)
		return -1;
	item = &loop->keys->items[loop->keys->next];
	if (item->kind == KEYS_PRESS)
		return app_is_settled(loop->app) ? 0 : -1;
	return item->kind == KEYS_WAIT ? 100 : (int)(item->milliseconds < 100 ? item->milliseconds : 100);
}

static void add_fd(void *data, int fd, short events)
{
	struct loop *loop = data;

	loop->fds = alloc_grow(loop->fds, loop->count, &loop->capacity, sizeof(*loop->fds));
	loop->fds[loop->count++] = (struct pollfd){.fd = fd, .events = events};
}

static int wait_for_something(struct loop *loop)
{
	int timeout, keys = keys_timeout(loop);

	loop->count = 0;
	add_fd(loop, terminal_fd(), POLLIN);
	add_fd(loop, loop->signal_fd, POLLIN);
	timeout = app_list_fds(loop->app, add_fd, loop);
	if (keys >= 0 && (timeout < 0 || keys < timeout))
		timeout = keys;
	if (poll(loop->fds, loop->count, timeout) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

static int turn(struct loop *loop, struct problem *why)
{
	bool is_changed = false;
	int r = wait_for_something(loop);

	if (r == 0)
		r = read_signals(loop, why);
	if (r >= 0 && !app_is_done(loop->app))
		r = read_keys(loop, &is_changed, why);
	if (r < 0 || app_is_done(loop->app))
		return r < 0 ? r : 0;
	is_changed = app_dispatch(loop->app) || is_changed;
	if (is_changed) {
		r = show(loop);
		if (r < 0)
			return r;
	}
	r = play(loop, why);
	return r > 0 && !app_is_done(loop->app) ? show(loop) : r;
}

/* A line that drops is told by a signal as well, which may come a moment later than the end of it. */
static void take_last_signal(struct loop *loop)
{
	struct pollfd fd = {.fd = loop->signal_fd, .events = POLLIN};
	struct signalfd_siginfo info;

	if (loop->ended_by || poll(&fd, 1, LAST_SIGNAL_MS) <= 0)
		return;
	while (read(loop->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++) {
			if ((int)info.ssi_signo == ending_signals[i])
				loop->ended_by = ending_signals[i];
		}
	}
}

int loop_run(struct app *app, struct keys_file *keys, int *ret_signal, struct problem *why)
{
	struct loop loop = {.app = app, .keys = keys, .signal_fd = -1};
	int r = open_signals(&loop, why);

	if (r >= 0) {
		fit_canvas(&loop);
		r = show(&loop); /* before any disk is asked */
	}
	while (r >= 0 && !app_is_done(app))
		r = turn(&loop, why);
	if (r < 0 && loop.signal_fd >= 0)
		take_last_signal(&loop);
	*ret_signal = loop.ended_by;
	close_signals(&loop);
	(void)canvas_free(loop.canvas);
	free(loop.fds);
	return r < 0 ? r : 0;
}
