/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sshd has against a login: for everybody, and for one account. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/os_release.h"
#include "system/host_keys.h"
#include "system/service_state.h"
#include "system/sshd_separation.h"

#define CONFIG "/etc/ssh/sshd_config"
#define PASSWD "/etc/passwd"

static void read_os(struct judge *judge)
{
	struct os_release release;

	os_release_read(judge->root, &release);
	judge->is_debian = os_release_is_debian(&release);
	judge->root_default =
		sshd_version_root_default(&judge->sshd_version, release.id, release.id_like);
	os_release_done(&release);
}

void judge_read_sshd(struct judge *judge)
{
	int error;

	sshd_version_read(judge->root, &judge->sshd_version);
	read_os(judge);
	if (judge->sshd_version.is_dropbear)
		return; /* it has no such file; one of an sshd that was there is not read */
	error = sshd_config_read(judge->root, NULL, &judge->sshd);
	judge->has_sshd_config = error >= 0;
	if (error < 0 && error != -ENOENT)
		text_list_add(&judge->accounts->unread, CONFIG);
	judge->may_have_sshd = judge->sshd_version.path || !judge->has_programs;
}

static void add(struct judge *judge, struct obstacle_found *found)
{
	found->ways = LOGIN_BY_SSH;
	obstacle_add(&judge->accounts->system, found);
}

/* Settings that sshd refuses to start with. */
static void judge_faults(struct judge *judge)
{
	for (size_t i = 0; i < judge->sshd.fault_count; i++) {
		const struct sshd_fault *fault = &judge->sshd.faults[i];
		struct obstacle_found found = {
			.kind = OBSTACLE_SSHD_BROKEN,
			.subject = fault->subject,
			.file = fault->file,
			.line = fault->line,
		};

		if (fault->kind == SSHD_FAULT_NO_FILE ||
		    (fault->kind == SSHD_FAULT_UNKNOWN &&
		     sshd_version_knows(&judge->sshd_version, fault->subject)))
			continue;
		add(judge, &found);
	}
}

/* Before 7.5 it could be told to do without. */
static bool is_separated(const struct judge *judge)
{
	const struct sshd_version *version = &judge->sshd_version;
	_cleanup_sshd_value_ struct sshd_value value = {0};

	if (version->major > 7 || (version->major == 7 && version->minor >= 5))
		return true;
	sshd_config_get(&judge->sshd, "useprivilegeseparation", NULL, &value);
	return !text_is_equal(sshd_value_text(&value), "no");
}

/* sshd does not start without the user that it becomes before anybody is let in, and the folder
 * that it goes into then. */
static void judge_separation(struct judge *judge)
{
	struct sshd_separation separation = {0};
	struct obstacle_found account = {.kind = OBSTACLE_SSHD_NO_ACCOUNT, .file = PASSWD};
	struct obstacle_found folder = {.kind = OBSTACLE_SSHD_FOLDER};
	size_t line;

	if (!is_separated(judge))
		return;
	sshd_separation_read(judge->root, &judge->sshd_version, &separation);
	account.subject = separation.user;
	if (judge->accounts->has_passwd && judge->passwd.count && judge->has_local_names &&
	    account_file_find(&judge->passwd, separation.user, &line) < 0)
		add(judge, &account);
	folder.subject = separation.folder;
	folder.number = sshd_separation_judge(judge->root, &separation);
	folder.is_beyond_mend = folder.number == SSHD_FOLDER_NONE;
	if (folder.number != SSHD_FOLDER_GOOD &&
	    (folder.number != SSHD_FOLDER_MISSING || !judge_is_away(judge, separation.folder)))
		add(judge, &folder);
}

static void judge_host_keys(struct judge *judge)
{
	_cleanup_host_keys_ struct host_keys keys = {0};
	struct obstacle_found found = {.kind = OBSTACLE_SSHD_NO_HOST_KEY};

	host_keys_read(judge->root, &judge->sshd, &keys);
	if (keys.good)
		return;
	found.file = keys.open ? keys.open : keys.paths.count ? keys.paths.items[0] : NULL;
	/* a key that is there is not made anew */
	found.weight = !keys.open && keys.maker ? OBSTACLE_NOTE : OBSTACLE_BLOCKS;
	add(judge, &found);
}

/* It is there, and nothing starts it; or it starts, and something keeps it from running. */
static void judge_start(struct judge *judge)
{
	_cleanup_service_state_ struct service_state state = {0};
	struct obstacle_found found = {.kind = OBSTACLE_SSHD_DISABLED};

	service_state_read_sshd(judge->root, judge->init, &state);
	if (state.start == SERVICE_UNKNOWN || state.start == SERVICE_STARTED)
		return;
	found.subject = state.reason ? state.reason : state.name;
	found.file = state.start == SERVICE_BLOCKED ? state.reason : state.file;
	found.is_beyond_mend =
		state.start == SERVICE_MISSING ||
		(state.start == SERVICE_BROKEN && !text_has_prefix(state.file, "/etc/"));
	add(judge, &found);
}

void judge_sshd_system(struct judge *judge)
{
	struct obstacle_found found = {.kind = OBSTACLE_SSHD_MISSING};

	if (!judge->may_have_sshd && !judge->sshd_version.is_dropbear)
		add(judge, &found);
	if (!judge->sshd_version.path || judge->sshd_version.is_dropbear)
		return;
	found.kind = OBSTACLE_SSHD_BROKEN;
	found.subject = found.file = CONFIG;
	found.is_beyond_mend = true;
	if (!judge->has_sshd_config)
		add(judge, &found);
	judge_faults(judge);
	judge_separation(judge);
	judge_sshd_programs(judge);
	judge_host_keys(judge);
	judge_start(judge);
	judge_hosts(judge);
}

static void add_verdict(const struct judged *judged, enum account_obstacle_kind kind, unsigned ways,
			const struct sshd_verdict *verdict)
{
	const struct obstacle_found found = {
		.kind = kind,
		.weight = verdict->answer == SSHD_NO ? OBSTACLE_BLOCKS : OBSTACLE_MAY,
		.ways = ways,
		.subject = verdict->keyword ? sshd_keyword_spelling(verdict->keyword) : NULL,
		.file = verdict->setting ? verdict->setting->file : NULL,
		.line = verdict->setting ? verdict->setting->line : 0,
	};

	if (verdict->answer != SSHD_YES)
		obstacle_add(&judged->state->obstacles, &found);
}

/* Whoever is let in gets no shell, or one of a folder of its own: files can be transferred. */
static void judge_no_shell(const struct judge *judge, const struct judged *judged)
{
	static const char *const keywords[] = {"forcecommand", "chrootdirectory"};

	/* the one goes with the other: the first is told */
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		_cleanup_sshd_value_ struct sshd_value value = {0};
		const struct sshd_setting *setting;

		sshd_config_get(&judge->sshd, keywords[i], judged->login, &value);
		setting = value.setting;
		if (!setting || text_is_equal_ignoring_case(sshd_value_text(&value), "none"))
			continue;
		obstacle_add(&judged->state->obstacles,
			     &(struct obstacle_found){
				     .kind = OBSTACLE_SSHD_NO_SHELL,
				     .weight = OBSTACLE_MAY,
				     .ways = LOGIN_BY_SSH,
				     .subject = sshd_keyword_spelling(keywords[i]),
				     .file = setting->file,
				     .line = setting->line,
			     });
		return;
	}
}

/* VALUES are MaxSessions 0 (in any spelling of it), or PermitTTY no. */
static bool is_nothing(const struct text_list *values)
{
	uint64_t number;

	if (!values->count)
		return false;
	return text_is_equal_ignoring_case(values->items[0], "no") ||
	       (text_parse_u64(values->items[0], &number) == 0 && number == 0);
}

/* KEYWORD with nothing for its value is an obstacle of KIND and WEIGHT; one that hangs on the
 * connection may be. */
static void judge_nothing(const struct judge *judge, const struct judged *judged,
			  const char *keyword, enum account_obstacle_kind kind,
			  enum obstacle_weight weight)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};
	const struct sshd_setting *setting;
	bool is_certain;

	sshd_config_get(&judge->sshd, keyword, judged->login, &value);
	setting = is_nothing(&value.values) ? value.setting : NULL;
	is_certain = setting != NULL;
	for (size_t i = 0; i < value.alternative_count; i++) {
		const struct sshd_setting *other = value.alternatives[i].setting;

		if (is_nothing(&other->values) == (setting != NULL))
			continue;
		is_certain = false;
		setting = setting ? setting : other;
	}
	if (!setting)
		return;
	obstacle_add(
		&judged->state->obstacles,
		&(struct obstacle_found){
			.kind = kind,
			.weight = is_certain || weight == OBSTACLE_NOTE ? weight : OBSTACLE_MAY,
			.ways = LOGIN_BY_SSH,
			.subject = sshd_keyword_spelling(keyword),
			.file = setting->file,
			.line = setting->line,
		});
}

/* That the password is locked, which sshd minds without PAM, is said of the password. */
void judge_sshd(const struct judge *judge, const struct judged *judged)
{
	struct sshd_judgement judgement;

	if (!judge->may_have_sshd)
		return;
	sshd_config_judge(&judge->sshd, judged->login, &judgement);
	judge_no_shell(judge, judged);
	judge_nothing(judge, judged, "maxsessions", OBSTACLE_SSHD_NO_SHELL, OBSTACLE_BLOCKS);
	judge_nothing(judge, judged, "permittty", OBSTACLE_SSHD_NO_TERMINAL, OBSTACLE_NOTE);
	add_verdict(judged, OBSTACLE_SSHD_USER, LOGIN_BY_SSH, &judgement.user);
	add_verdict(judged, OBSTACLE_SSHD_PASSWORD, LOGIN_BIT(LOGIN_SSH_PASSWORD),
		    &judgement.password);
	add_verdict(judged, OBSTACLE_SSHD_KEY, LOGIN_BIT(LOGIN_SSH_KEY), &judgement.key);
}
