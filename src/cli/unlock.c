/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passphrases of encrypted containers: asked for at the start, never echoed, or from a file. */
#include "cli/unlock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "action/unlock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "cli/hidden.h"

#define TRIES 3
#define ROUNDS 8 /* containers in containers: more than anybody has */

/* --- one container */

/* What is still to be opened, and the key that was typed last. */
struct asking {
	struct cli *cli;
	const struct unlock_request *request;
	struct text_list declined; /* the person leaves these locked */
	struct secret key;
};

static void asking_done(struct asking *asking)
{
	text_list_done(&asking->declined);
	secret_done(&asking->key);
}

static void introduce(const struct asking *asking, const char *name)
{
	const struct unlock_request *request = asking->request;
	_cleanup_free_ char *text =
		unlock_describe(&asking->cli->session, request->system, request->options, name);
	_cleanup_free_ char *line = text_format("%s.", text);
	_cleanup_free_ char *wrapped = printable_wrap(line, output_width(), 0);

	(void)fflush(stdout);
	(void)fprintf(stderr, "%s\n", wrapped);
}

/* One question. 1: it is open; 0: the key does not fit; -ECANCELED: it stays locked. */
static int ask_once(struct asking *asking, const char *name, size_t *ret_length)
{
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *shown = printable_text(name), *question = NULL;
	ssize_t length;
	int r;

	question = text_format(_("Passphrase for %s (empty: leave it locked): "), shown);
	secret_open(&asking->key);
	secret_wipe(&asking->key);
	length = hidden_ask(question, &asking->key);
	if (length <= 0)
		return length == 0 ? -ECANCELED : (int)length;
	*ret_length = (size_t)length;
	r = unlock_try(&asking->cli->session, name, asking->key.memory, (size_t)length, &why);
	if (r == 0)
		return 1;
	output_problem(&why);
	return r == -EPERM || r == -ENOKEY ? 0 : -ECANCELED;
}

/* Asks until it is open, or the person or three tries say that it stays locked. */
static int ask_for(struct asking *asking, const char *name, size_t *ret_length)
{
	int r = 0;

	introduce(asking, name);
	for (int i = 0; i < TRIES && r == 0; i++)
		r = ask_once(asking, name, ret_length);
	if (r == 1 || r == -EINTR)
		return r;
	text_list_add(&asking->declined, name);
	return 0;
}

static void remove_name(struct text_list *names, const char *name)
{
	_cleanup_text_list_ struct text_list left = {0};

	for (size_t i = 0; i < names->count; i++) {
		if (!text_is_equal(names->items[i], name))
			text_list_add(&left, names->items[i]);
	}
	text_list_done(names);
	text_list_copy(names, &left);
}

/* One after another; a passphrase that opens one is tried on the others, too. How many it were. */
static int ask_for_all(struct asking *asking, struct text_list *names)
{
	int opened = 0;

	while (names->count) {
		_cleanup_free_ char *name = text_copy(names->items[0]);
		size_t length = 0;
		int r = ask_for(asking, name, &length);

		if (r < 0)
			return r;
		remove_name(names, name);
		if (r == 0)
			continue;
		opened++;
		opened += (int)unlock_try_all(&asking->cli->session, names, asking->key.memory,
					      length);
	}
	return opened;
}

/* --- all of them */

/* As it is, then without the newline that an editor puts at the end. */
static size_t try_key(struct asking *asking, struct text_list *names, size_t length)
{
	struct session *session = &asking->cli->session;
	size_t opened = unlock_try_all(session, names, asking->key.memory, length);

	if (names->count && length > 1 && asking->key.memory[length - 1] == '\n')
		opened += unlock_try_all(session, names, asking->key.memory, length - 1);
	return opened;
}

static int list_wanted(struct asking *asking, struct text_list *names, struct problem *why)
{
	const struct unlock_request *request = asking->request;
	_cleanup_text_list_ struct text_list all = {0};
	const struct survey *survey;
	int r;

	if (request->wants_all) {
		r = session_get_survey(&asking->cli->session, &survey, why);
		if (r == 0)
			unlock_list_all(asking->cli->session.machine, &all);
	} else {
		r = unlock_list(&asking->cli->session, request->system, request->options, &all,
				why);
	}
	for (size_t i = 0; i < all.count; i++) {
		if (!text_list_contains(&asking->declined, all.items[i]))
			text_list_add(names, all.items[i]);
	}
	return r;
}

/* The key of the file fits nothing: a script must not take that for a mount without some of it. */
static int refuse_file(const struct unlock_request *request, const struct text_list *names,
		       struct problem *why)
{
	_cleanup_free_ char *joined = text_list_join(names, ", ");
	_cleanup_free_ char *shown = printable_text(request->passphrase_file);

	problem_set(why, -EKEYREJECTED, shown, _("this opens none of the locked containers: %s"),
		    joined);
	problem_set_next(why, _("A passphrase file is taken whole, with or without the newline at "
				"its end."));
	return -EKEYREJECTED;
}

/* Opens what it can of NAMES. How many; negative, with why: it goes no further. */
static int open_some(struct asking *asking, struct text_list *names, size_t file_length,
		     bool is_first, struct problem *why)
{
	size_t opened = file_length ? try_key(asking, names, file_length) : 0;

	if (opened)
		return (int)opened;
	if (asking->request->may_ask && !file_length) {
		int r = ask_for_all(asking, names);

		return r == -EINTR ? problem_set(why, r, _("passphrase"), _("stopped")) : r;
	}
	return file_length && is_first ? refuse_file(asking->request, names, why) : 0;
}

int unlock_ask(struct cli *cli, const struct unlock_request *request, struct problem *why)
{
	_cleanup_(asking_done) struct asking asking = {.cli = cli, .request = request};
	size_t file_length = 0;
	int r = 0;

	if (cli->session.scan.sysroot || (!request->passphrase_file && !request->may_ask))
		return 0;
	if (request->passphrase_file)
		r = unlock_read_key(request->passphrase_file, &asking.key, &file_length, why);
	for (int round = 0; r >= 0 && round < ROUNDS; round++) {
		_cleanup_text_list_ struct text_list names = {0};

		r = list_wanted(&asking, &names, why);
		if (r < 0 || !names.count)
			break;
		r = open_some(&asking, &names, file_length, round == 0, why);
		if (r <= 0)
			break;
		session_forget(&cli->session); /* what they hold is seen by looking again */
	}
	return r < 0 ? r : 0;
}

static int check_can_ask(const struct cli *cli, const struct answers *answers, struct problem *why)
{
	if (!answers_has(answers, "unlock") || answers_has(answers, "passphrase-file") ||
	    cli->session.scan.sysroot || output_can_ask())
		return 0;
	(void)problem_set(why, -EINVAL, "--unlock",
			  _("there is no terminal to ask for passphrases on"));
	problem_set_next(why, _("Give --passphrase-file FILE instead."));
	return -EINVAL;
}

int unlock_for_listing(struct cli *cli, const struct answers *answers, struct problem *why)
{
	const struct unlock_request request = {
		.passphrase_file = answers_get(answers, "passphrase-file"),
		.wants_all = true,
		.may_ask = answers_has(answers, "unlock") && output_can_ask(),
	};
	int r = check_can_ask(cli, answers, why);

	return r < 0 ? r : unlock_ask(cli, &request, why);
}
