/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each setting of sshd that keeps a login out has to become. */
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_editor.h"

static void find_counting(const struct sshd_editor *editor, const char *keyword,
			  struct sshd_counting *counting)
{
	sshd_counting_find(&editor->config, sshd_keyword_find(keyword), editor->wish->login,
			   counting);
}

/* A name that no pattern and no list gives another meaning. */
static bool is_plain_name(const char *name)
{
	for (const char *at = name; *at; at++) {
		if ((unsigned char)*at <= ' ' || *at == '\x7f' || strchr("*?!,\"'\\#@%=", *at))
			return false;
	}
	return *name != '\0';
}

/* WORD as a line takes it. */
static void add_word(struct text_buffer *line, const char *word)
{
	bool is_quoted = !*word || word[strcspn(word, " \t#\"'\\")];

	text_buffer_add_text(line, line->length ? " " : "");
	text_buffer_add_text(line, is_quoted ? "\"" : "");
	for (; *word; word++) {
		if (strchr("\"\\", *word))
			text_buffer_add_text(line, "\\");
		text_buffer_add(line, word, 1);
	}
	text_buffer_add_text(line, is_quoted ? "\"" : "");
}

static char *join_words(const struct text_list *words, const char *more)
{
	_cleanup_text_buffer_ struct text_buffer line = {0};

	for (size_t i = 0; i < words->count; i++)
		add_word(&line, words->items[i]);
	if (more)
		add_word(&line, more);
	return text_buffer_take(&line);
}

/* It stands in a Match block that names the user and nobody else. */
static bool is_users_own(const struct sshd_editor *editor, const struct sshd_setting *setting)
{
	const struct text_list *criteria;

	if (!setting->match)
		return false;
	criteria = &editor->config.matches[setting->match - 1].criteria;
	for (size_t i = 0; i + 1 < criteria->count; i += 2) {
		if (text_is_equal_ignoring_case(criteria->items[i], "user") &&
		    text_is_equal(criteria->items[i + 1], editor->wish->login->user))
			return true;
	}
	return false;
}

/* KEYWORD is the one by whose default the target's own sshd refuses what is wanted. */
static bool is_refusing(const char *keyword, bool is_wanted, const char *refusing)
{
	return is_wanted && refusing && text_is_equal_ignoring_case(refusing, keyword);
}

/* All that counts of KEYWORD becomes VALUE; a line is added where that is not the default, which
 * may be NULL: unknown. */
static void set_all(struct sshd_editor *editor, const char *keyword, const char *value,
		    const char *default_value)
{
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};

	find_counting(editor, keyword, &counting);
	for (size_t i = 0; i < counting.count; i++) {
		if (!text_is_equal(counting.items[i].setting->values.items[0], value))
			sshd_editor_change(editor, counting.items[i].setting, value,
					   !is_users_own(editor, counting.items[i].setting));
	}
	if (!counting.has_certain && !text_is_equal(value, default_value))
		sshd_editor_add(editor, keyword, value);
}

static bool is_wanting(const struct sshd_verdict *verdict, bool is_wanted, const char *keyword)
{
	return is_wanted && verdict->answer != SSHD_YES &&
	       (!keyword || text_is_equal(verdict->keyword, keyword));
}

/* What the user needs of PermitRootLogin WORD: never more than is wanted. NULL: nothing. */
static const char *root_word(const struct sshd_editor *editor, const char *word)
{
	if (text_is_equal(word, "yes"))
		return NULL;
	if (editor->wish->by_password)
		return "yes";
	if (text_is_equal(word, "prohibit-password"))
		return NULL;
	return editor->knows_prohibit ? "prohibit-password" : "without-password";
}

/* Where no line says what root may. */
static void add_root_word(struct sshd_editor *editor)
{
	const struct sshd_wish *wish = editor->wish;
	const struct sshd_defaults *refusing = &wish->refusing;
	static const char keyword[] = "permitrootlogin";

	if (wish->by_password ? !text_is_equal(wish->login->root_default, "yes") ||
					is_refusing(keyword, true, refusing->user) ||
					is_refusing(keyword, true, refusing->password)
			      : is_refusing(keyword, true, refusing->user) ||
					is_refusing(keyword, wish->by_key, refusing->key))
		sshd_editor_add(editor, keyword, root_word(editor, "no"));
}

static void let_root_in(struct sshd_editor *editor)
{
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};

	if (!editor->wish->login->is_root)
		return;
	find_counting(editor, "permitrootlogin", &counting);
	for (size_t i = 0; i < counting.count; i++) {
		const char *word = root_word(editor, counting.items[i].setting->values.items[0]);

		if (word)
			sshd_editor_change(editor, counting.items[i].setting, word, false);
	}
	if (!counting.has_certain)
		add_root_word(editor);
}

static bool names_user(const char *pattern, const struct sshd_login *login)
{
	return sshd_pattern_matches_user(login->user, pattern) != SSHD_NO;
}

static bool names_group(const char *pattern, const struct sshd_login *login)
{
	for (size_t i = 0; login->groups && i < login->groups->count; i++) {
		if (sshd_pattern_matches(login->groups->items[i], pattern))
			return true;
	}
	return false;
}

/* A pattern that is a name and nothing more: others are not meant by it. */
static bool is_one(const char *pattern, bool is_for_groups)
{
	const char *at = is_for_groups ? NULL : strrchr(pattern, '@');

	return strcspn(pattern, "*?") >= (at ? (size_t)(at - pattern) : strlen(pattern));
}

/* SETTING without the names in it that deny. */
static void take_names_out(struct sshd_editor *editor, const struct sshd_setting *setting,
			   bool is_for_groups)
{
	const struct sshd_login *login = editor->wish->login;
	_cleanup_text_list_ struct text_list left = {0};
	_cleanup_free_ char *line = NULL;

	for (size_t i = 0; i < setting->values.count; i++) {
		const char *pattern = setting->values.items[i];
		bool denies =
			is_for_groups ? names_group(pattern, login) : names_user(pattern, login);

		if (denies && !is_one(pattern, is_for_groups))
			sshd_editor_say(editor, SSHD_REST_PATTERN, setting->keyword, pattern,
					setting);
		if (!denies || !is_one(pattern, is_for_groups))
			text_list_add(&left, pattern);
	}
	if (left.count == setting->values.count)
		return;
	line = left.count ? join_words(&left, NULL) : NULL;
	sshd_editor_change(editor, setting, line, is_for_groups);
}

static void undeny(struct sshd_editor *editor, const char *keyword, bool is_for_groups)
{
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};

	find_counting(editor, keyword, &counting);
	if (is_for_groups && counting.count && !editor->wish->login->groups) {
		sshd_editor_say(editor, SSHD_REST_GROUPS, keyword, NULL, counting.items[0].setting);
		return;
	}
	for (size_t i = 0; i < counting.count; i++)
		take_names_out(editor, counting.items[i].setting, is_for_groups);
}

/* A pattern that lets the user in from anywhere. */
static bool allows(const struct sshd_setting *setting, bool is_for_groups,
		   const struct sshd_login *login)
{
	for (size_t i = 0; i < setting->values.count; i++) {
		const char *pattern = setting->values.items[i];

		if (is_for_groups ? names_group(pattern, login)
				  : sshd_pattern_matches_user(login->user, pattern) == SSHD_YES)
			return true;
	}
	return false;
}

/* The group that has the fewest others in it: the user's own, else the first, which is the one that
 * passwd names. */
static const char *choose_group(const struct sshd_login *login)
{
	if (text_list_contains(login->groups, login->user))
		return login->user;
	return login->groups->items[0];
}

/* What is added to a list that has not the user; NULL: nothing can be. */
static const char *choose_name(struct sshd_editor *editor, const struct sshd_setting *setting,
			       bool is_for_groups)
{
	const struct sshd_login *login = editor->wish->login;
	const char *name;

	if (is_for_groups && (!login->groups || !login->groups->count)) {
		sshd_editor_say(editor, SSHD_REST_GROUPS, setting->keyword, NULL, setting);
		return NULL;
	}
	name = is_for_groups ? choose_group(login) : login->user;
	if (is_plain_name(name))
		return name;
	sshd_editor_say(editor, SSHD_REST_NAME, setting->keyword, name, setting);
	return NULL;
}

static void add_name(struct sshd_editor *editor, const struct sshd_setting *setting,
		     bool is_for_groups)
{
	const char *name = choose_name(editor, setting, is_for_groups);
	_cleanup_free_ char *line = name ? join_words(&setting->values, name) : NULL;

	if (line)
		sshd_editor_change(editor, setting, line, is_for_groups);
}

/* Lines that add up: the first of those that are certain gets the name, unless one has it; each of
 * a block that may be in force is a list of its own. */
static void allow(struct sshd_editor *editor, const char *keyword, bool is_for_groups)
{
	const struct sshd_login *login = editor->wish->login;
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};
	const struct sshd_setting *first = NULL;
	bool is_allowed = false;

	find_counting(editor, keyword, &counting);
	for (size_t i = 0; i < counting.count; i++) {
		const struct sshd_setting *setting = counting.items[i].setting;
		bool is_in = allows(setting, is_for_groups, login);

		if (counting.items[i].answer == SSHD_YES) {
			is_allowed |= is_in;
			first = first ? first : setting;
		} else if (!is_in) {
			add_name(editor, setting, is_for_groups);
		}
	}
	if (first && !is_allowed)
		add_name(editor, first, is_for_groups);
}

/* The method that a password is asked for by. */
static const char *password_method(const struct sshd_editor *editor)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};

	sshd_config_get(&editor->config, "passwordauthentication", editor->wish->login, &value);
	return text_is_equal(sshd_value_text(&value), "yes") ? "password" : "keyboard-interactive";
}

static void allow_methods(struct sshd_editor *editor)
{
	const struct sshd_wish *wish = editor->wish;
	const char *password = password_method(editor);
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};

	find_counting(editor, "authenticationmethods", &counting);
	for (size_t i = 0; i < counting.count; i++) {
		const struct text_list *ways = &counting.items[i].setting->values;
		_cleanup_text_list_ struct text_list wanted = {0};
		_cleanup_free_ char *line = NULL;

		text_list_copy(&wanted, ways);
		if (wish->by_key && sshd_ways_allow(ways, "publickey") != SSHD_YES)
			text_list_add(&wanted, "publickey");
		if (wish->by_password && sshd_ways_allow(ways, password) != SSHD_YES)
			text_list_add(&wanted, password);
		if (wanted.count == ways->count)
			continue;
		line = join_words(&wanted, NULL);
		sshd_editor_change(editor, counting.items[i].setting, line,
				   !is_users_own(editor, counting.items[i].setting));
	}
}

/* Files for keys, where there are to be none. */
static void allow_keys_file(struct sshd_editor *editor)
{
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};

	find_counting(editor, "authorizedkeysfile", &counting);
	for (size_t i = 0; i < counting.count; i++) {
		if (text_is_equal_ignoring_case(counting.items[i].setting->values.items[0], "none"))
			sshd_editor_change(editor, counting.items[i].setting,
					   ".ssh/authorized_keys",
					   !is_users_own(editor, counting.items[i].setting));
	}
}

static bool has_pam(const struct root *root)
{
	return root_has_file(root, "/etc/pam.d/sshd") ||
	       root_has_file(root, "/usr/lib/pam.d/sshd") ||
	       root_has_file(root, "/usr/etc/pam.d/sshd") || root_has_file(root, "/etc/pam.d/ssh");
}

/* With PAM it is PAM that looks at a locked password, and lets keys in. */
static void pass_lock(struct sshd_editor *editor)
{
	_cleanup_sshd_value_ struct sshd_value value = {0};
	const struct sshd_login *login = editor->wish->login;

	sshd_config_get(&editor->config, "usepam", login, &value);
	if (!login->is_locked || text_is_equal(sshd_value_text(&value), "yes"))
		return;
	if (has_pam(editor->root))
		set_all(editor, "usepam", "yes", "no");
	else
		sshd_editor_say(editor, SSHD_REST_LOCKED, "usepam", NULL, value.setting);
}

/* Where something else than a shell waits. */
static void say_forced(struct sshd_editor *editor)
{
	static const char *const keywords[] = {"forcecommand", "chrootdirectory"};

	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		_cleanup_sshd_value_ struct sshd_value value = {0};

		sshd_config_get(&editor->config, keywords[i], editor->wish->login, &value);
		if (!text_is_equal_ignoring_case(sshd_value_text(&value), "none"))
			sshd_editor_say(editor, SSHD_REST_FORCED, keywords[i],
					sshd_value_text(&value), value.setting);
	}
}

/* PasswordAuthentication is enough, whether PAM could ask, too, or not. */
static void allow_password(struct sshd_editor *editor, const struct sshd_verdict *password)
{
	static const char *const keywords[] = {"passwordauthentication",
					       "kbdinteractiveauthentication", "usepam"};

	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		if (is_refusing(keywords[i], editor->wish->by_password,
				editor->wish->refusing.password))
			set_all(editor, "passwordauthentication", "yes", NULL);
		else if (is_wanting(password, editor->wish->by_password, keywords[i]))
			set_all(editor, "passwordauthentication", "yes", "yes");
	}
}

void sshd_editor_let_in(struct sshd_editor *editor)
{
	const struct sshd_wish *wish = editor->wish;
	struct sshd_judgement judgement;

	sshd_config_judge(&editor->config, wish->login, &judgement);
	if (!wish->ways_only && is_wanting(&judgement.user, true, NULL)) {
		pass_lock(editor);
		undeny(editor, "denyusers", false);
		undeny(editor, "denygroups", true);
		allow(editor, "allowusers", false);
		allow(editor, "allowgroups", true);
	}
	if (!wish->ways_only)
		let_root_in(editor);
	allow_password(editor, &judgement.password);
	if (is_refusing("pubkeyauthentication", wish->by_key, wish->refusing.key))
		set_all(editor, "pubkeyauthentication", "yes", NULL);
	else if (is_wanting(&judgement.key, wish->by_key, "pubkeyauthentication"))
		set_all(editor, "pubkeyauthentication", "yes", "yes");
	if (is_wanting(&judgement.key, wish->by_key, "authenticationmethods") ||
	    is_wanting(&judgement.password, wish->by_password, "authenticationmethods"))
		allow_methods(editor);
	if (is_refusing("authenticationmethods", wish->by_key, wish->refusing.key) ||
	    is_refusing("authenticationmethods", wish->by_password, wish->refusing.password))
		set_all(editor, "authenticationmethods", "any", NULL);
	if (wish->by_key)
		allow_keys_file(editor);
	if (!wish->ways_only)
		say_forced(editor);
}
