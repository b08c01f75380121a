/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: login.defs, nsswitch.conf, access.conf, sysusers.d, a password field, a libcrypt. */
#include "fuzz.h"

#include <string.h>

#include "base/alloc.h"
#include "system/hash_support.h"
#include "system/name_service.h"
#include "system/pam_gate.h"
#include "system/sysusers.h"
#include "words.h"

static void check_field(const char *text)
{
	struct password_field field;

	password_field_parse(text, &field);
	if (field.lock_length > strlen(text))
		abort();
	if ((field.kind == PASSWORD_SET || field.kind == PASSWORD_LOCKED) !=
	    (field.scheme != HASH_NONE))
		abort();
}

const char *const fuzz_words[] = {LOGIN_WORDS, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct text_list groups;
	static const struct pam_person person = {.user = "bob", .shell = "", .groups = &groups};
	_cleanup_free_ char *text = alloc_copy(data, size);
	_cleanup_login_defs_ struct login_defs defs = {0};
	_cleanup_hash_wish_ struct hash_wish none = {0}, wish = {0};
	_cleanup_hash_choice_ struct hash_choice choice = {0};
	_cleanup_name_service_ struct name_service service = {0};
	_cleanup_sysuser_ struct sysuser user = {0};
	struct hash_support support = {.path = (char *)""};
	unsigned line = 0;

	login_defs_parse(text, size, "/etc/login.defs", &defs);
	login_defs_get_hash(&defs, &wish);
	if (login_defs_uid_min(&defs) == 0)
		abort();
	name_service_parse(text, size, "/etc/nsswitch.conf", "passwd", &service);
	if (pam_access_judge(text, size, ":", " ,\t", &person, &line) == PAM_REFUSED && !line)
		abort();
	if (sysusers_parse(text, size, "sshd", &user) && user.gecos && strchr(user.gecos, '%'))
		abort();
	check_field(text);
	support.schemes = hash_support_find(data, size, "2.17");
	hash_choose(&none, &wish, &support, ~0u, &choice);
	if (!hash_support_has(&support, choice.scheme))
		abort();
	return 0;
}
