/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat accounts: who could log in, what stands in the way, and what mends it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/shell.h"
#include "base/suggest.h"
#include "cli/accounts_list.h"
#include "cli/grid.h"
#include "cli/unlock.h"

#define LABEL_WIDTH 14 /* columns of what a line of details is about */
#define NAME_WIDTH 32  /* of an account in the table: useradd makes no longer ones */

static const struct grid_column columns[] = {
	{N_("USER"), GRID_TEXT},	{N_("UID"), GRID_NUMBER},  {N_("ROOT"), GRID_TEXT},
	{N_("CONSOLE"), GRID_TEXT},	{N_("SSH-PW"), GRID_TEXT}, {N_("SSH-KEY"), GRID_TEXT},
	{N_("IN THE WAY"), GRID_WRAPS},
};

bool accounts_is_wanted(const struct accounts_view *view, const struct account_state *account)
{
	const struct text_list *names = answers_list(view->answers, "user");

	if (names->count)
		return text_list_contains(names, account->name);
	return account->could_log_in || answers_has(view->answers, "all");
}

/* --- what mends */

/* "--unlock", "refloat passwd": what stands behind an obstacle in the table; the caller frees. */
static char *format_hint(const struct account_obstacle *obstacle)
{
	switch (obstacle->mend) {
	case MEND_NONE:
		return NULL;
	case MEND_PASSWORD:
	case MEND_KEY: /* actions of their own */
		return text_format("refloat %s", obstacle->mend == MEND_KEY ? "add-key" : "passwd");
	case MEND_MOUNT: /* the notes say how */
		return NULL;
	default:
		return text_format("--%s%s", account_mend_word(obstacle->mend),
				   obstacle->mend == MEND_SHELL ? " best" : "");
	}
}

/* --- the table */

static char *format_obstacle(const struct account_obstacle *obstacle)
{
	/* of most accounts there is none, and details show where it would be */
	_cleanup_free_ char *words = obstacle->kind == OBSTACLE_NO_KEY
					     ? text_copy(_("no SSH key"))
					     : describe_obstacle(obstacle);
	_cleanup_free_ char *hint = format_hint(obstacle), *note = NULL;

	if (obstacle->weight == OBSTACLE_NOTE)
		note = text_format(_("note: %s"), words);
	else
		note = TAKE_PTR(words);
	return hint ? text_format("%s [%s]", note, hint) : TAKE_PTR(note);
}

/* What lets the account in is shown where a list has room for it. */
static bool is_shown(const struct account_state *account, const struct account_obstacle *obstacle)
{
	return obstacle->weight != OBSTACLE_NOTE || obstacle_is_worth_a_note(account, obstacle);
}

/* The rows of an account: what is in front of the first obstacle stands in the first one only. */
struct account_rows {
	struct grid *grid;
	const char *cells[ARRAY_SIZE(columns)];
	bool has_row;
};

static void add_row(struct account_rows *rows, const char *words)
{
	const size_t last = ARRAY_SIZE(columns) - 1;

	for (size_t i = 0; rows->has_row && i < last; i++)
		rows->cells[i] = NULL;
	rows->cells[last] = words;
	(void)grid_add(rows->grid, GRID_NO_PARENT, rows->cells);
	rows->has_row = true;
}

/* A row each for what keeps it out, or for what it should know all the same. */
static void add_obstacles(struct account_rows *rows, const struct account_state *account,
			  const struct shared_obstacles *shared, bool are_notes)
{
	for (size_t i = 0; i < account->obstacles.count; i++) {
		const struct account_obstacle *obstacle = &account->obstacles.items[i];
		_cleanup_free_ char *words = NULL;

		if ((obstacle->weight == OBSTACLE_NOTE) != are_notes ||
		    !is_shown(account, obstacle) || shared_obstacles_have(shared, obstacle))
			continue;
		words = format_obstacle(obstacle);
		add_row(rows, words);
	}
}

static bool may_get_in(const struct account_state *account)
{
	for (unsigned way = 0; way < LOGIN_WAYS; way++) {
		if (account->answers[way] != LOGIN_NO)
			return true;
	}
	return false;
}

static void add_account(struct grid *grid, const struct account_state *account,
			const struct shared_obstacles *shared)
{
	_cleanup_free_ char *uid = text_format("%u", account->uid);
	_cleanup_free_ char *name = printable_text(account->name), *cut = NULL;
	struct account_rows rows = {
		.grid = grid,
		.cells = {name, uid, account->is_admin ? _("yes") : _("no"),
			  describe_login_answer(account->answers[LOGIN_CONSOLE]),
			  describe_login_answer(account->answers[LOGIN_SSH_PASSWORD]),
			  describe_login_answer(account->answers[LOGIN_SSH_KEY]), NULL},
	};

	if (printable_width(name) > NAME_WIDTH)
		rows.cells[0] = cut = printable_fit(name, NAME_WIDTH);
	add_obstacles(&rows, account, shared, false);
	if (!rows.has_row && !account->could_log_in)
		add_row(&rows, _("not meant for logins"));
	else if (!rows.has_row && !may_get_in(account))
		add_row(&rows, _("what is in the way of others, too: see below"));
	add_obstacles(&rows, account, shared, true);
	if (!rows.has_row)
		add_row(&rows, NULL);
}

static void print_table(const struct accounts_view *view, const struct shared_obstacles *shared)
{
	const struct accounts *accounts = view->accounts;
	struct grid_column titles[ARRAY_SIZE(columns)];
	_cleanup_grid_ struct grid *grid = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		titles[i] = (struct grid_column){_(columns[i].title), columns[i].kind};
	grid = grid_new(titles, ARRAY_SIZE(titles), output_width());
	for (size_t i = 0; i < accounts->count; i++) {
		if (accounts_is_wanted(view, &accounts->items[i]))
			add_account(grid, &accounts->items[i], shared);
	}
	grid_print(grid, 0);
}

/* Whether anything that is shown is mended by an option of mend-account. */
static bool has_options(const struct accounts_view *view)
{
	const struct accounts *accounts = view->accounts;

	for (size_t i = 0; i < accounts->count; i++) {
		const struct account_obstacles *obstacles = &accounts->items[i].obstacles;

		for (size_t j = 0;
		     accounts_is_wanted(view, &accounts->items[i]) && j < obstacles->count; j++) {
			enum account_mend mend = obstacles->items[j].mend;

			if (is_shown(&accounts->items[i], &obstacles->items[j]) &&
			    account_mend_is_option(mend))
				return true;
		}
	}
	return false;
}

/* --- one account, with everything */

static void print_fact(const char *label, const char *value)
{
	_cleanup_free_ char *fitted = printable_fit(label, LABEL_WIDTH);

	if (!text_is_empty(value))
		printf("  %s%s\n", fitted, value);
}

static void print_text_fact(const char *label, const char *text)
{
	_cleanup_free_ char *shown = printable_text(text);

	print_fact(label, shown);
}

/* "- its password is locked: line 2 of /etc/shadow" and below it what mends it. */
static void print_obstacle(const struct accounts_view *view,
			   const struct account_obstacles *obstacles, size_t index,
			   const char *name)
{
	const struct account_obstacle *obstacle = &obstacles->items[index];
	unsigned all_ways = obstacles_join_ways(obstacles, index);
	_cleanup_free_ char *words = describe_obstacle(obstacle);
	_cleanup_free_ char *place = describe_obstacle_place(obstacle);
	_cleanup_free_ char *ways = describe_login_ways(all_ways);
	_cleanup_free_ char *command = describe_mend_command(obstacle->mend, name, view->answers),
			    *line = NULL;
	_cleanup_text_buffer_ struct text_buffer sentence = {0};
	const char *mend = describe_mend(obstacle->mend);

	if (obstacle->ways && !all_ways)
		return; /* it was said */
	if (*ways && obstacle->weight == OBSTACLE_MAY)
		text_buffer_format(&sentence, _("%s, perhaps: "), ways);
	else if (*ways && obstacle->weight == OBSTACLE_BLOCKS)
		text_buffer_format(&sentence, "%s: ", ways);
	text_buffer_add_text(&sentence, words);
	if (place)
		text_buffer_format(&sentence, " (%s)", place);
	line = text_buffer_take(&sentence);
	output_item(stdout, line, 2);
	if (mend && command) {
		_cleanup_free_ char *way_out = text_format("%s: %s", mend, command);

		output_paragraph(stdout, way_out, 6);
	}
}

static void print_account(const struct accounts_view *view, const struct account_state *account)
{
	_cleanup_free_ char *name = printable_text(account->name);
	_cleanup_free_ char *uid = text_format("%u", account->uid);
	_cleanup_free_ char *groups = text_list_join(&account->groups, ", ");
	_cleanup_free_ char *keys = text_format("%zu", account->keys);
	_cleanup_free_ char *person = text_copy(account->gecos ? account->gecos : "");

	printf("%s\n", name);
	print_fact(_("number"), uid);
	person[strcspn(person, ",")] = '\0'; /* room, telephones */
	print_text_fact(_("full name"), person);
	print_text_fact(_("home"), account->home);
	print_text_fact(_("shell"), account->shell);
	print_text_fact(_("groups"), groups);
	print_fact(_("may be root"), account->is_admin ? _("yes") : _("no"));
	print_fact(_("password"), account->has_password ? _("yes") : _("no"));
	print_fact(_("SSH keys"), keys);
	for (unsigned way = 0; way < LOGIN_WAYS; way++) {
		_cleanup_free_ char *line =
			text_format("%s: %s", describe_login_way((enum login_way)way),
				    describe_login_answer(account->answers[way]));

		print_fact(way ? "" : _("logs in by"), line);
	}
	if (!account->obstacles.count)
		return;
	printf("\n");
	for (size_t i = 0; i < account->obstacles.count; i++)
		print_obstacle(view, &account->obstacles, i, account->name);
}

/* --- all of it */

/* What several accounts have in their way by one line: its words, its place, what mends it. */
static void print_shared(const struct accounts_view *view, const struct shared_obstacles *shared)
{
	if (shared->count)
		printf("\n%s\n", _("In the way of several accounts:"));
	for (size_t i = 0; i < shared->count; i++) {
		const struct account_obstacle *obstacle = shared->items[i];
		_cleanup_free_ char *words = describe_obstacle(obstacle);
		_cleanup_free_ char *place = describe_obstacle_place(obstacle);
		_cleanup_free_ char *command = describe_shared_command(obstacle, view->answers);
		_cleanup_free_ char *line = text_format("%s (%s)", words, place);

		output_item(stdout, line, 2);
		if (command) {
			_cleanup_free_ char *way_out =
				text_format("%s: %s", describe_mend(obstacle->mend), command);

			output_paragraph(stdout, way_out, 6);
		}
	}
}

static void print_system(const struct accounts_view *view)
{
	const struct accounts *accounts = view->accounts;
	_cleanup_text_list_ struct text_list notes = {0};

	if (accounts->system.count)
		printf("\n%s\n", _("In the way of everybody:"));
	for (size_t i = 0; i < accounts->system.count; i++)
		print_obstacle(view, &accounts->system, i, NULL);
	for (size_t i = 0; i < accounts->source_count; i++)
		text_list_take(&notes, describe_account_source(&accounts->sources[i]));
	describe_accounts_notes(accounts, view->target, view->answers, &notes);
	if (notes.count)
		printf("\n");
	for (size_t i = 0; i < notes.count; i++)
		output_paragraph(stdout, notes.items[i], 0);
}

void accounts_print_title(const struct account_target *target)
{
	_cleanup_free_ char *line = NULL;

	if (!target->root)
		line = text_format(_("%s, not mounted"), target->title);
	else if (!target->system)
		line = text_copy(target->title);
	else if (target->is_read_only)
		line = text_format(_("%s, mounted read-only at %s"), target->title, target->root);
	else
		line = text_format(_("%s, mounted at %s"), target->title, target->root);
	output_paragraph(stdout, line, 0);
	printf("\n");
}

/* Each account with everything, for those who name some. */
static void print_named(const struct accounts_view *view)
{
	const struct accounts *accounts = view->accounts;
	bool is_first = true;

	for (size_t i = 0; i < accounts->count; i++) {
		if (!accounts_is_wanted(view, &accounts->items[i]))
			continue;
		if (!is_first)
			printf("\n");
		print_account(view, &accounts->items[i]);
		is_first = false;
	}
}

static void print_list(const struct accounts_view *view)
{
	_cleanup_shared_obstacles_ struct shared_obstacles shared = {0};

	accounts_print_title(view->target);
	if (answers_has(view->answers, "user")) {
		print_named(view);
		print_system(view);
		return;
	}
	shared_obstacles_find(view->accounts, &shared);
	print_table(view, &shared);
	print_shared(view, &shared);
	print_system(view);
	if (has_options(view)) {
		printf("\n");
		output_paragraph(stdout,
				 _("Options such as --unlock are those of \"refloat mend-account "
				   "USER\"; --all mends all that blocks."),
				 0);
	}
}

int accounts_refuse_name(const struct text_list *known, const char *name, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(name);

	(void)problem_set(why, -ENOENT, shown, _("there is no such account"));
	suggest_next(known, name, _("\"refloat accounts --all\" lists them."), why);
	return -ENOENT;
}

static int check_names(const struct accounts *accounts, const struct answers *answers,
		       struct problem *why)
{
	const struct text_list *names = answers_list(answers, "user");
	_cleanup_text_list_ struct text_list known = {0};

	for (size_t i = 0; i < accounts->count; i++)
		text_list_add(&known, accounts->items[i].name);
	for (size_t i = 0; i < names->count; i++) {
		if (!text_list_contains(&known, names->items[i]))
			return accounts_refuse_name(&known, names->items[i], why);
	}
	return 0;
}

static int list_accounts(struct cli *cli, const struct account_target *target,
			 const struct answers *answers)
{
	_cleanup_accounts_ struct accounts accounts = {0};
	const struct accounts_view view = {target, &accounts, answers};
	_cleanup_problem_ struct problem why = {0};

	if (account_list_read(&cli->session, target, answers_list(answers, "user"), &accounts,
			      &why) < 0 ||
	    check_names(&accounts, answers, &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON))
		output_json(accounts_json_new(&view));
	else
		print_list(&view);
	return accounts.count > 0 ? EXIT_DONE : EXIT_NOTHING;
}

static int run_accounts(struct cli *cli, const struct answers *answers)
{
	_cleanup_account_target_ struct account_target target = {0};
	_cleanup_problem_ struct problem why = {0};

	if ((!answers_has(answers, "root") && unlock_for_listing(cli, answers, &why) < 0) ||
	    account_target_find(&cli->session, answers, &target, &why) < 0)
		return command_fail(&why);
	return target.is_windows ? windows_accounts_list(cli, &target, answers)
				 : list_accounts(cli, &target, answers);
}

static const struct field fields[] = {
	{.name = "user",
	 .kind = FIELD_ACCOUNTS,
	 .metavar = N_("USER"),
	 .help = N_("these accounts, with all that is known of them")},
	{.name = "all",
	 .kind = FIELD_FLAG,
	 .help = N_("those of services, too, which nobody logs in with")},
	{.name = "system",
	 .kind = FIELD_TEXT,
	 .metavar = N_("SYSTEM"),
	 .help = N_("which system, where there are several and none is mounted")},
	{.name = "root",
	 .kind = FIELD_TEXT,
	 .metavar = N_("FOLDER"),
	 .help = N_("the system whose root somebody has mounted in this folder")},
	FIELD_UNLOCK,
	FIELD_UNLOCK_FILE,
};

static const struct example examples[] = {
	{"accounts", N_("who could log in, and what stands in the way")},
	{"accounts root", N_("everything about root's")},
	{"accounts --json | jq '.accounts[] | select(.logins.console == \"yes\") | .name'",
	 N_("who gets in at the console")},
	{NULL, NULL},
};

const struct listing listing_accounts = {
	.description =
		{
			.name = "accounts",
			.help = N_("who could log in to a system, and what stands in the way"),
			.details =
				N_("Shows every account of a system that could log in, whether it "
				   "may become root, whether it gets in with a password at the "
				   "console, with a password over "
				   "SSH, with a key over SSH, and what stands in the way: locks, "
				   "dates, shells, homes, PAM, counters of wrong passwords, the "
				   "SSH server's settings, owners and modes of files of keys. "
				   "Behind each of these stands what mends it. The system is "
				   "looked into where it is mounted, else in its tree, read-only. "
				   "Nothing is written; of what is mounted its sshd is asked, "
				   "apart from everything, and nothing else is run. Of a Windows "
				   "system its local accounts are shown.\n"
				   "Needs root, except with --sysroot."),
			.examples = examples,
			.fields = fields,
			.field_count = ARRAY_SIZE(fields),
		},
	.run = run_accounts,
};
