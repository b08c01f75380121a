/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the menu as a whole share. */
#ifndef REFLOAT_TUI_APP_PRIVATE_H
#define REFLOAT_TUI_APP_PRIVATE_H

#include <assert.h>

#include "tui/app.h"
#include "tui/widgets/dialog.h"

struct app_screen {
	const struct screen_class *class;
	void *state;
};

struct app {
	struct knowledge knowledge;
	struct jobs_watch jobs;
	bool is_held_by_jobs; /* a job brings devices up or takes them down */
	struct app_screen *screens;
	size_t count;
	size_t capacity;
	bool has_dialog;
	struct dialog dialog;
	app_on_answer_fn on_answer;	/* NULL: a message that is only to be read */
	char *hint;			/* in place of the footer until the next key; NULL: none */
	app_in_terminal_fn in_terminal; /* NULL: nothing wants the terminal */
	bool is_changed;		/* must be drawn again */
	bool is_done;
};

/* There is always one, until the app is done. */
static inline struct app_screen *app_top(const struct app *app)
{
	assert(app->count);
	return &app->screens[app->count - 1];
}

/* Whether letters go into what is typed there. */
static inline bool app_is_typing(const struct app_screen *screen)
{
	return screen->class->is_typing && screen->class->is_typing(screen->state);
}

#endif
