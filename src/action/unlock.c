/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which encrypted containers must be opened before there is a plan, and keys tried on them. */
#include "action/unlock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"
#include "storage/crypt.h"
#include "storage/stack.h"

bool unlock_is_locked(const struct device *device)
{
	return device_is_locked(device) && !device->is_rescue && !device_is_shadowed(device) &&
	       !crypt_has_key(device);
}

void unlock_list_all(const struct machine *machine, struct text_list *names)
{
	for (size_t i = 0; i < machine->count; i++) {
		if (unlock_is_locked(machine->devices[i]))
			text_list_add(names, machine->devices[i]->name);
	}
}

/* What the session knows of the system; NULL where there is none. */
static struct resolution *resolve(struct session *session, const char *text,
				  const struct resolve_options *options)
{
	static const struct resolve_options none = {0};
	struct resolution *resolution = NULL;
	const struct system *system;

	if (!options)
		options = &none;
	if (session_choose_system(session, text, &system, NULL) < 0 ||
	    resolve_system(session->machine, session->survey, system, options, &resolution, NULL) <
		    0)
		return NULL;
	return resolution;
}

/* Whether no system is found that TEXT could mean, so that any container may hold it. */
static bool is_unseen(struct session *session, const char *text)
{
	const struct system *system;

	return session_choose_system(session, text, &system, NULL) == -ENOENT;
}

int unlock_list(struct session *session, const char *text, const struct resolve_options *options,
		struct text_list *names, struct problem *why)
{
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_text_list_ struct text_list all = {0};
	const struct survey *survey;
	int r = session_get_survey(session, &survey, why);

	if (r < 0)
		return r;
	unlock_list_all(session->machine, &all);
	if (!all.count)
		return 0;
	if (is_unseen(session, text)) {
		text_list_copy(names, &all);
		return 0;
	}
	resolution = resolve(session, text, options);
	for (size_t i = 0; resolution && i < resolution->count; i++) {
		const struct text_list *locked = &resolution->entries[i].locked;

		for (size_t j = 0; j < locked->count; j++) {
			if (text_list_contains(&all, locked->items[j]) &&
			    !text_list_contains(names, locked->items[j]))
				text_list_add(names, locked->items[j]);
		}
	}
	return 0;
}

/* The mount points that wait for container NAME. */
static void list_purposes(const struct resolution *resolution, const char *name,
			  struct text_list *places)
{
	for (size_t i = 0; resolution && i < resolution->count; i++) {
		if (text_list_contains(&resolution->entries[i].locked, name))
			text_list_take(places, printable_text(resolution->entries[i].mountpoint));
	}
}

char *unlock_describe(struct session *session, const char *text,
		      const struct resolve_options *options, const char *name)
{
	_cleanup_resolution_ struct resolution *resolution = resolve(session, text, options);
	const struct device *device = machine_find(session->machine, name);
	_cleanup_text_list_ struct text_list places = {0};
	_cleanup_free_ char *shown = printable_text(name), *joined = NULL, *size = NULL;
	_cleanup_free_ char *label = NULL, *uuid = NULL, *version = NULL;

	if (!device)
		return TAKE_PTR(shown);
	list_purposes(resolution, name, &places);
	joined = text_list_join(&places, _(" and "));
	size = size_format(device->size);
	label = printable_text(device->content.label);
	uuid = printable_text(device->content.uuid);
	version = printable_text(device->content.version);
	return text_format(_("%s is a locked LUKS%s container of %s (%s%s%sUUID %s)%s%s"), shown,
			   version, size, *label ? _("label ") : "", label, *label ? ", " : "",
			   uuid, places.count ? _(", for ") : "", joined);
}

int unlock_try(struct session *session, const char *name, const char *key, size_t length,
	       struct problem *why)
{
	const struct device *device =
		session->machine ? machine_find(session->machine, name) : NULL;

	if (!device || session->machine->source == MACHINE_RECORDED)
		return problem_set(why, -ENODEV, name, _("there is no such container here"));
	return stack_try_key(session->machine, device, key, length, UNLOCK_TRY_MS, why);
}

size_t unlock_try_all(struct session *session, struct text_list *names, const char *key,
		      size_t length)
{
	_cleanup_text_list_ struct text_list left = {0};
	size_t opened = 0;

	for (size_t i = 0; i < names->count; i++) {
		if (unlock_try(session, names->items[i], key, length, NULL) == 0)
			opened++;
		else
			text_list_add(&left, names->items[i]);
	}
	text_list_done(names);
	text_list_copy(names, &left);
	return opened;
}

/* All that FD gives, up to what a secret holds. Its length, or negative errno. */
static ssize_t read_all(int fd, struct secret *key)
{
	size_t length = 0;
	ssize_t got;

	do {
		got = read(fd, key->memory + length, SECRET_MAX_BYTES - length);
		if (got > 0)
			length += (size_t)got;
	} while ((got > 0 && length < SECRET_MAX_BYTES) || (got < 0 && errno == EINTR));
	return got < 0 ? -errno : (ssize_t)length;
}

int unlock_read_key(const char *path, struct secret *key, size_t *ret_length, struct problem *why)
{
	bool is_input = text_is_equal(path, "-");
	_cleanup_close_ int fd = is_input ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	_cleanup_free_ char *shown = printable_text(path);
	ssize_t length;

	if (!is_input && fd < 0)
		return problem_set_errno(why, -errno, shown);
	secret_open(key);
	secret_wipe(key);
	length = read_all(is_input ? STDIN_FILENO : fd, key);
	if (length < 0)
		return problem_set_errno(why, (int)length, shown);
	if (length == SECRET_MAX_BYTES)
		return problem_set(why, -EFBIG, shown, _("this is longer than any key"));
	if (length == 0)
		return problem_set(why, -EINVAL, shown, _("there is no passphrase in it"));
	*ret_length = (size_t)length;
	return 0;
}
