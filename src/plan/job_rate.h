/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast a step is, smoothed, and how long it still takes. Figures in, figures out. */
#ifndef REFLOAT_PLAN_JOB_RATE_H
#define REFLOAT_PLAN_JOB_RATE_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed is ready. */
struct job_rate {
	bool has_sample;
	uint64_t total;      /* of what is measured: another one is another measurement */
	int64_t started_ms;
	int64_t sampled_ms;
	uint64_t sampled;    /* done then */
	double per_second;   /* 0: not known yet */
};

/* DONE of TOTAL (0: not known) at NOW_MS. Whatever goes back or has another total begins anew. */
void job_rate_add(struct job_rate *rate, uint64_t done, uint64_t total, int64_t now_ms);

/* From DONE to the end; -1: not known. */
int64_t job_rate_seconds_left(const struct job_rate *rate, uint64_t done);

#endif
