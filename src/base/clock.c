/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two clocks we use. */
#include "base/clock.h"

#include <limits.h>
#include <time.h>

int64_t clock_monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* fails only for clocks that do not exist */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
}

int64_t clock_wall_seconds(void)
{
	return (int64_t)time(NULL);
}

int clock_left_ms(int64_t when_ms)
{
	int64_t left = when_ms - clock_monotonic_ms();

	if (left > INT_MAX)
		return INT_MAX;
	return left > 0 ? (int)left : 0;
}

int clock_sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}
