/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends the shell of an account: which of the target's start, which is best. */
#include <errno.h>
#include <string.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/elf.h"
#include "system/login_defs.h"
#include "system/login_shell.h"
#include "system/pam.h"
#include "system/program_lack.h"

#define BEST "best"

/* In order of what a rescuer wants to type in. What is not here (restricted ones, terminals such as
 * tmux) is in /etc/shells of some, and no shell for this. */
static const char *const good[] = {"bash", "zsh",  "ksh", "mksh", "ksh93", "fish",
				   "ash",  "dash", "sh",  "tcsh", "csh"};
static const char *const folders[] = {"/bin", "/usr/bin", "/usr/local/bin", "/sbin"};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What PATH needs to start is there; a part of a sentence where it is not. */
static char *find_missing_help(const struct mending *mending, const char *path)
{
	_cleanup_free_ char *interpreter = program_find_interpreter(mending->root, path);
	_cleanup_program_lack_ struct program_lack lack = {0};
	_cleanup_free_ char *shown = NULL;

	if (!interpreter && !elf_read_architecture(mending->root, path))
		return text_copy(_("it is no program"));
	program_lack_find(mending->root, path, &lack);
	if (!lack.name)
		return NULL;
	shown = printable_text(lack.name);
	return text_format(_("%s, which it needs, is not there"), shown);
}

bool mending_shell_works(const struct mending *mending, const char *shell, char **ret_fault)
{
	const char *path = *shell ? shell : "/bin/sh";
	struct stat status;

	*ret_fault = NULL;
	if (*path != '/')
		*ret_fault = text_copy(_("it is no absolute path"));
	else if (root_stat(mending->root, path, true, &status) < 0)
		*ret_fault = text_copy(_("it is not there"));
	else if (!S_ISREG(status.st_mode))
		*ret_fault = text_copy(_("it is no file"));
	else if (!(status.st_mode & 0111))
		*ret_fault = text_copy(_("it may not be executed"));
	else
		*ret_fault = find_missing_help(mending, path);
	return !*ret_fault;
}

/* A mode without the bit for others gets it, and nothing more. */
int mending_open_shell(struct mending *mending, struct problem *why)
{
	const struct account_obstacles *list = &mending->account->obstacles;
	int r = 0;

	for (size_t i = 0; r == 0 && i < list->count; i++) {
		const struct edit_owner_wish wish = {
			.root = mending->target.root,
			.path = list->items[i].file,
			.wanted = {.has_mode = true,
				   .mode = ((mode_t)list->items[i].second & 07777) | S_IXOTH},
			.lifts_flags = true,
		};

		if (list->items[i].kind == OBSTACLE_SHELL_SHUT && list->items[i].file)
			r = edit_plan_add_owner(mending->plan, &wish, why);
	}
	return r;
}

static bool works(const struct mending *mending, const char *shell)
{
	_cleanup_free_ char *fault = NULL;

	return mending_shell_works(mending, shell, &fault);
}

/* The one called NAME that works: in LISTED first. */
static char *find_shell(const struct mending *mending, const struct text_list *listed,
			const char *name)
{
	for (size_t i = 0; i < listed->count; i++) {
		if (strcmp(base_name(listed->items[i]), name) == 0 &&
		    works(mending, listed->items[i]))
			return text_copy(listed->items[i]);
	}
	return NULL;
}

static char *find_unlisted(const struct mending *mending, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folders[i], name);

		if (works(mending, path))
			return TAKE_PTR(path);
	}
	return NULL;
}

char *mending_choose_shell(const struct mending *mending)
{
	_cleanup_text_list_ struct text_list listed = {0};
	char *found = NULL;

	login_shells_read(mending->root, &listed);
	for (size_t i = 0; !found && i < ARRAY_SIZE(good); i++)
		found = find_shell(mending, &listed, good[i]);
	for (size_t i = 0; !found && i < ARRAY_SIZE(good); i++)
		found = find_unlisted(mending, good[i]);
	return found;
}

/* Whether PAM lets only those in whose shell is listed. */
static bool asks_for_shells(const struct root *root)
{
	static const char *const services[] = {"login", "sshd"};

	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		_cleanup_pam_stack_ struct pam_stack stack = {0};

		pam_stack_read(root, services[i], &stack);
		if (pam_stack_find(&stack, PAM_AUTH | PAM_ACCOUNT, "pam_shells", NULL))
			return true;
	}
	return false;
}

static int list_shell(struct mending *mending, const char *shell, bool *ret_changed,
		      struct problem *why)
{
	_cleanup_text_list_ struct text_list listed = {0};
	_cleanup_free_ char *shown = printable_text(shell), *reason = NULL;
	struct mending_text *text = NULL;
	int r;

	*ret_changed = false;
	login_shells_read(mending->root, &listed);
	if (text_list_contains(&listed, shell) || !asks_for_shells(mending->root))
		return 0;
	r = mending_get_text(mending, "/etc/shells", &text, why);
	if (r < 0)
		return r;
	reason = text_format(_("list %s, which PAM asks it for"), shown);
	if (!text->bytes) { /* a file here takes the place of the C library's own list */
		for (size_t i = 0; i < listed.count; i++)
			mending_append_line(text, listed.items[i], reason);
	}
	mending_append_line(text, shell, reason);
	*ret_changed = true;
	return 0;
}

int mending_list_shell(struct mending *mending, const char *shell, struct problem *why)
{
	bool is_changed;

	return list_shell(mending, shell, &is_changed, why);
}

static int refuse_shell(const struct mending *mending, const char *shell, const char *fault,
			struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(shell);
	_cleanup_free_ char *best = mending_choose_shell(mending);
	_cleanup_free_ char *shown_best = best ? printable_text(best) : NULL;

	(void)problem_set(why, -EINVAL, shown, _("nobody could log in with this shell: %s"), fault);
	if (shown_best)
		problem_set_next(why, _("%s is one that works there."), shown_best);
	return -EINVAL;
}

/* The shell that was asked for by its path or its name. */
static int take_wanted(const struct mending *mending, const char *wanted, char **ret_shell,
		       struct problem *why)
{
	_cleanup_text_list_ struct text_list listed = {0};
	_cleanup_free_ char *shell = NULL, *fault = NULL;

	login_shells_read(mending->root, &listed);
	if (*wanted != '/')
		shell = find_shell(mending, &listed, wanted);
	if (*wanted != '/' && !shell && !strchr(wanted, '/'))
		shell = find_unlisted(mending, wanted);
	if (!shell)
		shell = text_copy(wanted);
	if (!mending_shell_works(mending, shell, &fault))
		return refuse_shell(mending, shell, fault, why);
	*ret_shell = TAKE_PTR(shell);
	return 0;
}

static bool is_good_enough(const struct mending *mending)
{
	const char *shell = mending->account->shell;

	return works(mending, shell) && !login_shell_refuses(mending->root, shell);
}

/* *RET_SHELL stays NULL where the one it has does. */
static int choose(struct mending *mending, char **ret_shell, struct problem *why)
{
	const char *wanted = answers_get(mending->answers, "shell");

	/* a menu, which has only the question, says yes */
	if (wanted && strcmp(wanted, BEST) != 0 && strcmp(wanted, "yes") != 0)
		return take_wanted(mending, wanted, ret_shell, why);
	if (is_good_enough(mending))
		return 0;
	*ret_shell = mending_choose_shell(mending);
	if (*ret_shell)
		return 0;
	(void)problem_set(why, -ENODATA, mending->target.title,
			  _("no shell is there that would start"));
	problem_set_next(why,
			 _("Its packages are damaged: \"refloat check-fs\" and the packages of "
			   "the shell come first."));
	return -ENODATA;
}

/* The shell that it has works; only PAM may not know it. */
static int keep_shell(struct mending *mending, struct problem *why)
{
	const char *shell = mending->account->shell;
	_cleanup_free_ char *shown = printable_text(mending->user);
	bool is_changed = false;
	int r = list_shell(mending, *shell ? shell : "/bin/sh", &is_changed, why);

	if (r == 0 && !is_changed)
		mending_note(mending, _("The shell of %s works."), shown);
	return r;
}

int mend_shell(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shell = NULL, *shown = printable_text(mending->user);
	_cleanup_free_ char *shown_shell = NULL;
	struct account_pair pair = {0};
	int r = choose(mending, &shell, why);

	if (r == 0)
		r = mending_get_pair(mending, &pair, why);
	if (r == 0 && !shell)
		return keep_shell(mending, why);
	if (r == 0)
		r = account_edit_shell(&pair, mending->user, shell, why);
	if (r < 0)
		return r;
	shown_shell = printable_text(shell);
	mending_say(mending, ACCOUNT_FILE_PASSWD, _("give %s the shell %s"), shown, shown_shell);
	return mending_list_shell(mending, shell, why);
}
