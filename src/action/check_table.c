/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of checkers, and what all of their judges have in common. */
#include <string.h>

#include "action/check.h"
#include "action/check_kernel.h"
#include "action/check_words.h"
#include "base/i18n.h"

static const struct checker *const checkers[] = {
	&checker_ext,
	NULL,
};

const struct checker *checker_find(const char *type)
{
	for (size_t i = 0; checkers[i]; i++) {
		for (size_t j = 0; checkers[i]->types[j]; j++) {
			if (text_is_equal(checkers[i]->types[j], type))
				return checkers[i];
		}
	}
	return NULL;
}

static const char *const strength_names[] = {
	[CHECK_LOOK] = "look",
	[CHECK_REPAIR] = "repair",
	[CHECK_REPAIR_ALL] = "repair-all",
};

const char *check_strength_name(enum check_strength strength)
{
	return strength_names[strength];
}

enum check_strength check_strength_of(const struct step *step)
{
	for (size_t i = 0; i < ARRAY_SIZE(strength_names); i++) {
		if (text_is_equal(strength_names[i], step_get(step, "strength")))
			return (enum check_strength)i;
	}
	return CHECK_LOOK; /* what is not known changes nothing */
}

void verdict_done(struct verdict *verdict)
{
	text_list_done(&verdict->found);
	text_list_done(&verdict->repaired);
	text_list_done(&verdict->left);
	text_list_done(&verdict->next);
	text_list_done(&verdict->remarks);
	free(verdict->summary);
	*verdict = (struct verdict){0};
}

/* How programs say that the disk did not give what they asked for. */
static const char *const disk_words[] = {
	"Input/output error", "Error reading block", "error reading block", "Medium error", NULL,
};

/* A disk that cannot be read, by the kernel's own word or the program's. */
static void judge_disk(const struct check_outcome *outcome, struct verdict *verdict)
{
	_cleanup_text_list_ struct text_list said = {0};
	_cleanup_free_ char *line = NULL;

	check_kernel_say(outcome->kernel, &said);
	for (size_t i = 0; !said.count && disk_words[i] && !line; i++)
		line = check_find_line(outcome->output, disk_words[i]);
	if (line)
		text_list_format(&said, _("the disk could not be read: %s"), line);
	if (!said.count)
		return;
	verdict->is_disk = true;
	text_list_copy(&verdict->left, &said);
	text_list_done(&verdict->next);
	text_list_add(
		&verdict->next,
		_("This is the disk, not the filesystem: copy it to a good disk with ddrescue "
		  "first, and check the copy. Each further try may make it worse; a repair would "
		  "throw away what cannot be read just now."));
}

static const char *summarize(const struct check_outcome *outcome, const struct verdict *verdict)
{
	if (verdict->is_disk)
		return _("its disk could not be read everywhere");
	if (verdict->is_failed)
		return _("it could not be checked");
	if (verdict->left.count && verdict->repaired.count)
		return _("it was repaired in part");
	if (verdict->left.count)
		return outcome->strength == CHECK_LOOK ? _("it is damaged, and nothing was changed")
						       : _("it is damaged, and was not repaired");
	if (outcome->strength == CHECK_LOOK && verdict->found.count)
		return _("it is damaged, and nothing was changed");
	if (verdict->repaired.count)
		return _("it was damaged, and everything was repaired");
	return _("nothing is wrong with it");
}

void check_judge(const struct checker *checker, const struct check_outcome *outcome,
		 struct verdict *verdict)
{
	*verdict = (struct verdict){0};
	checker->judge(outcome, verdict);
	judge_disk(outcome, verdict);
	verdict->summary = text_copy(summarize(outcome, verdict));
}
