/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of filesystems' superblocks have in common. */
#include "storage/filesystem_format.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"

bool place_read(const struct filesystem_place *place, uint64_t at, void *bytes, size_t length)
{
	uint64_t where;
	ssize_t count;

	if (*place->failures >= PLACE_FAILURES_MAX || length > place->size ||
	    at > place->size - length || __builtin_add_overflow(place->offset, at, &where) ||
	    where > INT64_MAX - length)
		return false;
	count = pread(place->fd, bytes, length, (off_t)where);
	*place->failures += count < 0;
	return count == (ssize_t)length;
}

void filesystem_state_remark(struct filesystem_state *state, const char *remark)
{
	_cleanup_free_ char *before = TAKE_PTR(state->remark);

	state->remark = before ? text_format("%s; %s", before, remark) : text_copy(remark);
}

void filesystem_state_set_size(struct filesystem_state *state, const struct filesystem_place *place,
			       uint64_t size)
{
	state->size = size;
	if (size > place->size)
		filesystem_state_remark(state, _("it is larger than its device"));
}

char *format_uuid(const unsigned char *bytes)
{
	static const unsigned char none[16];
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	if (memcmp(bytes, none, sizeof(none)) == 0)
		return NULL;
	for (size_t i = 0; i < 16; i++)
		text_buffer_format(&buffer, "%s%02x",
				   i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
	return text_buffer_take(&buffer);
}

char *format_label(const unsigned char *bytes, size_t length)
{
	length = strnlen((const char *)bytes, length);
	return length ? alloc_copy(bytes, length) : NULL;
}

char *describe_damage(bool is_read, bool is_plausible, const unsigned char *first, size_t length)
{
	if (!is_read)
		return text_copy(_("its first superblock cannot be read"));
	if (is_plausible)
		return text_copy(_("the checksum of its first superblock is wrong"));
	for (size_t i = 0; i < length; i++) {
		if (first[i])
			return text_copy(_("its first superblock is overwritten"));
	}
	return text_copy(_("its first superblock is all zeros"));
}
