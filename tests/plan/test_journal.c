/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: written, read back, cut off anywhere, locked, of another boot or namespace. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/worker.h"
#include "file_steps.h"
#include "folder.h"
#include "plan/journal.h"

static struct journal *open_journal(const char *folder)
{
	struct journal *journal = NULL;

	assert_int_equal(journal_open(folder, &journal, NULL), 0);
	return journal;
}

static struct plan *make_plan(const char *folder)
{
	struct plan *plan = plan_new("mount");

	plan->summary = text_copy("Mount \xff everything");
	file_steps_add(plan, "file", STEP_REQUIRED, folder, "one");
	file_steps_add(plan, "file", STEP_OPTIONAL, folder, "two");
	file_steps_add(plan, "look", STEP_REQUIRED, folder, "three");
	plan->steps[2]->leaves_nothing = true;
	return plan;
}

/* An operation with one step done, one failed, one that leaves nothing; without its end. */
static unsigned write_operation(struct journal *journal, const char *folder)
{
	_cleanup_plan_ struct plan *plan = make_plan(folder);
	unsigned number = 0;

	assert_int_equal(journal_begin(journal, plan, &number, NULL), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(journal_step_started(journal, number, i + 1, plan->steps[i], NULL),
				 0);
	assert_int_equal(journal_step_ended(journal, number, 1, plan->steps[0], JOURNAL_STEP_DONE,
					    NULL, NULL),
			 0);
	assert_int_equal(journal_step_ended(journal, number, 2, plan->steps[1], JOURNAL_STEP_FAILED,
					    "no \xff space", NULL),
			 0);
	assert_int_equal(journal_step_ended(journal, number, 3, plan->steps[2], JOURNAL_STEP_DONE,
					    NULL, NULL),
			 0);
	return number;
}

static void what_is_written_is_read_back(void **state)
{
	_cleanup_journal_ struct journal *journal = open_journal(*state), *reader = NULL;
	_cleanup_free_ const struct operation **undoable = NULL;
	_cleanup_free_ char *path = folder_path(*state, "journal");
	const struct operation *operations;
	struct stat status;
	size_t count;

	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	assert_true(journal_is_locked(journal));
	assert_int_equal(write_operation(journal, *state), 1);
	assert_int_equal(journal_end(journal, 1, OPERATION_PARTIAL, NULL), 0);
	assert_int_equal(write_operation(journal, *state), 2);

	reader = open_journal(*state);
	operations = journal_operations(reader, &count);
	assert_int_equal(count, 2);
	assert_string_equal(operations[0].action, "mount");
	assert_string_equal(operations[0].summary, "Mount \xff everything");
	assert_int_equal(operations[0].pid, getpid());
	assert_true(operations[0].started > 1500000000);
	assert_int_equal(operations[0].state, OPERATION_PARTIAL);
	assert_int_equal(operations[1].state, OPERATION_RUNNING); /* that is us */
	assert_int_equal(operations[0].count, 3);
	assert_int_equal(operations[0].steps[0].state, JOURNAL_STEP_DONE);
	assert_int_equal(operations[0].steps[1].state, JOURNAL_STEP_FAILED);
	assert_string_equal(operations[0].steps[1].error, "no \xff space");
	assert_true(journal_step_is_undoable(&operations[0].steps[0]));
	assert_true(journal_step_is_undoable(&operations[0].steps[1]));
	assert_false(journal_step_is_undoable(&operations[0].steps[2]));
	assert_int_equal(journal_list_undoable(reader, &undoable), 2);
	assert_int_equal(undoable[0]->number, 2);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_false(journal_is_foreign(reader));
}

static void writing_needs_the_lock(void **state)
{
	_cleanup_journal_ struct journal *journal = open_journal(*state);
	_cleanup_plan_ struct plan *plan = make_plan(*state);
	unsigned number = 0;

	assert_int_equal(journal_begin(journal, plan, &number, NULL), -ENOLCK);
	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	journal_unlock(journal);
	assert_int_equal(journal_begin(journal, plan, &number, NULL), -ENOLCK);
}

static void reading_makes_nothing(void **state)
{
	_cleanup_free_ char *folder = folder_path(*state, "not/there");
	_cleanup_journal_ struct journal *journal = NULL;
	size_t count = 1;

	assert_int_equal(journal_open_read_only(folder, &journal, NULL), 0);
	(void)journal_operations(journal, &count);
	assert_int_equal(count, 0);
	assert_int_not_equal(access(folder, F_OK), 0);
	/* what is locked then is made */
	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	assert_int_equal(write_operation(journal, *state), 1);
}

static void changes_meanwhile_are_told(void **state)
{
	_cleanup_journal_ struct journal *one = open_journal(*state), *two = open_journal(*state);

	assert_int_equal(journal_lock(one, "one", NULL), 0);
	(void)write_operation(one, *state);
	journal_unlock(one);
	assert_int_equal(journal_lock(two, "two", NULL), 1);
	journal_unlock(two);
	assert_int_equal(journal_lock(two, "two", NULL), 0);
	assert_int_equal(write_operation(two, *state), 2);
	journal_unlock(two);
	assert_int_equal(journal_lock(one, "one", NULL), 1);
}

/* What leaves nothing is no change: whoever plans need not begin again for it. */
static void what_leaves_nothing_is_no_change(void **state)
{
	_cleanup_journal_ struct journal *one = open_journal(*state), *two = open_journal(*state);
	_cleanup_plan_ struct plan *plan = plan_new("test");
	struct step *step = step_new("look", RISK_READS, STEP_REQUIRED, "Look");
	uint64_t mark = journal_mark(two);
	unsigned operation = 0;

	plan->summary = text_copy("Look");
	plan_add(plan, step);
	step->leaves_nothing = true;
	assert_int_equal(journal_lock(one, "one", NULL), 0);
	assert_int_equal(journal_begin(one, plan, &operation, NULL), 0);
	assert_int_equal(journal_step_started(one, operation, 1, step, NULL), 0);
	assert_int_equal(journal_step_ended(one, operation, 1, step, JOURNAL_STEP_DONE, NULL, NULL),
			 0);
	assert_int_equal(journal_end(one, operation, OPERATION_DONE, NULL), 0);
	journal_unlock(one);
	assert_int_equal(journal_lock(two, "two", NULL), 0);
	assert_true(journal_mark(two) == mark);
	journal_unlock(two);

	assert_int_equal(journal_lock(one, "one", NULL), 0);
	(void)write_operation(one, *state);
	journal_unlock(one);
	assert_int_equal(journal_lock(two, "two", NULL), 1);
	assert_true(journal_mark(two) != mark);
	assert_true(journal_mark(two) == journal_mark(one));
	assert_true(journal_mark(two) <= INT64_MAX);
}

/* Each length of a journal loads, and tells no more than was written, in order. */
static void cut_off_anywhere_it_loads(void **state)
{
	_cleanup_free_ char *cut_folder = folder_path(*state, "cut"), *whole = NULL;
	size_t length = 0, undone_before = 0;

	{
		_cleanup_journal_ struct journal *journal = open_journal(*state);

		assert_int_equal(journal_lock(journal, "test", NULL), 0);
		(void)write_operation(journal, *state);
		assert_int_equal(journal_end(journal, 1, OPERATION_PARTIAL, NULL), 0);
	}
	whole = folder_read(*state, "journal", &length);
	assert_int_equal(mkdir(cut_folder, 0700), 0);
	for (size_t cut = 0; cut <= length; cut++) {
		_cleanup_journal_ struct journal *journal = NULL;
		const struct operation *operations;
		size_t count, steps = 0;

		folder_write(cut_folder, "journal", whole, cut);
		journal = open_journal(cut_folder);
		operations = journal_operations(journal, &count);
		assert_true(count <= 1);
		if (count) {
			steps = operations[0].count;
			assert_int_equal(operations[0].state, cut + 1 >= length ? OPERATION_PARTIAL
							      : steps		? OPERATION_CUT_OFF
										: OPERATION_UNDONE);
		}
		assert_true(steps >= undone_before); /* longer never says less */
		undone_before = steps;
		/* and it can be written on: what was cut off swallows nothing */
		assert_int_equal(journal_lock(journal, "test", NULL), 0);
		assert_int_equal(write_operation(journal, *state), count + 1);
		journal = journal_free(journal);
		journal = open_journal(cut_folder);
		operations = journal_operations(journal, &count);
		assert_int_equal(operations[count - 1].count, 3);
		assert_int_equal(operations[count - 1].steps[2].state, JOURNAL_STEP_DONE);
	}
	assert_int_equal(undone_before, 3);
}

static void garbage_is_passed_over(void **state)
{
	static const char text[] = "\n\n[1,2]\n{\"begin\":0}\n{\"begin\":-4}\n"
				   "{\"begin\":99999999999}\n{\"end\":7,\"state\":\"done\"}\n"
				   "{\"operation\":1,\"number\":1,\"state\":\"done\"}\n"
				   "{\"begin\":1,\"action\":5,\"pid\":99999999999}\n"
				   "{\"begin\":1,\"action\":\"again\"}\n"
				   "{\"operation\":1,\"number\":0,\"state\":\"done\"}\n"
				   "{\"operation\":1,\"number\":1,\"state\":\"dome\",\"step\":"
				   "{\"class\":\"x\",\"what\":\"y\"}}\n"
				   "{\"operation\":1,\"number\":1,\"state\":\"done\",\"step\":{}}\n"
				   "{\"end\":1,\"state\":\"nonsense\"}\n\0\x80\xff{{{{";
	_cleanup_journal_ struct journal *journal = NULL;
	const struct operation *operations;
	size_t count;

	folder_write(*state, "journal", text, sizeof(text));
	journal = open_journal(*state);
	operations = journal_operations(journal, &count);
	assert_int_equal(count, 1);
	assert_string_equal(operations[0].action, "");
	assert_int_equal(operations[0].count, 0);
	assert_int_equal(operations[0].pid, 0);
	assert_int_equal(operations[0].state, OPERATION_UNDONE); /* nothing was done */
	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	assert_int_equal(write_operation(journal, *state), 2);
}

/* Starts a process that holds the lock until it is killed, or RELEASE is closed. */
static pid_t hold_lock(const char *folder, int *ret_release, bool in_own_namespace)
{
	int ready[2], release[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(release, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct journal *journal = NULL;

		(void)close(release[1]);
		if (in_own_namespace && unshare(CLONE_NEWNS) < 0)
			_exit(77);
		if (journal_open(folder, &journal, NULL) < 0 ||
		    journal_lock(journal, "Mount \x1b[31m web01", NULL) < 0)
			_exit(1);
		(void)write_operation(journal, folder);
		if (in_own_namespace)
			journal_unlock(journal);
		/* held until the parent has seen enough, or is gone */
		_exit(write(ready[1], "r", 1) == 1 && read(release[0], &byte, 1) >= 0 ? 0 : 1);
	}
	(void)close(ready[1]);
	(void)close(release[0]);
	if (read(ready[0], &byte, 1) != 1)
		byte = 0;
	(void)close(ready[0]);
	*ret_release = release[1];
	if (byte != 'r') {
		(void)close(release[1]);
		(void)waitpid(pid, NULL, 0);
		return 0;
	}
	return pid;
}

static void second_one_is_told_of_the_first(void **state)
{
	_cleanup_journal_ struct journal *journal = open_journal(*state), *reader = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *number = NULL;
	const struct operation *operations;
	int release;
	pid_t pid = hold_lock(*state, &release, false);
	size_t count;

	assert_true(pid > 0);
	number = text_format("process %d ", (int)pid);
	assert_int_equal(journal_lock(journal, "test", &why), -EBUSY);
	assert_non_null(strstr(why.why, number));
	assert_non_null(strstr(why.why, "web01"));
	assert_null(strchr(why.why, '\x1b'));
	assert_non_null(why.next);
	assert_false(journal_is_locked(journal));
	reader = open_journal(*state);
	operations = journal_operations(reader, &count);
	assert_int_equal(count, 1);
	assert_int_equal(operations[0].state, OPERATION_RUNNING);
	reader = journal_free(reader);

	/* the lock dies with its holder, whatever the file still says */
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)close(release);
	reader = open_journal(*state);
	operations = journal_operations(reader, &count);
	assert_int_equal(operations[0].state, OPERATION_CUT_OFF);
	assert_int_equal(journal_lock(journal, "test", NULL), 1);
	operations = journal_operations(journal, &count);
	assert_int_equal(operations[0].state, OPERATION_CUT_OFF);
}

/* While somebody else holds the lock to undo, what was cut off before is not running. */
static void undoing_is_not_running(void **state)
{
	_cleanup_journal_ struct journal *journal = open_journal(*state), *reader = NULL;
	const struct operation *operations;
	int release, status;
	size_t count;
	pid_t pid = hold_lock(*state, &release, false);

	assert_true(pid > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)close(release);
	assert_int_equal(journal_lock(journal, "undo", NULL), 1);
	reader = open_journal(*state);
	operations = journal_operations(reader, &count);
	assert_int_equal(operations[0].state, OPERATION_CUT_OFF);
}

/* Whoever only looks never stands in the way of whoever begins. */
static void readers_do_not_lock(void **state)
{
	_cleanup_journal_ struct journal *journal = open_journal(*state);
	pid_t pid;

	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	(void)write_operation(journal, *state);
	journal_unlock(journal);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (;;)
			(void)journal_free(open_journal(*state));
	}
	for (int i = 0; i < 300; i++) {
		assert_int_equal(journal_lock(journal, "test", NULL), 0);
		journal_unlock(journal);
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int stay(void *data, int fd)
{
	(void)data;
	(void)worker_send(fd, "here", 4);
	(void)pause();
	return 0;
}

static void note_message(void *data, const char *bytes, size_t length)
{
	(void)bytes;
	*(size_t *)data = length;
}

/* A child that is stuck in the kernel must not keep the lock of a program that is gone. */
static void children_do_not_keep_the_lock(void **state)
{
	_cleanup_journal_ struct journal *journal = open_journal(*state), *other = NULL;
	_cleanup_worker_ struct worker *worker = NULL;
	size_t length = 0;

	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	assert_int_equal(worker_start(stay, NULL, 60000, &worker, NULL), 0);
	while (!length)
		assert_int_equal(worker_dispatch(worker, note_message, &length), WORKER_RUNNING);
	journal = journal_free(journal);
	other = open_journal(*state);
	assert_int_equal(journal_lock(other, "test", NULL), 0);
}

static void journal_of_another_boot_is_history(void **state)
{
	static const char text[] =
		"{\"journal\":1,\"boot\":\"00000000-0000-4000-8000-000000000000\","
		"\"namespace\":\"mnt:[1]\"}\n"
		"{\"begin\":5,\"action\":\"mount\",\"summary\":\"x\",\"pid\":1}\n"
		"{\"operation\":5,\"number\":1,\"state\":\"done\",\"step\":"
		"{\"class\":\"file\",\"what\":\"y\",\"risk\":1}}\n";
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_free_ char *old = NULL;
	size_t count;

	folder_write(*state, "journal", text, strlen(text));
	journal = open_journal(*state);
	(void)journal_operations(journal, &count);
	assert_int_equal(count, 0);
	assert_false(journal_is_foreign(journal));
	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	old = folder_read(*state, "journal.old", NULL);
	assert_string_equal(old, text);
	assert_int_equal(write_operation(journal, *state), 1);
}

static bool can_see_namespaces(void)
{
	char name[64] = "";

	return geteuid() == 0 && readlink("/proc/self/ns/pid", name, sizeof(name) - 1) > 0 &&
	       strcmp(name, "pid:[4026531836]") == 0;
}

static void living_namespace_is_left_alone(void **state)
{
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *old = folder_path(*state, "journal.old");
	size_t count;
	int release;
	pid_t pid;

	if (!can_see_namespaces())
		skip();
	pid = hold_lock(*state, &release, true);
	assert_true(pid > 0);
	journal = open_journal(*state);
	(void)journal_operations(journal, &count);
	assert_int_equal(count, 1); /* it can be read */
	assert_true(journal_is_foreign(journal));
	assert_int_equal(journal_lock(journal, "test", &why), -EXDEV);
	assert_non_null(strstr(why.why, "namespace"));
	assert_non_null(why.next);
	assert_false(journal_is_locked(journal));

	/* with its last process the namespace and its mounts go */
	(void)close(release);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	journal = journal_free(journal);
	journal = open_journal(*state);
	assert_false(journal_is_foreign(journal));
	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	assert_int_equal(access(old, F_OK), 0);
	assert_int_equal(write_operation(journal, *state), 1);
}

static void namespace_with_nothing_to_undo_hinders_nobody(void **state)
{
	_cleanup_journal_ struct journal *journal = NULL;
	_cleanup_free_ char *boot = NULL, *text = NULL, *own = NULL;
	int release;
	pid_t pid;
	size_t count;

	if (!can_see_namespaces())
		skip();
	pid = hold_lock(*state, &release, true);
	assert_true(pid > 0);
	own = folder_read(*state, "journal", NULL);
	boot = text_format("%.*s", (int)(strchr(own, '\n') - own), own);
	text = text_format("%s\n{\"begin\":1,\"action\":\"chroot\",\"pid\":1}\n"
			   "{\"operation\":1,\"number\":1,\"state\":\"undone\",\"step\":"
			   "{\"class\":\"file\",\"what\":\"y\",\"risk\":1}}\n"
			   "{\"end\":1,\"state\":\"undone\"}\n",
			   boot);
	folder_write(*state, "journal", text, strlen(text));
	journal = open_journal(*state);
	assert_false(journal_is_foreign(journal));
	(void)journal_operations(journal, &count);
	assert_int_equal(count, 1);
	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	assert_int_equal(write_operation(journal, *state), 1); /* in a journal of this namespace */
	(void)close(release);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A full disk (here: a limit on file sizes) leaves no half line behind. */
static void full_disk_leaves_no_half_line(void **state)
{
	_cleanup_journal_ struct journal *journal = open_journal(*state);
	_cleanup_plan_ struct plan *plan = make_plan(*state);
	_cleanup_free_ char *before = NULL, *after = NULL;
	struct rlimit limit, small;
	unsigned number = 0;
	size_t length, length_after;

	assert_int_equal(journal_lock(journal, "test", NULL), 0);
	(void)write_operation(journal, *state);
	before = folder_read(*state, "journal", &length);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = length + 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(journal_begin(journal, plan, &number, NULL), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	after = folder_read(*state, "journal", &length_after);
	assert_int_equal(length, length_after);
	assert_memory_equal(before, after, length);
	assert_int_equal(journal_begin(journal, plan, &number, NULL), 0);
	assert_int_equal(number, 2);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(what_is_written_is_read_back),
		IN_FOLDER(writing_needs_the_lock),
		IN_FOLDER(reading_makes_nothing),
		IN_FOLDER(changes_meanwhile_are_told),
		IN_FOLDER(what_leaves_nothing_is_no_change),
		IN_FOLDER(cut_off_anywhere_it_loads),
		IN_FOLDER(garbage_is_passed_over),
		IN_FOLDER(second_one_is_told_of_the_first),
		IN_FOLDER(undoing_is_not_running),
		IN_FOLDER(readers_do_not_lock),
		IN_FOLDER(children_do_not_keep_the_lock),
		IN_FOLDER(journal_of_another_boot_is_history),
		IN_FOLDER(living_namespace_is_left_alone),
		IN_FOLDER(namespace_with_nothing_to_undo_hinders_nobody),
		IN_FOLDER(full_disk_leaves_no_half_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
