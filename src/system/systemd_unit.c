/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One unit of systemd: its file, its drop-ins, what masks it. */
#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/systemd_parts.h"

#define ALIASES_MAX 8
#define DROP_INS_MAX 200
#define LIST_MAX 1000

const char *const systemd_folders[] = {
	"/etc/systemd/system.control", "/etc/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",     "/lib/systemd/system", NULL,
};

bool systemd_is_unit_name(const char *name)
{
	static const char *const kinds[] = {".service", ".target",    ".socket", ".path",
					    ".timer",	".mount",     ".slice",	 ".swap",
					    ".scope",	".automount", ".device"};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (text_has_suffix(name, kinds[i]) && strlen(name) > strlen(kinds[i]) &&
		    strlen(name) < 256 && !strchr(name, '/'))
			return true;
	}
	return false;
}

char *systemd_template_of(const char *name)
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

	if (!at || !dot || dot < at || dot == at + 1)
		return NULL;
	return text_format("%.*s%s", (int)(at + 1 - name), name, dot);
}

char *systemd_instance_of(const char *template_name, const char *name)
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');
	const char *start = strchr(template_name, '@');

	if (!at || !dot || dot < at || !start || start[1] != '.')
		return text_copy(template_name);
	return text_format("%.*s%.*s%s", (int)(start + 1 - template_name), template_name,
			   (int)(dot - at - 1), at + 1, start + 1);
}

/* --- its file */

enum found {
	FOUND_NOTHING,
	FOUND_FILE,
	FOUND_MASK,
	FOUND_ALIAS /* *RET_ALIAS is the name it stands for */
};

/* What is at PATH, which systemd would take for unit NAME. */
static enum found look_at(const struct root *root, const char *path, const char *name,
			  char **ret_alias)
{
	_cleanup_free_ char *link = NULL, *resolved = NULL,
			    *template_name = systemd_template_of(name);
	const char *base;
	struct stat status;

	if (root_stat(root, path, false, &status) < 0)
		return FOUND_NOTHING;
	if (S_ISREG(status.st_mode))
		return status.st_size == 0 ? FOUND_MASK : FOUND_FILE;
	if (!S_ISLNK(status.st_mode) || root_read_link(root, path, &link) < 0)
		return FOUND_NOTHING;
	if (root_resolve(root, path, true, &resolved, NULL) == 0 &&
	    text_is_equal(resolved, "/dev/null"))
		return FOUND_MASK;
	base = strrchr(link, '/') ? strrchr(link, '/') + 1 : link;
	if (!text_is_equal(base, name) && !text_is_equal(base, template_name) &&
	    systemd_is_unit_name(base)) {
		*ret_alias = systemd_instance_of(base, name);
		if (!text_is_equal(*ret_alias, name))
			return FOUND_ALIAS;
		free(TAKE_PTR(*ret_alias));
	}
	if (root_stat(root, path, true, &status) < 0 || !S_ISREG(status.st_mode))
		return FOUND_NOTHING;
	return status.st_size == 0 ? FOUND_MASK : FOUND_FILE;
}

/* The same for the first folder that has something called FILE. */
static enum found look_for(const struct root *root, const char *file, const char *name,
			   char **ret_path, char **ret_alias)
{
	for (size_t i = 0; systemd_folders[i]; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", systemd_folders[i], file);
		enum found found = look_at(root, path, name, ret_alias);

		if (found == FOUND_NOTHING)
			continue;
		*ret_path = TAKE_PTR(path);
		return found;
	}
	return FOUND_NOTHING;
}

/* The unit file behind a mask. */
static void find_hidden(const struct root *root, struct systemd_unit *unit)
{
	_cleanup_free_ char *template_name = systemd_template_of(unit->name);
	const char *const names[] = {unit->name, template_name};

	for (size_t i = 0; i < ARRAY_SIZE(names) && !unit->hidden; i++) {
		for (size_t folder = 0; names[i] && systemd_folders[folder] && !unit->hidden;
		     folder++) {
			_cleanup_free_ char *path =
				text_format("%s/%s", systemd_folders[folder], names[i]);
			_cleanup_free_ char *alias = NULL;

			if (look_at(root, path, unit->name, &alias) == FOUND_FILE)
				unit->hidden = TAKE_PTR(path);
		}
	}
}

void systemd_unit_find(const struct root *root, const char *name, struct systemd_unit *unit)
{
	text_set(&unit->name, name);
	if (!systemd_is_unit_name(name))
		return;
	for (size_t i = 0; i < ALIASES_MAX; i++) {
		_cleanup_free_ char *path = NULL, *alias = NULL;
		_cleanup_free_ char *template_name = systemd_template_of(unit->name);
		enum found found = look_for(root, unit->name, unit->name, &path, &alias);

		if (found == FOUND_NOTHING && template_name)
			found = look_for(root, template_name, unit->name, &path, &alias);
		if (found == FOUND_MASK) {
			unit->mask = TAKE_PTR(path);
			find_hidden(root, unit);
		}
		if (found == FOUND_FILE)
			unit->file = TAKE_PTR(path);
		if (found != FOUND_ALIAS)
			return;
		text_set(&unit->name, alias);
	}
}

/* Adds what masks a unit whose file is called FILE. */
static void list_masks_of(const struct root *root, const char *file, struct text_list *paths)
{
	for (size_t i = 0; systemd_folders[i]; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", systemd_folders[i], file);
		_cleanup_free_ char *alias = NULL;

		if (look_at(root, path, file, &alias) == FOUND_MASK)
			text_list_add(paths, path);
	}
}

void systemd_list_masks(const struct root *root, const char *name, struct text_list *paths)
{
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};
	_cleanup_free_ char *template_name = NULL;

	systemd_unit_find(root, name, &unit);
	template_name = systemd_template_of(unit.name);
	list_masks_of(root, unit.name, paths);
	if (template_name)
		list_masks_of(root, template_name, paths);
}

/* --- its lines */

static void add_list(struct text_list *list, const char *value)
{
	if (!*value)
		text_list_done(list); /* an empty one clears what was before */
	else if (list->count < LIST_MAX)
		text_list_split(list, value, " \t");
}

/* ExecStart=-/sbin/agetty -o '-p -- \\u' --noclear %I $TERM */
static void set_program(struct systemd_unit *unit, const char *value, const char *file,
			unsigned line)
{
	value += strspn(value, "-@:+!|");
	text_set(&unit->program, NULL);
	text_set(&unit->program_file, file);
	unit->program_line = line;
	if (*value == '"' || *value == '\'')
		unit->program = alloc_copy(value + 1, strcspn(value + 1, (char[]){*value, '\0'}));
	else if (*value)
		unit->program = alloc_copy(value, strcspn(value, " \t"));
}

/* Whether the condition VALUE is about what lies on a disk. */
static bool is_on_disk(const char *path)
{
	static const char *const others[] = {"/dev/", "/proc/",	   "/sys/",
					     "/run/", "/var/run/", "/tmp/"};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (text_has_prefix(path, others[i]))
			return false;
	}
	return *path == '/' && !strchr(path, '%');
}

static void check_condition(const struct root *root, struct systemd_unit *unit, const char *value,
			    const char *file)
{
	bool is_negated = *value == '!';
	const char *path = value + is_negated + strspn(value + is_negated, " \t");

	if (*value == '|' || !is_on_disk(path) || unit->blocked_by ||
	    root_has(root, path) != is_negated)
		return;
	unit->blocked_by = text_copy(file);
	unit->blocking_path = text_format("%s%s", is_negated ? "!" : "", path);
}

struct reading {
	const struct root *root;
	struct systemd_unit *unit;
	const char *file;
	char *section;
};

static void apply_unit(const struct reading *reading, const char *key, const char *value)
{
	static const char *const pulls[] = {"Wants", "Requires", "BindsTo", "Requisite", "Upholds"};

	for (size_t i = 0; i < ARRAY_SIZE(pulls); i++) {
		if (text_is_equal(key, pulls[i]) && *value)
			add_list(&reading->unit->needs, value);
	}
	if (text_is_equal(key, "ConditionPathExists") || text_is_equal(key, "AssertPathExists")) {
		if (*value)
			check_condition(reading->root, reading->unit, value, reading->file);
		else
			text_set(&reading->unit->blocked_by, NULL);
	}
}

static void apply_install(const struct reading *reading, const char *key, const char *value)
{
	struct systemd_unit *unit = reading->unit;
	const struct {
		const char *key;
		struct text_list *list;
	} lists[] = {
		{"WantedBy", &unit->wanted_by}, {"RequiredBy", &unit->required_by},
		{"UpheldBy", &unit->wanted_by}, {"Alias", &unit->aliases},
		{"Also", &unit->also},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (text_is_equal(key, lists[i].key))
			add_list(lists[i].list, value);
	}
	if (text_is_equal(key, "DefaultInstance"))
		text_set(&unit->default_instance, *value ? value : NULL);
}

static void apply(struct reading *reading, char *text, unsigned number)
{
	char *line = text_trim(text), *equals = strchr(line, '=');

	if (*line == '[') {
		free(reading->section);
		reading->section = alloc_copy(line + 1, strcspn(line + 1, "]"));
		return;
	}
	if (!*line || *line == '#' || *line == ';' || !equals)
		return;
	*equals = '\0';
	line = text_trim(line);
	if (text_is_equal(reading->section, "Unit"))
		apply_unit(reading, line, text_trim(equals + 1));
	else if (text_is_equal(reading->section, "Install"))
		apply_install(reading, line, text_trim(equals + 1));
	else if (text_is_equal(reading->section, "Service") && text_is_equal(line, "ExecStart"))
		set_program(reading->unit, text_trim(equals + 1), reading->file, number);
}

static void read_lines(const struct root *root, const char *file, struct systemd_unit *unit)
{
	struct reading reading = {.root = root, .unit = unit, .file = file};
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;

	if (root_read_file(root, file, CONFIG_MAX_BYTES, &text, &length) < 0)
		return;
	config_lines_init(&lines, text, length, true);
	for (char *line; (line = config_lines_next(&lines)); free(line))
		apply(&reading, line, lines.line);
	free(reading.section);
}

/* --- its drop-ins */

static int compare_base(const void *a, const void *b)
{
	return strcmp(strrchr(*(char *const *)a, '/'), strrchr(*(char *const *)b, '/'));
}

static bool has_base(const struct text_list *paths, const char *base)
{
	for (size_t i = 0; i < paths->count; i++) {
		if (strcmp(strrchr(paths->items[i], '/') + 1, base) == 0)
			return true;
	}
	return false;
}

/* Adds the drop-ins for NAME; one hides those of its name in folders behind. */
static void list_drop_ins(const struct root *root, const char *name, struct text_list *paths)
{
	for (size_t i = 0; systemd_folders[i]; i++) {
		_cleanup_free_ char *folder = text_format("%s/%s.d", systemd_folders[i], name);
		_cleanup_text_list_ struct text_list names = {0};

		if (root_list(root, folder, DROP_INS_MAX, &names) < 0)
			continue;
		for (size_t j = 0; j < names.count && paths->count < DROP_INS_MAX; j++) {
			if (text_has_suffix(names.items[j], ".conf") &&
			    !has_base(paths, names.items[j]))
				text_list_format(paths, "%s/%s", folder, names.items[j]);
		}
	}
}

static void read_drop_ins(const struct root *root, struct systemd_unit *unit)
{
	_cleanup_text_list_ struct text_list paths = {0};
	_cleanup_free_ char *template_name = systemd_template_of(unit->name);

	list_drop_ins(root, unit->name, &paths);
	if (template_name)
		list_drop_ins(root, template_name, &paths);
	if (strrchr(unit->name, '.'))
		list_drop_ins(root, strrchr(unit->name, '.') + 1, &paths);
	if (paths.count)
		qsort(paths.items, paths.count, sizeof(*paths.items), compare_base);
	for (size_t i = 0; i < paths.count; i++)
		read_lines(root, paths.items[i], unit);
}

void systemd_unit_read(const struct root *root, const char *name, struct systemd_unit *ret_unit)
{
	*ret_unit = (struct systemd_unit){0};
	systemd_unit_find(root, name, ret_unit);
	if (!ret_unit->file)
		return;
	read_lines(root, ret_unit->file, ret_unit);
	read_drop_ins(root, ret_unit);
}

void systemd_unit_read_file(const struct root *root, const char *name, const char *file,
			    struct systemd_unit *ret_unit)
{
	*ret_unit = (struct systemd_unit){.name = text_copy(name), .file = text_copy(file)};
	read_lines(root, file, ret_unit);
	read_drop_ins(root, ret_unit);
}

void systemd_unit_done(struct systemd_unit *unit)
{
	free(unit->name);
	free(unit->file);
	free(unit->mask);
	free(unit->hidden);
	free(unit->program);
	free(unit->program_file);
	free(unit->blocked_by);
	free(unit->blocking_path);
	text_list_done(&unit->needs);
	text_list_done(&unit->wanted_by);
	text_list_done(&unit->required_by);
	text_list_done(&unit->aliases);
	text_list_done(&unit->also);
	free(unit->default_instance);
	*unit = (struct systemd_unit){0};
}

bool systemd_unit_can_be_enabled(const struct systemd_unit *unit)
{
	return unit->wanted_by.count || unit->required_by.count || unit->aliases.count ||
	       unit->also.count;
}

bool systemd_has_program(const struct root *root, const char *path)
{
	static const char *const folders[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
					      "/usr/bin",	 "/sbin",	   "/bin"};
	struct stat status;

	if (!path || !*path)
		return false;
	if (*path == '/')
		return root_stat(root, path, true, &status) == 0 && S_ISREG(status.st_mode) &&
		       (status.st_mode & 0111) != 0;
	for (size_t i = 0; i < ARRAY_SIZE(folders) && !strchr(path, '/'); i++) {
		_cleanup_free_ char *full = text_format("%s/%s", folders[i], path);

		if (systemd_has_program(root, full))
			return true;
	}
	return false;
}
