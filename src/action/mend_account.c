/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action that takes out of the way what keeps an account, or everybody, from logging in. */
#include <errno.h>

#include "action/actions.h"
#include "action/mending_parts.h"
#include "base/i18n.h"
#include "base/printable.h"

/* In the order in which they are done: a line must be there before it is changed. */
static const struct {
	enum account_mend mend; /* its word is the option */
	mend_fn function;
	bool is_of_system; /* also without an account */
} mends[] = {
	{MEND_LINE, mend_line, false},	       {MEND_UNLOCK, mend_unlock, false},
	{MEND_UNEXPIRE, mend_unexpire, false}, {MEND_LOCKOUT, mend_lockout, false},
	{MEND_SHELL, mend_shell, false},       {MEND_HOME, mend_home, false},
	{MEND_MODES, mend_modes, false},       {MEND_NOLOGIN, mend_nologin, true},
	{MEND_GATE, mend_gate, true},	       {MEND_SSHD, mend_sshd, true},
	{MEND_CONSOLE, mend_console, true},    {MEND_ADMIN, mend_admin, false},
};

static unsigned bit(enum account_mend mend)
{
	return 1u << mend;
}

/* --all does not make anybody an administrator: that is no way in. Passwords and keys are other
 * actions'. */
static bool is_of_all(enum account_mend mend)
{
	for (size_t i = 0; i < ARRAY_SIZE(mends); i++) {
		if (mends[i].mend == mend)
			return mend != MEND_ADMIN;
	}
	return false;
}

static void collect(const struct account_obstacles *obstacles, const struct account_state *account,
		    unsigned *chosen)
{
	for (size_t i = 0; i < obstacles->count; i++) {
		const struct account_obstacle *obstacle = &obstacles->items[i];

		if ((!account || account_obstacle_concerns(obstacle, account)) &&
		    is_of_all(obstacle->mend))
			*chosen |= bit(obstacle->mend);
		if (obstacle->kind == OBSTACLE_PAM_BROKEN)
			*chosen |= bit(MEND_GATE);
	}
}

/* The mends that were asked for, as bits; with --all those that have something to mend. */
static unsigned choose(const struct mending *mending)
{
	unsigned chosen = 0;

	for (size_t i = 0; i < ARRAY_SIZE(mends); i++) {
		if (answers_has(mending->answers, account_mend_word(mends[i].mend)))
			chosen |= bit(mends[i].mend);
	}
	if (!answers_has(mending->answers, "all"))
		return chosen;
	collect(&mending->accounts.system, mending->account, &chosen);
	if (mending->account)
		collect(&mending->account->obstacles, NULL, &chosen);
	else if (mending->user)
		chosen |= bit(MEND_LINE);
	return chosen;
}

static int refuse_nothing_asked(struct problem *why)
{
	(void)problem_set(why, -EINVAL, "mend-account", _("it is not said what is to be mended"));
	problem_set_next(why, _("--all mends everything that is in the way; \"refloat accounts\" "
				"says what that is."));
	return -EINVAL;
}

static int refuse_no_user(enum account_mend mend, struct problem *why)
{
	_cleanup_free_ char *option = text_format("--%s", account_mend_word(mend));

	(void)problem_set(why, -EINVAL, option, _("this is mended for one account"));
	problem_set_next(why, _("Say which: \"refloat mend-account USER %s\"."), option);
	return -EINVAL;
}

static bool is_asked_for(const struct answers *answers)
{
	bool is_asked = answers_has(answers, "all");

	for (size_t i = 0; !is_asked && i < ARRAY_SIZE(mends); i++)
		is_asked = answers_has(answers, account_mend_word(mends[i].mend));
	return is_asked;
}

static int check_asked(const struct answers *answers, struct problem *why)
{
	if (!is_asked_for(answers))
		return refuse_nothing_asked(why);
	for (size_t i = 0; !answers_get(answers, "user") && i < ARRAY_SIZE(mends); i++) {
		if (!mends[i].is_of_system &&
		    answers_has(answers, account_mend_word(mends[i].mend)))
			return refuse_no_user(mends[i].mend, why);
	}
	return 0;
}

static bool is_planned(const struct mending *mending, enum account_mend mend)
{
	for (size_t i = 0; i < ARRAY_SIZE(mends); i++) {
		if (mends[i].mend == mend)
			return mending->account || mends[i].is_of_system || mend == MEND_LINE;
	}
	return false;
}

/* What was not asked for by its name, but is one of all, keeps the others from nothing. */
static int run_mend(struct mending *mending, size_t i, struct problem *why)
{
	_cleanup_problem_ struct problem own = {0};
	_cleanup_free_ char *text = NULL;
	bool is_named = answers_has(mending->answers, account_mend_word(mends[i].mend));
	int r;

	mending->is_quiet = !is_named;
	r = mends[i].function(mending, &own);
	if (r >= 0)
		return 0;
	if (is_named) {
		problem_move(why, &own);
		return r;
	}
	text = problem_text(&own);
	text_list_format(&mending->plan->notes, _("Left as it is: %s."), text);
	mending->plan->is_partial = true;
	return 0;
}

static int run_mends(struct mending *mending, unsigned chosen, struct problem *why)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(mends); i++) {
		if ((chosen & bit(mends[i].mend)) && is_planned(mending, mends[i].mend))
			r = run_mend(mending, i, why);
	}
	return r;
}

/* What is left, and whether there was anything. */
static void note_rest(struct mending *mending, unsigned chosen)
{
	struct mending_rest rest = {
		.ways = LOGIN_ALL,
		.mends = chosen & ~bit(MEND_NONE),
		.kinds = chosen & bit(MEND_GATE) ? OBSTACLE_BIT(OBSTACLE_PAM_BROKEN) : 0,
	};

	if (mending->account && !account_opens_ssh_password(mending->account))
		rest.kinds |= OBSTACLE_BIT(OBSTACLE_SSHD_PASSWORD); /* as it is meant to be */
	mending_note_rest(mending, &rest);
	if (mending->user && !mending->account)
		text_list_format(&mending->plan->notes,
				 _("What else is in the way is seen once the account has its line: "
				   "run it again then."));
	if (!mending->plan->count && !mending->plan->notes.count)
		text_list_format(&mending->plan->notes, _("Nothing is in the way."));
}

static void summarize(struct mending *mending)
{
	_cleanup_free_ char *user = mending->user ? printable_text(mending->user) : NULL;

	mending_set_summary(mending, user ? text_format(_("Mend the account %s of %s"), user,
							mending->target.title)
					  : text_format(_("Mend what keeps everybody out of %s"),
							mending->target.title));
}

/* An account whose line is the very thing to mend is none that is known. */
static int choose_account(struct mending *mending, struct problem *why)
{
	const char *user = answers_get(mending->answers, "user");
	_cleanup_problem_ struct problem unknown = {0};
	int r = user ? mending_choose(mending, user, &unknown) : 0;

	if (r == -ENOENT && mending_has_remains(mending) &&
	    (answers_has(mending->answers, "line") || answers_has(mending->answers, "all")))
		return 0;
	if (r < 0)
		problem_move(why, &unknown);
	return r;
}

static int plan_mends(struct session *session, const struct answers *answers,
		      struct plan **ret_plan, struct problem *why)
{
	_cleanup_mending_ struct mending mending = {0};
	unsigned chosen = 0;
	int r = check_asked(answers, why);

	if (r == 0)
		r = mending_open(session, answers, NULL, "mend-account", &mending, why);
	if (r == 0)
		r = choose_account(&mending, why);
	if (r < 0)
		return r;
	summarize(&mending);
	chosen = choose(&mending);
	r = run_mends(&mending, chosen, why);
	if (r == 0)
		r = mending_finish(&mending, why);
	if (r < 0)
		return r;
	note_rest(&mending, chosen);
	*ret_plan = TAKE_PTR(mending.plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "user",
	 .kind = FIELD_ACCOUNT,
	 .metavar = N_("USER"),
	 .label = N_("Account"),
	 .help = N_("the account; without one what keeps everybody out")},
	{.name = "all",
	 .kind = FIELD_FLAG,
	 .label = N_("Everything"),
	 .help = N_("mend everything that is in the way of a login")},
	{.name = "unlock",
	 .kind = FIELD_FLAG,
	 .label = N_("Unlock the password"),
	 .help = N_("take the lock off the password")},
	{.name = "unexpire",
	 .kind = FIELD_FLAG,
	 .label = N_("Dates"),
	 .help = N_("end that account or password have expired, or must be changed")},
	{.name = "lockout",
	 .kind = FIELD_FLAG,
	 .label = N_("Wrong passwords"),
	 .help = N_("forget the wrong passwords that were counted")},
	{.name = "shell",
	 .kind = FIELD_TEXT,
	 .metavar = N_("SHELL"),
	 .label = N_("Shell"),
	 .help = N_("give it this shell, by path or name; \"best\" takes the best there is, where "
		    "its own does not work")},
	{.name = "home",
	 .kind = FIELD_FLAG,
	 .label = N_("Home"),
	 .help = N_("make its home, or give that its owner")},
	{.name = "modes",
	 .kind = FIELD_FLAG,
	 .label = N_("Owners and modes for keys and shell"),
	 .help = N_("owners and modes of what leads to its SSH keys and "
		    "its shell")},
	{.name = "line",
	 .kind = FIELD_FLAG,
	 .label = N_("Lines that cannot be read"),
	 .help = N_("add lines of passwd and shadow that are missing or cannot be read")},
	{.name = "gate",
	 .kind = FIELD_FLAG,
	 .label = N_("Files that PAM asks"),
	 .help = N_("let it in by securetty, access.conf, time.conf, lists and shells; modules of "
		    "PAM that are missing are passed over, also without USER")},
	{.name = "admin",
	 .kind = FIELD_FLAG,
	 .label = N_("Administrator"),
	 .help = N_("add it to the group that sudo trusts; --all does not")},
	{.name = "nologin",
	 .kind = FIELD_FLAG,
	 .label = N_("/etc/nologin"),
	 .help = N_("put /etc/nologin and its like aside; also without USER")},
	{.name = "sshd",
	 .kind = FIELD_FLAG,
	 .label = N_("SSH server"),
	 .help = N_("settings, account, host keys and start of sshd; also without USER")},
	{.name = "console",
	 .kind = FIELD_FLAG,
	 .label = N_("Consoles"),
	 .help = N_("a login on the serial and the text console; also without USER")},
	FIELDS_ACCOUNT_TARGET,
};

static const struct example examples[] = {
	{"mend-account root --all", N_("everything that keeps root out")},
	{"mend-account alice --unlock --shell bash", N_("two things, and no other")},
	{"mend-account --nologin --console", N_("what keeps everybody out")},
	{NULL, NULL},
};

const struct action action_mend_account = {
	.name = "mend-account",
	.label = N_("Mend an account"),
	.help = N_("take out of the way what keeps an account from logging in"),
	.details =
		N_("Changes the files of the server so that an account gets in again: its lines in "
		   "passwd and shadow, its shell and home, what PAM and sshd ask, the logins on "
		   "consoles. Each file is changed in one act, keeps owner, mode, ACL and SELinux "
		   "label, and nothing else in it changes. \"refloat undo\" takes it back. "
		   "\"refloat accounts\" shows what is in the way; a password is set by \"refloat "
		   "passwd\", a key by \"refloat add-key\"."),
	.examples = examples,
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_mends,
};
