/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords made into hashes that a target understands. The one file that knows libcrypt. */
#include <crypt.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "action/account_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/printable.h"
#include "base/worker.h"
#include "storage/scan.h"
#include "system/pam.h"

#define SALT_BYTES 32	  /* more than any scheme takes */
#define SETTING_BYTES 192 /* CRYPT_GENSALT_OUTPUT_SIZE, which not all crypt.h have */
#define HASH_BYTES_MAX 383

/* --- settings: the part in front of the hash */

static int fill_random(void *bytes, size_t length)
{
	size_t filled = 0;

	while (filled < length) {
		ssize_t got = getrandom((char *)bytes + filled, length - filled, 0);

		if (got < 0 && errno != EINTR)
			return -errno;
		filled += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

#ifdef HAVE_CRYPT_GENSALT_RN
static bool make_setting(enum hash_scheme scheme, unsigned long rounds, const char *random,
			 char *setting)
{
	const char *prefix = hash_scheme_prefix(scheme);

	return prefix &&
	       crypt_gensalt_rn(prefix, rounds, random, SALT_BYTES, setting, SETTING_BYTES);
}
#else
/* musl and old glibc leave that to others: "$6$rounds=N$salt", as crypt(5) has it. */
static bool make_setting(enum hash_scheme scheme, unsigned long rounds, const char *random,
			 char *setting)
{
	static const char letters[] =
		"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	bool is_sha = scheme == HASH_SHA512 || scheme == HASH_SHA256;
	size_t length = scheme == HASH_MD5 ? 8 : 16;
	char salt[17] = "";
	_cleanup_free_ char *text = NULL;

	if (!is_sha && scheme != HASH_MD5)
		return false;
	for (size_t i = 0; i < length; i++)
		salt[i] = letters[(unsigned char)random[i] % 64];
	if (is_sha && rounds)
		text = text_format("%srounds=%lu$%s", hash_scheme_prefix(scheme), rounds, salt);
	else
		text = text_format("%s%s", hash_scheme_prefix(scheme), salt);
	(void)memcpy(setting, text, strlen(text) + 1); /* shorter than SETTING_BYTES by far */
	return true;
}
#endif

unsigned account_hash_makeable(void)
{
	static const char random[SALT_BYTES] = "";
	char setting[SETTING_BYTES];
	unsigned schemes = 0;

	for (unsigned scheme = HASH_NONE + 1; scheme < HASH_SCHEMES; scheme++) {
		if (make_setting((enum hash_scheme)scheme, 0, random, setting))
			schemes |= 1u << scheme;
	}
	return schemes;
}

/* --- the hash itself */

static int refuse_scheme(enum hash_scheme scheme, struct problem *why)
{
	return problem_set(
		why, -EOPNOTSUPP, _("password"),
		_("the libcrypt of this rescue system cannot make a hash of the kind %s"),
		hash_scheme_word(scheme));
}

int account_hash_with(const char *password, const char *setting, char **ret_hash)
{
	/* it is large, and has copies of the password */
	struct crypt_data *data = alloc_zero(1, sizeof(*data));
	const char *hash = crypt_r(password, setting, data);
	/* a failure is a text that is no hash: "*0" */
	bool is_made = hash && *hash != '*' && strlen(hash) <= HASH_BYTES_MAX;

	if (is_made)
		*ret_hash = text_copy(hash);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return is_made ? 0 : -EOPNOTSUPP;
}

int account_hash_make(const struct secret *password, enum hash_scheme scheme, unsigned long rounds,
		      char **ret_hash, struct problem *why)
{
	char random[SALT_BYTES], setting[SETTING_BYTES];
	int r = fill_random(random, sizeof(random));

	if (r < 0)
		return problem_set_errno(why, r, _("password"));
	if (!make_setting(scheme, rounds, random, setting) ||
	    account_hash_with(password->memory, setting, ret_hash) < 0)
		return refuse_scheme(scheme, why);
	return 0;
}

/* --- which kind it is to be */

static void read_choice(const struct root *root, struct hash_choice *ret_choice)
{
	_cleanup_(pam_stack_done) struct pam_stack stack = {0};
	_cleanup_login_defs_ struct login_defs defs = {0};
	_cleanup_hash_support_ struct hash_support support = {0};
	_cleanup_hash_wish_ struct hash_wish by_pam = {0}, by_login_defs = {0};

	pam_stack_read(root, "passwd", &stack);
	pam_hash_read(root, &stack, &by_pam);
	login_defs_read(root, &defs);
	login_defs_get_hash(&defs, &by_login_defs);
	hash_support_read(root, &support);
	hash_choose(&by_pam, &by_login_defs, &support, account_hash_makeable(), ret_choice);
}

/* In a child: what it reads is the target's. */
static int choose_in_child(void *data, int fd)
{
	const char *folder = data;
	_cleanup_json_ struct json_object *record = json_object_new_object();
	_cleanup_hash_choice_ struct hash_choice choice = {0};
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *text = NULL;

	if (root_open(folder, &root, NULL) < 0)
		return 1;
	read_choice(root, &choice);
	json_add_text(record, "scheme", hash_scheme_word(choice.scheme));
	json_add_u64(record, "rounds", choice.rounds);
	json_add_u64(record, "reason", choice.reason);
	json_add_bytes(record, "file", choice.file);
	json_add_u64(record, "line", choice.line);
	text = json_format_line(record);
	return worker_send(fd, text, strlen(text)) < 0;
}

static int take_choice(struct json_object *record, struct hash_choice *ret_choice)
{
	const char *word = json_get_text(record, "scheme");
	uint64_t reason = json_get_u64(record, "reason", HASH_UNKNOWN);
	struct hash_choice choice = {
		.scheme = word ? hash_scheme_find(word) : HASH_NONE,
		.rounds = (unsigned long)json_get_u64(record, "rounds", 0),
		.reason = reason <= HASH_UNKNOWN ? (enum hash_reason)reason : HASH_UNKNOWN,
		.line = (unsigned)json_get_u64(record, "line", 0),
	};

	if (choice.scheme == HASH_NONE)
		return -EIO;
	choice.file = json_get_bytes(record, "file");
	*ret_choice = choice;
	return 0;
}

static int choose(const struct account_target *target, struct hash_choice *ret_choice,
		  struct problem *why)
{
	_cleanup_json_ struct json_object *record = NULL;
	_cleanup_free_ char *message = NULL;
	size_t length = 0;
	int r = worker_call(choose_in_child, target->root, SCAN_DEADLINE_MS, &message, &length,
			    NULL, NULL);

	if (r == 0 && message && json_parse(message, length, &record, NULL) == 0 &&
	    take_choice(record, ret_choice) == 0)
		return 0;
	return problem_set(why, r == -ETIMEDOUT ? r : -EIO, target->title,
			   r == -ETIMEDOUT ? _("its disk does not answer")
					   : _("which passwords it understands cannot be read"));
}

int account_make_hash(const struct account_target *target, const struct secret *password,
		      char **ret_hash, struct hash_choice *ret_choice, struct problem *why)
{
	_cleanup_hash_choice_ struct hash_choice choice = {0};
	int r = target->root ? account_check_password(password, why)
			     : account_target_check_writable(target, why);

	if (r == 0)
		r = choose(target, &choice, why);
	if (r == 0)
		r = account_hash_make(password, choice.scheme, choice.rounds, ret_hash, why);
	if (r == 0 && ret_choice) {
		*ret_choice = choice;
		choice = (struct hash_choice){0};
	}
	return r;
}

/* "/etc/login.defs (line 12)"; the caller frees. */
static char *describe_source(const struct hash_choice *choice)
{
	_cleanup_free_ char *file = printable_text(choice->file);

	return choice->line ? text_format(_("%s (line %u)"), file, choice->line) : TAKE_PTR(file);
}

char *describe_hash_choice(const struct hash_choice *choice)
{
	_cleanup_free_ char *source = describe_source(choice);
	const char *word = hash_scheme_word(choice->scheme);

	switch (choice->reason) {
	case HASH_BY_PAM:
	case HASH_BY_LOGIN_DEFS:
		return text_format(_("%s, as its %s asks for"), word, source);
	case HASH_STRONGER:
		return text_format(_("%s, since what its %s asks for is weak"), word, source);
	case HASH_NOT_SUPPORTED:
		return text_format(_("%s, since what its %s asks for cannot be made"), word,
				   source);
	case HASH_BY_SUPPORT:
		return text_format(_("%s, the best that it understands"), word);
	case HASH_UNKNOWN:
		break;
	}
	return text_format(_("%s, which all systems of the last fifteen years understand"), word);
}

int account_check_hash(const char *text, struct problem *why)
{
	struct password_field field;

	password_field_parse(text, &field);
	if (field.kind == PASSWORD_SET && field.scheme != HASH_NONE &&
	    strlen(text) <= HASH_BYTES_MAX)
		return 0;
	(void)problem_set(why, -EINVAL, _("hash"), _("this is no hash as crypt(3) makes it"));
	problem_set_next(why, _("One begins with \"$6$\" or \"$y$\" and comes from \"mkpasswd\" or "
				"\"openssl passwd -6\"."));
	return -EINVAL;
}
