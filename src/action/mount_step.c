/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that mounts one filesystem or folder in the tree.
 *
 * Arguments: root (the target folder), place (in-root path of the mount point), source, type,
 * options, needed (options for the second try), offset, size, loop, bind ("inside": source is an
 * in-root path, "outside": one of the rescue system), read-only; at: where it was mounted.
 */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "action/actions.h"
#include "action/place.h"
#include "base/i18n.h"
#include "base/shell.h"
#include "storage/mount.h"

static uint64_t get_number(const struct step *step, const char *name)
{
	uint64_t value = 0;

	(void)text_parse_u64(step_get(step, name), &value); /* unset: 0 */
	return value;
}

/* What SOURCE and TARGET make of the step; both stay the caller's. */
static struct mount_request make_request(const struct step *step, const char *source,
					 const char *target, const char *options)
{
	return (struct mount_request){
		.source = source,
		.offset = get_number(step, "offset"),
		.size = get_number(step, "size"),
		.needs_loop = step_get(step, "loop") != NULL,
		.is_bind = step_get(step, "bind") != NULL,
		.is_read_only = step_get(step, "read-only") != NULL,
		.type = step_get(step, "type"),
		.options = options,
		.target = target,
	};
}

static bool is_bind_inside(const struct step *step)
{
	return strcmp(step_get_text(step, "bind"), "inside") == 0;
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *target = place_join(step_get_text(step, "root"), step_get_text(step, "place"));
	_cleanup_free_ char *source = is_bind_inside(step)
					      ? place_join(step_get_text(step, "root"),
							   step_get_text(step, "source"))
					      : text_copy(step_get_text(step, "source"));
	struct mount_request request =
		make_request(step, source, target, step_get_text(step, "options"));
	_cleanup_text_list_ struct text_list words = {0};

	mount_request_command(&request, &words);
	text_list_take(lines, shell_command(&words));
}

static bool has_option(const char *options, const char *option)
{
	_cleanup_text_list_ struct text_list list = {0};

	text_list_split(&list, options, ",");
	return text_list_contains(&list, option);
}

/* The ladder: as fstab says, then with the needed options only, then read-only. */
static int try_all(struct step *step, struct mount_request *request, struct step_report *report,
		   struct problem *why)
{
	const char *needed = step_get_text(step, "needed");
	int r = mount_filesystem(request, STEP_TIMEOUT_MS, why);

	if (r == -EINVAL && strcmp(request->options, needed) != 0) {
		const char *refused = request->options;

		request->options = needed;
		r = mount_filesystem(request, STEP_TIMEOUT_MS, why);
		if (r == 0)
			text_list_format(&report->notes,
					 _("%s: the kernel refused the options %s; mounted with %s"),
					 request->target, refused, *needed ? needed : _("none"));
	}
	if (r == -EINVAL && !request->is_read_only && has_option(request->options, "degraded")) {
		request->is_read_only = true;
		r = mount_filesystem(request, STEP_TIMEOUT_MS, why);
		if (r == 0)
			text_list_format(&report->notes,
					 _("%s: too much of it is missing to write to it; mounted "
					   "read-only"),
					 request->target);
	}
	/* the kernel's driver refuses to write where Windows wants to check first */
	if (r == -EINVAL && !request->is_read_only && text_is_equal(request->type, "ntfs3")) {
		request->is_read_only = true;
		r = mount_filesystem(request, STEP_TIMEOUT_MS, why);
		if (r == 0)
			text_list_format(&report->notes,
					 _("%s: it was not cleanly unmounted; mounted read-only. \"refloat "
					   "check-fs\" mends that, or Windows itself"),
					 request->target);
	}
	if (r == -EROFS && !request->is_read_only) {
		request->is_read_only = true;
		r = mount_filesystem(request, STEP_TIMEOUT_MS, why);
		if (r == 0)
			text_list_format(&report->notes,
					 _("%s: the device cannot be written; mounted read-only"),
					 request->target);
	}
	if (r == 0)
		problem_done(why);
	return r;
}

/* What to do about a filesystem that the kernel does not take. */
static void suggest(int error, struct problem *why)
{
	if (why->next || (error != -EIO && error != -EUCLEAN && error != -EINVAL && error != -EBADMSG))
		return;
	problem_set_next(why, _("It may be damaged: \"refloat check-fs\" looks, and \"refloat mount "
				"--salvage\" reads what can be read without writing."));
}

static int check_mounted(const char *target, struct problem *why)
{
	if (place_is_mounted(target))
		return 0;
	return problem_set(why, -EIO, target, _("mounting was said to be done, but nothing is "
						"mounted there"));
}

/* ntfs-3g mounts what it must not write read-only, and calls it a success. */
static void note_read_only(const struct mount_request *request, struct step_report *report)
{
	struct statvfs filesystem;

	if (request->is_read_only || !request->type || !text_has_prefix(request->type, "ntfs") ||
	    statvfs(request->target, &filesystem) < 0 || !(filesystem.f_flag & ST_RDONLY))
		return;
	text_list_format(&report->notes,
			 _("%s: mounted read-only, since Windows was not shut down whole: start it and "
			   "shut it down with \"shutdown /s /f /t 0\", or let it check the filesystem"),
			 request->target);
}

/* The place is resolved as late as can be: what was mounted before may have brought a symlink. */
static int prepare(struct step *step, struct problem *why)
{
	_cleanup_free_ char *target = NULL;
	int r = place_resolve(step_get_text(step, "root"), step_get_text(step, "place"), &target, why);

	if (r < 0)
		return r;
	if (place_is_mounted(target))
		return problem_set(why, -EBUSY, target, _("something is mounted there already"));
	step_set(step, "at", target);
	return 0;
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	const char *target = step_get(step, "at");
	_cleanup_free_ char *source = NULL;
	_cleanup_problem_ struct problem own = {0};
	struct mount_request request;
	int r = 0;

	if (is_bind_inside(step))
		r = place_resolve(step_get_text(step, "root"), step_get_text(step, "source"), &source, why);
	else
		source = text_copy(step_get_text(step, "source"));
	if (r < 0)
		return r;
	request = make_request(step, source, target, step_get_text(step, "options"));
	r = try_all(step, &request, report, &own);
	if (r < 0) {
		suggest(r, &own);
		problem_move(why, &own);
		return r;
	}
	r = check_mounted(target, why);
	if (r == 0)
		note_read_only(&request, report);
	return r;
}

static bool is_done(const struct step *step)
{
	return step_get(step, "at") && place_is_mounted(step_get(step, "at"));
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	(void)report;
	return step_get(step, "at") ? place_unmount(step_get(step, "at"), why) : 0;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *target = step_get(step, "at")
					      ? text_copy(step_get(step, "at"))
					      : place_join(step_get_text(step, "root"),
							   step_get_text(step, "place"));

	return text_format(_("Unmount %s"), target);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	_cleanup_free_ char *target = step_get(step, "at")
					      ? text_copy(step_get(step, "at"))
					      : place_join(step_get_text(step, "root"),
							   step_get_text(step, "place"));
	const char *const words[] = {"umount", target, NULL};

	text_list_take(lines, shell_command_vector(words));
}

const struct step_class step_mount = {
	.name = "mount",
	.needs_turn = true,
	.command = print,
	.prepare = prepare,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
	.is_done = is_done,
};
