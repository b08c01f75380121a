/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One filesystem: how it is, and what can be done. */
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "tui/screens/filesystems.h"
#include "tui/screens/pairs.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

struct filesystem {
	struct reading reading; /* first: it is what the keys go to */
	char *system;
	char *name;	  /* NULL: its device was not found */
	char *mountpoint; /* NULL: it has none in fstab */
	char *title;
	char *why_not; /* why it cannot be checked now; NULL: it can */
};

static const struct filesystem_row *find_row(const struct filesystem_list *rows,
					     const struct filesystem *screen)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (text_is_equal(rows->items[i].name, screen->name) &&
		    text_is_equal(rows->items[i].mountpoint, screen->mountpoint))
			return &rows->items[i];
	}
	return NULL;
}

/* --- what is known */

static void add_time(struct pairs *pairs, const char *name, int64_t seconds)
{
	if (seconds > 0)
		pairs_take(pairs, ROLE_NORMAL, name, time_format(seconds));
}

static void add_place(struct pairs *pairs, const struct filesystem_row *row)
{
	pairs_add(pairs, ROLE_NORMAL, _("device"), row->name);
	pairs_add(pairs, ROLE_NORMAL, _("type"), row->type);
	pairs_add(pairs, ROLE_NORMAL, _("mount point"), row->mountpoint);
	pairs_add(pairs, ROLE_NORMAL, _("label"), row->label);
	pairs_add(pairs, ROLE_NORMAL, _("UUID"), row->uuid);
	if (row->device_size)
		pairs_take(pairs, ROLE_NORMAL, _("size of the device"),
			   size_format(row->device_size));
	if (row->mounted_at)
		pairs_take(pairs, ROLE_NORMAL, _("mounted at"),
			   text_format(row->is_by_refloat ? _("%s, by refloat")
							  : _("%s, not by refloat"),
				       row->mounted_at));
	if (row->mountpoint)
		pairs_take(pairs, ROLE_NORMAL, _("pass in fstab"), text_format("%d", row->pass));
}

/* "1.2G of 4.0G" */
static char *format_part(uint64_t part, uint64_t whole)
{
	_cleanup_free_ char *some = size_format(part), *all = size_format(whole);

	return text_format(_("%s of %s"), some, all);
}

static void add_state(struct pairs *pairs, const struct filesystem_row *row)
{
	const struct filesystem_state *state = row->state;

	pairs_add(pairs, filesystems_is_odd(row) ? ROLE_WARNING : ROLE_NORMAL, _("state"),
		  row->condition);
	if (!state)
		return;
	pairs_add(pairs, ROLE_WARNING, _("note"), state->remark);
	if (state->has_space && state->size)
		pairs_take(pairs, ROLE_NORMAL, _("free space"),
			   format_part(state->free, state->size));
	if (state->has_inodes && state->inodes)
		pairs_take(pairs, ROLE_NORMAL, _("free inodes"),
			   text_format(_("%lu of %lu"), (unsigned long)state->inodes_free,
				       (unsigned long)state->inodes));
	if (state->checked != state->made)
		add_time(pairs, _("last checked"), state->checked);
	if (state->has_mounts)
		pairs_take(pairs, ROLE_NORMAL, _("mounts since"), text_format("%u", state->mounts));
	add_time(pairs, _("last mounted"), state->mounted);
	pairs_add_foreign(pairs, _("last mounted at"), state->last_mountpoint);
	add_time(pairs, _("last written"), state->written);
	add_time(pairs, _("made"), state->made);
	if (state->errors)
		pairs_take(pairs, ROLE_ERROR, _("errors noted"), text_format("%u", state->errors));
	add_time(pairs, _("first error"), state->first_error);
	add_time(pairs, _("last error"), state->last_error);
}

/* --- what can be done */

static const char *advice_for(enum filesystem_condition condition)
{
	switch (condition) {
	case CONDITION_CLEAN:
		return _("It says that nothing is wrong with it. A look (c, \"Look only\") changes "
			 "nothing "
			 "and says whether that is so.");
	case CONDITION_REPLAY:
		return _("It was in use when the machine stopped, and its journal has what was not "
			 "yet in "
			 "place. That is no damage: mounting it read-write replays the journal, "
			 "and so "
			 "does a check with \"Repair what is safe\".");
	case CONDITION_NOT_CLEAN:
		return _("It was in use when the machine stopped, and it keeps no journal: it must "
			 "be "
			 "checked. Look first, then repair what is safe.");
	case CONDITION_ERRORS:
		return _("The kernel, or a check, has noted damage. Look first (c, \"Look only\"): "
			 "that "
			 "says what is wrong. Save what matters before anything is repaired.");
	case CONDITION_UNKNOWN:
		break;
	}
	return _("It does not say of itself whether it is clean. A look (c, \"Look only\") changes "
		 "nothing.");
}

static void add_advice(struct pairs *pairs, const struct filesystem_row *row)
{
	pairs_add_heading(pairs, _("What can be done"));
	if (row->why_not) {
		_cleanup_free_ char *text =
			text_format(_("It cannot be checked now: %s."), row->why_not);

		pairs_add_paragraph(pairs, ROLE_WARNING, text);
	}
	if (!row->name)
		return;
	if (row->lost)
		pairs_add_paragraph(
			pairs, ROLE_NORMAL,
			row->lost->backup
				? _("Its first superblock is damaged, and there is a good copy "
				    "of it: a check goes by that copy, and a repair puts the "
				    "first one right.")
				: _("Its first superblock is damaged, and no copy of it was "
				    "found."));
	else
		pairs_add_paragraph(
			pairs, ROLE_NORMAL,
			advice_for(row->state ? row->state->condition : CONDITION_UNKNOWN));
	if (row->mounted_at && row->is_by_refloat)
		pairs_add_paragraph(
			pairs, ROLE_NORMAL,
			_("For a check it is unmounted, and mounted again afterwards, whatever "
			  "came of it."));
}

static void fill(struct app *app, struct filesystem *screen)
{
	_cleanup_filesystem_list_ struct filesystem_list rows = {0};
	_cleanup_pairs_ struct pairs pairs = {0};
	struct text_view *view = &screen->reading.view;
	const struct filesystem_row *row;

	(void)filesystems_read(app, screen->system, &rows, NULL); /* then there is no row */
	row = find_row(&rows, screen);
	text_view_clear(view);
	free(screen->why_not);
	screen->why_not = NULL;
	if (!row) {
		screen->why_not = text_copy(_("It is not there any more."));
		text_view_add_paragraph(view, ROLE_WARNING, 0, 0, screen->why_not);
		return;
	}
	if (row->why_not)
		screen->why_not = text_copy(row->why_not);
	add_place(&pairs, row);
	pairs_add_heading(&pairs, _("How it is"));
	add_state(&pairs, row);
	add_advice(&pairs, row);
	pairs_show(&pairs, view);
}

/* --- the screen */

static void refresh(struct app *app, void *state)
{
	const struct session *session = app_session(app);

	if (session->machine && session->survey)
		fill(app, state);
}

static void open_filesystem(struct app *app, void *state, const void *argument)
{
	const struct filesystem_argument *what = argument;
	struct filesystem *screen = state;

	(void)app; /* refresh fills it */
	text_view_init(&screen->reading.view, 0);
	text_set(&screen->system, what->system);
	text_set(&screen->name, what->name);
	text_set(&screen->mountpoint, what->mountpoint);
	screen->title = text_format(_("Filesystem %s"), what->name ? what->name : what->mountpoint);
}

static void close_filesystem(struct app *app, void *state)
{
	struct filesystem *screen = state;

	free(screen->system);
	free(screen->name);
	free(screen->mountpoint);
	free(screen->title);
	free(screen->why_not);
	reading_close(app, state);
}

static enum reaction check(struct app *app, void *state)
{
	const struct filesystem *screen = state;
	_cleanup_text_list_ struct text_list names = {0};

	text_list_add(&names, screen->name);
	filesystems_open_check(app, screen->system, &names, NULL);
	return REACTION_REDRAW;
}

static const char *why_not_check(const struct app *app, const void *state)
{
	const struct filesystem *screen = state;

	(void)app;
	if (screen->why_not)
		return screen->why_not;
	return screen->name ? NULL : _("Its device was not found.");
}

static const char *get_title(const void *state)
{
	return ((const struct filesystem *)state)->title;
}

static const struct binding bindings[] = {
	{'c', 0, N_("check"), N_("Choose how far to go, and see the plan of the check."), check,
	 why_not_check},
	{0},
};

const struct screen_class screen_filesystem = {
	.name = "filesystem",
	.title = N_("Filesystem"),
	.help = N_(
		"What a filesystem says of itself, as its superblock has it: when it was last "
		"checked "
		"and mounted, how full it is, whether it was unmounted as it should be, and what "
		"errors the kernel has noted. Nothing was mounted or changed to find this out.\n"
		"c goes on to a check: the first choice there only looks."),
	.bindings = bindings,
	.state_size = sizeof(struct filesystem),
	.open = open_filesystem,
	.refresh = refresh,
	.draw = reading_draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_title = get_title,
	.close = close_filesystem,
};
