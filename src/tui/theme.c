/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What roles and glyphs look like on the terminal in use. */
#include "tui/theme.h"

#include <assert.h>
#include <langinfo.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static struct theme theme_in_use = {.is_ascii = true};

/* Only single characters that no font or terminal draws two columns wide stand here. */
static const struct {
	const char *ascii, *console, *unicode;
} glyphs[GLYPH_COUNT] = {
	[GLYPH_HORIZONTAL] = {"-", "─", "─"},	 [GLYPH_VERTICAL] = {"|", "│", "│"},
	[GLYPH_TOP_LEFT] = {"+", "┌", "┌"},	 [GLYPH_TOP_RIGHT] = {"+", "┐", "┐"},
	[GLYPH_BOTTOM_LEFT] = {"+", "└", "└"},	 [GLYPH_BOTTOM_RIGHT] = {"+", "┘", "┘"},
	[GLYPH_BRANCH] = {"|-", "├─", "├─"},	 [GLYPH_LAST_BRANCH] = {"`-", "└─", "└─"},
	[GLYPH_TRUNK] = {"| ", "│ ", "│ "},	 [GLYPH_OPEN] = {"-", "-", "▾"},
	[GLYPH_CLOSED] = {"+", "+", "▸"},	 [GLYPH_CURSOR] = {">", ">", ">"},
	[GLYPH_CHECKED] = {"[x]", "[x]", "[x]"}, [GLYPH_UNCHECKED] = {"[ ]", "[ ]", "[ ]"},
	[GLYPH_CHOSEN] = {"(*)", "(*)", "(*)"},	 [GLYPH_NOT_CHOSEN] = {"( )", "( )", "( )"},
	[GLYPH_BAR_FULL] = {"#", "█", "█"},	 [GLYPH_BAR_EMPTY] = {".", "░", "░"},
	[GLYPH_MORE_ABOVE] = {"^", "^", "↑"},	 [GLYPH_MORE_BELOW] = {"v", "v", "↓"},
	[GLYPH_ELLIPSIS] = {"...", "...", "…"},
};

enum {
	OWN = -1, /* the terminal's own colour, light or dark */
	BLACK = 0,
	RED = 1,
	GREEN = 2,
	YELLOW = 3,
	CYAN = 6,
	GREY = 244, /* of 256: readable on black and on white */
};

/*
 * The background may be light or dark, and nobody can tell which: so colours are those that show
 * on both, and what must stand out is reversed. Blue, bright colours and "bright black" are not
 * used.
 */
static const struct {
	struct look monochrome, few, many; /* many: 256 colours */
} looks[ROLE_COUNT] = {
	[ROLE_NORMAL] = {{OWN, OWN, 0}, {OWN, OWN, 0}, {OWN, OWN, 0}},
	[ROLE_TITLE] = {{OWN, OWN, LOOK_BOLD}, {OWN, OWN, LOOK_BOLD}, {OWN, OWN, LOOK_BOLD}},
	[ROLE_FOOTER] = {{OWN, OWN, 0}, {OWN, OWN, 0}, {OWN, OWN, 0}},
	[ROLE_KEY] = {{OWN, OWN, LOOK_BOLD}, {CYAN, OWN, LOOK_BOLD}, {CYAN, OWN, LOOK_BOLD}},
	[ROLE_HEADING] = {{OWN, OWN, LOOK_BOLD}, {OWN, OWN, LOOK_BOLD}, {OWN, OWN, LOOK_BOLD}},
	[ROLE_SELECTED] = {{OWN, OWN, LOOK_REVERSE},
			   {OWN, OWN, LOOK_REVERSE},
			   {OWN, OWN, LOOK_REVERSE}},
	[ROLE_DIM] = {{OWN, OWN, 0}, {OWN, OWN, 0}, {GREY, OWN, 0}},
	[ROLE_OK] = {{OWN, OWN, 0}, {GREEN, OWN, 0}, {GREEN, OWN, 0}},
	[ROLE_WARNING] = {{OWN, OWN, LOOK_BOLD}, {YELLOW, OWN, 0}, {YELLOW, OWN, 0}},
	[ROLE_ERROR] = {{OWN, OWN, LOOK_BOLD}, {RED, OWN, LOOK_BOLD}, {RED, OWN, LOOK_BOLD}},
	[ROLE_FIELD] = {{OWN, OWN, LOOK_UNDERLINE},
			{OWN, OWN, LOOK_UNDERLINE},
			{OWN, OWN, LOOK_UNDERLINE}},
	[ROLE_FIELD_ACTIVE] = {{OWN, OWN, LOOK_REVERSE},
			       {OWN, OWN, LOOK_REVERSE},
			       {OWN, OWN, LOOK_REVERSE}},
	[ROLE_MATCH] = {{OWN, OWN, LOOK_REVERSE}, {BLACK, YELLOW, 0}, {BLACK, YELLOW, 0}},
	[ROLE_BORDER] = {{OWN, OWN, 0}, {OWN, OWN, 0}, {GREY, OWN, 0}},
	[ROLE_PROGRESS] = {{OWN, OWN, 0}, {GREEN, OWN, 0}, {GREEN, OWN, 0}},
};

/* Terminals that show no UTF-8, whatever the locale says: the serial console's TERM is one of them.
 */
static bool term_is_ascii(const char *term)
{
	static const char *const prefixes[] = {"vt", "ansi", "pcansi", "cons25", "wsvt", "sun",
					       "wy", "tvi",  "adm",    "mach",	 "hurd", "dumb"};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (text_has_prefix(term, prefixes[i]) && !text_has_prefix(term, "vte"))
			return true;
	}
	return false;
}

/* The number of colours that there are looks for. */
static int round_colors(int colors)
{
	return colors >= 256 ? 256 : colors >= 16 ? 16 : colors >= 8 ? 8 : 0;
}

void theme_choose(int colors, bool force_ascii)
{
	const char *term = getenv("TERM");

	if (!term)
		term = "";
	theme_in_use = (struct theme){
		.is_ascii = force_ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0 ||
			    term_is_ascii(term),
		.has_few_glyphs = strcmp(term, "linux") == 0 || text_has_prefix(term, "linux-"),
		.colors = text_is_empty(getenv("NO_COLOR")) ? round_colors(colors) : 0,
	};
}

void theme_set(struct theme theme)
{
	theme_in_use = theme;
}

const struct theme *theme_get(void)
{
	return &theme_in_use;
}

const char *theme_glyph(enum glyph glyph)
{
	assert((unsigned)glyph < GLYPH_COUNT);
	if (theme_in_use.is_ascii)
		return glyphs[glyph].ascii;
	return theme_in_use.has_few_glyphs ? glyphs[glyph].console : glyphs[glyph].unicode;
}

struct look theme_look(enum role role)
{
	assert((unsigned)role < ROLE_COUNT);
	if (theme_in_use.colors == 0)
		return looks[role].monochrome;
	return theme_in_use.colors < 256 ? looks[role].few : looks[role].many;
}
