/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The menu as a whole: the stack of screens, what is known of the machine, the message in front.
 *
 * It knows no terminal: keys go in (app_key), a canvas comes out (app_draw), and the loop
 * (tui/loop.h) feeds it from a terminal, tests from a table. Whatever takes time goes on in other
 * processes that the loop polls.
 */
#ifndef REFLOAT_TUI_APP_H
#define REFLOAT_TUI_APP_H

#include "action/session.h"
#include "tui/jobs_watch.h"
#include "tui/knowledge.h"
#include "tui/screen.h"

struct app_options {
	struct scan_options scan;   /* images, sysroot, deadline */
	const char *target;	    /* NULL: the default */
	const char *journal_folder; /* NULL: the default; tests have their own */
};

struct app;

/* Opens the first screen. Nothing has been asked of any disk when it returns. */
int app_new(const struct app_options *options, struct app **ret_app, struct problem *why);
struct app *app_free(struct app *app);
DEFINE_CLEANUP_POINTER(struct app, app_free);
#define _cleanup_app_ _cleanup_(app_free_cleanup)

/* --- for the loop and for tests */

void app_key(struct app *app, const struct key *key);
void app_draw(struct app *app, struct canvas *canvas);
bool app_is_done(const struct app *app);
void app_set_done(struct app *app); /* the terminal is gone */
/* Calls DO for each descriptor to poll; returns the time until something is due, -1: nothing. */
typedef void (*app_on_fd_fn)(void *data, int fd, short events);
int app_list_fds(struct app *app, app_on_fd_fn on_fd, void *data);
/* Looks after everything that may be ready. True where it must be drawn again. */
bool app_dispatch(struct app *app);
/* Whether nothing is being found out or done now: what is drawn stays. */
bool app_is_settled(const struct app *app);
/* A program wants the terminal (a shell): the loop suspends it, calls this, and resumes it. False:
 * there is none. */
bool app_wants_terminal(const struct app *app);
void app_run_in_terminal(struct app *app);

/* --- for screens */

/* Opens a screen on top. ARGUMENT is borrowed during the call. */
void app_open(struct app *app, const struct screen_class *class, const void *argument);
/* A screen that is the same for all others: where it is open already, that is what one comes back
 * to. */
void app_show(struct app *app, const struct screen_class *class);
/* The same in place of the top one. */
void app_replace(struct app *app, const struct screen_class *class, const void *argument);

const struct session *app_session(const struct app *app); /* machine, survey may be NULL still */
struct knowledge *app_knowledge(struct app *app);
const struct knowledge *app_get_knowledge(const struct app *app);

/* The jobs of this machine. */
struct jobs_watch *app_jobs(struct app *app);
const struct jobs_watch *app_get_jobs(const struct app *app);
/* Reads them anew: one was started or removed by us. */
void app_refresh_jobs(struct app *app);

/* Closes screens of CLASS right below the top one: what they were for is done with. */
void app_drop_below(struct app *app, const struct screen_class *class);

/* Reads what is mounted and done anew, after something was done. */
void app_refresh(struct app *app);

/* A line in place of the footer until the next key: why something cannot be. NULL takes it away. */
void app_hint(struct app *app, const char *text);

/* The keys that work on every screen, for the help page. */
extern const struct binding app_bindings[];

/* A message in a box over the screen, until a key. */
void app_tell(struct app *app, enum role role, const char *title, const char *text);
void app_tell_problem(struct app *app, const struct problem *why);

/* A question; ON_ANSWER is called with the key of the button that was chosen (KEY_CODE_ESCAPE:
 * none), and returns what must happen next. DATA is the top screen's state. */
typedef enum reaction (*app_on_answer_fn)(struct app *app, void *state, int key);
struct app_button {
	int key;
	const char *label; /* translated */
};
void app_ask(struct app *app, enum role role, const char *title, const char *text,
	     const struct app_button *buttons, size_t count, app_on_answer_fn on_answer);

/* The same where something is destroyed: WANTED must be typed before button Enter counts. */
void app_ask_typed(struct app *app, const char *title, const char *text, const char *prompt,
		   const char *wanted, const char *button, app_on_answer_fn on_answer);

/* Gives the terminal to FUNCTION after this key has been dealt with; it may wait as long as it
 * likes. STATE is the top screen's, RETURN what must happen then. */
typedef enum reaction (*app_in_terminal_fn)(struct app *app, void *state);
void app_use_terminal(struct app *app, app_in_terminal_fn function);

#endif
