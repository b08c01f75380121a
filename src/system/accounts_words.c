/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of accounts: stable ones, for JSON, options and tests; and what mends what. */
#include "system/accounts_parts.h"

static const struct {
	const char *word;
	enum account_mend mend;
} obstacles[ACCOUNT_OBSTACLES] = {
	[OBSTACLE_PASSWORD_EMPTY] = {"password-empty", MEND_PASSWORD},
	[OBSTACLE_PASSWORD_LOCKED] = {"password-locked", MEND_UNLOCK},
	[OBSTACLE_PASSWORD_NEVER] = {"password-never", MEND_PASSWORD},
	[OBSTACLE_PASSWORD_ODD] = {"password-odd", MEND_PASSWORD},
	[OBSTACLE_HASH_UNSUPPORTED] = {"hash-unsupported", MEND_PASSWORD},
	[OBSTACLE_NO_FILES] = {"no-files", MEND_NONE},
	[OBSTACLE_NO_SHADOW_LINE] = {"no-shadow-line", MEND_LINE},
	[OBSTACLE_BROKEN_LINE] = {"broken-line", MEND_LINE},
	[OBSTACLE_CARRIAGE_RETURN] = {"carriage-return", MEND_LINE},
	[OBSTACLE_DUPLICATE] = {"duplicate", MEND_NONE},
	[OBSTACLE_ACCOUNT_EXPIRED] = {"account-expired", MEND_UNEXPIRE},
	[OBSTACLE_PASSWORD_EXPIRED] = {"password-expired", MEND_UNEXPIRE},
	[OBSTACLE_MUST_CHANGE] = {"must-change", MEND_UNEXPIRE},
	[OBSTACLE_CHANGED_LATER] = {"changed-later", MEND_UNEXPIRE},
	[OBSTACLE_LOCKOUT] = {"lockout", MEND_LOCKOUT},
	[OBSTACLE_NOLOGIN] = {"nologin", MEND_NOLOGIN},
	[OBSTACLE_SECURETTY] = {"securetty", MEND_GATE},
	[OBSTACLE_GATE] = {"gate", MEND_GATE},
	[OBSTACLE_PAM_BROKEN] = {"pam-broken", MEND_GATE},
	[OBSTACLE_SHELL_MISSING] = {"shell-missing", MEND_SHELL},
	[OBSTACLE_SHELL_NOLOGIN] = {"shell-nologin", MEND_SHELL},
	[OBSTACLE_SHELL_UNUSABLE] = {"shell-unusable", MEND_SHELL},
	[OBSTACLE_LIBRARY] = {"library-missing", MEND_SHELL},
	[OBSTACLE_SHELL_SHUT] = {"shell-shut", MEND_MODES},
	[OBSTACLE_SHELL_NOT_LISTED] = {"shell-not-listed", MEND_SHELL},
	[OBSTACLE_HOME_MISSING] = {"home-missing", MEND_HOME},
	[OBSTACLE_HOME_OWNER] = {"home-owner", MEND_HOME},
	[OBSTACLE_SSHD_MISSING] = {"sshd-missing", MEND_NONE},
	[OBSTACLE_SSHD_DISABLED] = {"sshd-disabled", MEND_SSHD},
	[OBSTACLE_SSHD_BROKEN] = {"sshd-broken", MEND_SSHD},
	[OBSTACLE_SSHD_NO_HOST_KEY] = {"sshd-no-host-key", MEND_SSHD},
	[OBSTACLE_SSHD_NO_ACCOUNT] = {"sshd-no-account", MEND_SSHD},
	[OBSTACLE_SSHD_FOLDER] = {"sshd-folder", MEND_SSHD},
	[OBSTACLE_SSHD_USER] = {"sshd-user", MEND_SSHD},
	[OBSTACLE_SSHD_PASSWORD] = {"sshd-password", MEND_SSHD},
	[OBSTACLE_SSHD_KEY] = {"sshd-key", MEND_SSHD},
	[OBSTACLE_SSHD_NO_SHELL] = {"sshd-no-shell", MEND_NONE},
	[OBSTACLE_SSHD_NO_TERMINAL] = {"sshd-no-terminal", MEND_NONE},
	[OBSTACLE_HOSTS_DENY] = {"hosts-deny", MEND_NONE},
	[OBSTACLE_NO_KEY] = {"no-key", MEND_KEY},
	[OBSTACLE_KEY_UNFIT] = {"key-unfit", MEND_KEY},
	[OBSTACLE_KEY_MODE] = {"key-mode", MEND_MODES},
	[OBSTACLE_NO_CONSOLE] = {"no-console", MEND_CONSOLE},
	[OBSTACLE_LOGIN_MISSING] = {"login-missing", MEND_NONE},
	[OBSTACLE_NOT_ADMIN] = {"not-admin", MEND_ADMIN},
	[OBSTACLE_NOT_MOUNTED] = {"not-mounted", MEND_MOUNT},
};

static const char *const mends[MENDS] = {
	[MEND_NONE] = "none",	      [MEND_PASSWORD] = "password", [MEND_UNLOCK] = "unlock",
	[MEND_UNEXPIRE] = "unexpire", [MEND_LOCKOUT] = "lockout",   [MEND_SHELL] = "shell",
	[MEND_HOME] = "home",	      [MEND_MODES] = "modes",	    [MEND_NOLOGIN] = "nologin",
	[MEND_GATE] = "gate",	      [MEND_SSHD] = "sshd",	    [MEND_KEY] = "key",
	[MEND_CONSOLE] = "console",   [MEND_LINE] = "line",	    [MEND_ADMIN] = "admin",
	[MEND_MOUNT] = "mount",
};

static const char *const ways[LOGIN_WAYS] = {
	[LOGIN_CONSOLE] = "console",
	[LOGIN_SSH_PASSWORD] = "ssh-password",
	[LOGIN_SSH_KEY] = "ssh-key",
};

static const char *const answers[] = {"no", "depends", "yes"};
static const char *const kinds[] = {"root", "person", "system"};

enum account_mend obstacle_mend(enum account_obstacle_kind kind)
{
	return obstacles[kind].mend;
}

const char *account_obstacle_word(enum account_obstacle_kind kind)
{
	return obstacles[kind].word;
}

bool account_mend_is_option(enum account_mend mend)
{
	switch (mend) {
	case MEND_NONE:
	case MEND_PASSWORD:
	case MEND_KEY:
	case MEND_MOUNT:
		return false;
	default:
		return true;
	}
}

const char *account_mend_word(enum account_mend mend)
{
	return mends[mend];
}

const char *login_way_word(enum login_way way)
{
	return ways[way];
}

const char *login_answer_word(enum login_answer answer)
{
	return answers[answer];
}

const char *account_kind_word(enum account_kind kind)
{
	return kinds[kind];
}
