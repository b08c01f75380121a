/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an action asks, as a form made from its fields. */
#include <string.h>

#include "action/describe.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "system/resolve.h"
#include "tui/app.h"
#include "tui/menu_words.h"
#include "tui/screens/filesystems.h"
#include "tui/screens/form_entries.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/widgets/form.h"

#define FIELD_INCOMPLETE "degraded"
#define FIELD_PASSPHRASE "passphrase-file"
#define FIELD_ROOT "root" /* what somebody else has mounted: the menu shows none of it */
#define FIELD_KEY "key"
#define FIELD_SYSTEM_NAME "system" /* also of actions that take it as an option */
#define FIELD_REPAIR "repair"
#define FIELD_REPAIR_ALL "repair-all"
#define STRENGTH "strength" /* the group of these two, and of neither */
#define STRENGTH_LOOK "look"

struct form_screen {
	const struct action *action;
	const struct screen_class *back_to;
	char *system;	      /* id; NULL: there is none to choose */
	bool allows_degraded; /* what lacks members may be started: then more can be mounted */
	struct form form;
	struct form_entries entries;
	struct text_list filesystems; /* that were chosen before; none: all of the system */
	char *account;		      /* that was chosen before; NULL: none */
	struct text_list keys;	      /* SSH keys, likewise */
};

static const struct field *find_field(const struct action *action, const char *name)
{
	for (size_t i = 0; i < action->field_count; i++) {
		if (strcmp(action->fields[i].name, name) == 0)
			return &action->fields[i];
	}
	return NULL;
}

static bool has_entries(const struct action *action)
{
	return find_field(action, FIELD_LEAVE) && find_field(action, FIELD_TAKE);
}

/* Whether it is about devices, wherever they are mounted. */
static bool has_filesystems(const struct action *action)
{
	for (size_t i = 0; i < action->field_count; i++) {
		if (action->fields[i].kind == FIELD_FILESYSTEMS)
			return true;
	}
	return false;
}

/* Fields that the entries of fstab stand for, that are asked only where an entry needs them, or for
 * which the menu has a screen. */
static bool is_by_entries(const struct action *action, const struct field *field)
{
	static const char *const names[] = {FIELD_LEAVE, FIELD_TAKE, FIELD_GUESSES,
					    FIELD_INCOMPLETE};

	if (strcmp(field->name, FIELD_PASSPHRASE) == 0 || strcmp(field->name, FIELD_ROOT) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(field->name, names[i]) == 0)
			return has_entries(action) || has_filesystems(action);
	}
	return false;
}

static bool is_system(const struct field *field)
{
	return field->kind == FIELD_SYSTEM || strcmp(field->name, FIELD_SYSTEM_NAME) == 0;
}

/* How far a check goes: two flags on the command line, of which one is one choice of three here. */
static bool is_strength(const struct field *field)
{
	return strcmp(field->name, FIELD_REPAIR) == 0 || strcmp(field->name, FIELD_REPAIR_ALL) == 0;
}

/* Agreeing to missing members is asked for only where some are missing. */
static void add_agreement(struct form_screen *screen, const struct resolution *resolution)
{
	const struct field *field = find_field(screen->action, FIELD_INCOMPLETE);
	bool is_degraded = screen->allows_degraded;

	for (size_t i = 0; i < resolution->count; i++)
		is_degraded |= resolution->entries[i].is_degraded;
	if (field && is_degraded)
		form_add_flag(&screen->form, field->name, _(field->label), _(field->help),
			      screen->allows_degraded);
}

static const struct system *find_system(const struct app *app, const char *id)
{
	const struct session *session = app_session(app);

	if (!session->survey || !session->machine || !id)
		return NULL;
	return survey_find(session->survey, session->machine, id, NULL);
}

static void add_entries(const struct app *app, struct form_screen *screen)
{
	const struct session *session = app_session(app);
	const struct system *system = find_system(app, screen->system);
	const struct resolve_options options = {.allow_degraded = screen->allows_degraded};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;

	if (!system)
		return;
	if (resolve_system(session->machine, session->survey, system, &options, &resolution,
			   &why) == 0) {
		add_agreement(screen, resolution);
		if (has_entries(screen->action))
			form_entries_add(app, resolution, &screen->form, &screen->entries);
		return;
	}
	if (!has_entries(screen->action))
		return; /* the plan says it */
	text = problem_text(&why);
	form_add_note(&screen->form, text);
}

/* --- the fields */

static char *label_system(const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);
	_cleanup_free_ char *id = printable_text(system->id);

	return text_format("%s%s%s, %s", name, *host ? ", " : "", host, id);
}

static void add_system(const struct app *app, struct form_screen *screen, const struct field *field)
{
	const struct survey *survey = app_session(app)->survey;

	if (!survey || survey->system_count < 2 || app_get_knowledge(app)->mounted.id)
		return; /* nothing to choose */
	form_add_choice(&screen->form, field->name, _("System"),
			_("Which of the systems that were found; Left and Right choose."));
	for (size_t i = 0; i < survey->system_count; i++) {
		_cleanup_free_ char *label = label_system(survey->systems[i]);
		const char *texts[] = {label};

		form_add_option(&screen->form, survey->systems[i]->id, texts);
	}
	form_set(&screen->form, field->name, screen->system);
}

static bool is_chosen(const struct form_screen *screen, const struct filesystem_row *row)
{
	if (!row->name)
		return false;
	return !screen->filesystems.count || text_list_contains(&screen->filesystems, row->name);
}

/* What that does to the filesystems that were chosen, each kind of them once; NULL: not known. */
static char *describe_effort(struct app *app, const struct form_screen *screen, const char *value)
{
	_cleanup_filesystem_list_ struct filesystem_list rows = {0};
	_cleanup_text_list_ struct text_list sentences = {0};
	_cleanup_free_ char *joined = NULL;

	if (filesystems_read(app, screen->system, &rows, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < rows.count; i++) {
		const char *what = filesystem_row_effort(&rows.items[i], value);
		_cleanup_free_ char *sentence = NULL;

		if (!is_chosen(screen, &rows.items[i]) || !what)
			continue;
		sentence = text_format("%s: %s.", rows.items[i].type, what);
		if (!text_list_contains(&sentences, sentence))
			text_list_add(&sentences, sentence);
	}
	joined = text_list_join(&sentences, " ");
	return sentences.count ? menu_words(joined) : NULL;
}

static void add_radio(struct app *app, struct form_screen *screen, const char *value,
		      const char *label, const char *help)
{
	_cleanup_free_ char *effort = describe_effort(app, screen, value);

	form_add_radio(&screen->form, STRENGTH, value, label, effort ? effort : help);
	form_set_detail(&screen->form, value, ROLE_DIM, help);
}

/* The harmless one first. */
static void add_strength(struct app *app, struct form_screen *screen, const struct field *field,
			 const char *label)
{
	if (strcmp(field->name, FIELD_REPAIR) == 0) {
		form_add_heading(&screen->form, _("How far to go"));
		add_radio(app, screen, STRENGTH_LOOK, _("Look only"),
			  _("say what is wrong, and change nothing"));
	}
	add_radio(app, screen, field->name, label, _(field->help));
	if (strcmp(field->name, FIELD_REPAIR_ALL) == 0)
		form_add_heading(&screen->form, _("For a repair, if you like"));
}

/* They were chosen in a list: here it is only said which ones. */
static void add_filesystems(struct form_screen *screen)
{
	_cleanup_free_ char *names = text_list_join(&screen->filesystems, ", ");
	_cleanup_free_ char *shown = printable_text(names);
	_cleanup_free_ char *note = screen->filesystems.count
					    ? text_format(P_("Filesystem: %s", "Filesystems: %s",
							     screen->filesystems.count),
							  shown)
					    : text_copy(_("All filesystems of the system, one "
							  "after the other, root first"));

	form_add_note(&screen->form, note);
}

/* What some kinds of filesystems only have. */
static const struct {
	const char *field;
	const char *types; /* parted by spaces */
} special_fields[] = {
	{"undo-file", "ext2 ext3 ext4"},
	{"save-metadata", "ext2 ext3 ext4 xfs btrfs"},
	{"zero-log", "xfs"},
	{"check-data", "btrfs"},
};

/* Whether a filesystem that was chosen is of one of TYPES. */
static bool has_type(struct app *app, const struct form_screen *screen, const char *types)
{
	_cleanup_filesystem_list_ struct filesystem_list rows = {0};
	_cleanup_text_list_ struct text_list words = {0};

	text_list_split(&words, types, " ");
	if (filesystems_read(app, screen->system, &rows, NULL) < 0)
		return true;
	for (size_t i = 0; i < rows.count; i++) {
		const struct filesystem_row *row = &rows.items[i];

		if (is_chosen(screen, row) && row->type && text_list_contains(&words, row->type))
			return true;
	}
	return false;
}

static bool is_needless(struct app *app, const struct form_screen *screen,
			const struct field *field)
{
	for (size_t i = 0; i < ARRAY_SIZE(special_fields); i++) {
		if (strcmp(special_fields[i].field, field->name) == 0)
			return has_filesystems(screen->action) &&
			       !has_type(app, screen, special_fields[i].types);
	}
	return false;
}

/* What was chosen on the screen before stands here as it is; false: it was not. */
static bool add_given(struct form_screen *screen, const struct field *field)
{
	_cleanup_free_ char *shown = printable_text(screen->account), *note = NULL;

	if (field->kind == FIELD_ACCOUNT && screen->account)
		note = text_format(_("Account: %s"), shown);
	else if (strcmp(field->name, FIELD_KEY) == 0 && screen->keys.count)
		note = text_format(P_("%zu SSH key", "%zu SSH keys", screen->keys.count),
				   screen->keys.count);
	if (note)
		form_add_note(&screen->form, note);
	return note != NULL;
}

static void add_field(struct app *app, struct form_screen *screen, const struct field *field)
{
	const char *label = field->label ? _(field->label) : field->name;
	_cleanup_free_ char *help = menu_words(field->help ? _(field->help) : "");

	if (is_by_entries(screen->action, field) || is_needless(app, screen, field) ||
	    field->is_for_scripts || add_given(screen, field))
		return;
	if (is_system(field)) {
		add_system(app, screen, field);
		return;
	}
	if (is_strength(field)) {
		add_strength(app, screen, field, label);
		return;
	}
	switch (field->kind) {
	case FIELD_SYSTEM:
		add_system(app, screen, field);
		break;
	case FIELD_FLAG:
		form_add_flag(&screen->form, field->name, label, help, false);
		break;
	case FIELD_FOLDER:
		form_add_path(&screen->form, field->name, label, help, "");
		break;
	case FIELD_FILESYSTEMS:
		add_filesystems(screen);
		break;
	case FIELD_TEXT:
	case FIELD_LIST:
	case FIELD_STEP:
	case FIELD_JOB:
	case FIELD_ACCOUNT:
	case FIELD_ACCOUNTS:
	case FIELD_COMMAND:
		form_add_text(&screen->form, field->name, label, help, "");
		break;
	case FIELD_SECRET: /* no form shows it */
		break;
	}
}

/* Which system this is about, and where. */
static void add_subject(const struct app *app, struct form_screen *screen)
{
	const struct system *system = find_system(app, screen->system);
	_cleanup_free_ char *target = printable_text(app_session(app)->target);
	_cleanup_free_ char *label = system ? label_system(system) : NULL, *note = NULL;

	if (!label)
		return;
	note = has_filesystems(screen->action) ? text_copy(label)
					       : text_format(_("%s, under %s"), label, target);
	form_add_note(&screen->form, note);
}

static void build(struct app *app, struct form_screen *screen)
{
	form_entries_clear(&screen->entries);
	form_init(&screen->form, _("Show the plan"));
	add_subject(app, screen);
	for (size_t i = 0; i < screen->action->field_count; i++)
		add_field(app, screen, &screen->action->fields[i]);
	if (has_entries(screen->action) || has_filesystems(screen->action))
		add_entries(app, screen);
}

static void take_given(struct form_screen *screen, const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];

		if (answer->field->kind == FIELD_FILESYSTEMS)
			text_list_copy(&screen->filesystems, &answer->values);
		else if (answer->field->kind == FIELD_ACCOUNT)
			text_set(&screen->account, answers_get(answers, answer->field->name));
		else if (strcmp(answer->field->name, FIELD_KEY) == 0)
			text_list_copy(&screen->keys, &answer->values);
	}
}

/* Adds what stands in the form as a note; false: it is a field of the form. */
static bool add_given_answer(const struct form_screen *screen, const struct field *field,
			     struct answers *answers)
{
	const struct text_list *values = NULL;

	if (field->kind == FIELD_FILESYSTEMS)
		values = &screen->filesystems;
	else if (strcmp(field->name, FIELD_KEY) == 0 && screen->keys.count)
		values = &screen->keys;
	for (size_t i = 0; values && i < values->count; i++)
		(void)answers_add(answers, field->name, values->items[i]); /* the field exists */
	if (field->kind != FIELD_ACCOUNT || !screen->account)
		return values != NULL;
	(void)answers_add(answers, field->name, screen->account); /* likewise */
	return true;
}

static void fill_in(struct form_screen *screen, const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		const struct answer *answer = &answers->items[i];
		_cleanup_free_ char *text = text_list_join(&answer->values, " ");

		if (answer->values.count && !is_system(answer->field) &&
		    answer->field->kind != FIELD_FILESYSTEMS)
			form_set(&screen->form, answer->field->name, text);
	}
}

static void open(struct app *app, void *state, const void *argument)
{
	const struct form_argument *what = argument;
	const struct survey *survey = app_session(app)->survey;
	struct form_screen *screen = state;

	screen->action = what->action;
	screen->back_to = what->back_to;
	if (what->system)
		screen->system = text_copy(what->system);
	else if (app_get_knowledge(app)->mounted.id)
		screen->system = text_copy(app_get_knowledge(app)->mounted.id);
	else if (survey && survey->system_count)
		screen->system = text_copy(survey->systems[0]->id);
	if (what->answers)
		take_given(screen, what->answers);
	build(app, screen);
	if (what->answers)
		fill_in(screen, what->answers);
	if (what->begins_at_guess)
		form_entries_select_guess(&screen->entries, &screen->form);
}

/* --- what was filled in */

/* Builds it anew; what else was filled in stays, and so does the place of the cursor. */
static void rebuild(struct app *app, struct form_screen *screen, const char *current)
{
	struct form old = screen->form;

	build(app, screen);
	for (size_t i = 0; i < screen->action->field_count; i++) {
		const struct field *field = &screen->action->fields[i];

		if (!is_system(field) && form_get(&old, field->name))
			form_set(&screen->form, field->name, form_get(&old, field->name));
	}
	form_select(&screen->form, current);
	form_done(&old);
}

/* Another system was chosen, or to go without missing members: then the entries are others. */
static void follow_fields(struct app *app, struct form_screen *screen)
{
	const char *chosen = form_get(&screen->form, FIELD_SYSTEM_NAME);
	bool allows_degraded = form_get_flag(&screen->form, FIELD_INCOMPLETE);

	if (chosen && !text_is_equal(chosen, screen->system)) {
		text_set(&screen->system, chosen);
		screen->allows_degraded = false;
		rebuild(app, screen, FIELD_SYSTEM_NAME);
	} else if (allows_degraded != screen->allows_degraded) {
		screen->allows_degraded = allows_degraded;
		rebuild(app, screen, FIELD_INCOMPLETE);
	}
}

/* Words of a text, each a value of its own. */
static void add_words(struct answers *answers, const char *name, const char *text)
{
	_cleanup_text_list_ struct text_list words = {0};

	text_list_split(&words, text, " ");
	for (size_t i = 0; i < words.count; i++) {
		if (*words.items[i])
			(void)answers_add(answers, name, words.items[i]); /* the field exists */
	}
}

static void add_answer(const struct form_screen *screen, const struct field *field,
		       struct answers *answers)
{
	const char *value = form_get(&screen->form, field->name);

	if (add_given_answer(screen, field, answers) || !value || !*value)
		return;
	if (field->kind == FIELD_LIST || field->kind == FIELD_COMMAND ||
	    field->kind == FIELD_ACCOUNTS)
		add_words(answers, field->name, value);
	else
		(void)answers_add(answers, field->name, value); /* the field exists */
}

static enum reaction submit(struct app *app, void *state)
{
	struct form_screen *screen = state;
	struct answers answers;
	const struct plan_argument argument = {
		.action = screen->action, .answers = &answers, .back_to = screen->back_to};

	answers_init(&answers, screen->action);
	for (size_t i = 0; i < screen->action->field_count; i++) {
		const struct field *field = &screen->action->fields[i];

		if (is_system(field) && screen->system &&
		    (field->kind != FIELD_SYSTEM || !app_get_knowledge(app)->mounted.id))
			(void)answers_add(&answers, field->name, screen->system);
		else if (!is_system(field))
			add_answer(screen, field, &answers);
	}
	form_entries_answer(&screen->entries, &screen->form, &answers);
	app_open(app, &screen_plan, &argument);
	answers_done(&answers);
	return REACTION_REDRAW;
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct form_screen *screen = state;
	enum widget_answer answer = form_key(&screen->form, key);

	if (answer == WIDGET_CHOSEN)
		return submit(app, state);
	if (answer == WIDGET_HANDLED)
		follow_fields(app, screen);
	return reaction_of(answer);
}

static bool is_typing(const void *state)
{
	return form_is_typing(&((const struct form_screen *)state)->form);
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	(void)app;
	form_draw(&((const struct form_screen *)state)->form, canvas, area);
}

static void close_form(struct app *app, void *state)
{
	struct form_screen *screen = state;

	(void)app;
	form_entries_done(&screen->entries);
	text_list_done(&screen->filesystems);
	text_list_done(&screen->keys);
	free(screen->account);
	free(screen->system);
	form_done(&screen->form);
}

static const char *get_title(const void *state)
{
	return _(((const struct form_screen *)state)->action->label);
}

static const struct binding bindings[] = {
	{'p', 0, N_("show the plan"), N_("Show what would be done; nothing is done yet."), submit,
	 NULL},
	{KEY_CODE_SPACE, 0, N_("switch"), N_("Switch a yes or no, or go on in a choice."), NULL,
	 NULL},
	{0},
};

const struct screen_class screen_form = {
	.name = "form",
	.title = N_("Form"),
	.help = N_(
		"What is to be done, and how. Up and Down move between the lines, Space switches a "
		"yes or no, Left and Right go through a choice. Below stands what the line means.\n"
		"For a mount every line of the system's fstab can be left out or taken in. A guess "
		"is "
		"off until you switch it on: its device has another name now, and the reason says "
		"why it could be the one.\n"
		"p, or Enter on the last line, shows the plan; nothing is done before you agree."),
	.bindings = bindings,
	.state_size = sizeof(struct form_screen),
	.open = open,
	.draw = draw,
	.on_key = on_key,
	.is_typing = is_typing,
	.get_title = get_title,
	.close = close_form,
};
