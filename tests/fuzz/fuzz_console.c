/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzz target: what starts logins and services. The first byte chooses which of the boot loader's
 * files the input is; it is inittab, units, drop-ins and jobs besides.
 */
#include "fuzz_root.h"

#include <string.h>

#include "system/console.h"
#include "system/inittab.h"
#include "system/kernel_line.h"
#include "system/service_state.h"
#include "words.h"

#define INPUT_MAX 8192

static void write_all(const uint8_t *data, size_t size)
{
	static const char *const loaders[] = {
		"/boot/grub2/grub.cfg",
		"/boot/loader/entries/a.conf",
		"/boot/grub/menu.lst",
		"/boot/extlinux.conf",
		"/etc/lilo.conf",
		"/etc/default/grub",
		"/boot/firmware/cmdline.txt",
	};
	static const char *const others[] = {
		"/boot/grub2/grubenv",
		"/etc/inittab",
		"/usr/lib/systemd/system/getty@.service",
		"/usr/lib/systemd/system/serial-getty@.service",
		"/usr/lib/systemd/system/multi-user.target",
		"/usr/lib/systemd/system/ssh.service",
		"/etc/systemd/system/getty.target.wants/getty@tty1.service",
		"/etc/systemd/system/ssh.service.d/a.conf",
		"/etc/systemd/logind.conf",
		"/etc/init/tty1.conf",
		"/etc/init/ssh.conf",
		"/etc/init/ssh.override",
		"/sbin/agetty",
	};

	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++)
		fuzz_root_write(loaders[i], data,
				size && data[0] % ARRAY_SIZE(loaders) == i ? size : 0);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		fuzz_root_write(others[i], data, size);
}

static void judge(const char *init)
{
	_cleanup_consoles_ struct consoles consoles = {0};
	_cleanup_service_state_ struct service_state state = {0};

	consoles_read(fuzz_root(), init, &consoles);
	for (size_t i = 0; i < consoles.count; i++) {
		const struct console *console = &consoles.items[i];

		if (!terminal_is_name(console->terminal) || !console->file ||
		    consoles_find(&consoles, console->terminal) != console)
			abort();
		(void)console_is_wanted(console); /* any answer will do */
	}
	service_state_read_sshd(fuzz_root(), init, &state);
	if (state.start > SERVICE_MISSING && !state.name)
		abort();
}

const char *const fuzz_words[] = {BOOT_WORDS, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const inits[] = {"systemd", "sysvinit", "busybox", "upstart"};
	_cleanup_inittab_ struct inittab inittab = {0};

	size = size < INPUT_MAX ? size : INPUT_MAX;
	write_all(data, size);
	for (size_t i = 0; i < ARRAY_SIZE(inits); i++)
		judge(inits[i]);
	inittab_parse((const char *)data, size, false, &inittab);
	for (size_t i = 0; i < inittab.count; i++) {
		if (!inittab.entries[i].line || !inittab.entries[i].program)
			abort();
	}
	return 0;
}
