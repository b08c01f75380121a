/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small program on the terminal, for test_terminal: shows keys and its size, moves in a list, and
 * ends in every way there is.
 *
 * Exit status: 0 told to end, 3 no terminal to start on, 7 the terminal was lost, 8 it was
 * lost but came back.
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "tui/terminal.h"

#define LIST_TOP 2
#define LIST_ROWS 12

static volatile sig_atomic_t was_told_to_end, was_resized;

struct state {
	struct canvas *canvas;
	struct text_list seen; /* what happened, one line each */
	int selected;
};

static void on_signal(int number)
{
	if (number == SIGWINCH)
		was_resized = 1;
	else
		was_told_to_end = 1;
}

static void fit_canvas(struct state *state)
{
	int rows, columns;

	terminal_get_size(&rows, &columns);
	(void)canvas_free(state->canvas);
	state->canvas = canvas_new(rows, columns);
	text_list_format(&state->seen, "{%dx%d}", rows, columns);
}

/* Full lines, as a list of disks has them; the first columns of the selected one are marked. */
static void draw_list(struct state *state)
{
	int top = state->selected < LIST_ROWS ? 0 : state->selected - LIST_ROWS + 1;

	for (int i = 0; i < LIST_ROWS; i++) {
		_cleanup_free_ char *line =
			text_format("sd%c %dG a disk with a name that fills all of "
				    "the line up to its very end: WD-%05d-XYZ",
				    'a' + (top + i) % 26, 40 + top + i, top + i);
		bool is_selected = top + i == state->selected;

		canvas_text(state->canvas, LIST_TOP + i, 0, 1, ROLE_SELECTED,
			    is_selected ? theme_glyph(GLYPH_CURSOR) : " ");
		canvas_text(state->canvas, LIST_TOP + i, 2, 78, ROLE_NORMAL, line);
		if (is_selected)
			canvas_set_role(state->canvas, (struct area){LIST_TOP + i, 0, 1, 12},
					ROLE_SELECTED);
		else
			canvas_set_role(state->canvas, (struct area){LIST_TOP + i, 0, 1, 12},
					ROLE_NORMAL);
	}
}

static int draw(struct state *state)
{
	size_t shown = state->seen.count < 8 ? state->seen.count : 8;

	canvas_clear(state->canvas);
	draw_list(state);
	for (size_t i = 0; i < shown; i++)
		canvas_text(state->canvas, LIST_TOP + LIST_ROWS + 1 + (int)i, 1, 70, ROLE_OK,
			    state->seen.items[state->seen.count - shown + i]);
	canvas_put_cursor(state->canvas,
			  LIST_TOP +
				  (state->selected < LIST_ROWS ? state->selected : LIST_ROWS - 1),
			  0, false);
	return terminal_show(state->canvas);
}

/* A fault of the processor, which no sanitizer sees coming. */
static void fault(void)
{
	volatile char *nothing = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*nothing = 1;
}

/* Needs more stack than there is. */
static int overflow(volatile int depth)
{
	volatile char room[4096] = {0};

	return depth < 0 ? room[0] : overflow(depth + 1) + room[depth % 4096];
}

static void crash_child(struct state *state)
{
	pid_t child = fork();

	if (child == 0) {
		(void)signal(SIGABRT, SIG_DFL);
		fault();
		_exit(0);
	}
	(void)waitpid(child, NULL, 0);
	text_list_add(&state->seen, "{child-gone}");
}

/* Lends the terminal until a line was typed. */
static void lend(struct state *state)
{
	char line[100];

	terminal_suspend();
	(void)printf("{lent}\n");
	(void)fflush(stdout);
	if (!fgets(line, sizeof(line), stdin) || terminal_resume(NULL) < 0)
		_exit(9);
	text_list_add(&state->seen, "{back}");
}

static void act(struct state *state, int code)
{
	_cleanup_free_ char *name = NULL;

	switch (code) {
	case 'q':
		was_told_to_end = 1;
		return;
	case 'x':
		exit(0);
	case 'f':
		fault();
		return;
	case 'o':
		(void)overflow(0);
		return;
	case 'v':
		(void)raise(SIGSEGV);
		return;
	case 'a':
		abort();
	case 'c':
		crash_child(state);
		return;
	case 'e':
		(void)fprintf(stderr, "{words\033[2Jon stderr}\n");
		return;
	case 'l':
		lend(state);
		return;
	case '+':
		state->selected++;
		return;
	case '-':
		state->selected--;
		return;
	default:
		name = key_format(code);
		text_list_format(&state->seen, "<%s>", name);
	}
}

static int run(struct state *state)
{
	struct pollfd keys = {.fd = terminal_fd(), .events = POLLIN};
	struct key key;
	sigset_t inside, outside;
	int result;

	(void)sigemptyset(&inside);
	(void)sigaddset(&inside, SIGTERM);
	(void)sigaddset(&inside, SIGWINCH);
	(void)sigprocmask(SIG_BLOCK, &inside, &outside);
	fit_canvas(state);
	while (!was_told_to_end) {
		if (was_resized) {
			was_resized = 0;
			fit_canvas(state);
		}
		result = terminal_read_key(&key); /* one at a time: polling tells of the rest */
		if (result == 1)
			act(state, key.code);
		if (result >= 0)
			result = draw(state);
		if (result < 0) /* and it stays lost */
			return terminal_read_key(&key) == -EIO && draw(state) == -EIO ? 7 : 8;
		if (!was_told_to_end)
			(void)ppoll(&keys, 1, NULL, &outside); /* signals come only here */
	}
	return 0;
}

int main(void)
{
	static const int signals[] = {SIGTERM, SIGWINCH};
	struct sigaction action = {.sa_handler = on_signal};
	struct terminal_options options = {.no_mouse = true};
	_cleanup_problem_ struct problem why = {0};
	struct state state = {0};
	int result;

	(void)setlocale(LC_ALL, "");
	(void)signal(SIGHUP, SIG_IGN);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		(void)sigaction(signals[i], &action, NULL);
	if (getenv("PROBE_LOG") && log_open(getenv("PROBE_LOG"), &why) < 0)
		return 9;
	if (terminal_start(&options, &why) < 0) {
		(void)printf("{%s: %s|%s}\n", why.what, why.why, why.next);
		return 3;
	}
	result = run(&state);
	(void)canvas_free(state.canvas);
	text_list_done(&state.seen);
	terminal_stop();
	log_close();
	return result;
}
