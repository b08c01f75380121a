/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PAM stacks in made-up roots: includes, order, what is missing, lockouts, gates, the hash. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "system/pam.h"
#include "tree.h"

/* "type control module file:line" of each rule, a line each, then the faults. */
static char *describe(const struct pam_stack *stack)
{
	static const char *const faults[] = {"no-service", "no-include", "too-deep", "bad-line",
					     "no-module", "return"};
	struct text_buffer out = {0};

	for (size_t i = 0; i < stack->count; i++)
		text_buffer_format(&out, "%u %s %s %s:%u\n", (unsigned)stack->rules[i].type,
				   stack->rules[i].control, stack->rules[i].module,
				   stack->rules[i].file, stack->rules[i].line);
	for (size_t i = 0; i < stack->fault_count; i++)
		text_buffer_format(&out, "%s %s\n", faults[stack->faults[i].kind],
				   stack->faults[i].subject);
	return text_buffer_take(&out);
}

static void expect_stack(const char *tree, const char *service, const char *expected)
{
	struct tree scene;
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	_cleanup_free_ char *found = NULL;

	tree_enter(&scene, tree);
	pam_stack_read(scene.root, service, &stack);
	found = describe(&stack);
	assert_string_equal(found, expected);
	tree_leave(&scene);
}

static void includes_are_followed(void **state)
{
	(void)state;
	expect_stack(
		"lib/security/pam_unix.so = x\nlib/security/pam_nologin.so = x\n"
		"lib/security/pam_deny.so = x\nlib/security/pam_permit.so = x\n"
		"etc/pam.d/sshd = # remote\\n@include common-auth\\naccount required "
		"pam_nologin.so\\n"
		"account include common-account\\n\n"
		"etc/pam.d/common-auth = auth [success=1 default=ignore] pam_unix.so nullok\\n"
		"auth requisite pam_deny.so\\n\n"
		"etc/pam.d/common-account = account required \\\\\\n  pam_unix.so # all\\nauth "
		"required no.so\\n\n"
		"etc/pam.d/other = auth required pam_deny.so\\npassword required pam_deny.so\\n"
		"session required pam_permit.so\\n\n",
		"sshd",
		"1 [success=1 default=ignore] pam_unix.so /etc/pam.d/common-auth:1\n"
		"1 requisite pam_deny.so /etc/pam.d/common-auth:2\n"
		"2 required pam_nologin.so /etc/pam.d/sshd:3\n"
		"2 required pam_unix.so /etc/pam.d/common-account:1\n"
		"4 required pam_deny.so /etc/pam.d/other:2\n"
		"8 required pam_permit.so /etc/pam.d/other:3\n");
}

static void what_is_wrong_is_told(void **state)
{
	(void)state;
	expect_stack("usr/lib/x86_64-linux-gnu/security/pam_unix.so = x\n"
		     "etc/pam.d/su = auth required pam_gone.so\\n-auth optional pam_systemd.so\\n"
		     "auth include missing\\nauth include loop\\nouth required pam_unix.so\\n"
		     "auth perhaps pam_unix.so\\nauth required\\nauth required pam_unix.so\\n\n"
		     "etc/pam.d/loop = auth include loop\\n\n",
		     "su",
		     "1 required pam_gone.so /etc/pam.d/su:1\n"
		     "1 optional pam_systemd.so /etc/pam.d/su:2\n"
		     "1 required pam_unix.so /etc/pam.d/su:8\n"
		     "no-module pam_gone.so\nno-include missing\ntoo-deep loop\n"
		     "bad-line outh required pam_unix.so\nbad-line auth perhaps pam_unix.so\n"
		     "bad-line auth required\n");
	expect_stack("etc/pam.d/\n", "login", "no-service login\n");
	expect_stack("etc/pam.d/login = auth required pam_unix.so\\n\n", "../pam.d/login",
		     "no-service ../pam.d/login\n");
}

static void folders_and_pam_conf(void **state)
{
	(void)state;
	expect_stack("usr/lib/pam.d/login = auth required pam_unix.so\\n\n"
		     "etc/pam.d/\netc/pam.d/other = auth required pam_deny.so\\n\n",
		     "login", "1 required pam_unix.so /usr/lib/pam.d/login:1\n");
	expect_stack("etc/pam.conf = login auth required pam_unix.so\\nLOGIN account required "
		     "pam_unix.so\\n"
		     "su auth required pam_rootok.so\\nother password required pam_deny.so\\n\n",
		     "login",
		     "1 required pam_unix.so /etc/pam.conf:1\n"
		     "2 required pam_unix.so /etc/pam.conf:2\n"
		     "4 required pam_deny.so /etc/pam.conf:4\n");
	expect_stack("lib/security/pam_unix.so = x\netc/pam.d/login = "
		     "auth required /lib/security/$ISA/pam_unix.so\\n"
		     "auth required /lib/security/pam_unix.so\\nauth required /opt/pam_x.so\\n\n",
		     "login",
		     "1 required /lib/security/$ISA/pam_unix.so /etc/pam.d/login:1\n"
		     "1 required /lib/security/pam_unix.so /etc/pam.d/login:2\n"
		     "1 required /opt/pam_x.so /etc/pam.d/login:3\nno-module /opt/pam_x.so\n");
}

static void links_stay_inside(void **state)
{
	(void)state;
	expect_stack(
		"etc/pam.d/system-auth -> /etc/authselect/system-auth\n"
		"etc/authselect/system-auth = auth required pam_env.so\\n\n"
		"etc/pam.d/login = auth substack system-auth\\nauth include /../../etc/passwd\\n"
		"auth include fifo\\n\n"
		"etc/pam.d/fifo fifo\n",
		"login",
		"1 required pam_env.so /etc/pam.d/system-auth:1\n"
		"no-include /../../etc/passwd\nno-include fifo\n");
}

static void arguments_are_read(void **state)
{
	struct tree scene;
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	const struct pam_rule *rule;

	(void)state;
	tree_enter(&scene,
		   "etc/pam.d/x = auth required pam_succeed_if.so [uid < 100\\\\] x] quiet a=1 "
		   "a=2\\n\n");
	pam_stack_read(scene.root, "x", &stack);
	rule = pam_stack_find(&stack, PAM_AUTH, "pam_succeed_if", NULL);
	assert_non_null(rule);
	assert_string_equal(rule->arguments.items[0], "uid < 100] x");
	assert_true(pam_rule_has(rule, "quiet"));
	assert_string_equal(pam_rule_value(rule, "a"), "2");
	assert_null(pam_rule_value(rule, "qui"));
	assert_null(pam_stack_find(&stack, PAM_AUTH, "pam_succeed", NULL));
	assert_null(pam_stack_find(&stack, PAM_SESSION, "pam_succeed_if", NULL));
	assert_null(pam_stack_find(&stack, PAM_AUTH, "pam_succeed_if", rule));
	assert_true(pam_is_used(scene.root));
	tree_leave(&scene);
}

static void lockouts_are_read(void **state)
{
	struct tree scene;
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	struct pam_lockout lockouts[PAM_LOCKOUTS_MAX];

	(void)state;
	tree_enter(&scene,
		   "etc/pam.d/x = auth required pam_faillock.so preauth deny=5 unlock_time=never\\n"
		   "auth required pam_tally2.so file=/var/log/t deny=4 root_unlock_time=60\\n"
		   "auth required pam_tally.so deny=many even_deny_root_account\\n\n"
		   "etc/security/faillock.conf = # dir = /x\\n "
		   "dir=/var/lib/faillock\\neven_deny_root\\n"
		   "fail_interval = 60 # a minute\\ndeny = 9\\nroot_unlock_time\\n\n");
	pam_stack_read(scene.root, "x", &stack);
	assert_int_equal(pam_lockouts_read(scene.root, &stack, lockouts), 3);
	assert_int_equal(lockouts[0].kind, PAM_FAILLOCK);
	assert_string_equal(lockouts[0].path, "/var/lib/faillock");
	assert_false(lockouts[0].is_volatile);
	assert_int_equal(lockouts[0].deny, 5);
	assert_int_equal(lockouts[0].fail_interval, 60);
	assert_int_equal(lockouts[0].unlock_time, 0);
	assert_int_equal(lockouts[0].root_unlock_time, 0);
	assert_true(lockouts[0].even_deny_root);
	assert_string_equal(lockouts[1].path, "/var/log/t");
	assert_int_equal(lockouts[1].deny, 4);
	assert_int_equal(lockouts[1].root_unlock_time, 60);
	assert_true(lockouts[1].even_deny_root);
	assert_string_equal(lockouts[2].path, "/var/log/faillog");
	assert_int_equal(lockouts[2].deny, 0);
	pam_lockouts_done(lockouts, 3);
	tree_leave(&scene);
}

static void gates_are_read(void **state)
{
	static const struct {
		const char *module;
		const char *path;
		bool exists;
	} expected[] = {
		{"pam_nologin", "/var/run/nologin", false},
		{"pam_nologin", "/etc/nologin", true},
		{"pam_listfile", "/etc/deny", false},
		{"pam_access", "/usr/etc/security/access.conf", true},
		{"pam_securetty", "/etc/securetty", false},
	};
	struct tree scene;
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	_cleanup_pam_gates_ struct pam_gates gates = {0};

	(void)state;
	tree_enter(
		&scene,
		"etc/nologin\nusr/etc/security/access.conf\n"
		"etc/pam.d/x = auth requisite pam_nologin.so\\naccount required pam_nologin.so\\n"
		"auth required pam_listfile.so item=user sense=deny file=/etc/deny onerr=succeed\\n"
		"account required pam_access.so\\nauth required pam_securetty.so\\n"
		"session required pam_time.so\\n\n");
	pam_stack_read(scene.root, "x", &stack);
	pam_gates_read(scene.root, &stack, &gates);
	assert_int_equal(gates.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < gates.count; i++) {
		assert_string_equal(gates.gates[i].module, expected[i].module);
		assert_string_equal(gates.gates[i].path, expected[i].path);
		assert_int_equal(gates.gates[i].exists, expected[i].exists);
	}
	tree_leave(&scene);
}

static void expect_hash(const char *tree, enum hash_scheme scheme, unsigned long rounds,
			const char *file)
{
	struct tree scene;
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	_cleanup_hash_wish_ struct hash_wish wish = {0};

	tree_enter(&scene, tree);
	pam_stack_read(scene.root, "passwd", &stack);
	pam_hash_read(scene.root, &stack, &wish);
	assert_int_equal(wish.scheme, scheme);
	assert_int_equal(wish.rounds, rounds);
	assert_true(text_is_equal(wish.file, file));
	tree_leave(&scene);
}

static void the_hash_is_read(void **state)
{
	(void)state;
	expect_hash(
		"etc/pam.d/passwd = password required pam_unix.so obscure yescrypt rounds=7\\n\n",
		HASH_YESCRYPT, 7, "/etc/pam.d/passwd");
	expect_hash("etc/pam.d/passwd = password required pam_unix.so md5 shadow sha512\\n\n",
		    HASH_SHA512, 0, "/etc/pam.d/passwd");
	expect_hash("etc/pam.d/passwd = password required pam_unix.so shadow nullok\\n\n",
		    HASH_NONE, 0, NULL);
	expect_hash("etc/pam.d/passwd = password required pam_tcb.so prefix=$2y$ count=8\\n\n",
		    HASH_BCRYPT, 8, "/etc/pam.d/passwd");
	expect_hash("etc/pam.d/passwd = password required pam_unix2.so nullok\\n\n"
		    "etc/default/passwd = CRYPT_FILES=blowfish\\nCRYPT=md5\\nCRYPT_YP=des\\n\n",
		    HASH_BCRYPT, 0, "/etc/default/passwd");
	expect_hash("etc/pam.d/passwd = auth required pam_unix.so sha512\\n\n", HASH_NONE, 0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(includes_are_followed), cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(folders_and_pam_conf),	 cmocka_unit_test(links_stay_inside),
		cmocka_unit_test(arguments_are_read),	 cmocka_unit_test(lockouts_are_read),
		cmocka_unit_test(gates_are_read),	 cmocka_unit_test(the_hash_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
