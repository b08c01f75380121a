/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan must bring up before a device can be used, whatever lies on what. */
#include "action/bring_up.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "action/node.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/crypt.h"
#include "storage/running.h"

#define DEPTH_MAX 32  /* more than this is no honest graph */
#define LOOP_FIRST 64 /* the lower ones are taken by whoever asks for any */
#define LOOP_COUNT 4096
#define LOOP_STARTS 16u
#define LOOP_STRIDE 8u
#define NBD_DISTANCE                                                                               \
	8 /* another node than the image is looked at through: that one goes with us               \
	   */
#define NAME_MAX_BYTES 100 /* device-mapper takes 127 */

/* A device that the plan has a step for, and where it will be. */
struct risen {
	const struct device *device;
	char *node;
	struct step *step; /* borrowed from the plan */
};

struct bring_up {
	struct bring_up_options options;
	struct plan *plan;
	struct risen *risen;
	size_t count;
	size_t capacity;
	unsigned next_loop;
	struct text_list names; /* of devices without a node, as a recorded machine may have them */
};

struct bring_up *bring_up_new(const struct bring_up_options *options, struct plan *plan)
{
	struct bring_up *up = alloc_zero(1, sizeof(*up));

	up->options = *options;
	up->plan = plan;
	up->next_loop = LOOP_FIRST;
	/* two that plan at the same time would otherwise choose the same one */
	if (options->machine->source != MACHINE_RECORDED)
		up->next_loop += (unsigned)getpid() % LOOP_STARTS * LOOP_STRIDE;
	return up;
}

struct bring_up *bring_up_free(struct bring_up *up)
{
	for (size_t i = 0; up && i < up->count; i++)
		free(up->risen[i].node);
	if (up) {
		free(up->risen);
		text_list_done(&up->names);
	}
	free(up);
	return NULL;
}

static struct risen *find_risen(const struct bring_up *up, const struct device *device)
{
	for (size_t i = 0; i < up->count; i++) {
		if (up->risen[i].device == device)
			return &up->risen[i];
	}
	return NULL;
}

/* Takes NODE and STEP over; returns the node, borrowed. */
static const char *add(struct bring_up *up, const struct device *device, char *node,
		       struct step *step)
{
	up->risen = alloc_grow(up->risen, up->count, &up->capacity, sizeof(*up->risen));
	up->risen[up->count++] = (struct risen){device, node, step};
	plan_add(up->plan, step);
	return node;
}

/* Sentences end so where nothing will be written. */
static const char *ending(const struct bring_up *up)
{
	return up->options.is_read_only ? _(", read-only") : "";
}

static void set_read_only(const struct bring_up *up, struct step *step)
{
	step_set(step, "read-only", up->options.is_read_only ? "yes" : NULL);
}

/* --- what is in the way */

static int refuse_locked(const struct device *container, struct problem *why)
{
	(void)problem_set(why, -ENOKEY, container->name,
			  _("the encrypted container on it is locked"));
	problem_set_next(why, _("Its passphrase is asked for on a terminal, or comes with "
				"\"--passphrase-file\"."));
	return -ENOKEY;
}

static int refuse_writing(const struct device *device, struct problem *why)
{
	(void)problem_set(why, -EROFS, device->name,
			  _("lvm cannot activate a RAID, mirrored, cached or thin volume without "
			    "writing to its disks"));
	problem_set_next(why, _("\"refloat systems\" looks into it without writing; without "
				"\"--read-only\" it is mounted as at any boot."));
	return -EROFS;
}

static int check_own(const struct bring_up *up, const struct device *device, struct problem *why)
{
	const struct device *container = device->parent_count ? device->parents[0] : NULL;

	if (device->state == DEVICE_SILENT || device->state == DEVICE_ERROR)
		return problem_set(why, -ENODEV, device->name, "%s",
				   device->reason ? device->reason : _("it cannot be read"));
	if (!device->is_dormant)
		return 0;
	if (device->obstacle)
		return problem_set(why, -ENODEV, device->name, "%s", device->obstacle);
	if (device->needs_writing && up->options.is_read_only && !up->options.writes_where_needed)
		return refuse_writing(device, why);
	if (device->is_degraded && !up->options.allow_degraded) {
		(void)problem_set(why, -ENODATA, device->name, _("members of it are missing"));
		problem_set_next(why,
				 _("\"--degraded\" starts it all the same; read-only is safest "
				   "first."));
		return -ENODATA;
	}
	if (device->kind == DEVICE_CRYPT && container &&
	    up->options.machine->source != MACHINE_RECORDED && !crypt_has_key(container))
		return refuse_locked(container, why);
	return 0;
}

static int check(const struct bring_up *up, const struct device *device, unsigned depth,
		 struct problem *why)
{
	int r = depth < DEPTH_MAX
			? check_own(up, device, why)
			: problem_set(why, -ENODEV, device->name, _("it lies on too many others"));

	/* what is up lies on what is up, a virtual partition on its disk */
	for (size_t i = 0; r == 0 && device->is_dormant && i < device->parent_count; i++)
		r = check(up, device->parents[i], depth + 1, why);
	return r;
}

int bring_up_check(const struct bring_up *up, const struct device *device, struct problem *why)
{
	return check(up, device, 0, why);
}

/* --- what containers are called */

/* What device-mapper takes as it is, and no path or option. */
static bool is_good_name(const char *name)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "#+-.:=@_";

	return !text_is_empty(name) && *name != '-' && *name != '.' &&
	       strlen(name) <= NAME_MAX_BYTES && strspn(name, good) == strlen(name);
}

/* Whether something that is up has this name already. */
static bool is_taken(const struct machine *machine, const char *name)
{
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (!device->is_dormant && text_is_equal(device->dm_name, name))
			return true;
	}
	return false;
}

char *bring_up_name_container(const struct machine *machine, const struct system *system,
			      const struct device *container)
{
	for (size_t i = 0; system && i < system->crypttab.count; i++) {
		const struct crypttab_entry *entry = &system->crypttab.entries[i];

		if (crypttab_find_container(machine, entry) == container &&
		    is_good_name(entry->name) && !is_taken(machine, entry->name))
			return text_copy(entry->name);
	}
	return text_format("luks-%s", container->content.uuid ? container->content.uuid : "");
}

/* --- the steps */

static void place_of(struct bring_up *up, const struct device *device, enum step_policy policy,
		     unsigned depth, struct bring_up_place *place);

static const char *node_of(struct bring_up *up, const struct device *device,
			   enum step_policy policy, unsigned depth);

/* What DEVICE lies on, brought up: their nodes, and their names as a sentence has them. */
static char *bring_up_parents(struct bring_up *up, const struct device *device,
			      enum step_policy policy, unsigned depth, struct text_list *nodes)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *joined = NULL;

	for (size_t i = 0; i < device->parent_count; i++) {
		text_list_add(nodes, node_of(up, device->parents[i], policy, depth + 1));
		text_list_add(&names, device->parents[i]->name);
	}
	joined = text_list_join(&names, ", ");
	return printable_text(joined);
}

/* The node under which the kernel has an array already that does not run; the caller frees. */
static char *find_inactive(const struct bring_up *up, const struct device *array)
{
	const struct machine *machine = up->options.machine;

	if (array->number && array->kernel_name)
		return text_format("/dev/%s", array->kernel_name);
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (device->kind == DEVICE_MD && !device->is_dormant &&
		    running_uuid_is_equal(device->array_uuid, array->array_uuid))
			return text_copy(device->path);
	}
	return NULL;
}

static const char *assemble(struct bring_up *up, const struct device *device,
			    enum step_policy policy, unsigned depth)
{
	_cleanup_text_list_ struct text_list members = {0};
	_cleanup_free_ char *names = bring_up_parents(up, device, policy, depth, &members);
	_cleanup_free_ char *shown = printable_text(device->name);
	_cleanup_free_ char *inactive = find_inactive(up, device);
	struct step *step;

	step = step_new("assemble-array", up->options.is_read_only ? RISK_SYSTEM : RISK_WRITES,
			policy,
			device->is_degraded ? _("Start the array %s of %s, with members missing%s")
					    : _("Start the array %s of %s%s"),
			shown, names, ending(up));
	step_set(step, "node", device->path);
	step_set(step, "uuid", device->array_uuid);
	node_set_list(step, "members", &members);
	set_read_only(up, step);
	step_set(step, "degraded", device->is_degraded ? "yes" : NULL);
	step_set(step, "stop", inactive);
	return add(up, device, text_copy(device->path), step);
}

static const char *activate(struct bring_up *up, const struct device *device,
			    enum step_policy policy, unsigned depth)
{
	bool is_read_only = up->options.is_read_only;
	_cleanup_text_list_ struct text_list devices = {0};
	_cleanup_free_ char *names = NULL;
	_cleanup_free_ char *group = printable_text(device->group_name);
	_cleanup_free_ char *volume = printable_text(device->volume_name);
	const char *name = device->dm_name ? device->dm_name : device->name;
	char *node = text_format("/dev/mapper/%s", name);
	struct step *step;

	up->options.is_read_only = is_read_only && !device->needs_writing;
	names = bring_up_parents(up, device, policy, depth, &devices);
	step = step_new("activate-volume", RISK_SYSTEM, policy,
			device->is_degraded
				? _("Activate the volume %s of group %s on %s, with members "
				    "missing%s")
				: _("Activate the volume %s of group %s on %s%s"),
			volume, group, names, ending(up));
	step_set(step, "node", node);
	step_set(step, "name", name);
	step_set(step, "group", device->group_name);
	step_set(step, "volume", device->volume_name);
	step_set(step, "uuid", device->dm_uuid);
	node_set_list(step, "devices", &devices);
	set_read_only(up, step);
	up->options.is_read_only = is_read_only;
	step_set(step, "degraded", device->is_degraded ? "yes" : NULL);
	return add(up, device, node, step);
}

static const char *unlock(struct bring_up *up, const struct device *device, enum step_policy policy,
			  unsigned depth)
{
	const struct device *container = device->parents[0];
	const char *from = node_of(up, container, policy, depth + 1);
	_cleanup_free_ char *name =
		bring_up_name_container(up->options.machine, up->options.system, container);
	_cleanup_free_ char *shown = printable_text(container->name);
	struct step *step;

	step = step_new("unlock", RISK_SYSTEM, policy,
			_("Open the encrypted container on %s as %s%s"), shown, name, ending(up));
	step_set(step, "node", from);
	step_set(step, "uuid", container->content.uuid);
	step_set(step, "name", name);
	set_read_only(up, step);
	return add(up, device, text_format("/dev/mapper/%s", name), step);
}

/* Adds a partition's node to what the step that starts its array waits for. */
static void wait_for_part(struct risen *array, const char *node)
{
	_cleanup_text_list_ struct text_list parts = {0};

	node_get_list(array->step, "parts", &parts);
	if (!text_list_contains(&parts, node))
		text_list_add(&parts, node);
	node_set_list(array->step, "parts", &parts);
}

/* Whether the kernel calls the array's partitions by the array's node: "/dev/md0", not a link. */
static bool has_kernel_name(const char *node)
{
	const char *number = text_after_prefix(node, "/dev/md");
	uint64_t value;

	return number && text_parse_u64(number, &value) == 0;
}

/*
 * A partition of an array that the plan starts: the kernel's own node where its name is known
 * beforehand, else its place in the array.
 */
static void place_of_part(struct bring_up *up, const struct device *part, enum step_policy policy,
			  unsigned depth, struct bring_up_place *place)
{
	const struct device *disk = part->parents[0];
	struct risen *risen;

	place_of(up, disk, policy, depth + 1, place);
	risen = find_risen(up, disk);
	if (risen && disk->kind == DEVICE_MD && part->path && has_kernel_name(risen->node)) {
		wait_for_part(risen, part->path);
		*place = (struct bring_up_place){.path = part->path};
		return;
	}
	place->offset += part->start;
	place->size = part->size;
}

/* The node that the plan attaches a qcow2 image to; NULL: no such image, its file can be used. */
static const char *attach_image(struct bring_up *up, const struct device *image,
				enum step_policy policy)
{
	const char *looked_at = text_after_prefix(image->path, "/dev/nbd");
	_cleanup_free_ char *shown = NULL;
	uint64_t number = 0;
	struct step *step;
	char *node;

	if (image->kind != DEVICE_IMAGE || !looked_at || text_parse_u64(looked_at, &number) < 0)
		return NULL;
	node = text_format("/dev/nbd%lu", (unsigned long)number + NBD_DISTANCE);
	shown = printable_text(image->backing_file);
	step = step_new("attach-image", RISK_SYSTEM, policy, _("Attach the image %s at %s"), shown,
			node);
	step_set(step, "file", image->backing_file);
	step_set(step, "node", node);
	set_read_only(up, step);
	return add(up, image, node, step);
}

static const char *rise(struct bring_up *up, const struct device *device, enum step_policy policy,
			unsigned depth)
{
	const struct risen *risen = find_risen(up, device);

	if (risen)
		return risen->node;
	if (depth >= DEPTH_MAX)
		return NULL; /* bring_up_find_obstacle has said so */
	if (!device->is_dormant)
		return attach_image(up, device, policy);
	switch (device->kind) {
	case DEVICE_MD:
		return assemble(up, device, policy, depth);
	case DEVICE_LVM:
		return activate(up, device, policy, depth);
	case DEVICE_CRYPT:
		return device->parent_count ? unlock(up, device, policy, depth) : NULL;
	default:
		return NULL;
	}
}

/* What a device that is up is called; borrowed. */
static const char *path_of(struct bring_up *up, const struct device *device)
{
	if (device->path)
		return device->path;
	text_list_format(&up->names, "/dev/%s", device->name);
	return up->names.items[up->names.count - 1];
}

static void place_of(struct bring_up *up, const struct device *device, enum step_policy policy,
		     unsigned depth, struct bring_up_place *place)
{
	const char *node = rise(up, device, policy, depth);
	const struct device *parent = device->parent_count ? device->parents[0] : NULL;

	*place = (struct bring_up_place){.path = node};
	if (node)
		return;
	if (device->kind == DEVICE_PARTITION && parent && depth < DEPTH_MAX &&
	    (device->is_virtual || device->is_dormant)) {
		place_of_part(up, device, policy, depth, place);
		return;
	}
	place->path = path_of(up, device);
	place->is_file = device->kind == DEVICE_IMAGE;
}

/* A loop device that is free as far as can be seen: nothing is attached while planning. */
static char *choose_loop(struct bring_up *up)
{
	bool is_real = up->options.machine->source != MACHINE_RECORDED;

	for (; up->next_loop < LOOP_FIRST + LOOP_COUNT; up->next_loop++) {
		_cleanup_free_ char *node = text_format("/dev/loop%u", up->next_loop);

		if (is_real && running_is_in_use(node))
			continue;
		up->next_loop++;
		return TAKE_PTR(node);
	}
	return text_format("/dev/loop%u", up->next_loop);
}

static void set_number(struct step *step, const char *name, uint64_t value)
{
	_cleanup_free_ char *text = value ? text_format("%lu", (unsigned long)value) : NULL;

	step_set(step, name, text);
}

static const char *attach_loop(struct bring_up *up, const struct device *device,
			       const struct bring_up_place *place, enum step_policy policy)
{
	_cleanup_free_ char *shown = printable_text(device->name);
	char *node = choose_loop(up);
	struct step *step;

	step = step_new("attach-loop", RISK_SYSTEM, policy, _("Attach %s at %s%s"), shown, node,
			ending(up));
	step_set(step, "node", node);
	step_set(step, "file", place->path);
	set_number(step, "offset", place->offset);
	set_number(step, "size", place->size);
	set_read_only(up, step);
	return add(up, device, node, step);
}

static const char *node_of(struct bring_up *up, const struct device *device,
			   enum step_policy policy, unsigned depth)
{
	struct bring_up_place place;

	place_of(up, device, policy, depth, &place);
	if (place.path && (place.is_file || place.offset || place.size))
		return attach_loop(up, device, &place, policy);
	return place.path;
}

void bring_up_add(struct bring_up *up, const struct device *device, enum step_policy policy,
		  struct bring_up_place *ret_place)
{
	place_of(up, device, policy, 0, ret_place);
}

const char *bring_up_add_node(struct bring_up *up, const struct device *device,
			      enum step_policy policy)
{
	return node_of(up, device, policy, 0);
}

const char *bring_up_add_loop(struct bring_up *up, const struct device *device,
			      enum step_policy policy)
{
	struct bring_up_place place;

	for (size_t i = 0; i < up->count; i++) {
		if (up->risen[i].device == device &&
		    text_has_prefix(up->risen[i].node, "/dev/loop"))
			return up->risen[i].node;
	}
	place_of(up, device, policy, 0, &place);
	return attach_loop(up, device, &place, policy);
}
