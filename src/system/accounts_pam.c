/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a login on a console and one over SSH ask PAM, or do without. */
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"

static const char *const unix_modules[] = {"pam_unix", "pam_unix2", "pam_tcb", "pam_pwdb"};

/* PATH is a link to busybox, or to what is linked to it. */
static bool is_busybox(const struct root *root, const char *path)
{
	_cleanup_free_ char *resolved = NULL;
	bool exists = false;

	return root_resolve(root, path, false, &resolved, &exists) == 0 && exists &&
	       (text_has_suffix(resolved, "/busybox") || text_has_suffix(resolved, "/bbsuid"));
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
	bool is_plain = is_busybox(judge->root, "/bin/login") || is_busybox(judge->root, "/bin/su");
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
