/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an account's shell runs on the target, and whether its home folder is there. */
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/login_shell.h"
#include "system/program_lack.h"
#include "system/program_way.h"

/* SHELL, which is there, runs. */
static bool is_usable(const struct root *root, const char *shell)
{
	_cleanup_free_ char *interpreter = NULL;
	struct stat status;

	if (root_stat(root, shell, true, &status) < 0 || !S_ISREG(status.st_mode) ||
	    !(status.st_mode & 0111) || status.st_size == 0)
		return false;
	interpreter = program_find_interpreter(root, shell);
	return !interpreter || root_has(root, interpreter);
}

/* sshd does not look for the shell of one whom it puts into a chroot (auth.c, allowed_user). */
static unsigned shell_ways(const struct judge *judge, const struct judged *judged)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(&judge->sshd, "chrootdirectory", judged->login, &value);
	if (text_is_equal_ignoring_case(sshd_value_text(&value), "none"))
		return LOGIN_ALL;
	return LOGIN_BIT(LOGIN_CONSOLE);
}

/* False where nothing is wrong with SHELL, which is no nologin, or nothing is known of it. */
static bool find_fault(const struct judge *judge, const struct judged *judged, const char *shell,
		       enum account_obstacle_kind *ret_kind)
{
	bool is_said = judged->account->faults & ACCOUNT_FAULT_CARRIAGE_RETURN; /* of the line */

	if (!judge->has_programs || is_said)
		return false;
	if (*shell == '/' && root_has(judge->root, shell)) {
		*ret_kind = OBSTACLE_SHELL_UNUSABLE;
		return !is_usable(judge->root, shell);
	}
	*ret_kind = OBSTACLE_SHELL_MISSING;
	return !judge_away(judge, judged, shell, shell_ways(judge, judged));
}

/* It is there and may be run: what it needs to start may be gone. */
static void judge_start(const struct judge *judge, const struct judged *judged, const char *shell)
{
	if (judge->has_programs && *shell == '/' && root_has(judge->root, shell))
		(void)judge_lack(judge, judged, shell, shell_ways(judge, judged)); /* it is told */
}

/* What is there and runs may still be out of reach: "chmod 700 /", a shell of 0750. */
static void judge_way(const struct judge *judge, const struct judged *judged, const char *shell)
{
	const struct program_user user = {
		.uid = judged->account->uid,
		.gid = judged->account->gid,
		.groups = &judged->state->groups,
		.group = &judge->group,
	};
	_cleanup_program_way_ struct program_way way = {0};

	if (*shell == '/')
		program_way_find_shut(judge->root, shell, &user, &way);
	for (size_t i = 0; i < way.count; i++) {
		const struct obstacle_found found = {
			.kind = OBSTACLE_SHELL_SHUT,
			.ways = LOGIN_ALL,
			.subject = shell,
			.file = way.items[i].path,
			.second = way.items[i].mode,
		};

		obstacle_add(&judged->state->obstacles, &found);
	}
}

void judge_shell(const struct judge *judge, const struct judged *judged)
{
	const char *shell = *judged->account->shell ? judged->account->shell : "/bin/sh";
	struct obstacle_found found = {
		.kind = OBSTACLE_SHELL_NOLOGIN, .subject = shell, .ways = LOGIN_ALL};

	if (!login_shell_refuses(judge->root, shell)) {
		if (!find_fault(judge, judged, shell, &found.kind)) {
			judge_start(judge, judged, shell);
			judge_way(judge, judged, shell);
			return;
		}
		found.ways = shell_ways(judge, judged);
	} else if (login_shell_has_commands(judge->root, shell, judged->account->home)) {
		found.weight = OBSTACLE_MAY;
	}
	obstacle_add(&judged->state->obstacles, &found);
}

/* Folders that no account is at home in, whatever passwd says. */
static bool is_no_home(const char *home)
{
	static const char *const names[] = {"", "/", "/nonexistent", "/dev/null", "/proc"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(home, names[i]) == 0)
			return true;
	}
	return false;
}

/* The account may go into a folder, which is another's. */
static bool may_enter(const struct stat *status, const struct judged *judged)
{
	if (judged->account->uid == 0 || (status->st_mode & S_IXOTH))
		return true;
	if (status->st_uid == judged->account->uid)
		return status->st_mode & S_IXUSR;
	return status->st_gid == judged->account->gid && (status->st_mode & S_IXGRP);
}

/* A login without a home folder starts in "/", unless it is told to refuse (login(1)). */
static bool needs_home(const struct judge *judge)
{
	const char *word = login_defs_get(&judge->defs, "DEFAULT_HOME");

	return word && !text_is_equal_ignoring_case(word, "yes");
}

/* A login makes a home folder that is missing (pam_mkhomedir), before it is looked for. */
static bool makes_home(const struct judge *judge)
{
	static const char *const modules[] = {"pam_mkhomedir", "pam_oddjob_mkhomedir"};
	const struct pam_stack *stack = &judge->services[SERVICE_CONSOLE].stack;

	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		const struct pam_rule *rule = pam_stack_find(stack, PAM_SESSION, modules[i], NULL);

		if (rule && rule->path)
			return true;
	}
	return false;
}

/* FOUND blocks the console where a home is needed, and is a note for the rest. */
static void add_home(const struct judge *judge, const struct judged *judged,
		     struct obstacle_found *found, bool can_go_there)
{
	found->weight = OBSTACLE_NOTE;
	found->ways = LOGIN_ALL;
	if (!can_go_there && needs_home(judge)) {
		found->weight = OBSTACLE_BLOCKS;
		found->ways = LOGIN_BIT(LOGIN_CONSOLE);
		obstacle_add(&judged->state->obstacles, found);
		found->weight = OBSTACLE_NOTE;
		found->ways = LOGIN_BY_SSH;
	}
	obstacle_add(&judged->state->obstacles, found);
}

void judge_home(const struct judge *judge, const struct judged *judged)
{
	const char *home = judged->account->home;
	struct obstacle_found found = {.kind = OBSTACLE_HOME_MISSING, .subject = home};
	struct stat status;

	if (is_no_home(home))
		return;
	if (root_stat(judge->root, home, true, &status) < 0 || !S_ISDIR(status.st_mode)) {
		/* a login needs it at most at the console */
		if (!judge_away(judge, judged, home,
				needs_home(judge) && !makes_home(judge) ? LOGIN_BIT(LOGIN_CONSOLE)
									: 0))
			add_home(judge, judged, &found, makes_home(judge));
	} else if (status.st_uid != judged->account->uid) {
		found.kind = OBSTACLE_HOME_OWNER;
		found.number = status.st_uid;
		add_home(judge, judged, &found, may_enter(&status, judged));
	}
}
