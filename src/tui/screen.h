/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a screen is: a table of bindings, a state, and functions that never wait.
 *
 * Screens lie on a stack; the top one is seen and gets the keys. One table of bindings feeds the
 * dispatch, the footer and the help page. Functions return what must happen next and never draw;
 * drawing is a function of state and area and touches no device. A screen keeps identifiers (names
 * of devices, ids of systems), never pointers into the machine or the survey: these are replaced
 * as the probes answer, and refresh is called then.
 */
#ifndef REFLOAT_TUI_SCREEN_H
#define REFLOAT_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/key.h"

struct app;

enum reaction {
	REACTION_IGNORED, /* not a key of this screen */
	REACTION_NOTHING, /* taken; nothing looks different */
	REACTION_REDRAW,
	REACTION_CLOSE,   /* this screen */
	REACTION_HOME,    /* all screens but the first */
	REACTION_QUIT,    /* the program */
};

struct binding {
	int key;           /* 0 ends the table */
	int twin;          /* another key for the same; 0: none */
	const char *label; /* N_(): one or two words for the footer; NULL: only in the help */
	const char *help;  /* N_(): a sentence for the help page */
	/* NULL: the key is a widget's, and stands here for the footer and the help only. */
	enum reaction (*run)(struct app *app, void *state);
	/* The sentence shown in place of running it when it cannot be used now; NULL: it can. Borrowed. */
	const char *(*why_not)(const struct app *app, const void *state);
	/* False: as if it did not stand in the table. NULL: it always is. */
	bool (*is_there)(const struct app *app, const void *state);
};

struct screen_class {
	const char *name;  /* "disks": for tests and the log */
	const char *title; /* N_(): middle of the title line; NULL: the screen's get_title says */
	const char *help;  /* N_(): prose for its help page, paragraphs separated by newlines */
	const struct binding *bindings;
	size_t state_size;
	/* Makes the state (zeroed memory). ARGUMENT is what app_open was given, borrowed. */
	void (*open)(struct app *app, void *state, const void *argument);
	/* What is known of the machine has changed: look up again. May be NULL. */
	void (*refresh)(struct app *app, void *state);
	/* What was opened above it is closed, and it is the top one again. May be NULL. */
	void (*resume)(struct app *app, void *state);
	/* AREA is all between title and footer. */
	void (*draw)(const struct app *app, const void *state, struct canvas *canvas,
		     struct area area);
	/* Keys go here first (to the widgets); what it ignores goes to the bindings. May be NULL. */
	enum reaction (*on_key)(struct app *app, void *state, const struct key *key);
	/* Letters are being typed: no binding is a letter now. May be NULL: never. */
	bool (*is_typing)(const void *state);
	/* The title in the middle; borrowed; may be NULL. */
	const char *(*get_title)(const void *state);
	/* The user wants back: REACTION_CLOSE, or another reaction where that must not be yet (the
	 * screen then says why). May be NULL: closes. */
	enum reaction (*on_back)(struct app *app, void *state);
	/* Descriptor, timeout and work of something that goes on; poll's way. May be NULL. */
	int (*get_fd)(const void *state);         /* -1: none */
	int (*get_timeout_ms)(const void *state); /* -1: none */
	enum reaction (*on_ready)(struct app *app, void *state); /* readable, or timed out */
	void (*close)(struct app *app, void *state); /* frees what the state holds */
};

#endif
