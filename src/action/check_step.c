/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step that checks one filesystem, and repairs it where that was asked for.
 *
 * Arguments: node, name (of the device), type, strength, disks (kernel names of what it lies on,
 * one a line), undo-file, and what its checker's command wants. It sets: status, verdict (a
 * sentence part), state ("clean", "repaired", "left", "failed"), and found, repaired, left, next
 * (one a line).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/actions.h"
#include "action/check.h"
#include "action/check_kernel.h"
#include "action/check_output.h"
#include "action/check_words.h"
#include "action/node.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/shell.h"
#include "storage/running.h"

#define REPAIRS_MAX 3u
#define LOOK_SHARE 45u /* percent of the time that a look before a repair takes */

/* A program at work. */
struct work {
	const struct checker *checker;
	struct step *step;
	const struct step_listener *listener; /* may be NULL */
	struct check_output output;
	int kernel;		   /* its log; -1: cannot be read */
	struct text_list disks;	   /* that it may name */
	struct text_list messages; /* what it said of them while the program ran */
	unsigned from, to;     /* percent of the whole that the program's run is; to 0: all of it */
	bool has_disk_trouble; /* the program has said so */
	bool is_repaired;      /* what the superblock said before holds no more */
	struct step_progress progress;
};

static void work_done(struct work *work)
{
	check_output_done(&work->output);
	text_list_done(&work->disks);
	text_list_done(&work->messages);
}

static void list_words(const struct step *step, bool is_shown, struct text_list *words)
{
	const struct checker *checker = checker_of(step);

	if (checker)
		checker->command(step, is_shown, words);
}

static void print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_words(step, true, &words);
	if (words.count)
		text_list_take(lines, shell_command(&words));
}

static char *stop_what(const struct step *step)
{
	const struct checker *checker = checker_of(step);
	const char *stop = checker ? checker->efforts[check_strength_of(step)].stop : NULL;

	return stop ? text_copy(_(stop)) : NULL;
}

/* --- while it runs */

static void tell_progress(const struct work *work)
{
	struct step_progress progress = work->progress;

	if (!work->listener || !work->listener->on_progress)
		return;
	if (work->to && progress.total)
		progress.done = progress.total * work->from / 100 +
				progress.done * (work->to - work->from) / 100;
	work->listener->on_progress(work->listener->data, &progress);
}

static void on_line(void *data, bool is_error, const char *line, size_t length)
{
	struct work *work = data;

	if (work->checker->progress &&
	    work->checker->progress(work->step, line, false, &work->progress)) {
		tell_progress(work);
		if (work->checker->has_returns)
			return; /* a bar that moves is nothing for a log */
	}
	if (work->checker->answer && !work->has_disk_trouble) {
		_cleanup_free_ char *text = text_format("%.*s", (int)length, line);

		work->has_disk_trouble = check_says_disk(text);
	}
	check_output_add(&work->output, line, length);
	if (work->listener && work->listener->on_output)
		work->listener->on_output(work->listener->data, is_error, line, length);
}

static void on_extra_line(void *data, bool is_error, const char *line, size_t length)
{
	struct work *work = data;

	(void)is_error;
	(void)length;
	if (work->checker->progress &&
	    work->checker->progress(work->step, line, true, &work->progress))
		tell_progress(work);
}

/* A program may take what it could not read for damage, and not say so where it asks. */
static char on_question(void *data, const char *line, size_t length)
{
	struct work *work = data;

	(void)length;
	check_kernel_read(work->kernel, &work->disks, &work->messages);
	if (work->has_disk_trouble || check_kernel_has_failure(&work->messages))
		return 0;
	return work->checker->answer(line);
}

/* What a program that says nothing of itself has read, by the kernel's word. */
static void count_bytes(struct work *work, pid_t pid)
{
	_cleanup_free_ char *path = text_format("/proc/%d/io", (int)pid), *text = NULL;
	unsigned long long bytes = 0;
	const char *line;

	if (file_read(path, 4096, &text, NULL, NULL) < 0)
		return;
	line = strstr(text, "read_bytes:");
	if (!line || sscanf(line, "read_bytes: %llu", &bytes) != 1)
		return;
	work->progress.done = bytes;
	work->progress.unit = "bytes";
}

/* What is known is told once more each second: whoever hears it may have passed over the last word,
 * and a program that stands still must not look as if it went on as before. */
static void on_second(void *data, pid_t pid)
{
	struct work *work = data;

	if (work->checker->poll)
		(void)work->checker->poll(work->step, &work->progress); /* or nothing is new */
	if (work->checker->counts_bytes)
		count_bytes(work, pid);
	if (work->progress.unit)
		tell_progress(work);
}

/* --- before and after */

static int refuse_use(const char *node, struct problem *why)
{
	(void)problem_set(why, -EBUSY, node,
			  _("it is in use: mounted, part of something bigger, or "
			    "opened by another program"));
	problem_set_next(
		why, _("\"refloat disks\" shows where it is mounted and what lies on it. A shell "
		       "that was opened with \"refloat chroot\" keeps it, too."));
	return -EBUSY;
}

/*
 * Nobody else has it mounted or under an array: the kernel gives it to one only. A program that
 * asks for that itself gets it from us right away.
 */
static int take(struct step *step, const struct checker *checker, int *ret_fd, struct problem *why)
{
	const char *node = step_get_text(step, "node");
	_cleanup_close_ int fd = -1;
	struct stat status;

	*ret_fd = -1;
	if (step_get(step, "scrub"))
		return 0; /* the kernel itself does it, to what is mounted */
	fd = open(node, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd < 0)
		return errno == EBUSY ? refuse_use(node, why)
				      : problem_set_errno(why, -errno, node);
	if (fstat(fd, &status) < 0 || !S_ISBLK(status.st_mode))
		return problem_set(why, -ENOTBLK, node, _("is no block device"));
	if (checker->measure)
		checker->measure(fd, step);
	if (checker->is_shared)
		*ret_fd = TAKE_FD(fd);
	return 0;
}

static bool is_stopped(const struct step_report *report)
{
	return report->listener && report->listener->stop_signal && *report->listener->stop_signal;
}

static const char *state_of(const struct verdict *verdict)
{
	if (verdict->is_failed)
		return "failed";
	if (verdict->is_disk || verdict->left.count ||
	    (verdict->found.count && (verdict->is_look || !verdict->repaired.count)))
		return "left";
	return verdict->repaired.count ? "repaired" : "clean";
}

static void note_list(struct step_report *report, const char *format, const char *name,
		      const struct text_list *list)
{
	_cleanup_free_ char *joined = text_list_join(list, "; ");

	if (list->count) {
		_cleanup_free_ char *note = text_format("%s: %s: %s", name, format, joined);

		text_list_add(&report->notes, note);
	}
}

/* "sda2 (/var)"; the caller frees. */
static char *title_of(const struct step *step)
{
	_cleanup_free_ char *name = printable_text(step_get_text(step, "name"));
	_cleanup_free_ char *place = printable_text(step_get_text(step, "mountpoint"));

	return *place == '/' ? text_format("%s (%s)", name, place) : TAKE_PTR(name);
}

/* What the person reads of it. */
static void note_verdict(const struct step *step, const struct verdict *verdict,
			 struct step_report *report)
{
	_cleanup_free_ char *name = title_of(step);

	text_list_format(&report->notes, "%s: %s", name, verdict->summary);
	if (verdict->is_look || (!verdict->repaired.count && !verdict->left.count))
		note_list(report, _("found"), name, &verdict->found);
	note_list(report, _("repaired"), name, &verdict->repaired);
	note_list(report, _("left"), name, &verdict->left);
	for (size_t i = 0; i < verdict->remarks.count; i++)
		text_list_format(&report->notes, "%s: %s", name, verdict->remarks.items[i]);
	for (size_t i = 0; i < verdict->next.count; i++)
		text_list_format(&report->notes, "%s: %s", name, verdict->next.items[i]);
}

static int conclude(struct step *step, int status, const struct verdict *verdict,
		    struct step_report *report, struct problem *why)
{
	_cleanup_free_ char *number = text_format("%d", status), *left = NULL, *next = NULL;

	step_set(step, "status", number);
	step_set(step, "verdict", verdict->summary);
	step_set(step, "state", state_of(verdict));
	node_set_list(step, "found", &verdict->found);
	node_set_list(step, "repaired", &verdict->repaired);
	node_set_list(step, "left", &verdict->left);
	node_set_list(step, "next", &verdict->next);
	if (verdict->is_failed && !verdict->is_disk) {
		left = text_list_join(&verdict->left, "; ");
		next = text_list_join(&verdict->next, " ");
		(void)problem_set(why, -EIO, step_get_text(step, "name"), "%s",
				  *left ? left : verdict->summary);
		if (*next)
			problem_set_next(why, "%s", next);
		return -EIO;
	}
	note_verdict(step, verdict, report);
	report->is_unfinished |= strcmp(state_of(verdict), "clean") != 0 &&
				 strcmp(state_of(verdict), "repaired") != 0;
	return 0;
}

/* What is known of it whatever the program says. */
static struct check_outcome begin_outcome(const struct step *step, const struct work *work,
					  enum check_strength strength, const char *name)
{
	struct check_outcome outcome = {
		.strength = strength,
		.is_look = work->checker->efforts[strength].risk <= RISK_READS,
		.name = name,
		.type = step_get_text(step, "type"),
		.output = "",
		.filesystem_size = node_get_number(step, "filesystem-size"),
		.device_size = node_get_number(step, "size"),
		.damage = step_get(step, "damage"),
		.mend = step_get(step, "mend"),
		.is_mended = step_get(step, "mended") != NULL,
		.has_noted_errors = step_get(step, "noted-errors") != NULL,
		.is_dirty = step_get(step, "dirty") != NULL,
		.is_not_clean = step_get(step, "not-clean") != NULL,
		.has_undo_file = step_get(step, "undo-file") != NULL,
	};

	if (work->is_repaired) {
		outcome.damage = NULL;
		outcome.has_noted_errors = outcome.is_dirty = outcome.is_not_clean = false;
	}
	return outcome;
}

static void log_messages(const struct text_list *messages, const struct step_listener *listener)
{
	for (size_t i = 0; listener && listener->on_output && i < messages->count; i++)
		listener->on_output(listener->data, true, messages->items[i],
				    strlen(messages->items[i]));
}

/* Runs the program with STRENGTH to its end; its raw wait status. */
static int execute(struct work *work, enum check_strength strength,
		   const struct step_report *report, int *ret_status, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_free_ char *asked = text_copy(step_get_text(work->step, "strength"));
	_cleanup_free_ char *backup = text_copy(step_get(work->step, "backup-block"));
	struct process_options options = {
		.capture_limit = 1, /* on_line has all of it */
		.on_line = on_line,
		.on_line_data = work,
		.ends_lines_at_returns = work->checker->has_returns,
		.on_extra_line = on_extra_line,
		.on_question = work->checker->answer && strength != CHECK_LOOK ? on_question : NULL,
		.on_second = on_second,
		.stop_signal = work->listener ? work->listener->stop_signal : NULL,
		.stop_with = work->checker->stop_with ? work->checker->stop_with : SIGTERM,
	};
	int r;

	step_set(work->step, "strength", check_strength_name(strength));
	if (work->is_repaired)
		step_set(work->step, "backup-block", NULL); /* the first superblock is good again */
	list_words(work->step, false, &words);
	step_set(work->step, "strength", asked);
	step_set(work->step, "backup-block", backup);
	options.arguments = (const char *const *)words.items;
	check_output_done(&work->output);
	r = process_run(&options, &result, why);
	if (r < 0)
		return r;
	*ret_status = result.status;
	if (!is_stopped(report))
		return 0;
	(void)problem_set(why, -EINTR, step_get_text(work->step, "name"),
			  _("its check was stopped before its end"));
	problem_set_next(why, _("Check it once more: a check starts from the beginning."));
	return -EINTR;
}

/* A check with STRENGTH, judged; *RET_IS_SAFE is for one that looked. */
static int check(struct work *work, enum check_strength strength, struct step_report *report,
		 struct verdict *verdict, int *ret_status, bool *ret_is_safe, struct problem *why)
{
	_cleanup_free_ char *output = NULL;
	_cleanup_free_ char *name = printable_text(step_get_text(work->step, "name"));
	struct check_outcome outcome = begin_outcome(work->step, work, strength, name);
	int status = 0, r;

	text_list_done(&work->messages);
	work->has_disk_trouble = false;
	r = execute(work, strength, report, &status, why);
	if (r < 0)
		return r;
	check_kernel_read(work->kernel, &work->disks, &work->messages);
	log_messages(&work->messages, work->listener);
	output = check_output_take(&work->output);
	outcome.status = process_exit_status(status);
	outcome.output = output;
	outcome.kernel = &work->messages;
	check_judge(work->checker, &outcome, verdict);
	if (work->output.is_cut)
		text_list_format(
			&verdict->remarks,
			_("%s wrote so much that not all of it was counted: there is more."),
			work->checker->program);
	*ret_status = outcome.status;
	*ret_is_safe = !verdict->is_disk && !verdict->is_cut && !verdict->is_failed &&
		       (!work->checker->is_safe || work->checker->is_safe(&outcome));
	return 0;
}

/* Without its first superblock some programs cannot even look: that is the verdict then. */
static void judge_without(const struct work *work, enum check_strength strength,
			  struct verdict *verdict)
{
	_cleanup_free_ char *name = printable_text(step_get_text(work->step, "name"));
	struct check_outcome outcome = begin_outcome(work->step, work, strength, name);
	check_judge(NULL, &outcome, verdict);
}

/* What a look after a repair has found, and nobody repairs any more. */
static void leave(const struct work *work, enum check_strength strength, const struct verdict *look,
		  struct verdict *verdict)
{
	_cleanup_free_ char *name = printable_text(step_get_text(work->step, "name"));
	struct check_outcome outcome = begin_outcome(work->step, work, strength, name);

	verdict->is_disk |= look->is_disk;
	text_list_copy(&verdict->left, look->left.count ? &look->left : &look->found);
	text_list_copy(&verdict->next, &look->next);
	check_summarize(&outcome, verdict);
}

/* One repair can uncover the next damage: it is looked at again, and repaired once more. */
static int repair_again(struct work *work, enum check_strength strength, struct step_report *report,
			struct verdict *verdict, int *status, struct problem *why)
{
	work->is_repaired = true;
	for (unsigned tries = 0; tries < REPAIRS_MAX; tries++) {
		_cleanup_verdict_ struct verdict look = {0}, again = {0};
		bool is_safe;
		int r = check(work, CHECK_LOOK, report, &look, status, &is_safe, why);

		if (r < 0)
			return r;
		if (look.is_failed || look.is_disk ||
		    (look.found.count && tries + 1 == REPAIRS_MAX) ||
		    (look.found.count && strength == CHECK_REPAIR && !is_safe)) {
			leave(work, strength, &look, verdict);
			return 0;
		}
		if (!look.found.count)
			return 0;
		r = check(work, strength, report, &again, status, &is_safe, why);
		if (r < 0)
			return r;
		for (size_t i = 0; i < again.repaired.count; i++) {
			if (!text_list_contains(&verdict->repaired, again.repaired.items[i]))
				text_list_add(&verdict->repaired, again.repaired.items[i]);
		}
	}
	return 0;
}

/*
 * Most programs take what they cannot read for damage, and throw it away. One that does not ask
 * looks first: where the disk does not give everything, nothing is written. *RET_WRITES says
 * whether it may be.
 */
static int look_at_disk(struct work *work, struct step_report *report, struct verdict *verdict,
			int *status, bool *ret_writes, struct problem *why)
{
	bool is_safe;
	int r;

	work->to = LOOK_SHARE;
	r = check(work, CHECK_LOOK, report, verdict, status, &is_safe, why);
	work->from = LOOK_SHARE;
	work->to = 100;
	work->progress = (struct step_progress){0};
	*ret_writes = r == 0 && !verdict->is_disk && !verdict->is_failed;
	if (r < 0)
		return r;
	if (verdict->is_disk)
		text_list_add(&verdict->remarks,
			      _("Nothing was repaired: what cannot be read would have been thrown "
				"away."));
	if (*ret_writes)
		verdict_done(verdict);
	return 0;
}

/* What a repair that was refused would have cost may stand there already. */
static void say_repair_all(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->next.count; i++) {
		if (strstr(verdict->next.items[i], "--repair-all"))
			return;
	}
	text_list_add(&verdict->next, _("\"--repair-all\" repairs everything."));
}

static int run_work(struct work *work, struct step_report *report, struct problem *why)
{
	const struct checker *checker = work->checker;
	enum check_strength strength = check_strength_of(work->step);
	_cleanup_verdict_ struct verdict verdict = {0};
	const char *damage = step_get(work->step, "damage");
	bool looks_first =
		strength == CHECK_REPAIR && checker->is_safe && (checker->looks_first || damage);
	bool can_look = !checker->needs_primary || !damage;
	bool writes = checker->efforts[strength].risk > RISK_READS;
	bool is_safe = true, repairs = !looks_first;
	int status = 0, r = 0;

	if (!can_look && strength == CHECK_LOOK) {
		judge_without(work, strength, &verdict);
		return conclude(work->step, 0, &verdict, report, why);
	}
	if (looks_first) {
		r = check(work, CHECK_LOOK, report, &verdict, &status, &is_safe, why);
		repairs = is_safe && verdict.found.count;
	}
	if (repairs && !looks_first && writes && can_look && !checker->answer)
		r = look_at_disk(work, report, &verdict, &status, &repairs, why);
	if (r == 0 && repairs) {
		verdict_done(&verdict);
		r = check(work, strength, report, &verdict, &status, &is_safe, why);
		if (r == 0 && checker->looks_again_from && strength >= checker->looks_again_from &&
		    !verdict.is_look && verdict.repaired.count && !verdict.left.count)
			r = repair_again(work, strength, report, &verdict, &status, why);
	}
	if (r == 0 && looks_first && !repairs && verdict.found.count && !verdict.is_disk)
		say_repair_all(&verdict);
	return r < 0 ? r : conclude(work->step, status, &verdict, report, why);
}

static int run(struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_close_ int held = -1, kernel = check_kernel_open();
	struct work work = {
		.checker = checker_of(step),
		.step = step,
		.listener = report->listener,
		.kernel = kernel,
	};
	int r;

	if (!work.checker)
		return problem_set(why, -EINVAL, step_get_text(step, "name"),
				   _("filesystems of this kind cannot be checked"));
	node_get_list(step, "disks", &work.disks);
	r = take(step, work.checker, &held, why);
	if (r == 0)
		r = run_work(&work, report, why);
	work_done(&work);
	return r;
}

const struct step_class step_check = {
	.name = "check-filesystem",
	.is_long = true,
	.stop_what = stop_what,
	.command = print,
	.run = run,
};

/* --- with an undo file */

/* The node, or, of a part of an image that is not attached any more, its place in the file. */
static void list_undo(const struct step *step, struct text_list *words)
{
	const char *file = step_get(step, "file"), *node = step_get_text(step, "node");
	bool is_file = file && !running_loop_is_on(node, file, node_get_number(step, "offset"));

	text_list_add(words, "e2undo");
	if (is_file && step_get(step, "offset")) {
		text_list_add(words, "-o");
		text_list_add(words, step_get(step, "offset"));
	}
	text_list_add(words, step_get_text(step, "undo-file"));
	text_list_add(words, is_file ? file : node);
}

static void undo_print(const struct step *step, struct text_list *lines)
{
	_cleanup_text_list_ struct text_list words = {0};

	list_undo(step, &words);
	text_list_take(lines, shell_command(&words));
}

static bool says(const struct process_result *result, const char *words)
{
	return strstr(result->error, words) || strstr(result->output, words);
}

/* What e2undo finds before it writes anything: the file is not about what is there now. */
static int refuse_changed(const struct process_result *result, const char *name,
			  struct problem *why)
{
	if (says(result, "be run on unmounted filesystems")) {
		(void)problem_set(why, -EBUSY, name,
				  _("it is mounted: its repair cannot be taken back now"));
		problem_set_next(why,
				 _("Take the system down first (\"refloat umount\"), and undo "
				   "again. It cannot be taken back where something was written to "
				   "it since."));
		return -EBUSY;
	}
	if (!says(result, "superblock doesn't match the undo file"))
		return 0;
	(void)problem_set(
		why, -ESTALE, name,
		_("it was mounted or changed since its repair, which cannot be taken back "
		  "any more: the undo file is older than what is there"));
	problem_set_next(why, _("Leave the repair as it is; nothing was changed now."));
	return -ESTALE;
}

/* Its exit status does not tell of all that went wrong. */
static int judge_undo(const struct step *step, const struct process_result *result,
		      struct step_report *report, struct problem *why)
{
	_cleanup_free_ char *name = printable_text(step_get_text(step, "name"));
	_cleanup_free_ char *said = check_last_line(result->error);
	int r = result->status != 0 ? refuse_changed(result, name, why) : 0;

	if (r < 0)
		return r;
	if (result->status != 0 || strstr(result->error, "run e2fsck NOW"))
		return problem_set(why, -EIO, name, _("e2undo could not take all of it back: %s"),
				   said);
	if (!strstr(result->error, "Incomplete undo record"))
		return 0;
	report->is_unfinished = true;
	text_list_format(
		&report->notes,
		_("%s: the repair had not come to its end. What it had overwritten is as it "
		  "was, and its superblock asks for a check."),
		name);
	return 0;
}

/* It has repaired something: what that was before is lost with the file. */
static int refuse_without_file(const struct step *step, struct problem *why)
{
	const char *file = step_get_text(step, "undo-file");

	(void)problem_set(why, -ENOENT, step_get_text(step, "name"),
			  _("the undo file %s is not there any more"), file);
	problem_set_next(why, _("Put it back in its place and undo again, or leave the repair as "
				"it is."));
	return -ENOENT;
}

static int undo(const struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_process_result_ struct process_result result = {0};
	struct process_options options = {0};
	const char *node = step_get_text(step, "node");
	int r;

	if (access(step_get_text(step, "undo-file"), F_OK) < 0)
		return step_get(step, "repaired") ? refuse_without_file(step, why)
						  : 0; /* nothing was written */
	if (!step_get(step, "file") && !node_is_there(node)) {
		(void)problem_set(why, -ENOENT, node, _("what the repair was made on is not up"));
		problem_set_next(
			why,
			_("Bring it up first: \"refloat mount\" does, and \"refloat check-fs\" "
			  "then unmounts it again."));
		return -ENOENT;
	}
	list_undo(step, &words);
	options.arguments = (const char *const *)words.items;
	r = process_run(&options, &result, why);
	return r < 0 ? r : judge_undo(step, &result, report, why);
}

/* A step that has not come to its end is cleared away: by its undo file. */
static char *undoable_stop_what(const struct step *step)
{
	const struct checker *checker = checker_of(step);

	return checker ? text_format(_("%s ends at once, and what it has repaired so far is taken "
				       "back with the undo file."),
				     checker->program)
		       : NULL;
}

static char *undo_what(const struct step *step)
{
	_cleanup_free_ char *name = printable_text(step_get_text(step, "name"));

	return text_format(_("Take back the repair of %s"), name);
}

const struct step_class step_check_undoable = {
	.name = "check-filesystem-undoable",
	.stays = true,
	.is_long = true,
	.stop_what = undoable_stop_what,
	.command = print,
	.run = run,
	.undo = undo,
	.undo_what = undo_what,
	.undo_command = undo_print,
};
