/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action that makes an emergency account: one to get in with, and to become root from. */
#include <errno.h>
#include <string.h>

#include "action/account_parts.h"
#include "action/actions.h"
#include "action/add_key.h"
#include "action/mend_ssh.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/login_defs.h"

#define NAME_MAX_BYTES 32 /* of useradd; utmp has no more */
#define NO_PASSWORD "*"	  /* none fits; sshd without PAM takes "!" for locked, for keys too */

/* What the new account is. */
struct newcomer {
	const char *name;
	const char *hash;
	uint32_t number; /* of the user and of its group */
	char *home;
	char *shell;
	struct public_keys keys;
	struct text_list groups;
};

static void newcomer_done(struct newcomer *newcomer)
{
	free(newcomer->home);
	free(newcomer->shell);
	public_keys_done(&newcomer->keys);
	text_list_done(&newcomer->groups);
}

/* As useradd of every distribution takes it. */
static int check_name(const char *name, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(name);
	size_t length = strlen(name);

	if (length && length <= NAME_MAX_BYTES && strchr("abcdefghijklmnopqrstuvwxyz_", *name) &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length)
		return 0;
	(void)problem_set(why, -EINVAL, shown, _("this is no name for an account"));
	problem_set_next(why,
			 _("It begins with a letter, has lower-case letters, digits, \"-\" and "
			   "\"_\", and at most 32 of them."));
	return -EINVAL;
}

static int refuse_taken(const struct mending *mending, const char *name,
			enum account_file_kind kind, struct problem *why)
{
	_cleanup_free_ char *command = describe_mend_all_command(name, mending->answers);

	(void)problem_set(why, -EEXIST, name, _("%s has a line with this name already"),
			  account_file_path(kind));
	if (kind == ACCOUNT_FILE_PASSWD)
		problem_set_next(why, _("\"%s\" mends what keeps it out."), command);
	else
		problem_set_next(why, _("Choose another name than %s."), name);
	return -EEXIST;
}

/* No file may speak of the name: not even in a line that cannot be read. */
static int check_free(struct mending *mending, const char *name, struct problem *why)
{
	static const enum account_file_kind order[] = {ACCOUNT_FILE_PASSWD, ACCOUNT_FILE_SHADOW,
						       ACCOUNT_FILE_GROUP, ACCOUNT_FILE_GSHADOW};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(order); i++) {
		struct account_file *file = NULL;
		struct account_match match = {0};

		r = mending_get(mending, order[i], &file, why);
		if (r == 0 && file)
			account_file_match(file, name, &match);
		if (match.entry_count || match.broken_count)
			r = refuse_taken(mending, name, order[i], why);
	}
	return r;
}

/* --- the number */

static bool is_free(const struct account_file *passwd, const struct account_file *group,
		    uint32_t number)
{
	size_t line;

	return account_file_find_id(passwd, number, &line) < 0 &&
	       (!group || account_file_find_id(group, number, &line) < 0);
}

static uint32_t find_highest(const struct account_file *passwd, uint32_t least, uint32_t last)
{
	uint32_t highest = least - 1;

	for (size_t i = 0; i < passwd->count; i++) {
		_cleanup_account_ struct account account = {0};

		if (account_file_get_account(passwd, i, &account) == 0 && account.uid >= least &&
		    account.uid <= last && account.uid > highest)
			highest = account.uid;
	}
	return highest;
}

/* The next one behind all others, as useradd does: files of an account that is gone may have one
 * between. */
static int choose_number(struct mending *mending, uint32_t *ret_number, struct problem *why)
{
	_cleanup_(login_defs_done) struct login_defs defs = {0};
	struct account_file *passwd = NULL, *group = NULL;
	uint32_t least, last, highest;
	int r = mending_get(mending, ACCOUNT_FILE_PASSWD, &passwd, why);

	if (r == 0)
		r = mending_get(mending, ACCOUNT_FILE_GROUP, &group, why);
	if (r < 0)
		return r;
	login_defs_read(mending->root, &defs);
	least = login_defs_uid_min(&defs) ? login_defs_uid_min(&defs) : 1000;
	last = login_defs_uid_max(&defs);
	highest = find_highest(passwd, least, last);
	for (uint64_t number = (uint64_t)highest + 1; number <= last; number++) {
		*ret_number = (uint32_t)number;
		if (is_free(passwd, group, *ret_number))
			return 0;
	}
	for (uint32_t number = least; number <= highest; number++) {
		*ret_number = number;
		if (is_free(passwd, group, number))
			return 0;
	}
	return problem_set(why, -ENOSPC, account_file_path(ACCOUNT_FILE_PASSWD),
			   _("no number from %u to %u is free"), (unsigned)least, (unsigned)last);
}

/* --- home, shell, keys */

static int choose_home(struct mending *mending, struct newcomer *newcomer, struct problem *why)
{
	_cleanup_(login_defs_done) struct login_defs defaults = {0};
	_cleanup_free_ char *shown = NULL;
	const char *base;

	useradd_defaults_read(mending->root, &defaults);
	base = login_defs_get(&defaults, "HOME");
	newcomer->home =
		text_format("%s/%s", base && *base == '/' ? base : "/home", newcomer->name);
	shown = mending_show_path(mending, newcomer->home);
	if (!root_has(mending->root, newcomer->home))
		return 0;
	(void)problem_set(why, -EEXIST, shown, _("what would be its home is there already"));
	problem_set_next(why, _("Choose another name than %s."), newcomer->name);
	return -EEXIST;
}

static int choose_shell(struct mending *mending, struct newcomer *newcomer, struct problem *why)
{
	newcomer->shell = mending_choose_shell(mending);
	if (newcomer->shell)
		return mending_list_shell(mending, newcomer->shell, why);
	return problem_set(why, -ENODATA, mending->target.title,
			   _("no shell is there that would start"));
}

static int check_way_in(const struct answers *answers, const struct newcomer *newcomer,
			struct problem *why)
{
	if (answers_has(answers, "hash"))
		return account_check_hash(answers_get(answers, "hash"), why);
	if (newcomer->keys.count)
		return 0;
	(void)problem_set(why, -EINVAL, newcomer->name,
			  _("neither a password nor a key is given: nobody could log in"));
	problem_set_next(why,
			 _("Give a password, or keys with --key, --key-file or --rescue-keys."));
	return -EINVAL;
}

/* --- the lines */

static int add_line(struct mending *mending, enum account_file_kind kind, const char *const *values,
		    struct problem *why)
{
	struct account_file *file = NULL;
	int r = mending_get(mending, kind, &file, why);

	if (r < 0 || !file)
		return r;
	r = account_file_add(file, values, NULL, why);
	if (r == 0)
		mending_say(mending, kind, _("add %s"), values[0]);
	return r;
}

static int add_lines(struct mending *mending, const struct newcomer *newcomer, struct problem *why)
{
	_cleanup_free_ char *number = text_format("%u", (unsigned)newcomer->number);
	_cleanup_free_ char *today = text_format("%lld", (long long)mending->today);
	const char *name = newcomer->name;
	const char *const shadow[SHADOW_FIELDS] = {
		name, newcomer->hash, mending->today > 0 ? today : "", "0", "99999", "7", "", "",
		""};
	const char *const group[GROUP_FIELDS] = {name, "x", number, ""};
	const char *const gshadow[GSHADOW_FIELDS] = {name, "!", "", ""};
	struct account_pair pair = {0};
	int r = mending_get_pair(mending, &pair, why);

	if (r < 0)
		return r;
	r = add_line(mending, ACCOUNT_FILE_SHADOW, shadow, why);
	if (r == 0)
		r = add_line(mending, ACCOUNT_FILE_GROUP, group, why);
	if (r == 0)
		r = add_line(mending, ACCOUNT_FILE_GSHADOW, gshadow, why);
	if (r < 0)
		return r;
	return add_line(mending, ACCOUNT_FILE_PASSWD,
			(const char *const[PASSWD_FIELDS]){name, pair.shadow ? "x" : newcomer->hash,
							   number, number, "emergency account",
							   newcomer->home, newcomer->shell},
			why);
}

/* --- becoming root */

static int join_admins(struct mending *mending, struct newcomer *newcomer, struct problem *why)
{
	_cleanup_free_ char *shown = NULL, *command = NULL;
	const char *group = NULL;
	int r = mending_find_admin_group(mending, &group, why);

	if (r < 0)
		return r;
	if (!group) {
		mending_note_no_admin_group(mending);
		text_list_format(&mending->plan->notes,
				 _("%s gets in, and becomes root with \"su\" and root's password."),
				 newcomer->name);
		return 0;
	}
	shown = printable_text(group);
	command = describe_mend_command(MEND_PASSWORD, newcomer->name, mending->answers);
	text_list_add(&newcomer->groups, group);
	if (strcmp(newcomer->hash, NO_PASSWORD) == 0)
		text_list_format(&mending->plan->notes,
				 _("As a member of %s it may become root by sudo, which asks for "
				   "the password of %s: it has none (\"%s\" sets one)."),
				 shown, newcomer->name, command);
	else
		text_list_format(&mending->plan->notes,
				 _("As a member of %s it may become root by sudo, which asks for "
				   "the password of %s."),
				 shown, newcomer->name);
	return mending_join_group(mending, group, newcomer->name, why);
}

static int add_home(struct mending *mending, struct newcomer *newcomer, struct problem *why)
{
	const struct mending_home home = {
		.path = newcomer->home, .uid = newcomer->number, .gid = newcomer->number};
	const struct account_state account = {
		.name = (char *)newcomer->name,
		.uid = newcomer->number,
		.gid = newcomer->number,
		.home = newcomer->home,
		.shell = newcomer->shell,
		.gecos = (char *)"",
		.kind = ACCOUNT_PERSON,
		.groups = newcomer->groups,
		.could_log_in = true,
	};
	_cleanup_free_ char *file = NULL;
	size_t added = 0;
	bool is_changed = false;
	int r = mending_make_home(mending, &home, why);

	if (r < 0 || !newcomer->keys.count)
		return r;
	mending->account = &account;
	r = mending_add_keys(mending, &newcomer->keys, &file, &added, why);
	if (r == 0)
		r = mending_open_sshd(mending, false, true, &is_changed, why);
	mending->account = NULL; /* it ends here */
	return r;
}

static int fill(struct mending *mending, struct newcomer *newcomer, struct problem *why)
{
	int r = check_free(mending, newcomer->name, why);

	if (r == 0)
		r = choose_number(mending, &newcomer->number, why);
	if (r == 0)
		r = choose_home(mending, newcomer, why);
	if (r == 0)
		r = choose_shell(mending, newcomer, why);
	if (r == 0)
		r = add_lines(mending, newcomer, why);
	if (r == 0)
		r = join_admins(mending, newcomer, why);
	return r < 0 ? r : add_home(mending, newcomer, why);
}

static int plan_account(struct session *session, const struct answers *answers,
			struct plan **ret_plan, struct problem *why)
{
	_cleanup_mending_ struct mending mending = {0};
	_cleanup_(newcomer_done) struct newcomer newcomer = {.name = answers_get(answers, "name")};
	int r = check_name(newcomer.name ? newcomer.name : "", why);

	if (r == 0)
		r = answers_read_keys(answers, &newcomer.keys, why);
	if (r == 0)
		r = check_way_in(answers, &newcomer, why);
	if (r == 0)
		r = mending_open(session, answers, NULL, "add-account", &mending, why);
	if (r < 0)
		return r;
	newcomer.hash = answers_has(answers, "hash") ? answers_get(answers, "hash") : NO_PASSWORD;
	mending.user = newcomer.name;
	mending_set_summary(&mending, text_format(_("Make the account %s on %s"), newcomer.name,
						  mending.target.title));
	r = fill(&mending, &newcomer, why);
	if (r == 0)
		r = mending_finish(&mending, why);
	if (r < 0)
		return r;
	mending_check_clock(&mending);
	mending_note_rest(&mending, &(struct mending_rest){.ways = LOGIN_ALL});
	*ret_plan = TAKE_PTR(mending.plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "name",
	 .kind = FIELD_ACCOUNT,
	 .metavar = N_("NAME"),
	 .label = N_("Name"),
	 .help = N_("what the account is called"),
	 .is_required = true},
	FIELD_PASSWORD_STDIN,
	FIELD_HASH_STDIN,
	FIELD_PASSWORD_GENERATE,
	FIELD_PASSWORD_HASH(false),
	{.name = "key",
	 .kind = FIELD_LIST,
	 .metavar = N_("LINE"),
	 .label = N_("SSH key"),
	 .help = N_("a public key that may log in as it, as the whole line of a file that ends in "
		    ".pub")},
	{.name = "key-file",
	 .kind = FIELD_LIST,
	 .metavar = N_("FILE"),
	 .label = N_("File with SSH keys"),
	 .help = N_("a file with public keys, one a line; \"-\" is standard input")},
	{.name = "rescue-keys",
	 .kind = FIELD_FLAG,
	 .label = N_("Keys of this rescue system"),
	 .help = N_("the keys by which this rescue system itself lets people in")},
	{.name = "no-password",
	 .kind = FIELD_FLAG,
	 .is_for_scripts = true,
	 .help = N_("with keys alone: no password is asked for")},
	FIELDS_ACCOUNT_TARGET,
};

static const struct example examples[] = {
	{"add-account rescue", N_("ask for a password, make the account")},
	{"add-account rescue --key-file id_ed25519.pub", N_("one with a key")},
	{NULL, NULL},
};

const struct action action_add_account = {
	.name = "add-account",
	.label = N_("Emergency account"),
	.help = N_("make an account to get in with, which may become root"),
	.details = N_("Makes an account with a group and a home of its own, a shell that works, a "
		      "password "
		      "or SSH keys, and makes it a member of the group that sudo trusts: sudo asks "
		      "for its "
		      "password. Other accounts stay as they are. \"refloat undo\" takes it back."),
	.examples = examples,
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_account,
};
