/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SELinux on a target: its configuration, the labels of its files and of new ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/process.h"
#include "system/selinux.h"

static void check_config(const char *text, enum selinux_mode mode, const char *policy)
{
	_cleanup_free_ char *found = NULL;

	assert_int_equal(selinux_parse_config(text, strlen(text), &found), mode);
	if (policy)
		assert_string_equal(found, policy);
	else
		assert_null(found);
}

static void test_config(void **state)
{
	(void)state;
	check_config("# comment\nSELINUX=enforcing\nSELINUXTYPE=targeted\n", SELINUX_ENFORCING,
		     "targeted");
	check_config("SELINUX=Permissive   \n#SELINUX=disabled\nSELINUXTYPE=mls",
		     SELINUX_PERMISSIVE, "mls");
	check_config("SELINUX=enforcing\r\n", SELINUX_ENFORCING, NULL);
	check_config("SELINUX=permissive # for now\n", SELINUX_PERMISSIVE, NULL);
	check_config("SELINUX=disabled\nSELINUX=enforcing\n", SELINUX_ENFORCING, NULL);
	check_config("SELINUX=enforcing\nSELINUX=nonsense\n", SELINUX_ENFORCING, NULL);
	check_config("SELINUXTYPE=\nSETLOCALDEFS=0\n", SELINUX_DISABLED, NULL);
	check_config("", SELINUX_DISABLED, NULL);
}

static void test_type(void **state)
{
	static const struct {
		const char *label;
		const char *wanted;
	} cases[] = {
		{"system_u:object_r:etc_t:s0", "system_u:object_r:shadow_t:s0"},
		{"system_u:object_r:etc_t", "system_u:object_r:shadow_t"},
		{"u:object_r:etc_t:s0-s15:c0.c1023", "u:object_r:shadow_t:s0-s15:c0.c1023"},
		{"etc_t", NULL},
		{"a:b", NULL},
		{"", NULL},
		{"a:b:c d:s0", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *label = selinux_change_type(cases[i].label, "shadow_t");

		if (cases[i].wanted)
			assert_string_equal(label, cases[i].wanted);
		else
			assert_null(label);
	}
}

struct scene {
	char *folder;
	struct root *root;
};

/* Makes PATH, a folder where it ends in a slash, with LABEL (NULL: none); false: no labels here. */
static bool make(const struct scene *scene, const char *path, const char *label)
{
	_cleanup_free_ char *full = text_format("%s/%s", scene->folder, path);

	if (text_has_suffix(path, "/")) {
		assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
	} else {
		_cleanup_close_ int fd = open(full, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

		assert_true(fd >= 0);
	}
	return !label || setxattr(full, "security.selinux", label, strlen(label) + 1, 0) == 0;
}

static int setup(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	scene->folder = text_copy("/tmp/refloat-selinux-XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	(void)make(scene, "etc/", NULL);
	(void)make(scene, "etc/selinux/", NULL);
	(void)make(scene, "root/", NULL);
	assert_int_equal(root_open(scene->folder, &scene->root, NULL), 0);
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;
	const char *const words[] = {"rm", "-rf", scene->folder, NULL};

	(void)root_free(scene->root);
	assert_int_equal(process_run_checked(words, 60000, NULL, NULL), 0);
	free(scene->folder);
	free(scene);
	return 0;
}

static void is_label(const struct scene *scene, const char *path, const char *wanted)
{
	_cleanup_free_ char *label = NULL;
	int r = selinux_label_new(scene->root, path, &label);

	if (!wanted) {
		assert_int_equal(r, -ENODATA);
		return;
	}
	assert_int_equal(r, 0);
	assert_string_equal(label, wanted);
}

static void test_labels(void **state)
{
	const struct scene *scene = *state;

	if (!make(scene, "etc/", "system_u:object_r:etc_t:s0"))
		skip();
	is_label(scene, "/etc/motd", "system_u:object_r:etc_t:s0");
	is_label(scene, "/etc/shadow", "system_u:object_r:shadow_t:s0");
	is_label(scene, "/etc/passwd-", "system_u:object_r:etc_t:s0");
	(void)make(scene, "etc/group", "system_u:object_r:passwd_file_t:s0");
	is_label(scene, "/etc/passwd-", "system_u:object_r:passwd_file_t:s0");
	is_label(scene, "/etc/.pwd.lock", "system_u:object_r:passwd_file_t:s0");
	(void)make(scene, "etc/gshadow", "custom_u:object_r:hidden_t:s0:c1");
	is_label(scene, "/etc/shadow", "custom_u:object_r:hidden_t:s0:c1");
	/* a folder without a label has nothing to give, and a file that is no kin neither */
	is_label(scene, "/root/.ssh", NULL);
	(void)make(scene, "root/", "system_u:object_r:admin_home_t:s0");
	is_label(scene, "/root/.ssh", "system_u:object_r:ssh_home_t:s0");
	is_label(scene, "/root/.ssh/authorized_keys", "system_u:object_r:ssh_home_t:s0");
	is_label(scene, "/root/.ssh/deeper/config", "system_u:object_r:admin_home_t:s0");
	/* what is no label is none */
	(void)make(scene, "etc/", "\x1b[31m");
	is_label(scene, "/etc/motd", NULL);
}

static void test_read(void **state)
{
	const struct scene *scene = *state;
	_cleanup_selinux_ struct selinux none = {0}, used = {0};
	_cleanup_free_ char *config = text_format("%s/etc/selinux/config", scene->folder);
	_cleanup_free_ char *note = NULL, *nothing = NULL, *later = NULL;
	_cleanup_fclose_ FILE *file = NULL;

	selinux_read(scene->root, &none);
	assert_int_equal(none.mode, SELINUX_NONE);
	assert_false(selinux_is_used(&none));
	assert_false(none.is_labelled);
	nothing = selinux_relabel_note(&none, "/etc/x");
	assert_null(nothing);
	file = fopen(config, "we");
	assert_non_null(file);
	assert_true(fputs("SELINUX=enforcing\nSELINUXTYPE=targeted\n", file) >= 0);
	assert_int_equal(fflush(file), 0);
	selinux_read(scene->root, &used);
	assert_string_equal(selinux_mode_name(used.mode), "enforcing");
	assert_true(selinux_is_used(&used));
	assert_false(used.will_relabel);
	note = selinux_relabel_note(&used, "/etc/x");
	assert_non_null(strstr(note, "/.autorelabel"));
	used.will_relabel = true;
	later = selinux_relabel_note(&used, "/etc/x");
	assert_null(strstr(later, "/.autorelabel"));
}

/* Labels that nothing gets by a policy, and those of homes where no home is. */
static void test_stray(void **state)
{
	static const struct {
		const char *path;
		const char *label;
		bool is_stray;
	} cases[] = {
		{"/etc/shadow", "system_u:object_r:shadow_t:s0", false},
		{"/etc/shadow", "system_u:object_r:etc_t:s0", false},
		{"/etc/shadow", "system_u:object_r:unlabeled_t:s0", true},
		{"/etc/shadow", "system_u:object_r:file_t", true},
		{"/etc/shadow", "unconfined_u:object_r:user_tmp_t:s0", true},
		{"/etc/shadow", "unconfined_u:object_r:user_tmp_type_t:s0", false},
		{"/home/a/.ssh/authorized_keys", "unconfined_u:object_r:user_home_t:s0", false},
		{"/home/a/.ssh/authorized_keys", "system_u:object_r:unlabeled_t:s0", true},
		{"/etc/shadow", "", false},
		{"/etc/shadow", "a:b", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(selinux_is_stray(cases[i].path, cases[i].label),
				 cases[i].is_stray);
}

/* A link on the target that leads out of it leads nowhere. */
static void test_hostile(void **state)
{
	const struct scene *scene = *state;
	_cleanup_selinux_ struct selinux selinux = {0};
	_cleanup_free_ char *config = text_format("%s/etc/selinux/config", scene->folder);

	assert_int_equal(mkfifo(config, 0600), 0);
	selinux_read(scene->root, &selinux);
	assert_int_equal(selinux.mode, SELINUX_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_type),
		cmocka_unit_test(test_stray),
		cmocka_unit_test_setup_teardown(test_labels, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
