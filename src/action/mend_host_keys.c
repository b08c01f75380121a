/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Host keys for a target's sshd that has none. They are made here, by the rescue system's
 * ssh-keygen in a folder of memory that is root's alone, and become new files of the target like
 * any other: nothing of the target runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "action/mend_units.h"
#include "action/place.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "system/host_keys.h"
#include "system/selinux.h"

#define KEYGEN "ssh-keygen"
#define KEYGEN_TIMEOUT_MS 120000 /* RSA on a slow machine with little entropy */
#define KEY_MAX 65536
#define SHORT_LIVED "/run/refloat"

/* What the name of a key file ends in, and how one is made; those that are made where the settings
 * name none. */
static const struct {
	const char *ending;
	const char *type;
	bool is_usual;
} kinds[] = {
	{"ed25519_key", "ed25519", true},
	{"rsa_key", "rsa", true},
	{"ecdsa_key", "ecdsa", false},
};

/* A key pair, until it is in the plan. */
struct key_pair {
	char *secret;
	size_t secret_length;
	char *open; /* the public one */
	size_t open_length;
};

static void key_pair_done(struct key_pair *pair)
{
	if (pair->secret)
		explicit_bzero(pair->secret, pair->secret_length);
	free(pair->secret);
	free(pair->open);
	*pair = (struct key_pair){0};
}

/* The kind of the key file at PATH, by its name: an index of kinds, or -1. */
static int find_kind(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (text_has_suffix(path, kinds[i].ending))
			return (int)i;
	}
	return -1;
}

/* The file is in memory (tmpfs), but what was in it is overwritten all the same. */
static void wipe(const char *path, size_t length)
{
	_cleanup_free_ char *zeroes = alloc_zero(length + 1, 1);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		(void)file_write_all(fd, zeroes, length); /* it goes anyway */
	(void)unlink(path);
}

/* Runs ssh-keygen for a key of TYPE into PATH, and takes both files away again. */
static int run_keygen(const char *path, const char *type, const char *comment,
		      struct key_pair *pair, struct problem *why)
{
	_cleanup_free_ char *open_path = text_format("%s.pub", path);
	/* PEM, where the type has it: the sshd of an old system reads nothing else */
	const char *const words[] = {KEYGEN, "-q", "-t",    type, "-m", "PEM", "-N",
				     "",     "-C", comment, "-f", path, NULL};
	int r = process_run_checked(words, KEYGEN_TIMEOUT_MS, NULL, why);

	if (r == 0)
		r = file_read(path, KEY_MAX, &pair->secret, &pair->secret_length, why);
	if (r == 0)
		r = file_read(open_path, KEY_MAX, &pair->open, &pair->open_length, why);
	wipe(path, pair->secret ? pair->secret_length : 0);
	(void)unlink(open_path); /* public, and gone with the folder at the latest */
	return r;
}

static int make_pair(const char *type, const char *comment, struct key_pair *pair,
		     struct problem *why)
{
	_cleanup_free_ char *folder = text_copy(SHORT_LIVED "/host-key-XXXXXX"), *path = NULL;
	int r = file_make_folders(SHORT_LIVED, 0700, NULL);

	if (r < 0) /* not root, who only wants to see the plan */
		text_set(&folder, "/tmp/refloat-host-key-XXXXXX");
	if (!mkdtemp(folder))
		return problem_set_errno(why, -errno, folder);
	path = text_format("%s/key", folder);
	r = run_keygen(path, type, comment, pair, why);
	(void)rmdir(folder); /* empty, and in memory */
	return r;
}

/* sshd_key_t, where the folder of PATH has a label at all. */
static int find_label(const struct unit_mend *mend, const char *path, char **ret_label,
		      struct problem *why)
{
	_cleanup_free_ char *folder = alloc_copy(path, (size_t)(strrchr(path, '/') - path));
	_cleanup_free_ char *label = NULL;
	_cleanup_selinux_ struct selinux selinux = {0};

	selinux_read(mend->root, &selinux);
	if (selinux_is_used(&selinux) && selinux_read_label(mend->root, folder, &label) == 0)
		*ret_label = selinux_change_type(label, "sshd_key_t");
	return *ret_label ? 0 : edit_plan_label(mend->plan, mend->folder, path, ret_label, why);
}

static int add_file(const struct unit_mend *mend, const char *path, const char *bytes,
		    size_t length, mode_t mode, const char *what, struct problem *why)
{
	_cleanup_edit_file_ struct edit_file seen = {0};
	_cleanup_free_ char *label = NULL;
	struct edit_wish wish = {.root = mend->folder,
				 .seen = &seen,
				 .what = what,
				 .bytes = bytes,
				 .length = length,
				 .mode = mode,
				 .lifts_flags = true,
				 .links = EDIT_LINKS_BREAK};
	int r = edit_look(mend->root, path, &seen, why);

	if (r == 0 && !seen.exists)
		r = find_label(mend, seen.path, &label, why);
	wish.label = label;
	return r < 0 ? r : edit_plan_add(mend->plan, &wish, why);
}

static int add_key(const struct unit_mend *mend, const char *path, int kind, struct problem *why)
{
	_cleanup_(key_pair_done) struct key_pair pair = {0};
	_cleanup_free_ char *open_path = text_format("%s.pub", path);
	_cleanup_free_ char *shown = unit_mend_shown(mend, path);
	_cleanup_free_ char *open_shown = unit_mend_shown(mend, open_path);
	_cleanup_free_ char *what =
		text_format(_("Make a host key (%s) for the SSH server, which has none: %s"),
			    kinds[kind].type, shown);
	_cleanup_free_ char *open_what =
		text_format(_("Put its public half beside it: %s"), open_shown);
	int r = make_pair(kinds[kind].type, "root@refloat", &pair, why);

	if (r == 0)
		r = add_file(mend, path, pair.secret, pair.secret_length, 0600, what, why);
	if (r == 0)
		r = add_file(mend, open_path, pair.open, pair.open_length, 0644, open_what, why);
	return r;
}

static void note_missing_program(const struct unit_mend *mend)
{
	unit_mend_note(mend,
		       _("The SSH server has no host keys, and there is no ssh-keygen here to make "
			 "some (Debian and its kin: package openssh-client): \"refloat chroot -- "
			 "ssh-keygen -A\" has the system itself make them."));
}

static int add_keys(const struct unit_mend *mend, const struct host_keys *keys, struct problem *why)
{
	_cleanup_free_ char *program = process_find_program(KEYGEN);
	size_t made = 0;
	int r = 0;

	if (!program) {
		note_missing_program(mend);
		return 0;
	}
	for (size_t i = 0; r == 0 && i < keys->paths.count; i++) {
		const char *path = keys->paths.items[i];
		int kind = find_kind(path);

		if (kind < 0 || *path != '/' || (!keys->is_configured && !kinds[kind].is_usual))
			continue;
		r = add_key(mend, path, kind, why);
		made += r == 0;
	}
	if (r < 0)
		return r;
	unit_mend_note(
		mend, made ? _("Who has logged in to this server before is warned that its host "
			       "key has changed: \"ssh-keygen -R NAME\" there forgets the old one.")
			   : _("The SSH server's settings name host keys of a kind that is not "
			       "known here: none are made."));
	return 0;
}

/* A key that sshd refuses for its mode is given the right one. */
static int close_key(const struct unit_mend *mend, const char *path, struct problem *why)
{
	_cleanup_free_ char *shown = unit_mend_shown(mend, path), *resolved = NULL;
	_cleanup_free_ char *what = text_format(
		_("Let root alone read the host key %s, which the SSH server refuses otherwise"),
		shown);
	struct edit_owner_wish wish = {.root = mend->folder,
				       .what = what,
				       .lifts_flags = true,
				       .wanted = {.has_mode = true, .mode = 0600}};
	int r = root_resolve(mend->root, path, false, &resolved, NULL);

	if (r < 0)
		return problem_set_errno(why, r, path);
	wish.path = resolved;
	return edit_plan_add_owner(mend->plan, &wish, why);
}

int mend_sshd_host_keys(struct mending *mending, struct problem *why)
{
	const struct unit_mend mend = unit_mend_of(mending, NULL);
	_cleanup_sshd_config_ struct sshd_config config = {0};
	_cleanup_host_keys_ struct host_keys keys = {0};
	_cleanup_free_ char *maker = NULL;

	if (sshd_config_read(mending->root, NULL, &config) < 0)
		return 0; /* no server, or not this one */
	host_keys_read(mending->root, &config, &keys);
	if (keys.good)
		return 0;
	if (keys.open)
		return close_key(&mend, keys.open, why);
	if (!keys.maker)
		return add_keys(&mend, &keys, why);
	maker = unit_mend_shown(&mend, keys.maker);
	unit_mend_note(
		&mend,
		_("The SSH server has no host keys yet: %s makes them when the system starts."),
		maker);
	return 0;
}
