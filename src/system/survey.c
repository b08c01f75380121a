/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into every filesystem that could hold a system, each in a worker of its own. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/worker.h"
#include "storage/filesystem.h"
#include "storage/scan.h"
#include "system/look_into.h"
#include "system/system.h"

#define CONCURRENT_MAX 8
#define PROGRESS_MS 1000

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

struct looks {
	struct look *items;
	size_t count;
	size_t started;
	size_t running;
	unsigned deadline_ms;
};

static void start_looks(struct looks *looks)
{
	while (looks->running < CONCURRENT_MAX && looks->started < looks->count) {
		struct look *look = &looks->items[looks->started++];
		_cleanup_problem_ struct problem why = {0};

		if (worker_start(look_in_child, look, looks->deadline_ms, &look->worker, &why) < 0)
			text_set(&survey_add_volume(look->survey, look->device->name)->problem,
				 why.why);
		else
			looks->running++;
	}
}

/* Waits for the next answer or deadline, at most a second. */
static void wait_for_any(const struct looks *looks)
{
	struct pollfd fds[CONCURRENT_MAX];
	int64_t now = clock_monotonic_ms(), wait = PROGRESS_MS;
	nfds_t count = 0;

	for (size_t i = 0; i < looks->started && count < CONCURRENT_MAX; i++) {
		const struct worker *worker = looks->items[i].worker;

		if (!worker)
			continue;
		fds[count++] = (struct pollfd){.fd = worker_fd(worker), .events = POLLIN};
		if (worker_deadline_ms(worker) - now < wait)
			wait = worker_deadline_ms(worker) - now;
	}
	(void)poll(fds, count, wait > 0 ? (int)wait : 0); /* an early end is only a short wait */
}

static void dispatch_looks(struct looks *looks)
{
	for (size_t i = 0; i < looks->started; i++) {
		struct look *look = &looks->items[i];

		if (!look->worker ||
		    worker_dispatch(look->worker, on_record, look) == WORKER_RUNNING)
			continue;
		if (!look->is_answered)
			note_failure(look);
		look->worker = worker_free(look->worker);
		looks->running--;
	}
}

static void report_progress(const struct looks *looks, const struct survey_options *options)
{
	_cleanup_text_list_ struct text_list pending = {0};

	for (size_t i = 0; i < looks->count; i++) {
		if (i >= looks->started || looks->items[i].worker)
			text_list_add(&pending, looks->items[i].device->name);
	}
	options->on_progress(options->data, &pending);
}

static void run_looks(struct looks *looks, const struct survey_options *options)
{
	int64_t next_report = clock_monotonic_ms() + PROGRESS_MS;

	for (start_looks(looks); looks->running; start_looks(looks)) {
		wait_for_any(looks);
		dispatch_looks(looks);
		if (options && options->on_progress && clock_monotonic_ms() >= next_report) {
			report_progress(looks, options);
			next_report += PROGRESS_MS;
		}
	}
}

static int survey_devices(const struct machine *machine, const struct survey_options *options,
			  struct survey *survey, struct problem *why)
{
	struct looks looks = {
		.items = alloc_zero(machine->count, sizeof(*looks.items)),
		.deadline_ms = options && options->deadline_ms ? options->deadline_ms
							       : SCAN_DEADLINE_MS,
	};

	for (size_t i = 0; i < machine->count; i++) {
		if (is_candidate(machine->devices[i]))
			looks.items[looks.count++] = (struct look){
				.device = machine->devices[i],
				.survey = survey,
			};
	}
	if (looks.count && geteuid() != 0) {
		free(looks.items);
		problem_set(why, -EPERM, _("look for systems"), _("needs root"));
		problem_set_next(why, _("Run it again as root, with sudo or su."));
		return -EPERM;
	}
	run_looks(&looks, options);
	free(looks.items);
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

int survey_machine(const struct machine *machine, const struct survey_options *options,
		   struct survey **ret_survey, struct problem *why)
{
	_cleanup_survey_ struct survey *survey = alloc_zero(1, sizeof(*survey));
	int r = machine->source == MACHINE_RECORDED
			? survey_folders(machine, survey, why)
			: survey_devices(machine, options, survey, why);

	if (r < 0)
		return r;
	if (survey->system_count)
		qsort(survey->systems, survey->system_count, sizeof(*survey->systems),
		      compare_systems);
	note_copies(machine, survey);
	for (size_t i = 0; i < survey->system_count; i++) {
		if (!survey->systems[i]->has_fstab)
			fstab_make_up(machine, survey, survey->systems[i]);
	}
	*ret_survey = TAKE_PTR(survey);
	return 0;
}
