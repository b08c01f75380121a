/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two clocks we use. */
#ifndef REFLOAT_BASE_CLOCK_H
#define REFLOAT_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_monotonic_ms(void); /* for deadlines; never 0 */
int64_t clock_wall_seconds(void); /* since 1970 */

/* For poll: until WHEN_MS on the monotonic clock, 0 where that has passed; the smaller of two
 * timeouts, -1 being none. */
int clock_left_ms(int64_t when_ms);
int clock_sooner(int a, int b);

#endif
