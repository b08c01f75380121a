/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far something has come. */
#include "tui/widgets/progress.h"

#include <string.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "base/text.h"

#define SMOOTH_MS 10000			   /* a rate is forgotten over about that time */
#define SETTLE_MS 2000			   /* before that much nothing can be told from it */
#define MAX_LEFT_SECONDS (30L * 24 * 3600) /* more than that is no forecast */
#define BAR_LEAST 10
#define BAR_MOST 60

void progress_init(struct progress *progress, enum progress_unit unit)
{
	*progress = (struct progress){.unit = unit};
}

static void start(struct progress *progress, int64_t now_ms, uint64_t done)
{
	progress->is_started = true;
	progress->start_ms = now_ms;
	progress->first = done;
	progress->per_second = 0;
}

static void update_rate(struct progress *progress, int64_t now_ms, uint64_t done)
{
	double elapsed = (double)(now_ms - progress->start_ms);
	double since = (double)(now_ms - progress->now_ms);
	double now, weight = since / (since + SMOOTH_MS);

	if (elapsed < SETTLE_MS || since <= 0)
		return;
	now = (double)(done - progress->done) * 1000 / since;
	if (progress->per_second > 0)
		progress->per_second += (now - progress->per_second) * weight;
	else
		progress->per_second = (double)(done - progress->first) * 1000 / elapsed;
}

void progress_set(struct progress *progress, int64_t now_ms, uint64_t done, uint64_t total)
{
	/* another total, or less done than before: another part of the work has begun */
	if (!progress->is_started || done < progress->done || total != progress->total)
		start(progress, now_ms, done);
	else
		update_rate(progress, now_ms, done);
	progress->done = done;
	progress->total = total;
	progress->now_ms = now_ms;
}

int64_t progress_seconds_left(const struct progress *progress)
{
	double left;

	if (!progress->total || progress->per_second <= 0)
		return -1;
	if (progress->done >= progress->total)
		return 0;
	left = (double)(progress->total - progress->done) / progress->per_second;
	return left < (double)MAX_LEFT_SECONDS ? (int64_t)(left + 0.999) : -1;
}

/* "1.2G of 2.8G", "3 of 12 files"; NULL where the percentage says it all. */
static char *amount_words(const struct progress *progress)
{
	unsigned long done = (unsigned long)progress->done, total = (unsigned long)progress->total;

	if (progress->unit == PROGRESS_PERCENT)
		return NULL;
	if (progress->unit == PROGRESS_BYTES) {
		_cleanup_free_ char *part = size_format(progress->done);
		_cleanup_free_ char *all = size_format(progress->total);

		/* TRANSLATORS: sizes, such as "1.2G of 2.8G" */
		return total ? text_format(_("%s of %s"), part, all)
			     : text_format(_("%s done"), part);
	}
	if (progress->unit == PROGRESS_FILES)
		return total ? text_format(P_("%lu of %lu file", "%lu of %lu files", total), done,
					   total)
			     : text_format(P_("%lu file done", "%lu files done", done), done);
	return total ? text_format(P_("%lu of %lu step", "%lu of %lu steps", total), done, total)
		     : text_format(P_("%lu step done", "%lu steps done", done), done);
}

static char *rate_words(const struct progress *progress)
{
	_cleanup_free_ char *size = NULL;

	if (progress->unit != PROGRESS_BYTES || progress->per_second < 1)
		return NULL;
	size = size_format((uint64_t)progress->per_second);
	return text_format(_("%s a second"), size);
}

/* Told in steps of five: what changes each second costs bytes and says no more. */
static char *left_words(const struct progress *progress)
{
	int64_t left = progress_seconds_left(progress);
	_cleanup_free_ char *duration = NULL;

	if (left <= 0)
		return NULL;
	duration = duration_format(left < 90 ? (left + 4) / 5 * 5 : left);
	return text_format(_("about %s left"), duration);
}

typedef char *(*words_fn)(const struct progress *progress);

/* The words, the most important first. */
static void add_words(const struct progress *progress, struct text_list *words)
{
	static const words_fn makers[] = {amount_words, left_words, rate_words};

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		char *text = makers[i](progress);

		if (text)
			text_list_take(words, text);
	}
}

/* As many of the words as fit into WIDTH. */
static char *join_words(const struct progress *progress, int width)
{
	_cleanup_text_list_ struct text_list words = {0}, fitting = {0};
	int used = 0;

	add_words(progress, &words);
	for (size_t i = 0; i < words.count; i++) {
		used += (int)printable_width(words.items[i]) + (i ? 2 : 0);
		if (used > width)
			break;
		text_list_add(&fitting, words.items[i]);
	}
	return text_list_join(&fitting, ", ");
}

char *progress_words(const struct progress *progress)
{
	return join_words(progress, INT16_MAX);
}

void progress_draw_bar(const struct progress *progress, struct canvas *canvas, struct area area)
{
	double part = (double)progress->done / (double)progress->total;
	int row = area.row, column = area.column, width = area.columns, room, full;
	_cleanup_free_ char *percent = NULL;

	if (!progress->total || area.rows < 1)
		return;
	part = part < 1 ? part : 1;
	percent = text_format(
		"%3d%%", progress->done < progress->total && part > 0.99 ? 99 : (int)(part * 100));
	column += canvas_text(canvas, row, column, width, ROLE_NORMAL, percent) + 1;
	room = width - (int)strlen(percent) - 3;
	if (room < 2)
		return;
	full = (int)(part * room);
	canvas_glyph(canvas, row, column + 1, full, ROLE_PROGRESS, GLYPH_BAR_FULL);
	canvas_glyph(canvas, row, column + 1 + full, room - full, ROLE_DIM, GLYPH_BAR_EMPTY);
	(void)canvas_text(canvas, row, column, 1, ROLE_NORMAL, "["); /* its width is known */
	(void)canvas_text(canvas, row, column + room + 1, 1, ROLE_NORMAL, "]");
}

void progress_draw(const struct progress *progress, struct canvas *canvas, struct area area)
{
	int bar_columns = (int)strlen("100% []") + BAR_LEAST, words_width, bar;
	bool is_split = area.rows >= 2 && progress->total;
	_cleanup_free_ char *words = NULL;

	canvas_fill(canvas, area, ROLE_NORMAL);
	if (area.rows < 1 || area.columns < 1)
		return;
	words = join_words(progress, is_split || !progress->total ? area.columns
								  : area.columns - bar_columns - 2);
	words_width = (int)printable_width(words);
	if (!progress->total) {
		(void)canvas_text(canvas, area.row, area.column, area.columns, ROLE_NORMAL,
				  words); /* as many as fit */
		return;
	}
	bar = is_split || !words_width ? area.columns : area.columns - words_width - 2;
	if (bar > BAR_MOST)
		bar = BAR_MOST;
	progress_draw_bar(progress, canvas, (struct area){area.row, area.column, 1, bar});
	(void)canvas_text(canvas, is_split ? area.row + 1 : area.row,
			  is_split ? area.column : area.column + bar + 2, area.columns, ROLE_NORMAL,
			  words); /* as many as fit */
}
