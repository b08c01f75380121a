/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is on a device, and whether it may be used by itself, in words. */
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/screens/device_text.h"

static const char *const journal_words[] = {
	[JOURNAL_CLEAN] = N_("clean: it was unmounted as it should be"),
	[JOURNAL_DIRTY] = N_("not clean: it was not unmounted, so changes wait to be replayed"),
};

/* What it must be put together with first, where nothing lies on it yet. */
static const char *member_words(const struct device *device)
{
	if (text_is_equal(device->content.usage, "crypto"))
		return _("It is an encrypted container that has not been opened.");
	if (text_has_prefix(device->content.type, "LVM"))
		return _("It belongs to a volume group (LVM) of which no volume is active.");
	if (text_has_suffix(device->content.type, "_raid_member"))
		return _("It is a member of an array that is not assembled, or that runs without "
			 "it.");
	return _("It is a member of something bigger that is not put together.");
}

static void add_membership(struct pairs *pairs, const struct device *device)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *joined = NULL, *text = NULL;

	if (device_is_shadowed(device)) {
		pairs_add_paragraph(pairs, ROLE_WARNING,
				    _("Its disk is used as a whole by something bigger: what is on "
				      "it is seen there, and must not be mounted here."));
		return;
	}
	if (device->member_of) {
		_cleanup_free_ char *name = printable_text(device->member_of->name);

		text = text_format(_("The filesystem is seen through %s, which stands for all of its "
				     "devices."), name);
		pairs_add_paragraph(pairs, ROLE_NORMAL, text);
		return;
	}
	if (!device_is_member(device))
		return;
	for (size_t i = 0; i < device->child_count; i++) {
		/* partitions that the kernel saw in a member are no way to what is on it */
		if (device->children[i]->kind != DEVICE_PARTITION)
			text_list_take(&names, printable_text(device->children[i]->name));
	}
	joined = text_list_join(&names, ", ");
	text = text_format(_("What is on it is seen through %s. It must not be mounted or mended "
			     "by itself."),
			   joined);
	pairs_add_paragraph(pairs, ROLE_WARNING, names.count > 0 ? text : member_words(device));
}

void device_content_add(struct pairs *pairs, const struct device *device)
{
	const struct content *content = &device->content;

	pairs_add_heading(pairs, _("What is on it"));
	pairs_add_foreign(pairs, _("Type"), content->type);
	pairs_add_foreign(pairs, _("Version"), content->version);
	pairs_add_foreign(pairs, _("LABEL"), content->label);
	pairs_add_foreign(pairs, _("UUID"), content->uuid);
	pairs_add_foreign(pairs, _("UUID as a member"), content->uuid_sub);
	if (content->journal != JOURNAL_UNKNOWN)
		pairs_add(pairs, content->journal == JOURNAL_DIRTY ? ROLE_WARNING : ROLE_NORMAL,
			  _("Journal"), _(journal_words[content->journal]));
	if (content->is_ambiguous)
		pairs_add(pairs, ROLE_WARNING, _("Doubt"),
			  _("signatures on it contradict each other; refloat does not pick one"));
	pairs_add(pairs, ROLE_WARNING, _("Note"), content->note);
	add_membership(pairs, device);
	if (content->type || content->is_ambiguous || device->table.type ||
	    device->entry.is_extended)
		return;
	if (device->state == DEVICE_OK)
		pairs_add_paragraph(pairs, ROLE_NORMAL,
				    _("No sign of a filesystem, an array, a volume or a partition "
				      "table was found."));
	else
		pairs_add_paragraph(pairs, ROLE_WARNING,
				    _("Not known, since it could not be asked."));
}
