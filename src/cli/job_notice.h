/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line about each job that runs: for a new login, and beside other commands. */
#ifndef REFLOAT_CLI_JOB_NOTICE_H
#define REFLOAT_CLI_JOB_NOTICE_H

/* On standard output: each job of the journal's FOLDER that runs or was cut off unseen. Nothing
 * where there is none, or where nobody may look. */
void job_notice_print_all(const char *folder);

/* On standard error, where that is a person's terminal: that a job runs, in one line. */
void job_notice_remark(const char *folder);

#endif
