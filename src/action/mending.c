/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the planners that mend accounts share: opening a target, its account files, and their steps.
 */
#include "action/mending_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "action/place.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/suggest.h"

#define SECONDS_A_DAY (24 * 60 * 60)

char *mending_show_path(const struct mending *mending, const char *path)
{
	_cleanup_free_ char *full = place_join(mending->target.root, path);

	return printable_text(full);
}

static int refuse_unknown(const struct mending *mending, const char *user, struct problem *why)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *shown = printable_text(user), *command = NULL;

	for (size_t i = 0; i < mending->accounts.count; i++)
		text_list_add(&names, mending->accounts.items[i].name);
	(void)problem_set(why, -ENOENT, shown, _("there is no account of this name on %s"),
			  mending->target.title);
	if (mending_has_remains(mending)) {
		command = mending_command(mending, MEND_LINE);
		problem_set_next(why, _("\"%s\" makes a line of what is left of it."), command);
		return -ENOENT;
	}
	suggest_next(&names, user, _("\"refloat accounts --all\" lists those that there are."),
		     why);
	return -ENOENT;
}

static int refuse_windows(const struct mending *mending, struct problem *why)
{
	(void)problem_set(why, -EINVAL, mending->target.title,
			  _("the accounts of Windows are not in files of this kind"));
	problem_set_next(why, _("\"refloat windows-account\" is for them."));
	return -EINVAL;
}

static int refuse_empty(const struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shown = mending_show_path(mending, "/etc/passwd");

	(void)problem_set(why, -ENOENT, shown, _("there is no such file"));
	if (root_has_file(mending->root, "/etc/passwd-"))
		problem_set_next(why, _("\"cp -a %s- %s\" brings back its backup."), shown, shown);
	else
		problem_set_next(why, _("Is it the root of a system that is mounted there?"));
	return -ENOENT;
}

static int open_target(struct mending *mending, struct problem *why)
{
	struct account_target *target = &mending->target;
	int r = account_target_find(mending->session, mending->answers, target, why);

	if (r == 0 && target->is_windows)
		return refuse_windows(mending, why);
	if (r == 0)
		r = account_target_check_writable(target, why);
	if (r == 0)
		r = root_open(target->root, &mending->root, why);
	return r;
}

static int open_accounts(struct mending *mending, const char *user, struct problem *why)
{
	const char *wanted = user ? user : answers_get(mending->answers, "user");
	_cleanup_text_list_ struct text_list names = {0};
	int r;

	if (wanted)
		text_list_add(&names, wanted);
	r = account_list_read(mending->session, &mending->target, &names, &mending->accounts, why);

	if (r < 0)
		return r;
	if (!mending->accounts.has_passwd)
		return refuse_empty(mending, why);
	return user ? mending_choose(mending, user, why) : 0;
}

int mending_choose(struct mending *mending, const char *user, struct problem *why)
{
	mending->user = user;
	mending->account = accounts_find(&mending->accounts, user);
	return mending->account ? 0 : refuse_unknown(mending, user, why);
}

int mending_open(struct session *session, const struct answers *answers, const char *user,
		 const char *action, struct mending *ret_mending, struct problem *why)
{
	struct mending *mending = ret_mending;
	int r;

	*mending = (struct mending){.session = session,
				    .answers = answers,
				    .plan = plan_new(action),
				    .now = clock_wall_seconds()};
	mending->today = mending->now / SECONDS_A_DAY;
	r = open_target(mending, why);
	return r < 0 ? r : open_accounts(mending, user, why);
}

static void file_done(struct mending_file *file)
{
	edit_file_done(&file->seen);
	account_file_done(&file->file);
	text_list_done(&file->reasons);
}

void mending_done(struct mending *mending)
{
	if (mending->plan)
		edit_plan_forget(mending->plan); /* not run: what was kept for it holds hashes */
	mending->plan = plan_free(mending->plan);
	for (size_t i = 0; i < ACCOUNT_FILE_KINDS; i++)
		file_done(&mending->files[i]);
	mending_texts_done(mending);
	accounts_done(&mending->accounts);
	mending->root = root_free(mending->root);
	account_target_done(&mending->target);
	*mending = (struct mending){0};
}

static int read_file(struct mending *mending, enum account_file_kind kind, struct problem *why)
{
	struct mending_file *file = &mending->files[kind];
	int r = edit_look(mending->root, account_file_path(kind), &file->seen, why);

	if (r < 0)
		return r;
	file->is_read = true;
	file->exists = file->seen.exists;
	if (file->exists)
		account_file_parse(kind, file->seen.bytes, file->seen.length, &file->file);
	if (file->file.count > ACCOUNT_FILE_MAX_LINES)
		return problem_set(why, -EFBIG, account_file_path(kind),
				   _("the file is too long to be edited"));
	return 0;
}

int mending_get(struct mending *mending, enum account_file_kind kind,
		struct account_file **ret_file, struct problem *why)
{
	struct mending_file *file = &mending->files[kind];
	int r = file->is_read ? 0 : read_file(mending, kind, why);

	if (r < 0)
		return r;
	*ret_file = file->exists ? &file->file : NULL;
	return 0;
}

int mending_get_pair(struct mending *mending, struct account_pair *ret_pair, struct problem *why)
{
	struct account_pair pair = {0};
	int r = mending_get(mending, ACCOUNT_FILE_PASSWD, &pair.passwd, why);

	if (r == 0 && !pair.passwd)
		return refuse_empty(mending, why);
	if (r == 0)
		r = mending_get(mending, ACCOUNT_FILE_SHADOW, &pair.shadow, why);
	if (r < 0)
		return r;
	*ret_pair = pair;
	return 0;
}

void mending_say(struct mending *mending, enum account_file_kind kind, const char *format, ...)
{
	struct text_list *reasons = &mending->files[kind].reasons;
	va_list args;
	char *text;

	va_start(args, format);
	text = text_format_args(format, args);
	va_end(args);
	if (text_list_contains(reasons, text))
		free(text);
	else
		text_list_take(reasons, text);
}

/* "2025-01-31"; the caller frees. */
static char *format_date(int64_t seconds)
{
	char text[sizeof("-2147483648-12-31")];
	time_t when = (time_t)seconds;
	struct tm parts;

	if (!gmtime_r(&when, &parts) || !strftime(text, sizeof(text), "%Y-%m-%d", &parts))
		return text_copy("?");
	return text_copy(text);
}

void mending_check_clock(struct mending *mending)
{
	static const char *const paths[] = {"/etc/passwd", "/etc/shadow", "/var/log", "/etc"};
	_cleanup_free_ char *now = format_date(mending->now), *later = NULL, *shown = NULL;
	struct stat status;

	for (size_t i = 0; !later && i < ARRAY_SIZE(paths); i++) {
		if (root_stat(mending->root, paths[i], true, &status) == 0 &&
		    status.st_mtime > mending->now + SECONDS_A_DAY) {
			later = format_date(status.st_mtime);
			shown = mending_show_path(mending, paths[i]);
		}
	}
	if (later)
		mending_tell(mending,
			     _("The clock of this machine says %s, and %s was changed on %s: the "
			       "date that is written would be wrong. \"date --set\" sets the "
			       "clock."),
			     now, shown, later);
}

static void add_note(struct mending *mending, char *text)
{
	if (text_list_contains(&mending->plan->notes, text))
		free(text);
	else
		text_list_take(&mending->plan->notes, text);
}

void mending_set_summary(struct mending *mending, char *summary)
{
	free(mending->plan->summary);
	mending->plan->summary = summary;
}

void mending_tell(struct mending *mending, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_note(mending, text_format_args(format, args));
	va_end(args);
}

void mending_note(struct mending *mending, const char *format, ...)
{
	va_list args;

	mending->is_done = true;
	if (mending->is_quiet)
		return;
	va_start(args, format);
	add_note(mending, text_format_args(format, args));
	va_end(args);
}

/* "Change /mnt/etc/shadow: unlock root; take off the date on which root expired"; NULL without
 * reasons. */
static char *describe_change(const struct mending *mending, const struct mending_file *file)
{
	_cleanup_free_ char *reasons = text_list_join(&file->reasons, "; ");
	_cleanup_free_ char *shown = mending_show_path(mending, file->seen.path);

	return *reasons ? text_format(_("Change %s: %s"), shown, reasons) : NULL;
}

/* What nobody can log in with must not take the place of a backup that is better. */
static bool is_worth_keeping(const struct mending_file *file)
{
	_cleanup_account_file_ struct account_file old = {0};

	account_file_parse(file->file.kind, file->seen.bytes, file->seen.length, &old);
	for (size_t i = 0; i < old.count; i++) {
		if (old.lines[i].kind == ACCOUNT_LINE_ENTRY)
			return true;
	}
	return false;
}

static int finish_file(struct mending *mending, enum account_file_kind kind, struct problem *why)
{
	const struct mending_file *file = &mending->files[kind];
	_cleanup_free_ char *what = NULL, *label = NULL;
	struct edit_wish wish;
	size_t length = 0;
	char *bytes;
	int r = 0;

	if (!file->exists)
		return 0;
	if (!file->seen.exists)
		r = edit_plan_label(mending->plan, mending->target.root, file->seen.path, &label,
				    why);
	if (r < 0)
		return r;
	bytes = account_file_write(&file->file, &length);
	what = describe_change(mending, file);
	wish = (struct edit_wish){
		.root = mending->target.root,
		.seen = &file->seen,
		.what = what,
		.bytes = bytes,
		.length = length,
		.links = EDIT_LINKS_BREAK, /* as passwd(1) has it: the other name is a backup */
		.lifts_flags = true,
		.mode = file->mode,
		.uid = file->uid,
		.gid = file->gid,
		.label = label,
		.locks_accounts = true,
		.backup = is_worth_keeping(file) ? "-" : NULL,
	};
	r = edit_plan_add(mending->plan, &wish, why);
	explicit_bzero(bytes, length);
	free(bytes);
	return r;
}

int mending_finish(struct mending *mending, struct problem *why)
{
	static const enum account_file_kind order[] = {
		ACCOUNT_FILE_SHADOW,
		ACCOUNT_FILE_GSHADOW,
		ACCOUNT_FILE_GROUP,
		ACCOUNT_FILE_PASSWD,
	};
	int r = mending_finish_texts(mending, why);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(order); i++)
		r = finish_file(mending, order[i], why);
	return r;
}
