/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of a local group of Windows: SIDs one after the other at the end of its value C. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "storage/bytes.h"
#include "system/windows_sam.h"

#define MEMBERS 0x28u /* in C: their place behind the table, their bytes, their number */
#define TABLE 0x34u
#define GROUP_MAX (64u << 10) /* bytes of C that we would write */

static size_t sid_length(const unsigned char *sid)
{
	return 8 + 4 * (size_t)sid[1];
}

/* The members of C: where they start and end. False where they are no SIDs, or not all in it. */
static bool find_members(const unsigned char *c, size_t length, size_t *ret_start, size_t *ret_end)
{
	size_t start, bytes, at, count = 0;

	if (length < TABLE)
		return false;
	start = get_le32(c + MEMBERS);
	bytes = get_le32(c + MEMBERS + 4);
	if (start > length - TABLE || bytes > length - TABLE - start)
		return false;
	start += TABLE;
	for (at = start; at < start + bytes; at += sid_length(c + at), count++) {
		if (start + bytes - at < 8 || c[at] != 1 || sid_length(c + at) > start + bytes - at)
			return false;
	}
	if (count != get_le32(c + MEMBERS + 8))
		return false;
	*ret_start = start;
	*ret_end = start + bytes;
	return true;
}

int sam_group_has(const unsigned char *c, size_t length, const unsigned char *sid, size_t wanted)
{
	size_t at, end;

	if (!find_members(c, length, &at, &end))
		return -EUCLEAN;
	for (; at < end; at += sid_length(c + at)) {
		if (sid_length(c + at) == wanted && memcmp(c + at, sid, wanted) == 0)
			return true;
	}
	return false;
}

/* Windows keeps them by length, then by their parts as numbers. */
static bool is_before(const unsigned char *a, const unsigned char *b)
{
	if (a[1] != b[1])
		return a[1] < b[1];
	for (size_t i = 8; i < sid_length(a); i += 4) {
		if (get_le32(a + i) != get_le32(b + i))
			return get_le32(a + i) < get_le32(b + i);
	}
	return false;
}

static void put_le32(unsigned char *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

int sam_group_add(const unsigned char *c, size_t length, const unsigned char *sid, size_t added,
		  unsigned char **ret_c, size_t *ret_length)
{
	size_t start, at, end;
	unsigned char *longer;

	if (!find_members(c, length, &start, &end) || length > GROUP_MAX)
		return -EUCLEAN;
	/* what stands behind the members would have to move, and Windows puts nothing there */
	if (end != length && end + 4 <= length)
		return -EUCLEAN;
	for (at = start; at < end && is_before(c + at, sid);)
		at += sid_length(c + at);
	longer = alloc_zero(length + added, 1);
	memcpy(longer, c, at);
	memcpy(longer + at, sid, added);
	memcpy(longer + at + added, c + at, length - at);
	put_le32(longer + MEMBERS + 4, (uint32_t)(end - start + added));
	put_le32(longer + MEMBERS + 8, get_le32(c + MEMBERS + 8) + 1);
	*ret_c = longer;
	*ret_length = length + added;
	return 0;
}

void sam_make_sid(const struct sam_rules *rules, uint32_t rid,
		  unsigned char ret_sid[SAM_SID_BYTES + 4])
{
	memcpy(ret_sid, rules->sid, SAM_SID_BYTES);
	ret_sid[1]++; /* parts */
	put_le32(ret_sid + SAM_SID_BYTES, rid);
}

char *sam_format_sid(const struct sam_rules *rules)
{
	return text_format("S-1-5-21-%u-%u-%u", get_le32(rules->sid + 12),
			   get_le32(rules->sid + 16), get_le32(rules->sid + 20));
}
