/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that refloat has done on this machine since it started, the newest first. */
#include "action/action.h"
#include "action/describe.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "plan/journal.h"
#include "tui/app.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

#define STEP_INDENT 3
#define STEP_HANGING 7
#define COMMAND_INDENT 7

struct log_screen {
	struct reading reading;
	bool has_commands;
};

static const enum role operation_roles[] = {
	[OPERATION_RUNNING] = ROLE_HEADING, [OPERATION_CUT_OFF] = ROLE_ERROR,
	[OPERATION_DONE] = ROLE_OK,	    [OPERATION_PARTIAL] = ROLE_WARNING,
	[OPERATION_FAILED] = ROLE_ERROR,    [OPERATION_UNDONE] = ROLE_DIM,
};

static const enum role step_roles[] = {
	[JOURNAL_STEP_STARTED] = ROLE_WARNING,
	[JOURNAL_STEP_DONE] = ROLE_NORMAL,
	[JOURNAL_STEP_FAILED] = ROLE_ERROR,
	[JOURNAL_STEP_UNDONE] = ROLE_DIM,
};

static void add_commands(struct text_view *view, const struct step *step)
{
	_cleanup_text_list_ struct text_list lines = {0};

	step_command(step_classes, step, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		_cleanup_free_ char *shown = printable_text(lines.items[i]);
		_cleanup_free_ char *line = text_format("%*s%s", COMMAND_INDENT, "", shown);

		text_view_add_line(view, ROLE_DIM, line);
	}
}

static void add_step(struct text_view *view, const struct journal_step *step, bool has_commands)
{
	_cleanup_free_ char *what = printable_sentence(step->step->what);
	_cleanup_free_ char *error = step->error ? printable_sentence(step->error) : text_copy("");
	_cleanup_free_ char *line =
		text_format("%2u. %s: %s%s%s", step->number, what, describe_step_state(step->state),
			    *error ? ": " : "", error);

	text_view_add_paragraph(view, step_roles[step->state], STEP_INDENT, STEP_HANGING, line);
	if (has_commands)
		add_commands(view, step->step);
}

static void add_operation(struct text_view *view, const struct operation *operation,
			  bool has_commands)
{
	_cleanup_free_ char *started = time_format(operation->started);
	_cleanup_free_ char *who = printable_text(operation->who);
	_cleanup_free_ char *what =
		printable_sentence(operation->summary ? operation->summary : operation->action);
	_cleanup_free_ char *head = text_format("%u. %s", operation->number, what);
	_cleanup_free_ char *state = text_format(_("%s%s%s: %s"), started, *who ? ", " : "", who,
						 describe_operation_state(operation->state));

	text_view_add_heading(view, head);
	text_view_add_paragraph(view, operation_roles[operation->state], STEP_INDENT, STEP_INDENT,
				state);
	for (size_t i = 0; i < operation->count; i++)
		add_step(view, &operation->steps[i], has_commands);
}

static void refresh_log(struct app *app, void *state)
{
	struct log_screen *screen = state;
	struct text_view *view = &screen->reading.view;
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_problem_ struct problem why = {0};
	const struct operation *operations;
	size_t count = 0;

	text_view_clear(view);
	/* in this way nothing is made or locked, and root is not needed */
	if (journal_open_read_only(app_session(app)->journal_folder, &journal, &why) < 0) {
		_cleanup_free_ char *text = problem_text(&why);

		text_view_add_paragraph(view, ROLE_ERROR, 0, 0, text);
		if (why.next)
			text_view_add_advice(view, ROLE_NORMAL, 0, 0, why.next);
		return;
	}
	if (journal_is_foreign(journal))
		text_view_add_paragraph(view, ROLE_WARNING, 0, 0,
					_("This was done in another mount namespace than this one, "
					  "and can only be undone there."));
	operations = journal_operations(journal, &count);
	if (count == 0)
		text_view_add_paragraph(view, ROLE_NORMAL, 0, 0,
					_("Nothing was done here since this machine started."));
	for (size_t i = count; i-- > 0;)
		add_operation(view, &operations[i], screen->has_commands);
}

static void open_log(struct app *app, void *state, const void *argument)
{
	struct log_screen *screen = state;

	(void)app;	/* refresh reads the journal */
	(void)argument; /* there is none */
	text_view_init(&screen->reading.view, 0);
}

static enum reaction toggle_commands(struct app *app, void *state)
{
	struct log_screen *screen = state;

	screen->has_commands = !screen->has_commands;
	refresh_log(app, state);
	return REACTION_REDRAW;
}

static const struct binding bindings[] = {
	{.key = 'v',
	 .label = N_("commands"),
	 .help = N_("Show below each step the shell command that does the same, or hide it."),
	 .run = toggle_commands},
	{.key = 0},
};

const struct screen_class screen_log = {
	.name = "log",
	.title = N_("Everything done here"),
	.help = N_("Every operation of refloat since this machine started, the newest first: when, "
		   "by whom, how it ended, and each of its steps by number. It has those of other "
		   "sessions as well, and of programs that were killed in the middle.\n"
		   "It is read from the journal that undo goes by. Nothing is changed or undone "
		   "here."),
	.bindings = bindings,
	.state_size = sizeof(struct log_screen),
	.open = open_log,
	.refresh = refresh_log,
	.draw = reading_draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.close = reading_close,
};
