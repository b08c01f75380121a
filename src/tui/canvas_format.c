/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A canvas as text, for tests. */
#include "tui/canvas.h"

#include "base/text.h"

static const char role_letters[] = {
	[ROLE_NORMAL] = '.', [ROLE_TITLE] = 't',   [ROLE_FOOTER] = 'f',
	[ROLE_KEY] = 'k',    [ROLE_HEADING] = 'h', [ROLE_SELECTED] = 's',
	[ROLE_DIM] = 'd',    [ROLE_OK] = 'o',	   [ROLE_WARNING] = 'w',
	[ROLE_ERROR] = 'e',  [ROLE_FIELD] = 'i',   [ROLE_FIELD_ACTIVE] = 'a',
	[ROLE_MATCH] = 'm',  [ROLE_BORDER] = 'b',  [ROLE_PROGRESS] = 'p',
};
_Static_assert(ARRAY_SIZE(role_letters) == ROLE_COUNT, "each role has a letter");

static const struct cell *row_of(const struct canvas *canvas, int row)
{
	return &canvas->cells[(size_t)row * (size_t)canvas->columns];
}

char *canvas_format(const struct canvas *canvas)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (int row = 0; row < canvas->rows; row++) {
		size_t start = buffer.length;

		for (int column = 0; column < canvas->columns; column++)
			text_buffer_add_text(&buffer, row_of(canvas, row)[column].text);
		while (buffer.length > start && buffer.data[buffer.length - 1] == ' ')
			buffer.length--;
		text_buffer_add_text(&buffer, "\n");
	}
	return text_buffer_take(&buffer);
}

char *canvas_format_roles(const struct canvas *canvas)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (int row = 0; row < canvas->rows; row++) {
		for (int column = 0; column < canvas->columns; column++)
			text_buffer_add(&buffer, &role_letters[row_of(canvas, row)[column].role],
					1);
		text_buffer_add_text(&buffer, "\n");
	}
	return text_buffer_take(&buffer);
}
