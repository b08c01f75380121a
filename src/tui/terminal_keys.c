/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the terminal sends, read and decoded. */
#include "tui/terminal_parts.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/i18n.h"
#include "tui/key_decoder.h"

#define NCURSES_NOMACROS
#include <curses.h>

#define MOUSE_ON "\033[?1000h\033[?1006h" /* xterm: presses and releases; places beyond 223 */
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define PASTE_ON "\033[?2004h" /* what is pasted is marked, where the description has that */
#define PASTE_OFF "\033[?2004l"
#define READ_BYTES 512

static struct {
	struct key_decoder decoder;
	int wait_fd;	  /* of epoll: ready when the terminal is, or when keys are kept here */
	int kept_fd;	  /* an event that is set while they are */
	bool is_kept_set; /* ... it is */
	int part_wait_ms; /* how long the rest of a sequence may take to come */
	bool has_mouse;
	bool has_paste;
	bool is_lost;
} input = {.wait_fd = -1, .kept_fd = -1};

static bool has_capability(const char *text)
{
	return text && text != (const char *)-1;
}

/* The keys that this terminal's description has. */
static void add_described_keys(void)
{
	static const struct {
		const char *capability;
		int code;
	} keys[] = {
		{"kcuu1", KEY_CODE_UP},	     {"kcud1", KEY_CODE_DOWN},
		{"kcub1", KEY_CODE_LEFT},    {"kcuf1", KEY_CODE_RIGHT},
		{"kpp", KEY_CODE_PAGE_UP},   {"knp", KEY_CODE_PAGE_DOWN},
		{"khome", KEY_CODE_HOME},    {"kend", KEY_CODE_END},
		{"kfnd", KEY_CODE_HOME},     {"kslt", KEY_CODE_END},
		{"kbs", KEY_CODE_BACKSPACE}, {"kdch1", KEY_CODE_DELETE},
		{"kich1", KEY_CODE_INSERT},  {"kcbt", KEY_CODE_BACK_TAB},
		{"kent", KEY_CODE_ENTER},    {"kf1", KEY_CODE_F1},
		{"kf2", KEY_CODE_F1 + 1},    {"kf3", KEY_CODE_F1 + 2},
		{"kf4", KEY_CODE_F1 + 3},    {"kf5", KEY_CODE_F1 + 4},
		{"kf6", KEY_CODE_F1 + 5},    {"kf7", KEY_CODE_F1 + 6},
		{"kf8", KEY_CODE_F1 + 7},    {"kf9", KEY_CODE_F1 + 8},
		{"kf10", KEY_CODE_F1 + 9},   {"kf11", KEY_CODE_F1 + 10},
		{"kf12", KEY_CODE_F1 + 11},  {"ka1", KEY_CODE_HOME},
		{"ka3", KEY_CODE_PAGE_UP},   {"kc1", KEY_CODE_END},
		{"kc3", KEY_CODE_PAGE_DOWN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *bytes = tigetstr(keys[i].capability);

		if (has_capability(bytes))
			key_decoder_add(&input.decoder, bytes, keys[i].code);
	}
}

/* ncurses' own variable for it wins; a slow line takes long for a few bytes. */
static int choose_part_wait(void)
{
	const char *wanted = getenv("ESCDELAY");
	uint64_t wait_ms;
	int baud = baudrate();

	if (wanted && text_parse_u64(wanted, &wait_ms) == 0 && wait_ms <= 10000)
		return (int)wait_ms;
	return baud <= 0 || baud > 9600 ? 100 : baud > 1200 ? 300 : 1000;
}

static int watch(int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(input.wait_fd, EPOLL_CTL_ADD, fd, &event);
}

/*
 * Bytes that were read are not in the terminal any more, and whoever polls would not hear of
 * them: so there is one descriptor for both.
 */
static int open_wait(struct problem *why)
{
	input.wait_fd = epoll_create1(EPOLL_CLOEXEC);
	input.kept_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (input.wait_fd < 0 || input.kept_fd < 0 || watch(STDIN_FILENO) < 0 ||
	    watch(input.kept_fd) < 0)
		return problem_set_errno(why, -errno, _("waiting for keys"));
	return 0;
}

bool terminal_keys_have_paste(void)
{
	const char *on = tigetstr("BE");

	return has_capability(on) && strcmp(on, PASTE_ON) == 0;
}

int terminal_keys_start(bool wants_mouse, struct problem *why)
{
	input.has_mouse = wants_mouse && has_capability(tigetstr("kmous"));
	input.has_paste = terminal_keys_have_paste();
	input.part_wait_ms = choose_part_wait();
	input.is_lost = input.is_kept_set = false;
	add_described_keys();
	return open_wait(why);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing was written that could be lost */
	*fd = -1;
}

void terminal_keys_stop(void)
{
	key_decoder_done(&input.decoder);
	close_fd(&input.wait_fd);
	close_fd(&input.kept_fd);
}

int terminal_keys_fd(void)
{
	return input.wait_fd;
}

/* Makes the descriptor say whether keys are kept. */
static void tell_kept(void)
{
	bool is_kept = input.decoder.bytes.length > 0;
	uint64_t count = 1;

	if (is_kept == input.is_kept_set)
		return;
	if (is_kept)
		(void)!write(input.kept_fd, &count, sizeof(count)); /* has room for more than one */
	else
		(void)!read(input.kept_fd, &count, sizeof(count)); /* is set, so does not block */
	input.is_kept_set = is_kept;
}

/* Not through putp: that has a buffer of its own, which nobody flushes in time. */
static void send_bytes(const char *bytes, size_t length)
{
	(void)!write(STDOUT_FILENO, bytes, length); /* a lost terminal is seen when keys are read */
}

void terminal_keys_take(void)
{
	(void)keypad(stdscr, TRUE); /* sends smkx where there is one; endwin takes it back */
	if (input.has_mouse)
		send_bytes(MOUSE_ON, sizeof(MOUSE_ON) - 1);
	if (input.has_paste)
		send_bytes(PASTE_ON, sizeof(PASTE_ON) - 1);
}

void terminal_keys_leave(void)
{
	if (input.has_mouse)
		send_bytes(MOUSE_OFF, sizeof(MOUSE_OFF) - 1);
	if (input.has_paste)
		send_bytes(PASTE_OFF, sizeof(PASTE_OFF) - 1);
}

void terminal_keys_unread(const char *bytes, size_t length)
{
	key_decoder_feed(&input.decoder, bytes, length);
	tell_kept();
}

/* Reads what has come within WAIT_MS: 1, 0 for nothing, -EIO at the end of the terminal. */
static int read_bytes(int wait_ms)
{
	struct pollfd source = {.fd = STDIN_FILENO, .events = POLLIN};
	char bytes[READ_BYTES];
	ssize_t got;
	int ready;

	do
		ready = poll(&source, 1, wait_ms);
	while (ready < 0 && errno == EINTR); /* a signal does not make a part a whole */
	if (ready <= 0)
		return 0;
	got = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (got <= 0) {
		input.is_lost = true;
		return -EIO;
	}
	key_decoder_feed(&input.decoder, bytes, (size_t)got);
	explicit_bzero(bytes, (size_t)got); /* it may be a password */
	return 1;
}

static int read_key(struct key *ret_key)
{
	bool is_all = false;

	for (;;) {
		enum key_decoded decoded = key_decoder_next(&input.decoder, is_all, ret_key);
		int got;

		if (decoded == KEY_DECODED_KEY)
			return 1;
		if (input.is_lost)
			return -EIO;
		got = read_bytes(decoded == KEY_DECODED_PART ? input.part_wait_ms : 0);
		if (got < 0)
			is_all = true; /* what has come before the end counts */
		else if (got == 0 && decoded == KEY_DECODED_NONE)
			return 0;
		else
			is_all = got == 0;
	}
}

int terminal_keys_read(struct key *ret_key)
{
	int result = read_key(ret_key);

	tell_kept();
	return result;
}
