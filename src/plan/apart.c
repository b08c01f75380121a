/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a plan in a process of its own and hears how it goes. */
#include "plan/apart.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/signals.h"
#include "base/worker.h"
#include "plan/apart_message.h"

struct apart {
	const struct step_class *const *classes;
	char *journal_folder;
	const struct plan *plan;
	struct worker *worker; /* NULL once it is over */
	bool is_stopping;      /* it was asked to */
	bool has_begun;	       /* a notice has come */
	bool has_result;
	int result; /* valid once worker is NULL */
	struct step_report report;
	struct problem why;
};

/* --- in the child */

static void send_message(int fd, struct json_object *object)
{
	_cleanup_json_ struct json_object *owned = object;
	_cleanup_free_ char *text = json_format_line(owned);

	/* with nobody left to hear it the work goes on: it is in the journal */
	(void)worker_send(fd, text, strlen(text));
}

static void tell_notice(void *data, const struct runner_notice *notice)
{
	send_message(*(int *)data, apart_message_notice(notice));
}

static int execute(const struct apart *apart, int fd, struct step_report *report,
		   struct problem *why)
{
	_cleanup_journal_ struct journal *journal = NULL;
	struct runner runner = {
		.classes = apart->classes,
		.on_notice = tell_notice,
		.data = &fd,
		.stop_signal = signals_caught(),
	};
	int r = journal_open(apart->journal_folder, &journal, why);

	if (r < 0)
		return r;
	runner.journal = journal;
	/* the child's own copy: what its steps set is not seen by the parent */
	return runner_execute(&runner, (struct plan *)apart->plan, report, why);
}

static int run_in_child(void *data, int fd)
{
	_cleanup_(step_report_done) struct step_report report = {0};
	_cleanup_problem_ struct problem why = {0};
	int result;

	signals_catch();
	worker_be_orderly();
	log_reopen();
	result = execute(data, fd, &report, &why);
	if (result < 0 && !why.error)
		(void)problem_set_errno(&why, result, ((struct apart *)data)->plan->summary);
	send_message(fd, apart_message_end(result, &report, &why));
	return 0;
}

/* --- in the parent */

int apart_start(const struct step_class *const *classes, const char *journal_folder,
		const struct plan *plan, struct apart **ret_apart, struct problem *why)
{
	_cleanup_apart_ struct apart *apart = alloc_zero(1, sizeof(*apart));
	int r;

	apart->classes = classes;
	apart->journal_folder = text_copy(journal_folder);
	apart->plan = plan;
	r = plan_check_unattended(classes, plan, why);
	if (r == 0)
		r = worker_start(run_in_child, apart, 0, &apart->worker, why);
	if (r < 0)
		return r;
	*ret_apart = TAKE_PTR(apart);
	return 0;
}

int apart_fd(const struct apart *apart)
{
	return apart->worker ? worker_fd(apart->worker) : -1;
}

int apart_timeout_ms(const struct apart *apart)
{
	return apart->worker ? -1 : 0;
}

struct listener {
	struct apart *apart;
	runner_on_notice_fn on_notice;
	void *data;
};

static void take_result(struct apart *apart, struct apart_message *message)
{
	apart->has_result = true;
	apart->result = message->result;
	step_report_done(&apart->report);
	apart->report = message->report;
	message->report = (struct step_report){0};
	problem_move(&apart->why, &message->problem);
}

static void on_message(void *data, const char *bytes, size_t length)
{
	const struct listener *listener = data;
	_cleanup_(apart_message_done) struct apart_message message = {0};

	if (apart_message_parse(bytes, length, listener->apart->plan, &message) < 0) {
		log_line("a child that runs a plan has said what makes no sense");
		return;
	}
	if (message.is_end) {
		take_result(listener->apart, &message);
		return;
	}
	listener->apart->has_begun = true;
	if (listener->on_notice)
		listener->on_notice(listener->data, &message.notice);
}

/* The child has ended without a result. */
static void note_death(struct apart *apart)
{
	_cleanup_free_ char *how = worker_describe(apart->worker);
	const char *what = apart->plan->summary;

	if (apart->has_begun) {
		(void)problem_set(&apart->why, -EIO, what,
				  _("its process was cut off in the middle (%s)"), how);
		problem_set_next(&apart->why,
				 _("\"refloat status\" shows how far it came, \"refloat undo\" "
				   "takes back what it had begun."));
		apart->result = RUNNER_FAILED;
		return;
	}
	/* no step is begun before its notice is sent */
	if (apart->is_stopping)
		apart->result = problem_set(&apart->why, -EINTR, what, _("stopped by a signal"));
	else
		apart->result = problem_set(&apart->why, -EIO, what,
					    _("its process died before it did anything (%s)"), how);
	problem_set_next(&apart->why, _("Nothing was done: try again."));
}

bool apart_dispatch(struct apart *apart, runner_on_notice_fn on_notice, void *data)
{
	struct listener listener = {apart, on_notice, data};

	if (!apart->worker)
		return false;
	if (worker_dispatch(apart->worker, on_message, &listener) == WORKER_RUNNING &&
	    !apart->has_result)
		return true;
	if (!apart->has_result)
		note_death(apart);
	/* after its result it has nothing left to do but to exit */
	apart->worker = worker_free(apart->worker);
	return false;
}

int apart_get_result(const struct apart *apart, struct step_report *report, struct problem *why)
{
	if (apart->worker)
		return problem_set(why, -EAGAIN, apart->plan->summary, _("is still running"));
	if (report)
		step_report_merge(report, &apart->report);
	if (apart->why.error) {
		(void)problem_set(why, apart->why.error, apart->why.what, "%s",
				  apart->why.why ? apart->why.why : "");
		if (apart->why.next)
			problem_set_next(why, "%s", apart->why.next);
	}
	return apart->result;
}

void apart_stop(struct apart *apart)
{
	apart->is_stopping = true;
	if (apart->worker)
		worker_signal(apart->worker, SIGTERM);
}

struct apart *apart_free(struct apart *apart)
{
	if (!apart)
		return NULL;
	if (apart->worker)
		worker_signal(apart->worker, SIGTERM);
	(void)worker_leave(apart->worker);
	free(apart->journal_folder);
	step_report_done(&apart->report);
	problem_done(&apart->why);
	free(apart);
	return NULL;
}
