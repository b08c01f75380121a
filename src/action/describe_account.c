/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts in words: who gets in, what mends what. */
#include <string.h>

#include "action/account_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"

char *describe_login_ways(unsigned ways)
{
	_cleanup_text_list_ struct text_list words = {0};

	if ((ways & LOGIN_ALL) == LOGIN_ALL)
		return text_copy(_("every login"));
	if ((ways & LOGIN_ALL) == LOGIN_BY_SSH)
		return text_copy(_("SSH"));
	for (unsigned way = 0; way < LOGIN_WAYS; way++) {
		if (ways & LOGIN_BIT(way))
			text_list_add(&words, describe_login_way((enum login_way)way));
	}
	return text_list_join(&words, ", ");
}

char *describe_obstacle_ways(const struct account_obstacle *obstacle)
{
	return describe_login_ways(obstacle->ways);
}

static bool says_same(const struct account_obstacle *a, const struct account_obstacle *b)
{
	return a->kind == b->kind && a->weight == b->weight && a->mend == b->mend &&
	       a->number == b->number && a->second == b->second &&
	       text_is_equal(a->subject, b->subject) &&
	       (a->kind == OBSTACLE_PAM_BROKEN || text_is_equal(a->file, b->file));
}

unsigned obstacles_join_ways(const struct account_obstacles *obstacles, size_t index)
{
	unsigned ways = 0;

	for (size_t i = 0; i < obstacles->count; i++) {
		if (!says_same(&obstacles->items[i], &obstacles->items[index]))
			continue;
		if (i < index)
			return 0;
		ways |= obstacles->items[i].ways;
	}
	return ways;
}

const char *describe_mend(enum account_mend mend)
{
	static const char *const words[MENDS] = {
		[MEND_PASSWORD] = N_("set a password"),
		[MEND_UNLOCK] = N_("unlock it"),
		[MEND_UNEXPIRE] = N_("end its expiry"),
		[MEND_LOCKOUT] = N_("reset the counter of wrong passwords"),
		[MEND_SHELL] = N_("give it a shell that works"),
		[MEND_HOME] = N_("make its home folder, or give it its owner"),
		[MEND_MODES] = N_("mend owners and modes on the way to its keys and shell"),
		[MEND_NOLOGIN] = N_("put the file aside"),
		[MEND_GATE] = N_("have PAM let it pass"),
		[MEND_SSHD] = N_("mend the SSH server"),
		[MEND_KEY] = N_("add an SSH key"),
		[MEND_CONSOLE] = N_("give the console a login"),
		[MEND_LINE] = N_("mend its lines"),
		[MEND_ADMIN] = N_("let it become root"),
		[MEND_MOUNT] = N_("mount it, too"),
	};

	return words[mend] ? _(words[mend]) : NULL;
}

/* What says where the system is; the first of them counts. */
static void add_place(const struct answers *answers, struct text_list *words)
{
	static const char *const names[] = {"root", "system"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!answers || !answers_has(answers, names[i]))
			continue;
		text_list_format(words, "--%s", names[i]);
		text_list_add(words, answers_get(answers, names[i]));
		return;
	}
}

/* What somebody has mounted by hand is nothing that refloat mounts. */
static char *describe_mount_command(const struct answers *answers)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *command = NULL;

	if (answers && answers_has(answers, "root"))
		return NULL;
	text_list_add(&words, "refloat");
	text_list_add(&words, "mount");
	if (answers && answers_has(answers, "system"))
		text_list_add(&words, answers_get(answers, "system"));
	command = shell_command(&words);
	return printable_text(command);
}

char *describe_mend_command(enum account_mend mend, const char *user, const struct answers *answers)
{
	_cleanup_text_list_ struct text_list words = {0};
	const char *action = mend == MEND_PASSWORD ? "passwd" : mend == MEND_KEY ? "add-key" : NULL;
	_cleanup_free_ char *command = NULL;

	if (mend == MEND_NONE || (action && !user))
		return NULL;
	if (mend == MEND_MOUNT)
		return describe_mount_command(answers);
	text_list_add(&words, "refloat");
	text_list_add(&words, action ? action : "mend-account");
	if (user)
		text_list_add(&words, user);
	if (!action)
		text_list_format(&words, "--%s", account_mend_word(mend));
	if (mend == MEND_SHELL)
		text_list_add(&words, "best");
	add_place(answers, &words);
	command = shell_command(&words);
	return printable_text(command);
}

char *describe_mend_all_command(const char *user, const struct answers *answers)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *command = NULL;

	text_list_add(&words, "refloat");
	text_list_add(&words, "mend-account");
	if (user)
		text_list_add(&words, user);
	text_list_add(&words, "--all");
	add_place(answers, &words);
	command = shell_command(&words);
	return printable_text(command);
}

const char *describe_login_answer(enum login_answer answer)
{
	switch (answer) {
	case LOGIN_YES:
		return _("yes");
	case LOGIN_DEPENDS:
		return _("depends");
	default:
		return _("no");
	}
}

const char *describe_login_way(enum login_way way)
{
	switch (way) {
	case LOGIN_CONSOLE:
		return _("console");
	case LOGIN_SSH_PASSWORD:
		return _("SSH with a password");
	default:
		return _("SSH with a key");
	}
}

/* One that a list has room for: it lets the account in, and everything else that does so is a
 * detail. */
bool obstacle_is_worth_a_note(const struct account_state *account,
			      const struct account_obstacle *obstacle)
{
	if (obstacle->weight != OBSTACLE_NOTE || obstacle->kind == OBSTACLE_NOT_ADMIN)
		return false;
	for (size_t i = 0; i < account->obstacles.count; i++) {
		const struct account_obstacle *other = &account->obstacles.items[i];

		if (other->kind == obstacle->kind && other->weight != OBSTACLE_NOTE)
			return false; /* it is said already */
	}
	return true;
}

/* Those of WEIGHT, each once, without what is SHARED. */
static void add_briefly(const struct account_state *account, enum obstacle_weight weight,
			const struct shared_obstacles *shared, struct text_list *parts)
{
	for (size_t i = 0; i < account->obstacles.count; i++) {
		const struct account_obstacle *obstacle = &account->obstacles.items[i];
		_cleanup_free_ char *words = NULL;

		if (obstacle->weight != weight || shared_obstacles_have(shared, obstacle) ||
		    (weight == OBSTACLE_NOTE && !obstacle_is_worth_a_note(account, obstacle)))
			continue;
		words = describe_obstacle_briefly(obstacle);
		if (!text_list_contains(parts, words))
			text_list_add(parts, words);
	}
}

char *describe_account_own(const struct account_state *account,
			   const struct shared_obstacles *shared)
{
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *joined = NULL;

	add_briefly(account, OBSTACLE_BLOCKS, shared, &parts);
	if (parts.count)
		return text_list_join(&parts, "; ");
	add_briefly(account, OBSTACLE_MAY, shared, &parts);
	joined = text_list_join(&parts, "; ");
	return parts.count ? text_format(_("perhaps: %s"), joined) : TAKE_PTR(joined);
}

char *describe_account_notes(const struct account_state *account)
{
	static const struct shared_obstacles none = {0};
	_cleanup_text_list_ struct text_list notes = {0};
	_cleanup_free_ char *joined = NULL;

	add_briefly(account, OBSTACLE_NOTE, &none, &notes);
	joined = text_list_join(&notes, "; ");
	return notes.count ? text_format(_("note: %s"), joined) : TAKE_PTR(joined);
}

char *describe_account(const struct account_state *account)
{
	static const struct shared_obstacles none = {0};
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *stops = describe_account_own(account, &none);
	_cleanup_free_ char *notes = describe_account_notes(account);

	if (*stops)
		text_list_add(&parts, stops);
	if (*notes)
		text_list_add(&parts, notes);
	return text_list_join(&parts, "; ");
}
