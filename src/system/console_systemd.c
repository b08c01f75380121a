/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logins that systemd starts: getty units that are pulled in when it starts, serial ones that its
 * generator makes for the kernel's consoles, and those that logind starts on another text console.
 */
#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/console_parts.h"
#include "system/systemd.h"

#define SYSTEMD_MAX_VTS 6 /* NAutoVTs where nothing is said */

static bool is_there(const struct root *root)
{
	return root_has_folder(root, "/usr/lib/systemd/system") ||
	       root_has_folder(root, "/lib/systemd/system");
}

/* "tty1" of "getty@tty1.service"; the caller frees; NULL: no getty of a terminal. */
static char *terminal_of(const char *name)
{
	static const char *const prefixes[] = {"getty@", "serial-getty@"};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *rest = text_after_prefix(name, prefixes[i]);
		_cleanup_free_ char *terminal = rest ? alloc_copy(rest, strcspn(rest, ".")) : NULL;

		if (terminal && terminal_is_name(terminal))
			return TAKE_PTR(terminal);
	}
	return NULL;
}

static char *unit_of(const char *terminal)
{
	return text_format("%s@%s.service", terminal_is_serial(terminal) ? "serial-getty" : "getty",
			   terminal);
}

/* REASON starts NAME on TERMINAL: whether that comes to something. */
static void judge_unit(const struct console_reading *reading, const char *name,
		       const char *terminal, const char *reason)
{
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};

	systemd_unit_read(reading->root, name, &unit);
	if (unit.mask)
		console_say(reading, terminal, CONSOLE_MASKED, unit.mask, 0);
	else if (!unit.file)
		console_say(reading, terminal, CONSOLE_BROKEN, reason, 0);
	else if (!systemd_has_program(reading->root, unit.program))
		console_say(reading, terminal, CONSOLE_BROKEN,
			    unit.program_file ? unit.program_file : unit.file, unit.program_line);
	else if (unit.blocked_by)
		console_say(reading, terminal, CONSOLE_NONE, unit.blocked_by, 0);
	else
		console_say(reading, terminal, CONSOLE_LOGIN, reason, 0);
}

static void judge_reached(const struct console_reading *reading, const struct systemd_boot *boot)
{
	for (size_t i = 0; i < boot->names.count; i++) {
		_cleanup_free_ char *terminal = terminal_of(boot->names.items[i]);

		if (terminal)
			judge_unit(reading, boot->names.items[i], terminal, boot->reasons.items[i]);
		else if (strcmp(boot->names.items[i], "console-getty.service") == 0)
			judge_unit(reading, boot->names.items[i], "console",
				   boot->reasons.items[i]);
	}
}

/* The generator of serial logins: NULL, or what keeps it from working (the caller frees). */
static char *find_generator_fault(const struct console_reading *reading)
{
	static const char *const folders[] = {"/etc/systemd", "/usr/local/lib/systemd",
					      "/usr/lib/systemd", "/lib/systemd"};
	const char *word = kernel_line_get(reading->line, "systemd.getty_auto");

	if (word && (strcmp(word, "0") == 0 || strcmp(word, "no") == 0 ||
		     strcmp(word, "off") == 0 || strcmp(word, "false") == 0))
		return text_copy(reading->line->file);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *path =
			text_format("%s/system-generators/systemd-getty-generator", folders[i]);
		_cleanup_free_ char *target = NULL;
		struct stat status;

		if (root_stat(reading->root, path, false, &status) < 0)
			continue;
		if (root_read_link(reading->root, path, &target) == 0 &&
		    text_is_equal(target, "/dev/null"))
			return TAKE_PTR(path);
		return systemd_has_program(reading->root, path) ? NULL : TAKE_PTR(path);
	}
	return text_copy("/usr/lib/systemd/system-generators/systemd-getty-generator");
}

static void judge_generated(const struct console_reading *reading, const struct systemd_boot *boot)
{
	_cleanup_free_ char *fault = find_generator_fault(reading);
	_cleanup_systemd_unit_ struct systemd_unit target = {0};
	size_t count = reading->consoles->count;

	for (size_t i = 0; i < count && !fault; i++) {
		struct console *console = &reading->consoles->items[i];

		console->is_generated = console->is_serial && console->is_kernels;
	}
	systemd_unit_read(reading->root, "getty.target", &target);
	if (target.mask || !systemd_boot_find(boot, "getty.target"))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct console *console = &reading->consoles->items[i];
		_cleanup_free_ char *terminal = text_copy(console->terminal);
		_cleanup_free_ char *name = unit_of(terminal);

		if (!console->is_serial || !console->is_kernels || console->state == CONSOLE_LOGIN)
			continue;
		if (fault)
			console_say(reading, terminal, CONSOLE_DISABLED, fault, 0);
		else
			judge_unit(reading, name, terminal, reading->line->file);
	}
}

/* Why nothing starts one on TERMINAL. */
static void judge_unreached(const struct console_reading *reading, const struct systemd_boot *boot,
			    const char *terminal)
{
	_cleanup_free_ char *name = unit_of(terminal);
	_cleanup_free_ char *link = text_format(SYSTEMD_ETC "/getty.target.wants/%s", name);
	_cleanup_systemd_unit_ struct systemd_unit unit = {0}, target = {0};

	systemd_unit_read(reading->root, name, &unit);
	systemd_unit_read(reading->root, "getty.target", &target);
	if (unit.mask || target.mask)
		console_say(reading, terminal, CONSOLE_MASKED, unit.mask ? unit.mask : target.mask,
			    0);
	else if (!unit.file)
		console_say(reading, terminal, CONSOLE_NONE, link, 0);
	else if (!systemd_boot_find(boot, "getty.target") && boot->file)
		console_say(reading, terminal, CONSOLE_DISABLED, boot->file, 0);
	else
		console_say(reading, terminal, CONSOLE_DISABLED, link, 0);
}

/* NAutoVTs of FILE, where it says so. */
static void read_auto(const struct root *root, const char *file, uint64_t *count, char **ret_file)
{
	struct config_lines lines;
	_cleanup_free_ char *text = config_open_first(root, &file, 1, &file, &lines);

	for (char *line; (line = config_lines_next(&lines)); free(line)) {
		const char *value = text_after_prefix(text_trim(line), "NAutoVTs=");

		if (value && text_parse_u64(value, count) == 0)
			text_set(ret_file, file);
	}
}

static void read_logind(const struct root *root, uint64_t *count, char **ret_file)
{
	static const char *const folders[] = {"/usr/lib/systemd/logind.conf.d",
					      "/etc/systemd/logind.conf.d"};

	*count = SYSTEMD_MAX_VTS;
	read_auto(root, "/usr/lib/systemd/logind.conf", count, ret_file);
	read_auto(root, "/etc/systemd/logind.conf", count, ret_file);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_text_list_ struct text_list names = {0};

		(void)root_list(root, folders[i], 100, &names); /* none is as good */
		for (size_t j = 0; j < names.count; j++) {
			_cleanup_free_ char *path =
				text_format("%s/%s", folders[i], names.items[j]);

			if (text_has_suffix(path, ".conf"))
				read_auto(root, path, count, ret_file);
		}
	}
}

/* Another text console gets a login when somebody switches to it. */
static void judge_auto(const struct console_reading *reading, const struct systemd_boot *boot)
{
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};
	_cleanup_free_ char *file = NULL;
	uint64_t count;

	systemd_unit_read(reading->root, "systemd-logind.service", &unit);
	if (unit.mask || !unit.file || !systemd_boot_find(boot, "systemd-logind.service"))
		return;
	read_logind(reading->root, &count, &file);
	if (count >= 2)
		judge_unit(reading, "autovt@tty2.service", "tty2", file ? file : unit.file);
}

bool console_read_systemd(const struct console_reading *reading)
{
	_cleanup_systemd_boot_ struct systemd_boot boot = {0};

	if (!is_there(reading->root))
		return false;
	systemd_boot_read(reading->root, reading->line, &boot);
	judge_reached(reading, &boot);
	judge_generated(reading, &boot);
	for (size_t i = 0; i < reading->consoles->count; i++) {
		_cleanup_free_ char *terminal = text_copy(reading->consoles->items[i].terminal);

		if (!reading->consoles->items[i].file)
			judge_unreached(reading, &boot, terminal);
	}
	judge_auto(reading, &boot);
	return true;
}
