/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logins that /etc/inittab and upstart's jobs are to start. */
#include <errno.h>
#include <string.h>

#include "action/mend_logins.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/inittab.h"
#include "system/systemd.h"
#include "system/upstart.h"

static char *describe_reason(const struct login_mend *mend)
{
	_cleanup_free_ char *terminal = printable_text(mend->console->terminal);

	return text_format(_("a login on %s"), terminal);
}

static void note_no_program(const struct login_mend *mend)
{
	_cleanup_free_ char *terminal = printable_text(mend->console->terminal);

	unit_mend_note(&mend->units,
		       _("There is no program for a login on %s (agetty, getty): its package "
			 "(util-linux) has to be installed again."),
		       terminal);
}

/* --- inittab */

static bool is_busybox(const struct login_mend *mend)
{
	_cleanup_free_ char *target = NULL;

	return text_is_equal(mend->consoles->init, "busybox") ||
	       (root_read_link(mend->units.root, "/sbin/init", &target) == 0 &&
		strstr(target, "busybox"));
}

/* Puts NEW in place of line NUMBER of TEXT. */
static void rewrite_line(struct mending_text *text, unsigned number, const char *new,
			 const char *reason)
{
	struct text_buffer buffer = {0};
	const char *at = text->bytes ? text->bytes : "", *end = at + text->length, *newline;
	const char *start = at;
	size_t length;

	for (unsigned line = 1; line < number && at < end; line++) {
		newline = memchr(at, '\n', (size_t)(end - at));
		at = newline ? newline + 1 : end;
	}
	newline = memchr(at, '\n', (size_t)(end - at));
	text_buffer_add(&buffer, start, (size_t)(at - start));
	text_buffer_add_text(&buffer, new);
	if (newline)
		text_buffer_add(&buffer, newline, (size_t)(end - newline));
	length = buffer.length;
	mending_set_text(text, text_buffer_take(&buffer), length, reason);
}

/* A word such as "9600" or "115200,57600". */
static bool is_speed(const char *word)
{
	return strlen(word) >= 3 && !word[strspn(word, "0123456789,")];
}

/* PROCESS with the kernel's speed in place of another one, which would only show rubbish there. */
static char *set_speed(const char *process, unsigned speed)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *wanted = text_format("%u", speed);

	text_list_split(&words, process, " \t");
	for (size_t i = 1; speed && i < words.count; i++) {
		if (is_speed(words.items[i]) && !strstr(words.items[i], wanted))
			text_set(&words.items[i], wanted);
		else if (is_speed(words.items[i]))
			break;
		else
			continue;
		return text_list_join(&words, " ");
	}
	return text_copy(process);
}

/* The line for the terminal that needs the least: one that is there, and whose program is. */
static const struct inittab_entry *find_entry(const struct login_mend *mend,
					      const struct inittab *inittab)
{
	const struct inittab_entry *best = NULL;

	for (size_t i = 0; i < inittab->count; i++) {
		const struct inittab_entry *entry = &inittab->entries[i];

		if (!text_is_equal(entry->terminal, mend->console->terminal) ||
		    !text_is_equal(entry->action, "respawn") ||
		    !systemd_has_program(mend->units.root, entry->program))
			continue;
		if (!best || (best->is_commented && !entry->is_commented))
			best = entry;
	}
	return best;
}

static bool has_id(const char *text, const char *id)
{
	size_t length = strlen(id);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, id, length) == 0 && at[length] == ':')
			return true;
	}
	return false;
}

/* An id that no line has: the terminal's last characters, as is the custom. */
static char *choose_id(const char *text, const char *terminal)
{
	const char *name = text_after_prefix(terminal, "tty");
	size_t length;

	name = name ? name : terminal;
	length = strlen(name);
	name += length > 4 ? length - 4 : 0;
	if (!has_id(text, name))
		return text_copy(name);
	for (unsigned number = 0; number < 1000; number++) {
		_cleanup_free_ char *id = text_format("r%u", number);

		if (!has_id(text, id))
			return TAKE_PTR(id);
	}
	return text_copy(name);
}

/* The line for it whose program is missing. */
static const struct inittab_entry *find_broken(const struct login_mend *mend,
					       const struct inittab *inittab)
{
	for (size_t i = 0; i < inittab->count; i++) {
		const struct inittab_entry *entry = &inittab->entries[i];

		if (!entry->is_commented && text_is_equal(entry->action, "respawn") &&
		    text_is_equal(entry->terminal, mend->console->terminal))
			return entry;
	}
	return NULL;
}

/* "S0:2345:respawn:/sbin/agetty -L 115200 ttyS0 vt100", with the id of OLD where there is one;
 * NULL: no program for it. */
static char *make_line(const struct login_mend *mend, const char *text,
		       const struct inittab_entry *old, char level)
{
	_cleanup_free_ char *command = login_mend_command(mend);
	_cleanup_free_ char *id = NULL;

	if (!command)
		return NULL;
	if (is_busybox(mend))
		return text_format("%s::respawn:%s", mend->console->terminal, command);
	id = old ? text_copy(old->id) : choose_id(text, mend->console->terminal);
	return text_format("%s:%s:respawn:%s", id, level == '1' ? "12345" : "2345", command);
}

/* The line of ENTRY without a "#", started in run level LEVEL, at the kernel's speed; the caller
 * frees. */
static char *bring_back(const struct login_mend *mend, const struct inittab_entry *entry,
			char level)
{
	bool is_started = !*entry->levels || !level || strchr(entry->levels, level);
	const char more[] = {is_started ? '\0' : level, '\0'};
	_cleanup_free_ char *process = mend->console->is_serial
					       ? set_speed(entry->process, mend->console->speed)
					       : text_copy(entry->process);

	return text_format("%s:%s%s:%s:%s", entry->id, entry->levels, more, entry->action, process);
}

int login_mend_inittab(const struct login_mend *mend, struct problem *why)
{
	_cleanup_inittab_ struct inittab inittab = {0};
	_cleanup_free_ char *reason = describe_reason(mend), *line = NULL;
	struct mending_text *text = NULL;
	const struct inittab_entry *entry;
	int r = mending_get_text(mend->mending, INITTAB_PATH, &text, why);

	if (r < 0)
		return r;
	inittab_parse(text->bytes ? text->bytes : "", text->length, is_busybox(mend), &inittab);
	entry = find_entry(mend, &inittab);
	if (entry) {
		line = bring_back(mend, entry, is_busybox(mend) ? '\0' : inittab.level);
		rewrite_line(text, entry->line, line, reason);
		return 0;
	}
	entry = find_broken(mend, &inittab);
	line = make_line(mend, text->bytes ? text->bytes : "", entry, inittab.level);
	if (!line)
		note_no_program(mend);
	else if (entry)
		return mending_replace_line(text, entry->line, line, reason);
	else
		mending_append_line(text, line, reason);
	return 0;
}

/* --- upstart */

#define SETTINGS "/etc/sysconfig/init"

/* Red Hat's list of text consoles, without this one. */
static int mend_settings(const struct login_mend *mend, struct problem *why)
{
	_cleanup_free_ char *reason = describe_reason(mend);
	struct mending_text *text = NULL;
	int r = mending_get_text(mend->mending, SETTINGS, &text, why);

	for (unsigned number = 1; r == 0; number++) {
		_cleanup_free_ char *line = mending_get_line(text, number);

		if (!line)
			break;
		if (text_has_prefix(line, "ACTIVE_CONSOLES="))
			return mending_replace_line(text, number, "ACTIVE_CONSOLES=/dev/tty[1-6]",
						    reason);
	}
	return r;
}

/* A job of its own for the terminal. */
static int make_job(const struct login_mend *mend, struct problem *why)
{
	_cleanup_free_ char *path = text_format(UPSTART_FOLDER "/%s.conf", mend->console->terminal);
	_cleanup_free_ char *command = login_mend_command(mend), *reason = describe_reason(mend);
	char level = upstart_read_level(mend->units.root);
	struct mending_text *text = NULL;
	char *bytes;
	int r;

	if (!command) {
		note_no_program(mend);
		return 0;
	}
	r = mending_get_text(mend->mending, path, &text, why);
	if (r < 0)
		return r;
	bytes = text_format("# %s: a login; made when this system was rescued\n\n"
			    "start on stopped rc RUNLEVEL=[%s]\nstop on runlevel [!%s]\n\nrespawn\n"
			    "exec %s\n",
			    mend->console->terminal, level == '1' ? "12345" : "2345",
			    level == '1' ? "12345" : "2345", command);
	mending_set_text(text, bytes, strlen(bytes), reason);
	return 0;
}

int login_mend_upstart(const struct login_mend *mend, struct problem *why)
{
	const struct console *console = mend->console;
	const char *name = console->file ? strrchr(console->file, '/') : NULL;
	_cleanup_free_ char *job = name ? alloc_copy(name + 1, strcspn(name + 1, ".")) : NULL;
	_cleanup_upstart_job_ struct upstart_job seen = {0};

	if (text_is_equal(console->file, SETTINGS))
		return mend_settings(mend, why);
	if (console->state == CONSOLE_DISABLED && job &&
	    upstart_job_read(mend->units.root, job, &seen) && seen.is_manual)
		return unit_mend_start_job(&mend->units, job, why);
	return make_job(mend, why);
}
