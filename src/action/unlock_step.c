/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that opens an encrypted container with the key that is in our keyring, whose passphrase
 * was asked for before. Arguments: node (of the container), uuid (LUKS), name (of the mapping),
 * read-only. No key is among them.
 */
#include <errno.h>

#include "action/actions.h"
#include "action/node.h"
#include "base/i18n.h"
#include "base/shell.h"
#include "storage/crypt.h"
#include "storage/mapping.h"

static char *opened_path(const struct step *step)
{
	return text_format("/dev/mapper/%s", step_get_text(step, "name"));
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	text_list_add(&words, "cryptsetup");
	text_list_add(&words, "open");
	if (step_get(step, "read-only"))
		text_list_add(&words, "--readonly");
	text_list_add(&words, step_get_text(step, "node"));
	text_list_add(&words, step_get_text(step, "name"));
	text_list_take(lines, shell_command(&words));
}

static bool is_done(const struct step *step)
{
	_cleanup_free_ char *found = NULL;

	return mapping_get_uuid(step_get_text(step, "name"), &found) == 0 &&
	       mapping_is_container(found, step_get_text(step, "uuid"));
}

/* A mapping of that name is somebody else's, even if it is this container. */
static int prepare(struct step *step, struct problem *why)
{
	const char *name = step_get_text(step, "name");
	_cleanup_free_ char *found = NULL;

	if (mapping_get_uuid(name, &found) < 0)
		return 0;
	(void)problem_set(why, -EEXIST, name,
			  is_done(step) ? _("this container is open by now")
					: _("another mapping has this name, such as the rescue "
					    "system's own"));
	problem_set_next(why, _("Start again: what is open is used as it is then."));
	return -EEXIST;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_free_ char *path = opened_path(step);
	int r = crypt_open(step_get_text(step, "node"), step_get_text(step, "uuid"),
			   step_get_text(step, "name"), step_get(step, "read-only") != NULL, why);

	(void)report;
	if (r < 0)
		return r;
	if (!node_wait(path, NODE_TIMEOUT_MS))
		return problem_set(why, -ENOENT, path, _("the container is open, but has no node"));
	return 0;
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	return crypt_close(step_get_text(step, "name"), step_get_text(step, "uuid"), why);
}

static char *undo_what(const struct step *step)
{
	return text_format(_("Close the container %s"), step_get_text(step, "name"));
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	const char *const words[] = {"cryptsetup", "close", step_get_text(step, "name"), NULL};

	text_list_take(lines, shell_command_vector(words));
}

const struct step_class step_unlock = {
	.name = "unlock",
	.needs_turn = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
