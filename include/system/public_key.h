/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Public SSH keys as lines of text: what somebody pastes, and what authorized_keys holds.
 *
 * A line is options, type, key, comment (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). The key is taken
 * apart as RFC 4253 section 6.6, RFC 5656 and RFC 8709 have it, so that a line that was cut while
 * it was pasted is found before it is of no use.
 */
#ifndef REFLOAT_SYSTEM_PUBLIC_KEY_H
#define REFLOAT_SYSTEM_PUBLIC_KEY_H

#include "base/problem.h"
#include "system/sshd_config.h"
#include "system/sshd_version.h"

#define PUBLIC_KEY_MAX_BYTES (64u << 10) /* of a line; OpenSSH has no longer ones */
#define PUBLIC_KEYS_MAX 1000

struct public_key {
	char *line;	   /* whole, without blanks around it */
	char *options;	   /* as written; NULL: none */
	char *type;	   /* "ssh-ed25519" */
	char *label;	   /* "ED25519", as ssh-keygen -l has it */
	char *blob;	   /* base64 */
	char *comment;	   /* "" where there is none; foreign */
	char *fingerprint; /* "SHA256:...", as ssh-keygen -l has it */
	unsigned bits;
};

struct public_keys {
	struct public_key *items;
	size_t count;
	size_t capacity;
};

/* One line. -EINVAL and words where it is no public key: a private one, a certificate, cut off. */
int public_key_parse(const char *line, struct public_key *ret_key, struct problem *why);
void public_key_done(struct public_key *key);
#define _cleanup_public_key_ _cleanup_(public_key_done)

/*
 * Adds the keys of LENGTH bytes at TEXT, a line each; empty lines and comments are passed over, a
 * key that is there already is not added again. SOURCE is the file's name for WHY, NULL: pasted.
 * -ENOENT where there is none at all.
 */
int public_keys_parse(struct public_keys *keys, const char *text, size_t length, const char *source,
		      struct problem *why);
void public_keys_done(struct public_keys *keys);
#define _cleanup_public_keys_ _cleanup_(public_keys_done)

/* Whether LINE, of a file of keys and maybe broken, holds KEY, whatever its options and comment. */
bool public_key_is_in_line(const struct public_key *key, const char *line);

/*
 * LENGTH bytes at TEXT, what sshd's RevokedKeys names, certainly have KEY: as a line, or whole in a
 * revocation list. What such a list has as a hash, or signed by an authority, is not looked for.
 */
bool public_key_is_revoked(const struct public_key *key, const char *text, size_t length);

/* "256 SHA256:... comment (ED25519)", as ssh-keygen -l; printable; the caller frees. */
char *public_key_describe(const struct public_key *key);

/* What is weak about a key, whatever the target is like. */
enum public_key_weakness {
	PUBLIC_KEY_GOOD,
	PUBLIC_KEY_SHORT,  /* RSA below 2048 bits */
	PUBLIC_KEY_BROKEN, /* RSA below 1024 bits */
	PUBLIC_KEY_DSS	   /* off since OpenSSH 7.0, gone since 10.0 */
};
enum public_key_weakness public_key_judge(const struct public_key *key);

/* Whether the target's sshd takes a key of this kind. */
enum public_key_answer {
	PUBLIC_KEY_TAKEN,
	PUBLIC_KEY_UNKNOWN,   /* its sshd is too old, or too new, to know the kind */
	PUBLIC_KEY_FORBIDDEN, /* by PubkeyAcceptedAlgorithms, or its default */
	PUBLIC_KEY_TOO_SHORT  /* RequiredRSASize */
};

struct public_key_verdict {
	enum public_key_answer answer;
	char *keyword; /* lower case; NULL: nothing says so but the program */
	char *file;
	unsigned line;
};
void public_key_ask(const struct root *root, const struct public_key *key,
		    const struct sshd_login *login, struct public_key_verdict *ret_verdict);
/* The same by settings that were read already, for many keys: of KEY only type and bits count. */
void public_key_ask_settings(const struct sshd_config *config, const struct sshd_version *version,
			     const struct public_key *key, const struct sshd_login *login,
			     struct public_key_verdict *ret_verdict);
void public_key_verdict_done(struct public_key_verdict *verdict);
#define _cleanup_public_key_verdict_ _cleanup_(public_key_verdict_done)

#endif
