/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts of many systems: tests/system/accounts/NAME is a root with their files,
 * accounts/NAME.expected what is to be read from them. One test a folder; in each, too, every file
 * of accounts comes out byte for byte, and an edit of each line changes its field alone. Given
 * folders as arguments it prints what it reads in place of testing, to be read by a person before
 * it becomes the expected.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "accounts_dump.h"
#include "base/alloc.h"
#include "base/file.h"
#include "system/account_file.h"
#include "system/login_defs.h"
#include "system/name_service.h"
#include "system/pam.h"
#include "system/sshd_config.h"

#define TODAY 20500 /* 2026-02-16 */

static const char *const services[] = {"login", "sshd", "su", "passwd"};

static void say_password(struct text_buffer *out, const char *text)
{
	static const char *const kinds[] = {"empty", "set",	 "locked", "never",
					    "none",  "shadowed", "odd"};
	struct password_field field;

	password_field_parse(text, &field);
	text_buffer_format(out, " %s", kinds[field.kind]);
	if (field.scheme != HASH_NONE)
		text_buffer_format(out, ":%s", hash_scheme_word(field.scheme));
}

static void say_shadow(struct text_buffer *out, const struct account_file *shadow, size_t line)
{
	static const char *const states[] = {"account-expired", "password-expired", "must-change",
					     "changed-later"};
	_cleanup_shadow_entry_ struct shadow_entry entry = {0};
	unsigned judged;

	assert_int_equal(account_file_get_shadow(shadow, line, &entry), 0);
	say_password(out, entry.hash);
	judged = shadow_entry_judge(&entry, TODAY);
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		if (judged & 1u << i)
			text_buffer_format(out, " %s", states[i]);
	}
}

static void say_account(struct text_buffer *out, const struct account *account,
			const struct account_file *shadow)
{
	static const char *const places[] = {"passwd", "shadow", "nowhere"};
	enum password_place place;
	size_t line = 0;

	place = password_find_place(account, shadow, &line);
	text_buffer_format(out, "account %s %u %s: %s", account->name, account->uid, account->shell,
			   places[place]);
	if (place == PASSWORD_IN_SHADOW)
		say_shadow(out, shadow, line);
	else if (place == PASSWORD_IN_PASSWD)
		say_password(out, account->password);
	text_buffer_add_text(out, "\n");
}

static void say_accounts(struct text_buffer *out, const struct root *root)
{
	_cleanup_account_file_ struct account_file passwd = {0}, shadow = {0};
	bool has_shadow = account_file_read(root, ACCOUNT_FILE_SHADOW, NULL, &shadow, NULL) == 0;

	assert_int_equal(account_file_read(root, ACCOUNT_FILE_PASSWD, NULL, &passwd, NULL), 0);
	for (size_t i = 0; i < passwd.count; i++) {
		_cleanup_account_ struct account account = {0};

		if (passwd.lines[i].kind == ACCOUNT_LINE_NIS)
			text_buffer_format(out, "nis %s\n", passwd.lines[i].text);
		else if (passwd.lines[i].faults)
			text_buffer_format(out, "line %zu: faults %#x\n", i + 1,
					   passwd.lines[i].faults);
		if (account_file_get_account(&passwd, i, &account) == 0)
			say_account(out, &account, has_shadow ? &shadow : NULL);
	}
}

static void say_hash(struct text_buffer *out, const char *who, const struct hash_wish *wish)
{
	text_buffer_format(out, "hash by %s: ", who);
	if (wish->scheme == HASH_NONE)
		text_buffer_add_text(out, "-\n");
	else
		text_buffer_format(out, "%s %lu %s:%u\n", hash_scheme_word(wish->scheme),
				   wish->rounds, wish->file, wish->line);
}

static void say_settings(struct text_buffer *out, const struct root *root)
{
	_cleanup_login_defs_ struct login_defs defs = {0}, useradd = {0};
	_cleanup_hash_wish_ struct hash_wish wish = {0};
	_cleanup_name_service_ struct name_service service = {0};
	_cleanup_text_list_ struct text_list shells = {0}, terminals = {0};
	_cleanup_free_ char *sources = NULL, *shown = NULL, *ttys = NULL;
	const char *shell;

	login_defs_read(root, &defs);
	login_defs_get_hash(&defs, &wish);
	say_hash(out, "login.defs", &wish);
	text_buffer_format(out, "people: %u to %u\n", login_defs_uid_min(&defs),
			   login_defs_uid_max(&defs));
	useradd_defaults_read(root, &useradd);
	shell = login_defs_get(&useradd, "SHELL");
	login_shells_read(root, &shells);
	shown = text_list_join(&shells, " ");
	text_buffer_format(out, "shells: %s; new accounts: %s\n", shown, shell ? shell : "-");
	name_service_read(root, "passwd", &service);
	sources = text_list_join(&service.sources, " ");
	text_buffer_format(out, "passwd: %s\n", sources);
	if (login_securetty_read(root, &terminals)) {
		ttys = text_list_join(&terminals, " ");
		text_buffer_format(out, "securetty: %s\n", ttys);
	}
}

static void say_rules(struct text_buffer *out, const struct pam_stack *stack)
{
	static const char *const types[] = {"auth", "account", "password", "session"};

	for (size_t type = 0; type < ARRAY_SIZE(types); type++) {
		text_buffer_format(out, "  %s:", types[type]);
		for (size_t i = 0; i < stack->count; i++) {
			if (stack->rules[i].type == 1u << type)
				text_buffer_format(out, " %.*s",
						   (int)strcspn(stack->rules[i].module, "."),
						   stack->rules[i].module);
		}
		text_buffer_add_text(out, "\n");
	}
}

static void say_pam(struct text_buffer *out, const struct root *root, const char *service)
{
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	_cleanup_pam_gates_ struct pam_gates gates = {0};
	_cleanup_hash_wish_ struct hash_wish wish = {0};
	struct pam_lockout lockouts[PAM_LOCKOUTS_MAX];
	size_t count;

	pam_stack_read(root, service, &stack);
	text_buffer_format(out, "pam %s: %zu rules, %zu faults\n", service, stack.count,
			   stack.fault_count);
	if (strcmp(service, "passwd") == 0) {
		pam_hash_read(root, &stack, &wish);
		say_hash(out, "PAM", &wish);
		return;
	}
	say_rules(out, &stack);
	pam_gates_read(root, &stack, &gates);
	for (size_t i = 0; i < gates.count; i++)
		text_buffer_format(out, "  gate %s %s%s\n", gates.gates[i].module,
				   gates.gates[i].path,
				   gates.gates[i].exists ? "" : " (not there)");
	count = pam_lockouts_read(root, &stack, lockouts);
	for (size_t i = 0; i < count; i++)
		text_buffer_format(out, "  lockout %s%s deny %d unlock %d%s root %d\n",
				   lockouts[i].path, lockouts[i].is_volatile ? " (volatile)" : "",
				   (int)lockouts[i].deny, (int)lockouts[i].unlock_time,
				   lockouts[i].even_deny_root ? " even" : " not",
				   (int)lockouts[i].root_unlock_time);
	pam_lockouts_done(lockouts, count);
}

static void say_verdict(struct text_buffer *out, const char *way,
			const struct sshd_verdict *verdict)
{
	static const char *const answers[] = {"no", "depends", "yes"};

	text_buffer_format(out, " %s %s", way, answers[verdict->answer]);
	if (verdict->setting)
		text_buffer_format(out, " (%s %s:%u)", verdict->keyword, verdict->setting->file,
				   verdict->setting->line);
	else if (verdict->keyword)
		text_buffer_format(out, " (%s)", verdict->keyword);
}

/* The password field of ACCOUNT, where it has one, starts with a lock. */
static bool is_locked(const struct root *root, const struct account *account)
{
	_cleanup_account_file_ struct account_file shadow = {0};
	_cleanup_free_ char *hash = NULL;
	size_t line = 0;

	(void)account_file_read(root, ACCOUNT_FILE_SHADOW, NULL, &shadow,
				NULL); /* or there is none */
	if (password_find_place(account, &shadow, &line) == PASSWORD_IN_SHADOW)
		hash = account_file_get(&shadow, line, SHADOW_HASH);
	return text_has_prefix(hash ? hash : account->password, "!");
}

static void say_ssh_account(struct text_buffer *out, const struct root *root,
			    const struct sshd_config *config, const struct account *account)
{
	_cleanup_account_file_ struct account_file group = {0};
	_cleanup_text_list_ struct text_list groups = {0};
	_cleanup_free_ char *shown = NULL;
	struct sshd_judgement judgement;
	const struct sshd_login login = {
		.user = account->name,
		.is_root = account->uid == 0,
		.groups = &groups,
		.is_locked = is_locked(root, account),
	};

	assert_int_equal(account_file_read(root, ACCOUNT_FILE_GROUP, NULL, &group, NULL), 0);
	account_list_groups(account, &group, &groups);
	shown = text_list_join(&groups, ",");
	sshd_config_judge(config, &login, &judgement);
	text_buffer_format(out, "ssh %s (%s):", account->name, shown);
	say_verdict(out, "user", &judgement.user);
	say_verdict(out, "password", &judgement.password);
	say_verdict(out, "key", &judgement.key);
	text_buffer_add_text(out, "\n");
}

static void say_ssh(struct text_buffer *out, const struct root *root)
{
	_cleanup_account_file_ struct account_file passwd = {0};
	_cleanup_sshd_config_ struct sshd_config config = {0};
	_cleanup_login_defs_ struct login_defs defs = {0};

	assert_int_equal(sshd_config_read(root, NULL, &config), 0);
	assert_int_equal(account_file_read(root, ACCOUNT_FILE_PASSWD, NULL, &passwd, NULL), 0);
	login_defs_read(root, &defs);
	text_buffer_format(out, "sshd: %zu settings, %zu faults\n", config.count,
			   config.fault_count);
	for (size_t i = 0; i < passwd.count; i++) {
		_cleanup_account_ struct account account = {0};

		if (account_file_get_account(&passwd, i, &account) == 0 &&
		    (!account.uid || (account.uid >= login_defs_uid_min(&defs) &&
				      account.uid <= login_defs_uid_max(&defs))))
			say_ssh_account(out, root, &config, &account);
	}
}

static char *describe(const struct root *root)
{
	_cleanup_free_ char *judged = NULL;
	struct text_buffer out = {0};

	say_accounts(&out, root);
	say_settings(&out, root);
	for (size_t i = 0; pam_is_used(root) && i < ARRAY_SIZE(services); i++)
		say_pam(&out, root, services[i]);
	say_ssh(&out, root);
	judged = accounts_dump(root);
	text_buffer_add_text(&out, judged);
	return text_buffer_take(&out);
}

/* LINE of FILE gets a value in FIELD: what is before and behind it in the file's BYTES stays. */
static void check_edit(struct account_file *file, size_t line, unsigned field, const char *bytes,
		       size_t length)
{
	_cleanup_free_ char *old = account_file_get(file, line, field), *written = NULL;
	size_t new_length = 0, start = 0, same = 0;

	/* a short line gets colons too, and what is too long or no number cannot be set back */
	if (!old || (file->lines[line].faults &
		     (ACCOUNT_FAULT_SHORT | ACCOUNT_FAULT_LONG | ACCOUNT_FAULT_RANGE)))
		return;
	if (account_file_set(file, line, field, "7", NULL) < 0)
		return;
	written = account_file_write(file, &new_length);
	assert_int_equal(new_length, length - strlen(old) + 1);
	while (start < length && start < new_length && bytes[start] == written[start])
		start++;
	while (same < length - start && same < new_length - start &&
	       bytes[length - 1 - same] == written[new_length - 1 - same])
		same++;
	assert_true(length - start - same <= strlen(old));
	assert_int_equal(account_file_set(file, line, field, old, NULL), 0);
}

static void check_file(const struct root *root, enum account_file_kind kind)
{
	_cleanup_account_file_ struct account_file file = {0};
	_cleanup_free_ char *bytes = NULL, *written = NULL;
	size_t length = 0, written_length = 0;

	if (root_read_file(root, account_file_path(kind), ACCOUNT_FILE_MAX_BYTES, &bytes, &length) <
	    0)
		return;
	account_file_parse(kind, bytes, length, &file);
	for (size_t i = 0; i < file.count; i++) {
		for (unsigned field = 1; field < SHADOW_FIELDS; field++)
			check_edit(&file, i, field, bytes, length);
	}
	written = account_file_write(&file, &written_length);
	assert_int_equal(written_length, length);
	assert_memory_equal(written, bytes, length);
}

static void test_system(void **state)
{
	const char *folder = *state;
	_cleanup_free_ char *path = text_format("%s.expected", folder), *expected = NULL,
			    *got = NULL;
	_cleanup_root_ struct root *root = NULL;

	assert_int_equal(root_open(folder, &root, NULL), 0);
	for (int kind = 0; kind < ACCOUNT_FILE_KINDS; kind++)
		check_file(root, (enum account_file_kind)kind);
	assert_int_equal(file_read(path, 1 << 20, &expected, NULL, NULL), 0);
	got = describe(root);
	assert_string_equal(got, expected);
}

static int print_systems(int count, char **folders)
{
	for (int i = 0; i < count; i++) {
		_cleanup_root_ struct root *root = NULL;
		_cleanup_free_ char *got = NULL;

		if (root_open(folders[i], &root, NULL) < 0)
			return 1;
		got = describe(root);
		printf("%s", got);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *folder =
		text_format("%s/tests/system/accounts", source ? source : ".");
	_cleanup_text_list_ struct text_list names = {0}, paths = {0};
	_cleanup_free_ struct CMUnitTest *tests = NULL;
	_cleanup_root_ struct root *root = NULL;

	if (argc > 1)
		return print_systems(argc - 1, argv + 1);
	if (root_open(folder, &root, NULL) < 0 || root_list(root, "/", 0, &names) < 0)
		return 1;
	tests = alloc_zero(names.count, sizeof(*tests));
	for (size_t i = 0; i < names.count; i++) {
		if (text_has_suffix(names.items[i], ".expected"))
			continue;
		tests[paths.count].name = names.items[i];
		tests[paths.count].test_func = test_system;
		text_list_format(&paths, "%s/%s", folder, names.items[i]);
	}
	for (size_t i = 0; i < paths.count; i++)
		tests[i].initial_state = paths.items[i];
	return _cmocka_run_group_tests("accounts", tests, paths.count, NULL, NULL);
}
