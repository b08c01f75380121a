/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planning: rounds of reading, judging and changing lines, until nothing more can be done. */
#include "system/sshd_edit.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_editor.h"

#define ROUNDS_MAX 8  /* three are enough but where a change shows what it hid */
#define FILES_MAX 100 /* as sshd_config.c has it */
#define CHANGES_MAX 2000

static struct sshd_change *add_change(struct sshd_edit *edit)
{
	edit->changes = alloc_grow(edit->changes, edit->change_count, &edit->change_capacity,
				   sizeof(*edit->changes));
	return &edit->changes[edit->change_count++];
}

static struct sshd_rest *find_rest(struct sshd_edit *edit, enum sshd_rest_kind kind,
				   const char *keyword, const char *subject)
{
	for (size_t i = 0; i < edit->rest_count; i++) {
		struct sshd_rest *rest = &edit->rests[i];

		if (rest->kind == kind && text_is_equal(rest->keyword, keyword) &&
		    text_is_equal(rest->subject, subject))
			return rest;
	}
	return NULL;
}

/* Where a line is now is where it was, but for lines of ours. */
static unsigned original_line(struct sshd_editor *editor, const char *file, unsigned line)
{
	struct sshd_lines *lines = sshd_files_get(&editor->files, editor->root, file);

	return lines && line && line <= lines->count ? lines->lines[line - 1].number : line;
}

void sshd_editor_say(struct sshd_editor *editor, enum sshd_rest_kind kind, const char *keyword,
		     const char *subject, const struct sshd_setting *setting)
{
	struct sshd_edit *edit = editor->edit;

	if (find_rest(edit, kind, keyword, subject))
		return;
	edit->rests = alloc_grow(edit->rests, edit->rest_count, &edit->rest_capacity,
				 sizeof(*edit->rests));
	edit->rests[edit->rest_count++] = (struct sshd_rest){
		.kind = kind,
		.keyword = text_copy(keyword),
		.subject = text_copy(subject),
		.file = text_copy(setting ? setting->file : NULL),
		.line = setting ? original_line(editor, setting->file, setting->line) : 0,
	};
}

/* The line at FILE:LINE, to be changed; NULL where it cannot be, or is already. */
static struct sshd_line *find_line(struct sshd_editor *editor, const char *keyword,
				   const char *file, unsigned line, struct sshd_lines **ret_file)
{
	const struct sshd_setting place = {.file = (char *)file, .line = line};

	if (editor->edit->change_count >= CHANGES_MAX)
		return NULL;
	*ret_file = sshd_files_get(&editor->files, editor->root, file);
	if (!*ret_file) {
		sshd_editor_say(editor, SSHD_REST_FILE, keyword, file, &place);
		return NULL;
	}
	return sshd_lines_at(*ret_file, line);
}

/* The keyword as the line has it. */
static char *written_keyword(const char *text, const struct sshd_setting *setting)
{
	size_t length = strcspn(text, " \t=\"'\\");

	return length ? alloc_copy(text, length) : text_copy(setting->keyword);
}

void sshd_editor_change(struct sshd_editor *editor, const struct sshd_setting *setting,
			const char *values, bool is_wide)
{
	_cleanup_free_ char *was = NULL, *keyword = NULL, *now = NULL;
	struct sshd_change *change;
	struct sshd_lines *file;
	struct sshd_line *line =
		find_line(editor, setting->keyword, setting->file, setting->line, &file);

	if (!line)
		return;
	was = sshd_line_text(line);
	keyword = written_keyword(was, setting);
	now = values ? text_format("%s %s", keyword, values) : NULL;
	change = add_change(editor->edit);
	*change = (struct sshd_change){
		.kind = values ? SSHD_CHANGE_VALUE : SSHD_CHANGE_REMOVED,
		.file = text_copy(file->path),
		.line = line->number,
		.was = TAKE_PTR(was),
		.now = text_copy(now),
		.is_wide = is_wide,
	};
	sshd_lines_replace(file, line, "# refloat: was ", now);
	editor->has_changed = true;
}

/* The first Match line of the main file itself; 0: none. */
static unsigned first_match(const struct sshd_config *config)
{
	unsigned first = 0;

	for (size_t i = 0; i < config->match_count; i++) {
		const struct sshd_match *match = &config->matches[i];

		if (text_is_equal(match->file, config->files.items[0]) &&
		    (!first || match->line < first))
			first = match->line;
	}
	return first;
}

void sshd_editor_add(struct sshd_editor *editor, const char *keyword, const char *values)
{
	_cleanup_free_ char *now = text_format("%s %s", sshd_keyword_spelling(keyword), values);
	const char *main = editor->config.files.items[0];
	struct sshd_lines *file = sshd_files_get(&editor->files, editor->root, main);
	struct sshd_change *change;

	if (!file) {
		sshd_editor_say(editor, SSHD_REST_FILE, keyword, main, NULL);
		return;
	}
	sshd_lines_insert(file, first_match(&editor->config), "# refloat: was not set", now);
	change = add_change(editor->edit);
	*change = (struct sshd_change){
		.kind = SSHD_CHANGE_ADDED,
		.file = text_copy(file->path),
		.now = TAKE_PTR(now),
		.is_wide = strcmp(keyword, "permitrootlogin") != 0,
	};
	editor->has_changed = true;
}

static const char *fault_reason(enum sshd_fault_kind kind)
{
	static const char *const reasons[] = {
		[SSHD_FAULT_UNKNOWN] = "sshd does not know the keyword",
		[SSHD_FAULT_NO_VALUE] = "it has no value",
		[SSHD_FAULT_BAD_VALUE] = "sshd does not take the value",
		[SSHD_FAULT_NOT_IN_MATCH] = "not in a Match block",
		[SSHD_FAULT_BAD_MATCH] = "sshd does not take the criteria",
		[SSHD_FAULT_TOO_DEEP] = "files include each other",
		[SSHD_FAULT_REFUSED] = "sshd does not take it",
	};

	return (size_t)kind < ARRAY_SIZE(reasons) && reasons[kind] ? reasons[kind] : "was";
}

/* Line NUMBER of FILE becomes a comment. */
static void take_out(struct sshd_editor *editor, enum sshd_fault_kind kind, const char *path,
		     unsigned number)
{
	_cleanup_free_ char *mark = text_format("# refloat: %s: ", fault_reason(kind));
	_cleanup_free_ char *was = NULL;
	struct sshd_change *change;
	struct sshd_lines *file;
	struct sshd_line *line = find_line(editor, NULL, path, number, &file);

	if (!line)
		return;
	was = sshd_line_text(line);
	if (!*was || *was == '#')
		return;
	change = add_change(editor->edit);
	*change = (struct sshd_change){
		.kind = SSHD_CHANGE_FAULT,
		.fault = kind,
		.file = text_copy(file->path),
		.line = line->number,
		.was = TAKE_PTR(was),
	};
	sshd_lines_replace(file, line, mark, NULL);
	editor->has_changed = true;
}

static bool starts_match(const struct sshd_line *line)
{
	_cleanup_free_ char *text = sshd_line_text(line);
	_cleanup_text_list_ struct text_list words = {0};

	sshd_split_words(text, &words);
	return words.count && text_is_equal_ignoring_case(words.items[0], "match");
}

/* What stands in a block must not count for everybody once its first line is a comment: it goes
 * with it. */
static void take_out_block(struct sshd_editor *editor, const struct sshd_fault *fault)
{
	struct sshd_lines *file = sshd_files_get(&editor->files, editor->root, fault->file);

	if (!file || !fault->line || fault->line > file->count)
		return;
	for (unsigned i = fault->line + 1; i <= file->count && !starts_match(&file->lines[i - 1]);
	     i++)
		take_out(editor, fault->kind, fault->file, i);
}

static void mend_fault(struct sshd_editor *editor, const struct sshd_fault *fault)
{
	const struct text_list *files = &editor->config.files;
	const struct sshd_setting place = {.file = fault->file, .line = fault->line};

	if (fault->kind == SSHD_FAULT_NO_FILE ||
	    (fault->kind == SSHD_FAULT_UNKNOWN && fault->subject &&
	     sshd_version_knows(&editor->version, fault->subject)))
		return;
	if (fault->kind == SSHD_FAULT_TOO_DEEP && files->count >= FILES_MAX &&
	    !text_list_contains(files, fault->subject)) {
		/* more than are read here, which sshd may have no fault to find with */
		sshd_editor_say(editor, SSHD_REST_INCLUDE, NULL, fault->subject, &place);
		return;
	}
	take_out(editor, fault->kind, fault->file, fault->line);
	if (fault->kind == SSHD_FAULT_BAD_MATCH)
		take_out_block(editor, fault);
}

static void mend_faults(struct sshd_editor *editor, bool is_first)
{
	const struct sshd_wish *wish = editor->wish;

	for (size_t i = 0; !wish->sshd_starts && i < editor->config.fault_count; i++)
		mend_fault(editor, &editor->config.faults[i]);
	for (size_t i = 0; is_first && i < wish->fault_count; i++)
		mend_fault(editor, &wish->faults[i]);
}

static int read_again(struct sshd_editor *editor)
{
	_cleanup_free_ struct sshd_text *texts =
		alloc_zero(editor->files.count + 1, sizeof(*texts));
	int r;

	sshd_files_settle(&editor->files);
	for (size_t i = 0; i < editor->files.count; i++) {
		const struct sshd_lines *file = &editor->files.files[i];

		texts[i].path = file->path;
		texts[i].bytes = sshd_lines_join(file, &texts[i].length);
	}
	sshd_config_done(&editor->config);
	r = sshd_config_read_changed(editor->root, NULL, texts, editor->files.count,
				     &editor->config);
	for (size_t i = 0; i < editor->files.count; i++)
		free((char *)texts[i].bytes);
	return r;
}

static void take_files(struct sshd_editor *editor)
{
	struct sshd_edit *edit = editor->edit;

	for (size_t i = 0; i < editor->files.count; i++) {
		const struct sshd_lines *file = &editor->files.files[i];
		struct sshd_edit_file *taken;

		if (!file->is_changed)
			continue;
		edit->files = alloc_grow(edit->files, edit->file_count, &edit->file_capacity,
					 sizeof(*edit->files));
		taken = &edit->files[edit->file_count++];
		taken->path = text_copy(file->path);
		taken->bytes = sshd_lines_join(file, &taken->length);
	}
}

static enum sshd_answer worse(const struct sshd_verdict *user, const struct sshd_verdict *way)
{
	return user->answer < way->answer ? user->answer : way->answer;
}

/* An answer that is still not yes, and nothing has been said of it. */
static void say_verdict(struct sshd_editor *editor, const struct sshd_verdict *verdict)
{
	const struct sshd_edit *edit = editor->edit;

	if (verdict->answer == SSHD_YES)
		return;
	for (size_t i = 0; i < edit->rest_count; i++) {
		if (text_is_equal(edit->rests[i].keyword, verdict->keyword))
			return;
	}
	sshd_editor_say(editor, SSHD_REST_OTHER, verdict->keyword, NULL, verdict->setting);
}

static void judge_result(struct sshd_editor *editor)
{
	const struct sshd_wish *wish = editor->wish;
	struct sshd_edit *edit = editor->edit;
	struct sshd_judgement judgement;

	edit->by_password = edit->by_key = SSHD_YES;
	if (!wish->login)
		return;
	sshd_config_judge(&editor->config, wish->login, &judgement);
	edit->by_password = worse(&judgement.user, &judgement.password);
	edit->by_key = worse(&judgement.user, &judgement.key);
	if (!wish->ways_only)
		say_verdict(editor, &judgement.user);
	if (wish->by_password)
		say_verdict(editor, &judgement.password);
	if (wish->by_key)
		say_verdict(editor, &judgement.key);
}

static int run_rounds(struct sshd_editor *editor)
{
	int r = sshd_config_read(editor->root, NULL, &editor->config);

	for (unsigned i = 0; r == 0 && i < ROUNDS_MAX; i++) {
		editor->has_changed = false;
		mend_faults(editor, i == 0);
		if (!editor->has_changed && editor->wish->login)
			sshd_editor_let_in(editor);
		if (!editor->has_changed)
			break;
		r = read_again(editor);
	}
	return r;
}

int sshd_edit_plan(const struct root *root, const struct sshd_wish *wish,
		   struct sshd_edit *ret_edit)
{
	struct sshd_edit edit = {0};
	struct sshd_editor editor = {.root = root, .wish = wish, .edit = &edit};
	int r;

	sshd_version_read(root, &editor.version);
	editor.knows_prohibit = sshd_program_has(root, "prohibit-password");
	r = run_rounds(&editor);
	if (r == 0) {
		judge_result(&editor);
		take_files(&editor);
		*ret_edit = edit;
	} else {
		sshd_edit_done(&edit);
	}
	sshd_config_done(&editor.config);
	sshd_files_done(&editor.files);
	sshd_version_done(&editor.version);
	return r;
}

void sshd_edit_done(struct sshd_edit *edit)
{
	for (size_t i = 0; i < edit->file_count; i++) {
		free(edit->files[i].path);
		free(edit->files[i].bytes);
	}
	for (size_t i = 0; i < edit->change_count; i++) {
		free(edit->changes[i].file);
		free(edit->changes[i].was);
		free(edit->changes[i].now);
	}
	for (size_t i = 0; i < edit->rest_count; i++) {
		free(edit->rests[i].keyword);
		free(edit->rests[i].subject);
		free(edit->rests[i].file);
	}
	free(edit->files);
	free(edit->changes);
	free(edit->rests);
	*edit = (struct sshd_edit){0};
}
