/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gates of PAM that a file opens or shuts for an account. */
#include "system/pam_gate.h"

#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/pam_parts.h"
#include "system/root_glob.h"

/* Sets a verdict that is none for those who pass. */
static void set_verdict(struct pam_verdict *verdict, enum pam_answer answer, const char *file,
			unsigned line)
{
	char *copy = answer == PAM_PASSES ? NULL : text_copy(file);

	free(verdict->file);
	verdict->answer = answer;
	verdict->file = copy;
	verdict->line = answer == PAM_PASSES ? 0 : line;
}

void pam_verdict_done(struct pam_verdict *verdict)
{
	free(verdict->file);
	*verdict = (struct pam_verdict){0};
}

static void judge_nologin(const struct root *root, const struct pam_gate *gate,
			  const struct pam_person *person, struct pam_verdict *verdict)
{
	if (root_has(root, gate->path) && !person->is_root)
		set_verdict(verdict, PAM_REFUSED, gate->path, 0);
}

/* Root must come from a terminal in the list; no list is no gate. */
static void judge_securetty(const struct root *root, const struct pam_gate *gate,
			    const struct pam_person *person, struct pam_verdict *verdict)
{
	_cleanup_text_list_ struct text_list terminals = {0};

	if (person->is_root && gate->fault)
		set_verdict(verdict, PAM_REFUSED, gate->path, 0);
	else if (person->is_root && login_securetty_read(root, &terminals))
		set_verdict(verdict, terminals.count ? PAM_DEPENDS : PAM_REFUSED, gate->path, 0);
}

static void judge_shells(const struct root *root, const struct pam_gate *gate,
			 const struct pam_person *person, struct pam_verdict *verdict)
{
	_cleanup_text_list_ struct text_list shells = {0};

	login_shells_read(root, &shells);
	if (!gate->exists || gate->fault ||
	    !text_list_contains(&shells, *person->shell ? person->shell : "/bin/sh"))
		set_verdict(verdict, PAM_REFUSED, gate->path, 0);
}

/* LINE of a listfile is the item that is looked for. */
static bool is_listed(const char *line, const char *item, const struct pam_person *person)
{
	if (text_is_equal(item, "group"))
		return person->groups && text_list_contains(person->groups, line);
	if (text_is_equal(item, "shell"))
		return strcmp(line, person->shell) == 0;
	return strcmp(line, person->user) == 0;
}

/* apply= leaves out all but one user or "@group". */
static bool applies(const struct pam_rule *rule, const struct pam_person *person)
{
	const char *apply = pam_rule_value(rule, "apply");

	if (!apply)
		return true;
	if (*apply == '@')
		return person->groups && text_list_contains(person->groups, apply + 1);
	return strcmp(apply, person->user) == 0;
}

static void judge_listfile(const struct root *root, const struct pam_gate *gate,
			   const struct pam_person *person, struct pam_verdict *verdict)
{
	const char *item = pam_rule_value(gate->rule, "item");
	bool denies = text_is_equal(pam_rule_value(gate->rule, "sense"), "deny");
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	unsigned found = 0;
	size_t length = 0;
	char *next;

	if (!applies(gate->rule, person))
		return;
	if (gate->fault) {
		set_verdict(verdict, PAM_REFUSED, gate->path, 0);
		return;
	}
	if (root_read_file(root, gate->path, CONFIG_MAX_BYTES, &text, &length) < 0) {
		if (!text_is_equal(pam_rule_value(gate->rule, "onerr"), "succeed"))
			set_verdict(verdict, PAM_REFUSED, gate->path, 0);
		return;
	}
	if (!text_is_equal(item, "user") && !text_is_equal(item, "group") &&
	    !text_is_equal(item, "shell")) {
		set_verdict(verdict, PAM_DEPENDS, gate->path, 0); /* tty, rhost, ruser */
		return;
	}
	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		if (!found && is_listed(line, item, person))
			found = lines.line;
	}
	if (denies == (found != 0))
		set_verdict(verdict, PAM_REFUSED, gate->path, found);
}

/* The default file has a folder of further ones beside it, and need not be there. */
static void judge_access(const struct root *root, const struct pam_gate *gate,
			 const struct pam_person *person, struct pam_verdict *verdict)
{
	const char *fields = pam_rule_value(gate->rule, "fieldsep");
	const char *items = pam_rule_value(gate->rule, "listsep");
	_cleanup_text_list_ struct text_list paths = {0};

	if (pam_rule_value(gate->rule, "accessfile") && !gate->exists) {
		set_verdict(verdict, PAM_REFUSED, gate->path, 0);
		return;
	}
	text_list_add(&paths, gate->path);
	if (!pam_rule_value(gate->rule, "accessfile"))
		root_glob(root, "/etc/security/access.d/*.conf", &paths);
	for (size_t i = 0; i < paths.count; i++) {
		_cleanup_free_ char *text = NULL;
		enum pam_answer answer;
		unsigned line = 0;
		size_t length = 0;

		if (root_read_file(root, paths.items[i], CONFIG_MAX_BYTES, &text, &length) < 0)
			continue;
		answer = pam_access_judge(text, length, fields ? fields : ":",
					  items ? items : " ,\t", person, &line);
		if (answer < verdict->answer)
			set_verdict(verdict, answer, paths.items[i], line);
		if (line && answer != PAM_DEPENDS)
			return;
	}
}

/* The users of LINE ("services;ttys;users;times") may have USER among them: "a|b", "!a", "wheel*".
 */
static bool may_be_of(const char *line, const char *user)
{
	_cleanup_text_list_ struct text_list users = {0};
	_cleanup_free_ char *copy = text_copy(line);
	char *rest = copy;

	(void)strsep(&rest, ";"); /* services */
	(void)strsep(&rest, ";"); /* terminals */
	if (!rest)
		return true;
	rest[strcspn(rest, ";")] = '\0';
	if (strpbrk(rest, "!*@"))
		return true;
	text_list_split(&users, rest, "|& \t");
	return text_list_contains(&users, user);
}

/* Whether a line of time.conf is for this hour cannot be said; whether there is a line can. */
static void judge_time(const struct root *root, const struct pam_gate *gate,
		       const struct pam_person *person, struct pam_verdict *verdict)
{
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;
	char *next;

	if (root_read_file(root, gate->path, CONFIG_MAX_BYTES, &text, &length) < 0)
		return;
	config_lines_init(&lines, text, length, true);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		line[strcspn(line, "#")] = '\0';
		if (*text_trim(line) == '\0' || !may_be_of(line, person->user))
			continue;
		if (verdict->answer == PAM_PASSES)
			set_verdict(verdict, PAM_DEPENDS, gate->path, lines.line);
		break;
	}
}

static void judge_conditions(const struct root *root, const struct pam_gate *gate,
			     const struct pam_person *person, struct pam_verdict *verdict)
{
	(void)root; /* all is in the rule */
	set_verdict(verdict, pam_succeed_if_judge(gate->rule, person), gate->rule->file,
		    gate->rule->line);
}

static void judge_limits(const struct root *root, const struct pam_gate *gate,
			 const struct pam_person *person, struct pam_verdict *verdict)
{
	_cleanup_free_ char *file = NULL;
	unsigned line = 0;
	enum pam_answer answer = pam_limits_judge(root, gate, person, &file, &line);

	set_verdict(verdict, answer, file, line);
}

static const struct {
	const char *module;
	void (*judge)(const struct root *root, const struct pam_gate *gate,
		      const struct pam_person *person, struct pam_verdict *verdict);
} judges[] = {
	{"pam_nologin", judge_nologin},	    {"pam_securetty", judge_securetty},
	{"pam_shells", judge_shells},	    {"pam_listfile", judge_listfile},
	{"pam_access", judge_access},	    {"pam_time", judge_time},
	{PAM_SUCCEED_IF, judge_conditions}, {"pam_limits", judge_limits},
};

void pam_gate_judge(const struct root *root, const struct pam_gate *gate,
		    const struct pam_person *person, struct pam_verdict *ret_verdict)
{
	struct pam_verdict verdict = {.answer = PAM_PASSES};

	for (size_t i = 0; i < ARRAY_SIZE(judges); i++) {
		if (strcmp(judges[i].module, gate->module) == 0)
			judges[i].judge(root, gate, person, &verdict);
	}
	*ret_verdict = verdict;
}
