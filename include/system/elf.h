/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the header of an ELF file inside a root says. */
#ifndef REFLOAT_SYSTEM_ELF_H
#define REFLOAT_SYSTEM_ELF_H

#include "base/root.h"

/* uname -m's word for the machine that ELF file PATH is for; NULL: none or unknown; borrowed. */
const char *elf_read_architecture(const struct root *root, const char *path);

/* The program interpreter (dynamic linker) that ELF file PATH names; the caller frees; NULL: none. */
char *elf_read_interpreter(const struct root *root, const char *path);

#endif
