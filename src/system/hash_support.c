/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a target's libcrypt can do, by the prefixes in its bytes; and the choice of a hash. */
#include "system/hash_support.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "system/elf.h"

#define LIBRARY_MAX_BYTES (8u << 20)
#define BIT(scheme) (1u << (scheme))
#define OF_GLIBC (BIT(HASH_DES) | BIT(HASH_BIG_DES) | BIT(HASH_MD5))
#define WEAK                                                                                       \
	(BIT(HASH_DES) | BIT(HASH_BIG_DES) | BIT(HASH_BSDI) | BIT(HASH_MD5) | BIT(HASH_NT) |       \
	 BIT(HASH_SUN_MD5) | BIT(HASH_SHA1))

static const struct {
	const char *prefix;
	enum hash_scheme scheme;
} marks[] = {
	{"$y$", HASH_YESCRYPT}, {"$gy$", HASH_GOST_YESCRYPT},
	{"$2a$", HASH_BCRYPT},	{"$2b$", HASH_BCRYPT},
	{"$2y$", HASH_BCRYPT},	{"$6$", HASH_SHA512},
	{"$5$", HASH_SHA256},	{"$1$", HASH_MD5},
	{"$7$", HASH_SCRYPT},	{"$3$", HASH_NT},
	{"$md5", HASH_SUN_MD5}, {"$sha1$", HASH_SHA1},
	{"$sm3$", HASH_SM3},	{"$sm3y$", HASH_SM3_YESCRYPT},
};

/* PREFIX as a string of its own, or in front of a hash to test with, as musl has them. */
static bool has_mark(const char *bytes, size_t length, const char *prefix)
{
	size_t size = strlen(prefix);
	const char *at = bytes, *end = bytes + length;

	while ((at = memmem(at, (size_t)(end - at), prefix, size)) != NULL) {
		at += size;
		if (at < end && (*at == '\0' || isalnum((unsigned char)*at)))
			return true;
	}
	return false;
}

/* glibc has sha256 and sha512 since 2.7; compilers may hide the prefixes in instructions. */
static bool is_with_sha(const char *version)
{
	return version && text_has_prefix(version, "2.") &&
	       text_compare_natural(version, "2.7") >= 0;
}

unsigned hash_support_find(const void *bytes, size_t length, const char *version)
{
	bool is_libxcrypt = memmem(bytes, length, "XCRYPT_", 7) != NULL;
	unsigned schemes = is_libxcrypt ? BIT(HASH_DES) : OF_GLIBC;

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (has_mark(bytes, length, marks[i].prefix))
			schemes |= BIT(marks[i].scheme);
	}
	if (!is_libxcrypt && is_with_sha(version))
		schemes |= BIT(HASH_SHA256) | BIT(HASH_SHA512);
	return schemes;
}

/* "2.17" of /lib64/libcrypt-2.17.so; the caller frees; NULL for any other name. */
static char *find_version(const struct root *root, const char *path)
{
	_cleanup_free_ char *resolved = NULL;
	const char *name, *version;
	bool exists = false;

	if (root_resolve(root, path, false, &resolved, &exists) < 0)
		return NULL;
	name = strrchr(resolved, '/');
	version = name ? text_after_prefix(name + 1, "libcrypt-") : NULL;
	return version ? alloc_copy(version, strspn(version, "0123456789.")) : NULL;
}

static bool try_library(const struct root *root, const char *path, struct hash_support *support)
{
	_cleanup_free_ char *bytes = NULL, *version = NULL;
	size_t length = 0;

	if (root_read_file(root, path, LIBRARY_MAX_BYTES, &bytes, &length) < 0)
		return false;
	version = find_version(root, path);
	support->path = text_copy(path);
	support->architecture = elf_read_architecture(root, path);
	support->schemes = hash_support_find(bytes, length, version);
	return true;
}

/* The folders of libraries, those of one architecture among them. */
static void list_folders(const struct root *root, struct text_list *folders)
{
	static const char *const parents[] = {"/usr/lib64", "/lib64", "/usr/lib", "/lib"};

	for (size_t i = 0; i < ARRAY_SIZE(parents); i++) {
		_cleanup_text_list_ struct text_list names = {0};

		text_list_add(folders, parents[i]);
		if (root_list(root, parents[i], 20000, &names) < 0)
			continue;
		for (size_t j = 0; j < names.count; j++) {
			if (strstr(names.items[j], "-linux-"))
				text_list_format(folders, "%s/%s", parents[i], names.items[j]);
		}
	}
}

static bool is_musl(const char *name)
{
	return text_has_prefix(name, "ld-musl-") || text_has_prefix(name, "libc.musl-");
}

static bool try_musl(const struct root *root, const char *folder, struct hash_support *support)
{
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, folder, 20000, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folder, names.items[i]);

		if (is_musl(names.items[i]) && try_library(root, path, support))
			return true;
	}
	return false;
}

void hash_support_read(const struct root *root, struct hash_support *ret_support)
{
	static const char *const names[] = {"libcrypt.so.2", "libcrypt.so.1.1", "libcrypt.so.1",
					    "libcrypt.so.0"};
	_cleanup_text_list_ struct text_list folders = {0};
	struct hash_support support = {0};

	list_folders(root, &folders);
	for (size_t i = 0; i < ARRAY_SIZE(names) && !support.path; i++) {
		for (size_t j = 0; j < folders.count && !support.path; j++) {
			_cleanup_free_ char *path =
				text_format("%s/%s", folders.items[j], names[i]);

			(void)try_library(root, path, &support); /* else the next one */
		}
	}
	for (size_t i = 0; i < folders.count && !support.path; i++)
		(void)try_musl(root, folders.items[i], &support); /* else the next one */
	*ret_support = support;
}

void hash_support_done(struct hash_support *support)
{
	free(support->path);
	*support = (struct hash_support){0};
}

bool hash_support_has(const struct hash_support *support, enum hash_scheme scheme)
{
	return scheme != HASH_NONE && (support->schemes & BIT(scheme));
}

/* Within crypt(5)'s limits; above them crypt_gensalt fails or logins take minutes. */
static unsigned long limit_rounds(enum hash_scheme scheme, unsigned long rounds)
{
	static const struct {
		enum hash_scheme scheme;
		unsigned long least;
		unsigned long most;
	} limits[] = {
		{HASH_SHA256, 1000, 999999999}, {HASH_SHA512, 1000, 999999999},
		{HASH_BCRYPT, 4, 31},		{HASH_YESCRYPT, 1, 11},
		{HASH_GOST_YESCRYPT, 1, 11},	{HASH_SCRYPT, 6, 11},
	};

	for (size_t i = 0; i < ARRAY_SIZE(limits) && rounds; i++) {
		if (limits[i].scheme != scheme)
			continue;
		rounds = rounds < limits[i].least ? limits[i].least : rounds;
		return rounds > limits[i].most ? limits[i].most : rounds;
	}
	return 0;
}

/* The best scheme of SCHEMES. */
static enum hash_scheme find_best(unsigned schemes)
{
	static const enum hash_scheme order[] = {HASH_YESCRYPT, HASH_SHA512, HASH_BCRYPT,
						 HASH_SHA256,	HASH_MD5,    HASH_DES};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (schemes & BIT(order[i]))
			return order[i];
	}
	return HASH_SHA512;
}

void hash_choose(const struct hash_wish *pam, const struct hash_wish *login_defs,
		 const struct hash_support *support, unsigned makeable,
		 struct hash_choice *ret_choice)
{
	const struct hash_wish *wish = pam->scheme != HASH_NONE ? pam : login_defs;
	unsigned known = support->path ? support->schemes & makeable : BIT(HASH_SHA512) & makeable;
	struct hash_choice choice = {
		.scheme = wish->scheme,
		.reason = wish == pam ? HASH_BY_PAM : HASH_BY_LOGIN_DEFS,
		.file = text_copy(wish->file),
		.line = wish->line,
	};

	if (!support->path)
		choice.reason = HASH_UNKNOWN;
	else if (wish->scheme == HASH_NONE)
		choice.reason = HASH_BY_SUPPORT;
	else if (!(known & BIT(wish->scheme)))
		choice.reason = HASH_NOT_SUPPORTED;
	else if ((BIT(wish->scheme) & WEAK) && (known & ~WEAK))
		choice.reason = HASH_STRONGER;
	if (choice.reason == HASH_BY_PAM || choice.reason == HASH_BY_LOGIN_DEFS)
		choice.rounds = limit_rounds(wish->scheme, wish->rounds);
	else
		choice.scheme = find_best(known);
	*ret_choice = choice;
}

void hash_choice_done(struct hash_choice *choice)
{
	free(choice->file);
	*choice = (struct hash_choice){0};
}
