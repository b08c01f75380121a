/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mends terminals without a login: the text console, and the serial one that the kernel's command
 * line names.
 *
 * Where that names none and this rescue system itself is on a serial line, that line is the one by
 * which somebody gets at the machine, and it gets a login as well.
 */
#include <errno.h>
#include <string.h>

#include "action/mend_logins.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/kernel_line.h"
#include "system/systemd.h"

static const char *const gettys[] = {
	"/sbin/agetty",		  "/usr/sbin/agetty", "/sbin/getty",
	"/usr/sbin/getty",	  "/usr/bin/agetty",  "/bin/busybox getty",
	"/usr/bin/busybox getty", "/sbin/mingetty",
};

const char *login_mend_find_getty(const struct root *root, bool is_serial)
{
	for (size_t i = 0; i < ARRAY_SIZE(gettys); i++) {
		_cleanup_free_ char *program = alloc_copy(gettys[i], strcspn(gettys[i], " "));

		if (!(is_serial && strstr(program, "mingetty")) &&
		    systemd_has_program(root, program))
			return gettys[i];
	}
	return NULL;
}

char *login_mend_command(const struct login_mend *mend)
{
	const struct console *console = mend->console;
	const char *getty = login_mend_find_getty(mend->units.root, console->is_serial);
	unsigned speed = console->speed;

	if (!getty)
		return NULL;
	if (strstr(getty, "mingetty"))
		return text_format("%s %s", getty, console->terminal);
	if (!console->is_serial)
		return text_format("%s 38400 %s", getty, console->terminal);
	if (!speed)
		speed = console->is_kernels ? KERNEL_SPEED : LOGIN_SPEED;
	return text_format("%s -L %u %s vt100", getty, speed, console->terminal);
}

/* --- systemd */

/* The target that starts logins, where nothing pulls it in. */
static int reach_getty_target(const struct unit_mend *mend, struct problem *why)
{
	static const char name[] = "getty.target";
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};
	_cleanup_systemd_boot_ struct systemd_boot boot = {0};
	_cleanup_kernel_line_ struct kernel_line line = {0};
	_cleanup_free_ char *path = NULL, *what = NULL, *shown = NULL;

	kernel_line_read(mend->root, &line);
	systemd_boot_read(mend->root, &line, &boot);
	systemd_unit_read(mend->root, name, &unit);
	if (systemd_boot_find(&boot, name) || !unit.file)
		return 0;
	shown = printable_text(boot.target);
	if (unit_mend_has(mend, SYSTEMD_ETC "/default.target"))
		return 0;
	if (!systemd_boot_find(&boot, "multi-user.target")) {
		unit_mend_note(mend,
			       _("The system starts into %s, which starts no logins by "
				 "itself."),
			       shown);
		return 0;
	}
	path = text_format(SYSTEMD_ETC "/multi-user.target.wants/%s", name);
	what = text_format(_("Enable %s in %s"), name, "multi-user.target");
	return unit_mend_link(mend, path, unit.file, what, why);
}

static int mend_systemd(const struct login_mend *mend, struct problem *why)
{
	const struct console *console = mend->console;
	_cleanup_free_ char *name = text_format(
		"%s@%s.service", console->is_serial ? "serial-getty" : "getty", console->terminal);
	int r = unit_mend_target(&mend->units, why);

	if (r == 0)
		r = unit_mend_unmask(&mend->units, "getty.target", why);
	if (r == 0)
		r = reach_getty_target(&mend->units, why);
	if (r == 0)
		r = unit_mend_unmask(&mend->units, name, why);
	if (r == 0 && !console->is_generated)
		r = unit_mend_enable(&mend->units, name, "getty.target", why);
	return r;
}

/* --- OpenRC and runit */

static void note_no_service(const struct login_mend *mend, const char *folder)
{
	_cleanup_free_ char *terminal = printable_text(mend->console->terminal);

	unit_mend_note(&mend->units,
		       _("There is no service for a login on %s in %s, and none is made up."),
		       terminal, folder);
}

static int mend_openrc(const struct login_mend *mend, struct problem *why)
{
	_cleanup_free_ char *name = text_format("agetty.%s", mend->console->terminal);
	_cleanup_free_ char *script = text_format("/etc/init.d/%s", name);
	_cleanup_free_ char *link = text_format("/etc/runlevels/default/%s", name);
	_cleanup_free_ char *shown = printable_text(name);
	_cleanup_free_ char *service = text_format(_("Make the service %s"), shown);
	_cleanup_free_ char *level = text_format(_("Add %s to the run level \"default\""), shown);
	int r;

	if (root_has_file(mend->units.root, "/etc/inittab"))
		return login_mend_inittab(mend, why);
	if (!root_has_file(mend->units.root, "/etc/init.d/agetty")) {
		note_no_service(mend, "/etc/init.d");
		return 0;
	}
	r = unit_mend_link(&mend->units, script, "agetty", service, why);
	return r < 0 ? r : unit_mend_link(&mend->units, link, script, level, why);
}

static int mend_runit(const struct login_mend *mend, struct problem *why)
{
	_cleanup_free_ char *name = text_format("agetty-%s", mend->console->terminal);
	_cleanup_free_ char *folder = text_format("/etc/sv/%s", name);

	if (!root_has_folder(mend->units.root, folder)) {
		note_no_service(mend, "/etc/sv");
		return 0;
	}
	return unit_mend_add_to_runit(&mend->units, name, why);
}

/* --- all of them */

typedef int (*login_mend_fn)(const struct login_mend *mend, struct problem *why);

static const struct {
	const char *init;
	login_mend_fn mend;
} menders[] = {
	{"systemd", mend_systemd},	 {"sysvinit", login_mend_inittab},
	{"busybox", login_mend_inittab}, {"upstart", login_mend_upstart},
	{"openrc", mend_openrc},	 {"runit", mend_runit},
};

static int mend_terminal(struct mending *mending, const struct consoles *consoles,
			 const struct console *console, struct problem *why)
{
	_cleanup_free_ char *terminal = printable_text(console->terminal);
	_cleanup_free_ char *purpose = text_format(_("so that %s has a login"), terminal);
	const struct login_mend mend = {
		.mending = mending,
		.consoles = consoles,
		.console = console,
		.units = unit_mend_of(mending, purpose),
	};

	for (size_t i = 0; i < ARRAY_SIZE(menders); i++) {
		if (text_is_equal(menders[i].init, consoles->init))
			return menders[i].mend(&mend, why);
	}
	return 0;
}

/* The serial line that this rescue system's own console is on; the caller frees; NULL: none. */
static char *find_own_line(const struct session *session)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *active = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	const char *sysroot = session->scan.sysroot;

	if (root_open(sysroot ? sysroot : "/", &root, NULL) < 0 ||
	    root_read_line(root, "/sys/class/tty/console/active", &active) < 0)
		return NULL;
	text_list_split(&names, active, " \t");
	for (size_t i = names.count; i > 0; i--) {
		if (terminal_is_name(names.items[i - 1]) && terminal_is_serial(names.items[i - 1]))
			return text_copy(names.items[i - 1]);
	}
	return NULL;
}

static bool has_serial(const struct consoles *consoles)
{
	for (size_t i = 0; i < consoles->count; i++) {
		const struct console *console = &consoles->items[i];

		if (console->is_serial && (console->is_kernels || console->state == CONSOLE_LOGIN))
			return true;
	}
	return false;
}

/* The login on the line that this system is on. */
static int mend_own_line(struct mending *mending, const struct consoles *consoles, bool *has_mended,
			 struct problem *why)
{
	_cleanup_free_ char *terminal =
		has_serial(consoles) ? NULL : find_own_line(mending->session);
	const struct console *known = terminal ? consoles_find(consoles, terminal) : NULL;
	const struct console made_up = {
		.terminal = terminal, .is_serial = true, .state = CONSOLE_NONE};

	if (!terminal || (known && console_is_wanted(known)))
		return 0;
	*has_mended = true;
	return mend_terminal(mending, consoles, known ? known : &made_up, why);
}

int mend_console(struct mending *mending, struct problem *why)
{
	_cleanup_consoles_ struct consoles consoles = {0};
	bool has_mended = false;
	int r = 0;

	consoles_read(mending->root, mending->target.init, &consoles);
	if (!consoles.count) {
		mending_tell(mending,
			     _("How this system starts logins on its terminals is not known: "
			       "nothing is changed there."));
		return 0;
	}
	for (size_t i = 0; r == 0 && i < consoles.count; i++) {
		const struct console *console = &consoles.items[i];

		if (console->state == CONSOLE_LOGIN || !console_is_wanted(console))
			continue;
		has_mended = true;
		r = mend_terminal(mending, &consoles, console, why);
	}
	if (r == 0)
		r = mend_own_line(mending, &consoles, &has_mended, why);
	if (r == 0 && !has_mended)
		mending_note(mending, _("Its consoles have a login."));
	return r;
}
