/* SPDX-License-Identifier: GPL-3.0-or-later */
/* md superblocks of all versions are read for what they say; damaged ones for nothing. */
#include <errno.h>
#include <linux/raid/md_p.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "raid_build.h"
#include "scratch.h"
#include "storage/array.h"
#include "storage/raid_format.h"

#define UUID "10111213:14151617:18191a1b:1c1d1e1f"

static const struct raid_build mirror = {
	.version = "1.2",
	.name = "web01:root",
	.level = 1,
	.member_sectors = 8192,
	.places = 2,
	.roles = {0, 1},
	.device_count = 2,
	.number = 1,
	.events = 0x100000012,
	.updated = 1763721600,
	.created = 1700000000,
	.minor = 3,
};

/* The member that BUILD makes; NULL where it is read as none; *RET_ERROR says why. */
static struct raid_member *read_build(const struct raid_build *build, int *ret_error)
{
	_cleanup_close_ int fd = raid_build_open(build);
	struct raid_member *raid = NULL;

	*ret_error = raid_member_read(fd, 0, BUILD_SIZE, &raid);
	return raid;
}

static struct raid_member *must_read(const struct raid_build *build)
{
	int error;
	struct raid_member *raid = read_build(build, &error);

	assert_int_equal(error, 0);
	return raid;
}

static const char *const versions[] = {"0.90", "1.0", "1.1", "1.2"};

static void every_version_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct raid_build build = mirror;
		struct raid_member *raid;

		build.version = versions[i];
		raid = must_read(&build);
		assert_string_equal(raid->version, versions[i]);
		assert_string_equal(raid->array_uuid, UUID);
		assert_string_equal(raid->level, "raid1");
		assert_string_equal(raid->slots, "AA");
		assert_int_equal(raid->role, 1);
		assert_int_equal(raid->place_count, 2);
		assert_true(raid->events == 0x100000012);
		assert_int_equal(raid->updated, 1763721600);
		assert_int_equal(raid->array_size, 8192 * 512);
		assert_true(raid->is_clean);
		assert_false(raid->is_reshaping || raid->is_recovering);
		assert_null(raid->hindrance);
		if (i == 0) {
			assert_null(raid->device_uuid);
			assert_string_equal(raid->name, "");
			assert_int_equal(raid->minor, 3);
		} else {
			assert_string_equal(raid->device_uuid,
					    "a1a1a1a1:a1a1a1a1:a1a1a1a1:a1a1a1a1");
			assert_string_equal(raid->name, "web01:root");
			assert_int_equal(raid->data_offset, 1 << 20);
		}
		raid_member_free(raid);
	}
}

/* Written by a machine of the other byte order: read, and said. */
static void the_other_byte_order_is_read(void **state)
{
	struct raid_build build = mirror;
	struct raid_member *raid;

	(void)state;
	build.version = "0.90";
	build.is_big_endian = true;
	raid = must_read(&build);
	assert_string_equal(raid->array_uuid, UUID);
	assert_true(raid->events == 0x100000012);
	assert_string_equal(raid->slots, "AA");
	assert_non_null(strstr(raid->hindrance, "byte order"));
	raid_member_free(raid);
}

static void roles_are_told(void **state)
{
	static const struct {
		uint16_t role;
		int expected;
	} cases[] = {
		{0, 0},
		{MD_DISK_ROLE_SPARE, RAID_ROLE_SPARE},
		{MD_DISK_ROLE_FAULTY, RAID_ROLE_FAULTY},
		{MD_DISK_ROLE_JOURNAL, RAID_ROLE_JOURNAL},
		{77, RAID_ROLE_SPARE}, /* no such place */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct raid_build build = mirror;
		struct raid_member *raid;

		build.roles[1] = cases[i].role;
		build.roles[0] = MD_DISK_ROLE_FAULTY;
		raid = must_read(&build);
		assert_int_equal(raid->role, cases[i].expected);
		assert_string_equal(raid->slots, cases[i].role == 0 ? "A." : "..");
		raid_member_free(raid);
		if (cases[i].role == MD_DISK_ROLE_JOURNAL)
			continue; /* there is none in version 0.90 */
		build.version = "0.90";
		if (cases[i].role == 77)
			continue;
		raid = must_read(&build);
		assert_int_equal(raid->role, cases[i].expected);
		assert_string_equal(raid->slots, cases[i].role == 0 ? "A." : "..");
		raid_member_free(raid);
	}
}

static void states_are_told(void **state)
{
	struct raid_build build = mirror;
	struct raid_member *raid;

	(void)state;
	build.is_dirty = true;
	build.roles[0] = build.roles[1] = 1; /* one replaces the other */
	build.level = 5;
	build.places = 3;
	build.device_count = 3;
	build.roles[2] = 2;
	build.features = MD_FEATURE_RECOVERY_OFFSET | MD_FEATURE_PPL | MD_FEATURE_JOURNAL |
			 MD_FEATURE_REPLACEMENT;
	raid = must_read(&build);
	assert_false(raid->is_clean);
	assert_true(raid->is_recovering && raid->has_parity_log && raid->wants_journal);
	assert_string_equal(raid->slots, ".RA");
	assert_null(raid->hindrance);
	raid_member_free(raid);
	build.version = "0.90";
	raid = must_read(&build);
	assert_false(raid->is_clean);
	raid_member_free(raid);
	build.version = "1.2";
	build.features = MD_FEATURE_CLUSTERED;
	raid = must_read(&build);
	assert_non_null(strstr(raid->hindrance, "cluster"));
	raid_member_free(raid);
	build.features = 1u << 30;
	raid = must_read(&build);
	assert_non_null(strstr(raid->hindrance, "0x40000000"));
	raid_member_free(raid);
}

/* From three devices to four and back; in version 0.90 the larger figure stands there. */
static void reshapes_are_told(void **state)
{
	static const struct {
		const char *version;
		uint32_t places;
		int32_t change;
		unsigned expected;
		uint64_t size; /* in members */
	} cases[] = {
		{"1.2", 4, 1, 4, 2},
		{"1.2", 3, -1, 4, 2},
		{"0.90", 4, 1, 4, 2},
		{"0.90", 4, -1, 4, 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct raid_build build = mirror;
		struct raid_member *raid;

		build.version = cases[i].version;
		build.level = 5;
		build.places = cases[i].places;
		build.change = cases[i].change;
		build.features = MD_FEATURE_RESHAPE_ACTIVE;
		raid = must_read(&build);
		assert_true(raid->is_reshaping);
		assert_int_equal(raid->place_count, cases[i].expected);
		assert_int_equal(strlen(raid->slots), cases[i].expected);
		assert_int_equal(raid->array_size, cases[i].size * 8192 * 512);
		raid_member_free(raid);
	}
}

static void levels_have_their_sizes(void **state)
{
	static const struct {
		int32_t level;
		uint32_t layout;
		uint32_t chunk;
		const char *name;
		uint64_t size; /* in sectors, with 4 members of 8200 */
	} cases[] = {
		{-5, 0, 0, "faulty", 8200},
		{-4, 0, 0, "multipath", 8200},
		{-1, 0, 0, "linear", 0},
		{0, 0, 128, "raid0", 0},
		{1, 0, 0, "raid1", 8200},
		{4, 0, 128, "raid4", 3 * 8192},
		{5, 2, 128, "raid5", 3 * 8192},
		{6, 2, 128, "raid6", 2 * 8192},
		{10, 0x102, 128, "raid10", 2 * 8192},
		{10, 0x201, 128, "raid10", 2 * 8192},
		{10, 0, 128, "raid10", 0}, /* nonsense */
		{77, 0, 128, "unknown", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct raid_build build = mirror;
		struct raid_member *raid;

		build.level = cases[i].level;
		build.layout = cases[i].layout;
		build.chunk_sectors = cases[i].chunk;
		build.member_sectors = 8200;
		build.places = 4;
		raid = must_read(&build);
		assert_string_equal(raid->level, cases[i].name);
		assert_int_equal(raid->array_size, cases[i].size * 512);
		assert_int_equal(raid->data_size, (uint64_t)(16384 - 2048) * 512);
		raid_member_free(raid);
	}
}

/* One bit wrong anywhere in what its sum covers. */
static void damage_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct raid_build build = mirror;
		uint64_t at = raid_build_place(versions[i]) * 512;

		build.version = versions[i];
		for (unsigned byte = 40; byte < 512; byte += 36) {
			_cleanup_close_ int fd = raid_build_open(&build);
			struct raid_member *raid = NULL;
			unsigned char value;

			assert_int_equal(pread(fd, &value, 1, (off_t)(at + byte)), 1);
			if (i > 0 && byte >= 144 && byte < 152)
				continue; /* where it stands: another answer */
			value ^= 0x10;
			assert_int_equal(pwrite(fd, &value, 1, (off_t)(at + byte)), 1);
			assert_int_equal(raid_member_read(fd, 0, BUILD_SIZE, &raid), -EBADMSG);
			assert_null(raid);
		}
	}
}

/* At the end of a partition that ends where the disk does: it is not the disk's. */
static void what_stands_elsewhere_is_not_taken(void **state)
{
	struct raid_build build = mirror;
	_cleanup_close_ int fd = -1;
	struct raid_member *raid = NULL;

	(void)state;
	build.version = "1.0";
	fd = raid_build_open(&build);
	assert_int_equal(raid_member_read(fd, 1 << 20, BUILD_SIZE - (1 << 20), &raid), -ENOENT);
	assert_int_equal(ftruncate(fd, 2 * BUILD_SIZE), 0);
	raid_build_write(&build, fd, BUILD_SIZE);
	assert_int_equal(raid_member_read(fd, 0, 2 * BUILD_SIZE, &raid), -ENOENT);
	assert_int_equal(raid_member_read(fd, BUILD_SIZE, BUILD_SIZE, &raid), 0);
	raid_member_free(raid);
}

/* A member that was used before keeps its old superblock at the other end. */
static void the_youngest_array_is_taken(void **state)
{
	for (int turn = 0; turn < 2; turn++) {
		struct raid_build first = mirror, second = mirror;
		struct raid_member *raid = NULL;
		_cleanup_close_ int fd = -1;

		(void)state;
		first.version = "0.90";
		first.created = turn ? 1800000000 : 1600000000;
		fd = raid_build_open(&first);
		raid_build_write(&second, fd, 0);
		assert_int_equal(raid_member_read(fd, 0, BUILD_SIZE, &raid), 0);
		assert_string_equal(raid->version, turn ? "0.90" : "1.2");
		raid_member_free(raid);
	}
}

static void small_and_empty_members_have_none(void **state)
{
	static const uint64_t sizes[] = {0, 1, 511, 512, 4096, 8191, 8192, 65536, 131072};
	struct raid_build build = mirror;
	_cleanup_close_ int fd = -1;
	struct raid_member *raid = NULL;

	(void)state;
	build.version = "1.0";
	fd = raid_build_open(&build);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		assert_int_equal(raid_member_read(fd, 0, sizes[i], &raid), -ENOENT);
	assert_int_equal(raid_member_read(fd, INT64_MAX, 8192, &raid), -EINVAL);
	assert_int_equal(raid_member_read(fd, 0, UINT64_MAX, &raid), -EINVAL);
	assert_int_equal(raid_member_read(-1, 0, BUILD_SIZE, &raid), -EBADF);
}

/* A name that fills its field has no NUL behind it. */
static void long_names_are_cut(void **state)
{
	struct raid_build build = mirror;
	struct raid_member *raid;

	(void)state;
	build.name = "0123456789012345678901234567890123456789";
	raid = must_read(&build);
	assert_string_equal(raid->name, "01234567890123456789012345678901");
	raid_member_free(raid);
}

/* What the test builds is what md writes: mdadm reads the same out of it. */
static void mdadm_reads_the_same(void **state)
{
	_cleanup_free_ char *folder = folder_make(), *program = scratch_shell("command -v mdadm");
	_cleanup_free_ char *file = text_format("%s/member", folder);
	bool is_there = program && *program;

	(void)state;
	for (size_t i = 0; is_there && i < ARRAY_SIZE(versions); i++) {
		struct raid_build build = mirror;
		_cleanup_free_ char *text = NULL;

		build.version = versions[i];
		build.roles[0] = MD_DISK_ROLE_FAULTY;
		build.is_dirty = true;
		scratch_do("rm -f %s; truncate -s %u %s", file, BUILD_SIZE, file);
		{
			_cleanup_fclose_ FILE *stream = fopen(file, "r+e");

			assert_non_null(stream);
			raid_build_write(&build, fileno(stream), 0);
		}
		text = scratch_shell("TZ=UTC mdadm --examine %s", file);
		assert_non_null(text);
		assert_non_null(strstr(text, UUID));
		assert_non_null(strstr(text, "Raid Level : raid1"));
		assert_non_null(strstr(text, "Raid Devices : 2"));
		assert_non_null(strstr(text, "- correct")); /* its sum */
		assert_non_null(strstr(text, "Fri Nov 21 10:40:00 2025"));
		if (i > 0)
			assert_non_null(strstr(text, "Array State : .A"));
		assert_non_null(strstr(text, "State : active"));
	}
	folder_remove(folder);
	if (!is_there)
		skip();
}

/* To the kernel the old UUID is bytes, to mdadm four numbers of this machine's byte order. */
static void the_kernel_s_uuids_are_mdadm_s(void **state)
{
	static const char shown[] = "13121110-1716-1514-1b1a-19181f1e1d1c";
	static const struct {
		const char *shown, *version, *wanted;
	} cases[] = {
		{shown, "1.2", shown},
		{shown, NULL, shown},
		{"short", "0.90", "short"},
		{NULL, "0.90", NULL},
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		{shown, "0.90", UUID},
#else
		{shown, "0.90", "13121110:17161514:1b1a1918:1f1e1d1c"},
#endif
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *uuid = raid_uuid_from_kernel(cases[i].shown, cases[i].version);

		if (cases[i].wanted)
			assert_string_equal(uuid, cases[i].wanted);
		else
			assert_null(uuid);
	}
}

/* A member of tests/storage/superblocks: its bytes where they stood, for each row of them. */
static int open_recorded(const char *name, uint64_t *ret_size)
{
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *path =
		text_format("%s/tests/storage/superblocks/%s", source ? source : ".", name);
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;
	char file[] = "/tmp/refloat-raid-XXXXXX";
	int fd = mkstemp(file);

	assert_true(fd >= 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(file_read(path, 65536, &text, NULL, NULL), 0);
	text_list_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		char *hex = strchr(lines.items[i], ' ');
		uint64_t at = strtoull(lines.items[i], NULL, 10);

		if (text_has_prefix(lines.items[i], "size "))
			*ret_size = strtoull(hex, NULL, 10);
		if (*lines.items[i] < '0' || *lines.items[i] > '9')
			continue;
		for (hex++; hex[0] && hex[1]; hex += 2) {
			char digits[] = {hex[0], hex[1], '\0'};
			unsigned char byte = (unsigned char)strtoul(digits, NULL, 16);

			assert_int_equal(pwrite(fd, &byte, 1, (off_t)at++), 1);
		}
	}
	assert_int_equal(ftruncate(fd, (off_t)*ret_size), 0);
	return fd;
}

/* Superblocks that the md driver of Linux 6.1 wrote, on machines made for this. */
static const struct {
	const char *file;
	const char *uuid;
	const char *name;
	const char *level;
	const char *slots;
	int role;
	uint64_t events;
	uint64_t array_size;
	uint64_t data_size;
} recorded[] = {
	{"0.90", "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e60", "", "raid1", "AA", 1, 1, 25100288,
	 25100288},
	{"1.0", "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e60", "web01:0", "raid1", "AA", 1, 2, 25100288,
	 25149440},
	{"1.1", "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e60", "web01:0", "raid1", "AA", 0, 2, 66060288,
	 66060288},
	{"1.2", "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e60", "web01:0", "raid1", "A.", 0, 6, 24117248,
	 24117248},
	{"raid5", "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e60", "web01:0", "raid5", "AAA", 2, 2, 130023424,
	 65011712},
	{"raid10", "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e60", "web01:0", "raid10", "AAAA", 3, 2,
	 130023424, 65011712},
	{"raid0", "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e60", "web01:0", "raid0", "AA", 0, 0, 0,
	 65011712},
};

static void real_ones_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		uint64_t size = 0;
		_cleanup_close_ int fd = open_recorded(recorded[i].file, &size);
		struct raid_member *raid = NULL;

		print_message("# %s\n", recorded[i].file);
		assert_int_equal(raid_member_read(fd, 0, size, &raid), 0);
		assert_string_equal(raid->array_uuid, recorded[i].uuid);
		assert_string_equal(raid->name, recorded[i].name);
		assert_string_equal(raid->level, recorded[i].level);
		assert_string_equal(raid->slots, recorded[i].slots);
		assert_int_equal(raid->role, recorded[i].role);
		assert_int_equal(raid->events, recorded[i].events);
		assert_int_equal(raid->array_size, recorded[i].array_size);
		assert_int_equal(raid->data_size, recorded[i].data_size);
		assert_true(raid->is_clean);
		assert_null(raid->hindrance);
		raid_member_free(raid);
	}
}

static void containers_are_known_by_what_they_share(void **state)
{
	static const struct {
		const char *type;
		const char *file;
		const char *uuid;
	} cases[] = {
		{"isw_raid_member", "imsm", "imsm:e3555de6"},
		{"ddf_raid_member", "ddf", "ddf:4c696e75782d4d44deadbeef000000005832d790702c1fbc"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t size = 0;
		_cleanup_close_ int fd = open_recorded(cases[i].file, &size);
		struct raid_member *raid = NULL;

		assert_int_equal(raid_member_read(fd, 0, size, &raid), -ENOENT);
		assert_int_equal(raid_container_read(fd, 0, size, cases[!i].type, &raid), -ENOENT);
		assert_int_equal(raid_container_read(fd, 0, size, "ext4", &raid), -ENOENT);
		assert_int_equal(raid_container_read(fd, 0, 100, cases[i].type, &raid), -ENOENT);
		assert_int_equal(raid_container_read(fd, 0, size, cases[i].type, &raid), 0);
		assert_string_equal(raid->array_uuid, cases[i].uuid);
		assert_string_equal(raid->level, "container");
		assert_string_equal(raid->version, cases[i].file);
		raid_member_free(raid);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_is_read),
		cmocka_unit_test(the_other_byte_order_is_read),
		cmocka_unit_test(roles_are_told),
		cmocka_unit_test(states_are_told),
		cmocka_unit_test(reshapes_are_told),
		cmocka_unit_test(levels_have_their_sizes),
		cmocka_unit_test(damage_is_noticed),
		cmocka_unit_test(what_stands_elsewhere_is_not_taken),
		cmocka_unit_test(the_youngest_array_is_taken),
		cmocka_unit_test(small_and_empty_members_have_none),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(mdadm_reads_the_same),
		cmocka_unit_test(real_ones_are_read),
		cmocka_unit_test(containers_are_known_by_what_they_share),
		cmocka_unit_test(the_kernel_s_uuids_are_mdadm_s),
	};

	return cmocka_run_group_tests_name("raid superblock", tests, NULL, NULL);
}
