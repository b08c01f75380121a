/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses a front end. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/keyring.h"
#include "cli/cli.h"
#ifdef HAVE_NCURSES
#include "tui/tui.h"
#endif

/*
 * A descriptor of ours must never become 0, 1 or 2 because the caller had closed that one. What
 * takes its place cannot be written to, so that lost output still shows as an error.
 */
static void fill_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)open("/dev/null", O_RDONLY); /* the lowest free one: FD */
	}
}

#ifdef HAVE_NCURSES
static int open_menu(const struct menu_request *request, struct problem *why)
{
	const struct tui_options options = {
		.app = {.scan = *request->scan, .target = request->target},
		.is_ascii = request->is_ascii,
		.keys_path = request->keys_path,
	};

	return tui_run(&options, why);
}
#define OPEN_MENU open_menu
#else
#define OPEN_MENU NULL
#endif

int main(int argc, char **argv)
{
	fill_standard_streams();
	(void)keyring_start(); /* without one, only what needs a key says so */
	/* what characters are, and the language: an unknown locale leaves "C", which serves. Each
	 * further category is a file mapped into every child that asks a disk. */
	(void)setlocale(LC_CTYPE, "");
	(void)setlocale(LC_MESSAGES, "");
#ifdef ENABLE_NLS
	(void)bindtextdomain(PACKAGE, LOCALEDIR);
	(void)textdomain(PACKAGE);
#endif
	return cli_main(argc, argv, OPEN_MENU);
}
