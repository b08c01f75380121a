/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A target's sshd_config, read without sshd: what it says for one user, and where.
 *
 * By the rules of sshd_config(5) and servconf.c: the first value counts; one in a Match block that
 * applies counts more than one outside; lists (AllowUsers, ...) add up; Include is followed inside
 * the root (globs, relative to /etc/ssh, no deeper than 16), and a Match block in an included file
 * ends with that file. What depends on the connection (Match Address, Host, ...) cannot be decided
 * here and is told as alternatives.
 */
#ifndef REFLOAT_SYSTEM_SSHD_CONFIG_H
#define REFLOAT_SYSTEM_SSHD_CONFIG_H

#include "base/root.h"

struct sshd_match {
	size_t parent; /* number (from 1) of the block whose Include led here; 0: none */
	struct text_list criteria; /* "User", "a,!b", "Address", ... as written */
	char *file;		   /* in-root path, also below */
	unsigned line;
};

struct sshd_setting {
	char *keyword; /* lower case; aliases under their newest name */
	struct text_list values;
	size_t match; /* number (from 1) of its Match block; 0: it stands outside of any */
	char *file;
	unsigned line;
};

enum sshd_fault_kind {
	SSHD_FAULT_UNKNOWN,	 /* a keyword that no sshd known here has: sshd does not start */
	SSHD_FAULT_NO_VALUE,	 /* a keyword alone: likewise */
	SSHD_FAULT_BAD_VALUE,	 /* a value the keyword cannot have: likewise */
	SSHD_FAULT_NOT_IN_MATCH, /* a keyword that must not stand in a Match block: likewise */
	SSHD_FAULT_BAD_MATCH,	 /* a Match without, or with unknown criteria: likewise */
	SSHD_FAULT_TOO_DEEP,	 /* files that include each other: likewise */
	SSHD_FAULT_NO_FILE, /* an Include without a pattern character whose file cannot be read:
			       passed over */
	SSHD_FAULT_REFUSED  /* never found here: what the target's own sshd has said */
};

struct sshd_fault {
	enum sshd_fault_kind kind;
	char *subject; /* the keyword, value or file */
	char *file;
	unsigned line;
};

struct sshd_config {
	struct sshd_setting *settings; /* in the order in which sshd meets them */
	size_t count;
	size_t capacity;
	const struct sshd_setting **by_keyword; /* the same, those of a keyword beside each other */
	struct sshd_match *matches;
	size_t match_count;
	size_t match_capacity;
	struct sshd_fault *faults;
	size_t fault_count;
	size_t fault_capacity;
	struct text_list files; /* all that were read, in-root */
};

/* Reads PATH (NULL: /etc/ssh/sshd_config, else /usr/etc/ssh/sshd_config) in ROOT. 0, or -ENOENT and
 * its like. */
int sshd_config_read(const struct root *root, const char *path, struct sshd_config *ret_config);
/* Takes LENGTH bytes at TEXT, which "sshd -T" has printed. Nothing is included. */
void sshd_config_parse(const char *text, size_t length, struct sshd_config *ret_config);
void sshd_config_done(struct sshd_config *config);
#define _cleanup_sshd_config_ _cleanup_(sshd_config_done)

/* Who would log in. */
struct sshd_login {
	const char *user;
	bool is_root;			/* user number 0 */
	const struct text_list *groups; /* names of the groups the user is in; NULL: not known */
	unsigned local_port;		/* sshd's port of the connection; 0: not known */
	const char *root_default; /* PermitRootLogin where it is not set (sshd_version.h); NULL: not
				     known */
	bool is_locked; /* the password field starts with !: without UsePAM sshd refuses, keys too
			 */
	unsigned char *blocks; /* of one config: its Match blocks as they were found to apply; NULL:
				  found out each time */
};

/* Of LOGIN, which is complete, much will be asked of CONFIG: each Match block is weighed once.
 * sshd_login_done forgets that. */
void sshd_login_remember(struct sshd_login *login, const struct sshd_config *config);
void sshd_login_done(struct sshd_login *login);
#define _cleanup_sshd_login_ _cleanup_(sshd_login_done)

/* What the Match blocks of CONFIG see of LOGIN itself, its name and its groups: sshd has the same
 * settings for logins of which this is the same. "" where they look at neither. The caller frees. */
char *sshd_login_digest(const struct sshd_config *config, const struct sshd_login *login);

/* What would stand in place of a value, if a Match block that cannot be decided here applied. */
struct sshd_alternative {
	const struct sshd_setting *setting; /* in the config; borrowed */
	const struct sshd_match *match;	    /* the innermost block it stands in; borrowed */
};

struct sshd_value {
	struct text_list values;	    /* empty: not set and without a default */
	const struct sshd_setting *setting; /* the first that set it; NULL: a default; borrowed */
	struct sshd_alternative *alternatives;
	size_t alternative_count;
	size_t alternative_capacity;
};

/*
 * What KEYWORD (any case, any alias) is for LOGIN; with LOGIN NULL what it is outside of Match
 * blocks. Defaults are those of OpenSSH 9; PermitRootLogin was "yes" before 7.0.
 */
void sshd_config_get(const struct sshd_config *config, const char *keyword,
		     const struct sshd_login *login, struct sshd_value *ret_value);
void sshd_value_done(struct sshd_value *value);
#define _cleanup_sshd_value_ _cleanup_(sshd_value_done)

/* KEYWORD (any case, any alias) as sshd_config(5) spells it, for people: "PermitRootLogin"; what is
 * not looked at here stays as it is. Borrowed. */
const char *sshd_keyword_spelling(const char *keyword);

/* The first value as text; "" where there is none; borrowed. */
const char *sshd_value_text(const struct sshd_value *value);

enum sshd_answer { SSHD_NO, SSHD_DEPENDS, SSHD_YES };

/* An answer, and the setting that gave it; with SSHD_DEPENDS the one it depends on. */
struct sshd_verdict {
	enum sshd_answer answer;
	const struct sshd_setting *setting; /* NULL: nothing says so but the default; borrowed */
	const char *keyword; /* its keyword in lower case, also of a default; static; NULL: nothing
				stands in the way */
};

struct sshd_judgement {
	struct sshd_verdict user;     /* Allow..., Deny..., PermitRootLogin no */
	struct sshd_verdict password; /* by password alone, were the user let in */
	struct sshd_verdict key;      /* by key alone, likewise */
};

/* What sshd says to LOGIN, as far as its settings tell. */
void sshd_config_judge(const struct sshd_config *config, const struct sshd_login *login,
		       struct sshd_judgement *ret_judgement);

/* NAME is matched by PATTERN with * and ?, as in match.c; and by a list of them with commas and
 * "!": 1, 0, -1 for a negated one. */
bool sshd_pattern_matches(const char *name, const char *pattern);
int sshd_pattern_list_matches(const char *name, const char *patterns);

#endif
