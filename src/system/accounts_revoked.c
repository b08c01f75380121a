/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that sshd has been told to refuse: RevokedKeys. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/config_lines.h"
#include "system/public_key.h"

#define REVOKED_MAX_BYTES (8u << 20)

/* The lines of FILE whose key is in what TEXT revokes. */
static void judge_file(const struct root *root, struct key_file *file, const char *text,
		       size_t length)
{
	_cleanup_free_ char *keys = NULL;
	struct config_lines lines;
	size_t size = 0, at = 0;
	char *next;

	if (root_read_file(root, file->path, CONFIG_MAX_BYTES, &keys, &size) < 0)
		return;
	config_lines_init(&lines, keys, size, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		_cleanup_public_key_ struct public_key key = {0};

		while (at < file->keys && file->lines[at].line < lines.line)
			at++;
		if (at < file->keys && file->lines[at].line == lines.line &&
		    file->lines[at].fault != KEY_LINE_DAMAGED &&
		    public_key_parse(line, &key, NULL) == 0 &&
		    public_key_is_revoked(&key, text, length))
			file->lines[at].fault = KEY_LINE_REVOKED;
	}
}

void judge_revoked(const struct judge *judge, const struct judged *judged, struct key_files *files)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};
	_cleanup_free_ char *text = NULL;
	const char *path;
	size_t length = 0;
	int r;

	sshd_config_get(&judge->sshd, "revokedkeys", judged->login, &value);
	path = sshd_value_text(&value);
	if (*path != '/' || !value.setting || value.alternative_count)
		return; /* none, or which one hangs on the connection */
	r = root_read_file(judge->root, path, REVOKED_MAX_BYTES, &text, &length);
	if (r == -ENOENT && !judge_away(judge, judged, path, LOGIN_BIT(LOGIN_SSH_KEY)))
		obstacle_add(&judged->state->obstacles,
			     &(struct obstacle_found){
				     .kind = OBSTACLE_SSHD_KEY,
				     .ways = LOGIN_BIT(LOGIN_SSH_KEY),
				     .subject = sshd_keyword_spelling("revokedkeys"),
				     .file = value.setting->file,
				     .line = value.setting->line,
				     .is_beyond_mend = true,
			     });
	for (size_t i = 0; r >= 0 && i < files->count; i++)
		judge_file(judge->root, &files->files[i], text, length);
}
