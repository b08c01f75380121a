/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that is asked to stop ends between two steps, with everything undone. */
#ifndef REFLOAT_BASE_SIGNALS_H
#define REFLOAT_BASE_SIGNALS_H

/* From now on SIGINT, SIGTERM and SIGHUP are remembered instead of ending the program; what came
 * before is forgotten. One that is ignored stays so (nohup, daemons). */
void signals_catch(void);

/* The one that came last, 0 for none; for struct runner's stop_signal. */
const volatile int *signals_caught(void);

#endif
