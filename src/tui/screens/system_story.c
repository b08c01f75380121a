/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is to be said of a line of a system's fstab. */
#include "tui/screens/system_story.h"

#include "action/describe.h"
#include "base/i18n.h"
#include "base/printable.h"

/* "fstab line 3: UUID=... /home ext4 defaults" */
static void add_line(const struct resolved_entry *entry, struct text_list *story)
{
	const struct fstab_entry *line = entry->entry;
	_cleanup_free_ char *words = NULL, *shown = NULL;

	if (!line || !line->line)
		return;
	words = text_format("%s %s %s %s", line->source, line->mountpoint, line->type,
			    line->options);
	shown = printable_text(words);
	text_list_format(story, _("Line %u of its fstab: %s"), line->line, shown);
}

/* Why, with the options that were left out. */
static char *tell_reason(const struct resolved_entry *entry)
{
	_cleanup_free_ char *dropped = text_list_join(&entry->dropped, ", ");
	_cleanup_free_ char *shown = printable_text(dropped);
	_cleanup_free_ char *reason = describe_entry(entry);

	if (!*shown)
		return TAKE_PTR(reason);
	return text_format(_("%s; options left out: %s"), reason, shown);
}

char *system_story(const struct resolved_entry *entry)
{
	_cleanup_text_list_ struct text_list story = {0};
	_cleanup_free_ char *options = printable_text(entry->options);

	text_list_take(&story, tell_reason(entry));
	if (entry->action == RESOLVED_SKIP && entry->can_switch_on)
		text_list_add(&story, _("It can be switched on when mounting."));
	if (*options && (entry->action == RESOLVED_MOUNT || entry->action == RESOLVED_UNCONFIRMED))
		text_list_format(&story, _("With the options %s"), options);
	add_line(entry, &story);
	return text_list_join(&story, "\n");
}
