/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a filesystem can be checked, by which program, and how far a repair may go. */
#include <errno.h>
#include <string.h>

#include "action/check_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "storage/filesystem_state.h"

void check_subject_done(struct check_subject *subject)
{
	text_list_done(&subject->places);
}

/* --- refusals */

static char *list_names(struct device *const *devices, size_t count)
{
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < count; i++)
		text_list_take(&names, printable_text(devices[i]->name));
	return text_list_join(&names, ", ");
}

static int refuse_locked(const char *name, struct problem *why)
{
	(void)problem_set(why, -ENOKEY, name, _("it is an encrypted container"));
	problem_set_next(why,
			 _("What is in it can be checked once it is open: its passphrase is asked "
			   "for on a terminal, or comes with \"--passphrase-file\"."));
	return -ENOKEY;
}

static int refuse_member(const struct device *device, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *type = printable_text(device->content.type);
	_cleanup_free_ char *upper = list_names(device->children, device->child_count);

	(void)problem_set(
		why, -EBUSY, name,
		_("it is part of something bigger (%s), and has no filesystem of its own"),
		*type ? type : _("unknown"));
	if (*upper)
		problem_set_next(why, _("Check what lies on it: %s"), upper);
	return -EBUSY;
}

static int refuse_empty(const struct device *device, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *parts = list_names(device->children, device->child_count);

	(void)problem_set(why, -ENODATA, name, _("no filesystem was found on it"));
	if (device->content.is_ambiguous)
		problem_set_next(why, _("Signatures of several kinds contradict each other there: "
					"\"wipefs --no-act\" lists them."));
	else if (*parts)
		problem_set_next(why, _("Name what lies on it: %s"), parts);
	else
		problem_set_next(why, _("Where one was, its superblock and all copies of it are "
					"overwritten, or the partition table has changed."));
	return -ENODATA;
}

static int check_device(const struct device *device, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(device->name);

	if (device->is_rescue)
		return problem_set(why, -EBUSY, name, _("the rescue system itself runs from it"));
	if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
		return problem_set(why, -EIO, name, "%s",
				   device->reason ? device->reason : _("it cannot be read"));
	if (text_has_prefix(device->content.type ? device->content.type : "", "crypto_"))
		return refuse_locked(name, why);
	if (device_is_shadowed(device) || device_is_member(device))
		return refuse_member(device, why);
	return 0;
}

static int check_program(const struct checking *checking, const struct check_subject *subject,
			 struct problem *why)
{
	const char *program = subject->checker->program, *package = process_package_of(program);
	_cleanup_free_ char *found = NULL, *name = printable_text(subject->device->name);

	if (checking->machine->source == MACHINE_RECORDED)
		return 0;
	found = process_find_program(program);
	if (found)
		return 0;
	(void)problem_set(why, -ENOENT, name,
			  _("%s cannot be checked without the program %s, which is not "
			    "installed here"),
			  subject->type, program);
	if (package)
		problem_set_next(why, _("Install the package %s (its name on Debian)."), package);
	return -ENOENT;
}

/* --- how far it goes */

/* From which strength on a first superblock is put right, and whether there must be a copy for
 * that. */
static const struct {
	const char *type; /* prefix */
	enum check_strength from;
	bool needs_copy;
} mending[] = {
	{"ext", CHECK_REPAIR, true},	   {"vfat", CHECK_REPAIR, true},
	{"exfat", CHECK_REPAIR_ALL, true}, {"btrfs", CHECK_REPAIR, true},
	{"xfs", CHECK_REPAIR, false},	   {"ntfs", CHECK_REPAIR, false},
	{"f2fs", CHECK_REPAIR, false},	   {"jfs", CHECK_REPAIR, false},
};

static int limit_by_loss(struct check_subject *subject, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(subject->device->name);

	for (size_t i = 0; i < ARRAY_SIZE(mending); i++) {
		if (!text_has_prefix(subject->type, mending[i].type))
			continue;
		if (mending[i].needs_copy && !subject->lost->backup) {
			(void)problem_set(why, -EUCLEAN, name, "%s",
					  subject->lost->damage
						  ? subject->lost->damage
						  : _("its first superblock is damaged"));
			problem_set_next(
				why,
				_("No good copy of it was found: there is nothing that it could be "
				  "put right from. What lies in the filesystem can only be carved "
				  "out, with photorec or the like."));
			return -EUCLEAN;
		}
		subject->mend = mending[i].from;
		if (subject->strength < mending[i].from)
			subject->strength = CHECK_LOOK;
		return 0;
	}
	return 0;
}

/* Whether the superblock says more than the device has; of several devices it says their sum. */
static bool is_cut(const struct device *device)
{
	const struct filesystem_state *state = device->content.state;

	return state && state->has_space && device->size && state->size > device->size &&
	       !device->member_count && device->content.btrfs.device_count <= 1;
}

static int choose_checker(struct check_subject *subject, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(subject->device->name);
	_cleanup_free_ char *type = printable_text(subject->type);

	subject->checker = subject->is_scrub ? checker_find_mounted(subject->type)
					     : checker_find(subject->type);
	if (!subject->checker && text_is_equal(subject->type, "jbd"))
		return problem_set(why, -EOPNOTSUPP, name,
				   _("it holds the journal of an ext filesystem on another device: "
				     "that is what can be checked"));
	if (!subject->checker)
		return problem_set(why, -EOPNOTSUPP, name,
				   _("filesystems of type %s cannot be checked"), type);
	return 0;
}

int check_subject_choose(const struct checking *checking, struct check_subject *subject,
			 struct problem *why)
{
	const struct device *device = subject->device;
	int r = check_device(device, why);

	if (r < 0)
		return r;
	subject->lost = device->content.lost;
	subject->type = subject->lost ? subject->lost->type : device->content.type;
	subject->strength = checking->strength;
	if (!subject->type)
		return refuse_empty(device, why);
	check_mounts_list(&checking->mounts, checking->machine, device, &subject->places);
	subject->is_scrub = subject->places.count && subject->strength != CHECK_REPAIR_ALL &&
			    checker_find_mounted(subject->type) &&
			    !check_mounts_are_planned(&checking->mounts, &subject->places);
	r = choose_checker(subject, why);
	if (r == 0)
		r = check_program(checking, subject, why);
	if (r == 0 && subject->lost)
		r = limit_by_loss(subject, why);
	subject->is_cut = !subject->lost && is_cut(device);
	if (subject->is_cut)
		subject->strength = CHECK_LOOK;
	return r;
}
