/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends what counts wrong passwords: faillock's file of the account, its record in tallylog or
 * faillog. */
#include <errno.h>
#include <string.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/faillock.h"

static const char *const services[] = {"login", "sshd"};

/* faillock's file becomes empty, as "faillock --reset" leaves it. */
static int reset_faillock(struct mending *mending, const struct pam_lockout *lockout,
			  struct problem *why)
{
	_cleanup_free_ char *path = faillock_path(lockout->path, mending->user);
	_cleanup_free_ char *shown = printable_text(mending->user), *reason = NULL;
	_cleanup_(faillock_done) struct faillock faillock = {0};
	struct mending_text *text = NULL;
	int r;

	if (!path || faillock_read(mending->root, lockout->path, mending->user, &faillock) < 0 ||
	    (!faillock.count && !faillock.left_over))
		return 0;
	reason = text_format(_("forget the wrong passwords of %s"), shown);
	r = mending_get_text(mending, path, &text, why);
	if (r == 0)
		mending_set_text(text, text_copy(""), 0, reason);
	return r;
}

static void note_too_big(struct mending *mending, const char *path)
{
	_cleanup_free_ char *user = printable_text(mending->user);
	_cleanup_free_ char *shown = mending_show_path(mending, path);

	mending_tell(mending,
		     _("%s is too big to be changed as a whole: once %s is mounted \"refloat "
		       "chroot\" and \"pam_tally2 --user %s --reset\" do it."),
		     shown, mending->target.title, user);
}

static int reset_tally(struct mending *mending, enum pam_lockout_kind kind, const char *path,
		       struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mending->user), *reason = NULL;
	_cleanup_tally_ struct tally tally = {0};
	_cleanup_problem_ struct problem own = {0};
	struct mending_text *text = NULL;
	char *bytes;
	int r;

	if (tally_read(mending->root, kind, path, mending->account->uid,
		       mending->target.architecture, &tally) < 0 ||
	    !tally.failures)
		return 0;
	r = mending_get_text(mending, path, &text, &own);
	if (r == -EFBIG) {
		note_too_big(mending, path);
		return 0;
	}
	if (r < 0) {
		problem_move(why, &own);
		return r;
	}
	if (tally.reset_offset > text->length ||
	    tally.reset_length > text->length - tally.reset_offset)
		return 0;
	reason = text_format(_("forget the wrong passwords of %s"), shown);
	bytes = alloc_copy(text->bytes, text->length);
	memset(bytes + tally.reset_offset, 0, tally.reset_length);
	mending_set_text(text, bytes, text->length, reason);
	return 0;
}

static int reset(struct mending *mending, const struct pam_lockout *lockout, struct problem *why)
{
	return lockout->kind == PAM_FAILLOCK
		       ? reset_faillock(mending, lockout, why)
		       : reset_tally(mending, lockout->kind, lockout->path, why);
}

static int reset_of_service(struct mending *mending, const char *service, struct problem *why)
{
	_cleanup_pam_stack_ struct pam_stack stack = {0};
	struct pam_lockout lockouts[PAM_LOCKOUTS_MAX] = {0};
	size_t count;
	int r = 0;

	pam_stack_read(mending->root, service, &stack);
	count = pam_lockouts_read(mending->root, &stack, lockouts);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = reset(mending, &lockouts[i], why);
	pam_lockouts_done(lockouts, count);
	return r;
}

int mend_lockout(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mending->user);
	size_t before = mending->text_count;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(services); i++)
		r = reset_of_service(mending, services[i], why);
	if (r == 0 && !pam_is_used(mending->root)) /* login counts by itself there */
		r = reset_tally(mending, PAM_TALLY, "/var/log/faillog", why);
	if (r == 0 && mending->text_count == before)
		mending_note(mending, _("No wrong passwords of %s are counted."), shown);
	return r;
}
