/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs of upstart (/etc/init/NAME.conf and NAME.override): when they start, and what. */
#ifndef REFLOAT_SYSTEM_UPSTART_H
#define REFLOAT_SYSTEM_UPSTART_H

#include "base/root.h"
#include "base/text.h"

#define UPSTART_FOLDER "/etc/init"

struct upstart_job {
	char *name;
	char *file;	    /* in-root: NAME.conf */
	char *start_file;   /* what says when it starts: the file, or its override */
	unsigned start_line;
	char *start_on;	    /* "stopped rc RUNLEVEL=[2345]"; NULL: nothing starts it */
	bool is_manual;	    /* "manual", which takes "start on" away */
	unsigned exec_line; /* 0: none */
	char *exec;	    /* "/sbin/getty -8 38400 tty1", or its script's lines */
};

/* Reads job NAME; false where there is none. */
bool upstart_job_read(const struct root *root, const char *name, struct upstart_job *ret_job);
void upstart_job_done(struct upstart_job *job);
#define _cleanup_upstart_job_ _cleanup_(upstart_job_done)

/* Whether it starts in the run level that the system starts with; what depends on other events than
 * those of run levels counts as started. */
bool upstart_job_is_started(const struct upstart_job *job, char level);

/* The run level that the system starts with: of /etc/inittab or /etc/init/rc-sysinit.conf; '2'. */
char upstart_read_level(const struct root *root);

/* The names of all jobs. */
void upstart_list_jobs(const struct root *root, struct text_list *names);

#endif
