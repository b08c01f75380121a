/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words for devices, systems, fstab entries and the journal, as every front end says them.
 *
 * All text is printable (base/printable.h) and, where not said otherwise, the caller's to free.
 */
#ifndef REFLOAT_ACTION_DESCRIBE_H
#define REFLOAT_ACTION_DESCRIBE_H

#include "plan/journal.h"
#include "storage/machine.h"
#include "system/resolve.h"
#include "system/system.h"

/* What matters of DEVICE beside its name, size and type: "/mnt, not cleanly unmounted, gpt"; "" for
 * nothing. */
char *describe_device(const struct device *device);

/* What is odd about DEVICE: sentence parts. */
void describe_device_notes(const struct device *device, struct text_list *notes);

/* What could not be found out, and what is odd: sentences; those of devices start with a name. */
void describe_machine_notes(const struct machine *machine, struct text_list *notes);

/* "yes", "no", "MISSING", "AMBIGUOUS", "a guess": whether an entry is mounted; not to be freed. */
const char *describe_entry_action(enum resolved_action action);

/* Why, with the devices that were near where none was taken. */
char *describe_entry(const struct resolved_entry *entry);

/* Something known of a thing, to be shown as a line of its own. */
struct fact {
	const char *label; /* translated: "host name"; borrowed for ever */
	char *value;
};

struct facts {
	struct fact *items;
	size_t count;
	size_t capacity;
};

/* What is known of SYSTEM but its name and its fstab: id, host name, root, kernels, last use. */
void describe_system(const struct machine *machine, const struct system *system,
		     struct facts *facts);
void facts_done(struct facts *facts);
#define _cleanup_facts_ _cleanup_(facts_done)

/* Filesystems that could hold a system and could not be looked into: sentences. */
void describe_unseen(const struct survey *survey, struct text_list *unseen);

/* How many snapshots a btrfs filesystem holds, and which is the newest: sentences. */
void describe_snapshots(const struct survey *survey, struct text_list *sentences);

/* How an operation stands, how a step of it; not to be freed. */
const char *describe_operation_state(enum operation_state state);
const char *describe_step_state(enum journal_step_state state);

/* What undoing STEP would do, a sentence, and the shell LINES (may be NULL) for it, which work when
 * pasted; NULL where there is nothing. */
char *describe_undo(const struct journal_step *step, struct text_list *lines);

/* What is done at the end of a plan, whatever came of it, since STEP of it is temporary: a sentence, and
 * the shell LINES (may be NULL) for it; NULL where there is nothing. */
char *describe_afterwards(const struct step *step, struct text_list *lines);

/* The operation that undo would begin with: the newest with a step that undoing does something
 * for; NULL: none. Borrowed from JOURNAL. */
const struct operation *describe_find_undoable(const struct journal *journal);

#endif
