/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least change of sshd's settings that lets a login in: whole files before and after. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "system/sshd_edit.h"
#include "tree.h"

#define MAIN "etc/ssh/sshd_config = "

static const char *rest_word(enum sshd_rest_kind kind)
{
	static const char *const words[] = {
		[SSHD_REST_PATTERN] = "pattern", [SSHD_REST_NAME] = "name",
		[SSHD_REST_GROUPS] = "groups",	 [SSHD_REST_LOCKED] = "locked",
		[SSHD_REST_FORCED] = "forced",	 [SSHD_REST_FILE] = "file",
		[SSHD_REST_INCLUDE] = "include", [SSHD_REST_OTHER] = "other",
	};

	return words[kind];
}

/* "password key", then each rest; then each file and what it becomes. */
static char *describe(const struct sshd_edit *edit)
{
	_cleanup_text_buffer_ struct text_buffer out = {0};

	text_buffer_format(&out, "%c%c", "ndy"[edit->by_password], "ndy"[edit->by_key]);
	for (size_t i = 0; i < edit->rest_count; i++) {
		const struct sshd_rest *rest = &edit->rests[i];

		text_buffer_format(&out, " %s %s %s %s:%u", rest_word(rest->kind),
				   rest->keyword ? rest->keyword : "-",
				   rest->subject ? rest->subject : "-",
				   rest->file ? rest->file : "-", rest->line);
	}
	for (size_t i = 0; i < edit->file_count; i++) {
		text_buffer_format(&out, "|%s|", edit->files[i].path);
		text_buffer_add(&out, edit->files[i].bytes, edit->files[i].length);
	}
	return text_buffer_take(&out);
}

/* WANTS has "p", "k", "l" (locked); GROUPS with blanks between, NULL: not known. */
static void expect_with(const char *tree, const char *user, const char *groups, const char *wants,
			const struct sshd_defaults *refusing, const char *expected)
{
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_sshd_edit_ struct sshd_edit edit = {0};
	_cleanup_free_ char *got = NULL;
	struct sshd_login login = {
		.user = user,
		.is_root = strcmp(user, "root") == 0,
		.is_locked = strchr(wants, 'l') != NULL,
		.groups = groups ? &list : NULL,
	};
	struct sshd_wish wish = {
		.login = &login,
		.by_password = strchr(wants, 'p') != NULL,
		.by_key = strchr(wants, 'k') != NULL,
		.refusing = *refusing,
	};
	struct tree scene;

	tree_enter(&scene, tree);
	text_list_split(&list, groups ? groups : "", " ");
	assert_int_equal(sshd_edit_plan(scene.root, &wish, &edit), 0);
	got = describe(&edit);
	assert_string_equal(got, expected);
	tree_leave(&scene);
}

static void expect_edited(const char *tree, const char *user, const char *groups, const char *wants,
			  const char *expected)
{
	static const struct sshd_defaults none = {0};

	expect_with(tree, user, groups, wants, &none, expected);
}

#define FILE_IS "|/etc/ssh/sshd_config|"
#define WAS "# refloat: was "

static void nothing_is_changed_without_need(void **state)
{
	(void)state;
	expect_edited(MAIN "Port 22\\n\n", "a", "a", "pk", "yy");
	expect_edited(MAIN "PermitRootLogin prohibit-password\\n\n", "root", "root", "k", "ny");
	expect_edited(MAIN "PermitRootLogin no\\n\n", "a", "a", "pk", "yy");
	expect_edited(MAIN "\n", "root", "root", "k", "dy");
	expect_edited(MAIN "AllowGroups a b\\nAllowUsers *\\n\n", "a", "a", "pk", "yy");
	/* PAM asks for the password */
	expect_edited(MAIN "PasswordAuthentication no\\nUsePAM yes\\n\n", "a", "a", "p", "yy");
}

static void root_gets_no_more_than_is_wanted(void **state)
{
	(void)state;
	expect_edited(MAIN "Port 22\\nPermitRootLogin no\\n\n", "root", "root", "k",
		      "ny" FILE_IS "Port 22\n" WAS
		      "PermitRootLogin no\nPermitRootLogin prohibit-password\n");
	expect_edited(MAIN "PermitRootLogin no\\n\n", "root", "root", "p",
		      "yy" FILE_IS WAS "PermitRootLogin no\nPermitRootLogin yes\n");
	expect_edited(MAIN "permitrootlogin without-password\\n\n", "root", "root", "pk",
		      "yy" FILE_IS WAS "permitrootlogin without-password\npermitrootlogin yes\n");
	expect_edited(MAIN "PermitRootLogin forced-commands-only\\n\n", "root", "root", "k",
		      "ny" FILE_IS WAS "PermitRootLogin forced-commands-only\n"
		      "PermitRootLogin prohibit-password\n");
	/* a second line has no say before the first, nor after it */
	expect_edited(MAIN "PermitRootLogin no\\nPermitRootLogin no\\n\n", "root", "root", "k",
		      "ny" FILE_IS WAS "PermitRootLogin no\nPermitRootLogin prohibit-password\n"
		      "PermitRootLogin no\n");
	/* the default is not enough for a password, on new systems */
	expect_edited(MAIN "Port 22\\n\n", "root", "root", "p",
		      "yy" FILE_IS "Port 22\n# refloat: was not set\nPermitRootLogin yes\n");
}

static void old_programs_get_old_words(void **state)
{
	(void)state;
	expect_edited(MAIN "PermitRootLogin no\\n\nusr/sbin/sshd = ssh-rsa without-password\n",
		      "root", "root", "k",
		      "ny" FILE_IS WAS "PermitRootLogin no\nPermitRootLogin without-password\n");
	expect_edited(MAIN "PermitRootLogin no\\n\nusr/sbin/sshd = ssh-rsa prohibit-password\n",
		      "root", "root", "k",
		      "ny" FILE_IS WAS "PermitRootLogin no\nPermitRootLogin prohibit-password\n");
}

static void what_is_a_default_is_set_before_match_blocks(void **state)
{
	(void)state;
	expect_edited(MAIN "Port 22\\n# hosts\\nMatch Address 10.0.0.1\\n  X11Forwarding no\\n\n",
		      "root", "root", "p",
		      "yy" FILE_IS "Port 22\n# hosts\n# refloat: was not set\nPermitRootLogin yes\n"
		      "Match Address 10.0.0.1\n  X11Forwarding no\n");
	/* a last line without its newline stays the last */
	expect_edited(MAIN "Port 22\\nUsePAM no\n", "root", "root", "p",
		      "yy" FILE_IS
		      "Port 22\n# refloat: was not set\nPermitRootLogin yes\nUsePAM no");
	expect_edited(MAIN "\n", "root", "root", "p",
		      "yy" FILE_IS "# refloat: was not set\nPermitRootLogin yes\n");
	/* the block of an included file ends with it */
	expect_edited(MAIN "Include x.conf\\nPort 22\\n\netc/ssh/x.conf = Match User z\\n\n",
		      "root", "root", "p",
		      "yy" FILE_IS "Include x.conf\nPort 22\n# refloat: was not set\n"
		      "PermitRootLogin yes\n");
}

static void ways_are_opened(void **state)
{
	(void)state;
	expect_edited(MAIN "PasswordAuthentication no\\n\n", "a", "a", "p",
		      "yy" FILE_IS WAS "PasswordAuthentication no\nPasswordAuthentication yes\n");
	expect_edited(MAIN "PasswordAuthentication no\\n\n", "a", "a", "k", "ny");
	expect_edited(MAIN
		      "PasswordAuthentication no\\nChallengeResponseAuthentication no\\nUsePAM "
		      "yes\\n\n",
		      "a", "a", "p",
		      "yy" FILE_IS WAS "PasswordAuthentication no\nPasswordAuthentication yes\n"
		      "ChallengeResponseAuthentication no\nUsePAM yes\n");
	expect_edited(MAIN "PubkeyAuthentication=no # never\\n\n", "a", "a", "k",
		      "yy" FILE_IS WAS
		      "PubkeyAuthentication=no # never\nPubkeyAuthentication yes\n");
	expect_edited(MAIN "AuthorizedKeysFile none\\n\n", "a", "a", "k",
		      "yy" FILE_IS WAS
		      "AuthorizedKeysFile none\nAuthorizedKeysFile .ssh/authorized_keys\n");
	expect_edited(MAIN "AuthenticationMethods publickey,password\\n\n", "a", "a", "k",
		      "dy" FILE_IS WAS "AuthenticationMethods publickey,password\n"
		      "AuthenticationMethods publickey,password publickey\n");
	expect_edited(MAIN "AuthenticationMethods publickey\\n\n", "a", "a", "p",
		      "yy" FILE_IS WAS "AuthenticationMethods publickey\n"
		      "AuthenticationMethods publickey password\n");
	expect_edited(MAIN "AuthenticationMethods publickey\\nPasswordAuthentication no\\nUsePAM "
			   "yes\\n\n",
		      "a", "a", "p",
		      "yy" FILE_IS WAS "AuthenticationMethods publickey\n"
		      "AuthenticationMethods publickey keyboard-interactive\n"
		      "PasswordAuthentication no\nUsePAM yes\n");
	/* the method that is named is off, and the one that is on is not named */
	expect_edited(MAIN "AuthenticationMethods password\\nPasswordAuthentication no\\nUsePAM "
			   "yes\\n\n",
		      "a", "a", "p",
		      "yn" FILE_IS WAS "AuthenticationMethods password\n"
		      "AuthenticationMethods password keyboard-interactive\n"
		      "PasswordAuthentication no\nUsePAM yes\n");
}

static void users_are_let_in(void **state)
{
	(void)state;
	expect_edited(MAIN "AllowUsers b  c\\nAllowUsers d\\n\n", "a", "a", "k",
		      "yy" FILE_IS WAS "AllowUsers b  c\nAllowUsers b c a\nAllowUsers d\n");
	expect_edited(MAIN "AllowUsers b\\nAllowUsers a\\n\n", "a", "a", "k", "yy");
	expect_edited(MAIN "AllowUsers a@10.0.0.1\\n\n", "a", "a", "k",
		      "yy" FILE_IS WAS "AllowUsers a@10.0.0.1\nAllowUsers a@10.0.0.1 a\n");
	expect_edited(MAIN "AllowUsers \"b c\"\\n\n", "a", "a", "k",
		      "yy" FILE_IS WAS "AllowUsers \"b c\"\nAllowUsers \"b c\" a\n");
	expect_edited(MAIN "DenyUsers b a c\\n\n", "a", "a", "k",
		      "yy" FILE_IS WAS "DenyUsers b a c\nDenyUsers b c\n");
	expect_edited(MAIN "  DenyUsers a\\n\n", "a", "a", "k",
		      "yy" FILE_IS "  " WAS "DenyUsers a\n");
	expect_edited(MAIN "DenyUsers a\\nDenyUsers a b\\n\n", "a", "a", "k",
		      "yy" FILE_IS WAS "DenyUsers a\n" WAS "DenyUsers a b\nDenyUsers b\n");
	/* both at once */
	expect_edited(
		MAIN "DenyUsers root\\nAllowUsers b\\nPermitRootLogin no\\n\n", "root", "root", "p",
		"yy" FILE_IS WAS "DenyUsers root\n" WAS "AllowUsers b\nAllowUsers b root\n" WAS
		"PermitRootLogin no\nPermitRootLogin yes\n");
}

static void groups_are_let_in(void **state)
{
	(void)state;
	expect_edited(MAIN "AllowGroups ssh\\n\n", "a", "users a", "k",
		      "yy" FILE_IS WAS "AllowGroups ssh\nAllowGroups ssh a\n");
	expect_edited(MAIN "AllowGroups ssh\\n\n", "a", "users", "k",
		      "yy" FILE_IS WAS "AllowGroups ssh\nAllowGroups ssh users\n");
	expect_edited(MAIN "DenyGroups users nobody\\n\n", "a", "users", "k",
		      "yy" FILE_IS WAS "DenyGroups users nobody\nDenyGroups nobody\n");
	expect_edited(MAIN "AllowGroups ssh\\n\n", "a", NULL, "k",
		      "dd groups allowgroups - /etc/ssh/sshd_config:1");
	expect_edited(MAIN "DenyGroups ssh\\n\n", "a", NULL, "k",
		      "dd groups denygroups - /etc/ssh/sshd_config:1");
}

static void what_cannot_be_narrowed_is_said(void **state)
{
	(void)state;
	expect_edited(MAIN "Port 22\\nDenyUsers *\\n\n", "a", "a", "k",
		      "nn pattern denyusers * /etc/ssh/sshd_config:2");
	expect_edited(MAIN "DenyUsers a ?\\n\n", "a", "a", "k",
		      "nn pattern denyusers ? /etc/ssh/sshd_config:1" FILE_IS WAS
		      "DenyUsers a ?\nDenyUsers ?\n");
	expect_edited(MAIN "DenyGroups us*\\n\n", "a", "users", "k",
		      "nn pattern denygroups us* /etc/ssh/sshd_config:1");
	expect_edited(MAIN "AllowUsers b\\n\n", "*", "a", "k",
		      "nn name allowusers * /etc/ssh/sshd_config:1");
	expect_edited(MAIN "ForceCommand internal-sftp\\n\n", "a", "a", "k",
		      "yy forced forcecommand internal-sftp /etc/ssh/sshd_config:1");
	/* the rest is changed all the same */
	expect_edited(MAIN "PubkeyAuthentication no\\nDenyUsers *\\n\n", "a", "a", "k",
		      "nn pattern denyusers * /etc/ssh/sshd_config:2" FILE_IS WAS
		      "PubkeyAuthentication no\nPubkeyAuthentication yes\nDenyUsers *\n");
}

static void blocks_are_changed_where_they_count(void **state)
{
	(void)state;
	expect_edited(MAIN "Match User a\\n\\tPasswordAuthentication no\\n\n", "a", "a", "p",
		      "yy" FILE_IS "Match User a\n\t" WAS
		      "PasswordAuthentication no\n\tPasswordAuthentication yes\n");
	expect_edited(MAIN "PasswordAuthentication no\\nMatch User b\\nPasswordAuthentication "
			   "no\\n\n",
		      "a", "a", "p",
		      "yy" FILE_IS WAS "PasswordAuthentication no\nPasswordAuthentication yes\n"
		      "Match User b\nPasswordAuthentication no\n");
	/* what hangs on the host is changed, too: nobody knows here where the login comes from */
	expect_edited(MAIN "PermitRootLogin yes\\nMatch Host x\\nPermitRootLogin no\\n\n", "root",
		      "root", "k",
		      "dy" FILE_IS "PermitRootLogin yes\nMatch Host x\n" WAS
		      "PermitRootLogin no\nPermitRootLogin prohibit-password\n");
	expect_edited(MAIN "Match Group users\\nDenyUsers a\\n\n", "a", "users", "k",
		      "yy" FILE_IS "Match Group users\n" WAS "DenyUsers a\n");
}

static void included_files_are_changed(void **state)
{
	(void)state;
	expect_edited(MAIN
		      "Include /etc/ssh/sshd_config.d/*.conf\\nPasswordAuthentication yes\\n\n"
		      "etc/ssh/sshd_config.d/50-cloud-init.conf = PasswordAuthentication no\\n\n",
		      "a", "a", "p",
		      "yy|/etc/ssh/sshd_config.d/50-cloud-init.conf|" WAS
		      "PasswordAuthentication no\nPasswordAuthentication yes\n");
	/* a symlink stays one: what it leads to is changed */
	expect_edited(MAIN "Include x.conf\\n\netc/ssh/x.conf -> y\netc/ssh/y = DenyUsers a\\n\n",
		      "a", "a", "k", "yy|/etc/ssh/y|" WAS "DenyUsers a\n");
	expect_edited("usr/etc/ssh/sshd_config = PubkeyAuthentication no\\n\n", "a", "a", "k",
		      "yy|/usr/etc/ssh/sshd_config|" WAS
		      "PubkeyAuthentication no\nPubkeyAuthentication yes\n");
}

static void ends_of_lines_survive(void **state)
{
	(void)state;
	expect_edited(MAIN "Port 22\\r\\nDenyUsers a b\\r\\nUsePAM no\\r\\n\n", "a", "a", "k",
		      "yy" FILE_IS "Port 22\r\n" WAS
		      "DenyUsers a b\r\nDenyUsers b\r\nUsePAM no\r\n");
	expect_edited(MAIN "Port 22\\nDenyUsers a b\n", "a", "a", "k",
		      "yy" FILE_IS "Port 22\n" WAS "DenyUsers a b\nDenyUsers b");
	expect_edited(MAIN "Port 22\\r\\nDenyUsers a b\n", "a", "a", "k",
		      "yy" FILE_IS "Port 22\r\n" WAS "DenyUsers a b\r\nDenyUsers b");
}

static void a_locked_password_needs_pam(void **state)
{
	(void)state;
	expect_edited(MAIN "UsePAM no\\n\netc/pam.d/sshd = x\n", "a", "a", "kl",
		      "yy" FILE_IS WAS "UsePAM no\nUsePAM yes\n");
	expect_edited(MAIN "Port 22\\n\netc/pam.d/sshd = x\n", "a", "a", "kl",
		      "yy" FILE_IS "Port 22\n# refloat: was not set\nUsePAM yes\n");
	expect_edited(MAIN "Port 22\\n\n", "a", "a", "kl", "nn locked usepam - -:0");
}

static void what_stops_sshd_becomes_a_comment(void **state)
{
	(void)state;
	expect_edited(MAIN "PermitRotLogin no\\nPort 22\\n\n", "a", "a", "k",
		      "yy" FILE_IS
		      "# refloat: sshd does not know the keyword: PermitRotLogin no\nPort 22\n");
	expect_edited(MAIN "Port\\nPort 99999\\nUsePAM maybe\\nPermitRootLogin yes no\\n\n", "a",
		      "a", "k",
		      "yy" FILE_IS "# refloat: it has no value: Port\n"
		      "# refloat: sshd does not take the value: Port 99999\n"
		      "# refloat: sshd does not take the value: UsePAM maybe\n"
		      "# refloat: sshd does not take the value: PermitRootLogin yes no\n");
	expect_edited(MAIN "Match User b\\n  UsePAM no\\n  DenyUsers b\\n\n", "a", "a", "k",
		      "yy" FILE_IS "Match User b\n  # refloat: not in a Match block: UsePAM no\n"
		      "  DenyUsers b\n");
	/* what was in a block does not count for everybody then */
	expect_edited(MAIN
		      "Port 22\\nMatch Usr a\\n DenyUsers *\\n# x\\n\\nMatch User b\\n DenyUsers "
		      "b\\n\n",
		      "a", "a", "k",
		      "yy" FILE_IS "Port 22\n"
		      "# refloat: sshd does not take the criteria: Match Usr a\n"
		      " # refloat: sshd does not take the criteria: DenyUsers *\n"
		      "# x\n\nMatch User b\n DenyUsers b\n");
	expect_edited(MAIN "Include sshd_config\\nPort 22\\n\n", "a", "a", "k",
		      "yy" FILE_IS
		      "# refloat: files include each other: Include sshd_config\nPort 22\n");
	expect_edited(MAIN "Include not-there\\nPort 22\\n\n", "a", "a", "k", "yy");
}

static void what_sshd_itself_refuses_becomes_a_comment(void **state)
{
	struct sshd_fault fault = {
		.kind = SSHD_FAULT_UNKNOWN, .file = (char[]){"/etc/ssh/sshd_config"}, .line = 2};
	struct sshd_wish wish = {.faults = &fault, .fault_count = 1};
	_cleanup_sshd_edit_ struct sshd_edit edit = {0};
	_cleanup_free_ char *got = NULL;
	struct tree scene;

	(void)state;
	tree_enter(&scene, MAIN "Port 22\\nGSSAPIKeyExchange no\\n\n");
	assert_int_equal(sshd_edit_plan(scene.root, &wish, &edit), 0);
	got = describe(&edit);
	assert_string_equal(got, "yy" FILE_IS "Port 22\n# refloat: sshd does not know the keyword: "
				 "GSSAPIKeyExchange no\n");
	assert_int_equal(edit.change_count, 1);
	assert_int_equal(edit.changes[0].kind, SSHD_CHANGE_FAULT);
	assert_int_equal(edit.changes[0].line, 2);
	assert_string_equal(edit.changes[0].was, "GSSAPIKeyExchange no");
	tree_leave(&scene);
}

static void changes_have_the_numbers_of_the_old_lines(void **state)
{
	static const struct sshd_login login = {.user = "root", .is_root = true};
	struct sshd_wish wish = {.login = &login, .by_key = true};
	_cleanup_sshd_edit_ struct sshd_edit edit = {0};
	struct tree scene;

	(void)state;
	tree_enter(&scene, MAIN "Bogus 1\\nPort 22\\nDenyUsers root\\n# x\\nPermitRootLogin no\\n"
				"DenyUsers *\\n\n");
	assert_int_equal(sshd_edit_plan(scene.root, &wish, &edit), 0);
	assert_int_equal(edit.change_count, 3);
	assert_int_equal(edit.changes[0].line, 1);
	assert_int_equal(edit.changes[1].line, 3);
	assert_string_equal(edit.changes[1].was, "DenyUsers root");
	assert_null(edit.changes[1].now);
	assert_int_equal(edit.changes[2].line, 5);
	assert_string_equal(edit.changes[2].now, "PermitRootLogin prohibit-password");
	assert_int_equal(edit.rest_count, 1);
	assert_int_equal(edit.rests[0].line, 6);
	tree_leave(&scene);
}

static void a_missing_file_is_no_settings(void **state)
{
	static const struct sshd_wish wish = {0};
	struct sshd_edit edit;
	struct tree scene;

	(void)state;
	tree_enter(&scene, "etc/\n");
	assert_int_equal(sshd_edit_plan(scene.root, &wish, &edit), -ENOENT);
	tree_leave(&scene);
}

static void what_its_own_defaults_forbid_gets_a_line(void **state)
{
	static const struct sshd_defaults ways = {.password = "PasswordAuthentication",
						  .key = "PubkeyAuthentication"};
	static const struct sshd_defaults methods = {.password = "AuthenticationMethods",
						     .key = "AuthenticationMethods"};
	static const struct sshd_defaults root = {.user = "PermitRootLogin"};
	static const struct sshd_defaults asked = {.password = "UsePAM"};
	static const struct sshd_defaults root_password = {.password = "PermitRootLogin"};

	(void)state;
	expect_with(MAIN "Port 22\\nMatch User z\\n PubkeyAuthentication no\\n\n", "anna", "", "pk",
		    &ways,
		    "yy" FILE_IS "Port 22\n# refloat: was not set\nPubkeyAuthentication yes\n"
		    "# refloat: was not set\nPasswordAuthentication yes\n"
		    "Match User z\n PubkeyAuthentication no\n");
	/* what is not wanted is not opened, and what a line says counts more */
	expect_with(MAIN "Port 22\\n\n", "anna", "", "k", &asked, "yy");
	expect_with(MAIN "PasswordAuthentication yes\\nPubkeyAuthentication yes\\n\n", "anna", "",
		    "pk", &ways, "yy");
	expect_with(MAIN "Port 22\\n\n", "anna", "", "p", &asked,
		    "yy" FILE_IS "Port 22\n# refloat: was not set\nPasswordAuthentication yes\n");
	expect_with(MAIN "Port 22\\n\n", "anna", "", "k", &methods,
		    "yy" FILE_IS "Port 22\n# refloat: was not set\nAuthenticationMethods any\n");
	expect_with(MAIN "UsePAM yes\\n\n", "root", "", "k", &root,
		    "ny" FILE_IS
		    "UsePAM yes\n# refloat: was not set\nPermitRootLogin prohibit-password\n");
	expect_with(MAIN "UsePAM yes\\n\n", "root", "", "p", &root,
		    "yy" FILE_IS "UsePAM yes\n# refloat: was not set\nPermitRootLogin yes\n");
	expect_with(MAIN "UsePAM yes\\nPermitRootLogin prohibit-password\\n\n", "root", "", "k",
		    &root_password, "ny");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_changed_without_need),
		cmocka_unit_test(root_gets_no_more_than_is_wanted),
		cmocka_unit_test(old_programs_get_old_words),
		cmocka_unit_test(what_is_a_default_is_set_before_match_blocks),
		cmocka_unit_test(what_its_own_defaults_forbid_gets_a_line),
		cmocka_unit_test(ways_are_opened),
		cmocka_unit_test(users_are_let_in),
		cmocka_unit_test(groups_are_let_in),
		cmocka_unit_test(what_cannot_be_narrowed_is_said),
		cmocka_unit_test(blocks_are_changed_where_they_count),
		cmocka_unit_test(included_files_are_changed),
		cmocka_unit_test(ends_of_lines_survive),
		cmocka_unit_test(a_locked_password_needs_pam),
		cmocka_unit_test(what_stops_sshd_becomes_a_comment),
		cmocka_unit_test(what_sshd_itself_refuses_becomes_a_comment),
		cmocka_unit_test(changes_have_the_numbers_of_the_old_lines),
		cmocka_unit_test(a_missing_file_is_no_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
