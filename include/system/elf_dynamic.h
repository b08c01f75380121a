/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the dynamic part of an ELF file asks of others, and what it gives them: the libraries that
 * ld.so looks for before a program starts, the folders it names for them, the versions of symbols.
 */
#ifndef REFLOAT_SYSTEM_ELF_DYNAMIC_H
#define REFLOAT_SYSTEM_ELF_DYNAMIC_H

#include "base/root.h"

/* A version of a library's symbols, without which ld.so does not start anything. */
struct elf_version {
	char *library; /* as it is needed: "libc.so.6" */
	char *name;    /* "GLIBC_2.36" */
};

struct elf_dynamic {
	unsigned machine; /* with class and data: what a library must be for, too */
	unsigned char class;
	unsigned char data;
	struct text_list needed;  /* "libc.so.6", or paths */
	struct text_list folders; /* RPATH and RUNPATH, as written: $ORIGIN may be in them */
	struct elf_version *versions;
	size_t version_count;
	size_t version_capacity;
	bool gives_versions; /* it has any of its own */
	char *strings;	     /* its names, with NUL bytes between them */
	size_t length;
};

/* Reads that of PATH in ROOT. 0; -ENOEXEC for what is not ELF; -EBADMSG for what contradicts itself or is
 * cut off; negative errno. A file without such a part needs nothing. */
int elf_dynamic_read(const struct root *root, const char *path, struct elf_dynamic *ret_dynamic);
void elf_dynamic_done(struct elf_dynamic *dynamic);
#define _cleanup_elf_dynamic_ _cleanup_(elf_dynamic_done)

/* False where a library certainly has no version NAME, though it has others. */
bool elf_dynamic_may_give(const struct elf_dynamic *dynamic, const char *name);

#endif
