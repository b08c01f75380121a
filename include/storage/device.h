/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One block device as the program sees it: what it is, what is on it, who uses it.
 *
 * Devices form a graph, not a tree: a partition has one parent, an array has several. A device
 * belongs to a struct machine, is immutable once the machine is made and is freed with it; what
 * outlives the machine keeps the name and looks it up again.
 *
 *   sda ─┬─ sda1 ─┐
 *        └─ sda2  ├─ md0 ── vg-root        web01.img ── web01.img1 (no kernel node:
 *   sdb ─── sdb1 ─┘                                      is_virtual, offset, size)
 */
#ifndef REFLOAT_STORAGE_DEVICE_H
#define REFLOAT_STORAGE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"
#include "storage/filesystem_state.h"

enum device_kind {
	DEVICE_DISK,      /* a whole disk: sd, hd, vd, xvd, nvme, mmcblk, cciss, rd, nbd, ... */
	DEVICE_PARTITION, /* a part of a disk, array or loop device */
	DEVICE_MD,        /* Linux software RAID */
	DEVICE_LVM,       /* logical volume */
	DEVICE_CRYPT,     /* opened LUKS or dm-crypt container */
	DEVICE_MULTIPATH, /* several paths to one disk */
	DEVICE_DM,        /* another device-mapper target */
	DEVICE_LOOP,      /* loop device */
	DEVICE_ZRAM,      /* compressed memory */
	DEVICE_ROM,       /* CD, DVD */
	DEVICE_IMAGE,     /* a disk image given with --image; path is the file */
	DEVICE_KIND_COUNT
};

enum device_state {
	DEVICE_PROBING, /* its probe has not answered yet */
	DEVICE_OK,
	DEVICE_SILENT, /* did not answer within the deadline; reason says which */
	DEVICE_ERROR,  /* could not be read; reason says why */
};

/* Whether a filesystem's journal must be replayed before its contents are up to date. */
enum journal_state {
	JOURNAL_UNKNOWN,
	JOURNAL_CLEAN,
	JOURNAL_DIRTY,
};

/* What the superblock of an md array's member says; texts never NULL but where said. */
struct raid_member {
	char *array_uuid;     /* as mdadm prints it: 8 digits, four times, with colons; a container's:
	                         "imsm:89abcdef", which only we call it */
	char *device_uuid;    /* of this member; NULL: version 0.90 has none */
	char *name;           /* "host:root", "host:0", "root"; "" for none */
	char *level;          /* "raid1", "raid5", "linear", ..., "container" */
	char *version;        /* "0.90", "1.0", "1.1", "1.2"; "imsm", "ddf": a container's */
	char *slots;          /* how this member saw the array: "A", "." or "R" for each place; "?" where
	                         two had one place */
	char *hindrance;      /* why no array of such members is started, a sentence part; NULL: nothing */
	int role;             /* its place from 0; RAID_ROLE_SPARE, _FAULTY, _JOURNAL */
	unsigned place_count; /* devices that the array wants */
	unsigned minor;       /* version 0.90: of the node it was last called by */
	unsigned layout;      /* as its level has it */
	uint64_t events;      /* the higher, the newer */
	int64_t updated;      /* seconds since 1970 */
	uint64_t array_size;  /* bytes; 0: unknown, or the sum of its members' data_size */
	uint64_t data_offset; /* bytes before the data on this member */
	uint64_t data_size;   /* bytes of this member that linear and raid0 make use of */
	bool is_clean;        /* nothing was being written */
	bool is_reshaping;    /* its layout was being changed */
	bool is_recovering;   /* this member was being rebuilt */
	bool has_parity_log;  /* raid5: what was being written can be told without all members (PPL) */
	bool wants_journal;   /* it is written through a journal on a device of its own */
};

#define RAID_PLACES_MAX 4096 /* more than any superblock can name */

#define RAID_ROLE_SPARE (-1)
#define RAID_ROLE_FAULTY (-2)
#define RAID_ROLE_JOURNAL (-3)

/* What the superblock of a btrfs filesystem says of its devices; all 0: unknown. */
struct btrfs_super {
	uint64_t device_id;    /* of this device in the filesystem, from 1 */
	uint64_t device_count; /* devices that make up the filesystem */
	uint64_t generation;   /* the higher, the newer */
};

#define BTRFS_DEVICES_MAX 65535u /* what claims to have more is not believed */

/* What signatures say is on a device; every text NULL where there is none. Bytes as on disk. */
struct content {
	char *usage;   /* "filesystem", "raid", "crypto", "other" (libblkid's words) */
	char *type;    /* "ext4", "swap", "linux_raid_member", ... */
	char *version; /* of the format */
	char *label;
	char *uuid;
	char *uuid_sub;              /* btrfs: of this member device */
	char *note;                  /* what is odd, such as two signatures; a sentence part */
	struct raid_member *raid;    /* linux_raid_member: what its superblock says; NULL: unknown */
	struct btrfs_super btrfs;    /* btrfs: what its superblock says */
	enum journal_state journal;
	struct filesystem_state *state; /* what its superblock says of it; NULL: nothing */
	struct lost_filesystem *lost;   /* a filesystem whose first superblock is damaged; type is NULL or
	                                   untrue then; NULL: none */
	bool is_ambiguous;           /* several signatures contradict each other; type is NULL */
};

/* The partition table on a device; type is NULL where there is none. */
struct table {
	char *type; /* "gpt", "dos", "bsd", "sun", "sgi", "mac" */
	char *uuid; /* disk GUID, or the 8 hexadecimal digits of an MBR's signature */
	char *note; /* what is odd: "the first GPT header is damaged; the backup was read" */
};

/* What a partition table says of a partition. */
struct table_entry {
	unsigned number;   /* 1..; 0 where device is no partition */
	char *type;        /* "0x83", a GPT type GUID in lower case, or the table's own word */
	char *type_name;   /* "Linux filesystem" */
	char *label;       /* GPT or Mac partition name */
	char *uuid;        /* PARTUUID, lower case; MBR: "signature-NN" */
	char *disk_type;   /* type of the table it stands in */
	bool is_bootable;  /* MBR active flag, GPT legacy boot attribute */
	bool is_logical;   /* inside an MBR extended partition */
	bool is_extended;  /* is an MBR extended partition itself */
};

struct device {
	enum device_kind kind;
	enum device_state state;
	char *reason;             /* for SILENT and ERROR: why, a sentence part */

	char *name;               /* as shown: "sda1", "cciss/c0d0", "vg-root", "web01.img1" */
	char *kernel_name;        /* "dm-3", "cciss!c0d0"; NULL where the kernel has no node */
	char *path;               /* what to open: "/dev/sda1", "/dev/mapper/vg-root", an image file;
	                             NULL for a virtual partition */
	dev_t number;             /* 0 where the kernel has no node */
	struct text_list aliases; /* other names: "/dev/dm-3", "/dev/disk/by-id/...", "/dev/md/root" */

	uint64_t size;            /* bytes */
	uint64_t start;           /* bytes from the start of the parent; partitions */
	unsigned sector_size;     /* logical, bytes; 0 unknown */
	unsigned physical_sector_size;
	char *model;              /* trimmed; NULL unknown */
	char *vendor;
	char *serial;
	char *wwn;                /* "0x5000..." or "eui...." */
	char *transport;          /* "sata", "nvme", "virtio", "usb", "iscsi", ...; NULL unknown */
	int is_rotational;        /* 1 yes, 0 no, -1 unknown */
	bool is_read_only;
	bool is_removable;
	uint64_t medium;          /* removable: another number with each medium; 0 unknown */
	bool is_virtual;          /* a partition that the kernel does not show */
	bool is_rescue;           /* holds the running rescue system itself */
	bool is_dormant;          /* not up in the kernel, but what it lies on is here: a plan can bring it
	                             up; path is what it will be called then, number is 0. MD with a
	                             number: it was begun and not started, and must be stopped first */
	bool is_degraded;         /* MD, LVM: works, or would, though members are missing */
	bool needs_writing;       /* LVM, dormant: lvm and the kernel write to what it lies on when it is
	                             brought up, even read-only (RAID, mirrors, thin pools, caches) */
	bool is_snapshot;         /* LVM: an earlier state of another volume, and the same UUIDs in it */
	char *obstacle;           /* dormant: why it cannot be brought up, a sentence part; NULL: it can */
	struct text_list notes;   /* what is odd about how it is made up, sentence parts */
	char *look_path;          /* dormant, and held up for looking (storage/stack.h): where its bytes
	                             are now; NULL otherwise */

	struct table table;       /* on it */
	struct table_entry entry; /* of it */
	struct content content;   /* on it */

	char *array_name;         /* MD: name in the superblock, "host:0" */
	char *array_level;        /* MD: "raid1" */
	char *array_uuid;         /* MD: as mdadm prints it */
	char *array_state;        /* MD: "[U_]"-like; "inactive": begun, not started; NULL: unknown */
	unsigned array_places;    /* MD, dormant: devices that it wants; 0 unknown */
	char *dm_uuid;            /* device-mapper UUID, "LVM-...", "CRYPT-LUKS2-..." */
	char *dm_name;
	char *group_name;         /* LVM: volume group */
	char *volume_name;        /* LVM: logical volume in its group */
	char *backing_file;       /* loop: its file */
	unsigned position;        /* IMAGE: 1.. as they were given; 0 for all others */

	struct device **members;  /* btrfs on several devices: those that make it up, on the one that
	                             stands for it, which is the first; NULL otherwise */
	size_t member_count;
	const struct device *member_of; /* btrfs on several devices: the one that stands for it, where
	                                   this is another one; NULL otherwise */
	const struct device *copy_of; /* btrfs: another one that claims to be the same member of it */

	struct text_list mountpoints; /* in mount order; "[SWAP]" for active swap */

	struct device **parents;  /* what it lies on */
	size_t parent_count;
	size_t parent_capacity;
	struct device **children; /* what lies on it, in natural order */
	size_t child_count;
	size_t child_capacity;
};

/* lsblk's word for the kind ("disk", "part", "raid1", "lvm", "crypt", "mpath", "loop", ...). */
const char *device_type_name(const struct device *device);
/* "probing", "ok", "silent", "error": stable, for JSON. */
const char *device_state_name(enum device_state state);

/* The disk or image at the bottom of DEVICE, the first one where there are several. */
const struct device *device_get_disk(const struct device *device);

/* The parent of a partition; NULL for anything else. */
const struct device *device_get_parent_disk(const struct device *partition);

/* Whether DEVICE is a partition of a disk that is used as a whole by something bigger: what can be
 * seen there is seen through that (a path of a multipath device, a member of a whole-disk array). */
bool device_is_shadowed(const struct device *device);

/* Whether DEVICE is a member of something bigger (an array, a volume group), so that what is on
 * it must not be mounted or written directly. */
bool device_is_member(const struct device *device);

/*
 * The device that stands for the filesystem on DEVICE: another one where that is a btrfs filesystem
 * on several devices, else DEVICE itself. NULL gives NULL.
 */
const struct device *device_get_filesystem(const struct device *device);

/* btrfs: whether DEVICE was part of the filesystem that it carries, and no longer is. */
bool device_is_former_member(const struct device *device);

/* btrfs: whether DEVICE was away while the others of its filesystem were written to. */
bool device_is_stale_member(const struct device *device);

/* How many devices of the filesystem that DEVICE stands for are not here. */
size_t device_count_missing(const struct device *device);

/* Whether DEVICE is an encrypted container (LUKS) that nobody has opened. */
bool device_is_locked(const struct device *device);

/*
 * What to hand to mount(8) or losetup(8): the file or node that holds the bytes, and the place in
 * it. *RET_OFFSET is 0 and *RET_SIZE 0 where the whole of the path is meant. The path is borrowed.
 * -ENODEV where nothing can be opened (a recorded machine has no such node; the name is still
 * given, so that a plan can be printed).
 */
int device_get_extent(const struct device *device, const char **ret_path, uint64_t *ret_offset,
		      uint64_t *ret_size);

/* The same for looking: a dormant device is where a look holds it up (-ENODEV: nowhere). */
int device_get_look_extent(const struct device *device, const char **ret_path,
			   uint64_t *ret_offset, uint64_t *ret_size);

struct device *device_new(enum device_kind kind, const char *name);
struct device *device_free(struct device *device); /* not its parents and children */
void device_link(struct device *parent, struct device *child);
/* The same for what others say: not twice, and not where the graph would run in a circle. */
void device_link_sanely(struct device *parent, struct device *child);

struct raid_member *raid_member_free(struct raid_member *raid);
struct raid_member *raid_member_copy(const struct raid_member *raid); /* NULL gives NULL */
void content_done(struct content *content);
void table_done(struct table *table);
void table_entry_done(struct table_entry *entry);
void content_copy(struct content *to, const struct content *from);

#endif
