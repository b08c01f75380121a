/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we know of each filesystem type: how it is looked at, which options decide its contents. */
#ifndef REFLOAT_STORAGE_FILESYSTEM_H
#define REFLOAT_STORAGE_FILESYSTEM_H

#include <stdbool.h>

enum filesystem_class {
	FILESYSTEM_DISK,    /* lies on a device */
	FILESYSTEM_NETWORK, /* nfs, cifs, ... */
	FILESYSTEM_PSEUDO,  /* proc, tmpfs, ... */
	FILESYSTEM_OVERLAY, /* overlay, aufs */
	FILESYSTEM_FOREIGN, /* has its own tools and cannot simply be mounted: zfs */
};

struct filesystem {
	const char *type;             /* libblkid's and the kernel's name */
	enum filesystem_class class;
	const char *look_options;     /* so that looking replays no journal: "noload", ... ; "" */
	bool can_be_root;             /* Linux, BSD or Windows systems live on it */
	bool needs_nouuid;            /* refuses a second filesystem of one UUID without an option */
	const char *package;          /* Debian package with its tools */
};

/* NULL for a type we do not know (which may still be mountable). */
const struct filesystem *filesystem_find(const char *type);

/* Two lists of options as one, either of which may be empty or NULL; the caller frees. */
char *filesystem_join_options(const char *a, const char *b);

/* The options that read the most from a damaged filesystem of TYPE, on a device that cannot be
 * written; its look options where it has no others, "" for a type that we do not know. */
const char *filesystem_salvage_options(const char *type);

/*
 * Whether option OPTION ("subvol=@", "noexec") of filesystem TYPE decides what is seen in it
 * (needed), hinders a rescue (hindering), or neither.
 */
enum option_role {
	OPTION_NEEDED,    /* contents differ without it: subvol, subvolid, utf8, iocharset, ... */
	OPTION_HINDERING, /* noauto, user, quota, discard, noexec, x-*, nofail, errors=panic, ... */
	OPTION_OTHER,     /* kept, dropped if the kernel refuses */
};
enum option_role filesystem_option_role(const char *type, const char *option);

/* The type to mount TYPE as on this system, where it has several that can: "ntfs-3g" for "ntfs"; else TYPE. */
const char *filesystem_driver(const char *type);

/* Whether the running kernel lists TYPE in /proc/filesystems, or has a module or helper for it. */
bool filesystem_is_supported(const char *type);

#endif
