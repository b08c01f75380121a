/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords as people choose them, and better ones. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "action/account_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/worker.h"

#ifdef HAVE_PWQUALITY
#include <pwquality.h>
#endif

#define PASSWORD_MAX_BYTES 511 /* PAM_MAX_RESP_SIZE, 512, with the byte that ends it */
#define LENGTH_SHORT 8
#define DIFFERENT_FEW 5
#define JUDGE_MS 5000

/*
 * Letters that are at the same place on QWERTY, QWERTZ and AZERTY keyboards (not a, m, q, w, y, z),
 * without those that look like another or like a digit (i, l, o). Nothing needs Shift: neither does
 * Caps Lock do harm that a console would not show.
 */
#define LETTERS "bcdefghjknprstuvx"
#define LETTER_COUNT (sizeof(LETTERS) - 1)
#define GENERATED_LENGTH 16 /* of 17 letters: 65 bits */

int account_generate_password(struct secret *ret_password, struct problem *why)
{
	const unsigned char limit = (unsigned char)(256 / LETTER_COUNT * LETTER_COUNT);
	size_t length = 0;

	secret_open(ret_password);
	secret_wipe(ret_password);
	while (length < GENERATED_LENGTH) {
		unsigned char byte;
		ssize_t got = getrandom(&byte, 1, 0);

		if (got < 0 && errno != EINTR) {
			secret_wipe(ret_password);
			return problem_set_errno(why, -errno, _("password"));
		}
		/* bytes beyond would make the first letters likelier */
		if (got == 1 && byte < limit)
			ret_password->memory[length++] = LETTERS[byte % LETTER_COUNT];
		explicit_bzero(&byte, 1);
	}
	return 0;
}

/* --- what cannot be one */

int account_check_password(const struct secret *password, struct problem *why)
{
	const char *text = password->memory ? password->memory : "";
	size_t length = strlen(text);

	if (!length)
		return problem_set(why, -EINVAL, _("password"), _("it is empty"));
	if (length > PASSWORD_MAX_BYTES)
		return problem_set(why, -EINVAL, _("password"),
				   _("it is longer than the %d bytes that a login takes"),
				   PASSWORD_MAX_BYTES);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n' || text[i] == '\r')
			return problem_set(
				why, -EINVAL, _("password"),
				_("it has the end of a line in it, which a login cannot take"));
		if (iscntrl((unsigned char)text[i]) && text[i] != '\t')
			return problem_set(
				why, -EINVAL, _("password"),
				_("it has a control character in it, which nobody can type"));
	}
	return 0;
}

/* --- what is weak: our own rules */

static size_t count_different(const char *text)
{
	bool is_seen[256] = {false};
	size_t count = 0;

	for (const char *at = text; *at; at++) {
		bool *seen = &is_seen[(unsigned char)*at];

		count += !*seen;
		*seen = true;
	}
	explicit_bzero(is_seen, sizeof(is_seen));
	return count;
}

/* Characters of UTF-8; other bytes count each. */
static size_t count_characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* Whether the user's name is in it, in any case, and not much else. */
static bool has_name(const char *text, const char *user)
{
	return user && strlen(user) >= 3 && strcasestr(text, user) &&
	       strlen(text) < strlen(user) + LENGTH_SHORT;
}

static char *judge_ourselves(const char *text, const char *user)
{
	size_t length = count_characters(text);

	if (length < LENGTH_SHORT)
		return text_format(P_("This password is short: %zu character.",
				      "This password is short: %zu characters.", length),
				   length);
	if (has_name(text, user))
		return text_copy(_("This password is little more than the name of the account."));
	if (count_different(text) < DIFFERENT_FEW)
		return text_copy(_("This password has few different characters."));
	if (strspn(text, "0123456789") == strlen(text) && length < 2 * LENGTH_SHORT)
		return text_copy(_("This password has only digits."));
	return NULL;
}

/* What a login may send otherwise than it was set. */
static char *judge_characters(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return text_copy(
				_("This password has characters beyond ASCII, which a console "
				  "may send in another way than SSH does."));
	}
	return NULL;
}

/* --- libpwquality, which knows dictionaries */

#ifdef HAVE_PWQUALITY
struct judging {
	const struct secret *password;
	const char *user;
};

/* In a child, since it leaves copies of the password in its memory. */
static int judge_in_child(void *data, int fd)
{
	const struct judging *judging = data;
	pwquality_settings_t *settings = pwquality_default_settings();
	char buffer[PWQ_MAX_ERROR_MESSAGE_LEN];
	void *detail = NULL;
	const char *words;
	int r;

	if (!settings)
		return 1;
	(void)pwquality_read_config(settings, NULL, &detail); /* else its defaults */
	detail = NULL;
	/* a rescue system has no dictionary: that is no fault of the password */
	if (pwquality_check(settings, "Kr7tu-Px2.GdhN9c", NULL, NULL, &detail) < 0)
		(void)pwquality_set_int_value(settings, PWQ_SETTING_DICT_CHECK, 0);
	detail = NULL;
	r = pwquality_check(settings, judging->password->memory, NULL, judging->user, &detail);
	if (r >= 0 || r == PWQ_ERROR_MEM_ALLOC || r == PWQ_ERROR_FATAL_FAILURE)
		return 0;
	words = pwquality_strerror(buffer, sizeof(buffer), r, detail);
	return words && worker_send(fd, words, strlen(words)) < 0;
}

/* "The password fails the dictionary check - ...": a sentence; the caller frees. */
static char *make_sentence(const char *message, size_t length)
{
	_cleanup_free_ char *text = printable_bytes(message, length);

	return text_has_suffix(text, ".") ? TAKE_PTR(text) : text_format("%s.", text);
}

static char *judge_by_library(const struct secret *password, const char *user)
{
	struct judging judging = {password, user};
	_cleanup_free_ char *message = NULL;
	size_t length = 0;

	if (worker_call(judge_in_child, &judging, JUDGE_MS, &message, &length, NULL, NULL) < 0 ||
	    !message || !length)
		return NULL;
	return make_sentence(message, length);
}
#else
static char *judge_by_library(const struct secret *password, const char *user)
{
	(void)password;
	(void)user;
	return NULL;
}
#endif

char *account_judge_password(const struct secret *password, const char *user)
{
	const char *text = password->memory ? password->memory : "";
	char *words = judge_ourselves(text, user);

	if (!words)
		words = judge_by_library(password, user);
	return words ? words : judge_characters(text);
}
