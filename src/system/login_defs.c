/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target's login.defs, defaults of useradd, shells and terminals of root. */
#include "system/login_defs.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"

#define SETTINGS_MAX 10000
#define UID_MIN_DEFAULT 1000
#define UID_MAX_DEFAULT 60000

static void add_setting(struct login_defs *defs, const char *name, const char *value,
			const char *file, unsigned line)
{
	struct login_setting *setting;

	if (defs->count >= SETTINGS_MAX)
		return;
	defs->settings =
		alloc_grow(defs->settings, defs->count, &defs->capacity, sizeof(*defs->settings));
	setting = &defs->settings[defs->count++];
	setting->name = text_copy(name);
	setting->value = text_copy(value);
	setting->file = text_copy(file);
	setting->line = line;
}

void login_defs_parse(const char *text, size_t length, const char *file, struct login_defs *defs)
{
	struct config_lines lines;
	char *next;

	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *name = text_trim(line), *value = name + strcspn(name, " \t");

		if (!*name || *name == '#' || !*value)
			continue;
		*value++ = '\0';
		value += strspn(value, " \"\t");
		value[strcspn(value, "\"")] = '\0';
		add_setting(defs, name, value, file, lines.line);
	}
}

/* Every file of FOLDER that ends in .defs. */
static void read_folder(const struct root *root, const char *folder, struct login_defs *defs)
{
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, folder, 1000, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folder, names.items[i]);
		_cleanup_free_ char *text = NULL;
		size_t length = 0;

		if (text_has_suffix(path, ".defs") &&
		    root_read_file(root, path, CONFIG_MAX_BYTES, &text, &length) >= 0)
			login_defs_parse(text, length, path, defs);
	}
}

void login_defs_read(const struct root *root, struct login_defs *ret_defs)
{
	static const char *const paths[] = {"/etc/login.defs", "/usr/etc/login.defs"};
	struct login_defs defs = {0};
	const char *path = NULL;
	size_t length = 0;
	_cleanup_free_ char *text =
		config_read_first(root, paths, ARRAY_SIZE(paths), &path, &length);

	if (text)
		login_defs_parse(text, length, path, &defs);
	read_folder(root, "/usr/etc/login.defs.d", &defs);
	read_folder(root, "/etc/login.defs.d", &defs);
	*ret_defs = defs;
}

void useradd_defaults_read(const struct root *root, struct login_defs *ret_defs)
{
	static const char *const paths[] = {"/etc/default/useradd", "/usr/etc/default/useradd"};
	struct login_defs defs = {0};
	const char *path = NULL;
	struct config_lines lines;
	_cleanup_free_ char *text =
		config_open_first(root, paths, ARRAY_SIZE(paths), &path, &lines);
	char *next;

	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *equals = strchr(line, '=');

		if (!equals || *line == '#')
			continue;
		*equals = '\0';
		add_setting(&defs, text_trim(line), text_trim(equals + 1), path, lines.line);
	}
	*ret_defs = defs;
}

void login_defs_done(struct login_defs *defs)
{
	for (size_t i = 0; i < defs->count; i++) {
		free(defs->settings[i].name);
		free(defs->settings[i].value);
		free(defs->settings[i].file);
	}
	free(defs->settings);
	*defs = (struct login_defs){0};
}

const struct login_setting *login_defs_find(const struct login_defs *defs, const char *name)
{
	for (size_t i = defs->count; i > 0; i--) {
		if (strcmp(defs->settings[i - 1].name, name) == 0)
			return &defs->settings[i - 1];
	}
	return NULL;
}

const char *login_defs_get(const struct login_defs *defs, const char *name)
{
	const struct login_setting *setting = login_defs_find(defs, name);

	return setting ? setting->value : NULL;
}

int64_t login_defs_get_number(const struct login_defs *defs, const char *name, int64_t fallback)
{
	const char *value = login_defs_get(defs, name);
	char *end = NULL;
	long long number;

	if (text_is_empty(value))
		return fallback;
	errno = 0;
	number = strtoll(value, &end, 0); /* bases as getdef.c takes them */
	return errno || *end ? fallback : number;
}

bool login_defs_get_bool(const struct login_defs *defs, const char *name)
{
	return text_is_equal_ignoring_case(login_defs_get(defs, name), "yes");
}

/* The setting with the number that goes with SCHEME. */
static unsigned long get_rounds(const struct login_defs *defs, enum hash_scheme scheme)
{
	static const struct {
		enum hash_scheme scheme;
		const char *max;
		const char *min;
	} names[] = {
		{HASH_SHA256, "SHA_CRYPT_MAX_ROUNDS", "SHA_CRYPT_MIN_ROUNDS"},
		{HASH_SHA512, "SHA_CRYPT_MAX_ROUNDS", "SHA_CRYPT_MIN_ROUNDS"},
		{HASH_BCRYPT, "BCRYPT_MAX_ROUNDS", "BCRYPT_MIN_ROUNDS"},
		{HASH_YESCRYPT, "YESCRYPT_COST_FACTOR", "YESCRYPT_COST_FACTOR"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int64_t rounds;

		if (names[i].scheme != scheme)
			continue;
		rounds = login_defs_get_number(defs, names[i].max, 0);
		rounds = rounds > 0 ? rounds : login_defs_get_number(defs, names[i].min, 0);
		return rounds > 0 && rounds <= 999999999 ? (unsigned long)rounds : 0;
	}
	return 0;
}

void login_defs_get_hash(const struct login_defs *defs, struct hash_wish *ret_wish)
{
	const struct login_setting *setting = login_defs_find(defs, "ENCRYPT_METHOD");
	struct hash_wish wish = {0};

	if (setting) {
		wish.scheme = hash_scheme_find(setting->value);
	} else if (login_defs_get_bool(defs, "MD5_CRYPT_ENAB")) {
		setting = login_defs_find(defs, "MD5_CRYPT_ENAB");
		wish.scheme = HASH_MD5;
	}
	if (wish.scheme != HASH_NONE) {
		wish.rounds = get_rounds(defs, wish.scheme);
		wish.file = text_copy(setting->file);
		wish.line = setting->line;
	}
	*ret_wish = wish;
}

void hash_wish_done(struct hash_wish *wish)
{
	free(wish->file);
	*wish = (struct hash_wish){0};
}

static uint32_t get_id(const struct login_defs *defs, const char *name, uint32_t fallback)
{
	int64_t number = login_defs_get_number(defs, name, fallback);

	return number > 0 && number < UINT32_MAX ? (uint32_t)number : fallback;
}

uint32_t login_defs_uid_min(const struct login_defs *defs)
{
	return get_id(defs, "UID_MIN", UID_MIN_DEFAULT);
}

uint32_t login_defs_uid_max(const struct login_defs *defs)
{
	return get_id(defs, "UID_MAX", UID_MAX_DEFAULT);
}

void login_shells_read(const struct root *root, struct text_list *ret_shells)
{
	static const char *const paths[] = {"/etc/shells", "/usr/etc/shells"};
	const char *path = NULL;
	struct config_lines lines;
	_cleanup_free_ char *text =
		config_open_first(root, paths, ARRAY_SIZE(paths), &path, &lines);
	char *next;

	if (!text) {
		text_list_add(ret_shells, "/bin/sh");
		text_list_add(ret_shells, "/bin/csh");
		return;
	}
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *start = line + strcspn(line, "/#");

		start[strcspn(start, " \t#")] = '\0';
		if (*start == '/')
			text_list_add(ret_shells, start);
	}
}

/* Who asks the file compares whole lines, blanks and carriage returns too. */
bool login_securetty_read(const struct root *root, struct text_list *ret_terminals)
{
	static const char *const paths[] = {"/etc/securetty", "/usr/etc/securetty",
					    "/usr/share/securetty"};
	_cleanup_text_list_ struct text_list lines = {0};
	const char *path = NULL;
	size_t length = 0;
	_cleanup_free_ char *text =
		config_read_first(root, paths, ARRAY_SIZE(paths), &path, &length);

	text_list_split(&lines, text ? text : "", "\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.items[i];

		if (*line != '#' && line[strspn(line, " \t\r")])
			text_list_add(ret_terminals, line);
	}
	return text != NULL;
}
