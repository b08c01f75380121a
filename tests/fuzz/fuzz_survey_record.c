/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: what a survey's child may send. */
#include "fuzz.h"

#include "system/look_into.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_survey_ struct survey *survey = calloc(1, sizeof(*survey));
	_cleanup_json_ struct json_object *record = NULL;
	struct device *device = device_new(DEVICE_PARTITION, "sda1");

	if (survey && json_parse((const char *)data, size, &record, NULL) == 0)
		look_into_apply(survey, device, record);
	(void)device_free(device);
	return 0;
}
