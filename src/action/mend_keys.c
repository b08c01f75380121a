/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys for an account in the file that sshd reads, and owners and modes on the way to it. */
#include <errno.h>
#include <string.h>

#include "action/mend_ssh.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define DEFAULT_FILE ".ssh/authorized_keys"
#define SSH_FOLDER_MODE 0700
#define SSH_FILE_MODE 0600

/* --- which files */

static struct account account_of(const struct account_state *state)
{
	return (struct account){
		.name = state->name, .uid = state->uid, .gid = state->gid, .home = state->home};
}

/* The first value alone may be "none". */
static void get_patterns(const struct mending *mending, const struct sshd_login *login,
			 struct text_list *patterns)
{
	_cleanup_sshd_config_ struct sshd_config config = {0};
	_cleanup_sshd_value_ struct sshd_value value = {0};

	(void)sshd_config_read(mending->root, NULL, &config); /* empty: its defaults */
	sshd_config_get(&config, "authorizedkeysfile", login, &value);
	if (text_is_equal_ignoring_case(sshd_value_text(&value), "none"))
		text_list_add(patterns, DEFAULT_FILE);
	else
		text_list_copy(patterns, &value.values);
}

void mending_find_key_files(const struct mending *mending, const struct sshd_login *login,
			    struct key_files *ret_files)
{
	_cleanup_text_list_ struct text_list patterns = {0};
	struct account account = account_of(mending->account);

	get_patterns(mending, login, &patterns);
	authorized_keys_read(mending->root, &patterns, &account, ret_files);
}

static bool is_below(const char *path, const char *folder)
{
	const char *rest = folder ? text_after_prefix(path, folder) : NULL;

	return rest && (*rest == '/' || text_is_equal(folder, "/"));
}

/* The account's home, resolved; the caller frees; NULL: it cannot have one. */
static char *find_home(const struct mending *mending)
{
	const char *home = mending->account->home;
	char *path = NULL;

	if (*home != '/' || strcmp(home, "/nonexistent") == 0 ||
	    root_resolve(mending->root, home, true, &path, NULL) < 0)
		return NULL;
	return path;
}

/* A place for keys. */
struct key_place {
	char *path; /* in-root, resolved as far as it is there */
	bool exists;
	bool is_own; /* the account's; else root's */
};

static void key_place_done(struct key_place *place)
{
	free(place->path);
}

/* What a symlink in a home leads to elsewhere is the account's own to write, file or folder: it
 * could have been made to have root write into any other. */
static bool is_own_elsewhere(const struct mending *mending, const struct key_place *place)
{
	_cleanup_free_ char *folder =
		alloc_copy(place->path, (size_t)(strrchr(place->path, '/') - place->path));
	struct stat status;

	if (!mending->account->uid)
		return true;
	return root_stat(mending->root,
			 place->exists ? place->path
			 : *folder     ? folder
				       : "/",
			 false, &status) == 0 &&
	       status.st_uid == mending->account->uid;
}

static bool can_be_file(const struct mending *mending, const struct key_place *place)
{
	struct stat status;

	return !place->exists || (root_stat(mending->root, place->path, false, &status) == 0 &&
				  S_ISREG(status.st_mode));
}

/* PATH, as sshd has it, can be a file of keys: it is one, or may be made. */
static bool is_usable(const struct mending *mending, const char *path, const char *home,
		      struct key_place *ret_place)
{
	bool is_named_in_home = is_below(path, mending->account->home);
	struct key_place place = {0};

	if ((is_named_in_home && !home) ||
	    root_resolve(mending->root, path, true, &place.path, &place.exists) < 0)
		return false;
	place.is_own = is_named_in_home || is_below(place.path, home);
	if (can_be_file(mending, &place) && (!is_named_in_home || is_below(place.path, home) ||
					     is_own_elsewhere(mending, &place))) {
		*ret_place = place;
		return true;
	}
	key_place_done(&place);
	return false;
}

static int choose_place(const struct mending *mending, const struct sshd_login *login,
			struct key_place *ret_place, struct problem *why)
{
	_cleanup_(key_files_done) struct key_files files = {0};
	_cleanup_free_ char *home = find_home(mending);
	_cleanup_free_ char *user = printable_text(mending->account->name);

	mending_find_key_files(mending, login, &files);
	for (size_t i = 0; i < files.count; i++) {
		if (is_usable(mending, files.files[i].path, home, ret_place))
			return 0;
	}
	(void)problem_set(why, -ENOTDIR, user,
			  _("none of the files in which sshd looks for its keys can be one"));
	problem_set_next(why, _("Look at its home in /etc/passwd and at AuthorizedKeysFile in "
				"/etc/ssh/sshd_config."));
	return -ENOTDIR;
}

/* --- owners and modes */

bool mending_plans_owner(const struct plan *plan, const char *path, const struct edit_owner *wanted)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (text_is_equal(plan->steps[i]->class_name, "set-attributes") &&
		    text_is_equal(step_get(plan->steps[i], "path"), path) &&
		    (!wanted->has_mode || step_get(plan->steps[i], "mode")) &&
		    (!wanted->has_uid || step_get(plan->steps[i], "uid")))
			return true;
	}
	return false;
}

/* No more than sshd wants: write bits off, the owner set, what the user needs to read. What IS_OWN
 * is the account's, the rest root's. */
static struct edit_owner better_owner(const struct mending *mending, const struct key_path *path,
				      bool is_file, bool is_own)
{
	struct edit_owner wanted = {.mode = path->mode};
	bool is_unreadable = path->faults & KEY_PATH_UNREADABLE;

	wanted.uid = is_own ? mending->account->uid : 0;
	wanted.has_uid = (path->faults & KEY_PATH_OWNER || (is_own && is_unreadable)) &&
			 path->uid != wanted.uid;
	if (path->faults & KEY_PATH_GROUP_WRITES)
		wanted.mode &= ~(mode_t)S_IWGRP;
	if (path->faults & KEY_PATH_OTHERS_WRITE)
		wanted.mode &= ~(mode_t)S_IWOTH;
	if (is_own && (is_unreadable || wanted.has_uid))
		wanted.mode |= is_file ? S_IRUSR : S_IXUSR;
	else if (is_unreadable)
		wanted.mode |= is_file ? S_IROTH : S_IXOTH;
	wanted.has_mode = wanted.mode != path->mode;
	return wanted;
}

static int mend_path(struct mending *mending, const struct key_path *path, const char *home,
		     bool is_file, struct problem *why)
{
	_cleanup_free_ char *shown = mending_show_path(mending, path->path);
	bool is_own = home && (text_is_equal(path->path, home) || is_below(path->path, home));
	struct edit_owner_wish wish = {
		.root = mending->target.root,
		.path = path->path,
		.wanted = better_owner(mending, path, is_file, is_own),
		.lifts_flags = true,
	};

	if (path->faults & KEY_PATH_NOT_FILE) {
		text_list_format(&mending->plan->notes,
				 _("%s is no file, so that sshd finds no keys in it."), shown);
		return 0;
	}
	if (mending_plans_owner(mending->plan, path->path, &wish.wanted))
		return 0;
	if (text_is_equal(path->path, home) && wish.wanted.has_mode)
		text_list_format(&mending->plan->notes,
				 _("%s is the home folder: its mode becomes %04o instead of %04o, "
				   "and what is in it stays as it is."),
				 shown, (unsigned)wish.wanted.mode, path->mode);
	return edit_plan_add_owner(mending->plan, &wish, why);
}

static bool is_strict(const struct mending *mending, const struct sshd_login *login)
{
	_cleanup_sshd_config_ struct sshd_config config = {0};
	_cleanup_sshd_value_ struct sshd_value value = {0};

	(void)sshd_config_read(mending->root, NULL, &config); /* empty: its defaults */
	sshd_config_get(&config, "strictmodes", login, &value);
	return text_is_equal(sshd_value_text(&value), "yes");
}

static bool has_other_members(struct mending *mending, uint32_t gid)
{
	struct account_file *group = NULL;
	_cleanup_free_ char *members = NULL;
	_cleanup_text_list_ struct text_list names = {0};
	size_t line;

	if (mending_get(mending, ACCOUNT_FILE_GROUP, &group, NULL) < 0 || !group ||
	    account_file_find_id(group, gid, &line) < 0)
		return true; /* not known */
	members = account_file_get(group, line, GROUP_MEMBERS);
	text_list_split(&names, members ? members : "", ",");
	for (size_t i = 0; i < names.count; i++) {
		if (strcmp(names.items[i], mending->account->name) != 0)
			return true;
	}
	return false;
}

/* The account's own group, which nobody else is in. */
static bool is_private_group(struct mending *mending, uint32_t gid)
{
	const struct accounts *accounts = &mending->accounts;

	if (gid != mending->account->gid || accounts->left_out)
		return false;
	for (size_t i = 0; i < accounts->count; i++) {
		const struct account_state *other = &accounts->items[i];

		if (other->gid == gid && strcmp(other->name, mending->account->name) != 0)
			return false;
	}
	return !has_other_members(mending, gid);
}

/* What of OBJECTION is one for the target's sshd. */
static struct key_path weigh(struct mending *mending, const struct key_path *objection,
			     bool is_strict)
{
	struct key_path weighed = *objection;

	if (!is_strict)
		weighed.faults &= KEY_PATH_UNREADABLE;
	if (weighed.faults & KEY_PATH_GROUP_WRITES && mending_is_debian(mending) &&
	    is_private_group(mending, objection->gid))
		weighed.faults &= ~(unsigned)KEY_PATH_GROUP_WRITES;
	return weighed;
}

static int mend_file(struct mending *mending, const struct key_file *file, bool is_strict,
		     struct problem *why)
{
	_cleanup_free_ char *home = find_home(mending), *path = NULL;
	int r = 0;

	if (root_resolve(mending->root, file->path, true, &path, NULL) < 0)
		return 0; /* it cannot be there */
	for (size_t i = 0; r == 0 && i < file->objection_count; i++) {
		struct key_path objection = weigh(mending, &file->objections[i], is_strict);

		if (objection.faults)
			r = mend_path(mending, &objection, home,
				      text_is_equal(objection.path, path), why);
	}
	return r;
}

/* --- adding keys */

/* A line of its file that has a key already. */
struct known_line {
	bool exists;
	bool lets_in; /* it is fit, or what was asked for has options itself */
	size_t start; /* where it begins */
	unsigned number;
};

/* The line that counts for KEY: one that is fit, else the first, which sshd would come to before
 * a new one. */
static void find_line(const struct text_buffer *bytes, const struct public_key *key,
		      struct known_line *ret_line)
{
	_cleanup_free_ char *text = bytes->length ? alloc_copy(bytes->data, bytes->length) : NULL;
	struct known_line found = {0};
	unsigned number = 0;

	for (char *at = text, *line; at && (line = strsep(&at, "\n")) != NULL;) {
		struct key_line read;
		bool lets_in;

		number++;
		if (!public_key_is_in_line(key, line))
			continue;
		key_line_read(line, &read);
		lets_in = key->options || (read.fault == KEY_LINE_FIT && !read.expires);
		key_line_done(&read);
		if (!found.exists)
			found = (struct known_line){true, lets_in, (size_t)(line - text), number};
		found.lets_in |= lets_in;
	}
	*ret_line = found;
}

/* Puts LINE in front of what starts at AT. */
static void insert_line(struct text_buffer *bytes, size_t at, const char *line)
{
	struct text_buffer all = {0};

	text_buffer_add(&all, bytes->data, at);
	text_buffer_format(&all, "%s\n", line);
	text_buffer_add(&all, bytes->data + at, bytes->length - at);
	text_buffer_done(bytes);
	*bytes = all;
}

/* The bytes of SEEN with the keys that are not in it behind them. One that is there with options
 * that keep it from being of use, such as command=, comes in front of that line: sshd takes the
 * first that fits. */
static char *make_bytes(struct mending *mending, const struct edit_file *seen,
			const struct public_keys *keys, size_t *ret_length, size_t *ret_added)
{
	_cleanup_text_buffer_ struct text_buffer bytes = {0};

	if (seen->exists)
		text_buffer_add(&bytes, seen->bytes, seen->length);
	for (size_t i = 0; i < keys->count; i++) {
		_cleanup_free_ char *shown = public_key_describe(&keys->items[i]);
		const char *line = keys->items[i].line;
		struct known_line known;

		find_line(&bytes, &keys->items[i], &known);
		if (known.lets_in) {
			mending_note(mending, _("The key %s is there already."), shown);
			continue;
		}
		(*ret_added)++;
		if (known.exists) {
			mending_note(mending,
				     _("The key %s is there already with options that restrict it "
				       "(line %u): a line without them comes in front of it."),
				     shown, known.number);
			insert_line(&bytes, known.start, line);
			continue;
		}
		if (bytes.length && bytes.data[bytes.length - 1] != '\n')
			text_buffer_add_text(&bytes, "\n");
		text_buffer_format(&bytes, "%s\n", line);
	}
	*ret_length = bytes.length;
	return text_buffer_take(&bytes);
}

/* The folder that the file will be in; root's where it is outside of the home. */
static int make_folder(struct mending *mending, const struct key_place *place, struct problem *why)
{
	_cleanup_free_ char *folder =
		alloc_copy(place->path, (size_t)(strrchr(place->path, '/') - place->path));
	const struct edit_folder_wish wish = {
		.root = mending->target.root,
		.path = folder,
		.mode = place->is_own ? SSH_FOLDER_MODE : 0755,
		.uid = place->is_own ? mending->account->uid : 0,
		.gid = place->is_own ? mending->account->gid : 0,
	};

	return *folder ? edit_plan_add_folder(mending->plan, &wish, why) : 0;
}

/* A file of which the folder is made by the plan cannot be looked at yet. */
static int look(const struct mending *mending, const struct key_place *place,
		struct edit_file *seen, struct problem *why)
{
	int r = place->exists ? 0 : edit_look(mending->root, place->path, seen, NULL);

	if (place->exists)
		return edit_look(mending->root, place->path, seen, why);
	if (r == -ENOENT) {
		seen->path = text_copy(place->path);
		seen->checksum = text_copy(EDIT_MISSING);
		return 0;
	}
	return r < 0 ? edit_look(mending->root, place->path, seen, why) : 0;
}

static char *describe_step(const struct mending *mending, const struct key_place *place,
			   const struct public_keys *keys, size_t added)
{
	_cleanup_free_ char *shown = mending_show_path(mending, place->path);
	_cleanup_free_ char *user = printable_text(mending->account->name);

	if (added == 1 && keys->count == 1) {
		_cleanup_free_ char *key = public_key_describe(&keys->items[0]);

		return text_format(_("Add the key %s of %s to %s"), key, user, shown);
	}
	return text_format(P_("Add %zu key of %s to %s", "Add %zu keys of %s to %s", added), added,
			   user, shown);
}

static int write_keys(struct mending *mending, const struct key_place *place,
		      const struct public_keys *keys, size_t *ret_added, struct problem *why)
{
	_cleanup_edit_file_ struct edit_file seen = {0};
	_cleanup_free_ char *bytes = NULL, *what = NULL, *label = NULL;
	struct edit_wish wish = {
		.root = mending->target.root,
		.seen = &seen,
		.mode = place->is_own ? SSH_FILE_MODE : 0644,
		.uid = place->is_own ? mending->account->uid : 0,
		.gid = place->is_own ? mending->account->gid : 0,
		.links = EDIT_LINKS_BREAK,
		.lifts_flags = true,
	};
	int r = look(mending, place, &seen, why);

	if (r < 0)
		return r;
	bytes = make_bytes(mending, &seen, keys, &wish.length, ret_added);
	if (!*ret_added)
		return 0;
	if (!place->exists)
		r = make_folder(mending, place, why);
	if (r == 0 && !place->exists)
		r = edit_plan_label(mending->plan, mending->target.root, place->path, &label, why);
	if (r < 0)
		return r;
	what = describe_step(mending, place, keys, *ret_added);
	wish.what = what;
	wish.bytes = bytes;
	wish.label = label;
	return edit_plan_add(mending->plan, &wish, why);
}

/* By another part of the plan, as for an account that is only made by it. */
static bool is_made(const struct mending *mending, const char *folder)
{
	const struct plan *plan = mending->plan;

	for (size_t i = 0; folder && i < plan->count; i++) {
		if (text_is_equal(plan->steps[i]->class_name, "make-own-folder") &&
		    text_is_equal(step_get(plan->steps[i], "path"), folder))
			return true;
	}
	return false;
}

/* A home that is missing is made first, as new accounts have it. */
static int make_home(struct mending *mending, const struct key_place *place, struct problem *why)
{
	_cleanup_free_ char *home = find_home(mending);

	if (!place->is_own || !home || !is_below(place->path, home) ||
	    root_has_folder(mending->root, mending->account->home) || is_made(mending, home))
		return 0;
	return mend_home(mending, why);
}

/* What leads to a file that is made: folders that sshd would object to. */
static int mend_way(struct mending *mending, const struct key_place *place,
		    const struct sshd_login *login, struct problem *why)
{
	_cleanup_(key_files_done) struct key_files files = {0};
	struct account account = account_of(mending->account);

	if (place->exists)
		return 0;
	authorized_keys_judge_way(mending->root, place->path, &account, &files);
	return mend_file(mending, &files.files[0], is_strict(mending, login), why);
}

int mending_add_keys(struct mending *mending, const struct public_keys *keys, char **ret_file,
		     size_t *ret_added, struct problem *why)
{
	_cleanup_(key_place_done) struct key_place place = {0};
	struct sshd_login login;
	int r = mending_get_login(mending, &login, why);

	*ret_added = 0;
	if (r == 0)
		r = choose_place(mending, &login, &place, why);
	if (r == 0)
		r = make_home(mending, &place, why);
	if (r == 0)
		r = write_keys(mending, &place, keys, ret_added, why);
	if (r == 0)
		r = mend_way(mending, &place, &login, why);
	if (r == 0)
		*ret_file = mending_show_path(mending, place.path);
	return r;
}

int mend_add_keys(struct mending *mending, const struct text_list *keys, struct problem *why)
{
	_cleanup_public_keys_ struct public_keys parsed = {0};
	_cleanup_free_ char *file = NULL;
	size_t added = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < keys->count; i++)
		r = public_keys_parse(&parsed, keys->items[i], strlen(keys->items[i]), NULL, why);
	return r < 0 ? r : mending_add_keys(mending, &parsed, &file, &added, why);
}

int mend_modes_quietly(struct mending *mending, struct problem *why)
{
	_cleanup_(key_files_done) struct key_files files = {0};
	struct sshd_login login;
	bool strict;
	int r = mending_get_login(mending, &login, why);

	if (r < 0)
		return r;
	strict = is_strict(mending, &login);
	mending_find_key_files(mending, &login, &files);
	for (size_t i = 0; r == 0 && i < files.count; i++)
		r = mend_file(mending, &files.files[i], strict, why);
	return r;
}

int mend_modes(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *user = printable_text(mending->account->name);
	size_t before = mending->plan->count;
	int r = mending_open_shell(mending, why);

	if (r == 0)
		r = mend_modes_quietly(mending, why);
	if (r == 0 && mending->plan->count == before)
		mending_note(mending,
			     _("Nothing is wrong with owners and modes on the way to the keys and "
			       "the shell of %s."),
			     user);
	return r;
}
