/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a hive's transaction logs hold that its file does not have yet, put into its bytes.
 *
 * Since Windows 8.1 changes lie in the logs for up to an hour before the file gets them, so that
 * the file of a Windows that was not shut down is old. Windows puts them in when it next reads the
 * hive; whoever changes the file before has to do the same. Formats as in the regf specification by
 * Maxim Suhanov, "Format of transaction log files".
 */
#ifndef REFLOAT_SYSTEM_HIVE_LOG_H
#define REFLOAT_SYSTEM_HIVE_LOG_H

#include <stddef.h>

#define HIVE_LOGS 2 /* NAME.LOG1 and NAME.LOG2 */

enum hive_state {
	HIVE_CLEAN,    /* the bytes are the hive as Windows has left it */
	HIVE_REPLAYED, /* they are, now that what the logs held was put in */
	HIVE_DIRTY,    /* they may be old, or half new: the logs do not fit, or there are none */
};

struct hive_log {
	const char *bytes; /* NULL: there is none */
	size_t length;
};

/*
 * Puts into *BYTES, which it may move and make longer (up to LIMIT), what LOGS hold; where that is
 * nothing, they stay as they are. -EUCLEAN: no hive.
 */
int hive_recover(char **bytes, size_t *length, const struct hive_log logs[HIVE_LOGS], size_t limit,
		 enum hive_state *ret_state);

#endif
