/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that more than one process of ours needs, kept by the kernel. */
#include "base/keyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TYPE "user"
/* Tells our keyring from one that a login gave us, which others share and which outlives us. */
#define MARK "refloat: a keyring of its own"

/* The system calls themselves: libkeyutils is not on every rescue system. */
static long control(int operation, unsigned long a, unsigned long b, unsigned long c)
{
	return syscall(SYS_keyctl, operation, a, b, c, 0UL);
}

static long session(void)
{
	return KEY_SPEC_SESSION_KEYRING;
}

static int add(const char *name, const void *bytes, size_t length)
{
	long key = syscall(SYS_add_key, TYPE, name, bytes, length, session());

	return key < 0 ? -errno : 0;
}

/* The serial number of the key NAME; -ENOKEY, also for one that can be used no more. */
static long find(const char *name)
{
	long key = syscall(SYS_keyctl, KEYCTL_SEARCH, session(), TYPE, name, 0L);

	if (key >= 0)
		return key;
	return errno == EKEYREVOKED || errno == EKEYEXPIRED || errno == EKEYREJECTED ? -ENOKEY
										     : -errno;
}

int keyring_start(void)
{
	if (control(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0) < 0)
		return -errno;
	return add(MARK, MARK, strlen(MARK));
}

int keyring_leave(void)
{
	if (find(MARK) < 0)
		return 0; /* it has none of ours */
	return control(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0) < 0 ? -errno : 0;
}

int keyring_put(const char *name, const char *bytes, size_t length)
{
	long mark = find(MARK);

	if (mark < 0)
		return mark == -ENOKEY ? -ENOSYS : (int)mark;
	if (length > SECRET_MAX_BYTES)
		return -E2BIG;
	return add(name, bytes, length);
}

int keyring_get(const char *name, struct secret *secret, size_t *ret_length)
{
	long key = find(MARK), length;

	if (key >= 0)
		key = find(name);
	if (key < 0)
		return (int)key;
	secret_open(secret);
	secret_wipe(secret);
	length = control(KEYCTL_READ, (unsigned long)key, (unsigned long)(uintptr_t)secret->memory,
			 SECRET_MAX_BYTES);
	if (length < 0 || length > SECRET_MAX_BYTES) {
		int error = length < 0 ? -errno : -E2BIG;

		secret_wipe(secret);
		return error;
	}
	*ret_length = (size_t)length;
	return 0;
}

bool keyring_has(const char *name)
{
	return find(MARK) >= 0 && find(name) >= 0;
}

void keyring_drop(const char *name)
{
	long key = find(MARK);

	if (key >= 0)
		key = find(name);
	/* out of the keyring it is nobody's, and the kernel wipes it */
	if (key >= 0)
		(void)control(KEYCTL_UNLINK, (unsigned long)key, (unsigned long)session(), 0);
}
