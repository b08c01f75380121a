/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step that unmounts what somebody else has mounted below the target. Arguments: target. */
#include "action/actions.h"
#include "action/place.h"
#include "base/shell.h"

static void print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"umount", step_get(step, "target"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	return place_unmount(step_get(step, "target"), why);
}

const struct step_class step_unmount = {
	.name = "unmount",
	.needs_turn = true,
	.command = print,
	.run = run,
};
