/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: opening, locking and writing the file. */
#include "plan/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "plan/boot.h"
#include "plan/job_folder.h"
#include "plan/journal_lock.h"
#include "plan/journal_state.h"

#define JOURNAL_SIZE_MAX (64u * 1024 * 1024)
#define WAIT_MS 100
#define WAIT_WORD_TURNS 10		       /* how often whoever waits is told */
#define FIRST_PID_NAMESPACE "pid:[4026531836]" /* PROC_PID_INIT_INO of linux/proc_ns.h */

#ifndef NS_GET_MNTNS_ID
#define NS_GET_MNTNS_ID _IOR(NSIO, 0x5, __u64)
#endif

struct journal {
	char *folder;
	int fd;	     /* of the journal, for appending; -1: not there (reading only) */
	int lock_fd; /* -1 while not locked */
	char *boot;  /* of this boot */
	char *own_namespace;
	unsigned job;	 /* that we are; 0: none */
	char *who;	 /* who has started it; NULL: whoever has started us */
	size_t loaded;	 /* bytes of the file that are in the list */
	bool ends_whole; /* the last byte loaded is a newline, or there is none */
	struct journal_content content;
};

static char *path_in(const struct journal *journal, const char *name)
{
	return text_format("%s/%s", journal->folder, name);
}

/*
 * "mnt:[4026531841]", which another one may get once it is gone; with "/123" behind it from a kernel
 * that has an identifier which no other one ever gets. "" where it cannot be known. The caller frees.
 */
static char *read_namespace(const char *path)
{
	char name[64] = "";
	ssize_t length = readlink(path, name, sizeof(name) - 1);
	_cleanup_close_ int fd = length > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	uint64_t identifier = 0;

	if (fd >= 0 && ioctl(fd, NS_GET_MNTNS_ID, &identifier) == 0)
		return text_format("%s/%" PRIu64, name, identifier);
	return alloc_copy(name, length > 0 ? (size_t)length : 0);
}

/* Whether A and B are one namespace: an identifier counts where both have one. */
static bool is_same_namespace(const char *a, const char *b)
{
	size_t length = strcspn(a, "/");

	if (strncmp(a, b, length) != 0 || (b[length] && b[length] != '/'))
		return false;
	return !a[length] || !b[length] || text_is_equal(a, b);
}

/* Whether /proc shows every process of the machine, and not those of a container only. */
static bool sees_all_processes(void)
{
	_cleanup_free_ char *own = read_namespace("/proc/self/ns/pid");

	return text_is_equal(own, FIRST_PID_NAMESPACE);
}

/*
 * Whether any process is left in mount namespace NAME: without one its mounts are gone too. A
 * process that even root may not look at (a guarded init) is taken for one of another namespace.
 */
static bool namespace_lives(const char *name)
{
	_cleanup_root_ struct root *proc = NULL;
	_cleanup_text_list_ struct text_list pids = {0};

	if (geteuid() != 0 || !sees_all_processes() || root_open("/proc", &proc, NULL) < 0 ||
	    root_list(proc, "/", 0, &pids) < 0)
		return true; /* not known: careful */
	for (size_t i = 0; i < pids.count; i++) {
		_cleanup_free_ char *path = text_format("/proc/%s/ns/mnt", pids.items[i]);
		_cleanup_free_ char *other = NULL;

		if (*pids.items[i] < '0' || *pids.items[i] > '9')
			continue;
		other = read_namespace(path);
		if (is_same_namespace(other, name))
			return true;
	}
	return false;
}

/* The process that is at work now; 0: none. We are not: what is read was begun by another. */
static pid_t find_worker(const struct journal *journal)
{
	_cleanup_free_ char *path = path_in(journal, "lock");
	pid_t pid = 0;

	if (journal->lock_fd < 0)
		(void)journal_lock_is_held(path, &pid); /* then PID stays 0 */
	return pid;
}

/* A journal_job_runs_fn; DATA is the journal. A number that is used again is another process. */
static bool job_runs(const void *data, unsigned number, pid_t pid)
{
	const struct journal *journal = data;
	pid_t holder = 0;

	return job_folder_is_held(journal->folder, number, &holder) && holder == pid;
}

static int load(struct journal *journal, struct problem *why)
{
	_cleanup_free_ char *path = path_in(journal, "journal"), *text = NULL;
	size_t length = 0;
	_cleanup_problem_ struct problem failure = {0};
	int r = file_read(path, JOURNAL_SIZE_MAX, &text, &length, &failure);

	journal_content_done(&journal->content);
	journal->loaded = 0;
	journal->ends_whole = true;
	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		if (r == -EACCES)
			problem_set_next(&failure, _("Only root can see what refloat did here."));
		problem_move(why, &failure);
		return r;
	}
	journal->loaded = length;
	journal->ends_whole = !length || text[length - 1] == '\n';
	journal_content_parse(&journal->content, text, length);
	journal_content_judge(&journal->content, find_worker(journal), job_runs, journal);
	return 0;
}

static bool is_other_namespace(const struct journal *journal)
{
	const char *other = journal->content.name_space;

	return other && !is_same_namespace(other, journal->own_namespace);
}

bool journal_is_foreign(const struct journal *journal)
{
	const struct journal_content *content = &journal->content;

	for (size_t i = 0; is_other_namespace(journal) && i < content->count; i++) {
		if (content->operations[i].state == OPERATION_RUNNING ||
		    journal_operation_has_undoable(&content->operations[i]))
			return true;
	}
	return false;
}

/* What another boot, or a namespace that is gone with all its mounts, has left is history. */
static bool is_outdated(const struct journal *journal)
{
	const struct journal_content *content = &journal->content;

	if (!journal->loaded || !content->boot)
		return false;
	if (!text_is_equal(content->boot, journal->boot))
		return true;
	return is_other_namespace(journal) && !namespace_lives(content->name_space);
}

static struct journal *new_journal(const char *folder)
{
	struct journal *journal = alloc_zero(1, sizeof(*journal));

	journal->folder = text_copy(folder);
	journal->fd = -1;
	journal->lock_fd = -1;
	journal->boot = boot_read_id();
	journal->own_namespace = read_namespace("/proc/self/ns/mnt");
	return journal;
}

struct journal *journal_free(struct journal *journal)
{
	if (!journal)
		return NULL;
	journal_unlock(journal);
	if (journal->fd >= 0)
		(void)close(journal->fd); /* every line was synced when it was written */
	free(journal->folder);
	free(journal->boot);
	free(journal->own_namespace);
	free(journal->who);
	journal_content_done(&journal->content);
	free(journal);
	return NULL;
}

static int open_file(struct journal *journal, struct problem *why)
{
	_cleanup_free_ char *path = path_in(journal, "journal");

	if (journal->fd >= 0)
		(void)close(TAKE_FD(journal->fd)); /* every line was synced */
	journal->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (journal->fd < 0)
		return problem_set_errno(why, -errno, path);
	return 0;
}

/* Under the lock: the old journal is kept beside for whoever wants to know. */
static int put_aside(struct journal *journal, struct problem *why)
{
	_cleanup_free_ char *path = path_in(journal, "journal");
	_cleanup_free_ char *old = path_in(journal, "journal.old");

	if (rename(path, old) < 0)
		return problem_set_errno(why, -errno, path);
	return load(journal, why);
}

int journal_open_read_only(const char *folder, struct journal **ret_journal, struct problem *why)
{
	_cleanup_journal_ struct journal *journal = new_journal(folder);
	int r = load(journal, why);

	if (r < 0)
		return r;
	if (is_outdated(journal))
		journal_content_done(&journal->content);
	*ret_journal = TAKE_PTR(journal);
	return 0;
}

int journal_open(const char *folder, struct journal **ret_journal, struct problem *why)
{
	int r = file_make_folders(folder, 0700, why);

	return r < 0 ? r : journal_open_read_only(folder, ret_journal, why);
}

int journal_refuse_foreign(const struct journal *journal, struct problem *why)
{
	const char *known = journal->content.name_space;
	/* the number, which is what lsns shows */
	_cleanup_free_ char *number = alloc_copy(known, strcspn(known, "/"));
	_cleanup_free_ char *name = printable_text(number);

	problem_set(why, -EXDEV, journal->folder,
		    _("what it speaks of was mounted in another mount namespace (%s)"), name);
	problem_set_next(why,
			 _("Undo it there: \"lsns -t mnt\" shows a process of it, \"nsenter "
			   "-t PID -m\" enters it. When its last process ends, its mounts end."));
	return -EXDEV;
}

int journal_lock(struct journal *journal, const char *doing, struct problem *why)
{
	const struct journal_lock_words words = {journal->who, doing, journal->job};
	_cleanup_free_ char *lock = path_in(journal, "lock");
	uint64_t seen = journal->content.effects;
	int r;

	if (journal->lock_fd >= 0)
		return 0;
	r = file_make_folders(journal->folder, 0700, why);
	if (r == 0)
		r = journal_lock_take(lock, &words, why);
	if (r < 0)
		return r;
	journal->lock_fd = r;
	r = load(journal, why);
	if (r == 0 && (is_outdated(journal) ||
		       (is_other_namespace(journal) && !journal_is_foreign(journal)))) {
		r = put_aside(journal, why);
		seen = journal->content.effects;
	}
	if (r == 0 && journal_is_foreign(journal))
		r = journal_refuse_foreign(journal, why);
	if (r == 0)
		r = open_file(journal, why);
	if (r < 0) {
		journal_unlock(journal);
		return r;
	}
	return journal->content.effects != seen;
}

int journal_lock_again(struct journal *journal, const char *doing,
		       void (*on_wait)(void *data, const struct problem *why), void *data,
		       struct problem *why)
{
	for (unsigned turn = 0;; turn++) {
		_cleanup_problem_ struct problem busy = {0};
		int r = journal_lock(journal, doing, &busy);

		if (r != -EBUSY) {
			if (r < 0)
				problem_move(why, &busy);
			return r < 0 ? r : 0;
		}
		if (turn % WAIT_WORD_TURNS == 0)
			on_wait(data, &busy);
		(void)poll(NULL, 0, WAIT_MS);
	}
}

void journal_set_job(struct journal *journal, unsigned number, const char *who)
{
	journal->job = number;
	text_set(&journal->who, who);
}

bool journal_is_of_job(const struct journal *journal)
{
	return journal->job != 0;
}

uint64_t journal_mark(const struct journal *journal)
{
	return journal->content.effects;
}

void journal_unlock(struct journal *journal)
{
	journal_lock_release(TAKE_FD(journal->lock_fd));
}

bool journal_is_locked(const struct journal *journal)
{
	return journal->lock_fd >= 0;
}

const struct operation *journal_operations(const struct journal *journal, size_t *ret_count)
{
	*ret_count = journal->content.count;
	return journal->content.operations;
}

int journal_check_undo(const struct journal *journal, unsigned operation, struct problem *why)
{
	const struct journal_content *content = &journal->content;

	for (size_t i = 0; i < content->count; i++) {
		const struct operation *running = &content->operations[i];
		_cleanup_free_ char *what = NULL;

		if (running->state != OPERATION_RUNNING || !running->job ||
		    (running->number != operation &&
		     (running->number < operation || !journal_operation_has_undoable(running))))
			continue;
		what = printable_text(running->summary);
		(void)problem_set(why, -EBUSY, what, _("job %u still works on this"), running->job);
		problem_set_next(why,
				 _("\"refloat jobs %u\" follows it, \"refloat jobs %u --stop\" "
				   "stops it."),
				 running->job, running->job);
		return -EBUSY;
	}
	return 0;
}

size_t journal_list_undoable(const struct journal *journal, const struct operation ***ret_list)
{
	const struct journal_content *content = &journal->content;
	const struct operation **list = alloc_zero(content->count, sizeof(*list));
	size_t count = 0;

	for (size_t i = content->count; i > 0; i--) {
		if (journal_operation_has_undoable(&content->operations[i - 1]))
			list[count++] = &content->operations[i - 1];
	}
	*ret_list = list;
	return count;
}

/* One line, whole or not at all, on disk when this returns. */
static int append(struct journal *journal, struct json_object *object, struct problem *why)
{
	_cleanup_free_ char *line = json_format_line(object), *text = NULL;
	int r;

	if (journal->lock_fd < 0 || journal->fd < 0)
		return problem_set(why, -ENOLCK, journal->folder, _("the journal is not locked"));
	/* a line cut off by the death of its writer must not swallow this one */
	text = text_format("%s%s\n", journal->ends_whole ? "" : "\n", line);
	r = file_write_all(journal->fd, text, strlen(text));
	if (r == 0 && fsync(journal->fd) < 0)
		r = -errno;
	if (r < 0) {
		/* no half line where the disk is full; else the next one starts on its own */
		journal->ends_whole =
			ftruncate(journal->fd, (off_t)journal->loaded) == 0 && journal->ends_whole;
		return problem_set_errno(why, r, journal->folder);
	}
	journal->ends_whole = true;
	journal->loaded += strlen(text);
	journal_content_parse(&journal->content, line, strlen(line));
	return 0;
}

static int append_header(struct journal *journal, struct problem *why)
{
	_cleanup_json_ struct json_object *object = NULL;

	if (journal->content.boot)
		return 0;
	object = json_object_new_object();
	json_add_u64(object, "journal", 1);
	json_add_text(object, "boot", journal->boot);
	json_add_text(object, "namespace", journal->own_namespace);
	return append(journal, object, why);
}

int journal_begin(struct journal *journal, const struct plan *plan, unsigned *ret_operation,
		  struct problem *why)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	_cleanup_free_ char *who = journal->who ? text_copy(journal->who) : journal_describe_user();
	const struct journal_content *content = &journal->content;
	unsigned number = 1;
	int r = append_header(journal, why);

	if (r < 0)
		return r;
	if (content->count)
		number = content->operations[content->count - 1].number + 1;
	json_add_u64(object, "begin", number);
	json_add_text(object, "action", plan->action);
	json_add_bytes(object, "summary", plan->summary);
	json_add_u64(object, "started", (uint64_t)clock_wall_seconds());
	json_add_u64(object, "pid", (uint64_t)getpid());
	json_add_bytes(object, "who", who);
	if (journal->job)
		json_add_u64(object, "job", journal->job);
	r = append(journal, object, why);
	if (r < 0)
		return r;
	*ret_operation = number;
	return 0;
}

static int append_step(struct journal *journal, unsigned operation, unsigned number,
		       const struct step *step, enum journal_step_state state, const char *error,
		       struct problem *why)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();

	json_add_u64(object, "operation", operation);
	json_add_u64(object, "number", number);
	json_add_text(object, "state", journal_step_state_name(state));
	if (error)
		json_add_bytes(object, "error", error);
	json_object_object_add(object, "step", step_to_json(step));
	return append(journal, object, why);
}

int journal_step_started(struct journal *journal, unsigned operation, unsigned number,
			 const struct step *step, struct problem *why)
{
	return append_step(journal, operation, number, step, JOURNAL_STEP_STARTED, NULL, why);
}

int journal_step_ended(struct journal *journal, unsigned operation, unsigned number,
		       const struct step *step, enum journal_step_state state, const char *error,
		       struct problem *why)
{
	return append_step(journal, operation, number, step, state, error, why);
}

int journal_end(struct journal *journal, unsigned operation, enum operation_state state,
		struct problem *why)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();

	json_add_u64(object, "end", operation);
	json_add_text(object, "state", operation_state_name(state));
	return append(journal, object, why);
}
