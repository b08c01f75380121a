/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that activates one logical volume.
 *
 * Arguments: node ("/dev/mapper/vg-root"), name (its device-mapper name), group, volume, uuid
 * (device-mapper UUID: "LVM-", the group's and the volume's; unset: found by name), devices
 * (physical volumes, one a line), read-only, degraded (start it with members missing).
 *
 * lvm sees the physical volumes that the plan names and no others, whatever the rescue system's
 * settings and a cloned disk say; it writes no copy of the metadata, starts no daemon, and makes
 * the nodes itself where there is no udev.
 */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/node.h"
#include "base/i18n.h"
#include "base/process.h"
#include "base/shell.h"
#include "storage/mapping.h"

#define TIMEOUT_MS 60000
#define UUID_LENGTH 32 /* of a group, a volume: letters and digits */

/* "abcdefgh..." as lvm writes it: "abcdef-ghij-....-......"; the caller frees. */
static char *format_uuid(const char *bare)
{
	static const int groups[] = {6, 4, 4, 4, 4, 4, 6};
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		text_buffer_format(&buffer, "%s%.*s", i ? "-" : "", groups[i], bare);
		bare += groups[i];
	}
	return text_buffer_take(&buffer);
}

/* What the command is about: by UUID, so that another group of that name is never meant. */
static void add_selection(const struct step *step, struct text_list *words)
{
	const char *uuid = text_after_prefix(step_get(step, "uuid"), "LVM-");
	_cleanup_free_ char *group = NULL, *volume = NULL;

	if (!uuid || strlen(uuid) < (size_t)2 * UUID_LENGTH) {
		text_list_format(words, "%s/%s", step_get_text(step, "group"),
				 step_get_text(step, "volume"));
		return;
	}
	group = format_uuid(uuid);
	volume = format_uuid(uuid + UUID_LENGTH);
	text_list_add(words, "--select");
	text_list_format(words, "vg_uuid=%s && lv_uuid=%s", group, volume);
}

static void add_common(const struct step *step, struct text_list *words)
{
	_cleanup_text_list_ struct text_list devices = {0};
	_cleanup_free_ char *joined = NULL, *list = NULL;

	text_list_add(words, "lvm");
	text_list_add(words, "lvchange");
	node_get_list(step, "devices", &devices);
	joined = text_list_join(&devices, ",");
	text_list_add(words, "--devices");
	text_list_add(words, joined);
	text_list_add(words, "--config");
	if (step_get(step, "read-only"))
		list = text_format(" read_only_volume_list=[\"%s/%s\"]",
				   step_get_text(step, "group"), step_get_text(step, "volume"));
	text_list_format(words,
			 "activation{verify_udev_operations=1 monitoring=0%s} backup{backup=0 "
			 "archive=0}",
			 list ? list : "");
}

static void list_words(const struct step *step, struct text_list *words)
{
	add_common(step, words);
	text_list_add(words, "--activate=y");
	text_list_add(words, "--ignoreactivationskip");
	text_list_format(words, "--activationmode=%s",
			 step_get(step, "degraded") ? "degraded" : "complete");
	add_selection(step, words);
}

static void list_undo_words(const struct step *step, struct text_list *words)
{
	add_common(step, words);
	text_list_add(words, "--activate=n");
	add_selection(step, words);
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_words(step, &words);
	text_list_take(lines, shell_command(&words));
}

static bool is_done(const struct step *step)
{
	const char *uuid = step_get(step, "uuid");
	_cleanup_free_ char *found = NULL;

	return mapping_get_uuid(step_get_text(step, "name"), &found) == 0 &&
	       (uuid ? text_is_equal(found, uuid) : text_has_prefix(found, "LVM-"));
}

/* What is up is somebody else's, and another volume of that name would be in the way. */
static int prepare(struct step *step, struct problem *why)
{
	const char *name = step_get_text(step, "name");
	_cleanup_free_ char *found = NULL;

	if (mapping_get_uuid(name, &found) < 0)
		return 0;
	if (is_done(step)) {
		(void)problem_set(why, -EEXIST, name, _("this volume is active by now"));
		problem_set_next(why, _("Start again: it is used as it is then."));
		return -EEXIST;
	}
	(void)problem_set(why, -EBUSY, name,
			  _("another mapping has this name, such as the rescue "
			    "system's own"));
	problem_set_next(why, _("Rename the group that is active: vgrename"));
	return -EBUSY;
}

static int check(const struct step *step, struct problem *why)
{
	if (!is_done(step))
		return problem_set(why, -EIO, step_get_text(step, "name"),
				   _("lvm said that it was done, but the volume is not active"));
	if (!node_wait(step_get(step, "node"), NODE_TIMEOUT_MS))
		return problem_set(why, -ENOENT, step_get_text(step, "node"),
				   _("the volume is active, but has no node"));
	return 0;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	int r;

	(void)report;
	list_words(step, &words);
	r = process_run_checked((const char *const *)words.items, TIMEOUT_MS, NULL, why);
	return r < 0 ? r : check(step, why);
}

/* A group whose disks are gone by now is not found by lvm; its mapping is still there. */
static int remove_mapping(const struct step *step, struct problem *why)
{
	const char *const words[] = {"dmsetup", "remove", "--verifyudev",
				     step_get_text(step, "name"), NULL};

	return process_run_checked(words, TIMEOUT_MS, NULL, why);
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_problem_ struct problem own = {0};
	int r;

	(void)report;
	if (!is_done(step))
		return 0;
	list_undo_words(step, &words);
	r = process_run_checked((const char *const *)words.items, TIMEOUT_MS, NULL, &own);
	if (!is_done(step))
		return 0;
	if (r == 0)
		r = problem_set(&own, -EBUSY, step_get_text(step, "name"), _("it is still in use"));
	if (remove_mapping(step, NULL) == 0)
		return 0;
	problem_move(why, &own);
	return r;
}

static char *undo_what(const struct step *step)
{
	return text_format(_("Deactivate the volume %s"), step_get_text(step, "name"));
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_undo_words(step, &words);
	text_list_take(lines, shell_command(&words));
}

const struct step_class step_activate_volume = {
	.name = "activate-volume",
	.needs_turn = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
