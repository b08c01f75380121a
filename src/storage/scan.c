/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding out what is plugged in: the graph at once, each disk's answer as it comes. */
#include "storage/scan.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/worker.h"
#include "storage/array.h"
#include "storage/copies.h"
#include "storage/image.h"
#include "storage/probe.h"
#include "storage/record_parts.h"
#include "storage/sysfs.h"

#define CONCURRENT_MAX 32
#define NICENESS 5 /* of the children */
#define PROBES_FILE "refloat/probes.json"
#define PROBES_MAX (64u * 1024 * 1024)
#define PROGRESS_MS 1000
#define UDEV_FOLDER "run/udev/data"

/* One disk and the child that asks it. */
struct unit {
	struct device *disk;
	struct worker *worker; /* NULL before its start and after its end */
	bool is_answered;      /* a record has come */
};

struct scan {
	struct machine *machine;
	struct text_list attached; /* network block devices made for images */
	struct unit *units;
	size_t count;
	size_t capacity;
	size_t started; /* units[0..started) have been started */
	size_t running;
	int epoll_fd;
	unsigned deadline_ms;
};

static bool needs_probe(const struct device *device)
{
	bool is_mapped_partition = device->kind == DEVICE_PARTITION && device->dm_uuid;

	return (device->kind != DEVICE_PARTITION || is_mapped_partition) && device->size &&
	       device->path;
}

static void add_unit(struct scan *scan, struct device *disk)
{
	scan->units = alloc_grow(scan->units, scan->count, &scan->capacity, sizeof(*scan->units));
	scan->units[scan->count++] = (struct unit){.disk = disk};
}

static int probe_in_child(void *data, int fd)
{
	(void)!nice(NICENESS); /* only so that the parent keeps up with many disks */
	return probe_send(data, fd);
}

static void set_state(struct device *disk, enum device_state state, const char *reason)
{
	disk->state = state;
	text_set(&disk->reason, reason);
	for (size_t i = 0; i < disk->child_count; i++) {
		if (disk->children[i]->kind == DEVICE_PARTITION)
			set_state(disk->children[i], state, reason);
	}
}

static void start_units(struct scan *scan)
{
	while (scan->running < CONCURRENT_MAX && scan->started < scan->count) {
		struct unit *unit = &scan->units[scan->started];
		struct epoll_event event = {.events = EPOLLIN};
		_cleanup_problem_ struct problem why = {0};

		event.data.u64 = scan->started++;
		if (worker_start(probe_in_child, unit->disk, scan->deadline_ms, &unit->worker,
				 &why) < 0) {
			set_state(unit->disk, DEVICE_ERROR, why.why);
			continue;
		}
		scan->running++;
		if (epoll_ctl(scan->epoll_fd, EPOLL_CTL_ADD, worker_fd(unit->worker), &event) < 0)
			log_line("scan: epoll: %s", strerror(errno)); /* found at its deadline */
	}
}

struct answer_context {
	struct scan *scan;
	struct unit *unit;
};

static void on_answer(void *data, const char *bytes, size_t length)
{
	struct answer_context *context = data;
	_cleanup_probe_record_ struct probe_record record = {0};
	struct unit *unit = context->unit;

	if (unit->is_answered)
		return;
	unit->is_answered = true;
	if (probe_record_parse(bytes, length, &record, NULL) < 0) {
		set_state(unit->disk, DEVICE_ERROR, _("the probe's answer makes no sense"));
		return;
	}
	if (record.failure) /* of the partitions that the kernel shows, too */
		set_state(unit->disk, DEVICE_ERROR, record.failure);
	probe_record_apply(&record, context->scan->machine, unit->disk);
}

static void note_silence(struct unit *unit)
{
	_cleanup_free_ char *how = worker_describe(unit->worker);
	_cleanup_free_ char *reason = NULL;

	switch (worker_get_state(unit->worker)) {
	case WORKER_TIMED_OUT:
		set_state(unit->disk, DEVICE_SILENT, how);
		break;
	default:
		reason = text_format(_("its probe failed (%s): what is on it may be damaged or "
				       "hostile"),
				     how);
		set_state(unit->disk, DEVICE_ERROR, reason);
	}
}

/* Looks after one unit; true where it has ended. */
static bool dispatch_unit(struct scan *scan, struct unit *unit)
{
	struct answer_context context = {scan, unit};

	if (!unit->worker || worker_dispatch(unit->worker, on_answer, &context) == WORKER_RUNNING)
		return false;
	if (!unit->is_answered)
		note_silence(unit);
	/* closing its descriptor takes it out of the epoll set as well */
	unit->worker = worker_free(unit->worker);
	scan->running--;
	return true;
}

/* The first disks are asked while sysfs is still being read of the others. */
static void on_disk(void *data, struct device *disk)
{
	struct scan *scan = data;

	if (!needs_probe(disk))
		return;
	add_unit(scan, disk);
	start_units(scan);
}

static void note_probing(const struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		if (scan->units[i].disk->state != DEVICE_ERROR) /* its probe could not start */
			set_state(scan->units[i].disk, DEVICE_PROBING, NULL);
	}
}

static int start_live(struct scan *scan, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	int r = root_open("/", &root, why);

	if (r < 0)
		return r;
	root_trust(root);
	r = sysfs_read(root, scan->machine, on_disk, scan, why);
	if (r < 0)
		return r;
	note_probing(scan);
	if (root_has_folder(root, UDEV_FOLDER)) {
		for (size_t i = 0; i < scan->machine->count; i++)
			udev_data_read(root, scan->machine->devices[i], false);
	}
	usage_read(root, scan->machine);
	return 0;
}

static int start_images(struct scan *scan, const struct text_list *images, struct problem *why)
{
	for (size_t i = 0; i < images->count; i++) {
		int r = image_open(images->items[i], scan->machine, &scan->attached, why);

		if (r < 0)
			return r;
	}
	/* the size of a qcow2 image is its block device's, which the probe tells */
	for (size_t i = 0; i < scan->machine->count; i++)
		add_unit(scan, scan->machine->devices[i]);
	return 0;
}

/* Puts the records of a recorded machine in place of the probes. */
static void apply_recorded(struct machine *machine, struct json_object *probes)
{
	size_t count = machine->count;

	for (size_t i = 0; i < count; i++) {
		struct device *device = machine->devices[i];
		struct json_object *object = json_get_object(probes, device->name);
		_cleanup_probe_record_ struct probe_record record = {0};
		_cleanup_free_ char *text = NULL;
		const char *state = json_get_text(object, "state");

		if (!object)
			continue;
		if (state) { /* what was found instead of an answer */
			set_state(device,
				  strcmp(state, "silent") == 0 ? DEVICE_SILENT : DEVICE_ERROR,
				  json_get_text(object, "reason"));
			continue;
		}
		text = json_format_line(object);
		if (probe_record_parse(text, strlen(text), &record, NULL) == 0)
			probe_record_apply(&record, machine, device);
	}
}

/* Arrays can be told only once each disk has had its chance to show a member. */
static void finish_machine(struct machine *machine)
{
	machine_sort(machine);
	array_add_dormant(machine);
	copies_note(machine);
	machine_sort(machine);
}

static int start_recorded(struct scan *scan, const char *folder, struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r = root_open(folder, &root, why);

	if (r == 0)
		r = sysfs_read(root, scan->machine, NULL, NULL, why);
	if (r < 0) {
		problem_set_next(why, _("--sysroot wants a folder made by \"refloat record\"."));
		if (why)
			why->error = -EINVAL; /* a wrong argument, whatever the system calls it */
		return -EINVAL;
	}
	scan->machine->sysroot = text_copy(folder);
	for (size_t i = 0; i < scan->machine->count; i++) {
		scan->machine->devices[i]->state = DEVICE_OK;
		udev_data_read(root, scan->machine->devices[i], true);
	}
	if (root_read_file(root, PROBES_FILE, PROBES_MAX, &text, &length) == 0 &&
	    json_parse(text, length, &object, NULL) == 0)
		apply_recorded(scan->machine, json_get_object(object, "probes"));
	usage_read(root, scan->machine);
	finish_machine(scan->machine);
	record_read_stacks(root, scan->machine);
	return 0;
}

static enum machine_source source_of(const struct scan_options *options)
{
	if (options->sysroot)
		return MACHINE_RECORDED;
	return options->images.count ? MACHINE_IMAGES : MACHINE_LIVE;
}

int scan_start(const struct scan_options *options, struct scan **ret_scan, struct problem *why)
{
	_cleanup_scan_ struct scan *scan = alloc_zero(1, sizeof(*scan));
	int r;

	scan->machine = machine_new(source_of(options));
	scan->deadline_ms = options->deadline_ms ? options->deadline_ms : SCAN_DEADLINE_MS;
	scan->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (scan->epoll_fd < 0)
		return problem_set_errno(why, -errno, _("look for disks"));
	switch (scan->machine->source) {
	case MACHINE_RECORDED:
		r = start_recorded(scan, options->sysroot, why);
		break;
	case MACHINE_IMAGES:
		r = start_images(scan, &options->images, why);
		break;
	default:
		r = start_live(scan, why);
	}
	if (r < 0)
		return r;
	start_units(scan);
	*ret_scan = TAKE_PTR(scan);
	return 0;
}

int scan_fd(const struct scan *scan)
{
	return scan->epoll_fd;
}

int scan_timeout_ms(const struct scan *scan)
{
	int64_t now = clock_monotonic_ms(), nearest = INT64_MAX;

	for (size_t i = 0; i < scan->started; i++) {
		if (scan->units[i].worker && worker_deadline_ms(scan->units[i].worker) < nearest)
			nearest = worker_deadline_ms(scan->units[i].worker);
	}
	if (nearest == INT64_MAX)
		return -1;
	return nearest > now ? (int)(nearest - now) : 0;
}

int scan_dispatch(struct scan *scan)
{
	struct epoll_event events[CONCURRENT_MAX];
	int64_t now = clock_monotonic_ms();
	int changed = 0;
	int count = epoll_wait(scan->epoll_fd, events, CONCURRENT_MAX, 0);

	for (int i = 0; i < count; i++)
		changed += dispatch_unit(scan, &scan->units[events[i].data.u64]);
	for (size_t i = 0; i < scan->started; i++) {
		struct worker *worker = scan->units[i].worker;

		if (worker && worker_deadline_ms(worker) <= now)
			changed += dispatch_unit(scan, &scan->units[i]);
	}
	start_units(scan);
	return changed;
}

bool scan_is_finished(const struct scan *scan)
{
	return !scan->running && scan->started == scan->count;
}

void scan_list_pending(const struct scan *scan, struct text_list *names)
{
	for (size_t i = 0; i < scan->count; i++) {
		if (i >= scan->started || scan->units[i].worker)
			text_list_add(names, scan->units[i].disk->name);
	}
}

struct machine *scan_snapshot(const struct scan *scan)
{
	struct machine *machine = machine_copy(scan->machine);

	if (scan_is_finished(scan))
		finish_machine(machine);
	else
		machine_sort(machine);
	return machine;
}

void scan_keep_attached(struct scan *scan, struct text_list *attached)
{
	scan_detach(attached);
	*attached = scan->attached;
	scan->attached = (struct text_list){0};
}

void scan_detach(struct text_list *attached)
{
	image_detach(attached);
	text_list_done(attached);
}

struct scan *scan_free(struct scan *scan)
{
	if (!scan)
		return NULL;
	for (size_t i = 0; i < scan->count; i++)
		(void)worker_free(scan->units[i].worker);
	free(scan->units);
	scan_detach(&scan->attached);
	if (scan->epoll_fd >= 0)
		(void)close(scan->epoll_fd); /* nothing to lose */
	(void)machine_free(scan->machine);
	free(scan);
	return NULL;
}

int scan_check(const struct scan *scan, struct problem *why)
{
	const struct machine *machine = scan->machine;

	for (size_t i = 0; i < machine->count; i++) {
		int r = machine->devices[i]->kind == DEVICE_IMAGE
				? image_check(machine->devices[i], why)
				: 0;

		if (r < 0)
			return r;
	}
	return 0;
}

int scan_machine(const struct scan_options *options, scan_on_progress_fn on_progress, void *data,
		 struct text_list *attached, struct machine **ret_machine, struct problem *why)
{
	_cleanup_scan_ struct scan *scan = NULL;
	int r = scan_start(options, &scan, why);

	if (r < 0)
		return r;
	while (!scan_is_finished(scan)) {
		_cleanup_text_list_ struct text_list pending = {0};
		struct pollfd fd = {.fd = scan->epoll_fd, .events = POLLIN};
		int timeout = scan_timeout_ms(scan);
		bool is_tick = timeout < 0 || timeout > PROGRESS_MS;

		if (poll(&fd, 1, is_tick ? PROGRESS_MS : timeout) == 0 && is_tick && on_progress) {
			scan_list_pending(scan, &pending);
			on_progress(data, &pending);
		}
		(void)scan_dispatch(scan); /* how many are new does not matter here */
	}
	r = scan_check(scan, why);
	if (r < 0)
		return r;
	/* nobody needs the original any more: no copy is made */
	finish_machine(scan->machine);
	if (attached)
		scan_keep_attached(scan, attached);
	*ret_machine = TAKE_PTR(scan->machine);
	return 0;
}
