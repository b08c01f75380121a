/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program of a target lacks to start. */
#include "system/program_lack.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/elf.h"
#include "system/elf_dynamic.h"
#include "system/root_glob.h"

#define SCRIPT_MAX_BYTES 256 /* the kernel's BINPRM_BUF_SIZE */
#define SCRIPTS_MAX 4	     /* that run each other (exec_binprm) */
#define LIBRARIES_MAX 200
#define FOLDERS_MAX 500
#define SETTINGS_MAX 200
#define CACHE_MAX_BYTES (8u << 20)

char *program_find_interpreter(const struct root *root, const char *path)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	char *word;

	if (root_read_file(root, path, SCRIPT_MAX_BYTES, &bytes, &length) < 0 || length < 2)
		return NULL;
	if (memcmp(bytes, "#!", 2) != 0)
		return elf_read_interpreter(root, path);
	bytes[strcspn(bytes, "\r\n")] = '\0';
	word = bytes + 2 + strspn(bytes + 2, " \t");
	word[strcspn(word, " \t")] = '\0';
	return *word ? text_copy(word) : NULL;
}

/* --- where libraries are looked for */

struct search {
	const struct root *root;
	const struct elf_dynamic *program;
	struct text_list folders;
	struct text_list settings; /* files of them that were read */
	struct text_list names; /* of libraries, each once, in the order in which they are needed */
	char *cache;		/* ld.so.cache; NULL */
	size_t cache_length;
	bool is_open; /* it may be somewhere else: nothing is missing */
	struct program_lack *lack;
};

static void add_folder(struct search *search, const char *folder)
{
	if (*folder != '/' || text_list_contains(&search->folders, folder))
		return;
	if (search->folders.count == FOLDERS_MAX)
		search->is_open = true;
	else
		text_list_add(&search->folders, folder);
}

static void read_settings(struct search *search, const char *path);

/* "include ld.so.conf.d/x.conf", from the folder of the file in PATH. */
static void include(struct search *search, const char *path, const char *pattern)
{
	_cleanup_text_list_ struct text_list paths = {0};
	_cleanup_free_ char *whole =
		*pattern == '/'
			? text_copy(pattern)
			: text_format("%.*s/%s", (int)(strrchr(path, '/') - path), path, pattern);

	root_glob(search->root, whole, &paths);
	for (size_t i = 0; i < paths.count; i++)
		read_settings(search, paths.items[i]);
}

/* A line of ld.so.conf: folders, "=libc6" behind them; what else there is is no path. */
static void take_line(struct search *search, const char *path, const char *line)
{
	_cleanup_text_list_ struct text_list words = {0};
	bool includes;

	text_list_split(&words, line, " \t:,");
	includes = words.count && strcmp(words.items[0], "include") == 0;
	for (size_t i = 0; i < words.count; i++) {
		if (includes && i)
			include(search, path, words.items[i]);
		words.items[i][strcspn(words.items[i], "=")] = '\0';
		if (!includes)
			add_folder(search, words.items[i]);
	}
}

static void read_settings(struct search *search, const char *path)
{
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;
	char *next;
	int r;

	if (search->is_open || text_list_contains(&search->settings, path))
		return;
	text_list_add(&search->settings, path);
	r = search->settings.count > SETTINGS_MAX
		    ? -EFBIG
		    : root_read_file(search->root, path, CONFIG_MAX_BYTES, &text, &length);
	if (r != 0 && r != -ENOENT)
		search->is_open = true;
	if (r < 0)
		return;
	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		line[strcspn(line, "#")] = '\0';
		take_line(search, path, line);
	}
}

/* Folders of ld.so itself: which of them hangs on how it was built. */
static void add_own_folders(struct search *search)
{
	static const char *const names[] = {
		"/lib",	      "/lib64",	    "/lib32",	   "/libx32",	     "/usr/lib",
		"/usr/lib64", "/usr/lib32", "/usr/libx32", "/usr/local/lib", "/usr/local/lib64"};
	static const char *const patterns[] = {"/lib/*-linux*", "/usr/lib/*-linux*", "/lib*/tls",
					       "/usr/lib*/tls"};
	_cleanup_text_list_ struct text_list paths = {0};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		add_folder(search, names[i]);
	root_glob_all(search->root, patterns, ARRAY_SIZE(patterns), &paths);
	for (size_t i = 0; i < paths.count; i++)
		add_folder(search, paths.items[i]);
}

/* RUNPATH of the file at PATH, whose own folder is $ORIGIN; it counts for all here. */
static void add_run_folders(struct search *search, const char *path,
			    const struct elf_dynamic *dynamic)
{
	_cleanup_free_ char *resolved = NULL;
	bool exists = false;

	if (!dynamic->folders.count)
		return;
	if (root_resolve(search->root, path, false, &resolved, &exists) < 0 || !exists) {
		search->is_open = true;
		return;
	}
	*strrchr(resolved, '/') = '\0';
	for (size_t i = 0; i < dynamic->folders.count; i++) {
		_cleanup_text_list_ struct text_list words = {0};

		text_list_split(&words, dynamic->folders.items[i], ":");
		for (size_t j = 0; j < words.count; j++) {
			const char *rest = text_after_prefix(words.items[j], "$ORIGIN");
			_cleanup_free_ char *whole = NULL;

			rest = rest ? rest : text_after_prefix(words.items[j], "${ORIGIN}");
			whole = rest ? text_format("%s%s", resolved, rest)
				     : text_copy(words.items[j]);
			search->is_open |= strchr(whole, '$') != NULL || *whole != '/';
			add_folder(search, whole);
		}
	}
}

/* Who logs in may be given folders of libraries (pam_env). */
static bool is_told_elsewhere(const struct root *root)
{
	static const char *const paths[] = {"/etc/environment", "/etc/security/pam_env.conf"};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_free_ char *text = NULL;

		if (root_read_file(root, paths[i], CONFIG_MAX_BYTES, &text, NULL) >= 0 &&
		    strstr(text, "LD_LIBRARY_PATH"))
			return true;
	}
	return false;
}

/* --- one library */

enum fit { FIT_MISSING, FIT_FOUND, FIT_UNKNOWN };

/* What is at PATH is a library for the program. */
static enum fit look_at(const struct search *search, const char *path, struct stat *ret_status,
			struct elf_dynamic *ret_dynamic)
{
	int r = root_stat(search->root, path, true, ret_status);

	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return FIT_MISSING;
	if (r < 0)
		return FIT_UNKNOWN;
	r = elf_dynamic_read(search->root, path, ret_dynamic);
	if (r < 0)
		return r == -ENOEXEC ? FIT_MISSING : FIT_UNKNOWN;
	if (ret_dynamic->machine == search->program->machine &&
	    ret_dynamic->class == search->program->class &&
	    ret_dynamic->data == search->program->data)
		return FIT_FOUND;
	elf_dynamic_done(ret_dynamic);
	return FIT_MISSING;
}

/* The paths that ld.so.cache has for NAME, whatever its format: they stand in it as text. */
static void add_cached(const struct search *search, const char *name, struct text_list *paths)
{
	_cleanup_free_ char *suffix = text_format("/%s", name);
	size_t length = strlen(suffix) + 1;
	const char *at = search->cache, *end = search->cache;

	if (!at)
		return;
	end += search->cache_length;
	while ((at = memmem(at, (size_t)(end - at), suffix, length)) != NULL) {
		const char *start = at;

		while (start > search->cache && start[-1])
			start--;
		if (*start == '/' && !text_list_contains(paths, start))
			text_list_add(paths, start);
		at += length;
	}
}

static void list_places(const struct search *search, const char *name, struct text_list *paths)
{
	if (strchr(name, '/')) {
		text_list_add(paths, name);
		return;
	}
	for (size_t i = 0; i < search->folders.count; i++)
		text_list_format(paths, "%s/%s", search->folders.items[i], name);
	add_cached(search, name, paths);
}

static void add_names(struct search *search, const struct elf_dynamic *dynamic)
{
	for (size_t i = 0; i < dynamic->needed.count; i++) {
		const char *name = dynamic->needed.items[i];

		if (strchr(name, '$') || (strchr(name, '/') && *name != '/') ||
		    search->names.count == LIBRARIES_MAX)
			search->is_open = true;
		else if (!text_list_contains(&search->names, name))
			text_list_add(&search->names, name);
	}
}

static void set_lack(struct search *search, char *name)
{
	if (!search->lack->name)
		search->lack->name = name;
	else
		free(name);
}

/* A version that program and LIBRARY, which is the only one of its name, do not agree on. */
static void check_versions(struct search *search, const char *name,
			   const struct elf_dynamic *library, const struct elf_dynamic *asking)
{
	for (size_t i = 0; i < asking->version_count; i++) {
		const struct elf_version *version = &asking->versions[i];

		if (strcmp(version->library, name) == 0 &&
		    !elf_dynamic_may_give(library, version->name))
			set_lack(search, text_format("%s (%s)", name, version->name));
	}
}

/* All files that could be NAME: how many there are, one file under several paths being one. */
static void find_library(struct search *search, const char *name)
{
	_cleanup_text_list_ struct text_list paths = {0};
	_cleanup_elf_dynamic_ struct elf_dynamic first = {0};
	_cleanup_free_ char *path = NULL;
	struct stat at = {0};

	list_places(search, name, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		_cleanup_elf_dynamic_ struct elf_dynamic dynamic = {0};
		struct stat status;
		enum fit fit = look_at(search, paths.items[i], &status, &dynamic);

		if (fit == FIT_MISSING ||
		    (path && status.st_dev == at.st_dev && status.st_ino == at.st_ino))
			continue;
		if (fit == FIT_UNKNOWN || path)
			return; /* which one is taken is not known here */
		path = text_copy(paths.items[i]);
		at = status;
		first = dynamic;
		dynamic = (struct elf_dynamic){0};
	}
	if (!path) {
		set_lack(search, text_copy(name));
		return;
	}
	check_versions(search, name, &first, search->program);
	add_run_folders(search, path, &first);
	add_names(search, &first);
}

/* --- a program */

/* Of another C library's loader nothing is known here. */
static bool is_gnu(const char *loader)
{
	const char *slash = strrchr(loader, '/');
	const char *name = slash ? slash + 1 : loader;

	return text_has_prefix(name, "ld-linux") || text_has_prefix(name, "ld64.so") ||
	       text_has_prefix(name, "ld.so");
}

static void find_libraries(const struct root *root, const char *path, struct program_lack *lack)
{
	_cleanup_elf_dynamic_ struct elf_dynamic program = {0};
	struct search search = {.root = root, .program = &program, .lack = lack};

	if (elf_dynamic_read(root, path, &program) < 0 || !program.needed.count ||
	    is_told_elsewhere(root))
		return;
	add_run_folders(&search, path, &program);
	read_settings(&search, "/etc/ld.so.conf");
	add_own_folders(&search);
	(void)root_read_file(root, "/etc/ld.so.cache", CACHE_MAX_BYTES, &search.cache,
			     &search.cache_length); /* there need not be one */
	add_names(&search, &program);
	for (size_t i = 0; !lack->name && !search.is_open && i < search.names.count; i++)
		find_library(&search, search.names.items[i]);
	if (search.is_open) {
		free(lack->name);
		lack->name = NULL;
	}
	lack->places = search.folders;
	free(search.cache);
	text_list_done(&search.names);
	text_list_done(&search.settings);
}

static void find_lack(const struct root *root, const char *path, unsigned depth,
		      struct program_lack *lack)
{
	_cleanup_free_ char *interpreter = program_find_interpreter(root, path);

	if (!interpreter || *interpreter != '/' || depth == SCRIPTS_MAX)
		return;
	if (!root_has(root, interpreter)) {
		lack->name = text_copy(interpreter);
		text_list_add(&lack->places, interpreter);
		return;
	}
	if (!elf_read_architecture(root, path))
		find_lack(root, interpreter, depth + 1, lack);
	else if (is_gnu(interpreter))
		find_libraries(root, path, lack);
}

void program_lack_find(const struct root *root, const char *path, struct program_lack *ret_lack)
{
	struct program_lack lack = {0};

	find_lack(root, path, 0, &lack);
	*ret_lack = lack;
}

void program_lack_done(struct program_lack *lack)
{
	free(lack->name);
	text_list_done(&lack->places);
	*lack = (struct program_lack){0};
}
