/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LUKS containers, through libcryptsetup. */
#include "storage/crypt.h"

#include <errno.h>
#include <libcryptsetup.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/keyring.h"
#include "base/worker.h"
#include "storage/loop.h"
#include "storage/mapping.h"

#define OPEN_TIMEOUT_MS 60000
#define CLOSE_TIMEOUT_MS 30000
#define MEBIBYTE 1024 /* in libcryptsetup's KiB */

/* One job for a child: what libcryptsetup reads and hangs on costs the child only. */
struct task {
	const char *path; /* node or file of the container */
	uint64_t offset;  /* of the container in it */
	uint64_t size;	  /* 0: all */
	const char *uuid; /* of the container */
	const char *name; /* of the mapping */
	const char *key;  /* the passphrase; borrowed */
	size_t length;	  /* its bytes */
	bool is_read_only;
	bool is_private; /* nobody but us is to notice the mapping */
	int (*run)(const struct task *task, struct crypt_device *crypt);
	/* in the child */
	struct json_object *answer; /* all that is known so far */
	int fd;			    /* where it is sent */
};

/* What came of it. */
struct outcome {
	char *said;	     /* libcryptsetup's last error; NULL: none */
	uint64_t memory_kib; /* that trying one of its keys takes; 0: not said */
};

static char *key_name(const char *uuid)
{
	return text_format("refloat: volume key of %s", uuid);
}

static void crypt_cleanup(struct crypt_device **crypt)
{
	crypt_free(*crypt);
}

/* --- in the child */

/* All that is known so far: the last message counts, whatever becomes of the child. */
static void answer(const struct task *task)
{
	_cleanup_free_ char *text = json_format_line(task->answer);

	(void)worker_send(task->fd, text, strlen(text)); /* unsent, the parent hears no answer */
}

/* libcryptsetup's words for an error. */
static void on_log(int level, const char *text, void *data)
{
	_cleanup_free_ char *copy = text_copy(text);
	const struct task *task = data;

	if (level == CRYPT_LOG_ERROR)
		json_add_text(task->answer, "said", text_trim(copy));
}

/* The most that one of its keys wants: a machine with less memory cannot try it. */
static uint64_t count_memory_kib(struct crypt_device *crypt)
{
	int slots = crypt_keyslot_max(crypt_get_type(crypt));
	uint64_t most = 0;

	for (int slot = 0; slot < slots; slot++) {
		struct crypt_pbkdf_type pbkdf = {0};

		if (crypt_keyslot_status(crypt, slot) >= CRYPT_SLOT_ACTIVE &&
		    crypt_keyslot_get_pbkdf(crypt, slot, &pbkdf) == 0 && pbkdf.max_memory_kb > most)
			most = pbkdf.max_memory_kb;
	}
	return most;
}

/* Tokens whose key slots no person has the passphrase of. */
static const char *const hardware_tokens[] = {"systemd-tpm2", "systemd-fido2", "systemd-pkcs11",
					      "clevis"};

static bool is_for_hardware(struct crypt_device *crypt, int slot)
{
	for (int token = 0; token < crypt_token_max(CRYPT_LUKS2); token++) {
		const char *type = NULL;

		if (crypt_token_is_assigned(crypt, token, slot) != 0 ||
		    crypt_token_status(crypt, token, &type) == CRYPT_TOKEN_INVALID)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(hardware_tokens); i++) {
			if (text_is_equal(type, hardware_tokens[i]))
				return true;
		}
	}
	return false;
}

static bool wants_hardware(struct crypt_device *crypt)
{
	const char *type = crypt_get_type(crypt);
	int active = 0;

	if (!text_is_equal(type, CRYPT_LUKS2))
		return false;
	for (int slot = 0; slot < crypt_keyslot_max(type); slot++) {
		crypt_keyslot_info status = crypt_keyslot_status(crypt, slot);

		if (status != CRYPT_SLOT_ACTIVE && status != CRYPT_SLOT_ACTIVE_LAST)
			continue;
		if (!is_for_hardware(crypt, slot))
			return false;
		active++;
	}
	return active > 0;
}

static int try_key(const struct task *task, struct crypt_device *crypt)
{
	_cleanup_(secret_done) struct secret key = {0};
	_cleanup_free_ char *name = key_name(task->uuid);
	int size = crypt_get_volume_key_size(crypt);
	size_t length = size > 0 && size <= SECRET_MAX_BYTES ? (size_t)size : 0;
	int r;

	if (!length)
		return -EINVAL;
	json_add_u64(task->answer, "memory", count_memory_kib(crypt));
	answer(task);
	secret_open(&key);
	r = crypt_volume_key_get(crypt, CRYPT_ANY_SLOT, key.memory, &length, task->key,
				 task->length);
	if (r == -ENOENT) /* there is no key at all */
		return -EINVAL;
	if (r == -EPERM && wants_hardware(crypt))
		return -ENOKEY;
	return r < 0 ? r : keyring_put(name, key.memory, length);
}

/* The keyring's key opens it; it must be that of this container, which libcryptsetup checks. */
static int open_mapping(const struct task *task, struct crypt_device *crypt)
{
	_cleanup_(secret_done) struct secret key = {0};
	_cleanup_free_ char *name = key_name(task->uuid);
	size_t length = 0;
	uint32_t flags = 0;
	int r = keyring_get(name, &key, &length);

	if (r < 0)
		return r;
	if (task->is_read_only)
		flags |= CRYPT_ACTIVATE_READONLY;
	if (task->is_private)
		flags |= CRYPT_ACTIVATE_PRIVATE;
	r = crypt_activate_by_volume_key(crypt, task->name, key.memory, length, flags);
	return r < 0 ? r : 0;
}

/* Another container than the plan was made for is no business of ours. */
static int load(const struct task *task, const char *path, struct crypt_device **ret_crypt)
{
	int r = crypt_init(ret_crypt, path);

	if (r == 0)
		r = crypt_load(*ret_crypt, CRYPT_LUKS, NULL);
	if (r < 0)
		return r;
	return text_is_equal_ignoring_case(crypt_get_uuid(*ret_crypt), task->uuid) ? 0 : -ESTALE;
}

static int run_on(const struct task *task, const char *path)
{
	_cleanup_(crypt_cleanup) struct crypt_device *crypt = NULL;
	int r = load(task, path, &crypt);

	return r < 0 ? r : task->run(task, crypt);
}

static int run_on_loop(const struct task *task)
{
	_cleanup_problem_ struct problem why = {0};
	_cleanup_close_ int loop = -1;
	_cleanup_free_ char *path = NULL;
	int r = loop_attach_read_only(task->path, task->offset, task->size, &loop, &path, &why);

	if (r < 0)
		json_add_text(task->answer, "said", why.why);
	return r < 0 ? r : run_on(task, path);
}

/*
 * Without the lock that it would take below /run, libcryptsetup does not write a damaged header's
 * other copy over it (LUKS2): nobody asked for that.
 */
static int run_task(void *data, int fd)
{
	struct task *task = data;
	int r;

	(void)prctl(PR_SET_DUMPABLE, 0); /* cannot fail for a valid value */
	task->fd = fd;
	task->answer = json_object_new_object();
	crypt_set_log_callback(NULL, on_log, task);
	(void)crypt_metadata_locking(NULL, 0); /* fails only when there is none anyway */
	if (task->name && !task->path)
		r = crypt_deactivate_by_name(NULL, task->name, 0);
	else
		r = task->run == try_key ? run_on_loop(task) : run_on(task, task->path);
	json_add_u64(task->answer, "error", (uint64_t)-r);
	answer(task);
	return 0;
}

/* --- in the parent */

static void outcome_done(struct outcome *outcome)
{
	free(outcome->said);
}

/* 0, or the negative errno that the child or its end gives; WHY is set only where it gave none. */
static int run(struct task *task, unsigned deadline_ms, struct outcome *outcome,
	       struct problem *why)
{
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_free_ char *message = NULL;
	size_t length = 0;
	int r = worker_call(run_task, task, deadline_ms, &message, &length, NULL, why);

	if (message && json_parse(message, length, &object, NULL) == 0) {
		outcome->said = text_copy(json_get_text(object, "said"));
		outcome->memory_kib = json_get_u64(object, "memory", 0);
		if (r == 0)
			r = -(int)json_get_u64(object, "error", EIO);
	}
	return r;
}

static int explain_memory(const struct device *device, const struct outcome *outcome, int error,
			  struct problem *why)
{
	problem_set(
		why, error, device->name,
		_("trying its keys takes %lu MiB of memory, and this machine did not have them"),
		(unsigned long)(outcome->memory_kib / MEBIBYTE));
	problem_set_next(why, _("Open it on a machine with more memory, or add swap space."));
	return error;
}

/* The sentence for a key that did not open DEVICE. */
static int explain_try(const struct device *device, int error, const struct outcome *outcome,
		       struct problem *why)
{
	switch (error) {
	case -EPERM:
		return problem_set(why, error, device->name, _("this is none of its passphrases"));
	case -EINVAL:
		(void)problem_set(why, error, device->name,
				  _("its LUKS header is damaged, or of a kind that is not known"));
		problem_set_next(why, _("With a copy of the header, cryptsetup luksHeaderRestore "
					"puts it back."));
		return error;
	case -ENOKEY:
		(void)problem_set(why, error, device->name,
				  _("its keys are in a TPM, a security key, a smart card or a key "
				    "server, and this is no other passphrase of it"));
		problem_set_next(why, _("Give its recovery key, where one was made."));
		return error;
	case -ENOMEM:
		return explain_memory(device, outcome, error, why);
	case -EIO: /* the kernel ends what wants too much */
		if (outcome->memory_kib >= 64 * MEBIBYTE && why && why->error == -EIO)
			return explain_memory(device, outcome, error, why);
		break;
	case -ENOSYS:
		return problem_set(why, error, device->name,
				   _("this kernel has no keyring to keep its key in"));
	default:
		break;
	}
	if (why && !why->error)
		(void)problem_set(why, error, device->name, "%s",
				  text_is_empty(outcome->said) ? strerror(-error) : outcome->said);
	return error;
}

int crypt_try_key(const struct device *device, const char *key, size_t length, unsigned deadline_ms,
		  struct problem *why)
{
	_cleanup_(outcome_done) struct outcome outcome = {0};
	struct task task = {
		.uuid = device->content.uuid,
		.key = key,
		.length = length,
		.run = try_key,
	};
	int r = device_get_look_extent(device, &task.path, &task.offset, &task.size);

	if (r < 0 || text_is_empty(task.uuid))
		return problem_set(why, r < 0 ? r : -EINVAL, device->name,
				   _("there is nothing to try a key on"));
	r = run(&task, deadline_ms, &outcome, why);
	return r < 0 ? explain_try(device, r, &outcome, why) : 0;
}

bool crypt_has_key(const struct device *device)
{
	_cleanup_free_ char *name = key_name(device->content.uuid);

	return !text_is_empty(device->content.uuid) && keyring_has(name);
}

/* The sentence for a container that could not be opened. */
static int explain_open(const struct task *task, int error, const struct outcome *outcome,
			struct problem *why)
{
	switch (error) {
	case -ENOKEY:
		(void)problem_set(why, error, task->path, _("it is locked"));
		problem_set_next(why,
				 _("Give its passphrase: \"--passphrase-file\", or on a terminal "
				   "when asked."));
		return error;
	case -EPERM:
		return problem_set(why, error, task->path,
				   _("the key that opened another container of its UUID is not "
				     "this one's"));
	case -ESTALE:
		return problem_set(why, error, task->path, _("another container is there now"));
	case -ENOTSUP:
	case -ENODEV:
		if (text_is_empty(outcome->said))
			break;
		(void)problem_set(why, error, task->path, "%s", outcome->said);
		problem_set_next(why, _("Load the kernel module: modprobe dm-crypt"));
		return error;
	default:
		break;
	}
	if (why && !why->error)
		(void)problem_set(why, error, task->path, "%s",
				  text_is_empty(outcome->said) ? strerror(-error) : outcome->said);
	return error;
}

static int open_container(struct task *task, struct problem *why)
{
	_cleanup_(outcome_done) struct outcome outcome = {0};
	_cleanup_free_ char *found = NULL, *key = key_name(task->uuid);
	int r;

	if (mapping_get_uuid(task->name, &found) == 0)
		return problem_set(why, -EEXIST, task->name,
				   _("there is a mapping of that name already"));
	if (!keyring_has(key))
		return explain_open(task, -ENOKEY, &outcome, why);
	r = run(task, OPEN_TIMEOUT_MS, &outcome, why);
	return r < 0 ? explain_open(task, r, &outcome, why) : 0;
}

int crypt_open(const char *node, const char *uuid, const char *name, bool is_read_only,
	       struct problem *why)
{
	struct task task = {
		.path = node,
		.uuid = uuid,
		.name = name,
		.is_read_only = is_read_only,
		.run = open_mapping,
	};

	return open_container(&task, why);
}

int crypt_open_look(const char *node, const char *uuid, const char *name, struct problem *why)
{
	struct task task = {
		.path = node,
		.uuid = uuid,
		.name = name,
		.is_read_only = true,
		.is_private = true,
		.run = open_mapping,
	};

	return open_container(&task, why);
}

int crypt_close(const char *name, const char *uuid, struct problem *why)
{
	_cleanup_(outcome_done) struct outcome outcome = {0};
	_cleanup_free_ char *found = NULL;
	struct task task = {.name = name};
	int r = mapping_get_uuid(name, &found);

	if (r == -ENOENT || (r == 0 && !mapping_is_container(found, uuid)))
		return 0;
	if (r < 0)
		return problem_set_errno(why, r, name);
	r = run(&task, CLOSE_TIMEOUT_MS, &outcome, why);
	if (r == -ENODEV || r == -ENXIO) /* it has just gone */
		return 0;
	if (r < 0 && why && !why->error)
		(void)problem_set(why, r, name, "%s",
				  r == -EBUSY			? _("it is in use")
				  : text_is_empty(outcome.said) ? strerror(-r)
								: outcome.said);
	return r;
}
