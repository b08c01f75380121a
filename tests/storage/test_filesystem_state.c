/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filesystems that their own tools made say how they are, and are found where their superblock is
 * gone. */
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "scratch.h"
#include "storage/filesystem_format.h"
#include "storage/filesystem_state.h"

#define MIB ((uint64_t)1 << 20)
#define READS_MAX 150 /* of a blank device, all families together */

/* Whether PROGRAM is there; its filesystems are passed over where not. */
static bool has_program(const char *program)
{
	_cleanup_free_ char *path = scratch_shell("command -v %s", program);

	return path != NULL;
}

/* FOLDER/image of SIZE MiB on which the shell line MAKE has run with "I" for its name; NULL: the
 * program is not here. */
static char *make_image(const char *folder, unsigned mib, const char *make)
{
	_cleanup_free_ char *program = text_format("%.*s", (int)strcspn(make, " "), make);
	char *image = text_format("%s/image", folder);

	if (*make && !has_program(program)) {
		free(image);
		print_message("%s is not installed here\n", program);
		return NULL;
	}
	scratch_do("cd %s && rm -f image && truncate -s %uM image", folder, mib);
	if (*make)
		scratch_do("cd %s && %s >/dev/null 2>&1", folder, make);
	return image;
}

static int open_image(const char *image, uint64_t *ret_size)
{
	struct stat status;
	int fd = open(image, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	*ret_size = (uint64_t)status.st_size;
	return fd;
}

static struct filesystem_state *read_image(const char *image, const char *type)
{
	uint64_t size;
	_cleanup_close_ int fd = open_image(image, &size);

	return filesystem_state_read(fd, 0, size, type);
}

static struct lost_filesystem *find_lost(const char *image)
{
	uint64_t size;
	_cleanup_close_ int fd = open_image(image, &size);

	return lost_filesystem_read(fd, 0, size, NULL);
}

/* --- states */

#define EXT4_4K "mkfs.ext4 -q -F -b 4096 image"
#define DEBUGFS(line) EXT4_4K " && debugfs -w -R '" line "' image"
#define PUT(at, bytes) "printf '" bytes "' | dd of=image bs=1 seek=" #at " conv=notrunc"

static const struct {
	const char *name;
	const char *type;
	unsigned mib;
	const char *make; /* shell, in the image's folder */
	enum filesystem_condition condition;
	const char *remark; /* NULL: none */
} cases[] = {
	{"ext4", "ext4", 64, EXT4_4K, CONDITION_CLEAN, NULL},
	{"ext3", "ext3", 32, "mkfs.ext3 -q -F image", CONDITION_CLEAN, NULL},
	{"ext2", "ext2", 32, "mkfs.ext2 -q -F image", CONDITION_CLEAN, NULL},
	{"ext4, clusters", "ext4", 64, "mkfs.ext4 -q -F -O bigalloc image", CONDITION_CLEAN, NULL},
	{"ext4, descriptors elsewhere", "ext4", 64,
	 "mkfs.ext4 -q -F -O meta_bg,^resize_inode image", CONDITION_CLEAN, NULL},
	{"ext4, small blocks", "ext4", 64, "mkfs.ext4 -q -F -b 1024 image", CONDITION_CLEAN, NULL},
	{"ext4, small blocks in clusters", "ext4", 64,
	 "mkfs.ext4 -q -F -b 1024 -O bigalloc -C 65536 image", CONDITION_CLEAN, NULL},
	{"ext4, errors", "ext4", 64, DEBUGFS("ssv state 2"), CONDITION_ERRORS, NULL},
	{"ext4, counted errors", "ext4", 64, DEBUGFS("ssv error_count 3"), CONDITION_ERRORS, NULL},
	{"ext4, journal", "ext4", 64, DEBUGFS("feature needs_recovery"), CONDITION_REPLAY, NULL},
	{"ext4, errors and journal", "ext4", 64,
	 EXT4_4K " && debugfs -w -R 'feature needs_recovery' image"
		 " && debugfs -w -R 'ssv state 3' image",
	 CONDITION_ERRORS, NULL},
	{"ext2, not unmounted", "ext2", 32,
	 "mkfs.ext2 -q -F image && debugfs -w -R 'ssv state 0' image", CONDITION_NOT_CLEAN, NULL},
	{"ext4, cut off", "ext4", 64, EXT4_4K " && truncate -s 40M image", CONDITION_CLEAN,
	 "it is larger than its device"},
	{"ext4, checksum", "ext4", 64, EXT4_4K " && " PUT(1200, "XYZ"), CONDITION_ERRORS,
	 "the checksum of its superblock is wrong"},
	{"ext2, free counts", "ext2", 32,
	 "mkfs.ext2 -q -F image && debugfs -w -R 'ssv free_blocks_count 4000000' image",
	 CONDITION_CLEAN, "its free counts are wrong"},
	{"xfs", "xfs", 320, "mkfs.xfs -q image", CONDITION_CLEAN, NULL},
	{"xfs without checksums", "xfs", 320, "mkfs.xfs -q -m crc=0 image", CONDITION_CLEAN, NULL},
	{"xfs, never finished", "xfs", 320,
	 "mkfs.xfs -q image && xfs_db -x -c 'sb 0' -c 'write inprogress 1' image", CONDITION_ERRORS,
	 "it was being made, and never finished"},
	{"xfs, needs repair", "xfs", 320,
	 "mkfs.xfs -q image && xfs_db -x -c 'sb 0' -c 'write features_incompat 0x1b' image",
	 CONDITION_ERRORS, "a repair was begun and not finished"},
	{"xfs, checksum", "xfs", 320, "mkfs.xfs -q image && " PUT(108, "label"), CONDITION_ERRORS,
	 "the checksum of its superblock is wrong"},
	{"xfs, log elsewhere", "xfs", 320,
	 "mkfs.xfs -q -m crc=0 image && " PUT(48, "\\000\\000\\000\\000\\000\\000\\000\\000"),
	 CONDITION_UNKNOWN, "its log is on another device"},
	{"btrfs", "btrfs", 128, "mkfs.btrfs -q image", CONDITION_CLEAN, NULL},
	{"btrfs, checksum", "btrfs", 128, "mkfs.btrfs -q image && " PUT(65836, "XYZ"),
	 CONDITION_ERRORS, "the checksum of its superblock is wrong"},
	{"btrfs, another sum", "btrfs", 128, "mkfs.btrfs -q --csum xxhash image", CONDITION_CLEAN,
	 NULL},
	{"FAT12", "vfat", 4, "mkfs.vfat -F 12 image", CONDITION_CLEAN, NULL},
	{"FAT16", "vfat", 16, "mkfs.vfat -F 16 image", CONDITION_CLEAN, NULL},
	{"FAT32", "vfat", 64, "mkfs.vfat -F 32 image", CONDITION_CLEAN, NULL},
	{"FAT32, in use", "vfat", 64, "mkfs.vfat -F 32 image && " PUT(65, "\\001"),
	 CONDITION_NOT_CLEAN, NULL},
	{"FAT32, errors", "vfat", 64, "mkfs.vfat -F 32 image && " PUT(65, "\\003"),
	 CONDITION_ERRORS, "a read or write error was met on it"},
	{"FAT32, in use by Windows", "vfat", 64,
	 "mkfs.vfat -F 32 -R 32 image && " PUT(16391, "\\007"), CONDITION_NOT_CLEAN, NULL},
	{"FAT16, in use", "vfat", 16, "mkfs.vfat -F 16 image && " PUT(37, "\\001"),
	 CONDITION_NOT_CLEAN, NULL},
	{"exfat", "exfat", 64, "mkfs.exfat image", CONDITION_CLEAN, NULL},
	{"exfat, in use", "exfat", 64, "mkfs.exfat image && " PUT(106, "\\002"),
	 CONDITION_NOT_CLEAN, NULL},
	{"exfat, media failure", "exfat", 64, "mkfs.exfat image && " PUT(106, "\\004"),
	 CONDITION_ERRORS, "a read or write error was met on it"},
	{"ntfs", "ntfs", 16, "mkntfs -q -F -Q image", CONDITION_CLEAN, NULL},
	{"ntfs, dirty", "ntfs", 16, "mkntfs -q -F -Q image && ntfsfix image", CONDITION_NOT_CLEAN,
	 NULL},
	{"ntfs, $Volume gone", "ntfs", 16,
	 "mkntfs -q -F -Q -c 4096 image && dd if=/dev/zero of=image bs=1024 seek=19 count=1"
	 " conv=notrunc",
	 CONDITION_ERRORS, "its $Volume file cannot be made sense of"},
	{"f2fs", "f2fs", 64, "mkfs.f2fs -q image", CONDITION_CLEAN, NULL},
	{"f2fs, no checkpoint", "f2fs", 64,
	 "mkfs.f2fs -q image && dd if=/dev/zero of=image bs=1M seek=2 count=4 conv=notrunc",
	 CONDITION_ERRORS, "none of its checkpoints is good"},
	{"jfs", "jfs", 16, "mkfs.jfs -q image", CONDITION_CLEAN, NULL},
	{"jfs, mounted", "jfs", 16, "mkfs.jfs -q image && " PUT(32808, "\\001"), CONDITION_REPLAY,
	 NULL},
	{"jfs, dirty", "jfs", 16, "mkfs.jfs -q image && " PUT(32808, "\\002"), CONDITION_ERRORS,
	 NULL},
	{"jfs, log", "jfs", 16, "mkfs.jfs -q image && " PUT(32808, "\\004"), CONDITION_ERRORS,
	 "its journal could not be replayed"},
	{"swap", "swap", 16, "mkswap image", CONDITION_UNKNOWN, NULL},
	{"swap, hibernation", "swsuspend", 16, "mkswap image && " PUT(4086, "S1SUSPEND\\000"),
	 CONDITION_UNKNOWN, "it holds the memory of a system that hibernates"},
	{"swap, cut off", "swap", 16, "mkswap image && truncate -s 8M image", CONDITION_UNKNOWN,
	 "it is larger than its device"},
};

static void check_case(const char *folder, size_t i)
{
	_cleanup_free_ char *image = make_image(folder, cases[i].mib, cases[i].make);
	struct filesystem_state *state;

	if (!image)
		return;
	state = read_image(image, cases[i].type);
	if (!state)
		fail_msg("%s: nothing was read", cases[i].name);
	if (state->condition != cases[i].condition ||
	    !text_is_equal(state->remark, cases[i].remark))
		fail_msg("%s: %s, %s", cases[i].name, filesystem_condition_name(state->condition),
			 state->remark ? state->remark : "no remark");
	if (state->has_space)
		assert_in_range(state->free, 0, state->size);
	(void)filesystem_state_free(state);
	if (cases[i].condition == CONDITION_CLEAN && !cases[i].remark && find_lost(image))
		fail_msg("%s: its first superblock is taken for damaged", cases[i].name);
}

static void every_condition_is_read(void **unused)
{
	_cleanup_free_ char *folder = folder_make();

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(folder, i);
	folder_remove(folder);
}

static uint64_t shell_number(const char *folder, const char *line)
{
	_cleanup_free_ char *text = scratch_shell("cd %s && %s", folder, line);
	uint64_t number = 0;

	assert_non_null(text);
	assert_int_equal(text_parse_u64(text, &number), 0);
	return number;
}

#define DUMPE2FS(what) "dumpe2fs -h image 2>/dev/null | sed -n 's/^" what ": *//p'"

static void figures_are_those_of_dumpe2fs(void **unused)
{
	_cleanup_free_ char *folder = folder_make(), *image = NULL;
	struct filesystem_state *state;

	(void)unused;
	image = make_image(folder, 96,
			   EXT4_4K " && tune2fs -c 20 -C 5 -i 30d -T 20260302 image"
				   " && debugfs -w -R 'ssv last_mounted /srv' image"
				   " && debugfs -w -R 'ssv error_count 7' image"
				   " && debugfs -w -R 'ssv first_error_time 20260101' image"
				   " && debugfs -w -R 'ssv last_error_time 20260203' image");
	if (!image)
		skip();
	state = read_image(image, "ext4");
	assert_non_null(state);
	assert_int_equal(state->size, 96 * MIB);
	assert_int_equal(state->free, 4096 * shell_number(folder, DUMPE2FS("Free blocks")));
	assert_int_equal(state->inodes, shell_number(folder, DUMPE2FS("Inode count")));
	assert_int_equal(state->inodes_free, shell_number(folder, DUMPE2FS("Free inodes")));
	assert_int_equal(state->mounts, 5);
	assert_int_equal(state->mounts_limit, 20);
	assert_int_equal(state->check_interval, 30 * 24 * 3600);
	assert_int_equal(state->errors, 7);
	assert_int_equal(state->checked, shell_number(folder, "date -d 20260302 +%s"));
	assert_int_equal(state->first_error, shell_number(folder, "date -ud 20260101 +%s"));
	assert_int_equal(state->last_error, shell_number(folder, "date -ud 20260203 +%s"));
	assert_string_equal(state->last_mountpoint, "/srv");
	assert_true(state->made > 0 && state->written >= state->made);
	(void)filesystem_state_free(state);
	folder_remove(folder);
}

static const struct {
	const char *name;
	const char *type;
	unsigned mib;
	const char *make;
	uint64_t full; /* percent at most */
} spaces[] = {
	{"ext4", "ext4", 64, EXT4_4K, 20},
	{"xfs", "xfs", 320, "mkfs.xfs -q image", 30},
	{"btrfs", "btrfs", 128, "mkfs.btrfs -q image", 5},
	{"FAT12", "vfat", 4, "mkfs.vfat -F 12 image", 2},
	{"FAT16", "vfat", 16, "mkfs.vfat -F 16 image", 2},
	{"FAT32", "vfat", 64, "mkfs.vfat -F 32 image", 3},
	{"exfat", "exfat", 64, "mkfs.exfat image", 10},
};

static void free_space_is_read(void **unused)
{
	_cleanup_free_ char *folder = folder_make();

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		_cleanup_free_ char *image = make_image(folder, spaces[i].mib, spaces[i].make);
		struct filesystem_state *state = image ? read_image(image, spaces[i].type) : NULL;

		if (!image)
			continue;
		assert_non_null(state);
		if (!state->has_space ||
		    state->size - state->free > state->size * spaces[i].full / 100)
			fail_msg("%s: %" PRIu64 " of %" PRIu64, spaces[i].name, state->free,
				 state->size);
		(void)filesystem_state_free(state);
	}
	folder_remove(folder);
}

/* The journal of ext, the log and the inodes of XFS: what a copy of the metadata has at least. */
static void size_of_the_journal_is_read(void **unused)
{
	static const struct {
		const char *type, *make;
		uint64_t least, most;
	} kinds[] = {
		{"ext4", "mkfs.ext4 -q -F -J size=8 image", 8 * MIB, 8 * MIB},
		{"ext2", "mkfs.ext2 -q -F image", 0, 0},
		{"xfs", "mkfs.xfs -q -l size=70m image", 70 * MIB, 71 * MIB},
	};
	_cleanup_free_ char *folder = folder_make();

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_free_ char *image = make_image(folder, 320, kinds[i].make);
		struct filesystem_state *state = image ? read_image(image, kinds[i].type) : NULL;

		if (!image)
			continue;
		assert_non_null(state);
		assert_in_range(state->metadata, kinds[i].least, kinds[i].most);
		(void)filesystem_state_free(state);
	}
	folder_remove(folder);
}

/* Copies that are taken while the kernel has the filesystem mounted are those of a lost power. */
static void what_is_mounted_must_be_replayed(void **unused)
{
	static const struct {
		const char *type;
		const char *make;
		enum filesystem_condition condition;
	} kinds[] = {
		{"ext4", "mkfs.ext4 -q -F image", CONDITION_REPLAY},
		{"xfs", "mkfs.xfs -q image", CONDITION_REPLAY},
		{"btrfs", "mkfs.btrfs -q image", CONDITION_REPLAY},
	};
	_cleanup_free_ char *folder = NULL;

	(void)unused;
	if (!scratch_enter())
		skip();
	folder = folder_make();
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_free_ char *image = NULL, *copy = text_format("%s/copy", folder);
		struct filesystem_state *state;

		if (!scratch_can_make(kinds[i].type))
			continue;
		image = make_image(folder, 320, kinds[i].make);
		scratch_do(
			"cd %s && mount -o loop image /mnt && "
			"echo one >/mnt/file && sync /mnt/file && cp --sparse=always image copy; "
			"umount /mnt",
			folder);
		state = read_image(copy, kinds[i].type);
		assert_non_null(state);
		if (state->condition != kinds[i].condition)
			fail_msg("%s: %s", kinds[i].type,
				 filesystem_condition_name(state->condition));
		(void)filesystem_state_free(state);
		state = read_image(image, kinds[i].type);
		assert_non_null(state);
		assert_int_equal(state->condition, CONDITION_CLEAN);
		(void)filesystem_state_free(state);
	}
	folder_remove(folder);
}

/* A checkpoint's flags, with its sum put right. */
static void f2fs_flags_are_read(void **unused)
{
	static const struct {
		unsigned flags;
		enum filesystem_condition condition;
	} kinds[] = {
		{0x1, CONDITION_CLEAN},
		{0x0, CONDITION_REPLAY},
		{0x8, CONDITION_ERRORS},
		{0x11, CONDITION_ERRORS},
	};
	_cleanup_free_ char *folder = folder_make(), *image = NULL;

	(void)unused;
	image = make_image(folder, 64, "mkfs.f2fs -q image");
	for (size_t i = 0; image && i < ARRAY_SIZE(kinds); i++) {
		uint64_t size, place;
		_cleanup_close_ int fd = open_image(image, &size);
		unsigned char super[1024], pack[4096];
		struct filesystem_state *state;
		uint32_t sum, at;

		assert_int_equal(pread(fd, super, sizeof(super), 1024), sizeof(super));
		place = (uint64_t)get_le32(super + 76) * 4096;
		assert_int_equal(pread(fd, pack, sizeof(pack), (off_t)place), sizeof(pack));
		pack[132] = (unsigned char)kinds[i].flags;
		at = get_le32(pack + 164);
		sum = htole32(crc32_reflected(CRC32_POLYNOMIAL, 0xf2f52010, pack, at));
		memcpy(pack + at, &sum, sizeof(sum));
		assert_int_equal(pwrite(fd, pack, sizeof(pack), (off_t)place), sizeof(pack));
		state = read_image(image, "f2fs");
		assert_non_null(state);
		assert_int_equal(state->condition, kinds[i].condition);
		(void)filesystem_state_free(state);
	}
	folder_remove(folder);
}

static void unknown_types_say_nothing(void **unused)
{
	_cleanup_free_ char *folder = folder_make(), *image = make_image(folder, 8, "");

	(void)unused;
	assert_null(read_image(image, "zfs_member"));
	assert_null(read_image(image, NULL));
	assert_null(read_image(image, "ext4"));
	assert_null(read_image(image, "xfs"));
	assert_false(filesystem_state_is_known("crypto_LUKS"));
	assert_true(filesystem_state_is_known("ext4"));
	folder_remove(folder);
}

/* --- lost ones */

static const struct {
	const char *name;
	unsigned mib;
	const char *make;
	uint64_t zeros_at; /* what is overwritten */
	uint64_t zeros;
	const char *type;
	uint64_t backup;
	uint64_t block;
	const char *damage;
} lost_cases[] = {
	{"ext4, 4 KiB", 160, "mkfs.ext4 -q -F -b 4096 -L srv image", 0, 4096, "ext4",
	 32768 * 4096ull, 32768, "its first superblock is all zeros"},
	{"ext4, 1 KiB", 32, "mkfs.ext4 -q -F -b 1024 -L srv image", 1024, 1024, "ext4",
	 8193 * 1024ull, 8193, "its first superblock is all zeros"},
	{"ext3, 2 KiB", 64, "mkfs.ext3 -q -F -b 2048 -L srv image", 0, 65536, "ext3",
	 16384 * 2048ull, 16384, "its first superblock is all zeros"},
	{"ext2, 1 KiB", 32, "mkfs.ext2 -q -F -b 1024 -L srv image", 0, 65536, "ext2",
	 8193 * 1024ull, 8193, "its first superblock is all zeros"},
	{"ext2, without revision", 32, "mkfs.ext2 -q -F -r 0 -b 1024 image", 0, 65536, "ext2",
	 8193 * 1024ull, 8193, "its first superblock is all zeros"},
	{"ext4, second one gone, too", 480,
	 "mkfs.ext4 -q -F -b 4096 -L srv image && dd if=/dev/zero of=image bs=4096 seek=32768 "
	 "count=1"
	 " conv=notrunc",
	 0, 4096, "ext4", 98304 * 4096ull, 98304, "its first superblock is all zeros"},
	{"ext4, sparse_super2", 160, "mkfs.ext4 -q -F -b 4096 -O sparse_super2 -L srv image", 0,
	 4096, "ext4", 32768 * 4096ull, 32768, "its first superblock is all zeros"},
	{"ext4, groups of its own", 64,
	 "mkfs.ext4 -q -F -b 4096 -g 4096 -L srv image && " PUT(1072, "XYZ"), 0, 0, "ext4",
	 4096 * 4096ull, 4096, "the checksum of its first superblock is wrong"},
	{"ext4, checksum", 160, "mkfs.ext4 -q -F -b 4096 -L srv image && " PUT(1072, "XYZ"), 0, 0,
	 "ext4", 32768 * 4096ull, 32768, "the checksum of its first superblock is wrong"},
	{"ext4, one group, checksum", 64,
	 "mkfs.ext4 -q -F -b 4096 -L srv image && " PUT(1072, "XYZ"), 0, 0, "ext4", 0, 0,
	 "the checksum of its first superblock is wrong"},
	{"xfs", 320, "mkfs.xfs -q -L srv image", 0, 512, "xfs", 80 * MIB, 0,
	 "its first superblock is all zeros"},
	{"xfs, first 64 KiB", 320, "mkfs.xfs -q -L srv image", 0, 65536, "xfs", 80 * MIB, 0,
	 "its first superblock is all zeros"},
	{"xfs, seven groups", 560, "mkfs.xfs -q -L srv -d agcount=7 image", 0, 512, "xfs", 80 * MIB,
	 0, "its first superblock is all zeros"},
	{"xfs, 4 KiB sectors", 320, "mkfs.xfs -q -L srv -s size=4096 image", 0, 4096, "xfs",
	 80 * MIB, 0, "its first superblock is all zeros"},
	{"xfs without checksums", 320, "mkfs.xfs -q -m crc=0 -L srv image", 0, 512, "xfs", 80 * MIB,
	 0, "its first superblock is all zeros"},
	{"xfs on stripes", 1024, "mkfs.xfs -q -L srv -d su=64k,sw=4 image", 0, 1048576, "xfs",
	 32752 * 4096ull, 0, "its first superblock is all zeros"},
	{"xfs of odd size, first MiB", 333, "mkfs.xfs -q -L srv image", 0, 1048576, "xfs", 87293952,
	 0, "its first superblock is all zeros"},
	{"xfs, checksum", 320, "mkfs.xfs -q -L srv image && " PUT(140, "XYZ"), 0, 0, "xfs",
	 80 * MIB, 0, "the checksum of its first superblock is wrong"},
	{"btrfs", 160, "mkfs.btrfs -q -L srv image", 65536, 4096, "btrfs", 64 * MIB, 0,
	 "its first superblock is all zeros"},
	{"btrfs, checksum", 160, "mkfs.btrfs -q -L srv image && " PUT(65836, "XYZ"), 0, 0, "btrfs",
	 64 * MIB, 0, "the checksum of its first superblock is wrong"},
	{"FAT32", 64, "mkfs.vfat -F 32 -n srv image", 0, 512, "vfat", 3072, 0,
	 "its first superblock is all zeros"},
	{"FAT32, 4 KiB sectors", 512, "mkfs.vfat -F 32 -S 4096 -n srv image", 0, 4096, "vfat",
	 24576, 0, "its first superblock is all zeros"},
	{"exfat", 64, "mkfs.exfat -L srv image", 0, 512, "exfat", 6144, 0,
	 "its first superblock is all zeros"},
	{"exfat, checksum", 64, "mkfs.exfat -L srv image && " PUT(300, "XYZ"), 0, 0, "exfat", 6144,
	 0, "the checksum of its first superblock is wrong"},
	{"ntfs", 16, "mkntfs -q -F -Q -L srv image", 0, 512, "ntfs", 16 * MIB - 512, 0,
	 "its first superblock is all zeros"},
	{"f2fs", 64, "mkfs.f2fs -q -l srv image", 1024, 1024, "f2fs", 5120, 0,
	 "its first superblock is overwritten"},
	{"jfs", 16, "mkfs.jfs -q -L srv image", 32768, 4096, "jfs", 61440, 0,
	 "its first superblock is all zeros"},
};

/* The label and UUID that libblkid reads of what is not damaged yet. */
static char *blkid_value(const char *image, const char *tag)
{
	return scratch_shell("blkid -p -o value -s %s %s", tag, image);
}

static void damage(const char *image, uint64_t at, uint64_t length)
{
	if (length)
		scratch_do("dd if=/dev/zero of=%s bs=512 seek=%" PRIu64 " count=%" PRIu64
			   " conv=notrunc status=none",
			   image, at / 512, length / 512);
}

static void check_lost(const char *folder, size_t i)
{
	_cleanup_free_ char *image = make_image(folder, lost_cases[i].mib, lost_cases[i].make);
	_cleanup_free_ char *uuid = NULL, *label = NULL;
	struct lost_filesystem *lost, *copy;

	if (!image)
		return;
	if (lost_cases[i].zeros) {
		uuid = blkid_value(image, "UUID");
		label = blkid_value(image, "LABEL");
		lost = find_lost(image);
		if (lost)
			fail_msg("%s: lost before it was damaged", lost_cases[i].name);
	}
	damage(image, lost_cases[i].zeros_at, lost_cases[i].zeros);
	lost = find_lost(image);
	if (!lost)
		fail_msg("%s: not found", lost_cases[i].name);
	if (!text_is_equal(lost->type, lost_cases[i].type) ||
	    lost->backup != lost_cases[i].backup || lost->block != lost_cases[i].block ||
	    !text_is_equal(lost->damage, lost_cases[i].damage))
		fail_msg("%s: %s, %" PRIu64 ", %" PRIu64 ", %s", lost_cases[i].name, lost->type,
			 lost->backup, lost->block, lost->damage);
	if ((uuid && !text_is_equal(lost->uuid, uuid)) ||
	    (label && *label && !text_is_equal_ignoring_case(lost->label, label)))
		fail_msg("%s: %s, %s", lost_cases[i].name, lost->uuid, lost->label);
	copy = lost_filesystem_copy(lost);
	assert_string_equal(copy->damage, lost->damage);
	(void)lost_filesystem_free(copy);
	(void)lost_filesystem_free(lost);
}

static void lost_ones_are_found(void **unused)
{
	_cleanup_free_ char *folder = folder_make();

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(lost_cases); i++)
		check_lost(folder, i);
	folder_remove(folder);
}

/* The superblock is good, and what lies behind it is not. */
static void overwritten_descriptors_are_found(void **unused)
{
	_cleanup_free_ char *folder = folder_make(), *image = NULL;
	struct lost_filesystem *lost;
	uint64_t size;
	_cleanup_close_ int fd = -1;

	(void)unused;
	image = make_image(folder, 160, EXT4_4K);
	if (!image)
		skip();
	fd = open_image(image, &size);
	assert_null(lost_filesystem_read(fd, 0, size, "ext4"));
	damage(image, 4096, 512);
	lost = lost_filesystem_read(fd, 0, size, "ext4");
	assert_non_null(lost);
	assert_int_equal(lost->block, 32768);
	assert_string_equal(lost->damage, "the descriptors of its groups are overwritten");
	(void)lost_filesystem_free(lost);
	folder_remove(folder);
}

static uint64_t count_reads(void)
{
	return shell_number("/proc", "true; awk '/^syscr/ {print $2}' /proc/$PPID/io");
}

/* A dying disk must not suffer: nothing is searched through. */
static void little_is_read_of_blank_devices(void **unused)
{
	static const char *const makes[] = {
		"",
		"dd if=/dev/urandom of=image bs=1M count=8 conv=notrunc",
		"mkswap image && " PUT(1080, "\\123\\357"),
	};
	_cleanup_free_ char *folder = folder_make();

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(makes); i++) {
		_cleanup_free_ char *image = make_image(folder, 2000, makes[i]);
		uint64_t size, before, own;
		_cleanup_close_ int fd = -1;

		if (!image)
			continue;
		fd = open_image(image, &size);
		before = count_reads();
		own = count_reads() - before;
		before = count_reads();
		assert_null(lost_filesystem_read(fd, 0, size, NULL));
		assert_in_range(count_reads() - before - own, 1, READS_MAX);
	}
	folder_remove(folder);
}

/* --- records */

static void states_survive_json(void **unused)
{
	_cleanup_free_ char *folder = folder_make(), *image = NULL, *first = NULL, *second = NULL;
	struct filesystem_state *state, *again;
	_cleanup_json_ struct json_object *object = NULL, *other = NULL;

	(void)unused;
	image = make_image(folder, 64,
			   EXT4_4K " && debugfs -w -R 'ssv error_count 3' image"
				   " && truncate -s 30M image");
	if (!image)
		skip();
	state = read_image(image, "ext4");
	assert_non_null(state);
	object = filesystem_state_to_json(state);
	again = filesystem_state_from_json(object);
	other = filesystem_state_to_json(again);
	first = json_format(object);
	second = json_format(other);
	assert_string_equal(first, second);
	assert_int_equal(again->condition, CONDITION_ERRORS);
	assert_int_equal(again->errors, 3);
	(void)filesystem_state_free(again);
	(void)filesystem_state_free(state);
	folder_remove(folder);
}

static void nonsense_in_json_is_none(void **unused)
{
	static const char text[] = "{\"condition\": 7, \"made\": -5, \"mounts\": 99999999999999,"
				   "\"size\": 10, \"free\": 20, \"inodes\": 1, \"inodes_free\": 2}";
	_cleanup_json_ struct json_object *object = NULL, *empty = json_object_new_object();
	struct filesystem_state *state;

	(void)unused;
	assert_int_equal(json_parse(text, strlen(text), &object, NULL), 0);
	state = filesystem_state_from_json(object);
	assert_int_equal(state->condition, CONDITION_UNKNOWN);
	assert_int_equal(state->made, 0);
	assert_int_equal(state->mounts, 0);
	assert_false(state->has_space);
	assert_false(state->has_inodes);
	(void)filesystem_state_free(state);
	assert_null(lost_filesystem_from_json(empty));
	assert_null(lost_filesystem_from_json(NULL));
	assert_null(filesystem_state_from_json(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_condition_is_read),
		cmocka_unit_test(figures_are_those_of_dumpe2fs),
		cmocka_unit_test(free_space_is_read),
		cmocka_unit_test(f2fs_flags_are_read),
		cmocka_unit_test(unknown_types_say_nothing),
		cmocka_unit_test(lost_ones_are_found),
		cmocka_unit_test(overwritten_descriptors_are_found),
		cmocka_unit_test(little_is_read_of_blank_devices),
		cmocka_unit_test(states_survive_json),
		cmocka_unit_test(nonsense_in_json_is_none),
		/* the last one: it changes where this process lives */
		cmocka_unit_test(size_of_the_journal_is_read),
		cmocka_unit_test(what_is_mounted_must_be_replayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
