/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel said of some disks while something ran. */
#include "action/check_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define RECORD_MAX 8192 /* the kernel's own limit */
#define MESSAGES_MAX 1000
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_!"

int check_kernel_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		(void)lseek(fd, 0,
			    SEEK_END); /* else it starts with what is old, and names other times */
	return fd;
}

char *check_kernel_text(const char *record)
{
	const char *text = strchr(record, ';');

	text = text ? text + 1 : record;
	return text_format("%.*s", (int)strcspn(text, "\n"), text);
}

/* Whether TEXT has NAME as a word of its own. */
static bool names(const char *text, const char *name)
{
	for (const char *at = strstr(text, name); at; at = strstr(at + 1, name)) {
		bool is_start = at == text || !strchr(NAME_CHARACTERS, at[-1]);
		char behind = at[strlen(name)];

		if (is_start && (!behind || !strchr(NAME_CHARACTERS, behind)))
			return true;
	}
	return false;
}

void check_kernel_read(int fd, const struct text_list *disks, struct text_list *messages)
{
	_cleanup_free_ char *record = alloc_zero(RECORD_MAX + 1, 1);

	while (fd >= 0 && messages->count < MESSAGES_MAX) {
		ssize_t got = read(fd, record, RECORD_MAX);
		_cleanup_free_ char *text = NULL;
		bool is_theirs = false;

		if (got < 0 && (errno == EINTR || errno == EPIPE))
			continue; /* EPIPE: some were overwritten before we read them */
		if (got <= 0)
			return;
		record[got] = '\0';
		text = check_kernel_text(record);
		for (size_t i = 0; i < disks->count && !is_theirs; i++)
			is_theirs = names(text, disks->items[i]);
		if (is_theirs)
			text_list_add(messages, text);
	}
}

/* What one of these messages says. */
struct failure {
	char *disk;
	unsigned long long place; /* the first one */
	bool is_write;
	size_t count;
};

struct failures {
	struct failure *items;
	size_t count;
	size_t capacity;
};

static void failures_done(struct failures *failures)
{
	for (size_t i = 0; i < failures->count; i++)
		free(failures->items[i].disk);
	free(failures->items);
}

static void add_failure(struct failures *failures, char *disk, unsigned long long place,
			bool is_write)
{
	for (size_t i = 0; i < failures->count; i++) {
		struct failure *failure = &failures->items[i];

		if (failure->is_write != is_write || !text_is_equal(failure->disk, disk))
			continue;
		failure->count += failure->place != place;
		free(disk);
		return;
	}
	failures->items = alloc_grow(failures->items, failures->count, &failures->capacity,
				     sizeof(*failures->items));
	failures->items[failures->count++] = (struct failure){disk, place, is_write, 1};
}

/* "I/O error, dev sda, sector 12345 op 0x0:(READ) flags ...", "critical medium error, dev ..." */
static void read_message(const char *message, struct failures *failures)
{
	const char *dev = strstr(message, "error, dev "), *sector = strstr(message, ", sector ");
	unsigned long long place = 0;
	size_t length;

	if (!dev || !sector || sscanf(sector, ", sector %llu", &place) != 1)
		return;
	dev += strlen("error, dev ");
	length = strspn(dev, NAME_CHARACTERS "/");
	if (length)
		add_failure(failures, alloc_copy(dev, length), place,
			    strstr(message, "(WRITE)") != NULL);
}

void check_kernel_say(const struct text_list *messages, struct text_list *said)
{
	_cleanup_(failures_done) struct failures failures = {0};

	for (size_t i = 0; messages && i < messages->count; i++)
		read_message(messages->items[i], &failures);
	for (size_t i = 0; i < failures.count; i++) {
		const struct failure *failure = &failures.items[i];
		_cleanup_free_ char *disk = printable_text(failure->disk);

		if (failure->count == 1)
			text_list_format(said,
					 failure->is_write ? _("%s could not write sector %llu")
							   : _("%s could not read sector %llu"),
					 disk, failure->place);
		else
			text_list_format(
				said,
				failure->is_write
					? P_("%s could not write sector %llu and %zu other",
					     "%s could not write sector %llu and %zu others",
					     failure->count - 1)
					: P_("%s could not read sector %llu and %zu other",
					     "%s could not read sector %llu and %zu others",
					     failure->count - 1),
				disk, failure->place, failure->count - 1);
	}
}
