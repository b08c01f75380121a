/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LUKS containers in a build without libcryptsetup: nothing can be opened, and it says so. */
#include <errno.h>

#include "base/i18n.h"
#include "storage/crypt.h"

static int refuse(const char *what, struct problem *why)
{
	return problem_set(
		why, -ENOSYS, what,
		_("this refloat was built without libcryptsetup and opens no containers"));
}

int crypt_try_key(const struct device *device, const char *key, size_t length, unsigned deadline_ms,
		  struct problem *why)
{
	(void)key;
	(void)length;
	(void)deadline_ms;
	return refuse(device->name, why);
}

bool crypt_has_key(const struct device *device)
{
	(void)device;
	return false;
}

int crypt_open(const char *node, const char *uuid, const char *name, bool is_read_only,
	       struct problem *why)
{
	(void)uuid;
	(void)name;
	(void)is_read_only;
	return refuse(node, why);
}

int crypt_close(const char *name, const char *uuid, struct problem *why)
{
	(void)uuid;
	return refuse(name, why);
}
