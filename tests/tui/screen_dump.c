/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints what the menu shows after keys were played to it, without a terminal.
 *
 *   screen_dump [--size ROWSxCOLUMNS] [--utf8] [--roles] [--journal FOLDER] [--texts FOLDER]
 *               --sysroot DIR KEY...
 *
 * KEY is a name as key_format gives it ("Down", "Enter", "k"). Each is pressed once nothing is
 * being found out any more. Between keys @ROWSxCOLUMNS changes the size, and @/FOLDER turns the
 * symbolic link that was given as DIR to another recorded machine, as if disks were plugged in
 * and pulled. With --texts translations are found in FOLDER/C.UTF-8/LC_MESSAGES.
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/app.h"

#define FDS_MAX 512
#define SIZE_MAX_CELLS 500
#define SETTLE_ROUNDS 20000 /* more answers than any recorded machine has */

struct dump {
	struct app *app;
	struct canvas *canvas;
	bool has_roles;
	const char *sysroot;
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

/* Answers until nothing is being found out; false: that has no end. */
static bool settle(struct app *app)
{
	for (int round = 0; round < SETTLE_ROUNDS; round++) {
		struct fds fds = {.count = 0};
		int timeout = app_list_fds(app, add_fd, &fds);

		if (app_is_settled(app))
			return true;
		if (timeout < 0 && fds.count == 0)
			return false;
		if (poll(fds.list, fds.count, timeout) < 0 && errno != EINTR)
			return false;
		(void)app_dispatch(app); /* it is drawn in any case */
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

static int press(struct dump *dump, const char *word)
{
	int code = key_parse(word);

	if (text_has_prefix(word, "@/"))
		return turn_link(dump->sysroot, word + 1);
	if (*word == '@')
		return resize(dump, word + 1);
	if (code < 0)
		return code;
	app_key(dump->app, &(struct key){.code = code});
	return 0;
}

static int play(struct dump *dump, char *const *words, int count)
{
	for (int i = 0; i <= count; i++) {
		if (!settle(dump->app)) {
			fprintf(stderr, "screen_dump: it does not come to rest\n");
			return 1;
		}
		app_draw(dump->app, dump->canvas); /* keys go by what was drawn */
		if (i < count && press(dump, words[i]) < 0) {
			fprintf(stderr, "screen_dump: %s: no such key, size or folder\n", words[i]);
			return 2;
		}
		if (app_is_done(dump->app)) {
			puts("(left refloat)");
			return 0;
		}
	}
	return -1;
}

static void print_canvas(const struct dump *dump)
{
	_cleanup_free_ char *text = canvas_format(dump->canvas);
	_cleanup_free_ char *roles = canvas_format_roles(dump->canvas);

	fputs(dump->has_roles ? roles : text, stdout);
}

static void use_texts(const char *folder)
{
#ifdef ENABLE_NLS
	(void)bindtextdomain(PACKAGE, folder);
	(void)textdomain(PACKAGE);
#else
	(void)folder; /* built without translations: the test sees none */
#endif
}

int main(int count, char **words)
{
	struct app_options options = {.journal_folder = "/nonexistent/refloat"};
	struct dump dump = {.canvas = canvas_new(24, 80)};
	_cleanup_problem_ struct problem why = {0};
	bool is_utf8 = false;
	int r = 0, i = 1;

	for (; i < count && text_has_prefix(words[i], "--"); i++) {
		const char *value = i + 1 < count ? words[i + 1] : "";

		if (strcmp(words[i], "--utf8") == 0)
			is_utf8 = true;
		else if (strcmp(words[i], "--roles") == 0)
			dump.has_roles = true;
		else if (strcmp(words[i], "--size") == 0)
			r = resize(&dump, value);
		else if (strcmp(words[i], "--journal") == 0)
			options.journal_folder = value;
		else if (strcmp(words[i], "--texts") == 0)
			use_texts(value);
		else if (strcmp(words[i], "--sysroot") == 0)
			options.scan.sysroot = dump.sysroot = value;
		else
			r = -EINVAL;
		if (strcmp(words[i], "--utf8") != 0 && strcmp(words[i], "--roles") != 0)
			i++;
	}
	if (r < 0 || i > count || !options.scan.sysroot) {
		fprintf(stderr, "usage: screen_dump [OPTIONS] --sysroot DIR KEY...\n");
		return 2;
	}
	(void)setlocale(LC_ALL, is_utf8 ? "C.UTF-8" : "C"); /* where it is missing the test tells */
	theme_set((struct theme){.is_ascii = !is_utf8});
	if (app_new(&options, &dump.app, &why) < 0) {
		fprintf(stderr, "screen_dump: %s: %s\n", why.what, why.why);
		(void)canvas_free(dump.canvas);
		return 1;
	}
	r = play(&dump, words + i, count - i);
	if (r < 0) {
		print_canvas(&dump);
		r = 0;
	}
	(void)app_free(dump.app);
	(void)canvas_free(dump.canvas);
	return r;
}
