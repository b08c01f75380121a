/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line above the keys of every screen that says which jobs run, and which one has ended. */
#ifndef REFLOAT_TUI_JOB_LINE_H
#define REFLOAT_TUI_JOB_LINE_H

#include "tui/canvas.h"
#include "tui/jobs_watch.h"

/* Whether there is anything to say. */
bool job_line_is_needed(const struct jobs_watch *watch);

/*
 * Draws it in the first row of AREA. Where there is no room the bar goes first, then the time that
 * is left, then the job's name is cut; how many run and which key shows them stays.
 */
void job_line_draw(const struct jobs_watch *watch, struct canvas *canvas, struct area area);

/* "12:40", "2:05:00": as much time as is left, told in steps that grow with it, since each change
 * is sent over the line; the caller frees. */
char *job_line_time(int64_t seconds);

#endif
