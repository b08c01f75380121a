/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes as letters: RFC 4648, section 4. */
#ifndef REFLOAT_BASE_BASE64_H
#define REFLOAT_BASE_BASE64_H

#include <stddef.h>

/* LENGTH bytes as text, padded with "="; the caller frees. */
char *base64_encode(const void *bytes, size_t length);

/* The bytes that TEXT stands for, a NUL behind them; the caller frees. -EINVAL for anything but
 * groups of four digits, the last of which may be padded. */
int base64_decode(const char *text, char **ret_bytes, size_t *ret_length);

#endif
