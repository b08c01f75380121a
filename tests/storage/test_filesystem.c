/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of filesystem types and of the roles of mount options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "storage/filesystem.h"

static void options_have_their_roles(void **state)
{
	static const struct {
		const char *type;
		const char *option;
		enum option_role role;
	} cases[] = {
		{"btrfs", "subvol=@", OPTION_NEEDED},
		{"btrfs", "subvolid=256", OPTION_NEEDED},
		{"btrfs", "compress=zstd:1", OPTION_OTHER},
		{"btrfs", "degraded", OPTION_NEEDED},
		{"btrfs", "device=/dev/sdb", OPTION_NEEDED},
		{"btrfs", "discard=async", OPTION_HINDERING},
		{"btrfs", "autodefrag", OPTION_HINDERING},
		{"vfat", "umask=0077", OPTION_NEEDED},
		{"vfat", "iocharset=utf8", OPTION_NEEDED},
		{"vfat", "utf8", OPTION_NEEDED},
		{"ntfs", "nls=utf8", OPTION_NEEDED},
		{"ext4", "defaults", OPTION_HINDERING},
		{"ext4", "noauto", OPTION_HINDERING},
		{"ext4", "user", OPTION_HINDERING},
		{"ext4", "user=joe", OPTION_HINDERING},
		{"cifs", "user=joe", OPTION_NEEDED},
		{"ext4", "usrquota", OPTION_HINDERING},
		{"ext4", "usrjquota=aquota.user", OPTION_HINDERING},
		{"xfs", "uqnoenforce", OPTION_HINDERING},
		{"ext4", "discard", OPTION_HINDERING},
		{"ext4", "noexec", OPTION_HINDERING},
		{"ext4", "nosuid", OPTION_OTHER},
		{"ext4", "nodev", OPTION_OTHER},
		{"ext4", "ro", OPTION_HINDERING},
		{"ext4", "errors=panic", OPTION_HINDERING},
		{"ext4", "errors=remount-ro", OPTION_OTHER},
		{"ext4", "x-systemd.automount", OPTION_HINDERING},
		{"ext4", "X-mount.mkdir", OPTION_HINDERING},
		{"ext4", "comment=systemd.automount", OPTION_HINDERING},
		{"ext4", "nofail", OPTION_HINDERING},
		{"ext4", "_netdev", OPTION_HINDERING},
		{"ext4", "noatime", OPTION_OTHER},
		{"xfs", "nobarrier", OPTION_OTHER},
		{"ext4", "data=journal", OPTION_OTHER},
		{"ext4", "context=system_u:object_r:x:s0", OPTION_HINDERING},
		{"ext4", "", OPTION_OTHER},
		{NULL, "uid=0", OPTION_NEEDED},
		/* a name that only begins like one we know is another one */
		{"ext4", "userxattr", OPTION_OTHER},
		{"ext4", "autobahn", OPTION_OTHER},
		{"ext4", "subvol", OPTION_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (filesystem_option_role(cases[i].type, cases[i].option) != cases[i].role)
			fail_msg("%s has another role", cases[i].option);
	}
}

static void types_are_known(void **state)
{
	(void)state;
	assert_null(filesystem_find(NULL));
	assert_null(filesystem_find("nosuchfs"));
	assert_int_equal(filesystem_find("nfs4")->class, FILESYSTEM_NETWORK);
	assert_int_equal(filesystem_find("overlay")->class, FILESYSTEM_OVERLAY);
	assert_int_equal(filesystem_find("zfs")->class, FILESYSTEM_FOREIGN);
	assert_true(filesystem_find("xfs")->needs_nouuid);
	assert_false(filesystem_find("vfat")->can_be_root);
}

/* Whatever has a journal is looked at without replaying it. */
static void journals_are_not_replayed(void **state)
{
	static const char *const types[] = {"ext3", "ext4",	"xfs",	  "btrfs",
					    "f2fs", "reiserfs", "nilfs2", "bcachefs"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		assert_int_not_equal(strlen(filesystem_find(types[i])->look_options), 0);
}

static void support_is_told(void **state)
{
	(void)state;
	assert_true(filesystem_is_supported("proc"));
	assert_true(filesystem_is_supported("tmpfs"));
	assert_false(filesystem_is_supported("nosuchfs"));
	/* only part of a name that the kernel lists */
	assert_false(filesystem_is_supported("tmp"));
	assert_false(filesystem_is_supported("mpfs"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_have_their_roles),
		cmocka_unit_test(types_are_known),
		cmocka_unit_test(journals_are_not_replayed),
		cmocka_unit_test(support_is_told),
	};

	return cmocka_run_group_tests_name("filesystem", tests, NULL, NULL);
}
