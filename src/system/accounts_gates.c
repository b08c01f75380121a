/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that decide who gets in, and counters of wrong passwords, for one account. */
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/faillock.h"
#include "system/pam_gate.h"

#define NOLOGIN "/etc/nologin"

static const enum obstacle_weight weights[] = {
	[LOGIN_NO] = OBSTACLE_BLOCKS,
	[LOGIN_DEPENDS] = OBSTACLE_MAY,
	[LOGIN_YES] = OBSTACLE_NOTE,
};

/* What is there is gone with the next boot. */
static bool is_volatile(const char *path)
{
	return text_has_prefix(path, "/run/") || text_has_prefix(path, "/var/run/");
}

static void judge_nologin_gate(struct judge *judge, const struct login_service *service,
			       const struct pam_gate *gate)
{
	enum login_answer power = service_judge_rule(service, gate->rule);
	struct obstacle_found found = {
		.kind = OBSTACLE_NOLOGIN,
		.weight = is_volatile(gate->path) ? OBSTACLE_NOTE : weights[power],
		.ways = service_type_ways(service, gate->rule->type),
		.file = gate->path,
	};

	if (strcmp(gate->module, "pam_nologin") == 0 && power != LOGIN_YES &&
	    root_has(judge->root, gate->path))
		obstacle_add(&judge->accounts->system, &found);
}

void judge_nologin(struct judge *judge)
{
	for (size_t i = 0; i < LOGIN_SERVICES; i++) {
		const struct login_service *service = &judge->services[i];
		const struct obstacle_found found = {
			.kind = OBSTACLE_NOLOGIN, .ways = service->ways, .file = NOLOGIN};

		/* login and sshd look themselves where PAM does not */
		if (!service->asks_pam && root_has(judge->root, NOLOGIN))
			obstacle_add(&judge->accounts->system, &found);
		for (size_t j = 0; j < service->gates.count; j++)
			judge_nologin_gate(judge, service, &service->gates.gates[j]);
	}
}

/* Root may log in on TERMINAL. */
static bool is_secure(const struct account_terminal *terminal, const struct text_list *listed,
		      bool takes_consoles)
{
	return text_list_contains(listed, terminal->name) ||
	       (takes_consoles && terminal->is_kernels);
}

/* Adds those of the terminals with a login that root must not use. */
static void add_terminals(const struct judge *judge, const struct judged *judged,
			  const struct text_list *listed, bool takes_consoles,
			  struct obstacle_found *found)
{
	const struct accounts *accounts = judge->accounts;

	found->weight = OBSTACLE_BLOCKS;
	for (size_t i = 0; i < accounts->terminal_count; i++) {
		if (accounts->terminals[i].has_login &&
		    is_secure(&accounts->terminals[i], listed, takes_consoles))
			found->weight = OBSTACLE_MAY; /* one is left */
	}
	for (size_t i = 0; i < accounts->terminal_count; i++) {
		found->subject = accounts->terminals[i].name;
		if (accounts->terminals[i].has_login &&
		    !is_secure(&accounts->terminals[i], listed, takes_consoles))
			obstacle_add(&judged->state->obstacles, found);
	}
}

/* Root may use the terminals of FILE only; and by newer modules those that the kernel writes to. */
static void judge_securetty(const struct judge *judge, const struct judged *judged,
			    const char *file, bool takes_consoles, unsigned ways)
{
	_cleanup_text_list_ struct text_list listed = {0};
	struct obstacle_found found = {
		.kind = OBSTACLE_SECURETTY, .file = file, .ways = ways & LOGIN_BIT(LOGIN_CONSOLE)};

	if (judged->account->uid != 0 || !login_securetty_read(judge->root, &listed))
		return;
	if (accounts_have_login(judge->accounts)) {
		add_terminals(judge, judged, &listed, takes_consoles, &found);
		return;
	}
	found.weight = listed.count ? OBSTACLE_MAY : OBSTACLE_BLOCKS;
	found.is_beyond_mend = text_list_contains(&listed, "tty1"); /* no better one is known */
	obstacle_add(&judged->state->obstacles, &found);
}

static bool has_bad_shell(const struct account_state *state)
{
	for (size_t i = 0; i < state->obstacles.count; i++) {
		enum account_obstacle_kind kind = state->obstacles.items[i].kind;

		if (kind == OBSTACLE_SHELL_MISSING || kind == OBSTACLE_SHELL_NOLOGIN ||
		    kind == OBSTACLE_SHELL_UNUSABLE || kind == OBSTACLE_LIBRARY)
			return true;
	}
	return false;
}

static void judge_gate(const struct judge *judge, const struct judged *judged,
		       const struct login_service *service, const struct pam_gate *gate)
{
	const struct pam_person person = {
		.user = judged->account->name,
		.is_root = judged->account->uid == 0,
		.uid = judged->account->uid,
		.gid = judged->account->gid,
		.shell = judged->account->shell,
		.groups = &judged->state->groups,
	};
	enum login_answer power = service_judge_rule(service, gate->rule);
	unsigned ways = service_type_ways(service, gate->rule->type);
	bool is_condition = strcmp(gate->module, PAM_SUCCEED_IF) == 0;
	struct obstacle_found found = {.kind = OBSTACLE_GATE,
				       .ways = ways,
				       .subject = gate->module,
				       .number = gate->fault};
	_cleanup_pam_verdict_ struct pam_verdict verdict = {0};

	if (power == LOGIN_YES || strcmp(gate->module, "pam_nologin") == 0)
		return;
	if (strcmp(gate->module, "pam_securetty") == 0 && !gate->fault) {
		judge_securetty(judge, judged, gate->path, !pam_rule_has(gate->rule, "noconsole"),
				ways);
		return;
	}
	/* most of its rules only jump over others */
	if (is_condition && power != LOGIN_NO)
		return;
	found.is_beyond_mend = is_condition || gate->fault == PAM_GATE_NO_FILE;
	pam_gate_judge(judge->root, gate, &person, &verdict);
	if (verdict.answer == PAM_PASSES)
		return;
	found.weight = verdict.answer == PAM_REFUSED ? weights[power] : OBSTACLE_MAY;
	found.file = verdict.file;
	found.line = verdict.line;
	if (strcmp(gate->module, "pam_shells") == 0 && !gate->fault) {
		if (has_bad_shell(judged->state))
			return; /* another shell is wanted anyway */
		found.kind = OBSTACLE_SHELL_NOT_LISTED;
		found.subject = *person.shell ? person.shell : "/bin/sh";
	}
	obstacle_add(&judged->state->obstacles, &found);
}

void judge_gates(const struct judge *judge, const struct judged *judged)
{
	const struct login_service *console = &judge->services[SERVICE_CONSOLE];

	for (size_t i = 0; i < LOGIN_SERVICES; i++) {
		for (size_t j = 0; j < judge->services[i].gates.count; j++)
			judge_gate(judge, judged, &judge->services[i],
				   &judge->services[i].gates.gates[j]);
	}
	if (!console->asks_pam)
		judge_securetty(judge, judged, "/etc/securetty", false, console->ways);
}

/* What the counter of LOCKOUT says. True where there is one. */
static bool read_state(const struct judge *judge, const struct judged *judged,
		       const struct pam_lockout *lockout, struct lockout_state *ret_state)
{
	const struct account *account = judged->account;
	_cleanup_faillock_ struct faillock faillock = {0};
	_cleanup_tally_ struct tally tally = {0};
	bool is_root = account->uid == 0;
	uint64_t now = judge->now > 0 ? (uint64_t)judge->now : 0;

	if (lockout->kind == PAM_FAILLOCK) {
		if (faillock_read(judge->root, lockout->path, account->name, &faillock) < 0)
			return false;
		faillock_judge(&faillock, lockout, is_root, now, ret_state);
		return true;
	}
	if (tally_read(judge->root, lockout->kind, lockout->path, account->uid, judge->architecture,
		       &tally) < 0)
		return false;
	tally_judge(&tally, lockout, is_root, now, ret_state);
	return true;
}

/* Old versions of pam_tally refuse among the account rules, so that keys are refused too. */
static unsigned lockout_ways(const struct login_service *service, const struct pam_lockout *lockout)
{
	return service_type_ways(service,
				 lockout->kind == PAM_TALLY ? lockout->rule->type : PAM_AUTH);
}

void judge_lockouts(const struct judge *judge, const struct judged *judged)
{
	static const char *const modules[] = {
		[PAM_FAILLOCK] = "pam_faillock",
		[PAM_TALLY2] = "pam_tally2",
		[PAM_TALLY] = "pam_tally",
	};

	for (size_t i = 0; i < LOGIN_SERVICES; i++) {
		const struct login_service *service = &judge->services[i];

		for (size_t j = 0; j < service->lockout_count; j++) {
			const struct pam_lockout *lockout = &service->lockouts[j];
			_cleanup_free_ char *path =
				lockout->kind == PAM_FAILLOCK
					? faillock_path(lockout->path, judged->account->name)
					: text_copy(lockout->path);
			struct lockout_state state = {0};
			struct obstacle_found found = {
				.kind = OBSTACLE_LOCKOUT,
				.weight = lockout->is_volatile ? OBSTACLE_NOTE : OBSTACLE_BLOCKS,
				.ways = lockout_ways(service, lockout),
				.subject = modules[lockout->kind],
				.file = path,
			};

			if (!read_state(judge, judged, lockout, &state) || !state.is_locked)
				continue;
			found.number = state.failures <= INT64_MAX ? (int64_t)state.failures : 0;
			found.second = state.opens <= INT64_MAX ? (int64_t)state.opens : 0;
			obstacle_add(&judged->state->obstacles, &found);
		}
	}
}
