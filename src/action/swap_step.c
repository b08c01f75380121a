/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step that uses a swap partition of the target. Arguments: device. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/swap.h>

#include "action/actions.h"
#include "base/i18n.h"
#include "base/shell.h"
#include "storage/mount.h"

static void print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"swapon", step_get(step, "device"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

static bool is_done(const struct step *step)
{
	_cleanup_mount_table_ struct mount_table table = {0};

	if (mount_table_read(NULL, &table, NULL) < 0)
		return false;
	for (size_t i = 0; i < table.count; i++) {
		if (text_is_equal(table.entries[i].type, "swap") &&
		    text_is_equal(table.entries[i].source, step_get(step, "device")))
			return true;
	}
	return false;
}

/* What is in use already is not ours to stop using. */
static int prepare(struct step *step, struct problem *why)
{
	if (!is_done(step))
		return 0;
	return problem_set(why, -EBUSY, step_get(step, "device"), _("is used as swap already"));
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	if (swapon(step_get(step, "device"), 0) < 0)
		return problem_set_errno(why, -errno, step->what);
	return 0;
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	int r;

	(void)report;
	do { /* a signal ends it half way, and it can be begun again */
		r = swapoff(step_get(step, "device"));
	} while (r < 0 && errno == EINTR);
	if (r < 0 && errno != EINVAL && errno != ENOENT)
		return problem_set_errno(why, -errno, step_get(step, "device"));
	return 0;
}

static char *undo_what(const struct step *step)
{
	return text_format(_("Stop using the swap space %s"), step_get(step, "device"));
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"swapoff", step_get(step, "device"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

const struct step_class step_swap_on = {
	.name = "swap-on",
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
