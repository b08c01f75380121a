/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking through LUKS containers whose key is in the keyring: opened read-only. */
#include "base/i18n.h"
#include "storage/crypt.h"
#include "storage/stack_parts.h"

/* A container is opened once: it has one mapping at most. */
static struct device *find_mapping(const struct device *container)
{
	for (size_t i = 0; i < container->child_count; i++) {
		if (container->children[i]->kind == DEVICE_CRYPT)
			return container->children[i];
	}
	return NULL;
}

/* Its mapping, new or known from an earlier look, which is then called as a crypttab has it. */
static struct device *get_device(struct guard *guard, struct device *container)
{
	_cleanup_free_ char *name = text_format("luks-%s", container->content.uuid);
	struct device *device = find_mapping(container);

	if (device || machine_find(guard->machine, name))
		return device;
	/* without a crypttab it is called as systemd calls it */
	device = device_new(DEVICE_CRYPT, name);
	device->is_dormant = true;
	device->state = DEVICE_OK;
	device->path = text_format("/dev/mapper/%s", name);
	device->dm_name = TAKE_PTR(name);
	device->is_rotational = container->is_rotational;
	device->is_removable = container->is_removable;
	device->sector_size = container->sector_size;
	device_link(container, device);
	machine_add(guard->machine, device);
	return device;
}

static bool can_be_opened(const struct device *container)
{
	const struct device *mapping = find_mapping(container);

	return text_is_equal(container->content.type, "crypto_LUKS") && !container->is_rescue &&
	       (!mapping || (mapping->is_dormant && !mapping->look_path)) &&
	       crypt_has_key(container);
}

static bool bring_up(struct guard *guard, struct device *container)
{
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *name = NULL, *path = NULL;
	/* an array or a volume of that name was tried as such before */
	_cleanup_free_ char *attempt = text_format("open %s", container->name);
	const char *layer = guard_layer(guard, container, NULL);
	struct device *device;

	if (!layer || !guard_try(guard, attempt))
		return false;
	device = get_device(guard, container);
	if (!device)
		return false;
	name = guard_new_name(guard, STACK_PREFIX);
	path = text_format("/dev/mapper/%s", name);
	if (crypt_open_look(layer, container->content.uuid, name, &why) < 0)
		guard_failed(guard, device, why.why);
	else
		guard_found(guard, device, path);
	return true;
}

bool stack_bring_up_containers(struct guard *guard)
{
	size_t count = guard->machine->count;
	bool is_new = false;

	for (size_t i = 0; i < count && !guard_is_stopped(); i++) {
		struct device *container = guard->machine->devices[i];

		if (can_be_opened(container))
			is_new = bring_up(guard, container) || is_new;
	}
	return is_new;
}
