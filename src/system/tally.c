/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of wrong passwords by user number: pam_tally2's tallylog, and the older faillog. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "system/faillock.h"

#define RECORD_MAX_BYTES 64

/* Where in a record its parts are. */
struct layout {
	size_t size;
	size_t failures_at;
	size_t max_at; /* 0: there is none */
	size_t source_at;
	size_t source_size;
	size_t time_at;
	size_t time_size;
	size_t reset_at;
	size_t reset_size;
};

/* pam_tally2 looks at the time too, so that all of its record goes; of faillog the limit stays. */
static const struct layout tallylog = {.size = 64,
				       .failures_at = 54,
				       .source_size = 52,
				       .time_at = 56,
				       .time_size = 8,
				       .reset_size = 64};
static const struct layout faillog_wide = {.size = 32,
					   .max_at = 2,
					   .source_at = 4,
					   .source_size = 12,
					   .time_at = 16,
					   .time_size = 8,
					   .reset_size = 2};
static const struct layout faillog_narrow = {.size = 24,
					     .max_at = 2,
					     .source_at = 4,
					     .source_size = 12,
					     .time_at = 16,
					     .time_size = 4,
					     .reset_size = 2};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (text_is_equal(word, words[i]))
			return true;
	}
	return false;
}

static bool is_big_endian(const char *architecture)
{
	static const char *const names[] = {"aarch64_be", "armv7b", "ppc64",  "ppc",
					    "s390x",	  "s390",   "mips64", "mips",
					    "sparc64",	  "sparc",  "parisc", "m68k"};

	return is_one_of(architecture, names, ARRAY_SIZE(names));
}

static bool is_narrow(const char *architecture)
{
	static const char *const names[] = {"i686", "armv7l", "armv7b", "ppc",	"ppcle", "s390",
					    "mips", "sparc",  "parisc", "m68k", "sh4",	 "riscv32"};

	return is_one_of(architecture, names, ARRAY_SIZE(names));
}

static const struct layout *find_layout(enum pam_lockout_kind kind, const char *architecture)
{
	if (kind == PAM_TALLY2)
		return &tallylog;
	return is_narrow(architecture) ? &faillog_narrow : &faillog_wide;
}

static uint64_t get_number(const unsigned char *bytes, size_t size, bool is_big)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[is_big ? i : size - 1 - i];
	return value;
}

int tally_parse(enum pam_lockout_kind kind, const void *bytes, size_t length, uint64_t offset,
		const char *architecture, struct tally *ret_tally)
{
	const struct layout *layout = find_layout(kind, architecture);
	bool is_big = is_big_endian(architecture);
	const unsigned char *at = bytes;
	const char *source = (const char *)at + layout->source_at;

	if (kind == PAM_FAILLOCK || length != layout->size)
		return -EINVAL;
	*ret_tally = (struct tally){
		.failures = (uint16_t)get_number(at + layout->failures_at, 2, is_big),
		.max = layout->max_at ? (uint16_t)get_number(at + layout->max_at, 2, is_big) : 0,
		.time = get_number(at + layout->time_at, layout->time_size, is_big),
		.source = alloc_copy(source, strnlen(source, layout->source_size)),
		.reset_offset = offset + layout->reset_at,
		.reset_length = layout->reset_size,
	};
	return 0;
}

int tally_read(const struct root *root, enum pam_lockout_kind kind, const char *path, uint32_t uid,
	       const char *architecture, struct tally *ret_tally)
{
	unsigned char record[RECORD_MAX_BYTES];
	const struct layout *layout = find_layout(kind, architecture);
	uint64_t offset = (uint64_t)uid * layout->size;
	_cleanup_close_ int fd = -1;
	struct stat status;
	ssize_t got;

	if (!root_has_file(root, path))
		return -ENOENT;
	fd = root_open_file(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (fd < 0)
		return fd;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	got = pread(fd, record, layout->size, (off_t)offset);
	if (got < 0)
		return -errno;
	if ((size_t)got < layout->size)
		return -ENOENT;
	return tally_parse(kind, record, layout->size, offset, architecture, ret_tally);
}

void tally_done(struct tally *tally)
{
	free(tally->source);
	*tally = (struct tally){0};
}

/*
 * The attempt to come is counted before it is judged, so that a count that has reached the limit
 * locks already. A limit in faillog takes the place of PAM's (pam_tally.c, tally_check).
 */
void tally_judge(const struct tally *tally, const struct pam_lockout *lockout, bool is_root,
		 uint64_t now, struct lockout_state *ret_state)
{
	uint64_t wait = (uint64_t)(is_root ? lockout->root_unlock_time : lockout->unlock_time);
	uint64_t limit = tally->max ? tally->max : (uint64_t)lockout->deny;
	uint64_t opens =
		wait && tally->time && tally->time <= UINT64_MAX - wait ? tally->time + wait : 0;
	struct lockout_state state = {.failures = tally->failures, .latest = tally->time};

	if (limit && tally->failures >= limit && (!is_root || lockout->even_deny_root) &&
	    !(opens && opens <= now)) {
		state.is_locked = true;
		state.opens = opens;
	}
	*ret_state = state;
}
