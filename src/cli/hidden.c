/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets that are typed, and do not show, or that come through standard input. */
#include "cli/hidden.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"

/*
 * What would end us while the terminal does not echo: held back, and seen through a descriptor.
 * What has come then is delivered once the terminal is as it was. *BEFORE is to be set again.
 */
static int hold_signals(sigset_t *before)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	sigset_t held;

	(void)sigemptyset(&held); /* these cannot fail with valid arguments */
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		(void)sigaddset(&held, numbers[i]);
	(void)sigprocmask(SIG_BLOCK, &held, before);
	return signalfd(-1, &held, SFD_CLOEXEC);
}

/* Whether there is something to read; false where a signal came first. */
static bool wait_for_input(int signals)
{
	struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
			       {.fd = signals, .events = POLLIN}};

	while (poll(fds, ARRAY_SIZE(fds), -1) < 0) {
		if (errno != EINTR)
			return true; /* reading will tell */
	}
	return !(fds[1].revents & POLLIN);
}

/* Reads a line without its newline into KEY. Its length; -ECANCELED: the end of the input. */
static ssize_t read_line(struct secret *key, int signals)
{
	size_t length = 0;
	char byte;

	while (wait_for_input(signals)) {
		ssize_t got = read(STDIN_FILENO, &byte, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return length > 0 ? (ssize_t)length : -ECANCELED;
		if (byte == '\n')
			return (ssize_t)length;
		if (length < SECRET_MAX_BYTES)
			key->memory[length++] = byte;
	}
	return -EINTR;
}

/* Not even what is typed right behind the question shows. */
ssize_t hidden_ask(const char *question, struct secret *key)
{
	_cleanup_close_ int signals = -1;
	struct termios shown, hidden;
	sigset_t before;
	ssize_t length;

	if (tcgetattr(STDIN_FILENO, &shown) < 0)
		return -errno;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	signals = hold_signals(&before);
	if (signals < 0 || tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) < 0) {
		length = -errno;
	} else {
		(void)fputs(question, stderr);
		(void)fflush(stderr);
		length = read_line(key, signals);
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &shown); /* nothing better is to be had */
		(void)fputc('\n', stderr);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL); /* here one of them ends us */
	return length;
}

ssize_t hidden_read_line(struct secret *secret)
{
	secret_open(secret);
	secret_wipe(secret);
	return read_line(secret, -1);
}
