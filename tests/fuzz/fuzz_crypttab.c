/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: crypttab and mdadm.conf. */
#include "fuzz.h"

#include "base/alloc.h"
#include "system/crypttab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = alloc_copy(data, size);
	struct crypttab crypttab = {0};
	struct mdadm_conf conf = {0};

	crypttab_parse(text, size, &crypttab);
	mdadm_conf_parse(text, size, &conf);
	crypttab_done(&crypttab);
	mdadm_conf_done(&conf);
	return 0;
}
