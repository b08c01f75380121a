/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, the version, and the words for completion. */
#include "cli/help.h"

#include <string.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "cli/command.h"

#define LEFT_WIDTH 22u /* columns of option and command names */

/* LEFT in its column, RIGHT wrapped beside it, or below where LEFT is too wide. */
static void print_row(FILE *stream, const char *left, const char *right)
{
	_cleanup_free_ char *wrapped = printable_wrap(right, output_width() - LEFT_WIDTH - 2, 0);
	size_t used = printable_width(left) + 2;

	fprintf(stream, "  %s", left);
	if (used > LEFT_WIDTH) {
		fputc('\n', stream);
		used = 0;
	}
	fprintf(stream, "%*s", (int)(LEFT_WIDTH + 2 - used), "");
	for (const char *c = wrapped; *c; c++) {
		fputc(*c, stream);
		if (*c == '\n')
			fprintf(stream, "%*s", (int)(LEFT_WIDTH + 2), "");
	}
	fputc('\n', stream);
}

static void print_text(FILE *stream, const char *text)
{
	_cleanup_text_list_ struct text_list paragraphs = {0};

	text_list_split(&paragraphs, text, "\n");
	for (size_t i = 0; i < paragraphs.count; i++) {
		_cleanup_free_ char *wrapped =
			printable_wrap(paragraphs.items[i], output_width(), 0);

		fprintf(stream, "%s%s\n", i > 0 ? "\n" : "", wrapped);
	}
}

static void print_fields(FILE *stream, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *left = field_format(&fields[i]);

		if (field_is_shown(&fields[i]))
			print_row(stream, left, _(fields[i].help));
	}
}

void help_print_overview(FILE *stream)
{
	fprintf(stream, "%s\n\n", _("Usage: refloat [OPTION]... [COMMAND [OPTION]... [WORD]...]"));
	print_text(stream,
		   _("Puts a stranded Linux server afloat again: finds its disks and the "
		     "installed system, mounts it as its own fstab says, opens a shell in it, "
		     "and leaves nothing behind."));
	fprintf(stream, "\n%s\n", _("Look (not one byte is written to the disks):"));
	for (size_t i = 0; listings[i]; i++)
		print_row(stream, listings[i]->description.name, _(listings[i]->description.help));
	fprintf(stream, "\n%s\n", _("Act (what changes anything shows its plan first):"));
	for (size_t i = 0; actions[i]; i++)
		print_row(stream, actions[i]->name, _(actions[i]->help));
	fprintf(stream, "\n%s\n", _("Options of every command, in front of it or behind:"));
	print_fields(stream, common_fields, COMMON_ASCII);
	fprintf(stream, "\n%s\n", _("Options of the menu, which refloat without a command opens:"));
	print_fields(stream, common_fields + COMMON_ASCII, COMMON_WORDS - COMMON_ASCII);
	fputc('\n', stream);
	print_text(stream,
		   _("\"refloat COMMAND --help\" shows the options of a command and examples. The "
		     "manual is refloat(8)."));
}

static char *format_usage(const struct action *command)
{
	_cleanup_text_buffer_ struct text_buffer usage = {0};

	text_buffer_format(&usage, _("Usage: refloat %s"), command->name);
	for (size_t i = 0; i < command->field_count; i++) {
		const struct field *field = &command->fields[i];
		_cleanup_free_ char *form = field_format(field);

		if (!field_is_shown(field))
			continue;
		text_buffer_format(&usage, field->is_required ? " %s" : " [%s]", form);
		if (field->kind == FIELD_LIST)
			text_buffer_add_text(&usage, "...");
	}
	return text_buffer_take(&usage);
}

void help_print_command(const struct action *command)
{
	_cleanup_free_ char *usage = format_usage(command);
	_cleanup_free_ char *wrapped = printable_wrap(usage, output_width(), 8);

	printf("%s\n\n", wrapped);
	print_text(stdout, _(command->details));
	if (command->field_count > 0) {
		printf("\n%s\n", _("Options and words of this command:"));
		print_fields(stdout, command->fields, command->field_count);
	}
	printf("\n%s\n", _("Options of every command:"));
	print_fields(stdout, common_fields, COMMON_ASCII);
	if (!command->examples)
		return;
	printf("\n%s\n", _("Examples:"));
	for (const struct example *example = command->examples; example->arguments; example++) {
		_cleanup_free_ char *line = text_format("refloat %s", example->arguments);

		printf("  %s\n      %s\n", line, _(example->help));
	}
}

void help_print_version(void)
{
	printf("refloat %s\n", PACKAGE_VERSION);
	printf("libmount %s, libblkid %s, libfdisk %s, libsmartcols %s, json-c %s\n", MOUNT_VERSION,
	       BLKID_VERSION, FDISK_VERSION, SMARTCOLS_VERSION, JSON_VERSION);
#ifdef HAVE_CRYPTSETUP
	printf("%s\n", _("encrypted containers: yes"));
#else
	printf("%s\n", _("encrypted containers: no"));
#endif
#ifdef HAVE_PWQUALITY
	printf("%s\n", _("password quality: yes"));
#else
	printf("%s\n", _("password quality: no"));
#endif
#ifdef HAVE_HIVEX
	printf("%s\n", _("accounts of Windows: yes"));
#else
	printf("%s\n", _("accounts of Windows: no"));
#endif
#ifdef ENABLE_NLS
	printf("%s\n", _("translations: yes"));
#else
	printf("%s\n", _("translations: no"));
#endif
	printf("%s\n", _("License GPL-3.0-or-later. There is no warranty."));
}

static void print_word(const char *prefix, const struct field *field)
{
	if (field_is_option(field))
		printf("%s --%s", prefix, field->name);
	else
		printf("%s", prefix);
	printf("%s%s\n", field->metavar ? " " : "", field->metavar ? field->metavar : "");
}

void help_print_words(void)
{
	_cleanup_free_ const struct action **commands = command_list();

	for (size_t i = 0; i < COMMON_WORDS; i++)
		print_word("common", &common_fields[i]);
	for (size_t i = 0; commands[i]; i++) {
		printf("command %s\n", commands[i]->name);
		for (size_t j = 0; j < commands[i]->field_count; j++) {
			const struct field *field = &commands[i]->fields[j];
			_cleanup_free_ char *prefix =
				text_format("%s %s", field_is_option(field) ? "option" : "word",
					    commands[i]->name);

			if (field_is_shown(field))
				print_word(prefix, field);
		}
	}
}
