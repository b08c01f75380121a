/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses a front end. */
#include <locale.h>

#include "base/i18n.h"
#include "cli/cli.h"

int main(int argc, char **argv)
{
	(void)setlocale(LC_ALL, ""); /* an unknown locale leaves "C", which serves */
#ifdef ENABLE_NLS
	(void)bindtextdomain(PACKAGE, LOCALEDIR);
	(void)textdomain(PACKAGE);
#endif
	return cli_main(argc, argv);
}
