/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a recording that comes from proc, with what may be a secret cut out. */
#include <string.h>
#include <strings.h>

#include "storage/record_parts.h"

#define PROC_FILE_MAX (16u * 1024 * 1024)
#define CUT "(removed)"

/* Parts of the names of options whose values are nobody's business. */
static const char *const secret_parts[] = {"pass", "secret", "key", "token", "cred", "pw", "pin"};

/* Words of a kernel's command line whose values tell of disks and of nothing else. */
static const char *const harmless_words[] = {
	"BOOT_IMAGE",	"root",	       "rootflags",	 "rootfstype",
	"rootdelay",	"boot",	       "initrd",	 "console",
	"init",		"resume",      "raid",		 "md",
	"lvm",		"rd.md",       "rd.lvm",	 "rd.md.uuid",
	"rd.lvm.lv",	"rd.lvm.vg",   "rd.luks",	 "rd.luks.uuid",
	"rd.auto",	"net.ifnames", "biosdevname",	 "panic",
	"systemd.unit", "loglevel",    "archisobasedir", "archisolabel",
	"live-media",	"toram",
};

static bool is_secret(const char *option, size_t name_length)
{
	_cleanup_free_ char *name = text_format("%.*s", (int)name_length, option);

	for (size_t i = 0; i < ARRAY_SIZE(secret_parts); i++) {
		if (strcasestr(name, secret_parts[i]))
			return true;
	}
	return false;
}

/* LIST of options joined by commas, without those that may hold a secret. */
static void add_clean_options(struct text_buffer *buffer, const char *list)
{
	_cleanup_text_list_ struct text_list options = {0};
	const char *separator = "";

	text_list_split(&options, list, ",");
	for (size_t i = 0; i < options.count; i++) {
		const char *option = options.items[i];
		size_t name_length = strcspn(option, "=");

		if (option[name_length] && is_secret(option, name_length))
			continue;
		text_buffer_format(buffer, "%s%s", separator, option);
		separator = ",";
	}
}

/* "//user:word@server/share" and "sshfs#user:word@server:" without the word. */
static void add_clean_source(struct text_buffer *buffer, const char *source)
{
	const char *at = strrchr(source, '@');
	const char *colon = at ? memchr(source, ':', (size_t)(at - source)) : NULL;

	/* the colon of "https://" is another one */
	if (colon && colon[1] == '/')
		colon = memchr(colon + 1, ':', (size_t)(at - colon - 1));
	if (!colon) {
		text_buffer_add_text(buffer, source);
		return;
	}
	text_buffer_add(buffer, source, (size_t)(colon - source));
	text_buffer_add_text(buffer, at);
}

/* One line: six fields, optional ones, "-", type, source, options. */
static void add_clean_mount(struct text_buffer *buffer, const char *line)
{
	_cleanup_text_list_ struct text_list fields = {0};
	size_t dash = 6;

	text_list_split(&fields, line, " ");
	while (dash < fields.count && strcmp(fields.items[dash], "-") != 0)
		dash++;
	if (dash + 3 >= fields.count)
		return; /* no mount that we would read */
	for (size_t i = 0; i < fields.count; i++) {
		if (i)
			text_buffer_add_text(buffer, " ");
		if (i == dash + 2)
			add_clean_source(buffer, fields.items[i]);
		else if (i == 5 || i == dash + 3)
			add_clean_options(buffer, fields.items[i]);
		else
			text_buffer_add_text(buffer, fields.items[i]);
	}
	text_buffer_add_text(buffer, "\n");
}

char *record_clean_mounts(const char *mountinfo)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	_cleanup_text_list_ struct text_list lines = {0};

	text_list_split(&lines, mountinfo, "\n");
	for (size_t i = 0; i < lines.count; i++)
		add_clean_mount(&buffer, lines.items[i]);
	return text_buffer_take(&buffer);
}

static bool is_harmless(const char *word, size_t name_length)
{
	for (size_t i = 0; i < ARRAY_SIZE(harmless_words); i++) {
		if (strlen(harmless_words[i]) == name_length &&
		    strncmp(word, harmless_words[i], name_length) == 0)
			return true;
	}
	return false;
}

char *record_clean_command_line(const char *line)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	_cleanup_text_list_ struct text_list words = {0};

	/* a quoted value with spaces falls apart into words of which only the first has a name */
	if (strchr(line, '"'))
		return text_copy(CUT "\n");
	text_list_split(&words, line, " \n");
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.items[i];
		size_t length = strcspn(word, "=");

		text_buffer_add_text(&buffer, i ? " " : "");
		if (!word[length] || is_harmless(word, length))
			text_buffer_add_text(&buffer, word);
		else
			text_buffer_format(&buffer, "%.*s=" CUT, (int)length, word);
	}
	text_buffer_add_text(&buffer, "\n");
	return text_buffer_take(&buffer);
}

static int record_cleaned(const struct recording *recording, const char *path,
			  char *(*clean)(const char *text))
{
	_cleanup_free_ char *text = NULL, *cleaned = NULL;

	if (root_read_file(recording->from, path, PROC_FILE_MAX, &text, NULL) < 0)
		return 0;
	cleaned = clean(text);
	return recording_write(recording, path, cleaned);
}

int record_proc(const struct recording *recording)
{
	static const char *const files[] = {"/proc/swaps",	"/proc/mdstat",
					    "/proc/partitions", "/proc/filesystems",
					    "/proc/devices",	"/proc/version"};
	int r = record_cleaned(recording, "/proc/self/mountinfo", record_clean_mounts);

	if (r == 0)
		r = record_cleaned(recording, "/proc/cmdline", record_clean_command_line);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(files); i++)
		r = recording_copy(recording, files[i]);
	return r;
}
