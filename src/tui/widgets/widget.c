/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all widgets have in common. */
#include "tui/widgets/widget.h"

size_t widget_scroll(size_t top, size_t line, size_t height, size_t count)
{
	if (!height || count <= height)
		return 0;
	if (line < top)
		top = line;
	if (line >= top + height)
		top = line - height + 1;
	return top > count - height ? count - height : top;
}

void widget_draw_more(struct canvas *canvas, struct area area, bool above, bool below)
{
	int column = area.column + area.columns - 1;

	if (area.rows < 1 || area.columns < 1)
		return;
	if (above)
		canvas_glyph(canvas, area.row, column, 1, ROLE_DIM, GLYPH_MORE_ABOVE);
	if (below)
		canvas_glyph(canvas, area.row + area.rows - 1, column, 1, ROLE_DIM,
			     GLYPH_MORE_BELOW);
}
