/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs of upstart, from their files. */
#include "system/upstart.h"

#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/inittab.h"

#define JOBS_MAX 1000

/* The rest of LINE behind the words of START, one blank or more between them; NULL. */
static const char *after_stanza(const char *line, const char *start)
{
	const char *rest = text_after_prefix(line + strspn(line, " \t"), start);

	return rest && (!*rest || *rest == ' ' || *rest == '\t') ? rest + strspn(rest, " \t")
								 : NULL;
}

/* How many parentheses TEXT opens more than it closes. */
static int count_open(const char *text)
{
	int open = 0;

	for (; *text; text++)
		open += (*text == '(') - (*text == ')');
	return open;
}

struct reading {
	struct upstart_job *job;
	const char *file;
	bool is_script;
	bool is_other_script; /* pre-start and the like */
	int open;	      /* parentheses of "start on" that go on in the next line */
};

static void begin_start(struct reading *reading, const char *text, unsigned number)
{
	struct upstart_job *job = reading->job;

	text_set(&job->start_on, text);
	text_set(&job->start_file, reading->file);
	job->start_line = number;
	job->is_manual = false;
	reading->open = count_open(text);
}

static void go_on_with_start(struct reading *reading, const char *line)
{
	char *joined = text_format("%s %s", reading->job->start_on, line);

	reading->open += count_open(line);
	free(reading->job->start_on);
	reading->job->start_on = joined;
}

static void add_script_line(struct upstart_job *job, const char *line, unsigned number)
{
	char *joined = text_format("%s%s\n", job->exec ? job->exec : "", line);

	free(job->exec);
	job->exec = joined;
	job->exec_line = job->exec_line ? job->exec_line : number;
}

/* A line outside of what goes over several. */
static void apply_stanza(struct reading *reading, const char *line, unsigned number)
{
	const char *start = after_stanza(line, "start on"), *exec = after_stanza(line, "exec");
	size_t length = strlen(line);

	if (start) {
		begin_start(reading, start, number);
	} else if (after_stanza(line, "manual")) {
		reading->job->is_manual = true;
		text_set(&reading->job->start_file, reading->file);
		reading->job->start_line = number;
	} else if (exec) {
		text_set(&reading->job->exec, exec);
		reading->job->exec_line = number;
	} else if (strcmp(line, "script") == 0) {
		text_set(&reading->job->exec, NULL);
		reading->job->exec_line = 0;
		reading->is_script = true;
	} else if (length > 7 && strcmp(line + length - 7, " script") == 0) {
		reading->is_other_script = true;
	}
}

static void apply(struct reading *reading, char *text, unsigned number)
{
	const char *line = text_trim(text);

	if (after_stanza(line, "end script")) {
		reading->is_script = reading->is_other_script = false;
	} else if (reading->is_script) {
		if (*line != '#')
			add_script_line(reading->job, line, number);
	} else if (!*line || *line == '#' || reading->is_other_script) {
		return;
	} else if (reading->open > 0) {
		go_on_with_start(reading, line);
	} else {
		apply_stanza(reading, line, number);
	}
}

static bool read_file(const struct root *root, const char *path, struct upstart_job *job)
{
	struct reading reading = {.job = job, .file = path};
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;

	if (root_read_file(root, path, CONFIG_MAX_BYTES, &text, &length) < 0)
		return false;
	config_lines_init(&lines, text, length, true);
	for (char *line; (line = config_lines_next(&lines)); free(line))
		apply(&reading, line, lines.line);
	return true;
}

bool upstart_job_read(const struct root *root, const char *name, struct upstart_job *ret_job)
{
	_cleanup_free_ char *path = text_format(UPSTART_FOLDER "/%s.conf", name);
	_cleanup_free_ char *override = text_format(UPSTART_FOLDER "/%s.override", name);
	struct upstart_job job = {0};

	if (strchr(name, '/') || !read_file(root, path, &job)) {
		upstart_job_done(&job);
		return false;
	}
	(void)read_file(root, override, &job); /* most have none */
	text_set(&job.name, name);
	text_set(&job.file, path);
	*ret_job = job;
	return true;
}

void upstart_job_done(struct upstart_job *job)
{
	free(job->name);
	free(job->file);
	free(job->start_file);
	free(job->start_on);
	free(job->exec);
	*job = (struct upstart_job){0};
}

/* Whether SET ("[2345]", "[!2345]", "2") has LEVEL. */
static bool has_level(const char *set, char level)
{
	bool is_negated = false;
	size_t length;

	if (*set != '[')
		return *set == level;
	set++;
	is_negated = *set == '!';
	set += is_negated;
	length = strcspn(set, "]");
	return (memchr(set, level, length) != NULL) != is_negated;
}

bool upstart_job_is_started(const struct upstart_job *job, char level)
{
	static const char *const words[] = {"RUNLEVEL=", "runlevel "};
	bool names_level = false;

	if (job->is_manual || !job->start_on)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		for (const char *at = strstr(job->start_on, words[i]); at;
		     at = strstr(at, words[i])) {
			at += strlen(words[i]);
			at += strspn(at, " \t");
			names_level = true;
			if (has_level(at, level))
				return true;
		}
	}
	return !names_level;
}

char upstart_read_level(const struct root *root)
{
	static const char *const path = "/etc/init/rc-sysinit.conf";
	_cleanup_inittab_ struct inittab inittab = {0};
	_cleanup_free_ char *text = NULL, *settings = NULL;
	const char *value;
	size_t length = 0;

	if (root_read_file(root, INITTAB_PATH, CONFIG_MAX_BYTES, &text, &length) >= 0)
		inittab_parse(text, length, false, &inittab);
	if (inittab.level)
		return inittab.level;
	if (root_read_file(root, path, CONFIG_MAX_BYTES, &settings, NULL) < 0)
		return '2';
	value = strstr(settings, "DEFAULT_RUNLEVEL=");
	value = value ? value + strlen("DEFAULT_RUNLEVEL=") : "2";
	return *value >= '0' && *value <= '6' ? *value : '2';
}

void upstart_list_jobs(const struct root *root, struct text_list *names)
{
	_cleanup_text_list_ struct text_list files = {0};

	(void)root_list(root, UPSTART_FOLDER, JOBS_MAX, &files); /* none is as good */
	for (size_t i = 0; i < files.count; i++) {
		if (text_has_suffix(files.items[i], ".conf"))
			text_list_take(names, alloc_copy(files.items[i],
							 strlen(files.items[i]) - strlen(".conf")));
	}
}
