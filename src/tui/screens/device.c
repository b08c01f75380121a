/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything known of one device. */
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/app.h"
#include "tui/screens/device_text.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

struct device_screen {
	struct reading reading;
	char *name;  /* of the device */
	char *title; /* the same, printable */
	bool is_gone;
};

/* What is known now; where the device has gone, what was known of it last stays. */
static void refresh_device(struct app *app, void *state)
{
	struct device_screen *screen = state;
	const struct session *session = app_session(app);
	const struct device *device =
		session->machine ? machine_find(session->machine, screen->name) : NULL;
	_cleanup_pairs_ struct pairs pairs = {0};

	screen->is_gone = !device;
	if (!device)
		return;
	device_text_add(&pairs, session, device);
	text_view_clear(&screen->reading.view);
	pairs_show(&pairs, &screen->reading.view);
}

static void open_device(struct app *app, void *state, const void *argument)
{
	struct device_screen *screen = state;

	(void)app; /* refresh fills it */
	screen->name = text_copy(argument);
	screen->title = printable_text(argument);
	text_view_init(&screen->reading.view, 0);
}

static void draw_device(const struct app *app, const void *state, struct canvas *canvas,
			struct area area)
{
	const struct device_screen *screen = state;

	if (screen->is_gone && area.rows > 1) {
		canvas_cell_text(canvas, area.row, area.column, area.columns, ROLE_WARNING,
				 _("  It is not here any more; this was known of it last:"));
		area.row++;
		area.rows--;
	}
	reading_draw(app, state, canvas, area);
}

static const char *get_title(const void *state)
{
	const struct device_screen *screen = state;

	return screen->title;
}

static void close_device(struct app *app, void *state)
{
	struct device_screen *screen = state;

	reading_close(app, state);
	free(screen->name);
	free(screen->title);
}

static enum reaction show_glossary(struct app *app, void *state)
{
	(void)state; /* the words are the same for every device */
	app_show(app, &screen_glossary);
	return REACTION_REDRAW;
}

static const struct binding bindings[] = {
	{.key = 'w',
	 .label = N_("words"),
	 .help = N_("Show the words that refloat uses, explained."),
	 .run = show_glossary},
	{.key = 0},
};

const struct screen_class screen_device = {
	.name = "device",
	.title = N_("Device"),
	.help = N_(
		"Everything that is known of one device: what it is, whether it answers, what is "
		"on it, where it lies in its disk's partition table, what it lies on and what "
		"lies on it, where it is mounted now, and which installed system would use it.\n"
		"A line is left out where nothing is known for it. All of it was found out by "
		"reading alone; nothing on this screen changes the device."),
	.bindings = bindings,
	.state_size = sizeof(struct device_screen),
	.open = open_device,
	.refresh = refresh_device,
	.draw = draw_device,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_title = get_title,
	.close = close_device,
};
