/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a key is in what revokes keys: a file of public keys, or a list (OpenSSH, PROTOCOL.krl).
 */
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "system/config_lines.h"
#include "system/public_key.h"

#define KRL_MAGIC "SSHKRL\n"	    /* with the NUL behind it */
#define KRL_NUMBERS (4 + 8 + 8 + 8) /* version of the format, of the list, date, flags */
#define KRL_EXPLICIT_KEYS 2

struct bytes {
	const unsigned char *at;
	size_t length;
};

/* The next string of FROM: its length in four bytes in front of it. */
static bool take_string(struct bytes *from, struct bytes *ret_string)
{
	size_t length;

	if (from->length < 4)
		return false;
	length = (size_t)from->at[0] << 24 | (size_t)from->at[1] << 16 | (size_t)from->at[2] << 8 |
		 from->at[3];
	if (length > from->length - 4)
		return false;
	*ret_string = (struct bytes){from->at + 4, length};
	from->at += 4 + length;
	from->length -= 4 + length;
	return true;
}

/* The list at LIST, behind its magic, has a key of BLOB's bytes. */
static bool has_explicit(struct bytes list, const struct bytes *blob)
{
	struct bytes section, key;

	if (list.length < KRL_NUMBERS)
		return false;
	list = (struct bytes){list.at + KRL_NUMBERS, list.length - KRL_NUMBERS};
	if (!take_string(&list, &section) || !take_string(&list, &section))
		return false; /* reserved, and a comment */
	while (list.length) {
		unsigned char kind = *list.at;

		list = (struct bytes){list.at + 1, list.length - 1};
		if (!take_string(&list, &section))
			return false;
		while (kind == KRL_EXPLICIT_KEYS && take_string(&section, &key)) {
			if (key.length == blob->length && memcmp(key.at, blob->at, key.length) == 0)
				return true;
		}
	}
	return false;
}

static bool is_in_list(const char *text, size_t length, const struct public_key *key)
{
	_cleanup_free_ char *bytes = NULL;
	size_t count = 0;
	struct bytes list = {(const unsigned char *)text + sizeof(KRL_MAGIC),
			     length - sizeof(KRL_MAGIC)};
	struct bytes blob;

	if (base64_decode(key->blob, &bytes, &count) < 0)
		return false;
	blob = (struct bytes){(const unsigned char *)bytes, count};
	return has_explicit(list, &blob);
}

bool public_key_is_revoked(const struct public_key *key, const char *text, size_t length)
{
	struct config_lines lines;
	bool has = false;
	char *next;

	if (length >= sizeof(KRL_MAGIC) && memcmp(text, KRL_MAGIC, sizeof(KRL_MAGIC)) == 0)
		return is_in_list(text, length, key);
	config_lines_init(&lines, text, length, false);
	while (!has && (next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		has = strstr(line, key->blob) && public_key_is_in_line(key, line);
	}
	return has;
}
