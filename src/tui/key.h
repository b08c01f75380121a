/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys as the front end knows them, whatever the terminal sent for them.
 *
 * A character is its Unicode code point, so Ctrl-L is 12, Enter is '\n', Esc is 27. Everything else
 * has a code above Unicode. Names are for --keys files, the help and the footer.
 */
#ifndef REFLOAT_TUI_KEY_H
#define REFLOAT_TUI_KEY_H

#include <stdbool.h>

enum key_code {
	KEY_CODE_TAB = '\t',
	KEY_CODE_ENTER = '\n',
	KEY_CODE_ESCAPE = 27,
	KEY_CODE_SPACE = ' ',
	KEY_CODE_UP = 0x110000,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_BACKSPACE, /* also what a terminal sends as Ctrl-H or DEL */
	KEY_CODE_DELETE,
	KEY_CODE_INSERT,
	KEY_CODE_BACK_TAB,
	KEY_CODE_F1, /* F1 to F12 stand in a row */
	KEY_CODE_F12 = KEY_CODE_F1 + 11,
	KEY_CODE_CLICK,      /* first mouse button, at row and column */
	KEY_CODE_WHEEL_UP,
	KEY_CODE_WHEEL_DOWN,
};

#define KEY_CTRL(letter) ((letter) & 0x1f)
#define KEY_ALT(code) ((code) | 0x200000) /* as readline's: Alt-B, also sent for Ctrl-Left */

struct key {
	int code;
	int row, column; /* of a mouse event, on the canvas; 0 otherwise */
};

/* "Up", "Enter", "Ctrl-L", "Alt-f", "F5", "a", "ä": allocated, the caller frees. */
char *key_format(int code);

/* The code for a name as key_format gives it, without regard to case where it has more than one
 * character; -EINVAL for anything else. */
int key_parse(const char *name);

/* Whether the key types a character into a field. */
bool key_is_text(int code);

#endif
