/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The menu: opens the terminal, runs the loop, gives the terminal back. */
#include "tui/tui.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "tui/keys_file.h"
#include "tui/loop.h"
#include "tui/terminal.h"

static int say_gone(struct problem *why)
{
	if (why->error)
		return why->error;
	return problem_set(why, -EIO, _("terminal"), _("it is gone"));
}

int tui_run(const struct tui_options *options, struct problem *why)
{
	const struct terminal_options terminal = {.is_ascii = options->is_ascii};
	_cleanup_keys_file_ struct keys_file *keys = NULL;
	struct app *app = NULL;
	int r, ended_by = 0;

	if (options->keys_path) {
		r = keys_file_read(options->keys_path, &keys, why);
		if (r < 0) {
			why->error = -EINVAL; /* a wrong argument, whatever the system calls it */
			return -EINVAL;
		}
	}
	r = app_new(&options->app, &app, why);
	if (r < 0)
		return r;
	r = terminal_start(&terminal, why);
	if (r == 0) {
		r = loop_run(app, keys, &ended_by, why);
		terminal_stop();
		if (r < 0)
			r = say_gone(why);
	}
	(void)app_free(app);
	if (ended_by) {
		log_line("menu: ended by signal %d", ended_by);
		(void)signal(ended_by, SIG_DFL);
		(void)raise(ended_by); /* whoever waits for us sees how we ended */
	}
	return r;
}
