/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: what a child says that makes or runs a plan. */
#include "fuzz.h"

#include "plan/apart_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(apart_message_done) struct apart_message message = {0};
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_plan_ struct plan *running = plan_new("test"), *made = NULL;

	plan_add(running, step_new("mount", RISK_SYSTEM, STEP_REQUIRED, "Mount"));
	(void)apart_message_parse((const char *)data, size, running, &message); /* mostly none */
	if (json_parse((const char *)data, size, &object, NULL) == 0)
		made = plan_from_json(object);
	return 0;
}
