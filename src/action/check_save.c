/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that keeps a copy of a filesystem's metadata before it is repaired. The copy stays:
 * undoing the plan does not take it away. Arguments: node, name, type, file, and backup-block,
 * block-size for an ext filesystem whose first superblock is damaged.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/actions.h"
#include "action/check_words.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/shell.h"
#include "base/size.h"

static void add_ext(const struct step *step, struct text_list *words)
{
	text_list_add(words, "e2image");
	if (step_get(step, "backup-block")) {
		text_list_format(words, "-b%s", step_get(step, "backup-block"));
		text_list_format(words, "-B%s", step_get_text(step, "block-size"));
	}
	text_list_add(words, "-Q");
}

static void add_xfs(const struct step *step, struct text_list *words)
{
	(void)step;
	text_list_add(words, "xfs_metadump");
	text_list_add(words, "-o"); /* names as they are: it stays with its owner */
	text_list_add(words, "-a");
}

static void add_btrfs(const struct step *step, struct text_list *words)
{
	(void)step;
	text_list_add(words, "btrfs-image");
	text_list_add(words, "-c9");
}

static const struct {
	const char *type; /* prefix */
	void (*add)(const struct step *step, struct text_list *words);
} savers[] = {{"ext", add_ext}, {"xfs", add_xfs}, {"btrfs", add_btrfs}};

static void list_words(const struct step *step, struct text_list *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(savers); i++) {
		if (text_has_prefix(step_get_text(step, "type"), savers[i].type))
			savers[i].add(step, words);
	}
	text_list_add(words, step_get_text(step, "node"));
	text_list_add(words, step_get_text(step, "file"));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_words(step, &words);
	text_list_take(lines, shell_command(&words));
}

static char *stop_what(const struct step *step)
{
	(void)step;
	return text_copy(
		_("The copy is given up; nothing was changed on the filesystem, and nothing is "
		  "repaired without it."));
}

/* How much has been written is how far it is. */
struct copying {
	const struct step_listener *listener;
	const char *file;
};

static void on_second(void *data, pid_t pid)
{
	const struct copying *copying = data;
	struct step_progress progress = {.unit = "bytes",
					 .text = _("keeping a copy of the metadata")};
	struct stat status;

	(void)pid;
	if (!copying->listener || !copying->listener->on_progress ||
	    stat(copying->file, &status) < 0)
		return;
	progress.done = (uint64_t)status.st_blocks * 512;
	copying->listener->on_progress(copying->listener->data, &progress);
}

static void on_line(void *data, bool is_error, const char *line, size_t length)
{
	const struct copying *copying = data;

	if (copying->listener && copying->listener->on_output)
		copying->listener->on_output(copying->listener->data, is_error, line, length);
}

static int refuse(const struct step *step, const struct process_result *result, struct problem *why)
{
	_cleanup_free_ char *said = check_last_line(result->error);
	bool has_room = !strstr(result->error, "No space left on device");

	(void)problem_set(why, -EIO, step_get_text(step, "file"),
			  _("the metadata of %s could not be copied: %s"),
			  step_get_text(step, "name"), said);
	problem_set_next(
		why, has_room
			     ? _("Nothing was repaired. What is too damaged to be copied so is "
				 "copied whole, with ddrescue.")
			     : _("Nothing was repaired. Name a folder with more room, or repair it "
				 "without \"--save-metadata FOLDER\"."));
	return -EIO;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_free_ char *size = NULL, *shown = NULL;
	const char *file = step_get_text(step, "file");
	struct copying copying = {report->listener, file};
	struct process_options options = {
		.on_line = on_line,
		.on_line_data = &copying,
		.on_second = on_second,
		.stop_signal = report->listener ? report->listener->stop_signal : NULL,
		.stop_with = SIGTERM,
	};
	struct stat status;
	int r;

	list_words(step, &words);
	options.arguments = (const char *const *)words.items;
	r = process_run(&options, &result, why);
	if (r < 0)
		return r;
	if (result.status != 0 || stat(file, &status) < 0) {
		(void)unlink(file); /* half a copy is none */
		return refuse(step, &result, why);
	}
	size = size_format((uint64_t)status.st_blocks * 512);
	shown = printable_text(file);
	text_list_format(&report->notes, _("The metadata of %s is kept in %s (%s)."),
			 step_get_text(step, "name"), shown, size);
	return 0;
}

const struct step_class step_save_metadata = {
	.name = "save-metadata",
	.is_long = true,
	.stop_what = stop_what,
	.command = print,
	.run = run,
};
