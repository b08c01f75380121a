/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices that come, go and change: that it is heard, and that a fingerprint shows it. */
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine_text.h"
#include "scratch.h"
#include "storage/hotplug.h"
#include "storage/scan.h"

#define PATIENCE_MS 10000

struct scratch_loop {
	char *folder;
	char *image;
	char *device; /* NULL while detached */
};

static void detach(struct scratch_loop *loop)
{
	if (loop->device)
		scratch_do("losetup -d %s", loop->device);
	free(loop->device);
	loop->device = NULL;
}

static void attach(struct scratch_loop *loop)
{
	loop->device = scratch_shell("losetup --find --show '%s'", loop->image);
	assert_non_null(loop->device);
}

/* False where there can be no loop device. */
static bool make_image(struct scratch_loop *loop)
{
	_cleanup_free_ char *free_device = geteuid() ? NULL : scratch_shell("losetup --find");

	if (!free_device)
		return false;
	loop->folder = folder_make();
	loop->image = text_format("%s/disk.img", loop->folder);
	scratch_do("truncate -s 1M '%s'", loop->image);
	return true;
}

static void loop_done(struct scratch_loop *loop)
{
	detach(loop);
	if (loop->folder)
		folder_remove(loop->folder);
	free(loop->folder);
	free(loop->image);
}

static char *take_fingerprint(void)
{
	char *text = NULL;

	assert_int_equal(scan_fingerprint(&text, NULL), 0);
	return text;
}

/* The fingerprint's line of DEVICE ("/dev/loop0"); "" for none: other tests have devices, too. The
 * caller frees. */
static char *line_of(const char *fingerprint, const char *device)
{
	_cleanup_free_ char *start = text_format("%s ", device + strlen("/dev/"));
	_cleanup_text_list_ struct text_list lines = {0};

	text_list_split(&lines, fingerprint, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		if (text_has_prefix(lines.items[i], start))
			return text_copy(lines.items[i]);
	}
	return text_copy("");
}

static char *line_now(const char *device)
{
	_cleanup_free_ char *fingerprint = take_fingerprint();

	return line_of(fingerprint, device);
}

/* Whether there is word of a block device before patience ends. */
static bool hears(struct hotplug *hotplug)
{
	struct pollfd fd = {.fd = hotplug_fd(hotplug), .events = POLLIN};

	while (poll(&fd, 1, PATIENCE_MS) > 0) {
		if (hotplug_read(hotplug))
			return true;
	}
	return false;
}

static void devices_are_heard_and_seen(void **state)
{
	_cleanup_hotplug_ struct hotplug *hotplug = NULL;
	_cleanup_(loop_done) struct scratch_loop loop = {0};
	_cleanup_free_ char *device = NULL, *small = NULL, *large = NULL, *gone = NULL;

	(void)state;
	if (!make_image(&loop))
		skip();
	assert_int_equal(hotplug_open(&hotplug, NULL), 0);
	attach(&loop);
	device = text_copy(loop.device);
	assert_true(hears(hotplug));
	small = line_now(device);
	assert_non_null(strstr(small, "+1048576 rw "));
	assert_non_null(strstr(small, loop.image));

	scratch_do("truncate -s 2M '%s' && losetup -c %s", loop.image, device);
	assert_true(hears(hotplug));
	large = line_now(device);
	assert_non_null(strstr(large, "+2097152 rw "));

	detach(&loop);
	assert_true(hears(hotplug));
	gone = line_now(device);
	assert_string_not_equal(gone, large); /* another test may have taken it by now */
}

/* What looking attaches is no news. */
static void loops_over_devices_are_left_out(void **state)
{
	_cleanup_(loop_done) struct scratch_loop loop = {0};
	_cleanup_free_ char *upper = NULL, *line = NULL, *lower = NULL;

	(void)state;
	if (!make_image(&loop))
		skip();
	attach(&loop);
	upper = scratch_shell("losetup --find --show --read-only --offset 4096 %s", loop.device);
	assert_non_null(upper);
	line = line_now(upper);
	lower = line_now(loop.device);
	scratch_do("losetup -d %s", upper);
	assert_string_equal(line, "");
	assert_string_not_equal(lower, "");
}

/* A machine just scanned has the fingerprint that is taken now. */
static void scan_has_the_same_fingerprint(void **state)
{
	(void)state;
	/* other tests may attach and detach meanwhile */
	for (int turn = 0; turn < 50; turn++) {
		_cleanup_free_ char *before = take_fingerprint(), *scanned = NULL, *after = NULL;
		_cleanup_machine_ struct machine *machine = NULL;
		const struct scan_options options = {0};

		assert_int_equal(scan_machine(&options, NULL, NULL, NULL, &machine, NULL), 0);
		scanned = machine_fingerprint(machine);
		after = take_fingerprint();
		if (strcmp(before, after) != 0)
			continue;
		assert_string_equal(scanned, after);
		assert_string_not_equal(scanned, "");
		return;
	}
	skip();
}

static char *fingerprint_of(const char *folder)
{
	_cleanup_machine_ struct machine *machine = machine_scan(folder);

	return machine_fingerprint(machine);
}

/* Nothing that a disk says counts, everything that the kernel says does. */
static void recorded_changes_are_seen(void **state)
{
	static const char *const changes[] = {
		"echo 1234 >sys/class/block/sda1/size",
		"echo 12345 >sys/class/block/sda1/start",
		"echo 1 >sys/class/block/sda/ro",
		"echo 8:77 >sys/class/block/sda/dev",
		"rm sys/class/block/sdb1",
		"echo faulty >sys/class/block/md127/md/dev-sda2/state",
	};
	_cleanup_free_ char *folder = folder_make(), *before = NULL, *unprobed = NULL;

	(void)state;
	machine_make("sata-md", folder);
	before = fingerprint_of(folder);
	scratch_do("cd '%s' && rm -rf refloat run", folder);
	unprobed = fingerprint_of(folder);
	assert_string_equal(before, unprobed);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		_cleanup_free_ char *after = NULL;

		scratch_do("cd '%s' && %s", folder, changes[i]);
		after = fingerprint_of(folder);
		if (strcmp(before, after) == 0)
			fail_msg("not seen: %s", changes[i]);
		free(before);
		before = TAKE_PTR(after);
	}
	folder_remove(folder);
}

/* A user namespace of its own hears nothing of the machine's devices: only what we send. */
static int hear_strangers(void)
{
	static const char fake[] = "add@/devices/virtual/block/loop0\0ACTION=add\0SUBSYSTEM=block";
	_cleanup_hotplug_ struct hotplug *hotplug = NULL;
	struct sockaddr_nl to = {.nl_family = AF_NETLINK};
	socklen_t size = sizeof(to);
	_cleanup_close_ int fd = -1;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return 77;
	if (hotplug_open(&hotplug, NULL) < 0 || hotplug_read(hotplug) ||
	    getsockname(hotplug_fd(hotplug), (struct sockaddr *)&to, &size) < 0)
		return 1;
	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	to.nl_groups = 0;
	if (fd < 0 || sendto(fd, fake, sizeof(fake), 0, (struct sockaddr *)&to, size) < 0)
		return 77;
	if (poll(&(struct pollfd){.fd = hotplug_fd(hotplug), .events = POLLIN}, 1, 0) != 1)
		return 2;
	return hotplug_read(hotplug) ? 3 : 0;
}

static void strangers_are_not_heard(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(hear_strangers());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_heard_and_seen),
		cmocka_unit_test(loops_over_devices_are_left_out),
		cmocka_unit_test(scan_has_the_same_fingerprint),
		cmocka_unit_test(recorded_changes_are_seen),
		cmocka_unit_test(strangers_are_not_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
