/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether somebody has been shown what became of a job: a file in its folder. */
#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "plan/job.h"

static char *make_path(const struct job *job)
{
	return text_format("%s/seen", job->folder);
}

bool job_is_seen(const struct job *job)
{
	_cleanup_free_ char *path = make_path(job);

	return access(path, F_OK) == 0;
}

void job_mark_seen(const struct job *job)
{
	_cleanup_free_ char *path = make_path(job);
	/* where it cannot be made, the same is told once more */
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	(void)fd;
}
