/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry hives in a build without libhivex: none can be opened, and it says so. */
#include <errno.h>

#include "base/i18n.h"
#include "system/hive.h"

int hive_open(const void *bytes, size_t length, bool is_writable, const char *what,
	      struct hive **ret_hive, struct problem *why)
{
	(void)bytes;
	(void)length;
	(void)is_writable;
	(void)ret_hive;
	(void)problem_set(why, -ENOSYS, what,
			  _("this refloat was built without libhivex and reads no registry of "
			    "Windows"));
	problem_set_next(why, _("Install libhivex (Debian: libhivex-dev, Fedora: hivex-devel) and "
				"build refloat again."));
	return -ENOSYS;
}

struct hive *hive_free(struct hive *hive)
{
	(void)hive;
	return NULL;
}

hive_key hive_find(struct hive *hive, hive_key key, const char *path)
{
	(void)hive;
	(void)key;
	(void)path;
	return 0;
}

int hive_list(struct hive *hive, hive_key key, hive_key **ret_keys, size_t *ret_count)
{
	(void)hive;
	(void)key;
	(void)ret_keys;
	(void)ret_count;
	return -ENOSYS;
}

char *hive_get_name(struct hive *hive, hive_key key)
{
	(void)hive;
	(void)key;
	return NULL;
}

int hive_read(struct hive *hive, hive_key key, const char *name, struct hive_value *ret_value)
{
	(void)hive;
	(void)key;
	(void)name;
	(void)ret_value;
	return -ENOSYS;
}

void hive_value_done(struct hive_value *value)
{
	*value = (struct hive_value){0};
}

char *hive_read_text(struct hive *hive, hive_key key, const char *name)
{
	(void)hive;
	(void)key;
	(void)name;
	return NULL;
}

int hive_add_key(struct hive *hive, hive_key parent, const char *name, hive_key *ret_key)
{
	(void)hive;
	(void)parent;
	(void)name;
	(void)ret_key;
	return -ENOSYS;
}

int hive_set(struct hive *hive, hive_key key, const char *name, uint32_t type, const void *bytes,
	     size_t length)
{
	(void)hive;
	(void)key;
	(void)name;
	(void)type;
	(void)bytes;
	(void)length;
	return -ENOSYS;
}

int hive_take(struct hive *hive, char **ret_bytes, size_t *ret_length)
{
	(void)hive;
	(void)ret_bytes;
	(void)ret_length;
	return -ENOSYS;
}
