/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of keys: where they are, what is in them, and owners and modes on the way. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/authorized_keys.h"
#include "tree.h"

#define OTHER_UID 54321

struct scene {
	struct tree tree;
	struct account account;
	struct key_files files;
};

static void set_mode(const struct scene *scene, const char *path, mode_t mode)
{
	_cleanup_free_ char *full = text_format("%s/%s", scene->tree.path, path);

	assert_int_equal(chmod(full, mode), 0);
}

/* A home with keys, all of it right, and keys elsewhere. */
static void enter(struct scene *scene)
{
	static const char tree[] =
		"home/anna/.ssh/authorized_keys = # mine\\n\\nssh-ed25519 AAAA anna\\n"
		"from=\"10.0.0.1\" ssh-rsa AAAA x\\n#ssh-rsa AAAA old\\nnonsense\\n\n"
		"etc/keys/anna = ecdsa-sha2-nistp256 AAAA\\n\n"
		"srv/anna/.ssh/keys = sk-ssh-ed25519@openssh.com AAAA\\n\nhome/linked -> "
		"/srv/anna\n";
	static const char *const paths[] = {
		"",	    "home", "home/anna", "home/anna/.ssh", "etc",
		"etc/keys", "srv",  "srv/anna",	 "srv/anna/.ssh"};

	*scene = (struct scene){0};
	tree_enter(&scene->tree, tree);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		set_mode(scene, paths[i], 0755);
	set_mode(scene, "home/anna/.ssh/authorized_keys", 0600);
	set_mode(scene, "etc/keys/anna", 0644);
	set_mode(scene, "srv/anna/.ssh/keys", 0644);
	scene->account = (struct account){
		.name = (char *)"anna", .uid = getuid(), .home = (char *)"/home/anna"};
}

static void leave(struct scene *scene)
{
	key_files_done(&scene->files);
	tree_leave(&scene->tree);
}

/* Each file of PATTERNS as "path keys", then " object:faults" of each objection. */
static void expect_files(struct scene *scene, const char *patterns, const char *expected)
{
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_text_buffer_ struct text_buffer out = {0};

	text_list_split(&list, patterns, " ");
	key_files_done(&scene->files);
	authorized_keys_read(scene->tree.root, &list, &scene->account, &scene->files);
	text_buffer_add_text(&out, "");
	for (size_t i = 0; i < scene->files.count; i++) {
		const struct key_file *file = &scene->files.files[i];

		text_buffer_format(&out, "%s%s %s%zu", i ? "; " : "", file->path,
				   file->exists ? "" : "-", file->keys);
		for (size_t j = 0; j < file->objection_count; j++)
			text_buffer_format(&out, " %s:%u", file->objections[j].path,
					   file->objections[j].faults);
	}
	assert_string_equal(out.data, expected);
}

static void files_are_found(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene);
	expect_files(&scene, ".ssh/authorized_keys .ssh/authorized_keys2",
		     "/home/anna/.ssh/authorized_keys 2; /home/anna/.ssh/authorized_keys2 -0");
	expect_files(&scene, "%h/.ssh/authorized_keys /etc/keys/%u /k/%%h",
		     "/home/anna/.ssh/authorized_keys 2; /etc/keys/anna 1; /k/%h -0");
	expect_files(&scene, "none", "");
	leave(&scene);
}

static void modes_are_judged(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene);
	set_mode(&scene, "home/anna/.ssh/authorized_keys", 0664);
	set_mode(&scene, "home/anna", 0777);
	set_mode(&scene, "home", 0777); /* above the home folder: not looked at */
	expect_files(&scene, ".ssh/authorized_keys",
		     "/home/anna/.ssh/authorized_keys 2 /home/anna/.ssh/authorized_keys:2 "
		     "/home/anna:6");
	set_mode(&scene, "etc", 0775);
	expect_files(&scene, "/etc/keys/%u .ssh",
		     "/etc/keys/anna 1 /etc:2; /home/anna/.ssh 0 /home/anna/.ssh:8 /home/anna:6");
	leave(&scene);
}

static void links_are_followed(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene);
	scene.account.home = (char *)"/home/linked";
	set_mode(&scene, "srv", 0777);
	expect_files(&scene, ".ssh/keys", "/home/linked/.ssh/keys 1");
	set_mode(&scene, "srv/anna", 0775);
	expect_files(&scene, ".ssh/keys", "/home/linked/.ssh/keys 1 /srv/anna:2");
	leave(&scene);
}

static void owners_are_judged(void **state)
{
	struct scene scene;
	_cleanup_free_ char *path = NULL;

	(void)state;
	if (geteuid() != 0)
		skip(); /* nobody else can give files away */
	enter(&scene);
	scene.account.uid = OTHER_UID + 1;
	expect_files(&scene, "/etc/keys/%u", "/etc/keys/anna 1");
	path = text_format("%s/etc/keys", scene.tree.path);
	assert_int_equal(chown(path, OTHER_UID, 0), 0);
	expect_files(&scene, "/etc/keys/%u", "/etc/keys/anna 1 /etc/keys:1");
	assert_int_equal(scene.files.files[0].objections[0].uid, OTHER_UID);
	assert_int_equal(scene.files.files[0].objections[0].mode, 0755);
	scene.account.uid = OTHER_UID;
	expect_files(&scene, "/etc/keys/%u", "/etc/keys/anna 1");
	leave(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_found),
		cmocka_unit_test(modes_are_judged),
		cmocka_unit_test(links_are_followed),
		cmocka_unit_test(owners_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
