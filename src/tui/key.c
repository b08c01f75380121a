/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of keys. */
#include "tui/key.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/printable.h"
#include "base/text.h"

#define CODE_MAX 0x10ffff /* of Unicode */

static const struct {
	int code;
	const char *name;
} named_keys[] = {
	{KEY_CODE_TAB, "Tab"},
	{KEY_CODE_ENTER, "Enter"},
	{KEY_CODE_ESCAPE, "Esc"},
	{KEY_CODE_SPACE, "Space"},
	{KEY_CODE_UP, "Up"},
	{KEY_CODE_DOWN, "Down"},
	{KEY_CODE_LEFT, "Left"},
	{KEY_CODE_RIGHT, "Right"},
	{KEY_CODE_PAGE_UP, "PgUp"},
	{KEY_CODE_PAGE_DOWN, "PgDn"},
	{KEY_CODE_HOME, "Home"},
	{KEY_CODE_END, "End"},
	{KEY_CODE_BACKSPACE, "Backspace"},
	{KEY_CODE_DELETE, "Delete"},
	{KEY_CODE_INSERT, "Insert"},
	{KEY_CODE_BACK_TAB, "Shift-Tab"},
	{KEY_CODE_CLICK, "Click"},
	{KEY_CODE_WHEEL_UP, "Wheel-Up"},
	{KEY_CODE_WHEEL_DOWN, "Wheel-Down"},
};

/* CODE as UTF-8, whatever the locale is. */
static char *format_character(unsigned code)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	char bytes[4];

	for (size_t i = length; i-- > 1; code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)(leads[length] | code);
	return text_format("%.*s", (int)length, bytes);
}

char *key_format(int code)
{
	if (code >= KEY_ALT(0) && code <= KEY_ALT(KEY_CODE_WHEEL_DOWN)) {
		_cleanup_free_ char *plain = key_format(code & ~KEY_ALT(0));

		return text_format("Alt-%s", plain);
	}
	for (size_t i = 0; i < ARRAY_SIZE(named_keys); i++) {
		if (named_keys[i].code == code)
			return text_copy(named_keys[i].name);
	}
	if (code >= KEY_CODE_F1 && code <= KEY_CODE_F12)
		return text_format("F%d", code - KEY_CODE_F1 + 1);
	if (code >= 0 && code < ' ')
		return text_format("Ctrl-%c", code + '@');
	if (code == 0x7f)
		return text_copy("Ctrl-?");
	if (code > ' ' && code <= CODE_MAX)
		return format_character((unsigned)code);
	return text_copy("?");
}

/* The control character for what stands behind "Ctrl-". */
static int parse_control(const char *letter)
{
	int upper = letter[0] >= 'a' && letter[0] <= 'z' ? letter[0] - 'a' + 'A' : letter[0];

	if (!letter[0] || letter[1])
		return -EINVAL;
	if (upper == '?')
		return 0x7f;
	return upper >= '@' && upper <= '_' ? KEY_CTRL(upper) : -EINVAL;
}

static int parse_function_key(const char *digits)
{
	uint64_t number;

	if (text_parse_u64(digits, &number) < 0 || number < 1 || number > 12 || digits[0] == '0')
		return -EINVAL;
	return KEY_CODE_F1 + (int)number - 1;
}

/* What stands behind PREFIX in any case, NULL where NAME does not start so or has no more. */
static const char *after_chord(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncasecmp(name, prefix, length) == 0 && name[length] ? name + length : NULL;
}

int key_parse(const char *name)
{
	const char *control = after_chord(name, "Ctrl-"), *alt = after_chord(name, "Alt-");
	size_t length = strlen(name);
	uint32_t code;
	int plain;

	if (alt) {
		plain = after_chord(alt, "Alt-") ? -EINVAL : key_parse(alt);
		return plain < 0 ? plain : KEY_ALT(plain);
	}
	if (control)
		return parse_control(control);
	if (length && printable_decode(name, length, &code) == length)
		return code > ' ' && code != 0x7f ? (int)code : -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(named_keys); i++) {
		if (text_is_equal_ignoring_case(named_keys[i].name, name))
			return named_keys[i].code;
	}
	if (name[0] == 'F' || name[0] == 'f')
		return parse_function_key(name + 1);
	return -EINVAL;
}

bool key_is_text(int code)
{
	return code >= 0 && code <= CODE_MAX && printable_code_width((uint32_t)code) >= 0;
}
