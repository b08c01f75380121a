/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Services of other inits than systemd made to start: System V's links, upstart, OpenRC, runit. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "action/mend_units.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/upstart.h"

#define LINKS_MAX 2000
#define SCRIPT_MAX 65536
#define LEVELS "2345" /* where its script says nothing */
#define PRIORITY 20

/* --- System V */

/* What a script says of itself. */
struct header {
	char levels[16]; /* "2345" */
	unsigned priority;
};

static void add_levels(struct header *header, const char *text)
{
	size_t count = 0;

	for (; *text && count + 1 < sizeof(header->levels); text++) {
		if (*text >= '2' && *text <= '5')
			header->levels[count++] = *text;
	}
	header->levels[count] = '\0';
}

/* "# chkconfig: 2345 55 25" */
static void read_chkconfig(struct header *header, const char *text)
{
	_cleanup_text_list_ struct text_list words = {0};
	uint64_t priority = 0;

	text_list_split(&words, text, " \t");
	if (words.count < 3)
		return;
	if (strcmp(words.items[0], "-") != 0)
		add_levels(header, words.items[0]);
	if (text_parse_u64(words.items[1], &priority) == 0 && priority < 100)
		header->priority = (unsigned)priority;
}

static void read_header(const struct root *root, const char *path, struct header *header)
{
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	*header = (struct header){.priority = PRIORITY};
	if (root_read_file(root, path, SCRIPT_MAX, &text, NULL) < 0)
		return;
	text_list_split(&lines, text, "\r\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.items[i];
		const char *lsb, *chkconfig;

		if (*line != '#')
			continue;
		line += strspn(line, "# \t");
		lsb = text_after_prefix(line, "Default-Start:");
		chkconfig = text_after_prefix(line, "chkconfig:");
		if (lsb)
			add_levels(header, lsb);
		else if (chkconfig)
			read_chkconfig(header, chkconfig);
	}
}

/* The link of NAME in FOLDER of KIND, 'S' or 'K'; the caller frees; NULL. */
static char *find_link(const struct root *root, const char *folder, char kind, const char *name)
{
	_cleanup_text_list_ struct text_list links = {0};

	(void)root_list(root, folder, LINKS_MAX, &links); /* none is as good */
	for (size_t i = 0; i < links.count; i++) {
		const char *link = links.items[i];

		if (*link == kind && isdigit((unsigned char)link[1]) &&
		    isdigit((unsigned char)link[2]) && strcmp(link + 3, name) == 0)
			return text_copy(link);
	}
	return NULL;
}

static unsigned number_of(const char *link)
{
	return (unsigned)(link[1] - '0') * 10 + (unsigned)(link[2] - '0');
}

/* The link that starts NAME in run level LEVEL, and none that stops it. */
static int start_in_level(const struct unit_mend *mend, const char *name, char level,
			  unsigned priority, struct problem *why)
{
	_cleanup_free_ char *folder = service_links_folder(mend->root, level);
	_cleanup_free_ char *start = NULL, *stop = NULL, *path = NULL, *target = NULL, *what = NULL;
	_cleanup_free_ char *shown = printable_text(name);
	int r = 0;

	if (!folder)
		return 0;
	start = find_link(mend->root, folder, 'S', name);
	stop = find_link(mend->root, folder, 'K', name);
	if (start)
		return 0;
	if (stop) {
		_cleanup_free_ char *old = text_format("%s/%s", folder, stop);
		_cleanup_free_ char *words =
			text_format(_("Do not stop %s in run level %c"), shown, level);

		if (priority == PRIORITY && number_of(stop))
			priority = 100 - number_of(stop); /* as update-rc.d has made it */
		r = unit_mend_remove(mend, old, words, why);
	}
	path = text_format("%s/S%02u%s", folder, priority, name);
	target = text_format(text_has_prefix(folder, "/etc/init.d/") ? "../%s" : "../init.d/%s",
			     name);
	what = text_format(_("Start %s in run level %c"), shown, level);
	return r < 0 ? r : unit_mend_link(mend, path, target, what, why);
}

/* What insserv has written, and startpar reads: a script that is not in it is not started. */
static int add_to_depend(const struct unit_mend *mend, const char *name, struct problem *why)
{
	static const char path[] = "/etc/init.d/.depend.start";
	_cleanup_edit_file_ struct edit_file seen = {0};
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *line = NULL, *bytes = NULL, *shown = printable_text(name);
	_cleanup_free_ char *what = text_format(_("Add %s to what is started in parallel"), shown);
	size_t length;
	int r;

	if (!root_has_file(mend->root, path))
		return 0;
	r = edit_look(mend->root, path, &seen, why);
	if (r < 0 || !text_has_prefix(seen.bytes, "TARGETS ="))
		return r;
	length = strcspn(seen.bytes, "\n");
	line = alloc_copy(seen.bytes, length);
	text_list_split(&words, line, " \t");
	if (text_list_contains(&words, name))
		return 0;
	bytes = text_format("%s %s%s", line, name, seen.bytes + length);
	return unit_mend_write(mend, &seen, bytes, strlen(bytes), what, why);
}

static int start_slackware(const struct unit_mend *mend, const char *name, struct problem *why)
{
	_cleanup_free_ char *path = text_format("/etc/rc.d/rc.%s", name);

	return unit_mend_let_execute(mend, path, why);
}

int unit_mend_start_script(const struct unit_mend *mend, const char *name, struct problem *why)
{
	_cleanup_free_ char *path = text_format("/etc/init.d/%s", name);
	struct header header;
	int r;

	if (!root_has_file(mend->root, path)) {
		free(path);
		path = text_format("/etc/rc.d/init.d/%s", name);
	}
	if (!root_has_file(mend->root, path))
		return start_slackware(mend, name, why);
	read_header(mend->root, path, &header);
	if (!*header.levels)
		add_levels(&header, LEVELS);
	r = unit_mend_let_execute(mend, path, why);
	for (const char *level = header.levels; r == 0 && *level; level++)
		r = start_in_level(mend, name, *level, header.priority, why);
	return r < 0 ? r : add_to_depend(mend, name, why);
}

/* --- upstart */

/* "manual" is taken out of FILE; an override that says no more goes. */
static int remove_manual(const struct unit_mend *mend, const char *file, const char *name,
			 struct problem *why)
{
	_cleanup_edit_file_ struct edit_file seen = {0};
	_cleanup_free_ char *bytes = NULL, *shown = unit_mend_shown(mend, file);
	_cleanup_free_ char *job = printable_text(name);
	_cleanup_free_ char *what = text_format(
		_("Take \"manual\" out of %s, which keeps %s from being started"), shown, job);
	int r = edit_look(mend->root, file, &seen, why);

	if (r < 0)
		return r;
	bytes = unit_mend_comment_out(seen.bytes, "manual");
	return unit_mend_write(mend, &seen, bytes, strlen(bytes), what, why);
}

int unit_mend_start_job(const struct unit_mend *mend, const char *name, struct problem *why)
{
	_cleanup_upstart_job_ struct upstart_job job = {0};
	_cleanup_free_ char *shown = printable_text(name), *file = NULL;

	if (!upstart_job_read(mend->root, name, &job))
		return unit_mend_start_script(mend, name, why);
	if (job.is_manual)
		return remove_manual(mend, job.start_file, name, why);
	if (upstart_job_is_started(&job, upstart_read_level(mend->root)))
		return 0;
	file = unit_mend_shown(mend, job.start_file ? job.start_file : job.file);
	unit_mend_note(mend,
		       _("The job %s is not started in this system's run level: \"start on\" "
			 "in %s says when."),
		       shown, file);
	return 0;
}

/* --- OpenRC and runit */

int unit_mend_add_to_runlevel(const struct unit_mend *mend, const char *name, struct problem *why)
{
	_cleanup_free_ char *script = text_format("/etc/init.d/%s", name);
	_cleanup_free_ char *path = text_format("/etc/runlevels/default/%s", name);
	_cleanup_free_ char *shown = printable_text(name);
	_cleanup_free_ char *what = text_format(_("Add %s to the run level \"default\""), shown);
	int r;

	if (!root_has_file(mend->root, script)) {
		unit_mend_note(mend, _("There is no %s: its package has to be installed again."),
			       script);
		return 0;
	}
	r = unit_mend_let_execute(mend, script, why);
	if (r < 0 || root_has(mend->root, path))
		return r;
	return unit_mend_link(mend, path, script, what, why);
}

int unit_mend_add_to_runit(const struct unit_mend *mend, const char *name, struct problem *why)
{
	_cleanup_free_ char *service = text_format("/etc/sv/%s", name);
	_cleanup_free_ char *down = text_format("/etc/sv/%s/down", name);
	_cleanup_free_ char *path = text_format("/etc/runit/runsvdir/default/%s", name);
	_cleanup_free_ char *shown = printable_text(name);
	_cleanup_free_ char *link = text_format(_("Add the service %s to runit's"), shown);
	_cleanup_free_ char *up = text_format(_("Remove the file that keeps %s down"), shown);
	int r = unit_mend_remove(mend, down, up, why);

	if (r < 0 || root_has_folder(mend->root, path))
		return r;
	return unit_mend_link(mend, path, service, link, why);
}
