/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys in lines of text: kinds, fingerprints as ssh-keygen has them, what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "system/public_key.h"
#include "tree.h"

/* Made for these tests; nobody has the private halves. */
/* clang-format off */
#define ED "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICR8dUPIiiy4aZKRbwG6G36zLnTsbNzKmY0ppf94uyYa anna@desk"
#define RSA "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCkzRAKvcp2NGnDKGs52SFxKjix/7WHpZADbOxg+94hQevS3PRlLnEawXuJsvjTV1yeWNNQtu21YQyQolIikesHx/awjsDWN2hQmmRugy+3wgtS7ki3xqZhIWNbolSW/ZvHuze9/vFLk/N2fJnev3RqMZxTb8niGMD1Rah6RoBFo3rX30g87KnbmjJCgKRgk21HTdNRybP1PSjfStnXOry4PmJXosc7msP++74LL1QPI++R16w6dC/14fyE9QxaAuTrus6eHe6hIPHXWo+KCR2UMZLgnRz6F9vbspFWuo9K319AjE0mPbZNACQAXeFpIuVMWjko8a7aHUEWOuWtbCtl two words"
#define SHORT "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDbJADi9Ho+5rGbf6BKTSmiRuCtqHlV9+5Tbg9lNJALwhEO+0Ee9Q+ALboRJG/325wjpAVwi6APlJ7NVlhCt6uulZbj0sf0pFgbXHQ286xqGMAA7VPbYFEUd79DhjUV1eW6RzhoGqPpja3h+GhCA9ZZZRKvyjQW2UZvVYqPkmayJQ== old"
#define ECDSA "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAvj3EfY5uDv2Bw2GW5EYX+MZeCNAp60D4rKuW3+8oz5EVwUgQ7prCWFoGrpZCNU3NlWeeXj/Hi6r7Sx+o35670kADgW3wsppcc2ZUfHaJeIklUr64KVsIrzmae1R44ORTra1OvmbZyXWIFQXuIp4BdzUlUwI52huvpn9osj2CoEjhUlw== "
#define DSS "ssh-dss AAAAB3NzaC1kc3MAAACBAOgl4seUE3s97lKmst+QAiUyjAb2yo8p7HZva09YwLvIrjAI+737qLEmpmg0rs4ROTq2x4aEKq8OkDJD+qgsPSkniCkieZS93LJc8TNZP7GqpYaP03I6QbkpwwG//kZImmTEu37r081pxvLWAKaSe7kTY/4D8k70e23YI9S+lW/hAAAAFQDefhA/Ew0AebFGvZD8xhZH1K6oJwAAAIBzqtpxBPM8cKDe52bdzLPV7ImV9xM0TUemuhhWImupHTiWqhSA/SjGutiI/mqIfdDLRn7ZD56C34q+rMfJ9e95Ny6z3HVg0Yssz1jcTZT0yg1MkYL7MpcX1VwAhuuVK3qQXJ1NyGblcZ3oVdho/QhCvZPaw1iG+RRv3C7I9c4WKwAAAIBSPuAW7fyOcuIaFtxKPsa9Q+fuN8d3EpA5UcOio68Dmk/wyxGHt9MBNtMF2JCwjPjAFmovT1skAOc8oeBFF/2QEAxukjSzA/7og+WtJ/hWbqJKA9orHxdY6gqWXTb97VnbmEz+6J7YDUe9JAe/pyipifAPL4shLJftt8mKp11/8A== dss"
#define TOKEN "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIC1xFkK3JrBEAWJ8qfusMvXIUw+xkDzE2wIlhxeSGkiBAAAABHNzaDo= token"
#define CERTIFICATE "ecdsa-sha2-nistp256-cert-v01@openssh.com AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAgX33/yTebEsGNAkrHrN72IGfNcGxVUS6rl8LA9AKnesYAAAAIbmlzdHAyNTYAAABBBPvJD6vfK+TyoPjfkotKo6Bunpi39Dyqo1ryqKnFVPI2V0+6b8KXjr8dkAdb1ekVhstv/9qzAsk2+Dkv26NUyisAAAAAAAAAAAAAAAEAAAACaWQAAAAIAAAABHJvb3QAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgJHx1Q8iKLLhpkpFvAbobfrMudOxs3MqZjSml/3i7JhoAAABTAAAAC3NzaC1lZDI1NTE5AAAAQK0RN0TR5KEdBOJ089a/3fMzH3Un9LeDRKUZ/eW1uNanVI3E5456oyG5G5PTRVIn4vIdLE0Rs+5WW6JYp6GgNwY= e"
/* clang-format on */

static void expect_described(const char *line, const char *expected)
{
	_cleanup_public_key_ struct public_key key = {0};
	_cleanup_free_ char *description = NULL;

	assert_int_equal(public_key_parse(line, &key, NULL), 0);
	description = public_key_describe(&key);
	assert_string_equal(description, expected);
}

static void fingerprints_are_those_of_ssh_keygen(void **state)
{
	(void)state;
	expect_described(
		ED, "256 SHA256:wPXyuXAE2EP/zTaW31LcOiedi+Qn3R+xnZVx4knBRv0 anna@desk (ED25519)");
	expect_described(RSA,
			 "2048 SHA256:ea95QKM6UbtO+06u9ii8hXv6QLVxD4g/MySrvEetGpo two words (RSA)");
	expect_described(SHORT,
			 "1024 SHA256:WTArskkdikATBB5TG8mF6+oSGtqM3HE1EwcoF6YW4sM old (RSA)");
	expect_described(
		ECDSA, "521 SHA256:H7By7DcbiUSBlL/EdwlJIAkp9xZ0HqLb/LEj5e35U7M no comment (ECDSA)");
	expect_described(DSS, "1024 SHA256:mx0nj40MSCqWYGUCoZ20qbHVuAIrhfgJSlDoJ/5pGS0 dss (DSA)");
	expect_described(
		TOKEN, "256 SHA256:8Zrq6cHatI800NYmyWw7+40Ct8UffGmngarIJt1bBQs token (ED25519-SK)");
}

static void expect_refused(const char *line, const char *reason)
{
	_cleanup_problem_ struct problem why = {0};
	struct public_key key;

	assert_int_equal(public_key_parse(line, &key, &why), -EINVAL);
	assert_non_null(why.why);
	if (!strstr(why.why, reason))
		fail_msg("%s: %s", line, why.why);
}

/* LINE up to LENGTH bytes, and MORE. */
static void expect_refused_cut(const char *line, size_t length, const char *more)
{
	_cleanup_free_ char *cut = text_format("%.*s%s", (int)length, line, more);

	expect_refused(cut, "cut off or damaged");
}

static void what_is_no_public_key_is_refused(void **state)
{
	(void)state;
	expect_refused("-----BEGIN OPENSSH PRIVATE KEY-----", "private key");
	expect_refused("-----BEGIN RSA PRIVATE KEY-----", "private key");
	expect_refused("  -----BEGIN ENCRYPTED PRIVATE KEY-----", "private key");
	expect_refused("PuTTY-User-Key-File-3: ssh-ed25519", "private key");
	expect_refused("---- BEGIN SSH2 PUBLIC KEY ----", "another format");
	expect_refused("-----BEGIN PUBLIC KEY-----", "another format");
	expect_refused(CERTIFICATE, "certificate");
	expect_refused("cert-authority " CERTIFICATE, "certificate");
	expect_refused("1024 65537 1234567890 me", "version 1");
	expect_refused("", "nothing");
	expect_refused("# " ED, "nothing");
	expect_refused("hello", "no public key");
	expect_refused("hello world AAAA", "no public key");
	expect_refused("AAAAC3NzaC1lZDI1NTE5AAAAICR8dUPIiiy4aZKRbwG6G36zLnTsbNzKmY0ppf94uyYa",
		       "type in front");
	expect_refused("command=\"never closed " ED, "never closed");
	expect_refused(ED "\n" ED, "several lines");
}

static void what_was_cut_is_refused(void **state)
{
	const char *blob = strchr(ED, ' ') + 1;
	size_t start = strlen("ssh-ed25519 "), length = strcspn(blob, " ");

	(void)state;
	for (size_t i = 0; i < length; i++)
		expect_refused_cut(ED, start + i, " anna");
	expect_refused_cut(RSA, 200, "");
	expect_refused_cut(RSA, strlen("ssh-rsa ") + 100, " two words");
	expect_refused_cut(ED, start + length, "AAAA comment");
	/* another kind than is said in front */
	expect_refused(
		"ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAICR8dUPIiiy4aZKRbwG6G36zLnTsbNzKmY0ppf94uyYa",
		"cut off or damaged");
}

static void options_are_kept(void **state)
{
	static const char line[] =
		"from=\"10.0.0.*\",command=\"echo \\\"a b\\\" ssh-rsa AAAA\" " ED;
	_cleanup_public_key_ struct public_key key = {0};

	(void)state;
	assert_int_equal(public_key_parse(line, &key, NULL), 0);
	assert_string_equal(key.options,
			    "from=\"10.0.0.*\",command=\"echo \\\"a b\\\" ssh-rsa AAAA\"");
	assert_string_equal(key.type, "ssh-ed25519");
	assert_string_equal(key.comment, "anna@desk");
	assert_string_equal(key.line, line);
	assert_true(public_key_is_in_line(&key, "\t" ED " more"));
	assert_true(public_key_is_in_line(&key, "no-pty " ED));
	assert_false(public_key_is_in_line(&key, "# " ED));
	assert_false(public_key_is_in_line(&key, RSA));
	assert_false(public_key_is_in_line(&key, ""));
}

static void weak_keys_are_told(void **state)
{
	static const struct {
		const char *line;
		enum public_key_weakness weakness;
	} cases[] = {
		{ED, PUBLIC_KEY_GOOD},	   {RSA, PUBLIC_KEY_GOOD}, {ECDSA, PUBLIC_KEY_GOOD},
		{SHORT, PUBLIC_KEY_SHORT}, {DSS, PUBLIC_KEY_DSS},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_public_key_ struct public_key key = {0};

		assert_int_equal(public_key_parse(cases[i].line, &key, NULL), 0);
		assert_int_equal(public_key_judge(&key), cases[i].weakness);
	}
}

static void files_are_read(void **state)
{
	static const char text[] = "# mine\n\n" ED "\r\n  " RSA "\n" ED " again";
	_cleanup_public_keys_ struct public_keys keys = {0};
	_cleanup_problem_ struct problem why = {0};

	(void)state;
	assert_int_equal(public_keys_parse(&keys, text, strlen(text), "x.pub", &why), 0);
	assert_int_equal(keys.count, 2);
	assert_string_equal(keys.items[0].line, ED);
	assert_string_equal(keys.items[1].line, RSA);
	assert_int_equal(public_keys_parse(&keys, "# no\n", 5, "y.pub", &why), -ENOENT);
	assert_string_equal(why.what, "y.pub");
	assert_int_equal(public_keys_parse(&keys, "# no\n\nno", 8, "y.pub", &why), -EINVAL);
	assert_string_equal(why.what, "y.pub, line 3");
	assert_int_equal(public_keys_parse(&keys, "a\0b", 3, "z", &why), -EINVAL);
	assert_int_equal(keys.count, 2);
}

/* The answer of a target that TREE makes. */
static void expect_answer(const char *tree, const char *line, enum public_key_answer answer,
			  unsigned at)
{
	static const struct sshd_login login = {.user = "root", .is_root = true};
	_cleanup_public_key_verdict_ struct public_key_verdict verdict = {0};
	_cleanup_public_key_ struct public_key key = {0};
	struct tree scene;

	tree_enter(&scene, tree);
	assert_int_equal(public_key_parse(line, &key, NULL), 0);
	public_key_ask(scene.root, &key, &login, &verdict);
	assert_int_equal(verdict.answer, answer);
	assert_int_equal(verdict.line, at);
	tree_leave(&scene);
}

#define NEW "usr/sbin/sshd = prohibit-password ssh-dss ssh-rsa ssh-ed25519\n"
#define MAIN "etc/ssh/sshd_config = "

static void targets_take_what_they_know(void **state)
{
	(void)state;
	expect_answer("etc/\n", ED, PUBLIC_KEY_TAKEN, 0);
	expect_answer("etc/\n", DSS, PUBLIC_KEY_TAKEN, 0);
	expect_answer("usr/sbin/sshd = ssh-rsa ssh-dss\n", ED, PUBLIC_KEY_UNKNOWN, 0);
	expect_answer("usr/sbin/sshd = ssh-rsa ssh-dss\n" MAIN "Port 22\n", DSS, PUBLIC_KEY_TAKEN,
		      0);
	expect_answer(NEW MAIN "Port 22\n", ED, PUBLIC_KEY_TAKEN, 0);
	expect_answer(NEW MAIN "Port 22\n", DSS, PUBLIC_KEY_FORBIDDEN, 0);
	expect_answer(NEW MAIN "PubkeyAcceptedKeyTypes +ssh-dss\n", DSS, PUBLIC_KEY_TAKEN, 0);
	expect_answer(NEW MAIN "Port 22\\nPubkeyAcceptedAlgorithms rsa-sha2-*\n", ED,
		      PUBLIC_KEY_FORBIDDEN, 2);
	expect_answer(NEW MAIN "PubkeyAcceptedAlgorithms rsa-sha2-*\n", RSA, PUBLIC_KEY_TAKEN, 0);
	expect_answer(NEW MAIN "PubkeyAcceptedAlgorithms -ssh-ed*\n", ED, PUBLIC_KEY_FORBIDDEN, 1);
	expect_answer(NEW MAIN "PubkeyAcceptedAlgorithms -ssh-rsa\n", ED, PUBLIC_KEY_TAKEN, 0);
	/* rsa-sha2-512 is left */
	expect_answer(NEW MAIN "PubkeyAcceptedAlgorithms -ssh-rsa\n", RSA, PUBLIC_KEY_TAKEN, 0);
	expect_answer(NEW MAIN "RequiredRSASize 2048\n", RSA, PUBLIC_KEY_TAKEN, 0);
	expect_answer(NEW MAIN "RequiredRSASize 2048\n", SHORT, PUBLIC_KEY_TOO_SHORT, 1);
	expect_answer(NEW MAIN "RSAMinSize 4096\n", RSA, PUBLIC_KEY_TOO_SHORT, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fingerprints_are_those_of_ssh_keygen),
		cmocka_unit_test(what_is_no_public_key_is_refused),
		cmocka_unit_test(what_was_cut_is_refused),
		cmocka_unit_test(options_are_kept),
		cmocka_unit_test(weak_keys_are_told),
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(targets_take_what_they_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
