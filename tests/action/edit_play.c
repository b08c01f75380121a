/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edit_play WHAT ROOT PATH [ARGUMENT...]: plans one change of a file below ROOT and runs it with
 * the program's own runner, classes and journal, for the tests.
 *
 *   edit ROOT PATH NEW [WORD...]   NEW: a file with the new bytes, "-" to remove. Words: lift,
 *       break, write, lock, backup, show (print the shell lines and stop)
 *   owner ROOT PATH MODE UID GID [WORD...]   "-" for what is to stay. Words: lift, links, show
 *   link ROOT PATH TARGET [show]   "-" removes the symlink
 *   mend console|sshd-start|host-keys ROOT [show]   as the planner of that name has it
 *   look ROOT   terminals with their state, and the SSH server's
 *   undo   all that the journal has
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "action/actions.h"
#include "action/edit.h"
#include "action/link.h"
#include "action/mend_units.h"
#include "base/file.h"
#include "plan/runner.h"
#include "system/console.h"
#include "system/service_state.h"

static bool has_word(char **words, const char *word)
{
	for (; *words; words++) {
		if (strcmp(*words, word) == 0)
			return true;
	}
	return false;
}

static int fail(int error, const struct problem *why)
{
	_cleanup_free_ char *text = problem_text(why);

	printf("%s: %s\n", strerrorname_np(-error), text);
	return 1;
}

static int add_edit(struct plan *plan, char **words, bool has_label, struct problem *why)
{
	_cleanup_free_ char *label = NULL;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_edit_file_ struct edit_file seen = {0};
	_cleanup_free_ char *bytes = NULL;
	struct edit_wish wish = {
		.root = words[0], .seen = &seen, .mode = 0604, .uid = 12, .gid = 34};
	int r = root_open(words[0], &root, why);

	if (r == 0)
		r = edit_look(root, words[1], &seen, why);
	if (r == 0 && strcmp(words[2], "-") != 0)
		r = file_read(words[2], EDIT_BYTES_MAX, &bytes, &wish.length, why);
	if (r < 0)
		return r;
	if (has_label)
		r = edit_plan_label(plan, words[0], words[1], &label, why);
	wish.label = label;
	wish.bytes = bytes;
	wish.lifts_flags = has_word(words + 3, "lift");
	wish.locks_accounts = has_word(words + 3, "lock");
	wish.backup = has_word(words + 3, "backup") ? "-" : NULL;
	if (has_word(words + 3, "break"))
		wish.links = EDIT_LINKS_BREAK;
	if (has_word(words + 3, "write"))
		wish.links = EDIT_LINKS_WRITE;
	return r < 0 ? r : edit_plan_add(plan, &wish, why);
}

static int add_owner(struct plan *plan, char **words, struct problem *why)
{
	struct edit_owner_wish wish = {.root = words[0], .path = words[1]};

	wish.wanted.has_mode = strcmp(words[2], "-") != 0;
	wish.wanted.mode = (mode_t)strtoul(words[2], NULL, 8);
	wish.wanted.has_uid = strcmp(words[3], "-") != 0;
	wish.wanted.uid = (uid_t)strtoul(words[3], NULL, 10);
	wish.wanted.has_gid = strcmp(words[4], "-") != 0;
	wish.wanted.gid = (gid_t)strtoul(words[4], NULL, 10);
	wish.lifts_flags = has_word(words + 5, "lift");
	wish.allows_links = has_word(words + 5, "links");
	return edit_plan_add_owner(plan, &wish, why);
}

static int add_link(struct plan *plan, char **words, struct problem *why)
{
	const struct link_wish wish = {
		.root = words[0],
		.path = words[1],
		.target = strcmp(words[2], "-") == 0 ? NULL : words[2],
	};

	return link_plan_add(plan, &wish, why);
}

static void print_consoles(const struct root *root)
{
	static const char *const states[] = {
		[CONSOLE_LOGIN] = "login",	 [CONSOLE_NONE] = "none",
		[CONSOLE_DISABLED] = "disabled", [CONSOLE_MASKED] = "masked",
		[CONSOLE_BROKEN] = "broken",
	};
	_cleanup_consoles_ struct consoles consoles = {0};

	consoles_read(root, NULL, &consoles);
	for (size_t i = 0; i < consoles.count; i++)
		printf("%s %s\n", consoles.items[i].terminal, states[consoles.items[i].state]);
}

static int look(const char *folder, struct problem *why)
{
	_cleanup_service_state_ struct service_state state = {0};
	_cleanup_root_ struct root *root = NULL;
	int r = root_open(folder, &root, why);

	if (r < 0)
		return r;
	print_consoles(root);
	service_state_read_sshd(root, NULL, &state);
	printf("sshd %s\n", service_start_word(state.start));
	return 0;
}

/* WORDS: what and the root; *PLAN is the planner's then. */
static int add_mend(struct plan **plan, char **words, struct problem *why)
{
	static const struct {
		const char *name;
		mend_fn mend;
	} mends[] = {
		{"console", mend_console},
		{"sshd-start", mend_sshd_start},
		{"host-keys", mend_sshd_host_keys},
	};
	_cleanup_session_ struct session session;
	_cleanup_answers_ struct answers answers;
	_cleanup_mending_ struct mending mending = {0};
	int r;

	session_init(&session);
	answers_init(&answers, &action_mend_account);
	r = answers_add(&answers, "root", words[1]);
	/* not this machine's own console */
	session.scan.sysroot = "/nonexistent";
	if (r == 0)
		r = mending_open(&session, &answers, NULL, "play", &mending, why);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(mends); i++) {
		if (strcmp(mends[i].name, words[0]) == 0)
			r = mends[i].mend(&mending, why);
	}
	if (r == 0)
		r = mending_finish(&mending, why);
	if (r < 0)
		return r;
	(void)plan_free(*plan);
	*plan = TAKE_PTR(mending.plan);
	text_set(&(*plan)->summary, "Play");
	return 0;
}

static void add_undo(struct plan *plan, const struct journal *journal)
{
	_cleanup_free_ const struct operation **list = NULL;
	size_t count = journal_list_undoable(journal, &list);

	plan->is_undo = true;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = list[i]->count; j > 0; j--) {
			const struct journal_step *step = &list[i]->steps[j - 1];

			if (journal_step_is_undoable(step))
				plan_add(plan, step_new_undo(step_classes, list[i]->number,
							     step->number, step->step));
		}
	}
}

static void show(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		_cleanup_text_list_ struct text_list lines = {0};

		step_command(step_classes, plan->steps[i], &lines);
		for (size_t j = 0; j < lines.count; j++)
			printf("%s\n", lines.items[j]);
	}
}

static void tell(const struct text_list *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		printf("note: %s\n", notes->items[i]);
}

int main(int count, char **words)
{
	_cleanup_plan_ struct plan *plan = plan_new("play");
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_(step_report_done) struct step_report report = {0};
	_cleanup_problem_ struct problem why = {0};
	struct runner runner = {.classes = step_classes};
	int r = journal_open(JOURNAL_FOLDER, &journal, &why);

	plan->summary = text_copy("Play");
	if (count >= 3 && strcmp(words[1], "look") == 0)
		return look(words[2], &why) < 0 ? fail(why.error, &why) : 0;
	if (r == 0 && count >= 5 && strcmp(words[1], "edit") == 0)
		r = add_edit(plan, words + 2, false, &why);
	else if (r == 0 && count >= 5 && strcmp(words[1], "label") == 0)
		r = add_edit(plan, words + 2, true, &why);
	else if (r == 0 && count >= 7 && strcmp(words[1], "owner") == 0)
		r = add_owner(plan, words + 2, &why);
	else if (r == 0 && count >= 5 && strcmp(words[1], "link") == 0)
		r = add_link(plan, words + 2, &why);
	else if (r == 0 && count >= 4 && strcmp(words[1], "mend") == 0)
		r = add_mend(&plan, words + 2, &why);
	else if (r == 0)
		add_undo(plan, journal);
	if (r < 0)
		return fail(r, &why);
	tell(&plan->notes);
	if (has_word(words, "show")) {
		show(plan);
		return 0;
	}
	runner.journal = journal;
	r = runner_execute(&runner, plan, &report, &why);
	tell(&report.notes);
	edit_plan_forget(plan);
	if (why.error)
		return fail(why.error, &why);
	puts(r == RUNNER_DONE ? "done" : "not done");
	return 0;
}
