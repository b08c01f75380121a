/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs and workers: their ends, their limits, what they leave alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/worker.h"

static void run(const char *const *command, const char *input, unsigned timeout_ms,
		struct process_result *result)
{
	struct process_options options = {
		.arguments = command,
		.timeout_ms = timeout_ms,
		.input = input,
		.input_length = input ? strlen(input) : 0,
		.capture_limit = 1000,
	};

	assert_int_equal(process_run(&options, result, NULL), 0);
}

static void test_streams(void **state)
{
	const char *const command[] = {"sh", "-c", "cat; echo err >&2; exit 3", NULL};
	_cleanup_process_result_ struct process_result result = {0};

	(void)state;
	run(command, "through", 10000, &result);
	assert_string_equal(result.output, "through");
	assert_string_equal(result.error, "err\n");
	assert_int_equal(process_exit_status(result.status), 3);
}

static void test_big_output_is_cut(void **state)
{
	const char *const command[] = {"sh", "-c", "head -c 3000000 /dev/zero; echo end >&2", NULL};
	_cleanup_process_result_ struct process_result result = {0};

	(void)state;
	run(command, NULL, 20000, &result);
	assert_int_equal(result.output_length, 1000);
	assert_string_equal(result.error, "end\n");
}

static void test_timeout(void **state)
{
	const char *const stubborn[] = {"sh", "-c", "trap '' TERM; sleep 30 & wait; sleep 30",
					NULL};
	_cleanup_process_result_ struct process_result result = {0};
	int64_t start = clock_monotonic_ms();

	(void)state;
	run(stubborn, NULL, 200, &result);
	assert_true(result.is_timed_out);
	assert_true(clock_monotonic_ms() - start < 20000);
}

static void test_missing_program(void **state)
{
	const char *const command[] = {"mdadm-that-is-not-there", NULL};
	_cleanup_problem_ struct problem why = {0};

	(void)state;
	assert_int_equal(process_run_checked(command, 1000, NULL, &why), -ENOENT);
	assert_string_equal(why.what, "mdadm-that-is-not-there");
}

static void test_failure_quotes_last_line(void **state)
{
	const char *const command[] = {
		"sh", "-c", "echo first >&2; printf 'last\\033[1m\\n' >&2; exit 2", NULL};
	_cleanup_problem_ struct problem why = {0};

	(void)state;
	assert_int_equal(process_run_checked(command, 10000, NULL, &why), -EIO);
	assert_non_null(strstr(why.why, "last\\x1B[1m"));
	assert_non_null(strstr(why.why, "2"));
}

static void test_clean_surroundings(void **state)
{
	const char *const command[] = {"sh", "-c", "ls /proc/self/fd | wc -l; echo $LC_ALL", NULL};
	_cleanup_free_ char *output = NULL;
	sigset_t blocked, saved;

	(void)state;
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &blocked, &saved);
	assert_int_equal(process_run_checked(command, 10000, &output, NULL), 0);
	(void)sigprocmask(SIG_SETMASK, &saved, NULL);
	assert_string_equal(output, "4\nC\n"); /* 0, 1, 2 and ls's own */
}

/* Everything the program says, as words behind each other: "o:" output, "e:" error, "x:" extra. */
struct heard {
	struct text_buffer text;
	unsigned seconds;
	pid_t pid;
	int stop;
	bool stops_at_first;
};

static void on_line(void *data, bool is_error, const char *line, size_t length)
{
	struct heard *heard = data;

	assert_int_equal(strlen(line), length);
	text_buffer_format(&heard->text, "%s:%s;", is_error ? "e" : "o", line);
	if (heard->stops_at_first)
		heard->stop = SIGTERM;
}

static void on_extra_line(void *data, bool is_error, const char *line, size_t length)
{
	struct heard *heard = data;

	assert_false(is_error);
	assert_int_equal(strlen(line), length);
	text_buffer_format(&heard->text, "x:%s;", line);
}

static void on_second(void *data, pid_t pid)
{
	struct heard *heard = data;

	heard->seconds++;
	heard->pid = pid;
}

static struct process_options listen_to(struct heard *heard, const char *const *command)
{
	return (struct process_options){
		.arguments = command,
		.timeout_ms = 30000,
		.on_line = on_line,
		.on_line_data = heard,
	};
}

static void test_lines(void **state)
{
	static const struct {
		const char *script;
		bool ends_at_returns;
		const char *wanted;
	} cases[] = {
		{"printf 'a\\r1\\r\\n\\nb'", false, "o:a\r1\r;o:;o:b;"},
		{"printf 'a\\r1\\r\\n\\nb'", true, "o:a;o:1;o:;o:b;"},
		/* the two bytes of one end in two pieces */
		{"printf 'a\\r'; sleep 0.1; printf '\\nb\\r'; sleep 0.1; printf '\\n\\n'", true,
		 "o:a;o:b;o:;"},
		{"printf '\\r\\r\\n'", true, "o:;o:;"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *const command[] = {"sh", "-c", cases[i].script, NULL};
		_cleanup_process_result_ struct process_result result = {0};
		struct heard heard = {0};
		struct process_options options = listen_to(&heard, command);

		options.ends_lines_at_returns = cases[i].ends_at_returns;
		assert_int_equal(process_run(&options, &result, NULL), 0);
		assert_string_equal(heard.text.data, cases[i].wanted);
		text_buffer_done(&heard.text);
	}
}

static char on_question(void *data, const char *line, size_t length)
{
	struct heard *heard = data;

	text_buffer_add(&heard->text, "?", 1);
	text_buffer_add(&heard->text, line, length);
	text_buffer_add(&heard->text, ";", 1);
	return text_has_prefix(line, "No") ? '\0' : 'y';
}

/* Only what waits for a key is a question, however its lines look; it is answered once. */
static void test_question(void **state)
{
	const char *const command[] = {
		"sh", "-c",
		"printf 'name? '; sleep 0.2; echo; printf 'One\\r\\n'; stty -icanon; printf 'Go? ';"
		"dd bs=1 count=1 2>/dev/null; stty icanon; echo; echo error >&2;"
		"stty -icanon; printf 'Not<y>? '; dd bs=1 count=1; echo never",
		NULL};
	_cleanup_process_result_ struct process_result result = {0};
	struct heard heard = {0};
	struct process_options options = listen_to(&heard, command);

	(void)state;
	options.on_question = on_question;
	options.stop_with = SIGTERM;
	assert_int_equal(process_run(&options, &result, NULL), 0);
	assert_true(result.is_stopped);
	assert_true(WIFSIGNALED(result.status));
	assert_non_null(strstr(heard.text.data, "?Go? ;"));
	assert_non_null(strstr(heard.text.data, "?Not<y>? ;"));
	assert_null(strstr(heard.text.data, "?name"));
	assert_string_equal(result.output, "name? \nOne\r\nGo? y\nNot<y>? ");
	assert_string_equal(result.error, "error\n");
	text_buffer_done(&heard.text);
}

/* Descriptor 3 is the program's only where it is asked for, whatever numbers our pipes have. */
static void test_extra_descriptor(void **state)
{
	const char *const command[] = {
		"sh", "-c",
		"echo 1 >&3; echo out; sleep 0.1; printf 2 >&3; ls /proc/self/fd | wc -l", NULL};

	(void)state;
	for (int turn = 0; turn < 6; turn++) {
		_cleanup_process_result_ struct process_result result = {0};
		struct heard heard = {0};
		struct process_options options = listen_to(&heard, command);
		int taken[6];

		for (int i = 0; i < turn; i++)
			taken[i] = dup(STDERR_FILENO);
		options.on_line = NULL;
		options.on_extra_line = on_extra_line;
		assert_int_equal(process_run(&options, &result, NULL), 0);
		for (int i = 0; i < turn; i++)
			assert_int_equal(close(taken[i]), 0);
		assert_string_equal(heard.text.data, "x:1;x:2;");
		assert_string_equal(result.output, "out\n5\n"); /* 0, 1, 2, 3 and ls's own */
		assert_string_equal(result.error, "");
		text_buffer_done(&heard.text);
	}
}

/* Also of a program that has closed its streams. */
static void test_seconds(void **state)
{
	const char *const loud[] = {"sh", "-c", "sleep 1.5; echo $$", NULL};
	const char *const silent[] = {"sh", "-c", "exec >&- 2>&-; sleep 1.5", NULL};
	const char *const *const commands[] = {loud, silent};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		_cleanup_process_result_ struct process_result result = {0};
		struct heard heard = {0};
		struct process_options options = listen_to(&heard, commands[i]);

		options.on_line = NULL;
		options.timeout_ms = 0;
		options.on_second = on_second;
		assert_int_equal(process_run(&options, &result, NULL), 0);
		assert_true(heard.seconds >= 1);
		if (i == 0)
			assert_int_equal(atoi(result.output), heard.pid);
	}
}

/* A stop is asked once, in the way that was given, and the program's own end is waited for. */
static void test_stop(void **state)
{
	const char *const command[] = {"sh", "-c",
				       "trap 'echo asked; sleep 0.3; echo ended; exit 5' INT; echo "
				       "ready; while :; do sleep 0.05; done",
				       NULL};
	_cleanup_process_result_ struct process_result result = {0};
	struct heard heard = {.stops_at_first = true};
	struct process_options options = listen_to(&heard, command);

	(void)state;
	options.stop_signal = &heard.stop;
	options.stop_with = SIGINT;
	assert_int_equal(process_run(&options, &result, NULL), 0);
	assert_string_equal(heard.text.data, "o:ready;o:asked;o:ended;");
	assert_int_equal(process_exit_status(result.status), 5);
	assert_true(result.is_stopped);
	assert_false(result.is_timed_out);
	text_buffer_done(&heard.text);
}

static volatile int stop_number;

static void remember(int number)
{
	stop_number = number;
}

/* A signal wakes us at once, also where the program says nothing or has closed its streams. */
static void test_stop_by_signal(void **state)
{
	const char *const open[] = {"sh", "-c", "kill -USR1 $PPID; exec sleep 30", NULL};
	const char *const closed[] = {"sh", "-c", "exec >&- 2>&-; kill -USR1 $PPID; exec sleep 30",
				      NULL};
	const char *const halted[] = {"sh", "-c", "kill -USR1 $PPID; kill -STOP $$; sleep 30",
				      NULL};
	const char *const *const commands[] = {open, closed, halted};
	struct sigaction action = {.sa_handler = remember}, saved;

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, &action, &saved), 0);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		_cleanup_process_result_ struct process_result result = {0};
		struct process_options options = {.arguments = commands[i],
						  .stop_signal = &stop_number,
						  .stop_with = SIGTERM};

		stop_number = 0;
		assert_int_equal(process_run(&options, &result, NULL), 0);
		assert_true(WIFSIGNALED(result.status) && WTERMSIG(result.status) == SIGTERM);
		assert_true(result.is_stopped);
	}
	assert_int_equal(sigaction(SIGUSR1, &saved, NULL), 0);
}

static int answer(void *data, int fd)
{
	return worker_send(fd, data, strlen(data)) < 0;
}

static int crash(void *data, int fd)
{
	(void)data;
	(void)fd;
	(void)raise(SIGKILL);
	return 0;
}

static int hang(void *data, int fd)
{
	(void)data;
	(void)fd;
	while (pause() < 0)
		continue;
	return 0;
}

static int lie_about_length(void *data, int fd)
{
	uint32_t length = 0xffffffff;

	(void)data;
	if (write(fd, &length, sizeof(length)) < 0)
		return 1;
	return hang(data, fd);
}

static int send_much(void *data, int fd)
{
	_cleanup_free_ char *bytes = calloc(1, 3 << 20);

	(void)data;
	memset(bytes, 'x', 3 << 20);
	return worker_send(fd, bytes, 3 << 20) < 0;
}

static int fail_with_seven(void *data, int fd)
{
	(void)data;
	(void)fd;
	return 7;
}

static volatile sig_atomic_t signals_had;

static void count_signal(int number)
{
	(void)number;
	signals_had++;
}

static int do_nothing(void *data, int fd)
{
	(void)data;
	(void)fd;
	return 0;
}

#define STORM_WORKERS 200
#define STORM_PROGRAMS 60

/* In a process group of its own, which another process sends NUMBER all the time: how many children
 * it hit. */
static int start_in_storm(int number)
{
	static const char *const command[] = {"true", NULL};
	struct sigaction count = {.sa_handler = count_signal};
	int hit = 0;
	pid_t storm, group = getpid();

	(void)setpgid(0, 0);
	(void)sigaction(number, &count, NULL);
	storm = fork();
	if (storm == 0) {
		(void)setpgid(0, 0);
		while (getppid() == group && kill(-group, number) == 0)
			usleep(20);
		_exit(0);
	}
	while (!signals_had)
		usleep(1000);
	for (int i = 0; i < STORM_WORKERS; i++)
		hit += worker_call(do_nothing, NULL, 60000, NULL, NULL, NULL, NULL) != 0;
	for (int i = 0; i < STORM_PROGRAMS; i++)
		hit += process_run_checked(command, 60000, NULL, NULL) != 0;
	(void)kill(storm, SIGKILL);
	(void)waitpid(storm, NULL, 0);
	return hit;
}

/* Ctrl-C, a line that drops, and whoever ends a whole group, never hit what has just been started.
 */
static void test_start_in_storm(void **state)
{
	static const int numbers[] = {SIGINT, SIGHUP, SIGTERM};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(start_in_storm(numbers[i]) ? 1 : 0);
		assert_true(waitpid(pid, &status, 0) == pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

static int sleep_long(void *data, int fd)
{
	(void)data;
	(void)fd;
	sleep(600);
	return 0;
}

/* A worker that is asked to end right after it was started does. */
static void test_end_at_once(void **state)
{
	struct sigaction count = {.sa_handler = count_signal}, before;

	(void)state;
	(void)sigaction(SIGTERM, &count, &before);
	for (int i = 0; i < 100; i++) {
		_cleanup_worker_ struct worker *worker = NULL;

		assert_int_equal(worker_start(sleep_long, NULL, 60000, &worker, NULL), 0);
		worker_signal(worker, SIGTERM);
		while (worker_dispatch(worker, NULL, NULL) == WORKER_RUNNING)
			usleep(1000);
		assert_int_equal(worker_get_state(worker), WORKER_CRASHED);
	}
	(void)sigaction(SIGTERM, &before, NULL);
}

static void test_workers(void **state)
{
	static const struct {
		worker_fn function;
		int result, status;
		size_t length;
	} cases[] = {
		{answer, 0, 0, 5},	    {crash, -EIO, 255, 0},
		{hang, -ETIMEDOUT, 0, 0},   {lie_about_length, -EIO, 255, 0},
		{send_much, 0, 0, 3 << 20}, {fail_with_seven, -ECANCELED, 7, 0},
	};
	char hello[] = "hello";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *message = NULL;
		size_t length = 0;
		int status = 0;
		int r = worker_call(cases[i].function, hello,
				    cases[i].result == -ETIMEDOUT ? 200 : 20000, &message, &length,
				    &status, NULL);

		assert_int_equal(r, cases[i].result);
		assert_int_equal(length, cases[i].length);
		if (r != -ETIMEDOUT)
			assert_int_equal(status, cases[i].status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_big_output_is_cut),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_missing_program),
		cmocka_unit_test(test_failure_quotes_last_line),
		cmocka_unit_test(test_clean_surroundings),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_extra_descriptor),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stop_by_signal),
		cmocka_unit_test(test_start_in_storm),
		cmocka_unit_test(test_end_at_once),
		cmocka_unit_test(test_workers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
