/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the dynamic part of an ELF file asks of others (gABI, "Dynamic Linking"; LSB, "Symbol
 * Versioning").
 */
#include "system/elf_dynamic.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define SEGMENTS_MAX 64
#define ENTRIES_MAX 1024
#define NAMES_MAX 256
#define STRINGS_MAX (16u << 20)
#define WEAK 2 /* VER_FLG_WEAK: nothing comes of its absence */

struct segment {
	uint64_t type, offset, address, size;
};

struct reader {
	int fd;
	unsigned char header[sizeof(Elf64_Ehdr)];
	bool is_wide;
	bool is_big;
	struct segment segments[SEGMENTS_MAX];
	size_t count;
};

static int read_at(const struct reader *reader, uint64_t offset, void *bytes, size_t size)
{
	ssize_t got;

	if (offset > INT64_MAX - size)
		return -EBADMSG;
	got = pread(reader->fd, bytes, size, (off_t)offset);
	return got < 0 ? -errno : (size_t)got == size ? 0 : -EBADMSG;
}

static uint64_t get(const struct reader *reader, const unsigned char *bytes, size_t at, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[at + (reader->is_big ? i : size - 1 - i)];
	return value;
}

/* One of two places by the width of the file. */
static uint64_t get_wide(const struct reader *reader, const unsigned char *bytes, size_t wide,
			 size_t narrow)
{
	return reader->is_wide ? get(reader, bytes, wide, 8) : get(reader, bytes, narrow, 4);
}

static int read_header(struct reader *reader, struct elf_dynamic *dynamic)
{
	const unsigned char *header = reader->header;
	int r = read_at(reader, 0, reader->header, sizeof(Elf32_Ehdr));

	if (r < 0)
		return r == -EBADMSG ? -ENOEXEC : r;
	dynamic->class = header[EI_CLASS];
	dynamic->data = header[EI_DATA];
	if (memcmp(header, ELFMAG, SELFMAG) != 0 ||
	    (dynamic->class != ELFCLASS32 && dynamic->class != ELFCLASS64) ||
	    (dynamic->data != ELFDATA2LSB && dynamic->data != ELFDATA2MSB))
		return -ENOEXEC;
	reader->is_wide = dynamic->class == ELFCLASS64;
	reader->is_big = dynamic->data == ELFDATA2MSB;
	dynamic->machine = (unsigned)get(reader, header, 18, 2);
	return reader->is_wide ? read_at(reader, 0, reader->header, sizeof(Elf64_Ehdr)) : 0;
}

static int read_segments(struct reader *reader)
{
	uint64_t table = get_wide(reader, reader->header, 32, 28);
	uint64_t entry = get(reader, reader->header, reader->is_wide ? 54 : 42, 2);
	uint64_t count = get(reader, reader->header, reader->is_wide ? 56 : 44, 2);
	size_t size = reader->is_wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	if (count && (entry < size || table > INT64_MAX / 2))
		return -EBADMSG;
	for (uint64_t i = 0; i < count && reader->count < SEGMENTS_MAX; i++) {
		unsigned char bytes[sizeof(Elf64_Phdr)];
		int r = read_at(reader, table + i * entry, bytes, size);

		if (r < 0)
			return r;
		reader->segments[reader->count++] = (struct segment){
			.type = get(reader, bytes, 0, 4),
			.offset = get_wide(reader, bytes, 8, 4),
			.address = get_wide(reader, bytes, 16, 8),
			.size = get_wide(reader, bytes, 32, 16),
		};
	}
	return 0;
}

/* Where in the file that is which is at ADDRESS of the memory. */
static int find_offset(const struct reader *reader, uint64_t address, uint64_t *ret_offset)
{
	for (size_t i = 0; i < reader->count; i++) {
		const struct segment *segment = &reader->segments[i];

		if (segment->type != PT_LOAD || address < segment->address ||
		    address - segment->address >= segment->size)
			continue;
		*ret_offset = segment->offset + (address - segment->address);
		return *ret_offset < segment->offset ? -EBADMSG : 0;
	}
	return -EBADMSG;
}

/* The entries of the dynamic segment that matter. */
struct entries {
	uint64_t names[NAMES_MAX]; /* of DT_NEEDED, then of folders */
	bool is_folder[NAMES_MAX];
	size_t count;
	uint64_t strings, length;
	uint64_t versions, version_count; /* that it needs */
	bool gives_versions;
};

static void take_entry(struct entries *entries, uint64_t tag, uint64_t value)
{
	switch (tag) {
	case DT_NEEDED:
	case DT_RPATH:
	case DT_RUNPATH:
		if (entries->count == NAMES_MAX)
			return;
		entries->is_folder[entries->count] = tag != DT_NEEDED;
		entries->names[entries->count++] = value;
		return;
	case DT_STRTAB:
		entries->strings = value;
		return;
	case DT_STRSZ:
		entries->length = value;
		return;
	case DT_VERNEED:
		entries->versions = value;
		return;
	case DT_VERNEEDNUM:
		entries->version_count = value;
		return;
	case DT_VERDEF:
		entries->gives_versions = true;
		return;
	default:
		return;
	}
}

/* 1: it has no dynamic segment. */
static int read_entries(const struct reader *reader, struct entries *entries)
{
	size_t half = reader->is_wide ? 8 : 4;
	const struct segment *segment = NULL;

	for (size_t i = 0; i < reader->count; i++) {
		if (reader->segments[i].type == PT_DYNAMIC)
			segment = &reader->segments[i];
	}
	if (!segment)
		return 1;
	if (segment->offset > INT64_MAX / 2)
		return -EBADMSG;
	for (uint64_t i = 0; i < segment->size / (2 * half) && i < ENTRIES_MAX; i++) {
		unsigned char bytes[16];
		uint64_t tag;
		int r = read_at(reader, segment->offset + i * 2 * half, bytes, 2 * half);

		if (r < 0)
			return r;
		tag = get(reader, bytes, 0, half);
		if (tag == DT_NULL)
			return 0;
		take_entry(entries, tag, get(reader, bytes, half, half));
	}
	return 0;
}

static int read_strings(const struct reader *reader, const struct entries *entries,
			struct elf_dynamic *dynamic)
{
	uint64_t offset = 0;
	struct stat status;
	int r = find_offset(reader, entries->strings, &offset);

	if (r < 0)
		return r;
	if (fstat(reader->fd, &status) < 0)
		return -errno;
	if (!entries->length || entries->length > STRINGS_MAX ||
	    offset + entries->length > (uint64_t)status.st_size)
		return -EBADMSG;
	dynamic->strings = alloc_zero(entries->length + 1, 1);
	dynamic->length = entries->length;
	return read_at(reader, offset, dynamic->strings, dynamic->length);
}

/* Borrowed; NULL: it is beyond them. */
static const char *get_string(const struct elf_dynamic *dynamic, uint64_t at)
{
	return at < dynamic->length && dynamic->strings[at] ? dynamic->strings + at : NULL;
}

static int take_names(const struct entries *entries, struct elf_dynamic *dynamic)
{
	for (size_t i = 0; i < entries->count; i++) {
		const char *name = get_string(dynamic, entries->names[i]);

		if (!name && !entries->is_folder[i])
			return -EBADMSG;
		if (name)
			text_list_add(entries->is_folder[i] ? &dynamic->folders : &dynamic->needed,
				      name);
	}
	return 0;
}

static void add_version(struct elf_dynamic *dynamic, const char *library, const char *name)
{
	dynamic->versions = alloc_grow(dynamic->versions, dynamic->version_count,
				       &dynamic->version_capacity, sizeof(*dynamic->versions));
	dynamic->versions[dynamic->version_count++] = (struct elf_version){
		.library = text_copy(library),
		.name = text_copy(name),
	};
}

/* The versions of one library: COUNT entries from OFFSET on (Elf64_Vernaux, the same in 32 bits).
 */
static int read_library(const struct reader *reader, uint64_t offset, uint64_t count,
			const char *library, struct elf_dynamic *dynamic)
{
	for (uint64_t i = 0; i < count && i < NAMES_MAX && dynamic->version_count < NAMES_MAX;
	     i++) {
		unsigned char bytes[sizeof(Elf64_Vernaux)];
		int r = read_at(reader, offset, bytes, sizeof(bytes));
		const char *name;

		if (r < 0)
			return r;
		name = get_string(dynamic, get(reader, bytes, 8, 4));
		if (name && library && !(get(reader, bytes, 4, 2) & WEAK))
			add_version(dynamic, library, name);
		if (!get(reader, bytes, 12, 4))
			return 0;
		offset += get(reader, bytes, 12, 4);
	}
	return 0;
}

static int read_versions(const struct reader *reader, const struct entries *entries,
			 struct elf_dynamic *dynamic)
{
	uint64_t offset = 0;
	int r = entries->versions ? find_offset(reader, entries->versions, &offset) : 0;

	for (uint64_t i = 0; r == 0 && entries->versions && i < entries->version_count; i++) {
		unsigned char bytes[sizeof(Elf64_Verneed)];
		const char *library;

		if (i == NAMES_MAX)
			return -EBADMSG;
		r = read_at(reader, offset, bytes, sizeof(bytes));
		if (r < 0)
			return r;
		library = get_string(dynamic, get(reader, bytes, 4, 4));
		r = read_library(reader, offset + get(reader, bytes, 8, 4),
				 get(reader, bytes, 2, 2), library, dynamic);
		if (!get(reader, bytes, 12, 4))
			return r;
		offset += get(reader, bytes, 12, 4);
	}
	return r;
}

static int read_all(struct reader *reader, struct elf_dynamic *dynamic)
{
	struct entries entries = {0};
	int r = read_header(reader, dynamic);

	if (r == 0)
		r = read_segments(reader);
	if (r == 0)
		r = read_entries(reader, &entries);
	if (r != 0)
		return r < 0 ? r : 0;
	dynamic->gives_versions = entries.gives_versions;
	if (entries.strings || entries.count)
		r = read_strings(reader, &entries, dynamic);
	if (r == 0)
		r = take_names(&entries, dynamic);
	return r == 0 ? read_versions(reader, &entries, dynamic) : r;
}

int elf_dynamic_read(const struct root *root, const char *path, struct elf_dynamic *ret_dynamic)
{
	struct elf_dynamic dynamic = {0};
	struct reader reader = {0};
	_cleanup_close_ int fd = -1;
	struct stat status;
	int r = root_stat(root, path, true, &status);

	if (r == 0 && !S_ISREG(status.st_mode))
		r = -ENOEXEC;
	if (r == 0)
		r = fd = root_open_file(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (r < 0)
		return r;
	reader.fd = fd;
	r = read_all(&reader, &dynamic);
	if (r < 0) {
		elf_dynamic_done(&dynamic);
		return r;
	}
	*ret_dynamic = dynamic;
	return 0;
}

void elf_dynamic_done(struct elf_dynamic *dynamic)
{
	for (size_t i = 0; i < dynamic->version_count; i++) {
		free(dynamic->versions[i].library);
		free(dynamic->versions[i].name);
	}
	free(dynamic->versions);
	free(dynamic->strings);
	text_list_done(&dynamic->needed);
	text_list_done(&dynamic->folders);
	*dynamic = (struct elf_dynamic){0};
}

bool elf_dynamic_may_give(const struct elf_dynamic *dynamic, const char *name)
{
	/* one name may be the end of another; behind the last of all is a NUL byte of ours */
	return !dynamic->gives_versions || !dynamic->strings ||
	       memmem(dynamic->strings, dynamic->length + 1, name, strlen(name) + 1) != NULL;
}
