/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first and the last lines of a screen: the title, a rule, the keys. */
#ifndef REFLOAT_TUI_WIDGETS_FRAME_H
#define REFLOAT_TUI_WIDGETS_FRAME_H

#include "tui/widgets/widget.h"

/*
 * The title line in the first row of AREA: LEFT, MIDDLE centred, RIGHT. Where they do not fit LEFT
 * goes, then MIDDLE is cut, then it goes; without a MIDDLE it is LEFT that is cut. RIGHT stays
 * longest: it says how safe one is. Each may be NULL.
 */
void title_draw(struct canvas *canvas, struct area area, const char *left, const char *middle,
		const char *right);

/* A horizontal line over the first row of AREA. */
void rule_draw(struct canvas *canvas, struct area area);

struct footer_key {
	const char *key;   /* as key_format says it */
	const char *label; /* one or two words */
};

/*
 * The keys in the first row of AREA, the most important first: as many as fit, whole ones only; where
 * there are more an ellipsis says so, if that fits.
 * "? help" and "q back" are always at the end, while letters are typed "F1 help" and "Esc back"; the
 * same key in KEYS changes their labels.
 */
void footer_draw(struct canvas *canvas, struct area area, const struct footer_key *keys,
		 size_t count, bool is_typing);

#endif
