/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks whether what lacks members (arrays, filesystems on several devices) is to be mounted. */
#include "cli/agreement.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "cli/output.h"
#include "system/resolve.h"

#define FIELD_INCOMPLETE "degraded"
#define FIELD_SYSTEM_NAME "system"

static bool has_field(const struct action *action, const char *name)
{
	for (size_t i = 0; i < action->field_count; i++) {
		if (text_is_equal(action->fields[i].name, name))
			return true;
	}
	return false;
}

/* What is missing, each only once: many lines may be for one filesystem. */
static void list_reasons(const struct resolution *resolution, struct text_list *reasons)
{
	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];

		if (entry->is_degraded && entry->action == RESOLVED_MISSING &&
		    !text_list_contains(reasons, entry->reason))
			text_list_add(reasons, entry->reason);
	}
}

static bool ask(const struct text_list *reasons, bool is_read_only)
{
	_cleanup_free_ char *wrapped = NULL;

	for (size_t i = 0; i < reasons->count; i++)
		output_item(stderr, reasons->items[i], 0);
	wrapped = printable_wrap(is_read_only ? _("It can be mounted all the same, read-only.")
					      : _("It can be mounted all the same. What is written "
						  "then is not on what is "
						  "missing; with --read-only nothing is written."),
				 output_width(), 0);
	fprintf(stderr, "%s\n", wrapped);
	return output_ask(_("Mount with members missing?"));
}

int agreement_ask(struct cli *cli, const struct action *action, struct answers *answers)
{
	const struct resolve_options options = {
		.is_read_only = answers_only_read(answers),
		.accept_guesses = true,
		.with = answers_list(answers, "with"),
		.skip = answers_list(answers, "skip"),
	};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_text_list_ struct text_list reasons = {0};
	const struct machine *machine;
	const struct survey *survey;
	const struct system *system;

	if (!has_field(action, FIELD_INCOMPLETE) || answers_has(answers, FIELD_INCOMPLETE))
		return 0;
	/* whatever fails here has failed for the plan as well, which says it */
	if (session_get_machine(&cli->session, &machine, NULL) < 0 ||
	    session_get_survey(&cli->session, &survey, NULL) < 0 ||
	    session_choose_system(&cli->session, answers_get(answers, FIELD_SYSTEM_NAME), &system,
				  NULL) < 0 ||
	    resolve_system(machine, survey, system, &options, &resolution, NULL) < 0)
		return 0;
	list_reasons(resolution, &reasons);
	if (!reasons.count || !ask(&reasons, options.is_read_only))
		return 0;
	(void)answers_add(answers, FIELD_INCOMPLETE, "yes"); /* the field exists */
	return 1;
}
