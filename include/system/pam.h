/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The PAM stack of a service in a target: which modules a login passes, in what order, and what of
 * them can stand in its way.
 *
 * Read as libpam does (pam_handlers.c): pam.d in /etc, then /usr/lib and /usr/etc; include,
 * substack and Debian's
 * @include are followed inside the root, no deeper than 32; a kind of rule that the service has
 * none of comes from "other"; where there is no folder pam.d, /etc/pam.conf counts.
 */
#ifndef REFLOAT_SYSTEM_PAM_H
#define REFLOAT_SYSTEM_PAM_H

#include "base/root.h"
#include "system/login_defs.h"

enum pam_type {
	PAM_AUTH = 1 << 0,
	PAM_ACCOUNT = 1 << 1,
	PAM_PASSWORD = 1 << 2,
	PAM_SESSION = 1 << 3,
	PAM_ALL_TYPES = PAM_AUTH | PAM_ACCOUNT | PAM_PASSWORD | PAM_SESSION
};

/* One module of a stack. */
#define PAM_SUCCEED_IF "pam_succeed_if" /* its gate is its rule: each is one */

struct pam_rule {
	enum pam_type type;
	bool is_quiet; /* "-auth": nothing is said where the module is missing */
	char *control; /* "required", "[success=1 default=ignore]" */
	char *module;  /* as written: "pam_unix.so", "/lib/security/$ISA/pam_unix.so" */
	struct text_list arguments; /* brackets taken off */
	char *path;		    /* the module's file, in-root; NULL: it is not there */
	char *file;		    /* where the rule stands, in-root path */
	unsigned line;
	unsigned depth; /* files between the service's and this one */
};

enum pam_fault_kind {
	PAM_FAULT_NO_SERVICE, /* neither the service nor "other" has a file: everything is denied */
	PAM_FAULT_NO_INCLUDE, /* a file that is included cannot be read: the service fails */
	PAM_FAULT_TOO_DEEP,   /* files that include each other, or too many of them */
	PAM_FAULT_BAD_LINE,   /* not a rule: an unknown type or control, or words missing */
	PAM_FAULT_NO_MODULE,  /* a module that is not there, not marked quiet: its rule fails */
	PAM_FAULT_RETURN /* carriage returns at the ends of lines, in the words that count: once a file */
};

struct pam_fault {
	enum pam_fault_kind kind;
	unsigned types; /* what fails by it: bits of enum pam_type */
	char *subject; /* the file, the module or the words that it is about */
	char *file;    /* where that stands; NULL with PAM_FAULT_NO_SERVICE */
	unsigned line;
};

struct pam_stack {
	char *service;
	struct pam_rule *rules;
	size_t count;
	size_t capacity;
	struct pam_fault *faults;
	size_t fault_count;
	size_t fault_capacity;
};

/* The stack of SERVICE ("login", "sshd", "su", "sudo", "passwd"): a name, no path. Never fails; see
 * its faults. */
void pam_stack_read(const struct root *root, const char *service, struct pam_stack *ret_stack);
void pam_stack_done(struct pam_stack *stack);
#define _cleanup_pam_stack_ _cleanup_(pam_stack_done)

/* The target has PAM at all: a pam.d or a pam.conf. */
bool pam_is_used(const struct root *root);

/*
 * The next rule behind AFTER (NULL: from the start) whose type is in TYPES (bits) and whose module
 * is MODULE, without folder and .so: "pam_unix". NULL: no more. Borrowed.
 */
const struct pam_rule *pam_stack_find(const struct pam_stack *stack, unsigned types,
				      const char *module, const struct pam_rule *after);

bool pam_rule_is_module(const struct pam_rule *rule, const char *module);

/* What stands behind "NAME=" in the rule's arguments, the last of several; NULL; borrowed. */
const char *pam_rule_value(const struct pam_rule *rule, const char *name);
bool pam_rule_has(const struct pam_rule *rule, const char *argument); /* such as "nullok" */

/* What some modules have against their file itself, whatever is in it: they let nobody in then. */
enum pam_gate_fault { PAM_GATE_GOOD, PAM_GATE_WRITABLE /* for everybody */, PAM_GATE_NO_FILE };

/* A file that decides for one of pam_nologin, pam_securetty, pam_access, pam_time, pam_listfile,
 * pam_shells, pam_limits. */
struct pam_gate {
	const struct pam_rule *rule; /* in the stack; borrowed */
	const char *module;	     /* "pam_nologin"; static */
	char *path;		     /* in-root */
	bool exists;
	enum pam_gate_fault fault;
};

struct pam_gates {
	struct pam_gate *gates;
	size_t count;
	size_t capacity;
};

/* The gates of a login in STACK (types auth and account; pam_limits: session), in order, a file once. */
void pam_gates_read(const struct root *root, const struct pam_stack *stack,
		    struct pam_gates *ret_gates);
void pam_gates_done(struct pam_gates *gates);
#define _cleanup_pam_gates_ _cleanup_(pam_gates_done)

enum pam_lockout_kind { PAM_FAILLOCK, PAM_TALLY2, PAM_TALLY };

/* A module that locks accounts after wrong passwords. Numbers in seconds. */
struct pam_lockout {
	const struct pam_rule *rule; /* in the stack; borrowed */
	enum pam_lockout_kind kind;
	char *path;	  /* in-root: faillock's folder, or the file of pam_tally2, pam_tally */
	bool is_volatile; /* below /run: the next boot clears it */
	int64_t deny;	  /* failures that lock; 0: none do */
	int64_t fail_interval; /* failures count within; faillock only */
	int64_t unlock_time;   /* seconds until it opens; 0: never by itself */
	bool even_deny_root;   /* root is locked too */
	int64_t root_unlock_time;
};

/*
 * The lockout modules of STACK: the first rule of each kind, with faillock.conf where that is read.
 * At most three in LOCKOUTS; returns how many.
 */
#define PAM_LOCKOUTS_MAX 3
size_t pam_lockouts_read(const struct root *root, const struct pam_stack *stack,
			 struct pam_lockout *ret_lockouts);
void pam_lockouts_done(struct pam_lockout *lockouts, size_t count);

/*
 * How passwd of this target hashes: the options of pam_unix (pam_unix2 and its settings, pam_tcb)
 * in the password rules of STACK. HASH_NONE where they say nothing: pam_unix then takes login.defs'
 * word.
 */
void pam_hash_read(const struct root *root, const struct pam_stack *stack,
		   struct hash_wish *ret_wish);

#endif
