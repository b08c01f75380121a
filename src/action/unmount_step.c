/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of taking down that undo nothing of the journal: a mount of somebody else's below the
 * target (argument: target), and the processes that keep the tree busy (arguments: target, names). */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "action/actions.h"
#include "action/place.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/shell.h"
#include "storage/holders.h"

#define GRACE_MS 5000

static void print_unmount(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"umount", step_get(step, "target"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

static int run_unmount(struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	return place_unmount(step_get(step, "target"), why);
}

const struct step_class step_unmount = {
	.name = "unmount",
	.command = print_unmount,
	.run = run_unmount,
};

static void print_end(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"fuser", "-k", "-TERM", "-m", step_get(step, "target"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

/* Sends SIGNAL to every holder; returns how many there are. */
static size_t signal_holders(const char *target, int number)
{
	_cleanup_(holders_done) struct holders holders = {0};

	if (holders_find(target, &holders) < 0)
		return 0;
	for (size_t i = 0; i < holders.count; i++) {
		if (holders.items[i].pid > 1)
			(void)kill(holders.items[i].pid, number); /* gone already is fine */
	}
	return holders.count;
}

static int run_end(struct step *step, struct step_report *report, struct problem *why)
{
	const char *target = step_get(step, "target");
	int64_t end = clock_monotonic_ms() + GRACE_MS;

	(void)report;
	if (!signal_holders(target, SIGTERM))
		return 0;
	while (clock_monotonic_ms() < end) {
		(void)poll(NULL, 0, 100);
		if (!signal_holders(target, 0))
			return 0;
	}
	(void)signal_holders(target, SIGKILL); /* counted below */
	(void)poll(NULL, 0, 200);
	if (signal_holders(target, 0))
		return problem_set(why, -EBUSY, step->what, _("some do not end"));
	return 0;
}

const struct step_class step_end_holders = {
	.name = "end-holders",
	.command = print_end,
	.run = run_end,
};
