/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made-up machines for tests of the resolver. */
#include "scene.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"

static enum device_kind kind_of(const char *word)
{
	static const struct {
		const char *word;
		enum device_kind kind;
	} kinds[] = {{"md", DEVICE_MD}, {"lvm", DEVICE_LVM}, {"crypt", DEVICE_CRYPT}, {"part", DEVICE_PARTITION}};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].word, word) == 0)
			return kinds[i].kind;
	}
	assert(!"a kind the scene does not know");
	return DEVICE_DISK;
}

static const struct {
	const char *word;
	const char *type;
	const char *usage;
} special_types[] = {
	{"-", NULL, NULL},
	{"raid", "linux_raid_member", "raid"},
	{"lvm2", "LVM2_member", "raid"},
	{"luks", "crypto_LUKS", "crypto"},
	{"swap", "swap", "other"},
};

static void set_type(struct device *device, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(special_types); i++) {
		if (strcmp(special_types[i].word, word) == 0) {
			device->content.type = text_copy(special_types[i].type);
			device->content.usage = text_copy(special_types[i].usage);
			return;
		}
	}
	device->content.type = text_copy(word);
	device->content.usage = text_copy("filesystem");
}

/* "\s" becomes a blank. */
static char *value_of(const char *text)
{
	char *value = text_copy(text), *at;

	while ((at = strstr(value, "\\s")) != NULL) {
		*at = ' ';
		memmove(at + 1, at + 2, strlen(at + 2) + 1);
	}
	return value;
}

/* A filesystem whose first superblock is gone. */
static bool set_lost(struct device *device, const char *key, const char *value)
{
	struct lost_filesystem *lost = device->content.lost;

	if (strcmp(key, "lost") == 0) {
		lost = alloc_zero(1, sizeof(*lost));
		lost->type = text_copy(value);
		lost->damage = text_copy("its first superblock is all zeros");
		device->content.lost = lost;
	} else if (strcmp(key, "lostuuid") == 0 && lost) {
		text_set(&lost->uuid, value);
	} else if (strcmp(key, "lostlabel") == 0 && lost) {
		text_set(&lost->label, value);
	} else {
		return false;
	}
	return true;
}

static void set_key(struct device *device, char *word)
{
	char *equals = strchr(word, '=');
	_cleanup_free_ char *value = NULL;
	const struct {
		const char *key;
		char **text;
	} texts[] = {
		{"uuid", &device->content.uuid},        {"label", &device->content.label},
		{"sub", &device->content.uuid_sub},     {"partuuid", &device->entry.uuid},
		{"partlabel", &device->entry.label},    {"serial", &device->serial},
		{"wwn", &device->wwn},                  {"model", &device->model},
		{"reason", &device->reason},            {"array", &device->array_name},
		{"arrayuuid", &device->array_uuid},     {"dmname", &device->dm_name},
		{"dmuuid", &device->dm_uuid},           {"obstacle", &device->obstacle},
	};

	assert(equals);
	*equals = '\0';
	value = value_of(equals + 1);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (strcmp(texts[i].key, word) == 0) {
			text_set(texts[i].text, value);
			return;
		}
	}
	if (strcmp(word, "dormant") == 0)
		device->is_dormant = true;
	else if (strcmp(word, "degraded") == 0)
		device->is_degraded = true;
	else if (strcmp(word, "rescue") == 0)
		device->is_rescue = true;
	else if (strcmp(word, "state") == 0)
		device->state = strcmp(value, "silent") == 0 ? DEVICE_SILENT : DEVICE_ERROR;
	else if (strcmp(word, "devid") == 0)
		device->content.btrfs.device_id = strtoull(value, NULL, 10);
	else if (strcmp(word, "devices") == 0)
		device->content.btrfs.device_count = strtoull(value, NULL, 10);
	else if (strcmp(word, "generation") == 0)
		device->content.btrfs.generation = strtoull(value, NULL, 10);
	else if (strcmp(word, "alias") == 0)
		text_list_add(&device->aliases, value);
	else if (!set_lost(device, word, value))
		assert(!"a key the scene does not know");
}

static struct device *add_device(struct scene *scene, enum device_kind kind, const char *name)
{
	struct device *device = device_new(kind, name);

	device->state = DEVICE_OK;
	device->size = 1ull << 35;
	device->path = text_format("/dev/%s", name);
	machine_add(scene->machine, device);
	return device;
}

static unsigned number_at_end(const char *name)
{
	size_t length = strlen(name);

	while (length && name[length - 1] >= '0' && name[length - 1] <= '9')
		length--;
	return (unsigned)strtoul(name + length, NULL, 10);
}

static void set_keys(struct device *device, const struct text_list *words, size_t first)
{
	for (size_t i = first; i < words->count; i++)
		set_key(device, words->items[i]);
}

static void add_on(struct scene *scene, const struct text_list *words)
{
	struct device *device = add_device(scene, kind_of(words->items[2]), words->items[3]);
	_cleanup_text_list_ struct text_list parents = {0};

	if (device->kind == DEVICE_PARTITION)
		device->entry.number = number_at_end(words->items[3]);
	set_type(device, words->items[4]);
	set_keys(device, words, 5);
	if (device->dm_name) {
		free(device->path);
		device->path = text_format("/dev/mapper/%s", device->dm_name);
	}
	text_list_split(&parents, words->items[1], ",");
	for (size_t i = 0; i < parents.count; i++) {
		const struct device *parent = machine_find(scene->machine, parents.items[i]);

		assert(parent);
		device_link((struct device *)parent, device);
	}
}

static void add_role(struct scene *scene, const char *name, const char *role)
{
	static const struct {
		const char *word;
		unsigned role;
	} roles[] = {{"boot", ROLE_BOOT}, {"var", ROLE_VAR}, {"usr", ROLE_USR},
		     {"home", ROLE_HOME}, {"esp", ROLE_ESP}};
	struct survey *survey = scene->survey;

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		if (strcmp(roles[i].word, role) != 0)
			continue;
		survey->volumes = alloc_grow(survey->volumes, survey->volume_count,
					     &survey->volume_capacity, sizeof(*survey->volumes));
		survey->volumes[survey->volume_count++] = (struct volume){
			.device = text_copy(name),
			.roles = roles[i].role,
		};
	}
}

/* subvolume DEVICE PATH ID [default] */
static void add_subvolume(struct scene *scene, const struct text_list *words)
{
	struct survey *survey = scene->survey;

	survey->volumes = alloc_grow(survey->volumes, survey->volume_count,
				     &survey->volume_capacity, sizeof(*survey->volumes));
	survey->volumes[survey->volume_count++] = (struct volume){
		.device = text_copy(words->items[1]),
		.subvolume = text_copy(words->items[2]),
		.subvolume_id = strtoull(words->items[3], NULL, 10),
		.is_default = words->count > 4,
	};
}

static void take_line(struct scene *scene, const struct text_list *words, struct device **disk)
{
	const char *word = words->items[0];

	if (strcmp(word, "disk") == 0) {
		*disk = add_device(scene, DEVICE_DISK, words->items[1]);
		set_keys(*disk, words, 2);
	} else if (strcmp(word, "rom") == 0) {
		set_keys(add_device(scene, DEVICE_ROM, words->items[1]), words, 2);
	} else if (strcmp(word, "part") == 0) {
		struct device *device = add_device(scene, DEVICE_PARTITION, words->items[1]);

		device->entry.number = number_at_end(words->items[1]);
		device->is_rescue = (*disk)->is_rescue;
		set_type(device, words->items[2]);
		set_keys(device, words, 3);
		device_link(*disk, device);
	} else if (strcmp(word, "on") == 0) {
		add_on(scene, words);
	} else if (strcmp(word, "root") == 0) {
		scene->system->device = text_copy(words->items[1]);
		scene->system->subvolume = text_copy(words->count > 2 ? words->items[2] : NULL);
	} else if (strcmp(word, "subvolume") == 0) {
		add_subvolume(scene, words);
	} else if (strcmp(word, "role") == 0) {
		add_role(scene, words->items[1], words->items[2]);
	} else if (strcmp(word, "crypttab") == 0) {
		_cleanup_free_ char *line =
			text_format("%s %s none luks\n", words->items[1], words->items[2]);

		crypttab_parse(line, strlen(line), &scene->system->crypttab);
	} else if (strcmp(word, "hostname") == 0) {
		scene->system->hostname = text_copy(words->items[1]);
	} else if (strcmp(word, "mdadm") == 0) {
		_cleanup_free_ char *line =
			text_format("ARRAY %s UUID=%s\n", words->items[1], words->items[2]);

		mdadm_conf_parse(line, strlen(line), &scene->system->mdadm_conf);
	} else {
		assert(!"a word the scene does not know");
	}
}

void scene_make(struct scene *scene, const char *text)
{
	_cleanup_text_list_ struct text_list lines = {0};
	struct device *disk = NULL;

	scene->machine = machine_new(MACHINE_LIVE);
	scene->survey = alloc_zero(1, sizeof(*scene->survey));
	scene->system = system_new();
	scene->system->has_fstab = true;
	scene->system->name = text_copy("Test Linux");
	scene->survey->systems = alloc_zero(1, sizeof(struct system *));
	scene->survey->systems[scene->survey->system_count++] = scene->system;
	text_list_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		_cleanup_text_list_ struct text_list words = {0};

		text_list_split(&words, lines.items[i], " \t");
		if (words.count && *words.items[0] != '#')
			take_line(scene, &words, &disk);
	}
	machine_sort(scene->machine);
	scene->system->id = text_copy(scene->system->device);
}

void scene_done(struct scene *scene)
{
	(void)machine_free(scene->machine);
	(void)survey_free(scene->survey);
	*scene = (struct scene){0};
}

static void print_entry(struct text_buffer *buffer, const struct resolved_entry *entry)
{
	_cleanup_free_ char *dropped = text_list_join(&entry->dropped, ",");
	_cleanup_free_ char *candidates = text_list_join(&entry->candidates, " ");
	_cleanup_free_ char *locked = text_list_join(&entry->locked, " ");

	text_buffer_format(buffer, "%s %s <- %s", resolved_action_name(entry->action),
			   entry->mountpoint, entry->device ? entry->device : entry->source);
	if (entry->type)
		text_buffer_format(buffer, " %s", entry->type);
	if (!text_is_empty(entry->options))
		text_buffer_format(buffer, " [%s]", entry->options);
	if (!text_is_empty(entry->needed_options))
		text_buffer_format(buffer, " needs[%s]", entry->needed_options);
	if (*dropped)
		text_buffer_format(buffer, " without[%s]", dropped);
	text_buffer_format(buffer, "%s\n\t%s", entry->is_guess ? " GUESS" : "", entry->reason);
	if (*candidates)
		text_buffer_format(buffer, " {%s}", candidates);
	if (*locked)
		text_buffer_format(buffer, " locked{%s}", locked);
	text_buffer_add_text(buffer, "\n");
}

char *scene_resolve(struct scene *scene, const char *fstab, size_t length,
		    const struct resolve_options *options)
{
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	_cleanup_problem_ struct problem why = {0};
	const struct fstab *parsed = &scene->system->fstab;

	fstab_parse(fstab, length, &scene->system->fstab);
	if (resolve_system(scene->machine, scene->survey, scene->system, options, &resolution,
			   &why) < 0)
		return text_format("problem %s: %s (%s)\n", why.what, why.why, why.next);
	for (size_t i = 0; i < resolution->count; i++)
		print_entry(&buffer, &resolution->entries[i]);
	for (size_t i = 0; i < resolution->notes.count; i++)
		text_buffer_format(&buffer, "note %s\n", resolution->notes.items[i]);
	for (size_t i = 0; i < parsed->notes.count; i++)
		text_buffer_format(&buffer, "note %s\n", parsed->notes.items[i]);
	for (size_t i = 0; i < parsed->bad_count; i++)
		text_buffer_format(&buffer, "bad %u: %s: %s\n", parsed->bad_lines[i].line,
				   parsed->bad_lines[i].reason, parsed->bad_lines[i].text);
	return text_buffer_take(&buffer);
}
