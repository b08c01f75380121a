/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What single PAM modules are told: files that decide, lockouts, the hash of new passwords. */
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/pam.h"

#define GATES_MAX 1000

static const struct {
	const char *module;
	const char *argument; /* names another file */
	const char *paths[2];
	bool reads_all; /* of paths; else the first that exists */
	unsigned types; /* of the rules that ask them; 0: auth and account */
} gate_kinds[] = {
	{"pam_nologin", "file", {"/var/run/nologin", "/etc/nologin"}, true},
	{"pam_securetty", NULL, {"/etc/securetty", "/usr/share/securetty"}, false},
	{"pam_access",
	 "accessfile",
	 {"/etc/security/access.conf", "/usr/etc/security/access.conf"},
	 false},
	{"pam_time", "conffile", {"/etc/security/time.conf", "/usr/etc/security/time.conf"}, false},
	{"pam_listfile", "file", {NULL, NULL}, false},
	{"pam_shells", NULL, {"/etc/shells", "/usr/etc/shells"}, false},
	{PAM_SUCCEED_IF, NULL, {NULL, NULL}, false},
	{"pam_limits",
	 "conf",
	 {"/etc/security/limits.conf", "/usr/etc/security/limits.conf"},
	 false,
	 PAM_SESSION},
};

static enum pam_gate_fault find_fault(const struct root *root, const char *module, const char *path)
{
	static const struct {
		const char *module;
		bool follows; /* a symlink */
	} modules[] = {{"pam_securetty", true}, {"pam_shells", true}, {"pam_listfile", false}};
	struct stat status;

	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		if (strcmp(module, modules[i].module) != 0 ||
		    root_stat(root, path, modules[i].follows, &status) < 0)
			continue;
		if (!S_ISREG(status.st_mode))
			return PAM_GATE_NO_FILE;
		return status.st_mode & S_IWOTH ? PAM_GATE_WRITABLE : PAM_GATE_GOOD;
	}
	return PAM_GATE_GOOD;
}

static bool has_gate(const struct pam_gates *gates, const char *module, const char *path)
{
	for (size_t i = 0; i < gates->count; i++) {
		if (gates->gates[i].module == module && strcmp(gates->gates[i].path, path) == 0)
			return true;
	}
	return false;
}

static void add_gate(const struct root *root, struct pam_gates *gates, const struct pam_rule *rule,
		     const char *module, const char *path)
{
	if ((strcmp(module, PAM_SUCCEED_IF) != 0 && has_gate(gates, module, path)) ||
	    gates->count >= GATES_MAX)
		return;
	gates->gates =
		alloc_grow(gates->gates, gates->count, &gates->capacity, sizeof(*gates->gates));
	gates->gates[gates->count++] = (struct pam_gate){
		.rule = rule,
		.module = module,
		.path = text_copy(path),
		.exists = root_has_file(root, path),
		.fault = find_fault(root, module, path),
	};
}

static void add_gates(const struct root *root, struct pam_gates *gates, const struct pam_rule *rule,
		      size_t kind)
{
	const char *module = gate_kinds[kind].module, *const *paths = gate_kinds[kind].paths;
	const char *path =
		gate_kinds[kind].argument ? pam_rule_value(rule, gate_kinds[kind].argument) : NULL;

	if (path) {
		add_gate(root, gates, rule, module, path);
	} else if (gate_kinds[kind].reads_all) {
		for (size_t i = 0; i < ARRAY_SIZE(gate_kinds[kind].paths); i++)
			add_gate(root, gates, rule, module, paths[i]);
	} else if (strcmp(module, PAM_SUCCEED_IF) == 0) {
		add_gate(root, gates, rule, module, rule->file);
	} else if (paths[0]) {
		bool is_second = !root_has_file(root, paths[0]) && root_has_file(root, paths[1]);

		add_gate(root, gates, rule, module, paths[is_second]);
	}
}

void pam_gates_read(const struct root *root, const struct pam_stack *stack,
		    struct pam_gates *ret_gates)
{
	struct pam_gates gates = {0};

	for (size_t i = 0; i < stack->count; i++) {
		for (size_t kind = 0; kind < ARRAY_SIZE(gate_kinds); kind++) {
			unsigned types = gate_kinds[kind].types ? gate_kinds[kind].types
								: PAM_AUTH | PAM_ACCOUNT;

			if ((stack->rules[i].type & types) &&
			    pam_rule_is_module(&stack->rules[i], gate_kinds[kind].module))
				add_gates(root, &gates, &stack->rules[i], kind);
		}
	}
	*ret_gates = gates;
}

void pam_gates_done(struct pam_gates *gates)
{
	for (size_t i = 0; i < gates->count; i++)
		free(gates->gates[i].path);
	free(gates->gates);
	*gates = (struct pam_gates){0};
}

/* Seconds or a count; "never" is 0. A word that is neither changes nothing. */
static void take_number(const char *value, int64_t *number)
{
	uint64_t parsed;

	if (strcmp(value, "never") == 0)
		*number = 0;
	else if (text_parse_u64(value, &parsed) == 0 && parsed <= INT32_MAX)
		*number = (int64_t)parsed;
}

/* One option of a lockout, from its rule or from faillock.conf; VALUE is NULL for a bare word. */
static void take_option(struct pam_lockout *lockout, const char *name, const char *value)
{
	if (strcmp(name, "even_deny_root") == 0 || strcmp(name, "even_deny_root_account") == 0)
		lockout->even_deny_root = true;
	if (!value)
		return;
	if (strcmp(name, lockout->kind == PAM_FAILLOCK ? "dir" : "file") == 0 && *value == '/')
		text_set(&lockout->path, value);
	else if (strcmp(name, "deny") == 0)
		take_number(value, &lockout->deny);
	else if (strcmp(name, "fail_interval") == 0)
		take_number(value, &lockout->fail_interval);
	else if (strcmp(name, "unlock_time") == 0)
		take_number(value, &lockout->unlock_time);
	else if (strcmp(name, "root_unlock_time") == 0) {
		take_number(value, &lockout->root_unlock_time);
		lockout->even_deny_root = true; /* implied, says pam_faillock(8) */
	}
}

static void read_faillock_conf(const struct root *root, const char *path,
			       struct pam_lockout *lockout)
{
	const char *paths[] = {path ? path : "/etc/security/faillock.conf",
			       path ? path : "/usr/etc/security/faillock.conf"};
	struct config_lines lines;
	_cleanup_free_ char *text =
		config_open_first(root, paths, ARRAY_SIZE(paths), &path, &lines);
	char *next;

	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *name, *value;

		line[strcspn(line, "#")] = '\0';
		name = text_trim(line);
		value = name + strcspn(name, " \t=");
		if (*value) {
			*value++ = '\0';
			value += strspn(value, " \t=");
		}
		if (*name)
			take_option(lockout, name, *value ? value : NULL);
	}
}

static const struct {
	const char *module;
	enum pam_lockout_kind kind;
	const char *path;
	int64_t deny;
	int64_t fail_interval;
	int64_t unlock_time;
} lockout_kinds[PAM_LOCKOUTS_MAX] = {
	{"pam_faillock", PAM_FAILLOCK, "/var/run/faillock", 3, 900, 600},
	{"pam_tally2", PAM_TALLY2, "/var/log/tallylog", 0, 0, 0},
	{"pam_tally", PAM_TALLY, "/var/log/faillog", 0, 0, 0},
};

static void read_lockout(const struct root *root, const struct pam_rule *rule, size_t kind,
			 struct pam_lockout *lockout)
{
	*lockout = (struct pam_lockout){
		.rule = rule,
		.kind = lockout_kinds[kind].kind,
		.path = text_copy(lockout_kinds[kind].path),
		.deny = lockout_kinds[kind].deny,
		.fail_interval = lockout_kinds[kind].fail_interval,
		.unlock_time = lockout_kinds[kind].unlock_time,
		.root_unlock_time = -1,
	};
	if (lockout->kind == PAM_FAILLOCK)
		read_faillock_conf(root, pam_rule_value(rule, "conf"), lockout);
	for (size_t i = 0; i < rule->arguments.count; i++) {
		_cleanup_free_ char *name = text_copy(rule->arguments.items[i]);
		char *equals = strchr(name, '=');

		if (equals)
			*equals = '\0';
		take_option(lockout, name, equals ? equals + 1 : NULL);
	}
	if (lockout->root_unlock_time < 0)
		lockout->root_unlock_time = lockout->unlock_time;
	lockout->is_volatile = text_has_prefix(lockout->path, "/run/") ||
			       text_has_prefix(lockout->path, "/var/run/");
}

size_t pam_lockouts_read(const struct root *root, const struct pam_stack *stack,
			 struct pam_lockout *ret_lockouts)
{
	size_t count = 0;

	for (size_t kind = 0; kind < PAM_LOCKOUTS_MAX; kind++) {
		const struct pam_rule *rule = pam_stack_find(stack, PAM_AUTH | PAM_ACCOUNT,
							     lockout_kinds[kind].module, NULL);

		if (rule)
			read_lockout(root, rule, kind, &ret_lockouts[count++]);
	}
	return count;
}

void pam_lockouts_done(struct pam_lockout *lockouts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(lockouts[i].path);
		lockouts[i] = (struct pam_lockout){0};
	}
}

static void set_wish(struct hash_wish *wish, enum hash_scheme scheme, const char *file,
		     unsigned line)
{
	wish->scheme = scheme;
	text_set(&wish->file, file);
	wish->line = line;
}

/* "sha512", "blowfish"; pam_tcb's "prefix=$2y$". */
static enum hash_scheme find_scheme(const char *argument)
{
	const char *prefix = text_after_prefix(argument, "prefix=");

	if (!prefix)
		return hash_scheme_find(argument);
	if (text_has_prefix(prefix, "$2"))
		return HASH_BCRYPT;
	for (size_t i = HASH_NONE + 1; i < HASH_SCHEMES; i++) {
		if (text_is_equal(prefix, hash_scheme_prefix((enum hash_scheme)i)))
			return (enum hash_scheme)i;
	}
	return HASH_NONE;
}

/* The last scheme that the rule names counts, as pam_unix overwrites what it had. */
static void take_rule(const struct pam_rule *rule, struct hash_wish *wish)
{
	const char *rounds = pam_rule_value(rule, "rounds");
	uint64_t number = 0;

	rounds = rounds ? rounds : pam_rule_value(rule, "count");
	for (size_t i = 0; i < rule->arguments.count; i++) {
		enum hash_scheme scheme = find_scheme(rule->arguments.items[i]);

		if (scheme != HASH_NONE)
			set_wish(wish, scheme, rule->file, rule->line);
	}
	if (wish->scheme != HASH_NONE && rounds && text_parse_u64(rounds, &number) == 0 &&
	    number <= 999999999)
		wish->rounds = (unsigned long)number;
}

/* pam_unix2 of old SUSE takes the scheme from here where its rule says none: CRYPT_FILES, CRYPT. */
static void read_default_passwd(const struct root *root, struct hash_wish *wish)
{
	static const char *const paths[] = {"/etc/default/passwd"};
	const char *path = NULL;
	struct config_lines lines;
	_cleanup_free_ char *text =
		config_open_first(root, paths, ARRAY_SIZE(paths), &path, &lines);
	bool is_for_files = false;
	char *next;

	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *name = text_trim(line), *value = strchr(name, '=');
		bool is_files;

		if (!value)
			continue;
		*value++ = '\0';
		is_files = strcmp(name, "CRYPT_FILES") == 0;
		if (!is_files && (is_for_files || strcmp(name, "CRYPT") != 0))
			continue;
		is_for_files |= is_files;
		if (hash_scheme_find(value) != HASH_NONE)
			set_wish(wish, hash_scheme_find(value), path, lines.line);
	}
}

void pam_hash_read(const struct root *root, const struct pam_stack *stack,
		   struct hash_wish *ret_wish)
{
	static const char *const modules[] = {"pam_unix", "pam_unix2", "pam_tcb"};
	struct hash_wish wish = {0};

	for (size_t i = 0; i < ARRAY_SIZE(modules) && wish.scheme == HASH_NONE; i++) {
		const struct pam_rule *rule = pam_stack_find(stack, PAM_PASSWORD, modules[i], NULL);

		if (rule)
			take_rule(rule, &wish);
		if (rule && wish.scheme == HASH_NONE && strcmp(modules[i], "pam_unix2") == 0)
			read_default_passwd(root, &wish);
	}
	*ret_wish = wish;
}
