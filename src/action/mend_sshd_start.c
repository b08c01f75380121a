/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SSH server started with the system, by whatever init that has. */
#include <string.h>

#include "action/mend_units.h"
#include "base/alloc.h"
#include "base/i18n.h"

static int start_unit(const struct unit_mend *mend, const struct service_state *state,
		      struct problem *why)
{
	_cleanup_free_ char *service = NULL;
	int r;

	if (!strchr(state->name, '.')) /* a script that systemd would start */
		return unit_mend_start_script(mend, state->name, why);
	/* one that was enabled by its socket is started by that, once nothing is in the way */
	service = text_format("%.*s.service", (int)(strrchr(state->name, '.') - state->name),
			      state->name);
	r = unit_mend_target(mend, why);
	if (r == 0)
		r = unit_mend_unmask(mend, service, why);
	if (r == 0 && state->start != SERVICE_BLOCKED && state->start != SERVICE_BROKEN)
		r = unit_mend_enable(mend, service, "multi-user.target", why);
	return r;
}

typedef int (*start_fn)(const struct unit_mend *mend, const char *name, struct problem *why);

static int start_service(const struct unit_mend *mend, const char *init,
			 const struct service_state *state, struct problem *why)
{
	static const struct {
		const char *init;
		start_fn start;
	} starters[] = {
		{"sysvinit", unit_mend_start_script}, {"busybox", unit_mend_start_script},
		{"upstart", unit_mend_start_job},     {"openrc", unit_mend_add_to_runlevel},
		{"runit", unit_mend_add_to_runit},
	};

	for (size_t i = 0; i < ARRAY_SIZE(starters); i++) {
		if (text_is_equal(starters[i].init, init))
			return starters[i].start(mend, state->name, why);
	}
	return start_unit(mend, state, why);
}

int mend_sshd_start(struct mending *mending, struct problem *why)
{
	const struct unit_mend mend = unit_mend_of(mending, _("so that the SSH server is started"));
	_cleanup_service_state_ struct service_state state = {0};
	_cleanup_free_ char *reason = NULL, *what = NULL;
	int r;

	service_state_read_sshd(mending->root, mending->target.init, &state);
	switch (state.start) {
	case SERVICE_UNKNOWN:
		unit_mend_note(&mend, _("How this system starts its services is not known: whether "
					"the SSH server is started cannot be said."));
		return 0;
	case SERVICE_MISSING:
		unit_mend_note(&mend,
			       _("There is nothing that could start an SSH server: its package "
				 "(openssh-server) has to be installed."));
		return 0;
	case SERVICE_STARTED:
		mending->is_done = true;
		return 0;
	default:
		break;
	}
	r = start_service(&mend, state.init, &state, why);
	if (r < 0 || state.start != SERVICE_BLOCKED || unit_mend_has(&mend, state.reason))
		return r;
	reason = unit_mend_shown(&mend, state.reason);
	what = text_format(_("Remove %s, which forbids it"), reason);
	return unit_mend_remove(&mend, state.reason, what, why);
}
