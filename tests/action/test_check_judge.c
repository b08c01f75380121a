/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What programs that check filesystems wrote, and the verdict in words that comes of it: the files
 * in tests/action/judge. Each has lines "KEY: VALUE" (type, strength, status, scrub, kernel, sizes,
 * damage,
 * ...), a line "--- output" with what the program wrote, and a line "--- verdict" with what is
 * expected.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/check.h"
#include "action/check_kernel.h"
#include "action/check_output.h"
#include "base/file.h"

/* One file, taken apart. */
struct judge_case {
	struct step *step; /* its keys are arguments */
	struct text_list kernel;
	char *output;
	char *verdict; /* expected */
};

static void case_done(struct judge_case *one)
{
	(void)step_free(one->step);
	text_list_done(&one->kernel);
	free(one->output);
	free(one->verdict);
}

static void read_key(struct judge_case *one, const char *line)
{
	const char *colon = strstr(line, ": ");
	_cleanup_free_ char *name = NULL;

	if (!colon)
		fail_msg("no key: %s", line);
	name = text_format("%.*s", (int)(colon - line), line);
	if (strcmp(name, "kernel") == 0)
		text_list_add(&one->kernel, colon + 2);
	else
		step_set(one->step, name, colon + 2);
}

static void case_read(const char *path, struct judge_case *one)
{
	_cleanup_free_ char *text = NULL, *head = NULL;
	_cleanup_text_list_ struct text_list lines = {0};
	char *output, *verdict;

	assert_int_equal(file_read(path, 1 << 20, &text, NULL, NULL), 0);
	output = strstr(text, "--- output\n");
	verdict = strstr(text, "--- verdict\n");
	assert_non_null(output);
	assert_non_null(verdict);
	*one = (struct judge_case){
		.step = step_new("check-filesystem", RISK_READS, STEP_REQUIRED, "x")};
	head = text_format("%.*s", (int)(output - text), text);
	text_list_split(&lines, head, "\n");
	for (size_t i = 0; i < lines.count; i++)
		read_key(one, lines.items[i]);
	output += strlen("--- output\n");
	one->output = text_format("%.*s", (int)(verdict - output), output);
	one->verdict = text_copy(verdict + strlen("--- verdict\n"));
}

static uint64_t number_of(const struct step *step, const char *name)
{
	uint64_t value = 0;

	(void)text_parse_u64(step_get(step, name), &value); /* unset: 0 */
	return value;
}

static void add_list(struct text_buffer *text, const char *name, const struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		text_buffer_format(text, "%s: %s\n", name, list->items[i]);
}

static char *describe(const struct verdict *verdict)
{
	struct text_buffer text = {0};

	text_buffer_format(&text, "summary: %s%s\n", verdict->summary,
			   verdict->is_failed ? " (failed)" : "");
	add_list(&text, "found", &verdict->found);
	add_list(&text, "repaired", &verdict->repaired);
	add_list(&text, "left", &verdict->left);
	add_list(&text, "remark", &verdict->remarks);
	add_list(&text, "next", &verdict->next);
	return text_buffer_take(&text);
}

static char *judge(const struct judge_case *one)
{
	const struct checker *checker = checker_of(one->step);
	enum check_strength strength = check_strength_of(one->step);
	_cleanup_verdict_ struct verdict verdict = {0};
	struct check_outcome outcome = {
		.strength = strength,
		.name = "sda2",
		.type = step_get(one->step, "type"),
		.status = (int)number_of(one->step, "status"),
		.output = one->output,
		.kernel = &one->kernel,
		.filesystem_size = number_of(one->step, "filesystem-size"),
		.device_size = number_of(one->step, "size"),
		.damage = step_get(one->step, "damage"),
		.mend = step_get(one->step, "mend"),
		.has_noted_errors = step_get(one->step, "noted-errors") != NULL,
		.is_dirty = step_get(one->step, "dirty") != NULL,
		.is_not_clean = step_get(one->step, "not-clean") != NULL,
		.is_mended = step_get(one->step, "mended") != NULL,
		.has_undo_file = step_get(one->step, "undo-file") != NULL,
	};

	assert_non_null(checker);
	outcome.is_look = checker->efforts[strength].risk <= RISK_READS;
	check_judge(checker, &outcome, &verdict);
	return describe(&verdict);
}

/* CHECK_JUDGE_WRITE in the environment: the verdicts are written into the files, to be looked at.
 */
static void write_verdict(const char *path, const char *got)
{
	_cleanup_free_ char *text = NULL;
	FILE *file;

	assert_int_equal(file_read(path, 1 << 20, &text, NULL, NULL), 0);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "%.*s--- verdict\n%s", (int)(strstr(text, "--- verdict\n") - text), text,
		got);
	assert_int_equal(fclose(file), 0);
}

static void every_output_has_its_verdict(void **unused)
{
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *pattern =
		text_format("%s/tests/action/judge/*.case", source ? source : ".");
	size_t wrong = 0;
	glob_t files;

	(void)unused;
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct judge_case one;
		_cleanup_free_ char *got = NULL;

		case_read(files.gl_pathv[i], &one);
		got = judge(&one);
		if (getenv("CHECK_JUDGE_WRITE"))
			write_verdict(files.gl_pathv[i], got);
		else if (strcmp(got, one.verdict) != 0) {
			print_error("%s\ngot:\n%swanted:\n%s", files.gl_pathv[i], got, one.verdict);
			wrong++;
		}
		case_done(&one);
	}
	globfree(&files);
	assert_int_equal(wrong, 0);
}

/* No program's words can make a judge of another one fall over. */
static void every_judge_takes_anything(void **unused)
{
	static const char *const types[] = {"ext4", "xfs",  "btrfs", "vfat", "exfat",
					    "ntfs", "f2fs", "jfs",   "swap"};
	static const char *const outputs[] = {
		"",
		"\n",
		"\n\n\n",
		"inode ",
		"Inode 99999999999999999999999999 has ",
		"The filesystem size (according to the superblock) is ",
		"csum_errors: -1",
		"Pass 1: \xff\xfe\x80 Unattached inode \x1b[2J\n",
		"no newline at the end"};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(types) * ARRAY_SIZE(outputs) * 3 * 256; i++) {
		const struct checker *checker = checker_find(types[i % ARRAY_SIZE(types)]);
		size_t rest = i / ARRAY_SIZE(types);
		_cleanup_verdict_ struct verdict verdict = {0};
		struct check_outcome outcome = {.name = "sda2", .type = checker->types[0]};

		outcome.output = outputs[rest % ARRAY_SIZE(outputs)];
		rest /= ARRAY_SIZE(outputs);
		outcome.strength = (enum check_strength)(rest % 3);
		outcome.is_look = checker->efforts[outcome.strength].risk <= RISK_READS;
		outcome.status = (int)(rest / 3);
		check_judge(checker, &outcome, &verdict);
		assert_non_null(verdict.summary);
		if (outcome.status == 0 && !*outcome.output)
			assert_false(verdict.is_failed);
		if (verdict.left.count && !verdict.is_disk && !verdict.is_cut)
			assert_true(verdict.is_failed || !outcome.is_look);
	}
}

/* Records as /dev/kmsg gives them: those of other disks, also of names that begin alike, are left
 * out. */
static void messages_of_these_disks_are_taken(void **unused)
{
	static const char *const records[] = {
		"3,1,1,-;I/O error, dev sda, sector 12 op 0x0:(READ) flags 0x0\n SUBSYSTEM=block\n",
		"3,2,2,-;I/O error, dev sdaa, sector 13 op 0x0:(READ) flags 0x0\n",
		"3,3,3,-;critical medium error, dev sda, sector 14 op 0x1:(WRITE) flags 0x0\n",
		"6,4,4,-;Buffer I/O error on dev md0, logical block 7, async page read\n",
		"6,5,5,-;xsda: something else\n",
		"no semicolon at all"};
	_cleanup_text_list_ struct text_list disks = {0}, messages = {0}, said = {0};
	int pair[2];

	(void)unused;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		assert_true(write(pair[1], records[i], strlen(records[i])) > 0);
	text_list_add(&disks, "sda");
	text_list_add(&disks, "md0");
	check_kernel_read(pair[0], &disks, &messages);
	check_kernel_say(&messages, &said);
	assert_int_equal(messages.count, 3);
	assert_int_equal(said.count, 2);
	assert_string_equal(said.items[0], "sda could not read sector 12");
	assert_string_equal(said.items[1], "sda could not write sector 14");
	(void)close(pair[0]);
	(void)close(pair[1]);
	check_kernel_read(-1, &disks, &messages); /* a kernel that has no log to read */
	assert_int_equal(messages.count, 3);
}

static void progress_is_read(void **unused)
{
	struct step *step = step_new("check-filesystem", RISK_READS, STEP_REQUIRED, "x");
	struct step_progress progress = {0};

	(void)unused;
	assert_true(checker_ext.progress(step, "1 1 2 /dev/sda2", true, &progress));
	assert_int_equal(progress.done, 35);
	assert_int_equal(progress.total, 100);
	assert_true(checker_ext.progress(step, "5 9 9 /dev/sda2", true, &progress));
	assert_int_equal(progress.done, 100);
	assert_false(checker_ext.progress(step, "6 9 9 /dev/sda2", true, &progress));
	assert_false(checker_ext.progress(step, "1 1 0 /dev/sda2", true, &progress));
	assert_false(checker_ext.progress(step, "Pass 1: Checking", false, &progress));

	step_set(step, "groups", "4");
	assert_true(checker_xfs.progress(step, "Phase 3 - for each AG...", false, &progress));
	assert_int_equal(progress.done, 8);
	assert_true(checker_xfs.progress(step, "        - agno = 2", false, &progress));
	assert_int_equal(progress.done, 31);
	assert_false(checker_xfs.progress(step, "        - agno = 9", false, &progress));
	assert_true(checker_xfs.progress(
		step, "        - 14:28:23: process known inodes - 30 of 40 inodes done", false,
		&progress));
	assert_int_equal(progress.done, 43);
	assert_true(checker_xfs.progress(step, "Phase 6 - check inode connectivity...", false,
					 &progress));
	assert_int_equal(progress.done, 78);

	assert_true(checker_btrfs.progress(
		step, "[2/7] checking extents      (0:00:07 elapsed, 7212 items checked)", false,
		&progress));
	assert_int_equal(progress.done, 7212);
	assert_false(checker_btrfs.progress(step, "[9/7] checking", false, &progress));
	(void)step_free(step);
}

/* Some say how it ended in the last line, others have zero bytes in the names that they print. */
static void much_output_keeps_its_end(void **state)
{
	static const char filler[] = "Inode 12 has illegal block(s).", last[] = "na\0me: 3 files";
	struct check_output output = {0};
	_cleanup_free_ char *little = NULL, *much = NULL;
	size_t length;

	(void)state;
	check_output_add(&output, "first", strlen("first"));
	check_output_add(&output, last, sizeof(last) - 1);
	assert_false(output.is_cut);
	little = check_output_take(&output);
	assert_string_equal(little, "first\nna?me: 3 files\n");
	check_output_add(&output, "first", strlen("first"));
	for (size_t i = 0; i < CHECK_OUTPUT_HEAD / 16; i++)
		check_output_add(&output, filler, strlen(filler));
	check_output_add(&output, last, sizeof(last) - 1);
	assert_true(output.is_cut);
	much = check_output_take(&output);
	length = strlen(much);
	assert_true(length <= CHECK_OUTPUT_HEAD + 2 * CHECK_OUTPUT_TAIL + 100);
	assert_int_equal(strncmp(much, "first\nInode", strlen("first\nInode")), 0);
	assert_string_equal(much + length - strlen("\nna?me: 3 files\n"), "\nna?me: 3 files\n");
	check_output_done(&output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_output_has_its_verdict),
		cmocka_unit_test(every_judge_takes_anything),
		cmocka_unit_test(messages_of_these_disks_are_taken),
		cmocka_unit_test(progress_is_read),
		cmocka_unit_test(much_output_keeps_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
