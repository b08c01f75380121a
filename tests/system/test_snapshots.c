/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A system on a snapshot of another volume is meant only where that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/text.h"
#include "storage/machine.h"
#include "system/system.h"

#define UUID "7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e01"

static void add_volume(struct machine *machine, const char *name, bool is_snapshot)
{
	struct device *device = device_new(DEVICE_LVM, name);

	device->is_snapshot = is_snapshot;
	device->content.uuid = text_copy(UUID);
	machine_add(machine, device);
}

static void add_system(struct survey *survey, const char *device, const char *host)
{
	struct system *system = system_new();

	system->id = text_copy(device);
	system->device = text_copy(device);
	system->hostname = text_copy(host);
	survey->systems[survey->system_count++] = system;
}

static struct survey *make_survey(void)
{
	struct survey *survey = alloc_zero(1, sizeof(*survey));

	survey->systems = alloc_zero(4, sizeof(*survey->systems));
	return survey;
}

static void assert_found(const struct survey *survey, const struct machine *machine,
			 const char *text, const char *wanted)
{
	bool is_ambiguous;
	const struct system *system = survey_find(survey, machine, text, &is_ambiguous);

	if (wanted) {
		assert_non_null(system);
		assert_string_equal(system->id, wanted);
	} else {
		assert_null(system);
	}
	assert_int_equal(is_ambiguous, !wanted);
}

static void the_volume_is_meant(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	_cleanup_survey_ struct survey *survey = make_survey();

	(void)state;
	add_volume(machine, "vg0-before", true);
	add_volume(machine, "vg0-root", false);
	add_system(survey, "vg0-before", "web01");
	add_system(survey, "vg0-root", "web01");
	assert_true(system_is_snapshot(survey->systems[0], machine));
	assert_false(system_is_snapshot(survey->systems[1], machine));
	assert_found(survey, machine, "web01", "vg0-root");
	assert_found(survey, machine, "UUID=" UUID, "vg0-root");
	assert_found(survey, machine, "vg0-before", "vg0-before");
}

static void two_volumes_or_two_snapshots_are_ambiguous(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	_cleanup_survey_ struct survey *survey = make_survey();

	(void)state;
	add_volume(machine, "vg0-monday", true);
	add_system(survey, "vg0-monday", "web01");
	assert_found(survey, machine, "web01", "vg0-monday");
	add_volume(machine, "vg0-tuesday", true);
	add_system(survey, "vg0-tuesday", "web01");
	assert_found(survey, machine, "web01", NULL);
	add_volume(machine, "vg0-root", false);
	add_system(survey, "vg0-root", "web01");
	assert_found(survey, machine, "web01", "vg0-root");
	add_volume(machine, "vg1-root", false);
	add_system(survey, "vg1-root", "web01");
	assert_found(survey, machine, "web01", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_volume_is_meant),
		cmocka_unit_test(two_volumes_or_two_snapshots_are_ambiguous),
	};

	return cmocka_run_group_tests_name("snapshots", tests, NULL, NULL);
}
