/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in the way of accounts, in words: of every kind, whatever the disk says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/account_parts.h"
#include "action/actions.h"
#include "base/text.h"

static void check_words(const char *words)
{
	assert_non_null(words);
	assert_true(strlen(words) > 3);
	/* in the C locale: nothing that a terminal would act on */
	for (const char *at = words; *at; at++)
		assert_in_range((unsigned char)*at, 0x20, 0x7e);
	assert_false(text_has_suffix(words, "."));
}

/* Nothing known beside the kind, then everything, and that hostile. */
static void test_every_kind(void **state)
{
	char subject[] = "\033]0;x\007\n\377", file[] = "/etc/\033[2J";

	(void)state;
	for (unsigned kind = 0; kind < ACCOUNT_OBSTACLES; kind++) {
		const struct account_obstacle bare = {.kind = (enum account_obstacle_kind)kind};
		const struct account_obstacle hostile = {
			.kind = (enum account_obstacle_kind)kind,
			.subject = subject,
			.file = file,
			.line = UINT32_MAX,
			.ways = LOGIN_ALL,
			.number = INT64_MIN,
			.second = INT64_MAX,
		};
		_cleanup_free_ char *words = describe_obstacle(&bare);
		_cleanup_free_ char *others = describe_obstacle(&hostile);
		_cleanup_free_ char *place = describe_obstacle_place(&hostile);
		_cleanup_free_ char *none = describe_obstacle_place(&bare);

		check_words(words);
		check_words(others);
		check_words(place);
		assert_null(none);
	}
}

static const struct {
	enum account_obstacle_kind kind;
	const char *subject;
	const char *file;
	int64_t number;
	int64_t second;
	const char *words;
} cases[] = {
	{OBSTACLE_PASSWORD_LOCKED, NULL, NULL, 0, 0,
	 "its password is locked (\"!\" in front of it)"},
	{OBSTACLE_ACCOUNT_EXPIRED, NULL, NULL, 20119, 0, "the account has expired on 2025-01-31"},
	{OBSTACLE_LOCKOUT, "pam_faillock", NULL, 1, 0,
	 "locked out by pam_faillock: 1 wrong password"},
	{OBSTACLE_LOCKOUT, "pam_faillock", NULL, 5, 0,
	 "locked out by pam_faillock: 5 wrong passwords"},
	{OBSTACLE_SHELL_NOLOGIN, "/usr/sbin/nologin", NULL, 0, 0,
	 "its shell is /usr/sbin/nologin, which ends every login"},
	{OBSTACLE_LIBRARY, "libtinfo.so.6", "/bin/bash", 0, 0,
	 "/bin/bash does not start: libtinfo.so.6, which it needs, is missing or damaged; its "
	 "package is to be installed again"},
	{OBSTACLE_LOGIN_MISSING, "/bin/login", NULL, 0, 0,
	 "/bin/login, which asks for passwords on consoles, is missing; its package (login, "
	 "util-linux) is to be installed again"},
	{OBSTACLE_SSHD_NO_TERMINAL, "PermitTTY", NULL, 0, 0,
	 "the SSH server gives it no terminal, only commands (PermitTTY)"},
	{OBSTACLE_SHELL_SHUT, "/bin/bash", "/usr", 0, 0700,
	 "it may not run its shell /bin/bash: /usr is shut (mode 0700)"},
	{OBSTACLE_NO_FILES, "shadow", "/etc/nsswitch.conf", 0, 0,
	 "the system does not look into /etc/shadow: in /etc/nsswitch.conf \"files\" is missing "
	 "behind "
	 "\"shadow:\""},
	{OBSTACLE_SSHD_NO_SHELL, "ForceCommand", NULL, 0, 0,
	 "the SSH server lets it in without a shell of the system (ForceCommand)"},
	{OBSTACLE_HOME_OWNER, "/home/anna", NULL, 1007, 0,
	 "its home folder /home/anna belongs to user number 1007"},
	{OBSTACLE_SSHD_USER, "AllowUsers", NULL, 0, 0,
	 "the SSH server does not let it in (AllowUsers)"},
	{OBSTACLE_KEY_UNFIT, "ssh-rsa", "/root/.ssh/authorized_keys", 2, 0,
	 "its key runs one command, and no shell (command=)"},
	{OBSTACLE_KEY_UNFIT, NULL, "/root/.ssh/authorized_keys", 6, 0,
	 "its key is damaged: cut off, or broken into several lines"},
	{OBSTACLE_KEY_UNFIT, "ssh-ed25519", "/root/.ssh/authorized_keys", 7, 0,
	 "the SSH server refuses its key: it is revoked (RevokedKeys)"},
	{OBSTACLE_KEY_MODE, NULL, "/root/.ssh", 2, 0775,
	 "the SSH server trusts no key of it: others may write /root/.ssh (mode 0775)"},
	{OBSTACLE_KEY_MODE, NULL, "/root/.ssh", 1, 0700,
	 "the SSH server trusts no key of it: /root/.ssh belongs to another user"},
};

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *subject = text_copy(cases[i].subject);
		_cleanup_free_ char *file = text_copy(cases[i].file), *words = NULL;
		const struct account_obstacle obstacle = {
			.kind = cases[i].kind,
			.subject = subject,
			.file = file,
			.number = cases[i].number,
			.second = cases[i].second,
		};

		words = describe_obstacle(&obstacle);
		assert_string_equal(words, cases[i].words);
	}
}

static void test_ways(void **state)
{
	const struct account_obstacle all = {.ways = LOGIN_ALL};
	const struct account_obstacle passwords = {.ways = LOGIN_BY_PASSWORD};
	_cleanup_free_ char *every = describe_obstacle_ways(&all);
	_cleanup_free_ char *some = describe_obstacle_ways(&passwords);

	(void)state;
	assert_string_equal(every, "every login");
	assert_string_equal(some, "console, SSH with a password");
}

/* In a line: what blocks, each once, and what it should know besides. */
static void test_account(void **state)
{
	char shell[] = "/bin/false";
	struct account_obstacle obstacles[] = {
		{.kind = OBSTACLE_PASSWORD_LOCKED, .weight = OBSTACLE_BLOCKS},
		{.kind = OBSTACLE_ACCOUNT_EXPIRED, .weight = OBSTACLE_BLOCKS, .number = 20119},
		{.kind = OBSTACLE_SHELL_NOLOGIN, .weight = OBSTACLE_BLOCKS, .subject = shell},
		{.kind = OBSTACLE_NOT_ADMIN, .weight = OBSTACLE_NOTE},
		{.kind = OBSTACLE_MUST_CHANGE, .weight = OBSTACLE_NOTE},
		{.kind = OBSTACLE_SHELL_NOLOGIN, .weight = OBSTACLE_NOTE, .subject = shell},
		{.kind = OBSTACLE_PASSWORD_LOCKED, .weight = OBSTACLE_BLOCKS},
	};
	const struct account_state account = {
		.obstacles = {.items = obstacles, .count = ARRAY_SIZE(obstacles)}};
	const struct account_state gets_in = {.obstacles = {.items = &obstacles[4], .count = 1}};
	const struct account_state free_one = {0};
	_cleanup_free_ char *line = describe_account(&account);
	_cleanup_free_ char *note = describe_account(&gets_in);
	_cleanup_free_ char *empty = describe_account(&free_one);

	(void)state;
	assert_string_equal(line, "locked; expired since 2025-01-31; shell /bin/false; note: "
				  "must change the password");
	assert_string_equal(note, "note: must change the password");
	assert_string_equal(empty, "");
}

/* One line of a file that is in the way of three is shared; of two, or by different lines, it is
 * not. */
static void test_shared(void **state)
{
	char file[] = "/etc/ssh/sshd_config", subject[] = "PasswordAuthentication";
	struct account_obstacle obstacles[4];
	struct account_state states[4];
	const struct accounts accounts = {.items = states, .count = 4};

	(void)state;
	for (size_t count = 2; count <= 4; count++) {
		_cleanup_shared_obstacles_ struct shared_obstacles shared = {0};
		_cleanup_free_ char *line = NULL, *command = NULL;

		for (size_t i = 0; i < 4; i++) {
			obstacles[i] = (struct account_obstacle){
				.kind = OBSTACLE_SSHD_PASSWORD,
				.mend = MEND_SSHD,
				.subject = subject,
				.file = file,
				.line = i < count ? 7 : 8 + (unsigned)i,
			};
			states[i] = (struct account_state){
				.could_log_in = true,
				.obstacles = {.items = &obstacles[i], .count = 1},
			};
		}
		shared_obstacles_find(&accounts, &shared);
		assert_int_equal(shared.count, count >= 3);
		assert_int_equal(shared_obstacles_have(&shared, &obstacles[0]), count >= 3);
		assert_int_equal(shared_obstacles_have(&shared, &obstacles[3]), count == 4);
		line = describe_account_own(&states[0], &shared);
		assert_string_equal(line, count >= 3 ? "" : "no password over SSH");
		command = describe_shared_command(&obstacles[0], NULL);
		assert_string_equal(command, "refloat mend-account --sshd");
	}
}

static bool has_field(const struct action *action, const char *name)
{
	for (size_t i = 0; i < action->field_count; i++) {
		if (text_is_equal(action->fields[i].name, name))
			return true;
	}
	return false;
}

/* Every mend but none has words and a command that works when pasted. */
static void test_mends(void **state)
{
	_cleanup_answers_ struct answers answers = {0};
	_cleanup_free_ char *password = NULL, *shell = NULL, *unlock = NULL, *placed = NULL;
	_cleanup_free_ char *mount = describe_mend_command(MEND_MOUNT, "anna", NULL);

	(void)state;
	assert_null(describe_mend(MEND_NONE));
	for (unsigned mend = MEND_NONE + 1; mend < MENDS; mend++)
		check_words(describe_mend((enum account_mend)mend));
	answers_init(&answers, &action_passwd);
	password = describe_mend_command(MEND_PASSWORD, "root", NULL);
	shell = describe_mend_command(MEND_SHELL, "anna", NULL);
	unlock = describe_mend_command(MEND_UNLOCK, "o'neill", &answers);
	assert_int_equal(answers_add(&answers, "root", "/media/a server"), 0);
	placed = describe_mend_command(MEND_NOLOGIN, NULL, &answers);
	assert_string_equal(password, "refloat passwd root");
	assert_string_equal(shell, "refloat mend-account anna --shell best");
	assert_string_equal(unlock, "refloat mend-account 'o'\\''neill' --unlock");
	assert_string_equal(placed, "refloat mend-account --nologin --root '/media/a server'");
	assert_null(describe_mend_command(MEND_PASSWORD, NULL, NULL));
	assert_string_equal(mount, "refloat mount");
	assert_null(describe_mend_command(MEND_MOUNT, "anna", &answers)); /* by hand, as its root */
	for (unsigned mend = MEND_NONE; mend < MENDS; mend++)
		assert_int_equal(account_mend_is_option((enum account_mend)mend),
				 has_field(&action_mend_account,
					   account_mend_word((enum account_mend)mend)));
}

/* What is not mounted is told, with what to do where the rest is mounted, is not, or was by hand.
 */
static void test_not_mounted(void **state)
{
	struct account_target target = {.title = text_copy("/media/a")};
	_cleanup_free_ char *by_hand = NULL, *beside = NULL, *alone = NULL;
	_cleanup_accounts_ struct accounts accounts = {.has_passwd = true, .has_shadow = true};
	_cleanup_text_list_ struct text_list notes = {0};

	(void)state;
	alone = describe_mount_advice(&target, "/home");
	assert_string_equal(alone, "\"refloat mount --plan\" says whether /home would be mounted, "
				   "and why not.");
	target.root = text_copy("/media/a");
	by_hand = describe_mount_advice(&target, "/ho\033me");
	assert_string_equal(by_hand, "Mount it at /media/a/ho\\x1Bme.");
	target.system = text_copy("sda1");
	beside = describe_mount_advice(&target, "/home");
	assert_string_equal(beside, "Take the system down (\"refloat umount\"); \"refloat mount "
				    "--plan\" then says why /home is left out, and what takes it "
				    "in.");
	text_list_add(&accounts.not_mounted, "/home");
	describe_accounts_notes(&accounts, &target, NULL, &notes);
	assert_int_equal(notes.count, 2);
	assert_string_equal(notes.items[0],
			    "/etc/passwd has no line of root. \"refloat mend-account root --line\" "
			    "puts one there, that of its backup where there is one.");
	assert_true(text_has_prefix(notes.items[1], "/home is in /etc/fstab and not mounted: "));
	assert_true(text_has_suffix(notes.items[1], beside));
	account_target_done(&target);
}

/* A secret goes with the answers, and its bytes before. */
static void test_secret_answers(void **state)
{
	struct answers answers, copy;

	(void)state;
	answers_init(&answers, &action_passwd);
	answers_init(&copy, &action_passwd);
	assert_int_equal(answers_add(&answers, "user", "root"), 0);
	assert_int_equal(answers_add(&answers, "hash", "$6$x"), 0);
	answers_copy(&copy, &answers);
	assert_string_equal(answers_get(&copy, "hash"), "$6$x");
	assert_string_equal(answers_get(&copy, "user"), "root");
	answers_done(&answers);
	assert_string_equal(answers_get(&copy, "hash"), "$6$x");
	answers_done(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind),     cmocka_unit_test(test_words),
		cmocka_unit_test(test_ways),	       cmocka_unit_test(test_account),
		cmocka_unit_test(test_mends),	       cmocka_unit_test(test_shared),
		cmocka_unit_test(test_secret_answers), cmocka_unit_test(test_not_mounted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
