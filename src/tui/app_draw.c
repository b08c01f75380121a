/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is around every screen: title, rules, the line of jobs, the footer or a hint, the message in
 * front. */
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/app_private.h"
#include "tui/job_line.h"
#include "tui/screens/job.h"
#include "tui/screens/screens.h"
#include "tui/widgets/frame.h"

#define MIN_ROWS 10
#define MIN_COLUMNS 40
#define FOOTER_MAX 24 /* more keys than any terminal is wide */

static const char *safety_words(enum safety safety)
{
	switch (safety) {
	case SAFETY_READ_ONLY:
		return _("mounted read-only");
	case SAFETY_READ_WRITE:
		return _("mounted READ-WRITE");
	case SAFETY_LOOKING:
		break;
	}
	return _("only looking");
}

/* The screen of the only job that runs says more than the line would. */
static bool has_job_line(const struct app *app)
{
	const struct job *job = jobs_watch_nearest(&app->jobs);

	if (app_top(app)->class == &screen_job && job &&
	    jobs_watch_count_running(&app->jobs) == 1 &&
	    job->number == job_screen_number(app_top(app)->state))
		return false;
	return job_line_is_needed(&app->jobs);
}

static void draw_title(const struct app *app, struct canvas *canvas, struct area area)
{
	const struct screen_class *class = app_top(app)->class;
	const char *title = class->get_title ? class->get_title(app_top(app)->state) : NULL;
	_cleanup_free_ char *left = NULL;

	if (!title && class->title)
		title = _(class->title);
	left = text_format("refloat %s", PACKAGE_VERSION);
	title_draw(canvas, area, left, title, safety_words(knowledge_safety(&app->knowledge)));
}

static const struct binding *find_binding(const struct binding *bindings, int key)
{
	while (bindings->key != key)
		bindings++;
	return bindings;
}

static size_t add_footer_key(struct footer_key *keys, char **names, size_t count,
			     const struct binding *binding)
{
	names[count] = key_format(binding->key);
	keys[count] = (struct footer_key){names[count], _(binding->label)};
	return count + 1;
}

static size_t list_footer_keys(const struct app *app, struct footer_key *keys, char **names)
{
	const struct app_screen *screen = app_top(app);
	bool is_typing = app_is_typing(screen);
	size_t count = 0;

	for (const struct binding *binding = screen->class->bindings;
	     binding && binding->key && count < FOOTER_MAX - 1; binding++) {
		if (binding->is_there && !binding->is_there(app, screen->state))
			continue;
		if (is_typing && key_is_text(binding->key))
			continue; /* it would be typed */
		if (binding->label && !(binding->why_not && binding->why_not(app, screen->state)))
			count = add_footer_key(keys, names, count, binding);
	}
	/* while a job runs the line above says which key shows it */
	if (app->jobs.list.count && !job_line_is_needed(&app->jobs) &&
	    screen->class != &screen_jobs && !is_typing)
		count = add_footer_key(keys, names, count, find_binding(app_bindings, 'j'));
	return count;
}

static struct area row_of(const struct canvas *canvas, int row)
{
	return (struct area){row, 0, 1, canvas->columns};
}

/* The rule above the last lines, and between them the line of jobs; the last LINES are taken. */
static void draw_jobs(const struct app *app, struct canvas *canvas, int lines)
{
	int row = canvas->rows - lines - 1;

	if (has_job_line(app)) {
		canvas_fill(canvas, row_of(canvas, row), ROLE_NORMAL);
		job_line_draw(&app->jobs, canvas, row_of(canvas, row));
		row--;
	}
	rule_draw(canvas, row_of(canvas, row));
}

/* What does not fit into the last line takes lines above it, until the next key. */
static void draw_hint(const struct app *app, struct canvas *canvas)
{
	_cleanup_free_ char *wrapped = printable_wrap(app->hint, (size_t)canvas->columns - 1, 0);
	_cleanup_text_list_ struct text_list lines = {0};
	size_t most = (size_t)canvas->rows / 2, count;

	text_list_split(&lines, wrapped, "\n");
	count = lines.count < most ? lines.count : most;
	canvas_fill(canvas,
		    (struct area){canvas->rows - (int)count, 0, (int)count, canvas->columns},
		    ROLE_NORMAL);
	for (size_t i = 0; i < count; i++)
		(void)canvas_text(canvas, canvas->rows - (int)(count - i), 1, canvas->columns - 1,
				  ROLE_WARNING, lines.items[i]);
	draw_jobs(app, canvas, (int)count);
}

static void draw_footer(const struct app *app, struct canvas *canvas, struct area area)
{
	struct footer_key keys[FOOTER_MAX] = {0};
	char *names[FOOTER_MAX] = {0};
	size_t count;

	count = list_footer_keys(app, keys, names);
	footer_draw(canvas, area, keys, count, app_is_typing(app_top(app)));
	for (size_t i = 0; i < count; i++)
		free(names[i]);
}

static void draw_too_small(struct canvas *canvas)
{
	_cleanup_free_ char *text =
		text_format(_("%dx%d is too small: refloat needs %dx%d"), canvas->columns,
			    canvas->rows, MIN_COLUMNS, MIN_ROWS);
	_cleanup_free_ char *wrapped =
		printable_wrap(text, canvas->columns > 0 ? (size_t)canvas->columns : 1, 0);
	_cleanup_text_list_ struct text_list lines = {0};

	text_list_split(&lines, wrapped, "\n");
	for (size_t i = 0; i < lines.count; i++)
		(void)canvas_text(canvas, (int)i, 0, canvas->columns, ROLE_WARNING, lines.items[i]);
}

void app_draw(struct app *app, struct canvas *canvas)
{
	struct area area = {2, 0, canvas->rows - 4, canvas->columns};

	canvas_clear(canvas);
	app->is_changed = false;
	if (canvas->rows < MIN_ROWS || canvas->columns < MIN_COLUMNS) {
		draw_too_small(canvas);
		return;
	}
	if (!app->count)
		return;
	area.rows -= has_job_line(app);
	draw_title(app, canvas, row_of(canvas, 0));
	rule_draw(canvas, row_of(canvas, 1));
	app_top(app)->class->draw(app, app_top(app)->state, canvas, area);
	if (app->hint) {
		draw_hint(app, canvas);
	} else {
		draw_jobs(app, canvas, 1);
		draw_footer(app, canvas, row_of(canvas, canvas->rows - 1));
	}
	if (app->has_dialog)
		dialog_draw(&app->dialog, canvas, canvas_area(canvas));
}
