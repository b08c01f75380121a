/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What refloat record --fstab keeps of each installed system.
 *
 * The files are written anew from what was understood of the originals, so that nothing is kept
 * that was not looked at: no comment, no line that could not be read, no password.
 */
#include "cli/record_roots.h"

#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/root.h"

#define REMOVED "removed"

/* Mount options whose value is nobody's business. */
static const char *const secret_options[] = {
	"password", "password2", "pass",     "passwd", "secret", "passphrase",
	"key",	    "user",	 "username", "cred",   "token",	 NULL,
};

/* A field as fstab(5) writes it. */
static void add_field(struct text_buffer *buffer, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (strchr(" \t\n\r\\#\"", *c))
			text_buffer_format(buffer, "\\%03o", (unsigned char)*c);
		else
			text_buffer_add(buffer, c, 1);
	}
}

/* "//anna:secret@host/share" without what stands in front of the "@". */
static void add_source(struct text_buffer *buffer, const char *source)
{
	const char *slashes = strstr(source, "//"), *start = slashes ? slashes + 2 : source;
	const char *at = strchr(start, '@');
	_cleanup_free_ char *front = NULL;

	if (!at || !memchr(start, ':', (size_t)(at - start))) {
		add_field(buffer, source);
		return;
	}
	front = text_format("%.*s" REMOVED, (int)(start - source), source);
	add_field(buffer, front);
	add_field(buffer, at);
}

static bool is_secret(const char *option)
{
	for (size_t i = 0; secret_options[i]; i++) {
		size_t length = strlen(secret_options[i]);

		if (strncmp(option, secret_options[i], length) == 0 && option[length] == '=')
			return true;
	}
	return false;
}

static void add_options(struct text_buffer *buffer, const char *options)
{
	_cleanup_text_list_ struct text_list parts = {0}, kept = {0};
	_cleanup_free_ char *joined = NULL;

	text_list_split(&parts, options, ",");
	for (size_t i = 0; i < parts.count; i++) {
		if (is_secret(parts.items[i]))
			text_list_format(&kept, "%.*s=" REMOVED, (int)strcspn(parts.items[i], "="),
					 parts.items[i]);
		else
			text_list_add(&kept, parts.items[i]);
	}
	joined = text_list_join(&kept, ",");
	add_field(buffer, *joined ? joined : "defaults");
}

static void add_entry(struct text_buffer *buffer, const struct fstab_entry *entry)
{
	add_source(buffer, entry->source);
	text_buffer_add_text(buffer, " ");
	add_field(buffer, entry->mountpoint);
	text_buffer_add_text(buffer, " ");
	add_field(buffer, entry->type);
	text_buffer_add_text(buffer, " ");
	add_options(buffer, entry->options);
	text_buffer_format(buffer, " %d %d\n", entry->frequency, entry->pass);
}

char *record_format_fstab(const struct fstab *fstab)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	unsigned line = 1;

	for (size_t i = 0; i < fstab->count; i++) {
		for (; line < fstab->entries[i].line && line < FSTAB_ENTRY_MAX; line++)
			text_buffer_add_text(&buffer, "#\n"); /* so that lines keep their numbers */
		add_entry(&buffer, &fstab->entries[i]);
		line++;
	}
	return text_buffer_take(&buffer);
}

static char *format_crypttab(const struct crypttab *crypttab)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < crypttab->count; i++) {
		add_field(&buffer, crypttab->entries[i].name);
		text_buffer_add_text(&buffer, " ");
		add_field(&buffer, crypttab->entries[i].source);
		text_buffer_add_text(&buffer, " none\n"); /* where its key lies is not kept */
	}
	return text_buffer_take(&buffer);
}

static char *format_mdadm_conf(const struct mdadm_conf *conf)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < conf->count; i++) {
		const struct mdadm_array *array = &conf->arrays[i];

		text_buffer_format(&buffer, "ARRAY %s", array->device ? array->device : "<ignore>");
		if (array->uuid)
			text_buffer_format(&buffer, " UUID=%s", array->uuid);
		if (array->name)
			text_buffer_format(&buffer, " name=%s", array->name);
		text_buffer_add_text(&buffer, "\n");
	}
	return text_buffer_take(&buffer);
}

/* NAME="VALUE" as os-release(5) quotes. */
static void add_variable(struct text_buffer *buffer, const char *name, const char *value)
{
	if (!value)
		return;
	text_buffer_format(buffer, "%s=\"", name);
	for (const char *c = value; *c; c++) {
		if (strchr("\"\\$`", *c))
			text_buffer_add_text(buffer, "\\");
		if (*c != '\n')
			text_buffer_add(buffer, c, 1);
	}
	text_buffer_add_text(buffer, "\"\n");
}

static char *format_os_release(const struct system *system)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	add_variable(&buffer, "PRETTY_NAME", system->name);
	add_variable(&buffer, "ID", system->os_id);
	add_variable(&buffer, "VERSION_ID", system->version);
	return text_buffer_take(&buffer);
}

static int write_text(const struct root *root, const char *path, const char *text,
		      struct problem *why)
{
	return text ? file_replace(root, path, text, strlen(text), 0644, why) : 0;
}

static int write_settings(const struct root *root, const struct system *system, struct problem *why)
{
	_cleanup_free_ char *fstab = record_format_fstab(&system->fstab);
	_cleanup_free_ char *crypttab =
		system->crypttab.count > 0 ? format_crypttab(&system->crypttab) : NULL;
	_cleanup_free_ char *mdadm =
		system->mdadm_conf.count > 0 ? format_mdadm_conf(&system->mdadm_conf) : NULL;
	_cleanup_free_ char *release = format_os_release(system);
	_cleanup_free_ char *hostname =
		system->hostname ? text_format("%s\n", system->hostname) : NULL;
	int r;

	if (system->has_fstab && (r = write_text(root, "etc/fstab", fstab, why)) < 0)
		return r;
	if ((r = write_text(root, "etc/crypttab", crypttab, why)) < 0 ||
	    (r = write_text(root, "etc/mdadm.conf", mdadm, why)) < 0 ||
	    (r = write_text(root, "etc/os-release", release, why)) < 0)
		return r;
	return write_text(root, "etc/hostname", hostname, why);
}

/* Kernels and folders: empty, there to be found. */
static int write_tree(const struct root *root, const struct system *system, struct problem *why)
{
	int r;

	for (size_t i = 0; i < system->kernels.count; i++) {
		_cleanup_free_ char *path =
			text_format("boot/vmlinuz-%s", system->kernels.items[i]);

		if (strchr(system->kernels.items[i], '/'))
			continue;
		if ((r = root_make_folders(root, "boot", NULL, why)) < 0 ||
		    (r = file_replace(root, path, "", 0, 0644, why)) < 0)
			return r;
	}
	for (size_t i = 0; i < system->place_count; i++) {
		const struct place *place = &system->places[i];

		if (!place->is_folder || !place->resolved)
			continue;
		if ((r = root_make_folders(root, place->resolved, NULL, why)) < 0)
			return r;
	}
	return 0;
}

/* Device "cciss/c0d0p1" and subvolume "@/root" as one file name. */
static char *format_name(const struct system *system)
{
	char *name = system->subvolume ? text_format("%s:%s", system->device, system->subvolume)
				       : text_copy(system->device);

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '!';
	return name;
}

static int record_system(const struct root *machine, const struct system *system,
			 struct problem *why)
{
	static const char *const folders[] = {"etc", "usr", "usr/bin", NULL};
	_cleanup_free_ char *name = format_name(system);
	_cleanup_free_ char *path = text_format("refloat/roots/%s", name), *full = NULL;
	_cleanup_root_ struct root *root = NULL;
	int r;

	if ((r = root_make_folders(machine, path, NULL, why)) < 0)
		return r;
	full = text_format("%s/%s", root_name(machine), path);
	if ((r = root_open(full, &root, why)) < 0)
		return r;
	for (size_t i = 0; folders[i]; i++) {
		bool is_elsewhere =
			system->has_separate_usr && text_is_equal(folders[i], "usr/bin");

		if ((r = root_make_folders(root, is_elsewhere ? "bin" : folders[i], NULL, why)) < 0)
			return r;
	}
	if ((r = write_settings(root, system, why)) < 0)
		return r;
	return write_tree(root, system, why);
}

int record_roots(const struct survey *survey, const char *folder, struct problem *why)
{
	_cleanup_root_ struct root *machine = NULL;
	int r = root_open(folder, &machine, why);

	for (size_t i = 0; r >= 0 && i < survey->system_count; i++)
		if (survey->systems[i]->kind == SYSTEM_LINUX)
			r = record_system(machine, survey->systems[i], why);
	return r;
}
