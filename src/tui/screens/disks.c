/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every block device, as a tree: what "refloat disks" prints. */
#include "action/describe.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "tui/app.h"
#include "tui/screens/device_text.h"
#include "tui/screens/listing.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/widgets/frame.h"

/* The words give way before the numbers, the name never does. */
static const struct list_column columns[] = {
	{.title = N_("NAME"), .minimum = 14, .rank = 0},
	{.title = N_("SIZE"), .minimum = 4, .rank = 1, .is_right = true},
	{.title = N_("TYPE"), .minimum = 5, .rank = 4},
	{.title = N_("FSTYPE"), .minimum = 8, .preferred = 11, .rank = 2},
	{.title = N_("LABEL"), .minimum = 7, .preferred = 10, .rank = 5},
	{.title = N_("DETAILS"), .minimum = 12, .rank = 3},
};

#define COLUMN_TYPE 3 /* of the filesystem */
#define COLUMN_DETAILS 5

#define ROWS_WITH_PANE 30 /* from so many on the device under the cursor is shown below the tree   \
			   */
#define PANE_ROWS 18	  /* that it has then, with its rule */

/* What the walk over the graph needs. */
struct walk {
	struct list *list;
	const struct machine *machine;
	bool *is_shown; /* by index in the machine */
};

static size_t index_of(const struct machine *machine, const struct device *device)
{
	size_t i = 0;

	while (i < machine->count && machine->devices[i] != device)
		i++;
	return i;
}

/* Colours repeat what the details say. */
static enum role role_of(const struct device *device)
{
	if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
		return ROLE_ERROR;
	if (device->state == DEVICE_PROBING || device->is_rescue)
		return ROLE_DIM;
	if (device->content.is_ambiguous || device->content.journal == JOURNAL_DIRTY)
		return ROLE_WARNING;
	return ROLE_NORMAL;
}

/* The filesystem, or why it is not known: this column is seen on the narrowest screens too. */
static char *format_type(const struct device *device)
{
	switch (device->state) {
	case DEVICE_SILENT:
		return text_copy(_("no answer"));
	case DEVICE_ERROR:
		return text_copy(_("unreadable"));
	case DEVICE_PROBING:
	case DEVICE_OK:
		break;
	}
	return printable_text(device->content.type);
}

static void add_row(struct list *list, const struct device *device, unsigned depth)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *size = device->size ? size_format(device->size) : NULL;
	_cleanup_free_ char *kind = printable_text(device_type_name(device));
	_cleanup_free_ char *type = format_type(device);
	_cleanup_free_ char *label = printable_text(device->content.label);
	_cleanup_free_ char *details = describe_device(device);
	const char *texts[] = {name, size, kind, type, label, details};

	struct list_row *row = list_add(list, device->name, depth,
					device->is_rescue ? ROLE_DIM : ROLE_NORMAL, texts);

	if (device->state != DEVICE_OK)
		row->roles[COLUMN_TYPE] = (unsigned char)role_of(device);
	row->roles[COLUMN_DETAILS] = (unsigned char)role_of(device);
}

static void add_device(struct walk *walk, const struct device *device, unsigned depth)
{
	size_t index = index_of(walk->machine, device);

	if (index == walk->machine->count || walk->is_shown[index])
		return; /* shown once, also where a crafted graph runs in a circle */
	walk->is_shown[index] = true;
	add_row(walk->list, device, depth);
	for (size_t i = 0; i < device->child_count; i++)
		add_device(walk, device->children[i], depth + 1);
}

static void fill_list(struct list *list, const struct machine *machine)
{
	_cleanup_free_ bool *is_shown = alloc_zero(machine->count + 1, sizeof(*is_shown));
	struct walk walk = {.list = list, .machine = machine, .is_shown = is_shown};

	list_begin(list);
	for (size_t i = 0; i < machine->count; i++) {
		if (machine->devices[i]->parent_count == 0)
			add_device(&walk, machine->devices[i], 0);
	}
	for (size_t i = 0; i < machine->count; i++) /* whatever hangs under nothing shown */
		add_device(&walk, machine->devices[i], 0);
	list_end(list);
}

static void refresh_disks(struct app *app, void *state)
{
	const struct machine *machine = app_session(app)->machine;
	struct listing *listing = state;

	list_set_empty(&listing->list, machine ? _("No block device was found.")
					       : _("Still reading which devices there are ..."));
	text_list_done(&listing->remarks);
	if (!machine)
		return;
	fill_list(&listing->list, machine);
	describe_machine_notes(machine, &listing->remarks);
}

static void open_disks(struct app *app, void *state, const void *argument)
{
	(void)app;	/* refresh fills it */
	(void)argument; /* there is none */
	listing_init(state, columns, ARRAY_SIZE(columns), 0);
}

/* What is known of the device that the cursor is on, as its own screen has it. */
static void draw_pane(const struct session *session, const char *name, struct canvas *canvas,
		      struct area area)
{
	const struct device *device =
		session->machine ? machine_find(session->machine, name) : NULL;
	_cleanup_pairs_ struct pairs pairs = {0};
	struct text_view view;

	if (!device)
		return;
	device_text_add(&pairs, session, device);
	text_view_init(&view, 0);
	pairs_show(&pairs, &view);
	text_view_draw(&view, canvas, area);
	text_view_done(&view);
}

/* Rows for the list where there is room for a pane below it. */
static int list_rows(const struct listing *listing, int rows)
{
	size_t wanted = listing->list.visible_count + 2;

	if (listing->remarks.count > 0)
		wanted += listing->remarks.count + 2;
	return wanted < (size_t)(rows - PANE_ROWS) ? (int)wanted : rows - PANE_ROWS;
}

static void draw_disks(const struct app *app, const void *state, struct canvas *canvas,
		       struct area area)
{
	const struct listing *listing = state;
	const char *name = list_current_id(&listing->list);
	struct area part = area;

	if (area.rows < ROWS_WITH_PANE || !name) {
		listing_draw(app, state, canvas, area);
		return;
	}
	part.rows = list_rows(listing, area.rows);
	listing_draw(app, state, canvas, part);
	part.row += part.rows;
	rule_draw(canvas, part);
	part.row++;
	part.rows = area.rows - part.rows - 1;
	draw_pane(app_session(app), name, canvas, part);
}

static enum reaction open_current(struct app *app, void *state)
{
	const struct listing *listing = state;

	app_open(app, &screen_device, list_current_id(&listing->list));
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
	 .help = N_("Show everything that is known of the device."),
	 .run = open_current,
	 .why_not = listing_why_not_open},
	{.key = 'i',
	 .label = N_("notes"),
	 .help = N_("Show all notes: what could not be found out, and what is odd."),
	 .run = listing_show_remarks,
	 .why_not = listing_why_no_remarks},
	{.key = 0},
};

const struct screen_class screen_disks = {
	.name = "disks",
	.title = N_("Disks"),
	.help = N_(
		"Every disk with its partitions, arrays, volumes and containers, the filesystem "
		"on each, and where it is mounted. A device that lies on several others stands "
		"under the first of them; the others say \"part of\". Where there is room what is "
		"known of the device under the cursor stands below.\n"
		"Each disk is asked by a process of its own: one that does not answer is named "
		"as such and keeps nothing else waiting. Looking never writes to a disk."),
	.bindings = bindings,
	.state_size = sizeof(struct listing),
	.open = open_disks,
	.refresh = refresh_disks,
	.draw = draw_disks,
	.on_key = on_key,
	.is_typing = listing_is_typing,
	.close = listing_close,
};
