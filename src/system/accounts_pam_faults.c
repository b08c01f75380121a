/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PAM's own files being broken, which shuts out everybody. */
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"

/* The rule that FAULT, a module that is not there, is about. */
static const struct pam_rule *find_rule(const struct pam_stack *stack,
					const struct pam_fault *fault)
{
	for (size_t i = 0; i < stack->count; i++) {
		const struct pam_rule *rule = &stack->rules[i];

		if (rule->line == fault->line && text_is_equal(rule->file, fault->file) &&
		    text_is_equal(rule->module, fault->subject))
			return rule;
	}
	return NULL;
}

/* Without the module that checks passwords nobody gets in, whatever its rule's control. */
static bool is_vital(const struct pam_rule *rule)
{
	return (rule->type & (PAM_AUTH | PAM_ACCOUNT)) &&
	       (pam_rule_is_module(rule, "pam_unix") || pam_rule_is_module(rule, "pam_unix2") ||
		pam_rule_is_module(rule, "pam_tcb"));
}

static bool is_vital_fault(const struct pam_stack *stack, const struct pam_fault *fault)
{
	const struct pam_rule *rule = find_rule(stack, fault);

	return rule && is_vital(rule);
}

static enum login_answer judge_fault(const struct login_service *service,
				     const struct pam_fault *fault)
{
	const struct pam_rule *rule;

	if (fault->kind != PAM_FAULT_NO_MODULE)
		return LOGIN_NO;
	rule = find_rule(&service->stack, fault);
	if (!rule || is_vital(rule))
		return LOGIN_NO;
	return service_judge_result(service, rule, "module_unknown");
}

static void judge_service(struct judge *judge, const struct login_service *service)
{
	for (size_t i = 0; i < service->stack.fault_count; i++) {
		const struct pam_fault *fault = &service->stack.faults[i];
		enum login_answer answer = judge_fault(service, fault);
		const struct obstacle_found found = {
			.kind = OBSTACLE_PAM_BROKEN,
			.weight = answer == LOGIN_NO ? OBSTACLE_BLOCKS : OBSTACLE_MAY,
			.ways = service_type_ways(service, fault->types),
			.subject = fault->subject,
			.file = fault->file,
			.line = fault->line,
			/* a rule can be passed over; without pam_unix nobody would be asked */
			.is_beyond_mend = fault->kind != PAM_FAULT_RETURN &&
					  (fault->kind != PAM_FAULT_NO_MODULE ||
					   is_vital_fault(&service->stack, fault)),
		};

		if (answer != LOGIN_YES)
			obstacle_add(&judge->accounts->system, &found);
	}
}

/* What rules of TYPES have against everybody, and only a person can mend. */
static void add_broken(struct judge *judge, const struct login_service *service, unsigned types,
		       struct obstacle_found found)
{
	found.kind = OBSTACLE_PAM_BROKEN;
	found.ways = service_type_ways(service, types);
	found.is_beyond_mend = true;
	obstacle_add(&judge->accounts->system, &found);
}

static void add_rule(struct judge *judge, const struct login_service *service,
		     const struct pam_rule *rule, const char *subject)
{
	add_broken(judge, service, rule->type,
		   (struct obstacle_found){
			   .subject = subject, .file = rule->file, .line = rule->line});
}

/* Rules that deny, and that every login comes to. */
static void judge_denials(struct judge *judge, const struct login_service *service)
{
	const struct pam_rule *rule = NULL;

	while ((rule = pam_stack_find(&service->stack, PAM_AUTH | PAM_ACCOUNT | PAM_SESSION,
				      "pam_deny", rule)) != NULL) {
		if (service_judge_rule(service, rule) == LOGIN_NO)
			add_rule(judge, service, rule, rule->module);
	}
}

/* Nothing is known to be wrong with rules of TYPE, and one of them may say yes. */
static bool may_say_yes(const struct login_service *service, enum pam_type type)
{
	const struct pam_stack *stack = &service->stack;

	for (size_t i = 0; i < stack->fault_count; i++) {
		if (stack->faults[i].types & type)
			return true; /* that is said */
	}
	for (size_t i = 0; i < stack->count; i++) {
		if (stack->rules[i].type == type && !rule_says_nothing(&stack->rules[i]))
			return true;
	}
	return false;
}

/* An empty file, rules taken out: libpam refuses where no rule has said yes. */
static void judge_silence(struct judge *judge, const struct login_service *service)
{
	static const struct {
		enum pam_type type;
		const char *word;
	} types[] = {{PAM_AUTH, "auth"}, {PAM_ACCOUNT, "account"}};
	_cleanup_free_ char *file = text_format("/etc/pam.d/%s", service->name);

	for (size_t i = 0; service->asks_pam && i < ARRAY_SIZE(types); i++) {
		if (!may_say_yes(service, types[i].type))
			add_broken(judge, service, types[i].type,
				   (struct obstacle_found){.subject = types[i].word, .file = file});
	}
	for (size_t i = 0; i < service->stack.count; i++) {
		const struct pam_rule *rule = &service->stack.rules[i];

		if ((rule->type & (PAM_AUTH | PAM_ACCOUNT)) &&
		    service_ends_in_nothing(service, rule))
			add_rule(judge, service, rule, rule->control);
	}
}

void judge_pam_faults(struct judge *judge)
{
	for (size_t i = 0; i < LOGIN_SERVICES; i++) {
		judge_service(judge, &judge->services[i]);
		judge_denials(judge, &judge->services[i]);
		judge_silence(judge, &judge->services[i]);
	}
}
