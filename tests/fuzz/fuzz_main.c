/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target without libFuzzer: every file of a corpus folder as it is, then mutations of
 * them for some seconds, from a fixed seed.
 *
 *   fuzz_X CORPUS-FOLDER [SECONDS [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/root.h"
#include "fuzz.h"

#define INPUT_MAX 65536

struct corpus {
	struct input {
		char *bytes;
		size_t length;
	} * inputs;
	size_t count;
	size_t capacity;
};

static uint64_t dice_state;

static unsigned roll(unsigned sides)
{
	dice_state = dice_state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(dice_state >> 33) % sides;
}

static int read_corpus(const char *folder, struct corpus *corpus)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_root_ struct root *root = NULL;

	if (root_open(folder, &root, NULL) < 0 || root_list(root, "/", 0, &names) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		struct input *input;

		corpus->inputs = alloc_grow(corpus->inputs, corpus->count, &corpus->capacity,
					    sizeof(*corpus->inputs));
		input = &corpus->inputs[corpus->count];
		if (root_read_file(root, names.items[i], INPUT_MAX, &input->bytes,
				   &input->length) >= 0)
			corpus->count++;
	}
	return 0;
}

static const char *choose_word(void)
{
	static const char *const words[] = {"\"",   "\\",    "=",    "/", "..",		"\n",
					    "{",    "}",     "[",    ":", "4294967296", "-1",
					    "\xff", "UUID=", "null", "#"};
	unsigned count = 0;

	while (fuzz_words && fuzz_words[count])
		count++;
	return count && roll(4) ? fuzz_words[roll(count)] : words[roll(ARRAY_SIZE(words))];
}

static size_t insert(uint8_t *bytes, size_t length, size_t at, const void *what, size_t size)
{
	if (length + size > INPUT_MAX)
		return length;
	memmove(bytes + at + size, bytes + at, length - at);
	memcpy(bytes + at, what, size);
	return length + size;
}

/* Where the line begins that AT is in. */
static size_t line_start(const void *bytes, size_t at)
{
	const char *newline = memrchr(bytes, '\n', at);

	return newline ? (size_t)(newline + 1 - (const char *)bytes) : 0;
}

/* A line of OTHER in front of the one that AT is in. */
static size_t insert_line(uint8_t *bytes, size_t length, size_t at, const struct input *other)
{
	size_t start = line_start(other->bytes, other->length ? roll((unsigned)other->length) : 0);
	const char *end = memchr(other->bytes + start, '\n', other->length - start);
	size_t size = end ? (size_t)(end + 1 - other->bytes) - start : other->length - start;

	return insert(bytes, length, line_start(bytes, at), other->bytes + start, size);
}

/* One small change: a byte, a run cut out, doubled, or taken from another input, a word, a line. */
static size_t mutate(uint8_t *bytes, size_t length, const struct corpus *corpus)
{
	size_t at = length ? roll((unsigned)length) : 0;
	size_t run = length - at ? roll((unsigned)(length - at < 64 ? length - at : 64)) : 0;
	const struct input *other = &corpus->inputs[roll((unsigned)corpus->count)];
	const char *word;

	switch (roll(6)) {
	case 0:
		if (length)
			bytes[at] = (uint8_t)roll(256);
		return length;
	case 1:
		memmove(bytes + at, bytes + at + run, length - at - run);
		return length - run;
	case 2:
		if (length + run > INPUT_MAX)
			return length;
		memmove(bytes + at + run, bytes + at, length - at);
		return length + run;
	case 3:
		word = choose_word();
		if (word[1] && text_has_suffix(word, "\n")) /* a line of its own */
			at = line_start(bytes, at);
		return insert(bytes, length, at, word, strlen(word));
	case 4:
		return insert_line(bytes, length, at, other);
	default:
		if (at + other->length > INPUT_MAX || !other->length)
			return length;
		memcpy(bytes + at, other->bytes, other->length);
		return at + other->length > length ? at + other->length : length;
	}
}

/* Runs the target on a copy that ends where the input does, so that reading on is noticed. */
static void run_exactly(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, length);
	(void)LLVMFuzzerTestOneInput(copy, length);
	free(copy);
}

int main(int argc, char **argv)
{
	struct corpus corpus = {0};
	int64_t end = clock_monotonic_ms() + 1000 * (argc > 2 ? atoi(argv[2]) : 0);
	unsigned long runs = 0;
	uint8_t *work;

	dice_state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	if (argc < 2 || read_corpus(argv[1], &corpus) < 0 || !corpus.count) {
		fprintf(stderr, "usage: fuzz CORPUS-FOLDER [SECONDS [SEED]]\n");
		return 2;
	}
	for (size_t i = 0; i < corpus.count; i++, runs++)
		run_exactly((const uint8_t *)corpus.inputs[i].bytes, corpus.inputs[i].length);
	work = alloc_zero(INPUT_MAX, 1);
	for (; clock_monotonic_ms() < end; runs++) {
		const struct input *input = &corpus.inputs[roll((unsigned)corpus.count)];
		unsigned changes = roll(8) + 1;
		size_t length = input->length;

		memcpy(work, input->bytes, length);
		for (unsigned i = 0; i < changes; i++)
			length = mutate(work, length, &corpus);
		run_exactly(work, length);
	}
	free(work);
	for (size_t i = 0; i < corpus.count; i++)
		free(corpus.inputs[i].bytes);
	free(corpus.inputs);
	printf("%lu inputs\n", runs);
	return 0;
}
