/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an account has SSH keys, and whether sshd would take them from where they lie. */
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/authorized_keys.h"
#include "system/public_key.h"

/* SETTING names something for LOGIN: a program that gives keys, authorities that sign them. */
static bool is_named(const struct judge *judge, const char *setting, const struct sshd_login *login)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(&judge->sshd, setting, login, &value);
	return !text_is_empty(sshd_value_text(&value)) &&
	       !text_is_equal_ignoring_case(sshd_value_text(&value), "none");
}

static bool may_come_from_elsewhere(const struct judge *judge, const struct sshd_login *login)
{
	return is_named(judge, "authorizedkeyscommand", login) ||
	       is_named(judge, "trustedusercakeys", login);
}

static void add_no_key(const struct judge *judge, const struct judged *judged,
		       const struct sshd_login *login, const char *path)
{
	const struct obstacle_found found = {
		.kind = OBSTACLE_NO_KEY,
		.weight = may_come_from_elsewhere(judge, login) ? OBSTACLE_MAY : OBSTACLE_BLOCKS,
		.ways = LOGIN_BIT(LOGIN_SSH_KEY),
		.subject = path,
	};

	/* keys may be where nothing is mounted now */
	if (!path || !judge_away(judge, judged, path, LOGIN_BIT(LOGIN_SSH_KEY)))
		obstacle_add(&judged->state->obstacles, &found);
}

/* Nobody but ACCOUNT is in group GID, by its file and as anybody's own group. */
static bool is_private_group(const struct judge *judge, const struct account *account, uint32_t gid)
{
	_cleanup_text_list_ struct text_list members = {0};
	size_t own = group_index_members(&judge->groups, &judge->group, gid, &members);

	for (size_t i = 0; i < members.count; i++) {
		if (strcmp(members.items[i], account->name) != 0)
			return false;
	}
	if (own == 0)
		return false;
	if (account->gid != gid)
		return members.count && judge_count_gid(judge, gid) == 0;
	return judge_count_gid(judge, gid) == 1;
}

/* What of OBJECTION is one for this sshd: Debian's lets a private group write. */
static unsigned find_faults(const struct judge *judge, const struct account *account,
			    const struct key_path *objection, bool is_strict)
{
	unsigned faults = objection->faults;

	if (!is_strict)
		return faults & (KEY_PATH_NOT_FILE | KEY_PATH_UNREADABLE);
	if (judge->is_debian && (faults & KEY_PATH_GROUP_WRITES) &&
	    is_private_group(judge, account, objection->gid))
		faults &= ~(unsigned)KEY_PATH_GROUP_WRITES;
	return faults;
}

/* Adds what sshd has against FILE, unless LIST is NULL; how much that is. */
static size_t judge_file(const struct judge *judge, const struct judged *judged,
			 const struct key_file *file, bool is_strict,
			 struct account_obstacles *list)
{
	size_t count = 0;

	for (size_t i = 0; i < file->objection_count; i++) {
		const struct key_path *objection = &file->objections[i];
		unsigned faults = find_faults(judge, judged->account, objection, is_strict);
		const struct obstacle_found found = {
			.kind = OBSTACLE_KEY_MODE,
			.ways = LOGIN_BIT(LOGIN_SSH_KEY),
			.file = objection->path,
			.number = faults,
			.second = objection->mode,
		};

		if (!faults)
			continue;
		count++;
		if (list)
			obstacle_add(list, &found);
	}
	return count;
}

/* What is in place of a file of keys keeps one from being made. */
static void add_no_files(const struct judged *judged, const struct key_file *file)
{
	for (size_t i = 0; i < file->objection_count; i++) {
		const struct obstacle_found found = {
			.kind = OBSTACLE_KEY_MODE,
			.ways = LOGIN_BIT(LOGIN_SSH_KEY),
			.file = file->objections[i].path,
			.number = KEY_PATH_NOT_FILE,
			.second = file->objections[i].mode,
			.is_beyond_mend = true,
		};

		if (file->objections[i].faults & KEY_PATH_NOT_FILE)
			obstacle_add(&judged->state->obstacles, &found);
	}
}

/* --- lines */

/* What sshd's settings and the hour make of LINE, whose own options are known. */
static void judge_line(const struct judge *judge, const struct sshd_login *login,
		       struct key_line *line)
{
	const struct public_key key = {.type = line->type, .bits = line->bits};
	_cleanup_public_key_verdict_ struct public_key_verdict verdict = {0};

	if (line->fault == KEY_LINE_DAMAGED || line->fault == KEY_LINE_REVOKED)
		return;
	public_key_ask_settings(&judge->sshd, &judge->sshd_version, &key, login, &verdict);
	if (verdict.answer != PUBLIC_KEY_TAKEN)
		line->fault = KEY_LINE_REFUSED;
	if (line->expires && line->expires <= judge->now)
		line->fault = KEY_LINE_EXPIRED;
}

/* The best line of FILE; NULL: it has none. */
static const struct key_line *find_best(const struct key_file *file)
{
	const struct key_line *best = NULL;

	for (size_t i = 0; i < file->keys; i++) {
		if (!best || file->lines[i].fault < best->fault)
			best = &file->lines[i];
	}
	return best;
}

/* What the best key has against a login: one without fault is enough. */
static void add_unfit(const struct judged *judged, const struct key_files *files,
		      enum key_line_fault best)
{
	for (size_t i = 0; i < files->count; i++) {
		const struct key_line *line = find_best(&files->files[i]);
		const struct obstacle_found found = {
			.kind = OBSTACLE_KEY_UNFIT,
			.weight = best < KEY_LINE_REFUSED ? OBSTACLE_MAY : OBSTACLE_BLOCKS,
			.ways = LOGIN_BIT(LOGIN_SSH_KEY),
			.subject = line ? line->type : NULL,
			.file = files->files[i].path,
			.line = line ? line->line : 0,
			.number = best,
		};

		if (!line || line->fault != best)
			continue;
		obstacle_add(&judged->state->obstacles, &found);
		return;
	}
}

/* How good the best key is: KEY_LINE_FAULTS where there is none. */
static enum key_line_fault judge_lines(const struct judge *judge, const struct sshd_login *login,
				       struct key_files *files)
{
	enum key_line_fault best = KEY_LINE_FAULTS;

	for (size_t i = 0; i < files->count; i++) {
		struct key_file *file = &files->files[i];

		for (size_t j = 0; j < file->keys; j++) {
			judge_line(judge, login, &file->lines[j]);
			best = file->lines[j].fault < best ? file->lines[j].fault : best;
		}
	}
	return best;
}

/* --- */

/* One file with a key that sshd takes is enough; else what is wrong with the first that has keys,
 * none of which is worse than BEST. */
static void judge_files(const struct judge *judge, const struct judged *judged,
			const struct key_files *files, enum key_line_fault best, bool is_strict)
{
	const struct key_file *shut = NULL;

	for (size_t i = 0; i < files->count; i++) {
		const struct key_file *file = &files->files[i];

		if (!file->keys || find_best(file)->fault > best)
			continue;
		if (!judge_file(judge, judged, file, is_strict, NULL))
			return;
		shut = shut ? shut : file;
	}
	for (size_t i = 0; !shut && i < files->count; i++)
		add_no_files(judged, &files->files[i]);
	if (shut)
		(void)judge_file(judge, judged, shut, is_strict,
				 &judged->state->obstacles); /* counted already */
}

static void add_no_file(const struct judge *judge, const struct judged *judged,
			const struct sshd_login *login, const struct sshd_value *patterns)
{
	const struct obstacle_found found = {
		.kind = OBSTACLE_SSHD_KEY,
		.weight = may_come_from_elsewhere(judge, login) ? OBSTACLE_MAY : OBSTACLE_BLOCKS,
		.ways = LOGIN_BIT(LOGIN_SSH_KEY),
		.subject = "AuthorizedKeysFile",
		.file = patterns->setting ? patterns->setting->file : NULL,
		.line = patterns->setting ? patterns->setting->line : 0,
	};

	obstacle_add(&judged->state->obstacles, &found);
}

void judge_keys(const struct judge *judge, const struct judged *judged)
{
	_cleanup_sshd_value_ struct sshd_value patterns = {0}, strict = {0};
	_cleanup_(key_files_done) struct key_files files = {0};
	enum key_line_fault best;

	sshd_config_get(&judge->sshd, "authorizedkeysfile", judged->login, &patterns);
	sshd_config_get(&judge->sshd, "strictmodes", NULL, &strict);
	authorized_keys_read(judge->root, &patterns.values, judged->account, &files);
	for (size_t i = 0; i < files.count; i++)
		judged->state->keys += files.files[i].keys;
	if (!judge->may_have_sshd)
		return;
	if (!files.count)
		add_no_file(judge, judged, judged->login, &patterns);
	else if (!judged->state->keys)
		add_no_key(judge, judged, judged->login, files.files[0].path);
	judge_revoked(judge, judged, &files);
	best = judge_lines(judge, judged->login, &files);
	if (best != KEY_LINE_FIT && best != KEY_LINE_FAULTS)
		add_unfit(judged, &files, best);
	judge_files(judge, judged, &files, best, strcmp(sshd_value_text(&strict), "no") != 0);
}
