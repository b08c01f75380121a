/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels of a Linux root, newest first. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "system/inspect_parts.h"

#define KERNELS_MAX 200

static void add_kernel(struct text_list *kernels, const char *version, size_t length)
{
	_cleanup_free_ char *copy = length ? alloc_copy(version, length) : NULL;

	if (copy && !text_list_contains(kernels, copy) && kernels->count < KERNELS_MAX)
		text_list_add(kernels, copy);
}

/* The version in the name of FILE, *RET_LENGTH characters; NULL: none, or no kernel to start. */
static const char *version_of(const char *file, size_t *ret_length)
{
	static const char *const prefixes[] = {"vmlinuz-", "vmlinux-", "kernel-", "bzImage-",
					       "Image-"};
	static const char *const others[] = {".hmac", ".old", ".dpkg-tmp", ".dpkg-new", ".sig"};
	static const char *const packings[] = {".gz", ".xz", ".zst", ".bz2"};
	const char *version = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes) && !version; i++)
		version = text_after_prefix(file, prefixes[i]);
	/* the rescue kernel of RHEL's has the machine's number in place of a version */
	if (!version || !isdigit((unsigned char)*version) || text_has_prefix(version, "0-rescue"))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (text_has_suffix(version, others[i]))
			return NULL;
	}
	*ret_length = strlen(version);
	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		if (text_has_suffix(version, packings[i]))
			*ret_length = strlen(version) - strlen(packings[i]);
	}
	return version;
}

/* The length of the run of digits, or of letters, that TEXT starts with. */
static size_t run_length(const char *text)
{
	size_t length = 0;

	while (isdigit((unsigned char)*text) ? isdigit((unsigned char)text[length])
					     : isalpha((unsigned char)text[length]))
		length++;
	return length;
}

static bool is_candidate(const char *run)
{
	return run_length(run) == 2 && memcmp(run, "rc", 2) == 0;
}

/* Below 0 where run A is older: a release candidate, then the end, then letters, then numbers. */
static int compare_runs(const char *a, const char *b)
{
	size_t length_a = run_length(a), length_b = run_length(b);
	int rank_a = is_candidate(a) ? 0 : !*a ? 1 : isdigit((unsigned char)*a) ? 3 : 2;
	int rank_b = is_candidate(b) ? 0 : !*b ? 1 : isdigit((unsigned char)*b) ? 3 : 2;
	int order;

	if (rank_a != rank_b || rank_a < 2)
		return rank_a - rank_b;
	if (rank_a == 3) {
		for (; *a == '0' && length_a > 1; length_a--)
			a++;
		for (; *b == '0' && length_b > 1; length_b--)
			b++;
		if (length_a != length_b)
			return length_a < length_b ? -1 : 1;
	}
	order = memcmp(a, b, length_a < length_b ? length_a : length_b);
	return order ? order : (length_a > length_b) - (length_a < length_b);
}

/*
 * Versions by their age, as rpm's rules have it: runs of digits and runs of letters are compared in
 * turn and a number is newer than a word, so that "1160.102.1.el7" comes after "1160.el7".
 */
static int compare_versions(const char *a, const char *b)
{
	int order = 0;

	while (!order && (*a || *b)) {
		while (*a && !isalnum((unsigned char)*a))
			a++;
		while (*b && !isalnum((unsigned char)*b))
			b++;
		order = compare_runs(a, b);
		a += run_length(a);
		b += run_length(b);
	}
	return order;
}

static int compare_newest_first(const void *a, const void *b)
{
	const char *left = *(const char *const *)a, *right = *(const char *const *)b;
	int order = compare_versions(right, left);

	return order ? order : strcmp(right, left);
}

void inspect_kernels(const struct root *root, struct text_list *kernels)
{
	/* the last one is that of NixOS */
	static const char *const module_folders[] = {
		"lib/modules", "usr/lib/modules",
		"nix/var/nix/profiles/system/kernel-modules/lib/modules"};
	_cleanup_text_list_ struct text_list files = {0};

	(void)root_list(root, "boot", 1000, &files); /* none: the modules tell */
	for (size_t i = 0; i < files.count; i++) {
		size_t length = 0;
		const char *version = version_of(files.items[i], &length);

		add_kernel(kernels, version, length);
	}
	for (size_t i = 0; i < ARRAY_SIZE(module_folders); i++) {
		_cleanup_text_list_ struct text_list names = {0};

		(void)root_list(root, module_folders[i], 1000, &names); /* none */
		for (size_t j = 0; j < names.count; j++) {
			if (isdigit((unsigned char)*names.items[j]))
				add_kernel(kernels, names.items[j], strlen(names.items[j]));
		}
	}
	if (kernels->count)
		qsort(kernels->items, kernels->count, sizeof(*kernels->items),
		      compare_newest_first);
}
