/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps and plans: arguments, JSON both ways, risk, shell lines, steps that undo others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "file_steps.h"
#include "plan/plan.h"

static struct step *parse_step(const char *text)
{
	_cleanup_json_ struct json_object *object = NULL;

	if (json_parse(text, strlen(text), &object, NULL) < 0)
		fail_msg("no JSON: %s", text);
	return step_from_json(object);
}

static void arguments_are_set_and_removed(void **state)
{
	struct step *step = step_new("file", RISK_READS, STEP_REQUIRED, "Make %s", "it");

	(void)state;
	assert_null(step_get(step, "a"));
	step_set(step, "a", NULL);
	step_set(step, "a", "1");
	step_set(step, "b", "2");
	step_set(step, "a", "3");
	assert_string_equal(step_get(step, "a"), "3");
	assert_int_equal(step->argument_count, 2);
	step_set(step, "a", NULL);
	assert_null(step_get(step, "a"));
	assert_string_equal(step_get(step, "b"), "2");
	assert_string_equal(step->what, "Make it");
	(void)step_free(step);
}

static void step_survives_json(void **state)
{
	struct step *step = step_new("mount", RISK_WRITES, STEP_OPTIONAL, "Mount %s", "caf\xe9");
	struct step *copy;
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_free_ char *line = NULL;

	(void)state;
	step_set(step, "source", "/srv/with space\nand \"quotes\" \\ \x01");
	step_set(step, "bytes", "\xff\xfe not UTF-8");
	step_set(step, "empty", "");
	step->leaves_nothing = true;
	step->is_temporary = true;
	object = step_to_json(step);
	line = json_format_line(object);
	assert_null(strchr(line, '\n'));
	copy = parse_step(line);
	assert_non_null(copy);
	assert_string_equal(copy->class_name, "mount");
	assert_string_equal(copy->what, "Mount caf\xe9");
	assert_int_equal(copy->risk, RISK_WRITES);
	assert_int_equal(copy->policy, STEP_OPTIONAL);
	assert_true(copy->leaves_nothing);
	assert_true(copy->is_temporary);
	assert_int_equal(copy->argument_count, 3);
	for (size_t i = 0; i < step->argument_count; i++)
		assert_string_equal(step_get(copy, step->arguments[i].name),
				    step->arguments[i].value);
	(void)step_free(step);
	(void)step_free(copy);
}

static void what_is_no_step_is_refused(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"\"step\"",
		"{\"class\":\"mount\"}",
		"{\"what\":\"Mount\"}",
		"{\"class\":7,\"what\":\"Mount\",\"risk\":0}",
		"{\"class\":\"mount\",\"what\":\"Mount\",\"risk\":4}",
		"{\"class\":\"mount\",\"what\":\"Mount\",\"risk\":18446744073709551615}",
		"{\"class\":\"mount\",\"what\":{\"base32\":\"\"},\"risk\":0}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct step *step = parse_step(texts[i]);

		if (step)
			fail_msg("taken for a step: %s", texts[i]);
	}
}

static void strange_steps_are_bounded(void **state)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	_cleanup_free_ char *line = NULL;
	struct step *step;

	(void)state;
	/* a missing risk is the highest one */
	step = parse_step("{\"class\":\"x\",\"what\":\"y\",\"arguments\":{\"a\":1,\"b\":\"c\"}}");
	assert_non_null(step);
	assert_int_equal(step->risk, RISK_DESTROYS);
	assert_null(step_get(step, "a"));
	assert_string_equal(step_get(step, "b"), "c");
	(void)step_free(step);

	text_buffer_add_text(&text, "{\"class\":\"x\",\"what\":\"y\",\"arguments\":{");
	for (int i = 0; i < 5000; i++)
		text_buffer_format(&text, "\"n%d\":\"v\",", i);
	text_buffer_add_text(&text, "\"last\":\"v\"}}");
	line = text_buffer_take(&text);
	step = parse_step(line);
	assert_non_null(step);
	assert_true(step->argument_count <= 64);
	(void)step_free(step);
}

static void plan_has_the_highest_risk(void **state)
{
	_cleanup_plan_ struct plan *plan = plan_new("test");

	(void)state;
	assert_int_equal(plan_risk(plan), RISK_READS);
	plan_add(plan, step_new("a", RISK_SYSTEM, STEP_REQUIRED, "a"));
	plan_add(plan, step_new("b", RISK_DESTROYS, STEP_OPTIONAL, "b"));
	plan_add(plan, step_new("c", RISK_WRITES, STEP_REQUIRED, "c"));
	assert_int_equal(plan_risk(plan), RISK_DESTROYS);
	assert_string_equal(step_risk_name(plan_risk(plan)), "destroys");
}

static void what_is_destroyed_is_named(void **state)
{
	_cleanup_plan_ struct plan *plan = plan_new("test");
	static const char *const names[] = {"sda1", "md\033[2J", "sda1", NULL};
	_cleanup_free_ char *shown = NULL;

	(void)state;
	plan_add(plan, step_new("a", RISK_WRITES, STEP_REQUIRED, "a"));
	step_set(plan->steps[0], "name", "sdz");
	assert_null(plan_list_destroyed(plan));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		plan_add(plan, step_new("b", RISK_DESTROYS, STEP_REQUIRED, "b"));
		step_set(plan->steps[plan->count - 1], "name", names[i]);
	}
	shown = plan_list_destroyed(plan);
	assert_string_equal(shown, "sda1 md\\x1B[2J test");
}

static void class_is_found_and_prints(void **state)
{
	_cleanup_plan_ struct plan *plan = plan_new("test");
	_cleanup_text_list_ struct text_list lines = {0};

	(void)state;
	assert_non_null(step_class_find(file_step_classes, "look"));
	assert_null(step_class_find(file_step_classes, "loo"));
	file_steps_add(plan, "file", STEP_REQUIRED, "/tmp/a folder", "f");
	file_steps_add(plan, "unheard-of", STEP_REQUIRED, "/tmp", "f");
	step_command(file_step_classes, plan->steps[0], &lines);
	step_command(file_step_classes, plan->steps[1], &lines);
	assert_int_equal(lines.count, 1);
	assert_string_equal(lines.items[0], "touch '/tmp/a folder/f'");
}

static void undoing_step_carries_the_step(void **state)
{
	_cleanup_plan_ struct plan *plan = plan_new("test"), *undoing = plan_new("undo");
	_cleanup_text_list_ struct text_list lines = {0};
	unsigned operation = 0, number = 0;
	struct step *undone;

	(void)state;
	file_steps_add(plan, "file", STEP_REQUIRED, "/tmp/\xff", "f");
	assert_null(step_get_undone(plan->steps[0], &operation, &number));
	plan_add(undoing, step_new_undo(file_step_classes, 3, 2, plan->steps[0]));
	step_command(file_step_classes, undoing->steps[0], &lines);
	assert_int_equal(lines.count, 1);
	assert_memory_equal(lines.items[0], "rm ", 3);
	undone = step_get_undone(undoing->steps[0], &operation, &number);
	assert_non_null(undone);
	assert_int_equal(operation, 3);
	assert_int_equal(number, 2);
	assert_string_equal(step_get(undone, "path"), "/tmp/\xff/f");
	(void)step_free(undone);

	step_set(undoing->steps[0], "number", "99999999999");
	assert_null(step_get_undone(undoing->steps[0], &operation, &number));
	step_set(undoing->steps[0], "number", "2");
	step_set(undoing->steps[0], "step", "{\"class\":");
	assert_null(step_get_undone(undoing->steps[0], &operation, &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_are_set_and_removed),
		cmocka_unit_test(step_survives_json),
		cmocka_unit_test(what_is_no_step_is_refused),
		cmocka_unit_test(strange_steps_are_bounded),
		cmocka_unit_test(plan_has_the_highest_risk),
		cmocka_unit_test(what_is_destroyed_is_named),
		cmocka_unit_test(class_is_found_and_prints),
		cmocka_unit_test(undoing_step_carries_the_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
