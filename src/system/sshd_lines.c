/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of sshd's settings whose lines are changed one by one. */
#include "system/sshd_lines.h"

#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"

static void add_line(struct sshd_lines *file, const char *text, size_t length, unsigned number)
{
	file->lines = alloc_grow(file->lines, file->count, &file->capacity, sizeof(*file->lines));
	file->lines[file->count++] = (struct sshd_line){
		.text = alloc_copy(text, length),
		.length = length,
		.number = number,
	};
}

/* Where the line at TEXT ends, its newline included. */
static size_t measure_line(const char *text, size_t length)
{
	const char *newline = memchr(text, '\n', length);

	return newline ? (size_t)(newline - text) + 1 : length;
}

static size_t end_length(const struct sshd_line *line)
{
	if (!line->length || line->text[line->length - 1] != '\n')
		return 0;
	return line->length > 1 && line->text[line->length - 2] == '\r' ? 2 : 1;
}

static void split(struct sshd_lines *file, const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t part = measure_line(text + at, length - at);

		add_line(file, text + at, part, (unsigned)file->count + 1);
		at += part;
	}
	file->end = file->count && end_length(&file->lines[0]) == 2 ? "\r\n" : "\n";
}

struct sshd_lines *sshd_files_get(struct sshd_files *files, const struct root *root,
				  const char *file)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	struct sshd_lines *added;
	size_t length = 0;

	if (root_resolve(root, file, false, &path, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < files->count; i++) {
		if (text_is_equal(files->files[i].path, path))
			return &files->files[i];
	}
	if (root_read_file(root, path, CONFIG_MAX_BYTES, &text, &length) != 0)
		return NULL;
	files->files =
		alloc_grow(files->files, files->count, &files->capacity, sizeof(*files->files));
	added = &files->files[files->count++];
	added->path = TAKE_PTR(path);
	split(added, text, length);
	return added;
}

struct sshd_line *sshd_lines_at(struct sshd_lines *file, unsigned line)
{
	if (!line || line > file->count || file->lines[line - 1].is_changed)
		return NULL;
	return &file->lines[line - 1];
}

static void set_text(struct sshd_lines *file, struct sshd_line *line, struct text_buffer *text)
{
	free(line->text);
	line->length = text->length;
	line->text = text_buffer_take(text);
	line->is_changed = true;
	file->is_changed = true;
}

void sshd_lines_replace(struct sshd_lines *file, struct sshd_line *line, const char *mark,
			const char *now)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	size_t tail = end_length(line), body = line->length - tail, indent = 0;
	const char *end = tail ? line->text + body : file->end;

	while (indent < body && strchr(" \t", line->text[indent]) && line->text[indent])
		indent++;
	text_buffer_add(&text, line->text, indent);
	text_buffer_add_text(&text, mark);
	text_buffer_add(&text, line->text + indent, body - indent);
	if (now) {
		text_buffer_add(&text, end, tail ? tail : strlen(end));
		text_buffer_add(&text, line->text, indent);
		text_buffer_add_text(&text, now);
	}
	text_buffer_add(&text, line->text + body, tail);
	set_text(file, line, &text);
}

/* In front of a last line without a newline, so that it stays what it is. */
static size_t find_place(const struct sshd_lines *file, unsigned before)
{
	if (before && before <= file->count)
		return before - 1;
	if (file->count && !end_length(&file->lines[file->count - 1]))
		return file->count - 1;
	return file->count;
}

void sshd_lines_insert(struct sshd_lines *file, unsigned before, const char *comment,
		       const char *now)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};
	size_t place = find_place(file, before);

	text_buffer_format(&text, "%s%s%s%s", comment, file->end, now, file->end);
	if (place == file->count) {
		add_line(file, "", 0, 0);
	} else {
		text_buffer_add(&text, file->lines[place].text, file->lines[place].length);
	}
	set_text(file, &file->lines[place], &text);
}

char *sshd_line_text(const struct sshd_line *line)
{
	_cleanup_free_ char *text = alloc_copy(line->text, line->length);

	return text_copy(text_trim(text));
}

/* The old line is the last comment that it became, or, where a line was put in front of it, itself;
 * which of them is told is of no matter: its number is that of the first that was there. */
static void settle(struct sshd_lines *file)
{
	struct sshd_lines fresh = {.path = file->path, .end = file->end, .is_changed = true};

	for (size_t i = 0; i < file->count; i++) {
		const struct sshd_line *line = &file->lines[i];

		for (size_t at = 0; at < line->length;) {
			size_t part = measure_line(line->text + at, line->length - at);

			add_line(&fresh, line->text + at, part, line->number);
			at += part;
		}
		free(line->text);
	}
	free(file->lines);
	*file = fresh;
}

void sshd_files_settle(struct sshd_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		if (files->files[i].is_changed)
			settle(&files->files[i]);
	}
}

char *sshd_lines_join(const struct sshd_lines *file, size_t *ret_length)
{
	_cleanup_text_buffer_ struct text_buffer text = {0};

	for (size_t i = 0; i < file->count; i++)
		text_buffer_add(&text, file->lines[i].text, file->lines[i].length);
	*ret_length = text.length;
	return text_buffer_take(&text);
}

void sshd_files_done(struct sshd_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		for (size_t j = 0; j < files->files[i].count; j++)
			free(files->files[i].lines[j].text);
		free(files->files[i].lines);
		free(files->files[i].path);
	}
	free(files->files);
	*files = (struct sshd_files){0};
}
