/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made-up roots, see tree.h. */
#include "tree.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <elf.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/process.h"

#define HIVE_HEADER 4096

/* The folder that PATH is to be made in, its last name in *RET_NAME. */
static int open_parent(const struct root *root, const char *path, const char **ret_name)
{
	_cleanup_free_ char *parent = text_copy(path);
	char *slash = strrchr(parent, '/');
	int fd;

	*ret_name = slash ? path + (slash - parent) + 1 : path;
	if (slash)
		*slash = '\0';
	if (slash)
		assert_true(root_make_folders(root, parent, NULL, NULL) >= 0);
	fd = root_open_file(root, slash ? parent : "/", O_PATH | O_DIRECTORY, 0);
	assert_true(fd >= 0);
	return fd;
}

static void make_file(const struct root *root, const char *path, const void *bytes, size_t length)
{
	const char *name;
	_cleanup_close_ int parent = open_parent(root, path, &name);
	_cleanup_close_ int fd =
		openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, bytes, length), 0);
}

/* Takes the back slashes of TEXT off, in place. */
static void unescape(char *text)
{
	static const char from[] = "nrte\\", to[] = "\n\r\t\033\\";
	char *at = text;

	for (; *text; text++) {
		const char *found = *text == '\\' && text[1] ? strchr(from, text[1]) : NULL;

		*at++ = found ? to[found - from] : *text;
		text += found ? 1 : 0;
	}
	*at = '\0';
}

static void make_text(const struct root *root, const char *path, const char *words)
{
	_cleanup_free_ char *text = text_copy(words);

	unescape(text);
	make_file(root, path, text, strlen(text));
}

static void make_link(const struct root *root, const char *path, const char *words)
{
	const char *name;
	_cleanup_close_ int parent = open_parent(root, path, &name);

	assert_int_equal(symlinkat(words, parent, name), 0);
}

static void make_fifo(const struct root *root, const char *path, const char *words)
{
	const char *name;
	_cleanup_close_ int parent = open_parent(root, path, &name);

	(void)words; /* there are none */
	assert_int_equal(mkfifoat(parent, name, 0644), 0);
}

static void make_elf(const struct root *root, const char *path, const char *words)
{
	unsigned char header[sizeof(Elf64_Ehdr)] = ELFMAG;
	_cleanup_text_list_ struct text_list list = {0};
	uint64_t machine = 0;
	bool is_big;

	text_list_split(&list, words, " ");
	assert_int_equal(list.count, 3);
	assert_int_equal(text_parse_u64(list.items[0], &machine), 0);
	is_big = strcmp(list.items[2], "be") == 0;
	header[EI_CLASS] = strcmp(list.items[1], "64") == 0 ? ELFCLASS64 : ELFCLASS32;
	header[EI_DATA] = is_big ? ELFDATA2MSB : ELFDATA2LSB;
	header[is_big ? 19 : 18] = (unsigned char)machine;
	header[is_big ? 18 : 19] = (unsigned char)(machine >> 8);
	make_file(root, path, header, sizeof(header));
}

static void make_repeated(const struct root *root, const char *path, const char *words)
{
	_cleanup_free_ char *number = text_copy(words), *bytes = NULL;
	char *text = strstr(number, " = ");
	uint64_t size = 0;
	size_t length;

	assert_non_null(text);
	*text = '\0';
	text += 3;
	unescape(text);
	assert_int_equal(text_parse_u64(number, &size), 0);
	length = strlen(text);
	bytes = alloc_zero(size, 1);
	for (size_t i = 0; i < size; i++)
		bytes[i] = text[i % length];
	make_file(root, path, bytes, size);
}

static void put_number(struct text_buffer *hive, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		text_buffer_add(hive, &(char){(char)(value >> (8 * i))}, 1);
}

/* One value: its data cell, then its key value cell. */
static void put_value(struct text_buffer *hive, const char *name, const char *value)
{
	size_t data = hive->length - HIVE_HEADER, length = strlen(value) + 1;

	put_number(hive, -(uint64_t)(4 + 2 * length), 4);
	for (size_t i = 0; i < length; i++)
		put_number(hive, (unsigned char)value[i], 2);
	put_number(hive, -(uint64_t)(24 + strlen(name)), 4);
	text_buffer_add(hive, "vk", 2);
	put_number(hive, strlen(name), 2);
	put_number(hive, 2 * length, 4);
	put_number(hive, data, 4);
	put_number(hive, 1, 4); /* REG_SZ */
	put_number(hive, 1, 4); /* flags: the name is ASCII; and spare */
	text_buffer_add_text(hive, name);
}

static void make_hive(const struct root *root, const char *path, const char *words)
{
	_cleanup_text_buffer_ struct text_buffer hive = {0};
	_cleanup_text_list_ struct text_list values = {0};
	_cleanup_free_ char *space = alloc_zero(HIVE_HEADER, 1);

	memcpy(space, "regf", 4);
	text_buffer_add(&hive, space, HIVE_HEADER);
	memcpy(space, "hbin", 4);
	text_buffer_add(&hive, space, 32);
	text_list_split(&values, words, ";");
	for (size_t i = 0; i < values.count; i++) {
		char *value = strchr(values.items[i], '=');

		assert_non_null(value);
		*value++ = '\0';
		put_value(&hive, values.items[i], value);
	}
	memset(space, 0, HIVE_HEADER);
	text_buffer_add(&hive, space, HIVE_HEADER);
	make_file(root, path, hive.data, hive.length);
}

static void make_bytes(const struct root *root, const char *path, const char *words)
{
	_cleanup_text_buffer_ struct text_buffer bytes = {0};
	_cleanup_text_list_ struct text_list list = {0};

	text_list_split(&list, words, " ");
	for (size_t i = 0; i < list.count; i++) {
		char *digits = strchr(list.items[i], '*');
		uint64_t times = 1;

		if (digits) {
			*digits++ = '\0';
			assert_int_equal(text_parse_u64(list.items[i], &times), 0);
		} else {
			digits = list.items[i];
		}
		for (; times; times--) {
			for (const char *at = digits; at[0] && at[1]; at += 2) {
				const char pair[] = {at[0], at[1], '\0'};

				text_buffer_add(&bytes, &(char){(char)strtoul(pair, NULL, 16)}, 1);
			}
		}
	}
	make_file(root, path, bytes.data, bytes.length);
}

static void set_mode(const struct root *root, const char *path, const char *words)
{
	_cleanup_free_ char *full = text_format("%s/%s", root_name(root), path);

	assert_int_equal(chmod(full, (mode_t)strtoul(words, NULL, 8)), 0);
}

static void set_owner(const struct root *root, const char *path, const char *words)
{
	_cleanup_free_ char *full = text_format("%s/%s", root_name(root), path);
	_cleanup_text_list_ struct text_list numbers = {0};
	uint64_t uid = 0, gid = 0;

	text_list_split(&numbers, words, " ");
	assert_int_equal(numbers.count, 2);
	assert_int_equal(text_parse_u64(numbers.items[0], &uid), 0);
	assert_int_equal(text_parse_u64(numbers.items[1], &gid), 0);
	assert_int_equal(lchown(full, (uid_t)uid, (gid_t)gid), 0);
}

/* --- programs */

#define PROGRAM_TABLE sizeof(Elf64_Ehdr)
#define PROGRAM_SEGMENTS 3
#define PROGRAM_STRINGS (PROGRAM_TABLE + PROGRAM_SEGMENTS * sizeof(Elf64_Phdr))

struct program_making {
	struct text_buffer strings;
	struct text_buffer dynamic;
	struct text_buffer versions;
	size_t version_count;
	size_t loader; /* in strings; 0: none */
	size_t loader_length;
};

static size_t put_string(struct program_making *program, const char *text)
{
	size_t at = program->strings.length;

	text_buffer_add(&program->strings, text, strlen(text) + 1);
	return at;
}

static void put_entry(struct program_making *program, uint64_t tag, uint64_t value)
{
	put_number(&program->dynamic, tag, 8);
	put_number(&program->dynamic, value, 8);
}

/* One version of one library; how many there are ends their list. */
static void put_version(struct program_making *program, const char *library, const char *version)
{
	size_t file = put_string(program, library), name = put_string(program, version);
	const struct {
		uint64_t value;
		size_t size;
	} numbers[] = {
		{1, 2},
		{1, 2},
		{file, 4},
		{sizeof(Elf64_Verneed), 4},
		{sizeof(Elf64_Verneed) + sizeof(Elf64_Vernaux), 4},
		{0, 4},
		{0, 2},
		{2, 2},
		{name, 4},
		{0, 4},
	};

	program->version_count++;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		put_number(&program->versions, numbers[i].value, numbers[i].size);
}

static void take_word(struct program_making *program, char *word)
{
	const char *needs = text_after_prefix(word, "needs="), *rest;
	char *colon = needs ? strchr(word, ':') : NULL;

	if (colon)
		*colon++ = '\0';
	if (needs)
		put_entry(program, DT_NEEDED, put_string(program, needs));
	if (colon)
		put_version(program, needs, colon);
	rest = text_after_prefix(word, "folder=");
	if (rest)
		put_entry(program, DT_RUNPATH, put_string(program, rest));
	rest = text_after_prefix(word, "gives=");
	if (rest) {
		put_entry(program, DT_VERDEF, 0); /* its names are what counts */
		(void)put_string(program, rest);
	}
	rest = text_after_prefix(word, "loader=");
	if (rest) {
		program->loader = put_string(program, rest);
		program->loader_length = strlen(rest) + 1;
	}
}

static void put_segment(struct text_buffer *file, uint64_t type, uint64_t offset, uint64_t size)
{
	put_number(file, type, 4);
	put_number(file, 0, 4);
	for (size_t i = 0; i < 3; i++)
		put_number(file, offset, 8);
	put_number(file, size, 8);
	put_number(file, size, 8);
	put_number(file, 1, 8);
}

static void make_program(const struct root *root, const char *path, const char *words)
{
	unsigned char header[sizeof(Elf64_Ehdr)] = ELFMAG;
	_cleanup_text_buffer_ struct text_buffer file = {0};
	_cleanup_text_list_ struct text_list list = {0};
	struct program_making program = {0};
	size_t versions, dynamic, end;

	text_list_split(&list, words, " ");
	(void)put_string(&program, ""); /* as in every table of strings */
	for (size_t i = 0; i < list.count; i++)
		take_word(&program, list.items[i]);
	versions = PROGRAM_STRINGS + program.strings.length;
	put_entry(&program, DT_STRTAB, PROGRAM_STRINGS);
	put_entry(&program, DT_STRSZ, program.strings.length);
	if (program.version_count) {
		put_entry(&program, DT_VERNEED, versions);
		put_entry(&program, DT_VERNEEDNUM, program.version_count);
	}
	put_entry(&program, DT_NULL, 0);
	dynamic = versions + program.versions.length;
	end = dynamic + program.dynamic.length;
	header[EI_CLASS] = ELFCLASS64;
	header[EI_DATA] = ELFDATA2LSB;
	header[16] = ET_DYN;
	header[18] = EM_X86_64;
	header[32] = PROGRAM_TABLE;
	header[54] = sizeof(Elf64_Phdr);
	header[56] = PROGRAM_SEGMENTS;
	text_buffer_add(&file, header, sizeof(header));
	put_segment(&file, PT_LOAD, 0, end);
	put_segment(&file, program.loader ? PT_INTERP : PT_NULL, PROGRAM_STRINGS + program.loader,
		    program.loader_length);
	put_segment(&file, PT_DYNAMIC, dynamic, program.dynamic.length);
	text_buffer_add(&file, program.strings.data, program.strings.length);
	if (program.version_count)
		text_buffer_add(&file, program.versions.data, program.versions.length);
	text_buffer_add(&file, program.dynamic.data, program.dynamic.length);
	make_file(root, path, file.data, file.length);
	text_buffer_done(&program.strings);
	text_buffer_done(&program.dynamic);
	text_buffer_done(&program.versions);
}

/* What PATH is, by the word behind it. "@" comes last of all, when nothing else changes times. */
static const struct {
	const char *word;
	void (*make)(const struct root *root, const char *path, const char *words);
} kinds[] = {
	{"= ", make_text},	   {"-> ", make_link},	       {"fifo", make_fifo},
	{"elf ", make_elf},	   {"repeat ", make_repeated}, {"hive ", make_hive},
	{"hex ", make_bytes},	   {"mode ", set_mode},	       {"owner ", set_owner},
	{"program", make_program},
};

static void make_line(const struct root *root, char *line)
{
	char *words = strchr(line, ' ');
	size_t length = strlen(line);

	if (words)
		*words++ = '\0';
	unescape(line);
	if (!words && line[length - 1] == '/') {
		assert_true(root_make_folders(root, line, NULL, NULL) >= 0);
		return;
	}
	if (!words) {
		make_file(root, line, "", 0);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *rest = text_after_prefix(words, kinds[i].word);

		if (rest) {
			kinds[i].make(root, line, rest);
			return;
		}
	}
	fail_msg("a word the trees do not know: %s", words);
}

static int age_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
	const struct timespec times[2] = {{.tv_sec = TREE_TIME}, {.tv_sec = TREE_TIME}};

	(void)status;
	(void)type;
	(void)place;
	return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

static void set_time(const struct root *root, const char *path, const char *seconds)
{
	_cleanup_free_ char *full = text_format("%s/%s", root_name(root), path);
	struct timespec times[2] = {0};
	uint64_t value = 0;

	assert_int_equal(text_parse_u64(seconds, &value), 0);
	times[0].tv_sec = times[1].tv_sec = (time_t)value;
	assert_int_equal(utimensat(AT_FDCWD, full, times, AT_SYMLINK_NOFOLLOW), 0);
}

void tree_make(const struct root *root, const char *text, size_t length)
{
	_cleanup_free_ char *copy = alloc_copy(text, length);
	_cleanup_text_list_ struct text_list lines = {0};

	text_list_split(&lines, copy, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		if (*lines.items[i] != '#' && !strstr(lines.items[i], " @ "))
			make_line(root, lines.items[i]);
	}
	assert_int_equal(nftw(root_name(root), age_entry, 16, FTW_PHYS | FTW_DEPTH), 0);
	for (size_t i = 0; i < lines.count; i++) {
		char *at = strstr(lines.items[i], " @ ");

		if (*lines.items[i] == '#' || !at)
			continue;
		*at = '\0';
		set_time(root, lines.items[i], at + 3);
	}
}

void tree_enter(struct tree *tree, const char *text)
{
	*tree = (struct tree){.path = text_copy("/tmp/refloat-test-XXXXXX")};
	assert_non_null(mkdtemp(tree->path));
	assert_int_equal(root_open(tree->path, &tree->root, NULL), 0);
	tree_make(tree->root, text, strlen(text));
}

void tree_leave(struct tree *tree)
{
	const char *const words[] = {"rm", "-rf", "--one-file-system", tree->path, NULL};

	(void)root_free(tree->root);
	assert_int_equal(process_run_checked(words, 60000, NULL, NULL), 0);
	free(tree->path);
}
