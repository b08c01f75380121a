/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running other programs, without a shell. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/foreground.h"
#include "base/i18n.h"
#include "base/keyring.h"
#include "base/lines.h"
#include "base/printable.h"
#include "base/question.h"

#define CAPTURE_DEFAULT (1024u * 1024)
#define TOOL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define KILL_DELAY_MS 1000
#define SECOND_MS 1000
#define STOP_LOOK_MS 200 /* a signal that comes just before poll does not wake it */
#define END_LOOK_MS 20
#define EXTRA_FD 3

extern char **environ;

/* One stream of the program, as we read it. */
struct stream {
	int fd;	      /* -1 once it is over */
	size_t limit; /* bytes that are kept */
	struct text_buffer kept;
	struct lines lines;
};

enum { STREAM_OUTPUT, STREAM_ERROR, STREAM_EXTRA, STREAM_COUNT };

struct run {
	const struct process_options *options;
	pid_t pid;
	int input_fd; /* -1 once all is written */
	size_t input_done;
	struct stream streams[STREAM_COUNT];
	int64_t deadline_ms; /* of the next measure against it; 0: none */
	int64_t second_ms;   /* when on_second is called; 0: never */
	bool is_terminated;
	struct process_result *result;
};

void process_result_done(struct process_result *result)
{
	free(result->output);
	free(result->error);
	*result = (struct process_result){0};
}

char *process_find_program(const char *program)
{
	_cleanup_text_list_ struct text_list folders = {0};

	if (strchr(program, '/'))
		return access(program, X_OK) == 0 ? text_copy(program) : NULL;
	text_list_split(&folders, TOOL_PATH, ":");
	text_list_split(&folders, getenv("PATH"), ":");
	for (size_t i = 0; i < folders.count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folders.items[i], program);

		if (access(path, X_OK) == 0)
			return TAKE_PTR(path);
	}
	return NULL;
}

/* The environment of a tool: ours, with a known PATH and the C locale, whose texts we know. */
static void tool_environment(struct text_list *environment)
{
	static const char *const replaced[] = {"PATH=", "LC_ALL=", "LANG=", "LANGUAGE="};

	for (char **entry = environ; *entry; entry++) {
		bool is_replaced = false;

		for (size_t i = 0; i < ARRAY_SIZE(replaced); i++)
			is_replaced |= text_has_prefix(*entry, replaced[i]);
		if (!is_replaced)
			text_list_add(environment, *entry);
	}
	text_list_add(environment, "PATH=" TOOL_PATH);
	text_list_add(environment, "LC_ALL=C");
}

/* What the child needs, made before the fork. */
struct launch {
	const struct process_options *options;
	char *path;
	char *const *environment;
	int input, output, error; /* its 0, 1, 2; -1: ours */
	int extra;		  /* its 3; -1: it has none */
	int report;		  /* takes the errno of a failed exec */
	pid_t parent;
};

static void move_fd(int from, int to)
{
	/* 0, 1, 2 are open, so FROM is 3 or more, and dup2 clears O_CLOEXEC on TO */
	if (from >= 0 && dup2(from, to) < 0)
		_exit(126);
}

/* Gives it EXTRA as descriptor 3. Returns where the report is to be written to then. */
static int set_extra(int extra, int report)
{
	/* out of the way, whichever number they have; without O_CLOEXEC the program has a 3 */
	report = fcntl(report, F_DUPFD_CLOEXEC, EXTRA_FD + 1);
	extra = fcntl(extra, F_DUPFD_CLOEXEC, EXTRA_FD + 1);
	if (report < 0 || extra < 0)
		_exit(126);
	move_fd(extra, EXTRA_FD);
	return report;
}

static void enter(const struct process_options *options, int report)
{
	int error = -options->enter(options->enter_data);

	if (!error)
		return;
	(void)file_write_all(report, &error, sizeof(error)); /* unsaid, it looks like 127 */
	_exit(127);
}

/* fork(2), into namespaces of its own; the C library has no function for that without a stack. */
static pid_t fork_apart(void)
{
	const unsigned long flags =
		CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;

#if defined(__s390__) || defined(__s390x__)
	return (pid_t)syscall(SYS_clone, NULL, flags, NULL, NULL, NULL);
#else
	return (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
#endif
}

static void run_child(const struct launch *launch)
{
	/* seen from inside, a parent outside of the namespace is 0 */
	pid_t parent = launch->options->enter ? 0 : launch->parent;
	int error, report = launch->report;

	if (!launch->options->is_interactive)
		child_leave_terminal(parent);
	child_reset_signals();
	if (launch->options->is_interactive) {
		child_hang_up_with_parent(launch->parent);
		foreground_take();
	} else {
		child_die_with_parent(parent);
	}
	move_fd(launch->input, STDIN_FILENO);
	move_fd(launch->output, STDOUT_FILENO);
	move_fd(launch->error, STDERR_FILENO);
	if (launch->extra >= 0)
		report = set_extra(launch->extra, report);
	child_close_from(launch->extra >= 0 ? EXTRA_FD + 1 : STDERR_FILENO + 1, report);
	(void)keyring_leave(); /* a kernel that refuses this has no keys of ours */
	if (launch->options->enter)
		enter(launch->options, report);
	(void)execve(launch->path, (char *const *)launch->options->arguments, launch->environment);
	error = errno;
	(void)file_write_all(report, &error, sizeof(error)); /* unsaid, it looks like 127 */
	_exit(127);
}

static void close_pair(int pair[2])
{
	for (int i = 0; i < 2; i++) {
		if (pair[i] >= 0)
			(void)close(pair[i]); /* pipes: nothing to lose */
		pair[i] = -1;
	}
}

struct pipes {
	int input[2], output[2], error[2], extra[2], report[2];
};

static void pipes_done(struct pipes *pipes)
{
	close_pair(pipes->input);
	close_pair(pipes->output);
	close_pair(pipes->error);
	close_pair(pipes->extra);
	close_pair(pipes->report);
}

/* Its 0 and 1 are one terminal then. */
static int open_terminal(struct pipes *pipes)
{
	int r = question_open(&pipes->output[0], &pipes->output[1]);

	if (r < 0)
		return r;
	pipes->input[0] = fcntl(pipes->output[1], F_DUPFD_CLOEXEC, 0);
	return pipes->input[0] < 0 ? -errno : 0;
}

static int open_pipes(const struct process_options *options, struct pipes *pipes)
{
	if (pipe2(pipes->report, O_CLOEXEC) < 0)
		return -errno;
	if (options->is_interactive)
		return 0;
	if (pipe2(pipes->error, O_CLOEXEC) < 0)
		return -errno;
	if (options->on_extra_line && pipe2(pipes->extra, O_CLOEXEC) < 0)
		return -errno;
	if (options->on_question)
		return open_terminal(pipes);
	if (pipe2(pipes->output, O_CLOEXEC) < 0)
		return -errno;
	if (options->input)
		return pipe2(pipes->input, O_CLOEXEC) < 0 ? -errno : 0;
	pipes->input[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return pipes->input[0] < 0 ? -errno : 0;
}

/* Waits for the exec to succeed (0) or fail (its negative errno). */
static int read_report(int fd)
{
	int error = 0;
	ssize_t got;

	do {
		got = read(fd, &error, sizeof(error));
	} while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(error) ? -error : 0;
}

static int launch_child(struct run *run, struct launch *launch, struct pipes *pipes)
{
	int r, status, error;
	sigset_t saved;

	launch->input = pipes->input[0];
	launch->output = pipes->output[1];
	launch->error = pipes->error[1];
	launch->extra = pipes->extra[1];
	launch->report = pipes->report[1];
	launch->parent = getpid();
	child_hold_signals(&saved);
	run->pid = run->options->enter ? fork_apart() : fork();
	error = errno;
	if (run->pid == 0)
		run_child(launch);
	child_release_signals(&saved);
	if (run->pid < 0)
		return -error;
	(void)close(TAKE_FD(pipes->report[1])); /* the child has its own */
	r = read_report(pipes->report[0]);
	if (r < 0) {
		(void)waitpid(run->pid, &status, 0); /* it exits right after the report */
		return r;
	}
	run->input_fd = TAKE_FD(pipes->input[1]);
	run->streams[STREAM_OUTPUT].fd = TAKE_FD(pipes->output[0]);
	run->streams[STREAM_ERROR].fd = TAKE_FD(pipes->error[0]);
	run->streams[STREAM_EXTRA].fd = TAKE_FD(pipes->extra[0]);
	return 0;
}

static void read_stream(struct stream *stream)
{
	char bytes[65536];
	ssize_t got = read(stream->fd, bytes, sizeof(bytes));
	size_t room = stream->limit - stream->kept.length;

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0) {
		lines_finish(&stream->lines);
		(void)close(TAKE_FD(stream->fd)); /* only read from */
		return;
	}
	text_buffer_add(&stream->kept, bytes, (size_t)got < room ? (size_t)got : room);
	lines_add(&stream->lines, bytes, (size_t)got);
}

static void end(struct run *run)
{
	run->result->is_stopped = true;
	(void)kill(run->pid, run->options->stop_with); /* gone already is fine */
	(void)kill(run->pid, SIGCONT); /* one that somebody has halted hears it, too */
}

/* It waits for a key where what it wrote last ends as a question does. */
static void answer(struct run *run)
{
	static const char mark[] = "? ";
	const struct stream *stream = &run->streams[STREAM_OUTPUT];
	const struct text_buffer *rest = &stream->lines.rest;
	size_t length = strlen(mark);
	char key;

	if (stream->fd < 0 || rest->length < length ||
	    memcmp(rest->data + rest->length - length, mark, length) != 0 ||
	    !question_waits(stream->fd))
		return;
	key = run->options->on_question(run->options->on_line_data, rest->data, rest->length);
	if (!key && !run->result->is_stopped)
		end(run);
	if (key)
		(void)file_write_all(stream->fd, &key, 1); /* it has ended, else it takes it */
}

static void write_input(struct run *run)
{
	const struct process_options *options = run->options;
	ssize_t written = write(run->input_fd, options->input + run->input_done,
				options->input_length - run->input_done);

	if (written < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (written > 0)
		run->input_done += (size_t)written;
	/* a program that reads no more of its input (EPIPE) is no error of ours */
	if (written < 0 || run->input_done == options->input_length)
		(void)close(TAKE_FD(run->input_fd));
}

static bool is_open(const struct run *run)
{
	for (size_t i = 0; i < STREAM_COUNT; i++) {
		if (run->streams[i].fd >= 0)
			return true;
	}
	return run->input_fd >= 0;
}

/* First SIGTERM, a second later SIGKILL, and another second later we stop waiting. */
static void enforce_deadline(struct run *run)
{
	if (!run->deadline_ms || clock_monotonic_ms() < run->deadline_ms)
		return;
	run->result->is_timed_out = true;
	(void)kill(run->pid, run->is_terminated ? SIGKILL : SIGTERM); /* gone already is fine */
	run->deadline_ms = clock_monotonic_ms() + KILL_DELAY_MS;
	for (size_t i = 0; run->is_terminated && i < STREAM_COUNT; i++) {
		if (run->streams[i].fd >= 0)
			(void)close(TAKE_FD(run->streams[i].fd)); /* only read from */
	}
	run->is_terminated = true;
}

static bool may_stop(const struct run *run)
{
	return run->options->stop_signal && !run->result->is_stopped;
}

/* What is due while the program runs, with its output or without. */
static void tend(struct run *run)
{
	const struct process_options *options = run->options;

	enforce_deadline(run);
	if (options->stop_signal && may_stop(run) && *options->stop_signal)
		end(run);
	if (options->on_second && clock_monotonic_ms() >= run->second_ms) {
		options->on_second(options->on_line_data, run->pid);
		run->second_ms = clock_monotonic_ms() + SECOND_MS;
	}
}

/* For poll: until something is due; -1: never. */
static int time_left(const struct run *run)
{
	int left = may_stop(run) ? STOP_LOOK_MS : -1;

	if (run->deadline_ms)
		left = clock_sooner(left, clock_left_ms(run->deadline_ms));
	if (run->second_ms)
		left = clock_sooner(left, clock_left_ms(run->second_ms));
	return left;
}

static void pump(struct run *run)
{
	while (is_open(run)) {
		struct pollfd fds[STREAM_COUNT + 1] = {
			[STREAM_COUNT] = {.fd = run->input_fd, .events = POLLOUT},
		};
		int ready;

		for (size_t i = 0; i < STREAM_COUNT; i++)
			fds[i] = (struct pollfd){.fd = run->streams[i].fd, .events = POLLIN};
		ready = poll(fds, ARRAY_SIZE(fds), time_left(run));
		for (size_t i = 0; ready > 0 && i < STREAM_COUNT; i++) {
			if (fds[i].fd >= 0 && fds[i].revents)
				read_stream(&run->streams[i]);
			if (i == STREAM_OUTPUT && run->options->on_question)
				answer(run);
		}
		if (ready > 0 && run->input_fd >= 0 && fds[STREAM_COUNT].revents)
			write_input(run);
		tend(run);
		if (run->is_terminated && run->input_fd >= 0)
			(void)close(TAKE_FD(run->input_fd)); /* nobody will read it */
	}
}

/* Waits for the end of the program itself, whose streams are closed. */
static void wait_for_end(struct run *run)
{
	bool is_tended = run->deadline_ms || run->second_ms || may_stop(run);
	int status = SIGKILL;
	pid_t ended;

	for (;;) {
		ended = waitpid(run->pid, &status, is_tended ? WNOHANG : 0);
		if (ended > 0 || (ended < 0 && errno != EINTR))
			break;
		if (ended == 0) {
			(void)poll(NULL, 0, run->deadline_ms ? 5 : END_LOOK_MS);
			if (run->is_terminated && clock_monotonic_ms() >= run->deadline_ms)
				break; /* stuck in the kernel: left to init */
			tend(run);
		}
	}
	run->result->status = status;
}

static void start_streams(struct run *run)
{
	const struct process_options *options = run->options;
	size_t limit = options->capture_limit ? options->capture_limit : CAPTURE_DEFAULT;

	for (size_t i = 0; i < STREAM_COUNT; i++) {
		bool is_extra = i == STREAM_EXTRA;

		run->streams[i] = (struct stream){
			.fd = -1,
			.limit = is_extra ? 0 : limit,
			.lines = {.on_line = is_extra ? options->on_extra_line : options->on_line,
				  .data = options->on_line_data,
				  .is_error = i == STREAM_ERROR,
				  .ends_at_returns = options->ends_lines_at_returns},
		};
	}
}

static void run_done(struct run *run)
{
	for (size_t i = 0; i < STREAM_COUNT; i++) {
		text_buffer_done(&run->streams[i].kept);
		lines_done(&run->streams[i].lines);
	}
}

static void collect(struct run *run)
{
	struct process_result *result = run->result;

	result->output_length = run->streams[0].kept.length;
	result->error_length = run->streams[1].kept.length;
	result->output = text_buffer_take(&run->streams[0].kept);
	result->error = text_buffer_take(&run->streams[1].kept);
}

static int missing_program(const char *program, struct problem *why)
{
	const char *package = process_package_of(program);

	(void)problem_set(why, -ENOENT, program, _("this program is not installed here"));
	if (package)
		problem_set_next(why, _("Install the package %s (its name on Debian)."), package);
	return -ENOENT;
}

static int missing_terminal(int error, struct problem *why)
{
	(void)problem_set_errno(why, error, "/dev/ptmx");
	problem_set_next(why, _("Is there no /dev/pts? \"mount -t devpts devpts /dev/pts\""));
	return error;
}

int process_run(const struct process_options *options, struct process_result *result,
		struct problem *why)
{
	_cleanup_(pipes_done) struct pipes pipes = {
		{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
	_cleanup_text_list_ struct text_list environment = {0};
	_cleanup_free_ char *path = options->enter ? text_copy(options->arguments[0])
						   : process_find_program(options->arguments[0]);
	_cleanup_(run_done) struct run run = {.options = options, .input_fd = -1, .result = result};
	struct launch launch = {.options = options, .path = path};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, saved;
	int r;

	*result = (struct process_result){0};
	if (!path)
		return missing_program(options->arguments[0], why);
	start_streams(&run);
	tool_environment(&environment);
	launch.environment = options->kind == PROCESS_ENVIRONMENT_GIVEN
				     ? (char *const *)options->environment
				     : environment.items;
	r = open_pipes(options, &pipes);
	if (r == 0)
		r = launch_child(&run, &launch, &pipes);
	if (r < 0 && options->is_interactive)
		foreground_give(getpgrp()); /* it may have come that far */
	if (r < 0 && options->on_question && pipes.output[0] < 0)
		return missing_terminal(r, why);
	if (r < 0)
		return problem_set_errno(why, r, options->arguments[0]);
	pipes_done(&pipes);
	if (options->timeout_ms)
		run.deadline_ms = clock_monotonic_ms() + options->timeout_ms;
	if (options->on_second)
		run.second_ms = clock_monotonic_ms() + SECOND_MS;
	if (run.input_fd >= 0)
		(void)fcntl(run.input_fd, F_SETFL, O_NONBLOCK); /* cannot fail for a pipe */
	/* a program that closes its input early must not end us */
	(void)sigaction(SIGPIPE, &ignore, &saved);
	pump(&run);
	if (options->is_interactive)
		result->status = foreground_wait(run.pid);
	else
		wait_for_end(&run);
	(void)sigaction(SIGPIPE, &saved, NULL);
	collect(&run);
	return 0;
}

/* The last line of TEXT that has anything, made printable; the caller frees. */
static char *last_line(char *text)
{
	char *newline;

	text = text_trim(text);
	newline = strrchr(text, '\n');
	return printable_text(newline ? newline + 1 : text);
}

int process_run_checked(const char *const *arguments, unsigned timeout_ms, char **ret_output,
			struct problem *why)
{
	const struct process_options options = {.arguments = arguments, .timeout_ms = timeout_ms};
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_free_ char *how = NULL, *said = NULL;
	int r = process_run(&options, &result, why);

	if (r < 0)
		return r;
	if (result.is_timed_out)
		return problem_set(why, -ETIMEDOUT, arguments[0], _("did not end within %u s"),
				   (timeout_ms + 999) / 1000);
	if (result.status != 0) {
		how = process_describe_status(result.status);
		said = last_line(result.error);
		return problem_set(why, -EIO, arguments[0], *said ? "%s (%s)" : "%s%s",
				   *said ? said : how, *said ? how : "");
	}
	if (ret_output)
		*ret_output = TAKE_PTR(result.output);
	return 0;
}
