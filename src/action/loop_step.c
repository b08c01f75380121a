/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that makes a block device of a file, or of a part of one, that something bigger lies on.
 * Arguments: node (the loop device), file, offset, size (0 or unset: to the end), read-only.
 */
#include <errno.h>
#include <poll.h>

#include "action/actions.h"
#include "action/node.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/process.h"
#include "base/shell.h"
#include "storage/running.h"

#define TIMEOUT_MS 30000
#define LINGER_MS 2000
#define PAUSE_MS 50

static void list_words(const struct step *step, struct text_list *words)
{
	text_list_add(words, "losetup");
	if (step_get(step, "read-only"))
		text_list_add(words, "--read-only");
	if (step_get(step, "offset"))
		text_list_format(words, "--offset=%s", step_get(step, "offset"));
	if (step_get(step, "size"))
		text_list_format(words, "--sizelimit=%s", step_get(step, "size"));
	text_list_add(words, step_get_text(step, "node"));
	text_list_add(words, step_get_text(step, "file"));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_words(step, &words);
	text_list_take(lines, shell_command(&words));
}

static bool is_done(const struct step *step)
{
	return running_loop_is_on(step_get_text(step, "node"), step_get_text(step, "file"),
				  node_get_number(step, "offset"));
}

/* What somebody else has attached there is not ours to detach. */
static int prepare(struct step *step, struct problem *why)
{
	const char *node = step_get_text(step, "node");

	if (!running_is_in_use(node))
		return 0;
	(void)problem_set(why, -EBUSY, node, _("is in use already"));
	problem_set_next(why, _("Start again: another loop device is taken then."));
	return -EBUSY;
}

/*
 * Two loop devices over the same bytes know nothing of each other: what is exclusive on one of them is
 * no hindrance on the other. Asked once ours is there, so that of two at once neither goes on.
 */
static int check_only_writer(const struct step *step, struct problem *why)
{
	const char *file = step_get_text(step, "file");
	_cleanup_free_ char *other = NULL;
	int64_t end = clock_monotonic_ms() + LINGER_MS;

	do { /* one whose last user has just gone needs a moment to go, too */
		free(TAKE_PTR(other));
		other = running_find_writer(step_get_text(step, "node"), file,
					    node_get_number(step, "offset"),
					    node_get_number(step, "size"));
	} while (other && clock_monotonic_ms() < end && poll(NULL, 0, PAUSE_MS) == 0);
	if (!other)
		return 0;
	(void)problem_set(why, -EBUSY, file, _("it can be written through %s already"), other);
	problem_set_next(why, _("Another check or mount of it goes on: wait for its end, or look at "
				"\"losetup -l\"."));
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
	if (!is_done(step) || !node_wait(step_get(step, "node"), NODE_TIMEOUT_MS))
		return problem_set(why, -EIO, step_get(step, "node"), _("did not get ready"));
	return step_get(step, "read-only") ? 0 : check_only_writer(step, why);
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	const char *const words[] = {"losetup", "--detach", step_get(step, "node"), NULL};

	(void)report;
	return is_done(step) ? process_run_checked(words, TIMEOUT_MS, NULL, why) : 0;
}

static char *undo_what(const struct step *step)
{
	return text_format(_("Detach %s from %s"), step_get_text(step, "file"),
			   step_get_text(step, "node"));
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"losetup", "--detach", step_get_text(step, "node"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

const struct step_class step_attach_loop = {
	.name = "attach-loop",
	.needs_turn = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
