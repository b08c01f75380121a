/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gates of PAM: who passes, who does not, and what cannot be said. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "system/pam_gate.h"
#include "tree.h"

static struct text_list admins;

/* TEXT as access.conf for USER, who is in group wheel. */
static void expect_access(const char *text, const char *user, enum pam_answer answer, unsigned line)
{
	struct pam_person person = {.user = user, .groups = &admins};
	unsigned found = 99;

	assert_int_equal(pam_access_judge(text, strlen(text), ":", " ,\t", &person, &found),
			 answer);
	assert_int_equal(found, line);
}

static void access_conf_is_judged(void **state)
{
	(void)state;
	expect_access("", "anna", PAM_PASSES, 0);
	expect_access("# - : ALL : ALL\n+ : anna : ALL\n- : ALL : ALL\n", "anna", PAM_PASSES, 2);
	expect_access("# - : ALL : ALL\n+ : anna : ALL\n- : ALL : ALL\n", "bob", PAM_REFUSED, 3);
	expect_access("-:ALL EXCEPT wheel:ALL\n", "bob", PAM_PASSES, 0);
	expect_access("-:ALL EXCEPT (wheel) bob:ALL\n", "bob", PAM_PASSES, 0);
	expect_access("-:ALL EXCEPT wheel EXCEPT bob:ALL\n", "bob", PAM_REFUSED, 1);
	expect_access("-:ALL EXCEPT root:ALL\n", "bob", PAM_REFUSED, 1);
	expect_access("+:root:LOCAL\n-:ALL:ALL\n", "root", PAM_DEPENDS, 1);
	expect_access("-:bob:192.0.2.0/24\n", "bob", PAM_DEPENDS, 1);
	expect_access("+:bob:tty1\n+:ALL:ALL\n", "bob", PAM_PASSES, 2);
	expect_access("-:@staff:ALL\n", "bob", PAM_DEPENDS, 1);
	expect_access("-:bob@host anna:ALL\n", "bob", PAM_DEPENDS, 1);
	expect_access("-:ALL:ALL EXCEPT LOCAL\n", "bob", PAM_DEPENDS, 1);
	expect_access("-:ALL:ALL EXCEPT ALL\n", "bob", PAM_PASSES, 0);
	expect_access(" - : ALL : ALL\n \n\t# x\n", "bob", PAM_PASSES, 0);
	expect_access("- : ALL : ALL", "bob", PAM_PASSES, 0);
	expect_access("- : ALL : ALL \r\n", "bob", PAM_REFUSED, 1);
	expect_access("allow : ALL : ALL\n- : ALL\n-\n:::\n- : BOB : ALL : x\n", "bob", PAM_REFUSED,
		      5);
}

/* The worst that the gates of service x in TREE say to USER: "r", "d" or "p", and where. */
static void expect_gates(const char *tree, const char *user, const char *shell,
			 const char *expected)
{
	struct pam_person person = {.user = user,
				    .is_root = strcmp(user, "root") == 0,
				    .uid = strcmp(user, "root") == 0 ? 0 : 1000,
				    .gid = 100,
				    .shell = shell,
				    .groups = &admins};
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	_cleanup_pam_gates_ struct pam_gates gates = {0};
	_cleanup_pam_verdict_ struct pam_verdict worst = {.answer = PAM_PASSES};
	_cleanup_free_ char *got = NULL;
	struct tree scene;

	tree_enter(&scene, tree);
	pam_stack_read(scene.root, "x", &stack);
	pam_gates_read(scene.root, &stack, &gates);
	for (size_t i = 0; i < gates.count; i++) {
		struct pam_verdict verdict;

		pam_gate_judge(scene.root, &gates.gates[i], &person, &verdict);
		if (verdict.answer < worst.answer) {
			pam_verdict_done(&worst);
			worst = verdict;
		} else {
			pam_verdict_done(&verdict);
		}
	}
	got = text_format("%c %s:%u", "rdp"[worst.answer], worst.file ? worst.file : "",
			  worst.line);
	assert_string_equal(got, expected);
	tree_leave(&scene);
}

static void gates_are_judged(void **state)
{
	static const char nologin[] =
		"etc/nologin\netc/pam.d/x = auth required pam_nologin.so\\n\n";
	static const char tty[] =
		"etc/securetty = tty1\\n\netc/pam.d/x = auth required pam_securetty.so\\n\n";
	static const char no_tty[] =
		"etc/securetty\netc/pam.d/x = auth required pam_securetty.so\\n\n";
	static const char shells[] =
		"etc/shells = /bin/sh\\n\netc/pam.d/x = auth required pam_shells.so\\n\n";
	static const char deny[] = "etc/deny = a\\nbob\\n\n"
				   "etc/pam.d/x = auth required pam_listfile.so item=user "
				   "sense=deny file=/etc/deny\\n\n";
	static const char allow[] = "etc/allow = users\\nwheel\\n\n"
				    "etc/pam.d/x = auth required pam_listfile.so item=group "
				    "sense=allow file=/etc/allow\\n\n";
	static const char missing[] =
		"etc/pam.d/x = auth required pam_listfile.so item=user sense=deny file=/none\\n\n";
	static const char lenient[] = "etc/pam.d/x = auth required pam_listfile.so item=user "
				      "sense=deny file=/none onerr=succeed\\n\n";
	static const char apply[] = "etc/pam.d/x = auth required pam_listfile.so item=user "
				    "sense=deny file=/none apply=@users\\n\n";
	static const char hosts[] = "etc/h\netc/pam.d/x = auth required pam_listfile.so item=rhost "
				    "sense=deny file=/etc/h\\n\n";
	static const char hour[] = "etc/security/time.conf = # x\\nlogin;*;bob;Al0800-1800\\n\n"
				   "etc/pam.d/x = account required pam_time.so\\n\n";
	static const char folder[] = "etc/security/access.conf = # none\\n\n"
				     "etc/security/access.d/10.conf = "
				     "-:bob:ALL\\n\netc/security/access.d/20.conf = +:bob:ALL\\n\n"
				     "etc/pam.d/x = account required pam_access.so\\n\n";
	static const char separators[] = "etc/a = -|bob;eve|ALL\\n\n"
					 "etc/pam.d/x = account required pam_access.so "
					 "accessfile=/etc/a fieldsep=| listsep=;\\n\n";

	(void)state;
	expect_gates(nologin, "bob", "", "r /etc/nologin:0");
	expect_gates(nologin, "root", "", "p :0");
	expect_gates(tty, "root", "", "d /etc/securetty:0");
	expect_gates(tty, "bob", "", "p :0");
	expect_gates(no_tty, "root", "", "r /etc/securetty:0");
	expect_gates(shells, "bob", "/bin/zsh", "r /etc/shells:0");
	expect_gates(shells, "bob", "", "p :0");
	expect_gates(deny, "bob", "", "r /etc/deny:2");
	expect_gates(deny, "anna", "", "p :0");
	expect_gates(allow, "bob", "", "p :0");
	expect_gates(missing, "bob", "", "r /none:0");
	expect_gates(lenient, "bob", "", "p :0");
	expect_gates(apply, "bob", "", "p :0");
	expect_gates(hosts, "bob", "", "d /etc/h:0");
	expect_gates(hour, "bob", "", "d /etc/security/time.conf:2");
	expect_gates(folder, "bob", "", "r /etc/security/access.d/10.conf:1");
	expect_gates(folder, "anna", "", "p :0");
	expect_gates(separators, "eve", "", "r /etc/a:1");
}

/* TEXT as limits.conf, MORE as a file of its folder, for bob of group wheel. */
static void expect_limits(const char *text, const char *more, const char *expected)
{
	_cleanup_free_ char *tree = text_format("etc/security/limits.conf = %s\n"
						"etc/security/limits.d/90.conf = %s\n"
						"etc/pam.d/x = session required pam_limits.so\\n\n",
						text, more);

	expect_gates(tree, "bob", "", expected);
}

static void limits_are_judged(void **state)
{
	static const char named[] =
		"etc/security/limits.d/90.conf = bob - maxlogins 0\\n\n"
		"etc/l = * hard maxlogins 3\\n\n"
		"etc/pam.d/x = session required pam_limits.so conf=/etc/l\\n\n";
	static const char none[] = "etc/pam.d/x = session required pam_limits.so conf=/etc/l\\n\n";

	(void)state;
	expect_limits("", "", "p :0");
	expect_limits("* hard maxlogins 0\\n", "", "r /etc/security/limits.conf:1");
	expect_limits("# x\\n\\t*\\tHARD\\tMaxLogins  00 # none\\n", "",
		      "r /etc/security/limits.conf:2");
	expect_limits("* hard maxlogins 1\\n", "", "p :0");
	expect_limits("* hard maxlogins -1\\n", "", "p :0");
	expect_limits("* hard maxlogins unlimited\\n", "", "p :0");
	expect_limits("* hard maxlogins none\\n", "", "p :0");
	expect_limits("* hard maxlogins\\n", "", "p :0");
	expect_limits("* hard nofile 0\\n", "", "p :0");
	expect_limits("anna hard maxlogins 0\\n@users - maxlogins 0\\n", "", "p :0");
	/* the stronger, and of alike ones the last */
	expect_limits("* - maxlogins 0\\nbob - maxlogins 2\\n", "", "p :0");
	expect_limits("bob - maxlogins 2\\n* - maxlogins 0\\n", "", "p :0");
	expect_limits("bob - maxlogins 2\\n", "bob - maxlogins 0\\n",
		      "r /etc/security/limits.d/90.conf:1");
	expect_limits("@wheel - maxlogins 0\\n", "* - maxlogins 2\\n",
		      "r /etc/security/limits.conf:1");
	expect_limits("* - maxsyslogins 0\\n", "", "r /etc/security/limits.conf:1");
	expect_limits("% - maxsyslogins 0\\n%wheel - maxsyslogins 0\\n", "", "p :0");
	expect_limits("% - maxlogins 0\\n", "", "r /etc/security/limits.conf:1");
	expect_limits("%wheel - maxlogins 0\\n", "", "r /etc/security/limits.conf:1");
	/* numbers: bob has 1000 and 100 */
	expect_limits("1000: - maxlogins 0\\n", "", "r /etc/security/limits.conf:1");
	expect_limits("1001: - maxlogins 0\\n:1001 - maxlogins 0\\n: - maxlogins 0\\n", "", "p :0");
	expect_limits("500:2000 - maxlogins 0\\n", "", "r /etc/security/limits.conf:1");
	expect_limits("@100:100 - maxlogins 0\\n", "", "r /etc/security/limits.conf:1");
	expect_limits("* - maxlogins 0\\n@:50 - maxlogins 5\\n", "",
		      "d /etc/security/limits.conf:1");
	/* nothing limits it */
	expect_limits("* - maxlogins 0\\nbob -\\n", "", "p :0");
	expect_limits("* - maxlogins 0\\n* -\\n", "", "r /etc/security/limits.conf:1");
	expect_limits("@wheel -\\n", "bob - maxlogins 0\\n", "p :0");
	expect_gates(named, "bob", "", "p :0");
	expect_gates(none, "bob", "", "r /etc/l:0");
	expect_gates(none, "root", "", "p :0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(access_conf_is_judged),
		cmocka_unit_test(gates_are_judged),
		cmocka_unit_test(limits_are_judged),
	};
	int failed;

	text_list_add(&admins, "wheel");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	text_list_done(&admins);
	return failed;
}
