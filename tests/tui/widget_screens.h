/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Widgets drawn on canvases of all sizes and compared with what is expected.
 *
 * What is expected stands in tests/tui/widgets/NAME.txt, one section a picture. With
 * REFLOAT_UPDATE_EXPECTED in the environment that file is written anew: read the difference.
 */
#ifndef REFLOAT_TESTS_TUI_WIDGET_SCREENS_H
#define REFLOAT_TESTS_TUI_WIDGET_SCREENS_H

#include "tui/widgets/widget.h"

/* Reads the expected pictures of NAME; sets the locale. To be called before the tests are run. */
void screens_open(const char *name);
/* Writes them where that was asked for. Returns the exit status: FAILED, or 1 where a picture was
 * not drawn by any test. */
int screens_close(int failed);

/* Fails the test unless CANVAS is the picture NAME, cursor included. */
void screens_expect(const char *name, const struct canvas *canvas);
void screens_expect_roles(const char *name, const struct canvas *canvas);

typedef void (*screens_draw_fn)(const void *widget, struct canvas *canvas, struct area area);

/* Draws WIDGET at 80x24 and 40x10, in UTF-8 and in ASCII, and compares all four. */
void screens_expect_all(const char *name, screens_draw_fn draw, const void *widget);

/* Draws it once, compares nothing: for what the next key needs. */
void screens_draw(screens_draw_fn draw, const void *widget, int rows, int columns);

typedef enum widget_answer (*screens_key_fn)(void *widget, const struct key *key);

/* Presses the keys, names with spaces between them; returns the last answer. */
enum widget_answer screens_press(screens_key_fn on_key, void *widget, const char *names);

/* Types each character of TEXT. */
enum widget_answer screens_type(screens_key_fn on_key, void *widget, const char *text);

#endif
