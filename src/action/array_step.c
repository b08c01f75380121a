/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that assembles an md array from the members that the plan names.
 *
 * Arguments: node ("/dev/md0", "/dev/md/root"), uuid, members (paths, one a line), parts (nodes of
 * its partitions, likewise), read-only, degraded (start it with members missing), stop (the node
 * that the kernel has of it already, not running).
 *
 * It is never forced and never created anew: what mdadm does not want to start so stays down.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "action/actions.h"
#include "action/node.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/process.h"
#include "base/shell.h"
#include "storage/running.h"
#include "storage/stack.h"

#define TIMEOUT_MS 60000
#define LINK_TIMEOUT_MS 3000
#define LINKS "/dev/md/"

static void list_words(const struct step *step, struct text_list *words)
{
	text_list_add(words, "mdadm");
	text_list_add(words, "--assemble");
	text_list_add(words, step_get_text(step, "node"));
	text_list_format(words, "--uuid=%s", step_get_text(step, "uuid"));
	/* not what the rescue system's own mdadm.conf thinks of it */
	text_list_add(words, "--config=none");
	if (step_get(step, "read-only"))
		text_list_add(words, "--readonly");
	if (step_get(step, "degraded"))
		text_list_add(words, "--run");
	node_get_list(step, "members", words);
}

static void print_stop(const char *node, struct text_list *lines)
{
	const char *const words[] = {"mdadm", "--stop", node, NULL};

	text_list_take(lines, shell_command_vector(words));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	if (step_get(step, "stop"))
		print_stop(step_get(step, "stop"), lines);
	list_words(step, &words);
	text_list_take(lines, shell_command(&words));
}

static int stop(const char *node, struct problem *why)
{
	const char *const words[] = {"mdadm", "--stop", node, NULL};

	return process_run_checked(words, TIMEOUT_MS, NULL, why);
}

/* The array of STEP where it is ours: a number that was planned is the number it has. */
static bool find_ours(const struct step *step, struct running_array *array)
{
	const char *node = step_get_text(step, "node");

	if (running_array_find(step_get_text(step, "uuid"), array) < 0)
		return false;
	return text_has_prefix(node, LINKS) || text_is_equal(node, array->node);
}

static bool is_done(const struct step *step)
{
	_cleanup_running_array_ struct running_array array = {0};

	return find_ours(step, &array);
}

/* An array that runs is somebody else's; one that has a node and does not run is in the way. */
static int prepare(struct step *step, struct problem *why)
{
	const char *node = step_get_text(step, "node");
	_cleanup_running_array_ struct running_array array = {0};
	bool is_known;

	if (!stack_wait_clear(TIMEOUT_MS)) /* what is in the way is told below */
		log_line("%s: a look is not down yet", node);
	is_known = running_array_find(step_get_text(step, "uuid"), &array) == 0;
	if (is_known && array.is_active) {
		(void)problem_set(why, -EEXIST, node, _("this array runs by now, as %s"),
				  array.node);
		problem_set_next(why, _("Start again: it is used as it is then."));
		return -EEXIST;
	}
	step_set(step, "stop", is_known ? array.node : NULL);
	if (running_is_in_use(node) && !(is_known && text_is_equal(array.node, node)))
		return problem_set(why, -EBUSY, node, _("another array has this name"));
	return 0;
}

/* Where neither udev nor mdadm made the name, as in a small rescue system. */
static void make_link(const struct step *step, const struct running_array *array)
{
	const char *node = step_get_text(step, "node");
	_cleanup_free_ char *to = NULL;

	if (!text_has_prefix(node, LINKS) || node_wait(node, LINK_TIMEOUT_MS))
		return;
	to = text_format("../%s", array->node + strlen("/dev/"));
	(void)mkdir("/dev/md", 0755); /* it may be there */
	(void)unlink(node);	      /* one that leads nowhere */
	if (symlink(to, node) < 0)
		log_line("%s: %s", node, strerror(errno)); /* and the check that follows fails */
}

/* The kernel looks at an array's partition table when it is first opened, or is asked to. */
static void ask_for_partitions(const char *node)
{
	_cleanup_close_ int fd = open(node, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)ioctl(fd, BLKRRPART); /* refused where one is in use: they are there then */
}

static int check_parts(const struct step *step, struct problem *why)
{
	_cleanup_text_list_ struct text_list parts = {0};

	node_get_list(step, "parts", &parts);
	for (size_t i = 0; i < parts.count; i++) {
		if (node_is_there(parts.items[i]))
			continue;
		ask_for_partitions(step_get_text(step, "node"));
		if (!node_wait(parts.items[i], NODE_TIMEOUT_MS))
			return problem_set(why, -ENOENT, parts.items[i],
					   _("the kernel does not show this partition of the "
					     "array"));
	}
	return 0;
}

static int check(const struct step *step, struct problem *why)
{
	const char *node = step_get_text(step, "node");
	_cleanup_running_array_ struct running_array array = {0};

	if (!find_ours(step, &array) || !array.is_active) {
		(void)problem_set(why, -EIO, node,
				  _("mdadm did not start it: not all of the members that were "
				    "there last are here"));
		if (!step_get(step, "degraded"))
			problem_set_next(why, _("--degraded starts it all the same; read-only is "
						"safest first."));
		return -EIO;
	}
	make_link(step, &array);
	if (!node_wait(node, NODE_TIMEOUT_MS))
		return problem_set(why, -ENOENT, node, _("the array runs, but has no such node"));
	return check_parts(step, why);
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	int r = step_get(step, "stop") ? stop(step_get(step, "stop"), why) : 0;

	(void)report;
	if (r < 0)
		return r;
	list_words(step, &words);
	r = process_run_checked((const char *const *)words.items, TIMEOUT_MS, NULL, why);
	return r < 0 ? r : check(step, why);
}

/* mdadm leaves the name of an array that is gone where there is no udev. */
static void remove_dangling_link(const char *node)
{
	if (text_has_prefix(node, LINKS) && access(node, F_OK) < 0 && errno == ENOENT)
		(void)unlink(node); /* gone already is fine */
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_running_array_ struct running_array array = {0};
	int r = find_ours(step, &array) ? stop(array.node, why) : 0;

	(void)report;
	if (r == 0)
		remove_dangling_link(step_get_text(step, "node"));
	return r;
}

static char *undo_what(const struct step *step)
{
	return text_format(_("Stop the array %s"), step_get_text(step, "node"));
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	print_stop(step_get_text(step, "node"), lines);
}

const struct step_class step_assemble_array = {
	.name = "assemble-array",
	.needs_turn = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
