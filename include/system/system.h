/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The installed systems, and what every filesystem that was looked into turned out to be.
 *
 * A survey is to systems what struct machine is to devices: an immutable snapshot, freed whole,
 * that names devices by name. It was made without a byte being written (storage/look.h).
 */
#ifndef REFLOAT_SYSTEM_SYSTEM_H
#define REFLOAT_SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/problem.h"
#include "base/text.h"
#include "storage/machine.h"
#include "system/crypttab.h"
#include "system/fstab.h"

enum system_kind {
	SYSTEM_LINUX,
	SYSTEM_WINDOWS,
	SYSTEM_BSD,
};

/* What a filesystem seems to be for, by its contents. Bits. */
enum volume_role {
	ROLE_ROOT = 1 << 0, /* etc with fstab, hosts or os-release, and bin or usr */
	ROLE_USR = 1 << 1,
	ROLE_VAR = 1 << 2,
	ROLE_BOOT = 1 << 3, /* kernels, grub */
	ROLE_ESP = 1 << 4,  /* EFI/ */
	ROLE_HOME = 1 << 5,
};

/* Where a mount point of the system's fstab really leads, seen while looking. */
struct place {
	char *mountpoint; /* as the fstab entry has it, normalised */
	char *resolved;   /* in-root path with symlinks resolved; NULL where it could not be seen */
	bool exists;      /* there is something at resolved */
	bool is_folder;   /* ... and it can be mounted on */
	bool hides_files; /* the folder is not empty: a mount there hides what is in it */
};

/* One filesystem (or one btrfs subvolume) that was looked into. */
struct volume {
	char *device;          /* name in the machine */
	char *subvolume;       /* btrfs: path of the subvolume without leading slash; NULL: none */
	uint64_t subvolume_id; /* btrfs; 0 otherwise */
	bool is_default;       /* btrfs: the default subvolume */
	bool is_snapshot;      /* btrfs: read-only, or lies in a snapshot folder */
	char *profile;         /* btrfs, the filesystem itself: "data raid1, metadata raid1"; NULL unknown */
	int spare_devices;     /* ... how many devices it can lose and still be written; -1 unknown */
	unsigned roles;        /* enum volume_role bits */
	char *problem;         /* could not be looked into: why; NULL otherwise */
	char *note;            /* "journal not replayed: what is shown may be stale", ... */
};

struct system {
	char *id;              /* stable on this machine: "sda2", "sda2:@rootfs" */
	enum system_kind kind;
	char *device;          /* name of the root filesystem's device */
	char *subvolume;       /* btrfs subvolume of the root; NULL: none */
	char *name;            /* PRETTY_NAME, "Windows 10 Pro", ...; never NULL */
	char *os_id;           /* os-release ID: "debian" */
	char *version;         /* os-release VERSION_ID; NULL unknown */
	char *hostname;        /* NULL unknown */
	char *architecture;    /* uname -m's word, from the ELF header of init; NULL unknown */
	char *init;            /* "systemd", "sysvinit", "openrc", "busybox", ...; NULL unknown */
	char *flavour;         /* "ostree", "nixos", ...: a layout that needs its own care; or NULL */
	char *machine_id;
	struct text_list kernels; /* versions, newest first */
	int64_t last_used;     /* seconds since 1970, from logs and state files; 0 unknown */
	bool has_fstab;        /* false: made up from partition types, see notes */
	bool has_separate_usr; /* no /usr/bin in the root: /usr is another filesystem */
	bool is_hibernated;    /* Windows: its filesystem must not be written */
	struct fstab fstab;
	struct crypttab crypttab;
	struct mdadm_conf mdadm_conf;
	struct place *places;  /* one for each fstab entry that has a mount point */
	size_t place_count;
	size_t place_capacity;
	struct text_list notes; /* sentences for the person: warnings, oddities, doubts */
};

struct survey {
	struct system **systems; /* likeliest first: latest use */
	size_t system_count;
	size_t system_capacity;
	struct volume *volumes;
	size_t volume_count;
	size_t volume_capacity;
};

struct system *system_new(void);
struct system *system_free(struct system *system);
struct survey *survey_free(struct survey *survey);
DEFINE_CLEANUP_POINTER(struct survey, survey_free);
#define _cleanup_survey_ _cleanup_(survey_free_cleanup)

const char *system_kind_name(enum system_kind kind); /* "linux", "windows", "bsd" */

/* Whether SYSTEM lies on a snapshot of another volume: it is meant only where that is said. */
bool system_is_snapshot(const struct system *system, const struct machine *machine);

/* The system that TEXT names: its id, host name, root device (name, path) or root UUID. NULL where
 * there is none, or where two answer to it (*RET_AMBIGUOUS, may be NULL). */
const struct system *survey_find(const struct survey *survey, const struct machine *machine,
				 const char *text, bool *ret_ambiguous);

const struct place *system_find_place(const struct system *system, const char *mountpoint);

/*
 * Looks into every filesystem of MACHINE that could hold a system, each in a worker of its own,
 * without a byte being written. Needs root for real disks and images (-EPERM says so); a recorded
 * machine is read from its refloat/roots/NAME folders and needs none. Members of arrays and
 * volumes, and what the rescue system itself runs from, are passed over.
 *
 * It never waits, as a scan does not (storage/scan.h): start, poll its descriptor, dispatch, take the
 * survey once it is finished. MACHINE is borrowed until surveying_free. What lies dormant is seen where
 * a look holds it up: system/looking.h is the whole of it.
 */
struct surveying;
int surveying_start(const struct machine *machine, unsigned deadline_ms,
		    struct surveying **ret_surveying, struct problem *why);
int surveying_fd(const struct surveying *surveying);        /* -1: nothing to wait for */
int surveying_timeout_ms(const struct surveying *surveying); /* until a deadline; -1: none */
int surveying_dispatch(struct surveying *surveying); /* how many answers or ends there were */
bool surveying_is_finished(const struct surveying *surveying);
void surveying_list_pending(const struct surveying *surveying, struct text_list *names);
struct survey *surveying_take(struct surveying *surveying); /* once; the caller's */
struct surveying *surveying_free(struct surveying *surveying);
DEFINE_CLEANUP_POINTER(struct surveying, surveying_free);
#define _cleanup_surveying_ _cleanup_(surveying_free_cleanup)

/*
 * Looks into the whole tree of SYSTEM as its fstab would mount it, read-only, in a worker, and
 * fills its places. A failure leaves places empty and adds a note.
 */
int survey_places(const struct machine *machine, const struct survey *survey,
		  struct system *system, unsigned deadline_ms, struct problem *why);

#endif
