/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What refloat has done here and not yet undone: any step back to which to undo. */
#include <string.h>

#include "action/action.h"
#include "action/describe.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/app.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/widgets/list.h"

struct undo {
	struct list list;
	const struct screen_class *back_to; /* NULL: the first */
	bool is_foreign;
};

static void add_step(struct undo *undo, const struct operation *operation,
		     const struct journal_step *step)
{
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *what = describe_undo(step, &lines);
	_cleanup_free_ char *id = text_format("%u.%u", operation->number, step->number);
	const char *texts[] = {what, describe_step_state(step->state)};

	if (what)
		(void)list_add(&undo->list, id, 1, ROLE_NORMAL, texts);
}

static void add_operation(struct undo *undo, const struct operation *operation)
{
	_cleanup_free_ char *id = text_format("%u", operation->number);
	_cleanup_free_ char *what =
		text_format("%u. %s", operation->number,
			    operation->summary ? operation->summary : operation->action);
	bool is_odd = operation->state == OPERATION_CUT_OFF || operation->state == OPERATION_FAILED;
	const char *texts[] = {what, describe_operation_state(operation->state)};

	(void)list_add(&undo->list, id, 0, is_odd ? ROLE_WARNING : ROLE_NORMAL, texts);
	/* newest first, as undoing goes */
	for (size_t i = operation->count; i-- > 0;)
		add_step(undo, operation, &operation->steps[i]);
}

static void refresh(struct app *app, void *state)
{
	struct undo *undo = state;
	struct journal *journal = knowledge_journal(app_knowledge(app));
	_cleanup_free_ const struct operation **operations = NULL;
	size_t count = journal ? journal_list_undoable(journal, &operations) : 0;

	undo->is_foreign = journal && journal_is_foreign(journal);
	list_begin(&undo->list);
	for (size_t i = 0; i < count; i++)
		add_operation(undo, operations[i]);
	list_end(&undo->list);
}

static void open(struct app *app, void *state, const void *argument)
{
	const struct list_column columns[] = {
		{_("WHAT UNDOING DOES"), 20, 0, 0, false},
		{_("STATE"), 12, 0, 1, false},
	};
	struct undo *undo = state;

	undo->back_to = argument;
	list_init(&undo->list, columns, ARRAY_SIZE(columns), 0);
	list_set_empty(&undo->list,
		       _("There is nothing to undo: refloat has changed nothing here, or "
			 "it is undone."));
	knowledge_read_mounts(app_knowledge(app));
}

static void close_undo(struct app *app, void *state)
{
	(void)app;
	list_done(&((struct undo *)state)->list);
}

/* Says so at the top of AREA; returns what is left of it. */
static struct area draw_foreign(struct canvas *canvas, struct area area)
{
	const char *text = _("Done in another mount namespace: it can only be undone there.");
	int rows = paragraphs_draw(canvas, area, 0, text, "");

	if (rows > area.rows / 2)
		rows = area.rows / 2;
	canvas_set_role(canvas, (struct area){area.row, area.column, rows, area.columns},
			ROLE_WARNING);
	area.row += rows;
	area.rows -= rows;
	return area;
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct undo *undo = state;

	(void)app;
	if (undo->is_foreign && area.rows > 3)
		area = draw_foreign(canvas, area);
	list_draw(&undo->list, canvas, area);
}

static enum reaction open_plan(struct app *app, const struct undo *undo, const char *name,
			       const char *step)
{
	const struct action *action = action_find(name);
	struct answers answers;
	const struct plan_argument argument = {
		.action = action, .answers = &answers, .back_to = undo->back_to};

	answers_init(&answers, action);
	if (step)
		(void)answers_add(&answers, "step", step); /* the field exists */
	app_open(app, &screen_plan, &argument);
	answers_done(&answers);
	return REACTION_REDRAW;
}

static enum reaction undo_current(struct app *app, void *state)
{
	const struct undo *undo = state;

	return open_plan(app, undo, "undo", list_current_id(&undo->list));
}

static enum reaction undo_all(struct app *app, void *state)
{
	return open_plan(app, state, "umount", NULL);
}

static const char *why_not(const struct app *app, const void *state)
{
	const struct undo *undo = state;

	(void)app;
	if (undo->is_foreign)
		return _("Done in another mount namespace: it can only be undone there.");
	return list_current(&undo->list) ? NULL : _("There is nothing to undo.");
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct undo *undo = state;

	switch (list_key(&undo->list, key)) {
	case WIDGET_CHOSEN:
		return why_not(app, state) ? REACTION_IGNORED : undo_current(app, state);
	case WIDGET_HANDLED:
		return REACTION_REDRAW;
	case WIDGET_CANCELLED:
	case WIDGET_IGNORED:
		break;
	}
	return REACTION_IGNORED;
}

static bool is_typing(const void *state)
{
	return list_is_typing(&((const struct undo *)state)->list);
}

static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("undo to here"),
	 N_("Show the plan that undoes the chosen operation or step and everything after it."),
	 undo_current, why_not},
	{'u', 0, N_("unmount everything"),
	 N_("Show the plan that takes down everything that refloat has done."), undo_all, why_not},
	{0},
};

const struct screen_class screen_undo = {
	.name = "undo",
	.title = N_("Undo and unmount"),
	.help = N_(
		"What refloat has done on this machine since it booted and not undone yet, the "
		"newest "
		"first, also by a program that was killed. Each line says what undoing that step "
		"does.\n"
		"Enter goes back to the line the cursor is on, that one included; u takes "
		"everything "
		"down. Both show their plan first. What is busy is named with the programs that "
		"hold "
		"it; in that plan, o offers to end them."),
	.bindings = bindings,
	.state_size = sizeof(struct undo),
	.open = open,
	.refresh = refresh,
	.draw = draw,
	.on_key = on_key,
	.is_typing = is_typing,
	.close = close_undo,
};
