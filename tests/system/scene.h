/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made-up machines for tests of the resolver, from a few words a line:
 *
 *   disk NAME [KEY=VALUE ...]         size= model= serial= wwn= rescue=1 state=silent reason=...
 *   rom NAME [KEY=VALUE ...]          a CD drive without a disc
 *   part NAME TYPE [KEY=VALUE ...]    of the last disk; uuid= label= partuuid= partlabel= sub=
 *                                     devid= devices= generation=; lost=TYPE lostuuid= lostlabel=: its
 *                                     first superblock is gone
 *   on PARENT[,PARENT] KIND NAME TYPE [KEY=VALUE ...]
 *                                     KIND: md lvm crypt part; array= arrayuuid= dmname= dmuuid=
 *                                     dormant=1 degraded=1 obstacle=
 *   hostname NAME                     that the system has
 *   root NAME [SUBVOLUME]             where the system was found
 *   subvolume NAME PATH ID [default]  of the btrfs filesystem on NAME
 *   role NAME ROLE                    boot var usr home esp
 *   crypttab NAME SOURCE              a line of the system's crypttab
 *   mdadm DEVICE UUID                 an ARRAY line of its mdadm.conf
 *
 * TYPE "-" is nothing known; "raid" a member of an array, "lvm2" of a volume group, "luks" a closed
 * container. In values "_" stands for itself, "\s" for a blank.
 */
#ifndef REFLOAT_TESTS_SYSTEM_SCENE_H
#define REFLOAT_TESTS_SYSTEM_SCENE_H

#include "storage/machine.h"
#include "system/resolve.h"
#include "system/system.h"

struct scene {
	struct machine *machine;
	struct survey *survey;
	struct system *system; /* borrowed from the survey */
};

/* Makes the scene that TEXT describes; asserts on words it does not know. */
void scene_make(struct scene *scene, const char *text);
void scene_done(struct scene *scene);

/* The resolution of FSTAB in SCENE as lines of text; the caller frees. */
char *scene_resolve(struct scene *scene, const char *fstab, size_t length,
		    const struct resolve_options *options);

#endif
