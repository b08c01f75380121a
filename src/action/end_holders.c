/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that ends the programs that keep the tree busy: asked first, forced after some seconds.
 * Arguments: target; pids: those that the person has seen, separated by spaces.
 */
#include "action/end_holders.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "action/actions.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/root.h"
#include "storage/holders.h"

#define GRACE_MS 5000
#define KILL_MS 5000 /* a loaded machine takes its time to clear them away */
#define FREEZES_MAX 20
#define ANCESTORS_MAX 64

/* PID of the parent of PID; 0 where there is none, or it is gone. */
static pid_t find_parent(const struct root *proc, pid_t pid)
{
	_cleanup_free_ char *path = text_format("%d/stat", (int)pid), *line = NULL;
	const char *rest;
	int parent = 0;

	if (root_read_line(proc, path, &line) < 0)
		return 0;
	rest = strrchr(line, ')'); /* the name before it may have brackets and spaces itself */
	if (!rest || sscanf(rest, ") %*c %d", &parent) != 1)
		return 0;
	return parent;
}

/* What we were started from, as far up as process 1. */
static void list_ancestors(struct text_list *pids)
{
	_cleanup_root_ struct root *proc = NULL;
	pid_t pid = getpid();

	if (root_open("/proc", &proc, NULL) < 0)
		return;
	for (size_t i = 0; pid > 0 && i < ANCESTORS_MAX; i++) {
		text_list_format(pids, "%d", (int)pid);
		pid = find_parent(proc, pid);
	}
}

static void note_own_shell(struct plan *plan, const struct holder *holder)
{
	text_list_format(
		&plan->notes,
		_("%s (%d) %s: refloat was started from it and does not end it. Leave that "
		  "place first, with \"cd /\"."),
		holder->name, (int)holder->pid, holder->how);
}

void end_holders_add(struct plan *plan, const char *target)
{
	_cleanup_holders_ struct holders holders = {0};
	_cleanup_text_list_ struct text_list ancestors = {0}, pids = {0}, names = {0};
	_cleanup_free_ char *shown = printable_text(target), *joined = NULL, *numbers = NULL;
	struct step *step;

	if (holders_find(target, &holders) < 0)
		return; /* then busy mounts are named when they are met */
	list_ancestors(&ancestors);
	for (size_t i = 0; i < holders.count; i++) {
		const struct holder *holder = &holders.items[i];
		_cleanup_free_ char *pid = text_format("%d", (int)holder->pid);

		if (holder->pid <= 1)
			continue;
		if (text_list_contains(&ancestors, pid)) {
			note_own_shell(plan, holder);
			continue;
		}
		text_list_add(&pids, pid);
		text_list_format(&names, "%s (%s) %s", holder->name, pid, holder->how);
	}
	if (!pids.count)
		return;
	joined = text_list_join(&names, ", ");
	numbers = text_list_join(&pids, " ");
	step = step_new("end-holders", RISK_SYSTEM, STEP_REQUIRED,
			_("End the programs that use %s: %s"), shown, joined);
	step_set(step, "target", target);
	step_set(step, "pids", numbers);
	plan_add(plan, step);
}

static void print(const struct step *step, struct text_list *lines)
{
	text_list_format(lines, "kill %s", step_get(step, "pids"));
}

/* Whether PID is one of PIDS, or was started by one: that is the same program to a person. */
static bool is_of(const struct root *proc, pid_t pid, const struct text_list *pids)
{
	for (size_t i = 0; pid > 1 && i < ANCESTORS_MAX; i++) {
		_cleanup_free_ char *number = text_format("%d", (int)pid);

		if (text_list_contains(pids, number))
			return true;
		pid = find_parent(proc, pid);
	}
	return false;
}

/*
 * Sends signal NUMBER (0: none) to those of PIDS that still use TARGET, so that a PID that another
 * program has got meanwhile is left alone. Adds what these have started. Returns how many there
 * are.
 */
static size_t signal_holders(const char *target, struct text_list *pids, int number)
{
	_cleanup_holders_ struct holders holders = {0};
	_cleanup_root_ struct root *proc = NULL;
	size_t count = 0;

	if (holders_find(target, &holders) < 0 || root_open("/proc", &proc, NULL) < 0)
		return 0;
	for (size_t i = 0; i < holders.count; i++) {
		_cleanup_free_ char *pid = text_format("%d", (int)holders.items[i].pid);

		if (!is_of(proc, holders.items[i].pid, pids))
			continue;
		count++;
		if (!text_list_contains(pids, pid))
			text_list_add(pids, pid);
	}
	for (size_t i = 0; i < holders.count; i++) {
		_cleanup_free_ char *pid = text_format("%d", (int)holders.items[i].pid);

		if (text_list_contains(pids, pid))
			(void)kill(holders.items[i].pid, number); /* gone already is fine */
	}
	return count;
}

/* Whether all are gone within TIME_MS. */
static bool wait_for_end(const char *target, struct text_list *pids, int64_t time_ms)
{
	int64_t end = clock_monotonic_ms() + time_ms;

	while (signal_holders(target, pids, 0)) {
		if (clock_monotonic_ms() >= end)
			return false;
		(void)poll(NULL, 0, 100); /* an interrupted wait is simply a short one */
	}
	return true;
}

/* None of them starts another one any more: one that was started while the others are killed would
 * belong to nobody, and be known for theirs no more. */
static void freeze(const char *target, struct text_list *pids)
{
	size_t before = 0;

	for (size_t i = 0; i < FREEZES_MAX && pids->count != before; i++) {
		before = pids->count;
		(void)signal_holders(target, pids, SIGSTOP); /* who ends meanwhile is no loss */
	}
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list pids = {0};
	const char *target = step_get(step, "target");

	(void)report;
	text_list_split(&pids, step_get(step, "pids"), " ");
	if (!signal_holders(target, &pids, SIGTERM) || wait_for_end(target, &pids, GRACE_MS))
		return 0;
	freeze(target, &pids);
	(void)signal_holders(target, &pids, SIGKILL); /* counted below */
	if (wait_for_end(target, &pids, KILL_MS))
		return 0;
	return problem_set(why, -EBUSY, step->what, _("some do not end, even when killed"));
}

const struct step_class step_end_holders = {
	.name = "end-holders",
	.command = print,
	.run = run,
};
