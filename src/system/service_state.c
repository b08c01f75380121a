/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a service is started by the target's init. */
#include "system/service_state.h"

#include <string.h>

#include "system/config_lines.h"
#include "system/inittab.h"
#include "system/inspect_parts.h"
#include "system/systemd.h"
#include "system/upstart.h"

#define LINKS_MAX 2000
#define SSHD_FORBIDDEN "/etc/ssh/sshd_not_to_be_run" /* of Debian and its kin */

const char *service_start_word(enum service_start start)
{
	static const char *const words[] = {
		[SERVICE_UNKNOWN] = "unknown",	 [SERVICE_MISSING] = "missing",
		[SERVICE_DISABLED] = "disabled", [SERVICE_MASKED] = "masked",
		[SERVICE_BROKEN] = "broken",	 [SERVICE_BLOCKED] = "blocked",
		[SERVICE_STARTED] = "started",
	};

	return words[start];
}

void service_state_done(struct service_state *state)
{
	free(state->name);
	free(state->file);
	free(state->reason);
	free(state->init);
	*state = (struct service_state){0};
}

/* One of several names is judged: what is started the likeliest counts. */
static void say(struct service_state *state, enum service_start start, const char *name,
		const char *file, const char *reason)
{
	if (start <= state->start)
		return;
	state->start = start;
	text_set(&state->name, name);
	text_set(&state->file, file);
	text_set(&state->reason, reason);
}

/* --- System V */

char *service_links_folder(const struct root *root, char level)
{
	static const char *const patterns[] = {"/etc/rc.d/rc%c.d", "/etc/init.d/rc%c.d",
					       "/etc/rc%c.d"};

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		_cleanup_text_list_ struct text_list parts = {0};
		_cleanup_free_ char *path = NULL;

		text_list_split(&parts, patterns[i], "%");
		path = text_format("%s%c%s", parts.items[0], level, parts.items[1] + 1);
		if (root_has_folder(root, path))
			return TAKE_PTR(path);
	}
	return NULL;
}

char service_read_level(const struct root *root)
{
	_cleanup_inittab_ struct inittab inittab = {0};
	_cleanup_free_ char *text = NULL;
	size_t length = 0;

	if (root_read_file(root, INITTAB_PATH, CONFIG_MAX_BYTES, &text, &length) >= 0)
		inittab_parse(text, length, false, &inittab);
	if (inittab.level >= '1' && inittab.level <= '5')
		return inittab.level;
	return root_has(root, "/etc/init/rc-sysinit.conf") || root_has(root, "/etc/debian_version")
		       ? '2'
		       : '3';
}

/* The link in FOLDER that starts NAME: "S16ssh"; the caller frees. */
static char *find_link(const struct root *root, const char *folder, const char *name)
{
	_cleanup_text_list_ struct text_list links = {0};

	(void)root_list(root, folder, LINKS_MAX, &links); /* none is as good */
	for (size_t i = 0; i < links.count; i++) {
		const char *rest = text_after_prefix(links.items[i], "S");

		if (rest && strspn(rest, "0123456789") == 2 && text_is_equal(rest + 2, name))
			return text_format("%s/%s", folder, links.items[i]);
	}
	return NULL;
}

/* Whether script PATH looks at the file that forbids it. */
static bool is_forbidden(const struct root *root, const char *path)
{
	_cleanup_free_ char *text = NULL;

	return root_has(root, SSHD_FORBIDDEN) &&
	       root_read_file(root, path, CONFIG_MAX_BYTES, &text, NULL) >= 0 &&
	       strstr(text, "sshd_not_to_be_run");
}

static void judge_script(const struct root *root, const char *name, const char *levels,
			 struct service_state *state)
{
	_cleanup_free_ char *path = text_format("/etc/init.d/%s", name), *link = NULL;

	if (!root_has_file(root, path)) {
		free(path);
		path = text_format("/etc/rc.d/init.d/%s", name);
	}
	if (!root_has_file(root, path))
		return;
	say(state, SERVICE_DISABLED, name, path, NULL);
	for (; *levels && !link; levels++) {
		_cleanup_free_ char *folder = service_links_folder(root, *levels);

		link = folder ? find_link(root, folder, name) : NULL;
	}
	if (!link || !systemd_has_program(root, path))
		return;
	if (is_forbidden(root, path))
		say(state, SERVICE_BLOCKED, name, path, SSHD_FORBIDDEN);
	else
		say(state, SERVICE_STARTED, name, link, NULL);
}

/* Slackware's: a script that is started where it can be executed. */
static void judge_slackware(const struct root *root, const char *name, struct service_state *state)
{
	_cleanup_free_ char *path = text_format("/etc/rc.d/rc.%s", name);

	if (root_has_file(root, path))
		say(state, systemd_has_program(root, path) ? SERVICE_STARTED : SERVICE_DISABLED,
		    name, path, NULL);
}

static void judge_sysv(const struct root *root, const char *name, struct service_state *state)
{
	const char levels[] = {service_read_level(root), '\0'};

	judge_script(root, name, levels, state);
	judge_slackware(root, name, state);
}

static void judge_upstart(const struct root *root, const char *name, struct service_state *state)
{
	_cleanup_upstart_job_ struct upstart_job job = {0};

	if (!upstart_job_read(root, name, &job))
		return judge_sysv(root, name, state);
	if (!upstart_job_is_started(&job, upstart_read_level(root)))
		say(state, SERVICE_DISABLED, name, job.start_file ? job.start_file : job.file,
		    NULL);
	else if (is_forbidden(root, job.file))
		say(state, SERVICE_BLOCKED, name, job.file, SSHD_FORBIDDEN);
	else
		say(state, SERVICE_STARTED, name, job.start_file, NULL);
}

/* --- OpenRC and runit */

static void judge_openrc(const struct root *root, const char *name, struct service_state *state)
{
	static const char *const levels[] = {"default", "boot", "sysinit"};
	_cleanup_free_ char *script = text_format("/etc/init.d/%s", name);

	if (!root_has_file(root, script))
		return;
	say(state, SERVICE_DISABLED, name, script, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		_cleanup_free_ char *link = text_format("/etc/runlevels/%s/%s", levels[i], name);

		if (!root_has_file(root, link))
			continue;
		if (is_forbidden(root, script))
			say(state, SERVICE_BLOCKED, name, script, SSHD_FORBIDDEN);
		else if (systemd_has_program(root, script))
			say(state, SERVICE_STARTED, name, link, NULL);
	}
}

static void judge_runit(const struct root *root, const char *name, struct service_state *state)
{
	static const char *const folders[] = {"/etc/runit/runsvdir/default", "/etc/service"};
	_cleanup_free_ char *service = text_format("/etc/sv/%s", name);

	if (!root_has_folder(root, service))
		return;
	say(state, SERVICE_DISABLED, name, service, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *link = text_format("%s/%s", folders[i], name);
		_cleanup_free_ char *down = text_format("%s/down", link);

		if (root_has(root, down))
			say(state, SERVICE_DISABLED, name, down, NULL);
		else if (root_has_folder(root, link))
			say(state, SERVICE_STARTED, name, link, NULL);
	}
}

/* --- systemd */

/* Whether socket NAME.socket, which is started, has a service to hand its connections to. */
static bool has_service_behind(const struct root *root, const char *name)
{
	_cleanup_free_ char *each = text_format("%s@0.service", name);
	_cleanup_free_ char *one = text_format("%s.service", name);
	_cleanup_systemd_unit_ struct systemd_unit each_unit = {0}, one_unit = {0};

	systemd_unit_read(root, each, &each_unit);
	systemd_unit_read(root, one, &one_unit);
	return (each_unit.file && !each_unit.mask) || (one_unit.file && !one_unit.mask);
}

static void judge_unit(const struct root *root, const struct systemd_boot *boot, const char *name,
		       const char *kind, struct service_state *state)
{
	_cleanup_free_ char *full = text_format("%s.%s", name, kind);
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};
	const char *reason;

	systemd_unit_read(root, full, &unit);
	reason = unit.file ? systemd_boot_find(boot, unit.name) : NULL;
	if (strcmp(kind, "socket") == 0 && (!reason || !has_service_behind(root, name)))
		return; /* the service itself tells more */
	if (unit.mask)
		say(state,
		    unit.hidden || state->start == SERVICE_MISSING ? SERVICE_MASKED
								   : SERVICE_UNKNOWN,
		    unit.name, unit.mask, NULL);
	else if (!unit.file)
		return;
	else if (!reason)
		say(state, SERVICE_DISABLED, unit.name, unit.file, NULL);
	else if (unit.program && !systemd_has_program(root, unit.program))
		say(state, SERVICE_BROKEN, unit.name, unit.program_file, unit.program);
	else if (unit.blocked_by)
		say(state, SERVICE_BLOCKED, unit.name, unit.blocked_by,
		    unit.blocking_path + (*unit.blocking_path == '!'));
	else
		say(state, SERVICE_STARTED, unit.name, reason, NULL);
}

/* Names that are disabled only say so where nothing is masked: a script is hidden by its unit. */
static void judge_systemd(const struct root *root, const char *const *names, size_t count,
			  struct service_state *state)
{
	_cleanup_systemd_boot_ struct systemd_boot boot = {0};
	_cleanup_kernel_line_ struct kernel_line line = {0};

	kernel_line_read(root, &line);
	systemd_boot_read(root, &line, &boot);
	for (size_t i = 0; i < count; i++) {
		judge_unit(root, &boot, names[i], "service", state);
		judge_unit(root, &boot, names[i], "socket", state);
	}
	for (size_t i = 0; i < count && state->start <= SERVICE_MISSING; i++)
		judge_script(root, names[i], "2345", state);
}

typedef void (*judge_fn)(const struct root *root, const char *name, struct service_state *state);

static const struct {
	const char *init;
	judge_fn judge;
} judges[] = {
	{"sysvinit", judge_sysv}, {"upstart", judge_upstart}, {"openrc", judge_openrc},
	{"runit", judge_runit},	  {"busybox", judge_sysv},
};

static char *find_init(const struct root *root)
{
	struct system system = {0};

	inspect_init(root, &system);
	free(system.architecture);
	return system.init;
}

void service_state_read(const struct root *root, const char *init, const char *const *names,
			size_t count, struct service_state *ret_state)
{
	_cleanup_free_ char *found = init ? NULL : find_init(root);
	struct service_state state = {0};

	init = init ? init : found;
	if (text_is_equal(init, "systemd") && (root_has_folder(root, "/usr/lib/systemd/system") ||
					       root_has_folder(root, "/lib/systemd/system"))) {
		state.start = SERVICE_MISSING;
		judge_systemd(root, names, count, &state);
	}
	for (size_t i = 0; i < ARRAY_SIZE(judges); i++) {
		if (!text_is_equal(judges[i].init, init))
			continue;
		state.start = SERVICE_MISSING;
		for (size_t j = 0; j < count; j++)
			judges[i].judge(root, names[j], &state);
	}
	text_set(&state.init, init);
	*ret_state = state;
}

void service_state_read_sshd(const struct root *root, const char *init,
			     struct service_state *ret_state)
{
	static const char *const names[] = {"ssh", "sshd"};

	service_state_read(root, init, names, ARRAY_SIZE(names), ret_state);
}
