/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What smartctl prints of ATA, NVMe and SCSI disks is judged; a recorded machine's disks are found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "scratch.h"
#include "storage/health.h"

#define ATTRIBUTE(id, name, failed, prefailure, raw)                                               \
	"{\"id\":" #id ",\"name\":\"" name "\",\"value\":100,\"worst\":100,\"thresh\":10,"         \
	"\"when_failed\":\"" failed "\",\"flags\":{\"prefailure\":" #prefailure "},"               \
	"\"raw\":{\"value\":" #raw ",\"string\":\"" #raw "\"}}"
#define ATA(passed, attributes)                                                                    \
	"{\"device\":{\"protocol\":\"ATA\"},\"smart_status\":{\"passed\":" #passed "},"            \
	"\"ata_smart_attributes\":{\"table\":[" attributes "]}}"
#define NVME(values)                                                                               \
	"{\"device\":{\"protocol\":\"NVMe\"},\"smart_status\":{\"passed\":true},"                  \
	"\"nvme_smart_health_information_log\":{" values "}}"

static const struct {
	const char *name;
	const char *text;
	enum health_verdict verdict;
	const char *reasons; /* joined by "; " */
} cases[] = {
	{"ATA, all well", ATA(true, ATTRIBUTE(5, "Reallocated_Sector_Ct", "", true, 0)),
	 HEALTH_GOOD, ""},
	{"ATA, its own word", ATA(false, ATTRIBUTE(5, "Reallocated_Sector_Ct", "", true, 0)),
	 HEALTH_FAILING, "it says of itself that it is failing"},
	{"ATA, replaced and pending",
	 ATA(true, ATTRIBUTE(5, "Reallocated_Sector_Ct", "", true, 3) "," ATTRIBUTE(
			   197, "Current_Pending_Sector", "", false,
			   8) "," ATTRIBUTE(198, "Offline_Uncorrectable", "", false, 1)),
	 HEALTH_DOUBTFUL,
	 "sectors that were replaced by spare ones: 3; sectors that could not be read and wait to "
	 "be replaced: 8; sectors that could not be read in the disk's own test: 1"},
	{"ATA, many pending", ATA(true, ATTRIBUTE(197, "Current_Pending_Sector", "", false, 4000)),
	 HEALTH_FAILING, "sectors that could not be read and wait to be replaced: 4000"},
	{"ATA, another figure above the count",
	 ATA(true, ATTRIBUTE(5, "Reallocated_Sector_Ct", "", true, 8589934592)), HEALTH_GOOD, ""},
	{"ATA, below the limit now", ATA(true, ATTRIBUTE(1, "Raw_Read_Error_Rate", "now", true, 7)),
	 HEALTH_FAILING, "its figure Raw_Read_Error_Rate is below its limit"},
	{"ATA, old age below the limit",
	 ATA(true, ATTRIBUTE(9, "Power_On_Hours", "now", false, 99999)), HEALTH_DOUBTFUL,
	 "its figure Power_On_Hours is below its limit"},
	{"ATA, below the limit once",
	 ATA(true, ATTRIBUTE(190, "Airflow\\u001b[2J", "past", false, 50)), HEALTH_DOUBTFUL,
	 "its figure Airflow\\x1B[2J was below its limit once"},
	{"NVMe, all well",
	 NVME("\"critical_warning\":0,\"available_spare\":100,\"available_spare_threshold\":10,"
	      "\"percentage_used\":12,\"media_errors\":0"),
	 HEALTH_GOOD, ""},
	{"NVMe, unreliable and read-only", NVME("\"critical_warning\":12"), HEALTH_FAILING,
	 "it has become unreliable by its own word; it can only be read any more"},
	{"NVMe, little spare",
	 NVME("\"critical_warning\":0,\"available_spare\":4,\"available_spare_threshold\":10"),
	 HEALTH_FAILING, "4% of its spare memory is left"},
	{"NVMe, spare said once",
	 NVME("\"critical_warning\":1,\"available_spare\":4,\"available_spare_threshold\":10"),
	 HEALTH_FAILING, "its spare memory is used up"},
	{"NVMe, hot", NVME("\"critical_warning\":2"), HEALTH_DOUBTFUL, "it is too hot or too cold"},
	{"NVMe, errors and wear", NVME("\"media_errors\":2,\"percentage_used\":130"),
	 HEALTH_DOUBTFUL,
	 "data could not be read or written 2 times; it is worn: 130% of the life it was made for"},
	{"SCSI, all well",
	 "{\"device\":{\"protocol\":\"SCSI\"},\"smart_status\":{\"passed\":true},"
	 "\"scsi_grown_defect_list\":0}",
	 HEALTH_GOOD, ""},
	{"SCSI, defects",
	 "{\"smart_status\":{\"passed\":true},\"scsi_grown_defect_list\":17,"
	 "\"scsi_error_counter_log\":{\"read\":{\"total_uncorrected_errors\":1}}}",
	 HEALTH_DOUBTFUL, "17 places were found defect since it was made; 1 read failed"},
	{"no SMART", "{\"smartctl\":{\"exit_status\":4}}", HEALTH_UNKNOWN,
	 "it tells nothing of its health (no SMART)"},
	{"smartctl's own words",
	 "{\"smartctl\":{\"messages\":[{\"string\":\"Device is in STANDBY mode, exit(2)\","
	 "\"severity\":\"information\"}]}}",
	 HEALTH_UNKNOWN, "smartctl says: Device is in STANDBY mode, exit(2)"},
	{"no JSON", "smartctl 5.0 knows no JSON", HEALTH_UNKNOWN,
	 "what smartctl printed cannot be read"},
	{"other JSON", "[1,2,3]", HEALTH_UNKNOWN, "what smartctl printed cannot be read"},
	{"wrong kinds", "{\"smart_status\":[],\"ata_smart_attributes\":{\"table\":{}}}",
	 HEALTH_UNKNOWN, "it tells nothing of its health (no SMART)"},
};

static void figures_are_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_health_ struct health health = {0};
		_cleanup_free_ char *reasons = NULL;

		health_judge(cases[i].text, strlen(cases[i].text), &health);
		reasons = text_list_join(&health.reasons, "; ");
		if (health.verdict != cases[i].verdict || strcmp(reasons, cases[i].reasons) != 0)
			fail_msg("%s: %s: %s", cases[i].name, health_verdict_name(health.verdict),
				 reasons);
	}
}

/* A recorded machine with a mirror of two disks, whose health is in FOLDER. */
static struct machine *make_machine(const char *folder)
{
	struct machine *machine = machine_new(MACHINE_RECORDED);
	struct device *good = device_new(DEVICE_DISK, "sda");
	struct device *bad = device_new(DEVICE_DISK, "cciss/c0d0");
	struct device *array = device_new(DEVICE_MD, "md0");

	machine->sysroot = text_copy(folder);
	device_link(good, array);
	device_link(bad, array);
	machine_add(machine, good);
	machine_add(machine, bad);
	machine_add(machine, array);
	return machine;
}

static void the_worst_disk_below_counts(void **state)
{
	_cleanup_free_ char *folder = folder_make();
	_cleanup_machine_ struct machine *machine = make_machine(folder);
	_cleanup_health_ struct health health = {0}, single = {0}, none = {0};

	(void)state;
	scratch_do("mkdir -p %s/refloat/smart", folder);
	scratch_do("echo '%s' > %s/refloat/smart/sda.json",
		   ATA(true, ATTRIBUTE(5, "Reallocated_Sector_Ct", "", true, 0)), folder);
	scratch_do("echo '%s' > '%s/refloat/smart/cciss!c0d0.json'",
		   ATA(true, ATTRIBUTE(197, "Current_Pending_Sector", "", true, 5)), folder);
	health_read(machine, machine_find(machine, "md0"), 1000, &health);
	assert_int_equal(health.verdict, HEALTH_DOUBTFUL);
	assert_int_equal(health.reasons.count, 1);
	assert_string_equal(health.reasons.items[0], "cciss/c0d0: sectors that could not be read "
						     "and wait to be replaced: 5");
	health_read(machine, machine_find(machine, "sda"), 1000, &single);
	assert_int_equal(single.verdict, HEALTH_GOOD);
	scratch_do("rm %s/refloat/smart/sda.json", folder);
	health_read(machine, machine_find(machine, "sda"), 1000, &none);
	assert_int_equal(none.verdict, HEALTH_UNKNOWN);
	assert_string_equal(none.reasons.items[0], "its health was not recorded");
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_judged),
		cmocka_unit_test(the_worst_disk_below_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
