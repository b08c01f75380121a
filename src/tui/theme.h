/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What things look like: colours and glyphs, asked for by what they mean.
 *
 * Nothing is said by colour alone, so that the monochrome ASCII theme loses no meaning. The one
 * theme in use is set once the terminal is known; until then, and in tests without a terminal,
 * it is the ASCII one.
 */
#ifndef REFLOAT_TUI_THEME_H
#define REFLOAT_TUI_THEME_H

#include <stdbool.h>

enum role {
	ROLE_NORMAL,
	ROLE_TITLE,    /* the title line */
	ROLE_FOOTER,   /* the line of keys */
	ROLE_KEY,      /* a letter to press */
	ROLE_HEADING,  /* column headings, names of sections */
	ROLE_SELECTED, /* the first column of the line that the cursor is on */
	ROLE_DIM,      /* explanations, what cannot be chosen now */
	ROLE_OK,
	ROLE_WARNING,
	ROLE_ERROR,
	ROLE_FIELD,        /* what can be typed into */
	ROLE_FIELD_ACTIVE,
	ROLE_MATCH,    /* a hit of the search */
	ROLE_BORDER,
	ROLE_PROGRESS, /* the done part of a bar */
	ROLE_COUNT,
};

enum glyph {
	GLYPH_HORIZONTAL,  /* ─  - */
	GLYPH_VERTICAL,    /* │  | */
	GLYPH_TOP_LEFT,    /* ┌  + */
	GLYPH_TOP_RIGHT,   /* ┐  + */
	GLYPH_BOTTOM_LEFT, /* └  + */
	GLYPH_BOTTOM_RIGHT, /* ┘ + */
	GLYPH_BRANCH,      /* "├─"  "|-" */
	GLYPH_LAST_BRANCH, /* "└─"  "`-" */
	GLYPH_TRUNK,       /* "│ "  "| " */
	GLYPH_OPEN,        /* a tree line whose children are shown: "▾" "-" */
	GLYPH_CLOSED,      /* ... are hidden: "▸" "+" */
	GLYPH_CURSOR,      /* in front of the selected line: ">" in all */
	GLYPH_CHECKED,     /* "[x]" in both */
	GLYPH_UNCHECKED,   /* "[ ]" */
	GLYPH_CHOSEN,      /* "(*)" */
	GLYPH_NOT_CHOSEN,  /* "( )" */
	GLYPH_BAR_FULL,    /* █ # */
	GLYPH_BAR_EMPTY,   /* ░ . */
	GLYPH_MORE_ABOVE,  /* ↑ ^ : there is more above this */
	GLYPH_MORE_BELOW,  /* ↓ v */
	GLYPH_ELLIPSIS,    /* … ... : a text that was cut */
	GLYPH_COUNT,
};

struct theme {
	bool is_ascii;       /* glyphs */
	bool has_few_glyphs; /* a console font: line drawing and blocks, else ASCII */
	int colors;          /* 0: monochrome, else 8, 16 or 256 */
};

/* How a role looks; the terminal leaves out what it cannot show. */
struct look {
	short foreground, background; /* a colour number, -1 for the terminal's own */
	unsigned attributes;          /* of LOOK_* */
};

enum {
	LOOK_BOLD = 1 << 0,
	LOOK_REVERSE = 1 << 1,
	LOOK_UNDERLINE = 1 << 2,
};

/*
 * Chooses by the locale, by TERM and by the COLORS that the terminal has. NO_COLOR in the
 * environment (not empty) makes them 0; FORCE_ASCII is --ascii.
 */
void theme_choose(int colors, bool force_ascii);
void theme_set(struct theme theme); /* for tests */
const struct theme *theme_get(void);

const char *theme_glyph(enum glyph glyph); /* UTF-8, borrowed */
struct look theme_look(enum role role);

#endif
