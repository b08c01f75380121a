/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal in a pseudo-terminal: its settings before and after every way out, what is missing
 * said in words, sizes that nobody knows, keys in pieces, a line that is gone, bytes for a key.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define DEADLINE_MS 20000 /* for a machine that is busy */

struct line {
	int terminal_fd; /* the end where a person sits */
	int program_fd;	 /* the end of the program, kept open to look at the settings */
	pid_t program;
	struct termios before;
	struct text_buffer output; /* all that came */
};

struct setting {
	const char *term;	    /* NULL: not set */
	const char *environment[2]; /* NAME=VALUE more */
	unsigned short rows, columns;
	speed_t speed;
	bool has_file_input;
};

static const struct setting vt100 = {.term = "vt100", .rows = 24, .columns = 80};
static const struct setting xterm = {.term = "xterm-256color", .rows = 24, .columns = 80};

static void run_program(const struct line *line, const struct setting *setting)
{
	const char *folder = getenv("top_builddir");
	_cleanup_free_ char *path =
		text_format("%s/tests/tui/terminal_probe", folder ? folder : ".");
	int input = setting->has_file_input ? open("/dev/null", O_RDONLY) : line->program_fd;

	(void)setsid();
	(void)ioctl(line->program_fd, TIOCSCTTY, 0);
	(void)dup2(input, STDIN_FILENO);
	(void)dup2(line->program_fd, STDOUT_FILENO);
	(void)dup2(line->program_fd, STDERR_FILENO);
	(void)unsetenv("TERM");
	(void)unsetenv("LINES");
	(void)unsetenv("COLUMNS");
	(void)unsetenv("ESCDELAY");
	if (setting->term)
		(void)setenv("TERM", setting->term, 1);
	for (size_t i = 0; i < ARRAY_SIZE(setting->environment); i++)
		if (setting->environment[i])
			(void)putenv((char *)setting->environment[i]);
	(void)execl(path, path, NULL);
	_exit(126);
}

static void open_line(struct line *line, const struct setting *setting)
{
	struct winsize size = {.ws_row = setting->rows, .ws_col = setting->columns};
	char path[64];

	*line = (struct line){.terminal_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
	assert_true(line->terminal_fd >= 0);
	assert_int_equal(grantpt(line->terminal_fd), 0);
	assert_int_equal(unlockpt(line->terminal_fd), 0);
	assert_int_equal(ptsname_r(line->terminal_fd, path, sizeof(path)), 0);
	line->program_fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(line->program_fd >= 0);
	assert_int_equal(ioctl(line->program_fd, TIOCSWINSZ, &size), 0);
	assert_int_equal(tcgetattr(line->program_fd, &line->before), 0);
	if (setting->speed) {
		assert_int_equal(cfsetspeed(&line->before, setting->speed), 0);
		assert_int_equal(tcsetattr(line->program_fd, TCSANOW, &line->before), 0);
	}
	line->program = fork();
	assert_true(line->program >= 0);
	if (line->program == 0)
		run_program(line, setting);
}

static void close_line(struct line *line)
{
	if (line->program > 0) {
		(void)kill(line->program, SIGKILL);
		(void)waitpid(line->program, NULL, 0);
	}
	if (line->terminal_fd >= 0)
		(void)close(line->terminal_fd);
	(void)close(line->program_fd);
	text_buffer_done(&line->output);
}
#define _cleanup_line_ _cleanup_(close_line)

/* Reads what comes within WAIT_MS; false for nothing. */
static bool read_some(struct line *line, int wait_ms)
{
	struct pollfd source = {.fd = line->terminal_fd, .events = POLLIN};
	char bytes[4096];
	ssize_t got;

	if (poll(&source, 1, wait_ms) <= 0)
		return false;
	got = read(line->terminal_fd, bytes, sizeof(bytes));
	if (got <= 0)
		return false;
	text_buffer_add(&line->output, bytes, (size_t)got);
	return true;
}

/* Reads until NEEDLE has come, from the byte START on. */
static void wait_for_after(struct line *line, size_t start, const char *needle)
{
	int64_t deadline = clock_monotonic_ms() + DEADLINE_MS;

	while (clock_monotonic_ms() < deadline) {
		if (line->output.length > start &&
		    memmem(line->output.data + start, line->output.length - start, needle,
			   strlen(needle)))
			return;
		(void)read_some(line, 100);
	}
	fail_msg("%s did not come, but: %s", needle, line->output.length ? line->output.data : "");
}

static void wait_for(struct line *line, const char *needle)
{
	wait_for_after(line, 0, needle);
}

static void type_bytes(struct line *line, const char *bytes)
{
	assert_int_equal(write(line->terminal_fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

/* Reads on until the program has ended; its wait status. */
static int wait_for_end(struct line *line)
{
	int64_t deadline = clock_monotonic_ms() + DEADLINE_MS;
	int status = 0;
	pid_t ended = 0;

	while (!ended && clock_monotonic_ms() < deadline) {
		(void)(line->terminal_fd < 0 ? poll(NULL, 0, 20) : read_some(line, 20));
		ended = waitpid(line->program, &status, WNOHANG);
	}
	assert_int_equal(ended, line->program);
	line->program = 0;
	while (line->terminal_fd >= 0 && read_some(line, 0))
		continue;
	return status;
}

static void check_same_settings(const struct line *line)
{
	struct termios now;

	assert_int_equal(tcgetattr(line->program_fd, &now), 0);
	assert_int_equal(now.c_iflag, line->before.c_iflag);
	assert_int_equal(now.c_oflag, line->before.c_oflag);
	assert_int_equal(now.c_cflag, line->before.c_cflag);
	assert_int_equal(now.c_lflag, line->before.c_lflag);
	assert_memory_equal(now.c_cc, line->before.c_cc, sizeof(now.c_cc));
}

static bool has_come(const struct line *line, size_t start, const char *bytes)
{
	return line->output.length > start &&
	       memmem(line->output.data + start, line->output.length - start, bytes, strlen(bytes));
}

static void test_ends(void **state)
{
	static const char *const ways[] = {"q", "x"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		_cleanup_line_ struct line line;
		struct termios up;

		open_line(&line, &xterm);
		wait_for(&line, "{24x80}");
		assert_int_equal(tcgetattr(line.program_fd, &up), 0);
		assert_false(up.c_lflag & (ECHO | ICANON | ISIG));
		type_bytes(&line, ways[i]);
		assert_int_equal(wait_for_end(&line), 0);
		check_same_settings(&line);
		assert_true(has_come(&line, 0, "\033[?1049l"));
		assert_true(has_come(&line, 0, "\033[?25h"));
	}
}

static void test_sigterm(void **state)
{
	_cleanup_line_ struct line line;

	(void)state;
	open_line(&line, &xterm);
	wait_for(&line, "{24x80}");
	assert_int_equal(kill(line.program, SIGTERM), 0);
	assert_int_equal(wait_for_end(&line), 0);
	check_same_settings(&line);
	assert_true(has_come(&line, 0, "\033[?1049l"));
}

static void test_crashes(void **state)
{
	static const char *const ways[] = {"f", "v", "a", "o"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		_cleanup_line_ struct line line;
		size_t start;
		int status;

		open_line(&line, &xterm);
		wait_for(&line, "{24x80}");
		start = line.output.length;
		type_bytes(&line, "e");
		type_bytes(&line, ways[i]);
		status = wait_for_end(&line);
		/* a sanitizer that has the signal reports it and exits */
		assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
		check_same_settings(&line);
		assert_true(has_come(&line, start, "\033[?25h\033[?1049l"));
		wait_for_after(&line, start,
			       "\033[23;0;0t{words"); /* once it is a terminal again */
	}
}

/* A child that was forked and crashes has nothing to do with the terminal. */
static void test_crash_of_child(void **state)
{
	_cleanup_line_ struct line line;
	size_t start;

	(void)state;
	open_line(&line, &xterm);
	wait_for(&line, "{24x80}");
	start = line.output.length;
	type_bytes(&line, "c");
	wait_for(&line, "{child-gone}");
	assert_false(has_come(&line, start, "\033[?1049l"));
	type_bytes(&line, "q");
	assert_int_equal(wait_for_end(&line), 0);
	check_same_settings(&line);
}

static void test_no_terminal(void **state)
{
	static const struct {
		struct setting setting;
		const char *reason, *next;
	} cases[] = {
		{{.term = NULL}, "{TERM: it is not set", "TERM=vt100 refloat"},
		{{.term = ""}, "{TERM: it is not set", "TERM=vt100 refloat"},
		{{.term = "nonesuch"},
		 "{TERM=nonesuch: this system does not know",
		 "TERM=vt100 refloat"},
		{{.term = "xterm-nonesuch"}, "does not know", "TERM=xterm-256color refloat"},
		{{.term = "../../etc/passwd\033[2J"}, "passwd\\x1B[2J: this", "TERM=vt100 refloat"},
		{{.term = "dumb"}, "cannot place its cursor", "TERM=vt100 refloat"},
		{{.term = "vt100", .has_file_input = true},
		 "{standard input: it is not a terminal",
		 "refloat --help"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_line_ struct line line;
		int status;

		open_line(&line, &cases[i].setting);
		wait_for(&line, "}");
		status = wait_for_end(&line);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 3);
		wait_for(&line, cases[i].reason);
		wait_for(&line, cases[i].next);
		assert_null(memchr(line.output.data, '\033', line.output.length));
		check_same_settings(&line);
	}
}

/* A serial line: the terminal at its other end says how large it is, in the middle of typing. */
static void test_size_asked(void **state)
{
	static const struct setting serial = {.term = "vt100"};
	_cleanup_line_ struct line line;

	(void)state;
	open_line(&line, &serial);
	wait_for(&line, "\033[6n");
	type_bytes(&line, "1\033OA\033[40;132R2");
	wait_for(&line, "{40x132}");
	wait_for(&line, "<1>");
	wait_for(&line, "<Up>");
	wait_for(&line, "<2>");
	type_bytes(&line, "q");
	assert_int_equal(wait_for_end(&line), 0);
	check_same_settings(&line);
}

static void test_size_unknown(void **state)
{
	static const struct {
		struct setting setting;
		const char *shown;
	} cases[] = {
		{{.term = "vt100"}, "{24x80}"},
		{{.term = "vt100", .environment = {"LINES=30", "COLUMNS=100"}}, "{30x100}"},
		{{.term = "vt100", .environment = {"LINES=0", "COLUMNS=x"}}, "{24x80}"},
		{{.term = "vt52"}, "{24x80}"}, /* would not understand the question */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_line_ struct line line;

		open_line(&line, &cases[i].setting);
		wait_for(&line, cases[i].shown);
		assert_int_equal(has_come(&line, 0, "\033[6n"),
				 strcmp(cases[i].setting.term, "vt52") != 0);
		type_bytes(&line, "q");
		assert_int_equal(wait_for_end(&line), 0);
	}
}

static void test_resize(void **state)
{
	struct winsize size = {.ws_row = 10, .ws_col = 40};
	_cleanup_line_ struct line line;

	(void)state;
	open_line(&line, &xterm);
	wait_for(&line, "{24x80}");
	assert_int_equal(ioctl(line.terminal_fd, TIOCSWINSZ, &size), 0); /* sends SIGWINCH */
	wait_for(&line, "that fills\xe2\x80\xa6"); /* cut where the line ends now */
	size = (struct winsize){.ws_row = 50, .ws_col = 200};
	assert_int_equal(ioctl(line.terminal_fd, TIOCSWINSZ, &size), 0);
	wait_for(&line, "{50x200}");
	type_bytes(&line, "q");
	assert_int_equal(wait_for_end(&line), 0);
}

static void test_keys(void **state)
{
	_cleanup_line_ struct line line;

	(void)state;
	open_line(&line, &vt100);
	wait_for(&line, "{24x80}");
	type_bytes(&line, "\033OA\033[B\033[1~\x7f\x03"); /* all at once */
	wait_for(&line, "<Up>");
	wait_for(&line, "<Down>");
	wait_for(&line, "<Home>");
	wait_for(&line, "<Backspace>");
	wait_for(&line, "<Ctrl-C>");
	type_bytes(&line, "\xc3"); /* a character that comes in two reads */
	(void)read_some(&line, 20);
	type_bytes(&line, "\xa4");
	wait_for(&line, "<\xc3\xa4>");
	type_bytes(&line, "\033");
	wait_for(&line, "<Esc>");
	type_bytes(&line, "q");
	assert_int_equal(wait_for_end(&line), 0);
}

/* The master's end closes: every read fails, and the program ends instead of spinning. */
static void test_lost(void **state)
{
	_cleanup_line_ struct line line;
	int status;

	(void)state;
	open_line(&line, &xterm);
	wait_for(&line, "{24x80}");
	(void)close(line.terminal_fd);
	line.terminal_fd = -1;
	status = wait_for_end(&line);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void test_lent(void **state)
{
	_cleanup_line_ struct line line;
	size_t start;

	(void)state;
	open_line(&line, &xterm);
	wait_for(&line, "{24x80}");
	type_bytes(&line, "el");
	wait_for(&line, "{words\\x1B[2Jon stderr}"); /* shown now, made printable */
	wait_for(&line, "{lent}");
	check_same_settings(&line);
	start = line.output.length;
	type_bytes(&line, "ready\n");
	wait_for_after(&line, start, "\033[?1049h");
	wait_for_after(&line, start, "{24x80}"); /* everything is drawn anew */
	wait_for_after(&line, start, "{back}");
	type_bytes(&line, "q");
	assert_int_equal(wait_for_end(&line), 0);
	check_same_settings(&line);
}

static void test_log(void **state)
{
	char path[] = "/tmp/refloat-test-XXXXXX";
	_cleanup_close_ int fd = mkstemp(path);
	_cleanup_free_ char *variable = text_format("PROBE_LOG=%s", path);
	struct setting setting = {
		.term = "vt100", .environment = {variable}, .rows = 24, .columns = 80};
	_cleanup_line_ struct line line;
	char text[1000] = "";

	(void)state;
	assert_true(fd >= 0);
	open_line(&line, &setting);
	wait_for(&line, "{24x80}");
	assert_false(has_come(&line, 0, "{words"));
	type_bytes(&line, "eq");
	assert_int_equal(wait_for_end(&line), 0);
	(void)unlink(path);
	assert_true(has_come(&line, 0, "{words\\x1B[2Jon stderr}"));
	assert_true(read(fd, text, sizeof(text) - 1) > 0);
	assert_non_null(strstr(text, "standard error: {words\\x1B[2Jon stderr}\n"));
}

/* Moves with both keys through the list, and no more bytes than a slow line can bear. */
static void check_moves(const struct setting *setting)
{
	_cleanup_line_ struct line line;
	size_t start, most = 0;

	open_line(&line, setting);
	wait_for(&line, "{24x80}");
	while (read_some(&line, 300))
		continue;
	for (int i = 0; i < 20;
	     i++) { /* down, on beyond the last row so that it scrolls, up again */
		start = line.output.length;
		type_bytes(&line, i < 15 ? "+" : "-");
		wait_for_after(&line, start, "G a "); /* something of a line */
		while (read_some(&line, 100))
			continue;
		if (line.output.length - start > most)
			most = line.output.length - start;
	}
	print_message("# a move costs at most %zu bytes on %s\n", most, setting->term);
	assert_in_range(most, 1, 200);
	assert_null(memchr(line.output.data, '\0', line.output.length)); /* no padding */
	start = line.output.length;
	assert_false(read_some(&line, 300)); /* idle is silent */
	type_bytes(&line, "q");
	assert_int_equal(wait_for_end(&line), 0);
}

static void test_bytes(void **state)
{
	static const struct setting slow = {
		.term = "vt100", .rows = 24, .columns = 80, .speed = B9600};
	static const struct setting slow_vt220 = {
		.term = "vt220", .rows = 24, .columns = 80, .speed = B9600};

	(void)state;
	check_moves(&vt100);
	check_moves(&xterm);
	check_moves(&slow);
	check_moves(&slow_vt220);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),	     cmocka_unit_test(test_sigterm),
		cmocka_unit_test(test_crashes),	     cmocka_unit_test(test_crash_of_child),
		cmocka_unit_test(test_no_terminal),  cmocka_unit_test(test_size_asked),
		cmocka_unit_test(test_size_unknown), cmocka_unit_test(test_resize),
		cmocka_unit_test(test_keys),	     cmocka_unit_test(test_lost),
		cmocka_unit_test(test_lent),	     cmocka_unit_test(test_log),
		cmocka_unit_test(test_bytes),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
