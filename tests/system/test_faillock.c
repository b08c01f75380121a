/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counters of wrong passwords: faillock's files, tallylog, faillog; read, judged, and reset. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "system/faillock.h"
#include "tree.h"

#define NOW 1700000000u

static void put_number(unsigned char *at, uint64_t value, size_t size, bool is_big)
{
	for (size_t i = 0; i < size; i++)
		at[is_big ? size - 1 - i : i] = (unsigned char)(value >> (8 * i));
}

/* A record of faillock, or of tallylog, which has its count where that has its status. */
static void put_record(unsigned char *at, const char *source, uint16_t status, uint64_t time,
		       bool is_big)
{
	memset(at, 0, 64);
	memcpy(at, source, strlen(source) < 52 ? strlen(source) : 52);
	put_number(at + 54, status, 2, is_big);
	put_number(at + 56, time, 8, is_big);
}

static void records_are_read(void **state)
{
	static const char long_host[] =
		"a-host-with-a-name-that-fills-all-of-the-field-it-has-in-there";
	unsigned char bytes[4 * 64 + 10];
	_cleanup_faillock_ struct faillock faillock = {0};

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	put_record(bytes, "10.0.0.1", 3, NOW, false);
	put_record(bytes + 64, "/dev/tty1", 5, NOW - 5, true);
	put_record(bytes + 128, long_host, 2, NOW, false);
	put_record(bytes + 192, "sudo", 1, NOW, false);
	faillock_parse(bytes, sizeof(bytes), &faillock);
	assert_int_equal(faillock.count, 4);
	assert_int_equal(faillock.left_over, 10);
	assert_string_equal(faillock.records[0].source, "10.0.0.1");
	assert_int_equal(faillock.records[0].kind, FAILLOCK_FROM_HOST);
	assert_true(faillock.records[0].is_valid);
	assert_int_equal(faillock.records[0].time, NOW);
	assert_int_equal(faillock.records[1].kind, FAILLOCK_FROM_TERMINAL);
	assert_int_equal(faillock.records[1].time, NOW - 5);
	assert_int_equal(strlen(faillock.records[2].source), 52);
	assert_false(faillock.records[2].is_valid);
	assert_int_equal(faillock.records[3].kind, FAILLOCK_FROM_SERVICE);
}

static void expect_locked(const struct faillock *faillock, struct pam_lockout lockout, bool is_root,
			  bool is_locked, uint64_t opens)
{
	struct lockout_state state;

	faillock_judge(faillock, &lockout, is_root, NOW, &state);
	assert_int_equal(state.is_locked, is_locked);
	assert_int_equal(state.opens, opens);
	assert_int_equal(state.latest, NOW - 100);
}

static void faillock_is_judged(void **state)
{
	const struct pam_lockout lockout = {
		.deny = 3, .fail_interval = 900, .unlock_time = 600, .root_unlock_time = 60};
	struct pam_lockout other;
	unsigned char bytes[4 * 64];
	_cleanup_faillock_ struct faillock faillock = {0};

	(void)state;
	put_record(bytes, "a", 3, NOW - 100, false);
	put_record(bytes + 64, "a", 3, NOW - 200, false);
	put_record(bytes + 128, "a", 3, NOW - 999, false);
	put_record(bytes + 192, "a", 2, NOW - 100, false); /* does not count */
	faillock_parse(bytes, sizeof(bytes), &faillock);
	expect_locked(&faillock, lockout, false, true, NOW + 500);
	other = lockout;
	other.fail_interval = 899; /* the third is too old */
	expect_locked(&faillock, other, false, false, 0);
	other = lockout;
	other.deny = 4;
	expect_locked(&faillock, other, false, false, 0);
	other.deny = 0;
	expect_locked(&faillock, other, false, false, 0);
	other = lockout;
	other.unlock_time = 0;
	expect_locked(&faillock, other, false, true, 0);
	other.unlock_time = 99;
	expect_locked(&faillock, other, false, false, 0);
	expect_locked(&faillock, lockout, true, false, 0);
	other = lockout;
	other.even_deny_root = true;
	expect_locked(&faillock, other, true, false, 0); /* open since 40 seconds */
	other.root_unlock_time = 300;
	expect_locked(&faillock, other, true, true, NOW + 200);
}

static void tallies_are_read(void **state)
{
	unsigned char record[64], faillog[32];
	struct tally tally = {0};

	(void)state;
	put_record(record, "tty1", 7, NOW, false);
	assert_int_equal(tally_parse(PAM_TALLY2, record, 64, 640, NULL, &tally), 0);
	assert_int_equal(tally.failures, 7);
	assert_int_equal(tally.max, 0);
	assert_int_equal(tally.time, NOW);
	assert_string_equal(tally.source, "tty1");
	assert_int_equal(tally.reset_offset, 640);
	assert_int_equal(tally.reset_length, 64);
	tally_done(&tally);
	put_record(record, "tty1", 7, NOW, true);
	assert_int_equal(tally_parse(PAM_TALLY2, record, 64, 0, "s390x", &tally), 0);
	assert_int_equal(tally.failures, 7);
	tally_done(&tally);
	assert_int_equal(tally_parse(PAM_TALLY2, record, 63, 0, NULL, &tally), -EINVAL);

	memset(faillog, 0, sizeof(faillog));
	put_number(faillog, 4, 2, false);
	put_number(faillog + 2, 9, 2, false);
	memcpy(faillog + 4, "pts/0", 5);
	put_number(faillog + 16, NOW, 8, false);
	assert_int_equal(tally_parse(PAM_TALLY, faillog, 32, 32, "x86_64", &tally), 0);
	assert_int_equal(tally.failures, 4);
	assert_int_equal(tally.max, 9);
	assert_int_equal(tally.time, NOW);
	assert_string_equal(tally.source, "pts/0");
	assert_int_equal(tally.reset_offset, 32);
	assert_int_equal(tally.reset_length, 2);
	tally_done(&tally);
	assert_int_equal(tally_parse(PAM_TALLY, faillog, 24, 0, "i686", &tally), 0);
	assert_int_equal(tally.time, NOW);
	tally_done(&tally);
	assert_int_equal(tally_parse(PAM_TALLY, faillog, 24, 0, "x86_64", &tally), -EINVAL);
}

static void tallies_are_judged(void **state)
{
	const struct pam_lockout lockout = {.deny = 3, .unlock_time = 600};
	struct tally tally = {.failures = 3, .time = NOW - 100};
	struct lockout_state judged;

	(void)state;
	tally_judge(&tally, &lockout, false, NOW, &judged);
	assert_true(judged.is_locked);
	assert_int_equal(judged.opens, NOW + 500);
	tally_judge(&tally, &lockout, true, NOW, &judged);
	assert_false(judged.is_locked);
	tally_judge(&tally, &lockout, false, NOW + 500, &judged);
	assert_false(judged.is_locked);
	tally.max = 4;
	tally_judge(&tally, &lockout, false, NOW, &judged);
	assert_false(judged.is_locked);
	tally.failures = 65535;
	tally.time = 0;
	tally_judge(&tally, &lockout, false, NOW, &judged);
	assert_true(judged.is_locked);
	assert_int_equal(judged.opens, 0);
}

/* Makes PATH with a record at OFFSET and nothing before it. */
static void make_file(const struct root *root, const char *path, const void *record, off_t offset)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, record, 64, offset), 64);
}

static void files_are_found_in_a_root(void **state)
{
	static const char tree[] = "var/log/\nvar/run -> /run\nrun/faillock/\nvar/log/fifo fifo\n"
				   "run/faillock/out -> /../../../../etc/passwd\n";
	_cleanup_faillock_ struct faillock faillock = {0};
	_cleanup_tally_ struct tally tally = {0};
	unsigned char record[64];
	struct tree scene;

	(void)state;
	tree_enter(&scene, tree);
	put_record(record, "host", 3, NOW, false);
	make_file(scene.root, "/run/faillock/anna", record, 0);
	make_file(scene.root, "/var/log/tallylog", record, 4000000000ll * 64);
	assert_int_equal(faillock_read(scene.root, "/var/run/faillock", "anna", &faillock), 0);
	assert_int_equal(faillock.count, 1);
	assert_int_equal(faillock_read(scene.root, "/var/run/faillock", "bob", &faillock), -ENOENT);
	assert_int_equal(faillock_read(scene.root, "/var/run/faillock", "../anna", &faillock),
			 -ENOENT);
	assert_int_equal(faillock_read(scene.root, "/var/run/faillock", "out", &faillock), -ENOENT);
	assert_null(faillock_path("/run", ".."));
	assert_int_equal(
		tally_read(scene.root, PAM_TALLY2, "/var/log/tallylog", 4000000000u, NULL, &tally),
		0);
	assert_int_equal(tally.failures, 3);
	assert_int_equal(tally.reset_offset, 4000000000ull * 64);
	assert_int_equal(
		tally_read(scene.root, PAM_TALLY2, "/var/log/tallylog", 4000000001u, NULL, &tally),
		-ENOENT);
	assert_int_equal(tally_read(scene.root, PAM_TALLY2, "/var/log/none", 0, NULL, &tally),
			 -ENOENT);
	assert_int_equal(tally_read(scene.root, PAM_TALLY2, "/var/log/fifo", 0, NULL, &tally),
			 -ENOENT);
	tree_leave(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read),	     cmocka_unit_test(faillock_is_judged),
		cmocka_unit_test(tallies_are_read),	     cmocka_unit_test(tallies_are_judged),
		cmocka_unit_test(files_are_found_in_a_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
