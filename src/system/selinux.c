/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SELinux on the target: its configuration and the labels of its files. */
#include "system/selinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/xattr.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

#define CONFIG "/etc/selinux/config"
#define CONFIG_MAX 65536
#define LABEL_MAX 4096
#define ATTRIBUTE "security.selinux"

static const char *const mode_names[] = {
	[SELINUX_NONE] = "none",
	[SELINUX_DISABLED] = "disabled",
	[SELINUX_PERMISSIVE] = "permissive",
	[SELINUX_ENFORCING] = "enforcing",
};

const char *selinux_mode_name(enum selinux_mode mode)
{
	return mode_names[mode];
}

static enum selinux_mode parse_mode(const char *word, enum selinux_mode fallback)
{
	for (size_t i = SELINUX_DISABLED; i < ARRAY_SIZE(mode_names); i++) {
		if (strncasecmp(word, mode_names[i], strlen(mode_names[i])) == 0)
			return (enum selinux_mode)i;
	}
	return fallback;
}

/* As libselinux reads it: the last line wins, and what it does not know it passes over. */
enum selinux_mode selinux_parse_config(const char *text, size_t length, char **ret_policy)
{
	_cleanup_free_ char *copy = alloc_copy(text, length), *policy = NULL;
	_cleanup_text_list_ struct text_list lines = {0};
	enum selinux_mode mode = SELINUX_DISABLED;

	text_list_split(&lines, copy, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		char *line = text_trim(lines.items[i]);
		const char *value = text_after_prefix(line, "SELINUX=");

		if (value) {
			mode = parse_mode(value, mode);
			continue;
		}
		value = text_after_prefix(line, "SELINUXTYPE=");
		if (value && *value)
			text_set(&policy, value);
	}
	*ret_policy = TAKE_PTR(policy);
	return mode;
}

void selinux_read(const struct root *root, struct selinux *ret)
{
	struct selinux selinux = {.mode = SELINUX_NONE};
	_cleanup_free_ char *text = NULL, *label = NULL;
	size_t length = 0;

	if (root_read_file(root, CONFIG, CONFIG_MAX, &text, &length) >= 0)
		selinux.mode = selinux_parse_config(text, length, &selinux.policy);
	selinux.is_labelled = selinux_read_label(root, "/", &label) == 0;
	selinux.will_relabel = root_has(root, SELINUX_RELABEL_FILE);
	*ret = selinux;
}

void selinux_done(struct selinux *selinux)
{
	free(selinux->policy);
	*selinux = (struct selinux){0};
}

bool selinux_is_used(const struct selinux *selinux)
{
	return selinux->mode == SELINUX_ENFORCING || selinux->mode == SELINUX_PERMISSIVE;
}

/* Whether it has the four parts of a context, or three without a level, and nothing unprintable. */
static bool is_label(const char *label)
{
	size_t colons = 0;

	for (const char *at = label; *at; at++) {
		if (*at <= ' ' || *at > '~')
			return false;
		colons += *at == ':';
	}
	return *label && colons >= 2;
}

int selinux_read_label(const struct root *root, const char *path, char **ret_label)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_PATH, 0);
	_cleanup_free_ char *link = NULL, *label = alloc_zero(LABEL_MAX + 1, 1);
	ssize_t length;

	if (fd < 0)
		return fd;
	/* extended attributes cannot be read through O_PATH, and nothing is opened that acts on it
	 */
	link = text_format("/proc/self/fd/%d", fd);
	length = getxattr(link, ATTRIBUTE, label, LABEL_MAX);
	if (length < 0)
		return errno == ENOTSUP ? -ENODATA : -errno;
	if (!is_label(label))
		return -ENODATA;
	*ret_label = TAKE_PTR(label);
	return 0;
}

bool selinux_is_stray(const char *path, const char *label)
{
	static const char *const nowhere[] = {"unlabeled_t", "file_t"};
	static const char *const elsewhere[] = {"default_t", "tmp_t", "user_tmp_t", "user_home_t",
						"admin_home_t"};
	const char *role = label ? strchr(label, ':') : NULL;
	const char *type = role ? strchr(role + 1, ':') : NULL;
	size_t length = type ? strcspn(++type, ":") : 0;

	if (!type)
		return false; /* it is no label */
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		if (length == strlen(nowhere[i]) && memcmp(type, nowhere[i], length) == 0)
			return true;
	}
	for (size_t i = 0; text_has_prefix(path, "/etc/") && i < ARRAY_SIZE(elsewhere); i++) {
		if (length == strlen(elsewhere[i]) && memcmp(type, elsewhere[i], length) == 0)
			return true;
	}
	return false;
}

char *selinux_change_type(const char *label, const char *type)
{
	const char *role = label ? strchr(label, ':') : NULL,
		   *old = role ? strchr(role + 1, ':') : NULL;
	const char *level;

	if (!old || !is_label(label))
		return NULL;
	level = strchrnul(old + 1, ':');
	return text_format("%.*s:%s%s", (int)(old - label), label, type, level);
}

/* What a new file is called, what of its kind may be beside it, and its type where nothing is. */
static const struct {
	const char *folder; /* NULL: any */
	const char *name;   /* NULL: any */
	const char *kin[4]; /* in the same folder, the first that has a label */
	const char *type;   /* for the folder's label; NULL: just that */
} kinds[] = {
	{"/etc", "shadow", {"shadow-", "gshadow", "gshadow-"}, "shadow_t"},
	{"/etc", "shadow-", {"shadow", "gshadow", "gshadow-"}, "shadow_t"},
	{"/etc", "gshadow", {"gshadow-", "shadow", "shadow-"}, "shadow_t"},
	{"/etc", "gshadow-", {"gshadow", "shadow", "shadow-"}, "shadow_t"},
	{"/etc", "passwd", {"passwd-", "group", "group-"}, NULL},
	{"/etc", "passwd-", {"passwd", "group", "group-"}, NULL},
	{"/etc", "group", {"group-", "passwd", "passwd-"}, NULL},
	{"/etc", "group-", {"group", "passwd", "passwd-"}, NULL},
	{"/etc", ".pwd.lock", {"passwd", "passwd-", "group"}, NULL},
	{NULL, ".ssh", {NULL}, "ssh_home_t"},
	{NULL, "authorized_keys", {"authorized_keys2", "known_hosts"}, "ssh_home_t"},
	{"/etc/sudoers.d", NULL, {"README"}, NULL},
};

/* The label of a file of the same kind in FOLDER. */
static int read_kin(const struct root *root, const char *folder, const char *const *kin,
		    size_t count, char **ret_label)
{
	for (size_t i = 0; i < count && kin[i]; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folder, kin[i]);

		_cleanup_free_ char *label = NULL;

		if (selinux_read_label(root, path, &label) < 0 || selinux_is_stray(path, label))
			continue;
		*ret_label = TAKE_PTR(label);
		return 0;
	}
	return -ENODATA;
}

int selinux_label_new(const struct root *root, const char *path, char **ret_label)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *folder = slash ? alloc_copy(path, (size_t)(slash - path)) : NULL;
	_cleanup_free_ char *own = NULL;
	const char *type = NULL;
	int r;

	if (!folder)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if ((kinds[i].folder && !text_is_equal(folder, kinds[i].folder)) ||
		    (kinds[i].name && !text_is_equal(slash + 1, kinds[i].name)))
			continue;
		if (read_kin(root, folder, kinds[i].kin, ARRAY_SIZE(kinds[i].kin), ret_label) == 0)
			return 0;
		type = kinds[i].type;
		break;
	}
	/* the folder may be made as well: the one above it then */
	while ((r = selinux_read_label(root, *folder ? folder : "/", &own)) == -ENOENT && *folder)
		*strrchr(folder, '/') = '\0';
	if (r < 0)
		return r == -ENOENT ? -ENODATA : r;
	if (!type && selinux_is_stray(path, own))
		return -ENODATA;
	*ret_label = type ? selinux_change_type(own, type) : TAKE_PTR(own);
	return *ret_label ? 0 : -ENODATA;
}

char *selinux_relabel_note(const struct selinux *selinux, const char *path)
{
	_cleanup_free_ char *shown = printable_text(path);

	if (!selinux_is_used(selinux))
		return NULL;
	if (selinux->will_relabel)
		return text_format(_("%s gets its SELinux label when the system starts: it labels "
				     "all its files then."),
				   shown);
	return text_format(_("%s cannot be given its SELinux label here, so that %s is made: the "
			     "system labels all its files when it starts next, which takes some "
			     "minutes and restarts it once more."),
			   shown, SELINUX_RELABEL_FILE);
}
