/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States of filesystems, and lost ones, as JSON and back; what is read may have been made up. */
#include <string.h>

#include "base/alloc.h"
#include "storage/content_record.h"
#include "storage/filesystem_state.h"

#define TIME_MAX ((uint64_t)1 << 40) /* seconds: more than any format can say */
#define BLOCK_SIZE_MAX 65536u

static void add_time(struct json_object *object, const char *name, int64_t seconds)
{
	json_add_u64(object, name, seconds > 0 ? (uint64_t)seconds : 0);
}

static int64_t get_time(struct json_object *object, const char *name)
{
	uint64_t seconds = json_get_u64(object, name, 0);

	return seconds < TIME_MAX ? (int64_t)seconds : 0;
}

static unsigned get_count(struct json_object *object, const char *name)
{
	uint64_t value = json_get_u64(object, name, 0);

	return value <= UINT32_MAX ? (unsigned)value : 0;
}

/* Times have one name here and in the structure. */
static const struct {
	const char *name;
	size_t offset;
} times[] = {
	{"made", offsetof(struct filesystem_state, made)},
	{"mounted", offsetof(struct filesystem_state, mounted)},
	{"written", offsetof(struct filesystem_state, written)},
	{"checked", offsetof(struct filesystem_state, checked)},
	{"check_interval", offsetof(struct filesystem_state, check_interval)},
	{"first_error", offsetof(struct filesystem_state, first_error)},
	{"last_error", offsetof(struct filesystem_state, last_error)},
};

struct json_object *filesystem_state_to_json(const struct filesystem_state *state)
{
	struct json_object *object;

	if (!state)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "condition", filesystem_condition_name(state->condition));
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		int64_t seconds;

		memcpy(&seconds, (const char *)state + times[i].offset, sizeof(seconds));
		add_time(object, times[i].name, seconds);
	}
	if (state->has_mounts) {
		json_add_u64(object, "mounts", state->mounts);
		json_add_u64(object, "mounts_limit", state->mounts_limit);
	}
	json_add_u64(object, "size", state->size);
	if (state->has_space)
		json_add_u64(object, "free", state->free);
	if (state->has_inodes) {
		json_add_u64(object, "inodes", state->inodes);
		json_add_u64(object, "inodes_free", state->inodes_free);
	}
	if (state->metadata)
		json_add_u64(object, "metadata", state->metadata);
	json_add_u64(object, "errors", state->errors);
	json_add_bytes(object, "last_mountpoint", state->last_mountpoint);
	json_add_bytes(object, "remark", state->remark);
	return object;
}

static bool has_member(struct json_object *object, const char *name)
{
	return json_object_object_get_ex(object, name, NULL);
}

static enum filesystem_condition get_condition(struct json_object *object)
{
	const char *name = json_get_text(object, "condition");

	for (int i = CONDITION_UNKNOWN; name && i <= CONDITION_ERRORS; i++) {
		if (strcmp(name, filesystem_condition_name((enum filesystem_condition)i)) == 0)
			return (enum filesystem_condition)i;
	}
	return CONDITION_UNKNOWN;
}

struct filesystem_state *filesystem_state_from_json(struct json_object *object)
{
	struct filesystem_state *state;

	if (!object)
		return NULL;
	state = alloc_zero(1, sizeof(*state));
	state->condition = get_condition(object);
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		int64_t seconds = get_time(object, times[i].name);

		memcpy((char *)state + times[i].offset, &seconds, sizeof(seconds));
	}
	state->has_mounts = has_member(object, "mounts");
	state->mounts = get_count(object, "mounts");
	state->mounts_limit = get_count(object, "mounts_limit");
	state->size = json_get_u64(object, "size", 0);
	state->free = json_get_u64(object, "free", 0);
	state->has_space = has_member(object, "free") && state->free <= state->size;
	state->inodes = json_get_u64(object, "inodes", 0);
	state->inodes_free = json_get_u64(object, "inodes_free", 0);
	state->has_inodes = has_member(object, "inodes") && state->inodes_free <= state->inodes;
	state->metadata = json_get_u64(object, "metadata", 0);
	if (state->metadata > state->size)
		state->metadata = state->size;
	state->errors = get_count(object, "errors");
	state->last_mountpoint = record_get_text(object, "last_mountpoint");
	state->remark = record_get_text(object, "remark");
	return state;
}

struct json_object *lost_filesystem_to_json(const struct lost_filesystem *lost)
{
	struct json_object *object;

	if (!lost)
		return NULL;
	object = json_object_new_object();
	json_add_bytes(object, "type", lost->type);
	json_add_bytes(object, "uuid", lost->uuid);
	json_add_bytes(object, "label", lost->label);
	json_add_u64(object, "backup", lost->backup);
	json_add_u64(object, "block", lost->block);
	json_add_u64(object, "block_size", lost->block_size);
	json_add_bytes(object, "damage", lost->damage);
	return object;
}

/* One without a type is none: its word decides which program is run. */
struct lost_filesystem *lost_filesystem_from_json(struct json_object *object)
{
	_cleanup_free_ char *type = object ? record_get_text(object, "type") : NULL;
	struct lost_filesystem *lost;

	if (!type)
		return NULL;
	lost = alloc_zero(1, sizeof(*lost));
	lost->type = TAKE_PTR(type);
	lost->uuid = record_get_text(object, "uuid");
	lost->label = record_get_text(object, "label");
	lost->backup = json_get_u64(object, "backup", 0);
	lost->block = json_get_u64(object, "block", 0);
	lost->block_size = get_count(object, "block_size");
	if (lost->block_size > BLOCK_SIZE_MAX)
		lost->block_size = 0;
	lost->damage = record_get_text(object, "damage");
	return lost;
}
