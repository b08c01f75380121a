/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: files of keys (--keys); what is read makes sense, what is refused says where. */
#include "fuzz.h"

#include <assert.h>
#include <locale.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "tui/key.h"
#include "tui/keys_file.h"

static void check_item(const struct keys_item *item, unsigned lines)
{
	assert(item->line >= 1 && item->line <= lines);
	switch (item->kind) {
	case KEYS_PRESS:
		assert(item->code >= 0);
		break;
	case KEYS_WAIT:
		assert(item->text && *item->text);
		break;
	case KEYS_SLEEP:
		break;
	}
}

static void read_keys(const char *path, unsigned lines)
{
	_cleanup_keys_file_ struct keys_file *keys = NULL;
	_cleanup_problem_ struct problem why = {0};
	int r = keys_file_read(path, &keys, &why);

	if (r < 0) {
		assert(why.error == r && why.why);
		for (const char *at = why.why; *at; at++)
			assert((unsigned char)*at >= 0x20 && *at != 0x7f);
		return;
	}
	for (size_t i = 0; i < keys->count; i++)
		check_item(&keys->items[i], lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("keys", MFD_CLOEXEC);
	_cleanup_free_ char *path = text_format("/proc/self/fd/%d", fd);
	unsigned lines = 1;

	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* texts to type beyond ASCII */
	assert(fd >= 0 && file_write_all(fd, data, size) == 0);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	read_keys(path, lines);
	(void)close(fd); /* nothing of it is kept */
	return 0;
}
