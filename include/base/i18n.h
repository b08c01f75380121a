/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Translation of what a person reads: _() where it is used, N_() where it stands in a table and
 * is translated at use, P_() where a number decides the form, NP_() for both forms in a table.
 */
#ifndef REFLOAT_BASE_I18N_H
#define REFLOAT_BASE_I18N_H

#ifdef ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#define P_(one, many, count) ngettext(one, many, count)
#else
#define _(text) (text)
#define P_(one, many, count) ((count) == 1 ? (one) : (many))
#endif
#define N_(text) (text)
#define NP_(one, many) one, many

#endif
