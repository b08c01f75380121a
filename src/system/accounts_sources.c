/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a target takes accounts from that its passwd does not have: out of reach, and said to be.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/accounts_parts.h"
#include "system/name_service.h"
#include "system/root_glob.h"

#define NAMES_MAX 1000

static struct account_source *find(const struct accounts *accounts, const char *label)
{
	for (size_t i = 0; i < accounts->source_count; i++) {
		if (strcmp(accounts->sources[i].label, label) == 0)
			return &accounts->sources[i];
	}
	return NULL;
}

/* The source with LABEL, added where there is none. */
static struct account_source *add_source(struct accounts *accounts, const char *name,
					 const char *label, const char *file)
{
	struct account_source *source = find(accounts, label);

	if (source)
		return source;
	accounts->sources = alloc_grow(accounts->sources, accounts->source_count,
				       &accounts->source_capacity, sizeof(*accounts->sources));
	source = &accounts->sources[accounts->source_count++];
	*source = (struct account_source){
		.name = text_copy(name),
		.label = text_copy(label),
		.file = text_copy(file),
	};
	return source;
}

static void add_name(struct account_source *source, const char *name)
{
	if (source->names.count < NAMES_MAX && !text_list_contains(&source->names, name))
		text_list_add(&source->names, name);
}

/* People of further files (Ubuntu Core); those of a distribution's own image are services. */
static bool is_of_people(const struct name_source *source)
{
	static const char *const names[] = {"extrausers", "db", "cache", "tcb"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(source->name, names[i]) == 0)
			return true;
	}
	return false;
}

static void add_names_of(const struct judge *judge, const char *path, struct account_source *source)
{
	_cleanup_account_file_ struct account_file file = {0};

	if (account_file_read(judge->root, ACCOUNT_FILE_PASSWD, path, &file, NULL) < 0)
		return;
	for (size_t i = 0; i < file.count && source->names.count < NAMES_MAX; i++) {
		_cleanup_free_ char *name = account_file_get(&file, i, PASSWD_NAME);

		if (name && *name)
			add_name(source, name);
	}
}

static void read_database(struct judge *judge, const char *database)
{
	_cleanup_name_service_ struct name_service service = {0};

	name_service_read(judge->root, database, &service);
	for (size_t i = 0; i < service.sources.count; i++) {
		const struct name_source *known = name_source_find(service.sources.items[i]);
		struct account_source *source;

		if (known && known->reach == NAME_SOURCE_REMOTE)
			(void)add_source(judge->accounts, known->name, known->label, service.file);
		if (!known || known->reach != NAME_SOURCE_FILES)
			judge->has_local_names &= known && known->reach == NAME_SOURCE_DYNAMIC;
		if (!known || known->reach != NAME_SOURCE_LOCAL || !is_of_people(known) ||
		    !known->path || !root_has(judge->root, known->path))
			continue;
		source = add_source(judge->accounts, known->name, known->label, service.file);
		if (strcmp(known->name, "extrausers") == 0)
			add_names_of(judge, known->path, source);
	}
}

static bool has_files(const struct name_service *service)
{
	for (size_t i = 0; i < service->sources.count; i++) {
		const struct name_source *known = name_source_find(service->sources.items[i]);

		/* of one that nobody knows nothing is known */
		if (!known || known->reach == NAME_SOURCE_FILES)
			return true;
	}
	return service->sources.count == 0;
}

/* Without the word "files" the C library does not look into passwd and shadow, not for root. */
static void judge_database(struct judge *judge, const char *database, unsigned ways)
{
	_cleanup_name_service_ struct name_service service = {0};
	struct obstacle_found found = {
		.kind = OBSTACLE_NO_FILES, .ways = ways, .subject = database};

	name_service_read(judge->root, database, &service);
	found.file = service.file;
	found.line = service.line;
	if (!has_files(&service))
		obstacle_add(&judge->accounts->system, &found);
}

/* "+::::::", "+anna::::::", "+@staff": NIS has the rest. */
static void read_nis_lines(struct judge *judge)
{
	for (size_t i = 0; i < judge->passwd.count; i++) {
		const struct account_line *line = &judge->passwd.lines[i];
		struct account_source *source;
		_cleanup_free_ char *name = NULL;

		if (line->kind != ACCOUNT_LINE_NIS || !line->length || *line->text != '+')
			continue;
		source = add_source(judge->accounts, "+", N_("NIS"), "/etc/passwd");
		name = alloc_copy(line->text + 1, strcspn(line->text + 1, ":\r"));
		if (*name && *name != '@')
			add_name(source, name);
	}
}

/* systemd-homed keeps what it knows of an account beside, and in, its home. */
static void read_homed(struct judge *judge)
{
	static const struct {
		const char *pattern;
		const char *suffix;
	} places[] = {
		{"/var/lib/systemd/home/*.identity", ".identity"},
		{"/home/*.homedir", ".homedir"},
		{"/home/*.home", ".home"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_text_list_ struct text_list paths = {0};

		root_glob(judge->root, places[i].pattern, &paths);
		for (size_t j = 0; j < paths.count; j++) {
			struct account_source *source =
				add_source(judge->accounts, "systemd-homed", N_("systemd-homed"),
					   paths.items[j]);
			const char *base = strrchr(paths.items[j], '/') + 1;
			size_t length = strlen(base) - strlen(places[i].suffix);
			_cleanup_free_ char *name = alloc_copy(base, length);

			if (*name)
				add_name(source, name);
		}
	}
}

void judge_sources(struct judge *judge)
{
	judge->has_local_names = true;
	read_database(judge, "passwd");
	read_database(judge, "passwd_compat");
	judge_database(judge, "passwd", LOGIN_ALL);
	if (judge->accounts->has_shadow)
		judge_database(judge, "shadow", LOGIN_BY_PASSWORD);
	read_nis_lines(judge);
	read_homed(judge);
}
