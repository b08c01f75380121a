/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checksums that tell whether bytes are still those that were seen. */
#ifndef REFLOAT_BASE_DIGEST_H
#define REFLOAT_BASE_DIGEST_H

#include <stddef.h>

/* SHA-256 of LENGTH bytes in 64 hexadecimal digits, as sha256sum prints it; the caller frees. */
char *digest_sha256(const void *bytes, size_t length);

#endif
