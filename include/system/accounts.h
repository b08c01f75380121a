/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The accounts of a target that could log in, and what stands in the way of each.
 *
 * Everything is found out from the target's files, nothing of it is run: passwd and shadow, PAM's
 * gates and counters, sshd's settings, the files of keys, the shells, the homes, the terminals with
 * a login. It is facts; the words for people are action/accounts.h's.
 */
#ifndef REFLOAT_SYSTEM_ACCOUNTS_H
#define REFLOAT_SYSTEM_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/problem.h"
#include "base/root.h"
#include "base/text.h"

/* The ways in. */
enum login_way {
	LOGIN_CONSOLE,	    /* a password at a text or serial console */
	LOGIN_SSH_PASSWORD, /* a password over SSH */
	LOGIN_SSH_KEY,	    /* a key over SSH */
	LOGIN_WAYS
};
#define LOGIN_BIT(way) (1u << (way))
#define LOGIN_ALL (LOGIN_BIT(LOGIN_WAYS) - 1)
#define LOGIN_BY_PASSWORD (LOGIN_BIT(LOGIN_CONSOLE) | LOGIN_BIT(LOGIN_SSH_PASSWORD))
#define LOGIN_BY_SSH (LOGIN_BIT(LOGIN_SSH_PASSWORD) | LOGIN_BIT(LOGIN_SSH_KEY))

enum login_answer { LOGIN_NO, LOGIN_DEPENDS, LOGIN_YES };

/* What mends an obstacle: an option of the action mend-account of this name, or another action. */
enum account_mend {
	MEND_NONE,	/* nothing that a rescue can do, or nothing that needs it */
	MEND_PASSWORD,	/* a new password: the action passwd */
	MEND_UNLOCK,	/* the lock in front of the hash is taken off */
	MEND_UNEXPIRE,	/* dates of shadow */
	MEND_LOCKOUT,	/* counters of wrong passwords */
	MEND_SHELL,	/* a shell that works */
	MEND_HOME,	/* the home folder is made, or gets its owner */
	MEND_MODES,	/* owners and modes on the way to authorized_keys */
	MEND_NOLOGIN,	/* /etc/nologin and its like are put aside */
	MEND_GATE,	/* files that PAM asks: securetty, access.conf, lists of users */
	MEND_SSHD,	/* settings of sshd, its host keys, its unit */
	MEND_KEY,	/* an SSH key: the action add-key */
	MEND_CONSOLE,	/* a login on the serial and the text console */
	MEND_LINE,	/* the account's line in passwd or shadow cannot be read, or is missing */
	MEND_ADMIN,	/* a member of the group that sudo (doas) trusts */
	MEND_MOUNT,	/* what it needs is mounted, too: the action mount */
	MENDS
};

/* What stands in the way. In brackets: what subject, number and second hold. */
enum account_obstacle_kind {
	/* the password */
	OBSTACLE_PASSWORD_EMPTY,   /* none is set, and none is taken */
	OBSTACLE_PASSWORD_LOCKED,  /* a lock in front of the hash */
	OBSTACLE_PASSWORD_NEVER,   /* a lock with nothing behind it, or "*" */
	OBSTACLE_PASSWORD_ODD,	   /* no hash that anything makes */
	OBSTACLE_HASH_UNSUPPORTED, /* the target's libcrypt does not know its kind (subject) */
	OBSTACLE_NO_FILES,	   /* nsswitch.conf (file, line) leaves out files for a database (subject) */
	OBSTACLE_NO_SHADOW_LINE,   /* passwd says shadow, and shadow has no line */
	OBSTACLE_BROKEN_LINE,	   /* its line (file, line) cannot be read */
	OBSTACLE_CARRIAGE_RETURN,  /* at the end of its line */
	OBSTACLE_DUPLICATE,	   /* a second line (line) with the name: the first counts */
	/* dates */
	OBSTACLE_ACCOUNT_EXPIRED,  /* number: the day, since 1970 */
	OBSTACLE_PASSWORD_EXPIRED, /* number: the day on which it was too old */
	OBSTACLE_MUST_CHANGE,	   /* a new password at the next login */
	OBSTACLE_CHANGED_LATER,	   /* number: the day, which is in the future */
	/* PAM */
	OBSTACLE_LOCKOUT,    /* subject: the module; number: failures; second: when it opens, 0 never */
	OBSTACLE_NOLOGIN,    /* file is there: only root gets in */
	OBSTACLE_SECURETTY,  /* root may not on this terminal (subject), by file */
	OBSTACLE_GATE,	     /* subject: the module; file, line: what says so; number: enum
				pam_gate_fault, what the module has against the file itself */
	OBSTACLE_PAM_BROKEN, /* subject: the file, module or words; PAM then refuses everybody */
	/* the shell and the home */
	OBSTACLE_SHELL_MISSING,	   /* subject: the shell */
	OBSTACLE_SHELL_NOLOGIN,	   /* subject: nologin, false and their like */
	OBSTACLE_SHELL_UNUSABLE,   /* subject: not executable, no file, its loader is missing */
	OBSTACLE_LIBRARY, /* subject: a library; file: the program (shell, login, sshd) that needs it */
	OBSTACLE_SHELL_SHUT,	   /* subject: it; file: what the account may not go through; second: mode */
	OBSTACLE_SHELL_NOT_LISTED, /* subject: not in /etc/shells, which PAM asks */
	OBSTACLE_HOME_MISSING,	   /* subject: the folder */
	OBSTACLE_HOME_OWNER,	   /* subject: the folder; number: its owner */
	/* SSH */
	OBSTACLE_SSHD_MISSING,	/* not installed */
	OBSTACLE_SSHD_DISABLED, /* does not start at boot; file: what says so */
	OBSTACLE_SSHD_BROKEN,	/* subject: what its settings (file, line) have that it refuses */
	OBSTACLE_SSHD_NO_HOST_KEY,
	OBSTACLE_SSHD_NO_ACCOUNT, /* subject: the one that sshd becomes before a login; file: passwd */
	OBSTACLE_SSHD_FOLDER, /* subject: the one it goes into then; number: enum sshd_folder_fault */
	OBSTACLE_SSHD_USER,	/* subject: the keyword that forbids the account; file, line */
	OBSTACLE_SSHD_PASSWORD, /* subject: the keyword that forbids passwords */
	OBSTACLE_SSHD_KEY,	/* subject: the keyword that forbids keys */
	OBSTACLE_SSHD_NO_SHELL, /* subject: the keyword that gives no shell; file, line */
	OBSTACLE_SSHD_NO_TERMINAL, /* subject: the keyword that gives commands only; file, line */
	OBSTACLE_HOSTS_DENY,	/* hosts.deny (file, line) refuses all hosts */
	OBSTACLE_NO_KEY,	/* no key in any file (subject: the first) */
	OBSTACLE_KEY_UNFIT,	/* no key of its (the best: file, line) is fit; number: key_line_fault */
	OBSTACLE_KEY_MODE,	/* file: where sshd objects; number: enum key_path_fault; second: mode */
	/* consoles */
	OBSTACLE_NO_CONSOLE, /* no login on terminal subject; file: what says so */
	OBSTACLE_LOGIN_MISSING, /* subject: login(1), which a getty starts */
	/* rights */
	OBSTACLE_NOT_ADMIN, /* gets in, and may not become root; subject: the group for that */
	/* what is not known */
	OBSTACLE_NOT_MOUNTED, /* subject: the mount point of file, line that its home, keys or shell
				 are below of, on which nothing is mounted now */
	ACCOUNT_OBSTACLES
};

enum obstacle_weight {
	OBSTACLE_BLOCKS, /* nobody gets in by these ways */
	OBSTACLE_MAY,	 /* it hangs on the terminal, the host, the hour */
	OBSTACLE_NOTE	 /* gets in, but should know */
};

struct account_obstacle {
	enum account_obstacle_kind kind;
	enum obstacle_weight weight;
	unsigned ways; /* LOGIN_BIT()s that it stands in */
	enum account_mend mend;
	char *subject; /* as the enum says; NULL: none; foreign text */
	char *file;    /* in-root path that says so; NULL */
	unsigned line; /* in it, from 1; 0: the file as a whole */
	int64_t number;
	int64_t second;
};

struct account_obstacles {
	struct account_obstacle *items; /* what blocks first */
	size_t count;
	size_t capacity;
};

enum account_kind {
	ACCOUNT_ROOT,	/* user number 0 */
	ACCOUNT_PERSON, /* within UID_MIN to UID_MAX */
	ACCOUNT_SYSTEM	/* of a service */
};
#define ACCOUNT_KINDS (ACCOUNT_SYSTEM + 1)

struct account_state {
	char *name;
	uint32_t uid;
	uint32_t gid;
	char *gecos;
	char *home;
	char *shell;
	enum account_kind kind;
	struct text_list groups;
	bool is_admin;	    /* user number 0, or may become root by sudo or doas */
	bool could_log_in;  /* meant for logins: root, people, system accounts with a shell */
	bool has_password;  /* a hash is there, locked or not */
	size_t keys;	    /* in its files of keys */
	enum login_answer answers[LOGIN_WAYS];
	struct account_obstacles obstacles; /* its own; those of the system are not repeated */
};

/* A terminal that has a login, or should. */
struct account_terminal {
	char *name;	/* "tty1", "ttyS0" */
	bool is_serial;
	bool has_login;
	bool is_kernels; /* the kernel's command line names it */
	bool is_wanted; /* the kernel's command line, or what it had before, speaks for one */
	char *file;	/* what says so */
};

/* A source of accounts that is out of reach: SSSD, LDAP, NIS, systemd-homed. */
struct account_source {
	char *name;  /* as nsswitch.conf has it, "systemd-homed", "+" for NIS lines */
	char *label; /* "SSSD"; untranslated, see name_service.h */
	char *file;  /* where that is said */
	struct text_list names; /* accounts known to be of it: homed's identities; usually empty */
};

struct accounts {
	struct account_state *items; /* root first, then people, then system accounts; by number */
	size_t count;
	size_t capacity;
	struct account_obstacles system; /* what stands in everybody's way */
	struct account_terminal *terminals;
	size_t terminal_count;
	size_t terminal_capacity;
	struct account_source *sources;
	size_t source_count;
	size_t source_capacity;
	struct text_list admin_groups; /* that sudo or doas trust, the likeliest first: "sudo", "wheel" */
	struct text_list unread;       /* in-root files that are there and could not be read */
	struct text_list not_mounted;  /* mount points of fstab that something was looked for on */
	size_t broken_lines;	       /* of passwd and shadow together */
	size_t left_out; /* accounts that are there and not in items: there are too many */
	bool has_shadow;
	bool has_passwd; /* false: nothing to judge; items is empty */
	bool sshd_asked; /* sshd -T of the target was asked (action room), not only its settings read */
};

/* How it is judged. */
struct accounts_options {
	int64_t now;		  /* seconds since 1970 */
	const char *architecture; /* of the target, elf.h's word; NULL: x86_64 */
	const char *init;	  /* "systemd", "sysvinit", "openrc", ...; NULL: found out */
	const struct text_list *wanted; /* accounts that are never left out; NULL: none; borrowed */
};

/* Reads and judges all. Never fails: what cannot be read is in unread. */
void accounts_read(const struct root *root, const struct accounts_options *options,
		   struct accounts *ret_accounts);
void accounts_done(struct accounts *accounts);
#define _cleanup_accounts_ _cleanup_(accounts_done)

/* By name; NULL: none; borrowed. */
const struct account_state *accounts_find(const struct accounts *accounts, const char *name);

/*
 * For what knows more than the files say: obstacles of LIST added (texts are copied; NULL: there are too many)
 * and removed. accounts_answer_again then puts lists in order and says anew who gets in.
 */
struct account_obstacle *account_obstacles_add(struct account_obstacles *list,
					       const struct account_obstacle *obstacle);
void account_obstacles_remove(struct account_obstacles *list, size_t index);
void accounts_answer_again(struct accounts *accounts);

/* For another process of ours, which read it: whole, and hostile when it comes back. */
struct json_object *accounts_to_json(const struct accounts *accounts);
int accounts_from_json(struct json_object *object, struct accounts *ret_accounts);

/* mend-account --sshd is for the password of ACCOUNT, too: root, whose password whole networks try,
 * gets in by key where it has one. */
bool account_opens_ssh_password(const struct account_state *account);

/* OBSTACLE, one of the system's, stands in the way of ACCOUNT: root passes /etc/nologin. */
bool account_obstacle_concerns(const struct account_obstacle *obstacle,
			       const struct account_state *account);

/* "password-locked", ...: stable words for JSON and tests; static. */
const char *account_obstacle_word(enum account_obstacle_kind kind);
const char *account_mend_word(enum account_mend mend); /* "unlock": the option's name too; "none" */
/* MEND is an option of mend-account, not an action of its own. */
bool account_mend_is_option(enum account_mend mend);
const char *login_way_word(enum login_way way);	       /* "console", "ssh-password", "ssh-key" */
const char *login_answer_word(enum login_answer answer); /* "no", "depends", "yes" */
const char *account_kind_word(enum account_kind kind);	 /* "root", "person", "system" */

/* The first terminal of the kind that has no login and is wanted; NULL; borrowed. */
const struct account_terminal *accounts_missing_terminal(const struct accounts *accounts);

#endif
