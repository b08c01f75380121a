/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints what the menu shows after keys were played to it, without a terminal.
 *
 *   screen_dump [--size ROWSxCOLUMNS] [--utf8] [--roles] [--texts FOLDER] [--journal FOLDER]
 *               [--target FOLDER] [--lock FILE]... (--sysroot DIR | --image FILE...) WORD...
 *
 * A word is a key by the name that key_format gives it ("Down", "Enter", "k"); it is pressed once
 * nothing is being found out or done any more. @ROWSxCOLUMNS changes the size. @FOLDER turns the
 * symbolic link that was given as DIR to another recorded machine, as if disks were plugged in and
 * pulled. @now: the next word, or the end, waits for nothing; @until=TEXT: it waits for TEXT on the
 * screen, @rest: for rest again. @+FILE makes an empty file, for whatever waits for it, @-FILE
 * removes one. Programs that want the terminal get none.
 *
 * --lock holds a lock on FILE from the beginning, as a job that runs does on its own.
 *
 * --texts has the translations to use, FOLDER/C.UTF-8/LC_MESSAGES/refloat.mo.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/app.h"

#define FDS_MAX 512
#define SIZE_MAX_CELLS 500
#define SETTLE_MS 60000 /* more than any machine needs, and a child of a busy one to exit */

struct dump {
	struct app *app;
	struct canvas *canvas;
	bool has_roles;
	const char *sysroot; /* NULL: images */
	bool is_now;	     /* the next word waits for nothing */
	const char *until;   /* the next word waits for this text; NULL: for rest */
};

struct fds {
	struct pollfd list[FDS_MAX];
	size_t count;
};

static void add_fd(void *data, int fd, short events)
{
	struct fds *fds = data;

	if (fds->count < FDS_MAX)
		fds->list[fds->count++] = (struct pollfd){.fd = fd, .events = events};
}

static bool is_shown(const struct dump *dump, const char *text)
{
	_cleanup_free_ char *screen = canvas_format(dump->canvas);

	return strstr(screen, text) != NULL;
}

static bool is_awaited(const struct dump *dump)
{
	if (dump->is_now)
		return true;
	if (!dump->until)
		return app_is_settled(dump->app);
	app_draw(dump->app, dump->canvas);
	return is_shown(dump, dump->until);
}

/* Answers until the next word can be pressed; false: that does not come. */
static bool settle(const struct dump *dump)
{
	int64_t end = clock_monotonic_ms() + SETTLE_MS;

	while (clock_left_ms(end) > 0) {
		struct fds fds = {.count = 0};
		int timeout =
			clock_sooner(app_list_fds(dump->app, add_fd, &fds), clock_left_ms(end));

		if (is_awaited(dump))
			return true;
		if (poll(fds.list, fds.count, timeout) < 0 && errno != EINTR)
			return false;
		(void)app_dispatch(dump->app); /* it is drawn in any case */
	}
	return false;
}

static int resize(struct dump *dump, const char *size)
{
	int rows, columns;

	if (sscanf(size, "%dx%d", &rows, &columns) != 2 || rows < 1 || columns < 1 ||
	    rows > SIZE_MAX_CELLS || columns > SIZE_MAX_CELLS)
		return -EINVAL;
	(void)canvas_free(dump->canvas);
	dump->canvas = canvas_new(rows, columns);
	return 0;
}

static int turn_link(const char *link, const char *folder)
{
	if (unlink(link) < 0 || symlink(folder, link) < 0)
		return -errno;
	return 0;
}

static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : close(fd);
}

/* What a word that starts with "@" says. */
static int obey(struct dump *dump, const char *word)
{
	if (*word == '/')
		return dump->sysroot ? turn_link(dump->sysroot, word) : -EINVAL;
	if (*word == '+')
		return make_file(word + 1);
	if (*word == '-')
		return unlink(word + 1) < 0 ? -errno : 0;
	if (strcmp(word, "rest") == 0) {
		dump->is_now = false;
		dump->until = NULL;
		return 0;
	}
	if (strcmp(word, "now") == 0)
		dump->is_now = true;
	else if (text_has_prefix(word, "until="))
		dump->until = word + strlen("until=");
	else
		return resize(dump, word);
	return 0;
}

/* A program gets the terminal that there is none of. */
static void run_in_terminal(struct app *app)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), output = dup(STDOUT_FILENO);

	(void)dup2(null, STDIN_FILENO); /* where that fails its output spoils the screen */
	(void)dup2(null, STDOUT_FILENO);
	app_run_in_terminal(app);
	(void)fflush(stdout);
	(void)dup2(output, STDOUT_FILENO);
	(void)close(output);
	(void)close(null);
}

static int press(struct dump *dump, const char *word)
{
	int code;

	if (*word == '@')
		return obey(dump, word + 1);
	dump->is_now = false;
	dump->until = NULL;
	code = key_parse(word);
	if (code < 0)
		return code;
	app_key(dump->app, &(struct key){.code = code});
	if (app_wants_terminal(dump->app))
		run_in_terminal(dump->app);
	return 0;
}

/* Whether a word says what the next one waits for, and so waits for nothing itself. */
static bool is_about_waiting(const char *word)
{
	return strcmp(word, "@now") == 0 || strcmp(word, "@rest") == 0 ||
	       text_has_prefix(word, "@until=");
}

static void print_canvas(const struct dump *dump)
{
	_cleanup_free_ char *text = canvas_format(dump->canvas);
	_cleanup_free_ char *roles = canvas_format_roles(dump->canvas);

	fputs(dump->has_roles ? roles : text, stdout);
}

/* Presses everything; -1: the screen is to be printed, else the exit status. */
static int play(struct dump *dump, char *const *words, int count)
{
	for (int i = 0; i <= count; i++) {
		bool is_first = i < count && is_about_waiting(words[i]) && !dump->until;

		if (!is_first && !settle(dump)) {
			print_canvas(dump);
			fprintf(stderr, "screen_dump: %s does not come\n",
				dump->until ? dump->until : "rest");
			return 1;
		}
		app_draw(dump->app, dump->canvas); /* keys go by what was drawn */
		if (i < count && press(dump, words[i]) < 0) {
			fprintf(stderr, "screen_dump: %s: no such key, size or file\n", words[i]);
			return 2;
		}
		if (app_is_done(dump->app)) {
			puts("(left refloat)");
			return 0;
		}
	}
	return -1;
}

/* Holds the lock until the end of the program. */
static int hold_lock(const char *path)
{
	struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 || fcntl(fd, F_OFD_SETLK, &whole_file) < 0 ? -errno : 0;
}

/* The value of option NAME; -EINVAL: no such option, or one without a value. */
static int take_value(struct dump *dump, struct app_options *options, const char *name,
		      const char *value, const char **ret_texts)
{
	if (!value)
		return -EINVAL;
	if (strcmp(name, "--size") == 0)
		return resize(dump, value);
	if (strcmp(name, "--lock") == 0)
		return hold_lock(value);
	if (strcmp(name, "--texts") == 0)
		*ret_texts = value;
	else if (strcmp(name, "--journal") == 0)
		options->journal_folder = value;
	else if (strcmp(name, "--target") == 0)
		options->target = value;
	else if (strcmp(name, "--sysroot") == 0)
		options->scan.sysroot = dump->sysroot = value;
	else if (strcmp(name, "--image") == 0)
		text_list_add(&options->scan.images, value);
	else
		return -EINVAL;
	return 0;
}

/* The next word behind the options; -EINVAL. */
static int read_options(struct dump *dump, struct app_options *options, int count, char **words)
{
	const char *texts = NULL;
	bool is_utf8 = false;
	int r = 0, i = 1;

	for (; r >= 0 && i < count && text_has_prefix(words[i], "--"); i++) {
		if (strcmp(words[i], "--utf8") == 0)
			is_utf8 = true;
		else if (strcmp(words[i], "--roles") == 0)
			dump->has_roles = true;
		else {
			r = take_value(dump, options, words[i], words[i + 1], &texts);
			i++;
		}
	}
	/* where a locale is missing the test tells */
	(void)setlocale(LC_ALL, is_utf8 || texts ? "C.UTF-8" : "C");
	theme_set((struct theme){.is_ascii = !is_utf8});
#ifdef ENABLE_NLS
	if (texts && (!bindtextdomain(PACKAGE, texts) || !textdomain(PACKAGE)))
		return -errno;
#else
	r = texts ? -EINVAL : r;
#endif
	if (r < 0 || i > count || !(options->scan.sysroot || options->scan.images.count))
		return -EINVAL;
	return i;
}

int main(int count, char **words)
{
	struct app_options options = {.journal_folder = "/nonexistent/refloat"};
	struct dump dump = {.canvas = canvas_new(24, 80)};
	_cleanup_problem_ struct problem why = {0};
	int first = read_options(&dump, &options, count, words), r = first;

	if (r < 0)
		fprintf(stderr,
			"usage: screen_dump [OPTIONS] --sysroot DIR|--image FILE WORD...\n");
	else if ((r = app_new(&options, &dump.app, &why)) < 0)
		fprintf(stderr, "screen_dump: %s: %s\n", why.what, why.why);
	r = r < 0 ? 2 : play(&dump, words + first, count - first);
	if (r < 0)
		print_canvas(&dump);
	(void)app_free(dump.app);
	(void)canvas_free(dump.canvas);
	text_list_done(&options.scan.images);
	return r < 0 ? 0 : r;
}
