/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logins that upstart starts: a job each on Ubuntu; on Red Hat's one job for all text consoles
 * (start-ttys, with the list of them in /etc/sysconfig/init) and one for the kernel's serial one.
 */
#include <fnmatch.h>
#include <string.h>

#include "system/console_parts.h"
#include "system/inspect_parts.h"
#include "system/login_program.h"
#include "system/systemd.h"
#include "system/upstart.h"

#define SETTINGS "/etc/sysconfig/init"

static void judge_job(const struct console_reading *reading, const struct upstart_job *job,
		      const char *terminal, const char *program, bool is_started)
{
	if (!is_started)
		console_say(reading, terminal, CONSOLE_DISABLED,
			    job->start_file ? job->start_file : job->file, job->start_line);
	else if (!systemd_has_program(reading->root, program))
		console_say(reading, terminal, CONSOLE_BROKEN, job->file, job->exec_line);
	else
		console_say(reading, terminal, CONSOLE_LOGIN, job->file, job->exec_line);
}

/* Red Hat's text consoles: /dev/tty[1-6]. */
static void judge_consoles(const struct console_reading *reading, const struct upstart_job *job,
			   const char *program, char level)
{
	_cleanup_upstart_job_ struct upstart_job starter = {0};
	_cleanup_free_ char *set = inspect_variable(reading->root, SETTINGS, "ACTIVE_CONSOLES");
	_cleanup_text_list_ struct text_list patterns = {0};
	bool is_started = upstart_job_read(reading->root, "start-ttys", &starter) &&
			  upstart_job_is_started(&starter, level);

	text_list_split(&patterns, set ? set : "/dev/tty[1-6]", " \t");
	for (int number = 1; number <= 6; number++) {
		_cleanup_free_ char *terminal = text_format("tty%d", number);
		_cleanup_free_ char *path = text_format("/dev/%s", terminal);
		bool is_listed = false;

		for (size_t i = 0; i < patterns.count; i++)
			is_listed = is_listed || fnmatch(patterns.items[i], path, 0) == 0;
		if (is_listed)
			judge_job(reading, starter.file ? &starter : job, terminal, program,
				  is_started);
		else if (set && number == 1)
			console_say(reading, terminal, CONSOLE_DISABLED, SETTINGS, 0);
	}
}

static void judge(const struct console_reading *reading, const char *name, char level)
{
	_cleanup_upstart_job_ struct upstart_job job = {0};
	_cleanup_free_ char *program = NULL, *terminal = NULL;

	if (!upstart_job_read(reading->root, name, &job) || !job.exec ||
	    !login_program_find(job.exec, &program, &terminal))
		return;
	if (terminal)
		judge_job(reading, &job, terminal, program, upstart_job_is_started(&job, level));
	else if (strcmp(name, "tty") == 0)
		judge_consoles(reading, &job, program, level);
	else if (strstr(job.exec, "$DEV") && terminal_is_serial(console_primary(reading)))
		judge_job(reading, &job, console_primary(reading), program,
			  upstart_job_is_started(&job, level));
}

bool console_read_upstart(const struct console_reading *reading)
{
	_cleanup_text_list_ struct text_list names = {0};
	char level = upstart_read_level(reading->root);

	upstart_list_jobs(reading->root, &names);
	for (size_t i = 0; i < names.count; i++)
		judge(reading, names.items[i], level);
	for (size_t i = 0; i < reading->consoles->count; i++)
		console_say(reading, reading->consoles->items[i].terminal, CONSOLE_NONE,
			    UPSTART_FOLDER, 0);
	return names.count > 0;
}
