/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An account's files of keys, and owners and modes on the way to them. */
#include "system/authorized_keys.h"

#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/config_lines.h"

#define FILES_MAX 100

/* PATTERN with its tokens filled in; the caller frees. */
static char *fill_in(const char *pattern, const struct account *account)
{
	_cleanup_text_buffer_ struct text_buffer path = {0};

	if (*pattern != '/' && !text_has_prefix(pattern, "%h"))
		text_buffer_format(&path, "%s/", account->home);
	for (; *pattern; pattern++) {
		char token = *pattern == '%' ? pattern[1] : '\0';

		if (token == 'h')
			text_buffer_add_text(&path, account->home);
		else if (token == 'u')
			text_buffer_add_text(&path, account->name);
		else if (token == 'U')
			text_buffer_format(&path, "%u", account->uid);
		else
			text_buffer_add(&path, pattern, 1);
		pattern += token && strchr("huU%", token);
	}
	return text_buffer_take(&path);
}

bool authorized_keys_is_key(const char *text)
{
	static const char *const types[] = {
		"ssh-rsa ",	"ssh-dss ",	    "ssh-ed25519 ",   "ssh-ed25519-cert",
		"ssh-rsa-cert", "ecdsa-sha2-nistp", "sk-ssh-ed25519", "sk-ecdsa-sha2-nistp"};

	text += strspn(text, " \t");
	if (*text == '#')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const char *at = strstr(text, types[i]);

		if (at && (at == text || strchr(" \t", at[-1])))
			return true;
	}
	return false;
}

static void read_lines(const struct root *root, struct key_file *file)
{
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;
	char *next;

	if (root_read_file(root, file->path, CONFIG_MAX_BYTES, &text, &length) < 0)
		return;
	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		if (!authorized_keys_is_key(line))
			continue;
		file->lines = alloc_grow(file->lines, file->keys, &file->key_capacity,
					 sizeof(*file->lines));
		key_line_read(line, &file->lines[file->keys]);
		file->lines[file->keys++].line = lines.line;
	}
}

/* ACCOUNT may read a file, or go through a folder. Which groups it is in besides its own is not
 * known here: what a group may, it may. */
static bool is_readable(const struct stat *status, const struct account *account)
{
	mode_t wanted = S_ISDIR(status->st_mode) ? S_IXOTH : S_IROTH;

	if (account->uid == 0)
		return true;
	if (status->st_uid == account->uid)
		return status->st_mode & wanted << 6;
	if (status->st_gid == account->gid)
		return status->st_mode & wanted << 3;
	return status->st_mode & (wanted | wanted << 3);
}

static unsigned find_faults(const struct stat *status, const struct account *account, bool is_above)
{
	unsigned faults = is_readable(status, account) ? 0 : KEY_PATH_UNREADABLE;

	if (is_above)
		return faults;
	if (status->st_uid != 0 && status->st_uid != account->uid)
		faults |= KEY_PATH_OWNER;
	if (status->st_mode & S_IWGRP)
		faults |= KEY_PATH_GROUP_WRITES;
	if (status->st_mode & S_IWOTH)
		faults |= KEY_PATH_OTHERS_WRITE;
	return faults;
}

enum key_place { PLACE_FILE, PLACE_FOLDER, PLACE_ABOVE /* the home folder: only to go through */ };

/* Looks at PATH, which has no symlink in it. */
static void judge_path(const struct root *root, const char *path, enum key_place place,
		       const struct account *account, struct key_file *file)
{
	struct stat status;
	unsigned faults;

	if (root_stat(root, path, false, &status) < 0)
		return;
	faults = find_faults(&status, account, place == PLACE_ABOVE);
	if (place == PLACE_FILE && !S_ISREG(status.st_mode))
		faults |= KEY_PATH_NOT_FILE;
	if (!faults)
		return;
	file->objections = alloc_grow(file->objections, file->objection_count,
				      &file->objection_capacity, sizeof(*file->objections));
	file->objections[file->objection_count++] = (struct key_path){
		.path = text_copy(path),
		.faults = faults,
		.uid = status.st_uid,
		.gid = status.st_gid,
		.mode = status.st_mode & 07777,
	};
}

/* From the folder that AT, which is cut down, is in up to the home folder, or to the root where it
 * lies elsewhere; above it only whether one can go through. */
static void judge_folders(const struct root *root, char *at, const struct account *account,
			  struct key_file *file)
{
	_cleanup_free_ char *home = NULL;
	enum key_place place = PLACE_FOLDER;

	if (root_resolve(root, account->home, false, &home, NULL) < 0)
		home = NULL;
	while (strcmp(at, "/") != 0) {
		char *slash = strrchr(at, '/');

		slash[slash == at] = '\0';
		judge_path(root, at, place, account, file);
		if (text_is_equal(at, home))
			place = PLACE_ABOVE;
	}
}

static void judge_file(const struct root *root, const struct account *account,
		       struct key_file *file)
{
	_cleanup_free_ char *at = NULL;
	bool exists = false;

	if (root_resolve(root, file->path, false, &at, &exists) < 0 || !exists)
		return;
	file->exists = true;
	read_lines(root, file);
	judge_path(root, at, PLACE_FILE, account, file);
	judge_folders(root, at, account, file);
}

static struct key_file *add_file(struct key_files *files)
{
	files->files =
		alloc_grow(files->files, files->count, &files->capacity, sizeof(*files->files));
	return &files->files[files->count++];
}

void authorized_keys_judge_way(const struct root *root, const char *path,
			       const struct account *account, struct key_files *ret_files)
{
	_cleanup_free_ char *at = NULL;
	struct key_files files = {0};
	struct key_file *file = add_file(&files);

	file->path = text_copy(path);
	/* what is not there yet has nothing that could be objected to */
	if (root_resolve(root, path, true, &at, NULL) == 0)
		judge_folders(root, at, account, file);
	*ret_files = files;
}

void authorized_keys_read(const struct root *root, const struct text_list *patterns,
			  const struct account *account, struct key_files *ret_files)
{
	struct key_files files = {0};

	for (size_t i = 0; i < patterns->count && files.count < FILES_MAX; i++) {
		struct key_file *file;

		if (text_is_equal_ignoring_case(patterns->items[i], "none"))
			continue;
		file = add_file(&files);
		file->path = fill_in(patterns->items[i], account);
		judge_file(root, account, file);
	}
	*ret_files = files;
}

void key_files_done(struct key_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		for (size_t j = 0; j < files->files[i].objection_count; j++)
			free(files->files[i].objections[j].path);
		for (size_t j = 0; j < files->files[i].keys; j++)
			key_line_done(&files->files[i].lines[j]);
		free(files->files[i].lines);
		free(files->files[i].objections);
		free(files->files[i].path);
	}
	free(files->files);
	*files = (struct key_files){0};
}
