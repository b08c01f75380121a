/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that judge accounts share: all that was read of the target, and how they tell. */
#ifndef REFLOAT_SYSTEM_ACCOUNTS_PARTS_H
#define REFLOAT_SYSTEM_ACCOUNTS_PARTS_H

#include "system/account_file.h"
#include "system/accounts.h"
#include "system/hash_support.h"
#include "system/login_defs.h"
#include "system/pam.h"
#include "system/sshd_config.h"
#include "system/sudoers.h"

#define ACCOUNT_OBSTACLES_MAX 64 /* in one list: a person reads it */

/* The two ways in which a service asks for an account: login(1) and sshd. */
enum login_service_kind { SERVICE_CONSOLE, SERVICE_SSH, LOGIN_SERVICES };

struct login_service {
	const char *name; /* of its PAM service */
	bool asks_pam;
	bool checks_dates; /* it looks at shadow's dates, through PAM or by itself */
	unsigned ways;	   /* LOGIN_BIT()s that it serves */
	struct pam_stack stack;
	struct pam_gates gates;
	struct pam_lockout lockouts[PAM_LOCKOUTS_MAX];
	size_t lockout_count;
};

/* Who is in which group, for many accounts: account_list_groups looks at every line for each. */
struct group_member {
	char *user;   /* NULL: by the group number of the account */
	uint32_t gid; /* of the group */
	size_t line;  /* of the group in its file */
};

struct group_index {
	struct group_member *members; /* those by number first, by number; then by user */
	size_t count;
	size_t capacity;
	size_t by_number;
};

/* All that one reading knows. */
struct judge {
	const struct root *root;
	struct accounts *accounts;
	int64_t now;
	int64_t today;
	const char *architecture;
	const char *init; /* as in struct consoles; NULL unknown; borrowed */
	struct account_file passwd;
	struct account_file shadow;
	struct account_file group;
	struct group_index groups;
	struct login_defs defs;
	struct hash_support support;
	struct text_list shells; /* in /etc/shells */
	bool has_programs;	 /* /usr is here: what is missing there is missing */
	struct login_service services[LOGIN_SERVICES];
	struct sshd_config sshd; /* empty where there is none */
};

/* One account, while it is judged. */
struct judged {
	const struct account *account;
	struct account_state *state;
};

/* An obstacle as it is found; texts are borrowed. Its mend follows from its kind. */
struct obstacle_found {
	enum account_obstacle_kind kind;
	enum obstacle_weight weight;
	unsigned ways;
	const char *subject;
	const char *file;
	unsigned line;
	int64_t number;
	int64_t second;
};

/* Adds FOUND, unless it stands in no way, or the list is full. */
void obstacle_add(struct account_obstacles *list, const struct obstacle_found *found);
void obstacles_done(struct account_obstacles *list);
enum account_mend obstacle_mend(enum account_obstacle_kind kind);

/* accounts_groups.c */
void group_index_make(const struct account_file *group, struct group_index *ret_index);
void group_index_done(struct group_index *index);
void group_index_list(const struct group_index *index, const struct account_file *group,
		      const struct account *account, struct text_list *ret_groups);

/* accounts_pam.c */
void judge_read_services(struct judge *judge);
void judge_services_done(struct judge *judge);
bool service_has_unix(const struct login_service *service, enum pam_type type);
/* A rule with ARGUMENT for the module that looks into shadow. */
bool service_has_option(const struct login_service *service, enum pam_type type,
			const char *argument);

/* What is wrong with one account: accounts_password.c, accounts_shell.c. */
void judge_password(const struct judge *judge, const struct judged *judged);
void judge_shell(const struct judge *judge, const struct judged *judged);
void judge_home(const struct judge *judge, const struct judged *judged);
/* The account's shell is one that turns everybody away. */
bool shell_is_nologin(const char *shell);

#endif
