/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we know of each filesystem type, and of each mount option. */
#include "storage/filesystem.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

#define DISK FILESYSTEM_DISK
#define NETWORK FILESYSTEM_NETWORK
#define PSEUDO FILESYSTEM_PSEUDO

/* type, class, options to look with, can be a root, needs nouuid, package of its tools */
static const struct filesystem filesystems[] = {
	{"ext2", DISK, "noload", true, false, "e2fsprogs"},
	{"ext3", DISK, "noload", true, false, "e2fsprogs"},
	{"ext4", DISK, "noload", true, false, "e2fsprogs"},
	{"ext4dev", DISK, "noload", true, false, "e2fsprogs"},
	{"xfs", DISK, "norecovery,nouuid", true, true, "xfsprogs"},
	{"btrfs", DISK, "rescue=nologreplay", true, false, "btrfs-progs"},
	{"f2fs", DISK, "norecovery", true, false, "f2fs-tools"},
	{"jfs", DISK, "nointegrity", true, false, "jfsutils"},
	{"reiserfs", DISK, "nolog", true, false, "reiserfsprogs"},
	{"nilfs2", DISK, "norecovery", true, false, "nilfs-tools"},
	{"bcachefs", DISK, "nochanges,norecovery", true, false, "bcachefs-tools"},
	{"minix", DISK, "", true, false, "util-linux"},
	{"vfat", DISK, "", false, false, "dosfstools"},
	{"msdos", DISK, "", false, false, "dosfstools"},
	{"exfat", DISK, "", false, false, "exfatprogs"},
	{"ntfs", DISK, "", true, false, "ntfs-3g"},
	{"ntfs3", DISK, "", true, false, "ntfs-3g"},
	{"ntfs-3g", DISK, "", true, false, "ntfs-3g"},
	{"hfs", DISK, "", false, false, "hfsutils"},
	{"hfsplus", DISK, "", true, false, "hfsprogs"},
	{"ufs", DISK, "ufstype=ufs2", true, false, NULL},
	{"squashfs", DISK, "", true, false, "squashfs-tools"},
	{"erofs", DISK, "", true, false, "erofs-utils"},
	{"iso9660", DISK, "", false, false, NULL},
	{"udf", DISK, "", false, false, "udftools"},
	{"swap", FILESYSTEM_PSEUDO, "", false, false, "mount"},
	{"nfs", NETWORK, "", false, false, "nfs-common"},
	{"nfs4", NETWORK, "", false, false, "nfs-common"},
	{"cifs", NETWORK, "", false, false, "cifs-utils"},
	{"smb3", NETWORK, "", false, false, "cifs-utils"},
	{"smbfs", NETWORK, "", false, false, "cifs-utils"},
	{"ncpfs", NETWORK, "", false, false, NULL},
	{"9p", NETWORK, "", false, false, NULL},
	{"virtiofs", NETWORK, "", false, false, NULL},
	{"ceph", NETWORK, "", false, false, "ceph-common"},
	{"glusterfs", NETWORK, "", false, false, "glusterfs-client"},
	{"fuse.glusterfs", NETWORK, "", false, false, "glusterfs-client"},
	{"fuse.sshfs", NETWORK, "", false, false, "sshfs"},
	{"sshfs", NETWORK, "", false, false, "sshfs"},
	{"davfs", NETWORK, "", false, false, "davfs2"},
	{"afs", NETWORK, "", false, false, NULL},
	{"lustre", NETWORK, "", false, false, NULL},
	{"beegfs", NETWORK, "", false, false, NULL},
	{"ocfs2", NETWORK, "", false, false, "ocfs2-tools"},
	{"gfs2", NETWORK, "", false, false, "gfs2-utils"},
	{"proc", PSEUDO, "", false, false, NULL},
	{"sysfs", PSEUDO, "", false, false, NULL},
	{"tmpfs", PSEUDO, "", false, false, NULL},
	{"ramfs", PSEUDO, "", false, false, NULL},
	{"devtmpfs", PSEUDO, "", false, false, NULL},
	{"devpts", PSEUDO, "", false, false, NULL},
	{"devfs", PSEUDO, "", false, false, NULL},
	{"cgroup", PSEUDO, "", false, false, NULL},
	{"cgroup2", PSEUDO, "", false, false, NULL},
	{"efivarfs", PSEUDO, "", false, false, NULL},
	{"debugfs", PSEUDO, "", false, false, NULL},
	{"tracefs", PSEUDO, "", false, false, NULL},
	{"securityfs", PSEUDO, "", false, false, NULL},
	{"configfs", PSEUDO, "", false, false, NULL},
	{"pstore", PSEUDO, "", false, false, NULL},
	{"bpf", PSEUDO, "", false, false, NULL},
	{"mqueue", PSEUDO, "", false, false, NULL},
	{"hugetlbfs", PSEUDO, "", false, false, NULL},
	{"binfmt_misc", PSEUDO, "", false, false, NULL},
	{"fusectl", PSEUDO, "", false, false, NULL},
	{"rpc_pipefs", PSEUDO, "", false, false, NULL},
	{"nfsd", PSEUDO, "", false, false, NULL},
	{"usbfs", PSEUDO, "", false, false, NULL},
	{"usbdevfs", PSEUDO, "", false, false, NULL},
	{"selinuxfs", PSEUDO, "", false, false, NULL},
	{"autofs", PSEUDO, "", false, false, NULL},
	{"overlay", FILESYSTEM_OVERLAY, "", false, false, NULL},
	{"overlayfs", FILESYSTEM_OVERLAY, "", false, false, NULL},
	{"aufs", FILESYSTEM_OVERLAY, "", false, false, NULL},
	{"unionfs", FILESYSTEM_OVERLAY, "", false, false, NULL},
	{"fuse.mergerfs", FILESYSTEM_OVERLAY, "", false, false, NULL},
	{"mergerfs", FILESYSTEM_OVERLAY, "", false, false, NULL},
	{"zfs", FILESYSTEM_FOREIGN, "", false, false, "zfsutils-linux"},
	{"zfs_member", FILESYSTEM_FOREIGN, "", false, false, "zfsutils-linux"},
	{"apfs", FILESYSTEM_FOREIGN, "", false, false, NULL},
	{"vmfs", FILESYSTEM_FOREIGN, "", false, false, "vmfs6-tools"},
};

const struct filesystem *filesystem_find(const char *type)
{
	for (size_t i = 0; type && i < ARRAY_SIZE(filesystems); i++) {
		if (strcmp(filesystems[i].type, type) == 0)
			return &filesystems[i];
	}
	return NULL;
}

char *filesystem_join_options(const char *a, const char *b)
{
	if (text_is_empty(a) || text_is_empty(b))
		return text_copy(text_is_empty(a) ? (b ? b : "") : a);
	return text_format("%s,%s", a, b);
}

const char *filesystem_salvage_options(const char *type)
{
	const struct filesystem *filesystem = filesystem_find(type);

	/* rescue=all is nothing about the tree of trees, an older one of which is taken besides */
	if (text_is_equal(type, "btrfs"))
		return "rescue=all,rescue=usebackuproot";
	return filesystem ? filesystem->look_options : "";
}

/* Without these other contents, other names or other owners are seen. "name=" takes a value. */
static const char *const needed_options[] = {
	"subvol=", "subvolid=", "device=", "degraded", "iocharset=", "codepage=", "nls=", "utf8",
	"utf8=", "locale=", "uid=", "gid=", "umask=", "fmask=", "dmask=", "nouuid", "ufstype=",
	"sb=", "logdev=", "rtdev=", "journal_dev=", "journal_path=", "lowerdir=", "upperdir=",
	"workdir=", "bind", "rbind", "vers=", "nfsvers=", "credentials=", "username=", "user=",
	"password=", "pass=", "domain=", "sec=", "port=", "shortname=", "posix", "compat",
	"norecovery", "noload", "snap=", "cp=", "nolog", "part=", "session=",
};

/*
 * These keep a rescue from seeing or using what is there, speak to the target's init and not to
 * the kernel, or write more than is asked for. nosuid, nodev and errors=remount-ro are none of
 * them: a chroot gets its /dev from the rescue system, and what is safer stays.
 */
static const char *const hindering_options[] = {
	"defaults", "auto", "noauto", "user", "users", "owner", "group", "nouser", "nofail",
	"_netdev", "_rnetdev", "comment=", "bootwait", "nobootwait", "optional", "showthrough",
	"timeout=", "quota", "noquota", "usrquota", "grpquota", "prjquota", "uquota", "gquota",
	"pquota", "uqnoenforce", "gqnoenforce", "pqnoenforce", "qnoenforce", "usrjquota=",
	"grpjquota=", "prjjquota=", "jqfmt=", "usrquota=", "grpquota=", "quota=", "discard",
	"discard=", "nodiscard", "noexec", "ro", "rw", "errors=panic", "errors=continue", "sync",
	"dirsync", "mand", "nomand", "loop", "loop=", "offset=", "sizelimit=", "helper=",
	"uhelper=", "bg", "fg", "pri=", "sw", "silent", "remount", "usebackuproot", "autodefrag",
	"clear_cache", "resize", "resize=", "context=", "fscontext=", "defcontext=",
	"rootcontext=",
};

/* OPTION is LIST's entry itself, or NAME= followed by any value. */
static bool matches(const char *const *list, size_t count, const char *option)
{
	for (size_t i = 0; i < count; i++) {
		bool takes_value = text_has_suffix(list[i], "=");

		if (takes_value ? text_has_prefix(option, list[i]) : strcmp(list[i], option) == 0)
			return true;
	}
	return false;
}

enum option_role filesystem_option_role(const char *type, const char *option)
{
	/* CIFS alone knows user= as an account; "user" of fstab is matched without the value */
	bool is_network = filesystem_find(type) && filesystem_find(type)->class == NETWORK;

	if (text_has_prefix(option, "x-") || text_has_prefix(option, "X-"))
		return OPTION_HINDERING;
	if (text_has_prefix(option, "user=") && !is_network)
		return OPTION_HINDERING;
	if (matches(needed_options, ARRAY_SIZE(needed_options), option))
		return OPTION_NEEDED;
	if (matches(hindering_options, ARRAY_SIZE(hindering_options), option))
		return OPTION_HINDERING;
	return OPTION_OTHER;
}

/* A whole word of a /proc/filesystems line: "nodev\tproc" or "\text4". */
static bool is_listed(const char *list, const char *type)
{
	size_t length = strlen(type);

	for (const char *at = strstr(list, type); at; at = strstr(at + 1, type)) {
		if ((at == list || at[-1] == '\t') && (at[length] == '\n' || !at[length]))
			return true;
	}
	return false;
}

static bool kernel_lists(const char *type)
{
	_cleanup_free_ char *list = NULL;

	return file_read("/proc/filesystems", 65536, &list, NULL, NULL) == 0 &&
	       is_listed(list, type);
}

/* Whether a module can be loaded for TYPE: its alias is fs-TYPE. */
static bool has_module(const char *type)
{
	_cleanup_free_ char *path = NULL, *aliases = NULL, *wanted = NULL;
	struct utsname kernel;

	if (uname(&kernel) < 0)
		return false;
	path = text_format("/lib/modules/%s/modules.alias", kernel.release);
	if (file_read(path, 16 * 1024 * 1024, &aliases, NULL, NULL) < 0)
		return false;
	wanted = text_format("alias fs-%s ", type);
	return strstr(aliases, wanted) != NULL;
}

/* What mounts NTFS, best first: ntfs-3g sees to hibernation and to the journal itself, and the kernel's driver of the
 * old name only reads. */
static const struct {
	const char *type;
	const char *driver;
	const char *helper; /* NULL: the kernel's own */
} drivers[] = {
	{"ntfs", "ntfs-3g", "mount.ntfs-3g"},
	{"ntfs", "ntfs3", NULL},
};

const char *filesystem_driver(const char *type)
{
	for (size_t i = 0; type && i < ARRAY_SIZE(drivers); i++) {
		_cleanup_free_ char *found =
			drivers[i].helper ? process_find_program(drivers[i].helper) : NULL;

		if (strcmp(drivers[i].type, type) == 0 &&
		    (found || (!drivers[i].helper && filesystem_is_supported(drivers[i].driver))))
			return drivers[i].driver;
	}
	return type;
}

bool filesystem_is_supported(const char *type)
{
	_cleanup_free_ char *helper = text_format("mount.%s", type);
	_cleanup_free_ char *found = NULL;

	if (kernel_lists(type) || has_module(type))
		return true;
	found = process_find_program(helper);
	return found != NULL;
}
