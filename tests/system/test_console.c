/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which terminals have a login, and whether the SSH server is started, in trees of every init. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>

#include "base/process.h"
#include "system/console.h"
#include "system/host_keys.h"
#include "system/kernel_line.h"
#include "system/service_state.h"
#include "tree.h"

static void enter(struct tree *scene, const char *const *trees)
{
	tree_enter(scene, "");
	for (; *trees; trees++)
		tree_make(scene->root, *trees, strlen(*trees));
}

/* What a systemd of today has, and what getty.target pulls in. */
#define SYSTEMD                                                                                    \
	"usr/lib/systemd/systemd elf 62 64 le\n"                                                   \
	"sbin/init -> /usr/lib/systemd/systemd\n"                                                  \
	"sbin/agetty elf 62 64 le\n"                                                               \
	"usr/lib/systemd/system/default.target -> graphical.target\n"                              \
	"usr/lib/systemd/system/graphical.target = [Unit]\\nRequires=multi-user.target\\n\n"       \
	"usr/lib/systemd/system/multi-user.target = [Unit]\\nRequires=basic.target\\n\n"           \
	"usr/lib/systemd/system/basic.target = [Unit]\\nWants=sockets.target\\n\n"                 \
	"usr/lib/systemd/system/sockets.target = [Unit]\\n\n"                                      \
	"usr/lib/systemd/system/getty.target = [Unit]\\n\n"                                        \
	"usr/lib/systemd/system/multi-user.target.wants/getty.target -> ../getty.target\n"         \
	"usr/lib/systemd/system/getty@.service = [Service]\\nExecStart=-/sbin/agetty "             \
	"--noclear %I $TERM\\n[Install]\\nWantedBy=getty.target\\nDefaultInstance=tty1\\n\n"       \
	"usr/lib/systemd/system/autovt@.service -> getty@.service\n"                               \
	"usr/lib/systemd/system/serial-getty@.service = [Service]\\nExecStart=-/sbin/agetty "      \
	"--keep-baud 115200,57600 %I $TERM\\n[Install]\\nWantedBy=getty.target\\n\n"               \
	"usr/lib/systemd/system-generators/systemd-getty-generator elf 62 64 le\n"
#define TTY1                                                                                       \
	"etc/systemd/system/getty.target.wants/getty@tty1.service -> "                             \
	"/usr/lib/systemd/system/getty@.service\n"
#define GRUB(words)                                                                                \
	"boot/grub/grub.cfg = menuentry 'x' {\\n\\tlinux\\t/vmlinuz root=/dev/sda1 ro " words      \
	"\\n}\\nmenuentry 'y' {\\n\\tlinux /old console=ttyS9\\n}\\n\n"
#define SSH_UNIT                                                                                   \
	"usr/lib/systemd/system/ssh.service = [Unit]\\nConditionPathExists=!/etc/ssh/"             \
	"sshd_not_to_be_run\\n[Service]\\nExecStartPre=/usr/sbin/sshd -t\\nExecStart="             \
	"/usr/sbin/sshd -D $SSHD_OPTS\\n[Install]\\nWantedBy=multi-user.target\\n"                 \
	"Alias=sshd.service\\n\n"                                                                  \
	"usr/sbin/sshd elf 62 64 le\n"
#define SYSV "sbin/init elf 62 64 le\nsbin/getty elf 62 64 le\nsbin/agetty elf 62 64 le\n"
#define UPSTART                                                                                    \
	"sbin/init -> upstart\nsbin/getty elf 62 64 le\nsbin/mingetty elf 62 64 le\n"              \
	"sbin/agetty elf 62 64 le\netc/init/rc.conf = start on runlevel [0123456]\\n\n"            \
	"etc/init/rc-sysinit.conf = env DEFAULT_RUNLEVEL=2\\n\n"
#define RHEL6                                                                                      \
	"etc/inittab = id:3:initdefault:\\n\n"                                                     \
	"etc/init/start-ttys.conf = start on stopped rc RUNLEVEL=[2345]\\n"                        \
	"env ACTIVE_CONSOLES=/dev/tty[1-6]\\ntask\\nscript\\n. /etc/sysconfig/init\\nend "         \
	"script\\n\n"                                                                              \
	"etc/init/tty.conf = stop on runlevel [S016]\\nrespawn\\ninstance $TTY\\n"                 \
	"exec /sbin/mingetty $TTY\\n\n"                                                            \
	"etc/init/serial.conf = start on fedora.serial-console-available DEV=* and stopped "       \
	"rc RUNLEVEL=[2345]\\nstop on runlevel [S016]\\ninstance $DEV\\nrespawn\\npre-start "      \
	"exec /sbin/securetty $DEV\\nexec /sbin/agetty /dev/$DEV $SPEED vt100-nav\\n\n"
#define ALPINE                                                                                     \
	"sbin/init -> /bin/busybox\nbin/busybox elf 62 64 le\nsbin/openrc elf 62 64 le\n"          \
	"sbin/getty -> /bin/busybox\netc/runlevels/default/\n"
#define ALPINE_TAB                                                                                 \
	"etc/inittab = ::sysinit:/sbin/openrc sysinit\\n::wait:/sbin/openrc default\\n\\n"         \
	"tty1::respawn:/sbin/getty 38400 tty1\\n#ttyS0::respawn:/sbin/getty -L 0 ttyS0 "           \
	"vt100\\n\n"

/* What tells of consoles: "TERMINAL STATE [kernel[:SPEED]] FILE[:LINE]" lines. */
static char *dump(const struct consoles *consoles)
{
	static const char *const states[] = {
		[CONSOLE_LOGIN] = "login",	 [CONSOLE_NONE] = "none",
		[CONSOLE_DISABLED] = "disabled", [CONSOLE_MASKED] = "masked",
		[CONSOLE_BROKEN] = "broken",
	};
	struct text_buffer text = {0};

	for (size_t i = 0; i < consoles->count; i++) {
		const struct console *console = &consoles->items[i];

		text_buffer_format(&text, "%s %s", console->terminal, states[console->state]);
		if (console->is_kernels)
			text_buffer_format(&text, " kernel:%u", console->speed);
		text_buffer_format(&text, " %s:%u\n", console->file ? console->file : "-",
				   console->line);
	}
	return text_buffer_take(&text);
}

struct scene_case {
	const char *name;
	const char *init;
	const char *trees[4];
	const char *expected;
};

#define W "/etc/systemd/system/getty.target.wants/"

static const struct scene_case console_cases[] = {
	{"systemd with tty1", NULL, {SYSTEMD TTY1}, "tty1 login " W "getty@tty1.service:0\n"},
	{"systemd, nothing enabled", NULL, {SYSTEMD}, "tty1 disabled " W "getty@tty1.service:0\n"},
	{"the generator makes the serial one",
	 NULL,
	 {SYSTEMD TTY1, GRUB("console=tty0 console=ttyS0,115200n8")},
	 "tty1 login " W "getty@tty1.service:0\n"
	 "ttyS0 login kernel:115200 /boot/grub/grub.cfg:0\n"},
	{"the generator is masked",
	 NULL,
	 {SYSTEMD TTY1, GRUB("console=ttyS0"),
	  "etc/systemd/system-generators/systemd-getty-generator -> /dev/null\n"},
	 "tty1 login " W "getty@tty1.service:0\n"
	 "ttyS0 disabled kernel:0 /etc/systemd/system-generators/systemd-getty-generator:0\n"},
	{"the generator is told not to",
	 NULL,
	 {SYSTEMD TTY1, GRUB("console=ttyS0 systemd.getty_auto=0")},
	 "tty1 login " W "getty@tty1.service:0\n"
	 "ttyS0 disabled kernel:0 /boot/grub/grub.cfg:0\n"},
	{"the instance is masked",
	 NULL,
	 {SYSTEMD TTY1, "etc/systemd/system/getty@tty1.service -> /dev/null\n"},
	 "tty1 masked /etc/systemd/system/getty@tty1.service:0\n"},
	{"the template is masked by an empty file",
	 NULL,
	 {SYSTEMD TTY1, GRUB("console=ttyS1,9600"), "etc/systemd/system/serial-getty@.service\n"},
	 "tty1 login " W "getty@tty1.service:0\n"
	 "ttyS1 masked kernel:9600 /etc/systemd/system/serial-getty@.service:0\n"},
	{"getty.target is masked",
	 NULL,
	 {SYSTEMD TTY1, GRUB("console=ttyS0"), "etc/systemd/system/getty.target -> /dev/null\n"},
	 "tty1 masked /etc/systemd/system/getty.target:0\n"
	 "ttyS0 masked kernel:0 /etc/systemd/system/getty.target:0\n"},
	{"a drop-in starts what is missing",
	 NULL,
	 {SYSTEMD TTY1, "etc/systemd/system/getty@tty1.service.d/auto.conf = [Service]\\n"
			"ExecStart=\\nExecStart=-/usr/local/bin/kiosk\\n\n"},
	 "tty1 broken /etc/systemd/system/getty@tty1.service.d/auto.conf:3\n"},
	{"a drop-in logs in by itself",
	 NULL,
	 {SYSTEMD TTY1, "etc/systemd/system/getty@.service.d/auto.conf = [Service]\\n"
			"ExecStart=\\nExecStart=-/sbin/agetty -a root %I\\n\n"},
	 "tty1 login " W "getty@tty1.service:0\n"},
	{"the system starts into another target",
	 NULL,
	 {SYSTEMD TTY1, "etc/systemd/system/default.target -> /etc/systemd/system/own.target\n"
			"etc/systemd/system/own.target = [Unit]\\n\n"},
	 "tty1 disabled /etc/systemd/system/default.target:0\n"},
	{"the kernel's command line names another target",
	 NULL,
	 {SYSTEMD TTY1, GRUB("systemd.unit=rescue.target")},
	 "tty1 disabled /boot/grub/grub.cfg:0\n"},
	{"the serial one is enabled by hand, and the kernel has none",
	 NULL,
	 {SYSTEMD "etc/systemd/system/getty.target.wants/serial-getty@ttyS1.service -> "
		  "/usr/lib/systemd/system/serial-getty@.service\n"},
	 "tty1 disabled " W "getty@tty1.service:0\n"
	 "ttyS1 login " W "serial-getty@ttyS1.service:0\n"},
	{"a link that hides the one of a package",
	 NULL,
	 {SYSTEMD "usr/lib/systemd/system/getty.target.wants/getty@tty1.service -> "
		  "../getty@.service\n"
		  "etc/systemd/system/getty.target.wants/getty@tty1.service -> /dev/null\n"},
	 "tty1 disabled " W "getty@tty1.service:0\n"},
	{"logind starts the second",
	 NULL,
	 {SYSTEMD TTY1,
	  "usr/lib/systemd/system/systemd-logind.service = [Service]\\nExecStart=/sbin/agetty\\n\n"
	  "usr/lib/systemd/system/multi-user.target.wants/systemd-logind.service -> "
	  "../systemd-logind.service\n"},
	 "tty1 login " W "getty@tty1.service:0\n"
	 "tty2 login /usr/lib/systemd/system/systemd-logind.service:0\n"},
	{"logind starts none",
	 NULL,
	 {SYSTEMD TTY1,
	  "usr/lib/systemd/system/systemd-logind.service = [Service]\\nExecStart=/sbin/agetty\\n\n"
	  "usr/lib/systemd/system/multi-user.target.wants/systemd-logind.service -> "
	  "../systemd-logind.service\n"
	  "etc/systemd/logind.conf.d/x.conf = [Login]\\nNAutoVTs=0\\n\n"},
	 "tty1 login " W "getty@tty1.service:0\n"},
	{"a loader entry with the variable of grubenv",
	 NULL,
	 {SYSTEMD TTY1,
	  "boot/grub2/grub.cfg = insmod blscfg\\nblscfg\\n\n"
	  "boot/grub2/grubenv = # GRUB Environment Block\\nsaved_entry=m-4.18.0-2\\nkernelopts="
	  "root=/dev/sda1 console=ttyS1,57600\\n\n"
	  "boot/loader/entries/m-4.18.0-2.conf = title a\\nlinux /v\\noptions $kernelopts "
	  "quiet\\n\n"
	  "boot/loader/entries/m-4.18.0-9.conf = title b\\noptions console=ttyS7\\n\n"},
	 "tty1 login " W "getty@tty1.service:0\n"
	 "ttyS1 login kernel:57600 /boot/loader/entries/m-4.18.0-2.conf:0\n"},
	{"entries that GRUB does not read",
	 NULL,
	 {SYSTEMD TTY1, GRUB("console=ttyS0"),
	  "boot/loader/entries/a.conf = options console=ttyS7\\n\n"},
	 "tty1 login " W "getty@tty1.service:0\nttyS0 login kernel:0 /boot/grub/grub.cfg:0\n"},
	{"only what would be written next",
	 NULL,
	 {SYSTEMD TTY1, "etc/default/grub = GRUB_CMDLINE_LINUX_DEFAULT=quiet\\n"
			"GRUB_CMDLINE_LINUX=\"console=tty0 console=hvc0\"\\n\n"},
	 "tty1 login " W "getty@tty1.service:0\nhvc0 login kernel:0 /etc/default/grub:0\n"},
	{"units that are elsewhere", "systemd", {"etc/systemd/system/\n"}, ""},
	{"an init that nobody knows", NULL, {"etc/passwd\n"}, ""},
	{"Debian's inittab",
	 NULL,
	 {SYSV "etc/inittab = id:2:initdefault:\\n1:2345:respawn:/sbin/getty 38400 tty1\\n"
	       "2:23:respawn:/sbin/getty 38400 tty2\\n#T0:23:respawn:/sbin/getty -L ttyS0 9600 "
	       "vt100\\n\n",
	  "boot/grub/menu.lst = default 1\\ntitle a\\nkernel /v console=ttyS5\\ntitle b\\n"
	  "kernel /v ro console=ttyS0,9600n8\\n\n"},
	 "tty1 login /etc/inittab:2\nttyS0 disabled kernel:9600 /etc/inittab:4\n"
	 "tty2 login /etc/inittab:3\n"},
	{"sysvinit on a Debian whose sshd brings a folder for runit",
	 NULL,
	 {SYSV "etc/runit/runsvdir/default/\netc/sv/ssh/run = x\n"
	       "etc/inittab = id:2:initdefault:\\n1:2345:respawn:/sbin/getty 38400 tty1\\n\n"},
	 "tty1 login /etc/inittab:2\n"},
	{"a run level without logins",
	 NULL,
	 {SYSV "etc/inittab = id:5:initdefault:\\n1:23:respawn:/sbin/getty 38400 tty1\\n\n"},
	 "tty1 disabled /etc/inittab:2\n"},
	{"the program of inittab is missing",
	 NULL,
	 {SYSV "etc/inittab = id:3:initdefault:\\n1:2345:respawn:/sbin/mingetty tty1\\n"
	       "S0:12345:respawn:/sbin/agetty -L 115200 ttyS0 vt102\\n\n"},
	 "tty1 broken /etc/inittab:2\nttyS0 login /etc/inittab:3\n"},
	{"an inittab that says nothing of it",
	 NULL,
	 {SYSV "etc/inittab = id:3:initdefault:\\nsi::sysinit:/etc/rc.d/rc.sysinit\\n\n"
	       "etc/lilo.conf = append=\" vt.default_utf8=0 console=ttyS1,38400\"\\n\n"},
	 "tty1 none /etc/inittab:0\nttyS1 none kernel:38400 /etc/inittab:0\n"},
	{"Slackware's",
	 NULL,
	 {SYSV "etc/slackware-version = Slackware 14.2\\n\n"
	       "etc/inittab = id:3:initdefault:\\nc1:12345:respawn:/sbin/agetty --noclear 38400 "
	       "tty1 linux\\n#s1:12345:respawn:/sbin/agetty -L ttyS0 9600 vt100\\n"
	       "x1:4:respawn:/etc/rc.d/rc.4\\n\n"},
	 "tty1 login /etc/inittab:2\n"},
	{"Alpine's", NULL, {ALPINE ALPINE_TAB}, "tty1 login /etc/inittab:4\n"},
	{"Alpine's on SYSLINUX",
	 NULL,
	 {ALPINE ALPINE_TAB "boot/extlinux.conf = DEFAULT b\\nLABEL a\\n APPEND console=ttyS4\\n"
			    "LABEL b\\n\\tLINUX v\\n\\tAPPEND root=x console=ttyS0,115200\\n\n"},
	 "tty1 login /etc/inittab:4\nttyS0 disabled kernel:115200 /etc/inittab:5\n"},
	{"OpenRC with a service for a terminal",
	 NULL,
	 {"sbin/init -> openrc-init\nsbin/agetty elf 62 64 le\nsbin/openrc-init elf 62 64 le\n"
	  "etc/init.d/agetty = x\n"
	  "etc/init.d/agetty.tty1 -> agetty\n"
	  "etc/runlevels/default/agetty.tty1 -> /etc/init.d/agetty.tty1\n"
	  "etc/runlevels/default/agetty.ttyS0 -> /etc/init.d/agetty.ttyS0\n"},
	 "tty1 login /etc/runlevels/default/agetty.tty1:0\n"
	 "ttyS0 broken /etc/runlevels/default/agetty.ttyS0:0\n"},
	{"OpenRC under sysvinit",
	 "openrc",
	 {SYSV "etc/runlevels/default/\netc/inittab = id:3:initdefault:\\n"
	       "#c1:12345:respawn:/sbin/agetty 38400 tty1 linux\\n\n"},
	 "tty1 disabled /etc/inittab:2\n"},
	{"busybox without a file",
	 NULL,
	 {"sbin/init -> ../bin/busybox\nbin/busybox elf 62 64 le\n"},
	 "tty1 login /bin/busybox:0\ntty2 login /bin/busybox:0\ntty3 login /bin/busybox:0\n"
	 "tty4 login /bin/busybox:0\n"},
	{"busybox with a shell",
	 NULL,
	 {"sbin/init -> ../bin/busybox\nbin/busybox elf 62 64 le\nbin/sh -> busybox\n"
	  "etc/inittab = ::sysinit:/etc/rcS\\nttyS0::askfirst:-/bin/sh\\n\n"},
	 "tty1 none /etc/inittab:0\nttyS0 login /etc/inittab:2\n"},
	{"Ubuntu's jobs",
	 NULL,
	 {UPSTART
	  "etc/init/tty1.conf = # tty1\\nstart on stopped rc RUNLEVEL=[2345] and (\\n"
	  "  not-container or\\n  container CONTAINER=lxc)\\nstop on runlevel [!2345]\\n"
	  "respawn\\nexec /sbin/getty -8 38400 tty1\\n\n"
	  "etc/init/tty2.conf = start on runlevel [23]\\nexec /sbin/getty -8 38400 tty2\\n\n"
	  "etc/init/tty2.override = manual\\n\n"
	  "etc/init/ttyS0.conf = start on stopped rc RUNLEVEL=[!2345]\\nscript\\n"
	  "exec /sbin/getty -L 115200 ttyS0 vt102\\nend script\\n\n"},
	 "tty1 login /etc/init/tty1.conf:7\ntty2 disabled /etc/init/tty2.override:1\n"
	 "ttyS0 disabled /etc/init/ttyS0.conf:1\n"},
	{"an upstart without jobs for it",
	 NULL,
	 {UPSTART, GRUB("console=ttyS0")},
	 "tty1 none /etc/init:0\nttyS0 none kernel:0 /etc/init:0\n"},
	{"Red Hat's jobs",
	 "upstart",
	 {UPSTART RHEL6 "boot/grub/grub.conf = default=0\\ntitle R\\n\\tkernel /v ro "
			"console=tty0 console=ttyS1,115200\\n\n"},
	 "tty1 login /etc/init/start-ttys.conf:5\n"
	 "ttyS1 login kernel:115200 /etc/init/serial.conf:6\n"
	 "tty2 login /etc/init/start-ttys.conf:5\ntty3 login /etc/init/start-ttys.conf:5\n"
	 "tty4 login /etc/init/start-ttys.conf:5\ntty5 login /etc/init/start-ttys.conf:5\n"
	 "tty6 login /etc/init/start-ttys.conf:5\n"},
	{"Red Hat's without the first",
	 "upstart",
	 {UPSTART RHEL6 "etc/sysconfig/init = ACTIVE_CONSOLES=/dev/tty[56]\\n\n"},
	 "tty1 disabled /etc/sysconfig/init:0\n"
	 "tty5 login /etc/init/start-ttys.conf:5\ntty6 login /etc/init/start-ttys.conf:5\n"},
	{"runit's services",
	 "runit",
	 {"sbin/agetty elf 62 64 le\netc/sv/agetty-tty1/run = x\\n\n"
	  "etc/sv/agetty-ttyS0/run = x\\n\netc/sv/agetty-ttyS0/down\n"
	  "etc/runit/runsvdir/default/agetty-tty1 -> /etc/sv/agetty-tty1\n"
	  "etc/runit/runsvdir/default/agetty-ttyS0 -> /etc/sv/agetty-ttyS0\n"},
	 "tty1 login /etc/runit/runsvdir/default/agetty-tty1:0\n"
	 "ttyS0 disabled /etc/runit/runsvdir/default/agetty-ttyS0/down:0\n"},
	{"links that lead outside",
	 NULL,
	 {SYSTEMD "etc/systemd/system/getty.target.wants/getty@tty1.service -> "
		  "../../../../../../usr/lib/systemd/system/getty@.service\n"
		  "etc/systemd/system/a.service -> b.service\n"
		  "etc/systemd/system/b.service -> a.service\n"
		  "etc/systemd/system/getty.target.wants/a.service -> ../a.service\n"
		  "etc/systemd/system/getty.target.wants/x\\tservice -> y\n"},
	 "tty1 login " W "getty@tty1.service:0\n"},
};

static void check_consoles(const struct scene_case *scene_case)
{
	_cleanup_consoles_ struct consoles consoles = {0};
	_cleanup_free_ char *found = NULL;
	struct tree scene;

	enter(&scene, scene_case->trees);
	consoles_read(scene.root, scene_case->init, &consoles);
	found = dump(&consoles);
	if (strcmp(found, scene_case->expected) != 0)
		print_message("# %s:\n%s---\n%s", scene_case->name, found, scene_case->expected);
	tree_leave(&scene);
	assert_string_equal(found, scene_case->expected);
}

static void terminals_with_a_login_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(console_cases); i++)
		check_consoles(&console_cases[i]);
}

#define SSH_LINK                                                                                   \
	"etc/systemd/system/multi-user.target.wants/ssh.service -> "                               \
	"/usr/lib/systemd/system/ssh.service\n"

static const struct scene_case service_cases[] = {
	{"not installed", NULL, {SYSTEMD}, "missing - - -"},
	{"disabled",
	 NULL,
	 {SYSTEMD SSH_UNIT},
	 "disabled ssh.service /usr/lib/systemd/system/ssh.service -"},
	{"enabled",
	 NULL,
	 {SYSTEMD SSH_UNIT SSH_LINK},
	 "started ssh.service /etc/systemd/system/multi-user.target.wants/ssh.service -"},
	{"by its other name",
	 NULL,
	 {SYSTEMD SSH_UNIT
	  "etc/systemd/system/sshd.service -> /usr/lib/systemd/system/ssh.service\n"
	  "etc/systemd/system/multi-user.target.wants/sshd.service -> ../sshd.service\n"},
	 "started ssh.service /etc/systemd/system/multi-user.target.wants/sshd.service -"},
	{"masked",
	 NULL,
	 {SYSTEMD SSH_UNIT SSH_LINK "etc/systemd/system/ssh.service -> /dev/null\n"},
	 "masked ssh.service /etc/systemd/system/ssh.service -"},
	{"only its other name is masked",
	 NULL,
	 {SYSTEMD SSH_UNIT "etc/systemd/system/sshd.service -> /dev/null\n"},
	 "disabled ssh.service /usr/lib/systemd/system/ssh.service -"},
	{"forbidden by a file",
	 NULL,
	 {SYSTEMD SSH_UNIT SSH_LINK "etc/ssh/sshd_not_to_be_run\n"},
	 "blocked ssh.service /usr/lib/systemd/system/ssh.service /etc/ssh/sshd_not_to_be_run"},
	{"its program is missing",
	 NULL,
	 {SYSTEMD SSH_LINK "usr/lib/systemd/system/ssh.service = [Service]\\nExecStart=/opt/sshd "
			   "\\\\\\n -D\\n\n"},
	 "broken ssh.service /usr/lib/systemd/system/ssh.service /opt/sshd"},
	{"by its socket",
	 NULL,
	 {SYSTEMD SSH_UNIT "usr/lib/systemd/system/ssh.socket = [Socket]\\nListenStream=22\\n"
			   "[Install]\\nWantedBy=sockets.target\\n\n"
			   "etc/systemd/system/sockets.target.wants/ssh.socket -> "
			   "/usr/lib/systemd/system/ssh.socket\n"},
	 "started ssh.socket /etc/systemd/system/sockets.target.wants/ssh.socket -"},
	{"its socket has nothing behind it",
	 NULL,
	 {SYSTEMD SSH_UNIT "usr/lib/systemd/system/ssh.socket = [Socket]\\n\n"
			   "etc/systemd/system/sockets.target.wants/ssh.socket -> "
			   "/usr/lib/systemd/system/ssh.socket\n"
			   "etc/systemd/system/ssh.service -> /dev/null\n"},
	 "masked ssh.service /etc/systemd/system/ssh.service -"},
	{"a script that systemd starts",
	 NULL,
	 {SYSTEMD "etc/init.d/ssh = x\netc/rc2.d/S01ssh -> ../init.d/ssh\n"},
	 "started ssh /etc/rc2.d/S01ssh -"},
	{"System V, started",
	 "sysvinit",
	 {"etc/debian_version = 7\\n\netc/init.d/ssh = x\netc/rc2.d/S16ssh -> ../init.d/ssh\n"},
	 "started ssh /etc/rc2.d/S16ssh -"},
	{"System V, stopped",
	 "sysvinit",
	 {"etc/inittab = id:3:initdefault:\\n\netc/rc.d/init.d/sshd = x\n"
	  "etc/init.d -> rc.d/init.d\netc/rc.d/rc3.d/K25sshd -> ../init.d/sshd\n"
	  "etc/rc.d/rc5.d/S55sshd -> ../init.d/sshd\n"},
	 "disabled sshd /etc/init.d/sshd -"},
	{"System V, forbidden by a file",
	 "sysvinit",
	 {"etc/debian_version = 7\\n\netc/init.d/ssh = test -e /etc/ssh/sshd_not_to_be_run\n"
	  "etc/rc2.d/S16ssh -> ../init.d/ssh\netc/ssh/sshd_not_to_be_run\n"},
	 "blocked ssh /etc/init.d/ssh /etc/ssh/sshd_not_to_be_run"},
	{"Slackware's", "sysvinit", {"etc/rc.d/rc.sshd = x\n"}, "started sshd /etc/rc.d/rc.sshd -"},
	{"upstart, started",
	 "upstart",
	 {UPSTART "etc/init/ssh.conf = start on runlevel [2345]\\nexec /usr/sbin/sshd -D\\n\n"},
	 "started ssh /etc/init/ssh.conf -"},
	{"upstart, by hand",
	 "upstart",
	 {UPSTART "etc/init/ssh.conf = start on runlevel [2345]\\nexec /usr/sbin/sshd -D\\n\n"
		  "etc/init/ssh.override = manual\\n\n"},
	 "disabled ssh /etc/init/ssh.override -"},
	{"OpenRC, started",
	 "openrc",
	 {"etc/init.d/sshd = x\netc/runlevels/default/sshd -> /etc/init.d/sshd\n"},
	 "started sshd /etc/runlevels/default/sshd -"},
	{"OpenRC, in no run level",
	 "openrc",
	 {"etc/init.d/sshd = x\n"},
	 "disabled sshd /etc/init.d/sshd -"},
	{"runit's",
	 "runit",
	 {"etc/sv/sshd/run = x\n"
	  "etc/runit/runsvdir/default/sshd -> /etc/sv/sshd\n"},
	 "started sshd /etc/runit/runsvdir/default/sshd -"},
	{"nobody knows", NULL, {"etc/passwd\n"}, "unknown - - -"},
};

static const char *shown(const char *text)
{
	return text ? text : "-";
}

static void check_service(const struct scene_case *scene_case)
{
	_cleanup_service_state_ struct service_state state = {0};
	_cleanup_free_ char *found = NULL;
	struct tree scene;

	enter(&scene, scene_case->trees);
	service_state_read_sshd(scene.root, scene_case->init, &state);
	found = text_format("%s %s %s %s", service_start_word(state.start), shown(state.name),
			    shown(state.file), shown(state.reason));
	if (strcmp(found, scene_case->expected) != 0)
		print_message("# %s: %s\n", scene_case->name, found);
	tree_leave(&scene);
	assert_string_equal(found, scene_case->expected);
}

static void the_ssh_server_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(service_cases); i++)
		check_service(&service_cases[i]);
}

/* Slackware starts a script where it may be executed. */
static void a_script_that_cannot_be_executed_is_not_started(void **state)
{
	_cleanup_service_state_ struct service_state service = {0};
	_cleanup_close_ int fd = -1;
	struct tree scene;

	(void)state;
	enter(&scene, (const char *const[]){"etc/rc.d/rc.sshd = x\n", NULL});
	fd = root_open_file(scene.root, "etc/rc.d/rc.sshd", O_RDONLY, 0);
	assert_int_equal(fchmod(fd, 0644), 0);
	service_state_read_sshd(scene.root, "sysvinit", &service);
	assert_int_equal(service.start, SERVICE_DISABLED);
	assert_string_equal(service.file, "/etc/rc.d/rc.sshd");
	tree_leave(&scene);
}

static void names_of_terminals_are_told_from_others(void **state)
{
	(void)state;
	assert_true(terminal_is_name("tty1"));
	assert_true(terminal_is_name("ttyAMA0"));
	assert_true(terminal_is_name("hvc0"));
	assert_false(terminal_is_name("tty"));
	assert_false(terminal_is_name("ttyS"));
	assert_false(terminal_is_name("tty1/../../etc"));
	assert_false(terminal_is_name("uart8250"));
	assert_true(terminal_is_serial("ttyS0"));
	assert_true(terminal_is_serial("hvc0"));
	assert_false(terminal_is_serial("tty12"));
}

static void give_mode(const struct tree *scene, const char *path, mode_t mode)
{
	_cleanup_close_ int fd = root_open_file(scene->root, path, O_RDONLY, 0);

	assert_int_equal(fchmod(fd, mode), 0);
}

/* What sshd of TREES finds: "GOOD of PATHS, open OPEN, made by MAKER". */
static void expect_host_keys(const char *const *trees, mode_t mode, const char *expected)
{
	_cleanup_sshd_config_ struct sshd_config config = {0};
	_cleanup_host_keys_ struct host_keys keys = {0};
	_cleanup_free_ char *found = NULL;
	struct tree scene;

	enter(&scene, trees);
	if (root_has(scene.root, "/etc/ssh/ssh_host_rsa_key"))
		give_mode(&scene, "/etc/ssh/ssh_host_rsa_key", mode);
	(void)sshd_config_read(scene.root, NULL, &config); /* most have none */
	host_keys_read(scene.root, &config, &keys);
	found = text_format("%zu of %zu, open %s, made by %s", keys.good, keys.paths.count,
			    shown(keys.open), shown(keys.maker));
	tree_leave(&scene);
	assert_string_equal(found, expected);
}

#define RSA_KEY "etc/ssh/ssh_host_rsa_key = x\n"

static void host_keys_are_judged(void **state)
{
	(void)state;
	expect_host_keys((const char *const[]){"etc/ssh/\n", NULL}, 0, "0 of 4, open -, made by -");
	expect_host_keys((const char *const[]){RSA_KEY, NULL}, 0600, "1 of 4, open -, made by -");
	expect_host_keys((const char *const[]){RSA_KEY, NULL}, 0640,
			 "0 of 4, open /etc/ssh/ssh_host_rsa_key, made by -");
	expect_host_keys((const char *const[]){RSA_KEY, NULL}, 0644,
			 "0 of 4, open /etc/ssh/ssh_host_rsa_key, made by -");
	expect_host_keys((const char *const[]){"etc/ssh/ssh_host_rsa_key\n", NULL}, 0600,
			 "0 of 4, open -, made by -");
	expect_host_keys((const char *const[]){RSA_KEY "etc/ssh/sshd_config = HostKey /etc/a\\n"
						       "HostKey /etc/b\\n\netc/b = x\n",
					       NULL},
			 0600, "0 of 2, open /etc/b, made by -");
	expect_host_keys((const char *const[]){"usr/lib/systemd/system/sshd-keygen@.service = "
					       "[Service]\\nExecStart=/sbin/k %i\\n\n"
					       "sbin/k = x\n",
					       NULL},
			 0,
			 "0 of 4, open -, made by "
			 "/usr/lib/systemd/system/sshd-keygen@.service");
	expect_host_keys((const char *const[]){"usr/lib/systemd/system/sshd-keygen@.service = "
					       "[Service]\\nExecStart=/sbin/k %i\\n\n"
					       "sbin/k = x\n"
					       "etc/systemd/system/sshd-keygen@.service -> "
					       "/dev/null\n",
					       NULL},
			 0, "0 of 4, open -, made by -");
	expect_host_keys((const char *const[]){"etc/init.d/sshd = /usr/bin/ssh-keygen -A\n", NULL},
			 0, "0 of 4, open -, made by /etc/init.d/sshd");
}

/* The command line in TREES: its file and line, and its words. */
static void expect_line(const char *const *trees, const char *expected)
{
	_cleanup_kernel_line_ struct kernel_line line = {0};
	_cleanup_free_ char *words = NULL, *found = NULL;
	struct tree scene;

	enter(&scene, trees);
	kernel_line_read(scene.root, &line);
	words = text_list_join(&line.words, " ");
	found = text_format("%s:%u %s", shown(line.file), line.line, words);
	tree_leave(&scene);
	assert_string_equal(found, expected);
}

static void the_kernels_command_line_is_found(void **state)
{
	(void)state;
	expect_line((const char *const[]){"boot/\n", NULL}, "-:0 ");
	expect_line(
		(const char *const[]){"boot/grub/grub.cfg = set more=\"a b\"\\nlinux16 /v 'x=1 2' "
				      "${more} $none\\nlinux /w z\\n\n",
				      NULL},
		"/boot/grub/grub.cfg:2 /v x=1 2 a b");
	expect_line((const char *const[]){"boot/grub/menu.lst = default=1\\ntitle a\\nkernel /v "
					  "a\\ntitle b\\nkernel /xen.gz\\nmodule /vmlinuz b\\n\n",
					  NULL},
		    "/boot/grub/menu.lst:6 /vmlinuz b");
	expect_line((const char *const[]){"boot/extlinux.conf = default two\\nlabel one\\nappend "
					  "1\\nlabel two\\nappend 2\\n\n",
					  NULL},
		    "/boot/extlinux.conf:5 2");
	expect_line((const char *const[]){"boot/firmware/cmdline.txt = console=serial0,115200 "
					  "root=x\\n\n",
					  NULL},
		    "/boot/firmware/cmdline.txt:1 console=serial0,115200 root=x");
	expect_line(
		(const char *const[]){"boot/loader/entries/0-rescue.conf = options r\\n\n"
				      "boot/loader/entries/a-6.9.conf = options n\\n\n"
				      "boot/loader/entries/a-6.10.conf = title t\\noptions y\\n\n",
				      NULL},
		"/boot/loader/entries/a-6.10.conf:2 y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminals_with_a_login_are_found),
		cmocka_unit_test(the_ssh_server_is_found),
		cmocka_unit_test(a_script_that_cannot_be_executed_is_not_started),
		cmocka_unit_test(names_of_terminals_are_told_from_others),
		cmocka_unit_test(host_keys_are_judged),
		cmocka_unit_test(the_kernels_command_line_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
