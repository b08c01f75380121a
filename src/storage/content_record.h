/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is on a device as JSON and back: the parts that several records have in common. */
#ifndef REFLOAT_STORAGE_CONTENT_RECORD_H
#define REFLOAT_STORAGE_CONTENT_RECORD_H

#include "base/json.h"
#include "storage/device.h"

/* Text member NAME of OBJECT, cut where no honest writer's would be that long; the caller frees;
 * NULL where there is none. */
char *record_get_text(struct json_object *object, const char *name);

/* The caller puts what these return; what they read into is zeroed before. NULL objects are read
 * as empty ones. */
struct json_object *content_to_json(const struct content *content);
void content_from_json(struct json_object *object, struct content *content);
struct json_object *table_to_json(const struct table *table);
void table_from_json(struct json_object *object, struct table *table);

/* The members of a table's entry stand beside others in OBJECT; disk_type is not among them. */
void table_entry_add_json(struct json_object *object, const struct table_entry *entry);
void table_entry_from_json(struct json_object *object, struct table_entry *entry);

#endif
