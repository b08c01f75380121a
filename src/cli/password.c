/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New passwords, and the hashes that are made of them. */
#include "cli/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "action/accounts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "cli/hidden.h"

#define TRIES 3
#define HASH_FIELD "hash"

static const char *const sources[] = {"password-stdin", "hash-stdin", "generate"};

void password_done(struct password *password)
{
	secret_done(&password->secret);
	free(password->hashed);
	*password = (struct password){0};
}

/* --- what is wanted */

static const struct field *find_field(const struct action *action)
{
	for (size_t i = 0; i < action->field_count; i++) {
		if (action->fields[i].kind == FIELD_SECRET &&
		    text_is_equal(action->fields[i].name, HASH_FIELD))
			return &action->fields[i];
	}
	return NULL;
}

static size_t count_sources(const struct answers *answers)
{
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		count += answers_has(answers, sources[i]);
	return count;
}

/* An account that gets a key can do without a password. */
static bool is_wanted(const struct field *field, const struct answers *answers)
{
	return field->is_required || count_sources(answers) > 0 ||
	       (!answers_has(answers, "key") && !answers_has(answers, "key-file") &&
		!answers_has(answers, "rescue-keys") && !answers_has(answers, "no-password"));
}

static const char *find_user(const struct answers *answers)
{
	const char *user = answers_get(answers, "user");

	return user ? user : answers_get(answers, "name");
}

static int check_sources(const struct cli *cli, const struct action *action,
			 const struct answers *answers, struct problem *why)
{
	size_t count = count_sources(answers);

	if (count > 1) {
		(void)problem_set(why, -EINVAL, action->name,
				  _("a password comes from one place only"));
		problem_set_next(why,
				 _("Give one of --password-stdin, --hash-stdin and --generate."));
		return -EINVAL;
	}
	if (answers_has(answers, "generate") && cli_has(cli, COMMON_JOB)) {
		(void)problem_set(why, -EINVAL, "--generate",
				  _("with --job nobody would see whether the password was set"));
		problem_set_next(why, _("Leave --job out."));
		return -EINVAL;
	}
	if (count || cli_has(cli, COMMON_PLAN) || (output_can_ask() && !cli_has(cli, COMMON_JSON)))
		return 0;
	(void)problem_set(why, -EINVAL, action->name,
			  cli_has(cli, COMMON_JSON)
				  ? _("with --json no password is asked for")
				  : _("there is no terminal to ask for the password on"));
	problem_set_next(why, _("Give --password-stdin, --hash-stdin or --generate."));
	return -EINVAL;
}

/* --- into a hash */

static void take_hash(struct answers *answers, char *hash)
{
	if (!hash)
		return; /* it was not made */
	(void)answers_add(answers, HASH_FIELD, hash); /* the field exists */
	explicit_bzero(hash, strlen(hash));
	free(hash);
}

/* Makes SECRET into the hash that the system of ANSWERS understands. */
static int add_hash(struct cli *cli, struct answers *answers, const struct secret *secret,
		    struct password *password, struct problem *why)
{
	_cleanup_account_target_ struct account_target target = {0};
	_cleanup_hash_choice_ struct hash_choice choice = {0};
	_cleanup_free_ char *kind = NULL;
	char *hash = NULL;
	int r = account_target_find(&cli->session, answers, &target, why);

	if (r == 0)
		r = account_make_hash(&target, secret, &hash, &choice, why);
	if (r < 0)
		return r;
	take_hash(answers, hash);
	kind = describe_hash_choice(&choice);
	free(password->hashed);
	password->hashed = text_format(_("The password is hashed with %s."), kind);
	return 0;
}

/* --- where it comes from */

static int read_line(struct password *password, struct problem *why)
{
	ssize_t length = hidden_read_line(&password->secret);

	if (length < 0)
		return problem_set(why, -EINVAL, _("standard input"),
				   length == -ECANCELED ? _("it is empty")
							: _("it cannot be read"));
	if (strlen(password->secret.memory) != (size_t)length)
		return problem_set(why, -EINVAL, _("standard input"),
				   _("it has a NUL in it, which no password can have"));
	password->is_read = true;
	return 0;
}

static int read_hash(struct answers *answers, struct password *password, struct problem *why)
{
	int r = password->is_read ? 0 : read_line(password, why);

	if (r == 0)
		r = account_check_hash(password->secret.memory, why);
	if (r == 0)
		(void)answers_add(answers, HASH_FIELD, password->secret.memory); /* it exists */
	if (r == 0)
		secret_wipe(&password->secret);
	return r;
}

static int read_password(struct cli *cli, struct answers *answers, struct password *password,
			 struct problem *why)
{
	int r = password->is_read ? 0 : read_line(password, why);

	if (r == 0)
		r = account_check_password(&password->secret, why);
	if (r == 0)
		r = add_hash(cli, answers, &password->secret, password, why);
	if (r == 0)
		secret_wipe(&password->secret);
	return r;
}

static int generate(struct cli *cli, struct answers *answers, struct password *password,
		    struct problem *why)
{
	int r = password->is_generated ? 0 : account_generate_password(&password->secret, why);

	if (r < 0)
		return r;
	password->is_generated = true;
	return add_hash(cli, answers, &password->secret, password, why);
}

/* --- asking for it */

/* The plan with some password: what keeps it from being set is said before anybody types one. */
static int try_plan(struct cli *cli, const struct action *action, const struct answers *answers,
		    struct problem *why)
{
	_cleanup_answers_ struct answers trial = {0};
	_cleanup_(secret_done) struct secret secret = {0};
	_cleanup_password_ struct password ignored = {0};
	_cleanup_plan_ struct plan *plan = NULL;
	int r = account_generate_password(&secret, why);

	answers_init(&trial, action);
	answers_copy(&trial, answers);
	if (r == 0)
		r = add_hash(cli, &trial, &secret, &ignored, why);
	if (r == 0)
		r = action_plan(action, &cli->session, &trial, false, &plan, why);
	action_forget_plan(plan);
	return r;
}

/* One of the two questions. Its length; 0: nothing was typed. */
static int ask(const char *question, struct secret *secret, struct problem *why)
{
	ssize_t length;

	secret_open(secret);
	secret_wipe(secret);
	length = hidden_ask(question, secret);
	if (length == 0 || length == -ECANCELED) {
		(void)problem_set(why, -ECANCELED, _("password"), _("nothing was typed"));
		problem_set_next(why, _("Nothing was changed. --generate makes a password up."));
		return -ECANCELED;
	}
	if (length < 0)
		return problem_set(why, (int)length, _("password"), _("stopped"));
	return 0;
}

/* Twice the same; 1: they differ. */
static int ask_twice(const char *user, struct secret *secret, struct problem *why)
{
	_cleanup_(secret_done) struct secret again = {0};
	_cleanup_free_ char *shown = printable_text(user);
	_cleanup_free_ char *question =
		text_format(_("New password for %s (it does not show): "), shown);
	int r = ask(question, secret, why);

	if (r == 0)
		r = account_check_password(secret, why);
	if (r == 0)
		r = ask(_("The same once more: "), &again, why);
	if (r == 0 && strcmp(secret->memory, again.memory) != 0)
		return 1;
	return r;
}

static int refuse_different(struct problem *why)
{
	(void)problem_set(why, -EINVAL, _("password"),
			  _("the two were not the same, three times over"));
	problem_set_next(why, _("Nothing was changed. --generate makes a password up."));
	return -EINVAL;
}

/* What is weak about it is said, and no reason to refuse it. */
static void remark_weakness(const struct secret *secret, const char *user)
{
	_cleanup_free_ char *weakness = account_judge_password(secret, user);

	if (weakness)
		output_remark(weakness);
}

static int ask_person(struct cli *cli, const struct action *action, struct answers *answers,
		      struct password *password, struct problem *why)
{
	_cleanup_(secret_done) struct secret secret = {0};
	const char *user = find_user(answers);
	int r = try_plan(cli, action, answers, why);

	if (r < 0)
		return r;
	r = 1;
	for (int i = 0; i < TRIES && r == 1; i++) {
		r = ask_twice(user, &secret, why);
		if (r == 1)
			output_remark(_("these two are not the same"));
		else if (r == -EINVAL) { /* none that a login takes: said, and asked again */
			output_problem(why);
			r = 1;
		}
	}
	if (r == 1)
		return refuse_different(why);
	if (r < 0)
		return r;
	remark_weakness(&secret, user);
	return add_hash(cli, answers, &secret, password, why);
}

/* For a plan that is only shown some password does. */
static int make_for_plan(struct cli *cli, struct answers *answers, struct password *password,
			 struct problem *why)
{
	_cleanup_(secret_done) struct secret secret = {0};
	int r = account_generate_password(&secret, why);

	return r < 0 ? r : add_hash(cli, answers, &secret, password, why);
}

int password_get(struct cli *cli, const struct action *action, struct answers *answers,
		 struct password *password, struct problem *why)
{
	const struct field *field = find_field(action);
	struct secret_dumps before;
	int r;

	if (!field || !is_wanted(field, answers) || answers_has(answers, HASH_FIELD))
		return 0;
	r = action_check(action, &cli->session, cli_has(cli, COMMON_PLAN), why);
	if (r == 0)
		r = check_sources(cli, action, answers, why);
	if (r < 0)
		return r;
	secret_forbid_dumps(&before); /* until the program ends: the hash stays in memory */
	if (answers_has(answers, "hash-stdin"))
		return read_hash(answers, password, why);
	if (answers_has(answers, "password-stdin"))
		return read_password(cli, answers, password, why);
	if (cli_has(cli, COMMON_PLAN))
		return make_for_plan(cli, answers, password, why);
	if (answers_has(answers, "generate"))
		return generate(cli, answers, password, why);
	return ask_person(cli, action, answers, password, why);
}

void password_show(const struct password *password, const struct answers *answers,
		   struct json_object *object)
{
	_cleanup_free_ char *user = printable_text(find_user(answers));

	if (!password->is_generated)
		return;
	if (object)
		json_add_text(object, "password", password->secret.memory);
	else
		printf(_("New password of %s: %s\n"), user, password->secret.memory);
}
