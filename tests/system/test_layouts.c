/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thousand made layouts with a known truth: every mount point on its right device, none on a
 * wrong one. Disks, tables, filesystems, labels, renames, copies, subvolumes, bind mounts and junk
 * lines come from a fixed seed; the truth is what the maker put where. An entry may stay unmounted
 * only where the maker knows a reason: its device is gone, or two devices carry its tag, or it is a
 * plain name after a rename that was not confirmed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "scene.h"

#define LAYOUTS 1500
#define DISKS_MAX 4
#define PARTITIONS_MAX 4

/* A small generator of our own, so that layouts are the same everywhere. */
struct dice {
	uint64_t state;
};

static unsigned roll(struct dice *dice, unsigned sides)
{
	dice->state = dice->state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(dice->state >> 33) % sides;
}

/* What the maker knows of one mount point. */
struct truth {
	char *mountpoint;
	char *device;   /* the right one; NULL: it is gone */
	bool may_stay;  /* it may stay unmounted: ambiguous, or a plain name after a rename */
	bool is_plain;
};

struct layout {
	struct text_buffer machine;
	struct text_buffer fstab;
	struct truth truths[DISKS_MAX * PARTITIONS_MAX + 8];
	size_t count;
	bool is_renamed;  /* the server called its disks otherwise */
	size_t plain_count;
};

static const char *const types[] = {"ext4", "xfs", "ext3", "btrfs"};
static const char *const places[] = {"/boot", "/var", "/home", "/srv", "/var/log", "/data",
				     "/srv/www", "/opt", "/usr/local", "/var/lib/mysql", "/a/b/c",
				     "/backup", "/mail", "/home/shared", "/x", "/y"};

/* The name of disk INDEX of a family. */
static char *disk_name(unsigned family, unsigned index)
{
	switch (family) {
	case 0:
		return text_format("sd%c", 'a' + (int)index);
	case 1:
		return text_format("vd%c", 'a' + (int)index);
	case 2:
		return text_format("nvme%un1", index);
	default:
		return text_format("hd%c", 'a' + (int)index);
	}
}

static char *partition_name(const char *disk, unsigned number)
{
	return text_format("%s%s%u", disk, text_has_prefix(disk, "nvme") ? "p" : "", number);
}

static void add_truth(struct layout *layout, const char *mountpoint, const char *device,
		      bool may_stay, bool is_plain)
{
	layout->truths[layout->count++] = (struct truth){
		.mountpoint = text_copy(mountpoint),
		.device = text_copy(device),
		.may_stay = may_stay,
		.is_plain = is_plain,
	};
}

/* One line for a partition in one of the forms of a source. */
static void write_line(struct layout *layout, struct dice *dice, unsigned old_family,
		       unsigned disk, unsigned number, const char *type, const char *id,
		       const char *mountpoint, bool has_copy, const char *now, bool is_gone)
{
	_cleanup_free_ char *old_disk = disk_name(old_family, disk);
	_cleanup_free_ char *old = partition_name(old_disk, number);
	unsigned form = roll(dice, 10);
	bool is_plain = form >= 9, is_shared = has_copy && form < 6;

	switch (form) {
	case 0:
		text_buffer_format(&layout->fstab, "UUID=%s-0000-4000-8000-000000000000", id);
		break;
	case 1:
		text_buffer_format(&layout->fstab, "UUID=\"%s-0000-4000-8000-000000000000\"", id);
		break;
	case 2:
		text_buffer_format(&layout->fstab,
				   "/dev/disk/by-uuid/%s-0000-4000-8000-000000000000", id);
		break;
	case 3:
	case 4:
		text_buffer_format(&layout->fstab, "LABEL=L%s", id);
		break;
	case 5:
		text_buffer_format(&layout->fstab, "/dev/disk/by-label/L%s", id);
		break;
	case 6:
		text_buffer_format(&layout->fstab, "PARTUUID=%s-02", id);
		break;
	case 7:
		text_buffer_format(&layout->fstab, "PARTLABEL=P%s", id);
		break;
	case 8:
		text_buffer_format(&layout->fstab, "/dev/disk/by-partuuid/%s-02", id);
		break;
	default:
		text_buffer_format(&layout->fstab, "/dev/%s", old);
		layout->plain_count++;
	}
	text_buffer_format(&layout->fstab, "\t%s  %s defaults%s 0 2\n", mountpoint,
			   roll(dice, 5) ? type : "auto", roll(dice, 3) ? "" : ",noatime,nofail");
	add_truth(layout, mountpoint, is_gone ? NULL : now, is_shared, is_plain);
}

static void write_junk(struct layout *layout, struct dice *dice)
{
	static const char *const junk[] = {
		"# a comment\n", "\n", "tmpfs /tmp tmpfs size=1g 0 0\n", "garbage\n",
		"server:/x /nfs nfs defaults 0 0\n", "proc /proc proc defaults 0 0\n",
		"\t \t\n", "none\n", "UUID= /empty ext4 defaults 0 0\n", "LABEL=\"\" /none xfs\n",
	};

	if (!roll(dice, 3))
		text_buffer_add_text(&layout->fstab, junk[roll(dice, ARRAY_SIZE(junk))]);
}

struct partition {
	unsigned disk, number;
	char id[9];
	const char *type;
	char *now;
	bool has_copy, is_gone;
};

static void write_machine(struct layout *layout, struct dice *dice, struct partition *partitions,
			  size_t count, unsigned family, unsigned disks)
{
	for (unsigned disk = 0; disk < disks; disk++) {
		_cleanup_free_ char *name = disk_name(family, disk);

		text_buffer_format(&layout->machine, "disk %s serial=SER%u%s\n", name, disk, name);
		for (size_t i = 0; i < count; i++) {
			struct partition *part = &partitions[i];

			if (part->disk != disk)
				continue;
			part->now = partition_name(name, part->number);
			if (part->is_gone) {
				text_buffer_format(&layout->machine, "part %s -\n", part->now);
				continue;
			}
			text_buffer_format(&layout->machine,
					   "part %s %s uuid=%s-0000-4000-8000-000000000000 "
					   "label=L%s partuuid=%s-02 partlabel=P%s\n",
					   part->now, part->type, part->id, part->id, part->id,
					   part->id);
		}
	}
	/* copies lie on one more disk, with tables of their own */
	if (!roll(dice, 4)) {
		_cleanup_free_ char *name = disk_name(family, disks);
		unsigned number = 1;

		text_buffer_format(&layout->machine, "disk %s\n", name);
		for (size_t i = 1; i < count; i++) {
			_cleanup_free_ char *now = partition_name(name, number);

			if (partitions[i].is_gone || roll(dice, 2))
				continue;
			partitions[i].has_copy = true;
			number++;
			text_buffer_format(&layout->machine,
					   "part %s %s uuid=%s-0000-4000-8000-000000000000 "
					   "label=L%s\n", now, partitions[i].type,
					   partitions[i].id, partitions[i].id);
		}
	}
}

static void make_layout(struct layout *layout, unsigned seed)
{
	struct dice dice = {.state = seed * 2654435761ull + 1};
	unsigned disks = 1 + roll(&dice, 3), family = roll(&dice, 3);
	unsigned old_family = roll(&dice, 2) ? family : roll(&dice, 4), place = 0;
	struct partition partitions[DISKS_MAX * PARTITIONS_MAX] = {0};
	size_t count = 0;

	layout->is_renamed = old_family != family;
	for (unsigned disk = 0; disk < disks; disk++) {
		unsigned parts = 1 + roll(&dice, PARTITIONS_MAX);

		for (unsigned number = 1; number <= parts; number++) {
			struct partition *part = &partitions[count++];

			part->disk = disk;
			part->number = number;
			part->type = types[roll(&dice, ARRAY_SIZE(types))];
			part->is_gone = count > 1 && !roll(&dice, 12);
			(void)snprintf(part->id, sizeof(part->id), "%08x", seed * 64 + (unsigned)count);
		}
	}
	write_machine(layout, &dice, partitions, count, family, disks);
	text_buffer_format(&layout->machine, "root %s\n", partitions[0].now);
	for (size_t i = 1; i < count; i++) {
		unsigned start = roll(&dice, 2);

		write_junk(layout, &dice);
		if (place >= ARRAY_SIZE(places) || (!start && !roll(&dice, 4)))
			continue;
		write_line(layout, &dice, old_family, partitions[i].disk, partitions[i].number,
			   partitions[i].type, partitions[i].id, places[place++],
			   partitions[i].has_copy, partitions[i].now, partitions[i].is_gone);
	}
	/* the root's own line comes last, which must not matter */
	write_line(layout, &dice, old_family, partitions[0].disk, partitions[0].number,
		   partitions[0].type, partitions[0].id, "/", false, partitions[0].now, false);
	for (size_t i = 0; i < count; i++)
		free(partitions[i].now);
}

static void layout_done(struct layout *layout)
{
	text_buffer_done(&layout->machine);
	text_buffer_done(&layout->fstab);
	for (size_t i = 0; i < layout->count; i++) {
		free(layout->truths[i].mountpoint);
		free(layout->truths[i].device);
	}
	*layout = (struct layout){0};
}

struct score {
	size_t entries, right, unconfirmed, missing, wrong;
};

static void judge(const struct layout *layout, unsigned seed,
		  const struct resolution *resolution, const struct truth *truth,
		  bool accepts_guesses, struct score *score)
{
	const struct resolved_entry *found = NULL;

	for (size_t i = 0; i < resolution->count; i++) {
		if (text_is_equal(resolution->entries[i].mountpoint, truth->mountpoint))
			found = &resolution->entries[i];
	}
	if (!found)
		fail_msg("seed %u: %s is not in the resolution", seed, truth->mountpoint);
	score->entries++;
	if (found && found->action == RESOLVED_MOUNT) {
		if (text_is_equal(found->device, truth->device)) {
			score->right++;
			return;
		}
		score->wrong++;
		print_message("seed %u: %s on %s, which is on %s\n%s\n%s\n", seed,
			      truth->mountpoint, found->device, truth->device, layout->fstab.data,
			      layout->machine.data);
		return;
	}
	if (found && found->action == RESOLVED_UNCONFIRMED) {
		assert_false(accepts_guesses);
		score->unconfirmed++;
		assert_true(truth->is_plain);
		return;
	}
	score->missing++;
	if (found && truth->device && !truth->may_stay && !truth->is_plain)
		fail_msg("seed %u: %s stays unmounted (%s):\n%s\n%s", seed, truth->mountpoint,
			 found->reason, layout->fstab.data, layout->machine.data);
}

static void run_layouts(bool accepts_guesses, struct score *score)
{
	const struct resolve_options options = {.accept_guesses = accepts_guesses};

	for (unsigned seed = 1; seed <= LAYOUTS; seed++) {
		_cleanup_resolution_ struct resolution *resolution = NULL;
		struct layout layout = {0};
		struct scene scene = {0};

		make_layout(&layout, seed);
		scene_make(&scene, layout.machine.data);
		fstab_parse(layout.fstab.data, layout.fstab.length, &scene.system->fstab);
		assert_int_equal(resolve_system(scene.machine, scene.survey, scene.system, &options,
						&resolution, NULL), 0);
		assert_string_equal(resolution->entries[0].mountpoint, "/");
		for (size_t i = 0; i < layout.count; i++)
			judge(&layout, seed, resolution, &layout.truths[i], accepts_guesses,
			      score);
		scene_done(&scene);
		layout_done(&layout);
	}
	print_message("%zu entries: %zu right, %zu unconfirmed, %zu unmounted, %zu wrong\n",
		      score->entries, score->right, score->unconfirmed, score->missing,
		      score->wrong);
}

static void test_layouts(void **state)
{
	struct score score = {0};

	(void)state;
	run_layouts(false, &score);
	assert_int_equal(score.wrong, 0);
	/* the maker leaves most of them resolvable: a resolver that skips everything must fail */
	assert_true(score.right * 100 >= score.entries * 75);
}

/* With guesses accepted, what is guessed is right as well: order and place of disks were kept. */
static void test_layouts_with_guesses(void **state)
{
	struct score score = {0};

	(void)state;
	run_layouts(true, &score);
	assert_int_equal(score.wrong, 0);
	assert_true(score.right * 100 >= score.entries * 80);
}

static void test_ten_thousand_lines(void **state)
{
	_cleanup_text_buffer_ struct text_buffer fstab = {0};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	const struct resolve_options options = {0};
	struct scene scene = {0};

	(void)state;
	scene_make(&scene, "disk sda\npart sda1 ext4 uuid=0a\npart sda2 xfs uuid=0b\nroot sda1\n");
	for (int i = 0; i < 10000; i++)
		text_buffer_format(&fstab, "%s /m%d xfs defaults 0 0\n",
				   i % 3 == 0 ? "UUID=0b" : i % 3 == 1 ? "/dev/hdb7" : "/a", i);
	fstab_parse(fstab.data, fstab.length, &scene.system->fstab);
	assert_int_equal(scene.system->fstab.count, 10000);
	assert_int_equal(resolve_system(scene.machine, scene.survey, scene.system, &options,
					&resolution, NULL), 0);
	assert_int_equal(resolution->count, 10001);
	scene_done(&scene);
}

static void test_a_hundred_mebibytes(void **state)
{
	size_t length = 100u << 20;
	_cleanup_free_ char *text = alloc_zero(length, 1);
	struct fstab fstab = {0};

	(void)state;
	memset(text, 'a', length);
	for (size_t i = 79; i < length; i += 80)
		text[i] = '\n';
	fstab_parse(text, length, &fstab);
	assert_true(fstab.count <= FSTAB_ENTRY_MAX);
	assert_true(fstab.notes.count >= 1);
	fstab_done(&fstab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_layouts_with_guesses),
		cmocka_unit_test(test_ten_thousand_lines),
		cmocka_unit_test(test_a_hundred_mebibytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
