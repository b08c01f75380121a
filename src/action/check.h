/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of filesystems: what each family of them needs, in one table entry a program.
 *
 * A checker is data and pure functions: how its program is called, how it tells how far it is, and
 * what its words mean. The planner (check_fs.c) and the step (check_step.c) know no filesystem.
 *
 * To add one: a file with a struct checker, a line in check_table.c, cases for its judge.
 */
#ifndef REFLOAT_ACTION_CHECK_H
#define REFLOAT_ACTION_CHECK_H

#include "plan/plan.h"
#include "storage/device.h"

enum check_strength {
	CHECK_LOOK,	  /* changes nothing */
	CHECK_REPAIR,	  /* what is safe */
	CHECK_REPAIR_ALL, /* everything, whatever it costs */
	CHECK_STRENGTH_COUNT
};

/* What a program has left behind when it ended. */
struct check_outcome {
	enum check_strength strength;
	const char *name;   /* of the device, printable */
	const char *type;   /* of the filesystem */
	int status;	    /* exit status; 128 and the signal where one ended it */
	const char *output; /* all that it wrote, lines in their order; never NULL */
	const struct text_list
		*kernel; /* what the kernel said of these disks meanwhile; may be NULL */
};

/* What came of a check, in words; sentence parts, printable. */
struct verdict {
	struct text_list found; /* what was wrong, repaired or not */
	struct text_list repaired;
	struct text_list left;	  /* what is wrong still; empty after a look */
	struct text_list next;	  /* what to do now, sentences */
	struct text_list remarks; /* what else should be known, sentences */
	char *summary;		  /* all of it in one sentence part */
	bool is_disk;		  /* the disk could not be read: no matter of the filesystem */
	bool is_failed;		  /* the program could not do its work; left says why */
};
void verdict_done(struct verdict *verdict);
#define _cleanup_verdict_ _cleanup_(verdict_done)

/* What one program does with one strength. */
struct check_effort {
	const char *what; /* N_(): a sentence for the plan, no full stop; NULL: it cannot do this */
	const char *stop; /* N_(): what ending it in the middle means, sentences */
	enum step_risk risk;
	bool has_undo; /* an undo file can be written */
};

struct checker {
	const char *const *types; /* of filesystems, NULL-terminated */
	const char *program;
	struct check_effort efforts[CHECK_STRENGTH_COUNT];
	bool is_shared;	     /* its program opens the device without O_EXCL: the step holds it */
	bool is_for_mounted; /* works on a mounted filesystem only */
	bool has_returns;    /* it shows its progress on one line, with carriage returns */
	bool counts_bytes;   /* it tells no progress: what it has read is all that is known */
	/* The words that are run; IS_SHOWN: for a person to paste, without what is for us alone. */
	void (*command)(const struct step *step, bool is_shown, struct text_list *words);
	/* Reads a line (IS_EXTRA: from its descriptor 3); true where PROGRESS has changed. May be
	 * NULL. */
	bool (*progress)(const char *line, bool is_extra, struct step_progress *progress);
	/* Fills all but summary. */
	void (*judge)(const struct check_outcome *outcome, struct verdict *verdict);
};

/* The one for filesystem TYPE; NULL: we know of none. */
const struct checker *checker_find(const char *type);

/* "look", "repair", "repair-all": stable; CHECK_STRENGTH_COUNT: no such. */
const char *check_strength_name(enum check_strength strength);
enum check_strength check_strength_of(const struct step *step);

/* Judges OUTCOME: what CHECKER says of it, and what the kernel and the program say of the disk. */
void check_judge(const struct checker *checker, const struct check_outcome *outcome,
		 struct verdict *verdict);

extern const struct checker checker_ext;

#endif
