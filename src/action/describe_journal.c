/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for what the journal has, and for undoing it. */
#include "action/action.h"
#include "action/describe.h"
#include "base/i18n.h"
#include "base/printable.h"

const char *describe_operation_state(enum operation_state state)
{
	static const char *const words[] = {
		[OPERATION_RUNNING] = N_("running now"),
		[OPERATION_CUT_OFF] =
			N_("CUT OFF: its program died halfway"),
		[OPERATION_DONE] = N_("done"),
		[OPERATION_PARTIAL] = N_("done in part"),
		[OPERATION_FAILED] = N_("FAILED, and not all of it is undone"),
		[OPERATION_UNDONE] = N_("undone"),
	};

	return _(words[state]);
}

const char *describe_step_state(enum journal_step_state state)
{
	static const char *const words[] = {
		[JOURNAL_STEP_STARTED] = N_("begun, its end is not known"),
		[JOURNAL_STEP_DONE] = N_("done"),
		[JOURNAL_STEP_FAILED] = N_("failed"),
		[JOURNAL_STEP_UNDONE] = N_("undone"),
	};

	return _(words[state]);
}

char *describe_undo(const struct journal_step *step, struct text_list *lines)
{
	const struct step_class *class = step_class_find(step_classes, step->step->class_name);
	_cleanup_free_ char *what = NULL;

	if (!journal_step_is_undoable(step) || !class || !class->undo_what)
		return NULL;
	what = class->undo_what(step->step);
	if (!what)
		return NULL;
	if (lines && class->undo_command)
		class->undo_command(step->step, lines);
	return printable_sentence(what);
}

static bool has_something_to_undo(const struct operation *operation)
{
	for (size_t i = 0; i < operation->count; i++) {
		_cleanup_free_ char *what = describe_undo(&operation->steps[i], NULL);

		if (what)
			return true;
	}
	return false;
}

const struct operation *describe_find_undoable(const struct journal *journal)
{
	_cleanup_free_ const struct operation **list = NULL;
	size_t count = journal_list_undoable(journal, &list);

	for (size_t i = 0; i < count; i++) {
		if (has_something_to_undo(list[i]))
			return list[i];
	}
	return NULL;
}

char *describe_afterwards(const struct step *step, struct text_list *lines)
{
	const struct step_class *class = step_class_find(step_classes, step->class_name);
	_cleanup_free_ char *what = NULL;

	if (!step->is_temporary || !class || !class->undo || !class->undo_what)
		return NULL;
	what = class->undo_what(step);
	if (what && lines && class->undo_command)
		class->undo_command(step, lines);
	return what ? printable_sentence(what) : NULL;
}
