/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: lines with public keys, one and many; and what revokes keys. */
#include "fuzz.h"

#include <string.h>

#include "base/alloc.h"
#include "system/public_key.h"

static bool has_control(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == '\x7f')
			return true;
	}
	return false;
}

static void check_revoked(const char *text, size_t size)
{
	static const char line[] =
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICR8dUPIiiy4aZKRbwG6G36zLnTsbNzKmY0ppf94uyYa";
	_cleanup_public_key_ struct public_key key = {0};

	if (public_key_parse(line, &key, NULL) < 0 ||
	    !public_key_is_revoked(&key, line, strlen(line)))
		abort();
	(void)public_key_is_revoked(&key, text, size); /* any answer will do */
}

static void check_key(const struct public_key *key)
{
	_cleanup_public_key_ struct public_key again = {0};
	_cleanup_free_ char *words = public_key_describe(key);

	if (has_control(words) || !public_key_is_in_line(key, key->line) || !key->bits ||
	    !text_has_prefix(key->fingerprint, "SHA256:") || strlen(key->fingerprint) != 50)
		abort();
	(void)public_key_judge(key);
	if (public_key_parse(key->line, &again, NULL) < 0 || !text_is_equal(again.line, key->line))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = alloc_copy(data, size);
	_cleanup_public_keys_ struct public_keys keys = {0};
	_cleanup_public_key_ struct public_key key = {0};
	_cleanup_problem_ struct problem why = {0};

	if (public_key_parse(text, &key, &why) == 0)
		check_key(&key);
	else if (!why.why)
		abort();
	check_revoked(text, size);
	(void)public_keys_parse(&keys, text, size, "file", NULL);
	for (size_t i = 0; i < keys.count; i++)
		check_key(&keys.items[i]);
	return 0;
}
