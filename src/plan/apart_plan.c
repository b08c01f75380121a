/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a plan in a process of its own. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/worker.h"
#include "plan/apart.h"

struct apart_plan {
	apart_make_fn make;
	void *data;
	struct worker *worker; /* NULL once it is over */
	bool has_answer;
	struct plan *plan; /* the answer, or NULL with why */
	struct problem why;
};

static int make_in_child(void *data, int fd)
{
	const struct apart_plan *making = data;
	_cleanup_json_ struct json_object *object = json_object_new_object();
	_cleanup_plan_ struct plan *plan = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;
	int r;

	log_reopen();
	r = making->make(making->data, &plan, &why);
	if (r < 0 && !why.error)
		(void)problem_set_errno(&why, r, _("make the plan"));
	json_add_problem(object, "problem", &why);
	if (r >= 0)
		(void)json_object_object_add(object, "plan", plan_to_json(plan)); /* memory */
	text = json_format_line(object);
	return worker_send(fd, text, strlen(text)) < 0;
}

int apart_plan_start(apart_make_fn make, void *data, unsigned deadline_ms,
		     struct apart_plan **ret_making, struct problem *why)
{
	_cleanup_apart_plan_ struct apart_plan *making = alloc_zero(1, sizeof(*making));
	int r;

	making->make = make;
	making->data = data;
	r = worker_start(make_in_child, making, deadline_ms, &making->worker, why);
	if (r < 0)
		return r;
	*ret_making = TAKE_PTR(making);
	return 0;
}

int apart_plan_fd(const struct apart_plan *making)
{
	return making->worker ? worker_fd(making->worker) : -1;
}

int apart_plan_timeout_ms(const struct apart_plan *making)
{
	int64_t deadline = making->worker ? worker_deadline_ms(making->worker) : 0, left;

	if (!deadline)
		return making->worker ? -1 : 0;
	left = deadline - clock_monotonic_ms();
	if (left > INT_MAX)
		return INT_MAX;
	return left > 0 ? (int)left : 0;
}

static void on_answer(void *data, const char *bytes, size_t length)
{
	struct apart_plan *making = data;
	_cleanup_json_ struct json_object *object = NULL;

	if (making->has_answer)
		return;
	making->has_answer = true;
	if (json_parse(bytes, length, &object, NULL) == 0 &&
	    !json_get_problem(object, "problem", &making->why))
		making->plan = plan_from_json(json_get_object(object, "plan"));
	if (!making->plan && !making->why.error)
		(void)problem_set(&making->why, -EBADMSG, _("make the plan"),
				  _("the answer makes no sense"));
}

static void note_death(struct apart_plan *making)
{
	_cleanup_free_ char *how = worker_describe(making->worker);
	bool is_late = worker_get_state(making->worker) == WORKER_TIMED_OUT;

	(void)problem_set(&making->why, is_late ? -ETIMEDOUT : -EIO, _("make the plan"),
			  is_late ? "%s" : _("its process died (%s)"), how);
	problem_set_next(&making->why,
			 is_late ? _("A disk may not answer: \"refloat disks\" shows which.")
				 : _("Nothing was done. What is on the disks may be damaged or "
				     "hostile."));
}

bool apart_plan_dispatch(struct apart_plan *making)
{
	if (!making->worker)
		return false;
	if (worker_dispatch(making->worker, on_answer, making) == WORKER_RUNNING &&
	    !making->has_answer)
		return true;
	if (!making->has_answer)
		note_death(making);
	making->worker = worker_free(making->worker);
	return false;
}

int apart_plan_take(struct apart_plan *making, struct plan **ret_plan, struct problem *why)
{
	int error = making->why.error;

	if (making->worker)
		return problem_set(why, -EAGAIN, _("make the plan"), _("is still running"));
	if (error) {
		problem_move(why, &making->why);
		return error;
	}
	*ret_plan = TAKE_PTR(making->plan);
	return 0;
}

struct apart_plan *apart_plan_free(struct apart_plan *making)
{
	if (!making)
		return NULL;
	(void)worker_free(making->worker);
	(void)plan_free(making->plan);
	problem_done(&making->why);
	free(making);
	return NULL;
}
