/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accounts of one system, read without waiting. */
#include "tui/accounts_watch.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/printable.h"

static void drop_look(struct accounts_watch *watch)
{
	watch->look = account_look_free(watch->look);
	watch->windows_look = windows_look_free(watch->windows_look);
}

static void drop_accounts(struct accounts_watch *watch)
{
	accounts_done(&watch->accounts);
	watch->accounts = (struct accounts){0};
	watch->has_accounts = false;
	windows_accounts_done(&watch->windows);
	watch->windows = (struct windows_accounts){0};
	watch->has_windows = false;
	problem_done(&watch->why);
}

void accounts_watch_done(struct accounts_watch *watch)
{
	drop_look(watch);
	drop_accounts(watch);
	account_target_done(&watch->target);
	*watch = (struct accounts_watch){0};
}

static const struct system *find_system(const struct session *session, const char *id)
{
	for (size_t i = 0; session->survey && i < session->survey->system_count; i++) {
		if (text_is_equal(session->survey->systems[i]->id, id))
			return session->survey->systems[i];
	}
	return NULL;
}

/* "Debian 12 of web01" */
static char *format_title(const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);

	return *host ? text_format(_("%s of %s"), name, host) : text_copy(name);
}

/* As account_target_find, from what is known: nothing of it waits for a disk. */
static void find_target(const struct session *session, const struct mounted_system *mounted,
			const char *id, struct account_target *ret_target)
{
	const struct system *system = find_system(session, id);

	*ret_target = (struct account_target){.system = text_copy(id)};
	if (system) {
		ret_target->title = format_title(system);
		ret_target->architecture = text_copy(system->architecture);
		ret_target->init = text_copy(system->init);
		ret_target->is_windows = system->kind == SYSTEM_WINDOWS;
	} else {
		ret_target->title = printable_text(
			text_is_equal(mounted->id, id) && mounted->summary ? mounted->summary : id);
	}
	if (!text_is_equal(mounted->id, id) || session->scan.sysroot)
		return;
	ret_target->root = text_copy(mounted->target);
	ret_target->is_read_only = mounted->is_read_only;
}

static void start(struct accounts_watch *watch, struct session *session)
{
	int r;

	drop_look(watch);
	problem_done(&watch->why);
	watch->is_stale = false;
	r = watch->target.is_windows
		    ? windows_look_start(session, &watch->target, &watch->windows_look, &watch->why)
		    : account_look_start(session, &watch->target, &watch->look, &watch->why);
	if (r < 0)
		log_line("menu: %s: %s", watch->target.title, watch->why.why);
}

void accounts_watch_want(struct accounts_watch *watch, struct session *session,
			 const struct mounted_system *mounted, const char *system, bool is_held)
{
	struct account_target target;
	bool is_other;

	find_target(session, mounted, system, &target);
	is_other = !text_is_equal(target.system, watch->target.system);
	if (is_other || !text_is_equal(target.root, watch->target.root) ||
	    target.is_read_only != watch->target.is_read_only ||
	    target.is_windows != watch->target.is_windows)
		watch->is_stale = true;
	if (is_other)
		drop_accounts(watch);
	account_target_done(&watch->target);
	watch->target = target;
	/* where nothing was found yet there is nothing to look into */
	if (watch->is_stale && !is_held && (target.root || session->survey))
		start(watch, session);
}

void accounts_watch_set_stale(struct accounts_watch *watch)
{
	watch->is_stale = true;
}

void accounts_watch_stop(struct accounts_watch *watch)
{
	if (!accounts_watch_is_reading(watch))
		return;
	drop_look(watch);
	watch->is_stale = true;
}

bool accounts_watch_is_reading(const struct accounts_watch *watch)
{
	return watch->look || watch->windows_look;
}

int accounts_watch_fd(const struct accounts_watch *watch)
{
	if (watch->windows_look)
		return windows_look_fd(watch->windows_look);
	return watch->look ? account_look_fd(watch->look) : -1;
}

int accounts_watch_timeout_ms(const struct accounts_watch *watch)
{
	if (watch->windows_look)
		return windows_look_timeout_ms(watch->windows_look);
	return watch->look ? account_look_timeout_ms(watch->look) : -1;
}

static void take_accounts(struct accounts_watch *watch)
{
	struct accounts accounts = {0};

	if (account_look_take(watch->look, &accounts, &watch->why) < 0)
		return; /* what was known stays, and WHY is shown beside it */
	drop_accounts(watch);
	watch->accounts = accounts;
	watch->has_accounts = true;
}

static void take_windows(struct accounts_watch *watch)
{
	struct windows_accounts windows = {0};

	if (windows_look_take(watch->windows_look, &windows, &watch->why) < 0)
		return; /* likewise */
	drop_accounts(watch);
	watch->windows = windows;
	watch->has_windows = true;
}

bool accounts_watch_dispatch(struct accounts_watch *watch)
{
	if (!accounts_watch_is_reading(watch) ||
	    (watch->look ? account_look_dispatch(watch->look)
			 : windows_look_dispatch(watch->windows_look)))
		return false;
	problem_done(&watch->why);
	if (watch->look)
		take_accounts(watch);
	else
		take_windows(watch);
	drop_look(watch);
	return true;
}
