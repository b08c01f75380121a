/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's command line, from what the boot loader of a target reads. */
#include "system/kernel_line.h"

#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/inspect_parts.h"
#include "system/root_glob.h"

#define WORDS_MAX 1000

/* What a boot loader's file sets: names and values by turns. */
struct variables {
	struct text_list pairs;
};

static const char *get_variable(const struct variables *variables, const char *name, size_t length)
{
	for (size_t i = variables->pairs.count; i >= 2; i -= 2) {
		if (strlen(variables->pairs.items[i - 2]) == length &&
		    strncmp(variables->pairs.items[i - 2], name, length) == 0)
			return variables->pairs.items[i - 1];
	}
	return "";
}

/* "NAME=VALUE" with the quotes of a shell around the value. */
static void set_variable(struct variables *variables, const char *text)
{
	const char *equals = strchr(text, '=');
	char *value;

	if (!equals || variables->pairs.count > WORDS_MAX)
		return;
	text_list_take(&variables->pairs, alloc_copy(text, (size_t)(equals - text)));
	value = text_copy(equals + 1);
	if ((*value == '"' || *value == '\'') && strchr(value + 1, *value)) {
		char *inner = alloc_copy(value + 1, strcspn(value + 1, (char[]){*value, '\0'}));

		free(value);
		value = inner;
	}
	text_list_take(&variables->pairs, value);
}

/* TEXT with $NAME and ${NAME} replaced, once; the caller frees. */
static char *expand(const char *text, const struct variables *variables)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	while (*text) {
		size_t plain = strcspn(text, "$"), length;
		bool has_brace;

		text_buffer_add(&buffer, text, plain);
		text += plain;
		if (!*text)
			break;
		has_brace = text[1] == '{';
		text += 1 + has_brace;
		length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_");
		text_buffer_add_text(&buffer, get_variable(variables, text, length));
		text += length;
		text += has_brace && *text == '}';
	}
	return text_buffer_take(&buffer);
}

/* Adds the words of TEXT, which may be in quotes in whole or in part. */
static void add_words(struct kernel_line *line, const char *text)
{
	_cleanup_text_buffer_ struct text_buffer word = {0};
	bool has_word = false;
	char quote = '\0';

	for (; line->words.count < WORDS_MAX; text++) {
		if (!*text || (!quote && strchr(" \t", *text))) {
			if (has_word)
				text_list_take(&line->words, text_buffer_take(&word));
			has_word = false;
			if (!*text)
				break;
		} else if (quote ? *text == quote : (*text == '"' || *text == '\'')) {
			quote = quote ? '\0' : *text;
		} else {
			has_word = true;
			text_buffer_add(&word, text, 1);
		}
	}
}

static void set_place(struct kernel_line *line, const char *file, unsigned number)
{
	text_set(&line->file, file);
	line->line = number;
}

/* The rest of TEXT behind its first word, where that is one of WORDS; NULL. */
static const char *after_word(const char *text, const char *const *words)
{
	size_t length;

	text += strspn(text, " \t");
	length = strcspn(text, " \t=");
	for (; *words; words++) {
		if (strlen(*words) == length && strncasecmp(text, *words, length) == 0)
			return text + length + strspn(text + length, " \t");
	}
	return NULL;
}

static void read_grubenv(const struct root *root, struct variables *variables)
{
	static const char *const patterns[] = {"/boot/grub2/grubenv", "/boot/grub/grubenv",
					       "/boot/efi/EFI/*/grubenv"};

	for (size_t i = 0; i < ARRAY_SIZE(patterns) && !variables->pairs.count; i++) {
		_cleanup_text_list_ struct text_list paths = {0};

		root_glob(root, patterns[i], &paths);
		for (size_t j = 0; j < paths.count; j++) {
			const char *path = paths.items[j];
			struct config_lines lines;
			_cleanup_free_ char *text =
				config_open_first(root, &path, 1, &path, &lines);

			for (char *line; (line = config_lines_next(&lines)); free(line)) {
				if (*line != '#')
					set_variable(variables, line);
			}
		}
	}
}

/* --- the boot loader specification's entries */

static const char *const options_words[] = {"options", NULL};
static const char *const set_words[] = {"set", NULL};

/* The entry that starts: the one that grubenv names, else the newest that is no rescue image. */
static const char *choose_entry(const struct text_list *paths, const char *saved)
{
	const char *best = NULL;

	for (size_t i = 0; i < paths->count; i++) {
		const char *name = strrchr(paths->items[i], '/') + 1;
		size_t length = strlen(name) - strlen(".conf");

		if (strlen(saved) == length && strncmp(name, saved, length) == 0)
			return paths->items[i];
		if (strstr(name, "rescue"))
			continue;
		if (!best || text_compare_natural(name, best) > 0)
			best = name;
	}
	if (!best)
		return paths->count ? paths->items[0] : NULL;
	for (size_t i = 0; i < paths->count; i++) {
		if (text_has_suffix(paths->items[i], best))
			return paths->items[i];
	}
	return NULL;
}

static const char *const grub_files[] = {"/boot/grub2/grub.cfg", "/boot/grub/grub.cfg",
					 "/boot/efi/EFI/*/grub.cfg"};

/* Entries may be left from another boot loader: GRUB reads them where its settings say "blscfg". */
static bool are_entries_used(const struct root *root)
{
	bool has_grub = false;

	for (size_t i = 0; i < ARRAY_SIZE(grub_files); i++) {
		_cleanup_text_list_ struct text_list paths = {0};

		root_glob(root, grub_files[i], &paths);
		for (size_t j = 0; j < paths.count; j++) {
			_cleanup_free_ char *text = NULL;

			if (root_read_file(root, paths.items[j], CONFIG_MAX_BYTES, &text, NULL) < 0)
				continue;
			if (strstr(text, "blscfg"))
				return true;
			has_grub = has_grub || strstr(text, "linux");
		}
	}
	return !has_grub;
}

static bool read_entries(const struct root *root, const struct variables *variables,
			 struct kernel_line *ret)
{
	static const char *const patterns[] = {"/boot/loader/entries/*.conf",
					       "/efi/loader/entries/*.conf",
					       "/boot/efi/loader/entries/*.conf"};
	_cleanup_text_list_ struct text_list paths = {0};
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	const char *path;

	for (size_t i = 0; i < ARRAY_SIZE(patterns) && !paths.count; i++)
		root_glob(root, patterns[i], &paths);
	path = choose_entry(&paths, get_variable(variables, "saved_entry", strlen("saved_entry")));
	if (!path)
		return false;
	text = config_open_first(root, &path, 1, &path, &lines);
	for (char *line; (line = config_lines_next(&lines)); free(line)) {
		const char *options = after_word(line, options_words);
		_cleanup_free_ char *full = options ? expand(options, variables) : NULL;

		if (!full)
			continue;
		add_words(ret, full);
		set_place(ret, path, lines.line);
	}
	return ret->file != NULL;
}

/* --- GRUB */

static const char *const grub_words[] = {"linux", "linux16", "linuxefi", NULL};
static const char *const module_words[] = {"module", "module2", NULL};
static const char *const kernel_words[] = {"kernel", NULL};
static const char *const default_words[] = {"default", NULL};
static const char *const title_words[] = {"title", NULL};

static bool read_grub(const struct root *root, const char *path, struct variables *variables,
		      struct kernel_line *ret)
{
	struct config_lines lines;
	_cleanup_free_ char *text = config_open_first(root, &path, 1, &path, &lines);

	for (char *line; (line = config_lines_next(&lines)); free(line)) {
		const char *options = after_word(line, grub_words),
			   *set = after_word(line, set_words);

		if (!options && strstr(line, "vmlinu"))
			options = after_word(line, module_words); /* Xen's */
		if (set)
			set_variable(variables, set);
		if (options && !ret->file) {
			_cleanup_free_ char *full = expand(options, variables);

			add_words(ret, full);
			set_place(ret, path, lines.line);
		}
	}
	return ret->file != NULL;
}

/* The entry whose number its "default" says. */
static bool read_grub_legacy(const struct root *root, const char *path, struct kernel_line *ret)
{
	struct config_lines lines;
	_cleanup_free_ char *text = config_open_first(root, &path, 1, &path, &lines);
	uint64_t wanted = 0, title = 0;

	for (char *line; (line = config_lines_next(&lines)); free(line)) {
		const char *options = after_word(line, kernel_words),
			   *value = after_word(line, default_words);

		if (options && strstr(options, "xen"))
			options = NULL;
		if (!options && strstr(line, "vmlinu"))
			options = after_word(line, module_words);
		if (value && !title && text_parse_u64(value + strspn(value, "= \t"), &wanted) < 0)
			wanted = 0; /* "saved": the first is the likeliest */
		title += after_word(line, title_words) != NULL;
		if (options && title && (!ret->file || title == wanted + 1)) {
			text_list_done(&ret->words);
			add_words(ret, options);
			set_place(ret, path, lines.line);
			if (title == wanted + 1) {
				free(line);
				break;
			}
		}
	}
	return ret->file != NULL;
}

/* --- SYSLINUX */

static const char *const label_words[] = {"label", NULL};
static const char *const append_words[] = {"append", NULL};

static bool read_syslinux(const struct root *root, const char *path, struct kernel_line *ret)
{
	struct config_lines lines;
	_cleanup_free_ char *text = config_open_first(root, &path, 1, &path, &lines);
	_cleanup_free_ char *wanted = NULL;
	bool is_wanted = false;

	for (char *line; (line = config_lines_next(&lines)); free(line)) {
		const char *name = after_word(line, label_words),
			   *append = after_word(line, append_words);
		const char *first = after_word(line, default_words);

		if (first)
			text_set(&wanted, first);
		if (name)
			is_wanted = text_is_equal(name, wanted);
		if (append && (!ret->file || is_wanted)) {
			text_list_done(&ret->words);
			add_words(ret, append);
			set_place(ret, path, lines.line);
		}
		if (append && is_wanted) {
			free(line);
			break;
		}
	}
	return ret->file != NULL;
}

/* --- LILO and what has it in one line */

static const char *const lilo_words[] = {"append", "addappend", "parameters", NULL};

static bool read_lilo(const struct root *root, const char *path, struct kernel_line *ret)
{
	struct config_lines lines;
	_cleanup_free_ char *text = config_open_first(root, &path, 1, &path, &lines);

	for (char *line; (line = config_lines_next(&lines)); free(line)) {
		const char *value = after_word(line, lilo_words);

		if (!value || *value != '=')
			continue;
		value += 1 + strspn(value + 1, " \t");
		if (*value == '"') {
			_cleanup_free_ char *inner =
				alloc_copy(value + 1, strcspn(value + 1, "\""));

			add_words(ret, inner);
		} else {
			add_words(ret, value);
		}
		set_place(ret, path, lines.line);
	}
	return ret->file != NULL;
}

static bool read_plain(const struct root *root, const char *path, struct kernel_line *ret)
{
	_cleanup_free_ char *line = NULL;

	if (root_read_line(root, path, &line) < 0)
		return false;
	add_words(ret, line);
	set_place(ret, path, 1);
	return true;
}

/* What grub-mkconfig would write. */
static bool read_default_grub(const struct root *root, const char *path, struct kernel_line *ret)
{
	struct config_lines lines;
	_cleanup_free_ char *text = config_open_first(root, &path, 1, &path, &lines);

	for (char *line; (line = config_lines_next(&lines)); free(line)) {
		const char *rest = text_after_prefix(line, "GRUB_CMDLINE_LINUX");

		if (!rest)
			continue;
		if (text_has_prefix(rest, "_DEFAULT="))
			rest += strlen("_DEFAULT");
		if (*rest++ != '=')
			continue;
		if (*rest == '"' || *rest == '\'') {
			_cleanup_free_ char *inner =
				alloc_copy(rest + 1, strcspn(rest + 1, (char[]){*rest, '\0'}));

			add_words(ret, inner);
		} else {
			add_words(ret, rest);
		}
		if (!ret->file || strstr(line, "console="))
			set_place(ret, path, lines.line);
	}
	return ret->file != NULL;
}

typedef bool (*read_fn)(const struct root *root, const char *path, struct kernel_line *ret);

/* In this order: what boots, then what would be written next. */
static const struct {
	const char *pattern;
	read_fn read; /* NULL: GRUB's */
} sources[] = {
	{"/boot/grub2/grub.cfg", NULL},
	{"/boot/grub/grub.cfg", NULL},
	{"/boot/efi/EFI/*/grub.cfg", NULL},
	{"/boot/grub/grub.conf", read_grub_legacy},
	{"/boot/grub/menu.lst", read_grub_legacy},
	{"/boot/extlinux/extlinux.conf", read_syslinux},
	{"/boot/extlinux.conf", read_syslinux},
	{"/boot/syslinux/syslinux.cfg", read_syslinux},
	{"/boot/syslinux.cfg", read_syslinux},
	{"/boot/firmware/cmdline.txt", read_plain},
	{"/boot/cmdline.txt", read_plain},
	{"/etc/lilo.conf", read_lilo},
	{"/etc/elilo.conf", read_lilo},
	{"/etc/zipl.conf", read_lilo},
	{"/etc/default/grub", read_default_grub},
	{"/etc/kernel/cmdline", read_plain},
};

static bool read_pattern(const struct root *root, size_t source, struct variables *variables,
			 struct kernel_line *ret)
{
	_cleanup_text_list_ struct text_list paths = {0};

	root_glob(root, sources[source].pattern, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *path = paths.items[i];

		if (sources[source].read ? sources[source].read(root, path, ret)
					 : read_grub(root, path, variables, ret))
			return true;
	}
	return false;
}

void kernel_line_read(const struct root *root, struct kernel_line *ret_line)
{
	struct variables variables = {0};
	bool is_found;

	*ret_line = (struct kernel_line){0};
	read_grubenv(root, &variables);
	is_found = are_entries_used(root) && read_entries(root, &variables, ret_line);
	for (size_t i = 0; i < ARRAY_SIZE(sources) && !is_found; i++)
		is_found = read_pattern(root, i, &variables, ret_line);
	text_list_done(&variables.pairs);
}

void kernel_line_done(struct kernel_line *line)
{
	free(line->file);
	text_list_done(&line->words);
	*line = (struct kernel_line){0};
}

const char *kernel_line_get(const struct kernel_line *line, const char *name)
{
	for (size_t i = line->words.count; i > 0; i--) {
		const char *value = text_after_prefix(line->words.items[i - 1], name);

		if (value && *value == '=')
			return value + 1;
	}
	return NULL;
}

bool terminal_is_name(const char *name)
{
	static const char *const prefixes[] = {"tty", "hvc", "xvc", "hvsi", "sclp"};

	if (strlen(name) > 32 ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")])
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *rest = text_after_prefix(name, prefixes[i]);

		if (rest && *rest && rest[strcspn(rest, "0123456789")])
			return true;
	}
	return false;
}

bool terminal_is_serial(const char *name)
{
	const char *rest = text_after_prefix(name, "tty");

	return !rest || rest[strspn(rest, "0123456789")];
}

bool kernel_line_next_console(const struct kernel_line *line, size_t *at,
			      struct kernel_console *ret)
{
	while (*at < line->words.count) {
		const char *value = text_after_prefix(line->words.items[(*at)++], "console=");
		_cleanup_free_ char *name = NULL, *digits = NULL;
		uint64_t speed = 0;

		if (!value)
			continue;
		name = alloc_copy(value, strcspn(value, ","));
		if (!terminal_is_name(name))
			continue;
		value += strlen(name);
		if (*value == ',') {
			digits = alloc_copy(value + 1, strspn(value + 1, "0123456789"));
			if (text_parse_u64(digits, &speed) < 0 || speed > 4000000)
				speed = 0;
		}
		*ret = (struct kernel_console){.name = TAKE_PTR(name), .speed = (unsigned)speed};
		return true;
	}
	return false;
}
