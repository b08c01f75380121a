/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accounts of a target: read, judged one by one, put in order. */
#include "system/accounts.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "system/account_line.h"
#include "system/accounts_parts.h"
#include "system/login_shell.h"

#define ACCOUNTS_MAX 25000	   /* a list for people; what is left out is counted */
#define ACCOUNTS_BYTES (28u << 20) /* of all: their record must go through a pipe (worker.h) */
#define ACCOUNT_BYTES 350	   /* of a record without its texts */
#define OBSTACLE_BYTES 130
#define DAY_SECONDS 86400

/* One that differs from FOUND in the ways only; NULL. */
static struct account_obstacle *find_same(const struct account_obstacles *list,
					  const struct obstacle_found *found)
{
	for (size_t i = 0; i < list->count; i++) {
		struct account_obstacle *item = &list->items[i];

		if (item->kind == found->kind && item->weight == found->weight &&
		    item->line == found->line && item->number == found->number &&
		    item->second == found->second && text_is_equal(item->file, found->file) &&
		    text_is_equal(item->subject, found->subject))
			return item;
	}
	return NULL;
}

void obstacle_add(struct account_obstacles *list, const struct obstacle_found *found)
{
	struct account_obstacle *same = find_same(list, found);

	if (same)
		same->ways |= found->ways;
	if (same || !found->ways || list->count >= ACCOUNT_OBSTACLES_MAX)
		return;
	list->items = alloc_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	list->items[list->count++] = (struct account_obstacle){
		.kind = found->kind,
		.weight = found->weight,
		.ways = found->ways,
		.mend = found->is_beyond_mend ? MEND_NONE : obstacle_mend(found->kind),
		.subject = text_copy(found->subject),
		.file = text_copy(found->file),
		.line = found->line,
		.number = found->number,
		.second = found->second,
	};
}

void obstacles_done(struct account_obstacles *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].subject);
		free(list->items[i].file);
	}
	free(list->items);
	*list = (struct account_obstacles){0};
}

/* What blocks first, else as they were found. */
static void sort_obstacles(struct account_obstacles *list)
{
	for (size_t i = 1; i < list->count; i++) {
		struct account_obstacle item = list->items[i];
		size_t at = i;

		for (; at > 0 && list->items[at - 1].weight > item.weight; at--)
			list->items[at] = list->items[at - 1];
		list->items[at] = item;
	}
}

bool account_obstacle_concerns(const struct account_obstacle *obstacle,
			       const struct account_state *account)
{
	return obstacle->kind != OBSTACLE_NOLOGIN || account->kind != ACCOUNT_ROOT;
}

static void lower_answers(struct account_state *account, const struct account_obstacles *list)
{
	static const enum login_answer answers[] = {
		[OBSTACLE_BLOCKS] = LOGIN_NO,
		[OBSTACLE_MAY] = LOGIN_DEPENDS,
		[OBSTACLE_NOTE] = LOGIN_YES,
	};

	for (size_t i = 0; i < list->count; i++) {
		enum login_answer answer = answers[list->items[i].weight];

		if (!account_obstacle_concerns(&list->items[i], account))
			continue;
		for (size_t way = 0; way < LOGIN_WAYS; way++) {
			if ((list->items[i].ways & LOGIN_BIT(way)) &&
			    answer < account->answers[way])
				account->answers[way] = answer;
		}
	}
}

static void set_answers(const struct accounts *accounts, struct account_state *account)
{
	for (size_t way = 0; way < LOGIN_WAYS; way++)
		account->answers[way] = account->could_log_in ? LOGIN_YES : LOGIN_NO;
	lower_answers(account, &account->obstacles);
	lower_answers(account, &accounts->system);
}

bool account_opens_ssh_password(const struct account_state *account)
{
	return account->uid || !account->keys;
}

/* What its mend leaves as it is has none. */
static void set_mends(struct account_state *account)
{
	for (size_t i = 0; i < account->obstacles.count; i++) {
		struct account_obstacle *obstacle = &account->obstacles.items[i];

		if (obstacle->kind == OBSTACLE_SSHD_PASSWORD &&
		    !account_opens_ssh_password(account))
			obstacle->mend = MEND_NONE;
	}
}

struct account_obstacle *account_obstacles_add(struct account_obstacles *list,
					       const struct account_obstacle *obstacle)
{
	struct account_obstacle *added;

	if (list->count >= ACCOUNT_OBSTACLES_MAX)
		return NULL;
	list->items = alloc_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	added = &list->items[list->count++];
	*added = *obstacle;
	added->mend = obstacle_mend(obstacle->kind);
	added->subject = text_copy(obstacle->subject);
	added->file = text_copy(obstacle->file);
	return added;
}

void account_obstacles_remove(struct account_obstacles *list, size_t index)
{
	free(list->items[index].subject);
	free(list->items[index].file);
	list->count--;
	memmove(&list->items[index], &list->items[index + 1],
		(list->count - index) * sizeof(*list->items));
}

void accounts_answer_again(struct accounts *accounts)
{
	sort_obstacles(&accounts->system);
	for (size_t i = 0; i < accounts->count; i++) {
		sort_obstacles(&accounts->items[i].obstacles);
		set_answers(accounts, &accounts->items[i]);
		set_mends(&accounts->items[i]);
	}
}

static enum account_kind find_kind(const struct judge *judge, uint32_t uid)
{
	if (uid == 0)
		return ACCOUNT_ROOT;
	return uid >= login_defs_uid_min(&judge->defs) && uid <= login_defs_uid_max(&judge->defs)
		       ? ACCOUNT_PERSON
		       : ACCOUNT_SYSTEM;
}

/* The C library passes a broken line over: of what else it says nothing comes. */
static bool is_entry(const struct judge *judge, const struct account *account)
{
	size_t line;

	return account_file_find(&judge->passwd, account->name, &line) == 0;
}

static void judge_account(const struct judge *judge, const struct account *account,
			  struct account_state *state)
{
	_cleanup_sshd_login_ struct sshd_login login = {
		.user = account->name,
		.is_root = account->uid == 0,
		.groups = &state->groups,
		.root_default = judge->root_default,
	};
	const struct judged judged = {.account = account, .state = state, .login = &login};

	group_index_list(&judge->groups, &judge->group, account, &state->groups);
	judge_admin(judge, &judged);
	if (!state->could_log_in)
		return;
	sshd_login_remember(&login, &judge->sshd);
	judge_password(judge, &judged);
	if (!is_entry(judge, account))
		return;
	judge_shell(judge, &judged);
	judge_home(judge, &judged);
	judge_gates(judge, &judged);
	judge_lockouts(judge, &judged);
	judge_sshd(judge, &judged);
	judge_keys(judge, &judged);
}

static size_t measure(const char *text)
{
	return text ? strlen(text) : 0;
}

/* About how much of a record STATE takes. */
static size_t measure_state(const struct account_state *state)
{
	size_t bytes = ACCOUNT_BYTES + measure(state->name) + measure(state->gecos) +
		       measure(state->home) + measure(state->shell);

	for (size_t i = 0; i < state->groups.count; i++)
		bytes += measure(state->groups.items[i]) + 4;
	for (size_t i = 0; i < state->obstacles.count; i++)
		bytes += OBSTACLE_BYTES + measure(state->obstacles.items[i].subject) +
			 measure(state->obstacles.items[i].file);
	return bytes;
}

static void add_account(struct judge *judge, const struct account *account, enum account_kind kind)
{
	struct accounts *accounts = judge->accounts;
	struct account_state *state;

	accounts->items = alloc_grow(accounts->items, accounts->count, &accounts->capacity,
				     sizeof(*accounts->items));
	state = &accounts->items[accounts->count++];
	*state = (struct account_state){
		.name = text_copy(account->name),
		.uid = account->uid,
		.gid = account->gid,
		.gecos = text_copy(account->gecos),
		.home = text_copy(account->home),
		.shell = text_copy(account->shell),
		.kind = kind,
	};
	state->could_log_in = state->kind != ACCOUNT_SYSTEM ||
			      !login_shell_refuses(judge->root, account->shell);
	judge_account(judge, account, state);
	sort_obstacles(&state->obstacles);
	judge->bytes += measure_state(state);
}

/* LINE is the one that counts for its name. */
static bool is_first(const struct account_file *file, size_t line, const char *name)
{
	size_t first = 0;

	return account_file_find(file, name, &first) == 0 && first == line;
}

/* A name as useradd takes it: not everything in front of a colon is an account. */
static bool is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";

	return *name && strchr(letters, *name) &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				  "._-$")];
}

/* Field FIELD of a line that cannot be read; the caller frees. */
static char *get_field(const struct account_line *line, unsigned field, const char *fallback)
{
	size_t length = 0;
	const char *text = account_line_field(ACCOUNT_FILE_PASSWD, line, field, &length);

	return text ? alloc_copy(text, length) : text_copy(fallback);
}

/* What a broken line tells of an account that has no other line. True where it is of one. */
static bool get_broken(const struct account_file *file, size_t number, struct account *account,
		       unsigned *kind)
{
	const struct account_line *line = &file->lines[number];
	_cleanup_free_ char *uid = NULL, *gid = NULL;
	struct account_match match;

	if (line->kind != ACCOUNT_LINE_BROKEN || account_line_count(line) < 2)
		return false;
	account->name = get_field(line, PASSWD_NAME, "");
	account_file_match(file, account->name, &match);
	if (!is_name(account->name) || match.entry_count || match.broken != number)
		return false;
	account->password = get_field(line, PASSWD_PASSWORD, "x");
	account->gecos = get_field(line, PASSWD_GECOS, "");
	account->home = get_field(line, PASSWD_HOME, "");
	account->shell = get_field(line, PASSWD_SHELL, "");
	account->uid = account->gid = UINT32_MAX;
	uid = get_field(line, PASSWD_UID, "");
	gid = get_field(line, PASSWD_GID, "");
	(void)account_line_parse_id(gid, &account->gid); /* or it stays unknown */
	if (strcmp(account->name, "root") == 0) {
		account->uid = 0;
		*kind = ACCOUNT_ROOT;
	} else if (account_line_parse_id(uid, &account->uid) < 0) {
		*kind = ACCOUNT_PERSON;
	}
	return true;
}

static void add_accounts(struct judge *judge)
{
	for (size_t i = 0; i < judge->passwd.count; i++) {
		_cleanup_account_ struct account account = {0};
		unsigned kind = ACCOUNT_KINDS;

		if (account_file_get_account(&judge->passwd, i, &account) == 0
			    ? !is_first(&judge->passwd, i, account.name)
			    : !get_broken(&judge->passwd, i, &account, &kind))
			continue;
		if (kind == ACCOUNT_KINDS)
			kind = find_kind(judge, account.uid);
		if ((judge->accounts->count < ACCOUNTS_MAX && judge->bytes < ACCOUNTS_BYTES) ||
		    (judge->wanted && text_list_contains(judge->wanted, account.name)))
			add_account(judge, &account, (enum account_kind)kind);
		else
			judge->accounts->left_out++;
	}
}

static int compare_accounts(const void *a, const void *b)
{
	const struct account_state *first = a, *second = b;

	if (first->kind != second->kind)
		return first->kind < second->kind ? -1 : 1;
	if (first->uid != second->uid)
		return first->uid < second->uid ? -1 : 1;
	return strcmp(first->name, second->name);
}

/* True where the file is there; one that cannot be read is told. */
static bool read_file(struct judge *judge, enum account_file_kind kind, struct account_file *file)
{
	int error = account_file_read(judge->root, kind, NULL, file, NULL);

	file->kind = kind;
	if (error < 0 && error != -ENOENT)
		text_list_add(&judge->accounts->unread, account_file_path(kind));
	return error == 0;
}

static size_t count_broken(const struct account_file *file)
{
	size_t count = 0;

	for (size_t i = 0; i < file->count; i++)
		count += file->lines[i].kind == ACCOUNT_LINE_BROKEN;
	return count;
}

static void read_all(struct judge *judge)
{
	struct accounts *accounts = judge->accounts;
	const struct root *root = judge->root;

	accounts->has_passwd = read_file(judge, ACCOUNT_FILE_PASSWD, &judge->passwd);
	accounts->has_shadow = read_file(judge, ACCOUNT_FILE_SHADOW, &judge->shadow);
	(void)read_file(judge, ACCOUNT_FILE_GROUP, &judge->group); /* nobody is in a group then */
	accounts->broken_lines = count_broken(&judge->passwd) + count_broken(&judge->shadow);
	group_index_make(&judge->group, &judge->groups);
	judge_read_places(judge);
	judge_read_programs(judge);
	login_defs_read(root, &judge->defs);
	login_shells_read(root, &judge->shells);
	hash_support_read(root, &judge->support);
	judge->has_programs = !judge_is_away(judge, "/usr") &&
			      (root_has_folder(root, "/usr/bin") || root_has_folder(root, "/bin"));
	judge_read_gids(judge);
	judge_read_admins(judge);
	judge_sources(judge);
	judge_read_sshd(judge);
	judge_read_services(judge);
}

static void judge_done(struct judge *judge)
{
	judge_services_done(judge);
	judge_programs_done(judge);
	sudoers_done(&judge->sudoers);
	free(judge->gids);
	sshd_config_done(&judge->sshd);
	sshd_version_done(&judge->sshd_version);
	hash_support_done(&judge->support);
	text_list_done(&judge->shells);
	login_defs_done(&judge->defs);
	judge_places_done(judge);
	group_index_done(&judge->groups);
	account_file_done(&judge->group);
	account_file_done(&judge->shadow);
	account_file_done(&judge->passwd);
}

void accounts_read(const struct root *root, const struct accounts_options *options,
		   struct accounts *ret_accounts)
{
	struct accounts accounts = {0};
	struct judge judge = {
		.root = root,
		.accounts = &accounts,
		.now = options->now,
		.today = options->now / DAY_SECONDS,
		.architecture = options->architecture,
		.init = options->init,
		.wanted = options->wanted,
	};

	read_all(&judge);
	judge_consoles(&judge);
	judge_login(&judge);
	judge_nologin(&judge);
	judge_pam_faults(&judge);
	judge_sshd_system(&judge);
	sort_obstacles(&accounts.system);
	add_accounts(&judge);
	for (size_t i = 0; i < accounts.count; i++) {
		set_answers(&accounts, &accounts.items[i]);
		set_mends(&accounts.items[i]);
	}
	if (accounts.count)
		qsort(accounts.items, accounts.count, sizeof(*accounts.items), compare_accounts);
	judge_done(&judge);
	*ret_accounts = accounts;
}

static void state_done(struct account_state *state)
{
	free(state->name);
	free(state->gecos);
	free(state->home);
	free(state->shell);
	text_list_done(&state->groups);
	obstacles_done(&state->obstacles);
}

void accounts_done(struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++)
		state_done(&accounts->items[i]);
	for (size_t i = 0; i < accounts->terminal_count; i++) {
		free(accounts->terminals[i].name);
		free(accounts->terminals[i].file);
	}
	for (size_t i = 0; i < accounts->source_count; i++) {
		free(accounts->sources[i].name);
		free(accounts->sources[i].label);
		free(accounts->sources[i].file);
		text_list_done(&accounts->sources[i].names);
	}
	free(accounts->items);
	free(accounts->terminals);
	free(accounts->sources);
	obstacles_done(&accounts->system);
	text_list_done(&accounts->admin_groups);
	text_list_done(&accounts->unread);
	text_list_done(&accounts->not_mounted);
	*accounts = (struct accounts){0};
}

const struct account_state *accounts_find(const struct accounts *accounts, const char *name)
{
	for (size_t i = 0; i < accounts->count; i++) {
		if (strcmp(accounts->items[i].name, name) == 0)
			return &accounts->items[i];
	}
	return NULL;
}

const struct account_terminal *accounts_missing_terminal(const struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->terminal_count; i++) {
		const struct account_terminal *terminal = &accounts->terminals[i];

		if (terminal->is_wanted && !terminal->has_login)
			return terminal;
	}
	return NULL;
}
