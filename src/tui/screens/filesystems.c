/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filesystems of the system, how each of them is, and checks of them. */
#include "tui/screens/filesystems.h"

#include <errno.h>
#include <string.h>

#include "action/action.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "base/worker.h"
#include "tui/screens/listing.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

#define SPACE_DEADLINE_MS 10000u

struct filesystems {
	struct listing listing; /* first: it is what the keys go to */
	struct filesystem_list rows;
	char *system;		/* id; NULL: the only one, or none was found */
	struct worker *worker;	/* asks how full mounted ones are; NULL: nobody does */
	struct text_list asked; /* names of those that it asks about */
	struct problem why;
};

static const struct list_column columns[] = {
	{.title = N_("NAME"), .minimum = 8, .preferred = 14, .rank = 0},
	{.title = N_("MOUNT POINT"), .minimum = 8, .preferred = 14, .rank = 2},
	{.title = N_("TYPE"), .minimum = 5, .rank = 4},
	{.title = N_("SIZE"),
	 .minimum = 6,
	 .rank = 6,
	 .is_right = true}, /* a cut figure says nothing */
	{.title = N_("FREE"), .minimum = 6, .rank = 3, .is_right = true},
	{.title = N_("STATE"), .minimum = 12, .rank = 1},
	{.title = N_("DETAILS"), .minimum = 12, .rank = 5},
};

#define COLUMN_STATE 5

/* --- what there is */

int filesystems_read(struct app *app, const char *system, struct filesystem_list *ret_list,
		     struct problem *why)
{
	struct session *session = &app_knowledge(app)->session;

	if (!session->machine || !session->survey) {
		*ret_list = (struct filesystem_list){0};
		return 0;
	}
	return filesystem_list_read(session, system, FILESYSTEM_LIST_ANY | FILESYSTEM_LIST_AT_ONCE,
				    ret_list, why);
}

bool filesystems_is_odd(const struct filesystem_row *row)
{
	return row->lost || !row->name ||
	       (row->state && row->state->condition >= CONDITION_REPLAY && !row->mounted_at) ||
	       (row->state && row->state->condition == CONDITION_ERRORS);
}

const char *filesystems_place(const struct filesystem_row *row)
{
	return row->mountpoint ? row->mountpoint : row->name ? row->name : "?";
}

static enum role role_of(const struct filesystem_row *row)
{
	if (row->lost || (row->state && row->state->condition == CONDITION_ERRORS))
		return ROLE_ERROR;
	if (filesystems_is_odd(row))
		return ROLE_WARNING;
	return row->state && row->state->condition == CONDITION_CLEAN ? ROLE_OK : ROLE_NORMAL;
}

static void add_row(struct filesystems *screen, const struct filesystem_row *row)
{
	bool has_space = row->state && row->state->has_space;
	_cleanup_free_ char *size = row->device_size ? size_format(row->device_size) : NULL;
	_cleanup_free_ char *space = has_space ? size_format(row->state->free) : NULL;
	_cleanup_free_ char *details = filesystem_row_details(row);
	_cleanup_free_ char *id = text_format("%s %s", row->name ? row->name : "",
					      row->mountpoint ? row->mountpoint : "");
	const char *texts[] = {row->name ? row->name : "-",
			       row->mountpoint ? row->mountpoint : "-",
			       row->type,
			       size,
			       space,
			       row->condition,
			       details};
	struct list_row *shown = list_add(&screen->listing.list, id, 0, ROLE_NORMAL, texts);

	shown->roles[COLUMN_STATE] = (unsigned char)role_of(row);
}

static void fill(struct filesystems *screen)
{
	list_begin(&screen->listing.list);
	for (size_t i = 0; i < screen->rows.count; i++)
		add_row(screen, &screen->rows.items[i]);
	list_end(&screen->listing.list);
}

static const struct filesystem_row *find_current(const struct filesystems *screen)
{
	const struct list *list = &screen->listing.list;
	const struct list_row *row = list_current(list);
	size_t index = row ? (size_t)(row - list->rows.items) : screen->rows.count;

	return index < screen->rows.count ? &screen->rows.items[index] : NULL;
}

/* --- how full the mounted ones are */

static struct filesystem_row *find_row(struct filesystem_list *rows, const char *name)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (name && text_is_equal(rows->items[i].name, name))
			return &rows->items[i];
	}
	return NULL;
}

/* What is known of mounted ones stays until it was asked again. */
static void keep_space(struct filesystem_list *from, struct filesystem_list *to)
{
	for (size_t i = 0; i < to->count; i++) {
		struct filesystem_row *row = &to->items[i];
		const struct filesystem_row *old = find_row(from, row->name);

		if (!row->mounted_at || !row->state || !old || !old->mounted_at || !old->state)
			continue;
		row->state->has_space = old->state->has_space;
		row->state->size = old->state->size;
		row->state->free = old->state->free;
		row->state->inodes = old->state->inodes;
		row->state->inodes_free = old->state->inodes_free;
	}
}

/* A message for each: how full it is, and its name. */
static int ask_in_child(void *data, int fd)
{
	const struct filesystem_list *rows = data;

	for (size_t i = 0; i < rows->count; i++) {
		const struct filesystem_row *row = &rows->items[i];
		struct filesystem_space space;
		_cleanup_text_buffer_ struct text_buffer message = {0};

		if (!row->mounted_at || !row->name ||
		    filesystem_space_read(row->mounted_at, &space) < 0)
			continue;
		text_buffer_add(&message, &space, sizeof(space));
		text_buffer_add_text(&message, row->name);
		if (worker_send(fd, message.data, message.length) < 0)
			return 1;
	}
	return 0;
}

static bool has_mounted(const struct filesystem_list *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->items[i].mounted_at)
			return true;
	}
	return false;
}

static void ask_space(const struct app *app, struct filesystems *screen)
{
	if (screen->worker || app_session(app)->scan.sysroot || !has_mounted(&screen->rows))
		return;
	/* where it cannot be asked it stays unknown */
	(void)worker_start(ask_in_child, &screen->rows, SPACE_DEADLINE_MS, &screen->worker, NULL);
}

static void on_space(void *data, const char *bytes, size_t length)
{
	struct filesystems *screen = data;
	struct filesystem_space space;
	struct filesystem_row *row;
	_cleanup_free_ char *name = NULL;

	if (length <= sizeof(space))
		return;
	memcpy(&space, bytes, sizeof(space));
	name = alloc_copy(bytes + sizeof(space), length - sizeof(space));
	row = find_row(&screen->rows, name);
	if (row && row->state && row->mounted_at)
		filesystem_space_apply(&space, row->state);
}

static int get_fd(const void *state)
{
	const struct filesystems *screen = state;

	return screen->worker ? worker_fd(screen->worker) : -1;
}

static int get_timeout_ms(const void *state)
{
	const struct filesystems *screen = state;

	return screen->worker ? clock_left_ms(worker_deadline_ms(screen->worker)) : -1;
}

static enum reaction on_ready(struct app *app, void *state)
{
	struct filesystems *screen = state;

	(void)app;
	if (!screen->worker)
		return REACTION_NOTHING;
	if (worker_dispatch(screen->worker, on_space, screen) == WORKER_RUNNING)
		return REACTION_NOTHING;
	screen->worker = worker_free(screen->worker);
	fill(screen);
	return REACTION_REDRAW;
}

/* --- keeping it up to date */

static const char *empty_text(const struct app *app, const struct filesystems *screen)
{
	const struct session *session = app_session(app);

	if (screen->why.why)
		return screen->why.why;
	return session->machine && session->survey ? _("No filesystem was found.")
						   : _("Still being looked for ...");
}

/* The one that is mounted, else the first. */
static void choose_system(const struct app *app, struct filesystems *screen)
{
	const struct survey *survey = app_session(app)->survey;
	const char *mounted = app_get_knowledge(app)->mounted.id;

	if (screen->system || !survey)
		return;
	if (mounted)
		screen->system = text_copy(mounted);
	else if (survey->system_count > 1)
		screen->system = text_copy(survey->systems[0]->id);
}

static void refresh(struct app *app, void *state)
{
	struct filesystems *screen = state;
	struct filesystem_list rows = {0};

	choose_system(app, screen);
	problem_done(&screen->why);
	(void)filesystems_read(app, screen->system, &rows, &screen->why); /* WHY is shown */
	keep_space(&screen->rows, &rows);
	filesystem_list_done(&screen->rows);
	screen->rows = rows;
	list_set_empty(&screen->listing.list, empty_text(app, screen));
	fill(screen);
	ask_space(app, screen);
}

static void open_filesystems(struct app *app, void *state, const void *argument)
{
	struct filesystems *screen = state;

	(void)app;	/* refresh fills it */
	(void)argument; /* there is none */
	listing_init(&screen->listing, columns, ARRAY_SIZE(columns), 0);
}

static void close_filesystems(struct app *app, void *state)
{
	struct filesystems *screen = state;

	(void)worker_free(screen->worker);
	filesystem_list_done(&screen->rows);
	problem_done(&screen->why);
	free(screen->system);
	listing_close(app, state);
}

/* --- drawing */

/* All that is known of the current row, of which there may be no room in it. */
static char *describe_current(const struct filesystem_row *row)
{
	_cleanup_text_list_ struct text_list parts = {0};
	char *details = filesystem_row_details(row);
	bool has_label = !text_is_empty(row->label);

	text_list_format(&parts, "%s%s%s%s: %s", filesystems_place(row), has_label ? " (" : "",
			 has_label ? row->label : "", has_label ? ")" : "", row->condition);
	if (*details)
		text_list_take(&parts, details);
	else
		free(details);
	if (row->mounted_at)
		text_list_format(&parts,
				 row->is_by_refloat ? _("mounted by refloat at %s")
						    : _("mounted at %s"),
				 row->mounted_at);
	if (row->why_not && !(row->mounted_at && !row->is_by_refloat))
		text_list_format(&parts, _("cannot be checked now: %s"), row->why_not);
	else if (row->why_not)
		text_list_add(&parts, _("cannot be checked while it is"));
	return text_list_join(&parts, "; ");
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct filesystems *screen = state;
	const struct filesystem_row *row = find_current(screen);
	_cleanup_free_ char *text = row ? describe_current(row) : NULL;

	(void)app; /* the rows were made when they became known */
	listing_draw_with_pane(state, canvas, area, text);
}

/* --- checking */

void filesystems_open_check(struct app *app, const char *system, const struct text_list *names,
			    const char *strength)
{
	const struct action *action = action_find("check-fs");
	struct answers answers;
	const struct form_argument argument = {action, system, &answers};

	answers_init(&answers, action);
	for (size_t i = 0; i < names->count; i++)
		(void)answers_add(&answers, "filesystem", names->items[i]); /* the field exists */
	if (strength)
		(void)answers_add(&answers, strength, "yes"); /* and that one */
	app_open(app, &screen_form, &argument);
	answers_done(&answers);
}

static enum reaction check_current(struct app *app, void *state)
{
	const struct filesystems *screen = state;
	const struct filesystem_row *row = find_current(screen);
	_cleanup_text_list_ struct text_list names = {0};

	if (!row)
		return REACTION_NOTHING;
	text_list_add(&names, row->name);
	filesystems_open_check(app, screen->system, &names, NULL);
	return REACTION_REDRAW;
}

static const char *why_not_check(const struct app *app, const void *state)
{
	const struct filesystem_row *row = find_current(state);

	(void)app;
	if (!row)
		return _("There is no filesystem to check.");
	return row->why_not;
}

static size_t count_systems(const struct app *app)
{
	const struct survey *survey = app_session(app)->survey;

	return survey ? survey->system_count : 0;
}

/* Of a system its own order is taken; without one each is named. */
static enum reaction check_all(struct app *app, void *state)
{
	const struct filesystems *screen = state;
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < screen->rows.count && !count_systems(app); i++) {
		if (!screen->rows.items[i].why_not)
			text_list_add(&names, screen->rows.items[i].name);
	}
	filesystems_open_check(app, screen->system, &names, NULL);
	return REACTION_REDRAW;
}

static const char *why_not_all(const struct app *app, const void *state)
{
	const struct filesystems *screen = state;

	(void)app;
	for (size_t i = 0; i < screen->rows.count; i++) {
		if (!screen->rows.items[i].why_not)
			return NULL;
	}
	return _("None of them can be checked now; each says why.");
}

static enum reaction open_current(struct app *app, void *state)
{
	const struct filesystems *screen = state;
	const struct filesystem_row *row = find_current(screen);
	struct filesystem_argument argument = {.system = screen->system};

	if (!row)
		return REACTION_NOTHING;
	argument.name = row->name;
	argument.mountpoint = row->mountpoint;
	app_open(app, &screen_filesystem, &argument);
	return REACTION_REDRAW;
}

/* --- another system */

static enum reaction next_system(struct app *app, void *state)
{
	const struct survey *survey = app_session(app)->survey;
	struct filesystems *screen = state;
	size_t next = 0;

	for (size_t i = 0; i < survey->system_count; i++) {
		if (text_is_equal(survey->systems[i]->id, screen->system))
			next = (i + 1) % survey->system_count;
	}
	text_set(&screen->system, survey->systems[next]->id);
	refresh(app, state);
	return REACTION_REDRAW;
}

static const char *why_not_next(const struct app *app, const void *state)
{
	(void)state;
	return count_systems(app) > 1 ? NULL : _("There is no other system.");
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct filesystems *screen = state;
	enum widget_answer answer = list_key(&screen->listing.list, key);

	return answer == WIDGET_CHOSEN ? open_current(app, state) : reaction_of(answer);
}

static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("details"),
	 N_("Show all that is known of the filesystem, and what can be done."), open_current,
	 listing_why_not_open},
	{'c', 0, N_("check this"), N_("Check the filesystem that the cursor is on."), check_current,
	 why_not_check},
	{'a', 0, N_("check all"),
	 N_("Check all filesystems of the system, one after the other, root first."), check_all,
	 why_not_all},
	{'o', 0, N_("other system"), N_("Show the filesystems of the next system."), next_system,
	 why_not_next},
	{0},
};

const struct screen_class screen_filesystems = {
	.name = "filesystems",
	.title = N_("Check filesystems"),
	.help = N_(
		"The filesystems of the system in the order of a check: root first, then by the "
		"pass "
		"numbers of its fstab, then what fstab does not name. STATE is what each says of "
		"itself: clean, errors noted, or a journal to be replayed, which is so after every "
		"crash and means no damage yet. \"in use\" is mounted now.\n"
		"c checks one, a all of them. First you choose how far to go: only look, repair "
		"what "
		"is safe, or repair everything; looking changes nothing. Then you see the plan.\n"
		"A mounted filesystem is never checked: what refloat has mounted is unmounted for "
		"the "
		"check and mounted again after it, whatever comes of it. A check runs as a job: "
		"leave "
		"refloat, or lose the line, and it goes on."),
	.bindings = bindings,
	.state_size = sizeof(struct filesystems),
	.open = open_filesystems,
	.refresh = refresh,
	.draw = draw,
	.on_key = on_key,
	.is_typing = listing_is_typing,
	.get_fd = get_fd,
	.get_timeout_ms = get_timeout_ms,
	.on_ready = on_ready,
	.close = close_filesystems,
};
