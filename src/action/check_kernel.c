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
	bool is_block; /* place is in blocks of a size that is not said, and not in sectors */
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

/* Takes what DISK of FOUND points to over. */
static void add_failure(struct failures *failures, const struct failure *found)
{
	for (size_t i = 0; i < failures->count; i++) {
		struct failure *failure = &failures->items[i];

		if (failure->is_write != found->is_write || failure->is_block != found->is_block ||
		    !text_is_equal(failure->disk, found->disk))
			continue;
		failure->count += failure->place != found->place;
		free(found->disk);
		return;
	}
	failures->items = alloc_grow(failures->items, failures->count, &failures->capacity,
				     sizeof(*failures->items));
	failures->items[failures->count++] = *found;
}

/* The kernel says each in two ways, and of many only the first ones. */
static const struct {
	const char *disk, *place, *write;
	bool is_block;
} kinds[] = {
	/* "I/O error, dev sda, sector 123 op 0x0:(READ) flags ...", "critical medium error, ..." */
	{"error, dev ", ", sector ", "(WRITE)", false},
	/* "Buffer I/O error on dev sda2, logical block 40, async page read" */
	{"I/O error on dev ", ", logical block ", " write", true},
};

static void read_message(const char *message, struct failures *failures)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *dev = strstr(message, kinds[i].disk),
			   *place = strstr(message, kinds[i].place);
		struct failure found = {
			.is_write = strstr(message, kinds[i].write) != NULL,
			.is_block = kinds[i].is_block,
			.count = 1,
		};
		size_t length;

		if (!dev || !place ||
		    sscanf(place + strlen(kinds[i].place), "%llu", &found.place) != 1)
			continue;
		dev += strlen(kinds[i].disk);
		length = strspn(dev, NAME_CHARACTERS "/");
		if (!length)
			continue;
		found.disk = alloc_copy(dev, length);
		add_failure(failures, &found);
		return;
	}
}

bool check_kernel_has_failure(const struct text_list *messages)
{
	_cleanup_text_list_ struct text_list said = {0};

	check_kernel_say(messages, &said);
	return said.count > 0;
}

static void say_sectors(const struct failure *failure, const char *disk, struct text_list *said)
{
	if (failure->count == 1)
		text_list_format(said,
				 failure->is_write ? _("%s could not write sector %llu")
						   : _("%s could not read sector %llu"),
				 disk, failure->place);
	else
		text_list_format(said,
				 failure->is_write
					 ? P_("%s could not write sector %llu and %zu other",
					      "%s could not write sector %llu and %zu others",
					      failure->count - 1)
					 : P_("%s could not read sector %llu and %zu other",
					      "%s could not read sector %llu and %zu others",
					      failure->count - 1),
				 disk, failure->place, failure->count - 1);
}

static void say_blocks(const struct failure *failure, const char *disk, struct text_list *said)
{
	text_list_format(said,
			 failure->is_write ? P_("%s could not write %zu block",
						"%s could not write %zu blocks", failure->count)
					   : P_("%s could not read %zu block",
						"%s could not read %zu blocks", failure->count),
			 disk, failure->count);
}

void check_kernel_say(const struct text_list *messages, struct text_list *said)
{
	_cleanup_(failures_done) struct failures failures = {0};
	bool has_sectors = false;

	for (size_t i = 0; messages && i < messages->count; i++)
		read_message(messages->items[i], &failures);
	for (size_t i = 0; i < failures.count; i++)
		has_sectors |= !failures.items[i].is_block;
	for (size_t i = 0; i < failures.count; i++) {
		const struct failure *failure = &failures.items[i];
		_cleanup_free_ char *disk = printable_text(failure->disk);

		if (!failure->is_block)
			say_sectors(failure, disk, said);
		else if (!has_sectors) /* else it is the same, once more */
			say_blocks(failure, disk, said);
	}
}
