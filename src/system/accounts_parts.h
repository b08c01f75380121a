/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that judge accounts share: all that was read of the target, and how they tell. */
#ifndef REFLOAT_SYSTEM_ACCOUNTS_PARTS_H
#define REFLOAT_SYSTEM_ACCOUNTS_PARTS_H

#include "system/account_file.h"
#include "system/accounts.h"
#include "system/authorized_keys.h"
#include "system/hash_support.h"
#include "system/login_defs.h"
#include "system/pam.h"
#include "system/sshd_config.h"
#include "system/sshd_version.h"
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

/* A mount point of fstab on which nothing is mounted now. */
struct away_place {
	char *path;
	unsigned line;
};

struct known_programs; /* accounts_programs.c */

/* All that one reading knows. */
struct judge {
	const struct root *root;
	struct accounts *accounts;
	size_t bytes; /* that the record of all accounts takes so far, about */
	int64_t now;
	int64_t today;
	const char *architecture;
	const char *init; /* as in struct consoles; NULL unknown; borrowed */
	const struct text_list *wanted; /* as in the options */
	struct account_file passwd;
	struct account_file shadow;
	struct account_file group;
	struct group_index groups;
	struct away_place *away;
	size_t away_count;
	size_t away_capacity;
	struct login_defs defs;
	struct hash_support support;
	struct text_list shells; /* in /etc/shells */
	bool has_programs;	 /* /usr is here: what is missing there is missing */
	struct login_service services[LOGIN_SERVICES];
	struct sudoers sudoers;
	struct sshd_version sshd_version;
	struct sshd_config sshd; /* empty where there is none */
	bool has_sshd_config;
	bool may_have_sshd;	  /* it is there, or what is installed is not known */
	const char *root_default; /* sshd's PermitRootLogin where it is not set; NULL unknown */
	bool is_debian;		  /* or made of it */
	bool has_local_names;	  /* all accounts are in passwd */
	uint32_t *gids;		  /* of passwd's entries, sorted */
	size_t gid_count;
	struct known_programs *programs; /* what they lack, found out when it is asked for */
};

/* One account, while it is judged. */
struct judged {
	const struct account *account;
	struct account_state *state;
	const struct sshd_login *login; /* as sshd sees it */
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
	bool is_beyond_mend; /* what mends its kind does not mend this one */
};

/* Adds FOUND, unless it stands in no way, or the list is full; to one that is there already with
 * the same words its ways are added. */
void obstacle_add(struct account_obstacles *list, const struct obstacle_found *found);
void obstacles_done(struct account_obstacles *list);
enum account_mend obstacle_mend(enum account_obstacle_kind kind);

/* accounts_groups.c */
void group_index_make(const struct account_file *group, struct group_index *ret_index);
void group_index_done(struct group_index *index);
void group_index_list(const struct group_index *index, const struct account_file *group,
		      const struct account *account, struct text_list *ret_groups);

/* Who is named in the groups with number GID; how many groups those are. */
size_t group_index_members(const struct group_index *index, const struct account_file *group,
			   uint32_t gid, struct text_list *ret_names);
/* Fills in gids, and how many accounts have GID for their own by them. */
void judge_read_gids(struct judge *judge);
size_t judge_count_gid(const struct judge *judge, uint32_t gid);

/* accounts_sshd.c; the settings are read before the services are. */
void judge_read_sshd(struct judge *judge);
void judge_sshd_system(struct judge *judge);
void judge_sshd(const struct judge *judge, const struct judged *judged);

/* accounts_hosts.c */
void judge_hosts(struct judge *judge);

/* accounts_keys.c */
void judge_keys(const struct judge *judge, const struct judged *judged);

/* accounts_revoked.c: marks lines of FILES that sshd's RevokedKeys has. */
void judge_revoked(const struct judge *judge, const struct judged *judged, struct key_files *files);

/* accounts_admin.c */
void judge_read_admins(struct judge *judge);
void judge_admin(const struct judge *judge, const struct judged *judged);

/* accounts_places.c */
void judge_read_places(struct judge *judge);
void judge_places_done(struct judge *judge);
/* PATH may be on a filesystem that is not mounted now, which is told. */
bool judge_is_away(const struct judge *judge, const char *path);
/* The same, and that it may stand in WAYS of the account. */
bool judge_away(const struct judge *judge, const struct judged *judged, const char *path,
		unsigned ways);

/* accounts_console.c */
void judge_consoles(struct judge *judge);
bool accounts_have_login(const struct accounts *accounts);

/* accounts_programs.c */
void judge_read_programs(struct judge *judge);
void judge_programs_done(struct judge *judge);
/* True, and told, where program PATH, which is there, lacks something to start for WAYS of the account. */
bool judge_lack(const struct judge *judge, const struct judged *judged, const char *path,
		unsigned ways);
void judge_sshd_programs(struct judge *judge);
/* What a getty starts; the terminals are known already. */
void judge_login(struct judge *judge);

/* accounts_sources.c */
void judge_sources(struct judge *judge);

/* accounts_pam.c */
void judge_read_services(struct judge *judge);
void judge_services_done(struct judge *judge);
bool service_has_unix(const struct login_service *service, enum pam_type type);
/* A rule with ARGUMENT for the module that looks into shadow. */
bool service_has_option(const struct login_service *service, enum pam_type type,
			const char *argument);

/* The ways of SERVICE that pass its rules of TYPES (bits): a key does without auth. */
unsigned service_type_ways(const struct login_service *service, unsigned types);
/* RULE is one whose word counts: LOGIN_NO where its refusal refuses, LOGIN_DEPENDS where that hangs
 * on other rules, LOGIN_YES where nothing comes of it. */
enum login_answer service_judge_rule(const struct login_service *service,
				     const struct pam_rule *rule);
/* The same, where RESULT, a word of libpam's ("module_unknown"), is what comes of it; NULL: any. */
enum login_answer service_judge_result(const struct login_service *service,
				       const struct pam_rule *rule, const char *result);
/* Its module is one that neither lets in nor, where nothing is in the way, refuses. */
bool rule_says_nothing(const struct pam_rule *rule);
/* RULE, which every login comes to, jumps past the last rule that could let it in: libpam refuses
 * where no rule has said yes. */
bool service_ends_in_nothing(const struct login_service *service, const struct pam_rule *rule);

/* accounts_gates.c: what PAM's files and counters say; for everybody in nologin. */
void judge_nologin(struct judge *judge);
void judge_gates(const struct judge *judge, const struct judged *judged);
void judge_lockouts(const struct judge *judge, const struct judged *judged);

/* accounts_pam_faults.c */
void judge_pam_faults(struct judge *judge);

/* What is wrong with one account: accounts_password.c, accounts_shell.c. */
void judge_password(const struct judge *judge, const struct judged *judged);
void judge_shell(const struct judge *judge, const struct judged *judged);
void judge_home(const struct judge *judge, const struct judged *judged);

#endif
