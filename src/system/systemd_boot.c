/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The units that systemd starts by itself: from its default target on, one pulls in the next. */
#include <string.h>

#include "system/systemd_parts.h"

#define UNITS_MAX 3000
#define LINKS_MAX 1000

/* What the targets of systemd pull in, for a tree that has not their files. */
static const struct {
	const char *name;
	const char *pulls;
} known_targets[] = {
	{"graphical.target", "multi-user.target"},
	{"multi-user.target", "basic.target getty.target remote-fs.target"},
	{"basic.target", "sysinit.target sockets.target timers.target paths.target"},
	{"runlevel5.target", "graphical.target"},
	{"runlevel3.target", "multi-user.target"},
};

/* Adds NAME, by its own name, unless it is there. */
static void add(const struct root *root, struct systemd_boot *boot, const char *name,
		const char *reason)
{
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};

	if (boot->names.count >= UNITS_MAX || !systemd_is_unit_name(name) ||
	    text_list_contains(&boot->names, name))
		return;
	systemd_unit_find(root, name, &unit);
	if (text_list_contains(&boot->names, unit.name))
		return;
	text_list_add(&boot->names, unit.name);
	text_list_add(&boot->reasons, reason);
}

/* Adds what the links in folders NAME.SUFFIX pull in; a link to /dev/null hides one of packages. */
static void add_links(const struct root *root, struct systemd_boot *boot, const char *name,
		      const char *suffix)
{
	_cleanup_text_list_ struct text_list seen = {0};

	for (size_t i = 0; systemd_folders[i]; i++) {
		_cleanup_free_ char *folder =
			text_format("%s/%s.%s", systemd_folders[i], name, suffix);
		_cleanup_text_list_ struct text_list names = {0};

		if (root_list(root, folder, LINKS_MAX, &names) < 0)
			continue;
		for (size_t j = 0; j < names.count; j++) {
			_cleanup_free_ char *path = text_format("%s/%s", folder, names.items[j]);
			_cleanup_free_ char *target = NULL;

			if (text_list_contains(&seen, names.items[j]))
				continue;
			text_list_add(&seen, names.items[j]);
			if (root_read_link(root, path, &target) < 0 ||
			    !text_is_equal(target, "/dev/null"))
				add(root, boot, names.items[j], path);
		}
	}
}

static void add_known(const struct root *root, struct systemd_boot *boot, const char *name,
		      const char *reason)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_targets); i++) {
		_cleanup_text_list_ struct text_list pulls = {0};

		if (strcmp(known_targets[i].name, name) != 0)
			continue;
		text_list_split(&pulls, known_targets[i].pulls, " ");
		for (size_t j = 0; j < pulls.count; j++)
			add(root, boot, pulls.items[j], reason);
	}
}

static void follow(const struct root *root, struct systemd_boot *boot, size_t index)
{
	_cleanup_free_ char *name = text_copy(boot->names.items[index]);
	_cleanup_free_ char *reason = text_copy(boot->reasons.items[index]);
	_cleanup_systemd_unit_ struct systemd_unit unit = {0};

	systemd_unit_read(root, name, &unit);
	if (unit.mask)
		return;
	for (size_t i = 0; i < unit.needs.count; i++)
		add(root, boot, unit.needs.items[i], unit.file);
	if (!unit.file)
		add_known(root, boot, name, reason);
	add_links(root, boot, name, "wants");
	add_links(root, boot, name, "requires");
	add_links(root, boot, name, "upholds");
}

/* Words of the kernel's command line that stand for a target, as those of run levels did. */
static const struct {
	const char *word;
	const char *target;
} level_words[] = {
	{"single", "rescue.target"}, {"s", "rescue.target"},	  {"S", "rescue.target"},
	{"1", "rescue.target"},	     {"rescue", "rescue.target"}, {"emergency", "emergency.target"},
	{"-b", "emergency.target"},  {"2", "multi-user.target"},  {"3", "multi-user.target"},
	{"4", "multi-user.target"},  {"5", "graphical.target"},
};

/* The target that the kernel's command line names, the last one; NULL; borrowed. */
static const char *find_named(const struct kernel_line *line)
{
	const char *named = NULL;

	for (size_t i = 0; line && i < line->words.count; i++) {
		const char *value = text_after_prefix(line->words.items[i], "systemd.unit=");

		named = value ? value : named;
		for (size_t j = 0; j < ARRAY_SIZE(level_words); j++) {
			if (strcmp(level_words[j].word, line->words.items[i]) == 0)
				named = level_words[j].target;
		}
	}
	return named;
}

static void find_target(const struct root *root, const struct kernel_line *line,
			struct systemd_boot *boot)
{
	const char *named = find_named(line);

	if (named && systemd_is_unit_name(named)) {
		text_set(&boot->target, named);
		text_set(&boot->file, line->file);
		return;
	}
	for (size_t i = 0; systemd_folders[i] && !boot->file; i++) {
		_cleanup_free_ char *path = text_format("%s/default.target", systemd_folders[i]);
		struct stat status;

		if (root_stat(root, path, false, &status) == 0)
			boot->file = TAKE_PTR(path);
	}
	text_set(&boot->target, boot->file ? "default.target" : "graphical.target");
}

void systemd_boot_read(const struct root *root, const struct kernel_line *line,
		       struct systemd_boot *ret_boot)
{
	struct systemd_boot boot = {0};

	find_target(root, line, &boot);
	add(root, &boot, boot.target, boot.file ? boot.file : "");
	if (boot.names.count)
		text_set(&boot.target, boot.names.items[0]);
	for (size_t i = 0; i < boot.names.count; i++)
		follow(root, &boot, i);
	*ret_boot = boot;
}

void systemd_boot_done(struct systemd_boot *boot)
{
	free(boot->target);
	free(boot->file);
	text_list_done(&boot->names);
	text_list_done(&boot->reasons);
	*boot = (struct systemd_boot){0};
}

const char *systemd_boot_find(const struct systemd_boot *boot, const char *name)
{
	for (size_t i = 0; i < boot->names.count; i++) {
		if (text_is_equal(boot->names.items[i], name))
			return boot->reasons.items[i];
	}
	return NULL;
}
