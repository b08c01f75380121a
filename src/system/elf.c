/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an ELF header says: the machine a program is for, and the interpreter it needs. */
#include <elf.h>
#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "system/elf.h"

#define HEADER_BYTES 16384 /* program headers and interpreter stand at the start of a program */
#define INTERPRETER_MAX 255

static const struct {
	uint16_t machine;
	unsigned char class; /* ELFCLASS32, ELFCLASS64; 0: either */
	unsigned char data;  /* ELFDATA2LSB, ELFDATA2MSB; 0: either */
	const char *name;
} machines[] = {
	{EM_X86_64, 0, 0, "x86_64"},
	{EM_386, 0, 0, "i686"},
	{EM_AARCH64, 0, ELFDATA2MSB, "aarch64_be"},
	{EM_AARCH64, 0, 0, "aarch64"},
	{EM_ARM, 0, ELFDATA2MSB, "armv7b"},
	{EM_ARM, 0, 0, "armv7l"},
	{EM_PPC64, 0, ELFDATA2LSB, "ppc64le"},
	{EM_PPC64, 0, 0, "ppc64"},
	{EM_PPC, 0, ELFDATA2LSB, "ppcle"},
	{EM_PPC, 0, 0, "ppc"},
	{EM_S390, ELFCLASS64, 0, "s390x"},
	{EM_S390, 0, 0, "s390"},
	{EM_RISCV, ELFCLASS64, 0, "riscv64"},
	{EM_RISCV, 0, 0, "riscv32"},
	{EM_MIPS, ELFCLASS64, 0, "mips64"},
	{EM_MIPS, 0, 0, "mips"},
	{EM_SPARCV9, 0, 0, "sparc64"},
	{EM_SPARC32PLUS, 0, 0, "sparc64"},
	{EM_SPARC, 0, 0, "sparc"},
	{EM_IA_64, 0, 0, "ia64"},
	{EM_PARISC, ELFCLASS64, 0, "parisc64"},
	{EM_PARISC, 0, 0, "parisc"},
	{EM_68K, 0, 0, "m68k"},
	{EM_SH, 0, 0, "sh4"},
	{0x9026, 0, 0, "alpha"},    /* EM_ALPHA of Linux; elf.h has the official number */
	{258, 0, 0, "loongarch64"}, /* EM_LOONGARCH, not in every elf.h */
};

/* The start of PATH where it is ELF; the caller frees. */
static unsigned char *read_header(const struct root *root, const char *path, size_t *ret_length)
{
	_cleanup_free_ char *bytes = NULL;

	if (root_read_file(root, path, HEADER_BYTES, &bytes, ret_length) < 0)
		return NULL;
	if (*ret_length < sizeof(Elf32_Ehdr) || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return NULL;
	return (unsigned char *)TAKE_PTR(bytes);
}

static uint64_t get_number(const unsigned char *header, size_t at, size_t size)
{
	bool is_big = header[EI_DATA] == ELFDATA2MSB;
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | header[at + (is_big ? i : size - 1 - i)];
	return value;
}

const char *elf_read_architecture(const struct root *root, const char *path)
{
	size_t length = 0;
	_cleanup_free_ unsigned char *header = read_header(root, path, &length);
	uint16_t machine;

	if (!header)
		return NULL;
	machine = (uint16_t)get_number(header, 18, 2);
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		if (machines[i].machine == machine &&
		    (!machines[i].class || machines[i].class == header[EI_CLASS]) &&
		    (!machines[i].data || machines[i].data == header[EI_DATA]))
			return machines[i].name;
	}
	return NULL;
}

char *elf_read_interpreter(const struct root *root, const char *path)
{
	size_t length = 0;
	_cleanup_free_ unsigned char *header = read_header(root, path, &length);
	bool is_wide;
	uint64_t table, entry_size, count;

	if (!header || length < sizeof(Elf64_Ehdr))
		return NULL;
	is_wide = header[EI_CLASS] == ELFCLASS64;
	table = is_wide ? get_number(header, 32, 8) : get_number(header, 28, 4);
	entry_size = get_number(header, is_wide ? 54 : 42, 2);
	count = get_number(header, is_wide ? 56 : 44, 2);
	for (uint64_t i = 0; i < count && i < 64; i++) {
		uint64_t at = table + i * entry_size, start, size;

		if (at > length ||
		    length - at < (is_wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
			return NULL;
		if (get_number(header, at, 4) != PT_INTERP)
			continue;
		start = get_number(header, at + (is_wide ? 8 : 4), is_wide ? 8 : 4);
		size = get_number(header, at + (is_wide ? 32 : 16), is_wide ? 8 : 4);
		if (!size || size > INTERPRETER_MAX || start > length || size > length - start)
			return NULL;
		return alloc_copy(header + start, strnlen((char *)header + start, size));
	}
	return NULL;
}
