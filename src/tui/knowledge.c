/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the menu knows of this machine, and finding out more without waiting. */
#include "tui/knowledge.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "storage/hotplug.h"
#include "system/looking.h"

#define QUIET_MS 700 /* no answer for so long: what is there is looked into without the rest */
#define SETTLE_MS 300 /* after word that a disk came or went, before it is looked at */
#define MOUNTS_MAX (16u * 1024 * 1024)
#define SHOW_MS 200  /* new answers are shown no more often: lines are slow */

/* A descriptor that poll says POLLPRI of whenever something is mounted or unmounted. */
static int open_mounts(void)
{
	return open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* The kernel tells only once, and has told whoever polled: what is there now is compared. */
static bool have_mounts_changed(struct knowledge *knowledge)
{
	_cleanup_free_ char *now = NULL;

	if (knowledge->mounts_fd < 0 || lseek(knowledge->mounts_fd, 0, SEEK_SET) < 0 ||
	    file_read_fd(knowledge->mounts_fd, MOUNTS_MAX, &now, NULL) < 0 ||
	    text_is_equal(now, knowledge->mounts))
		return false;
	free(knowledge->mounts);
	knowledge->mounts = TAKE_PTR(now);
	return true;
}

int knowledge_init(struct knowledge *knowledge, struct problem *why)
{
	const struct scan_options *options = &knowledge->session.scan;

	knowledge->mounts_fd = options->sysroot ? -1 : open_mounts();
	(void)have_mounts_changed(knowledge); /* from here on */
	knowledge_read_mounts(knowledge);
	if (!options->sysroot && !options->images.count) {
		if (hotplug_open(&knowledge->hotplug, why) < 0)
			log_line("menu: %s: %s", why->what, why->why); /* R looks again */
		problem_done(why);
		return 0; /* real disks are asked once the first screen stands */
	}
	if (scan_start(options, &knowledge->scan, why) < 0)
		return why->error;
	return 0;
}

static void forget_problem(struct knowledge *knowledge)
{
	problem_done(&knowledge->problem);
}

void knowledge_done(struct knowledge *knowledge)
{
	accounts_watch_done(&knowledge->accounts);
	(void)looking_free(knowledge->looking);
	(void)machine_free(knowledge->surveyed);
	(void)scan_free(knowledge->scan);
	mounted_system_done(&knowledge->mounted);
	forget_problem(knowledge);
	(void)hotplug_free(knowledge->hotplug);
	if (knowledge->mounts_fd >= 0)
		(void)close(knowledge->mounts_fd); /* only read from */
	free(knowledge->mounts);
	session_done(&knowledge->session);
}

void knowledge_look(struct knowledge *knowledge)
{
	knowledge->looking = looking_free(knowledge->looking);
	knowledge->surveyed = machine_free(knowledge->surveyed);
	knowledge->scan = scan_free(knowledge->scan);
	scan_detach(&knowledge->session.attached);
	forget_problem(knowledge);
	knowledge->has_looked = true;
	if (scan_start(&knowledge->session.scan, &knowledge->scan, &knowledge->problem) < 0)
		log_line("menu: %s: %s", knowledge->problem.what, knowledge->problem.why);
	knowledge->answered_ms = clock_monotonic_ms();
}

void knowledge_hold(struct knowledge *knowledge)
{
	knowledge->holds++;
	knowledge->wants_look = knowledge->wants_look || knowledge->looking;
	knowledge->looking = looking_free(knowledge->looking);
	accounts_watch_stop(&knowledge->accounts);
}

void knowledge_release(struct knowledge *knowledge)
{
	bool wants_look = knowledge->wants_look;

	if (--knowledge->holds)
		return;
	knowledge->wants_look = false;
	if (wants_look)
		knowledge_look(knowledge);
}

void knowledge_read_mounts(struct knowledge *knowledge)
{
	struct session *session = &knowledge->session;
	_cleanup_problem_ struct problem why = {0};

	session->journal = journal_free(session->journal);
	mounted_system_done(&knowledge->mounted);
	if (!session->scan.sysroot && session_get_mounted(session, &knowledge->mounted, &why) < 0)
		log_line("menu: %s: %s", why.what, why.why);
}

void knowledge_want_accounts(struct knowledge *knowledge, const char *system)
{
	accounts_watch_want(&knowledge->accounts, &knowledge->session, &knowledge->mounted, system,
			    knowledge->holds > 0);
}

struct journal *knowledge_journal(struct knowledge *knowledge)
{
	struct journal *journal = NULL;

	return session_get_journal(&knowledge->session, &journal, NULL) < 0 ? NULL : journal;
}

void knowledge_list_fds(const struct knowledge *knowledge,
			void (*on_fd)(void *data, int fd, short events), void *data)
{
	if (knowledge->scan)
		on_fd(data, scan_fd(knowledge->scan), POLLIN);
	if (knowledge->looking && looking_fd(knowledge->looking) >= 0)
		on_fd(data, looking_fd(knowledge->looking), POLLIN);
	if (knowledge->mounts_fd >= 0)
		on_fd(data, knowledge->mounts_fd, POLLPRI);
	if (knowledge->hotplug)
		on_fd(data, hotplug_fd(knowledge->hotplug), POLLIN);
	if (accounts_watch_fd(&knowledge->accounts) >= 0)
		on_fd(data, accounts_watch_fd(&knowledge->accounts), POLLIN);
}

/* The scan goes on, nothing of it has been looked into, and nobody does: then it may be time. */
static bool waits_for_quiet(const struct knowledge *knowledge)
{
	return knowledge->scan && !knowledge->looking && !knowledge->session.survey &&
	       !knowledge->has_looked_early;
}

int knowledge_timeout_ms(const struct knowledge *knowledge)
{
	int timeout = -1;

	if (!knowledge->has_looked && !knowledge->scan && !knowledge->session.machine)
		return 0;
	if (knowledge->scan)
		timeout = scan_is_finished(knowledge->scan) ? 0
							    : scan_timeout_ms(knowledge->scan);
	if (waits_for_quiet(knowledge))
		timeout = clock_sooner(timeout, clock_left_ms(knowledge->answered_ms + QUIET_MS));
	if (knowledge->check_at_ms && !knowledge->holds)
		timeout = clock_sooner(timeout, clock_left_ms(knowledge->check_at_ms));
	if (knowledge->is_stale)
		timeout = clock_sooner(timeout, clock_left_ms(knowledge->shown_ms + SHOW_MS));
	if (knowledge->looking)
		timeout = looking_is_finished(knowledge->looking)
				  ? 0
				  : clock_sooner(timeout, looking_timeout_ms(knowledge->looking));
	return clock_sooner(timeout, accounts_watch_timeout_ms(&knowledge->accounts));
}

static size_t count_answered(const struct machine *machine)
{
	size_t count = 0;

	for (size_t i = 0; i < machine->count; i++)
		count += machine->devices[i]->state == DEVICE_OK;
	return count;
}

static void start_survey(struct knowledge *knowledge)
{
	if (knowledge->holds) {
		knowledge->wants_look = true;
		return;
	}
	knowledge->looking = looking_free(knowledge->looking);
	(void)machine_free(knowledge->surveyed);
	knowledge->surveyed = machine_copy(knowledge->session.machine);
	knowledge->surveyed_count = count_answered(knowledge->surveyed);
	if (looking_start(knowledge->surveyed, knowledge->session.scan.deadline_ms,
			    &knowledge->looking, &knowledge->problem) < 0)
		log_line("menu: %s: %s", knowledge->problem.what, knowledge->problem.why);
}

/* A new snapshot does not have what only looking finds: until the next look it is taken over. */
static void take_machine(struct knowledge *knowledge)
{
	(void)machine_free(knowledge->session.machine);
	knowledge->session.machine = scan_snapshot(knowledge->scan);
	if (knowledge->surveyed && !knowledge->looking)
		machine_take_dormant(knowledge->session.machine, knowledge->surveyed);
	knowledge->shown_ms = clock_monotonic_ms();
	knowledge->is_stale = false;
}

static void finish_scan(struct knowledge *knowledge)
{
	bool has_early = knowledge->has_looked_early;

	take_machine(knowledge);
	forget_problem(knowledge);
	(void)scan_check(knowledge->scan, &knowledge->problem); /* what it says is shown */
	scan_keep_attached(knowledge->scan, &knowledge->session.attached);
	knowledge->scan = scan_free(knowledge->scan);
	knowledge->has_looked_early = false;
	/* what was silent is silent still: it has been looked into without */
	if (has_early && count_answered(knowledge->session.machine) == knowledge->surveyed_count)
		return;
	start_survey(knowledge);
}

static bool dispatch_scan(struct knowledge *knowledge)
{
	int64_t now = clock_monotonic_ms();

	if (scan_dispatch(knowledge->scan) > 0) {
		knowledge->answered_ms = now;
		knowledge->is_stale = true;
	}
	if (scan_is_finished(knowledge->scan)) {
		finish_scan(knowledge);
		return true;
	}
	if (waits_for_quiet(knowledge) && now - knowledge->answered_ms >= QUIET_MS) {
		take_machine(knowledge);
		knowledge->has_looked_early = true;
		start_survey(knowledge);
		return true;
	}
	if (!knowledge->is_stale || now - knowledge->shown_ms < SHOW_MS)
		return false;
	take_machine(knowledge);
	return true;
}

static bool dispatch_survey(struct knowledge *knowledge)
{
	bool is_new = looking_dispatch(knowledge->looking) > 0;

	if (!looking_is_finished(knowledge->looking))
		return is_new;
	(void)survey_free(knowledge->session.survey);
	knowledge->session.survey = looking_take(knowledge->looking);
	knowledge->looking = looking_free(knowledge->looking);
	machine_take_dormant(knowledge->session.machine, knowledge->surveyed);
	return true;
}

/*
 * Looks again where the machine has other devices than those that are known: our own looking attaches
 * and detaches loop devices, which the kernel tells like everything else.
 */
static bool check_hotplug(struct knowledge *knowledge)
{
	_cleanup_free_ char *now = NULL, *known = NULL;
	int64_t time = clock_monotonic_ms();

	if (knowledge->hotplug && hotplug_read(knowledge->hotplug))
		knowledge->check_at_ms = time + SETTLE_MS;
	if (!knowledge->check_at_ms || time < knowledge->check_at_ms || knowledge->holds)
		return false;
	if (!knowledge_is_settled(knowledge)) {
		knowledge->check_at_ms = time + SETTLE_MS;
		return false;
	}
	knowledge->check_at_ms = 0;
	if (!knowledge->session.machine || scan_fingerprint(&now, NULL) < 0)
		return false;
	known = machine_fingerprint(knowledge->session.machine);
	if (text_is_equal(now, known))
		return false;
	knowledge_look(knowledge);
	return true;
}

bool knowledge_dispatch(struct knowledge *knowledge)
{
	bool is_new = false;

	if (!knowledge->has_looked && !knowledge->scan && !knowledge->session.machine) {
		knowledge_look(knowledge);
		is_new = true;
	}
	if (knowledge->scan)
		is_new = dispatch_scan(knowledge) || is_new;
	if (knowledge->looking)
		is_new = dispatch_survey(knowledge) || is_new;
	is_new = accounts_watch_dispatch(&knowledge->accounts) || is_new;
	is_new = check_hotplug(knowledge) || is_new;
	if (have_mounts_changed(knowledge)) {
		knowledge_read_mounts(knowledge);
		is_new = true;
	}
	return is_new;
}

bool knowledge_is_settled(const struct knowledge *knowledge)
{
	return !knowledge->scan && !knowledge->looking && !accounts_watch_is_reading(&knowledge->accounts) &&
	       (knowledge->session.machine || knowledge->problem.error);
}

void knowledge_list_pending(const struct knowledge *knowledge, struct text_list *names)
{
	if (knowledge->scan)
		scan_list_pending(knowledge->scan, names);
	if (knowledge->looking)
		looking_list_pending(knowledge->looking, names);
}

enum safety knowledge_safety(const struct knowledge *knowledge)
{
	if (!knowledge->mounted.id)
		return SAFETY_LOOKING;
	return knowledge->mounted.is_read_only ? SAFETY_READ_ONLY : SAFETY_READ_WRITE;
}
