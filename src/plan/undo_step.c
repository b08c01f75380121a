/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps that undo a step of the journal: the whole of that step travels in their arguments. */
#include <string.h>

#include "base/i18n.h"
#include "plan/plan.h"

#define CLASS_NAME "undo"

struct step *step_new_undo(const struct step_class *const *classes, unsigned operation,
			   unsigned number, const struct step *done)
{
	const struct step_class *class = step_class_find(classes, done->class_name);
	_cleanup_free_ char *what = class && class->undo_what ? class->undo_what(done) : NULL;
	_cleanup_json_ struct json_object *object = step_to_json(done);
	_cleanup_free_ char *text = json_format_line(object);
	_cleanup_free_ char *operation_text = text_format("%u", operation);
	_cleanup_free_ char *number_text = text_format("%u", number);
	struct step *step;

	/* taking back writes where doing has written */
	step = what ? step_new(CLASS_NAME, done->risk, STEP_REQUIRED, "%s", what)
		    : step_new(CLASS_NAME, done->risk, STEP_REQUIRED, _("Undo: %s"), done->what);
	step_set(step, "operation", operation_text);
	step_set(step, "number", number_text);
	step_set(step, "step", text);
	return step;
}

static bool get_number(const struct step *step, const char *name, unsigned *ret_number)
{
	uint64_t value;

	if (text_parse_u64(step_get(step, name), &value) < 0 || value > UINT32_MAX)
		return false;
	*ret_number = (unsigned)value;
	return true;
}

struct step *step_get_undone(const struct step *step, unsigned *ret_operation, unsigned *ret_number)
{
	_cleanup_json_ struct json_object *object = NULL;
	const char *text = step_get(step, "step");

	if (strcmp(step->class_name, CLASS_NAME) != 0 || !text ||
	    !get_number(step, "operation", ret_operation) ||
	    !get_number(step, "number", ret_number) ||
	    json_parse(text, strlen(text), &object, NULL) < 0)
		return NULL;
	return step_from_json(object);
}
