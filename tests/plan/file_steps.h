/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Step classes for tests, whose effect is a file. At each instant of their work the process can be
 * killed as by kill -9.
 */
#ifndef REFLOAT_TESTS_PLAN_FILE_STEPS_H
#define REFLOAT_TESTS_PLAN_FILE_STEPS_H

#include "plan/plan.h"

/*
 * "file": makes the file PATH; refuses one that is there.
 * "file-then-fail": makes it, and then fails all the same.
 * "fail": fails without having done anything.
 * "no-answer": says that it timed out.
 * "file-that-stays" and "file-that-stays-then-fail": undoing fails as long as PATH.hold is there.
 * "look": leaves nothing.
 */
extern const struct step_class *const file_step_classes[];

/* Further: "wait" makes PATH once PATH.go is there (or fails after 10 seconds); "crash" makes it and
 * dies as of a wild pointer; "shell" wants the terminal; "file-that-stays-alone" is independent;
 * "talk" makes it, tells its progress and a line of output, and is unfinished; "long" is a "wait" that
 * is_long, tells how far it is, and can be stopped; "check" is one that leaves nothing to undo. */

/* The NUMBER-th instant from now (1..) kills this process; 0: none does. */
void file_steps_kill_at(unsigned number);

/* Adds a step of CLASS_NAME for the file NAME in FOLDER. */
void file_steps_add(struct plan *plan, const char *class_name, enum step_policy policy,
		    const char *folder, const char *name);

/* The plan that undoes all that the journal in FOLDER has, as the actions make it. */
struct plan *file_steps_plan_undo(const char *folder);

#endif
