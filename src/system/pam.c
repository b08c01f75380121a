/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PAM stack of a service: its file, what that includes, and "other". */
#include "system/pam.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/pam_parts.h"

#define DEPTH_MAX 32	     /* libpam's PAM_SUBSTACK_MAX_LEVEL */
#define FILES_MAX 100	     /* read for one service */
#define BYTES_MAX (4u << 20) /* of all files: words take many times their size */
#define RULES_MAX 5000
#define FAULTS_MAX 500

struct reader {
	const struct root *root;
	struct pam_stack *stack;
	struct text_list folders; /* of modules */
	size_t bytes;		  /* of all files read so far */
	unsigned file_count;	  /* read so far */
};

static const struct {
	const char *word;
	unsigned types;
} type_words[] = {
	{"auth", PAM_AUTH},
	{"account", PAM_ACCOUNT},
	{"password", PAM_PASSWORD},
	{"session", PAM_SESSION},
};

static const char *const config_folders[] = {"/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d"};

static void add_fault(struct reader *reader, enum pam_fault_kind kind, unsigned types,
		      const char *subject, const char *file, unsigned line)
{
	struct pam_stack *stack = reader->stack;

	if (stack->fault_count >= FAULTS_MAX)
		return;
	stack->faults = alloc_grow(stack->faults, stack->fault_count, &stack->fault_capacity,
				   sizeof(*stack->faults));
	stack->faults[stack->fault_count++] = (struct pam_fault){
		.kind = kind,
		.types = types,
		.subject = text_copy(subject),
		.file = text_copy(file),
		.line = line,
	};
}

void pam_split_words(const char *text, struct text_list *words)
{
	static const char blanks[] = " \t\r";

	for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
		_cleanup_text_buffer_ struct text_buffer word = {0};

		if (*text != '[') {
			size_t length = strcspn(text, blanks);

			text_list_take(words, alloc_copy(text, length));
			text += length;
			continue;
		}
		for (text++; *text && *text != ']'; text++) {
			text += text[0] == '\\' && text[1] == ']';
			text_buffer_add(&word, text, 1);
		}
		text += *text == ']';
		text_list_take(words, text_buffer_take(&word));
	}
}

static unsigned find_types(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(type_words); i++) {
		if (text_is_equal_ignoring_case(word, type_words[i].word))
			return type_words[i].types;
	}
	return 0;
}

static bool is_control(const char *word, bool is_bracketed)
{
	static const char *const words[] = {"required", "requisite", "sufficient", "optional"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (text_is_equal_ignoring_case(word, words[i]))
			return true;
	}
	return is_bracketed;
}

static void add_rule(struct reader *reader, unsigned type, bool is_quiet, bool is_bracketed,
		     const struct text_list *words, const char *file, unsigned line, unsigned depth)
{
	struct pam_stack *stack = reader->stack;
	struct pam_rule *rule;

	if (stack->count >= RULES_MAX)
		return;
	stack->rules =
		alloc_grow(stack->rules, stack->count, &stack->capacity, sizeof(*stack->rules));
	rule = &stack->rules[stack->count++];
	rule->type = (enum pam_type)type;
	rule->is_quiet = is_quiet;
	rule->control =
		is_bracketed ? text_format("[%s]", words->items[1]) : text_copy(words->items[1]);
	rule->module = text_copy(words->items[2]);
	for (size_t i = 3; i < words->count; i++)
		text_list_add(&rule->arguments, words->items[i]);
	rule->path = pam_module_find(reader->root, &reader->folders, rule->module);
	rule->file = text_copy(file);
	rule->line = line;
	rule->depth = depth;
	if (!rule->path && !is_quiet && reader->folders.count) /* else /usr is elsewhere */
		add_fault(reader, PAM_FAULT_NO_MODULE, type, rule->module, file, line);
}

static int read_name(struct reader *reader, const char *name, unsigned types, unsigned depth);

/* A name of a file to be included; libpam takes a path as it is, too. */
static void follow(struct reader *reader, const char *name, unsigned types, const char *file,
		   unsigned line, unsigned depth)
{
	if (depth >= DEPTH_MAX || reader->file_count >= FILES_MAX || reader->bytes >= BYTES_MAX)
		add_fault(reader, PAM_FAULT_TOO_DEEP, types, name, file, line);
	else if (read_name(reader, name, types, depth + 1) < 0)
		add_fault(reader, PAM_FAULT_NO_INCLUDE, types, name, file, line);
}

static void take_line(struct reader *reader, const char *text, unsigned types, const char *file,
		      unsigned line, unsigned depth)
{
	_cleanup_text_list_ struct text_list words = {0};
	const char *control;
	bool is_quiet, is_bracketed;
	unsigned type;

	pam_split_words(text, &words);
	if (!words.count)
		return;
	if (text_is_equal_ignoring_case(words.items[0], "@include") && words.count > 1) {
		follow(reader, words.items[1], types, file, line, depth);
		return;
	}
	is_quiet = words.items[0][0] == '-';
	type = find_types(words.items[0] + is_quiet);
	if (!type || words.count < 3) {
		/* an unknown type counts as the most sensitive one, says pam_handlers.c */
		add_fault(reader, PAM_FAULT_BAD_LINE,
			  type		     ? type
			  : types & PAM_AUTH ? PAM_AUTH
					     : types,
			  text, file, line);
		return;
	}
	if (!(type & types))
		return;
	control = text + strspn(text, " \t");
	control += strcspn(control, " \t");
	is_bracketed = control[strspn(control, " \t")] == '[';
	if (text_is_equal_ignoring_case(words.items[1], "include") ||
	    text_is_equal_ignoring_case(words.items[1], "substack"))
		follow(reader, words.items[2], type, file, line, depth);
	else if (is_control(words.items[1], is_bracketed))
		add_rule(reader, type, is_quiet, is_bracketed, &words, file, line, depth);
	else
		add_fault(reader, PAM_FAULT_BAD_LINE, type, text, file, line);
}

/* The types of rules that a carriage return at the end of the line TEXT spoils, which libpam takes
 * for a part of its last word: arguments hardly matter, and a word alone is an unknown type. */
static unsigned find_spoilt(const char *text, unsigned types)
{
	_cleanup_text_list_ struct text_list words = {0};

	pam_split_words(text, &words);
	if (!words.count)
		return types & PAM_AUTH;
	if (words.count <= 2 && text_is_equal_ignoring_case(words.items[0], "@include"))
		return types;
	if (words.count != 3 || text_is_equal_ignoring_case(words.items[1], "optional") ||
	    text_is_equal_ignoring_case(words.items[1], "sufficient"))
		return 0;
	return find_types(words.items[0]) & types; /* one that is marked quiet is none of them */
}

static void add_return(struct reader *reader, unsigned types, const char *file, unsigned line)
{
	struct pam_stack *stack = reader->stack;

	for (size_t i = 0; i < stack->fault_count; i++) {
		struct pam_fault *fault = &stack->faults[i];

		if (fault->kind == PAM_FAULT_RETURN && strcmp(fault->file, file) == 0) {
			fault->types |= types;
			return;
		}
	}
	if (types)
		add_fault(reader, PAM_FAULT_RETURN, types, file, file, line);
}

/* What stands behind SERVICE, the first word of a line of pam.conf; NULL: the line is another's. */
static char *skip_service(char *line, const char *service)
{
	char *start = line + strspn(line, " \t"), *end = start + strcspn(start, " \t");

	if (!*end)
		return NULL;
	*end = '\0';
	return text_is_equal_ignoring_case(start, service) ? end + 1 : NULL;
}

/* The rules of FILE; where SERVICE is given those of it only, as pam.conf has them. */
static int read_file(struct reader *reader, const char *file, const char *service, unsigned types,
		     unsigned depth)
{
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;
	int error = root_read_file(reader->root, file, CONFIG_MAX_BYTES, &text, &length);
	char *next;

	if (error < 0)
		return error;
	reader->file_count++;
	reader->bytes += length;
	config_lines_init(&lines, text, length, true);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *rule;

		if (lines.had_return && !service && !strchr(line, '#'))
			add_return(reader, find_spoilt(line, types), file, lines.line);
		line[strcspn(line, "#")] = '\0';
		rule = service ? skip_service(line, service) : line;
		if (rule)
			take_line(reader, rule, types, file, lines.line, depth);
	}
	return 0;
}

static bool has_folder(const struct root *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(config_folders); i++) {
		if (root_has_folder(root, config_folders[i]))
			return true;
	}
	return false;
}

static int read_name(struct reader *reader, const char *name, unsigned types, unsigned depth)
{
	if (*name == '/')
		return read_file(reader, name, NULL, types, depth);
	if (!has_folder(reader->root))
		return read_file(reader, "/etc/pam.conf", name, types, depth);
	for (size_t i = 0; i < ARRAY_SIZE(config_folders); i++) {
		_cleanup_free_ char *path = text_format("%s/%s", config_folders[i], name);

		if (root_has_file(reader->root, path))
			return read_file(reader, path, NULL, types, depth);
	}
	return -ENOENT;
}

static unsigned get_types(const struct pam_stack *stack)
{
	unsigned types = 0;

	for (size_t i = 0; i < stack->count; i++)
		types |= stack->rules[i].type;
	return types;
}

void pam_stack_read(const struct root *root, const char *service, struct pam_stack *ret_stack)
{
	struct pam_stack stack = {.service = text_copy(service)};
	struct reader reader = {.root = root, .stack = &stack};
	int error = -ENOENT, other = 0;

	pam_module_folders(root, &reader.folders);
	if (*service && !strchr(service, '/'))
		error = read_name(&reader, service, PAM_ALL_TYPES, 0);
	if (get_types(&stack) != PAM_ALL_TYPES)
		other = read_name(&reader, "other", PAM_ALL_TYPES & ~get_types(&stack), 0);
	if (error < 0 && other < 0)
		add_fault(&reader, PAM_FAULT_NO_SERVICE, PAM_ALL_TYPES, service, NULL, 0);
	text_list_done(&reader.folders);
	*ret_stack = stack;
}

void pam_stack_done(struct pam_stack *stack)
{
	for (size_t i = 0; i < stack->count; i++) {
		free(stack->rules[i].control);
		free(stack->rules[i].module);
		free(stack->rules[i].path);
		free(stack->rules[i].file);
		text_list_done(&stack->rules[i].arguments);
	}
	for (size_t i = 0; i < stack->fault_count; i++) {
		free(stack->faults[i].subject);
		free(stack->faults[i].file);
	}
	free(stack->rules);
	free(stack->faults);
	free(stack->service);
	*stack = (struct pam_stack){0};
}

bool pam_is_used(const struct root *root)
{
	return has_folder(root) || root_has_file(root, "/etc/pam.conf");
}

bool pam_rule_is_module(const struct pam_rule *rule, const char *module)
{
	const char *slash = strrchr(rule->module, '/');
	const char *rest = text_after_prefix(slash ? slash + 1 : rule->module, module);

	return rest && (!*rest || strcmp(rest, ".so") == 0);
}

const struct pam_rule *pam_stack_find(const struct pam_stack *stack, unsigned types,
				      const char *module, const struct pam_rule *after)
{
	for (size_t i = after ? (size_t)(after - stack->rules) + 1 : 0; i < stack->count; i++) {
		if ((stack->rules[i].type & types) && pam_rule_is_module(&stack->rules[i], module))
			return &stack->rules[i];
	}
	return NULL;
}

const char *pam_rule_value(const struct pam_rule *rule, const char *name)
{
	for (size_t i = rule->arguments.count; i > 0; i--) {
		const char *rest = text_after_prefix(rule->arguments.items[i - 1], name);

		if (rest && *rest == '=')
			return rest + 1;
	}
	return NULL;
}

bool pam_rule_has(const struct pam_rule *rule, const char *argument)
{
	return text_list_contains(&rule->arguments, argument);
}
