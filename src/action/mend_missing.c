/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends that this refloat does not have: they are refused in words. */
#include <errno.h>

#include "action/mending.h"
#include "base/i18n.h"

static int refuse(const char *option, struct problem *why)
{
	return problem_set(why, -ENOTSUP, option, _("this refloat cannot mend that"));
}

int mend_sshd(struct mending *mending, struct problem *why)
{
	(void)mending;
	return refuse("--sshd", why);
}

int mend_console(struct mending *mending, struct problem *why)
{
	(void)mending;
	return refuse("--console", why);
}
