/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lvm reports of volume groups, read from its JSON, and the tables that follow from it. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "storage/lvm_report.h"

#define ITEMS_MAX 65536
#define DEPTH_MAX 8

static void segment_done(struct lvm_segment *segment)
{
	free(segment->volume);
	free(segment->type);
	text_list_done(&segment->devices);
}

static void group_done(struct lvm_group *group)
{
	free(group->name);
	free(group->uuid);
	for (size_t i = 0; i < group->physical_count; i++) {
		free(group->physicals[i].node);
		free(group->physicals[i].uuid);
	}
	for (size_t i = 0; i < group->volume_count; i++) {
		free(group->volumes[i].name);
		free(group->volumes[i].uuid);
	}
	for (size_t i = 0; i < group->segment_count; i++)
		segment_done(&group->segments[i]);
	free(group->physicals);
	free(group->volumes);
	free(group->segments);
}

void lvm_report_done(struct lvm_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		group_done(&report->groups[i]);
	free(report->groups);
	*report = (struct lvm_report){0};
}

/* lvm's numbers are texts. */
static uint64_t get_number(struct json_object *object, const char *name)
{
	const char *text = json_get_text(object, name);
	uint64_t value = 0;

	return text && text_parse_u64(text, &value) == 0 ? value : 0;
}

static char *get_text(struct json_object *object, const char *name)
{
	const char *text = json_get_text(object, name);

	return text_copy(text ? text : "");
}

/* A name without the brackets that say that it is hidden; the caller frees. */
static char *get_name(struct json_object *object)
{
	char *name = get_text(object, "lv_name");
	size_t length = strlen(name);

	if (length > 2 && name[0] == '[' && name[length - 1] == ']') {
		memmove(name, name + 1, length - 2);
		name[length - 2] = '\0';
	}
	return name;
}

static size_t count_of(struct json_object *array)
{
	size_t count = array ? json_object_array_length(array) : 0;

	return count < ITEMS_MAX ? count : ITEMS_MAX;
}

static void parse_physicals(struct json_object *array, struct lvm_group *group)
{
	group->physical_count = count_of(array);
	group->physicals = alloc_zero(group->physical_count, sizeof(*group->physicals));
	for (size_t i = 0; i < group->physical_count; i++) {
		struct json_object *object = json_object_array_get_idx(array, i);

		group->physicals[i] = (struct lvm_physical){
			.node = get_text(object, "pv_name"),
			.uuid = get_text(object, "pv_uuid"),
			.start = get_number(object, "pe_start"),
		};
	}
}

static void parse_volumes(struct json_object *array, struct lvm_group *group)
{
	group->volume_count = count_of(array);
	group->volumes = alloc_zero(group->volume_count, sizeof(*group->volumes));
	for (size_t i = 0; i < group->volume_count; i++) {
		struct json_object *object = json_object_array_get_idx(array, i);
		_cleanup_text_list_ struct text_list roles = {0};
		_cleanup_free_ char *role = get_text(object, "lv_role");

		text_list_split(&roles, role, ",");
		group->volumes[i] = (struct lvm_volume){
			.name = get_name(object),
			.uuid = get_text(object, "lv_uuid"),
			.size = get_number(object, "lv_size"),
			.is_public = text_list_contains(&roles, "public"),
			.is_snapshot = text_list_contains(&roles, "thicksnapshot"),
			.is_earlier = text_list_contains(&roles, "snapshot"),
		};
	}
}

static void parse_segments(struct json_object *array, struct lvm_group *group)
{
	group->segment_count = count_of(array);
	group->segments = alloc_zero(group->segment_count, sizeof(*group->segments));
	for (size_t i = 0; i < group->segment_count; i++) {
		struct json_object *object = json_object_array_get_idx(array, i);
		struct lvm_segment *segment = &group->segments[i];
		_cleanup_free_ char *devices = get_text(object, "devices");

		segment->volume = get_name(object);
		segment->type = get_text(object, "segtype");
		segment->start = get_number(object, "seg_start");
		segment->size = get_number(object, "seg_size");
		segment->stripe = get_number(object, "stripe_size");
		text_list_split(&segment->devices, devices, ",");
	}
}

/* One report holds one group; that of devices without a group has no "vg" with a name. */
static bool parse_group(struct json_object *object, struct lvm_group *group)
{
	struct json_object *array = json_get_array(object, "vg");
	struct json_object *first = count_of(array) ? json_object_array_get_idx(array, 0) : NULL;

	if (!first || text_is_empty(json_get_text(first, "vg_name")))
		return false;
	group->name = get_text(first, "vg_name");
	group->uuid = get_text(first, "vg_uuid");
	group->extent = get_number(first, "vg_extent_size");
	group->missing = get_number(first, "vg_missing_pv_count");
	parse_physicals(json_get_array(object, "pv"), group);
	parse_volumes(json_get_array(object, "lv"), group);
	parse_segments(json_get_array(object, "seg"), group);
	return true;
}

int lvm_report_parse(const char *text, size_t length, struct lvm_report *report)
{
	_cleanup_json_ struct json_object *object = NULL;
	struct json_object *array;
	size_t count;

	if (json_parse(text, length, &object, NULL) < 0)
		return -EBADMSG;
	array = json_get_array(object, "report");
	count = count_of(array);
	report->groups = alloc_zero(count, sizeof(*report->groups));
	for (size_t i = 0; i < count; i++) {
		if (parse_group(json_object_array_get_idx(array, i), &report->groups[report->count]))
			report->count++;
	}
	return 0;
}

/* Splits "/dev/loop3(5)" or "root_rimage_0(0)"; the caller frees; NULL: it is neither. */
static char *split_place(const char *place, uint64_t *ret_extent)
{
	const char *open = strrchr(place, '(');
	size_t length = strlen(place);
	_cleanup_free_ char *number = NULL;

	if (!open || place[length - 1] != ')')
		return NULL;
	number = alloc_copy(open + 1, (size_t)(place + length - 1 - (open + 1)));
	if (text_parse_u64(number, ret_extent) < 0)
		return NULL;
	return alloc_copy(place, (size_t)(open - place));
}

static const struct lvm_physical *find_physical(const struct lvm_group *group, const char *node)
{
	for (size_t i = 0; i < group->physical_count; i++) {
		if (text_is_equal(group->physicals[i].node, node))
			return &group->physicals[i];
	}
	return NULL;
}

/* "node offset" of extent PLACE on a physical volume, for a table; NULL and the error in *RET. */
static char *physical_place(const struct lvm_group *group, const char *place, int *ret)
{
	const struct lvm_physical *physical;
	uint64_t extent = 0, offset;
	_cleanup_free_ char *node = split_place(place, &extent);

	*ret = -EBADMSG;
	if (!node || !group->extent || extent > UINT64_MAX / group->extent / 2)
		return NULL;
	if (node[0] != '/') { /* a volume of its own, or "[unknown]" */
		*ret = node[0] == '[' || text_has_prefix(node, "unknown") ? -ENXIO : -EOPNOTSUPP;
		return NULL;
	}
	physical = find_physical(group, node);
	if (!physical) {
		*ret = -ENXIO;
		return NULL;
	}
	offset = physical->start + extent * group->extent;
	*ret = 0;
	return text_format("%s %lu", physical->node, (unsigned long)(offset / DM_SECTOR));
}

static int add_plain(const struct lvm_group *group, const struct lvm_segment *segment,
		     uint64_t start, struct dm_table *table)
{
	_cleanup_(text_buffer_done) struct text_buffer parameters = {0};
	size_t stripes = segment->devices.count;

	if (!stripes)
		return -EBADMSG;
	if (stripes > 1)
		text_buffer_format(&parameters, "%zu %lu ", stripes,
				   (unsigned long)(segment->stripe / DM_SECTOR));
	for (size_t i = 0; i < stripes; i++) {
		int r;
		_cleanup_free_ char *place = physical_place(group, segment->devices.items[i], &r);

		if (!place)
			return r;
		text_buffer_format(&parameters, "%s%s", i ? " " : "", place);
	}
	dm_table_add(table, (start + segment->start) / DM_SECTOR, segment->size / DM_SECTOR,
		     stripes > 1 ? "striped" : "linear", text_buffer_take(&parameters));
	return 0;
}

static int add_volume(const struct lvm_group *group, const char *volume, uint64_t start,
		      int depth, struct dm_table *table, bool *is_degraded);

/* Each half has it all: the first that is whole will do. */
static int add_half(const struct lvm_group *group, const struct lvm_segment *segment,
		    uint64_t start, int depth, struct dm_table *table, bool *is_degraded)
{
	int found = -ENXIO;

	for (size_t i = 0; i < segment->devices.count; i++) {
		uint64_t extent = 0;
		_cleanup_free_ char *half = split_place(segment->devices.items[i], &extent);
		size_t before = table->count;
		int r;

		if (!half || extent)
			return -EOPNOTSUPP;
		r = add_volume(group, half, start + segment->start, depth + 1, table, is_degraded);
		if (r < 0 || found == 0) { /* only seen whether it is here */
			while (table->count > before)
				free(table->targets[--table->count].parameters);
		}
		if (r < 0 && r != -ENXIO)
			return r;
		if (r == -ENXIO)
			*is_degraded = true;
		else
			found = 0;
	}
	return found;
}

static bool is_mirror(const char *type)
{
	return text_is_equal(type, "raid1") || text_is_equal(type, "mirror");
}

static int add_volume(const struct lvm_group *group, const char *volume, uint64_t start,
		      int depth, struct dm_table *table, bool *is_degraded)
{
	size_t found = 0;

	if (depth > DEPTH_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < group->segment_count; i++) {
		const struct lvm_segment *segment = &group->segments[i];
		int r = -EOPNOTSUPP;

		if (!text_is_equal(segment->volume, volume))
			continue;
		found++;
		if (text_is_equal(segment->type, "linear") ||
		    text_is_equal(segment->type, "striped"))
			r = add_plain(group, segment, start, table);
		else if (is_mirror(segment->type))
			r = add_half(group, segment, start, depth, table, is_degraded);
		if (r < 0)
			return r;
	}
	return found ? 0 : -ENXIO;
}

static int compare_targets(const void *a, const void *b)
{
	uint64_t left = ((const struct dm_target *)a)->start;
	uint64_t right = ((const struct dm_target *)b)->start;

	return left < right ? -1 : left > right;
}

int lvm_volume_table(const struct lvm_group *group, const char *volume, struct dm_table *table,
		     bool *ret_is_degraded)
{
	uint64_t end = 0;
	int r;

	*ret_is_degraded = false;
	for (size_t i = 0; i < group->volume_count; i++) {
		if (text_is_equal(group->volumes[i].name, volume) && group->volumes[i].is_snapshot)
			return -EOPNOTSUPP; /* what its segments hold are the changes only */
	}
	r = add_volume(group, volume, 0, 0, table, ret_is_degraded);
	if (r < 0)
		return r;
	qsort(table->targets, table->count, sizeof(*table->targets), compare_targets);
	for (size_t i = 0; i < table->count; i++) {
		if (table->targets[i].start != end || !table->targets[i].length)
			return -EBADMSG;
		end += table->targets[i].length;
	}
	return 0;
}

static void add_nodes(const struct lvm_group *group, const char *volume, int depth,
		      struct text_list *nodes)
{
	for (size_t i = 0; i < group->segment_count && depth <= DEPTH_MAX; i++) {
		const struct lvm_segment *segment = &group->segments[i];

		if (!text_is_equal(segment->volume, volume))
			continue;
		for (size_t j = 0; j < segment->devices.count; j++) {
			uint64_t extent = 0;
			_cleanup_free_ char *node =
				split_place(segment->devices.items[j], &extent);

			if (node && node[0] != '/')
				add_nodes(group, node, depth + 1, nodes);
			else if (node && !text_list_contains(nodes, node))
				text_list_add(nodes, node);
		}
	}
}

static bool is_plain(const char *type)
{
	return text_is_equal(type, "linear") || text_is_equal(type, "striped");
}

bool lvm_volume_is_plain(const struct lvm_group *group, const char *volume)
{
	for (size_t i = 0; i < group->segment_count; i++) {
		const struct lvm_segment *segment = &group->segments[i];

		if (text_is_equal(segment->volume, volume) && !is_plain(segment->type))
			return false;
	}
	return true;
}

/* Whether the report has every physical volume of VOLUME: a mirror's log is not in it. */
static bool tells_all_nodes(const struct lvm_group *group, const char *volume)
{
	for (size_t i = 0; i < group->segment_count; i++) {
		const char *type = group->segments[i].type;

		if (text_is_equal(group->segments[i].volume, volume) && !is_plain(type) &&
		    !text_has_prefix(type, "raid"))
			return false;
	}
	return true;
}

void lvm_volume_nodes(const struct lvm_group *group, const char *volume, struct text_list *nodes)
{
	add_nodes(group, volume, 0, nodes);
	if (nodes->count && tells_all_nodes(group, volume))
		return;
	/* what a report does not say (a thin volume's pool, a mirror's log) may lie on all of them */
	text_list_done(nodes);
	for (size_t i = 0; i < group->physical_count; i++) {
		if (group->physicals[i].node[0] == '/')
			text_list_add(nodes, group->physicals[i].node);
	}
}
