/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines with public keys, taken apart and checked. */
#include "system/public_key.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/i18n.h"
#include "base/printable.h"

#define FIELD_MAX (16u << 10) /* bytes: sshbuf.h has 16 KiB for a big number */
#define DIGEST_BYTES 32

/* What a key of a kind is made of, in their order behind the name of its type. */
enum field_kind {
	FIELD_END,
	FIELD_TEXT,
	FIELD_CURVE, /* the name of the curve of the type */
	FIELD_POINT, /* of so many bytes as the bits need, uncompressed */
	FIELD_KEY,   /* 32 bytes */
	FIELD_NUMBER,
	FIELD_SIZE /* the number whose length is the key's */
};

struct key_type {
	const char *name;
	const char *label;
	const char *curve;
	unsigned bits; /* 0: those of its FIELD_SIZE */
	enum field_kind fields[5];
};

static const struct key_type types[] = {
	{"ssh-ed25519", "ED25519", NULL, 256, {FIELD_KEY}},
	{"ssh-rsa", "RSA", NULL, 0, {FIELD_NUMBER, FIELD_SIZE}},
	{"ssh-dss", "DSA", NULL, 0, {FIELD_SIZE, FIELD_NUMBER, FIELD_NUMBER, FIELD_NUMBER}},
	{"ecdsa-sha2-nistp256", "ECDSA", "nistp256", 256, {FIELD_CURVE, FIELD_POINT}},
	{"ecdsa-sha2-nistp384", "ECDSA", "nistp384", 384, {FIELD_CURVE, FIELD_POINT}},
	{"ecdsa-sha2-nistp521", "ECDSA", "nistp521", 521, {FIELD_CURVE, FIELD_POINT}},
	{"sk-ssh-ed25519@openssh.com", "ED25519-SK", NULL, 256, {FIELD_KEY, FIELD_TEXT}},
	{"sk-ecdsa-sha2-nistp256@openssh.com",
	 "ECDSA-SK",
	 "nistp256",
	 256,
	 {FIELD_CURVE, FIELD_POINT, FIELD_TEXT}},
};

static const struct key_type *find_type(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (text_is_equal(types[i].name, name))
			return &types[i];
	}
	return NULL;
}

/* --- the bytes of a key */

struct cursor {
	const unsigned char *at;
	size_t left;
};

/* A field: four bytes of length, and that many bytes. */
static bool take_field(struct cursor *cursor, const unsigned char **ret_bytes, size_t *ret_length)
{
	size_t length;

	if (cursor->left < 4)
		return false;
	length = (size_t)cursor->at[0] << 24 | (size_t)cursor->at[1] << 16 |
		 (size_t)cursor->at[2] << 8 | cursor->at[3];
	if (length > FIELD_MAX || length > cursor->left - 4)
		return false;
	*ret_bytes = cursor->at + 4;
	*ret_length = length;
	cursor->at += 4 + length;
	cursor->left -= 4 + length;
	return true;
}

static bool take_text(struct cursor *cursor, const char *expected)
{
	const unsigned char *bytes;
	size_t length;

	return take_field(cursor, &bytes, &length) && length == strlen(expected) &&
	       memcmp(bytes, expected, length) == 0;
}

/* Bits of a number that is not negative and not longer than it needs to be (RFC 4251, mpint). */
static unsigned count_bits(const unsigned char *bytes, size_t length)
{
	unsigned bits;

	if (!length || bytes[0] & 0x80)
		return 0;
	if (!bytes[0]) {
		if (length < 2 || !(bytes[1] & 0x80))
			return 0;
		bytes++;
		length--;
	}
	bits = (unsigned)length * 8;
	for (unsigned char first = bytes[0]; !(first & 0x80); first = (unsigned char)(first << 1))
		bits--;
	return bits;
}

static bool is_point(const unsigned char *bytes, size_t length, unsigned bits)
{
	return length == 1 + 2 * (size_t)((bits + 7) / 8) && bytes[0] == 4;
}

static bool check_field(const struct key_type *type, enum field_kind kind,
			const unsigned char *bytes, size_t length, unsigned *bits)
{
	unsigned size;

	switch (kind) {
	case FIELD_CURVE:
		return length == strlen(type->curve) && memcmp(bytes, type->curve, length) == 0;
	case FIELD_POINT:
		return is_point(bytes, length, type->bits);
	case FIELD_KEY:
		return length == 32;
	case FIELD_NUMBER:
	case FIELD_SIZE:
		size = count_bits(bytes, length);
		*bits = kind == FIELD_SIZE ? size : *bits;
		return size > 0;
	default:
		return true;
	}
}

/* Whether LENGTH bytes at BLOB are a whole key of TYPE, and nothing behind it. */
static bool check_blob(const struct key_type *type, const char *blob, size_t length,
		       unsigned *ret_bits)
{
	struct cursor cursor = {(const unsigned char *)blob, length};
	unsigned bits = type->bits;

	if (!take_text(&cursor, type->name))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(type->fields) && type->fields[i] != FIELD_END; i++) {
		const unsigned char *bytes;
		size_t size;

		if (!take_field(&cursor, &bytes, &size) ||
		    !check_field(type, type->fields[i], bytes, size, &bits))
			return false;
	}
	*ret_bits = bits;
	return cursor.left == 0;
}

static unsigned hex_digit(char digit)
{
	return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a') + 10;
}

static char *make_fingerprint(const char *blob, size_t length)
{
	_cleanup_free_ char *hex = digest_sha256(blob, length), *digits = NULL;
	unsigned char bytes[DIGEST_BYTES];

	for (size_t i = 0; i < DIGEST_BYTES; i++)
		bytes[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	digits = base64_encode(bytes, sizeof(bytes));
	digits[strcspn(digits, "=")] = '\0';
	return text_format("SHA256:%s", digits);
}

/* --- lines */

/* What TEXT is where it is no key: its start, and the words. */
static const struct {
	const char *start;
	const char *why;
	const char *next;
} others[] = {
	{"-----BEGIN CERTIFICATE", N_("this is a certificate of TLS, not an SSH key"), NULL},
	{"-----BEGIN PUBLIC KEY", N_("this public key is in another format"),
	 N_("\"ssh-keygen -i -m PKCS8 -f FILE\" makes a line of it.")},
	{"-----BEGIN RSA PUBLIC KEY", N_("this public key is in another format"),
	 N_("\"ssh-keygen -i -m PEM -f FILE\" makes a line of it.")},
	{"---- BEGIN SSH2 PUBLIC KEY", N_("this public key is in another format"),
	 N_("\"ssh-keygen -i -f FILE\" makes a line of it.")},
	{"---- BEGIN SSH2 ENCRYPTED", N_("this is a private key"), NULL},
	{"PuTTY-User-Key-File", N_("this is a private key"), NULL},
	{"SSH PRIVATE KEY FILE", N_("this is a private key"), NULL},
};

static int refuse(struct problem *why, const char *reason, const char *next)
{
	(void)problem_set(why, -EINVAL, _("the key"), "%s", reason);
	if (next)
		problem_set_next(why, "%s", next);
	return -EINVAL;
}

static int refuse_private(struct problem *why)
{
	return refuse(
		why, _("this is a private key"),
		_("It must never leave its owner. The public key is in the file beside it whose "
		  "name ends in .pub; \"ssh-keygen -y -f FILE\" shows it, too."));
}

static int refuse_foreign(const char *line, struct problem *why)
{
	if (strstr(line, "PRIVATE KEY-----"))
		return refuse_private(why);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!text_has_prefix(line, others[i].start))
			continue;
		return strcmp(others[i].why, "this is a private key") == 0
			       ? refuse_private(why)
			       : refuse(why, _(others[i].why),
					others[i].next ? _(others[i].next) : NULL);
	}
	return 0;
}

/* Behind options: the first blank that stands in no quotes. */
static const char *skip_options(const char *text)
{
	bool is_quoted = false;

	for (; *text && (is_quoted || !strchr(" \t", *text)); text++) {
		if (*text == '\\' && text[1] == '"')
			text++;
		else if (*text == '"')
			is_quoted = !is_quoted;
	}
	return is_quoted ? NULL : text;
}

static char *take_word(const char **text)
{
	size_t length = strcspn(*text, " \t");
	char *word = alloc_copy(*text, length);

	*text += length;
	*text += strspn(*text, " \t");
	return word;
}

static bool is_old_number(const char *word)
{
	uint64_t number;

	return text_parse_u64(word, &number) == 0;
}

static int refuse_type(const char *line, struct problem *why)
{
	_cleanup_free_ char *word = take_word(&line), *next = take_word(&line);

	if (strstr(word, "-cert-v01@openssh.com") || strstr(next, "-cert-v01@openssh.com"))
		return refuse(why, _("this is a certificate, which is of no use in a file of keys"),
			      _("Give the public key that it was made for."));
	if (is_old_number(word) && is_old_number(next))
		return refuse(why,
			      _("this is a key of SSH version 1, which no sshd takes any more"),
			      NULL);
	if (text_has_prefix(word, "AAAA"))
		return refuse(
			why, _("the type in front of the key is missing"),
			_("Give the whole line, as it stands in the file that ends in .pub."));
	return refuse(
		why, _("this is no public key"),
		_("A line that starts with a type such as ssh-ed25519 or ssh-rsa is wanted."));
}

/* Behind options at REST: type, key and comment. */
static int take_parts(struct public_key *key, const char *rest, struct problem *why)
{
	const struct key_type *type;
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;

	key->type = take_word(&rest);
	key->blob = take_word(&rest);
	key->comment = text_copy(rest);
	type = find_type(key->type);
	if (!type)
		return refuse_type(key->line, why);
	if (base64_decode(key->blob, &bytes, &length) < 0 ||
	    !check_blob(type, bytes, length, &key->bits))
		return refuse(why, _("the key is cut off or damaged"),
			      _("Give the whole line; the terminal may have broken it while it was "
				"pasted."));
	key->label = text_copy(type->label);
	key->fingerprint = make_fingerprint(bytes, length);
	return 0;
}

static int parse(struct public_key *key, struct problem *why)
{
	const char *rest = key->line;
	_cleanup_free_ char *word = take_word(&rest);
	const char *behind;
	int r = refuse_foreign(key->line, why);

	if (r < 0)
		return r;
	if (!*key->line || *key->line == '#')
		return refuse(why, _("there is nothing in it"), NULL);
	if (find_type(word))
		return take_parts(key, key->line, why);
	behind = skip_options(key->line);
	if (!behind)
		return refuse(why, _("a quotation mark in its options is never closed"), NULL);
	key->options = alloc_copy(key->line, (size_t)(behind - key->line));
	return take_parts(key, behind + strspn(behind, " \t"), why);
}

int public_key_parse(const char *line, struct public_key *ret_key, struct problem *why)
{
	struct public_key key = {0};
	_cleanup_free_ char *copy = text_copy(line);
	int r;

	if (strlen(line) > PUBLIC_KEY_MAX_BYTES)
		return refuse(why, _("this is no public key"), NULL);
	key.line = text_copy(text_trim(copy));
	r = key.line[strcspn(key.line, "\n\r")] ? refuse(why, _("it has several lines"), NULL)
						: parse(&key, why);
	if (r < 0)
		public_key_done(&key);
	else
		*ret_key = key;
	return r;
}

void public_key_done(struct public_key *key)
{
	free(key->line);
	free(key->options);
	free(key->type);
	free(key->label);
	free(key->blob);
	free(key->comment);
	free(key->fingerprint);
	*key = (struct public_key){0};
}

static bool has_key(const struct public_keys *keys, const struct public_key *key)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (text_is_equal(keys->items[i].blob, key->blob))
			return true;
	}
	return false;
}

static void take_key(struct public_keys *keys, struct public_key *key)
{
	if (has_key(keys, key)) {
		public_key_done(key);
		return;
	}
	keys->items = alloc_grow(keys->items, keys->count, &keys->capacity, sizeof(*keys->items));
	keys->items[keys->count++] = *key;
}

/* WHY, which tells of a line, tells of which one. */
static void name_line(struct problem *why, const char *source, unsigned line)
{
	_cleanup_free_ char *shown = source ? printable_text(source) : NULL;
	_cleanup_free_ char *name = NULL;

	if (!why || !source)
		return;
	name = text_format(_("%s, line %u"), shown, line);
	text_set(&why->what, name);
}

int public_keys_parse(struct public_keys *keys, const char *text, size_t length, const char *source,
		      struct problem *why)
{
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *whole = alloc_copy(text, length), *shown = printable_text(source);
	size_t found = 0;
	unsigned number = 0;

	if (memchr(text, '\0', length))
		return problem_set(why, -EINVAL, source ? shown : _("the key"),
				   _("this is no file of public keys"));
	for (char *at = whole, *line; (line = strsep(&at, "\n")) != NULL;) {
		struct public_key key;
		int r;

		number++;
		line = text_trim(line);
		if (!*line || *line == '#')
			continue;
		if (keys->count >= PUBLIC_KEYS_MAX)
			return problem_set(why, -E2BIG, source ? shown : _("the key"),
					   _("more keys than anybody could mean"));
		r = public_key_parse(line, &key, why);
		if (r < 0) {
			name_line(why, source, number);
			return r;
		}
		take_key(keys, &key);
		found++;
	}
	if (found)
		return 0;
	return problem_set(why, -ENOENT, source ? shown : _("the key"), _("there is no key in it"));
}

void public_keys_done(struct public_keys *keys)
{
	for (size_t i = 0; i < keys->count; i++)
		public_key_done(&keys->items[i]);
	free(keys->items);
	*keys = (struct public_keys){0};
}

bool public_key_is_in_line(const struct public_key *key, const char *line)
{
	_cleanup_public_key_ struct public_key other = {0};

	line += strspn(line, " \t");
	return *line != '#' && public_key_parse(line, &other, NULL) == 0 &&
	       text_is_equal(other.blob, key->blob);
}

char *public_key_describe(const struct public_key *key)
{
	_cleanup_free_ char *comment =
		*key->comment ? printable_text(key->comment) : text_copy(_("no comment"));

	return text_format("%u %s %s (%s)", key->bits, key->fingerprint, comment, key->label);
}

enum public_key_weakness public_key_judge(const struct public_key *key)
{
	if (text_is_equal(key->type, "ssh-dss"))
		return PUBLIC_KEY_DSS;
	if (!text_is_equal(key->type, "ssh-rsa") || key->bits >= 2048)
		return PUBLIC_KEY_GOOD;
	return key->bits < 1024 ? PUBLIC_KEY_BROKEN : PUBLIC_KEY_SHORT;
}
