/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a terminal of a given type sends for a key, and what it understands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "play_keys.h"

/* last: term.h has macros for every capability, with names as common as "columns" */
#include <curses.h>
#include <term.h>

struct named_key {
	const char *name;
	const char *capability; /* terminfo's name; NULL: always the same */
	VTermKey key;		/* where terminfo does not say */
};

static const struct named_key named_keys[] = {
	{"Up", "kcuu1", VTERM_KEY_UP},
	{"Down", "kcud1", VTERM_KEY_DOWN},
	{"Left", "kcub1", VTERM_KEY_LEFT},
	{"Right", "kcuf1", VTERM_KEY_RIGHT},
	{"PgUp", "kpp", VTERM_KEY_PAGEUP},
	{"PgDn", "knp", VTERM_KEY_PAGEDOWN},
	{"Home", "khome", VTERM_KEY_HOME},
	{"End", "kend", VTERM_KEY_END},
	{"Backspace", "kbs", VTERM_KEY_BACKSPACE},
	{"Delete", "kdch1", VTERM_KEY_DEL},
	{"Insert", "kich1", VTERM_KEY_INS},
	{"Enter", NULL, VTERM_KEY_ENTER},
	{"Tab", NULL, VTERM_KEY_TAB},
	{"Esc", NULL, VTERM_KEY_ESCAPE},
};

static bool is_loaded;

bool keys_load(const char *type)
{
	int error = 0;

	keys_unload();
	is_loaded = type && setupterm(type, 1, &error) == OK;
	return is_loaded;
}

void keys_unload(void)
{
	if (is_loaded)
		del_curterm(cur_term);
	is_loaded = false;
}

static const char *find_capability(const char *name)
{
	const char *value = is_loaded && name ? tigetstr(name) : NULL;

	return value == (const char *)-1 ? NULL : value;
}

void keys_list_capabilities(struct text_list *list)
{
	size_t i;

	for (i = 0; is_loaded && strnames[i]; i++) {
		const char *value = find_capability(strnames[i]);

		if (value)
			text_list_add(list, value);
	}
}

/*
 * terminfo has the bytes of a terminal that was told to send application keys (smkx); before that
 * the cursor keys begin with ESC [ in place of ESC O. libvterm knows which of the two holds.
 */
static void press_named(struct screen *screen, const char *capability, VTermKey key)
{
	const char *bytes = find_capability(capability);
	size_t before = screen->input.length;
	bool is_cursor_key = bytes && strncmp(bytes, "\033O", 2) == 0 && strlen(bytes) == 3 &&
			     strchr("ABCDFH", bytes[2]);

	if (bytes && !is_cursor_key) {
		text_buffer_add_text(&screen->input, bytes);
		return;
	}
	vterm_keyboard_key(screen->terminal, key, VTERM_MOD_NONE);
	if (!is_cursor_key || screen->input.length != before + 3)
		return;
	screen->input.data[before + 2] = bytes[2];
}

static int press_function_key(struct screen *screen, const char *number)
{
	char capability[16];
	long n = strtol(number, NULL, 10);

	if (n < 1 || n > 12)
		return -EINVAL;
	snprintf(capability, sizeof(capability), "kf%ld", n);
	press_named(screen, capability, VTERM_KEY_FUNCTION((int)n));
	return 0;
}

static int press_chord(struct screen *screen, const char *name)
{
	char byte;

	if (strncasecmp(name, "Ctrl-", 5) == 0 && name[5] && !name[6]) {
		byte = (char)(name[5] == '?' ? 0x7f : name[5] & 0x1f);
		text_buffer_add(&screen->input, &byte, 1);
		return 0;
	}
	if (strncasecmp(name, "Alt-", 4) == 0 && name[4]) {
		text_buffer_add(&screen->input, "\033", 1);
		return keys_press(screen, name + 4);
	}
	return -EINVAL;
}

/* Whether TEXT is one character: one byte that starts one, then only continuing ones. */
static bool is_one_character(const char *text)
{
	for (text += *text != '\0'; *text; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			return false;
	return true;
}

int keys_press(struct screen *screen, const char *name)
{
	size_t i;

	if (*name && is_one_character(name)) {
		text_buffer_add_text(&screen->input, name);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(named_keys); i++) {
		if (strcasecmp(name, named_keys[i].name) == 0) {
			press_named(screen, named_keys[i].capability, named_keys[i].key);
			return 0;
		}
	}
	if (strcasecmp(name, "Space") == 0) {
		text_buffer_add_text(&screen->input, " ");
		return 0;
	}
	if (strcasecmp(name, "Shift-Tab") == 0) {
		text_buffer_add_text(&screen->input, "\033[Z");
		return 0;
	}
	if ((*name == 'F' || *name == 'f') && name[1] >= '1' && name[1] <= '9')
		return press_function_key(screen, name + 1);
	return press_chord(screen, name);
}
