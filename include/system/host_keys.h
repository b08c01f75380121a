/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host keys of a target's sshd: where it looks for them, which it would take, what makes them. */
#ifndef REFLOAT_SYSTEM_HOST_KEYS_H
#define REFLOAT_SYSTEM_HOST_KEYS_H

#include "base/root.h"
#include "system/sshd_config.h"

enum host_key_state {
	HOST_KEY_NONE,		 /* not there, or empty */
	HOST_KEY_OPEN_TO_OTHERS, /* sshd refuses it: others than root may read it */
	HOST_KEY_GOOD
};

struct host_keys {
	struct text_list paths; /* that its settings name, else those that it looks for by itself */
	bool is_configured;	/* its settings name them */
	size_t good;
	char *open;  /* the first that is open to others; NULL: none is */
	char *maker; /* in-root: a unit or script that makes missing ones when the target starts; NULL */
};

void host_keys_read(const struct root *root, const struct sshd_config *config,
		    struct host_keys *ret_keys);
void host_keys_done(struct host_keys *keys);
#define _cleanup_host_keys_ _cleanup_(host_keys_done)

enum host_key_state host_key_judge(const struct root *root, const char *path);

#endif
