/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The planner of checks against made-up machines: the command lines of its steps, or why there are
 * none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/actions.h"
#include "base/alloc.h"

#define MIB (1024u * 1024u)

/* A word "KEY=VALUE" of a line about a device; what it sets is the machine's. */
static void apply_word(struct device *device, const char *word)
{
	struct content *content = &device->content;
	const char *value = strchr(word, '=');

	value = value ? value + 1 : "";
	if (text_has_prefix(word, "label="))
		content->label = text_copy(value);
	else if (text_has_prefix(word, "at="))
		text_list_add(&device->mountpoints, value);
	else if (strcmp(word, "rescue") == 0)
		device->is_rescue = true;
	else if (strcmp(word, "dirty") == 0)
		content->journal = JOURNAL_DIRTY;
	else if (strcmp(word, "dormant") == 0) {
		device->is_dormant = true;
		device->array_uuid = text_copy("uuid:of:array");
	} else if (strcmp(word, "silent") == 0) {
		device->state = DEVICE_SILENT;
		device->reason = text_copy("did not answer within 10 s");
	} else if (strcmp(word, "errors") == 0)
		content->state->condition = CONDITION_ERRORS;
	else if (strcmp(word, "cut") == 0)
		content->state->size = 2 * device->size;
	else if (text_has_prefix(word, "lost=")) {
		content->lost = alloc_zero(1, sizeof(*content->lost));
		content->lost->type = text_copy(value);
		content->lost->damage = text_copy("its first superblock is all zeros");
		content->lost->backup = strcmp(value, "ext4") == 0 ? 32768 * 4096 : 3072;
		content->lost->block = strcmp(value, "ext4") == 0 ? 32768 : 0;
		content->lost->block_size = strcmp(value, "ext4") == 0 ? 4096 : 0;
		text_set(&content->type, NULL);
	} else if (strcmp(word, "nocopy") == 0)
		content->lost->backup = 0;
	else
		fail_msg("no such word: %s", word);
}

/* "NAME TYPE[<PARENT] WORD...": a disk, a partition, or an array ("md..."); TYPE "-": nothing on
 * it. */
static void add_line(struct machine *machine, const char *line)
{
	_cleanup_text_list_ struct text_list words = {0};
	struct device *device, *parent;
	char *below;

	text_list_split(&words, line, " ");
	below = strchr(words.items[1], '<');
	if (below)
		*below++ = '\0';
	device = device_new(text_has_prefix(words.items[0], "md") ? DEVICE_MD
			    : below				  ? DEVICE_PARTITION
								  : DEVICE_DISK,
			    words.items[0]);
	device->state = DEVICE_OK;
	device->size = 100 * MIB;
	device->sector_size = 512;
	device->kernel_name = text_copy(device->name);
	device->path = text_format("/dev/%s", device->name);
	if (strcmp(words.items[1], "-") != 0)
		device->content.type = text_copy(words.items[1]);
	device->content.usage =
		text_copy(text_has_prefix(words.items[1], "linux_raid") ? "raid" : "filesystem");
	device->content.state = alloc_zero(1, sizeof(*device->content.state));
	device->content.state->condition = CONDITION_CLEAN;
	device->content.state->has_space = true;
	device->content.state->size = device->size;
	machine_add(machine, device);
	parent = below ? (struct device *)machine_find(machine, below) : NULL;
	if (parent)
		device_link(parent, device);
	for (size_t i = 2; i < words.count; i++)
		apply_word(device, words.items[i]);
}

static struct machine *make_machine(const char *text)
{
	struct machine *machine = machine_new(MACHINE_RECORDED);
	_cleanup_text_list_ struct text_list lines = {0};

	machine->sysroot = text_copy("/nonexistent");
	text_list_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.count; i++)
		add_line(machine, lines.items[i]);
	return machine;
}

/* "sda1 --repair --undo-file=DIR" */
static void add_answers(struct answers *answers, const char *text)
{
	_cleanup_text_list_ struct text_list words = {0};

	text_list_split(&words, text, " ");
	for (size_t i = 0; i < words.count; i++) {
		char *option = words.items[i], *value = strchr(option, '=');

		if (!text_has_prefix(option, "--")) {
			assert_int_equal(answers_add(answers, "filesystem", option), 0);
			continue;
		}
		if (value)
			*value++ = '\0';
		assert_int_equal(answers_add(answers, option + 2, value ? value : "yes"), 0);
	}
}

static int make_plan(const char *machine, const char *words, struct plan **ret_plan,
		     struct problem *why)
{
	_cleanup_session_ struct session session;
	_cleanup_answers_ struct answers answers;
	int r;

	session_init(&session);
	session.scan.sysroot = (char *)"/nonexistent";
	session.machine = make_machine(machine);
	session.survey = alloc_zero(1, sizeof(*session.survey));
	answers_init(&answers, &action_check_fs);
	add_answers(&answers, words);
	r = action_check_fs.plan(&session, &answers, ret_plan, why);
	answers_done(&answers);
	session_done(&session);
	answers = (struct answers){0};
	session = (struct session){0};
	return r;
}

/* The command lines, "~" before those that are there for the time of the plan. */
static char *print_plan(const struct plan *plan)
{
	struct text_buffer text = {0};

	for (size_t i = 0; i < plan->count; i++) {
		_cleanup_text_list_ struct text_list lines = {0};

		step_command(step_classes, plan->steps[i], &lines);
		assert_int_equal(lines.count, 1);
		text_buffer_format(&text, "%s%s%s\n", plan->steps[i]->is_temporary ? "~" : "",
				   lines.items[0],
				   plan->steps[i]->risk == RISK_DESTROYS ? " (destroys)" : "");
	}
	return text_buffer_take(&text);
}

static const struct {
	const char *name;
	const char *machine;
	const char *words;
	const char *commands; /* NULL: refused */
	const char *said;     /* in the notes, or in the refusal */
} cases[] = {
	{"a look", "sda -\nsda1 ext4<sda label=root", "sda1", "e2fsck -f -n /dev/sda1\n",
	 "changes nothing"},
	{"a path", "sda -\nsda1 ext4<sda", "/dev/sda1", "e2fsck -f -n /dev/sda1\n", "ext4: e2fsck"},
	{"safe", "sda -\nsda1 ext3<sda", "sda1 --repair", "e2fsck -f -p /dev/sda1\n",
	 "cannot be taken back"},
	{"all", "sda -\nsda1 ext2<sda", "sda1 --repair-all", "e2fsck -f -y /dev/sda1\n",
	 "cannot be taken back"},
	{"several, one after the other, each once", "sda -\nsda1 ext4<sda\nsda2 xfs<sda",
	 "sda2 sda1 sda2", "xfs_repair -n /dev/sda2\ne2fsck -f -n /dev/sda1\n",
	 "xfs: xfs_repair -n"},
	{"xfs with a log", "sda xfs dirty", "sda --repair",
	 "unshare --mount --propagation private sh -c "
	 "'mount -t \"$1\" -o \"$2\" \"$3\" \"$4\" && umount \"$4\"' sh xfs rw,nouuid /dev/sda "
	 "/run/refloat/replay\nxfs_repair /dev/sda\n",
	 "replayed by a mount"},
	{"xfs with a log is not replayed for a look", "sda xfs dirty", "sda",
	 "xfs_repair -n /dev/sda\n", "not replayed"},
	{"a log that is thrown away", "sda xfs", "sda --repair-all --zero-log",
	 "xfs_repair -L /dev/sda (destroys)\n", "what is in a log that cannot be replayed is lost"},
	{"nothing is thrown away with less than all", "sda xfs", "sda --repair --zero-log",
	 "xfs_repair /dev/sda\n", "xfs"},
	{"btrfs", "sda btrfs", "sda --check-data",
	 "btrfs check --readonly --check-data-csum --progress /dev/sda\n", "btrfs check"},
	{"btrfs is not repaired lightly", "sda btrfs", "sda --repair",
	 "btrfs check --readonly --progress /dev/sda\n", "scrub"},
	{"btrfs, at last", "sda btrfs", "sda --repair-all",
	 "btrfs check --repair --progress /dev/sda (destroys)\n", "salvage"},
	{"a mounted btrfs is scrubbed", "sda btrfs at=/mnt", "sda",
	 "btrfs scrub start -B -R -r /mnt\n", "scrub reads all"},
	{"and mended so", "sda btrfs at=/mnt", "sda --repair", "btrfs scrub start -B -R /mnt\n",
	 "good"},
	{"but not repaired while it is mounted", "sda btrfs at=/mnt", "sda --repair-all", NULL,
	 "/mnt"},
	{"the others, in their own words", "a vfat\nb exfat\nc ntfs\nd f2fs\ne jfs\nf swap",
	 "a b c d e f",
	 "fsck.fat -n /dev/a\nfsck.exfat -n /dev/b\nntfsfix -n /dev/c\nfsck.f2fs --dry-run /dev/d\n"
	 "jfs_fsck -n -f /dev/e\nswaplabel /dev/f\n",
	 "header only"},
	{"a superblock from its copy", "sda - lost=ext4", "sda",
	 "e2fsck -f -n -b 32768 -B 4096 /dev/sda\n", "there is a good copy"},
	{"is put right", "sda - lost=ext4", "sda --repair",
	 "e2fsck -f -y -b 32768 -B 4096 /dev/sda\n", "there is a good copy"},
	{"a boot sector from its copy", "sda - lost=vfat", "sda --repair",
	 "dd if=/dev/sda of=/dev/sda bs=512 skip=6 count=1 conv=notrunc,fsync\nfsck.fat -a "
	 "/dev/sda\n",
	 "there is a good copy"},
	{"without a copy", "sda - lost=ext4 nocopy", "sda --repair-all", NULL, "all zeros"},
	{"what is cut off is only looked at", "sda ext4 cut", "sda --repair-all",
	 "e2fsck -f -n /dev/sda\n", "only looked at"},
	{"an array is started for it", "sda linux_raid_member\nmd0 ext4<sda dormant", "md0",
	 "~mdadm --assemble /dev/md0 --uuid=uuid:of:array --config=none --readonly /dev/sda\n"
	 "e2fsck -f -n /dev/md0\n",
	 "ext4"},
	{"not a member", "sda linux_raid_member\nmd0 ext4<sda", "sda", NULL,
	 "part of something bigger"},
	{"not a container", "sda crypto_LUKS", "sda", NULL, "encrypted container"},
	{"not the rescue system", "sda ext4 rescue", "sda", NULL, "rescue system itself"},
	{"not what others have mounted", "sda ext4 at=/data", "sda", NULL, "mounted at /data"},
	{"not what does not answer", "sda ext4 silent", "sda", NULL, "did not answer"},
	{"not what has nothing", "sda -\nsda1 ext4<sda", "sda", NULL, "no filesystem"},
	{"not what nobody knows", "sda hfsplus", "sda", NULL, "hfsplus cannot be checked"},
	{"nor what is not there", "sda ext4", "sdx", NULL, "no such device"},
	{"of several, one that cannot be checked is told at once", "a ext4\nb ext4 rescue", "a b",
	 NULL, "rescue system itself"},
};

static char *join_said(const struct plan *plan, const struct problem *why)
{
	_cleanup_free_ char *notes = plan ? text_list_join(&plan->notes, "\n") : problem_text(why);

	return text_format("%s\n%s", notes, !plan && why->next ? why->next : "");
}

static void every_case_has_its_plan(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_plan_ struct plan *plan = NULL;
		_cleanup_problem_ struct problem why = {0};
		int r = make_plan(cases[i].machine, cases[i].words, &plan, &why);
		_cleanup_free_ char *got = plan ? print_plan(plan) : NULL;
		_cleanup_free_ char *said = join_said(plan, &why);

		if (r < 0)
			assert_null(plan);
		if (!text_is_equal(got, cases[i].commands) || !strstr(said, cases[i].said))
			fail_msg("%s:\n%s%s", cases[i].name, got ? got : "(refused)\n", said);
	}
}

static void looks_ask_nothing(void **unused)
{
	_cleanup_plan_ struct plan *look = NULL, *repair = NULL;

	(void)unused;
	assert_int_equal(make_plan("sda ext4", "sda", &look, NULL), 0);
	assert_int_equal(make_plan("sda ext4", "sda --repair", &repair, NULL), 0);
	assert_true(look->needs_no_question);
	assert_false(repair->needs_no_question);
	assert_int_equal(plan_risk(look), RISK_READS);
	assert_int_equal(plan_risk(repair), RISK_WRITES);
}

static void steps_tell_what_stopping_means(void **unused)
{
	static const char *const words[] = {"sda", "sda --repair", "sda --repair-all"};
	static const char *const types[] = {"ext4",  "xfs",  "btrfs", "vfat",
					    "exfat", "ntfs", "f2fs",  "jfs"};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(words) * ARRAY_SIZE(types); i++) {
		_cleanup_plan_ struct plan *plan = NULL;
		_cleanup_free_ char *machine = text_format("sda %s", types[i % ARRAY_SIZE(types)]),
				    *stop = NULL;
		const struct step_class *class;

		assert_int_equal(make_plan(machine, words[i / ARRAY_SIZE(types)], &plan, NULL), 0);
		class = step_class_find(step_classes, plan->steps[0]->class_name);
		assert_true(class->is_long);
		stop = class->stop_what(plan->steps[0]);
		assert_false(text_is_empty(stop));
	}
}

/* An undo file and a copy of the metadata: where they go, and what undoes. */
static void what_is_kept_has_its_place(void **unused)
{
	_cleanup_plan_ struct plan *plan = NULL;
	_cleanup_free_ char *got = NULL;
	_cleanup_text_list_ struct text_list undo = {0};
	const struct step_class *class;

	(void)unused;
	assert_int_equal(make_plan("sda ext4",
				   "sda --repair-all --undo-file=/tmp --save-metadata=/tmp", &plan,
				   NULL),
			 0);
	got = print_plan(plan);
	assert_string_equal(got, "e2image -Q /dev/sda /tmp/sda.metadata\n"
				 "e2fsck -f -y -z /tmp/sda.e2undo /dev/sda\n");
	class = step_class_find(step_classes, plan->steps[1]->class_name);
	assert_true(class->stays);
	class->undo_command(plan->steps[1], &undo);
	assert_int_equal(undo.count, 1);
	assert_string_equal(undo.items[0], "e2undo /tmp/sda.e2undo /dev/sda");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_has_its_plan),
		cmocka_unit_test(looks_ask_nothing),
		cmocka_unit_test(steps_tell_what_stopping_means),
		cmocka_unit_test(what_is_kept_has_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
