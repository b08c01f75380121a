/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a Windows system: found in any case, hives with what their logs hold, hibernation. */
#include "system/windows_files.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/text.h"
#include "system/hive_log.h"
#include "system/windows_accounts.h"

#define FOLDER_NAMES_MAX 20000
#define HIVES "Windows/System32/config"
#define LOG_MAX_BYTES WINDOWS_HIVE_MAX_BYTES

/* The name in FOLDER that is NAME, else the first that is it in another case; the caller frees. */
static char *find_name(const struct root *root, const char *folder, const char *name)
{
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, folder, FOLDER_NAMES_MAX, &names) < 0)
		return NULL;
	if (text_list_contains(&names, name))
		return text_copy(name);
	for (size_t i = 0; i < names.count; i++) {
		if (strcasecmp(names.items[i], name) == 0)
			return text_copy(names.items[i]);
	}
	return NULL;
}

char *windows_find_path(const struct root *root, const char *path)
{
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *found = text_copy("");

	text_list_split(&parts, path, "/");
	for (size_t i = 0; i < parts.count; i++) {
		_cleanup_free_ char *name = find_name(root, *found ? found : "/", parts.items[i]);
		char *longer;

		if (!name)
			return NULL;
		longer = text_format("%s/%s", found, name);
		free(found);
		found = longer;
	}
	return TAKE_PTR(found);
}

static int read_whole(const struct root *root, const char *path, char **ret_bytes,
		      size_t *ret_length, struct problem *why)
{
	int r = root_read_file(root, path, WINDOWS_HIVE_MAX_BYTES, ret_bytes, ret_length);

	if (r > 0) {
		free(*ret_bytes);
		*ret_bytes = NULL;
		r = -EFBIG;
	}
	return r < 0 ? problem_set_errno(why, r, path) : 0;
}

/* The log beside the hive at PATH; NULL where there is none that can be read. */
static char *read_log(const struct root *root, const char *path, const char *suffix,
		      size_t *ret_length)
{
	_cleanup_free_ char *wanted = text_format("%s%s", path, suffix);
	_cleanup_free_ char *found = windows_find_path(root, wanted);
	char *bytes = NULL;

	if (!found || root_read_file(root, found, LOG_MAX_BYTES, &bytes, ret_length) < 0)
		return NULL;
	return bytes;
}

static int recover(const struct root *root, struct windows_hive *hive)
{
	/* with one log only, as before Vista, it has no number */
	static const char *const suffixes[][HIVE_LOGS] = {{".LOG1", ".LOG2"}, {".LOG", NULL}};
	enum hive_state state = HIVE_DIRTY;
	int r = 0;

	for (size_t i = 0; r == 0 && state == HIVE_DIRTY && i < ARRAY_SIZE(suffixes); i++) {
		_cleanup_free_ char *first = NULL, *second = NULL;
		struct hive_log logs[HIVE_LOGS] = {{0}};

		logs[0].bytes = first = read_log(root, hive->path, suffixes[i][0], &logs[0].length);
		if (suffixes[i][1])
			logs[1].bytes = second =
				read_log(root, hive->path, suffixes[i][1], &logs[1].length);
		r = hive_recover(&hive->bytes, &hive->length, logs, WINDOWS_HIVE_MAX_BYTES, &state);
	}
	hive->is_dirty = state == HIVE_DIRTY;
	hive->is_replayed = state == HIVE_REPLAYED;
	return r;
}

void windows_hive_done(struct windows_hive *hive)
{
	if (hive->bytes)
		explicit_bzero(hive->bytes, hive->length);
	free(hive->bytes);
	free(hive->path);
	*hive = (struct windows_hive){0};
}

int windows_hive_read(const struct root *root, const char *name, struct windows_hive *ret_hive,
		      struct problem *why)
{
	_cleanup_free_ char *wanted = text_format(HIVES "/%s", name);
	_cleanup_windows_hive_ struct windows_hive hive = {.path = windows_find_path(root, wanted)};
	int r;

	if (!hive.path)
		return problem_set(why, -ENOENT, wanted, _("there is no such file"));
	r = read_whole(root, hive.path, &hive.bytes, &hive.length, why);
	if (r < 0)
		return r;
	r = recover(root, &hive);
	if (r < 0)
		return problem_set(why, r, hive.path, _("is no registry hive that makes sense"));
	*ret_hive = hive;
	hive = (struct windows_hive){0};
	return 0;
}

int windows_hive_open(const struct root *root, const char *name, struct hive **ret_hive,
		      struct problem *why)
{
	_cleanup_windows_hive_ struct windows_hive hive = {0};
	int r = windows_hive_read(root, name, &hive, why);

	return r < 0 ? r : hive_open(hive.bytes, hive.length, false, hive.path, ret_hive, why);
}

bool windows_is_hibernated(const struct root *root)
{
	/* the kernel writes "wake" once it has taken the session back, and zeros when it does not
	 * need it */
	static const char *const waiting[] = {"hibr", "HIBR", "rstr", "RSTR"};
	_cleanup_free_ char *path = windows_find_path(root, "hiberfil.sys"), *bytes = NULL;
	size_t length = 0;

	if (!path || root_read_file(root, path, 4, &bytes, &length) < 0 || length < 4)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++) {
		if (memcmp(bytes, waiting[i], 4) == 0)
			return true;
	}
	return false;
}
