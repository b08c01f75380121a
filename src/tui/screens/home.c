/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first screen: what can be done, and beside each line how things stand. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "action/action.h"
#include "action/unlock.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/size.h"
#include "system/resolve.h"
#include "tui/app.h"
#include "tui/screens/screens.h"
#include "tui/widgets/menu.h"

struct home {
	struct menu menu;
	char *title;
	bool has_told_problem; /* what could not be found out was shown in a box */
};

typedef enum reaction (*choose_fn)(struct app *app, struct home *home);
/* How things stand: sets the state and, where the line cannot be used, why. */
typedef void (*describe_fn)(struct app *app, struct home *home, const char *id);

/* --- how things stand */

static void set_state(struct home *home, const char *id, enum role role, const char *text)
{
	menu_set_state(&home->menu, id, role, text);
	menu_set_why_not(&home->menu, id, NULL);
}

/* Whether the rescue system itself runs from DISK. */
static bool is_rescue(const struct device *disk)
{
	for (size_t i = 0; i < disk->child_count; i++) {
		if (disk->children[i]->is_rescue)
			return true;
	}
	return disk->is_rescue;
}

/* "sda 40G", "sdb 40G (not answering)": the words of one disk. */
static char *format_disk(const struct device *disk)
{
	_cleanup_free_ char *name = printable_text(disk->name);
	_cleanup_free_ char *size = disk->size ? size_format(disk->size) : text_copy("");
	const char *doubt = "";

	if (disk->state == DEVICE_SILENT)
		doubt = _(" (not answering)");
	else if (disk->state == DEVICE_ERROR)
		doubt = _(" (cannot be read)");
	if (is_rescue(disk))
		doubt = _(" (this rescue system)");
	return text_format("%s%s%s%s", name, *size ? " " : "", size, doubt);
}

static bool is_whole_disk(const struct device *device)
{
	return device->kind == DEVICE_DISK || device->kind == DEVICE_IMAGE ||
	       device->kind == DEVICE_MULTIPATH;
}

static bool is_doubtful(const struct device *disk)
{
	return (disk->state == DEVICE_SILENT || disk->state == DEVICE_ERROR) && !is_rescue(disk);
}

/* Adds the disks that are in doubt, or all others; returns how many. */
static size_t add_disks(const struct machine *machine, bool in_doubt, struct text_list *disks)
{
	size_t before = disks->count;

	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (is_whole_disk(device) && is_doubtful(device) == in_doubt)
			text_list_take(disks, format_disk(device));
	}
	return disks->count - before;
}

/* What there is that is no disk and lies on none. */
static size_t count_others(const struct machine *machine)
{
	size_t count = 0;

	for (size_t i = 0; i < machine->count; i++)
		count += !is_whole_disk(machine->devices[i]) && !machine->devices[i]->parent_count;
	return count;
}

static void describe_no_disk(struct home *home, const char *id, size_t others)
{
	_cleanup_free_ char *text = NULL;

	if (!others) {
		set_state(home, id, ROLE_WARNING, _("none found"));
		return;
	}
	text = text_format(P_("no disk, %zu other device", "no disk, %zu other devices", others),
			   others);
	set_state(home, id, ROLE_NORMAL, text);
}

static void describe_disks(struct app *app, struct home *home, const char *id)
{
	const struct machine *machine = app_session(app)->machine;
	_cleanup_text_list_ struct text_list disks = {0};
	_cleanup_free_ char *joined = NULL;
	bool is_doubt;

	if (!machine) {
		set_state(home, id, ROLE_DIM, _("asking the disks..."));
		return;
	}
	is_doubt = add_disks(machine, true, &disks) > 0; /* first: there may be no room for all */
	(void)add_disks(machine, false, &disks);
	joined = text_list_join(&disks, "  ");
	if (disks.count)
		set_state(home, id, is_doubt ? ROLE_WARNING : ROLE_NORMAL, joined);
	else
		describe_no_disk(home, id, count_others(machine));
}

static char *format_system(const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);
	_cleanup_free_ char *root = printable_text(system->id);

	return *host ? text_format(_("%s: %s on %s"), host, name, root)
		     : text_format(_("%s on %s"), name, root);
}

/* What is still waited for, as a state. */
static void describe_pending(struct app *app, struct home *home, const char *id)
{
	_cleanup_text_list_ struct text_list pending = {0};
	_cleanup_free_ char *joined = NULL, *shown = NULL, *text = NULL;

	knowledge_list_pending(app_get_knowledge(app), &pending);
	joined = text_list_join(&pending, " ");
	shown = printable_text(joined);
	text = text_format(pending.count ? _("waiting for %s") : _("looking..."), shown);
	set_state(home, id, ROLE_DIM, text);
}

/* How many devices could hold a system that was not seen. */
static size_t count_unseen(const struct session *session)
{
	size_t count = 0;

	for (size_t i = 0; session->machine && i < session->machine->count; i++) {
		const struct device *device = session->machine->devices[i];

		count += !device->is_rescue && (device->state == DEVICE_SILENT ||
						device->state == DEVICE_ERROR ||
						(!device->child_count && device_is_member(device)));
	}
	for (size_t i = 0; i < session->survey->volume_count; i++)
		count += session->survey->volumes[i].problem != NULL;
	return count;
}

#define NEEDS_ROOT_TEXT _("needs root: start refloat with sudo or su")

static bool must_be_root(const struct session *session)
{
	return geteuid() != 0 && !session->scan.sysroot;
}

/* Why there is no system, once it has been looked for. */
static char *why_none(const struct app *app)
{
	const struct session *session = app_session(app);
	size_t unseen = count_unseen(session);

	if (must_be_root(session))
		return text_copy(NEEDS_ROOT_TEXT);
	if (unseen)
		return text_format(P_("none found; %zu device was not looked into",
				      "none found; %zu devices were not looked into", unseen),
				   unseen);
	return text_copy(_("none found"));
}

/* Locked containers: "sda2 40G". */
static void list_locked(const struct machine *machine, struct text_list *locked)
{
	for (size_t i = 0; machine && i < machine->count; i++) {
		const struct device *device = machine->devices[i];
		_cleanup_free_ char *name = NULL, *size = NULL;

		if (!unlock_is_locked(device))
			continue;
		name = printable_text(device->name);
		size = size_format(device->size);
		text_list_format(locked, "%s %s", name, size);
	}
}

static bool has_container(const struct machine *machine)
{
	for (size_t i = 0; machine && i < machine->count; i++) {
		if (text_is_equal(machine->devices[i]->content.type, "crypto_LUKS") &&
		    !machine->devices[i]->is_rescue)
			return true;
	}
	return false;
}

static void describe_unlock(struct app *app, struct home *home, const char *id)
{
	const struct machine *machine = app_session(app)->machine;
	_cleanup_text_list_ struct text_list locked = {0};
	_cleanup_free_ char *joined = NULL, *text = NULL;

	list_locked(machine, &locked);
	if (!machine) {
		set_state(home, id, ROLE_DIM, "");
	} else if (!locked.count) {
		set_state(home, id, ROLE_NORMAL,
			  has_container(machine) ? _("none is locked") : _("there are none"));
	} else {
		joined = text_list_join(&locked, "  ");
		text = text_format(_("locked: %s"), joined);
		set_state(home, id, ROLE_WARNING, text);
	}
}

static void refuse_without_system(struct app *app, struct home *home, const char *id)
{
	_cleanup_text_list_ struct text_list locked = {0};

	list_locked(app_session(app)->machine, &locked);
	if (locked.count && !must_be_root(app_session(app))) {
		set_state(home, id, ROLE_WARNING, _("what is locked must be unlocked first"));
		menu_set_why_not(&home->menu, id, _("what is locked must be unlocked first (o)"));
		return;
	}
	menu_set_why_not(&home->menu, id, must_be_root(app_session(app))
						    ? NEEDS_ROOT_TEXT
						    : _("no installed system was found"));
}

static void describe_systems(struct app *app, struct home *home, const char *id)
{
	const struct survey *survey = app_session(app)->survey;
	_cleanup_text_list_ struct text_list systems = {0};
	_cleanup_free_ char *joined = NULL, *none = NULL;

	if (!survey) {
		describe_pending(app, home, id);
		return;
	}
	for (size_t i = 0; i < survey->system_count; i++)
		text_list_take(&systems, format_system(survey->systems[i]));
	joined = text_list_join(&systems, "; ");
	none = systems.count ? NULL : why_none(app);
	set_state(home, id, none ? ROLE_WARNING : ROLE_NORMAL, none ? none : joined);
}

static char *format_counts(const struct resolution *resolution)
{
	_cleanup_text_list_ struct text_list parts = {0};
	size_t counts[RESOLVED_UNCONFIRMED + 1] = {0};

	for (size_t i = 0; i < resolution->count; i++)
		counts[resolution->entries[i].action]++;
	text_list_format(&parts, P_("not mounted; %zu filesystem", "not mounted; %zu filesystems",
				    counts[RESOLVED_MOUNT]), counts[RESOLVED_MOUNT]);
	if (counts[RESOLVED_UNCONFIRMED])
		text_list_format(&parts, P_("%zu is a guess", "%zu are guesses",
					    counts[RESOLVED_UNCONFIRMED]),
				 counts[RESOLVED_UNCONFIRMED]);
	if (counts[RESOLVED_MISSING])
		text_list_format(&parts, P_("%zu missing", "%zu missing", counts[RESOLVED_MISSING]),
				 counts[RESOLVED_MISSING]);
	if (counts[RESOLVED_AMBIGUOUS])
		text_list_format(&parts, _("%zu ambiguous"), counts[RESOLVED_AMBIGUOUS]);
	return text_list_join(&parts, ", ");
}

/* What mounting the only system would come to. */
static void describe_one(struct app *app, struct home *home, const char *id,
			 const struct system *system)
{
	const struct session *session = app_session(app);
	const struct resolve_options options = {0};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;

	if (resolve_system(session->machine, session->survey, system, &options, &resolution,
			   &why) < 0) {
		text = problem_text(&why);
		set_state(home, id, ROLE_WARNING, text);
		return;
	}
	text = format_counts(resolution);
	set_state(home, id, ROLE_NORMAL, text);
}

static char *format_mounted(const struct mounted_system *mounted)
{
	_cleanup_free_ char *target = printable_text(mounted->target);

	return text_format(mounted->is_read_only ? _("mounted under %s, read-only")
						 : _("mounted under %s"), target);
}

static void describe_mount(struct app *app, struct home *home, const char *id)
{
	const struct mounted_system *mounted = &app_get_knowledge(app)->mounted;
	const struct survey *survey = app_session(app)->survey;

	if (mounted->id) {
		_cleanup_free_ char *text = format_mounted(mounted);

		set_state(home, id, ROLE_OK, text);
	} else if (!survey) {
		set_state(home, id, ROLE_DIM, _("not mounted"));
	} else if (!survey->system_count) {
		refuse_without_system(app, home, id);
	} else if (survey->system_count == 1) {
		describe_one(app, home, id, survey->systems[0]);
	} else {
		_cleanup_free_ char *text = text_format(_("not mounted; %zu systems to choose from"),
							survey->system_count);

		set_state(home, id, ROLE_NORMAL, text);
	}
}

static void describe_chroot(struct app *app, struct home *home, const char *id)
{
	const struct survey *survey = app_session(app)->survey;

	if (survey && !survey->system_count && !app_get_knowledge(app)->mounted.id)
		refuse_without_system(app, home, id);
	else if (app_session(app)->scan.sysroot)
		menu_set_why_not(&home->menu, id, _("a recorded machine can only be looked at"));
	else
		set_state(home, id, ROLE_NORMAL,
			  app_get_knowledge(app)->mounted.id ? "" : _("mounts it first"));
}

static bool is_odd(const struct operation *operation)
{
	return operation->state == OPERATION_CUT_OFF || operation->state == OPERATION_FAILED;
}

static void describe_undo_line(struct app *app, struct home *home, const char *id)
{
	struct journal *journal = knowledge_journal(app_knowledge(app));
	_cleanup_free_ const struct operation **list = NULL;
	size_t count = journal ? journal_list_undoable(journal, &list) : 0;
	_cleanup_free_ char *text = NULL;
	const char *last;

	if (!count) {
		set_state(home, id, ROLE_NORMAL, _("nothing to undo"));
		return;
	}
	last = list[0]->summary ? list[0]->summary : list[0]->action;
	if (list[0]->state == OPERATION_CUT_OFF)
		text = text_format(_("CUT OFF: %s"), last);
	else if (list[0]->state == OPERATION_FAILED)
		text = text_format(_("FAILED: %s"), last);
	else
		text = text_format(
			P_("%zu operation, the last: %s", "%zu operations, the last: %s", count),
			count, last);
	set_state(home, id, is_odd(list[0]) ? ROLE_WARNING : ROLE_NORMAL, text);
}

static void describe_log(struct app *app, struct home *home, const char *id)
{
	struct journal *journal = knowledge_journal(app_knowledge(app));
	_cleanup_free_ char *text = NULL;
	size_t count = 0;

	if (journal)
		(void)journal_operations(journal, &count); /* only how many */
	text = count ? text_format(P_("%zu operation since boot", "%zu operations since boot",
				      count), count)
		     : text_copy(_("nothing was done yet"));
	set_state(home, id, ROLE_NORMAL, text);
}

/* --- what happens when a line is chosen */

static enum reaction open_disks(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_disks, NULL);
	return REACTION_REDRAW;
}

static enum reaction open_unlock(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_unlock, NULL);
	return REACTION_REDRAW;
}

static enum reaction open_systems(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_systems, NULL);
	return REACTION_REDRAW;
}

/* Several systems and none mounted: which one is meant is asked first. */
static bool must_choose(const struct app *app)
{
	const struct survey *survey = app_session(app)->survey;

	return !app_get_knowledge(app)->mounted.id && survey && survey->system_count > 1;
}

static void open_plan(struct app *app, const struct action *action)
{
	struct answers answers;
	const struct plan_argument plan = {action, &answers};

	answers_init(&answers, action);
	app_open(app, &screen_plan, &plan);
	answers_done(&answers);
}

static enum reaction open_action(struct app *app, const struct action *action)
{
	const struct form_argument form = {.action = action};

	if (action->needs & NEEDS_SYSTEM && !app_session(app)->survey &&
	    !app_get_knowledge(app)->mounted.id)
		app_hint(app, _("The systems are still being looked for."));
	else if (action->is_direct && !must_choose(app))
		open_plan(app, action);
	else
		app_open(app, &screen_form, &form);
	return REACTION_REDRAW;
}

static enum reaction run_shell(struct app *app, void *state)
{
	const char *shell = getenv("SHELL");
	const char *const arguments[] = {shell && *shell ? shell : "/bin/sh", NULL};
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_problem_ struct problem why = {0};
	struct process_options options = {
		.arguments = arguments,
		.kind = PROCESS_ENVIRONMENT_GIVEN,
		.environment = (const char *const *)environ,
		.is_interactive = true,
	};

	(void)state;
	printf("%s\n", _("A shell of the rescue system. \"exit\" goes back to refloat."));
	(void)fflush(stdout); /* a lost terminal is noticed when we are back */
	if (process_run(&options, &result, &why) < 0)
		app_tell_problem(app, &why);
	return REACTION_REDRAW;
}

static enum reaction open_shell(struct app *app, struct home *home)
{
	(void)home;
	app_use_terminal(app, run_shell);
	return REACTION_NOTHING;
}

static enum reaction open_undo(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_undo, NULL);
	return REACTION_REDRAW;
}

static enum reaction open_log(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_log, NULL);
	return REACTION_REDRAW;
}

static enum reaction on_leave_answer(struct app *app, void *state, int key)
{
	(void)app;
	(void)state;
	return key == 'y' ? REACTION_QUIT : REACTION_REDRAW;
}

/* What is mounted stays: that is said before the program is gone. */
static enum reaction leave(struct app *app, struct home *home)
{
	const struct app_button buttons[] = {{'y', _("Leave it mounted")}, {'n', _("Stay")}};
	const struct mounted_system *mounted = &app_get_knowledge(app)->mounted;
	_cleanup_free_ char *summary = NULL, *target = NULL, *text = NULL;

	(void)home;
	if (!mounted->id)
		return REACTION_QUIT;
	summary = printable_text(mounted->summary);
	target = printable_text(mounted->target);
	text = text_format(_("%s stays mounted under %s. \"Undo and unmount\" (u) takes it down; so "
			     "does \"refloat umount\" later."), summary, target);
	app_ask(app, ROLE_WARNING, _("Leave refloat?"), text, buttons, ARRAY_SIZE(buttons),
		on_leave_answer);
	return REACTION_REDRAW;
}

/* --- the lines */

/*
 * What is no action, or shown otherwise than one: "umount" is part of the undo screen. All other
 * actions that have a key stand in their own order where ACTIONS_LINE is.
 */
#define ACTIONS_LINE "actions"

static const struct line {
	const char *id;
	int key;
	const char *label;
	describe_fn describe; /* NULL: nothing to say */
	choose_fn choose;
} lines[] = {
	{"disks", 'k', N_("Disks"), describe_disks, open_disks},
	{"systems", 'i', N_("Installed systems"), describe_systems, open_systems},
	{"unlock", 'o', N_("Encrypted containers"), describe_unlock, open_unlock},
	{ACTIONS_LINE, 0, NULL, NULL, NULL},
	{"shell", 's', N_("Shell here"), NULL, open_shell},
	{"umount", 'u', N_("Undo and unmount"), describe_undo_line, open_undo},
	{"log", 'l', N_("Log of what was done"), describe_log, open_log},
	{"quit", 'q', N_("Quit"), NULL, leave},
};

/* How things stand for an action, where there is something to say. */
static const struct {
	const char *name;
	describe_fn describe;
} states[] = {
	{"mount", describe_mount},
	{"chroot", describe_chroot},
};

static const struct line *find_line(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (strcmp(lines[i].id, id) == 0)
			return &lines[i];
	}
	return NULL;
}

static void add_actions(struct home *home)
{
	for (size_t i = 0; actions[i]; i++) {
		if (actions[i]->key && !find_line(actions[i]->name))
			menu_add(&home->menu, actions[i]->name, actions[i]->key,
				 _(actions[i]->label));
	}
}

/* "rescue of web01: Debian 12 on sda2": the middle of the title. */
static void set_title(const struct app *app, struct home *home)
{
	const struct survey *survey = app_session(app)->survey;
	_cleanup_free_ char *system = NULL;

	free(home->title);
	home->title = NULL;
	if (!survey || survey->system_count != 1)
		return;
	system = format_system(survey->systems[0]);
	home->title = text_format(_("rescue of %s"), system);
}

static void refresh(struct app *app, void *state)
{
	struct home *home = state;
	const struct knowledge *knowledge = app_get_knowledge(app);

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (lines[i].describe)
			lines[i].describe(app, home, lines[i].id);
	}
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		states[i].describe(app, home, states[i].name);
	set_title(app, home);
	if (knowledge->problem.error && !home->has_told_problem)
		app_tell_problem(app, &knowledge->problem);
	home->has_told_problem = knowledge->problem.error != 0;
}

static void open(struct app *app, void *state, const void *argument)
{
	struct home *home = state;

	(void)app;
	(void)argument;
	menu_init(&home->menu);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (strcmp(lines[i].id, ACTIONS_LINE) == 0)
			add_actions(home);
		else
			menu_add(&home->menu, lines[i].id, lines[i].key, _(lines[i].label));
	}
}

static void close_home(struct app *app, void *state)
{
	struct home *home = state;

	(void)app;
	menu_done(&home->menu);
	free(home->title);
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	(void)app;
	menu_draw(&((const struct home *)state)->menu, canvas, area);
}

static enum reaction choose(struct app *app, struct home *home)
{
	const struct menu_line *current = menu_current(&home->menu);
	const struct line *line = current ? find_line(current->id) : NULL;

	if (line)
		return line->choose(app, home);
	return current ? open_action(app, action_find(current->id)) : REACTION_NOTHING;
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct home *home = state;

	switch (menu_key(&home->menu, key)) {
	case WIDGET_CHOSEN:
		return choose(app, home);
	case WIDGET_HANDLED:
		return REACTION_REDRAW;
	case WIDGET_CANCELLED:
	case WIDGET_IGNORED:
		break;
	}
	return REACTION_IGNORED;
}

static enum reaction on_back(struct app *app, void *state)
{
	return leave(app, state);
}

static const char *get_title(const void *state)
{
	return ((const struct home *)state)->title;
}

static enum reaction choose_current(struct app *app, void *state)
{
	return choose(app, state);
}

/* What moves in the menu is the widget's; the table says it to the footer and the help. */
static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("open"), N_("Open the line the cursor is on; its letter does the same."),
	 choose_current, NULL},
	{0},
};

const struct screen_class screen_home = {
	.name = "home",
	.title = N_("rescue system"),
	.help = N_("Each line is something that can be done; beside it stands how things are. A letter "
		   "opens its line at once.\n"
		   "Looking is always safe: not a byte is written to a disk. Whatever changes something "
		   "shows its plan first, and can be undone. How far things have gone stands at the "
		   "right end of the title: only looking, mounted read-only, mounted READ-WRITE.\n"
		   "The usual way: look at the disks (k) and at what is installed (i), mount it (m), work "
		   "in it (c), take everything down again (u)."),
	.bindings = bindings,
	.state_size = sizeof(struct home),
	.open = open,
	.refresh = refresh,
	.draw = draw,
	.on_key = on_key,
	.on_back = on_back,
	.get_title = get_title,
	.close = close_home,
};
