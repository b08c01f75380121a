/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends the files whose being there keeps all but root out: /etc/nologin and its like. */
#include <errno.h>

#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "system/pam.h"

static const char *const services[] = {"login", "sshd"};

/* Those that login and sshd know by themselves, and those that pam_nologin is told of. */
static void list_paths(const struct root *root, struct text_list *paths)
{
	text_list_add(paths, "/etc/nologin");
	text_list_add(paths, "/run/nologin");
	text_list_add(paths, "/var/run/nologin");
	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		_cleanup_pam_stack_ struct pam_stack stack = {0};
		_cleanup_pam_gates_ struct pam_gates gates = {0};

		pam_stack_read(root, services[i], &stack);
		pam_gates_read(root, &stack, &gates);
		for (size_t j = 0; j < gates.count; j++) {
			if (text_is_equal(gates.gates[j].module, "pam_nologin") &&
			    !text_list_contains(paths, gates.gates[j].path))
				text_list_add(paths, gates.gates[j].path);
		}
	}
}

static int put_aside(struct mending *mending, const char *path, struct problem *why)
{
	struct mending_text *text = NULL;
	int r = mending_get_text(mending, path, &text, why);

	if (r == 0)
		mending_set_text(text, NULL, 0, _("it lets nobody but root log in"));
	return r;
}

int mend_nologin(struct mending *mending, struct problem *why)
{
	_cleanup_text_list_ struct text_list paths = {0};
	bool has_any = false;
	int r = 0;

	list_paths(mending->root, &paths);
	for (size_t i = 0; r == 0 && i < paths.count; i++) {
		if (!root_has(mending->root, paths.items[i]))
			continue;
		has_any = true;
		r = put_aside(mending, paths.items[i], why);
	}
	if (r == 0 && !has_any)
		mending_note(mending, _("There is no file nologin."));
	return r;
}
