/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom sudoers and doas.conf trust, and which version the target's sshd is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "system/sshd_version.h"
#include "system/sudoers.h"
#include "tree.h"

struct scene {
	struct tree tree;
	struct sudoers sudoers;
};

static void enter(struct scene *scene, const char *tree)
{
	*scene = (struct scene){0};
	tree_enter(&scene->tree, tree);
	sudoers_read(scene->tree.root, &scene->sudoers);
}

static void leave(struct scene *scene)
{
	sudoers_done(&scene->sudoers);
	tree_leave(&scene->tree);
}

/* TREE is read; "users: ...; groups: ...". */
static void expect_trusted(const char *tree, const char *expected)
{
	_cleanup_free_ char *users = NULL, *groups = NULL, *text = NULL;
	struct scene scene;

	enter(&scene, tree);
	users = text_list_join(&scene.sudoers.users, " ");
	groups = text_list_join(&scene.sudoers.groups, " ");
	text = text_format("%s; %s", users, groups);
	assert_string_equal(text, expected);
	leave(&scene);
}

/* LINES (with \\n between) are a sudoers; USER in GROUP (NULL: in none) may become root by it. */
static void expect_user(const char *lines, const char *user, const char *group, bool is_trusted)
{
	_cleanup_free_ char *tree = text_format("etc/sudoers = %s\\n\n", lines);
	_cleanup_text_list_ struct text_list groups = {0};
	struct scene scene;

	if (group)
		text_list_add(&groups, group);
	enter(&scene, tree);
	assert_int_equal(sudoers_trusts(&scene.sudoers, user, &groups), is_trusted);
	leave(&scene);
}

static void rules_are_read(void **state)
{
	(void)state;
	expect_user("anna ALL=(ALL:ALL) ALL", "anna", NULL, true);
	expect_user("anna ALL=(ALL:ALL) ALL", "bert", NULL, false);
	expect_user("anna ALL=ALL", "anna", NULL, true);
	expect_user("anna ALL = (root) NOPASSWD: SETENV : ALL", "anna", NULL, true);
	expect_user("anna ALL=(postgres) ALL", "anna", NULL, false);
	expect_user("anna ALL=(:wheel) ALL", "anna", NULL, false);
	expect_user("anna ALL=() ALL", "anna", NULL, true);
	expect_user("anna ALL=(ALL,!root) ALL", "anna", NULL, false);
	expect_user("anna ALL=(#0) ALL", "anna", NULL, true);
	expect_user("anna ALL=(ALL) /bin/ls, /usr/bin/id", "anna", NULL, false);
	expect_user("anna ALL=(ALL) /bin/ls, ALL, !/bin/su", "anna", NULL, true);
	expect_user("anna ALL=(ALL) ALL, (postgres) /bin/sh", "anna", NULL, true);
	expect_user("anna ALL=(postgres) ALL, (root) /bin/sh", "anna", NULL, false);
	expect_user("anna ALL=(postgres) /bin/sh : web=(root) ALL", "anna", NULL, true);
	expect_user("anna ALL=(root) CWD=/tmp TIMEOUT=5 ALL", "anna", NULL, true);
	expect_user("%wheel ALL=(ALL) ALL", "anna", "wheel", true);
	expect_user("%wheel ALL=(ALL) ALL", "wheel", NULL, false);
	expect_user("anna, bert , %wheel web = ALL", "bert", NULL, true);
	expect_user("anna,bert ,%wheel web=ALL", "carl", "wheel", true);
	expect_user("ALL ALL=ALL", "carl", NULL, true);
	expect_user("ALL, !bert ALL=ALL", "bert", NULL, false);
	expect_user("ALL, !%guests ALL=ALL", "bert", "guests", false);
	expect_user("\"anna\" ALL=ALL", "anna", NULL, true);
	expect_user("do\\\\ e ALL=ALL", "do e", NULL, true);
	expect_user("%\\\"domain users\\\" ALL=ALL", "bert", NULL, false);
}

static void a_later_rule_takes_back(void **state)
{
	(void)state;
	expect_user("anna ALL=ALL\\nanna ALL=!ALL", "anna", NULL, false);
	expect_user("%wheel ALL=ALL\\nanna ALL=!ALL", "anna", "wheel", false);
	expect_user("anna ALL=!ALL\\n%wheel ALL=ALL", "anna", "wheel", true);
	expect_user("%wheel ALL=ALL\\nanna ALL=!/bin/su", "anna", "wheel", true);
	expect_user("%wheel ALL=ALL\\nanna ALL=(postgres) !ALL", "anna", "wheel", true);
	expect_user("ALL ALL=ALL\\nALL,!bert ALL=!ALL", "bert", NULL, true);
}

static void aliases_are_filled_in(void **state)
{
	(void)state;
	expect_user("User_Alias ADMINS = anna, %wheel : GUESTS = bert\\nADMINS ALL=ALL", "anna",
		    NULL, true);
	expect_user("User_Alias ADMINS = anna, %wheel : GUESTS = bert\\nADMINS ALL=ALL", "bert",
		    NULL, false);
	expect_user("GUESTS ALL=ALL\\nUser_Alias GUESTS = bert", "bert", NULL, true);
	expect_user("User_Alias A = anna\\nUser_Alias B = A, bert\\nALL, !B ALL=ALL", "anna", NULL,
		    false);
	expect_user("Cmnd_Alias EVERY = ALL\\nanna ALL=EVERY", "anna", NULL, true);
	expect_user("Cmd_Alias NO = !ALL\\nanna ALL=NO", "anna", NULL, false);
	expect_user("Runas_Alias DB = postgres\\nanna ALL=(DB) ALL", "anna", NULL, false);
	expect_user("Runas_Alias OP = root, operator\\nanna ALL=(OP) ALL", "anna", NULL, true);
	expect_user("User_Alias A = B\\nUser_Alias B = A\\nA ALL=ALL", "anna", NULL, false);
	expect_user("Host_Alias WEB = web1, web2\\nanna WEB=ALL", "anna", NULL, true);
}

static void lines_are_taken_apart(void **state)
{
	(void)state;
	expect_user("# anna ALL=ALL", "anna", NULL, false);
	expect_user("anna ALL=ALL # as ever", "anna", NULL, true);
	expect_user("anna \\\\\\n  ALL = \\\\\\n ALL", "anna", NULL, true);
	expect_user("Defaults:anna !authenticate", "anna", NULL, false);
	expect_user("Defaults secure_path=/bin\\nanna ALL=ALL", "anna", NULL, true);
	expect_user("anna ALL", "anna", NULL, false);
	expect_user("= ALL", "", NULL, false);
	expect_user("anna", "anna", NULL, false);
	expect_user("anna ALL=(", "anna", NULL, false);
	expect_user("anna ALL=(ALL", "anna", NULL, false);
	expect_user("#1000 ALL=ALL\\n%#10 ALL=ALL", "anna", NULL, false);
}

static void includes_are_followed(void **state)
{
	(void)state;
	expect_trusted(
		"etc/sudoers = root ALL=ALL\\n#include /etc/more\\n@includedir sudoers.d\\n%last "
		"ALL=ALL\\n\n"
		"etc/more = anna ALL=ALL\\n\n"
		"etc/sudoers.d/10-a = %a ALL=ALL\\n\netc/sudoers.d/20-b.bak = %b ALL=ALL\\n\n"
		"etc/sudoers.d/30-c~ = %c ALL=ALL\\n\netc/sudoers.d/9-d = %d ALL=ALL\\n\n",
		"root anna; a d last");
	expect_trusted("etc/sudoers = #includedir\\n@include %h\\n@include /etc/sudoers\\nanna "
		       "ALL=ALL\\n\n",
		       "anna; ");
	expect_trusted("usr/etc/sudoers = %wheel ALL=ALL\\n@includedir /etc/sudoers.d\\n\n"
		       "etc/sudoers.d/local = bert ALL=ALL\\n\n",
		       "bert; wheel");
	expect_trusted("etc/sudoers = @includedir /etc/d\\n\netc/d/all = @includedir /etc/d\\n\n",
		       "; ");
	expect_trusted("etc/hosts\n", "; ");
}

static void doas_is_read(void **state)
{
	(void)state;
	expect_trusted(
		"etc/doas.conf = # who\\npermit nopass keepenv root\\npermit persist :wheel\\n"
		"permit setenv { A B=1 } anna\\npermit bert as postgres\\npermit carl as root\\n"
		"permit dora cmd reboot\\npermit\\nallow emil\\n\n",
		"root anna carl; wheel");
	expect_trusted("etc/doas.d/local.conf = permit :wheel\\ndeny :wheel\\npermit anna\\n\n",
		       "anna; ");
	expect_trusted("etc/doas.conf = permit setenv { A\\n\n", "; ");
}

static void programs_are_found(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene, "usr/bin/sudo\n");
	assert_true(scene.sudoers.has_program);
	leave(&scene);
	enter(&scene, "usr/bin/sudo/\n");
	assert_false(scene.sudoers.has_program);
	leave(&scene);
}

/* Aliases of aliases of aliases, as many as there may be. */
static void lists_are_bounded(void **state)
{
	_cleanup_text_buffer_ struct text_buffer tree = {0};
	struct scene scene;

	(void)state;
	text_buffer_add_text(&tree, "etc/sudoers = ");
	for (unsigned i = 0; i < 8; i++) {
		text_buffer_format(&tree, "User_Alias A%u = ", i);
		for (unsigned j = 0; j < 50; j++)
			text_buffer_format(&tree, "%sA%u", j ? "," : "", i + 1);
		text_buffer_add_text(&tree, "\\n");
	}
	for (unsigned i = 0; i < 1000; i++)
		text_buffer_format(&tree, "A0,u%u ALL=ALL\\n", i);
	enter(&scene, tree.data);
	assert_true(scene.sudoers.users.count <= 500);
	assert_true(sudoers_trusts(&scene.sudoers, "A8", NULL));
	leave(&scene);
}

static void expect_version(const char *bytes, size_t length, unsigned major, unsigned minor)
{
	unsigned found_major = 0, found_minor = 0;
	bool is_found = sshd_version_find(bytes, length, &found_major, &found_minor);

	assert_int_equal(is_found, major != 0);
	assert_int_equal(found_major, major);
	assert_int_equal(found_minor, minor);
}

#define EXPECT_VERSION(bytes, major, minor) expect_version(bytes, sizeof(bytes) - 1, major, minor)

static void versions_are_found(void **state)
{
	(void)state;
	EXPECT_VERSION("x\0OpenSSH_9.2p1\0y", 9, 2);
	EXPECT_VERSION("OpenSSH_2.*,OpenSSH_3.0*\0OpenSSH_6.6.1*\0OpenSSH_6.7p1 Debian-5\0", 6, 7);
	EXPECT_VERSION("OpenSSH_10.0\0", 10, 0);
	EXPECT_VERSION("OpenSSH_7.4p", 7, 4);
	EXPECT_VERSION("OpenSSH_7.4", 0, 0);
	EXPECT_VERSION("OpenSSH_7.", 0, 0);
	EXPECT_VERSION("OpenSSH_", 0, 0);
	EXPECT_VERSION("OpenSSH_1234567.1p1", 0, 0);
	EXPECT_VERSION("", 0, 0);
}

static void expect_default(unsigned major, const char *os_id, const char *os_like, const char *word)
{
	const struct sshd_version version = {.major = major};
	const char *found = sshd_version_root_default(&version, os_id, os_like);

	if (word)
		assert_string_equal(found, word);
	else
		assert_null(found);
}

static void the_default_of_root_is_known(void **state)
{
	(void)state;
	expect_default(0, "debian", NULL, NULL);
	expect_default(5, "centos", NULL, "yes");
	expect_default(6, NULL, NULL, "yes");
	expect_default(7, "debian", NULL, "prohibit-password");
	expect_default(7, "rocky", "rhel centos fedora", NULL);
	expect_default(8, "rocky", "rhel centos fedora", "prohibit-password");
	expect_default(8, "opensuse-leap", "suse opensuse", NULL);
	expect_default(9, "opensuse-tumbleweed", "opensuse suse", "prohibit-password");
}

static void sshd_is_found(void **state)
{
	_cleanup_sshd_version_ struct sshd_version version = {0}, dropbear = {0}, none = {0};
	struct scene scene;

	(void)state;
	enter(&scene, "usr/sbin/sshd hex 4f70656e5353485f392e32703100 6e65776b6579776f726400\n"
		      "usr/sbin/dropbear = x\n");
	sshd_version_read(scene.tree.root, &version);
	assert_string_equal(version.path, "/usr/sbin/sshd");
	assert_int_equal(version.minor, 2);
	assert_true(sshd_version_knows(&version, "NewKeyword"));
	assert_false(sshd_version_knows(&version, "ewKeyword"));
	assert_false(sshd_version_knows(&version, ""));
	leave(&scene);
	enter(&scene, "usr/sbin/dropbear = x\n");
	sshd_version_read(scene.tree.root, &dropbear);
	assert_true(dropbear.is_dropbear);
	assert_false(sshd_version_knows(&dropbear, "UsePAM"));
	leave(&scene);
	enter(&scene, "usr/sbin/sshd fifo\n");
	sshd_version_read(scene.tree.root, &none);
	assert_null(none.path);
	leave(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read),
		cmocka_unit_test(a_later_rule_takes_back),
		cmocka_unit_test(aliases_are_filled_in),
		cmocka_unit_test(lines_are_taken_apart),
		cmocka_unit_test(includes_are_followed),
		cmocka_unit_test(doas_is_read),
		cmocka_unit_test(programs_are_found),
		cmocka_unit_test(lists_are_bounded),
		cmocka_unit_test(versions_are_found),
		cmocka_unit_test(the_default_of_root_is_known),
		cmocka_unit_test(sshd_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
