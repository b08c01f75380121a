/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swap: union swap_header, include/linux/swap.h of the kernel. It has no state but its size. */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define SIGNATURE_BYTES 10u /* at the end of the first page */
#define HEADER_PLACE 1024u
#define AT_VERSION 0
#define AT_LAST_PAGE 4

static const uint32_t page_sizes[] = {4096, 65536, 16384, 8192, 32768};

/* Whose memory is in it: the kernel's own, and those that came before it. */
static bool is_suspended(const unsigned char *signature)
{
	static const char *const signatures[] = {"S1SUSPEND", "S2SUSPEND", "ULSUSPEND"};

	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (memcmp(signature, signatures[i], strlen(signatures[i])) == 0)
			return true;
	}
	return false;
}

static bool read_swap(const struct filesystem_place *place, const char *type,
		      struct filesystem_state *state)
{
	unsigned char signature[SIGNATURE_BYTES], header[8];

	(void)type;
	for (size_t i = 0; i < ARRAY_SIZE(page_sizes); i++) {
		bool is_image;

		if (!place_read(place, page_sizes[i] - SIGNATURE_BYTES, signature,
				sizeof(signature)))
			continue;
		is_image = is_suspended(signature);
		if (!is_image && memcmp(signature, "SWAPSPACE2", SIGNATURE_BYTES) != 0 &&
		    memcmp(signature, "SWAP-SPACE", SIGNATURE_BYTES) != 0)
			continue;
		if (is_image)
			filesystem_state_remark(state, _("it holds the memory of a system that "
							 "hibernates"));
		if (place_read(place, HEADER_PLACE, header, sizeof(header)) &&
		    get_le32(header + AT_VERSION) == 1)
			filesystem_state_set_size(state, place,
						  ((uint64_t)get_le32(header + AT_LAST_PAGE) + 1) *
							  page_sizes[i]);
		return true;
	}
	return false;
}

static const char *const types[] = {"swap", "swsuspend", NULL};

const struct filesystem_family family_swap = {
	.types = types,
	.read = read_swap,
};
