/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans that are made in a process of their own: every part of them, and every way to fail, comes
 * back. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file_steps.h"
#include "plan/apart.h"

#define PATIENCE_MS 20000

/* A plan with nothing at its default; bytes that are no UTF-8 wherever there can be any. */
static int make_full(void *data, struct plan **ret_plan, struct problem *why)
{
	struct plan *plan = plan_new("mount");

	(void)why;
	plan->summary = text_format("Mount %s caf\xe9", (const char *)data);
	file_steps_add(plan, "file", STEP_OPTIONAL, "/tmp/\xff", "a");
	plan_add(plan, step_new("mount", RISK_WRITES, STEP_REQUIRED, "Mount \xfe"));
	plan->steps[1]->leaves_nothing = true;
	plan->steps[1]->is_temporary = true;
	text_list_add(&plan->notes, "A note.");
	text_list_add(&plan->notes, "A note of \xff.");
	plan->is_partial = plan->needs_no_question = plan->is_undo = true;
	plan->has_journal_mark = true;
	plan->journal_mark = 1234;
	*ret_plan = plan;
	return 0;
}

static int make_empty(void *data, struct plan **ret_plan, struct problem *why)
{
	(void)data;
	(void)why;
	*ret_plan = plan_new("test");
	return 0;
}

static int refuse(void *data, struct plan **ret_plan, struct problem *why)
{
	(void)data;
	(void)ret_plan;
	(void)problem_set(why, -ENOTUNIQ, "systems", "there are several \xff");
	problem_set_next(why, "Name one.");
	return -ENOTUNIQ;
}

static int refuse_silently(void *data, struct plan **ret_plan, struct problem *why)
{
	(void)data;
	(void)ret_plan;
	(void)why;
	return -ENOMEM;
}

static int crash(void *data, struct plan **ret_plan, struct problem *why)
{
	(void)data;
	(void)ret_plan;
	(void)why;
	(void)raise(SIGSEGV);
	return 0;
}

static int hang(void *data, struct plan **ret_plan, struct problem *why)
{
	(void)data;
	(void)ret_plan;
	(void)why;
	while (getpid() > 0)
		(void)poll(NULL, 0, -1);
	return 0;
}

static int make(apart_make_fn function, void *data, unsigned deadline_ms, struct plan **ret_plan,
		struct problem *why)
{
	_cleanup_apart_plan_ struct apart_plan *making = NULL;

	assert_int_equal(apart_plan_start(function, data, deadline_ms, &making, NULL), 0);
	do {
		struct pollfd fd = {.fd = apart_plan_fd(making), .events = POLLIN};
		int timeout = apart_plan_timeout_ms(making);

		assert_int_equal(timeout < 0, deadline_ms == 0);
		assert_int_equal(apart_plan_take(making, ret_plan, NULL), -EAGAIN);
		(void)poll(&fd, 1, timeout < 0 ? PATIENCE_MS : timeout);
	} while (apart_plan_dispatch(making));
	assert_false(apart_plan_dispatch(making));
	return apart_plan_take(making, ret_plan, why);
}

static void assert_same_step(const struct step *got, const struct step *wanted)
{
	assert_string_equal(got->class_name, wanted->class_name);
	assert_string_equal(got->what, wanted->what);
	assert_int_equal(got->risk, wanted->risk);
	assert_int_equal(got->policy, wanted->policy);
	assert_int_equal(got->leaves_nothing, wanted->leaves_nothing);
	assert_int_equal(got->argument_count, wanted->argument_count);
	for (size_t i = 0; i < wanted->argument_count; i++)
		assert_string_equal(step_get(got, wanted->arguments[i].name),
				    wanted->arguments[i].value);
}

static void every_part_comes_back(void **state)
{
	_cleanup_plan_ struct plan *wanted = NULL, *plan = NULL;
	char name[] = "web01";

	(void)state;
	assert_int_equal(make_full(name, &wanted, NULL), 0);
	assert_int_equal(make(make_full, name, 0, &plan, NULL), 0);
	assert_string_equal(plan->action, wanted->action);
	assert_string_equal(plan->summary, "Mount web01 caf\xe9");
	assert_int_equal(plan->count, 2);
	for (size_t i = 0; i < wanted->count; i++)
		assert_same_step(plan->steps[i], wanted->steps[i]);
	assert_int_equal(plan->notes.count, 2);
	assert_string_equal(plan->notes.items[1], "A note of \xff.");
	assert_true(plan->is_partial && plan->needs_no_question);
	assert_true(plan->is_undo);
	assert_true(plan->has_journal_mark);
	assert_int_equal(plan->journal_mark, 1234);
}

static void empty_plan_comes_back(void **state)
{
	_cleanup_plan_ struct plan *plan = NULL;

	(void)state;
	assert_int_equal(make(make_empty, NULL, PATIENCE_MS, &plan, NULL), 0);
	assert_int_equal(plan->count, 0);
	assert_null(plan->summary);
	assert_false(plan->is_partial || plan->needs_no_question);
	assert_false(plan->is_undo);
	assert_false(plan->has_journal_mark);
}

static void problem_comes_back(void **state)
{
	_cleanup_problem_ struct problem why = {0}, silent = {0};
	struct plan *plan = NULL;

	(void)state;
	assert_int_equal(make(refuse, NULL, 0, &plan, &why), -ENOTUNIQ);
	assert_null(plan);
	assert_int_equal(why.error, -ENOTUNIQ);
	assert_string_equal(why.what, "systems");
	assert_string_equal(why.why, "there are several \xff");
	assert_string_equal(why.next, "Name one.");
	assert_int_equal(make(refuse_silently, NULL, 0, &plan, &silent), -ENOMEM);
	assert_non_null(silent.why);
}

static void death_is_told(void **state)
{
	_cleanup_problem_ struct problem why = {0};
	struct plan *plan = NULL;

	(void)state;
	assert_int_equal(make(crash, NULL, 0, &plan, &why), -EIO);
	assert_null(plan);
	assert_non_null(strstr(why.why, "signal 11"));
	assert_non_null(why.next);
}

static void deadline_is_kept(void **state)
{
	_cleanup_problem_ struct problem why = {0};
	struct plan *plan = NULL;

	(void)state;
	assert_int_equal(make(hang, NULL, 50, &plan, &why), -ETIMEDOUT);
	assert_null(plan);
	assert_non_null(strstr(why.next, "refloat disks"));
}

static void giving_up_leaves_nothing(void **state)
{
	struct apart_plan *making = NULL;

	(void)state;
	assert_int_equal(apart_plan_start(hang, NULL, 0, &making, NULL), 0);
	assert_null(apart_plan_free(making));
}

static struct plan *parse(const char *text)
{
	_cleanup_json_ struct json_object *object = NULL;

	if (json_parse(text, strlen(text), &object, NULL) < 0)
		fail_msg("no JSON: %s", text);
	return plan_from_json(object);
}

static void what_is_no_plan_is_refused(void **state)
{
	static const char *const texts[] = {
		"[]",
		"{}",
		"{\"action\":\"mount\"}",
		"{\"action\":\"mount\",\"steps\":{}}",
		"{\"action\":1,\"steps\":[]}",
		"{\"steps\":[]}",
		"{\"action\":\"mount\",\"steps\":[null]}",
		"{\"action\":\"mount\",\"steps\":[{\"class\":\"a\",\"what\":\"A\",\"risk\":0},{}]}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct plan *plan = parse(texts[i]);

		if (plan)
			fail_msg("taken for a plan: %s", texts[i]);
	}
}

static void plans_are_bounded(void **state)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	_cleanup_free_ char *line = NULL;

	(void)state;
	text_buffer_add_text(&text, "{\"action\":\"mount\",\"steps\":[");
	for (int i = 0; i < 100001; i++)
		text_buffer_format(&text, "%s{\"class\":\"a\",\"what\":\"A\",\"risk\":0}",
				   i ? "," : "");
	text_buffer_add_text(&text, "]}");
	line = text_buffer_take(&text);
	assert_null(parse(line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_comes_back),
		cmocka_unit_test(empty_plan_comes_back),
		cmocka_unit_test(problem_comes_back),
		cmocka_unit_test(death_is_told),
		cmocka_unit_test(deadline_is_kept),
		cmocka_unit_test(giving_up_leaves_nothing),
		cmocka_unit_test(what_is_no_plan_is_refused),
		cmocka_unit_test(plans_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
