/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mends rules of PAM whose module is not there, such as pam_tally2 after an upgrade: they refuse
 * everybody.
 *
 * Such a rule stays as a comment. Below it comes one that does nothing, whatever its module says,
 * so that a rule in front that jumps over so many lands where it did.
 */
#include <errno.h>
#include <string.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/pam.h"

static const char *const services[] = {"login", "sshd"};

/* A login asks it, and its not being there counts. */
static bool refuses(const struct pam_rule *rule)
{
	if (rule->path || rule->is_quiet || rule->type == PAM_PASSWORD ||
	    strstr(rule->control, "module_unknown=ignore"))
		return false;
	return text_is_equal_ignoring_case(rule->control, "required") ||
	       text_is_equal_ignoring_case(rule->control, "requisite") || *rule->control == '[';
}

/* The modules are where they should be, but for some. */
static bool has_modules(const struct root *root, const struct pam_stack *stack)
{
	bool has_unix = false, has_permit = false;

	for (size_t i = 0; i < stack->count; i++) {
		const struct pam_rule *rule = &stack->rules[i];
		_cleanup_free_ char *folder = NULL, *permit = NULL;

		if (!rule->path)
			continue;
		folder = alloc_copy(rule->path, (size_t)(strrchr(rule->path, '/') - rule->path));
		permit = text_format("%s/pam_permit.so", folder);
		has_permit |= root_has_file(root, permit);
		has_unix |= pam_rule_is_module(rule, "pam_unix");
	}
	return has_unix && has_permit;
}

/* The text of line NUMBER of the file as it is now, before any mend. */
static char *get_old_line(const struct mending_text *text, unsigned number)
{
	const struct mending_text old = {.bytes = text->seen.bytes, .length = text->seen.length};

	return mending_get_line(&old, number);
}

static int replace(struct mending_text *text, const char *line, const char *reason)
{
	const char *start = line + strspn(line, " \t");
	_cleanup_free_ char *type = alloc_copy(start, strcspn(start, " \t"));
	_cleanup_free_ char *new = text_format("%s\t[default=ignore]\tpam_permit.so", type);

	for (unsigned number = 1;; number++) {
		_cleanup_free_ char *now = mending_get_line(text, number);

		if (!now)
			return 0;
		if (strcmp(now, line) == 0 && mending_replace_line(text, number, new, reason) == 0)
			number++; /* the new one, below what it was */
	}
}

static int pass_over(struct mending *mending, const struct pam_rule *rule, struct problem *why)
{
	_cleanup_free_ char *line = NULL, *reason = NULL, *shown = printable_text(rule->module);
	_cleanup_free_ char *file = mending_show_path(mending, rule->file);
	struct mending_text *text = NULL;
	int r = mending_get_text(mending, rule->file, &text, why);

	if (r < 0)
		return r;
	line = get_old_line(text, rule->line);
	if (!line || text_has_suffix(line, "\\") || text_is_equal(rule->file, "/etc/pam.conf")) {
		text_list_format(&mending->plan->notes,
				 _("Line %u of %s asks for %s, which is not there: it is to be "
				   "changed by hand."),
				 rule->line, file, shown);
		return 0;
	}
	reason = text_format(_("pass over %s, which is not there"), shown);
	return replace(text, line, reason);
}

/* --- lines as another system writes them */

static int take_off_returns(struct mending *mending, const char *file, struct problem *why)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	const char *reason = _("take the carriage returns off its lines");
	struct mending_text *text = NULL;
	size_t length;
	int r = mending_get_text(mending, file, &text, why);

	if (r < 0 || !text->bytes || text_list_contains(&text->reasons, reason))
		return r;
	for (size_t i = 0; i < text->length; i++) {
		bool is_end = i + 1 == text->length || text->bytes[i + 1] == '\n';

		if (text->bytes[i] != '\r' || !is_end)
			text_buffer_add(&buffer, text->bytes + i, 1);
	}
	length = buffer.length;
	mending_set_text(text, text_buffer_take(&buffer), length, reason);
	return 0;
}

static int mend_returns(struct mending *mending, const struct pam_stack *stack, struct problem *why)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < stack->fault_count; i++) {
		if (stack->faults[i].kind == PAM_FAULT_RETURN)
			r = take_off_returns(mending, stack->faults[i].file, why);
	}
	return r;
}

int mending_pass_over_modules(struct mending *mending, struct problem *why)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		_cleanup_pam_stack_ struct pam_stack stack = {0};
		bool can = true;

		pam_stack_read(mending->root, services[i], &stack);
		if (r == 0)
			r = mend_returns(mending, &stack, why);
		for (size_t j = 0; r == 0 && can && j < stack.count; j++) {
			if (!refuses(&stack.rules[j]))
				continue;
			can = has_modules(mending->root, &stack);
			if (can)
				r = pass_over(mending, &stack.rules[j], why);
			else
				text_list_format(&mending->plan->notes,
						 _("Modules of PAM that every login needs are "
						   "missing: its packages must be installed anew "
						   "(\"refloat chroot\")."));
		}
	}
	return r;
}
