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

/* clang-format off */
enum check_strength {
	CHECK_LOOK,       /* changes nothing */
	CHECK_REPAIR,     /* what is safe */
	CHECK_REPAIR_ALL, /* everything, whatever it costs */
	CHECK_STRENGTH_COUNT
};

/* What a program has left behind when it ended, and what was known before. */
struct check_outcome {
	enum check_strength strength;
	bool is_look;                   /* with this strength, this program changes nothing */
	const char *name;               /* of the device, printable */
	const char *type;               /* of the filesystem */
	int status;                     /* exit status; 128 and the signal where one ended it */
	const char *output;             /* all that it wrote, lines in their order; never NULL */
	const struct text_list *kernel; /* what the kernel said of these disks meanwhile; may be NULL */
	uint64_t filesystem_size;       /* bytes, as its superblock says; 0: not known */
	uint64_t device_size;           /* bytes; 0: not known */
	const char *damage;             /* of its first superblock, a sentence part; NULL: none known */
	const char *mend;               /* the option that puts that right, "--repair"; NULL unknown */
	bool has_noted_errors;          /* its superblock says that the kernel has seen it damaged */
	bool is_dirty;                  /* its journal had not been replayed */
	bool is_not_clean;              /* it was not cleanly unmounted, and has no journal */
	bool is_mended;                 /* a step before has put the first superblock right */
	bool has_undo_file;             /* where it comes to no end, what it has written is taken back */
};

/* What came of a check, in words; sentence parts, printable. */
struct verdict {
	struct text_list found;    /* what was wrong, repaired or not */
	struct text_list repaired;
	struct text_list left;     /* what is wrong still; may be empty after a look: found is it then */
	struct text_list next;     /* what to do now, sentences */
	struct text_list remarks;  /* what else should be known, sentences */
	char *summary;             /* all of it in one sentence part */
	bool is_disk;              /* the disk could not be read: no matter of the filesystem */
	bool is_cut;               /* it is larger than what it lies on */
	bool is_failed;            /* the program could not do its work; left says why */
	bool is_look;              /* nothing was changed by this check */
};
void verdict_done(struct verdict *verdict);
#define _cleanup_verdict_ _cleanup_(verdict_done)

/* What one program does with one strength. */
struct check_effort {
	const char *what;     /* N_(): a sentence for the plan, no full stop; NULL: it cannot do this */
	const char *stop;     /* N_(): what ending it in the middle means, sentences */
	enum step_risk risk;  /* RISK_READS: it only looks */
	bool has_undo;        /* an undo file can be written */
};

struct checker {
	const char *const *types; /* of filesystems, NULL-terminated */
	const char *program;
	struct check_effort efforts[CHECK_STRENGTH_COUNT];
	bool is_shared;      /* its program opens the device without O_EXCL: the step holds it meanwhile */
	bool has_returns;    /* it shows its progress on one line, with carriage returns */
	bool counts_bytes;   /* what it has read, by the kernel's word, is how far it is */
	bool needs_primary;  /* it cannot even look where the first superblock is damaged */
	bool looks_first;    /* CHECK_REPAIR looks first, and asks is_safe; else only with a lost superblock */
	/* From this strength on it looks after a repair, which may have uncovered more, and repairs once
	 * more; CHECK_LOOK: never. */
	enum check_strength looks_again_from;
	int stop_with;       /* the signal; 0: SIGTERM */
	/* The words that are run; IS_SHOWN: for a person to paste, without what is for us alone. */
	void (*command)(const struct step *step, bool is_shown, struct text_list *words);
	/* A repair that asks: the key for the question that LINE ends with, or 0: it is ended there. May be
	 * NULL. */
	char (*answer)(const char *line);
	/* Reads from the device before it starts what progress needs, into arguments. May be NULL. */
	void (*measure)(int fd, struct step *step);
	/* Reads a line (IS_EXTRA: from its descriptor 3); true where PROGRESS has changed. May be NULL. */
	bool (*progress)(const struct step *step, const char *line, bool is_extra,
			 struct step_progress *progress);
	/* Finds out once a second; may be NULL. */
	bool (*poll)(const struct step *step, struct step_progress *progress);
	/* Whether what a look has found can be repaired without loss, for a program that does not know the
	 * difference itself. May be NULL. */
	bool (*is_safe)(const struct check_outcome *look);
	/* Fills all but summary. */
	void (*judge)(const struct check_outcome *outcome, struct verdict *verdict);
};
/* clang-format on */

/* The one for filesystem TYPE; NULL: we know of none. */
const struct checker *checker_find(const char *type);
/* The one that works on a mounted filesystem of TYPE; NULL: it must be unmounted. */
const struct checker *checker_find_mounted(const char *type);
const struct checker *checker_of(const struct step *step);

/* "look", "repair", "repair-all": stable. */
const char *check_strength_name(enum check_strength strength);
enum check_strength check_strength_of(const struct step *step);

/* Judges OUTCOME: what CHECKER (NULL: it was not asked) says of it, and what the kernel and the program
 * say of the disk. */
void check_judge(const struct checker *checker, const struct check_outcome *outcome,
		 struct verdict *verdict);

/* Says in the summary of VERDICT what it has become. */
void check_summarize(const struct check_outcome *outcome, struct verdict *verdict);

/* Whether LINE of a program's output says that the disk did not give what it asked for. */
bool check_says_disk(const char *line);

extern const struct checker checker_ext;
extern const struct checker checker_xfs;
extern const struct checker checker_btrfs;
extern const struct checker checker_scrub;
extern const struct checker checker_fat;
extern const struct checker checker_exfat;
extern const struct checker checker_ntfs;
extern const struct checker checker_f2fs;
extern const struct checker checker_jfs;
extern const struct checker checker_swap;

#endif
