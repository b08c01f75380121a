/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of sshd's settings as steps, and in words what cannot be changed. */
#include <errno.h>
#include <string.h>

#include "action/mend_ssh.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/os_release.h"
#include "system/sshd_version.h"

/* --- who logs in */

/* sshd looks for "!" in front of the hash, as it will be. */
static int is_locked(struct mending *mending, bool *ret_locked, struct problem *why)
{
	struct account_pair pair;
	_cleanup_free_ char *hash = NULL;
	struct account_file *file;
	size_t line;
	int r = mending_get_pair(mending, &pair, why);

	if (r < 0)
		return r;
	file = pair.shadow ? pair.shadow : pair.passwd;
	if (account_file_find(file, mending->account->name, &line) == 0)
		hash = account_file_get(file, line, pair.shadow ? SHADOW_HASH : PASSWD_PASSWORD);
	*ret_locked = hash && *hash == '!';
	if (hash)
		explicit_bzero(hash, strlen(hash));
	return 0;
}

bool mending_is_debian(const struct mending *mending)
{
	struct os_release release;
	bool is_debian;

	os_release_read(mending->root, &release);
	is_debian = os_release_is_debian(&release);
	os_release_done(&release);
	return is_debian;
}

/* What PermitRootLogin is in this sshd where it is not set; static. */
static const char *find_root_default(const struct root *root)
{
	_cleanup_sshd_version_ struct sshd_version version = {0};
	struct os_release release;
	const char *value;

	os_release_read(root, &release);
	sshd_version_read(root, &version);
	value = sshd_version_root_default(&version, release.id, release.id_like);
	os_release_done(&release);
	return value;
}

int mending_get_login(struct mending *mending, struct sshd_login *ret_login, struct problem *why)
{
	const struct account_state *account = mending->account;

	*ret_login = (struct sshd_login){
		.user = account->name,
		.is_root = account->uid == 0,
		.groups = &account->groups,
		.root_default = find_root_default(mending->root),
	};
	return is_locked(mending, &ret_login->is_locked, why);
}

/* --- what the target's own sshd has said */

struct faults {
	struct sshd_fault *items;
	size_t count;
	size_t capacity;
};

/* What stops it, as it says itself, with its file and line; borrowed from the accounts. */
static void collect_faults(const struct mending *mending, struct faults *faults)
{
	const struct account_obstacles *list = &mending->accounts.system;

	for (size_t i = 0; i < list->count; i++) {
		if (!mending->accounts.sshd_asked || list->items[i].kind != OBSTACLE_SSHD_BROKEN ||
		    !list->items[i].file)
			continue;
		faults->items = alloc_grow(faults->items, faults->count, &faults->capacity,
					   sizeof(*faults->items));
		faults->items[faults->count++] = (struct sshd_fault){
			.kind = SSHD_FAULT_REFUSED,
			.subject = list->items[i].subject,
			.file = list->items[i].file,
			.line = list->items[i].line,
		};
	}
}

/* What it refuses the account by, and no line sets; borrowed from the accounts. */
static void collect_defaults(const struct mending *mending, struct sshd_defaults *defaults)
{
	const struct account_obstacles *list = &mending->account->obstacles;

	for (size_t i = 0; i < list->count; i++) {
		const struct account_obstacle *obstacle = &list->items[i];

		if (obstacle->weight != OBSTACLE_BLOCKS || obstacle->file)
			continue;
		if (obstacle->kind == OBSTACLE_SSHD_USER)
			defaults->user = obstacle->subject;
		else if (obstacle->kind == OBSTACLE_SSHD_PASSWORD)
			defaults->password = obstacle->subject;
		else if (obstacle->kind == OBSTACLE_SSHD_KEY)
			defaults->key = obstacle->subject;
	}
}

/* --- words */

static char *describe_change(const struct sshd_change *change)
{
	_cleanup_free_ char *was = printable_text(change->was), *now = printable_text(change->now);

	switch (change->kind) {
	case SSHD_CHANGE_VALUE:
		return text_format(_("\"%s\" in place of \"%s\" (line %u)"), now, was,
				   change->line);
	case SSHD_CHANGE_ADDED:
		return text_format(_("add \"%s\""), now);
	case SSHD_CHANGE_REMOVED:
		return text_format(_("take out \"%s\" (line %u)"), was, change->line);
	default:
		return text_format(_("take out \"%s\" (line %u), with which sshd does not start"),
				   was, change->line);
	}
}

static char *describe_file(const struct sshd_edit *edit, const char *path)
{
	_cleanup_text_list_ struct text_list changes = {0};

	for (size_t i = 0; i < edit->change_count; i++) {
		if (text_is_equal(edit->changes[i].file, path))
			text_list_take(&changes, describe_change(&edit->changes[i]));
	}
	return text_list_join(&changes, "; ");
}

static char *describe_place(const struct mending *mending, const struct sshd_rest *rest)
{
	_cleanup_free_ char *shown = rest->file ? mending_show_path(mending, rest->file) : NULL;

	if (!shown)
		return text_copy(_("the default of sshd"));
	return rest->line ? text_format(_("line %u of %s"), rest->line, shown) : TAKE_PTR(shown);
}

/* What stays, as a sentence; LABEL is the keyword, PLACE where it stands. */
static char *describe_rest(enum sshd_rest_kind kind, const char *label, const char *subject,
			   const char *place)
{
	switch (kind) {
	case SSHD_REST_PATTERN:
		return text_format(_("%s \"%s\" (%s) means others, too: it stays, and sshd refuses "
				     "the account. Change it by hand."),
				   label, subject, place);
	case SSHD_REST_NAME:
		return text_format(_("%s (%s): the name \"%s\" would be read as a pattern, and is "
				     "not added. Change it by hand."),
				   label, place, subject);
	case SSHD_REST_LOCKED:
		return text_format(
			_("%s is off (%s), and without PAM sshd refuses an account whose "
			  "password is locked, with a key too: set a password, or unlock "
			  "it."),
			label, place);
	case SSHD_REST_GROUPS:
		return text_format(_("%s (%s): the account is in no group that is known, so that "
				     "it stays."),
				   label, place);
	case SSHD_REST_FORCED:
		return text_format(_("%s \"%s\" (%s) stays: a login gets that, and not just its "
				     "shell."),
				   label, subject, place);
	case SSHD_REST_FILE:
		return text_format(_("%s is too long to be changed, or cannot be read."), place);
	case SSHD_REST_INCLUDE:
		return text_format(_("%s: more files are included than can be looked at."), place);
	default:
		return text_format(_("%s (%s): whether sshd lets the account in hangs on where the "
				     "login comes from."),
				   label, place);
	}
}

static void note_rest(struct mending *mending, const struct sshd_rest *rest)
{
	const char *keyword = rest->keyword ? sshd_keyword_spelling(rest->keyword) : "sshd";
	_cleanup_free_ char *label = printable_text(keyword);
	_cleanup_free_ char *subject = printable_text(rest->subject);
	_cleanup_free_ char *place = describe_place(mending, rest);
	_cleanup_free_ char *note = describe_rest(rest->kind, label, subject, place);

	if (!text_list_contains(&mending->plan->notes, note))
		text_list_add(&mending->plan->notes, note);
}

/* A file below /usr is not for administrators: the next package brings it anew. */
static void note_vendor_files(struct mending *mending, const struct sshd_edit *edit)
{
	for (size_t i = 0; i < edit->file_count; i++) {
		_cleanup_free_ char *shown = mending_show_path(mending, edit->files[i].path);

		if (text_has_prefix(edit->files[i].path, "/usr/"))
			text_list_format(&mending->plan->notes,
					 _("%s is the distribution's own: an update may put back "
					   "what it was."),
					 shown);
	}
}

/* What more a change means than was asked for. */
static void note_changes(struct mending *mending, const struct sshd_edit *edit, bool is_for_all)
{
	_cleanup_free_ char *user =
		mending->account ? printable_text(mending->account->name) : NULL;
	bool is_wide = false, has_fault = false;

	for (size_t i = 0; i < edit->change_count; i++) {
		is_wide |= edit->changes[i].is_wide;
		has_fault |= edit->changes[i].kind == SSHD_CHANGE_FAULT;
	}
	if (is_wide && user && !is_for_all)
		text_list_format(&mending->plan->notes,
				 _("What is changed in the settings of sshd counts for others than "
				   "%s, too."),
				 user);
	if (has_fault)
		text_list_format(&mending->plan->notes,
				 _("Lines with which sshd does not start become comments: see "
				   "whether they were to be something else."));
}

/* --- steps */

static int change_files(struct mending *mending, const struct sshd_edit *edit, struct problem *why)
{
	for (size_t i = 0; i < edit->file_count; i++) {
		const struct sshd_edit_file *file = &edit->files[i];
		_cleanup_free_ char *reason = describe_file(edit, file->path);
		struct mending_text *text;
		int r = mending_get_text(mending, file->path, &text, why);

		if (r < 0)
			return r;
		mending_set_text(text, alloc_copy(file->bytes, file->length), file->length, reason);
	}
	return 0;
}

/* Without a file of settings there is nothing that could keep anybody out. */
static int change(struct mending *mending, const struct sshd_wish *wish, bool *ret_changed,
		  struct problem *why)
{
	_cleanup_sshd_edit_ struct sshd_edit edit = {0};
	int r = sshd_edit_plan(mending->root, wish, &edit);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return problem_set_errno(why, r, "/etc/ssh/sshd_config");
	r = change_files(mending, &edit, why);
	if (r < 0)
		return r;
	note_changes(mending, &edit, wish->ways_only);
	note_vendor_files(mending, &edit);
	for (size_t i = 0; i < edit.rest_count; i++)
		note_rest(mending, &edit.rests[i]);
	*ret_changed = edit.change_count != 0;
	return 0;
}

static int open_sshd(struct mending *mending, const struct sshd_wish *ways, bool *ret_changed,
		     struct problem *why)
{
	struct sshd_wish wish = *ways;
	struct faults faults = {0};
	struct sshd_login login;
	int r = mending->account ? mending_get_login(mending, &login, why) : 0;

	*ret_changed = false;
	if (r < 0)
		return r;
	collect_faults(mending, &faults);
	if (mending->account && mending->accounts.sshd_asked)
		collect_defaults(mending, &wish.refusing);
	wish.login = mending->account ? &login : NULL;
	wish.faults = faults.items;
	wish.fault_count = faults.count;
	wish.sshd_starts = mending->accounts.sshd_asked && !faults.count;
	r = change(mending, &wish, ret_changed, why);
	free(faults.items);
	return r;
}

int mending_open_sshd(struct mending *mending, bool by_password, bool by_key, bool *ret_changed,
		      struct problem *why)
{
	struct sshd_wish wish = {.by_password = by_password, .by_key = by_key};

	return open_sshd(mending, &wish, ret_changed, why);
}

/* The first account with an obstacle of KIND that several share; NULL: none. */
static const struct account_state *find_sharing(const struct mending *mending,
						const struct shared_obstacles *shared,
						enum account_obstacle_kind kind)
{
	const struct accounts *accounts = &mending->accounts;

	for (size_t i = 0; i < accounts->count; i++) {
		const struct account_obstacles *list = &accounts->items[i].obstacles;

		for (size_t j = 0; j < list->count; j++) {
			if (list->items[j].kind == kind && accounts->items[i].uid &&
			    shared_obstacles_have(shared, &list->items[j]))
				return &accounts->items[i];
		}
	}
	return NULL;
}

int mending_open_sshd_for_all(struct mending *mending, bool *ret_changed, struct problem *why)
{
	struct shared_obstacles shared = {0};
	const struct account_state *password, *key;
	struct sshd_wish wish = {.ways_only = true};
	int r;

	shared_obstacles_find(&mending->accounts, &shared);
	password = find_sharing(mending, &shared, OBSTACLE_SSHD_PASSWORD);
	key = find_sharing(mending, &shared, OBSTACLE_SSHD_KEY);
	if (find_sharing(mending, &shared, OBSTACLE_SSHD_USER)) {
		_cleanup_free_ char *command =
			describe_mend_command(MEND_SSHD, "USER", mending->answers);

		text_list_format(&mending->plan->notes,
				 _("Whom the SSH server lets in is changed for one account: "
				   "\"%s\"."),
				 command);
	}
	wish.by_password = password != NULL;
	wish.by_key = key != NULL;
	/* one of them stands for all */
	mending->account = password ? password : key;
	r = open_sshd(mending, &wish, ret_changed, why);
	mending->account = NULL;
	shared_obstacles_done(&shared);
	return r;
}
