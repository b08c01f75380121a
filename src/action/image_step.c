/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that attaches a qcow2 image to a network block device for as long as it is mounted.
 * Arguments: file, node, read-only.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "action/actions.h"
#include "base/i18n.h"
#include "base/process.h"
#include "base/root.h"
#include "base/shell.h"

#define TIMEOUT_MS 30000

static void list_words(const struct step *step, struct text_list *words)
{
	text_list_add(words, "qemu-nbd");
	if (step_get(step, "read-only"))
		text_list_add(words, "--read-only");
	text_list_format(words, "--connect=%s", step_get(step, "node"));
	text_list_add(words, "--format=qcow2");
	text_list_add(words, step_get(step, "file"));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_words(step, &words);
	text_list_take(lines, shell_command(&words));
}

static bool is_done(const struct step *step)
{
	const char *name = text_after_prefix(step_get(step, "node"), "/dev/");
	_cleanup_free_ char *path = text_format("sys/class/block/%s/size", name ? name : "");
	_cleanup_root_ struct root *root = NULL;
	uint64_t size = 0;

	return root_open("/", &root, NULL) == 0 && root_read_u64(root, path, &size) == 0 && size;
}

/* What somebody else has attached there is not ours to detach. */
static int prepare(struct step *step, struct problem *why)
{
	if (!is_done(step))
		return 0;
	(void)problem_set(why, -EBUSY, step_get(step, "node"), _("is in use already"));
	problem_set_next(why, _("Detach what is there: qemu-nbd --disconnect %s"),
			 step_get(step, "node"));
	return -EBUSY;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	int r;

	(void)report;
	list_words(step, &words);
	r = process_run_checked((const char *const *)words.items, TIMEOUT_MS, NULL, why);
	if (r < 0)
		return r;
	for (int i = 0; i < 100 && !is_done(step); i++)
		(void)poll(NULL, 0, 50);
	if (!is_done(step))
		return problem_set(why, -ETIMEDOUT, step->what, _("%s did not get ready"),
				   step_get(step, "node"));
	return 0;
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	const char *const words[] = {"qemu-nbd", "--disconnect", step_get(step, "node"), NULL};

	(void)report;
	return is_done(step) ? process_run_checked(words, TIMEOUT_MS, NULL, why) : 0;
}

static char *undo_what(const struct step *step)
{
	return text_format(_("Detach %s from %s"), step_get(step, "file"), step_get(step, "node"));
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"qemu-nbd", "--disconnect", step_get(step, "node"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

const struct step_class step_attach_image = {
	.name = "attach-image",
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
