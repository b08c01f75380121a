/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts as text for tests, see accounts_dump.h. */
#include "accounts_dump.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "system/accounts.h"

#define NOW (20500 * (int64_t)86400) /* 2026-02-16 */

static void say_obstacles(struct text_buffer *out, const struct account_obstacles *list)
{
	static const char *const weights[] = {"blocks", "may", "note"};

	for (size_t i = 0; i < list->count; i++) {
		const struct account_obstacle *obstacle = &list->items[i];
		const char *separator = " ";

		text_buffer_format(out, " %s %s", account_obstacle_word(obstacle->kind),
				   weights[obstacle->weight]);
		for (size_t way = 0; way < LOGIN_WAYS; way++) {
			if (!(obstacle->ways & LOGIN_BIT(way)))
				continue;
			text_buffer_format(out, "%s%s", separator,
					   login_way_word((enum login_way)way));
			separator = ",";
		}
		text_buffer_format(out, " %s", account_mend_word(obstacle->mend));
		if (obstacle->file)
			text_buffer_format(out, " %s:%u", obstacle->file, obstacle->line);
		if (obstacle->subject)
			text_buffer_format(out, " \"%s\"", obstacle->subject);
		if (obstacle->number || obstacle->second)
			text_buffer_format(out, " %" PRId64 " %" PRId64, obstacle->number,
					   obstacle->second);
		text_buffer_add_text(out, "\n");
	}
}

static void say_account(struct text_buffer *out, const struct account_state *account)
{
	text_buffer_format(out, "%s %s%s%s keys:%zu", account->name,
			   account_kind_word(account->kind), account->is_admin ? " admin" : "",
			   account->has_password ? " password" : "", account->keys);
	for (size_t way = 0; way < LOGIN_WAYS; way++)
		text_buffer_format(out, " %s", login_answer_word(account->answers[way]));
	text_buffer_add_text(out, account->could_log_in ? "\n" : " not-meant\n");
	say_obstacles(out, &account->obstacles);
}

static void say_rest(struct text_buffer *out, const struct accounts *accounts)
{
	_cleanup_free_ char *groups = text_list_join(&accounts->admin_groups, ",");
	_cleanup_free_ char *unread = text_list_join(&accounts->unread, ",");
	_cleanup_free_ char *away = text_list_join(&accounts->not_mounted, ",");

	for (size_t i = 0; i < accounts->terminal_count; i++)
		text_buffer_format(out, "terminal %s%s%s%s\n", accounts->terminals[i].name,
				   accounts->terminals[i].is_serial ? " serial" : "",
				   accounts->terminals[i].has_login ? " login" : "",
				   accounts->terminals[i].is_wanted ? " wanted" : "");
	for (size_t i = 0; i < accounts->source_count; i++) {
		const struct account_source *source = &accounts->sources[i];
		_cleanup_free_ char *names = text_list_join(&source->names, ",");

		text_buffer_format(out, "source %s \"%s\" %s %s\n", source->name, source->label,
				   source->file ? source->file : "-", names);
	}
	text_buffer_format(out, "admins %s\n", groups);
	text_buffer_format(out, "files%s%s broken:%zu left:%zu unread:%s%s%s\n",
			   accounts->has_passwd ? " passwd" : "",
			   accounts->has_shadow ? " shadow" : "", accounts->broken_lines,
			   accounts->left_out, unread, *away ? " not-mounted:" : "", away);
}

char *accounts_dump(const struct root *root)
{
	const struct accounts_options options = {.now = NOW, .architecture = "x86_64"};
	_cleanup_accounts_ struct accounts read = {0}, accounts = {0};
	_cleanup_json_ struct json_object *record = NULL, *parsed = NULL;
	_cleanup_free_ char *text = NULL;
	struct text_buffer out = {0};

	accounts_read(root, &options, &read);
	record = accounts_to_json(&read);
	text = json_format_line(record);
	assert_int_equal(json_parse(text, strlen(text), &parsed, NULL), 0);
	assert_int_equal(accounts_from_json(parsed, &accounts), 0);
	text_buffer_add_text(&out, "system\n");
	say_obstacles(&out, &accounts.system);
	for (size_t i = 0; i < accounts.count; i++)
		say_account(&out, &accounts.items[i]);
	say_rest(&out, &accounts);
	return text_buffer_take(&out);
}
