/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry hives written from trees of keys: one bin, "lh" lists, no class names. */
#include "windows_tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "storage/bytes.h"

#define HEADER 4096u
#define NONE UINT32_MAX

struct reg_key *reg_key_new(const char *name)
{
	struct reg_key *key = alloc_zero(1, sizeof(*key));

	key->name = text_copy(name);
	return key;
}

void reg_key_free(struct reg_key *key)
{
	for (size_t i = 0; i < key->count; i++)
		reg_key_free(key->keys[i]);
	for (size_t i = 0; i < key->value_count; i++) {
		free(key->values[i].name);
		free(key->values[i].bytes);
	}
	free(key->keys);
	free(key->values);
	free(key->name);
	free(key);
}

struct reg_key *reg_key_at(struct reg_key *key, const char *path)
{
	_cleanup_text_list_ struct text_list parts = {0};

	text_list_split(&parts, path, "/");
	for (size_t i = 0; i < parts.count; i++) {
		struct reg_key *found = NULL;

		for (size_t j = 0; j < key->count && !found; j++) {
			if (text_is_equal_ignoring_case(key->keys[j]->name, parts.items[i]))
				found = key->keys[j];
		}
		if (!found) {
			found = reg_key_new(parts.items[i]);
			key->keys = alloc_grow(key->keys, key->count, &key->capacity,
					       sizeof(struct reg_key *));
			key->keys[key->count++] = found;
		}
		key = found;
	}
	return key;
}

void reg_set(struct reg_key *key, const char *name, uint32_t type, const void *bytes, size_t length)
{
	key->values = alloc_grow(key->values, key->value_count, &key->value_capacity,
				 sizeof(*key->values));
	key->values[key->value_count++] = (struct reg_value){
		.name = text_copy(name),
		.type = type,
		.bytes = alloc_copy(length ? bytes : "", length),
		.length = length,
	};
}

void reg_set_text(struct reg_key *key, const char *name, const char *text)
{
	_cleanup_text_buffer_ struct text_buffer units = {0};

	for (const char *at = text;; at++) {
		text_buffer_add(&units, (char[]){*at, 0}, 2);
		if (!*at)
			break;
	}
	reg_set(key, name, 1, units.data, units.length);
}

static void put(char *bytes, size_t at, uint64_t value, size_t size)
{
	value = htole64(value);
	memcpy(bytes + at, &value, size);
}

/* A cell with LENGTH zeroed bytes; where it is, from the end of the header. */
static uint32_t add_cell(struct text_buffer *hive, size_t length)
{
	size_t at = hive->length, whole = (length + 4 + 7) / 8 * 8;
	_cleanup_free_ char *zeros = alloc_zero(whole, 1);

	put(zeros, 0, (uint64_t) - (int64_t)whole, 4);
	text_buffer_add(hive, zeros, whole);
	return (uint32_t)(at - HEADER);
}

static char *cell(struct text_buffer *hive, uint32_t offset)
{
	return hive->data + HEADER + offset + 4;
}

static uint32_t add_value(struct text_buffer *hive, const struct reg_value *value)
{
	uint32_t data = 0, at;
	size_t length = strlen(value->name);

	if (value->length > 4) {
		data = add_cell(hive, value->length);
		memcpy(cell(hive, data), value->bytes, value->length);
	} else if (value->length) {
		memcpy(&data, value->bytes, value->length);
	}
	at = add_cell(hive, 20 + length);
	memcpy(cell(hive, at), "vk", 2);
	put(cell(hive, at), 2, length, 2);
	put(cell(hive, at), 4, value->length > 4 ? value->length : value->length | 0x80000000u, 4);
	if (value->length > 4)
		put(cell(hive, at), 8, data, 4);
	else
		memcpy(cell(hive, at) + 8, &data, 4);
	put(cell(hive, at), 12, value->type, 4);
	put(cell(hive, at), 16, length ? 1 : 0, 2);
	memcpy(cell(hive, at) + 20, value->name, length);
	return at;
}

static int compare_names(const void *a, const void *b)
{
	return strcasecmp((*(struct reg_key *const *)a)->name, (*(struct reg_key *const *)b)->name);
}

static uint32_t hash_name(const char *name)
{
	uint32_t hash = 0;

	for (; *name; name++)
		hash = hash * 37 +
		       (uint32_t)(*name >= 'a' && *name <= 'z' ? *name - 32 : (unsigned char)*name);
	return hash;
}

/* Names beyond ASCII are UTF-16 there; here only those of two bytes in UTF-8. */
static size_t write_name(const char *name, char *to, bool *ret_is_plain)
{
	size_t length = 0;

	*ret_is_plain = true;
	for (const char *at = name; *at; at++)
		*ret_is_plain &= (unsigned char)*at < 0x80;
	for (const unsigned char *at = (const unsigned char *)name; *at; at++) {
		unsigned code = *at;

		if (*ret_is_plain) {
			to[length++] = (char)code;
			continue;
		}
		if (code >= 0x80)
			code = (code & 0x1f) << 6 | (*++at & 0x3f);
		to[length++] = (char)code;
		to[length++] = (char)(code >> 8);
	}
	return length;
}

static uint32_t add_key(struct text_buffer *hive, const struct reg_key *key, uint32_t parent,
			uint32_t security)
{
	_cleanup_free_ char *name = alloc_zero(strlen(key->name) + 1, 2);
	bool is_plain;
	size_t length = write_name(key->name, name, &is_plain);
	uint32_t at = add_cell(hive, 76 + length), list = NONE, values = NONE;

	memcpy(cell(hive, at), "nk", 2);
	put(cell(hive, at), 2, (is_plain ? 0x20 : 0) | (parent == NONE ? 0x0c : 0), 2);
	put(cell(hive, at), 4, 0x01d800000000ab00u, 8);
	put(cell(hive, at), 16, parent == NONE ? 0 : parent, 4);
	put(cell(hive, at), 44, security, 4);
	put(cell(hive, at), 48, NONE, 4);
	put(cell(hive, at), 72, length, 2);
	memcpy(cell(hive, at) + 76, name, length);
	if (key->count) {
		qsort(key->keys, key->count, sizeof(struct reg_key *), compare_names);
		list = add_cell(hive, 4 + 8 * key->count);
		memcpy(cell(hive, list), "lh", 2);
		put(cell(hive, list), 2, key->count, 2);
	}
	for (size_t i = 0; i < key->count; i++) {
		uint32_t child = add_key(hive, key->keys[i], at, security);

		put(cell(hive, list), 4 + 8 * i, child, 4);
		put(cell(hive, list), 8 + 8 * i, hash_name(key->keys[i]->name), 4);
	}
	if (key->value_count)
		values = add_cell(hive, 4 * key->value_count);
	for (size_t i = 0; i < key->value_count; i++) {
		uint32_t value = add_value(hive, &key->values[i]);

		put(cell(hive, values), 4 * i, value, 4);
	}
	put(cell(hive, at), 20, key->count, 4);
	put(cell(hive, at), 28, list, 4);
	put(cell(hive, at), 32, NONE, 4);
	put(cell(hive, at), 36, key->value_count, 4);
	put(cell(hive, at), 40, values, 4);
	return at;
}

static size_t count_keys(const struct reg_key *key)
{
	size_t count = 1;

	for (size_t i = 0; i < key->count; i++)
		count += count_keys(key->keys[i]);
	return count;
}

static uint32_t add_security(struct text_buffer *hive, size_t users)
{
	uint32_t at = add_cell(hive, 20 + 20);

	memcpy(cell(hive, at), "sk", 2);
	put(cell(hive, at), 4, at, 4);
	put(cell(hive, at), 8, at, 4);
	put(cell(hive, at), 12, users, 4);
	put(cell(hive, at), 16, 20, 4);
	put(cell(hive, at), 20, 1,
	    1); /* a security descriptor, self-relative, with nothing in it */
	put(cell(hive, at), 22, 0x8000, 2);
	return at;
}

static void set_checksum(char *header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < 508; i += 4)
		sum ^= get_le32((unsigned char *)header + i);
	put(header, 508, sum, 4);
}

void reg_write(const struct reg_key *root, char **ret_bytes, size_t *ret_length)
{
	_cleanup_text_buffer_ struct text_buffer hive = {0};
	_cleanup_free_ char *zeros = alloc_zero(2 * HEADER, 1);
	uint32_t security, top;
	size_t used, left;

	text_buffer_add(&hive, zeros, HEADER + 32);
	security = add_security(&hive, count_keys(root));
	top = add_key(&hive, root, NONE, security);
	used = hive.length;
	left = HEADER - used % HEADER;
	left = left < 8 ? left + HEADER : left;
	text_buffer_add(&hive, zeros, left);
	put(hive.data, used, left, 4); /* a free cell */
	memcpy(hive.data + HEADER, "hbin", 4);
	put(hive.data, HEADER + 8, hive.length - HEADER, 4);
	memcpy(hive.data, "regf", 4);
	put(hive.data, 4, 7, 4);
	put(hive.data, 8, 7, 4);
	put(hive.data, 12, 0x01d800000000ab00u, 8);
	put(hive.data, 20, 1, 4);
	put(hive.data, 24, 5, 4);
	put(hive.data, 32, 1, 4);
	put(hive.data, 36, top, 4);
	put(hive.data, 40, hive.length - HEADER, 4);
	put(hive.data, 44, 1, 4);
	set_checksum(hive.data);
	*ret_length = hive.length;
	*ret_bytes = text_buffer_take(&hive);
}

/* --- logs */

static uint32_t rotate(uint32_t value, unsigned bits)
{
	return value << bits | value >> (32 - bits);
}

static uint64_t marvin(const unsigned char *bytes, size_t length)
{
	uint32_t low = 0x7a4e55c5, high = 0x82ef4d88;

	assert(length % 4 == 0);
	for (size_t i = 0; i < length + 8; i += 4) {
		low += i < length ? get_le32(bytes + i) : i == length ? 0x80 : 0;
		high ^= low;
		low = rotate(low, 20) + high;
		high = rotate(high, 9) ^ low;
		low = rotate(low, 27) + high;
		high = rotate(high, 19);
	}
	return (uint64_t)high << 32 | low;
}

/* Each 4096 bytes that differ are a page. */
static void add_new_entry(struct text_buffer *log, const char *was, const char *becomes,
			  size_t length, uint32_t sequence)
{
	_cleanup_free_ char *entry = alloc_zero(length + HEADER, 2);
	size_t pages = 0, at = 40, size, page = 0;

	for (size_t i = HEADER; i < length; i += HEADER)
		pages += memcmp(was + i, becomes + i, HEADER) != 0;
	at += 8 * pages;
	for (size_t i = HEADER; i < length; i += HEADER) {
		if (memcmp(was + i, becomes + i, HEADER) == 0)
			continue;
		put(entry, 40 + 8 * page, i - HEADER, 4);
		put(entry, 44 + 8 * page++, HEADER, 4);
		memcpy(entry + at, becomes + i, HEADER);
		at += HEADER;
	}
	size = (at + 511) / 512 * 512;
	memcpy(entry, "HvLE", 4);
	put(entry, 4, size, 4);
	put(entry, 12, sequence, 4);
	put(entry, 16, length - HEADER, 4);
	put(entry, 20, pages, 4);
	put(entry, 24, marvin((unsigned char *)entry + 40, size - 40), 8);
	put(entry, 32, marvin((unsigned char *)entry, 32), 8);
	text_buffer_add(log, entry, size);
}

static void add_old_pages(struct text_buffer *log, const char *was, const char *becomes,
			  size_t length)
{
	size_t pages = (length - HEADER) / 512, whole = (4 + pages / 8 + 511) / 512 * 512;
	_cleanup_free_ char *bitmap = alloc_zero(whole, 1);

	memcpy(bitmap, "DIRT", 4);
	for (size_t i = 0; i < pages; i++) {
		if (memcmp(was + HEADER + 512 * i, becomes + HEADER + 512 * i, 512) != 0)
			bitmap[4 + i / 8] = (char)(bitmap[4 + i / 8] | 1 << i % 8);
	}
	text_buffer_add(log, bitmap, whole);
	for (size_t i = 0; i < pages; i++) {
		if (bitmap[4 + i / 8] & 1 << i % 8)
			text_buffer_add(log, becomes + HEADER + 512 * i, 512);
	}
}

void windows_tree_log(char *was, const char *becomes, size_t length, bool is_old, char **ret_log,
		      size_t *ret_length)
{
	_cleanup_text_buffer_ struct text_buffer log = {0};
	_cleanup_free_ char *header = alloc_copy(was, 512);
	uint32_t sequence = get_le32((unsigned char *)was + 4) + 1;

	put(was, 4, sequence, 4);
	set_checksum(was);
	put(header, 4, sequence, 4);
	put(header, 8, sequence, 4);
	put(header, 28, is_old ? 1 : 6, 4);
	set_checksum(header);
	text_buffer_add(&log, header, 512);
	if (is_old)
		add_old_pages(&log, was, becomes, length);
	else
		add_new_entry(&log, was, becomes, length, sequence);
	*ret_length = log.length;
	*ret_log = text_buffer_take(&log);
}

void windows_tree_seal(char *bytes, size_t length)
{
	size_t size;

	if (length < 512)
		return;
	set_checksum(bytes);
	for (size_t at = 512; at + 40 <= length && memcmp(bytes + at, "HvLE", 4) == 0; at += size) {
		size = get_le32((unsigned char *)bytes + at + 4);
		if (size < 512 || size % 4 || size > length - at)
			return;
		put(bytes, at + 24, marvin((unsigned char *)bytes + at + 40, size - 40), 8);
		put(bytes, at + 32, marvin((unsigned char *)bytes + at, 32), 8);
	}
}
