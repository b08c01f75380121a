/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of base/edit.h have in common. */
#ifndef REFLOAT_BASE_EDIT_PARTS_H
#define REFLOAT_BASE_EDIT_PARTS_H

#include "base/edit.h"

/*
 * Gives open file FD these owner, mode and extended attributes, and nothing else that it had of
 * them. IS_SAME_BYTES: what speaks of the bytes is given as well. WHY may be NULL; WHAT is the
 * file's name in it.
 */
int edit_attributes_apply(int fd, const struct edit_attributes *attributes, bool is_same_bytes,
			  const char *what, struct problem *why);

/* A file as it is found through the folder that it lies in. */
struct edit_place {
	char *path;	  /* in-root, resolved */
	const char *name; /* its last part */
	int folder;	  /* open for fsync */
	int fd;		  /* the file, O_RDONLY; -1: there is none */
	struct stat status;
};

/* *PLACE must be EDIT_PLACE_EMPTY. */
int edit_place_open(const struct root *root, const char *path, struct edit_place *place,
		    struct problem *why);
int edit_place_look(const struct edit_place *place, struct edit_file *ret, struct problem *why);
void edit_place_done(struct edit_place *place);
#define EDIT_PLACE_EMPTY                                                                           \
	{                                                                                          \
		.folder = -1, .fd = -1                                                             \
	}
#define _cleanup_edit_place_ _cleanup_(edit_place_done)

/* Opens PATH part by part (O_PATH), so that nothing can lead elsewhere meanwhile. -ELOOP for a symlink in it. */
int edit_open_without_links(const struct root *root, const char *path);
/* The folder that PATH lies in, likewise, open for fsync; *RET_NAME is the last part of PATH, borrowed. */
int edit_open_parent(const struct root *root, const char *path, const char **ret_name);

/* The words for FLAGS that forbid a change; -EPERM. */
int edit_refuse_flags(const char *path, unsigned flags, bool is_folder, struct problem *why);

#endif
