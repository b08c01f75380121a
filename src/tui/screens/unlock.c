/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encrypted containers: which are locked, and their passphrases. */
#include <errno.h>
#include <string.h>

#include "action/unlock.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/printable.h"
#include "base/size.h"
#include "base/worker.h"
#include "tui/app.h"
#include "tui/menu_words.h"
#include "tui/screens/listing.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#define TRIES_BEFORE_ADVICE 3

struct unlock {
	struct listing listing; /* first: it is what the keys go to */
	struct dialog dialog;
	bool has_dialog;
	char *container;          /* that the passphrase was asked for, or is being tried on */
	struct secret passphrase; /* while it is being tried */
	struct text_list others;  /* containers that it is tried on afterwards */
	bool is_other;            /* the one that it is being tried on is one of these */
	size_t failures;          /* in a row */
	struct worker *worker;    /* NULL: nothing is being tried */
	struct problem why;       /* what the worker said */
};

static const struct list_column columns[] = {
	{.title = N_("NAME"), .minimum = 8, .preferred = 16, .rank = 0},
	{.title = N_("SIZE"), .minimum = 5, .rank = 1},
	{.title = N_("LABEL"), .minimum = 5, .preferred = 16, .rank = 3},
	{.title = N_("STATE"), .minimum = 16, .rank = 2},
};

/* --- what there is */

static bool is_container(const struct device *device)
{
	return text_is_equal(device->content.type, "crypto_LUKS") && !device->is_rescue &&
	       !device_is_shadowed(device);
}

static char *describe_state(const struct unlock *unlock, const struct device *device)
{
	if (unlock->worker && text_is_equal(unlock->container, device->name))
		return text_copy(_("trying the passphrase..."));
	if (unlock_is_locked(device))
		return text_copy(_("locked"));
	if (device->child_count) {
		const struct device *mapping = device->children[0];
		_cleanup_free_ char *name = printable_text(mapping->name);

		return mapping->obstacle ? text_format(_("unlocked: %s"), mapping->obstacle)
					 : text_format(_("open: %s"), name);
	}
	return text_copy(_("unlocked, is being looked into"));
}

static void add_row(struct unlock *unlock, const struct device *device)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *size = size_format(device->size);
	_cleanup_free_ char *label = printable_text(device->content.label);
	_cleanup_free_ char *state = describe_state(unlock, device);
	const char *texts[] = {name, size, label, state};

	(void)list_add(&unlock->listing.list, device->name, 0,
		       unlock_is_locked(device) ? ROLE_WARNING : ROLE_NORMAL,
		       texts); /* needs no more */
}

static void fill(const struct app *app, struct unlock *unlock)
{
	const struct machine *machine = app_session(app)->machine;

	list_set_empty(&unlock->listing.list,
		       machine ? _("There is no encrypted container (LUKS) on these disks.")
			       : _("Still reading which devices there are ..."));
	list_begin(&unlock->listing.list);
	for (size_t i = 0; machine && i < machine->count; i++) {
		if (is_container(machine->devices[i]))
			add_row(unlock, machine->devices[i]);
	}
	list_end(&unlock->listing.list);
}

static void refresh(struct app *app, void *state)
{
	fill(app, state);
}

static const struct device *find_locked(const struct app *app, const char *name)
{
	const struct machine *machine = app_session(app)->machine;
	const struct device *device = machine && name ? machine_find(machine, name) : NULL;

	return device && unlock_is_locked(device) ? device : NULL;
}

/* --- asking */

static void close_dialog(struct unlock *unlock)
{
	if (unlock->has_dialog)
		dialog_done(&unlock->dialog);
	unlock->has_dialog = false;
}

static void say_failure(struct unlock *unlock)
{
	_cleanup_free_ char *text = NULL, *next = menu_words(unlock->why.next);

	if (!unlock->why.why)
		return;
	text = text_format(_("Not opened: %s."), unlock->why.why);
	dialog_add_text(&unlock->dialog, text);
	if (next)
		dialog_add_text(&unlock->dialog, next);
	if (unlock->failures >= TRIES_BEFORE_ADVICE)
		dialog_add_text(&unlock->dialog,
				_("The keyboard of this rescue system may be laid out otherwise than "
				  "the server's: type the passphrase where it can be seen (the shell "
				  "here, s) and compare."));
}

static void ask(struct unlock *unlock, const struct device *device)
{
	_cleanup_free_ char *name = printable_text(device->name);
	_cleanup_free_ char *label = printable_text(device->content.label);
	_cleanup_free_ char *size = size_format(device->size);
	_cleanup_free_ char *title = text_format(_("Unlock %s"), name);
	_cleanup_free_ char *text = text_format(_("%s (%s%s%s) is an encrypted container. Nothing on "
						  "it is changed by unlocking it."),
						name, size, *label ? ", " : "", label);

	close_dialog(unlock);
	text_set(&unlock->container, device->name);
	dialog_init(&unlock->dialog, title, unlock->why.why ? ROLE_WARNING : ROLE_HEADING);
	say_failure(unlock);
	dialog_add_text(&unlock->dialog, text);
	dialog_add_edit(&unlock->dialog, _("Passphrase:"), NULL, true);
	dialog_add_button(&unlock->dialog, KEY_CODE_ENTER, _("Unlock"));
	dialog_add_button(&unlock->dialog, KEY_CODE_ESCAPE, _("Leave it locked"));
	unlock->has_dialog = true;
}

/* --- trying */

/* What the child needs; its own copy by then. */
struct attempt {
	struct session *session;
	const char *name; /* of the container */
	const struct secret *passphrase;
};

static int try_in_child(void *data, int fd)
{
	const struct attempt *attempt = data;
	_cleanup_json_ struct json_object *answer = json_object_new_object();
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;
	int r = unlock_try(attempt->session, attempt->name, attempt->passphrase->memory,
			   strlen(attempt->passphrase->memory), &why);

	json_add_problem(answer, "problem", &why);
	text = json_format_line(answer);
	if (worker_send(fd, text, strlen(text)) < 0)
		return 1;
	return r < 0;
}

static void on_answer(void *data, const char *bytes, size_t length)
{
	struct unlock *unlock = data;
	_cleanup_json_ struct json_object *answer = NULL;

	problem_done(&unlock->why);
	if (json_parse(bytes, length, &answer, NULL) == 0)
		(void)json_get_problem(answer, "problem", &unlock->why); /* none: it was opened */
}

static void start_try(struct app *app, struct unlock *unlock, const char *name)
{
	struct attempt attempt = {&app_knowledge(app)->session, name, &unlock->passphrase};

	text_set(&unlock->container, name);
	problem_done(&unlock->why);
	(void)worker_start(try_in_child, &attempt, 0, &unlock->worker, &unlock->why); /* shown */
	fill(app, unlock);
}

/* The same passphrase opens more than one often enough. */
static bool try_next_other(struct app *app, struct unlock *unlock)
{
	const struct machine *machine = app_session(app)->machine;
	_cleanup_text_list_ struct text_list locked = {0};

	if (machine)
		unlock_list_all(machine, &locked);
	for (size_t i = 0; i < locked.count; i++) {
		if (text_list_contains(&unlock->others, locked.items[i]))
			continue;
		text_list_add(&unlock->others, locked.items[i]);
		unlock->is_other = true;
		start_try(app, unlock, locked.items[i]);
		if (unlock->worker)
			return true;
	}
	return false;
}

static void end_tries(struct app *app, struct unlock *unlock)
{
	secret_wipe(&unlock->passphrase);
	text_list_done(&unlock->others);
	problem_done(&unlock->why);
	unlock->is_other = false;
	unlock->failures = 0;
	knowledge_look(app_knowledge(app)); /* at what they hold */
	fill(app, unlock);
}

static void after_failure(struct app *app, struct unlock *unlock)
{
	const struct device *device = find_locked(app, unlock->container);

	secret_wipe(&unlock->passphrase);
	unlock->failures++;
	fill(app, unlock);
	if (device)
		ask(unlock, device);
}

static void after_try(struct app *app, struct unlock *unlock, bool is_opened)
{
	if (!unlock->is_other && !is_opened) {
		after_failure(app, unlock);
		return;
	}
	if (!unlock->is_other)
		text_list_add(&unlock->others, unlock->container);
	if (!try_next_other(app, unlock))
		end_tries(app, unlock);
}

static enum reaction on_ready(struct app *app, void *state)
{
	struct unlock *unlock = state;
	bool is_opened;

	if (!unlock->worker || worker_dispatch(unlock->worker, on_answer, unlock) == WORKER_RUNNING)
		return REACTION_NOTHING;
	is_opened = worker_get_state(unlock->worker) == WORKER_DONE;
	if (!is_opened && !unlock->why.why) {
		_cleanup_free_ char *how = worker_describe(unlock->worker);

		(void)problem_set(&unlock->why, -EIO, unlock->container, "%s", how);
	}
	unlock->worker = worker_free(unlock->worker);
	after_try(app, unlock, is_opened);
	return REACTION_REDRAW;
}

static int get_fd(const void *state)
{
	const struct unlock *unlock = state;

	return unlock->worker ? worker_fd(unlock->worker) : -1;
}

/* --- keys */

static enum reaction unlock_current(struct app *app, void *state)
{
	struct unlock *unlock = state;
	const struct device *device = find_locked(app, list_current_id(&unlock->listing.list));

	if (!device)
		return REACTION_NOTHING;
	problem_done(&unlock->why);
	unlock->failures = 0;
	ask(unlock, device);
	return REACTION_REDRAW;
}

static const char *why_not_unlock(const struct app *app, const void *state)
{
	const struct unlock *unlock = state;
	const char *id = list_current_id(&unlock->listing.list);

	if (app_session(app)->scan.sysroot)
		return _("This is a recorded machine: it can only be looked at.");
	if (unlock->worker)
		return _("A passphrase is being tried.");
	if (!id)
		return _("There is nothing to unlock.");
	return find_locked(app, id) ? NULL : _("It is unlocked already.");
}

static enum reaction dialog_answered(struct app *app, struct unlock *unlock)
{
	const struct device *device = find_locked(app, unlock->container);

	if (unlock->dialog.answer == KEY_CODE_ENTER && device) {
		const char *typed = dialog_text(&unlock->dialog);
		size_t length = strlen(typed);

		secret_open(&unlock->passphrase);
		secret_wipe(&unlock->passphrase);
		memcpy(unlock->passphrase.memory, typed, length < SECRET_MAX_BYTES ? length
										     : SECRET_MAX_BYTES);
		unlock->is_other = false;
		start_try(app, unlock, device->name);
	}
	close_dialog(unlock);
	return REACTION_REDRAW;
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct unlock *unlock = state;

	if (!unlock->has_dialog) {
		enum widget_answer answer = list_key(&unlock->listing.list, key);

		/* Enter is a binding of this screen, which says why it cannot be */
		return answer == WIDGET_CHOSEN ? REACTION_IGNORED : reaction_of(answer);
	}
	switch (dialog_key(&unlock->dialog, key)) {
	case WIDGET_CHOSEN:
		return dialog_answered(app, unlock);
	case WIDGET_CANCELLED:
		close_dialog(unlock);
		return REACTION_REDRAW;
	default:
		return REACTION_REDRAW;
	}
}

static bool is_typing(const void *state)
{
	return ((const struct unlock *)state)->has_dialog || listing_is_typing(state);
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct unlock *unlock = state;

	listing_draw(app, state, canvas, area);
	if (unlock->has_dialog)
		dialog_draw(&unlock->dialog, canvas, area);
}

static void open_unlock(struct app *app, void *state, const void *argument)
{
	struct unlock *unlock = state;

	(void)app;	/* refresh fills it */
	(void)argument; /* there is none */
	listing_init(&unlock->listing, columns, ARRAY_SIZE(columns), 0);
}

static void close_unlock(struct app *app, void *state)
{
	struct unlock *unlock = state;

	close_dialog(unlock);
	(void)worker_free(unlock->worker);
	secret_done(&unlock->passphrase);
	text_list_done(&unlock->others);
	problem_done(&unlock->why);
	free(unlock->container);
	listing_close(app, state);
}

static const struct binding bindings[] = {
	{.key = KEY_CODE_ENTER,
	 .label = N_("unlock"),
	 .help = N_("Give the passphrase of the container that the cursor is on."),
	 .run = unlock_current,
	 .why_not = why_not_unlock},
	{.key = 0},
};

const struct screen_class screen_unlock = {
	.name = "unlock",
	.title = N_("Encrypted containers"),
	.help = N_("A LUKS container is an encrypted disk, partition or volume. What is in it can be "
		   "looked into and mounted after its passphrase was given here, once.\n"
		   "Trying a passphrase changes nothing on the disk. It is kept nowhere; the key that it "
		   "opens stays in the memory of the kernel until refloat ends. A passphrase that fits is "
		   "tried on the other containers, too.\n"
		   "Key files that the server's crypttab names are found and tried without being asked for."),
	.bindings = bindings,
	.state_size = sizeof(struct unlock),
	.open = open_unlock,
	.refresh = refresh,
	.draw = draw,
	.on_key = on_key,
	.is_typing = is_typing,
	.get_fd = get_fd,
	.on_ready = on_ready,
	.close = close_unlock,
};
