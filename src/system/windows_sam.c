/* SPDX-License-Identifier: GPL-3.0-or-later */
/* F and V of an account of Windows, and the rules that hold for all of them. */
#include "system/windows_sam.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "storage/bytes.h"

#define TICKS 10000000u	   /* of a FILETIME in a second */
#define EPOCH 11644473600u /* seconds from 1601 to 1970 */

#define RULES_PASSWORD_AGE 0x18u /* times are negative: from now on; or INT64_MIN: for ever */
#define RULES_LOCK_TIME 0x30u
#define RULES_THRESHOLD 0x54u
#define RULES_BYTES 0x58u

#define HASH_HEADER 4u /* which key, which revision */
#define HASH_BYTES 16u
#define REVISION_AES 2u
#define AES_HEADER 24u /* with the length and the salt: all that there is of no hash */

uint64_t sam_time(int64_t seconds)
{
	return seconds < 0 ? 0 : ((uint64_t)seconds + EPOCH) * TICKS;
}

int64_t sam_seconds(uint64_t filetime)
{
	if (filetime / TICKS <= EPOCH || filetime >= (uint64_t)SAM_NEVER)
		return 0;
	return (int64_t)(filetime / TICKS - EPOCH);
}

bool sam_v_find(const unsigned char *v, size_t v_length, size_t place, size_t *ret_offset,
		size_t *ret_length)
{
	size_t offset, length;

	if (v_length < SAM_V_TABLE)
		return false;
	offset = get_le32(v + place);
	length = get_le32(v + place + 4);
	if (offset > v_length - SAM_V_TABLE || length > v_length - SAM_V_TABLE - offset)
		return false;
	*ret_offset = SAM_V_TABLE + offset;
	*ret_length = length;
	return true;
}

bool sam_v_has_hash(const unsigned char *v, size_t v_length, size_t place)
{
	size_t offset, length;

	if (!sam_v_find(v, v_length, place, &offset, &length) || length <= HASH_HEADER)
		return false;
	if (length != HASH_BYTES && get_le16(v + offset + 2) == REVISION_AES)
		return length > AES_HEADER;
	return length >= HASH_BYTES;
}

/* The text at PLACE of V; "" for none; NULL where it lies outside; the caller frees. */
static char *read_text(const unsigned char *v, size_t v_length, size_t place)
{
	size_t offset, length;
	char *text;

	if (!sam_v_find(v, v_length, place, &offset, &length))
		return NULL;
	text = utf16_to_text(v + offset, length / 2);
	return text ? text : text_copy("");
}

void sam_user_done(struct sam_user *user)
{
	free(user->name);
	free(user->full_name);
	*user = (struct sam_user){0};
}

int sam_read_user(const unsigned char *f, size_t f_length, const unsigned char *v, size_t v_length,
		  struct sam_user *ret_user)
{
	_cleanup_sam_user_ struct sam_user user = {0};

	if (f_length < SAM_F_BYTES || v_length < SAM_V_TABLE)
		return -EUCLEAN;
	user.name = read_text(v, v_length, SAM_V_NAME);
	user.full_name = read_text(v, v_length, SAM_V_FULL_NAME);
	if (text_is_empty(user.name))
		return -EUCLEAN;
	if (!user.full_name)
		user.full_name = text_copy("");
	user.rid = get_le32(f + SAM_F_RID);
	user.flags = get_le32(f + SAM_F_FLAGS);
	user.failures = get_le16(f + SAM_F_FAILURES);
	user.last_login = get_le64(f + SAM_F_LAST_LOGIN);
	user.password_set = get_le64(f + SAM_F_PASSWORD_SET);
	user.expires = get_le64(f + SAM_F_EXPIRES);
	user.last_failure = get_le64(f + SAM_F_LAST_FAILURE);
	user.has_password = sam_v_has_hash(v, v_length, SAM_V_NT_HASH) ||
			    sam_v_has_hash(v, v_length, SAM_V_LM_HASH);
	*ret_user = user;
	user = (struct sam_user){0};
	return 0;
}

/* A span of time, which is kept as a negative number; 0: no end. */
static uint64_t read_span(const unsigned char *at)
{
	uint64_t value = get_le64(at);

	return value > (uint64_t)INT64_MAX + 1 ? 0 - value : 0;
}

void sam_read_rules(const unsigned char *f, size_t f_length, const unsigned char *v,
		    size_t v_length, struct sam_rules *ret_rules)
{
	static const unsigned char start[] = {1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0};
	struct sam_rules rules = {0};

	if (f_length >= RULES_BYTES) {
		rules.threshold = get_le16(f + RULES_THRESHOLD);
		rules.lock_time = read_span(f + RULES_LOCK_TIME);
		rules.password_age = read_span(f + RULES_PASSWORD_AGE);
	}
	if (v_length >= SAM_SID_BYTES &&
	    memcmp(v + v_length - SAM_SID_BYTES, start, sizeof(start)) == 0) {
		memcpy(rules.sid, v + v_length - SAM_SID_BYTES, SAM_SID_BYTES);
		rules.has_sid = true;
	}
	*ret_rules = rules;
}

/* Enough wrong passwords lock it for a while, whether or not the flag is set. */
static bool is_locked(const struct sam_user *user, const struct sam_rules *rules, uint64_t now)
{
	if (user->flags & SAM_LOCKED)
		return true;
	if (!rules->threshold || user->failures < rules->threshold)
		return false;
	return !rules->lock_time || user->last_failure > now ||
	       now - user->last_failure < rules->lock_time;
}

static bool must_change(const struct sam_user *user, const struct sam_rules *rules, uint64_t now)
{
	if (user->flags & SAM_NEVER_EXPIRES)
		return false;
	if (!user->password_set)
		return true;
	return rules->password_age && now > user->password_set &&
	       now - user->password_set > rules->password_age;
}

void sam_judge(struct sam_user *user, const struct sam_rules *rules, int64_t now,
	       struct windows_account *ret_account)
{
	uint64_t time = sam_time(now);

	*ret_account = (struct windows_account){
		.name = user->name,
		.full_name = user->full_name,
		.rid = user->rid,
		.password = user->has_password ? WINDOWS_PASSWORD_SET : WINDOWS_PASSWORD_BLANK,
		.is_disabled = user->flags & SAM_DISABLED,
		.is_locked = is_locked(user, rules, time),
		.failures = user->failures,
		.is_expired = user->expires && user->expires < (uint64_t)SAM_NEVER &&
			      user->expires < time,
		.must_change = must_change(user, rules, time),
		.needs_no_password = user->flags & SAM_NEEDS_NO_PASSWORD,
		.last_login = sam_seconds(user->last_login),
	};
	user->name = user->full_name = NULL;
}

int sam_open_rules(struct hive *hive, struct sam_rules *ret_rules)
{
	hive_key domain = hive_find(hive, 0, SAM_DOMAIN);
	_cleanup_hive_value_ struct hive_value f = {0}, v = {0};

	if (!domain)
		return -EUCLEAN;
	(void)hive_read(hive, domain, "F", &f); /* what is missing stays empty */
	(void)hive_read(hive, domain, "V", &v);
	sam_read_rules(f.bytes, f.length, v.bytes, v.length, ret_rules);
	return 0;
}

hive_key sam_find_user(struct hive *hive, uint32_t rid)
{
	_cleanup_free_ char *path = text_format(SAM_DOMAIN "/Users/%08X", rid);

	return hive_find(hive, 0, path);
}
