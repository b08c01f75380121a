/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps that bring devices up have in common. */
#include "action/node.h"

#include <poll.h>
#include <sys/stat.h>

#include "base/clock.h"

#define PAUSE_MS 50

bool node_is_there(const char *path)
{
	struct stat status;

	return path && stat(path, &status) == 0 && S_ISBLK(status.st_mode);
}

bool node_wait(const char *path, unsigned timeout_ms)
{
	int64_t end = clock_monotonic_ms() + timeout_ms;

	while (!node_is_there(path)) {
		if (clock_monotonic_ms() >= end)
			return false;
		(void)poll(NULL, 0, PAUSE_MS);
	}
	return true;
}

void node_get_list(const struct step *step, const char *name, struct text_list *paths)
{
	text_list_split(paths, step_get_text(step, name), "\n");
}

void node_set_list(struct step *step, const char *name, const struct text_list *paths)
{
	_cleanup_free_ char *joined = text_list_join(paths, "\n");

	step_set(step, name, paths->count ? joined : NULL);
}

uint64_t node_get_number(const struct step *step, const char *name)
{
	uint64_t value = 0;

	(void)text_parse_u64(step_get(step, name), &value); /* unset: 0 */
	return value;
}
