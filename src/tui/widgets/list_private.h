/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the list share. */
#ifndef REFLOAT_TUI_WIDGETS_LIST_PRIVATE_H
#define REFLOAT_TUI_WIDGETS_LIST_PRIVATE_H

#include "tui/widgets/list.h"

bool list_has_titles(const struct list *list);

/* Columns of the branches in front of the first text of ROW. */
int list_tree_width(const struct list *list, const struct list_row *row);

size_t list_current_row(const struct list *list); /* in rows; SIZE_MAX: there is none */
void list_update_visible(struct list *list);	  /* after rows were opened or closed */
void list_reveal(struct list *list, size_t row);  /* opens what hides it, puts the cursor there */
void list_set_closed(struct list *list, size_t row, bool is_closed); /* cursor goes to ROW */

/* Widths of the columns in WIDTH, 0 for one that disappears; GAP columns stand between them. */
void list_layout(const struct list *list, int width, int gap, int *widths);

#endif
