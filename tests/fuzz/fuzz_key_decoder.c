/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzz target: bytes from a terminal become keys; none is waited for in vain, and it does not
 * matter how many arrive at once.
 */
#include "fuzz.h"

#include <assert.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tui/key_decoder.h"

struct keys {
	struct key *items;
	size_t count;
	size_t capacity;
};

/* Sequences as the descriptions of linux and rxvt have them; none is the start of another. */
static void add_known(struct key_decoder *decoder)
{
	key_decoder_add(decoder, "\033[[A", KEY_CODE_F1);
	key_decoder_add(decoder, "\033[1~", KEY_CODE_HOME);
	key_decoder_add(decoder, "\033[c", KEY_ALT(KEY_CODE_RIGHT));
	key_decoder_add(decoder, "\033Oq", KEY_CODE_END); /* the keypad's 1: ignored */
}

static void check_name(int code)
{
	_cleanup_free_ char *name = key_format(code);

	assert(code >= 0 && *name);
	assert(key_parse(name) == code);
}

static void take(struct key_decoder *decoder, bool is_all, struct keys *keys)
{
	struct key key = {0};

	while (key_decoder_next(decoder, is_all, &key) == KEY_DECODED_KEY) {
		assert(key.row >= 0 && key.column >= 0);
		keys->items =
			alloc_grow(keys->items, keys->count, &keys->capacity, sizeof(*keys->items));
		keys->items[keys->count++] = key;
	}
}

/* All keys of DATA, fed STEP bytes at a time. */
static void decode(const uint8_t *data, size_t size, size_t step, struct keys *keys)
{
	_cleanup_key_decoder_ struct key_decoder decoder = {0};

	add_known(&decoder);
	for (size_t at = 0; at < size; at += step) {
		key_decoder_feed(&decoder, (const char *)data + at,
				 size - at < step ? size - at : step);
		take(&decoder, false, keys);
	}
	take(&decoder, true, keys);
	assert(decoder.bytes.length == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keys whole = {0}, parts = {0};

	if (size > 4096) /* what no terminal sends at once */
		return 0;
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* names of keys beyond ASCII */
	decode(data, size, size ? size : 1, &whole);
	decode(data, size, size % 3 + 1, &parts);
	assert(whole.count == parts.count && whole.count <= size);
	for (size_t i = 0; i < whole.count; i++) {
		assert(whole.items[i].code == parts.items[i].code);
		check_name(whole.items[i].code);
	}
	free(whole.items);
	free(parts.items);
	return 0;
}
