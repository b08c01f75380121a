/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Judging what smartctl printed of a disk. The figures are those of which studies of many disks say
 * that they foretell failure: sectors replaced, waiting to be, or unreadable (ATA 5, 197, 198), and
 * what NVMe's health log (NVM Express 1.4, 5.14.1.2) and SCSI's lists of defects say.
 */
#include "storage/health.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/printable.h"

#define ATTRIBUTES_MAX 256
#define MESSAGES_MAX 8
#define MANY_SECTORS 100u /* so many unreadable sectors are no accident any more */
#define WORN_PERCENT 100u

void health_done(struct health *health)
{
	text_list_done(&health->reasons);
	*health = (struct health){0};
}

static void worsen(struct health *health, enum health_verdict verdict)
{
	if (verdict > health->verdict)
		health->verdict = verdict;
}

/* --- ATA */

/* Whose raw value counts sectors; the raw values of others mean what their makers like. */
static const struct {
	unsigned id;
	bool is_unreadable;
	const char *words;
} counters[] = {
	{5, false, N_("sectors that were replaced by spare ones")},
	{197, true, N_("sectors that could not be read and wait to be replaced")},
	{198, true, N_("sectors that could not be read in the disk's own test")},
};

static void count_sectors(unsigned id, uint64_t raw, struct health *health)
{
	for (size_t i = 0; raw && i < ARRAY_SIZE(counters); i++) {
		if (counters[i].id != id)
			continue;
		text_list_format(&health->reasons, "%s: %lu", _(counters[i].words),
				 (unsigned long)raw);
		worsen(health, counters[i].is_unreadable && raw >= MANY_SECTORS ? HEALTH_FAILING
										: HEALTH_DOUBTFUL);
	}
}

static void judge_attribute(struct json_object *attribute, struct health *health)
{
	struct json_object *raw = json_get_object(attribute, "raw");
	struct json_object *flags = json_get_object(attribute, "flags");
	_cleanup_free_ char *name = printable_text(json_get_text(attribute, "name"));
	const char *failed = json_get_text(attribute, "when_failed");
	uint64_t id = json_get_u64(attribute, "id", 0);

	/* some makers keep other figures above the count */
	count_sectors(id < ATTRIBUTES_MAX ? (unsigned)id : 0,
		      json_get_u64(raw, "value", 0) & UINT32_MAX, health);
	if (text_is_empty(failed))
		return;
	if (text_is_equal(failed, "now")) {
		text_list_format(&health->reasons, _("its figure %s is below its limit"), name);
		worsen(health,
		       json_get_bool(flags, "prefailure", true) ? HEALTH_FAILING : HEALTH_DOUBTFUL);
	} else {
		text_list_format(&health->reasons, _("its figure %s was below its limit once"),
				 name);
		worsen(health, HEALTH_DOUBTFUL);
	}
}

static bool judge_ata(struct json_object *object, struct health *health)
{
	struct json_object *attributes = json_get_object(object, "ata_smart_attributes");
	struct json_object *table = attributes ? json_get_array(attributes, "table") : NULL;

	for (size_t i = 0; table && i < json_object_array_length(table) && i < ATTRIBUTES_MAX; i++)
		judge_attribute(json_object_array_get_idx(table, i), health);
	return table != NULL;
}

/* --- NVMe */

static const struct {
	unsigned bit;
	enum health_verdict verdict;
	const char *words;
} warnings[] = {
	{0x01, HEALTH_FAILING, N_("its spare memory is used up")},
	{0x02, HEALTH_DOUBTFUL, N_("it is too hot or too cold")},
	{0x04, HEALTH_FAILING, N_("it has become unreliable by its own word")},
	{0x08, HEALTH_FAILING, N_("it can only be read any more")},
	{0x10, HEALTH_DOUBTFUL, N_("what keeps its memory when power fails is broken")},
};

static bool judge_nvme(struct json_object *object, struct health *health)
{
	struct json_object *log = json_get_object(object, "nvme_smart_health_information_log");
	uint64_t warning, spare, least, used, errors;

	if (!log)
		return false;
	warning = json_get_u64(log, "critical_warning", 0);
	spare = json_get_u64(log, "available_spare", 100);
	least = json_get_u64(log, "available_spare_threshold", 0);
	used = json_get_u64(log, "percentage_used", 0);
	errors = json_get_u64(log, "media_errors", 0);
	for (size_t i = 0; i < ARRAY_SIZE(warnings); i++) {
		if (!(warning & warnings[i].bit))
			continue;
		text_list_add(&health->reasons, _(warnings[i].words));
		worsen(health, warnings[i].verdict);
	}
	if (spare < least && !(warning & warnings[0].bit)) {
		text_list_format(&health->reasons, _("%lu%% of its spare memory is left"),
				 (unsigned long)spare);
		worsen(health, HEALTH_FAILING);
	}
	if (errors) {
		text_list_format(&health->reasons,
				 P_("data could not be read or written %lu time",
				    "data could not be read or written %lu times", errors),
				 (unsigned long)errors);
		worsen(health, HEALTH_DOUBTFUL);
	}
	if (used >= WORN_PERCENT) {
		text_list_format(&health->reasons,
				 _("it is worn: %lu%% of the life it was made for"),
				 (unsigned long)used);
		worsen(health, HEALTH_DOUBTFUL);
	}
	return true;
}

/* --- SCSI */

static bool judge_scsi(struct json_object *object, struct health *health)
{
	struct json_object *counters_log = json_get_object(object, "scsi_error_counter_log");
	struct json_object *reads = counters_log ? json_get_object(counters_log, "read") : NULL;
	uint64_t defects = json_get_u64(object, "scsi_grown_defect_list", 0);
	uint64_t lost = reads ? json_get_u64(reads, "total_uncorrected_errors", 0) : 0;

	if (defects) {
		text_list_format(&health->reasons,
				 P_("%lu place was found defect since it was made",
				    "%lu places were found defect since it was made", defects),
				 (unsigned long)defects);
		worsen(health, HEALTH_DOUBTFUL);
	}
	if (lost) {
		text_list_format(&health->reasons, P_("%lu read failed", "%lu reads failed", lost),
				 (unsigned long)lost);
		worsen(health, lost >= MANY_SECTORS ? HEALTH_FAILING : HEALTH_DOUBTFUL);
	}
	return counters_log || defects;
}

/* --- all of it */

/* What smartctl has to say where it has nothing else. */
static void quote_messages(struct json_object *object, struct health *health)
{
	struct json_object *own = json_get_object(object, "smartctl");
	struct json_object *messages = own ? json_get_array(own, "messages") : NULL;

	for (size_t i = 0; messages && i < json_object_array_length(messages) && i < MESSAGES_MAX;
	     i++) {
		struct json_object *message = json_object_array_get_idx(messages, i);
		_cleanup_free_ char *text = printable_text(json_get_text(message, "string"));

		if (*text)
			text_list_format(&health->reasons, _("smartctl says: %s"), text);
	}
	if (!health->reasons.count)
		text_list_add(&health->reasons, _("it tells nothing of its health (no SMART)"));
}

static void judge(struct json_object *object, struct health *health)
{
	struct json_object *status = json_get_object(object, "smart_status");
	struct json_object *passed = NULL;
	bool is_known = status && json_object_object_get_ex(status, "passed", &passed) &&
			json_object_is_type(passed, json_type_boolean);

	if (is_known && !json_object_get_boolean(passed)) {
		text_list_add(&health->reasons, _("it says of itself that it is failing"));
		worsen(health, HEALTH_FAILING);
	}
	is_known |= judge_ata(object, health);
	is_known |= judge_nvme(object, health);
	is_known |= judge_scsi(object, health);
	if (is_known)
		worsen(health, HEALTH_GOOD);
	else
		quote_messages(object, health);
}

void health_judge(const char *text, size_t length, struct health *health)
{
	_cleanup_json_ struct json_object *object = NULL;

	*health = (struct health){0};
	if (json_parse(text, length, &object, NULL) < 0 ||
	    !json_object_is_type(object, json_type_object)) {
		text_list_add(&health->reasons, _("what smartctl printed cannot be read"));
		return;
	}
	judge(object, health);
}

const char *health_verdict_name(enum health_verdict verdict)
{
	static const char *const names[] = {
		[HEALTH_UNKNOWN] = "unknown",
		[HEALTH_GOOD] = "good",
		[HEALTH_DOUBTFUL] = "doubtful",
		[HEALTH_FAILING] = "failing",
	};

	return names[verdict];
}
