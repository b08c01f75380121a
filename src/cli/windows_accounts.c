/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refloat accounts on a Windows system. */
#include <errno.h>
#include <stdio.h>

#include "action/windows_accounts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "cli/accounts_list.h"
#include "cli/grid.h"

static const struct grid_column columns[] = {
	{N_("ACCOUNT"), GRID_TEXT},    {N_("RID"), GRID_NUMBER},  {N_("ADMIN"), GRID_TEXT},
	{N_("LAST LOGIN"), GRID_TEXT}, {N_("STATE"), GRID_WRAPS},
};

static bool is_wanted(const struct answers *answers, const struct windows_accounts *accounts,
		      const struct windows_account *account)
{
	const struct text_list *names = answers_list(answers, "user");

	for (size_t i = 0; i < names->count; i++) {
		if (windows_accounts_find(accounts, names->items[i]) == account)
			return true;
	}
	return !names->count &&
	       (windows_account_could_log_in(account) || answers_has(answers, "all"));
}

static void add_row(struct grid *grid, const struct windows_account *account)
{
	_cleanup_free_ char *rid = text_format("%u", account->rid);
	_cleanup_free_ char *login = describe_windows_login(account);
	_cleanup_free_ char *state = describe_windows_account(account);
	const char *cells[] = {account->name, rid, account->is_administrator ? _("yes") : _("no"),
			       login, state};

	(void)grid_add(grid, GRID_NO_PARENT, cells);
}

static void print_list(const struct windows_accounts *accounts, const struct answers *answers)
{
	struct grid_column titles[ARRAY_SIZE(columns)];
	_cleanup_grid_ struct grid *grid = NULL;
	_cleanup_text_list_ struct text_list notes = {0};

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		titles[i] = (struct grid_column){_(columns[i].title), columns[i].kind};
	grid = grid_new(titles, ARRAY_SIZE(titles), output_width());
	for (size_t i = 0; i < accounts->count; i++) {
		if (is_wanted(answers, accounts, &accounts->items[i]))
			add_row(grid, &accounts->items[i]);
	}
	grid_print(grid, 0);
	describe_windows_notes(accounts, &notes);
	text_list_add(&notes, _("\"refloat windows-account USER\" makes a password blank, unlocks, "
				"enables, and makes an administrator."));
	printf("\n");
	for (size_t i = 0; i < notes.count; i++)
		output_paragraph(stdout, notes.items[i], 0);
}

static void print_json(const struct account_target *target, const struct windows_accounts *accounts,
		       const struct answers *answers)
{
	_cleanup_text_list_ struct text_list notes = {0};
	struct json_object *object = json_object_new_object();
	struct json_object *windows = windows_accounts_to_json(accounts);
	struct json_object *list = json_get_array(windows, "accounts");

	for (size_t i = accounts->count; i-- > 0;) {
		struct json_object *item = json_object_array_get_idx(list, i);
		_cleanup_free_ char *state = describe_windows_account(&accounts->items[i]);

		json_add_text(item, "state", state);
		if (!is_wanted(answers, accounts, &accounts->items[i]))
			(void)json_object_array_del_idx(list, i, 1);
	}
	describe_windows_notes(accounts, &notes);
	json_add_text(object, "system", target->system);
	json_add_text(object, "title", target->title);
	json_add_text(object, "mounted_at", target->root);
	json_add_bool(object, "read_only", target->is_read_only);
	json_object_object_add(object, "windows", windows);
	json_add_list(object, "notes", &notes);
	output_json(object);
}

static int check_names(const struct windows_accounts *accounts, const struct answers *answers,
		       struct problem *why)
{
	const struct text_list *names = answers_list(answers, "user");
	_cleanup_text_list_ struct text_list known = {0};

	for (size_t i = 0; i < accounts->count; i++)
		text_list_add(&known, accounts->items[i].name);
	for (size_t i = 0; i < names->count; i++) {
		if (!windows_accounts_find(accounts, names->items[i]))
			return accounts_refuse_name(&known, names->items[i], why);
	}
	return 0;
}

int windows_accounts_list(struct cli *cli, const struct account_target *target,
			  const struct answers *answers)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0};
	_cleanup_problem_ struct problem why = {0};

	if (windows_list_read(&cli->session, target, &accounts, &why) < 0 ||
	    check_names(&accounts, answers, &why) < 0)
		return command_fail(&why);
	if (cli_has(cli, COMMON_JSON)) {
		print_json(target, &accounts, answers);
	} else {
		accounts_print_title(target);
		print_list(&accounts, answers);
	}
	return accounts.count > 0 ? EXIT_DONE : EXIT_NOTHING;
}
