/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units of systemd unmasked and enabled, and the target that it starts into. */
#include "action/mend_units.h"

#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/systemd.h"

#define CONDITION_FORBIDS '!'

/* --- masks and drop-ins */

static int unmask_at(const struct unit_mend *mend, const char *name, const char *path,
		     struct problem *why)
{
	_cleanup_free_ char *shown = unit_mend_shown(mend, path), *unit = printable_text(name);
	_cleanup_free_ char *what = text_format(_("Take the mask %s off %s"), shown, unit);

	if (text_has_prefix(path, "/etc/"))
		return unit_mend_remove(mend, path, what, why);
	unit_mend_note(mend, _("%s masks %s and is not the administrator's: it stays."), shown,
		       unit);
	return 0;
}

/* The unit file of packages that one of the administrator's hides, where its program is there; the
 * caller frees; NULL. */
static char *find_packaged(const struct unit_mend *mend, const struct systemd_unit *unit)
{
	static const char *const folders[] = {"/usr/lib/systemd/system", "/lib/systemd/system"};
	const char *name = strrchr(unit->file, '/') + 1;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folders[i], name);
		_cleanup_systemd_unit_ struct systemd_unit packaged = {0};

		if (!root_has_file(mend->root, path))
			continue;
		systemd_unit_read_file(mend->root, unit->name, path, &packaged);
		if (systemd_has_program(mend->root, packaged.program))
			return TAKE_PTR(path);
	}
	return NULL;
}

/* The unit file itself starts what is missing: one of packages is taken again, where there is one.
 */
static int mend_unit_file(const struct unit_mend *mend, const struct systemd_unit *unit,
			  const char *shown, const char *program, struct problem *why)
{
	_cleanup_free_ char *packaged =
		text_has_prefix(unit->file, "/etc/") ? find_packaged(mend, unit) : NULL;
	_cleanup_free_ char *what =
		packaged ? text_format(_("Remove %s, which starts %s, which is not there: %s "
					 "counts again"),
				       shown, program, packaged)
			 : NULL;

	if (packaged)
		return unit_mend_remove(mend, unit->file, what, why);
	unit_mend_note(mend,
		       _("%s starts %s, which is not there: its package has to be "
			 "installed again."),
		       shown, program);
	return 0;
}

/* A drop-in of the administrator's starts what is missing: its lines for that are commented out. */
static int mend_program(const struct unit_mend *mend, const struct systemd_unit *unit,
			struct problem *why)
{
	_cleanup_free_ char *shown = unit_mend_shown(mend, unit->program_file);
	_cleanup_free_ char *program = printable_text(unit->program ? unit->program : "");
	_cleanup_free_ char *what = NULL, *bytes = NULL;
	_cleanup_edit_file_ struct edit_file seen = {0};
	int r;

	if (!text_has_prefix(unit->program_file, "/etc/") ||
	    text_is_equal(unit->program_file, unit->file))
		return mend_unit_file(mend, unit, shown, program, why);
	if (unit_mend_has(mend, unit->program_file))
		return 0;
	r = edit_look(mend->root, unit->program_file, &seen, why);
	if (r < 0)
		return r;
	what = text_format(_("Comment out ExecStart in %s, which starts %s, which is not there"),
			   shown, program);
	bytes = unit_mend_comment_out(seen.bytes, "ExecStart");
	return unit_mend_write(mend, &seen, bytes, strlen(bytes), what, why);
}

/* A file that is there keeps it from being started, such as sshd_not_to_be_run. */
static int mend_condition(const struct unit_mend *mend, const char *name, const char *condition,
			  struct problem *why)
{
	const char *path = condition + (*condition == CONDITION_FORBIDS);
	_cleanup_free_ char *shown = unit_mend_shown(mend, path), *unit = printable_text(name);
	_cleanup_free_ char *what = NULL;

	if (*condition != CONDITION_FORBIDS || !text_has_prefix(path, "/etc/") ||
	    !root_has_file(mend->root, path)) {
		unit_mend_note(mend, _("%s is only started where %s is there, and it is not."),
			       unit, shown);
		return 0;
	}
	what = text_format(_("Remove %s, which forbids %s"), shown, unit);
	return unit_mend_remove(mend, path, what, why);
}

int unit_mend_unmask(const struct unit_mend *mend, const char *name, struct problem *why)
{
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};
	_cleanup_text_list_ struct text_list masks = {0};
	int r = 0;

	systemd_list_masks(mend->root, name, &masks);
	for (size_t i = 0; r == 0 && i < masks.count; i++)
		r = unmask_at(mend, name, masks.items[i], why);
	if (r < 0)
		return r;
	systemd_unit_read(mend->root, name, &unit);
	if (unit.blocked_by)
		r = mend_condition(mend, unit.name, unit.blocking_path, why);
	if (r == 0 && unit.file && unit.program_file &&
	    !systemd_has_program(mend->root, unit.program))
		r = mend_program(mend, &unit, why);
	return r;
}

/* --- enabling */

/* The unit file of NAME, also where a mask hides it, with its [Install] section. */
static void read_unit(const struct unit_mend *mend, const char *name, struct systemd_unit *ret)
{
	struct systemd_unit unit = {0};

	systemd_unit_read(mend->root, name, &unit);
	if (!unit.file && unit.hidden)
		systemd_unit_read_file(mend->root, name, unit.hidden, ret);
	else
		*ret = unit;
	if (!unit.file && unit.hidden)
		systemd_unit_done(&unit);
}

static int add_wants(const struct unit_mend *mend, const struct systemd_unit *unit,
		     const char *target, const char *suffix, struct problem *why)
{
	_cleanup_free_ char *path =
		text_format(SYSTEMD_ETC "/%s.%s/%s", target, suffix, unit->name);
	_cleanup_free_ char *name = printable_text(unit->name), *shown = printable_text(target);
	_cleanup_free_ char *what = text_format(_("Enable %s in %s"), name, shown);

	if (strchr(target, '/') || strchr(target, '%'))
		return 0;
	return unit_mend_link(mend, path, unit->file, what, why);
}

/* Another name that the unit wants to have; one that is taken stays. */
static int add_alias(const struct unit_mend *mend, const struct systemd_unit *unit,
		     const char *alias, struct problem *why)
{
	_cleanup_free_ char *path = text_format(SYSTEMD_ETC "/%s", alias);
	_cleanup_free_ char *name = printable_text(unit->name), *shown = printable_text(alias);
	_cleanup_free_ char *what = text_format(_("Give %s its other name %s"), name, shown);
	struct stat status;

	if (strchr(alias, '/') || strchr(alias, '%') ||
	    root_stat(mend->root, path, false, &status) == 0)
		return 0;
	return unit_mend_link(mend, path, unit->file, what, why);
}

/* PLAN lets something pull in TARGET. */
static bool is_planned(const struct unit_mend *mend, const char *target)
{
	_cleanup_free_ char *name = text_format("/%s", target);

	for (size_t i = 0; i < mend->plan->count; i++) {
		const struct step *step = mend->plan->steps[i];

		if (text_is_equal(step->class_name, "make-link") && step_get(step, "becomes") &&
		    text_has_suffix(step_get_text(step, "path"), name))
			return true;
	}
	return false;
}

static void note_unreached(const struct unit_mend *mend, const struct systemd_unit *unit,
			   const struct systemd_boot *boot)
{
	_cleanup_free_ char *name = printable_text(unit->name);
	_cleanup_free_ char *target = printable_text(boot->target);

	for (size_t i = 0; i < unit->wanted_by.count; i++) {
		if (systemd_boot_find(boot, unit->wanted_by.items[i]) ||
		    is_planned(mend, unit->wanted_by.items[i]))
			return;
	}
	if (unit->wanted_by.count && !unit_mend_has(mend, SYSTEMD_ETC "/default.target"))
		unit_mend_note(mend,
			       _("The system starts into %s, which does not start %s by "
				 "itself."),
			       target, name);
}

static int add_links(const struct unit_mend *mend, const struct systemd_unit *unit,
		     const char *target, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(unit->name);
	int r = 0;

	for (size_t i = 0; r == 0 && i < unit->wanted_by.count; i++)
		r = add_wants(mend, unit, unit->wanted_by.items[i], "wants", why);
	for (size_t i = 0; r == 0 && i < unit->required_by.count; i++)
		r = add_wants(mend, unit, unit->required_by.items[i], "requires", why);
	for (size_t i = 0; r == 0 && i < unit->aliases.count; i++)
		r = add_alias(mend, unit, unit->aliases.items[i], why);
	if (r < 0 || unit->wanted_by.count || unit->required_by.count)
		return r;
	unit_mend_note(mend,
		       _("%s does not say what starts it (it has no WantedBy): %s is told to."),
		       name, target);
	return add_wants(mend, unit, target, "wants", why);
}

int unit_mend_enable(const struct unit_mend *mend, const char *name, const char *target,
		     struct problem *why)
{
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};
	_cleanup_systemd_boot_ struct systemd_boot boot = {0};
	_cleanup_kernel_line_ struct kernel_line line = {0};
	_cleanup_free_ char *shown = printable_text(name);

	read_unit(mend, name, &unit);
	if (!unit.file) {
		unit_mend_note(mend,
			       _("There is no unit file for %s: its package has to be "
				 "installed again."),
			       shown);
		return 0;
	}
	kernel_line_read(mend->root, &line);
	systemd_boot_read(mend->root, &line, &boot);
	if (systemd_boot_find(&boot, unit.name))
		return 0;
	note_unreached(mend, &unit, &boot);
	return add_links(mend, &unit, target, why);
}

/* --- the target that the system starts into */

static bool is_of_rescue(const char *target)
{
	static const char *const targets[] = {
		"rescue.target", "emergency.target", "runlevel1.target", "poweroff.target",
		"halt.target",	 "reboot.target",    "runlevel0.target", "runlevel6.target",
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		if (text_is_equal(targets[i], target))
			return true;
	}
	return false;
}

int unit_mend_target(const struct unit_mend *mend, struct problem *why)
{
	static const char wanted[] = "multi-user.target";
	_cleanup_systemd_unit_ struct systemd_unit unit = {0}, multi_user = {0};
	_cleanup_systemd_boot_ struct systemd_boot boot = {0};
	_cleanup_kernel_line_ struct kernel_line line = {0};
	_cleanup_free_ char *target = NULL, *what = NULL, *file = NULL;

	kernel_line_read(mend->root, &line);
	systemd_boot_read(mend->root, &line, &boot);
	systemd_unit_read(mend->root, boot.target, &unit);
	systemd_unit_read(mend->root, wanted, &multi_user);
	if (!boot.file || !multi_user.file || (unit.file && !is_of_rescue(unit.name)) ||
	    systemd_boot_find(&boot, wanted))
		return 0;
	target = printable_text(boot.target);
	file = unit_mend_shown(mend, boot.file);
	what = text_format(_("Start the system into %s again, not into %s"), wanted, target);
	if (strcmp(strrchr(boot.file, '/'), "/default.target") == 0 &&
	    text_has_prefix(boot.file, "/etc/"))
		return unit_mend_link(mend, boot.file, multi_user.file, what, why);
	unit_mend_note(mend,
		       _("%s lets the system start into %s, which starts no logins and no "
			 "services: that is to be changed there."),
		       file, target);
	return 0;
}
