/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in the way of an account, in words. */
#include <time.h>

#include "action/account_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "system/authorized_keys.h"
#include "system/pam_gate.h"
#include "system/sshd_separation.h"

#define DAY_SECONDS 86400
#define DAY_LAST 2932896 /* 9999-12-31 */

/* --- parts */

/* DAY since 1970 as "2025-01-31"; shadow's days are those of UTC. The caller frees. */
static char *format_day(int64_t day)
{
	bool is_sane = day >= 0 && day <= DAY_LAST;
	time_t seconds = is_sane ? (time_t)(day * DAY_SECONDS) : 0;
	char text[sizeof("9999-12-31")];
	struct tm parts;

	if (!is_sane || !gmtime_r(&seconds, &parts) ||
	    strftime(text, sizeof(text), "%Y-%m-%d", &parts) == 0)
		return text_format(_("day %lld"), (long long)day);
	return text_copy(text);
}

static char *show_subject(const struct account_obstacle *obstacle)
{
	return printable_text(obstacle->subject ? obstacle->subject : "?");
}

/* The file's name, or OTHER where there is none. */
static char *show_file(const struct account_obstacle *obstacle, const char *other)
{
	return printable_text(obstacle->file ? obstacle->file : other);
}

/* --- those that have something of their own to say */

static char *describe_unsupported(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *scheme = show_subject(obstacle);

	return text_format(
		_("its password is hashed with %s, which this system does not understand"), scheme);
}

static char *describe_broken_line(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = show_file(obstacle, "/etc/passwd");

	return text_format(_("its line in %s cannot be read"), file);
}

static char *describe_return(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = show_file(obstacle, "/etc/passwd");

	return text_format(_("its line in %s ends as lines of Windows do, with a carriage return"),
			   file);
}

static char *describe_duplicate(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = show_file(obstacle, "/etc/passwd");

	return text_format(_("there is a second line for it in %s; only the first counts"), file);
}

static char *describe_expired(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *day = format_day(obstacle->number);

	return text_format(_("the account has expired on %s"), day);
}

static char *describe_old(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *day = format_day(obstacle->number);

	return text_format(_("its password has been too old since %s"), day);
}

static char *describe_future(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *day = format_day(obstacle->number);

	return text_format(_("its password was changed on %s, which is in the future"), day);
}

static char *describe_lockout(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *module = show_subject(obstacle);
	bool ends = obstacle->second > 0 && obstacle->second / DAY_SECONDS <= DAY_LAST;
	_cleanup_free_ char *until = ends ? time_format(obstacle->second) : NULL;
	unsigned long failures = obstacle->number > 0 ? (unsigned long)obstacle->number : 0;

	if (until)
		return text_format(P_("locked out by %s until %s: %lu wrong password",
				      "locked out by %s until %s: %lu wrong passwords", failures),
				   module, until, failures);
	return text_format(P_("locked out by %s: %lu wrong password",
			      "locked out by %s: %lu wrong passwords", failures),
			   module, failures);
}

static char *describe_nologin(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = show_file(obstacle, "/etc/nologin");

	return text_format(_("%s is there, which lets nobody in but root"), file);
}

static char *describe_securetty(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = show_file(obstacle, "/etc/securetty");
	_cleanup_free_ char *terminal = show_subject(obstacle);

	if (text_is_empty(obstacle->subject) && obstacle->weight == OBSTACLE_MAY)
		return text_format(_("%s lets root in on the terminals that it lists only"), file);
	if (text_is_empty(obstacle->subject))
		return text_format(_("%s lets root in on no terminal"), file);
	return text_format(_("%s does not let root in on %s"), file, terminal);
}

static char *describe_gate(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *module = show_subject(obstacle), *file = show_file(obstacle, "");

	if (obstacle->number == PAM_GATE_NO_FILE)
		return text_format(_("%s refuses it, since %s is no plain file"), module, file);
	if (obstacle->number == PAM_GATE_WRITABLE)
		return text_format(_("%s refuses it, since everybody may write to %s"), module,
				   file);
	return *file ? text_format(_("%s refuses it, as %s says"), module, file)
		     : text_format(_("%s refuses it"), module);
}

static char *describe_pam(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *subject = show_subject(obstacle);
	_cleanup_free_ char *file = show_file(obstacle, "/etc/pam.d");

	if (text_is_equal(subject, "auth") || text_is_equal(subject, "account"))
		return text_format(_("PAM refuses everybody: no rule of the kind \"%s\" of %s lets "
				     "anybody in"),
				   subject, file);
	if (text_is_equal(obstacle->subject, obstacle->file))
		return text_format(_("PAM refuses everybody: lines of %s end in carriage returns"),
				   file);
	if (*subject == '[')
		return text_format(_("PAM refuses everybody: %s jumps past the last rule"),
				   subject);
	return text_format(_("PAM refuses everybody: %s is missing or not understood"), subject);
}

static char *describe_shell_missing(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *shell = show_subject(obstacle);

	return text_format(_("its shell %s is missing"), shell);
}

static char *describe_shell_nologin(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *shell = show_subject(obstacle);

	if (obstacle->weight == OBSTACLE_MAY)
		return text_format(_("its shell is %s, which runs some commands only"), shell);
	return text_format(_("its shell is %s, which ends every login"), shell);
}

static char *describe_shell_unusable(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *shell = show_subject(obstacle);

	return text_format(_("its shell %s cannot be run"), shell);
}

/* What has a mend of its own is not to be installed again first. */
static char *describe_library(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *library = show_subject(obstacle);
	_cleanup_free_ char *program = show_file(obstacle, "/bin/sh");

	if (obstacle->mend != MEND_NONE)
		return text_format(_("its shell %s does not start: %s, which it needs, is missing "
				     "or damaged"),
				   program, library);
	return text_format(_("%s does not start: %s, which it needs, is missing or damaged; its "
			     "package is to be installed again"),
			   program, library);
}

static char *describe_login_missing(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *program = show_subject(obstacle);

	return text_format(_("%s, which asks for passwords on consoles, is missing; its package "
			     "(login, util-linux) is to be installed again"),
			   program);
}

static char *describe_shell_shut(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *shell = show_subject(obstacle);
	_cleanup_free_ char *file = show_file(obstacle, "/");

	return text_format(_("it may not run its shell %s: %s is shut (mode %04o)"), shell, file,
			   (unsigned)obstacle->second & 07777);
}

static char *describe_shell_unlisted(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *shell = show_subject(obstacle);

	return text_format(_("its shell %s is not in /etc/shells"), shell);
}

static char *describe_home_missing(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *home = show_subject(obstacle);

	return text_format(_("its home folder %s is missing"), home);
}

static char *describe_home_owner(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *home = show_subject(obstacle);

	return text_format(_("its home folder %s belongs to user number %lld"), home,
			   (long long)obstacle->number);
}

static char *describe_sshd_broken(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *subject = show_subject(obstacle);

	if (text_is_empty(obstacle->subject))
		return text_copy(_("the SSH server does not start with its settings"));
	if (!obstacle->line && text_is_equal(obstacle->subject, obstacle->file))
		return text_format(_("the SSH server does not start, since %s is missing"),
				   subject);
	return text_format(_("the SSH server does not start with its settings: %s"), subject);
}

static char *describe_sshd_no_account(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *user = show_subject(obstacle);

	return text_format(_("the account %s is missing, without which the SSH server does not "
			     "start"),
			   user);
}

static char *describe_sshd_folder(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *folder = show_subject(obstacle);

	if (obstacle->number == SSHD_FOLDER_MISSING)
		return text_format(_("the folder %s is missing, without which the SSH server does "
				     "not start"),
				   folder);
	if (obstacle->number == SSHD_FOLDER_NONE)
		return text_format(_("the SSH server does not start, since %s is no folder"),
				   folder);
	return text_format(_("the SSH server does not start, since others than root may write the "
			     "folder %s"),
			   folder);
}

static char *describe_sshd_user(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *keyword = show_subject(obstacle);

	return text_format(_("the SSH server does not let it in (%s)"), keyword);
}

static char *describe_sshd_password(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *keyword = show_subject(obstacle);

	return text_format(_("the SSH server takes no password (%s)"), keyword);
}

static char *describe_sshd_key(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *keyword = show_subject(obstacle);

	return text_format(_("the SSH server takes no key (%s)"), keyword);
}

static char *describe_no_shell(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *keyword = show_subject(obstacle);

	return text_format(_("the SSH server lets it in without a shell of the system (%s)"),
			   keyword);
}

static char *describe_no_terminal(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *keyword = show_subject(obstacle);

	return text_format(_("the SSH server gives it no terminal, only commands (%s)"), keyword);
}

static char *describe_no_files(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *database = show_subject(obstacle);
	_cleanup_free_ char *file = show_file(obstacle, "/etc/nsswitch.conf");

	return text_format(_("the system does not look into /etc/%s: in %s \"files\" is missing "
			     "behind \"%s:\""),
			   database, file, database);
}

static char *describe_no_key(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = show_subject(obstacle);

	if (text_is_empty(obstacle->subject))
		return text_copy(_("it has no SSH key"));
	return text_format(_("it has no SSH key in %s"), file);
}

static char *describe_key_mode(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = show_file(obstacle, "authorized_keys");
	unsigned mode = (unsigned)obstacle->second & 07777;

	if (obstacle->number & KEY_PATH_NOT_FILE)
		return text_format(_("%s is no file with keys"), file);
	if (obstacle->number & KEY_PATH_OWNER)
		return text_format(
			_("the SSH server trusts no key of it: %s belongs to another user"), file);
	if (obstacle->number == KEY_PATH_UNREADABLE)
		return text_format(_("its keys cannot be read as this user, as the SSH server "
				     "does: %s (mode %04o)"),
				   file, mode);
	return text_format(_("the SSH server trusts no key of it: others may write %s (mode %04o)"),
			   file, mode);
}

static char *describe_key_unfit(const struct account_obstacle *obstacle)
{
	static const char *const words[KEY_LINE_FAULTS] = {
		[KEY_LINE_FROM] = N_("its key lets it in from some hosts only (from=)"),
		[KEY_LINE_COMMAND] = N_("its key runs one command, and no shell (command=)"),
		[KEY_LINE_AUTHORITY] =
			N_("its key is that of an authority, which signs others (cert-authority)"),
		[KEY_LINE_REFUSED] = N_("the SSH server does not take a key of the kind that it "
					"has"),
		[KEY_LINE_EXPIRED] = N_("its key has expired (expiry-time=)"),
		[KEY_LINE_REVOKED] =
			N_("the SSH server refuses its key: it is revoked (RevokedKeys)"),
		[KEY_LINE_DAMAGED] =
			N_("its key is damaged: cut off, or broken into several lines"),
	};
	size_t fault = obstacle->number > 0 && obstacle->number < KEY_LINE_FAULTS
			       ? (size_t)obstacle->number
			       : KEY_LINE_DAMAGED;

	return text_copy(_(words[fault]));
}

static char *describe_no_console(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *terminal = show_subject(obstacle);

	if (text_is_empty(obstacle->subject))
		return text_copy(_("no terminal has a login"));
	return text_format(_("the terminal %s has no login"), terminal);
}

static char *describe_not_admin(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *group = show_subject(obstacle);

	if (text_is_empty(obstacle->subject))
		return text_copy(_("it may not become root"));
	return text_format(_("it may not become root: it is not in the group %s"), group);
}

static char *describe_not_mounted(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *place = show_subject(obstacle);

	return text_format(_("what it needs is on %s, which is not mounted"), place);
}

/* --- in a few words, for a line of several */

static char *brief_expired(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *day = format_day(obstacle->number);

	return text_format(_("expired since %s"), day);
}

static char *brief_old(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *day = format_day(obstacle->number);

	return text_format(_("password too old since %s"), day);
}

static char *brief_shell(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *shell = show_subject(obstacle);

	return text_format(_("shell %s"), shell);
}

static char *brief_not_mounted(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *place = show_subject(obstacle);

	return text_format(_("%s not mounted"), place);
}

/* --- all of them */

typedef char *(*obstacle_words_fn)(const struct account_obstacle *obstacle);

static const struct {
	const char *words; /* the whole of it; NULL: by describe */
	obstacle_words_fn describe;
	const char *brief; /* NULL: by make_brief */
	obstacle_words_fn make_brief;
} table[ACCOUNT_OBSTACLES] = {
	[OBSTACLE_PASSWORD_EMPTY] = {N_("it has no password, and no login takes an empty one"),
				     NULL, N_("no password")},
	[OBSTACLE_PASSWORD_LOCKED] = {N_("its password is locked (\"!\" in front of it)"), NULL,
				      N_("locked")},
	[OBSTACLE_PASSWORD_NEVER] = {N_("it has no password, only a lock (\"!\" or \"*\")"), NULL,
				     N_("no password")},
	[OBSTACLE_PASSWORD_ODD] = {N_("what stands in place of its password is no hash"), NULL,
				   N_("password damaged")},
	[OBSTACLE_HASH_UNSUPPORTED] = {NULL, describe_unsupported, N_("password not understood")},
	[OBSTACLE_NO_FILES] = {NULL, describe_no_files, N_("files not looked into")},
	[OBSTACLE_NO_SHADOW_LINE] =
		{N_("its password should be in /etc/shadow, which has no line for "
		    "it"),
		 NULL, N_("no line in shadow")},
	[OBSTACLE_BROKEN_LINE] = {NULL, describe_broken_line, N_("line damaged")},
	[OBSTACLE_CARRIAGE_RETURN] = {NULL, describe_return, N_("line damaged")},
	[OBSTACLE_DUPLICATE] = {NULL, describe_duplicate, N_("there twice")},
	[OBSTACLE_ACCOUNT_EXPIRED] = {NULL, describe_expired, NULL, brief_expired},
	[OBSTACLE_PASSWORD_EXPIRED] = {NULL, describe_old, NULL, brief_old},
	[OBSTACLE_MUST_CHANGE] = {N_("its password must be changed at the next login"), NULL,
				  N_("must change the password")},
	[OBSTACLE_CHANGED_LATER] = {NULL, describe_future, N_("password changed in the future")},
	[OBSTACLE_LOCKOUT] = {NULL, describe_lockout, N_("locked out")},
	[OBSTACLE_NOLOGIN] = {NULL, describe_nologin, N_("nologin")},
	[OBSTACLE_SECURETTY] = {NULL, describe_securetty, N_("securetty")},
	[OBSTACLE_GATE] = {NULL, describe_gate, N_("refused by PAM")},
	[OBSTACLE_PAM_BROKEN] = {NULL, describe_pam, N_("PAM damaged")},
	[OBSTACLE_SHELL_MISSING] = {NULL, describe_shell_missing, N_("shell missing")},
	[OBSTACLE_SHELL_NOLOGIN] = {NULL, describe_shell_nologin, NULL, brief_shell},
	[OBSTACLE_SHELL_UNUSABLE] = {NULL, describe_shell_unusable, N_("shell cannot be run")},
	[OBSTACLE_LIBRARY] = {NULL, describe_library, N_("library missing")},
	[OBSTACLE_SHELL_SHUT] = {NULL, describe_shell_shut, N_("shell out of reach")},
	[OBSTACLE_SHELL_NOT_LISTED] = {NULL, describe_shell_unlisted, N_("shell not listed")},
	[OBSTACLE_HOME_MISSING] = {NULL, describe_home_missing, N_("home missing")},
	[OBSTACLE_HOME_OWNER] = {NULL, describe_home_owner, N_("home of another")},
	[OBSTACLE_SSHD_MISSING] = {N_("no SSH server is installed"), NULL, N_("no SSH server")},
	[OBSTACLE_SSHD_DISABLED] = {N_("the SSH server does not start when the system does"), NULL,
				    N_("SSH server off")},
	[OBSTACLE_SSHD_BROKEN] = {NULL, describe_sshd_broken, N_("SSH server damaged")},
	[OBSTACLE_SSHD_NO_HOST_KEY] = {N_("the SSH server has no host key, and does not start"),
				       NULL, N_("no host key")},
	[OBSTACLE_SSHD_NO_ACCOUNT] = {NULL, describe_sshd_no_account,
				      N_("no account for the SSH server")},
	[OBSTACLE_SSHD_FOLDER] = {NULL, describe_sshd_folder, N_("SSH server damaged")},
	[OBSTACLE_SSHD_USER] = {NULL, describe_sshd_user, N_("forbidden over SSH")},
	[OBSTACLE_SSHD_PASSWORD] = {NULL, describe_sshd_password, N_("no password over SSH")},
	[OBSTACLE_SSHD_KEY] = {NULL, describe_sshd_key, N_("no key over SSH")},
	[OBSTACLE_SSHD_NO_SHELL] = {NULL, describe_no_shell, N_("no shell over SSH")},
	[OBSTACLE_SSHD_NO_TERMINAL] = {NULL, describe_no_terminal, N_("no terminal over SSH")},
	[OBSTACLE_HOSTS_DENY] = {N_("the SSH server refuses every host; a line \"sshd: ALL\" in "
				    "/etc/hosts.allow comes before that"),
				 NULL, N_("all hosts refused")},
	[OBSTACLE_NO_KEY] = {NULL, describe_no_key, N_("no key")},
	[OBSTACLE_KEY_UNFIT] = {NULL, describe_key_unfit, N_("key of no use")},
	[OBSTACLE_KEY_MODE] = {NULL, describe_key_mode, N_("keys not trusted")},
	[OBSTACLE_NO_CONSOLE] = {NULL, describe_no_console, N_("no login on the console")},
	[OBSTACLE_LOGIN_MISSING] = {NULL, describe_login_missing, N_("no login program")},
	[OBSTACLE_NOT_ADMIN] = {NULL, describe_not_admin, N_("may not become root")},
	[OBSTACLE_NOT_MOUNTED] = {NULL, describe_not_mounted, NULL, brief_not_mounted},
};

char *describe_obstacle(const struct account_obstacle *obstacle)
{
	if (table[obstacle->kind].words)
		return text_copy(_(table[obstacle->kind].words));
	return table[obstacle->kind].describe(obstacle);
}

char *describe_obstacle_place(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *file = NULL;

	if (!obstacle->file)
		return NULL;
	file = printable_text(obstacle->file);
	return obstacle->line ? text_format(_("line %u of %s"), obstacle->line, file)
			      : TAKE_PTR(file);
}
char *describe_obstacle_briefly(const struct account_obstacle *obstacle)
{
	if (table[obstacle->kind].brief)
		return text_copy(_(table[obstacle->kind].brief));
	return table[obstacle->kind].make_brief(obstacle);
}
