/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast a step is, smoothed, and how long it still takes. */
#include "plan/job_rate.h"

#define SAMPLE_MS 1000	  /* less says nothing */
#define MEMORY_MS 30000.0 /* what was this long ago counts for a third */
#define SECONDS_MAX (365.0 * 86400)

static void begin(struct job_rate *rate, uint64_t done, uint64_t total, int64_t now_ms)
{
	*rate = (struct job_rate){
		.has_sample = true,
		.total = total,
		.started_ms = now_ms,
		.sampled_ms = now_ms,
		.sampled = done,
	};
}

void job_rate_add(struct job_rate *rate, uint64_t done, uint64_t total, int64_t now_ms)
{
	double passed_ms, per_second, weight, whole_ms;

	if (!rate->has_sample || done < rate->sampled || total != rate->total ||
	    now_ms < rate->sampled_ms) {
		begin(rate, done, total, now_ms);
		return;
	}
	passed_ms = (double)(now_ms - rate->sampled_ms);
	if (passed_ms < SAMPLE_MS)
		return;
	per_second = (double)(done - rate->sampled) * 1000 / passed_ms;
	/* at first the mean of all, later what was lately counts more */
	whole_ms = (double)(now_ms - rate->started_ms);
	weight = passed_ms / (whole_ms < MEMORY_MS ? whole_ms : MEMORY_MS + passed_ms);
	rate->per_second += weight * (per_second - rate->per_second);
	rate->sampled = done;
	rate->sampled_ms = now_ms;
}

int64_t job_rate_seconds_left(const struct job_rate *rate, uint64_t done)
{
	double left;

	if (rate->per_second <= 0 || !rate->total || done > rate->total)
		return -1;
	left = (double)(rate->total - done) / rate->per_second;
	return left <= SECONDS_MAX ? (int64_t)(left + 0.5) : -1;
}
