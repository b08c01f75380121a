/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a target starts a service when it starts, and what says so: for every init that is known. */
#ifndef REFLOAT_SYSTEM_SERVICE_STATE_H
#define REFLOAT_SYSTEM_SERVICE_STATE_H

#include "base/root.h"
#include "base/text.h"

/* From what keeps a service from running the most to what does it the least. */
enum service_start {
	SERVICE_UNKNOWN,  /* the init is not known, or its files are elsewhere */
	SERVICE_MISSING,  /* nothing is there that could start it */
	SERVICE_DISABLED, /* it could be started, and is not */
	SERVICE_MASKED,	  /* systemd: it is masked */
	SERVICE_BROKEN,	  /* it is started, and its program is missing */
	SERVICE_BLOCKED,  /* it is started, and a file (reason) keeps it from running */
	SERVICE_STARTED
};

struct service_state {
	enum service_start start;
	char *name;   /* the unit, job or script that was judged: "ssh.service", "sshd"; NULL: none */
	char *file;   /* in-root: what says so (a link, a mask, a unit); NULL: nothing does */
	char *init;   /* that was judged by; NULL: not known */
	char *reason; /* SERVICE_BLOCKED: the path that is there and should not be, or the other way
			 round; SERVICE_BROKEN: the program */
};

/* Of the COUNT NAMES ("ssh", "sshd"), which are other names for one thing, the one that is started the
 * likeliest. INIT as struct system has it; NULL: found out. */
void service_state_read(const struct root *root, const char *init, const char *const *names,
			size_t count, struct service_state *ret_state);
/* The same for the SSH server, by all the names that it has. */
void service_state_read_sshd(const struct root *root, const char *init,
			     struct service_state *ret_state);
void service_state_done(struct service_state *state);
#define _cleanup_service_state_ _cleanup_(service_state_done)

/* "started", "disabled", ...: for tests; static. */
const char *service_start_word(enum service_start start);

/* The folder of links that a System V init starts in run level LEVEL: "/etc/rc3.d", "/etc/rc.d/rc3.d";
 * the caller frees; NULL: it has none. */
char *service_links_folder(const struct root *root, char level);

/* The run level that a System V init or upstart starts: '2' to '5', as /etc/inittab says, else what its
 * distribution has. */
char service_read_level(const struct root *root);

#endif
