/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounting and unmounting for real: loop, offset, bind, refusals in words, who holds it busy. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/process.h"
#include "scratch.h"
#include "storage/filesystem.h"
#include "storage/holders.h"
#include "storage/mount.h"

#define TIMEOUT_MS 30000

/* What all tests use: an ext4 image, and one that has it in a partition. */
struct fixture {
	char *folder;
	char *image;
	char *disk; /* the same filesystem from 1 MiB on, 16 MiB long, in a file of 20 MiB */
};

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	if (!scratch_enter())
		return 0;
	fixture.folder = folder_make();
	fixture.image = text_format("%s/ext4 image", fixture.folder);
	fixture.disk = text_format("%s/disk", fixture.folder);
	scratch_do("truncate -s 16M '%s' && mkfs.ext4 -qF -L inside '%s'", fixture.image,
		   fixture.image);
	scratch_do("truncate -s 20M %s && dd if='%s' of=%s bs=1M seek=1 conv=notrunc status=none",
		   fixture.disk, fixture.image, fixture.disk);
	scratch_do("mkdir -p /mnt/a /mnt/b \"/mnt/with space\"");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (!fixture.folder)
		return 0;
	folder_remove(fixture.folder);
	free(fixture.folder);
	free(fixture.image);
	free(fixture.disk);
	return 0;
}

static void need_fixture(void)
{
	if (!fixture.folder)
		skip(); /* needs root and a mount namespace of its own */
}

static void must_mount(const struct mount_request *request)
{
	_cleanup_problem_ struct problem why = {0};

	if (mount_filesystem(request, TIMEOUT_MS, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
}

static void must_unmount(const char *target)
{
	_cleanup_problem_ struct problem why = {0};

	if (mount_unmount(target, false, TIMEOUT_MS, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
}

static bool is_mounted(const char *target, bool *ret_is_read_only)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	const struct mount_entry *entry;

	assert_int_equal(mount_table_read(NULL, &table, NULL), 0);
	entry = mount_table_find(&table, target);
	if (entry && ret_is_read_only)
		*ret_is_read_only = entry->is_read_only;
	return entry != NULL;
}

static int try_to_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	(void)close(fd); /* nothing was written */
	return 0;
}

static void file_is_mounted_through_a_loop_device(void **state)
{
	struct mount_request request = {.source = fixture.image,
					.needs_loop = true,
					.type = "ext4",
					.options = "noatime",
					.target = "/mnt/with space"};
	bool is_read_only = true;

	(void)state;
	need_fixture();
	must_mount(&request);
	assert_true(is_mounted("/mnt/with space", &is_read_only));
	assert_false(is_read_only);
	assert_int_equal(try_to_write("/mnt/with space/new"), 0);
	must_unmount("/mnt/with space");
	assert_false(is_mounted("/mnt/with space", NULL));
	assert_int_equal(scratch_count_loops(fixture.image), 0);
}

static void partition_of_a_file_is_mounted_read_only(void **state)
{
	struct mount_request request = {.source = fixture.disk,
					.needs_loop = true,
					.offset = 1 << 20,
					.size = 16 << 20,
					.is_read_only = true,
					.type = "ext4",
					.options = "",
					.target = "/mnt/a"};
	bool is_read_only = false;

	(void)state;
	need_fixture();
	must_mount(&request);
	assert_true(is_mounted("/mnt/a", &is_read_only));
	assert_true(is_read_only);
	assert_int_equal(try_to_write("/mnt/a/new"), -EROFS);
	must_unmount("/mnt/a");
	assert_int_equal(scratch_count_loops(fixture.disk), 0);
}

/* What is shown as the command does the same when it is typed. */
static void printed_command_works(void **state)
{
	const struct mount_request requests[] = {
		{.source = fixture.image,
		 .needs_loop = true,
		 .type = "ext4",
		 .options = "noatime,errors=remount-ro",
		 .target = "/mnt/a"},
		{.source = fixture.disk,
		 .needs_loop = true,
		 .offset = 1 << 20,
		 .size = 16 << 20,
		 .is_read_only = true,
		 .type = "ext4",
		 .options = "",
		 .target = "/mnt/a"},
		{.source = "/mnt/b", .is_bind = true, .options = "", .target = "/mnt/a"},
		{.source = "/mnt/b",
		 .is_bind = true,
		 .is_read_only = true,
		 .options = "",
		 .target = "/mnt/a"},
		{.source = "tmpfs", .type = "tmpfs", .options = "size=1m", .target = "/mnt/a"},
	};

	(void)state;
	need_fixture();
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		_cleanup_text_list_ struct text_list words = {0};
		_cleanup_problem_ struct problem why = {0};
		bool is_read_only = !requests[i].is_read_only;

		mount_request_command(&requests[i], &words);
		if (process_run_checked((const char *const *)words.items, TIMEOUT_MS, NULL, &why) <
		    0)
			fail_msg("%zu: %s", i, why.why);
		assert_true(is_mounted("/mnt/a", &is_read_only));
		assert_int_equal(is_read_only, requests[i].is_read_only);
		must_unmount("/mnt/a");
	}
}

static void command_has_the_words_of_mount(void **state)
{
	static const struct {
		struct mount_request request;
		const char *command;
	} cases[] = {
		{{.source = "/dev/sda1", .type = "ext4", .options = "", .target = "/mnt"},
		 "mount -t ext4 /dev/sda1 /mnt"},
		{{.source = "/x.img",
		  .needs_loop = true,
		  .offset = 1048576,
		  .size = 4096,
		  .is_read_only = true,
		  .type = "xfs",
		  .options = "nouuid",
		  .target = "/mnt/a"},
		 "mount -t xfs -o ro,loop,offset=1048576,sizelimit=4096,nouuid /x.img /mnt/a"},
		{{.source = "/srv",
		  .is_bind = true,
		  .is_read_only = true,
		  .options = "",
		  .target = "/mnt/www"},
		 "mount --bind -o ro /srv /mnt/www"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_list_ struct text_list words = {0};
		_cleanup_free_ char *joined = NULL;

		mount_request_command(&cases[i].request, &words);
		joined = text_list_join(&words, " ");
		assert_string_equal(joined, cases[i].command);
	}
}

static void bind_can_be_read_only(void **state)
{
	struct mount_request request = {.source = "/mnt/b",
					.is_bind = true,
					.is_read_only = true,
					.options = "",
					.target = "/mnt/a"};

	(void)state;
	need_fixture();
	scratch_do("echo hello >/mnt/b/file");
	must_mount(&request);
	assert_int_equal(try_to_write("/mnt/a/file"), -EROFS);
	assert_int_equal(try_to_write("/mnt/b/file"), 0);
	must_unmount("/mnt/a");
}

/* Nobody must take a read-only mount for the writable one that was asked for. */
static void write_protected_device_is_refused(void **state)
{
	_cleanup_free_ char *loop = NULL;
	_cleanup_problem_ struct problem why = {0};
	struct mount_request request = {.type = "ext4", .options = "", .target = "/mnt/a"};
	int r;

	(void)state;
	need_fixture();
	loop = scratch_shell("losetup -f --show -r '%s'", fixture.image);
	assert_non_null(loop);
	request.source = loop;
	r = mount_filesystem(&request, TIMEOUT_MS, &why);
	request.is_read_only = true;
	if (r < 0 && mount_filesystem(&request, TIMEOUT_MS, NULL) == 0)
		must_unmount("/mnt/a");
	else if (r == 0)
		must_unmount("/mnt/a");
	scratch_do("losetup -d %s", loop);
	assert_true(r == -EROFS || r == -EACCES);
	assert_non_null(why.next);
}

static void refusals_are_sentences(void **state)
{
	_cleanup_free_ char *garbage = NULL;
	const struct {
		struct mount_request request;
		int error;
		const char *word; /* that the reason has */
	} cases[] = {
		{{.source = fixture.image,
		  .needs_loop = true,
		  .type = "ext4",
		  .options = "nosuchoption",
		  .target = "/mnt/a"},
		 -EINVAL,
		 "refused"},
		{{.source = fixture.image,
		  .needs_loop = true,
		  .type = "nosuchfs",
		  .options = "",
		  .target = "/mnt/a"},
		 -ENODEV,
		 "nosuchfs"},
		{{.source = fixture.image,
		  .needs_loop = true,
		  .type = "ext4",
		  .options = "",
		  .target = "/mnt/missing"},
		 -ENOENT,
		 "not exist"},
		{{.source = "/dev/no such device",
		  .type = "ext4",
		  .options = "",
		  .target = "/mnt/a"},
		 -ENOENT,
		 "not exist"},
		{{.source = "/dev/null", .type = "ext4", .options = "", .target = "/mnt/a"},
		 -ENOTBLK,
		 ""},
	};

	(void)state;
	need_fixture();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_problem_ struct problem why = {0};
		int r = mount_filesystem(&cases[i].request, TIMEOUT_MS, &why);

		if (r != cases[i].error || !why.why || !strstr(why.why, cases[i].word))
			fail_msg("%zu: %d %s", i, r, why.why ? why.why : "");
	}
	assert_int_equal(scratch_count_loops(fixture.image), 0);
	garbage = text_format("%s/garbage", fixture.folder);
	scratch_do("head -c 1M /dev/zero | tr '\\0' x >%s", garbage);
	{
		struct mount_request request = {.source = garbage,
						.needs_loop = true,
						.type = "ext4",
						.options = "",
						.target = "/mnt/a"};
		_cleanup_problem_ struct problem why = {0};

		assert_int_equal(mount_filesystem(&request, TIMEOUT_MS, &why), -EINVAL);
	}
	assert_int_equal(scratch_count_loops(garbage), 0);
}

/* Starts a shell line that stays; its process, once it is where it wants to be. */
static pid_t start(const char *line)
{
	int pipes[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(pipes[1], STDOUT_FILENO);
		(void)execl("/bin/sh", "sh", "-c", line, NULL);
		_exit(127);
	}
	(void)close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	(void)close(pipes[0]);
	return pid;
}

static void stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

/*
 * Starts a filesystem at FOLDER whose file never answers; -1 where it cannot be. While a loop
 * device lies on that file every sync on this machine waits: it ends with us, and after some
 * seconds.
 */
static pid_t start_silence(const char *folder)
{
	const char *build = getenv("top_builddir");
	_cleanup_free_ char *program =
		text_format("%s/tests/storage/stall_fuse", build ? build : ".");
	pid_t pid;

	if (access(program, X_OK) < 0 || access("/dev/fuse", R_OK | W_OK) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)alarm(20);
		(void)execl(program, program, folder, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500 && !is_mounted(folder, NULL); i++)
		(void)usleep(20000);
	return pid;
}

/* What the disk may do later is not waited for, and the one who mounts is told so. */
static void silent_disk_reaches_the_deadline(void **state)
{
	_cleanup_free_ char *folder = NULL, *disk = NULL;
	_cleanup_problem_ struct problem why = {0};
	struct mount_request request = {
		.needs_loop = true, .type = "ext4", .options = "", .target = "/mnt/a"};
	pid_t pid;
	int r;

	(void)state;
	need_fixture();
	folder = text_format("%s/silent", fixture.folder);
	disk = text_format("%s/disk", folder);
	request.source = disk;
	assert_int_equal(mkdir(folder, 0700), 0);
	pid = start_silence(folder);
	if (pid < 0)
		skip(); /* needs FUSE */
	r = mount_filesystem(&request, 1000, &why);
	stop(pid);
	(void)umount2(folder, MNT_DETACH);
	assert_int_equal(r, -ETIMEDOUT);
	assert_non_null(strstr(why.why, "did not answer within 1 s"));
	assert_non_null(strstr(why.what, disk));
	assert_int_equal(scratch_count_loops(disk), 0);
	assert_false(is_mounted("/mnt/a", NULL));
}

static void unmount_follows_no_link(void **state)
{
	struct mount_request request = {
		.source = "tmpfs", .type = "tmpfs", .options = "", .target = "/mnt/a"};
	_cleanup_problem_ struct problem why = {0};

	(void)state;
	need_fixture();
	must_mount(&request);
	assert_int_equal(symlink("/mnt/a", "/mnt/link"), 0);
	assert_int_equal(mount_unmount("/mnt/link", false, TIMEOUT_MS, &why), -EINVAL);
	assert_true(is_mounted("/mnt/a", NULL));
	must_unmount("/mnt/a");
	assert_int_equal(mount_unmount("/mnt/a", false, TIMEOUT_MS, NULL), -EINVAL);
}

/* Until the shell that PID was has become the program. */
static void await_program(pid_t pid)
{
	_cleanup_free_ char *path = text_format("/proc/%d/comm", (int)pid);

	for (int i = 0; i < 3000; i++) {
		_cleanup_free_ char *name = NULL;

		if (file_read(path, 64, &name, NULL, NULL) == 0 && !text_is_equal(name, "sh\n") &&
		    !text_is_equal(name, "unshare\n"))
			return;
		(void)usleep(20000);
	}
}

static void holders_are_named(void **state)
{
	static const struct {
		const char *line;
		const char *how;
	} cases[] = {
		{"cd /mnt/a/below && echo && exec sleep 60", "works in /mnt/a/below"},
		{"exec 5>/mnt/a/file && echo && exec sleep 60", "has /mnt/a/file open"},
		{"cp /bin/sleep /mnt/a/prog && echo && exec /mnt/a/prog 60", "runs /mnt/a/prog"},
		/* in a namespace of its own, where paths mean something else */
		{"exec 5>/mnt/a/file && exec unshare -m sh -c 'echo && exec sleep 60'",
		 "has /mnt/a/file open"},
	};
	struct mount_request request = {
		.source = "tmpfs", .type = "tmpfs", .options = "", .target = "/mnt/a"};

	(void)state;
	need_fixture();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_holders_ struct holders holders = {0};
		_cleanup_free_ char *text = NULL;
		pid_t pid;
		int r;

		must_mount(&request);
		assert_int_equal(mkdir("/mnt/a/below", 0755), 0);
		pid = start(cases[i].line);
		await_program(pid);
		r = mount_unmount("/mnt/a", false, TIMEOUT_MS, NULL);
		assert_int_equal(holders_find("/mnt/a", &holders), 0);
		text = holders_describe(&holders);
		stop(pid);
		must_unmount("/mnt/a");
		assert_int_equal(r, -EBUSY);
		assert_int_equal(holders.count, 1);
		assert_int_equal(holders.items[0].pid, pid);
		assert_non_null(strstr(text, cases[i].how));
	}
}

/* The rescue system's own /dev bound below holds nothing: its users are no holders. */
static void bound_folders_have_no_false_holders(void **state)
{
	struct mount_request request = {
		.source = "tmpfs", .type = "tmpfs", .options = "", .target = "/mnt/a"};
	struct mount_request bind = {
		.source = "/dev", .is_bind = true, .options = "", .target = "/mnt/a/dev"};
	_cleanup_holders_ struct holders holders = {0};
	pid_t pid, other;

	(void)state;
	need_fixture();
	must_mount(&request);
	assert_int_equal(mkdir("/mnt/a/dev", 0755), 0);
	must_mount(&bind);
	pid = start("exec 5</dev/null && echo && exec sleep 60");
	other = start("exec 5</dev/null && exec unshare -m sh -c 'echo && exec sleep 60'");
	assert_int_equal(holders_find("/mnt/a", &holders), 0);
	stop(pid);
	stop(other);
	must_unmount("/mnt/a/dev");
	must_unmount("/mnt/a");
	assert_int_equal(holders.count, 0);
}

static void loop_device_on_it_is_a_holder(void **state)
{
	struct mount_request request = {
		.source = "tmpfs", .type = "tmpfs", .options = "", .target = "/mnt/a"};
	_cleanup_holders_ struct holders holders = {0};
	_cleanup_free_ char *loop = NULL, *text = NULL;

	(void)state;
	need_fixture();
	must_mount(&request);
	scratch_do("truncate -s 1M /mnt/a/inner.img");
	loop = scratch_shell("losetup -f --show /mnt/a/inner.img");
	assert_non_null(loop);
	assert_int_equal(holders_find("/mnt/a", &holders), 0);
	text = holders_describe(&holders);
	scratch_do("losetup -d %s", loop);
	must_unmount("/mnt/a");
	assert_int_equal(holders.count, 1);
	assert_int_equal(holders.items[0].pid, 0);
	assert_non_null(strstr(text, "lies on /mnt/a/inner.img"));
}

static void table_of_a_recorded_machine_is_read(void **state)
{
	_cleanup_free_ char *folder = folder_make();
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_free_ const struct mount_entry **below = NULL;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_problem_ struct problem why = {0};
	const struct mount_entry *entry;

	(void)state;
	scratch_do("mkdir -p %s/proc/self", folder);
	scratch_do(
		"cat >%s/proc/self/mountinfo <<'END'\n"
		"20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
		"30 20 8:2 / /mnt rw - ext4 /dev/sda2 ro\n"
		"31 30 8:3 /sub /mnt/a\\040b rw - xfs /dev/sda3 rw\n"
		"32 30 0:50 / /mnt/x rw - tmpfs tmpfs rw\n"
		"33 32 0:51 / /mnt/x ro - tmpfs tmpfs rw\n"
		"34 20 0:52 / /mntother rw - tmpfs tmpfs rw\n"
		"35 20 8:4 / /errors rw - ext4 /dev/sda4 rw,errors=remount-ro,emergency_ro\nEND\n",
		folder);
	scratch_do("printf 'Filename Type Size Used Priority\\n"
		   "/swap\\\\040file file 100 0 -2\\n' >%s/proc/swaps",
		   folder);
	assert_int_equal(root_open(folder, &root, NULL), 0);
	if (mount_table_read(root, &table, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
	assert_int_equal(table.count, 8);
	entry = mount_table_find(&table, "/mnt/a b");
	assert_non_null(entry);
	assert_string_equal(entry->root, "/sub");
	assert_true(mount_table_find(&table, "/mnt")->is_read_only);
	assert_true(mount_table_find(&table, "/errors")->is_read_only);
	assert_false(mount_table_find(&table, "/mntother")->is_read_only);
	assert_int_equal(mount_table_find(&table, "/mnt/x")->id, 33);
	assert_string_equal(mount_table_find(&table, "[SWAP]")->source, "/swap file");
	/* the newest first, what is hidden below another after it, nothing beside it */
	assert_int_equal(mount_table_list_below(&table, "/mnt", &below), 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(below[i]->id, 33 - i);
	folder_remove(folder);
}

static void paths_below_are_told_from_paths_beside(void **state)
{
	(void)state;
	assert_true(mount_path_is_below("/mnt", "/mnt"));
	assert_true(mount_path_is_below("/mnt/a", "/mnt"));
	assert_true(mount_path_is_below("/mnt/a", "/mnt/"));
	assert_true(mount_path_is_below("/anything", "/"));
	assert_false(mount_path_is_below("/mntother", "/mnt"));
	assert_false(mount_path_is_below("/", "/mnt"));
	assert_false(mount_path_is_below("[SWAP]", "/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_is_mounted_through_a_loop_device),
		cmocka_unit_test(partition_of_a_file_is_mounted_read_only),
		cmocka_unit_test(printed_command_works),
		cmocka_unit_test(command_has_the_words_of_mount),
		cmocka_unit_test(bind_can_be_read_only),
		cmocka_unit_test(write_protected_device_is_refused),
		cmocka_unit_test(refusals_are_sentences),
		cmocka_unit_test(silent_disk_reaches_the_deadline),
		cmocka_unit_test(unmount_follows_no_link),
		cmocka_unit_test(holders_are_named),
		cmocka_unit_test(bound_folders_have_no_false_holders),
		cmocka_unit_test(loop_device_on_it_is_a_holder),
		cmocka_unit_test(table_of_a_recorded_machine_is_read),
		cmocka_unit_test(paths_below_are_told_from_paths_beside),
	};

	return cmocka_run_group_tests_name("mount", tests, set_up, tear_down);
}
