/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mends the files that PAM asks whether an account may log in: the least change of each that lets
 * this account in and nobody else. A line that is changed stays above the new one as a comment.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "action/mending_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/pam_gate.h"

static const char *const services[] = {"login", "sshd"};

/* One gate that does not let the account pass. */
struct opening {
	struct mending *mending;
	const struct pam_gate *gate;
	const struct pam_person *person;
	const char *shown; /* the account, printable */
};

/* --- pam_securetty: root's terminals */

/* Terminals that have a login, or should have one, and are not listed. */
static void list_terminals(const struct mending *mending, const struct text_list *listed,
			   struct text_list *missing)
{
	bool has_any = false;

	for (size_t i = 0; i < mending->accounts.terminal_count; i++) {
		const struct account_terminal *terminal = &mending->accounts.terminals[i];

		if (!terminal->has_login && !terminal->is_wanted)
			continue;
		has_any = true;
		if (!text_list_contains(listed, terminal->name))
			text_list_add(missing, terminal->name);
	}
	if (!has_any && !text_list_contains(listed, "tty1")) /* nothing is known of it */
		text_list_add(missing, "tty1");
}

/* What lets root in on the terminals, in the file at in-root PATH. */
static int list_for_root(struct mending *mending, const char *path, struct problem *why)
{
	_cleanup_text_list_ struct text_list listed = {0}, missing = {0};
	struct mending_text *text = NULL;
	int r;

	(void)login_securetty_read(mending->root, &listed); /* who asks it says it is there */
	list_terminals(mending, &listed, &missing);
	if (!missing.count)
		return 0;
	r = mending_get_text(mending, path, &text, why);
	for (size_t i = 0; r == 0 && i < missing.count; i++) {
		_cleanup_free_ char *name = printable_text(missing.items[i]);
		_cleanup_free_ char *reason = text_format(_("let root in on %s"), name);

		if (!text_list_contains(&text->reasons, reason))
			mending_append_line(text, missing.items[i], reason);
	}
	return r;
}

static int open_securetty(const struct opening *opening, struct problem *why)
{
	return list_for_root(opening->mending, opening->gate->path, why);
}

/* A login that knows nothing of PAM (Alpine, Slackware) asks the file itself. */
static int open_securetty_of_login(struct mending *mending, struct problem *why)
{
	const struct account_obstacles *obstacles = &mending->account->obstacles;

	for (size_t i = 0; i < obstacles->count; i++) {
		if (obstacles->items[i].kind == OBSTACLE_SECURETTY && obstacles->items[i].file &&
		    obstacles->items[i].mend == MEND_GATE)
			return list_for_root(mending, obstacles->items[i].file, why);
	}
	return 0;
}

/* --- pam_shells */

static int open_shells(const struct opening *opening, struct problem *why)
{
	const char *shell = opening->person->shell;

	return mending_list_shell(opening->mending, *shell ? shell : "/bin/sh", why);
}

/* --- pam_access: the first line that matches decides */

static int open_access(const struct opening *opening, struct problem *why)
{
	const char *separator = pam_rule_value(opening->gate->rule, "fieldsep");
	char colon = separator && *separator ? *separator : ':';
	_cleanup_free_ char *line = text_format("+%c%s%cALL", colon, opening->person->user, colon);
	_cleanup_free_ char *reason =
		text_format(_("let %s in, before all other rules"), opening->shown);
	struct mending_text *text = NULL;
	int r = mending_get_text(opening->mending, opening->gate->path, &text, why);

	if (r == 0 && !text_list_contains(&text->reasons, reason))
		mending_insert_line(text, line, reason);
	return r;
}

/* --- pam_listfile: a name a line, no comments; a line that begins with "#" is no name */

/* The line is one that speaks of the account. */
static bool is_of_account(const char *line, const char *item, const struct pam_person *person)
{
	if (text_is_equal(item, "group"))
		return text_list_contains(person->groups, line);
	return strcmp(line, text_is_equal(item, "shell") ? person->shell : person->user) == 0;
}

static void take_off_list(const struct opening *opening, struct mending_text *text,
			  const char *item)
{
	_cleanup_free_ char *reason =
		text_format(_("take %s off the list of those who may not"), opening->shown);

	for (unsigned number = 1;; number++) {
		_cleanup_free_ char *line = mending_get_line(text, number);

		if (!line)
			break;
		if (is_of_account(line, item, opening->person))
			(void)mending_replace_line(text, number, NULL, reason); /* it is there */
	}
	if (!text->bytes) /* a missing file shuts everybody out */
		mending_set_text(text, text_copy(""), 0, reason);
	if (!text_is_equal(item, "user"))
		text_list_format(&opening->mending->plan->notes,
				 _("That list is not of accounts: others are let in with %s."),
				 opening->shown);
}

static void put_on_list(const struct opening *opening, struct mending_text *text, const char *item)
{
	const struct pam_person *person = opening->person;
	_cleanup_free_ char *reason =
		text_format(_("put %s on the list of those who may"), opening->shown);
	const char *line = person->user;

	if (text_is_equal(item, "shell"))
		line = person->shell;
	else if (text_is_equal(item, "group") && person->groups->count)
		line = person->groups->items[0];
	if (!text_list_contains(&text->reasons, reason))
		mending_append_line(text, line, reason);
}

static int open_listfile(const struct opening *opening, struct problem *why)
{
	const struct pam_rule *rule = opening->gate->rule;
	const char *item = pam_rule_value(rule, "item");
	struct mending_text *text = NULL;
	int r;

	if (!text_is_equal(item, "user") && !text_is_equal(item, "group") &&
	    !text_is_equal(item, "shell")) {
		_cleanup_free_ char *shown =
			mending_show_path(opening->mending, opening->gate->path);

		mending_tell(opening->mending,
			     _("%s is a list of terminals or hosts: it is left as it is."), shown);
		return 0;
	}
	r = mending_get_text(opening->mending, opening->gate->path, &text, why);
	if (r < 0)
		return r;
	if (text_is_equal(pam_rule_value(rule, "sense"), "deny"))
		take_off_list(opening, text, item);
	else
		put_on_list(opening, text, item);
	return 0;
}

static int open_nologin(const struct opening *opening, struct problem *why)
{
	return mend_nologin(opening->mending, why);
}

static int open_time(const struct opening *opening, struct problem *why)
{
	return mending_open_time(opening->mending, opening->gate->path, why);
}

/* --- pam_limits: a line for the user is stronger than others, and the last of them counts */

static int open_limits(const struct opening *opening, struct problem *why)
{
	_cleanup_(pam_verdict_done) struct pam_verdict verdict = {0};
	_cleanup_free_ char *line = text_format("%s - maxlogins -1", opening->person->user);
	_cleanup_free_ char *reason =
		text_format(_("let %s in, however few logins others may have"), opening->shown);
	struct mending_text *text = NULL;
	int r;

	pam_gate_judge(opening->mending->root, opening->gate, opening->person, &verdict);
	r = mending_get_text(opening->mending, verdict.file, &text, why);
	if (r == 0 && !text_list_contains(&text->reasons, reason))
		mending_append_line(text, line, reason);
	return r;
}

/* --- files that everybody may write to, which their modules do not trust */

static int make_safe(const struct opening *opening, struct problem *why)
{
	struct mending *mending = opening->mending;
	_cleanup_free_ char *path = NULL, *shown = mending_show_path(mending, opening->gate->path);
	struct edit_owner_wish wish = {.root = mending->target.root, .lifts_flags = true};
	struct stat status = {0};
	int r = root_resolve(mending->root, opening->gate->path, false, &path, NULL);

	if (opening->gate->fault == PAM_GATE_NO_FILE) {
		mending_tell(mending, _("%s is no plain file: it is to be put right by hand."),
			     shown);
		return 0;
	}
	if (r == 0)
		r = root_stat(mending->root, path, false, &status);
	if (r < 0)
		return problem_set_errno(why, r, shown);
	wish.path = path;
	wish.wanted.has_mode = true;
	wish.wanted.mode = status.st_mode & 07777 & ~(mode_t)S_IWOTH;
	return mending_plans_owner(mending->plan, path, &wish.wanted)
		       ? 0
		       : edit_plan_add_owner(mending->plan, &wish, why);
}

static const struct {
	const char *module;
	int (*open)(const struct opening *opening, struct problem *why);
} openers[] = {
	{"pam_nologin", open_nologin},	 {"pam_securetty", open_securetty},
	{"pam_shells", open_shells},	 {"pam_access", open_access},
	{"pam_listfile", open_listfile}, {"pam_time", open_time},
	{"pam_limits", open_limits},
};

static int open_gate(const struct opening *opening, struct problem *why)
{
	_cleanup_(pam_verdict_done) struct pam_verdict verdict = {0};
	int r = 0;

	pam_gate_judge(opening->mending->root, opening->gate, opening->person, &verdict);
	if (verdict.answer == PAM_PASSES)
		return 0;
	if (opening->gate->fault)
		return make_safe(opening, why);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(openers); i++) {
		if (text_is_equal(openers[i].module, opening->gate->module))
			r = openers[i].open(opening, why);
	}
	return r;
}

static int open_service(struct mending *mending, const char *service,
			const struct pam_person *person, struct problem *why)
{
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	_cleanup_pam_gates_ struct pam_gates gates = {0};
	_cleanup_free_ char *shown = printable_text(mending->user);
	int r = 0;

	pam_stack_read(mending->root, service, &stack);
	pam_gates_read(mending->root, &stack, &gates);
	for (size_t i = 0; r == 0 && i < gates.count; i++) {
		const struct opening opening = {.mending = mending,
						.gate = &gates.gates[i],
						.person = person,
						.shown = shown};

		r = open_gate(&opening, why);
	}
	return r;
}

/* What the files say of the account. */
static int open_gates(struct mending *mending, struct problem *why)
{
	const struct account_state *account = mending->account;
	const struct pam_person person = {.user = account->name,
					  .is_root = account->uid == 0,
					  .uid = account->uid,
					  .gid = account->gid,
					  .shell = account->shell,
					  .groups = &account->groups};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(services); i++)
		r = open_service(mending, services[i], &person, why);
	return r < 0 ? r : open_securetty_of_login(mending, why);
}

int mend_gate(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shown = mending->account ? printable_text(mending->user) : NULL;
	size_t steps = mending->plan->count;
	bool has_changed;
	int r = mending_pass_over_modules(mending, why);

	if (r == 0 && mending->account)
		r = open_gates(mending, why);
	has_changed = mending_has_changed_texts(mending) || mending->plan->count > steps;
	if (r == 0 && !has_changed && shown)
		mending_note(mending, _("No file that PAM asks keeps %s out."), shown);
	else if (r == 0 && !has_changed)
		mending_note(mending, _("No module of PAM that counts is missing."));
	return r;
}
