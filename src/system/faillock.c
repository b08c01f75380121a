/* SPDX-License-Identifier: GPL-3.0-or-later */
/* faillock's files: wrong passwords of one user, and whether they lock the account. */
#include "system/faillock.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

#define RECORD_BYTES 64
#define SOURCE_BYTES 52
#define STATUS_AT 54
#define TIME_AT 56
#define FILE_MAX_BYTES (1u << 20) /* pam_faillock itself reads 1024 records */

#define STATUS_VALID 1
#define STATUS_HOST 2
#define STATUS_TERMINAL 4

static uint64_t get_number(const unsigned char *bytes, size_t size, bool is_big)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[is_big ? i : size - 1 - i];
	return value;
}

/* A record tells its byte order: its status is below 256. */
static void parse_record(const unsigned char *bytes, struct faillock_record *record)
{
	bool is_big = bytes[STATUS_AT] == 0 && bytes[STATUS_AT + 1] != 0;
	uint64_t status = get_number(bytes + STATUS_AT, 2, is_big);

	record->source = alloc_copy(bytes, strnlen((const char *)bytes, SOURCE_BYTES));
	record->kind = status & STATUS_HOST	  ? FAILLOCK_FROM_HOST
		       : status & STATUS_TERMINAL ? FAILLOCK_FROM_TERMINAL
						  : FAILLOCK_FROM_SERVICE;
	record->is_valid = status & STATUS_VALID;
	record->time = get_number(bytes + TIME_AT, 8, is_big);
}

void faillock_parse(const void *bytes, size_t length, struct faillock *ret_faillock)
{
	struct faillock faillock = {.left_over = length % RECORD_BYTES};
	const unsigned char *at = bytes;

	for (size_t i = 0; i < length / RECORD_BYTES; i++, at += RECORD_BYTES) {
		faillock.records = alloc_grow(faillock.records, faillock.count, &faillock.capacity,
					      sizeof(*faillock.records));
		parse_record(at, &faillock.records[faillock.count++]);
	}
	*ret_faillock = faillock;
}

char *faillock_path(const char *folder, const char *user)
{
	if (!*user || strchr(user, '/') || strcmp(user, ".") == 0 || strcmp(user, "..") == 0)
		return NULL;
	return text_format("%s/%s", folder, user);
}

int faillock_read(const struct root *root, const char *folder, const char *user,
		  struct faillock *ret_faillock)
{
	_cleanup_free_ char *path = faillock_path(folder, user), *bytes = NULL;
	size_t length = 0;
	int error;

	if (!path)
		return -ENOENT;
	error = root_read_file(root, path, FILE_MAX_BYTES, &bytes, &length);
	if (error < 0)
		return error;
	faillock_parse(bytes, length, ret_faillock);
	return 0;
}

void faillock_done(struct faillock *faillock)
{
	for (size_t i = 0; i < faillock->count; i++)
		free(faillock->records[i].source);
	free(faillock->records);
	*faillock = (struct faillock){0};
}

/* Failures count that lie within the interval before the last one (pam_faillock.c, check_tally). */
static void count_failures(const struct faillock *faillock, uint64_t interval,
			   struct lockout_state *state)
{
	for (size_t i = 0; i < faillock->count; i++) {
		if (faillock->records[i].is_valid && faillock->records[i].time > state->latest)
			state->latest = faillock->records[i].time;
	}
	for (size_t i = 0; i < faillock->count; i++) {
		if (faillock->records[i].is_valid &&
		    state->latest - faillock->records[i].time < interval)
			state->failures++;
	}
}

void faillock_judge(const struct faillock *faillock, const struct pam_lockout *lockout,
		    bool is_root, uint64_t now, struct lockout_state *ret_state)
{
	uint64_t wait = (uint64_t)(is_root ? lockout->root_unlock_time : lockout->unlock_time);
	struct lockout_state state = {0};
	uint64_t opens;

	count_failures(faillock, (uint64_t)lockout->fail_interval, &state);
	opens = wait && state.latest <= UINT64_MAX - wait ? state.latest + wait : 0;
	if (lockout->deny && state.failures >= (uint64_t)lockout->deny &&
	    (!is_root || lockout->even_deny_root) && !(opens && opens < now)) {
		state.is_locked = true;
		state.opens = opens;
	}
	*ret_state = state;
}
