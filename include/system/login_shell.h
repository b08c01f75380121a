/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shells that turn away everybody who logs in. */
#ifndef REFLOAT_SYSTEM_LOGIN_SHELL_H
#define REFLOAT_SYSTEM_LOGIN_SHELL_H

#include "base/root.h"

/*
 * SHELL ends every login by what it is: nologin, false, git-shell and their like by their names, also
 * behind symlinks, and scripts that only say something. Of other programs nothing is known.
 */
bool login_shell_refuses(const struct root *root, const char *shell);

/* It is one that runs some commands where HOME has a folder for them: git-shell. */
bool login_shell_has_commands(const struct root *root, const char *shell, const char *home);

#endif
