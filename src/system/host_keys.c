/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host keys of a target's sshd. */
#include "system/host_keys.h"

#include <string.h>

#include "base/alloc.h"
#include "system/account_file.h"
#include "system/config_lines.h"
#include "system/systemd.h"

#define KEYS_GROUP "ssh_keys"

/* Red Hat lets a group of its own read them, for what signs with them. */
static bool is_keys_group(const struct root *root, gid_t gid)
{
	_cleanup_account_file_ struct account_file group = {0};
	_cleanup_free_ char *name = NULL;
	size_t line;

	if (account_file_read(root, ACCOUNT_FILE_GROUP, NULL, &group, NULL) < 0 ||
	    account_file_find_id(&group, gid, &line) < 0)
		return false;
	name = account_file_get(&group, line, GROUP_NAME);
	return name && strcmp(name, KEYS_GROUP) == 0;
}

/* Others than root may not read it (sshkey_perm_ok). */
enum host_key_state host_key_judge(const struct root *root, const char *path)
{
	struct stat status;

	if (root_stat(root, path, true, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_size == 0)
		return HOST_KEY_NONE;
	if (status.st_uid != 0 || !(status.st_mode & 077))
		return HOST_KEY_GOOD;
	return !(status.st_mode & 037) && is_keys_group(root, status.st_gid)
		       ? HOST_KEY_GOOD
		       : HOST_KEY_OPEN_TO_OTHERS;
}

/* Whether the text of FILE runs what makes keys. */
static bool runs_keygen(const struct root *root, const char *file)
{
	_cleanup_free_ char *text = NULL;

	return root_read_file(root, file, CONFIG_MAX_BYTES, &text, NULL) >= 0 &&
	       (strstr(text, "ssh-keygen") || strstr(text, "sshd-gen-keys"));
}

/* A unit that makes keys, or one of sshd that does so before it starts it; the caller frees. */
static char *find_unit(const struct root *root)
{
	static const char *const names[] = {"sshd-keygen@rsa.service", "sshd-keygen.service",
					    "sshdgenkeys.service", "sshd.service", "ssh.service"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_systemd_unit_ struct systemd_unit unit = {0};

		systemd_unit_read(root, names[i], &unit);
		if (unit.file && systemd_has_program(root, unit.program) &&
		    (i < 3 || runs_keygen(root, unit.file)))
			return text_copy(unit.file);
	}
	return NULL;
}

static char *find_script(const struct root *root)
{
	static const char *const scripts[] = {"/etc/init.d/sshd", "/etc/rc.d/init.d/sshd",
					      "/etc/rc.d/rc.sshd", "/etc/sv/sshd/run"};

	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		if (runs_keygen(root, scripts[i]))
			return text_copy(scripts[i]);
	}
	return NULL;
}

void host_keys_read(const struct root *root, const struct sshd_config *config,
		    struct host_keys *ret_keys)
{
	static const char *const defaults[] = {
		"/etc/ssh/ssh_host_ed25519_key",
		"/etc/ssh/ssh_host_ecdsa_key",
		"/etc/ssh/ssh_host_rsa_key",
		"/etc/ssh/ssh_host_dsa_key",
	};
	_cleanup_sshd_value_ struct sshd_value value = {0};
	struct host_keys keys = {0};

	sshd_config_get(config, "hostkey", NULL, &value);
	keys.is_configured = value.setting != NULL;
	if (keys.is_configured)
		text_list_copy(&keys.paths, &value.values);
	for (size_t i = 0; !keys.is_configured && i < ARRAY_SIZE(defaults); i++)
		text_list_add(&keys.paths, defaults[i]);
	for (size_t i = 0; i < keys.paths.count; i++) {
		enum host_key_state state = host_key_judge(root, keys.paths.items[i]);

		keys.good += state == HOST_KEY_GOOD;
		if (state == HOST_KEY_OPEN_TO_OTHERS && !keys.open)
			keys.open = text_copy(keys.paths.items[i]);
	}
	keys.maker = find_unit(root);
	if (!keys.maker)
		keys.maker = find_script(root);
	*ret_keys = keys;
}

void host_keys_done(struct host_keys *keys)
{
	text_list_done(&keys->paths);
	free(keys->open);
	free(keys->maker);
	*keys = (struct host_keys){0};
}
