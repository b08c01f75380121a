/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the target's own sshd says of its accounts, in place of our reading of its settings. */
#include "action/sshd_ask.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/name_service.h"

#define RUN_MS 6000 /* hundredths of a second, but its libraries may come from a slow disk */
#define RUNS_MAX 200
#define MESSAGE_MAX 200 /* bytes of what it says, where it says it of no keyword */

/* --- what it refuses */

/* "FILE: line 12: Bad configuration option: Foo", "FILE line 12: unsupported option \"maybe\"." */
static const char *find_line(const char *text, size_t *ret_file_length, unsigned *ret_line)
{
	const char *at = text, *found;

	while ((found = strstr(at, " line ")) != NULL) {
		const char *digits = found + strlen(" line ");
		size_t length = strspn(digits, "0123456789");

		if (length > 0 && length < 8 && digits[length] == ':') {
			*ret_file_length =
				(size_t)(found - text) - (found > text && found[-1] == ':');
			*ret_line = (unsigned)strtoul(digits, NULL, 10);
			return digits + length + 1 + strspn(digits + length + 1, " ");
		}
		at = digits;
	}
	return NULL;
}

static bool is_harmless(const char *message)
{
	return text_has_prefix(message, "Deprecated option") ||
	       text_has_prefix(message, "Unsupported option");
}

bool sshd_ask_parse_fault(const char *text, struct sshd_fault *ret_fault)
{
	static const char unknown[] = "Bad configuration option: ";
	size_t length = 0;
	unsigned line = 0;
	const char *message = *text == '/' ? find_line(text, &length, &line) : NULL;
	const char *keyword;

	if (!message || !*message || !line || is_harmless(message))
		return false;
	keyword = text_after_prefix(message, unknown);
	if (keyword && !*keyword)
		keyword = NULL;
	*ret_fault = (struct sshd_fault){
		.kind = keyword ? SSHD_FAULT_UNKNOWN : SSHD_FAULT_REFUSED,
		.subject = alloc_copy(keyword ? keyword : message,
				      strnlen(keyword ? keyword : message, MESSAGE_MAX)),
		.file = alloc_copy(text, length),
		.line = line,
	};
	return true;
}

static bool has_broken(const struct accounts *accounts, const struct sshd_fault *fault)
{
	for (size_t i = 0; i < accounts->system.count; i++) {
		const struct account_obstacle *known = &accounts->system.items[i];

		if (known->kind == OBSTACLE_SSHD_BROKEN && known->line == fault->line &&
		    text_is_equal(known->file, fault->file))
			return true;
	}
	return false;
}

/* The lines of its settings that it refuses. True where there is one. */
static bool take_faults(struct accounts *accounts, const char *error)
{
	_cleanup_text_list_ struct text_list lines = {0};
	bool found = false;

	text_list_split(&lines, error, "\r\n");
	for (size_t i = 0; i < lines.count; i++) {
		struct sshd_fault fault;

		if (!sshd_ask_parse_fault(lines.items[i], &fault))
			continue;
		if (!has_broken(accounts, &fault))
			(void)account_obstacles_add(
				&accounts->system,
				&(struct account_obstacle){.kind = OBSTACLE_SSHD_BROKEN,
							   .weight = OBSTACLE_BLOCKS,
							   .ways = LOGIN_BY_SSH,
							   .subject = fault.subject,
							   .file = fault.file,
							   .line = fault.line});
		free(fault.subject);
		free(fault.file);
		found = true;
	}
	return found;
}

/* It starts: what our reading found fault with is something newer. */
static void drop_faults(struct accounts *accounts)
{
	for (size_t i = accounts->system.count; i > 0; i--) {
		const struct account_obstacle *item = &accounts->system.items[i - 1];

		if (item->kind == OBSTACLE_SSHD_BROKEN && item->line)
			account_obstacles_remove(&accounts->system, i - 1);
	}
}

/* --- what it says of an account */

/* One that our reading has of KIND: not of what files of keys there are, which is no yes or no. */
static struct account_obstacle *find_obstacle(struct account_state *account,
					      enum account_obstacle_kind kind, size_t *ret_index)
{
	for (size_t i = 0; i < account->obstacles.count; i++) {
		const char *subject = account->obstacles.items[i].subject;

		if (account->obstacles.items[i].kind == kind &&
		    !text_is_equal(subject, "AuthorizedKeysFile") &&
		    !text_is_equal(subject, "RevokedKeys")) {
			*ret_index = i;
			return &account->obstacles.items[i];
		}
	}
	return NULL;
}

/* What is KNOWN to refuse is not all: it refuses by something else first, which no line sets. */
static bool is_default_of_its_own(const struct account_obstacle *known,
				  const struct sshd_verdict *verdict,
				  const struct sshd_value *value)
{
	return verdict->answer == SSHD_NO && !value->setting && known->subject &&
	       !text_is_equal_ignoring_case(known->subject, verdict->keyword);
}

/*
 * Our own reading sees what hangs on the address, which sshd was only asked for one of: that stays.
 * VERDICT has no place, since sshd tells none: that is our reading's, too.
 */
static void apply_verdict(const struct sshd_config *own, const struct sshd_login *login,
			  struct account_state *account, enum account_obstacle_kind kind,
			  unsigned ways, const struct sshd_verdict *verdict)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};
	size_t index = 0;
	const struct account_obstacle *known = find_obstacle(account, kind, &index);
	bool is_same = known && (known->weight == OBSTACLE_BLOCKS) == (verdict->answer == SSHD_NO);

	if (verdict->answer != SSHD_YES)
		sshd_config_get(own, verdict->keyword, login, &value);
	if (known && ((known->weight == OBSTACLE_MAY && known->line) ||
		      (is_same && verdict->answer != SSHD_YES &&
		       !is_default_of_its_own(known, verdict, &value))))
		return;
	if (known && !(is_same && verdict->answer != SSHD_YES))
		account_obstacles_remove(&account->obstacles, index);
	if (verdict->answer == SSHD_YES)
		return;
	(void)account_obstacles_add(
		&account->obstacles,
		&(struct account_obstacle){
			.kind = kind,
			.weight = verdict->answer == SSHD_NO ? OBSTACLE_BLOCKS : OBSTACLE_MAY,
			.ways = ways,
			.subject = (char *)sshd_keyword_spelling(verdict->keyword),
			.file = value.setting ? value.setting->file : NULL,
			.line = value.setting ? value.setting->line : 0});
}

static void apply_answers(const struct sshd_config *own, const struct sshd_config *said,
			  struct account_state *account)
{
	const struct sshd_login login = {
		.user = account->name, .is_root = account->uid == 0, .groups = &account->groups};
	struct sshd_judgement judgement;

	sshd_config_judge(said, &login, &judgement);
	apply_verdict(own, &login, account, OBSTACLE_SSHD_USER, LOGIN_BY_SSH, &judgement.user);
	apply_verdict(own, &login, account, OBSTACLE_SSHD_PASSWORD, LOGIN_BIT(LOGIN_SSH_PASSWORD),
		      &judgement.password);
	apply_verdict(own, &login, account, OBSTACLE_SSHD_KEY, LOGIN_BIT(LOGIN_SSH_KEY),
		      &judgement.key);
}

/* --- asking */

struct answer;

struct asking {
	const struct root *root;
	struct accounts *accounts;
	const struct text_list *names; /* whom it is asked for; empty: everybody */
	struct sshd_config own;	       /* as we read it */
	int64_t deadline_ms;
	unsigned runs;
	bool is_by_name; /* nobody is known to be told what another is */
	struct answer *answers;
	size_t answer_count;
	size_t answer_capacity;
};

static bool is_wanted(const struct asking *asking, const struct account_state *account)
{
	return !asking->names->count || text_list_contains(asking->names, account->name);
}

/* A user whose name has what -C takes for a separator, or a line end, is not asked for. */
static bool can_be_asked_for(const char *name)
{
	return *name && !name[strcspn(name, ",=\n\r")];
}

static bool has_criterion(const struct sshd_config *config, const char *name)
{
	for (size_t i = 0; i < config->match_count; i++) {
		const struct text_list *criteria = &config->matches[i].criteria;

		for (size_t j = 0; j < criteria->count; j += 2) {
			if (text_is_equal_ignoring_case(criteria->items[j], name))
				return true;
		}
	}
	return false;
}

/* For its option -C: an address that nobody has (RFC 5737), and of the rest what its settings ask
 * for, since an old sshd knows nothing of it. */
static char *describe_connection(const struct sshd_config *own, const char *user)
{
	static const struct {
		const char *criterion;
		const char *text;
	} more[] = {{"localaddress", ",laddr=192.0.2.2"},
		    {"localport", ",lport=22"},
		    {"rdomain", ",rdomain=none"}};
	_cleanup_text_buffer_ struct text_buffer text = {0};

	text_buffer_format(&text, "user=%s,host=rescue.invalid,addr=192.0.2.1", user);
	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		if (has_criterion(own, more[i].criterion))
			text_buffer_add_text(&text, more[i].text);
	}
	return text_buffer_take(&text);
}

/* What it says for USER, parsed. -EINVAL where it refuses its settings. */
static int ask(struct asking *asking, const char *user, struct sshd_config *ret_said,
	       struct problem *why)
{
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_free_ char *shown = NULL;
	_cleanup_free_ char *connection = user ? describe_connection(&asking->own, user) : NULL;
	int left = clock_left_ms(asking->deadline_ms);
	int r;

	if (left <= 0 || asking->runs++ >= RUNS_MAX)
		return problem_set(why, -ETIMEDOUT, "sshd", _("there is no time to ask it more"));
	r = sshd_run(asking->root, connection, left < RUN_MS ? (unsigned)left : RUN_MS, &result,
		     why);
	if (r < 0)
		return r;
	if (result.is_timed_out)
		return problem_set(why, -ETIMEDOUT, "sshd", _("it did not answer in time"));
	if (result.status == 0 && result.output_length) {
		sshd_config_parse(result.output, result.output_length, ret_said);
		return 0;
	}
	if (take_faults(asking->accounts, result.error))
		return -EINVAL;
	shown = printable_text(text_trim(result.error));
	return problem_set(why, -EIO, "sshd", _("it says nothing of its settings: %s"), shown);
}

/* What it said for logins that no Match block tells apart. */
struct answer {
	char *digest;
	struct sshd_config said;
};

static void answers_free(struct asking *asking)
{
	for (size_t i = 0; i < asking->answer_count; i++) {
		free(asking->answers[i].digest);
		sshd_config_done(&asking->answers[i].said);
	}
	free(asking->answers);
}

/* All that DATABASE asks is its files. */
static bool is_of_files(const struct root *root, const char *database)
{
	_cleanup_name_service_ struct name_service service = {0};

	name_service_read(root, database, &service);
	for (size_t i = 0; i < service.sources.count; i++) {
		const struct name_source *source = name_source_find(service.sources.items[i]);

		if (!text_is_equal(service.sources.items[i], "files") &&
		    (!source || source->reach != NAME_SOURCE_DYNAMIC))
			return false;
	}
	return true;
}

/* Who is in what group is what the files say, for sshd as for us. */
static bool knows_groups(const struct asking *asking)
{
	static const char *const databases[] = {"passwd", "group", "initgroups"};

	for (size_t i = 0; i < ARRAY_SIZE(databases); i++) {
		if (!is_of_files(asking->root, databases[i]))
			return false;
	}
	return !asking->accounts->source_count && !root_has_folder(asking->root, "/etc/userdb");
}

/* The name is where groups count that are not known. */
static char *make_digest(const struct asking *asking, const struct account_state *account)
{
	const struct sshd_login login = {.user = account->name, .groups = &account->groups};

	return asking->is_by_name ? text_copy(account->name)
				  : sshd_login_digest(&asking->own, &login);
}

/* What it says for ACCOUNT, asked once for those of whom it says the same. */
static int ask_for(struct asking *asking, const struct account_state *account,
		   const struct sshd_config **ret_said)
{
	_cleanup_free_ char *digest = make_digest(asking, account);
	struct sshd_config said = {0};
	int r;

	for (size_t i = 0; i < asking->answer_count; i++) {
		if (strcmp(asking->answers[i].digest, digest) == 0) {
			*ret_said = &asking->answers[i].said;
			return 0;
		}
	}
	r = ask(asking, account->name, &said, NULL);
	if (r < 0)
		return r;
	asking->answers = alloc_grow(asking->answers, asking->answer_count,
				     &asking->answer_capacity, sizeof(*asking->answers));
	asking->answers[asking->answer_count] = (struct answer){TAKE_PTR(digest), said};
	*ret_said = &asking->answers[asking->answer_count++].said;
	return 0;
}

/* Without Match blocks it says the same for everybody. */
static int ask_for_all(struct asking *asking, const struct sshd_config *general)
{
	struct accounts *accounts = asking->accounts;
	int r = 0;

	for (size_t i = 0; r == 0 && i < accounts->count; i++) {
		struct account_state *account = &accounts->items[i];
		const struct sshd_config *said = asking->own.match_count ? NULL : general;

		if (!account->could_log_in || !is_wanted(asking, account))
			continue;
		if (!said && can_be_asked_for(account->name))
			r = ask_for(asking, account, &said);
		if (said)
			apply_answers(&asking->own, said, account);
	}
	return r;
}

static int run_asking(struct asking *asking, struct problem *why)
{
	_cleanup_sshd_config_ struct sshd_config general = {0};
	int r = ask(asking, NULL, &general, why);

	if (r < 0 && r != -EINVAL)
		return r;
	asking->accounts->sshd_asked = true;
	if (r == -EINVAL)
		return 0;
	drop_faults(asking->accounts);
	asking->is_by_name = has_criterion(&asking->own, "group") && !knows_groups(asking);
	/* those that there was no time for are as we read them */
	(void)ask_for_all(asking, &general);
	return 0;
}

int sshd_ask_apply(const struct root *root, const struct text_list *names, unsigned deadline_ms,
		   struct accounts *accounts, struct problem *why)
{
	struct asking asking = {
		.root = root,
		.accounts = accounts,
		.names = names,
		.deadline_ms = clock_monotonic_ms() + deadline_ms,
	};
	int r;

	(void)sshd_config_read(root, NULL, &asking.own); /* empty: places are not known */
	r = run_asking(&asking, why);
	sshd_config_done(&asking.own);
	answers_free(&asking);
	accounts_answer_again(accounts);
	return r;
}
