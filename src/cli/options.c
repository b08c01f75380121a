/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the words of the command line by the tables of fields. */
#include "cli/options.h"

#include <errno.h>
#include <string.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "base/suggest.h"

const struct field common_fields[COMMON_COUNT] = {
	[COMMON_IMAGE] = {"image", FIELD_LIST, N_("FILE"),
			  N_("the disks under rescue are this disk image and those given with more "
			     "--image, raw or qcow2; no real disk is shown or touched")},
	[COMMON_SYSROOT] = {"sysroot", FIELD_TEXT, N_("DIR"),
			    N_("look at the machine recorded in this folder instead of this one")},
	[COMMON_TARGET] = {"target", FIELD_TEXT, N_("DIR"),
			   N_("the folder to mount the system under (default: /mnt)")},
	[COMMON_WAIT] = {"wait", FIELD_TEXT, N_("SECONDS"),
			 N_("how long to wait for each disk (default: 10)")},
	[COMMON_JSON] = {"json", FIELD_FLAG, NULL, N_("print JSON, see refloat-json(5)")},
	[COMMON_PLAN] = {"plan", FIELD_FLAG, NULL,
			 N_("print the plan with its shell commands and do nothing")},
	[COMMON_YES] = {"yes", FIELD_FLAG, NULL, N_("ask nothing: do what the plan says")},
	[COMMON_JOB] = {"job", FIELD_FLAG, NULL,
			N_("run it as a job, which outlives this terminal, and return at once")},
	[COMMON_VERBOSE] = {"verbose", FIELD_FLAG, NULL,
			    N_("show more: shell commands, every event")},
	[COMMON_LOG] = {"log", FIELD_TEXT, N_("FILE"), N_("append what is done to this file")},
	[COMMON_HELP] = {"help", FIELD_FLAG, NULL,
			 N_("show help, of the command where one is given")},
	[COMMON_VERSION] = {"version", FIELD_FLAG, NULL,
			    N_("show the version and what is built in")},
	[COMMON_ASCII] = {"ascii", FIELD_FLAG, NULL,
			  N_("draw the menu with ASCII characters only")},
	[COMMON_KEYS] = {"keys", FIELD_TEXT, N_("FILE"),
			 N_("press the keys in this file first, for demonstrations and tests")},
	[COMMON_WORDS] = {"complete", FIELD_FLAG, NULL, N_("print the words for completion")},
};

/* The walk over the words. */
struct reader {
	const struct action *const *commands;
	const char *const *next; /* the word to read */
	struct invocation *result;
	size_t positional_count; /* words of the command that stand alone, read so far */
	bool is_after_dashes;	 /* "--" was read */
	struct problem *why;
};

bool field_is_option(const struct field *field)
{
	return field->kind == FIELD_FLAG || field->kind == FIELD_TEXT || field->kind == FIELD_LIST;
}

/* A positional that takes all words that are left. */
static bool field_is_repeated(const struct field *field)
{
	return field->kind == FIELD_FILESYSTEMS || field->kind == FIELD_ACCOUNTS;
}

bool field_is_positional(const struct field *field)
{
	return field->kind == FIELD_SYSTEM || field->kind == FIELD_STEP ||
	       field->kind == FIELD_JOB || field->kind == FIELD_FOLDER ||
	       field->kind == FIELD_ACCOUNT || field_is_repeated(field);
}

bool field_is_shown(const struct field *field)
{
	return field->kind != FIELD_SECRET;
}

char *field_format(const struct field *field)
{
	const char *metavar = field->metavar ? _(field->metavar) : field->name;

	if (field->kind == FIELD_FLAG)
		return text_format("--%s", field->name);
	if (field_is_option(field))
		return text_format("--%s %s", field->name, metavar);
	if (field->kind == FIELD_COMMAND)
		return text_format("-- %s...", metavar);
	if (field_is_repeated(field))
		return text_format("%s...", metavar);
	return text_copy(metavar);
}

static const struct field *find_option(const struct field *fields, size_t count, const char *name,
				       size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (field_is_option(&fields[i]) && strlen(fields[i].name) == length &&
		    memcmp(fields[i].name, name, length) == 0)
			return &fields[i];
	return NULL;
}

static void add_option_names(struct text_list *names, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (field_is_option(&fields[i]))
			text_list_format(names, "--%s", fields[i].name);
}

static bool has_command_field(const struct action *command)
{
	for (size_t i = 0; i < command->field_count; i++)
		if (command->fields[i].kind == FIELD_COMMAND)
			return true;
	return false;
}

static int refuse_option(const struct reader *reader, const char *word, size_t length)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *given = text_format("%.*s", (int)length, word);
	_cleanup_free_ char *shown = printable_text(given);
	const struct action *command = reader->result->command;
	const char *meant;

	add_option_names(&names, common_fields, COMMON_WORDS);
	if (command)
		add_option_names(&names, command->fields, command->field_count);
	meant = suggest_word(&names, given);
	if (command)
		(void)problem_set(reader->why, -EINVAL, shown, _("refloat %s has no such option"),
				  command->name);
	else
		(void)problem_set(reader->why, -EINVAL, shown,
				  _("no such option in front of the command"));
	if (meant)
		problem_set_next(reader->why, _("Did you mean %s?"), meant);
	else if (command && has_command_field(command))
		problem_set_next(reader->why,
				 _("Options of a command to run stand with it behind "
				   "two dashes: refloat %s -- COMMAND."),
				 command->name);
	else if (command)
		problem_set_next(reader->why, _("\"refloat %s --help\" lists them."),
				 command->name);
	else
		problem_set_next(reader->why,
				 _("Options of a command stand behind it; \"refloat --help\" "
				   "lists those of all commands."));
	return -EINVAL;
}

/* The value of option FIELD: what stands behind "=", else the next word. */
static int read_value(struct reader *reader, const struct field *field, const char *behind_equals,
		      const char **ret_value)
{
	_cleanup_free_ char *shown = text_format("--%s", field->name);
	const char *metavar = _(field->metavar);

	if (behind_equals) {
		*ret_value = behind_equals;
	} else if (*reader->next && !text_has_prefix(*reader->next, "--")) {
		*ret_value = *reader->next++;
	} else {
		(void)problem_set(reader->why, -EINVAL, shown, _("it needs a value"));
		problem_set_next(reader->why, _("Write it as %s %s."), shown, metavar);
		return -EINVAL;
	}
	if (**ret_value == '\0')
		return problem_set(reader->why, -EINVAL, shown, _("its value is empty"));
	return 0;
}

static int set_wait(const struct reader *reader, const char *value)
{
	uint64_t seconds;
	_cleanup_free_ char *shown = NULL;

	if (text_parse_u64(value, &seconds) < 0 || seconds == 0 || seconds > OPTIONS_WAIT_MAX) {
		shown = printable_text(value);
		(void)problem_set(reader->why, -EINVAL, "--wait",
				  _("\"%s\" is no number of seconds"), shown);
		problem_set_next(reader->why, _("Give a whole number from 1 to %u."),
				 OPTIONS_WAIT_MAX);
		return -EINVAL;
	}
	reader->result->wait_ms = (unsigned)seconds * 1000;
	return 0;
}

static int set_common(const struct reader *reader, enum common_option option, const char *value)
{
	struct invocation *result = reader->result;

	result->flags[option] = true;
	switch (option) {
	case COMMON_IMAGE:
		text_list_add(&result->images, value);
		return 0;
	case COMMON_SYSROOT:
		result->sysroot = value;
		return 0;
	case COMMON_TARGET:
		result->target = value;
		return 0;
	case COMMON_LOG:
		result->log = value;
		return 0;
	case COMMON_KEYS:
		result->keys = value;
		return 0;
	case COMMON_WAIT:
		return set_wait(reader, value);
	default:
		return 0; /* a flag */
	}
}

static int refuse_value(const struct reader *reader, const struct field *field)
{
	_cleanup_free_ char *shown = text_format("--%s", field->name);

	return problem_set(reader->why, -EINVAL, shown, _("it takes no value"));
}

static int read_option(struct reader *reader, const char *word)
{
	const struct action *command = reader->result->command;
	const char *name = word + 2, *equals = strchr(word, '='), *value = "yes";
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct field *common = find_option(common_fields, COMMON_COUNT, name, length);
	const struct field *field = common;
	int r;

	if (!field && command)
		field = find_option(command->fields, command->field_count, name, length);
	if (!field)
		return refuse_option(reader, word, length + 2);
	if (field->kind == FIELD_FLAG) {
		if (equals)
			return refuse_value(reader, field);
	} else {
		r = read_value(reader, field, equals ? equals + 1 : NULL, &value);
		if (r < 0)
			return r;
	}
	if (common)
		return set_common(reader, (enum common_option)(common - common_fields), value);
	return answers_add(&reader->result->answers, field->name, value);
}

static int read_short_option(struct reader *reader, const char *word)
{
	if (strcmp(word, "-h") == 0)
		return set_common(reader, COMMON_HELP, "yes");
	if (strcmp(word, "-V") == 0)
		return set_common(reader, COMMON_VERSION, "yes");
	(void)refuse_option(reader, word, strlen(word));
	if (reader->result->command)
		return -EINVAL;
	problem_set_next(reader->why, _("Options are whole words here, such as --%s."),
			 common_fields[COMMON_HELP].name);
	return -EINVAL;
}

static int read_command(struct reader *reader, const char *word)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *shown = NULL;
	const char *meant;

	for (size_t i = 0; reader->commands[i]; i++) {
		if (strcmp(reader->commands[i]->name, word) == 0) {
			reader->result->command = reader->commands[i];
			answers_init(&reader->result->answers, reader->commands[i]);
			return 0;
		}
		text_list_add(&names, reader->commands[i]->name);
	}
	shown = printable_text(word);
	meant = suggest_word(&names, word);
	(void)problem_set(reader->why, -EINVAL, shown, _("no such command"));
	if (meant)
		problem_set_next(reader->why, _("Did you mean \"refloat %s\"?"), meant);
	else
		problem_set_next(reader->why, _("\"refloat --help\" lists the commands."));
	return -EINVAL;
}

/* A word of the command that stands alone: the next positional field takes it. */
static int read_positional(struct reader *reader, const char *word)
{
	const struct action *command = reader->result->command;
	_cleanup_free_ char *shown = NULL;
	size_t position = 0;

	for (size_t i = 0; i < command->field_count; i++) {
		if (!field_is_positional(&command->fields[i]) ||
		    position++ < reader->positional_count)
			continue;
		reader->positional_count += !field_is_repeated(&command->fields[i]);
		return answers_add(&reader->result->answers, command->fields[i].name, word);
	}
	shown = printable_text(word);
	(void)problem_set(reader->why, -EINVAL, shown, _("one word too many for refloat %s"),
			  command->name);
	if (has_command_field(command))
		problem_set_next(reader->why,
				 _("A command to run stands behind two dashes: "
				   "refloat %s -- COMMAND."),
				 command->name);
	else
		problem_set_next(reader->why, _("\"refloat %s --help\" shows what it takes."),
				 command->name);
	return -EINVAL;
}

/* Everything behind "--" belongs to the command's own COMMAND, where it takes one. */
static int read_rest(struct reader *reader)
{
	const struct action *command = reader->result->command;
	int r;

	reader->is_after_dashes = true;
	if (!command || !has_command_field(command))
		return 0;
	for (size_t i = 0; i < command->field_count; i++) {
		if (command->fields[i].kind != FIELD_COMMAND)
			continue;
		for (; *reader->next; reader->next++) {
			r = answers_add(&reader->result->answers, command->fields[i].name,
					*reader->next);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int read_word(struct reader *reader)
{
	const char *word = *reader->next++;

	if (!reader->is_after_dashes) {
		if (strcmp(word, "--") == 0)
			return read_rest(reader);
		if (text_has_prefix(word, "--"))
			return read_option(reader, word);
		if (word[0] == '-' && word[1])
			return read_short_option(reader, word);
	}
	if (!reader->result->command)
		return read_command(reader, word);
	return read_positional(reader, word);
}

/* What no single word shows: options that exclude each other, words that are missing. */
static int check_whole(const struct reader *reader)
{
	const struct invocation *result = reader->result;
	const struct action *command = result->command;
	_cleanup_free_ char *shown = NULL;

	if (result->flags[COMMON_HELP] || result->flags[COMMON_VERSION] ||
	    result->flags[COMMON_WORDS])
		return 0;
	if (result->sysroot && result->images.count > 0) {
		(void)problem_set(reader->why, -EINVAL, "--sysroot",
				  _("it cannot be combined with --image"));
		problem_set_next(reader->why, _("Give one of the two."));
		return -EINVAL;
	}
	for (size_t i = 0; command && i < command->field_count; i++) {
		const struct field *field = &command->fields[i];

		if (!field->is_required || !field_is_shown(field) ||
		    answers_has(&result->answers, field->name))
			continue;
		shown = field_format(field);
		(void)problem_set(reader->why, -EINVAL, shown, _("refloat %s needs it"),
				  command->name);
		problem_set_next(reader->why, _("\"refloat %s --help\" shows what it takes."),
				 command->name);
		return -EINVAL;
	}
	return 0;
}

int invocation_parse(const struct action *const *commands, const char *const *arguments,
		     struct invocation *ret_invocation, struct problem *why)
{
	struct reader reader = {
		.commands = commands, .next = arguments, .result = ret_invocation, .why = why};
	int r;

	*ret_invocation = (struct invocation){0};
	while (*reader.next) {
		r = read_word(&reader);
		if (r < 0)
			return r;
	}
	return check_whole(&reader);
}

void invocation_done(struct invocation *invocation)
{
	answers_done(&invocation->answers);
	text_list_done(&invocation->images);
	*invocation = (struct invocation){0};
}
