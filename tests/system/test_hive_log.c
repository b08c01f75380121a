/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What logs of a registry hive hold: one log and two, old ones and new ones, and such as do not
 * fit. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "storage/bytes.h"
#include "system/hive_log.h"
#include "windows_tree.h"

#define HEADER 4096u
#define LIMIT (1u << 20)

/* A hive whose only account has this name: all of them have one length. */
static char *make_hive(const char *name, size_t *ret_length)
{
	_cleanup_free_ char *text = text_format("account 1001 %s\n", name);
	char *bytes;

	windows_tree_sam(text, &bytes, ret_length);
	return bytes;
}

static void set_sequence(char *bytes, uint32_t sequence)
{
	sequence = htole32(sequence);
	memcpy(bytes + 4, &sequence, 4);
	memcpy(bytes + 8, &sequence, 4);
	windows_tree_seal(bytes, 512);
}

/* The log that leads from the hive of one name, at SEQUENCE, to that of another. */
static char *make_log(const char *from, const char *to, uint32_t sequence, bool is_old,
		      size_t *ret_length)
{
	size_t length, other_length;
	_cleanup_free_ char *was = make_hive(from, &length),
			    *becomes = make_hive(to, &other_length);
	char *log;

	assert_int_equal(length, other_length);
	set_sequence(was, sequence);
	windows_tree_log(was, becomes, length, is_old, &log, ret_length);
	return log;
}

/* The hive of NAME as it is where a write of it has begun and not ended. */
static char *make_dirty(const char *name, size_t *ret_length)
{
	char *bytes = make_hive(name, ret_length);
	uint32_t begun = htole32(8);

	memcpy(bytes + 4, &begun, 4);
	windows_tree_seal(bytes, 512);
	return bytes;
}

/* Behind its header BYTES are the hive of NAME. */
static void is_hive_of(const char *bytes, size_t length, const char *name)
{
	size_t wanted_length;
	_cleanup_free_ char *wanted = make_hive(name, &wanted_length);

	assert_int_equal(length, wanted_length);
	assert_memory_equal(bytes + HEADER, wanted + HEADER, length - HEADER);
}

static void recover(char **bytes, size_t *length, const char *first, size_t first_length,
		    const char *second, size_t second_length, enum hive_state wanted)
{
	const struct hive_log logs[HIVE_LOGS] = {{first, first_length}, {second, second_length}};
	enum hive_state state = HIVE_CLEAN;

	assert_int_equal(hive_recover(bytes, length, logs, LIMIT, &state), 0);
	assert_int_equal(state, wanted);
	if (state == HIVE_DIRTY)
		return;
	assert_memory_equal(*bytes + 4, *bytes + 8, 4);
	/* what is clean stays as it is */
	assert_int_equal(hive_recover(bytes, length, logs, LIMIT, &state), 0);
	assert_int_equal(state, HIVE_CLEAN);
}

static void clean_hives_leave_logs_alone(void **state)
{
	size_t length, log_length;
	_cleanup_free_ char *hive = make_hive("anna", &length);
	_cleanup_free_ char *log = make_log("anna", "bert", 7, false, &log_length);

	(void)state;
	recover(&hive, &length, log, log_length, NULL, 0, HIVE_CLEAN);
	is_hive_of(hive, length, "anna");
}

static void one_log_is_put_in(void **state)
{
	(void)state;
	for (int is_old = 0; is_old < 2; is_old++) {
		for (int is_second = 0; is_second < 2; is_second++) {
			size_t length, log_length;
			_cleanup_free_ char *hive = make_dirty("anna", &length);
			_cleanup_free_ char *log = make_log("anna", "bert", 7, is_old, &log_length);

			recover(&hive, &length, is_second ? NULL : log, is_second ? 0 : log_length,
				is_second ? log : NULL, is_second ? log_length : 0, HIVE_REPLAYED);
			is_hive_of(hive, length, "bert");
		}
	}
}

static void two_logs_follow_each_other(void **state)
{
	(void)state;
	for (int is_swapped = 0; is_swapped < 2; is_swapped++) {
		size_t length, first_length, second_length;
		_cleanup_free_ char *hive = make_dirty("anna", &length);
		_cleanup_free_ char *first = make_log("anna", "bert", 7, false, &first_length);
		_cleanup_free_ char *second = make_log("bert", "cleo", 8, false, &second_length);

		if (is_swapped)
			recover(&hive, &length, second, second_length, first, first_length,
				HIVE_REPLAYED);
		else
			recover(&hive, &length, first, first_length, second, second_length,
				HIVE_REPLAYED);
		is_hive_of(hive, length, "cleo");
		assert_int_equal(get_le32((unsigned char *)hive + 4), 10);
	}
}

static void a_gap_ends_it(void **state)
{
	size_t length, first_length, second_length;
	_cleanup_free_ char *hive = make_dirty("anna", &length);
	_cleanup_free_ char *first = make_log("anna", "bert", 7, false, &first_length);
	_cleanup_free_ char *second = make_log("bert", "cleo", 9, false, &second_length);

	(void)state;
	recover(&hive, &length, first, first_length, second, second_length, HIVE_REPLAYED);
	is_hive_of(hive, length, "bert");
}

static void what_does_not_fit_is_left(void **state)
{
	size_t length, log_length, other_length;
	_cleanup_free_ char *hive = make_dirty("anna", &length);
	_cleanup_free_ char *log = make_log("anna", "bert", 7, false, &log_length);
	_cleanup_free_ char *old = make_log("anna", "bert", 3, false, &log_length);
	_cleanup_free_ char *other = make_log("anna", "bert", 7, true, &other_length);

	(void)state;
	log[1000] ^= 1; /* in a page: the entry's checksum is wrong */
	recover(&hive, &length, log, log_length, NULL, 0, HIVE_DIRTY);
	is_hive_of(hive, length, "anna");
	/* applied long ago */
	recover(&hive, &length, old, log_length, NULL, 0, HIVE_DIRTY);
	is_hive_of(hive, length, "anna");
	/* of another time, and cut off */
	other[12] ^= 1;
	windows_tree_seal(other, 512);
	recover(&hive, &length, other, other_length, NULL, 0, HIVE_DIRTY);
	recover(&hive, &length, other, 700, other, 0, HIVE_DIRTY);
	recover(&hive, &length, NULL, 0, NULL, 0, HIVE_DIRTY);
	is_hive_of(hive, length, "anna");
}

static void a_damaged_header_comes_from_the_log(void **state)
{
	(void)state;
	for (int is_old = 0; is_old < 2; is_old++) {
		size_t length, log_length;
		_cleanup_free_ char *hive = make_dirty("anna", &length);
		_cleanup_free_ char *log = make_log("anna", "bert", 7, is_old, &log_length);

		hive[36] ^= 1; /* the root */
		recover(&hive, &length, log, log_length, NULL, 0, HIVE_REPLAYED);
		is_hive_of(hive, length, "bert");
		assert_int_equal(hive[28], 0);
	}
}

static void refuses_what_is_no_hive(void **state)
{
	enum hive_state kind;
	const struct hive_log logs[HIVE_LOGS] = {{0}};
	_cleanup_free_ char *noise = alloc_zero(10000, 1);
	size_t length = 10000;

	(void)state;
	assert_int_equal(hive_recover(&noise, &length, logs, LIMIT, &kind), -EUCLEAN);
	memcpy(noise, "regf", 4);
	length = 4096;
	assert_int_equal(hive_recover(&noise, &length, logs, LIMIT, &kind), -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_hives_leave_logs_alone),
		cmocka_unit_test(one_log_is_put_in),
		cmocka_unit_test(two_logs_follow_each_other),
		cmocka_unit_test(a_gap_ends_it),
		cmocka_unit_test(what_does_not_fit_is_left),
		cmocka_unit_test(a_damaged_header_comes_from_the_log),
		cmocka_unit_test(refuses_what_is_no_hive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
