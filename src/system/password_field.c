/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The password field of passwd and shadow: locks, and hashes by their prefix and length. */
#include "system/password_field.h"

#include <string.h>

#include "base/text.h"

#define HASH_CHARACTERS "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* The hash itself is what stands behind the last "$": so many characters, or nothing fits it. */
static const struct {
	const char *prefix;
	enum hash_scheme scheme;
	size_t length;
} prefixes[] = {
	{"$1$", HASH_MD5, 22},
	{"$2a$", HASH_BCRYPT, 53},
	{"$2b$", HASH_BCRYPT, 53},
	{"$2x$", HASH_BCRYPT, 53},
	{"$2y$", HASH_BCRYPT, 53},
	{"$3$", HASH_NT, 32},
	{"$md5", HASH_SUN_MD5, 22},
	{"$sha1$", HASH_SHA1, 28},
	{"$5$", HASH_SHA256, 43},
	{"$6$", HASH_SHA512, 86},
	{"$7$", HASH_SCRYPT, 43},
	{"$y$", HASH_YESCRYPT, 43},
	{"$gy$", HASH_GOST_YESCRYPT, 43},
	{"$sm3$", HASH_SM3, 43},
	{"$sm3y$", HASH_SM3_YESCRYPT, 43},
};

static const struct {
	const char *word;
	const char *other; /* a second word for it */
	const char *prefix;
} schemes[HASH_SCHEMES] = {
	[HASH_DES] = {"des", NULL, ""},
	[HASH_BIG_DES] = {"bigcrypt", NULL, NULL},
	[HASH_BSDI] = {"bsdicrypt", NULL, "_"},
	[HASH_MD5] = {"md5", NULL, "$1$"},
	[HASH_BCRYPT] = {"bcrypt", "blowfish", "$2b$"},
	[HASH_NT] = {"nt", NULL, NULL},
	[HASH_SUN_MD5] = {"sunmd5", NULL, NULL},
	[HASH_SHA1] = {"sha1", NULL, NULL},
	[HASH_SHA256] = {"sha256", NULL, "$5$"},
	[HASH_SHA512] = {"sha512", NULL, "$6$"},
	[HASH_SCRYPT] = {"scrypt", NULL, "$7$"},
	[HASH_YESCRYPT] = {"yescrypt", NULL, "$y$"},
	[HASH_GOST_YESCRYPT] = {"gost_yescrypt", "gost-yescrypt", "$gy$"},
	[HASH_SM3] = {"sm3", NULL, NULL},
	[HASH_SM3_YESCRYPT] = {"sm3_yescrypt", "sm3-yescrypt", NULL},
};

const char *hash_scheme_word(enum hash_scheme scheme)
{
	return schemes[scheme].word;
}

enum hash_scheme hash_scheme_find(const char *word)
{
	for (size_t i = HASH_NONE + 1; i < HASH_SCHEMES; i++) {
		if (text_is_equal_ignoring_case(word, schemes[i].word) ||
		    (schemes[i].other && text_is_equal_ignoring_case(word, schemes[i].other)))
			return (enum hash_scheme)i;
	}
	return HASH_NONE;
}

const char *hash_scheme_prefix(enum hash_scheme scheme)
{
	return schemes[scheme].prefix;
}

/* A hash with a "$" prefix that is as long as such hashes are. */
static enum hash_scheme find_prefixed(const char *text)
{
	const char *last = strrchr(text, '$') + 1;

	if (text[strspn(text, HASH_CHARACTERS "$=,_-")] != '\0')
		return HASH_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (text_has_prefix(text, prefixes[i].prefix))
			return strlen(last) == prefixes[i].length ? prefixes[i].scheme : HASH_NONE;
	}
	return HASH_NONE;
}

static enum hash_scheme find_scheme(const char *text)
{
	size_t length = strlen(text);

	if (*text == '$')
		return find_prefixed(text);
	if (*text == '_')
		return length == 20 && strspn(text + 1, HASH_CHARACTERS) == 19 ? HASH_BSDI
									       : HASH_NONE;
	if (strspn(text, HASH_CHARACTERS) != length)
		return HASH_NONE;
	if (length == 13)
		return HASH_DES;
	return length > 13 && (length - 2) % 11 == 0 ? HASH_BIG_DES : HASH_NONE;
}

/* What locks: any "!" in front, and Solaris' word, which some tools brought along. */
static size_t measure_lock(const char *text)
{
	if (text_has_prefix(text, "*LK*"))
		return strlen("*LK*");
	return strspn(text, "!");
}

void password_field_parse(const char *text, struct password_field *ret_field)
{
	struct password_field field = {.lock_length = measure_lock(text)};
	const char *rest = text + field.lock_length;

	field.scheme = find_scheme(rest);
	if (field.scheme != HASH_NONE)
		field.kind = field.lock_length ? PASSWORD_LOCKED : PASSWORD_SET;
	else if (!*text)
		field.kind = PASSWORD_EMPTY;
	else if (strcmp(text, "x") == 0 || text_has_prefix(text, "##"))
		field.kind = PASSWORD_SHADOWED;
	else if (field.lock_length)
		field.kind = PASSWORD_NEVER;
	else if (*text == '*')
		field.kind = PASSWORD_NONE;
	else
		field.kind = PASSWORD_ODD;
	*ret_field = field;
}

/* pam_unix looks into shadow for these two only (passverify.c, is_pwd_shadowed). */
static bool is_shadowed(const struct account *account)
{
	const char *name = text_after_prefix(account->password, "##");

	return strcmp(account->password, "x") == 0 || (name && strcmp(name, account->name) == 0);
}

enum password_place password_find_place(const struct account *account,
					const struct account_file *shadow, size_t *ret_line)
{
	if (!is_shadowed(account))
		return PASSWORD_IN_PASSWD;
	if (!shadow || account_file_find(shadow, account->name, ret_line) < 0)
		return PASSWORD_NOWHERE;
	return PASSWORD_IN_SHADOW;
}
