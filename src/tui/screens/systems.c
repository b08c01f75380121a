/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The installed systems that were found, the likeliest first. */
#include "action/describe.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "tui/app.h"
#include "tui/screens/listing.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

static const struct list_column columns[] = {
	{.title = N_("NAME"), .minimum = 16, .rank = 0},
	{.title = N_("HOST"), .minimum = 8, .preferred = 20, .rank = 1},
	{.title = N_("ROOT"), .minimum = 6, .preferred = 20, .rank = 2},
	{.title = N_("LAST USED"), .minimum = 16, .rank = 3},
};

static void add_row(struct list *list, const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);
	_cleanup_free_ char *device = printable_text(system->device);
	_cleanup_free_ char *subvolume = printable_text(system->subvolume), *root = NULL;
	_cleanup_free_ char *used = time_format(system->last_used);
	const char *texts[] = {name, host, NULL, used};

	root = *subvolume ? text_format("%s, %s", device, subvolume) : text_copy(device);
	texts[2] = root;
	(void)list_add(list, system->id, 0, ROLE_NORMAL, texts); /* needs no more */
}

static const char *empty_words(const struct session *session)
{
	if (!session->machine)
		return _("Still reading which devices there are ...");
	if (!session->survey)
		return _("Still looking into the filesystems ...");
	return _("No installed system was found. Disks shows what is plugged in; an array that is "
		 "not assembled, or a container that is not opened, may hold one.");
}

static void refresh_systems(struct app *app, void *state)
{
	const struct session *session = app_session(app);
	struct listing *listing = state;

	list_set_empty(&listing->list, empty_words(session));
	text_list_done(&listing->remarks);
	if (!session->survey)
		return;
	list_begin(&listing->list);
	for (size_t i = 0; i < session->survey->system_count; i++)
		add_row(&listing->list, session->survey->systems[i]);
	list_end(&listing->list);
	describe_unseen(session->survey, &listing->remarks);
}

static void open_systems(struct app *app, void *state, const void *argument)
{
	(void)app;	/* refresh fills it */
	(void)argument; /* there is none */
	listing_init(state, columns, ARRAY_SIZE(columns), 0);
}

static enum reaction open_current(struct app *app, void *state)
{
	const struct listing *listing = state;

	app_open(app, &screen_system, list_current_id(&listing->list));
	return REACTION_REDRAW;
}

static enum reaction open_mount(struct app *app, void *state)
{
	const struct listing *listing = state;
	const struct form_argument argument = {.action = action_find("mount"),
					       .system = list_current_id(&listing->list)};

	app_open(app, &screen_form, &argument);
	return REACTION_REDRAW;
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct listing *listing = state;
	enum widget_answer answer = list_key(&listing->list, key);

	return answer == WIDGET_CHOSEN ? open_current(app, state) : reaction_of(answer);
}

static const struct binding bindings[] = {
	{.key = KEY_CODE_ENTER,
	 .label = N_("open"),
	 .help = N_("Show the system, and what its fstab comes to on this machine."),
	 .run = open_current,
	 .why_not = listing_why_not_open},
	{.key = 'm',
	 .label = N_("mount"),
	 .help = N_("Mount the system: what will be done is shown first, and asked for."),
	 .run = open_mount,
	 .why_not = listing_why_not_open},
	{.key = 'i',
	 .label = N_("notes"),
	 .help = N_("Show all notes: which filesystems could not be looked into, and why."),
	 .run = listing_show_remarks,
	 .why_not = listing_why_no_remarks},
	{.key = 0},
};

const struct screen_class screen_systems = {
	.name = "systems",
	.title = N_("Installed systems"),
	.help = N_("The installed systems that were found on the disks, the one used last first: "
		   "its name, its host name, the device (and btrfs subvolume) of its root, and "
		   "when it was last used, as far as its logs tell.\n"
		   "They were found by looking into every filesystem without writing to it. "
		   "Nothing is mounted by opening one here."),
	.bindings = bindings,
	.state_size = sizeof(struct listing),
	.open = open_systems,
	.refresh = refresh_systems,
	.draw = listing_draw,
	.on_key = on_key,
	.is_typing = listing_is_typing,
	.close = listing_close,
};
