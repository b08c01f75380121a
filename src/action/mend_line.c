/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mends lines of passwd and shadow that the C library passes over, or that are missing.
 *
 * A broken line is kept as it is, since nothing that reads these files minds it: a good one is
 * added, with what the broken one still tells, and with what the backup of the file has where it
 * tells nothing. Only a carriage return at the end of the account's own line is taken off.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/password_field.h"

/* The fields of a line, good or broken; "" where it has none so far. */
struct remains {
	struct text_list fields;
};

static void remains_done(struct remains *remains)
{
	for (size_t i = 0; i < remains->fields.count; i++)
		explicit_bzero(remains->fields.items[i], strlen(remains->fields.items[i]));
	text_list_done(&remains->fields);
}

static void split(const struct account_line *line, struct remains *remains)
{
	const char *at = line->text, *end = line->text + line->length;

	while (at <= end) {
		const char *colon = memchr(at, ':', (size_t)(end - at));
		const char *stop = colon ? colon : end;
		char *field = alloc_copy(at, (size_t)(stop - at));

		field[strcspn(field, "\r\n")] = '\0'; /* a NUL in it ends it, too */
		text_list_take(&remains->fields, field);
		at = stop + 1;
	}
}

static const char *get(const struct remains *remains, unsigned field)
{
	return field < remains->fields.count ? remains->fields.items[field] : "";
}

static void read_backup(const struct mending *mending, enum account_file_kind kind,
			struct account_file *ret_file)
{
	_cleanup_free_ char *path = text_format("%s-", account_file_path(kind));

	*ret_file = (struct account_file){.kind = kind};
	(void)account_file_read(mending->root, kind, path, ret_file, NULL); /* there may be none */
}

/* How many fields a line must have to be worth more than a whole one in the backup. */
static size_t count_needed(enum account_file_kind kind)
{
	return kind == ACCOUNT_FILE_PASSWD ? PASSWD_GID + 1 : SHADOW_HASH + 1;
}

/* What is left of the line of the account in FILE, or in the backup of it. */
static void find_remains(const struct mending *mending, const struct account_file *file,
			 struct remains *remains)
{
	_cleanup_account_file_ struct account_file backup = {0};
	struct account_match match;
	size_t line;

	account_file_match(file, mending->user, &match);
	if (match.broken_count)
		split(&file->lines[match.broken], remains);
	if (remains->fields.count > count_needed(file->kind)) /* its last one may be cut off */
		return;
	read_backup(mending, file->kind, &backup);
	if (account_file_find(&backup, mending->user, &line) < 0)
		return;
	remains_done(remains);
	split(&backup.lines[line], remains);
}

static bool parse_number(const char *text, uint32_t *ret_number)
{
	uint64_t number;

	if (text_parse_u64(text, &number) < 0 || number >= UINT32_MAX)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

/* What a new line of passwd is made of. */
struct entry {
	uint32_t uid;
	uint32_t gid;
	char *home;
	char *shell;
};

static void entry_done(struct entry *entry)
{
	free(entry->home);
	free(entry->shell);
}

static char *find_home(const struct mending *mending, const struct remains *remains)
{
	const char *home = get(remains, PASSWD_HOME);

	if (*home == '/')
		return text_copy(home);
	if (text_is_equal(mending->user, "root"))
		return text_copy("/root");
	return text_format("/home/%s", mending->user);
}

/* The number of a group that is called as the account is. */
static bool find_own_group(struct mending *mending, uint32_t *ret_gid)
{
	_cleanup_free_ char *number = NULL;
	struct account_file *group = NULL;
	size_t line;

	if (mending_get(mending, ACCOUNT_FILE_GROUP, &group, NULL) < 0 || !group ||
	    account_file_find(group, mending->user, &line) < 0)
		return false;
	number = account_file_get(group, line, GROUP_GID);
	return number && parse_number(number, ret_gid);
}

static int find_numbers(struct mending *mending, const struct remains *remains, struct entry *entry,
			struct problem *why)
{
	bool is_root = text_is_equal(mending->user, "root"), has_home;
	struct stat home = {0};

	has_home = root_stat(mending->root, entry->home, true, &home) == 0 && home.st_uid;
	if (is_root) {
		entry->uid = entry->gid = 0;
		return 0;
	}
	if (remains->fields.count <= PASSWD_UID + 1 ||
	    !parse_number(get(remains, PASSWD_UID), &entry->uid)) {
		_cleanup_free_ char *shown = printable_text(mending->user);

		if (!has_home) {
			(void)problem_set(why, -ENODATA, shown,
					  _("its number is neither in its line nor in a backup of "
					    "it, and it has no home that tells"));
			problem_set_next(why, _("\"refloat add-account\" makes an account to get "
						"in with."));
			return -ENODATA;
		}
		entry->uid = home.st_uid;
	}
	if ((remains->fields.count <= PASSWD_GID + 1 ||
	     !parse_number(get(remains, PASSWD_GID), &entry->gid)) &&
	    !find_own_group(mending, &entry->gid))
		entry->gid = has_home ? home.st_gid : entry->uid;
	return 0;
}

static char *find_shell(const struct mending *mending, const struct remains *remains)
{
	_cleanup_free_ char *fault = NULL;
	const char *shell = get(remains, PASSWD_SHELL);
	char *best;

	if (*shell == '/' && mending_shell_works(mending, shell, &fault))
		return text_copy(shell);
	best = mending_choose_shell(mending);
	return best ? best : text_copy("/bin/sh");
}

static const char *choose_password(const struct remains *remains, bool has_shadow)
{
	const char *own = get(remains, PASSWD_PASSWORD);
	struct password_field field;

	password_field_parse(own, &field);
	if (field.kind == PASSWORD_SET || field.kind == PASSWORD_LOCKED)
		return own;
	return has_shadow ? "x" : "*";
}

static int add_entry(struct mending *mending, const struct account_pair *pair, struct problem *why)
{
	_cleanup_(remains_done) struct remains remains = {0};
	_cleanup_(entry_done) struct entry entry = {0};
	_cleanup_free_ char *uid = NULL, *gid = NULL, *shown = printable_text(mending->user);
	int r;

	find_remains(mending, pair->passwd, &remains);
	entry.home = find_home(mending, &remains);
	r = find_numbers(mending, &remains, &entry, why);
	if (r < 0)
		return r;
	entry.shell = find_shell(mending, &remains);
	uid = text_format("%u", entry.uid);
	gid = text_format("%u", entry.gid);
	r = account_file_add(
		pair->passwd,
		(const char *const[]){mending->user, choose_password(&remains, pair->shadow), uid,
				      gid, get(&remains, PASSWD_GECOS), entry.home, entry.shell},
		NULL, why);
	if (r == 0)
		mending_say(mending, ACCOUNT_FILE_PASSWD,
			    _("add a line for %s that can be read (number %s, home %s)"), shown,
			    uid, entry.home);
	return r;
}

static void drop_carriage_return(struct mending *mending, struct account_file *file, size_t line)
{
	_cleanup_free_ char *shown = printable_text(mending->user);

	if (account_file_drop_carriage_return(file, line))
		mending_say(mending, file->kind, _("take the carriage return off the line of %s"),
			    shown);
}

static int mend_passwd(struct mending *mending, const struct account_pair *pair,
		       struct problem *why)
{
	size_t line;

	if (account_file_find(pair->passwd, mending->user, &line) < 0)
		return add_entry(mending, pair, why);
	drop_carriage_return(mending, pair->passwd, line);
	return 0;
}

/* The numbers of REMAINS in the line that is added, where they are some. */
static const char *choose_number(const struct remains *remains, unsigned field, const char *instead)
{
	uint32_t number;

	return parse_number(get(remains, field), &number) ? get(remains, field) : instead;
}

static int add_shadow(struct mending *mending, struct account_file *shadow, struct problem *why)
{
	_cleanup_(remains_done) struct remains remains = {0};
	_cleanup_free_ char *day = text_format("%lld", (long long)mending->today);
	_cleanup_free_ char *shown = printable_text(mending->user);
	struct password_field field;
	const char *hash;
	int r;

	find_remains(mending, shadow, &remains);
	hash = get(&remains, SHADOW_HASH);
	password_field_parse(hash, &field);
	if (field.kind != PASSWORD_SET && field.kind != PASSWORD_LOCKED)
		hash = "*"; /* nothing fits it, and a key may be used */
	r = account_file_add(shadow,
			     (const char *const[]){mending->user, hash,
						   choose_number(&remains, SHADOW_LAST_CHANGE,
								 mending->today > 0 ? day : ""),
						   choose_number(&remains, SHADOW_MIN, "0"),
						   choose_number(&remains, SHADOW_MAX, "99999"),
						   choose_number(&remains, SHADOW_WARN, "7"),
						   choose_number(&remains, SHADOW_INACTIVE, ""),
						   choose_number(&remains, SHADOW_EXPIRE, ""), ""},
			     NULL, why);
	if (r < 0)
		return r;
	mending_say(mending, ACCOUNT_FILE_SHADOW, _("add a line for %s that can be read"), shown);
	mending_check_clock(mending);
	if (text_is_equal(hash, "*")) {
		_cleanup_free_ char *command = mending_command(mending, MEND_PASSWORD);

		text_list_format(&mending->plan->notes,
				 _("Nothing is left of the password of %s: \"%s\" sets one."),
				 shown, command);
	}
	return 0;
}

static int mend_shadow(struct mending *mending, const struct account_pair *pair,
		       struct problem *why)
{
	_cleanup_account_ struct account account = {0};
	_cleanup_free_ char *shown = printable_text(mending->user);
	size_t line;
	int r;

	if (account_file_find(pair->passwd, mending->user, &line) < 0)
		return 0;
	r = account_file_get_account(pair->passwd, line, &account);
	if (r < 0)
		return r;
	if (!pair->shadow) {
		if (password_find_place(&account, NULL, &line) == PASSWORD_NOWHERE) {
			_cleanup_free_ char *command = mending_command(mending, MEND_PASSWORD);

			mending_tell(mending,
				     _("There is no /etc/shadow that has the password of %s: "
				       "\"%s\" sets one, in /etc/passwd."),
				     shown, command);
		}
		return 0;
	}
	if (account_file_find(pair->shadow, mending->user, &line) == 0) {
		drop_carriage_return(mending, pair->shadow, line);
		return 0;
	}
	if (password_find_place(&account, pair->shadow, &line) != PASSWORD_NOWHERE)
		return 0;
	return add_shadow(mending, pair->shadow, why);
}

bool mending_has_remains(const struct mending *mending)
{
	_cleanup_(remains_done) struct remains remains = {0};
	_cleanup_account_file_ struct account_file passwd = {.kind = ACCOUNT_FILE_PASSWD};

	if (text_is_equal(mending->user, "root"))
		return true;
	(void)account_file_read(mending->root, ACCOUNT_FILE_PASSWD, NULL, &passwd, NULL);
	find_remains(mending, &passwd, &remains);
	return remains.fields.count > 0;
}

/* --- a whole file without a line that can be read, such as one that a full disk has emptied */

static bool has_entries(const struct account_file *file)
{
	for (size_t i = 0; i < file->count; i++) {
		if (file->lines[i].kind == ACCOUNT_LINE_ENTRY)
			return true;
	}
	return false;
}

static int restore(struct mending *mending, enum account_file_kind kind, struct problem *why)
{
	struct mending_file *file = &mending->files[kind];
	struct account_file *now = NULL;
	struct account_file backup;
	struct stat status;
	_cleanup_free_ char *path = text_format("%s-", account_file_path(kind));
	_cleanup_free_ char *shown = mending_show_path(mending, path);
	int r = mending_get(mending, kind, &now, why);

	if (r < 0 || (now && has_entries(now)))
		return r;
	read_backup(mending, kind, &backup);
	if (!has_entries(&backup) || root_stat(mending->root, path, true, &status) < 0) {
		account_file_done(&backup);
		return 0;
	}
	account_file_done(&file->file);
	file->file = backup;
	file->exists = true;
	file->mode = status.st_mode & 07777;
	file->uid = status.st_uid;
	file->gid = status.st_gid;
	mending_say(mending, kind, _("put back what %s has"), shown);
	return 0;
}

static bool has_changed(const struct mending *mending)
{
	return mending->files[ACCOUNT_FILE_PASSWD].reasons.count ||
	       mending->files[ACCOUNT_FILE_SHADOW].reasons.count;
}

int mend_line(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mending->user);
	struct account_pair pair = {0};
	int r = restore(mending, ACCOUNT_FILE_PASSWD, why);

	if (r == 0)
		r = restore(mending, ACCOUNT_FILE_SHADOW, why);
	if (r == 0)
		r = mending_get_pair(mending, &pair, why);
	if (r == 0)
		r = mend_passwd(mending, &pair, why);
	if (r == 0)
		r = mend_shadow(mending, &pair, why);
	if (r == 0 && !has_changed(mending))
		mending_note(mending, _("The lines of %s can be read."), shown);
	return r;
}
