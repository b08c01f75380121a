/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Windows system has joined, and the parts of reading its accounts that more than one file
 * needs. */
#ifndef REFLOAT_SYSTEM_WINDOWS_DOMAIN_H
#define REFLOAT_SYSTEM_WINDOWS_DOMAIN_H

#include "base/root.h"
#include "system/windows_accounts.h"

/* Fills domain, is_entra and is_controller of ACCOUNTS; what cannot be read is added to unread. */
void windows_domain_read(const struct root *root, struct windows_accounts *accounts);

/* Adds the accounts of the SAM hive in BYTES to ACCOUNTS, whose sam_path is set. */
int windows_accounts_read_hive(const void *bytes, size_t length, struct windows_accounts *accounts,
			       struct problem *why);

/* A zeroed account more. */
struct windows_account *windows_accounts_add(struct windows_accounts *accounts);

#endif
