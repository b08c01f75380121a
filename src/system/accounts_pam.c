/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a login on a console and one over SSH ask PAM, or do without. */
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"

static const char *const unix_modules[] = {"pam_unix", "pam_unix2", "pam_tcb", "pam_pwdb"};

/* PATH is a link to busybox. */
static bool is_busybox(const struct root *root, const char *path)
{
	_cleanup_free_ char *resolved = NULL;
	bool exists = false;

	return root_resolve(root, path, false, &resolved, &exists) == 0 && exists &&
	       text_has_suffix(resolved, "/busybox");
}

static bool sshd_uses_pam(const struct judge *judge)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(&judge->sshd, "usepam", NULL, &value);
	return strcmp(sshd_value_text(&value), "yes") == 0;
}

static void read_service(const struct judge *judge, struct login_service *service)
{
	if (!service->asks_pam)
		return;
	pam_stack_read(judge->root, service->name, &service->stack);
	pam_gates_read(judge->root, &service->stack, &service->gates);
	service->lockout_count = pam_lockouts_read(judge->root, &service->stack, service->lockouts);
	service->checks_dates = service_has_unix(service, PAM_ACCOUNT);
}

void judge_read_services(struct judge *judge)
{
	bool has_pam = pam_is_used(judge->root);
	bool is_plain = is_busybox(judge->root, "/bin/login");
	struct login_service *console = &judge->services[SERVICE_CONSOLE];
	struct login_service *ssh = &judge->services[SERVICE_SSH];

	*console = (struct login_service){
		.name = "login",
		.ways = LOGIN_BIT(LOGIN_CONSOLE),
		.asks_pam = has_pam && !is_plain,
		.checks_dates = !is_plain, /* as login of shadow-utils does */
	};
	*ssh = (struct login_service){
		.name = "sshd",
		.ways = LOGIN_BY_SSH,
		.asks_pam = has_pam && sshd_uses_pam(judge),
		.checks_dates = true,
	};
	read_service(judge, console);
	read_service(judge, ssh);
}

void judge_services_done(struct judge *judge)
{
	for (size_t i = 0; i < LOGIN_SERVICES; i++) {
		pam_lockouts_done(judge->services[i].lockouts, judge->services[i].lockout_count);
		pam_gates_done(&judge->services[i].gates);
		pam_stack_done(&judge->services[i].stack);
	}
}

bool service_has_unix(const struct login_service *service, enum pam_type type)
{
	for (size_t i = 0; i < ARRAY_SIZE(unix_modules); i++) {
		if (pam_stack_find(&service->stack, type, unix_modules[i], NULL))
			return true;
	}
	return false;
}

bool service_has_option(const struct login_service *service, enum pam_type type,
			const char *argument)
{
	for (size_t i = 0; i < ARRAY_SIZE(unix_modules); i++) {
		const struct pam_rule *rule = NULL;

		while ((rule = pam_stack_find(&service->stack, type, unix_modules[i], rule)) !=
		       NULL) {
			if (pam_rule_has(rule, argument))
				return true;
		}
	}
	return false;
}

unsigned service_type_ways(const struct login_service *service, unsigned types)
{
	/* where a session cannot be opened sshd ends before the shell (session.c, do_child) */
	if (types & (PAM_ACCOUNT | PAM_SESSION))
		return service->ways;
	return types & PAM_AUTH ? service->ways & ~LOGIN_BIT(LOGIN_SSH_KEY) : 0;
}

/* What CONTROL, in brackets, does with a module's result NAME: "bad", "1"; the caller frees; NULL.
 */
static char *get_action(const char *control, const char *name)
{
	_cleanup_text_list_ struct text_list words = {0};

	text_list_split(&words, control, "[] \t");
	for (size_t i = 0; i < words.count; i++) {
		const char *rest = text_after_prefix(words.items[i], name);

		if (rest && *rest == '=')
			return text_copy(rest + 1);
	}
	return NULL;
}

static bool is_word(const char *control, const char *word)
{
	return text_is_equal_ignoring_case(control, word);
}

/* What a rule with CONTROL does when its module refuses; with RESULT, when it has that one. */
static enum login_answer judge_control(const char *control, const char *result)
{
	_cleanup_free_ char *action = NULL;
	uint64_t jump;

	if (is_word(control, "required") || is_word(control, "requisite"))
		return LOGIN_NO;
	if (*control != '[')
		return is_word(control, "sufficient") && !result ? LOGIN_DEPENDS : LOGIN_YES;
	action = result ? get_action(control, result) : NULL;
	if (!action)
		action = get_action(control, "default");
	if (!action || is_word(action, "bad") || is_word(action, "die"))
		return LOGIN_NO;
	if (text_parse_u64(action, &jump) == 0)
		return LOGIN_DEPENDS;
	free(action);
	action = get_action(control, "success");
	return action && text_parse_u64(action, &jump) == 0 && jump ? LOGIN_DEPENDS : LOGIN_YES;
}

/* How many rules of its type the success of RULE jumps over; a large number for all of them. */
static uint64_t get_jump(const struct pam_rule *rule)
{
	_cleanup_free_ char *action = NULL;
	uint64_t jump = 0;

	if (is_word(rule->control, "sufficient"))
		return UINT32_MAX;
	action = *rule->control == '[' ? get_action(rule->control, "success") : NULL;
	if (!action && *rule->control == '[')
		action = get_action(rule->control, "default"); /* success among them */
	if (is_word(action, "done"))
		return UINT32_MAX;
	return action && text_parse_u64(action, &jump) == 0 ? jump : 0;
}

/* Its success is sure for an account of the target's own files that gives the right password. */
static bool is_sure(const struct pam_rule *rule)
{
	for (size_t i = 0; i < ARRAY_SIZE(unix_modules); i++) {
		if (pam_rule_is_module(rule, unix_modules[i]))
			return true;
	}
	return pam_rule_is_module(rule, "pam_localuser") || pam_rule_is_module(rule, "pam_permit");
}

/* How many rules of RULE's type stand between AT and it. */
static uint64_t get_distance(const struct pam_rule *at, const struct pam_rule *rule)
{
	uint64_t distance = 0;

	while (++at < rule)
		distance += at->type == rule->type;
	return distance;
}

/*
 * Whether a login comes to RULE: one before it, which itself is come to, may jump over it. Out of a
 * file that is included it may only leave that file: what is deeper than RULE jumps for itself.
 */
static enum login_answer judge_reach(const struct login_service *service,
				     const struct pam_rule *rule)
{
	enum login_answer answer = LOGIN_NO;
	uint64_t skipped = 0;

	for (const struct pam_rule *at = service->stack.rules; at < rule; at++) {
		uint64_t jump;

		if (at->type != rule->type)
			continue;
		if (skipped) {
			skipped--;
			continue;
		}
		jump = get_jump(at);
		if (jump <= get_distance(at, rule)) {
			skipped = is_sure(at) ? jump : 0;
			continue;
		}
		if (is_sure(at) && at->depth <= rule->depth)
			return LOGIN_YES;
		answer = LOGIN_DEPENDS;
	}
	return answer;
}

bool rule_says_nothing(const struct pam_rule *rule)
{
	static const char *const modules[] = {"pam_nologin", "pam_faildelay", "pam_group",
					      "pam_env", "pam_warn"};

	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		if (pam_rule_is_module(rule, modules[i]))
			return true;
	}
	return false;
}

bool service_ends_in_nothing(const struct login_service *service, const struct pam_rule *rule)
{
	const struct pam_rule *end = service->stack.rules + service->stack.count;
	uint64_t jump = get_jump(rule);

	if (!jump || jump == UINT32_MAX || !is_sure(rule) ||
	    judge_reach(service, rule) != LOGIN_NO)
		return false;
	for (const struct pam_rule *at = service->stack.rules; at < end; at++) {
		if (at == rule || at->type != rule->type)
			continue;
		if (at > rule && jump)
			jump--;
		else if (!rule_says_nothing(at))
			return false;
	}
	return true;
}

enum login_answer service_judge_rule(const struct login_service *service,
				     const struct pam_rule *rule)
{
	return service_judge_result(service, rule, NULL);
}

enum login_answer service_judge_result(const struct login_service *service,
				       const struct pam_rule *rule, const char *result)
{
	enum login_answer power = judge_control(rule->control, result), reach;

	if (power == LOGIN_YES)
		return LOGIN_YES;
	reach = judge_reach(service, rule);
	return reach > power ? reach : power;
}
