/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes and times as people read them. */
#ifndef REFLOAT_BASE_SIZE_H
#define REFLOAT_BASE_SIZE_H

#include <stdint.h>

/* BYTES as lsblk shows them, such as "512B", "40G", "1.8T" (powers of 1024); the caller frees. */
char *size_format(uint64_t bytes);

/*
 * "40G", "1.5TiB", "512", "10MB": powers of 1024 for K, KiB, ...; of 1000 for KB, MB, ...
 * 0 or -EINVAL or -ERANGE.
 */
int size_parse(const char *text, uint64_t *ret_bytes);

/* SECONDS since 1970 as local "2026-11-18 03:12"; "" for 0; the caller frees. */
char *time_format(int64_t seconds);

/* SECONDS as "40 seconds", "3 minutes", "2 hours 10 minutes", "3 days"; the caller frees. */
char *duration_format(int64_t seconds);

#endif
