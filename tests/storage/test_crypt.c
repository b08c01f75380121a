/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trying keys on LUKS containers in image files: what opens, what does not, and that not a byte of
 * them changes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/keyring.h"
#include "scratch.h"
#include "storage/crypt.h"
#include "storage/mapping.h"
#include "storage/running.h"

#define DEADLINE_MS 60000

static char *scratch; /* NULL: it cannot be done here */

static int set_up(void **state)
{
	_cleanup_free_ char *program = scratch_shell("command -v cryptsetup");

	(void)state;
#ifndef HAVE_CRYPTSETUP
	return 0; /* this build opens no containers */
#endif
	if (keyring_start() == 0 && program && scratch_enter())
		scratch = folder_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (scratch)
		folder_remove(scratch);
	free(scratch);
	return 0;
}

static void need_tools(void)
{
	if (!scratch)
		skip(); /* needs root, cryptsetup and a kernel with keyrings */
}

/* An image with one container of TYPE ("luks1", "luks2") in it from OFFSET, opened by "pass". */
static struct device *make_container(const char *type, unsigned offset_mib)
{
	struct device *device = device_new(DEVICE_PARTITION, "image1");
	struct device *image = device_new(DEVICE_IMAGE, "image");

	image->path = text_format("%s/%s-%u.img", scratch, type, offset_mib);
	scratch_do("truncate -s 20M %s.part", image->path);
	scratch_do("printf pass | cryptsetup luksFormat -q --type %s --pbkdf pbkdf2 "
		   "--pbkdf-force-iterations 1000 %s.part -",
		   type, image->path);
	scratch_do("truncate -s %uM %s && cat %s.part >>%s", offset_mib, image->path, image->path,
		   image->path);
	device->content.uuid = scratch_shell("cryptsetup luksUUID %s.part", image->path);
	device->is_virtual = true;
	device->start = (uint64_t)offset_mib * 1024 * 1024;
	device->size = 20 * 1024 * 1024;
	device_link(image, device);
	return device;
}

static void container_cleanup(struct device **device)
{
	if (*device)
		(void)device_free((*device)->parents[0]);
	*device = device_free(*device);
}
#define _cleanup_container_ _cleanup_(container_cleanup)

static void try_all(const char *type, unsigned offset_mib)
{
	_cleanup_container_ struct device *device = make_container(type, offset_mib);
	const char *file = device->parents[0]->path;
	_cleanup_free_ char *before = scratch_checksum(file), *after = NULL;
	_cleanup_problem_ struct problem why = {0};

	assert_false(crypt_has_key(device));
	assert_int_equal(crypt_try_key(device, "Pass", 4, DEADLINE_MS, &why), -EPERM);
	assert_string_equal(why.why, "this is none of its passphrases");
	assert_false(crypt_has_key(device));
	assert_int_equal(crypt_try_key(device, "", 0, DEADLINE_MS, NULL), -EPERM);
	assert_int_equal(crypt_try_key(device, "pass\n", 5, DEADLINE_MS, NULL), -EPERM);
	assert_int_equal(crypt_try_key(device, "pass and more", 4, DEADLINE_MS, NULL), 0);
	assert_true(crypt_has_key(device));
	after = scratch_checksum(file);
	assert_string_equal(before, after);
	assert_int_equal(scratch_count_loops(file), 0);
}

static void test_luks1(void **state)
{
	(void)state;
	need_tools();
	try_all("luks1", 0);
}

static void test_luks2(void **state)
{
	(void)state;
	need_tools();
	try_all("luks2", 3);
}

/* The first header is destroyed: the second serves, and is not written over the first. */
static void test_damaged(void **state)
{
	_cleanup_container_ struct device *device = NULL;
	_cleanup_free_ char *before = NULL, *after = NULL;
	_cleanup_problem_ struct problem why = {0};
	const char *file;

	(void)state;
	need_tools();
	device = make_container("luks2", 1);
	file = device->parents[0]->path;
	scratch_do("dd if=/dev/zero of=%s bs=512 seek=2050 count=6 conv=notrunc status=none", file);
	before = scratch_checksum(file);
	assert_int_equal(crypt_try_key(device, "pass", 4, DEADLINE_MS, NULL), 0);
	after = scratch_checksum(file);
	assert_string_equal(before, after);
	scratch_do("dd if=/dev/zero of=%s bs=1M seek=1 count=16 conv=notrunc status=none", file);
	assert_int_equal(crypt_try_key(device, "pass", 4, DEADLINE_MS, &why), -EINVAL);
	assert_non_null(why.next);
}

/* Another container than the one that was found must not be opened in its name. */
static void test_another(void **state)
{
	_cleanup_container_ struct device *device = NULL;

	(void)state;
	need_tools();
	device = make_container("luks1", 2);
	text_set(&device->content.uuid, "11111111-2222-3333-4444-555555555555");
	assert_int_equal(crypt_try_key(device, "pass", 4, DEADLINE_MS, NULL), -ESTALE);
	assert_false(crypt_has_key(device));
}

/* A passphrase that only hardware has. */
static void test_token(void **state)
{
	_cleanup_container_ struct device *device = NULL;
	_cleanup_problem_ struct problem why = {0};
	static const char json[] = "{\"type\":\"clevis\",\"keyslots\":[\"0\"]}";

	(void)state;
	need_tools();
	device = make_container("luks2", 0);
	scratch_do("echo '%s' | cryptsetup token import --json-file - %s", json,
		   device->parents[0]->path);
	assert_int_equal(crypt_try_key(device, "x", 1, DEADLINE_MS, &why), -ENOKEY);
	assert_non_null(strstr(why.why, "key server"));
	assert_int_equal(crypt_try_key(device, "pass", 4, DEADLINE_MS, NULL), 0);
}

static void test_open_without_key(void **state)
{
	_cleanup_problem_ struct problem why = {0};

	(void)state;
	need_tools();
	assert_int_equal(crypt_open("/dev/null", "99999999-2222-3333-4444-555555555555",
				    "refloat-test-none", false, &why),
			 -ENOKEY);
	assert_non_null(why.next);
	assert_int_equal(crypt_close("refloat-test-none", "99999999", NULL), 0);
}

static void test_mapping_uuid(void **state)
{
	static const char uuid[] = "8f2e5e61-29c6-4c8c-a1b6-c7b9f0c9ce55";

	(void)state;
	assert_true(
		mapping_is_container("CRYPT-LUKS2-8f2e5e6129c64c8ca1b6c7b9f0c9ce55-root", uuid));
	assert_true(mapping_is_container("CRYPT-LUKS1-8f2e5e6129c64c8ca1b6c7b9f0c9ce55-a-b", uuid));
	assert_false(mapping_is_container("CRYPT-LUKS2-8f2e5e6129c64c8ca1b6c7b9f0c9ce5", uuid));
	assert_false(mapping_is_container("CRYPT-LUKS2-8f2e5e6129c64c8ca1b6c7b9f0c9ce550-a", uuid));
	assert_false(mapping_is_container("CRYPT-LUKS3-8f2e5e6129c64c8ca1b6c7b9f0c9ce55-a", uuid));
	assert_false(mapping_is_container("CRYPT-PLAIN-root", uuid));
	assert_false(mapping_is_container("CRYPT-LUKS2-", uuid));
	assert_false(mapping_is_container("CRYPT-LUKS", uuid));
	assert_false(mapping_is_container(NULL, uuid));
	assert_false(mapping_is_container("CRYPT-LUKS2--root", ""));
}

/* mdadm, the kernel and udev write one UUID in three ways. */
static void test_running_uuids(void **state)
{
	static const char uuid[] = "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e61";

	(void)state;
	assert_true(running_uuid_is_equal(uuid, "7D1F0C3E-52A4-4C0B-8E63-0A1B2C3D4E61"));
	assert_true(running_uuid_is_equal("7d1f0c3e52a44c0b8e630a1b2c3d4e61", uuid));
	assert_false(running_uuid_is_equal(uuid, "7d1f0c3e:52a44c0b:8e630a1b:2c3d4e6"));
	assert_false(running_uuid_is_equal("7d1f0c3e:52a44c0b:8e630a1b:2c3d4e62", uuid));
	assert_false(running_uuid_is_equal("", ""));
	assert_false(running_uuid_is_equal(NULL, uuid));
	assert_false(running_is_in_use("/dev/loop1000000"));
	assert_false(running_loop_is_on("/dev/loop1000000", "/srv/a.img", 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mapping_uuid),
		cmocka_unit_test(test_running_uuids),
		cmocka_unit_test(test_luks1),
		cmocka_unit_test(test_luks2),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_another),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_open_without_key),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
