/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target's crypttab and mdadm.conf: how it names its containers and arrays. */
#ifndef REFLOAT_SYSTEM_CRYPTTAB_H
#define REFLOAT_SYSTEM_CRYPTTAB_H

#include <stddef.h>

#include "base/text.h"

struct machine;
struct device;

struct crypttab_entry {
	unsigned line;
	char *name;    /* /dev/mapper/NAME */
	char *source;  /* "UUID=...", "/dev/sda2", ... */
	char *key;     /* key file, "none" or "-" where a passphrase is asked */
	char *options; /* "" where missing */
};

struct crypttab {
	struct crypttab_entry *entries;
	size_t count;
	size_t capacity;
};

void crypttab_parse(const char *text, size_t length, struct crypttab *crypttab);
void crypttab_done(struct crypttab *crypttab);

/* The device on MACHINE that ENTRY says is encrypted, LUKS or not; NULL: it is not here. Borrowed. */
const struct device *crypttab_find_source(const struct machine *machine,
					  const struct crypttab_entry *entry);

/* The LUKS container on MACHINE that ENTRY is for; NULL: it is not here. Borrowed. */
const struct device *crypttab_find_container(const struct machine *machine,
					     const struct crypttab_entry *entry);

struct mdadm_array {
	char *device; /* "/dev/md0", "/dev/md/root"; NULL where ARRAY has none */
	char *uuid;   /* as mdadm prints it, lower case; NULL where missing */
	char *name;   /* "host:0"; NULL where missing */
};

struct mdadm_conf {
	struct mdadm_array *arrays;
	size_t count;
	size_t capacity;
};

void mdadm_conf_parse(const char *text, size_t length, struct mdadm_conf *conf);
void mdadm_conf_done(struct mdadm_conf *conf);

#endif
