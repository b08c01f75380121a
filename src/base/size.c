/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes and times as people read them. */
#include "base/size.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/i18n.h"
#include "base/text.h"

static const char units[] = "BKMGTPE";

char *size_format(uint64_t bytes)
{
	unsigned unit = 0, shift;
	uint64_t thousandths, tenths, whole;

	while (unit < 6 && bytes >> (10 * (unit + 1)))
		unit++;
	if (!unit)
		return text_format("%luB", (unsigned long)bytes);
	shift = 10 * unit;
	whole = bytes >> shift;
	thousandths = bytes & ((1ull << shift) - 1);
	/* cut to thousandths, then rounded to tenths: so does lsblk, and its figures are compared */
	if (thousandths > UINT64_MAX / 1000)
		thousandths = (thousandths / 1024 * 1000) >> (shift - 10);
	else
		thousandths = (thousandths * 1000) >> shift;
	tenths = (thousandths + 50) / 100;
	if (tenths == 10) {
		tenths = 0;
		whole++;
	}
	if (tenths)
		return text_format("%lu.%lu%c", (unsigned long)whole, (unsigned long)tenths,
				   units[unit]);
	return text_format("%lu%c", (unsigned long)whole, units[unit]);
}

/* The factor that SUFFIX stands for, 0 for one we do not know. */
static uint64_t suffix_factor(const char *suffix)
{
	static const char letters[] = "KMGTPE";
	uint64_t base = 1024, factor = 1;
	const char *letter;

	if (!*suffix || strcasecmp(suffix, "B") == 0)
		return 1;
	letter = strchr(letters, suffix[0] >= 'a' ? suffix[0] - 'a' + 'A' : suffix[0]);
	if (!letter || !*letter)
		return 0;
	if (strcasecmp(suffix + 1, "B") == 0)
		base = 1000;
	else if (suffix[1] && strcasecmp(suffix + 1, "iB") != 0)
		return 0;
	for (const char *at = letters; at <= letter; at++)
		factor *= base;
	return factor;
}

int size_parse(const char *text, uint64_t *ret_bytes)
{
	uint64_t whole = 0, part = 0, scale = 1, factor, bytes;
	const char *at = text;

	if (*at < '0' || *at > '9')
		return -EINVAL;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(whole, 10u, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*at - '0'), &whole))
			return -ERANGE;
	}
	if (*at == '.') {
		for (at++; *at >= '0' && *at <= '9'; at++) {
			if (scale < 1000000) {
				part = part * 10 + (uint64_t)(*at - '0');
				scale *= 10;
			}
		}
	}
	factor = suffix_factor(at);
	if (!factor)
		return -EINVAL;
	if (__builtin_mul_overflow(whole, factor, &bytes) ||
	    __builtin_add_overflow(bytes, (uint64_t)((double)factor / (double)scale * (double)part),
				   &bytes))
		return -ERANGE;
	*ret_bytes = bytes;
	return 0;
}

char *time_format(int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (!seconds || !localtime_r(&when, &parts))
		return text_copy("");
	return text_format("%04d-%02d-%02d %02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1,
			   parts.tm_mday, parts.tm_hour, parts.tm_min);
}

char *duration_format(int64_t seconds)
{
	unsigned long minutes = (unsigned long)(seconds + 30) / 60, hours = minutes / 60;
	_cleanup_free_ char *hour_words = NULL, *minute_words = NULL;

	if (seconds < 90)
		return text_format(P_("%lu second", "%lu seconds", (unsigned long)seconds),
				   (unsigned long)seconds);
	if (minutes < 120)
		return text_format(P_("%lu minute", "%lu minutes", minutes), minutes);
	if (hours >= 48)
		return text_format(P_("%lu day", "%lu days", (hours + 12) / 24), (hours + 12) / 24);
	minutes %= 60;
	hour_words = text_format(P_("%lu hour", "%lu hours", hours), hours);
	if (!minutes)
		return TAKE_PTR(hour_words);
	minute_words = text_format(P_("%lu minute", "%lu minutes", minutes), minutes);
	return text_format("%s %s", hour_words, minute_words);
}
