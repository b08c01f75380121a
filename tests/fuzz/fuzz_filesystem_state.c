/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzz target: superblocks of all kinds of filesystems, as they may stand on a crafted disk,
 * through the probe's record to words.
 *
 * The first byte says what the rest is read as; pieces of it follow, each with a place and a
 * length, so that a small input can hold what stands far apart. Sums are put right where they would
 * end the reading.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>

#include "base/json.h"
#include "storage/filesystem_format.h"
#include "storage/filesystem_state.h"
#include "storage/health.h"

#define DEVICE_SIZE ((uint64_t)600 << 30) /* sparse: so that the last of btrfs' places is on it */
#define HEADER 6u			  /* four bytes of place, in sectors, and two of length */
#define SECTOR 512u
#define PIECES_MAX 64u

static const char *const types[] = {
	"ext4", "xfs", "btrfs", "vfat", "exfat", "ntfs", "f2fs", "jfs", "swap",
};
#define HEALTH 15u

/* The sums of ext, XFS and btrfs, and those of f2fs' checkpoints, over what is at AT of FD. */
static void put_right(int fd, uint64_t at)
{
	unsigned char bytes[4096] = {0};
	uint32_t sum, place;

	if (pread(fd, bytes, sizeof(bytes), (off_t)at) < 1024)
		return;
	if (get_le16(bytes + 0x38) == 0xef53) {
		sum = htole32(crc32_reflected(CRC32C_POLYNOMIAL, UINT32_MAX, bytes, 0x3fc));
		memcpy(bytes + 0x3fc, &sum, sizeof(sum));
	} else if (memcmp(bytes, "XFSB", 4) == 0) {
		uint32_t length = get_be16(bytes + 102);

		memset(bytes + 224, 0, 4);
		if (length < 512 || length > sizeof(bytes))
			return;
		sum = htole32(~crc32_reflected(CRC32C_POLYNOMIAL, UINT32_MAX, bytes, length));
		memcpy(bytes + 224, &sum, sizeof(sum));
	} else if (memcmp(bytes + 64, "_BHRfS_M", 8) == 0) {
		sum = htole32(~crc32_reflected(CRC32C_POLYNOMIAL, UINT32_MAX, bytes + 32,
					       sizeof(bytes) - 32));
		memcpy(bytes, &sum, sizeof(sum));
	} else {
		place = get_le32(bytes + 164);
		if (place < 192 || place > sizeof(bytes) - 4)
			return;
		sum = htole32(crc32_reflected(CRC32_POLYNOMIAL, 0xf2f52010, bytes, place));
		memcpy(bytes + place, &sum, sizeof(sum));
	}
	(void)!pwrite(fd, bytes, sizeof(bytes), (off_t)at);
}

static int make_device(const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd = memfd_create("device", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)DEVICE_SIZE) < 0)
		return -1;
	for (unsigned i = 0; i < PIECES_MAX && size > HEADER; i++) {
		uint64_t at = (uint64_t)get_le32(data) * SECTOR % DEVICE_SIZE;
		size_t length = get_le16(data + 4);

		data += HEADER;
		size -= HEADER;
		if (length > size)
			length = size;
		if (pwrite(fd, data, length, (off_t)at) != (ssize_t)length)
			return -1;
		put_right(fd, at);
		data += length;
		size -= length;
	}
	return TAKE_FD(fd);
}

static void use_state(int fd, const char *type)
{
	struct filesystem_state *state = filesystem_state_read(fd, 0, DEVICE_SIZE, type), *again;
	_cleanup_json_ struct json_object *object = filesystem_state_to_json(state);

	again = filesystem_state_from_json(object);
	(void)filesystem_state_free(again);
	(void)filesystem_state_free(state);
}

static void use_lost(int fd, const char *type)
{
	struct lost_filesystem *lost = lost_filesystem_read(fd, 0, DEVICE_SIZE, type), *again;
	_cleanup_json_ struct json_object *object = lost_filesystem_to_json(lost);
	_cleanup_free_ char *words = NULL;

	again = lost_filesystem_from_json(object);
	if (lost)
		words = lost_filesystem_describe(lost);
	(void)lost_filesystem_free(again);
	(void)lost_filesystem_free(lost);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd = -1;

	if (!size)
		return 0;
	if ((data[0] & 15u) == HEALTH) {
		_cleanup_health_ struct health health = {0};

		health_judge((const char *)data + 1, size - 1, &health);
		return 0;
	}
	fd = make_device(data + 1, size - 1);
	if (fd < 0)
		return 0;
	use_state(fd, types[(data[0] & 15u) % ARRAY_SIZE(types)]);
	use_lost(fd, NULL);
	use_lost(fd, types[(data[0] & 15u) % ARRAY_SIZE(types)]);
	return 0;
}
