/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The account that sshd becomes before anybody is let in, and the empty folder that it goes into:
 * made again as the package of the target's distribution makes them.
 */
#include <errno.h>
#include <string.h>

#include "action/mend_units.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/login_defs.h"
#include "system/sshd_separation.h"
#include "system/sysusers.h"

#define SYSTEM_LEAST 100 /* of useradd, where login.defs says nothing */
#define LOCKED "!*"	 /* as systemd-sysusers has it: no password, and a lock before it */
#define SHARED_GROUP 65534

/* What the account becomes. */
struct newcomer {
	struct sshd_separation package;
	struct sysuser own; /* what the target's own sysusers.d says, which wins */
	bool has_own;
	bool makes_group;
	uint32_t number;
	uint32_t group;
};

static void newcomer_done(struct newcomer *newcomer)
{
	sysuser_done(&newcomer->own);
}

static const struct account_obstacle *find_obstacle(const struct mending *mending,
						    enum account_obstacle_kind kind)
{
	const struct account_obstacles *list = &mending->accounts.system;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind == kind && list->items[i].mend == MEND_SSHD)
			return &list->items[i];
	}
	return NULL;
}

/* --- the numbers */

static bool parse_number(const char *text, uint32_t *ret_number)
{
	uint64_t number;

	if (!text || text_parse_u64(text, &number) < 0 || number >= UINT32_MAX)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

/* The number of the group called NAME. */
static bool find_group(const struct account_file *group, const char *name, uint32_t *ret_number)
{
	_cleanup_free_ char *number = NULL;
	size_t line;

	if (!group || account_file_find(group, name, &line) < 0)
		return false;
	number = account_file_get(group, line, GROUP_GID);
	return parse_number(number, ret_number);
}

/* One that is there stays its own; else what the package shares with others, or a new one. */
static void choose_group(const struct account_file *group, struct newcomer *newcomer)
{
	const char *shared = newcomer->has_own ? newcomer->own.group : newcomer->package.group;

	if (find_group(group, newcomer->package.user, &newcomer->group))
		return;
	newcomer->makes_group = !shared;
	if (shared && !find_group(group, shared, &newcomer->group) &&
	    !parse_number(shared, &newcomer->group))
		newcomer->group = SHARED_GROUP; /* under another name, or under none */
}

/* What it was: the backup of passwd may have its line. 0: it has none. */
static uint32_t find_old_number(const struct mending *mending, const char *user)
{
	_cleanup_account_file_ struct account_file backup = {.kind = ACCOUNT_FILE_PASSWD};
	_cleanup_account_ struct account account = {0};
	size_t line;

	if (account_file_read(mending->root, ACCOUNT_FILE_PASSWD, "/etc/passwd-", &backup, NULL) <
		    0 ||
	    account_file_find(&backup, user, &line) < 0 ||
	    account_file_get_account(&backup, line, &account) < 0)
		return 0;
	return account.uid;
}

/* The files as they are, and what numbers may be given to a service. */
struct numbers {
	const struct account_file *passwd;
	const struct account_file *group;
	uint32_t least;
	uint32_t last;
	uint32_t people; /* from here on they are people's */
};

static void read_range(const struct mending *mending, struct numbers *numbers)
{
	_cleanup_login_defs_ struct login_defs defs = {0};
	int64_t least, last;

	login_defs_read(mending->root, &defs);
	numbers->people = login_defs_uid_min(&defs);
	least = login_defs_get_number(&defs, "SYS_UID_MIN", SYSTEM_LEAST);
	last = login_defs_get_number(&defs, "SYS_UID_MAX", (int64_t)numbers->people - 1);
	if (last < 1 || last >= numbers->people)
		last = (int64_t)numbers->people - 1;
	numbers->last = (uint32_t)last;
	numbers->least = least < 1 || least > last ? 1 : (uint32_t)least;
}

static bool is_free(const struct numbers *numbers, const struct newcomer *newcomer, uint32_t number)
{
	size_t line;

	return account_file_find_id(numbers->passwd, number, &line) < 0 &&
	       (!newcomer->makes_group || !numbers->group ||
		account_file_find_id(numbers->group, number, &line) < 0);
}

/* Its own where that is free, else the highest of a service that is, as useradd -r does. */
static int choose_number(struct mending *mending, const struct numbers *numbers,
			 struct newcomer *newcomer, struct problem *why)
{
	const struct sshd_separation *package = &newcomer->package;
	const uint32_t wishes[] = {
		find_old_number(mending, package->user),
		newcomer->own.has_number ? newcomer->own.number : 0,
		package->number,
		newcomer->makes_group ? 0 : newcomer->group,
	};

	for (size_t i = 0; i < ARRAY_SIZE(wishes); i++) {
		bool is_of_service =
			wishes[i] && (wishes[i] < numbers->people || wishes[i] == package->number);

		newcomer->number = wishes[i];
		if (is_of_service && is_free(numbers, newcomer, wishes[i]))
			return 0;
	}
	for (uint32_t number = numbers->last; number >= numbers->least; number--) {
		newcomer->number = number;
		if (is_free(numbers, newcomer, number))
			return 0;
	}
	return problem_set(why, -ENOSPC, account_file_path(ACCOUNT_FILE_PASSWD),
			   _("no number from %u to %u is free"), (unsigned)numbers->least,
			   (unsigned)numbers->last);
}

/* --- the lines */

/* What turns away whoever comes in as it. */
static const char *choose_shell(const struct mending *mending, const struct newcomer *newcomer)
{
	const char *const shells[] = {
		newcomer->own.shell, newcomer->package.shell, "/usr/sbin/nologin",
		"/sbin/nologin",     "/usr/bin/nologin",      "/bin/false",
		"/usr/bin/false",
	};

	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		if (shells[i] && root_has_file(mending->root, shells[i]))
			return shells[i];
	}
	return newcomer->package.shell;
}

/* A line that is there already is as good as the one that would be made. */
static int add_line(struct mending *mending, enum account_file_kind kind, const char *const *values,
		    struct problem *why)
{
	bool is_group = kind == ACCOUNT_FILE_GROUP || kind == ACCOUNT_FILE_GSHADOW;
	struct account_file *file = NULL;
	size_t line;
	int r = mending_get(mending, kind, &file, why);

	if (r < 0 || !file || account_file_find(file, values[0], &line) == 0)
		return r;
	r = account_file_add(file, values, NULL, why);
	if (r < 0)
		return r;
	if (is_group)
		mending_say(mending, kind, _("add the group %s of the SSH server"), values[0]);
	else
		mending_say(mending, kind, _("add the account %s of the SSH server"), values[0]);
	return 0;
}

static int add_group(struct mending *mending, const char *name, const char *number,
		     struct problem *why)
{
	const char *const group[GROUP_FIELDS] = {name, "x", number, ""};
	const char *const gshadow[GSHADOW_FIELDS] = {name, "!", "", ""};
	int r = add_line(mending, ACCOUNT_FILE_GROUP, group, why);

	return r < 0 ? r : add_line(mending, ACCOUNT_FILE_GSHADOW, gshadow, why);
}

static int add_account(struct mending *mending, const struct newcomer *newcomer,
		       struct problem *why)
{
	const struct sshd_separation *package = &newcomer->package;
	const struct sysuser *own = &newcomer->own;
	_cleanup_free_ char *number = text_format("%u", (unsigned)newcomer->number);
	_cleanup_free_ char *group = text_format("%u", (unsigned)newcomer->group);
	_cleanup_free_ char *today =
		text_format("%lld", (long long)(mending->today > 0 ? mending->today : 1));
	struct account_pair pair = {0};
	const char *const shadow[SHADOW_FIELDS] = {
		package->user, LOCKED, today, "", "", "", "", "", ""};
	int r = mending_get_pair(mending, &pair, why);

	if (r == 0)
		r = add_line(mending, ACCOUNT_FILE_SHADOW, shadow, why);
	if (r == 0 && newcomer->makes_group)
		r = add_group(mending, package->user, group, why);
	if (r < 0)
		return r;
	return add_line(mending, ACCOUNT_FILE_PASSWD,
			(const char *const[PASSWD_FIELDS]){
				package->user, pair.shadow ? "x" : LOCKED, number, group,
				newcomer->has_own ? (own->gecos ? own->gecos : "") : package->gecos,
				own->home ? own->home : package->home,
				choose_shell(mending, newcomer)},
			why);
}

static int mend_account(struct mending *mending, const struct sshd_separation *package,
			struct problem *why)
{
	_cleanup_(newcomer_done) struct newcomer newcomer = {.package = *package};
	struct numbers numbers = {0};
	struct account_file *passwd = NULL, *group = NULL;
	int r = mending_get(mending, ACCOUNT_FILE_PASSWD, &passwd, why);

	if (r == 0)
		r = mending_get(mending, ACCOUNT_FILE_GROUP, &group, why);
	if (r < 0 || !passwd)
		return r;
	newcomer.has_own = sysusers_find(mending->root, package->user, &newcomer.own);
	numbers.passwd = passwd;
	numbers.group = group;
	read_range(mending, &numbers);
	choose_group(group, &newcomer);
	r = choose_number(mending, &numbers, &newcomer, why);
	if (r < 0)
		return r;
	if (newcomer.makes_group)
		newcomer.group = newcomer.number;
	return add_account(mending, &newcomer, why);
}

/* --- the folder */

static int open_folder(struct mending *mending, const char *folder, struct problem *why)
{
	_cleanup_free_ char *path = NULL;
	struct edit_owner_wish wish = {
		.root = mending->target.root,
		.lifts_flags = true,
	};
	struct stat status;

	if (root_resolve(mending->root, folder, false, &path, NULL) < 0 ||
	    root_stat(mending->root, path, false, &status) < 0)
		return 0; /* it went meanwhile */
	wish.path = path;
	wish.wanted = (struct edit_owner){
		.has_mode = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0,
		.mode = status.st_mode & 07777 & ~(mode_t)(S_IWGRP | S_IWOTH),
		.has_uid = status.st_uid != 0,
	};
	return edit_plan_add_owner(mending->plan, &wish, why);
}

static int mend_folder(struct mending *mending, const struct sshd_separation *package,
		       enum sshd_folder_fault fault, struct problem *why)
{
	const struct edit_folder_wish wish = {
		.root = mending->target.root,
		.path = package->folder,
		.mode = package->mode,
	};

	if (!package->folder)
		return 0; /* it is another sshd meanwhile */
	return fault == SSHD_FOLDER_MISSING ? edit_plan_add_folder(mending->plan, &wish, why)
					    : open_folder(mending, package->folder, why);
}

int mend_sshd_account(struct mending *mending, bool *ret_changed, struct problem *why)
{
	const struct account_obstacle *account = find_obstacle(mending, OBSTACLE_SSHD_NO_ACCOUNT);
	const struct account_obstacle *folder = find_obstacle(mending, OBSTACLE_SSHD_FOLDER);
	_cleanup_sshd_version_ struct sshd_version version = {0};
	struct sshd_separation package = {0};
	int r = 0;

	if (!account && !folder)
		return 0;
	sshd_version_read(mending->root, &version);
	sshd_separation_read(mending->root, &version, &package);
	if (account)
		r = mend_account(mending, &package, why);
	if (r == 0 && folder)
		r = mend_folder(mending, &package, (enum sshd_folder_fault)folder->number, why);
	if (r == 0)
		*ret_changed = true;
	return r;
}
