/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of jobs, under the journal's: JOBS/NUMBER/. */
#ifndef REFLOAT_PLAN_JOB_FOLDER_H
#define REFLOAT_PLAN_JOB_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/problem.h"

#define JOB_NUMBER_MAX 1000000

/* The folder of job NUMBER, or file NAME (not NULL) in it; the caller frees. */
char *job_folder_path(const char *journal_folder, unsigned number, const char *name);

/* Makes the folder of a new job, whose number no job has had. */
int job_folder_make(const char *journal_folder, unsigned *ret_number, struct problem *why);

/* The numbers of all jobs, in their order; the caller frees. None where there is no folder. */
int job_folder_list(const char *journal_folder, unsigned **ret_numbers, size_t *ret_count,
		    struct problem *why);

/* Whether the process of job NUMBER lives; then its PID, 0 where it has not said it. */
bool job_folder_is_held(const char *journal_folder, unsigned number, pid_t *ret_pid);

/* Replaces the file at PATH in one act, for readers that come at any time. */
int job_folder_replace(const char *path, const char *text, size_t length);

/* Removes the folder of job NUMBER with all files in it. */
int job_folder_remove(const char *journal_folder, unsigned number, struct problem *why);

#endif
