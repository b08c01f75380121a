/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made-up Windows systems: their accounts, groups, domains, as the values in which the hives have
 * them. */
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "windows_tree.h"

#define TICKS 10000000u
#define EPOCH 11644473600u
#define NEVER 0x7fffffffffffffffu
#define FLAG_NORMAL 0x10u

static const unsigned char machine_sid[24] = {1,    4,	  0,	0,    0,    0,	  0,	5,
					      0x15, 0,	  0,	0,    0x11, 0x22, 0x33, 0x44,
					      0x55, 0x66, 0x77, 0x08, 0x99, 0xaa, 0xbb, 0x0c};
static const char machine_name[] = "S-1-5-21-1144201745-142042709-213625497";

struct made {
	struct reg_key *sam, *security, *system;
	uint32_t members[64]; /* of the administrators */
	size_t member_count;
	uint64_t threshold, lock_time, age;
	const char *hibernated, *state;
	bool is_upper, is_lower;
};

static void put(void *bytes, size_t at, uint64_t value, size_t size)
{
	value = htole64(value);
	memcpy((char *)bytes + at, &value, size);
}

static uint64_t filetime(const char *text)
{
	uint64_t seconds = strtoull(text, NULL, 10);

	return seconds ? (seconds + EPOCH) * TICKS : 0;
}

/* UTF-8 of at most two bytes a character as UTF-16; the caller frees. */
static char *to_utf16(const char *text, size_t *ret_length)
{
	char *units = alloc_zero(strlen(text) + 1, 2);
	size_t length = 0;

	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		unsigned code = *at < 0x80 ? *at : (*at & 0x1fu) << 6 | (at[1] & 0x3fu);

		at += *at >= 0x80;
		put(units, length, code, 2);
		length += 2;
	}
	*ret_length = length;
	return units;
}

static void set_counted_text(struct reg_key *key, const char *text)
{
	size_t length;
	_cleanup_free_ char *units = to_utf16(text, &length);
	_cleanup_free_ char *bytes = alloc_zero(8 + length, 1);

	put(bytes, 0, length, 2);
	put(bytes, 2, length + 2, 2);
	put(bytes, 4, 8, 4);
	memcpy(bytes + 8, units, length);
	reg_set(key, "", 0, bytes, 8 + length);
}

/* --- V: a table of 17 places, and what lies there */

struct variable {
	unsigned char table[204];
	struct text_buffer rest;
};

static void add_part(struct variable *v, size_t place, const void *bytes, size_t length)
{
	put(v->table, place, v->rest.length, 4);
	put(v->table, place + 4, length, 4);
	text_buffer_add(&v->rest, bytes, length);
	while (v->rest.length % 4)
		text_buffer_add(&v->rest, "", 1);
}

static void add_text(struct variable *v, size_t place, const char *text)
{
	size_t length;
	_cleanup_free_ char *units = to_utf16(text, &length);

	add_part(v, place, units, length);
}

/* How each kind of hash is kept: its length, its revision. */
static const struct {
	const char *name;
	size_t lm, nt;
	unsigned revision;
} hashes[] = {
	{"rc4", 4, 20, 1}, {"lm", 20, 20, 1},	   {"aes", 24, 56, 2}, {"nt4", 16, 16, 0},
	{"none", 4, 4, 1}, {"aesnone", 24, 24, 2}, {"zero", 0, 0, 0},
};

static void add_hash(struct variable *v, size_t place, size_t length, unsigned revision)
{
	unsigned char bytes[56];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(0xa0 + 3 * i);
	if (revision) {
		put(bytes, 0, 2, 2);
		put(bytes, 2, revision, 2);
	}
	if (revision == 2)
		put(bytes, 4, length > 24 ? 16 : 0, 4);
	add_part(v, place, bytes, length);
}

static void add_hashes(struct variable *v, const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++) {
		if (strcmp(hashes[i].name, kind) != 0)
			continue;
		add_hash(v, 0x9c, hashes[i].lm, hashes[i].revision);
		add_hash(v, 0xa8, hashes[i].nt, hashes[i].revision);
		add_hash(v, 0xb4, hashes[i].revision == 2 ? 24 : 4, hashes[i].revision);
		add_hash(v, 0xc0, hashes[i].revision == 2 ? 24 : 4, hashes[i].revision);
		return;
	}
	assert(!"a hash that windows_tree.h does not know");
}

static void set_variable(struct reg_key *key, const char *name, const char *full, const char *hash,
			 bool is_bad)
{
	struct variable v = {0};
	_cleanup_text_buffer_ struct text_buffer whole = {0};
	static const char descriptor[20] = {1, 0, 0, (char)0x80};

	add_part(&v, 0, descriptor, sizeof(descriptor));
	add_text(&v, 0x0c, name);
	add_text(&v, 0x18, full);
	add_text(&v, 0x24, "made for a test");
	for (size_t place = 0x30; place < 0x9c; place += 12)
		add_part(&v, place, "", 0);
	add_hashes(&v, hash);
	if (is_bad)
		put(v.table, 0x0c, 0xfffffff0, 4);
	text_buffer_add(&whole, v.table, sizeof(v.table));
	text_buffer_add(&whole, v.rest.data, v.rest.length);
	reg_set(key, "V", 3, whole.data, whole.length);
	text_buffer_done(&v.rest);
}

/* --- an account */

static const struct {
	const char *word;
	unsigned flag;
} flag_words[] = {
	{"disabled", 0x1},	 {"nopassword", 0x4}, {"trust", 0x80},
	{"neverexpires", 0x200}, {"locked", 0x400},
};

static const struct {
	const char *word;
	size_t place;
} time_words[] = {{"login=", 0x08}, {"set=", 0x18}, {"expires=", 0x20}, {"failed=", 0x28}};

static bool take_word(const char *word, unsigned char f[80])
{
	const char *value;

	for (size_t i = 0; i < ARRAY_SIZE(flag_words); i++) {
		if (strcmp(word, flag_words[i].word) == 0) {
			f[0x38] |= (unsigned char)flag_words[i].flag;
			f[0x39] |= (unsigned char)(flag_words[i].flag >> 8);
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(time_words); i++) {
		value = text_after_prefix(word, time_words[i].word);
		if (value) {
			put(f, time_words[i].place, filetime(value), 8);
			return true;
		}
	}
	value = text_after_prefix(word, "failures=");
	if (value)
		put(f, 0x40, strtoul(value, NULL, 10), 2);
	return value;
}

static void spaces(char *text)
{
	for (; *text; text++) {
		if (*text == '_')
			*text = ' ';
	}
}

static void add_groups(struct made *made, uint32_t rid, bool is_administrator)
{
	_cleanup_free_ char *path =
		text_format("SAM/Domains/Builtin/Aliases/Members/%s/%08X", machine_name, rid);
	uint32_t groups[2] = {htole32(0x221), htole32(0x220)};

	reg_set(reg_key_at(made->sam, path), "", is_administrator ? 2 : 1, groups,
		is_administrator ? 8 : 4);
	if (is_administrator)
		made->members[made->member_count++] = rid;
}

static void add_account(struct made *made, struct text_list *words)
{
	uint32_t rid = (uint32_t)strtoul(words->items[1], NULL, 10);
	_cleanup_free_ char *path = text_format("SAM/Domains/Account/Users/%08X", rid);
	struct reg_key *key = reg_key_at(made->sam, path);
	char *name = words->items[2], *full = NULL;
	const char *hash = "rc4", *online = NULL;
	bool is_administrator = false, is_ungrouped = false, has_bad_v = false, has_bad_f = false;
	unsigned char f[80] = {3, 0, 1};

	put(f, 0x18, filetime("1700000000"), 8);
	put(f, 0x20, NEVER, 8);
	put(f, 0x30, rid, 4);
	put(f, 0x34, 513, 4);
	put(f, 0x38, FLAG_NORMAL, 2);
	spaces(name);
	for (size_t i = 3; i < words->count; i++) {
		char *word = words->items[i];

		if (take_word(word, f))
			continue;
		if (text_has_prefix(word, "full="))
			full = word + 5;
		else if (text_has_prefix(word, "hash="))
			hash = word + 5;
		else if (text_has_prefix(word, "online="))
			online = word + 7;
		is_administrator |= strcmp(word, "administrator") == 0;
		is_ungrouped |= strcmp(word, "ungrouped") == 0;
		has_bad_v |= strcmp(word, "badv") == 0;
		has_bad_f |= strcmp(word, "badf") == 0;
	}
	if (full)
		spaces(full);
	reg_set(key, "F", 3, f, has_bad_f ? 40 : sizeof(f));
	set_variable(key, name, full ? full : "", hash, has_bad_v);
	if (online) {
		size_t length;
		_cleanup_free_ char *units = to_utf16(online, &length);

		reg_set(key, "InternetUserName", 3, units, length);
	}
	free(path);
	path = text_format("SAM/Domains/Account/Users/Names/%s", name);
	reg_set(reg_key_at(made->sam, path), "", rid, "", 0);
	if (!is_ungrouped)
		add_groups(made, rid, is_administrator);
}

/* --- the group of administrators: a table, its name, its members */

static void set_administrators(struct made *made)
{
	static const unsigned char of_domain[28] = {1, 5, 0, 0, 0, 0, 0, 5, 0x15, 0, 0, 0, 1, 0,
						    0, 0, 2, 0, 0, 0, 3, 0, 0,	  0, 0, 2, 0, 0};
	unsigned char table[0x34] = {0};
	_cleanup_text_buffer_ struct text_buffer rest = {0}, whole = {0};
	struct reg_key *key = reg_key_at(made->sam, "SAM/Domains/Builtin/Aliases/00000220");
	size_t length, start;
	_cleanup_free_ char *units = to_utf16("Administrators", &length);

	put(table, 0, 0x220, 4);
	put(table, 0x10, 0, 4);
	put(table, 0x14, length, 4);
	text_buffer_add(&rest, units, length);
	put(table, 0x1c, rest.length, 4);
	while (rest.length % 4)
		text_buffer_add(&rest, "", 1);
	start = rest.length;
	text_buffer_add(&rest, of_domain, sizeof(of_domain));
	for (size_t i = 0; i < made->member_count; i++) {
		unsigned char sid[28];

		memcpy(sid, machine_sid, 24);
		sid[1] = 5;
		put(sid, 24, made->members[i], 4);
		text_buffer_add(&rest, sid, sizeof(sid));
	}
	put(table, 0x28, start, 4);
	put(table, 0x2c, rest.length - start, 4);
	put(table, 0x30, made->member_count + 1, 4);
	text_buffer_add(&whole, table, sizeof(table));
	text_buffer_add(&whole, rest.data, rest.length);
	reg_set(key, "C", 3, whole.data, whole.length);
}

/* The type of its value is the number of accounts that are in groups. */
static void count_members(struct made *made)
{
	_cleanup_free_ char *path =
		text_format("SAM/Domains/Builtin/Aliases/Members/%s", machine_name);
	struct reg_key *key = reg_key_at(made->sam, path);

	reg_set(key, "", (uint32_t)key->count, "", 0);
}

static void set_rules(struct made *made)
{
	struct reg_key *key = reg_key_at(made->sam, "SAM/Domains/Account");
	unsigned char f[240] = {3, 0, 1}, v[68] = {0};

	put(f, 0x18, made->age ? 0 - made->age * TICKS : 0x8000000000000000u, 8);
	put(f, 0x30, made->lock_time ? 0 - made->lock_time * TICKS : 0x8000000000000000u, 8);
	put(f, 0x54, made->threshold, 2);
	memcpy(v + sizeof(v) - 24, machine_sid, 24);
	reg_set(key, "F", 3, f, sizeof(f));
	reg_set(key, "V", 3, v, sizeof(v));
}

/* --- the other hives */

static void set_domain(struct made *made, const char *name, bool is_domain)
{
	static const unsigned char sid[] = {1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0,
					    1, 0, 0, 0, 2, 0, 0, 0, 3,	0, 0, 0};

	set_counted_text(reg_key_at(made->security, "Policy/PolPrDmN"), name);
	if (!is_domain)
		return;
	set_counted_text(reg_key_at(made->security, "Policy/PolDnDDN"), name);
	reg_set(reg_key_at(made->security, "Policy/PolPrDmS"), "", 0, sid, sizeof(sid));
}

static void set_tenant(struct made *made, const char *name)
{
	static const char base[] = "ControlSet002/Control/CloudDomainJoin";
	_cleanup_free_ char *join = text_format("%s/JoinInfo/0011223344", base);
	_cleanup_free_ char *tenant = text_format("%s/TenantInfo/aaaa-bbbb", base);

	reg_set_text(reg_key_at(made->system, join), "TenantId", "aaaa-bbbb");
	reg_set_text(reg_key_at(made->system, tenant), "DisplayName", name);
}

static void take_rule(struct made *made, const char *word)
{
	const struct {
		const char *prefix;
		uint64_t *number;
	} rules[] = {{"threshold=", &made->threshold},
		     {"locktime=", &made->lock_time},
		     {"age=", &made->age}};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (text_has_prefix(word, rules[i].prefix))
			*rules[i].number = strtoull(strchr(word, '=') + 1, NULL, 10);
	}
}

static void take_line(struct made *made, struct text_list *words, struct text_list *kept)
{
	const char *kind = words->items[0];

	if (strcmp(kind, "account") == 0) {
		add_account(made, words);
		return;
	}
	if (strcmp(kind, "controller") == 0) {
		reg_set_text(reg_key_at(made->system, "ControlSet002/Control/ProductOptions"),
			     "ProductType", "LanmanNT");
		return;
	}
	assert(words->count > 1);
	text_list_add(kept, words->items[1]);
	spaces(words->items[1]);
	if (strcmp(kind, "rule") == 0)
		take_rule(made, words->items[1]);
	else if (strcmp(kind, "domain") == 0 || strcmp(kind, "workgroup") == 0)
		set_domain(made, words->items[1], *kind == 'd');
	else if (strcmp(kind, "tenant") == 0)
		set_tenant(made, words->items[1]);
	else if (strcmp(kind, "hibernated") == 0)
		made->hibernated = kept->items[kept->count - 1];
	else if (strcmp(kind, "state") == 0)
		made->state = kept->items[kept->count - 1];
	else if (strcmp(kind, "case") == 0)
		made->is_upper = *words->items[1] == 'U', made->is_lower = !made->is_upper;
	else
		assert(!"a line that windows_tree.h does not know");
}

static void make(struct made *made, const char *text, struct text_list *kept)
{
	_cleanup_text_list_ struct text_list lines = {0};
	uint32_t set = htole32(2);

	*made = (struct made){
		.sam = reg_key_new("ROOT"),
		.security = reg_key_new("ROOT"),
		.system = reg_key_new("ROOT"),
	};
	reg_set(reg_key_at(made->system, "Select"), "Current", 4, &set, 4);
	reg_set_text(reg_key_at(made->system, "ControlSet001/Control/ProductOptions"),
		     "ProductType", "WinNT");
	(void)reg_key_at(made->security, "Policy");
	(void)reg_key_at(made->sam, "SAM/Domains/Account/Users/Names");
	text_list_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		_cleanup_text_list_ struct text_list words = {0};

		text_list_split(&words, lines.items[i], " ");
		if (words.count && *words.items[0] != '#')
			take_line(made, &words, kept);
	}
	set_rules(made);
	set_administrators(made);
	count_members(made);
}

static void made_done(struct made *made)
{
	reg_key_free(made->sam);
	reg_key_free(made->security);
	reg_key_free(made->system);
}

void windows_tree_sam(const char *text, char **ret_bytes, size_t *ret_length)
{
	_cleanup_text_list_ struct text_list kept = {0};
	struct made made;

	make(&made, text, &kept);
	reg_write(made.sam, ret_bytes, ret_length);
	made_done(&made);
}

/* --- files */

static void write_file(const struct made *made, const char *folder, const char *path,
		       const void *bytes, size_t length)
{
	_cleanup_free_ char *spelt = text_copy(path), *full = NULL;
	FILE *file;

	for (char *at = spelt; *at; at++) {
		if (made->is_upper && *at >= 'a' && *at <= 'z')
			*at = (char)(*at - 32);
		if (made->is_lower && *at >= 'A' && *at <= 'Z')
			*at = (char)(*at + 32);
	}
	full = text_format("%s/%s", folder, spelt);
	for (char *slash = strchr(full + strlen(folder) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(full, 0755); /* it may be there */
		*slash = '/';
	}
	file = fopen(full, "we");
	assert(file);
	assert(fwrite(bytes, 1, length, file) == length);
	assert(fclose(file) == 0);
}

static void write_hive(const struct made *made, const char *folder, const char *name,
		       const struct reg_key *root)
{
	_cleanup_free_ char *path = text_format("Windows/System32/config/%s", name), *bytes = NULL;
	size_t length;

	reg_write(root, &bytes, &length);
	write_file(made, folder, path, bytes, length);
}

/* The SAM is what it is without any account disabled, and what it is with them is in its log. */
static void write_sam(const struct made *made, const char *folder, const char *text)
{
	static const char path[] = "Windows/System32/config/SAM";
	_cleanup_free_ char *before = text_copy(text), *was = NULL, *becomes = NULL, *log = NULL;
	size_t length, now, log_length;

	windows_tree_sam(text, &becomes, &now);
	if (!made->state) {
		write_file(made, folder, path, becomes, now);
		write_file(made, folder, "Windows/System32/config/SAM.LOG1", "", 0);
		return;
	}
	for (char *at = before; (at = strstr(at, " disabled")) != NULL;)
		memset(at, ' ', strlen(" disabled"));
	windows_tree_sam(before, &was, &length);
	assert(length == now);
	windows_tree_log(was, becomes, length, strcmp(made->state, "oldlog") == 0, &log,
			 &log_length);
	write_file(made, folder, path, was, length);
	if (strcmp(made->state, "dirty") != 0)
		write_file(made, folder, "Windows/System32/config/SAM.LOG1", log, log_length);
}

void windows_tree_make(const char *folder, const char *text)
{
	_cleanup_text_list_ struct text_list kept = {0};
	struct reg_key *software = reg_key_new("ROOT");
	struct made made;
	struct reg_key *version = reg_key_at(software, "Microsoft/Windows NT/CurrentVersion");

	reg_set_text(version, "ProductName", "Windows 10 Pro");
	reg_set_text(version, "CurrentBuild", "19045");
	make(&made, text, &kept);
	write_sam(&made, folder, text);
	write_hive(&made, folder, "SECURITY", made.security);
	write_hive(&made, folder, "SYSTEM", made.system);
	write_hive(&made, folder, "SOFTWARE", software);
	if (made.hibernated) {
		_cleanup_free_ char *file = alloc_zero(8192, 1);

		memcpy(file, made.hibernated, strlen(made.hibernated));
		write_file(&made, folder, "hiberfil.sys", file, 8192);
	}
	reg_key_free(software);
	made_done(&made);
}
