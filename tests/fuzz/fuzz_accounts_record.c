/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: what a process that read accounts may send; what is taken of it comes out as it is.
 */
#include "fuzz.h"

#include <string.h>

#include "system/accounts.h"

/* As text; NULL: it is not taken; the caller frees. */
static char *take(struct json_object *record)
{
	_cleanup_accounts_ struct accounts accounts = {0};
	_cleanup_json_ struct json_object *again = NULL;

	if (accounts_from_json(record, &accounts) < 0)
		return NULL;
	for (size_t i = 0; i < accounts.count; i++) {
		const struct account_state *state = &accounts.items[i];

		if (!state->name || !state->home || !state->shell || !state->gecos ||
		    !account_kind_word(state->kind) || !accounts_find(&accounts, state->name))
			abort();
		for (size_t j = 0; j < state->obstacles.count; j++) {
			const struct account_obstacle *obstacle = &state->obstacles.items[j];

			if (!account_obstacle_word(obstacle->kind) ||
			    !account_mend_word(obstacle->mend) || obstacle->ways > LOGIN_ALL)
				abort();
		}
		for (size_t way = 0; way < LOGIN_WAYS; way++) {
			if (!login_answer_word(state->answers[way]))
				abort();
		}
	}
	(void)accounts_missing_terminal(&accounts); /* or there is none */
	again = accounts_to_json(&accounts);
	return json_format_line(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_json_ struct json_object *record = NULL, *again = NULL;
	_cleanup_free_ char *first = NULL, *second = NULL;

	if (json_parse((const char *)data, size, &record, NULL) < 0)
		return 0;
	first = take(record);
	if (!first)
		return 0;
	if (json_parse(first, strlen(first), &again, NULL) < 0)
		abort();
	second = take(again);
	if (!second || strcmp(first, second) != 0)
		abort();
	return 0;
}
