/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a program ended, in words; and which package brings which program. */
#include <string.h>
#include <sys/wait.h>

#include "base/i18n.h"
#include "base/process.h"

static const struct {
	const char *program;
	const char *package;
} packages[] = {
	{"btrfs", "btrfs-progs"},   {"cryptsetup", "cryptsetup-bin"}, {"e2fsck", "e2fsprogs"},
	{"losetup", "mount"},       {"lvm", "lvm2"},                  {"mdadm", "mdadm"},
	{"mount", "mount"},         {"mount.cifs", "cifs-utils"},     {"mount.nfs", "nfs-common"},
	{"qemu-img", "qemu-utils"}, {"qemu-nbd", "qemu-utils"},       {"smartctl", "smartmontools"},
	{"dmsetup", "dmsetup"},
	{"swapon", "mount"},        {"unshare", "util-linux"},        {"xfs_repair", "xfsprogs"},
	{"e2image", "e2fsprogs"},   {"e2undo", "e2fsprogs"},          {"xfs_metadump", "xfsprogs"},
	{"xfs_db", "xfsprogs"},     {"btrfs-image", "btrfs-progs"},   {"fsck.fat", "dosfstools"},
	{"fsck.exfat", "exfatprogs"}, {"ntfsfix", "ntfs-3g"},         {"fsck.f2fs", "f2fs-tools"},
	{"jfs_fsck", "jfsutils"},   {"ssh-keygen", "openssh-client"}, {"swaplabel", "util-linux"},
};

const char *process_package_of(const char *program)
{
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		if (text_is_equal(packages[i].program, program))
			return packages[i].package;
	}
	return NULL;
}

char *process_describe_status(int status)
{
	if (WIFSIGNALED(status))
		return text_format(_("ended by signal %d (%s)"), WTERMSIG(status),
				   strsignal(WTERMSIG(status)));
	return text_format(_("exit status %d"), WEXITSTATUS(status));
}

int process_exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
