/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Units of a target's systemd, read from its files as systemd would: /etc before what packages bring,
 * templates for instances, aliases, masks, drop-ins, links in .wants and .requires folders.
 */
#ifndef REFLOAT_SYSTEM_SYSTEMD_H
#define REFLOAT_SYSTEM_SYSTEMD_H

#include "base/root.h"
#include "base/text.h"
#include "system/kernel_line.h"

#define SYSTEMD_ETC "/etc/systemd/system"

struct systemd_unit {
	char *name; /* its own, aliases followed: "getty@tty1.service" */
	char *file; /* in-root path of the unit file, as found in the search path; NULL: there is none */
	char *mask; /* in-root path of what masks it: a link to /dev/null, an empty file; NULL */
	char *hidden; /* with a mask: the unit file that it hides; NULL: none */
	char *program;	       /* what ExecStart starts, without the signs before it; NULL: none */
	char *program_file;    /* where that is said: the unit file or a drop-in */
	unsigned program_line; /* in it */
	char *blocked_by;      /* a condition that is not met: its file */
	char *blocking_path;   /* the path that it asks for; "!" before it where it must not be there */
	struct text_list needs; /* units that it pulls in, by lines of its own */
	struct text_list wanted_by, required_by, aliases, also; /* of its [Install] section */
	char *default_instance;
};

/* Reads unit NAME. What is not there leaves file NULL. */
void systemd_unit_read(const struct root *root, const char *name, struct systemd_unit *ret_unit);
/* The same of FILE alone, whatever masks it. */
void systemd_unit_read_file(const struct root *root, const char *name, const char *file,
			    struct systemd_unit *ret_unit);
void systemd_unit_done(struct systemd_unit *unit);
#define _cleanup_systemd_unit_ _cleanup_(systemd_unit_done)

bool systemd_unit_can_be_enabled(const struct systemd_unit *unit); /* has something in [Install] */
/* "getty@.service" for "getty@tty1.service"; NULL for what is no instance; the caller frees. */
char *systemd_template_of(const char *name);

/* The units that are started when the system starts. */
struct systemd_boot {
	char *target; /* "multi-user.target" */
	char *file;   /* what says so; NULL: nothing does */
	struct text_list names;	  /* by their own names; reached from the target */
	struct text_list reasons; /* for each: the link or file that pulls it in */
};

/* LINE may name another target ("systemd.unit="); NULL. */
void systemd_boot_read(const struct root *root, const struct kernel_line *line,
		       struct systemd_boot *ret_boot);
void systemd_boot_done(struct systemd_boot *boot);
#define _cleanup_systemd_boot_ _cleanup_(systemd_boot_done)

/* What pulls in unit NAME (its own name, or an alias): an in-root path; NULL: nothing does; borrowed. */
const char *systemd_boot_find(const struct systemd_boot *boot, const char *name);

/* Whether program PATH (absolute, or a name looked up where systemd does) can be started. */
bool systemd_has_program(const struct root *root, const char *path);

/* Everything that masks unit NAME, of itself or of its template: adds the in-root paths to PATHS. */
void systemd_list_masks(const struct root *root, const char *name, struct text_list *paths);

#endif
