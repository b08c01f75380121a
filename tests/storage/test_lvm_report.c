/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lvm reports becomes tables of device-mapper: plain, striped, mirrored, with parts missing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "storage/lvm_report.h"
#include "storage/mapping.h"

#define MIB "1048576"

/* A group of extents of 4 MiB on two devices; SEGMENTS are its parts as lvm says them. */
static void report_new(struct lvm_report *report, const char *volumes, const char *segments)
{
	_cleanup_free_ char *text = text_format(
		"{\"report\": [{\"vg\": [{\"vg_name\": \"vg-0\", \"vg_uuid\": \"g-u\", "
		"\"vg_extent_size\": \"4194304\", \"vg_missing_pv_count\": \"0\"}], "
		"\"pv\": [{\"pv_name\": \"/dev/loop0\", \"pv_uuid\": \"a\", \"pe_start\": \"" MIB "\"}, "
		"{\"pv_name\": \"/dev/loop1\", \"pv_uuid\": \"b\", \"pe_start\": \"" MIB "\"}], "
		"\"lv\": [%s], \"seg\": [%s]}]}", volumes, segments);

	assert_int_equal(lvm_report_parse(text, strlen(text), report), 0);
	assert_int_equal(report->count, 1);
}

/* The table of volume "root" in lines, as dmsetup would take them; or the error's name. */
static char *table_of(const char *volumes, const char *segments, bool *is_degraded)
{
	_cleanup_lvm_report_ struct lvm_report report = {0};
	_cleanup_(dm_table_done) struct dm_table table = {0};
	_cleanup_text_list_ struct text_list lines = {0};
	int r;

	report_new(&report, volumes, segments);
	r = lvm_volume_table(&report.groups[0], "root", &table, is_degraded);
	if (r < 0)
		return text_copy(strerrorname_np(-r));
	for (size_t i = 0; i < table.count; i++)
		text_list_format(&lines, "%lu %lu %s %s", (unsigned long)table.targets[i].start,
				 (unsigned long)table.targets[i].length, table.targets[i].type,
				 table.targets[i].parameters);
	return text_list_join(&lines, "\n");
}

#define SEGMENT(volume, type, start, size, stripe, devices)                                        \
	"{\"lv_name\": \"" volume "\", \"segtype\": \"" type "\", \"seg_start\": \"" start "\", "  \
	"\"seg_size\": \"" size "\", \"stripe_size\": \"" stripe "\", \"devices\": \"" devices "\"}"

#define ROOT "{\"lv_name\": \"root\", \"lv_uuid\": \"r\", \"lv_size\": \"8388608\", \"lv_role\": \"public\"}"

static const struct {
	const char *name;
	const char *segments;
	const char *table;
	bool is_degraded;
} cases[] = {
	{"one segment",
	 SEGMENT("root", "linear", "0", "8388608", "0", "/dev/loop0(5)"),
	 "0 16384 linear /dev/loop0 43008", false},
	{"two segments, the second one first",
	 SEGMENT("root", "linear", "4194304", "4194304", "0", "/dev/loop1(0)") ", "
	 SEGMENT("root", "linear", "0", "4194304", "0", "/dev/loop0(1)"),
	 "0 8192 linear /dev/loop0 10240\n8192 8192 linear /dev/loop1 2048", false},
	{"striped",
	 SEGMENT("root", "striped", "0", "8388608", "65536", "/dev/loop0(0),/dev/loop1(2)"),
	 "0 16384 striped 2 128 /dev/loop0 2048 /dev/loop1 18432", false},
	{"RAID1 through its first half",
	 SEGMENT("root", "raid1", "0", "8388608", "0", "root_rimage_0(0),root_rimage_1(0)") ", "
	 SEGMENT("[root_rimage_0]", "linear", "0", "8388608", "0", "/dev/loop0(1)") ", "
	 SEGMENT("[root_rimage_1]", "linear", "0", "8388608", "0", "/dev/loop1(1)"),
	 "0 16384 linear /dev/loop0 10240", false},
	{"RAID1 whose first half is missing",
	 SEGMENT("root", "raid1", "0", "8388608", "0", "root_rimage_0(0),root_rimage_1(0)") ", "
	 SEGMENT("[root_rimage_0]", "linear", "0", "8388608", "0", "[unknown](1)") ", "
	 SEGMENT("[root_rimage_1]", "linear", "0", "8388608", "0", "/dev/loop1(1)"),
	 "0 16384 linear /dev/loop1 10240", true},
	{"a mirror whose second half is missing",
	 SEGMENT("root", "mirror", "0", "8388608", "0", "root_mimage_0(0),root_mimage_1(0)") ", "
	 SEGMENT("[root_mimage_0]", "linear", "0", "8388608", "0", "/dev/loop0(1)") ", "
	 SEGMENT("[root_mimage_1]", "linear", "0", "8388608", "0", "[unknown](1)"),
	 "0 16384 linear /dev/loop0 10240", true},
	{"a physical volume is missing",
	 SEGMENT("root", "linear", "0", "8388608", "0", "[unknown](5)"), "ENXIO", false},
	{"a physical volume that is not listed",
	 SEGMENT("root", "linear", "0", "8388608", "0", "/dev/loop7(5)"), "ENXIO", false},
	{"thin", SEGMENT("root", "thin", "0", "8388608", "0", ""), "EOPNOTSUPP", false},
	{"RAID5", SEGMENT("root", "raid5", "0", "8388608", "65536", "a(0),b(0),c(0)"), "EOPNOTSUPP",
	 false},
	{"a gap",
	 SEGMENT("root", "linear", "4194304", "4194304", "0", "/dev/loop0(5)"), "EBADMSG", false},
	{"a volume in itself",
	 SEGMENT("root", "raid1", "0", "8388608", "0", "root(0)"), "EBADMSG", false},
	{"an extent beyond all numbers",
	 SEGMENT("root", "linear", "0", "8388608", "0", "/dev/loop0(18446744073709551615)"),
	 "EBADMSG", false},
	{"no number", SEGMENT("root", "linear", "0", "8388608", "0", "/dev/loop0(x)"), "EBADMSG",
	 false},
	{"no segment", "", "ENXIO", false},
};

static void tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool is_degraded = false;
		_cleanup_free_ char *table = table_of(ROOT, cases[i].segments, &is_degraded);

		if (strcmp(table, cases[i].table) != 0 || is_degraded != cases[i].is_degraded)
			fail_msg("%s: %s%s", cases[i].name, table, is_degraded ? ", degraded" : "");
	}
}

/* What the segments of a snapshot hold are the changes, not the contents. */
static void snapshot_is_for_lvm(void **state)
{
	bool is_degraded;
	_cleanup_free_ char *table = table_of(
		"{\"lv_name\": \"root\", \"lv_role\": \"public,snapshot,thicksnapshot\"}",
		SEGMENT("root", "linear", "0", "8388608", "0", "/dev/loop0(5)"), &is_degraded);

	(void)state;
	assert_string_equal(table, "EOPNOTSUPP");
}

static void nodes_of_volumes(void **state)
{
	_cleanup_lvm_report_ struct lvm_report report = {0};
	_cleanup_text_list_ struct text_list mirrored = {0}, thin = {0};
	_cleanup_free_ char *joined = NULL;

	(void)state;
	report_new(&report, ROOT,
		   SEGMENT("root", "raid1", "0", "1", "0", "root_rimage_0(0),root_rimage_1(0)") ", "
		   SEGMENT("[root_rimage_0]", "linear", "0", "1", "0", "/dev/loop1(1)") ", "
		   SEGMENT("[root_rimage_1]", "linear", "0", "1", "0", "/dev/loop0(1)") ", "
		   SEGMENT("home", "thin", "0", "1", "0", ""));
	lvm_volume_nodes(&report.groups[0], "root", &mirrored);
	joined = text_list_join(&mirrored, " ");
	assert_string_equal(joined, "/dev/loop1 /dev/loop0");
	lvm_volume_nodes(&report.groups[0], "home", &thin); /* it may lie on any */
	assert_int_equal(thin.count, 2);
}

static void names_double_their_dashes(void **state)
{
	_cleanup_free_ char *name = lvm_mapping_name("web-01", "root-fs");

	(void)state;
	assert_string_equal(name, "web--01-root--fs");
}

static void nonsense_is_refused(void **state)
{
	static const char *const texts[] = {"", "[]x", "{\"report\": 5}", "{\"report\": [5, null]}",
					    "{\"report\": [{\"vg\": [{}]}]}",
					    "{\"report\": [{\"vg\": \"vg\", \"lv\": [[]]}]}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_lvm_report_ struct lvm_report report = {0};

		(void)lvm_report_parse(texts[i], strlen(texts[i]), &report); /* refused or empty */
		assert_int_equal(report.count, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables),
		cmocka_unit_test(snapshot_is_for_lvm),
		cmocka_unit_test(nodes_of_volumes),
		cmocka_unit_test(names_double_their_dashes),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
