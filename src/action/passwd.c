/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action that sets the password of an account. The password itself never comes here: its hash
 * does. */
#include <errno.h>
#include <string.h>

#include "action/account_parts.h"
#include "action/actions.h"
#include "action/mending_parts.h"
#include "base/i18n.h"
#include "base/printable.h"

/* What a new password ends, whatever else its mend would do. */
#define ENDED                                                                                      \
	(OBSTACLE_BIT(OBSTACLE_PASSWORD_EMPTY) | OBSTACLE_BIT(OBSTACLE_PASSWORD_LOCKED) |          \
	 OBSTACLE_BIT(OBSTACLE_PASSWORD_NEVER) | OBSTACLE_BIT(OBSTACLE_PASSWORD_ODD) |             \
	 OBSTACLE_BIT(OBSTACLE_HASH_UNSUPPORTED) | OBSTACLE_BIT(OBSTACLE_NO_SHADOW_LINE) |         \
	 OBSTACLE_BIT(OBSTACLE_PASSWORD_EXPIRED) | OBSTACLE_BIT(OBSTACLE_MUST_CHANGE) |            \
	 OBSTACLE_BIT(OBSTACLE_CHANGED_LATER) | OBSTACLE_BIT(OBSTACLE_CARRIAGE_RETURN))

static int refuse_no_hash(struct problem *why)
{
	(void)problem_set(why, -EINVAL, "passwd", _("no password was given"));
	problem_set_next(why, _("Give --password-stdin, --hash-stdin or --generate."));
	return -EINVAL;
}

static enum hash_scheme find_scheme(const char *hash)
{
	struct password_field field;

	password_field_parse(hash, &field);
	return field.scheme;
}

/* A hash that was made elsewhere may be of a kind that no login of this system takes. */
static int check_support(const struct mending *mending, const char *hash, struct problem *why)
{
	_cleanup_hash_support_ struct hash_support support = {0};
	enum hash_scheme scheme = find_scheme(hash);

	if (scheme == HASH_DES)
		text_list_add(
			&mending->plan->notes,
			_("Of this password only the first eight characters count: its hash is "
			  "one of DES, the oldest kind."));
	hash_support_read(mending->root, &support);
	if (!support.path || hash_support_has(&support, scheme))
		return 0;
	(void)problem_set(
		why, -EINVAL, mending->target.title,
		_("it does not understand a hash of the kind %s, and would let nobody in"),
		hash_scheme_word(scheme));
	problem_set_next(why,
			 _("Give the password, and a hash that it understands is made of it."));
	return -EINVAL;
}

static bool has_return(const struct mending *mending)
{
	const struct account_obstacles *obstacles = &mending->account->obstacles;

	for (size_t i = 0; i < obstacles->count; i++) {
		if (obstacles->items[i].kind == OBSTACLE_CARRIAGE_RETURN)
			return true;
	}
	return false;
}

/* Where passwd has the password itself, only its own line changes. */
static void say_changes(struct mending *mending, const struct account_pair *pair)
{
	_cleanup_free_ char *user = printable_text(mending->user);

	if (!pair->shadow) {
		mending_say(mending, ACCOUNT_FILE_PASSWD, _("set the password of %s"), user);
		return;
	}
	mending_say(mending, ACCOUNT_FILE_SHADOW, _("set the password of %s"), user);
	mending_say(mending, ACCOUNT_FILE_PASSWD,
		    has_return(mending) ? _("mend the end of the line of %s")
					: _("have the password of %s looked for in shadow"),
		    user);
	text_list_add(&mending->plan->notes,
		      _("The password counts as changed today: the time after which it must be "
			"changed begins anew."));
}

static int set_hash(struct mending *mending, const char *hash, struct problem *why)
{
	struct account_pair pair = {0};
	int r = check_support(mending, hash, why);

	if (r == 0)
		r = mending_get_pair(mending, &pair, why);
	if (r == 0)
		r = account_edit_hash(&pair, mending->user, hash, mending->today, why);
	if (r < 0)
		return r;
	say_changes(mending, &pair);
	mending_check_clock(mending);
	return mending_finish(mending, why);
}

static void summarize(struct mending *mending)
{
	_cleanup_free_ char *user = printable_text(mending->user);

	mending->plan->summary =
		text_format(_("Set the password of %s on %s"), user, mending->target.title);
}

static int plan_passwd(struct session *session, const struct answers *answers,
		       struct plan **ret_plan, struct problem *why)
{
	const char *hash = answers_get(answers, "hash");
	_cleanup_mending_ struct mending mending = {0};
	int r = hash ? account_check_hash(hash, why) : refuse_no_hash(why);

	if (r == 0)
		r = mending_open(session, answers, answers_get(answers, "user"), "passwd", &mending,
				 why);
	if (r == 0)
		r = set_hash(&mending, hash, why);
	if (r < 0 || !mending.plan) /* it is there once the mending is open */
		return r;
	summarize(&mending);
	mending_note_rest(&mending, &(struct mending_rest){.ways = LOGIN_ALL, .kinds = ENDED});
	*ret_plan = TAKE_PTR(mending.plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "user",
	 .kind = FIELD_ACCOUNT,
	 .metavar = N_("USER"),
	 .label = N_("Account"),
	 .help = N_("the account that gets the password"),
	 .is_required = true},
	FIELD_PASSWORD_STDIN,
	FIELD_HASH_STDIN,
	FIELD_PASSWORD_GENERATE,
	FIELD_PASSWORD_HASH(true),
	FIELDS_ACCOUNT_TARGET,
};

static const struct example examples[] = {
	{"passwd root", N_("ask for a new password of root, twice")},
	{"passwd root --generate", N_("make one up, and show it when it is set")},
	{"passwd alice --password-stdin --yes < file", N_("for scripts")},
	{"passwd root --generate --yes --passphrase-file key",
	 N_("of a system on LUKS that is not mounted")},
	{"passwd root --root /media/server", N_("of a system that you have mounted yourself")},
	{NULL, NULL},
};

const struct action action_passwd = {
	.name = "passwd",
	.label = N_("Set a password"),
	.help = N_("set the password of an account"),
	.details =
		N_("Sets the password of an account in the system's own files: shadow, or passwd "
		   "where it has no shadow. The password is hashed as the system's own PAM, "
		   "login.defs and libcrypt have it. It takes a lock away, and counts as changed "
		   "today. What else keeps the account out is said. The password is never an "
		   "argument, and is in no log, no journal and no plan; \"refloat undo\" brings "
		   "the old one back."),
	.examples = examples,
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_passwd,
};
