/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a script waits for and checks: each is one line of TAP, or a figure that is printed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "play.h"

#define FRAME_MS 20	      /* of silence: a screen has come whole */
#define FRAME_LONGEST_MS 5000 /* one that is never silent is looked at as it is */
#define COMPARE_MS 10000      /* for what moves by itself to come to what is wanted */

static bool has_text(struct play *play, const void *data)
{
	int row, column;

	return screen_find(&play->screen, data, &row, &column);
}

static bool has_no_text(struct play *play, const void *data)
{
	return !has_text(play, data);
}

/* The longest that anything is waited for. */
static int longest_ms(const struct play *play)
{
	return (int)(PLAY_LONGEST_MS * play->patience);
}

/* The time of a wait: the word at INDEX in seconds, or the usual. */
static int read_seconds(const struct play *play, char **words, int count, int index, int *ret_ms,
			char **ret_why)
{
	double seconds = PLAY_LONGEST_MS / 1000.0;

	if (count > index && play_number(words[index], 0, 3600, &seconds, ret_why) < 0)
		return -EINVAL;
	*ret_ms = (int)(seconds * play->patience * 1000);
	return 0;
}

static int wait_text(struct play *play, play_condition_fn is_met, const char *what, char **words,
		     int count, char **ret_why)
{
	enum play_wait end;
	int ms;

	if (read_seconds(play, words, count, 1, &ms, ret_why) < 0)
		return -EINVAL;
	end = play_wait(play, is_met, words[0], ms);
	if (!play->is_over || end == PLAY_MET)
		play_check_or_end(play, end == PLAY_MET, "\"%s\" %s%s", words[0], what,
				  end == PLAY_ENDED ? ", and the program has ended" : "");
	return 0;
}

static int check_wait(struct play *play, char **words, int count, char **ret_why)
{
	return wait_text(play, has_text, "did not come", words, count, ret_why);
}

static int check_wait_gone(struct play *play, char **words, int count, char **ret_why)
{
	return wait_text(play, has_no_text, "did not go", words, count, ret_why);
}

static bool has_file(const char *path)
{
	return access(path, F_OK) == 0;
}

#define FILE_LOOK_MS 50

/* wait-file PATH [SECONDS]: what goes on beside the script has made it */
static int check_wait_file(struct play *play, char **words, int count, char **ret_why)
{
	int64_t end;
	int ms;

	if (read_seconds(play, words, count, 1, &ms, ret_why) < 0)
		return -EINVAL;
	end = program_clock_us() + ms * 1000LL;
	while (!has_file(words[0]) && program_clock_us() < end && !play->is_over)
		(void)play_pump(play, FILE_LOOK_MS);
	if (!play->is_over)
		play_check_or_end(play, has_file(words[0]), "%s did not come", words[0]);
	return 0;
}

/*
 * Whether it holds, or comes to: over a slow line a screen arrives in pieces, and what was waited
 * for may be in the first of them.
 */
static bool comes_to_hold(struct play *play, play_condition_fn holds, const void *data)
{
	return holds(play, data) || play_wait(play, holds, data, longest_ms(play)) == PLAY_MET ||
	       holds(play, data);
}

static int check_expect(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	(void)ret_why;
	if (!play_check(play, comes_to_hold(play, has_text, words[0]),
			"\"%s\" is not on the screen", words[0]))
		play_show_screen(play);
	return 0;
}

static int check_expect_not(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	(void)ret_why;
	/* what was waited for may be in front of it in the same screen */
	if (has_text(play, words[0]))
		(void)play_rest(play, FRAME_MS, (int)(FRAME_LONGEST_MS * play->patience));
	if (!play_check(play, has_no_text(play, words[0]), "\"%s\" is on the screen", words[0]))
		play_show_screen(play);
	return 0;
}

struct wanted_line {
	int row; /* from 0 */
	const char *text;
};

static bool has_line(struct play *play, const void *data)
{
	const struct wanted_line *wanted = data;
	_cleanup_free_ char *line =
		wanted->row < 0 ? text_copy("") : screen_line(&play->screen, wanted->row);

	return *wanted->text ? strstr(line, wanted->text) != NULL : !*line;
}

/* expect-line N TEXT: N counts from 1, or from the last line with -1 */
static int check_expect_line(struct play *play, char **words, int count, char **ret_why)
{
	struct wanted_line wanted = {.text = words[1]};
	_cleanup_free_ char *line = NULL;
	int rows, columns;
	double number;
	bool is_there;

	(void)count;
	screen_get_size(&play->screen, &rows, &columns);
	if (play_number(words[0], -rows, rows, &number, ret_why) < 0)
		return -EINVAL;
	wanted.row = number < 0 ? rows + (int)number : (int)number - 1;
	is_there = comes_to_hold(play, has_line, &wanted);
	line = wanted.row < 0 ? text_copy("") : screen_line(&play->screen, wanted.row);
	if (!play_check(play, is_there, "wanted \"%s\", got \"%s\"", words[1], line))
		play_show_screen(play);
	return 0;
}

static bool has_cursor(struct play *play, const void *data)
{
	const VTermPos *wanted = data;
	VTermPos cursor;

	vterm_state_get_cursorpos(vterm_obtain_state(play->screen.terminal), &cursor);
	return cursor.row == wanted->row && cursor.col == wanted->col;
}

static int check_expect_cursor(struct play *play, char **words, int count, char **ret_why)
{
	VTermPos cursor, wanted;
	double row, column;
	bool is_there;

	(void)count;
	if (play_number(words[0], 1, 1000, &row, ret_why) < 0 ||
	    play_number(words[1], 1, 1000, &column, ret_why) < 0)
		return -EINVAL;
	wanted = (VTermPos){.row = (int)row - 1, .col = (int)column - 1};
	is_there = comes_to_hold(play, has_cursor, &wanted);
	vterm_state_get_cursorpos(vterm_obtain_state(play->screen.terminal), &cursor);
	play_check(play, is_there, "it is in row %d column %d", cursor.row + 1, cursor.col + 1);
	return 0;
}

static bool has_attribute(const VTermScreenCell *cell, const char *name)
{
	return (strcmp(name, "bold") == 0 && cell->attrs.bold) ||
	       (strcmp(name, "underline") == 0 && cell->attrs.underline) ||
	       (strcmp(name, "blink") == 0 && cell->attrs.blink) ||
	       (strcmp(name, "reverse") == 0 && cell->attrs.reverse) ||
	       (strcmp(name, "color") == 0 &&
		(!VTERM_COLOR_IS_DEFAULT_FG(&cell->fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell->bg)));
}

static bool shows_attribute(struct play *play, const void *data)
{
	char *const *words = data;
	VTermScreenCell cell;
	int row, column;

	return screen_find(&play->screen, words[0], &row, &column) &&
	       screen_get_cell(&play->screen, row, column, &cell) && has_attribute(&cell, words[1]);
}

/* expect-attribute TEXT NAME: the first character of TEXT has it */
static int check_expect_attribute(struct play *play, char **words, int count, char **ret_why)
{
	bool is_there = comes_to_hold(play, shows_attribute, words);
	int row, column;

	(void)count;
	(void)ret_why;
	if (!screen_find(&play->screen, words[0], &row, &column)) {
		play_check(play, false, "\"%s\" is not on the screen", words[0]);
		return 0;
	}
	play_check(play, is_there, "\"%s\" in row %d is not %s", words[0], row + 1, words[1]);
	return 0;
}

/* Calls IS_BAD for all cells and checks that it finds none. */
static void check_cells(struct play *play, bool (*is_bad)(const VTermScreenCell *cell),
			const char *what)
{
	int rows, columns, row, column;
	VTermScreenCell cell;

	screen_get_size(&play->screen, &rows, &columns);
	for (row = 0; row < rows; row++)
		for (column = 0; column < columns; column++)
			if (screen_get_cell(&play->screen, row, column, &cell) && is_bad(&cell)) {
				play_check(play, false, "row %d column %d is %s (U+%04X)", row + 1,
					   column + 1, what, cell.chars[0]);
				return;
			}
	play_check(play, true, NULL);
}

static bool is_colored(const VTermScreenCell *cell)
{
	return has_attribute(cell, "color");
}

static int check_expect_no_color(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	(void)ret_why;
	check_cells(play, is_colored, "coloured");
	return 0;
}

static bool is_unprintable(const VTermScreenCell *cell)
{
	int i;

	for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		if (cell->chars[i] != (uint32_t)-1 && !bytes_is_printable(cell->chars[i]))
			return true;
	return false;
}

/* only-printable [line-set]: every byte since start, and every cell */
static int check_only_printable(struct play *play, char **words, int count, char **ret_why)
{
	_cleanup_text_list_ struct text_list complaints = {0};
	_cleanup_free_ char *list = NULL;

	if (count && strcmp(words[0], "line-set") != 0) {
		*ret_why = text_copy("nothing, or \"line-set\"");
		return -EINVAL;
	}
	play->rules.allows_line_set = count > 0;
	bytes_check(&play->rules, play->screen.raw.data, play->screen.raw.length, &complaints);
	list = text_list_join(&complaints, "\n");
	if (complaints.count)
		play_check(play, false, "%s", list);
	else
		check_cells(play, is_unprintable, "not printable");
	return 0;
}

/* expect-bytes TEXT, expect-bytes-not TEXT: since bytes-reset */
static bool sent_bytes(struct play *play, const void *data)
{
	const char *bytes = data;
	size_t length = play->screen.raw.length - play->bytes_mark;

	return length && memmem(play->screen.raw.data + play->bytes_mark, length, bytes,
				strlen(bytes)) != NULL;
}

static int check_expect_bytes(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	(void)ret_why;
	play_check(play, comes_to_hold(play, sent_bytes, words[0]), "these bytes were not sent");
	return 0;
}

static int check_expect_bytes_not(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	(void)ret_why;
	play_check(play, !sent_bytes(play, words[0]), "these bytes were sent");
	return 0;
}

/* The words from INDEX on are the name of the check. */
static void set_name(struct play *play, char **words, int count, int index)
{
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_free_ char *name = NULL;

	for (; index < count; index++)
		text_list_add(&list, words[index]);
	if (!list.count)
		return;
	name = text_list_join(&list, " ");
	text_set(&play->name, name);
}

static int check_bytes_max(struct play *play, char **words, int count, char **ret_why)
{
	size_t sent = play->screen.raw.length - play->bytes_mark;
	double most;

	if (play_number(words[0], 0, 1e9, &most, ret_why) < 0)
		return -EINVAL;
	set_name(play, words, count, 1);
	play_check(play, (double)sent <= most, "%zu bytes were sent, at most %g may be", sent,
		   most);
	return 0;
}

/* A figure, for a bench to read: "# value NAME FIGURE UNIT". */
static void print_value(const char *name, double value, const char *unit)
{
	printf("# value %s %.10g %s\n", name, value, unit);
}

static int print_bytes(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	(void)ret_why;
	print_value(words[0], (double)(play->screen.raw.length - play->bytes_mark), "bytes");
	return 0;
}

static int check_delay_max(struct play *play, char **words, int count, char **ret_why)
{
	double seconds, longest = (double)play->longest_delay_us / 1e6;

	if (play_number(words[0], 0, 3600, &seconds, ret_why) < 0)
		return -EINVAL;
	set_name(play, words, count, 1);
	play_check(play, longest <= seconds * play->patience, "a screen took %.3f s", longest);
	return 0;
}

static int print_delay(struct play *play, char **words, int count, char **ret_why)
{
	(void)count;
	(void)ret_why;
	print_value(words[0], (double)play->longest_delay_us / 1000, "ms");
	return 0;
}

static bool has_output(struct play *play, const void *data)
{
	(void)data;
	return play->first_output_us != 0;
}

static int print_first_byte(struct play *play, char **words, int count, char **ret_why)
{
	(void)ret_why;
	if (play_wait(play, has_output, NULL, longest_ms(play)) != PLAY_MET)
		play_check_or_end(play, false, "nothing was sent");
	else
		print_value(count ? words[0] : "time-first-byte",
			    (double)(play->first_output_us - play->program.started_us) / 1000,
			    "ms");
	return 0;
}

/* time-screen TEXT [NAME] */
static int print_screen_time(struct play *play, char **words, int count, char **ret_why)
{
	(void)ret_why;
	if (play_wait(play, has_text, words[0], longest_ms(play)) != PLAY_MET)
		play_check_or_end(play, false, "\"%s\" did not come", words[0]);
	else
		print_value(count > 1 ? words[1] : "time-screen",
			    (double)(play->last_output_us - play->program.started_us) / 1000, "ms");
	return 0;
}

/* cpu-idle SECONDS [MOST [NAME]]: wake-ups and bytes of that time; a check where MOST is given */
static int check_idle(struct play *play, char **words, int count, char **ret_why)
{
	struct program_load before, after;
	double seconds, most = 0;
	size_t bytes;
	int64_t end;

	if (play_number(words[0], 0.1, 600, &seconds, ret_why) < 0 ||
	    (count > 1 && play_number(words[1], 0, 1e6, &most, ret_why) < 0))
		return -EINVAL;
	set_name(play, words, count, 2);
	bytes = play->screen.raw.length;
	end = program_clock_us() + (int64_t)(seconds * 1e6);
	if (program_get_load(&play->program, &before) < 0) {
		play_check(play, false, "the program does not run");
		return 0;
	}
	while (program_clock_us() < end && !play->is_over)
		(void)play_pump(play, (int)((end - program_clock_us()) / 1000 + 1));
	if (program_get_load(&play->program, &after) < 0) {
		play_check(play, false, "the program has ended");
		return 0;
	}
	print_value("idle-wakeups", (double)(after.wakeups - before.wakeups), "wake-ups");
	print_value("idle-wakeups-all", (double)(after.all_wakeups - before.all_wakeups),
		    "wake-ups");
	print_value("idle-cpu",
		    (double)(after.cpu_ticks - before.cpu_ticks) * 1000 /
			    (double)sysconf(_SC_CLK_TCK),
		    "ms");
	print_value("idle-bytes", (double)(play->screen.raw.length - bytes), "bytes");
	if (count > 1)
		play_check(play, (double)(after.wakeups - before.wakeups) <= most,
			   "%ld wake-ups in %g s", after.wakeups - before.wakeups, seconds);
	return 0;
}

/* Waits for the program's end; false (and a failed check) when that does not come. */
static bool await_end(struct play *play)
{
	enum play_wait end = play_wait(play, NULL, NULL, longest_ms(play));

	if (play->program.state == PROGRAM_ENDED || play->is_over)
		return play->program.state == PROGRAM_ENDED;
	return play_check_or_end(play, end == PLAY_MET, "it does not end");
}

static int check_expect_exit(struct play *play, char **words, int count, char **ret_why)
{
	int status;
	double wanted;

	(void)count;
	if (play_number(words[0], 0, 255, &wanted, ret_why) < 0)
		return -EINVAL;
	if (!await_end(play))
		return 0;
	status = play->program.wait_status;
	if (!play_check(play, WIFEXITED(status) && WEXITSTATUS(status) == (int)wanted,
			"wanted status %d", (int)wanted))
		play_show_screen(play);
	return 0;
}

static int check_expect_signal(struct play *play, char **words, int count, char **ret_why)
{
	int status, wanted;

	(void)count;
	if (play_signal_number(words[0], &wanted, ret_why) < 0)
		return -EINVAL;
	if (!await_end(play))
		return 0;
	status = play->program.wait_status;
	play_check(play, WIFSIGNALED(status) && WTERMSIG(status) == wanted, "wanted SIG%s",
		   words[0]);
	return 0;
}

static bool has_state(struct play *play, const void *data)
{
	return play->program.state == *(const enum program_state *)data;
}

static int check_expect_running(struct play *play, char **words, int count, char **ret_why)
{
	(void)words;
	(void)count;
	(void)ret_why;
	(void)play_settle(play, 20, 1000); /* its end may be on its way */
	play_check(play, play->program.state == PROGRAM_RUNNING, "it does not run");
	return 0;
}

/* expect-stopped [SECONDS]: it has stopped itself, and its parent was told */
static int check_expect_stopped(struct play *play, char **words, int count, char **ret_why)
{
	static const enum program_state stopped = PROGRAM_STOPPED;
	int ms;

	if (read_seconds(play, words, count, 0, &ms, ret_why) < 0)
		return -EINVAL;
	play_check_or_end(play, play_wait(play, has_state, &stopped, ms) == PLAY_MET,
			  "it does not stop");
	return 0;
}

/* suspend: Ctrl-Z, and the program stops */
static int check_suspend(struct play *play, char **words, int count, char **ret_why)
{
	static const char byte = 'Z' & 0x1f;
	int r;

	text_buffer_add(&play->screen.input, &byte, 1);
	r = play_send(play);
	if (r < 0) {
		play_check_or_end(play, false, "Ctrl-Z cannot be sent: %s", strerror(-r));
		return 0;
	}
	return check_expect_stopped(play, words, count, ret_why);
}

/* continue: into the foreground, as the shell's fg; the program runs again */
static int check_continue(struct play *play, char **words, int count, char **ret_why)
{
	static const enum program_state running = PROGRAM_RUNNING;
	bool is_asked = program_continue(&play->program) >= 0;

	(void)words;
	(void)count;
	(void)ret_why;
	play->last_input_us = program_clock_us();
	play_check_or_end(play,
			  is_asked && play_wait(play, has_state, &running, longest_ms(play)) ==
					      PLAY_MET,
			  is_asked ? "it does not go on" : "it was not stopped");
	return 0;
}

static void compare_flags(struct text_list *list, const char *name, tcflag_t before, tcflag_t now)
{
	if (before != now)
		text_list_format(list, "%s: 0%o before, 0%o now (differs in 0%o)", name, before,
				 now, before ^ now);
}

static void compare_settings(struct text_list *list, const struct termios *before,
			     const struct termios *now)
{
	size_t i;

	compare_flags(list, "c_iflag", before->c_iflag, now->c_iflag);
	compare_flags(list, "c_oflag", before->c_oflag, now->c_oflag);
	compare_flags(list, "c_cflag", before->c_cflag, now->c_cflag);
	compare_flags(list, "c_lflag", before->c_lflag, now->c_lflag);
	if (before->c_line != now->c_line)
		text_list_format(list, "c_line: %d before, %d now", before->c_line, now->c_line);
	for (i = 0; i < NCCS; i++)
		if (before->c_cc[i] != now->c_cc[i])
			text_list_format(list, "c_cc[%zu]: %d before, %d now", i, before->c_cc[i],
					 now->c_cc[i]);
	if (cfgetispeed(before) != cfgetispeed(now) || cfgetospeed(before) != cfgetospeed(now))
		text_list_add(list, "the speed differs");
}

static int check_settings_same(struct play *play, char **words, int count, char **ret_why)
{
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_free_ char *differences = NULL;
	struct termios now;
	int r;

	(void)words;
	(void)count;
	if (!play->has_settings) {
		*ret_why = text_copy("settings-saved comes first");
		return -EINVAL;
	}
	r = program_get_settings(&play->program, &now);
	if (r < 0) {
		play_check(play, false, "the settings cannot be read: %s", strerror(-r));
		return 0;
	}
	compare_settings(&list, &play->settings, &now);
	differences = text_list_join(&list, "\n");
	play_check(play, !list.count, "%s", differences);
	return 0;
}

/* Whether the cursor was hidden last. Not asked of libvterm: it restores that with the saved
 * cursor, which terminals do not. */
/* How the mode that MODE begins was set last: 'h' on, 'l' off, 0 never. */
static char last_mode(const struct play *play, const char *mode)
{
	const struct text_buffer *raw = &play->screen.raw;
	size_t length = strlen(mode), i;

	for (i = raw->length; i-- > length;)
		if (memcmp(raw->data + i - length, mode, length) == 0 &&
		    (raw->data[i] == 'h' || raw->data[i] == 'l'))
			return raw->data[i];
	return 0;
}

static bool has_hidden_cursor(const struct play *play)
{
	return last_mode(play, "\033[?25") == 'l';
}

/* terminal-restored: what a program may leave switched on in the terminal itself */
static int check_terminal_restored(struct play *play, char **words, int count, char **ret_why)
{
	const struct screen *screen = &play->screen;
	const char *left = has_hidden_cursor(play) ? "the cursor is hidden"
			   : screen->is_alternate  ? "the alternate screen is shown"
			   : screen->mouse != VTERM_PROP_MOUSE_NONE	? "the mouse is asked for"
			   : last_mode(play, "\033[?2004") == 'h'	? "pastes are marked"
			   : screen_has_application_keys(&play->screen) ? "application keys are on"
			   : screen_has_pen(&play->screen)
				   ? "text is written bold, coloured or reverse"
				   : NULL;

	(void)words;
	(void)count;
	(void)ret_why;
	play_check(play, !left, "%s", left ? left : "");
	return 0;
}

static char *find_file(const struct play *play, const char *name)
{
	return *name == '/' || !play->expected ? text_copy(name)
					       : text_format("%s/%s", play->expected, name);
}

static int write_file(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	return fd < 0 ? -errno : file_write_all(fd, text, strlen(text));
}

static int do_dump(struct play *play, char **words, int count, char **ret_why)
{
	_cleanup_free_ char *text = play_screen_text(play);
	_cleanup_free_ char *path = NULL;
	int r;

	(void)ret_why;
	if (!count) {
		play_show_screen(play);
		return 0;
	}
	path = find_file(play, words[0]);
	r = write_file(path, text);
	if (r < 0)
		play_check(play, false, "%s: %s", path, strerror(-r));
	return 0;
}

/* Every line that differs, the wanted one before what is there. */
static void note_differences(const char *wanted, const char *got)
{
	int row;

	for (row = 1; *wanted || *got; row++) {
		size_t wanted_length = strcspn(wanted, "\n"), got_length = strcspn(got, "\n");

		if (wanted_length != got_length || memcmp(wanted, got, got_length) != 0)
			printf("# %3d -%.*s\n#     +%.*s\n", row, (int)wanted_length, wanted,
			       (int)got_length, got);
		wanted += wanted_length + (wanted[wanted_length] == '\n');
		got += got_length + (got[got_length] == '\n');
	}
}

static bool is_screen(struct play *play, const void *data)
{
	_cleanup_free_ char *text = play_screen_text(play);

	return strcmp(text, data) == 0;
}

static int check_compare(struct play *play, char **words, int count, char **ret_why)
{
	_cleanup_free_ char *got = NULL, *wanted = NULL;
	_cleanup_free_ char *path = find_file(play, words[0]);
	bool is_same;
	int r;

	(void)count;
	(void)ret_why;
	if (play->accepts) {
		got = play_screen_text(play);
		r = write_file(path, got);
		play_check(play, r >= 0, "%s: %s", path, strerror(-r));
		return 0;
	}
	r = file_read(path, 1 << 20, &wanted, NULL, NULL);
	if (r < 0) {
		play_check(play, false, "%s: %s (REFLOAT_ACCEPT=yes writes it)", path,
			   strerror(-r));
		play_show_screen(play);
		return 0;
	}
	is_same = is_screen(play, wanted);
	if (!is_same)
		is_same = play_wait(play, is_screen, wanted, (int)(COMPARE_MS * play->patience)) ==
			  PLAY_MET;
	got = play_screen_text(play);
	if (!play_check(play, is_same, "the screen differs from %s:", path)) {
		note_differences(wanted, got);
		play_show_screen(play);
	}
	return 0;
}

/*
 * no-process-left [SECONDS]: when the program has ended, nothing that it started runs on. What was
 * told to end needs its turn for that, and what brings its work to an end the time that is given.
 */
static int check_no_process_left(struct play *play, char **words, int count, char **ret_why)
{
	double seconds = 10;
	int64_t end;
	int none;

	if (count && play_number(words[0], 0, 3600, &seconds, ret_why) < 0)
		return -EINVAL;
	if (!await_end(play))
		return 0;
	end = program_clock_us() + (int64_t)(seconds * play->patience * 1e6);
	/* twice none: one that ends while they are counted hands on its own */
	for (none = 0; none < 2 && program_clock_us() < end && !play->is_over;) {
		none = program_count_left(&play->program) ? 0 : none + 1;
		(void)play_pump(play, 10);
	}
	program_close(&play->program);
	play_check(play, play->program.processes_left == 0, "%d processes were left",
		   play->program.processes_left);
	return 0;
}

const struct play_command play_checks[] = {
	{"wait", 1, 2, true, check_wait},
	{"wait-gone", 1, 2, true, check_wait_gone},
	{"wait-file", 1, 2, false, check_wait_file},
	{"expect", 1, 1, true, check_expect},
	{"expect-not", 1, 1, true, check_expect_not},
	{"expect-line", 2, 2, true, check_expect_line},
	{"expect-cursor", 2, 2, true, check_expect_cursor},
	{"expect-attribute", 2, 2, true, check_expect_attribute},
	{"expect-no-color", 0, 0, true, check_expect_no_color},
	{"expect-bytes", 1, 1, true, check_expect_bytes},
	{"expect-bytes-not", 1, 1, true, check_expect_bytes_not},
	{"expect-running", 0, 0, true, check_expect_running},
	{"expect-stopped", 0, 1, true, check_expect_stopped},
	{"expect-exit", 1, 1, true, check_expect_exit},
	{"expect-signal", 1, 1, true, check_expect_signal},
	{"suspend", 0, 1, true, check_suspend},
	{"continue", 0, 0, true, check_continue},
	{"settings-same", 0, 0, true, check_settings_same},
	{"terminal-restored", 0, 0, true, check_terminal_restored},
	{"no-process-left", 0, 1, true, check_no_process_left},
	{"only-printable", 0, 1, true, check_only_printable},
	{"compare", 1, 1, true, check_compare},
	{"dump", 0, 1, true, do_dump},
	{"bytes-max", 1, -1, true, check_bytes_max},
	{"bytes-print", 1, 1, true, print_bytes},
	{"delay-max", 1, -1, true, check_delay_max},
	{"delay-print", 1, 1, true, print_delay},
	{"time-first-byte", 0, 1, true, print_first_byte},
	{"time-screen", 1, 2, true, print_screen_time},
	{"cpu-idle", 1, -1, true, check_idle},
	{NULL, 0, 0, false, NULL},
};
