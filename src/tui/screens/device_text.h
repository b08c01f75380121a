/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is known of a device, in words. */
#ifndef REFLOAT_TUI_SCREENS_DEVICE_TEXT_H
#define REFLOAT_TUI_SCREENS_DEVICE_TEXT_H

#include "action/session.h"
#include "tui/screens/pairs.h"

/* Adds what DEVICE of SESSION's machine is, what is on it, where it is used, what it lies on. */
void device_text_add(struct pairs *pairs, const struct session *session,
		     const struct device *device);

/* Of that: what is on DEVICE. */
void device_content_add(struct pairs *pairs, const struct device *device);

/* Of that: where DEVICE is mounted, and which installed system would use it, as what. */
void device_use_add(struct pairs *pairs, const struct session *session,
		    const struct device *device);

#endif
