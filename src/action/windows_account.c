/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The action that mends a local account of Windows in the SAM hive of its registry. */
#include <errno.h>
#include <string.h>

#include "action/actions.h"
#include "action/edit.h"
#include "action/mending.h"
#include "action/place.h"
#include "action/windows_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/suggest.h"
#include "base/worker.h"

#define DEADLINE_MS 30000
#define BACKUP ".refloat" /* Windows itself puts .LOG, .SAV and .OLD beside its hives */

/* What the answers ask for, and the words for it: of the step, and of what is left to do. */
static const struct {
	const char *field;
	enum windows_mend mend;
	const char *does;
} mends[] = {
	{"blank-password", WINDOWS_BLANK_PASSWORD, N_("no password")},
	{"unlock", WINDOWS_UNLOCK, N_("unlocked")},
	{"enable", WINDOWS_ENABLE, N_("enabled")},
	{"administrator", WINDOWS_ADMINISTRATOR, N_("an administrator")},
};

/* What the planner works in. */
struct work {
	struct session *session;
	const struct answers *answers;
	struct account_target target;
	struct windows_accounts accounts;
	const struct windows_account *account; /* of these */
	struct edit_file seen;		       /* the SAM hive as it is */
	unsigned mends;
	char *bytes; /* as it becomes */
	size_t length;
};

static void work_done(struct work *work)
{
	if (work->bytes)
		explicit_bzero(work->bytes, work->length);
	free(work->bytes);
	edit_file_done(&work->seen);
	windows_accounts_done(&work->accounts);
	account_target_done(&work->target);
}

static int choose_mends(struct work *work, struct problem *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(mends); i++) {
		if (answers_has(work->answers, mends[i].field))
			work->mends |= mends[i].mend;
	}
	if (work->mends)
		return 0;
	(void)problem_set(why, -EINVAL, "windows-account",
			  _("it is not said what is to be mended"));
	problem_set_next(why,
			 _("--blank-password, --unlock, --enable and --administrator are there; "
			   "\"refloat accounts\" says what is in the way."));
	return -EINVAL;
}

static int refuse_unknown(const struct work *work, const char *user, struct problem *why)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *shown = printable_text(user);

	for (size_t i = 0; i < work->accounts.count; i++)
		text_list_add(&names, work->accounts.items[i].name);
	(void)problem_set(why, -ENOENT, shown,
			  _("there is no local account of this name or RID on %s"),
			  work->target.title);
	suggest_next(&names, user,
		     _("\"refloat accounts --all\" lists those that there are; 500 always is the "
		       "built-in administrator."),
		     why);
	return -ENOENT;
}

static int refuse_online(const struct windows_account *account, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(account->name);

	(void)problem_set(
		why, -EOPNOTSUPP, shown,
		_("it is a Microsoft account: its password is kept by Microsoft and is out "
		  "of reach"));
	problem_set_next(why,
			 _("Change it on another computer, at account.live.com/password/reset, or "
			   "get in with the built-in administrator: \"refloat windows-account "
			   "500 --enable --blank-password\"."));
	return -EOPNOTSUPP;
}

static int refuse_dirty(const struct work *work, struct problem *why)
{
	_cleanup_free_ char *path = place_join(work->target.root, work->accounts.sam_path);
	_cleanup_free_ char *shown = printable_text(path);

	(void)problem_set(why, -EUCLEAN, shown,
			  _("Windows ended while it was writing this, and no log completes it"));
	problem_set_next(why,
			 _("Start Windows once and shut it down, which mends it. Where it does "
			   "not start: \"--old-hive\" works on what is there, which may be old or "
			   "half written; \"refloat undo\" brings it back."));
	return -EUCLEAN;
}

static int open_accounts(struct work *work, struct problem *why)
{
	int r = account_target_find(work->session, work->answers, &work->target, why);

	if (r < 0)
		return r;
	if (!work->target.is_windows) {
		(void)problem_set(why, -EINVAL, work->target.title, _("this is no Windows system"));
		problem_set_next(why,
				 _("\"refloat passwd\" and \"refloat mend-account\" are for the "
				   "accounts of Linux."));
		return -EINVAL;
	}
	return windows_list_read(work->session, &work->target, &work->accounts, why);
}

static int choose_account(struct work *work, struct problem *why)
{
	const char *user = answers_get(work->answers, "user");

	work->account = windows_accounts_find(&work->accounts, user);
	if (!work->account)
		return refuse_unknown(work, user, why);
	if (work->account->online_name && (work->mends & WINDOWS_BLANK_PASSWORD))
		return refuse_online(work->account, why);
	if (work->accounts.is_dirty && !answers_has(work->answers, "old-hive"))
		return refuse_dirty(work, why);
	return 0;
}

/* That it is mounted read-only may be because it is hibernated, which says more; and nobody shall
 * mount it for what cannot be done. */
static int check_changeable(const struct work *work, struct problem *why)
{
	int r = windows_check_changeable(&work->accounts, work->target.title, why);

	return r < 0 ? r : account_target_check_writable(&work->target, why);
}

/* --- in a worker: the hive as it becomes. The exit status is the errno, and the message what is
 * wrong or the bytes. */

static int send_problem(int fd, const struct problem *why)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	_cleanup_free_ char *text = NULL;

	json_add_problem(object, "problem", why);
	text = json_format_line(object);
	(void)worker_send(fd, text, strlen(text)); /* the exit status tells as well */
	return why->error < 0 && why->error > -255 ? -why->error : EIO;
}

static int mend_in_child(void *data, int fd)
{
	const struct work *work = data;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_windows_hive_ struct windows_hive hive = {0};
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *bytes = NULL;
	struct rlimit was;
	size_t length = 0;

	windows_bound_memory(&was);
	if (root_open(work->target.root, &root, &why) < 0 ||
	    windows_hive_read(root, "SAM", &hive, &why) < 0 ||
	    windows_accounts_mend(hive.bytes, hive.length, work->account->rid, work->mends, &bytes,
				  &length, &why) < 0)
		return send_problem(fd, &why);
	return worker_send(fd, bytes, length) < 0 ? EFBIG : 0;
}

static int make_bytes(struct work *work, struct problem *why)
{
	_cleanup_free_ char *message = NULL;
	_cleanup_problem_ struct problem own = {0};
	_cleanup_json_ struct json_object *object = NULL;
	size_t length = 0;
	int status = 0;
	int r = worker_call(mend_in_child, work, DEADLINE_MS, &message, &length, &status, NULL);

	if (r == 0 && message && length) {
		work->bytes = TAKE_PTR(message);
		work->length = length;
		return 0;
	}
	if (message && json_parse(message, length, &object, NULL) == 0 &&
	    json_get_problem(object, "problem", &own)) {
		problem_move(why, &own);
		return why ? why->error : -EUCLEAN;
	}
	if (r == -ETIMEDOUT)
		return problem_set(why, r, work->target.title, _("its disk does not answer"));
	return problem_set(why, status == EFBIG ? -EFBIG : -EIO, work->target.title,
			   status == EFBIG ? _("its registry is larger than can be changed")
					   : _("its registry makes no sense"));
}

/* --- words */

/* "no password, enabled"; the caller frees. */
static char *list_mends(unsigned chosen)
{
	_cleanup_text_list_ struct text_list words = {0};

	for (size_t i = 0; i < ARRAY_SIZE(mends); i++) {
		if (chosen & mends[i].mend)
			text_list_add(&words, _(mends[i].does));
	}
	return text_list_join(&words, ", ");
}

static void note_password(struct plan *plan)
{
	text_list_add(
		&plan->notes,
		_("Without a password Windows lets it in at its own console, and not over the "
		  "network or by Remote Desktop. Set a new one there at once."));
	text_list_add(
		&plan->notes,
		_("What Windows has encrypted with the old password (files with EFS, passwords "
		  "that programs have saved) stays unreadable unless that is set again."));
}

static void note_rest(const struct work *work, struct plan *plan)
{
	const struct windows_account *account = work->account;
	const struct {
		bool is_in_the_way;
		enum windows_mend mend;
		const char *note;
	} rests[] = {
		{account->is_disabled || account->is_expired, WINDOWS_ENABLE,
		 N_("It is still disabled or expired: \"--enable\" ends that.")},
		{account->is_locked, WINDOWS_UNLOCK,
		 N_("It is still locked: \"--unlock\" ends that.")},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rests); i++) {
		if (rests[i].is_in_the_way && !(work->mends & rests[i].mend))
			text_list_add(&plan->notes, _(rests[i].note));
	}
	if (account->online_name)
		text_list_add(&plan->notes,
			      _("Its password is kept by Microsoft and stays what it is."));
}

static void note_system(const struct work *work, struct plan *plan)
{
	if (work->accounts.is_controller || work->accounts.domain)
		describe_windows_notes(
			&(struct windows_accounts){
				.domain = work->accounts.domain,
				.is_controller = work->accounts.is_controller,
				.is_entra = work->accounts.is_entra,
			},
			&plan->notes);
	if (work->accounts.is_replayed)
		text_list_add(
			&plan->notes,
			_("Windows was not shut down: what the log of its registry has, and the "
			  "registry has not yet, is put in as Windows would at its next start."));
	if (work->accounts.is_dirty)
		text_list_add(&plan->notes,
			      _("The registry may be old or half written: you asked for "
				"it as it is (\"--old-hive\")."));
}

/* --- the plan */

static int look_at_hive(struct work *work, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(work->target.root, &root, why);

	return r < 0 ? r : edit_look(root, work->accounts.sam_path, &work->seen, why);
}

static int add_step(const struct work *work, struct plan *plan, struct problem *why)
{
	_cleanup_free_ char *path = place_join(work->target.root, work->accounts.sam_path);
	_cleanup_free_ char *shown = printable_text(path),
			    *name = printable_text(work->account->name);
	_cleanup_free_ char *does = list_mends(work->mends);
	_cleanup_free_ char *what = text_format(_("Change %s: account %s (%u): %s"), shown, name,
						work->account->rid, does);
	const struct edit_wish wish = {
		.root = work->target.root,
		.seen = &work->seen,
		.what = what,
		.bytes = work->bytes,
		.length = work->length,
		.links = EDIT_LINKS_WRITE,
		.backup = BACKUP,
	};

	return edit_plan_add(plan, &wish, why);
}

static int fill_plan(struct work *work, struct plan *plan, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(work->account->name);
	int r = look_at_hive(work, why);

	if (r == 0)
		r = make_bytes(work, why);
	if (r < 0)
		return r;
	free(plan->summary);
	plan->summary = text_format(_("Mend the account %s of %s"), name, work->target.title);
	r = add_step(work, plan, why);
	if (r < 0)
		return r;
	if (!plan->count)
		text_list_format(&plan->notes, _("There is nothing to do: %s is that already."),
				 name);
	else if (work->mends & WINDOWS_BLANK_PASSWORD)
		note_password(plan);
	note_rest(work, plan);
	note_system(work, plan);
	return 0;
}

static int plan_windows_account(struct session *session, const struct answers *answers,
				struct plan **ret_plan, struct problem *why)
{
	_cleanup_(work_done) struct work work = {.session = session, .answers = answers};
	_cleanup_plan_ struct plan *plan = plan_new("windows-account");
	int r = choose_mends(&work, why);

	if (r == 0)
		r = open_accounts(&work, why);
	if (r == 0)
		r = choose_account(&work, why);
	if (r == 0)
		r = check_changeable(&work, why);
	if (r == 0)
		r = fill_plan(&work, plan, why);
	if (r < 0) {
		edit_plan_forget(plan);
		return r;
	}
	*ret_plan = TAKE_PTR(plan);
	return 0;
}

static const struct field fields[] = {
	{.name = "user",
	 .kind = FIELD_ACCOUNT,
	 .metavar = N_("USER"),
	 .is_required = true,
	 .label = N_("Account"),
	 .help = N_("the local account, by name or RID: 500 is the built-in administrator")},
	{.name = "blank-password",
	 .kind = FIELD_FLAG,
	 .label = N_("No password"),
	 .help = N_("take its password away, so that it gets in without")},
	{.name = "unlock",
	 .kind = FIELD_FLAG,
	 .label = N_("Unlock"),
	 .help = N_("forget the wrong passwords that have locked it")},
	{.name = "enable",
	 .kind = FIELD_FLAG,
	 .label = N_("Enable"),
	 .help = N_("enable it, and end that it has expired")},
	{.name = "administrator",
	 .kind = FIELD_FLAG,
	 .label = N_("Administrator"),
	 .help = N_("put it into the group of administrators")},
	{.name = "old-hive",
	 .kind = FIELD_FLAG,
	 .label = N_("Old registry"),
	 .help = N_(
		 "also where the registry was being written when Windows ended, and may be old")},
	FIELDS_ACCOUNT_TARGET,
};

static const struct example examples[] = {
	{"windows-account 500 --enable --blank-password",
	 N_("the built-in administrator, whatever it is called, gets in")},
	{"windows-account maria --unlock", N_("after too many wrong passwords")},
	{"windows-account maria --blank-password --plan", N_("only show what would be done")},
	{NULL, NULL},
};

const struct action action_windows_account = {
	.name = "windows-account",
	.label = N_("Mend an account of Windows"),
	.help = N_("let a local account of a Windows system in again"),
	.details = N_(
		"Takes the password of a local account away, unlocks it, enables it, or makes it "
		"an "
		"administrator, in the SAM hive of the registry. Nothing else in the hive "
		"changes; what it was stays beside it as SAM.refloat, and \"refloat undo\" takes "
		"the change back. The filesystem must be mounted so that it can be written, "
		"which a hibernated Windows does not allow. Microsoft accounts and those of a "
		"domain are out of reach. \"refloat accounts\" shows what there is."),
	.examples = examples,
	.needs = NEEDS_ROOT | NEEDS_CHANGES,
	.asks = true,
	.fields = fields,
	.field_count = ARRAY_SIZE(fields),
	.plan = plan_windows_account,
};
