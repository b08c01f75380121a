/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sshd_config with what it includes, as a list of settings, Match blocks and faults. */
#include "system/sshd_config.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/root_glob.h"
#include "system/sshd_parts.h"

#define DEPTH_MAX 16 /* servconf.h, SERVCONF_MAX_DEPTH */
#define FILES_MAX 100
#define BYTES_MAX (4u << 20) /* of all files: words take many times their size */
#define SETTINGS_MAX 20000
#define MATCHES_MAX 2000
#define FAULTS_MAX 1000

struct reader {
	const struct root *root;
	struct sshd_config *config;
	const char *file; /* the one being read */
	unsigned line;
	size_t match; /* the block that is open, from 1 */
	unsigned depth;
	size_t *bytes;		       /* of all files read so far */
	const struct sshd_text *texts; /* in place of files */
	size_t text_count;
};

static void add_fault(struct reader *reader, enum sshd_fault_kind kind, const char *subject)
{
	struct sshd_config *config = reader->config;

	if (config->fault_count >= FAULTS_MAX)
		return;
	config->faults = alloc_grow(config->faults, config->fault_count, &config->fault_capacity,
				    sizeof(*config->faults));
	config->faults[config->fault_count++] = (struct sshd_fault){
		.kind = kind,
		.subject = text_copy(subject),
		.file = text_copy(reader->file),
		.line = reader->line,
	};
}

static bool is_word_of(const char *value, const char *words)
{
	_cleanup_text_list_ struct text_list list = {0};

	text_list_split(&list, words, " ");
	for (size_t i = 0; i < list.count; i++) {
		if (text_is_equal_ignoring_case(list.items[i], value))
			return true;
	}
	return false;
}

static bool is_valid(enum sshd_value_kind kind, const char *value)
{
	uint64_t port;

	switch (kind) {
	case SSHD_VALUE_YES_NO:
		return is_word_of(value, "yes no");
	case SSHD_VALUE_ROOT:
		return is_word_of(value, "yes no without-password prohibit-password "
					 "forced-commands-only");
	case SSHD_VALUE_PORT:
		return text_parse_u64(value, &port) == 0 && port && port <= 65535;
	default:
		return true;
	}
}

/* "YES" is "yes", and "without-password" has a newer word. */
static void take_newest_word(char **value)
{
	for (char *at = *value; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	if (strcmp(*value, "without-password") == 0)
		text_set(value, "prohibit-password");
}

static void add_setting(struct reader *reader, const struct sshd_keyword *keyword,
			const struct text_list *words)
{
	struct sshd_config *config = reader->config;
	struct sshd_setting *setting;

	if (config->count >= SETTINGS_MAX)
		return;
	config->settings = alloc_grow(config->settings, config->count, &config->capacity,
				      sizeof(*config->settings));
	setting = &config->settings[config->count++];
	setting->keyword = text_copy(keyword->name);
	for (size_t i = 1; i < words->count; i++)
		text_list_add(&setting->values, words->items[i]);
	if (keyword->kind == SSHD_VALUE_YES_NO || keyword->kind == SSHD_VALUE_ROOT)
		take_newest_word(&setting->values.items[0]);
	setting->match = reader->match;
	setting->file = text_copy(reader->file);
	setting->line = reader->line;
}

static void take_setting(struct reader *reader, const struct text_list *words)
{
	const struct sshd_keyword *keyword = sshd_keyword_find(words->items[0]);

	if (!keyword) {
		add_fault(reader, SSHD_FAULT_UNKNOWN, words->items[0]);
		return;
	}
	if (words->count < 2) {
		add_fault(reader, SSHD_FAULT_NO_VALUE, words->items[0]);
		return;
	}
	if (reader->match && keyword->is_global) {
		add_fault(reader, SSHD_FAULT_NOT_IN_MATCH, words->items[0]);
		return;
	}
	if (!is_valid(keyword->kind, words->items[1])) {
		add_fault(reader, SSHD_FAULT_BAD_VALUE, words->items[1]);
		return;
	}
	if (words->count > 2 && keyword->kind != SSHD_VALUE_ANY)
		add_fault(reader, SSHD_FAULT_BAD_VALUE, words->items[2]);
	add_setting(reader, keyword, words);
}

/* The criteria of a Match line; "User=a" is "User", "a". */
static void split_criteria(const struct text_list *words, struct text_list *criteria)
{
	for (size_t i = 1; i < words->count; i++) {
		char *equals = strchr(words->items[i], '=');
		bool is_name = criteria->count % 2 == 0;

		if (!equals || !is_name) {
			text_list_add(criteria, words->items[i]);
		} else {
			text_list_take(criteria, alloc_copy(words->items[i],
							    (size_t)(equals - words->items[i])));
			if (equals[1])
				text_list_add(criteria, equals + 1);
		}
		if (is_name && is_word_of(criteria->items[criteria->count - 1],
					  "all invalid-user canonical final"))
			text_list_add(criteria, ""); /* these have no value */
	}
}

static void take_match(struct reader *reader, const struct text_list *words, size_t parent)
{
	struct sshd_config *config = reader->config;
	struct sshd_match *match;

	if (config->match_count >= MATCHES_MAX) {
		add_fault(reader, SSHD_FAULT_BAD_MATCH, "Match");
		return;
	}
	config->matches = alloc_grow(config->matches, config->match_count, &config->match_capacity,
				     sizeof(*config->matches));
	match = &config->matches[config->match_count++];
	split_criteria(words, &match->criteria);
	match->parent = parent;
	match->file = text_copy(reader->file);
	match->line = reader->line;
	reader->match = config->match_count;
	if (!match->criteria.count || match->criteria.count % 2)
		add_fault(reader, SSHD_FAULT_BAD_MATCH, words->items[words->count - 1]);
	for (size_t i = 0; i < match->criteria.count; i += 2) {
		if (!sshd_is_criterion(match->criteria.items[i]))
			add_fault(reader, SSHD_FAULT_BAD_MATCH, match->criteria.items[i]);
	}
}

static int read_file(struct reader *reader, const char *file);

static void follow(struct reader *reader, const char *pattern)
{
	_cleanup_free_ char *full =
		*pattern == '/' ? text_copy(pattern) : text_format("/etc/ssh/%s", pattern);
	_cleanup_text_list_ struct text_list paths = {0};

	if (!reader->root)
		return;
	root_glob(reader->root, full, &paths);
	if (!paths.count && !pattern[strcspn(pattern, "*?[")])
		add_fault(reader, SSHD_FAULT_NO_FILE, full);
	for (size_t i = 0; i < paths.count; i++) {
		if (reader->depth >= DEPTH_MAX || reader->config->files.count >= FILES_MAX ||
		    *reader->bytes >= BYTES_MAX)
			add_fault(reader, SSHD_FAULT_TOO_DEEP, paths.items[i]);
		else if (read_file(reader, paths.items[i]) < 0)
			add_fault(reader, SSHD_FAULT_NO_FILE, paths.items[i]);
	}
}

static void take_line(struct reader *reader, const char *text, size_t parent)
{
	_cleanup_text_list_ struct text_list words = {0};

	sshd_split_words(text, &words);
	if (!words.count)
		return;
	if (text_is_equal_ignoring_case(words.items[0], "match")) {
		take_match(reader, &words, parent);
	} else if (text_is_equal_ignoring_case(words.items[0], "include") && words.count > 1) {
		for (size_t i = 1; i < words.count; i++)
			follow(reader, words.items[i]);
	} else {
		take_setting(reader, &words);
	}
}

static void take_lines(struct reader *reader, const char *text, size_t length, size_t parent)
{
	struct config_lines lines;
	char *next;

	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		reader->line = lines.line;
		take_line(reader, line, parent);
	}
}

static int get_text(const struct reader *reader, const char *file, char **ret_text,
		    size_t *ret_length)
{
	_cleanup_free_ char *path = NULL;

	if (reader->text_count && root_resolve(reader->root, file, false, &path, NULL) < 0)
		path = NULL;
	for (size_t i = 0; path && i < reader->text_count; i++) {
		if (!text_is_equal(reader->texts[i].path, path))
			continue;
		*ret_text = alloc_copy(reader->texts[i].bytes, reader->texts[i].length);
		*ret_length = reader->texts[i].length;
		return 0;
	}
	return root_read_file(reader->root, file, CONFIG_MAX_BYTES, ret_text, ret_length);
}

/* Reads FILE in the place where READER stands, which it leaves as it was. */
static int read_file(struct reader *reader, const char *file)
{
	_cleanup_free_ char *text = NULL;
	struct reader inner = *reader;
	size_t length = 0;
	int error = get_text(reader, file, &text, &length);

	if (error < 0)
		return error;
	text_list_add(&reader->config->files, file);
	*reader->bytes += length;
	inner.file = file;
	inner.depth++;
	take_lines(&inner, text, length, reader->match);
	return 0;
}

void sshd_config_parse(const char *text, size_t length, struct sshd_config *ret_config)
{
	struct sshd_config config = {0};
	size_t bytes = length;
	struct reader reader = {.config = &config, .bytes = &bytes, .file = "sshd -T"};

	take_lines(&reader, text, length, 0);
	sshd_config_sort(&config);
	*ret_config = config;
}

int sshd_config_read_changed(const struct root *root, const char *path,
			     const struct sshd_text *texts, size_t text_count,
			     struct sshd_config *ret_config)
{
	struct sshd_config config = {0};
	size_t bytes = 0;
	struct reader reader = {
		.root = root,
		.config = &config,
		.bytes = &bytes,
		.texts = texts,
		.text_count = text_count,
	};
	int error = read_file(&reader, path ? path : "/etc/ssh/sshd_config");

	if (error == -ENOENT && !path)
		error = read_file(&reader, "/usr/etc/ssh/sshd_config");
	if (error < 0)
		return error;
	sshd_config_sort(&config);
	*ret_config = config;
	return 0;
}

int sshd_config_read(const struct root *root, const char *path, struct sshd_config *ret_config)
{
	return sshd_config_read_changed(root, path, NULL, 0, ret_config);
}

void sshd_config_done(struct sshd_config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		free(config->settings[i].keyword);
		free(config->settings[i].file);
		text_list_done(&config->settings[i].values);
	}
	for (size_t i = 0; i < config->match_count; i++) {
		free(config->matches[i].file);
		text_list_done(&config->matches[i].criteria);
	}
	for (size_t i = 0; i < config->fault_count; i++) {
		free(config->faults[i].subject);
		free(config->faults[i].file);
	}
	free(config->settings);
	free(config->by_keyword);
	free(config->matches);
	free(config->faults);
	text_list_done(&config->files);
	*config = (struct sshd_config){0};
}
