/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks and what brings devices up or takes them down take turns, also those of other processes. */
#include "storage/look_turn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define LOOK_MS 30000 /* a look waits for steps, and for other looks */
#define STEP_MS 20000 /* a step waits for a look, in which a disk is given 10 s */
#define PAUSE_MS 10

/* The folder itself is locked: it is there, nothing is left behind, and nobody else locks it. */
#define TURN "/run"
/* What a step locks for as long as it waits, and a look passes; it is there wherever looks are
 * possible. */
#define GATE "/dev/loop-control"

enum outcome {
	TAKEN,
	BUSY,
	IMPOSSIBLE,
};

static enum outcome try_lock(int fd, int how)
{
	if (flock(fd, how | LOCK_NB) == 0)
		return TAKEN;
	return errno == EWOULDBLOCK || errno == EINTR ? BUSY : IMPOSSIBLE;
}

/* A look that finds the gate shut leaves the turn to the step; of two steps any may be first. */
static enum outcome try_turn(int turn, int gate, bool is_step)
{
	enum outcome outcome;

	if (try_lock(gate, is_step ? LOCK_EX : LOCK_SH) == BUSY && !is_step)
		return BUSY;
	outcome = try_lock(turn, LOCK_EX);
	if (outcome != BUSY || !is_step)
		(void)flock(gate, LOCK_UN); /* fails only where it could not be locked */
	return outcome;
}

static int take(const volatile int *stop, unsigned timeout_ms, bool is_step)
{
	_cleanup_close_ int turn = open(TURN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int gate = open(GATE, O_RDONLY | O_CLOEXEC);
	int64_t end_ms = clock_monotonic_ms() + timeout_ms;

	while (turn >= 0 && !(stop && *stop)) {
		enum outcome outcome = try_turn(turn, gate, is_step);

		if (outcome == TAKEN)
			return TAKE_FD(turn);
		if (outcome == IMPOSSIBLE || clock_left_ms(end_ms) == 0)
			break;
		(void)poll(NULL, 0, PAUSE_MS);
	}
	return -1;
}

int look_turn_for_look(const volatile int *stop, unsigned timeout_ms)
{
	return take(stop, timeout_ms ? timeout_ms : LOOK_MS, false);
}

int look_turn_for_step(const volatile int *stop)
{
	return take(stop, STEP_MS, true);
}
