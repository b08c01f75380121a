/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is recorded is read back as what was there; secrets stay out; failures leave nothing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "machine_text.h"
#include "scratch.h"
#include "storage/record.h"
#include "storage/record_parts.h"
#include "storage/scan.h"

/* A recorded machine recorded again is the same machine. */
static void recording_of_a_recording_is_the_same(void **state)
{
	const char *name = *state;
	_cleanup_free_ char *folder = folder_make(), *first = NULL, *second = NULL;
	_cleanup_free_ char *from = text_format("%s/from", folder);
	_cleanup_free_ char *to = text_format("%s/to", folder);
	_cleanup_machine_ struct machine *machine = NULL, *again = NULL;
	_cleanup_problem_ struct problem why = {0};

	machine_make(name, from);
	machine = machine_scan(from);
	assert_int_equal(record_machine(machine, to, &why), 0);
	again = machine_scan(to);
	first = machine_text(machine);
	second = machine_text(again);
	assert_string_equal(first, second);
	folder_remove(folder);
}

/* Loop devices with a filesystem and with a partition table, of our own. */
static const char *const makers[] = {
	"truncate -s 16M %s && mkfs.ext4 -qF -L 'a label' %s && losetup -f --show -r %s",
	"truncate -s 16M %s && printf 'label: gpt\\n,4M,L\\n,4M,S\\n' | sfdisk -q %s && "
	"losetup -f --show -r %s",
};

#define LOOPS ARRAY_SIZE(makers)

static void make_loops(const char *folder, char **loops)
{
	for (size_t i = 0; i < LOOPS; i++) {
		_cleanup_free_ char *file = text_format("%s/disk%zu", folder, i), *line = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		line = text_format(makers[i], file, file, file);
#pragma GCC diagnostic pop
		loops[i] = scratch_shell("%s", line);
	}
}

static void remove_loops(char **loops)
{
	for (size_t i = 0; i < LOOPS; i++) {
		_cleanup_free_ char *line = text_format("losetup -d %s", loops[i] ? loops[i] : "");
		_cleanup_free_ char *output = loops[i] ? scratch_shell("%s", line) : NULL;

		free(loops[i]);
	}
}

/* The lines of a device and of what lies on it; the caller frees. */
static char *text_with_children(const struct machine *machine, const char *name)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	const struct device *device = machine_find(machine, name);
	_cleanup_free_ char *line = device ? machine_device_text(device) : text_copy("none\n");

	text_buffer_add_text(&buffer, line);
	for (size_t i = 0; device && i < device->child_count; i++) {
		_cleanup_free_ char *child = machine_device_text(device->children[i]);

		text_buffer_add_text(&buffer, child);
	}
	return text_buffer_take(&buffer);
}

static void this_machine_is_read_back(void **state)
{
	_cleanup_free_ char *folder = folder_make();
	_cleanup_free_ char *to = text_format("%s/to", folder);
	_cleanup_machine_ struct machine *machine = NULL, *again = NULL;
	struct scan_options options = {0};
	char *loops[LOOPS] = {0};
	bool is_possible = geteuid() == 0;

	(void)state;
	if (is_possible)
		make_loops(folder, loops);
	is_possible = is_possible && loops[0] && loops[1];
	if (is_possible) {
		assert_int_equal(scan_machine(&options, NULL, NULL, NULL, &machine, NULL), 0);
		assert_int_equal(record_machine(machine, to, NULL), 0);
		again = machine_scan(to);
		for (size_t i = 0; i < LOOPS; i++) {
			_cleanup_free_ char *first = text_with_children(machine, loops[i]);
			_cleanup_free_ char *second = text_with_children(again, loops[i]);

			assert_string_equal(first, second);
			assert_non_null(strstr(first, i ? "table=gpt" : "label=a label"));
		}
		assert_int_equal(machine_find(again, loops[1])->child_count, 2);
	}
	remove_loops(loops);
	folder_remove(folder);
	if (!is_possible)
		skip(); /* no root or no loop devices */
}

static void folder_with_files_is_refused(void **state)
{
	_cleanup_free_ char *folder = folder_make(), *before = NULL, *after = NULL;
	_cleanup_free_ char *from = text_format("%s/from", folder);
	_cleanup_free_ char *list = text_format("find %s | sort | cksum", from);
	_cleanup_machine_ struct machine *machine = NULL;
	_cleanup_problem_ struct problem why = {0};

	(void)state;
	machine_make("virtio", from);
	machine = machine_scan(from);
	before = scratch_shell("%s", list);
	assert_int_equal(record_machine(machine, from, &why), -ENOTEMPTY);
	assert_non_null(why.next);
	after = scratch_shell("%s", list);
	assert_string_equal(before, after);
	folder_remove(folder);
}

/* On a full disk nothing of it stays, and the folder that was there before stays. */
static void failure_leaves_nothing(void **state)
{
	_cleanup_free_ char *folder = folder_make(), *left = NULL;
	_cleanup_free_ char *from = text_format("%s/from", folder);
	_cleanup_free_ char *to = text_format("%s/to", folder);
	_cleanup_free_ char *list = text_format("ls -A %s | wc -l", to);
	_cleanup_machine_ struct machine *machine = NULL;
	bool is_possible;

	(void)state;
	machine_make("sata-md", from);
	machine = machine_scan(from);
	assert_int_equal(mkdir(to, 0755), 0);
	is_possible = mount("tmpfs", to, "tmpfs", 0, "size=64k,nr_inodes=60") == 0;
	if (is_possible) {
		_cleanup_problem_ struct problem why = {0};

		assert_int_equal(record_machine(machine, to, &why), -ENOSPC);
		left = scratch_shell("%s", list);
		assert_int_equal(umount(to), 0);
		assert_string_equal(left, "0");
	}
	folder_remove(folder);
	if (!is_possible)
		skip(); /* needs root */
}

static void images_are_refused(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_IMAGES);

	(void)state;
	assert_int_equal(record_machine(machine, "/tmp/refloat-test-never-made", NULL), -EINVAL);
	assert_int_equal(access("/tmp/refloat-test-never-made", F_OK), -1);
}

static void mounts_lose_their_secrets(void **state)
{
	static const struct {
		const char *line;
		const char *clean;
	} cases[] = {
		{"36 35 8:1 / / rw,noatime - ext4 /dev/sda1 rw,errors=remount-ro\n",
		 "36 35 8:1 / / rw,noatime - ext4 /dev/sda1 rw,errors=remount-ro\n"},
		{"37 35 0:40 / /srv rw shared:3 - cifs //nas/share "
		 "rw,username=joe,password=geheim\n",
		 "37 35 0:40 / /srv rw shared:3 - cifs //nas/share rw,username=joe\n"},
		{"38 35 0:41 / /x rw - ceph 1.2.3.4:/ rw,name=admin,secret=AQBx==,acl\n",
		 "38 35 0:41 / /x rw - ceph 1.2.3.4:/ rw,name=admin,acl\n"},
		{"39 35 0:42 / /y rw - fuse.sshfs joe:geheim@host:/data rw,user_id=0\n",
		 "39 35 0:42 / /y rw - fuse.sshfs joe@host:/data rw,user_id=0\n"},
		{"40 35 0:43 / /z rw - fuse https://joe:geheim@host/dav rw\n",
		 "40 35 0:43 / /z rw - fuse https://joe@host/dav rw\n"},
		{"41 35 0:44 / /w rw - fuse https://host/dav rw\n",
		 "41 35 0:44 / /w rw - fuse https://host/dav rw\n"},
		{"42 35 0:45 / /a\\040b rw - tmpfs tmpfs rw,PASSWD=x,passphrase_fd=3\n",
		 "42 35 0:45 / /a\\040b rw - tmpfs tmpfs rw\n"},
		{"not a mount at all\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *clean = record_clean_mounts(cases[i].line);

		assert_string_equal(clean, cases[i].clean);
	}
}

static void command_line_loses_its_secrets(void **state)
{
	static const struct {
		const char *line;
		const char *clean;
	} cases[] = {
		{"BOOT_IMAGE=/vmlinuz root=UUID=1-2 ro quiet\n",
		 "BOOT_IMAGE=/vmlinuz root=UUID=1-2 ro quiet\n"},
		{"boot=live ssh=geheim rootpass=geheim toram\n",
		 "boot=live ssh=(removed) rootpass=(removed) toram\n"},
		{"auth=\"a secret phrase\" quiet\n", "(removed)\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *clean = record_clean_command_line(cases[i].line);

		assert_string_equal(clean, cases[i].clean);
	}
}

/* No node, no fifo, no file of the target: links and text only. */
static void only_files_folders_and_links_are_written(void **state)
{
	_cleanup_free_ char *folder = folder_make(), *found = NULL, *kept = NULL;
	_cleanup_free_ char *from = text_format("%s/from", folder);
	_cleanup_free_ char *to = text_format("%s/to", folder);
	_cleanup_free_ char *odd = text_format("find %s ! -type f ! -type d ! -type l | wc -l", to);
	_cleanup_free_ char *roots = text_format("find %s/refloat | wc -l", to);
	_cleanup_machine_ struct machine *machine = NULL;

	(void)state;
	machine_make("sata-md", from);
	machine = machine_scan(from);
	assert_int_equal(record_machine(machine, to, NULL), 0);
	found = scratch_shell("%s", odd);
	kept = scratch_shell("%s", roots);
	assert_string_equal(found, "0");
	assert_string_equal(kept, "2"); /* the folder and probes.json */
	folder_remove(folder);
}

#define AGAIN(name)                                                                                \
	{                                                                                          \
		"recorded again " name, recording_of_a_recording_is_the_same, NULL, NULL,          \
			(void *)(name)                                                             \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AGAIN("sata-md"),
		AGAIN("nvme"),
		AGAIN("virtio"),
		AGAIN("old-ide"),
		AGAIN("cciss-mylex"),
		AGAIN("multipath"),
		AGAIN("live-usb"),
		AGAIN("dm-crypt"),
		AGAIN("stacks"),
		AGAIN("many"),
		cmocka_unit_test(this_machine_is_read_back),
		cmocka_unit_test(folder_with_files_is_refused),
		cmocka_unit_test(failure_leaves_nothing),
		cmocka_unit_test(images_are_refused),
		cmocka_unit_test(mounts_lose_their_secrets),
		cmocka_unit_test(command_line_loses_its_secrets),
		cmocka_unit_test(only_files_folders_and_links_are_written),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
