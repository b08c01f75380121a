/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disk images given with --image: what they are, and making them readable. */
#ifndef REFLOAT_STORAGE_IMAGE_H
#define REFLOAT_STORAGE_IMAGE_H

#include "base/problem.h"
#include "storage/machine.h"

/*
 * Adds image FILE to MACHINE as a DEVICE_IMAGE. A qcow2 file is attached read-only to a free
 * network block device, whose path goes to ATTACHED for image_detach. Problems say what the file
 * is instead and what to do: no such file, a folder, another format, an empty file.
 */
int image_open(const char *file, struct machine *machine, struct text_list *attached,
	       struct problem *why);

/* Whether what the probe found makes IMAGE a disk at all: a table or a known signature. */
int image_check(const struct device *image, struct problem *why);

void image_detach(const struct text_list *attached);

#endif
