/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action that lets an account in by SSH key. */
#include "action/add_key.h"

#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/mend_ssh.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

static int refuse_no_key(struct problem *why)
{
	(void)problem_set(why, -EINVAL, "add-key", _("no key was given"));
	problem_set_next(why, _("Give --key, --key-file or --rescue-keys."));
	return -EINVAL;
}

/* --- what is worth knowing about a key */

static const char *describe_weakness(const struct public_key *key)
{
	switch (public_key_judge(key)) {
	case PUBLIC_KEY_SHORT:
		return _("an RSA key of less than 2048 bits is weak");
	case PUBLIC_KEY_BROKEN:
		return _("an RSA key of less than 1024 bits can be broken");
	case PUBLIC_KEY_DSS:
		return _("DSA keys are weak, and current SSH servers and clients refuse them");
	default:
		return NULL;
	}
}

/* Why the target's sshd does not take KEY; the caller frees; NULL: it does. */
static char *describe_verdict(const struct mending *mending,
			      const struct public_key_verdict *verdict)
{
	_cleanup_free_ char *file =
		verdict->file ? mending_show_path(mending, verdict->file) : NULL;
	_cleanup_free_ char *place =
		file ? text_format(_(" (line %u of %s)"), verdict->line, file) : text_copy("");

	switch (verdict->answer) {
	case PUBLIC_KEY_UNKNOWN:
		return text_copy(_("the system's SSH server does not know keys of this kind"));
	case PUBLIC_KEY_FORBIDDEN:
		return text_format(_("the system's SSH server does not take keys of this kind%s"),
				   place);
	case PUBLIC_KEY_TOO_SHORT:
		return text_format(_("it is too short for the system's SSH server%s"), place);
	default:
		return NULL;
	}
}

static void note_key(struct mending *mending, const struct public_key *key,
		     const struct sshd_login *login, bool is_one)
{
	_cleanup_public_key_verdict_ struct public_key_verdict verdict = {0};
	_cleanup_text_list_ struct text_list remarks = {0};
	_cleanup_free_ char *shown = public_key_describe(key), *said = NULL, *all = NULL;
	_cleanup_free_ char *options = key->options ? printable_text(key->options) : NULL;
	const char *weakness = describe_weakness(key);

	public_key_ask(mending->root, key, login, &verdict);
	said = describe_verdict(mending, &verdict);
	if (options)
		text_list_format(&remarks, _("it comes with options, which are kept: %s"), options);
	if (weakness)
		text_list_add(&remarks, weakness);
	if (said)
		text_list_add(&remarks, said);
	all = text_list_join(&remarks, "; ");
	if (remarks.count)
		text_list_format(&mending->plan->notes, _("Key %s: %s."), shown, all);
	else if (!is_one)
		text_list_format(&mending->plan->notes, _("Key %s."), shown);
}

/* --- what still stands in the way */

/* With --only-key: what the settings of sshd would still do. */
static void note_sshd(struct mending *mending, const struct sshd_login *login)
{
	const struct sshd_wish wish = {.login = login, .by_key = true};
	_cleanup_sshd_edit_ struct sshd_edit edit = {0};
	_cleanup_free_ char *user = printable_text(mending->user);
	_cleanup_free_ char *command = mending_command(mending, MEND_SSHD);

	if (sshd_edit_plan(mending->root, &wish, &edit) == 0 && edit.change_count)
		text_list_format(
			&mending->plan->notes,
			_("The settings of sshd keep %s from logging in by key, and stay as "
			  "they are: \"%s\" changes them."),
			user, command);
}

/* All that sshd's settings have that it refuses is mended with them, and nothing else is broken. */
static bool is_broken_mended(const struct mending *mending)
{
	const struct account_obstacles *list = &mending->accounts.system;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind == OBSTACLE_SSHD_BROKEN && list->items[i].mend == MEND_NONE)
			return false;
	}
	return true;
}

static void note_rest(struct mending *mending, const struct sshd_login *login, bool leaves_sshd)
{
	struct mending_rest rest = {
		.ways = LOGIN_BIT(LOGIN_SSH_KEY),
		.mends = 1u << MEND_MODES,
		/* the settings were looked at as they become */
		.kinds = OBSTACLE_BIT(OBSTACLE_HOME_MISSING) | OBSTACLE_BIT(OBSTACLE_SSHD_USER) |
			 OBSTACLE_BIT(OBSTACLE_SSHD_KEY),
	};

	if (leaves_sshd)
		note_sshd(mending, login);
	else if (is_broken_mended(mending))
		rest.kinds |= OBSTACLE_BIT(OBSTACLE_SSHD_BROKEN);
	mending_note_rest(mending, &rest);
}

/* --- the plan */

/* Owners and modes, the settings: what makes the key one that opens. */
static int open_ways(struct mending *mending, bool leaves_sshd, struct problem *why)
{
	bool is_changed = false;
	int r = mend_modes_quietly(mending, why);

	if (r == 0 && !leaves_sshd)
		r = mending_open_sshd(mending, false, true, &is_changed, why);
	return r < 0 ? r : mending_finish(mending, why);
}

static int add_keys(struct mending *mending, const struct public_keys *keys, bool leaves_sshd,
		    struct problem *why)
{
	_cleanup_free_ char *file = NULL;
	struct sshd_login login;
	size_t added = 0;
	int r = mending_get_login(mending, &login, why);

	if (r == 0)
		r = mending_add_keys(mending, keys, &file, &added, why);
	if (r == 0)
		r = open_ways(mending, leaves_sshd, why);
	if (r < 0)
		return r;
	for (size_t i = 0; i < keys->count; i++)
		note_key(mending, &keys->items[i], &login, keys->count == 1);
	note_rest(mending, &login, leaves_sshd);
	return 0;
}

static void summarize(struct mending *mending)
{
	_cleanup_free_ char *user = printable_text(mending->user);

	mending->plan->summary =
		text_format(_("Let %s of %s in by SSH key"), user, mending->target.title);
}

static int plan_add_key(struct session *session, const struct answers *answers,
			struct plan **ret_plan, struct problem *why)
{
	_cleanup_mending_ struct mending mending = {0};
	_cleanup_public_keys_ struct public_keys keys = {0};
	int r = answers_read_keys(answers, &keys, why);

	if (r < 0)
		return r;
	if (!keys.count)
		return refuse_no_key(why);
	r = mending_open(session, answers, answers_get(answers, "user"), "add-key", &mending, why);
	if (r == 0)
		r = add_keys(&mending, &keys, answers_has(answers, "only-key"), why);
	if (r < 0)
		return r;
	summarize(&mending);
	*ret_plan = TAKE_PTR(mending.plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "user",
	 .kind = FIELD_ACCOUNT,
	 .metavar = N_("USER"),
	 .label = N_("Account"),
	 .help = N_("the account that gets the key"),
	 .is_required = true},
	{.name = "key",
	 .kind = FIELD_LIST,
	 .metavar = N_("LINE"),
	 .label = N_("Key"),
	 .help = N_("a public key, as the whole line of a file that ends in .pub")},
	{.name = "key-file",
	 .kind = FIELD_LIST,
	 .metavar = N_("FILE"),
	 .label = N_("File with keys"),
	 .help = N_("a file with public keys, one a line; \"-\" is standard input")},
	{.name = "rescue-keys",
	 .kind = FIELD_FLAG,
	 .label = N_("Keys of this rescue system"),
	 .help = N_("the keys by which this rescue system itself lets people in")},
	{.name = "only-key",
	 .kind = FIELD_FLAG,
	 .label = N_("Only the key"),
	 .help = N_("leave the settings of sshd as they are, also where they forbid keys")},
	FIELDS_ACCOUNT_TARGET,
};

static const struct example examples[] = {
	{"add-key root --rescue-keys", N_("who may log in here may log in there")},
	{"add-key root --key-file id_ed25519.pub", N_("a key from a file")},
	{"add-key alice --key \"ssh-ed25519 AAAA... alice@desk\"", N_("a key that was pasted")},
	{NULL, NULL},
};

const struct action action_add_key = {
	.name = "add-key",
	.label = N_("Add an SSH key"),
	.help = N_("let an account in by SSH key"),
	.details = N_(
		"Adds public keys to the file in which the server's sshd looks for those of the "
		"account (AuthorizedKeysFile), with the owners, modes and SELinux label that "
		"sshd wants. Keys that are there already are not added again. Where the settings "
		"of sshd forbid a login by key (PermitRootLogin no, AllowUsers, DenyUsers, "
		"PubkeyAuthentication no ...) the line that says so is changed, too: root may "
		"then log in by key, not by password. The plan shows the fingerprint of each "
		"key; \"refloat undo\" takes it all back."),
	.examples = examples,
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_add_key,
};
