/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two clocks we use. */
#ifndef REFLOAT_BASE_CLOCK_H
#define REFLOAT_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_monotonic_ms(void); /* for deadlines; never 0 */
int64_t clock_wall_seconds(void); /* since 1970 */

#endif
