/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one function of a fuzz target, by libFuzzer's name for it. */
#ifndef REFLOAT_TESTS_FUZZ_FUZZ_H
#define REFLOAT_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Takes one input; returns 0. What goes wrong ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words of the target's own format, NULL at the end, which are put in as others are. A target may have none. */
extern const char *const fuzz_words[] __attribute__((weak));

#endif
