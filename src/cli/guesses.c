/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for each entry whose device was inferred. */
#include "cli/guesses.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "system/resolve.h"

#define FIELD_ACCEPT "accept-guesses"
#define FIELD_LEAVE "skip"

static const char *find_field(const struct action *action, enum field_kind kind, const char *name)
{
	for (size_t i = 0; i < action->field_count; i++)
		if (action->fields[i].kind == kind &&
		    (!name || text_is_equal(action->fields[i].name, name)))
			return action->fields[i].name;
	return NULL;
}

static bool ask_for(const struct resolved_entry *entry)
{
	_cleanup_free_ char *place = printable_text(entry->mountpoint);
	_cleanup_free_ char *device = printable_text(entry->device);
	_cleanup_free_ char *line = text_format("%s: %s.", place, entry->reason);
	_cleanup_free_ char *wrapped = printable_wrap(line, output_width(), 0);
	_cleanup_free_ char *question = text_format(_("Mount %s at %s?"), device, place);

	fprintf(stderr, "%s\n", wrapped);
	return output_ask(question);
}

/* Asks; what is refused goes to REFUSED. Returns how many were accepted. */
static size_t ask_for_all(const struct resolution *resolution, struct text_list *refused)
{
	size_t accepted = 0;

	for (size_t i = 0; i < resolution->count; i++) {
		if (resolution->entries[i].action != RESOLVED_UNCONFIRMED)
			continue;
		if (ask_for(&resolution->entries[i]))
			accepted++;
		else
			text_list_add(refused, resolution->entries[i].mountpoint);
	}
	return accepted;
}

int guesses_ask(struct cli *cli, const struct action *action, struct answers *answers,
		struct problem *why)
{
	const char *system_field = find_field(action, FIELD_SYSTEM, NULL);
	struct resolve_options options = {.is_read_only = answers_only_read(answers),
					  .allow_degraded = answers_has(answers, "degraded"),
					  .with = answers_list(answers, "with"),
					  .skip = answers_list(answers, FIELD_LEAVE)};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_text_list_ struct text_list refused = {0};
	const struct machine *machine;
	const struct survey *survey;
	const struct system *system;
	int r;

	if (!system_field || !find_field(action, FIELD_FLAG, FIELD_ACCEPT) ||
	    !find_field(action, FIELD_LIST, FIELD_LEAVE) || answers_has(answers, FIELD_ACCEPT))
		return 0;
	if ((r = session_get_machine(&cli->session, &machine, why)) < 0 ||
	    (r = session_get_survey(&cli->session, &survey, why)) < 0 ||
	    (r = session_choose_system(&cli->session, answers_get(answers, system_field), &system,
				       why)) < 0 ||
	    (r = resolve_system(machine, survey, system, &options, &resolution, why)) < 0)
		return r;
	if (ask_for_all(resolution, &refused) == 0)
		return 0;
	for (size_t i = 0; i < refused.count; i++)
		(void)answers_add(answers, FIELD_LEAVE, refused.items[i]); /* the field exists */
	(void)answers_add(answers, FIELD_ACCEPT, "yes");
	return 1;
}
