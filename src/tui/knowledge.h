/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the menu knows of this machine, and finding out more without waiting.
 *
 * A scan and then a survey fill the session; a disk that is plugged in or pulled starts both again,
 * and so does a person who asks for it. What is known stays until the new answer is whole, so that
 * nothing on the screen goes blank meanwhile.
 */
#ifndef REFLOAT_TUI_KNOWLEDGE_H
#define REFLOAT_TUI_KNOWLEDGE_H

#include <poll.h>

#include "action/session.h"
#include "tui/accounts_watch.h"

enum safety {
	SAFETY_LOOKING,    /* nothing is mounted by refloat */
	SAFETY_READ_ONLY,  /* a system is mounted read-only */
	SAFETY_READ_WRITE,
};

struct knowledge {
	struct session session;
	struct scan *scan;              /* NULL: not asking disks now */
	struct looking *looking;        /* NULL: not looking into filesystems now */
	struct machine *surveyed;       /* what is, or was last, looked into */
	size_t surveyed_count;          /* devices of it that had answered */
	bool has_looked;                /* knowledge_look was called */
	bool has_looked_early;          /* into what was there, while disks were silent */
	bool is_stale;                  /* answers have come that session.machine does not have yet */
	int64_t answered_ms;            /* when a disk answered last */
	int64_t shown_ms;               /* when session.machine was made */
	struct mounted_system mounted;  /* as of the last knowledge_read_mounts */
	struct problem problem;         /* why something could not be found out; error 0: fine */
	struct hotplug *hotplug;        /* NULL: not on this machine */
	int mounts_fd;                  /* /proc/self/mountinfo; -1: none */
	char *mounts;                   /* what stood in it last */
	int64_t check_at_ms;            /* when to see what a hotplug event came to; 0: no need */
	unsigned holds;                 /* operations that run: nothing is brought up to be looked into */
	bool wants_look;                /* there was a reason to look meanwhile */
	struct accounts_watch accounts; /* of the system that a screen has asked about last */
};

int knowledge_init(struct knowledge *knowledge, struct problem *why);
void knowledge_done(struct knowledge *knowledge);

/* Starts to look (again). What is known stays meanwhile. */
void knowledge_look(struct knowledge *knowledge);

/*
 * While an operation brings arrays and volumes up, nobody else may: a look that goes on is given up, and
 * none begins before the release, which starts one if there was a
 * reason. Each hold has its release.
 */
void knowledge_hold(struct knowledge *knowledge);
void knowledge_release(struct knowledge *knowledge);

/* Reads anew what refloat has done here and what is mounted. */
void knowledge_read_mounts(struct knowledge *knowledge);
/* The accounts of SYSTEM (id) are wanted: knowledge->accounts has them once they have been read. */
void knowledge_want_accounts(struct knowledge *knowledge, const char *system);
/* The journal as it is now; NULL where it cannot be read. */
struct journal *knowledge_journal(struct knowledge *knowledge);

void knowledge_list_fds(const struct knowledge *knowledge,
			void (*on_fd)(void *data, int fd, short events), void *data);
int knowledge_timeout_ms(const struct knowledge *knowledge);
/* Looks after what is ready; true where something new is known. */
bool knowledge_dispatch(struct knowledge *knowledge);
bool knowledge_is_settled(const struct knowledge *knowledge);

/* Names of what has not answered yet, disks first. */
void knowledge_list_pending(const struct knowledge *knowledge, struct text_list *names);
enum safety knowledge_safety(const struct knowledge *knowledge);

#endif
