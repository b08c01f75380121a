/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an account's password, its dates and its lines in passwd and shadow have against a login. */
#include <string.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"

#define PASSWD "/etc/passwd"
#define SHADOW "/etc/shadow"

/* The field that counts, and where it stands. */
struct password_spot {
	const char *text; /* borrowed */
	const char *file;
	unsigned line;
};

static void add(const struct judged *judged, const struct obstacle_found *found)
{
	obstacle_add(&judged->state->obstacles, found);
}

/* Without PAM sshd itself takes an account with "!" for locked, for keys too (auth.c). */
static unsigned lock_ways(const struct judge *judge, const char *text)
{
	bool locks_keys = *text == '!' && !judge->services[SERVICE_SSH].asks_pam &&
			  !judge->sshd_version.is_dropbear;

	return LOGIN_BY_PASSWORD | (locks_keys ? LOGIN_BIT(LOGIN_SSH_KEY) : 0);
}

/* The ways of those services that look into shadow before anybody gets in. */
static unsigned dates_ways(const struct judge *judge)
{
	unsigned ways = 0;

	for (size_t i = 0; i < LOGIN_SERVICES; i++) {
		if (judge->services[i].checks_dates)
			ways |= judge->services[i].ways;
	}
	return ways;
}

/* A key is not asked for its age where sshd looks itself, nor where PAM is told not to. */
static unsigned age_ways(const struct judge *judge)
{
	const struct login_service *ssh = &judge->services[SERVICE_SSH];
	unsigned ways = dates_ways(judge);

	if (!ssh->asks_pam || service_has_option(ssh, PAM_ACCOUNT, "no_pass_expiry"))
		ways &= ~LOGIN_BIT(LOGIN_SSH_KEY);
	return ways;
}

/* A password cannot be checked, and PAM's account rules fail for want of the line in shadow. */
static unsigned no_line_ways(const struct judge *judge)
{
	const struct login_service *ssh = &judge->services[SERVICE_SSH];
	unsigned ways = LOGIN_BY_PASSWORD;

	if (ssh->asks_pam && ssh->checks_dates &&
	    !service_has_option(ssh, PAM_ACCOUNT, "broken_shadow"))
		ways |= LOGIN_BIT(LOGIN_SSH_KEY);
	return ways;
}

/* Whether a login on the console takes an empty password; root's terminals may matter. */
static enum login_answer console_takes_empty(const struct judge *judge)
{
	const struct login_service *console = &judge->services[SERVICE_CONSOLE];

	if (!console->asks_pam || service_has_option(console, PAM_AUTH, "nullok"))
		return LOGIN_YES;
	if (!service_has_option(console, PAM_AUTH, "nullok_secure"))
		return LOGIN_NO;
	return root_has_file(judge->root, "/etc/securetty") ? LOGIN_DEPENDS : LOGIN_YES;
}

static bool ssh_takes_empty(const struct judge *judge, const struct judged *judged)
{
	const struct login_service *ssh = &judge->services[SERVICE_SSH];
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(&judge->sshd, "permitemptypasswords", judged->login, &value);
	return strcmp(sshd_value_text(&value), "yes") == 0 &&
	       (!ssh->asks_pam || service_has_option(ssh, PAM_AUTH, "nullok"));
}

static void judge_empty(const struct judge *judge, const struct judged *judged,
			const struct password_spot *spot)
{
	enum login_answer console = console_takes_empty(judge);
	struct obstacle_found found = {
		.kind = OBSTACLE_PASSWORD_EMPTY,
		.file = spot->file,
		.line = spot->line,
		.ways = (console == LOGIN_NO ? LOGIN_BIT(LOGIN_CONSOLE) : 0) |
			(ssh_takes_empty(judge, judged) ? 0 : LOGIN_BIT(LOGIN_SSH_PASSWORD)),
	};

	add(judged, &found);
	found.weight = console == LOGIN_DEPENDS ? OBSTACLE_MAY : OBSTACLE_NOTE;
	found.ways = LOGIN_BY_PASSWORD & ~found.ways;
	add(judged, &found);
}

/* pam_unix makes bigcrypt itself, of DES. */
static bool is_supported(const struct judge *judge, enum hash_scheme scheme)
{
	if (scheme == HASH_NONE || !judge->support.path)
		return true;
	return hash_support_has(&judge->support, scheme == HASH_BIG_DES ? HASH_DES : scheme);
}

static void judge_field(const struct judge *judge, const struct judged *judged,
			const struct password_spot *spot)
{
	struct password_field field;
	struct obstacle_found found = {
		.ways = LOGIN_BY_PASSWORD, .file = spot->file, .line = spot->line};

	password_field_parse(spot->text, &field);
	judged->state->has_password = field.scheme != HASH_NONE;
	switch (field.kind) {
	case PASSWORD_EMPTY:
		judge_empty(judge, judged, spot);
		return;
	case PASSWORD_LOCKED:
		found.kind = OBSTACLE_PASSWORD_LOCKED;
		found.ways = lock_ways(judge, spot->text);
		add(judged, &found);
		break;
	case PASSWORD_NEVER:
	case PASSWORD_NONE:
		found.kind = OBSTACLE_PASSWORD_NEVER;
		found.ways = lock_ways(judge, spot->text);
		add(judged, &found);
		return;
	case PASSWORD_SHADOWED: /* in shadow itself: no hash is "x" */
	case PASSWORD_ODD:
		found.kind = OBSTACLE_PASSWORD_ODD;
		add(judged, &found);
		return;
	case PASSWORD_SET:
		break;
	}
	if (is_supported(judge, field.scheme))
		return;
	found.kind = OBSTACLE_HASH_UNSUPPORTED;
	found.subject = hash_scheme_word(field.scheme);
	found.ways = LOGIN_BY_PASSWORD;
	add(judged, &found);
}

static void judge_dates(const struct judge *judge, const struct judged *judged,
			const struct shadow_entry *entry, unsigned line)
{
	unsigned states = shadow_entry_judge(entry, judge->today);
	const struct {
		enum shadow_state state;
		struct obstacle_found found;
	} table[] = {
		{SHADOW_ACCOUNT_EXPIRED,
		 {OBSTACLE_ACCOUNT_EXPIRED, OBSTACLE_BLOCKS, dates_ways(judge), NULL, SHADOW, line,
		  entry->expire, 0}},
		{SHADOW_PASSWORD_EXPIRED,
		 {OBSTACLE_PASSWORD_EXPIRED, OBSTACLE_BLOCKS, age_ways(judge), NULL, SHADOW, line,
		  entry->last_change + entry->max, 0}},
		{SHADOW_MUST_CHANGE,
		 {OBSTACLE_MUST_CHANGE, OBSTACLE_NOTE, age_ways(judge), NULL, SHADOW, line, 0, 0}},
		{SHADOW_CHANGED_LATER,
		 {OBSTACLE_CHANGED_LATER, OBSTACLE_NOTE, dates_ways(judge), NULL, SHADOW, line,
		  entry->last_change, 0}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (states & table[i].state)
			add(judged, &table[i].found);
	}
}

/* What is odd about the lines that an account has in FILE: true where something keeps it out. */
static bool judge_lines(const struct account_file *file, const struct judged *judged, unsigned ways)
{
	const char *path = account_file_path(file->kind);
	struct account_match match;
	struct obstacle_found found = {.ways = ways, .file = path};
	unsigned faults = 0;

	account_file_match(file, judged->account->name, &match);
	if (match.entry_count > 1) {
		found.kind = OBSTACLE_DUPLICATE;
		found.weight = OBSTACLE_NOTE;
		found.line = (unsigned)match.duplicate + 1;
		add(judged, &found);
	}
	if (match.entry_count)
		faults = file->lines[match.entry].faults;
	found.line = (unsigned)(match.entry_count ? match.entry : match.broken) + 1;
	found.weight = OBSTACLE_BLOCKS;
	if (!match.entry_count && match.broken_count) {
		found.kind = OBSTACLE_BROKEN_LINE;
	} else if (faults & ACCOUNT_FAULT_CARRIAGE_RETURN) {
		found.kind = OBSTACLE_CARRIAGE_RETURN;
	} else if (faults & ACCOUNT_FAULT_RANGE) {
		found.kind = OBSTACLE_BROKEN_LINE;
		found.weight = OBSTACLE_MAY;
	} else {
		return false;
	}
	add(judged, &found);
	return found.weight == OBSTACLE_BLOCKS;
}

static void judge_shadow(const struct judge *judge, const struct judged *judged, size_t line)
{
	_cleanup_shadow_entry_ struct shadow_entry entry = {0};
	struct password_spot spot = {.file = SHADOW, .line = (unsigned)line + 1};

	(void)judge_lines(&judge->shadow, judged,
			  no_line_ways(judge)); /* the rest would be in the way then */
	if (account_file_get_shadow(&judge->shadow, line, &entry) < 0)
		return;
	spot.text = entry.hash;
	judge_field(judge, judged, &spot);
	judge_dates(judge, judged, &entry, spot.line);
}

void judge_password(const struct judge *judge, const struct judged *judged)
{
	const struct account *account = judged->account;
	struct password_spot spot = {.text = account->password, .file = PASSWD};
	struct obstacle_found found = {
		.kind = OBSTACLE_NO_SHADOW_LINE, .ways = no_line_ways(judge), .file = SHADOW};
	size_t line = 0;

	(void)judge_lines(&judge->passwd, judged, LOGIN_ALL); /* the rest is said all the same */
	switch (password_find_place(account, &judge->shadow, &line)) {
	case PASSWORD_IN_PASSWD:
		if (account_file_find(&judge->passwd, account->name, &line) == 0)
			spot.line = (unsigned)line + 1;
		judge_field(judge, judged, &spot);
		return;
	case PASSWORD_IN_SHADOW:
		judge_shadow(judge, judged, line);
		return;
	case PASSWORD_NOWHERE:
		found.is_beyond_mend = text_list_contains(&judge->accounts->unread, SHADOW);
		found.weight = found.is_beyond_mend ? OBSTACLE_MAY : OBSTACLE_BLOCKS;
		if (!judge_lines(&judge->shadow, judged, no_line_ways(judge)))
			add(judged, &found);
		return;
	}
}
