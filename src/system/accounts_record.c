/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts as JSON, for their way from the process that read them; what comes back is bounded. */
#include <errno.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"

#define ITEMS_MAX 30000

/* Element I of member array NAME, NULL behind the last or the limit. */
static struct json_object *element(struct json_object *object, const char *name, size_t i)
{
	struct json_object *array = json_get_array(object, name);

	if (!array || i >= json_object_array_length(array) || i >= ITEMS_MAX)
		return NULL;
	return json_object_array_get_idx(array, i);
}

/* A member that numbers one of COUNT things; the first where it is none of them. */
static unsigned get_choice(struct json_object *object, const char *name, unsigned count)
{
	uint64_t value = json_get_u64(object, name, 0);

	return value < count ? (unsigned)value : 0;
}

static uint32_t get_u32(struct json_object *object, const char *name)
{
	uint64_t value = json_get_u64(object, name, 0);

	return value <= UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

/* A text that the rest of the program counts on. */
static char *get_text(struct json_object *object, const char *name)
{
	char *text = json_get_bytes(object, name);

	return text ? text : text_copy("");
}

/* Numbers of 64 bits with their sign, as json-c has them. */
static int64_t get_signed(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_int))
		return 0;
	return json_object_get_int64(value);
}

static void add_signed(struct json_object *object, const char *name, int64_t value)
{
	json_object_object_add(object, name, json_object_new_int64(value));
}

static struct json_object *obstacles_to_json(const struct account_obstacles *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct account_obstacle *obstacle = &list->items[i];
		struct json_object *item = json_object_new_object();

		json_add_u64(item, "kind", obstacle->kind);
		json_add_u64(item, "weight", obstacle->weight);
		json_add_u64(item, "ways", obstacle->ways);
		json_add_bool(item, "is_mended", obstacle->mend != MEND_NONE);
		if (obstacle->subject)
			json_add_bytes(item, "subject", obstacle->subject);
		if (obstacle->file)
			json_add_bytes(item, "file", obstacle->file);
		if (obstacle->line)
			json_add_u64(item, "line", obstacle->line);
		if (obstacle->number)
			add_signed(item, "number", obstacle->number);
		if (obstacle->second)
			add_signed(item, "second", obstacle->second);
		json_object_array_add(array, item);
	}
	return array;
}

static void obstacles_from_json(struct json_object *object, const char *name,
				struct account_obstacles *list)
{
	struct json_object *item;

	for (size_t i = 0; (item = element(object, name, i)) != NULL; i++) {
		_cleanup_free_ char *subject = json_get_bytes(item, "subject");
		_cleanup_free_ char *file = json_get_bytes(item, "file");
		uint64_t kind = json_get_u64(item, "kind", ACCOUNT_OBSTACLES);
		const struct obstacle_found found = {
			.kind = (enum account_obstacle_kind)kind,
			.weight = (enum obstacle_weight)get_choice(item, "weight", 3),
			.ways = json_get_u64(item, "ways", 0) & LOGIN_ALL,
			.subject = subject,
			.file = file,
			.line = get_u32(item, "line"),
			.number = get_signed(item, "number"),
			.second = get_signed(item, "second"),
			.is_beyond_mend = !json_get_bool(item, "is_mended", false),
		};

		if (kind < ACCOUNT_OBSTACLES)
			obstacle_add(list, &found);
	}
}

static struct json_object *state_to_json(const struct account_state *state)
{
	struct json_object *item = json_object_new_object();

	json_add_bytes(item, "name", state->name);
	json_add_u64(item, "uid", state->uid);
	json_add_u64(item, "gid", state->gid);
	json_add_bytes(item, "gecos", state->gecos);
	json_add_bytes(item, "home", state->home);
	json_add_bytes(item, "shell", state->shell);
	json_add_u64(item, "kind", state->kind);
	json_add_bytes_list(item, "groups", &state->groups);
	json_add_bool(item, "is_admin", state->is_admin);
	json_add_bool(item, "could_log_in", state->could_log_in);
	json_add_bool(item, "has_password", state->has_password);
	json_add_u64(item, "keys", state->keys);
	for (size_t way = 0; way < LOGIN_WAYS; way++)
		json_add_u64(item, login_way_word((enum login_way)way), state->answers[way]);
	json_object_object_add(item, "obstacles", obstacles_to_json(&state->obstacles));
	return item;
}

static void state_from_json(struct json_object *item, struct account_state *state)
{
	*state = (struct account_state){
		.name = get_text(item, "name"),
		.uid = get_u32(item, "uid"),
		.gid = get_u32(item, "gid"),
		.gecos = get_text(item, "gecos"),
		.home = get_text(item, "home"),
		.shell = get_text(item, "shell"),
		.kind = (enum account_kind)get_choice(item, "kind", ACCOUNT_KINDS),
		.is_admin = json_get_bool(item, "is_admin", false),
		.could_log_in = json_get_bool(item, "could_log_in", false),
		.has_password = json_get_bool(item, "has_password", false),
		.keys = get_u32(item, "keys"),
	};
	for (size_t way = 0; way < LOGIN_WAYS; way++)
		state->answers[way] = (enum login_answer)get_choice(
			item, login_way_word((enum login_way)way), LOGIN_YES + 1);
	json_get_bytes_list(item, "groups", &state->groups);
	obstacles_from_json(item, "obstacles", &state->obstacles);
}

static struct json_object *terminals_to_json(const struct accounts *accounts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < accounts->terminal_count; i++) {
		const struct account_terminal *terminal = &accounts->terminals[i];
		struct json_object *item = json_object_new_object();

		json_add_bytes(item, "name", terminal->name);
		json_add_bool(item, "is_serial", terminal->is_serial);
		json_add_bool(item, "has_login", terminal->has_login);
		json_add_bool(item, "is_kernels", terminal->is_kernels);
		json_add_bool(item, "is_wanted", terminal->is_wanted);
		json_add_bytes(item, "file", terminal->file);
		json_object_array_add(array, item);
	}
	return array;
}

static void terminals_from_json(struct json_object *object, struct accounts *accounts)
{
	struct json_object *item;

	for (size_t i = 0; (item = element(object, "terminals", i)) != NULL; i++) {
		accounts->terminals =
			alloc_grow(accounts->terminals, accounts->terminal_count,
				   &accounts->terminal_capacity, sizeof(*accounts->terminals));
		accounts->terminals[accounts->terminal_count++] = (struct account_terminal){
			.name = get_text(item, "name"),
			.is_serial = json_get_bool(item, "is_serial", false),
			.has_login = json_get_bool(item, "has_login", false),
			.is_kernels = json_get_bool(item, "is_kernels", false),
			.is_wanted = json_get_bool(item, "is_wanted", false),
			.file = json_get_bytes(item, "file"),
		};
	}
}

static struct json_object *sources_to_json(const struct accounts *accounts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < accounts->source_count; i++) {
		const struct account_source *source = &accounts->sources[i];
		struct json_object *item = json_object_new_object();

		json_add_bytes(item, "name", source->name);
		json_add_bytes(item, "label", source->label);
		json_add_bytes(item, "file", source->file);
		json_add_bytes_list(item, "names", &source->names);
		json_object_array_add(array, item);
	}
	return array;
}

static void sources_from_json(struct json_object *object, struct accounts *accounts)
{
	struct json_object *item;

	for (size_t i = 0; (item = element(object, "sources", i)) != NULL; i++) {
		struct account_source *source;

		accounts->sources =
			alloc_grow(accounts->sources, accounts->source_count,
				   &accounts->source_capacity, sizeof(*accounts->sources));
		source = &accounts->sources[accounts->source_count++];
		*source = (struct account_source){
			.name = get_text(item, "name"),
			.label = get_text(item, "label"),
			.file = json_get_bytes(item, "file"),
		};
		json_get_bytes_list(item, "names", &source->names);
	}
}

struct json_object *accounts_to_json(const struct accounts *accounts)
{
	struct json_object *object = json_object_new_object();
	struct json_object *items = json_object_new_array();

	for (size_t i = 0; i < accounts->count; i++)
		json_object_array_add(items, state_to_json(&accounts->items[i]));
	json_object_object_add(object, "accounts", items);
	json_object_object_add(object, "system", obstacles_to_json(&accounts->system));
	json_object_object_add(object, "terminals", terminals_to_json(accounts));
	json_object_object_add(object, "sources", sources_to_json(accounts));
	json_add_bytes_list(object, "admin_groups", &accounts->admin_groups);
	json_add_bytes_list(object, "unread", &accounts->unread);
	json_add_bytes_list(object, "not_mounted", &accounts->not_mounted);
	json_add_u64(object, "broken_lines", accounts->broken_lines);
	json_add_u64(object, "left_out", accounts->left_out);
	json_add_bool(object, "has_shadow", accounts->has_shadow);
	json_add_bool(object, "has_passwd", accounts->has_passwd);
	json_add_bool(object, "sshd_asked", accounts->sshd_asked);
	return object;
}

int accounts_from_json(struct json_object *object, struct accounts *ret_accounts)
{
	struct accounts accounts = {0};
	struct json_object *item;

	if (!json_object_is_type(object, json_type_object) || !json_get_array(object, "accounts"))
		return -EINVAL;
	for (size_t i = 0; (item = element(object, "accounts", i)) != NULL; i++) {
		accounts.items = alloc_grow(accounts.items, accounts.count, &accounts.capacity,
					    sizeof(*accounts.items));
		state_from_json(item, &accounts.items[accounts.count++]);
	}
	obstacles_from_json(object, "system", &accounts.system);
	terminals_from_json(object, &accounts);
	sources_from_json(object, &accounts);
	json_get_bytes_list(object, "admin_groups", &accounts.admin_groups);
	json_get_bytes_list(object, "unread", &accounts.unread);
	json_get_bytes_list(object, "not_mounted", &accounts.not_mounted);
	accounts.broken_lines = get_u32(object, "broken_lines");
	accounts.left_out = get_u32(object, "left_out");
	accounts.has_shadow = json_get_bool(object, "has_shadow", false);
	accounts.has_passwd = json_get_bool(object, "has_passwd", false);
	accounts.sshd_asked = json_get_bool(object, "sshd_asked", false);
	*ret_accounts = accounts;
	return 0;
}
