/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into every filesystem that could hold a system, each in a worker of its own. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/worker.h"
#include "storage/filesystem.h"
#include "storage/scan.h"
#include "system/look_into.h"
#include "system/system.h"

#define CONCURRENT_MAX 8

/* One device being looked into. */
struct look {
	const struct device *device;
	struct worker *worker; /* NULL before its start and after its end */
	bool is_answered;
	struct survey *survey;
};

/* Whether it is worth looking into DEVICE: a filesystem, and not what the rescue runs from. */
static bool is_candidate(const struct device *device)
{
	const struct filesystem *filesystem = filesystem_find(device->content.type);

	if (device->is_rescue || device->state != DEVICE_OK || !device->content.type ||
	    device_is_member(device))
		return false;
	if (!text_is_equal(device->content.usage, "filesystem") && !filesystem)
		return false;
	return !filesystem || filesystem->class == FILESYSTEM_DISK;
}

/* What is not up, and not held up to be looked into either, is nobody's fault. */
static bool is_out_of_reach(const struct device *device)
{
	const char *path;
	uint64_t offset, size;

	return device->is_dormant && device_get_look_extent(device, &path, &offset, &size) < 0;
}

static int look_in_child(void *data, int fd)
{
	const struct look *look = data;

	return look_into_device(look->device, fd);
}

static void on_record(void *data, const char *bytes, size_t length)
{
	struct look *look = data;
	_cleanup_json_ struct json_object *record = NULL;

	if (look->is_answered || json_parse(bytes, length, &record, NULL) < 0)
		return;
	look->is_answered = true;
	look_into_apply(look->survey, look->device, record);
}

static void note_failure(struct look *look)
{
	_cleanup_free_ char *how = worker_describe(look->worker);

	text_set(&survey_add_volume(look->survey, look->device->name)->problem, how);
}

struct surveying {
	struct survey *survey;
	const struct machine *machine;
	struct look *looks;
	size_t count;
	size_t started; /* looks[0..started) have been started */
	size_t running;
	int epoll_fd;
	unsigned deadline_ms;
};

static void start_look(struct surveying *surveying, struct look *look, size_t index)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = index};
	_cleanup_problem_ struct problem why = {0};

	if (worker_start(look_in_child, look, surveying->deadline_ms, &look->worker, &why) < 0) {
		text_set(&survey_add_volume(look->survey, look->device->name)->problem, why.why);
		return;
	}
	surveying->running++;
	if (epoll_ctl(surveying->epoll_fd, EPOLL_CTL_ADD, worker_fd(look->worker), &event) < 0)
		log_line("survey: epoll: %s", strerror(errno)); /* found at its deadline */
}

static void start_looks(struct surveying *surveying)
{
	while (surveying->running < CONCURRENT_MAX && surveying->started < surveying->count) {
		size_t index = surveying->started++;

		start_look(surveying, &surveying->looks[index], index);
	}
}

/* Looks after one; true where it has ended. */
static bool dispatch_look(struct surveying *surveying, struct look *look)
{
	if (!look->worker || worker_dispatch(look->worker, on_record, look) == WORKER_RUNNING)
		return false;
	if (!look->is_answered)
		note_failure(look);
	look->worker = worker_free(look->worker);
	surveying->running--;
	return true;
}

static int start_devices(struct surveying *surveying, struct problem *why)
{
	const struct machine *machine = surveying->machine;

	surveying->looks = alloc_zero(machine->count, sizeof(*surveying->looks));
	for (size_t i = 0; i < machine->count; i++) {
		if (is_candidate(machine->devices[i]) && !is_out_of_reach(machine->devices[i]))
			surveying->looks[surveying->count++] = (struct look){
				.device = machine->devices[i],
				.survey = surveying->survey,
			};
	}
	if (surveying->count && geteuid() != 0) {
		problem_set(why, -EPERM, _("look for systems"), _("needs root"));
		problem_set_next(why, _("Run it again as root, with sudo or su."));
		return -EPERM;
	}
	surveying->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (surveying->epoll_fd < 0)
		return problem_set_errno(why, -errno, _("look for systems"));
	start_looks(surveying);
	return 0;
}

static int survey_folders(const struct machine *machine, struct survey *survey,
			  struct problem *why)
{
	_cleanup_free_ char *path = text_format("%s/refloat/roots", machine->sysroot);
	_cleanup_root_ struct root *roots = NULL;
	int r = root_open(path, &roots, NULL);

	if (r == -ENOENT || r == -ENOTDIR)
		return 0; /* recorded without the systems' settings */
	if (r < 0)
		return problem_set_errno(why, r, path);
	for (size_t i = 0; i < machine->count; i++) {
		_cleanup_json_ struct json_object *record = NULL;

		if (!is_candidate(machine->devices[i]))
			continue;
		record = look_into_folders(roots, machine->devices[i]);
		look_into_apply(survey, machine->devices[i], record);
	}
	return 0;
}

static int compare_systems(const void *a, const void *b)
{
	const struct system *left = *(struct system *const *)a;
	const struct system *right = *(struct system *const *)b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (left->last_used != right->last_used)
		return left->last_used > right->last_used ? -1 : 1;
	return text_compare_natural(left->id, right->id);
}

static const char *root_uuid(const struct machine *machine, const struct system *system)
{
	const struct device *device = machine_find(machine, system->device);

	return device ? device->content.uuid : NULL;
}

static bool are_copies(const struct machine *machine, const struct system *a,
		       const struct system *b)
{
	if (a->machine_id && *a->machine_id && text_is_equal(a->machine_id, b->machine_id))
		return true;
	return !text_is_equal(a->device, b->device) && root_uuid(machine, a) &&
	       text_is_equal(root_uuid(machine, a), root_uuid(machine, b));
}

/* Systems stand newest first, so that A is the fresher one of each pair. */
static void note_copies(const struct machine *machine, struct survey *survey)
{
	for (size_t i = 0; i < survey->system_count; i++) {
		for (size_t j = i + 1; j < survey->system_count; j++) {
			struct system *a = survey->systems[i], *b = survey->systems[j];

			if (!are_copies(machine, a, b))
				continue;
			text_list_format(&a->notes, _("%s looks like a copy of this system"), b->id);
			text_list_format(&b->notes,
					 a->last_used > b->last_used
						 ? _("this looks like a copy of %s, which was used later")
						 : _("this looks like a copy of %s"),
					 a->id);
		}
	}
}

/* Behind all others, in the order that they have. */
static void put_snapshots_last(const struct machine *machine, struct survey *survey)
{
	_cleanup_free_ struct system **sorted = alloc_zero(survey->system_count + 1,
							   sizeof(*sorted));
	size_t count = 0;

	for (int wanted = 0; wanted <= 1; wanted++) {
		for (size_t i = 0; i < survey->system_count; i++) {
			if (system_is_snapshot(survey->systems[i], machine) == (wanted == 1))
				sorted[count++] = survey->systems[i];
		}
	}
	for (size_t i = 0; i < count; i++)
		survey->systems[i] = sorted[i];
}

static void finish(const struct machine *machine, struct survey *survey)
{
	if (survey->system_count)
		qsort(survey->systems, survey->system_count, sizeof(*survey->systems),
		      compare_systems);
	put_snapshots_last(machine, survey);
	note_copies(machine, survey);
	for (size_t i = 0; i < survey->system_count; i++) {
		if (!survey->systems[i]->has_fstab)
			fstab_make_up(machine, survey, survey->systems[i]);
	}
}

int surveying_start(const struct machine *machine, unsigned deadline_ms,
		    struct surveying **ret_surveying, struct problem *why)
{
	_cleanup_surveying_ struct surveying *surveying = alloc_zero(1, sizeof(*surveying));
	int r;

	surveying->machine = machine;
	surveying->epoll_fd = -1;
	surveying->deadline_ms = deadline_ms ? deadline_ms : SCAN_DEADLINE_MS;
	surveying->survey = alloc_zero(1, sizeof(*surveying->survey));
	r = machine->source == MACHINE_RECORDED ? survey_folders(machine, surveying->survey, why)
						: start_devices(surveying, why);
	if (r < 0)
		return r;
	*ret_surveying = TAKE_PTR(surveying);
	return 0;
}

int surveying_fd(const struct surveying *surveying)
{
	return surveying->epoll_fd;
}

int surveying_timeout_ms(const struct surveying *surveying)
{
	int64_t now = clock_monotonic_ms(), nearest = INT64_MAX;

	for (size_t i = 0; i < surveying->started; i++) {
		const struct worker *worker = surveying->looks[i].worker;

		if (worker && worker_deadline_ms(worker) < nearest)
			nearest = worker_deadline_ms(worker);
	}
	if (nearest == INT64_MAX)
		return -1;
	return nearest > now ? (int)(nearest - now) : 0;
}

int surveying_dispatch(struct surveying *surveying)
{
	int ended = 0;

	for (size_t i = 0; i < surveying->started; i++)
		ended += dispatch_look(surveying, &surveying->looks[i]);
	start_looks(surveying);
	return ended;
}

bool surveying_is_finished(const struct surveying *surveying)
{
	return !surveying->running && surveying->started == surveying->count;
}

void surveying_list_pending(const struct surveying *surveying, struct text_list *names)
{
	for (size_t i = 0; i < surveying->count; i++) {
		if (i >= surveying->started || surveying->looks[i].worker)
			text_list_add(names, surveying->looks[i].device->name);
	}
}

struct survey *surveying_take(struct surveying *surveying)
{
	finish(surveying->machine, surveying->survey);
	return TAKE_PTR(surveying->survey);
}

struct surveying *surveying_free(struct surveying *surveying)
{
	if (!surveying)
		return NULL;
	for (size_t i = 0; i < surveying->count; i++)
		(void)worker_free(surveying->looks[i].worker);
	free(surveying->looks);
	(void)survey_free(surveying->survey);
	if (surveying->epoll_fd >= 0)
		(void)close(surveying->epoll_fd); /* nothing to lose */
	free(surveying);
	return NULL;
}
