/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys from the bytes that a terminal sends for them.
 *
 * Terminals send what their description says, what their mode says, or neither: a PuTTY that calls
 * itself vt100 sends Home as a VT220 does. So the sequences that all families share are known
 * here, those of this terminal's description are added, and a sequence that nobody knows is
 * dropped whole, so that its letters are not taken for keys.
 *
 * Of what is pasted, where the terminal marks it, only the text comes through: line ends and control
 * characters in it press nothing. Esc by itself ends it, should its end have got lost.
 */
#ifndef REFLOAT_TUI_KEY_DECODER_H
#define REFLOAT_TUI_KEY_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "base/text.h"
#include "tui/key.h"

struct key_sequence {
	char *bytes; /* owned; starts with Esc */
	int code;
};

struct key_decoder {
	struct key_sequence *sequences; /* count of them, of this terminal */
	size_t count, capacity;
	struct text_buffer bytes; /* that have come and are no key yet */
	bool is_pasting;	  /* what comes was pasted: only its text counts */
};

enum key_decoded {
	KEY_DECODED_NONE, /* nothing is left */
	KEY_DECODED_KEY,
	KEY_DECODED_PART, /* what is left may be the start of a key: more bytes, or none, will tell
			   */
};

/* Adds a sequence of this terminal's description. One that would hide keys to type is ignored. */
void key_decoder_add(struct key_decoder *decoder, const char *bytes, int code);

void key_decoder_feed(struct key_decoder *decoder, const char *bytes, size_t length);

/* The next key. IS_ALL: no more bytes have come for so long that what is there is all of it. */
enum key_decoded key_decoder_next(struct key_decoder *decoder, bool is_all, struct key *ret_key);

void key_decoder_done(struct key_decoder *decoder);
#define _cleanup_key_decoder_ _cleanup_(key_decoder_done)

#endif
