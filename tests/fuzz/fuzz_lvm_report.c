/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: what lvm reports of groups whose names and sizes come from a disk. */
#include "fuzz.h"

#include "base/alloc.h"
#include "storage/lvm_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = alloc_copy(data, size);
	_cleanup_lvm_report_ struct lvm_report report = {0};

	if (lvm_report_parse(text, size, &report) < 0)
		return 0;
	for (size_t i = 0; i < report.count; i++) {
		const struct lvm_group *group = &report.groups[i];

		for (size_t j = 0; j < group->volume_count; j++) {
			_cleanup_(dm_table_done) struct dm_table table = {0};
			_cleanup_text_list_ struct text_list nodes = {0};
			bool is_degraded;

			/* any answer will do */
			(void)lvm_volume_table(group, group->volumes[j].name, &table, &is_degraded);
			lvm_volume_nodes(group, group->volumes[j].name, &nodes);
		}
	}
	return 0;
}
