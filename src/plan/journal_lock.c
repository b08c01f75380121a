/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock that keeps two programs from changing things at once. */
#include "plan/journal_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/printable.h"
#include "base/size.h"

#define WORDS_MAX 65536

/* On the whole file; a PID of 0 is what this kind of lock asks for. */
static struct flock whole_file(void)
{
	return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

/* What the holder has written; NULL where that is nothing, or not whole yet. */
static struct json_object *read_words(int fd)
{
	_cleanup_free_ char *text = NULL;
	struct json_object *object = NULL;

	if (file_read_fd(fd, WORDS_MAX, &text, NULL) < 0 ||
	    json_parse(text, strlen(text), &object, NULL) < 0)
		return NULL;
	return object;
}

/* "refloat process 1234 (root from 192.0.2.7) since 02:14: Mount ..."; the caller frees. */
static char *describe_holder(struct json_object *object)
{
	_cleanup_free_ char *who = NULL, *doing = NULL, *since = NULL, *user = NULL, *task = NULL;

	if (!object)
		return text_copy(_("it has just begun, or just ended"));
	user = json_get_bytes(object, "who");
	task = json_get_bytes(object, "doing");
	who = printable_text(user);
	doing = printable_text(task);
	since = time_format((int64_t)json_get_u64(object, "since", 0));
	return text_format(_("refloat process %lu (%s) since %s: %s"),
			   (unsigned long)json_get_u64(object, "pid", 0), who, since, doing);
}

/* Says in WHY who is at work, and what to do. */
static void refuse(int fd, struct problem *why)
{
	_cleanup_json_ struct json_object *object = read_words(fd);
	_cleanup_free_ char *holder = describe_holder(object);
	uint64_t job = json_get_u64(object, "job", 0);

	(void)problem_set(why, -EBUSY, _("another refloat is at work"), "%s", holder);
	if (job)
		problem_set_next(why, _("Wait until it is done; \"refloat jobs %lu\" follows it."),
				 (unsigned long)job);
	else
		problem_set_next(why, _("Wait until it is done; \"refloat status\" shows it."));
}

static void write_words(int fd, const struct journal_lock_words *words)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	_cleanup_free_ char *who = words->who ? text_copy(words->who) : journal_describe_user();
	_cleanup_free_ char *text = NULL;

	json_add_u64(object, "pid", (uint64_t)getpid());
	json_add_u64(object, "since", (uint64_t)clock_wall_seconds());
	json_add_bytes(object, "who", who);
	json_add_bytes(object, "doing", words->doing);
	if (words->job)
		json_add_u64(object, "job", words->job);
	text = json_format_line(object);
	/* only words for others: the lock holds without them */
	if (ftruncate(fd, 0) == 0)
		(void)file_write_all(fd, text, strlen(text));
}

int journal_lock_take(const char *path, const struct journal_lock_words *words, struct problem *why)
{
	_cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct flock lock = whole_file();

	if (fd < 0)
		return problem_set_errno(why, -errno, path);
	if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		if (errno != EAGAIN && errno != EACCES)
			return problem_set_errno(why, -errno, path);
		refuse(fd, why);
		return -EBUSY;
	}
	write_words(fd, words);
	return TAKE_FD(fd);
}

void journal_lock_release(int fd)
{
	if (fd < 0)
		return;
	/* words that nobody is behind any more; they would be ignored, too */
	if (ftruncate(fd, 0) < 0)
		errno = 0;
	(void)close(fd); /* gives the lock up, whatever it returns */
}

bool journal_lock_is_held(const char *path, pid_t *ret_pid)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	_cleanup_json_ struct json_object *object = NULL;
	struct flock lock = whole_file();
	uint64_t pid;

	if (fd < 0 || fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
		return false;
	object = read_words(fd);
	pid = json_get_u64(object, "pid", 0);
	*ret_pid = pid <= INT_MAX ? (pid_t)pid : 0;
	return true;
}

char *journal_describe_user(void)
{
	const struct passwd *account = getpwuid(getuid());
	const char *through = getenv("SUDO_USER"), *ssh = getenv("SSH_CONNECTION");
	const char *terminal = ttyname(STDIN_FILENO);
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	text_buffer_add_text(&buffer, account ? account->pw_name : "root");
	if (through)
		text_buffer_format(&buffer, " (%s)", through);
	if (ssh)
		text_buffer_format(&buffer, _(" from %.*s"), (int)strcspn(ssh, " "), ssh);
	if (text_has_prefix(terminal, "/dev/"))
		text_buffer_format(&buffer, _(" on %s"), terminal + strlen("/dev/"));
	return text_buffer_take(&buffer);
}
