/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PAM's own files being broken, which shuts out everybody. */
#include <string.h>

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
	return service_judge_rule(service, rule);
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
			.is_beyond_mend = fault->kind != PAM_FAULT_NO_MODULE ||
					  is_vital_fault(&service->stack, fault),
		};

		if (answer != LOGIN_YES)
			obstacle_add(&judge->accounts->system, &found);
	}
}

/* Rules that deny, and that every login comes to. */
static void judge_denials(struct judge *judge, const struct login_service *service)
{
	const struct pam_rule *rule = NULL;

	while ((rule = pam_stack_find(&service->stack, PAM_AUTH | PAM_ACCOUNT | PAM_SESSION,
				      "pam_deny", rule)) != NULL) {
		const struct obstacle_found found = {
			.kind = OBSTACLE_PAM_BROKEN,
			.ways = service_type_ways(service, rule->type),
			.subject = rule->module,
			.file = rule->file,
			.line = rule->line,
			.is_beyond_mend = true,
		};

		if (service_judge_rule(service, rule) == LOGIN_NO)
			obstacle_add(&judge->accounts->system, &found);
	}
}

void judge_pam_faults(struct judge *judge)
{
	for (size_t i = 0; i < LOGIN_SERVICES; i++) {
		judge_service(judge, &judge->services[i]);
		judge_denials(judge, &judge->services[i]);
	}
}
