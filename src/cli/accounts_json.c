/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts as programs read them. */
#include "cli/accounts_list.h"

#include "base/i18n.h"

static const char *weight_word(enum obstacle_weight weight)
{
	static const char *const words[] = {
		[OBSTACLE_BLOCKS] = "blocks",
		[OBSTACLE_MAY] = "may",
		[OBSTACLE_NOTE] = "note",
	};

	return words[weight];
}

static struct json_object *format_ways(unsigned ways)
{
	struct json_object *array = json_object_new_array();

	for (unsigned way = 0; way < LOGIN_WAYS; way++) {
		if (ways & LOGIN_BIT(way))
			(void)json_object_array_add(
				array, json_object_new_string(login_way_word((enum login_way)way)));
	}
	return array;
}

static struct json_object *format_obstacle(const struct accounts_view *view,
					   const struct account_obstacle *obstacle,
					   const char *name)
{
	struct json_object *object = json_object_new_object();
	_cleanup_free_ char *words = describe_obstacle(obstacle);
	_cleanup_free_ char *command = describe_mend_command(obstacle->mend, name, view->answers);

	json_add_text(object, "kind", account_obstacle_word(obstacle->kind));
	json_add_text(object, "weight", weight_word(obstacle->weight));
	(void)json_object_object_add(object, "logins", format_ways(obstacle->ways));
	json_add_text(object, "words", words);
	json_add_text(object, "subject", obstacle->subject);
	json_add_text(object, "file", obstacle->file);
	if (obstacle->line)
		json_add_u64(object, "line", obstacle->line);
	else
		json_add_text(object, "line", NULL);
	json_add_text(object, "mend", account_mend_word(obstacle->mend));
	json_add_text(object, "command", command);
	return object;
}

static struct json_object *format_obstacles(const struct accounts_view *view,
					    const struct account_obstacles *obstacles,
					    const char *name)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < obstacles->count; i++)
		(void)json_object_array_add(array,
					    format_obstacle(view, &obstacles->items[i], name));
	return array;
}

static struct json_object *format_account(const struct accounts_view *view,
					  const struct account_state *account)
{
	struct json_object *object = json_object_new_object(), *logins = json_object_new_object();

	for (unsigned way = 0; way < LOGIN_WAYS; way++)
		json_add_text(logins, login_way_word((enum login_way)way),
			      login_answer_word(account->answers[way]));
	json_add_text(object, "name", account->name);
	json_add_u64(object, "uid", account->uid);
	json_add_u64(object, "gid", account->gid);
	json_add_text(object, "kind", account_kind_word(account->kind));
	json_add_text(object, "gecos", account->gecos);
	json_add_text(object, "home", account->home);
	json_add_text(object, "shell", account->shell);
	json_add_list(object, "groups", &account->groups);
	json_add_bool(object, "admin", account->is_admin);
	json_add_bool(object, "could_log_in", account->could_log_in);
	json_add_bool(object, "password", account->has_password);
	json_add_u64(object, "keys", account->keys);
	(void)json_object_object_add(object, "logins", logins);
	(void)json_object_object_add(object, "obstacles",
				     format_obstacles(view, &account->obstacles, account->name));
	return object;
}

static struct json_object *format_terminals(const struct accounts *accounts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < accounts->terminal_count; i++) {
		const struct account_terminal *terminal = &accounts->terminals[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "name", terminal->name);
		json_add_bool(object, "serial", terminal->is_serial);
		json_add_bool(object, "login", terminal->has_login);
		json_add_bool(object, "wanted", terminal->is_wanted);
		json_add_text(object, "file", terminal->file);
		(void)json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *format_sources(const struct accounts *accounts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < accounts->source_count; i++) {
		const struct account_source *source = &accounts->sources[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "name", source->name);
		json_add_text(object, "label", source->label);
		json_add_text(object, "file", source->file);
		json_add_list(object, "accounts", &source->names);
		(void)json_object_array_add(array, object);
	}
	return array;
}

struct json_object *accounts_json_new(const struct accounts_view *view)
{
	const struct account_target *target = view->target;
	const struct accounts *accounts = view->accounts;
	struct json_object *object = json_object_new_object(), *items = json_object_new_array();
	_cleanup_text_list_ struct text_list notes = {0};

	for (size_t i = 0; i < accounts->count; i++) {
		if (accounts_is_wanted(view, &accounts->items[i]))
			(void)json_object_array_add(items,
						    format_account(view, &accounts->items[i]));
	}
	describe_accounts_notes(accounts, target, view->answers, &notes);
	json_add_text(object, "system", target->system);
	json_add_text(object, "title", target->title);
	json_add_text(object, "mounted_at", target->root);
	json_add_bool(object, "read_only", target->is_read_only);
	(void)json_object_object_add(object, "accounts", items);
	(void)json_object_object_add(object, "obstacles",
				     format_obstacles(view, &accounts->system, NULL));
	(void)json_object_object_add(object, "terminals", format_terminals(accounts));
	(void)json_object_object_add(object, "sources", format_sources(accounts));
	json_add_list(object, "admin_groups", &accounts->admin_groups);
	json_add_bool(object, "shadow", accounts->has_shadow);
	json_add_u64(object, "broken_lines", accounts->broken_lines);
	json_add_bool(object, "sshd_asked", accounts->sshd_asked);
	json_add_list(object, "notes", &notes);
	return object;
}
