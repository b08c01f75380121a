/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sshd_config in made-up roots: first values, Match, Include, lists, what cannot be decided. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "system/sshd_config.h"
#include "tree.h"

struct scene {
	struct tree tree;
	struct sshd_config config;
};

static void enter(struct scene *scene, const char *tree)
{
	*scene = (struct scene){0};
	tree_enter(&scene->tree, tree);
	assert_int_equal(sshd_config_read(scene->tree.root, NULL, &scene->config), 0);
}

static void leave(struct scene *scene)
{
	sshd_config_done(&scene->config);
	tree_leave(&scene->tree);
}

/* KEYWORD for USER in GROUPS ("a b"; NULL: not known): "values file:line", then " | alternative".
 */
static void expect_got(const struct scene *scene, const char *keyword, const char *user,
		       const char *groups, const char *expected)
{
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_text_buffer_ struct text_buffer out = {0};
	_cleanup_sshd_value_ struct sshd_value value = {0};
	struct sshd_login login = {.user = user, .groups = groups ? &list : NULL};
	_cleanup_free_ char *values = NULL;

	text_list_split(&list, groups ? groups : "", " ");
	sshd_config_get(&scene->config, keyword, user ? &login : NULL, &value);
	values = text_list_join(&value.values, " ");
	text_buffer_add_text(&out, values);
	if (value.setting)
		text_buffer_format(&out, " %s:%u", value.setting->file, value.setting->line);
	for (size_t i = 0; i < value.alternative_count; i++)
		text_buffer_format(&out, " | %s %s", value.alternatives[i].setting->values.items[0],
				   value.alternatives[i].match->criteria.items[0]);
	assert_string_equal(out.data, expected);
}

static void the_first_value_counts(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene, "etc/ssh/sshd_config = # Port 1\\nPort 22\\n  Port=2222\\r\\npermitrootlogin "
		      "without-password\\n"
		      "PermitRootLogin yes\\nAllowUsers a b # c\\nAllowUsers \"d e\" f\\n"
		      "AuthorizedKeysFile = \"%h/my keys\" /etc/keys/%u\\nStrictModes NO\\n"
		      "ChallengeResponseAuthentication no\\nKbdInteractiveAuthentication yes\\n\n");
	expect_got(&scene, "Port", NULL, NULL, "22 2222 /etc/ssh/sshd_config:2");
	expect_got(&scene, "PermitRootLogin", NULL, NULL,
		   "prohibit-password /etc/ssh/sshd_config:4");
	expect_got(&scene, "AllowUsers", "x", "", "a b d e f /etc/ssh/sshd_config:6");
	expect_got(&scene, "authorizedkeysfile", "x", "",
		   "%h/my keys /etc/keys/%u /etc/ssh/sshd_config:8");
	expect_got(&scene, "StrictModes", "x", "", "no /etc/ssh/sshd_config:9");
	expect_got(&scene, "KbdInteractiveAuthentication", "x", "", "no /etc/ssh/sshd_config:10");
	expect_got(&scene, "PubkeyAuthentication", "x", "", "yes");
	expect_got(&scene, "DenyUsers", "x", "", "");
	expect_got(&scene, "NoSuchKeyword", "x", "", "");
	assert_int_equal(scene.config.fault_count, 0);
	leave(&scene);
}

static void match_blocks_are_weighed(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene,
	      "etc/ssh/sshd_config = PasswordAuthentication no\\nAllowUsers root\\n"
	      "Match User a*,!adm\\n PasswordAuthentication yes\\n AllowUsers x\\n AllowUsers y\\n"
	      "Match Group wheel,sudo User=\"*\"\\nPermitRootLogin yes\\n"
	      "Match Address 10.0.0.0/8 User bob\\n PasswordAuthentication yes\\n"
	      "Match LocalPort 2222\\n PubkeyAuthentication no\\n"
	      "Match Address *\\n MaxAuthTries 3\\n"
	      "Match all\\n PermitRootLogin no\\n\n");
	expect_got(&scene, "PasswordAuthentication", "anna", "", "yes /etc/ssh/sshd_config:4");
	expect_got(&scene, "PasswordAuthentication", "adm", "", "no /etc/ssh/sshd_config:1");
	expect_got(&scene, "PasswordAuthentication", "bob", "",
		   "no /etc/ssh/sshd_config:1 | yes Address");
	expect_got(&scene, "PasswordAuthentication", NULL, NULL, "no /etc/ssh/sshd_config:1");
	expect_got(&scene, "AllowUsers", "anna", "", "x y /etc/ssh/sshd_config:5");
	expect_got(&scene, "PermitRootLogin", "c", "sudo", "yes /etc/ssh/sshd_config:8");
	expect_got(&scene, "PermitRootLogin", "c", "users", "no /etc/ssh/sshd_config:16");
	expect_got(&scene, "PermitRootLogin", "c", NULL, "no /etc/ssh/sshd_config:16 | yes Group");
	expect_got(&scene, "PubkeyAuthentication", "c", "", "yes | no LocalPort");
	expect_got(&scene, "MaxAuthTries", "c", "", "3 /etc/ssh/sshd_config:14");
	assert_int_equal(scene.config.fault_count, 0);
	leave(&scene);
}

static void includes_are_followed(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene,
	      "etc/ssh/sshd_config = Include "
	      "/etc/ssh/sshd_config.d/*.conf\\nPasswordAuthentication yes\\n"
	      "PermitRootLogin no\\nMatch User a\\nInclude extra\\nX11Forwarding no\\n\n"
	      "etc/ssh/sshd_config.d/50-cloud.conf = PasswordAuthentication no\\nMatch User b\\n"
	      "PermitRootLogin yes\\n\n"
	      "etc/ssh/sshd_config.d/10-first.conf = Port 2022\\n\n"
	      "etc/ssh/sshd_config.d/.hidden.conf = Port 2023\\n\n"
	      "etc/ssh/sshd_config.d/60.conf -> /../../../etc/60\netc/60 = Port 60\\n\n"
	      "etc/ssh/extra = PubkeyAuthentication no\\nMatch User a,b\\nForceCommand "
	      "/bin/x\\n\n");
	expect_got(&scene, "Port", NULL, NULL, "2022 60 /etc/ssh/sshd_config.d/10-first.conf:1");
	expect_got(&scene, "PasswordAuthentication", "c", "",
		   "no /etc/ssh/sshd_config.d/50-cloud.conf:1");
	expect_got(&scene, "PermitRootLogin", "c", "", "no /etc/ssh/sshd_config:3");
	expect_got(&scene, "PermitRootLogin", "b", "",
		   "yes /etc/ssh/sshd_config.d/50-cloud.conf:3");
	expect_got(&scene, "PubkeyAuthentication", "a", "", "no /etc/ssh/extra:1");
	expect_got(&scene, "PubkeyAuthentication", "b", "", "yes");
	expect_got(&scene, "ForceCommand", "a", "", "/bin/x /etc/ssh/extra:3");
	expect_got(&scene, "ForceCommand", "b", "", "none");
	assert_int_equal(scene.config.files.count, 5);
	leave(&scene);
}

static void faults_are_told(void **state)
{
	static const struct {
		enum sshd_fault_kind kind;
		const char *subject;
		unsigned line;
	} expected[] = {
		{SSHD_FAULT_UNKNOWN, "PermitRotLogin", 1},   {SSHD_FAULT_NO_VALUE, "Port", 2},
		{SSHD_FAULT_BAD_VALUE, "maybe", 3},	     {SSHD_FAULT_BAD_VALUE, "70000", 4},
		{SSHD_FAULT_NO_FILE, "/etc/ssh/missing", 5}, {SSHD_FAULT_NOT_IN_MATCH, "UsePAM", 8},
		{SSHD_FAULT_BAD_MATCH, "User", 9},	     {SSHD_FAULT_BAD_MATCH, "Colour", 10},
		{SSHD_FAULT_BAD_MATCH, "Match", 11},	     {SSHD_FAULT_BAD_VALUE, "true", 12},
		{SSHD_FAULT_BAD_VALUE, "more", 13},	     {SSHD_FAULT_BAD_MATCH, "exec", 14},
	};
	struct scene scene;

	(void)state;
	enter(&scene, "etc/ssh/sshd_config = PermitRotLogin yes\\nPort\\nPermitRootLogin "
		      "maybe\\nPort 70000\\n"
		      "Include missing\\nInclude missing.d/*.conf\\nMatch User a\\nUsePAM "
		      "no\\nMatch User\\n"
		      "Match Colour red\\nMatch\\nPasswordAuthentication "
		      "true\\nPasswordAuthentication yes more\\n"
		      "Match exec /bin/true\\nPermitEmptyPasswords yes\\n\n");
	assert_int_equal(scene.config.fault_count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(scene.config.faults[i].kind, expected[i].kind);
		assert_string_equal(scene.config.faults[i].subject, expected[i].subject);
		assert_int_equal(scene.config.faults[i].line, expected[i].line);
	}
	expect_got(&scene, "PermitRootLogin", NULL, NULL, "prohibit-password");
	expect_got(&scene, "PermitEmptyPasswords", "c", "", "no | yes exec");
	leave(&scene);
	enter(&scene, "etc/ssh/sshd_config = Include sshd_config\\n\n");
	assert_int_equal(scene.config.faults[0].kind, SSHD_FAULT_TOO_DEEP);
	leave(&scene);
}

static void files_of_the_distribution(void **state)
{
	struct scene scene;
	struct sshd_config config = {0};

	(void)state;
	enter(&scene, "usr/etc/ssh/sshd_config = Include sshd_config.d/*.conf\\nUsePAM yes\\n\n"
		      "etc/ssh/sshd_config.d/1.conf = PermitRootLogin yes\\n\netc/ssh/fifo fifo\n");
	expect_got(&scene, "PermitRootLogin", "c", "", "yes /etc/ssh/sshd_config.d/1.conf:1");
	expect_got(&scene, "UsePAM", "c", "", "yes /usr/etc/ssh/sshd_config:2");
	assert_int_equal(sshd_config_read(scene.tree.root, "/etc/ssh/sshd_config", &config),
			 -ENOENT);
	assert_true(sshd_config_read(scene.tree.root, "/etc/ssh/fifo", &config) < 0);
	leave(&scene);
}

static void patterns_match(void **state)
{
	static const char long_name[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

	(void)state;
	assert_true(sshd_pattern_matches("anna", "a*a"));
	assert_true(sshd_pattern_matches("anna", "????"));
	assert_true(sshd_pattern_matches("", "*"));
	assert_false(sshd_pattern_matches("", "?"));
	assert_false(sshd_pattern_matches("anna", "a*b"));
	assert_true(sshd_pattern_matches("a.b.c", "*.*"));
	assert_false(sshd_pattern_matches(long_name, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
	assert_int_equal(sshd_pattern_list_matches("b", "a,b"), 1);
	assert_int_equal(sshd_pattern_list_matches("b", "*,!b"), -1);
	assert_int_equal(sshd_pattern_list_matches("c", "!b"), 0);
	assert_int_equal(sshd_pattern_list_matches("b", ",,a,,b,"), 1);
	assert_int_equal(sshd_pattern_list_matches("ab", "a,b"), 0);
	assert_int_equal(sshd_pattern_list_matches("a", "ab,a*b,a?"), 0);
	assert_int_equal(sshd_pattern_list_matches("", "a,,"), 0);
}

static void expect_same(const struct sshd_verdict *a, const struct sshd_verdict *b)
{
	assert_int_equal(a->answer, b->answer);
	assert_ptr_equal(a->setting, b->setting);
	assert_ptr_equal(a->keyword, b->keyword);
}

/* A login whose blocks are remembered is judged as one whose are not, the second time, too. */
static void expect_remembered(const struct sshd_config *config, const struct sshd_login *login,
			      const struct sshd_judgement *expected)
{
	_cleanup_sshd_login_ struct sshd_login remembered = *login;
	struct sshd_judgement judgement;

	sshd_login_remember(&remembered, config);
	for (int i = 0; i < 2; i++) {
		sshd_config_judge(config, &remembered, &judgement);
		expect_same(&judgement.user, &expected->user);
		expect_same(&judgement.password, &expected->password);
		expect_same(&judgement.key, &expected->key);
	}
}

/* TEXT as sshd_config: what is said to USER, as user, password, key: n, d or y; and the reasons. */
static void expect_judged(const char *text, const char *user, const char *groups,
			  const char *expected)
{
	_cleanup_free_ char *tree = text_format("etc/ssh/sshd_config = UsePAM yes\\n%s\\n\n", text);
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_text_buffer_ struct text_buffer out = {0};
	struct sshd_login login = {.user = user, .is_root = strcmp(user, "root") == 0};
	struct sshd_judgement judgement;
	struct scene scene;

	enter(&scene, tree);
	text_list_split(&list, groups, " ");
	login.groups = &list;
	sshd_config_judge(&scene.config, &login, &judgement);
	expect_remembered(&scene.config, &login, &judgement);
	for (int i = 0; i < 3; i++) {
		const struct sshd_verdict *verdict = i == 0   ? &judgement.user
						     : i == 1 ? &judgement.password
							      : &judgement.key;

		text_buffer_format(&out, "%c", "ndy"[verdict->answer]);
		if (verdict->keyword)
			text_buffer_format(&out, "(%s:%u)", verdict->keyword,
					   verdict->setting ? verdict->setting->line : 0);
		assert_int_equal(verdict->keyword == NULL, verdict->answer == SSHD_YES);
	}
	assert_string_equal(out.data, expected);
	leave(&scene);
}

static void logins_are_judged(void **state)
{
	(void)state;
	expect_judged("", "a", "", "yyy");
	expect_judged("", "root", "", "yd(permitrootlogin:0)y");
	expect_judged("PermitRootLogin no", "root", "", "n(permitrootlogin:2)yy");
	expect_judged("PermitRootLogin no", "a", "", "yyy");
	expect_judged("PermitRootLogin prohibit-password", "root", "", "yn(permitrootlogin:2)y");
	expect_judged("PermitRootLogin forced-commands-only", "root", "",
		      "yn(permitrootlogin:2)d(permitrootlogin:2)");
	expect_judged("PermitRootLogin no\\nMatch Address 10.1.1.1\\nPermitRootLogin yes", "root",
		      "", "d(permitrootlogin:2)yy");
	expect_judged("PermitRootLogin yes\\nMatch Host x\\nPermitRootLogin no", "root", "",
		      "d(permitrootlogin:4)yy");
	expect_judged("AllowUsers b", "a", "", "n(allowusers:2)yy");
	expect_judged("AllowUsers b a@10.0.0.1", "a", "", "d(allowusers:2)yy");
	expect_judged("DenyUsers a@10.0.0.1", "a", "", "d(denyusers:2)yy");
	expect_judged("DenyUsers ?", "a", "", "n(denyusers:2)yy");
	expect_judged("AllowGroups ssh-*", "a", "users ssh-users", "yyy");
	expect_judged("AllowGroups ssh-*", "a", "users", "n(allowgroups:2)yy");
	expect_judged("DenyGroups users", "a", "users", "n(denygroups:2)yy");
	expect_judged("PasswordAuthentication no", "a", "", "yyy"); /* PAM asks for it */
	expect_judged("PasswordAuthentication no\\nKbdInteractiveAuthentication no", "a", "",
		      "yn(passwordauthentication:2)y");
	expect_judged("PubkeyAuthentication no", "a", "", "yyn(pubkeyauthentication:2)");
	expect_judged("AuthenticationMethods publickey,password publickey", "a", "",
		      "yd(authenticationmethods:2)y");
	expect_judged("AuthenticationMethods keyboard-interactive:pam", "a", "",
		      "yyn(authenticationmethods:2)");
	expect_judged("Match Address 10.0.0.0/8\\nDenyUsers a", "a", "", "d(denyusers:3)yy");
}

static void a_lock_counts_without_pam(void **state)
{
	static const struct sshd_login login = {.user = "a", .is_locked = true};
	struct sshd_judgement judgement;
	struct scene scene;

	(void)state;
	enter(&scene, "etc/ssh/sshd_config = Port 22\\n\n");
	sshd_config_judge(&scene.config, &login, &judgement);
	assert_int_equal(judgement.user.answer, SSHD_NO);
	assert_string_equal(judgement.user.keyword, "usepam");
	leave(&scene);
	enter(&scene, "etc/ssh/sshd_config = UsePAM yes\\n\n");
	sshd_config_judge(&scene.config, &login, &judgement);
	assert_int_equal(judgement.user.answer, SSHD_YES);
	leave(&scene);
}

static void expect_digest(const struct scene *scene, const char *user, const char *groups,
			  const char *expected)
{
	_cleanup_text_list_ struct text_list list = {0};
	struct sshd_login login = {.user = user, .groups = groups ? &list : NULL};
	_cleanup_free_ char *got = NULL;

	text_list_split(&list, groups ? groups : "", " ");
	got = sshd_login_digest(&scene->config, &login);
	assert_string_equal(got, expected);
}

static void logins_are_told_apart(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene, "etc/ssh/sshd_config = AllowUsers x\\nMatch User a*,!adm Address 10.0.0.1\\n"
		      "Match LocalPort 22\\nMatch all\\nMatch group wheel User x\\n\n");
	expect_digest(&scene, "anna", "", "ynn");
	expect_digest(&scene, "adam", "users", "ynn");
	expect_digest(&scene, "adm", "wheel", "nyn");
	expect_digest(&scene, "x", "wheel", "nyy");
	expect_digest(&scene, "x", NULL, "ndy");
	leave(&scene);
	enter(&scene, "etc/ssh/sshd_config = Match Address 10.0.0.1\\n PermitTTY no\\n\n");
	expect_digest(&scene, "anna", "", "");
	leave(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_value_counts),
		cmocka_unit_test(match_blocks_are_weighed),
		cmocka_unit_test(includes_are_followed),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(files_of_the_distribution),
		cmocka_unit_test(patterns_match),
		cmocka_unit_test(logins_are_judged),
		cmocka_unit_test(logins_are_told_apart),
		cmocka_unit_test(a_lock_counts_without_pam),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
