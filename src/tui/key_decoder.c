/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys from the bytes that a terminal sends for them. */
#include "tui/key_decoder.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define ESCAPE '\033'
#define PARAMETERS_MAX 4
#define SEQUENCE_MAX 64 /* bytes; what is longer is no key */

/* What was read off the front: its bytes; 0 where more must come. A code of NO_KEY is dropped. */
struct reading {
	size_t taken;
	struct key key;
};

enum { NO_KEY = -1 };

static const struct reading unfinished = {0, {NO_KEY, 0, 0}};

static struct reading reading_of(size_t taken, int code)
{
	return (struct reading){taken, {code, 0, 0}};
}

/* The final byte of CSI and SS3 sequences: ECMA-48 as DEC and xterm use it. */
static int code_of_final(char final)
{
	static const struct {
		char final;
		int code;
	} finals[] = {
		{'A', KEY_CODE_UP},	  {'B', KEY_CODE_DOWN},	  {'C', KEY_CODE_RIGHT},
		{'D', KEY_CODE_LEFT},	  {'H', KEY_CODE_HOME},	  {'F', KEY_CODE_END},
		{'Z', KEY_CODE_BACK_TAB}, {'P', KEY_CODE_F1},	  {'Q', KEY_CODE_F1 + 1},
		{'R', KEY_CODE_F1 + 2},	  {'S', KEY_CODE_F1 + 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(finals); i++) {
		if (finals[i].final == final)
			return finals[i].code;
	}
	return NO_KEY;
}

/* The number in front of "~": VT220's keys, with rxvt's Home and End and the F-keys of all. */
static int code_of_number(int number)
{
	static const struct {
		int number, code;
	} numbers[] = {
		{1, KEY_CODE_HOME},	{2, KEY_CODE_INSERT},	{3, KEY_CODE_DELETE},
		{4, KEY_CODE_END},	{5, KEY_CODE_PAGE_UP},	{6, KEY_CODE_PAGE_DOWN},
		{7, KEY_CODE_HOME},	{8, KEY_CODE_END},	{11, KEY_CODE_F1},
		{12, KEY_CODE_F1 + 1},	{13, KEY_CODE_F1 + 2},	{14, KEY_CODE_F1 + 3},
		{15, KEY_CODE_F1 + 4},	{17, KEY_CODE_F1 + 5},	{18, KEY_CODE_F1 + 6},
		{19, KEY_CODE_F1 + 7},	{20, KEY_CODE_F1 + 8},	{21, KEY_CODE_F1 + 9},
		{23, KEY_CODE_F1 + 10}, {24, KEY_CODE_F1 + 11},
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (numbers[i].number == number)
			return numbers[i].code;
	}
	return NO_KEY;
}

/* The keypad in application mode types what stands on it. */
static int code_of_keypad(char final)
{
	if (final == 'M')
		return KEY_CODE_ENTER;
	if (final == 'I')
		return KEY_CODE_TAB;
	if (final == 'X')
		return '=';
	return final >= 'j' && final <= 'y' ? final - 'j' + '*' : NO_KEY;
}

/* Ctrl or Alt with an arrow moves by words; other chords are as the key alone. */
static int with_modifiers(int code, int modifiers)
{
	bool is_chord = modifiers > 1 && (modifiers - 1) & (2 | 4); /* Alt, Ctrl; xterm adds 1 */

	if (is_chord && code == KEY_CODE_LEFT)
		return KEY_ALT('b');
	if (is_chord && code == KEY_CODE_RIGHT)
		return KEY_ALT('f');
	return code;
}

/* A wheel or the first button going down, at 1-based COLUMN and ROW; NO_KEY for what else it does.
 */
static struct key mouse_key(int buttons, int column, int row)
{
	struct key key = {NO_KEY, row > 0 ? row - 1 : 0, column > 0 ? column - 1 : 0};

	switch (buttons & ~(4 | 8 | 16)) { /* without Shift, Alt, Ctrl */
	case 0:
		key.code = KEY_CODE_CLICK;
		break;
	case 64:
		key.code = KEY_CODE_WHEEL_UP;
		break;
	case 65:
		key.code = KEY_CODE_WHEEL_DOWN;
		break;
	default: /* other buttons, releases, movements */
		break;
	}
	return key;
}

/* Esc [ M and three bytes, each 32 more than what it says (xterm's first mouse protocol). */
static struct reading read_old_mouse(const char *bytes, size_t length)
{
	if (length < 6)
		return unfinished;
	return (struct reading){6, mouse_key((unsigned char)bytes[3] - 32,
					     (unsigned char)bytes[4] - 32,
					     (unsigned char)bytes[5] - 32)};
}

/* The decimal numbers in LENGTH bytes; those that are missing are 0. */
static void parse_parameters(const char *bytes, size_t length, int *ret_numbers)
{
	size_t count = 0;

	memset(ret_numbers, 0, PARAMETERS_MAX * sizeof(*ret_numbers));
	for (size_t i = 0; i < length && count < PARAMETERS_MAX; i++) {
		if (bytes[i] == ';')
			count++;
		else if (bytes[i] >= '0' && bytes[i] <= '9' && ret_numbers[count] < 100000)
			ret_numbers[count] = ret_numbers[count] * 10 + (bytes[i] - '0');
	}
}

static struct reading decode_csi(const char *bytes, size_t length)
{
	char final = bytes[length - 1];
	int numbers[PARAMETERS_MAX];

	parse_parameters(bytes + 2, length - 3, numbers);
	if (bytes[2] == '<') {
		struct key key = mouse_key(numbers[0], numbers[1], numbers[2]);

		if (final != 'M') /* "m": the button is up again */
			key.code = NO_KEY;
		return (struct reading){length, key};
	}
	if (final == '~' || final == '^' || final == '@') /* the latter two: rxvt with Ctrl */
		return reading_of(length, with_modifiers(code_of_number(numbers[0]), numbers[1]));
	if (final == 'R' && numbers[1] > 0)
		return reading_of(length, NO_KEY); /* a cursor position report that came too late */
	return reading_of(length, with_modifiers(code_of_final(final), numbers[1]));
}

/* Esc [ parameters final: a control sequence of ECMA-48. */
static struct reading read_csi(const char *bytes, size_t length)
{
	if (length == 2)
		return unfinished;
	if (bytes[2] == 'M')
		return read_old_mouse(bytes, length);
	if (bytes[2] == '[') { /* the Linux console: Esc [ [ A to E are F1 to F5 */
		if (length < 4)
			return unfinished;
		return reading_of(4, bytes[3] >= 'A' && bytes[3] <= 'E'
					     ? KEY_CODE_F1 + bytes[3] - 'A'
					     : NO_KEY);
	}
	for (size_t i = 2; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte >= 0x40 && byte <= 0x7e)
			return decode_csi(bytes, i + 1);
		if (byte < 0x20 || byte > 0x7e || i >= SEQUENCE_MAX)
			return reading_of(i,
					  NO_KEY); /* broken off: what follows is something else */
	}
	return unfinished;
}

/* Esc O final, with a modifier's number in between on some terminals. */
static struct reading read_ss3(const char *bytes, size_t length)
{
	int numbers[PARAMETERS_MAX], code;
	size_t at = 2;

	while (at < length && at < SEQUENCE_MAX &&
	       (bytes[at] == ';' || (bytes[at] >= '0' && bytes[at] <= '9')))
		at++;
	if (at == length)
		return unfinished;
	parse_parameters(bytes + 2, at - 2, numbers);
	code = code_of_final(bytes[at]);
	if (code == NO_KEY)
		return reading_of(at + 1, code_of_keypad(bytes[at]));
	return reading_of(at + 1, with_modifiers(code, numbers[1] ? numbers[1] : numbers[0]));
}

static int code_of_character(wchar_t character)
{
	if (character < 0 || character >= KEY_CODE_UP)
		return NO_KEY; /* beyond Unicode, which some C libraries let pass, stand our own */
	if (character == '\r')
		return KEY_CODE_ENTER;
	if (character == '\b' || character == 0x7f)
		return KEY_CODE_BACKSPACE;
	return (int)character;
}

/* A character in the encoding of the locale. */
static struct reading read_character(const char *bytes, size_t length)
{
	mbstate_t state = {0};
	wchar_t character = 0;
	size_t taken = mbrtowc(&character, bytes, length, &state);

	if (taken == (size_t)-2)
		return unfinished;
	if (taken == (size_t)-1)
		return reading_of(1, NO_KEY);
	return reading_of(taken ? taken : 1, code_of_character(character)); /* 0 bytes: a NUL */
}

/* Alt is sent as Esc in front of the key. */
static struct reading read_alt(const char *bytes, size_t length)
{
	struct reading reading = read_character(bytes + 1, length - 1);

	if (reading.taken == 0)
		return unfinished;
	if (reading.key.code == NO_KEY)
		return reading_of(1, KEY_CODE_ESCAPE);
	return reading_of(reading.taken + 1, KEY_ALT(reading.key.code));
}

/* What the description of this terminal has at the front of BYTES. */
static struct reading read_known(const struct key_decoder *decoder)
{
	struct reading best = reading_of(0, NO_KEY);

	for (size_t i = 0; i < decoder->count; i++) {
		const char *known = decoder->sequences[i].bytes;
		size_t length = strlen(known);

		if (length > best.taken && length <= decoder->bytes.length &&
		    memcmp(known, decoder->bytes.data, length) == 0)
			best = reading_of(length, decoder->sequences[i].code);
	}
	return best;
}

static bool may_become_known(const struct key_decoder *decoder)
{
	for (size_t i = 0; i < decoder->count; i++) {
		const char *known = decoder->sequences[i].bytes;

		if (strlen(known) > decoder->bytes.length &&
		    memcmp(known, decoder->bytes.data, decoder->bytes.length) == 0)
			return true;
	}
	return false;
}

static struct reading read_escape(const struct key_decoder *decoder, bool is_all)
{
	const char *bytes = decoder->bytes.data;
	size_t length = decoder->bytes.length;
	struct reading known = read_known(decoder);

	if (known.taken)
		return known;
	if (!is_all && may_become_known(decoder))
		return unfinished;
	if (length == 1)
		return unfinished;
	switch (bytes[1]) {
	case '[':
		return read_csi(bytes, length);
	case 'O':
		return read_ss3(bytes, length);
	case ESCAPE:
		return reading_of(1, KEY_CODE_ESCAPE);
	default:
		return read_alt(bytes, length);
	}
}

/* What an unfinished sequence was, now that nothing follows: Esc, Alt with a key, or broken off. */
static struct reading give_up(const char *bytes, size_t length)
{
	if (bytes[0] != ESCAPE)
		return reading_of(1, NO_KEY);
	if (length == 1)
		return reading_of(1, KEY_CODE_ESCAPE);
	if (length == 2 && (bytes[1] == '[' || bytes[1] == 'O'))
		return reading_of(2, KEY_ALT(bytes[1]));
	return reading_of(length, NO_KEY);
}

static void drop_bytes(struct text_buffer *buffer, size_t count)
{
	buffer->length -= count;
	memmove(buffer->data, buffer->data + count, buffer->length);
	explicit_bzero(buffer->data + buffer->length, count); /* it may have been a password */
}

#define PASTE_START "\033[200~"
#define PASTE_END "\033[201~"
#define PASTE_MARK_BYTES 6

/* What READING, of BYTES, means where something is, or begins to be, pasted. */
static struct reading heed_paste(struct key_decoder *decoder, struct reading reading,
				 const char *bytes)
{
	if (reading.taken == PASTE_MARK_BYTES && memcmp(bytes, PASTE_START, PASTE_MARK_BYTES) == 0)
		decoder->is_pasting = true;
	else if (reading.key.code == KEY_CODE_ESCAPE ||
		 (reading.taken == PASTE_MARK_BYTES &&
		  memcmp(bytes, PASTE_END, PASTE_MARK_BYTES) == 0))
		decoder->is_pasting = false;
	else if (decoder->is_pasting && !key_is_text(reading.key.code))
		reading.key.code = NO_KEY;
	return reading;
}

enum key_decoded key_decoder_next(struct key_decoder *decoder, bool is_all, struct key *ret_key)
{
	while (decoder->bytes.length) {
		const char *bytes = decoder->bytes.data;
		size_t length = decoder->bytes.length;
		struct reading reading = bytes[0] == ESCAPE ? read_escape(decoder, is_all)
							    : read_character(bytes, length);

		if (!reading.taken && !is_all)
			return KEY_DECODED_PART;
		if (!reading.taken)
			reading = give_up(bytes, length);
		reading = heed_paste(decoder, reading, bytes);
		drop_bytes(&decoder->bytes, reading.taken);
		if (reading.key.code != NO_KEY) {
			*ret_key = reading.key;
			return KEY_DECODED_KEY;
		}
	}
	return KEY_DECODED_NONE;
}

void key_decoder_add(struct key_decoder *decoder, const char *bytes, int code)
{
	size_t length = strlen(bytes);

	if (length < 2 || bytes[0] != ESCAPE)
		return; /* Ctrl-K may be an arrow somewhere, and types nowhere else */
	if (length == 3 && bytes[1] == 'O' && code_of_keypad(bytes[2]) != NO_KEY)
		return; /* the VT100's keypad: its digits are wanted more than F5 to F10 on it */
	decoder->sequences = alloc_grow(decoder->sequences, decoder->count, &decoder->capacity,
					sizeof(*decoder->sequences));
	decoder->sequences[decoder->count].bytes = text_copy(bytes);
	decoder->sequences[decoder->count++].code = code;
}

void key_decoder_feed(struct key_decoder *decoder, const char *bytes, size_t length)
{
	text_buffer_add(&decoder->bytes, bytes, length);
}

void key_decoder_done(struct key_decoder *decoder)
{
	for (size_t i = 0; i < decoder->count; i++)
		free(decoder->sequences[i].bytes);
	free(decoder->sequences);
	text_buffer_done(&decoder->bytes);
	*decoder = (struct key_decoder){0};
}
