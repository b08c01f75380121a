/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Advice as the menu gives it: commands and options in quotes become lines, keys and fields. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tui/menu_words.h"

static const struct {
	const char *said;
	const char *menu;
} table[] = {
	{"", ""},
	{"Nothing of ours.", "Nothing of ours."},
	{"Take it down with \"refloat umount\".",
	 "Take it down with \"Undo and unmount\" (u)."},
	{"End them, or let \"refloat umount --kill\" end them.",
	 "End them, or let \"Undo and unmount\" (u) with \"End what keeps it busy\" end them."},
	{"\"refloat mount --plan\" says why.", "\"Mount the system\" (m) says why."},
	{"\"refloat mount --salvage --read-only\" reads it.",
	 "\"Mount the system\" (m) with \"Salvage\", \"Read-only\" reads it."},
	{"\"refloat check-fs sda2\" looks.", "\"Check filesystems\" (f, sda2) looks."},
	{"\"refloat passwd root\" sets one.", "\"password\" (a, root, p) sets one."},
	{"\"refloat passwd anna --system web01 --root /media/a\" sets one.",
	 "\"password\" (a, anna, p) sets one."},
	{"\"refloat mend-account anna --sshd --root /media/a\" changes them.",
	 "\"Accounts\" (a, anna) with \"SSH server\" changes them."},
	{"\"refloat passwd\" sets one.", "\"password\" (a, the account, p) sets one."},
	{"\"refloat mend-account anna --all --system web01\" mends it.",
	 "\"all\" (a, anna, e) mends it."},
	{"\"refloat mend-account anna --shell best\" is for that.",
	 "\"Accounts\" (a, anna) with \"Shell\" is for that."},
	{"\"refloat mend-account --sshd\" is for that.",
	 "\"Accounts\" (a) with \"SSH server\" is for that."},
	{"\"refloat mend-account root --line --system web01\" puts one there.",
	 "\"put root back\" (a, t) puts one there."},
	{"\"refloat mend-account anna --line\" makes one.",
	 "\"Accounts\" (a, anna) with \"Lines that cannot be read\" makes one."},
	{"Run \"refloat chroot -- ssh-keygen -A\".",
	 "Run \"Shell in the system\" (c), and there ssh-keygen -A."},
	{"\"--repair\" mends what is safe; what that leaves, \"--repair-all\".",
	 "\"Repair what is safe\" mends what is safe; what that leaves, \"Repair everything\"."},
	{"\"--repair-all\" (btrfs check --repair) comes last.",
	 "\"Repair everything\" (btrfs check --repair) comes last."},
	{"with \"--undo-file FOLDER\" it can", "with \"Undo file in\" it can"},
	{"\"--repair-all --zero-log\" throws the log away.",
	 "\"Repair everything\", \"Drop a log (xfs)\" throws the log away."},
	{"\"--repair --frobnicate\" is none.", "\"--repair --frobnicate\" is none."},
	{"\"--passphrase-file\" opens it.", "\"Encrypted containers\" (o) opens it."},
	/* what the menu has no words for, and quotes that are something else */
	{"\"refloat frobnicate --all\" is none.", "\"refloat frobnicate --all\" is none."},
	{"\"--frobnicate\" is none.", "\"--frobnicate\" is none."},
	{"\"mkswap /dev/sda1\" makes it.", "\"mkswap /dev/sda1\" makes it."},
	{"locked (\"!\" in front of it): \"refloat umount\"",
	 "locked (\"!\" in front of it): \"Undo and unmount\" (u)"},
	{"an inch (\") and \"refloat umount\"", "an inch (\") and \"Undo and unmount\" (u)"},
	{"ends in a quote \"", "ends in a quote \""},
	{"\"refloat umount", "\"refloat umount"},
	{"\"refloat \" \"--\" \"-- x\"", "\"refloat \" \"--\" \"-- x\""},
};

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *words = menu_words(table[i].said);

		assert_string_equal(words, table[i].menu);
	}
	assert_null(menu_words(NULL));
}

static void test_list(void **state)
{
	_cleanup_text_list_ struct text_list list = {0};

	(void)state;
	menu_words_list(&list);
	text_list_add(&list, "\"refloat umount\"");
	text_list_add(&list, "as it is");
	menu_words_list(&list);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0], "\"Undo and unmount\" (u)");
	assert_string_equal(list.items[1], "as it is");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
