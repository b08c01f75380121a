/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One installed system: its facts, and what each line of its fstab comes to on this machine. */
#include "action/action.h"
#include "action/describe.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/app.h"
#include "tui/screens/accounts.h"
#include "tui/screens/listing.h"
#include "tui/screens/pairs.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/screens/system_story.h"
#include "tui/widgets/frame.h"

struct system_screen {
	struct listing listing;	  /* lines of the fstab */
	struct text_list stories; /* all that is to be said of each line, in their order */
	struct text_view facts;	  /* with the notes */
	char *id;
	char *title;
	bool is_gone;
	bool is_reading; /* the facts have all of the screen */
};

static const struct list_column columns[] = {
	{.title = N_("MOUNT POINT"), .minimum = 10, .preferred = 24, .rank = 0},
	{.title = N_("FROM"), .minimum = 8, .preferred = 16, .rank = 2},
	{.title = N_("TYPE"), .minimum = 5, .preferred = 8, .rank = 3},
	{.title = N_("MOUNT"), .minimum = 9, .rank = 1},
	{.title = N_("WHY"), .minimum = 24, .rank = 4},
};

#define COLUMN_ACTION 3
#define STORY_INDENT 2
#define FACTS_ROWS_MIN 3 /* fewer say too little */

static const enum role action_roles[] = {
	[RESOLVED_MOUNT] = ROLE_NORMAL,	       [RESOLVED_SKIP] = ROLE_DIM,
	[RESOLVED_MISSING] = ROLE_ERROR,       [RESOLVED_AMBIGUOUS] = ROLE_ERROR,
	[RESOLVED_UNCONFIRMED] = ROLE_WARNING,
};

static const struct system *find_system(const struct survey *survey, const char *id)
{
	for (size_t i = 0; survey && i < survey->system_count; i++) {
		if (text_is_equal(survey->systems[i]->id, id))
			return survey->systems[i];
	}
	return NULL;
}

static void add_entry(struct system_screen *screen, const struct resolved_entry *entry)
{
	_cleanup_free_ char *place = printable_text(entry->mountpoint);
	_cleanup_free_ char *from = printable_text(entry->device ? entry->device : entry->source);
	_cleanup_free_ char *type = printable_text(entry->type);
	_cleanup_free_ char *why = describe_entry(entry);
	_cleanup_free_ char *id =
		text_format("%u %s", entry->entry ? entry->entry->line : 0, entry->mountpoint);
	const char *texts[] = {place, from, type, describe_entry_action(entry->action), why};
	enum role role = action_roles[entry->action];
	struct list_row *row;

	row = list_add(&screen->listing.list, id, 0, role == ROLE_DIM ? ROLE_DIM : ROLE_NORMAL,
		       texts);
	row->roles[COLUMN_ACTION] = (unsigned char)role;
	text_list_take(&screen->stories, system_story(entry));
}

static void fill_facts(struct system_screen *screen, const struct machine *machine,
		       const struct system *system, const struct text_list *notes)
{
	_cleanup_facts_ struct facts facts = {0};
	_cleanup_pairs_ struct pairs pairs = {0};

	/* notes first: where room is short they are what must be seen */
	for (size_t i = 0; i < notes->count; i++)
		pairs_add(&pairs, ROLE_WARNING, _("note"), notes->items[i]);
	describe_system(machine, system, &facts);
	for (size_t i = 0; i < facts.count; i++)
		pairs_add(&pairs, ROLE_NORMAL, facts.items[i].label, facts.items[i].value);
	text_view_clear(&screen->facts);
	pairs_show(&pairs, &screen->facts);
}

static void fill_entries(struct system_screen *screen, const struct resolution *resolution)
{
	text_list_done(&screen->stories);
	list_begin(&screen->listing.list);
	for (size_t i = 0; i < resolution->count; i++)
		add_entry(screen, &resolution->entries[i]);
	list_end(&screen->listing.list);
}

static void refresh_system(struct app *app, void *state)
{
	struct system_screen *screen = state;
	const struct session *session = app_session(app);
	const struct system *system = find_system(session->survey, screen->id);
	const struct resolve_options options = {0};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_text_list_ struct text_list notes = {0};

	screen->is_gone = !system || !session->machine;
	if (screen->is_gone)
		return;
	text_list_copy(&notes, &system->notes);
	text_list_copy(&notes, &system->fstab.notes);
	if (resolve_system(session->machine, session->survey, system, &options, &resolution, &why) <
	    0) {
		text_list_take(&notes, problem_text(&why));
	} else {
		text_list_copy(&notes, &resolution->notes);
		fill_entries(screen, resolution);
	}
	fill_facts(screen, session->machine, system, &notes);
}

static void open_system(struct app *app, void *state, const void *argument)
{
	struct system_screen *screen = state;
	const struct system *system = find_system(app_session(app)->survey, argument);
	_cleanup_free_ char *name = NULL, *host = NULL;

	listing_init(&screen->listing, columns, ARRAY_SIZE(columns), 0);
	list_set_empty(&screen->listing.list, _("Its fstab has nothing to mount."));
	text_view_init(&screen->facts, 0);
	screen->id = text_copy(argument);
	name = printable_text(system ? system->name : argument);
	host = printable_text(system ? system->hostname : NULL);
	screen->title = *host ? text_format("%s: %s", host, name) : text_copy(name);
}

/* All that is to be said of the line that the cursor is on; NULL: there is none. Borrowed. */
static const char *current_story(const struct system_screen *screen)
{
	const struct list *list = &screen->listing.list;
	const struct list_row *row = list_current(list);

	return row ? screen->stories.items[row - list->rows.items] : NULL;
}

static void draw_story(const struct system_screen *screen, struct canvas *canvas, struct area area)
{
	const char *story = current_story(screen);

	canvas_fill(canvas, area, ROLE_NORMAL);
	area.column += STORY_INDENT;
	area.columns -= 2 * STORY_INDENT;
	if (story && area.rows > 0)
		(void)paragraphs_draw(canvas, area, 0, story,
				      _("... (Enter)")); /* the rows are its own */
}

/* Rows for what is below the table, its rule among them. They are few: all of them are sent anew
 * when the cursor moves, maybe over a slow line. */
static int story_rows(int rows)
{
	if (rows >= 30)
		return 6;
	return rows >= 6 ? 3 : 0;
}

/* Rows for the facts: what the table leaves, which has at least half of ROWS if it needs them. With
 * a blank one behind them if there is room. */
static int facts_rows(const struct system_screen *screen, int rows, int width)
{
	size_t needed = text_view_line_count(&screen->facts, width) + 1;
	int table = (int)screen->listing.list.visible_count + 1;

	if (rows < 8)
		return 0;
	if (table > (rows + 1) / 2)
		table = (rows + 1) / 2;
	if (needed < (size_t)(rows - table))
		return (int)needed;
	return rows - table >= FACTS_ROWS_MIN ? rows - table : 0;
}

static void draw_system(const struct app *app, const void *state, struct canvas *canvas,
			struct area area)
{
	const struct system_screen *screen = state;
	struct area part = area;
	int story = story_rows(area.rows);

	(void)app; /* all was made when it became known */
	if (screen->is_gone && area.rows > 1) {
		canvas_cell_text(canvas, area.row, area.column, area.columns, ROLE_WARNING,
				 _("  It is not here any more; this was known of it last:"));
		area.row++;
		area.rows--;
	}
	if (screen->is_reading) {
		text_view_draw(&screen->facts, canvas, area);
		return;
	}
	part = area;
	part.rows = facts_rows(screen, area.rows - story, area.columns);
	canvas_fill(canvas, part, ROLE_NORMAL);
	text_view_draw(&screen->facts, canvas, part);
	part.row += part.rows;
	part.rows = area.rows - story - part.rows;
	list_draw(&screen->listing.list, canvas, part);
	if (story == 0)
		return;
	part.row += part.rows;
	rule_draw(canvas, part);
	draw_story(screen, canvas,
		   (struct area){part.row + 1, part.column, story - 1, part.columns});
}

static enum reaction show_story(struct app *app, void *state)
{
	const struct system_screen *screen = state;
	const struct list_row *row = list_current(&screen->listing.list);

	app_tell(app, ROLE_HEADING, row->texts[0], current_story(screen));
	return REACTION_REDRAW;
}

static const char *why_no_story(const struct app *app, const void *state)
{
	const struct system_screen *screen = state;

	(void)app; /* the screen says it */
	return current_story(screen) && !screen->is_reading ? NULL : _("There is no line to open.");
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct system_screen *screen = state;
	enum widget_answer answer;

	if (screen->is_reading)
		return reaction_of(text_view_key(&screen->facts, key));
	answer = list_key(&screen->listing.list, key);
	return answer == WIDGET_CHOSEN ? show_story(app, state) : reaction_of(answer);
}

static bool is_typing(const void *state)
{
	const struct system_screen *screen = state;

	return screen->is_reading ? text_view_is_typing(&screen->facts)
				  : list_is_typing(&screen->listing.list);
}

static enum reaction on_back(struct app *app, void *state)
{
	struct system_screen *screen = state;

	(void)app; /* it is about this screen alone */
	if (!screen->is_reading)
		return REACTION_CLOSE;
	screen->is_reading = false;
	text_view_go_to_start(&screen->facts);
	return REACTION_REDRAW;
}

static enum reaction toggle_reading(struct app *app, void *state)
{
	struct system_screen *screen = state;

	if (screen->is_reading)
		return on_back(app, state);
	screen->is_reading = true;
	return REACTION_REDRAW;
}

static enum reaction open_mount(struct app *app, void *state)
{
	const struct system_screen *screen = state;
	struct form_argument argument = {.action = action_find("mount"), .system = screen->id};

	app_open(app, &screen_form, &argument);
	return REACTION_REDRAW;
}

static const char *why_no_mount(const struct app *app, const void *state)
{
	const struct system_screen *screen = state;

	(void)app; /* refresh has looked */
	return screen->is_gone ? _("This system is not here any more.") : NULL;
}

static enum reaction open_accounts(struct app *app, void *state)
{
	accounts_open(app, ((const struct system_screen *)state)->id);
	return REACTION_REDRAW;
}

static const char *get_title(const void *state)
{
	const struct system_screen *screen = state;

	return screen->title;
}

static void close_system(struct app *app, void *state)
{
	struct system_screen *screen = state;

	(void)app; /* nothing of it is the menu's */
	listing_done(&screen->listing);
	text_list_done(&screen->stories);
	text_view_done(&screen->facts);
	free(screen->id);
	free(screen->title);
}

static const struct binding bindings[] = {
	{.key = 'm',
	 .label = N_("mount"),
	 .help = N_("Mount this system: what will be done is shown first, and asked for."),
	 .run = open_mount,
	 .why_not = why_no_mount},
	{.key = 'a',
	 .label = N_("accounts"),
	 .help = N_("Show who can log in to this system and what keeps others out, and mend that."),
	 .run = open_accounts,
	 .why_not = why_no_mount},
	{.key = 'i',
	 .label = N_("notes"),
	 .help = N_("Read the facts and the notes on all of the screen; again: back to the table."),
	 .run = toggle_reading},
	{.key = KEY_CODE_ENTER,
	 .label = N_("whole line"),
	 .help = N_("Show all that is to be said of the line of the fstab."),
	 .run = show_story,
	 .why_not = why_no_story},
	{.key = 0},
};

const struct screen_class screen_system = {
	.name = "system",
	.title = N_("Installed system"),
	.help = N_(
		"One installed system. Above, what is known of it: the device of its root, when "
		"it was last used, its kernels, and notes on what is odd.\n"
		"The table has each line of its fstab, in the order of mounting, and what would "
		"become of it on this machine: \"yes\" is mounted; \"no\" is left out, for the "
		"reason given; MISSING means that its device is not here; AMBIGUOUS that several "
		"devices fit and none is picked; \"a guess\" that the device has another name "
		"here, which you are asked about before.\n"
		"Below, the whole reason of the line that the cursor is on. Looking at it mounts "
		"nothing."),
	.bindings = bindings,
	.state_size = sizeof(struct system_screen),
	.open = open_system,
	.refresh = refresh_system,
	.draw = draw_system,
	.on_key = on_key,
	.is_typing = is_typing,
	.get_title = get_title,
	.on_back = on_back,
	.close = close_system,
};
