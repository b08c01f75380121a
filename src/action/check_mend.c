/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps in front of a repair: a log that is replayed, and a first superblock that is put right from
 * its copy, where the program that checks cannot do so itself.
 *
 * Arguments: node, name, type; of replay-journal also folder (of the rescue system, to mount at in
 * a mount namespace that ends with the step); of restore-superblock also from, length (bytes), and,
 * once it has begun, before: what was there, in hexadecimal.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action/actions.h"
#include "action/check_words.h"
#include "action/node.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/shell.h"

#define REPLAY_SCRIPT "mount -t \"$1\" -o \"$2\" \"$3\" \"$4\" && umount \"$4\""
#define LENGTH_MAX 65536u

/* --- replay-journal */

static const char *options_of(const struct step *step)
{
	return text_is_equal(step_get(step, "type"), "xfs") ? "rw,nouuid" : "rw";
}

static void list_replay(const struct step *step, struct text_list *words)
{
	const char *const all[] = {"unshare",
				   "--mount",
				   "--propagation",
				   "private",
				   "sh",
				   "-c",
				   REPLAY_SCRIPT,
				   "sh",
				   step_get_text(step, "type"),
				   options_of(step),
				   step_get_text(step, "node"),
				   step_get_text(step, "folder")};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		text_list_add(words, all[i]);
}

static void print_replay(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_replay(step, &words);
	text_list_take(lines, shell_command(&words));
}

static int run_replay(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_free_ char *said = NULL;
	struct process_options options = {0};
	int r;

	list_replay(step, &words);
	options.arguments = (const char *const *)words.items;
	r = file_make_folders(step_get_text(step, "folder"), 0755, why);
	if (r == 0)
		r = process_run(&options, &result, why);
	if (r < 0 || result.status == 0)
		return r;
	said = check_line_at(result.error, result.error); /* the others only name dmesg */
	if (step_get(step, "zero-log")) {
		text_list_format(&report->notes,
				 _("The log cannot be replayed (%s), and is thrown away."), said);
		return 0;
	}
	(void)problem_set(why, -EUCLEAN, step_get_text(step, "name"),
			  _("its log cannot be replayed: %s"), said);
	problem_set_next(
		why, _("Try a newer kernel first. \"--repair-all --zero-log\" throws the log away: "
		       "what was changed last is lost, and files that were being written may be "
		       "damaged."));
	return -EUCLEAN;
}

const struct step_class step_replay_journal = {
	.name = "replay-journal",
	.needs_turn = true,
	.command = print_replay,
	.run = run_replay,
};

/* --- restore-superblock, for FAT: the sector that its backup is */

static uint64_t length_of(const struct step *step)
{
	uint64_t length = node_get_number(step, "length");

	return length && length <= LENGTH_MAX ? length : 512;
}

static void print_restore(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *node = shell_quote(step_get_text(step, "node"));
	unsigned long length = (unsigned long)length_of(step);

	text_list_format(lines, "dd if=%s of=%s bs=%lu skip=%lu count=1 conv=notrunc,fsync", node,
			 node, length, (unsigned long)node_get_number(step, "from") / length);
}

static char *to_hex(const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char *text = alloc_zero(length * 2 + 1, 1);

	for (size_t i = 0; i < length; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return text;
}

static unsigned digit_of(char digit)
{
	return digit >= 'a' ? (unsigned)(digit - 'a') + 10 : (unsigned)(digit - '0');
}

static int open_node(const struct step *step, int *ret_fd, struct problem *why)
{
	const char *node = step_get_text(step, "node");

	*ret_fd = open(node, O_RDWR | O_EXCL | O_CLOEXEC);
	return *ret_fd < 0 ? problem_set_errno(why, -errno, node) : 0;
}

static int prepare_restore(struct step *step, struct problem *why)
{
	size_t length = (size_t)length_of(step);
	_cleanup_free_ unsigned char *bytes = alloc_zero(length, 1);
	_cleanup_free_ char *before = NULL;
	_cleanup_close_ int fd = -1;
	int r = open_node(step, &fd, why);

	if (r < 0)
		return r;
	if (pread(fd, bytes, length, 0) != (ssize_t)length)
		return problem_set(why, -EIO, step_get_text(step, "node"),
				   _("its beginning cannot be read"));
	before = to_hex(bytes, length);
	step_set(step, "before", before);
	return 0;
}

static int write_first(int fd, const unsigned char *bytes, size_t length, const char *node,
		       struct problem *why)
{
	if (pwrite(fd, bytes, length, 0) != (ssize_t)length || fsync(fd) < 0)
		return problem_set(why, -EIO, node, _("its beginning cannot be written"));
	return 0;
}

static int run_restore(struct step *step, struct step_report *report, struct problem *why)
{
	const char *node = step_get_text(step, "node");
	size_t length = (size_t)length_of(step);
	_cleanup_free_ unsigned char *bytes = alloc_zero(length, 1);
	_cleanup_close_ int fd = -1;
	int r = open_node(step, &fd, why);

	(void)report;
	if (r < 0)
		return r;
	if (pread(fd, bytes, length, (off_t)node_get_number(step, "from")) != (ssize_t)length)
		return problem_set(why, -EIO, node, _("the copy cannot be read"));
	return write_first(fd, bytes, length, node, why);
}

static int undo_restore(const struct step *step, struct step_report *report, struct problem *why)
{
	const char *before = step_get_text(step, "before");
	size_t length = strlen(before) / 2;
	_cleanup_free_ unsigned char *bytes = alloc_zero(length + 1, 1);
	_cleanup_close_ int fd = -1;
	int r;

	(void)report;
	if (!length || length > LENGTH_MAX || strspn(before, "0123456789abcdef") != 2 * length)
		return 0; /* it had not begun */
	for (size_t i = 0; i < length; i++)
		bytes[i] =
			(unsigned char)(digit_of(before[2 * i]) << 4 | digit_of(before[2 * i + 1]));
	r = open_node(step, &fd, why);
	return r < 0 ? r : write_first(fd, bytes, length, step_get_text(step, "node"), why);
}

static char *undo_restore_what(const struct step *step)
{
	_cleanup_free_ char *name = printable_text(step_get_text(step, "name"));

	return text_format(_("Put the damaged first sector of %s back"), name);
}

static void print_undo_restore(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *node = shell_quote(step_get_text(step, "node"));

	text_list_format(lines, "printf %s | xxd -r -p | dd of=%s conv=notrunc,fsync",
			 step_get_text(step, "before"), node);
}

const struct step_class step_restore_superblock = {
	.name = "restore-superblock",
	.needs_turn = true,
	.stays = true,
	.command = print_restore,
	.prepare = prepare_restore,
	.run = run_restore,
	.undo = undo_restore,
	.undo_what = undo_restore_what,
	.undo_command = print_undo_restore,
};

/* --- recover-superblock, for btrfs: its own program knows its copies */

#define RECOVERED 2 /* btrfs-rescue(8) */

static void print_recover(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {
		"btrfs", "rescue", "super-recover", "-y", step_get_text(step, "node"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

static int run_recover(struct step *step, struct step_report *report, struct problem *why)
{
	const char *const words[] = {
		"btrfs", "rescue", "super-recover", "-y", step_get_text(step, "node"), NULL};
	const struct process_options options = {.arguments = words};
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_free_ char *said = NULL;
	int r = process_run(&options, &result, why);

	(void)report;
	if (r < 0 || result.status == 0 || process_exit_status(result.status) == RECOVERED)
		return r;
	said = check_last_line(result.error);
	return problem_set(why, -EIO, step_get_text(step, "name"),
			   _("its first superblock could not be put right: %s"), said);
}

const struct step_class step_recover_superblock = {
	.name = "recover-superblock",
	.needs_turn = true,
	.command = print_recover,
	.run = run_recover,
};
