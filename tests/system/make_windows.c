/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the Windows system that standard input describes (windows_tree.h) in a folder, for shell
 * tests. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "windows_tree.h"

int main(int count, char **words)
{
	_cleanup_free_ char *text = NULL;

	if (count != 2 || file_read_fd(STDIN_FILENO, 1 << 20, &text, NULL) != 0) {
		fprintf(stderr, "usage: make_windows FOLDER < DESCRIPTION\n");
		return 2;
	}
	windows_tree_make(words[1], text);
	return 0;
}
