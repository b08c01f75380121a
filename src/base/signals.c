/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remembers the signals that ask a run to stop. */
#include "base/signals.h"

#include <signal.h>
#include <stddef.h>

static volatile int caught; /* a signal handler has nothing but a global to write to */

static void on_signal(int number)
{
	caught = number;
}

void signals_catch(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: a question ends */
	struct sigaction before;

	caught = 0; /* in a child: what its parent has caught is not meant for it */
	(void)sigemptyset(&action.sa_mask); /* cannot fail */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN)
			continue; /* nohup: whoever started us wants it ignored */
		(void)sigaction(numbers[i], &action, NULL); /* fails only for bad numbers */
	}
}

const volatile int *signals_caught(void)
{
	return &caught;
}
